//! Patterns and control flow of Swift.

use super::super::{Lower, Node, child_of, named};
use super::tokens;
use crate::engine::sast::tree::{Kind, Text};

/// A name, `(a, b)`, `.case(a)`, `T.case`, a literal.
pub fn pattern(lower: &mut Lower<'_, '_>, node: Node<'_>, parts: &[Node<'_>]) {
    let dot = parts.iter().position(|part| part.kind() == ".");
    let open = parts.iter().position(|part| part.kind() == "(");
    let inside: Vec<Node<'_>> = open
        .and_then(|open| parts.get(open..))
        .unwrap_or_default()
        .iter()
        .copied()
        .filter(Node::is_named)
        .collect();
    let case = dot.and_then(|dot| parts.get(dot + 1)).copied();
    if let (Some(case), Some(dot)) = (case, dot) {
        if open.is_some() {
            lower.open(Kind::Call, node, Text::None);
        }
        lower.open(Kind::Attribute, node, Text::At(case.byte_range()));
        let of =
            parts.get(..dot).unwrap_or_default().iter().find(|part| part.kind() == "user_type");
        lower.one(of.copied(), node);
        lower.leaf(Kind::Name, case);
        lower.close();
        if open.is_some() {
            lower.open(Kind::Arguments, node, Text::None);
            for part in &inside {
                lower.one(Some(*part), node);
            }
            lower.close();
            lower.close();
        }
    } else if open.is_some() {
        lower.open(Kind::Tuple, node, Text::None);
        for part in &inside {
            lower.one(Some(*part), node);
        }
        lower.close();
    } else {
        parts.iter().filter(|part| part.is_named()).for_each(|part| lower.lower(*part));
    }
}

/// The first `{ ... }` among tokens, as a Block.
pub fn braced(lower: &mut Lower<'_, '_>, parts: &[Node<'_>], node: Node<'_>) {
    let Some(open) = parts.iter().position(|part| part.kind() == "{") else {
        return lower.nothing(node);
    };
    let rest = parts.get(open..).unwrap_or_default();
    let close = rest.iter().find(|part| part.kind() == "}");
    let start = rest.first().map_or(node.start_byte(), Node::start_byte);
    let end = close.map_or(node.end_byte(), Node::end_byte);
    lower.tree.open(Kind::Block, start, end, Text::None);
    for part in rest.iter().take_while(|part| part.kind() != "}") {
        if part.kind() == "statements" {
            lower.lower(*part);
        }
    }
    lower.close();
}

/// Enough for what people write; each makes the tree deeper.
const MOST: usize = 200;

/// Conditions between a keyword and what follows them, joined by `&&`.
pub fn conditions(lower: &mut Lower<'_, '_>, parts: &[Node<'_>], node: Node<'_>) {
    let end = parts.iter().position(|part| matches!(part.kind(), "{" | "else"));
    let all = parts.get(1..end.unwrap_or(parts.len())).unwrap_or_default();
    let id = lower.tree.nodes().len() as u32;
    let start = all.first().map_or(node.start_byte(), Node::start_byte);
    for (at, part) in all.split(|part| part.kind() == ",").take(MOST).enumerate() {
        if at == 0 {
            condition(lower, part, node);
            continue;
        }
        let end = part.last().map_or(start, Node::end_byte);
        lower.tree.wrap(id, Kind::Binary, start, end, Text::Word("&&"));
        condition(lower, part, node);
        lower.close();
    }
}

/// A value, `let name: T = value` or `case pattern = value`.
pub fn condition(lower: &mut Lower<'_, '_>, parts: &[Node<'_>], node: Node<'_>) {
    let (Some(first), Some(last)) = (parts.first(), parts.last()) else {
        return lower.nothing(node);
    };
    let word = match first.kind() {
        "value_binding_pattern" => {
            first.child_by_field_name("mutability").map_or("let", |word| word.kind())
        }
        "case" => "case",
        _ => return lower.one(parts.iter().find(|part| part.is_named()).copied(), node),
    };
    let sign = parts.iter().position(|part| part.kind() == "=");
    let before = parts.get(1..sign.unwrap_or(parts.len())).unwrap_or_default();
    let (of, target): (Vec<Node<'_>>, Vec<Node<'_>>) =
        before.iter().partition(|part| part.kind() == "type_annotation");
    let value = sign.and_then(|sign| parts.get(sign + 1));
    lower.tree.open(Kind::Variable, first.start_byte(), last.end_byte(), Text::Word(word));
    lower.nothing(*first);
    let id = lower.tree.nodes().len() as u32;
    let before = lower.tree.open_count();
    pattern(lower, target.first().copied().unwrap_or(*first), &target);
    match lower.tree.open_count() - before {
        1 => {}
        0 => lower.nothing(*first),
        _ => lower.tree.gather(id, Kind::Tuple),
    }
    lower.one(of.first().copied(), *first);
    lower.one(value.copied(), *last);
    lower.close();
}

pub fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = tokens(node);
    lower.open(Kind::If, node, Text::None);
    conditions(lower, &parts, node);
    braced(lower, &parts, node);
    otherwise(lower, &parts, node);
    lower.close();
}

pub fn otherwise(lower: &mut Lower<'_, '_>, parts: &[Node<'_>], node: Node<'_>) {
    let at = parts.iter().position(|part| part.kind() == "else");
    let rest = at.and_then(|at| parts.get(at + 1..)).unwrap_or_default();
    match rest.first() {
        Some(next) if next.kind() == "if_statement" => lower.block(Some(*next), node),
        _ => braced(lower, rest, node),
    }
}

/// `guard c else { ... }` is an If with nothing to do.
pub fn guard(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = tokens(node);
    lower.open(Kind::If, node, Text::Word("guard"));
    conditions(lower, &parts, node);
    lower.tree.open(Kind::Block, node.end_byte(), node.end_byte(), Text::None);
    lower.close();
    otherwise(lower, &parts, node);
    lower.close();
}

pub fn while_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = tokens(node);
    lower.open(Kind::While, node, Text::None);
    conditions(lower, &parts, node);
    braced(lower, &parts, node);
    lower.close();
}

pub fn repeat(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = tokens(node);
    lower.open(Kind::DoWhile, node, Text::None);
    braced(lower, &parts, node);
    let at = parts.iter().position(|part| part.kind() == "while").unwrap_or(parts.len());
    conditions(lower, parts.get(at..).unwrap_or_default(), node);
    lower.close();
}

pub fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::ForEach, node, Text::None);
    lower.field(node, "item");
    lower.field(node, "collection");
    braced(lower, &tokens(node), node);
    if let Some(filter) = child_of(node, "where_clause") {
        lower.open(Kind::Generator, filter, Text::Word("if"));
        lower.one(named(filter).into_iter().next_back(), filter);
        lower.close();
    }
    lower.close();
}

