//! What one lockfile tells by itself: names, programs at installation, digests, and whether it fits its manifest.

use super::rule::{INSTALL_SCRIPT, LOCKFILE_MISMATCH, MISSING_INTEGRITY, TYPOSQUAT};
use super::{Problem, file, kept, listed, named, plural, typosquat};
use crate::engine::osv::component::{Component, Declared, Ecosystem, Listing, Origin, Scope};
use crate::engine::osv::lock::Around;
use crate::engine::osv::version;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Names that pass for others.
pub(super) fn names(listing: &Listing, problems: &mut Vec<Problem>) {
    let mut seen = BTreeSet::new();
    for component in &listing.components {
        let is_registry = matches!(component.origin, Origin::Registry | Origin::OtherRegistry(_));
        if !is_registry || !seen.insert((component.ecosystem, component.name.as_str())) {
            continue;
        }
        let (ecosystem, name) = (component.ecosystem, &component.name);
        let Some((target, slip)) = typosquat::resembles(ecosystem, name) else { continue };
        let title = format!("{name} is named like {target}");
        let what = format!(
            "{} is called the same as {target}, a widely used package of {ecosystem}, {}.",
            named(component),
            slip.phrase()
        );
        problems.push(
            Problem::new(&TYPOSQUAT, file(listing, component), component.line, title, &what)
                .about(&format!("{ecosystem} {name}"))
                .meta("package", name.as_str())
                .meta("ecosystem", ecosystem.as_str())
                .meta("installed_version", component.version.as_str())
                .meta("resembles", target)
                .meta("slip", slip.as_str()),
        );
    }
}

/// The same for what a manifest asks for without saying which version.
pub(super) fn wanted_names(listing: &Listing, problems: &mut Vec<Problem>) {
    let listed: BTreeSet<(Ecosystem, &str)> =
        listing.components.iter().map(|one| (one.ecosystem, one.name.as_str())).collect();
    let mut seen = BTreeSet::new();
    for declared in &listing.declared {
        let (ecosystem, name) = (declared.ecosystem, declared.name.as_str());
        let is_registry = matches!(declared.origin, Origin::Registry | Origin::OtherRegistry(_));
        if !is_registry || listed.contains(&(ecosystem, name)) || !seen.insert((ecosystem, name)) {
            continue;
        }
        let Some((target, slip)) = typosquat::resembles(ecosystem, name) else { continue };
        let title = format!("{name} is named like {target}");
        let what = format!(
            "{name} is called the same as {target}, a widely used package of {ecosystem}, {}.",
            slip.phrase()
        );
        let path = declared.file.as_ref().unwrap_or(&listing.path);
        problems.push(
            Problem::new(&TYPOSQUAT, path, declared.line, title, &what)
                .about(&format!("{ecosystem} {name}"))
                .meta("package", name)
                .meta("ecosystem", ecosystem.as_str())
                .meta("resembles", target)
                .meta("slip", slip.as_str()),
        );
    }
}

/// Programs at installation.
pub(super) fn scripts(listing: &Listing, problems: &mut Vec<Problem>) {
    let running: Vec<&Component> = listing.components.iter().filter(|c| c.install_script).collect();
    let Some(first) = running.iter().min_by_key(|one| one.line) else { return };
    let names = distinct(&running);
    let count = plural(names.len(), "package runs", "packages run");
    let title = format!("{count} a program when installed");
    let what = format!("{} lists {}.", listing.path, listed(&names));
    problems.push(
        Problem::new(&INSTALL_SCRIPT, file(listing, first), first.line, title, &what)
            .about(&listing.path)
            .meta("packages", kept(&names))
            .meta("count", names.len()),
    );
}

/// Kinds of files that hold a digest for every package from a registry when their tool writes them.
const WITH_DIGESTS: &[&str] = &[
    "Cargo.lock",
    "Pipfile.lock",
    "bun.lock",
    "mix.lock",
    "package-lock.json",
    "packages.lock.json",
    "pdm.lock",
    "pnpm-lock.yaml",
    "poetry.lock",
    "pubspec.lock",
    "pylock.toml",
    "uv.lock",
    "yarn.lock",
];

/// Entries without a digest.
pub(super) fn digests(listing: &Listing, around: &dyn Around, problems: &mut Vec<Problem>) {
    if !WITH_DIGESTS.contains(&listing.format) {
        return;
    }
    let registry = |component: &&Component| {
        component.is_from_registry() && component.file.as_ref().is_none_or(|f| *f == listing.path)
    };
    let all = listing.components.iter().filter(registry).count();
    let mut bare: Vec<&Component> =
        listing.components.iter().filter(registry).filter(|component| !component.pinned).collect();
    let marks = excuses(listing.format);
    if !bare.is_empty()
        && !marks.is_empty()
        && let Some(bytes) = around.read(&listing.path)
    {
        let text = String::from_utf8_lossy(&bytes);
        let lines: Vec<&str> = text.lines().collect();
        bare.retain(|component| !says(&lines, component.line, marks));
    }
    let Some(first) = bare.iter().min_by_key(|one| one.line) else { return };
    let names = distinct(&bare);
    let count = plural(bare.len(), "entry", "entries");
    let title = format!("{count} of {} without a digest", listing.format);
    let what = format!(
        "{} of {all} packages from a registry in {} have none: {}.",
        bare.len(),
        listing.path,
        listed(&names)
    );
    problems.push(
        Problem::new(&MISSING_INTEGRITY, file(listing, first), first.line, title, &what)
            .about(&listing.path)
            .meta("packages", kept(&names))
            .meta("count", bare.len()),
    );
}

