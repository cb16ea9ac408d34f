//! Whether a server still speaks versions of TLS that are given up. Sends the first message of such a version, made by hand,
//! and looks at the first bytes of the answer; no session comes of it.

use std::io::{Read, Write};

/// A version that is given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Old {
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
}

impl Old {
    /// Both, oldest first.
    pub const ALL: [Self; 2] = [Self::Tls10, Self::Tls11];

    const fn minor(self) -> u8 {
        match self {
            Self::Tls10 => 1,
            Self::Tls11 => 2,
        }
    }

    /// As people write it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tls10 => "TLS 1.0",
            Self::Tls11 => "TLS 1.1",
        }
    }
}

/// Suites that servers of those versions speak: AES and 3DES with RSA, DHE and ECDHE.
const SUITES: &[u16] = &[0xc013, 0xc014, 0xc009, 0xc00a, 0x0033, 0x0039, 0x002f, 0x0035, 0x000a];

fn with_length(out: &mut Vec<u8>, bytes: &[u8]) {
    // Everything here is made below and short.
    let length = u16::try_from(bytes.len()).unwrap_or(u16::MAX);
    out.extend(length.to_be_bytes());
    out.extend(bytes);
}

/// The first message of a client that speaks nothing newer.
fn hello(version: Old, name: &str) -> Vec<u8> {
    let mut body = vec![3, version.minor()];
    // No session follows, so nothing here needs to be random.
    body.extend([0x5a; 32]);
    body.push(0);
    let suites: Vec<u8> = SUITES.iter().flat_map(|suite| suite.to_be_bytes()).collect();
    with_length(&mut body, &suites);
    body.extend([1, 0]);
    let mut extensions = Vec::new();
    if name.parse::<std::net::IpAddr>().is_err() {
        let mut entry = vec![0];
        with_length(&mut entry, name.as_bytes());
        let mut list = Vec::new();
        with_length(&mut list, &entry);
        extensions.extend([0, 0]);
        with_length(&mut extensions, &list);
    }
    // Curves P-256 and P-384, uncompressed points.
    extensions.extend([0, 10, 0, 6, 0, 4, 0, 23, 0, 24]);
    extensions.extend([0, 11, 0, 2, 1, 0]);
    with_length(&mut body, &extensions);
    let length = u32::try_from(body.len()).unwrap_or(u32::MAX).to_be_bytes();
    let mut message = vec![1, length[1], length[2], length[3]];
    message.extend(body);
    let mut record = vec![22, 3, 1];
    with_length(&mut record, &message);
    record
}

/// Whether the first bytes of an answer agree to the version.
fn agrees(answer: &[u8], version: Old) -> bool {
    // A record of the handshake, in it a ServerHello of that version.
    matches!(answer, [22, 3, _, _, _, 2, _, _, _, 3, minor, ..] if *minor == version.minor())
}

/// Asks on a fresh connection.
pub fn is_spoken(stream: &mut (impl Read + Write), version: Old, name: &str) -> bool {
    if stream.write_all(&hello(version, name)).is_err() {
        return false;
    }
    let mut answer = [0; 11];
    stream.read_exact(&mut answer).is_ok() && agrees(&answer, version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_server_hello_of_that_version_agrees() {
        let hello = [22, 3, 1, 0, 50, 2, 0, 0, 46, 3, 1, 9];
        assert!(agrees(&hello, Old::Tls10) && !agrees(&hello, Old::Tls11));
        assert!(!agrees(&[21, 3, 1, 0, 2, 2, 70, 0, 0, 3, 1], Old::Tls10));
        assert!(!agrees(b"HTTP/1.1 400 Bad", Old::Tls10));
        assert!(!agrees(&[22, 3], Old::Tls10));
    }

    #[test]
    fn the_message_has_the_lengths_it_says() {
        for name in ["a.example", "127.0.0.1"] {
            let record = hello(Old::Tls11, name);
            assert_eq!(usize::from(u16::from_be_bytes([record[3], record[4]])), record.len() - 5);
            assert_eq!(usize::from(u16::from_be_bytes([record[7], record[8]])), record.len() - 9);
            assert_eq!(record[9..11], [3, 2]);
        }
    }
}
