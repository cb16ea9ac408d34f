//! Settings of nginx: words, blocks and semicolons. A resource for each block, `nginx-http`, `nginx-server`, `nginx-location` and so on; each
//! directive is a list. Facts: `@headers`, the headers a block adds or inherits, and `@lost`, those it loses.

use super::resource;
use crate::engine::misconfig::Reading;
use crate::engine::misconfig::judge::Verdict;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::{Data, Entry, Value};
use std::ops::Range;

/// Deepest nesting of blocks.
const MAX_DEPTH: usize = 24;
/// Directives of a file that are looked at.
const MAX_DIRECTIVES: usize = 20_000;
/// Different names of a block that are kept; only tables of a `map` have more.
const MAX_NAMES: usize = 300;
/// Headers that a block is known to have.
const MAX_HEADERS: usize = 40;

pub(super) fn is_one(folder: &str, name: &str) -> bool {
    let last = folder.rsplit('/').next().unwrap_or_default();
    let ends = |ends: &[&str]| ends.iter().any(|end| name.ends_with(end));
    let by_name = ends(&[".nginx", ".nginx.conf"])
        || name.starts_with("nginx") && ends(&[".conf", ".conf.template"]);
    let in_folder = last == "conf.d" || folder.split('/').any(|part| part == "nginx");
    by_name || matches!(last, "sites-available" | "sites-enabled") || ends(&[".conf"]) && in_folder
}

/// Names of which one has to be there for a file to be one of nginx.
const KNOWN: &[&str] = &[
    "add_header",
    "alias",
    "autoindex",
    "events",
    "fastcgi_pass",
    "http",
    "if",
    "listen",
    "location",
    "map",
    "more_set_headers",
    "proxy_pass",
    "proxy_set_header",
    "return",
    "rewrite",
    "root",
    "server",
    "server_tokens",
    "ssl_ciphers",
    "ssl_protocols",
    "try_files",
    "upstream",
    "valid_referers",
];

/// A block on its way.
struct Block {
    kind: String,
    head: Range<usize>,
    arguments: String,
    entries: Vec<Entry>,
    /// Headers of the blocks around it.
    inherited: Vec<String>,
    own: Vec<String>,
}

impl Block {
    fn new(kind: String, head: Range<usize>, arguments: String, inherited: Vec<String>) -> Self {
        Self { kind, head, arguments, entries: Vec::new(), inherited, own: Vec::new() }
    }

    /// Headers that a response from here has: `add_header` in a block drops those of the blocks around it.
    fn headers(&self) -> &[String] {
        if self.own.is_empty() { &self.inherited } else { &self.own }
    }

    fn add(&mut self, name: &str, range: &Range<usize>, arguments: String) {
        let value = Value::new(range.clone(), Data::Text(arguments));
        let known = self.entries.iter_mut().find(|entry| entry.key == name);
        if let Some(Entry { value: Value { data: Data::List(items), .. }, .. }) = known {
            items.push(value);
        } else if self.entries.len() < MAX_NAMES {
            let value = Value::new(range.clone(), Data::List(vec![value]));
            self.entries.push(Entry { key: name.to_owned(), key_range: range.clone(), value });
        }
    }

    fn finish(self) -> Resource {
        let texts = |words: &[String]| {
            let words =
                words.iter().map(|word| Value::new(self.head.clone(), Data::Text(word.clone())));
            Value::new(self.head.clone(), Data::List(words.collect()))
        };
        let lost: Vec<String> = if self.own.is_empty() {
            Vec::new()
        } else {
            self.inherited.iter().filter(|name| !self.own.contains(name)).cloned().collect()
        };
        let facts = [
            ("@headers", texts(self.headers())),
            ("@lost", texts(&lost)),
            ("@arguments", Value::new(self.head.clone(), Data::Text(self.arguments.clone()))),
        ];
        let facts = facts.map(|(key, value)| Entry {
            key: key.to_owned(),
            key_range: self.head.clone(),
            value,
        });
        let mut entries = self.entries;
        entries.extend(facts);
        let shown: String = self.arguments.chars().filter(|c| !c.is_control()).take(60).collect();
        let address = format!("{} {shown}", self.kind).trim_end().to_owned();
        let body = Value::new(self.head.clone(), Data::Map(entries));
        resource(&format!("nginx-{}", self.kind), address, self.head, body)
    }
}

