//! Regular expressions of rules: by the linear engine where it can, else by one that backtracks within a limit.

use std::ops::Range;

/// Steps back that one search may take.
const BACKTRACKS: usize = 200_000;

/// A compiled expression.
#[derive(Debug, Clone)]
pub enum Regular {
    /// Linear.
    Plain(regex::Regex),
    /// With look-around or back-references.
    Fancy(Box<fancy_regex::Regex>),
}

/// A match with its groups; group 0 is the whole.
pub type Groups = Vec<Option<Range<usize>>>;

impl Regular {
    /// Compiles; lines end at `\n`, `^` and `$` are those of lines.
    pub fn new(pattern: &str) -> Result<Self, String> {
        let pattern = adapted(pattern);
        let plain =
            regex::RegexBuilder::new(&pattern).multi_line(true).size_limit(20 << 20).build();
        match plain {
            Ok(regex) => Ok(Self::Plain(regex)),
            Err(_) => fancy_regex::RegexBuilder::new(&format!("(?m){pattern}"))
                .backtrack_limit(BACKTRACKS)
                .build()
                .map(|regex| Self::Fancy(Box::new(regex)))
                .map_err(|error| error.to_string()),
        }
    }

    /// The same, to match from the first byte on; `^` and `$` are those of the text.
    pub fn anchored(pattern: &str) -> Result<Self, String> {
        let pattern = format!("\\A(?:{})", adapted(pattern));
        match regex::RegexBuilder::new(&pattern).size_limit(20 << 20).build() {
            Ok(regex) => Ok(Self::Plain(regex)),
            Err(_) => fancy_regex::RegexBuilder::new(&pattern)
                .backtrack_limit(BACKTRACKS)
                .build()
                .map(|regex| Self::Fancy(Box::new(regex)))
                .map_err(|error| error.to_string()),
        }
    }

    /// Whether it matches anywhere; `None` when the search was given up.
    pub fn is_match(&self, text: &str) -> Option<bool> {
        match self {
            Self::Plain(regex) => Some(regex.is_match(text)),
            Self::Fancy(regex) => regex.is_match(text).ok(),
        }
    }

    /// Whether it matches from the first byte on; `None` when the search was given up.
    pub fn is_match_at_start(&self, text: &str) -> Option<bool> {
        match self {
            Self::Plain(regex) => {
                // Another match may begin at the start than the one found first; only the leftmost counts, which begins there if any does.
                Some(regex.find(text).is_some_and(|found| found.start() == 0))
            }
            Self::Fancy(regex) => {
                let found = regex.find(text).ok()?;
                Some(found.is_some_and(|found| found.start() == 0))
            }
        }
    }

    /// All matches with their groups, and whether the search came to its end.
    pub fn all(&self, text: &str, most: usize) -> (Vec<Groups>, bool) {
        let ranges = |groups: &mut dyn Iterator<Item = Option<Range<usize>>>| groups.collect();
        match self {
            Self::Plain(regex) => {
                let all = regex.captures_iter(text).take(most);
                let all = all.map(|one| ranges(&mut one.iter().map(|group| Some(group?.range()))));
                (all.collect(), true)
            }
            Self::Fancy(regex) => {
                let mut all = Vec::new();
                for one in regex.captures_iter(text).take(most) {
                    let Ok(one) = one else { return (all, false) };
                    all.push(ranges(&mut one.iter().map(|group| Some(group?.range()))));
                }
                (all, true)
            }
        }
    }

    /// Names of groups by number.
    pub fn names(&self) -> Vec<Option<String>> {
        match self {
            Self::Plain(regex) => {
                regex.capture_names().map(|name| name.map(str::to_owned)).collect()
            }
            Self::Fancy(regex) => {
                regex.capture_names().map(|name| name.map(str::to_owned)).collect()
            }
        }
    }
}

/// What other engines write differently.
pub(super) fn adapted(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len());
    let mut chars = pattern.chars().peekable();
    let mut in_class = false;
    let mut groups: Vec<bool> = Vec::new();
    while let Some(c) = chars.next() {
        if !in_class && c == '(' {
            let head: String = chars.clone().take(3).collect();
            groups.push(["?=", "?!", "?<=", "?<!"].iter().any(|sign| head.starts_with(sign)));
        }
        // To look around more than once is to look around.
        if !in_class && c == ')' && groups.pop() == Some(true) {
            out.push(')');
            match chars.peek().copied() {
                Some('*' | '+' | '?') => drop(chars.next()),
                Some('{') if chars.clone().nth(1).is_some_and(|c| c.is_ascii_digit()) => {
                    chars.by_ref().find(|c| *c == '}');
                }
                _ => {}
            }
            continue;
        }
        match c {
            '\\' => match chars.next() {
                Some('Z') => out.push_str("\\z"),
                Some('h') if in_class => out.push_str(" \\t"),
                Some('h') => out.push_str("[ \\t]"),
                // Escapes of what needs none.
                Some(
                    next @ ('/' | '"' | '\'' | '@' | '<' | '>' | '=' | ':' | ';' | ',' | '`' | '%'
                    | '!' | ' ' | '_'),
                ) => out.push(next),
                Some(next) => {
                    out.push('\\');
                    out.push(next);
                }
                None => out.push_str("\\\\"),
            },
            '[' if in_class && chars.peek() != Some(&':') => out.push_str("\\["),
            '[' => {
                let is_posix = in_class;
                out.push('[');
                if is_posix {
                    // `[:alpha:]` goes through whole.
                    for c in chars.by_ref() {
                        out.push(c);
                        if c == ']' {
                            break;
                        }
                    }
                } else {
                    in_class = true;
                    if chars.peek() == Some(&'^') {
                        out.extend(chars.next());
                    }
                    if chars.peek() == Some(&']') {
                        chars.next();
                        out.push_str("\\]");
                    }
                }
            }
            ']' => {
                in_class = false;
                out.push(']');
            }
            // Operators of sets that other engines take for characters.
            '&' | '~' | '-' if in_class && chars.peek() == Some(&c) => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
