//! Mistakes in infrastructure as code, manifests, pipelines and settings of servers. A reader of each format turns a file into resources
//! with values and places ([`resource`], [`value`]); checks are data over these ([`check`], [`condition`]), a few of them functions.
//! What is not known before something runs reports nothing.
//!
//! ```text
//! file -> READERS -> Scope of Resources -> checks (checks/*.yml, CODE) -> Problem -> Sink
//! ```

pub mod check;
pub mod compose;
pub mod condition;
pub mod helm;
pub mod judge;
pub mod kubernetes;
pub mod placed;
pub mod resource;
pub mod value;

#[cfg(test)]
mod tests;

use super::{BadConfig, Built, FileEngine, Meta, RuleInfo, Setup, Sink, TreeEngine};
use crate::finding::{ScanType, ScannerId, SkipReason};
use crate::target::Blob;
use judge::Code;
use resource::{Format, Scope};

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("misconfig"),
    scan_type: ScanType::Iac,
    summary: "mistakes in infrastructure as code, manifests and pipelines",
    checks: &[
        "Compose services that are privileged, exposed or unpinned",
        "Kubernetes workloads, access rules, exposure and control planes, also as Helm templates",
    ],
    rules,
    version,
};

/// What a reader makes of a file.
#[derive(Debug, Default)]
pub struct Reading {
    /// What the file declares.
    pub scope: Scope,
    /// Why a part of it could not be read.
    pub broken: Option<String>,
}

/// Reads one format, file by file.
#[derive(Debug)]
pub struct Reader {
    /// What its resources are.
    pub format: Format,
    /// Whether a file may be of the format, by its path.
    pub may_be: fn(&str) -> bool,
    /// Reads a file; none when it turns out to be of another format. The text is UTF-8 as far as its author kept to it.
    pub read: fn(&str, &[u8]) -> Option<Reading>,
}

/// All formats that are read file by file. The first that recognises a file has it.
pub static READERS: &[&Reader] = &[&compose::READER, &kubernetes::READER];

/// Functions of checks, by the names that `code` has in the data, a table for each format.
pub static CODE: &[&[(&str, Code)]] = &[compose::CODE, kubernetes::CODE];

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let placer = placed::Placer::new(setup);
    let tree = Some(Box::new(helm::Charts { placer }) as Box<dyn TreeEngine>);
    Ok(Built { file: Some(Box::new(Files)), tree, ..Built::default() })
}

fn rules() -> Vec<RuleInfo> {
    check::infos(META.id.as_str())
}

fn version() -> String {
    format!("{} checks, {}", check::built_in().len(), env!("MISCONFIG_PACK_DIGEST"))
}

/// The half that looks at single files.
struct Files;

impl FileEngine for Files {
    fn interested(&self, path: &str) -> bool {
        READERS.iter().any(|reader| (reader.may_be)(path))
    }

    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink) {
        let mut readers = READERS.iter().filter(|reader| (reader.may_be)(blob.path));
        let Some(reading) = readers.find_map(|reader| (reader.read)(blob.path, blob.text)) else {
            return;
        };
        judge::report(judge::problems(&reading.scope), blob.text, sink);
        if let Some(why) = reading.broken {
            sink.note(SkipReason::Unparsable, why);
        }
    }
}
