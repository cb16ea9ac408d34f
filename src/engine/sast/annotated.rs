//! Rules against files that say where they must match: a comment `ruleid: <id>` stands above a line that must be found, `ok: <id>` above
//! one that must not. Lines without a comment are not judged, nor those under `todoruleid:` and `todook:`.

use super::language::Language;
use super::pack::{Loaded, is_for};
use super::scanner::{self, Hit};
use super::search::{Search, check::read_as};
use super::{LIMIT, fix, flow::facts::Facts};
use crate::finding::Fix;
use crate::text::patch::{self, Edit};
use std::collections::BTreeSet;

/// How a rule did on a file.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Outcome {
    /// The rule.
    pub rule: String,
    /// The file.
    pub target: String,
    /// The first language of the rule.
    pub language: String,
    /// Lines that were judged.
    pub judged: usize,
    /// Lines that were not found and should have been.
    pub missing: Vec<usize>,
    /// Lines that were found and should not have been.
    pub unexpected: Vec<usize>,
    /// Why the rule could not be asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skipped: Option<String>,
}

impl Outcome {
    /// Whether the rule did what the file says.
    pub fn passed(&self) -> bool {
        self.missing.is_empty() && self.unexpected.is_empty() && self.skipped.is_none()
    }
}

/// Lines that a file says must match a rule, and lines that must not.
fn annotated(lines: &[&str], id: &str) -> (BTreeSet<usize>, BTreeSet<usize>) {
    let (mut wanted, mut unwanted) = (BTreeSet::new(), BTreeSet::new());
    let mut at = 0;
    while at < lines.len() {
        let (mut is_wanted, mut is_unwanted) = (false, false);
        let first = at;
        // Several comments may stand one below the other.
        while at < lines.len() && is_annotation(lines[at]) {
            is_wanted |=
                names(lines[at], "ruleid:").is_some_and(|ids| ids.iter().any(|one| same(one, id)));
            is_unwanted |=
                names(lines[at], "ok:").is_some_and(|ids| ids.iter().any(|one| same(one, id)));
            at += 1;
        }
        if is_wanted {
            wanted.insert(at + 1);
        }
        if is_unwanted {
            unwanted.insert(at + 1);
        }
        at += usize::from(at == first);
    }
    (wanted, unwanted)
}

/// Ids of packs may have the folder in front.
fn same(written: &str, id: &str) -> bool {
    written == id || written.strip_suffix(id).is_some_and(|front| front.ends_with('.'))
}

fn is_annotation(line: &str) -> bool {
    ["ruleid:", "ok:", "todook:", "todoruleid:", "deepruleid:", "deepok:", "proruleid:", "prook:"]
        .iter()
        .any(|mark| names(line, mark).is_some())
}

/// The ids behind a mark that is no part of a longer word.
fn names<'l>(line: &'l str, mark: &str) -> Option<Vec<&'l str>> {
    let mut from = 0;
    while let Some(found) = line[from..].find(mark) {
        let at = from + found;
        if !line[..at].ends_with(|c: char| c.is_alphanumeric()) {
            let list = line[at + mark.len()..].split(',').map(|one| {
                let one = one.trim_start();
                let end = one
                    .find(|c: char| c.is_whitespace() || "*<#}".contains(c))
                    .unwrap_or(one.len());
                one[..end].trim_end_matches("--")
            });
            return Some(list.collect());
        }
        from = at + mark.len();
    }
    None
}

/// Whether a file speaks of a rule.
pub fn mentions(text: &str, id: &str) -> bool {
    let lines: Vec<&str> = text.lines().collect();
    let (wanted, unwanted) = annotated(&lines, id);
    !wanted.is_empty() || !unwanted.is_empty()
}

