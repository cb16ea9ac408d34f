//! Go: `go.mod` with `go.sum` beside it, and `vendor/modules.txt`. Module graphs beyond what these files state are not
//! built; `go.sum` alone lists no package, it also holds versions that nobody uses.

mod syntax;

use super::address::without_credentials;
use super::gather::Gather;
use super::{Broken, File, Format, Role};
use crate::engine::osv::component::{Component, Declared, Ecosystem, Listing, Note, Origin, Scope};
use std::collections::{HashMap, HashSet};
use syntax::{Mod, Replace};

/// Formats of this ecosystem.
pub static FORMATS: &[Format] = &[
    Format {
        name: "go.mod",
        ecosystem: Ecosystem::Go,
        role: Role::Lockfile,
        files: &["go.mod"],
        reads: "require, replace, exclude; go and toolchain as the version of the standard library; go.sum for pins",
        locked_by: &[],
        read: read_mod,
    },
    Format {
        name: "vendor/modules.txt",
        ecosystem: Ecosystem::Go,
        role: Role::Installed,
        files: &["vendor/modules.txt"],
        reads: "modules with at least one package in the folder",
        locked_by: &[],
        read: read_vendored,
    },
];

/// Module of the standard library in the Go vulnerability database.
const STDLIB: &str = "stdlib";

/// Modules by path and version.
type Sums<'a> = HashSet<(&'a str, &'a str)>;

fn read_mod(file: &File<'_>) -> Result<Listing, Broken> {
    let found = syntax::read(file.text()?);
    if found.module.is_none() && found.requires.is_empty() && !found.lost.is_empty() {
        return Err(Broken::at(found.lost[0], "not a go.mod"));
    }
    let mut gather = Gather::new(file, "go.mod");
    for line in &found.lost {
        gather.lost(*line, "the directive is not understood");
    }
    if let Some(module) = &found.module {
        gather.project(&**module, "");
    }
    let sum = file.read_beside("go.sum");
    let sum = sum.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok()).unwrap_or_default();
    let sums = sums(sum);
    standard_library(&found, &mut gather);
    requires(file, &found, &sums, &mut gather);
    let old = found.go.as_ref().is_none_or(|(version, _)| is_before_1_17(version));
    let stated = found.requires.iter().any(|require| require.indirect);
    if let Some(first) = found.requires.first().filter(|_| old && !stated) {
        let message = "before go 1.17 the file names no transitive modules".to_owned();
        gather.note(Note::Unresolved { line: first.line, message });
    }
    Ok(gather.finish())
}

/// What `go.sum` pins the content of.
fn sums(text: &str) -> Sums<'_> {
    let lines = text.lines().filter_map(|line| {
        let mut words = line.split_ascii_whitespace();
        let (path, version, hash) = (words.next()?, words.next()?, words.next()?);
        (hash.starts_with("h1:") && !version.ends_with("/go.mod")).then_some((path, version))
    });
    lines.collect()
}

fn standard_library(found: &Mod<'_>, gather: &mut Gather) {
    let toolchain = found.toolchain.as_ref().and_then(|(name, line)| {
        // `go1.21.5-custom`; `default` and `local` say nothing.
        let version = name.strip_prefix("go")?.split('-').next()?;
        version.starts_with(|c: char| c.is_ascii_digit()).then_some((version, *line))
    });
    let go = found.go.as_ref().map(|(version, line)| (&**version, *line));
    if let Some((version, line)) = toolchain.or(go) {
        let mut component = Component::new(Ecosystem::Go, STDLIB, version, line);
        component.direct = Some(true);
        gather.add(component);
    }
}

/// Whether a `go` directive is older than the one since which all modules are named.
fn is_before_1_17(version: &str) -> bool {
    let mut parts = version.split('.');
    let mut number = || {
        let part = parts.next().unwrap_or_default();
        let end = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        part[..end].parse::<u32>().unwrap_or_default()
    };
    (number(), number()) < (1, 17)
}