pub fn switch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "expr");
    for entry in named(node).into_iter().filter(|part| part.kind() == "switch_entry") {
        lower.lower(entry);
    }
    lower.close();
}

/// Patterns; a guard is a Generator.
pub fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Case, node, Text::None);
    let mut body = None;
    let mut is_guard = false;
    for part in named(node) {
        match part.kind() {
            "switch_pattern" => lower.one(Some(part), node),
            "where_keyword" => is_guard = true,
            "statements" => body = Some(part),
            "default_keyword" | "modifiers" => {}
            _ if is_guard => {
                lower.open(Kind::Generator, part, Text::Word("if"));
                lower.lower(part);
                lower.close();
            }
            _ => {}
        }
    }
    let place = body.map_or(node.end_byte()..node.end_byte(), |body| body.byte_range());
    lower.tree.open(Kind::Block, place.start, place.end, Text::None);
    if let Some(body) = body {
        lower.lower(body);
    }
    lower.close();
    lower.close();
}

/// Without a catch it is only a block.
pub fn do_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = tokens(node);
    if child_of(node, "catch_block").is_none() {
        return braced(lower, &parts, node);
    }
    lower.open(Kind::Try, node, Text::None);
    braced(lower, &parts, node);
    for part in parts.into_iter().filter(|part| part.kind() == "catch_block") {
        lower.lower(part);
    }
    lower.close();
}

/// `catch let e as T`, `catch T.x`.
pub fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let error = node.child_by_field_name("error");
    lower.open(Kind::Catch, node, Text::None);
    match error {
        Some(error) if child_of(error, "as").is_some() => {
            lower.field(error, "name");
            lower.one(named(error).into_iter().next(), node);
        }
        Some(error) if child_of(error, "value_binding_pattern").is_some() => {
            lower.nothing(node);
            lower.one(Some(error), node);
        }
        error => {
            lower.one(error, node);
            lower.nothing(node);
        }
    }
    braced(lower, &tokens(node), node);
    lower.close();
}

pub fn transfer(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or(Text::None, |word| Text::At(word.byte_range()));
    lower.open(Kind::Word, node, word);
    for part in named(node).into_iter().filter(|part| part.kind() != "throw_keyword") {
        lower.lower(part);
    }
    lower.close();
}
