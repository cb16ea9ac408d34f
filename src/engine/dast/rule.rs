//! The rules of the scanner.

use crate::engine::rule::Rule;
use crate::finding::{Confidence, Severity};

pub(super) static MISSING_HSTS: Rule = Rule {
    id: "dast/missing-hsts",
    title: "Browsers are not told to insist on https",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-319"),
    description: "The first request of a visit may go over http, where anybody on the way can keep the visitor there.",
    remediation: "Send `Strict-Transport-Security: max-age=31536000; includeSubDomains` over https.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security",
    ],
    aliases: &["missing-header-strict-transport-security"],
};

pub(super) static WEAK_HSTS: Rule = Rule {
    id: "dast/weak-hsts",
    title: "Strict-Transport-Security holds for a short time or in part",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-319"),
    description: "After the time, or on another name of the site, a visit begins over http again.",
    remediation: "Send `max-age` of at least 15768000 (half a year) and `includeSubDomains`.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Strict-Transport-Security",
    ],
    aliases: &[],
};

pub(super) static MISSING_CSP: Rule = Rule {
    id: "dast/missing-csp",
    title: "No content security policy",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-693"),
    description: "Nothing limits what an injected script may load, run and send away.",
    remediation: "Send a `Content-Security-Policy` that begins with `default-src 'self'` and names what the page needs.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy",
    ],
    aliases: &["missing-header-content-security-policy"],
};

pub(super) static WEAK_CSP: Rule = Rule {
    id: "dast/weak-csp",
    title: "Content security policy that stops little",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-693"),
    description: "An injected script gets through the gap.",
    remediation: "Use nonces or hashes with `'strict-dynamic'`; set `object-src 'none'` and `base-uri 'none'`.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/CSP",
    ],
    aliases: &[],
};

pub(super) static CSP_REPORT_ONLY: Rule = Rule {
    id: "dast/csp-report-only",
    title: "Content security policy that is only watched",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-693"),
    description: "`Content-Security-Policy-Report-Only` stops nothing.",
    remediation: "Send it as `Content-Security-Policy` once the reports are quiet.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Content-Security-Policy-Report-Only",
    ],
    aliases: &[],
};

pub(super) static MISSING_NOSNIFF: Rule = Rule {
    id: "dast/missing-nosniff",
    title: "Browsers may guess the type of content",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-693"),
    description: "A file that a user uploaded as a picture can be run as a script.",
    remediation: "Send `X-Content-Type-Options: nosniff`.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Content-Type-Options",
    ],
    aliases: &["missing-header-x-content-type-options"],
};

pub(super) static MISSING_FRAME_PROTECTION: Rule = Rule {
    id: "dast/missing-frame-protection",
    title: "Other sites may frame the page",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-1021"),
    description: "A visitor is led to click on the page, laid invisibly over another one.",
    remediation: "Send `Content-Security-Policy: frame-ancestors 'self'`, and `X-Frame-Options: DENY` or `SAMEORIGIN` for old browsers.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Frame-Options",
    ],
    aliases: &["missing-header-x-frame-options"],
};

pub(super) static MISSING_REFERRER_POLICY: Rule = Rule {
    id: "dast/missing-referrer-policy",
    title: "Addresses go to other sites",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-200"),
    description: "Browsers that do not know better send the whole address, with what stands in its query, to the sites that the page links to.",
    remediation: "Send `Referrer-Policy: strict-origin-when-cross-origin` or `no-referrer`.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Referrer-Policy",
    ],
    aliases: &["missing-header-referrer-policy"],
};

pub(super) static WEAK_REFERRER_POLICY: Rule = Rule {
    id: "dast/weak-referrer-policy",
    title: "Policy that sends addresses to other sites",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-200"),
    description: "The whole address, with what stands in its query, goes to the sites that the page links to.",
    remediation: "Send `Referrer-Policy: strict-origin-when-cross-origin` or `no-referrer`.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Referrer-Policy",
    ],
    aliases: &[],
};

pub(super) static MISSING_PERMISSIONS_POLICY: Rule = Rule {
    id: "dast/missing-permissions-policy",
    title: "Features of the browser are not limited",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-693"),
    description: "An injected script or a frame may ask for camera, microphone and place in the name of the site.",
    remediation: "Send `Permissions-Policy: camera=(), microphone=(), geolocation=()` and what else the page does not need.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Permissions-Policy",
    ],
    aliases: &["missing-header-permissions-policy"],
};

