//! Fixes of a run put together file by file: which of them can be applied, what the files are then, and how that looks as a diff. Nothing is
//! written before [`Plan::write`].

use super::event::Events;
use super::examine::{Scanners, examine};
use super::look::{self, Looked};
use super::tools::Tools;
use super::{Error, Input, Request};
use crate::engine::sast::language::Language;
use crate::engine::{Built, Sink, guard};
use crate::finding::{Finding, Fix, Run, key};
use crate::target::walk::WorkTree;
use crate::target::{Blob, Entry, Source};
use crate::text::decode::{Decoded, decode};
use crate::text::patch::{self, Edit, Hunk};
use crate::text::redact;
use rayon::prelude::*;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::ops::Range;
use std::time::{Duration, Instant};

const MARK: &[u8] = b"\xEF\xBB\xBF";

/// Bytes of a line that a diff shows.
const LONGEST: usize = 2000;

/// What fixes of a run come to.
#[derive(Debug)]
pub struct Plan {
    tree: WorkTree,
    files: Vec<File>,
    /// Findings whose fix is not applied, by their index in the run, and why; in order.
    left: BTreeMap<usize, String>,
}

/// A file that changes. Its bytes are read again when they are written: many files must not be held at once.
#[derive(Debug)]
struct File {
    entry: Entry,
    /// Digest of its bytes.
    digest: [u8; 32],
    /// Changes of its text, without a mark in front of it.
    edits: Vec<Edit>,
    /// Indexes of the findings that are gone then.
    fixed: Vec<usize>,
    patch: Option<Patch>,
}

/// The change of a file, to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patch {
    /// Path of the file.
    pub path: String,
    /// Its hunks.
    pub hunks: Vec<ShownHunk>,
}

/// A hunk without secrets in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShownHunk {
    /// First line before, from 1, and how many.
    pub old: (usize, usize),
    /// First line after, from 1, and how many.
    pub new: (usize, usize),
    /// Lines: ` `, `-` or `+`, the text without its end, and whether it has one.
    pub lines: Vec<(char, String, bool)>,
}

/// How many findings were fixed, in how many files.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fixed {
    /// Findings.
    pub findings: usize,
    /// Files.
    pub files: usize,
}

