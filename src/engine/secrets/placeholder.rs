//! Tells a value that stands for a secret from a secret: placeholders, references to where the secret really is, test
//! patterns. Errs towards keeping a value: what is dropped here is dropped for every rule.

/// Words that say "put yours here" wherever they stand in a value, lower case.
const MARKERS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "replaceme",
    "replace-me",
    "replace_me",
    "redacted",
    "removed",
    "xxxx",
    "****",
    "....",
    "insert-",
    "insert_",
    "your-",
    "your_",
    "yourkey",
    "yourapi",
    "yoursecret",
    "yourtoken",
    "yourpass",
    "enter-",
    "enter_",
    "put-your",
    "put_your",
    "fill-in",
    "fill_in",
    "todo",
    "fixme",
    "not-a-real",
    "notarealkey",
    "not_a_real",
    "dummy",
    "foobar",
    "foo-bar",
    "foo_bar",
    "lorem",
    "<your",
    "my-secret",
    "mysecret",
    "my_secret",
    "my-token",
    "mytoken",
    "my_token",
    "my-api",
    "my_api",
    "some-secret",
    "some_secret",
    "super-secret",
    "supersecret",
    "super_secret",
    "verysecret",
    "very-secret",
    "topsecret",
    "top-secret",
    "no-secret",
    "nosecret",
    "somesecret",
    "secret-key",
    "secret_key",
    "secretkey",
    "test-key",
    "test_key",
    "testkey",
    "test-token",
    "test_token",
    "testtoken",
    "fake-",
    "fake_",
    "fakekey",
    "faketoken",
    "sample",
    "wrongpass",
    "wrong_pass",
    "wrong-pass",
    "invalidpass",
    "invalid_pass",
    "badpass",
    "bad_pass",
    "incorrect",
];

/// Markers that hold even in a token of a provider's own shape, where a short word may stand by chance.
const STRONG_MARKERS: &[&str] = &[
    "example",
    "placeholder",
    "changeme",
    "change-me",
    "change_me",
    "replaceme",
    "replace_me",
    "redacted",
    "xxxx",
    "****",
    "....",
    "yourtoken",
    "your_",
    "your-",
    "fakekey",
    "notarealkey",
    "dummykey",
    "deadbeefdeadbeef",
];

/// How strictly to judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The value has a provider's own shape; only plain placeholders are dropped.
    Provider,
    /// Only the name next to it says that it is a secret.
    Generic,
}

/// Why a value is not a secret, as a word for `--explain`; `None` when it may be one.
pub fn reason(value: &[u8], shape: Shape) -> Option<&'static str> {
    let lower = value.to_ascii_lowercase();
    let markers = if shape == Shape::Provider { STRONG_MARKERS } else { MARKERS };
    if markers.iter().any(|marker| contains(&lower, marker.as_bytes())) {
        return Some("placeholder word");
    }
    if shape == Shape::Generic && is_shouted(value) {
        return Some("placeholder word");
    }
    if is_reference(value) {
        return Some("reference");
    }
    if is_monotonous(&lower) {
        return Some("repeated characters");
    }
    if is_sequence(&lower, shape) {
        return Some("character sequence");
    }
    None
}

/// `PASSWORD`, `DB_PASS`, `YOUR-TOKEN`: a word in capitals where documentation wants a value.
fn is_shouted(value: &[u8]) -> bool {
    const WORDS: &[&[u8]] = &[
        b"PASS",
        b"PASSWORD",
        b"PASSWD",
        b"PWD",
        b"PW",
        b"SECRET",
        b"TOKEN",
        b"KEY",
        b"APIKEY",
        b"USER",
        b"HOST",
    ];
    value.iter().all(|b| b.is_ascii_uppercase() || matches!(b, b'_' | b'-'))
        && value.split(|b| matches!(b, b'_' | b'-')).any(|word| WORDS.contains(&word))
}

fn contains(text: &[u8], word: &[u8]) -> bool {
    memchr::memmem::find(text, word).is_some()
}

