//! Python.

pub mod fast;

use super::shapes::{self, binary, block, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-python 0.25.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("expression_statement", inner),
    ("parenthesized_expression", inner),
    ("block", block),
    ("identifier", name),
    ("dotted_name", dotted),
    ("attribute", |l, n| shapes::attribute(l, n, "object", "attribute")),
    ("subscript", subscript),
    ("slice", slice),
    ("call", call),
    ("argument_list", shapes::arguments),
    ("keyword_argument", shapes::keyword),
    ("list_splat", shapes::spread),
    ("dictionary_splat", shapes::spread),
    ("list_splat_pattern", shapes::spread),
    ("dictionary_splat_pattern", shapes::spread),
    ("string", string),
    ("concatenated_string", concatenated),
    ("integer", number),
    ("float", number),
    ("true", shapes::yes),
    ("false", shapes::no),
    ("none", shapes::null),
    ("ellipsis", name),
    ("binary_operator", binary),
    ("boolean_operator", binary),
    ("comparison_operator", comparison),
    ("not_operator", shapes::unary),
    ("unary_operator", shapes::unary),
    ("named_expression", named_expression),
    ("assignment", assignment),
    ("augmented_assignment", shapes::update),
    ("conditional_expression", conditional),
    ("await", shapes::await_),
    ("yield", yield_),
    ("list", shapes::list),
    ("tuple", shapes::tuple),
    ("expression_list", shapes::tuple),
    ("pattern_list", shapes::tuple),
    ("tuple_pattern", shapes::tuple),
    ("list_pattern", shapes::list),
    ("set", shapes::set),
    ("dictionary", shapes::dict),
    ("pair", shapes::pair),
    ("list_comprehension", |l, n| comprehension(l, n, Kind::List)),
    ("set_comprehension", |l, n| comprehension(l, n, Kind::Set)),
    ("dictionary_comprehension", |l, n| comprehension(l, n, Kind::Dict)),
    ("generator_expression", |l, n| comprehension(l, n, Kind::Tuple)),
    ("lambda", lambda),
    ("function_definition", function),
    ("parameters", shapes::parameters),
    ("lambda_parameters", shapes::parameters),
    ("typed_parameter", parameter),
    ("default_parameter", parameter),
    ("typed_default_parameter", parameter),
    ("type", inner),
    ("generic_type", generic_type),
    ("class_definition", class),
    ("decorated_definition", decorated),
    ("decorator", shapes::decorator),
    ("if_statement", if_),
    ("elif_clause", if_),
    ("else_clause", else_),
    ("for_statement", for_),
    ("while_statement", while_),
    ("try_statement", shapes::try_),
    ("except_clause", catch),
    ("finally_clause", finally),
    ("with_statement", with),
    ("with_clause", inner),
    ("with_item", with_item),
    ("as_pattern", as_pattern),
    ("as_pattern_target", inner),
    ("match_statement", match_),
    ("case_clause", case),
    ("case_pattern", inner),
    ("return_statement", word),
    ("raise_statement", word),
    ("assert_statement", word),
    ("delete_statement", word),
    ("pass_statement", word),
    ("break_statement", word),
    ("continue_statement", word),
    ("global_statement", word),
    ("nonlocal_statement", word),
    ("exec_statement", word),
    ("print_statement", word),
    ("import_statement", import),
    ("import_from_statement", import_from),
    ("future_import_statement", import_from),
];

/// `a.b.c` of imports and decorators, as attributes.
fn dotted(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    shapes::path(lower, &named(node));
}

fn subscript(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.children(node);
    lower.close();
}

/// `a:b:c`, a Nothing for each part that is left out.
fn slice(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Slice, node, Text::None);
    let mut cursor = node.walk();
    let mut given = false;
    for child in node.children(&mut cursor) {
        if child.kind() == ":" {
            if !given {
                lower.nothing(child);
            }
            given = false;
        } else {
            lower.one(Some(child), node);
            given = true;
        }
    }
    if !given {
        lower.nothing(node);
    }
    lower.close();
}

/// `f(x for x in y)` has one argument.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let arguments = node.child_by_field_name("arguments");
    let lone = arguments.filter(|arguments| arguments.kind() == "generator_expression");
    let Some(lone) = lone else { return shapes::call(lower, node) };
    lower.open(Kind::Call, node, Text::None);
    lower.field(node, "function");
    lower.open(Kind::Arguments, lone, Text::None);
    lower.lower(lone);
    lower.close();
    lower.close();
}

fn string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if is_formatted(lower, node) {
        lower.open(Kind::Interpolated, node, Text::Word("f"));
        shapes::string_parts(lower, node, &["interpolation"]);
        lower.close();
    } else {
        shapes::string(lower, node, &["interpolation"], "f");
    }
}

