//! Reads shell scripts (POSIX shell and bash) into the commands they run, for checks of `RUN`, of workflow steps and the
//! like. It judges nothing, expands nothing and runs nothing; what it cannot know it leaves marked as such.
//!
//! ```text
//! read("set -e; sudo apt-get install -y $PKG | tee log")
//!   commands[0]  set      args [-e]
//!   commands[1]  apt-get  args [install -y $PKG]  prefixes [sudo]   feeds commands[2]; $PKG is not literal
//!   commands[2]  tee      args [log]                                fed_by commands[1]
//! ```
//!
//! Commands stand in one flat list in the order of the text: those of subshells, of `$(...)`, of the bodies of `if`, `for`
//! and `case`, and those inside `sh -c "..."` or a here-document that a shell reads follow the command they stand in, with
//! [`Command::inside`] saying where. Every range is a place in the original of the [`Mapped`] text that was given, so that
//! places stay right through joined lines and removed quotes.
//!
//! Any bytes can be read; time and memory are linear in the text. Beyond [`MAX_COMMANDS`] commands or [`MAX_DEPTH`]
//! levels of nesting the rest is left out and [`Script::cut_short`] is set.

mod command;
mod prefix;
mod reader;
mod word;

pub use command::{Command, Inside, Joint, Nest, Redirection, Script, Word};

use crate::text::mapped::Mapped;

/// Commands that are kept of one script.
pub const MAX_COMMANDS: usize = 20_000;

/// Levels of nesting that are followed: `$(...)`, `(...)`, `sh -c`, all together.
pub const MAX_DEPTH: u32 = 16;

/// Reads a script.
pub fn read(text: &Mapped) -> Script {
    reader::read(text)
}

/// Reads a script that stands in a file as it is; ranges are those of the text.
pub fn read_plain(text: &str) -> Script {
    reader::read(&Mapped::plain(text, 0))
}

/// Splits a text into words as a shell does, without giving any character but blanks, quotes, `escape` and `$` a meaning:
/// what lists of arguments in a Dockerfile are made of.
pub fn words(text: &Mapped, escape: char) -> Vec<Word> {
    reader::words(text, escape)
}

#[cfg(test)]
mod tests;
