//! Escaping, one function per sink. Everything here is total: any string goes in, and what comes out cannot break out of
//! its place, move the cursor, hide a part of itself or start a command. Finding text comes from scanned files and other
//! tools, so every renderer passes every string through here.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Characters a reader cannot see but a terminal, browser or compiler acts upon: controls, bidirectional overrides,
/// zero-width and tag characters, line separators (Unicode TR 36, 2.10.2, and CVE-2021-42574).
pub fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}'
        | '\u{ffa0}' | '\u{fff9}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}' | '\u{e0000}'..='\u{e0fff}')
}

/// Hidden characters spelled out, `\n`, `\r`, `\t` or `\u{202e}`; those in `keep` stay.
fn visible<'a>(text: &'a str, keep: &[char]) -> Cow<'a, str> {
    let acts = |c: char| is_hidden(c) && !keep.contains(&c);
    if !text.chars().any(acts) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            c if !acts(c) => out.push(c),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c => _ = write!(out, "\\u{{{:x}}}", u32::from(c)),
        }
    }
    Cow::Owned(out)
}

/// One line for a terminal or a build log: hidden characters spelled out, and nothing a runner takes for a command.
pub fn terminal(text: &str) -> String {
    not_a_command(&visible(text, &[]), "\\u{3a}", "\\u{23}")
}

/// A source line for a terminal: as [`terminal`], but tabs become four blanks and a leading `::` stays, because a gutter
/// stands before it.
pub fn source_line(text: &str) -> String {
    without_log_marks(&visible(&text.replace('\t', "    "), &[]), "\\u{23}")
}

/// A line of a diff for a terminal: as [`terminal`], but tabs stay.
pub fn diff_line(text: &str) -> String {
    not_a_command(&visible(text, &['\t']), "\\u{3a}", "\\u{23}")
}

/// Text that build servers do not obey when it is printed: `::name` at the start of a word (GitHub trims the line and
/// reads it) gets `colon` for its first colon, `##name[` anywhere (GitHub, Azure, TeamCity) `hash` for its second hash.
fn not_a_command(text: &str, colon: &str, hash: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut word_start = true;
    for (at, c) in text.char_indices() {
        if word_start && text[at..].starts_with("::") {
            out.push_str(colon);
        } else {
            out.push(c);
        }
        word_start = c.is_whitespace();
    }
    without_log_marks(&out, hash)
}

fn without_log_marks(text: &str, hash: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("##") {
        let (before, mark) = rest.split_at(at);
        out.push_str(before);
        let name_end = mark[2..].find(|c: char| !c.is_ascii_alphabetic()).map(|n| n + 2);
        let is_mark = name_end.is_some_and(|n| mark[n..].starts_with('['));
        out.push('#');
        out.push_str(if is_mark { hash } else { "" });
        rest = &mark[if is_mark { 2 } else { 1 }..];
    }
    out.push_str(rest);
    out
}

/// Makes a JSON document safe to print: hidden characters that JSON allows inside strings, and `##` (see [`terminal`]),
/// become `\u` escapes. Readers see the same values. Takes the whole document: outside strings JSON has neither.
pub fn json(document: &str) -> Cow<'_, str> {
    // Below 0x7f JSON itself has escaped everything inside strings; what is left is layout.
    let acts = |c: char| c >= '\u{7f}' && is_hidden(c);
    let plain = |line: &str| {
        !line.contains("##")
            && (line.is_ascii() || !line.chars().any(acts))
            && memchr::memchr(0x7f, line.as_bytes()).is_none()
    };
    if plain(document) {
        return Cow::Borrowed(document);
    }
    let mut out = String::with_capacity(document.len() + 64);
    for line in document.split_inclusive('\n') {
        if plain(line) {
            out.push_str(line);
            continue;
        }
        let mut before = '\0';
        for c in line.chars() {
            if acts(c) || (c == '#' && before == '#') {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    _ = write!(out, "\\u{unit:04x}");
                }
            } else {
                out.push(c);
            }
            before = c;
        }
    }
    Cow::Owned(out)
}

