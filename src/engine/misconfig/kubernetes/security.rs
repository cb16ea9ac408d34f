//! What a container inherits from its pod, and what it has to know of it: copies of short scalars, so that a pod of a thousand
//! containers costs no more than its text.

use super::super::value::{Data, Entry, Value};
use std::ops::Range;

/// Longest text that is copied into containers, bytes.
const MAX_COPIED: usize = 256;

/// Settings of a pod's security context that hold for its containers unless they say otherwise.
const INHERITED: &[&str] = &["runAsNonRoot", "runAsUser", "runAsGroup"];

/// Profiles of the same sort; their `type` is what counts.
const PROFILES: &[&str] = &["seccompProfile", "appArmorProfile"];

/// Settings of a pod that containers are judged by.
const SHARED: &[&str] = &["hostNetwork", "hostPID", "hostIPC", "hostUsers", "restartPolicy"];

/// What containers of one pod have in common.
#[derive(Debug)]
pub struct Surroundings<'a> {
    /// Kind of the workload.
    pub kind: &'a str,
    /// What the pod template says.
    pub spec: &'a Value,
    /// Notes on the pod template.
    pub annotations: Option<&'a Value>,
}

impl Surroundings<'_> {
    /// The body of a container: its own, with what it inherits, and the pod under `pod`.
    pub fn body(&self, container: Value, part: &str) -> Value {
        let range = container.range.clone();
        let Data::Map(mut entries) = container.data else { return container };
        let name = entries.iter().find(|entry| entry.key == "name");
        let name = name.and_then(|entry| entry.value.text()).unwrap_or_default().to_owned();
        let place = entries.iter().position(|entry| entry.key == "securityContext");
        let own = place.map(|at| entries.remove(at));
        let said = match own.as_ref().map(|entry| &entry.value) {
            Some(own) if own.is_unknown() => Data::Unknown(None),
            Some(own) => Data::Bool(!own.is_null() && own.data != Data::Map(Vec::new())),
            None => Data::Bool(false),
        };
        let context = self.context(own.map(|entry| entry.value), &range, &name);
        let key_range = context.range.clone();
        entries.push(Entry { key: "securityContext".to_owned(), key_range, value: context });
        let mut pod = self.pod(part, &range);
        let said = Value::new(range.clone(), said);
        if let Data::Map(entries) = &mut pod.data {
            entries.push(entry("ownContext", said));
        }
        entries.push(Entry { key: "pod".to_owned(), key_range: range.clone(), value: pod });
        Value::new(range, Data::Map(entries))
    }

    fn context(&self, own: Option<Value>, container: &Range<usize>, name: &str) -> Value {
        let own = own.filter(|own| !own.is_null());
        if let Some(own) = &own
            && !matches!(own.data, Data::Map(_))
        {
            return own.clone();
        }
        let mut entries = Vec::new();
        let range = own.as_ref().map_or(container.clone(), |own| own.range.clone());
        let pod = self.spec.get("securityContext").filter(|pod| !pod.is_null());
        for key in INHERITED.iter().chain(PROFILES) {
            if own.as_ref().is_some_and(|own| own.get(key).is_some()) {
                continue;
            }
            let inherited = match pod {
                Some(pod) if pod.is_unknown() => Some(Value::unknown(pod.range.clone())),
                Some(pod) => pod.get(key).filter(|value| !value.is_null()).map(short),
                None => None,
            };
            if let Some(value) = inherited.or_else(|| self.noted(key, name)) {
                entries.push(entry(key, value));
            }
        }
        if let Some(Data::Map(own)) = own.map(|own| own.data) {
            entries.extend(own);
        }
        Value::new(range, Data::Map(entries))
    }

    /// Profiles were named in annotations before they had fields.
    fn noted(&self, key: &str, name: &str) -> Option<Value> {
        let names = match key {
            "seccompProfile" => vec![
                format!("container.seccomp.security.alpha.kubernetes.io/{name}"),
                "seccomp.security.alpha.kubernetes.io/pod".to_owned(),
            ],
            "appArmorProfile" => {
                vec![format!("container.apparmor.security.beta.kubernetes.io/{name}")]
            }
            _ => return None,
        };
        let value = names.iter().find_map(|name| self.annotations?.get(name))?;
        let range = value.range.clone();
        let data = match &value.data {
            Data::Text(text) => Data::Text(
                match text.as_str() {
                    "runtime/default" | "docker/default" => "RuntimeDefault",
                    "unconfined" => "Unconfined",
                    _ => "Localhost",
                }
                .to_owned(),
            ),
            _ => Data::Unknown(None),
        };
        let kind = entry("type", Value::new(range.clone(), data));
        Some(Value::new(range, Data::Map(vec![kind])))
    }

    fn pod(&self, part: &str, range: &Range<usize>) -> Value {
        let text = |text: &str| Value::new(range.clone(), Data::Text(text.to_owned()));
        let mut entries = vec![entry("part", text(part)), entry("kind", text(self.kind))];
        for key in SHARED {
            if let Some(value) = self.spec.get(key) {
                entries.push(entry(key, short(value)));
            }
        }
        let system = self.spec.at(&["os", "name"]).or_else(|| {
            let selector = self.spec.get("nodeSelector")?;
            selector.get("kubernetes.io/os").or_else(|| selector.get("beta.kubernetes.io/os"))
        });
        if let Some(system) = system {
            entries.push(entry("os", short(system)));
        }
        Value::new(range.clone(), Data::Map(entries))
    }
}

fn entry(key: &str, value: Value) -> Entry {
    Entry { key: key.to_owned(), key_range: value.range.clone(), value }
}

/// A scalar, or what is asked of a profile; all else is not known.
fn short(value: &Value) -> Value {
    let range = value.range.clone();
    match &value.data {
        Data::Text(text) if text.len() > MAX_COPIED => Value::unknown(range),
        Data::List(_) => Value::unknown(range),
        Data::Map(_) => {
            let kind = value.get("type").filter(|kind| kind.entries().is_empty());
            let kind = kind.map(|kind| entry("type", short(kind)));
            Value::new(range, Data::Map(kind.into_iter().collect()))
        }
        Data::Unknown(_) => Value::unknown(range),
        _ => value.clone(),
    }
}
