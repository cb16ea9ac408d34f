//! Requirements of Elixir (`Version.match?/2`), which Hex uses for Elixir and Erlang alike. Versions are SemVer.

use super::bound::{Op, all, any};
use super::semver::{Key, Style, read, read_with_count};

/// Whether a requirement (`~> 1.2`, `>= 1.0.0 and < 2.0.0 or == 3.0.0`) lets a version in. Prereleases fit like any other.
pub(super) fn allows(requirement: &str, version: &Key) -> Option<bool> {
    any(alternatives(requirement).map(|set| all(set.into_iter().map(|word| one(&word, version)))))
}

/// Comparisons between `or`, each a list of those between `and`.
fn alternatives(requirement: &str) -> impl Iterator<Item = Vec<String>> {
    let mut sets = vec![vec![String::new()]];
    for word in requirement.split_whitespace() {
        match (word, sets.last_mut()) {
            ("or", _) => sets.push(vec![String::new()]),
            ("and", Some(set)) => set.push(String::new()),
            (word, Some(set)) => {
                if let Some(last) = set.last_mut() {
                    // A second version without `and` makes the comparison unreadable.
                    if !last.is_empty() && !last.ends_with(['<', '>', '=', '!']) {
                        last.push(' ');
                    }
                    last.push_str(word);
                }
            }
            (_, None) => {}
        }
    }
    sets.into_iter()
}

fn one(word: &str, version: &Key) -> Option<bool> {
    if let Some(bound) = word.strip_prefix("~>") {
        let (from, count) = read_with_count(bound, Style::Plain)?;
        // `~> 2` is no requirement.
        let place = count.checked_sub(2)?;
        let mut numbers = from.triple()[..=place].to_vec();
        let last = numbers.last_mut()?;
        *last = last.next();
        return Some(*version >= from && *version < Key::first_prerelease(&numbers));
    }
    let (op, bound) = Op::split(word);
    if word.starts_with("<>") || word.starts_with('=') && !word.starts_with("==") {
        return None;
    }
    Some(op.unwrap_or(Op::Equal).holds(version.cmp(&read(bound, Style::Plain)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requirements_fit_as_elixir_says() {
        for (requirement, version, expected) in [
            ("~> 2.0", "2.9.0", Some(true)),
            ("~> 2.0", "3.0.0-dev", Some(false)),
            ("~> 2.0.1", "2.0.9", Some(true)),
            ("~> 2.0.1", "2.1.0", Some(false)),
            (">= 1.0.0 and < 2.0.0", "1.5.0", Some(true)),
            ("< 1.0.0 or >= 3.0.0", "2.0.0", Some(false)),
            ("1.0.0", "1.0.0+x", Some(true)),
            ("!= 1.0.0", "1.0.0", Some(false)),
            ("~> 2", "2.0.0", None),
            (">= 1.0.0 < 2.0.0", "1.0.0", None),
            ("", "1.0.0", None),
        ] {
            let version = read(version, Style::Plain).unwrap();
            assert_eq!(allows(requirement, &version), expected, "{requirement}");
        }
    }
}
