//! Ruby. Calls are the same with parentheses and without, and so are modifiers and statements (`x if y`); a block is the last argument
//! of its call.

mod strings;
#[cfg(test)]
mod tests;

use super::shapes::{self, binary, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-ruby 0.23.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("empty_statement", skip),
    ("uninterpreted", skip),
    ("parenthesized_statements", parentheses),
    ("body_statement", body),
    ("block_body", inner),
    ("then", inner),
    ("do", inner),
    ("in", inner),
    ("begin", begin),
    ("identifier", name),
    ("constant", name),
    ("instance_variable", name),
    ("class_variable", name),
    ("global_variable", name),
    ("self", name),
    ("super", name),
    ("line", name),
    ("file", name),
    ("encoding", name),
    ("operator", name),
    ("setter", name),
    ("nil", shapes::null),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("integer", number),
    ("float", number),
    ("complex", number),
    ("rational", number),
    ("scope_resolution", scope),
    ("element_reference", index),
    ("call", call),
    ("argument_list", inner),
    ("splat_argument", shapes::spread),
    ("hash_splat_argument", shapes::spread),
    ("block_argument", shapes::spread),
    ("forward_argument", shapes::spread),
    ("rest_assignment", shapes::spread),
    ("block", closure),
    ("do_block", closure),
    ("lambda", lambda),
    ("string", strings::string),
    ("chained_string", strings::chained),
    ("heredoc_beginning", strings::heredoc),
    ("character", strings::character),
    ("interpolation", inner),
    ("subshell", strings::subshell),
    ("regex", strings::regex),
    ("simple_symbol", strings::symbol),
    ("hash_key_symbol", strings::symbol),
    ("delimited_symbol", strings::delimited_symbol),
    ("string_array", shapes::list),
    ("symbol_array", shapes::list),
    ("bare_string", strings::bare_string),
    ("bare_symbol", strings::bare_symbol),
    ("array", shapes::list),
    ("hash", shapes::dict),
    ("pair", pair),
    ("range", range),
    ("binary", binary),
    ("unary", shapes::unary),
    ("assignment", shapes::assign),
    ("operator_assignment", shapes::update),
    ("left_assignment_list", shapes::tuple),
    ("right_assignment_list", shapes::tuple),
    ("destructured_left_assignment", shapes::tuple),
    ("conditional", shapes::conditional),
    ("method", method),
    ("singleton_method", method),
    ("method_parameters", shapes::parameters),
    ("block_parameters", shapes::parameters),
    ("lambda_parameters", shapes::parameters),
    ("destructured_parameter", shapes::tuple),
    ("optional_parameter", parameter),
    ("keyword_parameter", parameter),
    ("splat_parameter", parameter),
    ("hash_splat_parameter", parameter),
    ("hash_splat_nil", parameter),
    ("block_parameter", parameter),
    ("forward_parameter", parameter),
    ("class", class),
    ("module", class),
    ("singleton_class", class),
    ("superclass", inner),
    ("if", if_),
    ("elsif", if_),
    ("unless", if_),
    ("if_modifier", if_),
    ("unless_modifier", if_),
    ("else", inner),
    ("while", while_),
    ("until", while_),
    ("while_modifier", while_),
    ("until_modifier", while_),
    ("for", for_),
    ("case", case),
    ("case_match", case),
    ("pattern", inner),
    ("parenthesized_pattern", inner),
    ("array_pattern", shapes::list),
    ("hash_pattern", shapes::dict),
    ("keyword_pattern", pair),
    ("rescue_modifier", rescue_modifier),
    ("exceptions", inner),
    ("exception_variable", inner),
    ("return", jump),
    ("break", jump),
    ("next", jump),
    ("redo", word),
    ("retry", word),
    ("undef", word),
    ("alias", word),
    ("yield", yield_),
];

/// `(a)` is `a`; `(a; b)` is a Block.
fn parentheses(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if named(node).len() == 1 { inner(lower, node) } else { shapes::block(lower, node) }
}

/// Statements, and a Try around them when something is rescued or ensured.
fn body(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_clause = |part: &Node<'_>| matches!(part.kind(), "rescue" | "else" | "ensure");
    let (clauses, statements): (Vec<_>, Vec<_>) = named(node).into_iter().partition(is_clause);
    if clauses.is_empty() {
        return inner(lower, node);
    }
    lower.open(Kind::Try, node, Text::None);
    let end = statements.last().map_or(node.start_byte(), Node::end_byte);
    let start = statements.first().map_or(end, Node::start_byte);
    lower.tree.open(Kind::Block, start, end, Text::None);
    for statement in statements {
        lower.lower(statement);
    }
    lower.close();
    for clause in clauses {
        match clause.kind() {
            "rescue" => {
                lower.open(Kind::Catch, clause, Text::None);
                lower.field(clause, "exceptions");
                lower.field(clause, "variable");
                block(lower, clause.child_by_field_name("body"), clause);
                lower.close();
            }
            kind => {
                let kind = if kind == "else" { Kind::Else } else { Kind::Finally };
                lower.open(kind, clause, Text::None);
                block(lower, Some(clause), clause);
                lower.close();
            }
        }
    }
    lower.close();
}

