//! C++: what it adds to the table of C, or reads in another way.

use super::shapes::{self, inner, name, number, skip, type_of, word};
use super::{Lower, Node, Shape, c, child_of, named};
use crate::engine::sast::tree::{Kind, Text};

/// Node kinds of tree-sitter-cpp 0.23. What stands first counts.
pub const SHAPES: &[(&str, Shape)] = &joined::<{ OWN.len() + c::SHAPES.len() }>(OWN, c::SHAPES);

const fn joined<const N: usize>(
    first: &[(&'static str, Shape)],
    rest: &[(&'static str, Shape)],
) -> [(&'static str, Shape); N] {
    let mut all = [first[0]; N];
    let mut at = 0;
    while at < N {
        all[at] = if at < first.len() { first[at] } else { rest[at - first.len()] };
        at += 1;
    }
    all
}

const OWN: &[(&str, Shape)] = &[
    ("access_specifier", skip),
    ("template_declaration", template),
    ("template_instantiation", skip),
    ("init_statement", inner),
    ("placeholder_type_specifier", inner),
    ("dependent_type", inner),
    ("dependent_name", inner),
    ("auto", name),
    ("this", name),
    ("namespace_identifier", name),
    ("destructor_name", name),
    ("operator_name", name),
    ("literal_suffix", skip),
    ("user_defined_literal", user_literal),
    ("raw_string_literal", raw_string),
    ("decltype", |l, n| type_of(l, n, "decltype", &named(n))),
    ("qualified_identifier", |l, n| qualified(l, n)),
    ("nested_namespace_specifier", |l, n| qualified(l, n)),
    ("template_function", |l, n| qualified(l, n)),
    ("template_method", |l, n| qualified(l, n)),
    ("template_type", |l, n| qualified(l, n)),
    ("field_expression", field_expression),
    ("call_expression", call),
    ("new_expression", new),
    ("delete_expression", delete),
    ("lambda_expression", lambda),
    ("parameter_pack_expansion", expansion),
    ("co_await_expression", shapes::await_),
    ("co_return_statement", word),
    ("co_yield_statement", word),
    ("throw_statement", word),
    ("declaration", declaration),
    ("optional_parameter_declaration", c::parameter),
    ("variadic_parameter_declaration", c::parameter),
    ("structured_binding_declarator", shapes::tuple),
    ("class_specifier", |l, n| c::class(l, n, "class")),
    ("friend_declaration", friend),
    ("field_initializer", field_initializer),
    ("namespace_definition", shapes::package),
    ("namespace_alias_definition", namespace_alias),
    ("using_declaration", using),
    ("alias_declaration", alias),
    ("static_assert_declaration", c::operator_call),
    ("condition_clause", |l, n| l.field(n, "value")),
    ("for_range_loop", for_range),
    ("try_statement", try_),
    ("catch_clause", catch),
    ("number_literal", number),
];

/// What a template is of, in place; its parameters are left out.
fn template(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parameters = node.child_by_field_name("parameters");
    for part in named(node) {
        if Some(part) != parameters && part.kind() != "requires_clause" {
            lower.lower(part);
        }
    }
}

fn user_literal(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.one(named(node).into_iter().next(), node);
}

fn raw_string(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let inside = child_of(node, "raw_string_content")
        .map_or(node.end_byte()..node.end_byte(), |content| content.byte_range());
    lower.tree.push(Kind::Str, node.start_byte(), node.end_byte(), Text::At(inside));
}

/// Enough for what people write; each makes the tree deeper.
const MOST_PARTS: usize = 100;

/// `a::b<T>::c`: Attributes, with a Type `<>` around what has arguments. A leading `::` adds nothing.
fn qualified(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let mut parts = Vec::new();
    let mut rest = vec![node];
    while let Some(part) = rest.pop() {
        if matches!(part.kind(), "qualified_identifier" | "nested_namespace_specifier") {
            rest.extend(named(part).into_iter().rev());
        } else if part.kind() == "dependent_name" {
            rest.extend(named(part).into_iter().next());
        } else {
            parts.push(part);
        }
    }
    parts.truncate(MOST_PARTS);
    chain(lower, node, None, &parts);
}

/// The name of what may have a template's arguments.
fn bare<'t>(part: &Node<'t>) -> Node<'t> {
    let is_template = part.child_by_field_name("arguments").is_some();
    part.child_by_field_name("name").filter(|_| is_template).unwrap_or(*part)
}

/// Names joined by `::` or `.`, behind an object or not.
fn chain(lower: &mut Lower<'_, '_>, node: Node<'_>, object: Option<Node<'_>>, parts: &[Node<'_>]) {
    let start = node.start_byte();
    let joined = |at: usize| at > 0 || object.is_some();
    for (at, part) in parts.iter().enumerate().rev() {
        if bare(part) != *part {
            lower.tree.open(Kind::Type, start, part.end_byte(), Text::Word("<>"));
        }
        if joined(at) {
            let text = Text::At(bare(part).byte_range());
            lower.tree.open(Kind::Attribute, start, bare(part).end_byte(), text);
        }
    }
    if let Some(object) = object {
        lower.one(Some(object), node);
    }
    for (at, part) in parts.iter().enumerate() {
        if joined(at) {
            lower.leaf(Kind::Name, bare(part));
            lower.close();
        } else {
            lower.one(Some(bare(part)), node);
        }
        if bare(part) != *part {
            if let Some(arguments) = part.child_by_field_name("arguments") {
                lower.children(arguments);
            }
            lower.close();
        }
    }
}

fn field_expression(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let field = node.child_by_field_name("field");
    let field = match field {
        Some(field) if field.kind() == "dependent_name" => named(field).into_iter().next(),
        field => field,
    };
    chain(lower, node, node.child_by_field_name("argument"), field.as_slice());
}

/// `static_cast<T>(x)` is a cast.
fn call(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let function = node.child_by_field_name("function");
    let Some(template) = function.filter(|it| it.kind() == "template_function") else {
        return shapes::call(lower, node);
    };
    let word = template.child_by_field_name("name").map_or("", |name| lower.source(name));
    if !matches!(word, "static_cast" | "dynamic_cast" | "reinterpret_cast" | "const_cast") {
        return shapes::call(lower, node);
    }
    let word = word.to_owned();
    lower.open(Kind::Cast, node, Text::Word(&word));
    for of in [template, node] {
        let list = of.child_by_field_name("arguments");
        lower.one(list.and_then(|list| named(list).into_iter().next()), node);
    }
    lower.close();
}

/// `new T(...)`, `new T[n]`. Where it is placed is left out.
fn new(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::New, node, Text::None);
    match node.child_by_field_name("declarator") {
        Some(array) => {
            lower.open(Kind::Type, node, Text::Word("[]"));
            lower.field(node, "type");
            lower.field(array, "length");
            lower.close();
        }
        None => lower.field(node, "type"),
    }
    c::arguments(lower, node.child_by_field_name("arguments"), node);
    lower.nothing(node);
    lower.close();
}

fn delete(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let word = if child_of(node, "[").is_some() { "delete[]" } else { "delete" };
    lower.open(Kind::Word, node, Text::Word(word));
    lower.children(node);
    lower.close();
}

/// What is captured is left out.
fn lambda(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let head = node.child_by_field_name("declarator");
    lower.open(Kind::Function, node, Text::Word("lambda"));
    lower.nothing(node);
    lower.nothing(node);
    match head.and_then(|head| head.child_by_field_name("parameters")) {
        Some(parameters) => lower.lower(parameters),
        None => shapes::no_parameters(lower, node),
    }
    let result = head.and_then(|head| child_of(head, "trailing_return_type"));
    lower.one(result.and_then(|result| named(result).into_iter().next()), node);
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn expansion(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Spread, node, Text::Word("..."));
    lower.children(node);
    lower.close();
}

/// `std::string s(text);` reads like a function that takes a `text`; where it cannot be told, it is a variable that is made.
fn declaration(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let base = node.child_by_field_name("type");
    let head = node.child_by_field_name("declarator");
    let made = head.filter(|head| head.kind() == "function_declarator");
    let list = made.and_then(|head| head.child_by_field_name("parameters"));
    let (Some(made), Some(list), Some(base)) = (made, list, base) else {
        return c::declaration(lower, node);
    };
    let is_named =
        |kind: &str| matches!(kind, "type_identifier" | "qualified_identifier" | "template_type");
    let is_value = |part: &Node<'_>| {
        let of = part.child_by_field_name("type");
        part.named_child_count() == 1
            && of.is_some_and(|of| matches!(of.kind(), "type_identifier" | "qualified_identifier"))
    };
    let parts = named(list);
    let target = made.child_by_field_name("declarator");
    let plain = made.named_child_count() == 2
        && target.is_some_and(|target| target.kind() == "identifier")
        && c::modifiers(node).is_empty();
    if !plain || parts.is_empty() || !is_named(base.kind()) || !parts.iter().all(is_value) {
        return c::declaration(lower, node);
    }
    lower.open(Kind::Variable, node, Text::None);
    lower.nothing(node);
    lower.one(target, node);
    lower.one(Some(base), node);
    c::value(lower, Some(list), Some(base), node);
    lower.close();
}

/// Only what is declared or defined on the way.
fn friend(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    for part in named(node) {
        if matches!(part.kind(), "declaration" | "function_definition") {
            lower.lower(part);
        }
    }
}

fn field_initializer(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let parts = named(node);
    lower.open(Kind::Call, node, Text::None);
    lower.one(parts.first().copied(), node);
    c::arguments(lower, parts.get(1).copied(), node);
    lower.close();
}

fn namespace_alias(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Import, node, Text::None);
    lower.one(named(node).get(1).copied(), node);
    lower.nothing(node);
    lower.field(node, "name");
    lower.close();
}

/// `using namespace a` takes all from `a`, `using a::b` takes `b`.
fn using(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let path = named(node).into_iter().next_back();
    lower.open(Kind::Import, node, Text::None);
    if child_of(node, "namespace").is_some() {
        lower.one(path, node);
        lower.word(node, "*");
    } else {
        let scope = path.and_then(|path| path.child_by_field_name("scope"));
        let taken = path.and_then(|path| path.child_by_field_name("name"));
        if let Some(taken) = taken.filter(|_| scope.is_some()) {
            lower.one(scope, node);
            lower.one(Some(taken), node);
        } else {
            lower.one(path, node);
            lower.nothing(node);
        }
    }
    lower.nothing(node);
    lower.close();
}

/// `using T = U` is `typedef U T`.
fn alias(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Variable, node, Text::Word("typedef"));
    lower.nothing(node);
    lower.field(node, "name");
    lower.nothing(node);
    lower.field(node, "type");
    lower.close();
}

