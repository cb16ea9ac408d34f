//! Texts of comments: cutting one that is too long, striking one through, taking suggestions out. Works line by line with
//! an eye on code fences; it does not parse Markdown.

use super::marker;

/// An open code fence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fence<'a> {
    mark: char,
    length: usize,
    info: &'a str,
}

/// A line and the fence it belongs to, the fence's own two lines included.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a> {
    /// The line without its end.
    pub text: &'a str,
    /// The fence around it.
    pub fence: Option<Fence<'a>>,
    /// True for the line that closes the fence.
    closes: bool,
}

/// Lines of a text, each with the fence it stands in (CommonMark 0.31, section 4.5; fences inside quotes and lists are
/// those of their first three columns).
pub fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut open: Option<Fence<'_>> = None;
    text.lines().map(move |text| {
        let mark = fence(text);
        match (open, mark) {
            (None, Some(begin)) => {
                open = Some(begin);
                Line { text, fence: Some(begin), closes: false }
            }
            (Some(around), Some(end))
                if end.mark == around.mark
                    && end.length >= around.length
                    && end.info.is_empty() =>
            {
                open = None;
                Line { text, fence: Some(around), closes: true }
            }
            _ => Line { text, fence: open, closes: false },
        }
    })
}

fn fence(line: &str) -> Option<Fence<'_>> {
    let rest = line.trim_start_matches(' ');
    let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = rest.len() - rest.trim_start_matches(mark).len();
    let info = rest[length..].trim();
    let sound = line.len() - rest.len() < 4 && length >= 3 && !(mark == '`' && info.contains('`'));
    sound.then_some(Fence { mark, length, info })
}

/// The text in at most `max` bytes: whole lines from its start, fences and `<details>` closed, then `note` and, as the very
/// last line, `tail`. A text that fits stays as it is.
pub fn cut(text: &str, max: usize, note: &str, tail: &str) -> String {
    if text.len() <= max {
        return text.to_owned();
    }
    let room = max.saturating_sub(note.len() + tail.len() + 8);
    let mut kept = String::new();
    let mut closing = String::new();
    let mut details = 0usize;
    for line in lines(text) {
        let mut ends = String::new();
        if let Some(around) = line.fence.filter(|_| !line.closes) {
            ends.extend(std::iter::repeat_n(around.mark, around.length));
            ends.push('\n');
        } else if line.fence.is_none() {
            details += line.text.matches("<details>").count();
            details = details.saturating_sub(line.text.matches("</details>").count());
        }
        ends.push_str(&"\n</details>\n".repeat(details));
        if kept.len() + line.text.len() + 1 + ends.len() > room {
            if kept.is_empty() && line.fence.is_none() {
                let end =
                    (0..=room.min(line.text.len())).rfind(|&at| line.text.is_char_boundary(at));
                kept.push_str(&line.text[..end.unwrap_or(0)]);
                kept.push('\n');
            }
            break;
        }
        kept.push_str(line.text);
        kept.push('\n');
        closing = ends;
    }
    let tail = if tail.is_empty() { String::new() } else { format!("\n\n{tail}") };
    format!("{kept}{closing}\n{note}{tail}")
}

/// The text without suggestions, which a host offers to apply, and without hidden lines.
pub fn without_suggestions(text: &str) -> String {
    let kept: Vec<&str> = lines(text)
        .filter(|line| match line.fence {
            Some(fence) => fence.info != "suggestion",
            None => !is_hidden(line.text),
        })
        .map(|line| line.text)
        .collect();
    kept.join("\n").trim().to_owned()
}

fn is_hidden(line: &str) -> bool {
    line.trim().starts_with("<!--") && line.trim().ends_with("-->")
}

/// The note that a finding is gone, above the old text struck through. Keeps the fingerprint's marker.
pub fn resolved(old: &str, fingerprint: &str, commit: &str) -> String {
    let mut out = format!("**Resolved in {commit}** - finding no longer present\n\n");
    let old = without_suggestions(&marker::normal(old));
    let mut open = None;
    for line in lines(&old) {
        let struck = line.fence.is_none().then(|| strike(line.text)).flatten();
        out.push_str(struck.as_deref().unwrap_or(line.text));
        out.push('\n');
        open = line.fence.filter(|_| !line.closes);
    }
    // The markers below must not end up inside.
    if let Some(fence) = open {
        out.extend(std::iter::repeat_n(fence.mark, fence.length));
    }
    format!("{}\n\n{}\n{}", out.trim_end(), marker::fingerprint_line(fingerprint), marker::RESOLVED)
}

