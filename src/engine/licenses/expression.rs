//! Licence expressions: a tree of licences joined by AND and OR, read from SPDX expressions and from the looser forms
//! that
//! registries let through (`MIT/Apache-2.0`, `GPL v2 or later`, `A, B`). Names of licences are resolved by
//! [`super::alias`];
//! this module knows the grammar only.
//!
//! The crate `spdx` gives the list of ids. Its own lenient parser is not used: it refuses a text as a whole for one
//! word it
//! does not know, and some of its imprecise names mean another licence than they say.

use super::alias;
use super::category::{self, Category};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// Longest text that is taken for an expression, bytes.
pub const MAX_LENGTH: usize = 4096;
/// Deepest nesting of parentheses.
const MAX_DEPTH: u32 = 32;
/// Longest unknown name that is kept, characters.
const MAX_UNKNOWN: usize = 100;

/// How the expression follows from what was written, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// SPDX ids.
    Exact,
    /// Names that mean one licence.
    Named,
    /// The text of a licence was recognised.
    Recognised,
    /// A name without a version, a list that does not say whether one may choose.
    Guessed,
}

impl Certainty {
    /// The word in metadata.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Named => "named",
            Self::Recognised => "recognised",
            Self::Guessed => "guessed",
        }
    }
}

/// What a licence is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Name {
    /// An id of the SPDX list that is not deprecated, where it has a successor.
    Spdx(&'static str),
    /// Anything else, with the class its name tells: `LicenseRef-…`, `Public domain`, `UNLICENSED`, nonsense.
    Other {
        /// As it is shown.
        text: String,
        /// What it says of itself.
        class: Category,
    },
}

/// One licence.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct License {
    /// Its name.
    pub name: Name,
    /// Later versions will do too (`+`); for GNU licences the id itself says so.
    pub or_later: bool,
    /// The exception after `WITH`.
    pub exception: Option<String>,
}

impl License {
    /// A licence of the list.
    pub(super) fn spdx(id: &'static str) -> Self {
        Self { name: Name::Spdx(id), or_later: false, exception: None }
    }

    /// A licence that is not in the list.
    pub(super) fn other(text: &str, class: Category) -> Self {
        Self { name: Name::Other { text: shown(text), class }, or_later: false, exception: None }
    }

    /// Its class.
    pub fn category(&self) -> Category {
        let class = match &self.name {
            Name::Spdx(id) => category::of_id(id),
            Name::Other { class, .. } => *class,
        };
        self.exception
            .as_deref()
            .map_or(class, |exception| category::with_exception(class, exception))
    }

    /// The same with a `+`.
    fn later(mut self) -> Self {
        if let Name::Spdx(id) = self.name {
            let base = id.strip_suffix("-only").or_else(|| id.strip_suffix("-or-later"));
            match base.and_then(|base| canonical(&format!("{base}-or-later"))) {
                Some(gnu) => self.name = gnu.name,
                None => self.or_later = true,
            }
        }
        self
    }
}

impl fmt::Display for License {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Name::Spdx(id) => f.write_str(id)?,
            Name::Other { text, .. } => f.write_str(text)?,
        }
        if self.or_later {
            f.write_str("+")?;
        }
        self.exception.as_deref().map_or(Ok(()), |exception| write!(f, " WITH {exception}"))
    }
}

/// Licences that all apply, or of which one may be chosen. No branch is empty.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expression {
    /// One licence.
    One(License),
    /// All of them apply.
    All(Vec<Self>),
    /// Whoever uses the work chooses.
    Any(Vec<Self>),
}

impl Expression {
    /// The class of the whole: the worst of what all applies, the best of what may be chosen. A branch nobody knows is
    /// chosen only where there is no other.
    pub fn category(&self) -> Category {
        match self {
            Self::One(license) => license.category(),
            Self::All(parts) => parts.iter().map(Self::category).max().unwrap_or(Category::Unknown),
            Self::Any(parts) => {
                let known = parts.iter().map(Self::category).filter(|c| *c != Category::Unknown);
                known.min().unwrap_or(Category::Unknown)
            }
        }
    }

