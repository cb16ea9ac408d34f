//! Shapes that Java, C#, Kotlin and Scala share.

use super::shapes;
use super::{Lower, Node, named};
use crate::engine::sast::tree::{Kind, Text};

/// Fields condition, consequence, alternative, which are statements.
pub fn branch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::If, node, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("consequence"), node);
    lower.block(node.child_by_field_name("alternative"), node);
    lower.close();
}

/// Fields body, condition.
pub fn do_while(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::DoWhile, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    lower.field(node, "condition");
    lower.close();
}

/// Keywords, each the name of itself, and what is more than a keyword by the table.
pub fn modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Modifiers, node, Text::None);
    let mut cursor = node.walk();
    for child in node.children(&mut cursor).filter(|child| !child.is_extra()) {
        if child.is_named() {
            lower.lower(child);
        } else {
            lower.leaf(Kind::Name, child);
        }
    }
    lower.close();
}

/// More `[]` behind one type than people write.
const MOST_BRACKETS: usize = 32;

/// A type within as many arrays as told.
pub fn array_of(
    lower: &mut Lower<'_, '_>,
    element: Option<Node<'_>>,
    depth: usize,
    node: Node<'_>,
) {
    let depth = depth.min(MOST_BRACKETS);
    for _ in 0..depth {
        lower.open(Kind::Type, element.unwrap_or(node), Text::Word("[]"));
    }
    lower.one(element, node);
    (0..depth).for_each(|_| lower.close());
}

/// `object.name(arguments)` or `name(arguments)`, from the three.
pub fn method_call(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    object: Option<Node<'_>>,
    name: Node<'_>,
    arguments: Option<Node<'_>>,
) {
    lower.open(Kind::Call, node, Text::None);
    if let Some(object) = object {
        let (start, end) = (object.start_byte(), name.end_byte());
        lower.tree.open(Kind::Attribute, start, end, Text::At(name.byte_range()));
        lower.one(Some(object), node);
        lower.leaf(Kind::Name, name);
        lower.close();
    } else {
        lower.one(Some(name), node);
    }
    lower.one(arguments, node);
    lower.close();
}

/// A character literal without children: what stands between its first and last byte.
pub fn char(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let inside = start + 1..end.saturating_sub(1).max(start + 1);
    lower.tree.push(Kind::Char, start, end, Text::At(inside));
}

/// `x = y`, or `x += y`, in a grammar that has one node for both: fields left, operator, right.
pub fn assign_or_update(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    match node.child_by_field_name("operator").map(|sign| sign.kind()) {
        Some("=") | None => shapes::assign(lower, node),
        Some(_) => shapes::update(lower, node),
    }
}

/// A list, or an empty one of a kind.
pub fn or_empty(lower: &mut Lower<'_, '_>, list: Option<Node<'_>>, node: Node<'_>, kind: Kind) {
    if list.is_some() {
        return lower.one(list, node);
    }
    lower.tree.push(kind, node.end_byte(), node.end_byte(), Text::None);
}

/// A type whose children are its parts.
pub fn type_with(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str) {
    lower.open(Kind::Type, node, Text::Word(shape));
    lower.children(node);
    lower.close();
}

/// A label and its statement.
pub fn label(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Label, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

/// What makes a constant of an enumeration: its arguments and body, Nothing without either.
pub fn constant_value(
    lower: &mut Lower<'_, '_>,
    arguments: Option<Node<'_>>,
    body: Option<Node<'_>>,
    node: Node<'_>,
) {
    let Some(made) = arguments.or(body) else { return lower.nothing(node) };
    lower.open(Kind::New, made, Text::None);
    lower.nothing(node);
    or_empty(lower, arguments, node, Kind::Arguments);
    lower.block(body, node);
    lower.close();
}

/// `true` or `false`, in a grammar that has one node for both.
pub fn boolean(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.leaf(Kind::Bool, node);
}

/// What stands behind a token among the children of a node.
pub fn after<'t>(node: Node<'t>, token: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor)
        .filter(|child| !child.is_extra())
        .skip_while(|child| child.kind() != token)
        .nth(1)
}

/// A text's tree in one line, for the tests of the tables: kind, text, children in parentheses.
#[cfg(test)]
pub fn outline(language: &str, text: &str) -> String {
    use crate::engine::sast::{language::Language, tree::Tree};
    fn write(tree: &Tree<'_>, id: u32) -> String {
        let text = tree.text(id);
        let space = if text.is_empty() { "" } else { " " };
        let children: Vec<String> = tree.children(id).map(|child| write(tree, child)).collect();
        let children =
            if children.is_empty() { String::new() } else { format!("({})", children.join(",")) };
        format!("{:?}{space}{text}{children}", tree.kind(id))
    }
    let language = Language::named(language).expect("a language");
    assert!(language.unknown_shapes().is_empty());
    let tree = language.grammar().parse(text, std::time::Duration::from_secs(10)).expect("a tree");
    tree.children(0).map(|child| write(&tree, child)).collect::<Vec<_>>().join(" ")
}
