//! Version constraints of Pub (<https://dart.dev/tools/pub/dependencies#version-constraints>). Versions are SemVer with build
//! identifiers that count.

use super::bound::Op;
use super::semver::{Key, Style, read};

/// Whether a constraint (`any`, `^1.2.3`, `>=1.0.0 <2.0.0`, `1.2.3`) lets a version in.
pub(super) fn allows(constraint: &str, version: &Key) -> Option<bool> {
    let constraint = constraint.trim();
    if matches!(constraint, "" | "any") {
        return Some(true);
    }
    if let Some(bound) = constraint.strip_prefix('^') {
        let from = read(bound, Style::Build)?;
        let [major, minor, _] = from.triple();
        // 0.0.3 breaks with 0.1.0, unlike in npm.
        let next = if major.is_zero() { vec![major, minor.next()] } else { vec![major.next()] };
        return Some(*version >= from && *version < Key::first_prerelease(&next));
    }
    let mut bounds = Vec::new();
    let mut rest = constraint;
    while !rest.is_empty() {
        let (op, after) = Op::split(rest);
        let end =
            after.find(|c: char| c.is_whitespace() || "<>=".contains(c)).unwrap_or(after.len());
        let (bound, more) = after.split_at_checked(end)?;
        if rest.starts_with('=') || rest.starts_with("<>") || op == Some(Op::NotEqual) {
            return None;
        }
        bounds.push((op.unwrap_or(Op::Equal), read(bound, Style::Build)?));
        rest = more.trim_start();
    }
    // A release as upper bound keeps out its own prereleases, unless the lower bound is one of them.
    let low = bounds.iter().filter(|(op, _)| matches!(op, Op::AtLeast | Op::Greater));
    let low = low.map(|(_, key)| key).max().cloned();
    Some(bounds.iter().all(|(op, bound)| {
        let from_within =
            low.as_ref().is_some_and(|low| low.is_prerelease() && low.same_release(bound));
        let shut = *op == Op::Less && !bound.is_prerelease() && !bound.has_build() && !from_within;
        if shut {
            return *version < Key::first_prerelease(&bound.triple());
        }
        op.holds(version.cmp(bound))
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constraints_fit_as_pub_says() {
        for (constraint, version, expected) in [
            ("any", "1.0.0-a", Some(true)),
            ("^1.2.3", "1.9.0", Some(true)),
            ("^1.2.3", "2.0.0-dev", Some(false)),
            ("^0.0.3", "0.0.9", Some(true)),
            ("^0.1.2", "0.2.0", Some(false)),
            (">=1.0.0 <2.0.0", "2.0.0-dev", Some(false)),
            (">=2.0.0-a <2.0.0", "2.0.0-dev", Some(true)),
            (">=1.0.0<2.0.0", "1.5.0", Some(true)),
            ("<=1.0.0", "1.0.0+1", Some(false)),
            ("1.0.0", "1.0.0", Some(true)),
            ("1.0.0", "1.0.0+1", Some(false)),
            ("what", "1.0.0", None),
        ] {
            let version = read(version, Style::Build).unwrap();
            assert_eq!(allows(constraint, &version), expected, "{constraint}");
        }
    }
}
