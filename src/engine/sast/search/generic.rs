//! Patterns of words and signs, for files of any kind. Blanks within a line do not count; indentation, and brackets that close on their own
//! line, make blocks: an ellipsis skips some lines of its block, and what a pattern indents must be a block.

use super::Found;
use crate::engine::sast::matching::env::Bound;
use std::collections::HashMap;
use std::ops::Range;

/// A pattern.
#[derive(Debug)]
pub struct Pattern {
    parts: Vec<Part>,
    /// The same without blocks, for [`ALIEN`].
    flat: Vec<Part>,
}

/// In the place of a span: the other engine, for which lines and indentation mean nothing and brackets everything; `...` stays on its line,
/// `....` does not.
pub const ALIEN: usize = usize::MAX;

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Word(String),
    Sign(char),
    Meta(String),
    /// `...` and `$...X`, and whether it is written with more dots.
    Gap(Option<String>, bool),
    /// Lines that are indented further.
    Block(Vec<Self>),
    /// The end of the whole pattern, behind which there may be more.
    End,
}

/// A token of a text.
#[derive(Debug, Clone, Copy)]
struct Token {
    start: usize,
    end: usize,
    line: usize,
    /// The innermost block around it.
    block: usize,
    is_word: bool,
}

/// A run of tokens; those of blocks within it are among them.
#[derive(Debug, Clone, Copy)]
struct Block {
    end: usize,
    parent: usize,
}

#[derive(Debug, Default)]
struct Document {
    tokens: Vec<Token>,
    blocks: Vec<Block>,
}

fn is_word_char(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

/// Blanks at the start of a line; a tab counts for eight.
fn indent(line: &str) -> usize {
    line.chars()
        .take_while(|c| matches!(c, ' ' | '\t'))
        .map(|c| if c == '\t' { 8 } else { 1 })
        .sum()
}

/// The length of a metavariable's name behind its `$`.
fn name_len(text: &str) -> usize {
    if !text.starts_with(|c: char| c.is_ascii_uppercase() || c == '_') {
        return 0;
    }
    text.find(|c| !is_word_char(c)).unwrap_or(text.len())
}

impl Pattern {
    /// Reads a pattern; every text is one.
    pub fn new(text: &str) -> Self {
        // Blocks that are open, with their indentation; the first is the whole.
        let mut open: Vec<(usize, Vec<Part>)> = vec![(0, Vec::new())];
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let wanted = indent(line);
            close(&mut open, wanted);
            if open.last().is_some_and(|(known, _)| *known < wanted) {
                open.push((wanted, Vec::new()));
            }
            if let Some((_, parts)) = open.last_mut() {
                read_line(line, parts);
            }
        }
        close(&mut open, 0);
        let mut parts = open.pop().map(|(_, parts)| parts).unwrap_or_default();
        parts.push(Part::End);
        let mut flat = Vec::new();
        text.lines().for_each(|line| read_line(line, &mut flat));
        flat.push(Part::End);
        Self { parts, flat }
    }

    /// All matches in a text that begins at a byte of the source. Of those with the same end the shortest.
    pub fn all<'r>(&'r self, text: &str, at: u32, span: usize, most: usize) -> Vec<Found<'r>> {
        let parts = if span == ALIEN { &self.flat } else { &self.parts };
        let document =
            if span == ALIEN { Document::of_brackets(text) } else { Document::new(text) };
        let run = Run { text, document: &document, span, at };
        let leads = matches!(parts.first(), Some(Part::Gap(..)));
        let mut steps = 4_000_000_u64;
        let mut found: Vec<Found<'r>> = Vec::new();
        let mut by_end: HashMap<u32, usize> = HashMap::new();
        let mut known_block = None;
        for (from, token) in document.tokens.iter().enumerate() {
            // What begins with an ellipsis begins with a block.
            let is_start = known_block.is_none_or(|known| known != token.block)
                && (from == 0 || document.begins(token.block, from));
            known_block = Some(token.block);
            if leads && !is_start {
                continue;
            }
            let state = State {
                at: from,
                block: token.block,
                within: token.block,
                line: token.line,
                end: token.start,
            };
            let mut bound = Vec::new();
            if let Some((_, end)) = run.parts(parts, state, &mut bound, &mut steps) {
                let range = token.start as u32 + at..end.max(token.start) as u32 + at;
                by_end.insert(range.end, found.len());
                found.push(Found { range, bound, inside: false, node: None });
                if found.len() >= most {
                    break;
                }
            }
            if steps == 0 {
                break;
            }
        }
        let mut number = 0;
        found.retain(|one| {
            number += 1;
            by_end.get(&one.range.end) == Some(&(number - 1))
        });
        found
    }
}

