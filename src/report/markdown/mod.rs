//! Markdown for code hosts: what the comment, the review and the job summary share. Text of findings is escaped here, and
//! every link and element is ours; nothing that was scanned can put one there.

pub(super) mod page;
pub(super) mod part;
pub(super) mod section;

use super::change::Part;
use super::{Forge, phrase};
use crate::finding::{Finding, Run};
use crate::text::escape;

/// Longest title in a table or list.
const LONGEST_TITLE: usize = 120;
/// Longest path that is shown whole.
const LONGEST_PLACE: usize = 120;
/// Longest address that is linked.
const LONGEST_LINK: usize = 1_500;

/// Inline text. Paragraphs become one line; a blank at either end stays, so that pieces can be joined.
pub(super) fn text(words: &str) -> String {
    let folded = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let blank = |is: bool| if is { " " } else { "" };
    let front = blank(words.starts_with(' ') && !folded.is_empty());
    let back = blank(words.ends_with(' '));
    format!("{front}{}{back}", escape::markdown(&folded))
}

/// A code span, for a table cell too. What a build server would obey is spelled out, since comments are printed in logs.
pub(super) fn code(name: &str) -> String {
    escape::markdown_code(&escape::terminal(name), true)
}

/// A code span outside tables.
pub(super) fn code_in_text(name: &str) -> String {
    escape::markdown_code(&escape::terminal(name), false)
}

/// A sentence with its code spans.
pub(super) fn phrase(parts: &[Part]) -> String {
    let shown = parts.iter().map(|part| match part {
        Part::Text(words) => text(words),
        Part::Code(name) => code_in_text(name),
    });
    shown.collect()
}

/// The first sentence when it is short, else as much as fits.
pub(super) fn first_sentence(words: &str, longest: usize) -> String {
    let folded = words.split_whitespace().collect::<Vec<_>>().join(" ");
    let end = folded.match_indices(['.', '!', '?']).map(|(at, _)| at + 1);
    let mut ends = end.filter(|end| folded[*end..].starts_with(' ') || folded.len() == *end);
    match ends.next() {
        Some(end) if folded[..end].chars().count() <= longest => folded[..end].to_owned(),
        _ => phrase::cut(&folded, longest),
    }
}

/// The title as inline text.
pub(super) fn title(finding: &Finding) -> String {
    let title = phrase::cut(&finding.title, LONGEST_TITLE);
    if title.trim().is_empty() { code(finding.rule_id.as_str()) } else { text(&title) }
}

/// Links to the files of one commit.
#[derive(Debug, Clone)]
pub(super) struct Files {
    /// `https://server/owner/name/blob/<sha>/`; `None` when something of it is not known or not sound.
    root: Option<String>,
}

impl Files {
    /// Of the commit the findings are in.
    pub(super) fn of_head(run: &Run, forge: &Forge) -> Self {
        let head = run.change.as_ref().and_then(|change| change.head.commit.as_deref());
        Self::new(forge, forge.sha.as_deref().or(head))
    }

    /// Of the commit before the change.
    pub(super) fn of_base(run: &Run, forge: &Forge) -> Self {
        Self::new(forge, run.change.as_ref().and_then(|change| change.base.commit.as_deref()))
    }

    fn new(forge: &Forge, sha: Option<&str>) -> Self {
        let root = || {
            let sha = sha.filter(|sha| is_commit(sha))?;
            let (owner, name) = forge.repository.as_deref()?.split_once('/')?;
            let is_name = |name: &str| {
                let allowed = |b: u8| b.is_ascii_alphanumeric() || b"-._".contains(&b);
                !matches!(name, "" | "." | "..") && name.bytes().all(allowed)
            };
            let host = ["https://", "http://"].iter().find_map(|s| forge.server.strip_prefix(s))?;
            let in_host = |b: u8| b.is_ascii_alphanumeric() || b"-._:/".contains(&b);
            let sound = !host.is_empty() && host.bytes().all(in_host);
            (sound && is_name(owner) && is_name(name))
                .then(|| format!("{}/{owner}/{name}/blob/{sha}/", forge.server))
        };
        Self { root: root() }
    }

    /// Where the finding is, linked when it can be; `in_table` as for [`escape::markdown_code`].
    pub(super) fn place(&self, finding: &Finding, in_table: bool) -> String {
        let shown = |place: &str| if in_table { code(place) } else { code_in_text(place) };
        let Some(path) = &finding.path else {
            let place = finding.place();
            let known = !place.is_empty();
            return if known { shown(&tail(&place, LONGEST_PLACE)) } else { text(phrase::NO_FILE) };
        };
        let mut place = tail(path, LONGEST_PLACE);
        place.extend(finding.line.map(|line| format!(":{line}")));
        let shown = shown(&place);
        match self.address(path, finding) {
            Some(address) => format!("[{shown}]({address})"),
            None => shown,
        }
    }

