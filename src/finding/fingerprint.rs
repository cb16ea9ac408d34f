//! The identity of a finding across scans: the recipe of the specification (2.1) over the matched line.
//! Line numbers, titles and severities take no part, so moving or re-wording a finding keeps its identity.

use crate::text::hex;
use sha2::{Digest as _, Sha256};

/// `sha256(scanner|rule_id|path|context|cwe)` as 64 lower-case hex digits; missing fields are empty, none is skipped.
///
/// `context` is normalised by [`normalise_context`] here. `ordinal` counts identical findings in one file from 1; from
/// the second on, `|<ordinal>` is appended, so that the first keeps the value of the plain recipe.
pub fn fingerprint(
    scanner: &str,
    rule_id: &str,
    path: &str,
    context: &str,
    cwe: &str,
    ordinal: u32,
) -> String {
    let context = normalise_context(context);
    let mut payload = [scanner, rule_id, path, &context, cwe].join("|");
    if ordinal > 1 {
        payload.push('|');
        payload.push_str(&ordinal.to_string());
    }
    hex(&Sha256::digest(payload.as_bytes()))
}

/// Comments cut, white space folded, lower case: what stays of a line when it is only re-formatted (specification 2.1).
///
/// Per line: `/*...*/` becomes a space, then the text is cut at the first `#` (with the blanks before it), then at the
/// first `//`, then at the first `--`; lines are joined by a space. The cuts ignore strings on purpose: the recipe is a
/// contract with files already written.
pub fn normalise_context(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut joined = String::with_capacity(text.len());
    for line in text.split('\n') {
        let mut line = without_block_comments(line);
        for mark in ["#", "//", "--"] {
            if let Some(at) = line.find(mark) {
                line.truncate(at);
            }
        }
        joined.push_str(&line);
        joined.push(' ');
    }
    let folded: Vec<&str> = joined.split_whitespace().collect();
    folded.join(" ").to_lowercase()
}

fn without_block_comments(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find("/*") {
        let Some(length) = rest[start + 2..].find("*/") else {
            break;
        };
        out.push_str(&rest[..start]);
        out.push(' ');
        rest = &rest[start + 2 + length + 2..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appendix B of the specification.
    #[test]
    fn the_published_vectors_hold() {
        for (fields, expected) in [
            (
                ["semgrep", "RULE-001", "src/x.py", "x = 1", "CWE-89"],
                "7ec526d3d15c63d5d790570eb606145c1d5f733a7eac0c9251eb349d8f3b91e5",
            ),
            (
                ["secrets", "secrets/aws-access-key", "sub/a.py", "", ""],
                "b218128d2d8512a65e5f5546e812e69e474e4bb6e1dd785baaec897770d36d8f",
            ),
            (
                ["bandit", "B101", "a.py", "", "CWE-703"],
                "fa33c13d885860c19b8bb1012c4f297784955de5e7d4361bba7fcc9b09390380",
            ),
            (
                ["", "", "", "", ""],
                "45ca31c3315a5978f40438aab46040d75e99c9b125c2fd01db6e10ac80bef906",
            ),
        ] {
            let [scanner, rule, path, context, cwe] = fields;
            assert_eq!(fingerprint(scanner, rule, path, context, cwe, 1), expected, "{fields:?}");
        }
    }

    #[test]
    fn context_vectors_hold() {
        for (input, expected) in [
            ("  X = 1  # c", "x = 1"),
            ("/* k */ y /* z", "y /* z"),
            ("color: #fff;", "color:"),
            ("url = 'http://x'", "url = 'http:"),
            ("i--; j", "i"),
            ("#include <x>", ""),
            ("a\r\nb\rc", "a b c"),
        ] {
            assert_eq!(normalise_context(input), expected, "{input:?}");
        }
    }

    #[test]
    fn the_second_identical_line_differs_from_the_first() {
        let first = fingerprint("s", "r", "p", "x", "", 1);
        let second = fingerprint("s", "r", "p", "x", "", 2);
        assert_ne!(first, second);
        assert_ne!(second, fingerprint("s", "r", "p", "x", "", 3));
    }
}
