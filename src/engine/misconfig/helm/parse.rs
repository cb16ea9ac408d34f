//! Go templates to trees: texts, actions and blocks, with the line of each. Knows no function and no value.

use super::heap::Why;
use std::ops::Range;

/// Deepest nesting of blocks and of brackets.
const MAX_DEPTH: usize = 60;

/// A piece of a template.
#[derive(Debug, Clone, PartialEq)]
pub enum Node {
    /// Text as it stands, bytes of the template.
    Text(Range<usize>),
    /// `{{ pipeline }}`, with its line.
    Action(Pipe, u32),
    /// `{{ if }}` and `{{ with }}`: each condition with its body, the last without one.
    If {
        /// Whether the value becomes the dot.
        with: bool,
        /// Conditions and bodies, in order.
        branches: Vec<(Option<Pipe>, Vec<Self>)>,
    },
    /// `{{ range }}`, its body and what is rendered when there is nothing.
    Range(Pipe, Vec<Self>, Vec<Self>),
    /// `{{ template }}`: a name and what it is given.
    Template(Expr, Option<Pipe>, u32),
    /// `{{ break }}`
    Break,
    /// `{{ continue }}`
    Continue,
}

/// Commands, each given what the one before came to; perhaps kept under names.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Pipe {
    /// Names it is kept under.
    pub names: Vec<String>,
    /// Whether these are new.
    pub declares: bool,
    /// Commands.
    pub commands: Vec<Vec<Expr>>,
}

/// A part of a command.
#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    /// `.` and `.a.b`.
    Field(Vec<String>),
    /// `$x` and `$x.a.b`.
    Variable(String, Vec<String>),
    /// `(pipeline)` and `(pipeline).a`.
    Inner(Pipe, Vec<String>),
    /// A function.
    Name(String),
    /// Text.
    Text(String),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// A truth value.
    Bool(bool),
    /// `nil`
    Nil,
}

/// A template: its body and the templates that it defines.
#[derive(Debug, Default)]
pub struct Template {
    /// What it renders.
    pub body: Vec<Node>,
    /// Templates defined in it, by name.
    pub defined: Vec<(String, Vec<Node>)>,
}

/// Takes a template apart.
pub fn parse(text: &str) -> Result<Template, Why> {
    let pieces = pieces(text)?;
    let mut parser = Parser { pieces, at: 0, defined: Vec::new() };
    let (body, end) = parser.body(0)?;
    match end {
        None => Ok(Template { body, defined: parser.defined }),
        Some((word, line)) => Err(format!("line {line}: {word} without its beginning")),
    }
}

#[derive(Debug)]
enum Piece {
    Text(Range<usize>),
    Action(Vec<Token>, u32),
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Field(String),
    Variable(String),
    Word(String),
    Text(String),
    Number(String),
    Open,
    Close,
    Pipe,
    Declare,
    Assign,
    Comma,
    /// A dot behind a bracket or alone, and whether blanks stand before the token.
    Dot,
    Blank,
}

fn pieces(text: &str) -> Result<Vec<Piece>, Why> {
    let mut pieces = Vec::new();
    let (mut at, mut line, mut counted) = (0, 1u32, 0);
    let mut trim = false;
    loop {
        let open = text[at..].find("{{").map(|found| at + found);
        let mut range = at..open.unwrap_or(text.len());
        if trim {
            range.start += text[range.clone()].len() - text[range.clone()].trim_start().len();
        }
        let Some(open) = open else {
            pieces.push(Piece::Text(range));
            return Ok(pieces);
        };
        line += newlines(&text[counted..open]);
        counted = open;
        let mut inside = open + 2;
        let rest = &text[inside..];
        if rest.starts_with('-') && rest[1..].starts_with(char::is_whitespace) {
            range.end -= text[range.clone()].len() - text[range.clone()].trim_end().len();
            inside += 1;
        }
        pieces.push(Piece::Text(range));
        let unclosed = || format!("line {line}: an action has no end");
        let body = text[inside..].trim_start();
        if body.starts_with("/*") {
            let start = text.len() - body.len();
            let end = start + body.find("*/").ok_or_else(unclosed)? + 2;
            let close = end + text[end..].find("}}").ok_or_else(unclosed)?;
            trim = text[end..close].trim_start().starts_with('-');
            at = close + 2;
            continue;
        }
        let (tokens, end) = tokens(text, inside).map_err(|why| format!("line {line}: {why}"))?;
        trim = text[..end].ends_with("-}}");
        at = end;
        pieces.push(Piece::Action(tokens, line));
    }
}