fn for_range(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if let Some(first) = node.child_by_field_name("initializer") {
        lower.children(first);
    }
    let head = node.child_by_field_name("declarator");
    let (target, steps) = c::declared(head);
    lower.open(Kind::ForEach, node, Text::None);
    let place = head.unwrap_or(node);
    lower.open(Kind::Variable, place, Text::None);
    shapes::modifiers_of(lower, &c::modifiers(node), node);
    lower.one(target, node);
    c::type_(lower, node.child_by_field_name("type"), &steps, node);
    lower.nothing(place);
    lower.close();
    lower.field(node, "right");
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

fn try_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Try, node, Text::None);
    lower.block(node.child_by_field_name("body"), node);
    for part in named(node).into_iter().filter(|part| part.kind() == "catch_clause") {
        lower.lower(part);
    }
    lower.close();
}

/// `catch (T& name)`, `catch (...)`.
fn catch(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    let list = node.child_by_field_name("parameters");
    let caught = list.and_then(|list| named(list).into_iter().next());
    lower.open(Kind::Catch, node, Text::None);
    match caught {
        Some(caught) => {
            let (target, steps) = c::declared(caught.child_by_field_name("declarator"));
            c::type_(lower, caught.child_by_field_name("type"), &steps, caught);
            lower.one(target, caught);
        }
        None => (0..2).for_each(|_| lower.nothing(node)),
    }
    lower.block(node.child_by_field_name("body"), node);
    lower.close();
}

