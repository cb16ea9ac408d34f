//! The text behind a marker: rule ids, then perhaps the date until which they hold, then perhaps a reason.

use super::comment;
use crate::finding::Pattern;
use jiff::civil::Date;

/// Characters of a reason that are kept; the rest of a runaway line says nothing to a reader.
const MAX_REASON: usize = 200;

/// What stands behind a marker.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Tail {
    /// Ids and globs, in the order they were written.
    pub(super) rules: Vec<Pattern>,
    /// Last day on which the directive holds.
    pub(super) until: Option<Date>,
    /// Why.
    pub(super) reason: Option<String>,
}

/// Reads `<id>[, <id>| <id>]... [until YYYY-MM-DD] [reason]`.
///
/// The first word is an id whatever it looks like. A word behind a comma is one when nothing but another comma or the
/// end of the ids follows. A word behind a blank is one when it looks like one (see [`looks_like_id`]). The first word
/// that is none begins the reason.
pub(super) fn read(text: &str) -> Tail {
    read_when(text, true)
}

/// The same for grammars whose ids are optional: the first word has to look like an id as well.
pub(super) fn read_optional(text: &str) -> Tail {
    read_when(text, false)
}

fn read_when(text: &str, first_is_id: bool) -> Tail {
    let mut rest = comment::without_closer(text);
    let mut rules = Vec::new();
    let mut after_comma = false;
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t']);
        if let Some(behind) = trimmed.strip_prefix(',').filter(|_| !rules.is_empty()) {
            rest = behind;
            after_comma = true;
            continue;
        }
        let (id, behind, ends) = word(trimmed);
        let wanted = if id.is_empty() {
            false
        } else if rules.is_empty() {
            first_is_id || looks_like_id(id)
        } else {
            looks_like_id(id) || (after_comma && stands_alone(behind))
        };
        if !wanted {
            rest = trimmed;
            break;
        }
        rules.push(Pattern::new(id));
        rest = behind;
        after_comma = false;
        if ends {
            break;
        }
    }
    let (until, rest) = read_until(rest);
    Tail { rules, until, reason: reason(rest) }
}

/// The longest id at the start of a text, what follows it, and whether it is the last by the way it ends.
fn word(text: &str) -> (&str, &str, bool) {
    let class = |c: char| c.is_ascii_alphanumeric() || "._-/*?:@()+".contains(c);
    let end = text.find(|c: char| !class(c)).unwrap_or(text.len());
    let raw = &text[..end];
    if raw.starts_with(['(', '-', ':', '.', ')']) || raw.starts_with("//") {
        return ("", text, true);
    }
    // `ID--reason` and `ID//reason`: two signs in a row never stand in an id.
    let cut = ["--", "//"].iter().filter_map(|sign| raw.find(sign)).min().unwrap_or(raw.len());
    let id = raw[..cut].trim_end_matches([':', '.', '-']);
    let id = if id.contains('(') { id } else { id.trim_end_matches(')') };
    let behind = &text[id.len()..];
    let ends = !(behind.is_empty() || behind.starts_with([' ', '\t', ',']));
    (id, behind, ends)
}

/// Digits, separators, wildcards or capitals only: what tells `B106`, `secrets/x`, `no-eval`, `CKV_AWS_1`, `*` and `RULE`
/// from a word of a sentence.
fn looks_like_id(word: &str) -> bool {
    word.contains(|c: char| c.is_ascii_digit() || "._-/*?:@".contains(c))
        || word.bytes().all(|b| b.is_ascii_uppercase())
}

fn stands_alone(behind: &str) -> bool {
    let behind = behind.trim_start_matches([' ', '\t']);
    behind.is_empty()
        || behind.starts_with([',', '#', '-', '/', '(', ':'])
        || strip_until(behind).is_some()
}

fn strip_until(text: &str) -> Option<&str> {
    let text = text.trim_start_matches([' ', '\t']);
    let (head, rest) = text.split_at_checked("until".len())?;
    (head.eq_ignore_ascii_case("until") && rest.starts_with([' ', '\t'])).then(|| rest.trim_start())
}

