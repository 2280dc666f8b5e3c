//! Where the office is, as far as this computer says: its zone, and how a date is written there.
//!
//! Must never know: what the register says about it.

/// The computer's zone, as far as it says so.
pub fn zone_here() -> String {
    let named = std::env::var("TZ").ok().map(|zone| zone.trim_start_matches(':').to_owned());
    let linked = || {
        let target = std::fs::canonicalize("/etc/localtime").ok()?;
        let text = target.to_str()?.to_owned();
        text.split_once("/zoneinfo/").map(|(_, zone)| zone.trim_start_matches("posix/").to_owned())
    };
    let is_zone = |zone: &String| zone.parse::<chrono_tz::Tz>().is_ok();
    named.filter(is_zone).or_else(|| linked().filter(is_zone)).unwrap_or_else(|| "UTC".to_owned())
}

/// Whether a typed date has its month first in this zone: that is how the United States write it.
pub fn is_month_first(zone: &str) -> bool {
    const STATES: &[&str] = &[
        "America/New_York",
        "America/Chicago",
        "America/Denver",
        "America/Los_Angeles",
        "America/Phoenix",
        "America/Anchorage",
        "America/Detroit",
        "America/Boise",
        "Pacific/Honolulu",
    ];
    zone.starts_with("US/") || STATES.contains(&zone)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_united_states_write_the_month_first() {
        assert!(
            is_month_first("America/Chicago") && is_month_first("US/Eastern") && is_month_first("Pacific/Honolulu")
        );
        assert!(!is_month_first("America/Toronto") && !is_month_first("Europe/Berlin") && !is_month_first("UTC"));
    }

    #[test]
    fn what_this_computer_says_is_a_zone() {
        assert!(zone_here().parse::<chrono_tz::Tz>().is_ok());
    }
}