/// Scans a work tree and puts the fixes together. `shown` says that the changes are to be looked at.
pub fn plan(request: &Request, events: &dyn Events, shown: bool) -> Result<(Run, Plan), Error> {
    let Input::Paths(_) = &request.input else { return Err(Error::NoWorkTree) };
    let scanners = Scanners::new(&request.terms, None)?;
    let looked_at = look::resolve(request)?;
    let tools = Tools::plan(&request.terms, &looked_at);
    let examined = examine(&scanners, &tools, &looked_at, &request.terms, events)?;
    let run = examined.into_run(looked_at.name);
    let Looked::Tree(tree, _) = looked_at.files else { return Err(Error::NoWorkTree) };
    let limit = Duration::from_secs(u64::from(request.terms.config.timeout_per_file));
    let mut by_path: BTreeMap<&str, Vec<Wish<'_>>> = BTreeMap::new();
    for (index, finding) in run.findings.iter().enumerate() {
        if let (Some(path), Some(fix)) = (finding.path.as_deref(), finding.fix.as_deref()) {
            by_path.entry(path).or_default().push(Wish { index, finding, fix });
        }
    }
    let by_path: Vec<(&str, Vec<Wish<'_>>)> = by_path.into_iter().collect();
    let engines = shown.then_some(scanners.built.as_slice());
    let each: Vec<(Option<File>, Left)> = by_path
        .into_par_iter()
        .map(|(path, wishes)| {
            if events.cancelled() {
                return (None, Vec::new());
            }
            file(&tree, path, wishes, engines, limit)
        })
        .collect();
    if events.cancelled() {
        return Err(Error::Interrupted);
    }
    let (files, left): (Vec<_>, Vec<_>) = each.into_iter().unzip();
    let files = files.into_iter().flatten().collect();
    let left = left.into_iter().flatten().collect();
    Ok((run, Plan { tree, files, left }))
}

impl Plan {
    /// What would be written.
    pub fn patches(&self) -> impl Iterator<Item = &Patch> {
        self.files.iter().filter_map(|file| file.patch.as_ref())
    }

    /// What [`Self::write`] would do.
    pub fn outlook(&self) -> Fixed {
        let findings = self.files.iter().map(|file| file.fixed.len()).sum();
        Fixed { findings, files: self.files.len() }
    }

    /// Says in the run which fixes are left.
    pub fn mark_left(&self, run: &mut Run) {
        for (index, why) in &self.left {
            if let Some(finding) = run.findings.get_mut(*index) {
                finding.set_meta(key::FIX_LEFT, why.as_str());
            }
        }
    }

    /// Writes the files, and says in the run what became of each fix.
    pub fn write(mut self, run: &mut Run) -> Fixed {
        let mut done = Fixed::default();
        for file in &self.files {
            match file.write(&self.tree) {
                Ok(()) => {
                    done.files += 1;
                    done.findings += file.fixed.len();
                    for index in &file.fixed {
                        if let Some(finding) = run.findings.get_mut(*index) {
                            finding.metadata.insert(key::FIXED.to_owned(), true.into());
                        }
                    }
                }
                Err(why) => {
                    self.left.extend(file.fixed.iter().map(|index| (*index, why.clone())));
                }
            }
        }
        self.mark_left(run);
        done
    }
}

impl File {
    fn write(&self, tree: &WorkTree) -> Result<(), String> {
        let mut before = Vec::new();
        if tree.read(&self.entry, &mut before).is_err() {
            return Err("the file cannot be read any more".to_owned());
        }
        let bare = before.strip_prefix(MARK).unwrap_or(&before);
        let text = match std::str::from_utf8(bare) {
            Ok(text) if Sha256::digest(&before)[..] == self.digest => text,
            _ => return Err("the file has changed meanwhile".to_owned()),
        };
        let mut after = before[..before.len() - text.len()].to_vec();
        after.extend_from_slice(patch::apply(text, &self.edits).as_bytes());
        tree.replace(&self.entry, &before, &after).map_err(|error| {
            // The system's own words depend on platform and language.
            let why = match error.raw_os_error() {
                Some(_) => error.kind().to_string(),
                None => error.to_string(),
            };
            format!("the file cannot be written: {why}")
        })
    }
}

/// Fixes that are left, by the index of their finding, and why.
type Left = Vec<(usize, String)>;

/// A fix that is asked for.
struct Wish<'a> {
    /// Index of the finding in the run.
    index: usize,
    finding: &'a Finding,
    fix: &'a Fix,
}

/// Changes of one text, each with the fixes that ask for it.
type Group<'a> = (Edit, Vec<&'a Wish<'a>>);

