//! Two commits compared: each side scanned from git objects by the same rules, then held against each other. The work tree,
//! the index and HEAD are not written and have no say; a file's bytes may come from the work tree where they are the blob's.

use super::anchor::Changed;
use super::event::Events;
use super::examine::{Examined, Gathering, Scanners, gather, judge, judged};
use super::look::{Looked, LookedAt, ignored_paths};
use super::{Error, Terms, audit};
use crate::config::Config;
use crate::finding::change::{Anchor, Audit, ChangeKind, PolicyFrom, Scope, Side};
use crate::finding::{Finding, Run, ScanType};
use crate::post::baseline::Baseline;
use crate::post::compare::{Compared, Found, compare};
use crate::target::cache::{Cache, Key, Record};
use crate::target::git::refs::Commit;
use crate::target::git::tree::{Changes, changes};
use crate::target::git::{File, Id, Objects, Snapshot, SnapshotOptions, Trees};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

/// Everything a comparison of two commits needs to know.
#[derive(Debug)]
pub struct Request {
    /// Where the commits are.
    pub objects: Arc<Objects>,
    /// The commit before, and what it was called.
    pub base: (Commit, String),
    /// The commit after, and what it was called.
    pub head: (Commit, String),
    /// Only files at or below these repository-relative paths; empty means all.
    pub below: Vec<String>,
    /// The rules both sides are judged by.
    pub terms: Terms,
    /// Whose rules these are.
    pub policy_from: PolicyFrom,
    /// The settings of the two sides, base first, for the audit; `None` where a side's do not read.
    pub settings: [Option<Config>; 2],
    /// Settings and baseline of the base where those of the head judge: what the base's own rules let count.
    pub base_rules: Option<(Config, Option<Baseline>)>,
    /// Further files that belong to the security configuration, with their role.
    pub policy_files: Vec<(String, &'static str)>,
    /// Only files the change touches.
    pub changed_only: bool,
    /// Folder for remembered results; without one, nothing is remembered.
    pub cache: Option<PathBuf>,
}

/// Compares.
pub fn diff(request: &Request, events: &dyn Events) -> Result<Run, Error> {
    let objects = &request.objects;
    let scanners = Scanners::new(&request.terms, None)?;
    let differing = objects.differing(request.base.0.tree, request.head.0.tree)?;
    let changes = changes(&differing.0, &differing.1);
    let touched: Option<BTreeSet<&str>> = request.changed_only.then(|| touched(&changes));
    let mut work = Work {
        request,
        scanners: &scanners,
        touched,
        cache: match &request.cache {
            Some(folder) => Cache::open(folder, &settings_key(request, &scanners)),
            None => Cache::transient(),
        },
        trees: Trees::default(),
        in_use: Vec::new(),
        events,
    };
    // The head first: what it shares with the base is then known.
    let head = work.side(request.head.0.tree)?;
    let base = work.side(request.base.0.tree)?;
    let missing = objects.missing();
    if let Some(first) = missing.first() {
        return Err(Error::MissingObjects { count: missing.len(), first: first.to_string() });
    }
    let Work { cache, in_use, .. } = work;
    cache.save(in_use.into_iter());
    conclude(request, &scanners, &changes, base, head)
}

fn touched<'a>(changes: &Changes<'a>) -> BTreeSet<&'a str> {
    let edited = changes.edited.iter().map(|(_, after)| *after);
    let files = changes.added.iter().copied().chain(changes.removed.iter().copied()).chain(edited);
    files.map(|file| file.path.as_str()).collect()
}

/// What looking at the two sides shares.
struct Work<'a> {
    request: &'a Request,
    scanners: &'a Scanners,
    touched: Option<BTreeSet<&'a str>>,
    cache: Cache,
    trees: Trees,
    in_use: Vec<Key>,
    events: &'a dyn Events,
}

