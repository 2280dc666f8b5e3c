//! A small seeded generator, so that a made-up register is the same every time.
//!
//! Must never know: the clock, the system's randomness. Nothing secret may come from it.

/// SplitMix64 (Steele, Lea, Flood 2014): one multiply-xor chain per number, no state beyond a counter.
#[derive(Debug, Clone)]
pub struct Rng(u64);

impl Rng {
    /// A generator that always starts the same way for a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next number.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from `low` to `high`, both included; `low` when there is nothing between.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let span = u64::try_from(high.saturating_sub(low)).unwrap_or(0).saturating_add(1);
        let step = self.next() % span;
        low.saturating_add(i64::try_from(step).unwrap_or(0))
    }

    /// True once in `of` times.
    pub fn once_in(&mut self, of: i64) -> bool {
        self.between(1, of) == 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_numbers_within_their_limits() {
        let take = || {
            let mut rng = Rng::new(7);
            (0..50).map(|_| rng.between(-3, 9)).collect::<Vec<_>>()
        };
        assert_eq!(take(), take());
        assert!(take().iter().all(|n| (-3..=9).contains(n)));
        assert_eq!(Rng::new(1).between(5, 4), 5);
    }
}
