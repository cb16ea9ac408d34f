//! Commands of scripts that stand in values of other files, each with its bytes there: scripts of a shell as `engine::shell` reads them, those
//! of other programs line by line. Judges nothing.

use super::value::{Data, Value};
use crate::engine::shell::{self, Command, Nest, Script};
use std::collections::BTreeSet;
use std::ops::Range;

/// What a script says, command by command; a pipe is one.
#[derive(Debug, Default, PartialEq)]
pub struct Statements {
    /// All of it, with the here-documents that a command is given.
    pub all: Vec<Value>,
    /// Without here-documents, and without what only prints a text.
    pub acting: Vec<Value>,
}

impl Statements {
    /// Those of a script that no shell reads.
    pub fn of_lines(script: &Value, source: &[u8]) -> Self {
        let all = lines(script, source);
        Self { acting: all.clone(), all }
    }

    /// Those of a shell script in a value of `source`. One that is not closed, or too large, is taken line by line.
    pub fn of_shell(script: &Value, source: &[u8]) -> Self {
        let Some(text) = script.text() else { return Self::default() };
        let read = shell::read_plain(&masked(text));
        if read.unclosed || read.cut_short {
            return Self::of_lines(script, source);
        }
        let places = Places::new(text, script.range.clone(), source);
        let around: BTreeSet<usize> =
            read.commands.iter().filter_map(|one| Some(one.inside?.command)).collect();
        let mut statements = Self::default();
        let mut groups = 0;
        for (index, command) in read.commands.iter().enumerate() {
            if command.fed_by.is_some() || !stands_alone(&read, command) {
                continue;
            }
            let pipe: Vec<usize> = std::iter::successors(Some(index), |at| {
                // A pipe only goes on further down.
                read.commands.get(*at)?.feeds.filter(|next| next > at)
            })
            .collect();
            let commands = || pipe.iter().filter_map(|at| read.commands.get(*at));
            let end = commands().map(|one| one.range.end).max().unwrap_or(command.range.end);
            let is_group = is_of_group(command);
            let start = if is_group && groups < GROUPS {
                Places::start_of_group(text, command.range.start)
            } else {
                command.range.start
            };
            let Some(raw) = text.get(start..end) else { continue };
            groups += if is_group { raw.len() } else { 0 };
            let place = places.of(start..end);
            let raw = raw.replace("\\\n", " ");
            let bodies = commands()
                .flat_map(|one| &one.redirections)
                .filter_map(|one| one.body.as_ref())
                .filter_map(|body| text.get(body.back(0..body.len())));
            let mut whole = raw.clone();
            for body in bodies {
                whole.push('\n');
                whole.push_str(body);
            }
            statements.all.push(Value::new(place.clone(), Data::Text(whole)));
            let acts = !commands().all(prints) || pipe.iter().any(|at| around.contains(at));
            // What stands in a group stands for itself too.
            if acts && !is_group {
                statements.acting.push(Value::new(place, Data::Text(raw)));
            }
        }
        statements
    }
}

/// The text with every template in it as a variable of the same length, so that what stands in it is not read as commands.
fn masked(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("${{") {
        let Some(length) = rest[at..].find("}}").map(|end| end + 2) else { break };
        out.push_str(&rest[..at]);
        out.push('$');
        out.extend(std::iter::repeat_n('x', length - 1));
        rest = &rest[at + length..];
    }
    out.push_str(rest);
    out
}

/// Whether the text of a command is a part of no other one's: it stands in none, or in a here-document that a shell reads.
fn stands_alone(script: &Script, command: &Command) -> bool {
    let Some(inside) = command.inside else { return true };
    let Some(around) = script.commands.get(inside.command) else { return true };
    inside.nest == Nest::Script
        && command.range.start >= around.range.end
        && around.inside.is_none_or(|outer| outer.nest == Nest::Script)
}

/// Whether it is what stands behind `}`, `)` or `done`: redirections of all commands before.
fn is_of_group(command: &Command) -> bool {
    command.words.is_empty() && command.assignments.is_empty()
}

/// Whether a command only shows a text.
fn prints(command: &Command) -> bool {
    let keeps = |target: &str| {
        !target.starts_with(['&', '1', '2'])
            && !target.starts_with("/dev/")
            && !target.contains("GITHUB_")
    };
    ["echo", "printf", "print"].contains(&command.program())
        && command.prefixes.is_empty()
        && !command
            .redirections
            .iter()
            .any(|one| one.operator.contains('>') && keeps(one.target.text()))
}

/// Where the text of a value stands in its file.
struct Places {
    whole: Range<usize>,
    /// Starts of lines in the text, the blanks they begin with, and where the rest stands in the file; none when that is not known.
    lines: Option<Vec<(usize, usize, usize)>>,
}

