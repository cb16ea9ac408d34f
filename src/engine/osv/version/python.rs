//! Version specifiers of Python packages, and the constraints of Poetry where a text is none of the former
//! (<https://python-poetry.org/docs/dependency-specification/>). Prereleases fit like any other version: which of them is
//! chosen is for the installer.

use super::bound::{Op, all, any, words};
use super::number::Number;
use super::pep440::{Dev, Key, Pre, read, read_with_count};

/// Whether a requirement lets a version in. `text` is the version as written, for `===`.
pub(super) fn allows(requirement: &str, text: &str, version: &Key) -> Option<bool> {
    let clauses = requirement.split(',').map(str::trim).filter(|clause| !clause.is_empty());
    let clauses: Option<Vec<Clause<'_>>> = clauses.map(Clause::read).collect();
    if let Some(clauses) = clauses {
        return Some(clauses.iter().all(|clause| clause.holds(text, version)));
    }
    // Poetry.
    let wants = requirement.split('|').filter(|one| !one.trim().is_empty());
    any(wants.map(|want| all(words(want, &[',']).iter().map(|word| poetry(word, version)))))
}

enum Clause<'a> {
    /// `===`: the text, whatever case.
    Identical(&'a str),
    /// `~=`: from a version on, within this many of its numbers.
    Compatible(Key, usize),
    /// `==1.2.*`, `!=1.2.*`: `true` for the first.
    Prefix(bool, Key, usize),
    Ordered(Op, Key),
}

impl<'a> Clause<'a> {
    fn read(text: &'a str) -> Option<Self> {
        if let Some(word) = text.strip_prefix("===") {
            let word = word.trim();
            return (!word.is_empty()).then_some(Self::Identical(word));
        }
        if let Some(bound) = text.strip_prefix("~=") {
            let (key, count) = read_with_count(bound)?;
            return (count > 1 && key.local.is_empty()).then(|| Self::Compatible(key, count - 1));
        }
        let (op, bound) = Op::split(text);
        let op = op.filter(|_| !text.starts_with("<>"))?;
        let equality = matches!(op, Op::Equal | Op::NotEqual);
        // A single `=` is no specifier.
        if op == Op::Equal && !text.starts_with("==") {
            return None;
        }
        if let Some(bound) = bound.strip_suffix(".*") {
            let (key, count) = plain_release(bound)?;
            return equality.then_some(Self::Prefix(op == Op::Equal, key, count));
        }
        let key = read(bound)?;
        (equality || key.local.is_empty()).then_some(Self::Ordered(op, key))
    }

    fn holds(&self, text: &str, version: &Key) -> bool {
        match self {
            Self::Identical(word) => word.eq_ignore_ascii_case(text.trim()),
            Self::Compatible(from, count) => {
                version.public() >= *from && has_prefix(version, from, *count)
            }
            Self::Prefix(wanted, prefix, count) => has_prefix(version, prefix, *count) == *wanted,
            Self::Ordered(op, bound) => ordered(*op, version, bound),
        }
    }
}

fn ordered(op: Op, version: &Key, bound: &Key) -> bool {
    let ignores_local =
        matches!(op, Op::AtMost | Op::AtLeast) || op != Op::Greater && bound.local.is_empty();
    let order = if ignores_local { version.public().cmp(bound) } else { version.cmp(bound) };
    if !op.holds(order) {
        return false;
    }
    match op {
        // The prereleases of the bound are not before it, unless it is one itself.
        Op::Less => bound.is_prerelease() || *version < first_development(bound),
        // Nor are its post-releases and local versions after it.
        Op::Greater => {
            !(bound.post.is_none() && version.post.is_some() && version.same_base(bound)
                || !version.local.is_empty() && version.public() == *bound)
        }
        _ => true,
    }
}

/// The lowest development release of a version.
fn first_development(of: &Key) -> Key {
    let mut key = of.public();
    if key.pre == Pre::Release && key.post.is_none() {
        key.pre = Pre::Development;
    }
    key.dev = Dev::At(Number::ZERO);
    key
}

fn has_prefix(version: &Key, prefix: &Key, count: usize) -> bool {
    version.epoch == prefix.epoch
        && (0..count).all(|place| version.number(place) == prefix.number(place))
}

/// A version of nothing but epoch and numbers.
fn plain_release(text: &str) -> Option<(Key, usize)> {
    let (key, count) = read_with_count(text)?;
    let plain = key.pre == Pre::Release && key.post.is_none() && key.local.is_empty();
    (plain && key.dev == Dev::Not && !text.ends_with(['-', '_', '.'])).then_some((key, count))
}

