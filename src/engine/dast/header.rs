//! Headers, and what their values are worth.

use super::csp;
use super::problem::Problem;
use super::rule;
use crate::finding::Severity;
use crate::probe::answer::Answer;
use crate::probe::shown;
use crate::probe::url::Url;

/// Half a year, seconds: below that the protection ends between two visits.
const LEAST_AGE: u64 = 15_768_000;

/// Judges the headers of a page that a browser would show.
pub(super) fn judge(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    strict_transport(url, answer, problems);
    csp::judge(url, answer, problems);
    sniffing(url, answer, problems);
    framing(url, answer, problems);
    referrers(url, answer, problems);
    isolation(url, answer, problems);
    if answer.header("permissions-policy").is_none_or(str::is_empty) {
        let what = "`Permissions-Policy` is not sent.";
        problems.push(Problem::new(&rule::MISSING_PERMISSIONS_POLICY, url, "", what));
    }
    if let Some(value) = answer.header("x-xss-protection")
        && value.trim().split(';').next() != Some("0")
    {
        let what = "`X-XSS-Protection` is sent with another value than 0.";
        problems.push(Problem::new(&rule::XSS_FILTER, url, "", what));
    }
    for (name, title) in [
        ("expect-ct", "Expect-CT"),
        ("public-key-pins", "Public-Key-Pins"),
        ("x-content-security-policy", "X-Content-Security-Policy"),
        ("x-webkit-csp", "X-WebKit-CSP"),
        ("feature-policy", "Feature-Policy"),
    ] {
        if answer.header(name).is_some() {
            let what = format!("`{title}` is sent.");
            problems.push(Problem::new(&rule::DEPRECATED_HEADER, url, title, what));
        }
    }
}

/// What is judged on redirects and errors as well.
pub(super) fn strict_transport(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    // Browsers take no notice of it over http, nor for a host that is an address.
    if !url.is_secure || url.host_name().parse::<std::net::IpAddr>().is_ok() {
        return;
    }
    let Some(value) = answer.header("strict-transport-security") else {
        let what = "`Strict-Transport-Security` is not sent.";
        problems.push(Problem::new(&rule::MISSING_HSTS, url, "", what));
        return;
    };
    let mut age = None;
    let mut below = false;
    for part in value.split(';') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        match name.trim().to_ascii_lowercase().as_str() {
            "max-age" => age = age.or(value.trim().trim_matches('"').parse::<u64>().ok()),
            "includesubdomains" => below = true,
            _ => {}
        }
    }
    let Some(age) = age else {
        let what = "`Strict-Transport-Security` has no valid `max-age` and does nothing.";
        problems.push(Problem::new(&rule::MISSING_HSTS, url, "", what));
        return;
    };
    if age == 0 {
        let what = "`max-age=0` tells browsers to forget that the site wants https.";
        problems.push(Problem::new(&rule::MISSING_HSTS, url, "", what));
    } else if age < LEAST_AGE {
        let what = format!("`max-age` is {age} seconds.");
        problems.push(Problem::new(&rule::WEAK_HSTS, url, "max-age", what));
    }
    if age > 0 && !below {
        let what = "`includeSubDomains` is not set.";
        let problem = Problem::new(&rule::WEAK_HSTS, url, "includeSubDomains", what);
        problems.push(problem.severity(Severity::Info));
    }
}

fn sniffing(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    let what = match answer.header("x-content-type-options") {
        Some(value) if value.trim().eq_ignore_ascii_case("nosniff") => return,
        Some(_) => "`X-Content-Type-Options` has another value than `nosniff` and does nothing.",
        None => "`X-Content-Type-Options` is not sent.",
    };
    problems.push(Problem::new(&rule::MISSING_NOSNIFF, url, "", what));
}

fn framing(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    if csp::limits_frames(answer) {
        return;
    }
    let what = match answer.joined("x-frame-options") {
        Some(value) => {
            let sound = |word: &str| {
                matches!(word.trim().to_ascii_uppercase().as_str(), "DENY" | "SAMEORIGIN")
            };
            if value.split(',').all(sound) {
                return;
            }
            "`X-Frame-Options` has a value that browsers do not know."
        }
        None => "Neither `frame-ancestors` nor `X-Frame-Options` is sent.",
    };
    problems.push(Problem::new(&rule::MISSING_FRAME_PROTECTION, url, "", what));
}

