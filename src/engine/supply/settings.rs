//! Settings of package managers that decide where packages come from. Reads line by line what the tools read, and
//! tells of hosts, never of addresses with credentials.

use super::rule::{OTHER_REGISTRY, UNPROTECTED_SOURCE};
use super::{Problem, host, is_unprotected};
use crate::finding::Severity;

/// Tools whose settings are looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Requirements,
    Pip,
    Npm,
    Yarn,
    YarnBerry,
    Sources,
    Cargo,
    Gemfile,
    NuGet,
    Composer,
}

fn kind(path: &str) -> Option<Kind> {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit('/').next().unwrap_or_default();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let is_list = name.starts_with("requirements")
        || name.starts_with("constraints")
        || folder == "requirements";
    Some(match name {
        "pip.conf" | "pip.ini" => Kind::Pip,
        ".npmrc" => Kind::Npm,
        ".yarnrc" => Kind::Yarn,
        ".yarnrc.yml" => Kind::YarnBerry,
        "Pipfile" | "pyproject.toml" | "uv.toml" => Kind::Sources,
        "Gemfile" | "gems.rb" => Kind::Gemfile,
        "composer.json" => Kind::Composer,
        "config.toml" | "config" if folder == ".cargo" => Kind::Cargo,
        _ if name.eq_ignore_ascii_case("nuget.config") => Kind::NuGet,
        _ if is_list && matches!(extension, "txt" | "in") => Kind::Requirements,
        _ => return None,
    })
}

/// Whether a path is a file of settings.
pub(super) fn is_one(path: &str) -> bool {
    kind(path).is_some()
}

/// Looks at one file.
pub(super) fn check(path: &str, text: &str, problems: &mut Vec<Problem>) {
    let Some(kind) = kind(path) else { return };
    let mut at = File { path, problems };
    let mut section = String::new();
    // A key of pip may have its values on the lines below it.
    let mut key = String::new();
    for (index, line) in text.lines().enumerate() {
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            continue;
        }
        match kind {
            Kind::Requirements => at.options(bare, number),
            Kind::Pip => {
                if bare.starts_with('[') {
                    key.clear();
                } else if let Some((name, value)) = bare.split_once('=').filter(|_| bare == line) {
                    key = name.trim().replace('_', "-").to_ascii_lowercase();
                    at.pip(&key, value, number);
                } else {
                    at.pip(&key, bare, number);
                }
            }
            Kind::Npm => {
                if let Some((name, value)) = bare.split_once('=') {
                    let (name, value) = (name.trim(), unquoted(value));
                    if name == "registry" || name.ends_with(":registry") {
                        at.address(value, "npm", number);
                    } else if name == "strict-ssl" && value == "false" {
                        at.unchecked("npm", number);
                    }
                }
            }
            Kind::Yarn => {
                if let Some((name, value)) = bare.split_once(char::is_whitespace) {
                    let (name, value) = (unquoted(name), unquoted(value));
                    if name == "registry" || name.ends_with(":registry") {
                        at.address(value, "Yarn", number);
                    } else if name == "strict-ssl" && value == "false" {
                        at.unchecked("Yarn", number);
                    }
                }
            }
            Kind::YarnBerry => {
                if let Some((name, value)) = bare.split_once(':') {
                    match (name.trim(), unquoted(value)) {
                        ("npmRegistryServer", value) => at.address(value, "Yarn", number),
                        ("enableStrictSsl", "false") => at.unchecked("Yarn", number),
                        _ => {}
                    }
                }
            }
            Kind::Sources | Kind::Cargo => {
                if bare.starts_with('[') {
                    bare.trim_matches(['[', ']', ' ']).clone_into(&mut section);
                } else if let Some((name, value)) = bare.split_once('=') {
                    at.table(kind, &section, name.trim(), unquoted(value), number);
                }
            }
            Kind::Gemfile => {
                if let Some(rest) = bare.strip_prefix("source") {
                    let rest = rest.trim_start_matches(['(', ' ']);
                    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
                    let value = quote.and_then(|quote| rest[1..].split(quote).next());
                    at.address(value.unwrap_or_default(), "Bundler", number);
                }
            }
            Kind::NuGet => {
                if let Some((_, rest)) =
                    bare.split_once("value=\"").filter(|_| bare.contains("<add "))
                {
                    at.address(rest.split('"').next().unwrap_or_default(), "NuGet", number);
                }
            }
            Kind::Composer => {
                let plain: String = bare.chars().filter(|c| !c.is_whitespace()).collect();
                if plain.contains("\"secure-http\":false") || plain.contains("\"disable-tls\":true")
                {
                    at.unchecked("Composer", number);
                }
            }
        }
    }
}

