//! Dates as people and systems write them. Day and month in doubt are decided by the whole column or not at all.
//!
//! Must never know: which column of which format it reads; what time it is.

use crate::domain::{Day, Instant, Zone};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime};

/// A date as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// A bare day.
    Day(Day),
    /// A day and a time on some wall clock.
    Local(NaiveDateTime),
    /// A moment with its offset.
    Exact(Instant),
}

impl When {
    /// The calendar day in the zone.
    pub fn day(&self, zone: &Zone) -> Day {
        match self {
            Self::Day(day) => *day,
            Self::Local(wall) => wall.date(),
            Self::Exact(at) => zone.day(*at),
        }
    }

    /// The moment; a bare day counts from its first minute.
    pub fn start(&self, zone: &Zone) -> Instant {
        match self {
            Self::Day(day) => zone.start_of(*day),
            Self::Local(wall) => zone.at(wall.date(), wall.time()),
            Self::Exact(at) => *at,
        }
    }

    /// The moment; a bare day runs to its end.
    pub fn end(&self, zone: &Zone) -> Instant {
        match self {
            Self::Day(day) => zone.end_of(*day),
            other => other.start(zone),
        }
    }

    /// Whether a moment known already says the same: any moment of a bare day does.
    pub fn agrees(&self, known: Instant, zone: &Zone) -> bool {
        match self {
            Self::Day(day) => zone.start_of(*day) <= known && known <= zone.end_of(*day),
            other => other.start(zone) == known,
        }
    }
}

/// Whether the day or the month comes first in dates such as `03/04/2026`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// 3 April.
    DayFirst,
    /// 4 March.
    MonthFirst,
}

/// How many dates of a column can only be read one way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Evidence {
    /// Can only be day/month.
    pub day_first: usize,
    /// Can only be month/day.
    pub month_first: usize,
    /// Could be either.
    pub either: usize,
    /// Of those, written without leading zeros and with AM or PM, as US English does and other English does not.
    pub us_style: usize,
}

impl Evidence {
    /// Takes one cell into account.
    pub fn add(&mut self, text: &str) {
        let Some((numbers, separator, rest)) = numeric(text.trim()) else { return };
        let [first, second, third] = numbers;
        if first.digits > 2 || separator == '.' || third.digits != 4 {
            return;
        }
        match (first.value, second.value) {
            (a, b) if a == b => {}
            (1..=12, 1..=12) => {
                self.either += 1;
                let plain = first.digits == 1 && second.digits == 1;
                if plain && separator == '/' && (rest.ends_with("AM") || rest.ends_with("PM")) {
                    self.us_style += 1;
                }
            }
            (13..=31, 1..=12) => self.day_first += 1,
            (1..=12, 13..=31) => self.month_first += 1,
            _ => {}
        }
    }

    /// The order the column itself proves; `told` when it proves none. None when it contradicts itself or stays open.
    pub fn order(&self, told: Option<Order>) -> Option<Order> {
        match (self.day_first, self.month_first) {
            (0, 0) => told.or_else(|| (self.us_style > 0).then_some(Order::MonthFirst)),
            (_, 0) => Some(Order::DayFirst),
            (0, _) => Some(Order::MonthFirst),
            _ => None,
        }
    }

    /// Whether dates of this column cannot be read without being told.
    pub fn is_open(&self, told: Option<Order>) -> bool {
        self.order(told).is_none() && (self.either > 0 || self.day_first > 0)
    }

    /// The counts in a sentence.
    pub fn sentence(&self) -> String {
        format!(
            "{} can only be day/month, {} can only be month/day, {} could be either.",
            self.day_first, self.month_first, self.either
        )
    }
}

/// Whether a text is a date whose order of day and month somebody has to tell or a whole column has to show.
pub fn is_either_way(text: &str) -> bool {
    let mut evidence = Evidence::default();
    evidence.add(text);
    evidence != Evidence::default()
}

