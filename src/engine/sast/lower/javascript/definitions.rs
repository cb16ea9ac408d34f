//! Functions, classes and variables of JavaScript and TypeScript.

use super::key;
use crate::engine::sast::lower::{Lower, Node, child_of, named, shapes};
use crate::engine::sast::tree::{Kind, Text};

/// A declaration with what stands before it: `export`, `default`, `declare` and decorators.
pub fn declaration<'t>(lower: &mut Lower<'_, '_>, node: Node<'t>, before: &[Node<'t>]) {
    match node.kind() {
        "lexical_declaration" | "variable_declaration" | "using_declaration" => {
            variables(lower, node, before);
        }
        "class"
        | "class_declaration"
        | "abstract_class_declaration"
        | "interface_declaration"
        | "enum_declaration" => class(lower, node, before),
        "ambient_declaration" => ambient(lower, node, before),
        kind if kind.contains("function") && kind != "arrow_function" => {
            function(lower, node, before);
        }
        _ => exported(lower, node, before),
    }
}

/// What has no place for modifiers stands below the word instead.
fn exported(lower: &mut Lower<'_, '_>, node: Node<'_>, before: &[Node<'_>]) {
    let words: Vec<&str> = before
        .iter()
        .map(Node::kind)
        .filter(|kind| matches!(*kind, "export" | "default"))
        .collect();
    let Some(first) = before.first().filter(|_| !words.is_empty()) else {
        return lower.lower(node);
    };
    let text = words.join(" ");
    lower.tree.open(Kind::Word, first.start_byte(), node.end_byte(), Text::Word(&text));
    lower.lower(node);
    lower.close();
}

/// `declare class A {}`, `declare global {}`.
fn ambient<'t>(lower: &mut Lower<'_, '_>, node: Node<'t>, before: &[Node<'t>]) {
    let parts = named(node);
    let [inside] = parts.as_slice() else { return shapes::other(lower, node) };
    if inside.kind() == "statement_block" {
        lower.open(Kind::Package, node, Text::None);
        lower.word(node, "global");
        lower.lower(*inside);
        return lower.close();
    }
    let mut before = before.to_vec();
    before.extend(node.child(0));
    declaration(lower, *inside, &before);
}

/// Keywords and decorators of a definition, as written.
fn marks<'t>(node: Node<'t>, before: &[Node<'t>]) -> Vec<Node<'t>> {
    let mut marks = before.to_vec();
    let mut cursor = node.walk();
    marks.extend(node.children(&mut cursor).filter(|child| {
        let kind = child.kind();
        if child.is_named() {
            return matches!(kind, "decorator" | "accessibility_modifier" | "override_modifier");
        }
        matches!(
            kind,
            "async"
                | "*"
                | "static"
                | "static get"
                | "get"
                | "set"
                | "readonly"
                | "abstract"
                | "accessor"
                | "declare"
                | "const"
        )
    }));
    marks
}

fn modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>, marks: &[Node<'_>]) {
    let (Some(first), Some(last)) = (marks.first(), marks.last()) else {
        return lower.nothing(node);
    };
    lower.tree.open(Kind::Modifiers, first.start_byte(), last.end_byte(), Text::None);
    for mark in marks {
        match mark.kind() {
            "decorator" => lower.lower(*mark),
            "static get" => {
                lower.word(*mark, "static");
                lower.word(*mark, "get");
            }
            _ => {
                lower.leaf(Kind::Name, *mark);
            }
        }
    }
    lower.close();
}

/// Begins a definition where its modifiers do.
fn begin(lower: &mut Lower<'_, '_>, kind: Kind, node: Node<'_>, marks: &[Node<'_>], text: &str) {
    let start = marks.first().map_or(node.start_byte(), Node::start_byte).min(node.start_byte());
    lower.tree.open(kind, start, node.end_byte(), Text::Word(text));
    modifiers(lower, node, marks);
}

