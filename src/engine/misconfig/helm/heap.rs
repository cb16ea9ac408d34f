//! Values of templates, in one heap: lists and maps are numbers in it, so that no value is deep, none is copied, and a chart that fills
//! it is stopped. YAML in, YAML and JSON out.

use crate::yaml::{Content, Tagged};
use std::collections::BTreeMap;
use std::rc::Rc;

/// Why a template could not be rendered.
pub type Why = String;

/// A value of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// Nothing.
    Nil,
    /// A truth value.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(Rc<str>),
    /// A list of the heap.
    List(usize),
    /// A map of the heap.
    Map(usize),
    /// An object of Helm with functions of its own.
    Native(Native),
    /// Known only when it is installed: random texts, times, files that are not looked at.
    Unknown,
}

/// Objects of Helm with functions of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Native {
    /// `.Files`
    Files,
    /// `.Capabilities.APIVersions`
    Versions,
}

/// What stands in the output for what is not known; readers of manifests take it for a variable.
pub const UNKNOWN: &str = "${unknown}";

/// Bytes that values of one chart may take.
const MAX_BYTES: usize = 64 << 20;

/// Longest text.
pub const MAX_TEXT: usize = 4 << 20;

/// Deepest value that is written.
const MAX_DEPTH: usize = 60;

/// Lists and maps of a chart.
#[derive(Debug, Default)]
pub struct Heap {
    lists: Vec<Vec<Item>>,
    maps: Vec<BTreeMap<Rc<str>, Item>>,
    spent: usize,
}

impl Heap {
    /// Counts bytes; an error when there are no more.
    pub fn spend(&mut self, bytes: usize) -> Result<(), Why> {
        self.spent += bytes;
        if self.spent > MAX_BYTES { Err("the values are too large".to_owned()) } else { Ok(()) }
    }

    /// A text.
    pub fn text(&mut self, text: impl AsRef<str>) -> Result<Item, Why> {
        let text = text.as_ref();
        if text.len() > MAX_TEXT {
            return Err("a text is too long".to_owned());
        }
        self.spend(text.len() + 16)?;
        Ok(Item::Text(Rc::from(text)))
    }

    /// A list.
    pub fn list(&mut self, items: Vec<Item>) -> Result<Item, Why> {
        self.spend(items.len() * 32 + 32)?;
        self.lists.push(items);
        Ok(Item::List(self.lists.len() - 1))
    }

    /// A map.
    pub fn map(&mut self, entries: BTreeMap<Rc<str>, Item>) -> Result<Item, Why> {
        self.spend(entries.len() * 96 + 64)?;
        self.maps.push(entries);
        Ok(Item::Map(self.maps.len() - 1))
    }

    /// Items of a list; none when it is no list.
    pub fn items(&self, item: &Item) -> &[Item] {
        match item {
            Item::List(at) => &self.lists[*at],
            _ => &[],
        }
    }

    /// Entries of a map, if it is one.
    pub fn entries(&self, item: &Item) -> Option<&BTreeMap<Rc<str>, Item>> {
        match item {
            Item::Map(at) => Some(&self.maps[*at]),
            _ => None,
        }
    }

    /// What a map has under a name.
    pub fn get(&self, item: &Item, key: &str) -> Option<&Item> {
        self.entries(item)?.get(key)
    }

    /// Sets a name of a map.
    pub fn set(&mut self, map: &Item, key: &str, value: Item) -> Result<(), Why> {
        self.spend(key.len() + 96)?;
        if let Item::Map(at) = map {
            self.maps[*at].insert(Rc::from(key), value);
        }
        Ok(())
    }

    /// Removes a name of a map.
    pub fn unset(&mut self, map: &Item, key: &str) {
        if let Item::Map(at) = map {
            self.maps[*at].remove(key);
        }
    }

