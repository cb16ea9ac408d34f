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

#[cfg(test)]
mod tests;

pub use evaluate::placed;

use super::check::Checks;
use super::judge::{self, Problem};
use super::resource::{Resource, Scope};
use super::tree::{self, Told};
use crate::finding::SkippedFile;
use crate::target::{Entry, Source};
use evaluate::Budget;
use instance::{Instance, Shared};
use module::{File, Module};
use parse::Parsed;
use rayon::prelude::*;
use std::cell::Cell;
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
    let roots = roots(&modules);
    let found: Vec<Looked> =
        roots.par_iter().map(|root| look_at(&modules[root], &modules, checks)).collect();
    let mut seen = BTreeSet::new();
    for (root, look) in roots.iter().zip(&found) {
        let first = modules[root].blocks.first();
        if let (true, Some(first)) = (look.is_cut, first) {
            let detail = format!("more than {} resources in one module", lower::MAX_RESOURCES);
            told.skipped.push(tree::unparsable(&files[first.file].path, detail));
        }
    }
    for found in found.into_iter().flat_map(|look| look.found) {
        // A module that is used twice has its mistakes once.
        let place = (found.file, found.check, found.range.start, found.range.end);
        if seen.insert(place) {
            let path = files[found.file].path.clone();
            told.problems.entry(path).or_default().push(found);
        }
    }
    for all in told.problems.values_mut() {
        all.sort_by_key(|found| (found.range.start, found.check, found.range.end));
    }
    told
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

/// Folders of modules that are looked at by themselves: those that nobody calls, or only examples and tests do.
fn roots<'a>(modules: &BTreeMap<&'a str, Module<'a>>) -> Vec<&'a str> {
    let calls = |module: &Module<'a>| -> Vec<&'a str> {
        let sources = module.calls.values().filter_map(|call| module.source(call.block));
        sources
            .filter_map(|folder| modules.get_key_value(folder.as_str()).map(|(key, _)| *key))
            .collect()
    };
    let is_use = |folder: &str| {
        !folder.split('/').any(|part| matches!(part, "examples" | "example" | "tests" | "test"))
    };
    let mut called = BTreeSet::new();
    for (folder, module) in modules {
        if is_use(folder) {
            called.extend(calls(module).into_iter().filter(|other| other != folder));
        }
    }
    let mut roots: Vec<&str> =
        modules.keys().copied().filter(|folder| !called.contains(folder)).collect();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let reach = |from: &'a str, reached: &mut BTreeSet<&'a str>| {
        let mut open = vec![from];
        while let Some(folder) = open.pop() {
            if reached.insert(folder) {
                open.extend(calls(&modules[folder]));
            }
        }
    };
    for root in &roots {
        reach(root, &mut reached);
    }
    // Modules that call each other in a circle are looked at all the same.
    for folder in modules.keys().copied() {
        if !reached.contains(folder) {
            roots.push(folder);
            reach(folder, &mut reached);
        }
    }
    roots
}

/// What came of one root.
#[derive(Debug)]
struct Looked {
    found: Vec<Problem>,
    is_cut: bool,
}

/// Problems of a module and of those it calls.
fn look_at<'a>(
    root: &'a Module<'a>,
    modules: &'a BTreeMap<&'a str, Module<'a>>,
    checks: &Checks,
) -> Looked {
    let scope = Scope { resources: resources(root, modules) };
    let mut found = judge::problems(&scope, checks);
    for one in &mut found {
        one.address = own(&one.address).to_owned();
    }
    Looked { found, is_cut: scope.resources.len() >= lower::MAX_RESOURCES }
}

fn resources<'a>(
    root: &'a Module<'a>,
    modules: &'a BTreeMap<&'a str, Module<'a>>,
) -> Vec<Resource> {
    let called: usize = root
        .calls
        .values()
        .filter_map(|call| modules.get(root.source(call.block)?.as_str()))
        .map(|module| module.size)
        .sum();
    let shared = Rc::new(Shared {
        modules,
        budget: Budget::new(LEAST_WORK + WORK * (root.size + called)),
        instances: Cell::new(1),
    });
    let mut resources = Vec::new();
    Instance::root(root, shared).lower(&mut resources);
    resources
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
