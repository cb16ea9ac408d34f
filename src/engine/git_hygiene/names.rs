//! The table of sensitive file names. A row makes up to two rules: `sensitive-file-<name>` for a file that git tracks and
//! `missing-ignore-<name>` for one that it would add next.

use super::content::{self, Check};
use super::rule::full_id;
use super::sensitive::before_commit;
use super::{ID, dump, env};
use crate::engine::RuleInfo;
use crate::finding::Confidence;
use crate::finding::Severity::{self, Critical, High, Info, Medium};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// What to do with a file of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Holds credentials: they have to be replaced.
    Secret,
    /// Holds data or state.
    Data,
    /// Holds nothing anybody needs.
    Clutter,
}

/// One row.
pub(super) struct Sensitive {
    /// Last part of the rule ids.
    pub name: &'static str,
    /// What such a file is.
    pub noun: &'static str,
    /// Lower-case names: `x` is a whole name, `*x` an end, `x*` a beginning, `x#` a beginning with digits to the end, `a/b` the end
    /// of a path.
    patterns: &'static [&'static str],
    severity: Severity,
    kind: Kind,
    pub check: Check,
    /// Reported, with low confidence, when the content cannot be had.
    pub by_name: bool,
    why: &'static str,
    /// Other names in ids of the tracked rule.
    aliases: &'static [&'static str],
    /// Other names in ids of the untracked rule.
    ignore_aliases: &'static [&'static str],
}

const fn row(
    name: &'static str,
    noun: &'static str,
    patterns: &'static [&'static str],
    severity: Severity,
    kind: Kind,
    check: Check,
    why: &'static str,
) -> Sensitive {
    let by_name = false;
    Sensitive {
        name,
        noun,
        patterns,
        severity,
        kind,
        check,
        by_name,
        why,
        aliases: &[],
        ignore_aliases: &[],
    }
}

impl Sensitive {
    /// The name alone is enough, and other ids mean the rules too.
    const fn known(
        mut self,
        aliases: &'static [&'static str],
        ignore_aliases: &'static [&'static str],
    ) -> Self {
        self.by_name = true;
        self.aliases = aliases;
        self.ignore_aliases = ignore_aliases;
        self
    }

    /// Whether it holds data rather than credentials.
    pub(super) fn is_data(&self) -> bool {
        self.kind == Kind::Data && self.severity <= Medium
    }

    const fn aliased(mut self, ignore_aliases: &'static [&'static str]) -> Self {
        self.ignore_aliases = ignore_aliases;
        self
    }

    fn info(&self, rule: &str, title: String, severity: Severity, aliases: &[&str]) -> RuleInfo {
        let references: &[&str] = match self.kind {
            Kind::Secret => &[
                "https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository",
                "https://git-scm.com/docs/gitignore",
            ],
            Kind::Data | Kind::Clutter => &["https://git-scm.com/docs/gitignore"],
        };
        RuleInfo {
            id: full_id(&format!("{rule}-{}", self.name)),
            scanner: ID,
            title,
            severity,
            confidence: if self.kind == Kind::Data { Confidence::Medium } else { Confidence::High },
            cwe: match self.kind {
                Kind::Secret => Some("CWE-538".to_owned()),
                Kind::Data => Some("CWE-530".to_owned()),
                Kind::Clutter => None,
            },
            description: self.why.to_owned(),
            remediation: self.fix(rule == "missing-ignore").replace("{path}", "<file>"),
            references: references.iter().map(|r| (*r).to_owned()).collect(),
            aliases: aliases.iter().map(|alias| full_id(&format!("{rule}-{alias}"))).collect(),
        }
    }

    pub(super) fn tracked_info(&self) -> RuleInfo {
        let title = format!("{} under version control", self.noun);
        self.info("sensitive-file", title, self.severity, self.aliases)
    }

    /// `None` for files that are no harm until many of them are committed.
    pub(super) fn untracked_info(&self) -> Option<RuleInfo> {
        let title = format!("{} not ignored by git", self.noun);
        (self.kind != Kind::Clutter).then(|| {
            let severity = before_commit(self.severity);
            self.info("missing-ignore", title, severity, self.ignore_aliases)
        })
    }

    /// Remediation outside of a repository.
    pub(super) const UNVERSIONED_FIX: &'static str = "Keep it out of version control and of what is shipped: \
        `printf '/%s\\n' {path} >> .gitignore` before the directory becomes a repository.";

    /// Remediation for a tracked file that holds nothing to be replaced.
    pub(super) const HARMLESS_FIX: &'static str = "Take it out of the index and ignore it: \
        `git rm --cached -- {path} && printf '/%s\\n' {path} >> .gitignore`.";

    /// Remediation with `{path}` for the file.
    pub(super) fn fix(&self, untracked: bool) -> &'static str {
        match (untracked, self.kind) {
            (true, _) => {
                "The next `git add -A` would commit it. Ignore it: `printf '/%s\\n' {path} >> .gitignore`, or keep it outside of \
                 the repository."
            }
            (false, Kind::Secret) => {
                "Revoke and replace every credential in it first: it stays in the history and in every clone. Then take it out \
                 of the index and ignore it: `git rm --cached -- {path} && printf '/%s\\n' {path} >> .gitignore`. \
                 `git filter-repo --invert-paths --path {path}` takes it out of the history."
            }
            (false, Kind::Data) => {
                "Take it out of the index and ignore it: `git rm --cached -- {path} && printf '/%s\\n' {path} >> .gitignore`. \
                 `git filter-repo --invert-paths --path {path}` takes it out of the history; replace the credentials it holds."
            }
            (false, Kind::Clutter) => Self::HARMLESS_FIX,
        }
    }
}

