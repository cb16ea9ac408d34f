//! One requirement in the form of PEP 508, `name[extra] >=1,<2 ; marker` or `name @ address ; marker`. Knows no file,
//! and evaluates no marker.

/// A requirement, its parts as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Requirement<'a> {
    /// Name as written, not normalised.
    pub name: &'a str,
    /// Extras asked for.
    pub extras: Vec<&'a str>,
    /// Version clauses without parentheses, `>=1,<2`; empty for none.
    pub specifier: &'a str,
    /// Environment marker without its semicolon; empty for none.
    pub marker: &'a str,
    /// Address, where one stands in place of a specifier.
    pub url: Option<&'a str>,
}

impl<'a> Requirement<'a> {
    /// The only version that satisfies it.
    pub fn exact(&self) -> Option<&'a str> {
        exact(self.specifier)
    }

    /// Whether it only holds where an extra or a group is asked for.
    pub fn is_conditional(&self) -> bool {
        names_extra(self.marker)
    }
}

/// Reads a requirement (<https://packaging.python.org/en/latest/specifications/dependency-specifiers/>); `None` for
/// text that is none.
pub fn requirement(text: &str) -> Option<Requirement<'_>> {
    let text = text.trim();
    let end = text.bytes().position(|b| !is_name_byte(b)).unwrap_or(text.len());
    let (name, mut rest) = text.split_at_checked(end)?;
    if !is_name(name) {
        return None;
    }
    rest = rest.trim_start();
    let mut extras = Vec::new();
    if let Some(inside) = rest.strip_prefix('[') {
        let (list, behind) = inside.split_once(']')?;
        for extra in list.split(',').map(str::trim).filter(|extra| !extra.is_empty()) {
            if !is_name(extra) {
                return None;
            }
            extras.push(extra);
        }
        rest = behind.trim_start();
    }
    if let Some(address) = rest.strip_prefix('@') {
        let (address, marker) = split_address(address.trim());
        return (!address.is_empty()).then_some(Requirement {
            name,
            extras,
            specifier: "",
            marker,
            url: Some(address),
        });
    }
    let (specifier, marker) = rest.split_once(';').unwrap_or((rest, ""));
    let specifier = specifier.trim();
    let specifier = match specifier.strip_prefix('(') {
        Some(inside) => inside.strip_suffix(')')?.trim(),
        None => specifier,
    };
    if !is_specifier(specifier) {
        return None;
    }
    Some(Requirement { name, extras, specifier, marker: marker.trim(), url: None })
}

/// An address ends at a space; a semicolon belongs to it unless a space stands before it.
fn split_address(text: &str) -> (&str, &str) {
    let Some((address, behind)) = text.split_once(char::is_whitespace) else {
        return (text, "");
    };
    let marker = behind.trim_start().strip_prefix(';').unwrap_or_default();
    (address, marker.trim())
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-')
}

/// Whether a text is a name of a package or an extra: letters, digits, `.`, `_` and `-`, the latter three not
/// at its ends.
pub fn is_name(text: &str) -> bool {
    let ends = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    ends(bytes.first()) && ends(bytes.last()) && bytes.iter().all(|b| is_name_byte(*b))
}

/// The clauses of a specifier as operator and version.
fn clauses(specifier: &str) -> impl Iterator<Item = (&str, &str)> {
    specifier.split(',').map(str::trim).filter(|clause| !clause.is_empty()).map(|clause| {
        let end = clause.bytes().position(|b| !b"<>=!~".contains(&b)).unwrap_or(clause.len());
        let (operator, version) = clause.split_at(end);
        (operator, version.trim())
    })
}

/// Whether every clause has an operator and something like a version; also of versions before PEP 440.
pub fn is_specifier(text: &str) -> bool {
    clauses(text).all(|(operator, version)| {
        matches!(operator, "~=" | "==" | "!=" | "<=" | ">=" | "<" | ">" | "===")
            && !version.is_empty()
            && version.bytes().all(|b| b.is_ascii_graphic() && !b"<>=~,;()[]'\"#".contains(&b))
    })
}

