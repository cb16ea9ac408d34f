//! Compose files: a resource for each service, `service`, with what the file says of it.

use super::judge::{Code, Verdict};
use super::resource::{Format, Resource, Scope};
use super::value::{Data, Value};
use super::{Reader, Reading};
use crate::yaml::{Limits, Tagged, stream};

/// Reads Compose files.
pub static READER: Reader = Reader { format: Format::Compose, may_be: is_compose, read };

/// Functions of checks.
pub const CODE: &[(&str, Code)] =
    &[("compose-published-port", published_port), ("compose-host-path", host_path)];

const LIMITS: Limits = Limits { bytes: 2 << 20, depth: 64, copied: 4 << 20 };

/// Whether a file is a Compose file by its name: `compose.yml`, `docker-compose.dev.yaml`, `compose-test.yml`.
pub fn is_compose(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let Some(stem) = name.strip_suffix(".yml").or_else(|| name.strip_suffix(".yaml")) else {
        return false;
    };
    ["docker-compose", "compose"].iter().any(|word| {
        stem.strip_prefix(word)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
            || stem.strip_suffix(word).is_some_and(|rest| rest.ends_with(['.', '-', '_']))
    })
}

fn read(_: &str, text: &[u8]) -> Option<Reading> {
    let stream = stream(text, &LIMITS);
    let mut scope = Scope::default();
    for document in &stream.documents {
        let root = Value::of_yaml(document, &variable);
        for service in root.get("services").map(Value::entries).unwrap_or_default() {
            scope.resources.push(Resource {
                format: Format::Compose,
                kind: "service".to_owned(),
                address: format!("service {}", service.key),
                file: 0,
                head: service.key_range.clone(),
                body: interpolated(&service.value),
            });
        }
    }
    let broken = stream.error.map(|error| error.to_string());
    (!scope.resources.is_empty() || broken.is_some()).then_some(Reading { scope, broken })
}

/// `!reset` and `!override` say how files are laid over each other; what they hold counts, what is reset does not.
fn variable(tag: &str, _: &Tagged) -> Option<Data> {
    (tag == "!reset").then_some(Data::Null)
}

/// Texts with variables that only the environment knows become unknown; a default counts.
fn interpolated(value: &Value) -> Value {
    let data = match &value.data {
        Data::Text(text) => match with_defaults(text) {
            Some(text) => Data::Text(text),
            None => Data::Unknown(None),
        },
        Data::List(items) => Data::List(items.iter().map(interpolated).collect()),
        Data::Map(entries) => {
            let mut entries = entries.clone();
            for entry in &mut entries {
                entry.value = interpolated(&entry.value);
            }
            Data::Map(entries)
        }
        other => other.clone(),
    };
    Value::new(value.range.clone(), data)
}

/// The text with `${NAME:-default}` replaced; none when a variable has no default.
fn with_defaults(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('$') {
            out.push('$');
            rest = after;
        } else if let Some(inner) = rest.strip_prefix('{') {
            let (inside, after) = inner.split_once('}')?;
            let (_, default) = inside.split_once(":-").or_else(|| inside.split_once('-'))?;
            out.push_str(default);
            rest = after;
        } else if rest.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') {
            return None;
        } else {
            out.push('$');
        }
    }
    out.push_str(rest);
    Some(out)
}

/// Ports of databases and of administration, with the name of what listens there.
const SENSITIVE_PORTS: &[(u16, &str)] = &[
    (22, "SSH"),
    (1433, "SQL Server"),
    (1521, "Oracle Database"),
    (2375, "the Docker API"),
    (2376, "the Docker API"),
    (2379, "etcd"),
    (3306, "MySQL"),
    (3389, "Remote Desktop"),
    (5432, "PostgreSQL"),
    (5601, "Kibana"),
    (5672, "RabbitMQ"),
    (5900, "VNC"),
    (6379, "Redis"),
    (8500, "Consul"),
    (9042, "Cassandra"),
    (9200, "Elasticsearch"),
    (11211, "memcached"),
    (15672, "the RabbitMQ console"),
    (27017, "MongoDB"),
];

/// A port of a database or of administration that is published on every address of the host.
fn published_port(service: &Resource, _: &Scope) -> Vec<Verdict> {
    let ports = service.body.get("ports").map(Value::items).unwrap_or_default();
    ports.iter().filter_map(published).collect()
}

