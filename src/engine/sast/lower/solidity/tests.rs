//! What Solidity is lowered to.

use super::super::outline::check;

#[test]
fn options_stand_behind_the_arguments() {
    check(
        "solidity",
        &[(
            "function f() { a.call{value: b}(\"\"); }",
            "Function(_, f, Parameters(), _, Block(Call(Attribute(a, call), Arguments(\"\", Keyword(value, b)))))",
        )],
    );
}

#[test]
fn a_contract_has_variables_and_functions() {
    check(
        "solidity",
        &[(
            "contract A is B { mapping(address => uint[]) public a; function f(uint b) external only(1) returns (bool) { } }",
            "Class[contract](_, A, Parents(B), Block(Variable(Modifiers(public), a, Type[mapping](address, Type[[]](uint)), _), Function(Modifiers(external, Decorator(Call(only, Arguments(1)))), f, Parameters(Parameter(b, uint, _, _)), Parameters(Parameter(_, bool, _, _)), Block())))",
        )],
    );
}

#[test]
fn members_of_a_tuple_may_be_left_out() {
    check(
        "solidity",
        &[(
            "function f() { (bool a, ) = b(); (, c) = d; }",
            "Function(_, f, Parameters(), _, Block(Variable(_, Tuple(a, _), Type[()](bool, _), Call(b, Arguments())), Assign(Tuple(_, c), d)))",
        )],
    );
}

#[test]
fn an_operator_stands_before_all_of_its_operand() {
    check(
        "solidity",
        &[(
            "function f() { delete a[1]; !b.c(d); }",
            "Function(_, f, Parameters(), _, Block(Unary[delete](Index(a, 1)), Unary[!](Call(Attribute(b, c), Arguments(d)))))",
        )],
    );
}

#[test]
fn what_is_reverted_and_emitted() {
    check(
        "solidity",
        &[(
            "function f() { revert(\"a\"); revert B(1); emit C(2); }",
            "Function(_, f, Parameters(), _, Block(Call(revert, Arguments(\"a\")), Call(revert, Arguments(Call(B, Arguments(1)))), Word[emit](Call(C, Arguments(2)))))",
        )],
    );
}

#[test]
fn objects_are_made() {
    check(
        "solidity",
        &[(
            "function f() { A a = new A{salt: b}(1); uint[] memory c = new uint[](2); }",
            "Function(_, f, Parameters(), _, Block(Variable(_, a, A, New(A, Arguments(1, Keyword(salt, b)), _)), Variable(Modifiers(memory), c, Type[[]](uint), New(Type[[]](uint), Arguments(2), _))))",
        )],
    );
}

#[test]
fn assembly_is_a_block() {
    check(
        "solidity",
        &[(
            "function f() { assembly { let a := add(1, b) sstore(a.slot, 1) } unchecked { i++; } }",
            "Function(_, f, Parameters(), _, Block(Block[assembly](Variable[let](_, a, _, Call(add, Arguments(1, b))), Call(sstore, Arguments(Attribute(a, slot), 1))), Block[unchecked](Unary[post++](i))))",
        )],
    );
}

#[test]
fn imports() {
    check(
        "solidity",
        &[(
            "import \"a\"; import {B, C as D} from \"e\"; import * as F from \"g\";",
            "Import(\"a\", _, _), Import(\"e\", B, _), Import(\"e\", C, D), Import(\"g\", _, F)",
        )],
    );
}

#[test]
fn attempts() {
    check(
        "solidity",
        &[(
            "function f() { try a.b() returns (uint c) { d(); } catch Error(string memory e) { } catch { } }",
            "Function(_, f, Parameters(), _, Block(Try(Block(Variable(_, c, uint, Call(Attribute(a, b), Arguments())), Call(d, Arguments())), Catch(Error, e, Block()), Catch(_, _, Block()))))",
        )],
    );
}

#[test]
fn the_version_is_one_string() {
    check("solidity", &[("pragma solidity ^0.8.0;", "Other[pragma](solidity, \"^0.8.0\")")]);
}
