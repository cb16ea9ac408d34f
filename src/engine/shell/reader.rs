//! Lists of commands: separators, pipes, keywords, subshells, here-documents. Words are read in `word`.

use super::command::{Command, Inside, Joint, Nest, Redirection, Script, Word};
use super::{MAX_COMMANDS, MAX_DEPTH, prefix};
use crate::text::mapped::Mapped;

/// What ends a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Until {
    End,
    Paren,
    Backtick,
}

/// A here-document whose text was not reached yet.
#[derive(Debug)]
struct Pending {
    command: usize,
    redirection: usize,
    delimiter: String,
    strip: bool,
}

/// Where a list has got to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    joint: Joint,
    /// The last command of the list, for a pipe behind it.
    last: Option<usize>,
    /// The command whose output the next one reads.
    pipe: Option<usize>,
    inside: Option<Inside>,
    subshells: u32,
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a Mapped,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) depth: u32,
    pub(super) script: Script,
    /// Backticks end words, too.
    pub(super) until: Until,
    /// Only blanks end words: see [`words`].
    pub(super) plain: bool,
    pub(super) escape: u8,
    pub(super) place: Place,
    /// Commands that are being read, outermost first.
    pub(super) open: Vec<usize>,
    pending: Vec<Pending>,
}

/// Keywords behind which a command begins.
const OPENERS: &[&str] =
    &["if", "then", "elif", "else", "while", "until", "do", "!", "{", "coproc"];
/// Keywords that end a compound command.
const CLOSERS: &[&str] = &["fi", "done", "esac", "}"];

pub(super) fn read(text: &Mapped) -> Script {
    nested(text, 0, None)
}

fn nested(text: &Mapped, depth: u32, inside: Option<Inside>) -> Script {
    let mut reader = Reader::new(text, b'\\');
    reader.depth = depth;
    reader.place.inside = inside;
    while reader.at < reader.bytes.len() {
        let before = reader.at;
        reader.list();
        // A bracket or backtick that closes nothing.
        if reader.at == before {
            reader.at += 1;
        }
        reader.script.unclosed |= reader.at < reader.bytes.len();
    }
    reader.script
}

pub(super) fn words(text: &Mapped, escape: char) -> Vec<Word> {
    let mut reader = Reader::new(text, u8::try_from(escape).unwrap_or(b'\\'));
    reader.plain = true;
    let mut words = Vec::new();
    loop {
        reader.blanks();
        while reader.peek().is_some_and(|b| matches!(b, b'\n' | b'\r')) {
            reader.at += 1;
            reader.blanks();
        }
        match reader.word() {
            Some(word) => words.push(word),
            None if reader.at >= reader.bytes.len() => return words,
            None => reader.at += 1,
        }
    }
}

