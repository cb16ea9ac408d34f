//! Conditions as data: what must hold of a value for a check to report it. Three answers: yes, no, and unknown, which reports nothing.
//!
//! A path is names with dots between them, those with dots of their own in double quotes; `*` is every name or item. A list on the way is
//! looked into item by item, so that one block and several blocks of a name are the same. A condition on a path holds when it holds for any value the path leads to, with
//! `every` only when it holds for all of them and there is one.

use super::resource::{Resource, Scope};
use super::value::{Data, Value};
use regex::bytes::{Regex, RegexBuilder};
use serde::Deserialize;
use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// A condition. Exactly one of `all`, `any`, `none`, `some`, `linked`, `unlinked` or `path` is given.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "they are words of the data, one of which is written"
)]
pub struct Condition {
    /// All of these hold.
    pub all: Vec<Self>,
    /// One of these holds.
    pub any: Vec<Self>,
    /// None of these holds.
    pub none: Vec<Self>,
    /// An item of a list satisfies a condition whose paths start from it.
    pub some: Option<Box<Item>>,
    /// Another resource of the scope belongs to this one.
    pub linked: Option<Box<Link>>,
    /// No other resource of the scope belongs to this one.
    pub unlinked: Option<Box<Link>>,
    /// Names that lead to the value; empty is the value at hand.
    pub path: Option<String>,
    /// The condition must hold for every value of the path.
    pub every: bool,
    /// It is there and is one of these. Truth values and numbers may be written as text; letters count as they are.
    pub equals: Words,
    /// It is there and is none of these.
    pub other_than: Words,
    /// It is missing or null, or is none of these.
    pub unless: Words,
    /// It is missing or null.
    pub absent: bool,
    /// It is there and not null, whatever it is.
    pub present: bool,
    /// It is missing, null, or an empty text, list or map.
    pub empty: bool,
    /// Text that matches the regular expression somewhere.
    pub matches: Option<Pattern>,
    /// Text that does not match the regular expression anywhere.
    pub lacks: Option<Pattern>,
    /// A number below this one.
    pub below: Option<f64>,
    /// A number above this one.
    pub above: Option<f64>,
    /// A list that has one of these, or a text that has one of these in it.
    pub contains: Words,
    /// Missing, or a list that has none of these.
    pub without: Words,
    /// A reference to a resource of one of these kinds, whatever is known of that.
    pub refers: Words,
}

/// An item of a list.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Path of the list.
    pub of: String,
    /// What holds of the item.
    pub is: Condition,
}

/// A resource that belongs to another.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Its kinds.
    pub kinds: Vec<String>,
    /// Path in it that names the other one, by a reference or by the text that one of `names` has there.
    pub by: String,
    /// Paths in the other one whose text names it.
    #[serde(default)]
    pub names: Vec<String>,
    /// What holds of it besides.
    #[serde(default, rename = "where")]
    pub and: Option<Condition>,
}

/// One scalar or several, as text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Words(pub Vec<String>);

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        let one = |value: &serde_json::Value| match value {
            serde_json::Value::String(text) => Ok(text.clone()),
            serde_json::Value::Bool(truth) => Ok(truth.to_string()),
            // As numbers of files are shown: 1.0 is 1.
            serde_json::Value::Number(number) => {
                Ok(number.as_f64().map_or_else(|| number.to_string(), |number| number.to_string()))
            }
            _ => Err(serde::de::Error::custom(
                "expected a text, a number, true or false, or a list of them",
            )),
        };
        match &value {
            serde_json::Value::Array(items) => {
                items.iter().map(one).collect::<Result<_, _>>().map(Self)
            }
            value => Ok(Self(vec![one(value)?])),
        }
    }
}

impl Words {
    /// Whether a value is one of these, or a list with one of these.
    fn among(&self, value: &Value) -> Answer {
        match &value.data {
            Data::List(items) => any(items.iter().map(|item| self.among(item))),
            Data::Unknown(_) => Answer::of(Truth::Unknown),
            _ => Answer::when(self.has(value)).at(value),
        }
    }

    fn has(&self, value: &Value) -> bool {
        value.written().is_some_and(|written| self.0.contains(&written))
            || value
                .truth()
                .is_some_and(|truth| self.0.iter().any(|word| *word == truth.to_string()))
    }
}

