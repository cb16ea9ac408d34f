//! Files that should not be there: their paths, and by what in them they are known. A status of 200 proves nothing; many
//! sites answer it to everything.

use super::rule;
use crate::engine::rule::Rule;

/// A file that should not be there.
pub(super) struct Exposed {
    pub(super) path: &'static str,
    pub(super) rule: &'static Rule,
    pub(super) is: fn(&str) -> bool,
}

const fn at(path: &'static str, rule: &'static Rule, is: fn(&str) -> bool) -> Exposed {
    Exposed { path, rule, is }
}

use rule::{EXPOSED_BACKUP, EXPOSED_REPOSITORY, EXPOSED_SECRETS, EXPOSED_STATUS};

/// What is asked for.
pub(super) static EXPOSED: &[Exposed] = &[
    at("/.git/HEAD", &EXPOSED_REPOSITORY, is_git_head),
    at("/.git/config", &EXPOSED_REPOSITORY, |text| {
        text.contains("[core]") && text.contains("repositoryformatversion")
    }),
    at("/.svn/entries", &EXPOSED_REPOSITORY, |text| {
        text.lines().next().is_some_and(|line| line.trim().parse::<u8>().is_ok())
            && text.contains("dir")
    }),
    at("/.hg/requires", &EXPOSED_REPOSITORY, |text| text.lines().any(|line| line == "revlogv1")),
    at("/.env", &EXPOSED_SECRETS, is_env),
    at("/.env.local", &EXPOSED_SECRETS, is_env),
    at("/.env.production", &EXPOSED_SECRETS, is_env),
    at("/.env.bak", &EXPOSED_SECRETS, is_env),
    at("/.aws/credentials", &EXPOSED_SECRETS, |text| text.contains("aws_secret_access_key")),
    at("/.htpasswd", &EXPOSED_SECRETS, is_htpasswd),
    at("/id_rsa", &EXPOSED_SECRETS, |text| text.contains("PRIVATE KEY-----")),
    at("/.npmrc", &EXPOSED_SECRETS, |text| text.contains("_authToken=") || text.contains("_auth=")),
    at("/.git-credentials", &EXPOSED_SECRETS, |text| {
        text.lines().all(|line| line.starts_with("https://") && line.contains('@'))
            && !text.is_empty()
    }),
    at("/.vscode/sftp.json", &EXPOSED_SECRETS, |text| {
        text.contains("\"password\"") && text.contains("\"host\"")
    }),
    at("/wp-config.php.bak", &EXPOSED_SECRETS, is_wordpress),
    at("/wp-config.php~", &EXPOSED_SECRETS, is_wordpress),
    at("/wp-config.php.old", &EXPOSED_SECRETS, is_wordpress),
    at("/config.php.bak", &EXPOSED_BACKUP, is_source),
    at("/index.php~", &EXPOSED_BACKUP, is_source),
    at("/index.php.bak", &EXPOSED_BACKUP, is_source),
    at("/backup.sql", &EXPOSED_BACKUP, is_dump),
    at("/dump.sql", &EXPOSED_BACKUP, is_dump),
    at("/database.sql", &EXPOSED_BACKUP, is_dump),
    at("/backup.zip", &EXPOSED_BACKUP, |text| text.starts_with("PK\u{3}\u{4}")),
    at("/db.sqlite3", &EXPOSED_BACKUP, |text| text.starts_with("SQLite format 3\0")),
    at("/.DS_Store", &EXPOSED_BACKUP, |text| text.starts_with("\0\0\0\u{1}Bud1")),
    at("/server-status", &EXPOSED_STATUS, |text| {
        text.contains("Apache Server Status") || text.contains("Total accesses:")
    }),
    at("/server-info", &EXPOSED_STATUS, |text| text.contains("Apache Server Information")),
    at("/nginx_status", &EXPOSED_STATUS, |text| {
        text.contains("Active connections:") && text.contains("Reading:")
    }),
    at("/phpinfo.php", &EXPOSED_STATUS, is_phpinfo),
    at("/info.php", &EXPOSED_STATUS, is_phpinfo),
    at("/actuator/env", &EXPOSED_STATUS, |text| text.contains("\"propertySources\"")),
    at("/actuator", &EXPOSED_STATUS, |text| {
        text.contains("\"_links\"") && text.contains("actuator")
    }),
    at("/debug/pprof/", &EXPOSED_STATUS, |text| text.contains("Types of profiles available")),
    at("/debug/vars", &EXPOSED_STATUS, |text| {
        text.contains("\"memstats\"") && text.contains("\"cmdline\"")
    }),
    at("/elmah.axd", &EXPOSED_STATUS, |text| text.contains("Error Log for")),
    at("/trace.axd", &EXPOSED_STATUS, |text| text.contains("Application Trace")),
    at("/metrics", &EXPOSED_STATUS, |text| text.contains("# HELP ") && text.contains("# TYPE ")),
];

