//! What a verification found: faults with their place, the verdict, and one sentence for the person.
//!
//! Must never know: how the journal was read.

use super::checkpoint::CheckpointError;
use super::leaf::Hash;
use super::receipt::{HighWater, Receipt};
use crate::domain::{Instant, RecordKind, RecordRef, Seq};

/// What can be wrong with the journal itself.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The bytes are not an entry.
    #[error("entry {0}: {1}")]
    Entry(Seq, super::entry::EntryError),
    /// The stored leaf is not the hash of the bytes.
    #[error("entry {0} does not match the hash stored beside it")]
    Leaf(Seq),
    /// A number is missing, doubled or out of order.
    #[error("entry {found} stands where entry {expected} belongs")]
    Sequence {
        /// The number that belongs here.
        expected: Seq,
        /// The number that stands here.
        found: Seq,
    },
    /// It names another entry as the one before.
    #[error("entry {0} does not follow entry {1}")]
    Chain(Seq, Seq),
    /// It says it has more or fewer records than there are.
    #[error("entry {seq} says that it wrote {said} records; there are {found}")]
    Count {
        /// Which entry.
        seq: Seq,
        /// What it says.
        said: u64,
        /// What is there.
        found: u64,
    },
    /// The records are not the ones it was written with.
    #[error("the records of entry {0} are not the ones it was written with")]
    Root(Seq),
    /// A private part does not fit its commitment.
    #[error("the words of {} {} in entry {seq} are not the ones it was written with", .of.kind.shown(), .of.id)]
    Private {
        /// Which entry.
        seq: Seq,
        /// Which record.
        of: RecordRef,
    },
    /// A record of a kind this program does not know, or one it cannot read.
    #[error("entry {0}: {1}")]
    Record(Seq, String),
    /// The version does not follow the version before it.
    #[error("{} {} in entry {seq} does not follow its version before", .of.kind.shown(), .of.id)]
    Previous {
        /// Which entry.
        seq: Seq,
        /// Which record.
        of: RecordRef,
    },
    /// It has no words, or not its own.
    #[error("entry {0} has no description of its own")]
    Act(Seq),
    /// It does not say that the clock went backwards, or says so wrongly.
    #[error("entry {0} is wrong about whether the clock went backwards")]
    Back(Seq),
    /// It belongs to a batch that cannot be.
    #[error("entry {0} names a batch that does not begin with an entry before it")]
    Batch(Seq),
    /// A seal over the history does not hold.
    #[error("{0}")]
    Seal(CheckpointError),
    /// A seal has another root than the history.
    #[error("the history up to entry {0} is not the one that was sealed")]
    SealRoot(u64),
    /// Seals do not grow.
    #[error("the seals over the history are not in order at {0}")]
    SealOrder(u64),
    /// A printed receipt does not fit.
    #[error("the receipt {0} was not given out for this history")]
    Receipt(Receipt),
    /// The state last seen on this computer is not part of this history.
    #[error("the history up to entry {0} is not the one this computer has seen")]
    Seen(u64),
    /// Something the file keeps beside the journal does not agree with it.
    #[error("{0}")]
    Beside(String),
}

/// A fault and its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The entry it was found at; the last one for a fault after the end.
    pub seq: Seq,
    /// What is wrong.
    pub what: Fault,
}

/// A cell of a table that is not what the journal says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateDifference {
    /// The table.
    pub table: String,
    /// The record.
    pub of: RecordRef,
    /// The column; `row` when the whole row is missing or too many.
    pub column: String,
    /// What the table holds.
    pub found: String,
    /// What the journal says.
    pub expected: String,
    /// The entry that says so; the last one that touched the record.
    pub seq: Option<Seq>,
}

/// The outcome in one word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// In order, and something outside of the file agrees.
    SoundAnchored,
    /// In order; nothing outside can confirm it.
    SoundNotAnchored,
    /// In order; so many of the newest entries are not sealed, all of them where there is no seal.
    UnsealedTail(u64),
    /// Shorter than what was seen before.
    OlderThanLastSeen(HighWater),
    /// Broken at an entry.
    Diverged(Seq),
    /// The journal is in order, a table is not what it says.
    StateDiffers(StateDifference),
}

/// Everything a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// How many entries were read.
    pub entries: u64,
    /// How many record versions.
    pub versions: u64,
    /// How many of those have an erased private part.
    pub erased: u64,
    /// Time of the first and of the last entry.
    pub span: Option<(Instant, Instant)>,
    /// The root over all entries, from their bytes.
    pub root: Hash,
    /// The largest sealed size.
    pub sealed: Option<u64>,
    /// How many receipts and marks kept outside agree.
    pub outside: u64,
    /// A mark of a longer history.
    pub older: Option<HighWater>,
    /// How many operators were enrolled in the course of the journal.
    pub operators: u64,
    /// Faults of the journal, first one first; at most [`super::verify::MAX_PROBLEMS`].
    pub problems: Vec<Problem>,
    /// Cells that differ; filled by a verification with replay.
    pub state: Vec<StateDifference>,
    /// The tables were compared.
    pub replayed: bool,
}

impl Verification {
    /// Whether nothing is wrong.
    pub const fn is_sound(&self) -> bool {
        self.problems.is_empty() && self.state.is_empty() && self.older.is_none()
    }

    /// The worst of what was found.
    pub fn verdict(&self) -> Verdict {
        if let Some(first) = self.problems.first() {
            return Verdict::Diverged(first.seq);
        }
        if let Some(first) = self.state.first() {
            return Verdict::StateDiffers(first.clone());
        }
        if let Some(older) = &self.older {
            return Verdict::OlderThanLastSeen(older.clone());
        }
        match (self.entries.saturating_sub(self.sealed.unwrap_or(0)), self.outside) {
            (0, 0) => Verdict::SoundNotAnchored,
            (0, _) => Verdict::SoundAnchored,
            (tail, _) => Verdict::UnsealedTail(tail),
        }
    }

