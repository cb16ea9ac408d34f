//! Code in any language, patterns and rules: any bytes are read or refused, quickly, and what is found lies in the file.

use super::{examine, file};
use securescan::engine::sast::language::{LANGUAGES, Language};
use securescan::engine::sast::pack::{Loaded, Rules};
use securescan::engine::sast::rule::compile::{Formula, is_text};
use securescan::engine::sast::scanner::Scanner;
use securescan::engine::sast::tree::{MAX_DEPTH, Tree};
use securescan::engine::sast::{flow, pattern, rule, search};
use securescan::finding::Confidence;
use std::time::Duration;

/// How long a text may be read.
const LIMIT: Duration = Duration::from_secs(5);

/// Every node lies within the one above it, in the tree and in the source, and its text can be asked for.
fn sound(tree: &Tree<'_>) {
    let len = tree.nodes().len() as u32;
    assert!(len > 0);
    for (node, id) in tree.nodes().iter().zip(0..) {
        assert!(node.start <= node.end && node.end as usize <= tree.source.len());
        assert!(node.last > id && node.last <= len);
        let above = tree.node(node.parent);
        assert!(node.parent <= id && node.last <= above.last);
        assert_eq!(tree.children(id).count(), node.count as usize);
        assert!(tree.children(id).all(|child| tree.node(child).parent == id));
        // A place may lie within a character of text that cannot be read; then there is nothing to show.
        let _ = (tree.text(id), tree.written(id));
        assert!(tree.above(id).count() <= 2 * MAX_DEPTH);
    }
}

/// A file: its first line is the path. It is lowered in each language that reads such files, and looked at by every built-in rule.
pub fn code(data: &[u8]) {
    let (path, bytes) = file(data);
    let text = String::from_utf8_lossy(bytes);
    for language in Language::of_path(&path) {
        let Some(tree) = language.grammar().parse(&text, LIMIT) else { continue };
        sound(&tree);
        let again = language.grammar().parse(&text, LIMIT).expect("what was read can be read");
        let same = |one: &Tree<'_>| one.nodes().iter().map(|node| node.kind).collect::<Vec<_>>();
        assert_eq!(same(&tree), same(&again));
    }
    let found = examine(&path, bytes);
    assert_eq!(examine(&path, bytes), found);
}

/// A pattern: the first line names its language. It is read or refused with a reason, and looked for in its own text.
pub fn code_pattern(data: &[u8]) {
    let (name, bytes) = file(data);
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let language = Language::named(&name).unwrap_or(&LANGUAGES[0]);
    let pattern = match pattern::read(text, language) {
        Ok(pattern) => pattern,
        Err(why) => return assert!(!why.is_empty()),
    };
    sound(&pattern.tree);
    let rule = format!(
        "rules: [{{id: a, languages: [{}], severity: HIGH, message: m, pattern: x}}]",
        language.name
    );
    let (rules, faults) = rule::read(rule.as_bytes());
    assert!(faults.is_empty(), "{faults:?}");
    let Some(tree) = language.grammar().parse(text, LIMIT) else { return };
    let facts = flow::facts::Facts::of(&tree);
    let search = search::Search::new(&tree, &facts, Some(language), &rules[0]);
    for found in search.find(&Formula::Pattern(Box::new(pattern)), 0) {
        assert!(found.range.start <= found.range.end && found.range.end as usize <= text.len());
    }
}

/// Any text as a file of rules: read, judged and asked, or refused with a place.
pub fn code_rules(data: &[u8]) {
    let (mut rules, faults) = rule::read(data);
    assert!(faults.iter().all(|fault| !fault.message.is_empty() && fault.place.line > 0));
    // Two rules say as much as two hundred.
    rules.truncate(2);
    for rule in &rules {
        for name in rule.languages.iter().take(3) {
            let Some(name) = Language::name_in_rule(name) else { continue };
            if let Err(why) = rule.compiled(name) {
                assert!(!why.is_empty());
            }
        }
    }
    let known = |rule: &rule::Rule| {
        let names = rule.languages.iter().filter_map(|name| Language::name_in_rule(name));
        names.take(1).any(|name| is_text(name) || rule.compiled(name).is_ok())
    };
    rules.retain(known);
    let text = "a = f(b, c=\"d\")\nif a:\n    g(a.b[0])\n";
    let own = rules.into_iter().map(|rule| Loaded::own(rule, "rules.yml:1".to_owned())).collect();
    let scanner = Scanner::new(Rules::only(own), Confidence::Low, LIMIT);
    let look = || {
        let mut found = Vec::new();
        scanner.look("a.py", text, &mut |one, hit| {
            let range = hit.found.range.clone();
            assert!(range.start <= range.end && range.end as usize <= text.len());
            found.push((one.rule.id.clone(), range));
        });
        found
    };
    assert_eq!(look(), look());
}