fn referrers(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    let Some(value) = answer.joined("referrer-policy").filter(|value| !value.is_empty()) else {
        let what = "`Referrer-Policy` is not sent.";
        problems.push(Problem::new(&rule::MISSING_REFERRER_POLICY, url, "", what));
        return;
    };
    // The last word that a browser knows is the one that counts.
    let mut words = value.split(',').map(|word| word.trim().to_ascii_lowercase());
    let known = |word: &String| {
        matches!(
            word.as_str(),
            "no-referrer"
                | "no-referrer-when-downgrade"
                | "origin"
                | "origin-when-cross-origin"
                | "same-origin"
                | "strict-origin"
                | "strict-origin-when-cross-origin"
                | "unsafe-url"
        )
    };
    match words.rfind(known).as_deref() {
        Some(word @ ("unsafe-url" | "no-referrer-when-downgrade")) => {
            let what = format!("The policy is `{word}`.");
            problems.push(Problem::new(&rule::WEAK_REFERRER_POLICY, url, word, what));
        }
        Some(_) => {}
        None => {
            let what = "`Referrer-Policy` has no value that browsers know.";
            problems.push(Problem::new(&rule::MISSING_REFERRER_POLICY, url, "", what));
        }
    }
}

fn isolation(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    let known: [(&str, &str, &[&str]); 3] = [
        (
            "cross-origin-opener-policy",
            "Cross-Origin-Opener-Policy",
            &["same-origin", "same-origin-allow-popups", "noopener-allow-popups", "unsafe-none"],
        ),
        (
            "cross-origin-embedder-policy",
            "Cross-Origin-Embedder-Policy",
            &["require-corp", "credentialless", "unsafe-none"],
        ),
        (
            "cross-origin-resource-policy",
            "Cross-Origin-Resource-Policy",
            &["same-origin", "same-site", "cross-origin"],
        ),
    ];
    for (name, title, words) in known {
        let Some(value) = answer.header(name) else { continue };
        let word = value.split(';').next().unwrap_or_default().trim();
        if !words.contains(&word) {
            let what = format!("`{title}` has a value that browsers do not know.");
            problems.push(Problem::new(&rule::INVALID_ISOLATION_HEADER, url, title, what));
        }
    }
    let opener = answer.header("cross-origin-opener-policy");
    if opener.is_none_or(|value| value.trim() == "unsafe-none") {
        let what = "`Cross-Origin-Opener-Policy` is not sent.";
        problems.push(Problem::new(&rule::MISSING_OPENER_POLICY, url, "", what));
    }
}

/// What the server tells of itself.
pub(super) fn disclosure(url: &Url, answer: &Answer, problems: &mut Vec<Problem>) {
    if let Some(value) = answer.header("server").filter(|value| !value.is_empty()) {
        let value = shown(value.as_bytes(), 100);
        let has_version = value.bytes().any(|b| b.is_ascii_digit());
        let what = format!("`Server` is `{value}`.");
        let problem = Problem::new(&rule::SERVER_DISCLOSURE, url, "", what);
        // A name alone says little that the server does not tell otherwise.
        problems.push(if has_version { problem } else { problem.severity(Severity::Info) });
    }
    for (name, title) in [
        ("x-powered-by", "X-Powered-By"),
        ("x-aspnet-version", "X-AspNet-Version"),
        ("x-aspnetmvc-version", "X-AspNetMvc-Version"),
        ("x-generator", "X-Generator"),
        ("x-drupal-cache", "X-Drupal-Cache"),
        ("x-runtime", "X-Runtime"),
    ] {
        if let Some(value) = answer.header(name).filter(|value| !value.is_empty()) {
            let what = format!("`{title}` is `{}`.", shown(value.as_bytes(), 100));
            problems.push(Problem::new(&rule::POWERED_BY_DISCLOSURE, url, title, what));
        }
    }
}

/// Whether other sites may read answers; `origin` was sent with the request.
pub(super) fn cross_origin(url: &Url, answer: &Answer, origin: &str, problems: &mut Vec<Problem>) {
    let allowed = answer.header("access-control-allow-origin").map(str::trim);
    let with_cookies = answer
        .header("access-control-allow-credentials")
        .is_some_and(|value| value.trim().eq_ignore_ascii_case("true"));
    match (allowed, with_cookies) {
        (Some(value), true) if value == origin || value == "null" => {
            let what = "An origin that was made up is allowed, with credentials.";
            problems.push(Problem::new(&rule::CORS_ANY_ORIGIN, url, "", what));
        }
        (Some(value), false) if value == origin || value == "null" => {
            let what = "An origin that was made up is allowed.";
            problems.push(Problem::new(&rule::CORS_REFLECTED_ORIGIN, url, "", what));
        }
        _ => {}
    }
}
