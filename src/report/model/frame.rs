//! What every report carries: date, maker, sources, how sure it is, the receipt.
//!
//! Must never know: what the report is about.

use crate::domain::{Admin, ClientId, Instant, PersonId, Proof, Zone};
use crate::report::document::{Block, Cell, Document, Seal, SealParts, Tone, Verdict};
use crate::report::when::{Clock, counted, grouped};
use crate::text::Shown;

/// What a register of this kind can never prove, printed on every report.
pub const LIMITS: &str = "Keyward cannot prove that an entry is true, that nothing happened outside it, that the \
                          computer's clock was right, or who sat at the keyboard.";

/// What every report carries.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The firm's name.
    pub firm: Option<String>,
    /// Made from a practice register: the report says so.
    pub practice: bool,
    /// The moment the answer is for.
    pub as_of: Instant,
    /// What the register knew at this moment, when that is not now.
    pub known_at: Option<Instant>,
    /// Who made it.
    pub made_by: String,
    /// When.
    pub made_at: Instant,
    /// The firm's zone.
    pub zone: Zone,
    /// What was left out on purpose, in words; empty when nothing was.
    pub filter: Vec<String>,
    /// Where the facts come from.
    pub sources: Vec<Source>,
    /// How sure the lines are.
    pub sure: Sureness,
    /// Which version of the limits was in force.
    pub policy: Option<String>,
    /// The last checkpoint at or before the moment.
    pub receipt: Option<Receipt>,
}

/// One list the facts come from.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// Whose system it is; none for a system of our own company. A client's report takes no other client's.
    pub client: Option<ClientId>,
    /// Which system, as `Microsoft 365, Harbor Dental`.
    pub what: String,
    /// When the list was taken; none for facts entered by hand.
    pub taken: Option<Instant>,
    /// Who took it.
    pub by: Option<String>,
    /// Lines in it.
    pub rows: Option<u64>,
    /// It names only a part of the system.
    pub part: bool,
}

/// How the lines of a report are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sureness {
    /// Lines from a system's own list taken within `fresh_days` of the date, before or after.
    pub fresh: u64,
    /// What counts as fresh.
    pub fresh_days: u32,
    /// Lines from a list taken longer before or after.
    pub old: u64,
    /// Lines the newest list of their whole system no longer named, with no removal recorded.
    pub missing: u64,
    /// Lines a review confirmed.
    pub review: u64,
    /// Lines typed by hand.
    pub hand: u64,
}

impl Sureness {
    /// How many lines it speaks of.
    pub const fn lines(&self) -> u64 {
        self.fresh + self.old + self.missing + self.review + self.hand
    }

    fn sentences(&self) -> Vec<Shown> {
        let all = self.lines();
        let mut out = Vec::new();
        if all == 0 {
            return out;
        }
        let mut say = |number: u64, text: String| {
            if number > 0 {
                out.push(Shown::from(format!("{} of {} {text}", grouped(number), counted(all, "line", "lines"))));
            }
        };
        let days = counted(self.fresh_days.into(), "day", "days");
        say(
            self.fresh,
            format!("{} backed by a system's own list taken within {days} of the date.", is_are(self.fresh)),
        );
        say(self.review, format!("{} confirmed by a review.", was_were(self.review)));
        say(self.old, format!("{} from a list made longer before or after.", come(self.old)));
        say(
            self.missing,
            format!("{} no longer in the list of the system, and no removal was recorded.", is_are(self.missing)),
        );
        say(self.hand, format!("{} entered by hand, and marked so.", was_were(self.hand)));
        out
    }
}

const fn is_are(number: u64) -> &'static str {
    if number == 1 { "is" } else { "are" }
}

const fn was_were(number: u64) -> &'static str {
    if number == 1 { "was" } else { "were" }
}

const fn come(number: u64) -> &'static str {
    if number == 1 { "comes" } else { "come" }
}

/// A checkpoint of the history: what fixes everything up to it once this page is out of the house.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Entries of the history.
    pub entries: u64,
    /// The RFC 6962 root over them.
    pub root: [u8; 32],
    /// Who signed.
    pub signed_by: String,
    /// When.
    pub at: Instant,
}

impl Receipt {
    /// The first eight bytes of the root in four groups, `7C1E 90AA 51F0 22B8`. It points; the proof uses the root.
    pub fn seal(&self) -> String {
        self.groups(" ")
    }

    /// `18203-7C1E-90AA-51F0-22B8`, to be typed into `verify --receipt`.
    pub fn code(&self) -> String {
        format!("{}-{}", self.entries, self.groups("-"))
    }

