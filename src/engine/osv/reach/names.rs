//! Which modules a package provides, by its name or by what is installed of it, and whether an import is one of them.

use super::super::component::Ecosystem;
use super::Import;
use super::names_jvm_ruby::{GEMS, JVM};
use super::names_python::PYTHON;

/// Crates whose library has another name than they have (by their own manifests).
const CRATES: &[(&str, &str)] = &[
    ("bzip2-rs", "bzip2_rs"),
    ("gix-features", "gix_features"),
    ("libsecp256k1", "libsecp256k1"),
    ("md-5", "md5"),
    ("new_debug_unreachable", "debug_unreachable"),
    ("rust-argon2", "argon2"),
    ("rust-crypto", "crypto"),
    ("rust-ini", "ini"),
    ("rust_decimal", "rust_decimal"),
    ("rustc-serialize", "rustc_serialize"),
    ("sha-1", "sha1"),
    ("utf8-cstr", "utf8_cstr"),
    ("xml-rs", "xml"),
];

fn look_up(table: &[(&str, &str)], name: &str) -> Option<Vec<String>> {
    let place = table.binary_search_by(|(key, _)| (*key).cmp(name)).ok()?;
    Some(table[place].1.split(' ').map(str::to_owned).collect())
}

/// Modules that a package is imported by. A table where they differ from the name, else a rule; several where the rule
/// is a guess, as it is better to take a package for imported than not. Empty where it is not known how packages are
/// imported.
/// - npm: the name; Go: the module path, and `stdlib` for the standard library; crates.io: the name with `_` for `-`;
/// - PyPI: the name with `_` for `-`, without `python-`, `-python` or `django-`, and with `.` for `-`;
/// - RubyGems: the name, with `/` and with `_` for `-`;
/// - Maven: the group, and the group with the part of the artifact's name that it does not have.
pub fn provides(ecosystem: Ecosystem, package: &str) -> Vec<String> {
    let name = ecosystem.normalise(package);
    let mut out = match ecosystem {
        Ecosystem::Npm | Ecosystem::Go => vec![name],
        Ecosystem::CratesIo => {
            look_up(CRATES, &name).unwrap_or_else(|| vec![name.replace('-', "_")])
        }
        Ecosystem::PyPi => look_up(PYTHON, &name).unwrap_or_else(|| python(&name)),
        Ecosystem::RubyGems => look_up(GEMS, &name)
            .unwrap_or_else(|| vec![name.clone(), name.replace('-', "/"), name.replace('-', "_")]),
        Ecosystem::Maven => look_up(JVM, &name).unwrap_or_else(|| jvm(&name)),
        _ => Vec::new(),
    };
    let mut seen = std::collections::BTreeSet::new();
    out.retain(|module| !module.is_empty() && seen.insert(module.clone()));
    out
}

fn python(name: &str) -> Vec<String> {
    let plain = name.replace('-', "_");
    let mut out = vec![plain];
    for start in ["python-", "python3-", "django-"] {
        out.extend(name.strip_prefix(start).map(|rest| rest.replace('-', "_")));
    }
    for end in ["-python", "-py", "-python3"] {
        out.extend(name.strip_suffix(end).map(|rest| rest.replace('-', "_")));
    }
    out.push(name.replace('-', "."));
    out
}

fn jvm(name: &str) -> Vec<String> {
    let (group, artifact) = name.split_once(':').unwrap_or((name, ""));
    // A group without a dot is the artifact's own name and no package.
    if group.contains('.') {
        return vec![group.to_owned()];
    }
    let package = artifact.replace('-', ".");
    vec![format!("org.{package}"), format!("org.apache.{package}"), package, group.to_owned()]
}

/// Modules of an installed Python package, from its `top_level.txt`, or from its `RECORD` where it has none. Of folders
/// that hold no `__init__.py` (name spaces that packages share) the first below that does is given.
pub fn installed_modules(top_level: Option<&str>, record: &str) -> Vec<String> {
    const MAX: usize = 1000;
    let mut modules = std::collections::BTreeSet::new();
    let mut files: Vec<&str> = record
        .lines()
        .filter_map(|line| line.trim_start_matches('"').split([',', '"']).next())
        .filter(|path| !path.starts_with("..") && !path.starts_with('/'))
        .collect();
    files.sort_unstable();
    // Shallow packages come first, so that what is below them is not given again.
    files.sort_by_key(|path| path.matches('/').count());
    for path in files {
        let Some((stem, _)) = ["py", "so", "pyd", "pyx"]
            .iter()
            .find_map(|end| path.strip_suffix(end)?.strip_suffix('.').map(|stem| (stem, end)))
        else {
            continue;
        };
        let module = stem.strip_suffix("/__init__").unwrap_or(stem);
        // `_x.cpython-312-x86_64-linux-gnu` is the module `_x`.
        let module = match module.rsplit_once('/') {
            Some((folder, file)) => format!("{folder}/{}", file.split('.').next().unwrap_or(file)),
            None => module.split('.').next().unwrap_or(module).to_owned(),
        };
        if module.contains(['.', '-']) || modules.len() >= MAX {
            continue;
        }
        let known = module
            .match_indices('/')
            .any(|(at, _)| modules.contains(&module[..at].replace('/', ".")));
        if !known {
            modules.insert(module.replace('/', "."));
        }
    }
    let top: Vec<&str> = top_level
        .into_iter()
        .flat_map(str::lines)
        .map(str::trim)
        .filter(|l| !l.is_empty())
        .collect();
    if top.is_empty() || !modules.is_empty() {
        return modules.into_iter().collect();
    }
    top.into_iter().take(MAX).map(|line| line.replace('/', ".")).collect()
}

