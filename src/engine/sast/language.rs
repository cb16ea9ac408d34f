//! The languages: what rules call them, which files are theirs, and the grammar that reads them.

use super::lower::{
    Fast, Grammar, Shape, bash, c, cpp, csharp, dockerfile, go, hcl, html, java, javascript, json,
    kotlin, ocaml, own::Own, php, python, ruby, rust, scala, solidity, swift, typescript, yaml,
};
use std::sync::OnceLock;

/// A row of the table.
pub struct Language {
    /// Name as docs and rules write it.
    pub name: &'static str,
    /// Other names in rules.
    pub aliases: &'static [&'static str],
    /// Extensions of its files, without the dot, lower case.
    pub extensions: &'static [&'static str],
    /// Whole names of its files, lower case.
    pub names: &'static [&'static str],
    /// Programs in the first line of a script (`#!`) that mean it.
    pub programs: &'static [&'static str],
    reader: Reader,
    fast: Option<Fast>,
    ready: OnceLock<Grammar>,
}

/// What reads a language.
enum Reader {
    Grammar(fn() -> tree_sitter::Language, &'static [(&'static str, Shape)]),
    Own(Own),
}

impl std::fmt::Debug for Language {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Language {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Language {
    const fn new(
        name: &'static str,
        grammar: fn() -> tree_sitter::Language,
        shapes: &'static [(&'static str, Shape)],
        extensions: &'static [&'static str],
    ) -> Self {
        Self {
            name,
            aliases: &[],
            extensions,
            names: &[],
            programs: &[],
            reader: Reader::Grammar(grammar, shapes),
            fast: None,
            ready: OnceLock::new(),
        }
    }

    const fn own(name: &'static str, own: Own, extensions: &'static [&'static str]) -> Self {
        Self {
            name,
            aliases: &[],
            extensions,
            names: &[],
            programs: &[],
            reader: Reader::Own(own),
            fast: None,
            ready: OnceLock::new(),
        }
    }

    const fn aliases(mut self, aliases: &'static [&'static str]) -> Self {
        self.aliases = aliases;
        self
    }

    const fn behind(mut self, fast: Fast) -> Self {
        self.fast = Some(fast);
        self
    }

    const fn names(mut self, names: &'static [&'static str]) -> Self {
        self.names = names;
        self
    }

    const fn programs(mut self, programs: &'static [&'static str]) -> Self {
        self.programs = programs;
        self
    }

    /// Whether an object may have more entries than a pattern names without an ellipsis.
    pub fn fields_are_open(&self) -> bool {
        matches!(self.name, "javascript" | "typescript" | "tsx" | "json" | "terraform")
    }

    /// Whether the word that declares a variable says nothing.
    pub fn keywords_are_loose(&self) -> bool {
        !matches!(self.name, "javascript" | "typescript" | "tsx" | "kotlin" | "scala" | "swift")
    }

    /// Whether a statement that begins with a word is an expression, or gives one back.
    pub fn word_is_expression(&self, word: &str) -> bool {
        word == "return"
            || self.statements_are_expressions()
            || self.name == "php" && word == "throw"
    }

    /// Whether `if`, `throw` and their like are expressions.
    pub fn statements_are_expressions(&self) -> bool {
        matches!(self.name, "kotlin" | "scala")
    }

    /// Whether what is called and its arguments are words alike.
    pub fn calls_are_words(&self) -> bool {
        self.name == "bash"
    }

    /// Whether names of functions and classes are the same in any case.
    pub fn names_in_any_case(&self) -> bool {
        self.name == "php"
    }

    /// Whether `a.b` may call `b`.
    pub fn calls_without_parentheses(&self) -> bool {
        matches!(self.name, "ruby" | "scala")
    }

    /// The grammar with its shapes, made at the first call.
    pub fn grammar(&self) -> &Grammar {
        self.ready.get_or_init(|| match (&self.reader, self.fast) {
            (Reader::Grammar(grammar, shapes), None) => Grammar::new(grammar(), shapes),
            (Reader::Grammar(grammar, shapes), Some(fast)) => {
                Grammar::new(grammar(), shapes).behind(fast)
            }
            (Reader::Own(own), _) => Grammar::read_by(*own),
        })
    }

    /// Names in the table of shapes that the grammar does not have; empty, or the table has a mistake.
    pub fn unknown_shapes(&self) -> Vec<&'static str> {
        match self.reader {
            Reader::Grammar(_, shapes) => self.grammar().unknown(shapes),
            Reader::Own(_) => Vec::new(),
        }
    }

    /// The language of a name in a rule, however it is capitalised (`C#`, `Python`).
    pub fn named(name: &str) -> Option<&'static Self> {
        let is_it = |known: &&str| known.eq_ignore_ascii_case(name);
        LANGUAGES.iter().find(|row| is_it(&row.name) || row.aliases.iter().any(&is_it))
    }

    /// The one name of what a rule calls a language: that of a row, or `generic` or `regex` for text; none when it is not read.
    pub fn name_in_rule(name: &str) -> Option<&'static str> {
        match name {
            "generic" => Some("generic"),
            "regex" | "none" => Some("regex"),
            name => Self::named(name).map(|row| row.name),
        }
    }

    /// The language of a script, by the program its first line names.
    pub fn of_script(text: &str) -> Option<&'static Self> {
        let first = text.strip_prefix("#!")?.lines().next()?;
        let mut words =
            first.split(['/', ' ', '\t']).filter(|word| !word.is_empty() && !word.starts_with('-'));
        LANGUAGES
            .iter()
            .find(|row| {
                words.clone().any(|word| {
                    row.programs.contains(&word)
                        || row.programs.contains(
                            &word.trim_end_matches(|c: char| c.is_ascii_digit() || c == '.'),
                        )
                })
            })
            .filter(|_| words.next().is_some())
    }

    /// The languages of a file, by its path.
    pub fn of_path(path: &str) -> impl Iterator<Item = &'static Self> {
        let name = path.rsplit('/').next().unwrap_or(path).to_lowercase();
        LANGUAGES.iter().filter(move |row| {
            let extension = name.rsplit_once('.').map(|(_, extension)| extension);
            extension.is_some_and(|extension| row.extensions.contains(&extension))
                || row.names.contains(&name.as_str())
        })
    }
}

