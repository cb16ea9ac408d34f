//! Names of licences as people write them, and the SPDX expressions they mean. Owns the table of spellings and the form
//! under which spellings are compared; knows no grammar and no package.
//!
//! Spellings are compared without case, punctuation and words that carry nothing (`the`, `license`, `version`), with
//! `GNU General Public` and the like as abbreviations, and numbers without `.0` at the end. The full names and ids of
//! the
//! SPDX list are spellings too.

use super::category::Category;
use super::expression::{Certainty, Expression, License, canonical};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Expression or one of the words in [`other`]; `named` or `guessed`; spellings, separated by `|`.
const SPELLINGS: &str = include_str!("spellings.tsv");

/// Rows of [`SPELLINGS`].
fn rows() -> impl Iterator<Item = (&'static str, Certainty, std::str::Split<'static, char>)> {
    SPELLINGS.lines().filter(|line| !line.starts_with('#')).filter_map(|line| {
        let mut cells = line.split('\t');
        let (meaning, certainty, spellings) = (cells.next()?, cells.next()?, cells.next()?);
        let certainty = if certainty == "guessed" { Certainty::Guessed } else { Certainty::Named };
        Some((meaning, certainty, spellings.split('|')))
    })
}

/// What names outside the list say.
fn other(word: &str) -> Option<License> {
    let class = match word {
        "Public-Domain" => Category::PublicDomain,
        "Proprietary" | "UNLICENSED" => Category::Proprietary,
        "Noncommercial" | "LicenseRef-Commons-Clause" => Category::SourceAvailable,
        _ => return None,
    };
    Some(License::other(word, class))
}

static BY_KEY: LazyLock<BTreeMap<String, (Expression, Certainty)>> = LazyLock::new(|| {
    let mut map = BTreeMap::new();
    for (meaning, certainty, spellings) in rows() {
        let Some(expression) = meaning_of(meaning) else { continue };
        for spelling in spellings {
            map.entry(key(spelling)).or_insert_with(|| (expression.clone(), certainty));
        }
    }
    for license in spdx::identifiers::LICENSES {
        let Some(found) = canonical(license.name) else { continue };
        for spelling in [license.name, license.full_name] {
            let entry = map.entry(key(spelling));
            entry.or_insert_with(|| (Expression::One(found.clone()), Certainty::Named));
        }
    }
    map.remove("");
    map
});

/// Expressions of the table: ids, `OR` between them, `WITH` an exception.
fn meaning_of(text: &str) -> Option<Expression> {
    let parts: Option<Vec<Expression>> = text
        .split(" OR ")
        .map(|part| {
            let (id, exception) =
                part.split_once(" WITH ").map_or((part, None), |(id, exc)| (id, Some(exc)));
            let mut license = other(id).or_else(|| canonical(id))?;
            license.exception = exception.map(str::to_owned);
            Some(Expression::One(license))
        })
        .collect();
    parts.map(Expression::any)
}

/// What a name means: an SPDX id, a `LicenseRef-`, a classifier, an address, or a spelling of the table.
pub fn lookup(text: &str) -> Option<(Expression, Certainty)> {
    let text = text.trim().trim_matches(['"', '\'', '`', '.', ',', '[', ']', '{', '}']).trim();
    if let Some(license) = canonical(text) {
        // Lower case and all: an id is an id. Not so `unlicensed` and the like, which are no ids.
        return Some((Expression::One(license), Certainty::Exact));
    }
    if let Some(found) = reference(text) {
        return Some((Expression::One(found), Certainty::Exact));
    }
    if let Some(classifier) = text.strip_prefix("License ::").filter(|_| !text.contains('\n')) {
        // Classifiers of PyPI; what stands before the last part only sorts them.
        return of_key(&key(classifier.rsplit("::").next()?));
    }
    if let Some((_, address)) = text.split_once("://") {
        return address_of(address);
    }
    if let Some(file) = refers_to(text) {
        let license = License::other(&format!("SEE LICENSE IN {file}"), Category::Proprietary);
        return Some((Expression::One(license), Certainty::Named));
    }
    let lower = text.to_ascii_lowercase();
    if let Some(base) = lower.strip_suffix(['+']).filter(|base| !base.ends_with('+')) {
        // `GPLv2+` is in the table; for others a plus means what it does in SPDX.
        return of_key(&key(&lower)).or_else(|| {
            let (found, certainty) = of_key(&key(base))?;
            let Expression::One(license) = found else { return None };
            let later = canonical(&format!("{license}+")).unwrap_or(license);
            Some((Expression::One(later), certainty))
        });
    }
    of_key(&key(text))
}

fn of_key(key: &str) -> Option<(Expression, Certainty)> {
    BY_KEY.get(key).cloned()
}