/// One word of a constraint of Poetry.
fn poetry(word: &str, version: &Key) -> Option<bool> {
    let word = word.trim();
    if word.split('.').all(|part| matches!(part.trim_start_matches('v'), "*" | "x" | "X")) {
        return Some(true);
    }
    if !word.starts_with("~=") {
        if let Some(bound) = word.strip_prefix('~') {
            let (from, count) = read_with_count(bound)?;
            return Some(between(version, &from, usize::from(count > 1)));
        }
        if let Some(bound) = word.strip_prefix('^') {
            let (from, count) = read_with_count(bound)?;
            let place = (0..2).find(|place| !from.number(*place).is_zero() || count == place + 1);
            return Some(between(version, &from, place.unwrap_or(2)));
        }
    }
    let exact;
    let word = if word.starts_with(|c: char| c.is_ascii_digit() || c == 'v') {
        exact = format!("=={word}");
        &exact
    } else if let Some(rest) = word.strip_prefix("<>") {
        exact = format!("!={rest}");
        &exact
    } else if word.starts_with('=') && !word.starts_with("==") {
        exact = format!("={word}");
        &exact
    } else {
        word
    };
    let clause = Clause::read(word)?;
    Some(match clause {
        Clause::Identical(_) => return None,
        clause => clause.holds("", version),
    })
}

/// Whether a version is from `from` on and before the release (prereleases included) that follows when the number at a place
/// goes up.
fn between(version: &Key, from: &Key, place: usize) -> bool {
    let mut release: Vec<Number> = (0..place).map(|place| from.number(place)).collect();
    release.push(from.number(place).next());
    let end = Key {
        epoch: from.epoch.clone(),
        release,
        pre: Pre::Development,
        post: None,
        dev: Dev::At(Number::ZERO),
        local: Vec::new(),
    };
    let compared = if from.local.is_empty() { version.public() } else { version.clone() };
    compared >= *from && version.public() < end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(requirement: &str, version: &str) -> Option<bool> {
        allows(requirement, version, &read(version).unwrap())
    }

    #[test]
    fn specifiers_fit_as_the_specification_says() {
        for (requirement, version, expected) in [
            ("", "1.0", true),
            ("==1.0", "1", true),
            ("==1.0", "1.0+local", true),
            ("==1.0+local", "1.0", false),
            ("==1.1.*", "1.1a1", true),
            ("==1.1.*", "1.10", false),
            ("!=1.1.*", "1.1.post1", false),
            ("~=2.2", "2.3", true),
            ("~=2.2", "3.0", false),
            ("~=2.2.0", "2.3", false),
            ("~=2.2.post3", "2.2.post2", false),
            ("<1.0", "1.0rc1", false),
            ("<1.0rc2", "1.0rc1", true),
            ("<=1.0", "1.0+local", true),
            (">1.0", "1.0.post1", false),
            (">1.0.post1", "1.0.post2", true),
            (">1.0", "1.0+local", false),
            (">=1.0, <2, !=1.5", "1.5", false),
            (">=1.0,", "1.5", true),
            ("===1.0-FOO", "1.0", false),
            (">=1!0", "2.0", false),
        ] {
            assert_eq!(fits(requirement, version), Some(expected), "{requirement} {version}");
        }
    }

    #[test]
    fn constraints_of_poetry_are_understood() {
        for (requirement, version, expected) in [
            ("^1.2", "1.9", true),
            ("^1.2", "2.0a1", false),
            ("^0.2.3", "0.3", false),
            ("^0.0.3", "0.0.4", false),
            ("^0", "0.9", true),
            ("^0.0", "0.1", false),
            ("~1", "1.9", true),
            ("~1.2", "1.3", false),
            ("~1.2.3", "1.2.9", true),
            ("*", "3", true),
            ("1.*", "1.7", true),
            ("1.2.3", "1.2.3", true),
            ("^1.0 || ^3.0", "3.1", true),
            (">= 1.0 <2", "2.1", false),
        ] {
            assert_eq!(fits(requirement, version), Some(expected), "{requirement} {version}");
        }
    }

    #[test]
    fn what_is_not_understood_is_not_answered() {
        for requirement in ["latest", "=>1", "~=1", ">=1.0.*", "@ https://x", "^x"] {
            assert_eq!(fits(requirement, "1.0"), None, "{requirement}");
        }
    }
}
