//! Assignments of a literal to a name that says what it is: `db_password = "..."`, `API_KEY=...`, `"token": "..."`,
//! `<password>...</password>`, `--password ...`, `put("secret", "...")`. Finds the value for a name that was found; how
//! much the value looks like a secret is judged apart from the grammar.

use super::notation;
use crate::rules::Matcher;
use crate::target::Kind;
use std::ops::Range;

/// Longest name and value looked at, bytes.
pub(super) const MAX_NAME: usize = 80;
const MAX_VALUE: usize = 256;

/// What ends a password's name, lower case, with `_`, `-` and `.` taken out.
const PASSWORD_ENDS: &[&str] =
    &["password", "passwd", "passwort", "passphrase", "passcode", "pwd", "pass", "passwords"];

/// The same for keys and tokens.
const TOKEN_ENDS: &[&str] = &[
    "secret",
    "token",
    "apikey",
    "accesskey",
    "accesskeyid",
    "authkey",
    "privatekey",
    "clientsecret",
    "secretkey",
    "secretkeybase",
    "encryptionkey",
    "signingkey",
    "masterkey",
    "accountkey",
    "sharedkey",
    "apitoken",
    "authtoken",
    "accesstoken",
    "refreshtoken",
    "credential",
    "credentials",
    "apisecret",
    "appsecret",
    "licensekey",
    "servicekey",
    "hmackey",
    "webhooksecret",
    "sessionsecret",
    "jwtsecret",
    "cryptokey",
    "deploykey",
    "adminkey",
    "rootkey",
    "subscriptionkey",
    "ingestkey",
];

/// What may stand behind these ends and not change what the name means.
const TAILS: &[&str] = &[
    "",
    "value",
    "plain",
    "plaintext",
    "default",
    "dev",
    "prod",
    "production",
    "staging",
    "live",
    "test",
];

/// Words before a name's end that say it is no credential: `next_token`, `csrf_token`, `hashed_password`.
const HARMLESS_TOKENS: &[&str] = &[
    "change",
    "request",
    "continuation",
    "next",
    "previous",
    "prev",
    "page",
    "pagination",
    "paging",
    "cursor",
    "sync",
    "csrf",
    "xsrf",
    "design",
    "cancellation",
    "idempotency",
    "resume",
    "sequence",
    "start",
    "end",
    "eos",
    "bos",
    "pad",
    "unk",
    "mask",
    "sep",
    "special",
    "lock",
    "marker",
    "state",
    "concurrency",
    "public",
];
const HARMLESS_PASSWORDS: &[&str] =
    &["encoded", "hashed", "hash", "masked", "wrong", "invalid", "incorrect", "bad", "expected"];

/// The bytes of the value given to the name around `keyword` (a match of one of the rule's keywords).
pub fn value(
    text: &[u8],
    keyword: &Range<usize>,
    kind: Kind,
    matcher: Matcher,
) -> Option<Range<usize>> {
    let name = name_around(text, keyword)?;
    if !is_secret_name(&text[name.clone()], matcher) {
        return None;
    }
    let at = after_name(text, &name, kind)?;
    let value = literal(text, &name, at, kind)?;
    (!value.is_empty()).then_some(value)
}

pub(super) fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

fn name_around(text: &[u8], keyword: &Range<usize>) -> Option<Range<usize>> {
    let left = text[..keyword.start].iter().rev().take(MAX_NAME).take_while(|b| is_name_byte(**b));
    let start = keyword.start - left.count();
    let right = text[keyword.end..].iter().take(MAX_NAME).take_while(|b| is_name_byte(**b));
    let end = keyword.end + right.count();
    (end - start <= MAX_NAME).then_some(start..end)
}

/// Whether the name ends in a word that says "secret": whole words, in snake, kebab and camel case.
fn is_secret_name(name: &[u8], matcher: Matcher) -> bool {
    let (ends, harmless) = match matcher {
        Matcher::Password => (PASSWORD_ENDS, HARMLESS_PASSWORDS),
        Matcher::Token => (TOKEN_ENDS, HARMLESS_TOKENS),
        Matcher::Url => return false,
    };
    let words = words(name);
    (0..=1).any(|dropped| {
        let Some(kept) = words.len().checked_sub(dropped) else {
            return false;
        };
        let tail = words[kept..].concat();
        let tail = tail.trim_end_matches(|c: char| c.is_ascii_digit());
        TAILS.contains(&tail)
            && (1..=3.min(kept)).any(|n| {
                let end = words[kept - n..kept].concat();
                let before = words[..kept - n].last().map_or("", String::as_str);
                ends.contains(&end.trim_end_matches(|c: char| c.is_ascii_digit()))
                    && !harmless.contains(&before)
            })
            || dropped == 0 && kept > 0 && ends_in_joined_word(&words[kept - 1], ends)
    })
}

