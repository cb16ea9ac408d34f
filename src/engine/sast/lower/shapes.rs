//! Shapes that several languages share. Each pushes exactly one node unless it says otherwise.

use super::{Lower, Node, named};
use crate::engine::sast::tree::{Kind, MAX_DEPTH, Text};

/// A node no table names: its named children below it; without any, its source is its text.
pub fn other(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.named_child_count() == 0 {
        lower.leaf(Kind::Other, node);
        return;
    }
    lower.open(Kind::Other, node, Text::Word(node.kind()));
    lower.children(node);
    lower.close();
}

/// A node that adds nothing: its named children stand in its place. Pushes any number.
pub fn inner(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.children(node);
}

/// Nothing at all.
pub fn skip(_: &mut Lower<'_, '_>, _: Node<'_>) {}

/// Makes a shape that keeps the children below a node of a kind.
macro_rules! gathered {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(lower: &mut Lower<'_, '_>, node: Node<'_>) {
            lower.open(Kind::$kind, node, Text::None);
            lower.children(node);
            lower.close();
        }
    )*};
}

gathered! {
    /// `[a, b]`.
    list => List;
    /// `(a, b)`.
    tuple => Tuple;
    /// A set.
    set => Set;
    /// A dictionary.
    dict => Dict;
    /// Statements.
    block => Block;
    /// Arguments.
    arguments => Arguments;
    /// `await x`.
    await_ => Await;
    /// A decorator.
    decorator => Decorator;
    /// A finally.
    finally => Finally;
}

/// Parameters; a bare name or pattern among them becomes a Parameter.
pub fn parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    for child in named(node) {
        parameter(lower, child);
    }
    lower.close();
}

/// One parameter: what the table makes of it, within a Parameter if it is none yet.
pub fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let first = lower.tree.nodes().len() as u32;
    let before = lower.tree.open_count();
    lower.lower(node);
    let is_bare =
        lower.tree.open_count() == before + 1 && lower.tree.kind(first) != Kind::Parameter;
    if is_bare {
        let (start, end) = (node.start_byte(), node.end_byte());
        let spread = lower.tree.kind(first) == Kind::Spread;
        let sign = if spread { lower.tree.text(first).to_owned() } else { String::new() };
        lower.tree.wrap(first, Kind::Parameter, start, end, Text::Word(&sign));
        (0..3).for_each(|_| lower.nothing(node));
        lower.close();
        if spread {
            lower.tree.dissolve(first + 1);
        }
    }
}

/// Makes a shape that keeps the source as the text of a node without children.
macro_rules! leaves {
    ($($(#[$doc:meta])* $name:ident => $kind:ident;)*) => {$(
        $(#[$doc])*
        pub fn $name(lower: &mut Lower<'_, '_>, node: Node<'_>) {
            lower.leaf(Kind::$kind, node);
        }
    )*};
}

leaves! {
    /// A name.
    name => Name;
    /// A number.
    number => Number;
    /// Null.
    null => Null;
}

/// `true` and `True`.
pub fn yes(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.tree.push(Kind::Bool, node.start_byte(), node.end_byte(), Text::Word("true"));
}

/// `false` and `False`.
pub fn no(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.tree.push(Kind::Bool, node.start_byte(), node.end_byte(), Text::Word("false"));
}

/// The one spelling of an operator.
pub fn operator(word: &str) -> &str {
    match word {
        "and" => "&&",
        "or" => "||",
        "not" => "!",
        "<>" => "!=",
        word => word,
    }
}

/// Fields left, operator, right.
pub fn binary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator").map_or("", |sign| sign.kind());
    lower.open(Kind::Binary, node, Text::Word(operator(sign)));
    lower.field(node, "left");
    lower.field(node, "right");
    lower.close();
}

/// The first token is the operator, the first named child its operand; `x++` is told by its last token.
pub fn unary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let operand = named(node).into_iter().next_back();
    let sign = node.child(0).filter(|first| !first.is_named());
    let last = node.child(node.child_count().saturating_sub(1)).filter(|last| !last.is_named());
    let text = match (sign, last) {
        (Some(sign), _) => operator(sign.kind()).to_owned(),
        (None, Some(last)) => format!("post{}", last.kind()),
        (None, None) => String::new(),
    };
    lower.open(Kind::Unary, node, Text::Word(&text));
    lower.one(operand, node);
    lower.close();
}

/// Fields left, right.
pub fn assign(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Assign, node, Text::None);
    lower.field(node, "left");
    lower.field(node, "right");
    lower.close();
}

