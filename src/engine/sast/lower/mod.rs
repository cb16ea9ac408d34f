//! From a grammar's tree to the uniform one, by a table of shapes for each language. It knows nothing of rules: a pattern is lowered like
//! a file. What no table names stays as [`Kind::Other`], so that it can still be matched.

pub mod bash;
pub mod c;
mod classes;
pub mod cpp;
pub mod csharp;
pub mod dockerfile;
pub mod go;
pub mod hcl;
pub mod html;
pub mod java;
pub mod javascript;
pub mod json;
pub mod kotlin;
pub mod ocaml;
#[cfg(test)]
pub mod outline;
pub mod own;
pub mod php;
pub mod python;
pub mod ruby;
pub mod rust;
pub mod scala;
pub mod shapes;
pub mod solidity;
pub mod swift;
pub mod typescript;
pub mod yaml;

use super::tree::{Kind, MAX_DEPTH, Text, Tree};
use std::ops::ControlFlow;
use std::time::{Duration, Instant};
pub use tree_sitter::Node;

/// How a node of the grammar is lowered: pushes any number of nodes.
pub type Shape = fn(&mut Lower<'_, '_>, Node<'_>);

/// A language's grammar with its shapes.
#[derive(Debug)]
pub struct Grammar {
    language: Option<tree_sitter::Language>,
    by_kind: Vec<Option<Shape>>,
    /// Whether it is a token that a table names (`'this'`), and so is a child like the named ones.
    tokens: Vec<bool>,
    own: Option<own::Own>,
    fast: Option<Fast>,
}

/// A reader that gives the tree of the grammar and its shapes sooner, or nothing.
pub type Fast = for<'s> fn(&'s str) -> Option<Tree<'s>>;

/// What a quoted name of a table, such as `'this'`, names: a token without a name of its own.
fn token(name: &str) -> Option<&str> {
    name.strip_prefix('\'')?.strip_suffix('\'').filter(|token| !token.is_empty())
}

impl Grammar {
    /// Joins a grammar and its table: names of node kinds, named or not, and how each is lowered. A name that the grammar does not know is
    /// a mistake in the table.
    pub fn new(language: tree_sitter::Language, shapes: &[(&str, Shape)]) -> Self {
        let mut by_kind = vec![None; language.node_kind_count()];
        let mut tokens = vec![false; language.node_kind_count()];
        for (id, slot) in by_kind.iter_mut().enumerate() {
            let name = language.node_kind_for_id(id as u16).unwrap_or("");
            let named = language.node_kind_is_named(id as u16);
            *slot = shapes
                .iter()
                .find(|(kind, _)| {
                    *kind == name && (named || !name.chars().any(char::is_alphabetic))
                })
                .map(|(_, shape)| *shape);
            let quoted = shapes.iter().find(|(kind, _)| !named && token(kind) == Some(name));
            if let Some((_, shape)) = quoted {
                (*slot, tokens[id]) = (Some(*shape), true);
            }
        }
        Self { language: Some(language), by_kind, tokens, own: None, fast: None }
    }

    /// A language with a reader of its own.
    pub fn read_by(own: own::Own) -> Self {
        Self { language: None, by_kind: Vec::new(), tokens: Vec::new(), own: Some(own), fast: None }
    }

    /// A grammar that is asked only for what a faster reader leaves to it.
    pub fn behind(self, fast: Fast) -> Self {
        Self { fast: Some(fast), ..self }
    }