/// `dbpassword`, `mysqlpwd`, `authtoken`: the word joined to another in lower case. Short ends would match by chance.
fn ends_in_joined_word(word: &str, ends: &[&str]) -> bool {
    let word = word.trim_end_matches(|c: char| c.is_ascii_digit());
    ends.iter().any(|end| end.len() >= 6 && word.len() > end.len() && word.ends_with(end))
        || ["dbpass", "dbpwd", "userpass", "smtppass", "ftppass", "rootpass", "adminpass"]
            .contains(&word)
}

/// Lower-case words of an identifier.
fn words(name: &[u8]) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut previous = b'_';
    for (index, byte) in name.iter().copied().enumerate() {
        let next_is_lower = name.get(index + 1).is_some_and(u8::is_ascii_lowercase);
        let breaks = !byte.is_ascii_alphanumeric()
            || (byte.is_ascii_uppercase()
                && (previous.is_ascii_lowercase()
                    || previous.is_ascii_digit()
                    || (previous.is_ascii_uppercase() && next_is_lower)));
        if breaks && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if byte.is_ascii_alphanumeric() {
            word.push(char::from(byte.to_ascii_lowercase()));
        }
        previous = byte;
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

pub(super) fn skip_blanks(text: &[u8], mut at: usize) -> usize {
    let end = (at + 40).min(text.len());
    while at < end && matches!(text[at], b' ' | b'\t') {
        at += 1;
    }
    at
}

/// Where the value begins, after an operator that gives it to the name.
fn after_name(text: &[u8], name: &Range<usize>, kind: Kind) -> Option<usize> {
    let before = name.start.checked_sub(1).map(|at| text[at]);
    let mut at = name.end;
    let mut quoted = false;
    // `\"password\"`, `"password"`, `['password']`.
    if text.get(at) == Some(&b'\\') {
        at += 1;
    }
    if matches!(text.get(at), Some(b'"' | b'\'' | b'`')) {
        let close = text[at];
        // A quote that closes what was not opened before the name is the end of a string, not of a key.
        quoted =
            before == Some(close) || (close != b'`' && matches!(before, Some(b'.' | b'-' | b'_')));
        if !quoted {
            return None;
        }
        at += 1;
        if text.get(at) == Some(&b']') {
            at += 1;
        }
    }
    if before == Some(b'<') && text.get(at) == Some(&b'>') {
        return Some(at + 1);
    }
    let told = notation::pair_value(text, name, at)
        .or_else(|| notation::element_text(text, name, at).filter(|_| quoted))
        .or_else(|| notation::method_argument(text, name, at).filter(|_| !quoted));
    if told.is_some() {
        return told;
    }
    // `${DB_PASSWORD:default}`, `${DB_PASSWORD:-default}`, `${db.password:default}`.
    if is_expansion(text, name) {
        return match text.get(at..(at + 2).min(text.len()))? {
            [b':', b'-' | b'='] => Some(at + 2),
            // `${X:+word}` and `${X:?message}` give it no value.
            [b':', b'+' | b'?'] => None,
            [b':' | b'-', _] => Some(at + 1),
            _ => None,
        };
    }
    let blank = matches!(text.get(at), Some(b' ' | b'\t'));
    let operator = skip_blanks(text, at);
    let rest = &text[operator.min(text.len())..];
    if let Some(length) = notation::fallback(rest) {
        return Some(skip_blanks(text, operator + length));
    }
    let after = match rest {
        [b'=', b'=', b'=', ..] => 3,
        [b'=', b'=' | b'>', ..] | [b':' | b'?', b'=', ..] => 2,
        [b'!' | b'<' | b'>' | b'+', ..] => return None,
        [b':', b':', ..] => return None,
        [b'=' | b':', ..] => 1,
        [b',', ..] if quoted && notation::is_setter(text, name) => {
            if let Some(value) = notation::default_of(text, operator, kind) {
                return Some(value);
            }
            1
        }
        [b',' | b'{', ..] if quoted => return notation::default_of(text, operator, kind),
        // `ENV DB_PASSWORD value`, `--password value`.
        [next, ..] if blank && !matches!(next, b'\n' | b'\r') => {
            let flag = name.start >= 2 && &text[name.start - 2..name.start] == b"--";
            let dashes = text[name.clone()].starts_with(b"--");
            let instruction = kind == Kind::Dockerfile && is_env_instruction(text, name.start);
            if !(flag || dashes || instruction) && kind == Kind::Code && !quoted {
                return notation::statement(text, name, operator);
            }
            return (flag || dashes || instruction).then_some(operator);
        }
        _ => return None,
    };
    let mut at = skip_blanks(text, operator + after);
    // A type between name and value: `password: str = "x"`, `password: &'static str = "x"`.
    if rest[0] == b':' && after == 1 && kind == Kind::Code {
        let line_end = memchr::memchr2(b'\n', b'\r', &text[at..(at + 60).min(text.len())])
            .map_or((at + 60).min(text.len()), |n| at + n);
        if let Some(equals) = memchr::memchr(b'=', &text[at..line_end]) {
            let annotation = &text[at..at + equals];
            let is_type = !annotation.is_empty()
                && annotation
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || b" _.&'[]<>|?*".contains(b))
                && !matches!(annotation[0], b'\'' | b'"');
            if is_type {
                at = skip_blanks(text, at + equals + 1);
            }
        }
    }
    Some(notation::unwrapped(text, at))
}