fn requires(file: &File<'_>, found: &Mod<'_>, sums: &Sums<'_>, gather: &mut Gather) {
    // The last of several for one module counts; one that names the version goes first.
    let mut by_version: HashMap<(&str, &str), &Replace<'_>> = HashMap::new();
    let mut by_path: HashMap<&str, &Replace<'_>> = HashMap::new();
    for replace in &found.replaces {
        match &replace.old_version {
            Some(version) => drop(by_version.insert((&replace.old, version), replace)),
            None => drop(by_path.insert(&replace.old, replace)),
        }
    }
    let excluded: HashSet<(&str, &str)> =
        found.excludes.iter().map(|(path, version)| (&**path, &**version)).collect();
    let mut seen: HashSet<(String, String)> = HashSet::new();
    for require in &found.requires {
        let key = (&*require.path, &*require.version);
        if excluded.contains(&key) {
            let message =
                "the required version is excluded, the next higher one is used".to_owned();
            gather.note(Note::Unresolved { line: require.line, message });
            continue;
        }
        let replace = by_version.get(&key).or_else(|| by_path.get(&*require.path));
        let mut component = Component::new(Ecosystem::Go, key.0, key.1, require.line);
        component.pinned = sums.contains(&key);
        match replace {
            Some(Replace { new, new_version: Some(version), line, .. }) => {
                component.name = new.to_string();
                component.version = version.to_string();
                component.line = *line;
                component.pinned = sums.contains(&(&**new, &**version));
            }
            Some(Replace { new, .. }) => {
                let path = file.beside(new).unwrap_or_else(|| without_credentials(new));
                component.origin = Origin::Path(path);
                component.pinned = false;
            }
            None => {}
        }
        component.direct = Some(!require.indirect);
        if !require.indirect {
            gather.declare(Declared {
                ecosystem: Ecosystem::Go,
                name: require.path.to_string(),
                requirement: require.version.to_string(),
                scope: Scope::Runtime,
                origin: component.origin.clone(),
                line: require.line,
                file: None,
            });
        }
        if seen.insert((component.name.clone(), component.version.clone())) {
            gather.add(component);
        }
    }
}

fn read_vendored(file: &File<'_>) -> Result<Listing, Broken> {
    let text = file.text()?;
    let mut gather = Gather::new(file, "vendor/modules.txt");
    let bytes = file.read_beside("../go.mod");
    let stated = bytes.as_deref().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let stated = stated.map(syntax::read);
    let direct: Option<HashSet<&str>> = stated.as_ref().map(|stated| {
        let direct = stated.requires.iter().filter(|require| !require.indirect);
        direct.map(|require| &*require.path).collect()
    });
    // A module is taken at its first package; modules without one are named only for comparison with go.mod.
    let mut module: Option<Component> = None;
    let (mut named, mut number) = (0usize, 0u32);
    for line in text.lines() {
        number = number.saturating_add(1);
        if line.starts_with("## ") || line.trim().is_empty() {
            continue;
        }
        let Some(head) = line.strip_prefix("# ") else {
            if let Some(component) = module.take() {
                gather.add(component);
            }
            continue;
        };
        named += 1;
        let words: Vec<&str> = head.split_ascii_whitespace().collect();
        let component =
            |name: &str, version: &str| Component::new(Ecosystem::Go, name, version, number);
        module = match words.as_slice() {
            [name, version] => Some(component(name, version)),
            [_, _, "=>", name, version] => Some(component(name, version)),
            [name, version, "=>", path] => {
                let mut one = component(name, version);
                let path = file.beside(&format!("../{path}"));
                one.origin = Origin::Path(path.unwrap_or_default());
                Some(one)
            }
            // Replacements of modules that are not used.
            [_, "=>", _] | [_, "=>", _, _] => None,
            _ => {
                gather.lost(number, "the module is not understood");
                None
            }
        };
        if let (Some(one), Some(direct)) = (&mut module, &direct) {
            one.direct = words.first().map(|name| direct.contains(name));
        }
    }
    if named == 0 && number > 0 {
        return Err(Broken::whole("names no module"));
    }
    Ok(gather.finish())
}

#[cfg(test)]
mod tests {
    use super::super::memory::{Memory, named, words};
    use super::*;

