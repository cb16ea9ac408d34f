//! What a check is, what it may come to, and the finding that a flaw becomes.

use super::META;
use super::root::{Root, Scope};
use crate::engine::rule::Rule;
use crate::finding::{Confidence, Finding, Severity, key};
use crate::target::Context;
use crate::target::host::Unread;
use std::rc::Rc;

/// Flaws of one check that become findings; the last one tells how many more there are.
const MAX_FLAWS: usize = 100;

/// Where a check makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum On {
    /// On a machine and in an image.
    Both,
    /// On a machine only: an image does not have it, or has it from somewhere else.
    Host,
    /// On a machine with a kernel of its own: no container.
    Machine,
}

/// How a check looks.
#[derive(Debug, Clone, Copy)]
pub(super) enum Look {
    /// With code of its own.
    By(fn(&Root<'_>, &mut Seen)),
    /// At a keyword of sshd: whether its value is bad.
    Ssh(&'static str, fn(&str) -> bool),
    /// At a kernel setting: its name, whether a value is good.
    Kernel(&'static [&'static str], fn(&str) -> bool),
    /// At a key of login.defs: whether its value is bad.
    Defs(&'static str, fn(&str) -> bool),
}

/// A check.
#[derive(Debug)]
pub(super) struct Check {
    pub(super) rule: Rule,
    pub(super) on: On,
    pub(super) look: Look,
}

impl Check {
    /// A check that a function makes.
    pub(super) const fn by(on: On, rule: Rule, look: fn(&Root<'_>, &mut Seen)) -> Self {
        Self { rule, on, look: Look::By(look) }
    }

    /// One of targets and of this machine.
    pub(super) const fn both(rule: Rule, look: fn(&Root<'_>, &mut Seen)) -> Self {
        Self::by(On::Both, rule, look)
    }
}

/// What a check came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Passed,
    Failed,
    NotApplicable,
    CouldNotRead,
}

/// Something wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// Path from the root of the system.
    pub(super) file: String,
    /// Line, where it is about one.
    pub(super) line: Option<u32>,
    /// What it is about, in a word or two: a name, a setting. Never a value that may be secret.
    pub(super) subject: String,
    /// One sentence.
    pub(super) what: String,
    /// Where it is not that of the rule.
    pub(super) severity: Option<Severity>,
}

/// What a check has seen.
#[derive(Debug, Default)]
pub(super) struct Seen {
    pub(super) flaws: Vec<Flaw>,
    overflow: usize,
    looked: bool,
    refused: bool,
}

impl Seen {
    /// There was something to judge.
    pub(super) fn looked(&mut self) {
        self.looked = true;
    }

    /// Text of a file, if there is one; remembers whether it was there.
    pub(super) fn text(&mut self, root: &Root<'_>, path: &str) -> Option<Rc<str>> {
        match root.text(path) {
            Ok(text) => {
                self.looked = true;
                Some(text)
            }
            Err(why) => {
                self.refused |= why != Unread::Missing;
                None
            }
        }
    }

    /// Names in a folder, if there is one.
    pub(super) fn list(&mut self, root: &Root<'_>, folder: &str) -> Vec<String> {
        root.list(folder).unwrap_or_else(|why| {
            self.refused |= why != Unread::Missing;
            Vec::new()
        })
    }

    /// Something is wrong.
    pub(super) fn flaw(
        &mut self,
        file: &str,
        line: Option<usize>,
        subject: &str,
        mut what: String,
    ) {
        self.looked = true;
        if self.flaws.len() >= MAX_FLAWS {
            self.overflow += 1;
            return;
        }
        let line = line.map(|line| u32::try_from(line).unwrap_or(u32::MAX));
        let (file, subject) = (file.to_owned(), plain(subject));
        what.retain(|c| !c.is_control());
        self.flaws.push(Flaw { file, line, subject, what, severity: None });
    }

    /// Something is not there; no flaw where a file that could have it cannot be read.
    pub(super) fn lacks(&mut self, file: &str, what: &str) {
        if !self.refused {
            self.flaw(file, None, "", what.to_owned());
        }
    }

    /// A flaw that is more or less severe than its rule.
    pub(super) fn flaw_of(
        &mut self,
        severity: Severity,
        file: &str,
        line: Option<usize>,
        subject: &str,
        what: String,
    ) {
        let before = self.flaws.len();
        self.flaw(file, line, subject, what);
        if let Some(flaw) = self.flaws.get_mut(before) {
            flaw.severity = Some(severity);
        }
    }

    /// Says in the last flaw how many are not kept.
    pub(super) fn tell_overflow(&mut self) {
        if let (Some(last), true) = (self.flaws.last_mut(), self.overflow > 0) {
            last.what = format!("{} {} more like it are not listed.", last.what, self.overflow);
        }
    }

    /// What looking came to.
    pub(super) fn state(&self) -> State {
        match (self.flaws.is_empty(), self.refused, self.looked) {
            (false, ..) => State::Failed,
            (true, true, _) => State::CouldNotRead,
            (true, false, true) => State::Passed,
            (true, false, false) => State::NotApplicable,
        }
    }
}

/// A word out of a file, fit to stand in a title: short and without control characters.
pub(super) fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

impl Check {
    /// Whether the check makes sense for a system at all.
    pub(super) fn applies_to(&self, root: &Root<'_>) -> bool {
        self.on == On::Both || root.scope == Scope::Host
    }
}

/// What a flaw is told as.
pub(super) fn finding(rule: &Rule, flaw: &Flaw, root: &Root<'_>) -> Finding {
    let mut finding = rule.finding(&META.id, META.scan_type);
    if let Some(severity) = flaw.severity {
        finding.severity = severity;
    }
    if !flaw.subject.is_empty() {
        finding.title = format!("{}: {}", rule.title, flaw.subject);
    }
    finding.description = format!("{} {}", flaw.what, rule.description);
    finding.context = format!("{} {} {}", rule.id, flaw.file, flaw.subject);
    if !rule.aliases.is_empty() {
        finding.metadata.insert(key::ALIASES.to_owned(), rule.aliases.into());
    }
    match root.scope {
        Scope::Host => {
            finding.set_meta(key::BASELINE_SCOPE, "host");
            // A path of this machine, and not of what was scanned: it names the setting, not a place to click on.
            let line = flaw.line.map_or(String::new(), |line| format!(":{line}"));
            if !flaw.file.is_empty() {
                let place = format!("/{}{line}", flaw.file);
                finding.description = format!("{place}: {}", finding.description);
                finding.set_meta(key::HOST_FILE, place);
            }
            finding.set_meta("resource", format!("/{} {}", flaw.file, flaw.subject));
        }
        Scope::Target(_) => {
            finding.set_meta(key::BASELINE_SCOPE, "target");
            let path = root.place(&flaw.file);
            let role = Context::of(&path);
            if let Some(word) = role.as_str() {
                finding.set_meta(key::CONTEXT, word);
            }
            // The system of a test, or of somebody else, is nobody's to log into.
            if matches!(role, Context::Test | Context::Docs) && finding.severity > Severity::Low {
                finding.set_meta(key::RULE_SEVERITY, finding.severity.as_str());
                finding.severity = Severity::Low;
            }
            finding.line = Some(flaw.line.unwrap_or(1));
            finding.end_line = finding.line;
            finding.path = Some(path);
        }
    }
    finding
}

/// Nothing to audit.
pub(super) static NOTHING: Rule = Rule {
    id: "baseline/nothing-to-audit",
    title: "No system to audit in the target",
    severity: Severity::Info,
    confidence: Confidence::High,
    cwe: None,
    description: "Nothing but an audit of a system was asked for, and the target holds no files of one (`etc/passwd`, \
        `etc/ssh/sshd_config` and the like).",
    remediation: "Name the folder of an unpacked image, or audit this machine with `--baseline-host-probes`.",
    references: &["https://www.cisecurity.org/cis-benchmarks"],
    aliases: &["BASELINE-SCOPE-001"],
};

/// The finding of [`NOTHING`].
pub(super) fn nothing() -> Finding {
    let mut finding = NOTHING.finding(&META.id, META.scan_type);
    finding.metadata.insert(key::ALIASES.to_owned(), NOTHING.aliases.into());
    finding.set_meta(key::BASELINE_SCOPE, "target");
    finding
}
