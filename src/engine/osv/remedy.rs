//! What to change so that a vulnerable package goes: the nearest fixed version, whether the manifest's requirement already
//! allows it, the new requirement, and the command of the tool that wrote the lockfile. Words only; nothing is changed.

use super::component::{Component, Declared, Ecosystem, Listing, Origin, Scope};
use super::lock::{self, Role};
use super::version;

/// What to do about one package.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remedy {
    /// The nearest fixed version; `None` when there is none.
    pub fixed: Option<String>,
    /// Whether the manifest's requirement allows it; `None` when nobody asks for the package by name, or it is not
    /// understood.
    pub within_range: Option<bool>,
    /// A sentence or two.
    pub advice: String,
}

/// Works out the remedy for `component` of `listing`, whose chain from a direct dependency is `chain`.
pub fn remedy(
    listing: &Listing,
    component: &Component,
    chain: &[u32],
    fixed: Option<String>,
) -> Remedy {
    let Some(fixed) = fixed else {
        let advice = format!(
            "No fixed version of {} is known. Replace it, or leave out what is at fault and say so in an ignore rule with a \
             reason.",
            component.name
        );
        return Remedy { fixed: None, within_range: None, advice };
    };
    let shown = shown_version(component.ecosystem, &fixed, &component.version);
    // The manifest speaks of the copy that the project asks for, not of one that another package keeps for itself.
    let declared = declared(listing, component).filter(|_| component.direct != Some(false));
    let within_range = declared
        .and_then(|declared| version::allows(component.ecosystem, &declared.requirement, &fixed));
    let mut advice = format!("Update {} to {shown}", component.name);
    if is_written_by_hand(listing) && component.direct != Some(false) {
        let file = component.file.as_ref().unwrap_or(&listing.path);
        advice.push_str(&format!(". {file}: {} -> {shown}.", component.version));
        if let Some(command) = command(listing, component, &shown) {
            advice.push_str(&format!(" Run: {command}"));
        }
        return Remedy { fixed: Some(shown), within_range, advice };
    }
    let file = |declared: &Declared| declared.file.clone().unwrap_or_else(|| listing.path.clone());
    match (declared, within_range) {
        (Some(declared), Some(true)) if !declared.requirement.is_empty() => {
            advice.push_str(&format!(": {} allows it ({}).", file(declared), declared.requirement));
        }
        (Some(declared), Some(false)) => {
            let wanted = raised(component.ecosystem, &declared.requirement, &fixed);
            advice.push_str(&format!(". {}: {} -> {wanted}", file(declared), declared.requirement));
            advice.push('.');
        }
        _ => match through(listing, chain) {
            Some(above) if is_leap(component, &fixed) => advice.push_str(&format!(
                ": most likely by updating {above}, which brings it in and asks for an older line of it."
            )),
            Some(above) => advice.push_str(&format!("; it comes with {above}.")),
            None => advice.push('.'),
        },
    }
    let leaps = chain.len() > 1 && is_leap(component, &fixed);
    if within_range != Some(false)
        && !leaps
        && let Some(command) = command(listing, component, &shown)
    {
        advice.push_str(&format!(" Run: {command}"));
    }
    Remedy { fixed: Some(shown), within_range, advice }
}

/// Whether the fixed version is of another line than the installed one, as far as its ecosystem has lines that a usual
/// requirement stays within: then the package that asks for it would not take it.
fn is_leap(component: &Component, fixed: &str) -> bool {
    let usual = match component.ecosystem {
        Ecosystem::CratesIo => component.version.clone(),
        Ecosystem::Npm | Ecosystem::Packagist | Ecosystem::Pub => format!("^{}", component.version),
        _ => return false,
    };
    version::allows(component.ecosystem, &usual, fixed) == Some(false)
}

/// Whether people write the versions in the file themselves: it is manifest and lockfile in one.
fn is_written_by_hand(listing: &Listing) -> bool {
    let format = lock::by_name(listing.format);
    format.is_some_and(|format| format.role == Role::Manifest)
        || matches!(listing.format, "go.mod" | "packages.config")
        || listing.format.contains("requirements")
}

