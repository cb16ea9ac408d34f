//! How much a value looks like a secret: a password, a token, or a word that somebody put where one belongs.

use super::placeholder::{self, Shape};
use super::validate::entropy;
use crate::finding::Confidence;
use crate::rules::Matcher;
use crate::target::Context;

/// Passwords that documentation, tutorials and fresh installations use, lower case, without digits at the end.
const COMMON: &[&str] = &[
    "abc",
    "abcd",
    "admin",
    "administrator",
    "app",
    "apppass",
    "bar",
    "baz",
    "changeit",
    "dbpass",
    "dbpassword",
    "default",
    "demo",
    "dev",
    "development",
    "docker",
    "foo",
    "guest",
    "hello",
    "hunter",
    "letmein",
    "local",
    "localhost",
    "login",
    "mariadb",
    "minioadmin",
    "mongo",
    "mypass",
    "mypassword",
    "mypwd",
    "mysql",
    "pass",
    "passphrase",
    "passw",
    "passwd",
    "password",
    "passwort",
    "postgres",
    "postgresql",
    "pw",
    "pwd",
    "qwerty",
    "rabbitmq",
    "redis",
    "root",
    "rootpass",
    "rootpassword",
    "s3cr3t",
    "s3cret",
    "sa",
    "scott",
    "secret",
    "secretpassword",
    "some_password",
    "somepassword",
    "sysdba",
    "system",
    "temp",
    "test",
    "testing",
    "testpass",
    "testpassword",
    "tiger",
    "token",
    "user",
    "username",
    "userpass",
    "usr",
    "welcome",
    "xxx",
    "xyz",
];

/// Whether a password is one of those that stand for "a password", with or without some digits behind.
pub fn is_common(value: &[u8]) -> bool {
    let lower = value.to_ascii_lowercase();
    let digits = lower.iter().rev().take_while(|b| b.is_ascii_digit()).count();
    let word = &lower[..lower.len() - digits.min(4)];
    COMMON.iter().any(|common| word == common.as_bytes() || lower == common.as_bytes())
}

/// A word of letters alone with `_`, `-` or `.` between: a name of something.
fn is_name(value: &[u8]) -> bool {
    let separators = value.iter().filter(|b| b"_-.".contains(b)).count();
    separators > 0
        && separators * 2 < value.len()
        && value.iter().all(|b| b.is_ascii_alphabetic() || b"_-.".contains(b))
        && !(value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase))
}

/// `$2y$...`, `pbkdf2_sha256$...`, `{SSHA}...`: what a password was turned into; it still can be guessed, offline.
fn is_hash(value: &[u8]) -> bool {
    // A line of htpasswd: `user:hash`.
    let value = match memchr::memmem::find(value, b":$") {
        Some(colon) if colon < 40 => &value[colon + 1..],
        _ => value,
    };
    let after = |open: u8, close: u8| {
        let rest = value.strip_prefix(&[open])?;
        let end = memchr::memchr(close, rest).filter(|end| *end <= 48)?;
        Some((&rest[..end], rest.len() - end - 1))
    };
    let modular = after(b'$', b'$').is_some_and(|(scheme, left)| {
        (1..=12).contains(&scheme.len())
            && scheme.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-')
            && left >= 12
    });
    let ldap = after(b'{', b'}').is_some_and(|(_, left)| left >= 16);
    let schemes: [&[u8]; 8] =
        [b"pbkdf2", b"bcrypt", b"argon2", b"scrypt:", b"md5$", b"sha1$", b"sha256$", b"SCRAM-SHA"];
    modular || ldap || schemes.iter().any(|scheme| value.starts_with(scheme) && value.len() >= 24)
}

/// Whether the password of a medium-confidence pattern (its place says that it is one, nothing else does) is likely a
/// word in its stead: a documentation password, a name.
pub fn is_weak(value: &[u8]) -> bool {
    let is_word = value.len() < 16 && value.iter().all(u8::is_ascii_lowercase);
    is_word || is_common(value) || is_name(value) || is_hash(value)
}

/// What stands around the password of a URL: the user before it and the host behind.
pub fn is_documentation_login(user: &[u8], password: &[u8], host: &[u8]) -> bool {
    const HOSTS: &[&str] = &[
        "host",
        "hostname",
        "myhost",
        "somehost",
        "server",
        "myserver",
        "servername",
        "domain",
        "ip",
        "address",
        "endpoint",
        "url",
        "dsn",
        "example",
        "dbhost",
        "db_host",
        "addr",
    ];
    const LOCAL: &[&str] = &["localhost", "127.0.0.1", "0.0.0.0", "[::1]", "host.docker.internal"];
    let host = String::from_utf8_lossy(host).to_ascii_lowercase();
    let last = host.rsplit('.').next().unwrap_or_default();
    let reserved = matches!(last, "example" | "test" | "invalid" | "tld")
        || host.split('.').any(|label| label == "example" || label == "yourdomain");
    user.eq_ignore_ascii_case(password)
        || HOSTS.contains(&host.as_str())
        || reserved
        || LOCAL.contains(&host.as_str()) && !(password.len() >= 12 && classes(password) >= 3)
}