    /// Reads a pattern, if the language has a reader of its own.
    pub fn pattern(&self, text: &str) -> Option<Tree<'static>> {
        self.own.map(|own| (own.pattern)(text))
    }

    /// Names of a table that the grammar does not know.
    pub fn unknown<'t>(&self, shapes: &'t [(&'t str, Shape)]) -> Vec<&'t str> {
        let Some(language) = &self.language else { return Vec::new() };
        let known = |name: &str| {
            let name = token(name).unwrap_or(name);
            (0..language.node_kind_count())
                .any(|id| language.node_kind_for_id(id as u16) == Some(name))
        };
        shapes.iter().map(|(name, _)| *name).filter(|name| !known(name)).collect()
    }

    /// How many mistakes in the syntax a text has. `None` when it took longer than allowed to read.
    pub fn mistakes(&self, source: &str, limit: Duration) -> Option<usize> {
        if let Some(own) = self.own {
            return Some((own.file)(source).errors.len());
        }
        let parsed = self.read(source, limit)?;
        let mut cursor = parsed.walk();
        // The grammar takes a block without a statement for one; the faster reader does not.
        let mut count = usize::from(self.fast.is_some_and(|fast| fast(source).is_none()));
        loop {
            let node = cursor.node();
            count += usize::from(node.is_error() || node.is_missing());
            if node.has_error() && cursor.goto_first_child() {
                continue;
            }
            while !cursor.goto_next_sibling() {
                if !cursor.goto_parent() {
                    return Some(count);
                }
            }
        }
    }

    /// Reads a text by the grammar.
    fn read(&self, source: &str, limit: Duration) -> Option<tree_sitter::Tree> {
        let mut parser = tree_sitter::Parser::new();
        parser.set_language(self.language.as_ref()?).ok()?;
        let begun = Instant::now();
        let mut calls = 0_u32;
        let mut watch = |_: &tree_sitter::ParseState| {
            calls = calls.wrapping_add(1);
            if calls.is_multiple_of(64) && begun.elapsed() > limit {
                return ControlFlow::Break(());
            }
            ControlFlow::Continue(())
        };
        let options = tree_sitter::ParseOptions::new().progress_callback(&mut watch);
        let bytes = source.as_bytes();
        parser.parse_with_options(
            &mut |at, _| bytes.get(at..).unwrap_or_default(),
            None,
            Some(options),
        )
    }

    /// Reads a text. `None` when it took longer than allowed.
    pub fn parse<'s>(&self, source: &'s str, limit: Duration) -> Option<Tree<'s>> {
        if let Some(own) = self.own {
            return Some((own.file)(source));
        }
        let mut tree = match self.fast.and_then(|fast| fast(source)) {
            Some(tree) => tree,
            None => self.parse_slow(source, limit)?,
        };
        tree.resolve_names();
        Some(tree)
    }

    /// Reads a text by the grammar and its shapes, without what names mean; what a faster reader is compared with.
    pub fn parse_slow<'s>(&self, source: &'s str, limit: Duration) -> Option<Tree<'s>> {
        let parsed = self.read(source, limit)?;
        let mut lower =
            Lower { tree: Tree::new(source), grammar: self, pending: Vec::new(), nested: 0 };
        let root = parsed.root_node();
        lower.tree.open(Kind::Module, root.start_byte(), root.end_byte(), Text::None);
        lower.children(root);
        lower.tree.close();
        // Shapes that ask for certain children pass over what the grammar could not follow.
        if root.has_error() && lower.tree.errors.is_empty() {
            lower.tree.errors.push(first_error(root));
        }
        Some(lower.tree)
    }
}

/// Lowers one text.
#[derive(Debug)]
pub struct Lower<'s, 'g> {
    /// What is being built.
    pub tree: Tree<'s>,
    grammar: &'g Grammar,
    /// Ranges and kinds of modifiers that were read before the definition they belong to; see [`shapes::modifiers`].
    pub pending: Vec<(usize, usize)>,
    /// How many calls of [`Lower::lower`] stand within each other; wrappers that push nothing count too.
    nested: usize,
}

impl Lower<'_, '_> {
    /// Lowers a node by the table.
    pub fn lower(&mut self, node: Node<'_>) {
        if node.is_missing() {
            self.tree.errors.push(range(node));
            return;
        }
        if node.is_extra() && !node.is_error() {
            return;
        }
        // What is repeated for each name of a list must not make a tree far larger than its text.
        let is_swollen = self.tree.is_swollen();
        if self.tree.depth() >= MAX_DEPTH || self.nested >= 2 * MAX_DEPTH || is_swollen {
            self.tree.cut = true;
            let (start, end) = (node.start_byte(), node.end_byte());
            let text = if is_swollen { Text::None } else { Text::At(start..end) };
            self.tree.push(Kind::Other, start, end, text);
            return;
        }
        self.nested += 1;
        if node.is_error() {
            self.tree.errors.push(range(node));
            self.children(node);
        } else {
            match self.grammar.by_kind.get(node.kind_id() as usize).copied().flatten() {
                Some(shape) => shape(self, node),
                None => shapes::other(self, node),
            }
        }
        self.nested -= 1;
    }

