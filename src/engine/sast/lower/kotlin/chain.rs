//! Calls and what else continues an expression in Kotlin. The grammar binds `!` tighter than calls and reads `f<T>(x)` as two
//! comparisons; both are put right here.

use crate::engine::sast::lower::shapes;
use crate::engine::sast::lower::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, MAX_DEPTH, Text};

// --- what the grammar reads otherwise than the language

/// What continues its first child: `a.b`, `a()`, `a[b]`, `a++`.
pub(super) fn is_postfix(node: Node<'_>) -> bool {
    match node.kind() {
        "call_expression" | "navigation_expression" | "index_expression" => true,
        "unary_expression" => node.child(0).is_some_and(|first| first.is_named()),
        _ => false,
    }
}

pub(super) fn is_prefix(node: Node<'_>) -> bool {
    node.kind() == "unary_expression" && !is_postfix(node)
}

/// The operand that stands last, of what has one: `b` of `!b`, `a + b`, `a to b`.
pub(super) fn operand(node: Node<'_>) -> Option<Node<'_>> {
    match node.kind() {
        "binary_expression" => node.child_by_field_name("right"),
        "infix_expression" => named(node).get(2).copied(),
        _ if is_prefix(node) => node.child_by_field_name("argument"),
        _ => None,
    }
}

/// Whether a node begins a chain above which its signs and left operands stand already, so that only its last operand is meant.
pub(super) fn is_opened(node: Node<'_>) -> bool {
    let mut at = node;
    while let Some(parent) = at.parent() {
        if is_postfix(parent) && parent.child(0) == Some(at) {
            return true;
        }
        if operand(parent) != Some(at) {
            return false;
        }
        at = parent;
    }
    false
}

/// Begins the Unary or Binary that a node is and lowers what stands before its last operand.
pub(super) fn open_operator(lower: &mut Lower<'_, '_>, node: Node<'_>, end: usize) {
    let start = node.start_byte();
    if node.kind() == "infix_expression" {
        let parts = named(node);
        let sign = parts.get(1).map_or(Text::None, |sign| Text::At(sign.byte_range()));
        lower.tree.open(Kind::Binary, start, end, sign);
        return lower.one(parts.first().copied(), node);
    }
    let sign = node.child_by_field_name("operator").map_or("", |sign| sign.kind());
    let sign = Text::Word(shapes::operator(sign));
    if node.kind() == "binary_expression" {
        lower.tree.open(Kind::Binary, start, end, sign);
        lower.field(node, "left");
    } else {
        lower.tree.open(Kind::Unary, start, end, sign);
    }
}

/// `!a.b()` is `!(a.b())` and `a + b<T>(c, d)` is `a + (b<T>(c, d))`, though the grammar has `(!a).b()` and `(a + b)<T>(c, d)`:
/// what stands in front of a chain stands above it.
pub(super) fn postfix(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: Shape) {
    if is_opened(node) {
        return shape(lower, node);
    }
    let mut first = node;
    let mut opened = 0;
    while lower.tree.depth() < MAX_DEPTH {
        let next = if is_postfix(first) {
            first.child(0)
        } else {
            let next = operand(first);
            if next.is_some() {
                open_operator(lower, first, node.end_byte());
                opened += 1;
            }
            next
        };
        match next {
            Some(next) => first = next,
            None => break,
        }
    }
    let mut at = lower.tree.nodes().len() as u32;
    shape(lower, node);
    // What stands above is no part of the chain's place.
    let begin = first.start_byte();
    while opened > 0
        && lower.tree.nodes().get(at as usize).is_some_and(|inside| (inside.start as usize) < begin)
    {
        let end = lower.tree.node(at).end as usize;
        lower.tree.set_range(at, begin, end);
        at += 1;
    }
    (0..opened).for_each(|_| lower.close());
}

pub(super) fn unary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let operand = node.child_by_field_name("argument");
    let sign = node.child_by_field_name("operator").map_or("", |sign| sign.kind());
    if sign == "!!" || (is_prefix(node) && is_opened(node)) {
        return lower.one(operand, node);
    }
    let text = if is_postfix(node) { format!("post{sign}") } else { sign.to_owned() };
    lower.open(Kind::Unary, node, Text::Word(&text));
    lower.one(operand, node);
    lower.close();
}

/// Of `f<T>(x)`, which the grammar has as `(f < T) > (x)`: what stands before the `<`.
pub(super) fn generic_callee(comparison: Node<'_>) -> Option<Node<'_>> {
    let is = |node: Node<'_>, sign: &str| {
        node.kind() == "binary_expression"
            && node.child_by_field_name("operator").is_some_and(|found| found.kind() == sign)
    };
    let left = comparison.child_by_field_name("left").filter(|left| is(*left, "<"))?;
    let mut first = comparison.child_by_field_name("right").filter(|_| is(comparison, ">"))?;
    while first.kind() != "parenthesized_expression" {
        first = first.child(0)?;
    }
    left.child_by_field_name("left")
}

