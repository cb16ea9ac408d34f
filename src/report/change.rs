//! Words for a comparison that several formats share: what is new, fixed and moved, what the change does to the rules it is
//! judged by, and what the gate said. Text without escaping; names that are code are marked as such,
//! so that each format can set them in its own way.

use super::{Options, gap, phrase};
use crate::finding::change::{
    AddedIgnore, Audit, Change, ChangeKind, Gate, PolicyFile, Scope, SettingChange,
};
use crate::finding::{Counts, Finding, Run};

/// Reasons, values and paths longer than this are cut: one of them must not push the others out of a report.
const LONGEST_WORD: usize = 200;
/// Rules of one directive that are named.
const MOST_RULES: usize = 10;

/// A piece of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Ordinary words.
    Text(String),
    /// A path, rule id, key or value: shown as code where a format can.
    Code(String),
}

impl Part {
    /// The words.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Text(text) | Self::Code(text) => text,
        }
    }
}

/// A sentence, or a part of one.
pub type Phrase = Vec<Part>;

/// The words without marks.
pub fn plain(phrase: &[Part]) -> String {
    phrase.iter().map(Part::as_str).collect()
}

fn text(words: impl Into<String>) -> Part {
    Part::Text(words.into())
}

fn code(name: &str) -> Part {
    Part::Code(phrase::cut(name, LONGEST_WORD))
}

/// `diff` or `compare`.
pub const fn name(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Diff => "diff",
        ChangeKind::Compare => "compare",
    }
}

/// What findings of the base alone are called.
pub const fn gone(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Diff => "fixed",
        ChangeKind::Compare => "disappeared",
    }
}

/// `3 new, 1 fixed, 14 unchanged`.
pub fn counts(run: &Run, change: &Change) -> String {
    let fixed = phrase::number(change.fixed.len() as u64);
    let (new, same) = (phrase::number(run.counts.total), phrase::number(change.unchanged_count));
    let mut line = match change.kind {
        ChangeKind::Diff => format!("{new} new, {fixed} fixed, {same} unchanged"),
        ChangeKind::Compare => {
            format!("{new} new since baseline, {fixed} disappeared, {same} still present")
        }
    };
    if !change.moved.is_empty() {
        line.push_str(&format!(", {} moved", phrase::number(change.moved.len() as u64)));
    }
    line
}

/// `base main (1a2b3c4), head HEAD (5d6e7f8)`, and whose rules apply.
pub fn sides(change: &Change) -> Phrase {
    let mut parts = Vec::new();
    for (label, side) in [("base ", &change.base), (", head ", &change.head)] {
        parts.push(text(label));
        parts.push(code(&side.name));
        let short = side.short();
        if short != side.name {
            parts.extend([text(" ("), code(short), text(")")]);
        }
    }
    if let Some(policy) = change.policy_from {
        parts.push(text(format!(", judged by the rules of the {}", policy.as_str())));
    }
    parts
}

/// What the number of unchanged findings leaves out.
pub const fn scope(change: &Change) -> Option<&'static str> {
    match change.scope {
        Scope::All => None,
        Scope::ChangedFiles => Some("unchanged counts only the files the change touches"),
    }
}

/// The sentence of a comparison that has nothing to list.
pub fn nothing(run: &Run, change: &Change) -> Option<&'static str> {
    if run.counts.total > 0 || !change.fixed.is_empty() {
        return None;
    }
    Some(match change.kind {
        ChangeKind::Diff => "No new or fixed findings.",
        ChangeKind::Compare => "No drift since baseline.",
    })
}

/// Findings that are not new, by bucket.
#[derive(Debug)]
pub struct Bucket<'a> {
    /// `fixed`, `disappeared`, `moved` or `unchanged`.
    pub name: &'static str,
    /// Each with the path it had before, when that was another.
    pub findings: Vec<(&'a Finding, Option<&'a str>)>,
}

