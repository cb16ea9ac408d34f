//! What a page and its server say to everybody who asks: headers and what they are worth, cookies, the connection, the
//! page itself, and files that should not be there. Asks with GET and HEAD only, one host, a bounded number of times.

mod content;
mod cookie;
mod csp;
mod exposed;
mod header;
mod problem;
mod rule;
mod talk;
mod transport;

#[cfg(test)]
mod tests;

use super::{BadConfig, Built, Meta, ProbeEngine, RuleInfo, Setup, Sink};
use crate::finding::{ScanType, ScannerId};
use crate::probe::Aim;
use crate::probe::answer::Answer;
use crate::probe::url::Url;
use crate::probe::web::{Client, Page};

/// What is known of the scanner.
pub static META: Meta = Meta {
    id: ScannerId::new("builtin_dast"),
    scan_type: ScanType::Dast,
    summary: "what a page tells: headers, cookies, TLS, exposed files; GET and HEAD only",
    checks: &[
        "security headers and what their values are worth: HSTS, CSP, framing, referrers, isolation, CORS",
        "cookies: Secure, HttpOnly, SameSite, prefixes",
        "TLS: versions, certificate, redirects to https",
        "mixed content, third-party scripts without integrity, directory listings, debug pages",
        "exposed .git, .env, backups, dumps, status pages - by their content, not by the status",
    ],
    rules,
    version,
};

/// Makes the scanner ready.
pub fn build(_: &Setup<'_>) -> Result<Built, BadConfig> {
    Ok(Built { probe: Some(Box::new(Dast)), ..Built::default() })
}

fn rules() -> Vec<RuleInfo> {
    rule::RULES.iter().map(|rule| rule.info(META.id.as_str())).collect()
}

fn version() -> String {
    format!("{} rules", rule::RULES.len())
}

struct Dast;

impl ProbeEngine for Dast {
    fn scan(&self, aim: &Aim<'_>, sink: &mut Sink) -> Result<(), String> {
        let Some(url) = &aim.target.url else { return Err("no URL was named".to_owned()) };
        let client = Client::new(url, aim.today)?;
        let talked = talk::talk(&client, url, aim)?;
        for notice in talked.notices {
            sink.tell(format!("builtin_dast: {notice}"));
        }
        for problem in talked.problems {
            sink.push(problem.finding(url));
        }
        Ok(())
    }
}

/// What the scanner says of a single answer; for fuzzing and tests of hostile input.
pub fn check_answer(url: &Url, answer: Answer) -> Vec<crate::finding::Finding> {
    let page = Page { url: url.clone(), answer, tls: None };
    let problems = talk::judge(&page, jiff::civil::date(2026, 1, 1));
    problems.into_iter().map(|problem| problem.finding(url)).collect()
}
