//! Functions of the language, as far as they depend on nothing but their arguments. Those that read files, the clock or the network, and
//! those not listed, come to something unknown.

use super::evaluate::{MAX_TEXT, NoValue, Outcome, placed, same, weight};
use super::instance::{Frame, Instance};
use super::syntax::Expression;
use crate::engine::misconfig::json;
use crate::engine::misconfig::value::{Data, Entry, Value};
use std::ops::Range;

/// A function of values that are all known at their outermost level.
type Function = fn(&[Value]) -> Option<Data>;

/// All of them that need nothing but values.
const FUNCTIONS: &[(&str, Function)] = &[
    ("lower", |a| text(a, str::to_lowercase)),
    ("upper", |a| text(a, str::to_uppercase)),
    ("trimspace", |a| text(a, |text| text.trim().to_owned())),
    ("chomp", |a| text(a, |text| text.trim_end_matches(['\n', '\r']).to_owned())),
    ("title", |a| text(a, title)),
    ("trimprefix", |a| two(a, |text, prefix| text.strip_prefix(prefix).unwrap_or(text).to_owned())),
    ("trimsuffix", |a| two(a, |text, suffix| text.strip_suffix(suffix).unwrap_or(text).to_owned())),
    ("trim", |a| two(a, |text, set| text.trim_matches(|c| set.contains(c)).to_owned())),
    ("startswith", |a| Some(Data::Bool(a.first()?.text()?.starts_with(a.get(1)?.text()?)))),
    ("endswith", |a| Some(Data::Bool(a.first()?.text()?.ends_with(a.get(1)?.text()?)))),
    ("strcontains", |a| Some(Data::Bool(a.first()?.text()?.contains(a.get(1)?.text()?)))),
    ("replace", replace),
    ("split", split),
    ("join", join),
    ("format", format),
    ("substr", substr),
    ("tostring", |a| match &a.first()?.data {
        Data::Null => Some(Data::Null),
        _ => a.first()?.written().map(Data::Text),
    }),
    ("tonumber", |a| a.first()?.number().map(Data::Number)),
    ("tobool", |a| a.first()?.truth().map(Data::Bool)),
    ("tolist", |a| list(a.first()?)),
    ("toset", |a| distinct(a.first()?)),
    ("distinct", |a| distinct(a.first()?)),
    ("tomap", |a| Some(a.first()?.data.clone())),
    ("sensitive", |a| Some(a.first()?.data.clone())),
    ("nonsensitive", |a| Some(a.first()?.data.clone())),
    ("ephemeralasnull", |_| Some(Data::Null)),
    ("jsonencode", |a| Some(a.first()?.data.clone())),
    ("jsondecode", decode),
    ("length", length),
    ("concat", concat),
    ("merge", merge),
    ("lookup", lookup),
    ("element", element),
    ("contains", contains),
    ("keys", |a| {
        keyed(a, |entry| Value::new(entry.key_range.clone(), Data::Text(entry.key.clone())))
    }),
    ("values", |a| keyed(a, |entry| entry.value.clone())),
    ("flatten", |a| flatten(a.first()?)),
    ("compact", compact),
    ("reverse", |a| Some(Data::List(a.first()?.items().iter().rev().cloned().collect()))),
    ("sort", sort),
    ("slice", slice),
    ("zipmap", zipmap),
    ("regex", |a| Some(matched(a)?.into_iter().next().unwrap_or(Data::Null))),
    ("regexall", |a| {
        let range = &a.first()?.range;
        let each = matched(a)?.into_iter().map(|data| Value::new(range.clone(), data));
        Some(Data::List(each.collect()))
    }),
    ("setunion", |a| distinct(&Value::new(0..0, concat(a)?))),
    ("one", one),
    ("min", |a| numbers(a, f64::min)),
    ("max", |a| numbers(a, f64::max)),
    ("abs", |a| Some(Data::Number(a.first()?.number()?.abs()))),
    ("ceil", |a| Some(Data::Number(a.first()?.number()?.ceil()))),
    ("floor", |a| Some(Data::Number(a.first()?.number()?.floor()))),
    ("alltrue", |a| truths(a, |all| all.iter().all(|one| *one))),
    ("anytrue", |a| truths(a, |all| all.iter().any(|one| *one))),
];

/// Functions that may be handed what is not known: they ask for less than everything.
const LENIENT: &[&str] = &["merge", "lookup", "jsonencode", "tomap", "sensitive", "nonsensitive"];

