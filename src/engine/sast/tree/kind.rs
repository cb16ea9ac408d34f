//! The kinds of nodes that every language is lowered to. Matching, constants and taint know these and no grammar.

/// What a node is. The children of each kind stand in the order given here; `Nothing` fills the place of one that is absent, so that
/// positions never move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[repr(u8)]
pub enum Kind {
    /// An absent child. No children.
    Nothing,
    /// The file, or all of a pattern: statements.
    Module,

    // --- expressions
    /// An identifier; its text is the name. `this`, `self` and `super` are names too.
    Name,
    /// `object.name`: object, Name. Its text is the name. Also `->`, `::`, `?.`.
    Attribute,
    /// `object[index]`: object, then each index.
    Index,
    /// `callee(arguments)`: callee, Arguments. A method call's callee is an Attribute.
    Call,
    /// `new Type(arguments)`: Type, Arguments, body (Block) or Nothing.
    New,
    /// Arguments of a call, a decorator or a `new`.
    Arguments,
    /// `name=value` among arguments: Name, value. Its text is the name.
    Keyword,
    /// `*x`, `**x`, `...x`, `&x` (Ruby): value. Its text is the operator.
    Spread,
    /// A string without interpolation; its text is what stands between the quotes, as written.
    Str,
    /// A string with interpolation, or adjacent strings: Str and expressions in order. Its text is the kind of string (`f`, `template`, `concat`).
    Interpolated,
    /// A number, as written.
    Number,
    /// `true` or `false`, lower case.
    Bool,
    /// `null`, `nil`, `None`; the text is as written. JavaScript's `undefined` is a Name.
    Null,
    /// A character literal; the text is what stands between the quotes.
    Char,
    /// A regular expression literal; the text is what stands between the slashes.
    Regex,
    /// Ruby's `:name`; the text is the name.
    Symbol,
    /// Two operands: left, right. The text is the operator; `and` is `&&`, `or` is `||`.
    Binary,
    /// One operand; the text is the operator; `not` is `!`. `x++` is `post++`.
    Unary,
    /// `target = value`.
    Assign,
    /// `target += value`; the text is the operator, `+=`.
    Update,
    /// `condition ? then : else`: condition, then, else.
    Conditional,
    /// `[a, b]` and comprehensions that make a list: elements.
    List,
    /// `(a, b)`: elements.
    Tuple,
    /// A set: elements.
    Set,
    /// A dictionary, hash, object literal or block of keys and values: Pair, Spread, Function (a method) ...
    Dict,
    /// `key: value`: key (a Name where the language allows a bare word), value.
    Pair,
    /// A cast: Type, value.
    Cast,
    /// `await x`: value.
    Await,
    /// `yield x`: value or Nothing; the text tells `yield` from `yield from`.
    Yield,
    /// An element of XML in code: name, Attributes (each a Pair, Spread or other), then children.
    Element,
    /// Attributes of an Element.
    Attributes,
    /// Text between elements.
    Text,
    /// `a..b`, `a:b:c`: parts, Nothing for absent ones.
    Slice,
    /// A comprehension's or query's `for x in y if z`: pattern, iterated, conditions.
    Generator,

    // --- definitions
    /// Functions, methods, lambdas, arrow functions: Modifiers, Name or Nothing, Parameters, return Type or Nothing, Block or Nothing.
    Function,
    /// Parameters of a function.
    Parameters,
    /// A parameter: Name or pattern, Type or Nothing, default or Nothing, Modifiers or Nothing. The text is `*`, `**`, `...` for variadic
    /// ones.
    Parameter,
    /// Class, interface, struct, trait, enum, impl: Modifiers, Name or Nothing, Parents, Block. The text is the keyword (`class`).
    Class,
    /// What a class extends and implements.
    Parents,
    /// Decorators, annotations, attributes and keywords such as `public`: Decorator or Name.
    Modifiers,
    /// `@name(arguments)`: the expression (Name, Attribute or Call).
    Decorator,
    /// A variable, constant or field that is declared: Modifiers, target, Type or Nothing, value or Nothing. The text is the keyword (`const`).
    Variable,
    /// A type that is more than a name: the text is its shape (`[]`, `*`, `<>`, `?`), children are its parts.
    Type,
    /// One thing that is imported: module (Str, Name or Attribute), Name of what is taken from it or Nothing for the module itself (`*` for all),
    /// Name of the alias or Nothing. Several things in one statement are several nodes.
    Import,
    /// `package x;`, `namespace x`: name, Block or Nothing.
    Package,

    // --- statements
    /// Statements in order.
    Block,
    /// condition, then Block, else Block or Nothing. `elif` is an If in the else Block.
    If,
    /// condition, Block.
    While,
    /// Block, condition.
    DoWhile,
    /// initial, condition, step, Block.
    For,
    /// target, iterated, Block.
    ForEach,
    /// `return`, `raise`, `throw`, `break`, `continue`, `del`, `assert`, `global`, `goto`, `defer`, `go`, `echo`, `print` ...: the text is the word, children its operands.
    Word,
    /// Block, then Catch nodes, an Else and a Finally as they are.
    Try,
    /// Type or Nothing, Name or Nothing, Block.
    Catch,
    /// Block.
    Finally,
    /// Block of a loop's or a try's `else`.
    Else,
    /// `with a as b`, `using (x)`: resources (Assign for `a as b`: target b, value a), then Block.
    With,
    /// subject or Nothing, then Case nodes.
    Switch,
    /// patterns, then Block. `default` has no pattern.
    Case,
    /// A label and its statement: Name, statement.
    Label,

    // --- configuration
    /// HCL: `type "label" {}`: Name, labels (Str), Block. The text is the type.
    Section,
    /// A Dockerfile's instruction: operands. The text is the keyword in upper case.
    Instruction,

    /// Anything else: named children of the grammar's node; the text is the grammar's name for it.
    Other,

    // --- only in patterns
    /// `$X`; the text is the name with its `$`.
    Meta,
    /// `$...X`; the text is the name with its `$...`.
    MetaRest,
    /// `...`.
    Ellipsis,
    /// `<... x ...>`: the expression.
    Deep,
    /// `($X : Type)`: Meta, Type.
    Typed,
}

impl Kind {
    /// Whether a node of this kind is a value, and so something that `$X` alone may stand for.
    pub const fn is_expression(self) -> bool {
        (self as u8 >= Self::Name as u8
            && self as u8 <= Self::Slice as u8
            && !matches!(
                self,
                Self::Arguments
                    | Self::Keyword
                    | Self::Attributes
                    | Self::Text
                    | Self::Spread
                    | Self::Pair
            ))
            || matches!(self, Self::Function | Self::Other)
    }
}
