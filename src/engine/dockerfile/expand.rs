//! Variables of a Dockerfile: `$X`, `${X}`, `${X:-word}`, `${X:+word}` from `ARG` and `ENV`. What a variable holds is known
//! or not; nothing is guessed.

use std::collections::HashMap;

/// Longest value that is worked out, bytes; what grows longer is not known.
const MAX_VALUE: usize = 512;

/// Variables that are kept of one stage; more than any image has, and few enough to be copied for each stage.
const MAX_VARIABLES: usize = 200;

/// Defaults within defaults that are followed.
const MAX_DEPTH: u32 = 8;

/// Variables at one place: a name that is declared without a known value maps to `None`.
#[derive(Debug, Clone, Default)]
pub struct Scope(HashMap<String, Option<String>>);

impl Scope {
    /// Sets a variable.
    pub fn set(&mut self, name: &str, value: Option<String>) {
        if self.0.len() < MAX_VARIABLES || self.0.contains_key(name) {
            self.0.insert(name.to_owned(), value.filter(|value| value.len() <= MAX_VALUE));
        }
    }

    /// What a name holds, where that is known.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_deref()
    }

    /// Replaces variables; `None` when one of them is not known.
    pub fn expand(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        self.write(text, &mut out, 0)?;
        Some(out)
    }

    fn write(&self, text: &str, out: &mut String, depth: u32) -> Option<()> {
        let mut rest = text;
        while let Some(at) = rest.find('$') {
            push(out, &rest[..at])?;
            rest = &rest[at + 1..];
            if let Some(inner) = rest.strip_prefix('{') {
                let end = closing(inner)?;
                self.braces(&inner[..end], out, depth)?;
                rest = &inner[end + 1..];
            } else {
                let length = name_length(rest);
                if length == 0 {
                    push(out, "$")?;
                } else {
                    // A variable that nobody declared is not known: the image may set it.
                    push(out, self.get(&rest[..length])?)?;
                    rest = &rest[length..];
                }
            }
        }
        push(out, rest)
    }

    /// The inside of `${...}`.
    fn braces(&self, inner: &str, out: &mut String, depth: u32) -> Option<()> {
        let (name, operator) = inner.split_at(name_length(inner));
        if name.is_empty() || depth > MAX_DEPTH {
            return None;
        }
        let value = self.get(name);
        let with_colon = operator.starts_with(':');
        let operator = operator.strip_prefix(':').unwrap_or(operator);
        let mut chars = operator.chars();
        let sign = chars.next();
        let word = chars.as_str();
        // A declared argument without a default is empty unless the build gives it a value: not known.
        let is_set = |value: &str| !(with_colon && value.is_empty());
        match (sign, value) {
            (None, value) if !with_colon => push(out, value?),
            (Some('-'), Some(value)) if is_set(value) => push(out, value),
            (Some('+'), Some(value)) if is_set(value) => self.write(word, out, depth + 1),
            (Some('+'), Some(_)) => Some(()),
            // Docker takes the word when nothing was given, and the build argument when one was: as a default.
            (Some('-'), _) => self.write(word, out, depth + 1),
            _ => None,
        }
    }
}

fn push(out: &mut String, text: &str) -> Option<()> {
    if out.len() + text.len() > MAX_VALUE {
        return None;
    }
    out.push_str(text);
    Some(())
}

fn name_length(text: &str) -> usize {
    let is_name =
        |(at, b): (usize, u8)| b.is_ascii_alphabetic() || b == b'_' || at > 0 && b.is_ascii_digit();
    text.bytes().enumerate().take_while(|one| is_name(*one)).count()
}

/// The `}` that closes what was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let mut open = 1_usize;
    for (at, b) in text.bytes().enumerate().take(4 * MAX_VALUE) {
        match b {
            b'{' => open += 1,
            b'}' => open -= 1,
            _ => {}
        }
        if open == 0 {
            return Some(at);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn variables_are_replaced_where_all_are_known() {
        let mut scope = Scope::default();
        scope.set("A", Some("x".to_owned()));
        scope.set("EMPTY", Some(String::new()));
        scope.set("UNKNOWN", None);
        for (text, expected) in [
            ("plain", Some("plain")),
            ("$A-${A}", Some("x-x")),
            ("${A:-d}", Some("x")),
            ("${NONE:-d}", Some("d")),
            ("${NONE:-${A}y}", Some("xy")),
            ("${EMPTY:-d}${EMPTY-e}", Some("d")),
            ("${A:+d}${EMPTY:+e}", Some("d")),
            ("${UNKNOWN:-d}", Some("d")),
            ("$UNKNOWN", None),
            ("$NONE", None),
            ("${A", None),
            ("${A%x}", None),
            ("a$", Some("a$")),
        ] {
            assert_eq!(scope.expand(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn values_do_not_grow_without_end() {
        let mut scope = Scope::default();
        scope.set("A", Some("x".repeat(300)));
        assert_eq!(scope.expand("$A$A"), None);
        assert_eq!(scope.expand(&"${A:-".repeat(100_000)), None);
    }
}
