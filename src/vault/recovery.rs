//! The recovery code: 22 random characters and 2 that check them, printed once and kept in the safe.
//!
//! The characters are Crockford's base 32 (no I, L, O, U), five bits each, so a code carries 110 random bits. The two
//! check characters are those of a code over 32 elements with distance three: any one or two wrong characters and any
//! two swapped ones are noticed before anything is tried.
//!
//! Must never know: which register a code opens.

use super::VaultError;
use super::identity::Identity;
use super::random::Random;
use hkdf::Hkdf;
use sha2::Sha256;
use std::fmt;
use zeroize::Zeroizing;

/// Crockford's 32 characters, by value.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Random characters.
const RANDOM: usize = 22;
/// All characters, without the letters in front and the hyphens.
const LENGTH: usize = 24;
/// What separates this use of the code from every other.
const LABEL: &[u8] = b"keyward recovery v1";

/// What is wrong with a recovery code as typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CodeFault {
    /// Too few or too many characters.
    #[error("A recovery code has {LENGTH} characters after KW. This one has {found}.")]
    Length {
        /// Characters found, without hyphens and spaces.
        found: usize,
    },
    /// A character that no code contains.
    #[error("A recovery code has no {found:?}. See character {at} after KW.")]
    Character {
        /// Its place, from 1, without hyphens and spaces.
        at: usize,
        /// The character.
        found: char,
    },
    /// The check characters do not fit the others.
    #[error("The recovery code is mistyped: its last two characters do not fit the others. It was not tried.")]
    Check,
}

/// A recovery code in its only spelling. Masked in debug output, wiped when dropped.
pub struct RecoveryCode(Zeroizing<[u8; LENGTH]>);

impl RecoveryCode {
    /// A new code.
    ///
    /// # Errors
    /// [`VaultError::NoRandom`].
    pub fn generate(random: &mut dyn Random) -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0u8; RANDOM]);
        random.fill(bytes.as_mut())?;
        // 256 is a multiple of 32, so the five low bits of a random byte are evenly spread.
        let (one, two) = checks(bytes.iter().map(|b| b & 31));
        let mut code = Zeroizing::new([0u8; LENGTH]);
        for (to, value) in code.iter_mut().zip(bytes.iter().copied().chain([one, two])) {
            *to = sign(value);
        }
        Ok(Self(code))
    }

    /// Reads a code as a person types it: any case, hyphens and spaces anywhere, `KW` in front or not, O for 0, I and
    /// L for 1.
    ///
    /// # Errors
    /// [`CodeFault`]: the length, the first character that cannot be, or check characters that do not fit.
    pub fn parse(text: &str) -> Result<Self, CodeFault> {
        let mut typed = Zeroizing::new(Vec::with_capacity(text.len()));
        typed.extend(text.chars().filter(|c| !is_filler(*c)));
        let found = typed.len();
        // K and W are characters of codes too: they are the letters in front when a gap follows them, since groups
        // have four characters, or when there are two characters too many.
        let gap = text.trim_start().chars().nth(2).is_some_and(is_filler);
        let prefixed = (gap || found == LENGTH + 2) && matches!(typed.as_slice(), ['K' | 'k', 'W' | 'w', ..]);
        let skip = if prefixed { 2 } else { 0 };
        let mut values = Zeroizing::new([0u8; LENGTH]);
        for (place, &c) in typed.iter().skip(skip).enumerate() {
            let value = value(c).ok_or(CodeFault::Character { at: place + 1, found: c })?;
            if let Some(to) = values.get_mut(place) {
                *to = value;
            }
        }
        if found - skip != LENGTH {
            return Err(CodeFault::Length { found: found - skip });
        }
        let (one, two) = checks(values.iter().copied().take(RANDOM));
        if values.iter().skip(RANDOM).copied().ne([one, two]) {
            return Err(CodeFault::Check);
        }
        let mut code = Zeroizing::new([0u8; LENGTH]);
        for (to, &value) in code.iter_mut().zip(values.iter()) {
            *to = sign(value);
        }
        Ok(Self(code))
    }

    /// The code as it is printed: `KW-7F3Q-99TD-…`, six groups of four.
    pub fn printed(&self) -> Zeroizing<String> {
        let mut text = Zeroizing::new(String::with_capacity(2 + LENGTH + LENGTH / 4));
        text.push_str("KW");
        for (place, &c) in self.0.iter().enumerate() {
            if place % 4 == 0 {
                text.push('-');
            }
            text.push(char::from(c));
        }
        text
    }

    /// Whether this is how the printed code ends; typed back to prove that the sheet exists.
    pub fn ends_with(&self, typed: &str) -> bool {
        let mut wanted = self.0.iter().skip(LENGTH - 4);
        let mut typed = typed.chars().filter(|c| !is_filler(*c));
        let same = wanted.by_ref().all(|&c| typed.next().and_then(value).is_some_and(|v| sign(v) == c));
        same && typed.next().is_none()
    }

    /// The identity behind the code: HKDF-SHA256 over its 22 random characters with a label of its own.
    pub fn identity(&self) -> Identity {
        let mut secret = Zeroizing::new([0u8; 32]);
        let input = self.0.split_at_checked(RANDOM).map_or(self.0.as_slice(), |(random, _)| random);
        Hkdf::<Sha256>::new(None, input)
            .expand(LABEL, secret.as_mut())
            .expect("invariant: 32 bytes is a length HKDF-SHA256 can give");
        Identity::from_secret(secret)
    }
}

impl fmt::Debug for RecoveryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCode(..)")
    }
}

/// Spaces, and the hyphens that a word processor or a mail program may put in.
fn is_filler(c: char) -> bool {
    c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '_' | '.')
}

