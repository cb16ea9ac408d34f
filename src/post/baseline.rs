//! The baseline file: findings somebody decided to live with, by fingerprint. Reading tells exactly where a broken file
//! is broken; writing gives the same bytes for the same findings. Files are opened elsewhere.

use super::order;
use crate::finding::{Finding, RuleId, ScanType, ScannerId, Severity, fingerprint};
use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// The version of the file format; the tool before this one wrote the same.
const VERSION: u64 = 1;

/// A baseline that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line}:{column}: {message}")]
pub struct BadBaseline {
    /// The file as the user named it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// What is wrong there.
    pub message: String,
    /// What to do about it.
    pub hint: &'static str,
}

const REWRITE: &str = "write it anew with `securescan baseline`";

/// One accepted finding.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(expecting = "a finding")]
pub struct Entry {
    /// Identity of the finding.
    #[serde(default)]
    pub fingerprint: Option<String>,
    /// Line at the time; only used for fingerprints that know no line.
    #[serde(default, alias = "line")]
    pub line_start: Option<u32>,
    /// Last day on which the entry holds.
    #[serde(default, deserialize_with = "date")]
    pub expires: Option<Date>,
    /// Why the finding is accepted.
    #[serde(default)]
    pub reason: Option<String>,
    /// What the finding was, for people; nothing is matched by it.
    #[serde(flatten)]
    pub about: About,
}

/// What a baseline tells of a finding besides its identity. Anything may stand there: it is shown, never relied on.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct About {
    /// Who reported it.
    #[serde(default)]
    scanner: Value,
    /// Its family.
    #[serde(default)]
    scan_type: Value,
    /// How bad it was.
    #[serde(default)]
    severity: Value,
    /// The rule.
    #[serde(default)]
    rule_id: Value,
    /// The title.
    #[serde(default)]
    title: Value,
    /// Where it was.
    #[serde(default)]
    file_path: Value,
    /// The weakness.
    #[serde(default)]
    cwe: Value,
}

impl Entry {
    /// The finding as far as the entry tells of it.
    pub fn finding(&self) -> Finding {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let about = &self.about;
        let word = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_default();
        let mut finding = Finding::new(
            ScannerId::from(word(&about.scanner)),
            word(&about.scan_type).parse().unwrap_or(ScanType::Code),
            word(&about.severity).parse().unwrap_or(Severity::Info),
            RuleId::new(word(&about.rule_id)),
            text(&about.title).unwrap_or_else(|| "(no title)".to_owned()),
        );
        finding.path = text(&about.file_path).map(|path| path.trim_start_matches('/').to_owned());
        finding.line = self.line_start;
        finding.cwe = text(&about.cwe);
        finding.fingerprint = self.fingerprint.clone().unwrap_or_default();
        finding.id = super::fingerprint::id(&finding.fingerprint);
        finding
    }
}

#[derive(Deserialize)]
#[serde(expecting = "an object with \"findings\", or a list")]
struct Document {
    #[serde(default, deserialize_with = "version")]
    #[expect(dead_code, reason = "its reader refuses what it does not know")]
    version: (),
    findings: Vec<Entry>,
}

fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let Some(text) = Option::<String>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let bad =
        || serde::de::Error::custom(format!("\"{text}\" is not a date (expected YYYY-MM-DD)"));
    text.parse().map(Some).map_err(|_| bad())
}

fn version<'de, D: Deserializer<'de>>(deserializer: D) -> Result<(), D::Error> {
    let found = serde_json::Value::deserialize(deserializer)?;
    if found.as_u64() == Some(VERSION) {
        return Ok(());
    }
    let message = format!("unknown baseline version {found} (this program knows {VERSION})");
    Err(serde::de::Error::custom(message))
}

/// The accepted findings of one file.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Baseline {
    entries: BTreeMap<String, Vec<Entry>>,
    /// Entries without a fingerprint; they can match nothing.
    pub without_fingerprint: usize,
}

