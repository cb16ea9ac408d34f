//! YAML lockfiles as trees whose scalars keep their spelling: `1.10` is a version, not a number. Knows nothing of what the
//! mappings mean.

use super::Broken;
use crate::text::lines::Lines;
use crate::yaml::{self, Key, Limits, Node, Value};
use std::borrow::Cow;

/// Longest text, bytes: a line of a lockfile is short, but there are many.
const MAX_BYTES: usize = 8 * 1024 * 1024;
/// Deepest nesting.
const MAX_DEPTH: usize = 32;

/// Column up to which the spelling of a number is looked up in the text.
const MAX_COLUMN: usize = 1000;

/// A tree with its text.
#[derive(Debug)]
pub struct Tree<'a> {
    text: &'a str,
    lines: Lines,
    /// The tree; absent where the text holds none.
    pub root: Option<Node>,
    /// Lines of keys that occur a second time in their mapping.
    pub twice: Vec<u32>,
}

/// Reads one document. Messages never quote it.
pub fn read(text: &str) -> Result<Tree<'_>, Broken> {
    let limits = Limits { bytes: MAX_BYTES, depth: MAX_DEPTH, ..Limits::default() };
    if text.len() > MAX_BYTES {
        return Err(Broken::whole(format!("longer than {MAX_BYTES} bytes")));
    }
    match yaml::read(text.as_bytes(), &limits) {
        Ok(document) => Ok(Tree {
            text,
            lines: Lines::new(text.as_bytes()),
            root: document.root,
            twice: document.duplicates.iter().map(|twice| twice.place.line as u32).collect(),
        }),
        Err(error) => Err(Broken::at(error.place.line as u32, "not valid YAML")),
    }
}

impl Tree<'_> {
    /// Text of a scalar as written; `None` for nothing and for collections.
    pub fn word<'n>(&self, node: &'n Node) -> Option<Cow<'n, str>> {
        match &node.value {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Null | Value::Sequence(_) | Value::Mapping(_) => None,
            // So far right nobody writes versions; looking there again and again would take long.
            Value::Bool(value) if node.place.column > MAX_COLUMN => Some(value.to_string().into()),
            Value::Int(value) if node.place.column > MAX_COLUMN => Some(value.to_string().into()),
            Value::Float(value) if node.place.column > MAX_COLUMN => Some(value.to_string().into()),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                let range = self.lines.range(self.text.as_bytes(), node.place.line as u32);
                let line = self.text.get(range)?;
                let (start, _) = line.char_indices().nth(node.place.column.saturating_sub(1))?;
                let word = line.get(start..)?.split([' ', '\t', ',', ']', '}']).next()?;
                Some(Cow::Owned(word.to_owned()))
            }
        }
    }

    /// Text of the scalar under a key.
    pub fn text<'n>(&self, node: &'n Node, key: &str) -> Option<Cow<'n, str>> {
        get(node, key).and_then(|value| self.word(value))
    }
}

/// The value under a key.
pub fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    pairs(node).iter().find(|(k, _)| k.text == key).map(|(_, value)| value)
}

/// The pairs of a mapping; none of anything else.
pub fn pairs(node: &Node) -> &[(Key, Node)] {
    match &node.value {
        Value::Mapping(pairs) => pairs,
        _ => &[],
    }
}

/// The items of a sequence; none of anything else.
pub fn items(node: &Node) -> &[Node] {
    match &node.value {
        Value::Sequence(items) => items,
        _ => &[],
    }
}

/// Line of a key, from 1.
pub fn line(key: &Key) -> u32 {
    key.place.line as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_their_spelling() {
        let tree = read("ä: {a: 1.10, b: 0x1f}\nc: 00e5\nd: true # x\ne: 'x'\nf:\n").unwrap();
        let root = tree.root.as_ref().unwrap();
        let inner = get(root, "ä").unwrap();
        assert_eq!(tree.text(inner, "a").as_deref(), Some("1.10"));
        assert_eq!(tree.text(inner, "b").as_deref(), Some("0x1f"));
        assert_eq!(tree.text(root, "c").as_deref(), Some("00e5"));
        assert_eq!(tree.text(root, "d").as_deref(), Some("true"));
        assert_eq!(tree.text(root, "e").as_deref(), Some("x"));
        assert_eq!(tree.text(root, "f"), None);
    }

    #[test]
    fn errors_and_doubles_have_lines() {
        assert_eq!(read("a: 1\nb: [\n").unwrap_err().message, "not valid YAML");
        assert_eq!(read("a: 1\na: 2\n").unwrap().twice, [2]);
    }
}