impl Work<'_> {
    /// One side. What a whole tree came to is remembered too, so that a base everybody compares with costs nothing.
    fn side(&mut self, tree: Id) -> Result<Examined, Error> {
        let terms = &self.request.terms;
        let whole = self.touched.is_none().then(|| self.tree_key(tree));
        self.in_use.extend(whole);
        let known = whole.and_then(|key| self.cache.get(&key));
        let known = known.and_then(|record| serde_json::from_slice(&record.payload).ok());
        let gathering: Gathering = if let Some(gathering) = known {
            gathering
        } else {
            let gathering = self.gather(tree)?;
            if let (Some(key), true) = (whole, gathering.is_complete())
                && let Ok(payload) = serde_json::to_vec(&gathering)
            {
                self.cache.put(key, Record { size: 0, payload: payload.into() });
            }
            gathering
        };
        self.cache.settle();
        judge(self.scanners, gathering, Vec::new(), terms)
    }

    /// A tree, as far as the scan looks at it.
    fn tree_key(&self, tree: Id) -> Key {
        let (below, ignored) = (&self.request.below, &self.request.terms.config.paths_ignore);
        // The end of life of a system is judged by the day.
        let audits = self.scanners.types.contains(&ScanType::Baseline);
        let today = audits.then_some(self.request.terms.today);
        // No path begins so.
        Key::new(&format!("/tree {below:?} {ignored:?} {today:?}"), tree.as_bytes())
    }

    fn gather(&mut self, tree: Id) -> Result<Gathering, Error> {
        let request = self.request;
        let files = request.objects.files(tree, &mut self.trees)?;
        let key = |file: &File| Key::new(&file.path, file.id.as_bytes());
        let cache = &self.cache;
        let known_size = |file: &File| {
            let known = if cache.is_empty() { None } else { cache.get(&key(file)) };
            known.map(|record| record.size)
        };
        let ignore = ignored_paths(&request.terms.config)?;
        let options = SnapshotOptions {
            max_file_size: request.terms.config.max_file_size,
            ignore: &ignore,
            below: &request.below,
            known_size: &known_size,
        };
        let touched = self.touched.as_ref();
        let wanted =
            |file: &File| touched.is_none_or(|touched| touched.contains(file.path.as_str()));
        let snapshot = Snapshot::new(Arc::clone(&request.objects), &files, &wanted, &options);
        let looked_at = LookedAt {
            files: Looked::Snapshot(snapshot),
            broken_repository: None,
            name: String::new(),
            notices: Vec::new(),
        };
        let gathering = gather(
            self.scanners,
            &looked_at,
            (&[], request.terms.today),
            Some(cache),
            self.events,
        )?;
        if request.cache.is_some() {
            self.in_use.extend(files.iter().map(key));
        }
        Ok(gathering)
    }
}

/// Everything the result for one file depends on besides its path and content, and the repository, so that nothing a
/// strange one holds is ever taken for part of another.
fn settings_key(request: &Request, scanners: &Scanners) -> Vec<u8> {
    let defaults = Config::default();
    // What is applied after files were scanned does not matter; whatever is added to the settings does.
    let config = Config {
        severity_overrides: defaults.severity_overrides,
        ignored_rules: defaults.ignored_rules,
        fail_on_severity: defaults.fail_on_severity,
        fail_on_count: defaults.fail_on_count,
        fail_on_incomplete: defaults.fail_on_incomplete,
        fail_on_stale_db: defaults.fail_on_stale_db,
        fail_on_reachable: defaults.fail_on_reachable,
        max_db_age: defaults.max_db_age,
        ai: defaults.ai,
        baseline: defaults.baseline,
        paths_ignore: defaults.paths_ignore,
        threads: defaults.threads,
        ..request.terms.config.clone()
    };
    let root = request.objects.root().display();
    let (types, rules) = (&scanners.types, &request.terms.secret_rules);
    let checks = request.terms.checks.own();
    let code = request.terms.code_rules.digest();
    let advisories = request.terms.advisories.digest();
    // Exceptions of the licence policy end on a day.
    let ends = config.licenses.exceptions.iter().any(|exception| exception.expires.is_some());
    let today = ends.then_some(request.terms.today);
    format!(
        "{} {root} {types:?} {config:?} {rules:?} {checks:?} {code} {advisories} {today:?}",
        env!("SOURCE_DIGEST")
    )
    .into_bytes()
}

