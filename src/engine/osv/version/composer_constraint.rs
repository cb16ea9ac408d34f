//! Constraints of Composer (<https://getcomposer.org/doc/articles/versions.md>), as composer/semver reads them.

use super::bound::{Op, all, any};
use super::composer::{
    Key, MODIFIER, captures, group, normalise, pattern, split_flag, without_alias,
};
use super::number::Number;
use regex::{Captures, Regex};
use std::sync::LazyLock;

/// Four numbers, modifiers, or an `x-dev`: groups 1 to 4, 5 to 7, 8.
const VERSION: &str = concat!(
    r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.([0-9]+))?",
    r"(?:{MODIFIER}|\.([xX*][.-]?dev))(?:\+[^\s]+)?",
);

fn version_pattern(before: &str, after: &str) -> Option<Regex> {
    pattern(&format!("{before}{}{after}", VERSION.replace("{MODIFIER}", MODIFIER)))
}

static TILDE: LazyLock<Option<Regex>> = LazyLock::new(|| version_pattern("~", ""));
static CARET: LazyLock<Option<Regex>> = LazyLock::new(|| version_pattern(r"\^", ""));
static PLAIN: LazyLock<Option<Regex>> = LazyLock::new(|| version_pattern("", ""));
static WILD: LazyLock<Option<Regex>> =
    LazyLock::new(|| pattern(r"v?([0-9]+)(?:\.([0-9]+))?(?:\.([0-9]+))?(?:\.[xX*])+"));
static ANY: LazyLock<Option<Regex>> = LazyLock::new(|| pattern(r"(v)?[xX*](\.[xX*])*"));
static MODIFIED: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(&format!("(?i)-{MODIFIER}$")).ok());

/// Whether a constraint lets a version in.
pub(super) fn allows(constraint: &str, text: &str) -> Option<bool> {
    let version = normalise(text)?;
    let wants = constraint.trim().split('|').map(str::trim);
    // `||` and `|` are the same.
    let wants = wants.filter(|want| !want.is_empty());
    let mut found = false;
    let fits = any(wants.map(|want| {
        found = true;
        all(parts(want).iter().map(|part| one(part, &version)))
    }));
    fits.filter(|_| found)
}

/// Parts that all have to fit: spaces and commas separate, but not around a hyphen, after a sign or around `as`.
fn parts(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    let mut joins: Option<&str> = None;
    for word in text.split([' ', ',', '\t']).filter(|word| !word.is_empty()) {
        if word == "-" || word == "as" {
            joins = Some(if word == "-" { " - " } else { " as " });
            continue;
        }
        let after_sign = parts.last().is_some_and(|last| last.ends_with(['<', '>', '=', '!']));
        match (parts.last_mut(), joins.take()) {
            (Some(last), Some(between)) => {
                last.push_str(between);
                last.push_str(word);
            }
            (Some(last), None) if after_sign => last.push_str(word),
            _ => parts.push(word.to_owned()),
        }
    }
    parts
}

/// Whether a normalised version stands so to a normalised bound. Branches only equal or differ.
fn holds(op: Op, version: &str, bound: &str) -> bool {
    let (a, b) = (Key::of(version), Key::of(bound));
    if a.is_branch() || b.is_branch() {
        return match op {
            Op::Equal => version == bound,
            Op::NotEqual => version != bound,
            _ => false,
        };
    }
    op.holds(a.cmp(&b))
}

fn between(version: &str, low: &str, high: &str) -> bool {
    holds(Op::AtLeast, version, low) && holds(Op::Less, version, high)
}

/// Numbers of a match up to a position from 1, the last of them raised by one if asked; the rest is 0.
fn bound(numbers: [&str; 4], position: usize, raised: bool) -> Option<String> {
    let mut out = Vec::new();
    for (index, number) in numbers.iter().enumerate() {
        out.push(match (index + 1).cmp(&position) {
            std::cmp::Ordering::Greater => "0".to_owned(),
            std::cmp::Ordering::Equal if raised => {
                let number = if number.is_empty() { "0" } else { number };
                Number::read(number)?.next().to_string()
            }
            _ if number.is_empty() => "0".to_owned(),
            _ => (*number).to_owned(),
        });
    }
    Some(format!("{}-dev", out.join(".")))
}

fn numbers<'a>(found: &Captures<'a>) -> [&'a str; 4] {
    [group(found, 1), group(found, 2), group(found, 3), group(found, 4)]
}

/// Which number is the last one written, from 1.
fn position(found: &Captures<'_>) -> usize {
    (2..=4).rev().find(|index| !group(found, *index).is_empty()).unwrap_or(1)
}

/// Whether the match says anything about stability.
fn has_modifier(found: &Captures<'_>) -> bool {
    [5, 7, 8].iter().any(|index| !group(found, *index).is_empty())
}