/// The buckets a report lists, empty ones left out; unchanged findings only when asked for.
pub fn buckets<'a>(change: &'a Change, options: &Options) -> Vec<Bucket<'a>> {
    let unchanged = if options.include_unchanged { change.unchanged.as_slice() } else { &[] };
    let moved = change.moved.iter().map(|moved| (&moved.finding, Some(moved.from.as_str())));
    let all = [
        (gone(change.kind), change.fixed.iter().map(|finding| (finding, None)).collect()),
        ("moved", moved.collect()),
        ("unchanged", unchanged.iter().map(|finding| (finding, None)).collect::<Vec<_>>()),
    ];
    all.into_iter()
        .filter(|(_, findings)| !findings.is_empty())
        .map(|(name, findings)| Bucket { name, findings })
        .collect()
}

/// A finding in one line: severity, title, place and rule.
pub fn one_line(finding: &Finding, from: Option<&str>) -> Phrase {
    let mut parts = vec![text(format!("{} ", finding.severity))];
    parts.push(text(phrase::cut(&finding.title, phrase::LONGEST_TITLE)));
    let place = finding.place();
    parts.push(text(" at "));
    parts.push(if place.is_empty() { text(phrase::NO_FILE) } else { code(&place) });
    parts.extend([text(" ["), code(finding.rule_id.as_str()), text("]")]);
    if let Some(from) = from {
        parts.extend([text(", before in "), code(from)]);
    }
    parts
}

/// What was compared with what outcome, a line each: counts, sides, scope, gate, and what gaps of the base mean.
pub fn summary(run: &Run, change: &Change) -> Vec<String> {
    let mut lines = vec![counts(run, change), plain(&sides(change))];
    lines.extend(scope(change).map(str::to_owned));
    lines.push(match gate_verdict(&change.gate) {
        Some(verdict) => format!("{} {verdict}", gate_limits(&change.gate)),
        None => gate_limits(&change.gate),
    });
    lines.extend(gap::warning(run, change).map(str::to_owned));
    lines
}

/// What the change does to the rules it is judged by, in one line; `None` when it does nothing.
pub fn audit_title(audit: &Audit) -> Option<String> {
    let mut doings = Vec::new();
    if !audit.ignores.is_empty() {
        doings.push(format!("adds {}", phrase::plural(audit.ignores.len() as u64, "ignore")));
    }
    if !audit.settings.is_empty() || !audit.files.is_empty() {
        doings.push("edits the security configuration".to_owned());
    }
    if !audit.silenced.is_empty() {
        let count = phrase::plural(audit.silenced.len() as u64, "finding");
        doings.push(format!("silences {count} that counted before"));
    }
    let (last, first) = doings.split_last()?;
    let list =
        if first.is_empty() { last.clone() } else { format!("{} and {last}", first.join(", ")) };
    Some(format!("This change {list}"))
}

/// The same item by item: findings it silences first, since they count most.
pub fn audit(audit: &Audit) -> impl Iterator<Item = Phrase> {
    let silenced = audit.silenced.iter().map(|finding| {
        let mut parts = vec![text("silences ")];
        parts.extend(one_line(finding, None));
        if let Some(by) = finding.suppressed_by() {
            parts.push(text(format!(", {by}")));
        }
        parts
    });
    let settings = audit.settings.iter().map(setting);
    let files = audit.files.iter().map(file);
    silenced.chain(settings).chain(files).chain(audit.ignores.iter().map(ignore))
}

fn ignore(added: &AddedIgnore) -> Phrase {
    let mut parts = vec![code(&format!("{}:{}", added.path, added.line)), text(" ignores ")];
    for (at, rule) in added.rules.iter().take(MOST_RULES).enumerate() {
        parts.extend((at > 0).then(|| text(", ")));
        parts.push(code(rule));
    }
    if let Some(more) = added.rules.len().checked_sub(MOST_RULES).filter(|more| *more > 0) {
        parts.push(text(format!(" and {}", phrase::plural(more as u64, "other rule"))));
    }
    if added.rules.is_empty() {
        parts.push(text("every rule"));
    }
    if added.marker != "securescan" {
        parts.extend([text(" by "), code(&added.marker)]);
    }
    if let Some(until) = &added.until {
        parts.push(text(format!(" until {}", phrase::cut(until, LONGEST_WORD))));
    }
    parts.push(text(match added.silences {
        0 => ", silences nothing".to_owned(),
        count => format!(", silences {}", phrase::plural(count, "finding")),
    }));
    parts.push(text(match &added.reason {
        Some(reason) => format!(", because: {}", phrase::cut(reason, LONGEST_WORD)),
        None => ", gives no reason".to_owned(),
    }));
    parts
}

