//! The tree of a file to a [`Layer`]. Goes on after a mistake, so that one run names all of them.

use super::issue::{Issue, Level, quote};
use super::layer::{KEYS, Layer, LicenseException};
use super::{IgnoredRule, value};
use crate::finding::UnknownWord;
use crate::yaml::{self, Key, Node, Place, Value};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

/// What a file says, where it says it, and what is wrong with it.
#[derive(Debug, Default)]
pub(super) struct Read {
    /// The settings that could be understood.
    pub layer: Layer,
    /// Dotted key, items as `[i]` -> place of the value.
    pub places: BTreeMap<String, Place>,
    /// Errors, and an info for a file that says nothing.
    pub issues: Vec<Issue>,
}

/// Reads the text of a file; `origin` is its name in messages.
pub(super) fn read(bytes: &[u8], origin: &str) -> Read {
    let mut reader = Reader { origin, read: Read::default() };
    match yaml::read(bytes, &yaml::Limits::default()) {
        Err(error) => reader.error(Some(error.place), "", error.message),
        Ok(document) => {
            for twice in &document.duplicates {
                reader.error(Some(twice.place), &twice.key, twice.to_string());
            }
            match document.root {
                None => reader.empty(),
                Some(Node { value: Value::Mapping(pairs), .. }) if pairs.is_empty() => {
                    reader.empty();
                }
                Some(root) => reader.top(&root),
            }
        }
    }
    reader.read
}

/// Reads a tree that was made from something else than a file.
pub(super) fn read_tree(root: &Node, origin: &str) -> Read {
    let mut reader = Reader { origin, read: Read::default() };
    reader.top(root);
    reader.read
}

struct Reader<'a> {
    origin: &'a str,
    read: Read,
}

/// Mistakes of one file that are told.
const MOST_MISTAKES: usize = 100;

