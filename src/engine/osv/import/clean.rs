//! What is taken over from texts of strangers: ids, versions, single lines, addresses and dates, each within bounds.
//! Knows no source format.

use std::collections::BTreeSet;

/// Longest summary, characters.
const SUMMARY: usize = 140;
/// Longest id, package name or version, bytes.
const NAME: usize = 256;
/// Longest address, bytes.
const ADDRESS: usize = 300;
/// References kept of one advisory: the pages of its ids are worked out from them, and every further one costs a tenth of
/// the database.
const REFERENCES: usize = 1;

/// One line of at most 140 characters without control characters, cut after a word.
pub(super) fn one_line(text: &str) -> String {
    let mut line = String::new();
    let mut count = 0;
    for word in text.split_whitespace() {
        let word: String =
            word.chars().filter(|c| !c.is_control() && !is_reordering(*c)).take(SUMMARY).collect();
        let length = word.chars().count();
        if word.is_empty() {
            continue;
        }
        if count + length + usize::from(count > 0) > SUMMARY {
            line.push('…');
            break;
        }
        if count > 0 {
            line.push(' ');
            count += 1;
        }
        line.push_str(&word);
        count += length;
    }
    line
}

/// The first paragraph of a text, as one line; headings and fences of Markdown do not count.
pub(super) fn first_sentence(text: &str) -> String {
    let paragraph: Vec<&str> = text
        .lines()
        .map(str::trim)
        .skip_while(|line| line.is_empty() || line.starts_with(['#', '`']))
        .take_while(|line| !line.is_empty())
        .take(20)
        .collect();
    one_line(&paragraph.join(" "))
}

/// Characters that show text in another order than it is written.
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// An id of an advisory: printable ASCII without blanks.
pub(super) fn id(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.len() > NAME || !text.bytes().all(|b| b.is_ascii_graphic()) {
        return Err("the id is empty, too long or not printable".into());
    }
    Ok(text.to_owned())
}

/// Ids besides `own`, sorted, each once. What is no id is left out.
pub(super) fn aliases<'a>(own: &str, all: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let set: BTreeSet<String> = all.into_iter().filter_map(|text| id(text).ok()).collect();
    set.into_iter().filter(|alias| alias != own).collect()
}

/// The name of a package.
pub(super) fn name(text: &str) -> Result<&str, String> {
    let text = text.trim();
    if text.is_empty() || text.len() > NAME || text.chars().any(char::is_control) {
        return Err("the name of the package is empty, too long or not printable".into());
    }
    Ok(text)
}

/// A version or the bound of a range.
pub(super) fn version(text: &str) -> Result<String, String> {
    let text = text.trim();
    if text.is_empty() || text.len() > NAME || text.chars().any(char::is_control) {
        return Err("a version is empty, too long or not printable".into());
    }
    Ok(text.to_owned())
}

/// `CWE-n` ids, sorted by number, each once.
pub(super) fn cwes<'a>(all: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let numbers: BTreeSet<u32> = all
        .into_iter()
        .filter_map(|text| {
            let digits = text.trim().get(4..)?;
            text.trim().get(..4)?.eq_ignore_ascii_case("CWE-").then(|| digits.parse().ok())?
        })
        .collect();
    let mut cwes: Vec<String> = numbers.into_iter().map(|n| format!("CWE-{n}")).collect();
    cwes.sort();
    cwes
}

/// References worth keeping: `https` only, without credentials, best rank first, in the order given within a rank.
/// Pages that every reader can derive from an id of the advisory or from the name of the package are left out.
pub(super) fn references<'a>(all: impl IntoIterator<Item = (u8, &'a str)>) -> Vec<String> {
    let mut kept: Vec<(u8, &str)> = Vec::new();
    for (rank, address) in all {
        let address = address.trim();
        if is_good(address) && !is_derivable(address) && kept.iter().all(|(_, a)| *a != address) {
            kept.push((rank, address));
        }
        if kept.len() > 1000 {
            break;
        }
    }
    kept.sort_by_key(|(rank, _)| *rank);
    kept.truncate(REFERENCES);
    kept.into_iter().map(|(_, address)| address.to_owned()).collect()
}

