//! Where a licence stands in a document: as an id, as an expression, or as plain words.

use super::License;

/// A licence in the place that is right for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Placed {
    /// One id of the SPDX list.
    Id(String),
    /// An SPDX expression.
    Expression(String),
    /// Words.
    Name(String),
}

/// Longest words that are passed on, bytes: some packages declare a whole licence text.
const MAX_WORDS: usize = 200;

/// Ids of the SPDX licence list that every version of `CycloneDX` we write has in its schema, sorted. An id that is
/// not here is written as an expression, which is right as well.
const IDS: &[&str] = &[
    "0BSD",
    "AFL-2.1",
    "AFL-3.0",
    "AGPL-3.0",
    "AGPL-3.0-only",
    "AGPL-3.0-or-later",
    "Apache-1.1",
    "Apache-2.0",
    "APSL-2.0",
    "Artistic-1.0",
    "Artistic-2.0",
    "BlueOak-1.0.0",
    "BSD-1-Clause",
    "BSD-2-Clause",
    "BSD-2-Clause-Patent",
    "BSD-3-Clause",
    "BSD-3-Clause-Clear",
    "BSD-4-Clause",
    "BSL-1.0",
    "BUSL-1.1",
    "bzip2-1.0.6",
    "CC-BY-3.0",
    "CC-BY-4.0",
    "CC-BY-NC-4.0",
    "CC-BY-SA-3.0",
    "CC-BY-SA-4.0",
    "CC0-1.0",
    "CDDL-1.0",
    "CDDL-1.1",
    "CECILL-2.1",
    "CPL-1.0",
    "curl",
    "ECL-2.0",
    "EPL-1.0",
    "EPL-2.0",
    "EUPL-1.1",
    "EUPL-1.2",
    "FTL",
    "GPL-2.0",
    "GPL-2.0+",
    "GPL-2.0-only",
    "GPL-2.0-or-later",
    "GPL-3.0",
    "GPL-3.0+",
    "GPL-3.0-only",
    "GPL-3.0-or-later",
    "HPND",
    "ICU",
    "ISC",
    "JSON",
    "LGPL-2.0-only",
    "LGPL-2.0-or-later",
    "LGPL-2.1",
    "LGPL-2.1+",
    "LGPL-2.1-only",
    "LGPL-2.1-or-later",
    "LGPL-3.0",
    "LGPL-3.0+",
    "LGPL-3.0-only",
    "LGPL-3.0-or-later",
    "libpng-2.0",
    "LPPL-1.3c",
    "MIT",
    "MIT-0",
    "MPL-1.1",
    "MPL-2.0",
    "MS-PL",
    "MS-RL",
    "MulanPSL-2.0",
    "NCSA",
    "ODbL-1.0",
    "OFL-1.1",
    "OpenSSL",
    "OSL-3.0",
    "PHP-3.01",
    "PostgreSQL",
    "PSF-2.0",
    "Python-2.0",
    "Ruby",
    "SSPL-1.0",
    "Unicode-DFS-2016",
    "Unlicense",
    "UPL-1.0",
    "Vim",
    "W3C",
    "WTFPL",
    "X11",
    "Zlib",
    "ZPL-2.1",
];

/// The place of a licence; `None` where there is nothing to say.
pub(super) fn place(license: &License) -> Option<Placed> {
    if let Some(expression) = license.expression.as_deref().map(str::trim)
        && !expression.is_empty()
    {
        return Some(if IDS.contains(&expression) {
            Placed::Id(expression.to_owned())
        } else {
            Placed::Expression(expression.to_owned())
        });
    }
    let words = license.declared.trim();
    (!words.is_empty()).then(|| Placed::Name(shortened(words)))
}

/// The first line, cut where it is longer than names are.
fn shortened(words: &str) -> String {
    let line = words.lines().next().unwrap_or_default().trim_end();
    if line.len() <= MAX_WORDS {
        return line.to_owned();
    }
    let mut end = MAX_WORDS;
    while !line.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}…", &line[..end])
}

/// Own ids inside an expression, `LicenseRef-…`, sorted.
pub(super) fn references(expression: &str) -> Vec<String> {
    let mut found: Vec<String> = expression
        .split(|c: char| c.is_whitespace() || matches!(c, '(' | ')'))
        .filter(|word| word.starts_with("LicenseRef-"))
        .map(str::to_owned)
        .collect();
    found.sort();
    found.dedup();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_expressions_and_words_have_their_own_places() {
        for (declared, expression, expected) in [
            ("Apache 2.0", Some("Apache-2.0"), Some(Placed::Id("Apache-2.0".to_owned()))),
            ("", Some("MIT OR ISC"), Some(Placed::Expression("MIT OR ISC".to_owned()))),
            ("x", Some("LicenseRef-x"), Some(Placed::Expression("LicenseRef-x".to_owned()))),
            ("see file\nand so on", None, Some(Placed::Name("see file".to_owned()))),
            (" ", None, None),
        ] {
            let expression = expression.map(str::to_owned);
            let license = License { declared: declared.to_owned(), expression };
            assert_eq!(place(&license), expected);
        }
    }

    #[test]
    fn a_whole_text_in_place_of_a_licence_is_cut_between_characters() {
        assert!(shortened(&"é".repeat(5000)).len() <= MAX_WORDS + 3);
    }

    #[test]
    fn own_ids_are_found_in_parentheses_too() {
        assert_eq!(
            references("(MIT OR LicenseRef-a) AND LicenseRef-b"),
            ["LicenseRef-a", "LicenseRef-b"]
        );
    }
}
