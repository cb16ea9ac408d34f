//! Terraform and OpenTofu: the files of a folder are one module, a module that others call is looked at as they call it. Parses, works out
//! what is known without running anything, and hands resources to the checks.

mod evaluate;
mod expression;
mod functions;
mod instance;
mod lower;
mod module;
mod notation;
mod parse;
mod policy;
mod syntax;
mod written;

#[cfg(test)]
mod tests;

pub use evaluate::placed;

use super::check::Checks;
use super::judge::{self, Problem};
use super::resource::Scope;
use super::tree::{self, Told};
use crate::finding::SkippedFile;
use crate::target::{Entry, Source};
use evaluate::Budget;
use instance::{Instance, Shared};
use module::{File, Module};
use parse::Parsed;
use rayon::prelude::*;
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// Largest file that is read, bytes. Modules written by people have a thousandth of it.
const MAX_FILE: u64 = 4 << 20;

/// All files together, bytes.
const MAX_TREE: u64 = 64 << 20;

/// Work for each byte of a root and of the modules it calls, and for each root besides.
const WORK: usize = 32;
const LEAST_WORK: usize = 200_000;

/// Whether a file is read, by its path.
pub fn may_be(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let ends = [".tf", ".tofu", ".tf.json", ".tofu.json"].iter().any(|end| name.ends_with(end));
    // What `init` downloaded is somebody else's.
    (ends || module::is_values(path)) && !path.split('/').any(|part| part == ".terraform")
}

/// Looks at all modules of a tree.
pub fn look(source: &dyn Source, checks: &Checks) -> Told {
    let mut told = Told::default();
    let mut total = 0;
    let mut entries: Vec<&Entry> = Vec::new();
    for entry in source.entries().iter().filter(|entry| may_be(&entry.path)) {
        total += entry.size;
        if entry.size > MAX_FILE || total > MAX_TREE {
            let detail = format!("{} bytes are more than is read", entry.size);
            told.skipped.push(tree::unparsable(&entry.path, detail));
            continue;
        }
        entries.push(entry);
    }
    let read: Vec<Result<(File, Option<String>), SkippedFile>> =
        entries.par_iter().map(|entry| file(source, entry)).collect();
    let mut files = Vec::new();
    for read in read {
        match read {
            Ok((file, broken)) => {
                told.skipped.extend(broken.map(|detail| tree::unparsable(&file.path, detail)));
                files.push(file);
            }
            Err(skipped) => told.skipped.push(skipped),
        }
    }
    let modules = module::modules(&files);
    let mut seen = BTreeSet::new();
    for (root, look) in all(&modules, checks) {
        let first = modules[root].blocks.first();
        if let (true, Some(first)) = (look.is_cut, first) {
            let detail = format!("more than {} resources in one module", lower::MAX_RESOURCES);
            told.skipped.push(tree::unparsable(&files[first.file].path, detail));
        }
        told_of(&files, look, &mut seen, &mut told);
    }
    for all in told.problems.values_mut() {
        all.sort_by_key(|found| (found.range.start, found.check, found.range.end));
    }
    told
}

/// Places of what was found: file, check, bytes.
type Places = BTreeSet<(usize, usize, usize, usize)>;

fn told_of(files: &[File], look: Looked<'_>, seen: &mut Places, told: &mut Told) {
    for found in look.found {
        // A module that is used twice has its mistakes once.
        let place = (found.file, found.check, found.range.start, found.range.end);
        if seen.insert(place) {
            let path = files[found.file].path.clone();
            told.problems.entry(path).or_default().push(found);
        }
    }
}

/// Kinds of all resources of a tree.
pub fn kinds(source: &dyn Source) -> BTreeSet<String> {
    let entries = source.entries().iter().filter(|entry| may_be(&entry.path));
    let files: Vec<File> =
        entries.filter_map(|entry| file(source, entry).ok()).map(|(file, _)| file).collect();
    let modules = module::modules(&files);
    let resources = modules.values().flat_map(|module| scope(module, &modules).0.resources);
    resources.map(|resource| resource.kind).collect()
}

/// How often modules are looked for that no root made use of.
const ROUNDS: usize = 8;

/// Every root and what came of it. Modules whose calls come to none are roots too.
fn all<'a>(
    modules: &'a BTreeMap<&'a str, Module<'a>>,
    checks: &Checks,
) -> Vec<(&'a str, Looked<'a>)> {
    let mut all = Vec::new();
    let mut left: BTreeSet<&str> = modules.keys().copied().collect();
    for round in 0..ROUNDS {
        let next =
            if round + 1 < ROUNDS { roots(modules, &left) } else { left.iter().copied().collect() };
        let looked: Vec<_> = next
            .into_par_iter()
            .map(|root| (root, look_at(&modules[root], modules, checks)))
            .collect();
        for (_, look) in &looked {
            left.retain(|folder| !look.used.contains(folder));
        }
        all.extend(looked);
        if left.is_empty() {
            break;
        }
    }
    all
}