/// Ends blocks that are indented further than wanted.
fn close(open: &mut Vec<(usize, Vec<Part>)>, wanted: usize) {
    while open.len() > 1 && open.last().is_some_and(|(known, _)| *known > wanted) {
        if let Some((_, parts)) = open.pop()
            && let Some((_, around)) = open.last_mut()
        {
            around.push(Part::Block(parts));
        }
    }
}

fn read_line(line: &str, parts: &mut Vec<Part>) {
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let mut taken = c.len_utf8();
        if let Some(dollar) = rest.strip_prefix('$') {
            let dots = dollar.len() - dollar.trim_start_matches('.').len();
            if dots > 2 && name_len(&dollar[dots..]) > 0 {
                taken = 1 + dots + name_len(&dollar[dots..]);
                parts.push(Part::Gap(Some(rest[..taken].to_owned()), dots > 3));
            } else if name_len(dollar) > 0 {
                taken = 1 + name_len(dollar);
                parts.push(Part::Meta(rest[..taken].to_owned()));
            } else {
                parts.push(Part::Sign('$'));
            }
        } else if rest.starts_with("...") {
            taken = rest.len() - rest.trim_start_matches('.').len();
            parts.push(Part::Gap(None, taken > 3));
        } else if is_word_char(c) {
            taken = rest.find(|c| !is_word_char(c)).unwrap_or(rest.len());
            parts.push(Part::Word(rest[..taken].to_owned()));
        } else if !c.is_whitespace() {
            parts.push(Part::Sign(c));
        }
        rest = &rest[taken..];
    }
}

impl Document {
    fn new(text: &str) -> Self {
        let mut document = Self { tokens: Vec::new(), blocks: vec![Block { end: 0, parent: 0 }] };
        let mut open = vec![(0_usize, 0_usize)];
        let mut start = 0;
        for (number, line) in text.split_inclusive('\n').enumerate() {
            if !line.trim().is_empty() {
                let wanted = indent(line);
                while open.len() > 1 && open.last().is_some_and(|(known, _)| *known > wanted) {
                    document.end(&mut open);
                }
                if let Some((known, block)) = open.last().copied()
                    && known < wanted
                {
                    open.push((wanted, document.begin(block)));
                }
                let block = open.last().map_or(0, |(_, block)| *block);
                document.line(line, start, number, block);
            }
            start += line.len();
        }
        while !open.is_empty() {
            document.end(&mut open);
        }
        document
    }

    /// Without lines and indentation: only brackets make blocks.
    fn of_brackets(text: &str) -> Self {
        let mut document = Self { tokens: Vec::new(), blocks: vec![Block { end: 0, parent: 0 }] };
        document.line(text, 0, 0, 0);
        document.blocks[0].end = document.tokens.len();
        let (mut line, mut at) = (0, 0);
        for token in &mut document.tokens {
            line += text[at..token.start].matches('\n').count();
            (token.line, at) = (line, token.start);
        }
        document
    }

    fn begin(&mut self, parent: usize) -> usize {
        self.blocks.push(Block { end: 0, parent });
        self.blocks.len() - 1
    }

    fn end(&mut self, open: &mut Vec<(usize, usize)>) {
        if let Some((_, block)) = open.pop() {
            self.blocks[block].end = self.tokens.len();
        }
    }

