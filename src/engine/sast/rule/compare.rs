//! Expressions of `metavariable-comparison`: a small part of Python's.

use crate::engine::sast::matching::literal::number;
use crate::engine::sast::regular::Regular;

/// An expression.
#[derive(Debug)]
pub enum Expression {
    /// `$X`, with the quotes taken off (`strip`), read in a base.
    Meta(String, bool, Option<i64>),
    /// A literal.
    Constant(Value),
    /// A list.
    List(Vec<Self>),
    /// Operator and operands.
    Operation(String, Vec<Self>),
    /// `re.match(pattern, x)`.
    Match(Box<Regular>, Box<Self>),
    /// `str`, `int`, `len`, `lower` ...
    Call(String, Vec<Self>),
}

/// What an expression comes to.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// True or false.
    Bool(bool),
    /// A list.
    List(Vec<Self>),
}

impl Expression {
    /// Reads an expression.
    pub fn read(
        text: &str,
        meta: Option<&str>,
        strip: bool,
        base: Option<i64>,
    ) -> Result<Self, String> {
        let tokens = tokens(text)?;
        let mut reader = Reader { tokens, at: 0, meta: meta.map(str::to_owned), strip, base };
        let read = reader.level(0)?;
        if reader.at < reader.tokens.len() {
            return Err(format!("`{}` is not expected", reader.tokens[reader.at]));
        }
        Ok(read)
    }

    /// What it comes to; `None` when something in it has no value. `of` gives what a metavariable stands for.
    pub fn value(&self, of: &dyn Fn(&str) -> Option<String>) -> Option<Value> {
        Some(match self {
            Self::Meta(name, strip, base) => {
                let text = of(name)?;
                let bare = text.trim_matches(['"', '\'', '`']);
                let text = if *strip { bare } else { &text };
                parsed(text, *base)
            }
            Self::Constant(value) => value.clone(),
            Self::List(items) => {
                Value::List(items.iter().map(|item| item.value(of)).collect::<Option<_>>()?)
            }
            Self::Match(regex, inner) => {
                let text = text_of(&inner.value(of)?);
                Value::Bool(regex.is_match_at_start(&text)?)
            }
            Self::Call(name, inner) => {
                call(name, &inner.iter().map(|one| one.value(of)).collect::<Option<Vec<_>>>()?)?
            }
            Self::Operation(sign, inner) => return operation(sign, inner, of),
        })
    }

    /// Whether it is true; not, when it has no value.
    pub fn holds(&self, of: &dyn Fn(&str) -> Option<String>) -> bool {
        self.value(of).is_some_and(|value| truth(&value))
    }
}

fn parsed(text: &str, base: Option<i64>) -> Value {
    let plain = text.trim();
    match plain {
        "True" | "true" => return Value::Bool(true),
        "False" | "false" => return Value::Bool(false),
        _ => {}
    }
    if let Some(base) =
        base.and_then(|base| u32::try_from(base).ok()).filter(|base| (2..=36).contains(base))
    {
        let digits =
            plain.trim_start_matches("0o").trim_start_matches("0x").trim_start_matches("0b");
        if let Ok(value) = i64::from_str_radix(digits, base) {
            return Value::Number(value as f64);
        }
    }
    let suffix = plain.trim_end_matches(['l', 'L', 'u', 'U', 'f', 'F', 'd', 'D']);
    let candidate = if suffix.is_empty() || plain.starts_with("0x") { plain } else { suffix };
    match number(candidate).parse::<f64>() {
        Ok(value) if candidate.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c)) => {
            Value::Number(value)
        }
        _ => Value::Text(text.to_owned()),
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Bool(yes) => if *yes { "True" } else { "False" }.to_owned(),
        Value::List(_) => String::new(),
    }
}

fn truth(value: &Value) -> bool {
    match value {
        Value::Bool(yes) => *yes,
        Value::Number(number) => *number != 0.0,
        Value::Text(text) => !text.is_empty(),
        Value::List(items) => !items.is_empty(),
    }
}

fn call(name: &str, values: &[Value]) -> Option<Value> {
    let first = values.first()?;
    Some(match name {
        "str" => Value::Text(text_of(first)),
        "int" | "float" => match first {
            Value::Number(number) => Value::Number(*number),
            Value::Text(text) => Value::Number(text.trim().parse().ok()?),
            _ => return None,
        },
        "len" => match first {
            Value::Text(text) => Value::Number(text.chars().count() as f64),
            Value::List(items) => Value::Number(items.len() as f64),
            _ => return None,
        },
        "lower" => Value::Text(text_of(first).to_lowercase()),
        "upper" => Value::Text(text_of(first).to_uppercase()),
        "strip" => Value::Text(text_of(first).trim().to_owned()),
        "abs" => match first {
            Value::Number(number) => Value::Number(number.abs()),
            _ => return None,
        },
        _ => return None,
    })
}

