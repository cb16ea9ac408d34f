//! An object on its way through kustomizations: who it is, who it was, and which selectors and patches mean it.

use super::super::value::Value;
use super::edit;
use regex::Regex;

/// Largest compiled expression of a selector, bytes.
const MAX_REGEX: usize = 1 << 18;

/// An object of a manifest.
#[derive(Debug, Clone)]
pub struct Object {
    /// All of it.
    pub value: Value,
    /// Its group, empty for the oldest.
    pub group: String,
    /// Its version.
    pub version: String,
    /// Its kind.
    pub kind: String,
    /// Names and namespaces it had, the first of its file first; the last are those it has.
    pub names: Vec<(String, String)>,
}

impl Object {
    /// An object; none when the value does not say what it is.
    pub fn new(value: Value) -> Option<Self> {
        let text = |key: &str| value.get(key).and_then(Value::text);
        let (version, kind) = (text("apiVersion")?, text("kind")?.to_owned());
        let (group, version) = version.rsplit_once('/').unwrap_or(("", version));
        let (group, version) = (group.to_owned(), version.to_owned());
        let names = vec![names(&value)];
        Some(Self { value, group, version, kind, names })
    }

    /// The name it has.
    pub fn name(&self) -> &str {
        self.names.last().map_or("", |(name, _)| name)
    }

    /// The name it has in its file.
    pub fn first_name(&self) -> &str {
        self.names.first().map_or("", |(name, _)| name)
    }

    /// Notes what it is, and is called, after a change.
    pub fn renamed(&mut self) {
        let text = |key: &str| self.value.get(key).and_then(Value::text);
        if let (Some(version), Some(kind)) = (text("apiVersion"), text("kind"))
            && kind != self.kind
        {
            let (group, version) = version.rsplit_once('/').unwrap_or(("", version));
            let (group, version, kind) = (group.to_owned(), version.to_owned(), kind.to_owned());
            (self.group, self.version, self.kind) = (group, version, kind);
        }
        let names = names(&self.value);
        if self.names.last() != Some(&names) {
            self.names.push(names);
        }
    }

    /// Whether an object of this group, kind, name and namespace is this one, or was.
    pub fn is(&self, group: &str, kind: &str, name: &str, namespace: Option<&str>) -> bool {
        let is_named = |(own, place): &(String, String)| {
            own == name && namespace.is_none_or(|namespace| usual(place) == usual(namespace))
        };
        self.kind == kind && self.group == group && self.names.iter().any(is_named)
    }
}

fn usual(namespace: &str) -> &str {
    if namespace.is_empty() { "default" } else { namespace }
}

fn names(value: &Value) -> (String, String) {
    let text = |key: &str| value.at(&["metadata", key]).and_then(Value::written);
    (text("name").unwrap_or_default(), text("namespace").unwrap_or_default())
}

/// What chooses objects.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    group: Option<Regex>,
    version: Option<Regex>,
    kind: Option<Regex>,
    name: Option<Regex>,
    namespace: Option<Regex>,
    labels: Vec<Term>,
    annotations: Vec<Term>,
}

/// One condition on labels.
#[derive(Debug, Clone)]
struct Term {
    key: String,
    /// Values it may have; none means any.
    values: Option<Vec<String>>,
    is_wanted: bool,
}

impl Selector {
    /// A selector as it is written; an error says what of it is not understood.
    pub fn new(target: &Value) -> Result<Self, String> {
        let regex = |key: &str| -> Result<Option<Regex>, String> {
            let Some(text) = target.get(key).and_then(Value::written) else { return Ok(None) };
            if text.is_empty() {
                return Ok(None);
            }
            let whole = format!("^(?:{text})$");
            let built = regex::RegexBuilder::new(&whole).size_limit(MAX_REGEX).build();
            built.map(Some).map_err(|_| format!("the {key} of a target is no regular expression"))
        };
        let terms = |key: &str| {
            let text = target.get(key).and_then(Value::text).unwrap_or_default();
            terms(text).ok_or_else(|| format!("the {key} of a target is not understood"))
        };
        Ok(Self {
            group: regex("group")?,
            version: regex("version")?,
            kind: regex("kind")?,
            name: regex("name")?,
            namespace: regex("namespace")?,
            labels: terms("labelSelector")?,
            annotations: terms("annotationSelector")?,
        })
    }

