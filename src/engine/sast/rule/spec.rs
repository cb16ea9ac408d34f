//! A rule as its file says it: no pattern is read yet.

use super::requires::Requires;
use super::syntax::{self, Group, Support};
use crate::yaml::{Node, Place, Value};

/// Where a rule file is wrong, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The rule, when it could be named.
    pub rule: Option<String>,
    /// Where in the file.
    pub place: Place,
    /// What is wrong.
    pub message: String,
}

/// What to look for.
#[derive(Debug, Clone, PartialEq)]
pub enum Spec {
    /// `pattern`.
    Pattern(String, Place),
    /// `pattern-regex`.
    Regex(String, Place),
    /// `patterns`, with what filters and narrows.
    All(Vec<Self>, Vec<Condition>, Vec<Vec<String>>),
    /// `pattern-either`.
    Any(Vec<Self>),
    /// `pattern-inside`.
    Inside(Box<Self>),
    /// `pattern-not`, `pattern-not-regex`.
    Not(Box<Self>),
    /// `pattern-not-inside`.
    NotInside(Box<Self>),
}

/// What filters matches by what a metavariable stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum Condition {
    /// `metavariable-regex`.
    Regex(String, String, Place),
    /// `metavariable-pattern`, perhaps in another language.
    Pattern(String, Option<String>, Box<Spec>),
    /// `metavariable-comparison`: the expression, the metavariable, `strip`, `base`.
    Comparison(String, Option<String>, bool, Option<i64>, Place),
    /// `metavariable-analysis`: metavariable and analyzer.
    Analysis(String, String),
    /// `metavariable-type`: metavariable and types.
    Type(String, Vec<String>),
}

/// A source, sink, sanitizer or propagator.
#[derive(Debug, Clone, PartialEq)]
pub struct TaintSpec {
    /// A sanitizer that gives way to a source or sink in the same place.
    pub not_conflicting: bool,
    /// What it looks like.
    pub spec: Spec,
    /// `by-side-effect`.
    pub by_side_effect: bool,
    /// `exact`, of sources, sanitizers and sinks.
    pub exact: Option<bool>,
    /// `label`.
    pub label: Option<String>,
    /// `requires`.
    pub requires: Option<Requires>,
    /// `from` and `to` of a propagator.
    pub from_to: Option<(String, String)>,
}

/// The taint half of a rule.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Taint {
    /// Where it comes from.
    pub sources: Vec<TaintSpec>,
    /// Where it must not go.
    pub sinks: Vec<TaintSpec>,
    /// What cleans it.
    pub sanitizers: Vec<TaintSpec>,
    /// What carries it on.
    pub propagators: Vec<TaintSpec>,
}

/// What a rule does.
#[derive(Debug, Clone, PartialEq)]
pub enum Mode {
    /// Finds what matches.
    Search(Spec),
    /// Finds flows.
    Taint(Box<Taint>),
}

type Pairs = [(crate::yaml::Key, Node)];

