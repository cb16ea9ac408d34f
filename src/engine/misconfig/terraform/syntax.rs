//! What a Terraform file says, before anything is worked out: blocks, attributes, expressions, each with its bytes.

use std::ops::Range;

/// What stands between the braces of a block, or in a file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Body {
    /// `name = value`, in the order of the text.
    pub attributes: Vec<Attribute>,
    /// Nested blocks, in the order of the text.
    pub blocks: Vec<Block>,
}

/// `name = value`.
#[derive(Debug, Clone, PartialEq)]
pub struct Attribute {
    /// Its name.
    pub name: String,
    /// The bytes of the name.
    pub name_range: Range<usize>,
    /// Its value.
    pub value: Expression,
}

/// `kind "label" "label" { … }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Block {
    /// The first word.
    pub kind: String,
    /// What stands between it and the brace.
    pub labels: Vec<String>,
    /// From the first word to the last label.
    pub head: Range<usize>,
    /// All of it.
    pub range: Range<usize>,
    /// What it says.
    pub body: Body,
}

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub struct Expression {
    /// Its bytes.
    pub range: Range<usize>,
    /// How deep it nests; bounded, so that walking it is.
    pub height: u16,
    /// What it is.
    pub node: Node,
}

/// Kinds of expressions.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// Text with expressions in it.
    Template(Vec<Part>),
    /// `[a, b]`.
    List(Vec<Expression>),
    /// `{a = b}`. A name without quotes is a text.
    Object(Vec<(Expression, Expression)>),
    /// A bare name: `var`, `each`, a type of resources.
    Name(String),
    /// Something of a value: `a.b[0].c`, `a[*].b`.
    Path(Box<Expression>, Vec<Step>),
    /// `name(arguments)`; whether the last one is spread by `...`.
    Call(String, Vec<Expression>, bool),
    /// `!a`, `-a`.
    Unary(u8, Box<Expression>),
    /// `a + b`.
    Binary(Operator, Box<Expression>, Box<Expression>),
    /// `a ? b : c`.
    Conditional(Box<[Expression; 3]>),
    /// `[for …]`, `{for …}`.
    For(Box<For>),
    /// Something that is understood and not worked out.
    Opaque,
}

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// Text, with the byte it begins at.
    Text(String, usize),
    /// `${…}`.
    Value(Expression),
    /// `%{…}`: what the text is depends on it.
    Directive,
}

impl Part {
    fn value(&self) -> Option<&Expression> {
        match self {
            Self::Value(value) => Some(value),
            Self::Text(..) | Self::Directive => None,
        }
    }
}

/// One step into a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Step {
    /// `.name`.
    Name(String),
    /// `[index]`.
    Index(Expression),
    /// `[*]` or `.*`: what follows applies to each item.
    Splat,
}

impl Step {
    fn index(&self) -> Option<&Expression> {
        match self {
            Self::Index(index) => Some(index),
            Self::Name(_) | Self::Splat => None,
        }
    }
}

/// Operators with two sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `||`.
    Or,
    /// `&&`.
    And,
    /// `==`.
    Equal,
    /// `!=`.
    Unequal,
    /// `<`.
    Less,
    /// `<=`.
    LessOrEqual,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterOrEqual,
    /// `+`.
    Plus,
    /// `-`.
    Minus,
    /// `*`.
    Times,
    /// `/`.
    Over,
    /// `%`.
    Modulo,
}

/// Operators as they are written, with how strongly they bind. Longer spellings stand first.
pub const OPERATORS: &[(&str, Operator, u8)] = &[
    ("||", Operator::Or, 1),
    ("&&", Operator::And, 2),
    ("==", Operator::Equal, 3),
    ("!=", Operator::Unequal, 3),
    ("<=", Operator::LessOrEqual, 4),
    (">=", Operator::GreaterOrEqual, 4),
    ("<", Operator::Less, 4),
    (">", Operator::Greater, 4),
    ("+", Operator::Plus, 5),
    ("-", Operator::Minus, 5),
    ("*", Operator::Times, 6),
    ("/", Operator::Over, 6),
    ("%", Operator::Modulo, 6),
];