/// Go writes versions with a `v`, its advisories without.
fn shown_version(ecosystem: Ecosystem, fixed: &str, installed: &str) -> String {
    let prefixed = installed.starts_with('v') && fixed.starts_with(|c: char| c.is_ascii_digit());
    if prefixed && matches!(ecosystem, Ecosystem::Go | Ecosystem::Packagist) {
        format!("v{fixed}")
    } else {
        fixed.to_owned()
    }
}

/// The statement of the manifest that asks for the package.
fn declared<'a>(listing: &'a Listing, component: &Component) -> Option<&'a Declared> {
    let name = component.ecosystem.normalise(&component.name);
    listing.declared.iter().find(|declared| {
        declared.ecosystem == component.ecosystem
            && matches!(declared.origin, Origin::Registry | Origin::OtherRegistry(_))
            && declared.ecosystem.normalise(&declared.name) == name
    })
}

/// The package the project asks for that brings this one in, when it is another one.
fn through(listing: &Listing, chain: &[u32]) -> Option<String> {
    let first = (chain.len() > 1).then(|| chain.first())??;
    let first = listing.components.get(*first as usize)?;
    Some(format!("{} {}", first.name, first.version))
}

/// A requirement like the old one that asks for the fixed version.
pub fn raised(ecosystem: Ecosystem, requirement: &str, fixed: &str) -> String {
    let requirement = requirement.trim();
    let operator: String =
        requirement.chars().take_while(|c| matches!(c, '^' | '~' | '=' | '>' | '<')).collect();
    let rest = requirement[operator.len()..].trim();
    let single = !rest.is_empty()
        && rest.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+' | '_'));
    let space = if requirement[operator.len()..].starts_with(' ') { " " } else { "" };
    if single
        && matches!(operator.as_str(), "" | "^" | "~" | "=" | "==" | "===" | ">=" | "~>" | "~=")
    {
        return format!("{operator}{space}{fixed}");
    }
    match ecosystem {
        Ecosystem::PyPi => format!(">={fixed}"),
        Ecosystem::RubyGems => format!(">= {fixed}"),
        Ecosystem::Npm | Ecosystem::Packagist | Ecosystem::Pub => format!("^{fixed}"),
        Ecosystem::Hex | Ecosystem::CocoaPods => format!("~> {fixed}"),
        _ => fixed.to_owned(),
    }
}

