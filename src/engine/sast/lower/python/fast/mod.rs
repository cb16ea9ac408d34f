//! A fast reader for Python that builds the uniform tree straight from the source. It gives exactly what tree-sitter and the table of shapes
//! give, or nothing: whatever is unusual it leaves to them. Where tree-sitter takes valid code for something else (lines in brackets that are
//! indented less than the block, `type(a).b = c`, `[*a.b]`, a comma at the end), it gives what Python means.

mod atoms;
mod compound;
mod definitions;
mod expressions;
mod imports;
mod patterns;
mod statements;
mod strings;
mod targets;
mod tokens;
mod types;
mod words;

#[cfg(test)]
mod tests;

use crate::engine::sast::tree::{Id, Kind, Text, Tree};
use tokens::Place;
use words::Token;

/// What every step gives: nothing when the reader gives up.
type Read = Option<()>;

/// How deep expressions may stand within each other.
const MOST_NESTED: u32 = 120;

/// How deep nodes may stand; well below what lowering keeps.
const MOST_DEEP: u16 = 350;

/// How long a chain may be that leans to the left (`a.b.c`, `a + b + c`), or one of `elif`.
const LONGEST_CHAIN: usize = 150;

/// How many nodes may be moved for each byte; far more than files of people need.
const MOST_MOVED: usize = 30;

/// Reads a file; `None` if it is to be left to tree-sitter.
pub fn read(source: &str) -> Option<Tree<'_>> {
    attempt(source).ok()
}

/// Reads a file, or tells where it gave up.
pub fn attempt(source: &str) -> Result<Tree<'_>, usize> {
    let mut reader = Reader::new(source);
    match reader.file() {
        Some(()) => Ok(reader.tree),
        None => Err(reader.now.start),
    }
}

/// Reads one file.
#[derive(Debug)]
struct Reader<'s> {
    tree: Tree<'s>,
    bytes: &'s [u8],
    now: Place,
    /// Columns of the blocks that are open.
    indents: Vec<u32>,
    /// Ends of blocks that were not told yet, the last one first.
    dedents: Vec<usize>,
    /// Columns and ends of the comments between two lines.
    comments: Vec<(u32, usize)>,
    first_comment: Option<usize>,
    /// How many expressions stand within each other.
    nested: u32,
    /// How many holes of strings stand within each other.
    holes: u32,
    /// How many nodes were moved to make room for others.
    moved: usize,
    /// How many expressions in parentheses were read, other than tuples.
    groups: u32,
}

impl<'s> Reader<'s> {
    fn new(source: &'s str) -> Self {
        let at = if source.starts_with('\u{feff}') { 3 } else { 0 };
        let now = Place {
            token: Token::Newline,
            start: at,
            end: at,
            before: at,
            at,
            text: (at, at),
            brackets: 0,
            extras: 0,
            fresh: true,
        };
        Self {
            tree: Tree::with_room(source),
            bytes: source.as_bytes(),
            now,
            indents: Vec::new(),
            dedents: Vec::new(),
            comments: Vec::new(),
            first_comment: None,
            nested: 0,
            holes: 0,
            moved: 0,
            groups: 0,
        }
    }

    fn file(&mut self) -> Read {
        self.is_plain().then_some(())?;
        let module = self.tree.open(Kind::Module, 0, self.bytes.len(), Text::None);
        self.next()?;
        if self.is(Token::Indent) {
            return None;
        }
        let start = self.first_comment.map_or(self.now.start, |first| first.min(self.now.start));
        while !self.is(Token::End) {
            self.statement()?;
        }
        self.tree.close();
        self.tree.set_range(module, start, self.bytes.len());
        (self.tree.height() <= MOST_DEEP).then_some(())
    }

    /// Whether the source has no bytes that end tokens of tree-sitter in ways of their own.
    fn is_plain(&self) -> bool {
        let is_alone = |at: usize| self.byte(at + 1) != b'\n';
        self.bytes.len() < 1 << 30
            && memchr::memchr(0, self.bytes).is_none()
            && !memchr::memchr_iter(b'\r', self.bytes).any(is_alone)
    }

    /// The next node, and where the token begins.
    fn here(&self) -> (Id, usize) {
        (self.tree.nodes().len() as Id, self.now.start)
    }

    /// One level deeper; what is opened here is left with [`Self::leave`].
    fn enter(&mut self) -> Read {
        self.nested += 1;
        (self.nested < MOST_NESTED && self.tree.depth() < usize::from(MOST_DEEP)).then_some(())
    }

    fn leave(&mut self) {
        self.nested -= 1;
    }

    /// Begins a node at the token; its end is told by [`Self::close`].
    fn open(&mut self, kind: Kind, text: &str) -> Id {
        let text = if text.is_empty() { Text::None } else { Text::Word(text) };
        self.tree.open(kind, self.now.start, self.now.start, text)
    }

    /// Puts the node that was read last below a new one.
    fn wrap(&mut self, first: Id, kind: Kind, start: usize, text: &str) {
        let text = if text.is_empty() { Text::None } else { Text::Word(text) };
        self.wrap_with(first, kind, start, text);
    }

    fn wrap_with(&mut self, first: Id, kind: Kind, start: usize, text: Text<'_>) {
        self.moved += self.tree.nodes().len() - first as usize;
        self.tree.wrap(first, kind, start, start, text);
    }

    /// Gives up on a file that would be read in more time than its length allows.
    fn check_moved(&self) -> Read {
        (self.moved / MOST_MOVED <= self.bytes.len() + 1000).then_some(())
    }

    /// Ends the node that was begun last behind the token before.
    fn close(&mut self, id: Id) {
        self.close_at(id, self.now.before);
    }

    fn close_at(&mut self, id: Id, end: usize) {
        self.tree.set_end(id, end);
        self.tree.close();
    }

    /// A node without children whose text is the token; goes on.
    fn leaf(&mut self, kind: Kind) -> Read {
        let (start, end) = (self.now.start, self.now.end);
        self.tree.push(kind, start, end, Text::At(start..end));
        self.next()
    }

    /// The place of a child that is absent.
    fn nothing(&mut self, at: usize) -> Id {
        self.tree.push(Kind::Nothing, at, at, Text::None)
    }

    /// A name, which must stand here; goes on.
    fn name_leaf(&mut self) -> Read {
        if self.is(Token::Name) { self.leaf(Kind::Name) } else { None }
    }
}
