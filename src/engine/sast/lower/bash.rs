//! Bash. A command is a Call whose bare words are strings; a variable's name has its `$` where it is set and where it is used.

#[cfg(test)]
mod tests;

use super::shapes::{self, inner, number, skip};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, MAX_DEPTH, Text};

/// Node kinds of tree-sitter-bash 0.25.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("word", text),
    ("regex", text),
    ("extglob_pattern", text),
    ("test_operator", text),
    ("raw_string", raw_string),
    ("ansi_c_string", raw_string),
    ("translated_string", inner),
    ("string", string),
    ("heredoc_body", heredoc),
    ("number", number),
    ("variable_name", variable),
    ("special_variable_name", variable),
    ("simple_expansion", shapes::name),
    ("expansion", expansion),
    ("subscript", subscript),
    ("concatenation", concatenation),
    ("array", shapes::list),
    ("command_substitution", |l, n| other(l, n, "substitution")),
    ("process_substitution", process),
    ("arithmetic_expansion", |l, n| other(l, n, "((")),
    ("command", command),
    ("command_name", inner),
    ("redirected_statement", redirected),
    ("file_redirect", redirect),
    ("herestring_redirect", redirect),
    ("heredoc_redirect", redirect),
    ("heredoc_start", skip),
    ("heredoc_end", skip),
    ("pipeline", pipeline),
    ("list", list),
    ("negated_command", negated),
    ("test_command", test),
    ("variable_assignment", assignment),
    ("variable_assignments", inner),
    ("declaration_command", declaration),
    ("unset_command", unset),
    ("binary_expression", binary),
    ("unary_expression", unary),
    ("postfix_expression", shapes::unary),
    ("parenthesized_expression", inner),
    ("ternary_expression", shapes::conditional),
    ("compound_statement", compound),
    ("subshell", subshell),
    ("do_group", shapes::block),
    ("if_statement", if_),
    ("while_statement", while_),
    ("for_statement", foreach),
    ("c_style_for_statement", for_),
    ("case_statement", case),
    ("function_definition", function),
];

/// Whether a word stands for a part of a pattern, which may be more than a string. In a command within a string dots stay as they are.
fn is_placeholder(word: &str) -> bool {
    word.starts_with("__mv_") || word.starts_with("__ell__") || word == "..."
}

/// A bare word is a string.
fn text(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let kind = if is_placeholder(lower.source(node)) { Kind::Name } else { Kind::Str };
    lower.leaf(kind, node);
}

/// `'a'`, `$'a'`.
fn raw_string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let (start, end) = (node.start_byte(), node.end_byte());
    let from = start + if lower.source(node).starts_with('$') { 2 } else { 1 };
    lower.tree.push(Kind::Str, start, end, Text::At(from..(end - 1).max(from)));
}

/// What stands between two places below a node: text and expansions.
fn content(lower: &mut Lower<'_, '_>, node: Node<'_>, start: usize, end: usize) {
    let is_hole = |part: &Node<'_>| !part.kind().ends_with("_content") && part.end_byte() <= end;
    let holes: Vec<Node<'_>> = named(node).into_iter().filter(is_hole).collect();
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
        if at < hole.start_byte() {
            lower.tree.push(Kind::Str, at, hole.start_byte(), Text::At(at..hole.start_byte()));
        }
        lower.one(Some(hole), node);
        at = hole.end_byte();
    }
    if at < end {
        lower.tree.push(Kind::Str, at, end, Text::At(at..end));
    }
    lower.close();
}

fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let last = node.child_count().saturating_sub(1);
    let start = node.child(0).map_or(node.start_byte(), |open| open.end_byte());
    let end = node.child(last).filter(|_| last > 0).map_or(start, |close| close.start_byte());
    content(lower, node, start, end);
}

fn heredoc(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    content(lower, node, node.start_byte(), node.end_byte());
}

/// Where it has no `$` of its own.
fn variable(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = format!("${}", lower.source(node));
    lower.word(node, &text);
}

/// `${x}` is `$x`; what changes the value stays, its operators in the text.
fn expansion(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let signs = node.children_by_field_name("operator", &mut cursor).map(|sign| sign.kind());
    let signs: String = signs.collect();
    let parts = named(node);
    match parts.first() {
        Some(plain) if signs.is_empty() && parts.len() == 1 => lower.lower(*plain),
        _ => other(lower, node, &format!("expansion{signs}")),
    }
}

