//! PHP. Variables keep their `$`; `array()` and `[]` are both a List; `echo`, `include`, `exit` and their like are calls.

mod flow;
mod strings;
#[cfg(test)]
mod tests;

use super::shapes::{self, inner, name, number, skip, word};
use super::{Lower, Node, Shape, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-php 0.25.
pub const SHAPES: &[(&str, Shape)] = &[
    ("comment", skip),
    ("php_tag", skip),
    ("php_end_tag", skip),
    ("empty_statement", skip),
    ("text", |l, n| {
        l.leaf(Kind::Text, n);
    }),
    ("expression_statement", statement),
    ("parenthesized_expression", inner),
    ("sequence_expression", inner),
    ("error_suppression_expression", inner),
    ("by_ref", inner),
    ("compound_statement", shapes::block),
    ("colon_block", inner),
    ("name", name),
    ("variable_name", name),
    ("dynamic_variable_name", dynamic_variable),
    ("relative_scope", name),
    ("qualified_name", qualified),
    ("relative_name", qualified),
    ("namespace_name", qualified),
    ("integer", number),
    ("float", number),
    ("boolean", boolean),
    ("null", |l, n| {
        l.tree.push(Kind::Null, n.start_byte(), n.end_byte(), Text::Word("null"));
    }),
    ("string", |l, n| shapes::string(l, n, &[], "")),
    ("encapsed_string", strings::string),
    ("heredoc", strings::heredoc),
    ("nowdoc", strings::heredoc),
    ("shell_command_expression", strings::shell),
    ("array_creation_expression", shapes::list),
    ("array_element_initializer", element),
    ("list_literal", list_literal),
    ("pair", element),
    ("member_access_expression", member),
    ("nullsafe_member_access_expression", member),
    ("scoped_property_access_expression", member),
    ("class_constant_access_expression", member),
    ("subscript_expression", subscript),
    ("function_call_expression", shapes::call),
    ("member_call_expression", member_call),
    ("nullsafe_member_call_expression", member_call),
    ("scoped_call_expression", member_call),
    ("arguments", shapes::arguments),
    ("argument", argument),
    ("reference_modifier", skip),
    ("variadic_unpacking", shapes::spread),
    ("variadic_placeholder", shapes::spread),
    ("object_creation_expression", new),
    ("include_expression", word_call),
    ("include_once_expression", word_call),
    ("require_expression", word_call),
    ("require_once_expression", word_call),
    ("print_intrinsic", word_call),
    ("echo_statement", word_call),
    ("exit_statement", word_call),
    ("unset_statement", word_call),
    ("clone_expression", word_call),
    ("assignment_expression", shapes::assign),
    ("reference_assignment_expression", shapes::assign),
    ("augmented_assignment_expression", shapes::update),
    ("binary_expression", shapes::binary),
    ("unary_op_expression", shapes::unary),
    ("update_expression", shapes::unary),
    ("cast_expression", cast),
    ("cast_type", name),
    ("conditional_expression", conditional),
    ("yield_expression", yield_),
    ("throw_expression", word),
    ("return_statement", word),
    ("break_statement", word),
    ("continue_statement", word),
    ("goto_statement", word),
    ("global_declaration", word),
    ("use_declaration", word),
    ("function_static_declaration", static_),
    ("named_label_statement", label),
    ("function_definition", function),
    ("method_declaration", function),
    ("anonymous_function", function),
    ("arrow_function", function),
    ("property_hook", function),
    ("formal_parameters", shapes::parameters),
    ("simple_parameter", parameter),
    ("variadic_parameter", parameter),
    ("property_promotion_parameter", parameter),
    ("type", inner),
    ("named_type", inner),
    ("primitive_type", name),
    ("bottom_type", name),
    ("optional_type", |l, n| type_(l, n, "?")),
    ("union_type", |l, n| type_(l, n, "|")),
    ("disjunctive_normal_form_type", |l, n| type_(l, n, "|")),
    ("intersection_type", |l, n| type_(l, n, "&")),
    ("type_list", type_list),
    ("attribute_list", inner),
    ("attribute_group", inner),
    ("attribute", attribute),
    ("visibility_modifier", modifier),
    ("final_modifier", name),
    ("abstract_modifier", name),
    ("readonly_modifier", name),
    ("static_modifier", name),
    ("var_modifier", name),
    ("class_declaration", class),
    ("interface_declaration", class),
    ("trait_declaration", class),
    ("enum_declaration", class),
    ("base_clause", inner),
    ("class_interface_clause", inner),
    ("declaration_list", shapes::block),
    ("enum_declaration_list", shapes::block),
    ("const_declaration", declaration),
    ("property_declaration", declaration),
    ("enum_case", enum_case),
    ("namespace_definition", shapes::package),
    ("namespace_use_declaration", use_),
    ("if_statement", flow::if_),
    ("while_statement", shapes::while_),
    ("do_statement", flow::do_),
    ("for_statement", flow::for_),
    ("foreach_statement", flow::foreach),
    ("switch_statement", flow::switch),
    ("match_expression", flow::switch),
    ("switch_block", inner),
    ("match_block", inner),
    ("case_statement", flow::case),
    ("default_statement", flow::case),
    ("match_conditional_expression", flow::case),
    ("match_default_expression", flow::case),
    ("match_condition_list", inner),
    ("try_statement", shapes::try_),
    ("catch_clause", flow::catch),
    ("finally_clause", flow::finally),
];

/// `<?= x ?>` is `echo x`.
fn statement(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let before = lower.tree.source.get(..node.start_byte()).unwrap_or("");
    if !before.trim_end().ends_with("<?=") {
        return inner(lower, node);
    }
    called(lower, node, "echo", &named(node));
}

/// A call of a word that is none in the grammar.
fn called(lower: &mut Lower<'_, '_>, node: Node<'_>, word: &str, operands: &[Node<'_>]) {
    lower.open(Kind::Call, node, Text::None);
    lower.word(node, word);
    lower.open(Kind::Arguments, node, Text::None);
    for operand in operands {
        lower.lower(*operand);
    }
    lower.close();
    lower.close();
}

