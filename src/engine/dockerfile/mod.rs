//! Dockerfiles and Containerfiles: read with the place of every part, and tested by rules of our own for what makes an image
//! or its build unsafe. `line`, `parse`, `expand` read; `rule` says what people read; `check` tests; `compose` finds the
//! Dockerfiles inside compose files. Nothing is built, fetched or guessed.

pub mod check;
mod compose;
mod expand;
pub mod line;
pub mod model;
mod parse;
pub mod rule;

pub use parse::parse;

use super::misconfig::compose::is_compose;
use super::{BadConfig, Built, FileEngine, Meta, RuleInfo, Setup, Sink};
use crate::finding::{Finding, ScanType, ScannerId, SkipReason, key};
use crate::target::Blob;
use crate::text::mapped::Mapped;
use check::Problem;
use std::borrow::Cow;
use std::ops::Range;

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("dockerfile"),
    scan_type: ScanType::Iac,
    summary: "Dockerfiles and Containerfiles, also those inside compose files",
    checks: &[
        "containers that run as root, end-of-life and unfixed base images",
        "secrets in ENV, ARG, copied files and arguments of commands",
        "downloads that are run unchecked, and certificate or signature checks switched off",
        "world-writable files, sudo, set-user-id programs, build steps without isolation",
        "package managers: versions, caches, questions nobody answers",
        "instructions that contradict each other",
    ],
    rules,
    version,
};

/// Metadata: what a finding is about, several names.
const NAMES: &str = "names";

/// Makes the scanner ready.
pub fn build(setup: &Setup<'_>) -> Result<Built, BadConfig> {
    let trusted = setup.config.dockerfile.trusted_registries.clone();
    Ok(Built { file: Some(Box::new(Dockerfiles { trusted })), ..Built::default() })
}

fn rules() -> Vec<RuleInfo> {
    rule::all()
        .map(|one| RuleInfo { aliases: rule::aliases(one), ..one.info(META.id.as_str()) })
        .collect()
}

fn version() -> String {
    format!("{} rules", rule::all().count())
}

#[derive(Debug)]
struct Dockerfiles {
    /// Registries that images may come from; empty when nobody named any.
    trusted: Vec<String>,
}

impl FileEngine for Dockerfiles {
    fn interested(&self, path: &str) -> bool {
        is_dockerfile(path) || is_compose(path)
    }

    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink) {
        let text = readable(blob.text);
        if is_dockerfile(blob.path) {
            examine(&Mapped::plain(&text, 0), &self.trusted, sink);
        } else {
            for file in compose::inline(&text) {
                examine(&file, &self.trusted, sink);
            }
        }
    }
}

/// Ends of files about Dockerfiles that are none: `dockerfile.go` is a program, `Dockerfile.go` builds one.
const PROGRAMS: &[&str] = &[
    "c", "go", "html", "java", "js", "json", "lua", "md", "php", "py", "rb", "rs", "sh", "svg",
    "ts", "vim", "xml", "yaml", "yml",
];

/// Whether a file is one by its name, in any case.
pub fn is_dockerfile(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_program = |rest: &str| PROGRAMS.contains(&rest.rsplit('.').next().unwrap_or_default());
    if name.strip_prefix("dockerfile.").is_some_and(is_program) {
        return false;
    }
    let name = name.to_ascii_lowercase();
    ["dockerfile", "containerfile"].iter().any(|word| {
        name == *word
            || name.strip_suffix(word).is_some_and(|rest| rest.ends_with('.') && rest.len() > 1)
            || name.strip_prefix(word).is_some_and(|rest| {
                // `Dockerfile.dockerignore` lists what the build leaves out.
                rest.starts_with('.') && rest.len() > 1 && !rest.ends_with(".dockerignore")
            })
    })
}

/// Text in which every byte has its place: what is not UTF-8 becomes question marks.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Cow::Borrowed(text);
    }
    let mut text = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(std::iter::repeat_n('?', chunk.invalid().len()));
    }
    Cow::Owned(text)
}

/// Reads and tests one Dockerfile, and puts what is found where it stands in the file around it.
fn examine(text: &Mapped, trusted: &[String], sink: &mut Sink) {
    let file = parse(text.as_str());
    let (problems, secrets) = check::check(&file, trusted);
    let back = |range: &Range<usize>| text.back(range.clone());
    for secret in &secrets {
        let range = back(secret);
        if !range.is_empty() {
            sink.secret(range);
        }
    }
    for problem in &problems {
        sink.hit_with(back(&problem.range), || finding(problem));
    }
    if let Some(first) = file.broken.first() {
        let line =
            memchr::memchr_iter(b'\n', &text.as_str().as_bytes()[..first.range.start]).count() + 1;
        let more = match file.broken.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        sink.note(SkipReason::Unparsable, format!("{} (line {line}){more}", first.what));
    }
}

fn finding(problem: &Problem) -> Finding {
    let mut finding = problem.rule.finding(&META.id, META.scan_type);
    finding.title = problem.title();
    finding.severity = problem.severity;
    finding.confidence = problem.confidence;
    finding.cwe = problem.cwe.map(str::to_owned);
    if problem.severity != problem.rule.severity {
        finding.set_meta(key::RULE_SEVERITY, problem.rule.severity.as_str());
    }
    let aliases = rule::aliases(problem.rule);
    if !aliases.is_empty() {
        finding.metadata.insert(key::ALIASES.to_owned(), aliases.into());
    }
    if !problem.names.is_empty() {
        finding.metadata.insert(NAMES.to_owned(), problem.names.clone().into());
    }
    finding
}

#[cfg(test)]
mod tests;