/// Reads what to look for out of the mapping of a rule.
pub fn mode(node: &Node) -> Result<Mode, (Place, String)> {
    let pairs = mapping(node)?;
    let get = |name: &str| pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value);
    let is_taint = get("mode").and_then(text).is_some_and(|mode| mode == "taint");
    if let Some(other) =
        get("mode").and_then(text).filter(|mode| !matches!(*mode, "taint" | "search"))
    {
        return Err((node.place, format!("mode {other} is not supported")));
    }
    if is_taint || get("pattern-sources").is_some() {
        let list = |name: &str| -> Result<Vec<TaintSpec>, (Place, String)> {
            match get(name) {
                None => Ok(Vec::new()),
                Some(node) => sequence(node)?.iter().map(taint_spec).collect(),
            }
        };
        let taint = Taint {
            sources: list("pattern-sources")?,
            sinks: list("pattern-sinks")?,
            sanitizers: list("pattern-sanitizers")?,
            propagators: list("pattern-propagators")?,
        };
        if taint.sources.is_empty() || taint.sinks.is_empty() {
            return Err((
                node.place,
                "a taint rule needs pattern-sources and pattern-sinks".to_owned(),
            ));
        }
        if taint.propagators.iter().any(|one| one.from_to.is_none()) {
            return Err((node.place, "a propagator needs from and to".to_owned()));
        }
        let all = [&taint.sources, &taint.sinks, &taint.sanitizers, &taint.propagators];
        if all.into_iter().flatten().any(|one| !says_what_is_there(&one.spec)) {
            return Err((node.place, NOTHING_THERE.to_owned()));
        }
        return Ok(Mode::Taint(Box::new(taint)));
    }
    if let Some(found) = get("match") {
        return searching(newer(found)?, node);
    }
    let (operators, _): (Vec<_>, Vec<_>) = pairs.iter().partition(|(key, _)| {
        key.text.starts_with("pattern") && OPERATORS.contains(&key.text.as_str())
    });
    match operators[..] {
        [(key, value)] => searching(operator(&key.text, value)?, node),
        [] => Err((
            node.place,
            "nothing to look for: no pattern, patterns, pattern-either or pattern-regex".to_owned(),
        )),
        [_, (key, _), ..] => {
            Err((key.place, format!("a second {} beside another operator", key.text)))
        }
    }
}

const NOTHING_THERE: &str = "it only says what must not be there; a pattern must say what must";

fn searching(spec: Spec, node: &Node) -> Result<Mode, (Place, String)> {
    if says_what_is_there(&spec) {
        return Ok(Mode::Search(spec));
    }
    Err((node.place, NOTHING_THERE.to_owned()))
}

/// Whether something must be there, and not only something must not.
fn says_what_is_there(spec: &Spec) -> bool {
    match spec {
        Spec::Pattern(..) | Spec::Regex(..) | Spec::Inside(_) => true,
        Spec::Not(_) | Spec::NotInside(_) => false,
        Spec::Any(parts) => parts.iter().all(says_what_is_there),
        Spec::All(parts, ..) => parts.iter().any(says_what_is_there),
    }
}

const OPERATORS: &[&str] = &["pattern", "patterns", "pattern-either", "pattern-regex"];

/// One operator and its operand.
fn operator(name: &str, node: &Node) -> Result<Spec, (Place, String)> {
    let inner = |node: &Node| -> Result<Box<Spec>, (Place, String)> {
        match &node.value {
            Value::Text(pattern) => Ok(Box::new(Spec::Pattern(pattern.clone(), node.place))),
            _ => Ok(Box::new(one(node)?)),
        }
    };
    Ok(match name {
        "pattern" => *inner(node)?,
        "pattern-regex" => Spec::Regex(words(node)?, node.place),
        "pattern-not-regex" => Spec::Not(Box::new(Spec::Regex(words(node)?, node.place))),
        "patterns" => all(sequence(node)?)?,
        "pattern-either" => Spec::Any(sequence(node)?.iter().map(one).collect::<Result<_, _>>()?),
        "pattern-inside" => Spec::Inside(inner(node)?),
        "pattern-not" => Spec::Not(inner(node)?),
        "pattern-not-inside" => Spec::NotInside(inner(node)?),
        other => return Err((node.place, syntax::refusal(Group::Operator, other))),
    })
}

/// A list item or mapping with one operator, or with several that all must hold.
fn one(node: &Node) -> Result<Spec, (Place, String)> {
    let pairs = mapping(node)?;
    match pairs {
        [(key, value)] if !is_condition(&key.text) => operator(&key.text, value),
        _ => all(std::slice::from_ref(node)),
    }
}

fn is_condition(name: &str) -> bool {
    name.starts_with("metavariable-") || name == "focus-metavariable"
}

