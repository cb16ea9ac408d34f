//! The only module that asks for the time. Output that people compare byte by byte never holds a time, except where the
//! caller pins it.

use jiff::Timestamp;

/// Where the present moment comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A moment that was pinned (`SECURESCAN_FAKE_NOW`, `SOURCE_DATE_EPOCH`).
    Fixed(Timestamp),
}

/// A pinned moment that cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "\"{0}\" is not a time (expected RFC 3339 such as 2026-04-29T20:00:00Z, or seconds since 1970)"
)]
pub struct BadTime(pub String);

impl Clock {
    /// A clock pinned by an environment value: RFC 3339, or seconds since 1970.
    pub fn pinned(value: &str) -> Result<Self, BadTime> {
        let bad = || BadTime(value.to_owned());
        let moment = match value.parse::<i64>() {
            Ok(seconds) => Timestamp::from_second(seconds).map_err(|_| bad())?,
            Err(_) => value.parse::<Timestamp>().map_err(|_| bad())?,
        };
        Ok(Self::Fixed(moment))
    }

    /// The present moment.
    pub fn now(self) -> Timestamp {
        match self {
            Self::System => Timestamp::now(),
            Self::Fixed(moment) => moment,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_pinned_by_rfc_3339_or_by_epoch_seconds() {
        for value in ["2023-11-14T22:13:20Z", "1700000000"] {
            assert_eq!(Clock::pinned(value).unwrap().now().as_second(), 1_700_000_000, "{value}");
        }
        assert!(Clock::pinned("yesterday").is_err());
    }
}
