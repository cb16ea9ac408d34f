//! What Ruby is lowered to.

use super::super::outline::check;

#[test]
fn a_call_is_the_same_with_and_without_parentheses() {
    let same = "Call(f, Arguments(a, b))";
    check("ruby", &[("f a, b", same), ("f(a, b)", same)]);
}

#[test]
fn a_block_is_the_last_argument() {
    let same = "Call(Attribute(x, each), Arguments(Function[lambda](_, _, Parameters(Parameter(a, _, _, _)), _, Block(Call(b, Arguments(a))))))";
    check("ruby", &[("x.each { |a| b a }", same), ("x.each do |a|\n b a\nend", same)]);
}

#[test]
fn keys_of_hashes_are_symbols_in_either_spelling() {
    let same = "Call(f, Arguments(Pair(Symbol[a](), 1), Spread[**](o)))";
    check("ruby", &[("f(a: 1, **o)", same), ("f(:a => 1, **o)", same)]);
}

#[test]
fn modifiers_are_statements() {
    let same = "If(b, Block(a), _)";
    check("ruby", &[("a if b", same), ("if b\n a\nend", same)]);
}

#[test]
fn unless_turns_its_condition_around() {
    let same = "If(Unary[!](b), Block(a), _)";
    check("ruby", &[("a unless b", same), ("unless b then a end", same)]);
}

#[test]
fn what_is_rescued_in_a_method_is_a_try() {
    check(
        "ruby",
        &[(
            "def f(a, b: 1)\n a\nrescue E => e\n b\nensure\n c\nend",
            "Function(_, f, Parameters(Parameter(a, _, _, _), Parameter[:](b, _, 1, _)), _, Block(Try(Block(a), Catch(E, e, Block(b)), Finally(Block(c)))))",
        )],
    );
}

#[test]
fn a_method_is_the_same_in_a_class() {
    check(
        "ruby",
        &[
            (
                "class A < B::C\n def self.f; end\nend",
                "Class[class](_, A, Parents(Attribute(B, C)), Block(Function[self](_, f, Parameters(), _, Block())))",
            ),
            ("def self.f; end", "Function[self](_, f, Parameters(), _, Block())"),
        ],
    );
}

#[test]
fn a_heredoc_is_a_string() {
    check(
        "ruby",
        &[
            (
                "f(<<~S.strip, 1)\n a #{b}\nS\nc",
                "Call(f, Arguments(Attribute(Interpolated[template](\" a \", b, \"\\n\"), strip), 1)), c",
            ),
            ("f(<<~S, <<~S)\na\nS\nb\nS", "Call(f, Arguments(\"a\\n\", \"b\\n\"))"),
        ],
    );
}

#[test]
fn commands_between_backticks_are_calls() {
    let same = "Call(`, Arguments(Interpolated[template](\"ls \", a)))";
    check("ruby", &[("`ls #{a}`", same), ("%x(ls #{a})", same)]);
}

#[test]
fn without_arguments_it_is_an_attribute() {
    check(
        "ruby",
        &[("a.b", "Attribute(a, b)"), ("a&.b", "Attribute(a, b)"), ("a::B", "Attribute(a, B)")],
    );
}

#[test]
fn lambdas_are_functions() {
    let same = "Function[lambda](_, _, Parameters(Parameter(x, _, _, _)), _, Block(x))";
    check("ruby", &[("->(x) { x }", same), ("lambda { |x| x }", same)]);
}

#[test]
fn strings_and_symbols() {
    check(
        "ruby",
        &[
            ("%w[a b]", "List(\"a\", \"b\")"),
            (":a", "Symbol[a]()"),
            ("\"a#{@b}\"", "Interpolated[template](\"a\", @b)"),
            ("/a/i", "Regex[a]()"),
        ],
    );
}
