//! Rules made ready for matching: one automaton over all keywords, and per rule a regex that is compiled when its first
//! keyword is seen. Most runs compile a handful; that is what keeps the start short.

use crate::engine::BadConfig;
use crate::engine::keywords::{Case, Keywords};
use crate::finding::RuleId;
use crate::rules::{Matching, Prose, Rule, load, measure};
use globset::{Glob, GlobBuilder, GlobSet, GlobSetBuilder};
use regex_automata::meta::Regex;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Largest compiled regex, bytes; more is a rule that would make every scan slow.
const MAX_REGEX: usize = 4 << 20;

/// Most bytes around a keyword that a pattern without a bound of its own is searched in.
pub(super) const MAX_WINDOW: usize = 16 << 10;

/// All rules of a run.
#[derive(Debug)]
pub(super) struct Pack {
    pub(super) rules: Vec<Ready>,
    /// Keywords of the rules that look at every file.
    pub(super) keywords: Keywords,
    /// Pattern of the automaton -> rules.
    pub(super) by_keyword: Vec<Vec<u32>>,
    /// Globs of the rules that look at some files only, and the rule of each glob.
    pub(super) scoped: GlobSet,
    pub(super) scoped_rules: Vec<u32>,
}

/// One rule.
#[derive(Debug)]
pub(super) struct Ready {
    pub(super) matching: Cow<'static, Matching>,
    prose: ProseOf,
    compiled: OnceLock<Option<Compiled>>,
}

#[derive(Debug)]
enum ProseOf {
    BuiltIn(usize),
    Given(Box<Prose>),
}

/// A regex with what is known of its matches.
#[derive(Debug)]
pub(super) struct Compiled {
    pub(super) regex: Regex,
    /// Group of the secret; 0 when the pattern names none.
    pub(super) secret: usize,
}

impl Ready {
    /// What people read about it.
    pub(super) fn prose(&self) -> &Prose {
        match &self.prose {
            ProseOf::BuiltIn(index) => load::secrets_prose(*index),
            ProseOf::Given(prose) => prose,
        }
    }

    /// No match reaches further from its keyword than this.
    pub(super) fn reach(&self) -> usize {
        let bound = self.matching.window.or(self.matching.longest);
        bound.unwrap_or(MAX_WINDOW).min(MAX_WINDOW)
    }

    pub(super) fn id(&self) -> RuleId {
        RuleId::new(self.matching.id.as_str())
    }

    /// The regex, compiled at the first call; `None` for rules with a matcher, or when it does not compile (user packs
    /// are checked when they are read, and a test compiles every built-in rule).
    pub(super) fn compiled(&self) -> Option<&Compiled> {
        self.compiled.get_or_init(|| compile(&self.matching).ok()).as_ref()
    }
}

/// Compiles a rule's pattern.
pub(super) fn compile(rule: &Matching) -> Result<Compiled, String> {
    let hir = measure::parse(&rule.pattern)?;
    let config = Regex::config()
        .nfa_size_limit(Some(MAX_REGEX))
        .utf8_empty(false)
        // Windows are short: the engines that pay off over long texts cost more to build than they save.
        .hybrid(false)
        .dfa(false)
        .onepass(false);
    let regex = Regex::builder()
        .configure(config)
        .build_from_hir(&hir)
        .map_err(|error| error.to_string())?;
    let secret = regex
        .group_info()
        .to_index(regex_automata::PatternID::ZERO, "secret")
        .ok_or("it has no group named secret, (?<secret>...)")?;
    if hir.properties().minimum_len() == Some(0) {
        return Err("it matches the empty text".to_owned());
    }
    Ok(Compiled { regex, secret })
}

/// Fills in what the build script fills in for the built-in rules.
fn measured(mut rule: Rule) -> Rule {
    if let Ok(measure) = measure::measure(&rule.matching.pattern) {
        rule.matching.longest = measure.longest;
        rule.matching.run = measure.run;
    }
    rule
}

impl Pack {
    /// The built-in rules and those of further packs. A further rule with the id of a built-in one replaces it.
    pub(super) fn new(further: Vec<Rule>) -> Result<Self, BadConfig> {
        let further: Vec<Rule> = further.into_iter().map(measured).collect();
        let replaced: Vec<String> = further.iter().map(|rule| rule.matching.id.clone()).collect();
        let built_in = load::secrets()
            .iter()
            .enumerate()
            .filter(|(_, matching)| !replaced.contains(&matching.id))
            .map(|(index, matching)| Ready {
                matching: Cow::Borrowed(matching),
                prose: ProseOf::BuiltIn(index),
                compiled: OnceLock::new(),
            });
        let given = further.into_iter().map(|rule| Ready {
            matching: Cow::Owned(rule.matching),
            prose: ProseOf::Given(Box::new(rule.prose)),
            compiled: OnceLock::new(),
        });
        Self::of(built_in.chain(given).collect())
    }

    /// One rule alone.
    pub(super) fn only(rule: Rule) -> Result<Self, BadConfig> {
        let rule = measured(rule);
        Self::of(vec![Ready {
            matching: Cow::Owned(rule.matching),
            prose: ProseOf::Given(Box::new(rule.prose)),
            compiled: OnceLock::new(),
        }])
    }

    fn of(rules: Vec<Ready>) -> Result<Self, BadConfig> {
        let mut by_keyword: BTreeMap<&str, Vec<u32>> = BTreeMap::new();
        let mut scoped = GlobSetBuilder::new();
        let mut scoped_rules = Vec::new();
        for (index, rule) in rules.iter().enumerate() {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            if rule.matching.files.is_empty() {
                for keyword in &rule.matching.keywords {
                    by_keyword.entry(keyword).or_default().push(index);
                }
            }
            for glob in &rule.matching.files {
                scoped.add(path_glob(glob).map_err(|error| bad(&rule.matching.id, &error))?);
                scoped_rules.push(index);
            }
        }
        let words: Vec<String> = by_keyword.keys().map(|word| (*word).to_owned()).collect();
        let keywords = Keywords::new(words, Case::Any).map_err(|error| bad("keywords", &error))?;
        let scoped = scoped.build().map_err(|error| bad("files", &error))?;
        let by_keyword = by_keyword.into_values().collect();
        Ok(Self { rules, keywords, by_keyword, scoped, scoped_rules })
    }
}

/// A glob of `files`.
pub(super) fn path_glob(glob: &str) -> Result<Glob, globset::Error> {
    GlobBuilder::new(glob).case_insensitive(true).literal_separator(true).build()
}

fn bad(what: &str, error: &dyn std::fmt::Display) -> BadConfig {
    BadConfig { message: format!("{what}: {error}") }
}