/// What to say of a cell that should hold a date and could not be read as one in this order. Never repeats the cell.
pub fn complaint(text: &str, order: Option<Order>) -> String {
    if let Some(day) = day_number(text) {
        format!("This is the day number of a spreadsheet, probably {day}. Format the column as a date.")
    } else if order.is_none() && is_either_way(text) {
        "Day and month cannot be told apart here. Write the date as 2026-11-23.".to_owned()
    } else {
        "This cell should hold a date, as 2026-11-23.".to_owned()
    }
}

/// The day a spreadsheet means by a number in a column that is not formatted as dates: days since 30 December 1899
/// (ECMA-376 part 1, 18.17.4.1). Only numbers of the years 1954 to 2119 are taken for one.
fn day_number(text: &str) -> Option<Day> {
    let whole = text.trim().split(['.', ',']).next()?;
    let days: u64 = whole.parse().ok().filter(|days| (20_000..80_000).contains(days))?;
    NaiveDate::from_ymd_opt(1899, 12, 30)?.checked_add_days(chrono::Days::new(days))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Number {
    value: u32,
    digits: usize,
}

/// Splits `3/4/2026 …` into its three numbers, the sign between them, and what follows.
fn numeric(text: &str) -> Option<([Number; 3], char, &str)> {
    let mut rest = text;
    let mut numbers = [Number { value: 0, digits: 0 }; 3];
    let mut separator = None;
    for (index, number) in numbers.iter_mut().enumerate() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 || digits > 4 {
            return None;
        }
        *number = Number { value: rest.get(..digits)?.parse().ok()?, digits };
        rest = rest.get(digits..)?;
        if index < 2 {
            let sign = rest.chars().next().filter(|c| matches!(c, '/' | '-' | '.'))?;
            if *separator.get_or_insert(sign) != sign {
                return None;
            }
            rest = rest.get(1..)?;
        }
    }
    if rest.starts_with(|c: char| c.is_alphanumeric() && c != 'T' && c != 't') {
        return None;
    }
    Some((numbers, separator?, rest))
}

/// Reads one date. `order` decides `03/04/2026`; without it such a date is not read.
pub fn read(text: &str, order: Option<Order>) -> Option<When> {
    let text = text.trim();
    if text.is_empty() || text.len() > 64 {
        return None;
    }
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return Some(When::Exact(Instant::from_millis(at.timestamp_millis())));
    }
    if let Some((numbers, separator, rest)) = numeric(text) {
        let day = numeric_day(numbers, separator, order)?;
        return with_time(day, rest.trim_start_matches(['T', 't', ',', ' ']));
    }
    named(text)
}

fn numeric_day([a, b, c]: [Number; 3], separator: char, order: Option<Order>) -> Option<Day> {
    let ymd = |year: Number, month: Number, day: Number| {
        NaiveDate::from_ymd_opt(i32::try_from(year.value).ok()?, month.value, day.value)
            .filter(|_| (1900..=2200).contains(&year.value))
    };
    if a.digits == 4 {
        return ymd(a, b, c);
    }
    if c.digits != 4 || a.digits > 2 || b.digits > 2 {
        return None;
    }
    // A dot is only used where the day comes first.
    match (separator, order) {
        ('.', _) => ymd(c, b, a),
        (_, Some(Order::DayFirst)) => ymd(c, b, a),
        (_, Some(Order::MonthFirst)) => ymd(c, a, b),
        (_, None) if a.value == b.value => ymd(c, a, b),
        (_, None) => None,
    }
}

/// Adds a time of day and an offset to a day, when they are there.
fn with_time(day: Day, rest: &str) -> Option<When> {
    let rest = rest.trim();
    if rest.is_empty() {
        return Some(When::Day(day));
    }
    let (clock, offset) = split_offset(rest);
    let wall = day.and_time(clock_time(clock)?);
    Some(match offset {
        None => When::Local(wall),
        Some(minutes) => {
            let utc = wall.checked_sub_signed(chrono::TimeDelta::minutes(minutes))?;
            When::Exact(Instant::from_millis(utc.and_utc().timestamp_millis()))
        }
    })
}

