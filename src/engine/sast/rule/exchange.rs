//! `fix-regex`: what an expression matches within a match is replaced.

use crate::engine::sast::regular::Regular;

/// Bytes a fix may come to; a longer one is none.
pub const MOST: usize = 16 << 10;

/// Replacements one expression may make in one match.
const REPLACEMENTS: usize = 1000;

/// A `fix-regex`.
#[derive(Debug)]
pub struct Exchange {
    regex: Regular,
    replacement: Vec<Piece>,
    most: usize,
}

/// A part of a replacement.
#[derive(Debug, PartialEq, Eq)]
enum Piece {
    Text(String),
    Group(usize),
    Named(String),
}

impl Exchange {
    /// Reads one; `count` says how often at most, and 0 or nothing means everywhere.
    pub fn new(regex: &str, replacement: &str, count: Option<i64>) -> Result<Self, String> {
        let regex = Regular::new(regex)?;
        let replacement = pieces(replacement)?;
        let names = regex.names();
        for piece in &replacement {
            let known = match piece {
                Piece::Text(_) => true,
                Piece::Group(number) => *number < names.len(),
                Piece::Named(name) => names.iter().flatten().any(|known| known == name),
            };
            if !known {
                return Err(
                    "the replacement names a group that the expression does not have".to_owned()
                );
            }
        }
        let most = count.and_then(|count| usize::try_from(count).ok()).filter(|count| *count > 0);
        Ok(Self { regex, replacement, most: most.unwrap_or(REPLACEMENTS).min(REPLACEMENTS) })
    }

    /// A text with what the expression matches replaced; `None` when it matches nowhere, takes too long, or the result is too long.
    pub fn apply(&self, text: &str) -> Option<String> {
        let (mut out, mut at) = (String::with_capacity(text.len()), 0);
        let names = self.regex.names();
        let (all, whole) = self.regex.all(text, self.most);
        if all.is_empty() || !whole {
            return None;
        }
        for groups in all {
            let group = |number: usize| {
                let range = groups.get(number).cloned().flatten();
                range.and_then(|range| text.get(range)).unwrap_or_default()
            };
            let whole = groups.first().cloned().flatten()?;
            out.push_str(text.get(at..whole.start)?);
            for piece in &self.replacement {
                out.push_str(match piece {
                    Piece::Text(text) => text,
                    Piece::Group(number) => group(*number),
                    Piece::Named(name) => {
                        let number = names.iter().position(|known| known.as_ref() == Some(name));
                        group(number.unwrap_or_default())
                    }
                });
            }
            at = whole.end;
            if out.len() > MOST {
                return None;
            }
        }
        out.push_str(text.get(at..)?);
        Some(out)
    }
}

/// Parts of a replacement in Python's spelling: `\1`, `\g<1>`, `\g<name>`, `\n`, `\t`, `\\`.
fn pieces(replacement: &str) -> Result<Vec<Piece>, String> {
    let (mut parts, mut text) = (Vec::new(), String::new());
    let mut rest = replacement;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        text.push_str(before);
        let behind = &escape[1..];
        let digits = behind.bytes().take(2).take_while(u8::is_ascii_digit).count();
        if digits > 0 {
            parts.push(Piece::Text(std::mem::take(&mut text)));
            parts.push(Piece::Group(behind[..digits].parse().unwrap_or(usize::MAX)));
            rest = &behind[digits..];
        } else if let Some(named) = behind.strip_prefix("g<") {
            let Some((name, after)) = named.split_once('>') else {
                return Err("the replacement has \\g< without >".to_owned());
            };
            parts.push(Piece::Text(std::mem::take(&mut text)));
            parts.push(name.parse().map_or_else(|_| Piece::Named(name.to_owned()), Piece::Group));
            rest = after;
        } else {
            let mut chars = behind.chars();
            match chars.next() {
                Some('n') => text.push('\n'),
                Some('r') => text.push('\r'),
                Some('t') => text.push('\t'),
                Some(other @ ('\\' | '"' | '\'')) => text.push(other),
                Some(other) => text.extend(['\\', other]),
                None => text.push('\\'),
            }
            rest = chars.as_str();
        }
    }
    text.push_str(rest);
    parts.push(Piece::Text(text));
    parts.retain(|piece| *piece != Piece::Text(String::new()));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_replacement_without_its_group_or_end_is_refused() {
        for (regex, replacement) in
            [("(", ""), ("a", "\\1"), ("a", "\\g<b>"), ("(a)", "\\g<1"), ("(a)", "\\2")]
        {
            assert!(Exchange::new(regex, replacement, None).is_err(), "{regex} {replacement}");
        }
        assert_eq!(pieces("a\\.b\\").unwrap(), [Piece::Text("a\\.b\\".to_owned())]);
    }
}
