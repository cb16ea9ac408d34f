//! Rules over code that the user brought: read, tested against files with annotations, judged, explained.

use super::Io;
use super::failure::{Failure, code};
use crate::config::OfPacks;
use crate::engine::sast::pack::{self, Loaded, Rules};
use crate::engine::sast::rule::spec;
use crate::engine::sast::{annotated, explain};
use crate::rules::load::{self, File};
use crate::text::escape;
use anyhow::anyhow;
use rayon::prelude::*;
use std::path::{Path, PathBuf};

/// Largest file that rules are tested against, bytes.
const MAX_TARGET: u64 = 4 << 20;

/// Rules out of files, and what of them cannot be used. A rule that cannot be read stops a scan unless it is to keep going; one that needs
/// what this program does not do is left out.
pub(super) fn read(files: &[File], keep_going: bool) -> Result<(Rules, Vec<String>), Failure> {
    let (rules, wrong) = pack::from_files(files);
    let mut skipped = Vec::new();
    for (path, fault) in &wrong {
        let told = described(path, fault);
        if !keep_going {
            let more = match wrong.len() {
                1 => String::new(),
                several => format!(" (and {} more)", several - 1),
            };
            return Err(Failure::input(anyhow!("{told}{more}"))
                .hint("`securescan rules lint` lists everything that is wrong; --keep-going scans without such rules"));
        }
        skipped.push(format!("sast: {told}; the rule is left out"));
    }
    skipped.extend(left_out(&rules).into_iter().map(|(_, told)| format!("sast: {told}")));
    Ok((Rules::with(rules, files), skipped))
}

/// Files without those that are no YAML, if a scan is to keep going; with a line for each of these.
pub(super) fn read_or_left(files: Vec<File>, keep_going: bool) -> (Vec<File>, Vec<String>) {
    let mut left = Vec::new();
    let is_kept = |(path, bytes): &File| {
        let why = pack::broken(bytes).filter(|_| keep_going);
        left.extend(why.iter().map(|why| format!("{path}:{why}; the file is left out")));
        why.is_none()
    };
    (files.into_iter().filter(is_kept).collect(), left)
}

/// What is not asked of rules, each with the index of its rule: in none of its languages, or in some.
fn left_out(rules: &[Loaded]) -> Vec<(usize, String)> {
    let of_one = |one: &Loaded| -> Vec<String> {
        let id = &one.rule.id;
        let reasons = annotated::unsupported(one);
        let asked = if reasons.is_empty() { Vec::new() } else { annotated::supported(one) };
        let told = |reason| match asked.as_slice() {
            [] => format!("rule {id} is skipped: {reason}"),
            asked => format!("rule {id}: {reason}; the rule is asked in {}", asked.join(", ")),
        };
        reasons.into_iter().map(told).collect()
    };
    let each: Vec<Vec<String>> = rules.par_iter().map(of_one).collect();
    let each = each.into_iter().enumerate();
    each.flat_map(|(at, told)| told.into_iter().map(move |told| (at, told))).collect()
}

/// Why rules are not asked, a line each.
pub(super) fn not_asked(files: &[File]) -> Vec<String> {
    let (rules, _) = pack::from_files(files);
    left_out(&rules).into_iter().map(|(_, told)| told).collect()
}

/// What a configuration is told of the rules in files: their ids, what stops a scan, and what is left out.
pub(super) fn of_files(files: &[File]) -> OfPacks {
    let (rules, wrong) = pack::from_files(files);
    let at = |index: usize| rules.get(index).and_then(|one| one.origin.as_deref());
    OfPacks {
        ids: rules.iter().map(|one| one.rule.id.clone()).collect(),
        wrong: wrong.iter().map(|(path, fault)| described(path, fault)).collect(),
        left_out: left_out(&rules)
            .into_iter()
            .map(|(index, told)| format!("{}: {told}", at(index).unwrap_or_default()))
            .collect(),
    }
}

/// Files that stand beside a rule file and are named like it.
fn targets(file: &Path) -> Vec<PathBuf> {
    let (Some(folder), Some(stem)) =
        (file.parent(), file.file_stem().and_then(|stem| stem.to_str()))
    else {
        return Vec::new();
    };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    let Ok(listing) = std::fs::read_dir(folder) else { return Vec::new() };
    let beside = |path: &PathBuf| {
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let named = name.strip_prefix(stem).is_some_and(|rest| rest.starts_with('.'));
        let own = name.len() <= stem.len() + 5 && load::is_pack(path);
        named && !own && !name.contains(".fixed.") && path.is_file()
    };
    let mut found: Vec<PathBuf> =
        listing.flatten().map(|entry| entry.path()).filter(beside).collect();
    found.sort();
    found
}

/// What a file is to be after the fixes of its rules: `a.fixed.py` beside `a.py`.
fn fixed_beside(path: &Path) -> Option<PathBuf> {
    let (stem, end) = (path.file_stem()?.to_str()?, path.extension()?.to_str()?);
    Some(path.with_file_name(format!("{stem}.fixed.{end}"))).filter(|path| path.is_file())
}

