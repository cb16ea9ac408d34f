//! From the text of a Dockerfile to its instructions and stages. A line that cannot be read is told and left out; the rest
//! is read.

use super::expand::Scope;
use super::line::{self, Line};
use super::model::{Broken, Dockerfile, Flag, Instruction, Keyword, Pair, Stage};
use crate::engine::shell::{self, Command, Joint, Script, Word};
use crate::text::mapped::Mapped;
use std::collections::HashMap;

/// Instructions that are kept of one file.
const MAX_INSTRUCTIONS: usize = 20_000;

/// Stages that are kept of one file.
const MAX_STAGES: usize = 1000;

/// Which shell reads shell forms.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Interpreter {
    /// One that [`shell`] can read.
    posix: bool,
    /// It fails when any command of a pipe fails.
    pipefail: bool,
    /// It is the image's own.
    own: bool,
}

/// A stage while it is being read.
#[derive(Debug, Clone)]
struct Current {
    scope: Scope,
    interpreter: Interpreter,
}

/// Reads a file.
pub fn parse(text: &str) -> Dockerfile {
    let lines = line::split(text);
    let mut parser = Parser {
        escape: lines.escape,
        file: Dockerfile::default(),
        global: Scope::default(),
        current: None,
        ends: HashMap::new(),
        names: HashMap::new(),
    };
    for range in lines.unclosed {
        parser.broken(range, "a here-document without an end");
    }
    for line in lines.instructions {
        if parser.file.instructions.len() >= MAX_INSTRUCTIONS
            || parser.file.stages.len() >= MAX_STAGES
        {
            parser.broken(line.range, "more instructions than are looked at");
            break;
        }
        parser.line(line);
    }
    parser.end_stage();
    parser.file
}

struct Parser {
    escape: char,
    file: Dockerfile,
    /// `ARG` before the first `FROM`.
    global: Scope,
    current: Option<Current>,
    /// How each finished stage ended, for those that go on from it.
    ends: HashMap<usize, Current>,
    /// Stages by name; a later one of the same name takes its place.
    names: HashMap<String, usize>,
}

impl Parser {
    fn broken(&mut self, range: std::ops::Range<usize>, what: &'static str) {
        if self.file.broken.len() < 100 {
            self.file.broken.push(Broken { range, what });
        }
    }

    fn line(&mut self, line: Line) {
        let (mut word, mut rest) = first_word(&line.text);
        let onbuild = word.eq_ignore_ascii_case("onbuild");
        if onbuild {
            let inner = rest;
            (word, rest) = first_word(&inner);
        }
        let Some(keyword) = Keyword::of(&word) else {
            self.broken(line.range, "a line that is no instruction");
            return;
        };
        let (flags, rest) = flags(rest);
        let head = line.range.start..line.text.origin(line.text.len());
        let mut one = Instruction {
            keyword,
            onbuild,
            range: line.range,
            head,
            stage: self.file.stages.len().checked_sub(1),
            flags,
            rest,
            words: Vec::new(),
            values: Vec::new(),
            exec: None,
            pairs: Vec::new(),
            heredocs: line.heredocs,
            script: Script::default(),
            pipefail: false,
            own_shell: true,
        };
        match keyword {
            Keyword::From if !onbuild => self.from(&mut one),
            Keyword::Arg | Keyword::Env | Keyword::Label => self.pairs(&mut one),
            Keyword::Run | Keyword::Cmd | Keyword::Entrypoint | Keyword::Healthcheck => {
                self.command(&mut one);
            }
            Keyword::Shell => self.shell(&mut one),
            Keyword::Maintainer => {}
            _ => {
                one.exec = exec(&one.rest);
                if one.exec.is_none() {
                    one.words = shell::words(&one.rest, self.escape);
                    let scope = self.current.as_ref().map_or(&self.global, |one| &one.scope);
                    one.values = one.words.iter().map(|word| known(word, scope)).collect();
                }
            }
        }
        let needs = !matches!(keyword, Keyword::Cmd | Keyword::Entrypoint | Keyword::Shell);
        if needs && one.rest.as_str().trim().is_empty() && one.heredocs.is_empty() {
            self.broken(one.range.clone(), "an instruction without arguments");
        }
        self.file.instructions.push(one);
    }

