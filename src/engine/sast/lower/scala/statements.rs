//! Definitions and control flow of Scala.

use super::listed;
use crate::engine::sast::lower::shapes;
use crate::engine::sast::lower::{Lower, Node, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

// --- definitions

pub(super) fn annotation(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let made = node.child_by_field_name("name");
    // The arguments may stand in the name.
    let applied = made.filter(|made| made.kind() == "applied_constructor_type");
    let mut lists = shapes::fields(node, "arguments");
    lists.extend(applied.and_then(|applied| child_of(applied, "arguments")));
    lower.open(Kind::Decorator, node, Text::None);
    if lists.is_empty() {
        lower.one(made, node);
    } else {
        let start = made.map_or(node.start_byte(), |made| made.start_byte());
        lower.tree.open(Kind::Call, start, node.end_byte(), Text::None);
        lower.one(made, node);
        let start = lists.first().map_or(start, Node::start_byte);
        lower.tree.open(Kind::Arguments, start, node.end_byte(), Text::None);
        for list in &lists {
            listed(lower, *list);
        }
        lower.close();
        lower.close();
    }
    lower.close();
}

pub(super) fn access_modifier(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.leaf(Kind::Name, node.child(0).unwrap_or(node));
}

/// Annotations and keywords of a definition; `case` is one, and so is what the whole list of a parameter is marked with.
pub(super) fn modifiers(lower: &mut Lower<'_, '_>, node: Node<'_>, list: Option<Node<'_>>) {
    let mut cursor = node.walk();
    let mut found: Vec<Node<'_>> = list.into_iter().collect();
    found.extend(node.children(&mut cursor).filter(|part| {
        let kind = part.kind();
        matches!(kind, "annotation" | "modifiers" | "case") || kind.ends_with("_modifier")
    }));
    let (Some(start), Some(end)) = (found.first(), found.last()) else {
        return lower.nothing(node);
    };
    lower.tree.open(Kind::Modifiers, start.start_byte(), end.end_byte(), Text::None);
    for part in found {
        if part.kind() == "modifiers" {
            let mut words = part.walk();
            for word in part.children(&mut words).filter(|word| !word.is_extra()) {
                modifier(lower, word);
            }
        } else {
            modifier(lower, part);
        }
    }
    lower.close();
}

pub(super) fn modifier(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if node.is_named() {
        lower.lower(node);
    } else {
        lower.leaf(Kind::Name, node);
    }
}

/// One node for each name; a pattern is one.
pub(super) fn variables(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = if child_of(node, "var").is_some() { "var" } else { "val" };
    let targets = match node.child_by_field_name("pattern") {
        Some(several) if several.kind() == "identifiers" => named(several),
        Some(one) => vec![one],
        None => shapes::fields(node, "name"),
    };
    let alone = targets.len() == 1;
    for target in targets {
        lower.open(Kind::Variable, if alone { node } else { target }, Text::Word(text));
        modifiers(lower, node, None);
        lower.one(Some(target), node);
        lower.field(node, "type");
        lower.field(node, "value");
        lower.close();
    }
}

pub(super) fn given(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("given"));
    modifiers(lower, node, None);
    lower.field(node, "name");
    lower.field(node, "return_type");
    lower.field(node, "body");
    lower.close();
}

/// `type T = U`.
pub(super) fn type_definition(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("type"));
    modifiers(lower, node, None);
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "type");
    lower.close();
}

/// What is added to a type stands for itself.
pub(super) fn extension(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for part in shapes::fields(node, "body") {
        if part.kind().ends_with("_body") { lower.children(part) } else { lower.lower(part) }
    }
}

pub(super) fn class(lower: &mut Lower<'_, '_>, node: Node<'_>, text: &str) {
    lower.open(Kind::Class, node, Text::Word(text));
    modifiers(lower, node, None);
    lower.field(node, "name");
    match node.child_by_field_name("extend") {
        Some(parents) => {
            lower.open(Kind::Parents, parents, Text::None);
            for parent in named(parents).into_iter().filter(|part| part.kind() != "arguments") {
                if parent.kind() == "compound_type" {
                    lower.children(parent);
                } else {
                    lower.lower(parent);
                }
            }
            lower.close();
        }
        None => lower.nothing(node),
    }
    let lists = shapes::fields(node, "class_parameters");
    let body = node.child_by_field_name("body");
    if let Some(first) = lists.first() {
        let end = body.or(lists.last().copied()).map_or(first.end_byte(), |last| last.end_byte());
        lower.tree.open(Kind::Block, first.start_byte(), end, Text::None);
        for list in &lists {
            let mark = child_of(*list, "implicit").or_else(|| child_of(*list, "using"));
            for part in named(*list).into_iter().filter(|part| part.kind() == "class_parameter") {
                field(lower, part, mark);
            }
        }
        if let Some(body) = body {
            lower.children(body);
        }
        lower.close();
    } else {
        lower.block(body, node);
    }
    lower.close();
}

