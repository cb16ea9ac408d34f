//! Settings of Apache httpd: a directive on each line, blocks in angle brackets. One resource for the file, `httpd`, and one for each
//! block, `httpd-directory` and so on; each directive is a list.

use super::resource;
use crate::engine::misconfig::Reading;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::{Data, Entry, Value};
use std::ops::Range;

/// Deepest nesting of blocks.
const MAX_DEPTH: usize = 24;
/// Different names of a block that are kept.
const MAX_NAMES: usize = 300;
/// Lines of a file that are looked at.
const MAX_LINES: usize = 20_000;

pub(super) fn is_one(folder: &str, name: &str) -> bool {
    let last = folder.rsplit('/').next().unwrap_or_default();
    let is_conf = [".conf"].iter().any(|end| name.ends_with(end));
    matches!(
        name,
        "httpd.conf" | "apache2.conf" | ".htaccess" | "httpd-ssl.conf" | "000-default.conf"
    ) || name.starts_with("apache") && is_conf
        || matches!(last, "sites-available" | "sites-enabled")
        || last == "conf.d" && is_conf
}

/// Directives of which one has to be there for a file to be one of httpd.
const KNOWN: &[&str] = &[
    "allowoverride",
    "customlog",
    "directoryindex",
    "documentroot",
    "errorlog",
    "header",
    "listen",
    "loadmodule",
    "options",
    "order",
    "proxypass",
    "require",
    "rewriteengine",
    "rewriterule",
    "serveradmin",
    "servername",
    "serversignature",
    "servertokens",
    "sslengine",
    "sslprotocol",
    "traceenable",
];

struct Block {
    kind: String,
    address: String,
    head: Range<usize>,
    entries: Vec<Entry>,
}

impl Block {
    fn finish(self) -> Resource {
        let body = Value::new(self.head.clone(), Data::Map(self.entries));
        resource(&self.kind, self.address, self.head, body)
    }
}

pub(super) fn read(kind: &'static str, text: &[u8]) -> Option<Reading> {
    let first =
        Block { kind: kind.to_owned(), address: kind.to_owned(), head: 0..0, entries: Vec::new() };
    let mut open = vec![first];
    let mut scope = Scope::default();
    let mut is_httpd = false;
    let mut start = 0;
    for line in text.split(|byte| *byte == b'\n').take(MAX_LINES) {
        let own = start + line.len() - line.trim_ascii_start().len();
        start += line.len() + 1;
        let Ok(line) = std::str::from_utf8(line.trim_ascii()) else { continue };
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let range = own..own + line.len();
        if line.starts_with("</") {
            if open.len() > 1 {
                scope.resources.extend(open.pop().map(Block::finish));
            }
        } else if let Some(inner) = line.strip_prefix('<') {
            if open.len() > MAX_DEPTH {
                break;
            }
            let inner = inner.trim_end_matches('>');
            let (name, argument) = inner.split_once([' ', '\t']).unwrap_or((inner, ""));
            let argument = argument.trim().trim_matches(['"', '\'']);
            let value = Value::new(range.clone(), Data::Text(argument.to_owned()));
            let shown: String = argument.chars().filter(|c| !c.is_control()).take(60).collect();
            let name = name.to_ascii_lowercase();
            is_httpd |= matches!(
                name.as_str(),
                "virtualhost" | "directory" | "location" | "ifmodule" | "files" | "filesmatch"
            );
            open.push(Block {
                kind: format!("{kind}-{name}"),
                address: format!("{name} {shown}").trim_end().to_owned(),
                head: range.clone(),
                entries: vec![Entry { key: "@argument".to_owned(), key_range: range, value }],
            });
        } else if let Some(block) = open.last_mut() {
            let (name, arguments) = line.split_once([' ', '\t']).unwrap_or((line, ""));
            let name = name.to_ascii_lowercase();
            is_httpd |= KNOWN.contains(&name.as_str());
            let value = Value::new(range.clone(), Data::Text(arguments.trim().to_owned()));
            let known = block.entries.iter_mut().find(|entry| entry.key == name);
            if let Some(Entry { value: Value { data: Data::List(items), .. }, .. }) = known {
                items.push(value);
            } else if block.entries.len() < MAX_NAMES {
                let value = Value::new(range.clone(), Data::List(vec![value]));
                block.entries.push(Entry { key: name, key_range: range, value });
            }
        }
    }
    while let Some(block) = open.pop() {
        scope.resources.push(block.finish());
    }
    scope.resources.sort_by_key(|one| one.head.start);
    is_httpd.then_some(Reading { scope, broken: None })
}
