//! What the functions of templates come to: parameters by their defaults, conditions, maps and texts put together.

use super::super::terraform::placed;
use super::{Data, Entry, Value};
use std::cell::Cell;
use std::ops::Range;

/// Deepest evaluation, conditions that ask for others included.
const MAX_DEPTH: u32 = 80;

/// Values that one template may make.
const MAX_VALUES: usize = 500_000;

/// Longest text that is put together, bytes.
const MAX_TEXT: usize = 1 << 18;

/// A template in which names are looked up.
#[derive(Debug)]
pub struct Template<'a> {
    root: &'a Value,
    depth: Cell<u32>,
    left: Cell<usize>,
}

impl<'a> Template<'a> {
    /// Of a document.
    pub fn new(root: &'a Value) -> Self {
        Self { root, depth: Cell::new(0), left: Cell::new(MAX_VALUES) }
    }

    /// A value with its functions carried out.
    pub fn value(&self, value: &Value) -> Value {
        let (depth, left) = (self.depth.get(), self.left.get());
        if depth >= MAX_DEPTH || left == 0 {
            return Value::unknown(value.range.clone());
        }
        self.depth.set(depth + 1);
        self.left.set(left - 1);
        let data = match &value.data {
            Data::Map(entries) => match entries.as_slice() {
                [one] if one.key == "Ref" || one.key.starts_with("Fn::") => {
                    self.function(&one.key, &one.value, &value.range)
                }
                entries => Data::Map(
                    entries
                        .iter()
                        .map(|entry| Entry { value: self.value(&entry.value), ..named(entry) })
                        .collect(),
                ),
            },
            Data::List(items) => {
                let items = items.iter().map(|item| self.value(item));
                Data::List(items.filter(|item| !item.is_null()).collect())
            }
            other => other.clone(),
        };
        self.depth.set(depth);
        Value::new(value.range.clone(), data)
    }

    fn function(&self, name: &str, argument: &Value, range: &Range<usize>) -> Data {
        let known = match name {
            "Ref" => argument.text().map(|name| self.reference(name, range)),
            "Fn::GetAtt" => attribute(argument),
            "Fn::Sub" => self.substituted(argument, range),
            "Fn::Join" => self.joined(argument),
            "Fn::Select" => self.selected(argument, range),
            "Fn::Split" => self.split(argument, range),
            "Fn::FindInMap" => self.found(argument, range),
            "Fn::If" => self.chosen(argument, range),
            "Fn::Base64" => Some(placed(self.value(argument), range).data),
            _ => self.truth(name, argument).map(Data::Bool),
        };
        known.unwrap_or(Data::Unknown(None))
    }

    fn reference(&self, name: &str, range: &Range<usize>) -> Data {
        if name == "AWS::NoValue" {
            return Data::Null;
        }
        if name.starts_with("AWS::") {
            return Data::Unknown(None);
        }
        let Some(parameter) = self.root.at(&["Parameters", name]) else {
            return Data::Unknown(Some(name.to_owned()));
        };
        match parameter.get("Default") {
            Some(default) if is_list(parameter) => {
                let text = default.written().unwrap_or_default();
                let item = |one: &str| Value::new(range.clone(), Data::Text(one.trim().to_owned()));
                Data::List(text.split(',').map(item).collect())
            }
            Some(default) if !kind(parameter).starts_with("AWS::SSM") => {
                placed(default.clone(), range).data
            }
            _ => Data::Unknown(None),
        }
    }

    fn substituted(&self, argument: &Value, range: &Range<usize>) -> Option<Data> {
        let (text, names) = match &argument.data {
            Data::Text(text) => (text.as_str(), None),
            Data::List(items) => (items.first()?.text()?, items.get(1)),
            _ => return None,
        };
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find("${") {
            out.push_str(&rest[..at]);
            let end = at + rest[at..].find('}')?;
            let name = rest[at + 2..end].trim();
            if let Some(literal) = name.strip_prefix('!') {
                out.push_str(&format!("${{{literal}}}"));
            } else {
                let data = match names.and_then(|names| names.get(name)) {
                    Some(value) => self.value(value).data,
                    None => self.reference(name, range),
                };
                let value = Value::new(range.clone(), data);
                match value.written() {
                    Some(text) => out.push_str(&text),
                    None if at == 0 && out.is_empty() && end + 1 == text.len() => {
                        return Some(value.data);
                    }
                    None => return None,
                }
            }
            if out.len() > MAX_TEXT {
                return None;
            }
            rest = &rest[end + 1..];
        }
        out.push_str(rest);
        Some(Data::Text(out))
    }

