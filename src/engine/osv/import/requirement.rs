//! Version requirements of RubyGems, Cargo, npm and Composer, read into sets of versions. Knows the syntax of each
//! and how its own tool understands it; knows no advisory.

use super::set::{Cut, Interval, Set, Versions, unreadable};
use crate::engine::osv::component::Ecosystem;

/// Longest requirement, bytes.
const LENGTH: usize = 4096;

/// The set that a requirement describes. Of RubyGems, Cargo: parts with commas between, all of which must hold. Of
/// npm and Composer: also alternatives between `||`, blanks for commas, and `a - b`.
pub(super) fn parse(versions: Versions<'_>, text: &str) -> Result<Set, String> {
    if text.len() > LENGTH {
        return Err(format!("a requirement has {} bytes", text.len()));
    }
    let is_alternative = matches!(versions.ecosystem, Ecosystem::Npm | Ecosystem::Packagist);
    let bars = text.replace("||", "|");
    let alternatives: Vec<&str> =
        if is_alternative { bars.split('|').collect() } else { vec![text] };
    let mut all = Vec::new();
    for alternative in alternatives {
        all.extend(conjunction(versions, alternative)?.into_intervals());
    }
    versions.union(all)
}

/// Parts that must all hold.
fn conjunction(versions: Versions<'_>, text: &str) -> Result<Set, String> {
    let mut set = Set::all();
    for part in parts(versions.ecosystem, text) {
        let one = comparator(versions, &part)?;
        set = versions.intersection(&set, &one)?;
    }
    Ok(set)
}

/// Splits at commas, and at blanks that do not stand between an operator and its version.
fn parts(ecosystem: Ecosystem, text: &str) -> Vec<String> {
    let blanks = matches!(ecosystem, Ecosystem::Npm | Ecosystem::Packagist);
    let mut out: Vec<String> = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        if !blanks {
            out.push(part.to_owned());
            continue;
        }
        let mut words = part.split_whitespace().peekable();
        while let Some(word) = words.next() {
            let mut whole = word.to_owned();
            if word.bytes().all(|b| OPERATOR.contains(&b)) {
                whole.push_str(words.next().unwrap_or_default());
            } else if words.peek() == Some(&"-") {
                words.next();
                whole = format!("{word} - {}", words.next().unwrap_or_default());
            }
            out.push(whole);
        }
    }
    out
}

const OPERATOR: &[u8] = b"<>=!~^";

fn comparator(versions: Versions<'_>, part: &str) -> Result<Set, String> {
    let split = part.bytes().take_while(|b| OPERATOR.contains(b)).count();
    let (operator, version) = part.split_at(split);
    let version = version.trim();
    match versions.ecosystem {
        Ecosystem::RubyGems => ruby(versions, operator, version),
        Ecosystem::CratesIo | Ecosystem::Npm => semver(versions, operator, version),
        Ecosystem::Packagist => composer(versions, operator, version),
        other => Err(format!("requirements of {other} are not known")),
    }
}

fn between(from: Option<Cut>, to: Option<Cut>) -> Interval {
    Interval { from, to }
}

/// The five comparisons that mean the same everywhere.
fn plain(versions: Versions<'_>, operator: &str, version: &str) -> Result<Set, String> {
    let before = || Some(Cut::before(version));
    let after = || Some(Cut::after(version));
    let interval = match operator {
        "" | "=" | "==" => between(before(), after()),
        ">" => between(after(), None),
        ">=" => between(before(), None),
        "<" => between(None, before()),
        "<=" => between(None, after()),
        "!=" | "<>" => {
            return Ok(versions.union([between(before(), after())])?.complement());
        }
        _ => return Err(format!("the operator \"{operator}\" is not known")),
    };
    versions.union([interval])
}