const ENV_WHY: &str = "Environment files hold the credentials of a deployment; whoever reads the repository has them.";
const SSH_WHY: &str = "A private SSH key opens every host and forge that trusts it.";
const REGISTRY_WHY: &str = "A registry credential lets its reader publish packages or pull private ones in its owner's name.";

/// Every row. A whole name counts before a pattern, an extension comes last, otherwise the first row that matches.
pub(super) static SENSITIVE: &[Sensitive] = &[
    row("env", "Environment file (.env)", &[".env"], Critical, Kind::Secret, env::env, ENV_WHY).known(&["-env"], &[]),
    row("env-local", "Environment file (.env.local)", &[".env.local"], Critical, Kind::Secret, env::env, ENV_WHY)
        .known(&["-env-local"], &["env.local"]),
    row("env-production", "Environment file (.env.production)", &[".env.production", ".env.prod", ".env.production.local"], Critical, Kind::Secret, env::env, ENV_WHY)
        .known(&["-env-production"], &["env.production"]),
    row("env-staging", "Environment file (.env.staging)", &[".env.staging", ".env.stage", ".env.staging.local"], Critical, Kind::Secret, env::env, ENV_WHY)
        .known(&["-env-staging"], &["env.staging"]),
    row("env-other", "Environment file with credentials", &[".env.*", "*.env", ".envrc"], High, Kind::Secret, env::env_strict, ENV_WHY),
    row("id_rsa", "Private SSH key (id_rsa)", &["id_rsa"], Critical, Kind::Secret, content::ssh_key, SSH_WHY).known(&[], &[]),
    row("id_ed25519", "Private SSH key (id_ed25519)", &["id_ed25519"], Critical, Kind::Secret, content::ssh_key, SSH_WHY).known(&[], &[]),
    row("credentials-json", "Credentials file (credentials.json)", &["credentials.json", "client_secret.json", "client_secrets.json"], Critical, Kind::Secret, content::json_credentials,
        "The file name is the default of cloud client libraries for keys and tokens.").known(&[], &["credentials.json"]),
    row("service-account-json", "Service account key", &["service-account.json", "service_account.json", "serviceaccount.json", "serviceaccountkey.json", "*-service-account.json"], Critical, Kind::Secret, content::service_account,
        "A service account key signs in to the cloud project without a second factor and does not expire.").known(&[], &["service-account.json"]),
    row("htpasswd", "Password file of a web server (.htpasswd)", &[".htpasswd"], High, Kind::Secret, content::htpasswd,
        "The hashes in it can be tried offline; the older schemes fall in minutes.").known(&["-htpasswd"], &[]),
    row("wp-config-php", "WordPress configuration (wp-config.php)", &["wp-config.php"], High, Kind::Secret, content::wp_config,
        "It holds the database password and the keys that sign sessions.").known(&[], &["wp-config.php"]),
    row("private-key", "Private key", &["*.pem", "*.key", "id_dsa", "id_ecdsa", "id_ecdsa_sk", "id_ed25519_sk", "identity", "*.p8", "*_rsa", "*_ed25519", "*.pkcs8"], Critical, Kind::Secret, content::private_key,
        "Whoever holds a private key can sign in, decrypt or impersonate in the name of its owner.").aliased(&["pem", "key"]),
    row("putty-key", "Private key of PuTTY", &["*.ppk"], Critical, Kind::Secret, content::putty_key, SSH_WHY),
    row("keystore", "Key store", &["*.p12", "*.pfx", "*.jks", "*.keystore", "*.bks"], High, Kind::Secret, content::keystore,
        "A key store holds private keys behind a password that can be tried offline.").known(&[], &["p12", "pfx"]),
    row("password-database", "Password database", &["*.kdbx", "*.kdb"], High, Kind::Secret, content::keepass,
        "A password database can be attacked offline for ever.").known(&[], &[]),
    row("openvpn", "VPN profile with its key", &["*.ovpn"], High, Kind::Secret, content::openvpn, "The profile is all it takes to join the network behind the VPN."),
    row("pgpass", "PostgreSQL passwords (.pgpass)", &[".pgpass", "pgpass.conf"], Critical, Kind::Secret, content::pgpass, "It holds database passwords in plain text."),
    row("netrc", "Passwords for hosts (.netrc)", &[".netrc", "_netrc"], Critical, Kind::Secret, content::netrc, "It holds passwords and tokens in plain text."),
    row("git-credentials", "Stored git credentials", &[".git-credentials"], Critical, Kind::Secret, content::git_credentials, "It holds forge tokens in plain text."),
    row("npmrc", "npm configuration with a token", &[".npmrc", "*.npmrc"], High, Kind::Secret, content::npmrc, REGISTRY_WHY),
    row("pypirc", "PyPI configuration with a password", &[".pypirc"], High, Kind::Secret, content::pypirc, REGISTRY_WHY),
    row("docker-config", "Docker registry credentials", &[".docker/config.json", ".dockercfg", ".dockerconfigjson"], High, Kind::Secret, content::docker_config, REGISTRY_WHY),
    row("kubeconfig", "Kubernetes credentials", &["kubeconfig", "*.kubeconfig", "kubeconfig.yaml", "kubeconfig.yml", ".kube/config"], High, Kind::Secret, content::kubeconfig,
        "Its keys and tokens sign in to the cluster."),
    row("aws-credentials", "AWS credentials", &[".aws/credentials", ".aws/config"], Critical, Kind::Secret, content::aws_credentials, "Long-lived AWS keys are found and used within minutes of being published."),
    row("terraform-state", "Terraform state", &["*.tfstate"], High, Kind::Data, dump::terraform_state,
        "State holds every attribute of every resource in plain text, generated passwords and keys among them.").known(&[], &["tfstate"]),
    row("tfvars", "Terraform variables with credentials", &["*.tfvars", "*.tfvars.json"], High, Kind::Secret, env::tfvars, "Variable files are where deployments keep passwords and tokens."),
    row("database", "SQLite database", &["*.sqlite", "*.sqlite3", "*.db", "*.db3"], Medium, Kind::Data, dump::sqlite, "A database file holds the data of whoever ran the program: accounts, sessions, tokens."),
    row("redis-dump", "Redis dump", &["*.rdb"], Medium, Kind::Data, dump::redis, "A dump holds all keys of a running store, sessions among them."),
    row("database-dump", "Database dump with rows", &["*.sql", "*.dump", "*.pgdump"], Medium, Kind::Data, dump::sql_dump, "A dump of a live database holds personal data and password hashes."),
    row("memory-image", "Core dump or heap dump", &["core", "core.#", "*.core", "*.hprof", "*.dmp", "*.mdmp"], Medium, Kind::Data, dump::memory_image, "A memory image holds what the process knew: keys, tokens, user data."),
    row("packet-capture", "Packet capture", &["*.pcap", "*.pcapng", "*.cap"], Medium, Kind::Data, dump::capture, "Captured traffic shows hosts, cookies and credentials."),
    row("shell-history", "Shell or client history", &[".bash_history", ".zsh_history", ".sh_history", ".psql_history", ".mysql_history", ".python_history", ".node_repl_history", ".irb_history", ".rediscli_history", ".sqlite_history", ".mongo_history"], Medium, Kind::Secret, content::some,
        "Histories hold commands with passwords, hosts and tokens in their arguments."),
    row("ide-credentials", "Editor settings with a password", &[".idea/datasources.local.xml", ".idea/webservers.xml", ".idea/datasources.xml", ".vscode/sftp.json", "sftp-config.json", ".ftpconfig", ".remote-sync.json"], High, Kind::Secret, content::ide_password, "Deployment plug-ins keep server passwords in the project's settings."),
    row("os-metadata", "Folder metadata of the operating system", &[".ds_store", "thumbs.db", "ehthumbs.db"], Info, Kind::Clutter, content::any,
        "It lists names of files that are not in the repository, and changes with every look at the folder.").known(&["-ds_store"], &[]),
];