/// Lines of an entry that explain why it has no digest: it comes inside the archive of another, or is for another
/// platform than that of whoever made the lockfile.
fn excuses(format: &str) -> &'static [&'static str] {
    match format {
        "package-lock.json" => &["\"inBundle\": true", "\"bundled\": true"],
        "yarn.lock" => &["conditions:"],
        _ => &[],
    }
}

/// Whether the entry that begins at a line has one of these lines directly inside it.
fn says(lines: &[&str], line: u32, marks: &[&str]) -> bool {
    /// Longest entry that is looked through, lines.
    const LONGEST: usize = 500;
    let depth = |line: &str| line.len() - line.trim_start().len();
    let start = line as usize;
    let Some(head) = start.checked_sub(1).and_then(|at| lines.get(at)) else { return false };
    let inside = lines.get(start..).unwrap_or_default().iter().take(LONGEST);
    let inside = inside.take_while(|line| depth(line) > depth(head));
    let mut level = None;
    inside.filter(|line| depth(line) == *level.get_or_insert(depth(line))).any(|line| {
        let bare = line.trim_start();
        marks.iter().any(|mark| bare.starts_with(mark))
    })
}

/// What the lockfile has of a requirement.
enum Fit {
    Fits,
    /// In these versions only.
    Other(String),
    Absent,
}

/// Requirements of the manifest that the lockfile does not meet.
pub(super) fn requirements(listing: &Listing, problems: &mut Vec<Problem>) {
    // A file that states requirements itself leaves them open; it has nothing to disagree with.
    let foreign: Vec<&Declared> = listing
        .declared
        .iter()
        .filter(|declared| declared.file.as_ref().is_some_and(|path| *path != listing.path))
        .filter(|declared| declared.origin == Origin::Registry)
        .collect();
    if foreign.is_empty() || listing.components.is_empty() {
        return;
    }
    let mut versions: HashMap<(Ecosystem, String), Vec<&Component>> = HashMap::new();
    for component in &listing.components {
        let name = component.ecosystem.normalise(&component.name);
        versions.entry((component.ecosystem, name)).or_default().push(component);
    }
    let mut wrong: BTreeMap<&str, Vec<(&Declared, Fit)>> = BTreeMap::new();
    for declared in foreign {
        let name = declared.ecosystem.normalise(&declared.name);
        let found = versions.get(&(declared.ecosystem, name));
        let fit = fit(declared, found.map(Vec::as_slice), &listing.path);
        if !matches!(fit, Fit::Fits) {
            wrong
                .entry(declared.file.as_deref().unwrap_or_default())
                .or_default()
                .push((declared, fit));
        }
    }
    for (manifest, wrong) in wrong {
        let Some(line) = wrong.iter().map(|(declared, _)| declared.line).min() else { continue };
        let names: Vec<String> = wrong
            .iter()
            .map(|(declared, fit)| {
                let asked = format!("{} {}", declared.name, declared.requirement);
                match fit {
                    Fit::Other(version) => format!("{} (has {version})", asked.trim_end()),
                    Fit::Absent | Fit::Fits => format!("{} (absent)", asked.trim_end()),
                }
            })
            .collect();
        let count = plural(wrong.len(), "requirement", "requirements");
        let title = format!("{} does not meet {count} of {}", listing.format, base(manifest));
        let what =
            format!("{} has not what {manifest} asks for: {}.", listing.path, listed(&names));
        problems.push(
            Problem::new(&LOCKFILE_MISMATCH, manifest, line, title, &what)
                .about(&listing.path)
                .meta("lockfile", listing.path.as_str())
                .meta("packages", kept(&names))
                .meta("count", wrong.len()),
        );
    }
}

fn fit(declared: &Declared, found: Option<&[&Component]>, lockfile: &str) -> Fit {
    let Some(found) = found.filter(|found| !found.is_empty()) else {
        // Optional ones may be left out, and what builds the package itself is in no lockfile of Python.
        // Nor is what only the developers of a package need that the project takes from a folder.
        let is_own = declared.file.as_deref().is_some_and(|path| folder(path) == folder(lockfile));
        let may_lack = declared.scope == Scope::Optional
            || declared.scope != Scope::Runtime && !is_own
            || declared.scope == Scope::Build && declared.ecosystem == Ecosystem::PyPi;
        return if may_lack { Fit::Fits } else { Fit::Absent };
    };
    let mut known = None;
    // Thousands of versions of one name are no lockfile of a tool.
    for component in found.iter().take(64) {
        let is_registry = matches!(component.origin, Origin::Registry | Origin::OtherRegistry(_));
        if !is_registry || component.version.is_empty() {
            return Fit::Fits;
        }
        match version::allows(declared.ecosystem, &declared.requirement, &component.version) {
            Some(false) => known = known.or(Some(component.version.clone())),
            Some(true) | None => return Fit::Fits,
        }
    }
    known.map_or(Fit::Fits, Fit::Other)
}

/// A path without its last part.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Last part of a path.
fn base(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Names with versions in the order of the file, each once.
fn distinct(components: &[&Component]) -> Vec<String> {
    let mut seen = BTreeSet::new();
    components.iter().map(|one| named(one)).filter(|name| seen.insert(name.clone())).collect()
}
