//! Ranges of npm (<https://github.com/npm/node-semver#ranges>), read as npm reads them: loosely, and with prereleases only
//! where a range names one of the same release.

use super::bound::{Op, any, words};
use super::number::{Number, split_digits};
use super::semver::{Identifier, Key, Style, identifiers, read};

/// Whether a range lets a version in. Tags, addresses and paths are not understood.
pub(super) fn allows(range: &str, version: &str) -> Option<bool> {
    let version = read(version, Style::Loose)?;
    let mut range = range.trim();
    if let Some(rest) = range.strip_prefix("workspace:") {
        if matches!(rest, "*" | "^" | "~") {
            // The version of the workspace, whichever it is.
            return Some(true);
        }
        range = rest;
    }
    if let Some(rest) = range.strip_prefix("npm:") {
        // `npm:@scope/name@range`; without a range, any version.
        let name = rest.strip_prefix('@').unwrap_or(rest);
        range = name.split_once('@').map_or("", |(_, range)| range);
    }
    any(range.split("||").map(|set| {
        let mut bounds = comparators(set)?;
        // npm takes a lower bound of zero for none, which lets prereleases of zero in.
        bounds.retain(|(op, bound)| *op != Op::AtLeast || *bound != Key::release(&[]));
        Some(fits(&bounds, &version))
    }))
}

fn fits(set: &[(Op, Key)], version: &Key) -> bool {
    set.iter().all(|(op, bound)| op.holds(version.cmp(bound)))
        && (!version.is_prerelease()
            || set.iter().any(|(_, bound)| bound.is_prerelease() && bound.same_release(version)))
}

/// A version of which parts may be missing or any.
struct Partial {
    numbers: Vec<Number>,
    pre: Vec<Identifier>,
}

impl Partial {
    fn read(text: &str) -> Option<Self> {
        let mut rest =
            text.trim_start_matches(|c: char| matches!(c, 'v' | '=') || c.is_whitespace());
        if let Some((before, build)) = rest.split_once('+') {
            identifiers(build)?;
            rest = before;
        }
        let mut numbers = Vec::new();
        let mut open = false;
        for place in 0..3 {
            if let Some(after) = rest.strip_prefix(['x', 'X', '*']) {
                open = true;
                rest = after;
            } else {
                let (digits, after) = split_digits(rest);
                let number = Number::read(digits)?;
                // `1.x.3`.
                if open {
                    return None;
                }
                numbers.push(number);
                rest = after;
            }
            match rest.strip_prefix('.') {
                Some(after) if place < 2 => rest = after,
                Some(_) => return None,
                None if rest.is_empty() => {
                    return Some(Self { numbers, pre: Vec::new() });
                }
                None if place < 2 => return None,
                None => {}
            }
        }
        let pre = identifiers(rest.strip_prefix('-').unwrap_or(rest))?;
        Some(Self { pre: if open { Vec::new() } else { pre }, numbers })
    }

    /// With zeros for what is missing.
    fn floor(&self) -> Key {
        Key::release(&self.numbers).with_prerelease(self.pre.clone())
    }

    /// The lowest prerelease of the release after raising the number at a place.
    fn raised(&self, place: usize) -> Key {
        let mut numbers: Vec<Number> = self.numbers.iter().take(place).cloned().collect();
        numbers.push(self.numbers.get(place).cloned().unwrap_or(Number::ZERO).next());
        Key::first_prerelease(&numbers)
    }

    /// After all versions that have the numbers written.
    fn end(&self) -> Key {
        self.raised(self.numbers.len().saturating_sub(1))
    }

    fn is_whole(&self) -> bool {
        self.numbers.len() == 3
    }
}

/// Bounds that all have to hold; none for any version.
fn comparators(set: &str) -> Option<Vec<(Op, Key)>> {
    let words = words(set, &[]);
    let mut bounds = Vec::new();
    if let [from, hyphen, to] = words.as_slice()
        && hyphen == "-"
    {
        let (from, to) = (Partial::read(from)?, Partial::read(to)?);
        if !from.numbers.is_empty() {
            bounds.push((Op::AtLeast, from.floor()));
        }
        if to.is_whole() {
            bounds.push((Op::AtMost, to.floor()));
        } else if !to.numbers.is_empty() {
            bounds.push((Op::Less, to.end()));
        }
        return Some(bounds);
    }
    for word in words {
        comparator(&word, &mut bounds)?;
    }
    Some(bounds)
}

