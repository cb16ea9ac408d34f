//! What the table of C# makes of its constructs.

use crate::engine::sast::lower::classes::outline;

#[test]
fn usings_are_imports() {
    assert_eq!(
        outline("csharp", "using A.B; using C = A.D; using static A.E;"),
        "Import(Attribute B(Name A,Name B),Nothing,Nothing) \
         Import(Attribute D(Name A,Name D),Nothing,Name C) \
         Import static(Attribute E(Name A,Name E),Name *,Nothing)",
    );
}

#[test]
fn attributes_are_decorators() {
    assert_eq!(
        outline("csharp", "[A, B(1, C = 2)] class X : Y, Z<W> { }"),
        "Class class(Modifiers(Decorator(Name A),Decorator(Call(Name B,\
         Arguments(Number 1,Keyword C(Name C,Number 2))))),Name X,\
         Parents(Name Y,Type <>(Name Z,Name W)),Block)",
    );
}

#[test]
fn a_method_is_the_same_without_a_class() {
    let method = "[A] public int F([B] string s, params T[] r) { return s; }";
    let alone = outline("csharp", method);
    assert_eq!(
        alone,
        "Function(Modifiers(Decorator(Name A),Name public),Name F,\
         Parameters(Parameter(Name s,Name string,Nothing,Modifiers(Decorator(Name B))),\
         Parameter ...(Name r,Type [](Name T),Nothing,Nothing)),Name int,Block(Word return(Name s)))",
    );
    let within = outline("csharp", &format!("class X {{ {method} }}"));
    assert_eq!(within, format!("Class class(Nothing,Name X,Nothing,Block({alone}))"));
}

#[test]
fn a_variable_is_the_same_as_a_field() {
    let field = "private string x = \"a\";";
    let alone = outline("csharp", field);
    assert_eq!(alone, "Variable(Modifiers(Name private),Name x,Name string,Str a)");
    let within = outline("csharp", &format!("class X {{ {field} }}"));
    assert_eq!(within, format!("Class class(Nothing,Name X,Nothing,Block({alone}))"));
    assert_eq!(outline("csharp", "var x = 1;"), "Variable(Nothing,Name x,Nothing,Number 1)");
}

#[test]
fn initialisers_are_a_block() {
    assert_eq!(
        outline("csharp", "x = new A { B = true };"),
        "Assign(Name x,New(Name A,Arguments,Block(Assign(Name B,Bool true))))",
    );
    assert_eq!(
        outline("csharp", "x = new int[] { 1 };"),
        "Assign(Name x,New(Type [](Name int),Arguments(List(Number 1)),Nothing))",
    );
}

#[test]
fn chains_are_the_same_with_and_without_a_question() {
    let plain = outline("csharp", "a.b.C<T>(this);");
    assert_eq!(plain, "Call(Attribute C(Attribute b(Name a,Name b),Name C),Arguments(Name this))");
    assert_eq!(outline("csharp", "a?.b!.C(this);"), plain);
}

#[test]
fn strings_hold_what_stands_between_the_quotes() {
    assert_eq!(
        outline("csharp", "f(\"a\", @\"b\\\", \"\"\"c\"\"\", $\"d{e:x}f\");"),
        "Call(Name f,Arguments(Str a,Str b\\,Str c,Interpolated $(Str d,Name e,Str f)))",
    );
}

#[test]
fn properties_are_variables() {
    assert_eq!(
        outline("csharp", "class X { public T P { get; set; } = 1; int Q => 2; }"),
        "Class class(Nothing,Name X,Nothing,Block(\
         Variable property(Modifiers(Name public),Name P,Name T,Number 1),\
         Variable property(Nothing,Name Q,Name int,Block =(Number 2))))",
    );
}

#[test]
fn control_flow_has_its_kinds() {
    assert_eq!(
        outline(
            "csharp",
            "using (var a = b) { } foreach (var c in d) e(); try { } catch (E f) when (g) { }"
        ),
        "With using(Variable(Nothing,Name a,Nothing,Name b),Block) \
         ForEach(Variable(Nothing,Name c,Nothing,Nothing),Name d,Block(Call(Name e,Arguments))) \
         Try(Block,Catch(Name E,Name f,Block))",
    );
}