fn all(items: &[Node]) -> Result<Spec, (Place, String)> {
    let (mut parts, mut conditions, mut focus) = (Vec::new(), Vec::new(), Vec::new());
    for item in items {
        for (key, value) in mapping(item)? {
            match key.text.as_str() {
                "focus-metavariable" => focus.push(names(value)?),
                name if name.starts_with("metavariable-") => {
                    conditions.push(condition(name, value)?);
                }
                name => parts.push(operator(name, value)?),
            }
        }
    }
    Ok(Spec::All(parts, conditions, focus))
}

fn condition(name: &str, node: &Node) -> Result<Condition, (Place, String)> {
    let pairs = mapping(node)?;
    let get = |name: &str| pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value);
    let need = |name: &str| get(name).ok_or_else(|| (node.place, format!("{name} is missing")));
    let meta = || need("metavariable").and_then(words);
    Ok(match name {
        "metavariable-regex" => {
            let regex = need("regex")?;
            Condition::Regex(meta()?, words(regex)?, regex.place)
        }
        "metavariable-pattern" => {
            let language = get("language").and_then(text).map(str::to_owned);
            let rest: Vec<_> = pairs
                .iter()
                .filter(|(key, _)| !matches!(key.text.as_str(), "metavariable" | "language"))
                .cloned()
                .collect();
            let rest = Node { place: node.place, value: Value::Mapping(rest) };
            Condition::Pattern(meta()?, language, Box::new(one(&rest)?))
        }
        "metavariable-comparison" => {
            let comparison = need("comparison")?;
            let strip = matches!(get("strip").map(|strip| &strip.value), Some(Value::Bool(true)));
            let base = get("base").and_then(|base| match base.value {
                Value::Int(base) => Some(base),
                _ => None,
            });
            let meta = get("metavariable").map(words).transpose()?;
            Condition::Comparison(words(comparison)?, meta, strip, base, comparison.place)
        }
        "metavariable-analysis" => Condition::Analysis(meta()?, analyzer_of(need("analyzer")?)?),
        "metavariable-type" => {
            let types = match (get("type"), get("types")) {
                (Some(one), _) => vec![words(one)?],
                (None, Some(several)) => names(several)?,
                (None, None) => return Err((node.place, "type is missing".to_owned())),
            };
            Condition::Type(meta()?, types)
        }
        other => return Err((node.place, syntax::refusal(Group::Condition, other))),
    })
}

fn taint_spec(node: &Node) -> Result<TaintSpec, (Place, String)> {
    let pairs = mapping(node)?;
    let get = |name: &str| pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value);
    let own = |key: &str| syntax::entry(Group::Taint, key);
    let is_refused = |key: &str| own(key).is_some_and(|one| one.support == Support::Refused);
    if let Some((key, _)) = pairs.iter().find(|(key, _)| is_refused(&key.text)) {
        return Err((key.place, syntax::refusal(Group::Taint, &key.text)));
    }
    let rest: Vec<_> = pairs.iter().filter(|(key, _)| own(&key.text).is_none()).cloned().collect();
    let spec = one(&Node { place: node.place, value: Value::Mapping(rest) })?;
    let by_side_effect = get("by-side-effect").is_some_and(|node| match &node.value {
        Value::Bool(yes) => *yes,
        Value::Text(word) => word == "only" || word == "true",
        _ => false,
    });
    let exact = get("exact").and_then(|node| match node.value {
        Value::Bool(yes) => Some(yes),
        _ => None,
    });
    let label = get("label").map(words).transpose()?;
    let requires =
        get("requires").map(|node| Requires::read(&words(node)?).map_err(|why| (node.place, why)));
    let requires = requires.transpose()?;
    let from_to = match (get("from"), get("to")) {
        (Some(from), Some(to)) => Some((words(from)?, words(to)?)),
        _ => None,
    };
    let not_conflicting =
        get("not_conflicting").is_some_and(|node| node.value == Value::Bool(true));
    Ok(TaintSpec { not_conflicting, spec, by_side_effect, exact, label, requires, from_to })
}

