//! Expressions of workflows, what stands between `${{` and `}}`: read into a tree, and asked which contexts their value may hold. Bounded
//! in length, depth and size. Knows no context by name.

/// Longest expression that is read, bytes.
const MAX_BYTES: usize = 8 << 10;
/// Deepest nesting of brackets and functions.
const MAX_DEPTH: usize = 40;
/// Most parts of one expression.
const MAX_PARTS: usize = 600;

/// An expression.
#[derive(Debug, Clone, PartialEq)]
pub enum Expression {
    /// A text, number, truth value or `null`.
    Literal(Literal),
    /// A context and what is taken from it: `github.event.issue.title`.
    Context(Vec<Part>),
    /// A function and its arguments; the name in lower case.
    Call(String, Vec<Self>),
    /// Something taken from the result of an expression: `fromJSON(a).b`.
    Taken(Box<Self>, Vec<Part>),
    /// `!a`.
    Not(Box<Self>),
    /// Two expressions and what is between them.
    Pair(Operator, Box<Self>, Box<Self>),
}

/// A value that is written out.
#[derive(Debug, Clone, PartialEq)]
pub enum Literal {
    /// Text in single quotes.
    Text(String),
    /// A number.
    Number(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `null`.
    Null,
}

impl Literal {
    /// Whether a condition takes it for no.
    pub fn is_falsy(&self) -> bool {
        match self {
            Self::Text(text) => text.is_empty(),
            Self::Number(number) => *number == 0.0,
            Self::Bool(truth) => !truth,
            Self::Null => true,
        }
    }
}

/// A step into a context.
#[derive(Debug, Clone, PartialEq)]
pub enum Part {
    /// A name, in lower case, also where it is written as `['name']`.
    Name(String),
    /// Anything: `*`, or an index that is worked out.
    Any(Option<Box<Expression>>),
}

/// What is between two expressions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `||`
    Or,
    /// `&&`
    And,
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`, `<=`, `>`, `>=`
    Order,
}

/// Reads an expression; none when it is none, or out of bounds.
pub fn parse(text: &str) -> Option<Expression> {
    if text.len() > MAX_BYTES {
        return None;
    }
    let mut reader = Reader { text: text.as_bytes(), at: 0, depth: 0, parts: 0 };
    let expression = reader.level(0)?;
    reader.blanks();
    (reader.at == reader.text.len()).then_some(expression)
}

struct Reader<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
    parts: usize,
}

/// Operators by how weakly they bind; a longer one stands before its beginning.
const LEVELS: &[&[(&str, Operator)]] = &[
    &[("||", Operator::Or)],
    &[("&&", Operator::And)],
    &[("==", Operator::Equal), ("!=", Operator::Unequal)],
    &[
        ("<=", Operator::Order),
        (">=", Operator::Order),
        ("<", Operator::Order),
        (">", Operator::Order),
    ],
];

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }

    fn takes(&mut self, sign: &str) -> bool {
        self.blanks();
        let found = self.text[self.at..].starts_with(sign.as_bytes());
        self.at += if found { sign.len() } else { 0 };
        found
    }

    fn counted(&mut self) -> Option<()> {
        self.parts += 1;
        (self.parts <= MAX_PARTS).then_some(())
    }

    fn level(&mut self, level: usize) -> Option<Expression> {
        let Some(operators) = LEVELS.get(level) else { return self.one() };
        let mut left = self.level(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(sign, _)| self.takes(sign)) {
            self.counted()?;
            let right = self.level(level + 1)?;
            left = Expression::Pair(*operator, Box::new(left), Box::new(right));
        }
        Some(left)
    }

    fn one(&mut self) -> Option<Expression> {
        self.counted()?;
        self.depth += 1;
        let found = if self.depth > MAX_DEPTH { None } else { self.simple() };
        self.depth -= 1;
        found
    }

    fn simple(&mut self) -> Option<Expression> {
        self.blanks();
        let found = match self.text.get(self.at)? {
            b'!' => {
                self.at += 1;
                return Some(Expression::Not(Box::new(self.one()?)));
            }
            b'(' => {
                self.at += 1;
                let inner = self.level(0)?;
                self.takes(")").then_some(inner)?
            }
            b'\'' => return self.quoted().map(|text| Expression::Literal(Literal::Text(text))),
            b'0'..=b'9' | b'+' | b'-' | b'.' => return self.number(),
            _ => {
                let name = self.name()?;
                if self.takes("(") {
                    Expression::Call(name, self.arguments()?)
                } else {
                    match name.as_str() {
                        "true" => return Some(Expression::Literal(Literal::Bool(true))),
                        "false" => return Some(Expression::Literal(Literal::Bool(false))),
                        "null" => return Some(Expression::Literal(Literal::Null)),
                        _ => Expression::Context(vec![Part::Name(name)]),
                    }
                }
            }
        };
        let parts = self.taken()?;
        Some(match found {
            found if parts.is_empty() => found,
            Expression::Context(mut path) => {
                path.extend(parts);
                Expression::Context(path)
            }
            other => Expression::Taken(Box::new(other), parts),
        })
    }

    fn arguments(&mut self) -> Option<Vec<Expression>> {
        let mut arguments = Vec::new();
        if self.takes(")") {
            return Some(arguments);
        }
        loop {
            arguments.push(self.level(0)?);
            if self.takes(")") {
                return Some(arguments);
            }
            self.takes(",").then_some(())?;
        }
    }

    /// `.name`, `.*`, `['name']`, `[expression]` behind something.
    fn taken(&mut self) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        loop {
            if self.takes(".") {
                parts.push(if self.takes("*") {
                    Part::Any(None)
                } else {
                    Part::Name(self.name()?)
                });
            } else if self.takes("[") {
                parts.push(if self.takes("*") {
                    Part::Any(None)
                } else {
                    match self.level(0)? {
                        Expression::Literal(Literal::Text(text)) => Part::Name(text.to_lowercase()),
                        other => Part::Any(Some(Box::new(other))),
                    }
                });
                self.takes("]").then_some(())?;
            } else {
                return Some(parts);
            }
            self.counted()?;
        }
    }

    fn name(&mut self) -> Option<String> {
        self.blanks();
        let rest = &self.text[self.at..];
        let starts = rest.first().is_some_and(|b| b.is_ascii_alphabetic() || *b == b'_');
        let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-');
        let length = rest.iter().take_while(|b| inside(b)).count();
        self.at += if starts { length } else { 0 };
        starts.then(|| String::from_utf8_lossy(&rest[..length]).to_lowercase())
    }

    fn quoted(&mut self) -> Option<String> {
        let mut text = Vec::new();
        self.at += 1;
        loop {
            match self.text.get(self.at..)? {
                [b'\'', b'\'', ..] => {
                    text.push(b'\'');
                    self.at += 2;
                }
                [b'\'', ..] => {
                    self.at += 1;
                    return String::from_utf8(text).ok();
                }
                [byte, ..] => {
                    text.push(*byte);
                    self.at += 1;
                }
                [] => return None,
            }
        }
    }

    fn number(&mut self) -> Option<Expression> {
        let rest = &self.text[self.at..];
        let inside = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.');
        let length = rest.iter().take_while(|b| inside(b)).count();
        let text = std::str::from_utf8(&rest[..length]).ok()?;
        let number = match text.strip_prefix("0x").map(|digits| i64::from_str_radix(digits, 16)) {
            Some(number) => number.ok()? as f64,
            None => text.parse().ok()?,
        };
        self.at += length;
        Some(Expression::Literal(Literal::Number(number)))
    }
}

/// Names with dots between them; `*` for what is worked out.
pub fn path(parts: &[Part]) -> String {
    let names: Vec<&str> = parts
        .iter()
        .map(|part| match part {
            Part::Name(name) => name.as_str(),
            Part::Any(_) => "*",
        })
        .collect();
    names.join(".")
}

impl Expression {
    /// Contexts whose text the value may hold. A comparison is true or false whatever it compares; `a && b` is `b` or empty; a whole
    /// context that is written out ends in `.*`.
    pub fn flows(&self) -> Vec<String> {
        let mut found = Vec::new();
        self.flow(false, &mut found);
        found
    }

    fn flow(&self, whole: bool, found: &mut Vec<String>) {
        match self {
            Self::Context(parts) => {
                let end = if whole { ".*" } else { "" };
                found.push(format!("{}{end}", path(parts)));
            }
            Self::Call(name, arguments) => {
                let whole = whole || name == "tojson";
                if matches!(name.as_str(), "tojson" | "fromjson" | "format" | "join") {
                    for one in arguments {
                        one.flow(whole, found);
                    }
                }
            }
            // Which part of the result it is nobody follows.
            Self::Taken(inner, _) => inner.flow(whole, found),
            Self::Pair(Operator::Or, left, right) => {
                left.flow(whole, found);
                right.flow(whole, found);
            }
            Self::Pair(Operator::And, _, right) => right.flow(whole, found),
            Self::Literal(_) | Self::Not(_) | Self::Pair(..) => {}
        }
    }

    /// Shows it and every expression in it, outermost first.
    pub fn each<'a>(&'a self, look: &mut dyn FnMut(&'a Self)) {
        look(self);
        match self {
            Self::Literal(_) => {}
            Self::Context(parts) => inside(parts, look),
            Self::Call(_, arguments) => {
                for one in arguments {
                    one.each(look);
                }
            }
            Self::Taken(inner, parts) => {
                inner.each(look);
                inside(parts, look);
            }
            Self::Not(inner) => inner.each(look),
            Self::Pair(_, left, right) => {
                left.each(look);
                right.each(look);
            }
        }
    }

    /// The path, if it is a context and nothing else.
    pub fn context(&self) -> Option<String> {
        match self {
            Self::Context(parts) => Some(path(parts)),
            _ => None,
        }
    }

    /// The text, if it is one that is written out.
    pub fn literal(&self) -> Option<&str> {
        match self {
            Self::Literal(Literal::Text(text)) => Some(text),
            _ => None,
        }
    }
}

fn inside<'a>(parts: &'a [Part], look: &mut dyn FnMut(&'a Expression)) {
    for part in parts {
        if let Part::Any(Some(index)) = part {
            index.each(look);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contexts_that_flow_into_the_value_are_told_from_those_that_only_decide() {
        for (text, expected) in [
            ("github.event.issue.title", vec!["github.event.issue.title"]),
            (" GitHub.Head_Ref ", vec!["github.head_ref"]),
            ("github['event']['issue'].title", vec!["github.event.issue.title"]),
            ("github.event.commits[0].message", vec!["github.event.commits.*.message"]),
            ("github.event.commits.*.message", vec!["github.event.commits.*.message"]),
            ("a == 'x' && b || c", vec!["b", "c"]),
            ("contains(a, 'x')", vec![]),
            ("format('{0}-{1}', a, b.c)", vec!["a", "b.c"]),
            ("toJSON(github.event)", vec!["github.event.*"]),
            ("fromJSON(steps.a.outputs.b).c", vec!["steps.a.outputs.b"]),
            ("!a", vec![]),
            ("(a || 'it''s')", vec!["a"]),
            ("secrets[format('{0}', a)]", vec!["secrets.*"]),
            ("a <= 0x1F || -1.5e3", vec![]),
            ("hashFiles('**/x')", vec![]),
        ] {
            let expression = parse(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(expression.flows(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_expression_is_refused() {
        let deep = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
        let long = format!("a{}", "||a".repeat(2600));
        for text in ["", "a b", "a.", "a[", "f(", "f(a,", "'a", "\"a\"", "a ==", "1x", &deep, &long]
        {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn and_binds_closer_than_or() {
        let Some(Expression::Pair(Operator::Or, left, _)) = parse("a && b || c") else {
            panic!("no or")
        };
        assert!(matches!(*left, Expression::Pair(Operator::And, ..)));
    }
}
