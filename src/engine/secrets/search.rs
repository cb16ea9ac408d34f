//! The search in one file: keywords say where to look, a rule's regex looks around the keyword only, and of several
//! rules that claim the same bytes the surest keeps them.

use super::pack::{Pack, Ready};
use super::placeholder::{self, Shape};
use super::{assign, judge, notation, validate};
use crate::finding::{Confidence, Severity};
use crate::rules::measure::is_token_byte;
use crate::rules::{Matcher, Matching, Validate};
use crate::target::{Blob, Context, Kind};
use regex_automata::Input;
use std::ops::Range;

/// Lines longer than this are machine-made; what stands next to a value there says little about it.
pub(super) const LONG_LINE: usize = 5000;

/// Scoped rules look at the whole of a file up to this size; such files are small.
const SCOPED_LIMIT: usize = 1 << 20;

/// A secret one rule found.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) rule: u32,
    /// Bytes of the secret alone.
    pub(super) secret: Range<usize>,
    pub(super) confidence: Confidence,
    pub(super) severity: Severity,
    /// Rules that claimed the same bytes and gave way.
    pub(super) also: Vec<u32>,
}

/// What a search brought.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) candidates: Vec<Candidate>,
    /// Candidates of context rules on lines that are too long.
    pub(super) on_long_lines: usize,
    /// The file held so many keywords that the search stopped early.
    pub(super) cut_short: bool,
}

/// Searches one file.
pub(super) fn search(pack: &Pack, blob: &Blob<'_>, allowed: &dyn Fn(&[u8]) -> bool) -> Found {
    let mut search = Search {
        pack,
        blob,
        allowed,
        found: Found::default(),
        regions: Vec::new(),
        // Bounds the work on a file made of keywords of many rules: all that is searched may add up to this many times
        // its size.
        budget: blob.text.len().saturating_mul(64).saturating_add(4 << 20),
    };
    for keyword in pack.keywords.for_text(blob.text.len()).find_overlapping_iter(blob.text) {
        for rule in &pack.by_keyword[keyword.pattern().as_usize()] {
            search.keyword(*rule, keyword.range());
        }
        if search.budget == 0 {
            search.found.cut_short = true;
            break;
        }
    }
    for (rule, region) in std::mem::take(&mut search.regions) {
        search.region(rule, region);
    }
    if !pack.scoped.is_empty() {
        let mut rules: Vec<u32> = pack
            .scoped
            .matches(blob.path)
            .into_iter()
            .map(|glob| pack.scoped_rules[glob])
            .collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            let whole = 0..blob.text.len().min(SCOPED_LIMIT);
            if has_run(&blob.text[whole.clone()], pack.rules[rule as usize].matching.run) {
                search.pattern(rule, whole, SCOPED_LIMIT);
            }
        }
    }
    let mut found = search.found;
    found.candidates = settle(pack, found.candidates);
    found
}

struct Search<'a> {
    pack: &'a Pack,
    blob: &'a Blob<'a>,
    allowed: &'a dyn Fn(&[u8]) -> bool,
    found: Found,
    /// Per rule that was seen: what its last keywords want searched. Windows that touch are joined, so that a keyword
    /// in a row with others costs no more than its length.
    regions: Vec<(u32, Range<usize>)>,
    budget: usize,
}