/// `LicenseRef-…` and `DocumentRef-…:LicenseRef-…`. What stands behind it only its reader knows, unless it says so
/// itself.
fn reference(text: &str) -> Option<License> {
    let plain = text.rsplit_once(':').filter(|(doc, _)| doc.starts_with("DocumentRef-"));
    let name = plain.map_or(text, |(_, name)| name).strip_prefix("LicenseRef-")?;
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.' || c == '_';
    if name.is_empty() || !name.chars().all(fits) {
        return None;
    }
    let class = of_key(&key(name.strip_prefix("scancode-").unwrap_or(name)))
        .map_or(Category::Unknown, |(found, _)| found.category());
    let lower = name.to_ascii_lowercase();
    let closed = ["proprietary", "commercial", "eula"].iter().any(|word| lower.contains(word));
    let class = if class == Category::Unknown && closed { Category::Proprietary } else { class };
    Some(License::other(text, class))
}

/// The file of npm's `SEE LICENSE IN <file>` and its kin.
pub fn refers_to(text: &str) -> Option<&str> {
    const BEFORE: &str = "see license in ";
    let (start, file) = text.split_at_checked(BEFORE.len())?;
    let file = file.trim();
    (start.eq_ignore_ascii_case(BEFORE) && !file.is_empty()).then_some(file)
}

/// The exception a text names: its id in any case, or words for the well-known ones.
pub(super) fn exception(text: &str) -> Option<(&'static str, Certainty)> {
    let exact = spdx::identifiers::EXCEPTIONS.iter();
    let text = text.trim();
    if let Some(found) = exact.map(|e| e.name).find(|name| name.eq_ignore_ascii_case(text)) {
        return Some((found, Certainty::Exact));
    }
    let key = key(text);
    let words: Vec<&str> = key.split(' ').collect();
    let has = |word: &str| words.contains(&word);
    let found = if has("classpath") || key == "cpe" || key == "ce" {
        "Classpath-exception-2.0"
    } else if has("llvm") {
        "LLVM-exception"
    } else if has("bison") {
        "Bison-exception-2.2"
    } else if has("gcc") && has("3.1") {
        "GCC-exception-3.1"
    } else if has("font") {
        "Font-exception-2.0"
    } else if has("linux") && has("syscall") {
        "Linux-syscall-note"
    } else {
        return None;
    };
    Some((found, Certainty::Named))
}

/// Sites with pages of licences.
const SITES: &[&str] = &[
    "apache.org",
    "opensource.org",
    "spdx.org",
    "gnu.org",
    "choosealicense.com",
    "mozilla.org",
    "eclipse.org",
    "creativecommons.org",
    "unlicense.org",
    "boost.org",
    "wtfpl.net",
    "fsf.org",
    "opensource.dev",
    "scripts.sil.org",
    "jquery.org",
    "postgresql.org",
    "json.org",
    "glassfish.java.net",
    "glassfish.dev.java.net",
    "polyformproject.org",
    "mit-license.org",
    "licenses.nuget.org",
    "commonsclause.com",
    "openfontlicense.org",
    "blueoakcouncil.org",
];

/// Licences by their pages: the last parts of the path are names themselves on the sites that have such pages.
fn address_of(address: &str) -> Option<(Expression, Certainty)> {
    let address = address.split(['?', '#']).next()?.trim_end_matches('/');
    let (host, path) = address.split_once('/')?;
    let host = host.strip_prefix("www.").unwrap_or(host).to_ascii_lowercase();
    let known = SITES.iter().any(|site| {
        host.strip_suffix(site).is_some_and(|before| before.is_empty() || before.ends_with('.'))
    });
    if !known {
        return None;
    }
    let whole: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let mut parts = whole.clone();
    if let Some(last) = parts.last_mut() {
        for end in [".html", ".php", ".txt", ".md", ".en", ".json"] {
            *last = last.strip_suffix(end).unwrap_or(last);
        }
    }
    let tail =
        |count: usize| parts.get(parts.len().checked_sub(count)?..).map(|parts| parts.join(" "));
    for count in [1, 2, 3] {
        let Some(name) = tail(count) else { break };
        let name = if host.ends_with("creativecommons.org") && !name.starts_with("zero") {
            if count == 1 {
                continue;
            }
            format!("CC {name}").replace("CC publicdomain zero", "CC0").replace("licenses ", "")
        } else if host.ends_with("apache.org") {
            format!("apache {name}")
        } else {
            name.replace("epl-v10", "epl 1").replace("epl-v20", "epl 2")
        };
        if let Some((found, certainty)) = canonical(&name)
            .map(|license| (Expression::One(license), Certainty::Named))
            .or_else(|| {
                let key = key(&name);
                // A number alone names nothing.
                key.contains(|c: char| c.is_alphabetic()).then(|| of_key(&key)).flatten()
            })
        {
            return Some((found, certainty.max(Certainty::Named)));
        }
    }
    None
}

/// Words that carry nothing in a licence's name.
const FILLERS: &[&str] = &[
    "the",
    "a",
    "an",
    "license",
    "licence",
    "licenses",
    "licences",
    "licensed",
    "licenced",
    "under",
    "version",
    "ver",
    "vers",
    "v",
    "terms",
    "of",
    "gnu",
    "s",
    "by-license",
    "software-license",
    "only-license",
    "clauses",
];

