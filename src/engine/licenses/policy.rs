//! Which licences a project accepts: its lists, its exceptions, and what holds when it says nothing. Judges one
//! package at
//! a time; knows neither where licences come from nor what a finding looks like.
//!
//! Without `allow` and `deny`: strong and network copyleft and what is no open source are findings, and, because the
//! documented set names LGPL, weak copyleft of the GNU kind is one of severity low; other weak copyleft, which
//! reaches no
//! further than the package's own files, is one of severity info.

use super::category::{self, Category};
use super::expression::{Certainty, Expression, License, Name, parse};
use super::rule::Rule;
use crate::engine::osv::component::{Component, Scope};
use crate::finding::Severity;
use globset::{Glob, GlobMatcher};
use jiff::civil::Date;

/// What is known of the licence of a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// As it was written; `None` where a text was recognised, or nothing was said.
    pub raw: Option<String>,
    /// What it means; `None` where a source says nothing.
    pub expression: Option<Expression>,
    /// How it follows.
    pub certainty: Certainty,
    /// Path of the file that says so.
    pub source: String,
}

impl Found {
    /// The class of the whole.
    pub fn category(&self) -> Category {
        self.expression.as_ref().map_or(Category::Unknown, Expression::category)
    }
}

/// A package that is accepted whatever the lists say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Exception {
    /// Glob over names, or `ecosystem/name` with the ecosystem as in OSV or in package URLs (`npm/@scope/*`, `PyPI/*`).
    pub package: String,
    /// Only this version.
    pub version: Option<String>,
    /// Only while this is its licence.
    pub license: Option<String>,
    /// Who decided it and why.
    pub reason: Option<String>,
    /// Last day on which it holds.
    pub expires: Option<Date>,
}

/// An entry of a policy that means nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("licenses.{list}[{index}]: {message}")]
pub struct BadEntry {
    /// Its place in the list, from 0.
    pub index: usize,
    /// `allow`, `deny` or `exceptions`.
    pub list: &'static str,
    /// What is wrong.
    pub message: String,
}

/// What an entry of a list matches.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    /// Every licence of these classes.
    Classes(&'static [Category]),
    /// One licence.
    License(License),
    /// A GNU licence in one version, written without `-only` and `-or-later`: both.
    Gnu(License),
}

#[derive(Debug, Clone)]
struct Compiled {
    exception: Exception,
    name: GlobMatcher,
    license: Option<Expression>,
}

/// A policy.
#[derive(Debug, Clone, Default)]
pub struct Policy {
    allow: Vec<Entry>,
    deny: Vec<Entry>,
    exceptions: Vec<Compiled>,
}

/// How a package fares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// The rule it breaks and how severely; `None` for one that is fine.
    pub breach: Option<(Rule, Severity)>,
    /// The class that decided: of the branch that was chosen.
    pub category: Category,
    /// Sentences to add to the description: what decided, what was lowered, which exception expired.
    pub remarks: Vec<String>,
    /// Place of the exception that covers it.
    pub exception: Option<usize>,
}

/// How a licence stands to the lists, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Standing {
    Allowed,
    NotAllowed,
    Denied,
}

impl Policy {
    /// A policy of lists as they are written: SPDX ids and expressions, and words for classes (`permissive`,
    /// `copyleft`,
    /// `network-copyleft`, `restricted`, `unknown`, …).
    pub fn new(
        allow: &[String],
        deny: &[String],
        exceptions: Vec<Exception>,
    ) -> Result<Self, BadEntry> {
        let exceptions = exceptions
            .into_iter()
            .enumerate()
            .map(|(index, exception)| compiled(index, exception))
            .collect::<Result<_, _>>()?;
        Ok(Self { allow: entries("allow", allow)?, deny: entries("deny", deny)?, exceptions })
    }

    /// Whether it has lists of its own.
    pub fn is_own(&self) -> bool {
        !self.allow.is_empty() || !self.deny.is_empty()
    }

    /// Whether packages without a known licence break it.
    pub fn refuses_unknown(&self) -> bool {
        let unknown = License::other("", Category::Unknown);
        self.is_own() && self.standing_of(&unknown) != Standing::Allowed
    }

    /// Judges a package on a day.
    pub fn judge(&self, component: &Component, found: &Found, today: Date) -> Judgement {
        let mut remarks = Vec::new();
        for (index, compiled) in self.exceptions.iter().enumerate() {
            if !compiled.covers(component, found) {
                continue;
            }
            match compiled.exception.expires {
                Some(day) if day < today => {
                    remarks.push(format!("An exception for it expired on {day}."));
                }
                _ => {
                    let category = found.category();
                    return Judgement { breach: None, category, remarks, exception: Some(index) };
                }
            }
        }
        let unknown;
        let expression = if let Some(expression) = &found.expression {
            expression
        } else {
            unknown = Expression::One(License::other("", Category::Unknown));
            &unknown
        };
        let (mut breach, category) =
            if self.is_own() { self.by_lists(expression) } else { by_default(expression) };
        if found.certainty == Certainty::Guessed && found.category() != Category::Unknown {
            remarks.push(
                "What was written leaves the version or the choice open; the usual reading was taken."
                    .to_owned(),
            );
        }
        if let Some((_, severity)) = &mut breach
            && matches!(component.scope, Scope::Dev | Scope::Test)
        {
            let before = *severity;
            *severity = lowered(before);
            if *severity != before {
                remarks.push(format!(
                    "Lowered from {before} to {severity}: it is needed for {} only and not shipped.",
                    if component.scope == Scope::Dev { "development" } else { "tests" },
                ));
            }
        }
        Judgement { breach, category, remarks, exception: None }
    }

