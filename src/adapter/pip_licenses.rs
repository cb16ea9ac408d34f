//! pip-licenses: licences of an installed Python environment: one that stands in the target (`.venv`, `venv`, `env`) or that
//! `scanners.python_env` names.
//!
//! pip-licenses runs the environment's own Python to learn where its packages are. That Python belongs to whoever is being
//! scanned, so it is never run: it gets a stand-in that only prints the folder, and reads metadata files there.

use super::{
    Adapter, BadResult, Call, Drive, Job, Kind, Program, Reading, Report, Target, draft, field,
};
use crate::engine::Lack;
use crate::engine::licenses::category::Category;
use crate::engine::licenses::expression;
use crate::finding::{Confidence, ScanType, ScannerId, Severity};
use serde_json::Value;
use std::path::{Path, PathBuf};

pub(super) static ADAPTER: Adapter = Adapter {
    id: ScannerId::new("pip-licenses"),
    scan_type: ScanType::Dependency,
    summary: "copyleft and unknown licences of an installed Python environment",
    checks: &["copyleft licences", "packages that name no licence"],
    install: "pip install pip-licenses",
    kind: Kind::Tree,
    drive: Drive::Program(&PROGRAM),
    read,
};

static PROGRAM: Program = Program {
    name: "pip-licenses",
    version_args: &["--version"],
    version_variables: &[],
    // The environment is read where it stands; these files only tell a Python project from others.
    wants: |path| {
        matches!(
            super::stage::name(path),
            "pyproject.toml" | "setup.cfg" | "setup.py" | "requirements.txt" | "Pipfile"
        )
    },
    calls,
    good: &[0],
    lacks: |_| None,
    needs_network: false,
};

/// Folders that environments are usually called.
const NAMES: &[&str] = &[".venv", "venv", "env"];

fn calls(job: &Job<'_>) -> Result<Vec<Call>, Lack> {
    let lack = |reason: &str| Lack {
        reason: reason.to_owned(),
        hint: "name one: scanners.python_env, or SECURESCAN_PYTHON_ENV".to_owned(),
    };
    let Target::Tree { root, .. } = job.target else { return Ok(Vec::new()) };
    let packages = match &job.config.python_env {
        Some(named) => {
            packages_of(named).ok_or_else(|| lack("the named environment has no packages"))?
        }
        None => NAMES
            .iter()
            .find_map(|name| packages_of(&root.join(name)))
            .ok_or_else(|| lack("the target has no Python environment"))?,
    };
    // pip-licenses takes what the stand-in prints apart at blanks, and a shell reads it.
    let text = packages.to_str().unwrap_or_default();
    let plain = |c: char| c.is_alphanumeric() || "/._-+@~,:=".contains(c);
    if text.is_empty() || !text.chars().all(plain) {
        return Err(lack("the path of the environment has blanks or signs in it"));
    }
    let stand_in = job.scratch.join("python");
    write_executable(&stand_in, &format!("#!/bin/sh\necho '{text}'\n"))
        .map_err(|_| lack("no file can be written"))?;
    let call = Call::new(["--format=json", "--from=mixed", "--with-system"])
        .and(["--python".into(), stand_in.into_os_string()]);
    Ok(vec![call])
}

/// The folder of packages of an environment. An environment in the target may be a link to anywhere; the folder itself is
/// what is read, and only names, versions and licences come out of it.
fn packages_of(environment: &Path) -> Option<PathBuf> {
    let is_folder = |path: &Path| std::fs::symlink_metadata(path).is_ok_and(|meta| meta.is_dir());
    if !is_folder(environment) || !environment.join("pyvenv.cfg").is_file() {
        return None;
    }
    let windows = environment.join("Lib/site-packages");
    if is_folder(&windows) {
        return Some(windows);
    }
    let mut found: Vec<PathBuf> = std::fs::read_dir(environment.join("lib"))
        .ok()?
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with("python"))
        .filter(|entry| is_folder(&entry.path()))
        .map(|entry| entry.path().join("site-packages"))
        .filter(|folder| is_folder(folder))
        .collect();
    found.sort();
    found.pop()
}

