//! What single answers are worth, as data, and whole conversations with a server in memory.

use super::{problem::Problem, rule::RULES, talk};
use crate::finding::Severity;
use crate::probe::answer::whole;
use crate::probe::certificate::Certificate;
use crate::probe::hello::Old;
use crate::probe::tls::{Distrust, Tls};
use crate::probe::url::Url;
use crate::probe::web::{Method, Page, Web};
use crate::probe::{Aim, Target};
use jiff::civil::date;
use std::cell::RefCell;
use std::collections::BTreeSet;

const GOOD: &str = "Strict-Transport-Security: max-age=31536000; includeSubDomains\r\n\
    Content-Security-Policy: default-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'\r\n\
    X-Content-Type-Options: nosniff\r\nReferrer-Policy: no-referrer\r\nPermissions-Policy: camera=()\r\n\
    Cross-Origin-Opener-Policy: same-origin\r\nContent-Type: text/html\r\n";

fn page(url: &str, head: &str, body: &str) -> Page {
    let bytes = format!("HTTP/1.1 200 OK\r\n{head}\r\n{body}");
    let answer = whole(bytes.as_bytes(), false, 1 << 20).unwrap();
    Page { url: url.parse().unwrap(), answer, tls: None }
}

fn found(page: &Page) -> Vec<String> {
    let problems = talk::judge(page, date(2026, 6, 1));
    problems
        .iter()
        .map(|problem| problem.rule.id.trim_start_matches("dast/").to_owned())
        .filter(|id| id != "no-https" || !page.url.is_secure)
        .collect()
}

/// A good page with one header put in place of another of its name, or added.
fn with(header: &str) -> Page {
    let name = header.split(':').next().unwrap();
    let kept: String = GOOD
        .split_inclusive("\r\n")
        .filter(|line| !line.to_ascii_lowercase().starts_with(&name.to_ascii_lowercase()))
        .collect();
    page("https://a.example/", &format!("{kept}{header}\r\n"), "")
}

/// Rule, headers that have it, headers that do not.
const HEADERS: &[(&str, &[&str], &[&str])] = &[
    (
        "missing-hsts",
        &["Strict-Transport-Security: x", "Strict-Transport-Security: max-age=0"],
        &["X: y"],
    ),
    (
        "weak-hsts",
        &[
            "Strict-Transport-Security: max-age=600; includeSubDomains",
            "Strict-Transport-Security: max-age=31536000",
        ],
        &["Strict-Transport-Security: MAX-AGE=\"31536000\" ; INCLUDESUBDOMAINS; preload"],
    ),
    ("missing-csp", &["Content-Security-Policy: "], &["X: y"]),
    (
        "weak-csp",
        &[
            "Content-Security-Policy: default-src 'self' 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
            "Content-Security-Policy: script-src *; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
            "Content-Security-Policy: script-src 'self' 'unsafe-eval'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
            "Content-Security-Policy: script-src 'self'; base-uri 'none'; frame-ancestors 'none'",
            "Content-Security-Policy: default-src 'self'; frame-ancestors 'none'",
            "Content-Security-Policy: img-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
        ],
        &[
            "Content-Security-Policy: script-src 'nonce-x' 'strict-dynamic' https: 'unsafe-inline'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'",
            // The second policy stops what the first lets through.
            "Content-Security-Policy: default-src * 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none', default-src 'none'; base-uri 'none'",
        ],
    ),
    ("missing-nosniff", &["X-Content-Type-Options: sniff"], &["X-Content-Type-Options: NoSniff"]),
    (
        "missing-frame-protection",
        &[
            "Content-Security-Policy: default-src 'self'; base-uri 'none'\r\nX-Frame-Options: ALLOW-FROM https://b.example",
        ],
        &["Content-Security-Policy: default-src 'self'; base-uri 'none'\r\nX-Frame-Options: deny"],
    ),
    ("missing-referrer-policy", &["Referrer-Policy: nonsense"], &["Referrer-Policy: same-origin"]),
    (
        "weak-referrer-policy",
        &["Referrer-Policy: no-referrer, unsafe-url"],
        &["Referrer-Policy: unsafe-url, strict-origin"],
    ),
    ("missing-permissions-policy", &["Permissions-Policy: "], &["X: y"]),
    ("missing-opener-policy", &["Cross-Origin-Opener-Policy: unsafe-none"], &["X: y"]),
    (
        "invalid-isolation-header",
        &["Cross-Origin-Embedder-Policy: yes"],
        &["Cross-Origin-Resource-Policy: same-site"],
    ),
    ("xss-filter", &["X-XSS-Protection: 1; mode=block"], &["X-XSS-Protection: 0"]),
    ("deprecated-header", &["Expect-CT: max-age=1"], &["X: y"]),
    ("server-disclosure", &["Server: nginx/1.25.1"], &["Server: "]),
    ("powered-by-disclosure", &["X-Powered-By: PHP/8.1"], &["X-Powered-By: "]),
    (
        "cookie-without-secure",
        &["Set-Cookie: a=1; HttpOnly; SameSite=Lax"],
        &["Set-Cookie: a=1; secure; HttpOnly; SameSite=Lax", "Set-Cookie: a=; Max-Age=0"],
    ),
    (
        "cookie-without-httponly",
        &["Set-Cookie: a=1; Secure; SameSite=Lax"],
        &["Set-Cookie: csrftoken=1; Secure; SameSite=Lax"],
    ),
    (
        "cookie-samesite",
        &[
            "Set-Cookie: a=1; Secure; HttpOnly",
            "Set-Cookie: a=1; HttpOnly; SameSite=None",
            "Set-Cookie: a=1; Secure; HttpOnly; SameSite=x",
        ],
        &["Set-Cookie: a=1; Secure; HttpOnly; SameSite=None"],
    ),
    (
        "cookie-prefix",
        &[
            "Set-Cookie: __Host-a=1; Secure; HttpOnly; SameSite=Lax; Path=/x",
            "Set-Cookie: __Secure-a=1; HttpOnly; SameSite=Lax",
        ],
        &["Set-Cookie: __Host-a=1; Secure; HttpOnly; SameSite=Lax; Path=/"],
    ),
    (
        "cacheable-session",
        &["Set-Cookie: sessionid=1; Secure; HttpOnly; SameSite=Lax"],
        &["Set-Cookie: sessionid=1; Secure; HttpOnly; SameSite=Lax\r\nCache-Control: no-store"],
    ),
];