fn one(part: &str, version: &str) -> Option<bool> {
    let part = without_alias(part);
    let (stripped, flag) = split_flag(part);
    let part = if flag.is_some() && stripped.is_empty() { "*" } else { stripped };
    // References to a commit are for installing only.
    let part = match part.split_once('#') {
        Some((branch, _)) if branch.starts_with("dev-") || branch.ends_with(".x-dev") => branch,
        _ => part,
    };
    if let Some(found) = captures(ANY.as_ref(), part) {
        let all = group(&found, 1).is_empty() && group(&found, 2).is_empty();
        return Some(all || holds(Op::AtLeast, version, "0.0.0.0-dev"));
    }
    if let Some(found) = captures(TILDE.as_ref(), part) {
        let place = position(&found) + usize::from(!group(&found, 8).is_empty());
        let low = low(&found, part.get(1..)?)?;
        return Some(between(version, &low, &bound(numbers(&found), place.max(2) - 1, true)?));
    }
    if let Some(found) = captures(CARET.as_ref(), part) {
        let place = match numbers(&found) {
            [first, second, ..] if first != "0" || second.is_empty() => 1,
            [_, second, third, _] if second != "0" || third.is_empty() => 2,
            _ => 3,
        };
        let low = low(&found, part.get(1..)?)?;
        return Some(between(version, &low, &bound(numbers(&found), place, true)?));
    }
    if let Some(found) = captures(WILD.as_ref(), part) {
        let wild = [group(&found, 1), group(&found, 2), group(&found, 3), ""];
        let place = wild.iter().take_while(|number| !number.is_empty()).count();
        let (low, high) = (bound(wild, place, false)?, bound(wild, place, true)?);
        let above = low == "0.0.0.0-dev" || holds(Op::AtLeast, version, &low);
        return Some(above && holds(Op::Less, version, &high));
    }
    if let Some((from, to)) = part.split_once(" - ") {
        return hyphen(from.trim(), to.trim(), version);
    }
    basic(part, flag, version)
}

fn low(found: &Captures<'_>, text: &str) -> Option<String> {
    if has_modifier(found) { normalise(text) } else { normalise(&format!("{text}-dev")) }
}

fn hyphen(from: &str, to: &str, version: &str) -> Option<bool> {
    let lower = captures(PLAIN.as_ref(), from)?;
    let upper = captures(PLAIN.as_ref(), to)?;
    let suffix = if has_modifier(&lower) { "" } else { "-dev" };
    if !holds(Op::AtLeast, version, &format!("{}{suffix}", normalise(from)?)) {
        return Some(false);
    }
    let high = normalise(to)?;
    let whole = !group(&upper, 2).is_empty() && !group(&upper, 3).is_empty();
    if whole || has_modifier(&upper) {
        return Some(holds(Op::AtMost, version, &high));
    }
    let place = if group(&upper, 2).is_empty() { 1 } else { 2 };
    Some(holds(Op::Less, version, &bound(numbers(&upper), place, true)?))
}

fn basic(part: &str, flag: Option<String>, version: &str) -> Option<bool> {
    let (op, written) = Op::split(part);
    let op = op.unwrap_or(Op::Equal);
    let mut bound = normalise(written).or_else(|| {
        // `feature-dev` for `dev-feature`.
        let name = written.strip_suffix("-dev")?;
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '/');
        name.chars().all(fits).then(|| format!("dev-{name}"))
    })?;
    let key = Key::of(&bound);
    let flag = flag.filter(|flag| flag != "stable" && op != Op::Equal && !key.is_prerelease());
    if let Some(flag) = flag {
        bound.push('-');
        bound.push_str(if flag == "rc" { "RC" } else { &flag });
    } else if matches!(op, Op::Less | Op::AtLeast) && !written.starts_with("dev-") {
        // The modifiers may all be missing: a bare hyphen counts as one.
        if captures(MODIFIED.as_ref(), &written.to_ascii_lowercase()).is_none() {
            bound.push_str("-dev");
        }
    }
    Some(holds(op, version, &bound))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        for pattern in [&TILDE, &CARET, &PLAIN, &WILD, &ANY, &MODIFIED] {
            assert!(pattern.is_some());
        }
    }

    #[test]
    fn constraints_fit_as_composer_says() {
        for (constraint, version, expected) in [
            ("^1.2", "1.9.9", Some(true)),
            ("^1.2", "2.0.0-beta1", Some(false)),
            ("^0.3", "0.4", Some(false)),
            ("^0.0.3", "0.0.4", Some(false)),
            ("~1.2", "1.9", Some(true)),
            ("~1.2.3", "1.3", Some(false)),
            ("~1", "1.9", Some(true)),
            ("1.2.*", "1.2.9", Some(true)),
            ("1.0 - 2.0", "2.0.9", Some(true)),
            ("1.0 - 2.0.0", "2.0.1", Some(false)),
            (">=1.0 <1.1 || >=1.2", "1.1.5", Some(false)),
            (">= 1.0, < 2", "1.5", Some(true)),
            ("1.0|2.0", "2.0", Some(true)),
            (">=1.0", "1.0-beta1", Some(true)),
            ("<1.0", "1.0-beta1", Some(false)),
            (">=1.0@beta", "1.0-alpha1", Some(false)),
            ("dev-main", "dev-main", Some(true)),
            ("dev-main#abc", "dev-main", Some(true)),
            (">=1.0", "dev-main", Some(false)),
            ("*", "dev-main", Some(true)),
            ("!=1.0", "1.0.0", Some(false)),
            ("~> 1.0", "1.0", None),
            ("what", "1.0", None),
            ("", "1.0", None),
        ] {
            assert_eq!(allows(constraint, version), expected, "{constraint} {version}");
        }
    }
}