#[cfg(test)]
mod tests {
    use crate::engine::sast::lower::outline::check;

    #[test]
    fn qualified_names_are_attributes() {
        check(
            "cpp",
            &[
                (
                    "std::vector<std::string> v;",
                    "Variable(_, v, Type[<>](Attribute(std, vector), Attribute(std, string)), _)",
                ),
                ("a::b::f(x);", "Call(Attribute(Attribute(a, b), f), Arguments(x))"),
                (
                    "std::make_unique<X>(1);",
                    "Call(Type[<>](Attribute(std, make_unique), X), Arguments(1))",
                ),
                ("a.b<int>(2);", "Call(Type[<>](Attribute(a, b), int), Arguments(2))"),
                ("::f();", "Call(f, Arguments())"),
            ],
        );
    }

    #[test]
    fn what_is_made_is_new() {
        check(
            "cpp",
            &[
                (
                    "std::string s(\"abc\");",
                    "Variable(_, s, Attribute(std, string), New(Attribute(std, string), Arguments(\"abc\"), _))",
                ),
                (
                    "std::ifstream f(path);",
                    "Variable(_, f, Attribute(std, ifstream), New(Attribute(std, ifstream), Arguments(path), _))",
                ),
                ("auto p = new Foo(1);", "Variable(_, p, auto, New(Foo, Arguments(1), _))"),
                ("x = Foo{1};", "Assign(x, New(Foo, Arguments(1), _))"),
                ("int f(int);", "Function(_, f, Parameters(Parameter(_, int, _, _)), int, _)"),
            ],
        );
    }