    /// Every licence it names, from left to right.
    pub fn licenses(&self) -> Vec<&License> {
        match self {
            Self::One(license) => vec![license],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::licenses).collect(),
        }
    }

    /// Several under one operator; nested ones of the same kind are merged, repeated ones left out.
    pub(super) fn any(parts: Vec<Self>) -> Self {
        Self::joined(parts, false)
    }

    /// Several that all apply.
    pub(super) fn all(parts: Vec<Self>) -> Self {
        Self::joined(parts, true)
    }

    fn joined(parts: Vec<Self>, all: bool) -> Self {
        let mut flat: Vec<Self> = Vec::with_capacity(parts.len());
        let mut add = |part: Self| {
            if !flat.contains(&part) {
                flat.push(part);
            }
        };
        for part in parts {
            match (all, part) {
                (true, Self::All(inner)) | (false, Self::Any(inner)) => {
                    inner.into_iter().for_each(&mut add);
                }
                (_, part) => add(part),
            }
        }
        match flat.pop() {
            Some(last) if flat.is_empty() => last,
            Some(last) => {
                flat.push(last);
                if all { Self::All(flat) } else { Self::Any(flat) }
            }
            None => Self::One(License::other("", Category::Unknown)),
        }
    }
}

impl fmt::Display for Expression {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, word) = match self {
            Self::One(license) => return license.fmt(f),
            Self::All(parts) => (parts, " AND "),
            Self::Any(parts) => (parts, " OR "),
        };
        for (index, part) in parts.iter().enumerate() {
            if index > 0 {
                f.write_str(word)?;
            }
            if matches!(part, Self::One(_)) { part.fmt(f)? } else { write!(f, "({part})")? }
        }
        Ok(())
    }
}

impl Serialize for Expression {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

static IDS: LazyLock<BTreeMap<String, &'static str>> = LazyLock::new(|| {
    let list = spdx::identifiers::LICENSES.iter();
    list.map(|license| (license.name.to_ascii_lowercase(), license.name)).collect()
});

/// Deprecated ids and what the list says to write instead.
const DEPRECATED: &[(&str, &str, Option<&str>)] = &[
    ("AGPL-1.0", "AGPL-1.0-only", None),
    ("AGPL-3.0", "AGPL-3.0-only", None),
    ("BSD-2-Clause-FreeBSD", "BSD-2-Clause-Views", None),
    ("BSD-2-Clause-NetBSD", "BSD-2-Clause", None),
    ("GFDL-1.1", "GFDL-1.1-only", None),
    ("GFDL-1.2", "GFDL-1.2-only", None),
    ("GFDL-1.3", "GFDL-1.3-only", None),
    ("GPL-1.0", "GPL-1.0-only", None),
    ("GPL-1.0+", "GPL-1.0-or-later", None),
    ("GPL-2.0", "GPL-2.0-only", None),
    ("GPL-2.0+", "GPL-2.0-or-later", None),
    ("GPL-2.0-with-GCC-exception", "GPL-2.0-only", Some("GCC-exception-2.0")),
    ("GPL-2.0-with-autoconf-exception", "GPL-2.0-only", Some("Autoconf-exception-2.0")),
    ("GPL-2.0-with-bison-exception", "GPL-2.0-only", Some("Bison-exception-2.2")),
    ("GPL-2.0-with-classpath-exception", "GPL-2.0-only", Some("Classpath-exception-2.0")),
    ("GPL-2.0-with-font-exception", "GPL-2.0-only", Some("Font-exception-2.0")),
    ("GPL-3.0", "GPL-3.0-only", None),
    ("GPL-3.0+", "GPL-3.0-or-later", None),
    ("GPL-3.0-with-GCC-exception", "GPL-3.0-only", Some("GCC-exception-3.1")),
    ("GPL-3.0-with-autoconf-exception", "GPL-3.0-only", Some("Autoconf-exception-3.0")),
    ("LGPL-2.0", "LGPL-2.0-only", None),
    ("LGPL-2.0+", "LGPL-2.0-or-later", None),
    ("LGPL-2.1", "LGPL-2.1-only", None),
    ("LGPL-2.1+", "LGPL-2.1-or-later", None),
    ("LGPL-3.0", "LGPL-3.0-only", None),
    ("LGPL-3.0+", "LGPL-3.0-or-later", None),
    ("StandardML-NJ", "SMLNJ", None),
    ("bzip2-1.0.5", "bzip2-1.0.6", None),
    ("eCos-2.0", "GPL-2.0-or-later", Some("eCos-exception-2.0")),
    ("wxWindows", "LGPL-2.0-or-later", Some("WxWindows-exception-3.1")),
];

/// The licence of an SPDX id, in any case, with or without a `+`; deprecated ids become what replaced them.
pub(super) fn canonical(text: &str) -> Option<License> {
    let lower = text.to_ascii_lowercase();
    let Some(id) = IDS.get(&lower).copied() else {
        let plain = lower.strip_suffix('+')?;
        return (!plain.ends_with('+')).then(|| canonical(plain)).flatten().map(License::later);
    };
    let Some((_, replaced, exception)) = DEPRECATED.iter().find(|(old, ..)| *old == id) else {
        return Some(License::spdx(id));
    };
    let mut license = License::spdx(replaced);
    license.exception = exception.map(str::to_owned);
    Some(license)
}

