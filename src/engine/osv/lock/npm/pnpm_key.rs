//! Keys of packages in pnpm-lock.yaml and the references to them, in the spellings of lockfileVersion 5, 6 to 8, and 9.

use super::requirement;

/// What a key says about a package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Key<'a> {
    /// Host of a registry other than the default one, or of a repository; empty for none.
    pub(super) host: &'a str,
    /// The name; empty where the key holds none.
    pub(super) name: &'a str,
    /// The version, or what stands in its place: an address, a path.
    pub(super) version: &'a str,
}

/// The key without peers and patches: `a@1.2.3(b@2)(c@3)` and `/a/1.2.3_b@2` are variants of one package.
pub(super) fn base(key: &str) -> &str {
    // A bracket may also be a part of a path or an address; those of peers stand at the end.
    let key = match key.find('(') {
        Some(at) if key.ends_with(')') => &key[..at],
        _ => key,
    };
    match old(key) {
        Some(old) => {
            let end = old.version.as_ptr() as usize + old.version.len() - key.as_ptr() as usize;
            key.get(..end).unwrap_or(key)
        }
        None => key,
    }
}

/// `/name/1.2.3` of lockfileVersion 5, `host/name/1.2.3`, each with peers behind `_` or `/`.
fn old(key: &str) -> Option<Key<'_>> {
    if key.starts_with("file:") || key.contains("://") {
        return None;
    }
    let (host, rest) = key.split_once('/')?;
    // The first part of a name with a scope is no host.
    if host.starts_with('@') || host.contains(':') {
        return None;
    }
    let name_end = match rest.strip_prefix('@') {
        Some(scoped) => {
            let slash = scoped.find('/')? + 1;
            slash + 1 + rest.get(slash + 1..)?.find('/')?
        }
        None => rest.find('/')?,
    };
    let (name, version) = (rest.get(..name_end)?, rest.get(name_end + 1..)?);
    let version = version.split(['_', '/', '(']).next().unwrap_or(version);
    requirement::is_version(version).then_some(Key { host, name, version })
}

/// Takes a key apart.
pub(super) fn parse(key: &str) -> Key<'_> {
    let key = base(key);
    if let Some(old) = old(key) {
        return old;
    }
    let (host, rest) = match key.strip_prefix('/') {
        Some(rest) => ("", rest),
        // `registry.example/name@1.2.3` and `registry.example/@s/name@1.2.3` of lockfileVersion 6.
        None => match key.split_once('/') {
            Some((host, rest)) if !host.contains(['@', ':']) => (host, rest),
            _ => ("", key),
        },
    };
    match requirement::split(rest) {
        Some((name, version)) if !name.contains(':') => Key { host, name, version },
        _ => Key { host, name: "", version: rest },
    }
}

/// Writes a key that the reference `to` under the name `name` may mean into `key`; `false` when there are no more. They
/// come in the order of lockfileVersion 9, 6, 5, and then the reference itself.
pub(super) fn candidate(nth: usize, name: &str, to: &str, key: &mut String) -> bool {
    key.clear();
    let parts = match nth {
        0 => ["", name, "@", to],
        1 => ["/", name, "@", to],
        2 => ["/", name, "/", to],
        3 => [to, "", "", ""],
        _ => return false,
    };
    for part in parts {
        key.push_str(part);
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_gives_name_and_version_in_every_spelling() {
        for (key, host, name, version) in [
            ("/a/1.2.3", "", "a", "1.2.3"),
            ("/@s/a/1.2.3", "", "@s/a", "1.2.3"),
            ("/a/1.2.3_b@2.0.0+c@1.0.0", "", "a", "1.2.3"),
            ("/@s/a/1.2.3-rc.1_0123456789abcdef", "", "@s/a", "1.2.3-rc.1"),
            ("/a/1.2.3/b@2.0.0", "", "a", "1.2.3"),
            ("npm.example/@s/a/1.2.3", "npm.example", "@s/a", "1.2.3"),
            ("/a@1.2.3", "", "a", "1.2.3"),
            ("/@s/a@1.2.3(b@2.0.0)(@c/d@1.0.0(e@1.0.0))", "", "@s/a", "1.2.3"),
            ("npm.example/@s/a@1.2.3", "npm.example", "@s/a", "1.2.3"),
            ("a@1.2.3", "", "a", "1.2.3"),
            ("@s/a@1.2.3+build(b@2.0.0)", "", "@s/a", "1.2.3+build"),
            ("a@1.2.3(patch_hash=abc)(b@2.0.0)", "", "a", "1.2.3"),
            (
                "a@https://codeload.example/o/r/tar.gz/abc",
                "",
                "a",
                "https://codeload.example/o/r/tar.gz/abc",
            ),
            ("@s/a@file:packages/a(b@2.0.0)", "", "@s/a", "file:packages/a"),
            (
                "a@git+https://u@h.example/o/r.git#abc",
                "",
                "a",
                "git+https://u@h.example/o/r.git#abc",
            ),
        ] {
            assert_eq!(parse(key), Key { host, name, version }, "{key}");
        }
        for key in ["github.com/o/r/0123456", "@codeload.example/o/r/tar.gz/abc", "file:packages/a"]
        {
            let Key { name, version, .. } = parse(key);
            assert!(name.is_empty() || !requirement::is_version(version), "{key}");
        }
    }

    #[test]
    fn variants_with_other_peers_have_one_base() {
        for (key, expected) in [
            ("/a/1.2.3_b@2.0.0", "/a/1.2.3"),
            ("/a/1.2.3_abc", "/a/1.2.3"),
            ("/a@1.2.3(b@2.0.0)", "/a@1.2.3"),
            ("a@1.2.3(b@2.0.0(c@1))", "a@1.2.3"),
            ("a@1.2.3", "a@1.2.3"),
            ("a@file:x_(y)z", "a@file:x_(y)z"),
            ("github.com/o/r/0123456_a@1.0.0", "github.com/o/r/0123456_a@1.0.0"),
        ] {
            assert_eq!(base(key), expected);
        }
    }
}
