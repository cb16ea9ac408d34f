//! Dockerfiles, instruction by instruction: flags, then operands. Commands of a shell are lists of words with the signs between them
//! (`&&`, `|`) as they stand.

use super::own;
use crate::engine::sast::pattern::hold;
use crate::engine::sast::tree::{Kind, Text, Tree};
use std::ops::Range;

/// Text of a list that is a command of a shell.
pub const COMMAND: &str = "command";

const KEYWORDS: [&str; 18] = [
    "FROM",
    "RUN",
    "CMD",
    "LABEL",
    "MAINTAINER",
    "EXPOSE",
    "ENV",
    "ADD",
    "COPY",
    "ENTRYPOINT",
    "VOLUME",
    "USER",
    "WORKDIR",
    "ARG",
    "ONBUILD",
    "STOPSIGNAL",
    "HEALTHCHECK",
    "SHELL",
];

/// Reads a file.
pub fn file(source: &str) -> Tree<'_> {
    let mut reader = Reader { tree: Tree::new(source), escape: b'\\', in_pattern: false };
    reader.run();
    reader.tree
}

/// Reads a pattern: instructions, or the words of a command.
pub fn pattern(text: &str) -> Tree<'static> {
    let mut reader = Reader { tree: Tree::new(text), escape: b'\\', in_pattern: true };
    reader.run();
    let read = reader.tree;
    let top: Vec<u32> = read.children(0).collect();
    let mut tree = Tree::new("");
    tree.open(Kind::Module, 0, 0, Text::None);
    for id in top {
        // One word means the word.
        let single = read.kind(id) == Kind::List && read.node(id).count == 1;
        own::copy(&read, if single { id + 1 } else { id }, &str::to_owned, &mut tree);
    }
    tree.close();
    tree
}

struct Reader<'s> {
    tree: Tree<'s>,
    escape: u8,
    in_pattern: bool,
}

/// A word, or a sign between commands.
#[derive(Debug, Clone)]
struct Word {
    range: Range<usize>,
    is_sign: bool,
}

