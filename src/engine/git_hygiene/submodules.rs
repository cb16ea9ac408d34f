//! URLs in `.gitmodules`: code that arrives unencrypted, or a password for whoever clones.

use super::rule::Rule;
use crate::engine::{FileEngine, Sink};
use crate::finding::{Confidence, Severity};
use crate::target::Blob;
use crate::target::git::parse_modules;

pub(super) static INSECURE_URL: Rule = Rule {
    name: "insecure-submodule-url",
    title: "Submodule fetched over an unprotected or credential-bearing URL",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-319"),
    why: "Over http:// or git:// anybody on the way can change the code that is checked out.",
    fix: "Use https:// or ssh: `git config -f .gitmodules submodule.<name>.url https://...`, then `git submodule sync`. \
          Let a credential helper supply credentials, and revoke those that stand in the URL.",
    references: &["https://git-scm.com/docs/gitmodules", "https://git-scm.com/docs/gitcredentials"],
    aliases: &[],
};

pub(super) struct Urls;

impl FileEngine for Urls {
    fn interested(&self, path: &str) -> bool {
        path == ".gitmodules"
    }

    fn scan(&self, blob: &Blob<'_>, sink: &mut Sink) {
        for module in parse_modules(blob.text) {
            let Some((scheme, rest)) = module.url.split_once("://") else {
                continue;
            };
            let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
            let (userinfo, host) = authority.rsplit_once('@').unwrap_or(("", authority));
            let password = userinfo.split_once(':').map(|(_, password)| password);
            let token = password.is_none() && userinfo.len() >= 20;
            let secret =
                (password.is_some_and(|p| !p.is_empty()) || token) && !userinfo.contains("${");
            let plain = matches!(scheme.to_ascii_lowercase().as_str(), "http" | "git" | "ftp");
            let mut finding = INSECURE_URL.finding(blob.path);
            let name = if module.name.is_empty() { &module.path } else { &module.name };
            if secret {
                let start = module.url_range.start + scheme.len() + "://".len();
                sink.secret(start..start + userinfo.len());
                finding.severity = Severity::High;
                finding.cwe = Some("CWE-522".to_owned());
                finding.title = format!("Credentials in the URL of submodule {name}");
                "Everybody who can read the repository can read the credentials in this URL, and git keeps them in its \
                 history."
                    .clone_into(&mut finding.description);
            } else if plain && !is_local(host) {
                finding.title = format!("Submodule {name} is fetched over {scheme}://");
            } else {
                continue;
            }
            sink.hit(finding, module.url_range);
        }
    }
}

fn is_local(host: &str) -> bool {
    let name = host.split(':').next().unwrap_or(host);
    matches!(name, "localhost" | "127.0.0.1" | "[")
}