pub(super) static MISSING_OPENER_POLICY: Rule = Rule {
    id: "dast/missing-opener-policy",
    title: "Windows of other sites keep hold of the page",
    severity: Severity::Info,
    confidence: Confidence::High,
    cwe: Some("CWE-346"),
    description: "A site that opened the page can look at its window and lead it elsewhere.",
    remediation: "Send `Cross-Origin-Opener-Policy: same-origin`.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cross-Origin-Opener-Policy",
    ],
    aliases: &[],
};

pub(super) static INVALID_ISOLATION_HEADER: Rule = Rule {
    id: "dast/invalid-isolation-header",
    title: "Isolation header without effect",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "The value is none that browsers know, so they act as if it was not there.",
    remediation: "Correct the value.",
    references: &["https://owasp.org/www-project-secure-headers/"],
    aliases: &[],
};

pub(super) static XSS_FILTER: Rule = Rule {
    id: "dast/xss-filter",
    title: "Old filter of browsers is switched on",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "The filter was removed from browsers because it could be turned against the page.",
    remediation: "Send `X-XSS-Protection: 0` or nothing, and a content security policy.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-XSS-Protection",
    ],
    aliases: &[],
};

pub(super) static DEPRECATED_HEADER: Rule = Rule {
    id: "dast/deprecated-header",
    title: "Header that browsers no longer know",
    severity: Severity::Info,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "It has no effect, or did harm while it had one.",
    remediation: "Remove it.",
    references: &["https://owasp.org/www-project-secure-headers/"],
    aliases: &[],
};

pub(super) static SERVER_DISCLOSURE: Rule = Rule {
    id: "dast/server-disclosure",
    title: "Server tells what it runs",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-200"),
    description: "The version says which holes to try.",
    remediation: "Leave the product and its version out of `Server`.",
    references: &["https://owasp.org/www-project-secure-headers/"],
    aliases: &["info-disclosure-server"],
};

pub(super) static POWERED_BY_DISCLOSURE: Rule = Rule {
    id: "dast/powered-by-disclosure",
    title: "Framework tells what it is",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-200"),
    description: "The name and the version say which holes to try.",
    remediation: "Remove the header.",
    references: &["https://owasp.org/www-project-secure-headers/"],
    aliases: &["info-disclosure-x-powered-by"],
};

pub(super) static COOKIE_WITHOUT_SECURE: Rule = Rule {
    id: "dast/cookie-without-secure",
    title: "Cookie that goes over http as well",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-614"),
    description: "Anybody on the way can read it from one request over http.",
    remediation: "Set `Secure`.",
    references: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie"],
    aliases: &["cookie-missing-secure"],
};

pub(super) static COOKIE_WITHOUT_HTTPONLY: Rule = Rule {
    id: "dast/cookie-without-httponly",
    title: "Cookie that scripts can read",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-1004"),
    description: "An injected script sends it away.",
    remediation: "Set `HttpOnly`, unless a script of the page needs the cookie.",
    references: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie"],
    aliases: &["cookie-missing-httponly"],
};

pub(super) static COOKIE_SAMESITE: Rule = Rule {
    id: "dast/cookie-samesite",
    title: "Cookie that other sites can have sent",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-1275"),
    description: "A request that another site starts carries the cookie, and acts in the name of the visitor.",
    remediation: "Set `SameSite=Lax` or `Strict`; `None` only together with `Secure`.",
    references: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie"],
    aliases: &[],
};

pub(super) static COOKIE_PREFIX: Rule = Rule {
    id: "dast/cookie-prefix",
    title: "Cookie whose name promises more than it keeps",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-16"),
    description: "Browsers throw away cookies that break the rules of `__Host-` and `__Secure-`.",
    remediation: "`__Secure-` needs `Secure`; `__Host-` needs `Secure`, `Path=/` and no `Domain`.",
    references: &["https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Set-Cookie"],
    aliases: &[],
};

pub(super) static CORS_ANY_ORIGIN: Rule = Rule {
    id: "dast/cors-any-origin",
    title: "Any site may read answers in the name of the visitor",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-942"),
    description: "The server repeats the origin that asks and allows cookies: every site that a visitor opens can read what he may read.",
    remediation: "Answer only origins of a list, and compare them whole.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/CORS",
    ],
    aliases: &[],
};

pub(super) static CORS_REFLECTED_ORIGIN: Rule = Rule {
    id: "dast/cors-reflected-origin",
    title: "Any site may read answers",
    severity: Severity::Low,
    confidence: Confidence::Medium,
    cwe: Some("CWE-942"),
    description: "The server repeats the origin that asks. Without cookies that is as open as `*`, and it becomes worse when cookies are allowed.",
    remediation: "Send `*` where everybody may read, or answer only origins of a list.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/CORS",
    ],
    aliases: &[],
};

