//! Reads dependencies and plugins of Gradle's build scripts as far as they are literal text. Runs nothing: variables,
//! interpolated texts, other projects' accessors and whatever code computes are counted as not resolved.

use super::super::super::component::{Listing, Note, Scope};
use super::super::{Broken, File, MAX_COMPONENTS, join};
use super::catalog::plugin_name;
use super::gradle::configuration;
use super::{Counted, is_id, several, state};

/// Blocks and brackets may stand this deep in one another.
const MAX_DEPTH: usize = 256;

pub(super) fn read(file: &File<'_>) -> Result<Listing, Broken> {
    let tokens = tokens(file.text()?);
    let mut out = Reading {
        listing: Listing {
            path: file.path.to_owned(),
            format: "build.gradle",
            ..Listing::default()
        },
        catalog: has_catalog(file),
        open: Counted::default(),
        total: 0,
        left_out: 0,
    };
    let mut blocks: Vec<&str> = Vec::new();
    let mut at = 0;
    let mut begins = true;
    while let Some(token) = tokens.get(at) {
        match token.kind {
            Kind::Newline => begins = true,
            Kind::Symbol('{') => {
                if blocks.len() >= MAX_DEPTH {
                    return Err(Broken::at(token.line, "blocks stand too deep in one another"));
                }
                blocks.push(name_before(&tokens, at));
                begins = true;
            }
            Kind::Symbol('}') => {
                blocks.pop();
                begins = false;
            }
            Kind::Symbol(';') => begins = true,
            Kind::Word(_) | Kind::Text(..) if begins => {
                begins = false;
                match blocks.iter().rev().find(|name| !matches!(**name, "constraints" | "")) {
                    Some(&"dependencies") => at = out.dependency(&tokens, at),
                    Some(&"plugins") => at = out.plugin(&tokens, at),
                    _ => {}
                }
            }
            _ => begins = false,
        }
        at += 1;
    }
    Ok(out.end())
}

/// Whether a version catalogue stands in the `gradle` folder here or above: then `libs.…` is listed with it.
fn has_catalog(file: &File<'_>) -> bool {
    let mut folder = file.folder();
    for _ in 0..32 {
        let path = join(folder, "gradle/libs.versions.toml");
        if path.is_some_and(|path| file.around.read(&path).is_some()) {
            return true;
        }
        if folder.is_empty() {
            return false;
        }
        folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
    }
    false
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind<'a> {
    Word(&'a str),
    /// Content of a text, and whether something is put into it.
    Text(&'a str, bool),
    Symbol(char),
    Newline,
}

#[derive(Debug, Clone, Copy)]
struct Token<'a> {
    kind: Kind<'a>,
    line: u32,
}

/// Words, texts and symbols without comments.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let (mut at, mut line) = (0, 1u32);
    let bytes = text.as_bytes();
    while let Some(&byte) = bytes.get(at) {
        let rest = &bytes[at..];
        let start = line;
        match byte {
            b'\n' => {
                out.push(Token { kind: Kind::Newline, line });
                line += 1;
                at += 1;
            }
            b'/' if rest.starts_with(b"//") => {
                at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            }
            b'/' if rest.starts_with(b"/*") => {
                let end = memchr::memmem::find(&rest[2..], b"*/").map_or(rest.len(), |end| end + 4);
                line += newlines(&rest[..end]);
                at += end;
            }
            b'"' | b'\'' => {
                let triple = rest.len() >= 3 && rest[..3] == [byte; 3];
                let (open, end) = if triple {
                    (3, text_end(rest, 3, byte, true))
                } else {
                    (1, text_end(rest, 1, byte, false))
                };
                let content = text.get(at + open..at + end).unwrap_or_default();
                let put_in = byte == b'"' && content.contains('$');
                line += newlines(&rest[..end]);
                out.push(Token { kind: Kind::Text(content, put_in), line: start });
                at += (end + open).min(rest.len());
            }
            _ if is_word(byte) => {
                let length = rest.iter().take_while(|byte| is_word(**byte)).count();
                let word = text.get(at..at + length).unwrap_or_default();
                out.push(Token { kind: Kind::Word(word), line });
                at += length;
            }
            b' ' | b'\t' | b'\r' => at += 1,
            _ => {
                if byte.is_ascii() {
                    out.push(Token { kind: Kind::Symbol(byte as char), line });
                }
                at += 1;
            }
        }
    }
    out
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80
}