#[test]
fn every_header_has_values_that_are_judged_and_values_that_are_not() {
    for (rule, hits, misses) in HEADERS {
        for header in *hits {
            let found = found(&with(header));
            assert!(found.iter().any(|id| id == rule), "{rule}: {header}: {found:?}");
        }
        for header in *misses {
            let found = found(&with(header));
            assert!(!found.iter().any(|id| id == rule), "{rule}: {header}: {found:?}");
        }
    }
    assert_eq!(found(&page("https://a.example/", GOOD, "")), Vec::<String>::new());
}

/// Rule, body that has it, body that does not.
const BODIES: &[(&str, &str, &str)] = &[
    (
        "mixed-content",
        "<script src=http://b.example/x.js></script>",
        "<a href='http://b.example/'>x</a><!-- <img src='http://b.example/i'> -->",
    ),
    (
        "missing-integrity",
        "<SCRIPT async SRC = 'https://cdn.example/x.js'></SCRIPT>",
        "<script src='https://cdn.example/x.js' integrity='sha384-x'></script><script src='/y.js'></script><script>'<script src=https://c.example>'</script>",
    ),
    (
        "directory-listing",
        "<html><head><title>Index of /files</title>",
        "<html><title>Index of terms</title>",
    ),
    (
        "debug-page",
        "<h1>Traceback (most recent call last)</h1> File \"/srv/app.py\"",
        "How to read a Traceback",
    ),
];

#[test]
fn pages_are_judged_by_what_they_load_and_tell() {
    for (rule, hit, miss) in BODIES {
        let hits = found(&page("https://a.example/", GOOD, hit));
        assert_eq!(hits, [rule.to_owned()], "{hit}");
        let misses = found(&page("https://a.example/", GOOD, miss));
        assert_eq!(misses, Vec::<String>::new(), "{miss}");
    }
}

fn certificate() -> Certificate {
    Certificate {
        begins: date(2026, 1, 1),
        ends: date(2026, 12, 1),
        is_self_signed: false,
        has_weak_signature: false,
        rsa_bits: Some(2048),
    }
}

#[test]
fn connections_are_judged_by_their_certificate() {
    let good = certificate();
    let cases: [(&str, Certificate, Option<Distrust>); 9] = [
        ("", good.clone(), None),
        ("certificate-expired", Certificate { ends: date(2026, 5, 31), ..good.clone() }, None),
        ("certificate-expired", Certificate { begins: date(2026, 6, 2), ..good.clone() }, None),
        ("certificate-expires-soon", Certificate { ends: date(2026, 6, 10), ..good.clone() }, None),
        ("certificate-untrusted", good.clone(), Some(Distrust::WrongName)),
        (
            "certificate-untrusted",
            Certificate { is_self_signed: true, ..good.clone() },
            Some(Distrust::UnknownIssuer),
        ),
        ("certificate-untrusted", good.clone(), Some(Distrust::Unusable)),
        ("weak-certificate", Certificate { has_weak_signature: true, ..good.clone() }, None),
        ("weak-certificate", Certificate { rsa_bits: Some(1024), ..good }, None),
    ];
    for (rule, certificate, distrust) in cases {
        let is_trusted = distrust.is_none();
        let tls = Tls { version: "TLS 1.3", certificate: Some(certificate), distrust, is_trusted };
        let page = Page { tls: Some(tls), ..page("https://a.example/", GOOD, "") };
        assert_eq!(found(&page).join(" "), rule);
    }
}