impl std::fmt::Debug for Sensitive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sensitive({})", self.name)
    }
}

/// Key stores that hold certificates of others, or a key every developer has.
const PUBLIC_STORES: &[&str] = &["truststore", "trust-store", "cacerts", "debug.keystore"];

/// The patterns by how they are looked up: nearly every file of a large tree is let go after two look-ups and a few
/// comparisons.
struct Index {
    whole: BTreeMap<&'static str, usize>,
    extensions: BTreeMap<&'static str, usize>,
    rest: Vec<(&'static str, usize)>,
}

static INDEX: LazyLock<Index> = LazyLock::new(|| {
    let mut index = Index { whole: BTreeMap::new(), extensions: BTreeMap::new(), rest: Vec::new() };
    for (at, row) in SENSITIVE.iter().enumerate() {
        for pattern in row.patterns {
            let extension = pattern.strip_prefix("*.").filter(|e| !e.contains('.'));
            if let Some(extension) = extension {
                index.extensions.entry(extension).or_insert(at);
            } else if pattern.contains(['*', '#', '/']) {
                index.rest.push((pattern, at));
            } else {
                index.whole.entry(pattern).or_insert(at);
            }
        }
    }
    index
});

/// The row of a file, by its path.
pub(super) fn classify(path: &str) -> Option<&'static Sensitive> {
    let lower = path.to_ascii_lowercase();
    let lower = without_backup_mark(&lower);
    let name = lower.rsplit('/').next().unwrap_or(lower);
    let rest =
        || INDEX.rest.iter().find(|(pattern, _)| matches(pattern, lower, name)).map(|(_, at)| at);
    let extension = || name.rsplit_once('.').filter(|(stem, _)| !stem.is_empty()).map(|(_, e)| e);
    let by_extension = || extension().and_then(|e| INDEX.extensions.get(e));
    let row = &SENSITIVE[*INDEX.whole.get(name).or_else(rest).or_else(by_extension)?];
    let public = row.name == "keystore" && PUBLIC_STORES.iter().any(|s| name.contains(s));
    (!public && !is_template(name)).then_some(row)
}

