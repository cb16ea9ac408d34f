//! Macros of Rust: the usual expressions among the tokens between their brackets.

use super::super::{Lower, Node, child_of};
use super::items::pending;
use crate::engine::sast::tree::{Kind, MAX_DEPTH, Text};

/// `format!(...)` calls a function of that name with its `!`.
pub fn macro_(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    let name = node.child_by_field_name("macro");
    let (path, last) = match name {
        Some(scoped) if scoped.kind() == "scoped_identifier" => {
            (scoped.child_by_field_name("path"), scoped.child_by_field_name("name"))
        }
        name => (None, name),
    };
    let last = last.unwrap_or(node);
    let text = format!("{}!", lower.source(last));
    lower.open(Kind::Call, node, Text::None);
    if let (Some(path), Some(scoped)) = (path, name) {
        lower.open(Kind::Attribute, scoped, Text::Word(&text));
        lower.one(Some(path), node);
        lower.word(last, &text);
        lower.close();
    } else {
        lower.word(last, &text);
    }
    if let Some(tree) = child_of(node, "token_tree") {
        lower.lower(tree);
    } else {
        lower.open(Kind::Arguments, node, Text::None);
        lower.close();
    }
    lower.close();
}

pub fn macro_definition(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    drop(pending(lower, node));
    lower.open(Kind::Other, node, Text::Word("macro_rules"));
    lower.field(node, "name");
    lower.close();
}

/// Tokens between brackets, as Arguments.
pub fn tokens(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    lower.open(Kind::Arguments, node, Text::None);
    elements(lower, node);
    lower.close();
}

/// What stands between the commas or semicolons of a tree of tokens.
pub fn elements(lower: &mut Lower<'_, '_>, node: Node<'_>) {
    if lower.tree.depth() >= MAX_DEPTH {
        lower.tree.cut = true;
        return;
    }
    let mut cursor = node.walk();
    let all: Vec<Node<'_>> = node.children(&mut cursor).filter(|token| !token.is_extra()).collect();
    let inside = all.get(1..all.len().saturating_sub(1)).unwrap_or_default();
    for part in inside.split(|token| matches!(token.kind(), "," | ";")) {
        if !part.is_empty() {
            Tokens { all: part, at: 0, left: LONGEST }.element(lower);
        }
    }
}

/// Enough for what people write; each part makes the tree deeper.
const LONGEST: usize = 200;

/// A reader of expressions in tokens. Operators lean to the left whatever they are; what it cannot follow becomes Other.
struct Tokens<'a, 't> {
    all: &'a [Node<'t>],
    at: usize,
    /// How many operators and parts of chains may still be read.
    left: usize,
}