    fn from(&mut self, one: &mut Instruction) {
        self.end_stage();
        let index = self.file.instructions.len();
        one.words = shell::words(&one.rest, self.escape);
        one.stage = Some(self.file.stages.len());
        let image = one.words.first().cloned();
        let name = match one.words.get(1) {
            Some(word) if word.text().eq_ignore_ascii_case("as") => {
                one.words.get(2).map(|name| name.text().to_ascii_lowercase())
            }
            _ => None,
        };
        let known_image = image.as_ref().and_then(|word| known(word, &self.global));
        let parent = known_image
            .as_ref()
            .and_then(|image| self.names.get(&image.to_ascii_lowercase()).copied());
        let inherited = parent.and_then(|parent| self.ends.get(&parent));
        let windows = known_image.as_ref().is_some_and(|image| {
            let image = image.to_ascii_lowercase();
            ["windows", "nanoserver", "powershell"].iter().any(|word| image.contains(word))
        });
        let interpreter = inherited
            .map_or(Interpreter { posix: !windows, pipefail: false, own: true }, |end| {
                end.interpreter.clone()
            });
        let mut scope = Scope::default();
        if let Some(end) = inherited {
            scope = end.scope.clone();
        }
        self.current = Some(Current { scope, interpreter });
        if let Some(name) = &name {
            self.names.insert(name.clone(), self.file.stages.len());
        }
        self.file.stages.push(Stage {
            from: index,
            name,
            image,
            known_image,
            parent,
            instructions: index..index,
        });
    }

    fn end_stage(&mut self) {
        let end = self.file.instructions.len();
        let index = self.file.stages.len().wrapping_sub(1);
        if let Some(stage) = self.file.stages.last_mut() {
            stage.instructions.end = end;
            // Only a stage with a name can be gone on from.
            if let Some(current) = self.current.take().filter(|_| stage.name.is_some()) {
                self.ends.insert(index, current);
            }
        }
    }

    fn pairs(&mut self, one: &mut Instruction) {
        let words = shell::words(&one.rest, self.escape);
        let old_form = one.keyword != Keyword::Arg
            && words.first().is_some_and(|word| !word.text().contains('='));
        let scope = self.current.as_ref().map_or(&self.global, |current| &current.scope);
        let mut pairs = Vec::new();
        if old_form {
            // `ENV NAME all the rest`.
            if let Some(name) = words.first() {
                let text = one.rest.as_str();
                // As it is written: with its quotes and escapes the name is longer than what it means.
                let start = text.find(char::is_whitespace).unwrap_or(text.len());
                let value =
                    text.get(start..).map_or(0, |rest| rest.len() - rest.trim_start().len());
                let value = one.rest.part(
                    (start + value).min(text.len())
                        ..text.trim_end().len().max((start + value).min(text.len())),
                );
                let range = value.back(0..value.len());
                let literal = words[1..].iter().all(|word| word.literal);
                let quoted = words[1..].iter().any(|word| word.quoted);
                // One quoted word is what stands between the quotes.
                let word = match &words[1..] {
                    [only] => only.clone(),
                    _ => Word { value, range: range.clone(), literal, quoted },
                };
                let known = known(&word, scope);
                let range = name.range.start..range.end.max(name.range.end);
                pairs.push(Pair { name: name.text().to_owned(), value: Some(word), known, range });
            }
        } else {
            for word in words {
                let text = word.text();
                let (name, value) = match text.find('=') {
                    Some(equals) => {
                        let value = word.value.part(equals + 1..text.len());
                        let place = value.back(0..value.len());
                        let range = if word.quoted {
                            place.start..word.range.end.max(place.end)
                        } else {
                            place
                        };
                        (text[..equals].to_owned(), Some(Word { value, range, ..word.clone() }))
                    }
                    None => (text.to_owned(), None),
                };
                let known = match (&value, one.keyword) {
                    (Some(value), _) => known(value, scope),
                    // `ARG NAME` takes the default from before the first stage.
                    (None, Keyword::Arg) => self.global.get(&name).map(str::to_owned),
                    _ => None,
                };
                pairs.push(Pair { name, value, known, range: word.range });
            }
        }
        if one.keyword != Keyword::Label && !one.onbuild {
            let scope =
                self.current.as_mut().map_or(&mut self.global, |current| &mut current.scope);
            for pair in &pairs {
                scope.set(&pair.name, pair.known.clone());
            }
        }
        one.pairs = pairs;
    }