fn newlines(bytes: &[u8]) -> u32 {
    memchr::memchr_iter(b'\n', bytes).count() as u32
}

/// Where the content of a text ends; a text of one line that is not closed ends with its line.
fn text_end(rest: &[u8], open: usize, quote: u8, triple: bool) -> usize {
    let mut at = open;
    while let Some(&byte) = rest.get(at) {
        if byte == b'\\' {
            at += 2;
            continue;
        }
        let closes = if triple { rest[at..].starts_with(&[quote; 3]) } else { byte == quote };
        if closes || (!triple && byte == b'\n') {
            return at;
        }
        at += 1;
    }
    rest.len()
}

/// The word a block is called by: `dependencies {`, `named("main") {`, `add("x") {`.
fn name_before<'a>(tokens: &[Token<'a>], brace: usize) -> &'a str {
    let mut depth = 0usize;
    for token in tokens[..brace].iter().rev().take(64) {
        match token.kind {
            Kind::Symbol(')') => depth += 1,
            Kind::Symbol('(') => depth = depth.saturating_sub(1),
            Kind::Word(word) if depth == 0 => return word,
            Kind::Newline | Kind::Text(..) if depth == 0 => return "",
            Kind::Symbol(_) if depth == 0 => return "",
            _ => {}
        }
    }
    ""
}

struct Reading {
    listing: Listing,
    catalog: bool,
    open: Counted,
    total: usize,
    left_out: usize,
}

/// Words that begin statements in `dependencies` without asking for a package.
const OTHER: &[&str] =
    &["if", "for", "else", "def", "val", "var", "components", "modules", "constraints"];

