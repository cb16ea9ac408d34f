//! Kustomize: manifests as the kustomizations of a tree put them together, and judged by the checks of Kubernetes manifests. A finding
//! stands where the value that decided is written: in a patch, in a kustomization, else in the manifest itself.
//!
//! ```text
//! kustomizations -> space (each file once) -> build, for each that no other uses -> objects -> checks -> places in files
//! ```

mod build;
mod edit;
mod fill;
mod generate;
mod image;
mod inline;
mod kustomization;
mod merge;
mod object;
mod operation;
mod space;
mod transform;

#[cfg(test)]
mod tests;

use super::check::Checks;
use super::judge::{self, Problem};
use super::kubernetes::objects;
use super::resource::Scope;
use super::tree::{self, Told};
use super::value::Data;
use crate::target::Source;
use build::{Built, build};
use edit::Budget;
use kustomization::{NAMES, Reference};
use rayon::prelude::*;
use space::Space;
use std::collections::{BTreeMap, BTreeSet};

/// Work for each byte that a kustomization is made of, and besides; and for all of a tree, bytes.
const WORK: usize = 4;
const LEAST_WORK: usize = 100_000;
const MAX_WORK: usize = 256 << 20;

/// Kustomizations that are judged before their problems are put together.
const AT_ONCE: usize = 64;

/// Whether a file is a kustomization, by its path.
pub fn may_be(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    NAMES.contains(&name)
}

fn text(text: &str) -> Data {
    Data::Text(text.to_owned())
}

/// Looks at what all kustomizations of a tree come to.
pub fn look(source: &dyn Source, checks: &Checks) -> Told {
    let mut told = Told::default();
    if !source.entries().iter().any(|entry| may_be(&entry.path)) {
        return told;
    }
    let space = Space::of(source);
    for (path, why) in &space.unread {
        told.skipped.push(tree::unparsable(path, why.clone()));
    }
    let roots = roots(&space);
    let mut found = Found::default();
    let mut notes: BTreeSet<(usize, String)> = BTreeSet::new();
    let (mut reached, mut as_written) = (BTreeSet::new(), BTreeSet::new());
    let mut work = 0;
    for part in roots.chunks(AT_ONCE) {
        let costs: Vec<usize> =
            part.par_iter().map(|root| LEAST_WORK + WORK * reachable(&space, *root)).collect();
        let budgets: Vec<usize> = costs
            .into_iter()
            .map(|cost| {
                work += cost;
                if work > MAX_WORK { 0 } else { cost }
            })
            .collect();
        let looked: Vec<Looked> = part
            .par_iter()
            .zip(budgets)
            .map(|(root, budget)| look_at(&space, *root, Budget::new(budget), checks))
            .collect();
        for (root, looked) in part.iter().zip(looked) {
            notes.extend(looked.notes);
            if looked.is_lost {
                notes.insert((*root, "not put together: it is too large".to_owned()));
                as_written.extend(looked.reached);
                continue;
            }
            reached.extend(looked.reached);
            found.take_up(&space, checks, *root, looked.problems);
        }
    }
    let path = |at: usize| space.piece(at).path.clone();
    for (at, what) in notes {
        told.skipped.push(tree::unparsable(&space.kustomizations[at].path, what));
    }
    for (spot, case) in found.cases {
        if as_written.contains(&spot.file) {
            continue;
        }
        let problem = case.problem(&space, &spot);
        told.problems.entry(path(spot.file)).or_default().push(problem);
    }
    for (path, all) in &mut told.problems {
        all.sort_by_key(|found| (found.range.start, found.check, found.range.end));
        let secrets = space.at(path).and_then(|(at, _)| found.secrets.remove(&at));
        if let (Some(first), Some(secrets)) = (all.first_mut(), secrets) {
            first.secrets = secrets.into_iter().map(|(start, end)| start..end).collect();
        }
    }
    told.superseded = reached.difference(&as_written).map(|at| path(*at)).collect();
    told
}

/// Kustomizations that no other builds on; of those that build on each other in a circle the first.
fn roots(space: &Space) -> Vec<usize> {
    let all = 0..space.kustomizations.len();
    let used: BTreeSet<usize> =
        all.clone().flat_map(|at| uses(space, at).filter(move |other| *other != at)).collect();
    let mut roots: Vec<usize> = all.clone().filter(|at| !used.contains(at)).collect();
    let mut reached = BTreeSet::new();
    for root in &roots {
        reach(space, *root, &mut reached);
    }
    for at in all {
        if !reached.contains(&at) {
            roots.push(at);
            reach(space, at, &mut reached);
        }
    }
    roots.sort_unstable();
    roots
}

/// Kustomizations that one builds on.
fn uses(space: &Space, at: usize) -> impl Iterator<Item = usize> {
    let one = &space.kustomizations[at];
    one.resources.iter().chain(&one.components).filter_map(|reference| match reference {
        Reference::Local(path) => space.in_folder(path),
        _ => None,
    })
}

fn reach(space: &Space, from: usize, reached: &mut BTreeSet<usize>) {
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if reached.insert(at) {
            open.extend(uses(space, at));
        }
    }
}

