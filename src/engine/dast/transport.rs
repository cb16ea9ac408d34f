//! The connection: versions of TLS, the certificate, and whether http leads to https.

use super::problem::Problem;
use super::rule;
use crate::finding::Severity;
use crate::probe::hello::Old;
use crate::probe::tls::{Distrust, Tls};
use crate::probe::url::Url;
use jiff::ToSpan as _;
use jiff::civil::Date;

/// Certificates that renew themselves are renewed earlier than this many days before their end.
const SOON: i64 = 21;
/// Bits of an RSA key that are enough.
const LEAST_BITS: usize = 2048;

/// Judges a connection by what was seen of it.
pub(super) fn judge(url: &Url, tls: &Tls, today: Date, problems: &mut Vec<Problem>) {
    let self_signed = tls.certificate.as_ref().is_some_and(|one| one.is_self_signed);
    let distrust = match (tls.distrust, self_signed) {
        (Some(Distrust::UnknownIssuer), true) => Some(("self-signed", "It has signed itself.")),
        (Some(Distrust::UnknownIssuer), false) => Some((
            "unknown issuer",
            "No authority that is trusted has signed it, or the chain is not sent whole.",
        )),
        (Some(Distrust::WrongName), _) => Some(("wrong name", "It is for another name.")),
        (Some(Distrust::Unusable), _) => Some(("unusable", "It cannot be used by a server.")),
        (None, _) => None,
    };
    if let Some((subject, what)) = distrust {
        problems.push(Problem::new(&rule::CERTIFICATE_UNTRUSTED, url, subject, what));
    }
    let Some(certificate) = &tls.certificate else { return };
    if certificate.ends < today {
        let what = format!("It ended on {}.", certificate.ends);
        problems.push(Problem::new(&rule::CERTIFICATE_EXPIRED, url, "expired", what));
    } else if certificate.begins > today {
        let what = format!("It begins on {}.", certificate.begins);
        problems.push(Problem::new(&rule::CERTIFICATE_EXPIRED, url, "not yet valid", what));
    } else if today.checked_add(SOON.days()).is_ok_and(|soon| certificate.ends < soon) {
        let what = format!("It ends on {}.", certificate.ends);
        problems.push(Problem::new(&rule::CERTIFICATE_EXPIRES_SOON, url, "", what));
    }
    if certificate.has_weak_signature && !self_signed {
        let what = "It was signed with SHA-1 or MD5.";
        problems.push(Problem::new(&rule::WEAK_CERTIFICATE, url, "signature", what));
    }
    if let Some(bits) = certificate.rsa_bits.filter(|bits| *bits < LEAST_BITS) {
        let what = format!("Its RSA key has {bits} bits.");
        problems.push(Problem::new(&rule::WEAK_CERTIFICATE, url, "key", what));
    }
}

/// Judges versions that the server speaks besides.
pub(super) fn old(url: &Url, versions: &[Old], problems: &mut Vec<Problem>) {
    for version in versions {
        let what = format!("A handshake of {} is answered.", version.as_str());
        problems.push(Problem::new(&rule::OLD_TLS, url, version.as_str(), what));
    }
}

/// Whether a host can only be this machine, where browsers hold http to be as good as https.
pub(super) fn is_local(url: &Url) -> bool {
    let name = url.host_name();
    name == "localhost"
        || name.ends_with(".localhost")
        || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// Judges a step from one address to the next.
pub(super) fn step(from: &Url, to: &Url, problems: &mut Vec<Problem>) {
    if to.host != from.host {
        let what = format!("It leads to {}.", to.origin());
        problems.push(Problem::new(&rule::REDIRECT_OFF_HOST, from, "", what));
    } else if from.is_secure && !to.is_secure {
        let what = "It leads from https to http.";
        problems.push(Problem::new(&rule::REDIRECT_TO_HTTP, from, "", what));
    }
}

/// A page that is served over http.
pub(super) fn unprotected(url: &Url, problems: &mut Vec<Problem>) {
    let problem = Problem::new(&rule::NO_HTTPS, url, "", "The page comes over http.");
    problems.push(if is_local(url) { problem.severity(Severity::Info) } else { problem });
}