fn text_of(path: &Path) -> Option<String> {
    let bytes = crate::target::open::read_named(path, MAX_TARGET).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

/// What a test of rules came to.
#[derive(Debug, Default)]
pub(super) struct Tested {
    /// How each rule did on each file that speaks of it.
    pub(super) outcomes: Vec<annotated::Outcome>,
    /// Rule files with a mistake.
    pub(super) faults: Vec<String>,
    /// Rules that no file speaks of.
    pub(super) untested: Vec<String>,
    /// Files that are not what they are to be after the fixes of their rules, a line each.
    pub(super) unfixed: Vec<String>,
}

/// Asks the rules of files about the files beside them.
pub(super) fn test(files: &[File]) -> Tested {
    let each: Vec<Tested> = files.par_iter().map(one_file).collect();
    let mut all = Tested::default();
    for one in each {
        all.outcomes.extend(one.outcomes);
        all.faults.extend(one.faults);
        all.untested.extend(one.untested);
        all.unfixed.extend(one.unfixed);
    }
    all
}

fn one_file(file: &File) -> Tested {
    let mut tested = Tested::default();
    let (rules, wrong) = pack::from_files(std::slice::from_ref(file));
    tested.faults.extend(wrong.iter().map(|(path, fault)| described(path, fault)));
    let texts: Vec<(String, String)> = targets(Path::new(&file.0))
        .into_iter()
        .filter_map(|path| Some((path.display().to_string(), text_of(&path)?)))
        .collect();
    for (path, text) in &texts {
        let Some(expected) = fixed_beside(Path::new(path)) else { continue };
        let Some(wanted) = text_of(&expected) else { continue };
        let made = annotated::fixed(&rules, path, text);
        if made != wanted {
            let same = made.lines().zip(wanted.lines()).take_while(|(one, other)| one == other);
            let line = same.count() + 1;
            let expected = expected.display();
            tested
                .unfixed
                .push(format!("{path}: fixed, it differs from {expected} in line {line}"));
        }
    }
    for one in &rules {
        let before = tested.outcomes.len();
        tested
            .outcomes
            .extend(texts.iter().filter_map(|(path, text)| annotated::judge(one, path, text)));
        if tested.outcomes.len() == before {
            tested.untested.push(one.rule.id.clone());
        }
    }
    tested
}

fn described(path: &str, fault: &crate::engine::sast::rule::spec::Fault) -> String {
    let rule = fault.rule.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    format!("{path}:{}: {rule}{}", fault.place, fault.message)
}

/// What failed, a line each.
pub(super) fn failures(tested: &Tested) -> Vec<String> {
    let numbers =
        |lines: &[usize]| lines.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let mut lines = tested.faults.clone();
    for one in tested.outcomes.iter().filter(|one| !one.passed()) {
        let mut parts = Vec::new();
        if let Some(why) = &one.skipped {
            parts.push(format!("skipped: {why}"));
        }
        if !one.missing.is_empty() {
            parts.push(format!("expected and not found: line {}", numbers(&one.missing)));
        }
        if !one.unexpected.is_empty() {
            parts.push(format!("found and not expected: line {}", numbers(&one.unexpected)));
        }
        lines.push(format!("{}: {}: {}", one.target, one.rule, parts.join("; ")));
    }
    lines.extend(tested.unfixed.iter().cloned());
    lines
}

/// Tells of each operator of a rule on the files beside it.
pub(super) fn explained(files: &[File], id: &str, io: &mut Io<'_>) -> Result<u8, Failure> {
    let mut any = false;
    for file in files {
        let (rules, _) = pack::from_files(std::slice::from_ref(file));
        for one in rules.iter().filter(|one| one.rule.id == id) {
            for path in targets(Path::new(&file.0)) {
                let Some(text) = text_of(&path) else { continue };
                any = true;
                let told = explain::explain(one, &path.display().to_string(), &text);
                for line in told.lines() {
                    writeln!(io.out, "{}", escape::terminal(line))?;
                }
            }
        }
    }
    if !any {
        return Err(Failure::input(anyhow!("no rule {id} with a file beside it")).hint(
            "the file to match stands beside the rule file and has its name: a.yml and a.py",
        ));
    }
    Ok(code::OK)
}

/// Everything that is wrong with rules, a line each.
pub(super) fn lint(files: &[File]) -> Vec<String> {
    let (rules, wrong) = pack::from_files(files);
    let mut lines: Vec<String> = wrong.iter().map(|(path, fault)| described(path, fault)).collect();
    let mut seen = std::collections::BTreeSet::new();
    let more: Vec<Vec<String>> = rules.par_iter().map(mistakes).collect();
    for (one, more) in rules.iter().zip(more) {
        let origin = one.origin.as_deref().unwrap_or_default();
        if !seen.insert(one.rule.id.clone()) {
            lines.push(format!("{origin}: {}: the id is used twice", one.rule.id));
        }
        lines.extend(more.into_iter().map(|what| format!("{origin}: {}: {what}", one.rule.id)));
    }
    lines
}

fn mistakes(one: &Loaded) -> Vec<String> {
    let mut found = annotated::unsupported(one);
    found.extend(one.rule.wrong_exchange().map(|why| format!("fix-regex: {why}")));
    let known = [
        "CRITICAL",
        "HIGH",
        "MEDIUM",
        "LOW",
        "ERROR",
        "WARNING",
        "INFO",
        "INVENTORY",
        "EXPERIMENT",
    ];
    if !known.contains(&one.rule.severity.to_ascii_uppercase().as_str()) {
        found.push(format!(
            "severity {} is not known (CRITICAL, HIGH, MEDIUM, LOW)",
            one.rule.severity
        ));
    }
    let passed_over = one.rule.passed_over.iter();
    found.extend(passed_over.map(|(place, what)| format!("line {}: {what}", place.line)));
    let unbound = spec::unbound(&one.rule.mode).into_iter();
    found.extend(unbound.map(|name| format!("no pattern beside a condition on {name} binds it")));
    let labels = spec::unknown_labels(&one.rule.mode).into_iter();
    found.extend(labels.map(|label| format!("no source has the label {label} that is required")));
    if one.rule.message.trim().is_empty() {
        found.push("the message is missing".to_owned());
    }
    found
}
