//! Width, wrapping and colour of the text report. Text given to [`Page::wrap`] is escaped here; everything else escapes
//! before it paints.

use crate::finding::Severity;
use crate::report::Options;
use crate::text::escape;
use anstyle::{Ansi256Color, Style};
use unicode_width::UnicodeWidthStr as _;

/// What the page allows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) width: usize,
    pub(super) terminal: bool,
    colour: bool,
}

pub(super) const BOLD: Style = Style::new().bold();
pub(super) const DIM: Style = Style::new().dimmed();
/// For scanners that failed and scans that say nothing.
pub(super) const ALARM: Style =
    Style::new().bold().fg_color(Some(anstyle::Color::Ansi256(Ansi256Color(203))));

impl Page {
    pub(super) fn new(options: &Options) -> Self {
        Self {
            width: usize::from(options.width).max(40),
            terminal: options.terminal,
            colour: options.colour,
        }
    }

    /// The bar between line number and source.
    pub(super) const fn bar(&self) -> &'static str {
        if self.terminal { "│" } else { "|" }
    }

    pub(super) fn paint(&self, style: Style, text: &str) -> String {
        if self.colour && !text.is_empty() {
            format!("{style}{text}{style:#}")
        } else {
            text.to_owned()
        }
    }

    /// `● high` in the colour of the severity.
    pub(super) fn severity(&self, severity: Severity) -> String {
        self.paint(style_of(severity), &format!("● {severity}"))
    }

    /// As [`Self::wrap`], all of it painted and nothing indented.
    pub(super) fn title(&self, style: Style, text: &str, out: &mut String) {
        let mut line = String::new();
        self.wrap("", style, text, &mut line);
        out.push_str(&self.paint(style, line.trim_end()));
        out.push('\n');
    }

    /// Appends `text` word by word to lines of at most the page's width; the first line begins with `first` (painted
    /// `style`), later ones with as many blanks. A word longer than a line stands alone, so that addresses stay whole.
    pub(super) fn wrap(&self, first: &str, style: Style, text: &str, out: &mut String) {
        let indent = first.width();
        let mut used = indent;
        let mut empty = true;
        out.push_str(&self.paint(style, first));
        for word in text.split_whitespace() {
            let word = escape::terminal(word);
            let width = word.width();
            if !empty && used + 1 + width > self.width {
                out.push('\n');
                out.push_str(&" ".repeat(indent));
                used = indent;
                empty = true;
            }
            if !empty {
                out.push(' ');
                used += 1;
            }
            out.push_str(&word);
            used += width;
            empty = false;
        }
        out.push('\n');
    }
}

/// One warm hue from coral to ash; never the only carrier of the meaning.
pub(super) const fn style_of(severity: Severity) -> Style {
    let code = match severity {
        Severity::Critical => 203,
        Severity::High => 173,
        Severity::Medium => 178,
        Severity::Low => 73,
        Severity::Info => 245,
    };
    let style = Style::new().fg_color(Some(anstyle::Color::Ansi256(Ansi256Color(code))));
    if matches!(severity, Severity::Critical | Severity::High) { style.bold() } else { style }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapped_lines_fit_and_long_words_stay_whole() {
        let page = Page::new(&Options { width: 40, ..Options::default() });
        let mut out = String::new();
        let url = format!("https://example.com/{}", "x".repeat(40));
        page.wrap(
            "  why   ",
            DIM,
            &format!("one two three four five six seven eight {url} end"),
            &mut out,
        );
        let lines: Vec<&str> = out.lines().collect();
        assert_eq!(lines[0], "  why   one two three four five six");
        assert_eq!(lines[1], "        seven eight");
        assert_eq!(lines[2].trim(), url);
        assert_eq!(lines[3], "        end");
    }
}