fn setting(setting: &SettingChange) -> Phrase {
    let value = |value: &Option<String>| value.as_ref().map_or_else(|| text("unset"), |v| code(v));
    vec![
        text("setting "),
        code(&setting.key),
        text(": "),
        value(&setting.before),
        text(" -> "),
        value(&setting.after),
    ]
}

fn file(file: &PolicyFile) -> Phrase {
    let told = format!(" ({}) {}", phrase::cut(&file.role, 40), phrase::cut(&file.action, 40));
    vec![code(&file.path), text(told)]
}

/// The limits of the gate: `fail-on-severity: high`, `fail-on-severity: none`; `gate` when another one tripped.
pub fn gate_limits(gate: &Gate) -> String {
    let has_limit = gate.fail_on_severity.is_some() || gate.fail_on_count.is_some();
    if !has_limit && gate.exit_code != 0 {
        return "gate".to_owned();
    }
    let severity = gate.fail_on_severity.map_or("none", crate::finding::Severity::as_str);
    let mut line = format!("fail-on-severity: {severity}");
    if let Some(count) = gate.fail_on_count {
        line.push_str(&format!(", fail-on-count: {}", phrase::number(count)));
    }
    line
}

/// What the gate said: `passed`, `FAILED: 2 findings ...`; `None` when it was asked for nothing and said nothing.
pub fn gate_verdict(gate: &Gate) -> Option<String> {
    let reasons = gate.reasons.join("; ");
    let because = if reasons.is_empty() { String::new() } else { format!(": {reasons}") };
    match gate.exit_code {
        0 if gate.fail_on_severity.is_none() && gate.fail_on_count.is_none() => None,
        0 => Some("passed".to_owned()),
        3 => Some(format!("INCOMPLETE{because}")),
        _ => Some(format!("FAILED{because}")),
    }
}

/// `3 new findings (1 critical, 2 high)`, or `findings` for a run that is no comparison.
pub fn findings(run: &Run, count: &Counts) -> String {
    let noun = if run.change.is_some() { "new finding" } else { "finding" };
    let mut line = phrase::plural(count.total, noun);
    if count.total > 0 {
        line.push_str(&format!(" ({})", phrase::severities(count)));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_title_of_an_audit_is_a_sentence_of_what_happens() {
        let ignore = AddedIgnore {
            path: "a.py".to_owned(),
            line: 4,
            marker: "nosec".to_owned(),
            rules: vec!["B102".to_owned(), "B103".to_owned()],
            until: Some("2026-12-31".to_owned()),
            reason: None,
            silences: 1,
        };
        let setting = SettingChange {
            key: "fail_on_severity".to_owned(),
            before: Some("\"high\"".to_owned()),
            after: None,
        };
        let mut all = Audit { ignores: vec![ignore], ..Audit::default() };
        assert_eq!(audit_title(&all).unwrap(), "This change adds 1 ignore");
        all.settings.push(setting);
        let title = "This change adds 1 ignore and edits the security configuration";
        assert_eq!(audit_title(&all).unwrap(), title);
        let items: Vec<String> = audit(&all).map(|item| plain(&item)).collect();
        assert_eq!(
            items,
            [
                "setting fail_on_severity: \"high\" -> unset",
                "a.py:4 ignores B102, B103 by nosec until 2026-12-31, silences 1 finding, gives no reason"
            ]
        );
        assert_eq!(audit_title(&Audit::default()), None);
    }

    #[test]
    fn a_gate_says_what_it_was_asked_and_what_came_of_it() {
        let mut gate = Gate::default();
        assert_eq!((&*gate_limits(&gate), gate_verdict(&gate)), ("fail-on-severity: none", None));
        gate.fail_on_severity = Some(crate::finding::Severity::High);
        gate.fail_on_count = Some(1000);
        assert_eq!(gate_limits(&gate), "fail-on-severity: high, fail-on-count: 1,000");
        assert_eq!(gate_verdict(&gate).unwrap(), "passed");
        gate.exit_code = 1;
        gate.reasons = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(gate_verdict(&gate).unwrap(), "FAILED: a; b");
        gate.exit_code = 3;
        assert_eq!(gate_verdict(&gate).unwrap(), "INCOMPLETE: a; b");
    }
}