fn published(port: &Value) -> Option<Verdict> {
    if port.is_unknown() {
        return Some(Verdict::unknown());
    }
    let (address, target) = match &port.data {
        Data::Map(_) => {
            let published = port.get("published")?;
            if published.is_unknown() {
                return Some(Verdict::unknown());
            }
            let address = port.get("host_ip").and_then(Value::text).unwrap_or_default();
            (address.to_owned(), port.get("target")?.written()?.parse().ok()?)
        }
        _ => short_port(&port.written()?)?,
    };
    if !matches!(address.as_str(), "" | "0.0.0.0" | "::" | "[::]" | "*") {
        return None;
    }
    let (_, name) = SENSITIVE_PORTS.iter().find(|(number, _)| *number == target)?;
    Some(Verdict::at(port.range.clone()).because(format!("Port {target} is that of {name}.")))
}

/// Address and container port of `[address:][host:]container[/protocol]`; none when nothing is published.
fn short_port(text: &str) -> Option<(String, u16)> {
    let text = text.split('/').next().unwrap_or(text);
    let (host, container) = text.rsplit_once(':')?;
    let target = container.split('-').next()?.parse().ok()?;
    // What stands before the last colon of the rest is an address, which may have colons of its own.
    let address = match host.rsplit_once(':') {
        Some((address, _)) => address,
        None if host.contains('.') => host,
        None => "",
    };
    Some((address.to_owned(), target))
}

/// Folders of the host whose content gives power over it.
const HOST_FOLDERS: &[&str] = &[
    "/",
    "/boot",
    "/dev",
    "/etc",
    "/lib",
    "/proc",
    "/root",
    "/sys",
    "/usr",
    "/var",
    "/var/lib",
    "/var/lib/docker",
    "/var/lib/kubelet",
    "/var/run",
    "/run",
    "/home",
    "~/.ssh",
    "~/.aws",
    "~/.kube",
    "~/.docker",
    "$HOME/.ssh",
];

/// A folder of the host that gives power over it.
fn host_path(service: &Resource, _: &Scope) -> Vec<Verdict> {
    let volumes = service.body.get("volumes").map(Value::items).unwrap_or_default();
    let mut verdicts = Vec::new();
    for volume in volumes {
        let source = match &volume.data {
            Data::Map(_) => volume.get("source").and_then(Value::text),
            Data::Text(text) => text.split(':').next(),
            Data::Unknown(_) => {
                verdicts.push(Verdict::unknown());
                None
            }
            _ => None,
        };
        let Some(source) = source else { continue };
        let trimmed = if source.len() > 1 { source.trim_end_matches('/') } else { source };
        if HOST_FOLDERS.contains(&trimmed) {
            verdicts.push(Verdict::at(volume.range.clone()).because(format!("It is {trimmed}.")));
        }
    }
    verdicts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compose_files_are_known_by_their_names() {
        for (path, expected) in [
            ("docker-compose.yml", true),
            ("a/compose.yaml", true),
            ("docker-compose.prod.yml", true),
            ("compose-dev.yaml", true),
            ("prod.docker-compose.yml", true),
            ("composer.yml", false),
            ("docker-compose.json", false),
            ("a/Compose.dev.YAML", true),
            ("compose_test.yml", true),
            ("shop.compose.yml", true),
            ("compose.json", false),
        ] {
            assert_eq!(is_compose(path), expected, "{path}");
        }
    }

    #[test]
    fn short_ports_are_taken_apart() {
        for (text, expected) in [
            ("5432:5432", Some(("", 5432))),
            ("127.0.0.1:5432:5432/tcp", Some(("127.0.0.1", 5432))),
            ("[::1]:80:5432", Some(("[::1]", 5432))),
            ("127.0.0.1::5432", Some(("127.0.0.1", 5432))),
            ("0.0.0.0:1-9:5432-5440", Some(("0.0.0.0", 5432))),
            ("5432", None),
            ("a:b", None),
        ] {
            let expected = expected.map(|(address, port): (&str, u16)| (address.to_owned(), port));
            assert_eq!(short_port(text), expected, "{text}");
        }
    }

    #[test]
    fn variables_count_by_their_defaults() {
        for (text, expected) in [
            ("a${X:-b}c", Some("abc")),
            ("${X-b}", Some("b")),
            ("$$X", Some("$X")),
            ("${X}", None),
            ("$X", None),
            ("${X", None),
            ("5$", Some("5$")),
        ] {
            assert_eq!(with_defaults(text).as_deref(), expected, "{text}");
        }
    }
}