/// A copy of a credential is one too.
fn without_backup_mark(path: &str) -> &str {
    [".bak", ".backup", ".old", ".orig", ".save", "~"]
        .iter()
        .find_map(|mark| path.strip_suffix(mark))
        .filter(|rest| !rest.is_empty() && !rest.ends_with('/'))
        .unwrap_or(path)
}

/// Whether a lower-case name is that of an environment file to be copied and filled in.
pub(super) fn is_env_template(name: &str) -> bool {
    (name.starts_with(".env") || name.starts_with("env.") || name.strip_suffix(".env").is_some())
        && is_template(name)
}

fn is_template(name: &str) -> bool {
    name.split(['.', '-', '_']).any(|part| {
        matches!(
            part,
            "example"
                | "examples"
                | "sample"
                | "template"
                | "tmpl"
                | "tpl"
                | "dist"
                | "skel"
                | "skeleton"
                | "schema"
                | "defaults"
                | "erb"
                | "j2"
                | "enc"
                | "sops"
                | "age"
                | "gpg"
                | "vault"
        )
    })
}

fn matches(pattern: &str, path: &str, name: &str) -> bool {
    if let Some(end) = pattern.strip_prefix('*') {
        name.len() > end.len() && name.ends_with(end)
    } else if let Some(start) = pattern.strip_suffix('*') {
        name.starts_with(start)
    } else if let Some(start) = pattern.strip_suffix('#') {
        name.strip_prefix(start)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    } else {
        path.strip_suffix(pattern).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_to_their_row() {
        for (path, name) in [
            (".env", Some("env")),
            ("a/.ENV", Some("env")),
            ("a/.env.bak", Some("env")),
            (".env.production", Some("env-production")),
            (".env.development", Some("env-other")),
            ("deploy/prod.env", Some("env-other")),
            (".env.example", None),
            (".env.production.sample", None),
            ("example.env", None),
            ("environment.py", None),
            ("keys/server.pem", Some("private-key")),
            ("home/.docker/config.json", Some("docker-config")),
            ("app/config.json", None),
            ("x.tfstate.backup", Some("terraform-state")),
            ("core.1234", Some("memory-image")),
            ("core.py", None),
            ("android/debug.keystore", None),
            ("release.keystore", Some("keystore")),
            ("wp-config-sample.php", None),
            ("secrets.enc.env", None),
            (".DS_Store", Some("os-metadata")),
            ("id_rsa.pub", None),
        ] {
            assert_eq!(classify(path).map(|row| row.name), name, "{path}");
        }
    }

    #[test]
    fn patterns_are_lower_case() {
        for row in SENSITIVE {
            for pattern in row.patterns {
                assert_eq!(*pattern, pattern.to_ascii_lowercase(), "{}", row.name);
            }
        }
    }
}