pub(super) fn binary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let right = node.child_by_field_name("right");
    match (generic_callee(node), right) {
        (Some(callee), Some(right)) => generic_call(lower, callee, right),
        _ if is_opened(node) => lower.one(right, node),
        _ => shapes::binary(lower, node),
    }
}

/// `a + !f<T>(x)`: what stands before `f` stands above the call.
pub(super) fn generic_call(lower: &mut Lower<'_, '_>, callee: Node<'_>, right: Node<'_>) {
    let mut before = callee;
    let mut opened = 0;
    while let Some(next) = operand(before).filter(|_| lower.tree.depth() < MAX_DEPTH) {
        open_operator(lower, before, right.end_byte());
        opened += 1;
        before = next;
    }
    lower.one(Some(right), right);
    (0..opened).for_each(|_| lower.close());
}

/// What stands first behind `f<T>` holds the argument of the call.
pub(super) fn parenthesized(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut at = node;
    while let Some(parent) = at.parent().filter(|parent| parent.start_byte() == node.start_byte()) {
        at = parent;
    }
    let comparison = at.parent().filter(|parent| parent.child_by_field_name("right") == Some(at));
    let Some(callee) = comparison.and_then(generic_callee) else { return lower.children(node) };
    let callee = std::iter::successors(Some(callee), |at| operand(*at)).last().unwrap_or(callee);
    lower.tree.open(Kind::Call, callee.start_byte(), node.end_byte(), Text::None);
    lower.one(Some(callee), node);
    shapes::arguments(lower, node);
    lower.close();
}

// --- expressions

/// `a.b`, `a?.b`, `a::b`.
pub(super) fn navigation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let (Some(object), Some(last)) = (parts.first(), parts.get(1)) else {
        return lower.children(node);
    };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.one(Some(*object), node);
    lower.leaf(Kind::Name, *last);
    lower.close();
}

/// `::f`, `A::f`.
pub(super) fn callable_reference(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let last = node.child(node.child_count().saturating_sub(1)).unwrap_or(node);
    let Some(object) = named(node).into_iter().next().filter(|first| *first != last) else {
        lower.leaf(Kind::Name, last);
        return;
    };
    lower.open(Kind::Attribute, node, Text::At(last.byte_range()));
    lower.one(Some(object), node);
    lower.leaf(Kind::Name, last);
    lower.close();
}

pub(super) fn index(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.children(node);
    lower.close();
}

/// `f(a) { b }` has the lambda as its last argument.
pub(super) fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut callee = node.child(0);
    let mut arguments = child_of(node, "value_arguments");
    let last = child_of(node, "annotated_lambda");
    if let (Some(inside), None, Some(_)) = (callee, arguments, last) {
        let is_call =
            inside.kind() == "call_expression" && child_of(inside, "annotated_lambda").is_none();
        if let Some(list) = child_of(inside, "value_arguments").filter(|_| is_call) {
            (callee, arguments) = (inside.child(0), Some(list));
        }
    }
    lower.open(Kind::Call, node, Text::None);
    lower.one(callee, node);
    let start = arguments.or(last).map_or(node.end_byte(), |first| first.start_byte());
    lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
    if let Some(arguments) = arguments {
        lower.children(arguments);
    }
    if let Some(last) = last {
        lower.lower(last);
    }
    lower.close();
    lower.close();
}

/// `x`, `name = x`, `*x`.
pub(super) fn argument(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let value = named(node).into_iter().next_back();
    let label = child_of(node, "=").and_then(|_| named(node).into_iter().next());
    if let Some(label) = label {
        lower.open(Kind::Keyword, node, Text::At(label.byte_range()));
        lower.leaf(Kind::Name, label);
    }
    if child_of(node, "*").is_some() {
        lower.open(Kind::Spread, node, Text::Word("*"));
        lower.one(value, node);
        lower.close();
    } else {
        lower.one(value, node);
    }
    if label.is_some() {
        lower.close();
    }
}

/// `a to b`: the function's name is the operator.
pub(super) fn infix(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let [left, sign, right] = parts.as_slice() else { return shapes::other(lower, node) };
    if is_opened(node) {
        return lower.one(Some(*right), node);
    }
    lower.open(Kind::Binary, node, Text::At(sign.byte_range()));
    lower.one(Some(*left), node);
    lower.one(Some(*right), node);
    lower.close();
}