impl Reader<'_> {
    fn error(&mut self, place: Option<Place>, key: &str, message: impl Into<String>) {
        self.push(Issue::new(Level::Error, self.origin, key, message).at(place));
    }

    /// Keeps the first mistakes of a file that is nothing but mistakes.
    fn push(&mut self, issue: Issue) {
        match self.read.issues.len() {
            count if count < MOST_MISTAKES => self.read.issues.push(issue),
            MOST_MISTAKES => {
                let place = issue.place;
                let further = "further mistakes are not listed";
                let issue = Issue::new(Level::Error, self.origin, "", further).at(place);
                self.read.issues.push(issue);
            }
            _ => {}
        }
    }

    fn error_with_hint(&mut self, place: Place, key: &str, message: String, hint: String) {
        let issue = Issue::new(Level::Error, self.origin, key, message).at(Some(place)).hint(hint);
        self.push(issue);
    }

    fn empty(&mut self) {
        let issue = Issue::new(Level::Info, self.origin, "", "the file sets nothing");
        self.read.issues.push(issue);
    }

    fn top(&mut self, root: &Node) {
        let mut layer = Layer::default();
        self.section(root, "", |reader, key, node| {
            let name = key.text.as_str();
            match name {
                "scan_types" => layer.scan_types = reader.list(node, name, Self::word),
                "severity_overrides" => {
                    layer.severity_overrides = reader.map(node, name, Self::word);
                }
                "ignored_rules" => layer.ignored_rules = reader.list(node, name, Self::ignored),
                "semgrep_rules" => layer.semgrep_rules = reader.list(node, name, Self::path),
                "fail_on_severity" => layer.fail_on_severity = reader.word(node, name),
                "fail_on_count" => {
                    layer.fail_on_count = reader.whole(node, name, 0, i64::MAX);
                }
                "fail_on_incomplete" => layer.fail_on_incomplete = reader.boolean(node, name),
                "fail_on_stale_db" => layer.fail_on_stale_db = reader.boolean(node, name),
                "fail_on_reachable" => layer.fail_on_reachable = reader.boolean(node, name),
                "ai" => layer.ai = reader.boolean(node, name),
                "baseline" => layer.baseline = reader.path(node, name),
                "paths" => reader.section(node, name, |reader, key, node| {
                    let name = format!("paths.{}", key.text);
                    match key.text.as_str() {
                        "ignore" => layer.paths.ignore = reader.list(node, &name, Self::text),
                        _ => return false,
                    }
                    true
                }),
                "scanners" => reader.section(node, name, |reader, key, node| {
                    let name = format!("scanners.{}", key.text);
                    match key.text.as_str() {
                        "enable" => layer.scanners.enable = reader.list(node, &name, Self::text),
                        "disable" => layer.scanners.disable = reader.list(node, &name, Self::text),
                        "native_only" => {
                            layer.scanners.native_only = reader.boolean(node, &name);
                        }
                        "online" => layer.scanners.online = reader.boolean(node, &name),
                        "zap_active" => layer.scanners.zap_active = reader.boolean(node, &name),
                        "tool_timeout" => {
                            layer.scanners.tool_timeout = reader.whole(node, &name, 1, 86400);
                        }
                        "python_env" => layer.scanners.python_env = reader.path(node, &name),
                        _ => return false,
                    }
                    true
                }),
                "limits" => reader.section(node, name, |reader, key, node| {
                    let name = format!("limits.{}", key.text);
                    match key.text.as_str() {
                        "max_file_size" => layer.limits.max_file_size = reader.size(node, &name),
                        "threads" => {
                            layer.limits.threads = reader.whole(node, &name, 1, 1024);
                        }
                        "timeout_per_file" => {
                            layer.limits.timeout_per_file = reader.whole(node, &name, 1, 600);
                        }
                        _ => return false,
                    }
                    true
                }),
                "secrets" => reader.section(node, name, |reader, key, node| {
                    let name = format!("secrets.{}", key.text);
                    match key.text.as_str() {
                        "rules" => layer.secrets.rules = reader.list(node, &name, Self::path),
                        "min_confidence" => {
                            layer.secrets.min_confidence = reader.word(node, &name);
                        }
                        "allow" => layer.secrets.allow = reader.list(node, &name, Self::text),
                        _ => return false,
                    }
                    true
                }),
                "sast" => reader.section(node, name, |reader, key, node| {
                    let name = format!("sast.{}", key.text);
                    match key.text.as_str() {
                        "min_confidence" => layer.sast.min_confidence = reader.word(node, &name),
                        _ => return false,
                    }
                    true
                }),
                "misconfig" => reader.section(node, name, |reader, key, node| {
                    let name = format!("misconfig.{}", key.text);
                    match key.text.as_str() {
                        "checks" => layer.misconfig.checks = reader.list(node, &name, Self::path),
                        _ => return false,
                    }
                    true
                }),
                "git-hygiene" => reader.section(node, name, |reader, key, node| {
                    let name = format!("git-hygiene.{}", key.text);
                    match key.text.as_str() {
                        "max_binary_size" => {
                            layer.git_hygiene.max_binary_size = reader.size(node, &name);
                        }
                        _ => return false,
                    }
                    true
                }),
                "dockerfile" => reader.section(node, name, |reader, key, node| {
                    let name = format!("dockerfile.{}", key.text);
                    match key.text.as_str() {
                        "trusted_registries" => {
                            layer.dockerfile.trusted_registries =
                                reader.list(node, &name, Self::text);
                        }
                        _ => return false,
                    }
                    true
                }),
                "advisories" => reader.section(node, name, |reader, key, node| {
                    let name = format!("advisories.{}", key.text);
                    match key.text.as_str() {
                        "max_age" => layer.advisories.max_age = reader.whole(node, &name, 1, 36500),
                        _ => return false,
                    }
                    true
                }),
                "licenses" => reader.section(node, name, |reader, key, node| {
                    let name = format!("licenses.{}", key.text);
                    let licenses = &mut layer.licenses;
                    match key.text.as_str() {
                        "allow" => licenses.allow = reader.list(node, &name, Self::text),
                        "deny" => licenses.deny = reader.list(node, &name, Self::text),
                        "exceptions" => {
                            licenses.exceptions = reader.list(node, &name, Self::exception);
                        }
                        _ => return false,
                    }
                    true
                }),
                _ => return false,
            }
            true
        });
        self.read.layer = layer;
    }

    /// Hands every entry of a mapping to `take`, which answers whether it knows the key.
    fn section(
        &mut self,
        node: &Node,
        name: &str,
        mut take: impl FnMut(&mut Self, &Key, &Node) -> bool,
    ) {
        let Some(pairs) = self.pairs(node, name) else {
            return;
        };
        for (key, node) in pairs {
            let place = if node.value == Value::Null { key.place } else { node.place };
            self.read.places.insert(dotted(name, &key.text), place);
            if !take(self, key, node) {
                self.unknown_key(name, key);
            }
        }
    }

    fn pairs<'n>(&mut self, node: &'n Node, name: &str) -> Option<&'n [(Key, Node)]> {
        match &node.value {
            Value::Mapping(pairs) => {
                for (key, _) in pairs.iter().filter(|(key, _)| !key.is_text) {
                    let message = format!("the key {} is not text", quote(&key.text));
                    let hint = format!("write it in quotes: '{}'", key.text.escape_debug());
                    self.error_with_hint(key.place, &dotted(name, &key.text), message, hint);
                }
                Some(pairs)
            }
            Value::Null if !name.is_empty() => None,
            other => {
                let whose = if name.is_empty() { "the file" } else { name };
                let message =
                    format!("{whose} must be a mapping of keys to values, found {}", other.kind());
                self.error(Some(node.place), name, message);
                None
            }
        }
    }

    fn unknown_key(&mut self, section: &str, key: &Key) {
        if !key.is_text || self.read.issues.len() > MOST_MISTAKES {
            return;
        }
        let full = dotted(section, &key.text);
        let known: Vec<&str> = children(section);
        // A key of another section, or one that other tools call so.
        let elsewhere = KEYS.iter().map(|key| key.name).find(|name| {
            let last = name.rsplit('.').next().unwrap_or(name);
            *name != full && (last == key.text || *name == key.text)
        });
        let hint = match (key.text.as_str(), value::nearest(&key.text, known.iter().copied())) {
            (_, Some(near)) => format!("did you mean {}?", quote(near)),
            ("exclude" | "excludes" | "ignore" | "ignore_paths" | "exclude_paths", _) => {
                "files are left out with \"paths.ignore\"".to_owned()
            }
            _ => match elsewhere {
                Some(other) => format!("did you mean {}?", quote(other)),
                None => format!("known keys: {}", known.join(", ")),
            },
        };
        self.error_with_hint(key.place, &full, format!("unknown key {}", quote(&full)), hint);
    }

    fn wrong_kind(&mut self, node: &Node, name: &str, wanted: &str) {
        let message = format!("{name} must be {wanted}, found {}", node.value.kind());
        self.error(Some(node.place), name, message);
    }

    fn list<T>(
        &mut self,
        node: &Node,
        name: &str,
        mut item: impl FnMut(&mut Self, &Node, &str) -> Option<T>,
    ) -> Option<Vec<T>> {
        match &node.value {
            Value::Null => None,
            Value::Sequence(items) => {
                let mut list = Vec::new();
                for (index, node) in items.iter().enumerate() {
                    let name = format!("{name}[{index}]");
                    self.read.places.insert(name.clone(), node.place);
                    if node.value == Value::Null {
                        self.error(Some(node.place), &name, format!("{name} is empty"));
                    } else {
                        list.extend(item(self, node, &name));
                    }
                }
                Some(list)
            }
            Value::Text(text) => {
                let message = format!("{name} must be a list, found text");
                // What stands under this key may be a secret.
                let shown = if name == "secrets.allow" { "..." } else { text };
                let hint = format!("write it as a list: [{}]", shown.escape_debug());
                self.error_with_hint(node.place, name, message, hint);
                None
            }
            _ => {
                self.wrong_kind(node, name, "a list");
                None
            }
        }
    }

    fn map<T>(
        &mut self,
        node: &Node,
        name: &str,
        mut item: impl FnMut(&mut Self, &Node, &str) -> Option<T>,
    ) -> Option<BTreeMap<String, T>> {
        if node.value == Value::Null {
            return None;
        }
        let pairs = self.pairs(node, name)?;
        let mut map = BTreeMap::new();
        for (key, node) in pairs {
            let name = dotted(name, &key.text);
            self.read.places.insert(name.clone(), key.place);
            if node.value == Value::Null {
                self.error(Some(key.place), &name, format!("{} has no value", quote(&key.text)));
            } else if let Some(value) = item(self, node, &name) {
                map.insert(key.text.clone(), value);
            }
        }
        Some(map)
    }

    fn text(&mut self, node: &Node, name: &str) -> Option<String> {
        match &node.value {
            Value::Null => None,
            Value::Text(text) => Some(text.clone()),
            Value::Bool(_) | Value::Int(_) | Value::Float(_) => {
                let message = format!("{name} must be text, found {}", node.value.kind());
                self.error_with_hint(node.place, name, message, "write it in quotes".to_owned());
                None
            }
            _ => {
                self.wrong_kind(node, name, "text");
                None
            }
        }
    }

    fn path(&mut self, node: &Node, name: &str) -> Option<PathBuf> {
        self.text(node, name).map(PathBuf::from)
    }

    fn word<T: FromStr<Err = UnknownWord>>(&mut self, node: &Node, name: &str) -> Option<T> {
        let text = self.text(node, name)?;
        match text.parse() {
            Ok(word) => Some(word),
            Err(error) => {
                let message = format!("{} is not a {}", quote(&text), error.what);
                let hint = match value::nearest(&text, error.expected.split(", ")) {
                    Some(near) => format!("did you mean {}?", quote(near)),
                    None => format!("expected one of: {}", error.expected),
                };
                self.error_with_hint(node.place, name, message, hint);
                None
            }
        }
    }

    fn boolean(&mut self, node: &Node, name: &str) -> Option<bool> {
        match &node.value {
            Value::Null => None,
            Value::Bool(value) => Some(*value),
            _ => {
                self.wrong_kind(node, name, "true or false");
                None
            }
        }
    }

    fn whole<T: TryFrom<i64>>(
        &mut self,
        node: &Node,
        name: &str,
        least: i64,
        most: i64,
    ) -> Option<T> {
        match &node.value {
            Value::Null => None,
            Value::Int(number) if (least..=most).contains(number) => T::try_from(*number).ok(),
            Value::Int(number) => {
                let message = if most == i64::MAX {
                    format!("{name} must be at least {least}, found {number}")
                } else {
                    format!("{name} must be from {least} to {most}, found {number}")
                };
                self.error(Some(node.place), name, message);
                None
            }
            _ => {
                self.wrong_kind(node, name, "a whole number");
                None
            }
        }
    }

    fn size(&mut self, node: &Node, name: &str) -> Option<u64> {
        let size = match &node.value {
            Value::Null => return None,
            Value::Int(number) => u64::try_from(*number).ok().filter(|&bytes| bytes > 0),
            Value::Text(text) => value::size(text),
            _ => None,
        };
        if size.is_none() {
            let message = match &node.value {
                Value::Text(text) => format!("{name} must be a size, found {}", quote(text)),
                Value::Int(number) => format!("{name} must be at least 1, found {number}"),
                other => format!("{name} must be a size, found {}", other.kind()),
            };
            let hint = "write bytes, or a number with a unit such as 10MiB".to_owned();
            self.error_with_hint(node.place, name, message, hint);
        }
        size
    }

    fn ignored(&mut self, node: &Node, name: &str) -> Option<IgnoredRule> {
        let rule = match &node.value {
            Value::Mapping(_) => {
                let (mut rule, mut named) = (None, false);
                let mut entry = IgnoredRule::new("");
                self.section(node, name, |reader, key, node| {
                    let name = dotted(name, &key.text);
                    match key.text.as_str() {
                        "rule" => {
                            named = node.value != Value::Null;
                            rule = reader.text(node, &name);
                        }
                        "reason" => entry.reason = reader.text(node, &name),
                        "expires" => entry.expires = reader.date(node, &name),
                        "paths" => {
                            entry.paths = reader.list(node, &name, Self::text).unwrap_or_default();
                        }
                        _ => return false,
                    }
                    true
                });
                if !named {
                    self.error(Some(node.place), name, format!("{name} has no \"rule\""));
                }
                let pattern = rule?;
                IgnoredRule { pattern, ..entry }
            }
            Value::Text(text) => IgnoredRule::new(text.clone()),
            _ => {
                self.text(node, name);
                return None;
            }
        };
        if rule.pattern.is_empty() {
            self.error(Some(node.place), name, format!("{name} is empty"));
            return None;
        }
        Some(rule)
    }

    fn exception(&mut self, node: &Node, name: &str) -> Option<LicenseException> {
        if !matches!(node.value, Value::Mapping(_)) {
            self.wrong_kind(node, name, "a mapping with \"package\"");
            return None;
        }
        let mut entry = LicenseException::default();
        self.section(node, name, |reader, key, node| {
            let name = dotted(name, &key.text);
            match key.text.as_str() {
                "package" => entry.package = reader.text(node, &name).unwrap_or_default(),
                "version" => entry.version = reader.text(node, &name),
                "license" => entry.license = reader.text(node, &name),
                "reason" => entry.reason = reader.text(node, &name),
                "expires" => entry.expires = reader.date(node, &name),
                _ => return false,
            }
            true
        });
        if entry.package.is_empty() {
            self.error(Some(node.place), name, format!("{name} has no \"package\""));
            return None;
        }
        Some(entry)
    }

    fn date(&mut self, node: &Node, name: &str) -> Option<jiff::civil::Date> {
        let text = self.text(node, name)?;
        let date = value::date(&text);
        if date.is_none() {
            let message = format!("{} is not a date", quote(&text));
            self.error_with_hint(node.place, name, message, "write it as 2026-12-31".to_owned());
        }
        date
    }
}

pub(super) fn dotted(section: &str, key: &str) -> String {
    if section.is_empty() { key.to_owned() } else { format!("{section}.{key}") }
}

/// Keys that stand directly in a section.
fn children(section: &str) -> Vec<&'static str> {
    if section.starts_with("ignored_rules[") {
        return vec!["rule", "reason", "expires", "paths"];
    }
    if section.starts_with("licenses.exceptions[") {
        return vec!["package", "version", "license", "reason", "expires"];
    }
    let mut names = Vec::new();
    for key in KEYS {
        let rest = match section {
            "" => Some(key.name),
            _ => key.name.strip_prefix(section).and_then(|rest| rest.strip_prefix('.')),
        };
        if let Some(name) = rest.and_then(|rest| rest.split('.').next())
            && names.last() != Some(&name)
        {
            names.push(name);
        }
    }
    names
}
