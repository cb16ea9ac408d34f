//! What the table of Java makes of its constructs.

use crate::engine::sast::lower::classes::outline;

#[test]
fn imports_name_what_is_taken() {
    assert_eq!(
        outline("java", "import a.b.C; import a.b.*; import static a.C.d; package a.b;"),
        "Import(Attribute b(Name a,Name b),Name C,Nothing) \
         Import(Attribute b(Name a,Name b),Name *,Nothing) \
         Import static(Attribute C(Name a,Name C),Name d,Nothing) \
         Package(Attribute b(Name a,Name b),Nothing)",
    );
}

#[test]
fn each_declarator_is_a_variable() {
    assert_eq!(
        outline("java", "final int a = 1, b[] = {2};"),
        "Variable(Modifiers(Name final),Name a,Name int,Number 1) \
         Variable(Modifiers(Name final),Name b,Type [](Name int),List(Number 2))",
    );
}

#[test]
fn a_field_is_the_same_as_a_variable() {
    let field = "private static final String A = \"b\";";
    let within = outline("java", &format!("class X {{ {field} }}"));
    assert_eq!(
        within,
        format!("Class class(Nothing,Name X,Nothing,Block({}))", outline("java", field)),
    );
}

#[test]
fn a_method_is_the_same_without_a_class() {
    let method = "@A public <T> T f(@B(c = \"d\") String s, int... r) throws E { return null; }";
    let alone = outline("java", method);
    assert_eq!(
        alone,
        "Function(Modifiers(Decorator(Name A),Name public),Name f,\
         Parameters(Parameter(Name s,Name String,Nothing,\
         Modifiers(Decorator(Call(Name B,Arguments(Keyword c(Name c,Str d)))))),\
         Parameter ...(Name r,Name int,Nothing,Nothing)),Name T,Block(Word return(Null null)))",
    );
    let within = outline("java", &format!("class X {{ {method} }}"));
    assert_eq!(within, format!("Class class(Nothing,Name X,Nothing,Block({alone}))"));
}

#[test]
fn resources_stand_first_in_their_block() {
    assert_eq!(
        outline("java", "try (R r = f()) { g(); } catch (A | B e) { } finally { }"),
        "Try(Block(Variable(Nothing,Name r,Name R,Call(Name f,Arguments)),Call(Name g,Arguments)),\
         Catch(Tuple(Name A,Name B),Name e,Block),Finally(Block))",
    );
}

#[test]
fn calls_and_references_are_attributes() {
    assert_eq!(
        outline("java", "this.a.<T>b(X.class, C::d, x -> y);"),
        "Call(Attribute b(Attribute a(Name this,Name a),Name b),\
         Arguments(Attribute class(Name X,Name class),Attribute d(Name C,Name d),\
         Function lambda(Nothing,Nothing,Parameters(Parameter(Name x,Nothing,Nothing,Nothing)),\
         Nothing,Block =(Name y))))",
    );
}

#[test]
fn what_is_made_has_a_type() {
    assert_eq!(
        outline("java", "f(new A<B>(1) { }, new byte[2], new String[] {\"c\"}, (a.D) e);"),
        "Call(Name f,Arguments(New(Type <>(Name A,Name B),Arguments(Number 1),Block),\
         New(Type [](Name byte),Arguments(Number 2),Nothing),\
         New(Type [](Name String),Arguments(List(Str c)),Nothing),\
         Cast(Attribute D(Name a,Name D),Name e)))",
    );
}

#[test]
fn labels_that_lead_to_the_same_are_one_case() {
    assert_eq!(
        outline("java", "switch (a) { case 1: case 2: b(); default: c(); }"),
        "Switch(Name a,Case(Number 1,Number 2,Block(Call(Name b,Arguments))),\
         Case(Block(Call(Name c,Arguments))))",
    );
    assert_eq!(
        outline("java", "x = switch (a) { case 1, 2 -> b; default -> throw c; };"),
        "Assign(Name x,Switch(Name a,Case(Number 1,Number 2,Block(Name b)),\
         Case(Block(Word throw(Name c)))))",
    );
}

#[test]
fn bodies_are_blocks() {
    assert_eq!(
        outline("java", "if (a) b(); else if (c) { } for (T d : e) f(); while (g) ;"),
        "If(Name a,Block(Call(Name b,Arguments)),Block(If(Name c,Block,Nothing))) \
         ForEach(Variable(Nothing,Name d,Name T,Nothing),Name e,Block(Call(Name f,Arguments))) \
         While(Name g,Block)",
    );
}

#[test]
fn classes_have_parents_and_members() {
    assert_eq!(
        outline(
            "java",
            "class A extends B implements C { A() { super(1); } } enum D { E, F(2) } record G(int h) { }"
        ),
        "Class class(Nothing,Name A,Parents(Name B,Name C),Block(\
         Function constructor(Nothing,Name A,Parameters,Nothing,Block(Call(Name super,Arguments(Number 1)))))) \
         Class enum(Nothing,Name D,Nothing,Block(Variable enum(Nothing,Name E,Nothing,Nothing),\
         Variable enum(Nothing,Name F,Nothing,New(Nothing,Arguments(Number 2),Nothing)))) \
         Class record(Nothing,Name G,Nothing,Block(Variable(Nothing,Name h,Name int,Nothing)))",
    );
}
