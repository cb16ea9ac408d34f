//! Kubernetes manifests: YAML streams and JSON, one or many objects in a file, told by what they say of themselves. What a chart's
//! templates come to is the matter of `helm`; this knows nothing of templates but that it leaves them alone.
//!
//! ```text
//! text -> documents -> objects -> resources: workload, container, Role, Service, kube-apiserver ...
//! ```

mod code;
pub mod documents;
mod flags;
pub mod objects;
mod security;

#[cfg(test)]
mod tests;

use super::resource::{Format, Scope};
use super::{Reader, Reading};

pub use code::CODE;

/// Reads manifests.
pub static READER: Reader = Reader { format: Format::Kubernetes, may_be, read };

fn may_be(path: &str) -> bool {
    let Some((_, ending)) = path.rsplit_once('.') else { return false };
    ["yaml", "yml", "json"].iter().any(|known| ending.eq_ignore_ascii_case(known))
}

/// Whether a file lies where charts keep their templates.
pub fn in_templates(path: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| folder == "templates")
}

/// Whether a file says how Kustomize puts others together; such a file need not name its kind.
fn is_kustomization(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    matches!(name, "kustomization.yaml" | "kustomization.yml")
}

fn read(path: &str, text: &[u8]) -> Option<Reading> {
    if in_templates(path) && memchr::memmem::find(text, b"{{").is_some() {
        return None;
    }
    if is_kustomization(path) {
        let (document, broken) = documents::only(text);
        let mut scope = Scope::default();
        if let Some(document) = document {
            objects::kustomization(document, &mut scope);
        }
        return Some(Reading { scope, broken });
    }
    let mut documents = documents::Documents::of(text);
    let mut scope = Scope::default();
    let mut recognised = false;
    for document in documents.by_ref() {
        recognised |= objects::declare(document, &mut scope);
    }
    let broken = documents.broken();
    (recognised || broken.is_some()).then_some(Reading { scope, broken })
}
