//! Changes that a kustomization makes to fields of all or of named objects: namespace, names, labels, annotations, replicas, images, and
//! fields that it fills in with what is not known here. A changed value stands where the kustomization says so.

use super::super::value::{Data, Value};
use super::edit;
use super::kustomization::listed;
use super::object::{Object, Selector, rename};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Kinds that belong to no namespace.
const CLUSTER_WIDE: &[&str] = &[
    "APIService",
    "CSIDriver",
    "CertificateSigningRequest",
    "ClusterRole",
    "ClusterRoleBinding",
    "CustomResourceDefinition",
    "IngressClass",
    "MutatingWebhookConfiguration",
    "Namespace",
    "Node",
    "PersistentVolume",
    "PodSecurityPolicy",
    "PriorityClass",
    "RuntimeClass",
    "StorageClass",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
];

/// Kinds whose names stay.
const NAMED_FOR_GOOD: &[&str] = &["APIService", "CustomResourceDefinition", "Namespace"];

/// Where labels of pods, and what chooses pods by them, stand.
const TEMPLATES: &[(&str, &[&str])] = &[
    ("CronJob", &["spec", "jobTemplate", "spec", "template", "metadata"]),
    ("DaemonSet", &["spec", "template", "metadata"]),
    ("Deployment", &["spec", "template", "metadata"]),
    ("Job", &["spec", "template", "metadata"]),
    ("ReplicaSet", &["spec", "template", "metadata"]),
    ("ReplicationController", &["spec", "template", "metadata"]),
    ("StatefulSet", &["spec", "template", "metadata"]),
];
const SELECTORS: &[(&str, &[&str])] = &[
    ("DaemonSet", &["spec", "selector", "matchLabels"]),
    ("Deployment", &["spec", "selector", "matchLabels"]),
    ("ReplicaSet", &["spec", "selector", "matchLabels"]),
    ("ReplicationController", &["spec", "selector"]),
    ("Service", &["spec", "selector"]),
    ("StatefulSet", &["spec", "selector", "matchLabels"]),
];

/// What changes fields, in both halves.
const FIELDS: &[&str] = &[
    "namespace",
    "namePrefix",
    "nameSuffix",
    "commonLabels",
    "labels",
    "commonAnnotations",
    "replicas",
    "images",
    "replacements",
    "vars",
];

/// Whether a kustomization changes fields.
pub fn concerns(body: &Value) -> bool {
    FIELDS.iter().any(|field| body.get(field).is_some())
}

/// What comes before late patches: namespace, names, labels, annotations.
pub fn early(body: &Value, objects: &mut [Object]) {
    if let Some(namespace) = body.get("namespace").filter(|value| value.text().is_some()) {
        in_namespace(namespace, objects);
    }
    let affix = |key: &str| body.get(key).and_then(Value::written).unwrap_or_default();
    let (prefix, suffix) = (affix("namePrefix"), affix("nameSuffix"));
    if !prefix.is_empty() || !suffix.is_empty() {
        renamed(&prefix, &suffix, objects);
    }
    if let Some(labels) = body.get("commonLabels") {
        labelled(labels, (true, true), objects);
    }
    for item in listed(body, "labels") {
        let says = |key: &str| item.get(key).and_then(Value::truth).unwrap_or_default();
        if let Some(pairs) = item.get("pairs") {
            let selectors = says("includeSelectors");
            labelled(pairs, (selectors || says("includeTemplates"), selectors), objects);
        }
    }
    if let Some(notes) = body.get("commonAnnotations") {
        for object in objects {
            add_all(&mut object.value, &["metadata", "annotations"], notes);
            if let Some(template) = of_kind(TEMPLATES, &object.kind) {
                let path = [template, &["annotations"]].concat();
                if object.value.at(&template[..template.len() - 1]).is_some() {
                    add_all(&mut object.value, &path, notes);
                }
            }
        }
    }
}

/// What comes behind late patches: replicas, images, and what is filled in.
pub fn late(body: &Value, objects: &mut [Object]) {
    for item in listed(body, "replicas") {
        let (Some(name), Some(count)) =
            (item.get("name").and_then(Value::written), item.get("count"))
        else {
            continue;
        };
        for object in objects.iter_mut() {
            let scales = matches!(
                object.kind.as_str(),
                "Deployment" | "ReplicaSet" | "ReplicationController" | "StatefulSet"
            );
            if scales && object.names.iter().any(|(own, _)| *own == name) {
                edit::put_at(&mut object.value, &["spec", "replicas"], count.clone());
            }
        }
    }
    let images: BTreeMap<String, &Value> = listed(body, "images")
        .filter_map(|item| Some((item.get("name").and_then(Value::written)?, item)))
        .collect();
    if !images.is_empty() {
        objects.iter_mut().for_each(|object| imaged(&mut object.value, &images));
    }
    for item in listed(body, "replacements") {
        replaced(item, objects);
    }
    let names = listed(body, "vars").filter_map(|item| item.get("name").and_then(Value::written));
    let names: BTreeSet<String> = names.collect();
    if !names.is_empty() {
        objects.iter_mut().for_each(|object| filled(&mut object.value, &names));
    }
}