/// Asks a rule about a file; none when the file does not speak of it.
pub fn judge(one: &Loaded, path: &str, text: &str) -> Option<Outcome> {
    let lines: Vec<&str> = text.lines().collect();
    let (wanted, unwanted) = annotated(&lines, &one.rule.id);
    if wanted.is_empty() && unwanted.is_empty() {
        return None;
    }
    let mut outcome = Outcome {
        rule: one.rule.id.clone(),
        target: path.to_owned(),
        language: one.rule.languages.first().cloned().unwrap_or_default(),
        judged: wanted.len() + unwanted.len(),
        missing: Vec::new(),
        unexpected: Vec::new(),
        skipped: None,
    };
    match lines_of(one, path, text) {
        Err(why) => outcome.skipped = Some(why),
        Ok(found) => {
            outcome.missing = wanted.difference(&found).copied().collect();
            outcome.unexpected = unwanted.intersection(&found).copied().collect();
        }
    }
    Some(outcome)
}

/// Names of the languages a rule reads a file by: those of the file's name that the rule is for, else all of the rule's.
fn languages(one: &Loaded, path: &str) -> Vec<&'static str> {
    let of_path: Vec<&'static str> = Language::of_path(path)
        .map(|row| row.name)
        .filter(|name| is_for(&one.rule, name))
        .collect();
    if !of_path.is_empty() {
        return of_path;
    }
    let mut all: Vec<&'static str> =
        one.rule.languages.iter().filter_map(|name| Language::name_in_rule(name)).collect();
    all.dedup();
    all
}

/// First lines of everything a rule finds in a file.
fn lines_of(one: &Loaded, path: &str, text: &str) -> Result<BTreeSet<usize>, String> {
    let mut found = BTreeSet::new();
    ask(one, path, text, &mut |hit| {
        found.insert(hit.tree.line(hit.found.range.start));
    })?;
    Ok(found)
}

/// A text with the fixes of rules applied, as far as they do not get in each other's way. A rule that cannot be asked changes nothing.
pub fn fixed(rules: &[Loaded], path: &str, text: &str) -> String {
    let mut fixes: Vec<Fix> = Vec::new();
    for one in rules {
        // What is wrong with the rule is told by those who judge it.
        let _ = ask(one, path, text, &mut |hit| fixes.extend(fix::of(&one.rule, &hit)));
    }
    fixes.sort_by_key(|fix| (fix.range.start, fix.range.end));
    let mut edits: Vec<Edit> = Vec::new();
    for Fix { range, text, .. } in fixes {
        let last = edits.last().map(|last| &last.range);
        if last.is_none_or(|last| last.end <= range.start && last.start < range.start) {
            edits.push(Edit { range, text });
        }
    }
    patch::apply(text, &edits)
}

/// Tells of everything a rule finds in a file; the error says why it could not be asked.
pub fn ask(
    one: &Loaded,
    path: &str,
    text: &str,
    tell: &mut dyn FnMut(Hit<'_, '_>),
) -> Result<(), String> {
    let names = languages(one, path);
    if names.is_empty() {
        return Err(format!("language {} is not read", one.rule.languages.join(", ")));
    }
    for name in names {
        let compiled = one.rule.compiled(name)?;
        let (tree, row) = read_as(name, text, LIMIT).ok_or("the file took too long to read")?;
        let facts = Facts::of(&tree);
        let search = Search::new(&tree, &facts, row, &one.rule);
        scanner::found(&search, &compiled, tell);
        if search.exhausted.get() {
            return Err("the search took too many steps".to_owned());
        }
    }
    Ok(())
}

/// Names of the languages, as the rule writes them, that it can be asked in.
pub fn supported(one: &Loaded) -> Vec<&str> {
    let can = |name: &&str| {
        Language::name_in_rule(name).is_some_and(|row| one.rule.compiled(row).is_ok())
    };
    one.rule.languages.iter().map(String::as_str).filter(can).collect()
}

/// Why a rule cannot be asked in one of its languages; one line each.
pub fn unsupported(one: &Loaded) -> Vec<String> {
    let mut wrong = Vec::new();
    for name in &one.rule.languages {
        match Language::name_in_rule(name) {
            None => wrong.push(format!("language {name} is not read")),
            Some(row) => {
                wrong.extend(one.rule.compiled(row).err().map(|why| format!("for {name}: {why}")));
            }
        }
    }
    wrong.dedup();
    wrong
}
