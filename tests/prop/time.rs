//! No text makes a rule slow: what is built out of a rule's own keywords and examples costs no more than its length.

use crate::invariants::scanned;
use securescan::rules::{Rule, load, template};
use std::time::{Duration, Instant};

/// Length of each text: a mebibyte of each would take minutes here and show nothing else.
const LENGTH: usize = 1 << 13;

/// Most that a text of [`LENGTH`] may take here, where this crate is not optimised and several tests share a processor.
/// Measured on two busy cores: 0.5 s at most, by hundreds of findings; 5 ms and less without a finding. Before windows
/// were joined it took up to 0.7 s to find nothing, and thrice as long for twice the length.
const MOST: Duration = Duration::from_secs(5);

/// Most that all texts of all rules may take together.
const MOST_IN_TOTAL: Duration = Duration::from_secs(200);

/// Texts that make a rule try as often as it can: keywords in a row, and the beginnings of its own examples.
fn adversaries(rule: &Rule) -> Vec<String> {
    let keywords = &rule.matching.keywords;
    let mut units = vec![keywords.concat(), keywords.join("=\"")];
    if let Some(hit) = rule.prose.examples.hit.first() {
        let hit = template::expand(hit).unwrap();
        let characters = hit.chars().count();
        units.extend([characters / 2, characters - 1].map(|n| hit.chars().take(n).collect()));
    }
    units.retain(|unit| !unit.is_empty());
    units.into_iter().map(|unit| unit.repeat(LENGTH / unit.len() + 1)).collect()
}

#[test]
fn no_rule_is_slow_on_its_own_keywords_and_prefixes() {
    let mut times: Vec<(Duration, usize, String)> = Vec::new();
    for rule in load::secrets_whole() {
        let path = rule.matching.files.first().map_or("a.py", |glob| glob);
        let path = path.replace("**/", "").replace(['*', '{', '}', '[', ']', '?'], "x");
        for text in adversaries(&rule) {
            let start = Instant::now();
            let found = scanned(&path, text.as_bytes()).len();
            times.push((start.elapsed(), found, rule.matching.id.clone()));
        }
    }
    times.sort_by(|a, b| b.cmp(a));
    let total: Duration = times.iter().map(|(time, ..)| *time).sum();
    println!("{} texts of {LENGTH} bytes in {total:?}; the slowest:", times.len());
    for (time, found, rule) in times.iter().take(5) {
        println!("  {time:?} {rule}, {found} findings");
    }
    assert!(times[0].0 < MOST && total < MOST_IN_TOTAL, "{:?}, {total:?}", times[0]);
}

/// Keywords of a rule in a row, with nothing to find, on a mebibyte: the case that was super-linear.
#[test]
fn a_mebibyte_of_beginnings_without_an_end_is_searched_once() {
    for unit in ["-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "\"auths\": {\"x\": {", "bearer "] {
        let text = unit.repeat((1 << 20) / unit.len());
        let start = Instant::now();
        assert!(scanned("config.json", text.as_bytes()).is_empty(), "{unit}");
        println!("{:?} {unit:?}", start.elapsed());
        assert!(start.elapsed() < Duration::from_secs(10), "{unit}: {:?}", start.elapsed());
    }
}
