//! HCL: Terraform's language. Blocks become sections, attributes assignments, references chains of attributes.

use super::shapes::{self, inner, skip};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::pattern::hold;
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-hcl 1.1.
pub const SHAPES: &[(&str, Shape)] = &[
    ("config_file", inner),
    ("body", inner),
    ("comment", skip),
    ("attribute", attribute),
    ("block", section),
    ("identifier", shapes::name),
    ("variable_expr", inner),
    ("expression", expression),
    ("literal_value", inner),
    ("collection_value", inner),
    ("operation", inner),
    ("template_expr", inner),
    ("for_expr", inner),
    ("numeric_lit", shapes::number),
    ("null_lit", shapes::null),
    ("bool_lit", boolean),
    ("string_lit", |l, n| template(l, n)),
    ("quoted_template", template),
    ("heredoc_template", heredoc),
    ("template_directive", shapes::other),
    ("template_interpolation", interpolation),
    ("template_literal", text),
    ("tuple", shapes::list),
    ("object", shapes::dict),
    ("object_elem", pair),
    ("_comma", skip),
    ("tuple_start", skip),
    ("tuple_end", skip),
    ("object_start", skip),
    ("object_end", skip),
    ("block_start", skip),
    ("block_end", skip),
    ("strip_marker", skip),
    ("function_call", call),
    ("ellipsis", skip),
    ("unary_operation", unary),
    ("binary_operation", binary),
    ("conditional", conditional),
    ("for_tuple_expr", |l, n| comprehension(l, n, Kind::List)),
    ("for_object_expr", |l, n| comprehension(l, n, Kind::Dict)),
];

fn attribute(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Assign, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

fn section(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let Some((name, rest)) = parts.split_first() else { return shapes::other(lower, node) };
    lower.open(Kind::Section, node, Text::At(name.byte_range()));
    lower.lower(*name);
    for label in rest {
        match label.kind() {
            // A bare label is the same as a quoted one, but what stands for another thing in a pattern.
            "identifier" if hold::sign(lower.source(*label)).is_none() => {
                lower.leaf(Kind::Str, *label);
            }
            "identifier" | "string_lit" => lower.lower(*label),
            _ => {}
        }
    }
    let open = child_of(node, "block_start");
    let close = child_of(node, "block_end");
    let start = open.map_or(node.end_byte(), |open| open.start_byte());
    let end = close.map_or(node.end_byte(), |close| close.end_byte());
    lower.tree.open(Kind::Block, start, end.max(start), Text::None);
    if let Some(body) = child_of(node, "body") {
        lower.lower(body);
    }
    lower.close();
    lower.close();
}

/// One term, and what is taken from it: `a.b[0].*.c`.
fn expression(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let Some((first, rest)) = parts.split_first() else { return shapes::other(lower, node) };
    if rest.is_empty() {
        return lower.lower(*first);
    }
    term(lower, *first, rest, node);
}

/// A term and its accesses, which may stand one within a splat.
fn term(lower: &mut Lower<'_, '_>, first: Node<'_>, rest: &[Node<'_>], node: Node<'_>) {
    let mut accesses = Vec::new();
    for access in rest {
        flat(*access, &mut accesses);
    }
    if lower.tree.depth() + accesses.len() >= crate::engine::sast::tree::MAX_DEPTH {
        lower.tree.cut = true;
        lower.leaf(Kind::Other, node);
        return;
    }
    let start = first.start_byte();
    for access in accesses.iter().rev() {
        let end = access.end_byte();
        match access.kind() {
            "get_attr" => {
                let name = named(*access).into_iter().next_back().unwrap_or(*access);
                lower.tree.open(Kind::Attribute, start, end, Text::At(name.byte_range()));
            }
            "new_index" | "legacy_index" => {
                lower.tree.open(Kind::Index, start, end, Text::None);
            }
            _ => {
                lower.tree.open(Kind::Index, start, end, Text::Word("*"));
            }
        }
    }
    lower.one(Some(first), node);
    for access in accesses {
        let (from, to) = (access.start_byte(), access.end_byte());
        match access.kind() {
            "get_attr" => {
                let name = named(access).into_iter().next_back().unwrap_or(access);
                lower.leaf(Kind::Name, name);
            }
            "new_index" => lower.one(named(access).into_iter().next(), access),
            "legacy_index" => {
                lower.tree.push(Kind::Number, from + 1, to, Text::At(from + 1..to));
            }
            _ => {
                lower.tree.push(Kind::Name, from, from + 1, Text::Word("*"));
            }
        }
        lower.close();
    }
}