/// Zero-width space: the one thing that stops mentions, issue references and bare links on every forge. A backslash or an
/// entity does not, because forges look for them in the rendered text.
const BREAK: char = '\u{200b}';

/// Inline text for GitHub-flavoured Markdown, also inside a table cell: shows as itself and is nothing else - no link,
/// image, HTML, mention, issue reference, emphasis, code, mathematics, list or heading. Always one line, trimmed.
pub fn markdown(text: &str) -> String {
    let text = visible(text.trim(), &[]);
    let mut out = String::with_capacity(text.len() + 16);
    let first_word_is_number = {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        rest.len() < text.len() && rest.starts_with(['.', ')'])
    };
    let mut in_number = first_word_is_number;
    for (at, c) in text.char_indices() {
        let rest = &text[at + c.len_utf8()..];
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '(' | ')' | '<' | '>' | '&' | '|' | '~' | '$'
            | '!' | '{' | '}' | '^' => {
                in_number = false;
                out.push('\\');
                out.push(c);
            }
            '#' | '+' | '-' | '=' | '@' | ':' if at == 0 => {
                out.push('\\');
                out.push(c);
                out.extend(matches!(c, '#' | '@' | ':').then_some(BREAK));
            }
            '@' | '#' => out.extend([c, BREAK]),
            // `GH-1`, `SUP-123` and other reference prefixes a repository may have set up.
            '-' if rest.starts_with(|c: char| c.is_ascii_digit()) => out.extend([c, BREAK]),
            ':' if rest.starts_with("//") => out.extend([c, BREAK]),
            '.' if in_number => {
                in_number = false;
                out.push_str("\\.");
            }
            '.' if at >= 3 && text.as_bytes()[at - 3..at].eq_ignore_ascii_case(b"www") => {
                out.extend([BREAK, '.']);
            }
            c => out.push(c),
        }
    }
    out
}

/// A Markdown code span, for paths and rule ids. `in_table` says whether it stands in a table cell, where a `|` needs a
/// backslash even inside code.
pub fn markdown_code(text: &str, in_table: bool) -> String {
    let text = visible(text, &[]);
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let pad = if text.is_empty() || text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        " "
    } else {
        ""
    };
    let text = if in_table { Cow::Owned(text.replace('|', "\\|")) } else { text };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// A spreadsheet cell: one line, hidden characters spelled out, and never a formula: what a spreadsheet would compute
/// gets a `'` before it. Quoting is the CSV writer's business.
pub fn csv(text: &str) -> String {
    let text = terminal(text);
    let computes = |c: char| "=+-@\u{ff1d}\u{ff0b}\u{ff0d}\u{ff20}".contains(c);
    let guard = if text.trim_start().starts_with(computes) { "'" } else { "" };
    format!("{guard}{text}")
}

/// Text for XML 1.0, before the writer's own escaping of `<&>"'`: characters XML forbids or that nobody can see are
/// spelled out, line breaks and tabs stay; no line is a command to a build server.
pub fn xml(text: &str) -> String {
    not_a_command(&visible(text, &['\n', '\t']), "\\u{3a}", "\\u{23}")
}

/// Text for a document that is shown by a program of its own (SARIF messages): hidden characters spelled out, line breaks
/// and tabs stay.
pub fn plain(text: &str) -> Cow<'_, str> {
    visible(text, &['\n', '\t'])
}

/// Text or a quoted attribute value in HTML.
pub fn html(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    for c in visible(text, &['\n', '\t']).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c => out.push(c),
        }
    }
    not_a_command(&out, "&#58;", "&#35;")
}

/// One line of text in HTML, for names and places: line breaks and tabs are spelled out too, so that two names that differ
/// look different.
pub fn html_line(text: &str) -> String {
    html(&visible(text, &[]))
}

