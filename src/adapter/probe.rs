//! Which tools are there, and in which version: asked once, side by side, with little patience.

use super::process::{self, Order};
use super::{ADAPTERS, Adapter, Drive, Surroundings, locate};
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long a tool may take to tell its version. Tools in Python load themselves whole first; on a busy machine that alone
/// takes checkov six seconds.
const PATIENCE: Duration = Duration::from_secs(10);
/// A version is short.
const MOST: u64 = 64 << 10;

/// A tool on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// The program; none for a service.
    pub program: Option<PathBuf>,
    /// What it says of its version; `None` when it does not say.
    pub version: Option<String>,
}

/// Where the program of a tool is; a service is nowhere.
pub fn locate(
    adapter: &Adapter,
    surroundings: &Surroundings,
    target: Option<&Path>,
) -> Option<PathBuf> {
    let Drive::Program(program) = adapter.drive else { return None };
    let path = locate::safe_path(surroundings.path.as_deref(), &surroundings.folder, target);
    locate::program(program.name, &path, target)
}

/// Every tool that is there, in the order of the table; `None` for those that are not.
pub fn all(surroundings: &Surroundings) -> Vec<Option<Presence>> {
    std::thread::scope(|scope| {
        let asked: Vec<_> = ADAPTERS
            .iter()
            .map(|adapter| scope.spawn(move || presence(adapter, surroundings)))
            .collect();
        asked.into_iter().map(|one| one.join().unwrap_or_default()).collect()
    })
}

fn presence(adapter: &Adapter, surroundings: &Surroundings) -> Option<Presence> {
    match adapter.drive {
        Drive::Program(_) => {
            let program = locate(adapter, surroundings, None)?;
            let version = version(adapter, &program, surroundings);
            Some(Presence { program: Some(program), version })
        }
        Drive::Service(service) => {
            let version = (service.version)(surroundings).ok()?;
            Some(Presence { program: None, version: Some(version) })
        }
    }
}

/// Asks a program for its version.
pub fn version(adapter: &Adapter, program: &Path, surroundings: &Surroundings) -> Option<String> {
    let Drive::Program(how) = adapter.drive else { return None };
    let folder = tempfile::tempdir().ok()?;
    let mut variables = environment(surroundings, None);
    variables.extend(how.version_variables.iter().map(|(name, value)| (name.into(), value.into())));
    let order = Order {
        program: program.to_owned(),
        args: how.version_args.iter().map(OsString::from).collect(),
        variables,
        folder: folder.path().to_owned(),
        timeout: PATIENCE,
        most: MOST,
    };
    let ended = process::run(&order, &|| false).ok()?;
    let said = String::from_utf8_lossy(&ended.stdout);
    read(&said).or_else(|| read(&String::from_utf8_lossy(&ended.complaint)))
}

/// What every program gets, offline.
pub(super) fn environment(
    surroundings: &Surroundings,
    target: Option<&Path>,
) -> Vec<(OsString, OsString)> {
    let path = locate::safe_path(surroundings.path.as_deref(), &surroundings.folder, target);
    let mut variables: Vec<(OsString, OsString)> = vec![
        ("PATH".into(), locate::joined(&path)),
        ("LANG".into(), "C.UTF-8".into()),
        // Not in the scanned tree, not in the tool's own folder.
        ("PYTHONDONTWRITEBYTECODE".into(), "1".into()),
        ("NO_COLOR".into(), "1".into()),
    ];
    variables.extend(surroundings.common.iter().cloned());
    variables
}

/// The first word that is a version: `v1.2.3`, `1.2`, `0.76.0-rc1`.
fn read(said: &str) -> Option<String> {
    said.split(|c: char| c.is_whitespace() || "(),\"".contains(c)).take(2000).find_map(|word| {
        let word = word.strip_prefix('v').unwrap_or(word);
        let dotted =
            word.split('.').take(2).all(|part| part.starts_with(|c: char| c.is_ascii_digit()));
        let plain = word.chars().all(|c| c.is_ascii_alphanumeric() || ".+-_".contains(c));
        (dotted && plain && word.contains('.') && word.len() <= 40).then(|| word.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_found_in_what_tools_print() {
        for (said, expected) in [
            ("bandit 1.9.4\n  python version = 3.11.7", Some("1.9.4")),
            ("Haskell Dockerfile Linter 2.15.1\n", Some("2.15.1")),
            ("Version: 0.76.0\nVulnerability DB:\n  Version: 2", Some("0.76.0")),
            ("Nmap version 7.93 ( https://nmap.org )", Some("7.93")),
            ("safety, version 3.8.1", Some("3.8.1")),
            ("v8.30.1", Some("8.30.1")),
            ("1.2.3-rc.1+build", Some("1.2.3-rc.1+build")),
            ("It will be compatible before 2", None),
            ("1.2\u{1b}[0m.3", None),
            ("", None),
        ] {
            assert_eq!(read(said).as_deref(), expected, "{said}");
        }
    }
}