impl Baseline {
    /// Reads `{"findings": [...]}` or a plain list. Unknown keys are passed over; `file` is for messages only.
    pub fn read(file: &str, bytes: &[u8]) -> Result<Self, BadBaseline> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let first = bytes.iter().find(|byte| !byte.is_ascii_whitespace());
        let entries = match first {
            Some(b'[') => serde_json::from_slice(bytes),
            _ => serde_json::from_slice(bytes).map(|document: Document| document.findings),
        };
        let entries: Vec<Entry> = entries.map_err(|error| located(file, &error))?;
        let mut baseline = Self::default();
        for entry in entries {
            match entry.fingerprint.clone().filter(|print| !print.is_empty()) {
                Some(print) => baseline.entries.entry(print).or_default().push(entry),
                None => baseline.without_fingerprint += 1,
            }
        }
        Ok(baseline)
    }

    /// Number of entries that can match.
    pub fn len(&self) -> usize {
        self.entries.values().map(Vec::len).sum()
    }

    /// How many of the recorded fingerprints no finding has any more.
    pub fn gone(&self, findings: &[Finding]) -> usize {
        let here: BTreeSet<&str> =
            findings.iter().map(|finding| finding.fingerprint.as_str()).collect();
        self.entries.keys().filter(|print| !here.contains(print.as_str())).count()
    }

    /// True when no entry can match.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// The baseline against everything found today, suppressed findings included: which of `findings` it knows, by index,
    /// and what it lists that is gone. An entry past its day knows nothing, and its finding is not gone while it is there.
    pub fn compare(&self, findings: &[Finding], today: Date) -> (BTreeSet<usize>, Vec<Finding>) {
        let known = self.accepted(findings, &vec![true; findings.len()], today);
        let here: BTreeSet<&str> = findings.iter().map(|f| f.fingerprint.as_str()).collect();
        let is_here =
            |entry: &Entry| entry.fingerprint.as_deref().is_some_and(|print| here.contains(print));
        let used: BTreeSet<*const Entry> =
            known.values().map(|entry| std::ptr::from_ref(*entry)).collect();
        let mut gone: Vec<Finding> = self
            .entries
            .values()
            .flatten()
            .filter(|entry| !used.contains(&std::ptr::from_ref(*entry)))
            .filter(|entry| holds(entry, today) || !is_here(entry))
            .map(Entry::finding)
            .collect();
        order::sort(&mut gone);
        (known.into_keys().collect(), gone)
    }

    /// Entries that no longer hold on a day, in the order of their fingerprints.
    pub fn expired(&self, today: Date) -> impl Iterator<Item = &Entry> {
        self.entries.values().flatten().filter(move |entry| !holds(entry, today))
    }

    /// The entry that accepts each of `findings`, by index. `open` says which are still to be accepted.
    ///
    /// The tool before this one took its fingerprints without the matched line, so that one stood for all findings of a
    /// rule in a file. Such an entry accepts one finding: the one on its line, else the first that is left.
    pub fn accepted(
        &self,
        findings: &[Finding],
        open: &[bool],
        today: Date,
    ) -> BTreeMap<usize, &Entry> {
        let mut accepted = BTreeMap::new();
        if self.is_empty() {
            return accepted;
        }
        let mut left: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (index, finding) in findings.iter().enumerate() {
            if !open.get(index).copied().unwrap_or(true) {
                continue;
            }
            let entries = self.entries.get(&finding.fingerprint);
            if let Some(entry) = entries.into_iter().flatten().find(|e| holds(e, today)) {
                accepted.insert(index, entry);
                continue;
            }
            let old = without_line(finding);
            if old != finding.fingerprint && self.entries.contains_key(&old) {
                left.entry(old).or_default().push(index);
            }
        }
        for (print, mut indexes) in left {
            indexes.sort_by_key(|index| (findings[*index].line, findings[*index].column));
            let mut entries: Vec<&Entry> =
                self.entries[&print].iter().filter(|entry| holds(entry, today)).collect();
            for exact in [true, false] {
                indexes.retain(|index| {
                    let fits = |entry: &&Entry| !exact || entry.line_start == findings[*index].line;
                    let Some(at) = entries.iter().position(fits) else {
                        return true;
                    };
                    accepted.insert(*index, entries.remove(at));
                    false
                });
            }
        }
        accepted
    }
}

fn holds(entry: &Entry, today: Date) -> bool {
    entry.expires.is_none_or(|last| today <= last)
}

/// The fingerprint the tool before this one gave: the same recipe over an empty line.
fn without_line(finding: &Finding) -> String {
    fingerprint::fingerprint(
        finding.scanner.as_str(),
        finding.rule_id.as_str(),
        finding.path.as_deref().unwrap_or_default(),
        "",
        finding.cwe.as_deref().unwrap_or_default(),
        1,
    )
}

/// serde quotes the text it did not expect; a file named by mistake may hold anything, so it is left out.
fn without_value(text: &str) -> String {
    const HEAD: &str = "invalid type: string ";
    match (text.strip_prefix(HEAD), text.rfind(", expected ")) {
        (Some(_), Some(end)) => format!("invalid type: string{}", &text[end..]),
        _ => text.to_owned(),
    }
}

