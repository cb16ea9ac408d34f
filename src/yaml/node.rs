//! The tree of a document with the place of every key and value, built from parser events under the limits.

use super::{Error, Limits, Place};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;

/// What a text holds.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The tree; `None` when the text holds no document (empty, or only comments).
    pub root: Option<Node>,
    /// Keys that occur twice in one mapping, in the order of the text.
    pub duplicates: Vec<Duplicate>,
}

/// A key that occurs a second time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// The key.
    pub key: String,
    /// Where it occurs again.
    pub place: Place,
    /// Where it occurred first.
    pub first: Place,
}

impl fmt::Display for Duplicate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "duplicate key \"{}\" (first at line {})", self.key, self.first.line)
    }
}

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// First character.
    pub place: Place,
    /// The value.
    pub value: Value,
}

/// What a node weighs besides its text, bytes.
const NODE: usize = 32;

/// A value, resolved by the core schema of YAML 1.2: `no` and `2026-01-01` are text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(String),
    /// A list.
    Sequence(Vec<Node>),
    /// Keys and values in the order of the text; a duplicate key stays.
    Mapping(Vec<(Key, Node)>),
}

/// The key of a mapping.
#[derive(Debug, Clone, PartialEq)]
pub struct Key {
    /// As written, unquoted.
    pub text: String,
    /// First character.
    pub place: Place,
    /// Whether it is text; `1:` and `true:` are not.
    pub is_text: bool,
}

impl Value {
    /// The kind with its article, for "expected a list, found a number".
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "nothing",
            Self::Bool(_) => "true or false",
            Self::Int(_) => "a whole number",
            Self::Float(_) => "a number",
            Self::Text(_) => "text",
            Self::Sequence(_) => "a list",
            Self::Mapping(_) => "a mapping",
        }
    }

    fn weight(&self) -> usize {
        NODE + match self {
            Self::Text(text) => text.len(),
            Self::Sequence(items) => items.iter().map(|item| item.value.weight()).sum(),
            Self::Mapping(pairs) => {
                pairs.iter().map(|(key, node)| NODE + key.text.len() + node.value.weight()).sum()
            }
            _ => 0,
        }
    }
}

/// A collection whose end was not seen yet.
struct Open {
    place: Place,
    anchor: usize,
    collection: Collection,
}

enum Collection {
    Sequence(Vec<Node>),
    Mapping { pairs: Vec<(Key, Node)>, seen: HashMap<String, Place>, key: Option<Key> },
}

struct Builder<'a> {
    limits: &'a Limits,
    open: Vec<Open>,
    anchors: HashMap<usize, Node>,
    copied: usize,
    root: Option<Node>,
    duplicates: Vec<Duplicate>,
}

/// Builds the tree of the only document of a text.
pub(super) fn build(text: &str, limits: &Limits) -> Result<Document, Error> {
    let mut builder = Builder {
        limits,
        open: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        root: None,
        duplicates: Vec::new(),
    };
    let mut documents = 0;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let marker = error.marker();
            let place = Place { line: marker.line().max(1), column: marker.col() + 1 };
            Error::new(place, error.info().trim_end_matches('.').to_lowercase())
        })?;
        let place = place(&span);
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(Error::new(place, "more than one document"));
                }
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
            event => builder.event(event, place)?,
        }
    }
    Ok(Document { root: builder.root, duplicates: builder.duplicates })
}

fn place(span: &Span) -> Place {
    Place { line: span.start.line().max(1), column: span.start.col() + 1 }
}

