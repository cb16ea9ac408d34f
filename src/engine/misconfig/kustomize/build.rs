//! Puts together what a kustomization comes to, in the order that Kustomize has: what it builds on, components, what it generates,
//! patches, and the changes of its fields. What cannot be done is left out and told.

use super::super::value::Value;
use super::edit::{self, Budget};
use super::kustomization::{Content, Kustomization, Patch, Reference};
use super::merge::{self, Outcome};
use super::object::Object;
use super::space::Space;
use super::{generate, operation, transform};
use std::collections::BTreeSet;

/// Kustomizations in kustomizations are followed this deep.
const MAX_DEPTH: usize = 64;

/// Objects of one kustomization.
const MAX_OBJECTS: usize = 10_000;

/// The work was too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Spent;

/// What a kustomization came to.
#[derive(Debug, Default)]
pub struct Built {
    /// Objects that would be handed to the cluster.
    pub objects: Vec<Object>,
    /// Patches that changed nothing.
    pub loose: Vec<Value>,
    /// Manifests and patches that went in.
    pub reached: BTreeSet<usize>,
    /// Sentences about what was left out, by the index of the kustomization.
    pub notes: BTreeSet<(usize, String)>,
    /// Something it is built on is not there.
    is_partial: bool,
}

/// Builds.
#[derive(Debug)]
pub struct Builder<'a> {
    space: &'a Space,
    budget: Budget,
    open: Vec<usize>,
    built: Built,
}

/// Builds a kustomization. On an error the files that had gone in are those of `reached`.
pub fn build(space: &Space, root: usize, budget: Budget) -> (Built, Result<(), Spent>) {
    let mut builder = Builder { space, budget, open: Vec::new(), built: Built::default() };
    let result = builder.kustomization(root, Vec::new());
    let mut built = builder.built;
    let result = result.map(|objects| built.objects = objects);
    (built, result)
}