/// Fields left, operator, right: `x += y`.
pub fn update(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator").map_or("", |sign| sign.kind());
    lower.open(Kind::Update, node, Text::Word(sign));
    lower.field(node, "left");
    lower.field(node, "right");
    lower.close();
}

/// Fields function, arguments.
pub fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "function");
    lower.field(node, "arguments");
    lower.close();
}

/// `object.name`, whatever the grammar calls the two.
pub fn attribute(lower: &mut Lower<'_, '_>, node: Node<'_>, object: &str, name: &str) {
    let Some(last) = node.child_by_field_name(name) else { return other(lower, node) };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.field(node, object);
    lower.leaf(Kind::Name, last);
    lower.close();
}

/// Fields condition, consequence, alternative.
pub fn conditional(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Conditional, node, Text::None);
    lower.field(node, "condition");
    lower.field(node, "consequence");
    lower.field(node, "alternative");
    lower.close();
}

/// A word and its operands: `return x`. The first token is the word.
pub fn word(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or_else(|| node.kind(), |first| first.kind());
    lower.open(Kind::Word, node, Text::Word(word));
    lower.children(node);
    lower.close();
}

/// Fields key, value.
pub fn pair(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Pair, node, Text::None);
    lower.field(node, "key");
    lower.field(node, "value");
    lower.close();
}

/// Fields name, value, among arguments.
pub fn keyword(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text =
        node.child_by_field_name("name").map_or(Text::None, |name| Text::At(name.byte_range()));
    lower.open(Kind::Keyword, node, text);
    lower.field(node, "name");
    lower.field(node, "value");
    lower.close();
}

/// `*x`: the first token is the operator.
pub fn spread(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(0).map_or("", |first| first.kind());
    lower.open(Kind::Spread, node, Text::Word(sign));
    lower.children(node);
    lower.close();
}

/// Fields condition, body.
pub fn while_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::While, node, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// A string: what stands between its first and last token. With interpolations in it, its fragments and expressions in order.
/// `holes` are the kinds of node that hold an expression.
pub fn string(lower: &mut Lower<'_, '_>, node: Node<'_>, holes: &[&str], kind: &str) {
    let mut cursor = node.walk();
    let has_holes = node.named_children(&mut cursor).any(|child| holes.contains(&child.kind()));
    if has_holes {
        lower.open(Kind::Interpolated, node, Text::Word(kind));
        string_parts(lower, node, holes);
        lower.close();
        return;
    }
    let (start, end) = between(node);
    lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::At(start..end));
}

/// Where the text between the first and the last token of a string stands.
fn between(node: Node<'_>) -> (usize, usize) {
    let count = node.child_count();
    let first = node.child(0);
    let last = node.child(count.saturating_sub(1));
    let start = first.map_or(node.start_byte(), |open| open.end_byte());
    let end = last.filter(|_| count > 1).map_or(start, |close| close.start_byte()).max(start);
    (start, end)
}

/// The fragments and expressions of a string. Pushes any number.
pub fn string_parts(lower: &mut Lower<'_, '_>, node: Node<'_>, holes: &[&str]) {
    let (start, end) = between(node);
    let mut cursor = node.walk();
    let inside: Vec<Node<'_>> =
        node.named_children(&mut cursor).filter(|child| holes.contains(&child.kind())).collect();
    let mut at = start;
    for hole in inside {
        if at < hole.start_byte() {
            lower.tree.push(Kind::Str, at, hole.start_byte(), Text::At(at..hole.start_byte()));
        }
        lower.one(named(hole).into_iter().next(), hole);
        at = hole.end_byte();
    }
    if at < end {
        lower.tree.push(Kind::Str, at, end, Text::At(at..end));
    }
}

/// Names joined by dots, as attributes: `a.b.c`.
pub fn path(lower: &mut Lower<'_, '_>, names: &[Node<'_>]) {
    let Some((first, rest)) = names.split_first() else { return };
    if too_deep(lower, *first, rest) {
        return;
    }
    for name in rest.iter().rev() {
        let text = Text::At(name.byte_range());
        lower.tree.open(Kind::Attribute, first.start_byte(), name.end_byte(), text);
    }
    lower.lower(*first);
    for name in rest {
        lower.leaf(Kind::Name, *name);
        lower.close();
    }
}

/// Operands and the operators between them, as Binary nodes that lean to the left.
pub fn chain(lower: &mut Lower<'_, '_>, node: Node<'_>, signs: &[String], operands: &[Node<'_>]) {
    let Some((first, rest)) = operands.split_first() else { return lower.nothing(node) };
    if too_deep(lower, *first, rest) {
        return;
    }
    let rest = &rest[..rest.len().min(signs.len())];
    for (operand, sign) in rest.iter().zip(signs).rev() {
        let text = Text::Word(operator(sign));
        lower.tree.open(Kind::Binary, node.start_byte(), operand.end_byte(), text);
    }
    lower.one(Some(*first), node);
    for operand in rest {
        lower.one(Some(*operand), node);
        lower.close();
    }
}

