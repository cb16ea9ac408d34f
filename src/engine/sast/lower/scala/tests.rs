//! What the table of Scala makes of its constructs.

use crate::engine::sast::lower::classes::outline;

#[test]
fn what_is_imported_is_one_node_each() {
    assert_eq!(
        outline("scala", "import a.b.{C, D => E, _}"),
        "Import(Attribute b(Name a,Name b),Name C,Nothing) \
         Import(Attribute b(Name a,Name b),Name D,Name E) \
         Import(Attribute b(Name a,Name b),Name *,Nothing)",
    );
}

#[test]
fn a_lone_thing_in_braces_is_an_argument() {
    let plain = outline("scala", "f(x)");
    assert_eq!(outline("scala", "f { x }"), plain);
    assert_eq!(
        outline("scala", "a.f { implicit r: T => x }"),
        "Call(Attribute f(Name a,Name f),Arguments(Function lambda(Nothing,Nothing,\
         Parameters(Parameter(Name r,Name T,Nothing,Nothing)),Nothing,Block(Name x))))",
    );
}

#[test]
fn interpolators_are_told_apart() {
    assert_eq!(outline("scala", "sql\"a $x\""), "Interpolated sql(Str a ,Name x)");
    assert_eq!(
        outline("scala", "s\"a${x.y}\""),
        "Interpolated s(Str a,Attribute y(Name x,Name y))"
    );
    assert_eq!(outline("scala", "s\"a\""), "Interpolated s(Str a)");
}

#[test]
fn all_lists_of_parameters_are_one() {
    assert_eq!(
        outline("scala", "private def f(a: Int, b: T*)(implicit c: U): V = { x }"),
        "Function(Modifiers(Name private),Name f,Parameters(Parameter(Name a,Name Int,Nothing,Nothing),\
         Parameter ...(Name b,Name T,Nothing,Nothing),\
         Parameter(Name c,Name U,Nothing,Modifiers(Name implicit))),Name V,Block(Name x))",
    );
}

#[test]
fn each_step_of_a_for_stands_in_the_one_before() {
    assert_eq!(
        outline("scala", "for (a <- b; if c) yield d"),
        "ForEach yield(Variable(Nothing,Name a,Nothing,Nothing),Name b,\
         Block(If(Name c,Block(Name d),Nothing)))",
    );
}

#[test]
fn parameters_of_a_class_are_fields() {
    assert_eq!(
        outline("scala", "case class A(x: Int) extends B(1) with C"),
        "Class class(Modifiers(Name case),Name A,Parents(Name B,Name C),\
         Block(Variable(Nothing,Name x,Name Int,Nothing)))",
    );
}

#[test]
fn cases_of_a_catch_are_catches() {
    assert_eq!(
        outline("scala", "try { a } catch { case e: E => b } finally { c }"),
        "Try(Block(Name a),Catch(Name E,Name e,Block(Name b)),Finally(Block(Name c)))",
    );
}

#[test]
fn words_of_a_match_are_a_switch() {
    assert_eq!(
        outline("scala", "x match { case 1 | 2 => a; case T(b) => c }"),
        "Switch(Name x,Case(Number 1,Number 2,Block(Name a)),\
         Case(Call(Name T,Arguments(Name b)),Block(Name c)))",
    );
}

#[test]
fn operators_that_assign_are_updates() {
    assert_eq!(outline("scala", "x += 1"), "Update +=(Name x,Number 1)");
    assert_eq!(outline("scala", "a op b"), "Binary op(Name a,Name b)");
    assert_eq!(
        outline("scala", "f(a, b = 1, c: _*)"),
        "Call(Name f,Arguments(Name a,Keyword b(Name b,Number 1),Spread *(Name c)))"
    );
}