impl Reading {
    /// A statement in `dependencies`; gives the place of its last token.
    fn dependency(&mut self, tokens: &[Token<'_>], at: usize) -> usize {
        let (name, line) = match tokens[at].kind {
            Kind::Word(name) | Kind::Text(name, false) => (name, tokens[at].line),
            _ => return at,
        };
        if OTHER.contains(&name) {
            return at;
        }
        // `implementation {` opens a block, `x = 1` and `x.y()` are something else.
        match tokens.get(at + 1).map(|token| token.kind) {
            None
            | Some(Kind::Newline | Kind::Symbol('{' | '}' | '=' | '.' | ')' | ';' | ',' | ':')) => {
                return at;
            }
            _ => {}
        }
        let end = statement(tokens, at);
        let inner = &tokens[at + 1..end];
        let mut scope = configuration(name);
        let mut inner = inner;
        if name == "add"
            && let [
                Token { kind: Kind::Symbol('('), .. },
                Token { kind: Kind::Text(name, _), .. },
                Token { kind: Kind::Symbol(','), .. },
                rest @ ..,
            ] = inner
        {
            scope = configuration(name);
            inner = rest;
        }
        let word = |text: &str| inner.iter().any(|token| token.kind == Kind::Word(text));
        if ["project", "files", "fileTree", "gradleApi", "localGroovy", "gradleTestKit", "projects"]
            .iter()
            .any(|one| word(one))
        {
            return end - 1;
        }
        if word("libs") && self.catalog {
            return end - 1;
        }
        let mut any = false;
        // The map notation names all three parts.
        let part = |key: &str| {
            inner.windows(3).find_map(|window| match window {
                [
                    Token { kind: Kind::Word(name), .. },
                    Token { kind: Kind::Symbol(':' | '='), .. },
                    Token { kind: Kind::Text(text, put_in), .. },
                ] if *name == key => Some((*text, *put_in)),
                _ => None,
            })
        };
        if let Some((artifact, false)) = part("name") {
            let group = part("group").map_or("", |(text, _)| text);
            let version = match part("version") {
                Some((text, false)) => text,
                _ => "",
            };
            self.put(group, artifact, version, scope, line);
            any = true;
        } else {
            for token in inner {
                let Kind::Text(text, put_in) = token.kind else { continue };
                let text = text.split('@').next().unwrap_or(text);
                let parts: Vec<&str> = text.splitn(5, ':').collect();
                let (group, artifact, version) = match parts[..] {
                    [group, artifact] => (group, artifact, ""),
                    [group, artifact, version] | [group, artifact, version, _] => {
                        (group, artifact, version)
                    }
                    _ => continue,
                };
                if put_in && (group.contains('$') || artifact.contains('$')) {
                    continue;
                }
                self.put(group, artifact, version, scope, token.line);
                any = true;
            }
            if let [Token { kind: Kind::Symbol('('), .. }, rest @ ..] = inner
                && !any
                && word("kotlin")
                && let Some(Kind::Text(module, false)) = rest.get(2).map(|token| token.kind)
            {
                let version = match rest.get(4).map(|token| token.kind) {
                    Some(Kind::Text(version, false)) => version,
                    _ => "",
                };
                self.put("org.jetbrains.kotlin", &format!("kotlin-{module}"), version, scope, line);
                any = true;
            }
        }
        if !any {
            self.total += 1;
            self.open.add(line);
        }
        end - 1
    }

    /// A statement in `plugins`.
    fn plugin(&mut self, tokens: &[Token<'_>], at: usize) -> usize {
        let end = statement(tokens, at);
        let line = tokens[at].line;
        let inner = &tokens[at..end];
        let texts: Vec<(&str, bool)> = inner
            .iter()
            .filter_map(|token| match token.kind {
                Kind::Text(text, put_in) => Some((text, put_in)),
                _ => None,
            })
            .collect();
        let versioned = inner.iter().any(|token| token.kind == Kind::Word("version"));
        let id = match (tokens[at].kind, texts.first()) {
            (Kind::Word("id"), Some((id, false))) => (*id).to_owned(),
            (Kind::Word("kotlin"), Some((module, false))) => {
                format!("org.jetbrains.kotlin.{module}")
            }
            _ => return end - 1,
        };
        // A plugin without version is one of Gradle itself or of the build; it names no package of its own.
        if !versioned {
            return end - 1;
        }
        let version = match texts.get(1) {
            Some((version, false)) => *version,
            _ => "",
        };
        if let Some((group, artifact)) =
            plugin_name(&id).as_deref().and_then(|name| name.split_once(':'))
        {
            self.put(group, artifact, version, Scope::Build, line);
        }
        end - 1
    }

    fn put(&mut self, group: &str, artifact: &str, version: &str, scope: Scope, line: u32) {
        self.total += 1;
        if !is_id(group) || !is_id(artifact) {
            self.open.add(line);
            return;
        }
        if self.listing.components.len() + self.listing.declared.len() >= MAX_COMPONENTS {
            self.left_out += 1;
            return;
        }
        let name = format!("{group}:{artifact}");
        let exact = version.strip_suffix("!!").unwrap_or(version);
        if !state(&mut self.listing, (name, version, exact), scope, line) {
            self.open.add(line);
        }
    }

    fn end(mut self) -> Listing {
        let notes = &mut self.listing.notes;
        if self.open.count > 0 {
            let message = format!(
                "{} of {} named without one literal version",
                self.open.count,
                several(self.total, "dependency")
            );
            notes.push(Note::Unresolved { line: self.open.first, message });
        }
        if self.total > 0 {
            let message = "transitive dependencies are not resolved".to_owned();
            notes.push(Note::Unresolved { line: 1, message });
        }
        if self.left_out > 0 {
            let message = format!("{} beyond the limit", several(self.left_out, "dependency"));
            notes.push(Note::Lost { line: None, message });
        }
        self.listing
    }
}

/// Where a statement ends: at a line end, `;` or `{` outside of brackets, or at the `}` of its block. A comma at the
/// end of a line goes on with the next.
fn statement(tokens: &[Token<'_>], at: usize) -> usize {
    let mut depth = 0usize;
    let mut comma = false;
    for (index, token) in tokens.iter().enumerate().skip(at) {
        match token.kind {
            Kind::Symbol('(' | '[') => depth += 1,
            Kind::Symbol(')' | ']') => depth = depth.saturating_sub(1),
            Kind::Newline if depth == 0 && !comma => return index,
            Kind::Symbol(';' | '{' | '}') if depth == 0 => return index,
            // Text in brackets that never close must not swallow the rest of the file.
            Kind::Symbol('}') => return index,
            _ => {}
        }
        if token.kind != Kind::Newline {
            comma = token.kind == Kind::Symbol(',');
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    use super::super::super::super::component::Component;
    use super::super::tests::Files;
    use super::*;

    fn all(listing: &Listing) -> Vec<String> {
        let text =
            |c: &Component| format!("{} {} {} {}", c.name, c.version, c.scope.as_str(), c.line);
        listing.components.iter().map(text).collect()
    }

    #[test]
    fn literal_dependencies_of_both_languages_are_read() {
        for (path, text, expected) in [
            (
                "build.gradle",
                "plugins {\n  id 'java'\n  id 'org.p' version '1.1' apply false\n}\n\
                 buildscript { dependencies { classpath 'g:cp:0.1' } }\n\
                 dependencies {\n  // implementation 'g:no:1'\n  implementation 'g:a:1.0', 'g:b:2.0'\n\
                 \x20 testImplementation group: 'g', name: 'c',\n    version: '3'\n\
                 \x20 api(\"g:d:4@aar\") { exclude group: 'x' }\n  implementation platform('g:e:5')\n\
                 \x20 implementation project(':x')\n  implementation libs.foo\n  implementation \"g:f:$v\"\n\
                 \x20 implementation 'g:h:1.+'\n}\nimplementation 'g:outside:1'\n",
                &[
                    "org.p:org.p.gradle.plugin 1.1 build 3",
                    "g:cp 0.1 build 5",
                    "g:a 1.0 runtime 8",
                    "g:b 2.0 runtime 8",
                    "g:c 3 test 9",
                    "g:d 4 runtime 11",
                    "g:e 5 runtime 12",
                ][..],
            ),
            (
                "build.gradle.kts",
                "plugins {\n  kotlin(\"jvm\") version \"1.9\"\n  id(\"q\") version \"2\"\n}\ndependencies {\n\
                 \x20 implementation(\"g:a:1\")\n  \"custom\"(\"g:b:2\")\n  add(\"testImplementation\", \"g:c:3\")\n\
                 \x20 implementation(group = \"g\", name = \"d\", version = \"4\")\n\
                 \x20 implementation(kotlin(\"stdlib\", \"1.8\"))\n  constraints { api(\"g:e:5\") }\n}\n",
                &[
                    "org.jetbrains.kotlin.jvm:org.jetbrains.kotlin.jvm.gradle.plugin 1.9 build 2",
                    "q:q.gradle.plugin 2 build 3",
                    "g:a 1 runtime 6",
                    "g:b 2 runtime 7",
                    "g:c 3 test 8",
                    "g:d 4 runtime 9",
                    "org.jetbrains.kotlin:kotlin-stdlib 1.8 runtime 10",
                    "g:e 5 runtime 11",
                ],
            ),
        ] {
            let listing = Files::new(&[(path, text)]).listing(read, path).unwrap();
            assert_eq!(all(&listing), expected, "{path}");
        }
    }

    #[test]
    fn what_code_computes_is_counted() {
        let text =
            "dependencies {\n implementation libs.a\n implementation \"g:f:$v\"\n api deps.x\n}\n";
        let files = Files::new(&[("a/build.gradle", text)]);
        let listing = files.listing(read, "a/build.gradle").unwrap();
        assert!(listing.components.is_empty());
        let Note::Unresolved { line, message } = &listing.notes[0] else { panic!() };
        assert_eq!((*line, message.starts_with("3 of 3 ")), (2, true));
        let files = Files::new(&[("a/build.gradle", text), ("gradle/libs.versions.toml", "")]);
        let listing = files.listing(read, "a/build.gradle").unwrap();
        let Note::Unresolved { line, message } = &listing.notes[0] else { panic!() };
        assert_eq!((*line, message.starts_with("2 of 2 ")), (3, true));
    }

    #[test]
    fn unclosed_texts_and_brackets_come_to_an_end() {
        for text in
            ["dependencies {\n implementation('g:a:1\n}\n", "a(\n", "'", "\"\"\"", "{", "}}", "/*"]
        {
            _ = Files::new(&[("build.gradle", text)]).listing(read, "build.gradle").unwrap();
        }
        let deep = "{".repeat(1000);
        assert!(Files::new(&[("build.gradle", &deep)]).listing(read, "build.gradle").is_err());
    }
}