    fn shell(&mut self, one: &mut Instruction) {
        one.exec = exec(&one.rest);
        let Some(words) = &one.exec else {
            self.broken(one.range.clone(), "SHELL needs a list in JSON");
            return;
        };
        let program = words
            .first()
            .map_or("", |word| word.text().rsplit(['/', '\\']).next().unwrap_or_default());
        let posix = matches!(program, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh" | "busybox");
        let pipefail = words.iter().any(|word| word.text().contains("pipefail"));
        if let Some(current) = self.current.as_mut().filter(|_| !one.onbuild) {
            current.interpreter = Interpreter { posix, pipefail, own: false };
        }
    }

    /// Commands of `RUN`, `CMD`, `ENTRYPOINT` and `HEALTHCHECK`.
    fn command(&mut self, one: &mut Instruction) {
        if one.keyword == Keyword::Healthcheck {
            let (word, rest) = first_word(&one.rest);
            one.words = shell::words(&one.rest.part(0..word.len()), self.escape);
            if word.eq_ignore_ascii_case("cmd") {
                one.rest = rest;
            } else {
                return;
            }
        }
        one.exec = exec(&one.rest);
        let interpreter = self.current.as_ref().map(|current| current.interpreter.clone());
        let interpreter =
            interpreter.unwrap_or(Interpreter { posix: true, pipefail: false, own: true });
        one.pipefail = interpreter.pipefail;
        one.own_shell = interpreter.own;
        if let Some(words) = &one.exec {
            one.script = script_of(words);
            return;
        }
        if !interpreter.posix {
            return;
        }
        let script = with_heredocs(one);
        one.script = shell::read(&script);
        if one.script.cut_short {
            self.broken(one.range.clone(), "more commands than are looked at");
        }
    }
}

/// The text that the shell gets: a here-document alone is the script, others follow the line that names them.
fn with_heredocs(one: &Instruction) -> Mapped {
    let text = one.rest.as_str().trim();
    if let [only] = one.heredocs.as_slice()
        && text.starts_with("<<")
        && !text.contains(char::is_whitespace)
    {
        let first = only.body.as_str().lines().next().unwrap_or_default();
        let is_shell = ["sh", "bash", "dash", "ash", "zsh", "ksh"].iter().any(|shell| {
            first.trim_end().ends_with(&format!("/{shell}"))
                || first.contains(&format!("/{shell} "))
                || first.trim_end().ends_with(&format!(" {shell}"))
        });
        return if first.starts_with("#!") && !is_shell {
            Mapped::new()
        } else {
            only.body.clone()
        };
    }
    let mut script = one.rest.clone();
    for heredoc in &one.heredocs {
        let behind = heredoc.body.origin(heredoc.body.len());
        script.push("\n", heredoc.body.origin(0));
        script.push_from(&heredoc.body, 0..heredoc.body.len());
        script.push(&heredoc.name, behind);
    }
    script
}

/// A command given as a list of words.
fn script_of(words: &[Word]) -> Script {
    let Some(first) = words.first() else { return Script::default() };
    let program = first.text().rsplit('/').next().unwrap_or_default();
    if matches!(program, "sh" | "bash" | "dash" | "ash" | "zsh" | "ksh")
        && let Some(at) =
            words.iter().position(|word| word.text().starts_with('-') && word.text().ends_with('c'))
        && let Some(script) = words.get(at + 1)
    {
        return shell::read(&script.value);
    }
    let range = first.range.start..words.last().map_or(first.range.end, |last| last.range.end);
    let command =
        Command { words: words.to_vec(), range, joint: Joint::First, ..Command::default() };
    Script { commands: vec![command], ..Script::default() }
}

/// The value of a word when its variables are known.
fn known(word: &Word, scope: &Scope) -> Option<String> {
    if word.literal { Some(word.text().to_owned()) } else { scope.expand(word.text()) }
}

/// The first word of a text and what stands behind it, without blanks.
fn first_word(text: &Mapped) -> (String, Mapped) {
    let whole = text.as_str();
    let end = whole.find(char::is_whitespace).unwrap_or(whole.len());
    let behind = whole.len() - whole[end..].trim_start().len();
    (whole[..end].to_owned(), text.part(behind..whole.len()))
}

/// Takes `--name=value` off the front.
fn flags(mut rest: Mapped) -> (Vec<Flag>, Mapped) {
    let mut flags = Vec::new();
    let mut at = 0;
    loop {
        let text = &rest.as_str()[at..];
        let start = at + (text.len() - text.trim_start().len());
        let word = rest.as_str()[start..].split(char::is_whitespace).next().unwrap_or_default();
        let Some(name) = word.strip_prefix("--").filter(|name| !name.is_empty()) else { break };
        let end = start + word.len();
        let (name, value) = name.split_once('=').unwrap_or((name, ""));
        let value = rest.part(end - value.len()..end);
        flags.push(Flag { name: name.to_owned(), value, range: rest.back(start..end) });
        at = end;
    }
    if at > 0 {
        let text = &rest.as_str()[at..];
        let start = at + (text.len() - text.trim_start().len());
        rest = rest.part(start..rest.len());
    }
    (flags, rest)
}

/// Elements of a JSON list of texts; `None` when it is none, as Docker takes it for a shell form then.
fn exec(text: &Mapped) -> Option<Vec<Word>> {
    let whole = text.as_str();
    let bytes = whole.as_bytes();
    let mut at = whole.len() - whole.trim_start().len();
    if bytes.get(at) != Some(&b'[') {
        return None;
    }
    at += 1;
    let blanks = |mut at: usize| {
        while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
            at += 1;
        }
        at
    };
    let mut words = Vec::new();
    at = blanks(at);
    if bytes.get(at) == Some(&b']') {
        return whole[at + 1..].trim().is_empty().then_some(words);
    }
    loop {
        at = blanks(at);
        let (word, end) = json_text(text, at)?;
        words.push(word);
        at = blanks(end);
        match bytes.get(at) {
            Some(b',') => at += 1,
            Some(b']') => return whole[at + 1..].trim().is_empty().then_some(words),
            _ => return None,
        }
    }
}