fn comparator(word: &str, bounds: &mut Vec<(Op, Key)>) -> Option<()> {
    if let Some(rest) = word.strip_prefix("~>").or_else(|| word.strip_prefix('~')) {
        let partial = Partial::read(rest)?;
        if !partial.numbers.is_empty() {
            let place = partial.numbers.len().min(2) - 1;
            bounds.push((Op::AtLeast, partial.floor()));
            bounds.push((Op::Less, partial.raised(place)));
        }
        return Some(());
    }
    if let Some(rest) = word.strip_prefix('^') {
        let partial = Partial::read(rest)?;
        if !partial.numbers.is_empty() {
            let last = partial.numbers.len() - 1;
            let place = partial.numbers.iter().position(|number| !number.is_zero());
            bounds.push((Op::AtLeast, partial.floor()));
            bounds.push((Op::Less, partial.raised(place.unwrap_or(last))));
        }
        return Some(());
    }
    let (op, rest) = Op::split(word);
    if word.starts_with("==") || word.starts_with("<>") || word.starts_with("!=") {
        return None;
    }
    if rest.is_empty() {
        // A lone sign is no bound.
        return Some(());
    }
    let partial = Partial::read(rest)?;
    let op = op.unwrap_or(Op::Equal);
    if partial.is_whole() {
        bounds.push((op, partial.floor()));
        return Some(());
    }
    if partial.numbers.is_empty() {
        if matches!(op, Op::Less | Op::Greater) {
            // Nothing is before or after every version.
            bounds.push((Op::Less, Key::first_prerelease(&[])));
        }
        return Some(());
    }
    match op {
        Op::Greater => {
            // Not the prereleases of the release that comes next.
            let end = partial.end();
            bounds.push((Op::AtLeast, end.with_prerelease(Vec::new())));
        }
        Op::AtMost => bounds.push((Op::Less, partial.end())),
        Op::Less => bounds.push((Op::Less, Key::first_prerelease(&partial.numbers))),
        Op::AtLeast => bounds.push((Op::AtLeast, partial.floor())),
        Op::Equal | Op::NotEqual => {
            bounds.push((Op::AtLeast, partial.floor()));
            bounds.push((Op::Less, partial.end()));
        }
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_fit_as_npm_says() {
        for (range, version, expected) in [
            ("", "1.0.0", Some(true)),
            ("*", "1.0.0-a", Some(false)),
            ("^1.2.3", "1.9.0", Some(true)),
            ("^1.2.3", "2.0.0-rc1", Some(false)),
            ("^0.2.3", "0.3.0", Some(false)),
            ("^0.0.3", "0.0.4", Some(false)),
            ("^0.0", "0.0.9", Some(true)),
            ("^0.x", "0.9.0", Some(true)),
            ("^1.2.3-beta.2", "1.2.3-beta.4", Some(true)),
            ("^1.2.3-beta.2", "1.2.4-beta.4", Some(false)),
            ("~1.2", "1.2.9", Some(true)),
            ("~1", "1.9.0", Some(true)),
            ("~> 1.2.3", "1.3.0", Some(false)),
            ("1.2 - 2.3", "2.3.9", Some(true)),
            ("1.2.3 - 2", "3.0.0", Some(false)),
            (">=1.2 <2 || 3.x", "3.4.5", Some(true)),
            (">1.2", "1.2.9", Some(false)),
            ("<=1.2", "1.2.9", Some(true)),
            ("<1.2", "1.2.0-a", Some(false)),
            (">= 1.0.0", "1.0.0", Some(true)),
            ("1.2.x", "1.2.7", Some(true)),
            ("=v1.2.3", "1.2.3", Some(true)),
            ("1.2.3+build", "1.2.3", Some(true)),
            ("<*", "1.0.0", Some(false)),
            ("workspace:*", "1.0.0", Some(true)),
            ("workspace:^1.0.0", "2.0.0", Some(false)),
            ("npm:@s/other@^1.0.0", "1.1.0", Some(true)),
            ("npm:other", "1.1.0", Some(true)),
            ("latest", "1.0.0", None),
            ("file:../x", "1.0.0", None),
            ("1.x.3", "1.0.3", None),
            ("github:a/b#v1", "1.0.0", None),
        ] {
            assert_eq!(allows(range, version), expected, "{range} {version}");
        }
    }
}