fn conclude(
    request: &Request,
    scanners: &Scanners,
    changes: &Changes<'_>,
    base: Examined,
    head: Examined,
) -> Result<Run, Error> {
    let found = |examined: &Examined| Found {
        findings: examined.outcome.findings.clone(),
        suppressed: examined.outcome.suppressed.clone(),
    };
    let (before, after) = (found(&base), found(&head));
    let (renames, unknown) = match renames(request, changes, &before, &after) {
        Ok(renames) => (renames, None),
        Err(why) => (BTreeMap::new(), Some(format!("renamed files were not recognised: {why}"))),
    };
    let ignores =
        audit::ignores(&base.directives, &head.directives, &renames, &head.outcome.suppressed);
    let mut compared = compare(&before, &after, &renames);
    silenced_by_rules(request, &base, &after, &mut compared)?;
    let limit = request.terms.config.max_file_size;
    let anchors = anchors(&request.objects, scanners, limit, changes, &renames, &compared.new);
    let mut settings = match &request.settings {
        [Some(base), Some(head)] => audit::settings(base, head, request.objects.root()),
        _ => Vec::new(),
    };
    if !settings.is_empty() {
        audit::redact(&mut settings, &request.objects, changes, &scanners.built);
    }
    let files = audit::files(&request.objects, changes, &request.policy_files);
    let below = if request.below.is_empty() { ".".to_owned() } else { request.below.join(", ") };
    let mut run = head.into_run(below);
    run.notices.extend(base_losses(&base));
    run.notices.extend(unknown);
    run.notices.extend(uncovered(compared.uncovered));
    let (base_name, head_name) = (side_of(&request.base), side_of(&request.head));
    let mut change = compared.settle(&mut run, ChangeKind::Diff, base_name, head_name);
    change.policy_from = Some(request.policy_from);
    if request.changed_only {
        change.scope = Scope::ChangedFiles;
    }
    change.base_gaps = base.outcomes.into_iter().filter(|o| !o.is_complete()).collect();
    change.audit = Audit { ignores, settings, files, ..change.audit };
    change.anchors = anchors;
    run.change = Some(Box::new(change));
    Ok(run)
}

