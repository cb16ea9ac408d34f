//! What the table of Kotlin makes of its constructs.

use crate::engine::sast::lower::classes::outline;

#[test]
fn imports_name_what_is_taken() {
    assert_eq!(
        outline("kotlin", "import a.b.C as D\nimport a.b.*"),
        "Import(Attribute b(Name a,Name b),Name C,Name D) \
         Import(Attribute b(Name a,Name b),Name *,Nothing)",
    );
}

#[test]
fn a_trailing_lambda_is_the_last_argument() {
    assert_eq!(
        outline("kotlin", "a?.f(1) { x -> y }"),
        "Call(Attribute f(Name a,Name f),Arguments(Number 1,Function lambda(Nothing,Nothing,\
         Parameters(Parameter(Name x,Nothing,Nothing,Nothing)),Nothing,Block(Name y))))",
    );
    assert_eq!(outline("kotlin", "f { x }"), outline("kotlin", "f({ x })"));
}

#[test]
fn signs_stand_above_the_chain_behind_them() {
    assert_eq!(outline("kotlin", "!a.b()"), "Unary !(Call(Attribute b(Name a,Name b),Arguments))",);
    assert_eq!(outline("kotlin", "!(a.b())"), outline("kotlin", "!a.b()"));
    assert_eq!(
        outline("kotlin", "a && !b.c"),
        "Binary &&(Name a,Unary !(Attribute c(Name b,Name c)))"
    );
}

#[test]
fn type_arguments_of_calls_are_dropped() {
    let plain = outline("kotlin", "val x = a.f(b).c()");
    assert_eq!(outline("kotlin", "val x = a.f<T>(b).c()"), plain);
    let plain = outline("kotlin", "x + !f(b, c).d");
    assert_eq!(outline("kotlin", "x + !f<T>(b, c).d"), plain);
    assert_eq!(outline("kotlin", "a < b"), "Binary <(Name a,Name b)");
}

#[test]
fn templates_hold_names_and_expressions() {
    assert_eq!(
        outline("kotlin", "\"a$b c${d.e}\""),
        "Interpolated template(Str a,Name b,Str  c,Attribute e(Name d,Name e))",
    );
    assert_eq!(outline("kotlin", "\"a\\$b 1$\""), "Str a\\$b 1$");
    assert_eq!(outline("kotlin", "\"\"\"a\"\"\""), "Str a");
}

#[test]
fn words_that_are_literals_are_no_names() {
    assert_eq!(
        outline("kotlin", "f(true, null, n = 'c', *x)"),
        "Call(Name f,Arguments(Bool true,Null null,Keyword n(Name n,Char c),Spread *(Name x)))",
    );
}

#[test]
fn functions_have_modifiers_types_and_defaults() {
    assert_eq!(
        outline("kotlin", "@A private fun f(@B a: Int = 1, vararg b: T<U>): V? { return x }"),
        "Function(Modifiers(Decorator(Name A),Name private),Name f,\
         Parameters(Parameter(Name a,Name Int,Number 1,Modifiers(Decorator(Name B))),\
         Parameter ...(Name b,Type <>(Name T,Name U),Nothing,Modifiers(Name vararg))),\
         Type ?(Name V),Block(Word return(Name x)))",
    );
}

#[test]
fn parameters_of_a_class_are_fields() {
    assert_eq!(
        outline("kotlin", "class A(val x: Int) : B(1), C {\n companion object {\n }\n }"),
        "Class class(Nothing,Name A,Parents(Name B,Name C),\
         Block(Variable val(Nothing,Name x,Name Int,Nothing),\
         Class object(Modifiers(Name companion),Nothing,Nothing,Block)))",
    );
}

#[test]
fn control_flow_has_its_kinds() {
    assert_eq!(
        outline("kotlin", "when (a) { 1, 2 -> b\n is T -> c\n else -> d }"),
        "Switch(Name a,Case(Number 1,Number 2,Block(Name b)),\
         Case(Unary is(Name T),Block(Name c)),Case(Block(Name d)))",
    );
    assert_eq!(
        outline("kotlin", "try { a } catch (e: E) { b } finally { c }\nif (x) y else z"),
        "Try(Block(Name a),Catch(Name E,Name e,Block(Name b)),Finally(Block(Name c))) \
         If(Name x,Block(Name y),Block(Name z))",
    );
}

#[test]
fn variables_tell_how_they_are_declared() {
    assert_eq!(
        outline("kotlin", "val x: T by lazy { 1 }\nvar (a, b) = c\nx = y as T"),
        "Variable val(Nothing,Name x,Name T,Call(Name lazy,Arguments(\
         Function lambda(Nothing,Nothing,Parameters,Nothing,Block(Number 1))))) \
         Variable var(Nothing,Tuple(Name a,Name b),Nothing,Name c) Assign(Name x,Cast(Name T,Name y))",
    );
}
