//! Proof of the history: sealing it, and verifying it with everything that can vouch for it.
//!
//! | Module | What |
//! |---|---|
//! | `seal` | a signed note over the end of the history |
//! | `kept` | the receipts in the register's folder |
//! | `words` | what was found, in sentences |
//!
//! Must never know: how the history is read, what the exit code is.

mod kept;
mod seal;
mod words;

use super::session::Session;
use crate::domain::{Instant, Seq};
use crate::error::{AppError, ErrorClass};
use crate::journal::leaf::{hex, unhex};
use crate::journal::{Anchors, Fault, HighWater, Receipt, Verdict, Verification};
use crate::store::EntryRow;
use kept::KeptReceipt;

pub(super) use seal::sealed_by;

/// The act of going on with a shorter or other history for a known reason.
pub const GAP: &str = "history.gap_accepted";

/// What a verification is asked to look at besides the chain and its seals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct VerifyOptions {
    /// Fold the whole history again and compare every table; look at every page of the file.
    pub replay: bool,
    /// A receipt printed on paper.
    pub receipt: Option<String>,
    /// The history must reach this entry.
    pub at_least: Option<u64>,
}

/// What the whole is called in one word, worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProofWord {
    /// Broken at an entry, or something that vouches for it disagrees.
    Diverged,
    /// A table is not what the history says.
    StateDiffers,
    /// It ends before where it once ended, or before where it was asked to reach.
    Short,
    /// In order; the newest entries carry no seal.
    Unsealed,
    /// In order and sealed; nothing from outside was compared.
    NotAnchored,
    /// In order, sealed, and a receipt or this computer's memory agrees.
    Sound,
}

impl ProofWord {
    /// The word in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Diverged => "diverged",
            Self::StateDiffers => "state_differs",
            Self::Short => "short",
            Self::Unsealed => "unsealed",
            Self::NotAnchored => "not_anchored",
            Self::Sound => "sound",
        }
    }
}

/// What a verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifyView {
    /// Nothing is wrong. Unsealed and not anchored are not wrong; the sentence says them.
    pub ok: bool,
    /// The whole in one word.
    pub word: ProofWord,
    /// Entries read.
    pub entries: u64,
    /// The root over them, hex.
    pub head: String,
    /// The verdict for a person, one or a few sentences.
    pub sentence: String,
    /// Everything that is wrong, each with its entry where it has one.
    pub problems: Vec<(Option<Seq>, String)>,
    /// Whether the receipt that was given belongs to this history.
    pub receipt: Option<bool>,
    /// What a person should know besides; nothing of it is wrong.
    pub notes: Vec<String>,
    /// Entries that carry a seal.
    pub sealed: Option<u64>,
    /// The tables and pages were compared too.
    pub replayed: bool,
}

/// Everything that vouches for the history, and what of it no longer can.
struct Vouching {
    typed: Option<Receipt>,
    kept: Vec<KeptReceipt>,
    /// Receipts for a history that was given up with a reason.
    void: usize,
    mark: Option<HighWater>,
    gaps: Vec<EntryRow>,
    notes: Vec<String>,
}

impl Session {
    /// Verifies the history from its stored bytes: chain, seals, the receipts kept in the folder, what this computer
    /// remembers; with `replay` also every table and page.
    ///
    /// # Errors
    /// When the receipt cannot be read as one, or the file cannot be read. What is wrong with the history is not an
    /// error but in the view.
    pub fn verify(&mut self, options: &VerifyOptions) -> Result<VerifyView, AppError> {
        let vouching = self.vouching(options)?;
        let mut seen: Vec<HighWater> = vouching.kept.iter().map(|kept| kept.mark(&self.scene.settings.file)).collect();
        seen.extend(vouching.mark.clone());
        let anchors = Anchors { notes: Vec::new(), receipts: vouching.typed.into_iter().collect(), seen };
        let found = self.store.verify(&anchors, options.replay)?;
        self.judged(options, &vouching, &found)
    }