    /// Whether templates take it for true; none when nobody knows.
    pub fn truth(&self, item: &Item) -> Option<bool> {
        Some(match item {
            Item::Nil => false,
            Item::Bool(truth) => *truth,
            Item::Int(number) => *number != 0,
            Item::Float(number) => *number != 0.0,
            Item::Text(text) => !text.is_empty(),
            Item::List(at) => !self.lists[*at].is_empty(),
            Item::Map(at) => !self.maps[*at].is_empty(),
            Item::Native(_) => true,
            Item::Unknown => return None,
        })
    }

    /// As an action prints it.
    pub fn printed(&self, item: &Item) -> Result<String, Why> {
        Ok(match item {
            Item::Nil => String::new(),
            Item::Bool(truth) => truth.to_string(),
            Item::Int(number) => number.to_string(),
            Item::Float(number) => number.to_string(),
            Item::Text(text) => text.to_string(),
            Item::Unknown => UNKNOWN.to_owned(),
            Item::List(_) => {
                let items = self.items(item).iter().map(|one| match one {
                    Item::List(_) | Item::Map(_) => Err("a list of lists is printed".to_owned()),
                    one => self.printed(one),
                });
                format!("[{}]", items.collect::<Result<Vec<_>, _>>()?.join(" "))
            }
            Item::Map(_) | Item::Native(_) => return Err("a map is printed as it is".to_owned()),
        })
    }

    /// Two values are equal; none when nobody knows.
    pub fn equal(&self, one: &Item, other: &Item) -> Option<bool> {
        match (one, other) {
            (Item::Unknown, _) | (_, Item::Unknown) => None,
            (Item::Int(a), Item::Float(b)) | (Item::Float(b), Item::Int(a)) => {
                Some((*a as f64).to_bits() == b.to_bits())
            }
            (a, b) => Some(a == b),
        }
    }

    /// A value of a YAML document.
    pub fn of_yaml(&mut self, node: &Tagged) -> Result<Item, Why> {
        match &node.content {
            Content::Null => Ok(Item::Nil),
            Content::Bool(truth) => Ok(Item::Bool(*truth)),
            Content::Int(number) => Ok(Item::Int(*number)),
            Content::Float(number) => Ok(Item::Float(*number)),
            Content::Text { text, .. } => self.text(text),
            Content::Sequence(items) => {
                let items =
                    items.iter().map(|item| self.of_yaml(item)).collect::<Result<_, _>>()?;
                self.list(items)
            }
            Content::Mapping(pairs) => {
                let mut entries = BTreeMap::new();
                for (key, value) in pairs {
                    let key = match &key.content {
                        Content::Text { text, .. } => Rc::from(text.as_str()),
                        Content::Int(number) => Rc::from(number.to_string()),
                        Content::Bool(truth) => Rc::from(truth.to_string()),
                        _ => continue,
                    };
                    entries.insert(key, self.of_yaml(value)?);
                }
                self.map(entries)
            }
        }
    }

    /// As `toYaml` writes it, without the last line end.
    pub fn yaml(&self, item: &Item) -> Result<String, Why> {
        let mut out = String::new();
        self.write(item, 0, 0, &mut out)?;
        Ok(out.trim_end_matches('\n').to_owned())
    }

    fn write(&self, item: &Item, indent: usize, depth: usize, out: &mut String) -> Result<(), Why> {
        bounded(depth, out)?;
        let pad = " ".repeat(indent);
        match item {
            Item::List(_) if !self.items(item).is_empty() => {
                for one in self.items(item) {
                    out.push_str(&pad);
                    out.push_str("- ");
                    if self.is_block(one) {
                        let mut inner = String::new();
                        self.write(one, indent + 2, depth + 1, &mut inner)?;
                        out.push_str(inner.trim_start_matches(' '));
                    } else {
                        self.inline(one, indent + 2, depth + 1, out)?;
                        out.push('\n');
                    }
                }
            }
            Item::Map(at) if !self.maps[*at].is_empty() => {
                for (key, value) in &self.maps[*at] {
                    out.push_str(&pad);
                    out.push_str(&scalar(key));
                    out.push(':');
                    if self.is_block(value) {
                        out.push('\n');
                        let deeper =
                            if matches!(value, Item::Map(_)) { indent + 2 } else { indent };
                        self.write(value, deeper, depth + 1, out)?;
                    } else {
                        out.push(' ');
                        self.inline(value, indent + 2, depth + 1, out)?;
                        out.push('\n');
                    }
                }
            }
            scalar => {
                self.flow(scalar, depth, out)?;
                out.push('\n');
            }
        }
        Ok(())
    }