/// How much a value looks like the secret its name says it is; `None` when it does not.
pub fn judge(value: &[u8], matcher: Matcher, context: Context) -> Option<Confidence> {
    let is_dense = matcher == Matcher::Token && is_dense(value);
    match placeholder::reason(value, Shape::Generic) {
        // Where every symbol may stand, `%(` and `$(` do by chance.
        None | Some("reference") if is_dense => return Some(Confidence::Medium),
        None => {}
        Some(_) => return None,
    }
    if looks_like_code(value) {
        return None;
    }
    let confidence = match matcher {
        Matcher::Password | Matcher::Url => password(value),
        Matcher::Token => token(value),
    }?;
    // Tests and documents are full of values that were made up; there, only what nobody types by hand counts.
    let made_up = context != Context::Source && !(value.len() >= 12 && classes(value) >= 3);
    Some(if made_up { Confidence::Low } else { confidence })
}

/// Long, without a blank, and of letters, digits and several symbols throughout: Django's secret keys. No code is.
fn is_dense(value: &[u8]) -> bool {
    let digits = value.iter().filter(|b| b.is_ascii_digit()).count();
    let mut symbols: Vec<u8> = value.iter().copied().filter(u8::is_ascii_punctuation).collect();
    symbols.sort_unstable();
    symbols.dedup();
    (32..=128).contains(&value.len())
        && value.iter().all(|b| b.is_ascii_alphanumeric() || b"!@#$%^&*(-_=+".contains(b))
        && digits * 16 >= value.len()
        && symbols.len() >= 4
        && entropy(value) >= 4.2
}

fn classes(value: &[u8]) -> usize {
    [u8::is_ascii_lowercase, u8::is_ascii_uppercase, u8::is_ascii_digit, u8::is_ascii_punctuation]
        .iter()
        .filter(|class| value.iter().any(*class))
        .count()
}

/// Paths, URLs, calls, dotted names, sentences: text that other text refers to.
fn looks_like_code(value: &[u8]) -> bool {
    let text = String::from_utf8_lossy(value);
    let expression = text.starts_with('^')
        || ["[a-", "[A-", "[0-9", "[^", ".*", ".+"].iter().any(|mark| text.contains(mark));
    let dotted = text.contains('.')
        && text.split('.').all(|part| {
            part.chars().next().is_some_and(|c| c.is_ascii_alphabetic() || c == '_')
                && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
                && part.chars().filter(char::is_ascii_digit).count() <= 1
        });
    let path = text.contains('/')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./".contains(&b))
        && text.rsplit_once('.').is_some_and(|(_, extension)| {
            (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_lowercase())
        });
    dotted
        || path
        || expression
        || text.contains("://")
        || text.starts_with('[') && text.ends_with(']')
        || text.starts_with(['/', '.', '~', '#', '&', '*', '!'])
        || text.contains("()")
        || text.contains("->")
        || text.contains("::")
        || text.contains(['(', '\\', '\t', '|', '\u{FFFD}'])
        || text.contains(char::is_whitespace)
        || text.contains("[]")
}

fn password(value: &[u8]) -> Option<Confidence> {
    // Spring's mark of a password in the clear.
    let value = value.strip_prefix(b"{noop}").unwrap_or(value);
    if is_hash(value) {
        return Some(Confidence::Low);
    }
    let lower = value.to_ascii_lowercase();
    let has_digit = value.iter().any(u8::is_ascii_digit);
    let says_itself =
        ["password", "passwd", "secret", "token", "username", "passphrase", "passwort", "login"]
            .iter()
            .any(|word| memchr::memmem::find(&lower, word.as_bytes()).is_some());
    let symbols = value.iter().filter(|b| b.is_ascii_punctuation() && !b"_-.".contains(b)).count();
    let ends_in_mark = value.last().is_some_and(u8::is_ascii_punctuation);
    let is_marked = value.iter().any(|b| b.is_ascii_punctuation() && !b"_-.:=".contains(b));
    match value.len() {
        0..=3 => None,
        _ if value.iter().all(u8::is_ascii_digit) => (value.len() >= 6).then_some(Confidence::Low),
        // `user_password`, `--password=`, `confirmed:password`: a label.
        _ if says_itself && !has_digit && !is_marked => None,
        // `New-Password!`: a heading.
        _ if says_itself && !has_digit && symbols == 1 && ends_in_mark => Some(Confidence::Low),
        // `new_password2`, `FORBIDDEN_PASSWORD1`: a name.
        _ if says_itself && symbols == 0 && is_numbered_name(value) => None,
        // A word of a language that is not written in ASCII.
        _ if !has_digit && symbols == 0 && !value.is_ascii() => None,
        4..=6 => (has_digit || symbols > 0).then_some(Confidence::Low),
        _ if has_digit || symbols > 0 => {
            // `password1` and `field2` are more often names than passwords.
            let weak =
                symbols == 0 && classes(value) <= 2 && (says_itself || is_word_with_number(&lower))
                    || is_common(value)
                    || is_shouted_name(value);
            Some(if weak { Confidence::Low } else { Confidence::Medium })
        }
        _ => {
            let is_name = lower.iter().any(|b| matches!(b, b'_' | b'-' | b'.'));
            (!is_name).then_some(Confidence::Low)
        }
    }
}