    /// Lowers all named children of a node, and tokens that the table names in quotes, in place.
    pub fn children(&mut self, node: Node<'_>) {
        let mut cursor = node.walk();
        for child in node.children(&mut cursor) {
            let token = self.grammar.tokens.get(child.kind_id() as usize) == Some(&true);
            if child.is_named() || token {
                self.lower(child);
            }
        }
    }

    /// Begins a node with the place of the grammar's node.
    pub fn open(&mut self, kind: Kind, node: Node<'_>, text: Text<'_>) -> u32 {
        self.tree.open(kind, node.start_byte(), node.end_byte(), text)
    }

    /// Ends the node that was begun last.
    pub fn close(&mut self) {
        self.tree.close();
    }

    /// A node without children whose text is its source.
    pub fn leaf(&mut self, kind: Kind, node: Node<'_>) -> u32 {
        let (start, end) = (node.start_byte(), node.end_byte());
        self.tree.push(kind, start, end, Text::At(start..end))
    }

    /// A name that does not stand in the source that way (`async`).
    pub fn word(&mut self, node: Node<'_>, word: &str) -> u32 {
        self.tree.push(Kind::Name, node.start_byte(), node.end_byte(), Text::Word(word))
    }

    /// The place of a child that is absent, at the end of a node.
    pub fn nothing(&mut self, node: Node<'_>) {
        let at = node.end_byte();
        self.tree.push(Kind::Nothing, at, at, Text::None);
    }

    /// Lowers a child to exactly one node: several become a Tuple, none become Nothing.
    pub fn one(&mut self, node: Option<Node<'_>>, parent: Node<'_>) {
        let Some(node) = node else { return self.nothing(parent) };
        let before = self.tree.open_count();
        let first = self.tree.nodes().len() as u32;
        self.lower(node);
        match self.tree.open_count() - before {
            1 => {}
            0 => self.nothing(node),
            _ => self.tree.gather(first, Kind::Tuple),
        }
    }

    /// Lowers the field of a node to exactly one node.
    pub fn field(&mut self, node: Node<'_>, field: &str) {
        self.one(node.child_by_field_name(field), node);
    }

    /// Lowers a node to a Block, whether it is one or a single statement.
    pub fn block(&mut self, node: Option<Node<'_>>, parent: Node<'_>) {
        let Some(node) = node else { return self.nothing(parent) };
        let id = self.open(Kind::Block, node, Text::None);
        let first = self.tree.nodes().len() as u32;
        self.lower(node);
        self.close();
        // What was a block by itself is not one twice.
        if self.tree.node(id).count == 1 && self.tree.kind(first) == Kind::Block {
            self.tree.dissolve(id);
        }
    }

    /// The source of a node.
    pub fn source(&self, node: Node<'_>) -> &str {
        self.tree.source.get(node.byte_range()).unwrap_or("")
    }
}

/// The first place that the grammar could not follow; of the whole text, if it hides too deep.
fn first_error(root: Node<'_>) -> std::ops::Range<u32> {
    let mut at = root;
    for _ in 0..MAX_DEPTH {
        if at.is_error() && at != root || at.is_missing() {
            return range(at);
        }
        let mut cursor = at.walk();
        let next = at.children(&mut cursor).find(|child| child.has_error() || child.is_missing());
        match next {
            Some(child) => at = child,
            None => break,
        }
    }
    range(at)
}

/// The place of a node.
pub fn range(node: Node<'_>) -> std::ops::Range<u32> {
    node.start_byte() as u32..node.end_byte() as u32
}

/// The first child, named or not, of a kind.
pub fn child_of<'t>(node: Node<'t>, kind: &str) -> Option<Node<'t>> {
    let mut cursor = node.walk();
    node.children(&mut cursor).find(|child| child.kind() == kind)
}

/// All named children but comments.
pub fn named(node: Node<'_>) -> Vec<Node<'_>> {
    let mut cursor = node.walk();
    node.named_children(&mut cursor).filter(|child| !child.is_extra()).collect()
}