/// A Block of what is below a node, empty when there is none.
fn block(lower: &mut Lower<'_, '_>, node: Option<Node<'_>>, parent: Node<'_>) {
    match node {
        Some(node) if node.kind() == "ensure" => shapes::block(lower, node),
        Some(node) => lower.block(Some(node), parent),
        None => {
            let at = parent.end_byte();
            lower.tree.push(Kind::Block, at, at, Text::None);
        }
    }
}

/// `begin ... end`: a Block, or a Try when it says so.
fn begin(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if named(node).iter().any(|part| matches!(part.kind(), "rescue" | "ensure")) {
        return body(lower, node);
    }
    shapes::block(lower, node);
}

/// `A::B`; `::A` is `A`.
fn scope(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.child_by_field_name("scope").is_some() {
        return shapes::attribute(lower, node, "scope", "name");
    }
    lower.field(node, "name");
}

fn index(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.children(node);
    lower.close();
}

/// Without arguments it is an Attribute or a Name; `lambda { }` is a Function like `-> { }`.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let arguments = node.child_by_field_name("arguments");
    let block = node.child_by_field_name("block");
    let method = node.child_by_field_name("method");
    let has_receiver = node.child_by_field_name("receiver").is_some();
    if arguments.is_none() && block.is_none() {
        return callee(lower, node);
    }
    if let (Some(block), Some(method), None, false) = (block, method, arguments, has_receiver)
        && lower.source(method) == "lambda"
    {
        return function(lower, node, block);
    }
    lower.open(Kind::Call, node, Text::None);
    callee(lower, node);
    let first = arguments.or(block).unwrap_or(node);
    let end = block.or(arguments).unwrap_or(node).end_byte();
    lower.tree.open(Kind::Arguments, first.start_byte(), end, Text::None);
    for part in [arguments, block].into_iter().flatten() {
        lower.lower(part);
    }
    lower.close();
    lower.close();
}

/// What a call calls; `a.(b)` calls `a.call`.
fn callee(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let method = node.child_by_field_name("method");
    let Some(receiver) = node.child_by_field_name("receiver") else {
        match method {
            Some(method) => lower.leaf(Kind::Name, method),
            None => lower.leaf(Kind::Other, node),
        };
        return;
    };
    let end = method.unwrap_or(receiver).end_byte();
    let text = method.map_or(Text::Word("call"), |method| Text::At(method.byte_range()));
    lower.tree.open(Kind::Attribute, node.start_byte(), end, text);
    lower.one(Some(receiver), node);
    match method {
        Some(method) => lower.leaf(Kind::Name, method),
        None => lower.word(receiver, "call"),
    };
    lower.close();
}

/// A block of a call.
fn closure(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    function(lower, node, node);
}

fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(inside) = node.child_by_field_name("body") else { return shapes::other(lower, node) };
    function(lower, node, inside);
}

/// A function without a name: the whole of it, and its block.
fn function(lower: &mut Lower<'_, '_>, node: Node<'_>, inside: Node<'_>) {
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    let given = node.child_by_field_name("parameters");
    parameters(
        lower,
        given.or_else(|| inside.child_by_field_name("parameters")),
        inside.start_byte(),
    );
    lower.nothing(node);
    block(lower, inside.child_by_field_name("body"), inside);
    lower.close();
}

fn parameters(lower: &mut Lower<'_, '_>, given: Option<Node<'_>>, at: usize) {
    match given {
        Some(given) => lower.lower(given),
        None => {
            lower.tree.push(Kind::Parameters, at, at, Text::None);
        }
    }
}

/// Parameters that are more than a name; keywords have the text `:`.
fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = match node.kind() {
        "keyword_parameter" => ":",
        "optional_parameter" => "",
        _ => node.child(0).map_or("...", |sign| sign.kind()),
    };
    lower.open(Kind::Parameter, node, Text::Word(sign));
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "value");
    lower.nothing(node);
    lower.close();
}