/// `new_password2`, `sha256_password`: words in snake or kebab case, in one case, with digits only at the ends of words.
fn is_numbered_name(value: &[u8]) -> bool {
    let is_word = |word: &[u8]| {
        let letters = word.iter().take_while(|b| b.is_ascii_alphabetic()).count();
        letters > 0 && word[letters..].iter().all(u8::is_ascii_digit)
    };
    let one_case =
        !(value.iter().any(u8::is_ascii_lowercase) && value.iter().any(u8::is_ascii_uppercase));
    one_case
        && value.iter().any(|b| matches!(b, b'_' | b'-'))
        && value.split(|b| matches!(b, b'_' | b'-')).all(is_word)
}

/// `FORBIDDEN_VALUE2`: the name of a constant.
fn is_shouted_name(value: &[u8]) -> bool {
    value.contains(&b'_') && !value.iter().any(u8::is_ascii_lowercase) && is_numbered_name(value)
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
    let body = value.len() - value.iter().rev().take_while(|b| **b == b'=').count();
    let plain = value[..body].iter().all(|b| b.is_ascii_alphanumeric() || b"_-+/.~:".contains(b));
    // Addresses on a chain and digests are told to everybody.
    let is_address = value.len() == 42 && value.starts_with(b"0x");
    let digests: [&[u8]; 6] = [b"sha1:", b"sha256:", b"sha512:", b"sha512-", b"sha256-", b"md5:"];
    if is_address || digests.iter().any(|prefix| value.starts_with(prefix)) {
        return None;
    }
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
            ("new_password2", Matcher::Password, None),
            ("tests/main-01-basic.rs", Matcher::Password, None),
            ("7x8pvt^sb1^tms4+wn7j_b^n(zw%@o70nglaa=l739o+*#hs9#", Matcher::Token, Some(Medium)),
            ("sha256_password", Matcher::Password, None),
            ("--password=", Matcher::Password, None),
            ("confirmed:passwordAgain", Matcher::Password, None),
            ("^[A-Za-z0-9]{8,}$", Matcher::Password, None),
            ("wrong-password-1!", Matcher::Password, None),
            ("admin123", Matcher::Password, Some(Low)),
            ("New-Password!", Matcher::Password, Some(Low)),
            ("[data-test='pwd1']", Matcher::Password, None),
            ("iod^1si=ef16qzdo7#wg%(v$jpr(1zuje+5s1qum+og1+r@ua1", Matcher::Token, Some(Medium)),
            ("0xdAC17F958D2ee523a2206206994597C13D831ec7", Matcher::Token, None),
            ("sha1:9f8c2e1b7a6d5c4e9f8c2e1b7a6d5c4e9f8c2e1b", Matcher::Token, None),
            ("FORBIDDEN_VALUE2", Matcher::Password, Some(Low)),
            ("{noop}milespassword", Matcher::Password, None),
            ("{noop}kP7-demo-2026", Matcher::Password, Some(Medium)),
            ("$2y$13$Hdxlvi7OZqK3fKVNypJs.vJqQcmOo3", Matcher::Password, Some(Low)),
            ("{SSHA}PpuEwfdj7M1rs0C2W4ssSM2XEN", Matcher::Password, Some(Low)),
            ("UUID=6a38ee5-7235-44e7-8b22-816a403bad5d", Matcher::Token, None),
            ("9f8a7b6c5d4e3f2a1b0c", Matcher::Token, Some(Medium)),
            ("csrfmiddlewaretoken", Matcher::Token, None),
            ("access_token_v2_name", Matcher::Token, None),
        ] {
            assert_eq!(judge(value.as_bytes(), matcher, Context::Source), expected, "{value}");
        }
    }

    #[test]
    fn logins_of_documentation_are_known_by_user_host_and_password() {
        for (user, password, host, expected) in [
            ("app", "kP7demo2026", "db.shop.io", false),
            ("app", "kP7demo2026", "db.example.com", true),
            ("app", "kP7demo2026", "localhost", true),
            ("app", "kP7-demo-2026-long", "localhost", false),
            ("app", "kP7demo2026", "hostname", true),
            ("shopper", "shopper", "db.shop.io", true),
        ] {
            let login = [user, password, host].map(str::as_bytes);
            assert_eq!(is_documentation_login(login[0], login[1], login[2]), expected, "{host}");
        }
        for (value, expected) in
            [("tiger", true), ("Password123", true), ("s3cret", true), ("kP7demo2026", false)]
        {
            assert_eq!(is_common(value.as_bytes()), expected, "{value}");
        }
    }
}
