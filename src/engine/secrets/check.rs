//! A rule against its own examples: every `hit` line must be found by the rule, no `miss` line may be. Rules are written
//! as data, so this is their compiler and their test.

use super::Secrets;
use super::pack::{MAX_WINDOW, compile, path_glob};
use super::search::search;
use crate::rules::{Rule, template};
use crate::target::Blob;

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// `file:line:column` of the rule; empty for a built-in one.
    pub origin: String,
    /// Id of the rule.
    pub rule: String,
    /// What is wrong, naming the example.
    pub message: String,
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if !self.origin.is_empty() {
            write!(f, "{}: ", self.origin)?;
        }
        write!(f, "{}: {}", self.rule, self.message)
    }
}

/// Checks rules one by one, each on its own, as `rules test` and the build's tests do. No failure means a sound pack.
pub fn check(rules: &[Rule]) -> Vec<Failure> {
    let mut failures = malformed(rules);
    for rule in rules {
        let fail = |message| failure(rule, message);
        let examples_of = &rule.prose.examples;
        if examples_of.hit.is_empty() || examples_of.miss.is_empty() {
            failures.push(fail("needs at least one hit and one miss".to_owned()));
        }
        if pattern(rule).is_none() {
            failures.extend(examples(rule).into_iter().map(fail));
        }
    }
    failures
}

/// What is wrong with rules, their examples apart: what keeps a scan from using them.
pub(super) fn malformed(rules: &[Rule]) -> Vec<Failure> {
    let mut seen = std::collections::BTreeSet::new();
    let mut failures = Vec::new();
    for rule in rules {
        if !seen.insert(rule.matching.id.as_str()) {
            failures.push(failure(rule, "the id is used twice".to_owned()));
        }
        failures.extend(shape(rule).into_iter().map(|message| failure(rule, message)));
    }
    failures
}

fn failure(rule: &Rule, message: String) -> Failure {
    let matching = &rule.matching;
    Failure { origin: matching.origin.clone(), rule: matching.id.clone(), message }
}

/// What is wrong with the pattern of a rule, if it goes by one.
fn pattern(rule: &Rule) -> Option<String> {
    if rule.matching.matcher.is_some() {
        return None;
    }
    if rule.matching.pattern.is_empty() {
        return Some("neither a pattern nor a matcher".to_owned());
    }
    let error = compile(&rule.matching).err()?;
    Some(format!("the pattern does not compile: {error}"))
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
    wrong.extend(pattern(rule));
    wrong.extend(rule.unknown.keys().map(|key| format!("unknown key `{key}`")));
    if let Some(window) = matching.window.filter(|window| *window > MAX_WINDOW) {
        wrong.push(format!("window {window} is over {MAX_WINDOW}"));
    }
    for page in rule.prose.references.iter().filter(|page| !page.starts_with("https://")) {
        wrong.push(format!("reference \"{page}\" does not begin with https://"));
    }
    for glob in &matching.files {
        if let Err(error) = path_glob(glob) {
            wrong.push(format!("files: {error}"));
        }
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
        let list: Vec<String> = failures.iter().map(ToString::to_string).collect();
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

    #[test]
    fn every_mistake_of_a_rule_is_named_and_keeps_it_from_a_scan() {
        let wrong = |change: &dyn Fn(&mut Rule)| {
            let mut rule = load::secrets_whole().swap_remove(0);
            change(&mut rule);
            let told: Vec<String> = malformed(&[rule]).into_iter().map(|f| f.message).collect();
            told.join("; ")
        };
        assert_eq!(wrong(&|_| ()), "");
        let unknown = |rule: &mut Rule| {
            rule.unknown.insert("entorpy".to_owned(), 9.into());
        };
        assert_eq!(wrong(&unknown), "unknown key `entorpy`");
        assert_eq!(wrong(&|r| r.matching.window = Some(20_000)), "window 20000 is over 16384");
        let page = wrong(&|r| r.prose.references = vec!["http://x".to_owned()]);
        assert!(page.contains("https://"), "{page}");
        assert!(wrong(&|r| r.matching.files = vec!["a[".to_owned()]).starts_with("files: "));
        assert_eq!(wrong(&|r| r.matching.pattern.clear()), "neither a pattern nor a matcher");
        let regex = wrong(&|r| r.matching.pattern = "(?<secret>a".to_owned());
        assert!(regex.contains("unclosed group at column 1"), "{regex}");
        assert_eq!(wrong(&|r| r.prose.examples.miss.clear()), "", "a matter of `rules test`");
    }
}
