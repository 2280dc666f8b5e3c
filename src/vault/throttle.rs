//! Wrong tries at a passphrase: five are free, then each costs a pause.
//!
//! Must never know: what is being tried, and what time it is.

use std::time::Duration;

/// Tries before the first pause.
const FREE: u32 = 5;
/// The first pause.
const FIRST_PAUSE: Duration = Duration::from_secs(30);
/// No pause is longer. A person who has found the sheet again must not be kept out for a day.
const LONGEST_PAUSE: Duration = Duration::from_secs(60 * 60);

/// Counts wrong tries. Moments are given as the time since a fixed start, from a clock that never runs backwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Throttle {
    wrong: u32,
    until: Duration,
}

impl Throttle {
    /// A wrong try at this moment.
    pub fn wrong_try(&mut self, now: Duration) {
        self.wrong = self.wrong.saturating_add(1);
        if let Some(pause) = self.pause() {
            self.until = now.saturating_add(pause);
        }
    }

    /// The right one: everything is forgotten.
    pub const fn right_try(&mut self) {
        self.wrong = 0;
        self.until = Duration::ZERO;
    }

    /// How long no try is taken; zero when one is welcome.
    pub const fn wait(&self, now: Duration) -> Duration {
        self.until.saturating_sub(now)
    }

    /// Tries left before the next pause begins; at least one.
    pub const fn tries_left(&self) -> u32 {
        if self.wrong < FREE { FREE - self.wrong } else { 1 }
    }

    /// The pause that the next series of wrong tries ends in.
    pub fn next_pause(&self) -> Duration {
        Self { wrong: self.wrong.max(FREE - 1).saturating_add(1), until: Duration::ZERO }.pause().unwrap_or(FIRST_PAUSE)
    }

    fn pause(&self) -> Option<Duration> {
        let doublings = self.wrong.checked_sub(FREE)?;
        let factor = 1u32.checked_shl(doublings).unwrap_or(u32::MAX);
        Some(FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn five_wrong_tries_bring_a_pause_of_thirty_seconds_that_then_doubles() {
        let mut throttle = Throttle::default();
        for left in [4, 3, 2, 1] {
            throttle.wrong_try(at(100));
            assert_eq!((throttle.tries_left(), throttle.wait(at(100))), (left, at(0)));
            assert_eq!(throttle.next_pause(), at(30));
        }
        throttle.wrong_try(at(100));
        assert_eq!(throttle.wait(at(100)), at(30));
        assert_eq!(throttle.wait(at(129)), at(1));
        assert_eq!(throttle.wait(at(130)), at(0));
        assert_eq!((throttle.tries_left(), throttle.next_pause()), (1, at(60)));
        for (moment, pause) in [(130, 60), (190, 120), (310, 240)] {
            throttle.wrong_try(at(moment));
            assert_eq!(throttle.wait(at(moment)), at(pause));
        }
    }

    #[test]
    fn the_pause_ends_at_an_hour_and_the_right_try_forgets_everything() {
        let mut throttle = Throttle::default();
        for _ in 0..200 {
            throttle.wrong_try(at(0));
        }
        assert_eq!(throttle.wait(at(0)), at(3600));
        throttle.right_try();
        assert_eq!((throttle.wait(at(0)), throttle.tries_left()), (at(0), 5));
    }
}