    const MOD: &str = "module example.com/m\n\ngo 1.21\n\ntoolchain go1.21.5-x\n\nrequire (\n\
                       \tgithub.com/a/A v1.0.0\n\tgithub.com/b/b v1.0.0 // indirect\n\
                       \tgithub.com/c/c v1.0.0\n\tgithub.com/d/d v1.0.0\n)\n\n\
                       replace github.com/b/b => github.com/fork/b v1.0.1\n\
                       replace github.com/b/b v1.0.0 => github.com/fork/b v1.0.2\n\
                       replace github.com/c/c => ../c\nexclude github.com/d/d v1.0.0\n";

    #[test]
    fn replaced_modules_are_listed_as_what_is_used() {
        let tree = Memory::new(&[
            ("x/go.mod", MOD),
            (
                "x/go.sum",
                "github.com/a/A v1.0.0 h1:abc=\ngithub.com/fork/b v1.0.2/go.mod h1:abc=\n",
            ),
        ]);
        let listing = tree.read_as(FORMATS, "go.mod", "x/go.mod").unwrap();
        assert_eq!(
            words(&listing),
            [
                "stdlib@1.21.5:5 direct",
                "github.com/a/A@v1.0.0:8 direct",
                "github.com/fork/b@v1.0.2:15 transitive",
                "github.com/c/c@v1.0.0:10 direct",
            ]
        );
        assert_eq!(named(&listing, "github.com/c/c").origin, Origin::Path("c".into()));
        assert!(named(&listing, "github.com/a/A").pinned);
        assert!(!named(&listing, "github.com/fork/b").pinned);
        assert_eq!(listing.project, Some(("example.com/m".into(), String::new())));
        let message = "the required version is excluded, the next higher one is used".to_owned();
        assert_eq!(listing.notes, [Note::Unresolved { line: 11, message }]);
        assert_eq!(listing.declared.len(), 2);
    }

    #[test]
    fn old_modules_do_not_tell_what_is_transitive() {
        for (head, indirect, told) in [
            ("", "", false),
            ("go 1.16\n", "", false),
            ("go 1.16\n", " // indirect", true),
            ("go 1.17\n", "", true),
            ("go 1.9\n", "", false),
            ("go 2\n", "", true),
        ] {
            let text = format!("module m\n{head}require example.com/a v1.0.0{indirect}\n");
            let tree = Memory::new(&[("go.mod", text.as_str())]);
            let listing = tree.read_as(FORMATS, "go.mod", "go.mod").unwrap();
            assert_eq!(listing.notes.is_empty(), told, "{text}");
        }
    }

    #[test]
    fn vendored_modules_without_packages_are_not_installed() {
        let text = "# example.com/a v1.0.0\n## explicit; go 1.17\nexample.com/a/p\nexample.com/a/q\n\
                    # example.com/b v1.0.0\n## explicit\n\
                    # example.com/c v1.0.0 => ./c\nexample.com/c\n\
                    # example.com/d v1.0.0 => example.com/e v1.2.0\nexample.com/d\n\
                    # example.com/f => example.com/g v1.0.0\n";
        let tree = Memory::new(&[
            ("p/vendor/modules.txt", text),
            (
                "p/go.mod",
                "module m\nrequire example.com/a v1.0.0\nrequire example.com/d v1.0.0 // indirect\n",
            ),
        ]);
        let path = "p/vendor/modules.txt";
        let listing = tree.read_as(FORMATS, "vendor/modules.txt", path).unwrap();
        assert_eq!(
            words(&listing),
            [
                "example.com/a@v1.0.0:1 direct",
                "example.com/c@v1.0.0:7 transitive",
                "example.com/e@v1.2.0:9 transitive",
            ]
        );
        assert_eq!(named(&listing, "example.com/c").origin, Origin::Path("p/c".into()));
    }

    #[test]
    fn a_text_that_is_no_go_mod_is_broken() {
        let tree = Memory::new(&[("go.mod", "hello world\n")]);
        assert!(tree.read_as(FORMATS, "go.mod", "go.mod").is_err());
    }
}
