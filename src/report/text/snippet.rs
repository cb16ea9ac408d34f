//! The matched line with a mark under what matched. The line comes redacted and perhaps cut at either end, so its columns
//! are those of the file only as far as nothing before them was replaced.

use super::layout::{self, Page};
use crate::finding::{Finding, key};
use crate::report::mark;
use crate::text::escape;
use std::ops::Range;
use unicode_width::UnicodeWidthStr as _;

/// Appends the source line and the mark; nothing when the finding has no line.
pub(super) fn write(page: &Page, finding: &Finding, out: &mut String) {
    let (Some(line), Some(snippet)) = (finding.line, finding.meta(key::LINE_SNIPPET)) else {
        return;
    };
    let chars: Vec<char> = snippet.trim_end().chars().collect();
    let indent = chars.iter().take_while(|c| c.is_whitespace()).count();
    let gutter = format!("{line:>6} {} ", page.bar());
    let room = page.width.saturating_sub(gutter.width()).max(20);
    let mark = mark::marked(&chars, finding);
    let (window, front, back) = window(&chars, indent, mark.as_ref(), room);
    let shown: String = chars[window.clone()].iter().collect();
    out.push_str(&page.paint(layout::DIM, &gutter));
    out.push_str(&format!("{front}{}{back}\n", escape::source_line(&shown)));
    let Some(mark) = mark else { return };
    let mark = mark.start.max(window.start)..mark.end.min(window.end);
    if mark.is_empty() {
        return;
    }
    let width_of =
        |part: Range<usize>| escape::source_line(&chars[part].iter().collect::<String>()).width();
    let blanks = front.width() + width_of(window.start..mark.start);
    let carets = "^".repeat(width_of(mark).clamp(1, room.saturating_sub(blanks).max(1)));
    let gutter = format!("{:>6} {} ", "", page.bar());
    out.push_str(&page.paint(layout::DIM, &gutter));
    out.push_str(&" ".repeat(blanks));
    out.push_str(&page.paint(layout::style_of(finding.severity), &carets));
    out.push('\n');
}

/// The part of the line that fits into `room` columns and holds the mark; and what to put where it was cut.
fn window(
    chars: &[char],
    indent: usize,
    mark: Option<&Range<usize>>,
    room: usize,
) -> (Range<usize>, &'static str, &'static str) {
    let width = |c: &char| escape::source_line(c.encode_utf8(&mut [0; 4])).width();
    let total: usize = chars.iter().map(width).sum();
    if total <= room {
        return (0..chars.len(), "", "");
    }
    let start = mark.map_or(indent, |mark| mark.start);
    let lead = room / 3;
    let mut from = start;
    let mut used = 0;
    while from > 0 && used + width(&chars[from - 1]) <= lead {
        from -= 1;
        used += width(&chars[from]);
    }
    let mut to = from;
    let mut used = 2;
    while to < chars.len() && used + width(&chars[to]) <= room {
        used += width(&chars[to]);
        to += 1;
    }
    (from..to, if from > 0 { "…" } else { "" }, if to < chars.len() { "…" } else { "" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::finding::{RuleId, ScanType, ScannerId, Severity};
    use crate::report::Options;

    fn shown(snippet: &str, column: u32, end_column: u32, width: u16) -> String {
        let mut finding = Finding::new(
            ScannerId::new("s"),
            ScanType::Code,
            Severity::High,
            RuleId::new("r"),
            "t",
        );
        finding.line = Some(7);
        finding.column = Some(column);
        finding.end_column = Some(end_column);
        finding.set_meta(key::LINE_SNIPPET, snippet);
        let mut out = String::new();
        write(&Page::new(&Options { width, ..Options::default() }), &finding, &mut out);
        out
    }

    #[test]
    fn the_mark_stands_under_the_columns() {
        assert_eq!(shown("x = eval(y)", 5, 12, 80), "     7 | x = eval(y)\n       |     ^^^^^^^\n");
        assert_eq!(shown("\tz = 漢字", 6, 8, 80), "     7 |     z = 漢字\n       |         ^^^^\n");
    }

    #[test]
    fn a_redacted_run_is_marked_whatever_the_columns_of_the_file_say() {
        let out = shown("key = \"sk_l********\" # a", 8, 40, 80);
        assert_eq!(out.lines().nth(1).unwrap(), "       |        ^^^^^^^^^^^^");
        let second = shown("a = ******** b = ********", 60, 80, 80);
        assert_eq!(second.lines().nth(1).unwrap(), "       |                  ^^^^^^^^");
    }

    #[test]
    fn columns_before_a_redaction_still_hold_and_those_of_a_cut_line_do_not() {
        let before = shown("run(x, \"********\")", 1, 4, 80);
        assert_eq!(before.lines().nth(1).unwrap(), "       | ^^^");
        assert_eq!(shown("…tail of a long line", 4000, 4010, 80).lines().count(), 1);
    }

    #[test]
    fn a_long_line_is_cut_around_the_mark() {
        let line = format!("{}HIT{}", "a".repeat(100), "b".repeat(100));
        let out = shown(&line, 101, 104, 60);
        assert!(out.lines().all(|l| l.width() <= 60), "{out}");
        assert!(out.contains("HIT") && out.contains("^^^") && !out.contains("^^^^"));
    }
}
