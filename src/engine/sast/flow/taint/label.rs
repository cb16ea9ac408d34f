//! What a value may carry: labels with where they came from.

use std::ops::Range;
use std::rc::Rc;

/// Label of sources that name none.
pub const SOURCE: &str = "__SOURCE__";

/// Sources one value may carry.
const MOST: usize = 24;

/// Places kept of the way of one origin; of a longer way the first ones and the last one.
const LONGEST: u32 = 100;

/// Added to the number of a parameter where an origin is one.
const PARAMETER: u32 = 1 << 31;

/// Added to that where the parameter may only have become a part of what carries it.
const PERHAPS: u32 = 1 << 30;

/// A place that a value went through, and the one before.
#[derive(Debug)]
pub struct Step {
    /// Bytes of the source.
    pub range: Range<u32>,
    /// Before it.
    pub before: Option<Rc<Self>>,
    /// How many are before it.
    pub count: u32,
}

impl Step {
    /// The first place.
    pub fn first(range: Range<u32>) -> Rc<Self> {
        Rc::new(Self { range, before: None, count: 0 })
    }

    /// One place further.
    pub fn then(self: &Rc<Self>, range: &Range<u32>) -> Rc<Self> {
        if self.range == *range {
            return Rc::clone(self);
        }
        let (before, count) = match &self.before {
            Some(before) if self.count >= LONGEST => (before, self.count),
            _ => (self, self.count + 1),
        };
        Rc::new(Self { range: range.clone(), before: Some(Rc::clone(before)), count })
    }

    /// All places, the first one first.
    pub fn places(&self) -> Vec<Range<u32>> {
        let mut places = Vec::new();
        let mut step = Some(self);
        while let Some(here) = step {
            places.push(here.range.clone());
            step = here.before.as_deref();
        }
        places.reverse();
        places
    }
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

impl Origin {
    /// What a function was called with, whatever that may be.
    pub fn of_parameter(number: u32, range: Range<u32>) -> Self {
        Self { label: Rc::from(SOURCE), source: PARAMETER | number, steps: Step::first(range) }
    }

    /// The number of the parameter, where it is one.
    pub fn parameter(&self) -> Option<u32> {
        (self.source & PARAMETER != 0).then_some(self.source & !(PARAMETER | PERHAPS))
    }

    /// Whether what carries it surely does.
    pub fn is_sure(&self) -> bool {
        self.source & (PARAMETER | PERHAPS) != PARAMETER | PERHAPS
    }
}

/// Origins of a value.
#[derive(Debug, Clone, Default)]
pub struct Taint(Option<Rc<Vec<Origin>>>);

impl Taint {
    /// Whether it carries nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_none()
    }

    /// Its origins.
    pub fn origins(&self) -> &[Origin] {
        self.0.as_deref().map_or(&[], Vec::as_slice)
    }

    /// What has certain origins alone.
    pub fn only(&self, wanted: impl Fn(&Origin) -> bool) -> Self {
        self.origins().iter().filter(|origin| wanted(origin)).cloned().collect()
    }

    /// The parameters among its origins, as what something may carry that they were given to.
    pub fn perhaps(&self) -> Self {
        let parameters = self.origins().iter().filter(|origin| origin.parameter().is_some());
        parameters
            .map(|origin| Origin { source: origin.source | PERHAPS, ..origin.clone() })
            .collect()
    }

    /// Adds an origin.
    pub fn add(&mut self, origin: Origin) -> bool {
        let known = self.origins().iter().any(|one| one.is_like(&origin));
        // There are not many parameters.
        let is_source = |origin: &&Origin| origin.parameter().is_none();
        let is_full = || self.origins().iter().filter(is_source).count() >= MOST;
        if known || is_source(&&origin) && is_full() {
            return false;
        }
        Rc::make_mut(self.0.get_or_insert_default()).push(origin);
        true
    }

    /// Adds what another carries; whether that was more.
    pub fn merge(&mut self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (_, None) => false,
            (None, Some(_)) => {
                self.0.clone_from(&other.0);
                true
            }
            (Some(one), Some(two)) if Rc::ptr_eq(one, two) => false,
            _ => {
                let mut more = false;
                for origin in other.origins() {
                    more |= self.add(origin.clone());
                }
                more
            }
        }
    }

    /// The same, one place further.
    pub fn through(&self, range: &Range<u32>) -> Self {
        if self.origins().iter().all(|origin| origin.steps.range == *range) {
            return self.clone();
        }
        let further =
            |origin: &Origin| Origin { steps: origin.steps.then(range), ..origin.clone() };
        self.origins().iter().map(further).collect()
    }

    /// The same under another label.
    pub fn labelled(&self, label: &str) -> Self {
        let label: Rc<str> = Rc::from(label);
        let other = |origin: &Origin| Origin { label: Rc::clone(&label), ..origin.clone() };
        self.origins().iter().map(other).collect()
    }

    /// Whether it has an origin of a label.
    pub fn has(&self, label: &str) -> bool {
        self.origins().iter().any(|origin| &*origin.label == label)
    }
}

impl Origin {
    /// Whether another is the same but for its way.
    fn is_like(&self, other: &Self) -> bool {
        self.source == other.source && self.label == other.label
    }
}

impl FromIterator<Origin> for Taint {
    fn from_iter<T: IntoIterator<Item = Origin>>(origins: T) -> Self {
        let origins: Vec<Origin> = origins.into_iter().collect();
        Self((!origins.is_empty()).then(|| Rc::new(origins)))
    }
}