    #[test]
    fn classes() {
        check(
            "cpp",
            &[
                (
                    "class A : public B { public: A(int x) : x_(x) {} virtual ~A() = default; int f() const override; };",
                    "Class[class](_, A, Parents(B), Block(Function(_, A, Parameters(Parameter(x, int, _, _)), _, Block(Call(x_, Arguments(x)))), Function(Modifiers(virtual, default), ~A, Parameters(), _, _), Function(Modifiers(const, override), f, Parameters(), int, _)))",
                ),
                (
                    "template <typename T> void f(T x) {}",
                    "Function(_, f, Parameters(Parameter(x, T, _, _)), void, Block())",
                ),
                (
                    "int A::f() { return this->x; }",
                    "Function(_, Attribute(A, f), Parameters(), int, Block(Word[return](Attribute(this, x))))",
                ),
            ],
        );
    }

    #[test]
    fn control_flow() {
        check(
            "cpp",
            &[
                (
                    "for (const auto& x : v) f(x);",
                    "ForEach(Variable(Modifiers(const), x, Type[&](auto), _), v, Block(Call(f, Arguments(x))))",
                ),
                (
                    "try { f(); } catch (const E& e) { } catch (...) {}",
                    "Try(Block(Call(f, Arguments())), Catch(Type[&](E), e, Block()), Catch(_, _, Block()))",
                ),
                (
                    "if (int x = f(); x) {}",
                    "Variable(_, x, int, Call(f, Arguments())), If(x, Block(), _)",
                ),
                ("delete[] p;", "Word[delete[]](p)"),
                (
                    "auto l = [&](int a) { return a; };",
                    "Variable(_, l, auto, Function[lambda](_, _, Parameters(Parameter(a, int, _, _)), _, Block(Word[return](a))))",
                ),
            ],
        );
    }

    #[test]
    fn casts_and_streams() {
        check(
            "cpp",
            &[
                ("static_cast<int>(x);", "Cast[static_cast](int, x)"),
                (
                    "void f() { std::cout << \"x\" << y; }",
                    "Function(_, f, Parameters(), void, Block(Binary[<<](Binary[<<](Attribute(std, cout), \"x\"), y)))",
                ),
                ("(int)x;", "Cast(int, x)"),
            ],
        );
    }

    #[test]
    fn namespaces_and_imports() {
        check(
            "cpp",
            &[
                (
                    "namespace a::b { int x; }",
                    "Package(Attribute(a, b), Block(Variable(_, x, int, _)))",
                ),
                ("using namespace std;", "Import(std, *, _)"),
                ("using std::string;", "Import(std, string, _)"),
                ("using T = int;", "Variable[typedef](_, T, _, int)"),
                ("extern \"C\" { int k(void); }", "Function(_, k, Parameters(), int, _)"),
            ],
        );
    }
}