/// Accesses one behind the other; a splat comes before those that stand within it.
fn flat<'t>(access: Node<'t>, found: &mut Vec<Node<'t>>) {
    match access.kind() {
        "index" => found.extend(named(access)),
        "splat" => named(access).into_iter().for_each(|child| flat(child, found)),
        "attr_splat" | "full_splat" => {
            found.push(access);
            for child in named(access) {
                flat(child, found);
            }
        }
        _ => found.push(access),
    }
}

fn boolean(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.leaf(Kind::Bool, node);
}

fn text(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.leaf(Kind::Str, node);
}

fn interpolation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = named(node).into_iter().find(|child| child.kind() == "expression");
    lower.one(inside, node);
}

/// `"a${b}"`. Without an interpolation it is a string.
fn template(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let start =
        child_of(node, "quoted_template_start").map_or(node.start_byte(), |at| at.end_byte());
    let end = child_of(node, "quoted_template_end").map_or(node.end_byte(), |at| at.start_byte());
    fragments(lower, node, start, end.max(start));
}

/// `<<EOF`: the lines between, without the last line's end.
fn heredoc(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let source = lower.tree.source;
    let identifiers: Vec<Node<'_>> =
        named(node).into_iter().filter(|child| child.kind() == "heredoc_identifier").collect();
    let start = identifiers.first().map_or(node.start_byte(), tree_sitter::Node::end_byte);
    let end = identifiers.get(1).map_or(node.end_byte(), tree_sitter::Node::start_byte).max(start);
    let inside = source.get(start..end).unwrap_or("");
    let start = start + inside.len() - inside.trim_start_matches(['\r', '\n']).len();
    let end = end.saturating_sub(inside.len() - inside.trim_end().len()).max(start);
    fragments(lower, node, start, end);
}

fn fragments(lower: &mut Lower<'_, '_>, node: Node<'_>, start: usize, end: usize) {
    let holes: Vec<Node<'_>> = named(node)
        .into_iter()
        .filter(|child| matches!(child.kind(), "template_interpolation" | "template_directive"))
        .collect();
    if holes.is_empty() {
        lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::At(start..end));
        return;
    }
    lower.open(Kind::Interpolated, node, Text::Word("template"));
    let mut at = start;
    for hole in holes {
        let (from, to) = (hole.start_byte(), hole.end_byte());
        if at < from {
            lower.tree.push(Kind::Str, at, from, Text::At(at..from));
        }
        lower.one(Some(hole), node);
        at = to;
    }
    if at < end {
        lower.tree.push(Kind::Str, at, end, Text::At(at..end));
    }
    lower.close();
}

/// `key = value` and `key: value`; `"key"` is the same as `key`.
fn pair(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Pair, node, Text::None);
    let first = lower.tree.nodes().len() as u32;
    lower.field(node, "key");
    if lower.tree.kind(first) == Kind::Str {
        // Only a pattern has this key, for any.
        if lower.tree.text(first) == "..." {
            lower.tree.set_text(first, Text::Word("__mv__"));
        }
        lower.tree.set_kind(first, Kind::Name);
    }
    lower.field(node, "val");
    lower.close();
}

fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Call, node, Text::None);
    lower.one(parts.first().copied(), node);
    let arguments = child_of(node, "function_arguments");
    let at = parts.first().map_or(node.end_byte(), tree_sitter::Node::end_byte);
    let place = arguments.map_or((at, node.end_byte()), |all| (all.start_byte(), all.end_byte()));
    lower.tree.open(Kind::Arguments, place.0, place.1, Text::None);
    if let Some(arguments) = arguments {
        lower.children(arguments);
    }
    lower.close();
    lower.close();
}

