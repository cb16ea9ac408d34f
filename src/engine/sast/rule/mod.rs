//! Rules: read from YAML, compiled for each language when first needed.

pub mod compare;
pub mod compile;
pub mod exchange;
pub mod literals;
pub mod need;
pub mod requires;
pub mod spec;
pub mod syntax;

use crate::engine::sast::matching::Options;
use crate::yaml::{self, Limits, Node, Place, Value};
use compile::Compiled;
use exchange::Exchange;
use spec::{Fault, Mode, mapping, names, sequence, text, words};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock};
use syntax::Group;

/// A rule.
#[derive(Debug)]
pub struct Rule {
    /// Its id.
    pub id: String,
    /// Names of languages as the rule writes them.
    pub languages: Vec<String>,
    /// What it tells, with `$X` for what metavariables stand for.
    pub message: String,
    /// Severity as written.
    pub severity: String,
    /// Metadata.
    pub metadata: Option<Node>,
    /// Globs of paths to look at; empty for all.
    pub include: Vec<String>,
    /// Globs of paths to leave out.
    pub exclude: Vec<String>,
    /// What replaces a match.
    pub fix: Option<String>,
    /// A regular expression, its replacement and how often, applied to a match.
    pub fix_regex: Option<(String, String, Option<i64>)>,
    /// Switches.
    pub options: Options,
    /// Lines an ellipsis of a generic pattern spans at most.
    pub generic_span: usize,
    /// What it looks for.
    pub mode: Mode,
    /// Where it stands.
    pub place: Place,
    /// What was passed over because nothing is known of it.
    pub passed_over: Vec<(Place, String)>,
    compiled: Mutex<HashMap<&'static str, Result<Arc<Compiled>, String>>>,
    exchange: OnceLock<Option<Result<Exchange, String>>>,
}

/// Reads the rules of a file. Faults of single rules leave the others whole.
pub fn read(file: &[u8]) -> (Vec<Rule>, Vec<Fault>) {
    let limits = Limits { bytes: 8 << 20, ..Limits::default() };
    let root = match yaml::to_node(file, &limits) {
        Ok(Some(root)) => root,
        Ok(None) => return (Vec::new(), Vec::new()),
        Err(error) => {
            let fault = Fault { rule: None, place: error.place, message: error.message };
            return (Vec::new(), vec![fault]);
        }
    };
    let mut faults = Vec::new();
    let mut rules = Vec::new();
    let list = mapping(&root).and_then(|pairs| {
        let rules = pairs.iter().find(|(key, _)| key.text == "rules");
        rules.map_or(Err((root.place, "no rules".to_owned())), |(_, node)| sequence(node))
    });
    match list {
        Err((place, message)) => faults.push(Fault { rule: None, place, message }),
        Ok(list) => {
            for node in list {
                match rule(node) {
                    Ok(rule) => rules.push(rule),
                    Err((place, message)) => {
                        let id = mapping(node).ok().and_then(|pairs| {
                            pairs
                                .iter()
                                .find(|(key, _)| key.text == "id")
                                .and_then(|(_, id)| text(id))
                        });
                        faults.push(Fault { rule: id.map(str::to_owned), place, message });
                    }
                }
            }
        }
    }
    (rules, faults)
}