    /// Tokens of a line; brackets that close on it make blocks.
    fn line(&mut self, line: &str, start: usize, number: usize, block: usize) {
        let mut found: Vec<(usize, usize, bool)> = Vec::new();
        let mut chars = line.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            if c.is_ascii_whitespace() {
                continue;
            }
            let mut end = at + c.len_utf8();
            let is_word = is_word_char(c);
            while is_word && let Some((next, _)) = chars.next_if(|(_, next)| is_word_char(*next)) {
                end = next + 1;
            }
            found.push((at, end, is_word));
        }
        let bytes = line.as_bytes();
        let mut closed_by = vec![usize::MAX; found.len()];
        let mut open: Vec<usize> = Vec::new();
        for (place, (at, ..)) in found.iter().enumerate() {
            let wanted = match bytes[*at] {
                b'(' | b'[' | b'{' => {
                    open.push(place);
                    continue;
                }
                b')' => b'(',
                b']' => b'[',
                b'}' => b'{',
                _ => continue,
            };
            while let Some(opened) = open.pop() {
                if bytes[found[opened].0] == wanted {
                    closed_by[opened] = place;
                    break;
                }
            }
        }
        let mut blocks = vec![(usize::MAX, block)];
        for (place, (at, end, is_word)) in found.into_iter().enumerate() {
            while let Some((close, done)) =
                blocks.last().copied().filter(|(close, _)| *close == place)
            {
                let _ = close;
                self.blocks[done].end = self.tokens.len();
                blocks.pop();
            }
            let around = blocks.last().map_or(block, |(_, around)| *around);
            self.tokens.push(Token {
                start: start + at,
                end: start + end,
                line: number,
                block: around,
                is_word,
            });
            let close = closed_by[place];
            if close != usize::MAX && close > place + 1 && blocks.len() < NESTED {
                let inner = self.begin(around);
                blocks.push((close, inner));
            }
        }
    }

    /// Whether a token is the first of its block.
    fn begins(&self, block: usize, token: usize) -> bool {
        let before = self.tokens[token - 1].block;
        before != block && !self.is_around(block, before)
    }

    fn is_around(&self, outer: usize, block: usize) -> bool {
        let mut at = block;
        while at != 0 {
            at = self.blocks[at].parent;
            if at == outer {
                return true;
            }
        }
        false
    }

    /// The block directly within another one that holds a token.
    fn child(&self, block: usize, token: usize) -> Option<usize> {
        let mut at = self.tokens[token].block;
        while at != 0 {
            let parent = self.blocks[at].parent;
            if parent == block {
                return Some(at);
            }
            at = parent;
        }
        None
    }
}

/// Where matching stands.
#[derive(Debug, Clone, Copy)]
struct State {
    /// The next token.
    at: usize,
    /// The block whose tokens are next.
    block: usize,
    /// The block that is not left.
    within: usize,
    /// Line and end of the token matched last.
    line: usize,
    end: usize,
}

/// An ellipsis that is open.
#[derive(Debug, Clone)]
struct Gap<'p> {
    name: Option<&'p str>,
    /// The last line it reaches.
    line: usize,
    /// Bytes it skipped so far.
    skipped: Range<usize>,
}

impl Gap<'_> {
    /// Takes a token in, if it is not too far.
    fn skip(&mut self, token: &Token) -> bool {
        let near = token.line <= self.line;
        if near {
            if self.skipped.is_empty() {
                self.skipped.start = token.start;
            }
            self.skipped.end = token.end;
        }
        near
    }
}

struct Run<'t> {
    text: &'t str,
    document: &'t Document,
    span: usize,
    at: u32,
}

/// Brackets within each other that make blocks; those further in are signs.
const NESTED: usize = 200;

/// Names and what they stand for.
type Names<'r> = Vec<(&'r str, Bound)>;

