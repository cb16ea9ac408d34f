//! Programs of the control plane and of nodes: what their command lines and configuration files set, under the names of the flags.

use super::super::value::{Data, Entry, Value};

/// Programs whose flags are looked at; they are kinds of resources too.
pub const PROGRAMS: &[&str] = &[
    "kube-apiserver",
    "kube-controller-manager",
    "kube-scheduler",
    "etcd",
    "kubelet",
    "kube-proxy",
];

/// Settings of a kubelet's configuration file, and the flags that set the same.
/// <https://kubernetes.io/docs/reference/config-api/kubelet-config.v1beta1/>
const KUBELET: &[(&[&str], &str)] = &[
    (&["authentication", "anonymous", "enabled"], "anonymous-auth"),
    (&["authorization", "mode"], "authorization-mode"),
    (&["authentication", "x509", "clientCAFile"], "client-ca-file"),
    (&["readOnlyPort"], "read-only-port"),
    (&["streamingConnectionIdleTimeout"], "streaming-connection-idle-timeout"),
    (&["protectKernelDefaults"], "protect-kernel-defaults"),
    (&["makeIPTablesUtilChains"], "make-iptables-util-chains"),
    (&["eventRecordQPS"], "event-qps"),
    (&["tlsCertFile"], "tls-cert-file"),
    (&["tlsPrivateKeyFile"], "tls-private-key-file"),
    (&["tlsCipherSuites"], "tls-cipher-suites"),
    (&["rotateCertificates"], "rotate-certificates"),
    (&["serverTLSBootstrap"], "rotate-server-certificates"),
];

/// The program that a container runs, if it is one of those, and its flags. The container is as it is written, variables included.
pub fn of_container(container: &Value) -> Option<(&'static str, Value)> {
    let words = |key: &str| container.get(key).map(Value::items).unwrap_or_default();
    let line: Vec<&Value> = words("command").iter().chain(words("args")).collect();
    let words_before_flags = line.iter().take(2).filter_map(|word| word.text());
    let named = words_before_flags.take_while(|word| !word.starts_with('-')).find_map(program);
    let (program, skipped) = match named {
        Some(program) => (program, 1),
        // An image of the same name starts it by itself.
        None if words("command").is_empty() => {
            (program(container.get("image")?.text()?.split([':', '@']).next()?)?, 0)
        }
        None => return None,
    };
    let mut entries = Vec::new();
    let mut opaque = false;
    let mut rest = line.into_iter().skip(skipped).peekable();
    while let Some(word) = rest.next() {
        let Some(text) = word.text() else {
            opaque = true;
            continue;
        };
        let Some(flag) = text.strip_prefix("--").or_else(|| text.strip_prefix('-')) else {
            opaque |= is_open(text);
            continue;
        };
        let (name, value) = match flag.split_once('=') {
            Some((name, value)) => (name, value),
            None => match rest.peek().and_then(|next| next.text()) {
                Some(next) if !next.starts_with('-') && rest.next().is_some() => (flag, next),
                _ => (flag, "true"),
            },
        };
        opaque |= is_open(name);
        let data =
            if is_open(value) { Data::Unknown(None) } else { Data::Text(value.trim().to_owned()) };
        entries.push(Entry {
            key: name.to_owned(),
            key_range: word.range.clone(),
            value: Value::new(word.range.clone(), data),
        });
    }
    if program == "etcd" {
        let variables = container.get("env").map(Value::items).unwrap_or_default();
        entries.extend(variables.iter().filter_map(of_variable));
    }
    let range = container.range.clone();
    let data = if opaque { Data::Unknown(None) } else { Data::Map(entries) };
    Some((program, Value::new(range, data)))
}

/// etcd takes each flag from a variable too: `ETCD_CLIENT_CERT_AUTH`.
fn of_variable(variable: &Value) -> Option<Entry> {
    let name = variable.get("name")?.text()?.strip_prefix("ETCD_")?;
    let key = name.to_ascii_lowercase().replace('_', "-");
    let value = match variable.get("value") {
        Some(value) if !value.text().is_some_and(is_open) => value.clone(),
        _ => Value::unknown(variable.range.clone()),
    };
    Some(Entry { key, key_range: variable.range.clone(), value })
}

fn program(word: &str) -> Option<&'static str> {
    let name = word.rsplit('/').next().unwrap_or(word);
    PROGRAMS.iter().copied().find(|known| *known == name)
}

/// Whether a text depends on a variable.
pub fn is_open(text: &str) -> bool {
    text.contains("{{") || text.contains("${") || text.contains("$(")
}

/// A kubelet's configuration file as its flags.
pub fn of_kubelet(file: &Value) -> Value {
    let set = KUBELET.iter().filter_map(|(path, flag)| {
        let value = file.at(path).filter(|value| !value.is_null())?;
        let key = (*flag).to_owned();
        Some(Entry { key, key_range: value.range.clone(), value: value.clone() })
    });
    Value::new(file.range.clone(), Data::Map(set.collect()))
}
