//! HTML.

use super::shapes::{self, skip};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-html 0.23.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("erroneous_end_tag", skip),
    ("element", element),
    ("script_element", element),
    ("style_element", element),
    ("attribute", attribute),
    ("tag_name", name),
    ("attribute_name", name),
    ("attribute_value", value),
    ("quoted_attribute_value", |l, n| shapes::string(l, n, &[], "")),
    ("text", super::javascript::elements::jsx_text),
    ("raw_text", super::javascript::elements::jsx_text),
    ("entity", entity),
];

/// Elements that end themselves and those that need no end are alike.
fn element(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let opening = child_of(node, "start_tag").or_else(|| child_of(node, "self_closing_tag"));
    let parts = opening.map(named).unwrap_or_default();
    lower.open(Kind::Element, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.open(Kind::Attributes, opening.unwrap_or(node), Text::None);
    parts.iter().skip(1).for_each(|attribute| lower.lower(*attribute));
    lower.close();
    for child in named(node) {
        if Some(child) != opening && child.kind() != "end_tag" {
            lower.lower(child);
        }
    }
    lower.close();
}

/// A name in capitals is the same name.
fn name(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let written = lower.source(node);
    if written.bytes().any(|byte| byte.is_ascii_lowercase()) {
        return shapes::name(lower, node);
    }
    let small = written.to_ascii_lowercase();
    lower.word(node, &small);
}

/// Without a value it is the empty string.
fn attribute(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Pair, node, Text::None);
    lower.one(parts.first().copied(), node);
    match parts.get(1) {
        Some(value) => lower.one(Some(*value), node),
        None => {
            lower.tree.push(Kind::Str, node.end_byte(), node.end_byte(), Text::None);
        }
    }
    lower.close();
}

fn value(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.leaf(Kind::Str, node);
}

fn entity(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.leaf(Kind::Text, node);
}

#[cfg(test)]
mod tests {
    use super::super::javascript::tests::outline;

    #[test]
    fn elements_are_the_same_however_they_end() {
        for text in ["<br>", "<br/>", "<BR />"] {
            assert_eq!(outline("html", text), "Element(Name br, Attributes)");
        }
        assert_eq!(
            outline("html", "<a b=c D='e' f>g <i>h</i> &amp;<!-- --></a>"),
            "Element(Name a, Attributes(Pair(Name b, Str c), Pair(Name d, Str e), Pair(Name f, Str)), \
             Text g, Element(Name i, Attributes, Text h), Text &amp;)"
        );
        assert_eq!(
            outline("html", "<script src=\"x\"> var a = '<b>';\n</script>"),
            "Element(Name script, Attributes(Pair(Name src, Str x)), Text var a = '<b>';)"
        );
    }
}
