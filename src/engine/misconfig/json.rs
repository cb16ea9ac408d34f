//! JSON with the bytes of every value, within bounds. For files of infrastructure tools and for policies written inside of them; knows
//! neither.

use super::value::{Data, Entry, Value};
use std::ops::Range;

/// Deepest nesting.
const MAX_DEPTH: u32 = 64;

/// Values of one text.
const MAX_VALUES: usize = 400_000;

/// Reads a text that is one JSON value; an error is the byte it was noticed at. Control characters inside of texts are taken as they are.
pub fn parse(text: &[u8]) -> Result<Value, usize> {
    let at = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
    let mut reader = Reader { text, at, depth: 0, values: 0 };
    let value = reader.value().ok_or(reader.at)?;
    reader.blank();
    if reader.at == text.len() { Ok(value) } else { Err(reader.at) }
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: u32,
    values: usize,
}

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        self.blank();
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn blank(&mut self) {
        let rest = &self.text[self.at..];
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
    }

    fn value(&mut self) -> Option<Value> {
        self.blank();
        self.values += 1;
        if self.depth >= MAX_DEPTH || self.values > MAX_VALUES {
            return None;
        }
        let start = self.at;
        self.depth += 1;
        let data = match self.peek()? {
            b'{' => self.map()?,
            b'[' => self.list()?,
            b'"' => Data::Text(self.string()?.0),
            _ => self.word()?,
        };
        self.depth -= 1;
        Some(Value::new(start..self.at, data))
    }

    fn map(&mut self) -> Option<Data> {
        self.at += 1;
        let mut entries = Vec::new();
        if self.eat(b'}') {
            return Some(Data::Map(entries));
        }
        loop {
            self.blank();
            let (key, key_range) = self.string()?;
            if !self.eat(b':') {
                return None;
            }
            let value = self.value()?;
            entries.push(Entry { key, key_range, value });
            if self.eat(b'}') {
                return Some(Data::Map(entries));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn list(&mut self) -> Option<Data> {
        self.at += 1;
        let mut items = Vec::new();
        if self.eat(b']') {
            return Some(Data::List(items));
        }
        loop {
            items.push(self.value()?);
            if self.eat(b']') {
                return Some(Data::List(items));
            }
            if !self.eat(b',') {
                return None;
            }
        }
    }

    fn word(&mut self) -> Option<Data> {
        let rest = &self.text[self.at..];
        let is_part =
            |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
        let length = rest.iter().take_while(|byte| is_part(byte)).count();
        let data = match &rest[..length] {
            b"null" => Data::Null,
            b"true" => Data::Bool(true),
            b"false" => Data::Bool(false),
            word if word.first().is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-') => {
                let number = std::str::from_utf8(word).ok()?.parse::<f64>().ok()?;
                Data::Number(Some(number).filter(|number| number.is_finite())?)
            }
            _ => return None,
        };
        self.at += length;
        Some(data)
    }

    fn string(&mut self) -> Option<(String, Range<usize>)> {
        let start = self.at;
        if self.peek()? != b'"' {
            return None;
        }
        self.at += 1;
        let mut out = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let end = memchr::memchr2(b'"', b'\\', rest)?;
            out.extend_from_slice(&rest[..end]);
            self.at += end + 1;
            if rest[end] == b'"' {
                return Some((String::from_utf8_lossy(&out).into_owned(), start..self.at));
            }
            let escape = self.peek()?;
            self.at += 1;
            match escape {
                b'n' => out.push(b'\n'),
                b't' => out.push(b'\t'),
                b'r' => out.push(b'\r'),
                b'b' => out.push(8),
                b'f' => out.push(12),
                b'u' => {
                    let letter = self.letter()?;
                    out.extend_from_slice(letter.to_string().as_bytes());
                }
                other => out.push(other),
            }
        }
    }

    /// The letter of `\uXXXX`, or of two of them.
    fn letter(&mut self) -> Option<char> {
        let first = self.code()?;
        if !(0xD800..0xDC00).contains(&first) {
            return Some(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        if !self.text[self.at..].starts_with(b"\\u") {
            return Some(char::REPLACEMENT_CHARACTER);
        }
        self.at += 2;
        let second = self.code()?;
        let both = 0x10000 + ((first - 0xD800) << 10) + (second.wrapping_sub(0xDC00) & 0x3FF);
        Some(char::from_u32(both).unwrap_or(char::REPLACEMENT_CHARACTER))
    }

    fn code(&mut self) -> Option<u32> {
        let digits = self.text.get(self.at..self.at + 4)?;
        self.at += 4;
        u32::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_has_its_bytes() {
        let text = "\u{feff}{ \"a\\u00e9\\ud83d\\ude00\" : [1, -2.5e1, true, null, \"x\\n\"] }\n";
        let value = parse(text.as_bytes()).unwrap();
        let list = value.get("aé😀").unwrap();
        assert_eq!(&text[list.range.clone()], "[1, -2.5e1, true, null, \"x\\n\"]");
        assert_eq!(list.items()[1].number(), Some(-25.0));
        assert_eq!(list.items()[4].text(), Some("x\n"));
        assert_eq!(&text[list.items()[4].range.clone()], "\"x\\n\"");
    }

    #[test]
    fn what_is_no_json_is_refused_where_it_stops_being_it() {
        for (text, at) in [
            ("", 0),
            ("{", 1),
            ("[1,]", 3),
            ("{\"a\" 1}", 5),
            ("1 2", 2),
            ("\"a", 1),
            ("nul", 0),
            ("\"\\ud8", 3),
        ] {
            assert_eq!(parse(text.as_bytes()).unwrap_err(), at, "{text}");
        }
        assert!(parse("[".repeat(100_000).as_bytes()).is_err());
    }
}
