//! Whether a file that imports a package names a function or method of it. Follows aliases and picked names; a name
//! picked from another module of the same package counts too, as packages give things out again under shorter paths.
//! Does not know types: `value.method(` is a use of `Type.method` wherever the package is imported; nor what a function
//! is called by after it was assigned to something else.

use super::super::advisory::Symbol;
use super::code::{GO, JAVA, KOTLIN, Kind, PYTHON, RUBY, RUST, Token, tokens};
use super::{Import, Language, go, javascript};
use std::collections::{BTreeMap, BTreeSet};

/// Parts of one `a.b.c` that are put together.
const MAX_PARTS: usize = 12;

/// What of a file's names stands for what.
#[derive(Default)]
struct Known<'s> {
    /// Name of a module in the file and name of something in it.
    members: BTreeMap<(String, &'s str), String>,
    /// Names that were picked from the module.
    picked: BTreeMap<String, String>,
    /// Methods of types.
    methods: BTreeMap<&'s str, String>,
}

/// The first use of one of the symbols: its line, and it as `path.name`. `imports` are those of the file that are of
/// the package. A symbol without names is used where its path is imported.
pub fn symbol_uses(
    path: &str,
    text: &str,
    imports: &[Import],
    symbols: &[Symbol],
) -> Option<(u32, String)> {
    let language = Language::of(path)?;
    if imports.is_empty() || symbols.is_empty() {
        return None;
    }
    let mut known = Known::default();
    let mut whole: Option<(u32, String)> = None;
    for symbol in symbols {
        for import in imports {
            if symbol.names.is_empty() {
                if !symbol.path.is_empty() && holds(language, import, &symbol.path) {
                    let line = import.line;
                    if whole.as_ref().is_none_or(|(first, _)| line < *first) {
                        whole = Some((line, symbol.path.clone()));
                    }
                }
                continue;
            }
            known.add(language, import, symbol);
        }
    }
    let end = path.rsplit('.').next().unwrap_or_default();
    let kotlin = matches!(end, "kt" | "kts" | "scala");
    let tokens = match language {
        Language::Python => tokens(text, PYTHON),
        Language::JavaScript => javascript::tokens(text),
        Language::Go => tokens(text, GO),
        Language::Rust => tokens(text, RUST),
        Language::Java => tokens(text, if kotlin { KOTLIN } else { JAVA }),
        Language::Ruby => tokens(text, RUBY),
    };
    let used = known.find(language, &tokens);
    match (whole, used) {
        (Some(a), Some(b)) => Some(if a.0 <= b.0 { a } else { b }),
        (a, b) => a.or(b),
    }
}

const fn separator(language: Language) -> &'static str {
    match language {
        Language::Rust => "::",
        Language::Go | Language::JavaScript => "/",
        _ => ".",
    }
}

/// Whether an import is of a path or below it.
fn holds(language: Language, import: &Import, path: &str) -> bool {
    let below = |long: &str| {
        long.strip_prefix(path)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(separator(language)))
    };
    if language == Language::Go {
        return import.module == path;
    }
    below(&import.module)
        || import.names.iter().any(|name| {
            let name = name.split(' ').next().unwrap_or(name);
            below(&format!("{}{}{name}", import.module, separator(language)))
        })
}

/// A symbol's name in parts: `Type.method` and `Type::method` are two.
fn parts(name: &str) -> Vec<&str> {
    name.split(['.', '#', ':']).filter(|part| !part.is_empty()).collect()
}