/// A parameter of a class is a field of it.
pub(super) fn field(lower: &mut Lower<'_, '_>, node: Node<'_>, mark: Option<Node<'_>>) {
    let text =
        child_of(node, "var").or_else(|| child_of(node, "val")).map_or("", |word| word.kind());
    lower.open(Kind::Variable, node, Text::Word(text));
    modifiers(lower, node, mark);
    lower.field(node, "name");
    lower.field(node, "type");
    lower.field(node, "default_value");
    lower.close();
}

pub(super) fn enum_case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("enum"));
    lower.nothing(node);
    lower.field(node, "name");
    lower.nothing(node);
    lower.nothing(node);
    lower.close();
}

/// All lists of parameters are one.
pub(super) fn function(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let own = node.child_by_field_name("name");
    let makes = own.is_some_and(|own| lower.source(own) == "this");
    lower.open(Kind::Function, node, Text::Word(if makes { "constructor" } else { "" }));
    modifiers(lower, node, None);
    lower.one(own, node);
    let lists: Vec<Node<'_>> = shapes::fields(node, "parameters")
        .into_iter()
        .filter(|list| list.kind() == "parameters")
        .collect();
    let end = own.map_or(node.start_byte(), |own| own.end_byte());
    let start = lists.first().map_or(end, Node::start_byte);
    let end = lists.last().map_or(end, Node::end_byte);
    lower.tree.open(Kind::Parameters, start, end, Text::None);
    for list in lists {
        let mark = child_of(list, "implicit").or_else(|| child_of(list, "using"));
        let mut cursor = list.walk();
        for part in list.named_children(&mut cursor) {
            if part.is_error() && part.named_child_count() == 0 {
                unread(lower, part);
            } else if part.kind() == "parameter" {
                parameter(lower, part, mark);
            } else {
                shapes::parameter(lower, part);
            }
        }
    }
    lower.close();
    lower.field(node, "return_type");
    match node.child_by_field_name("body") {
        Some(body) if matches!(body.kind(), "block" | "indented_block") => {
            lower.block(Some(body), node);
        }
        body => shapes::expression_body(lower, body, node),
    }
    lower.close();
}

/// A lone name among parameters, as patterns have it, is a mistake to the grammar.
pub(super) fn unread(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let is_name = |char: char| char.is_alphanumeric() || char == '_';
    if !lower.source(node).chars().all(is_name) {
        return;
    }
    lower.open(Kind::Parameter, node, Text::None);
    lower.leaf(Kind::Name, node);
    (0..3).for_each(|_| lower.nothing(node));
    lower.close();
}

pub(super) fn parameter(lower: &mut Lower<'_, '_>, node: Node<'_>, mark: Option<Node<'_>>) {
    let kind = node.child_by_field_name("type");
    let many = kind.is_some_and(|kind| kind.kind() == "repeated_parameter_type");
    lower.open(Kind::Parameter, node, Text::Word(if many { "..." } else { "" }));
    match node.child_by_field_name("name") {
        Some(name) => lower.one(Some(name), node),
        None => lower.one(named(node).into_iter().next(), node),
    }
    lower.one(kind, node);
    lower.field(node, "default_value");
    modifiers(lower, node, mark);
    lower.close();
}

// --- control flow

/// More steps than this in one `for` were not written by people.
pub(super) const MAX_STEPS: usize = 100;

/// Each `a <- b` is a loop in the one before it, each `if` a branch, each `a = b` a variable.
pub(super) fn for_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let text = if child_of(node, "yield").is_some() { "yield" } else { "" };
    let mut steps = Vec::new();
    for step in shapes::fields(node, "enumerators").into_iter().flat_map(named) {
        let parts = named(step);
        if parts.iter().any(|part| part.kind() != "guard") {
            steps.push(step);
        }
        steps.extend(parts.into_iter().filter(|part| part.kind() == "guard"));
    }
    if steps.len() > MAX_STEPS {
        return shapes::other(lower, node);
    }
    enumerated(lower, node, &steps, text, node.start_byte());
}

