//! Whatever documents a text holds, as far as they can be read: several of them, tags kept, every key and value with its bytes. For
//! files of other programs, which are looked at and not obeyed; what a syntax error cuts off is lost, what stood before it is kept.

use super::node::{self, Value};
use super::{Error, Limits, Place, text_of};
use saphyr_parser::{Event, Parser, ScalarStyle, Span, Tag};
use std::collections::HashMap;
use std::ops::Range;

/// The documents of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Stream {
    /// Roots of the documents that could be read, in order; empty documents are left out.
    pub documents: Vec<Tagged>,
    /// What ended the reading, if not the end of the text.
    pub error: Option<Error>,
}

/// A value with its bytes in the text.
#[derive(Debug, Clone, PartialEq)]
pub struct Tagged {
    /// First to last byte, quotes and brackets included. Of a block scalar its lines, from the first character behind the indentation
    /// on; of a value that comes from an alias the alias.
    pub range: Range<usize>,
    /// Its tag as written, `!Ref`; none for those of the core schema.
    pub tag: Option<String>,
    /// What it is.
    pub content: Content,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Content {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text {
        /// Unescaped, with folds undone.
        text: String,
        /// How it is written.
        style: Style,
    },
    /// A list.
    Sequence(Vec<Tagged>),
    /// Keys and values in the order of the text, with merge keys (`<<`) carried out. Of equal keys all are kept.
    Mapping(Vec<(Tagged, Tagged)>),
}

/// How a text is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    Plain,
    /// In single or double quotes.
    Quoted,
    /// A block that keeps its lines, `|`.
    Literal,
    /// A block that folds its lines, `>`.
    Folded,
}

impl Tagged {
    /// The text of a scalar key or value.
    pub fn as_text(&self) -> Option<&str> {
        match &self.content {
            Content::Text { text, .. } => Some(text),
            _ => None,
        }
    }

    /// The value of a key; of equal keys the last.
    pub fn get(&self, key: &str) -> Option<&Self> {
        let Content::Mapping(pairs) = &self.content else { return None };
        pairs.iter().rev().find(|(name, _)| name.as_text() == Some(key)).map(|(_, value)| value)
    }

    /// What it copies when an alias repeats it, bytes.
    fn weight(&self) -> usize {
        64 + match &self.content {
            Content::Text { text, .. } => text.len(),
            Content::Sequence(items) => items.iter().map(Self::weight).sum(),
            Content::Mapping(pairs) => pairs.iter().map(|(k, v)| k.weight() + v.weight()).sum(),
            _ => 0,
        }
    }
}

/// Reads all documents of a text.
pub fn stream(text: &[u8], limits: &Limits) -> Stream {
    let clean = match text_of(text, limits) {
        Ok(clean) => clean,
        Err(error) => return Stream { documents: Vec::new(), error: Some(error) },
    };
    let offsets = Offsets::new(clean, text.len() - clean.len());
    let mut reader = Reader {
        text: clean,
        limits,
        offsets,
        open: Vec::new(),
        anchors: HashMap::new(),
        copied: 0,
        documents: Vec::new(),
    };
    let error = reader.run().err();
    Stream { documents: reader.documents, error }
}

/// From characters, which the parser counts, to bytes.
struct Offsets {
    /// Byte of each character, empty when they are the same.
    bytes: Vec<u32>,
    before: usize,
    length: usize,
}

impl Offsets {
    fn new(text: &str, before: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        let bytes = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices().map(|(offset, _)| narrow(offset)).collect()
        };
        Self { bytes, before, length: text.len() }
    }

    fn byte(&self, character: usize) -> usize {
        let inside = match self.bytes.get(character) {
            Some(offset) => *offset as usize,
            None if self.bytes.is_empty() => character.min(self.length),
            None => self.length,
        };
        self.before + inside
    }

    fn range(&self, span: &Span) -> Range<usize> {
        let start = self.byte(span.start.index());
        start..self.byte(span.end.index()).max(start)
    }
}

