//! Hidden lines by which a comment is known again: its lane, the fingerprint it speaks of, whether it is resolved, and a
//! digest of its text. A marker proves nothing about the author; callers look at our own comments only.

use super::body;
use sha2::{Digest as _, Sha256};
use std::fmt::Write as _;

/// Last line of a resolved review comment.
pub const RESOLVED: &str = "<!-- securescan:resolved -->";
const FINGERPRINT: &str = "<!-- securescan:fp:";
const SEAL: &str = "<!-- securescan:body:";
const END: &str = " -->";

/// What a comment reports on. Each lane has a comment and a review of its own on a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lane {
    /// `securescan diff`.
    Diff,
    /// `securescan compare`.
    Compare,
    /// `securescan scan`.
    Scan,
}

impl Lane {
    /// Every lane.
    pub const ALL: [Self; 3] = [Self::Diff, Self::Compare, Self::Scan];

    const fn word(self) -> &'static str {
        match self {
            Self::Diff => "diff",
            Self::Compare => "compare",
            Self::Scan => "scan",
        }
    }

    /// First line of its summary comment.
    pub fn comment(self) -> String {
        format!("<!-- securescan:{} -->", self.word())
    }

    /// First line of its review.
    pub fn review(self) -> String {
        format!("<!-- securescan:{}-review -->", self.word())
    }

    /// First line of a further review, for comments that could not be posted together with the rest.
    pub fn part(self) -> String {
        format!("<!-- securescan:{}-review-part -->", self.word())
    }

    /// The lane of a summary comment.
    pub fn of_comment(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| first_line(text) == lane.comment())
    }

    /// The lane of a review.
    pub fn of_review(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lane| first_line(text) == lane.review())
    }

    /// The lane of a review or of a further part of one.
    pub fn of_any_review(text: &str) -> Option<Self> {
        Self::of_review(text)
            .or_else(|| Self::ALL.into_iter().find(|lane| first_line(text) == lane.part()))
    }
}

fn first_line(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim_end()
}

/// A text as hosts give it back: line ends are `\n`, nothing blank at the end.
pub fn normal(text: &str) -> String {
    // A lone `\r` is a line end too: left in, it could stand before a `\n` the next time.
    text.replace("\r\n", "\n").replace('\r', "\n").trim_end().to_owned()
}

/// The fingerprint a review comment speaks of: the last marker that stands alone on a line and in no fence. A fence may
/// quote code of the pull request, and with it any marker.
pub fn fingerprint(text: &str) -> Option<String> {
    body::lines(text)
        .filter(|line| line.fence.is_none())
        .filter_map(|line| {
            line.text.trim_end().strip_prefix(FINGERPRINT)?.strip_suffix(END).map(str::to_owned)
        })
        .filter(|hex| is_fingerprint(hex))
        .last()
}

/// Every fingerprint a text names.
pub fn fingerprints(text: &str) -> Vec<String> {
    text.match_indices(FINGERPRINT)
        .filter_map(|(at, mark)| text[at + mark.len()..].split(END).next())
        .filter(|hex| is_fingerprint(hex))
        .map(str::to_owned)
        .collect()
}

fn is_fingerprint(hex: &str) -> bool {
    hex.len() == 12 && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// The line for a fingerprint.
pub fn fingerprint_line(hex: &str) -> String {
    format!("{FINGERPRINT}{hex}{END}")
}

/// True for a review comment that says its finding is gone.
pub fn is_resolved(text: &str) -> bool {
    body::lines(text).any(|line| line.fence.is_none() && line.text.trim_end() == RESOLVED)
}

/// Whether a comment still has the text it was posted with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seal {
    /// Yes.
    Whole,
    /// Somebody edited it.
    Broken,
    /// It was posted without a digest.
    Absent,
}

/// Bytes that [`sealed`] adds at most.
pub const SEAL_BYTES: usize = 50;

/// The text with its digest as the last line.
pub fn sealed(text: &str) -> String {
    let text = normal(text);
    format!("{text}\n{SEAL}{}{END}", digest(&text))
}

/// Looks at the digest of a comment.
pub fn seal(text: &str) -> Seal {
    let text = normal(text);
    let Some((rest, last)) = text.rsplit_once('\n') else {
        return Seal::Absent;
    };
    match last.strip_prefix(SEAL).and_then(|end| end.strip_suffix(END)) {
        Some(found) if found == digest(rest.trim_end()) => Seal::Whole,
        None if !text.contains(SEAL) => Seal::Absent,
        _ => Seal::Broken,
    }
}

fn digest(text: &str) -> String {
    let mut hex = String::with_capacity(16);
    for byte in Sha256::digest(text.as_bytes()).iter().take(8) {
        _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_lane_is_the_first_line_and_nothing_else() {
        for lane in Lane::ALL {
            assert_eq!(Lane::of_comment(&format!("{}\r\ntext", lane.comment())), Some(lane));
            assert_eq!(Lane::of_comment(&format!("text\n{}", lane.comment())), None);
            assert_eq!(Lane::of_comment(&format!("{} text", lane.comment())), None);
            assert_eq!(Lane::of_comment(&lane.review()), None);
            assert_eq!(Lane::of_review(&lane.review()), Some(lane));
            assert_eq!(Lane::of_review(&lane.part()), None);
            assert_eq!(Lane::of_any_review(&lane.part()), Some(lane));
        }
    }

    #[test]
    fn the_fingerprint_is_the_last_line_of_its_kind_outside_a_fence() {
        let line = fingerprint_line("0123456789ab");
        for (text, expected) in [
            (format!("x\n\n{line}"), Some("0123456789ab")),
            (format!("x\r\n{line}\r\n"), Some("0123456789ab")),
            (format!("{}\n{line}", fingerprint_line("ffffffffffff")), Some("0123456789ab")),
            (
                format!("{line}\n```suggestion\n{}\n```", fingerprint_line("ffffffffffff")),
                Some("0123456789ab"),
            ),
            (format!("x {line}"), None),
            (fingerprint_line("0123456789AB"), None),
            (fingerprint_line("0123456789abc"), None),
        ] {
            assert_eq!(fingerprint(&text).as_deref(), expected, "{text}");
        }
        let two = format!("a {line} b {}", fingerprint_line("ffffffffffff"));
        assert_eq!(fingerprints(&two), ["0123456789ab", "ffffffffffff"]);
    }

    #[test]
    fn an_edit_breaks_the_seal_and_a_host_that_trims_does_not() {
        let text = sealed("a\nb\n");
        assert_eq!(seal(&text), Seal::Whole);
        assert_eq!(seal(&text.replace('\n', "\r\n")), Seal::Whole);
        assert_eq!(seal(&format!("{text}\n\n")), Seal::Whole);
        assert_eq!(seal(&text.replace("\nb\n", "\nc\n")), Seal::Broken);
        assert_eq!(seal(&format!("{text}\nmore")), Seal::Broken);
        assert_eq!(seal("a\nb"), Seal::Absent);
        assert_eq!(seal(""), Seal::Absent);
        assert!(text.len() <= "a\nb".len() + SEAL_BYTES);
    }

    proptest! {
        #[test]
        fn whatever_is_sealed_is_whole(text in any::<String>()) {
            prop_assert_eq!(seal(&sealed(&text)), Seal::Whole);
        }
    }
}
