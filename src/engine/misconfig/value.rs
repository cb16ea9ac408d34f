//! Values of every format in one shape, each with its bytes in the file: what conditions look at. What cannot be known without running
//! something is unknown and says what it refers to; nothing is guessed.

use crate::yaml::{Content, Tagged};
use std::ops::Range;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Value {
    /// Its bytes in the file of the resource.
    pub range: Range<usize>,
    /// What it is.
    pub data: Data,
}

/// What a value is.
#[derive(Debug, Clone, PartialEq)]
pub enum Data {
    /// Nothing, `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// A list; blocks of one name that may be repeated are one too.
    List(Vec<Value>),
    /// Names and values in the order of the file.
    Map(Vec<Entry>),
    /// Known only when it runs. With the address that it refers to, where it is nothing but that: `aws_s3_bucket.logs.id`.
    Unknown(Option<String>),
}

/// One name of a map.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The name.
    pub key: String,
    /// Its bytes.
    pub key_range: Range<usize>,
    /// Its value.
    pub value: Value,
}

impl Value {
    /// A value at a place.
    pub fn new(range: Range<usize>, data: Data) -> Self {
        Self { range, data }
    }

    /// What is not known at a place.
    pub fn unknown(range: Range<usize>) -> Self {
        Self { range, data: Data::Unknown(None) }
    }

    /// The value of a name; of equal names the last.
    pub fn get(&self, key: &str) -> Option<&Self> {
        self.entries().iter().rev().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The value behind several names.
    pub fn at(&self, keys: &[&str]) -> Option<&Self> {
        keys.iter().try_fold(self, |value, key| value.get(key))
    }

    /// Names and values; none when it is no map.
    pub fn entries(&self) -> &[Entry] {
        match &self.data {
            Data::Map(entries) => entries,
            _ => &[],
        }
    }

    /// Gives it and all in it other places.
    pub fn place(&mut self, of: &dyn Fn(&Range<usize>) -> Range<usize>) {
        self.range = of(&self.range);
        match &mut self.data {
            Data::List(items) => items.iter_mut().for_each(|item| item.place(of)),
            Data::Map(entries) => {
                for entry in entries {
                    entry.key_range = of(&entry.key_range);
                    entry.value.place(of);
                }
            }
            _ => {}
        }
    }

    /// Moves all places in it on by so many bytes.
    pub fn shift(&mut self, by: usize) {
        if by > 0 {
            self.place(&|range| range.start + by..range.end + by);
        }
    }

    /// Items; none when it is no list.
    pub fn items(&self) -> &[Self] {
        match &self.data {
            Data::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match &self.data {
            Data::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, also where it is written as text.
    pub fn truth(&self) -> Option<bool> {
        match &self.data {
            Data::Bool(truth) => Some(*truth),
            Data::Text(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Data::Text(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The number, also where it is written as text.
    pub fn number(&self) -> Option<f64> {
        match &self.data {
            Data::Number(number) => Some(*number),
            Data::Text(text) => text.trim().parse().ok().filter(|number: &f64| number.is_finite()),
            _ => None,
        }
    }

    /// A scalar as it would be written; none for lists, maps, nothing and what is unknown.
    pub fn written(&self) -> Option<String> {
        match &self.data {
            Data::Bool(truth) => Some(truth.to_string()),
            Data::Number(number) => Some(number.to_string()),
            Data::Text(text) => Some(text.clone()),
            _ => None,
        }
    }

    /// Whether it is not known; parts of it may be unknown all the same.
    pub fn is_unknown(&self) -> bool {
        matches!(self.data, Data::Unknown(_))
    }

    /// Whether there is nothing in it.
    pub fn is_null(&self) -> bool {
        self.data == Data::Null
    }

    /// A value of a YAML document. Tags are passed over, apart from those that `tagged` makes something of.
    pub fn of_yaml(node: &Tagged, tagged: &dyn Fn(&str, &Tagged) -> Option<Data>) -> Self {
        let own = node.tag.as_deref().and_then(|tag| tagged(tag, node));
        let data = own.unwrap_or_else(|| match &node.content {
            Content::Null => Data::Null,
            Content::Bool(truth) => Data::Bool(*truth),
            Content::Int(number) => Data::Number(*number as f64),
            Content::Float(number) => Data::Number(*number),
            Content::Text { text, .. } => Data::Text(text.clone()),
            Content::Sequence(items) => {
                Data::List(items.iter().map(|item| Self::of_yaml(item, tagged)).collect())
            }
            Content::Mapping(pairs) => Data::Map(
                pairs
                    .iter()
                    .map(|(key, value)| Entry {
                        key: key_text(key),
                        key_range: key.range.clone(),
                        value: Self::of_yaml(value, tagged),
                    })
                    .collect(),
            ),
        });
        Self::new(node.range.clone(), data)
    }

    /// A value of a YAML document whose tags mean nothing.
    pub fn plain(node: &Tagged) -> Self {
        Self::of_yaml(node, &|_, _| None)
    }
}

fn key_text(key: &Tagged) -> String {
    match &key.content {
        Content::Text { text, .. } => text.clone(),
        Content::Bool(truth) => truth.to_string(),
        Content::Int(number) => number.to_string(),
        Content::Float(number) => number.to_string(),
        Content::Null | Content::Sequence(_) | Content::Mapping(_) => String::new(),
    }
}