fn operation(
    sign: &str,
    inner: &[Expression],
    of: &dyn Fn(&str) -> Option<String>,
) -> Option<Value> {
    let left = inner.first()?.value(of);
    match sign {
        "and" => return Some(Value::Bool(truth(&left?) && truth(&inner.get(1)?.value(of)?))),
        "or" => {
            let left = left.is_some_and(|left| truth(&left));
            return Some(Value::Bool(left || truth(&inner.get(1)?.value(of)?)));
        }
        "not" => return Some(Value::Bool(!truth(&left?))),
        _ => {}
    }
    let left = left?;
    let Some(right) = inner.get(1) else {
        return match (sign, left) {
            ("-", Value::Number(number)) => Some(Value::Number(-number)),
            ("+", value) => Some(value),
            ("~", Value::Number(number)) => Some(Value::Number(!(number as i64) as f64)),
            _ => None,
        };
    };
    let right = right.value(of)?;
    let found = |list: &Value, one: &Value| match list {
        Value::List(items) => Some(items.contains(one)),
        Value::Text(text) => Some(text.contains(&text_of(one))),
        _ => None,
    };
    Some(match (sign, &left, &right) {
        ("in", one, list) => Value::Bool(found(list, one)?),
        ("not in", one, list) => Value::Bool(!found(list, one)?),
        ("==", a, b) => Value::Bool(a == b),
        ("!=", a, b) => Value::Bool(a != b),
        (sign, Value::Number(a), Value::Number(b)) => match sign {
            "<" => Value::Bool(a < b),
            "<=" => Value::Bool(a <= b),
            ">" => Value::Bool(a > b),
            ">=" => Value::Bool(a >= b),
            "+" => Value::Number(a + b),
            "-" => Value::Number(a - b),
            "*" => Value::Number(a * b),
            "/" => Value::Number(a / b),
            "//" => Value::Number((a / b).floor()),
            "%" => Value::Number(a.rem_euclid(*b)),
            "**" => Value::Number(a.powf(*b)),
            "&" => Value::Number(((*a as i64) & (*b as i64)) as f64),
            "|" => Value::Number(((*a as i64) | (*b as i64)) as f64),
            "^" => Value::Number(((*a as i64) ^ (*b as i64)) as f64),
            _ => return None,
        },
        (sign, Value::Text(a), Value::Text(b)) => match sign {
            "<" => Value::Bool(a < b),
            "<=" => Value::Bool(a <= b),
            ">" => Value::Bool(a > b),
            ">=" => Value::Bool(a >= b),
            "+" => Value::Text(format!("{a}{b}")),
            _ => return None,
        },
        _ => return None,
    })
}

struct Reader {
    tokens: Vec<String>,
    at: usize,
    meta: Option<String>,
    strip: bool,
    base: Option<i64>,
}

/// Operators from the loosest to the tightest.
const LEVELS: &[&[&str]] = &[
    &["or"],
    &["and"],
    &["not"],
    &["==", "!=", "<", "<=", ">", ">=", "in", "not in"],
    &["|"],
    &["^"],
    &["&"],
    &["+", "-"],
    &["*", "/", "//", "%"],
    &["**"],
];

impl Reader {
    fn next(&self) -> &str {
        self.tokens.get(self.at).map_or("", String::as_str)
    }

    fn take(&mut self, token: &str) -> bool {
        let here = self.next() == token;
        self.at += usize::from(here);
        here
    }

    fn level(&mut self, level: usize) -> Result<Expression, String> {
        let Some(signs) = LEVELS.get(level) else { return self.operand() };
        if self.at > 2000 {
            return Err("too long".to_owned());
        }
        if signs == &["not"] {
            if self.take("not") {
                return Ok(Expression::Operation("not".to_owned(), vec![self.level(level)?]));
            }
            return self.level(level + 1);
        }
        let mut left = self.level(level + 1)?;
        loop {
            let mut sign = self.next().to_owned();
            if sign == "not"
                && self.tokens.get(self.at + 1).is_some_and(|next| next == "in")
                && signs.contains(&"in")
            {
                self.at += 1;
                "not in".clone_into(&mut sign);
            }
            if !signs.contains(&sign.as_str()) {
                return Ok(left);
            }
            self.at += 1;
            let right = self.level(level + 1)?;
            left = Expression::Operation(sign, vec![left, right]);
        }
    }

