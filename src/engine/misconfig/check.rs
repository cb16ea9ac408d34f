//! A check: which resources it looks at, what must hold for it to report one, and what people read about it. The built-in ones are data
//! (`checks/*.yml`), compiled into the program by the build script; those of the user are the same data, read at start.

use super::condition::Condition;
use super::resource::Format;
use crate::engine::RuleInfo;
use crate::finding::{Confidence, Severity};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

/// What finding a problem takes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// `misconfig/<name>`.
    pub id: String,
    /// Noun phrase.
    pub title: String,
    /// Files it looks at.
    pub format: Format,
    /// Severity before overrides.
    pub severity: Severity,
    /// How sure it is.
    #[serde(default = "medium")]
    pub confidence: Confidence,
    /// `CWE-n`; every built-in one has it.
    #[serde(default)]
    pub cwe: Option<String>,
    /// Ids of the same check elsewhere: `CKV_AWS_20`, `AVD-AWS-0092`.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// Kinds of resources it looks at.
    pub kinds: Vec<String>,
    /// Path in the resource to what is judged one by one; each is a finding of its own.
    #[serde(default)]
    pub each: Option<String>,
    /// What must hold. Given unless `code` is.
    #[serde(default)]
    pub fail: Option<Condition>,
    /// Name of the function that decides instead.
    #[serde(default)]
    pub code: Option<String>,
    /// Path to what the finding points at, where that is not what decided.
    #[serde(default)]
    pub at: Option<String>,
    /// Path to what no output may show; `@found` is what the finding points at.
    #[serde(default)]
    pub secret: Option<String>,
}

/// Confidence where a check does not say.
pub(super) fn medium() -> Confidence {
    Confidence::Medium
}

/// What people read about a check.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prose {
    /// Why it matters.
    pub description: String,
    /// What to do.
    pub remediation: String,
    /// Pages to read, `https://` only.
    pub references: Vec<String>,
}

/// The built-in checks of one format. Read when they are first asked for: most trees need few of them.
struct Pack {
    format: &'static str,
    count: usize,
    matching: &'static str,
    prose: &'static str,
    checks: OnceLock<Vec<Check>>,
    texts: OnceLock<Vec<Prose>>,
    by_kind: OnceLock<BTreeMap<&'static str, Vec<usize>>>,
}

// The table `PACKS`, in the order of the formats' names.
include!(concat!(env!("OUT_DIR"), "/misconfig.rs"));

impl Pack {
    const fn new(
        format: &'static str,
        count: usize,
        matching: &'static str,
        prose: &'static str,
    ) -> Self {
        Self {
            format,
            count,
            matching,
            prose,
            checks: OnceLock::new(),
            texts: OnceLock::new(),
            by_kind: OnceLock::new(),
        }
    }

    fn checks(&self) -> &[Check] {
        self.checks.get_or_init(|| read(self.matching))
    }

    fn texts(&self) -> &[Prose] {
        self.texts.get_or_init(|| read(self.prose))
    }

    /// Places of the checks of a kind of resource.
    fn of(&'static self, kind: &str) -> &'static [usize] {
        let by_kind = self.by_kind.get_or_init(|| {
            let mut by_kind: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
            for (at, check) in self.checks().iter().enumerate() {
                for kind in &check.kinds {
                    by_kind.entry(kind).or_default().push(at);
                }
            }
            by_kind
        });
        by_kind.get(kind).map_or(&[], Vec::as_slice)
    }
}

fn read<T: serde::de::DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("built-in checks: {error}"))
}

/// How many checks are built in.
fn built_in() -> usize {
    PACKS.iter().map(|pack| pack.count).sum()
}

/// The pack of a built-in check and the check's place in it; none for one of the user.
fn place(index: usize) -> Option<(&'static Pack, usize)> {
    let mut at = index;
    for pack in &PACKS {
        if at < pack.count {
            return Some((pack, at));
        }
        at -= pack.count;
    }
    None
}

/// A check that the user brought.
#[derive(Debug, Clone)]
pub struct Own {
    /// What finding a problem takes.
    pub check: Check,
    /// What people read about it.
    pub prose: Prose,
    /// What it must and must not find.
    pub examples: serde_json::Map<String, serde_json::Value>,
    /// `file:line:column` of its id.
    pub origin: String,
}

/// The checks of a run: the built-in ones, and those that the user brought. One of these with the id of a built-in check replaces it. A check
/// is known by its index; the user's stand after the built-in ones.
#[derive(Debug, Clone, Default)]
pub struct Checks {
    own: Arc<[Own]>,
    replaced: Arc<BTreeSet<usize>>,
}

impl Checks {
    /// The built-in checks and these.
    pub fn with(own: Vec<Own>) -> Self {
        let ids: BTreeSet<&str> = own.iter().map(|own| own.check.id.as_str()).collect();
        let replaced = if ids.is_empty() {
            BTreeSet::new()
        } else {
            let all = PACKS.iter().flat_map(Pack::checks).enumerate();
            all.filter(|(_, check)| ids.contains(check.id.as_str())).map(|(at, _)| at).collect()
        };
        Self { own: own.into(), replaced: Arc::new(replaced) }
    }

    /// Those that the user brought.
    pub fn own(&self) -> &[Own] {
        &self.own
    }

    /// How many there are; indices are below it.
    pub fn count(&self) -> usize {
        built_in() + self.own.len()
    }

    /// The check at an index.
    pub fn get(&self, index: usize) -> &Check {
        match place(index) {
            Some((pack, at)) => &pack.checks()[at],
            None => &self.own[index - built_in()].check,
        }
    }

    /// What people read about the check at an index.
    pub fn prose(&self, index: usize) -> &Prose {
        match place(index) {
            Some((pack, at)) => &pack.texts()[at],
            None => &self.own[index - built_in()].prose,
        }
    }

    /// Indices of the checks of a kind of resource, in order.
    pub fn of(&self, format: Format, kind: &str) -> Vec<usize> {
        let mut first = 0;
        let mut indices = Vec::new();
        for pack in &PACKS {
            if pack.format == format.as_str() {
                indices.extend(pack.of(kind).iter().map(|at| first + at));
            }
            first += pack.count;
        }
        indices.retain(|index| !self.replaced.contains(index));
        let looks_at =
            |check: &Check| check.format == format && check.kinds.iter().any(|one| one == kind);
        let own = self.own.iter().enumerate().filter(|(_, own)| looks_at(&own.check));
        indices.extend(own.map(|(at, _)| first + at));
        indices
    }
}

/// The built-in checks as people read about them.
pub fn infos(scanner: &'static str) -> Vec<RuleInfo> {
    let both = PACKS.iter().flat_map(|pack| pack.checks().iter().zip(pack.texts()));
    both.map(|(check, prose)| RuleInfo {
        id: check.id.clone(),
        scanner,
        title: check.title.clone(),
        severity: check.severity,
        confidence: check.confidence,
        cwe: check.cwe.clone(),
        description: prose.description.trim().to_owned(),
        remediation: prose.remediation.trim().to_owned(),
        references: prose.references.clone(),
        aliases: check.aliases.clone(),
    })
    .collect()
}
