//! Definitions and imports of a file in an order in which those of one name in one scope stand together, so that the last one before a use is
//! found by halving. However often a file gives one name a value, a look-up stays short.

use crate::engine::sast::tree::{self, Id, Tree};
use std::cmp::Ordering;

/// Something gives a name a value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Definition {
    /// A node whose text is the name.
    pub(super) name: Id,
    /// Whether it is a field of `this` and no variable.
    pub(super) is_field: bool,
    /// The node that does.
    pub(super) at: Id,
    /// The value, where it is an expression of its own.
    pub(super) value: Option<Id>,
    /// The function, class or file it does it in.
    pub(super) scope: Id,
    /// The declared type.
    pub(super) of: Option<Id>,
    /// How many definitions of the same name and scope before this one the last one with a type stands; itself is 0.
    pub(super) typed: Option<u32>,
}

impl Definition {
    /// A variable.
    pub(super) fn new(name: Id, at: Id, scope: Id) -> Self {
        Self { name, is_field: false, at, value: None, scope, of: None, typed: None }
    }
}

/// One name and where its definitions stand.
#[derive(Debug, Clone, Copy)]
struct Named {
    name: Id,
    hash: u32,
    is_field: bool,
    from: u32,
    to: u32,
}

/// All definitions of a file.
#[derive(Debug, Default)]
pub(super) struct Definitions {
    names: Vec<Named>,
    all: Vec<Definition>,
}

impl Definitions {
    /// Orders definitions, which were found in the order of the tree.
    pub(super) fn of(tree: &Tree<'_>, mut all: Vec<Definition>) -> Self {
        all.sort_by(|one, other| {
            by_name(tree, (one.name, one.is_field), (other.name, other.is_field))
                .then_with(|| (one.scope, one.at).cmp(&(other.scope, other.at)))
        });
        let mut names: Vec<Named> = Vec::new();
        let mut before: Option<Definition> = None;
        for (one, at) in all.iter_mut().zip(0_u32..) {
            let known = names.last_mut().filter(|named| {
                by_name(tree, (named.name, named.is_field), (one.name, one.is_field)).is_eq()
            });
            let last = before.filter(|last| known.is_some() && last.scope == one.scope);
            one.typed = match one.of {
                Some(_) => Some(0),
                None => last.and_then(|last| last.typed).map(|back| back + 1),
            };
            match known {
                Some(named) => named.to = at + 1,
                None => names.push(Named {
                    name: one.name,
                    hash: tree.node(one.name).hash,
                    is_field: one.is_field,
                    from: at,
                    to: at + 1,
                }),
            }
            before = Some(*one);
        }
        Self { names, all }
    }

    /// Those of the name that is the text of a node, by scope and then by place.
    pub(super) fn of_name(&self, tree: &Tree<'_>, id: Id, is_field: bool) -> &[Definition] {
        let hash = tree.node(id).hash;
        let order = |named: &Named| {
            named
                .hash
                .cmp(&hash)
                .then_with(|| by_name(tree, (named.name, named.is_field), (id, is_field)))
        };
        let found = self.names.binary_search_by(order).ok().and_then(|at| self.names.get(at));
        found.and_then(|named| self.all.get(named.from as usize..named.to as usize)).unwrap_or(&[])
    }
}

/// The order of names: any that is the same for equal ones does.
fn by_name(tree: &Tree<'_>, one: (Id, bool), other: (Id, bool)) -> Ordering {
    let (a, b) = (tree.node(one.0), tree.node(other.0));
    a.hash
        .cmp(&b.hash)
        .then_with(|| one.1.cmp(&other.1))
        // Two texts may have one hash.
        .then_with(|| tree.text(one.0).cmp(tree.text(other.0)))
}

/// Those of one scope, out of those of one name; in the order of the tree.
pub(super) fn of_scope(named: &[Definition], scope: Id) -> &[Definition] {
    let from = named.partition_point(|one| one.scope < scope);
    let rest = named.get(from..).unwrap_or(&[]);
    rest.get(..rest.partition_point(|one| one.scope == scope)).unwrap_or(&[])
}

