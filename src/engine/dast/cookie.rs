//! Cookies by their attributes. Their values are never looked at and never shown.

use super::problem::Problem;
use super::rule;
use crate::finding::Severity;
use crate::probe::answer::Answer;
use crate::probe::url::Url;

/// Cookies of one answer that are judged.
const MAX_COOKIES: usize = 50;

#[expect(clippy::struct_excessive_bools, reason = "one field per attribute")]
struct Cookie<'a> {
    name: &'a str,
    is_secure: bool,
    is_http_only: bool,
    same_site: Option<String>,
    path: Option<&'a str>,
    has_domain: bool,
    is_deleted: bool,
}

fn read(header: &str) -> Option<Cookie<'_>> {
    let mut parts = header.split(';');
    let (name, value) = parts.next()?.split_once('=')?;
    let name = name.trim();
    if name.is_empty() {
        return None;
    }
    let mut cookie = Cookie {
        name,
        is_secure: false,
        is_http_only: false,
        same_site: None,
        path: None,
        has_domain: false,
        is_deleted: value.trim().trim_matches('"').is_empty(),
    };
    for part in parts {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let value = value.trim();
        match key.trim().to_ascii_lowercase().as_str() {
            "secure" => cookie.is_secure = true,
            "httponly" => cookie.is_http_only = true,
            "samesite" => cookie.same_site = Some(value.to_ascii_lowercase()),
            "path" => cookie.path = Some(value),
            "domain" => cookie.has_domain = !value.is_empty(),
            "max-age" => cookie.is_deleted |= value.starts_with('-') || value == "0",
            "expires" => cookie.is_deleted |= value.contains("1970"),
            _ => {}
        }
    }
    Some(cookie)
}

/// A token against forged requests that a script has to read.
fn is_for_scripts(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.contains("csrf") || name.contains("xsrf")
}

/// A cookie that stands for the visitor, by its name.
fn is_session(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["sess", "sid", "auth", "token", "login", "jwt"].iter().any(|mark| name.contains(mark))
        && !is_for_scripts(&name)
}

/// Judges the cookies that an answer sets.
pub(super) fn judge(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    let mut starts_session = false;
    for header in answer.all("set-cookie").take(MAX_COOKIES) {
        let Some(cookie) = read(header).filter(|cookie| !cookie.is_deleted) else { continue };
        starts_session |= is_session(cookie.name);
        one(url, &cookie, problems);
    }
    let kept = answer.joined("cache-control").unwrap_or_default().to_ascii_lowercase();
    if starts_session && !["no-store", "private", "no-cache"].iter().any(|word| kept.contains(word))
    {
        let what = "It sets a cookie of a session, and `Cache-Control` keeps no cache from it.";
        problems.push(Problem::new(&rule::CACHEABLE_SESSION, url, "", what));
    }
}

fn one(url: &Url, cookie: &Cookie<'_>, problems: &mut Vec<Problem>) {
    let name = cookie.name;
    if !cookie.is_secure {
        let what = "`Secure` is not set.";
        problems.push(Problem::new(&rule::COOKIE_WITHOUT_SECURE, url, name, what));
    }
    if !cookie.is_http_only && !is_for_scripts(name) {
        let what = "`HttpOnly` is not set.";
        problems.push(Problem::new(&rule::COOKIE_WITHOUT_HTTPONLY, url, name, what));
    }
    let (what, severity) = match cookie.same_site.as_deref() {
        Some("lax" | "strict") => ("", Severity::Info),
        Some("none") if cookie.is_secure => ("", Severity::Info),
        Some("none") => {
            ("`SameSite=None` without `Secure`: browsers throw it away.", Severity::Medium)
        }
        Some(_) => ("`SameSite` has a value that browsers do not know.", Severity::Low),
        None => ("`SameSite` is not set.", Severity::Low),
    };
    if !what.is_empty() {
        problems.push(Problem::new(&rule::COOKIE_SAMESITE, url, name, what).severity(severity));
    }
    let lower = name.to_ascii_lowercase();
    let host = lower.starts_with("__host-")
        && (!cookie.is_secure || cookie.has_domain || cookie.path != Some("/"));
    let secure = lower.starts_with("__secure-") && !cookie.is_secure;
    if host || secure {
        let what = "It lacks what its prefix asks for.";
        problems.push(Problem::new(&rule::COOKIE_PREFIX, url, name, what));
    }
}