fn newlines(text: &str) -> u32 {
    memchr::memchr_iter(b'\n', text.as_bytes()).count() as u32
}

/// Tokens of an action and where it ends.
fn tokens(text: &str, start: usize) -> Result<(Vec<Token>, usize), Why> {
    let mut tokens = Vec::new();
    let mut at = start;
    loop {
        let rest = &text[at..];
        let Some(first) = rest.chars().next() else {
            return Err("an action has no end".to_owned());
        };
        if rest.starts_with("}}") {
            return Ok((tokens, at + 2));
        }
        if rest.starts_with("-}}") {
            return Ok((tokens, at + 3));
        }
        if first.is_whitespace() {
            let blanks = rest.len() - rest.trim_start().len();
            at += blanks;
            tokens.push(Token::Blank);
            continue;
        }
        let word = |from: &str| {
            from.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(from.len())
        };
        let (token, length) = match first {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '|' => (Token::Pipe, 1),
            ',' => (Token::Comma, 1),
            ':' if rest.starts_with(":=") => (Token::Declare, 2),
            '=' => (Token::Assign, 1),
            '.' => match word(&rest[1..]) {
                0 => (Token::Dot, 1),
                length => (Token::Field(rest[1..=length].to_owned()), length + 1),
            },
            '$' => {
                let length = word(&rest[1..]);
                (Token::Variable(rest[1..=length].to_owned()), length + 1)
            }
            '`' => {
                let end = rest[1..].find('`').ok_or("a text has no end")?;
                (Token::Text(rest[1..=end].to_owned()), end + 2)
            }
            '"' => {
                let mut escaped = false;
                let end = rest[1..]
                    .bytes()
                    .position(|b| {
                        let ends = b == b'"' && !escaped;
                        escaped = b == b'\\' && !escaped;
                        ends
                    })
                    .ok_or("a text has no end")?;
                (Token::Text(unescaped(&rest[1..=end])), end + 2)
            }
            '0'..='9' | '-' | '+' => {
                let length = rest[1..]
                    .find(|c: char| !c.is_ascii_alphanumeric() && c != '.' && c != '_')
                    .map_or(rest.len(), |length| length + 1);
                (Token::Number(rest[..length].to_owned()), length)
            }
            c if c.is_alphabetic() || c == '_' => {
                let length = word(rest);
                (Token::Word(rest[..length].to_owned()), length)
            }
            c => return Err(format!("{c:?} is not understood")),
        };
        tokens.push(token);
        at += length;
    }
}

fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(c) = characters.next() {
        if c != '\\' {
            out.push(c);
            continue;
        }
        match characters.next() {
            Some('n') => out.push('\n'),
            Some('t') => out.push('\t'),
            Some('r') => out.push('\r'),
            Some(other) => out.push(other),
            None => {}
        }
    }
    out
}

struct Parser {
    pieces: Vec<Piece>,
    at: usize,
    defined: Vec<(String, Vec<Node>)>,
}

/// What ended a body: `end`, or `else` with what follows it.
type End = Option<(String, u32)>;