#[cfg(unix)]
fn write_executable(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::write(path, text)?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn write_executable(_: &Path, _: &str) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

fn read(bytes: &[u8], reading: &Reading<'_>) -> Result<Report, BadResult> {
    let document: Value = serde_json::from_slice(bytes).map_err(|error| BadResult::json(&error))?;
    let rows =
        document.as_array().ok_or_else(|| BadResult("it is not a list of packages".to_owned()))?;
    let mut report = Report::default();
    for row in rows {
        let Some(package) = field::line(&row["Name"], field::ID) else { continue };
        let version = field::line(&row["Version"], field::ID);
        let license = field::line(&row["License"], field::TITLE).unwrap_or_default();
        let (severity, rule, title, advice) = match kind(&license) {
            Judged::Harmless => continue,
            Judged::Copyleft => (
                Severity::Medium,
                "licenses/copyleft",
                format!("Copyleft license: {package} ({license})"),
                "Check that the terms fit how you pass your program on, or replace the package.",
            ),
            Judged::Unknown => (
                Severity::Low,
                "licenses/unknown",
                format!("Unknown license: {package}"),
                "Ask its authors, or look for a licence file in the package.",
            ),
        };
        let mut finding = draft::finding(reading, severity, rule, &title);
        finding.confidence = Confidence::Medium;
        finding.description = match &version {
            Some(version) => format!("{package} {version} is installed in the environment."),
            None => format!("{package} is installed in the environment."),
        };
        finding.remediation = Some(advice.to_owned());
        draft::about_package(
            &mut finding,
            &draft::Package { name: &package, version: version.as_deref(), fixed: None },
        );
        report.push(finding);
    }
    Ok(report)
}

enum Judged {
    Harmless,
    Copyleft,
    Unknown,
}

/// pip-licenses joins several licences of one package with `;` and writes out their long names.
fn kind(license: &str) -> Judged {
    if matches!(license.trim(), "" | "UNKNOWN" | "UNLICENSED") {
        return Judged::Unknown;
    }
    let of = |text: &str| expression::parse(text.trim()).map(|(one, _)| one.category());
    // Whether several classifiers mean a choice or all of them nobody says: the strictest counts.
    let category = of(license).or_else(|| license.split(';').filter_map(of).max());
    match category {
        Some(Category::StrongCopyleft | Category::NetworkCopyleft | Category::WeakCopyleft) => {
            Judged::Copyleft
        }
        Some(Category::Unknown) | None => Judged::Unknown,
        Some(_) => Judged::Harmless,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_understood_and_of_several_the_strictest_counts() {
        let word = |license: &str| match kind(license) {
            Judged::Harmless => "harmless",
            Judged::Copyleft => "copyleft",
            Judged::Unknown => "unknown",
        };
        for (license, expected) in [
            ("MIT License", "harmless"),
            ("Apache-2.0", "harmless"),
            ("BSD License", "harmless"),
            ("GNU General Public License v3 (GPLv3)", "copyleft"),
            ("GNU Lesser General Public License v3 (LGPLv3)", "copyleft"),
            ("AGPL-3.0-only", "copyleft"),
            ("Mozilla Public License 2.0 (MPL 2.0)", "copyleft"),
            ("MIT License; GNU General Public License v3 (GPLv3)", "copyleft"),
            ("MIT License; Something Of Ours", "harmless"),
            ("UNKNOWN", "unknown"),
            ("", "unknown"),
            ("see the file", "unknown"),
        ] {
            assert_eq!(word(license), expected, "{license}");
        }
    }

    #[test]
    fn an_environment_is_one_with_its_mark_and_its_packages() {
        let home = tempfile::tempdir().unwrap();
        let environment = home.path().join("venv");
        let packages = environment.join("lib/python3.11/site-packages");
        std::fs::create_dir_all(&packages).unwrap();
        assert_eq!(packages_of(&environment), None);
        std::fs::write(environment.join("pyvenv.cfg"), "").unwrap();
        assert_eq!(packages_of(&environment), Some(packages));
        std::os::unix::fs::symlink(&environment, home.path().join("link")).unwrap();
        assert_eq!(packages_of(&home.path().join("link")), None);
    }
}
