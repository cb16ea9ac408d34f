//! Operators of Solidity. The grammar binds what stands behind an operand to all before it: `1 + a.b` is `(1 + a).b` to it. Here such an
//! expression is taken apart into operands and signs and put together by precedence.

use super::super::{Lower, Node, Shape, named};
use super::{inside, shapes};
use crate::engine::sast::tree::{Id, Kind, Text};

/// Operands of one expression; the grammar's reading is kept for longer ones.
const MOST: usize = 200;
/// Links of a chain of members, calls and indices that are followed.
const LINKS: usize = 64;

/// An operand of a chain.
struct Operand<'t> {
    /// The node; what of it belongs to other operands is marked.
    top: Node<'t>,
    /// Where it begins.
    start: usize,
    /// Operators below the node, of which only the last operand belongs to it.
    marks: Vec<Node<'t>>,
    /// What stands before it.
    signs: Vec<Node<'t>>,
}

fn place(node: Node<'_>) -> (usize, usize) {
    (node.start_byte(), node.end_byte())
}

fn is_marked(lower: &Lower<'_, '_>, node: Node<'_>) -> bool {
    lower.pending.contains(&place(node))
}

/// The operator at the bottom of a postfix expression.
fn bottom<'t>(lower: &Lower<'_, '_>, node: Node<'t>) -> Option<Node<'t>> {
    let mut at = node;
    for _ in 0..LINKS {
        let next = ["object", "base", "function", "type"]
            .iter()
            .find_map(|field| at.child_by_field_name(field));
        at = inside(next)?;
        if matches!(at.kind(), "unary_expression" | "binary_expression" | "ternary_expression") {
            return Some(at).filter(|at| !is_marked(lower, *at));
        }
    }
    None
}

fn is_postfix(kind: &str) -> bool {
    matches!(
        kind,
        "member_expression"
            | "array_access"
            | "slice_access"
            | "call_expression"
            | "struct_expression"
    )
}

/// Operands and the signs between them.
fn flatten<'t>(
    lower: &Lower<'_, '_>,
    node: Option<Node<'t>>,
    all: &mut Vec<Operand<'t>>,
    between: &mut Vec<Node<'t>>,
) -> Option<()> {
    let node = inside(node)?;
    if all.len() > MOST {
        return None;
    }
    let field = |name: &str| node.child_by_field_name(name);
    match node.kind() {
        "binary_expression" if !is_marked(lower, node) => {
            flatten(lower, field("left"), all, between)?;
            between.push(field("operator").or_else(|| node.child(1))?);
            flatten(lower, field("right"), all, between)?;
            all.last_mut()?.marks.push(node);
        }
        "unary_expression" if !is_marked(lower, node) => {
            let first = all.len();
            flatten(lower, field("argument"), all, between)?;
            all.last_mut()?.marks.push(node);
            all.get_mut(first)?.signs.insert(0, node);
        }
        kind if is_postfix(kind) => {
            match bottom(lower, node).filter(|found| found.kind() != "ternary_expression") {
                Some(found) => {
                    flatten(lower, Some(found), all, between)?;
                    all.last_mut()?.top = node;
                }
                None => all.push(Operand {
                    top: node,
                    start: node.start_byte(),
                    marks: Vec::new(),
                    signs: Vec::new(),
                }),
            }
        }
        _ => all.push(Operand {
            top: node,
            start: node.start_byte(),
            marks: Vec::new(),
            signs: Vec::new(),
        }),
    }
    Some(())
}

fn precedence(sign: &str) -> u8 {
    match sign {
        "||" => 1,
        "&&" => 2,
        "==" | "!=" => 3,
        "<" | ">" | "<=" | ">=" => 4,
        "|" => 5,
        "^" => 6,
        "&" => 7,
        "<<" | ">>" | ">>>" => 8,
        "+" | "-" => 9,
        "*" | "/" | "%" => 10,
        _ => 11,
    }
}