pub(super) static CACHEABLE_SESSION: Rule = Rule {
    id: "dast/cacheable-session",
    title: "Page that starts a session may be cached",
    severity: Severity::Low,
    confidence: Confidence::Medium,
    cwe: Some("CWE-525"),
    description: "A shared cache gives the cookie, or the page of one visitor, to the next.",
    remediation: "Send `Cache-Control: no-store` with cookies of a session.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/Cache-Control",
    ],
    aliases: &[],
};

pub(super) static NO_HTTPS: Rule = Rule {
    id: "dast/no-https",
    title: "Page is served without TLS",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-319"),
    description: "Everybody on the way can read and change it.",
    remediation: "Serve it over https only, and redirect http to it.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS",
    ],
    aliases: &[],
};

pub(super) static REDIRECT_TO_HTTP: Rule = Rule {
    id: "dast/redirect-to-http",
    title: "Redirect from https to http",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-319"),
    description: "The visitor is led off the protected connection.",
    remediation: "Redirect to https.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS",
    ],
    aliases: &[],
};

pub(super) static REDIRECT_OFF_HOST: Rule = Rule {
    id: "dast/redirect-off-host",
    title: "Redirect to another host",
    severity: Severity::Info,
    confidence: Confidence::High,
    cwe: Some("CWE-601"),
    description: "It was not followed; what stands there was not looked at.",
    remediation: "Scan the other host by its own name, if it is yours.",
    references: &["https://cwe.mitre.org/data/definitions/601.html"],
    aliases: &[],
};

pub(super) static OLD_TLS: Rule = Rule {
    id: "dast/old-tls",
    title: "Server speaks versions of TLS that are given up",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-327"),
    description: "TLS 1.0 and 1.1 rest on digests that can be forged.",
    remediation: "Allow TLS 1.2 and 1.3 only.",
    references: &["https://www.rfc-editor.org/rfc/rfc8996"],
    aliases: &[],
};

pub(super) static CERTIFICATE_EXPIRED: Rule = Rule {
    id: "dast/certificate-expired",
    title: "Certificate is not valid today",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-298"),
    description: "Visitors are shown a warning, and learn to click it away.",
    remediation: "Renew the certificate, and let it renew itself.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS",
    ],
    aliases: &[],
};

pub(super) static CERTIFICATE_EXPIRES_SOON: Rule = Rule {
    id: "dast/certificate-expires-soon",
    title: "Certificate expires within three weeks",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-298"),
    description: "Certificates that renew themselves are renewed earlier; this one may have been forgotten.",
    remediation: "See to it that it is renewed.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS",
    ],
    aliases: &[],
};

pub(super) static CERTIFICATE_UNTRUSTED: Rule = Rule {
    id: "dast/certificate-untrusted",
    title: "Certificate that browsers do not trust",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-295"),
    description: "Visitors cannot tell the server from somebody on the way.",
    remediation: "Get a certificate for the name from an authority that browsers trust.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS",
    ],
    aliases: &[],
};

pub(super) static WEAK_CERTIFICATE: Rule = Rule {
    id: "dast/weak-certificate",
    title: "Certificate with a weak key or signature",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-326"),
    description: "Keys below 2048 bits and signatures with SHA-1 are within reach of well-funded attackers.",
    remediation: "Get a certificate with an ECDSA key, or RSA of 2048 bits or more, and SHA-256.",
    references: &[
        "https://developer.mozilla.org/en-US/docs/Web/Security/Practical_implementation_guides/TLS",
    ],
    aliases: &[],
};

pub(super) static MIXED_CONTENT: Rule = Rule {
    id: "dast/mixed-content",
    title: "Page over https loads parts over http",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-319"),
    description: "Whoever changes the part on its way changes the page.",
    remediation: "Load it over https.",
    references: &["https://developer.mozilla.org/en-US/docs/Web/Security/Mixed_content"],
    aliases: &[],
};

pub(super) static MISSING_INTEGRITY: Rule = Rule {
    id: "dast/missing-integrity",
    title: "Script of another host without a digest",
    severity: Severity::Low,
    confidence: Confidence::High,
    cwe: Some("CWE-353"),
    description: "Whoever controls the other host runs code in the page.",
    remediation: "Give the element `integrity` and `crossorigin`, or serve the file yourself.",
    references: &["https://developer.mozilla.org/en-US/docs/Web/Security/Subresource_Integrity"],
    aliases: &[],
};

pub(super) static EXPOSED_REPOSITORY: Rule = Rule {
    id: "dast/exposed-repository",
    title: "Repository of the source can be fetched",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-527"),
    description: "The whole source and its history, with what was ever committed, can be put together from it.",
    remediation: "Deny `/.git`, `/.svn` and `/.hg`, or do not put them on the server. Change every secret that was in them.",
    references: &["https://cwe.mitre.org/data/definitions/527.html"],
    aliases: &[],
};

