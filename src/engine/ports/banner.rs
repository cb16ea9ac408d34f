//! What a service is by the first bytes that it sends. Says what it is sure of and nothing else.

use crate::probe::shown;

/// Characters of a greeting that are shown.
const SHOWN: usize = 120;

/// A service that told what it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Service {
    /// `ssh`, `http` and so on.
    pub(super) name: &'static str,
    /// Product and version, where it told them.
    pub(super) product: Option<String>,
}

/// Recognises a greeting.
pub(super) fn recognise(banner: &[u8]) -> Option<Service> {
    let product = |text: &[u8]| Some(shown(text, SHOWN)).filter(|text| !text.is_empty());
    let line = banner.split(|byte| *byte == b'\n').next().unwrap_or(banner);
    let named = |name: &'static str, product: Option<String>| Some(Service { name, product });
    if let Some(rest) = banner.strip_prefix(b"SSH-") {
        let version = rest.split(|byte| *byte == b'\r' || *byte == b'\n').next().unwrap_or(rest);
        return named("ssh", product(version));
    }
    if banner.starts_with(b"HTTP/1.") {
        let server = banner.split(|byte| *byte == b'\n').find_map(|line| {
            let head = line.get(..7)?;
            head.eq_ignore_ascii_case(b"server:").then(|| &line[7..])
        });
        return named("http", server.and_then(product));
    }
    if banner.starts_with(b"220") {
        let upper = line.to_ascii_uppercase();
        let has = |word: &[u8]| upper.windows(word.len()).any(|window| window == word);
        let name = match (has(b"SMTP"), has(b"FTP")) {
            (true, _) => "smtp",
            (false, true) => "ftp",
            (false, false) => return None,
        };
        return named(name, product(line.get(4..).unwrap_or_default()));
    }
    if banner.starts_with(b"+OK") {
        return named("pop3", product(line.get(3..).unwrap_or_default()));
    }
    if banner.starts_with(b"* OK") {
        return named("imap", product(line.get(4..).unwrap_or_default()));
    }
    if banner.starts_with(b"RFB 0") {
        return named("vnc", product(line));
    }
    if banner.starts_with(b"-ERR unknown command")
        || banner.starts_with(b"-ERR wrong number")
        || banner.starts_with(b"-NOAUTH")
    {
        return named("redis", None);
    }
    if banner.starts_with(b"ERROR\r\n") {
        return named("memcached", None);
    }
    // A packet of MySQL: three bytes of length, number 0, protocol 10, then the version.
    if let [_, _, 0, 0, 10, version @ ..] = banner {
        let end = version.iter().position(|byte| *byte == 0).unwrap_or(version.len());
        return named("mysql", product(&version[..end]));
    }
    // An alert or a greeting of TLS.
    if let [21 | 22, 3, 0..=4, ..] = banner {
        return named("tls", None);
    }
    // Telnet begins to negotiate: IAC and WILL, WONT, DO or DONT.
    if let [255, 251..=254, ..] = banner {
        return named("telnet", None);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_are_known_by_their_greetings() {
        for (banner, name, product) in [
            (&b"SSH-2.0-OpenSSH_9.6\r\n"[..], Some("ssh"), Some("2.0-OpenSSH_9.6")),
            (
                b"HTTP/1.1 200 OK\r\nDate: x\r\nServer: nginx/1.25\r\n\r\n",
                Some("http"),
                Some("nginx/1.25"),
            ),
            (b"HTTP/1.0 400 Bad\r\n\r\n", Some("http"), None),
            (
                b"220 mail.example.com ESMTP Postfix\r\n",
                Some("smtp"),
                Some("mail.example.com ESMTP Postfix"),
            ),
            (b"220 ProFTPD Server\r\n", Some("ftp"), Some("ProFTPD Server")),
            (b"220 hello\r\n", None, None),
            (b"+OK ready\r\n", Some("pop3"), Some("ready")),
            (b"* OK ready\r\n", Some("imap"), Some("ready")),
            (b"RFB 003.008\n", Some("vnc"), Some("RFB 003.008")),
            (b"-ERR unknown command 'HEAD'\r\n", Some("redis"), None),
            (b"J\0\0\0\x0a8.0.36\0xyz", Some("mysql"), Some("8.0.36")),
            (b"\x15\x03\x03\0\x02\x02\x32", Some("tls"), None),
            (b"\xff\xfd\x18\xff", Some("telnet"), None),
            (b"", None, None),
            (b"\0\0\0", None, None),
        ] {
            let service = recognise(banner);
            assert_eq!(service.as_ref().map(|s| s.name), name, "{banner:?}");
            assert_eq!(service.and_then(|s| s.product).as_deref(), product, "{banner:?}");
        }
    }

    #[test]
    fn what_is_shown_is_printable_and_short() {
        let mut banner = b"SSH-2.0-\x1b[31m\x07".to_vec();
        banner.extend([b'x'; 500]);
        let product = recognise(&banner).unwrap().product.unwrap();
        assert!(product.chars().count() <= 120 && !product.chars().any(char::is_control));
    }
}