/// A line struck through behind its quote, list or heading mark; `None` where the two tildes would not hold or would break
/// what the line is.
fn strike(line: &str) -> Option<String> {
    let text = line.trim();
    let text_of_list = |text: &str| -> usize {
        let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
        let marks: &[&str] =
            if rest.len() < text.len() { &[". ", ") "] } else { &["- ", "* ", "+ "] };
        let marks = marks.iter().any(|mark| rest.starts_with(mark));
        if marks { text.len() - rest.len() + 2 } else { 0 }
    };
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let hashes = rest.len() - rest.trim_start_matches('#').len();
        let step = match rest {
            _ if rest.starts_with('>') => 1,
            _ if rest.starts_with(' ') => 1,
            _ if (1..=6).contains(&hashes) && rest[hashes..].starts_with(' ') => hashes + 1,
            _ => text_of_list(rest),
        };
        if step == 0 {
            break;
        }
        at += step;
    }
    let (mark, words) = text.split_at(at);
    let holds = !words.is_empty()
        && !words.contains("~~")
        && !words.starts_with(['|', '<', '~'])
        && !words.ends_with(['~', '\\'])
        && !words.contains("<!--")
        && !words.contains("-->")
        && words.bytes().any(|b| b.is_ascii_alphanumeric() || b >= 0x80);
    let indent = &line[..line.len() - line.trim_start().len()];
    holds.then(|| format!("{indent}{mark}~~{words}~~"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_text_is_struck_through_without_breaking_what_it_is() {
        let old = "**HIGH: secrets** - title\n\n- `a.py:3`\n\n```suggestion\n# ignore\nx = 1\n```\n\n\
                   ~~~yaml\nseverity: low\n~~~\n\n| a | b |\n|---|---|\n<details>\n> quoted\n#### head\n~~gone~~\n\
                   ends with \\\n---\n1. first\n<!-- securescan:fp:0123456789ab -->";
        let expected = "**Resolved in abc1234** - finding no longer present\n\n\
                        ~~**HIGH: secrets** - title~~\n\n- ~~`a.py:3`~~\n\n\n~~~yaml\nseverity: low\n~~~\n\n\
                        | a | b |\n|---|---|\n<details>\n> ~~quoted~~\n#### ~~head~~\n~~gone~~\n\
                        ends with \\\n---\n1. ~~first~~\n\n\
                        <!-- securescan:fp:0123456789ab -->\n<!-- securescan:resolved -->";
        let new = resolved(old, "0123456789ab", "abc1234");
        assert_eq!(new, expected);
        assert_eq!(marker::fingerprint(&new).as_deref(), Some("0123456789ab"));
        assert!(marker::is_resolved(&new) && !marker::is_resolved(old));
    }

    #[test]
    fn a_long_text_is_cut_at_a_line_end_with_its_fences_closed() {
        let line = "word ".repeat(9);
        let text = format!("<details>\n````text\n{}", format!("{line}\n").repeat(20));
        let short = cut(&text, 400, "_cut_", "<!-- tail -->");
        assert!(short.len() <= 400, "{}", short.len());
        assert!(short.ends_with("\n````\n\n</details>\n\n_cut_\n\n<!-- tail -->"), "{short}");
        assert!(short.lines().all(|part| part == line || part.len() < 20), "{short}");
        assert_eq!(cut("short", 400, "_cut_", ""), "short");
    }

    proptest! {
        #[test]
        fn a_cut_keeps_to_its_limit(text in "([a-z`~<>/ é\n]|<details>\n|\n```\n){0,300}", max in 80usize..300) {
            let short = cut(&text, max, "_cut_", "<!-- t -->");
            prop_assert!(short.len() <= max.max(text.len().min(max)), "{} > {max}", short.len());
            prop_assert!(text.len() <= max || short.ends_with("_cut_\n\n<!-- t -->"));
            let open = lines(&short).last().is_some_and(|line| line.fence.is_some() && !line.closes);
            prop_assert!(text.len() <= max || !open, "{short}");
        }

        #[test]
        fn whatever_is_resolved_is_known_again(text in "([a-z`~<>!# |\n-]|```\n|<!-- ){0,200}") {
            let new = resolved(&text, "0123456789ab", "abc1234");
            prop_assert!(marker::is_resolved(&new), "{new}");
            prop_assert_eq!(marker::fingerprint(&new), Some("0123456789ab".to_owned()));
        }
    }
}