/// A text in quotes, and where it ends.
fn json_text(text: &Mapped, start: usize) -> Option<(Word, usize)> {
    let bytes = text.as_str().as_bytes();
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut value = text.part(start + 1..start + 1);
    let mut at = start + 1;
    let mut run = at;
    let literal = loop {
        match bytes.get(at)? {
            b'"' => {
                value.push_from(text, run..at);
                break true;
            }
            b'\\' => {
                value.push_from(text, run..at);
                let origin = text.origin(at);
                let decoded = match bytes.get(at + 1)? {
                    b'n' => "\n",
                    b't' => "\t",
                    b'r' => "\r",
                    b'"' => "\"",
                    b'\\' => "\\",
                    b'/' => "/",
                    b'b' | b'f' => " ",
                    b'u' => {
                        let digits = text.as_str().get(at + 2..at + 6)?;
                        let code = u32::from_str_radix(digits, 16).ok()?;
                        let c = char::from_u32(code).unwrap_or('?');
                        // Beyond ASCII one place stands for several bytes.
                        let c = if c.is_ascii() { c } else { '?' };
                        value.push(c.encode_utf8(&mut [0; 4]), origin);
                        at += 6;
                        run = at;
                        continue;
                    }
                    _ => return None,
                };
                value.push(decoded, origin);
                at += 2;
                run = at;
            }
            _ => at += 1,
        }
    };
    let word = Word { value, range: text.back(start..at + 1), literal, quoted: true };
    Some((word, at + 1))
}
