//! Values with a spelling of their own - sizes, dates, globs, references - and the nearest word to a misspelt one.

use jiff::civil::Date;
use std::path::{Component, Path, PathBuf};

/// Bytes of `10485760`, `10MiB`, `10 M`, `10MB`; at least 1.
pub(super) fn size(text: &str) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let factor: u64 = match unit.strip_prefix(' ').unwrap_or(unit) {
        "" if unit.is_empty() => 1,
        "B" => 1,
        "K" | "KiB" => 1 << 10,
        "M" | "MiB" => 1 << 20,
        "G" | "GiB" => 1 << 30,
        "KB" => 1_000,
        "MB" => 1_000_000,
        "GB" => 1_000_000_000,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(factor).filter(|&bytes| bytes > 0)
}

/// The shortest exact spelling of a size.
pub fn show_size(bytes: u64) -> String {
    [(30, "GiB"), (20, "MiB"), (10, "KiB")]
        .into_iter()
        .find(|(shift, _)| bytes > 0 && bytes.trailing_zeros() >= *shift)
        .map_or_else(|| bytes.to_string(), |(shift, unit)| format!("{}{unit}", bytes >> shift))
}

/// A day as `2026-12-31`.
pub(super) fn date(text: &str) -> Option<Date> {
    let dashes = text.len() == 10
        && text
            .bytes()
            .enumerate()
            .all(|(i, b)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() });
    if dashes { text.parse().ok() } else { None }
}

/// A set of rules that semgrep fetches from its registry.
pub fn is_registry_reference(text: &str) -> bool {
    text == "auto" || ["p/", "r/", "s/"].iter().any(|prefix| text.starts_with(prefix))
}

/// Whether the text is a pattern and not a plain id.
pub(super) fn is_glob(text: &str) -> bool {
    text.contains(['*', '?', '[', '{'])
}

/// Why a text is not a glob.
pub(super) fn bad_glob(text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return Some("it is empty".to_owned());
    }
    match globset::Glob::new(text) {
        Ok(_) => None,
        Err(error) => Some(error.kind().to_string()),
    }
}

/// Why a text is not a regular expression the scanner can use, or is too large to be compiled for every scan.
pub(super) fn bad_regex(text: &str) -> Option<String> {
    const COMPILED: usize = 1024 * 1024;
    let built = regex::bytes::RegexBuilder::new(text).size_limit(COMPILED).build();
    let message = match built {
        Ok(_) => return None,
        Err(regex::Error::CompiledTooBig(_)) => {
            return Some("it is too large when compiled".to_owned());
        }
        Err(error) => error.to_string(),
    };
    // The parser draws the pattern with a caret; its last line says what is wrong.
    let last = message.lines().next_back().unwrap_or_default();
    Some(last.trim_start_matches("error: ").to_owned())
}

/// The candidate that was probably meant.
pub(super) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    const LONGEST: usize = 200;
    if word.len() > LONGEST {
        return None;
    }
    let folded = word.to_lowercase().replace('-', "_");
    let allowed = (word.chars().count() / 3).clamp(1, 3);
    candidates
        .into_iter()
        .map(|c| (strsim::osa_distance(&folded, &c.to_lowercase().replace('-', "_")), c))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// `base`/`path` without `.`, and with each `..` taking back the folder before it.
pub(super) fn join(base: &Path, path: &Path) -> PathBuf {
    let mut joined = PathBuf::new();
    for component in base.join(path).components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if joined.file_name().is_some() => {
                joined.pop();
            }
            other => joined.push(other),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_bytes_or_a_number_with_a_unit() {
        for (text, expected) in [
            ("1", Some(1)),
            ("10MiB", Some(10 << 20)),
            ("10 M", Some(10 << 20)),
            ("2KB", Some(2000)),
            ("3 B", Some(3)),
            ("0", None),
            ("", None),
            ("10 ", None),
            ("10mib", None),
            ("-1", None),
            ("99999999999GiB", None),
        ] {
            assert_eq!(size(text), expected, "{text}");
        }
        for (bytes, shown) in
            [(10 << 20, "10MiB"), (1000, "1000"), (1536, "1536"), (1 << 30, "1GiB")]
        {
            assert_eq!(show_size(bytes), shown);
            assert_eq!(size(shown), Some(bytes));
        }
    }

    #[test]
    fn dates_are_days_of_the_calendar() {
        assert_eq!(date("2026-02-28").map(|d| d.to_string()).as_deref(), Some("2026-02-28"));
        for text in ["2026-02-29", "2026-2-2", "20260228", "2026-02-28T00:00", "", "tomorrow!!"] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn the_nearest_word_is_a_slip_of_the_finger_away() {
        let keys = ["scan_types", "ignored_rules", "git-hygiene", "ai"];
        for (word, expected) in [
            ("scan_type", Some("scan_types")),
            ("SCAN-TYPES", Some("scan_types")),
            ("git_hygiene", Some("git-hygiene")),
            ("ia", Some("ai")),
            ("exclude", None),
            ("", None),
        ] {
            assert_eq!(nearest(word, keys), expected, "{word}");
        }
    }

    #[test]
    fn globs_and_regexes_say_what_is_wrong_with_them() {
        assert_eq!(bad_glob("src/**/*.rs"), None);
        assert!(bad_glob("a[").is_some_and(|m| !m.contains('\n')));
        assert_eq!(bad_regex("^EXAMPLE_[a-z]+$"), None);
        assert_eq!(bad_regex("(a").as_deref(), Some("unclosed group"));
        assert_eq!(
            bad_regex("((a{100}){100}){100}").as_deref(),
            Some("it is too large when compiled")
        );
    }

    #[test]
    fn joined_paths_are_tidy() {
        for (path, expected) in
            [("./r", "/a/b/r"), ("../r", "/a/r"), ("/x/./y", "/x/y"), ("../../../r", "/../r")]
        {
            assert_eq!(join(Path::new("/a/b"), Path::new(path)), Path::new(expected), "{path}");
        }
    }
}
