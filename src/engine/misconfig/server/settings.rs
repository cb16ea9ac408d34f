//! Settings without blocks: a name and what it is set to on each line, sections, or YAML. Names are compared in lower case.

use super::resource;
use crate::engine::misconfig::Reading;
use crate::engine::misconfig::judge::Verdict;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::{Data, Entry, Value};
use crate::yaml::{Limits, stream};
use std::collections::BTreeSet;
use std::ops::Range;

const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// Settings of a file that are looked at.
const MAX_SETTINGS: usize = 20_000;

/// Lines without comments and blanks around them, with their bytes. Signs in front of a comment differ.
fn bare<'a>(text: &'a [u8], signs: &'static [u8]) -> impl Iterator<Item = (Range<usize>, &'a str)> {
    let mut start = 0;
    let lines = text.split(|byte| *byte == b'\n').filter_map(move |line| {
        let own = start;
        start += line.len() + 1;
        let trimmed = line.trim_ascii();
        let first = trimmed.first().filter(|first| !signs.contains(first))?;
        let at = own + line.iter().position(|byte| byte == first)?;
        // What is no text is no setting that anybody meant.
        Some((at..at + trimmed.len(), std::str::from_utf8(trimmed).ok()?))
    });
    lines.take(MAX_SETTINGS)
}

/// A setting: `value` is a part of `line`, which stands at `range`. A setting without a value stands where its line does.
fn entry(range: &Range<usize>, line: &str, key: &str, value: &str) -> Entry {
    let value = unquoted(value);
    let at = range.start + (value.as_ptr().addr().saturating_sub(line.as_ptr().addr()));
    let own = if value.is_empty() { range.clone() } else { at..at + value.len() };
    let value = Value::new(own, Data::Text(value.to_owned()));
    Entry { key: key.to_ascii_lowercase(), key_range: range.clone(), value }
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    let inner = |quote: char| value.strip_prefix(quote).and_then(|rest| rest.strip_suffix(quote));
    inner('"').or_else(|| inner('\'')).unwrap_or(value)
}

fn reading(kind: &'static str, entries: Vec<Entry>) -> Option<Reading> {
    let head = entries.first()?.key_range.clone();
    let body = Value::new(head.clone(), Data::Map(entries));
    let resources = vec![resource(kind, kind.to_owned(), head, body)];
    Some(Reading { scope: Scope { resources, ..Scope::default() }, broken: None })
}

/// `name value…` on each line; of equal names the last counts.
pub fn words(kind: &'static str, text: &[u8]) -> Option<Reading> {
    let lines = bare(text, b"#").map(|(range, line)| {
        let (key, value) = line.split_once([' ', '\t']).unwrap_or((line, ""));
        entry(&range, line, key, value)
    });
    reading(kind, lines.collect())
}

/// `name = value`, or `name` alone, in sections; of equal names the last counts, whatever its section.
pub fn ini(kind: &'static str, text: &[u8]) -> Option<Reading> {
    let lines = bare(text, b"#;[").map(|(range, line)| {
        let line = match line.split_once(" #") {
            Some((front, _)) if !front.contains(['"', '\'']) => front,
            _ => line,
        };
        let (key, value) =
            line.split_once('=').or_else(|| line.split_once(' ')).unwrap_or((line, ""));
        entry(&range, line, &key.trim().replace('-', "_"), value)
    });
    reading(kind, lines.collect())
}