fn sign(value: u8) -> u8 {
    SIGNS.get(usize::from(value & 31)).copied().unwrap_or(b'0')
}

fn value(c: char) -> Option<u8> {
    let c = match c.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    SIGNS.iter().position(|&s| char::from(s) == c).and_then(|v| u8::try_from(v).ok())
}

/// The two check values: the remainder by (x - 1)(x - a), where a generates the field of 32 elements.
fn checks(values: impl Iterator<Item = u8>) -> (u8, u8) {
    values.fold((0, 0), |(high, low), value| {
        let carry = value ^ high;
        let doubled = double(carry);
        (low ^ doubled ^ carry, doubled)
    })
}

/// Times the generator a, modulo x^5 + x^2 + 1.
const fn double(value: u8) -> u8 {
    let shifted = value << 1;
    if shifted & 32 == 0 { shifted } else { (shifted & 31) ^ 0b0_0101 }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop where it fails")]

    use super::*;
    use crate::vault::random::{OsRandom, SeededRandom};

    fn code(seed: u8) -> RecoveryCode {
        RecoveryCode::generate(&mut SeededRandom::new([seed; 32])).unwrap()
    }

    #[test]
    fn a_printed_code_is_six_groups_without_letters_that_look_like_others() {
        for seed in 0..100 {
            let printed = code(seed).printed();
            let groups: Vec<&str> = printed.split('-').collect();
            assert_eq!(groups.len(), 7);
            assert_eq!(groups[0], "KW");
            assert!(groups[1..].iter().all(|g| g.len() == 4));
            assert!(!printed[2..].contains(['I', 'L', 'O', 'U']), "{}", printed.as_str());
        }
    }

    #[test]
    fn every_way_of_typing_a_code_gives_the_same_identity() {
        let code = code(1);
        let printed = code.printed();
        let wanted = code.identity().recipient();
        let bare = printed[3..].to_string();
        for typed in [
            printed.to_string(),
            printed.to_lowercase(),
            bare.clone(),
            bare.replace('-', ""),
            format!("  kw {}\n", bare.replace('-', " ")),
            bare.replace('0', "O").replace('1', "l"),
            bare.replace('0', "o").replace('1', "I").replace('-', "\u{2013}"),
        ] {
            assert_eq!(RecoveryCode::parse(&typed).unwrap().identity().recipient(), wanted, "{typed}");
        }
    }

    #[test]
    fn any_wrong_character_and_any_two_swapped_ones_are_noticed() {
        let good = code(2).printed().replace("KW-", "").replace('-', "").into_bytes();
        for at in 0..LENGTH {
            for &other in SIGNS {
                let mut typed = good.clone();
                typed[at] = other;
                let read = RecoveryCode::parse(std::str::from_utf8(&typed).unwrap());
                assert_eq!(read.is_ok(), other == good[at], "character {at}");
            }
            for with in 0..at {
                let mut typed = good.clone();
                typed.swap(at, with);
                let read = RecoveryCode::parse(std::str::from_utf8(&typed).unwrap());
                assert_eq!(read.is_ok(), good[at] == good[with], "swap {with} and {at}");
            }
        }
    }

    #[test]
    fn two_wrong_characters_are_always_noticed() {
        let good = code(3).printed().replace("KW-", "").replace('-', "").into_bytes();
        for first in 0..LENGTH {
            for second in 0..first {
                for (one, two) in [(1u8, 1u8), (1, 2), (7, 19), (31, 30)] {
                    let mut typed = good.clone();
                    for (at, add) in [(first, one), (second, two)] {
                        let now = value(char::from(typed[at])).unwrap();
                        typed[at] = sign(now ^ add);
                    }
                    let read = RecoveryCode::parse(std::str::from_utf8(&typed).unwrap());
                    assert_eq!(read.err(), Some(CodeFault::Check), "{first} {second}");
                }
            }
        }
    }

    #[test]
    fn a_fault_says_what_and_where() {
        let good = code(4).printed().to_string();
        assert_eq!(RecoveryCode::parse(&good[..good.len() - 1]).err(), Some(CodeFault::Length { found: 23 }));
        assert_eq!(RecoveryCode::parse("").err(), Some(CodeFault::Length { found: 0 }));
        let mut typed = good.into_bytes();
        typed[9] = b'U';
        let fault = RecoveryCode::parse(std::str::from_utf8(&typed).unwrap()).err();
        assert_eq!(fault, Some(CodeFault::Character { at: 6, found: 'U' }));
        assert!(RecoveryCode::parse("ÄKW-7F3Q").is_err());
    }

    #[test]
    fn the_last_four_characters_prove_the_sheet() {
        let code = code(5);
        let printed = code.printed().to_string();
        let last = &printed[printed.len() - 4..];
        assert!(code.ends_with(last));
        assert!(code.ends_with(&format!(" {} ", last.to_lowercase())));
        assert!(!code.ends_with(&last[..3]));
        assert!(!code.ends_with(""));
        assert!(!code.ends_with(&format!("{last}{last}")));
    }

    #[test]
    fn the_identity_behind_a_code_never_changes() {
        let code = RecoveryCode::parse("KW-0000-0000-0000-0000-0000-0000").unwrap();
        // Worked out apart from this program, by RFC 5869 and RFC 7748.
        let recipient = "age13jny8h9qjw04j888xgvtgtzss9p897484w4nlm9pfq35wvfx6svq5we8gm";
        assert_eq!(code.identity().recipient(), recipient);
    }

    #[test]
    fn codes_differ_and_are_masked() {
        let one = RecoveryCode::generate(&mut OsRandom).unwrap();
        let two = RecoveryCode::generate(&mut OsRandom).unwrap();
        assert_ne!(one.printed(), two.printed());
        assert_eq!(format!("{one:?}"), "RecoveryCode(..)");
    }
}
