//! The scanner: which rules a file needs, and findings of what they matched.

use super::evidence;
use super::flow::{facts::Facts, taint};
use super::language::Language;
use super::matching::env;
use super::merge::{self, Told};
use super::pack::{Loaded, Rules};
use super::rule::compile::{Compiled, is_text};
use super::search::{Found, Search, check::plain};
use super::tree::{Kind, Tree};
use crate::engine::{FileEngine, Sink};
use crate::finding::{Confidence, FailedFile, Finding, SkipReason, key};
use crate::target::Blob;
use std::borrow::Cow;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// What a look at a file left out.
#[derive(Debug, Default)]
pub struct Notes {
    /// Parts of the file that could not be read.
    pub partial: Vec<String>,
    /// What was not looked for although it should have been.
    pub lost: Vec<String>,
}

/// Looks at files one by one.
#[derive(Debug)]
pub struct Scanner {
    /// The rules.
    pub rules: Rules,
    /// Matches less sure than this are not looked for.
    pub least: Confidence,
    /// How long one file may take.
    pub limit: Duration,
}

impl Scanner {
    /// A scanner for rules.
    pub fn new(rules: Rules, least: Confidence, limit: Duration) -> Self {
        Self { rules, least, limit }
    }

    /// The names of the grammars that a file is read by.
    fn languages(path: &str, text: &str) -> Vec<&'static str> {
        let mut names: Vec<&'static str> = Language::of_path(path).map(|row| row.name).collect();
        if names.is_empty() {
            names.extend(Language::of_script(text).map(|row| row.name));
        }
        names
    }

    /// Everything the rules find in a text.
    pub fn look(
        &self,
        path: &str,
        text: &str,
        tell: &mut dyn FnMut(&Arc<Loaded>, Hit<'_, '_>),
    ) -> Notes {
        let begun = Instant::now();
        let mut notes = Notes::default();
        let mut names = Self::languages(path, text);
        names.extend(
            self.rules.has_text_rules().then_some(["generic", "regex"]).into_iter().flatten(),
        );
        for name in names {
            let set = self.rules.of(name);
            let is_asked = |one: &Loaded| one.confidence() >= self.least && one.is_for(path);
            let (of_text, of_code): (Vec<_>, Vec<_>) = set
                .candidates(text, is_asked)
                .into_iter()
                .partition(|(_, text_alone)| *text_alone || is_text(name));
            let bare =
                |list: Vec<(_, bool)>| list.into_iter().map(|(one, _)| one).collect::<Vec<_>>();
            let (of_text, of_code) = (bare(of_text), bare(of_code));
            // What looks at text alone does not need the file read as code.
            if !of_text.is_empty() {
                self.ask(&plain(text), None, name, &of_text, begun, &mut notes, tell);
            }
            if of_code.is_empty() {
                continue;
            }
            let Some(row) = Language::named(name) else { continue };
            let Some(tree) = row.grammar().parse(text, self.limit) else {
                notes.lost.push(format!(
                    "reading it as {name} took longer than {} s",
                    self.limit.as_secs()
                ));
                continue;
            };
            if tree.cut {
                notes.partial.push(format!(
                    "nested deeper than {} levels or repeated too often; the rest was not looked at",
                    super::tree::MAX_DEPTH
                ));
            }
            if !tree.errors.is_empty() {
                notes.partial.push(broken(&tree, name));
            }
            self.ask(&tree, Some(row), name, &of_code, begun, &mut notes, tell);
        }
        notes
    }

    /// Asks rules about one tree.
    #[expect(
        clippy::too_many_arguments,
        reason = "the two ways a file is looked at differ in nothing else"
    )]
    fn ask(
        &self,
        tree: &Tree<'_>,
        row: Option<&'static Language>,
        name: &'static str,
        rules: &[&Arc<Loaded>],
        begun: Instant,
        notes: &mut Notes,
        tell: &mut dyn FnMut(&Arc<Loaded>, Hit<'_, '_>),
    ) {
        let facts = Facts::of(tree);
        for (done, one) in rules.iter().enumerate() {
            if begun.elapsed() > self.limit {
                let (left, all) = (rules.len() - done, rules.len());
                let seconds = self.limit.as_secs();
                notes.lost.push(format!("{left} of {all} rules were not asked after {seconds} s"));
                return;
            }
            let compiled = match one.rule.compiled(name) {
                Ok(compiled) => compiled,
                // A rule of the user that cannot be asked was told of before; of the built-in ones there is none.
                Err(why) => {
                    debug_assert!(one.origin.is_some(), "{}: {why}", one.rule.id);
                    continue;
                }
            };
            let search = Search::new(tree, &facts, row, &one.rule);
            found(&search, &compiled, &mut |hit| tell(one, hit));
            if search.exhausted.get() {
                notes.lost.push(format!("rule {} was given up after too many steps", one.rule.id));
            }
        }
    }
}

fn broken(tree: &Tree<'_>, name: &str) -> String {
    let lines: Vec<usize> =
        tree.errors.iter().take(3).map(|place| tree.line(place.start)).collect();
    let mut shown: Vec<String> = lines.iter().map(ToString::to_string).collect();
    shown.dedup();
    format!("not all of it is {name} that can be read (line {})", shown.join(", "))
}