impl Search<'_> {
    fn keyword(&mut self, index: u32, keyword: Range<usize>) {
        let rule = &self.pack.rules[index as usize];
        if let Some(matcher) = rule.matching.matcher {
            let kind = self.blob.kind;
            // Lock files are hashes, and the names in them are packages'.
            if kind == Kind::Lock {
                return;
            }
            if matcher == Matcher::Url {
                self.url(index, rule, &keyword);
                return;
            }
            if let Some(value) = assign::value(self.blob.text, &keyword, kind, matcher) {
                let secret = &self.blob.text[value.clone()];
                if let Some(confidence) = judge::judge(secret, matcher, self.blob.context) {
                    self.claim(index, rule, value, confidence);
                }
            }
            return;
        }
        let reach = rule.reach();
        let start = keyword.end.saturating_sub(reach);
        let end = keyword.start.saturating_add(reach).min(self.blob.text.len());
        match self.regions.iter_mut().find(|(rule, _)| *rule == index) {
            None => self.regions.push((index, start..end)),
            Some((_, region)) if start <= region.end => region.end = region.end.max(end),
            Some((_, region)) => {
                let before = std::mem::replace(region, start..end);
                self.region(index, before);
            }
        }
    }

    fn region(&mut self, index: u32, region: Range<usize>) {
        let rule = &self.pack.rules[index as usize];
        if has_run(&self.blob.text[region.clone()], rule.matching.run) {
            self.pattern(index, region, rule.reach());
        }
    }

    fn url(&mut self, index: u32, rule: &Ready, scheme: &Range<usize>) {
        let Some(secret) = notation::url_password(self.blob.text, scheme) else {
            return;
        };
        if placeholder::reason(&self.blob.text[secret.clone()], Shape::Generic).is_none()
            && let Some(confidence) = self.in_place(&secret)
        {
            self.claim(index, rule, secret, confidence.min(Confidence::Medium));
        }
    }

    /// Runs a rule's regex over a region, in pieces of some times the length of a match: a regex may look to the end of
    /// its piece for every match.
    fn pattern(&mut self, index: u32, region: Range<usize>, reach: usize) {
        const PIECE: usize = 4;
        let rule = &self.pack.rules[index as usize];
        let Some(compiled) = rule.compiled() else { return };
        let mut slots = vec![None; compiled.regex.group_info().slot_len()];
        let mut at = region.start;
        while at < region.end && self.budget > 0 {
            let end = at.saturating_add(reach.saturating_mul(PIECE)).min(region.end);
            let input = Input::new(self.blob.text).span(at..end);
            let found = compiled.regex.search_slots(&input, &mut slots);
            let group = |n: usize| Some(slots[2 * n]?.get()..slots[2 * n + 1]?.get());
            let Some(whole) = found.and_then(|_| group(0)) else {
                self.budget = self.budget.saturating_sub(end - at);
                if end == region.end {
                    break;
                }
                // Whatever begins before that would have fitted in.
                at = (end + 1).saturating_sub(reach).max(at + 1);
                continue;
            };
            if end < region.end && whole.start > at && whole.start.saturating_add(reach) > end {
                // Perhaps cut off by the end of the piece.
                self.budget = self.budget.saturating_sub(whole.start - at);
                at = whole.start;
                continue;
            }
            let secret = group(compiled.secret).unwrap_or_else(|| whole.clone());
            self.budget = self.budget.saturating_sub(whole.end - at);
            at = whole.end.max(at + 1);
            self.pattern_match(index, rule, self.trimmed(secret));
        }
        self.found.cut_short |= self.budget == 0;
    }

    /// Without blanks and line ends around: what follows a key does not make it less of one.
    fn trimmed(&self, secret: Range<usize>) -> Range<usize> {
        let bytes = &self.blob.text[secret.clone()];
        let start = secret.start + bytes.len() - bytes.trim_ascii_start().len();
        start..start + bytes.trim_ascii().len()
    }

    fn pattern_match(&mut self, index: u32, rule: &Ready, secret: Range<usize>) {
        let matching: &Matching = &rule.matching;
        let bytes = &self.blob.text[secret.clone()];
        if bytes.is_empty() || placeholder::reason(bytes, Shape::Provider).is_some() {
            return;
        }
        if matching.entropy.is_some_and(|least| validate::entropy(bytes) < least) {
            return;
        }
        if matching.confidence < Confidence::High
            && placeholder::reason(bytes, Shape::Generic).is_some()
        {
            return;
        }
        let confidence = match matching.validate {
            Some(Validate::Crc32Base62) if validate::holds(Validate::Crc32Base62, bytes) => {
                Confidence::High
            }
            // Other lengths of the same prefix exist without a checksum; the shape still is the provider's.
            Some(Validate::Crc32Base62) => matching.confidence.min(Confidence::Medium),
            Some(check) if !validate::holds(check, bytes) => Confidence::Low,
            _ => matching.confidence,
        };
        let confidence = match matching.validate {
            None if matching.confidence < Confidence::High => {
                let Some(confidence) = self.in_place(&secret) else {
                    return;
                };
                confidence.min(matching.confidence)
            }
            Some(Validate::BasicAuth)
                if validate::basic_password(bytes).is_some_and(|p| judge::is_weak(&p)) =>
            {
                Confidence::Low
            }
            _ => confidence,
        };
        self.claim(index, rule, secret, confidence);
    }

    /// How sure a match is that only its place speaks for: names, documentation logins and common passwords stand in
    /// such places too. `None` when it is no value at all.
    fn in_place(&self, secret: &Range<usize>) -> Option<Confidence> {
        let text = self.blob.text;
        let value = &text[secret.clone()];
        let before = text[..secret.start].last().copied().unwrap_or(b' ');
        let behind = text.get(secret.end).copied().unwrap_or(b'\n');
        let is_quote = |byte: u8| matches!(byte, b'"' | b'\'' | b'`' | b'\\');
        if before == b':' && behind == b'@' {
            let user = &text[secret.start.saturating_sub(130)..secret.start - 1];
            let from = user
                .iter()
                .rposition(|b| matches!(b, b'/' | b'"' | b'\'' | b' '))
                .map_or(0, |at| at + 1);
            let host = &text[secret.end + 1..(secret.end + 200).min(text.len())];
            let to = host
                .iter()
                .position(|b| !(b.is_ascii_alphanumeric() || b"._-[]".contains(b)))
                .unwrap_or(host.len());
            let documented = judge::is_documentation_login(&user[from..], value, &host[..to]);
            let low = documented || judge::is_weak(value);
            return Some(if low { Confidence::Low } else { Confidence::High });
        }
        // `password=password` in code: a variable. `'password', 'port'`: a list of names.
        let is_word = value.iter().all(|b| b.is_ascii_alphabetic() || matches!(b, b'_' | b'.'));
        let quoted = is_quote(before);
        let listed = text[..secret.start]
            .iter()
            .rev()
            .find(|b| !is_quote(**b) && !b.is_ascii_whitespace())
            .is_some_and(|b| *b == b',');
        if (self.blob.kind == Kind::Code && !quoted && is_word) || (listed && (is_word || !quoted))
        {
            return None;
        }
        Some(if judge::is_weak(value) { Confidence::Low } else { Confidence::High })
    }

    fn claim(&mut self, index: u32, rule: &Ready, secret: Range<usize>, confidence: Confidence) {
        if (self.allowed)(&self.blob.text[secret.clone()]) {
            return;
        }
        if rule.matching.confidence < Confidence::High && self.is_on_long_line(&secret) {
            self.found.on_long_lines += 1;
            return;
        }
        let severity = severity_in(self.blob.context, &rule.matching);
        self.found.candidates.push(Candidate {
            rule: index,
            secret,
            confidence,
            severity,
            also: Vec::new(),
        });
    }

    /// Looks at most `LONG_LINE` bytes either way, so that one long line does not cost its length at every candidate.
    fn is_on_long_line(&self, secret: &Range<usize>) -> bool {
        let text = self.blob.text;
        let from = secret.start.saturating_sub(LONG_LINE);
        let to = (secret.end + LONG_LINE).min(text.len());
        let before = memchr::memrchr(b'\n', &text[from..secret.start]);
        let start = before.map_or(from, |newline| from + newline);
        let end = memchr::memchr(b'\n', &text[secret.end..to]).map_or(to, |n| secret.end + n);
        end - start > LONG_LINE
    }
}