/// Settings of sshd: of equal names the first counts, and what stands behind `Match` counts for some only.
pub fn sshd(kind: &'static str, text: &[u8]) -> Option<Reading> {
    let mut scope = Scope::default();
    let mut entries: Vec<Entry> = Vec::new();
    let mut seen = BTreeSet::new();
    let mut block: Option<(Range<usize>, String)> = None;
    let mut finish = |block: &Option<(Range<usize>, String)>, entries: Vec<Entry>| {
        let Some(first) = entries.first() else { return };
        let first = first.key_range.clone();
        let (kind, head, address) = match block {
            None => (kind.to_owned(), first, kind.to_owned()),
            Some((head, whom)) => {
                let whom: String = whom.chars().filter(|c| !c.is_control()).take(60).collect();
                (format!("{kind}-match"), head.clone(), format!("{kind}, match {whom}"))
            }
        };
        let body = Value::new(head.clone(), Data::Map(entries));
        scope.resources.push(resource(&kind, address, head, body));
    };
    for (range, line) in bare(text, b"#") {
        let (key, value) = line.split_once([' ', '\t', '=']).unwrap_or((line, ""));
        let value = value.trim_start_matches([' ', '\t', '=']);
        if key.eq_ignore_ascii_case("match") {
            finish(&block, std::mem::take(&mut entries));
            seen.clear();
            block = (!value.eq_ignore_ascii_case("all")).then(|| (range, value.to_owned()));
        } else if seen.insert(key.to_ascii_lowercase()) {
            entries.push(entry(&range, line, key, value));
        }
    }
    finish(&block, entries);
    (!scope.resources.is_empty()).then_some(Reading { scope, broken: None })
}

/// Every line is one of a list, `line`.
pub fn lines(kind: &'static str, text: &[u8]) -> Option<Reading> {
    let lines: Vec<Value> = bare(text, b"#")
        .map(|(range, line)| Value::new(range, Data::Text(line.to_owned())))
        .collect();
    let range = lines.first()?.range.clone();
    let value = Value::new(range.clone(), Data::List(lines));
    reading(kind, vec![Entry { key: "line".to_owned(), key_range: range, value }])
}

/// A YAML document; names with dots are as good as maps in maps.
pub fn yaml(kind: &'static str, text: &[u8]) -> Option<Reading> {
    let stream = stream(text, &LIMITS);
    let broken = stream.error.map(|error| error.to_string());
    let mut scope = Scope::default();
    if let Some(root) = stream.documents.first().map(Value::plain) {
        let Data::Map(entries) = root.data else { return None };
        let head = entries.first().map_or(0..0, |first| first.key_range.clone());
        let entries = entries.into_iter().map(|entry| nested(entry, 0)).collect();
        let body = Value::new(root.range, Data::Map(entries));
        scope.resources.push(resource(kind, kind.to_owned(), head, body));
    }
    Some(Reading { scope, broken })
}

fn nested(mut entry: Entry, depth: usize) -> Entry {
    let Some((first, rest)) = entry.key.split_once('.') else { return entry };
    if depth > 16 {
        return entry;
    }
    let inner = Entry { key: rest.to_owned(), ..entry.clone() };
    let range = entry.value.range.clone();
    entry.value = Value::new(range, Data::Map(vec![nested(inner, depth + 1)]));
    entry.key = first.to_owned();
    entry
}

/// Lines of `pg_hba.conf` by which a connection needs no password.
pub fn trusting_method(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    let lines = resource.body.get("line").map(Value::items).unwrap_or_default();
    let trusting = |line: &&Value| {
        let words: Vec<&str> = line.text().unwrap_or_default().split_ascii_whitespace().collect();
        let is_host = words.first().is_some_and(|word| word.starts_with("host"));
        let address = words.get(3).copied().unwrap_or_default();
        let is_local = matches!(address, "127.0.0.1/32" | "::1/128" | "localhost" | "samehost");
        is_host && !is_local && words.iter().skip(4).any(|word| *word == "trust")
    };
    lines.iter().filter(trusting).map(|line| Verdict::at(line.range.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_match_is_apart_and_the_first_of_a_name_counts() {
        let text = b"# a\nPermitRootLogin no\nPermitRootLogin yes\nMatch User a\n  PermitRootLogin yes\nMatch all\nX11Forwarding=yes\n";
        let reading = sshd("sshd", text).unwrap();
        let shown: Vec<_> = reading
            .scope
            .resources
            .iter()
            .map(|one| (one.kind.as_str(), one.body.get("permitrootlogin").and_then(Value::text)))
            .collect();
        assert_eq!(shown, [("sshd", Some("no")), ("sshd-match", Some("yes")), ("sshd", None)]);
    }

    #[test]
    fn names_with_dots_are_maps() {
        let reading = yaml("elasticsearch", b"xpack.security.enabled: false\n").unwrap();
        let body = &reading.scope.resources[0].body;
        assert_eq!(body.at(&["xpack", "security", "enabled"]).unwrap().truth(), Some(false));
    }
}