struct File<'a> {
    path: &'a str,
    problems: &'a mut Vec<Problem>,
}

impl File<'_> {
    /// Options in a list of requirements.
    fn options(&mut self, line: &str, number: u32) {
        if !line.starts_with('-') {
            return;
        }
        let line = line.split(" #").next().unwrap_or(line);
        let (name, value) = line.split_once(['=', ' ']).unwrap_or((line, ""));
        let name = match name {
            "-i" | "--index-url" | "--pypi-url" => "index-url",
            "--extra-index-url" => "extra-index-url",
            "-f" | "--find-links" => "find-links",
            "--trusted-host" => "trusted-host",
            _ => return,
        };
        self.pip(name, value, number);
    }

    fn pip(&mut self, name: &str, values: &str, number: u32) {
        for value in values.split_whitespace().map(unquoted).take(64) {
            match name {
                "index-url" | "find-links" => self.address(value, "pip", number),
                "extra-index-url" => {
                    self.address(value, "pip", number);
                    self.extra(
                        value,
                        "pip asks it beside the index and takes the higher version",
                        number,
                    );
                }
                "trusted-host" => self.unchecked("pip", number),
                _ => {}
            }
        }
    }

    /// A key of a TOML file.
    fn table(&mut self, kind: Kind, section: &str, name: &str, value: &str, number: u32) {
        if kind == Kind::Cargo {
            let is_source = section.starts_with("registries") || section.starts_with("source");
            if is_source && matches!(name, "index" | "registry") {
                self.address(value, "Cargo", number);
            }
            return;
        }
        let tool = match section {
            "source" => "Pipenv",
            "tool.poetry.source" => "Poetry",
            "tool.pdm.source" => "PDM",
            "tool.uv.index" | "index" => "uv",
            "tool.uv" | "tool.uv.pip" | "pip" | "" => {
                if name == "extra-index-url" {
                    for value in value.split(['"', '\'']).filter(|part| part.contains("://")) {
                        self.address(value, "uv", number);
                    }
                } else if name == "index-url" {
                    self.address(value, "uv", number);
                }
                return;
            }
            _ => return,
        };
        match name {
            "url" => self.address(value, tool, number),
            "verify_ssl" if value == "false" => self.unchecked(tool, number),
            _ => {}
        }
    }

    /// An address that packages come from.
    fn address(&mut self, value: &str, tool: &str, number: u32) {
        if !is_unprotected(value) {
            return;
        }
        let Some((_, host)) = host(value) else { return };
        let title = format!("{tool} takes packages from {host} unprotected");
        let what = format!("{} names {host} with a plain address.", self.path);
        self.problems.push(
            Problem::new(&UNPROTECTED_SOURCE, self.path, number, title, &what)
                .about(&format!("{} {host}", self.path))
                .meta("host", host),
        );
    }

    /// Certificates that are not checked.
    fn unchecked(&mut self, tool: &str, number: u32) {
        let title = format!("{tool} does not check certificates");
        let what = format!("A setting in {} turns the check off.", self.path);
        self.problems.push(
            Problem::new(&UNPROTECTED_SOURCE, self.path, number, title, &what)
                .severity(Severity::Medium)
                .about(&format!("{} unchecked", self.path)),
        );
    }

    /// An index beside the first one.
    fn extra(&mut self, value: &str, why: &str, number: u32) {
        // A variable in place of the host hides it, but not that there is one.
        let host = host(value).map_or_else(|| "another index".to_owned(), |(_, host)| host);
        if matches!(host.as_str(), "pypi.org" | "pypi.python.org" | "files.pythonhosted.org") {
            return;
        }
        let title = format!("Packages may come from {host} or from the index, whichever has more");
        let what = format!("{} adds {host}: {why}.", self.path);
        self.problems.push(
            Problem::new(&OTHER_REGISTRY, self.path, number, title, &what)
                .severity(Severity::Medium)
                .about(&format!("{} {host}", self.path))
                .meta("registry", host),
        );
    }
}

fn unquoted(value: &str) -> &str {
    let value = value.trim();
    for quote in ['"', '\''] {
        if let Some(rest) = value.strip_prefix(quote) {
            return rest.split(quote).next().unwrap_or_default();
        }
    }
    value.split(" #").next().unwrap_or(value).trim_end()
}