    /// The root in hex.
    pub fn root_hex(&self) -> String {
        self.root.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// The sentence at the foot of every report.
    pub fn line(&self, clock: &Clock) -> String {
        format!(
            "Journal {} entries, seal {}, {}, {}. Keep this page: it fixes the history up to here.",
            grouped(self.entries),
            self.seal(),
            self.signed_by,
            clock.day_of(self.at)
        )
    }

    fn groups(&self, between: &str) -> String {
        let pairs: Vec<String> =
            self.root.chunks(2).take(4).map(|pair| pair.iter().map(|byte| format!("{byte:02X}")).collect()).collect();
        pairs.join(between)
    }
}

impl Frame {
    /// The clock that words this report's moments.
    pub const fn clock(&self) -> Clock {
        Clock(self.zone)
    }

    /// A document with everything but its blocks.
    pub(super) fn document(&self, kind: &'static str, title: String, question: String) -> Document {
        let clock = self.clock();
        let mut blocks = Vec::new();
        if self.practice {
            blocks.push(Block::Note(Verdict {
                tone: Tone::Attention,
                text: "Practice register: the people, clients and facts on this page are invented.".into(),
            }));
        }
        let mut sources: Vec<Shown> = self.sources.iter().map(|source| source.line(&clock)).collect();
        for left_out in &self.filter {
            sources.push(Shown::from(format!("Left out: {left_out}.")));
        }
        if let Some(policy) = &self.policy {
            sources.push(Shown::from(format!("Limits: {policy}.")));
        }
        Document {
            kind,
            title: title.into(),
            question: question.into(),
            firm: self.firm.as_deref().unwrap_or_default().into(),
            as_of: self.as_of,
            known_at: self.known_at,
            made_by: self.made_by.as_str().into(),
            made_at: self.made_at,
            clock,
            verdict: None,
            blocks,
            seal: Seal {
                line: self.receipt.as_ref().map_or_else(
                    || Shown::new("This report carries no seal: the history had no checkpoint at this moment."),
                    |receipt| receipt.line(&clock).into(),
                ),
                code: self.receipt.as_ref().map(|receipt| receipt.code().into()),
                parts: self.receipt.as_ref().map(|receipt| SealParts {
                    entries: receipt.entries,
                    root: receipt.root_hex(),
                    signed_by: receipt.signed_by.as_str().into(),
                    at: receipt.at,
                }),
                sources,
                sure: self.sure.sentences(),
                limits: LIMITS,
            },
        }
    }
}

impl Source {
    fn line(&self, clock: &Clock) -> Shown {
        let mut text = self.what.clone();
        match self.taken {
            Some(taken) => text.push_str(&format!(": list taken {}", clock.moment(taken))),
            None => text.push_str(": entered by hand"),
        }
        if let Some(by) = &self.by {
            text.push_str(&format!(" by {by}"));
        }
        if let Some(rows) = self.rows {
            text.push_str(&format!(", {}", counted(rows, "line", "lines")));
        }
        text.push_str(if self.part { ", a part of the system only." } else { "." });
        text.into()
    }
}

/// Something that was done: when and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Who, to tell one person from another of the same name.
    pub person: Option<PersonId>,
    /// Their name; none when nobody was named.
    pub by: Option<String>,
    /// When.
    pub at: Instant,
}

/// The moment in one cell, the name in the next.
pub(super) fn done_cells(done: Option<&Done>) -> [Cell; 2] {
    done.map_or([Cell::None, Cell::None], |done| [Cell::At(done.at), Cell::from(&done.by)])
}

/// The grade of proof in a cell; the two strong ones are good, the other two need a look.
pub(super) fn proof_cell(proof: Option<Proof>) -> Cell {
    proof.map_or(Cell::None, |proof| {
        let tone = match proof {
            Proof::Observed | Proof::Acknowledged => Tone::Good,
            Proof::Stated => Tone::Plain,
            Proof::Waived => Tone::Attention,
        };
        Cell::word(proof.stored(), proof.shown(), tone)
    })
}

/// The numbers of the lines, from 1.
pub(super) fn number(line: usize) -> Cell {
    Cell::Count(line as u64 + 1)
}

/// Admin rights in a cell; nothing for an ordinary right.
pub(super) fn admin_cell(admin: Admin) -> Cell {
    if admin == Admin::None {
        Cell::Usual(admin.stored())
    } else {
        Cell::word(admin.stored(), admin.shown(), Tone::Attention)
    }
}