impl Builder<'_> {
    fn event(&mut self, event: Event<'_>, place: Place) -> Result<(), Error> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let value = scalar(&text, style, tag.as_ref(), place)?;
                self.finish(Node { place, value }, anchor, Some(text))
            }
            Event::Alias(anchor) => {
                let Some(node) = self.anchors.get(&anchor) else {
                    return Err(Error::new(place, "the alias refers to no anchor before it"));
                };
                let weight = node.value.weight();
                self.charge(weight, place)?;
                let value = self.anchors[&anchor].value.clone();
                let text = match &value {
                    Value::Text(text) => Some(Cow::Owned(text.clone())),
                    _ => None,
                };
                self.finish(Node { place, value }, 0, text)
            }
            Event::SequenceStart(anchor, tag) => {
                refuse_tag(tag.as_ref(), "seq", place)?;
                self.begin(place, anchor, Collection::Sequence(Vec::new()))
            }
            Event::MappingStart(anchor, tag) => {
                refuse_tag(tag.as_ref(), "map", place)?;
                let seen = HashMap::new();
                self.begin(
                    place,
                    anchor,
                    Collection::Mapping { pairs: Vec::new(), seen, key: None },
                )
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(),
            _ => Ok(()),
        }
    }

    fn charge(&mut self, weight: usize, place: Place) -> Result<(), Error> {
        self.copied = self.copied.saturating_add(weight);
        if self.copied > self.limits.copied {
            return Err(Error::new(
                place,
                "the document grows too large when its aliases are expanded",
            ));
        }
        Ok(())
    }

    fn begin(&mut self, place: Place, anchor: usize, collection: Collection) -> Result<(), Error> {
        if let Some(Open { collection: Collection::Mapping { key: None, .. }, .. }) =
            self.open.last()
        {
            return Err(Error::new(place, "a key must be a plain value"));
        }
        if self.open.len() >= self.limits.depth {
            return Err(Error::new(place, format!("nested deeper than {}", self.limits.depth)));
        }
        self.open.push(Open { place, anchor, collection });
        Ok(())
    }

    fn end(&mut self) -> Result<(), Error> {
        let Some(open) = self.open.pop() else {
            return Ok(());
        };
        let value = match open.collection {
            Collection::Sequence(items) => Value::Sequence(items),
            Collection::Mapping { pairs, .. } => Value::Mapping(pairs),
        };
        if open.anchor != 0 {
            self.charge(value.weight(), open.place)?;
        }
        self.finish(Node { place: open.place, value }, open.anchor, None)
    }

    /// Puts a complete node where it belongs; `text` is its spelling when it can serve as a key.
    fn finish(
        &mut self,
        node: Node,
        anchor: usize,
        text: Option<Cow<'_, str>>,
    ) -> Result<(), Error> {
        if anchor != 0 {
            self.anchors.insert(anchor, node.clone());
        }
        match self.open.last_mut().map(|open| &mut open.collection) {
            None => self.root = Some(node),
            Some(Collection::Sequence(items)) => items.push(node),
            Some(Collection::Mapping { pairs, seen, key }) => {
                if let Some(key) = key.take() {
                    pairs.push((key, node));
                    return Ok(());
                }
                let Some(text) = text else {
                    return Err(Error::new(node.place, "a key must be a plain value"));
                };
                let text = text.into_owned();
                if let Some(&first) = seen.get(&text) {
                    let (key, place) = (text.clone(), node.place);
                    self.duplicates.push(Duplicate { key, place, first });
                } else {
                    seen.insert(text.clone(), node.place);
                }
                let is_text = matches!(node.value, Value::Text(_));
                *key = Some(Key { text, place: node.place, is_text });
            }
        }
        Ok(())
    }
}

fn refuse_tag(tag: Option<&Cow<'_, Tag>>, allowed: &str, place: Place) -> Result<(), Error> {
    match tag {
        Some(tag) if !(tag.is_yaml_core_schema() && tag.suffix == allowed) => Err(Error::new(
            place,
            format!("the tag \"{}{}\" is not supported", tag.handle, tag.suffix),
        )),
        _ => Ok(()),
    }
}

fn scalar(
    text: &str,
    style: ScalarStyle,
    tag: Option<&Cow<'_, Tag>>,
    place: Place,
) -> Result<Value, Error> {
    if tag.is_some() {
        refuse_tag(tag, "str", place)?;
        return Ok(Value::Text(text.to_owned()));
    }
    Ok(if style == ScalarStyle::Plain { resolve(text) } else { Value::Text(text.to_owned()) })
}