impl Run<'_> {
    /// Line and end of the token that is the last of the shortest match.
    fn parts<'r>(
        &self,
        parts: &'r [Part],
        from: State,
        bound: &mut Names<'r>,
        steps: &mut u64,
    ) -> Option<(usize, usize)> {
        let document = self.document;
        let (mut parts, mut state) = (parts, from);
        let mut gap: Option<Gap<'r>> = None;
        loop {
            *steps = steps.checked_sub(1)?;
            let end = document.blocks[state.block].end;
            let part = parts.first();
            match part {
                None | Some(Part::End) => {
                    let Some(mut gap) = gap else {
                        let done = part.is_some() || state.at >= end;
                        return done.then_some((state.line, state.end));
                    };
                    // An ellipsis at the end reaches as far as it may.
                    while state.at < end && gap.skip(&document.tokens[state.at]) {
                        let token = &document.tokens[state.at];
                        (state.line, state.end, state.at) = (token.line, token.end, state.at + 1);
                    }
                    return self.closed(&gap, bound).then_some((state.line, state.end));
                }
                Some(Part::Gap(name, long)) => {
                    // Behind an opening bracket it skips what the brackets hold.
                    if self.span == ALIEN
                        && state.at < end
                        && document.tokens[state.at].block != state.block
                    {
                        state.block = document.child(state.block, state.at)?;
                    }
                    let reach = match (self.span, long) {
                        (ALIEN, false) => state.line,
                        (ALIEN, true) => usize::MAX,
                        (span, _) => state.line.saturating_add(span),
                    };
                    match &mut gap {
                        // Each further one allows for more lines.
                        Some(gap) => {
                            gap.line = gap.line.max(reach).saturating_add(reach - state.line);
                        }
                        None => {
                            gap = Some(Gap {
                                name: name.as_deref(),
                                line: reach,
                                skipped: state.end..state.end,
                            });
                        }
                    }
                    parts = &parts[1..];
                }
                Some(Part::Block(inside)) => {
                    let token = (state.at < end).then(|| &document.tokens[state.at]);
                    let Some(token) = token else {
                        let nothing = may_be_empty(inside) && may_be_empty(&parts[1..]);
                        let closed = nothing && gap.is_none_or(|gap| self.closed(&gap, bound));
                        return closed.then_some((state.line, state.end));
                    };
                    if token.block == state.block {
                        if gap.as_mut().is_some_and(|gap| gap.skip(token)) {
                            state.at += 1;
                            continue;
                        }
                        if !may_be_empty(inside)
                            || !gap.take().is_none_or(|gap| self.closed(&gap, bound))
                        {
                            return None;
                        }
                        parts = &parts[1..];
                        continue;
                    }
                    let child = document.child(state.block, state.at)?;
                    if !gap.take().is_none_or(|gap| self.closed(&gap, bound)) {
                        return None;
                    }
                    let inner = State { block: child, within: child, ..state };
                    (state.line, state.end) = self.parts(inside, inner, bound, steps)?;
                    state.at = document.blocks[child].end;
                    parts = &parts[1..];
                }
                Some(part) => {
                    let stays = self.span == ALIEN && gap.is_some();
                    if state.at >= end {
                        if state.block == state.within
                            || !gap.take_if(|_| stays).is_none_or(|gap| self.closed(&gap, bound))
                        {
                            return None;
                        }
                        state.block = document.blocks[state.block].parent;
                        continue;
                    }
                    let token = &document.tokens[state.at];
                    if token.block != state.block {
                        let child = document.child(state.block, state.at)?;
                        if !stays {
                            state.block = child;
                            continue;
                        }
                        while state.at < document.blocks[child].end {
                            if !gap.as_mut().is_some_and(|gap| gap.skip(&document.tokens[state.at]))
                            {
                                return None;
                            }
                            state.at += 1;
                        }
                        continue;
                    }
                    if gap.as_ref().is_some_and(|gap| token.line > gap.line) {
                        return None;
                    }
                    let kept = bound.len();
                    if self.token(part, token, bound)
                        && gap.as_ref().is_none_or(|gap| self.closed(gap, bound))
                    {
                        let next =
                            State { at: state.at + 1, line: token.line, end: token.end, ..state };
                        if let Some(end) = self.parts(&parts[1..], next, bound, steps) {
                            return Some(end);
                        }
                    }
                    bound.truncate(kept);
                    if !gap.as_mut().is_some_and(|gap| gap.skip(token)) {
                        return None;
                    }
                    state.at += 1;
                }
            }
        }
    }

    fn token<'r>(&self, part: &'r Part, token: &Token, bound: &mut Names<'r>) -> bool {
        let text = &self.text[token.start..token.end];
        match part {
            Part::Word(wanted) => token.is_word && text == wanted,
            Part::Sign(wanted) => !token.is_word && text.starts_with(*wanted),
            Part::Meta(name) => token.is_word && self.bind(name, token.start..token.end, bound),
            _ => false,
        }
    }

    /// Binds what an ellipsis with a name skipped.
    fn closed<'r>(&self, gap: &Gap<'r>, bound: &mut Names<'r>) -> bool {
        gap.name.is_none_or(|name| self.bind(name, gap.skipped.clone(), bound))
    }

    fn bind<'r>(&self, name: &'r str, place: Range<usize>, bound: &mut Names<'r>) -> bool {
        if let Some((_, Bound::Text(known))) =
            bound.iter().find(|(known, _)| *known == name && name != "$_")
        {
            let known = (known.start - self.at) as usize..(known.end - self.at) as usize;
            return self.text[known] == self.text[place];
        }
        bound.push((name, Bound::Text(place.start as u32 + self.at..place.end as u32 + self.at)));
        true
    }
}