    fn by_lists(&self, expression: &Expression) -> (Option<(Rule, Severity)>, Category) {
        let (standing, category) = self.standing(expression);
        let breach = match standing {
            Standing::Allowed => None,
            Standing::NotAllowed => Some((Rule::NotAllowed, Severity::Medium)),
            Standing::Denied => Some((Rule::Denied, Severity::High)),
        };
        // A list of what is denied says nothing of what nobody knows.
        let silent = self.allow.is_empty() && !self.names(Category::Unknown);
        if breach.is_none() && category == Category::Unknown && silent {
            return (Some((Rule::Unknown, Severity::Low)), category);
        }
        (breach, category)
    }

    /// How a whole stands, and the class of the part that decided.
    fn standing(&self, expression: &Expression) -> (Standing, Category) {
        let parts = |parts: &[Expression]| -> Vec<(Standing, Category)> {
            parts.iter().map(|part| self.standing(part)).collect()
        };
        let none = (Standing::NotAllowed, Category::Unknown);
        match expression {
            Expression::One(license) => (self.standing_of(license), license.category()),
            Expression::All(all) => parts(all).into_iter().max().unwrap_or(none),
            // Of what is allowed alike, the branch somebody knows.
            Expression::Any(any) => parts(any)
                .into_iter()
                .min_by_key(|(standing, class)| (*standing, *class == Category::Unknown, *class))
                .unwrap_or(none),
        }
    }

    /// A name says more than a class, and a denial more than a permission.
    fn standing_of(&self, license: &License) -> Standing {
        let named = |list: &[Entry], denying| list.iter().any(|e| e.names(license, denying));
        let classed = |list: &[Entry]| list.iter().any(|e| e.has_class(license.category()));
        if named(&self.deny, true) {
            Standing::Denied
        } else if named(&self.allow, false) {
            Standing::Allowed
        } else if classed(&self.deny) {
            Standing::Denied
        } else if self.allow.is_empty() || classed(&self.allow) {
            Standing::Allowed
        } else {
            Standing::NotAllowed
        }
    }

    fn names(&self, category: Category) -> bool {
        self.allow.iter().chain(&self.deny).any(|entry| entry.has_class(category))
    }
}

/// What holds without lists.
fn by_default(expression: &Expression) -> (Option<(Rule, Severity)>, Category) {
    let category = expression.category();
    let breach = match category {
        Category::PublicDomain | Category::Permissive => None,
        Category::WeakCopyleft => {
            let gnu = expression.licenses().into_iter().any(|license| {
                license.category() == Category::WeakCopyleft
                    && matches!(license.name, Name::Spdx(id) if id.starts_with("LGPL-") || id.starts_with("GPL-"))
            });
            Some((Rule::Copyleft, if gnu { Severity::Low } else { Severity::Info }))
        }
        Category::StrongCopyleft | Category::NetworkCopyleft => {
            Some((Rule::Copyleft, Severity::Medium))
        }
        Category::SourceAvailable | Category::Proprietary => {
            Some((Rule::Restricted, Severity::Medium))
        }
        Category::Unknown => Some((Rule::Unknown, Severity::Low)),
    };
    (breach, category)
}

/// One step down; info stays.
fn lowered(severity: Severity) -> Severity {
    Severity::ALL.iter().copied().rev().find(|one| *one < severity).unwrap_or(severity)
}

fn entries(list: &'static str, words: &[String]) -> Result<Vec<Entry>, BadEntry> {
    let mut out = Vec::new();
    for (index, word) in words.iter().enumerate() {
        let bad = |message: String| BadEntry { index, list, message };
        let word = word.trim();
        if let Some(classes) = Category::from_word(word) {
            out.push(Entry::Classes(classes));
            continue;
        }
        let expression = parse(word).ok_or_else(|| bad("empty".to_owned()))?;
        let (expression, _) = expression;
        let licenses = match &expression {
            Expression::One(license) => vec![license],
            Expression::Any(parts) if parts.iter().all(|p| matches!(p, Expression::One(_))) => {
                expression.licenses()
            }
            _ => {
                return Err(bad(
                    "an entry with AND names no single license; list its licenses one by one"
                        .to_owned(),
                ));
            }
        };
        for license in licenses {
            if let Name::Other { text, class: Category::Unknown } = &license.name
                && !text.contains("LicenseRef-")
            {
                return Err(bad(format!(
                    "\"{text}\" is neither an SPDX license id nor one of: {}",
                    WORDS.join(", ")
                )));
            }
            out.push(if is_bare_gnu(word) {
                Entry::Gnu(license.clone())
            } else {
                Entry::License(license.clone())
            });
        }
    }
    Ok(out)
}

