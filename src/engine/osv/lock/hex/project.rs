//! What the text of a `mix.exs` says of the project and its dependencies. It is a program; tuples in functions named like
//! `deps` are read as they stand and nothing is run.

use super::super::address::without_credentials;
use super::term::{self, Term, Value};
use crate::engine::osv::component::{Declared, Ecosystem, Origin, Scope};

/// Text of dependencies that is looked at, bytes.
const MAX_TEXT: usize = 128 * 1024;
/// Tuples that are tried.
const MAX_TUPLES: usize = 5_000;

/// A `mix.exs` as far as it was understood.
#[derive(Debug, Default)]
pub(super) struct Project {
    pub name: Option<String>,
    pub version: Option<String>,
    pub wanted: Vec<Wanted>,
    /// Whether its dependencies were found and are a plain list.
    pub complete: bool,
}

/// A dependency.
#[derive(Debug)]
pub(super) struct Wanted {
    /// Its application, the key in the lockfile.
    pub app: String,
    /// Its statement, under the name the registry knows.
    pub declared: Declared,
}

/// Reads it.
pub(super) fn read(text: &str) -> Project {
    let mut out = Project::default();
    // Indentation of the function of dependencies that is open, and the line and text since its start.
    let mut open: Option<(usize, u32, usize)> = None;
    let mut sections: Vec<(u32, &str)> = Vec::new();
    let mut offset = 0;
    for (line, number) in text.split_inclusive('\n').zip(1u32..) {
        let start = offset;
        offset += line.len();
        let body = line.trim();
        let indent = line.len() - line.trim_start().len();
        if let Some((outer, first, from)) = open {
            if body == "end" && indent == outer {
                sections.push((first, text.get(from..start).unwrap_or_default()));
                open = None;
            }
        } else {
            let function = body.strip_prefix("defp ").or_else(|| body.strip_prefix("def "));
            let name = function.and_then(|rest| rest.split(['(', ' ', ',']).next());
            if name.is_some_and(|name| name.contains("deps")) && body.ends_with(" do") {
                open = Some((indent, number + 1, offset));
            }
            if let Some(app) = body.strip_prefix("app: :") {
                out.name = Some(app.trim_end_matches(',').to_owned());
            } else if let Some(version) = body.strip_prefix("version: \"") {
                out.version = version.split('"').next().map(str::to_owned);
            }
        }
    }
    out.complete = !sections.is_empty();
    let (mut bytes, mut tuples) = (0, 0);
    for (line, section) in sections {
        bytes += section.len();
        if bytes > MAX_TEXT {
            out.complete = false;
            break;
        }
        out.section(section, line, &mut tuples);
    }
    out
}

impl Project {
    fn section(&mut self, section: &str, mut line: u32, tuples: &mut usize) {
        let mut at = 0;
        while let Some(rest) = section.get(at..).filter(|rest| !rest.is_empty()) {
            let skipped = match rest.as_bytes().first() {
                Some(b'#') => memchr::memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len()),
                Some(b'{') if *tuples < MAX_TUPLES => {
                    *tuples += 1;
                    if let Some((tuple, length)) = term::read_first(rest, line) {
                        match wanted(&tuple) {
                            Some(wanted) => self.wanted.push(wanted),
                            None => self.complete = false,
                        }
                        length
                    } else {
                        self.complete = false;
                        1
                    }
                }
                Some(b'\n') => {
                    line = line.saturating_add(1);
                    at += 1;
                    continue;
                }
                Some(b'[' | b']' | b',' | b' ' | b'\t' | b'\r') => 1,
                _ => {
                    self.complete = false;
                    rest.chars().next().map_or(1, char::len_utf8)
                }
            };
            let passed = rest.as_bytes().get(..skipped).unwrap_or_default();
            line = line.saturating_add(memchr::memchr_iter(b'\n', passed).count() as u32);
            at += skipped;
        }
    }
}