/// Every language that has a grammar, in the order of the documentation.
pub static LANGUAGES: [Language; 23] = [
    Language::new("python", || tree_sitter_python::LANGUAGE.into(), python::SHAPES, &["py", "pyi"])
        .aliases(&["py", "python3", "python2"])
        .programs(&["python", "python3", "python2"])
        .behind(python::fast::read),
    Language::new(
        "javascript",
        || tree_sitter_javascript::LANGUAGE.into(),
        javascript::SHAPES,
        &["js", "jsx", "mjs", "cjs"],
    )
    .aliases(&["js"])
    .programs(&["node"]),
    Language::new(
        "typescript",
        || tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
        typescript::SHAPES,
        &["ts", "mts", "cts"],
    )
    .aliases(&["ts"]),
    // Rules for `typescript` run on its files too.
    Language::new("tsx", || tree_sitter_typescript::LANGUAGE_TSX.into(), typescript::TSX, &["tsx"]),
    Language::new("go", || tree_sitter_go::LANGUAGE.into(), go::SHAPES, &["go"])
        .aliases(&["golang"]),
    Language::new("java", || tree_sitter_java::LANGUAGE.into(), java::SHAPES, &["java"]),
    Language::new(
        "ruby",
        || tree_sitter_ruby::LANGUAGE.into(),
        ruby::SHAPES,
        &["rb", "rake", "gemspec", "ru"],
    )
    .aliases(&["rb"])
    .names(&["gemfile", "rakefile"])
    .programs(&["ruby"]),
    Language::new("php", || tree_sitter_php::LANGUAGE_PHP.into(), php::SHAPES, &["php", "phtml"])
        .programs(&["php"]),
    Language::new("c", || tree_sitter_c::LANGUAGE.into(), c::SHAPES, &["c", "h"]),
    Language::new(
        "cpp",
        || tree_sitter_cpp::LANGUAGE.into(),
        cpp::SHAPES,
        &["cpp", "cc", "cxx", "hpp", "hh", "hxx"],
    )
    .aliases(&["c++"]),
    Language::new("csharp", || tree_sitter_c_sharp::LANGUAGE.into(), csharp::SHAPES, &["cs"])
        .aliases(&["c#", "cs"]),
    Language::new(
        "kotlin",
        || tree_sitter_kotlin_ng::LANGUAGE.into(),
        kotlin::SHAPES,
        &["kt", "kts"],
    )
    .aliases(&["kt"]),
    Language::new(
        "scala",
        || tree_sitter_scala::LANGUAGE.into(),
        scala::SHAPES,
        &["scala", "sc", "sbt"],
    ),
    Language::new("rust", || tree_sitter_rust::LANGUAGE.into(), rust::SHAPES, &["rs"]),
    Language::new("swift", || tree_sitter_swift::LANGUAGE.into(), swift::SHAPES, &["swift"]),
    Language::new("bash", || tree_sitter_bash::LANGUAGE.into(), bash::SHAPES, &["sh", "bash"])
        .aliases(&["sh"])
        .programs(&["sh", "bash"]),
    Language::new("solidity", || tree_sitter_solidity::LANGUAGE.into(), solidity::SHAPES, &["sol"])
        .aliases(&["sol"]),
    Language::new("ocaml", || tree_sitter_ocaml::LANGUAGE_OCAML.into(), ocaml::SHAPES, &["ml"]),
    Language::new("json", || tree_sitter_json::LANGUAGE.into(), json::SHAPES, &["json"]),
    Language::new("html", || tree_sitter_html::LANGUAGE.into(), html::SHAPES, &["html", "htm"]),
    Language::new(
        "terraform",
        || tree_sitter_hcl::LANGUAGE.into(),
        hcl::SHAPES,
        &["tf", "hcl", "tfvars"],
    )
    .aliases(&["hcl", "tf"]),
    Language::own("yaml", Own { file: yaml::file, pattern: yaml::pattern }, &["yaml", "yml"]),
    Language::own(
        "dockerfile",
        Own { file: dockerfile::file, pattern: dockerfile::pattern },
        &["dockerfile", "containerfile"],
    )
    .aliases(&["docker"])
    .names(&["dockerfile", "containerfile"]),
];