/// `f"..."`, with or without holes.
fn is_formatted(lower: &Lower<'_, '_>, node: Node<'_>) -> bool {
    node.child(0).is_some_and(|open| lower.source(open).contains(['f', 'F', 't', 'T']))
}

/// Adjacent strings are one.
fn concatenated(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let formatted = parts.iter().any(|part| is_formatted(lower, *part));
    lower.open(Kind::Interpolated, node, Text::Word(if formatted { "f" } else { "concat" }));
    for part in parts {
        if is_formatted(lower, part) {
            shapes::string_parts(lower, part, &["interpolation"]);
        } else {
            lower.lower(part);
        }
    }
    lower.close();
}

/// `a < b < c` is `a < b and b < c` written short; it stays a chain to the left.
fn comparison(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let signs: Vec<String> = node
        .children_by_field_name("operators", &mut cursor)
        .map(|sign| sign.kind().split_whitespace().collect::<Vec<_>>().join(" "))
        .collect();
    let operands = named(node);
    shapes::chain(lower, node, &signs, &operands);
}

fn named_expression(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Assign, node, Text::None);
    lower.field(node, "name");
    lower.field(node, "value");
    lower.close();
}

/// With a type it declares a variable; `a = b = c` is `a = (b = c)`.
fn assignment(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.child_by_field_name("type").is_none() {
        return shapes::assign(lower, node);
    }
    lower.open(Kind::Variable, node, Text::None);
    lower.nothing(node);
    lower.field(node, "left");
    lower.field(node, "type");
    lower.field(node, "right");
    lower.close();
}

/// `then if condition else otherwise`.
fn conditional(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Conditional, node, Text::None);
    for at in [1, 0, 2] {
        lower.one(parts.get(at).copied(), node);
    }
    lower.close();
}

fn yield_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let from = child_of(node, "from").is_some();
    lower.open(Kind::Yield, node, Text::Word(if from { "yield from" } else { "yield" }));
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

/// The body, then its generators.
fn comprehension(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Kind) {
    lower.open(kind, node, Text::Word("for"));
    lower.field(node, "body");
    for clause in named(node) {
        if clause.kind() == "for_in_clause" {
            lower.open(Kind::Generator, clause, Text::None);
            lower.field(clause, "left");
            lower.field(clause, "right");
            lower.close();
        } else if clause.kind() == "if_clause" {
            lower.open(Kind::Generator, clause, Text::Word("if"));
            lower.children(clause);
            lower.close();
        }
    }
    lower.close();
}

fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    if let Some(parameters) = node.child_by_field_name("parameters") {
        lower.lower(parameters);
    } else {
        lower.open(Kind::Parameters, node, Text::None);
        lower.close();
    }
    lower.nothing(node);
    shapes::expression_body(lower, node.child_by_field_name("body"), node);
    lower.close();
}

fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    definition(lower, node, &[]);
}

/// A function or a class, with what decorates it.
fn definition(lower: &mut Lower<'_, '_>, node: Node<'_>, decorators: &[Node<'_>]) {
    let is_class = node.kind() == "class_definition";
    let kind = if is_class { Kind::Class } else { Kind::Function };
    let start = decorators.first().map_or(node.start_byte(), Node::start_byte);
    let text = Text::Word(if is_class { "class" } else { "" });
    lower.tree.open(kind, start, node.end_byte(), text);
    let asynchronous = child_of(node, "async");
    if decorators.is_empty() && asynchronous.is_none() {
        lower.nothing(node);
    } else {
        lower.tree.open(Kind::Modifiers, start, node.start_byte().max(start), Text::None);
        for decorator in decorators {
            lower.lower(*decorator);
        }
        if let Some(word) = asynchronous {
            lower.word(word, "async");
        }
        lower.close();
    }
    lower.field(node, "name");
    if is_class {
        match node.child_by_field_name("superclasses") {
            Some(parents) => {
                lower.open(Kind::Parents, parents, Text::None);
                lower.children(parents);
                lower.close();
            }
            None => lower.nothing(node),
        }
    } else {
        lower.field(node, "parameters");
        lower.field(node, "return_type");
    }
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    definition(lower, node, &[]);
}

fn decorated(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let decorators: Vec<Node<'_>> =
        parts.iter().copied().filter(|part| part.kind() == "decorator").collect();
    match node.child_by_field_name("definition") {
        Some(inside) => definition(lower, inside, &decorators),
        None => shapes::other(lower, node),
    }
}