fn side_of((commit, name): &(Commit, String)) -> Side {
    let moment = jiff::Timestamp::from_second(commit.seconds).ok();
    let moment = moment.map(|moment| moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
    Side { name: name.clone(), commit: Some(commit.id.to_string()), moment }
}

/// Adds findings that count by the base's own rules and are silenced by those of the head.
fn silenced_by_rules(
    request: &Request,
    base: &Examined,
    head: &Found,
    compared: &mut Compared,
) -> Result<(), Error> {
    let Some((config, baseline)) = &request.base_rules else { return Ok(()) };
    let all = base.outcome.findings.iter().chain(&base.outcome.suppressed).cloned().collect();
    let own = judged(all, &base.directives, config, baseline.as_ref(), &request.terms)?;
    let counted: BTreeSet<&str> = own.findings.iter().map(|f| f.fingerprint.as_str()).collect();
    let known: BTreeSet<String> = compared.silenced.iter().map(|f| f.fingerprint.clone()).collect();
    let silenced = head.suppressed.iter().filter(|finding| {
        counted.contains(finding.fingerprint.as_str()) && !known.contains(&finding.fingerprint)
    });
    compared.silenced.extend(silenced.cloned());
    crate::post::order::sort(&mut compared.silenced);
    Ok(())
}

/// A scan of the head will list them again.
fn uncovered(count: u64) -> Option<String> {
    let findings = if count == 1 { "moved finding is" } else { "moved findings are" };
    (count > 0).then(|| {
        format!(
            "{count} {findings} no longer silenced: a baseline names the old path (write it again)"
        )
    })
}

/// Findings on paths the base could not be read at may look new.
fn base_losses(base: &Examined) -> Option<String> {
    let lost = base.files.skipped.iter().filter(|s| s.reason.is_loss()).count();
    let paths = if lost == 1 { "path" } else { "paths" };
    (lost > 0).then(|| {
        format!("{lost} {paths} of the base could not be read; findings there may look new")
    })
}

/// Files of the head under names they did not have, as far as it matters: those with findings only the head has, against
/// the removed ones.
fn renames(
    request: &Request,
    changes: &Changes<'_>,
    before: &Found,
    after: &Found,
) -> Result<BTreeMap<String, String>, String> {
    let known: BTreeSet<&str> = before.all().map(|f| f.fingerprint.as_str()).collect();
    let paths: BTreeSet<&str> = after
        .all()
        .filter(|f| !known.contains(f.fingerprint.as_str()))
        .filter_map(|f| f.path.as_deref())
        .collect();
    let added: Vec<&File> = changes
        .added
        .iter()
        .copied()
        .filter(|file| file.is_regular() && paths.contains(file.path.as_str()))
        .collect();
    let removed: Vec<&File> = changes.removed.iter().copied().filter(|f| f.is_regular()).collect();
    let trees = (request.base.0.tree, request.head.0.tree);
    request.objects.renames(trees, &removed, &added)
}

/// Gives the new findings of a comparison of saved scans their places in the change between two commits.
pub fn anchor_saved(
    run: &mut Run,
    objects: &Objects,
    (base, head): (Id, Id),
    terms: &Terms,
) -> Result<(), Error> {
    let scanners = Scanners::new(terms, None)?;
    let differing = objects.differing(base, head)?;
    let changes = changes(&differing.0, &differing.1);
    let limit = terms.config.max_file_size;
    let anchors = anchors(objects, &scanners, limit, &changes, &BTreeMap::new(), &run.findings);
    if let Some(change) = &mut run.change {
        change.anchors = anchors;
    }
    Ok(())
}

fn anchors(
    objects: &Objects,
    scanners: &Scanners,
    limit: u64,
    changes: &Changes<'_>,
    renames: &BTreeMap<String, String>,
    new: &[Finding],
) -> BTreeMap<String, Anchor> {
    let mut by_path: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in new {
        if let Some(path) = finding.path.as_deref() {
            by_path.entry(path).or_default().push(finding);
        }
    }
    let removed: BTreeMap<&str, &File> =
        changes.removed.iter().map(|file| (file.path.as_str(), *file)).collect();
    let versions = changes.added.iter().map(|after| {
        let old = renames.get(&after.path).and_then(|old| removed.get(old.as_str()).copied());
        (old, *after)
    });
    let versions: Vec<(Option<&File>, &File)> = versions
        .chain(changes.edited.iter().map(|(before, after)| (Some(*before), *after)))
        .filter(|(_, after)| after.is_regular() && by_path.contains_key(after.path.as_str()))
        .collect();
    let read = |file: &File| {
        let mut bytes = Vec::new();
        let read = objects.read(file.id, limit, &mut bytes);
        read.is_ok().then_some(bytes)
    };
    versions
        .par_iter()
        .flat_map_iter(|(before, after)| {
            let old = before.filter(|file| file.is_regular()).and_then(read).unwrap_or_default();
            let changed =
                read(after).map(|new| Changed::new(&after.path, &old, &new, &scanners.built));
            let findings = by_path.get(after.path.as_str()).into_iter().flatten();
            let pairs: Vec<(String, Anchor)> = findings
                .map(|finding| {
                    let anchor = changed.as_ref().map(|c| c.anchor(finding)).unwrap_or_default();
                    (finding.fingerprint.clone(), anchor)
                })
                .collect();
            pairs
        })
        .collect()
}