impl<'t> Tokens<'_, 't> {
    fn peek(&self, ahead: usize) -> Option<Node<'t>> {
        self.all.get(self.at + ahead).copied()
    }

    fn kind(&self, ahead: usize) -> &'t str {
        self.peek(ahead).map_or("", |token| token.kind())
    }

    fn may_go_on(&mut self) -> bool {
        self.left = self.left.saturating_sub(1);
        self.left > 0
    }

    fn next(&mut self) -> Option<Node<'t>> {
        let token = self.peek(0);
        self.at += 1;
        token
    }

    /// `name = value`, `key: value`, `key => value` or a value.
    fn element(&mut self, lower: &mut Lower<'_, '_>) {
        let (Some(first), Some(last)) = (self.peek(0), self.all.last()) else { return };
        let (start, end) = (first.start_byte(), last.end_byte());
        let id = lower.tree.nodes().len() as u32;
        if first.kind() == "identifier" && self.kind(1) == "=" {
            lower.tree.open(Kind::Keyword, start, end, Text::At(first.byte_range()));
            lower.lower(first);
            self.at += 2;
            self.value(lower, end);
            return lower.close();
        }
        self.expression(lower);
        if lower.tree.nodes().len() as u32 > id && matches!(self.kind(0), ":" | "=>") {
            self.at += 1;
            lower.tree.wrap(id, Kind::Pair, start, end, Text::None);
            self.value(lower, end);
            lower.close();
        } else {
            self.rest(lower, id);
        }
    }

    /// What is left, as exactly one node.
    fn value(&mut self, lower: &mut Lower<'_, '_>, end: usize) {
        let id = lower.tree.nodes().len() as u32;
        self.expression(lower);
        self.rest(lower, id);
        if lower.tree.nodes().len() as u32 == id {
            lower.tree.push(Kind::Nothing, end, end, Text::None);
        }
    }

    fn rest(&mut self, lower: &mut Lower<'_, '_>, id: u32) {
        let read = lower.tree.nodes().len() as u32;
        while let Some(token) = self.next() {
            if token.is_named() {
                lower.lower(token);
            }
        }
        if lower.tree.nodes().len() as u32 > read {
            lower.tree.gather(id, Kind::Other);
        }
    }

    fn expression(&mut self, lower: &mut Lower<'_, '_>) {
        let Some(first) = self.peek(0) else { return };
        let id = lower.tree.nodes().len() as u32;
        let start = first.start_byte();
        let mut end = self.operand(lower);
        while end.is_some() && is_operator(self.kind(0)) && self.may_go_on() {
            let sign = self.kind(0);
            self.at += 1;
            let at = lower.tree.wrap(id, Kind::Binary, start, start, Text::Word(sign));
            let before = lower.tree.nodes().len();
            end = self.operand(lower);
            let stop = end.unwrap_or(start);
            if lower.tree.nodes().len() == before {
                lower.tree.push(Kind::Nothing, stop, stop, Text::None);
            }
            lower.close();
            lower.tree.set_range(at, start, stop);
        }
    }

    /// Signs before an operand, it, and what follows it. Gives its end, if there is one.
    fn operand(&mut self, lower: &mut Lower<'_, '_>) -> Option<usize> {
        let mut opened = Vec::new();
        while matches!(self.kind(0), "&" | "*" | "-" | "!") && self.may_go_on() {
            let token = self.next()?;
            let is_mut = token.kind() == "&" && self.kind(0) == "mutable_specifier";
            self.at += usize::from(is_mut);
            let sign = if is_mut { "&mut" } else { token.kind() };
            let start = token.start_byte();
            opened.push((start, lower.open(Kind::Unary, token, Text::Word(sign))));
        }
        let end = self.chain(lower);
        if let (None, Some((start, _))) = (end, opened.last()) {
            lower.tree.push(Kind::Nothing, *start, *start, Text::None);
        }
        for (start, id) in opened.into_iter().rev() {
            lower.close();
            lower.tree.set_range(id, start, end.unwrap_or(start + 1));
        }
        end
    }

    /// `a::b.c(d)[e]?`, a literal, a macro, or what stands in brackets.
    fn chain(&mut self, lower: &mut Lower<'_, '_>) -> Option<usize> {
        let first = self.peek(0).filter(Node::is_named)?;
        let (id, start) = (lower.tree.nodes().len() as u32, first.start_byte());
        let mut end = first.end_byte();
        self.at += 1;
        match (first.kind(), lower.source(first).as_bytes().first()) {
            ("token_tree", Some(b'[')) => bracketed(lower, first, Kind::List),
            ("token_tree", Some(b'{')) => bracketed(lower, first, Kind::Dict),
            ("token_tree", _) => {
                bracketed(lower, first, Kind::Tuple);
                if lower.tree.node(id).count == 1 {
                    lower.tree.dissolve(id);
                }
            }
            _ if self.kind(0) == "!" && self.kind(1) == "token_tree" => {
                let text = format!("{}!", lower.source(first));
                lower.word(first, &text);
                self.at += 1;
            }
            _ => lower.lower(first),
        }
        if lower.tree.nodes().len() as u32 == id {
            return None;
        }
        while self.may_go_on() {
            match (self.kind(0), self.peek(1)) {
                ("." | "::", Some(name)) if name.is_named() && name.kind() != "token_tree" => {
                    self.at += 2;
                    end = name.end_byte();
                    let is_macro = self.kind(0) == "!" && self.kind(1) == "token_tree";
                    self.at += usize::from(is_macro);
                    let sign = if is_macro { "!" } else { "" };
                    let text = format!("{}{sign}", lower.source(name));
                    if name.kind() == "identifier" && text == "await" {
                        lower.tree.wrap(id, Kind::Await, start, end, Text::None);
                    } else {
                        lower.tree.wrap(id, Kind::Attribute, start, end, Text::Word(&text));
                        lower.word(name, &text);
                    }
                    lower.close();
                }
                (".", Some(name)) if name.kind() == "await" => {
                    self.at += 2;
                    end = name.end_byte();
                    lower.tree.wrap(id, Kind::Await, start, end, Text::None);
                    lower.close();
                }
                ("::", Some(open)) if open.kind() == "<" => self.generics(),
                ("as", Some(_)) => end = self.cast(end),
                ("?", _) => {
                    end = self.next().map_or(end, |token| token.end_byte());
                    lower.tree.wrap(id, Kind::Unary, start, end, Text::Word("?"));
                    lower.close();
                }
                ("token_tree", _) => {
                    let tree = self.peek(0)?;
                    let open = lower.source(tree).as_bytes().first().copied();
                    let is_macro = lower.tree.text(id).ends_with('!');
                    let is_type = !is_macro
                        && matches!(lower.tree.kind(id), Kind::Name | Kind::Attribute)
                        && lower.tree.text(id).starts_with(char::is_uppercase);
                    if open == Some(b'{') && !is_type && !is_macro {
                        return Some(end);
                    }
                    self.at += 1;
                    end = tree.end_byte();
                    if is_type && open == Some(b'{') {
                        lower.tree.wrap(id, Kind::New, start, end, Text::None);
                        lower.lower(tree);
                        lower.nothing(tree);
                        lower.close();
                        continue;
                    }
                    let call = open == Some(b'(') || is_macro;
                    let kind = if call { Kind::Call } else { Kind::Index };
                    lower.tree.wrap(id, kind, start, end, Text::None);
                    if call {
                        lower.lower(tree);
                    } else {
                        elements(lower, tree);
                    }
                    lower.close();
                }
                _ => return Some(end),
            }
        }
        Some(end)
    }

    /// `as T` is left out.
    fn cast(&mut self, mut end: usize) -> usize {
        self.at += 1;
        while matches!(self.kind(0), "*" | "&" | "const" | "mutable_specifier") {
            self.at += 1;
        }
        while let Some(token) = self.peek(0) {
            let is_path = matches!(token.kind(), "identifier" | "primitive_type" | "::")
                || matches!(token.kind(), "self" | "crate" | "super");
            if !is_path {
                break;
            }
            end = token.end_byte();
            self.at += 1;
        }
        end
    }

    /// `::<...>` is left out.
    fn generics(&mut self) {
        self.at += 1;
        let mut depth = 0_usize;
        while let Some(token) = self.next() {
            match token.kind() {
                "<" => depth += 1,
                ">" => depth = depth.saturating_sub(1),
                ">>" => depth = depth.saturating_sub(2),
                _ => {}
            }
            if depth == 0 {
                return;
            }
        }
    }
}

pub fn bracketed(lower: &mut Lower<'_, '_>, node: Node<'_>, kind: Kind) {
    lower.open(kind, node, Text::None);
    elements(lower, node);
    lower.close();
}

pub fn is_operator(kind: &str) -> bool {
    matches!(
        kind,
        "+" | "-"
            | "*"
            | "/"
            | "%"
            | "=="
            | "!="
            | "<"
            | ">"
            | "<="
            | ">="
            | "&&"
            | "||"
            | "|"
            | "&"
            | "^"
            | "<<"
            | ">>"
    )
}