/// A server in memory.
struct Fake {
    answer: fn(&Url, Option<&str>) -> Option<String>,
    asked: RefCell<Vec<String>>,
    old: Vec<Old>,
}

impl Web for Fake {
    fn ask(&self, _: Method, url: &Url, origin: Option<&str>) -> Result<Page, String> {
        self.asked.borrow_mut().push(url.shown());
        let text = (self.answer)(url, origin).ok_or("the connection was refused")?;
        let answer = whole(text.as_bytes(), false, 1 << 20).unwrap();
        Ok(Page { url: url.clone(), answer, tls: None })
    }

    fn old_versions(&self, _: &Url) -> Vec<Old> {
        self.old.clone()
    }
}

fn talked(
    start: &str,
    old: Vec<Old>,
    answer: fn(&Url, Option<&str>) -> Option<String>,
) -> (Vec<Problem>, Vec<String>, Vec<String>) {
    let fake = Fake { answer, asked: RefCell::default(), old };
    let url: Url = start.parse().unwrap();
    let target = Target { url: Some(url.clone()), hosts: None };
    let aim = Aim { target: &target, today: date(2026, 6, 1), cancelled: &|| false };
    let talked = talk::talk(&fake, &url, &aim).unwrap();
    (talked.problems, talked.notices, fake.asked.into_inner())
}

fn rules(problems: &[Problem]) -> BTreeSet<&str> {
    problems.iter().map(|problem| problem.rule.id).collect()
}

const NOT_FOUND: &str = "HTTP/1.1 404 Not Found\r\n\r\n";

#[test]
fn exposed_files_are_found_by_their_content() {
    let (problems, notices, asked) = talked("https://a.example/", vec![Old::Tls10], |url, _| {
        Some(match (url.is_secure, url.path.as_str()) {
            (false, _) => "HTTP/1.1 301 Moved\r\nLocation: https://a.example/\r\n\r\n".to_owned(),
            (_, "/") => format!("HTTP/1.1 200 OK\r\n{GOOD}\r\n"),
            (_, "/.git/HEAD") => "HTTP/1.1 200 OK\r\n\r\nref: refs/heads/main\n".to_owned(),
            (_, "/.env") => "HTTP/1.1 200 OK\r\n\r\nAPP_KEY=hunter2hunter2\n".to_owned(),
            (_, "/uploads/") => {
                "HTTP/1.1 200 OK\r\n\r\n<title>Index of /uploads</title>".to_owned()
            }
            _ => NOT_FOUND.to_owned(),
        })
    });
    let expected = [
        "dast/directory-listing",
        "dast/exposed-repository",
        "dast/exposed-secrets",
        "dast/missing-security-txt",
        "dast/old-tls",
    ];
    let mut found = rules(&problems);
    // The fake has no TLS to look at.
    found.remove("dast/no-https");
    assert_eq!(found, BTreeSet::from(expected));
    assert!(!format!("{problems:?}").contains("hunter2"));
    assert!(notices[0].contains("paths asked for"), "{notices:?}");
    assert!(asked.len() < 60 && asked.iter().all(|url| url.contains("//a.example/")), "{asked:?}");
}

#[test]
fn a_site_that_answers_everything_has_no_exposed_files() {
    let (problems, ..) = talked("http://a.example/", Vec::new(), |_, _| {
        Some(format!("HTTP/1.1 200 OK\r\n{GOOD}\r\nref: refs/heads/main\n"))
    });
    let found = rules(&problems);
    assert!(!found.iter().any(|id| id.contains("exposed")), "{found:?}");
}

