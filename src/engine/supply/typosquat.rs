//! Whether a name is one slip of a finger away from that of a widely used package. Knows names and nothing of the
//! packages behind them: a hit is a question to a person.

use crate::engine::osv::component::Ecosystem;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Shortest name that is looked at, characters: shorter ones are all close to each other.
const SHORTEST: usize = 5;
/// Longest name that is looked at, bytes.
const LONGEST: usize = 128;
/// From this length on any single slip counts; in shorter names only those that hardly make another word.
const LONG: usize = 7;

/// What makes two names alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Slip {
    /// `-`, `_` and `.` left out, put in or exchanged: `crossenv`.
    Separators,
    /// Characters that look the same: `jeIlyfish`, `l0dash`.
    LookAlikes,
    /// Two letters changed places: `reqeusts`.
    Swapped,
    /// A letter twice or once too often: `loddash`.
    Doubled,
    /// Another letter, one too many or one too few: `djanga`.
    Letter,
    /// The name of the language or of its files put on: `jquery.js`.
    Affix,
}

impl Slip {
    /// A phrase that follows the two names.
    pub(super) const fn phrase(self) -> &'static str {
        match self {
            Self::Separators => "but for its separators",
            Self::LookAlikes => "but for characters that look alike",
            Self::Swapped => "but for two letters that changed places",
            Self::Doubled => "but for a letter that is doubled or is not",
            Self::Letter => "but for one letter",
            Self::Affix => "but for what is put before or behind it",
        }
    }

    /// The word in metadata.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::Separators => "separators",
            Self::LookAlikes => "look_alikes",
            Self::Swapped => "swapped",
            Self::Doubled => "doubled",
            Self::Letter => "letter",
            Self::Affix => "affix",
        }
    }
}

/// The names of one registry.
struct Names {
    /// All that are known, popular ones included.
    known: HashSet<&'static str>,
    popular: Vec<&'static str>,
    /// Popular names by what is left of them when one character is taken out, and by themselves.
    shortened: HashMap<String, Vec<u32>>,
    /// Popular names without separators.
    bare: HashMap<String, u32>,
}

/// Sections of the list.
const LIST: &str = include_str!("popular.txt");

macro_rules! registries {
    ($($variant:ident => $name:ident),+ $(,)?) => {
        $(static $name: LazyLock<Names> = LazyLock::new(|| Names::read(Ecosystem::$variant));)+

        fn names(ecosystem: Ecosystem) -> Option<&'static Names> {
            match ecosystem {
                $(Ecosystem::$variant => Some(&$name),)+
                _ => None,
            }
        }
    };
}

registries! {
    PyPi => PYPI,
    Npm => NPM,
    CratesIo => CRATES,
    RubyGems => GEMS,
    Packagist => COMPOSER,
}

impl Names {
    fn read(ecosystem: Ecosystem) -> Self {
        let (mut known, mut popular) = (HashSet::new(), Vec::new());
        let mut section = "";
        for line in LIST.lines() {
            if let Some(name) = line.strip_prefix('[').and_then(|line| line.strip_suffix(']')) {
                section = name.strip_prefix(ecosystem.as_str()).unwrap_or_default().trim_start();
            } else if !line.starts_with('#') && !section.is_empty() {
                known.extend(line.split(' '));
                if section == "popular" {
                    popular.extend(line.split(' ').filter(|name| name.len() >= SHORTEST));
                }
            }
        }
        let mut shortened: HashMap<String, Vec<u32>> = HashMap::new();
        let mut bare = HashMap::new();
        for (index, name) in popular.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            for key in keys(&key(ecosystem, name)) {
                shortened.entry(key).or_default().push(index);
            }
            bare.entry(without_separators(name)).or_insert(index);
        }
        Self { known, popular, shortened, bare }
    }
}

