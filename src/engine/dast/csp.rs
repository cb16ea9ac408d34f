//! The content security policy of a page: whether there is one in force, and what it lets through.

use super::problem::Problem;
use super::rule;
use crate::finding::Severity;
use crate::probe::answer::Answer;
use crate::probe::url::Url;
use std::collections::BTreeMap;

/// Directives that are read of one policy.
const MAX_DIRECTIVES: usize = 100;

type Policy = BTreeMap<String, Vec<String>>;

/// The policies that are in force; a page obeys all of them.
fn policies(answer: &Answer, name: &str) -> Vec<Policy> {
    answer
        .all(name)
        .flat_map(|value| value.split(','))
        .map(policy)
        .filter(|policy| !policy.is_empty())
        .collect()
}

fn policy(text: &str) -> Policy {
    let mut found = Policy::new();
    for directive in text.split(';').take(MAX_DIRECTIVES) {
        let mut words = directive.split_whitespace();
        let Some(name) = words.next() else { continue };
        // The first of a name counts.
        found
            .entry(name.to_ascii_lowercase())
            .or_insert_with(|| words.map(str::to_ascii_lowercase).collect());
    }
    found
}

/// Whether a policy says who may frame the page.
pub(super) fn limits_frames(answer: &Answer) -> bool {
    policies(answer, "content-security-policy").iter().any(|policy| {
        policy.get("frame-ancestors").is_some_and(|sources| {
            !sources.iter().any(|source| matches!(source.as_str(), "*" | "http:" | "https:"))
        })
    })
}

/// Sources of a directive, or of those that stand in for it.
fn sources<'a>(policy: &'a Policy, names: &[&str]) -> Option<&'a [String]> {
    names.iter().find_map(|name| policy.get(*name)).map(Vec::as_slice)
}

const SCRIPT: &[&str] = &["script-src-elem", "script-src", "default-src"];
const OBJECT: &[&str] = &["object-src", "default-src"];
const EVAL: &[&str] = &["script-src", "default-src"];

fn has(sources: &[String], wanted: &[&str]) -> bool {
    sources.iter().any(|source| wanted.contains(&source.as_str()))
}

fn has_nonce_or_hash(sources: &[String]) -> bool {
    sources.iter().any(|source| {
        ["'nonce-", "'sha256-", "'sha384-", "'sha512-"]
            .iter()
            .any(|start| source.starts_with(start))
    })
}

/// What one policy lets through: a word for it, a sentence, how bad it is.
fn weaknesses(policy: &Policy) -> Vec<(&'static str, &'static str, Severity)> {
    let mut found = Vec::new();
    let mut weak = |word, what, severity| found.push((word, what, severity));
    match sources(policy, SCRIPT) {
        None => weak(
            "script-src",
            "Neither `script-src` nor `default-src` limits scripts.",
            Severity::Medium,
        ),
        Some(scripts) => {
            let strict = has_nonce_or_hash(scripts);
            // Beside a nonce or a hash browsers pass over it.
            if has(scripts, &["'unsafe-inline'"]) && !strict {
                weak(
                    "unsafe-inline",
                    "Scripts in the page itself are allowed (`'unsafe-inline'`).",
                    Severity::Medium,
                );
            }
            // With strict-dynamic browsers pass over hosts and schemes.
            let dynamic = strict && has(scripts, &["'strict-dynamic'"]);
            if has(scripts, &["*", "http:", "https:", "data:", "blob:", "http://*", "https://*"])
                && !dynamic
            {
                weak("wildcard", "Scripts are allowed from anywhere.", Severity::Medium);
            }
        }
    }
    if sources(policy, EVAL).is_some_and(|scripts| has(scripts, &["'unsafe-eval'"])) {
        weak("unsafe-eval", "Text may be run as a script (`'unsafe-eval'`).", Severity::Low);
    }
    match sources(policy, OBJECT) {
        Some(objects) if has(objects, &["*", "http:", "https:", "data:"]) => {
            weak("object-src", "Plug-ins are allowed from anywhere.", Severity::Low);
        }
        Some(_) => {}
        None => weak("object-src", "`object-src` is not set.", Severity::Low),
    }
    if !policy.contains_key("base-uri") {
        weak(
            "base-uri",
            "`base-uri` is not set: an injected `<base>` sends scripts elsewhere.",
            Severity::Low,
        );
    }
    found
}

/// Judges the policies of a page.
pub(super) fn judge(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    let in_force = policies(answer, "content-security-policy");
    if in_force.is_empty() {
        let watched = !policies(answer, "content-security-policy-report-only").is_empty();
        let (rule, what) = if watched {
            (&rule::CSP_REPORT_ONLY, "Only `Content-Security-Policy-Report-Only` is sent.")
        } else {
            (&rule::MISSING_CSP, "`Content-Security-Policy` is not sent.")
        };
        problems.push(Problem::new(rule, url, "", what));
        return;
    }
    // What one policy lets through another may stop.
    let mut common = weaknesses(&in_force[0]);
    for policy in &in_force[1..] {
        let other = weaknesses(policy);
        common.retain(|(word, ..)| other.iter().any(|(same, ..)| same == word));
    }
    for (word, what, severity) in common {
        problems.push(Problem::new(&rule::WEAK_CSP, url, word, what).severity(severity));
    }
}
