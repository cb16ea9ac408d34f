//! Paths of a tool, as absolute or relative as it likes to write them, to repository-relative ones.

use crate::text::escape::is_hidden;
use std::path::Path;

/// Longest path that is believed, bytes.
const LONGEST: usize = 4096;

/// What a tool's paths start from.
#[derive(Debug, Clone, Default)]
pub struct Base {
    /// Folders that are taken off the front, longest first, with `/` at the end.
    roots: Vec<String>,
    /// Put in front of what is left: empty, or with `/` at the end.
    below: String,
}

impl Base {
    /// Paths that start from any of these folders.
    pub fn new<'a>(roots: impl IntoIterator<Item = &'a Path>) -> Self {
        let mut found: Vec<String> = Vec::new();
        for root in roots {
            for form in
                [Some(root.to_owned()), std::fs::canonicalize(root).ok()].into_iter().flatten()
            {
                let text = form.to_string_lossy().replace('\\', "/");
                let text = format!("{}/", text.trim_end_matches('/'));
                if text.len() > 1 && !found.contains(&text) {
                    found.push(text);
                }
            }
        }
        found.sort_by_key(|root| std::cmp::Reverse(root.len()));
        Self { roots: found, below: String::new() }
    }

    /// The same for paths that are relative to a folder of the repository.
    #[must_use]
    pub fn below(mut self, folder: &str) -> Self {
        self.below = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        self
    }

    /// A path as findings have it; `None` when it leads out of the repository, is empty or is no path at all.
    ///
    /// A leading slash of a path that is below none of the roots is the tool's own way to say "the root of what I scan".
    pub fn relative(&self, raw: &str) -> Option<String> {
        if raw.len() > LONGEST {
            return None;
        }
        let mut path = raw.to_owned();
        if let Some(rest) = path.strip_prefix("file://") {
            path = decoded(rest.strip_prefix("localhost").unwrap_or(rest))?;
        }
        let has_drive = path.as_bytes().get(1) == Some(&b':')
            && path.as_bytes()[0].is_ascii_alphabetic()
            && matches!(path.as_bytes().get(2), Some(b'/' | b'\\'));
        if has_drive || (path.contains('\\') && !path.contains('/')) {
            path = path.replace('\\', "/");
        }
        let known = self.roots.iter().find_map(|root| path.strip_prefix(root.as_str()));
        let below = if known.is_some() { "" } else { self.below.as_str() };
        let path = match known {
            Some(rest) => rest,
            None if has_drive => &path[2..],
            None => path.as_str(),
        };
        let mut parts: Vec<&str> = Vec::new();
        for part in below.split('/').chain(path.split('/')) {
            match part {
                "" | "." => {}
                ".." => drop(parts.pop()?),
                part => parts.push(part),
            }
        }
        let path = parts.join("/");
        (!path.is_empty() && !path.contains(is_hidden)).then_some(path)
    }

    /// A path of a URI, `%20` and the like decoded.
    pub fn relative_uri(&self, uri: &str) -> Option<String> {
        if uri.len() > LONGEST {
            return None;
        }
        if uri.starts_with("file://") {
            return self.relative(uri);
        }
        // `https://...` names something that is not in the repository.
        if uri
            .split(['/', '?'])
            .next()
            .is_some_and(|scheme| scheme.ends_with(':') && scheme.len() > 2)
        {
            return None;
        }
        self.relative(&decoded(uri)?)
    }

    /// Whether a `file://` URI lies below one of the roots.
    pub fn knows(&self, uri: &str) -> bool {
        let path = uri.strip_prefix("file://").and_then(decoded);
        path.is_some_and(|path| self.roots.iter().any(|root| path.starts_with(root.as_str())))
    }

    /// A text with the roots taken out, for messages.
    pub fn without_roots(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for root in &self.roots {
            text = text.replace(root.as_str(), "");
            let bare = root.trim_end_matches('/');
            if bare.len() > 1 {
                text = text.replace(bare, ".");
            }
        }
        text
    }
}

/// Percent signs decoded; `None` when the result is not UTF-8.
fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let hex = |index: usize| (*bytes.get(index)? as char).to_digit(16);
        if let (b'%', Some(high), Some(low)) = (bytes[at], hex(at + 1), hex(at + 2)) {
            out.push((high * 16 + low) as u8);
            at += 3;
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    String::from_utf8(out).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_becomes_a_relative_path() {
        let base = Base::new([Path::new("/tmp/stage"), Path::new("/tmp")]);
        for (raw, expected) in [
            ("/tmp/stage/src/a.py", Some("src/a.py")),
            ("./src/a.py", Some("src/a.py")),
            ("src//b/../a.py", Some("src/a.py")),
            // checkov
            ("/deploy/main.tf", Some("deploy/main.tf")),
            ("file:///tmp/stage/a%20b.py", Some("a b.py")),
            ("C:\\work\\a.py", Some("work/a.py")),
            ("src\\a.py", Some("src/a.py")),
            ("../../etc/passwd", None),
            ("/tmp/stage/../../etc/passwd", None),
            ("/tmp/stage/", None),
            ("", None),
            ("a\nb", None),
            ("a\u{202e}b", None),
        ] {
            assert_eq!(base.relative(raw).as_deref(), expected, "{raw}");
        }
        assert_eq!(base.relative(&"a/".repeat(4000)), None);
    }

    #[test]
    fn a_call_in_a_folder_has_its_paths_below_that_folder() {
        let base = Base::new([Path::new("/tmp/stage")]).below("web");
        assert_eq!(base.relative("src/a.js").as_deref(), Some("web/src/a.js"));
        assert_eq!(base.relative("/tmp/stage/web/src/a.js").as_deref(), Some("web/src/a.js"));
        assert_eq!(base.relative("../../a.js"), None);
    }

    #[test]
    fn a_uri_is_decoded_and_one_of_the_web_is_no_path() {
        let base = Base::default();
        for (uri, expected) in [
            ("a%20b.py", Some("a b.py")),
            ("a%2.py", Some("a%2.py")),
            ("https://example.com/a.py", None),
            ("%ff", None),
            ("src/a:b.py", Some("src/a:b.py")),
        ] {
            assert_eq!(base.relative_uri(uri).as_deref(), expected, "{uri}");
        }
    }

    #[test]
    fn messages_lose_the_folders_of_the_machine() {
        let base = Base::new([Path::new("/tmp/stage")]);
        assert_eq!(
            base.without_roots("cannot read /tmp/stage/a.py in /tmp/stage"),
            "cannot read a.py in ."
        );
    }
}
