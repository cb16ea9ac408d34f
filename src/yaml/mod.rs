//! YAML from strangers, read within bounds: size, depth, alias expansion, duplicate keys, one document; every error has
//! its place. The only user of serde_yaml and of saphyr-parser; knows nothing of what the documents mean.
//!
//! saphyr-parser hands out events one by one, so a document is refused at the first bracket too many. serde_yaml reads
//! all events before it looks at their depth, which takes minutes on 400 KiB of nested `{a: `; it therefore only sees
//! text that the first reading accepted, and that holds few unclosed brackets.

mod node;
mod stream;

pub use node::{Document, Duplicate, Key, Node, Value};
pub use stream::{Content, Stream, Style, Tagged, stream};

use serde::de::DeserializeOwned;
use std::fmt;

/// Bounds of one document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Longest text, bytes.
    pub bytes: usize,
    /// Deepest nesting of sequences and mappings.
    pub depth: usize,
    /// What anchors and aliases may copy, bytes.
    pub copied: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1024 * 1024, depth: 100, copied: 4 * 1024 * 1024 }
    }
}

/// Unclosed brackets that serde_yaml may be given; 1000 cost 12 ms, 10 000 a second.
const MAX_UNCLOSED: usize = 500;

/// A place in a text, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Line.
    pub line: usize,
    /// Column.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

/// Why a text is not an acceptable document. Displays as `line:column: message`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place}: {message}")]
pub struct Error {
    /// Where; the beginning when the whole text is at fault.
    pub place: Place,
    /// What, in lower case and without a full stop.
    pub message: String,
}

impl Error {
    fn new(place: Place, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

/// Reads one document into its tree; duplicate keys are listed and kept for the caller to report.
pub fn read(text: &[u8], limits: &Limits) -> Result<Document, Error> {
    node::build(text_of(text, limits)?, limits)
}

/// Reads one document into its tree and refuses duplicate keys. No document at all is `None`.
pub fn to_node(text: &[u8], limits: &Limits) -> Result<Option<Node>, Error> {
    strict(read(text, limits)?)
}

/// Reads one document into a typed value.
#[expect(clippy::disallowed_methods, reason = "this is the only user of serde_yaml")]
pub fn parse<T: DeserializeOwned>(text: &[u8], limits: &Limits) -> Result<T, Error> {
    let text = text_of(text, limits)?;
    strict(node::build(text, limits)?)?;
    refuse_unclosed(text)?;
    serde_yaml::from_str(text).map_err(|error| located(&error))
}

fn strict(document: Document) -> Result<Option<Node>, Error> {
    match document.duplicates.first() {
        Some(twice) => Err(Error::new(twice.place, twice.to_string())),
        None => Ok(document.root),
    }
}

const START: Place = Place { line: 1, column: 1 };

/// The text behind the bytes, without a byte-order mark.
fn text_of<'a>(bytes: &'a [u8], limits: &Limits) -> Result<&'a str, Error> {
    if bytes.len() > limits.bytes {
        let message =
            format!("the file has {} bytes, more than the {} allowed", bytes.len(), limits.bytes);
        return Err(Error::new(START, message));
    }
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return Err(Error::new(START, "the file is UTF-16; save it as UTF-8"));
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        Error::new(place_of(bytes, error.valid_up_to()), "the text is not valid UTF-8")
    })?;
    // Everything YAML 1.2 does not count as printable, apart from tab and line ends.
    match text
        .char_indices()
        .find(|(_, c)| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{85}'))
    {
        Some((offset, c)) => {
            let message = format!("the control character U+{:04X} is not allowed", u32::from(c));
            Err(Error::new(place_of(bytes, offset), message))
        }
        None => Ok(text),
    }
}

/// Place of a byte whose predecessors are valid UTF-8.
fn place_of(bytes: &[u8], offset: usize) -> Place {
    let before = &bytes[..offset];
    let line_start = memchr::memrchr(b'\n', before).map_or(0, |newline| newline + 1);
    let column = String::from_utf8_lossy(&before[line_start..]).chars().count() + 1;
    Place { line: memchr::memchr_iter(b'\n', before).count() + 1, column }
}

/// A second fence before serde_yaml, should its scanner see brackets where the first reading saw text.
fn refuse_unclosed(text: &str) -> Result<(), Error> {
    let mut open = 0usize;
    for (offset, byte) in text.bytes().enumerate() {
        match byte {
            b'{' | b'[' => open += 1,
            b'}' | b']' => open = open.saturating_sub(1),
            _ => {}
        }
        if open > MAX_UNCLOSED {
            let message = format!("more than {MAX_UNCLOSED} unclosed brackets");
            return Err(Error::new(place_of(text.as_bytes(), offset), message));
        }
    }
    Ok(())
}