/// Bytes of all files that a kustomization is made of, each counted once.
fn reachable(space: &Space, root: usize) -> usize {
    let mut reached = BTreeSet::new();
    reach(space, root, &mut reached);
    let mut files = BTreeSet::new();
    for at in reached {
        let one = &space.kustomizations[at];
        let named = one.resources.iter().filter_map(|reference| match reference {
            Reference::Local(path) => Some(path.as_str()),
            _ => None,
        });
        let all = named.chain(one.patch_files()).chain(std::iter::once(one.path.as_str()));
        files.extend(all.filter_map(|path| space.at(path).map(|(at, _)| at)));
    }
    files.into_iter().map(|at| space.piece(at).size).sum()
}

/// What came of one kustomization.
#[derive(Debug, Default)]
struct Looked {
    problems: Vec<(Spot, Case)>,
    notes: BTreeSet<(usize, String)>,
    /// Files whose objects and patches it is made of.
    reached: BTreeSet<usize>,
    is_lost: bool,
}

fn look_at(space: &Space, root: usize, budget: Budget, checks: &Checks) -> Looked {
    let (built, result) = build(space, root, budget);
    let Built { objects: all, loose, reached, notes, .. } = built;
    if result.is_err() {
        return Looked { notes, reached, is_lost: true, ..Looked::default() };
    }
    let mut scope = Scope::default();
    for object in all {
        let first = scope.resources.len();
        let now = format!("{}/{}", object.kind, object.name());
        let before = format!("{}/{}", object.kind, object.first_name());
        objects::declare(object.value, &mut scope);
        // People look for the name that the file has.
        for resource in scope.resources[first..].iter_mut().filter(|_| now != before) {
            if let Some(rest) = resource.address.strip_prefix(&now) {
                resource.address = format!("{before}{rest}");
            }
        }
    }
    let mut problems = judge::problems(&scope, checks);
    // A patch of something that is not here lacks nothing, it only says something.
    let mut scope = Scope::default();
    for patch in loose {
        objects::declare(patch, &mut scope);
    }
    let heads: BTreeSet<(usize, usize)> =
        scope.resources.iter().map(|one| (one.head.start, one.head.end)).collect();
    let is_said = |one: &Problem| !heads.contains(&(one.range.start, one.range.end));
    problems.extend(judge::problems(&scope, checks).into_iter().filter(is_said));
    let problems = problems.into_iter().filter_map(|problem| {
        let (file, range) = space.place(&problem.range)?;
        let spot = Spot { file, check: problem.check, start: range.start, end: range.end };
        Some((spot, Case::new(root, problem)))
    });
    Looked { problems: problems.collect(), notes, reached, is_lost: false }
}

/// Where a problem is, and which.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Spot {
    file: usize,
    check: usize,
    start: usize,
    end: usize,
}

/// A problem and who has it.
#[derive(Debug)]
struct Case {
    first: Problem,
    /// Resources that have it besides the first, in the first kustomization.
    others: usize,
    /// Kustomizations that have it: the first and the last, and how many.
    root: usize,
    last: usize,
    roots: usize,
}

impl Case {
    fn new(root: usize, first: Problem) -> Self {
        Self { first, others: 0, root, last: root, roots: 1 }
    }

    /// The problem in its file, without what no output may show.
    fn problem(self, space: &Space, spot: &Spot) -> Problem {
        let mut problem = self.first;
        let own = space.place(&problem.resource).filter(|(at, _)| *at == spot.file);
        problem.resource = own.map_or_else(|| space.around(&problem.range), |(_, range)| range);
        problem.range = spot.start..spot.end;
        problem.secrets.clear();
        let folder = &space.kustomizations[self.root].folder;
        let own = space.piece(spot.file).path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let mut words: Vec<String> = problem.detail.take().into_iter().collect();
        if self.others > 0 {
            let (noun, verb) =
                if self.others == 1 { ("resource", "has") } else { ("resources", "have") };
            words.push(format!("{} more {noun} {verb} it from here.", self.others));
        }
        if self.roots > 1 || folder != own {
            let folder = if folder.is_empty() { "." } else { folder };
            let more = match self.roots - 1 {
                0 => String::new(),
                1 => " and of 1 more kustomization".to_owned(),
                more => format!(" and of {more} more kustomizations"),
            };
            words.push(format!("It is part of what comes of `{folder}`{more}."));
        }
        problem.detail = (!words.is_empty()).then(|| words.join(" "));
        problem
    }
}

/// All problems, each place once.
#[derive(Debug, Default)]
struct Found {
    cases: BTreeMap<Spot, Case>,
    /// What no output may show, by file.
    secrets: BTreeMap<usize, BTreeSet<(usize, usize)>>,
}

impl Found {
    fn take_up(
        &mut self,
        space: &Space,
        checks: &Checks,
        root: usize,
        problems: Vec<(Spot, Case)>,
    ) {
        for (spot, mut case) in problems {
            let check = checks.get(spot.check);
            let of_one = check.each.is_some() || check.code.is_some();
            // Values of several files are not in the order of a text, by which a check finds the secret that a place is.
            let own = (check.secret.is_some() && of_one).then(|| case.first.range.clone());
            for secret in std::mem::take(&mut case.first.secrets).into_iter().chain(own) {
                if let Some((file, inner)) = space.place(&secret) {
                    let hidden = self.secrets.entry(file).or_default();
                    hidden.insert((inner.start, inner.end));
                }
            }
            match self.cases.get_mut(&spot) {
                None => {
                    self.cases.insert(spot, case);
                }
                Some(known) if known.last != root => {
                    known.last = root;
                    known.roots += 1;
                }
                Some(known) if known.root == root && known.first.address != case.first.address => {
                    known.others += 1;
                }
                Some(_) => {}
            }
        }
    }
}
