//! One problem is told once: where a flow was followed into a call, a rule that only knows the call is dangerous has nothing to add.

use crate::finding::{Finding, key};
use std::ops::Range;

/// A finding before it is told.
#[derive(Debug)]
pub struct Told {
    /// The finding.
    pub finding: Finding,
    /// Bytes it is about.
    pub range: Range<usize>,
    /// Whether a value was followed to it.
    pub is_flow: bool,
    /// Whether its rule is built in; rules of the user are always told.
    pub is_built_in: bool,
}

/// Drops built-in findings that share a place and a weakness with a flow, which takes on their other names: what silences
/// `B602` silences the flow too.
pub fn once(mut all: Vec<Told>) -> Vec<Told> {
    let is_dropped: Vec<Option<usize>> = all.iter().map(|one| better(one, &all)).collect();
    for (at, better) in is_dropped.iter().enumerate() {
        let Some(better) = better else { continue };
        let names = all.get(at).map(names).unwrap_or_default();
        if let Some(one) = all.get_mut(*better) {
            let mut known = self::names(one);
            known.extend(names);
            known.sort();
            known.dedup();
            if !known.is_empty() {
                one.finding.metadata.insert(key::ALIASES.to_owned(), known.into());
            }
        }
    }
    let mut dropped = is_dropped.into_iter();
    all.retain(|_| dropped.next().flatten().is_none());
    all
}

/// The flow that says more.
fn better(one: &Told, all: &[Told]) -> Option<usize> {
    if one.is_flow || !one.is_built_in {
        return None;
    }
    all.iter().position(|other| {
        other.is_flow
            && other.is_built_in
            && other.finding.cwe.is_some()
            && other.finding.cwe == one.finding.cwe
            && other.range.start < one.range.end
            && one.range.start < other.range.end
    })
}

fn names(one: &Told) -> Vec<String> {
    let list = one.finding.metadata.get(key::ALIASES).and_then(serde_json::Value::as_array);
    let names = list.into_iter().flatten().filter_map(serde_json::Value::as_str);
    names.map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleId, Severity};

    fn told(id: &str, cwe: &str, range: Range<usize>, is_flow: bool, is_built_in: bool) -> Told {
        let meta = &crate::engine::sast::META;
        let mut finding =
            Finding::new(meta.id.clone(), meta.scan_type, Severity::High, RuleId::new(id), "t");
        finding.cwe = Some(cwe.to_owned());
        finding.metadata.insert(key::ALIASES.to_owned(), vec![format!("X-{id}")].into());
        Told { finding, range, is_flow, is_built_in }
    }

    #[test]
    fn a_flow_stands_for_what_only_knows_the_call_and_takes_on_its_names() {
        let flow = || told("flow", "CWE-78", 10..14, true, true);
        let cases = [
            (
                "the same weakness at the same place",
                told("call", "CWE-78", 0..20, false, true),
                false,
            ),
            ("another weakness", told("call", "CWE-89", 0..20, false, true), true),
            ("another place", told("call", "CWE-78", 20..30, false, true), true),
            ("another flow", told("call", "CWE-78", 10..14, true, true), true),
            ("a rule of the user", told("call", "CWE-78", 0..20, false, false), true),
        ];
        for (claim, other, stays) in cases {
            let all = once(vec![other, flow()]);
            assert_eq!(all.len(), if stays { 2 } else { 1 }, "{claim}");
            let kept = all.last().map(names).unwrap_or_default();
            let expected: &[&str] = if stays { &["X-flow"] } else { &["X-call", "X-flow"] };
            assert_eq!(kept, expected, "{claim}");
        }
    }
}