fn located(file: &str, error: &serde_json::Error) -> BadBaseline {
    let (line, column) = (error.line().max(1), error.column().max(1));
    let text = error.to_string();
    let tail = format!(" at line {} column {}", error.line(), error.column());
    let text = without_value(&text);
    BadBaseline {
        file: file.to_owned(),
        line,
        column,
        message: text
            .strip_suffix(&tail)
            .unwrap_or(&text)
            .replace("EOF while parsing", "the file ends inside"),
        hint: if error.is_data() {
            "a baseline is {\"findings\": [...]} or a list of findings; write it anew with `securescan baseline`"
        } else {
            REWRITE
        },
    }
}

/// The file as it is written; fields stand in the order of their names.
#[derive(Serialize)]
struct Written<'a> {
    findings: Vec<WrittenEntry<'a>>,
    generated_by: &'a str,
    scan_types: Vec<&'static str>,
    target_path: &'a str,
    version: u64,
}

#[derive(Serialize)]
struct WrittenEntry<'a> {
    cwe: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    file_path: Option<&'a str>,
    fingerprint: &'a str,
    line_start: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
    rule_id: &'a str,
    scan_type: ScanType,
    scanner: &'a str,
    severity: Severity,
    title: &'a str,
}

/// What a baseline file says of itself.
#[derive(Debug, Clone, Copy)]
pub struct Envelope<'a> {
    /// `securescan`, or `securescan init`.
    pub generated_by: &'a str,
    /// Scan types that ran.
    pub scan_types: &'a [ScanType],
    /// From the directory of the file to the target (`..`).
    pub target_path: &'a str,
}