/// A regular expression, compiled when it is first used. Classes and case are those of ASCII unless it says `(?u)`: settings are written in it,
/// and the classes of Unicode take most of the time and memory of a compilation.
#[derive(Clone)]
pub struct Pattern {
    text: String,
    compiled: OnceLock<Option<Regex>>,
}

impl fmt::Debug for Pattern {
    /// The same before and after its first use: what is remembered of files is told apart by it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Pattern").field(&self.text).finish()
    }
}

impl<'de> Deserialize<'de> for Pattern {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self { text: String::deserialize(deserializer)?, compiled: OnceLock::new() })
    }
}

/// Largest compiled expression, bytes.
const MAX_REGEX: usize = 1 << 20;

impl Pattern {
    fn compile(&self) -> Result<Regex, regex::Error> {
        RegexBuilder::new(&self.text).unicode(false).size_limit(MAX_REGEX).build()
    }

    fn matches(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| self.compile().ok());
        compiled.as_ref().is_some_and(|regex| regex.is_match(text.as_bytes()))
    }
}

/// What came of a condition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Truth {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// It depends on what is not known.
    Unknown,
}

/// What came of a condition and where that was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What came of it.
    pub truth: Truth,
    /// The value that decided, where there is one.
    pub at: Option<Range<usize>>,
}

impl Answer {
    fn of(truth: Truth) -> Self {
        Self { truth, at: None }
    }

    fn when(holds: bool) -> Self {
        Self::of(if holds { Truth::Yes } else { Truth::No })
    }

    fn negated(self) -> Self {
        let truth = match self.truth {
            Truth::Yes => Truth::No,
            Truth::No => Truth::Yes,
            Truth::Unknown => Truth::Unknown,
        };
        Self { truth, at: None }
    }
}

/// One of them holds; the place of the first that does.
fn any(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut whole = Answer::of(Truth::No);
    for answer in answers {
        match answer.truth {
            Truth::Yes => return answer,
            Truth::Unknown => whole.truth = Truth::Unknown,
            Truth::No => {}
        }
    }
    whole
}

/// All of them hold; the first place there is.
fn all(answers: impl Iterator<Item = Answer>) -> Answer {
    let mut whole = Answer::of(Truth::Yes);
    for answer in answers {
        match answer.truth {
            Truth::No => return Answer::of(Truth::No),
            Truth::Unknown => whole.truth = Truth::Unknown,
            Truth::Yes => {}
        }
        if whole.at.is_none() {
            whole.at = answer.at;
        }
    }
    whole
}

/// What a path leads to.
#[derive(Debug, Clone, Copy)]
pub enum Found<'a> {
    /// A value.
    Here(&'a Value),
    /// Nothing; the innermost value that is there.
    Missing(&'a Value),
    /// Nobody knows, because this is not known.
    Hidden(&'a Value),
}

/// Everything a path leads to, in the order of the text; always at least one, unless an empty list is on the way.
pub fn select<'a>(value: &'a Value, path: &str) -> Vec<Found<'a>> {
    let mut found = Vec::new();
    descend(value, &names(path), &mut found);
    found
}

fn bare(name: &str) -> &str {
    name.strip_prefix('"').and_then(|inner| inner.strip_suffix('"')).unwrap_or(name)
}

/// Names of a path; one with dots in it stands in double quotes.
fn names(path: &str) -> Vec<&str> {
    let mut quoted = false;
    let ends = |letter: char| {
        quoted ^= letter == '"';
        letter == '.' && !quoted
    };
    let names = path.split(ends).filter(|name| !name.is_empty());
    names.map(bare).collect()
}

fn descend<'a>(value: &'a Value, names: &[&str], found: &mut Vec<Found<'a>>) {
    let Some((name, rest)) = names.split_first() else {
        found.push(if value.is_unknown() { Found::Hidden(value) } else { Found::Here(value) });
        return;
    };
    match &value.data {
        Data::Unknown(_) => found.push(Found::Hidden(value)),
        Data::List(items) => {
            let names = if *name == "*" { rest } else { names };
            for item in items {
                descend(item, names, found);
            }
        }
        Data::Map(entries) if *name == "*" => {
            for entry in entries {
                descend(&entry.value, rest, found);
            }
        }
        _ => match value.get(name) {
            Some(inner) if !inner.is_null() => descend(inner, rest, found),
            _ => found.push(Found::Missing(value)),
        },
    }
}

