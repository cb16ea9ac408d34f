//! Strategic merge patches: maps are merged, `null` deletes, `$patch` deletes or replaces, and lists of built-in kinds are merged by the
//! field that tells their items apart. <https://kubernetes.io/docs/reference/using-api/api-concepts/#patch-and-apply>

use super::super::value::{Data, Entry, Value};
use super::edit::{self, Budget};
use std::collections::BTreeMap;

/// Lists of pods, containers and other objects whose items are told apart by a field; all others are replaced as a whole.
/// From `x-kubernetes-patch-merge-key` in the description of the API.
const KEYS: &[(&str, &str)] = &[
    ("conditions", "type"),
    ("containers", "name"),
    ("env", "name"),
    ("ephemeralContainers", "name"),
    ("hostAliases", "ip"),
    ("imagePullSecrets", "name"),
    ("initContainers", "name"),
    ("ownerReferences", "uid"),
    ("resourceClaims", "name"),
    ("schedulingGates", "name"),
    ("secrets", "name"),
    ("topologySpreadConstraints", "topologyKey"),
    ("volumeDevices", "devicePath"),
    ("volumeMounts", "mountPath"),
    ("volumes", "name"),
    ("webhooks", "name"),
];

/// Kinds whose lists are known.
const BUILT_IN: &[&str] = &[
    "CronJob",
    "DaemonSet",
    "Deployment",
    "Ingress",
    "Job",
    "MutatingWebhookConfiguration",
    "Pod",
    "PodTemplate",
    "ReplicaSet",
    "ReplicationController",
    "Service",
    "ServiceAccount",
    "StatefulSet",
    "ValidatingWebhookConfiguration",
];

/// What a patch makes of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is there still.
    Kept,
    /// It is gone.
    Deleted,
}

/// Where in an object a value is: what its lists are told apart by depends on it.
#[derive(Debug, Clone, Copy)]
struct Inside<'a> {
    kind: &'a str,
    is_built_in: bool,
    in_container: bool,
}

impl Inside<'_> {
    fn key_of(self, list: &str) -> Option<&'static str> {
        if !self.is_built_in {
            return None;
        }
        match list {
            "ports" if self.in_container => Some("containerPort"),
            "ports" if self.kind == "Service" => Some("port"),
            "imagePullSecrets" if self.kind == "ServiceAccount" => None,
            list => KEYS.iter().find(|(name, _)| *name == list).map(|(_, key)| *key),
        }
    }
}

/// Applies a patch to an object of a kind.
pub fn apply(
    target: &mut Value,
    patch: &Value,
    (group, kind): (&str, &str),
    budget: &mut Budget,
) -> Outcome {
    if !budget.spend(edit::weight(patch)) {
        return Outcome::Kept;
    }
    let known = group.is_empty() || group.ends_with(".k8s.io") || !group.contains('.');
    let is_built_in = known && BUILT_IN.contains(&kind);
    merged(target, patch, Inside { kind, is_built_in, in_container: false }, budget)
}

/// What `$patch` says in a map.
fn directive(patch: &Value) -> Option<&str> {
    patch.get("$patch").and_then(Value::text)
}

fn merged(target: &mut Value, patch: &Value, inside: Inside<'_>, budget: &mut Budget) -> Outcome {
    match directive(patch) {
        Some("delete") => return Outcome::Deleted,
        Some("replace") => {
            *target = cleaned(patch);
            return Outcome::Kept;
        }
        _ => {}
    }
    let (Data::Map(entries), Data::Map(changes)) = (&mut target.data, &patch.data) else {
        *target = cleaned(patch);
        return Outcome::Kept;
    };
    if !budget.spend(entries.len()) {
        return Outcome::Kept;
    }
    let mut places: BTreeMap<String, usize> =
        entries.iter().enumerate().map(|(at, entry)| (entry.key.clone(), at)).collect();
    let mut gone = Vec::new();
    for change in changes.iter().filter(|change| !change.key.starts_with('$')) {
        let Some(at) = places.get(&change.key).copied() else {
            if !change.value.is_null() && directive(&change.value) != Some("delete") {
                places.insert(change.key.clone(), entries.len());
                entries.push(Entry { value: cleaned(&change.value), ..change.clone() });
            }
            continue;
        };
        let old = &mut entries[at].value;
        let outcome = match (&change.value.data, &old.data) {
            (Data::Null, _) => Outcome::Deleted,
            (Data::Map(_), Data::Map(_)) => merged(old, &change.value, inside, budget),
            (Data::List(_), Data::List(_)) => {
                list(old, &change.value, &change.key, inside, budget);
                Outcome::Kept
            }
            _ if directive(&change.value) == Some("delete") => Outcome::Deleted,
            _ => {
                *old = cleaned(&change.value);
                Outcome::Kept
            }
        };
        if outcome == Outcome::Deleted {
            gone.push(change.key.as_str());
        }
    }
    if !gone.is_empty() {
        gone.sort_unstable();
        entries.retain(|entry| gone.binary_search(&entry.key.as_str()).is_err());
    }
    Outcome::Kept
}

fn list(target: &mut Value, patch: &Value, name: &str, inside: Inside<'_>, budget: &mut Budget) {
    let changes = patch.items();
    let is_marker = |item: &Value| directive(item) == Some("replace") && item.entries().len() == 1;
    let key = inside.key_of(name).filter(|_| !changes.iter().any(is_marker));
    let (Some(key), Data::List(items)) = (key, &mut target.data) else {
        *target = cleaned(patch);
        return;
    };
    if !budget.spend(items.len()) {
        return;
    }
    let inside = Inside { in_container: name.ends_with("ontainers"), ..inside };
    let identity = |item: &Value| {
        let written = item.get(key)?.written()?;
        // Ports of two protocols may have one number.
        let protocol = item.get("protocol").and_then(Value::text).filter(|_| name == "ports");
        Some(format!("{written}/{}", protocol.unwrap_or("TCP")))
    };
    let mut places = BTreeMap::new();
    for (at, item) in items.iter().enumerate() {
        if let Some(identity) = identity(item) {
            places.entry(identity).or_insert(at);
        }
    }
    let mut old: Vec<Option<Value>> = std::mem::take(items).into_iter().map(Some).collect();
    // What a patch names stands before what it does not.
    for change in changes {
        let at = identity(change).and_then(|identity| places.get(&identity).copied());
        match at.and_then(|at| old[at].take()) {
            Some(mut item) => {
                if merged(&mut item, change, inside, budget) == Outcome::Kept {
                    items.push(item);
                }
            }
            None if directive(change) == Some("delete") => {}
            None => items.push(cleaned(change)),
        }
    }
    items.extend(old.into_iter().flatten());
}

/// What a patch says, without what it says about itself.
fn cleaned(patch: &Value) -> Value {
    let data = match &patch.data {
        Data::List(items) => {
            let is_said = |item: &&Value| directive(item).is_none() || item.entries().len() > 1;
            Data::List(items.iter().filter(is_said).map(cleaned).collect())
        }
        Data::Map(entries) => {
            let said = entries.iter().filter(|entry| {
                !entry.key.starts_with('$')
                    && !entry.value.is_null()
                    && directive(&entry.value) != Some("delete")
            });
            Data::Map(
                said.map(|entry| Entry { value: cleaned(&entry.value), ..entry.clone() }).collect(),
            )
        }
        data => data.clone(),
    };
    Value::new(patch.range.clone(), data)
}