/// `echo a, b`, `include a`, `unset(a)`, `exit`.
fn word_call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or("", |word| word.kind());
    called(lower, node, word, &named(node));
}

/// `$$x` and `${expression}`; `${x}` in a string is `$x`.
fn dynamic_variable(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = named(node).into_iter().next();
    if let Some(plain) = inside.filter(|inside| inside.kind() == "name") {
        let text = format!("${}", lower.source(plain));
        lower.word(node, &text);
    } else {
        lower.open(Kind::Unary, node, Text::Word("$"));
        lower.one(inside, node);
        lower.close();
    }
}

/// The names of `A\B\c`, whatever stands before the first.
fn parts(node: Node<'_>) -> Vec<Node<'_>> {
    let mut all = Vec::new();
    let mut rest = vec![node];
    while let Some(part) = rest.pop() {
        if part.kind() == "name" {
            all.push(part);
        } else if matches!(part.kind(), "namespace_name" | "qualified_name" | "relative_name") {
            rest.extend(named(part).into_iter().rev());
        }
    }
    all
}

fn qualified(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    shapes::path(lower, &parts(node));
}

fn boolean(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_true = lower.source(node).eq_ignore_ascii_case("true");
    if is_true { shapes::yes(lower, node) } else { shapes::no(lower, node) }
}

/// `value` and `key => value`.
fn element(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if child_of(node, "=>").is_none() {
        return inner(lower, node);
    }
    let parts = named(node);
    lower.open(Kind::Pair, node, Text::None);
    lower.one(parts.first().copied(), node);
    lower.one(parts.get(1).copied(), node);
    lower.close();
}

/// `list($a, , 'k' => $b)`: Nothing for what is left out.
fn list_literal(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::List, node, Text::None);
    let mut cursor = node.walk();
    let mut key = None;
    let mut given = false;
    for child in node.children(&mut cursor).filter(|child| !child.is_extra()) {
        let next = child.next_sibling().map_or("", |next| next.kind());
        match child.kind() {
            "," => {
                if !given {
                    lower.nothing(child);
                }
                given = false;
            }
            _ if !child.is_named() => {}
            _ if next == "=>" => key = Some(child),
            _ => {
                given = true;
                let Some(key) = key.take() else {
                    lower.one(Some(child), node);
                    continue;
                };
                lower.tree.open(Kind::Pair, key.start_byte(), child.end_byte(), Text::None);
                lower.one(Some(key), node);
                lower.one(Some(child), node);
                lower.close();
            }
        }
    }
    lower.close();
}