/// `Gem::Requirement`.
fn ruby(versions: Versions<'_>, operator: &str, version: &str) -> Result<Set, String> {
    let well_formed = version.starts_with(|c: char| c.is_ascii_digit())
        && version.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-');
    if !well_formed {
        return Err(unreadable(version));
    }
    if operator != "~>" {
        return plain(versions, operator, version);
    }
    // `Gem::Version#bump`: letters and what follows go, then the last number, then one is added. Prereleases of the
    // result do not satisfy the requirement: `.A` is before all of them.
    let mut numbers: Vec<u64> = Vec::new();
    for segment in version.split(['.', '-']) {
        let Ok(number) = segment.parse() else { break };
        numbers.push(number);
    }
    if numbers.len() > 1 {
        numbers.pop();
    }
    let last = numbers.last_mut().ok_or_else(|| unreadable(version))?;
    *last = last.checked_add(1).ok_or_else(|| unreadable(version))?;
    let end: Vec<String> = numbers.iter().map(u64::to_string).collect();
    let end = format!("{}.A", end.join("."));
    versions.union([between(Some(Cut::before(version)), Some(Cut::before(end)))])
}

/// Up to three numbers (Composer: four), and the rest of a version.
struct Partial {
    numbers: Vec<u64>,
    suffix: String,
}

impl Partial {
    fn parse(text: &str, most: usize) -> Result<Self, String> {
        let text = text.trim_start_matches(['v', '=']);
        let core = text.split('+').next().unwrap_or(text);
        let end = core
            .bytes()
            .position(|b| !(b.is_ascii_digit() || matches!(b, b'.' | b'x' | b'X' | b'*')))
            .unwrap_or(core.len());
        let (core, suffix) = core.split_at(end);
        let mut numbers = Vec::new();
        let mut wild = core.is_empty();
        for part in core.split('.').filter(|_| !core.is_empty()) {
            if matches!(part, "x" | "X" | "*") {
                wild = true;
            } else if wild || numbers.len() == most {
                return Err(unreadable(text));
            } else {
                numbers.push(part.parse().map_err(|_| unreadable(text))?);
            }
        }
        if wild && !suffix.is_empty() {
            return Err(unreadable(text));
        }
        Ok(Self { numbers, suffix: suffix.to_owned() })
    }

    fn at(&self, place: usize) -> u64 {
        self.numbers.get(place).copied().unwrap_or(0)
    }

    /// The numbers up to `place`, the last of them one higher; zeros to `width`.
    fn next(&self, place: usize, width: usize) -> Result<String, String> {
        let number = |at: usize| match at.cmp(&place) {
            std::cmp::Ordering::Less => Some(self.at(at)),
            std::cmp::Ordering::Equal => self.at(at).checked_add(1),
            std::cmp::Ordering::Greater => Some(0),
        };
        let parts: Option<Vec<String>> =
            (0..width).map(|at| number(at).map(|n| n.to_string())).collect();
        Ok(parts.ok_or_else(|| "a number is too large".to_owned())?.join("."))
    }

    fn floor(&self, width: usize) -> String {
        let parts: Vec<String> = (0..width).map(|at| self.at(at).to_string()).collect();
        parts.join(".") + &self.suffix
    }

    /// Where `^` ends: after the first number that is not zero.
    fn caret(&self) -> usize {
        let given = self.numbers.len().max(1);
        (0..given).find(|at| self.at(*at) > 0).unwrap_or(given - 1)
    }
}

