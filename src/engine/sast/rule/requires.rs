//! `requires`: which labels a value must carry; labels with `and`, `or`, `not` and parentheses.

/// How many parentheses and `not` may stand within each other.
const DEEPEST: usize = 50;

/// A condition on labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Requires {
    /// Always or never.
    Always(bool),
    /// The value carries a label.
    Label(String),
    /// All of these.
    All(Vec<Self>),
    /// One of these.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
}

impl Requires {
    /// Reads a condition.
    pub fn read(text: &str) -> Result<Self, String> {
        let spaced = text.replace('(', " ( ").replace(')', " ) ");
        let mut reader = Reader { tokens: spaced.split_whitespace().collect(), at: 0 };
        let read = reader.or(0)?;
        match reader.tokens.get(reader.at) {
            None => Ok(read),
            Some(token) => Err(format!("requires: `{token}` is not expected")),
        }
    }

    /// Whether it holds for a value that carries certain labels.
    pub fn holds(&self, has: &dyn Fn(&str) -> bool) -> bool {
        match self {
            Self::Always(yes) => *yes,
            Self::Label(label) => has(label),
            Self::All(parts) => parts.iter().all(|part| part.holds(has)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(has)),
            Self::Not(inner) => !inner.holds(has),
        }
    }

    /// All labels in it.
    pub fn labels<'r>(&'r self, found: &mut Vec<&'r str>) {
        match self {
            Self::Always(_) => {}
            Self::Label(label) => found.push(label),
            Self::All(parts) | Self::Any(parts) => {
                for part in parts {
                    part.labels(found);
                }
            }
            Self::Not(inner) => inner.labels(found),
        }
    }
}

struct Reader<'t> {
    tokens: Vec<&'t str>,
    at: usize,
}

impl Reader<'_> {
    fn take(&mut self, word: &str) -> bool {
        let is = self.tokens.get(self.at) == Some(&word);
        self.at += usize::from(is);
        is
    }

    fn or(&mut self, depth: usize) -> Result<Requires, String> {
        let mut parts = vec![self.and(depth)?];
        while self.take("or") {
            parts.push(self.and(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Requires::Any(parts) })
    }

    fn and(&mut self, depth: usize) -> Result<Requires, String> {
        let mut parts = vec![self.not(depth)?];
        while self.take("and") {
            parts.push(self.not(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Requires::All(parts) })
    }

    fn not(&mut self, depth: usize) -> Result<Requires, String> {
        if depth > DEEPEST {
            return Err("requires: nested too deep".to_owned());
        }
        if self.take("not") {
            return Ok(Requires::Not(Box::new(self.not(depth + 1)?)));
        }
        if self.take("(") {
            let inner = self.or(depth + 1)?;
            return if self.take(")") {
                Ok(inner)
            } else {
                Err("requires: `)` is missing".to_owned())
            };
        }
        let Some(token) = self.tokens.get(self.at) else {
            return Err("requires: a label is missing".to_owned());
        };
        self.at += 1;
        match *token {
            "True" => Ok(Requires::Always(true)),
            "False" => Ok(Requires::Always(false)),
            ")" | "and" | "or" => Err(format!("requires: `{token}` is not expected")),
            label => Ok(Requires::Label(label.to_owned())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_hold_by_the_labels_there_are() {
        for (text, with, holds) in [
            ("A", "A", true),
            ("A and B", "A", false),
            ("A and B", "AB", true),
            ("A or B and C", "A", true),
            ("(A or B) and C", "A", false),
            ("not (A or B)", "C", true),
            ("not not A", "A", true),
            ("True and not False", "", true),
        ] {
            let read = Requires::read(text).unwrap();
            assert_eq!(read.holds(&|label| with.contains(label)), holds, "{text} with {with}");
        }
    }

    #[test]
    fn what_is_no_condition_is_refused() {
        let deep = "not ".repeat(100_000) + "A";
        for text in ["", "A and", "A and (", "(A", "A)", "A B", "or A", "()", &deep] {
            assert!(Requires::read(text).is_err(), "{}", &text[..text.len().min(20)]);
        }
    }
}