/// `$a->b`, `A::b`, `A::$b`.
fn member(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    let object = node.child_by_field_name("object").or_else(|| node.child_by_field_name("scope"));
    let object = object.or(parts.first().copied());
    let last = node.child_by_field_name("name").or(parts.get(1).copied());
    let text = last.map_or(Text::None, |last| Text::At(last.byte_range()));
    let end = last.map_or(node.end_byte(), |last| last.end_byte());
    lower.tree.open(Kind::Attribute, node.start_byte(), end, text);
    lower.one(object, node);
    lower.one(last, node);
    lower.close();
}

fn member_call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Call, node, Text::None);
    member(lower, node);
    lower.field(node, "arguments");
    lower.close();
}

fn subscript(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Index, node, Text::None);
    lower.children(node);
    lower.close();
}

/// `name: value` is a Keyword.
fn argument(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let Some(name) = node.child_by_field_name("name") else { return inner(lower, node) };
    lower.open(Kind::Keyword, node, Text::At(name.byte_range()));
    lower.leaf(Kind::Name, name);
    lower.one(named(node).into_iter().next_back().filter(|value| *value != name), node);
    lower.close();
}

/// `new A`, `new A(b)`, `new class(b) extends A {}`.
fn new(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let class = child_of(node, "anonymous_class");
    let holder = class.unwrap_or(node);
    let given = child_of(holder, "arguments");
    lower.open(Kind::New, node, Text::None);
    match class {
        Some(class) => match child_of(class, "base_clause") {
            Some(parent) => lower.one(Some(parent), node),
            None => {
                lower.word(class, "class");
            }
        },
        None => lower.one(named(node).into_iter().find(|part| part.kind() != "arguments"), node),
    }
    if let Some(given) = given {
        lower.lower(given);
    } else {
        let at = holder.child(0).map_or(node.end_byte(), |first| first.end_byte());
        let at = if class.is_some() { at } else { node.end_byte() };
        lower.tree.push(Kind::Arguments, at, at, Text::None);
    }
    lower.one(class.and_then(|class| class.child_by_field_name("body")), node);
    lower.close();
}

fn cast(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Cast, node, Text::None);
    lower.field(node, "type");
    lower.field(node, "value");
    lower.close();
}

/// `a ? b : c`, `a ?: c`.
fn conditional(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Conditional, node, Text::None);
    for part in ["condition", "body", "alternative"] {
        lower.field(node, part);
    }
    lower.close();
}

fn yield_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or("yield", |word| word.kind());
    lower.open(Kind::Yield, node, Text::Word(word));
    lower.one(named(node).into_iter().next(), node);
    lower.close();
}

/// `static $a = 1, $b`.
fn static_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for part in named(node) {
        lower.open(Kind::Variable, part, Text::None);
        lower.open(Kind::Modifiers, part, Text::None);
        lower.word(part, "static");
        lower.close();
        lower.field(part, "name");
        lower.nothing(part);
        lower.field(part, "value");
        lower.close();
    }
}

fn label(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Label, node, Text::None);
    lower.one(named(node).into_iter().next(), node);
    lower.nothing(node);
    lower.close();
}

/// Attributes and keywords before a declaration.
fn modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_one =
        |part: &Node<'_>| part.kind().ends_with("_modifier") || part.kind() == "attribute_list";
    let all = named(node).into_iter().filter(is_one);
    let all: Vec<Node<'_>> = all.filter(|part| part.kind() != "reference_modifier").collect();
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return lower.nothing(node) };
    lower.tree.open(Kind::Modifiers, first.start_byte(), last.end_byte(), Text::None);
    for part in &all {
        lower.lower(*part);
    }
    lower.close();
}

/// `public`, also in `public(set)`.
fn modifier(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = node.child(0).map_or("", |word| word.kind());
    lower.word(node, word);
}

fn attribute(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Decorator, node, Text::None);
    let called = node.child_by_field_name("parameters");
    if called.is_some() {
        lower.open(Kind::Call, node, Text::None);
    }
    lower.one(named(node).into_iter().find(|part| Some(*part) != called), node);
    if called.is_some() {
        lower.one(called, node);
        lower.close();
    }
    lower.close();
}

