//! A module: what all files of a folder declare, by name, before anything is worked out.

use super::parse::Parsed;
use super::syntax::{Block, Body, Expression, Node, Step};
use std::collections::{BTreeMap, BTreeSet};

/// One file of a tree.
#[derive(Debug)]
pub struct File {
    /// Its path.
    pub path: String,
    /// Its bytes; what counts as work is measured by them.
    pub size: usize,
    /// What it says.
    pub parsed: Parsed,
}

/// Expressions that are looked into for the variables they ask for.
const MAX_ASKED: usize = 5000;

/// A block and the index of its file.
#[derive(Debug, Clone, Copy)]
pub struct Placed<'a> {
    /// Index of the file.
    pub file: usize,
    /// The block.
    pub block: &'a Block,
}

/// What the files of one folder declare. Of equal names the last counts.
#[derive(Debug, Default)]
pub struct Module<'a> {
    /// Folder, without a slash at its end; empty is the root of the tree.
    pub folder: String,
    /// Bytes of its files.
    pub size: usize,
    /// `resource`, `data`, `provider`, `terraform` and the like, in the order of files and texts.
    pub blocks: Vec<Placed<'a>>,
    /// Variables by name.
    pub variables: BTreeMap<&'a str, Placed<'a>>,
    /// Local values by name.
    pub locals: BTreeMap<&'a str, &'a Expression>,
    /// What it hands out, by name.
    pub outputs: BTreeMap<&'a str, &'a Expression>,
    /// Data sources by type and name.
    pub sources: BTreeMap<(&'a str, &'a str), &'a Block>,
    /// Resources by type and name.
    pub resources: BTreeMap<(&'a str, &'a str), &'a Block>,
    /// Calls of modules by name.
    pub calls: BTreeMap<&'a str, Placed<'a>>,
    /// Values of variables written beside it, weakest first: `terraform.tfvars`, then the automatic ones by name.
    pub values: Vec<&'a Body>,
}

/// The folder of a path.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Whether a path is one of a file that values of variables are taken from without being asked.
pub fn is_values(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name == "terraform.tfvars"
        || name == "terraform.tfvars.json"
        || name.ends_with(".auto.tfvars")
        || name.ends_with(".auto.tfvars.json")
}

/// All modules of some files, which are sorted by path.
pub fn modules(files: &[File]) -> BTreeMap<&str, Module<'_>> {
    let mut modules: BTreeMap<&str, Module<'_>> = BTreeMap::new();
    for (index, file) in files.iter().enumerate() {
        let folder = folder(&file.path);
        let module = modules.entry(folder).or_default();
        folder.clone_into(&mut module.folder);
        module.size += file.size;
        if is_values(&file.path) {
            let name = file.path.rsplit('/').next().unwrap_or_default();
            let at = if name.starts_with("terraform.tfvars") { 0 } else { module.values.len() };
            module.values.insert(at, &file.parsed.body);
            continue;
        }
        for block in &file.parsed.body.blocks {
            module.add(Placed { file: index, block });
        }
    }
    modules
}

impl<'a> Module<'a> {
    fn add(&mut self, placed: Placed<'a>) {
        let block = placed.block;
        let labels: Vec<&str> = block.labels.iter().map(String::as_str).collect();
        match (block.kind.as_str(), labels.as_slice()) {
            ("locals", _) => {
                let attributes = block.body.attributes.iter();
                self.locals.extend(attributes.map(|one| (one.name.as_str(), &one.value)));
            }
            ("variable", [name]) => {
                self.variables.insert(name, placed);
                self.blocks.push(placed);
            }
            ("output", [name]) => {
                if let Some(value) = block.body.get("value") {
                    self.outputs.insert(name, value);
                }
                self.blocks.push(placed);
            }
            ("module", [name]) => {
                self.calls.insert(name, placed);
                self.blocks.push(placed);
            }
            ("data", [kind, name]) => {
                self.sources.insert((kind, name), block);
                self.blocks.push(placed);
            }
            ("resource", [kind, name]) => {
                self.resources.insert((kind, name), block);
                self.blocks.push(placed);
            }
            ("provider", [_]) | ("terraform", []) => self.blocks.push(placed),
            _ => {}
        }
    }

    /// Variables that an expression asks for, also by way of local values; all of them when that takes too long to find out.
    pub fn asked(&self, expression: &'a Expression) -> BTreeSet<&'a str> {
        let mut variables = BTreeSet::new();
        let mut locals = BTreeSet::new();
        let mut open = vec![expression];
        for _ in 0..MAX_ASKED {
            let Some(one) = open.pop() else { return variables };
            if let Node::Path(base, steps) = &one.node
                && let (Node::Name(name), Some(Step::Name(first))) = (&base.node, steps.first())
            {
                if name == "var" {
                    variables.insert(first.as_str());
                } else if name == "local" && locals.insert(first.as_str()) {
                    open.extend(self.locals.get(first.as_str()));
                }
            }
            open.extend(one.node.inner());
        }
        self.variables.keys().copied().collect()
    }

    /// The folder that a local source leads to; none when it is somewhere else.
    pub fn source(&self, call: &Block) -> Option<String> {
        let source = call.body.get("source")?.literal()?;
        if !source.starts_with("./") && !source.starts_with("../") {
            return None;
        }
        let mut parts: Vec<&str> = self.folder.split('/').filter(|part| !part.is_empty()).collect();
        for part in source.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    parts.pop()?;
                }
                part => parts.push(part),
            }
        }
        Some(parts.join("/"))
    }
}