fn read_until(text: &str) -> (Option<Date>, &str) {
    let date = strip_until(text).and_then(|rest| {
        let (day, rest) = rest.split_at_checked("2026-01-31".len())?;
        Some((day.parse::<Date>().ok()?, rest))
    });
    date.map_or((None, text), |(day, rest)| (Some(day), rest))
}

/// A reason without the signs that set it off; `None` when no letter or digit is left.
pub(super) fn reason(text: &str) -> Option<String> {
    let text = comment::without_closer(text);
    let set_off = |c: char| c.is_whitespace() || "-–—.:#/(;,*'\"".contains(c);
    let text = text.trim_start_matches(set_off).trim_end();
    let text = match text.strip_suffix(')') {
        Some(inner) if !inner.contains('(') => inner.trim_end(),
        _ => text.trim_end_matches(|c: char| c.is_whitespace() || "#/;*'\"".contains(c)),
    };
    if !text.contains(char::is_alphanumeric) {
        return None;
    }
    let kept: String = text.chars().filter(|c| !c.is_control()).take(MAX_REASON).collect();
    Some(kept.trim_end().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, rules: &[&str], reason: Option<&str>) {
        let tail = read(text);
        let found: Vec<&str> = tail.rules.iter().map(Pattern::as_str).collect();
        assert_eq!(found, rules, "{text}");
        assert_eq!(tail.reason.as_deref(), reason, "{text}");
    }

    /// The table of section 5.3 of the specification, with its faults mended, and what else people write.
    #[test]
    fn ids_end_where_the_reason_begins() {
        check(" RULE-A", &["RULE-A"], None);
        check(" A, B", &["A", "B"], None);
        check(" A B", &["A", "B"], None);
        check(" A,B , C", &["A", "B", "C"], None);
        check(" *  (why)", &["*"], Some("why"));
        check(
            " * (wildcard — silences EVERY rule on this line)",
            &["*"],
            Some("wildcard — silences EVERY rule on this line"),
        );
        check(" B106 # reason", &["B106"], Some("reason"));
        check(" B106 -- reason", &["B106"], Some("reason"));
        check(" B106 // reason", &["B106"], Some("reason"));
        check(" B106: reason", &["B106"], Some("reason"));
        check(" B106#reason", &["B106"], Some("reason"));
        check(" B106--reason", &["B106"], Some("reason"));
        check(" B106 because legal ok", &["B106"], Some("because legal ok"));
        check(" B106, because legal", &["B106"], Some("because legal"));
        check(" eval, exec", &["eval", "exec"], None);
        check(" eval, exec -- both are fine", &["eval", "exec"], Some("both are fine"));
        check(" X -->", &["X"], None);
        check(" X */ foo()", &["X"], None);
        check(" X*/", &["X"], None);
        check(" */aws-key */", &["*/aws-key"], None);
        check(" secrets/*, B10*", &["secrets/*", "B10*"], None);
        check(" secrets/token-(classic)", &["secrets/token-(classic)"], None);
        check(" a:b@1.2 x/y", &["a:b@1.2", "x/y"], None);
        check(" python.lang.eval. It is fine", &["python.lang.eval"], Some("It is fine"));
        check(" X\", 1", &["X"], Some("1"));
        check(" B101 — ünïcode reason", &["B101"], Some("ünïcode reason"));
        check("", &[], None);
        check(" -- why", &[], Some("why"));
    }

    #[test]
    fn a_date_limits_the_directive() {
        let tail = read(" B101, no-eval until 2026-12-31 -- vendor fix");
        assert_eq!(tail.until, Some(jiff::civil::date(2026, 12, 31)));
        assert_eq!(tail.rules.len(), 2);
        assert_eq!(tail.reason.as_deref(), Some("vendor fix"));
        let tail = read(" B101 until 2026-13-31");
        assert_eq!((tail.until, tail.reason.as_deref()), (None, Some("until 2026-13-31")));
    }

    #[test]
    fn optional_ids_have_to_look_like_ids() {
        assert_eq!(read_optional(" legal said ok").rules, []);
        assert_eq!(read_optional(" B101 legal said ok").rules, [Pattern::new("B101")]);
    }
}