/// `for key, value in source : result` in brackets or braces.
#[derive(Debug, Clone, PartialEq)]
pub struct For {
    /// Name of the key or index, if it has one.
    pub key: Option<String>,
    /// Name of the value.
    pub value: String,
    /// What is gone through.
    pub source: Expression,
    /// Key of each result; only in braces.
    pub result_key: Option<Expression>,
    /// Each result.
    pub result: Expression,
    /// Which items count.
    pub condition: Option<Expression>,
    /// Results of equal keys are gathered in lists.
    pub grouped: bool,
}

impl Body {
    /// The expression of an attribute; of equal names the last.
    pub fn get(&self, name: &str) -> Option<&Expression> {
        self.attributes.iter().rev().find(|one| one.name == name).map(|one| &one.value)
    }
}

impl Node {
    /// The expressions that it consists of.
    pub fn inner(&self) -> Vec<&Expression> {
        match self {
            Self::Template(parts) => parts.iter().filter_map(Part::value).collect(),
            Self::List(items) | Self::Call(_, items, _) => items.iter().collect(),
            Self::Object(pairs) => pairs.iter().flat_map(|(key, value)| [key, value]).collect(),
            Self::Path(base, steps) => {
                std::iter::once(&**base).chain(steps.iter().filter_map(Step::index)).collect()
            }
            Self::Unary(_, inner) => vec![inner],
            Self::Binary(_, left, right) => vec![left, right],
            Self::Conditional(all) => all.iter().collect(),
            Self::For(all) => {
                let further = all.result_key.iter().chain(&all.condition);
                [&all.source, &all.result].into_iter().chain(further).collect()
            }
            Self::Null | Self::Bool(_) | Self::Number(_) | Self::Name(_) | Self::Opaque => {
                Vec::new()
            }
        }
    }
}

impl Expression {
    /// The text, where it is nothing but that.
    pub fn literal(&self) -> Option<&str> {
        match &self.node {
            Node::Template(parts) => match parts.as_slice() {
                [] => Some(""),
                [Part::Text(text, _)] => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    /// The largest height of what it consists of.
    pub fn inner_height(node: &Node) -> u16 {
        node.inner().into_iter().map(|one| one.height).max().unwrap_or(0)
    }

    /// Puts all of it at one place: what stands in a text of another notation has none of its own.
    pub fn place(&mut self, range: &Range<usize>) {
        self.range = range.clone();
        match &mut self.node {
            Node::Template(parts) => {
                for part in parts {
                    match part {
                        Part::Value(value) => value.place(range),
                        Part::Text(_, at) => *at = range.start,
                        Part::Directive => {}
                    }
                }
            }
            Node::List(items) | Node::Call(_, items, _) => {
                for item in items {
                    item.place(range);
                }
            }
            Node::Object(pairs) => pairs.iter_mut().for_each(|(key, value)| {
                key.place(range);
                value.place(range);
            }),
            Node::Path(base, steps) => {
                base.place(range);
                for step in steps {
                    if let Step::Index(index) = step {
                        index.place(range);
                    }
                }
            }
            Node::Unary(_, inner) => inner.place(range),
            Node::Binary(_, left, right) => {
                left.place(range);
                right.place(range);
            }
            Node::Conditional(all) => all.iter_mut().for_each(|one| one.place(range)),
            Node::For(all) => {
                all.source.place(range);
                all.result.place(range);
                all.result_key.iter_mut().chain(&mut all.condition).for_each(|e| e.place(range));
            }
            Node::Null | Node::Bool(_) | Node::Number(_) | Node::Name(_) | Node::Opaque => {}
        }
    }
}