/// The bytes of a baseline file: canonical order, keys sorted, two blanks of indent, a line end at the end. Expiry and
/// reason of entries in `previous` are kept for findings that are still there.
pub fn write(findings: &[Finding], envelope: &Envelope<'_>, previous: Option<&Baseline>) -> String {
    let mut findings: Vec<&Finding> = findings.iter().collect();
    findings.sort_by(|a, b| order::compare(a, b));
    let kept = |finding: &Finding| previous?.entries.get(&finding.fingerprint)?.first();
    let entries = findings.into_iter().map(|finding| {
        let before = kept(finding);
        WrittenEntry {
            cwe: finding.cwe.as_deref(),
            expires: before.and_then(|entry| entry.expires).map(|date| date.to_string()),
            file_path: finding.path.as_deref(),
            fingerprint: &finding.fingerprint,
            line_start: finding.line,
            reason: before.and_then(|entry| entry.reason.as_deref()),
            rule_id: finding.rule_id.as_str(),
            scan_type: finding.scan_type,
            scanner: finding.scanner.as_str(),
            severity: finding.severity,
            title: &finding.title,
        }
    });
    let mut scan_types: Vec<&'static str> =
        envelope.scan_types.iter().map(|t| t.as_str()).collect();
    scan_types.sort_unstable();
    scan_types.dedup();
    let written = Written {
        findings: entries.collect(),
        generated_by: envelope.generated_by,
        scan_types,
        target_path: envelope.target_path,
        version: VERSION,
    };
    // Strings, numbers and lists always serialise.
    let mut text = serde_json::to_string_pretty(&written).unwrap_or_default();
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::post::sample::finding;
    use jiff::civil::date;

    fn with_print(line: u32, print: &str) -> Finding {
        Finding { fingerprint: print.to_owned(), ..finding("s", "r", "ä.py", line) }
    }

    fn lines_accepted(baseline: &Baseline, findings: &[Finding]) -> Vec<u32> {
        let open = vec![true; findings.len()];
        let accepted = baseline.accepted(findings, &open, date(2026, 6, 1));
        accepted.keys().filter_map(|index| findings[*index].line).collect()
    }

    const ENVELOPE: Envelope<'_> = Envelope {
        generated_by: "securescan",
        scan_types: &[ScanType::Iac, ScanType::Code],
        target_path: "..",
    };

    #[test]
    fn the_file_is_canonical() {
        let text = write(&[with_print(7, "aa")], &ENVELOPE, None);
        assert_eq!(
            text,
            r#"{
  "findings": [
    {
      "cwe": null,
      "file_path": "ä.py",
      "fingerprint": "aa",
      "line_start": 7,
      "rule_id": "r",
      "scan_type": "code",
      "scanner": "s",
      "severity": "medium",
      "title": "title"
    }
  ],
  "generated_by": "securescan",
  "scan_types": [
    "code",
    "iac"
  ],
  "target_path": "..",
  "version": 1
}
"#
        );
        let turned = write(&[with_print(9, "b"), with_print(7, "a")], &ENVELOPE, None);
        assert_eq!(turned, write(&[with_print(7, "a"), with_print(9, "b")], &ENVELOPE, None));
    }

    #[test]
    fn both_shapes_read_back() {
        let written = write(&[with_print(7, "aa")], &ENVELOPE, None);
        let baseline = Baseline::read("b.json", written.as_bytes()).unwrap();
        assert_eq!(lines_accepted(&baseline, &[with_print(99, "aa"), with_print(7, "bb")]), [99]);
        let list = br#" [{"fingerprint": "aa", "other": {}}, {"fingerprint": ""}, {}]"#;
        let baseline = Baseline::read("b.json", list).unwrap();
        assert_eq!((baseline.len(), baseline.without_fingerprint), (1, 2));
        let bom = b"\xef\xbb\xbf{\"findings\": []}";
        assert!(Baseline::read("b.json", bom).unwrap().is_empty());
    }

    #[test]
    fn a_broken_file_is_refused_with_its_place() {
        for (text, expected) in [
            (
                "{\"findings\": [\n  {\"fingerprint\": 3}\n]}",
                "b.json:2:19: invalid type: integer `3`, expected a string",
            ),
            ("{\"findings\": [", "b.json:1:14: the file ends inside a list"),
            ("", "b.json:1:1: the file ends inside a value"),
            (
                "3",
                "b.json:1:1: invalid type: integer `3`, expected an object with \"findings\", or a list",
            ),
            ("{}", "b.json:1:2: missing field `findings`"),
            (
                "{\"version\": 7, \"findings\": []}",
                "b.json:1:13: unknown baseline version 7 (this program knows 1)",
            ),
            (
                "[{\"expires\": \"soon\"}]",
                "b.json:1:20: \"soon\" is not a date (expected YYYY-MM-DD)",
            ),
        ] {
            let error = Baseline::read("b.json", text.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), expected, "{text}");
            assert!(error.hint.contains("securescan baseline"));
        }
    }

    #[test]
    fn a_baseline_tells_what_is_known_and_what_is_gone() {
        let old = without_line(&with_print(1, "x"));
        let text = format!(
            r#"[{{"fingerprint":"aa","title":"T","severity":"high","file_path":"/b.py","line_start":4,"rule_id":null,
                "expires":"2030-01-01"}},
               {{"fingerprint":"bb","title":7,"severity":"awful"}}, {{"fingerprint":"{old}","line_start":9}}]"#
        );
        let baseline = Baseline::read("b", text.as_bytes()).unwrap();
        let today = date(2026, 6, 1);
        let (known, gone) = baseline.compare(&[with_print(1, "bb"), with_print(9, "x")], today);
        assert_eq!(known.into_iter().collect::<Vec<_>>(), [0, 1]);
        assert_eq!(gone.len(), 1);
        assert_eq!((gone[0].title.as_str(), gone[0].place().as_str()), ("T", "b.py:4"));
        let dated = br#"[{"fingerprint":"aa","expires":"2030-01-01"}]"#;
        let dated = Baseline::read("b", dated).unwrap();
        let (known, gone) = dated.compare(&[with_print(2, "aa")], date(2030, 1, 2));
        assert_eq!((known.len(), gone.len()), (0, 0), "past its day it is new, and not gone");
        let (known, gone) = baseline.compare(&[with_print(9, "x"), with_print(10, "y")], today);
        assert_eq!((known.len(), gone.len()), (1, 2));
        assert_eq!((gone[1].title.as_str(), gone[1].severity), ("(no title)", Severity::Info));
    }

    #[test]
    fn an_entry_holds_until_its_last_day() {
        let text = br#"[{"fingerprint": "aa", "expires": "2026-06-01", "reason": "r"}]"#;
        let baseline = Baseline::read("b", text).unwrap();
        let findings = [with_print(1, "aa")];
        let on = |day| baseline.accepted(&findings, &[true], day).len();
        assert_eq!((on(date(2026, 6, 1)), on(date(2026, 6, 2))), (1, 0));
        assert_eq!(baseline.expired(date(2026, 6, 2)).count(), 1);
        let refreshed = write(&findings, &ENVELOPE, Some(&baseline));
        assert!(
            refreshed.contains("\"expires\": \"2026-06-01\"")
                && refreshed.contains("\"reason\": \"r\"")
        );
    }

    #[test]
    fn an_entry_of_the_older_tool_accepts_one_finding_preferably_its_own() {
        let findings = [with_print(3, "x"), with_print(8, "y"), with_print(9, "z")];
        let old = without_line(&findings[0]);
        let one = format!(r#"[{{"fingerprint": "{old}", "line_start": 8}}]"#);
        assert_eq!(lines_accepted(&Baseline::read("b", one.as_bytes()).unwrap(), &findings), [8]);
        let two = format!(
            r#"[{{"fingerprint": "{old}", "line_start": 1}}, {{"fingerprint": "{old}", "line_start": 9}}]"#
        );
        assert_eq!(
            lines_accepted(&Baseline::read("b", two.as_bytes()).unwrap(), &findings),
            [3, 9]
        );
    }
}