    /// What stands behind a name or a dash: a scalar, or text of several lines that go further in.
    fn inline(
        &self,
        item: &Item,
        indent: usize,
        depth: usize,
        out: &mut String,
    ) -> Result<(), Why> {
        if let Item::Text(text) = item
            && text.len() + out.len() < MAX_TEXT
            && let Some(lines) = block(text, indent)
        {
            out.push_str(&lines);
            return Ok(());
        }
        self.flow(item, depth, out)
    }

    fn is_block(&self, item: &Item) -> bool {
        match item {
            Item::List(at) => !self.lists[*at].is_empty(),
            Item::Map(at) => !self.maps[*at].is_empty(),
            _ => false,
        }
    }

    fn flow(&self, item: &Item, depth: usize, out: &mut String) -> Result<(), Why> {
        match item {
            Item::Text(text) => out.push_str(&scalar(text)),
            other => self.json_into(other, depth, out)?,
        }
        Ok(())
    }

    /// As `toJson` writes it.
    pub fn json(&self, item: &Item) -> Result<String, Why> {
        let mut out = String::new();
        self.json_into(item, 0, &mut out)?;
        Ok(out)
    }

    fn json_into(&self, item: &Item, depth: usize, out: &mut String) -> Result<(), Why> {
        bounded(depth, out)?;
        match item {
            Item::Nil => out.push_str("null"),
            Item::Text(text) => out.push_str(&quoted(text)),
            Item::List(_) => {
                out.push('[');
                for (at, one) in self.items(item).iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    self.json_into(one, depth + 1, out)?;
                }
                out.push(']');
            }
            Item::Map(at) => {
                out.push('{');
                for (at, (key, value)) in self.maps[*at].iter().enumerate() {
                    if at > 0 {
                        out.push(',');
                    }
                    out.push_str(&quoted(key));
                    out.push(':');
                    self.json_into(value, depth + 1, out)?;
                }
                out.push('}');
            }
            Item::Unknown => out.push_str(&quoted(UNKNOWN)),
            other => out.push_str(&self.printed(other)?),
        }
        Ok(())
    }
}

fn bounded(depth: usize, out: &str) -> Result<(), Why> {
    if depth > MAX_DEPTH || out.len() > MAX_TEXT {
        return Err("a value is too large to be written".to_owned());
    }
    Ok(())
}

/// In double quotes, as JSON and YAML both read it.
pub fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A text of several lines as a block, each line behind `indent` blanks; none when it has to be in quotes.
fn block(text: &str, indent: usize) -> Option<String> {
    let is_clean = |c: char| c == '\n' || !c.is_control();
    if !text.contains('\n') || text.starts_with([' ', '\n']) || !text.chars().all(is_clean) {
        return None;
    }
    let sign = match (text.ends_with('\n'), text.ends_with("\n\n")) {
        (false, _) => "|-",
        (true, false) => "|",
        (true, true) => "|+",
    };
    let pad = " ".repeat(indent);
    let mut out = sign.to_owned();
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        out.push('\n');
        if !line.is_empty() {
            out.push_str(&pad);
            out.push_str(line);
        }
    }
    Some(out)
}

/// A text as YAML has it: without quotes where that is safe, else in single ones, which leave templates in it as they are.
fn scalar(text: &str) -> String {
    let is_word = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"]
        .iter()
        .any(|word| text.eq_ignore_ascii_case(word));
    let plain = text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_./".contains(&b));
    if plain && !is_word {
        text.to_owned()
    } else if is_word || text.parse::<f64>().is_ok() || text.chars().any(char::is_control) {
        quoted(text)
    } else {
        format!("'{}'", text.replace('\'', "''"))
    }
}