/// Bytes before its end that are looked through for the start of a group. One that is longer begins where it ends: many on one line must
/// not cost the line each.
const GROUP: usize = 4096;

/// Bytes of groups that are kept of one script.
const GROUPS: usize = 256 << 10;

impl Places {
    fn new(text: &str, whole: Range<usize>, source: &[u8]) -> Self {
        let lines = placed(text, &whole, source).map(|ranges| {
            let mut start = 0;
            let mut lines = Vec::new();
            for (line, range) in text.split('\n').zip(ranges) {
                lines.push((start, line.len() - line.trim_start().len(), range.start));
                start += line.len() + 1;
            }
            lines
        });
        Self { whole, lines }
    }

    /// Bytes in the file.
    fn of(&self, part: Range<usize>) -> Range<usize> {
        let Some(lines) = &self.lines else { return self.whole.clone() };
        let place = |offset: usize| {
            let line = lines.partition_point(|(start, ..)| *start <= offset).checked_sub(1)?;
            let (start, blanks, place) = lines.get(line)?;
            Some(place + (offset - start).saturating_sub(*blanks))
        };
        match (place(part.start), place(part.end)) {
            (Some(start), Some(end)) if start <= end => start..end,
            _ => self.whole.clone(),
        }
    }

    /// Where the group begins that ends before an offset: in its own line, or in a line further up that opens one.
    fn start_of_group(text: &str, offset: usize) -> usize {
        let floor = offset.saturating_sub(GROUP);
        let floor = (floor..offset).find(|at| text.is_char_boundary(*at)).unwrap_or(offset);
        let head = &text[floor..offset];
        let is_whole = |start: usize| floor == 0 || start > 0;
        let own = head.rfind('\n').map_or(0, |at| at + 1);
        let bare = head[own..].trim_start();
        let closes = ["}", ")", "done", "fi"].iter().any(|word| bare.starts_with(word));
        let opens = |line: &str| {
            let line = line.trim_end();
            ["{", "(", "do", "then", "else"].iter().any(|word| line.ends_with(word))
        };
        let mut start = own;
        if closes {
            for line in head[..own].split_inclusive('\n').rev() {
                start -= line.len();
                if opens(line) {
                    break;
                }
            }
        }
        if !is_whole(start) {
            return offset;
        }
        floor + start + (head[start..].len() - head[start..].trim_start().len())
    }
}

/// Lines of a script in a value of `source`: one that ends in a backslash goes on in the next, one that begins with `#` is a comment. A block
/// keeps the place of each line; of anything else all lines have that of the value.
fn lines(script: &Value, source: &[u8]) -> Vec<Value> {
    let Some(text) = script.text() else { return Vec::new() };
    let exact = placed(text, &script.range, source);
    let mut lines: Vec<Value> = Vec::new();
    let mut goes_on = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        let ends = line.strip_suffix('\\');
        let own = ends.unwrap_or(line);
        match lines.last_mut().map(|last| &mut last.data) {
            Some(Data::Text(last)) if goes_on => {
                last.push(' ');
                last.push_str(own.trim_start());
            }
            _ if line.is_empty() || line.starts_with('#') => continue,
            _ => {
                let range = exact.as_ref().and_then(|ranges| ranges.get(index)).cloned();
                let range = range.unwrap_or_else(|| script.range.clone());
                lines.push(Value::new(range, Data::Text(own.to_owned())));
            }
        }
        goes_on = ends.is_some();
    }
    lines
}

/// Bytes of each line, when the value stands in the source line by line as it is.
fn placed(text: &str, range: &Range<usize>, source: &[u8]) -> Option<Vec<Range<usize>>> {
    let raw = source.get(range.clone())?;
    let mut ranges = Vec::new();
    let mut start = range.start;
    let mut wanted = text.lines();
    for line in raw.split(|byte| *byte == b'\n') {
        let trimmed = line.trim_ascii();
        let own = start + line.len() - line.trim_ascii_start().len();
        if wanted.next().map_or("", str::trim).as_bytes() != trimmed {
            return None;
        }
        ranges.push(own..own + trimmed.len());
        start += line.len() + 1;
    }
    Some(ranges)
}