/// Whether parts match nothing.
fn may_be_empty(parts: &[Part]) -> bool {
    parts.iter().take_while(|part| **part != Part::End).all(|part| match part {
        Part::Gap(..) => true,
        Part::Block(inside) => may_be_empty(inside),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    fn lines(pattern: &str, text: &str) -> Vec<(usize, usize)> {
        let line = |at: u32| text[..at as usize].matches('\n').count() + 1;
        let pattern = Pattern::new(pattern);
        let found = pattern.all(text, 0, 10, 100);
        found.iter().map(|one| (line(one.range.start), line(one.range.end))).collect()
    }

    #[test]
    fn an_ellipsis_stays_where_the_match_began_and_near() {
        let text = "a {\n  x 1\n}\nb {\n  y 2\n}\n";
        assert_eq!(lines("a ... y", text), [(1, 5)]);
        assert_eq!(lines("x ... y", text), []);
        let far = format!("a\n{}b\n", "x\n".repeat(12));
        assert_eq!(lines("a ... b", &far), []);
        assert_eq!(lines("a ... ... b", &far), [(1, 14)]);
    }

    #[test]
    fn the_other_engine_minds_brackets_and_not_lines() {
        let of =
            |pattern: &str, text: &str| Pattern::new(pattern).all(text, 0, super::ALIEN, 100).len();
        assert_eq!(of("a {\n  ....\n  y;\n}", "a {\nx;\ny;\n}\n"), 1);
        assert_eq!(of("a {\n  ....\n  y;\n}", "a {\nb { y; }\n}\n"), 0);
        assert_eq!(of("a ... y", "a x\ny\n"), 0);
        assert_eq!(of("a .... y", "a x\ny\n"), 1);
    }

    #[test]
    fn what_a_pattern_indents_is_a_block() {
        let pattern = "a {\n  ...\n  y\n  ...\n}";
        assert_eq!(lines(pattern, "a {\n  x\n  y\n}\n"), [(1, 4)]);
        assert_eq!(lines(pattern, "a {\n  x\n}\nb {\n  y\n}\n"), []);
        assert_eq!(lines("a { y }", "a {\n  y\n}\n"), [(1, 3)]);
    }

    #[test]
    fn a_name_stands_for_one_word_and_the_same_everywhere() {
        assert_eq!(lines("$X = $X", "a = b\nc = c\n"), [(2, 2)]);
        assert_eq!(lines("a $...X b $...X c", "a 1 2 b 1 2 c\na 1 2 b 2 c\n"), [(1, 1)]);
    }
}