/// Reads one rule.
pub fn rule(node: &Node) -> Result<Rule, (Place, String)> {
    let pairs = mapping(node)?;
    let get = |name: &str| pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value);
    let need = |name: &str| get(name).ok_or_else(|| (node.place, format!("{name} is missing")));
    let paths = get("paths").map(mapping).transpose()?.unwrap_or_default();
    let globs = |name: &str| -> Result<Vec<String>, (Place, String)> {
        paths
            .iter()
            .find(|(key, _)| key.text == name)
            .map_or(Ok(Vec::new()), |(_, node)| names(node))
    };
    let fix_regex = get("fix-regex")
        .map(|node| {
            let pairs = mapping(node)?;
            let get =
                |name: &str| pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value);
            let need =
                |name: &str| get(name).ok_or_else(|| (node.place, format!("{name} is missing")));
            let count = get("count").and_then(|count| match count.value {
                Value::Int(count) => Some(count),
                _ => None,
            });
            Ok::<_, (Place, String)>((words(need("regex")?)?, words(need("replacement")?)?, count))
        })
        .transpose()?;
    let mut rule = Rule {
        id: words(need("id")?)?,
        languages: names(need("languages")?)?,
        message: get("message").map(words).transpose()?.unwrap_or_default(),
        severity: get("severity").map(words).transpose()?.unwrap_or_else(|| "INFO".to_owned()),
        metadata: get("metadata").cloned(),
        include: globs("include")?,
        exclude: globs("exclude")?,
        fix: get("fix").map(words).transpose()?,
        fix_regex,
        options: Options::default(),
        generic_span: 10,
        mode: spec::mode(node)?,
        place: node.place,
        passed_over: unknown(Group::Rule, pairs),
        compiled: Mutex::default(),
        exchange: OnceLock::new(),
    };
    if let Some(options) = get("options") {
        rule.passed_over.extend(unknown(Group::Option, mapping(options)?));
        for (key, value) in mapping(options)? {
            let yes = value.value == Value::Bool(true);
            match key.text.as_str() {
                "constant_propagation" => rule.options.constant_propagation = yes,
                "taint_assume_safe_booleans" => rule.options.safe_booleans = yes,
                "taint_assume_safe_indexes" => rule.options.safe_indexes = yes,
                "taint_assume_safe_numbers" => rule.options.safe_numbers = yes,
                "symbolic_propagation" => rule.options.symbolic_propagation = yes,
                "vardef_assign" => rule.options.vardef_assign = yes,
                "commutative_boolop" | "ac_matching" => rule.options.commutative = yes,
                "implicit_ellipsis" | "implicit_deep_exprstmt" => rule.options.implicit_deep = yes,
                "arrow_is_function" => rule.options.arrow_is_function = yes,
                "generic_ellipsis_max_span" => {
                    if let Value::Int(lines) = value.value {
                        rule.generic_span = usize::try_from(lines).unwrap_or(10);
                    }
                }
                _ => {}
            }
        }
        if mapping(options)?
            .iter()
            .any(|(key, value)| key.text == "generic_engine" && text(value) == Some("aliengrep"))
        {
            rule.generic_span = crate::engine::sast::search::generic::ALIEN;
        }
    }
    Ok(rule)
}

/// Keys that nothing is known of. Those that say what to look for are judged where they are read.
fn unknown(group: Group, pairs: &[(yaml::Key, Node)]) -> Vec<(Place, String)> {
    let known = |name: &str| {
        syntax::entry(group, name).is_some() || syntax::entry(Group::Operator, name).is_some()
    };
    let pairs = pairs.iter().filter(|(key, _)| !known(&key.text));
    pairs.map(|(key, _)| (key.place, format!("{} is not known", key.text))).collect()
}

impl Rule {
    /// Whether it follows values.
    pub const fn is_taint(&self) -> bool {
        matches!(self.mode, Mode::Taint(_))
    }

    /// Its `fix-regex`, made ready at the first call; `None` when there is none that can be used.
    pub fn exchange(&self) -> Option<&Exchange> {
        self.made_exchange().and_then(|made| made.as_ref().ok())
    }

    /// Why its `fix-regex` cannot be used.
    pub fn wrong_exchange(&self) -> Option<&str> {
        self.made_exchange().and_then(|made| made.as_ref().err()).map(String::as_str)
    }

    fn made_exchange(&self) -> Option<&Result<Exchange, String>> {
        let make = || {
            let (regex, replacement, count) = self.fix_regex.as_ref()?;
            Some(Exchange::new(regex, replacement, *count))
        };
        self.exchange.get_or_init(make).as_ref()
    }

    /// The rule compiled for a language; the error says why it cannot be.
    pub fn compiled(&self, language: &'static str) -> Result<Arc<Compiled>, String> {
        let Ok(mut known) = self.compiled.lock() else {
            return Err("the rule broke down before".to_owned());
        };
        known
            .entry(language)
            .or_insert_with(|| compile::compile(self, language).map(Arc::new))
            .clone()
    }
}
