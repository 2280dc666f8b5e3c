//! Values the directories write in their own ways: yes and no, FILETIME, generalised time, flags, ids.
//!
//! Must never know: which file they stand in.

use crate::domain::Instant;
use chrono::{NaiveDate, NaiveTime};

/// Yes or no in every form exports use. Empty and anything else is unknown.
pub fn yes_no(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "t" | "1" | "on" => Some(true),
        "false" | "no" | "n" | "f" | "0" | "off" => Some(false),
        _ => None,
    }
}

/// A Windows FILETIME: 100 ns steps since 1601 in UTC.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileTime {
    /// 0 or nothing: never happened.
    Never,
    /// The largest values: does not end.
    Endless,
    /// A moment.
    At(Instant),
}

/// From 1601 to 1970 in milliseconds.
const FILETIME_EPOCH_MS: i64 = 11_644_473_600_000;

/// Everything from here on means "does not end", also after a spreadsheet rounded it.
const ENDLESS: f64 = 9.2e18;

/// Reads a FILETIME, also one a spreadsheet turned into `1.33545E+17`. The second value says that it was rounded so.
pub fn file_time(text: &str) -> Option<(FileTime, bool)> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    if let Ok(ticks) = text.parse::<i64>() {
        return Some((from_ticks(ticks)?, false));
    }
    let rounded = text.replace(',', ".").parse::<f64>().ok().filter(|value| value.is_finite() && *value >= 0.0)?;
    if rounded >= ENDLESS {
        return Some((FileTime::Endless, true));
    }
    // Below 9.2e18 the value fits, and it was a whole number before the spreadsheet rounded it.
    #[allow(clippy::cast_possible_truncation, reason = "checked against the largest value just above")]
    Some((from_ticks(rounded as i64)?, true))
}

fn from_ticks(ticks: i64) -> Option<FileTime> {
    match ticks {
        ..0 => None,
        0 => Some(FileTime::Never),
        // 9.2e18 as a whole number.
        9_200_000_000_000_000_000.. => Some(FileTime::Endless),
        _ => Some(FileTime::At(Instant::from_millis(ticks / 10_000 - FILETIME_EPOCH_MS))),
    }
}

/// A generalised time such as `20210826173042.0Z`. The year 1601 stands for nothing.
pub fn generalised_time(text: &str) -> Option<Instant> {
    let text = text.trim();
    let digits = text.get(..14).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit()))?;
    let number = |from: usize, to: usize| digits.get(from..to).and_then(|part| part.parse::<u32>().ok());
    let year = i32::try_from(number(0, 4)?).ok().filter(|year| *year > 1601)?;
    let day = NaiveDate::from_ymd_opt(year, number(4, 6)?, number(6, 8)?)?;
    let time = NaiveTime::from_hms_opt(number(8, 10)?, number(10, 12)?, number(12, 14)?)?;
    let rest = text.get(14..)?;
    if !rest.ends_with('Z') {
        return None;
    }
    Some(day.and_time(time).and_utc().into())
}

/// The bit of `userAccountControl` that switches an account off.
const UAC_DISABLED: u64 = 2;

/// Whether sign-in is allowed by `userAccountControl`.
pub fn uac_enabled(text: &str) -> Option<bool> {
    text.trim().parse::<u64>().ok().map(|flags| flags & UAC_DISABLED == 0)
}

/// A GUID from the bytes a directory stores: the first three groups are little-endian.
pub fn guid(bytes: &[u8]) -> Option<String> {
    let [a, b, c, d, e, f, g, h, rest @ ..] = bytes else { return None };
    if rest.len() != 8 {
        return None;
    }
    let (tail_one, tail_two) = rest.split_at(2);
    Some(format!("{d:02x}{c:02x}{b:02x}{a:02x}-{f:02x}{e:02x}-{h:02x}{g:02x}-{}-{}", hex(tail_one), hex(tail_two)))
}