/// Something a rule found.
#[derive(Debug)]
pub struct Hit<'h, 't> {
    /// Where, and what metavariables stand for.
    pub found: &'h Found<'h>,
    /// The file.
    pub tree: &'h Tree<'t>,
    /// For a flow: where the value came from and went, before the sink.
    pub path: &'h [std::ops::Range<u32>],
}

/// Tells of everything a compiled rule finds.
pub fn found(search: &Search<'_>, compiled: &Compiled, tell: &mut dyn FnMut(Hit<'_, '_>)) {
    match compiled {
        Compiled::Search(formula) => {
            let mut last: Option<u32> = None;
            for found in search.find(formula, 0) {
                // What begins at one place is told once, however many ways it matched and however far each reaches.
                if last == Some(found.range.start) {
                    continue;
                }
                last = Some(found.range.start);
                tell(Hit { found: &found, tree: search.tree, path: &[] });
            }
        }
        Compiled::Taint(sources, sinks, sanitizers, propagators) => {
            for flow in taint::flows(search, sources, sinks, sanitizers, propagators) {
                tell(Hit { found: &flow.sink, tree: search.tree, path: &flow.path });
            }
        }
    }
}

/// A text with what metavariables stand for in the place of their names.
pub fn filled(template: &str, hit: &Hit<'_, '_>) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        let tail = &rest[at..];
        let dots = if tail[1..].starts_with("...") { 4 } else { 1 };
        let name_len = tail[dots..]
            .find(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
            .unwrap_or(tail.len() - dots);
        let name = &tail[..dots + name_len];
        match hit.found.get(name).filter(|_| name_len > 0) {
            Some(what) => {
                let place = env::place(hit.tree, what);
                out.push_str(hit.tree.source.get(place).unwrap_or(""));
            }
            None => out.push_str(name),
        }
        rest = &tail[name.len()..];
    }
    out.push_str(rest);
    out
}

impl FileEngine for Scanner {
    fn interested(&self, path: &str) -> bool {
        // A file without an extension may be a script.
        let name = path.rsplit('/').next().unwrap_or(path);
        !name.contains('.')
            || Language::of_path(path).next().is_some()
            || self.rules.has_text_rules()
    }

    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink) {
        let text = readable(blob.text);
        let mut hits: Vec<Told> = Vec::new();
        let mut secrets = Vec::new();
        let notes = self.look(blob.path, &text, &mut |one, hit| {
            let range = hit.found.range.start as usize..hit.found.range.end as usize;
            if is_about_secrets(one) {
                let nodes = hit.tree.nodes().iter().zip(0..);
                let inside = nodes.filter(|(node, _)| {
                    node.start >= hit.found.range.start && node.end <= hit.found.range.end
                });
                // Short texts are names of ciphers and keys of dictionaries.
                let long =
                    |node: &super::tree::Node| node.kind == Kind::Str && node.end - node.start >= 8;
                secrets.extend(
                    inside
                        .filter(|(node, _)| long(node))
                        .map(|(node, _)| node.start as usize..node.end as usize),
                );
            }
            let fix = super::fix::of(&one.rule, &hit).map(Box::new);
            let finding = Finding { fix, ..finding(one, &hit) };
            let (is_flow, is_built_in) = (one.rule.is_taint(), one.origin.is_none());
            hits.push(Told { finding, range, is_flow, is_built_in });
        });
        for range in secrets {
            sink.secret(range);
        }
        for one in merge::once(hits) {
            sink.hit(one.finding, one.range);
        }
        for note in notes.partial {
            sink.note(SkipReason::Unparsable, note);
        }
        if !notes.lost.is_empty() {
            sink.failed(FailedFile { path: blob.path.to_owned(), message: notes.lost.join("; ") });
        }
    }
}

/// Rules about credentials in code: what stands in quotes there is one.
fn is_about_secrets(one: &Loaded) -> bool {
    matches!(one.about().cwe.as_deref(), Some("CWE-798" | "CWE-259" | "CWE-321" | "CWE-522"))
}

/// Text as engines of code need it: bytes that are no UTF-8 become question marks, so that places stay.
fn readable(bytes: &[u8]) -> Cow<'_, str> {
    if let Ok(text) = std::str::from_utf8(bytes) {
        Cow::Borrowed(text)
    } else {
        let mut text = String::with_capacity(bytes.len());
        for chunk in bytes.utf8_chunks() {
            text.push_str(chunk.valid());
            text.extend(chunk.invalid().iter().map(|_| '?'));
        }
        Cow::Owned(text)
    }
}

fn finding(one: &Loaded, hit: &Hit<'_, '_>) -> Finding {
    let about = one.about();
    let id = crate::finding::RuleId::new(&one.rule.id);
    let mut finding = Finding::new(
        super::META.id.clone(),
        super::META.scan_type,
        one.severity(),
        id,
        about.title.as_str(),
    );
    finding.confidence = one.confidence();
    // A credential must not come back by way of a message.
    let message = one.message().trim();
    finding.description =
        if is_about_secrets(one) { message.to_owned() } else { filled(message, hit) };
    finding.remediation.clone_from(&about.remediation);
    finding.cwe.clone_from(&about.cwe);
    finding.references.clone_from(&about.references);
    if !about.aliases.is_empty() {
        finding.metadata.insert(key::ALIASES.to_owned(), about.aliases.clone().into());
    }
    evidence::add(&mut finding, hit);
    finding
}