/// Functions, methods, closures and arrow functions.
fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let closure = matches!(node.kind(), "anonymous_function" | "arrow_function");
    lower.open(Kind::Function, node, Text::Word(if closure { "lambda" } else { "" }));
    modifiers(lower, node);
    let name = node.child_by_field_name("name");
    lower.one(name.or_else(|| child_of(node, "name").filter(|_| !closure)), node);
    if let Some(parameters) = node.child_by_field_name("parameters") {
        lower.lower(parameters);
    } else {
        let at = node.start_byte();
        lower.tree.push(Kind::Parameters, at, at, Text::None);
    }
    lower.field(node, "return_type");
    match node.child_by_field_name("body") {
        Some(body) if body.kind() == "compound_statement" => lower.block(Some(body), node),
        body => shapes::expression_body(lower, body, node),
    }
    lower.close();
}

fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let sign = if node.kind() == "variadic_parameter" { "..." } else { "" };
    lower.open(Kind::Parameter, node, Text::Word(sign));
    lower.field(node, "name");
    lower.field(node, "type");
    lower.field(node, "default_value");
    modifiers(lower, node);
    lower.close();
}

fn type_(lower: &mut Lower<'_, '_>, node: Node<'_>, shape: &str) {
    lower.open(Kind::Type, node, Text::Word(shape));
    lower.children(node);
    lower.close();
}

/// What is caught: a type, or several.
fn type_list(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if named(node).len() == 1 { inner(lower, node) } else { type_(lower, node, "|") }
}

/// Classes, interfaces, traits and enums.
fn class(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = node.kind().trim_end_matches("_declaration");
    lower.open(Kind::Class, node, Text::Word(text));
    modifiers(lower, node);
    lower.field(node, "name");
    let is_parents =
        |part: &Node<'_>| matches!(part.kind(), "base_clause" | "class_interface_clause");
    let parents: Vec<Node<'_>> = named(node).into_iter().filter(is_parents).collect();
    match (parents.first(), parents.last()) {
        (Some(first), Some(last)) => {
            lower.tree.open(Kind::Parents, first.start_byte(), last.end_byte(), Text::None);
            for part in &parents {
                lower.lower(*part);
            }
            lower.close();
        }
        _ => lower.nothing(node),
    }
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

/// Constants and properties, a Variable for each.
fn declaration(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let constant = node.kind() == "const_declaration";
    for part in named(node) {
        if part.kind() == "property_hook_list" {
            lower.lower(part);
        }
        if !matches!(part.kind(), "const_element" | "property_element") {
            continue;
        }
        let inside = named(part);
        let name = part.child_by_field_name("name").or(inside.first().copied());
        lower.open(Kind::Variable, node, Text::Word(if constant { "const" } else { "" }));
        modifiers(lower, node);
        lower.one(name, part);
        lower.field(node, "type");
        lower.one(inside.last().copied().filter(|value| Some(*value) != name), part);
        lower.close();
    }
}

fn enum_case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("case"));
    modifiers(lower, node);
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "value");
    lower.close();
}

/// `use A\B as C, D;` and `use A\{B, C};`.
fn use_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let prefix: Vec<Node<'_>> = child_of(node, "namespace_name").map(parts).unwrap_or_default();
    let holder = node.child_by_field_name("body").unwrap_or(node);
    for clause in named(holder).into_iter().filter(|part| part.kind() == "namespace_use_clause") {
        let alias = clause.child_by_field_name("alias");
        let mut path = prefix.clone();
        for part in named(clause).into_iter().filter(|part| Some(*part) != alias) {
            if part.kind() == "name" {
                path.push(part);
            } else {
                path.extend(parts(part));
            }
        }
        lower.open(Kind::Import, node, Text::None);
        match path.split_last() {
            Some((last, before)) if !before.is_empty() => {
                shapes::path(lower, before);
                lower.one(Some(*last), clause);
            }
            _ => {
                lower.one(path.first().copied(), clause);
                lower.nothing(clause);
            }
        }
        lower.one(alias, clause);
        lower.close();
    }
}