/// Section 10.3.2 of YAML 1.2.2.
pub(super) fn resolve(text: &str) -> Value {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Value::Null,
        "true" | "True" | "TRUE" => return Value::Bool(true),
        "false" | "False" | "FALSE" => return Value::Bool(false),
        _ => {}
    }
    let radix = |digits: &str, radix| i64::from_str_radix(digits, radix).ok();
    let unsigned = |digits: &str| digits.bytes().all(|b| b.is_ascii_alphanumeric());
    let number = match text.as_bytes() {
        [b'0', b'x', ..] if unsigned(&text[2..]) => radix(&text[2..], 16),
        [b'0', b'o', ..] if unsigned(&text[2..]) => radix(&text[2..], 8),
        _ => text.parse().ok(),
    };
    if let Some(number) = number {
        return Value::Int(number);
    }
    let digits = text.trim_start_matches(['+', '-']);
    let numeric =
        digits.bytes().all(|b| matches!(b, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'))
            && digits.bytes().any(|b| b.is_ascii_digit());
    match text.parse::<f64>() {
        Ok(number) if numeric => Value::Float(number),
        _ => Value::Text(text.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_key_and_value_has_its_place() {
        let document =
            build("# c\na:\n  - x\n  - é: \"1\"\nb: {c: 2}\n", &Limits::default()).unwrap();
        let Some(Node { value: Value::Mapping(pairs), .. }) = document.root else { panic!() };
        let (key, list) = &pairs[0];
        assert_eq!((key.text.as_str(), key.place.to_string().as_str()), ("a", "2:1"));
        let Value::Sequence(items) = &list.value else { panic!() };
        assert_eq!(items[0].place.to_string(), "3:5");
        let Value::Mapping(inner) = &items[1].value else { panic!() };
        assert_eq!(inner[0].1.place.to_string(), "4:8", "columns count characters");
        let Value::Mapping(flow) = &pairs[1].1.value else { panic!() };
        assert_eq!((flow[0].0.place.column, &flow[0].1.value), (5, &Value::Int(2)));
    }

    #[test]
    fn scalars_resolve_by_the_core_schema() {
        for (text, value) in [
            ("~", Value::Null),
            ("yes", Value::Text("yes".into())),
            ("True", Value::Bool(true)),
            ("-7", Value::Int(-7)),
            ("0x1f", Value::Int(31)),
            ("0o17", Value::Int(15)),
            ("0x-1", Value::Text("0x-1".into())),
            ("1e3", Value::Float(1000.0)),
            ("2026-01-01", Value::Text("2026-01-01".into())),
            ("99999999999999999999", Value::Float(1e20)),
            ("infinity", Value::Text("infinity".into())),
        ] {
            assert_eq!(resolve(text), value, "{text}");
        }
        let quoted = build("'3'", &Limits::default()).unwrap().root.unwrap();
        assert_eq!(quoted.value, Value::Text("3".into()));
        let tagged = build("!!str 3", &Limits::default()).unwrap().root.unwrap();
        assert_eq!(tagged.value, Value::Text("3".into()));
    }

    #[test]
    fn aliases_are_expanded_where_they_stand() {
        let document = build("a: &x [1]\nb: *x\n", &Limits::default()).unwrap();
        let Some(Node { value: Value::Mapping(pairs), .. }) = document.root else { panic!() };
        assert_eq!(pairs[0].1.value, pairs[1].1.value);
        assert_eq!(pairs[1].1.place.to_string(), "2:4");
    }

    #[test]
    fn nothing_but_comments_is_no_document() {
        for text in ["", "\n", "# nothing\n"] {
            assert_eq!(build(text, &Limits::default()).unwrap().root, None, "{text:?}");
        }
    }
}