/// One file: what it becomes, and the fixes that are left.
fn file(
    tree: &WorkTree,
    path: &str,
    mut wishes: Vec<Wish<'_>>,
    engines: Option<&[Built]>,
    limit: Duration,
) -> (Option<File>, Left) {
    let none = |why: &str| {
        (None, wishes.iter().map(|wish| (wish.index, why.to_owned())).collect::<Vec<_>>())
    };
    let entries = tree.entries();
    let entry = entries.binary_search_by(|entry| entry.path.as_str().cmp(path));
    let Some(entry) = entry.ok().and_then(|at| entries.get(at)) else {
        return none("the file is not there any more");
    };
    let mut before = Vec::new();
    if tree.read(entry, &mut before).is_err() {
        return none("the file cannot be read any more");
    }
    let bare = before.strip_prefix(MARK).unwrap_or(&before);
    let Decoded::Text(decoded) = decode(&before) else { return none("the file is not text") };
    let text = match std::str::from_utf8(bare) {
        Ok(text) if *decoded == *bare => text.to_owned(),
        _ => return none("the file is not UTF-8"),
    };
    let digest: [u8; 32] = Sha256::digest(&text).into();
    if wishes.iter().any(|wish| wish.fix.digest != digest) {
        return none("the file has changed meanwhile");
    }
    wishes.sort_by(|one, other| {
        let place = |wish: &Wish<'_>| (wish.fix.range.start, wish.fix.range.end, wish.index);
        place(one).cmp(&place(other))
    });
    let (groups, mut left) = apart(&wishes);
    let checked = guard::guarded(|| sound(path, &text, groups, limit));
    let kept = match checked {
        Ok((kept, worse)) => {
            left.extend(worse);
            kept
        }
        Err(message) => {
            left.extend(wishes.iter().map(|wish| (wish.index, message.clone())));
            Vec::new()
        }
    };
    if kept.is_empty() {
        return (None, left);
    }
    let fixed = kept.iter().flat_map(|(_, wishes)| wishes.iter().map(|wish| wish.index)).collect();
    let edits: Vec<Edit> = kept.iter().map(|(edit, _)| edit.clone()).collect();
    let patch = engines.map(|engines| {
        let changed = patch::apply(&text, &edits);
        let hidden = Hidden::new(path, &text, &changed, &kept, &edits, engines);
        let hunks = patch::hunks(&text, &changed, &edits);
        Patch {
            path: path.to_owned(),
            hunks: hunks.iter().map(|hunk| hidden.shown(&text, &changed, hunk)).collect(),
        }
    });
    let digest = Sha256::digest(&before).into();
    (Some(File { entry: entry.clone(), digest, edits, fixed, patch }), left)
}

/// The changes that do not get in each other's way: of two that do, the first one by its place.
fn apart<'a>(wishes: &'a [Wish<'a>]) -> (Vec<Group<'a>>, Left) {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut left = Vec::new();
    for wish in wishes {
        let Fix { range, text, .. } = wish.fix;
        match groups.last_mut() {
            Some((edit, asked)) if edit.range == *range && edit.text == *text => asked.push(wish),
            Some((edit, asked))
                if range.start < edit.range.end || range.start == edit.range.start =>
            {
                let rule = asked.first().map_or("another rule", |one| one.finding.rule_id.as_str());
                left.push((wish.index, format!("it overlaps the fix of {rule}")));
            }
            _ => groups.push((Edit { range: range.clone(), text: text.clone() }, vec![wish])),
        }
    }
    (groups, left)
}

/// The changes that leave no more mistakes in the syntax than there were, and the fixes that would make one.
fn sound<'a>(
    path: &str,
    text: &str,
    groups: Vec<Group<'a>>,
    limit: Duration,
) -> (Vec<Group<'a>>, Left) {
    let begun = Instant::now();
    let mut rows: Vec<&'static Language> = Language::of_path(path).collect();
    if rows.is_empty() {
        rows.extend(Language::of_script(text));
    }
    let count = |text: &str| -> Option<Vec<usize>> {
        rows.iter().map(|row| row.grammar().mistakes(text, limit)).collect()
    };
    let all_left = |groups: Vec<Group<'a>>, why: &str| {
        let wishes = groups.into_iter().flat_map(|(_, wishes)| wishes);
        wishes.map(|wish| (wish.index, why.to_owned())).collect::<Vec<_>>()
    };
    let Some(known) = count(text) else {
        return (Vec::new(), all_left(groups, "reading the file took too long"));
    };
    let is_sound = |groups: &[Group<'a>], more: &[Group<'a>]| {
        let edits: Vec<Edit> = groups.iter().chain(more).map(|(edit, _)| edit.clone()).collect();
        let found = count(&patch::apply(text, &edits));
        found.is_some_and(|found| found.iter().zip(&known).all(|(now, before)| now <= before))
    };
    // Halves until the one that breaks the file is alone.
    let (mut kept, mut left): (Vec<Group<'a>>, _) = (Vec::new(), Vec::new());
    let mut waiting = vec![groups];
    while let Some(mut part) = waiting.pop() {
        if begun.elapsed() > limit {
            left.extend(all_left(part, "looking for what breaks the file took too long"));
        } else if is_sound(&kept, &part) {
            kept.append(&mut part);
        } else if part.len() > 1 {
            let rest = part.split_off(part.len() / 2);
            waiting.push(rest);
            waiting.push(part);
        } else {
            left.extend(all_left(part, "the file would have a mistake in its syntax"));
        }
    }
    (kept, left)
}