fn file(source: &dyn Source, entry: &Entry) -> Result<(File, Option<String>), SkippedFile> {
    let text = tree::text(source, entry)?;
    let (parsed, broken) = parsed(&entry.path, &text);
    Ok((File { path: entry.path.clone(), size: text.len(), parsed }, broken))
}

/// What a file says, and what is wrong with it.
fn parsed(path: &str, text: &[u8]) -> (Parsed, Option<String>) {
    let is_json = path.rsplit('.').next() == Some("json");
    let parsed = match (is_json, module::is_values(path)) {
        (true, true) => notation::values(text),
        (true, false) => notation::parse(text),
        (false, _) => parse::parse(text),
    };
    let broken = parsed.faults.first().map(|fault| {
        let more = match parsed.faults.len() - 1 {
            0 => String::new(),
            more => format!(", and {more} more"),
        };
        format!("{}: {}{more}", parse::line_of(text, fault.at), fault.message)
    });
    (parsed, broken)
}

/// Folders among some that are looked at by themselves: those that nobody of them calls, or only examples and tests do.
fn roots<'a>(modules: &BTreeMap<&'a str, Module<'a>>, among: &BTreeSet<&'a str>) -> Vec<&'a str> {
    let calls = |folder: &str| -> Vec<&'a str> {
        let module = &modules[folder];
        let sources = module.calls.values().filter_map(|call| module.source(call.block));
        sources.filter_map(|folder| among.get(folder.as_str()).copied()).collect()
    };
    let is_use = |folder: &str| {
        !folder.split('/').any(|part| matches!(part, "examples" | "example" | "tests" | "test"))
    };
    let mut called = BTreeSet::new();
    for folder in among.iter().filter(|folder| is_use(folder)) {
        called.extend(calls(folder).into_iter().filter(|other| other != folder));
    }
    let mut roots: Vec<&str> =
        among.iter().copied().filter(|folder| !called.contains(folder)).collect();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let reach = |from: &'a str, reached: &mut BTreeSet<&'a str>| {
        let mut open = vec![from];
        while let Some(folder) = open.pop() {
            if reached.insert(folder) {
                open.extend(calls(folder));
            }
        }
    };
    for root in &roots {
        reach(root, &mut reached);
    }
    // Modules that call each other in a circle are looked at all the same.
    for folder in among.iter().copied() {
        if !reached.contains(folder) {
            roots.push(folder);
            reach(folder, &mut reached);
        }
    }
    roots
}

/// What came of one root.
#[derive(Debug)]
struct Looked<'a> {
    found: Vec<Problem>,
    is_cut: bool,
    /// Folders of the modules it made use of, its own among them.
    used: BTreeSet<&'a str>,
}

/// What is added to a problem of a resource that is asleep.
const ASLEEP: &str =
    "With the values given here nothing creates it; it comes with other values of its variables.";

/// Problems of a module and of those it calls.
fn look_at<'a>(
    root: &'a Module<'a>,
    modules: &'a BTreeMap<&'a str, Module<'a>>,
    checks: &Checks,
) -> Looked<'a> {
    let (scope, used) = scope(root, modules);
    let mut found = judge::problems(&scope, checks);
    for one in &mut found {
        if one.detail.is_none() && scope.asleep.contains(&one.address) {
            one.detail = Some(ASLEEP.to_owned());
        }
        one.address = own(&one.address).to_owned();
    }
    Looked { found, is_cut: scope.resources.len() >= lower::MAX_RESOURCES, used }
}

/// What a root and the modules it calls declare, and the folders of these modules.
fn scope<'a>(
    root: &'a Module<'a>,
    modules: &'a BTreeMap<&'a str, Module<'a>>,
) -> (Scope, BTreeSet<&'a str>) {
    let called: usize = root
        .calls
        .values()
        .filter_map(|call| modules.get(root.source(call.block)?.as_str()))
        .map(|module| module.size)
        .sum();
    let shared = || {
        Rc::new(Shared {
            modules,
            budget: Budget::new(LEAST_WORK + WORK * (root.size + called)),
            instances: Cell::new(1),
            used: RefCell::default(),
        })
    };
    let given = shared();
    let mut scope = Scope::default();
    // What is asleep costs nothing of what is there.
    let open = Instance::open_root(root, shared());
    Instance::root(root, Rc::clone(&given)).lower(&open, &mut scope);
    (scope, given.used.take())
}

/// The address within its own module, which does not change with those who call it.
fn own(address: &str) -> &str {
    let mut rest = address;
    while let Some(inner) = rest.strip_prefix("module.")
        && let Some((_, inner)) = inner.split_once('.')
    {
        rest = inner;
    }
    rest
}
