//! Addresses of packages, freed of what must not be shown: user names, passwords and tokens. Knows no file format.

use std::borrow::Cow;

/// Longest address that is kept, characters.
const MAX_ADDRESS: usize = 2048;

/// Query parameters that say which revision of a repository is meant; all others may be credentials.
const HARMLESS: &[&str] = &["branch", "tag", "rev", "ref", "subdirectory", "path", "egg"];

/// The address without user information and without query parameters that may be credentials. The user `git` of secure
/// shell addresses stays, it is nobody.
pub fn without_credentials(address: &str) -> String {
    let address: String =
        address.trim().chars().filter(|c| !c.is_control()).take(MAX_ADDRESS).collect();
    let (scheme, rest) = match address.find("://") {
        Some(at) => address.split_at(at + "://".len()),
        None => ("", address.as_str()),
    };
    let rest = without_user(rest);
    let (rest, fragment) = match rest.find('#') {
        Some(at) => rest.split_at(at),
        None => (&*rest, ""),
    };
    let mut out = String::with_capacity(address.len());
    out.push_str(scheme);
    let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
    out.push_str(place);
    let mut mark = '?';
    for pair in query.split('&') {
        let key = pair.split('=').next().unwrap_or_default();
        if HARMLESS.contains(&key) {
            out.push(mark);
            out.push_str(pair);
            mark = '&';
        }
    }
    out.push_str(fragment);
    out
}

/// What follows the user information of an address without its scheme.
fn without_user(rest: &str) -> Cow<'_, str> {
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    let at = match authority.rfind('@') {
        Some(at) => at,
        // A password with a slash in it: what looks like a port is none, and an `@` follows.
        None => match (authority.split_once(':'), tail.rfind('@')) {
            (Some((_, port)), Some(at)) if !port.bytes().all(|b| b.is_ascii_digit()) => end + at,
            _ => return Cow::Borrowed(rest),
        },
    };
    let host = rest.get(at + 1..).unwrap_or_default();
    match rest.get(..at).map(|user| user.split(':').next().unwrap_or(user)) {
        Some("git") => Cow::Owned(format!("git@{host}")),
        _ => Cow::Borrowed(host),
    }
}

/// Whether a text is a full commit id of git (SHA-1 or SHA-256).
pub fn is_commit(text: &str) -> bool {
    matches!(text.len(), 40 | 64) && text.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The host of an address in lower case, without a port; empty where there is none.
pub fn host(address: &str) -> String {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let authority = authority.rsplit('@').next().unwrap_or_default();
    authority.split(':').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_do_not_survive() {
        for (address, expected) in [
            ("https://user:example-password@host.example/a", "https://host.example/a"),
            ("https://example-token@host.example/a?x=1#f", "https://host.example/a#f"),
            ("https://u:p@ss@host.example:8080/a", "https://host.example:8080/a"),
            ("https://u:p/ss@host.example/a", "https://host.example/a"),
            ("https://host.example/a@1.0", "https://host.example/a@1.0"),
            ("https://host.example:80/a@1.0", "https://host.example:80/a@1.0"),
            ("git@host.example:a/b.git", "git@host.example:a/b.git"),
            ("ssh://git@host.example/a/b", "ssh://git@host.example/a/b"),
            ("ssh://git:example-password@host.example/a", "ssh://git@host.example/a"),
            ("example-token@host.example:a/b.git", "host.example:a/b.git"),
            (
                "git+https://host.example/a?private_token=x&branch=b#c",
                "git+https://host.example/a?branch=b#c",
            ),
            ("../beside", "../beside"),
            ("", ""),
        ] {
            assert_eq!(without_credentials(address), expected, "{address}");
        }
    }

    #[test]
    fn the_host_is_found_behind_user_and_before_port() {
        for (address, expected) in [
            ("https://u:p@Host.example:80/a", "host.example"),
            ("git@host.example:a/b", "host.example"),
            ("host.example/a", "host.example"),
            ("", ""),
        ] {
            assert_eq!(host(address), expected);
        }
    }
}
