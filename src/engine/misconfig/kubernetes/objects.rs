//! Objects of manifests as resources: a workload and each of its containers, and every other object of the built-in kinds by its kind.
//! Objects of other kinds are what programs of a cluster make of them, and are passed over.

use super::super::resource::{Format, Resource, Scope};
use super::super::value::{Data, Entry, Value};
use super::flags;
use super::security::Surroundings;
use std::ops::Range;

/// Lists in lists are looked into this deep.
const MAX_DEPTH: usize = 4;

/// Containers of one pod that are looked at.
const MAX_CONTAINERS: usize = 1000;

/// Longest name in an address, characters.
const MAX_NAME: usize = 253;

/// Workloads: kind, groups, path to the pod template.
const WORKLOADS: &[(&str, &[&str], &[&str])] = &[
    ("Pod", &[""], &[]),
    ("PodTemplate", &[""], &["template"]),
    ("ReplicationController", &[""], &["spec", "template"]),
    ("Deployment", &["apps", "extensions"], &["spec", "template"]),
    ("StatefulSet", &["apps"], &["spec", "template"]),
    ("DaemonSet", &["apps", "extensions"], &["spec", "template"]),
    ("ReplicaSet", &["apps", "extensions"], &["spec", "template"]),
    ("Job", &["batch"], &["spec", "template"]),
    ("CronJob", &["batch"], &["spec", "jobTemplate", "spec", "template"]),
    ("DeploymentConfig", &["", "apps.openshift.io"], &["spec", "template"]),
    ("Rollout", &["argoproj.io"], &["spec", "template"]),
    ("Service", &["serving.knative.dev"], &["spec", "template"]),
    ("Configuration", &["serving.knative.dev"], &["spec", "template"]),
];

/// Other kinds that checks look at.
const KINDS: &[&str] = &[
    "ClusterRole",
    "ClusterRoleBinding",
    "ConfigMap",
    "Ingress",
    "LimitRange",
    "MutatingWebhookConfiguration",
    "Namespace",
    "NetworkPolicy",
    "PersistentVolume",
    "PodSecurityPolicy",
    "Role",
    "RoleBinding",
    "Secret",
    "Service",
    "ServiceAccount",
    "ValidatingWebhookConfiguration",
];

/// Takes up an object; whether it is one.
pub fn declare(object: Value, scope: &mut Scope) -> bool {
    one(object, scope, 0)
}

fn one(object: Value, scope: &mut Scope, depth: usize) -> bool {
    let words = |key: &str| object.get(key).and_then(Value::text).map(str::to_owned);
    let (Some(version), Some(kind)) = (words("apiVersion"), words("kind")) else { return false };
    let group = version.rsplit_once('/').map_or("", |(group, _)| group);
    if kind.ends_with("List") && depth < MAX_DEPTH && object.get("items").is_some() {
        let Data::Map(entries) = object.data else { return true };
        let items = entries.into_iter().rev().find(|entry| entry.key == "items");
        if let Some(Data::List(items)) = items.map(|items| items.value.data) {
            for item in items {
                one(item, scope, depth + 1);
            }
        }
        return true;
    }
    let known = WORKLOADS.iter().find(|(one, groups, _)| *one == kind && groups.contains(&group));
    if let Some((kind, _, path)) = known {
        workload(kind, path, &object, &version, scope);
    } else if kind == "KubeletConfiguration" {
        let (head, body) = (head(&object), flags::of_kubelet(&object));
        push(scope, "kubelet", kind, head, opened(body));
    } else if kind == "Kustomization" && group == "kustomize.config.k8s.io" {
        kustomization(object, scope);
    } else if KINDS.contains(&kind.as_str()) && is_built_in(group)
        || (kind.as_str(), group) == ("K8sAllowedRepos", "constraints.gatekeeper.sh")
    {
        let address = format!("{kind}/{}", name(&object));
        let head = head(&object);
        let object = if kind == "Secret" { with_values(object) } else { object };
        push(scope, &kind, address, head, opened(object));
    }
    true
}

/// A Secret with what it holds, however that is written, under `values`.
fn with_values(mut secret: Value) -> Value {
    let lists = ["data", "stringData"].into_iter().filter_map(|key| secret.get(key));
    let held: Vec<Entry> = lists.flat_map(Value::entries).cloned().collect();
    let range = secret.range.clone();
    let values = Value::new(range.clone(), Data::Map(held));
    if let Data::Map(entries) = &mut secret.data {
        entries.push(Entry { key: "values".to_owned(), key_range: range, value: values });
    }
    secret
}

/// Takes up what tells Kustomize what to put together.
pub fn kustomization(object: Value, scope: &mut Scope) {
    let start = object.range.start;
    push(scope, "Kustomization", "Kustomization".to_owned(), start..object.range.end, object);
}

/// Whether a group comes with Kubernetes.
fn is_built_in(group: &str) -> bool {
    matches!(group, "" | "apps" | "batch" | "extensions" | "policy" | "autoscaling")
        || group.ends_with(".k8s.io")
}

