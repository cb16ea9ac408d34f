//! Which signs begin a comment in a file, by its name. A directive counts only behind one of them, so that ordinary text
//! that talks about directives is not one.

/// Signs of one family of languages. Order does not matter; a sign that is a prefix of another is enough.
type Signs = &'static [&'static str];

const HASH: Signs = &["#"];
const SLASH: Signs = &["//", "/*"];
const SLASH_HASH: Signs = &["//", "/*", "#"];
const DASH: Signs = &["--", "/*", "#", "{-"];
const SEMICOLON: Signs = &[";", "#", "//"];
const PERCENT: Signs = &["%"];
const BATCH: Signs = &["rem", "::", "@rem"];
const BASIC: Signs = &["'", "rem"];
const SCRIPT: Signs = &["#", "<#", "//", "/*", "<!--", "{#", "<%"];
/// For every file type that is not listed: documentation, markup, templates, data.
const ANY: Signs = &["#", "//", "/*", "--", "<!--", ";", "%", "{#", "{-", "(*", "rem"];

/// Signs by file name.
pub(super) fn signs(path: &str) -> Signs {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or(&name);
    if matches!(
        stem,
        "dockerfile"
            | "containerfile"
            | "makefile"
            | "gnumakefile"
            | "justfile"
            | "rakefile"
            | "gemfile"
            | "vagrantfile"
            | "podfile"
            | "brewfile"
    ) {
        return HASH;
    }
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "py" | "pyi" | "pyw" | "rb" | "rake" | "gemspec" | "sh" | "bash" | "zsh" | "ksh"
        | "fish" | "yml" | "yaml" | "toml" | "pl" | "pm" | "r" | "jl" | "ex" | "exs" | "nim"
        | "cr" | "coffee" | "mk" | "cmake" | "tcl" | "graphql" | "env" | "gitignore"
        | "dockerfile" | "containerfile" => HASH,
        "js" | "mjs" | "cjs" | "ts" | "mts" | "cts" | "go" | "java" | "kt" | "kts" | "rs" | "c"
        | "cc" | "cpp" | "cxx" | "h" | "hh" | "hpp" | "swift" | "scala" | "groovy" | "gradle"
        | "dart" | "cs" | "fs" | "zig" | "v" | "sol" | "proto" | "scss" | "less" | "css"
        | "jsonc" | "json5" => SLASH,
        "tf" | "tofu" | "tfvars" | "hcl" | "nomad" | "nix" => SLASH_HASH,
        "sql" | "lua" | "hs" | "elm" | "ada" | "adb" | "ads" | "vhd" | "vhdl" => DASH,
        "ini" | "cfg" | "conf" | "cnf" | "asm" | "s" | "lisp" | "clj" | "cljs" | "cljc" | "el"
        | "scm" | "rkt" | "properties" => SEMICOLON,
        "tex" | "erl" | "hrl" => PERCENT,
        "bat" | "cmd" => BATCH,
        "vb" | "vbs" | "bas" => BASIC,
        "php" | "ps1" | "psm1" | "psd1" | "jsx" | "tsx" => SCRIPT,
        _ => ANY,
    }
}

/// Where the first comment of a line begins, before `limit`. A line of a block comment that begins with `*` counts.
pub(super) fn start(signs: Signs, line: &str, limit: usize) -> Option<usize> {
    let head = line.get(..limit)?;
    let indent = head.len() - head.trim_start().len();
    if head[indent..].starts_with('*') && signs.contains(&"/*") {
        return Some(indent);
    }
    signs.iter().filter_map(|sign| find(head, sign)).min()
}

/// A sign made of letters counts as a whole word only (`REM`, not `remove`), in any case.
fn find(head: &str, sign: &str) -> Option<usize> {
    if !sign.ends_with(|c: char| c.is_ascii_alphabetic()) {
        return head.find(sign);
    }
    let lower = head.to_ascii_lowercase();
    let mut from = 0;
    while let Some(at) = lower[from..].find(sign).map(|at| from + at) {
        let before = lower[..at].chars().next_back();
        let after = lower[at + sign.len()..].chars().next();
        if !before.is_some_and(char::is_alphanumeric) && !after.is_some_and(char::is_alphanumeric) {
            return Some(at);
        }
        from = at + sign.len();
    }
    None
}

/// Whether a line holds nothing but a comment. A comment that is closed before the line ends is followed by code.
pub(super) fn is_whole_line(signs: Signs, line: &str) -> bool {
    let line = line.trim();
    if start(signs, line, line.len()) != Some(0) {
        return false;
    }
    match CLOSERS.iter().find(|(open, _)| line.starts_with(open)) {
        Some((_, close)) => line.rfind(close).is_none_or(|at| at + close.len() == line.len()),
        None => true,
    }
}

/// Block comments and their ends.
const CLOSERS: &[(&str, &str)] = &[
    ("/*", "*/"),
    ("*", "*/"),
    ("<!--", "-->"),
    ("{#", "#}"),
    ("<%", "%>"),
    ("{-", "-}"),
    ("<#", "#>"),
];

/// Cuts the end of a block comment, and what follows it, off a piece of comment text. A letter or digit right behind the
/// sign makes it part of a glob (`*/aws-key`).
pub(super) fn without_closer(text: &str) -> &str {
    let closes = |close: &&str| {
        let mut found = text.match_indices(*close).map(|(at, _)| at);
        found.find(|at| !text[at + close.len()..].starts_with(char::is_alphanumeric))
    };
    let end = ["*/", "-->", "#}", "%>", "-}", "#>"].iter().filter_map(closes).min();
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_follow_the_file_type() {
        for (path, line, expected) in [
            ("a.py", "x = 1  # c", Some(7)),
            ("a.py", "x = 7 // 2", None),
            ("a.js", "x /* c", Some(2)),
            ("a.js", " * c", Some(1)),
            ("a.html", "<!-- c", Some(0)),
            ("a.sql", "-- c", Some(0)),
            ("a.bat", "REM c", Some(0)),
            ("a.bat", "remove c", None),
            ("a.vb", "' c", Some(0)),
            ("Dockerfile.dev", "# c", Some(0)),
            ("x/unknown", "; c", Some(0)),
            ("a.tex", "% c", Some(0)),
        ] {
            assert_eq!(start(signs(path), line, line.len()), expected, "{path} {line}");
        }
    }

    #[test]
    fn a_closed_block_comment_before_code_is_not_a_whole_line() {
        for (path, line, expected) in [
            ("a.js", "  // c", true),
            ("a.js", "/* c */", true),
            ("a.js", "/* c */ f()", false),
            ("a.js", "f() // c", false),
            ("a.html", "<!-- c -->", true),
            ("a.html", "<!-- c --><b>", false),
            ("a.py", "# c", true),
        ] {
            assert_eq!(is_whole_line(signs(path), line), expected, "{line}");
        }
    }
}