/// `{:app, "requirement", options}`, `{:app, options}` or `{:app, "requirement"}`.
fn wanted(tuple: &Term<'_>) -> Option<Wanted> {
    let parts = tuple.tuple()?;
    let (first, rest) = parts.split_first()?;
    let Value::Atom(app) = &first.value else {
        return None;
    };
    let requirement = match rest.first().map(|second| &second.value) {
        Some(Value::Text(requirement)) => requirement.to_string(),
        Some(Value::Map(_) | Value::List(_)) => String::new(),
        _ => return None,
    };
    let options = rest.last();
    let option = |key: &str| options.and_then(|options| options.option(key));
    let origin = if let Some(address) = option("git") {
        Origin::Git(without_credentials(address))
    } else if let Some(name) = option("github") {
        Origin::Git(format!("https://github.com/{name}"))
    } else if let Some(path) = option("path") {
        Origin::Path(without_credentials(path))
    } else if option("in_umbrella") == Some("true") {
        Origin::Path(String::new())
    } else if let Some(name) = option("organization").or_else(|| option("repo")) {
        Origin::OtherRegistry(name.to_owned())
    } else {
        Origin::Registry
    };
    let declared = Declared {
        ecosystem: Ecosystem::Hex,
        name: option("hex").unwrap_or(app).to_owned(),
        requirement,
        scope: scope(options),
        origin,
        line: tuple.line,
        file: None,
    };
    Some(Wanted { app: app.to_string(), declared })
}

fn scope(options: Option<&Term<'_>>) -> Scope {
    let Some(options) = options else {
        return Scope::Runtime;
    };
    let of = |environment: &str| match environment {
        "dev" => Scope::Dev,
        "test" => Scope::Test,
        _ => Scope::Runtime,
    };
    if let Some(environment) = options.option("only") {
        return of(environment);
    }
    let only = options.pairs().iter().find(|(key, _)| key.word() == Some("only"));
    let environments = only.map_or(&[][..], |(_, value)| value.list()).iter();
    if let Some(scope) = environments.filter_map(Term::word).map(of).min() {
        return scope;
    }
    match (options.option("runtime"), options.option("optional")) {
        (Some("false"), _) => Scope::Build,
        (_, Some("true")) => Scope::Optional,
        _ => Scope::Runtime,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tuples_of_dependencies_are_read_as_they_stand() {
        let text = "defmodule M.MixProject do\n  def project do\n    [\n      app: :m,\n      version: \"1.0.0\",\n      deps: deps()\n    ]\n  end\n\n\
                    \x20 # Dependencies {:none, \"1\"}\n  defp deps do\n    [\n      {:a, \"~> 1.0\"}, # {:no, \"1\"}\n\
                    \x20     {:b, \">= 0.0.0\", only: :test},\n      {:c, \"~> 2.0\", [only: [:dev], runtime: false]},\n\
                    \x20     {:d, github: \"o/d\", optional: true},\n      {:e, \"1.0\", runtime: false}\n    ]\n  end\nend\n";
        let project = read(text);
        let words: Vec<String> = project
            .wanted
            .iter()
            .map(|w| &w.declared)
            .map(|d| format!("{} {} [{}] {}", d.line, d.name, d.requirement, d.scope.as_str()))
            .collect();
        assert_eq!(
            words,
            [
                "13 a [~> 1.0] runtime",
                "14 b [>= 0.0.0] test",
                "15 c [~> 2.0] dev",
                "16 d [] optional",
                "17 e [1.0] build"
            ]
        );
        assert!(project.complete);
        assert_eq!(
            (project.name.as_deref(), project.version.as_deref()),
            (Some("m"), Some("1.0.0"))
        );
    }

    #[test]
    fn code_among_the_dependencies_is_noticed() {
        for body in ["[{:a, \"1\"}] ++ more()", "[{:a, version()}]", "[{:a, \"1\""] {
            let text = format!("  defp deps do\n    {body}\n  end\n");
            assert!(!read(&text).complete, "{body}");
        }
        assert!(!read("nothing").complete);
    }

    #[test]
    fn long_lists_end_quickly() {
        let text = format!("  defp deps do\n{}\n  end\n", "{:a#".repeat(30_000));
        assert!(!read(&text).complete);
        let text = format!("  defp deps do\n{}\n  end\n", "{:a, ".repeat(20_000));
        assert!(!read(&text).complete);
    }
}
