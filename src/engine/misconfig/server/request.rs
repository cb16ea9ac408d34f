//! Where text of a request gets in settings of nginx: by variables that hold parts of it, by groups of the location's expression, and by
//! `set`, followed within one block.

use crate::engine::misconfig::judge::Verdict;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::Value;
use std::collections::BTreeMap;

/// Variables that hold what the visitor wrote.
const WRITTEN: &[&str] =
    &["args", "query_string", "http_host", "uri", "request_uri", "document_uri"];
/// Beginnings of such variables.
const FAMILIES: &[&str] = &["arg_", "http_", "cookie_"];

/// Longest expression that is looked at, bytes.
const MAX_EXPRESSION: usize = 4 << 10;

/// What the groups of an expression may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    /// One of a few words.
    Fixed,
    /// Text without line breaks.
    Line,
    /// Anything.
    Any,
}

/// Groups of the expression of a location, by number and by name.
fn groups(expression: &str) -> BTreeMap<String, Held> {
    if expression.len() > MAX_EXPRESSION {
        return BTreeMap::new();
    }
    let bytes = expression.as_bytes();
    let mut found = BTreeMap::new();
    let mut open: Vec<(Option<String>, Option<String>, usize)> = Vec::new();
    let (mut at, mut count) = (0, 0);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            b'[' => {
                let end = bytes[at..].iter().position(|byte| *byte == b']');
                at += end.unwrap_or(0);
            }
            b'(' => {
                let rest = &expression[at + 1..];
                let named = ["?<", "?P<", "?'"].iter().find_map(|start| rest.strip_prefix(start));
                let name = named.filter(|rest| !rest.starts_with(['=', '!']));
                let name = name.and_then(|rest| rest.split(['>', '\'']).next()).map(str::to_owned);
                let number = (name.is_some() || !rest.starts_with('?')).then(|| {
                    count += 1;
                    count.to_string()
                });
                open.push((number, name, at + 1));
            }
            b')' => {
                if let Some((number, name, start)) = open.pop() {
                    let inner = expression.get(start..at).unwrap_or_default();
                    let held = held(inner.rsplit_once('>').map_or(inner, |(_, rest)| rest));
                    for key in [number, name].into_iter().flatten() {
                        found.insert(key, held);
                    }
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

fn held(inner: &str) -> Held {
    if ["[^", "\\W", "\\S", "\\D"].iter().any(|mark| inner.contains(mark)) {
        Held::Any
    } else if inner.contains(['.', '*', '+', '[', '\\']) {
        Held::Line
    } else {
        Held::Fixed
    }
}

/// Names of the variables in a text.
fn variables(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end = rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_'));
        &rest[..end.unwrap_or(rest.len())]
    })
}

/// Variables of a block that hold text of the request.
fn held_by_variables(block: &Resource) -> BTreeMap<String, Held> {
    let arguments = block.body.get("@arguments").and_then(Value::text).unwrap_or_default();
    let mut known = if arguments.starts_with('~') { groups(arguments) } else { BTreeMap::new() };
    for one in texts(block, "set") {
        let Some((name, value)) = one.0.split_once(' ') else { continue };
        // A path behind a written host leads nowhere else: `http://app$request_uri`.
        let counts = |inner: &&str| value.starts_with('$') || !is_path(inner);
        let held = variables(value).filter(counts).map(|inner| of(inner, &known));
        let worst = held.max_by_key(|held| *held as u8);
        if let Some(worst) = worst {
            known.insert(name.trim_start_matches('$').to_owned(), worst);
        }
    }
    known
}

fn is_path(name: &str) -> bool {
    matches!(name, "uri" | "request_uri" | "document_uri")
}

fn of(name: &str, known: &BTreeMap<String, Held>) -> Held {
    if let Some(held) = known.get(name) {
        return *held;
    }
    let written = WRITTEN.contains(&name) || FAMILIES.iter().any(|family| name.starts_with(family));
    if written { Held::Line } else { Held::Fixed }
}

fn texts<'a>(block: &'a Resource, name: &str) -> impl Iterator<Item = (&'a str, &'a Value)> {
    let values = block.body.get(name).map(Value::items).unwrap_or_default();
    values.iter().filter_map(|value| Some((value.text()?, value)))
}

/// A `proxy_pass` to a host that the request names.
pub fn decides_upstream(block: &Resource, _: &Scope) -> Vec<Verdict> {
    if block.body.get("internal").is_some() {
        return Vec::new();
    }
    let known = held_by_variables(block);
    let names_host = |address: &str| {
        let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
        let host = rest.split('/').next().unwrap_or_default();
        // What stands behind a written host begins with a slash: `http://app$request_uri`.
        let leads = host.starts_with('$');
        let one = |(index, name): (usize, &str)| {
            of(name, &known) != Held::Fixed && (!is_path(name) || leads && index == 0)
        };
        variables(host).enumerate().any(one)
    };
    texts(block, "proxy_pass")
        .filter(|(address, _)| names_host(address))
        .map(|(_, value)| Verdict::at(value.range.clone()))
        .collect()
}

/// Directives whose text becomes a line of a request or an answer.
const LINES: &[&str] = &["add_header", "proxy_pass", "proxy_set_header", "return", "rewrite"];

/// Text of the request, decoded, in a line of a header.
pub fn splits_header(block: &Resource, _: &Scope) -> Vec<Verdict> {
    let known = held_by_variables(block);
    let decoded =
        |name: &str| matches!(name, "uri" | "document_uri") || known.get(name) == Some(&Held::Any);
    let mut verdicts = Vec::new();
    for name in LINES {
        for (text, value) in texts(block, name) {
            // The expression of a rewrite is none of its text.
            let text = match *name {
                "rewrite" => text.split_once(' ').map_or("", |(_, target)| target),
                _ => text,
            };
            // A rewrite within the server is no line of an answer.
            let leaves = *name != "rewrite"
                || text.starts_with("http")
                || text.contains("redirect")
                || text.contains("permanent");
            if leaves && variables(text).any(decoded) {
                verdicts.push(Verdict::at(value.range.clone()));
            }
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_are_told_by_what_they_may_hold() {
        let found = groups("~ ^/(a|b)/(?:x)(.*)/(?<rest>[^/]+)$");
        let shown: Vec<_> = found.iter().map(|(key, held)| (key.as_str(), *held)).collect();
        let expected =
            [("1", Held::Fixed), ("2", Held::Line), ("3", Held::Any), ("rest", Held::Any)];
        assert_eq!(shown, expected);
    }

    #[test]
    fn variables_end_where_their_names_end() {
        let found: Vec<_> = variables("http://${a}b.$c_1/$d").collect();
        assert_eq!(found, ["a", "c_1", "d"]);
    }
}
