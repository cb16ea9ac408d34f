//! Environment files and their kin: is there a value in it that looks like a credential, or are all of them settings and
//! placeholders.

use super::content::{Verdict, lines, yes_if};
use Verdict::{Weak, Yes};

/// `KEY=value` with a value that looks like a credential.
pub(super) fn env(bytes: &[u8]) -> Verdict {
    match env_strict(bytes) {
        Yes => Yes,
        _ => Weak("it holds no value that looks like a credential"),
    }
}

/// As [`env`], for names that often hold harmless settings.
pub(super) fn env_strict(bytes: &[u8]) -> Verdict {
    yes_if(lines(bytes).any(|line| {
        let line = line.strip_prefix("export ").unwrap_or(line);
        !line.starts_with('#')
            && line.split_once('=').is_some_and(|(key, value)| is_credential(key.trim(), value))
    }))
}

/// As [`env_strict`], for `name = "value"` of Terraform.
pub(super) fn tfvars(bytes: &[u8]) -> Verdict {
    env_strict(bytes)
}

fn is_credential(key: &str, value: &str) -> bool {
    let value = value.trim().trim_matches(['"', '\'']).trim();
    if is_placeholder(value) {
        return false;
    }
    if let Some((_, rest)) = value.split_once("://") {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let Some((userinfo, host)) = authority.rsplit_once('@') else {
            return false;
        };
        let password = userinfo.split_once(':').map_or("", |(_, p)| p);
        let local = ["localhost", "127.0.0.1", "db", "postgres", "mysql", "redis", "mongo"]
            .contains(&host.split(':').next().unwrap_or(host));
        return password.len() >= 4 && !is_placeholder(password) && !(local && password.len() < 12);
    }
    let key = key.to_ascii_lowercase();
    let public = ["next_public_", "vite_", "react_app_", "nuxt_public_", "gatsby_", "expo_public_"];
    let harmless = [
        "_file",
        "_path",
        "_dir",
        "_url",
        "_uri",
        "_id",
        "_name",
        "_host",
        "_type",
        "_header",
        "_length",
        "_ttl",
        "_expiry",
        "_expires_in",
        "_enabled",
        "_algorithm",
        "_user",
        "_username",
        "_method",
        "_driver",
        "_region",
    ];
    if public.iter().any(|p| key.starts_with(p))
        || harmless.iter().any(|h| key.ends_with(h))
        || key.contains("public_key")
        || key.contains("publishable")
    {
        return false;
    }
    let named = [
        "secret",
        "password",
        "passwd",
        "pwd",
        "token",
        "api_key",
        "apikey",
        "access_key",
        "private_key",
        "app_key",
        "_key",
        "credential",
        "passphrase",
        "_auth",
        "_dsn",
        "_pass",
        "encryption",
        "signing",
    ];
    named.iter().any(|word| key.contains(word)) && value.len() >= 8 && !is_plain_word(value)
}

/// A value that stands for one to be filled in.
pub(super) fn is_placeholder(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let marks = [
        "change",
        "your",
        "example",
        "placeholder",
        "xxx",
        "replace",
        "todo",
        "dummy",
        "insert",
        "fill",
        "sample",
        "redacted",
        "fake",
        "notasecret",
        "not-a-secret",
        "secret-here",
        "***",
        "...",
        "${",
        "{{",
        "$(",
        "op://",
        "ref+",
        "vault:",
        "encrypted:",
        "enc[",
    ];
    let words = [
        "",
        "null",
        "none",
        "nil",
        "true",
        "false",
        "secret",
        "password",
        "passwd",
        "token",
        "test",
        "testing",
        "root",
        "admin",
        "postgres",
        "mysql",
        "guest",
        "default",
        "secretkey",
        "secret_key",
        "supersecret",
        "local",
        "development",
    ];
    words.contains(&lower.as_str())
        || marks.iter().any(|mark| lower.contains(mark))
        || (lower.starts_with('<') && lower.ends_with('>'))
        || lower.starts_with('$')
        || lower.bytes().all(|b| lower.as_bytes().first() == Some(&b))
}

/// One lower-case word or a number: a mode, a driver, a port.
fn is_plain_word(value: &str) -> bool {
    value.bytes().all(|b| b.is_ascii_digit())
        || (value.len() < 16
            && value.bytes().all(|b| b.is_ascii_lowercase() || b == b'_' || b == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_env_file_is_judged_by_its_values() {
        let real = format!("DB_HOST=x\nexport API_{}=\"{}\"\n", "TOKEN", "Zk3v9Qm1TtR7");
        assert_eq!(env(real.as_bytes()), Yes);
        let url = format!("DATABASE_URL=postgres://app:{}@db.prod.internal/app", "k9Qm1TtR7");
        assert_eq!(env(url.as_bytes()), Yes);
        for harmless in [
            "",
            "PORT=3000\nDEBUG=true",
            "API_KEY=",
            "API_KEY=changeme123",
            "API_KEY=<your key>",
            "API_KEY=${API_KEY}",
            "# API_TOKEN=Zk3v9Qm1TtR7",
            "TOKEN_TTL=1234567890",
            "VITE_API_KEY=Zk3v9Qm1TtR7aa",
            "SESSION_DRIVER_KEY=database",
            "DATABASE_URL=postgres://postgres:postgres@localhost/app",
            "API_URL=https://api.acme.test/v1",
        ] {
            assert_ne!(env(harmless.as_bytes()), Yes, "{harmless}");
        }
    }
}
