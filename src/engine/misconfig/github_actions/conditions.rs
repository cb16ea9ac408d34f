//! Conditions of jobs and steps that do not say what they seem to say, or that trust a name.

use super::expression::{Expression, Literal, Operator};
use super::facts::{starts_by, templates};
use super::flow::STRANGERS;
use crate::engine::misconfig::judge::Verdict;
use crate::engine::misconfig::resource::{Resource, Scope};
use crate::engine::misconfig::value::Value;

/// Names that tell who caused the run, not whose change it is.
const ACTORS: &[&str] = &["github.actor", "github.triggering_actor", "github.event.sender.login"];

/// A condition that lets a bot through by the name of whoever caused the run.
pub fn bot(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    if !starts_by(&resource.body, STRANGERS) {
        return Vec::new();
    }
    found(&resource.body, true, &|one| {
        let Expression::Pair(Operator::Equal, left, right) = one else { return false };
        let is_bot = |one: &Expression| one.literal().is_some_and(|text| text.ends_with("[bot]"));
        let is_actor =
            |one: &Expression| one.context().is_some_and(|path| ACTORS.contains(&path.as_str()));
        is_actor(left) && is_bot(right) || is_bot(left) && is_actor(right)
    })
}

/// A condition that is a text, and therefore true, because something stands beside its template.
pub fn always_true(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    let Some(condition) = resource.body.get("if") else { return Vec::new() };
    let Some(text) = condition.text().filter(|text| text.contains("${{")) else {
        return Vec::new();
    };
    let count = templates(&resource.body).filter(|one| one.place == "if").count();
    let is_whole = count == 1 && text.starts_with("${{") && text.ends_with("}}");
    // Without an end there is no template, and GitHub refuses the file.
    if is_whole || count == 0 || !text.contains("}}") {
        return Vec::new();
    }
    vec![Verdict::at(condition.range.clone())]
}

/// Contexts whose text others have a say in.
const SAID_BY_OTHERS: &[&str] = &[
    "github.actor",
    "github.base_ref",
    "github.event",
    "github.head_ref",
    "github.ref",
    "env",
    "inputs",
];

/// `contains('a b c', x)` looks for a piece of text, not for one of several words.
pub fn loose_contains(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    found(&resource.body, true, &|one| {
        let Expression::Call(name, arguments) = one else { return false };
        let [list, looked_for] = arguments.as_slice() else { return false };
        let path = looked_for.context().unwrap_or_default();
        let of_others = SAID_BY_OTHERS.iter().any(|known| {
            path.strip_prefix(known)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '_']))
        });
        name == "contains" && list.literal().is_some() && of_others
    })
}

/// `a && '' || b` is always `b`.
pub fn loose_ternary(resource: &Resource, _: &Scope) -> Vec<Verdict> {
    found(&resource.body, false, &|one| {
        let Expression::Pair(Operator::Or, left, right) = one else { return false };
        let Expression::Pair(Operator::And, _, middle) = left.as_ref() else { return false };
        let falsy = |one: &Expression| matches!(one, Expression::Literal(literal) if Literal::is_falsy(literal));
        falsy(middle) && !falsy(right)
    })
}

fn found(body: &Value, only_if: bool, wanted: &dyn Fn(&Expression) -> bool) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for template in templates(body).filter(|one| !only_if || one.place == "if") {
        let Some(expression) = template.expression() else { continue };
        let mut is_there = false;
        expression.each(&mut |one| is_there |= wanted(one));
        if is_there {
            verdicts.push(Verdict::at(template.range.clone()));
        }
    }
    verdicts
}