/// Folders that are asked for because servers often list them.
pub(super) const FOLDERS: &[&str] = &["/uploads/", "/backup/"];

/// Endings that editors and people give to copies.
pub(super) const COPIES: &[&str] = &[".bak", "~", ".old"];

fn is_markup(text: &str) -> bool {
    let head = text.trim_start().get(..5).unwrap_or_default().to_ascii_lowercase();
    head.starts_with('<') && head != "<?php"
}

fn is_git_head(text: &str) -> bool {
    let line = text.trim();
    let is_id = line.len() == 40 && line.bytes().all(|b| b.is_ascii_hexdigit());
    (line.starts_with("ref: refs/") && !line.contains('<')) || is_id
}

/// Nothing but assignments and comments, and at least one of them.
fn is_env(text: &str) -> bool {
    let mut some = false;
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        if line.starts_with('#') {
            continue;
        }
        let line = line.strip_prefix("export ").unwrap_or(line);
        let Some((name, _)) = line.split_once('=') else { return false };
        let sound = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'.';
        if name.is_empty() || !name.bytes().all(sound) {
            return false;
        }
        some |= name.bytes().any(|b| b.is_ascii_uppercase());
    }
    some && !is_markup(text)
}

fn is_htpasswd(text: &str) -> bool {
    let is_entry = |line: &str| {
        line.split_once(':').is_some_and(|(_, hash)| {
            ["$apr1$", "$2y$", "{SHA}", "$5$", "$6$"].iter().any(|start| hash.starts_with(start))
        })
    };
    !is_markup(text) && text.lines().any(is_entry)
}

fn is_wordpress(text: &str) -> bool {
    text.contains("DB_PASSWORD") && text.contains("define(") && !is_markup(text)
}

/// Source that the server would have run.
pub(super) fn is_source(text: &str) -> bool {
    let text = text.trim_start();
    ["<?php", "<?=", "<%@", "<%"].iter().any(|start| text.starts_with(start))
}

fn is_dump(text: &str) -> bool {
    let head: String = text.chars().take(65_536).collect();
    !is_markup(&head)
        && (head.starts_with("-- ") || head.contains("CREATE TABLE"))
        && ["CREATE TABLE", "INSERT INTO", "COPY ", "DROP TABLE"]
            .iter()
            .any(|word| head.contains(word))
}

fn is_phpinfo(text: &str) -> bool {
    text.contains("phpinfo()") && text.contains("PHP Version")
}

/// Whether a text says whom to tell of a hole.
pub(super) fn is_security_txt(text: &str) -> bool {
    !is_markup(text) && text.lines().any(|line| line.to_ascii_lowercase().starts_with("contact:"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_known_by_their_content_and_pages_are_not_taken_for_them() {
        let page = "<!DOCTYPE html><html><title>Home</title>A=1 DB_PASSWORD define( Contact: x [core]</html>";
        for exposed in EXPOSED {
            assert!(!(exposed.is)(page), "{}", exposed.path);
            assert!(!(exposed.is)(""), "{}", exposed.path);
            assert!(!(exposed.is)("{\"error\": \"not found\"}"), "{}", exposed.path);
        }
        for (path, text) in [
            ("/.git/HEAD", "ref: refs/heads/main\n"),
            ("/.git/HEAD", "0123456789012345678901234567890123456789"),
            ("/.git/config", "[core]\n\trepositoryformatversion = 0\n"),
            ("/.svn/entries", "10\n\ndir\n"),
            ("/.hg/requires", "revlogv1\nstore\n"),
            ("/.env", "# x\nexport APP_KEY=example\nDB_HOST=x\n"),
            ("/.aws/credentials", "[default]\naws_secret_access_key = x"),
            ("/.htpasswd", "admin:$apr1$x$y\n"),
            ("/id_rsa", "-----BEGIN RSA PRIVATE KEY-----"),
            ("/wp-config.php~", "<?php define('DB_PASSWORD', 'x');"),
            ("/index.php~", "<?php echo 1;"),
            ("/dump.sql", "-- MySQL dump\nCREATE TABLE x"),
            ("/backup.zip", "PK\u{3}\u{4}x"),
            ("/db.sqlite3", "SQLite format 3\0x"),
            ("/server-status", "<h1>Apache Server Status for x</h1>"),
            ("/nginx_status", "Active connections: 1\nReading: 0"),
            ("/phpinfo.php", "<title>phpinfo()</title>PHP Version 8"),
            ("/actuator/env", "{\"propertySources\":[]}"),
            ("/debug/pprof/", "Types of profiles available:"),
            ("/metrics", "# HELP x y\n# TYPE x counter\n"),
        ] {
            let exposed = EXPOSED.iter().find(|one| one.path == path).unwrap();
            assert!((exposed.is)(text), "{path}");
        }
        assert!(!is_env("APP=1\n<b>no</b>") && !is_env("just words") && !is_env("# only\n"));
        assert!(is_security_txt("Contact: mailto:x@example.com") && !is_security_txt(page));
    }
}