/// Words for classes, for messages.
pub const WORDS: &[&str] = &[
    "permissive",
    "public-domain",
    "copyleft",
    "weak-copyleft",
    "strong-copyleft",
    "network-copyleft",
    "restricted",
    "source-available",
    "proprietary",
    "unknown",
];

/// `GPL-2.0`, `LGPL-2.1`: one id, without a word on later versions.
fn is_bare_gnu(word: &str) -> bool {
    let lower = word.to_ascii_lowercase();
    let gnu = ["gpl-", "lgpl-", "agpl-", "gfdl-"].iter().any(|start| lower.starts_with(start));
    gnu && lower.ends_with(|c: char| c.is_ascii_digit())
}

impl Entry {
    fn has_class(&self, category: Category) -> bool {
        matches!(self, Self::Classes(classes) if classes.contains(&category))
    }

    /// Whether it means a licence by name. An entry without an exception means the licence with one too; but what is
    /// denied for its reach is not denied where an exception takes the reach away.
    fn names(&self, license: &License, denying: bool) -> bool {
        let (entry, both) = match self {
            Self::Classes(_) => return false,
            Self::License(entry) => (entry, false),
            Self::Gnu(entry) => (entry, true),
        };
        let exception_fits = match (&entry.exception, &license.exception) {
            (Some(one), Some(two)) => one == two,
            (Some(_), None) => false,
            (None, Some(two)) => !(denying && category::permits_linking(two)),
            (None, None) => true,
        };
        if !exception_fits {
            return false;
        }
        match (&entry.name, &license.name) {
            (Name::Spdx(one), Name::Spdx(two)) => {
                let same = one == two && (!entry.or_later || license.or_later);
                let base = |id: &'static str| {
                    id.strip_suffix("-or-later").or_else(|| id.strip_suffix("-only")).unwrap_or(id)
                };
                // Whoever may choose a later version may choose the one that is allowed.
                let later = !denying && is_later(two, license.or_later, one);
                same || (both && base(one) == base(two)) || later
            }
            (Name::Other { text: one, .. }, Name::Other { text: two, .. }) => one == two,
            _ => false,
        }
    }
}

/// Whether a licence `id` with leave to choose later versions covers the version of `wanted`.
fn is_later(id: &str, or_later: bool, wanted: &str) -> bool {
    let (have, free) = match id.strip_suffix("-or-later") {
        Some(base) => (base, true),
        None => (id, or_later),
    };
    let wanted = wanted.strip_suffix("-only").unwrap_or(wanted);
    let wanted = wanted.strip_suffix("-or-later").unwrap_or(wanted);
    let (Some((family, have)), Some((other, want))) =
        (have.rsplit_once('-'), wanted.rsplit_once('-'))
    else {
        return false;
    };
    let number = |text: &str| -> Option<Vec<u32>> {
        text.split('.').map(|part| part.parse().ok()).collect()
    };
    let (Some(have), Some(want)) = (number(have), number(want)) else { return false };
    free && family == other && have <= want
}

fn compiled(index: usize, exception: Exception) -> Result<Compiled, BadEntry> {
    let bad = |message: String| BadEntry { index, list: "exceptions", message };
    if exception.package.trim().is_empty() {
        return Err(bad("names no package".to_owned()));
    }
    // Names are matched whole: a star takes slashes too.
    let name = Glob::new(exception.package.trim())
        .map_err(|_| bad("the package is not a valid glob".to_owned()))?
        .compile_matcher();
    let license = match exception.license.as_deref().map(str::trim) {
        None | Some("") => None,
        Some(text) => parse(text).map(|(expression, _)| expression),
    };
    Ok(Compiled { exception, name, license })
}

impl Compiled {
    fn covers(&self, component: &Component, found: &Found) -> bool {
        let ecosystem = component.ecosystem;
        let plain = ecosystem.normalise(&component.name);
        let names = [component.name.as_str(), plain.as_str()];
        let named = names.iter().any(|name| {
            self.name.is_match(name)
                || [ecosystem.as_str(), ecosystem.purl_type()]
                    .iter()
                    .any(|prefix| self.name.is_match(format!("{prefix}/{name}")))
        });
        let version = self.exception.version.as_deref().map(str::trim);
        named
            && version.is_none_or(|version| version.is_empty() || version == component.version)
            && self
                .license
                .as_ref()
                .is_none_or(|license| found.expression.as_ref() == Some(license))
    }
}
