//! What a script is made of once it was read, and the questions checks ask of a command.

use super::prefix;
use crate::text::mapped::Mapped;
use std::ops::Range;

/// A script.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Script {
    /// Its commands in the order of the text.
    pub commands: Vec<Command>,
    /// Some of it was left out because there is too much of it or it is nested too deep.
    pub cut_short: bool,
    /// A quote, a bracket or a here-document was not closed.
    pub unclosed: bool,
}

/// A command: a program (or builtin) with its arguments.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Command {
    /// Program and arguments, without what was seen through. Empty for a mere assignment.
    pub words: Vec<Word>,
    /// `NAME=value` before the program, those of `env` included: the name and the value.
    pub assignments: Vec<(String, Word)>,
    /// Programs that only run this one, outermost first: `sudo`, `env`, `time`, `xargs`; without their options.
    pub prefixes: Vec<Word>,
    /// Redirections.
    pub redirections: Vec<Redirection>,
    /// From its first word (or assignment) to its last word or redirection.
    pub range: Range<usize>,
    /// What stands between it and the command before it in the same list.
    pub joint: Joint,
    /// The command that reads its output through a pipe.
    pub feeds: Option<usize>,
    /// The command whose output it reads through a pipe.
    pub fed_by: Option<usize>,
    /// The command it stands in.
    pub inside: Option<Inside>,
    /// Subshells `(...)` around it, in its own list.
    pub subshells: u32,
}

/// How a command follows the one before it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Joint {
    /// It is the first of its list.
    #[default]
    First,
    /// `;`, a line end, or a keyword such as `then`.
    Then,
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `|` or `|&`.
    Pipe,
    /// `&`.
    Background,
}

/// Where a nested command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Inside {
    /// Index of the command around it.
    pub command: usize,
    /// In what way.
    pub nest: Nest,
}

/// Ways in which a command stands in another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nest {
    /// `$(...)` or backticks: its output becomes part of a word.
    Substitution,
    /// `<(...)` or `>(...)`.
    Process,
    /// The argument of `sh -c`, `eval`, `su -c`, or a here-document that a shell reads.
    Script,
}

/// A word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    /// Quotes and escapes taken off; expansions stand as they are written.
    pub value: Mapped,
    /// As it stands, quotes included.
    pub range: Range<usize>,
    /// It holds no expansion: its value is what the program gets, but for `*`, `?` and `{a,b}`.
    pub literal: bool,
    /// Some of it is quoted or escaped.
    pub quoted: bool,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirection {
    /// Without a file descriptor: `>`, `>>`, `<`, `<<`, `<<<`, `>&`, `&>` and so on.
    pub operator: String,
    /// File, descriptor, or the delimiter of a here-document.
    pub target: Word,
    /// Text of a here-document.
    pub body: Option<Mapped>,
}

impl Word {
    /// Quotes and escapes taken off; expansions stand as they are written.
    pub fn text(&self) -> &str {
        self.value.as_str()
    }

    /// Where a part of [`Self::text`] stands.
    pub fn place(&self, part: Range<usize>) -> Range<usize> {
        self.value.back(part)
    }

    /// The value when it is known.
    pub fn known(&self) -> Option<&str> {
        self.literal.then(|| self.text())
    }
}

impl Command {
    /// Name of the program without its folder; empty when it is not known (`$CMD`) or there is none.
    pub fn program(&self) -> &str {
        let name = self.words.first().and_then(Word::known).unwrap_or_default();
        name.rsplit('/').next().unwrap_or_default()
    }

    /// Arguments of the program.
    pub fn args(&self) -> &[Word] {
        self.words.get(1..).unwrap_or_default()
    }

    /// Variables that it sets for the commands behind it: the name and the value.
    pub fn sets(&self) -> impl Iterator<Item = (String, Word)> + '_ {
        // What stands before one of these, or behind some, outlives the command.
        let exports =
            matches!(self.program(), "export" | "readonly" | "declare" | "typeset" | "local");
        let lasts = self.words.is_empty() || exports || matches!(self.program(), "set" | ":");
        let before = self.assignments.iter().filter(move |_| lasts).cloned();
        let behind = self.args().iter().filter(move |_| exports).filter_map(prefix::assignment);
        before.chain(behind)
    }

    /// Whether a prefix of that name stands before it.
    pub fn has_prefix(&self, name: &str) -> bool {
        self.prefixes.iter().any(|prefix| prefix.text().rsplit('/').next() == Some(name))
    }

    /// Whether an argument is exactly this text.
    pub fn has(&self, text: &str) -> bool {
        self.args().iter().any(|word| word.text() == text)
    }

    /// The option with one of these names: `-x`, `-yx` for a single letter, `--long` or `--long=value`.
    pub fn option(&self, names: &[&str]) -> Option<&Word> {
        self.args().iter().take_while(|word| word.text() != "--").find(|word| {
            let text = word.text();
            names.iter().any(|name| {
                if name.starts_with("--") {
                    let rest = text.strip_prefix(name);
                    return rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('='));
                }
                let letter = name.trim_start_matches('-').as_bytes();
                let among = text.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
                text == *name
                    || letter.len() == 1
                        && among.is_some_and(|letters| {
                            let mut letters = letters.bytes().take_while(u8::is_ascii_alphabetic);
                            letters.any(|b| letter == [b])
                        })
            })
        })
    }

    /// The first argument that is no option: `install` of `apt-get -y install`.
    pub fn verb(&self) -> &str {
        self.args().iter().map(Word::text).find(|text| !text.starts_with('-')).unwrap_or_default()
    }

    /// Arguments behind the first one that equals `verb`, without options; `with_value` are options that take the next
    /// word.
    pub fn operands<'a>(
        &'a self,
        verb: &'a str,
        with_value: &'a [&'a str],
    ) -> impl Iterator<Item = &'a Word> {
        let args = self.args();
        let start =
            args.iter().position(|word| word.text() == verb).map_or(args.len(), |at| at + 1);
        let mut skips = false;
        let mut all = false;
        args[start..].iter().filter(move |word| {
            let text = word.text();
            if std::mem::take(&mut skips) {
                return false;
            }
            if text == "--" {
                all = true;
                return false;
            }
            if !all && text.starts_with('-') && text.len() > 1 {
                skips = with_value.contains(&text);
                return false;
            }
            true
        })
    }
}

impl Script {
    /// The commands inside another one, in one way or in any.
    pub fn within(&self, command: usize, nest: Option<Nest>) -> impl Iterator<Item = &Command> {
        self.commands.iter().skip(command + 1).filter(move |one| {
            one.inside.is_some_and(|inside| {
                inside.command == command && nest.is_none_or(|nest| inside.nest == nest)
            })
        })
    }
}