/// `x: T = v`, `x: T`, `x = v`, `*args: T`.
fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let target = node.child_by_field_name("name").or_else(|| named(node).into_iter().next());
    let (sign, target) = match target {
        Some(splat) if splat.kind().ends_with("splat_pattern") => {
            let sign = splat.child(0).map_or("", |sign| sign.kind());
            (sign, named(splat).into_iter().next())
        }
        target => ("", target),
    };
    lower.open(Kind::Parameter, node, Text::Word(sign));
    lower.one(target, node);
    lower.field(node, "type");
    lower.field(node, "value");
    lower.nothing(node);
    lower.close();
}

/// `List[int]`.
fn generic_type(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    for part in named(node) {
        if part.kind() == "type_parameter" { lower.children(part) } else { lower.lower(part) }
    }
    lower.close();
}

/// `if` and `elif`: what follows an `elif` stands in its else.
fn if_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let rest: Vec<Node<'_>> = node.children_by_field_name("alternative", &mut cursor).collect();
    branch(lower, node, node, &rest);
}

fn branch(lower: &mut Lower<'_, '_>, node: Node<'_>, whole: Node<'_>, rest: &[Node<'_>]) {
    let end = rest.last().map_or(node.end_byte(), Node::end_byte).max(node.end_byte());
    lower.tree.open(Kind::If, node.start_byte(), end, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("consequence"), node);
    match rest.split_first() {
        Some((next, rest)) if next.kind() == "elif_clause" => {
            lower.tree.open(Kind::Block, next.start_byte(), end, Text::None);
            branch(lower, *next, whole, rest);
            lower.close();
        }
        Some((next, _)) => lower.block(next.child_by_field_name("body"), *next),
        None => lower.nothing(whole),
    }
    lower.close();
}

fn else_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Else, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::ForEach, node, Text::None);
    lower.field(node, "left");
    lower.field(node, "right");
    lower.block(node.child_by_field_name("body"), node);
    if let Some(after) = node.child_by_field_name("alternative") {
        lower.lower(after);
    }
    lower.close();
}

fn while_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::While, node, Text::None);
    lower.field(node, "condition");
    lower.block(node.child_by_field_name("body"), node);
    if let Some(after) = node.child_by_field_name("alternative") {
        lower.lower(after);
    }
    lower.close();
}

/// `except T as e:`.
fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut parts = named(node);
    let body = parts.pop();
    lower.open(Kind::Catch, node, Text::None);
    let (mut caught, mut alias) = (
        node.child_by_field_name("value").or(parts.first().copied()),
        node.child_by_field_name("alias"),
    );
    if let Some(both) = caught.filter(|caught| caught.kind() == "as_pattern") {
        alias = both.child_by_field_name("alias");
        caught = named(both).into_iter().next();
    }
    lower.one(caught, node);
    lower.one(alias, node);
    lower.block(body, node);
    lower.close();
}

fn finally(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Finally, node, Text::None);
    lower.block(named(node).into_iter().next_back(), node);
    lower.close();
}

fn with(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::With, node, Text::None);
    for clause in named(node).into_iter().filter(|part| part.kind() == "with_clause") {
        lower.lower(clause);
    }
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn with_item(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.field(node, "value");
}

/// `value as target` is an assignment.
fn as_pattern(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Assign, node, Text::None);
    lower.field(node, "alias");
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

fn match_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "subject");
    if let Some(body) = node.child_by_field_name("body") {
        lower.children(body);
    }
    lower.close();
}

fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Case, node, Text::None);
    for part in named(node).into_iter().filter(|part| part.kind() != "block") {
        lower.lower(part);
    }
    lower.block(node.child_by_field_name("consequence"), node);
    lower.close();
}

/// `import a.b as c, d`.
fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for thing in named(node) {
        lower.open(Kind::Import, node, Text::None);
        let aliased = thing.kind() == "aliased_import";
        lower.one(if aliased { thing.child_by_field_name("name") } else { Some(thing) }, node);
        lower.nothing(node);
        lower.one(thing.child_by_field_name("alias").filter(|_| aliased), node);
        lower.close();
    }
}

/// `from a import b as c, d`.
fn import_from(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let module = node.child_by_field_name("module_name");
    for thing in named(node).into_iter().filter(|thing| Some(*thing) != module) {
        lower.open(Kind::Import, node, Text::None);
        match module {
            Some(module) => lower.one(Some(module), node),
            None => {
                lower.word(node, "__future__");
            }
        }
        let aliased = thing.kind() == "aliased_import";
        match thing.kind() {
            "wildcard_import" => {
                lower.word(thing, "*");
            }
            _ => lower
                .one(if aliased { thing.child_by_field_name("name") } else { Some(thing) }, node),
        }
        lower.one(thing.child_by_field_name("alias").filter(|_| aliased), node);
        lower.close();
    }
}