/// The steps of a `for` that are left, then its body.
pub(super) fn enumerated(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    steps: &[Node<'_>],
    text: &str,
    start: usize,
) {
    let Some((step, rest)) = steps.split_first() else {
        let body = node.child_by_field_name("body");
        return body.map_or((), |body| match body.kind() {
            "block" | "indented_block" => lower.children(body),
            _ => lower.lower(body),
        });
    };
    let parts = named(*step);
    let (target, value) = (parts.first().copied(), parts.get(1).copied());
    let is_guard = step.kind() == "guard";
    if !is_guard && child_of(*step, "=").is_some() {
        variable(lower, *step, target, value);
        return enumerated(lower, node, rest, text, step.end_byte());
    }
    if is_guard {
        lower.tree.open(Kind::If, step.start_byte(), node.end_byte(), Text::None);
        lower.field(*step, "condition");
    } else {
        lower.tree.open(Kind::ForEach, start, node.end_byte(), Text::Word(text));
        variable(lower, *step, target, None);
        lower.one(value, *step);
    }
    let start = rest.first().map_or(step.end_byte(), Node::start_byte);
    lower.tree.open(Kind::Block, start, node.end_byte(), Text::None);
    enumerated(lower, node, rest, text, start);
    lower.close();
    if is_guard {
        lower.nothing(node);
    }
    lower.close();
}

/// A variable that a `for` declares.
pub(super) fn variable(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    target: Option<Node<'_>>,
    value: Option<Node<'_>>,
) {
    if target.is_some_and(|target| target.kind() == "typed_pattern") && value.is_none() {
        return lower.one(target, node);
    }
    lower.open(Kind::Variable, target.unwrap_or(node), Text::None);
    lower.nothing(node);
    lower.one(target, node);
    lower.nothing(node);
    lower.one(value, node);
    lower.close();
}

/// Each case of a `catch` is a Catch.
pub(super) fn catches(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = named(node).into_iter().next();
    let list = inside.filter(|list| matches!(list.kind(), "case_block" | "indented_cases"));
    let clauses = match (inside, list) {
        (_, Some(list)) => named(list),
        (Some(clause), None) if clause.kind() == "case_clause" => vec![clause],
        (handler, None) => {
            lower.open(Kind::Catch, node, Text::None);
            lower.nothing(node);
            lower.nothing(node);
            lower.block(handler, node);
            lower.close();
            return;
        }
    };
    for clause in clauses.into_iter().filter(|clause| clause.kind() == "case_clause") {
        let caught = clause.child_by_field_name("pattern");
        let field = |name: &str| caught.and_then(|caught| caught.child_by_field_name(name));
        let (kind, name) = match caught.map_or("", |caught| caught.kind()) {
            "typed_pattern" => (field("type"), field("pattern")),
            "case_class_pattern" => (field("type"), field("pattern")),
            "identifier" | "wildcard" => (None, caught),
            _ => (caught, None),
        };
        lower.open(Kind::Catch, clause, Text::None);
        lower.one(kind, clause);
        lower.one(name, clause);
        case_body(lower, clause);
        lower.close();
    }
}

pub(super) fn finally(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Finally, node, Text::None);
    lower.block(named(node).into_iter().next(), node);
    lower.close();
}

pub(super) fn match_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Switch, node, Text::None);
    lower.field(node, "value");
    if let Some(body) = node.child_by_field_name("body") {
        lower.children(body);
    }
    lower.close();
}

pub(super) fn case(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Case, node, Text::None);
    if let Some(pattern) = node.child_by_field_name("pattern") {
        lower.lower(pattern);
    }
    if let Some(guard) = child_of(node, "guard") {
        lower.lower(guard);
    }
    case_body(lower, node);
    lower.close();
}

/// The statements behind the arrow.
pub(super) fn case_body(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = shapes::fields(node, "body");
    if let [lone] = parts.as_slice() {
        return lower.block(Some(*lone), node);
    }
    let start = parts.first().map_or(node.end_byte(), Node::start_byte);
    lower.tree.open(Kind::Block, start, node.end_byte(), Text::None);
    for part in &parts {
        lower.lower(*part);
    }
    lower.close();
}

/// `import a.b.{C, D => E, _}, f.g`.
pub(super) fn import(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut cursor = node.walk();
    let parts: Vec<Node<'_>> = node.children(&mut cursor).filter(|part| !part.is_extra()).collect();
    for thing in parts.split(|part| part.kind() == ",") {
        let names: Vec<Node<'_>> =
            thing.iter().copied().filter(|part| part.kind() == "identifier").collect();
        let selected =
            thing.iter().copied().find(|part| part.is_named() && part.kind() != "identifier");
        match selected {
            None => match names.split_last() {
                Some((last, before)) if !before.is_empty() => {
                    imported(lower, node, before, Some(*last), None);
                }
                _ => imported(lower, node, &names, None, None),
            },
            Some(list) if list.kind() == "namespace_selectors" => {
                for part in named(list) {
                    selector(lower, node, &names, part);
                }
            }
            Some(lone) => selector(lower, node, &names, lone),
        }
    }
}

/// `C`, `C => D`, `C as D`, `_`; `C => _` imports nothing.
pub(super) fn selector(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    names: &[Node<'_>],
    part: Node<'_>,
) {
    let alias = part.child_by_field_name("alias");
    if alias.is_some_and(|alias| alias.kind() == "wildcard") {
        return;
    }
    imported(lower, node, names, Some(part.child_by_field_name("name").unwrap_or(part)), alias);
}

pub(super) fn imported(
    lower: &mut Lower<'_, '_>,
    node: Node<'_>,
    names: &[Node<'_>],
    taken: Option<Node<'_>>,
    alias: Option<Node<'_>>,
) {
    lower.open(Kind::Import, node, Text::None);
    if names.is_empty() {
        lower.nothing(node);
    }
    shapes::path(lower, names);
    match taken {
        Some(all) if all.kind() == "namespace_wildcard" => {
            lower.word(all, "*");
        }
        taken => lower.one(taken, node),
    }
    lower.one(alias, node);
    lower.close();
}