impl Parser {
    /// Nodes up to an `end` or `else`, which is left to be read by the caller when it is an `else`.
    fn body(&mut self, depth: usize) -> Result<(Vec<Node>, End), Why> {
        if depth > MAX_DEPTH {
            return Err("blocks are nested too deep".to_owned());
        }
        let mut nodes = Vec::new();
        while self.at < self.pieces.len() {
            let (tokens, line) = match &self.pieces[self.at] {
                Piece::Text(range) => {
                    nodes.push(Node::Text(range.clone()));
                    self.at += 1;
                    continue;
                }
                Piece::Action(tokens, line) => (tokens.clone(), *line),
            };
            let mut words = Words { tokens, at: 0, line };
            let keyword = words.keyword();
            if matches!(keyword.as_deref(), Some("end" | "else")) {
                return Ok((nodes, keyword.map(|word| (word, line))));
            }
            self.at += 1;
            let node = match keyword.as_deref() {
                Some("if") => self.branches(words, false, depth)?,
                Some("with") => self.branches(words, true, depth)?,
                Some("range") => {
                    let pipe = words.pipe(0)?;
                    let (body, end) = self.body(depth + 1)?;
                    let other = match end {
                        Some((word, _)) if word == "else" => {
                            self.at += 1;
                            self.closed(depth)?
                        }
                        end => {
                            self.end(end, line)?;
                            Vec::new()
                        }
                    };
                    Node::Range(pipe, body, other)
                }
                Some(word @ ("define" | "block")) => {
                    let Some(Token::Text(name)) = words.next() else {
                        return Err(words.wrong("a name is missing"));
                    };
                    let is_block = word == "block";
                    let given = if is_block { Some(words.pipe(0)?) } else { None };
                    let body = self.closed(depth)?;
                    self.defined.push((name.clone(), body));
                    if !is_block {
                        continue;
                    }
                    Node::Template(Expr::Text(name), given, line)
                }
                Some("template") => {
                    let name = words.operand(0)?.ok_or_else(|| words.wrong("a name is missing"))?;
                    let given = if words.is_done() { None } else { Some(words.pipe(0)?) };
                    Node::Template(name, given, line)
                }
                Some("break") => Node::Break,
                Some("continue") => Node::Continue,
                _ if words.is_done() => continue,
                _ => Node::Action(words.pipe(0)?, line),
            };
            nodes.push(node);
        }
        Ok((nodes, None))
    }

    /// A body that ends with `end`.
    fn closed(&mut self, depth: usize) -> Result<Vec<Node>, Why> {
        let (body, end) = self.body(depth + 1)?;
        self.end(end, 0)?;
        Ok(body)
    }

    fn end(&mut self, end: End, line: u32) -> Result<(), Why> {
        self.at += 1;
        match end {
            Some((word, _)) if word == "end" => Ok(()),
            _ => Err(format!("line {line}: a block has no end")),
        }
    }

    fn branches(&mut self, mut words: Words, with: bool, depth: usize) -> Result<Node, Why> {
        let line = words.line;
        let mut branches = Vec::new();
        let mut condition = Some(words.pipe(0)?);
        loop {
            let (body, end) = self.body(depth + 1)?;
            let is_last = condition.is_none();
            branches.push((condition, body));
            let Some((word, _)) = end else {
                return Err(format!("line {line}: a block has no end"));
            };
            if word == "end" || is_last {
                self.end(Some((word, line)), line)?;
                return Ok(Node::If { with, branches });
            }
            let Some(Piece::Action(tokens, line)) = self.pieces.get(self.at) else {
                return Err(format!("line {line}: a block has no end"));
            };
            let mut words = Words { tokens: tokens.clone(), at: 0, line: *line };
            self.at += 1;
            words.keyword();
            condition = match words.keyword().as_deref() {
                None if words.is_done() => None,
                Some("if" | "with") => Some(words.pipe(0)?),
                _ => return Err(words.wrong("what follows else is not understood")),
            };
        }
    }
}

/// Words of the language.
const KEYWORDS: &[&str] =
    &["if", "else", "end", "range", "with", "define", "block", "template", "break", "continue"];

struct Words {
    tokens: Vec<Token>,
    at: usize,
    line: u32,
}

impl Words {
    fn wrong(&self, why: &str) -> Why {
        format!("line {}: {why}", self.line)
    }

    fn skip(&mut self) {
        while self.tokens.get(self.at) == Some(&Token::Blank) {
            self.at += 1;
        }
    }

    fn is_done(&mut self) -> bool {
        self.skip();
        self.at >= self.tokens.len()
    }

