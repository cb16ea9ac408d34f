//! Checks of Kubernetes objects that look at names of keys, which conditions do not.

use super::super::judge::{Code, Verdict};
use super::super::resource::{Resource, Scope};
use super::super::value::{Data, Entry, Value};

/// Functions of checks.
pub const CODE: &[(&str, Code)] = &[
    ("kubernetes-ingress-snippet", any_snippet),
    ("kubernetes-ingress-lua", lua_snippet),
    ("kubernetes-ingress-alias", alias_snippet),
    ("kubernetes-configmap-secret", configmap_secret),
    ("kubernetes-namespace-privileged", namespace_privileged),
    ("kubernetes-network-policy-open", network_policy_open),
    ("kustomize-remote-base", remote_base),
];

fn notes(resource: &Resource) -> &[Entry] {
    resource.body.at(&["metadata", "annotations"]).map(Value::entries).unwrap_or_default()
}

fn snippets(ingress: &Resource, is: fn(&str) -> bool) -> Vec<Verdict> {
    let snippets = notes(ingress).iter().filter(|entry| entry.key.ends_with("-snippet"));
    snippets
        .filter_map(|entry| match &entry.value.data {
            Data::Text(text) if is(text) => Some(Verdict::at(entry.key_range.clone())),
            Data::Unknown(_) => Some(Verdict::unknown()),
            _ => None,
        })
        .collect()
}

fn any_snippet(ingress: &Resource, _: &Scope) -> Vec<Verdict> {
    snippets(ingress, |text| !text.trim().is_empty())
}

fn lua_snippet(ingress: &Resource, _: &Scope) -> Vec<Verdict> {
    snippets(ingress, |text| {
        text.contains("lua_") || text.contains("_lua") || text.contains("_by_lua")
    })
}

fn alias_snippet(ingress: &Resource, _: &Scope) -> Vec<Verdict> {
    snippets(ingress, |text| text.split(|c: char| !c.is_alphanumeric()).any(|word| word == "alias"))
}

/// Ends of names whose values are secret, without the signs between words and in lower case.
const SECRET_NAMES: &[&str] = &[
    "password",
    "passwd",
    "secretkey",
    "apikey",
    "accesstoken",
    "authtoken",
    "privatekey",
    "secretaccesskey",
];

/// Texts that stand for a secret that is elsewhere.
fn stands_for_another(text: &str) -> bool {
    let text = text.trim();
    text.len() < 4
        || text.contains(['$', '<', '{', '\n'])
        || text.starts_with(['/', '.', '('])
        || ["true", "false", "none", "null", "changeme"]
            .iter()
            .any(|one| text.eq_ignore_ascii_case(one))
}

fn configmap_secret(map: &Resource, _: &Scope) -> Vec<Verdict> {
    let data = map.body.get("data").map(Value::entries).unwrap_or_default();
    let secret = data.iter().filter(|entry| {
        let name: String = entry.key.chars().filter(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        let words = entry.value.text();
        SECRET_NAMES.iter().any(|end| name.ends_with(end))
            && words.is_some_and(|text| !stands_for_another(text))
    });
    secret.map(|entry| Verdict::at(entry.value.range.clone())).collect()
}

fn namespace_privileged(namespace: &Resource, _: &Scope) -> Vec<Verdict> {
    let labels = namespace.body.at(&["metadata", "labels"]).map(Value::entries).unwrap_or_default();
    let levels = labels.iter().filter(|entry| entry.key == "pod-security.kubernetes.io/enforce");
    levels
        .filter(|entry| entry.value.text() == Some("privileged"))
        .map(|entry| Verdict::at(entry.key_range.start..entry.value.range.end))
        .collect()
}

fn network_policy_open(policy: &Resource, _: &Scope) -> Vec<Verdict> {
    let rules = policy.body.at(&["spec", "ingress"]).map(Value::items).unwrap_or_default();
    let mut verdicts = Vec::new();
    for rule in rules {
        // A rule that names ports lets everybody in there on purpose.
        if rule.get("ports").is_some_and(|ports| !ports.items().is_empty()) {
            continue;
        }
        let from = rule.get("from").filter(|from| !from.is_null());
        match from {
            None if matches!(rule.data, Data::Map(_)) => {
                verdicts.push(Verdict::at(rule.range.clone()));
            }
            Some(from) => {
                let everywhere = from.items().iter().find(|peer| {
                    let network = peer.at(&["ipBlock", "cidr"]).and_then(Value::text);
                    matches!(network, Some("0.0.0.0/0" | "::/0"))
                });
                verdicts.extend(everywhere.map(|peer| Verdict::at(peer.range.clone())));
            }
            None => {}
        }
    }
    verdicts
}

/// Lists of a kustomization that name what it builds on.
const BASES: &[&str] = &["resources", "bases", "components", "crds"];

/// Names of branches that move with every change.
const BRANCHES: &[&str] = &["main", "master", "HEAD", "develop", "latest", "trunk"];

fn remote_base(kustomization: &Resource, _: &Scope) -> Vec<Verdict> {
    let lists = BASES.iter().filter_map(|key| kustomization.body.get(key));
    let open = lists.flat_map(Value::items).filter(|item| item.text().is_some_and(is_moving));
    open.map(|item| Verdict::at(item.range.clone())).collect()
}

fn is_moving(base: &str) -> bool {
    let is_remote = base.starts_with("https://")
        || base.starts_with("http://")
        || base.starts_with("git@")
        || base.starts_with("ssh://")
        || base.starts_with("github.com/");
    if !is_remote || base.contains("${") || base.contains("{{") {
        return false;
    }
    let reference = base.split_once('?').and_then(|(_, query)| {
        let mut parts = query.split('&');
        parts.find_map(|part| part.strip_prefix("ref=").or_else(|| part.strip_prefix("version=")))
    });
    match reference {
        Some(reference) => BRANCHES.contains(&reference),
        // One file over HTTP: a release or a commit in its path is as good as a reference.
        None if matches!(base.rsplit_once('.'), Some((_, "yaml" | "yml"))) => {
            base.split('/').any(|part| BRANCHES.contains(&part))
        }
        None => true,
    }
}