/// `a: 1` and `:a => 1` are the same; `a:` is `a: a`. `...` among pairs has no other way to stand there than as a key.
fn pair(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let key = node.child_by_field_name("key");
    if let Some(key) = key.filter(|key| lower.source(*key) == "__ell__") {
        lower.leaf(Kind::Name, key);
        return;
    }
    lower.open(Kind::Pair, node, Text::None);
    match key {
        Some(key) if key.kind() == "string" && child_of(node, ":").is_some() => {
            strings::quoted(lower, key, Kind::Symbol, "symbol");
        }
        key => lower.one(key, node),
    }
    match (node.child_by_field_name("value"), key) {
        (None, Some(key)) => {
            lower.leaf(Kind::Name, key);
        }
        (value, _) => lower.one(value, node),
    }
    lower.close();
}

/// `a..b`; the text is the operator.
fn range(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator").map_or("..", |sign| sign.kind());
    lower.open(Kind::Slice, node, Text::Word(sign));
    lower.field(node, "begin");
    lower.field(node, "end");
    lower.close();
}

/// `def x` and `def self.x`.
fn method(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let of =
        node.child_by_field_name("object").map_or(Text::Word(""), |of| Text::At(of.byte_range()));
    lower.open(Kind::Function, node, of);
    lower.nothing(node);
    match node.child_by_field_name("name") {
        Some(name) => {
            lower.leaf(Kind::Name, name);
        }
        None => lower.nothing(node),
    }
    let name = node.child_by_field_name("name").unwrap_or(node);
    parameters(lower, node.child_by_field_name("parameters"), name.end_byte());
    lower.nothing(node);
    block(lower, node.child_by_field_name("body"), node);
    lower.close();
}

/// Classes, modules and `class << self`.
fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = match node.kind() {
        "singleton_class" => "<<",
        kind => kind,
    };
    lower.open(Kind::Class, node, Text::Word(text));
    lower.nothing(node);
    lower.one(node.child_by_field_name("name").or(node.child_by_field_name("value")), node);
    match node.child_by_field_name("superclass") {
        Some(parent) => {
            lower.open(Kind::Parents, parent, Text::None);
            lower.lower(parent);
            lower.close();
        }
        None => lower.nothing(node),
    }
    block(lower, node.child_by_field_name("body"), node);
    lower.close();
}

/// A condition, turned around for `unless` and `until`.
fn condition(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let condition = node.child_by_field_name("condition");
    if !node.kind().starts_with("un") {
        return lower.one(condition, node);
    }
    lower.open(Kind::Unary, condition.unwrap_or(node), Text::Word("!"));
    lower.one(condition, node);
    lower.close();
}

/// `if`, `unless` and their modifiers.
fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::If, node, Text::None);
    condition(lower, node);
    let then = node.child_by_field_name("consequence").or(node.child_by_field_name("body"));
    block(lower, then, node);
    lower.block(node.child_by_field_name("alternative"), node);
    lower.close();
}

/// `while`, `until` and their modifiers; `begin ... end while x` runs once at least.
fn while_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = node.child_by_field_name("body");
    let first =
        node.kind().ends_with("_modifier") && inside.is_some_and(|inside| inside.kind() == "begin");
    lower.open(if first { Kind::DoWhile } else { Kind::While }, node, Text::None);
    if first {
        block(lower, inside, node);
    }
    condition(lower, node);
    if !first {
        block(lower, inside, node);
    }
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::ForEach, node, Text::None);
    lower.field(node, "pattern");
    lower.field(node, "value");
    block(lower, node.child_by_field_name("body"), node);
    lower.close();
}

/// `case` with `when` or `in`.
fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "value");
    for clause in named(node) {
        if !matches!(clause.kind(), "when" | "in_clause" | "else") {
            continue;
        }
        lower.open(Kind::Case, clause, Text::None);
        let inside = clause.child_by_field_name("body");
        if clause.kind() == "else" {
            lower.block(Some(clause), clause);
        } else {
            for pattern in named(clause).into_iter().filter(|part| Some(*part) != inside) {
                lower.lower(pattern);
            }
            block(lower, inside, clause);
        }
        lower.close();
    }
    lower.close();
}

/// `x rescue y`.
fn rescue_modifier(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let handler = node.child_by_field_name("handler");
    lower.open(Kind::Try, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    lower.open(Kind::Catch, handler.unwrap_or(node), Text::None);
    lower.nothing(node);
    lower.nothing(node);
    lower.block(handler, node);
    lower.close();
    lower.close();
}

/// `return a, b` gives a Tuple.
fn jump(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Word, node, Text::Word(node.kind()));
    if let Some(value) = named(node).into_iter().next() {
        lower.one(Some(value), node);
    }
    lower.close();
}

fn yield_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Yield, node, Text::Word("yield"));
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}
