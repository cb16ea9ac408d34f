//! `.gitmodules` read as text. Git's own configuration reader is not used: it would follow an `[include]` that came with
//! the tree.

use std::ops::Range;

/// One submodule. Fields the file does not give are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Submodule {
    /// Name in the section header.
    pub name: String,
    /// Repository-relative path of its root.
    pub path: String,
    /// Where it is cloned from; may hold credentials, so never show it whole.
    pub url: String,
    /// Bytes of [`Self::url`] in the file; empty when it is not given.
    pub url_range: Range<usize>,
}

/// The submodules of a `.gitmodules` text, in file order. Lines that make no sense are passed over.
pub fn parse_modules(text: &[u8]) -> Vec<Submodule> {
    let mut modules: Vec<Submodule> = Vec::new();
    let mut at = 0;
    let mut inside = false;
    for raw in text.split_inclusive(|b| *b == b'\n') {
        let start = at;
        at += raw.len();
        let Ok(line) = std::str::from_utf8(raw) else {
            continue;
        };
        let trimmed = line.trim();
        if trimmed.starts_with('#') || trimmed.starts_with(';') {
            continue;
        }
        if let Some(header) = trimmed.strip_prefix('[') {
            let name = header.trim_end_matches(']').trim().strip_prefix("submodule");
            inside = name.is_some();
            if let Some(name) = name {
                let name = name.trim().trim_matches('"').to_owned();
                modules.push(Submodule { name, ..Submodule::default() });
            }
            continue;
        }
        let (Some(module), Some((key, value))) =
            (modules.last_mut().filter(|_| inside), line.split_once('='))
        else {
            continue;
        };
        let offset = start + key.len() + 1 + (value.len() - value.trim_start().len());
        let value = value.trim();
        let plain = value.trim_matches('"');
        match key.trim().to_ascii_lowercase().as_str() {
            "path" => plain.trim_end_matches('/').clone_into(&mut module.path),
            "url" => {
                plain.clone_into(&mut module.url);
                let offset = offset + usize::from(value.starts_with('"'));
                module.url_range = offset..offset + plain.len();
            }
            _ => {}
        }
    }
    modules
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_give_path_and_url_with_its_place() {
        let text = b"# c\n[submodule \"lib/a\"]\n\tpath = lib/a/\n\turl = http://x/a.git\n[core]\n\turl = no\n\
                     [submodule \"b\"]\r\n  path=b\r\n  url = \"https://y/b\"\r\n";
        let modules = parse_modules(text);
        assert_eq!(modules.len(), 2);
        assert_eq!(
            (modules[0].path.as_str(), modules[0].url.as_str()),
            ("lib/a", "http://x/a.git")
        );
        for module in &modules {
            assert_eq!(&text[module.url_range.clone()], module.url.as_bytes());
        }
        assert_eq!(modules[1].url, "https://y/b");
    }

    #[test]
    fn nonsense_is_passed_over() {
        assert!(parse_modules(b"url = x\n[submodule\npath\n\xff = 1\n[").len() <= 1);
        assert!(parse_modules(b"").is_empty());
    }
}