/// The command of the tool that wrote the file, for names that a shell takes as they are.
fn command(listing: &Listing, component: &Component, fixed: &str) -> Option<String> {
    let plain = |text: &str| {
        !text.starts_with('-')
            && text.chars().all(|c| c.is_ascii_alphanumeric() || "@/._-+:".contains(c))
    };
    let name = component.name.as_str();
    if !plain(name) || !plain(fixed) || !plain(&component.version) {
        return None;
    }
    let file = listing.path.rsplit('/').next().unwrap_or_default();
    Some(match (component.ecosystem, file) {
        (Ecosystem::Npm, "yarn.lock") => format!("yarn upgrade {name}@{fixed}"),
        (Ecosystem::Npm, "pnpm-lock.yaml") => format!("pnpm update {name}@{fixed}"),
        (Ecosystem::Npm, "bun.lock") => format!("bun update {name}"),
        (Ecosystem::Npm, "package-lock.json" | "npm-shrinkwrap.json") => {
            format!("npm update {name}")
        }
        (Ecosystem::CratesIo, "Cargo.lock") => {
            format!("cargo update {name}@{} --precise {fixed}", component.version)
        }
        (Ecosystem::PyPi, "poetry.lock") => format!("poetry update {name}"),
        (Ecosystem::PyPi, "uv.lock") => format!("uv lock --upgrade-package {name}=={fixed}"),
        (Ecosystem::PyPi, "pdm.lock") => format!("pdm update {name}"),
        (Ecosystem::PyPi, "Pipfile.lock") => format!("pipenv update {name}"),
        (Ecosystem::Go, _) if name == "stdlib" || name == "toolchain" => {
            format!("go get go@{}", fixed.trim_start_matches('v'))
        }
        (Ecosystem::Go, _) => format!("go get {name}@{fixed}"),
        (Ecosystem::RubyGems, "Gemfile.lock" | "gems.locked") => {
            format!("bundle update --conservative {name}")
        }
        (Ecosystem::Packagist, "composer.lock") => {
            format!("composer update {name} --with-dependencies")
        }
        (Ecosystem::Hex, "mix.lock") => format!("mix deps.update {name}"),
        (Ecosystem::Pub, "pubspec.lock") => format!("dart pub upgrade {name}"),
        (Ecosystem::CocoaPods, "Podfile.lock") => {
            format!("pod update {}", name.split('/').next().unwrap_or(name))
        }
        (Ecosystem::NuGet, _)
            if component.scope != Scope::Build && component.direct == Some(true) =>
        {
            format!("dotnet add package {name} --version {fixed}")
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_raised_requirement_keeps_its_operator() {
        for (ecosystem, requirement, expected) in [
            (Ecosystem::Npm, "^1.2.0", "^1.2.7"),
            (Ecosystem::Npm, ">=1 <1.2", "^1.2.7"),
            (Ecosystem::Npm, "1.x || 2.x", "^1.2.7"),
            (Ecosystem::CratesIo, "1.2", "1.2.7"),
            (Ecosystem::CratesIo, "=1.2.3", "=1.2.7"),
            (Ecosystem::PyPi, "==1.2.3", "==1.2.7"),
            (Ecosystem::PyPi, ">=1,<1.2", ">=1.2.7"),
            (Ecosystem::RubyGems, "~> 1.2.0", "~> 1.2.7"),
            (Ecosystem::PyPi, "", ">=1.2.7"),
            (Ecosystem::PyPi, "ünîcode", ">=1.2.7"),
        ] {
            assert_eq!(raised(ecosystem, requirement, "1.2.7"), expected, "{requirement}");
        }
    }

    fn listing(path: &str, requirement: &str) -> Listing {
        let mut component = Component::new(Ecosystem::Npm, "a", "1.2.0", 3);
        component.direct = Some(true);
        let declared = Declared {
            ecosystem: Ecosystem::Npm,
            name: "a".to_owned(),
            requirement: requirement.to_owned(),
            scope: Scope::Runtime,
            origin: Origin::Registry,
            line: 2,
            file: Some("package.json".to_owned()),
        };
        let (components, declared) = (vec![component], vec![declared]);
        Listing { path: path.to_owned(), components, declared, ..Listing::default() }
    }

    #[test]
    fn the_advice_names_file_and_requirement_or_the_command() {
        for (requirement, expected) in [
            ("^1.0.0", "Update a to 1.2.7: package.json allows it (^1.0.0). Run: npm update a"),
            ("1.2.0", "Update a to 1.2.7. package.json: 1.2.0 -> 1.2.7."),
        ] {
            let listing = listing("package-lock.json", requirement);
            let remedy = remedy(&listing, &listing.components[0], &[0], Some("1.2.7".to_owned()));
            assert_eq!(remedy.advice, expected);
        }
    }

    #[test]
    fn names_that_a_shell_would_read_otherwise_give_no_command() {
        for name in ["a;b", "--flag", "$(x)", "a b"] {
            let mut component = Component::new(Ecosystem::Npm, name, "1.0.0", 1);
            component.direct = Some(true);
            let listing = Listing { path: "package-lock.json".to_owned(), ..Listing::default() };
            let remedy = remedy(&listing, &component, &[], Some("1.1.0".to_owned()));
            assert!(!remedy.advice.contains("Run:"), "{}", remedy.advice);
        }
    }

    #[test]
    fn a_fix_in_another_line_is_reached_through_the_package_that_asks_for_the_old_one() {
        for (fixed, expected) in [
            ("1.2.7", "Update b to 1.2.7; it comes with a 1.2.0. Run: npm update b"),
            (
                "2.0.0",
                "Update b to 2.0.0: most likely by updating a 1.2.0, which brings it in and asks for an older line of it.",
            ),
        ] {
            let mut listing = listing("package-lock.json", "^1.0.0");
            listing.components.push(Component::new(Ecosystem::Npm, "b", "1.2.0", 9));
            let remedy = remedy(&listing, &listing.components[1], &[0, 1], Some(fixed.to_owned()));
            assert_eq!(remedy.advice, expected);
        }
    }

    #[test]
    fn without_a_fix_the_advice_says_so() {
        let listing = listing("package-lock.json", "*");
        let remedy = remedy(&listing, &listing.components[0], &[0], None);
        assert!(remedy.fixed.is_none() && remedy.advice.starts_with("No fixed version of a"));
    }
}
