//! TOML from strangers: nesting is bounded before the parser sees the text, and parts know their line. Knows nothing of
//! what the tables mean.

use super::Broken;
use super::place::Located;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Deepest nesting of tables and arrays, dotted keys counted. The parser bounds brackets and key parts each for itself (80),
/// but not their product, and a tree is dropped by recursion.
const MAX_DEPTH: usize = 100;

/// Reads a document. Messages never quote it.
pub fn read<'a>(located: &Located<'a>) -> Result<DeTable<'a>, Broken> {
    let text = located.text();
    if let Some(offset) = too_deep(text) {
        let message = format!("nested deeper than {MAX_DEPTH}");
        return Err(Broken::at(located.line_at(offset), message));
    }
    match DeTable::parse(text) {
        Ok(table) => Ok(table.into_inner()),
        Err(error) => Err(Broken {
            line: error.span().map(|span| located.line_at(span.start)),
            message: "not valid TOML".to_owned(),
        }),
    }
}

/// The text of a value.
pub fn text<'v>(table: &'v DeTable<'_>, key: &str) -> Option<&'v str> {
    table.get(key)?.get_ref().as_str()
}

/// The table under a key.
pub fn table<'v, 'a>(table: &'v DeTable<'a>, key: &str) -> Option<&'v DeTable<'a>> {
    table.get(key)?.get_ref().as_table()
}

/// The items of the array under a key; none where there is no array.
pub fn items<'v, 'a>(
    table: &'v DeTable<'a>,
    key: &str,
) -> impl Iterator<Item = &'v Spanned<DeValue<'a>>> + use<'v, 'a> {
    table.get(key).and_then(|value| value.get_ref().as_array()).into_iter().flat_map(|a| a.iter())
}

/// Where the scanner stands.
#[derive(Clone, Copy, PartialEq)]
enum Bracket {
    Array,
    Table,
}

/// Byte offset at which the nesting exceeds [`MAX_DEPTH`]; strings and comments do not count.
fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    // Depth of the table that the last header opened; for each open bracket the depth outside it.
    let (mut header, mut open) = (0usize, Vec::<(Bracket, usize)>::new());
    let (mut depth, mut base) = (0usize, 0usize);
    let (mut in_header, mut in_key, mut at_start) = (false, true, true);
    let mut index = 0;
    while let Some(&byte) = bytes.get(index) {
        let here = index;
        index += 1;
        match byte {
            b'#' => {
                index = memchr::memchr(b'\n', &bytes[here..]).map_or(bytes.len(), |n| here + n);
            }
            b'"' | b'\'' => index = end_of_string(bytes, here),
            b'\n' if open.is_empty() => {
                if in_header {
                    header = depth;
                }
                (depth, base) = (header, header);
                (in_header, in_key, at_start) = (false, true, true);
                continue;
            }
            b'[' | b'{' if at_start => {
                (in_header, in_key) = (true, true);
                (depth, base) = (1, 1);
            }
            b'[' | b'{' if !in_header => {
                let kind = if byte == b'[' { Bracket::Array } else { Bracket::Table };
                open.push((kind, base));
                depth += 1;
                base = depth;
                in_key = kind == Bracket::Table;
            }
            b']' | b'}' if !in_header => {
                if let Some((_, outside)) = open.pop() {
                    (depth, base) = (outside, outside);
                }
                in_key = false;
            }
            b'.' if in_key => depth += 1,
            b'=' => {
                in_key = false;
                base = depth;
            }
            b',' => {
                in_key = open.last().is_some_and(|(kind, _)| *kind == Bracket::Table);
                // What the key before the comma nested is closed.
                depth = open.last().map_or(header, |(_, outside)| outside + 1);
                base = depth;
            }
            _ => {}
        }
        if !matches!(byte, b' ' | b'\t' | b'\r') {
            at_start = false;
        }
        if depth > MAX_DEPTH || open.len() > MAX_DEPTH {
            return Some(here);
        }
    }
    None
}

/// The offset behind the string that begins at `start`; the end of the line, or of the text, for one without end.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let quote = bytes[start];
    let triple = bytes.get(start..start + 3) == Some(&[quote; 3]);
    let mut index = start + if triple { 3 } else { 1 };
    while let Some(&byte) = bytes.get(index) {
        match byte {
            b'\\' if quote == b'"' => index += 1,
            b'\n' if !triple => return index,
            byte if byte == quote => {
                if !triple {
                    return index + 1;
                }
                if bytes.get(index..index + 3) == Some(&[quote; 3]) {
                    return index + 3;
                }
            }
            _ => {}
        }
        index += 1;
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nesting_is_refused_however_it_is_written() {
        let dotted = "a.".repeat(60);
        for text in [
            format!("x = {}", "[".repeat(200)),
            format!("x = {}", "{a=".repeat(200)),
            format!("{}b = 1", "a.".repeat(200)),
            format!("[{}b]", "a.".repeat(200)),
            format!("[[{}b]]", "a.".repeat(200)),
            format!("[{dotted}b]\n{dotted}c = 1"),
            format!("x = {{ {dotted}a = {{ {dotted}c = 1 }} }}"),
            format!("x = [\n{}", "[\n".repeat(200)),
        ] {
            assert!(too_deep(&text).is_some(), "{text}");
            assert!(read(&Located::new(&text)).is_err(), "{text}");
        }
    }

    #[test]
    fn flat_documents_pass_whatever_their_strings_hold() {
        let dots = "[{a.".repeat(300);
        for text in [
            format!("# {dots}\na = 1"),
            format!("a = \"{dots}\""),
            format!("a = '{dots}'"),
            format!("a = \"\"\"\n{dots}\n\"\"\"\nb = '''\n{dots}\n'''"),
            format!("a = [{}]", "1.5, ".repeat(500)),
            format!("a = [{}]", "{b.c = 1.5}, ".repeat(500)),
            "[a.b]\nc.d = 1.5\n".to_owned() + &"[[x.y]]\nz.w = {v.u = 1}\n".repeat(500),
            format!(
                "a = {{ {} z = 1 }}",
                (0..300).map(|n| format!("b{n}.c=1,")).collect::<Vec<_>>().concat()
            ),
        ] {
            assert_eq!(too_deep(&text), None, "{text}");
            assert!(read(&Located::new(&text)).is_ok(), "{text}");
        }
    }

    #[test]
    fn an_error_has_a_line_and_no_content() {
        let broken = read(&Located::new("a = 1\nexample-secret example\n")).unwrap_err();
        assert_eq!((broken.line, broken.message.as_str()), (Some(2), "not valid TOML"));
    }
}