fn push(scope: &mut Scope, kind: &str, address: String, head: Range<usize>, body: Value) {
    scope.resources.push(Resource {
        format: Format::Kubernetes,
        kind: kind.to_owned(),
        address,
        file: 0,
        head,
        body,
    });
}

fn name(object: &Value) -> String {
    let named = |key| object.at(&["metadata", key]).and_then(Value::written);
    let name = named("name").or_else(|| named("generateName")).unwrap_or_default();
    if name.is_empty() || flags::is_open(&name) {
        return "(unnamed)".to_owned();
    }
    name.chars().take(MAX_NAME).collect()
}

/// Where an object says who it is: its name, else its kind.
fn head(object: &Value) -> Range<usize> {
    let of = |map: &Value, key: &str| {
        let entry = map.entries().iter().rev().find(|entry| entry.key == key)?;
        Some(entry.key_range.start..entry.value.range.end)
    };
    let metadata = object.get("metadata");
    metadata
        .and_then(|metadata| of(metadata, "name").or_else(|| of(metadata, "generateName")))
        .or_else(|| of(object, "kind"))
        .unwrap_or_else(|| object.range.clone())
}

/// A part of a pod: name of the list, the part as checks call it, as addresses do.
const PARTS: &[(&str, &str, &str)] = &[
    ("containers", "main", "container"),
    ("initContainers", "init", "init container"),
    ("ephemeralContainers", "ephemeral", "ephemeral container"),
];

fn workload(kind: &str, path: &[&str], object: &Value, version: &str, scope: &mut Scope) {
    let Some(template) = object.at(path) else { return };
    let Some(spec) = template.get("spec").filter(|spec| matches!(spec.data, Data::Map(_))) else {
        return;
    };
    let partial = is_partial(kind, version, object, spec);
    let head = head(object);
    let address = format!("{kind}/{}", name(object));
    let mut entries = Vec::new();
    let mut keep = |key: &str, value: Option<&Value>| {
        if let Some(value) = value {
            let key_range = value.range.clone();
            entries.push(Entry { key: key.to_owned(), key_range, value: opened(value.clone()) });
        }
    };
    keep("kind", object.get("kind"));
    keep("metadata", object.get("metadata"));
    keep("replicas", object.at(&["spec", "replicas"]));
    keep("template", template.get("metadata"));
    keep("spec", Some(spec));
    let body = Value::new(object.range.clone(), Data::Map(entries));
    let sort = if partial { "workload-patch" } else { "workload" };
    push(scope, sort, address.clone(), head, body);

    let annotations = template.at(&["metadata", "annotations"]);
    let spec_opened = shallow(spec);
    let around = Surroundings { kind, spec: &spec_opened, annotations };
    let sort = if partial { "container-patch" } else { "container" };
    for (list, part, words) in PARTS {
        let containers = spec.get(list).map(Value::items).unwrap_or_default();
        let maps = containers.iter().filter(|one| matches!(one.data, Data::Map(_)));
        for container in maps.take(MAX_CONTAINERS) {
            let name = container.get("name").and_then(Value::text).unwrap_or("(unnamed)");
            let name: String = name.chars().take(MAX_NAME).collect();
            let address = format!("{address} {words} {name}");
            let head = container.range.clone();
            if let Some((program, flags)) = flags::of_container(container)
                && !partial
            {
                push(scope, program, address.clone(), head.clone(), flags);
            }
            let body = around.body(opened(container.clone()), part);
            push(scope, sort, address, head, body);
        }
    }
}

/// Whether an object only says what is to be changed of another: a patch of Kustomize or of an operator. Whole workloads name the image
/// of each container, and those that choose pods say which.
fn is_partial(kind: &str, version: &str, object: &Value, spec: &Value) -> bool {
    let containers = spec.get("containers");
    let whole = containers.is_some_and(|list| {
        list.is_unknown()
            || (!list.items().is_empty()
                && list.items().iter().all(|one| one.get("image").is_some()))
    });
    let chooses = version == "apps/v1"
        && matches!(kind, "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet");
    !whole || (chooses && object.at(&["spec", "selector"]).is_none())
}

/// The scalars of a pod's own level with variables made unknown; lists stay away.
fn shallow(spec: &Value) -> Value {
    let kept = spec.entries().iter().filter(|entry| !matches!(entry.value.data, Data::List(_)));
    let entries = kept.map(|entry| Entry { value: opened(entry.value.clone()), ..entry.clone() });
    Value::new(spec.range.clone(), Data::Map(entries.collect()))
}

/// Texts that something else fills in before the cluster sees them become unknown.
fn opened(mut value: Value) -> Value {
    match &mut value.data {
        // `$(NAME)` is filled in by the cluster and only in commands, which flags are read from before.
        Data::Text(text) if text.contains("{{") || text.contains("${") => {
            value.data = Data::Unknown(None);
        }
        Data::List(items) => {
            for item in items {
                let inner = std::mem::replace(item, Value::unknown(0..0));
                *item = opened(inner);
            }
        }
        Data::Map(entries) => {
            for entry in entries {
                let inner = std::mem::replace(&mut entry.value, Value::unknown(0..0));
                entry.value = opened(inner);
            }
        }
        _ => {}
    }
    value
}