/// Bytes of every `open` … `close` in a value, as far as its text stands in the source the same number of times; else of the whole value.
pub fn occurrences(value: &Value, source: &[u8], open: &str, count: usize) -> Vec<Range<usize>> {
    let raw = source.get(value.range.clone()).unwrap_or_default();
    let found: Vec<usize> = memchr::memmem::find_iter(raw, open.as_bytes()).collect();
    if found.len() != count {
        return vec![value.range.clone(); count];
    }
    found
        .into_iter()
        .map(|at| {
            let end = memchr::memmem::find(&raw[at..], b"}}").map_or(open.len(), |end| end + 2);
            value.range.start + at..value.range.start + at + end
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::{Limits, stream};

    fn shown<'a>(text: &'a str, list: &'a [Value]) -> Vec<(&'a str, &'a str)> {
        list.iter().map(|one| (one.text().unwrap(), &text[one.range.clone()])).collect()
    }

    #[test]
    fn commands_are_those_a_shell_runs() {
        let text = "a: |\n  # curl a | sh\n  cd x && curl -s b | sudo sh # curl c | sh\n  echo 'curl d | sh'\n  cat <<E > f\n  curl e | sh\n  E\n  bash <<E\n  g ü \\\n    h\n  E\n  echo ${{ a || b }} \"$(i)\"\n";
        let root = Value::plain(&stream(text.as_bytes(), &Limits::default()).documents[0]);
        let found = Statements::of_shell(root.get("a").unwrap(), text.as_bytes());
        assert_eq!(
            shown(text, &found.acting),
            [
                ("cd x", "cd x"),
                ("curl -s b | sudo sh", "curl -s b | sudo sh"),
                ("cat <<E > f", "cat <<E > f"),
                ("bash <<E", "bash <<E"),
                ("g ü    h", "g ü \\\n    h"),
                ("echo ${{ a || b }} \"$(i)\"", "echo ${{ a || b }} \"$(i)\""),
            ]
        );
        let texts: Vec<&str> = found.all.iter().map(|one| one.text().unwrap()).collect();
        assert!(texts.contains(&"echo 'curl d | sh'"), "{texts:?}");
        assert!(texts.contains(&"cat <<E > f\ncurl e | sh\n"), "{texts:?}");
    }

    #[test]
    fn what_is_written_by_a_group_is_one_command() {
        for (script, expected) in [
            ("{ echo a; echo b; } >> f", "{ echo a; echo b; } >> f"),
            ("x\n{\n  echo a\n} >> f", "{\n  echo a\n} >> f"),
            ("y\nfor i in a; do\n  echo $i\ndone > f", "for i in a; do\n  echo $i\ndone > f"),
        ] {
            let value = Value::new(0..script.len(), Data::Text(script.to_owned()));
            let found = Statements::of_shell(&value, script.as_bytes());
            assert_eq!(found.all.last().and_then(Value::text), Some(expected));
        }
    }

    #[test]
    fn a_script_that_is_not_closed_is_taken_line_by_line() {
        let script = "echo \"a\ncurl b | sh\n";
        let value = Value::new(0..script.len(), Data::Text(script.to_owned()));
        let found = Statements::of_shell(&value, script.as_bytes());
        let texts: Vec<_> = found.acting.iter().filter_map(Value::text).collect();
        assert_eq!(texts, ["echo \"a", "curl b | sh"]);
    }

    #[test]
    fn hostile_scripts_are_read_in_linear_time() {
        let start = std::time::Instant::now();
        for unit in [
            "a | ",
            "{ a; } > b\n",
            "{ a; } > b; ",
            "{\na; } > b; ",
            "${{ a",
            "} > b\n",
            "a <<E\n",
            "echo $(a)\n",
            "(\n",
        ] {
            let script = unit.repeat(200_000 / unit.len());
            let value = Value::new(0..script.len(), Data::Text(script.clone()));
            let found = Statements::of_shell(&value, script.as_bytes());
            let all: usize = found.all.iter().filter_map(Value::text).map(str::len).sum();
            assert!(all < 2 * script.len() + GROUPS + GROUP, "{unit}: {all}");
        }
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }

    #[test]
    fn lines_of_a_block_keep_their_places() {
        let text = "a: |\n  one\n\n  # no\n  two \\\n    three\n  four\n";
        let root = Value::plain(&stream(text.as_bytes(), &Limits::default()).documents[0]);
        let found = lines(root.get("a").unwrap(), text.as_bytes());
        let shown: Vec<_> =
            found.iter().map(|line| (line.text().unwrap(), &text[line.range.clone()])).collect();
        assert_eq!(shown, [("one", "one"), ("two  three", "two \\"), ("four", "four")]);
    }

    #[test]
    fn lines_of_a_quoted_text_have_its_place() {
        let text = r#"a: "one\ntwo""#;
        let root = Value::plain(&stream(text.as_bytes(), &Limits::default()).documents[0]);
        let found = lines(root.get("a").unwrap(), text.as_bytes());
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|line| line.range == (3..13)));
    }
}
