//! Example lines of rules. A secret in them is written as `{{class:length}}` and made when the example runs, so that no
//! live-looking secret stands in the repository. The text made is the same every time.

use crate::text::crc32;

/// Characters of each class.
const CLASSES: &[(&str, &str)] = &[
    ("digit", "0123456789"),
    ("hex", "0123456789abcdef"),
    ("HEX", "0123456789ABCDEF"),
    ("lower", "abcdefghijklmnopqrstuvwxyz"),
    ("upper", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("alnum", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
    ("ALNUM", "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    ("lalnum", "0123456789abcdefghijklmnopqrstuvwxyz"),
    ("base32", "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    ("base64", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"),
    ("base64url", "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"),
];

/// What is wrong with an example.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("\"{{{{{0}}}}}\" is not a template (expected class:length, uuid, or crc32-base62:30)")]
pub struct BadTemplate(pub String);

/// Longest text one template may make.
const MAX_LENGTH: usize = 4096;

/// The line with every template replaced.
pub fn expand(line: &str) -> Result<String, BadTemplate> {
    let mut out = String::with_capacity(line.len() + 64);
    let mut random = Sequence::seeded(line);
    let mut rest = line;
    while let Some(start) = rest.find("{{") {
        let Some(length) = rest[start..].find("}}") else {
            break;
        };
        out.push_str(&rest[..start]);
        let template = &rest[start + 2..start + length];
        match made(template, &mut random) {
            Some(text) => out.push_str(&text),
            // A template language of the example's own (`{{ vault_token }}`) is text.
            None if template.starts_with(' ')
                || !template.contains(':') && !is_bare_class(template) =>
            {
                out.push_str(&rest[start..start + length + 2]);
            }
            None => return Err(BadTemplate(template.to_owned())),
        }
        rest = &rest[start + length + 2..];
    }
    out.push_str(rest);
    Ok(out)
}

fn made(template: &str, random: &mut Sequence) -> Option<String> {
    if template == "uuid" {
        let groups: Vec<String> =
            [8, 4, 4, 4, 12].iter().map(|n| random.text("0123456789abcdef", *n)).collect();
        return Some(groups.join("-"));
    }
    let (class, length) = template.split_once(':')?;
    let length: usize = length.parse().ok().filter(|n| *n <= MAX_LENGTH)?;
    if class == "crc32-base62" {
        let body = random.text(characters("alnum")?, length);
        let check = base62(crc32(body.as_bytes()));
        return Some(body + &check);
    }
    Some(random.text(characters(class)?, length))
}

/// A class whose length was forgotten.
fn is_bare_class(template: &str) -> bool {
    template == "crc32-base62" || characters(template).is_some()
}

fn characters(class: &str) -> Option<&'static str> {
    CLASSES.iter().find(|(name, _)| *name == class).map(|(_, characters)| *characters)
}

/// A small linear congruential sequence (Knuth's MMIX constants); examples need variety, not randomness.
struct Sequence(u64);

impl Sequence {
    fn seeded(text: &str) -> Self {
        Self(text.bytes().fold(0x9E37_79B9_7F4A_7C15, |state, byte| {
            (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        }))
    }

    fn text(&mut self, characters: &str, length: usize) -> String {
        let characters = characters.as_bytes();
        (0..length)
            .map(|_| {
                self.0 = self
                    .0
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                char::from(characters[(self.0 >> 33) as usize % characters.len()])
            })
            .collect()
    }
}

/// A checksum as six base62 digits (0-9, A-Z, a-z), most significant first.
pub fn base62(mut value: u32) -> String {
    let digits = CLASSES[5].1.as_bytes();
    let mut out = [b'0'; 6];
    for place in out.iter_mut().rev() {
        *place = digits[(value % 62) as usize];
        value /= 62;
    }
    out.iter().map(|b| char::from(*b)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_make_the_same_text_every_time() {
        let line = "key = \"ab_{{alnum:12}}\" # {{uuid}}";
        let made = expand(line).unwrap();
        assert_eq!(made, expand(line).unwrap());
        assert_eq!(made.len(), "key = \"ab_\" # ".len() + 12 + 36);
        assert_ne!(expand("a {{hex:8}}").unwrap(), expand("b {{hex:8}}").unwrap());
    }

    #[test]
    fn foreign_templates_are_text_and_misspelt_ones_are_errors() {
        assert_eq!(expand("t: {{ vault_token }}").unwrap(), "t: {{ vault_token }}");
        assert!(expand("{{hex}}").is_err(), "a length is missing");
        assert!(expand("{{alpha:3}}").unwrap_err().to_string().contains("alpha:3"));
    }

    #[test]
    fn a_checksum_is_six_digits() {
        assert_eq!(base62(0), "000000");
        assert_eq!(base62(61), "00000z");
    }
}