    /// The verdict for the person at the screen.
    pub fn sentence(&self) -> String {
        let in_order = || match self.span {
            None => "There are no entries yet.".to_owned(),
            Some((first, last)) => {
                let (first, last) = (first.utc().format("%-d %b %Y"), last.utc().format("%-d %b %Y"));
                format!("All {} entries are in order, {first} to {last}.", grouped(self.entries))
            }
        };
        let outside = || match self.outside {
            0 => " No report has left this computer yet, so only you can vouch for it.".to_owned(),
            1 => " 1 report or mark outside agrees.".to_owned(),
            more => format!(" {} reports or marks outside agree.", grouped(more)),
        };
        match self.verdict() {
            Verdict::SoundAnchored | Verdict::SoundNotAnchored => {
                let sealed = self.sealed.map(|size| format!(" Sealed to {}.", grouped(size))).unwrap_or_default();
                format!("{}{sealed}{}", in_order(), outside())
            }
            Verdict::UnsealedTail(tail) => {
                let tail = match tail {
                    _ if self.sealed.is_none() => "None of them is sealed yet.".to_owned(),
                    1 => "The last one is not sealed yet.".to_owned(),
                    more => format!("The last {} are not sealed yet.", grouped(more)),
                };
                format!("{} {tail}{}", in_order(), outside())
            }
            Verdict::OlderThanLastSeen(seen) => format!(
                "This file ends at entry {}. On {} this computer saw {}. An old copy was put back, or entries were lost.",
                grouped(self.entries),
                seen.at.utc().format("%-d %b %Y"),
                grouped(seen.size)
            ),
            Verdict::Diverged(seq) => {
                let what = self.problems.first().map(|p| p.what.to_string()).unwrap_or_default();
                let before = match seq {
                    0 | 1 => String::new(),
                    _ => " Entries before it are proven.".to_owned(),
                };
                format!("Error: {what}.{before} Do not delete anything.")
            }
            Verdict::StateDiffers(cell) => {
                let entry = cell.seq.map(|seq| format!(", entry {}", grouped(seq))).unwrap_or_default();
                format!(
                    "Error: the list says '{}' for {} {}, {}; the journal says '{}'{entry}.",
                    cell.found,
                    cell.of.kind.shown(),
                    cell.of.id,
                    cell.column,
                    cell.expected
                )
            }
        }
    }
}

/// Digits in groups of three.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}

/// The record a version speaks of, for a message; an unknown kind is shown as a change.
pub(super) fn named(kind: u8, id: u64) -> RecordRef {
    RecordRef { kind: RecordKind::from_number(kind).unwrap_or(RecordKind::Act), id }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound() -> Verification {
        let day = |text: &str| Instant::parse(text).expect("rfc3339");
        Verification {
            entries: 18_204,
            versions: 40_000,
            erased: 0,
            span: Some((day("2024-01-04T08:00:00Z"), day("2026-11-23T13:00:00Z"))),
            root: [1; 32],
            sealed: Some(18_204),
            outside: 6,
            older: None,
            operators: 1,
            problems: Vec::new(),
            state: Vec::new(),
            replayed: false,
        }
    }

    #[test]
    fn each_verdict_has_its_own_sentence() {
        assert_eq!(
            sound().sentence(),
            "All 18 204 entries are in order, 4 Jan 2024 to 23 Nov 2026. Sealed to 18 204. \
             6 reports or marks outside agree."
        );
        let alone = Verification { outside: 0, ..sound() };
        assert!(alone.sentence().ends_with("so only you can vouch for it."));
        let tail = Verification { sealed: Some(18_190), ..sound() };
        assert!(tail.sentence().contains("The last 14 are not sealed yet."));
        let never = Verification { sealed: None, ..sound() };
        assert_eq!(never.verdict(), Verdict::UnsealedTail(18_204), "no seal at all is no sound one");
        assert!(never.sentence().contains("None of them is sealed yet."));
        let at = Instant::parse("2026-11-20T12:00:00Z").expect("rfc3339");
        let seen = HighWater { file: "ab".into(), size: 18_190, root: [2; 32], at };
        let older = Verification { entries: 17_950, older: Some(seen), ..sound() };
        assert_eq!(
            older.sentence(),
            "This file ends at entry 17 950. On 20 Nov 2026 this computer saw 18 190. \
             An old copy was put back, or entries were lost."
        );
        let broken = Problem { seq: 9112, what: Fault::Chain(9112, 9111) };
        let broken = Verification { problems: vec![broken], ..sound() };
        assert_eq!(
            broken.sentence(),
            "Error: entry 9112 does not follow entry 9111. Entries before it are proven. Do not delete anything."
        );
    }

    #[test]
    fn a_broken_chain_outweighs_a_differing_table() {
        let cell = StateDifference {
            table: "grant_now".into(),
            of: RecordRef { kind: RecordKind::Grant, id: 4 },
            column: "done".into(),
            found: "none".into(),
            expected: "5".into(),
            seq: Some(18_203),
        };
        let differs = Verification { state: vec![cell], ..sound() };
        assert!(differs.sentence().starts_with("Error: the list says 'none' for way in 4, done"));
        let both = Verification { problems: vec![Problem { seq: 3, what: Fault::Leaf(3) }], ..differs };
        assert_eq!(both.verdict(), Verdict::Diverged(3));
    }

    #[test]
    fn digits_stand_in_groups_of_three() {
        assert_eq!([grouped(0), grouped(999), grouped(1000), grouped(1_234_567)], ["0", "999", "1 000", "1 234 567"]);
    }
}
