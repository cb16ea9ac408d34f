//! Versions and requirements of RubyGems (`Gem::Version`, `Gem::Requirement`), and of CocoaPods, which has an older copy of
//! the same code and a hyphen that only separates.

use super::bound::Op;
use super::number::{Number, runs};
use std::cmp::Ordering;

/// A part of a version; words stand before numbers.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Word(Box<str>),
    Number(Number),
}

const ZERO: Part = Part::Number(Number::ZERO);

/// What a version is compared by: parts, followed by zeros without end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key {
    parts: Vec<Part>,
}

impl Ord for Key {
    fn cmp(&self, other: &Self) -> Ordering {
        let length = self.parts.len().max(other.parts.len());
        let at = |key: &'_ Self, place: usize| key.parts.get(place).cloned().unwrap_or(ZERO);
        // Clones are rare: most versions differ within the parts both have.
        let both = self.parts.len().min(other.parts.len());
        self.parts[..both].cmp(&other.parts[..both]).then_with(|| {
            (both..length).map(|i| at(self, i)).cmp((both..length).map(|i| at(other, i)))
        })
    }
}

impl PartialOrd for Key {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Key {
    pub(super) fn is_prerelease(&self) -> bool {
        self.parts.iter().any(|part| matches!(part, Part::Word(_)))
    }
}

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tool {
    RubyGems,
    CocoaPods,
}

/// Parts as written. A version of nothing is 0.
fn segments(text: &str, tool: Tool) -> Option<Vec<Part>> {
    let text = text.trim();
    let plain = |c: char| c.is_ascii_alphanumeric();
    let first = text.split(['.', '-']).next()?;
    if !first.bytes().all(|b| b.is_ascii_digit()) || first.is_empty() && !text.is_empty() {
        return None;
    }
    let (main, after) = match (tool, text.split_once('-')) {
        (Tool::RubyGems, Some((main, after))) => (main, Some(after)),
        _ => (text, None),
    };
    let fits = |text: &str, hyphens: bool| {
        text.split('.')
            .all(|part| !part.is_empty() && part.chars().all(|c| plain(c) || hyphens && c == '-'))
    };
    let hyphens = tool == Tool::CocoaPods;
    if !text.is_empty() && !fits(main, hyphens) || after.is_some_and(|after| !fits(after, true)) {
        return None;
    }
    // A hyphen directly after the first number is RubyGems' own.
    if hyphens && text.trim_start_matches(|c: char| c.is_ascii_digit()).starts_with('-') {
        return None;
    }
    let spelt = if tool == Tool::RubyGems { text.replace('-', ".pre.") } else { text.to_owned() };
    let spelt = if spelt.is_empty() { "0" } else { &spelt };
    Some(
        runs(spelt)
            .map(|run| Number::read(run).map_or_else(|| Part::Word(run.into()), Part::Number))
            .collect(),
    )
}

/// The parts that count: zeros at the end go, and for RubyGems those before the first word too.
fn canonical(parts: &[Part], tool: Tool) -> Key {
    let words = parts.iter().position(|part| matches!(part, Part::Word(_))).unwrap_or(parts.len());
    let words = if tool == Tool::RubyGems { words } else { parts.len() };
    let mut out = Vec::with_capacity(parts.len());
    for half in [&parts[..words], &parts[words..]] {
        let end = half.iter().rposition(|part| *part != ZERO).map_or(0, |last| last + 1);
        out.extend_from_slice(&half[..end]);
    }
    Key { parts: out }
}

/// Reads a version.
pub(super) fn read(text: &str, tool: Tool) -> Option<Key> {
    Some(canonical(&segments(text, tool)?, tool))
}

/// Whether a list of requirements (`>= 1.2, < 3`, `~> 2.1`) lets a version in.
pub(super) fn allows(requirement: &str, text: &str, tool: Tool) -> Option<bool> {
    let version = read(text, tool)?;
    let mut fits = true;
    for one in requirement.split(',') {
        let one = one.trim();
        if one.is_empty() {
            // An empty list asks for nothing.
            continue;
        }
        fits &= if let Some(bound) = one.strip_prefix("~>") {
            let parts = segments(bound, tool)?;
            let numbers: Vec<Part> =
                segments(text, tool)?.into_iter().take_while(is_number).collect();
            version >= canonical(&parts, tool) && canonical(&numbers, tool) < bumped(parts, tool)
        } else {
            let (op, bound) = Op::split(one);
            // Ruby has neither `==` nor `<>`.
            if one.starts_with("==") || one.starts_with("<>") {
                return None;
            }
            let bound = Some(bound).filter(|bound| !bound.is_empty())?;
            op.unwrap_or(Op::Equal).holds(version.cmp(&read(bound, tool)?))
        };
    }
    Some(fits)
}

fn is_number(part: &Part) -> bool {
    matches!(part, Part::Number(_))
}

/// The first release that `~>` no longer lets in: the last number but one goes up.
fn bumped(parts: Vec<Part>, tool: Tool) -> Key {
    let mut parts: Vec<Part> = parts.into_iter().take_while(is_number).collect();
    if parts.len() > 1 {
        parts.pop();
    }
    if let Some(Part::Number(last)) = parts.last_mut() {
        *last = last.next();
    }
    canonical(&parts, tool)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn compare(tool: Tool, a: &str, b: &str) -> Ordering {
        read(a, tool).unwrap().cmp(&read(b, tool).unwrap())
    }

    #[test]
    fn words_make_prereleases() {
        let ascending =
            ["0.9", "1.0.a.2", "1.0.a10", "1.0.b1", "1.0.0.rc1", "1.0", "1.0.1-java", "1.0.1"];
        for pair in ascending.windows(2) {
            assert_eq!(compare(Tool::RubyGems, pair[0], pair[1]), Ordering::Less, "{pair:?}");
        }
        for (a, b) in [("1.0", "1"), ("1.0.0.a", "1.a"), ("1-rc1", "1.pre.rc.1"), ("", "0")] {
            assert_eq!(compare(Tool::RubyGems, a, b), Ordering::Equal, "{a} {b}");
        }
    }

    #[test]
    fn the_hyphen_of_a_pod_only_separates() {
        assert_eq!(compare(Tool::CocoaPods, "1.0-beta", "1.0.beta"), Ordering::Equal);
        assert_eq!(compare(Tool::CocoaPods, "1.0-beta.1", "1.0"), Ordering::Less);
        assert_eq!(read("1-beta", Tool::CocoaPods), None);
    }

    #[test]
    fn other_texts_are_no_versions() {
        for text in ["1..2", "a", "1.0+x", "1_0", "-1", "1.-", "1.ä", ".1"] {
            assert_eq!(read(text, Tool::RubyGems), None, "{text}");
        }
    }

    #[test]
    fn requirements_fit_as_rubygems_says() {
        for (requirement, version, expected) in [
            ("~> 2.2", "2.9", Some(true)),
            ("~> 2.2", "3.0", Some(false)),
            ("~> 2.2", "3.0.a", Some(false)),
            ("~> 2.2.0", "2.3", Some(false)),
            ("~> 2", "2.9", Some(true)),
            ("~> 1.0.a", "1.0.b", Some(true)),
            (">= 1.0, < 2", "1.5.rc1", Some(true)),
            ("1.0", "1.0.0", Some(true)),
            ("!= 1.0", "1", Some(false)),
            ("", "1", Some(true)),
            ("== 1.0", "1.0", None),
            (">= x", "1.0", None),
        ] {
            let fits = allows(requirement, version, Tool::RubyGems);
            assert_eq!(fits, expected, "{requirement} {version}");
        }
    }
}
