//! One number for trend lines. It grows with the logarithm of the weighted severities, so the tenth finding moves it less
//! than the first, and it ends at 100.

use crate::finding::{Counts, Severity};

/// `min(100, 20 * ln(1 + sum of weights))`, one decimal, half to even as the specification's 3.2 rounds. Taken over the
/// findings that count: a silenced finding does not raise it, an override changes it.
pub fn risk_score(counts: &Counts) -> f64 {
    let raw: f64 = Severity::worst_first().map(|s| s.weight() * counts.of(s) as f64).sum();
    let score = (20.0 * (1.0 + raw).ln()).min(100.0);
    // Formatting rounds the exact binary value; multiplying by ten first would round twice.
    format!("{score:.1}").parse().unwrap_or(score)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn score_of(severities: &[(Severity, u64)]) -> String {
        let mut counts = Counts::default();
        for (severity, times) in severities {
            for _ in 0..*times {
                counts.add(*severity);
            }
        }
        risk_score(&counts).to_string()
    }

    /// Section 3.2 and Appendix B of the specification.
    #[test]
    fn the_published_scores_hold() {
        use Severity::{Critical, High, Info, Low, Medium};
        for (severities, expected) in [
            (vec![], "0"),
            (vec![(Info, 1)], "3.6"),
            (vec![(Low, 1)], "13.9"),
            (vec![(Medium, 1)], "27.7"),
            (vec![(High, 1)], "43.9"),
            (vec![(Critical, 1)], "55.5"),
            (vec![(Critical, 2)], "68.7"),
            (vec![(High, 3)], "64.4"),
            (vec![(Low, 10)], "48"),
            (vec![(Critical, 1), (High, 1), (Medium, 1), (Low, 1), (Info, 1)], "66.8"),
            (vec![(Critical, 9)], "98.3"),
            (vec![(Critical, 10)], "100"),
            (vec![(Critical, 1000)], "100"),
        ] {
            assert_eq!(score_of(&severities), expected, "{severities:?}");
        }
    }
}
