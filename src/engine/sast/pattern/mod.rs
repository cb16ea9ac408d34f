//! Patterns: from the text of a rule to trees that can be matched.

pub mod hold;
mod places;
mod settle;
pub mod style;
mod typed;

use super::language::Language;
use super::tree::{Id, Kind, Tree};
use hold::Typed;
use std::time::Duration;

/// A pattern ready to be matched.
#[derive(Debug)]
pub struct Pattern {
    /// The tree; only the nodes below its root are matched.
    pub tree: Tree<'static>,
    /// Statements to find one behind the other; one for an expression or a single statement.
    pub roots: Vec<Id>,
    /// Typed metavariables by number.
    pub typed: Vec<Typed>,
    /// It is one expression that is meant as a statement, by the `;` at its end.
    pub is_statement: bool,
    /// Names without which it cannot match, with their hashes.
    pub names: Vec<(String, u32)>,
    /// Names that stand first in what it calls, as the file may call them otherwise.
    pub firsts: Vec<(String, u32)>,
}

/// Names that a file must hold for a pattern to match: those that no equivalence writes otherwise. What stands before the dots of a path may
/// be imported under another name, types may be left out, and some languages do not tell capitals apart.
fn names_of(tree: &Tree<'_>, language: &str) -> Vec<(String, u32)> {
    const STRICT: &[&str] = &[
        "python",
        "javascript",
        "typescript",
        "tsx",
        "go",
        "java",
        "csharp",
        "kotlin",
        "scala",
        "c",
        "cpp",
        "rust",
        "swift",
    ];
    if !STRICT.contains(&language) {
        return Vec::new();
    }
    let strict = |id: &Id| {
        let parent = tree.node(*id).parent;
        tree.kind(*id) == Kind::Name
            && tree.kind(parent) == Kind::Attribute
            && *id != parent + 1
            && !tree.above(*id).any(|above| {
                matches!(tree.kind(above), Kind::Import | Kind::Type | Kind::Decorator)
            })
    };
    let called = |id: &Id| {
        let parent = tree.node(*id).parent;
        tree.kind(*id) == Kind::Name
            && matches!(tree.kind(parent), Kind::Call | Kind::Keyword)
            && *id == parent + 1
            && !tree.above(*id).any(|above| tree.kind(above) == Kind::Decorator)
    };
    named(tree, |id| strict(id) || called(id))
}

/// Modules and objects whose functions a pattern calls, in languages where they are imported by name.
fn firsts_of(tree: &Tree<'_>, language: &str) -> Vec<(String, u32)> {
    if !matches!(language, "python" | "go") {
        return Vec::new();
    }
    let is_first = |id: &Id| {
        let parent = tree.node(*id).parent;
        let call = tree.node(parent).parent;
        tree.kind(*id) == Kind::Name
            && tree.kind(parent) == Kind::Attribute
            && *id == parent + 1
            && tree.kind(call) == Kind::Call
            && parent == call + 1
            && !tree.above(*id).any(|above| tree.kind(above) == Kind::Decorator)
    };
    named(tree, is_first)
}

/// Texts and hashes of nodes, each once.
fn named(tree: &Tree<'_>, wanted: impl Fn(&Id) -> bool) -> Vec<(String, u32)> {
    let ids = (0..tree.nodes().len() as Id).filter(wanted);
    let mut names: Vec<(String, u32)> =
        ids.map(|id| (tree.text(id).to_owned(), tree.node(id).hash)).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Reads a pattern. The error says why it cannot be read.
pub fn read(text: &str, language: &Language) -> Result<Pattern, String> {
    let name = language.name;
    // Its grammar knows no names; what it means is an object of JavaScript.
    let language = if language.name == "json" {
        Language::named("javascript").unwrap_or(language)
    } else {
        language
    };
    if let Some(read) = language.grammar().pattern(text) {
        if !read.errors.is_empty() {
            return Err(format!("the pattern is not {name} that can be read"));
        }
        let tree = settle::settle(&read, style::Around::None);
        let roots: Vec<Id> = tree.children(0).collect();
        if roots.is_empty() {
            return Err("the pattern is empty".to_owned());
        }
        return Ok(Pattern {
            tree,
            roots,
            typed: Vec::new(),
            is_statement: false,
            names: Vec::new(),
            firsts: Vec::new(),
        });
    }
    let mut best: Option<(usize, Tree<'static>, Vec<Typed>)> = None;
    // What JavaScript has no words for, a pattern may still say in TypeScript's.
    let more =
        if name == "javascript" || name == "typescript" { Language::named("tsx") } else { None };
    let ways = style::of(name, text).iter();
    let ways = ways
        .clone()
        .map(|way| (language, way))
        .chain(more.into_iter().flat_map(|more| ways.clone().map(move |way| (more, way))));
    for (language, style) in ways {
        let held = hold::hold(text, &style.style, style.ends(text));
        let Some(tree) = language.grammar().parse(&held.text, Duration::from_secs(1)) else {
            continue;
        };
        let wrong = tree.errors.len();
        if best.as_ref().is_none_or(|(least, ..)| wrong < *least) {
            let settled = settle::settle(&tree, style.around);
            best = Some((wrong, settled, held.typed));
        }
        if wrong == 0 {
            break;
        }
    }
    let Some((wrong, tree, typed)) = best else {
        return Err("the pattern takes too long to read".to_owned());
    };
    if wrong > 0 {
        return Err(format!("the pattern is not {} that can be read", language.name));
    }
    if tree.nodes().is_empty() {
        return Err("the pattern is empty".to_owned());
    }
    let mut roots: Vec<Id> = tree.children(0).collect();
    // `import {..., $X, ...}` is three imports, of which two say nothing.
    let says_nothing = |root: &Id| {
        tree.kind(*root) == Kind::Import
            && tree.children(*root).nth(1).is_some_and(|taken| tree.kind(taken) == Kind::Ellipsis)
    };
    if roots.iter().any(|root| tree.kind(*root) == Kind::Import && !says_nothing(root)) {
        roots.retain(|root| !says_nothing(root));
    }
    if roots.is_empty() {
        return Err("the pattern is empty".to_owned());
    }
    let is_statement =
        ends_as_statement(name, text) && matches!(roots[..], [root] if is_value(tree.kind(root)));
    let (names, firsts) = (names_of(&tree, name), firsts_of(&tree, name));
    Ok(Pattern { tree, roots, typed, is_statement, names, firsts })
}

/// Whether a text ends as a statement does, in languages whose statements need an end.
fn ends_as_statement(language: &str, text: &str) -> bool {
    let needs = matches!(
        language,
        "c" | "cpp"
            | "java"
            | "csharp"
            | "php"
            | "javascript"
            | "typescript"
            | "tsx"
            | "rust"
            | "solidity"
            | "swift"
    );
    needs && text.trim_end().ends_with(';')
}

fn is_value(kind: Kind) -> bool {
    kind == Kind::Deep || kind.is_expression() && !matches!(kind, Kind::Function | Kind::Other)
}

impl Pattern {
    /// Names of its metavariables.
    pub fn metavariables(&self) -> impl Iterator<Item = &str> {
        let ids = 0..self.tree.nodes().len() as Id;
        ids.filter(|id| matches!(self.tree.kind(*id), Kind::Meta | Kind::MetaRest | Kind::Typed))
            .map(|id| self.tree.text(id))
    }
}