/// A security id from its bytes, as `S-1-5-21-…-500`.
pub fn sid(bytes: &[u8]) -> Option<String> {
    let [revision, count, authority @ ..] = bytes else { return None };
    let (authority, subs) = (authority.get(..6)?, authority.get(6..)?);
    if subs.len() != usize::from(*count) * 4 {
        return None;
    }
    let authority = authority.iter().fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    let subs = subs.chunks_exact(4).fold(String::new(), |text, chunk| {
        let value = chunk.iter().rev().fold(0_u32, |sum, byte| sum << 8 | u32::from(*byte));
        text + "-" + &value.to_string()
    });
    Some(format!("S-{revision}-{authority}{subs}"))
}

/// The bytes of a csvde cell such as `X'9a6b31'`.
pub fn csvde_bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim().strip_prefix("X'").or_else(|| text.trim().strip_prefix("x'"))?.strip_suffix('\'')?;
    if !digits.is_ascii() || digits.len() % 2 != 0 || digits.len() > 1024 {
        return None;
    }
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok()).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The last number of a security id: 500 is the built-in administrator, 501 the guest, 502 krbtgt.
pub fn relative_id(sid: &str) -> Option<u32> {
    sid.rsplit('-').next()?.parse().ok()
}

/// The value of the first part of a distinguished name: `Domain Admins` of `CN=Domain Admins,CN=Users,DC=…`.
pub fn first_rdn(dn: &str) -> String {
    let value = dn.split_once('=').map_or(dn, |(_, value)| value);
    let mut text = String::new();
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => text.extend(chars.next()),
            ',' | '+' => break,
            _ => text.push(c),
        }
    }
    text.trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Instant> {
        Instant::parse(text)
    }

    #[test]
    fn file_times_are_read_also_after_a_spreadsheet_rounded_them() {
        let expected = at("2023-08-03T13:11:51.604Z").map(FileTime::At);
        assert_eq!(file_time("133355419116041413").map(|(time, _)| time), expected);
        assert_eq!(file_time("0"), Some((FileTime::Never, false)));
        assert_eq!(file_time("9223372036854775807"), Some((FileTime::Endless, false)));
        assert_eq!(file_time("9223372036854770000"), Some((FileTime::Endless, false)));
        assert_eq!(file_time("9.22337E+18"), Some((FileTime::Endless, true)));
        assert!(matches!(file_time("1.33545E+17"), Some((FileTime::At(_), true))));
        assert_eq!(file_time("soon"), None);
        assert_eq!(file_time("-5"), None);
    }

    #[test]
    fn generalised_time_is_utc_and_1601_is_nothing() {
        assert_eq!(generalised_time("20210826173042.0Z"), at("2021-08-26T17:30:42Z"));
        assert_eq!(generalised_time("20210826173042Z"), at("2021-08-26T17:30:42Z"));
        assert_eq!(generalised_time("16010101000000.0Z"), None);
        assert_eq!(generalised_time("20210826"), None);
    }

    #[test]
    fn the_disabled_bit_is_the_second() {
        assert_eq!(
            ["512", "514", "66048", "66082", "4260352", ""].map(uac_enabled),
            [Some(true), Some(false), Some(true), Some(false), Some(true), None]
        );
    }

    #[test]
    fn ids_are_written_as_windows_shows_them() {
        let bytes = csvde_bytes("X'8a72adca4fe25c4ab67dcd14598b0bf2'").unwrap_or_default();
        assert_eq!(guid(&bytes).as_deref(), Some("caad728a-e24f-4a5c-b67d-cd14598b0bf2"));
        let bytes = csvde_bytes("X'010500000000000515000000bc53badd97645d4219da0390f4010000'").unwrap_or_default();
        assert_eq!(sid(&bytes).as_deref(), Some("S-1-5-21-3719975868-1113416855-2416171545-500"));
        assert_eq!(guid(&[1, 2, 3]), None);
        assert_eq!(sid(&[1, 5, 0]), None);
    }

    #[test]
    fn the_first_part_of_a_name_loses_its_escapes() {
        assert_eq!(first_rdn("CN=Domain Admins,CN=Users,DC=x"), "Domain Admins");
        assert_eq!(first_rdn("CN=Ruiz\\, Dana,OU=IT"), "Ruiz, Dana");
        assert_eq!(first_rdn("cn=Amy Wong+sn=Kroker,ou=people"), "Amy Wong");
    }
}
