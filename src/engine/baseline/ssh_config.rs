//! The settings of sshd as sshd reads them: included files in place, the first value of a keyword wins, and what stands
//! under `Match` holds for some logins only and is no global setting.

use super::check::Seen;
use super::fields::lines;
use super::root::Root;
use std::collections::BTreeSet;

/// The main file.
pub(super) const MAIN: &str = "etc/ssh/sshd_config";
/// Includes inside includes, as sshd allows them.
const MAX_DEPTH: usize = 16;
/// Files that one configuration is made of, and includes that are followed.
const MAX_FILES: usize = 64;

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Setting {
    /// Keyword in lower case.
    pub(super) keyword: String,
    pub(super) value: String,
    pub(super) file: String,
    pub(super) line: usize,
    /// Holds for every login.
    pub(super) is_global: bool,
}

/// Every setting, in the order in which sshd meets them.
pub(super) fn settings(root: &Root<'_>, seen: &mut Seen) -> Vec<Setting> {
    let mut reader = Reader { root, read: BTreeSet::new(), includes: 0, found: Vec::new() };
    reader.file(MAIN, true, 0, seen);
    reader.found
}

/// The first global value of a keyword.
pub(super) fn first<'a>(settings: &'a [Setting], keyword: &str) -> Option<&'a Setting> {
    settings.iter().find(|one| one.is_global && one.keyword == keyword)
}

/// Judges one keyword.
pub(super) fn judge(root: &Root<'_>, keyword: &str, is_bad: fn(&str) -> bool, seen: &mut Seen) {
    let settings = settings(root, seen);
    if let Some(one) = first(&settings, keyword).filter(|one| is_bad(&one.value)) {
        let value: String = super::check::plain(&one.value);
        let what = format!("`{} {value}` is in force.", shown(&one.keyword));
        seen.flaw(&one.file, Some(one.line), "", what);
    }
}

/// A keyword as the manual writes it, as far as it is one of those that are judged.
fn shown(keyword: &str) -> &str {
    SPELLINGS.iter().find(|known| known.eq_ignore_ascii_case(keyword)).unwrap_or(&keyword)
}

const SPELLINGS: &[&str] = &[
    "PermitRootLogin",
    "PasswordAuthentication",
    "Protocol",
    "PermitEmptyPasswords",
    "X11Forwarding",
    "MaxAuthTries",
    "Ciphers",
    "MACs",
    "KexAlgorithms",
    "HostKeyAlgorithms",
    "PubkeyAcceptedAlgorithms",
    "AllowTcpForwarding",
    "ClientAliveInterval",
    "LoginGraceTime",
    "HostbasedAuthentication",
    "IgnoreRhosts",
    "PermitUserEnvironment",
    "StrictModes",
    "GatewayPorts",
    "PermitTunnel",
    "LogLevel",
    "UsePAM",
];

struct Reader<'a, 'r> {
    root: &'a Root<'r>,
    /// A file counts once for all logins and once for some: a second time can set nothing that is not set.
    read: BTreeSet<(bool, String)>,
    includes: usize,
    found: Vec<Setting>,
}

impl Reader<'_, '_> {
    fn file(&mut self, path: &str, is_global: bool, depth: usize, seen: &mut Seen) {
        let is_full = depth > MAX_DEPTH || self.read.len() >= MAX_FILES;
        if is_full || !self.read.insert((is_global, path.to_owned())) {
            return;
        }
        let Some(text) = seen.text(self.root, path) else { return };
        // A block begun in an included file ends with it.
        let mut here = is_global;
        for (line, code) in lines(&text) {
            let Some((keyword, value)) = split(code) else { continue };
            match keyword.as_str() {
                "match" => here = is_global && value.eq_ignore_ascii_case("all"),
                "include" => self.include(&value, here, depth, seen),
                _ => self.found.push(Setting {
                    keyword,
                    value,
                    file: path.to_owned(),
                    line,
                    is_global: here,
                }),
            }
        }
    }

    fn include(&mut self, patterns: &str, is_global: bool, depth: usize, seen: &mut Seen) {
        for pattern in patterns.split_whitespace() {
            self.includes += 1;
            if self.includes > MAX_FILES {
                return;
            }
            let pattern = pattern.trim_matches('"');
            let inner = match pattern.strip_prefix('/') {
                Some(inner) => inner.to_owned(),
                None => format!("etc/ssh/{pattern}"),
            };
            let (folder, name) = inner.rsplit_once('/').unwrap_or(("", &inner));
            let Ok(glob) = globset::Glob::new(name) else { continue };
            let glob = glob.compile_matcher();
            let names = seen.list(self.root, folder);
            for name in names.iter().filter(|name| glob.is_match(name)) {
                self.file(&format!("{folder}/{name}"), is_global, depth + 1, seen);
            }
        }
    }
}

/// `Keyword value`, `Keyword=value` or `Keyword "value"`.
fn split(line: &str) -> Option<(String, String)> {
    let end = line.find(|c: char| c.is_whitespace() || c == '=')?;
    let (keyword, rest) = line.split_at(end);
    let value = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
    let value = super::fields::code(value);
    Some((keyword.to_ascii_lowercase(), super::fields::unquoted(value).to_owned()))
}

/// Seconds of a time of sshd: `90`, `2m`, `1h30m`; `None` when it is none.
pub(super) fn seconds(text: &str) -> Option<u64> {
    let (mut total, mut number) = (0_u64, None::<u64>);
    for c in text.chars() {
        if let Some(digit) = c.to_digit(10) {
            let so_far = number.unwrap_or(0);
            number = Some(so_far.checked_mul(10)?.checked_add(u64::from(digit))?);
            continue;
        }
        let unit = match c.to_ascii_lowercase() {
            's' => 1,
            'm' => 60,
            'h' => 3600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(number.take()?.checked_mul(unit)?)?;
    }
    if text.is_empty() { None } else { total.checked_add(number.unwrap_or(0)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_sshd_reads_them() {
        for (text, expected) in [
            ("90", Some(90)),
            ("2m", Some(120)),
            ("1h30m", Some(5400)),
            ("1h30", Some(3630)),
            ("", None),
            ("x", None),
            ("m", None),
            ("99999999999999999999", None),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn keywords_and_values_are_split_in_every_spelling() {
        for line in [
            "PermitRootLogin yes",
            "permitrootlogin=yes",
            "PermitRootLogin \"yes\"",
            "PERMITROOTLOGIN  = yes # x",
        ] {
            let expected = ("permitrootlogin".to_owned(), "yes".to_owned());
            assert_eq!(split(line), Some(expected), "{line}");
        }
        assert_eq!(split("Match"), None);
    }
}