/// What stands between the parts of a module's name; `None` where imports are not read.
pub const fn separator(ecosystem: Ecosystem) -> Option<&'static str> {
    match ecosystem {
        Ecosystem::Npm | Ecosystem::Go | Ecosystem::RubyGems => Some("/"),
        Ecosystem::CratesIo => Some("::"),
        Ecosystem::PyPi | Ecosystem::Maven => Some("."),
        _ => None,
    }
}

/// Whether an import is one of a package that provides `modules`.
pub fn covers(ecosystem: Ecosystem, modules: &[String], import: &Import) -> bool {
    let Some(separator) = separator(ecosystem) else { return false };
    let written = import.module.as_str();
    // Every gem of the Gemfile.
    if ecosystem == Ecosystem::RubyGems && written == "*" {
        return true;
    }
    modules.iter().any(|module| {
        if ecosystem == Ecosystem::Go && module == "stdlib" {
            // Only the standard library has paths whose first part is no host.
            return !written.split('/').next().is_some_and(|host| host.contains('.'));
        }
        let below = |long: &str, short: &str| {
            long.get(..short.len()).is_some_and(|start| {
                if ecosystem == Ecosystem::PyPi {
                    start.eq_ignore_ascii_case(short)
                } else {
                    start == short
                }
            }) && (long.len() == short.len()
                || long.get(short.len()..).is_some_and(|rest| rest.starts_with(separator)))
        };
        below(written, module)
            || matches!(ecosystem, Ecosystem::PyPi | Ecosystem::CratesIo)
                && import.names.iter().any(|name| {
                    // `from google.cloud import storage`
                    let name = name.split(' ').next().unwrap_or(name);
                    name != "*"
                        && module.len() == written.len() + separator.len() + name.len()
                        && below(module, written)
                        && module.ends_with(name)
                })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn import(module: &str, names: &[&str]) -> Import {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Import { module: module.to_owned(), line: 1, names }
    }

    #[test]
    fn tables_are_sorted_and_have_no_name_twice() {
        for table in [PYTHON, GEMS, JVM, CRATES] {
            for pair in table.windows(2) {
                assert!(pair[0].0 < pair[1].0, "{} {}", pair[0].0, pair[1].0);
            }
        }
        assert!(PYTHON.len() >= 400 && GEMS.len() >= 80 && JVM.len() >= 80);
        for (name, _) in PYTHON {
            assert_eq!(Ecosystem::PyPi.normalise(name), *name);
        }
        for (name, _) in JVM {
            assert_eq!(name.matches(':').count(), 1, "{name}");
        }
    }

    #[test]
    fn an_import_is_found_again_in_its_package() {
        for (ecosystem, package, module, names, expected) in [
            (Ecosystem::PyPi, "PyYAML", "yaml.loader", &[][..], true),
            (Ecosystem::PyPi, "PyYAML", "yamlx", &[], false),
            (Ecosystem::PyPi, "google-cloud-storage", "google.cloud", &["storage"], true),
            (Ecosystem::PyPi, "google-cloud-storage", "google.cloud", &["bigquery"], false),
            (Ecosystem::PyPi, "python-foo", "foo", &[], true),
            (Ecosystem::PyPi, "Pillow", ".PIL", &[], false),
            (Ecosystem::Npm, "lodash", "lodash/fp", &[], true),
            (Ecosystem::Npm, "lodash", "lodash-es", &[], false),
            (Ecosystem::Npm, "@a/b", "@a/b/c", &[], true),
            (Ecosystem::Go, "golang.org/x/net", "golang.org/x/net/html", &[], true),
            (Ecosystem::Go, "stdlib", "net/http", &[], true),
            (Ecosystem::Go, "stdlib", "golang.org/x/net", &[], false),
            (Ecosystem::CratesIo, "serde-json", "serde_json::Value", &[], true),
            (Ecosystem::CratesIo, "md-5", "md5", &[], true),
            (
                Ecosystem::Maven,
                "org.apache.commons:commons-text",
                "org.apache.commons.text.A",
                &[],
                true,
            ),
            (Ecosystem::Maven, "commons-io:commons-io", "org.apache.commons.io.IOUtils", &[], true),
            (Ecosystem::Maven, "org.x:y", "org.x.y.Z", &[], true),
            (Ecosystem::RubyGems, "activesupport", "active_support/all", &[], true),
            (Ecosystem::RubyGems, "net-ssh", "net/ssh", &[], true),
            (Ecosystem::RubyGems, "anything", "*", &[], true),
        ] {
            let modules = provides(ecosystem, package);
            let found = covers(ecosystem, &modules, &import(module, names));
            assert_eq!(found, expected, "{package} {module} {modules:?}");
        }
        assert!(provides(Ecosystem::Packagist, "a/b").is_empty());
    }

    #[test]
    fn what_is_installed_tells_the_modules() {
        let record = "yaml/__init__.py,sha256=x,1\nyaml/loader.py,,\n_yaml/__init__.py,,\nPyYAML-6.dist-info/RECORD,,\n\
                      six.py,,\n_c.cpython-312-x86_64-linux-gnu.so,,\nns/a/__init__.py,,\nns/a/b.py,,\n../bin/x.py,,\n";
        assert_eq!(
            installed_modules(Some("yaml\n_yaml\n"), record),
            ["_c", "_yaml", "ns.a", "six", "yaml"]
        );
        assert_eq!(installed_modules(Some("old\n"), ""), ["old"]);
    }
}