/// Splits `19:49:35Z` or `19:49:35+02:00` into clock and offset in minutes.
fn split_offset(text: &str) -> (&str, Option<i64>) {
    if let Some(clock) = text.strip_suffix(['Z', 'z']).or_else(|| text.strip_suffix("UTC")) {
        return (clock.trim_end(), Some(0));
    }
    let Some(at) = text.rfind(['+', '-']).filter(|at| *at >= 4) else { return (text, None) };
    let (clock, offset) = text.split_at(at);
    let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
    let minutes = match digits.len() {
        2 => digits.parse::<i64>().ok().map(|hours| hours * 60),
        4 => digits.parse::<i64>().ok().map(|both| both / 100 * 60 + both % 100),
        _ => None,
    };
    match minutes {
        Some(minutes) if minutes <= 14 * 60 => {
            (clock.trim_end(), Some(if offset.starts_with('-') { -minutes } else { minutes }))
        }
        _ => (text, None),
    }
}

fn clock_time(text: &str) -> Option<NaiveTime> {
    let lower = text.trim().to_ascii_lowercase().replace('.', ":");
    let (clock, half) = if let Some(clock) = lower.strip_suffix("am") {
        (clock, Some(0))
    } else if let Some(clock) = lower.strip_suffix("pm") {
        (clock, Some(12))
    } else {
        (lower.as_str(), None)
    };
    let mut parts = clock.trim().split(':');
    let mut hour: u32 = parts.next()?.trim().parse().ok()?;
    let minute: u32 = parts.next()?.parse().ok()?;
    let second: u32 = parts.next().map_or(Some(0), |part| part.parse().ok())?;
    let millis: u32 = match parts.next() {
        None => 0,
        Some(fraction) if !fraction.is_empty() && fraction.bytes().all(|b| b.is_ascii_digit()) => {
            format!("{fraction:0<3}").get(..3)?.parse().ok()?
        }
        Some(_) => return None,
    };
    if let Some(half) = half {
        if !(1..=12).contains(&hour) {
            return None;
        }
        hour = hour % 12 + half;
    }
    NaiveTime::from_hms_milli_opt(hour, minute, second, millis)
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Dates with the month in English letters: `3 April 2026`, `Apr 3, 2026`, `03-Apr-2026 14:00`.
fn named(text: &str) -> Option<When> {
    let mut words = text.split([' ', ',', '-', '/', '.']).filter(|word| !word.is_empty());
    let (first, second) = (words.next()?, words.next()?);
    let third = words.next()?;
    let month = |word: &str| {
        let lower = word.to_ascii_lowercase();
        MONTHS.iter().position(|name| lower.starts_with(name)).and_then(|index| u32::try_from(index + 1).ok())
    };
    let day = |word: &str| word.trim_end_matches(|c: char| c.is_ascii_alphabetic()).parse::<u32>().ok();
    let (month, day) = match (month(first), month(second)) {
        (Some(month), None) => (month, day(second)?),
        (None, Some(month)) => (month, day(first)?),
        _ => return None,
    };
    if third.len() != 4 {
        return None;
    }
    let date = NaiveDate::from_ymd_opt(third.parse().ok()?, month, day)?;
    let behind = text.find(third).and_then(|at| text.get(at + third.len()..)).unwrap_or_default();
    with_time(date, behind.trim_start_matches([' ', ',']))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may fail loudly")]
    use super::*;
    use proptest::prelude::*;

    fn utc(text: &str, order: Option<Order>) -> String {
        read(text, order).map_or_else(|| "-".to_owned(), |when| when.start(&Zone::utc()).rfc3339())
    }

    #[test]
    fn every_form_met_in_exports_is_read() {
        let us = Some(Order::MonthFirst);
        for (text, expected) in [
            ("2022-03-18 19:49:35Z", "2022-03-18T19:49:35.000Z"),
            ("2023-03-13T19:15:41.6195833Z", "2023-03-13T19:15:41.619Z"),
            ("8/19/2021 1:25:31 PM", "2021-08-19T13:25:31.000Z"),
            ("8/19/2021 12:05:00 AM", "2021-08-19T00:05:00.000Z"),
            ("03.04.2022 14:12:21", "2022-04-03T14:12:21.000Z"),
            ("2026/04/10 04:05:20", "2026-04-10T04:05:20.000Z"),
            ("2026-07-06 08:00:00+02:00", "2026-07-06T06:00:00.000Z"),
            ("3 April 2026", "2026-04-03T00:00:00.000Z"),
            ("Apr 3, 2026 17:30", "2026-04-03T17:30:00.000Z"),
            ("03-Apr-2026", "2026-04-03T00:00:00.000Z"),
            ("2026-11-23", "2026-11-23T00:00:00.000Z"),
        ] {
            assert_eq!(utc(text, us), expected, "{text}");
        }
    }

    #[test]
    fn what_is_no_date_is_not_guessed() {
        for text in ["", "never", "31/02/2026", "12345", "2026-13-01", "5/5", "1/2/26", "8/19/2021 25:00", "tomorrow"] {
            assert_eq!(read(text, Some(Order::MonthFirst)), None, "{text}");
        }
    }

    #[test]
    fn day_and_month_in_doubt_are_read_only_when_the_order_is_known() {
        assert_eq!(utc("03/04/2024", None), "-");
        assert_eq!(utc("03/04/2024", Some(Order::DayFirst)), "2024-04-03T00:00:00.000Z");
        assert_eq!(utc("04/04/2024", None), "2024-04-04T00:00:00.000Z");
    }

    fn evidence(cells: &[&str]) -> Evidence {
        let mut found = Evidence::default();
        cells.iter().for_each(|cell| found.add(cell));
        found
    }

    #[test]
    fn one_clear_date_decides_the_column() {
        assert_eq!(evidence(&["03/04/2024", "25/12/2024"]).order(None), Some(Order::DayFirst));
        assert_eq!(evidence(&["03/04/2024", "12/25/2024"]).order(None), Some(Order::MonthFirst));
        assert_eq!(evidence(&["25/12/2024"]).order(Some(Order::MonthFirst)), Some(Order::DayFirst));
    }

    #[test]
    fn a_column_that_contradicts_itself_or_stays_open_is_not_decided() {
        let both = evidence(&["25/12/2024", "12/25/2024"]);
        assert_eq!((both.order(Some(Order::DayFirst)), both.is_open(None)), (None, true));
        let open = evidence(&["03/04/2024"]);
        assert!(open.is_open(None) && !open.is_open(Some(Order::DayFirst)));
        assert!(!evidence(&["2024-03-04", "03.04.2024", "7/7/2024"]).is_open(None));
    }

    #[test]
    fn us_english_shows_itself_by_missing_zeros_and_am_or_pm() {
        assert_eq!(evidence(&["8/1/2022 3:37:08 PM"]).order(None), Some(Order::MonthFirst));
        assert_eq!(evidence(&["1/08/2022 3:37:08 PM"]).order(None), None, "Australia writes the month with a zero");
        assert_eq!(evidence(&["8/1/2022 15:37:08"]).order(None), None);
    }

    #[test]
    fn a_bare_day_agrees_with_any_moment_of_it() {
        let zone = Zone::new(chrono_tz::Europe::Berlin);
        let day = read("2026-11-23", None).unwrap();
        assert!(day.agrees(Instant::parse("2026-11-23T16:00:00Z").unwrap(), &zone));
        assert!(day.agrees(day.end(&zone), &zone) && day.agrees(day.start(&zone), &zone));
        assert!(!day.agrees(Instant::parse("2026-11-24T16:00:00Z").unwrap(), &zone));
    }

    proptest! {
        #[test]
        fn no_text_makes_it_panic(text in "\\PC{0,30}", digits in "[0-9/.: -]{0,30}") {
            for text in [text, digits] {
                let _ = read(&text, Some(Order::DayFirst));
                Evidence::default().add(&text);
            }
        }
    }
}