/// What would be nested too deep becomes one node.
fn too_deep(lower: &mut Lower<'_, '_>, first: Node<'_>, rest: &[Node<'_>]) -> bool {
    let deep = lower.tree.depth() + rest.len() >= MAX_DEPTH;
    if deep {
        lower.tree.cut = true;
        let (start, end) = (first.start_byte(), rest.last().unwrap_or(&first).end_byte());
        lower.tree.push(Kind::Other, start, end, Text::At(start..end));
    }
    deep
}

/// The body of a function that is one expression: a Block that says so.
pub fn expression_body(lower: &mut Lower<'_, '_>, body: Option<Node<'_>>, node: Node<'_>) {
    let Some(body) = body else { return lower.nothing(node) };
    lower.open(Kind::Block, body, Text::Word("="));
    lower.lower(body);
    lower.close();
}

/// One table of several: `N` is the sum of their lengths.
pub const fn join<const N: usize>(
    tables: &[&[(&'static str, super::Shape)]],
) -> [(&'static str, super::Shape); N] {
    let mut all: [(&'static str, super::Shape); N] = [("", other); N];
    let (mut table, mut at) = (0, 0);
    while table < tables.len() {
        let mut row = 0;
        while row < tables[table].len() {
            all[at] = tables[table][row];
            (at, row) = (at + 1, row + 1);
        }
        table += 1;
    }
    all
}

/// The children of a field that may stand several times.
pub fn fields<'t>(node: Node<'t>, field: &str) -> Vec<Node<'t>> {
    let mut cursor = node.walk();
    node.children_by_field_name(field, &mut cursor).filter(Node::is_named).collect()
}

/// Exactly one node for several: none is Nothing, one is itself, more are a Tuple.
pub fn several(lower: &mut Lower<'_, '_>, nodes: &[Node<'_>], parent: Node<'_>) {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return lower.nothing(parent);
    };
    if nodes.len() == 1 {
        return lower.one(Some(*first), parent);
    }
    lower.tree.open(Kind::Tuple, first.start_byte(), last.end_byte(), Text::None);
    for node in nodes {
        lower.one(Some(*node), parent);
    }
    lower.close();
}

/// A Type of a shape, with parts that are exactly one node each.
pub fn type_of(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str, parts: &[Node<'_>]) {
    lower.open(Kind::Type, node, Text::Word(shape));
    for part in parts {
        lower.one(Some(*part), node);
    }
    lower.close();
}

/// A node of a kind around these nodes, Nothing without any.
pub fn around(lower: &mut Lower<'_, '_>, kind: Kind, nodes: &[Node<'_>], node: Node<'_>) {
    let (Some(first), Some(last)) = (nodes.first(), nodes.last()) else {
        return lower.nothing(node);
    };
    lower.tree.open(kind, first.start_byte(), last.end_byte(), Text::None);
    for node in nodes {
        lower.lower(*node);
    }
    lower.close();
}

/// Modifiers of these nodes, Nothing without any. Those that a table does not name are keywords: their source is a Name.
pub fn modifiers_of(lower: &mut Lower<'_, '_>, nodes: &[Node<'_>], node: Node<'_>) {
    around(lower, Kind::Modifiers, nodes, node);
}

/// Field body, then clauses.
pub fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Try, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    for part in named(node).into_iter().filter(|part| part.kind().ends_with("_clause")) {
        lower.lower(part);
    }
    lower.close();
}

/// Fields name, body: a package or a namespace.
pub fn package(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Package, node, Text::None);
    lower.field(node, "name");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// Parameters without any.
pub fn no_parameters(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Parameters, node, Text::None);
    lower.close();
}

/// A literal between one-byte quotes; its text is what stands between them.
pub fn quoted(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Kind) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let open = lower.source(node).find(['\'', '"']).map_or(start, |at| start + at + 1);
    let close = end.saturating_sub(1).max(open).min(end.max(open));
    lower.tree.push(kind, start, end, Text::At(open.min(end)..close.min(end)));
}
