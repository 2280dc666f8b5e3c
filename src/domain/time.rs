//! Instants, days, and the firm's zone in which a bare date is read.
//!
//! Must never know: what time it is now. Every function gets its moment.

use chrono::{DateTime, Days, LocalResult, NaiveDate, NaiveDateTime, NaiveTime, SecondsFormat, TimeZone, Utc};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A moment, in UTC, to the millisecond.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

impl Instant {
    /// The moment this many milliseconds after 1970 in UTC.
    pub const fn from_millis(millis: i64) -> Self {
        Self(millis)
    }

    /// Milliseconds after 1970 in UTC, as stored.
    pub const fn millis(self) -> i64 {
        self.0
    }

    /// The same moment for chrono. Moments outside chrono's range become its nearest end.
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp_millis(self.0).unwrap_or(if self.0 < 0 {
            DateTime::<Utc>::MIN_UTC
        } else {
            DateTime::<Utc>::MAX_UTC
        })
    }

    /// Reads RFC 3339 with an offset, as `2026-11-23T13:41:00Z`.
    pub fn parse(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text.trim()).ok().map(|at| Self(at.timestamp_millis()))
    }

    /// RFC 3339 in UTC with milliseconds, as entries of the journal carry it.
    pub fn rfc3339(self) -> String {
        self.utc().to_rfc3339_opts(SecondsFormat::Millis, true)
    }

    /// This moment and so many hours; stops at the ends of the range.
    pub const fn plus_hours(self, hours: i64) -> Self {
        Self(self.0.saturating_add(hours.saturating_mul(3_600_000)))
    }

    /// This moment and so many times 24 hours; stops at the ends of the range.
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_hours(days.saturating_mul(24))
    }

    /// Whole days from `earlier` to this moment, rounded down; negative when it is later.
    pub const fn days_since(self, earlier: Self) -> i64 {
        (self.0.saturating_sub(earlier.0)).div_euclid(86_400_000)
    }
}

impl From<DateTime<Utc>> for Instant {
    fn from(at: DateTime<Utc>) -> Self {
        Self(at.timestamp_millis())
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.rfc3339())
    }
}

/// A calendar day without a zone.
pub type Day = NaiveDate;

/// The firm's zone and working day: what a bare date means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Zone {
    /// The IANA zone asked at set-up.
    pub tz: chrono_tz::Tz,
    /// End of the working day, used for a last day without a time. 17:00 unless set.
    pub closing: NaiveTime,
}

impl Zone {
    /// A zone with the usual end of the working day, 17:00.
    pub fn new(tz: chrono_tz::Tz) -> Self {
        Self { tz, closing: NaiveTime::from_hms_opt(17, 0, 0).unwrap_or(NaiveTime::MIN) }
    }

    /// UTC with the usual end of the working day.
    pub fn utc() -> Self {
        Self::new(chrono_tz::UTC)
    }

    /// The day on the firm's calendar at this moment.
    pub fn day(&self, at: Instant) -> Day {
        self.local(at).date()
    }

    /// The firm's wall clock at this moment.
    pub fn local(&self, at: Instant) -> NaiveDateTime {
        at.utc().with_timezone(&self.tz).naive_local()
    }

    /// Midnight at the start of the day.
    pub fn start_of(&self, day: Day) -> Instant {
        self.at(day, NaiveTime::MIN)
    }

    /// Midnight after the day: the half-open end of a bare "until" date.
    pub fn end_of(&self, day: Day) -> Instant {
        self.start_of(day.checked_add_days(Days::new(1)).unwrap_or(day))
    }

    /// End of the working day: a last day typed without a time.
    pub fn closing_of(&self, day: Day) -> Instant {
        self.at(day, self.closing)
    }

    /// The moment a wall clock in the firm's zone shows this. An hour that is skipped in spring is read as
    /// the hour after the gap; one that comes twice in autumn as the first.
    pub fn at(&self, day: Day, time: NaiveTime) -> Instant {
        let mut wall = day.and_time(time);
        // A gap is at most a few hours in any zone of the database; stepping by a quarter hour leaves it.
        for _ in 0..100 {
            match self.tz.from_local_datetime(&wall) {
                LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => {
                    return at.with_timezone(&Utc).into();
                }
                LocalResult::None => wall += chrono::TimeDelta::minutes(15),
            }
        }
        Instant::from(wall.and_utc())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        text.parse().expect("a date")
    }

    #[test]
    fn a_bare_date_ends_at_the_next_local_midnight_also_when_clocks_change() {
        let zone = Zone::new(chrono_tz::Europe::Berlin);
        assert_eq!(zone.end_of(day("2026-10-25")).rfc3339(), "2026-10-25T23:00:00.000Z");
        assert_eq!(zone.start_of(day("2026-10-25")).rfc3339(), "2026-10-24T22:00:00.000Z");
        assert_eq!(zone.closing_of(day("2026-11-23")).rfc3339(), "2026-11-23T16:00:00.000Z");
    }

    #[test]
    fn a_skipped_hour_is_read_as_the_hour_after_it() {
        let zone = Zone::new(chrono_tz::Europe::Berlin);
        let at = zone.at(day("2026-03-29"), NaiveTime::from_hms_opt(2, 30, 0).expect("a time"));
        assert_eq!(at.rfc3339(), "2026-03-29T01:00:00.000Z");
    }

    #[test]
    fn days_are_counted_down_to_whole_ones() {
        let start = Instant::parse("2026-11-01T12:00:00Z").expect("rfc3339");
        assert_eq!(start.plus_hours(47).days_since(start), 1);
        assert_eq!(start.days_since(start.plus_hours(1)), -1);
    }
}