/// Whether the name is that of a variable between `${` and `}`.
fn is_expansion(text: &[u8], name: &Range<usize>) -> bool {
    let left = text[..name.start].iter().rev().take(MAX_NAME);
    let more = left.take_while(|b| is_name_byte(**b) || **b == b'.').count();
    text[..name.start - more].ends_with(b"${")
}

fn is_env_instruction(text: &[u8], at: usize) -> bool {
    let line_start = memchr::memrchr(b'\n', &text[..at]).map_or(0, |newline| newline + 1);
    let head = text[line_start..at].trim_ascii().to_ascii_uppercase();
    head == b"ENV" || head == b"ARG"
}

/// The literal at `at`: quoted anywhere, bare where the format of the file has bare strings.
fn literal(text: &[u8], name: &Range<usize>, at: usize, kind: Kind) -> Option<Range<usize>> {
    let mut at = at;
    // String prefixes: Python's b r u f, C#'s @ $, C's L.
    let mut prefix = 0;
    while prefix < 2
        && matches!(
            text.get(at + prefix),
            Some(b'b' | b'r' | b'u' | b'f' | b'B' | b'R' | b'U' | b'F' | b'@' | b'L')
        )
    {
        prefix += 1;
        if matches!(text.get(at + prefix), Some(b'"' | b'\'')) {
            let is_format = text[at..at + prefix].iter().any(|b| matches!(b, b'f' | b'F'));
            at += prefix;
            let line = &text[at..(at + MAX_VALUE).min(text.len())];
            let line = &line[..memchr::memchr(b'\n', line).unwrap_or(line.len())];
            if is_format && line.contains(&b'{') {
                return None;
            }
            break;
        }
    }
    if text.get(at) == Some(&b'\\') && matches!(text.get(at + 1), Some(b'"' | b'\'')) {
        at += 1;
    }
    match text.get(at)? {
        quote @ (b'"' | b'\'' | b'`') => quoted(text, at, *quote),
        b'>' | b'(' | b'[' | b'{' => None,
        _ => bare(text, name, at, kind),
    }
}

fn quoted(text: &[u8], open: usize, quote: u8) -> Option<Range<usize>> {
    let mut start = open + 1;
    let mut close_escaped = open > 0 && text[open - 1] == b'\\';
    if text.get(start..start + 2) == Some(&[quote, quote]) {
        start += 2;
    } else if text.get(start..start + 2) == Some(&[b'\\', quote]) {
        // A literal of another language inside the string: `"\"value\""`.
        start += 2;
        close_escaped = true;
    }
    let frame = &text[start..(start + MAX_VALUE).min(text.len())];
    let mut end = None;
    let mut index = 0;
    while index < frame.len() {
        match frame[index] {
            b'\n' | b'\r' => return None,
            b'\\' if frame.get(index + 1) == Some(&quote) => {
                // `\"value\"` inside a string: the escaped quote closes what an escaped quote opened.
                if close_escaped {
                    end = Some(index);
                    break;
                }
                index += 1;
            }
            byte if byte == quote => {
                end = Some(index);
                break;
            }
            _ => {}
        }
        index += 1;
    }
    let end = start + end?;
    // `"part" + other` is a piece of a value, not the value.
    let next = skip_blanks(text, (end + 1).min(text.len()));
    match text.get(next..(next + 2).min(text.len())) {
        Some([b'+' | b'%', ..] | [b'.', b'.' | b'$' | b' ' | b'"' | b'\'']) => None,
        Some([b'.', b'a'..=b'z']) if makes_another(&text[next + 1..]) => None,
        _ => Some(start..end),
    }
}