/// What no diff may show, in the text before and after.
struct Hidden {
    before: Vec<Range<usize>>,
    after: Vec<Range<usize>>,
}

impl Hidden {
    fn new(
        path: &str,
        before: &str,
        after: &str,
        kept: &[Group<'_>],
        edits: &[Edit],
        engines: &[Built],
    ) -> Self {
        let (old, new) = (secrets(path, before, engines), secrets(path, after, engines));
        let copies = redact::Copies::new(before.as_bytes(), &old);
        let all = |text: &str| copies.around(text.as_bytes(), &(0..text.len()));
        let old = redact::merged(&[old, all(before)].concat());
        let touched = |range: &Range<usize>| {
            let first = old.partition_point(|secret| secret.end <= range.start);
            old.get(first).is_some_and(|secret| secret.start < range.end)
        };
        // What a fix copies out of a secret, or puts in its place, may show it.
        let placed = patch::placed(edits);
        let made_of_secrets = kept.iter().zip(placed).filter(|((_, wishes), _)| {
            let copied = wishes.iter().flat_map(|wish| wish.fix.copied.iter());
            copied.chain(wishes.iter().map(|wish| &wish.fix.range)).any(touched)
        });
        let made_of_secrets: Vec<Range<usize>> = made_of_secrets.map(|(_, place)| place).collect();
        let new = [new, all(after), patch::moved(&old, edits), made_of_secrets].concat();
        Self { before: old, after: redact::merged(&new) }
    }

    fn shown(&self, before: &str, after: &str, hunk: &Hunk) -> ShownHunk {
        let line = |mark: char, text: &str, secrets: &[Range<usize>], range: &Range<usize>| {
            let whole = text.get(range.clone()).unwrap_or_default();
            let bare = whole.trim_end_matches('\n').trim_end_matches('\r');
            let cut = (LONGEST..bare.len()).find(|at| bare.is_char_boundary(*at));
            let more = if cut.is_some() { "…" } else { "" };
            let bare = &bare[..cut.unwrap_or(bare.len())];
            let window = range.start..range.start + bare.len();
            let first = secrets.partition_point(|secret| secret.end <= window.start);
            let near = secrets.get(first..).unwrap_or_default();
            let count = near.partition_point(|secret| secret.start < window.end);
            let shown = redact::shown(text.as_bytes(), &window, &near[..count]);
            let shown = format!("{}{more}", String::from_utf8_lossy(&shown));
            (mark, shown, whole.ends_with('\n'))
        };
        let lines = hunk.lines.iter().map(|one| match one {
            patch::Line::Same(range) => line(' ', before, &self.before, range),
            patch::Line::Old(range) => line('-', before, &self.before, range),
            patch::Line::New(range) => line('+', after, &self.after, range),
        });
        ShownHunk { old: hunk.old, new: hunk.new, lines: lines.collect() }
    }
}

/// Secrets that the scanners see in a text; all of it where one of them breaks down.
fn secrets(path: &str, text: &str, engines: &[Built]) -> Vec<Range<usize>> {
    let blob = Blob::new(path, text.as_bytes());
    let mut secrets = Vec::new();
    let engines = engines.iter().filter_map(|built| built.file.as_ref());
    for engine in engines.filter(|engine| engine.interested(path)) {
        let mut sink = Sink::new();
        if guard::guarded(|| engine.scan(&blob, &mut sink)).is_err() {
            return vec![0..text.len()];
        }
        secrets.extend_from_slice(sink.secrets());
    }
    secrets
}