/// The popular package a name may be mistaken for, if it is none itself.
pub(super) fn resembles(ecosystem: Ecosystem, name: &str) -> Option<(&'static str, Slip)> {
    // Scopes belong to somebody; a vendor in a scope of his own takes nobody's name.
    if name.starts_with('@') || name.len() > LONGEST || name.chars().count() < SHORTEST {
        return None;
    }
    let names = names(ecosystem)?;
    let folded = key(ecosystem, name);
    let is_known = |name: &str| {
        names.known.contains(name)
            || ecosystem == Ecosystem::CratesIo && names.known.contains(&*name.replace('-', "_"))
    };
    if is_known(&folded) {
        return None;
    }
    let plain = plain(name);
    if plain != folded && is_known(&plain) {
        let target = names.popular.iter().find(|one| key(ecosystem, one) == plain)?;
        return Some((target, Slip::LookAlikes));
    }
    let bare = without_separators(&folded);
    if bare.len() >= LONG
        && let Some(index) = names.bare.get(&bare)
        && let Some(target) = names.popular.get(*index as usize)
    {
        return Some((target, Slip::Separators));
    }
    if let Some(target) = affixed(ecosystem, &folded, names) {
        return Some((target, Slip::Affix));
    }
    let mut best: Option<(&'static str, Slip)> = None;
    for key in keys(&folded) {
        for index in names.shortened.get(&key).into_iter().flatten() {
            let Some(target) = names.popular.get(*index as usize) else { continue };
            let slip = slip(&folded, &self::key(ecosystem, target));
            // Of several the first in the order of names.
            if let Some(slip) = slip.filter(|_| best.is_none_or(|(known, _)| *target < known)) {
                best = Some((target, slip));
            }
        }
    }
    best
}

/// The name as its registry compares it.
fn key(ecosystem: Ecosystem, name: &str) -> String {
    match ecosystem {
        Ecosystem::PyPi => ecosystem.normalise(name),
        // One name cannot be taken in both spellings.
        Ecosystem::CratesIo => name.to_lowercase().replace('_', "-"),
        _ => name.to_lowercase(),
    }
}

fn without_separators(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '-' | '_' | '.')).flat_map(char::to_lowercase).collect()
}

/// The name itself and what is left of it without one of its characters.
fn keys(name: &str) -> Vec<String> {
    let mut found = vec![name.to_owned()];
    for (at, c) in name.char_indices() {
        found.push(format!("{}{}", &name[..at], &name[at + c.len_utf8()..]));
    }
    found.sort();
    found.dedup();
    found
}

/// The name with what looks like Latin letters replaced by them: digits, a capital `I`, and the letters of other
/// scripts that are drawn the same (Unicode TR 39, the few that registries have let through).
fn plain(name: &str) -> String {
    let letters: String = name
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | 'I' => 'l',
            '5' => 's',
            'а' | 'α' => 'a',
            'е' | 'ε' => 'e',
            'о' | 'ο' => 'o',
            'р' | 'ρ' => 'p',
            'с' => 'c',
            'х' => 'x',
            'у' => 'y',
            'і' | 'ı' => 'i',
            'ѕ' => 's',
            c => c,
        })
        .collect();
    letters.to_lowercase()
}

/// Endings and beginnings that were used to pass a package off as another, by registry.
fn affixed(ecosystem: Ecosystem, name: &str, names: &Names) -> Option<&'static str> {
    let (before, behind): (&[&str], &[&str]) = match ecosystem {
        Ecosystem::Npm => (&[], &[".js"]),
        Ecosystem::PyPi => (&["python3-"], &[]),
        _ => return None,
    };
    let bare = before
        .iter()
        .find_map(|affix| name.strip_prefix(affix))
        .or_else(|| behind.iter().find_map(|affix| name.strip_suffix(affix)))?;
    let target = names.popular.iter().find(|target| **target == bare);
    target.copied()
}

