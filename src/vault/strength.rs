//! How hard a passphrase is to guess, said in words. An estimate for the person choosing one, never a rule.
//!
//! No kind of character is asked for: long phrases of unrelated words are welcome, and signs in a short password are
//! not taken for strength.
//!
//! Must never know: where the passphrase goes.

use std::fmt;
use zeroize::Zeroizing;

/// Bits of one word drawn from a list of 7 776, as dice give it.
const WORD_BITS: f64 = 12.9;
/// Bits of a word that a guesser tries among the first few hundred.
const COMMON_BITS: f64 = 7.0;
/// From here a stolen file is out of reach even for a guesser with much money, at a second's work a guess.
const STRONG: f64 = 60.0;
/// Below this a stolen file is in reach of a patient one.
const FAIR: f64 = 40.0;
/// Words and phrases tried first.
const COMMON: &str = include_str!("common_passphrases.txt");

/// How strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// In reach of a patient guesser.
    Weak,
    /// Out of reach of most.
    Fair,
    /// Out of reach.
    Strong,
}

/// An estimate with its reason. [`fmt::Display`] gives the line for the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Strength {
    /// How strong.
    pub level: Level,
    /// About how many bits a guesser has to find.
    pub bits: u32,
    reason: Reason,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    Nothing,
    WellKnown,
    Repeats,
    Words(usize),
    Characters(usize),
}

impl Strength {
    /// Estimates a passphrase.
    pub fn of(passphrase: &str) -> Self {
        let mut small = Zeroizing::new(String::with_capacity(passphrase.len().saturating_mul(2)));
        small.extend(passphrase.chars().flat_map(char::to_lowercase));
        let words: Vec<&str> = small.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
        let characters = passphrase.chars().count();
        if words.is_empty() && passphrase.trim().is_empty() {
            return Self::new(0.0, Reason::Nothing);
        }
        let phrase = Zeroizing::new(words.join(" "));
        if common().any(|known| known == phrase.as_str() && (known.contains(' ') || words.len() == 1)) {
            return Self::new(COMMON_BITS, Reason::WellKnown);
        }
        let mut distinct: Vec<&str> = Vec::with_capacity(words.len());
        let mut bits = 0.0;
        for &word in &words {
            let again = distinct.contains(&word);
            bits += if again { 1.0 } else { word_bits(word) };
            if !again {
                distinct.push(word);
            }
        }
        let real = distinct.iter().filter(|w| is_wordlike(w)).count();
        if distinct.len() * 2 <= words.len() {
            return Self::new(bits, Reason::Repeats);
        }
        if real >= 3 && real * 2 > distinct.len() {
            return Self::new(bits, Reason::Words(real));
        }
        // Signs between few words, and capitals, are worth something, though less than people think.
        let signs = passphrase.chars().filter(|c| !c.is_alphanumeric() && !c.is_whitespace()).count();
        let capitals = passphrase.chars().filter(|c| c.is_uppercase()).count();
        // Fewer than a million million: no password has so many characters that a float cannot count them.
        bits += 4.0 * f64::from(u32::try_from(signs).unwrap_or(u32::MAX));
        bits += f64::from(u32::try_from(capitals).unwrap_or(u32::MAX)).min(8.0);
        Self::new(bits, Reason::Characters(characters))
    }

    fn new(bits: f64, reason: Reason) -> Self {
        let level = match bits {
            b if b >= STRONG => Level::Strong,
            b if b >= FAIR => Level::Fair,
            _ => Level::Weak,
        };
        // Between 0 and a few thousand, so the fraction is all that is lost.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "within the range by the clamp")]
        let bits = bits.clamp(0.0, 9999.0) as u32;
        Self { level, bits, reason }
    }
}

impl fmt::Display for Strength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let level = match self.level {
            Level::Weak => "weak",
            Level::Fair => "fair",
            Level::Strong => "strong",
        };
        match self.reason {
            Reason::Nothing => return f.write_str("five unrelated words make a strong one"),
            Reason::WellKnown => return f.write_str("weak: everybody knows this one, it is tried first"),
            Reason::Repeats => write!(f, "{level}: the same words again, about {} bits", self.bits)?,
            Reason::Words(count) => write!(f, "{level}: {count} unrelated words, about {} bits", self.bits)?,
            Reason::Characters(1) => write!(f, "{level}: 1 character, about {} bits", self.bits)?,
            Reason::Characters(count) => write!(f, "{level}: {count} characters, about {} bits", self.bits)?,
        }
        match self.level {
            Level::Strong => Ok(()),
            Level::Fair => f.write_str("; one more word makes it strong"),
            Level::Weak => f.write_str("; add words that have nothing to do with each other"),
        }
    }
}

fn common() -> impl Iterator<Item = &'static str> {
    COMMON.lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// Bits of one run of letters and digits, in small letters.
fn word_bits(word: &str) -> f64 {
    let letters = word.trim_end_matches(|c: char| c.is_ascii_digit());
    let digits = word.len() - letters.len();
    let tail = f64::from(u32::try_from(digits).unwrap_or(u32::MAX)).mul_add(2.0, 0.0).min(13.0);
    let plain = Zeroizing::new(letters.chars().map(unleet).collect::<String>());
    if common().any(|known| known == plain.as_str() || known == letters) {
        return COMMON_BITS + tail.min(4.0);
    }
    if is_wordlike(letters) {
        // A long word is rarer than a short one, but not by much.
        let count = letters.chars().count();
        return if count < 3 { 3.0 + tail } else { WORD_BITS + tail };
    }
    spelled_bits(word)
}

