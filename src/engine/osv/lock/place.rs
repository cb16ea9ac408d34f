//! Lines of pieces of a text, and JSON whose objects keep their order and whose parts know where they stand.

use super::Broken;
use crate::text::lines::Lines;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

/// A text and its lines.
#[derive(Debug)]
pub struct Located<'a> {
    text: &'a str,
    lines: Lines,
}

impl<'a> Located<'a> {
    /// Finds the lines.
    pub fn new(text: &'a str) -> Self {
        Self { text, lines: Lines::new(text.as_bytes()) }
    }

    /// The text.
    pub fn text(&self) -> &'a str {
        self.text
    }

    /// Line of a byte offset, from 1.
    pub fn line_at(&self, offset: usize) -> u32 {
        self.lines.line_of(offset)
    }

    /// Line on which a part borrowed from the text begins, from 1; 1 for what is not borrowed from it.
    pub fn line_of(&self, part: &str) -> u32 {
        let offset = (part.as_ptr() as usize).checked_sub(self.text.as_ptr() as usize);
        offset.filter(|offset| *offset <= self.text.len()).map_or(1, |offset| self.line_at(offset))
    }
}

/// Text of a JSON string: borrowed where it holds no escape.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Text<'a>(pub Cow<'a, str>);

impl std::ops::Deref for Text<'_> {
    type Target = str;
    fn deref(&self) -> &str {
        &self.0
    }
}

impl<'de> Deserialize<'de> for Text<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Words;
        impl<'de> Visitor<'de> for Words {
            type Value = Text<'de>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("text")
            }
            fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Borrowed(text)))
            }
            fn visit_str<E>(self, text: &str) -> Result<Text<'de>, E> {
                Ok(Text(Cow::Owned(text.to_owned())))
            }
        }
        deserializer.deserialize_str(Words)
    }
}

/// An object in the order of the text, duplicate keys kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ordered<'a, V>(pub Vec<(Text<'a>, V)>);

impl<V> Ordered<'_, V> {
    /// The value of a key; of several equal keys the last one counts, as in JavaScript.
    pub fn last(&self, key: &str) -> Option<&V> {
        self.0.iter().rev().find(|(name, _)| &**name == key).map(|(_, value)| value)
    }
}

impl<V> Default for Ordered<'_, V> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, V: Deserialize<'de> + 'de> Deserialize<'de> for Ordered<'de, V> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<V>(PhantomData<V>);
        impl<'de, V: Deserialize<'de>> Visitor<'de> for Pairs<V> {
            type Value = Ordered<'de, V>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_unit<E>(self) -> Result<Self::Value, E> {
                Ok(Ordered::default())
            }
            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Ordered(pairs))
            }
        }
        // `null` in place of an object is an empty one.
        deserializer.deserialize_any(Pairs(PhantomData))
    }
}

/// Reads JSON; parts typed `&RawValue` or [`Text`] borrow from `text` and so know their line (`Located::line_of(raw.get())`).
pub fn json<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, Broken> {
    serde_json::from_str(text).map_err(|error| {
        let line = u32::try_from(error.line()).ok().filter(|line| *line > 0);
        // What serde_json says may quote the text.
        let message = match error.classify() {
            serde_json::error::Category::Eof => "the JSON text ends too early",
            serde_json::error::Category::Syntax => "not valid JSON",
            _ => "the JSON text has another structure than expected",
        };
        Broken { line, message: message.to_owned() }
    })
}