/// What makes one name the other, where that is a single slip that says something.
fn slip(name: &str, target: &str) -> Option<Slip> {
    let name: Vec<char> = name.chars().collect();
    let target: Vec<char> = target.chars().collect();
    if name.len().abs_diff(target.len()) > 1 || name == target {
        return None;
    }
    let start = name.iter().zip(&target).take_while(|(one, other)| one == other).count();
    let whole = name.len().min(target.len());
    let backwards = name.iter().rev().zip(target.iter().rev()).take(whole - start);
    let end = backwards.take_while(|(one, other)| one == other).count();
    let (here, there) = (&name[start..name.len() - end], &target[start..target.len() - end]);
    // Numbers count generations, and separators are another kind of slip.
    if here.iter().chain(there).any(|c| !c.is_alphabetic()) {
        return None;
    }
    let word = |all: &[char]| {
        let part = |c: &char| matches!(c, '-' | '_' | '.' | '/');
        let from = all[..start].iter().rposition(part).map_or(0, |at| at + 1);
        let to = all[start..].iter().position(part).map_or(all.len(), |at| at + start);
        to - from
    };
    let shortest = word(&name).min(word(&target));
    // A part of a longer name may be shorter than a name of its own.
    let unlikely = shortest >= SHORTEST || shortest + 1 >= SHORTEST && whole > LONG;
    let letter = (shortest >= LONG && start > 0).then_some(Slip::Letter);
    match (here, there) {
        ([p, q], [r, s]) if p == s && q == r => unlikely.then_some(Slip::Swapped),
        ([one], []) | ([], [one]) => {
            let doubled = start > 0 && name.get(start - 1) == Some(one);
            // A plural is another word, and one that people do give to another package.
            let plural = *one == 's' && end == 0;
            match (plural, doubled) {
                (true, _) => None,
                (false, true) => unlikely.then_some(Slip::Doubled),
                (false, false) => letter,
            }
        }
        ([_], [_]) => letter,
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_were_used_for_attacks_resemble_their_targets() {
        use Ecosystem as E;
        for (ecosystem, name, target, slip) in [
            (E::Npm, "crossenv", "cross-env", Slip::Separators),
            (E::Npm, "babelcli", "babel-cli", Slip::Separators),
            (E::Npm, "mongose", "mongoose", Slip::Doubled),
            (E::Npm, "jquery.js", "jquery", Slip::Affix),
            (E::Npm, "nodemailer.js", "nodemailer", Slip::Affix),
            (E::Npm, "loadsh", "lodash", Slip::Swapped),
            (E::Npm, "l0dash", "lodash", Slip::LookAlikes),
            (E::Npm, "typscript", "typescript", Slip::Letter),
            (E::PyPi, "reqeusts", "requests", Slip::Swapped),
            (E::PyPi, "colourama", "colorama", Slip::Letter),
            (E::PyPi, "python3-dateutil", "dateutil", Slip::Affix),
            (E::PyPi, "setup-tools", "setuptools", Slip::Separators),
            (E::PyPi, "cryptograhpy", "cryptography", Slip::Swapped),
            (E::CratesIo, "rustdecimal", "rust_decimal", Slip::Separators),
            (E::CratesIo, "serde_josn", "serde_json", Slip::Swapped),
            (E::RubyGems, "atlas-client", "atlas_client", Slip::Separators),
            (E::RubyGems, "nokogri", "nokogiri", Slip::Letter),
            (E::Packagist, "guzzlehtp/guzzle", "guzzlehttp/guzzle", Slip::Doubled),
        ] {
            let found = resembles(ecosystem, name);
            let listed = names(ecosystem).unwrap().known.contains(target);
            assert_eq!(found, listed.then_some((target, slip)), "{name}");
        }
    }

    #[test]
    fn names_of_their_own_resemble_nothing() {
        use Ecosystem as E;
        for (ecosystem, name) in [
            (E::Npm, "preact"),
            (E::Npm, "lodash-es"),
            (E::Npm, "lodash"),
            (E::Npm, "@scope/lodahs"),
            (E::Npm, "chalks"),
            (E::Npm, "vue3"),
            (E::Npm, "es7-ext"),
            (E::Npm, "d3-tile"),
            (E::Npm, "requests"),
            (E::PyPi, "Typing_Extensions"),
            (E::PyPi, "psycopg4"),
            (E::CratesIo, "serde-json"),
            (E::CratesIo, "regex-syntax"),
            (E::Maven, "junit:junti"),
            (E::PyPi, ""),
        ] {
            assert_eq!(resembles(ecosystem, name), None, "{name}");
        }
    }

    #[test]
    fn a_slip_is_one_step_and_says_which() {
        for (name, target, expected) in [
            ("abcdefg", "abcdegf", Some(Slip::Swapped)),
            ("abcdefgg", "abcdefg", Some(Slip::Doubled)),
            ("abcdxfgh", "abcdefgh", Some(Slip::Letter)),
            ("xbcdefgh", "abcdefgh", None),
            ("abcdefgs", "abcdefg", None),
            ("abcdefg1", "abcdefg2", None),
            ("plugin-vue", "plugin-vux", None),
            ("abcdefg", "abcdefg", None),
            ("abcdefghij", "abcdefg", None),
            ("abxcdefy", "abcdefgh", None),
        ] {
            assert_eq!(slip(name, target), expected, "{name} {target}");
            assert_eq!(slip(target, name), expected, "{target} {name}");
        }
    }

    #[test]
    fn the_list_is_sorted_plain_and_long_enough() {
        let mut last = "";
        let mut counts: Vec<(&str, usize)> = Vec::new();
        for line in LIST.lines().filter(|line| !line.starts_with('#')) {
            assert!(line.len() <= 120, "{line}");
            if line.starts_with('[') {
                counts.push((line, 0));
                last = "";
                continue;
            }
            for name in line.split(' ') {
                assert!(last < name, "{last} {name}");
                assert!(name.bytes().all(|b| b.is_ascii_graphic()), "{name}");
                counts.last_mut().unwrap().1 += 1;
                last = name;
            }
        }
        for (section, least) in [
            ("[PyPI popular]", 1000),
            ("[npm popular]", 1000),
            ("[crates.io popular]", 500),
            ("[RubyGems popular]", 300),
            ("[Packagist popular]", 200),
        ] {
            assert!(
                counts.iter().any(|(name, count)| *name == section && *count >= least),
                "{section}"
            );
        }
    }

    #[test]
    fn long_names_cost_nothing() {
        assert_eq!(resembles(Ecosystem::Npm, &"a".repeat(1 << 20)), None);
        assert_eq!(resembles(Ecosystem::Npm, &"é".repeat(60)), None);
    }
}