/// Operands that lie between two signs, and what joins them.
fn join(lower: &mut Lower<'_, '_>, all: &[Operand<'_>], between: &[Node<'_>]) {
    // The sign that binds least is the last one of its precedence; powers are the first one.
    let weight = |sign: &Node<'_>| precedence(sign.kind());
    let least = between.iter().map(weight).min();
    let at = if least == Some(11) {
        Some(0)
    } else {
        between.iter().rposition(|sign| Some(weight(sign)) == least)
    };
    let (Some(at), Some(first), Some(last)) = (at, all.first(), all.last()) else {
        return all.first().map_or((), |only| operand(lower, only));
    };
    let start = first.signs.first().map_or(first.start, Node::start_byte);
    lower.tree.open(Kind::Binary, start, last.top.end_byte(), Text::Word(between[at].kind()));
    join(lower, &all[..=at], &between[..at]);
    join(lower, &all[at + 1..], &between[at + 1..]);
    lower.close();
}

fn operand(lower: &mut Lower<'_, '_>, one: &Operand<'_>) {
    for sign in &one.signs {
        let text = sign.child(0).map_or("", |sign| sign.kind());
        lower.tree.open(Kind::Unary, sign.start_byte(), one.top.end_byte(), Text::Word(text));
    }
    let before = lower.pending.len();
    lower.pending.extend(one.marks.iter().map(|mark| place(*mark)));
    let first = lower.tree.nodes().len() as Id;
    lower.one(Some(one.top), one.top);
    lower.pending.truncate(before);
    begin_at(lower, first, one.start);
    one.signs.iter().for_each(|_| lower.close());
}

/// Lets a chain begin with its own first operand.
fn begin_at(lower: &mut Lower<'_, '_>, first: Id, start: usize) {
    let mut at = first;
    while let Some(node) =
        lower.tree.nodes().get(at as usize).filter(|node| (node.start as usize) < start)
    {
        let (end, goes_on) = (node.end as usize, node.count > 0);
        lower.tree.set_range(at, start, end);
        if !goes_on {
            break;
        }
        at += 1;
    }
}

/// Lowers a node by its operands; false when it has too many.
fn by_operands(lower: &mut Lower<'_, '_>, node: Node<'_>) -> bool {
    let (mut all, mut between) = (Vec::new(), Vec::new());
    if flatten(lower, Some(node), &mut all, &mut between).is_none() {
        return false;
    }
    join(lower, &all, &between);
    true
}

/// Lowers a postfix expression as a part of the operators that the grammar put below it.
pub fn postfix(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: Shape) {
    match bottom(lower, node) {
        Some(found) if found.kind() == "ternary_expression" => {
            conditional(lower, found, Some(node));
        }
        Some(_) if by_operands(lower, node) => {}
        _ => shape(lower, node),
    }
}

pub fn binary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if is_marked(lower, node) {
        lower.field(node, "right");
    } else if !by_operands(lower, node) {
        shapes::binary(lower, node);
    }
}

pub fn unary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if is_marked(lower, node) {
        lower.field(node, "argument");
    } else if !by_operands(lower, node) {
        shapes::unary(lower, node);
    }
}

pub fn ternary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if is_marked(lower, node) {
        lower.one(named(node).into_iter().nth(2), node);
    } else {
        conditional(lower, node, None);
    }
}

/// `a ? b : c`, of which `c` may be all that stands behind it.
fn conditional(lower: &mut Lower<'_, '_>, node: Node<'_>, whole: Option<Node<'_>>) {
    let parts = named(node);
    let end = whole.unwrap_or(node).end_byte();
    lower.tree.open(Kind::Conditional, node.start_byte(), end, Text::None);
    for at in 0..2 {
        lower.one(parts.get(at).copied(), node);
    }
    let last = parts.get(2).copied();
    match whole.zip(last) {
        Some((whole, last)) => {
            lower.pending.push(place(node));
            let first = lower.tree.nodes().len() as Id;
            lower.one(Some(whole), node);
            lower.pending.pop();
            begin_at(lower, first, last.start_byte());
        }
        None => lower.one(last, node),
    }
    lower.close();
}