    fn joined(&self, argument: &Value) -> Option<Data> {
        let [separator, list] = argument.items() else { return None };
        let list = self.value(list);
        let Data::List(items) = &list.data else { return None };
        let texts: Vec<String> = items.iter().map(Value::written).collect::<Option<_>>()?;
        let text = texts.join(separator.text()?);
        (text.len() <= MAX_TEXT).then_some(Data::Text(text))
    }

    fn selected(&self, argument: &Value, range: &Range<usize>) -> Option<Data> {
        let [index, list] = argument.items() else { return None };
        let (index, list) = (self.value(index).number()?, self.value(list));
        let item = list.items().get(position(index)?)?.clone();
        Some(placed(item, range).data)
    }

    fn split(&self, argument: &Value, range: &Range<usize>) -> Option<Data> {
        let [separator, text] = argument.items() else { return None };
        let (separator, text) = (separator.text()?, self.value(text).written()?);
        if separator.is_empty() {
            return None;
        }
        let item = |one: &str| Value::new(range.clone(), Data::Text(one.to_owned()));
        Some(Data::List(text.split(separator).map(item).collect()))
    }

    fn found(&self, argument: &Value, range: &Range<usize>) -> Option<Data> {
        let [map, first, second, ..] = argument.items() else { return None };
        let keys = [map, first, second].map(|key| self.value(key).written());
        let [Some(map), Some(first), Some(second)] = keys else { return None };
        let found = self.root.at(&["Mappings", &map, &first, &second])?;
        Some(placed(self.value(found), range).data)
    }

    fn chosen(&self, argument: &Value, range: &Range<usize>) -> Option<Data> {
        let [condition, yes, no] = argument.items() else { return None };
        match self.condition(condition.text()?) {
            Some(true) => Some(self.value(yes).data),
            Some(false) => Some(self.value(no).data),
            None => {
                let (yes, no) = (self.value(yes), self.value(no));
                let same = placed(yes.clone(), range) == placed(no, range) && !yes.is_unknown();
                same.then_some(yes.data)
            }
        }
    }

    /// Whether a condition holds, if that is known.
    pub fn condition(&self, name: &str) -> Option<bool> {
        self.asked(self.root.at(&["Conditions", name])?)
    }

    fn asked(&self, value: &Value) -> Option<bool> {
        let [only] = value.entries() else { return value.truth() };
        let depth = self.depth.get();
        if depth >= MAX_DEPTH || self.left.get() == 0 {
            return None;
        }
        self.depth.set(depth + 1);
        self.left.set(self.left.get() - 1);
        let truth = self.truth(&only.key, &only.value);
        self.depth.set(depth);
        truth
    }

    fn truth(&self, name: &str, argument: &Value) -> Option<bool> {
        match name {
            "Condition" | "Fn::Condition" => self.condition(argument.text()?),
            "Fn::Equals" => {
                let [left, right] = argument.items() else { return None };
                let (left, right) = (self.value(left).written()?, self.value(right).written()?);
                Some(left == right)
            }
            "Fn::Not" => self.asked(argument.items().first()?).map(|truth| !truth),
            "Fn::And" => self.several(argument, false),
            "Fn::Or" => self.several(argument, true),
            _ => None,
        }
    }

    /// Of several conditions: the one answer that decides, the other when all give it, none when that is not known.
    fn several(&self, argument: &Value, decides: bool) -> Option<bool> {
        let answers: Vec<Option<bool>> =
            argument.items().iter().map(|item| self.asked(item)).collect();
        if answers.contains(&Some(decides)) {
            return Some(decides);
        }
        (!answers.contains(&None)).then_some(!decides)
    }
}

/// A number as an index.
fn position(number: f64) -> Option<usize> {
    format!("{number:.0}").parse().ok()
}

fn named(entry: &Entry) -> Entry {
    let value = Value::new(0..0, Data::Null);
    Entry { key: entry.key.clone(), key_range: entry.key_range.clone(), value }
}

fn kind(parameter: &Value) -> &str {
    parameter.get("Type").and_then(Value::text).unwrap_or_default()
}

fn is_list(parameter: &Value) -> bool {
    kind(parameter) == "CommaDelimitedList" || kind(parameter).starts_with("List<")
}

fn attribute(argument: &Value) -> Option<Data> {
    let address = match &argument.data {
        Data::Text(text) => text.clone(),
        Data::List(items) => {
            let parts: Option<Vec<&str>> = items.iter().map(Value::text).collect();
            parts?.join(".")
        }
        _ => return None,
    };
    Some(Data::Unknown(Some(address)))
}