pub(super) static EXPOSED_SECRETS: Rule = Rule {
    id: "dast/exposed-secrets",
    title: "File with secrets can be fetched",
    severity: Severity::Critical,
    confidence: Confidence::High,
    cwe: Some("CWE-538"),
    description: "Whoever has it has the passwords and keys of the application.",
    remediation: "Take the file off the server, and change everything that stands in it.",
    references: &["https://cwe.mitre.org/data/definitions/538.html"],
    aliases: &[],
};

pub(super) static EXPOSED_BACKUP: Rule = Rule {
    id: "dast/exposed-backup",
    title: "Backup or dump can be fetched",
    severity: Severity::High,
    confidence: Confidence::High,
    cwe: Some("CWE-530"),
    description: "It holds the source or the data of the application.",
    remediation: "Take the file off the server, and change what secrets stand in it.",
    references: &["https://cwe.mitre.org/data/definitions/530.html"],
    aliases: &[],
};

pub(super) static EXPOSED_STATUS: Rule = Rule {
    id: "dast/exposed-status",
    title: "Status or diagnostics can be read",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-497"),
    description: "It tells of visitors, addresses, versions and settings.",
    remediation: "Allow it from the machine itself or a network of administrators.",
    references: &["https://cwe.mitre.org/data/definitions/497.html"],
    aliases: &[],
};

pub(super) static DEBUG_PAGE: Rule = Rule {
    id: "dast/debug-page",
    title: "Error page tells of the inside",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-209"),
    description: "It shows code, paths or settings, and some such pages run commands.",
    remediation: "Switch debugging off, and answer errors with a page that says nothing.",
    references: &["https://cwe.mitre.org/data/definitions/209.html"],
    aliases: &[],
};

pub(super) static DIRECTORY_LISTING: Rule = Rule {
    id: "dast/directory-listing",
    title: "Files of a folder are listed",
    severity: Severity::Medium,
    confidence: Confidence::High,
    cwe: Some("CWE-548"),
    description: "Whatever lies there is found, also what nobody links to.",
    remediation: "Switch listings off (`Options -Indexes`, `autoindex off`).",
    references: &["https://cwe.mitre.org/data/definitions/548.html"],
    aliases: &[],
};

pub(super) static MISSING_SECURITY_TXT: Rule = Rule {
    id: "dast/missing-security-txt",
    title: "Nothing says whom to tell of a hole",
    severity: Severity::Info,
    confidence: Confidence::High,
    cwe: Some("CWE-1059"),
    description: "Who finds a hole does not know where to report it.",
    remediation: "Publish `/.well-known/security.txt`.",
    references: &["https://www.rfc-editor.org/rfc/rfc9116"],
    aliases: &[],
};

/// All of them, in the order of the documentation.
pub(super) static RULES: &[&Rule] = &[
    &MISSING_HSTS,
    &WEAK_HSTS,
    &MISSING_CSP,
    &WEAK_CSP,
    &CSP_REPORT_ONLY,
    &MISSING_NOSNIFF,
    &MISSING_FRAME_PROTECTION,
    &MISSING_REFERRER_POLICY,
    &WEAK_REFERRER_POLICY,
    &MISSING_PERMISSIONS_POLICY,
    &MISSING_OPENER_POLICY,
    &INVALID_ISOLATION_HEADER,
    &XSS_FILTER,
    &DEPRECATED_HEADER,
    &SERVER_DISCLOSURE,
    &POWERED_BY_DISCLOSURE,
    &COOKIE_WITHOUT_SECURE,
    &COOKIE_WITHOUT_HTTPONLY,
    &COOKIE_SAMESITE,
    &COOKIE_PREFIX,
    &CORS_ANY_ORIGIN,
    &CORS_REFLECTED_ORIGIN,
    &CACHEABLE_SESSION,
    &NO_HTTPS,
    &REDIRECT_TO_HTTP,
    &REDIRECT_OFF_HOST,
    &OLD_TLS,
    &CERTIFICATE_EXPIRED,
    &CERTIFICATE_EXPIRES_SOON,
    &CERTIFICATE_UNTRUSTED,
    &WEAK_CERTIFICATE,
    &MIXED_CONTENT,
    &MISSING_INTEGRITY,
    &EXPOSED_REPOSITORY,
    &EXPOSED_SECRETS,
    &EXPOSED_BACKUP,
    &EXPOSED_STATUS,
    &DEBUG_PAGE,
    &DIRECTORY_LISTING,
    &MISSING_SECURITY_TXT,
];