/// Calls a function.
pub fn call<'a>(
    instance: &Instance<'a>,
    name: &str,
    arguments: &'a [Expression],
    spread: bool,
    range: &Range<usize>,
    frame: &Frame,
) -> Outcome {
    let unknown = || Ok(Value::unknown(range.clone()));
    match name {
        "try" => {
            for argument in arguments {
                if let Ok(value) = instance.evaluate(argument, frame) {
                    return Ok(placed(value, range));
                }
            }
            return Err(NoValue);
        }
        "can" => {
            let value = arguments.first().map(|argument| instance.evaluate(argument, frame));
            return match value {
                Some(Ok(value)) if value.is_unknown() => unknown(),
                Some(outcome) => Ok(Value::new(range.clone(), Data::Bool(outcome.is_ok()))),
                None => unknown(),
            };
        }
        "coalesce" | "coalescelist" => {
            for argument in arguments {
                let value = instance.evaluate(argument, frame)?;
                let is_empty = match &value.data {
                    Data::Null => true,
                    Data::Text(text) => text.is_empty(),
                    Data::List(items) => items.is_empty(),
                    _ => false,
                };
                if !is_empty {
                    return Ok(placed(value, range));
                }
            }
            return Err(NoValue);
        }
        _ => {}
    }
    let Some((_, function)) = FUNCTIONS.iter().find(|(known, _)| *known == name) else {
        return unknown();
    };
    let mut values = Vec::with_capacity(arguments.len());
    for argument in arguments {
        values.push(instance.evaluate(argument, frame)?);
    }
    if spread {
        match values.pop().map(|last| last.data) {
            Some(Data::List(items)) => values.extend(items),
            _ => return unknown(),
        }
    }
    let work: usize = values.iter().map(weight).sum();
    if !instance.shared.budget.spend(work) {
        return unknown();
    }
    if name == "jsonencode"
        && let [value] = values.as_slice()
    {
        // Kept as what it is, each part where it stands.
        return Ok(Value::new(value.range.clone(), value.data.clone()));
    }
    if !LENIENT.contains(&name) && values.iter().any(Value::is_unknown) {
        return unknown();
    }
    if name == "lookup"
        && let [map, key] = values.as_slice()
        && let (Data::Map(_), Some(key)) = (&map.data, key.text())
        && map.get(key).is_none()
    {
        return Err(NoValue);
    }
    let is_pattern = matches!(name, "regex" | "regexall");
    let length = || values.iter().filter_map(Value::text).map(str::len).sum::<usize>();
    if is_pattern && !instance.shared.budget.spend(PATTERN_WORK + length()) {
        return unknown();
    }
    let data = function(&values).unwrap_or(Data::Unknown(None));
    if name == "regex" && data == Data::Null {
        return Err(NoValue);
    }
    Ok(Value::new(range.clone(), data))
}

/// A number that is not negative, as an index.
fn index(number: f64) -> Option<usize> {
    format!("{:.0}", number.trunc()).parse().ok()
}

fn text(arguments: &[Value], with: impl Fn(&str) -> String) -> Option<Data> {
    Some(Data::Text(with(&arguments.first()?.written()?)))
}

fn two(arguments: &[Value], with: impl Fn(&str, &str) -> String) -> Option<Data> {
    let [first, second] = arguments else { return None };
    Some(Data::Text(with(&first.written()?, &second.written()?)))
}

fn title(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut starts = true;
    for letter in text.chars() {
        if starts {
            out.extend(letter.to_uppercase());
        } else {
            out.push(letter);
        }
        starts = letter.is_whitespace();
    }
    out
}

fn replace(arguments: &[Value]) -> Option<Data> {
    let [text, from, to] = arguments else { return None };
    let (text, from, to) = (text.written()?, from.written()?, to.written()?);
    // Between slashes it is a regular expression of another dialect.
    if from.is_empty() || (from.len() > 1 && from.starts_with('/') && from.ends_with('/')) {
        return None;
    }
    let grows = to.len().saturating_sub(from.len());
    let found = text.matches(&from).count();
    (text.len() + grows.saturating_mul(found) <= MAX_TEXT)
        .then(|| Data::Text(text.replace(&from, &to)))
}

/// Work that making ready a pattern counts as.
const PATTERN_WORK: usize = 5000;

/// Longest pattern, and the largest when it is made ready, bytes.
const MAX_PATTERN: usize = 400;
const MAX_READY: usize = 1 << 15;

