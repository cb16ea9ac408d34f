//! Assignments of a literal to a name that says what it is: `db_password = "..."`, `API_KEY=...`, `"token": "..."`,
//! `<password>...</password>`, `--password ...`, `put("secret", "...")`. Finds the value for a name that was found; how
//! much the value looks like a secret is judged apart from the grammar.

use super::placeholder::{self, Shape};
use super::validate::entropy;
use crate::finding::Confidence;
use crate::rules::Matcher;
use crate::target::{Context, Kind};
use std::ops::Range;

/// Longest name and value looked at, bytes.
const MAX_NAME: usize = 80;
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

fn is_name_byte(byte: u8) -> bool {
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
    let ends = match matcher {
        Matcher::Password => PASSWORD_ENDS,
        Matcher::Token => TOKEN_ENDS,
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
                ends.contains(&end.trim_end_matches(|c: char| c.is_ascii_digit()))
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

fn skip_blanks(text: &[u8], mut at: usize) -> usize {
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
    let blank = matches!(text.get(at), Some(b' ' | b'\t'));
    let operator = skip_blanks(text, at);
    let rest = &text[operator.min(text.len())..];
    let after = match rest {
        [b'=', b'=', b'=', ..] => 3,
        [b'=', b'=' | b'>', ..] | [b':', b'=', ..] | [b'?', b'=', ..] => 2,
        [b'!' | b'<' | b'>' | b'+', ..] => return None,
        [b':', b':', ..] => return None,
        [b'=' | b':', ..] => 1,
        [b',', ..] if quoted => 1,
        // `ENV DB_PASSWORD value`, `--password value`.
        [next, ..] if blank && !matches!(next, b'\n' | b'\r') => {
            let flag = name.start >= 2 && &text[name.start - 2..name.start] == b"--";
            let dashes = text[name.clone()].starts_with(b"--");
            let instruction = kind == Kind::Dockerfile && is_env_instruction(text, name.start);
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
    Some(at)
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
            Some(b'b' | b'r' | b'u' | b'B' | b'R' | b'U' | b'@' | b'L')
        )
    {
        prefix += 1;
        if matches!(text.get(at + prefix), Some(b'"' | b'\'')) {
            at += prefix;
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
    if text.get(start..start + 2) == Some(&[quote, quote]) {
        start += 2;
    }
    let frame = &text[start..(start + MAX_VALUE).min(text.len())];
    let mut end = None;
    let mut index = 0;
    while index < frame.len() {
        match frame[index] {
            b'\n' | b'\r' => return None,
            b'\\' if frame.get(index + 1) == Some(&quote) => {
                // `\"value\"` inside a string: the escaped quote closes what an escaped quote opened.
                if open > 0 && text[open - 1] == b'\\' {
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
        Some([b'+' | b'%', ..] | [b'.', b'a'..=b'z'] | [b'.', b'.']) => None,
        _ => Some(start..end),
    }
}

fn bare(text: &[u8], name: &Range<usize>, at: usize, kind: Kind) -> Option<Range<usize>> {
    let is_upper = !text[name.clone()].iter().any(u8::is_ascii_lowercase);
    let tight = text.get(name.end) == Some(&b'=') && at == name.end + 1;
    let in_xml = at > 0 && text[at - 1] == b'>' && text.get(name.end) == Some(&b'>');
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
        || frame.get(end).is_some_and(|b| matches!(b, b'\n' | b'\r' | b',' | b';' | b'"' | b'\''))
        || matches!(rest.first(), Some(b'#' | b'\n' | b'\r' | b';'))
        || frame[end..].iter().take_while(|b| matches!(b, b' ' | b'\t')).count()
            < frame.len() - end
            && matches!(kind, Kind::Shell | Kind::Dockerfile);
    (alone && frame.len() < MAX_VALUE || alone && end < frame.len()).then_some(at..at + end)
}

/// How much a value looks like the secret its name says it is; `None` when it does not.
pub fn judge(value: &[u8], matcher: Matcher, context: Context) -> Option<Confidence> {
    if placeholder::reason(value, Shape::Generic).is_some() || looks_like_code(value) {
        return None;
    }
    let confidence = match matcher {
        Matcher::Password => password(value),
        Matcher::Token => token(value),
    }?;
    // Tests and documents are full of values that were made up; there, only what nobody types by hand counts.
    let made_up = context != Context::Source && !(value.len() >= 12 && classes(value) >= 3);
    Some(if made_up { Confidence::Low } else { confidence })
}

fn classes(value: &[u8]) -> usize {
    [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation]
        .iter()
        .filter(|class| value.iter().any(|b| class(b)))
        .count()
}

/// Paths, URLs, calls, dotted names, sentences: text that other text refers to.
fn looks_like_code(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let dotted = text.contains('.')
        && text.split('.').all(|part| {
            part.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && part.chars().filter(char::is_ascii_digit).count() <= 1
        });
    dotted
        || text.contains("://")
        || text.starts_with(['/', '.', '~', '#', '&', '*', '!'])
        || text.contains("()")
        || text.contains("->")
        || text.contains("::")
        || text.contains(['(', '\\', '\t', '|', '\u{FFFD}'])
        || text.contains(char::is_whitespace)
        || text.contains("[]")
}

fn password(value: &[u8]) -> Option<Confidence> {
    let lower = value.to_ascii_lowercase();
    let has_digit = value.iter().any(u8::is_ascii_digit);
    let says_itself = ["password", "passwd", "secret", "token", "username", "passphrase", "login"]
        .iter()
        .any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some());
    let symbols = value.iter().filter(|b| b.is_ascii_punctuation() && !b"_-.".contains(b)).count();
    match value.len() {
        0..=3 => None,
        _ if value.iter().all(u8::is_ascii_digit) => (value.len() >= 6).then_some(Confidence::Low),
        // `user_password`, `password-confirmation`: a label.
        _ if says_itself && !has_digit && symbols == 0 => None,
        4..=6 => (has_digit || symbols > 0).then_some(Confidence::Low),
        _ if has_digit || symbols > 0 => {
            // `password1` and `field2` are more often names than passwords.
            let weak =
                symbols == 0 && classes(value) <= 2 && (says_itself || is_word_with_number(&lower));
            Some(if weak { Confidence::Low } else { Confidence::Medium })
        }
        _ => {
            let is_name = lower.iter().any(|b| matches!(b, b'_' | b'-' | b'.'));
            (!is_name).then_some(Confidence::Low)
        }
    }
}

/// Letters, then at most two digits, or the same in snake or kebab case.
fn is_word_with_number(lower: &[u8]) -> bool {
    let letters =
        lower.iter().take_while(|b| b.is_ascii_lowercase() || matches!(b, b'_' | b'-')).count();
    lower.len() - letters <= 2 && lower[letters..].iter().all(u8::is_ascii_digit)
}

fn token(value: &[u8]) -> Option<Confidence> {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let letters = value.iter().filter(|b| b.is_ascii_alphabetic()).count();
    let plain = value.iter().all(|b| b.is_ascii_alphanumeric() || b"_-+/=.~:".contains(b));
    if value.len() < 12 || !plain || digits < 2 || letters < 2 {
        return None;
    }
    let bits = entropy(value);
    if bits < 3.0 || !is_random(value) {
        return None;
    }
    Some(if value.len() >= 16 && bits >= 3.2 { Confidence::Medium } else { Confidence::Low })
}

/// Changes often between letters and digits, or between cases: words with a number in them do not.
fn is_random(value: &[u8]) -> bool {
    let class = |b: u8| match b {
        b'0'..=b'9' => 0,
        b'a'..=b'z' => 1,
        b'A'..=b'Z' => 2,
        _ => 3,
    };
    let changes = value
        .windows(2)
        .filter(|pair| {
            let (a, b) = (class(pair[0]), class(pair[1]));
            a != b && a != 3 && b != 3 && !(a == 2 && b == 1)
        })
        .count();
    changes * 8 >= value.len()
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

    #[test]
    fn values_are_judged_by_what_they_look_like() {
        use Confidence::{Low, Medium};
        for (value, matcher, expected) in [
            ("kP7-demo-2026", Matcher::Password, Some(Medium)),
            ("s3cr3t-pa55", Matcher::Password, Some(Medium)),
            ("p@ssphrase", Matcher::Password, Some(Medium)),
            ("password1", Matcher::Password, Some(Low)),
            ("correcthorse", Matcher::Password, Some(Low)),
            ("user_password", Matcher::Password, None),
            ("new-password", Matcher::Password, None),
            ("django.contrib.auth", Matcher::Password, None),
            ("Enter your password", Matcher::Password, None),
            ("/run/secrets/db1", Matcher::Password, None),
            ("9f8a7b6c5d4e3f2a1b0c", Matcher::Token, Some(Medium)),
            ("csrfmiddlewaretoken", Matcher::Token, None),
            ("access_token_v2_name", Matcher::Token, None),
        ] {
            assert_eq!(judge(value.as_bytes(), matcher, Context::Source), expected, "{value}");
        }
    }
}