impl Reader<'_> {
    fn run(&mut self) {
        let source = self.tree.source;
        self.tree.open(Kind::Module, 0, source.len(), Text::None);
        let mut at = 0;
        while at < source.len() {
            let line_end = source[at..].find('\n').map_or(source.len(), |end| at + end);
            let line = &source[at..line_end];
            let text = line.trim();
            if text.is_empty() || text.starts_with('#') {
                let directive = text.trim_start_matches('#').trim().to_lowercase();
                if directive.replace(' ', "") == "escape=`" {
                    self.escape = b'`';
                }
                at = line_end + 1;
                continue;
            }
            let start = at + (line.len() - line.trim_start().len());
            let words = self.words(start);
            let end = words.last().map_or(line_end, |word| word.range.end).max(start);
            let end = self.heredocs(&words, end);
            self.instruction(start, end, &words);
            at = source[end..].find('\n').map_or(source.len(), |rest| end + rest + 1);
            // A continuation may end with what holds no word.
            while at < source.len() && self.is_continued(at) {
                at = source[at..].find('\n').map_or(source.len(), |rest| at + rest + 1);
            }
        }
        self.tree.close();
    }

    /// Whether the line before a place ends with the sign that it goes on.
    fn is_continued(&self, at: usize) -> bool {
        let before = self.tree.source[..at.saturating_sub(1)].trim_end_matches('\r');
        before.as_bytes().last() == Some(&self.escape) && !self.in_pattern
    }

    /// Words and signs of the instruction that begins at a place.
    fn words(&self, start: usize) -> Vec<Word> {
        let source = self.tree.source;
        let bytes = source.as_bytes();
        let mut words = Vec::new();
        let mut at = start;
        while let Some(byte) = bytes.get(at).copied() {
            if byte == b'\n' {
                break;
            }
            if byte == self.escape {
                let rest = source[at + 1..].trim_start_matches([' ', '\t', '\r']);
                let behind = source.len() - rest.len();
                if rest.starts_with('\n') {
                    at = self.next_line(behind + 1);
                    continue;
                }
                if behind > at + 1 {
                    at = behind;
                    continue;
                }
            }
            if byte.is_ascii_whitespace() {
                at += 1;
                continue;
            }
            if let Some(sign) = ["&&", "||", ";;", "|&", "|", ";", "&"]
                .iter()
                .find(|sign| source[at..].starts_with(**sign))
            {
                words.push(Word { range: at..at + sign.len(), is_sign: true });
                at += sign.len();
                continue;
            }
            let end = self.word_end(at);
            words.push(Word { range: at..end, is_sign: false });
            at = end.max(at + 1);
        }
        words
    }

    /// The next line of a continuation that is no comment.
    fn next_line(&self, mut at: usize) -> usize {
        let source = self.tree.source;
        loop {
            let Some(rest) = source.get(at..) else { return source.len() };
            let line = rest.split('\n').next().unwrap_or("");
            let text = line.trim();
            if at >= source.len()
                || !(text.starts_with('#') || (text.is_empty() && !self.in_pattern))
            {
                return at;
            }
            at += line.len() + 1;
            if at >= source.len() {
                return source.len();
            }
        }
    }

    /// The end of the word that begins at a place: quotes and `$(...)` hold it together.
    fn word_end(&self, start: usize) -> usize {
        let source = self.tree.source;
        let bytes = source.as_bytes();
        let (mut at, mut depth, mut quote) = (start, 0_usize, None::<u8>);
        while let Some(byte) = bytes.get(at).copied() {
            let continued = || {
                let rest = source.get(at + 1..).unwrap_or("").trim_start_matches([' ', '\t', '\r']);
                rest.starts_with('\n')
            };
            if byte == self.escape && quote != Some(b'\'') {
                if continued() {
                    if quote.is_none() && depth == 0 {
                        break;
                    }
                    at += 1;
                    while bytes.get(at).is_some_and(|byte| *byte != b'\n') {
                        at += 1;
                    }
                    at += 1;
                    continue;
                }
                at += 1 + source
                    .get(at + 1..)
                    .and_then(|rest| rest.chars().next())
                    .map_or(0, char::len_utf8);
                continue;
            }
            if byte == b'\n' {
                break;
            }
            match quote {
                Some(open) if open == byte => quote = None,
                Some(_) => {}
                None => match byte {
                    b'"' | b'\'' | b'`' => quote = Some(byte),
                    b'(' if depth > 0 || bytes.get(at.wrapping_sub(1)) == Some(&b'$') => depth += 1,
                    b')' if depth > 0 => depth -= 1,
                    _ if depth > 0 => {}
                    b';' | b'|' | b' ' | b'\t' | b'\r' => break,
                    b'&' if !matches!(bytes.get(at.wrapping_sub(1)), Some(b'>' | b'<'))
                        && bytes.get(at + 1) != Some(&b'>') =>
                    {
                        break;
                    }
                    _ => {}
                },
            }
            at += 1;
        }
        at.min(source.len())
    }

    /// The end of an instruction whose words begin texts (`<<EOF`).
    fn heredocs(&self, words: &[Word], end: usize) -> usize {
        let source = self.tree.source;
        let mut at = end;
        let begins_one = words
            .first()
            .is_some_and(|word| matches!(self.upper(word).as_str(), "RUN" | "COPY" | "ADD"));
        for word in words.iter().filter(|_| begins_one && !self.in_pattern) {
            let Some(name) = source[word.range.clone()].strip_prefix("<<") else { continue };
            let name = name.trim_start_matches('-').trim_matches(['"', '\'']);
            if name.is_empty() || !name.chars().all(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            let mut line = source[at..].find('\n').map_or(source.len(), |rest| at + rest + 1);
            while line < source.len() {
                let text = source[line..].split('\n').next().unwrap_or("");
                at = line + text.len();
                if text.trim() == name {
                    break;
                }
                line = at + 1;
            }
        }
        at.min(source.len())
    }

    fn upper(&self, word: &Word) -> String {
        self.tree.source[word.range.clone()].to_uppercase()
    }

    fn instruction(&mut self, start: usize, end: usize, words: &[Word]) {
        let Some((first, rest)) = words.split_first() else { return };
        let keyword = self.upper(first);
        let written = &self.tree.source[first.range.clone()];
        if self.in_pattern && !(KEYWORDS.contains(&written)) {
            let lone = rest.is_empty() && hold::name_of(written).is_some();
            if lone {
                return self.word(first);
            }
            return self.commands(words);
        }
        if keyword == "ONBUILD" && !rest.is_empty() {
            self.tree.open(Kind::Instruction, start, end, Text::Word(&keyword));
            self.instruction(rest[0].range.start, end, rest);
            return self.tree.close();
        }
        self.tree.open(Kind::Instruction, start, end, Text::Word(&keyword));
        let rest = self.flags(rest, first.range.end);
        match keyword.as_str() {
            "FROM" => self.from(rest, end),
            "ENV" | "LABEL" => self.pairs(rest),
            "ARG" => rest.iter().for_each(|word| self.argument(word)),
            "HEALTHCHECK" if rest.first().is_some_and(|word| self.upper(word) == "CMD") => {
                self.instruction(rest[0].range.start, end, rest);
            }
            "MAINTAINER" => self.rest(rest),
            _ if self.array(rest) => {}
            "RUN" | "CMD" | "ENTRYPOINT" => {
                self.commands(rest);
                let behind = words.last().map_or(end, |word| word.range.end);
                if behind < end {
                    self.tree.push(Kind::Str, behind, end, Text::At(behind..end));
                }
            }
            _ => rest.iter().for_each(|word| self.word(word)),
        }
        self.tree.close();
    }

    /// `--name=value` in front of the operands; the words behind them.
    fn flags<'w>(&mut self, words: &'w [Word], at: usize) -> &'w [Word] {
        let source = self.tree.source;
        let count =
            words.iter().take_while(|word| source[word.range.clone()].starts_with("--")).count();
        let (flags, rest) = words.split_at(count);
        let place = match (flags.first(), flags.last()) {
            (Some(first), Some(last)) => first.range.start..last.range.end,
            _ => at..at,
        };
        self.tree.open(Kind::Modifiers, place.start, place.end, Text::None);
        for flag in flags {
            self.pair(flag);
        }
        self.tree.close();
        rest
    }

    /// `image:tag@digest AS name`.
    fn from(&mut self, words: &[Word], end: usize) {
        let source = self.tree.source;
        let Some(image) = words.first() else { return };
        let range = image.range.clone();
        let text = &source[range.clone()];
        let digest = text.rfind('@').map(|at| range.start + at);
        let before = &source[range.start..digest.unwrap_or(range.end)];
        let tag = before
            .rfind(':')
            .filter(|at| !before[*at..].contains('/') && !before[..*at].ends_with('$'))
            .map(|at| range.start + at);
        let name = range.start..tag.or(digest).unwrap_or(range.end);
        self.piece(Some(name), end);
        self.piece(tag.map(|tag| tag + 1..digest.unwrap_or(range.end)), end);
        self.piece(digest.map(|digest| digest + 1..range.end), end);
        let alias = words.get(1).filter(|word| self.upper(word) == "AS").and(words.get(2));
        self.piece(alias.map(|word| word.range.clone()), end);
    }

    fn piece(&mut self, range: Option<Range<usize>>, end: usize) {
        match range {
            Some(range) => self.word(&Word { range, is_sign: false }),
            None => {
                self.tree.push(Kind::Nothing, end, end, Text::None);
            }
        }
    }

    /// `a=b c=d`, or `a b`.
    fn pairs(&mut self, words: &[Word]) {
        let source = self.tree.source;
        let has_sign = |word: &Word| source[word.range.clone()].contains('=');
        let has_gap = words.iter().any(|word| &source[word.range.clone()] == "...");
        if let [name, value, ..] = words
            && !has_gap
            && !has_sign(name)
        {
            let end = words.last().map_or(value.range.end, |last| last.range.end);
            self.tree.open(Kind::Pair, name.range.start, end, Text::None);
            self.name(name.range.clone());
            self.word(&Word { range: value.range.start..end, is_sign: false });
            return self.tree.close();
        }
        for word in words {
            self.pair(word);
        }
    }

    /// `name=value`; without a value the name.
    fn pair(&mut self, word: &Word) {
        let range = word.range.clone();
        let Some(at) = self.tree.source[range.clone()].find('=') else { return self.name(range) };
        let at = range.start + at;
        self.tree.open(Kind::Pair, range.start, range.end, Text::None);
        self.name(range.start..at);
        self.word(&Word { range: at + 1..range.end, is_sign: false });
        self.tree.close();
    }

    /// `name=default` and `name` alone: the same but for the default.
    fn argument(&mut self, word: &Word) {
        let range = word.range.clone();
        let at = self.tree.source[range.clone()].find('=').map(|at| range.start + at);
        self.name(range.start..at.unwrap_or(range.end));
        self.piece(at.map(|at| at + 1..range.end), range.end);
    }

    fn name(&mut self, range: Range<usize>) {
        let written = &self.tree.source[range.clone()];
        match hold::name_of(written).filter(|_| self.in_pattern) {
            Some(name) => self.tree.push(Kind::Name, range.start, range.end, Text::Word(&name)),
            None => self.tree.push(Kind::Name, range.start, range.end, Text::At(range)),
        };
    }

    /// A word; between quotes, what stands there.
    fn word(&mut self, word: &Word) {
        let range = word.range.clone();
        let written = &self.tree.source[range.clone()];
        if self.in_pattern && hold::name_of(written).is_some() {
            return self.name(range);
        }
        let quoted = ['"', '\''].iter().any(|quote| {
            written.len() >= 2
                && written.starts_with(*quote)
                && written.ends_with(*quote)
                && written.matches(*quote).count() == 2
        });
        let inside = if quoted { range.start + 1..range.end - 1 } else { range.clone() };
        self.tree.push(Kind::Str, range.start, range.end, Text::At(inside));
    }

    /// All words as one.
    fn rest(&mut self, words: &[Word]) {
        if let (Some(first), Some(last)) = (words.first(), words.last()) {
            self.word(&Word { range: first.range.start..last.range.end, is_sign: false });
        }
    }

    /// `["a", "b"]`.
    fn array(&mut self, words: &[Word]) -> bool {
        let (Some(first), Some(last)) = (words.first(), words.last()) else { return false };
        let range = first.range.start..last.range.end;
        let source = self.tree.source;
        let text = &source[range.clone()];
        let Some(inside) = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')) else {
            return false;
        };
        let mut elements = Vec::new();
        let (mut quote, mut begun) = (false, range.start + 1);
        let mut escaped = false;
        for (at, c) in inside.char_indices() {
            match c {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => quote = !quote,
                ',' if !quote => {
                    elements.push(begun..range.start + 1 + at);
                    begun = range.start + 2 + at;
                }
                _ => {}
            }
        }
        elements.push(begun..range.end - 1);
        let mut trimmed = Vec::new();
        for element in elements {
            let all = &source[element.clone()];
            let blank = |c: char| c.is_whitespace() || c == '\\';
            let from = element.start + (all.len() - all.trim_start_matches(blank).len());
            let to = element.end - (all.len() - all.trim_end_matches(blank).len());
            if from < to {
                trimmed.push(from..to);
            }
        }
        let is_json = trimmed.iter().all(|element| {
            let text = &source[element.clone()];
            text.starts_with('"') || (self.in_pattern && hold::name_of(text).is_some())
        });
        if !is_json {
            return false;
        }
        self.tree.open(Kind::List, range.start, range.end, Text::None);
        for range in trimmed {
            self.word(&Word { range, is_sign: false });
        }
        self.tree.close();
        true
    }

    /// Commands with the signs between them.
    fn commands(&mut self, words: &[Word]) {
        for run in words.chunk_by(|one, other| !one.is_sign && !other.is_sign) {
            let (Some(first), Some(last)) = (run.first(), run.last()) else { continue };
            if first.is_sign {
                self.tree.push(
                    Kind::Other,
                    first.range.start,
                    first.range.end,
                    Text::At(first.range.clone()),
                );
                continue;
            }
            self.tree.open(Kind::List, first.range.start, last.range.end, Text::Word(COMMAND));
            for word in run {
                self.word(word);
            }
            self.tree.close();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::javascript::tests::outline;

    #[test]
    fn instructions_are_flags_and_operands() {
        for (text, expected) in [
            ("FROM a:1@b AS c", "Instruction FROM(Modifiers, Str a, Str 1, Str b, Str c)"),
            (
                "from reg:5000/a",
                "Instruction FROM(Modifiers, Str reg:5000/a, Nothing, Nothing, Nothing)",
            ),
            (
                "RUN a \\\n  # why\n  b && c 'd e'",
                "Instruction RUN(Modifiers, List command(Str a, Str b), Other &&, List command(Str c, Str d e))",
            ),
            ("CMD [\"a\", \"b\"]", "Instruction CMD(Modifiers, List(Str a, Str b))"),
            ("ENV a=1 b=2", "Instruction ENV(Modifiers, Pair(Name a, Str 1), Pair(Name b, Str 2))"),
            ("ENV a b c", "Instruction ENV(Modifiers, Pair(Name a, Str b c))"),
            (
                "COPY --from=x a b",
                "Instruction COPY(Modifiers(Pair(Name --from, Str x)), Str a, Str b)",
            ),
            ("ARG a=1", "Instruction ARG(Modifiers, Name a, Str 1)"),
            (
                "HEALTHCHECK --interval=1s CMD a",
                "Instruction HEALTHCHECK(Modifiers(Pair(Name --interval, Str 1s)), Instruction CMD(Modifiers, List command(Str a)))",
            ),
            ("ONBUILD USER x", "Instruction ONBUILD(Instruction USER(Modifiers, Str x))"),
        ] {
            assert_eq!(outline("dockerfile", text), expected, "{text}");
        }
    }

    #[test]
    fn nothing_that_is_cut_off_breaks_it() {
        let text = "# escape=\\\nRUN a \"é\\\n b\" $(c `d`) <<E\nx\nE\nENV a=\"b\nCMD [\"é\", \\\n]\nONBUILD RUN 'x\\\r\nFROM $A:$B@x\n";
        for (at, _) in text.char_indices() {
            let _ = super::file(&text[..at]);
            let _ = super::file(&text[at..]);
            let _ = super::pattern(&text[at..]);
        }
    }
}