impl<'s> Known<'s> {
    fn add(&mut self, language: Language, import: &Import, symbol: &'s Symbol) {
        // Names by which the module of the symbol goes in the file.
        let mut locals: BTreeSet<String> = BTreeSet::new();
        // Names in the file of what was picked from it.
        let mut picked: Vec<(&str, &str)> = Vec::new();
        let module = import.module.as_str();
        let path = if symbol.path.is_empty() { module } else { symbol.path.as_str() };
        if language == Language::Go {
            if module != path {
                return;
            }
            match import.names.first().and_then(|name| name.strip_prefix("* as ")) {
                Some("_") => {}
                Some(local) => {
                    locals.insert(local.to_owned());
                }
                None if import.names.is_empty() => locals.extend(go::package_names(module)),
                None => picked.push(("*", "*")),
            }
        } else {
            let mark = separator(language);
            let dot = |text: &str| {
                if language == Language::JavaScript {
                    text.to_owned()
                } else {
                    text.replace(mark, ".")
                }
            };
            let (module, path) = (dot(module), dot(path));
            // Paths can be written out without an import.
            if language == Language::Rust {
                locals.insert(path.clone());
            }
            // What of the path the import does not have, as the code must write it.
            let rest =
                path.strip_prefix(&module).filter(|rest| rest.is_empty() || rest.starts_with('.'));
            if import.names.is_empty()
                && let Some(rest) = rest
            {
                locals.insert(format!("{module}{rest}"));
                if language == Language::Java {
                    locals.extend(module.rsplit('.').next().map(|last| format!("{last}{rest}")));
                }
            }
            for name in &import.names {
                let (name, local) = name.split_once(" as ").unwrap_or((name, name));
                if name == "*" && local != "*" || name == "default" {
                    locals.extend(rest.map(|rest| format!("{local}{rest}")));
                    continue;
                }
                // A module that was picked from one above.
                let deeper = format!("{module}.{name}");
                if let Some(rest) = path
                    .strip_prefix(&deeper)
                    .filter(|rest| rest.is_empty() || rest.starts_with('.'))
                {
                    locals.insert(format!("{local}{rest}"));
                }
                picked.push((name, local));
            }
            // A class in the symbol's path is imported by its own name.
            if language == Language::Java
                && let Some(below) =
                    module.strip_prefix(&path).and_then(|rest| rest.strip_prefix('.'))
            {
                let name = below.split('.').next().unwrap_or(below);
                let last = below.rsplit('.').next().unwrap_or(below);
                let local = import.names.first().and_then(|n| n.strip_prefix("* as "));
                self.picked_names(symbol, &[(name, local.unwrap_or(last))]);
            }
        }
        let label = |name: &str| {
            let mark = if language == Language::Rust { "::" } else { "." };
            if symbol.path.is_empty() {
                name.to_owned()
            } else {
                format!("{}{mark}{name}", symbol.path)
            }
        };
        for name in &symbol.names {
            let parts = parts(name);
            let (Some(first), Some(last)) = (parts.first(), parts.last()) else { continue };
            for local in &locals {
                if parts.len() == 1 {
                    self.members.insert((local.clone(), last), label(name));
                } else {
                    self.members.insert((format!("{local}.{first}"), last), label(name));
                }
            }
            // Gems that Bundler loads say nothing about the file.
            let named = !(language == Language::Ruby && module == "*");
            if named && (parts.len() > 1 || language == Language::Java) {
                self.methods.insert(last, label(name));
            }
            if language == Language::Ruby && parts.len() > 1 {
                let owner = parts[..parts.len() - 1].join(".");
                self.members.insert((owner, last), label(name));
            }
        }
        self.picked_names(symbol, &picked);
    }

    fn picked_names(&mut self, symbol: &'s Symbol, picked: &[(&str, &str)]) {
        for name in &symbol.names {
            let parts = parts(name);
            let Some(first) = parts.first() else { continue };
            for (one, local) in picked {
                if one != first && *one != "*" {
                    continue;
                }
                let local = if *one == "*" { first } else { local };
                let label = if symbol.path.is_empty() {
                    name.clone()
                } else {
                    format!("{}.{name}", symbol.path)
                };
                match parts.get(1) {
                    None => self.picked.insert((*local).to_owned(), label),
                    Some(member) => self.members.insert(((*local).to_owned(), member), label),
                };
            }
        }
    }

    fn find(&self, language: Language, tokens: &[Token<'_>]) -> Option<(u32, String)> {
        if self.members.is_empty() && self.picked.is_empty() && self.methods.is_empty() {
            return None;
        }
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            let Some(word) = token.word() else {
                at += 1;
                continue;
            };
            let start = at;
            // A chain `a.b.c`, over line ends too, and `a?.b`.
            let mut chain = vec![(word, token.line)];
            at += 1;
            while chain.len() < MAX_PARTS
                && let Some(next) = behind_dot(tokens, at)
                && let Some(word) = tokens.get(next).and_then(Token::word)
            {
                chain.push((word, tokens[next].line));
                at = next + 1;
            }
            let calls = tokens.get(at).is_some_and(|token| {
                token.is(b'(')
                    || token.is(b'<')
                    || token.is(b'!')
                    || token.is(b'`')
                    || matches!(token.kind, Kind::Text(_)) && language == Language::JavaScript
            });
            let method = start > 0 && tokens[start - 1].is(b'.');
            let mut local = String::new();
            for (index, (word, line)) in chain.iter().enumerate() {
                let last = index + 1 == chain.len();
                if !method || index > 0 {
                    if let Some(label) = self.members.get(&(local.clone(), *word)) {
                        return Some((*line, label.clone()));
                    }
                    if index == 0
                        && !last | calls
                        && let Some(label) = self.picked.get(*word)
                        && !defines(tokens, start)
                    {
                        return Some((*line, label.clone()));
                    }
                }
                // Ruby calls without brackets.
                let called = !last || calls || language == Language::Ruby;
                if (index > 0 || method)
                    && called
                    && let Some(label) = self.methods.get(word)
                {
                    return Some((*line, label.clone()));
                }
                if index > 0 {
                    local.push('.');
                }
                local.push_str(word);
            }
        }
        None
    }
}