fn of_kind(
    table: &[(&str, &'static [&'static str])],
    kind: &str,
) -> Option<&'static [&'static str]> {
    table.iter().find(|(known, _)| *known == kind).map(|(_, path)| *path)
}

fn in_namespace(namespace: &Value, objects: &mut [Object]) {
    let accounts = objects.iter().filter(|object| object.kind == "ServiceAccount");
    let mut accounts: BTreeSet<String> = accounts.map(|one| one.name().to_owned()).collect();
    accounts.insert("default".to_owned());
    for object in objects {
        if object.kind == "Namespace" {
            rename(object, namespace.clone());
        } else if !CLUSTER_WIDE.contains(&object.kind.as_str()) {
            edit::put_at(&mut object.value, &["metadata", "namespace"], namespace.clone());
            object.renamed();
        }
        if object.kind.ends_with("RoleBinding")
            && let Some(subjects) = edit::child(&mut object.value, "subjects")
        {
            for subject in edit::items(subjects) {
                let name = subject.get("name").and_then(Value::text);
                if subject.get("kind").and_then(Value::text) == Some("ServiceAccount")
                    && name.is_some_and(|name| accounts.contains(name))
                {
                    edit::put(subject, "namespace", namespace.clone());
                }
            }
        }
    }
}

fn renamed(prefix: &str, suffix: &str, objects: &mut [Object]) {
    let mut known: BTreeMap<(String, String), String> = BTreeMap::new();
    for object in objects.iter_mut() {
        if NAMED_FOR_GOOD.contains(&object.kind.as_str()) {
            continue;
        }
        let Some(name) = object.value.at(&["metadata", "name"]) else { continue };
        let Some(old) = name.written() else { continue };
        let new = format!("{prefix}{old}{suffix}");
        if new.len() > 1 << 12 {
            continue;
        }
        known.insert((object.kind.clone(), old), new.clone());
        let value = Value::new(name.range.clone(), Data::Text(new));
        rename(object, value);
    }
    for object in objects {
        let value = &mut object.value;
        if object.kind.ends_with("RoleBinding") {
            if let Some(reference) = edit::child(value, "roleRef") {
                follow(reference, &known);
            }
            if let Some(subjects) = edit::child(value, "subjects") {
                edit::items(subjects).iter_mut().for_each(|subject| follow(subject, &known));
            }
        }
        let Some(template) = of_kind(TEMPLATES, &object.kind) else { continue };
        let spec = [&template[..template.len() - 1], &["spec"]].concat();
        for key in ["serviceAccountName", "serviceAccount"] {
            let account = edit::inner(value, &spec).and_then(|spec| edit::child(spec, key));
            if let Some(account) = account
                && let Some(name) = account.written()
                && let Some(new) = known.get(&("ServiceAccount".to_owned(), name))
            {
                account.data = Data::Text(new.clone());
            }
        }
    }
}

/// Gives what refers to an object by kind and name the name it has now.
fn follow(reference: &mut Value, known: &BTreeMap<(String, String), String>) {
    let text = |key: &str| reference.get(key).and_then(Value::written);
    let (Some(kind), Some(name)) = (text("kind"), text("name")) else { return };
    if let (Some(new), Some(name)) = (known.get(&(kind, name)), edit::child(reference, "name")) {
        name.data = Data::Text(new.clone());
    }
}

fn labelled(labels: &Value, (templates, selectors): (bool, bool), objects: &mut [Object]) {
    for object in objects {
        add_all(&mut object.value, &["metadata", "labels"], labels);
        if let (true, Some(path)) = (templates, of_kind(TEMPLATES, &object.kind)) {
            if object.value.at(&path[..path.len() - 1]).is_some() {
                add_all(&mut object.value, &[path, &["labels"]].concat(), labels);
            }
        }
        if let (true, Some(path)) = (selectors, of_kind(SELECTORS, &object.kind)) {
            if object.value.at(&path[..path.len() - 1]).is_some() {
                add_all(&mut object.value, path, labels);
            }
        }
    }
}

fn add_all(value: &mut Value, path: &[&str], pairs: &Value) {
    if pairs.entries().is_empty() {
        return;
    }
    if let Some(map) = edit::made(value, path, &pairs.range) {
        for entry in pairs.entries() {
            edit::put(map, &entry.key, entry.value.clone());
        }
    }
}

/// Lists whose items have images.
const WITH_IMAGES: &[&str] = &["containers", "initContainers", "ephemeralContainers"];

fn imaged(value: &mut Value, images: &BTreeMap<String, &Value>) {
    match &mut value.data {
        Data::List(items) => items.iter_mut().for_each(|item| imaged(item, images)),
        Data::Map(entries) => {
            for entry in entries {
                if WITH_IMAGES.contains(&entry.key.as_str()) {
                    for container in edit::items(&mut entry.value) {
                        if let Some(image) = edit::child(container, "image") {
                            image_changed(image, images);
                        }
                    }
                }
                imaged(&mut entry.value, images);
            }
        }
        _ => {}
    }
}