    fn operand(&mut self) -> Result<Expression, String> {
        let token = self.next().to_owned();
        self.at += 1;
        let mut read = match token.as_str() {
            "" => return Err("it ends too soon".to_owned()),
            "-" | "+" | "~" => return Ok(Expression::Operation(token, vec![self.operand()?])),
            "(" => {
                let inner = self.level(0)?;
                if !self.take(")") {
                    return Err("`)` is missing".to_owned());
                }
                inner
            }
            "[" => Expression::List(self.list("]")?),
            "True" | "true" => Expression::Constant(Value::Bool(true)),
            "False" | "false" => Expression::Constant(Value::Bool(false)),
            _ if token.starts_with('$') => {
                let is_named = self.meta.as_ref().is_none_or(|meta| *meta == token);
                let (strip, base) = if is_named { (self.strip, self.base) } else { (false, None) };
                Expression::Meta(token, strip, base)
            }
            _ if token.starts_with(['"', '\'']) => {
                Expression::Constant(Value::Text(token[1..token.len() - 1].to_owned()))
            }
            _ if token.starts_with(|c: char| c.is_ascii_digit()) => {
                let value =
                    number(&token).parse().map_err(|_| format!("`{token}` is no number"))?;
                Expression::Constant(Value::Number(value))
            }
            "re.match" | "re.search" | "re.fullmatch" => {
                if !self.take("(") {
                    return Err("`(` is missing".to_owned());
                }
                let mut inner = self.list(")")?;
                if inner.len() < 2 {
                    return Err(format!("{token} takes a pattern and a text"));
                }
                let (pattern, subject) = (inner.remove(0), inner.remove(0));
                let Expression::Constant(Value::Text(pattern)) = pattern else {
                    return Err(format!("{token} takes a literal pattern"));
                };
                Expression::Match(Box::new(Regular::anchored(&pattern)?), Box::new(subject))
            }
            _ => {
                if !self.take("(") {
                    return Err(format!("`{token}` is not known"));
                }
                if !matches!(token.as_str(), "str" | "int" | "float" | "len" | "abs") {
                    return Err(format!("function {token} is not supported"));
                }
                Expression::Call(token, self.list(")")?)
            }
        };
        while let Some(method) = self.next().strip_prefix('.').map(str::to_owned) {
            self.at += 1;
            if !self.take("(") || !matches!(method.as_str(), "lower" | "upper" | "strip") {
                return Err(format!("method {method} is not supported"));
            }
            self.list(")")?;
            read = Expression::Call(method, vec![read]);
        }
        Ok(read)
    }

    fn list(&mut self, close: &str) -> Result<Vec<Expression>, String> {
        let mut items = Vec::new();
        while !self.take(close) {
            items.push(self.level(0)?);
            if !self.take(",") && self.next() != close {
                return Err(format!("`{close}` is missing"));
            }
        }
        Ok(items)
    }
}

fn tokens(text: &str) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    let chars: Vec<char> = text.chars().collect();
    let mut at = 0;
    while at < chars.len() {
        let c = chars[at];
        let from = at;
        if c.is_whitespace() {
            at += 1;
            continue;
        }
        if (c == 'r' || c == 'f') && matches!(chars.get(at + 1), Some('"' | '\'')) {
            at += 1;
            continue;
        }
        if c == '"' || c == '\'' {
            at += 1;
            while chars.get(at).is_some_and(|next| *next != c) {
                at += if chars[at] == '\\' { 2 } else { 1 };
            }
            if at >= chars.len() {
                return Err("a text has no end".to_owned());
            }
            at += 1;
        } else if c.is_alphanumeric() || c == '_' || c == '$' {
            let is_number = c.is_ascii_digit();
            if chars[at..].starts_with(&['$', '.', '.', '.']) {
                at += 4;
            }
            while chars.get(at).is_some_and(|next| {
                next.is_alphanumeric()
                    || *next == '_'
                    || *next == '$'
                    || (*next == '.'
                        && (is_number || chars[from..at].iter().collect::<String>() == "re"))
            }) {
                at += 1;
            }
        } else if c == '.' {
            at += 1;
            while chars.get(at).is_some_and(|next| next.is_alphanumeric() || *next == '_') {
                at += 1;
            }
        } else {
            let two: String = chars[at..(at + 2).min(chars.len())].iter().collect();
            at +=
                if matches!(two.as_str(), "==" | "!=" | "<=" | ">=" | "**" | "//") { 2 } else { 1 };
        }
        found.push(chars[from..at].iter().collect());
    }
    Ok(found)
}
