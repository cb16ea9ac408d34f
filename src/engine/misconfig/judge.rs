//! Checks over the resources of a scope, to findings. Knows no format.

use super::check::{Check, Checks};
use super::condition::{Answer, Found, Truth, select};
use super::resource::{Format, Resource, Scope};
use super::{CODE, META};
use crate::engine::Sink;
use crate::finding::{Finding, RuleId, key};
use crate::text::lines::Lines;
use std::collections::BTreeMap;
use std::ops::Range;

/// What a function decides of one resource: an answer for each finding it would make.
pub type Code = fn(&Resource, &Scope) -> Vec<Verdict>;

/// One finding of a function.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it holds, and where. Without a place it is where the resource is declared.
    pub answer: Answer,
    /// A sentence about this case, appended to the description.
    pub detail: Option<String>,
}

impl Verdict {
    /// A problem at a place.
    pub fn at(range: Range<usize>) -> Self {
        Self { answer: Answer { truth: Truth::Yes, at: Some(range) }, detail: None }
    }

    /// A problem of the whole resource.
    pub fn whole() -> Self {
        Self { answer: Answer { truth: Truth::Yes, at: None }, detail: None }
    }

    /// Something that cannot be judged.
    pub fn unknown() -> Self {
        Self { answer: Answer { truth: Truth::Unknown, at: None }, detail: None }
    }

    /// With a sentence about this case.
    pub fn because(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }
}

/// A problem found in a resource, which it may outlive.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// What people call the resource.
    pub address: String,
    /// Index of its file in the scope.
    pub file: usize,
    /// All that is said of it, from where it is declared on.
    pub resource: Range<usize>,
    /// Index of the check.
    pub check: usize,
    /// Where, in the file of the resource.
    pub range: Range<usize>,
    /// A sentence about this case.
    pub detail: Option<String>,
    /// What no output may show.
    pub secrets: Vec<Range<usize>>,
}

/// Everything that checks say of a scope, in the order of resources and checks.
pub fn problems(scope: &Scope, checks: &Checks) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut of_kind: BTreeMap<(Format, &str), Vec<usize>> = BTreeMap::new();
    for resource in &scope.resources {
        let (format, kind) = (resource.format, resource.kind.as_str());
        let of_kind = of_kind.entry((format, kind)).or_insert_with(|| checks.of(format, kind));
        for index in of_kind.iter().copied() {
            let check = checks.get(index);
            let verdicts = verdicts(check, resource, scope);
            let is_found = verdicts.iter().any(|verdict| verdict.answer.truth == Truth::Yes);
            let secret = check.secret.as_ref().filter(|_| is_found);
            let secrets = secret.map(|path| places(resource, path)).unwrap_or_default();
            for verdict in verdicts {
                if verdict.answer.truth != Truth::Yes {
                    continue;
                }
                let asked = check.at.as_ref().and_then(|path| place(resource, path));
                let range = asked.or(verdict.answer.at).unwrap_or_else(|| resource.head.clone());
                // Of items judged one by one, only the one at hand is the secret.
                let secrets = if check.secret.as_deref() == Some("@found") {
                    vec![range.clone()]
                } else if check.each.is_some() || check.code.is_some() {
                    overlapping(&secrets, &range)
                } else {
                    secrets.clone()
                };
                problems.push(Problem {
                    address: resource.address.clone(),
                    file: resource.file,
                    resource: resource.head.start..resource.body.range.end,
                    check: index,
                    range,
                    detail: verdict.detail,
                    secrets,
                });
            }
        }
    }
    problems
}

/// Those that touch a range; they are in the order of the text.
fn overlapping(secrets: &[Range<usize>], range: &Range<usize>) -> Vec<Range<usize>> {
    let first = secrets.partition_point(|secret| secret.end <= range.start);
    let touched = secrets[first..].iter().take_while(|secret| secret.start < range.end);
    touched.cloned().collect()
}

fn verdicts(check: &Check, resource: &Resource, scope: &Scope) -> Vec<Verdict> {
    if let Some(name) = &check.code {
        let code = CODE.iter().flat_map(|table| table.iter()).find(|(known, _)| known == name);
        return code.map(|(_, code)| code(resource, scope)).unwrap_or_default();
    }
    let Some(fail) = &check.fail else { return Vec::new() };
    let of = |value| Verdict { answer: fail.ask(value, resource, scope), detail: None };
    let Some(each) = &check.each else { return vec![of(&resource.body)] };
    let mut verdicts = Vec::new();
    for found in select(&resource.body, each) {
        let Found::Here(value) = found else { continue };
        let items = match value.items() {
            [] => std::slice::from_ref(value),
            items => items,
        };
        for item in items.iter().filter(|item| !item.is_unknown()) {
            let mut verdict = of(item);
            verdict.answer.at = verdict.answer.at.or_else(|| Some(item.range.clone()));
            verdicts.push(verdict);
        }
    }
    verdicts
}

fn place(resource: &Resource, path: &str) -> Option<Range<usize>> {
    places(resource, path).into_iter().next()
}

fn places(resource: &Resource, path: &str) -> Vec<Range<usize>> {
    select(&resource.body, path)
        .into_iter()
        .filter_map(|found| match found {
            Found::Here(value) | Found::Hidden(value) => Some(value.range.clone()),
            Found::Missing(_) => None,
        })
        .collect()
}

/// Hands problems of one file to its sink. A finding names the line it begins on: a block of a hundred lines is no place.
pub fn report(problems: Vec<Problem>, checks: &Checks, text: &[u8], sink: &mut Sink) {
    let lines = if problems.is_empty() { None } else { Some(Lines::new(text)) };
    for problem in problems {
        let start = problem.range.start.min(text.len());
        let line =
            memchr::memchr2(b'\n', b'\r', &text[start..]).map_or(text.len(), |end| start + end);
        let end = problem.range.end.clamp(start, line);
        for secret in problem.secrets {
            sink.secret(secret);
        }
        sink.hit_with(start..end, || {
            let mut finding = finding(checks, problem.check, &problem.address, problem.detail);
            if let Some(lines) = &lines {
                let first = problem.resource.start.min(text.len());
                let last = problem.resource.end.min(text.len()).max(first);
                let span = lines.span(text, first..last);
                let both = vec![span.line, span.end_line];
                finding.metadata.insert(key::RESOURCE_LINES.to_owned(), both.into());
            }
            finding
        });
    }
}

/// A finding of the check at an index, without a place.
pub fn finding(checks: &Checks, index: usize, address: &str, detail: Option<String>) -> Finding {
    let (check, prose) = (checks.get(index), checks.prose(index));
    let title = format!("{}: {address}", check.title);
    let mut finding = Finding::new(
        META.id.clone(),
        META.scan_type,
        check.severity,
        RuleId::new(check.id.clone()),
        title,
    );
    finding.confidence = check.confidence;
    finding.cwe.clone_from(&check.cwe);
    prose.description.trim().clone_into(&mut finding.description);
    if let Some(detail) = detail {
        finding.description.push(' ');
        finding.description.push_str(&detail);
    }
    finding.remediation = Some(prose.remediation.trim().to_owned());
    finding.references.clone_from(&prose.references);
    finding.set_meta(key::RESOURCE, address);
    if !check.aliases.is_empty() {
        finding.metadata.insert(key::ALIASES.to_owned(), check.aliases.clone().into());
    }
    finding
}