/// The newer syntax: `match: {all: [...]}`, `any`, `not`, `inside`, `regex`, `where`.
fn newer(node: &Node) -> Result<Spec, (Place, String)> {
    let pairs = match &node.value {
        Value::Text(pattern) => return Ok(Spec::Pattern(pattern.clone(), node.place)),
        Value::Mapping(pairs) => pairs,
        other => return Err((node.place, format!("expected a pattern, found {}", other.kind()))),
    };
    let (mut parts, mut conditions, mut focus) = (Vec::new(), Vec::new(), Vec::new());
    for (key, value) in pairs {
        let several = |node: &Node| -> Result<Vec<Spec>, (Place, String)> {
            sequence(node)?.iter().map(newer).collect()
        };
        match key.text.as_str() {
            "pattern" => parts.push(Spec::Pattern(words(value)?, value.place)),
            "regex" => parts.push(Spec::Regex(words(value)?, value.place)),
            "all" => parts.push(Spec::All(several(value)?, Vec::new(), Vec::new())),
            "any" => parts.push(Spec::Any(several(value)?)),
            "inside" => parts.push(Spec::Inside(Box::new(newer(value)?))),
            "not" => parts.push(match newer(value)? {
                Spec::Inside(inner) => Spec::NotInside(inner),
                other => Spec::Not(Box::new(other)),
            }),
            "where" => {
                for item in sequence(value)? {
                    newer_condition(item, &mut conditions, &mut focus)?;
                }
            }
            other => return Err((key.place, syntax::refusal(Group::Match, other))),
        }
    }
    if conditions.is_empty() && focus.is_empty() && parts.len() == 1 {
        return Ok(parts.remove(0));
    }
    Ok(Spec::All(parts, conditions, focus))
}

fn newer_condition(
    node: &Node,
    conditions: &mut Vec<Condition>,
    focus: &mut Vec<Vec<String>>,
) -> Result<(), (Place, String)> {
    let pairs = mapping(node)?;
    let get = |name: &str| pairs.iter().find(|(key, _)| key.text == name).map(|(_, value)| value);
    if let Some(node) = get("focus") {
        focus.push(names(node)?);
    } else if let Some(node) = get("comparison") {
        conditions.push(Condition::Comparison(words(node)?, None, false, None, node.place));
    } else if let Some(meta) = get("metavariable") {
        let meta = words(meta)?;
        if let Some(regex) = get("regex") {
            conditions.push(Condition::Regex(meta, words(regex)?, regex.place));
        } else if let Some(analyzer) = get("analyzer") {
            conditions.push(Condition::Analysis(meta, analyzer_of(analyzer)?));
        } else if let Some(of) = get("type") {
            conditions.push(Condition::Type(meta, names(of)?));
        } else {
            let language = get("language").and_then(text).map(str::to_owned);
            let rest = pairs
                .iter()
                .filter(|(key, _)| !matches!(key.text.as_str(), "metavariable" | "language"));
            let rest = Node { place: node.place, value: Value::Mapping(rest.cloned().collect()) };
            conditions.push(Condition::Pattern(meta, language, Box::new(newer(&rest)?)));
        }
    } else {
        return Err((node.place, "a condition that is not supported".to_owned()));
    }
    Ok(())
}

fn analyzer_of(node: &Node) -> Result<String, (Place, String)> {
    let analyzer = words(node)?;
    if matches!(analyzer.as_str(), "entropy" | "redos") {
        return Ok(analyzer);
    }
    Err((node.place, format!("analyzer {analyzer} is not supported")))
}

/// Metavariables that conditions ask about and no pattern beside them binds: such a rule finds nothing.
pub fn unbound(mode: &Mode) -> Vec<String> {
    let mut found = Vec::new();
    let specs: Vec<&Spec> = match mode {
        Mode::Search(spec) => vec![spec],
        Mode::Taint(taint) => [&taint.sources, &taint.sinks, &taint.sanitizers]
            .into_iter()
            .flatten()
            .map(|one| &one.spec)
            .collect(),
    };
    for spec in specs {
        unbound_in(spec, &mut String::new(), &mut found);
    }
    found.sort();
    found.dedup();
    found
}