/// Bits of a run that is no word: so much for each character that the one before does not lead to.
fn spelled_bits(word: &str) -> f64 {
    let each = match (word.chars().any(|c| c.is_ascii_digit()), word.chars().any(char::is_alphabetic)) {
        (true, true) => 5.0,
        (false, true) => 4.6,
        _ => 3.3,
    };
    let mut before: Option<char> = None;
    word.chars().fold(0.0, |bits, c| {
        let led_to = before.is_some_and(|b| follows(b, c));
        before = Some(c);
        bits + if led_to { 0.5 } else { each }
    })
}

/// The same character again, its neighbour in the alphabet, or its neighbour on the keyboard.
fn follows(before: char, now: char) -> bool {
    const ROWS: [&str; 5] = ["1234567890", "qwertyuiop", "qwertzuiop", "asdfghjkl", "zxcvbnm"];
    let beside = u32::from(before).abs_diff(u32::from(now)) <= 1;
    beside
        || ROWS.iter().any(|row| {
            let at = |c| row.chars().position(|r| r == c);
            at(before).zip(at(now)).is_some_and(|(a, b)| a.abs_diff(b) == 1)
        })
}

/// Letters only, and pronounceable: so probably a word of some language, which is guessed as a whole.
fn is_wordlike(word: &str) -> bool {
    let (mut letters, mut vowels, mut run, mut longest) = (0usize, 0usize, 0usize, 0usize);
    for c in word.chars() {
        if !c.is_alphabetic() {
            return false;
        }
        letters += 1;
        if !c.is_ascii() || matches!(c, 'a' | 'e' | 'i' | 'o' | 'u' | 'y') {
            vowels += 1;
            run = 0;
        } else {
            run += 1;
            longest = longest.max(run);
        }
    }
    letters > 0 && vowels * 6 >= letters && longest <= 5
}

const fn unleet(c: char) -> char {
    match c {
        '0' => 'o',
        '1' => 'i',
        '3' => 'e',
        '4' => 'a',
        '5' => 's',
        '7' => 't',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(passphrase: &str) -> String {
        Strength::of(passphrase).to_string()
    }

    #[test]
    fn five_unrelated_words_are_strong_and_four_are_fair() {
        assert_eq!(line("copper lantern ribbon ocean thirty"), "strong: 5 unrelated words, about 64 bits");
        assert_eq!(
            line("copper lantern ribbon ocean"),
            "fair: 4 unrelated words, about 51 bits; one more word makes it strong"
        );
        assert_eq!(Strength::of("copper-lantern-ribbon-ocean-thirty").level, Level::Strong);
        assert_eq!(Strength::of("Kupfer Laterne Schleife Küste dreißig").level, Level::Strong);
    }

    #[test]
    fn common_passwords_are_weak_however_they_are_dressed_up() {
        for weak in [
            "password",
            "Password1",
            "P4ssw0rd!",
            "Welcome2026!",
            "Summer2026",
            "qwertyuiop",
            "1234567890",
            "aaaaaaaaaaaaaaa",
            "abcdefghijkl",
            "letmein",
            "Keyward2026!",
            "asdfasdf",
            "admin admin admin admin",
        ] {
            assert_eq!(Strength::of(weak).level, Level::Weak, "{weak}: {}", line(weak));
        }
    }

    #[test]
    fn phrases_everybody_knows_are_weak() {
        for weak in
            ["correct horse battery staple", "Correct Horse Battery Staple!", "To be, or not to be", "open sesame"]
        {
            assert_eq!(line(weak), "weak: everybody knows this one, it is tried first", "{weak}");
        }
        assert_ne!(Strength::of("correct horse copper staple ribbon").level, Level::Weak);
    }

    #[test]
    fn the_same_word_again_adds_next_to_nothing() {
        let once = Strength::of("lantern copper").bits;
        assert!(Strength::of("lantern copper lantern copper lantern copper").bits <= once + 4);
        assert!(line("lantern lantern lantern lantern lantern").starts_with("weak: the same words again"));
    }

    #[test]
    fn a_long_random_string_is_strong_without_any_rule_about_signs() {
        assert_eq!(Strength::of("xk29vqm4tz81wrp6hd").level, Level::Strong);
        assert_eq!(Strength::of("xkvqmtzwrphdbcgf").level, Level::Strong);
        assert_eq!(Strength::of("xk29").level, Level::Weak);
    }

    #[test]
    fn nothing_typed_gives_advice_and_odd_input_does_no_harm() {
        assert_eq!(line(""), "five unrelated words make a strong one");
        assert_eq!(line("   "), "five unrelated words make a strong one");
        assert_eq!(Strength::of("!").level, Level::Weak);
        assert_eq!(Strength::of("密码").level, Level::Weak);
        assert!(Strength::of(&"lantern ".repeat(10_000)).bits < 20_000);
    }
}
