//! Text as bytes with places in it: line index, decoding, escaping for each sink, redaction of secrets.

pub mod decode;
pub mod escape;
pub mod line_hash;
pub mod lines;
pub mod redact;

/// Lower-case hex of bytes.
pub fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes
        .iter()
        .flat_map(|b| [DIGITS[usize::from(b >> 4)] as char, DIGITS[usize::from(b & 15)] as char])
        .collect()
}