fn unary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(0).map_or("", |sign| sign.kind());
    lower.open(Kind::Unary, node, Text::Word(sign));
    operand(lower, node, &named(node));
    lower.close();
}

fn binary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let all: Vec<Node<'_>> = node.children(&mut cursor).filter(|child| !child.is_extra()).collect();
    let Some(at) = all.iter().position(|child| !child.is_named()) else {
        return shapes::other(lower, node);
    };
    lower.open(Kind::Binary, node, Text::Word(all[at].kind()));
    operand(lower, node, &all[..at]);
    operand(lower, node, &all[at + 1..]);
    lower.close();
}

/// Operands stand bare in the grammar: a term and its accesses are siblings.
fn operand(lower: &mut Lower<'_, '_>, node: Node<'_>, parts: &[Node<'_>]) {
    let parts: Vec<Node<'_>> = parts.iter().copied().filter(Node::is_named).collect();
    match parts.split_first() {
        None => lower.nothing(node),
        Some((first, [])) => lower.one(Some(*first), node),
        Some((first, rest)) => term(lower, *first, rest, node),
    }
}

fn conditional(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Conditional, node, Text::None);
    (0..3).for_each(|at| lower.one(parts.get(at).copied(), node));
    lower.close();
}

/// `[for x in y : z if c]`: the element, then the Generator.
fn comprehension(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Kind) {
    let parts = named(node);
    let values: Vec<Node<'_>> =
        parts.iter().copied().filter(|part| part.kind() == "expression").collect();
    lower.open(kind, node, Text::Word("for"));
    if let [key, value] = values.as_slice() {
        lower.tree.open(Kind::Pair, key.start_byte(), value.end_byte(), Text::None);
        lower.one(Some(*key), node);
        lower.one(Some(*value), node);
        lower.close();
    } else {
        for value in &values {
            lower.one(Some(*value), node);
        }
    }
    if let Some(intro) = parts.iter().copied().find(|part| part.kind() == "for_intro") {
        let inside = named(intro);
        lower.open(Kind::Generator, intro, Text::None);
        let (names, iterated): (Vec<Node<'_>>, Vec<Node<'_>>) =
            inside.into_iter().partition(|part| part.kind() == "identifier");
        if let [one] = names.as_slice() {
            lower.lower(*one);
        } else {
            lower.open(Kind::Tuple, intro, Text::None);
            for name in &names {
                lower.lower(*name);
            }
            lower.close();
        }
        lower.one(iterated.first().copied(), intro);
        if let Some(condition) = parts.iter().copied().find(|part| part.kind() == "for_cond") {
            lower.children(condition);
        }
        lower.close();
    }
    lower.close();
}

#[cfg(test)]
mod tests {
    use super::super::javascript::tests::outline;

    #[test]
    fn blocks_are_sections_and_attributes_assignments() {
        for (text, expected) in [
            (
                "resource \"a\" \"b\" {\n  x = 1\n}\n",
                "Section resource(Name resource, Str a, Str b, Block(Assign(Name x, Number 1)))",
            ),
            (
                "a = { k = 1, \"l\" : true }",
                "Assign(Name a, Dict(Pair(Name k, Number 1), Pair(Name l, Bool true)))",
            ),
            (
                "a = var.b[0].c",
                "Assign(Name a, Attribute c(Index(Attribute b(Name var, Name b), Number 0), Name c))",
            ),
            ("a = \"x\"", "Assign(Name a, Str x)"),
            (
                "a = \"x${f(y)}\"",
                "Assign(Name a, Interpolated template(Str x, Call(Name f, Arguments(Name y))))",
            ),
            ("a = <<E\nx\nE\n", "Assign(Name a, Str x)"),
            ("a = !b && c", "Assign(Name a, Binary &&(Unary !(Name b), Name c))"),
            ("a = b ? 1 : 2", "Assign(Name a, Conditional(Name b, Number 1, Number 2))"),
            ("a = [for x in y : x]", "Assign(Name a, List for(Name x, Generator(Name x, Name y)))"),
        ] {
            assert_eq!(outline("terraform", text), expected, "{text}");
        }
    }
}