/// Everything that a pattern finds in a text: the text of it, or its groups by number or by name.
fn matched(arguments: &[Value]) -> Option<Vec<Data>> {
    let [pattern, text] = arguments else { return None };
    let (source, written) = (pattern.text()?, text.written()?);
    if source.len() > MAX_PATTERN {
        return None;
    }
    let pattern = regex::RegexBuilder::new(source).size_limit(MAX_READY).build().ok()?;
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    let group = |found: Option<regex::Match<'_>>| {
        let data = found.map_or(Data::Null, |found| Data::Text(found.as_str().to_owned()));
        Value::new(text.range.clone(), data)
    };
    let all = pattern.captures_iter(&written).take(MAX_DISTINCT).map(|found| {
        let groups = found.iter().skip(1).map(group);
        if names.is_empty() {
            Data::Text(found[0].to_owned())
        } else if names.iter().all(Option::is_some) {
            let key_range = text.range.clone();
            let entry = |(name, value): (&str, Value)| Entry {
                key: name.to_owned(),
                key_range: key_range.clone(),
                value,
            };
            Data::Map(names.iter().flatten().copied().zip(groups).map(entry).collect())
        } else {
            Data::List(groups.collect())
        }
    });
    Some(all.collect())
}

fn split(arguments: &[Value]) -> Option<Data> {
    let [separator, text] = arguments else { return None };
    let (separator, written) = (separator.written()?, text.written()?);
    if separator.is_empty() {
        return None;
    }
    let piece = |piece: &str| Value::new(text.range.clone(), Data::Text(piece.to_owned()));
    Some(Data::List(written.split(&separator).map(piece).collect()))
}

fn join(arguments: &[Value]) -> Option<Data> {
    let (separator, lists) = arguments.split_first()?;
    let separator = separator.written()?;
    let mut out = String::new();
    for (at, item) in lists.iter().flat_map(Value::items).enumerate() {
        if at > 0 {
            out.push_str(&separator);
        }
        out.push_str(&item.written()?);
        if out.len() > MAX_TEXT {
            return None;
        }
    }
    Some(Data::Text(out))
}

fn format(arguments: &[Value]) -> Option<Data> {
    let (pattern, rest) = arguments.split_first()?;
    let pattern = pattern.text()?;
    let mut out = String::new();
    let mut rest = rest.iter();
    let mut pieces = pattern.split('%');
    out.push_str(pieces.next()?);
    let mut literal = false;
    for piece in pieces {
        if literal {
            out.push_str(piece);
            literal = false;
            continue;
        }
        match piece.chars().next() {
            // Two signs stand for one.
            None => {
                out.push('%');
                literal = true;
            }
            Some('s' | 'd' | 'v' | 't') => {
                out.push_str(&rest.next()?.written()?);
                out.push_str(&piece[1..]);
            }
            Some('q') => {
                out.push_str(&format!("{:?}", rest.next()?.written()?));
                out.push_str(&piece[1..]);
            }
            Some(_) => return None,
        }
        if out.len() > MAX_TEXT {
            return None;
        }
    }
    Some(Data::Text(out))
}

fn substr(arguments: &[Value]) -> Option<Data> {
    let [text, offset, length] = arguments else { return None };
    let letters: Vec<char> = text.written()?.chars().collect();
    let (offset, length) = (offset.number()?, length.number()?);
    let start = if offset < 0.0 { letters.len() as f64 + offset } else { offset };
    let start = index(start.clamp(0.0, letters.len() as f64))?;
    let end = if length < 0.0 {
        letters.len()
    } else {
        start.saturating_add(index(length)?).min(letters.len())
    };
    Some(Data::Text(letters[start..end.max(start)].iter().collect()))
}

fn list(value: &Value) -> Option<Data> {
    match &value.data {
        Data::List(_) | Data::Null => Some(value.data.clone()),
        _ => None,
    }
}

/// How many items are compared with one another.
const MAX_DISTINCT: usize = 2000;

fn distinct(value: &Value) -> Option<Data> {
    let Data::List(items) = &value.data else { return list(value) };
    if items.len() > MAX_DISTINCT {
        return None;
    }
    let mut seen = std::collections::BTreeSet::new();
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        let is_new = match &item.data {
            Data::Text(text) => seen.insert(text.clone()),
            Data::List(_) | Data::Map(_) if items.len() > 100 => return None,
            _ => !kept.iter().any(|other| same(other, item) == Some(true)),
        };
        if is_new {
            kept.push(item.clone());
        }
    }
    Some(Data::List(kept))
}

fn decode(arguments: &[Value]) -> Option<Data> {
    let value = arguments.first()?;
    match &value.data {
        Data::Text(text) => Some(placed(json::parse(text.as_bytes()).ok()?, &value.range).data),
        // Written by `jsonencode` or as a text with JSON in it, and taken apart already.
        other => Some(other.clone()),
    }
}

fn length(arguments: &[Value]) -> Option<Data> {
    let number = match &arguments.first()?.data {
        Data::List(items) => items.len(),
        Data::Map(entries) => entries.len(),
        Data::Text(text) => text.chars().count(),
        _ => return None,
    };
    Some(Data::Number(number as f64))
}