/// The last of one scope before a node, perhaps around it.
pub(super) fn last_before(local: &[Definition], id: Id) -> Option<&Definition> {
    local.get(local.partition_point(|one| one.at < id).checked_sub(1)?)
}

/// The last of one scope before a node that has a type.
pub(super) fn last_typed_before(local: &[Definition], id: Id) -> Option<&Definition> {
    let at = local.partition_point(|one| one.at < id).checked_sub(1)?;
    local.get(at.checked_sub(local.get(at)?.typed? as usize)?)
}

/// Something imported.
#[derive(Debug, Clone)]
pub(super) struct Imported {
    /// The name it has here.
    pub(super) name: String,
    pub(super) hash: u32,
    /// Where it is imported.
    pub(super) at: Id,
    /// Its full name.
    pub(super) path: Vec<String>,
    /// The node that names the module.
    pub(super) module: Id,
    /// The number of names in the path that are the module's.
    pub(super) length: usize,
    /// What it is as an entity.
    pub(super) entity: u32,
}

impl Imported {
    /// An import.
    pub(super) fn new(
        name: String,
        at: Id,
        path: Vec<String>,
        (module, length): (Id, usize),
    ) -> Self {
        let (hash, entity) = (tree::hash(&name), tree::hash(&path.join(".")));
        Self { name, hash, at, path, module, length, entity }
    }
}

/// All imports of a file.
#[derive(Debug, Default)]
pub(super) struct Imports {
    all: Vec<Imported>,
    /// A bit for each name's hash: most names are no imports, and most of these are told apart by it.
    bits: [u64; 4],
}

impl Imports {
    /// Orders imports.
    pub(super) fn of(mut all: Vec<Imported>) -> Self {
        all.sort_by(|one, other| {
            (one.hash, &one.name, one.at).cmp(&(other.hash, &other.name, other.at))
        });
        let mut bits = [0; 4];
        for one in &all {
            if let Some(bits) = bits.get_mut(one.hash as usize % 4) {
                *bits |= bit(one.hash);
            }
        }
        Self { all, bits }
    }

    /// All of them.
    pub(super) fn all(&self) -> &[Imported] {
        &self.all
    }

    /// The last import, before a node, of the name that is its text.
    pub(super) fn last_before(&self, tree: &Tree<'_>, id: Id) -> Option<&Imported> {
        let hash = tree.node(id).hash;
        if self.bits.get(hash as usize % 4).is_none_or(|bits| bits & bit(hash) == 0) {
            return None;
        }
        let key = |one: &Imported| {
            one.hash
                .cmp(&hash)
                .then_with(|| one.name.as_str().cmp(tree.text(id)))
                .then_with(|| one.at.cmp(&id))
        };
        let behind = self.all.partition_point(|one| key(one).is_le());
        let found = self.all.get(behind.checked_sub(1)?)?;
        (found.hash == hash && found.name == tree.text(id)).then_some(found)
    }
}

/// The bit of a hash, of the word that its last two bits choose.
const fn bit(hash: u32) -> u64 {
    1 << ((hash >> 2) % 64)
}

/// How often texts occur in a tree, by their hashes; other texts may add to that.
#[derive(Debug, Default)]
pub(super) struct Counts {
    slots: Vec<u8>,
    shift: u32,
}

impl Counts {
    /// Counts the texts of a tree.
    pub(super) fn of(tree: &Tree<'_>) -> Self {
        let bits = (tree.nodes().len().max(512) * 2).ilog2();
        let mut counts = Self { slots: vec![0; 1 << bits], shift: 32 - bits.min(32) };
        for node in tree.nodes() {
            let slot = counts.slot(node.hash);
            if let Some(count) = counts.slots.get_mut(slot) {
                *count = count.saturating_add(1);
            }
        }
        counts
    }

    fn slot(&self, hash: u32) -> usize {
        // The upper bits of a product depend on all bits of the hash.
        (hash.wrapping_mul(0x9E37_79B1) >> self.shift) as usize
    }

    /// At most how often it occurs; 255 for more, too.
    pub(super) fn at_most(&self, hash: u32) -> u8 {
        self.slots.get(self.slot(hash)).copied().unwrap_or(0)
    }
}
