//! Settings of servers that stand in a repository. A table says which files are settings of what and how they are written; each becomes
//! one resource, and those with blocks one for each block. Included files are not followed.

mod blocks;
mod nginx;
mod request;
mod settings;

use super::judge::Code;
use super::resource::{Format, Resource};
use super::value::Value;
use super::{Reader, Reading};
use std::ops::Range;

/// Reads settings of servers.
pub static READER: Reader = Reader { format: Format::Server, may_be, read };

/// Functions of checks.
pub const CODE: &[(&str, Code)] = &[
    ("nginx-alias-traversal", nginx::alias_traversal),
    ("nginx-lost-header", nginx::lost_header),
    ("nginx-request-decides-upstream", request::decides_upstream),
    ("nginx-header-splitting", request::splits_header),
    ("pg-hba-method", settings::trusting_method),
];

/// Longest file that is looked at, bytes.
const MAX_BYTES: usize = 2 << 20;

/// A kind of settings.
struct Kind {
    /// The kind of its resource.
    name: &'static str,
    /// Whether a file is of it, by folder and name in lower case.
    is_one: fn(&str, &str) -> bool,
    /// Makes resources of it; none when it turns out to be something else.
    read: fn(&'static str, &[u8]) -> Option<Reading>,
}

/// All of them; the first that a file is of has it, unless it turns out to be something else.
const KINDS: &[Kind] = &[
    Kind { name: "nginx", is_one: nginx::is_one, read: nginx::read },
    Kind { name: "httpd", is_one: blocks::is_one, read: blocks::read },
    Kind { name: "sshd", is_one: is_sshd, read: settings::sshd },
    Kind { name: "redis", is_one: |_, name| is_conf(name, "redis"), read: settings::words },
    Kind { name: "mosquitto", is_one: |_, name| is_conf(name, "mosquitto"), read: settings::words },
    Kind {
        name: "mysql",
        is_one: |_, name| {
            matches!(name, "my.cnf" | "my.ini" | "mysqld.cnf" | ".my.cnf")
                || name.ends_with(".my.cnf")
        },
        read: settings::ini,
    },
    Kind { name: "postgresql", is_one: |_, name| is_conf(name, "postgresql"), read: settings::ini },
    Kind { name: "pg-hba", is_one: |_, name| name == "pg_hba.conf", read: settings::lines },
    Kind {
        name: "php",
        is_one: |_, name| name.strip_prefix("php").is_some_and(|rest| rest.contains(".ini")),
        read: settings::ini,
    },
    Kind {
        name: "mongod",
        is_one: |_, name| matches!(name, "mongod.conf" | "mongod.yml"),
        read: settings::yaml,
    },
    Kind {
        name: "elasticsearch",
        is_one: |_, name| matches!(name, "elasticsearch.yml" | "elasticsearch.yaml"),
        read: settings::yaml,
    },
];

/// `redis.conf`, `redis-prod.conf`, `redis.prod.conf`.
fn is_conf(name: &str, word: &str) -> bool {
    let rest = name.strip_prefix(word).and_then(|rest| rest.strip_suffix(".conf"));
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '-', '_']))
}

/// The settings of a host as it runs, `etc/ssh`, are judged with the rest of the host.
fn is_sshd(folder: &str, name: &str) -> bool {
    let of_host =
        folder == "etc/ssh" || folder.ends_with("/etc/ssh") || folder.contains("etc/ssh/");
    !of_host && (name.starts_with("sshd_config") || folder.ends_with("sshd_config.d"))
}

fn kinds(path: &str) -> impl Iterator<Item = &'static Kind> {
    let path = path.to_ascii_lowercase();
    KINDS.iter().filter(move |kind| {
        let (folder, name) = path.rsplit_once('/').unwrap_or(("", &path));
        (kind.is_one)(folder, name)
    })
}

fn may_be(path: &str) -> bool {
    kinds(path).next().is_some()
}

fn read(path: &str, text: &[u8]) -> Option<Reading> {
    if text.len() > MAX_BYTES {
        let broken = Some(format!("more than {MAX_BYTES} bytes of settings"));
        return Some(Reading { broken, ..Reading::default() });
    }
    kinds(path).find_map(|kind| (kind.read)(kind.name, text))
}

fn resource(kind: &str, address: String, head: Range<usize>, body: Value) -> Resource {
    Resource { format: Format::Server, kind: kind.to_owned(), address, file: 0, head, body }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_names() {
        for (path, expected) in [
            ("nginx.conf", Some("nginx")),
            ("deploy/nginx/conf.d/app.conf", Some("nginx")),
            ("sites-available/default", Some("nginx")),
            ("httpd.conf", Some("httpd")),
            ("public/.htaccess", Some("httpd")),
            ("config/sshd_config", Some("sshd")),
            ("rootfs/etc/ssh/sshd_config", None),
            ("redis-prod.conf", Some("redis")),
            ("rediscover.conf", None),
            ("pg_hba.conf", Some("pg-hba")),
            ("docker/php.ini", Some("php")),
            ("app.conf", None),
        ] {
            assert_eq!(kinds(path).next().map(|kind| kind.name), expected, "{path}");
        }
    }
}
