//! The frameworks turned around: from weakness, rule and phrase to tags. Made at the first finding.

use super::frameworks;
use crate::finding::{Finding, Pattern, normalise_cwe, pattern};
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

struct Index {
    cwes: BTreeMap<u32, Vec<&'static str>>,
    exact: BTreeMap<&'static str, Vec<&'static str>>,
    globs: Vec<(Pattern, Vec<&'static str>)>,
    phrases: Option<AhoCorasick>,
    /// Tags of each phrase, in the order the automaton numbers them.
    phrase_tags: Vec<Vec<&'static str>>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut cwes: BTreeMap<u32, Vec<&'static str>> = BTreeMap::new();
    let mut rules: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    let mut phrases: BTreeMap<&'static str, Vec<&'static str>> = BTreeMap::new();
    for control in frameworks().iter().flat_map(|framework| &framework.controls) {
        let tag = control.tag.as_str();
        for cwe in &control.cwes {
            cwes.entry(*cwe).or_default().push(tag);
        }
        for rule in &control.rules {
            rules.entry(rule).or_default().push(tag);
        }
        for phrase in &control.keywords {
            phrases.entry(phrase).or_default().push(tag);
        }
    }
    let mut index = Index {
        cwes,
        exact: BTreeMap::new(),
        globs: Vec::new(),
        // Made in under a millisecond; a DFA would be quicker to run but takes several to make.
        phrases: AhoCorasick::builder()
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(phrases.keys())
            .ok(),
        phrase_tags: phrases.into_values().collect(),
    };
    for (rule, tags) in rules {
        let pattern = Pattern::new(rule);
        if pattern.is_glob() {
            index.globs.push((pattern, tags));
        } else {
            index.exact.insert(rule, tags);
        }
    }
    index
});

/// Tags of a finding, sorted.
pub(super) fn tags(finding: &Finding) -> BTreeSet<&'static str> {
    let index = &*INDEX;
    let mut tags = BTreeSet::new();
    let number = finding.cwe.as_deref().and_then(normalise_cwe);
    let number = number.and_then(|cwe| cwe.strip_prefix("CWE-")?.parse::<u32>().ok());
    if let Some(found) = number.and_then(|number| index.cwes.get(&number)) {
        tags.extend(found);
    }
    for id in std::iter::once(finding.rule_id.as_str()).chain(pattern::aliases(finding)) {
        tags.extend(index.exact.get(id).into_iter().flatten());
        let matching = index.globs.iter().filter(|(glob, _)| glob.matches(id));
        tags.extend(matching.flat_map(|(_, found)| found));
    }
    for text in [&finding.title, &finding.description] {
        index.add_phrases(text, &mut tags);
    }
    tags
}

impl Index {
    /// Tags of the phrases that stand in a text as whole words, whatever its case and wherever its lines break.
    fn add_phrases(&self, text: &str, tags: &mut BTreeSet<&'static str>) {
        let Some(phrases) = &self.phrases else { return };
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ").to_lowercase();
        let in_word = |c: char| c.is_alphanumeric() || c == '_';
        for found in phrases.find_overlapping_iter(&text) {
            let inside = text[..found.start()].ends_with(in_word)
                || text[found.end()..].starts_with(in_word);
            if !inside {
                tags.extend(self.phrase_tags.get(found.pattern().as_usize()).into_iter().flatten());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::finding;
    use super::*;
    use std::time::Instant;

    fn has(finding: &Finding, tag: &str) -> bool {
        tags(finding).contains(tag)
    }

    #[test]
    fn phrases_match_whole_words_in_title_and_description_in_any_case() {
        for (text, expected) in [
            ("Possible SQL Injection in query", true),
            ("possible sql\n  injection", true),
            ("(sql injection)", true),
            ("mysql injection", false),
            ("sql injections", false),
            ("sql_injection", false),
        ] {
            let mut one = finding("x", text, None);
            assert_eq!(has(&one, "OWASP-A03"), expected, "{text}");
            one.description = std::mem::take(&mut one.title);
            assert_eq!(has(&one, "OWASP-A03"), expected, "{text}");
        }
    }

    #[test]
    fn a_weakness_counts_however_it_is_written() {
        for cwe in ["CWE-89", "89", "CWE-89: SQL Injection"] {
            assert!(has(&finding("x", "y", Some(cwe)), "OWASP-A03"), "{cwe}");
        }
        assert!(tags(&finding("x", "y", Some("CWE-9"))).is_empty());
        assert!(tags(&finding("x", "y", Some("none"))).is_empty());
    }

    #[test]
    fn rules_match_by_id_by_glob_and_by_alias() {
        assert!(has(&finding("secrets/anything", "y", None), "OWASP-A07"));
        assert!(!has(&finding("B1067", "y", None), "OWASP-A07"));
        let mut alias = finding("own/rule", "y", None);
        alias.metadata.insert("aliases".to_owned(), serde_json::json!(["B106"]));
        assert!(has(&alias, "OWASP-A07"));
    }

    /// The aim is 2 ms in a release build; a build without optimisation gets ten times that.
    #[test]
    fn the_index_is_made_quickly() {
        let started = Instant::now();
        LazyLock::force(&INDEX);
        let one = finding("x", "y", None);
        tags(&one);
        let taken = started.elapsed();
        assert!(taken.as_millis() < 100, "{taken:?}");
    }
}
