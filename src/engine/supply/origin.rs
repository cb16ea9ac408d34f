//! Where the packages of one file come from: repositories, archives, other registries.

use super::rule::{GIT_DEPENDENCY, OTHER_REGISTRY, UNPROTECTED_SOURCE};
use super::{Problem, file, host, is_unprotected, kept, listed, named, plural};
use crate::engine::osv::component::{Component, Ecosystem, Listing, Origin};
use crate::finding::Severity;
use std::collections::BTreeMap;

/// Looks at one file.
pub(super) fn check(listing: &Listing, problems: &mut Vec<Problem>) {
    let mut pinned: BTreeMap<String, Vec<&Component>> = BTreeMap::new();
    let mut registries: BTreeMap<(Ecosystem, String), Vec<&Component>> = BTreeMap::new();
    let mut unprotected: BTreeMap<(String, bool), Vec<&Component>> = BTreeMap::new();
    for component in &listing.components {
        let address = match &component.origin {
            Origin::Git(address) | Origin::Url(address) | Origin::OtherRegistry(address) => address,
            Origin::Registry | Origin::Path(_) => continue,
        };
        // Without a host it is a place on this machine.
        let Some((_, host)) = host(address) else { continue };
        if is_unprotected(address) {
            unprotected.entry((host.clone(), component.pinned)).or_default().push(component);
        }
        if matches!(component.origin, Origin::OtherRegistry(_)) {
            registries.entry((component.ecosystem, host)).or_default().push(component);
        } else if component.pinned {
            pinned.entry(host).or_default().push(component);
        } else {
            problems.push(unpinned(listing, component, &host));
        }
    }
    for declared in open_requirements(listing) {
        problems.push(declared);
    }
    for ((host, is_pinned), components) in unprotected {
        let (names, first) = told(&components);
        let title = format!("{} fetched from {host} unprotected", count(&names));
        let what = format!("{} takes {} from {host}.", listing.path, listed(&names));
        // A digest or a commit id shows when something else is sent.
        let severity = if is_pinned { Severity::Low } else { UNPROTECTED_SOURCE.severity };
        problems.push(
            Problem::new(&UNPROTECTED_SOURCE, file(listing, first), first.line, title, &what)
                .severity(severity)
                .about(&format!("{} {host} {is_pinned}", listing.path))
                .meta("host", host)
                .meta("packages", kept(&names)),
        );
    }
    for (host, components) in pinned {
        let (names, first) = told(&components);
        let title = format!("{} from {host} instead of a registry", count(&names));
        let what = format!(
            "{} takes {} from {host}, each pinned by a commit or a digest. Advisories of the registry do not speak of \
             them, and updates have to be made by hand.",
            listing.path,
            listed(&names)
        );
        let mut problem =
            Problem::new(&GIT_DEPENDENCY, file(listing, first), first.line, title, &what)
                .severity(Severity::Info)
                .about(&format!("{} {host}", listing.path))
                .meta("host", host)
                .meta("pinned", true)
                .meta("packages", kept(&names));
        problem.description = what;
        "Use a release from the registry once there is one.".clone_into(&mut problem.remediation);
        problems.push(problem);
    }
    for ((ecosystem, host), components) in registries {
        problems.push(other_registry(listing, ecosystem, host, &components));
    }
}

fn unpinned(listing: &Listing, component: &Component, host: &str) -> Problem {
    let (kind, advice) = match component.origin {
        Origin::Url(_) => ("an archive", "without a digest"),
        _ => ("a repository", "without a commit id"),
    };
    let title = format!("{} comes from {kind} {advice}", named(component));
    let what =
        format!("{} takes {} from {kind} at {host}, {advice}.", listing.path, named(component));
    Problem::new(&GIT_DEPENDENCY, file(listing, component), component.line, title, &what)
        .about(&format!("{} {}", component.ecosystem, component.name))
        .meta("package", component.name.as_str())
        .meta("ecosystem", component.ecosystem.as_str())
        .meta("host", host)
        .meta("pinned", false)
}

/// Requirements from repositories and archives that no entry of the file settles.
fn open_requirements(listing: &Listing) -> Vec<Problem> {
    let settled: std::collections::HashSet<(Ecosystem, String)> = listing
        .components
        .iter()
        .map(|one| (one.ecosystem, one.ecosystem.normalise(&one.name)))
        .collect();
    let mut problems = Vec::new();
    for declared in &listing.declared {
        let (Origin::Git(address) | Origin::Url(address)) = &declared.origin else { continue };
        let name = declared.ecosystem.normalise(&declared.name);
        if settled.contains(&(declared.ecosystem, name)) || has_commit(address) {
            continue;
        }
        let Some((_, host)) = host(address) else { continue };
        let path = declared.file.as_deref().unwrap_or(&listing.path);
        let title = format!("{} is asked for outside a registry, unpinned", declared.name);
        let what = format!("{path} asks for {} from {host}.", declared.name);
        let severity = if is_unprotected(address) { Severity::High } else { Severity::Medium };
        problems.push(
            Problem::new(&GIT_DEPENDENCY, path, declared.line, title, &what)
                .severity(severity)
                .about(&format!("{} {}", declared.ecosystem, declared.name))
                .meta("package", declared.name.as_str())
                .meta("ecosystem", declared.ecosystem.as_str())
                .meta("host", host)
                .meta("pinned", false),
        );
    }
    problems
}

/// Whether an address names a full commit id or a digest.
fn has_commit(address: &str) -> bool {
    address
        .split(|c: char| !c.is_ascii_hexdigit())
        .any(|part| matches!(part.len(), 40 | 64) && part.bytes().any(|b| b.is_ascii_digit()))
}

fn other_registry(
    listing: &Listing,
    ecosystem: Ecosystem,
    host: String,
    components: &[&Component],
) -> Problem {
    let usual = listing
        .components
        .iter()
        .any(|one| one.ecosystem == ecosystem && one.origin == Origin::Registry);
    let exposed = components.iter().any(|one| match ecosystem {
        Ecosystem::Npm => !one.name.starts_with('@'),
        Ecosystem::PyPi => true,
        // The other tools bind a package to its registry in the manifest.
        _ => false,
    });
    let (names, first) = told(components);
    let title = format!("{} from the registry {host}", count(&names));
    let mixed = if usual && exposed {
        "Others of its packages come from the usual registry, and nothing in the names says which is right."
    } else if usual {
        "Others of its packages come from the usual registry."
    } else {
        "All its packages come from there."
    };
    let what = format!("{} takes {} from {host}. {mixed}", listing.path, listed(&names));
    let severity = if usual && exposed { Severity::Low } else { Severity::Info };
    Problem::new(&OTHER_REGISTRY, file(listing, first), first.line, title, &what)
        .severity(severity)
        .about(&format!("{} {ecosystem} {host}", listing.path))
        .meta("registry", host)
        .meta("ecosystem", ecosystem.as_str())
        .meta("packages", kept(&names))
        .meta("count", names.len())
}

/// Names in the order of the file, each once, and the entry that stands first.
fn told<'a>(components: &[&'a Component]) -> (Vec<String>, &'a Component) {
    let mut seen = std::collections::BTreeSet::new();
    let names =
        components.iter().map(|one| named(one)).filter(|name| seen.insert(name.clone())).collect();
    let first = components.iter().copied().reduce(|a, b| if b.line < a.line { b } else { a });
    // Groups are made by their first member.
    (names, first.unwrap_or(components[0]))
}

fn count(names: &[String]) -> String {
    plural(names.len(), "package", "packages")
}
