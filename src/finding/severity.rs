//! The three ranked or closed vocabularies of a finding: severity, confidence and scan type.
//! One spelling each, the same in JSON, YAML, SQL and on the command line.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// A word that is not in a closed vocabulary, with the words that are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown {what} \"{word}\" (expected one of: {expected})")]
pub struct UnknownWord {
    /// The vocabulary, e.g. `severity`.
    pub what: &'static str,
    /// The word that was given.
    pub word: String,
    /// The accepted words, comma-separated.
    pub expected: String,
}

macro_rules! vocabulary {
    ($(#[$doc:meta])* $name:ident, $what:literal, { $($(#[$vdoc:meta])* $variant:ident => $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
        #[serde(rename_all = "lowercase")]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every member, in declaration order (ascending where the vocabulary is ranked).
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The one spelling used everywhere.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.pad(self.as_str()) }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                Self::ALL.iter().copied().find(|v| v.as_str() == word).ok_or_else(|| UnknownWord {
                    what: $what,
                    word: word.to_owned(),
                    expected: Self::ALL.iter().map(|v| v.as_str()).collect::<Vec<_>>().join(", "),
                })
            }
        }
    };
}

vocabulary!(
    /// How much harm a finding can do, least first, so that `>=` reads as "at least as severe".
    Severity, "severity", {
        /// Informational; not actionable on its own.
        Info => "info",
        /// Nice to fix.
        Low => "low",
        /// Should be fixed; not blocking.
        Medium => "medium",
        /// Real risk; fix before release.
        High => "high",
        /// Drop everything; exploitation is likely.
        Critical => "critical",
    }
);

vocabulary!(
    /// How sure the scanner is that the finding is real, least first.
    Confidence, "confidence", {
        /// A weak shape without supporting context.
        Low => "low",
        /// The context says so.
        Medium => "medium",
        /// The shape belongs to one provider, or the structure was verified.
        High => "high",
    }
);

vocabulary!(
    /// The family of scanners a finding comes from; selects who runs.
    ScanType, "scan type", {
        /// Static analysis of source files, secrets, git hygiene.
        Code => "code",
        /// Manifests and lockfiles: vulnerable or badly licensed packages.
        Dependency => "dependency",
        /// Infrastructure as code and container files.
        Iac => "iac",
        /// Host configuration.
        Baseline => "baseline",
        /// A live URL.
        Dast => "dast",
        /// Hosts and ports.
        Network => "network",
    }
);

impl Severity {
    /// Worst first: the order every report lists severities in.
    pub fn worst_first() -> impl Iterator<Item = Self> {
        Self::ALL.iter().rev().copied()
    }

    /// Weight in the risk score (specification 3.2).
    pub const fn weight(self) -> f64 {
        match self {
            Self::Critical => 15.0,
            Self::High => 8.0,
            Self::Medium => 3.0,
            Self::Low => 1.0,
            Self::Info => 0.2,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities_rank_from_info_to_critical() {
        assert!(Severity::Critical > Severity::High && Severity::Low > Severity::Info);
        assert_eq!(Severity::worst_first().next(), Some(Severity::Critical));
    }

    #[test]
    fn every_word_parses_back_and_the_case_matters() {
        for severity in Severity::ALL {
            assert_eq!(severity.as_str().parse::<Severity>().unwrap(), *severity);
        }
        let error = "HIGH".parse::<Severity>().unwrap_err().to_string();
        assert_eq!(
            error,
            "unknown severity \"HIGH\" (expected one of: info, low, medium, high, critical)"
        );
    }
}