fn other(lower: &mut Lower<'_, '_>, node: Node<'_>, text: &str) {
    lower.open(Kind::Other, node, Text::Word(text));
    lower.children(node);
    lower.close();
}

/// `<(x)`: the text is how it begins.
fn process(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(0).map_or("<(", |sign| sign.kind());
    other(lower, node, sign);
}

fn subscript(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.field(node, "name");
    lower.field(node, "index");
    lower.close();
}

/// `a"b"$c` is one string.
fn concatenation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Interpolated, node, Text::Word("concat"));
    lower.children(node);
    lower.close();
}

/// Whether a node, redirected or not, stands where there may be several statements.
fn is_statement(node: Node<'_>) -> bool {
    let mut at = node;
    while let Some(above) = at.parent() {
        match above.kind() {
            "redirected_statement" => at = above,
            "pipeline" | "list" | "negated_command" | "heredoc_redirect" => return false,
            _ => return !is_condition(above, at),
        }
    }
    true
}

fn is_condition(above: Node<'_>, node: Node<'_>) -> bool {
    above.child_by_field_name("condition").is_some_and(|condition| condition == node)
}

/// Variables that are set for a command stand before it and redirections behind it, unless it is an operand.
fn command(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let mut around = Vec::new();
    if is_statement(node) {
        for part in &parts {
            match part.kind() {
                "variable_assignment" => environment(lower, *part),
                kind if kind.ends_with("_redirect") => around.push(*part),
                _ => {}
            }
        }
    }
    call(lower, node);
    for redirect in around {
        lower.lower(redirect);
    }
}

/// A variable that is set for one command alone.
fn environment(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Pair, node, Text::None);
    lower.field(node, "name");
    value(lower, node);
    lower.close();
}

/// A lone expansion or string is no call: `$(a)`.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(name) = node.child_by_field_name("name") else { return inner(lower, node) };
    let word = named(name).into_iter().next().filter(|first| first.kind() == "word");
    let is_argument = |part: &Node<'_>| {
        *part != name && part.kind() != "variable_assignment" && !part.kind().ends_with("_redirect")
    };
    let arguments: Vec<Node<'_>> = named(node).into_iter().filter(is_argument).collect();
    let written = lower.source(name);
    if arguments.is_empty() && (word.is_none() || is_placeholder(written)) {
        return lower.one(Some(name), node);
    }
    if let jump @ ("return" | "break" | "continue") = written {
        let jump = jump.to_owned();
        lower.open(Kind::Word, node, Text::Word(&jump));
        for argument in arguments {
            lower.lower(argument);
        }
        return lower.close();
    }
    let end = arguments.last().map_or(name.end_byte(), Node::end_byte);
    lower.tree.open(Kind::Call, name.start_byte(), end, Text::None);
    match word {
        Some(word) => {
            lower.leaf(Kind::Name, word);
        }
        None => lower.one(Some(name), node),
    }
    let start = arguments.first().map_or(end, Node::start_byte);
    lower.tree.open(Kind::Arguments, start, end, Text::None);
    for argument in arguments {
        lower.one(Some(argument), node);
    }
    lower.close();
    lower.close();
}

/// What is redirected, then the redirections unless it is an operand. `a <<X | b` is a pipeline.
fn redirected(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body");
    let parts = named(node);
    let redirects = parts.iter().copied().filter(|part| Some(*part) != body);
    let onward = redirects.clone().find_map(|part| child_of(part, "pipeline"));
    match onward.zip(body) {
        Some((onward, body)) => {
            lower.open(Kind::Binary, node, Text::Word("|"));
            lower.one(Some(body), node);
            lower.one(named(onward).into_iter().next(), node);
            lower.close();
        }
        None => {
            if let Some(body) = body {
                lower.lower(body);
            }
        }
    }
    if is_statement(node) || body.is_none() {
        redirects.for_each(|redirect| lower.lower(redirect));
    }
}

/// The text is the sign with its descriptor, `2>`.
fn redirect(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let descriptor = node.child_by_field_name("descriptor");
    let mut cursor = node.walk();
    let sign =
        node.children(&mut cursor).find(|part| !part.is_named()).map_or("", |sign| sign.kind());
    let text = descriptor.map_or("", |descriptor| lower.source(descriptor)).to_owned() + sign;
    lower.open(Kind::Other, node, Text::Word(&text));
    for part in named(node) {
        if Some(part) != descriptor && part.kind() != "pipeline" {
            lower.lower(part);
        }
    }
    lower.close();
}

