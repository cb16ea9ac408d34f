//! How long to go on: a time budget over everything, waits as the host asks for them, and waits of its own that double.
//! Values from the host are data of a stranger: whatever they say, the wait is finite and inside the budget.

use super::Error;
use jiff::Timestamp;
use jiff::fmt::rfc2822::DateTimeParser;
use std::time::{Duration, Instant};

/// First wait of its own; each further one is twice as long.
const FIRST_WAIT: Duration = Duration::from_millis(100);
/// Longest wait of its own.
const LONGEST_WAIT: Duration = Duration::from_secs(15);
/// Longest wait that is understood; the budget is shorter in any case.
const MAX_ASKED: u64 = 3600;

/// The time that is left for everything.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    end: Instant,
}

impl Budget {
    /// Begins now.
    pub fn new(total: Duration) -> Self {
        Self { end: Instant::now() + total.min(Duration::from_secs(24 * MAX_ASKED)) }
    }

    /// What is left; `None` when nothing is.
    pub fn left(self) -> Option<Duration> {
        self.end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    }

    /// Repeats a pass that is idempotent, until it succeeds, fails for good, or the next wait would not end in time.
    pub fn repeat<T>(self, mut pass: impl FnMut() -> Result<T, Error>) -> Result<T, Error> {
        let mut own_wait = FIRST_WAIT;
        loop {
            let (reason, asked) = match pass() {
                Err(Error::Busy { reason, wait }) => (reason, wait),
                other => return other,
            };
            // "At once" from a host that is in trouble is not taken literally: no storm of requests.
            let wait = asked.unwrap_or_default().max(own_wait);
            own_wait = (own_wait * 2).min(LONGEST_WAIT);
            if self.left().is_none_or(|left| left <= wait) {
                return Err(Error::OutOfTime(reason));
            }
            std::thread::sleep(wait);
        }
    }
}

/// Headers of an answer that speak of waiting.
#[derive(Debug, Clone, Copy, Default)]
pub struct Asked<'a> {
    /// `Retry-After`: seconds or an HTTP date.
    pub retry_after: Option<&'a str>,
    /// `X-RateLimit-Remaining`.
    pub remaining: Option<&'a str>,
    /// `X-RateLimit-Reset`: seconds since 1970.
    pub reset: Option<&'a str>,
    /// `Date`: the host's own clock, which the other two are measured by.
    pub date: Option<&'a str>,
}

impl Asked<'_> {
    /// True when the headers say that a limit is the reason.
    pub fn is_limit(self) -> bool {
        self.retry_after.is_some() || self.remaining.map(str::trim) == Some("0")
    }

    /// How long to wait, at most an hour; `None` when the headers do not say so in a form that is known.
    pub fn wait(self, now: Timestamp) -> Option<Duration> {
        let now = self.date.and_then(moment).unwrap_or(now).as_second();
        let until = |second: i64| {
            let seconds = u64::try_from(second.saturating_sub(now)).unwrap_or(0);
            Duration::from_secs(seconds.min(MAX_ASKED))
        };
        if let Some(text) = self.retry_after.map(str::trim) {
            return match seconds(text) {
                Some(seconds) => Some(Duration::from_secs(seconds.min(MAX_ASKED))),
                None => moment(text).map(|moment| until(moment.as_second())),
            };
        }
        if self.remaining.map(str::trim) != Some("0") {
            return None;
        }
        let reset = seconds(self.reset?.trim())?;
        Some(until(i64::try_from(reset).unwrap_or(i64::MAX)))
    }
}

/// A number of digits alone; one too large for 64 bits is the largest.
fn seconds(text: &str) -> Option<u64> {
    let digits = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits.then(|| text.parse().unwrap_or(u64::MAX))
}

/// An HTTP date (RFC 9110, 5.6.7, the preferred form).
fn moment(text: &str) -> Option<Timestamp> {
    DateTimeParser::new().parse_timestamp(text.trim()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: &str = "Wed, 21 Oct 2015 07:28:00 GMT";

    fn after(text: &str) -> Option<u64> {
        let asked = Asked { retry_after: Some(text), date: Some(NOW), ..Asked::default() };
        asked.wait(Timestamp::UNIX_EPOCH).map(|wait| wait.as_secs())
    }

    #[test]
    fn a_wait_is_seconds_or_a_date_and_anything_else_is_nothing() {
        for (text, expected) in [
            ("0", Some(0)),
            (" 7 ", Some(7)),
            ("99999999999999", Some(3600)),
            ("99999999999999999999999999", Some(3600)),
            ("Wed, 21 Oct 2015 07:28:30 GMT", Some(30)),
            ("Wed, 21 Oct 2015 07:27:00 GMT", Some(0)),
            ("Wed, 01 Dec 9999 00:00:00 GMT", Some(3600)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", None),
            ("1e300", None),
            ("-1", None),
            ("NaN", None),
            ("inf", None),
            ("1.5", None),
            ("", None),
            ("tomorrow", None),
        ] {
            assert_eq!(after(text), expected, "{text:?}");
        }
    }

    #[test]
    fn the_reset_counts_only_when_nothing_remains() {
        let asked = |remaining, reset| Asked {
            remaining: Some(remaining),
            reset: Some(reset),
            date: Some(NOW),
            retry_after: None,
        };
        let wait = |remaining, reset| asked(remaining, reset).wait(Timestamp::UNIX_EPOCH);
        assert_eq!(wait("0", "1445412485"), Some(Duration::from_secs(5)));
        assert_eq!(wait("0", "18446744073709551616"), Some(Duration::from_secs(3600)));
        assert_eq!(wait("0", "-4"), None);
        assert_eq!(wait("3", "1445412485"), None);
        assert!(asked("0", "x").is_limit() && !asked("1", "x").is_limit());
    }

    #[test]
    fn a_wait_that_would_outlast_the_budget_is_not_begun() {
        let budget = Budget::new(Duration::from_secs(5));
        let start = Instant::now();
        let busy = || -> Result<(), Error> {
            Err(Error::Busy { reason: "limit".into(), wait: Some(Duration::from_secs(60)) })
        };
        let error = budget.repeat(busy).unwrap_err();
        assert!(matches!(error, Error::OutOfTime(_)));
        assert!(start.elapsed() < Duration::from_secs(1));
    }

    #[test]
    fn a_pass_is_repeated_only_while_the_fault_may_pass() {
        let budget = Budget::new(Duration::from_secs(5));
        let mut count = 0;
        let result = budget.repeat(|| {
            count += 1;
            match count {
                1 => Err(Error::Busy { reason: "x".into(), wait: None }),
                _ => Err::<(), _>(Error::Odd("y".into())),
            }
        });
        assert!(matches!(result, Err(Error::Odd(_))));
        assert_eq!(count, 2);
    }

    proptest! {
        #[test]
        fn no_header_makes_a_wait_over_an_hour(a in any::<String>(), b in "[0-9e.+-]{0,30}", c in any::<u64>()) {
            for text in [a, b, c.to_string()] {
                prop_assert!(after(&text).is_none_or(|wait| wait <= MAX_ASKED));
            }
        }
    }
}
