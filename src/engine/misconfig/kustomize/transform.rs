//! Changes that a kustomization makes to fields of all or of named objects: namespace, names, labels, annotations, replicas. A changed
//! value stands where the kustomization says so.

use super::super::value::{Data, Value};
use super::kustomization::listed;
use super::object::{Object, rename};
use super::{edit, fill, image};
use std::collections::{BTreeMap, BTreeSet};

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
    image::change(body, objects);
    fill::forget(body, objects);
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
                for subject in edit::items(subjects) {
                    follow(subject, &known);
                }
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
        let is_there =
            |object: &Object, path: &[&str]| object.value.at(&path[..path.len() - 1]).is_some();
        if let (true, Some(path)) = (templates, of_kind(TEMPLATES, &object.kind))
            && is_there(object, path)
        {
            add_all(&mut object.value, &[path, &["labels"]].concat(), labels);
        }
        if let (true, Some(path)) = (selectors, of_kind(SELECTORS, &object.kind))
            && is_there(object, path)
        {
            add_all(&mut object.value, path, labels);
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