/// Reads what a package says of its licence. Always gives an expression; names nobody knows are in it as such. `None`
/// for a
/// text that is empty or says only that there is nothing (`UNKNOWN`, `None`).
pub fn parse(raw: &str) -> Option<(Expression, Certainty)> {
    let text = raw.trim();
    if alias::says_nothing(text) {
        return None;
    }
    if text.len() > MAX_LENGTH {
        return Some((unknown(text), Certainty::Guessed));
    }
    // What stands in parentheses as a whole is an expression.
    if !text.starts_with('(')
        && let Some(found) = alias::lookup(text)
    {
        return Some(found);
    }
    if let Some(found) = list(text) {
        return Some(found);
    }
    let glued = glue_later(text);
    let mut parser = Parser { tokens: tokens(&glued), at: 0, certainty: Certainty::Exact };
    let whole = parser.alternatives(0).filter(|_| parser.at == parser.tokens.len());
    Some(whole.map_or_else(
        || (unknown(text), Certainty::Guessed),
        |expression| (expression, parser.certainty),
    ))
}

/// Lines or `;`-separated entries, as from classifiers and lists. Whether one may choose among them nobody says; to be
/// safe they are read as all applying. Entries that say nothing (`License :: OSI Approved`) give way to those that do.
fn list(text: &str) -> Option<(Expression, Certainty)> {
    if !text.contains(['\n', ';']) {
        return None;
    }
    let parts: Vec<(Expression, Certainty)> = text
        .split(['\n', ';'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
        .filter_map(parse)
        .collect();
    let known = |part: &Expression| part.category() != Category::Unknown;
    let any_known = parts.iter().any(|(part, _)| known(part));
    let kept: Vec<(Expression, Certainty)> =
        parts.into_iter().filter(|(part, _)| !any_known || known(part)).collect();
    let least = kept.iter().map(|(_, certainty)| *certainty).max()?;
    let certainty = if kept.len() > 1 { Certainty::Guessed } else { least };
    Some((Expression::all(kept.into_iter().map(|(part, _)| part).collect()), certainty))
}

fn unknown(text: &str) -> Expression {
    Expression::One(License::other(text, Category::Unknown))
}

/// One line of a bounded length without control characters.
pub(super) fn shown(text: &str) -> String {
    let mut out = String::new();
    for word in text.split(|c: char| c.is_whitespace() || c.is_control()) {
        if word.is_empty() {
            continue;
        }
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
        if out.len() > MAX_UNKNOWN * 4 {
            break;
        }
    }
    if out.chars().count() > MAX_UNKNOWN {
        out = out.chars().take(MAX_UNKNOWN).collect();
        out.push('…');
    }
    out
}

/// Ways to say that later versions will do, longest first, so that their `or` is not taken for a choice.
const LATER: &[&str] = &[
    " or (at your option) any later version",
    ", or (at your option) any later version",
    " or at your option any later version",
    " or any later version",
    ", or any later version",
    ", or later",
    " or later versions",
    " or later version",
    " or any later",
    " or later",
    " or newer",
    " or greater",
    " or above",
    " or higher",
    " and any later version",
    " and later",
    " and newer",
    " and above",
];

fn glue_later(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    // Lower case in ASCII keeps every offset.
    let lower = text.to_ascii_lowercase();
    let mut at = 0;
    while let Some(rest) = lower.get(at..) {
        let ends = |word: &&&str| {
            rest.strip_prefix(**word)
                .is_some_and(|after| !after.starts_with(|c: char| c.is_alphanumeric()))
        };
        if let Some(word) = LATER.iter().find(ends) {
            out.push('+');
            at += word.len();
            continue;
        }
        let Some(next) = text.get(at..).and_then(|rest| rest.chars().next()) else { break };
        out.push(next);
        at += next.len_utf8();
    }
    out
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Token<'a> {
    Open,
    Close,
    And,
    Or,
    With,
    Word(&'a str),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    for word in text.split_whitespace() {
        // An address holds slashes that join nothing.
        if word.contains("://") {
            out.push(Token::Word(word));
            continue;
        }
        if ["and/or", "w/"].contains(&word.to_ascii_lowercase().as_str()) {
            out.push(if word.len() == 2 { Token::With } else { Token::Or });
            continue;
        }
        let mut rest = word;
        while !rest.is_empty() {
            let end = rest.find(['(', ')', '/', '|', '&']).unwrap_or(rest.len());
            let (plain, after) = rest.split_at(end);
            match plain.to_ascii_lowercase().as_str() {
                "" => {}
                "and" => out.push(Token::And),
                "or" => out.push(Token::Or),
                "with" => out.push(Token::With),
                _ => out.push(Token::Word(plain)),
            }
            let sign = after.chars().next();
            match sign {
                Some('(') => out.push(Token::Open),
                Some(')') => out.push(Token::Close),
                Some('&') if out.last() != Some(&Token::And) => out.push(Token::And),
                Some('/' | '|') if out.last() != Some(&Token::Or) => out.push(Token::Or),
                _ => {}
            }
            rest = sign.and_then(|c| after.get(c.len_utf8()..)).unwrap_or("");
        }
    }
    out
}

struct Parser<'a> {
    tokens: Vec<Token<'a>>,
    at: usize,
    certainty: Certainty,
}

impl Parser<'_> {
    fn peek(&self) -> Option<Token<'_>> {
        self.tokens.get(self.at).copied()
    }

    fn take(&mut self, token: Token<'_>) -> bool {
        let found = self.peek() == Some(token);
        self.at += usize::from(found);
        found
    }

    fn alternatives(&mut self, depth: u32) -> Option<Expression> {
        let mut parts = vec![self.together(depth)?];
        while self.take(Token::Or) {
            parts.push(self.together(depth)?);
        }
        Some(Expression::joined(parts, false))
    }

    fn together(&mut self, depth: u32) -> Option<Expression> {
        let mut parts = vec![self.single(depth)?];
        while self.take(Token::And) {
            parts.push(self.single(depth)?);
        }
        Some(Expression::joined(parts, true))
    }

    fn single(&mut self, depth: u32) -> Option<Expression> {
        if depth > MAX_DEPTH {
            return None;
        }
        let expression = if self.take(Token::Open) {
            let inner = self.alternatives(depth + 1)?;
            if !self.take(Token::Close) {
                return None;
            }
            // `(MIT) License`
            let after = self.words();
            if !after.is_empty() && !alias::is_filler(&after) {
                return None;
            }
            inner
        } else {
            let name = self.words();
            if name.is_empty() {
                return None;
            }
            self.named(&name)?
        };
        if self.take(Token::With) {
            let words = self.words();
            return self.excepted(expression, &words);
        }
        Some(expression)
    }

    fn words(&mut self) -> String {
        let mut out = String::new();
        while let Some(Token::Word(word)) = self.peek() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(word);
            self.at += 1;
        }
        out
    }

    /// A name, with what may stand behind it in parentheses: `Apache License (2.0)`, `MIT License (Expat)`.
    fn named(&mut self, name: &str) -> Option<Expression> {
        let mut note = None;
        if self.take(Token::Open) {
            let inner = self.words();
            if !self.take(Token::Close) {
                return None;
            }
            note = Some(inner);
        }
        let whole = note.as_ref().and_then(|note| alias::lookup(&format!("{name} {note}")));
        let found = whole
            .or_else(|| alias::lookup(name))
            .or_else(|| note.as_deref().and_then(alias::lookup))
            .or_else(|| comma(name));
        let (expression, certainty) = found.unwrap_or_else(|| (unknown(name), Certainty::Guessed));
        self.certainty = self.certainty.max(certainty);
        Some(expression)
    }

    fn excepted(&mut self, expression: Expression, words: &str) -> Option<Expression> {
        if words.is_empty() {
            return None;
        }
        if let Some((exception, certainty)) = alias::exception(words) {
            let Expression::One(mut license) = expression else { return None };
            license.exception = Some(exception.to_owned());
            self.certainty = self.certainty.max(certainty);
            return Some(Expression::One(license));
        }
        // What restricts is no exception but another licence: `Apache-2.0 with Commons Clause`.
        if let Some((more, certainty)) = alias::lookup(words) {
            self.certainty = self.certainty.max(certainty);
            return Some(Expression::joined(vec![expression, more], true));
        }
        let Expression::One(mut license) = expression else { return None };
        license.exception = Some(shown(words));
        self.certainty = Certainty::Guessed;
        Some(Expression::One(license))
    }
}

/// `MIT, Apache-2.0`: a list, where every part has a meaning; read as [`list`] reads lines.
fn comma(name: &str) -> Option<(Expression, Certainty)> {
    if !name.contains(',') {
        return None;
    }
    let parts = name.split(',').map(str::trim).filter(|part| !part.is_empty());
    let parts: Option<Vec<Expression>> =
        parts.map(|part| alias::lookup(part).map(|(found, _)| found)).collect();
    let parts = parts.filter(|parts| parts.len() > 1)?;
    Some((Expression::all(parts), Certainty::Guessed))
}