/// Whether a text holds so many token bytes in a row. Looks at every `length`-th byte only, as a run cannot pass between
/// them unseen.
fn has_run(text: &[u8], length: usize) -> bool {
    if length < 2 {
        return true;
    }
    let mut at = length - 1;
    while let Some(byte) = text.get(at) {
        if !is_token_byte(*byte) {
            at += length;
            continue;
        }
        let before =
            text[..at].iter().rev().take(length - 1).take_while(|b| is_token_byte(**b)).count();
        let after =
            text[at..].iter().take(length - before).take_while(|b| is_token_byte(**b)).count();
        if before + after >= length {
            return true;
        }
        at += after + length - 1;
    }
    false
}

/// Tests, documents and third-party code hold made-up credentials; a real one there is worth less attention than in the
/// source, and still some.
fn severity_in(context: Context, rule: &Matching) -> Severity {
    if context == Context::Source {
        return rule.severity;
    }
    if rule.confidence < Confidence::High || rule.matcher.is_some() {
        return rule.severity.min(Severity::Low);
    }
    // Key pairs and signed tokens that were made for tests stand in nearly every network project.
    if rule.cwe == "CWE-321" || rule.validate == Some(Validate::Jwt) {
        return rule.severity.min(Severity::Low);
    }
    match rule.severity {
        Severity::Critical => Severity::High,
        Severity::High => Severity::Medium,
        severity => severity,
    }
}

