//! Whether a project's source imports a package, and whether it names what an advisory says is at fault. Reads words,
//! not grammar, in time linear to the text. What it finds is a hint in one direction only: [`Reach::NotImported`] says
//! that no file it was given imports the package by a name it knows. It does not know
//! - imports whose name is put together at run time, loaded by configuration, plug-ins, entry points or reflection;
//! - what other packages do with the package: a transitive dependency is reached through them, so the question makes
//!   sense for direct dependencies only;
//! - types: `value.method()` counts as a use of `Type.method` in a file that imports the package;
//! - what an import is for: files of tests and tools, and imports that are only reached in some builds, count like
//!   others.

mod code;
mod go;
mod java;
mod javascript;
mod names;
mod names_jvm_ruby;
mod names_python;
mod python;
mod ruby;
mod rust;
mod symbols;

use super::advisory::Symbol;
use super::component::Ecosystem;
pub use names::{covers, installed_modules, provides, separator};
pub use symbols::symbol_uses;

/// One import of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// What is imported, as written: `a.b` and `.a` (Python), `@scope/name/part` (JavaScript), `golang.org/x/net/html`,
    /// `serde::de` (Rust), `org.example.Class` (Java), `active_support/all` (Ruby).
    pub module: String,
    /// Line it stands on, from 1.
    pub line: u32,
    /// What of it gets which name in the file: `name`, `name as local`, `* as local` for the module as a whole, `*` for
    /// everything under its own name. Empty where the module goes by its own name or by none.
    pub names: Vec<String>,
}

/// How far a package is used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// A file imports it.
    Imported {
        /// The file.
        path: String,
        /// Line of the import, from 1.
        line: u32,
    },
    /// No file does, as far as can be seen.
    NotImported,
    /// A file names what is at fault.
    SymbolUsed {
        /// The file.
        path: String,
        /// Line of the use, from 1.
        line: u32,
        /// What is used, as the advisory writes it.
        symbol: String,
    },
    /// Nothing can be said: of the ecosystem it is not known how packages are imported.
    Unknown,
}

/// Languages whose imports are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Language {
    /// Python.
    Python,
    /// JavaScript, TypeScript, and the scripts of Vue and Svelte.
    JavaScript,
    /// Go.
    Go,
    /// Rust.
    Rust,
    /// Java, Kotlin and Scala.
    Java,
    /// Ruby.
    Ruby,
}

impl Language {
    /// Every language.
    pub const ALL: [Self; 6] =
        [Self::Python, Self::JavaScript, Self::Go, Self::Rust, Self::Java, Self::Ruby];

    /// By the ending of a file name.
    pub fn of(path: &str) -> Option<Self> {
        let name = path.rsplit('/').next().unwrap_or(path);
        if matches!(name, "Rakefile" | "config.ru") {
            return Some(Self::Ruby);
        }
        let (_, end) = name.rsplit_once('.')?;
        Some(match end {
            "py" | "pyi" | "pyw" => Self::Python,
            "js" | "ts" | "jsx" | "tsx" | "mjs" | "cjs" | "mts" | "cts" | "vue" | "svelte" => {
                Self::JavaScript
            }
            "go" => Self::Go,
            "rs" => Self::Rust,
            "java" | "kt" | "kts" | "scala" => Self::Java,
            "rb" | "rake" | "gemspec" => Self::Ruby,
            _ => return None,
        })
    }

    /// Whose packages it imports.
    pub const fn ecosystem(self) -> Ecosystem {
        match self {
            Self::Python => Ecosystem::PyPi,
            Self::JavaScript => Ecosystem::Npm,
            Self::Go => Ecosystem::Go,
            Self::Rust => Ecosystem::CratesIo,
            Self::Java => Ecosystem::Maven,
            Self::Ruby => Ecosystem::RubyGems,
        }
    }
}

/// The imports of a file, in its order; the language goes by the ending of its name, and of others there are none.
pub fn imports(path: &str, text: &str) -> Vec<Import> {
    let end = path.rsplit('.').next().unwrap_or_default();
    // A byte-order mark would become part of the first word.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut found = match Language::of(path) {
        None => Vec::new(),
        Some(Language::Python) => python::imports(text),
        Some(Language::JavaScript) if matches!(end, "vue" | "svelte") => {
            javascript::page_imports(text)
        }
        Some(Language::JavaScript) => javascript::imports(text),
        Some(Language::Go) => go::imports(text),
        Some(Language::Rust) => rust::imports(text),
        Some(Language::Java) => java::imports(text, matches!(end, "kt" | "kts" | "scala")),
        Some(Language::Ruby) => ruby::imports(text),
    };
    // A string that never ends, or holds nothing, names no module.
    found.retain(|import| !import.module.trim().is_empty());
    found
}

/// How far one file uses a package that provides `modules`. `imports` are those of the file.
pub fn reach_in(
    path: &str,
    text: &str,
    imports: &[Import],
    ecosystem: Ecosystem,
    modules: &[String],
    symbols: &[Symbol],
) -> Reach {
    let Some(language) = Language::of(path).filter(|_| !modules.is_empty()) else {
        return Reach::Unknown;
    };
    if language.ecosystem() != ecosystem {
        return Reach::NotImported;
    }
    let own: Vec<Import> =
        imports.iter().filter(|import| covers(ecosystem, modules, import)).cloned().collect();
    let Some(first) = own.first() else { return Reach::NotImported };
    match symbol_uses(path, text, &own, symbols) {
        Some((line, symbol)) => Reach::SymbolUsed { path: path.to_owned(), line, symbol },
        None => Reach::Imported { path: path.to_owned(), line: first.line },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_reaches_a_package_as_far_as_it_says() {
        let modules = provides(Ecosystem::PyPi, "PyYAML");
        let symbols = [Symbol { path: "yaml".to_owned(), names: vec!["load".to_owned()] }];
        for (text, expected) in [
            ("import json\n", Reach::NotImported),
            ("\nimport yaml\n", Reach::Imported { path: "a.py".to_owned(), line: 2 }),
            (
                "import yaml\nyaml.load(x)\n",
                Reach::SymbolUsed {
                    path: "a.py".to_owned(),
                    line: 2,
                    symbol: "yaml.load".to_owned(),
                },
            ),
        ] {
            let imports = imports("a.py", text);
            let reach = reach_in("a.py", text, &imports, Ecosystem::PyPi, &modules, &symbols);
            assert_eq!(reach, expected, "{text}");
        }
        assert_eq!(reach_in("a.py", "", &[], Ecosystem::PyPi, &[], &[]), Reach::Unknown);
        assert_eq!(reach_in("a.js", "", &[], Ecosystem::PyPi, &modules, &[]), Reach::NotImported);
    }

    #[test]
    fn a_string_without_an_end_is_no_module() {
        let text = "package a\n\nimport (\n\t/net/html\"\n)\n\nfunc f() {}\n";
        assert!(imports("a.go", text).iter().all(|import| !import.module.is_empty()));
        assert!(imports("a.py", "from  import x\n").is_empty());
    }

    #[test]
    fn the_ending_tells_the_language() {
        for (path, expected) in [
            ("a/b.tsx", Some(Language::JavaScript)),
            ("Rakefile", Some(Language::Ruby)),
            ("x.kt", Some(Language::Java)),
            ("x.txt", None),
            ("go", None),
        ] {
            assert_eq!(Language::of(path), expected, "{path}");
        }
    }
}