/// The version that a specifier pins: that of its `==` or `===` clauses, when they name one, and the same, without `*`.
pub fn exact(specifier: &str) -> Option<&str> {
    let mut found = None;
    for (operator, version) in clauses(specifier) {
        if matches!(operator, "==" | "===") && !version.is_empty() && !version.contains('*') {
            if found.is_some_and(|other| other != version) {
                return None;
            }
            found = Some(version);
        }
    }
    found
}

/// Whether a marker speaks of extras or dependency groups; text in quotes does not count.
pub fn names_extra(marker: &str) -> bool {
    let is_word = |word: &str| matches!(word, "extra" | "extras" | "dependency_groups");
    let mut quote = None;
    let mut start = 0;
    for (at, byte) in marker.bytes().enumerate() {
        match quote {
            Some(open) if byte == open => {
                quote = None;
                start = at + 1;
            }
            Some(_) => {}
            None if byte == b'"' || byte == b'\'' => {
                if marker.get(start..at).is_some_and(is_word) {
                    return true;
                }
                quote = Some(byte);
            }
            None if !(byte.is_ascii_alphanumeric() || byte == b'_') => {
                if marker.get(start..at).is_some_and(is_word) {
                    return true;
                }
                start = at + 1;
            }
            None => {}
        }
    }
    quote.is_none() && marker.get(start..).is_some_and(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_parts_of_a_requirement_are_found() {
        for (text, name, extras, specifier, marker, url) in [
            ("flask", "flask", "", "", "", ""),
            ("Flask_X.y==1.0", "Flask_X.y", "", "==1.0", "", ""),
            ("a[b, c_d]>=1,<2;os_name=='nt'", "a", "b c_d", ">=1,<2", "os_name=='nt'", ""),
            ("a (>=1.0) ; extra == 'x'", "a", "", ">=1.0", "extra == 'x'", ""),
            ("a [x] ~= 2.1 , != 3", "a", "x", "~= 2.1 , != 3", "", ""),
            ("a @ https://h.example/a;b.whl", "a", "", "", "", "https://h.example/a;b.whl"),
            ("a[x]@git+ssh://h/a@v1 ; x", "a", "x", "", "x", "git+ssh://h/a@v1"),
            ("a===weird+local.1", "a", "", "===weird+local.1", "", ""),
            ("a[]", "a", "", "", "", ""),
        ] {
            let read = requirement(text).unwrap_or_else(|| panic!("{text}"));
            assert_eq!(
                (
                    read.name,
                    read.extras.join(" ").as_str(),
                    read.specifier,
                    read.marker,
                    read.url.unwrap_or_default()
                ),
                (name, extras, specifier, marker, url),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_requirement_is_none() {
        for text in [
            "",
            "-a",
            "a-",
            "./a",
            "a==",
            "a=1",
            "a b",
            "a[",
            "a[-]",
            "a (==1",
            "a @",
            "ä",
            "a==1 b",
            "a>1;;",
            "a.whl/b",
            "https://h.example/a",
            "a==1\u{7}",
        ] {
            let read = requirement(text);
            assert!(read.as_ref().is_none_or(|r| r.marker == ";"), "{text}: {read:?}");
        }
    }

    #[test]
    fn only_one_version_without_a_star_is_exact() {
        for (specifier, expected) in [
            ("==1.0", Some("1.0")),
            ("=== 1.0 ", Some("1.0")),
            ("== 1.0, !=2", Some("1.0")),
            (">=1,==1.5,==1.5", Some("1.5")),
            ("==1.*", None),
            ("==1,==2", None),
            (">=1", None),
            ("~=1.0", None),
            ("", None),
        ] {
            assert_eq!(exact(specifier), expected, "{specifier}");
        }
    }

    #[test]
    fn a_marker_that_asks_for_an_extra_is_known() {
        for (marker, expected) in [
            ("extra == 'x'", true),
            ("'x'==extra", true),
            ("python_version<'3' and extra=='x'", true),
            ("'dev' in dependency_groups", true),
            ("os_name == 'extra'", false),
            ("extra_x == 'y'", false),
            ("os_name == 'a", false),
            ("", false),
        ] {
            assert_eq!(names_extra(marker), expected, "{marker}");
        }
    }
}
