//! Checks of a secret's own structure, offline. A pass raises confidence; a failure lowers it and never hides a finding:
//! test suites and other versions of a format fail these checks too.

use crate::rules::Validate;
use crate::rules::template::base62;
use crate::text::crc32;
use base64::Engine as _;
use base64::engine::general_purpose::GeneralPurpose;
use base64::engine::{DecodePaddingMode, GeneralPurposeConfig};

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_decode_padding_mode(DecodePaddingMode::Indifferent)
    .with_decode_allow_trailing_bits(true);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&base64::alphabet::URL_SAFE, LENIENT);

/// Whether the structure holds.
pub fn holds(check: Validate, secret: &[u8]) -> bool {
    match check {
        Validate::Crc32Base62 => has_checksum(secret),
        Validate::Jwt => is_jwt(secret),
        Validate::Pem => is_pem(secret),
        Validate::AwsKeyId => secret
            .get(4..)
            .is_some_and(|id| id.iter().all(|b| matches!(b, b'A'..=b'Z' | b'2'..=b'7'))),
        Validate::BasicAuth => is_basic_auth(secret),
    }
}

/// GitHub's and npm's tokens: prefix, `_`, thirty characters, six of checksum.
fn has_checksum(secret: &[u8]) -> bool {
    let body = secret.rsplit(|b| *b == b'_').next().unwrap_or(secret);
    body.len() == 36 && base62(crc32(&body[..30])).as_bytes() == &body[30..]
}

fn is_jwt(secret: &[u8]) -> bool {
    let mut parts = secret.split(|b| *b == b'.');
    let mut object = || {
        let decoded = URL_SAFE.decode(parts.next()?).ok()?;
        serde_json::from_slice::<serde_json::Map<String, serde_json::Value>>(&decoded).ok()
    };
    let (Some(header), Some(_)) = (object(), object()) else {
        return false;
    };
    header.contains_key("alg")
}

/// A body of base64 between the lines, long enough for a key; escaped line ends (`\n` in JSON) count as line ends, and
/// lines may be literals of a language, joined by its operators.
fn is_pem(secret: &[u8]) -> bool {
    let text = String::from_utf8_lossy(secret).replace("\\n", "\n").replace("\\r", "");
    let inside = text.split_once("KEY-----").map_or(text.as_str(), |(_, rest)| rest);
    let inside = inside.split_once("-----END").map_or(inside, |(body, _)| body);
    let body: String = inside
        .lines()
        .filter(|line| !line.contains(": "))
        .map(|line| {
            let runs = line.split(|c: char| !c.is_ascii_alphanumeric() && !"+/=".contains(c));
            runs.max_by_key(|run| run.len()).unwrap_or_default()
        })
        .filter(|run| run.len() > 1)
        .collect();
    body.len() >= 40 && STANDARD.decode(body.as_bytes()).is_ok()
}

fn is_basic_auth(secret: &[u8]) -> bool {
    basic_password(secret).is_some_and(|password| password.len() > 2)
}

/// The password in the base64 of `user:password`.
pub fn basic_password(secret: &[u8]) -> Option<Vec<u8>> {
    let decoded = STANDARD.decode(secret).ok()?;
    let colon = decoded.iter().position(|b| *b == b':').filter(|at| *at > 0)?;
    decoded.iter().all(|b| (0x20..0x7f).contains(b)).then(|| decoded[colon + 1..].to_vec())
}

/// Shannon entropy, bits per byte; 0 for nothing.
pub fn entropy(bytes: &[u8]) -> f64 {
    if bytes.is_empty() {
        return 0.0;
    }
    let mut seen = [0_u32; 256];
    for byte in bytes {
        seen[usize::from(*byte)] += 1;
    }
    let length = bytes.len() as f64;
    seen.iter()
        .filter(|n| **n > 0)
        .map(|n| {
            let share = f64::from(*n) / length;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::template::expand;

    #[test]
    fn checksums_are_checked_over_the_thirty_characters_before() {
        let token = expand("ghp_{{crc32-base62:30}}").unwrap();
        assert!(holds(Validate::Crc32Base62, token.as_bytes()));
        let wrong = expand("ghp_{{alnum:36}}").unwrap();
        assert!(!holds(Validate::Crc32Base62, wrong.as_bytes()));
    }

    #[test]
    fn a_jwt_needs_a_header_with_an_algorithm() {
        let part = |json: &str| URL_SAFE.encode(json).replace('=', "");
        let token = format!("{}.{}.c2ln", part(r#"{"alg":"HS256"}"#), part(r#"{"sub":"demo"}"#));
        assert!(holds(Validate::Jwt, token.as_bytes()));
        let other = format!("{}.{}.c2ln", part(r#"{"x":1}"#), part(r#"{"sub":"demo"}"#));
        assert!(!holds(Validate::Jwt, other.as_bytes()));
    }

    #[test]
    fn a_pem_body_decodes_even_with_escaped_line_ends() {
        let body = STANDARD.encode("this stands for a key and is long enough to be one");
        let block = |eol: &str| {
            format!("-----BEGIN PRIVATE KEY-----{eol}{body}{eol}-----END PRIVATE KEY-----")
        };
        assert!(holds(Validate::Pem, block("\n").as_bytes()));
        assert!(holds(Validate::Pem, block("\\n").as_bytes()));
        assert!(holds(Validate::Pem, block("\\n\"\n\t\t+ \"").as_bytes()));
        assert!(holds(Validate::Pem, block(" ").as_bytes()));
        let empty = "-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----";
        assert!(!holds(Validate::Pem, empty.as_bytes()));
    }

    #[test]
    fn basic_auth_is_user_colon_password() {
        assert!(holds(Validate::BasicAuth, STANDARD.encode("demo:pa55word").as_bytes()));
        assert!(!holds(Validate::BasicAuth, STANDARD.encode("no colon here").as_bytes()));
    }

    #[test]
    fn entropy_is_in_bits_per_byte() {
        assert!((entropy(b"abcd") - 2.0).abs() < 1e-9);
        assert!(entropy(b"aaaa").abs() < 1e-9);
    }
}