/// `${X}`, `$(cmd)`, `{{ x }}`, `%(x)s`, `<x>`, `#{x}`, `@@x@@`, `ENC[...]`, `vault:...`: the secret is elsewhere.
fn is_reference(value: &[u8]) -> bool {
    const INSIDE: &[&[u8]] = &[
        b"${",
        b"$(",
        b"{{",
        b"}}",
        b"<%",
        b"%>",
        b"%(",
        b"%{",
        b"#{",
        b"$[",
        b"<<",
        b"ENC[",
        b"{%",
        b"process.env",
        b"os.environ",
        b"getenv",
        b"secrets.",
        b"vars.",
        b"arn:aws:",
        b"op://",
        b"env.",
        b"ref+",
        b"kms:",
    ];
    const START: &[&[u8]] =
        &[b"$", b"vault:", b"!vault", b"@", b"file:", b"env:", b"ssm:", b"secret:"];
    const WHOLE: &[&str] = &[
        "none",
        "null",
        "nil",
        "true",
        "false",
        "undefined",
        "empty",
        "unset",
        "required",
        "optional",
        "default",
        "string",
        "hidden",
        "masked",
        "encrypted",
    ];
    let lower = value.to_ascii_lowercase();
    INSIDE.iter().any(|mark| contains(value, mark))
        || START.iter().any(|mark| value.starts_with(mark) && is_name(&value[mark.len()..]))
        || WHOLE.iter().any(|word| lower == word.as_bytes())
        || (value.first() == Some(&b'<') && value.last() == Some(&b'>'))
        || (value.first() == Some(&b'%') && value.last() == Some(&b'%'))
        || (value.len() < 40 && value.first() == Some(&b'{') && value.last() == Some(&b'}'))
        || (value.starts_with(b"__") && value.ends_with(b"__"))
}

fn is_name(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|b| b.is_ascii_alphanumeric() || b"_-./:{}".contains(b))
}

/// Few different characters for its length, or one that makes up most of it.
fn is_monotonous(lower: &[u8]) -> bool {
    let mut seen = [0_u32; 256];
    for byte in lower {
        seen[usize::from(*byte)] += 1;
    }
    let different = seen.iter().filter(|n| **n > 0).count();
    let most = seen.iter().max().copied().unwrap_or(0) as usize;
    (lower.len() >= 6 && different <= 2)
        || (lower.len() >= 12 && different <= 4)
        || (lower.len() >= 8 && most * 2 > lower.len())
}

/// Runs such as `12345678`, `abcdefgh`, `qwerty`, or the same block over and over.
fn is_sequence(lower: &[u8], shape: Shape) -> bool {
    let least = if shape == Shape::Provider { 10 } else { 6 };
    let mut run = 1;
    let mut longest = 1;
    for pair in lower.windows(2) {
        let step = i16::from(pair[1]) - i16::from(pair[0]);
        let wraps = (pair[0] == b'9' && (pair[1] == b'0' || pair[1] == b'a')) || pair == b"f0";
        run = if step == 1 || wraps { run + 1 } else { 1 };
        longest = longest.max(run);
    }
    if longest >= least && (shape == Shape::Generic || longest * 3 >= lower.len()) {
        return true;
    }
    if shape == Shape::Generic && (contains(lower, b"qwerty") || contains(lower, b"asdfgh")) {
        return true;
    }
    // The same block of up to eight bytes, at least three times and nothing else.
    (1..=8).any(|block| {
        lower.len() >= block * 3
            && lower.len() >= 12
            && lower[block..] == lower[..lower.len() - block]
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_that_stand_for_a_secret_are_told_from_secrets() {
        for (value, expected) in [
            ("AKIAIOSFODNN7EXAMPLE", Some("placeholder word")),
            ("your_api_key_here", Some("placeholder word")),
            ("xxxxxxxxxxxxxxxx", Some("placeholder word")),
            ("${DB_PASSWORD}", Some("reference")),
            ("$DB_PASSWORD", Some("reference")),
            ("<password>", Some("reference")),
            ("{{ vault.db }}", Some("reference")),
            ("%(password)s", Some("reference")),
            ("00000000-0000-0000-0000-000000000000", Some("repeated characters")),
            ("1234567890abcdef", Some("character sequence")),
            ("abcabcabcabc", Some("repeated characters")),
            ("PASSWORD", Some("placeholder word")),
            ("DB_PASS", Some("placeholder word")),
            ("BYPASSING", None),
            ("kP7-demo-shop-2026", None),
            ("hunter2hunter", None),
            ("p$ssw0rd!", None),
            ("9f8c2e1b7a6d5c4e", None),
        ] {
            assert_eq!(reason(value.as_bytes(), Shape::Generic), expected, "{value}");
        }
    }

    #[test]
    fn a_short_word_inside_a_provider_token_is_chance() {
        assert_eq!(reason(b"ghp_aTodo9fK2LmQ8rXw", Shape::Provider), None);
        assert!(reason(b"ghp_xxxxxxxxxxxxxxxxxxxx", Shape::Provider).is_some());
    }
}