/// A method of a string that makes another text of it; `"x".getBytes()`, `"x".to_owned()` and the like do not.
fn makes_another(method: &[u8]) -> bool {
    const METHODS: &[&[u8]] = &[
        b"format", b"join", b"replace", b"concat", b"repeat", b"sub", b"gsub", b"split",
        b"sprintf", b"tr(",
    ];
    METHODS.iter().any(|name| method.starts_with(name))
}

fn bare(text: &[u8], name: &Range<usize>, at: usize, kind: Kind) -> Option<Range<usize>> {
    let is_upper = !text[name.clone()].iter().any(u8::is_ascii_lowercase);
    let tight = text.get(name.end) == Some(&b'=') && at == name.end + 1;
    if is_expansion(text, name) {
        let length = memchr::memchr2(b'}', b'\n', &text[at..(at + MAX_VALUE).min(text.len())])?;
        return (text[at + length] == b'}').then_some(at..at + length);
    }
    let behind = text.get(name.end..name.end + 2);
    let in_xml = at > 0
        && text[at - 1] == b'>'
        && behind.is_some_and(|behind| behind[0] == b'>' || behind == b"\">" || behind == b"'>");
    let whole_line = matches!(kind, Kind::Env | Kind::Ini);
    let flag = at > name.end && text[name.end] == b' ' && !tight;
    let allowed = in_xml
        || whole_line
        || matches!(kind, Kind::Yaml)
        || matches!(kind, Kind::Shell | Kind::Dockerfile) && (tight || flag)
        || matches!(kind, Kind::Prose | Kind::Other) && tight && is_upper;
    if !allowed {
        return None;
    }
    let frame = &text[at..(at + MAX_VALUE).min(text.len())];
    let stop = |byte: u8| match byte {
        b'\n' | b'\r' => true,
        b'<' => in_xml,
        b' ' | b'\t' => !in_xml,
        b',' | b';' | b')' | b'`' => !whole_line && !in_xml,
        b'"' | b'\'' => !whole_line,
        _ => false,
    };
    let end = frame.iter().position(|b| stop(*b)).unwrap_or(frame.len());
    // Bare text goes on to the end of its line, or to a comment; several words are prose.
    let rest = frame[end..].trim_ascii_start();
    let alone = in_xml
        || rest.is_empty()
        || frame.get(end).is_some_and(|b| b"\n\r,;\"'`".contains(b))
        || matches!(rest.first(), Some(b'#' | b'\n' | b'\r' | b';'))
        || frame[end..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
            < frame.len() - end
            && matches!(kind, Kind::Shell | Kind::Dockerfile);
    let is_whole = frame.len() < MAX_VALUE || end < frame.len();
    (alone && is_whole).then_some(at..at + end)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str, kind: Kind) -> Option<&str> {
        let lower = line.to_ascii_lowercase();
        for matcher in [Matcher::Password, Matcher::Token] {
            for word in ["pass", "pwd", "secret", "token", "key", "credential"] {
                for (at, _) in lower.match_indices(word) {
                    if let Some(range) =
                        value(line.as_bytes(), &(at..at + word.len()), kind, matcher)
                    {
                        return Some(&line[range]);
                    }
                }
            }
        }
        None
    }

    #[test]
    fn values_are_found_in_every_notation() {
        for (line, kind, expected) in [
            ("password = \"hunter2x\"", Kind::Code, Some("hunter2x")),
            ("dbPassword: 'hunter2x',", Kind::Code, Some("hunter2x")),
            ("password: str = \"hunter2x\"", Kind::Code, Some("hunter2x")),
            ("let pass: &'static str = \"hunter2x\";", Kind::Code, Some("hunter2x")),
            ("config[\"password\"] = 'hunter2x'", Kind::Code, Some("hunter2x")),
            ("{\"api_key\": \"hunter2x\"}", Kind::Json, Some("hunter2x")),
            ("{\\\"password\\\": \\\"hunter2x\\\"}", Kind::Code, Some("hunter2x")),
            ("DB_PASSWORD=hunter2x", Kind::Env, Some("hunter2x")),
            ("export API_TOKEN=hunter2x", Kind::Shell, Some("hunter2x")),
            ("password: hunter2x # note", Kind::Yaml, Some("hunter2x")),
            ("<password>hunter2x</password>", Kind::Xml, Some("hunter2x")),
            ("ENV DB_PASSWORD hunter2x", Kind::Dockerfile, Some("hunter2x")),
            ("mysql --password hunter2x -u root", Kind::Shell, Some("hunter2x")),
            ("props.put(\"db.password\", \"hunter2x\")", Kind::Code, Some("hunter2x")),
            ("if password == \"hunter2x\" {", Kind::Code, Some("hunter2x")),
            ("spring.datasource.data=${MYSQL_PASS:hunter2x}", Kind::Ini, Some("hunter2x")),
            ("      DATA: ${DB_PASSWORD:-hunter2x}", Kind::Yaml, Some("hunter2x")),
            ("case \"${DB_PASSWORD:+hunter2x}\" in", Kind::Shell, None),
            ("char[] password = \"hunter2x\".toCharArray();", Kind::Code, Some("hunter2x")),
            ("define('DB_PASSWORD', 'hunter2x');", Kind::Code, Some("hunter2x")),
            ("'password' => 'hunter2x' . $suffix", Kind::Code, None),
            ("password = \"hunter{}\".format(x)", Kind::Code, None),
            ("for name in [\"password\", \"hunter2x\"]:", Kind::Code, None),
            ("encoder.matches(\"password\", \"hunter2x\")", Kind::Code, None),
            ("\"nextToken\": \"hunter2x\"", Kind::Json, None),
            ("- name: DB_PASSWORD\n  value: hunter2x\n", Kind::Yaml, Some("hunter2x")),
            ("<add key=\"SmtpPassword\" value=\"hunter2x\" />", Kind::Xml, Some("hunter2x")),
            ("{ \"key\": \"token\", \"value\": \"hunter2x\" }", Kind::Json, Some("hunter2x")),
            ("<entry key=\"db.password\">hunter2x</entry>", Kind::Xml, Some("hunter2x")),
            ("dataSource.setPassword(\"hunter2x\");", Kind::Code, Some("hunter2x")),
            (".password(\"hunter2x\")", Kind::Code, Some("hunter2x")),
            ("process.env.DB_PASSWORD || 'hunter2x'", Kind::Code, Some("hunter2x")),
            ("os.getenv(\"DB_PASSWORD\") or \"hunter2x\"", Kind::Code, Some("hunter2x")),
            ("ENV['API_TOKEN'] ||= 'hunter2x'", Kind::Code, Some("hunter2x")),
            ("p.add_argument('--password', default='hunter2x')", Kind::Code, Some("hunter2x")),
            ("variable \"db_password\" {\n default = \"hunter2x\"\n}", Kind::Hcl, Some("hunter2x")),
            ("    storePassword \"hunter2x\"", Kind::Code, Some("hunter2x")),
            ("let token = String::from(\"hunter2x\");", Kind::Code, Some("hunter2x")),
            ("f(\"String\", \"API_KEY\", \"\\\"hunter2x\\\"\")", Kind::Code, Some("hunter2x")),
            ("password = f\"hunter2x\"", Kind::Code, Some("hunter2x")),
            ("password = f\"hunter{n}\"", Kind::Code, None),
            ("@Value(\"${db.password:hunter2x}\")", Kind::Code, Some("hunter2x")),
            ("password.value = \"hunter2x\"", Kind::Code, None),
            ("check_password(\"hunter2x\")", Kind::Code, None),
            ("encodePassword(\"hunter2x\")", Kind::Code, None),
            ("if token or \"hunter2x\" in names:", Kind::Code, None),
            ("hashedPassword = \"hunter2x\"", Kind::Code, None),
            ("password_field = \"hunter2x\"", Kind::Code, None),
            ("password = get_password()", Kind::Code, None),
            ("bypass = \"hunter2x\"", Kind::Code, None),
            ("token_type = \"hunter2x\"", Kind::Code, None),
            ("password = \"abc\" + suffix", Kind::Code, None),
            ("echo \"password\" \"hunter2x\"", Kind::Code, None),
            ("Enter the password: then press return", Kind::Prose, None),
            ("compass: 'north-1'", Kind::Code, None),
        ] {
            assert_eq!(found(line, kind), expected, "{line}");
        }
    }
}