    /// Whether it means an object, by any of its names.
    pub fn means(&self, object: &Object) -> bool {
        let fits = |regex: &Option<Regex>, text: &str| {
            regex.as_ref().is_none_or(|regex| regex.is_match(text))
        };
        fits(&self.group, &object.group)
            && fits(&self.version, &object.version)
            && fits(&self.kind, &object.kind)
            && object.names.iter().any(|(name, namespace)| {
                fits(&self.name, name) && fits(&self.namespace, usual(namespace))
            })
            && hold(&self.labels, object.value.at(&["metadata", "labels"]))
            && hold(&self.annotations, object.value.at(&["metadata", "annotations"]))
    }
}

fn hold(terms: &[Term], labels: Option<&Value>) -> bool {
    terms.iter().all(|term| {
        let value = labels.and_then(|labels| labels.get(&term.key)).and_then(Value::written);
        let is_there = value
            .is_some_and(|value| term.values.as_ref().is_none_or(|values| values.contains(&value)));
        is_there == term.is_wanted
    })
}

/// Conditions on labels: `a=b`, `a!=b`, `a`, `!a`, `a in (b, c)`, `a notin (b)`, with commas between them.
fn terms(text: &str) -> Option<Vec<Term>> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let in_brackets = rest.find('(').is_some_and(|at| !rest[..at].contains(','));
        let end =
            if in_brackets { rest.find(')')? + 1 } else { rest.find(',').unwrap_or(rest.len()) };
        found.push(term(rest[..end].trim())?);
        rest = rest[end..].trim_start();
        rest = rest.strip_prefix(',').unwrap_or(rest).trim_start();
    }
    Some(found)
}

fn term(text: &str) -> Option<Term> {
    let one = |key: &str, values: Option<Vec<String>>, is_wanted| {
        let key = key.trim().to_owned();
        let is_key = !key.is_empty() && !key.contains(char::is_whitespace);
        is_key.then_some(Term { key, values, is_wanted })
    };
    if let Some((before, list)) = text.split_once('(') {
        let list = list.strip_suffix(')')?.split(',');
        let values = Some(list.map(|value| value.trim().to_owned()).collect());
        let (key, word) = before.trim_end().rsplit_once(char::is_whitespace)?;
        return match word {
            "in" => one(key, values, true),
            "notin" => one(key, values, false),
            _ => None,
        };
    }
    if let Some((key, value)) = text.split_once("!=") {
        return one(key, Some(vec![value.trim().to_owned()]), false);
    }
    if let Some((key, value)) = text.split_once('=') {
        let value = value.trim_start_matches('=').trim().to_owned();
        return one(key, Some(vec![value]), true);
    }
    match text.strip_prefix('!') {
        Some(key) => one(key, None, false),
        None => one(text, None, true),
    }
}

/// Lists in lists are opened this deep.
const MAX_LISTS: usize = 4;

/// Objects of a document: itself, or those of a list.
pub fn objects(document: &Value) -> Vec<Object> {
    let mut found = Vec::new();
    gather(document, 0, &mut found);
    found
}

fn gather(document: &Value, depth: usize, found: &mut Vec<Object>) {
    let kind = document.get("kind").and_then(Value::text).unwrap_or_default();
    match document.get("items") {
        Some(items) if kind.ends_with("List") && depth < MAX_LISTS => {
            items.items().iter().for_each(|item| gather(item, depth + 1, found));
        }
        _ => found.extend(Object::new(document.clone())),
    }
}

/// Sets the name of an object.
pub fn rename(object: &mut Object, name: Value) {
    edit::put_at(&mut object.value, &["metadata", "name"], name);
    object.renamed();
}