/// Functions, methods and signatures of them.
pub fn function<'t>(lower: &mut Lower<'_, '_>, node: Node<'t>, before: &[Node<'t>]) {
    let arrow = node.kind() == "arrow_function";
    begin(lower, Kind::Function, node, &marks(node, before), if arrow { "lambda" } else { "" });
    key(lower, node.child_by_field_name("name"), node);
    match node.child_by_field_name("parameter") {
        Some(lone) => {
            lower.open(Kind::Parameters, lone, Text::None);
            parameter(lower, lone);
            lower.close();
        }
        None => lower.field(node, "parameters"),
    }
    lower.field(node, "return_type");
    match node.child_by_field_name("body") {
        Some(body) if body.kind() != "statement_block" => {
            shapes::expression_body(lower, Some(body), node);
        }
        body => lower.one(body, node),
    }
    lower.close();
}

pub fn parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    for child in named(node) {
        parameter(lower, child);
    }
    lower.close();
}

/// `x`, `x = 1`, `...x`, `@D() private x?: T = 1`.
pub fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.is_error() {
        return lower.lower(node);
    }
    let (mut target, mut value) = (Some(node), None);
    match node.kind() {
        "assignment_pattern" => {
            target = node.child_by_field_name("left");
            value = node.child_by_field_name("right");
        }
        "required_parameter" | "optional_parameter" => {
            target =
                node.child_by_field_name("pattern").or_else(|| node.child_by_field_name("name"));
            value = node.child_by_field_name("value");
        }
        _ => {}
    }
    let rest = target.filter(|target| target.kind() == "rest_pattern");
    if let Some(rest) = rest {
        target = named(rest).into_iter().next();
    }
    lower.open(Kind::Parameter, node, Text::Word(if rest.is_some() { "..." } else { "" }));
    lower.one(target, node);
    lower.field(node, "type");
    lower.one(value, node);
    let marks = if node.kind().ends_with("_parameter") { marks(node, &[]) } else { Vec::new() };
    modifiers(lower, node, &marks);
    lower.close();
}

fn class<'t>(lower: &mut Lower<'_, '_>, node: Node<'t>, before: &[Node<'t>]) {
    let word = match node.kind() {
        "interface_declaration" => "interface",
        "enum_declaration" => "enum",
        _ => "class",
    };
    begin(lower, Kind::Class, node, &marks(node, before), word);
    lower.field(node, "name");
    match child_of(node, "class_heritage").or_else(|| child_of(node, "extends_type_clause")) {
        Some(parents) => {
            lower.open(Kind::Parents, parents, Text::None);
            lower.children(parents);
            lower.close();
        }
        None => lower.nothing(node),
    }
    lower.field(node, "body");
    lower.close();
}

/// Members of a class; a decorator may stand before the one it belongs to.
pub fn members(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Block, node, Text::None);
    let mut before = Vec::new();
    for child in named(node) {
        match child.kind() {
            "decorator" => {
                before.push(child);
                continue;
            }
            "method_definition" | "method_signature" | "abstract_method_signature" => {
                function(lower, child, &before);
            }
            "field_definition" | "public_field_definition" => field(lower, child, &before),
            _ => lower.lower(child),
        }
        before.clear();
    }
    lower.close();
}

/// A field of a class or an interface.
pub fn field<'t>(lower: &mut Lower<'_, '_>, node: Node<'t>, before: &[Node<'t>]) {
    begin(lower, Kind::Variable, node, &marks(node, before), "");
    let named = node.child_by_field_name("property").or_else(|| node.child_by_field_name("name"));
    key(lower, named, node);
    lower.field(node, "type");
    lower.field(node, "value");
    lower.close();
}

/// `export const a = 1, b = 2`: a Variable each.
fn variables(lower: &mut Lower<'_, '_>, node: Node<'_>, before: &[Node<'_>]) {
    let asynchronous = child_of(node, "await").is_some();
    let first = node.child(0).map_or("", |word| word.kind());
    let word = if asynchronous { "await using" } else { first };
    // Only the first stands behind the keyword.
    let mut keyword = Some(before.first().map_or(node.start_byte(), Node::start_byte));
    for declarator in named(node) {
        if declarator.kind() != "variable_declarator" {
            lower.lower(declarator);
            continue;
        }
        let start = keyword.take().unwrap_or(declarator.start_byte());
        lower.tree.open(Kind::Variable, start, declarator.end_byte(), Text::Word(word));
        modifiers(lower, declarator, before);
        lower.field(declarator, "name");
        lower.field(declarator, "type");
        lower.field(declarator, "value");
        lower.close();
    }
}