    fn address(&self, path: &str, finding: &Finding) -> Option<String> {
        // A browser would resolve these and leave the repository.
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return None;
        }
        let mut address = format!("{}{}", self.root.as_ref()?, escape::url_path(path));
        if let Some(line) = finding.line {
            address.push_str(&format!("#L{line}"));
            if let Some(end) = finding.end_line.filter(|end| *end > line) {
                address.push_str(&format!("-L{end}"));
            }
        }
        (address.len() <= LONGEST_LINK).then_some(address)
    }
}

/// A commit as hexadecimal digits.
pub(super) fn is_commit(sha: &str) -> bool {
    (7..=64).contains(&sha.len()) && sha.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The end of a path that is too long.
fn tail(path: &str, longest: usize) -> String {
    let count = path.chars().count();
    if count <= longest {
        return path.to_owned();
    }
    std::iter::once('…').chain(path.chars().skip(count - longest + 1)).collect()
}

/// A weakness with its page.
pub(super) fn weakness(cwe: &str) -> String {
    match cwe.strip_prefix("CWE-") {
        Some(n) if !n.is_empty() && n.len() < 7 && n.bytes().all(|b| b.is_ascii_digit()) => {
            format!("[CWE-{n}](https://cwe.mitre.org/data/definitions/{n}.html)")
        }
        _ => text(cwe),
    }
}

/// Weakness and controls of a finding, apart by dots; `None` when there are none.
pub(super) fn tags(finding: &Finding) -> Option<String> {
    let cwe = finding.cwe.iter().map(|cwe| weakness(cwe));
    let controls =
        finding.compliance_tags.iter().take(12).map(|tag| code_in_text(&phrase::cut(tag, 60)));
    let tags: Vec<String> = cwe.chain(controls).collect();
    (!tags.is_empty()).then(|| tags.join(" · "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleId, ScanType, ScannerId, Severity};

    fn forge() -> Forge {
        Forge { repository: Some("o/r".to_owned()), ..Forge::default() }
    }

    fn place(forge: &Forge, path: &str, sha: &str) -> String {
        let rule = RuleId::new("r");
        let scanner = ScannerId::new("s");
        let mut finding = Finding::new(scanner, ScanType::Code, Severity::Low, rule, "t");
        finding.path = Some(path.to_owned());
        (finding.line, finding.end_line) = (Some(3), Some(5));
        Files::new(forge, Some(sha)).place(&finding, false)
    }

    #[test]
    fn a_place_is_linked_when_repository_and_commit_are_known_and_sound() {
        let sha = "0123456789abcdef0123456789abcdef01234567";
        let expected =
            format!("[`a b/c.py:3`](https://github.com/o/r/blob/{sha}/a%20b/c.py#L3-L5)");
        assert_eq!(place(&forge(), "a b/c.py", sha), expected);
        for (forge, path, sha) in [
            (Forge { repository: None, ..forge() }, "a", sha),
            (Forge { repository: Some("o".to_owned()), ..forge() }, "a", sha),
            (Forge { repository: Some("o/r/x".to_owned()), ..forge() }, "a", sha),
            (Forge { repository: Some("../r".to_owned()), ..forge() }, "a", sha),
            (Forge { server: "javascript:x".to_owned(), ..forge() }, "a", sha),
            (Forge { server: "https://h) [x](y".to_owned(), ..forge() }, "a", sha),
            (forge(), "../../x", sha),
            (forge(), "a", "main"),
        ] {
            assert!(!place(&forge, path, sha).contains("]("), "{forge:?} {path} {sha}");
        }
    }

    #[test]
    fn a_description_is_cut_to_its_first_sentence() {
        assert_eq!(first_sentence("One. Two.", 20), "One.");
        assert_eq!(first_sentence("v1.2 of it\nis old", 40), "v1.2 of it is old");
        assert_eq!(first_sentence("a very long sentence.", 10), "a very lo…");
    }

    #[test]
    fn text_keeps_the_blanks_it_is_joined_by() {
        assert_eq!(text(" adds\n2 "), " adds 2 ");
        assert_eq!(text("-x"), "\\-x");
        assert_eq!(text(" "), " ");
    }
}