/// Cargo's and npm's requirements. Where a bound is worked out (`^`, `~`, `1.x`), prereleases of it are outside:
/// `-0` is before all of them. Where it is written down, the plain order holds, prereleases included, as `npm audit`
/// and the RustSec tools have it.
fn semver(versions: Versions<'_>, operator: &str, version: &str) -> Result<Set, String> {
    let is_npm = versions.ecosystem == Ecosystem::Npm;
    if let Some((low, high)) = version.split_once(" - ") {
        let low = semver(versions, ">=", low)?;
        return versions.intersection(&low, &semver(versions, "<=", high)?);
    }
    let partial = Partial::parse(version, 3)?;
    if !partial.suffix.is_empty() && (!partial.suffix.starts_with('-') || partial.numbers.len() < 3)
    {
        return Err(unreadable(version));
    }
    let given = partial.numbers.len();
    let full = partial.floor(3);
    let floor = match given {
        3 => full.clone(),
        _ if is_npm => format!("{full}-0"),
        _ => full.clone(),
    };
    let below = |place: usize| Ok::<_, String>(Some(Cut::before(partial.next(place, 3)? + "-0")));
    let operator = match operator {
        "" if is_npm => "=",
        "" if given < 3 && version.contains('*') => "=",
        "" => "^",
        other => other,
    };
    if given == 0 {
        return match operator {
            "=" | "==" | ">=" | "<=" | "^" | "~" => Ok(Set::all()),
            _ => Ok(Set::all().complement()),
        };
    }
    let from = Some(Cut::before(floor.clone()));
    let interval = match operator {
        "^" => between(from, below(partial.caret())?),
        "~" | "~>" => between(from, below(usize::from(given > 1))?),
        "=" | "==" if given < 3 => between(from, below(given - 1)?),
        ">" if given < 3 => between(below(given - 1)?, None),
        ">=" if given < 3 => between(from, None),
        "<" if given < 3 => between(None, from),
        "<=" if given < 3 => between(None, below(given - 1)?),
        _ => return plain(versions, operator, &full),
    };
    versions.union([interval])
}

/// Composer's requirements (`Composer\Semver\VersionParser::parseConstraint`): `<` and `>=` without a stability mean
/// that of `-dev`, which is before every prerelease.
fn composer(versions: Versions<'_>, operator: &str, version: &str) -> Result<Set, String> {
    if let Some((low, high)) = version.split_once(" - ") {
        let low = composer(versions, ">=", low)?;
        let is_partial = Partial::parse(high, 4)?.numbers.len() < 3;
        let high = if is_partial { format!("{high}.*") } else { high.to_owned() };
        return versions.intersection(&low, &composer(versions, "<=", &high)?);
    }
    if version.starts_with("dev-") || version.ends_with("-dev") {
        return plain(versions, operator, version);
    }
    let partial = Partial::parse(version, 4)?;
    let given = partial.numbers.len();
    let is_wild = version.ends_with('*') || version.ends_with('x');
    let end =
        |place: usize| Ok::<_, String>(Some(Cut::before(partial.next(place, given)? + "-dev")));
    let bare = version.trim_start_matches('v');
    let lowest =
        if partial.suffix.is_empty() { partial.floor(given) + "-dev" } else { bare.to_owned() };
    if given == 0 {
        return match (operator, is_wild || version == "x") {
            ("" | "=" | "==" | ">=", true) => Ok(Set::all()),
            _ => Err(unreadable(version)),
        };
    }
    let from = Some(Cut::before(lowest));
    let interval = match operator {
        "^" => between(from, end(partial.caret())?),
        "~" => between(from, end(given.saturating_sub(2))?),
        "" | "=" | "==" if is_wild => between(from, end(given - 1)?),
        "<=" if is_wild => between(None, end(given - 1)?),
        ">=" => between(from, None),
        "<" => between(None, from),
        _ if is_wild => return Err(format!("\"{operator}\" does not go with a wildcard")),
        _ => return plain(versions, operator, bare),
    };
    versions.union([interval])
}

/// The version that a bound speaks of, for people: without the marks that put a bound before all prereleases.
pub fn published(ecosystem: Ecosystem, bound: &str) -> &str {
    let mark = match ecosystem {
        Ecosystem::Npm | Ecosystem::CratesIo | Ecosystem::Go => "-0",
        Ecosystem::Packagist => "-dev",
        Ecosystem::RubyGems => ".A",
        _ => return bound,
    };
    bound.strip_suffix(mark).filter(|rest| !rest.is_empty()).unwrap_or(bound)
}