fn located(error: &serde_yaml::Error) -> Error {
    let place = error.location().map_or(START, |at| Place { line: at.line(), column: at.column() });
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or(&message);
    Error::new(place, message.trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;
    use std::time::{Duration, Instant};

    type Lists = BTreeMap<String, Vec<String>>;

    fn message(text: &[u8]) -> String {
        let limits = Limits::default();
        let tree = to_node(text, &limits).unwrap_err();
        assert_eq!(parse::<Lists>(text, &limits).unwrap_err(), tree, "both ways answer the same");
        tree.to_string()
    }

    #[test]
    fn errors_name_the_place_and_the_cause() {
        for (text, expected) in [
            (&b"a: 1\nb: 2\na: 3\n"[..], "3:1: duplicate key \"a\" (first at line 1)"),
            (b"a: [x]\n---\nb: [y]\n", "2:1: more than one document"),
            (b"a: *nowhere\n", "1:4: while parsing node, found unknown anchor"),
            (b"a: !include x\n", "1:4: the tag \"!include\" is not supported"),
            (b"? [a]\n: b\n", "1:3: a key must be a plain value"),
            (b"a: b\n\0", "2:1: the control character U+0000 is not allowed"),
            (b"a: \xC3\xA9\xFF", "1:5: the text is not valid UTF-8"),
            (b"\xFF\xFEa\0:\0", "1:1: the file is UTF-16; save it as UTF-8"),
        ] {
            assert_eq!(message(text), expected);
        }
        assert!(message(b"a: [x\nb: [y]\n").starts_with("2:"), "a syntax error has a place");
        let small = Limits { bytes: 3, ..Limits::default() };
        let error = read(b"a: b", &small).unwrap_err().to_string();
        assert_eq!(error, "1:1: the file has 4 bytes, more than the 3 allowed");
    }

    #[test]
    fn typed_values_say_where_they_do_not_fit() {
        let error = parse::<Lists>(b"a: [x]\nb: 3\n", &Limits::default()).unwrap_err();
        assert_eq!(error.place.line, 2);
        assert!(error.message.contains("expected a sequence"), "{error}");
        assert_eq!(
            parse::<Lists>(b"\xEF\xBB\xBFa: [x]\n", &Limits::default()).unwrap()["a"],
            ["x"]
        );
    }

    #[test]
    fn hostile_documents_are_refused_at_once() {
        let bomb = {
            let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
            for level in 1..40 {
                let refs = vec![format!("*a{}", level - 1); 10].join(", ");
                text.push_str(&format!("a{level}: &a{level} [{refs}]\n"));
            }
            text
        };
        let heavy = format!("a: &a {}\nb: [{}*a]\n", "x".repeat(400_000), "*a, ".repeat(100_000));
        let ladder = (0..1000).map(|n| " ".repeat(n) + "a:").collect::<Vec<_>>().join("\n");
        for (what, text) in [
            ("flow mappings", "{a: ".repeat(25_600)),
            ("flow sequences", "[".repeat(100_000)),
            ("block sequences", "- ".repeat(100_000)),
            ("block mappings", ladder),
            ("explicit keys", "? ".repeat(100_000)),
            ("alias bomb", bomb),
            ("heavy alias", heavy),
            ("quoted brackets in a row", format!("a: ['{}']", "[".repeat(1000))),
        ] {
            let start = Instant::now();
            assert!(parse::<Lists>(text.as_bytes(), &Limits::default()).is_err(), "{what}");
            let took = start.elapsed();
            // The fault this guards against takes minutes; a busy machine takes its time too.
            let allowed = if what.contains("alias") { 5000 } else { 2000 };
            assert!(took < Duration::from_millis(allowed), "{what}: {took:?}");
        }
    }

    #[test]
    fn many_keys_and_long_lines_stay_linear() {
        let keys = (0..80_000).map(|n| format!("k{n}: [v]")).collect::<Vec<_>>().join("\n");
        let start = Instant::now();
        assert_eq!(parse::<Lists>(keys.as_bytes(), &Limits::default()).unwrap().len(), 80_000);
        assert!(read(&b"x".repeat(1_000_000), &Limits::default()).is_ok());
        assert!(start.elapsed() < Duration::from_secs(20), "{:?}", start.elapsed());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&bytes, &Limits::default());
            let _ = parse::<Lists>(&bytes, &Limits::default());
        }

        #[test]
        fn any_punctuation_is_read_or_refused(text in "[-?:,\\[\\]{}&*!|>'\"%@` #a\n\t]{0,200}") {
            let _ = parse::<Lists>(text.as_bytes(), &Limits::default());
        }
    }
}