/// Gives every byte to one rule: a claim that is no guess, then a shape before a name, then the surest claim, then the most severe, then the rule that says most about it.
fn settle(pack: &Pack, mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    let rank = |candidate: &Candidate| {
        let rule = &pack.rules[candidate.rule as usize].matching;
        (
            candidate.confidence == Confidence::Low,
            std::cmp::Reverse(rule.matcher.is_none()),
            std::cmp::Reverse(candidate.confidence),
            std::cmp::Reverse(rule.confidence),
            std::cmp::Reverse(candidate.severity),
            std::cmp::Reverse(candidate.secret.len()),
            candidate.secret.start,
            candidate.rule,
        )
    };
    candidates.sort_by_key(rank);
    // Kept claims by start; they do not overlap, so one look at the neighbours finds a clash.
    let mut kept: std::collections::BTreeMap<usize, Candidate> = std::collections::BTreeMap::new();
    for candidate in candidates {
        let clash = kept
            .range(..candidate.secret.end)
            .next_back()
            .filter(|(_, other)| other.secret.end > candidate.secret.start)
            .map(|(start, _)| *start);
        match clash.and_then(|start| kept.get_mut(&start)) {
            Some(winner) => {
                if winner.rule != candidate.rule && !winner.also.contains(&candidate.rule) {
                    winner.also.push(candidate.rule);
                }
            }
            None => {
                kept.insert(candidate.secret.start, candidate);
            }
        }
    }
    kept.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{load, template};

    fn example(rule: &str) -> String {
        let rules = load::secrets_whole();
        let rule = rules.into_iter().find(|one| one.matching.id == rule).unwrap();
        template::expand(&rule.prose.examples.hit[0]).unwrap()
    }

    fn found(text: &str) -> Vec<Range<usize>> {
        let pack = Pack::new(Vec::new()).unwrap();
        let blob = Blob::new("a.txt", text.as_bytes());
        let found = search(&pack, &blob, &|_| false);
        assert!(!found.cut_short);
        found.candidates.into_iter().map(|candidate| candidate.secret).collect()
    }

    #[test]
    fn blanks_behind_a_key_neither_hide_it_nor_belong_to_it() {
        let key = example("secrets/putty-private-key");
        let secrets = found(&format!("{key}{}", "\n".repeat(5000)));
        assert_eq!(secrets.len(), 1);
        assert_eq!(secrets[0].end, key.len());
    }

    #[test]
    fn many_keys_in_a_row_are_found_one_by_one_and_a_cut_off_one_in_between_hides_none() {
        let key = example("secrets/pgp-private-key");
        let cut = &key[..key.len() / 2];
        let filler = "~\n".repeat(20_000);
        assert_eq!(found(&format!("{key}\n").repeat(400)).len(), 400);
        assert_eq!(found(&format!("{key}\n{cut}\n~{filler}{key}\n")).len(), 2);
    }

    #[test]
    fn a_run_is_found_wherever_it_stands_and_only_when_it_is_long_enough() {
        for before in 0..12 {
            for length in 1..10 {
                let text = format!("{}{}!!x", "! ".repeat(before), "a".repeat(length));
                for wanted in 2..10 {
                    assert_eq!(
                        has_run(text.as_bytes(), wanted),
                        length >= wanted,
                        "{text} {wanted}"
                    );
                }
            }
        }
    }
}
