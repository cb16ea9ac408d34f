//! Compiles what a rule looks for, for one language.

use super::Rule;
use super::compare::Expression;
use super::spec::{Condition, Mode, Spec, TaintSpec};
use crate::engine::sast::language::Language;
use crate::engine::sast::pattern::{self, Pattern};
use crate::engine::sast::regular::Regular;
use crate::engine::sast::search::generic;

/// What to look for, ready.
#[derive(Debug)]
pub enum Formula {
    /// A pattern of code.
    Pattern(Box<Pattern>),
    /// A pattern of words and signs.
    Generic(generic::Pattern),
    /// A regular expression and its groups' names as metavariables.
    Regex(Regular, Vec<String>),
    /// All of these.
    All(Vec<Self>, Vec<Check>, Vec<Vec<String>>),
    /// Any of these.
    Any(Vec<Self>),
    /// Around.
    Inside(Box<Self>),
    /// Not this.
    Not(Box<Self>),
    /// Not around.
    NotInside(Box<Self>),
}

/// A condition, ready.
#[derive(Debug)]
pub enum Check {
    /// What the metavariable stands for matches from its start.
    Regex(String, Regular),
    /// Something matches within it; in another language perhaps.
    Pattern(String, Option<&'static str>, Box<Formula>),
    /// An expression is true.
    Comparison(Expression),
    /// It looks random.
    Entropy(String),
    /// It is a regular expression that can take very long.
    Redos(String),
    /// It has one of these types.
    Type(String, Vec<String>),
}

/// A source, sink, sanitizer or propagator, ready.
#[derive(Debug)]
pub struct Spot {
    /// What it looks like.
    pub formula: Formula,
    /// As the rule says it.
    pub spec: TaintSpec,
}

/// A rule for one language.
#[derive(Debug)]
pub enum Compiled {
    /// Finds what matches.
    Search(Formula),
    /// Finds flows: sources, sinks, sanitizers, propagators.
    Taint(Vec<Spot>, Vec<Spot>, Vec<Spot>, Vec<Spot>),
}

/// `generic` and `regex` look at text alone.
pub fn is_text(language: &str) -> bool {
    matches!(language, "generic" | "regex" | "none")
}

/// Compiles a rule.
pub fn compile(rule: &Rule, language: &'static str) -> Result<Compiled, String> {
    let spots = |list: &[TaintSpec]| -> Result<Vec<Spot>, String> {
        list.iter()
            .map(|one| Ok(Spot { formula: formula(&one.spec, language)?, spec: one.clone() }))
            .collect()
    };
    match &rule.mode {
        Mode::Search(spec) => Ok(Compiled::Search(formula(spec, language)?)),
        Mode::Taint(taint) => Ok(Compiled::Taint(
            spots(&taint.sources)?,
            spots(&taint.sinks)?,
            spots(&taint.sanitizers)?,
            spots(&taint.propagators)?,
        )),
    }
}

fn formula(spec: &Spec, language: &'static str) -> Result<Formula, String> {
    let several = |list: &[Spec]| -> Result<Vec<Formula>, String> {
        list.iter().map(|one| formula(one, language)).collect()
    };
    Ok(match spec {
        Spec::Pattern(text, place) => {
            if language == "generic" {
                return Ok(Formula::Generic(generic::Pattern::new(text)));
            }
            // Without a language, a pattern is a regular expression.
            if is_text(language) {
                return formula(&Spec::Regex(text.clone(), *place), language);
            }
            let Some(row) = Language::named(language) else {
                return Err(format!("language {language} has no patterns"));
            };
            let pattern = pattern::read(text, row);
            Formula::Pattern(Box::new(
                pattern.map_err(|why| format!("line {}: {why}", place.line))?,
            ))
        }
        Spec::Regex(text, place) => {
            let regex = Regular::new(text)
                .map_err(|why| format!("line {}: regular expression: {why}", place.line))?;
            let names = regex.names();
            let names = names.iter().enumerate().map(|(number, name)| {
                name.as_ref().map_or_else(|| format!("${number}"), |name| format!("${name}"))
            });
            let names = names.collect();
            Formula::Regex(regex, names)
        }
        Spec::All(parts, conditions, focus) => {
            let conditions =
                conditions.iter().map(|one| check(one, language)).collect::<Result<_, _>>()?;
            Formula::All(several(parts)?, conditions, focus.clone())
        }
        Spec::Any(parts) => Formula::Any(several(parts)?),
        Spec::Inside(inner) => Formula::Inside(Box::new(formula(inner, language)?)),
        Spec::Not(inner) => Formula::Not(Box::new(formula(inner, language)?)),
        Spec::NotInside(inner) => Formula::NotInside(Box::new(formula(inner, language)?)),
    })
}

fn check(condition: &Condition, language: &'static str) -> Result<Check, String> {
    Ok(match condition {
        Condition::Regex(meta, text, place) => {
            let regex = Regular::anchored(text)
                .map_err(|why| format!("line {}: regular expression: {why}", place.line))?;
            Check::Regex(meta.clone(), regex)
        }
        Condition::Pattern(meta, other, spec) => {
            let other = other
                .as_deref()
                .map(|name| {
                    Language::name_in_rule(name)
                        .ok_or_else(|| format!("language {name} is not known"))
                })
                .transpose()?;
            Check::Pattern(meta.clone(), other, Box::new(formula(spec, other.unwrap_or(language))?))
        }
        Condition::Comparison(text, meta, strip, base, place) => Check::Comparison(
            Expression::read(text, meta.as_deref(), *strip, *base)
                .map_err(|why| format!("line {}: comparison: {why}", place.line))?,
        ),
        Condition::Analysis(meta, analyzer) if analyzer == "entropy" => {
            Check::Entropy(meta.clone())
        }
        Condition::Analysis(meta, _) => Check::Redos(meta.clone()),
        Condition::Type(meta, types) => Check::Type(meta.clone(), types.clone()),
    })
}