/// Whether a text consists of nothing but such words.
pub(super) fn is_filler(text: &str) -> bool {
    text.split_whitespace().all(|word| {
        let plain = word.trim_matches(|c: char| !c.is_alphanumeric()).to_ascii_lowercase();
        FILLERS.contains(&plain.as_str())
    })
}

/// Whether a field says no more than an empty one.
pub fn says_nothing(text: &str) -> bool {
    const WORDS: &[&str] = &[
        "",
        "unknown",
        "none",
        "n/a",
        "na",
        "null",
        "nil",
        "undefined",
        "tbd",
        "todo",
        "noassertion",
        "other",
        "-",
        "--",
        "?",
        "license",
        "licence",
        "license :: osi approved",
        "not specified",
        "unspecified",
        "no license",
        "osi approved",
    ];
    let text = text.trim().trim_matches(['"', '\'', '[', ']', '{', '}', '(', ')']).trim();
    WORDS.iter().any(|word| word.eq_ignore_ascii_case(text))
}

/// Phrases and what they are abbreviated to; longer ones stand before what they contain.
const PHRASES: &[(&[&str], &str)] = &[
    (&["affero", "general", "public"], "agpl"),
    (&["library", "or", "lesser", "general", "public"], "lgpl"),
    (&["lesser", "general", "public"], "lgpl"),
    (&["library", "general", "public"], "lgpl"),
    (&["lesser", "gpl"], "lgpl"),
    (&["library", "gpl"], "lgpl"),
    (&["affero", "gpl"], "agpl"),
    (&["general", "public"], "gpl"),
    (&["mozilla", "public"], "mpl"),
    (&["eclipse", "public"], "epl"),
    (&["european", "union", "public"], "eupl"),
    (&["common", "development", "and", "distribution"], "cddl"),
    (&["berkeley", "software", "distribution"], "bsd"),
    (&["apache", "software"], "apache"),
    (&["creative", "commons"], "cc"),
    (&["share", "alike"], "sa"),
    (&["non", "commercial"], "nc"),
    (&["no", "derivatives"], "nd"),
    (&["no", "derivative", "works"], "nd"),
    (&["zero"], "0"),
    (&["one"], "1"),
    (&["two"], "2"),
    (&["three"], "3"),
    (&["four"], "4"),
    (&["sharealike"], "sa"),
    (&["noncommercial"], "nc"),
    (&["noderivatives"], "nd"),
    (&["noderivs"], "nd"),
    (&["attribution"], "by"),
    (&["clauses"], "clause"),
    (&["bsdl"], "bsd"),
];

/// The form under which names are compared: lower-case words and numbers with single spaces.
fn key(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut push = |word: &mut String| {
        let plain = word.trim_matches('.');
        let digits = plain.starts_with(|c: char| c.is_ascii_digit());
        let mut plain = plain;
        while digits && plain.ends_with(".0") {
            plain = plain.strip_suffix(".0").unwrap_or(plain);
        }
        if !plain.is_empty() && !FILLERS.contains(&plain) {
            words.push(plain.to_owned());
        }
        word.clear();
    };
    let mut before = ' ';
    for c in text.chars().flat_map(char::to_lowercase) {
        let (now, then) = (c.is_ascii_digit(), before.is_ascii_digit() || before == '.');
        let same = if now { then || before == ' ' } else { !before.is_ascii_digit() };
        match c {
            '.' if before.is_ascii_digit() => word.push(c),
            '+' => {
                push(&mut word);
                word.push(c);
                push(&mut word);
            }
            _ if c.is_alphanumeric() => {
                if !same {
                    // `GPLv2` is `GPL 2`.
                    if now && word.len() > 1 && word.ends_with('v') {
                        word.pop();
                    }
                    push(&mut word);
                }
                word.push(c);
            }
            _ => push(&mut word),
        }
        before = if c.is_alphanumeric() || (c == '.' && before.is_ascii_digit()) { c } else { ' ' };
    }
    push(&mut word);
    abbreviate(&mut words);
    // `GNU GPL v2 (GPLv2)` says it twice.
    let half = words.len() / 2;
    if words.len().is_multiple_of(2) && words.get(..half) == words.get(half..) {
        words.truncate(half);
    }
    words.join(" ")
}

fn abbreviate(words: &mut Vec<String>) {
    let mut out: Vec<String> = Vec::with_capacity(words.len());
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let rest = words.get(at..).unwrap_or_default();
        let starts = |phrase: &[&str]| {
            rest.len() >= phrase.len() && phrase.iter().zip(rest).all(|(one, two)| one == two)
        };
        if let Some((phrase, short)) = PHRASES.iter().find(|(phrase, _)| starts(phrase)) {
            out.push((*short).to_owned());
            at += phrase.len();
        } else {
            out.push(word.clone());
            at += 1;
        }
    }
    *words = out;
}