impl Condition {
    /// What is wrong with it as it is written, if anything is.
    pub fn fault(&self) -> Option<String> {
        let forms = [
            !self.all.is_empty(),
            !self.any.is_empty(),
            !self.none.is_empty(),
            self.some.is_some(),
            self.linked.is_some(),
            self.unlinked.is_some(),
            self.path.is_some(),
        ];
        if forms.iter().filter(|given| **given).count() != 1 {
            return Some(
                "a condition has exactly one of: all, any, none, some, linked, unlinked, path"
                    .to_owned(),
            );
        }
        let tests = self.tests();
        if self.path.is_some() != (tests == 1) {
            return Some(format!("a path goes with exactly one test, found {tests}"));
        }
        for pattern in self.matches.iter().chain(&self.lacks) {
            if let Err(error) = pattern.compile() {
                return Some(format!("{} is no regular expression: {error}", pattern.text));
            }
        }
        let mut inner = self.all.iter().chain(&self.any).chain(&self.none);
        let links = self.linked.iter().chain(&self.unlinked).filter_map(|link| link.and.as_ref());
        inner
            .find_map(Self::fault)
            .or_else(|| self.some.as_ref().and_then(|item| item.is.fault()))
            .or_else(|| links.map(Self::fault).find_map(|fault| fault))
    }

    fn tests(&self) -> usize {
        [
            !self.equals.0.is_empty(),
            !self.other_than.0.is_empty(),
            !self.unless.0.is_empty(),
            self.absent,
            self.present,
            self.empty,
            self.matches.is_some(),
            self.lacks.is_some(),
            self.below.is_some(),
            self.above.is_some(),
            !self.contains.0.is_empty(),
            !self.without.0.is_empty(),
            !self.refers.0.is_empty(),
        ]
        .into_iter()
        .filter(|given| *given)
        .count()
    }

    /// Whether it holds of a value; `owner` and `scope` are what links are looked for from.
    pub fn ask(&self, value: &Value, owner: &Resource, scope: &Scope) -> Answer {
        let of = |one: &Self| one.ask(value, owner, scope);
        if !self.all.is_empty() {
            return all(self.all.iter().map(of));
        }
        if !self.any.is_empty() {
            return any(self.any.iter().map(of));
        }
        if !self.none.is_empty() {
            return any(self.none.iter().map(of)).negated();
        }
        if let Some(item) = &self.some {
            return any(select(value, &item.of).into_iter().flat_map(|found| match found {
                Found::Here(value) => match &value.data {
                    Data::List(items) => {
                        items.iter().map(|one| item.is.ask(one, owner, scope)).collect()
                    }
                    _ => vec![item.is.ask(value, owner, scope)],
                },
                Found::Missing(_) => Vec::new(),
                Found::Hidden(_) => vec![Answer::of(Truth::Unknown)],
            }));
        }
        if let Some(link) = &self.linked {
            return link.ask(owner, scope);
        }
        if let Some(link) = &self.unlinked {
            return link.ask(owner, scope).negated();
        }
        let found = select(value, self.path.as_deref().unwrap_or_default());
        let answers = found.iter().map(|found| self.test(*found));
        if self.every {
            if found.is_empty() { Answer::of(Truth::No) } else { all(answers) }
        } else {
            any(answers)
        }
    }