pub(super) fn read(_: &'static str, text: &[u8]) -> Option<Reading> {
    let mut tokens = Tokens { text, at: 0 };
    let mut open = vec![Block::new("main".to_owned(), 0..0, String::new(), Vec::new())];
    let mut scope = Scope::default();
    let mut words: Vec<(Range<usize>, String)> = Vec::new();
    let mut broken = None;
    let mut is_nginx = false;
    let mut count = 0;
    while let Some((range, token)) = tokens.next() {
        let word = match token {
            Token::Word(word) => word,
            Token::End => {
                let Some((first, rest)) = words.split_first() else { continue };
                count += 1;
                is_nginx |= KNOWN.contains(&first.1.as_str());
                let arguments: Vec<&str> = rest.iter().map(|(_, word)| word.as_str()).collect();
                let arguments = arguments.join(" ");
                let whole = first.0.start..range.end;
                if let Some(block) = open.last_mut() {
                    if let Some((_, header)) = rest.first()
                        && first.1 == "add_header"
                        && block.own.len() < MAX_HEADERS
                    {
                        block.own.push(header.to_ascii_lowercase());
                    }
                    block.add(&first.1, &whole, arguments);
                }
                words.clear();
                if count > MAX_DIRECTIVES {
                    broken = Some(format!("more than {MAX_DIRECTIVES} directives"));
                    break;
                }
                continue;
            }
            Token::Open => {
                let name = words.first().map(|(_, word)| word.clone()).unwrap_or_default();
                is_nginx |= KNOWN.contains(&name.as_str());
                let head =
                    words.first().map_or(range.clone(), |(first, _)| first.start..range.start);
                let arguments: Vec<&str> =
                    words.iter().skip(1).map(|(_, word)| word.as_str()).collect();
                let inherited =
                    open.last().map(|block| block.headers().to_vec()).unwrap_or_default();
                open.push(Block::new(name, head, arguments.join(" "), inherited));
                words.clear();
                count += 1;
                if open.len() > MAX_DEPTH || count > MAX_DIRECTIVES {
                    broken = Some(format!(
                        "nested deeper than {MAX_DEPTH} or more than {MAX_DIRECTIVES} directives"
                    ));
                    break;
                }
                continue;
            }
            Token::Close => {
                words.clear();
                if open.len() > 1 {
                    scope.resources.extend(open.pop().map(Block::finish));
                }
                continue;
            }
        };
        if words.len() < 200 {
            words.push((range, word));
        }
    }
    while let Some(block) = open.pop() {
        scope.resources.push(block.finish());
    }
    if !is_nginx {
        return None;
    }
    scope.resources.sort_by_key(|one| one.head.start);
    Some(Reading { scope, broken })
}

enum Token {
    Word(String),
    End,
    Open,
    Close,
}

struct Tokens<'a> {
    text: &'a [u8],
    at: usize,
}

