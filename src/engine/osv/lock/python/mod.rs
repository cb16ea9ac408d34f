//! Readers of what Python's tools write: requirement files, lockfiles, manifests and installed packages. No marker is
//! evaluated: a package that is only needed somewhere is listed like one that is needed everywhere.

pub mod requirement;

mod graph;
mod installed;
mod lines;
mod origin;
mod pdm;
mod pipfile;
mod poetry;
mod pylock;
mod pyproject;
mod pyproject_tables;
mod requirements;
mod setup_cfg;
mod setup_py;
mod uv;

#[cfg(test)]
mod hostile_tests;
#[cfg(test)]
mod manifest_tests;
#[cfg(test)]
mod tests;

use super::{Format, Role};
use crate::engine::osv::component::{Ecosystem, Scope};

/// Every format of this ecosystem.
pub static FORMATS: &[Format] = &[
    Format {
        name: requirements::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Lockfile,
        files: &[
            "requirements*.txt",
            "*requirements.txt",
            "requirements/*.txt",
            "constraints*.txt",
            "requirements*.lock",
        ],
        reads: "requirements with `==` or `===` as packages, all others as not resolved; files named by `-r` and `-c`, \
                except those that are listed by themselves; `# via` comments; no environment variables, no markers evaluated",
        locked_by: &[],
        read: requirements::read,
    },
    Format {
        name: pipfile::LOCK,
        ecosystem: Ecosystem::PyPi,
        role: Role::Lockfile,
        files: &["Pipfile.lock"],
        reads: "all categories, sources and hashes; it does not say which package needs which",
        locked_by: &[],
        read: pipfile::read_lock,
    },
    Format {
        name: pipfile::MANIFEST,
        ecosystem: Ecosystem::PyPi,
        role: Role::Manifest,
        files: &["Pipfile"],
        reads: "all categories; exact versions as packages",
        locked_by: &["Pipfile.lock"],
        read: pipfile::read_manifest,
    },
    Format {
        name: poetry::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Lockfile,
        files: &["poetry.lock"],
        reads: "lock versions 1 and 2 and their forerunner; groups or categories, extras, sources and hashes",
        locked_by: &[],
        read: poetry::read,
    },
    Format {
        name: uv::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Lockfile,
        files: &["uv.lock", "*.py.lock"],
        reads: "version 1; workspaces, extras, dependency groups, sources and hashes",
        locked_by: &[],
        read: uv::read,
    },
    Format {
        name: pdm::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Lockfile,
        files: &["pdm.lock"],
        reads: "lock versions 2 to 4; groups, sources and hashes",
        locked_by: &[],
        read: pdm::read,
    },
    Format {
        name: pylock::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Lockfile,
        files: &["pylock.toml", "pylock.*.toml"],
        reads: "version 1 of PEP 751: indexes, archives, repositories, folders, hashes and dependencies",
        locked_by: &[],
        read: pylock::read,
    },
    Format {
        name: pyproject::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Manifest,
        files: &["pyproject.toml"],
        reads: "dependencies, extras, dependency groups and build requirements; tables of Poetry, PDM and uv; exact \
                versions as packages",
        locked_by: &["poetry.lock", "uv.lock", "pdm.lock", "pylock.toml"],
        read: pyproject::read,
    },
    Format {
        name: setup_cfg::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Manifest,
        files: &["setup.cfg"],
        reads: "install_requires, extras_require, setup_requires and tests_require; exact versions as packages",
        locked_by: &[],
        read: setup_cfg::read,
    },
    Format {
        name: setup_py::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Manifest,
        files: &["setup.py"],
        reads: "lists of plain texts given to setup(); the program is not run, and anything computed is not resolved",
        locked_by: &[],
        read: setup_py::read,
    },
    Format {
        name: installed::NAME,
        ecosystem: Ecosystem::PyPi,
        role: Role::Installed,
        files: &[
            "site-packages/*.dist-info/METADATA",
            "dist-packages/*.dist-info/METADATA",
            "site-packages/*.egg-info/PKG-INFO",
            "dist-packages/*.egg-info/PKG-INFO",
            "site-packages/*.egg-info",
            "dist-packages/*.egg-info",
        ],
        reads: "name, version, licence, requirements, and what direct_url.json beside it says of the origin",
        locked_by: &[],
        read: installed::read,
    },
];

/// Scope of a word in the name of a group or requirements file; `None` where it tells nothing.
fn scope_of_word(word: &str) -> Option<Scope> {
    let is = |words: &[&str]| words.iter().any(|other| other.eq_ignore_ascii_case(word));
    if is(&["test", "tests", "testing", "pytest"]) {
        Some(Scope::Test)
    } else if is(&[
        "dev",
        "devel",
        "develop",
        "development",
        "doc",
        "docs",
        "lint",
        "linting",
        "linters",
        "typing",
        "types",
        "mypy",
        "typecheck",
        "style",
        "format",
        "ci",
        "local",
        "nox",
        "tox",
        "release",
        "benchmark",
        "benchmarks",
    ]) {
        Some(Scope::Dev)
    } else if is(&["build"]) {
        Some(Scope::Build)
    } else {
        None
    }
}

/// Scope of a dependency group by its name: tests or other work on the project.
fn scope_of_group(name: &str) -> Scope {
    name.split(|c: char| !c.is_alphanumeric())
        .find_map(scope_of_word)
        .filter(|scope| *scope == Scope::Test)
        .unwrap_or(Scope::Dev)
}
