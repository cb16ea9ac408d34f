//! A rule against its own examples: every `hit` line must be found by the rule, no `miss` line may be. Rules are written
//! as data, so this is their compiler and their test.

use super::Secrets;
use super::pack::compile;
use super::search::search;
use crate::rules::{Rule, template};
use crate::target::Blob;

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// Id of the rule.
    pub rule: String,
    /// What is wrong, naming the example.
    pub message: String,
}

/// Checks rules one by one, each on its own, as `rules test` and the build's tests do. No failure means a sound pack.
pub fn check(rules: &[Rule]) -> Vec<Failure> {
    let mut failures = Vec::new();
    let mut seen = std::collections::BTreeSet::new();
    for rule in rules {
        let fail = |message: String| Failure { rule: rule.matching.id.clone(), message };
        if !seen.insert(rule.matching.id.as_str()) {
            failures.push(fail("the id is used twice".to_owned()));
        }
        failures.extend(shape(rule).into_iter().map(fail));
        if rule.matching.matcher.is_none()
            && let Err(error) = compile(&rule.matching)
        {
            failures.push(fail(format!("the pattern does not compile: {error}")));
            continue;
        }
        failures.extend(examples(rule).into_iter().map(fail));
    }
    failures
}

fn shape(rule: &Rule) -> Vec<String> {
    let mut wrong = Vec::new();
    let matching = &rule.matching;
    let is_kebab = |id: &str| {
        !id.is_empty()
            && id.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !matching.id.strip_prefix("secrets/").is_some_and(is_kebab) {
        wrong.push("the id is not secrets/<kebab-noun>".to_owned());
    }
    if matching.keywords.is_empty() {
        wrong.push("no keywords".to_owned());
    }
    for keyword in &matching.keywords {
        if keyword.len() < 3 || keyword.bytes().any(|b| b.is_ascii_uppercase()) {
            wrong.push(format!("keyword \"{keyword}\" is shorter than 3 bytes or not lower case"));
        }
    }
    if matching.matcher.is_none() && matching.pattern.is_empty() {
        wrong.push("neither a pattern nor a matcher".to_owned());
    }
    if rule.prose.examples.hit.is_empty() || rule.prose.examples.miss.is_empty() {
        wrong.push("needs at least one hit and one miss".to_owned());
    }
    if rule.prose.description.trim().is_empty() || rule.prose.remediation.trim().is_empty() {
        wrong.push("needs a description and a remediation".to_owned());
    }
    wrong
}

fn examples(rule: &Rule) -> Vec<String> {
    let mut alone = rule.clone();
    // On its own, whatever the file: examples are about the text.
    alone.matching.files.clear();
    let engine = match Secrets::alone(alone) {
        Ok(engine) => engine,
        Err(error) => return vec![error.message],
    };
    let path = example_path(rule);
    let mut wrong = Vec::new();
    for (lines, expected) in [(&rule.prose.examples.hit, true), (&rule.prose.examples.miss, false)]
    {
        for line in lines {
            let text = match template::expand(line) {
                Ok(text) => text,
                Err(error) => {
                    wrong.push(format!("{error} in {line:?}"));
                    continue;
                }
            };
            let blob = Blob::new(&path, text.as_bytes());
            let found = search(&engine.pack, &blob, &|_| false);
            if found.candidates.is_empty() == expected {
                let word = if expected { "hit is not found" } else { "miss is found" };
                wrong.push(format!("{word}: {line:?}"));
            }
        }
    }
    wrong
}

/// A path of the sort the rule looks at: its first glob made concrete.
fn example_path(rule: &Rule) -> String {
    rule.matching.files.first().map_or_else(
        || "settings.env".to_owned(),
        |glob| glob.replace("**/", "").replace('*', "x").replace(['{', '}', '[', ']', '?'], ""),
    )
}

impl Secrets {
    /// An engine of one rule.
    fn alone(rule: Rule) -> Result<Self, super::BadConfig> {
        Ok(Self { pack: super::pack::Pack::only(rule)?, allow: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::load;

    #[test]
    fn every_built_in_rule_finds_its_hits_and_none_of_its_misses() {
        let failures = check(&load::secrets_whole());
        let list: Vec<String> = failures
            .iter()
            .map(|failure| format!("{}: {}", failure.rule, failure.message))
            .collect();
        assert!(list.is_empty(), "{} failures:\n{}", list.len(), list.join("\n"));
    }

    #[test]
    fn a_broken_rule_says_what_is_wrong_with_it() {
        let mut rule = load::secrets_whole().swap_remove(0);
        rule.matching.pattern = "(".to_owned();
        rule.matching.id = "Secrets/X".to_owned();
        let messages: Vec<String> = check(&[rule]).into_iter().map(|f| f.message).collect();
        assert!(messages[0].contains("kebab"), "{messages:?}");
        assert!(messages[1].contains("does not compile"), "{messages:?}");
    }
}
