//! How to silence one finding in the file it is in: the comment that does it in the language of the file.

use crate::finding::Finding;

/// The advice for one finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// A comment line to put above the finding.
    Above(String),
    /// The file or the finding has no line a comment could stand on: `ignored_rules` or a baseline.
    Elsewhere,
}

/// What silences this finding.
pub fn silence(finding: &Finding) -> Silence {
    // An id outside this alphabet is not read back by a directive (specification 5.3).
    let readable = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
    let rule = finding.rule_id.as_str();
    let (Some(path), Some(_)) = (&finding.path, finding.line) else {
        return Silence::Elsewhere;
    };
    if rule.is_empty() || !rule.chars().all(readable) {
        return Silence::Elsewhere;
    }
    let Some((open, close)) = comment(path) else {
        return Silence::Elsewhere;
    };
    Silence::Above(format!("{open} securescan: ignore-next-line {rule}{close}"))
}

/// Opening and closing of a comment in a file, by its name; `None` where the format has no comments.
fn comment(path: &str) -> Option<(&'static str, &'static str)> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    if matches!(name.split('.').next(), Some("dockerfile" | "containerfile" | "makefile")) {
        return Some(("#", ""));
    }
    // Tables of accounts: a comment would be an account.
    if matches!(name.trim_end_matches('-'), "passwd" | "shadow" | "group" | "gshadow") {
        return None;
    }
    match extension {
        "json" | "ipynb" | "map" | "csv" | "tsv" | "lock" | "pem" | "key" | "crt" | "p12"
        | "sarif" | "webmanifest" => None,
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "jsx" | "tsx" | "go" | "java" | "kt"
        | "kts" | "rs" | "c" | "cc" | "cpp" | "cxx" | "h" | "hpp" | "hh" | "swift" | "scala"
        | "groovy" | "gradle" | "dart" | "cs" | "php" | "jsonc" | "json5" | "scss" | "less"
        | "sol" | "proto" | "zig" => Some(("//", "")),
        "sql" | "lua" | "hs" | "elm" | "ada" | "adb" => Some(("--", "")),
        "html" | "htm" | "xml" | "svg" | "md" | "markdown" | "vue" | "svelte" | "xhtml"
        | "csproj" | "props" | "plist" => Some(("<!--", " -->")),
        "css" => Some(("/*", " */")),
        "tex" | "erl" | "hrl" => Some(("%", "")),
        "bat" | "cmd" => Some(("rem", "")),
        "vb" | "vbs" | "bas" => Some(("'", "")),
        "asm" | "s" | "lisp" | "clj" | "cljs" | "cljc" | "el" | "scm" | "rkt" => Some((";", "")),
        _ => Some(("#", "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleId, ScanType, ScannerId, Severity};

    fn finding(path: Option<&str>, rule: &str) -> Finding {
        let mut finding = Finding::new(
            ScannerId::new("secrets"),
            ScanType::Code,
            Severity::High,
            RuleId::new(rule),
            "t",
        );
        finding.path = path.map(str::to_owned);
        finding.line = Some(1);
        finding
    }

    #[test]
    fn the_comment_is_of_the_language_of_the_file() {
        for (path, expected) in [
            ("etc/fstab", "# securescan: ignore-next-line a/b"),
            ("a/b.py", "# securescan: ignore-next-line a/b"),
            (".env", "# securescan: ignore-next-line a/b"),
            ("Dockerfile.dev", "# securescan: ignore-next-line a/b"),
            ("x.ts", "// securescan: ignore-next-line a/b"),
            ("q.sql", "-- securescan: ignore-next-line a/b"),
            ("i.html", "<!-- securescan: ignore-next-line a/b -->"),
            ("s.css", "/* securescan: ignore-next-line a/b */"),
        ] {
            assert_eq!(
                silence(&finding(Some(path), "a/b")),
                Silence::Above(expected.to_owned()),
                "{path}"
            );
        }
    }

    /// What is advised must work: the reader of directives finds the rule on the line below.
    #[test]
    fn the_advice_is_read_back_as_a_directive_for_the_next_line() {
        let names = "a.py .env .env.local Makefile Dockerfile a.dockerfile a.js a.ts a.tsx a.jsx a.go a.java a.kt a.rs a.c \
                     a.cs a.php a.sql a.lua a.hs a.html a.xml a.md a.vue a.css a.scss a.tf a.tfvars a.yml a.toml a.ini \
                     a.cfg a.properties a.tex a.erl a.bat a.vb a.clj a.s a.nix a.ps1 a.jsonc a.txt a.unknown noextension";
        for name in names.split_whitespace() {
            let Silence::Above(comment) = silence(&finding(Some(name), "fam/some-rule")) else {
                panic!("{name} has comments");
            };
            let text = format!("{comment}\nthe line\n");
            let read = crate::post::directive::parse(name, text.as_bytes());
            assert_eq!(read.len(), 1, "{name}: {comment}");
            let mut below = finding(Some(name), "fam/some-rule");
            below.line = Some(2);
            assert!(read[0].covers(&below), "{name}: {comment}");
            assert_eq!(read[0].matching(&below).count(), 1, "{name}: {comment}");
        }
    }

    #[test]
    fn where_no_comment_can_stand_the_advice_is_another() {
        for case in [
            finding(Some("a.json"), "a/b"),
            finding(Some("image/etc/passwd"), "a/b"),
            finding(Some("etc/shadow-"), "a/b"),
            finding(None, "a/b"),
            finding(Some("a.py"), "a b\nc"),
        ] {
            assert_eq!(silence(&case), Silence::Elsewhere);
        }
    }
}
