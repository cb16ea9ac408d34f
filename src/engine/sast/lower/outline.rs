//! A lowered text in one line, for the tests of the tables: `Call(f, Arguments(x))`.

use crate::engine::sast::language::Language;
use crate::engine::sast::tree::{Id, Kind, Tree};
use std::time::Duration;

/// Statements of the text in a row. Nothing is `_`, names and numbers are themselves, strings have quotes, other texts stand in brackets.
pub fn outline(language: &str, text: &str) -> String {
    let tree = Language::named(language)
        .and_then(|language| language.grammar().parse(text, Duration::from_secs(10)));
    tree.map_or_else(String::new, |tree| below(&tree, 0))
}

fn below(tree: &Tree<'_>, id: Id) -> String {
    tree.children(id).map(|child| one(tree, child)).collect::<Vec<_>>().join(", ")
}

fn one(tree: &Tree<'_>, id: Id) -> String {
    let text = tree.text(id);
    match tree.kind(id) {
        Kind::Nothing => "_".to_owned(),
        Kind::Name | Kind::Number => text.to_owned(),
        Kind::Str => format!("{text:?}"),
        kind => {
            let is_told = text.is_empty() || kind == Kind::Attribute || kind == Kind::Keyword;
            let text = if is_told { String::new() } else { format!("[{text}]") };
            format!("{kind:?}{text}({})", below(tree, id))
        }
    }
}

/// Checks a table of snippets and their outlines.
pub fn check(language: &str, table: &[(&str, &str)]) {
    for (snippet, expected) in table {
        assert_eq!(outline(language, snippet), *expected, "{language}: {snippet}");
    }
}