/// Labels that something requires and nothing gives.
pub fn unknown_labels(mode: &Mode) -> Vec<String> {
    let Mode::Taint(taint) = mode else { return Vec::new() };
    let given: Vec<&str> = taint
        .sources
        .iter()
        .chain(&taint.propagators)
        .filter_map(|one| one.label.as_deref())
        .collect();
    let mut wanted = Vec::new();
    for one in taint.sources.iter().chain(&taint.sinks).chain(&taint.propagators) {
        one.requires.iter().for_each(|requires| requires.labels(&mut wanted));
    }
    wanted.retain(|label| !given.contains(label) && *label != "__SOURCE__");
    wanted.sort_unstable();
    wanted.dedup();
    wanted.into_iter().map(str::to_owned).collect()
}

/// Gathers the texts of a formula behind those around it, and what is asked about and stands in none of them.
fn unbound_in(spec: &Spec, texts: &mut String, found: &mut Vec<String>) {
    let before = texts.len();
    match spec {
        Spec::Pattern(text, _) | Spec::Regex(text, _) => {
            texts.push_str(text);
            texts.push(' ');
            return;
        }
        Spec::Inside(inner) => return unbound_in(inner, texts, found),
        Spec::Not(inner) | Spec::NotInside(inner) => {
            unbound_in(inner, texts, found);
            texts.truncate(before);
            return;
        }
        Spec::Any(parts) => return parts.iter().for_each(|part| unbound_in(part, texts, found)),
        Spec::All(..) => {}
    }
    let Spec::All(parts, conditions, focus) = spec else { return };
    // What is not there binds nothing; what is there may bind what another part asks about.
    let is_not = |part: &&Spec| matches!(part, Spec::Not(_) | Spec::NotInside(_));
    parts.iter().filter(|part| !is_not(part)).for_each(|part| unbound_in(part, texts, found));
    for condition in conditions {
        if let Condition::Pattern(_, _, inner) = condition {
            let texts = &mut texts.clone();
            unbound_in(inner, texts, found);
        }
    }
    let asked = conditions.iter().filter_map(|condition| match condition {
        Condition::Regex(meta, ..)
        | Condition::Pattern(meta, ..)
        | Condition::Analysis(meta, _)
        | Condition::Type(meta, _) => Some(meta),
        Condition::Comparison(..) => None,
    });
    for meta in asked.chain(focus.iter().flatten()) {
        let name = meta.trim_start_matches('$');
        let is_group =
            name.starts_with(|c: char| c.is_ascii_digit()) || texts.contains(&format!("<{name}>"));
        if !is_group && !texts.contains(meta.as_str()) {
            found.push(meta.clone());
        }
    }
}

// --- the shapes of nodes

/// The pairs of a mapping.
pub fn mapping(node: &Node) -> Result<&Pairs, (Place, String)> {
    match &node.value {
        Value::Mapping(pairs) => Ok(pairs),
        other => Err((node.place, format!("expected a mapping, found {}", other.kind()))),
    }
}

/// The items of a list.
pub fn sequence(node: &Node) -> Result<&[Node], (Place, String)> {
    match &node.value {
        Value::Sequence(items) => Ok(items),
        other => Err((node.place, format!("expected a list, found {}", other.kind()))),
    }
}

/// Text, if it is.
pub fn text(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}

/// Text; a number or truth value is taken as written.
pub fn words(node: &Node) -> Result<String, (Place, String)> {
    match &node.value {
        Value::Text(text) => Ok(text.clone()),
        Value::Int(number) => Ok(number.to_string()),
        Value::Float(number) => Ok(number.to_string()),
        Value::Bool(yes) => Ok(yes.to_string()),
        other => Err((node.place, format!("expected text, found {}", other.kind()))),
    }
}

/// A text or a list of them.
pub fn names(node: &Node) -> Result<Vec<String>, (Place, String)> {
    match &node.value {
        Value::Sequence(items) => items.iter().map(words).collect(),
        _ => Ok(vec![words(node)?]),
    }
}
