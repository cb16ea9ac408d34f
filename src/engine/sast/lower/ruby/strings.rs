//! Strings, symbols and commands of Ruby, with what stands in them.

use super::super::{Lower, Node, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// What stands between two places within a node: of the kind when it is plain, else Interpolated.
fn content(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    inside: (Node<'_>, usize, usize),
    kind: Kind,
    word: &str,
) {
    let (holder, start, end) = inside;
    let holes = named(holder).into_iter().filter(|part| part.kind() == "interpolation");
    let holes: Vec<Node<'_>> = holes.collect();
    if holes.is_empty() {
        lower.tree.push(kind, node.start_byte(), node.end_byte(), Text::At(start..end));
        return;
    }
    lower.open(Kind::Interpolated, node, Text::Word(word));
    let mut at = start;
    for hole in holes {
        if at < hole.start_byte() {
            lower.tree.push(Kind::Str, at, hole.start_byte(), Text::At(at..hole.start_byte()));
        }
        lower.one(Some(hole), hole);
        at = hole.end_byte();
    }
    if at < end {
        lower.tree.push(Kind::Str, at, end, Text::At(at..end));
    }
    lower.close();
}

/// What stands between the first and the last token of a node.
pub fn quoted(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Kind, word: &str) {
    let last = node.child_count().saturating_sub(1);
    let start = node.child(0).map_or(node.start_byte(), |open| open.end_byte());
    let end = node.child(last).map_or(start, |close| close.start_byte()).max(start);
    content(lower, node, (node, start, end), kind, word);
}

pub fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    quoted(lower, node, Kind::Str, "template");
}

pub fn regex(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    quoted(lower, node, Kind::Regex, "regex");
}

pub fn delimited_symbol(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    quoted(lower, node, Kind::Symbol, "symbol");
}

pub fn bare_string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    content(lower, node, (node, node.start_byte(), node.end_byte()), Kind::Str, "template");
}

pub fn bare_symbol(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    content(lower, node, (node, node.start_byte(), node.end_byte()), Kind::Symbol, "symbol");
}

/// Adjacent strings are one.
pub fn chained(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Interpolated, node, Text::Word("concat"));
    lower.children(node);
    lower.close();
}

/// `?a` is `"a"`.
pub fn character(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    lower.tree.push(Kind::Str, start, end, Text::At((start + 1).min(end)..end));
}

pub fn symbol(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let sign = usize::from(lower.source(node).starts_with(':'));
    lower.tree.push(Kind::Symbol, start, end, Text::At(start + sign..end));
}

/// A command between backticks is a call of them.
pub fn subshell(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, "`");
    lower.open(Kind::Arguments, node, Text::None);
    string(lower, node);
    lower.close();
    lower.close();
}

/// A string whose text begins on the next line; its place is where it is announced.
pub fn heredoc(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = heredoc_word(lower.source(node)).to_owned();
    let Some(inside) = heredoc_body(lower, node, &word) else {
        lower.leaf(Kind::Str, node);
        return;
    };
    let start = inside.start_byte() + usize::from(lower.source(inside).starts_with('\n'));
    let close = child_of(inside, "heredoc_end").filter(|close| !close.byte_range().is_empty());
    let end = close.map_or(inside.end_byte(), |close| close.start_byte());
    let mut text = lower.tree.source.get(start..end).unwrap_or("");
    if close.is_none() {
        text = text.strip_suffix(&word).unwrap_or(text);
    }
    let inside = (inside, start, start + text.trim_end_matches([' ', '\t']).len());
    if !lower.source(node).contains('`') {
        return content(lower, node, inside, Kind::Str, "template");
    }
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, "`");
    lower.open(Kind::Arguments, node, Text::None);
    content(lower, node, inside, Kind::Str, "template");
    lower.close();
    lower.close();
}

fn heredoc_word(announced: &str) -> &str {
    announced.trim_start_matches(['<', '~', '-']).trim_matches(['"', '\'', '`'])
}

/// The body that belongs to a heredoc: the first behind its line that ends with its word and is not another's. At the end of the text the
/// grammar takes the word for content.
fn heredoc_body<'t>(lower: &Lower<'_, '_>, node: Node<'t>, word: &str) -> Option<Node<'t>> {
    let (source, begin) = (lower.tree.source, node.start_byte());
    let mut at = node.end_byte() + source.get(node.end_byte()..)?.find('\n')?;
    let line = source.get(source.get(..begin)?.rfind('\n').unwrap_or(0)..begin)?;
    let mut others = line.matches(lower.source(node)).count();
    let mut root = node;
    while let Some(above) = root.parent() {
        root = above;
    }
    for _ in 0..16 {
        let mut found = root.descendant_for_byte_range(at, at + 1)?;
        while found.kind() != "heredoc_body" {
            found = found.parent()?;
        }
        let close = child_of(found, "heredoc_end").map_or("", |close| lower.source(close).trim());
        if close == word || close.is_empty() && lower.source(found).ends_with(word) {
            if others == 0 {
                return Some(found);
            }
            others -= 1;
        }
        at = found.end_byte().max(at + 1);
    }
    None
}
