//! What a value may carry: labels with where they came from; and the conditions of `requires`.

use std::ops::Range;
use std::rc::Rc;

/// Label of sources that name none.
pub const SOURCE: &str = "__SOURCE__";

/// Origins one value may carry.
const MOST: usize = 24;

/// A place that a value went through, and the one before.
#[derive(Debug)]
pub struct Step {
    /// Bytes of the source.
    pub range: Range<u32>,
    /// Before it.
    pub before: Option<Rc<Self>>,
}

/// One origin of a value.
#[derive(Debug, Clone)]
pub struct Origin {
    /// Its label.
    pub label: Rc<str>,
    /// Number of the source's match.
    pub source: u32,
    /// Where it went.
    pub steps: Rc<Step>,
}

/// Origins of a value.
#[derive(Debug, Clone, Default)]
pub struct Taint(Vec<Origin>);

impl Taint {
    /// Whether it carries nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Its origins.
    pub fn origins(&self) -> &[Origin] {
        &self.0
    }

    /// Adds an origin.
    pub fn add(&mut self, origin: Origin) -> bool {
        let known =
            self.0.iter().any(|one| one.source == origin.source && one.label == origin.label);
        if known || self.0.len() >= MOST {
            return false;
        }
        self.0.push(origin);
        true
    }

    /// Adds what another carries; whether that was more.
    pub fn merge(&mut self, other: &Self) -> bool {
        let mut more = false;
        for origin in &other.0 {
            more |= self.add(origin.clone());
        }
        more
    }

    /// The same, one place further.
    pub fn through(&self, range: &Range<u32>) -> Self {
        let further = |origin: &Origin| {
            if origin.steps.range == *range {
                return origin.clone();
            }
            let steps = Step { range: range.clone(), before: Some(Rc::clone(&origin.steps)) };
            Origin { steps: Rc::new(steps), ..origin.clone() }
        };
        Self(self.0.iter().map(further).collect())
    }

    /// The same under another label.
    pub fn labelled(&self, label: &str) -> Self {
        let label: Rc<str> = Rc::from(label);
        Self(
            self.0
                .iter()
                .map(|origin| Origin { label: Rc::clone(&label), ..origin.clone() })
                .collect(),
        )
    }

    /// Whether it has an origin of a label.
    pub fn has(&self, label: &str) -> bool {
        self.0.iter().any(|origin| &*origin.label == label)
    }
}

/// Whether a condition of `requires` holds for what a value carries: labels with `and`, `or`, `not` and parentheses.
pub fn holds(condition: &str, taint: &Taint) -> bool {
    let tokens: Vec<&str> = condition
        .split_inclusive(['(', ')'])
        .flat_map(|part| {
            let (word, bracket) =
                part.split_at(part.len() - usize::from(part.ends_with(['(', ')'])));
            word.split_whitespace().chain((!bracket.is_empty()).then_some(bracket))
        })
        .collect();
    let mut at = 0;
    or(&tokens, &mut at, taint, 0)
}

fn or(tokens: &[&str], at: &mut usize, taint: &Taint, depth: usize) -> bool {
    let mut value = and(tokens, at, taint, depth);
    while tokens.get(*at) == Some(&"or") {
        *at += 1;
        value |= and(tokens, at, taint, depth);
    }
    value
}

fn and(tokens: &[&str], at: &mut usize, taint: &Taint, depth: usize) -> bool {
    let mut value = not(tokens, at, taint, depth);
    while tokens.get(*at) == Some(&"and") {
        *at += 1;
        value &= not(tokens, at, taint, depth);
    }
    value
}

fn not(tokens: &[&str], at: &mut usize, taint: &Taint, depth: usize) -> bool {
    let Some(token) = tokens.get(*at) else { return false };
    *at += 1;
    match *token {
        "not" => !not(tokens, at, taint, depth),
        "(" if depth < 50 => {
            let value = or(tokens, at, taint, depth + 1);
            *at += usize::from(tokens.get(*at) == Some(&")"));
            value
        }
        "True" => true,
        "False" => false,
        label => taint.has(label),
    }
}
