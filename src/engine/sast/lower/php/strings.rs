//! Strings of PHP, with what stands in them.

use super::super::{Lower, Node, named};
use crate::engine::sast::tree::{Kind, Text};

/// What stands between two places below a node: text, and expressions with or without braces.
fn content(lower: &mut Lower<'_, '_>, node: Node<'_>, inside: Node<'_>, start: usize, end: usize) {
    let is_text =
        |kind: &str| matches!(kind, "string_content" | "escape_sequence" | "nowdoc_string");
    let holes: Vec<Node<'_>> =
        named(inside).into_iter().filter(|part| !is_text(part.kind())).collect();
    if holes.is_empty() {
        lower.tree.push(
            Kind::Str,
            node.start_byte(),
            node.end_byte(),
            Text::At(start..end.max(start)),
        );
        return;
    }
    lower.open(Kind::Interpolated, node, Text::Word("template"));
    let mut at = start;
    for hole in holes {
        let braces = hole.prev_sibling().is_some_and(|before| before.kind() == "{");
        let (from, to) = if braces {
            (hole.start_byte().saturating_sub(1), hole.end_byte() + 1)
        } else {
            (hole.start_byte(), hole.end_byte())
        };
        if at < from {
            lower.tree.push(Kind::Str, at, from, Text::At(at..from));
        }
        if !braces && hole.kind() == "subscript_expression" {
            bare_subscript(lower, hole);
        } else {
            lower.one(Some(hole), hole);
        }
        at = to;
    }
    if at < end {
        lower.tree.push(Kind::Str, at, end, Text::At(at..end));
    }
    lower.close();
}

/// `$a[key]` within a string, where the key is a string without quotes.
fn bare_subscript(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    for part in named(node) {
        if part.kind() == "name" {
            lower.leaf(Kind::Str, part);
        } else {
            lower.one(Some(part), node);
        }
    }
    lower.close();
}

pub fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let last = node.child_count().saturating_sub(1);
    let start = node.child(0).map_or(node.start_byte(), |open| open.end_byte());
    let end = node.child(last).map_or(start, |close| close.start_byte());
    content(lower, node, node, start, end);
}

pub fn heredoc(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(inside) = node.child_by_field_name("value") else {
        lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::None);
        return;
    };
    let source = lower.source(inside);
    let start = inside.end_byte() - source.trim_start_matches(['\r', '\n']).len();
    content(lower, node, inside, start, inside.end_byte());
}

/// A command between backticks is what `shell_exec` does.
pub fn shell(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, "shell_exec");
    lower.open(Kind::Arguments, node, Text::None);
    string(lower, node);
    lower.close();
    lower.close();
}
