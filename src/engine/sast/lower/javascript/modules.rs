//! Imports and exports of JavaScript and TypeScript.

use super::definitions::declaration;
use super::key;
use crate::engine::sast::lower::{Lower, Node, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// A name in an import or export, where `default` and strings are names too.
fn plain(lower: &mut Lower<'_, '_>, node: Option<Node<'_>>, parent: Node<'_>) {
    match node {
        Some(word) if word.kind() != "string" => {
            lower.leaf(Kind::Name, word);
        }
        node => key(lower, node, parent),
    }
}

/// `import a, * as b from 'm'`: an Import for each name.
pub fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let require = child_of(node, "import_require_clause");
    let source = node
        .child_by_field_name("source")
        .or_else(|| require.and_then(|clause| clause.child_by_field_name("source")));
    // What is taken (`default` when it is the alias itself) and how it is called here.
    let mut things: Vec<(Option<Node<'_>>, Option<Node<'_>>)> = Vec::new();
    for part in child_of(node, "import_clause").map(named).unwrap_or_default() {
        match part.kind() {
            "named_imports" => things.extend(named(part).into_iter().map(|thing| {
                (thing.child_by_field_name("name"), thing.child_by_field_name("alias"))
            })),
            "namespace_import" => things.push((None, named(part).into_iter().next())),
            _ => things.push((Some(part), Some(part))),
        }
    }
    if things.is_empty() {
        things.push((None, require.and_then(|clause| named(clause).into_iter().next())));
    }
    for (taken, alias) in things {
        lower.open(Kind::Import, node, Text::None);
        lower.one(source, node);
        if taken.is_some() && taken == alias {
            lower.word(node, "default");
        } else {
            plain(lower, taken, node);
        }
        plain(lower, alias, node);
        lower.close();
    }
}

/// `export` of a declaration, of a value, of names, or from another module.
pub fn export(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let inside = node.child_by_field_name("declaration").or_else(|| {
        node.child_by_field_name("value").filter(|value| value.kind() != "arrow_function")
    });
    let definition = inside.filter(|inside| {
        let kind = inside.kind();
        kind == "class" || kind.contains("function") || node.child_by_field_name("value").is_none()
    });
    if let Some(definition) = definition {
        let before: Vec<Node<'_>> = node
            .children(&mut cursor)
            .filter(|child| matches!(child.kind(), "decorator" | "export" | "default"))
            .collect();
        return declaration(lower, definition, &before);
    }
    let words: Vec<&str> = node
        .children(&mut cursor)
        .map(|child| child.kind())
        .filter(|kind| matches!(*kind, "export" | "default" | "=" | "as" | "namespace"))
        .collect();
    lower.open(Kind::Word, node, Text::Word(&words.join(" ")));
    if child_of(node, "*").is_some() {
        lower.word(node, "*");
    }
    for child in named(node) {
        match child.kind() {
            "export_clause" => {
                for thing in named(child) {
                    renamed(lower, thing);
                }
            }
            "namespace_export" => {
                lower.open(Kind::Pair, child, Text::None);
                lower.word(child, "*");
                plain(lower, named(child).into_iter().next(), child);
                lower.close();
            }
            _ => lower.lower(child),
        }
    }
    lower.close();
}

/// `a`, `a as b` of an export.
fn renamed(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let alias = node.child_by_field_name("alias");
    if alias.is_some() {
        lower.open(Kind::Pair, node, Text::None);
    }
    plain(lower, node.child_by_field_name("name"), node);
    if alias.is_some() {
        plain(lower, alias, node);
        lower.close();
    }
}