    fn test(&self, found: Found<'_>) -> Answer {
        let value = match found {
            Found::Here(value) if !value.is_null() => value,
            Found::Hidden(value) if self.present => return Answer::of(Truth::Yes).at(value),
            Found::Hidden(_) if self.absent => return Answer::of(Truth::No),
            Found::Hidden(value) if self.is_referred(value) => {
                return Answer::of(Truth::Yes).at(value);
            }
            Found::Hidden(_) => return Answer::of(Truth::Unknown),
            Found::Here(value) => return Answer::when(self.holds_of_nothing()).at(value),
            // The innermost value that is there would be a whole block; the resource says where it is declared.
            Found::Missing(_) => return Answer::when(self.holds_of_nothing()),
        };
        if self.absent {
            return Answer::of(Truth::No);
        }
        // One word and a list of words are the same to most formats.
        if let (Data::List(items), Some(_)) = (&value.data, &self.matches) {
            return any(items.iter().map(|item| {
                self.test(if item.is_unknown() { Found::Hidden(item) } else { Found::Here(item) })
            }));
        }
        let answer = if !self.refers.0.is_empty() {
            Answer::of(Truth::No)
        } else if self.present {
            Answer::of(Truth::Yes)
        } else if self.empty {
            Answer::when(match &value.data {
                Data::Text(text) => text.is_empty(),
                Data::List(items) => items.is_empty(),
                Data::Map(entries) => entries.is_empty(),
                _ => false,
            })
        } else if let Some(pattern) = &self.matches {
            Answer::when(value.written().is_some_and(|text| pattern.matches(&text)))
        } else if let Some(pattern) = &self.lacks {
            Answer::when(value.written().is_some_and(|text| !pattern.matches(&text)))
        } else if let Some(bound) = self.below {
            Answer::when(value.number().is_some_and(|number| number < bound))
        } else if let Some(bound) = self.above {
            Answer::when(value.number().is_some_and(|number| number > bound))
        } else if !self.contains.0.is_empty() {
            self.contained(value)
        } else if !self.without.0.is_empty() {
            let inside = Self { contains: self.without.clone(), ..Self::default() };
            inside.contained(value).negated()
        } else if !self.equals.0.is_empty() {
            self.equals.among(value)
        } else {
            let words = if self.unless.0.is_empty() { &self.other_than } else { &self.unless };
            words.among(value).negated()
        };
        answer.at(value)
    }

    fn is_referred(&self, value: &Value) -> bool {
        let Data::Unknown(Some(reference)) = &value.data else { return false };
        let mut parts: Vec<&str> = reference.split('.').collect();
        while let ["module", _, ..] = parts.as_slice() {
            parts.drain(..2);
        }
        let kind = match parts.as_slice() {
            ["data", kind, ..] => format!("data.{kind}"),
            [kind, _, ..] => (*kind).to_owned(),
            _ => return false,
        };
        self.refers.0.contains(&kind)
    }

    fn holds_of_nothing(&self) -> bool {
        self.absent || self.empty || !self.unless.0.is_empty() || !self.without.0.is_empty()
    }

    fn contained(&self, value: &Value) -> Answer {
        match &value.data {
            Data::Text(text) => {
                Answer::when(self.contains.0.iter().any(|word| text.contains(word.as_str())))
            }
            _ => self.contains.among(value),
        }
    }
}

impl Answer {
    /// The same, decided at a value unless a part of it is named already.
    fn at(mut self, value: &Value) -> Self {
        if self.truth == Truth::Yes && self.at.is_none() {
            self.at = Some(value.range.clone());
        }
        self
    }
}

impl Link {
    fn ask(&self, owner: &Resource, scope: &Scope) -> Answer {
        let is_asleep = |one: &Resource| scope.asleep.contains(&one.address);
        let counts = is_asleep(owner);
        let others = scope.resources.iter().filter(|one| self.kinds.contains(&one.kind));
        let others = others.filter(|one| counts || !is_asleep(one));
        let answer = any(others.map(|other| {
            let belongs = any(select(&other.body, &self.by).into_iter().map(|found| match found {
                Found::Here(value) => Answer::when(self.names(owner, value)),
                Found::Missing(_) => Answer::of(Truth::No),
                Found::Hidden(value) => match &value.data {
                    Data::Unknown(Some(reference)) => {
                        Answer::when(refers_to(reference, &owner.address))
                    }
                    _ => Answer::of(Truth::Unknown),
                },
            }));
            match &self.and {
                Some(and) if belongs.truth != Truth::No => {
                    all([belongs, and.ask(&other.body, other, scope)].into_iter())
                }
                _ => belongs,
            }
        }));
        // The place is in another resource, perhaps in another file.
        Answer::of(answer.truth)
    }

    fn names(&self, owner: &Resource, value: &Value) -> bool {
        let Some(text) = value.written() else { return false };
        let own = self.names.iter().flat_map(|path| select(&owner.body, path));
        own.filter_map(|found| match found {
            Found::Here(value) => Some(value),
            _ => None,
        })
        .any(|named| {
            let is_it = |value: &Value| value.written().as_ref() == Some(&text);
            is_it(named) || named.items().iter().any(is_it)
        })
    }
}

/// Whether a reference leads to an address or to something of it.
fn refers_to(reference: &str, address: &str) -> bool {
    reference
        .strip_prefix(address)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}

#[cfg(test)]
mod tests;