fn concat(arguments: &[Value]) -> Option<Data> {
    let mut all = Vec::new();
    for argument in arguments {
        let Data::List(items) = &argument.data else { return None };
        all.extend(items.iter().cloned());
    }
    Some(Data::List(all))
}

fn merge(arguments: &[Value]) -> Option<Data> {
    let mut all: Vec<Entry> = Vec::new();
    let mut places = std::collections::BTreeMap::new();
    for argument in arguments {
        match &argument.data {
            Data::Null => {}
            Data::Map(entries) => {
                for entry in entries {
                    if let Some(at) = places.get(&entry.key) {
                        all[*at] = entry.clone();
                    } else {
                        places.insert(entry.key.clone(), all.len());
                        all.push(entry.clone());
                    }
                }
            }
            _ => return None,
        }
    }
    Some(Data::Map(all))
}

fn lookup(arguments: &[Value]) -> Option<Data> {
    let (map, key) = (arguments.first()?, arguments.get(1)?.written()?);
    if map.is_unknown() {
        return None;
    }
    let found = map.get(&key).or_else(|| arguments.get(2))?;
    Some(found.data.clone())
}

fn element(arguments: &[Value]) -> Option<Data> {
    let [list, at] = arguments else { return None };
    let (items, at) = (list.items(), at.number()?);
    if items.is_empty() || at < 0.0 {
        return None;
    }
    Some(items[index(at)? % items.len()].data.clone())
}

fn contains(arguments: &[Value]) -> Option<Data> {
    let [list, wanted] = arguments else { return None };
    let Data::List(items) = &list.data else { return None };
    let mut all_known = true;
    for item in items {
        match same(item, wanted) {
            Some(true) => return Some(Data::Bool(true)),
            Some(false) => {}
            None => all_known = false,
        }
    }
    all_known.then_some(Data::Bool(false))
}

fn keyed(arguments: &[Value], part: impl Fn(&Entry) -> Value) -> Option<Data> {
    let Data::Map(entries) = &arguments.first()?.data else { return None };
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|left, right| left.key.cmp(&right.key));
    Some(Data::List(sorted.into_iter().map(part).collect()))
}

fn flatten(value: &Value) -> Option<Data> {
    fn into(value: &Value, out: &mut Vec<Value>) {
        match &value.data {
            Data::List(items) => items.iter().for_each(|item| into(item, out)),
            _ => out.push(value.clone()),
        }
    }
    let Data::List(_) = &value.data else { return None };
    let mut out = Vec::new();
    into(value, &mut out);
    Some(Data::List(out))
}

fn compact(arguments: &[Value]) -> Option<Data> {
    let Data::List(items) = &arguments.first()?.data else { return None };
    let is_filled = |item: &&Value| !item.is_null() && item.text() != Some("");
    Some(Data::List(items.iter().filter(is_filled).cloned().collect()))
}

fn sort(arguments: &[Value]) -> Option<Data> {
    let Data::List(items) = &arguments.first()?.data else { return None };
    let mut keyed: Vec<(String, Value)> =
        items.iter().map(|item| Some((item.written()?, item.clone()))).collect::<Option<_>>()?;
    keyed.sort_by(|left, right| left.0.cmp(&right.0));
    Some(Data::List(keyed.into_iter().map(|(_, item)| item).collect()))
}

fn slice(arguments: &[Value]) -> Option<Data> {
    let [list, from, to] = arguments else { return None };
    let (from, to) = (from.number()?, to.number()?);
    if from < 0.0 || to < from {
        return None;
    }
    Some(Data::List(list.items().get(index(from)?..index(to)?)?.to_vec()))
}

fn zipmap(arguments: &[Value]) -> Option<Data> {
    let [keys, values] = arguments else { return None };
    let pairs = keys.items().iter().zip(values.items());
    let entry = |(key, value): (&Value, &Value)| {
        Some(Entry { key: key.written()?, key_range: key.range.clone(), value: value.clone() })
    };
    Some(Data::Map(pairs.map(entry).collect::<Option<_>>()?))
}

fn one(arguments: &[Value]) -> Option<Data> {
    let Data::List(items) = &arguments.first()?.data else { return None };
    match items.as_slice() {
        [] => Some(Data::Null),
        [only] => Some(only.data.clone()),
        _ => None,
    }
}

fn numbers(arguments: &[Value], with: fn(f64, f64) -> f64) -> Option<Data> {
    let all: Option<Vec<f64>> = arguments.iter().map(Value::number).collect();
    all?.into_iter().reduce(with).map(Data::Number)
}

fn truths(arguments: &[Value], with: impl Fn(&[bool]) -> bool) -> Option<Data> {
    let Data::List(items) = &arguments.first()?.data else { return None };
    let all: Option<Vec<bool>> = items.iter().map(Value::truth).collect();
    Some(Data::Bool(with(&all?)))
}