#[test]
fn redirects_are_followed_on_the_host_only() {
    let (problems, _, asked) = talked("https://a.example/", Vec::new(), |url, _| {
        Some(match url.path.as_str() {
            "/" => "HTTP/1.1 302 Found\r\nLocation: /in\r\n\r\n".to_owned(),
            "/in" => {
                "HTTP/1.1 302 Found\r\nLocation: http://169.254.169.254/latest\r\n\r\n".to_owned()
            }
            _ => NOT_FOUND.to_owned(),
        })
    });
    assert!(rules(&problems).contains("dast/redirect-off-host"));
    assert!(asked.iter().all(|url| !url.contains("169.254")), "{asked:?}");
    let (problems, notices, _) = talked("https://a.example/", Vec::new(), |_, _| {
        Some("HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n".to_owned())
    });
    assert!(!rules(&problems).contains("dast/redirect-off-host"));
    assert!(notices[0].contains("more than 5 redirects"), "{notices:?}");
    let (problems, ..) = talked("https://a.example/", Vec::new(), |url, _| {
        let there = "HTTP/1.1 302 Found\r\nLocation: http://a.example/x\r\n\r\n".to_owned();
        Some(if url.is_secure { there } else { NOT_FOUND.to_owned() })
    });
    assert!(rules(&problems).contains("dast/redirect-to-http"));
}

#[test]
fn origins_that_were_made_up_are_not_to_be_allowed() {
    for (headers, expected) in [
        ("Access-Control-Allow-Credentials: true\r\n", Some("dast/cors-any-origin")),
        ("", Some("dast/cors-reflected-origin")),
    ] {
        let answer: fn(&Url, Option<&str>) -> Option<String> = match headers {
            "" => |_, origin| {
                Some(format!(
                    "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: {}\r\n\r\n",
                    origin.unwrap_or("*")
                ))
            },
            _ => |_, origin| {
                Some(format!(
                    "HTTP/1.1 200 OK\r\nAccess-Control-Allow-Credentials: true\r\nAccess-Control-Allow-Origin: {}\r\n\r\n",
                    origin.unwrap_or("*")
                ))
            },
        };
        let (problems, ..) = talked("https://a.example/", Vec::new(), answer);
        let found = rules(&problems);
        assert_eq!(found.iter().find(|id| id.contains("cors")).copied(), expected, "{found:?}");
    }
    let (problems, ..) = talked("https://a.example/", Vec::new(), |_, _| {
        Some("HTTP/1.1 200 OK\r\nAccess-Control-Allow-Origin: *\r\n\r\n".to_owned())
    });
    assert!(!rules(&problems).iter().any(|id| id.contains("cors")));
}

#[test]
fn a_server_that_stops_answering_is_left_alone_and_that_is_told() {
    let (_, notices, asked) = talked("https://a.example:8443/", Vec::new(), |url, _| {
        (url.path == "/").then(|| format!("HTTP/1.1 200 OK\r\n{GOOD}\r\n"))
    });
    assert!(asked.len() < 12, "{asked:?}");
    assert!(notices[0].contains("0 paths asked for, 41 without an answer"), "{notices:?}");
}

#[test]
fn a_server_that_speaks_only_old_versions_is_told_for_that() {
    let (problems, notices, _) = talked("https://a.example/", vec![Old::Tls11], |_, _| None);
    assert_eq!(rules(&problems), BTreeSet::from(["dast/old-tls"]));
    assert!(notices[0].contains("nothing else was looked at"), "{notices:?}");
}

#[test]
fn copies_of_a_page_with_source_are_asked_for() {
    let (problems, ..) = talked("http://127.0.0.1/shop/index.php", Vec::new(), |url, _| {
        Some(match url.path.as_str() {
            "/shop/index.php~" => "HTTP/1.1 200 OK\r\n\r\n<?php $x = 1;".to_owned(),
            _ => NOT_FOUND.to_owned(),
        })
    });
    let backup = problems.iter().find(|problem| problem.rule.id == "dast/exposed-backup").unwrap();
    assert_eq!(backup.url, "http://127.0.0.1/shop/index.php~");
}

#[test]
fn pages_of_this_machine_need_no_tls() {
    let of = |url: &str| {
        let problems = talk::judge(&page(url, GOOD, ""), date(2026, 6, 1));
        problems.iter().find(|problem| problem.rule.id == "dast/no-https").map(|one| one.severity)
    };
    assert_eq!(of("http://a.example/"), Some(Severity::Medium));
    assert_eq!(of("http://127.0.0.1:8000/"), Some(Severity::Info));
}

#[test]
fn documented_ids_are_aliases() {
    let aliases: BTreeSet<&str> = RULES.iter().flat_map(|rule| rule.aliases).copied().collect();
    for id in [
        "missing-header-strict-transport-security",
        "missing-header-content-security-policy",
        "missing-header-x-content-type-options",
        "missing-header-x-frame-options",
        "missing-header-referrer-policy",
        "missing-header-permissions-policy",
        "info-disclosure-server",
        "info-disclosure-x-powered-by",
        "cookie-missing-secure",
        "cookie-missing-httponly",
    ] {
        assert!(aliases.contains(id), "{id}");
    }
}
