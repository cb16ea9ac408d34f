//! Reads the configuration language, as far as a text keeps to it: a block that is broken is left out and named, what stands around it is
//! kept. Everything is bounded: depth, size of expressions, how often the reading starts again.

use super::syntax::{Attribute, Block, Body, Expression, Node};
use std::ops::Range;

/// Deepest nesting of blocks and brackets.
const MAX_DEPTH: u32 = 48;

/// Highest expression.
const MAX_HEIGHT: u16 = 100;

/// Expressions of one file.
const MAX_NODES: usize = 400_000;

/// Mistakes after which the rest of a file is given up.
const MAX_FAULTS: usize = 16;

/// Why a text cannot be read further.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The byte it was noticed at.
    pub at: usize,
    /// What is wrong, in lower case.
    pub message: &'static str,
}

/// What a text holds.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Parsed {
    /// Whatever could be read.
    pub body: Body,
    /// What could not.
    pub faults: Vec<Fault>,
}

/// First words of blocks that a file consists of.
const TOP: &[&str] = &[
    "resource",
    "data",
    "module",
    "variable",
    "output",
    "locals",
    "provider",
    "terraform",
    "moved",
    "import",
    "check",
    "removed",
    "ephemeral",
];

/// Reads a file.
pub fn parse(text: &[u8]) -> Parsed {
    let mut parser = Parser::new(text);
    let mut parsed = Parsed::default();
    loop {
        parser.blank(true);
        if parser.peek().is_none() {
            return parsed;
        }
        let start = parser.at;
        let Err(fault) = parser.item(&mut parsed.body, true) else { continue };
        let gives_up = parsed.faults.len() + 1 >= MAX_FAULTS || parser.nodes >= MAX_NODES;
        parsed.faults.push(fault);
        if gives_up {
            return parsed;
        }
        (parser.depth, parser.multiline) = (0, 0);
        parser.at = next_block(text, start);
    }
}

/// Where the next block begins, on a line of its own behind that of `from`.
fn next_block(text: &[u8], from: usize) -> usize {
    let mut at = from;
    while let Some(end) = memchr::memchr(b'\n', &text[at..]) {
        at += end + 1;
        if begins_block(&text[at..]) {
            return at;
        }
    }
    text.len()
}

/// Whether a line begins like a block of a file: a word of these and a quote or brace.
fn begins_block(line: &[u8]) -> bool {
    TOP.iter().any(|word| {
        line.strip_prefix(word.as_bytes()).is_some_and(|rest| {
            let after = rest.iter().find(|byte| !matches!(byte, b' ' | b'\t'));
            matches!(after, Some(b'"' | b'{'))
        })
    })
}

/// Reads one text.
#[derive(Debug)]
pub(super) struct Parser<'a> {
    pub(super) text: &'a [u8],
    pub(super) at: usize,
    depth: u32,
    /// Line ends mean nothing inside brackets.
    pub(super) multiline: u32,
    nodes: usize,
}

pub(super) type Outcome<T> = Result<T, Fault>;

impl<'a> Parser<'a> {
    pub(super) fn new(text: &'a [u8]) -> Self {
        let at = if text.starts_with(b"\xEF\xBB\xBF") { 3 } else { 0 };
        Self { text, at, depth: 0, multiline: 0, nodes: 0 }
    }

    /// A reader of a part of the text that counts on from here.
    pub(super) fn part(&self, from: usize, to: usize) -> Self {
        Self {
            text: &self.text[..to],
            at: from,
            depth: self.depth,
            multiline: 0,
            nodes: self.nodes,
        }
    }

    /// Takes over what a part counted.
    pub(super) fn count(&mut self, part: &Self) {
        self.nodes = part.nodes;
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.get(self.at).copied()
    }

    pub(super) fn starts_with(&self, word: &str) -> bool {
        self.text[self.at..].starts_with(word.as_bytes())
    }

    pub(super) fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect(&mut self, byte: u8, message: &'static str) -> Outcome<()> {
        if self.eat(byte) { Ok(()) } else { self.fault(message) }
    }

    pub(super) fn fault<T>(&self, message: &'static str) -> Outcome<T> {
        Err(Fault { at: self.at.min(self.text.len()), message })
    }

    /// Passes over blanks and comments, over line ends only where they mean nothing.
    pub(super) fn blank(&mut self, lines: bool) {
        while let Some(byte) = self.peek() {
            match byte {
                b' ' | b'\t' | b'\r' => self.at += 1,
                b'\n' if lines || self.multiline > 0 => self.at += 1,
                b'#' => self.line(),
                b'/' if self.starts_with("//") => self.line(),
                b'/' if self.starts_with("/*") => {
                    let rest = &self.text[self.at + 2..];
                    let end = memchr::memmem::find(rest, b"*/").map(|end| end + 2);
                    self.at += 2 + end.unwrap_or(rest.len());
                }
                _ => return,
            }
        }
    }

    fn line(&mut self) {
        let rest = &self.text[self.at..];
        self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
    }