/// Whether a name is being given to something new.
fn defines(tokens: &[Token<'_>], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|at| tokens[at].word());
    matches!(before, Some("def" | "fn" | "func" | "function" | "class" | "fun"))
}

/// The place behind `.`, `?.`, `!.`, `&.` or `::`, with line ends around.
fn behind_dot(tokens: &[Token<'_>], at: usize) -> Option<usize> {
    let skip = |mut at: usize| {
        while tokens.get(at).is_some_and(|token| token.kind == Kind::Newline) {
            at += 1;
        }
        at
    };
    let at = skip(at);
    let first = tokens.get(at)?;
    if first.is(b'.') {
        return Some(skip(at + 1));
    }
    let second = tokens.get(at + 1)?;
    let double = first.is(b':') && second.is(b':');
    let safe = (first.is(b'?') || first.is(b'!') || first.is(b'&')) && second.is(b'.');
    (double || safe).then(|| skip(at + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn used(path: &str, text: &str, of: &str, names: &[&str]) -> Option<(u32, String)> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        let symbols = [Symbol { path: of.to_owned(), names }];
        symbol_uses(path, text, &super::super::imports(path, text), &symbols)
    }

    #[test]
    fn uses_are_found_through_every_name_a_module_can_have() {
        for (path, text, of, names, line) in [
            (
                "a.go",
                "import \"x/html\"\nfunc f() { html.Parse(r) }",
                "x/html",
                &["Parse"][..],
                Some(2),
            ),
            ("a.go", "import h \"x/html\"\nfunc f() {\n h.Parse }", "x/html", &["Parse"], Some(3)),
            ("a.go", "import \"x/html\"\nfunc f() { other.Parse(r) }", "x/html", &["Parse"], None),
            ("a.go", "import \"x/html\"\nfunc f() { c.Do(r) }", "x/html", &["Client.Do"], Some(2)),
            ("a.go", "import \"x/html\"\nfunc f() { c.Do = 1 }", "x/html", &["Client.Do"], None),
            (
                "a.go",
                "import \"x/html/atom\"\nfunc f() { c.Do(r) }",
                "x/html",
                &["Client.Do"],
                None,
            ),
            ("a.go", "import \"x/html\"\n// html.Parse(r)\n", "x/html", &["Parse"], None),
            ("a.go", "import \"x/html\"\n", "x/html", &[], Some(1)),
            ("a.go", "import . \"x/html\"\nfunc f() { Parse(r) }", "x/html", &["Parse"], Some(2)),
            ("a.py", "import yaml\nyaml.load(x)", "yaml", &["load"], Some(2)),
            ("a.py", "import yaml as y\nz = y.load", "yaml", &["load"], Some(2)),
            ("a.py", "from yaml import load as l\nl(x)", "yaml", &["load"], Some(2)),
            ("a.py", "from yaml import load\n'load(x)'", "yaml", &["load"], None),
            ("a.py", "import a.b\na.b.f(x)", "a.b", &["f"], Some(2)),
            ("a.py", "from a import b\nb.f(x)", "a.b", &["f"], Some(2)),
            ("a.py", "import a\nx.m(x)", "a", &["T.m"], Some(2)),
            ("a.py", "import a\na.T.m(x)", "a", &["T.m"], Some(2)),
            ("a.js", "const _ = require('lodash')\n_.template(x)", "", &["template"], Some(2)),
            ("a.js", "const {template: t} = require('lodash')\nt(x)", "", &["template"], Some(2)),
            (
                "a.ts",
                "import {template} from 'lodash'\ntemplate(x)",
                "lodash",
                &["template"],
                Some(2),
            ),
            ("a.ts", "import * as l from 'lodash'\nl?.template(x)", "", &["template"], Some(2)),
            ("a.ts", "import {map} from 'lodash'\nmap(x)", "", &["template"], None),
            ("a.rs", "use a::b::{f as g};\nfn x() { g(1) }", "a::b", &["f"], Some(2)),
            ("a.rs", "use a::b;\nfn x() { b::f(1) }", "a::b", &["f"], Some(2)),
            ("a.rs", "fn x() {\n a::b::f(1) }", "a::b", &["f"], Some(2)),
            ("a.rs", "use a::T;\nfn x() { T::m(1) }", "a", &["T::m"], Some(2)),
            ("a.rs", "use a::T;\nfn x(t: T) { t.m() }", "a", &["T.m"], Some(2)),
            ("a.rs", "use a::T;\nfn m() {}", "a", &["T.m"], None),
            ("A.java", "import a.b.C;\nclass X { void f() { C.m(); } }", "a.b.C", &["m"], Some(2)),
            ("A.java", "import a.b.C;\nclass X { void f() { c.m(); } }", "a.b", &["C.m"], Some(2)),
            ("a.rb", "require 'a'\nA::B.parse x", "", &["A::B.parse"], Some(2)),
            ("a.rb", "require 'a'\nx.y", "", &["A::B.parse"], None),
        ] {
            assert_eq!(used(path, text, of, names).map(|(line, _)| line), line, "{text}");
        }
    }

    #[test]
    fn the_label_is_what_the_advisory_writes() {
        let text = "import h \"x/html\"\nfunc f() { h.Parse(r) }";
        assert_eq!(used("a.go", text, "x/html", &["Parse"]), Some((2, "x/html.Parse".to_owned())));
    }
}