struct Open {
    range: Range<usize>,
    tag: Option<String>,
    anchor: usize,
    collection: Collection,
}

enum Collection {
    Sequence(Vec<Tagged>),
    Mapping { pairs: Vec<(Tagged, Tagged)>, key: Option<Tagged> },
}

struct Reader<'a> {
    text: &'a str,
    limits: &'a Limits,
    offsets: Offsets,
    open: Vec<Open>,
    anchors: HashMap<usize, Tagged>,
    copied: usize,
    documents: Vec<Tagged>,
}

impl Reader<'_> {
    fn run(&mut self) -> Result<(), Error> {
        for event in Parser::new_from_str(self.text) {
            let (event, span) = event.map_err(|error| {
                let marker = error.marker();
                let place = Place { line: marker.line().max(1), column: marker.col() + 1 };
                Error::new(place, error.info().trim_end_matches('.').to_lowercase())
            })?;
            self.event(event, &span)?;
        }
        Ok(())
    }

    fn event(&mut self, event: Event<'_>, span: &Span) -> Result<(), Error> {
        let range = self.offsets.range(span);
        let place = Place { line: span.start.line().max(1), column: span.start.col() + 1 };
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let own = own_tag(tag.as_deref());
                let forced =
                    tag.is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str");
                let content = match style {
                    ScalarStyle::Plain if !forced && own.is_none() => resolved(text.into_owned()),
                    style => Content::Text {
                        text: text.into_owned(),
                        style: match style {
                            ScalarStyle::Plain => Style::Plain,
                            ScalarStyle::Literal => Style::Literal,
                            ScalarStyle::Folded => Style::Folded,
                            _ => Style::Quoted,
                        },
                    },
                };
                let range = self.trimmed(range);
                self.finish(Tagged { range, tag: own, content }, anchor, place)?;
            }
            Event::Alias(anchor) => {
                let Some(value) = self.anchors.get(&anchor) else {
                    return Err(Error::new(place, "the alias refers to no anchor before it"));
                };
                let weight = value.weight();
                self.charge(weight, place)?;
                let value = Tagged { range, ..self.anchors[&anchor].clone() };
                self.finish(value, 0, place)?;
            }
            Event::SequenceStart(anchor, tag) => {
                let tag = own_tag(tag.as_deref());
                self.begin(range, tag, anchor, Collection::Sequence(Vec::new()), place)?;
            }
            Event::MappingStart(anchor, tag) => {
                let tag = own_tag(tag.as_deref());
                let mapping = Collection::Mapping { pairs: Vec::new(), key: None };
                self.begin(range, tag, anchor, mapping, place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.end(range.end, place)?,
            Event::DocumentStart(_) => {
                self.open.clear();
                self.anchors.clear();
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd | Event::Nothing => {}
        }
        Ok(())
    }

    /// Block scalars and plain ones are handed out with the blank that follows them.
    fn trimmed(&self, range: Range<usize>) -> Range<usize> {
        let before = self.offsets.before;
        let Some(text) = self.text.get(range.start - before..range.end - before) else {
            return range;
        };
        range.start..range.start + text.trim_end().len()
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

    fn begin(
        &mut self,
        range: Range<usize>,
        tag: Option<String>,
        anchor: usize,
        collection: Collection,
        place: Place,
    ) -> Result<(), Error> {
        if self.open.len() >= self.limits.depth {
            return Err(Error::new(place, format!("nested deeper than {}", self.limits.depth)));
        }
        self.open.push(Open { range, tag, anchor, collection });
        Ok(())
    }

    fn end(&mut self, end: usize, place: Place) -> Result<(), Error> {
        let Some(Open { range, tag, anchor, collection }) = self.open.pop() else { return Ok(()) };
        let (last, content) = match collection {
            Collection::Sequence(items) => {
                (items.last().map(|item| item.range.end), Content::Sequence(items))
            }
            Collection::Mapping { mut pairs, .. } => {
                let last = pairs.last().map(|(_, value)| value.range.end);
                self.merge(&mut pairs, place)?;
                (last, Content::Mapping(pairs))
            }
        };
        let first = self.text.as_bytes().get(range.start - self.offsets.before);
        // Where a collection ends is only known by what follows it.
        let end = if matches!(first, Some(b'[' | b'{')) {
            self.closed(last.unwrap_or(range.start + 1), end)
        } else {
            last.unwrap_or(range.end)
        };
        let range = range.start..end.max(range.start);
        self.finish(Tagged { range, tag, content }, anchor, place)
    }

    /// Where the bracket behind the last item of a collection in brackets ends.
    fn closed(&self, last: usize, limit: usize) -> usize {
        let bytes = self.text.as_bytes();
        let (mut at, before) = (last - self.offsets.before, self.offsets.before);
        while at + before < limit {
            match bytes.get(at) {
                Some(b']' | b'}') => return at + before + 1,
                Some(b'#') => {
                    let rest = &bytes[at..];
                    at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                Some(_) => at += 1,
                None => break,
            }
        }
        limit
    }

    /// Takes what merge keys bring in, where the mapping does not say otherwise.
    fn merge(&mut self, pairs: &mut Vec<(Tagged, Tagged)>, place: Place) -> Result<(), Error> {
        let Some(at) = pairs.iter().position(|(key, _)| key.as_text() == Some("<<")) else {
            return Ok(());
        };
        let (_, merged) = pairs.remove(at);
        self.charge(merged.weight(), place)?;
        let sources = match merged.content {
            Content::Mapping(pairs) => vec![pairs],
            Content::Sequence(items) => items
                .into_iter()
                .filter_map(|item| match item.content {
                    Content::Mapping(pairs) => Some(pairs),
                    _ => None,
                })
                .collect(),
            _ => Vec::new(),
        };
        let mut known: std::collections::HashSet<String> =
            pairs.iter().filter_map(|(key, _)| key.as_text().map(str::to_owned)).collect();
        for (mut key, mut value) in sources.into_iter().flatten() {
            if key.as_text().is_some_and(|name| known.insert(name.to_owned())) {
                key.range = merged.range.clone();
                value.range = merged.range.clone();
                pairs.push((key, value));
            }
        }
        Ok(())
    }

    /// Puts a value where it belongs. One with an anchor is kept a second time, which counts as a copy.
    fn finish(&mut self, value: Tagged, anchor: usize, place: Place) -> Result<(), Error> {
        if anchor != 0 {
            self.charge(value.weight(), place)?;
            self.anchors.insert(anchor, value.clone());
        }
        match self.open.last_mut().map(|open| &mut open.collection) {
            None if value.content == Content::Null => {}
            None => self.documents.push(value),
            Some(Collection::Sequence(items)) => items.push(value),
            Some(Collection::Mapping { pairs, key }) => match key.take() {
                Some(key) => pairs.push((key, value)),
                None => *key = Some(value),
            },
        }
        Ok(())
    }
}

/// A tag as it is written, unless it is one of the core schema.
fn own_tag(tag: Option<&Tag>) -> Option<String> {
    let tag = tag.filter(|tag| !tag.is_yaml_core_schema())?;
    Some(format!("{}{}", tag.handle, tag.suffix))
}

fn resolved(text: String) -> Content {
    match node::resolve(&text) {
        Value::Null => Content::Null,
        Value::Bool(value) => Content::Bool(value),
        Value::Int(value) => Content::Int(value),
        Value::Float(value) => Content::Float(value),
        _ => Content::Text { text, style: Style::Plain },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> Stream {
        stream(text.as_bytes(), &Limits::default())
    }

    fn shown<'a>(text: &'a str, value: &Tagged) -> &'a str {
        &text[value.range.clone()]
    }

    #[test]
    fn every_value_has_its_bytes() {
        let text = "\u{feff}é: [1, {a: \"x\"}] # c\nlist:\n  - one\n  - |\n    two\n    three\nlast: plain text  \n";
        let documents = read(text).documents;
        let root = &documents[0];
        assert_eq!(shown(text, root.get("é").unwrap()), "[1, {a: \"x\"}]");
        assert_eq!(shown(text, root.get("list").unwrap()), "- one\n  - |\n    two\n    three");
        assert_eq!(shown(text, root.get("last").unwrap()), "plain text");
        let Content::Sequence(items) = &root.get("list").unwrap().content else { panic!() };
        assert_eq!(shown(text, &items[0]), "one");
        assert_eq!(items[1].as_text(), Some("two\nthree\n"));
        assert_eq!(shown(text, &items[1]), "two\n    three");
    }

    #[test]
    fn documents_before_a_mistake_are_kept() {
        let stream = read("a: 1\n---\nb: 2\n---\nc: [\n");
        assert_eq!(stream.documents.len(), 2);
        assert_eq!(stream.error.unwrap().place.line, 6);
        assert_eq!(read("---\n# nothing\n---\na: 1\n").documents.len(), 1);
    }

    #[test]
    fn tags_are_kept_and_their_scalars_are_text() {
        let document = read("a: !Ref 1\nb: !Sub [x, y]\nc: !!str 3\n").documents.remove(0);
        assert_eq!(document.get("a").unwrap().tag.as_deref(), Some("!Ref"));
        assert_eq!(document.get("a").unwrap().as_text(), Some("1"));
        assert_eq!(document.get("b").unwrap().tag.as_deref(), Some("!Sub"));
        assert_eq!(document.get("c").unwrap().as_text(), Some("3"));
    }

    #[test]
    fn merge_keys_bring_in_what_is_not_said() {
        let text = "base: &b {x: 1, y: 2}\nuse:\n  <<: *b\n  y: 3\n";
        let document = read(text).documents.remove(0);
        let used = document.get("use").unwrap();
        assert_eq!(used.get("x").unwrap().content, Content::Int(1));
        assert_eq!(shown(text, used.get("x").unwrap()), "*b");
        assert_eq!(used.get("y").unwrap().content, Content::Int(3));
    }

    #[test]
    fn an_alias_bomb_is_refused() {
        let mut text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned();
        for level in 1..30 {
            let refs = vec![format!("*a{}", level - 1); 10].join(", ");
            text.push_str(&format!("a{level}: &a{level} [{refs}]\n"));
        }
        assert!(read(&text).error.is_some());
    }

    #[test]
    fn anchors_within_anchors_are_paid_for_like_aliases() {
        let open = (0..60).map(|level| format!("&a{level} [")).collect::<Vec<_>>().concat();
        let text = format!("{open}{}{}", "x, ".repeat(20_000), "]".repeat(60));
        let error = read(&text).error.unwrap();
        assert!(error.message.contains("too large"), "{error}");
        assert_eq!(read("a: &x [1, 2]\nb: &y {c: *x}\n").error, None);
    }

    proptest! {
        #[test]
        fn ranges_lie_in_the_text(text in "(a|é|\\[|\\]|\\{|\\}|:|-|,| |\n|'|\"|\\||>|&x|\\*x|!t|#|<<|---){0,60}") {
            fn check(text: &str, value: &Tagged) {
                prop_assert_eq_range(text, &value.range);
                match &value.content {
                    Content::Sequence(items) => items.iter().for_each(|item| check(text, item)),
                    Content::Mapping(pairs) => pairs.iter().for_each(|(k, v)| { check(text, k); check(text, v); }),
                    _ => {}
                }
            }
            fn prop_assert_eq_range(text: &str, range: &Range<usize>) {
                assert!(text.get(range.clone()).is_some(), "{range:?} in {text:?}");
            }
            for document in &read(&text).documents { check(&text, document); }
        }
    }
}