    pub(super) fn identifier(&mut self) -> Option<String> {
        let is_first = |byte: u8| byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80;
        let rest = &self.text[self.at..];
        if !rest.first().copied().is_some_and(is_first) {
            return None;
        }
        let is_inner = |byte: u8| is_first(byte) || byte.is_ascii_digit() || byte == b'-';
        let length = rest.iter().position(|byte| !is_inner(*byte)).unwrap_or(rest.len());
        self.at += length;
        Some(String::from_utf8_lossy(&rest[..length]).into_owned())
    }

    /// Runs `work` one level deeper.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Outcome<T>) -> Outcome<T> {
        if self.depth >= MAX_DEPTH {
            return self.fault("nested too deeply");
        }
        self.depth += 1;
        let result = work(self);
        self.depth -= 1;
        result
    }

    /// Runs `work` where line ends mean nothing.
    pub(super) fn bracketed<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> Outcome<T>,
    ) -> Outcome<T> {
        self.multiline += 1;
        let result = self.deeper(work);
        self.multiline -= 1;
        result
    }

    /// Makes an expression that ends here.
    pub(super) fn made(&mut self, start: usize, node: Node) -> Outcome<Expression> {
        self.nodes += 1;
        let height = Expression::inner_height(&node) + 1;
        if self.nodes > MAX_NODES || height > MAX_HEIGHT {
            return self.fault("the expression is too large");
        }
        Ok(Expression { range: start..self.at, height, node })
    }

    fn item(&mut self, body: &mut Body, top: bool) -> Outcome<()> {
        let start = self.at;
        let at_line_start = start == 0 || self.text[start - 1] == b'\n';
        if !top && at_line_start && begins_block(&self.text[start..]) && self.looks_labelled() {
            return self.fault("the block before this one is not closed");
        }
        let name = match self.identifier() {
            Some(name) => name,
            None if self.peek() == Some(b'"') => self.label()?,
            None => return self.fault("expected a name"),
        };
        let name_range = start..self.at;
        self.blank(false);
        if self.peek() == Some(b'=') && !self.starts_with("==") {
            self.at += 1;
            self.blank(false);
            let value = self.expression()?;
            body.attributes.push(Attribute { name, name_range, value });
            self.blank(false);
            return match self.peek() {
                None | Some(b'\n') => Ok(()),
                Some(b'}') if !top => Ok(()),
                // Not of the language, and clear all the same.
                Some(b',' | b';') => {
                    self.at += 1;
                    Ok(())
                }
                _ => self.fault("expected the end of the line"),
            };
        }
        let block = self.deeper(|parser| parser.block(name, start))?;
        body.blocks.push(block);
        Ok(())
    }

    /// Whether the line has a quote before its brace, as blocks of a file do and nested ones rarely.
    fn looks_labelled(&self) -> bool {
        let rest = &self.text[self.at..];
        matches!(memchr::memchr3(b'"', b'{', b'\n', rest).map(|at| rest[at]), Some(b'"'))
    }

    fn block(&mut self, kind: String, start: usize) -> Outcome<Block> {
        let mut labels = Vec::new();
        let mut head = start..start + kind.len();
        loop {
            self.blank(false);
            match self.peek() {
                Some(b'{') => break,
                Some(b'"') => labels.push(self.label()?),
                _ => match self.identifier() {
                    Some(label) => labels.push(label),
                    None => return self.fault("expected = or {"),
                },
            }
            head.end = self.at;
        }
        self.at += 1;
        // Inside, line ends count again whatever is around.
        let outer = std::mem::take(&mut self.multiline);
        let mut body = Body::default();
        loop {
            self.blank(true);
            match self.peek() {
                None => return self.fault("the block is not closed"),
                Some(b'}') => break,
                Some(_) => self.item(&mut body, false)?,
            }
        }
        self.at += 1;
        self.multiline = outer;
        Ok(Block { kind, labels, head, range: start..self.at, body })
    }

    fn label(&mut self) -> Outcome<String> {
        self.at += 1;
        let rest = &self.text[self.at..];
        let end = memchr::memchr3(b'"', b'\n', b'\\', rest);
        match end.map(|end| (end, rest[end])) {
            Some((end, b'"')) => {
                self.at += end + 1;
                Ok(String::from_utf8_lossy(&rest[..end]).into_owned())
            }
            _ => self.fault("the quote is not closed"),
        }
    }
}

/// The line of a byte, counted from 1.
pub fn line_of(text: &[u8], at: usize) -> usize {
    memchr::memchr_iter(b'\n', &text[..at.min(text.len())]).count() + 1
}

/// Reads a text that is one template, as the strings of JSON are. All of it is put at `place`.
pub fn template(text: &str, place: &Range<usize>) -> Option<Expression> {
    let mut parser = Parser::new(text.as_bytes());
    parser.at = 0;
    let mut expression = parser.whole_template().ok()?;
    expression.place(place);
    Some(expression)
}
