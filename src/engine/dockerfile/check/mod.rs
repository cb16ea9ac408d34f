//! What the rules test, over a Dockerfile that was read. Each file here tests one subject; they share how a problem is
//! told, so that one rule says one thing once for each instruction.

mod build;
mod command;
mod copy;
mod ended;
mod image;
mod label;
mod language;
mod package;
mod script;
mod secret;
mod step;
mod trust;
mod variables;

use super::model::{Dockerfile, Instruction, Keyword};
use crate::engine::rule::Rule;
use crate::engine::shell::Command;
use crate::finding::{Confidence, Severity};
use std::collections::BTreeMap;
use std::ops::Range;

/// Names that a title lists.
const SHOWN: usize = 4;
/// Names that are kept of one problem.
const KEPT: usize = 50;

/// Something wrong at one place.
#[derive(Debug, Clone)]
pub struct Problem {
    /// What kind.
    pub rule: &'static Rule,
    /// Where.
    pub range: Range<usize>,
    /// How severe it is here.
    pub severity: Severity,
    /// How sure it is here.
    pub confidence: Confidence,
    /// The weakness, where it is narrower here than the rule's.
    pub cwe: Option<&'static str>,
    /// What it is about (packages, programs, files): plain names only.
    pub names: Vec<String>,
}

impl Problem {
    /// The rule's title, with the names.
    pub fn title(&self) -> String {
        if self.names.is_empty() {
            return self.rule.title.to_owned();
        }
        let shown = self.names[..SHOWN.min(self.names.len())].join(", ");
        match self.names.len().saturating_sub(SHOWN) {
            0 => format!("{}: {shown}", self.rule.title),
            more => format!("{}: {shown} and {more} more", self.rule.title),
        }
    }
}

/// What the tests of a file share.
pub(super) struct Look<'a> {
    pub(super) file: &'a Dockerfile,
    /// Registries that images may come from; empty when nobody named any.
    trusted: &'a [String],
    /// Of each stage, whether it is in the image that is shipped.
    shipped: Vec<bool>,
    /// Problems by instruction and rule.
    problems: BTreeMap<(usize, &'static str), Problem>,
    /// Bytes that no output may show.
    pub(super) secrets: Vec<Range<usize>>,
}

/// Tests a file; problems stand in the order of the text, with the bytes that no output may show. Images may come from the
/// `trusted` registries, and from any when none is named.
pub fn check(file: &Dockerfile, trusted: &[String]) -> (Vec<Problem>, Vec<Range<usize>>) {
    let mut shipped = vec![false; file.stages.len()];
    if let Some(last) = file.stages.len().checked_sub(1) {
        file.lineage(last).for_each(|stage| shipped[stage] = true);
    }
    let mut look = Look { file, trusted, shipped, problems: BTreeMap::new(), secrets: Vec::new() };
    image::check(&mut look);
    build::check(&mut look);
    copy::check(&mut look);
    label::check(&mut look);
    secret::check(&mut look);
    trust::check(&mut look);
    command::check(&mut look);
    package::check(&mut look);
    let mut problems: Vec<Problem> = look.problems.into_values().collect();
    problems.sort_by(|a, b| {
        (a.range.start, a.range.end, a.rule.id).cmp(&(b.range.start, b.range.end, b.rule.id))
    });
    (problems, look.secrets)
}

impl<'a> Look<'a> {
    /// Tells of a problem in an instruction; a second one of the same rule only counts.
    fn tell(&mut self, rule: &'static Rule, at: usize, range: Range<usize>) -> &mut Problem {
        self.problems.entry((at, rule.id)).or_insert_with(|| Problem {
            rule,
            range,
            severity: rule.severity,
            confidence: rule.confidence,
            cwe: rule.cwe,
            names: Vec::new(),
        })
    }

    /// The same with a name, which is left out when it is no plain one.
    fn name(&mut self, rule: &'static Rule, at: usize, range: Range<usize>, name: &str) {
        let problem = self.tell(rule, at, range);
        let is_plain = (1..=60).contains(&name.len())
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+._-/~".contains(&b));
        if is_plain && problem.names.len() < KEPT && !problem.names.iter().any(|one| one == name) {
            problem.names.push(name.to_owned());
        }
    }

    /// Instructions with their index.
    fn instructions(&self) -> impl Iterator<Item = (usize, &'a Instruction)> + use<'a> {
        self.file.instructions.iter().enumerate()
    }

    /// Instructions of one kind with their index.
    fn of(&self, keyword: Keyword) -> impl Iterator<Item = (usize, &'a Instruction)> + use<'a> {
        self.instructions().filter(move |(_, one)| one.keyword == keyword)
    }

    /// Whether an image comes from a registry that it may come from.
    fn trusts(&self, image: &image::Image<'_>) -> bool {
        self.trusted.is_empty() || self.trusted.iter().any(|entry| image.is_from(entry))
    }

    /// Whether what an instruction leaves behind is in the image that is shipped.
    fn is_shipped(&self, one: &Instruction) -> bool {
        one.stage.and_then(|stage| self.shipped.get(stage)).copied().unwrap_or(false)
    }
}

/// Whether a command of a script is one of these programs.
fn is(command: &Command, programs: &[&str]) -> bool {
    programs.contains(&command.program())
}

/// Last part of a path.
fn base(path: &str) -> &str {
    path.trim_end_matches('/').rsplit('/').next().unwrap_or_default()
}

/// Names of the variables that a text uses.
fn used(text: &str) -> impl Iterator<Item = &str> {
    text.split('$').skip(1).map(|rest| {
        let rest = rest.strip_prefix('{').unwrap_or(rest);
        let end =
            rest.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(rest.len());
        &rest[..end]
    })
}

/// Whether a name has an ending, in any case.
fn ends_with(text: &str, ending: &str) -> bool {
    let start = text.len().checked_sub(ending.len());
    start.and_then(|start| text.get(start..)).is_some_and(|end| end.eq_ignore_ascii_case(ending))
}