/// Name, tag and digest of an image.
fn parts(image: &str) -> (&str, Option<&str>, Option<&str>) {
    let (rest, digest) = match image.split_once('@') {
        Some((rest, digest)) => (rest, Some(digest)),
        None => (image, None),
    };
    match rest.rsplit_once(':') {
        Some((name, tag)) if !tag.contains('/') => (name, Some(tag), digest),
        _ => (rest, None, digest),
    }
}

fn image_changed(image: &mut Value, images: &BTreeMap<String, &Value>) {
    let Some(old) = image.text() else { return };
    let (name, mut tag, mut digest) = parts(old);
    let Some(change) = images.get(name) else { return };
    let said = |key: &str| {
        let value = change.get(key)?;
        value.written().filter(|text| !text.is_empty()).map(|text| (text, value.range.clone()))
    };
    let (new_name, new_tag, new_digest) = (said("newName"), said("newTag"), said("digest"));
    let suffix = said("tagSuffix");
    let mut place: Option<Range<usize>> = None;
    let mut name = name;
    if let Some((new, range)) = &new_name {
        (name, place) = (new, Some(range.clone()));
    }
    if let Some((new, range)) = &new_tag {
        (tag, digest, place) = (Some(new.as_str()), None, Some(range.clone()));
    }
    if let Some((new, range)) = &new_digest {
        tag = tag.filter(|_| new_tag.is_some());
        (digest, place) = (Some(new.as_str()), Some(range.clone()));
    }
    let Some(range) = place.or_else(|| suffix.as_ref().map(|(_, range)| range.clone())) else {
        return;
    };
    let mut new = name.to_owned();
    if let Some(tag) = tag {
        new.push(':');
        new.push_str(tag);
        new.push_str(suffix.as_ref().map_or("", |(suffix, _)| suffix));
    }
    if let Some(digest) = digest {
        new.push('@');
        new.push_str(digest);
    }
    *image = Value::new(range, Data::Text(new));
}

/// Makes fields unknown that a replacement fills in.
fn replaced(replacement: &Value, objects: &mut [Object]) {
    for target in listed(replacement, "targets") {
        let selector = target.get("select").map(Selector::new);
        let Some(Ok(selector)) = selector else { continue };
        let rejects: Vec<Selector> =
            listed(target, "reject").filter_map(|one| Selector::new(one).ok()).collect();
        let paths: Vec<Vec<String>> =
            listed(target, "fieldPaths").filter_map(Value::text).map(steps).collect();
        let chosen = objects.iter_mut().filter(|object| {
            selector.means(object) && !rejects.iter().any(|reject| reject.means(object))
        });
        for object in chosen {
            for path in &paths {
                forget(&mut object.value, path);
            }
        }
    }
}

/// Steps of a path with dots between them; one in brackets may have dots in it, and so may one with `\` before them.
fn steps(path: &str) -> Vec<String> {
    let mut steps = vec![String::new()];
    let (mut in_brackets, mut is_escaped) = (false, false);
    for letter in path.chars() {
        let last = steps.len() - 1;
        match letter {
            '\\' if !is_escaped => {
                is_escaped = true;
                continue;
            }
            '.' if !in_brackets && !is_escaped => steps.push(String::new()),
            '[' => {
                in_brackets = true;
                steps[last].push(letter);
            }
            ']' => {
                in_brackets = false;
                steps[last].push(letter);
            }
            letter => steps[last].push(letter),
        }
        is_escaped = false;
    }
    steps
}

fn forget(value: &mut Value, path: &[String]) {
    let Some((step, rest)) = path.split_first() else {
        value.data = Data::Unknown(None);
        return;
    };
    let condition = step.strip_prefix('[').and_then(|step| step.strip_suffix(']'));
    match &mut value.data {
        Data::List(items) => {
            let wanted = condition.and_then(|condition| condition.split_once('='));
            for (at, item) in items.iter_mut().enumerate() {
                let is_meant = match wanted {
                    Some((key, wanted)) => {
                        item.get(key).and_then(Value::written).as_deref() == Some(wanted)
                    }
                    None => step == "*" || *step == at.to_string(),
                };
                if is_meant {
                    forget(item, rest);
                }
            }
        }
        Data::Map(_) => {
            if let Some(inner) = edit::child(value, condition.unwrap_or(step)) {
                forget(inner, rest);
            }
        }
        _ => {}
    }
}

/// Makes texts unknown that name a variable.
fn filled(value: &mut Value, names: &BTreeSet<String>) {
    match &mut value.data {
        Data::Text(text) => {
            let named = text.split("$(").skip(1).filter_map(|rest| rest.split_once(')'));
            if named.into_iter().any(|(name, _)| names.contains(name)) {
                value.data = Data::Unknown(None);
            }
        }
        Data::List(items) => items.iter_mut().for_each(|item| filled(item, names)),
        Data::Map(entries) => {
            entries.iter_mut().for_each(|entry| filled(&mut entry.value, names));
        }
        _ => {}
    }
}