impl<'a> Reader<'a> {
    fn new(text: &'a Mapped, escape: u8) -> Self {
        Self {
            text,
            bytes: text.as_str().as_bytes(),
            at: 0,
            depth: 0,
            script: Script::default(),
            until: Until::End,
            plain: false,
            escape,
            place: Place::default(),
            open: Vec::new(),
            pending: Vec::new(),
        }
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    pub(super) fn ahead(&self, count: usize) -> Option<u8> {
        self.bytes.get(self.at + count).copied()
    }

    /// Past blanks and continued lines.
    pub(super) fn blanks(&mut self) {
        loop {
            match self.peek() {
                Some(b' ' | b'\t') => self.at += 1,
                Some(b'\\') if !self.plain && self.ahead(1) == Some(b'\n') => self.at += 2,
                Some(b'\\') if !self.plain && self.bytes[self.at + 1..].starts_with(b"\r\n") => {
                    self.at += 3;
                }
                _ => return,
            }
        }
    }

    /// Reads a list that stands in brackets or backticks; `at` is behind the opening one, and then behind the closing one.
    pub(super) fn enclosed(&mut self, until: Until, nest: Option<(Nest, usize)>) {
        if self.depth >= MAX_DEPTH {
            self.script.cut_short = true;
            self.skip(until);
            return;
        }
        let (outer, outer_until) = (self.place, self.until);
        let outer_plain = std::mem::take(&mut self.plain);
        self.until = until;
        self.depth += 1;
        match nest {
            Some((nest, command)) => {
                self.place = Place { inside: Some(Inside { command, nest }), ..Place::default() };
            }
            None => self.place.subshells += 1,
        }
        self.list();
        self.depth -= 1;
        let inner = self.place;
        (self.place, self.until, self.plain) = (outer, outer_until, outer_plain);
        if nest.is_none() {
            // What follows a subshell follows its last command.
            self.place.last = inner.last;
            self.place.pipe = None;
        }
        let closer = if until == Until::Paren { b')' } else { b'`' };
        if self.peek() == Some(closer) {
            self.at += 1;
        } else {
            self.script.unclosed = true;
        }
    }

    /// Past the end of a bracket or of backticks without reading what is in it.
    pub(super) fn skip(&mut self, until: Until) {
        let mut open = 1_usize;
        while let Some(b) = self.peek() {
            self.at += 1;
            match (until, b) {
                (_, b'\\') => self.at = (self.at + 1).min(self.bytes.len()),
                (Until::Paren, b'(') => open += 1,
                (Until::Paren, b')') | (Until::Backtick, b'`') => open -= 1,
                _ => {}
            }
            if open == 0 {
                break;
            }
        }
        self.whole_character();
    }

    /// A backslash may have been followed by a character of several bytes.
    pub(super) fn whole_character(&mut self) {
        while self.at < self.bytes.len() && !self.text.as_str().is_char_boundary(self.at) {
            self.at += 1;
        }
    }

    /// Reads commands up to what ends the list, which is left in place.
    fn list(&mut self) {
        // Of each open `case`, whether a pattern comes next.
        let mut cases: Vec<bool> = Vec::new();
        loop {
            self.blanks();
            let Some(b) = self.peek() else { return };
            match b {
                b'\n' | b'\r' => {
                    self.at += 1;
                    self.follow(Joint::Then);
                    if b == b'\n' {
                        self.here_documents();
                    }
                }
                b'#' => {
                    let rest = &self.bytes[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                b'`' if self.until == Until::Backtick => return,
                b')' if cases.last() == Some(&true) => {
                    self.at += 1;
                    if let Some(pattern) = cases.last_mut() {
                        *pattern = false;
                    }
                    self.follow(Joint::Then);
                }
                b')' => return,
                b'(' if cases.last() == Some(&true) => self.at += 1,
                b'(' if self.ahead(1) == Some(b'(') => {
                    self.at += 2;
                    self.arithmetic();
                }
                b'(' => {
                    self.at += 1;
                    self.enclosed(Until::Paren, None);
                }
                b';' => {
                    let mut ended = 0;
                    while self.peek().is_some_and(|b| b == b';' || b == b'&' && ended > 0) {
                        self.at += 1;
                        ended += 1;
                    }
                    if let Some(pattern) = cases.last_mut().filter(|_| ended > 1) {
                        *pattern = true;
                    }
                    self.follow(Joint::Then);
                }
                b'&' if self.ahead(1) == Some(b'&') => {
                    self.at += 2;
                    self.follow(Joint::And);
                }
                b'&' if self.ahead(1) != Some(b'>') => {
                    self.at += 1;
                    self.follow(Joint::Background);
                }
                b'|' if self.ahead(1) == Some(b'|') => {
                    self.at += 2;
                    self.follow(Joint::Or);
                }
                b'|' if cases.last() == Some(&true) => self.at += 1,
                b'|' => {
                    self.at += 1 + usize::from(self.ahead(1) == Some(b'&'));
                    self.place.pipe = self.place.last;
                    self.place.joint = Joint::Pipe;
                }
                _ if cases.last() == Some(&true) => {
                    let word = self.word();
                    match word {
                        Some(word) if word.text() == "esac" && !word.quoted => {
                            cases.pop();
                        }
                        Some(_) => {}
                        None => self.at += 1,
                    }
                }
                _ => {
                    let before = self.at;
                    match self.simple() {
                        Some("case") => cases.push(true),
                        Some("esac") => {
                            cases.pop();
                        }
                        _ => {}
                    }
                    if self.at == before {
                        self.at += 1;
                        self.whole_character();
                    }
                    if self.script.commands.len() >= MAX_COMMANDS {
                        self.script.cut_short = true;
                        self.at = self.bytes.len();
                    }
                }
            }
        }
    }

    /// A line end behind `|`, `&&` or `||` continues the pipe or list.
    fn follow(&mut self, joint: Joint) {
        if joint != Joint::Then {
            self.place.pipe = None;
            self.place.joint = joint;
        } else if self.place.pipe.is_none()
            && matches!(self.place.joint, Joint::First | Joint::Then | Joint::Background)
        {
            self.place.joint = if self.place.last.is_some() { Joint::Then } else { Joint::First };
        }
    }

    /// Reads one simple command, or a keyword; answers with `case` and `esac`.
    fn simple(&mut self) -> Option<&'static str> {
        self.open.push(self.script.commands.len());
        let answer = self.command();
        self.open.pop();
        answer
    }

    fn command(&mut self) -> Option<&'static str> {
        let index = self.script.commands.len();
        let start = self.at;
        let mut command = Command {
            inside: self.place.inside,
            subshells: self.place.subshells,
            joint: self.place.joint,
            ..Command::default()
        };
        // Keeps its index while commands in its words are read.
        self.script.commands.push(Command::default());
        let mut end = start;
        let mut is_test = false;
        let mut answer = None;
        loop {
            self.blanks();
            let Some(b) = self.peek() else { break };
            if b == b'#' {
                break;
            }
            if is_test && matches!(b, b'&' | b'|' | b'<' | b'>' | b'(' | b')' | b';') {
                self.at += 1;
                continue;
            }
            if self.redirects() {
                if let Some((redirection, pending)) = self.redirection() {
                    end = redirection.target.range.end;
                    if let Some((delimiter, strip)) = pending {
                        let redirection = command.redirections.len();
                        self.pending.push(Pending {
                            command: index,
                            redirection,
                            delimiter,
                            strip,
                        });
                    }
                    command.redirections.push(redirection);
                }
                continue;
            }
            let Some(word) = self.word() else { break };
            end = word.range.end;
            if command.words.is_empty() {
                if command.assignments.is_empty() && !word.quoted && word.literal {
                    let text = word.text();
                    let opener = OPENERS.contains(&text);
                    if opener || CLOSERS.contains(&text) || text == "function" {
                        self.script.commands.truncate(index);
                        if text == "function" {
                            self.blanks();
                            _ = self.word();
                            self.parentheses();
                        }
                        if opener && self.place.joint == Joint::First && self.place.last.is_some() {
                            self.place.joint = Joint::Then;
                        }
                        return (text == "esac").then_some("esac");
                    }
                    if self.parentheses() {
                        self.script.commands.truncate(index);
                        return None;
                    }
                }
                // Quotes before the sign make it a plain word; behind it they do not.
                if let Some(assigned) = prefix::assignment(&word) {
                    command.assignments.push(assigned);
                    continue;
                }
                is_test = word.text() == "[[";
            } else if is_test && word.text() == "]]" {
                is_test = false;
            } else if word.text() == "in"
                && command.words.len() == 2
                && command.words[0].text() == "case"
            {
                answer = Some("case");
                break;
            }
            command.words.push(word);
        }
        if command.words.is_empty()
            && command.assignments.is_empty()
            && command.redirections.is_empty()
        {
            self.script.commands.truncate(index);
            return answer;
        }
        let first = self.text.origin(start);
        command.range = first..end.max(first);
        prefix::see_through(&mut command);
        command.fed_by = self.place.pipe.take();
        if let Some(source) = command.fed_by.and_then(|at| self.script.commands.get_mut(at)) {
            source.feeds = Some(index);
        }
        self.place.last = Some(index);
        self.place.joint = Joint::Then;
        let script = prefix::script(&command).cloned();
        self.script.commands[index] = command;
        if let Some(script) = script {
            self.enter(&script, index);
        }
        answer
    }

    /// Reads a script that a command is given.
    fn enter(&mut self, script: &Mapped, command: usize) {
        if self.depth + 4 > MAX_DEPTH {
            self.script.cut_short = true;
            return;
        }
        let inner = nested(script, self.depth + 4, None);
        let offset = self.script.commands.len();
        self.script.cut_short |= inner.cut_short;
        self.script.unclosed |= inner.unclosed;
        let room = MAX_COMMANDS.saturating_sub(offset);
        let shifted = |at: Option<usize>| at.map(|at| at + offset);
        self.script.commands.extend(inner.commands.into_iter().take(room).map(|mut one| {
            one.feeds = shifted(one.feeds);
            one.fed_by = shifted(one.fed_by);
            one.inside =
                Some(one.inside.map_or(Inside { command, nest: Nest::Script }, |inside| Inside {
                    command: inside.command + offset,
                    ..inside
                }));
            one
        }));
    }

    /// `()` behind the name of a function.
    fn parentheses(&mut self) -> bool {
        let before = self.at;
        self.blanks();
        if self.peek() == Some(b'(') {
            self.at += 1;
            self.blanks();
            if self.peek() == Some(b')') {
                self.at += 1;
                return true;
            }
        }
        self.at = before;
        false
    }

    /// Past `))`.
    pub(super) fn arithmetic(&mut self) {
        let mut open = 2_usize;
        while let Some(b) = self.peek() {
            self.at += 1;
            match b {
                b'(' => open += 1,
                b')' => open -= 1,
                _ => {}
            }
            if open == 0 {
                return;
            }
        }
        self.script.unclosed = true;
    }

    /// Whether a redirection begins here: `>`, `2>`, `&>`, but neither `<(` nor `>(`.
    fn redirects(&self) -> bool {
        let digits =
            self.bytes[self.at..].iter().take(4).take_while(|b| b.is_ascii_digit()).count();
        match self.ahead(digits) {
            Some(b'<' | b'>') => self.ahead(digits + 1) != Some(b'('),
            Some(b'&') => digits == 0 && self.ahead(1) == Some(b'>'),
            _ => false,
        }
    }

    fn redirection(&mut self) -> Option<(Redirection, Option<(String, bool)>)> {
        while self.peek().is_some_and(|b| b.is_ascii_digit()) {
            self.at += 1;
        }
        let start = self.at;
        while self.at - start < 3
            && self.peek().is_some_and(|b| matches!(b, b'<' | b'>' | b'&' | b'|'))
        {
            // `<(` opens a process: `< <(curl ...)`.
            if self.at > start && self.ahead(1) == Some(b'(') {
                break;
            }
            self.at += 1;
        }
        let mut operator = self.text.as_str()[start..self.at].to_owned();
        let strip = operator == "<<" && self.peek() == Some(b'-');
        if strip {
            self.at += 1;
            operator.push('-');
        }
        self.blanks();
        let target = self.word()?;
        let pending = operator.starts_with("<<").then(|| (target.text().to_owned(), strip));
        let pending = pending.filter(|_| operator != "<<<");
        Some((Redirection { operator, target, body: None }, pending))
    }

    /// Reads the here-documents that were announced on the line that ended just now.
    fn here_documents(&mut self) {
        for one in std::mem::take(&mut self.pending) {
            let mut body = self.text.part(self.at..self.at);
            let mut closed = false;
            while self.at < self.bytes.len() && !closed {
                let rest = &self.bytes[self.at..];
                let end = memchr::memchr(b'\n', rest).map_or(self.bytes.len(), |n| self.at + n);
                let line = &self.text.as_str()[self.at..end];
                let shown = line.trim_end_matches('\r');
                let shown = if one.strip { shown.trim_start_matches('\t') } else { shown };
                closed = shown == one.delimiter;
                let next = (end + 1).min(self.bytes.len());
                if !closed {
                    let skipped = if one.strip {
                        line.len() - line.trim_start_matches('\t').len()
                    } else {
                        0
                    };
                    body.push_from(self.text, self.at + skipped..next);
                }
                self.at = next;
            }
            self.script.unclosed |= !closed;
            let Some(command) = self.script.commands.get_mut(one.command) else { continue };
            let reads = prefix::reads_script(command);
            if let Some(redirection) = command.redirections.get_mut(one.redirection) {
                redirection.body = Some(body.clone());
            }
            if reads {
                self.enter(&body, one.command);
            }
        }
    }
}
