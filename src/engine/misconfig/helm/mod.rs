//! Charts: rendered as they would be installed with their default values, by a reader of templates of our own, and judged by the checks
//! of Kubernetes manifests. Findings point at the line of the template. A template that cannot be rendered is told, never guessed.

mod chart;
mod collection;
mod function;
pub mod heap;
mod parse;
pub mod render;
mod text;
mod version;

#[cfg(test)]
mod tests;

use super::check::Checks;
use super::judge::{self, Problem};
use super::kubernetes::{documents::Documents, objects};
use super::placed::Placer;
use super::resource::Scope;
use crate::engine::{Sink, guard};
use crate::finding::FailedFile;
use crate::target::Source;
use crate::text::lines::Lines;
use rayon::prelude::*;
use render::Output;
use std::collections::BTreeMap;
use std::ops::Range;

/// Checks of literal text: what a template fills in is not written where it says so.
const OF_LITERALS: &[&str] = &[
    "misconfig/k8s-secret-committed",
    "misconfig/k8s-configmap-secret",
    "misconfig/k8s-password-in-environment",
];

/// Checks that make no sense for charts: the namespace is chosen when a chart is installed.
const OF_FILES: &[&str] = &["misconfig/k8s-default-namespace"];

/// Renders all charts of a tree and judges what they come to.
pub fn look(source: &dyn Source, checks: &Checks, placer: &Placer, sink: &mut Sink) {
    let mut found: BTreeMap<String, Vec<Place>> = BTreeMap::new();
    let roots = chart::roots(source);
    // A defect in one chart is an outcome of that chart.
    let render = |root: &String| guard::guarded(|| chart::render(source, root));
    let renderings: Vec<_> = roots.par_iter().map(render).collect();
    for (root, rendering) in roots.iter().zip(renderings) {
        let rendering = match rendering {
            Ok(rendering) => rendering,
            Err(message) => {
                sink.failed(FailedFile { path: format!("{root}Chart.yaml"), message });
                continue;
            }
        };
        for (path, why) in rendering.failed {
            let message = format!("the template is not understood: {why}");
            sink.failed(FailedFile { path, message });
        }
        for (path, output) in rendering.outputs {
            let places = judged(&output, checks);
            if !places.is_empty() {
                found.entry(path).or_default().extend(places);
            }
        }
    }
    for (path, places) in found {
        let placed = placer.place(source, &path, |text, of_file| {
            report(&places, checks, text, of_file);
        });
        for finding in placed.findings {
            sink.push(finding);
        }
        if let Some(file) = placed.failed {
            sink.failed(file);
        }
    }
}

/// A problem, with the lines of the template that it stands on.
#[derive(Debug)]
struct Place {
    check: usize,
    address: String,
    detail: Option<String>,
    line: u32,
    /// Texts that no output may show, and their lines.
    secrets: Vec<(u32, String)>,
}

fn judged(output: &Output, checks: &Checks) -> Vec<Place> {
    let mut scope = Scope::default();
    for document in Documents::of(output.text.as_bytes()) {
        objects::declare(document, &mut scope);
    }
    let lines = Lines::new(output.text.as_bytes());
    let line_of = |offset: usize| {
        let at = lines.line_of(offset).saturating_sub(1) as usize;
        output.lines.get(at).copied().unwrap_or(1)
    };
    let secret = |range: &Range<usize>| {
        let text = output.text.get(range.clone()).unwrap_or_default();
        let text = text.trim().trim_matches(['"', '\'']).to_owned();
        (line_of(range.start), text)
    };
    let problems = judge::problems(&scope, checks).into_iter();
    let is_of_files = |problem: &Problem| OF_FILES.contains(&checks.get(problem.check).id.as_str());
    let problems = problems.filter(|problem| !is_of_files(problem));
    problems
        .map(|problem: Problem| Place {
            check: problem.check,
            address: problem.address,
            line: line_of(problem.range.start),
            secrets: problem.secrets.iter().map(secret).collect(),
            detail: problem.detail,
        })
        .collect()
}

fn report(places: &[Place], checks: &Checks, text: &[u8], sink: &mut Sink) {
    let lines = Lines::new(text);
    let count = lines.count();
    for place in places.iter().filter(|place| place.line <= count) {
        let range = trimmed(text, lines.range(text, place.line));
        let written = &text[range.clone()];
        let is_filled = memchr::memmem::find(written, b"{{").is_some();
        if is_filled && OF_LITERALS.contains(&checks.get(place.check).id.as_str()) {
            continue;
        }
        for (line, secret) in &place.secrets {
            let line = lines.range(text, *line);
            if let Some(at) = memchr::memmem::find(&text[line.clone()], secret.as_bytes())
                && !secret.is_empty()
            {
                sink.secret(line.start + at..line.start + at + secret.len());
            }
        }
        sink.hit_with(range, || {
            judge::finding(checks, place.check, &place.address, place.detail.clone())
        });
    }
}

/// A line without the blanks around it.
fn trimmed(text: &[u8], line: Range<usize>) -> Range<usize> {
    let written = &text[line.clone()];
    let start = written.len() - written.trim_ascii_start().len();
    let length = written.trim_ascii().len();
    line.start + start..line.start + start + length
}
