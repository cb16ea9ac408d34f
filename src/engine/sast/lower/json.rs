//! JSON, lowered to what JavaScript's grammar makes of the same text, so that patterns may be read by either.

use super::shapes::{self, skip};
use super::{Lower, Node, Shape};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-json 0.24.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("object", shapes::dict),
    ("array", shapes::list),
    ("pair", pair),
    ("string", |l, n| shapes::string(l, n, &[], "")),
    ("number", number),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("null", shapes::null),
];

fn pair(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Pair, node, Text::None);
    super::javascript::key(lower, node.child_by_field_name("key"), node);
    lower.field(node, "value");
    lower.close();
}

/// `-1` is one token here and an operation there.
fn number(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    if !lower.source(node).starts_with('-') {
        return shapes::number(lower, node);
    }
    lower.open(Kind::Unary, node, Text::Word("-"));
    lower.tree.push(Kind::Number, start + 1, end, Text::At(start + 1..end));
    lower.close();
}

#[cfg(test)]
mod tests {
    use super::super::javascript::tests::outline;

    #[test]
    fn json_is_what_javascript_makes_of_it() {
        let text = r#"{"a": [1, -2.5e3, true, null, "x\n"], "": {"b": {}}}"#;
        assert_eq!(outline("json", text), outline("javascript", &format!("({text})")));
        assert_eq!(
            outline("json", r#"{"a": [-1, {}]}"#),
            "Dict(Pair(Name a, List(Unary -(Number 1), Dict)))"
        );
    }
}