fn pipeline(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let signs = node.children(&mut cursor).filter(|part| !part.is_named());
    let signs: Vec<String> = signs.map(|_| "|".to_owned()).collect();
    shapes::chain(lower, node, &signs, &named(node));
}

/// `a && b`, `a || b`.
fn list(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(1).map_or("", |sign| sign.kind());
    let parts = named(node);
    lower.open(Kind::Binary, node, Text::Word(sign));
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

fn negated(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Unary, node, Text::Word("!"));
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

/// `[ x ]` and `[[ x ]]` are calls of `[` and `[[`.
fn test(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child(0).map_or("[", |sign| sign.kind());
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, sign);
    lower.open(Kind::Arguments, node, Text::None);
    lower.children(node);
    lower.close();
    lower.close();
}

/// The value that is set; an empty one is an empty string.
fn value(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if let Some(value) = node.child_by_field_name("value") {
        lower.one(Some(value), node);
    } else {
        let at = node.end_byte();
        lower.tree.push(Kind::Str, at, at, Text::At(at..at));
    }
}

fn assignment(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let adds = child_of(node, "+=").is_some();
    let (kind, text) = if adds { (Kind::Update, "+=") } else { (Kind::Assign, "") };
    lower.open(kind, node, Text::Word(text));
    lower.field(node, "name");
    value(lower, node);
    lower.close();
}

/// `export A=1 B`, `local -r x`: a Variable for each; without any it is a command.
fn declaration(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or("declare", |word| word.kind());
    let is_name = |part: &Node<'_>| matches!(part.kind(), "variable_assignment" | "variable_name");
    let (names, flags): (Vec<_>, Vec<_>) = named(node).into_iter().partition(is_name);
    if names.is_empty() {
        lower.open(Kind::Call, node, Text::None);
        lower.word(node, word);
        lower.open(Kind::Arguments, node, Text::None);
        lower.children(node);
        lower.close();
        return lower.close();
    }
    for part in names {
        lower.open(Kind::Variable, part, Text::None);
        lower.open(Kind::Modifiers, part, Text::None);
        lower.word(part, word);
        for flag in &flags {
            lower.leaf(Kind::Name, *flag);
        }
        lower.close();
        let is_set = part.kind() == "variable_assignment";
        lower.one(part.child_by_field_name("name").filter(|_| is_set).or(Some(part)), part);
        lower.nothing(part);
        if is_set {
            value(lower, part);
        } else {
            lower.nothing(part);
        }
        lower.close();
    }
}

fn unset(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    let word = node.child(0).map_or("unset", |word| word.kind());
    lower.word(node, word);
    lower.open(Kind::Arguments, node, Text::None);
    for part in named(node) {
        if part.kind() == "variable_name" {
            lower.leaf(Kind::Str, part);
        } else {
            lower.lower(part);
        }
    }
    lower.close();
    lower.close();
}

/// `=` in a test is `==`; in arithmetic, where variables have no `$`, it sets one.
fn binary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator").map_or("", |sign| lower.source(sign));
    let is_variable =
        node.child_by_field_name("left").is_some_and(|left| left.kind() == "variable_name");
    let sign = sign.to_owned();
    let (kind, text) = match sign.as_str() {
        "=" if is_variable => (Kind::Assign, ""),
        "=" => (Kind::Binary, "=="),
        "==" | "!=" | "<=" | ">=" | "=~" => (Kind::Binary, sign.as_str()),
        sign if sign.ends_with('=') => (Kind::Update, sign),
        sign => (Kind::Binary, sign),
    };
    lower.open(kind, node, Text::Word(text));
    lower.field(node, "left");
    lower.field(node, "right");
    lower.close();
}

fn unary(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = node.child_by_field_name("operator");
    let text = sign.map_or(Text::None, |sign| Text::At(sign.byte_range()));
    lower.open(Kind::Unary, node, text);
    lower.one(named(node).into_iter().find(|part| Some(*part) != sign), node);
    lower.close();
}

fn compound(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.child(0).is_some_and(|open| open.kind() == "((") {
        return other(lower, node, "((");
    }
    shapes::block(lower, node);
}

/// `(a; b)`: a Block that says so.
fn subshell(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Block, node, Text::Word("("));
    lower.children(node);
    lower.close();
}