fn is_good(address: &str) -> bool {
    let Some(rest) = address.strip_prefix("https://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or(rest);
    address.len() <= ADDRESS
        && !authority.is_empty()
        && !authority.contains('@')
        && address.bytes().all(|b| b.is_ascii_graphic())
        && !address.contains(['<', '>', '"', '\\', '`'])
}

fn is_derivable(address: &str) -> bool {
    const PREFIXES: &[&str] = &[
        "https://nvd.nist.gov/vuln/detail/",
        "https://web.nvd.nist.gov/view/vuln/detail",
        "https://github.com/advisories/GHSA-",
        "https://www.cve.org/CVERecord",
        "https://cve.mitre.org/cgi-bin/cvename.cgi",
        "https://osv.dev/vulnerability/",
        "https://rustsec.org/advisories/",
        "https://pkg.go.dev/vuln/",
        "https://pypi.org/project/",
        "https://pypi.python.org/",
        "https://crates.io/crates/",
        "https://rubygems.org/gems/",
        "https://packagist.org/packages/",
        "https://www.npmjs.com/package/",
    ];
    PREFIXES.iter().any(|prefix| address.starts_with(prefix))
}

/// Seconds since 1970 of an RFC 3339 time or a date; 0 for none, for what cannot be read and for years before 1970.
pub(super) fn seconds(text: &str) -> i64 {
    let text = text.trim();
    if let Ok(time) = text.parse::<jiff::Timestamp>() {
        return time.as_second().max(0);
    }
    let day = text.get(..10).and_then(|day| day.parse::<jiff::civil::Date>().ok());
    day.and_then(|day| day.to_zoned(jiff::tz::TimeZone::UTC).ok())
        .map_or(0, |zoned| zoned.timestamp().as_second().max(0))
}

/// Vectors that can be scored, best first: 4.0, 3.x, 2.0.
pub(super) fn vectors<'a>(all: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    use crate::engine::osv::cvss;
    let mut scored: Vec<(std::cmp::Reverse<&str>, &str)> = Vec::new();
    for vector in all {
        let vector = vector.trim();
        if let Some((_, version)) = cvss::score(vector)
            && scored.iter().all(|(_, known)| *known != vector)
        {
            scored.push((std::cmp::Reverse(version), vector));
        }
        if scored.len() > 20 {
            break;
        }
    }
    scored.sort_by_key(|(version, _)| *version);
    scored.into_iter().map(|(_, vector)| vector.to_owned()).collect()
}

/// The word of a severity in lower case; empty for one that is not known.
pub(super) fn word(text: &str) -> String {
    let word = text.trim().to_ascii_lowercase();
    let known = matches!(word.as_str(), "critical" | "high" | "moderate" | "medium" | "low");
    if known { word } else { String::new() }
}

/// The word of a score that stands there without its vector; empty for none.
pub(super) fn word_of_score(score: Option<f64>) -> String {
    use crate::engine::osv::cvss::severity;
    let score = score.filter(|s| *s > 0.0 && *s <= 10.0);
    score.map(|s| severity(s as f32).as_str().to_owned()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_summary_is_one_line_without_tricks() {
        assert_eq!(one_line(" a\n b\u{202E}c\u{7} "), "a bc");
        let long = one_line(&"word ".repeat(100));
        assert!(long.chars().count() <= SUMMARY + 1 && long.ends_with("word…"), "{long}");
        assert_eq!(first_sentence("# Title\n\nfirst\nmore\n\nsecond"), "first more");
        assert_eq!(one_line(&"é".repeat(500)).chars().count(), SUMMARY);
    }

    #[test]
    fn references_are_safe_and_not_derivable() {
        let given = [
            (2, "https://example.org/late"),
            (1, "http://example.org/plain"),
            (1, "https://user:word@example.org/"),
            (1, "https://example.org/early"),
            (1, "https://nvd.nist.gov/vuln/detail/CVE-2020-1"),
            (1, "javascript:alert(1)"),
            (1, "https://example.org/early"),
        ];
        assert_eq!(references(given), ["https://example.org/early"]);
    }

    #[test]
    fn times_before_1970_are_unknown() {
        for (text, expected) in [
            ("1970-01-02", 86_400),
            ("1970-01-01T00:00:10Z", 10),
            ("0001-01-01T00:00:00Z", 0),
            ("soon", 0),
            ("é", 0),
        ] {
            assert_eq!(seconds(text), expected, "{text}");
        }
    }

    #[test]
    fn vectors_are_sorted_by_version_and_broken_ones_left_out() {
        let three = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
        let four = "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N";
        assert_eq!(vectors([three, "CVSS:3.1/AV:X", four, three]), [four, three]);
    }

    #[test]
    fn weaknesses_are_numbers() {
        assert_eq!(cwes(["cwe-79", "CWE-20", "CWE-x", "é79", "CWE-79"]), ["CWE-20", "CWE-79"]);
    }
}