    fn vouching(&self, options: &VerifyOptions) -> Result<Vouching, AppError> {
        let typed = options.receipt.as_deref().map(parse_receipt).transpose()?;
        let gaps = self.store.read().entries_with_action(GAP)?;
        let (mut kept, unreadable) = kept::read(&self.folder)?;
        let before = kept.len();
        // A receipt from before a gap vouches for what was given up in it.
        kept.retain(|kept| !gaps.iter().any(|gap| kept.size >= gap.seq && kept.made <= gap.at));
        let void = before - kept.len();
        let mut notes = Vec::new();
        if unreadable > 0 {
            notes.push(words::unreadable_receipts(unreadable));
        }
        let mark = match self.mark() {
            Ok(mark) => mark,
            Err(error) => {
                notes.push(error.message);
                None
            }
        };
        Ok(Vouching { typed, kept, void, mark, gaps, notes })
    }

    /// What this computer remembers of the register.
    pub(super) fn mark(&self) -> Result<Option<HighWater>, AppError> {
        let Some(marks) = &self.marks else { return Ok(None) };
        let file = &self.scene.settings.file;
        let Some(mark) = marks.get(file)? else { return Ok(None) };
        let root = unhex(&mark.root).ok_or_else(|| {
            AppError::new(ErrorClass::System, "What this computer remembers of the register cannot be read.")
        })?;
        Ok(Some(HighWater { file: file.clone(), size: mark.size, root, at: Instant::from(mark.at) }))
    }

    fn judged(
        &self,
        options: &VerifyOptions,
        vouching: &Vouching,
        found: &Verification,
    ) -> Result<VerifyView, AppError> {
        let mut problems = Vec::new();
        for problem in &found.problems {
            let what = match &problem.what {
                Fault::Receipt(receipt) => words::other_receipt(*receipt, found.entries, &vouching.gaps),
                Fault::Seen(size) => words::other_history(*size, vouching),
                other => format!("{}.", crate::domain::capital(&other.to_string())),
            };
            problems.push(((problem.seq > 0).then_some(problem.seq), what));
        }
        for cell in &found.state {
            let whose = self.find(|facts| Ok(words::record(facts, cell.of)?))?;
            problems.push((cell.seq, words::cell(cell, &whose)));
        }
        if let Some(older) = &found.older {
            problems.push((None, words::older(older, found.entries, vouching.mark.as_ref())));
        }
        if let Some(wanted) = options.at_least.filter(|wanted| *wanted > found.entries) {
            problems.push((None, words::too_short(wanted, found.entries)));
        }
        let word = self.word(options, vouching, found);
        let receipt = vouching.typed.map(|typed| !names(found, &Fault::Receipt(typed)));
        let mut notes = vouching.notes.clone();
        notes.extend(words::notes(vouching, found, options));
        Ok(VerifyView {
            ok: problems.is_empty(),
            word,
            entries: found.entries,
            head: hex(&found.root),
            sentence: words::verdict(word, found, vouching, &problems),
            problems,
            receipt,
            notes,
            sealed: found.sealed,
            replayed: found.replayed,
        })
    }

    fn word(&self, options: &VerifyOptions, vouching: &Vouching, found: &Verification) -> ProofWord {
        let short = options.at_least.is_some_and(|wanted| wanted > found.entries);
        let agrees = vouching.typed.is_some() || vouching.mark.is_some();
        match found.verdict() {
            Verdict::Diverged(_) => ProofWord::Diverged,
            Verdict::StateDiffers(_) => ProofWord::StateDiffers,
            Verdict::OlderThanLastSeen(_) => ProofWord::Short,
            _ if short => ProofWord::Short,
            _ if found.sealed.unwrap_or(0) < found.entries => ProofWord::Unsealed,
            _ if agrees => ProofWord::Sound,
            _ => ProofWord::NotAnchored,
        }
    }
}

fn names(found: &Verification, fault: &Fault) -> bool {
    found.problems.iter().any(|problem| problem.what == *fault)
}

fn parse_receipt(typed: &str) -> Result<Receipt, AppError> {
    Receipt::parse(typed).ok_or_else(|| {
        AppError::new(
            ErrorClass::BadInput,
            format!("\"{}\" is not a receipt. Nothing was verified.", crate::text::shown(typed)),
        )
        .hint("A receipt looks like 18203-7C1E-90AA-51F0-22B8; it stands at the foot of every report")
    })
}