/// One node for a condition: a Block when it is several commands.
fn condition(lower: &mut Lower<'_, '_>, node: Node<'_>, parts: &[Node<'_>]) {
    let [first, .., last] = parts else { return lower.one(parts.first().copied(), node) };
    lower.tree.open(Kind::Block, first.start_byte(), last.end_byte(), Text::None);
    for part in parts {
        lower.lower(*part);
    }
    lower.close();
}

fn statements(lower: &mut Lower<'_, '_>, parts: &[Node<'_>], at: usize) {
    let start = parts.first().map_or(at, Node::start_byte);
    let end = parts.last().map_or(at, Node::end_byte);
    lower.tree.open(Kind::Block, start, end, Text::None);
    for part in parts {
        lower.lower(*part);
    }
    lower.close();
}

fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_clause = |part: &Node<'_>| matches!(part.kind(), "elif_clause" | "else_clause");
    let rest: Vec<Node<'_>> = named(node).into_iter().filter(is_clause).collect();
    branch(lower, node, &rest);
}

/// What follows an `elif` stands in its else.
fn branch(lower: &mut Lower<'_, '_>, node: Node<'_>, rest: &[Node<'_>]) {
    if lower.tree.depth() >= MAX_DEPTH {
        lower.tree.cut = true;
        return lower.nothing(node);
    }
    let end = rest.last().map_or(node.end_byte(), Node::end_byte).max(node.end_byte());
    let then = child_of(node, "then").map_or(node.end_byte(), |then| then.end_byte());
    let parts = named(node).into_iter().filter(|part| !part.kind().ends_with("_clause"));
    let (conditions, body): (Vec<_>, Vec<_>) = parts.partition(|part| part.start_byte() < then);
    lower.tree.open(Kind::If, node.start_byte(), end, Text::None);
    condition(lower, node, &conditions);
    statements(lower, &body, then);
    match rest.split_first() {
        Some((next, rest)) if next.kind() == "elif_clause" => {
            lower.tree.open(Kind::Block, next.start_byte(), end, Text::None);
            branch(lower, *next, rest);
            lower.close();
        }
        Some((next, _)) => statements(lower, &named(*next), next.end_byte()),
        None => lower.nothing(node),
    }
    lower.close();
}

/// `while`, and `until` turned around.
fn while_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let body = node.child_by_field_name("body");
    let conditions: Vec<Node<'_>> =
        named(node).into_iter().filter(|part| Some(*part) != body).collect();
    lower.open(Kind::While, node, Text::None);
    let until = child_of(node, "until");
    if let Some(until) = until {
        lower.open(Kind::Unary, until, Text::Word("!"));
    }
    condition(lower, node, &conditions);
    if until.is_some() {
        lower.close();
    }
    lower.block(body, node);
    lower.close();
}

/// What is gone through is a List, of one or more.
fn foreach(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::ForEach, node, Text::None);
    lower.field(node, "variable");
    let mut cursor = node.walk();
    let values: Vec<Node<'_>> = node.children_by_field_name("value", &mut cursor).collect();
    match (values.first(), values.last()) {
        (Some(first), Some(last)) => {
            lower.tree.open(Kind::List, first.start_byte(), last.end_byte(), Text::None);
            for value in &values {
                lower.lower(*value);
            }
            lower.close();
        }
        _ => lower.nothing(node),
    }
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::For, node, Text::None);
    for field in ["initializer", "condition", "update"] {
        lower.field(node, field);
    }
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "value");
    for item in named(node).into_iter().filter(|part| part.kind() == "case_item") {
        let mut cursor = item.walk();
        let patterns: Vec<Node<'_>> = item.children_by_field_name("value", &mut cursor).collect();
        let behind = patterns.last().map_or(item.start_byte(), Node::end_byte);
        let body = named(item).into_iter().filter(|part| part.start_byte() >= behind);
        let body: Vec<Node<'_>> = body.collect();
        lower.open(Kind::Case, item, Text::None);
        for pattern in &patterns {
            lower.lower(*pattern);
        }
        statements(lower, &body, item.end_byte());
        lower.close();
    }
    lower.close();
}

fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Function, node, Text::None);
    lower.nothing(node);
    let name = node.child_by_field_name("name");
    let at = name.map_or(node.start_byte(), |name| name.end_byte());
    match name {
        Some(name) => {
            lower.leaf(Kind::Name, name);
        }
        None => lower.nothing(node),
    }
    lower.tree.push(Kind::Parameters, at, at, Text::None);
    lower.nothing(node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}