/// The message of a GitHub workflow command (`::error::<data>`); marks of other commands inside are spelled out.
pub fn command_data(text: &str) -> String {
    let text = without_log_marks(&visible(text, &['\n', '\r']), "\\u{23}");
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a GitHub workflow command (`::error file=<property>::`).
pub fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// One segment of a URL path: everything but the unreserved characters of RFC 3986 (2.3) is percent-encoded.
pub fn url_segment(segment: &str) -> String {
    let mut out = String::with_capacity(segment.len());
    for byte in segment.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// A relative path as a URL path; `/` stays the separator.
pub fn url_path(path: &str) -> String {
    path.split('/').map(url_segment).collect::<Vec<_>>().join("/")
}

/// Text of strangers as one line, without escapes: white space and what is hidden folded to single blanks, at most `most` characters, the last
/// of a text that was cut is an ellipsis.
pub fn one_line(text: &str, most: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for word in text.split(|c: char| c.is_whitespace() || is_hidden(c)) {
        if word.is_empty() {
            continue;
        }
        if count > 0 {
            out.push(' ');
            count += 1;
        }
        out.push_str(word);
        count += word.chars().count();
        if count > most {
            out = out.chars().take(most.saturating_sub(1)).collect();
            out.truncate(out.trim_end().len());
            out.push('…');
            break;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_terminal_shows_what_it_would_have_obeyed() {
        for (input, expected) in [
            ("a\nb\tc\r", "a\\nb\\tc\\r"),
            ("\u{1b}[31mred\u{7}", "\\u{1b}[31mred\\u{7}"),
            ("user\u{202e}gnp.exe", "user\\u{202e}gnp.exe"),
            (
                "::error::x a ::warning::y std::fmt",
                "\\u{3a}:error::x a \\u{3a}:warning::y std::fmt",
            ),
            ("x ##vso[task.x]y ##[group]", "x #\\u{23}vso[task.x]y #\\u{23}[group]"),
            ("### heading ##", "### heading ##"),
            ("größe 漢字 🦀", "größe 漢字 🦀"),
        ] {
            assert_eq!(terminal(input), expected, "{input:?}");
        }
        assert_eq!(source_line("\tuse ::std;"), "    use ::std;");
    }

    #[test]
    fn markdown_is_inert_and_reads_the_same() {
        for (input, expected) in [
            ("plain words, v1.2 (ok)", "plain words, v1.2 \\(ok\\)"),
            ("![x](http://t)", "\\!\\[x\\]\\(http:\u{200b}//t\\)"),
            ("<img onerror=1> <!-- m -->", "\\<img onerror=1\\> \\<\\!-- m --\\>"),
            ("@org/team #12 GH-1", "\\@\u{200b}org/team #\u{200b}12 GH-\u{200b}1"),
            ("a|b\nc", "a\\|b\\\\nc"),
            ("1. item", "1\\. item"),
            ("1) item", "1\\) item"),
            ("# head", "\\#\u{200b} head"),
            ("www.evil.com", "www\u{200b}.evil.com"),
        ] {
            assert_eq!(markdown(input), expected, "{input:?}");
        }
    }

    #[test]
    fn code_spans_hold_any_number_of_backticks() {
        assert_eq!(markdown_code("a", false), "`a`");
        assert_eq!(markdown_code("a``b`", false), "``` a``b` ```");
        assert_eq!(markdown_code("a|b", true), "`a\\|b`");
    }

    #[test]
    fn a_cell_is_never_a_formula() {
        for (input, expected) in [
            ("=cmd()", "'=cmd()"),
            ("  +1", "'  +1"),
            ("\t=1", "\\t=1"),
            ("\u{ff1d}1", "'\u{ff1d}1"),
            ("a=1", "a=1"),
        ] {
            assert_eq!(csv(input), expected);
        }
    }

    #[test]
    fn the_smaller_sinks_follow_their_grammar() {
        assert_eq!(xml("a\u{0}]]>\u{fffe}\n"), "a\\u{0}]]>\\u{fffe}\n");
        assert_eq!(html("</script>\"'&"), "&lt;/script&gt;&quot;&#39;&amp;");
        assert_eq!(html_line("a\n<b>\t"), "a\\n&lt;b&gt;\\t");
        assert_eq!(command_data("50%\r\n::x"), "50%25%0D%0A::x");
        assert_eq!(command_data("##vso[x] ## y"), "#\\u{23}vso[x] ## y");
        assert_eq!(command_property("a:b,c%"), "a%3Ab%2Cc%25");
        assert_eq!(url_path("a b/ü#?.py"), "a%20b/%C3%BC%23%3F.py");
        assert_eq!(json("\"\u{202e}\u{e0041}##vso[\""), "\"\\u202e\\udb40\\udc41#\\u0023vso[\"");
    }

    /// Strings rich in the characters that matter.
    fn nasty() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[\\x00-\\x7f\u{80}-\u{a0}\u{200b}-\u{202e}\u{feff}]{0,60}",
            "[@#:=+|`<>&!\\[\\]()a-z0-9 \n\r\t.%'\"-]{0,60}",
        ]
    }

    proptest! {
        #[test]
        fn no_sink_lets_a_forbidden_character_through(text in nasty()) {
            for out in [terminal(&text), source_line(&text), csv(&text), markdown_code(&text, true),
                        command_data(&text), command_property(&text), url_path(&text)] {
                prop_assert!(!out.contains(is_hidden), "{out:?}");
            }
            for out in [xml(&text), plain(&text).into_owned()] {
                prop_assert!(!out.contains(|c| is_hidden(c) && c != '\n' && c != '\t'));
            }
            prop_assert!(!html(&text).contains(['<', '>', '"', '\'']));
            prop_assert!(!html(&text).contains(|c| is_hidden(c) && c != '\n' && c != '\t'));
            prop_assert!(!markdown(&text).contains(|c| is_hidden(c) && c != BREAK));
            prop_assert!(!command_property(&text).contains([':', ',', '\n', '\r']));
            prop_assert!(!csv(&text).starts_with(['=', '+', '-', '@', '\t', '\r']));
            prop_assert!(url_path(&text).bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~%/".contains(&b)));
        }

        #[test]
        fn a_log_line_is_never_a_command(text in nasty()) {
            for out in [terminal(&text), csv(&text), xml(&text), html(&text)] {
                prop_assert!(out.split_whitespace().all(|word| !word.starts_with("::")));
                prop_assert!(!out.contains("##[") && !out.contains("##vso["));
            }
        }

        #[test]
        fn markdown_escapes_every_active_character(text in nasty()) {
            let out = markdown(&text);
            let mut escaped = false;
            for c in out.chars() {
                prop_assert!(escaped || !"`*_[]<>&|~".contains(c), "{out:?}");
                escaped = c == '\\' && !escaped;
            }
            prop_assert!(!out.contains("://"));
        }

        #[test]
        fn json_keeps_its_meaning(text in nasty()) {
            let document = serde_json::to_string(&text).unwrap();
            let safe = json(&document);
            prop_assert!(!safe.contains(is_hidden));
            prop_assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
        }
    }

    #[test]
    fn text_of_strangers_is_one_line_of_a_bounded_length() {
        for (text, most, expected) in [
            (" a\u{1b}[31m\n\n b\t", 80, "a [31m b"),
            ("a\u{202e}b\u{200b}c", 80, "a b c"),
            ("", 80, ""),
            ("\r\n", 80, ""),
            ("abcdef", 6, "abcdef"),
            ("abcdefg", 6, "abcde…"),
            ("abcd efg", 6, "abcd…"),
            ("äöü äöü", 5, "äöü…"),
        ] {
            assert_eq!(one_line(text, most), expected, "{text:?}");
        }
    }
}