impl Builder<'_> {
    fn spend(&mut self, amount: usize) -> Result<(), Spent> {
        self.budget.spend(amount).then_some(()).ok_or(Spent)
    }

    fn note(&mut self, at: usize, what: impl Into<String>) {
        self.built.notes.insert((at, what.into()));
    }

    /// What a kustomization makes of objects: none, or for a component those that are there.
    fn kustomization(&mut self, at: usize, before: Vec<Object>) -> Result<Vec<Object>, Spent> {
        self.spend(1)?;
        let space = self.space;
        let one = &space.kustomizations[at];
        if self.open.contains(&at) || self.open.len() >= MAX_DEPTH {
            self.note(at, "not followed: it builds on itself");
            return Ok(before);
        }
        self.open.push(at);
        for note in &one.notes {
            self.note(at, note.clone());
        }
        let mut objects = before;
        for reference in &one.resources {
            self.resource(at, reference, &mut objects)?;
        }
        for reference in &one.components {
            let inner = match reference {
                Reference::Local(path) => space.in_folder(path),
                _ => None,
            };
            match inner {
                Some(inner) => objects = self.kustomization(inner, objects)?,
                None => self.lacking(at, reference),
            }
        }
        generate::generate(space, one, &mut objects);
        self.patches(at, &one.patches, &mut objects)?;
        self.fields(one, &mut objects)?;
        self.patches(at, &one.late_patches, &mut objects)?;
        transform::late(&one.body, &mut objects);
        self.open.pop();
        Ok(objects)
    }

    fn resource(
        &mut self,
        at: usize,
        reference: &Reference,
        objects: &mut Vec<Object>,
    ) -> Result<(), Spent> {
        let space = self.space;
        let Reference::Local(path) = reference else {
            self.lacking(at, reference);
            return Ok(());
        };
        if let Some(inner) = space.in_folder(path) {
            let built = self.kustomization(inner, Vec::new())?;
            objects.extend(built);
        } else if let Some((piece, file)) = space.at(path) {
            self.built.reached.insert(piece);
            for object in &file.objects {
                self.spend(edit::weight(&object.value))?;
                objects.push(object.clone());
            }
        } else {
            self.lacking(at, reference);
        }
        if objects.len() > MAX_OBJECTS { Err(Spent) } else { Ok(()) }
    }

    /// Something that a kustomization builds on is not there.
    fn lacking(&mut self, at: usize, reference: &Reference) {
        self.built.is_partial = true;
        if let Reference::Local(path) = reference {
            let path: String = path.chars().take(200).collect();
            self.note(at, format!("not found or too large: {path}"));
        }
    }

    /// Names, labels and the like.
    fn fields(&mut self, one: &Kustomization, objects: &mut [Object]) -> Result<(), Spent> {
        if transform::concerns(&one.body) {
            let all: usize = objects.iter().map(|object| edit::weight(&object.value)).sum();
            self.spend(all)?;
        }
        transform::early(&one.body, objects);
        Ok(())
    }

    fn patches(
        &mut self,
        at: usize,
        patches: &[Patch],
        objects: &mut Vec<Object>,
    ) -> Result<(), Spent> {
        let space = self.space;
        for patch in patches {
            let documents = match &patch.content {
                Content::Inline(documents) => documents,
                Content::File(Reference::Local(path)) => {
                    let Some((_, piece)) = space.at(path) else {
                        self.lacking(at, &Reference::Local(path.clone()));
                        continue;
                    };
                    &piece.patches
                }
                Content::File(_) => {
                    self.note(at, "not applied: a patch that is not in the tree");
                    continue;
                }
            };
            for document in documents {
                if !self.patch(at, patch, document, objects)? {
                    self.spend(edit::weight(document))?;
                    self.built.loose.push(document.clone());
                }
            }
            if let Content::File(Reference::Local(path)) = &patch.content
                && let Some((piece, _)) = space.at(path)
            {
                self.built.reached.insert(piece);
            }
        }
        Ok(())
    }

    /// Applies one document; whether it changed anything.
    fn patch(
        &mut self,
        at: usize,
        patch: &Patch,
        document: &Value,
        objects: &mut Vec<Object>,
    ) -> Result<bool, Spent> {
        // A pattern is matched against each of them.
        self.spend(4 * (1 + objects.len()))?;
        let is_operations = operation::is_list(document);
        let mut meant: Vec<usize> = match &patch.target {
            Some(target) => (0..objects.len()).filter(|at| target.means(&objects[*at])).collect(),
            None => named(document, objects),
        };
        if meant.is_empty() {
            // Where something is missing, it may be what the patch is for.
            let is_told = patch.target.is_none()
                && !self.built.is_partial
                && !self
                    .open
                    .first()
                    .is_some_and(|root| self.space.kustomizations[*root].is_component)
                && document.get("kind").and_then(Value::text) != Some("CustomResourceDefinition");
            if is_told {
                self.note(at, "not applied: a patch of an object that is not there");
            }
            return Ok(false);
        }
        let mut gone = BTreeSet::new();
        for index in std::mem::take(&mut meant) {
            let object = &mut objects[index];
            let (name, kind) =
                (object.value.at(&["metadata", "name"]).cloned(), object.kind.clone());
            let version = object.value.get("apiVersion").cloned();
            if is_operations {
                let applied =
                    operation::apply(&mut object.value, document.items(), &mut self.budget);
                if let Err(why) = applied {
                    self.note(at, format!("not applied: a patch, since {why}"));
                    return if self.budget.is_spent() { Err(Spent) } else { Ok(false) };
                }
            } else {
                let identity = (object.group.as_str(), kind.as_str());
                let outcome = merge::apply(&mut object.value, document, identity, &mut self.budget);
                if outcome == Outcome::Deleted {
                    gone.insert(index);
                    continue;
                }
                // A patch names what it is for; only where that is asked for it renames it.
                if let (Some(name), false) = (name, patch.renames) {
                    edit::put_at(&mut object.value, &["metadata", "name"], name);
                }
                if !patch.changes_kind {
                    let text = Value::new(object.value.range.clone(), super::text(&kind));
                    let same = object.value.get("kind").and_then(Value::text) == Some(&kind);
                    if !same {
                        edit::put(&mut object.value, "kind", text);
                    }
                    if let Some(version) = version {
                        edit::put(&mut object.value, "apiVersion", version);
                    }
                }
            }
            object.renamed();
            if self.budget.is_spent() {
                return Err(Spent);
            }
        }
        if !gone.is_empty() {
            let mut index = 0;
            objects.retain(|_| {
                index += 1;
                !gone.contains(&(index - 1))
            });
        }
        Ok(true)
    }
}

/// Objects that a patch names itself: of its namespace, or of any where it names none.
fn named(patch: &Value, objects: &[Object]) -> Vec<usize> {
    let Some(patch) = Object::new(patch.clone()) else { return Vec::new() };
    let Some((name, namespace)) = patch.names.first() else { return Vec::new() };
    let with = |namespace: Option<&str>| -> Vec<usize> {
        let is = |at: &usize| objects[*at].is(&patch.group, &patch.kind, name, namespace);
        (0..objects.len()).filter(is).collect()
    };
    let own = with(Some(namespace));
    if own.is_empty() && namespace.is_empty() { with(None) } else { own }
}
