//! Bytes of a file to the text that engines read: UTF-8 as it is, UTF-16 with a byte-order mark re-encoded, anything
//! else left as bytes (Latin-1 and friends are ASCII where secrets and code are). Tells text from binary.

use std::borrow::Cow;

/// What the bytes of a file are.
#[derive(Debug, PartialEq, Eq)]
pub enum Decoded<'a> {
    /// Text: UTF-8, or single bytes above 127 for legacy encodings. Without a byte-order mark.
    Text(Cow<'a, [u8]>),
    /// Not text.
    Binary,
}

/// How many bytes are looked at to tell text from binary: git's own measure.
const SNIFF: usize = 8000;

/// Decodes one file.
pub fn decode(bytes: &[u8]) -> Decoded<'_> {
    match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => text_or_binary(rest),
        // UTF-32 little endian begins like UTF-16 and then has a NUL pair.
        [0xFF, 0xFE, 0, 0, ..] => Decoded::Binary,
        [0xFF, 0xFE, rest @ ..] => Decoded::Text(Cow::Owned(utf16(rest, u16::from_le_bytes))),
        [0xFE, 0xFF, rest @ ..] => Decoded::Text(Cow::Owned(utf16(rest, u16::from_be_bytes))),
        _ => text_or_binary(bytes),
    }
}

fn text_or_binary(bytes: &[u8]) -> Decoded<'_> {
    let head = &bytes[..bytes.len().min(SNIFF)];
    if memchr::memchr(0, head).is_some() || head.starts_with(b"%PDF-") {
        Decoded::Binary
    } else {
        Decoded::Text(Cow::Borrowed(bytes))
    }
}

fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Vec<u8> {
    let units = bytes.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
    let text: String =
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
    text.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(bytes: &[u8]) -> Vec<u8> {
        match decode(bytes) {
            Decoded::Text(text) => text.into_owned(),
            Decoded::Binary => panic!("binary"),
        }
    }

    #[test]
    fn byte_order_marks_are_taken_off() {
        assert_eq!(text(b"\xEF\xBB\xBFa=1"), b"a=1");
        assert_eq!(text(b"\xFF\xFEa\0=\0\xe9\0"), "a=é".as_bytes());
        assert_eq!(text(b"\xFE\xFF\0a\0=\0\xe9"), "a=é".as_bytes());
    }

    #[test]
    fn nul_bytes_and_documents_are_binary_but_latin_1_is_text() {
        assert_eq!(decode(b"\x7fELF\x02\0\0"), Decoded::Binary);
        assert_eq!(decode(b"%PDF-1.7\n"), Decoded::Binary);
        assert_eq!(text(b"caf\xe9"), b"caf\xe9");
    }

    #[test]
    fn broken_utf_16_neither_panics_nor_loses_the_rest() {
        assert_eq!(text(b"\xFF\xFE\x00\xD8a\0x"), "\u{FFFD}a".as_bytes());
    }
}
