//! Mistakes in infrastructure as code, manifests, pipelines and settings of servers. A reader of each format turns a file into resources
//! with values and places ([`resource`], [`value`]); checks are data over these ([`check`], [`condition`]), a few of them functions.
//! What is not known before something runs reports nothing.
//!
//! ```text
//! file -> READERS     -> Scope of Resources -> checks (checks/*.yml, CODE) -> Problem -> Sink
//! tree -> tree::TREES -> Scope of Resources -> checks                      -> Problem -> Sink
//! ```

pub mod check;
pub mod cloudformation;
pub mod compose;
pub mod condition;
pub mod example;
pub mod github_actions;
pub mod gitlab_ci;
pub mod helm;
pub mod json;
pub mod judge;
pub mod kubernetes;
pub mod kustomize;
pub mod pack;
pub mod placed;
pub mod resource;
pub mod script;
pub mod server;
pub mod terraform;
pub mod tree;
pub mod value;

#[cfg(test)]
mod tests;

use super::{BadConfig, Built, FileEngine, Meta, RuleInfo, Setup, Sink};
use crate::finding::{FailedFile, ScanType, ScannerId, SkipReason};
use crate::target::Blob;
use check::Checks;
use judge::Code;
use resource::{Format, Scope};

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("misconfig"),
    scan_type: ScanType::Iac,
    summary: "mistakes in infrastructure as code, manifests and pipelines",
    checks: &[
        "Terraform and OpenTofu: public, unencrypted or unlogged resources of AWS, Azure, Google, Alibaba and Oracle Cloud",
        "CloudFormation and SAM templates: the same for AWS",
        "Kubernetes workloads, access rules, exposure and control planes, also as Helm templates and Kustomize overlays",
        "Compose services that are privileged, exposed or unpinned",
        "workflows and actions of GitHub: text of strangers in scripts, tokens, triggers, secrets",
        "pipelines of GitLab: what they include, run, print and keep",
        "settings of servers: nginx, httpd, sshd, Redis, MySQL, PostgreSQL, MongoDB and others",
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
pub static READERS: &[&Reader] = &[
    &compose::READER,
    &cloudformation::READER,
    &kubernetes::READER,
    &github_actions::READER,
    &gitlab_ci::READER,
    &server::READER,
];

/// Functions of checks, by the names that `code` has in the data, a table for each format.
pub static CODE: &[&[(&str, Code)]] =
    &[compose::CODE, kubernetes::CODE, github_actions::CODE, gitlab_ci::CODE, server::CODE];

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let checks = setup.checks;
    let wrong: Vec<String> =
        pack::malformed(checks.own()).iter().map(ToString::to_string).collect();
    if !wrong.is_empty() {
        return Err(BadConfig { message: wrong.join("; ") });
    }
    Ok(Built {
        file: Some(Box::new(Files { checks: checks.clone() })),
        tree: Some(Box::new(tree::Whole::new(setup))),
        version: (!checks.own().is_empty())
            .then(|| format!("{}, and {} of the user", version(), checks.own().len())),
        ..Built::default()
    })
}

fn rules() -> Vec<RuleInfo> {
    check::infos(META.id.as_str())
}

fn version() -> String {
    // Known without reading the checks, which most trees need none of.
    concat!(env!("MISCONFIG_PACK_COUNT"), " checks, ", env!("MISCONFIG_PACK_DIGEST")).to_owned()
}

/// The half that looks at single files.
#[derive(Debug, Default)]
struct Files {
    checks: Checks,
}

impl FileEngine for Files {
    fn interested(&self, path: &str) -> bool {
        READERS.iter().any(|reader| (reader.may_be)(path))
    }

    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink) {
        let mut readers = READERS.iter().filter(|reader| (reader.may_be)(blob.path));
        let Some(reading) = readers.find_map(|reader| (reader.read)(blob.path, blob.text)) else {
            return;
        };
        let problems = judge::problems(&reading.scope, &self.checks);
        judge::report(problems, &self.checks, blob.text, sink);
        if let Some(why) = reading.broken {
            // Of a file of which nothing could be read, nothing was looked at.
            if reading.scope.resources.is_empty() {
                sink.failed(FailedFile { path: blob.path.to_owned(), message: why });
            } else {
                sink.note(SkipReason::Unparsable, why);
            }
        }
    }
}