impl Tokens<'_> {
    fn next(&mut self) -> Option<(Range<usize>, Token)> {
        loop {
            let byte = *self.text.get(self.at)?;
            match byte {
                b'#' => {
                    let rest = &self.text[self.at..];
                    self.at += memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                }
                b';' | b'{' | b'}' => {
                    self.at += 1;
                    let token = match byte {
                        b';' => Token::End,
                        b'{' => Token::Open,
                        _ => Token::Close,
                    };
                    return Some((self.at - 1..self.at, token));
                }
                b'"' | b'\'' => return Some(self.quoted(byte)),
                byte if byte.is_ascii_whitespace() => self.at += 1,
                _ => return Some(self.word()),
            }
        }
    }

    fn quoted(&mut self, quote: u8) -> (Range<usize>, Token) {
        let start = self.at;
        self.at += 1;
        let mut word = Vec::new();
        while let Some(byte) = self.text.get(self.at).copied() {
            self.at += 1;
            match byte {
                b'\\' if self.text.get(self.at) == Some(&quote) => {
                    word.push(quote);
                    self.at += 1;
                }
                byte if byte == quote => break,
                byte => word.push(byte),
            }
        }
        (start..self.at, Token::Word(String::from_utf8_lossy(&word).into_owned()))
    }

    fn word(&mut self) -> (Range<usize>, Token) {
        let start = self.at;
        while let Some(byte) = self.text.get(self.at).copied() {
            match byte {
                b'\\' => self.at += 2,
                // `${name}` is one word; a brace after anything else opens a block.
                b'{' if self.text.get(self.at.wrapping_sub(1)) == Some(&b'$') => {
                    let rest = &self.text[self.at..];
                    self.at += memchr::memchr2(b'}', b'\n', rest).map_or(rest.len(), |end| end + 1);
                }
                // In a regular expression: `\d{4}`.
                b'{' if self.text.get(self.at + 1).is_some_and(u8::is_ascii_digit) => {
                    let rest = &self.text[self.at..];
                    self.at += memchr::memchr2(b'}', b'\n', rest).map_or(rest.len(), |end| end + 1);
                }
                b';' | b'{' | b'}' => break,
                byte if byte.is_ascii_whitespace() => break,
                _ => self.at += 1,
            }
        }
        self.at = self.at.min(self.text.len());
        let word = String::from_utf8_lossy(&self.text[start..self.at]).into_owned();
        (start..self.at, Token::Word(word))
    }
}

/// `location /files { alias /srv/files/; }`: `/files../secret` is `/srv/files/../secret`.
pub fn alias_traversal(location: &Resource, _: &Scope) -> Vec<Verdict> {
    let word = |key: &str| location.body.get(key);
    let arguments = word("@arguments").and_then(Value::text).unwrap_or_default();
    let mut words = arguments.split_ascii_whitespace();
    let (first, second) = (words.next().unwrap_or_default(), words.next());
    let path = match (first, second) {
        ("=" | "~" | "~*" | "@", _) => return Vec::new(),
        ("^~", Some(path)) => path,
        (path, _) => path,
    };
    let Some(alias) = word("alias").and_then(|alias| alias.items().last()) else {
        return Vec::new();
    };
    let ends = |text: &str| text.ends_with('/');
    match alias.text() {
        Some(target) if ends(target) && !ends(path) && path.starts_with('/') => {
            vec![Verdict::at(alias.range.clone())]
        }
        _ => Vec::new(),
    }
}

/// Headers that protect whoever gets the answer.
const PROTECTING: &[&str] = &[
    "content-security-policy",
    "permissions-policy",
    "referrer-policy",
    "strict-transport-security",
    "x-content-type-options",
    "x-frame-options",
    "cross-origin-opener-policy",
    "cross-origin-resource-policy",
];

/// A protecting header that a block loses by adding one of its own.
pub fn lost_header(block: &Resource, _: &Scope) -> Vec<Verdict> {
    let lost = block.body.get("@lost").map(Value::items).unwrap_or_default();
    let mut lost: Vec<&str> =
        lost.iter().filter_map(Value::text).filter(|name| PROTECTING.contains(name)).collect();
    lost.dedup();
    if lost.is_empty() {
        return Vec::new();
    }
    let at = block.body.get("add_header").map_or(block.head.clone(), |value| value.range.clone());
    vec![Verdict::at(at).because(format!("Lost here: {}.", lost.join(", ")))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_become_resources_with_their_directives() {
        let text = b"# a\nhttp {\n  server { listen 80; listen 443 ssl; location ~ \"^/a{2}/\\d{4}$\" { return 301 \"https://$host${uri}\"; } }\n}\n";
        let reading = read("nginx", text).unwrap();
        let shown: Vec<_> =
            reading.scope.resources.iter().map(|one| one.address.as_str()).collect();
        assert_eq!(shown, ["main", "http", "server", "location ~ ^/a{2}/\\d{4}$"]);
        let server = &reading.scope.resources[2];
        let listen: Vec<_> =
            server.body.get("listen").unwrap().items().iter().filter_map(Value::text).collect();
        assert_eq!(listen, ["80", "443 ssl"]);
    }

    #[test]
    fn what_is_no_nginx_is_left_alone() {
        assert!(read("nginx", b"[section]\nkey = value\n").is_none());
        assert!(read("nginx", b"").is_none());
    }
}