    fn next(&mut self) -> Option<Token> {
        self.skip();
        self.at += 1;
        self.tokens.get(self.at - 1).cloned()
    }

    fn peek(&mut self) -> Option<&Token> {
        self.skip();
        self.tokens.get(self.at)
    }

    fn keyword(&mut self) -> Option<String> {
        match self.peek() {
            Some(Token::Word(word)) if KEYWORDS.contains(&word.as_str()) => {
                let word = word.clone();
                self.at += 1;
                Some(word)
            }
            _ => None,
        }
    }

    fn pipe(&mut self, depth: usize) -> Result<Pipe, Why> {
        if depth > MAX_DEPTH {
            return Err(self.wrong("brackets are nested too deep"));
        }
        let mut pipe = Pipe::default();
        let start = self.at;
        // `$a, $b :=` and `$a =`.
        while let Some(Token::Variable(name)) = self.peek().cloned() {
            self.at += 1;
            pipe.names.push(name);
            match self.peek() {
                Some(Token::Comma) => self.at += 1,
                Some(Token::Declare | Token::Assign) => break,
                _ => {
                    pipe.names.clear();
                    break;
                }
            }
        }
        match self.peek().cloned() {
            Some(token @ (Token::Declare | Token::Assign)) if !pipe.names.is_empty() => {
                pipe.declares = token == Token::Declare;
                self.at += 1;
            }
            _ => {
                pipe.names.clear();
                self.at = start;
            }
        }
        let mut command = Vec::new();
        loop {
            match self.peek() {
                Some(Token::Pipe) => {
                    self.at += 1;
                    if command.is_empty() {
                        return Err(self.wrong("a command is missing"));
                    }
                    pipe.commands.push(std::mem::take(&mut command));
                }
                None | Some(Token::Close) => break,
                _ => match self.operand(depth)? {
                    Some(operand) => command.push(operand),
                    None => return Err(self.wrong("an action is not understood")),
                },
            }
        }
        if command.is_empty() {
            return Err(self.wrong("a command is missing"));
        }
        pipe.commands.push(command);
        Ok(pipe)
    }

    fn operand(&mut self, depth: usize) -> Result<Option<Expr>, Why> {
        let expr = match self.next() {
            Some(Token::Dot) => Expr::Field(Vec::new()),
            Some(Token::Field(name)) => {
                let mut fields = vec![name];
                fields.extend(self.fields());
                return Ok(Some(Expr::Field(fields)));
            }
            Some(Token::Variable(name)) => {
                let fields = self.fields();
                return Ok(Some(Expr::Variable(name, fields)));
            }
            Some(Token::Open) => {
                let inner = self.pipe(depth + 1)?;
                if self.next() != Some(Token::Close) {
                    return Err(self.wrong("a bracket is not closed"));
                }
                let fields = self.fields();
                return Ok(Some(Expr::Inner(inner, fields)));
            }
            Some(Token::Text(text)) => Expr::Text(text),
            Some(Token::Number(number)) => {
                let plain = number.replace('_', "");
                let hex =
                    plain.strip_prefix("0x").and_then(|hex| i64::from_str_radix(hex, 16).ok());
                let octal =
                    plain.strip_prefix("0o").and_then(|oct| i64::from_str_radix(oct, 8).ok());
                match (hex.or(octal).or_else(|| plain.parse().ok()), plain.parse()) {
                    (Some(number), _) => Expr::Int(number),
                    (None, Ok(number)) => Expr::Float(number),
                    _ => return Err(self.wrong("a number is not understood")),
                }
            }
            Some(Token::Word(word)) => match word.as_str() {
                "true" => Expr::Bool(true),
                "false" => Expr::Bool(false),
                "nil" => Expr::Nil,
                _ => Expr::Name(word),
            },
            _ => return Ok(None),
        };
        Ok(Some(expr))
    }

    /// Fields that follow without a blank.
    fn fields(&mut self) -> Vec<String> {
        let mut fields = Vec::new();
        while let Some(Token::Field(name)) = self.tokens.get(self.at) {
            fields.push(name.clone());
            self.at += 1;
        }
        fields
    }
}
