//! Scores of CVSS vectors and the words for them. Knows vectors and nothing of advisories; the formulas of FIRST's
//! specifications are the `cvss` crate's.

use crate::finding::Severity;
use std::str::FromStr as _;

/// Longest vector that is looked at, bytes; one with every metric of CVSS 4.0 has some 220.
const MAX_LENGTH: usize = 512;

/// The rating of a score from 0 to 10 (<https://www.first.org/cvss/v3.1/specification-document>, section 5; 2.0 has
/// no such table and borrows it). What the table calls "none" is informational here.
pub fn severity(score: f32) -> Severity {
    // A little less than the bounds, which are decimal fractions.
    match score {
        s if s >= 8.95 => Severity::Critical,
        s if s >= 6.95 => Severity::High,
        s if s >= 3.95 => Severity::Medium,
        s if s >= 0.05 => Severity::Low,
        _ => Severity::Info,
    }
}

/// Score of a vector with one decimal, and the version of CVSS it is written in: `2.0`, `3.0`, `3.1` or `4.0`. For
/// 2.0 and 3.x it is the base score, whatever temporal and environmental metrics follow; 4.0 has one score, over all
/// metrics that are given. `None` for what is no vector.
pub fn score(vector: &str) -> Option<(f32, &'static str)> {
    let vector = vector.trim();
    if vector.len() > MAX_LENGTH {
        return None;
    }
    let (version, base) = if let Some(rest) = vector.strip_prefix("CVSS:3.1/") {
        ("3.1", format!("CVSS:3.1/{}", base_of(rest, &BASE_3)?))
    } else if let Some(rest) = vector.strip_prefix("CVSS:3.0/") {
        ("3.0", format!("CVSS:3.0/{}", base_of(rest, &BASE_3)?))
    } else if vector.starts_with("CVSS:4.0/") {
        ("4.0", vector.trim_end_matches('/').to_owned())
    } else {
        let bare = vector.trim_start_matches('(').trim_end_matches(')');
        let bare = bare.strip_prefix("CVSS2#").unwrap_or(bare);
        ("2.0", base_of(bare, &BASE_2)?)
    };
    let parsed = cvss::Cvss::from_str(&base).ok()?;
    let fits = matches!(
        (&parsed, version),
        (cvss::Cvss::CvssV20(_), "2.0")
            | (cvss::Cvss::CvssV30(_), "3.0")
            | (cvss::Cvss::CvssV31(_), "3.1")
            | (cvss::Cvss::CvssV40(_), "4.0")
    );
    let tenths = (parsed.score() * 10.0).round();
    (fits && (0.0..=100.0).contains(&tenths)).then(|| ((tenths / 10.0) as f32, version))
}

/// Base metrics of CVSS 3.x, all mandatory.
const BASE_3: [&str; 8] = ["AV", "AC", "PR", "UI", "S", "C", "I", "A"];
/// Base metrics of CVSS 2.0, all mandatory.
const BASE_2: [&str; 6] = ["AV", "AC", "Au", "C", "I", "A"];

/// The base metrics of a vector without its prefix, in the order of the specification; `None` when one is missing or
/// there twice.
fn base_of(metrics: &str, base: &[&str]) -> Option<String> {
    let mut values: Vec<Option<&str>> = vec![None; base.len()];
    for metric in metrics.trim_end_matches('/').split('/') {
        let (name, value) = metric.split_once(':')?;
        if let Some(place) = base.iter().position(|one| *one == name)
            && values[place].replace(value).is_some()
        {
            return None;
        }
    }
    let parts: Option<Vec<String>> =
        base.iter().zip(values).map(|(name, value)| Some(format!("{name}:{}", value?))).collect();
    Some(parts?.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_are_those_of_the_specifications() {
        for (vector, expected) in [
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", Some((9.8, "3.1"))),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", Some((6.1, "3.0"))),
            ("CVSS:3.1/AV:P/AC:H/PR:H/UI:R/S:U/C:N/I:N/A:N", Some((0.0, "3.1"))),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/E:U/RL:O", Some((9.8, "3.1"))),
            ("AV:N/AC:L/Au:N/C:C/I:C/A:C", Some((10.0, "2.0"))),
            ("(AV:N/AC:M/Au:N/C:N/I:P/A:N)", Some((4.3, "2.0"))),
            (
                "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H",
                Some((10.0, "4.0")),
            ),
            ("CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:N/SI:N/SA:N", Some((9.3, "4.0"))),
            ("CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H", None),
            ("CVSS:3.1/AV:N/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", None),
            ("CVSS:3.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:U/A:U", None),
            ("CVSS:5.0/AV:N", None),
            ("9.8", None),
            ("", None),
        ] {
            assert_eq!(score(vector), expected, "{vector}");
        }
    }

    #[test]
    fn ratings_begin_at_their_bounds() {
        for (score, expected) in [
            (0.0, Severity::Info),
            (0.1, Severity::Low),
            (3.9, Severity::Low),
            (4.0, Severity::Medium),
            (6.9, Severity::Medium),
            (7.0, Severity::High),
            (8.9, Severity::High),
            (9.0, Severity::Critical),
            (10.0, Severity::Critical),
        ] {
            assert_eq!(severity(score), expected, "{score}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_a_score_or_none(text in "(CVSS:[234].[01]/)?([AVCPRUIS]{1,2}:[A-Z]/?){0,14}") {
            if let Some((score, _)) = score(&text) {
                assert!((0.0..=10.0).contains(&score));
            }
        }
    }
}
