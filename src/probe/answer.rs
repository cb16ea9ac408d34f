//! The answer of a web server, read from bytes: status, headers, body. Pure; whatever the bytes are, it takes no more memory
//! than they do.

/// Headers that are kept.
const MAX_HEADERS: usize = 200;
/// Longest value of a header that is kept, characters.
const MAX_VALUE: usize = 16 << 10;

/// An answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// Three digits.
    pub status: u16,
    /// Names in lower case, and values, in the order in which they came.
    pub headers: Vec<(String, String)>,
    /// The body, as far as it was read.
    pub body: Vec<u8>,
    /// There was more than was read.
    pub is_cut: bool,
}

/// Bytes that are no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the host does not speak HTTP")]
pub struct NotHttp;

impl Answer {
    /// The first value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Every value of a header.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// All values of a header joined, as those of a list header mean.
    pub fn joined(&self, name: &str) -> Option<String> {
        let values: Vec<&str> = self.all(name).collect();
        (!values.is_empty()).then(|| values.join(", "))
    }
}

/// What is known of a body before it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// So many bytes.
    Known(u64),
    /// In pieces, each with its length.
    Pieces,
    /// Until the connection ends.
    UntilEnd,
}

/// Where the head of an answer ends, if it has come: the first byte of the body.
pub fn head_end(bytes: &[u8]) -> Option<usize> {
    let with = memchr::memmem::find(bytes, b"\r\n\r\n").map(|at| at + 4);
    let without = memchr::memmem::find(bytes, b"\n\n").map(|at| at + 2);
    match (with, without) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}

/// Reads a head.
pub fn head(bytes: &[u8]) -> Result<Answer, NotHttp> {
    let text = String::from_utf8_lossy(bytes);
    let mut lines = text.split('\n').map(|line| line.trim_end_matches('\r'));
    let first = lines.next().unwrap_or_default();
    let mut words = first.split_whitespace();
    let is_http = words.next().is_some_and(|word| word.starts_with("HTTP/1."));
    let status = words.next().filter(|word| word.len() == 3).and_then(|word| word.parse().ok());
    let (true, Some(status)) = (is_http, status) else { return Err(NotHttp) };
    let mut answer = Answer { status, ..Answer::default() };
    for line in lines {
        let Some((name, value)) = line.split_once(':') else { continue };
        let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
        if name.is_empty() || !name.bytes().all(is_token) || answer.headers.len() >= MAX_HEADERS {
            continue;
        }
        let value = value.trim().chars().filter(|c| !c.is_control()).take(MAX_VALUE).collect();
        answer.headers.push((name.to_ascii_lowercase(), value));
    }
    Ok(answer)
}

/// How long the body is that follows a head.
pub fn length(answer: &Answer, to_head: bool) -> Length {
    if to_head || matches!(answer.status, 100..=199 | 204 | 304) {
        return Length::Known(0);
    }
    let pieces = answer.joined("transfer-encoding");
    if pieces.is_some_and(|value| value.to_ascii_lowercase().contains("chunked")) {
        return Length::Pieces;
    }
    match answer.header("content-length").and_then(|value| value.parse().ok()) {
        Some(length) => Length::Known(length),
        None => Length::UntilEnd,
    }
}

/// The body out of pieces, and whether the last one has come. Stops at `most` bytes.
pub fn pieces(mut bytes: &[u8], most: usize) -> (Vec<u8>, bool) {
    let mut body = Vec::new();
    loop {
        let Some(end) = memchr::memchr(b'\n', bytes) else { return (body, false) };
        let size = std::str::from_utf8(&bytes[..end]).unwrap_or_default();
        let size = size.split(';').next().unwrap_or_default().trim();
        let Ok(size) = usize::from_str_radix(size, 16) else { return (body, true) };
        if size == 0 {
            return (body, true);
        }
        bytes = &bytes[end + 1..];
        let here = &bytes[..size.min(bytes.len())];
        let room = most.saturating_sub(body.len());
        body.extend_from_slice(&here[..here.len().min(room)]);
        if here.len() > room || here.len() < size {
            return (body, false);
        }
        bytes = &bytes[size..];
        bytes = bytes.strip_prefix(b"\r").unwrap_or(bytes);
        bytes = bytes.strip_prefix(b"\n").unwrap_or(bytes);
    }
}

/// A whole answer out of all bytes that a host sent.
pub fn whole(bytes: &[u8], to_head: bool, most: usize) -> Result<Answer, NotHttp> {
    let end = head_end(bytes).ok_or(NotHttp)?;
    let mut answer = head(&bytes[..end])?;
    let rest = &bytes[end..];
    let (body, is_whole) = match length(&answer, to_head) {
        Length::Known(length) => {
            let wanted = usize::try_from(length).unwrap_or(usize::MAX);
            (rest[..rest.len().min(wanted).min(most)].to_vec(), wanted <= rest.len().min(most))
        }
        Length::Pieces => pieces(rest, most),
        Length::UntilEnd => (rest[..rest.len().min(most)].to_vec(), rest.len() <= most),
    };
    answer.body = body;
    answer.is_cut = !is_whole;
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read_in_every_form_of_body() {
        for (bytes, status, body, is_cut) in [
            (&b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nabc"[..], 200, &b"ab"[..], false),
            (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab", 200, b"ab", true),
            (b"HTTP/1.0 404 Not Found\n\nabc", 404, b"abc", false),
            (b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\n\r\n", 200, b"abc", false),
            (b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\nab", 200, b"ab", true),
            (b"HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nab", 200, b"", false),
            (b"HTTP/1.1 204 x\r\n\r\nabc", 204, b"", false),
            (b"HTTP/1.1 200 x\r\n\r\n0123456789", 200, b"01234567", true),
        ] {
            let answer = whole(bytes, false, 8).unwrap();
            assert_eq!((answer.status, &answer.body[..], answer.is_cut), (status, body, is_cut), "{bytes:?}");
        }
        for bytes in [
            &b"SSH-2.0-x\r\n\r\n"[..],
            b"HTTP/2 200\r\n\r\n",
            b"HTTP/1.1 20\r\n\r\n",
            b"",
            b"HTTP/1.1 200",
        ] {
            assert_eq!(whole(bytes, false, 8), Err(NotHttp), "{bytes:?}");
        }
    }

    #[test]
    fn headers_keep_their_order_and_lose_control_characters() {
        let bytes = b"HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nX: \x1b[31mred\r\nbad name: x\r\nset-cookie:b=2\r\n\r\n";
        let answer = whole(bytes, false, 8).unwrap();
        assert_eq!(answer.all("set-cookie").collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(answer.header("x"), Some("[31mred"));
        assert_eq!(answer.headers.len(), 3);
    }
}
