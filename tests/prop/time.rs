//! No text makes a rule slow: what is built out of a rule's own keywords and examples costs no more than its length.

use crate::invariants::scanned;
use securescan::rules::{Rule, load, template};
use std::time::{Duration, Instant};

const LENGTH: usize = 1 << 15;

/// Texts that make a rule try as often as it can: keywords in a row, and the beginnings of its own examples.
fn adversaries(rule: &Rule) -> Vec<String> {
    let mut units: Vec<String> =
        vec![rule.matching.keywords.concat(), rule.matching.keywords.join("=\"")];
    if let Some(hit) = rule.prose.examples.hit.first() {
        let hit = template::expand(hit).unwrap();
        let half = hit.floor_char_boundary(hit.len() / 2);
        let most = hit.floor_char_boundary(hit.len() - 1);
        units.extend([hit[..half].to_owned(), hit[..most].to_owned()]);
    }
    units.retain(|unit| !unit.is_empty());
    units.into_iter().map(|unit| unit.repeat(LENGTH / unit.len())).collect()
}

#[test]
fn no_rule_is_slow_on_its_own_keywords_and_prefixes() {
    let mut times: Vec<(Duration, String, usize)> = Vec::new();
    for rule in load::secrets_whole() {
        let path = rule.matching.files.first().map_or("a.py", |glob| glob);
        let path = path.replace("**/", "").replace(['*', '{', '}', '[', ']', '?'], "x");
        for (index, text) in adversaries(&rule).into_iter().enumerate() {
            let start = Instant::now();
            scanned(&path, text.as_bytes());
            times.push((start.elapsed(), rule.matching.id.clone(), index));
        }
    }
    times.sort();
    let total: Duration = times.iter().map(|(time, ..)| *time).sum();
    println!("{} texts in {total:?}", times.len());
    for (time, rule, index) in times.iter().rev().take(40) {
        println!("{time:?} {rule} {index}");
    }
}
