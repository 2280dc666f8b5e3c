//! The plan: exactly what taking a file would do, before anything is done. One type for lists and for sheets, so that
//! the command line and the screen show one thing, and what was shown is what is written.
//!
//! Records that do not exist yet carry temporary numbers inside the plan; [`ImportPlan::edits`] gives them their own.
//! Must never know: the store, the screen, the clock.

mod list;
mod numbering;
#[cfg(test)]
pub(crate) mod tests;

use super::error::ImportError;
use super::format::FormatId;
use super::issue::Issue;
use super::matching::{KeptBecause, MatchedBy, Ours, Suggestion};
use super::row::{AccountRow, Parsed};
use crate::domain::{
    Account, AnyRecord, Asset, Assignment, Batch, BatchId, Client, Completion, Contact, Course, Covers, DataLocation,
    Edit, Grant, Instant, Knowing, Observation, Person, PersonId, Policy, RecordKind, RecordRef, RoleRight, Secret,
    Seq, Signature, System, SystemId, Zone,
};
use std::collections::BTreeSet;

pub(crate) use numbering::{Numbering, renumber};

/// A record as it stands in the register, with the entry that wrote it.
#[derive(Debug, Clone, PartialEq)]
pub struct Known<R> {
    /// The record.
    pub record: R,
    /// The sequence of its present version.
    pub seq: Seq,
}

/// What the register knows, as far as a plan needs it. For a system's list: people, and the system's own accounts,
/// sightings and grants. For the office's sheets: everything.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// People.
    pub people: Vec<Known<Person>>,
    /// Clients.
    pub clients: Vec<Known<Client>>,
    /// Systems.
    pub systems: Vec<Known<System>>,
    /// Accounts.
    pub accounts: Vec<Known<Account>>,
    /// What was last seen of the accounts.
    pub observations: Vec<Known<Observation>>,
    /// Ways in.
    pub grants: Vec<Known<Grant>>,
    /// Shared secrets.
    pub secrets: Vec<Known<Secret>>,
    /// Who knows them.
    pub knowings: Vec<Known<Knowing>>,
    /// Things.
    pub assets: Vec<Known<Asset>>,
    /// Contacts.
    pub contacts: Vec<Known<Contact>>,
    /// Places of data.
    pub data_locations: Vec<Known<DataLocation>>,
    /// Policies.
    pub policies: Vec<Known<Policy>>,
    /// Signatures.
    pub signatures: Vec<Known<Signature>>,
    /// Courses.
    pub courses: Vec<Known<Course>>,
    /// Completions.
    pub completions: Vec<Known<Completion>>,
    /// Lines of access sets.
    pub role_rights: Vec<Known<RoleRight>>,
    /// People assigned to clients.
    pub assignments: Vec<Known<Assignment>>,
    /// The newest list of the same system, when there is one.
    pub last_batch: Option<Batch>,
}

/// How a file is taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Taking {
    /// Whose list it is; none for the office's own sheets.
    pub system: Option<SystemId>,
    /// Whether it names everybody. A file that is known to be partial never does.
    pub covers: Covers,
    /// When the list was made.
    pub taken: Instant,
    /// The firm's zone, for bare dates in sheets.
    pub zone: Zone,
    /// What shows that an account is ours.
    pub ours: Ours,
}

crate::words! {
    /// What taking a row would do.
    pub enum RowClass {
        New = "new", "new";
        Changed = "changed", "changed";
        Same = "same", "same";
        Gone = "gone", "gone";
        CameBack = "came_back", "came back";
        NotOurs = "not_ours", "not ours";
        Refused = "refused", "problem";
    }
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field in plain words.
    pub field: &'static str,
    /// What the register says; empty when nothing.
    pub old: String,
    /// What the file says.
    pub new: String,
}

/// One line of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRow {
    /// What kind of record it is about.
    pub kind: RecordKind,
    /// The sheet it stands on; none for a system's list.
    pub sheet: Option<&'static str>,
    /// Its line or row in the file; none for an account that is gone.
    pub line: Option<u64>,
    /// What it is about: a login or a name.
    pub title: String,
    /// What taking it would do.
    pub class: RowClass,
    /// Fields that change.
    pub fields: Vec<FieldChange>,
    /// Things to know before taking it, in sentences.
    pub notes: Vec<String>,
    /// Something here deserves a look: a leaver, a new administrator, a right that came back.
    pub risky: bool,
    /// The account as the list names it; none for sheets and for accounts that are gone.
    pub account: Option<Box<AccountRow>>,
    /// Whose it is, with the name.
    pub person: Option<(PersonId, String)>,
    /// What made the match.
    pub matched_by: Option<MatchedBy>,
    /// Who might be meant.
    pub suggestions: Vec<Suggestion>,
    /// Why it is kept; none when it is only counted.
    pub kept: Option<KeptBecause>,
    /// Kept, and nobody is matched to it.
    pub unmatched: bool,
    /// The row is taken when the plan is applied.
    pub take: bool,
}

impl PlanRow {
    pub(crate) fn new(kind: RecordKind, line: Option<u64>, title: impl Into<String>, class: RowClass) -> Self {
        Self {
            kind,
            sheet: None,
            line,
            title: title.into(),
            class,
            fields: Vec::new(),
            notes: Vec::new(),
            risky: false,
            account: None,
            person: None,
            matched_by: None,
            suggestions: Vec::new(),
            kept: None,
            unmatched: false,
            take: true,
        }
    }
}

/// How many rows of each class. Every row of the file is in exactly one of new, changed, same, came back, not ours and
/// refused; gone rows are not in the file; unmatched ones are also counted where they belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Not in the register yet.
    pub new: u64,
    /// In the register with something else.
    pub changed: u64,
    /// In the register just so.
    pub same: u64,
    /// In the register and not in the file.
    pub gone: u64,
    /// Removed earlier, and there again.
    pub came_back: u64,
    /// Kept, and nobody is matched.
    pub unmatched: u64,
    /// The client's own people.
    pub not_ours: u64,
    /// Could not be taken.
    pub refused: u64,
}

/// A record version the plan would write, and the row it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Draft {
    pub record: AnyRecord,
    pub row: usize,
}

/// What taking a file would do, exactly.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportPlan {
    /// The file's layout.
    pub format: FormatId,
    /// Why it was taken for that.
    pub recognised: String,
    /// The file's name.
    pub file: String,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Whose list it is.
    pub system: Option<SystemId>,
    /// When the list was made.
    pub taken: Instant,
    /// Whether missing accounts count as gone.
    pub covers: Covers,
    /// Why the file does not hold everybody.
    pub partial: Option<String>,
    /// The rows, in the order of the file, then those that are gone.
    pub rows: Vec<PlanRow>,
    /// Remarks on the file.
    pub issues: Vec<Issue>,
    /// Rows that could not be read at all, besides the refused ones in `rows`.
    pub unreadable: u64,
    /// The record versions the plan was made from; if one has moved, the plan is stale.
    pub based_on: Vec<(RecordRef, Seq)>,
    pub(crate) drafts: Vec<Draft>,
}

impl ImportPlan {
    /// How many rows of each class.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts { refused: self.unreadable, ..Counts::default() };
        for row in &self.rows {
            let counter = match row.class {
                RowClass::New => &mut counts.new,
                RowClass::Changed => &mut counts.changed,
                RowClass::Same => &mut counts.same,
                RowClass::Gone => &mut counts.gone,
                RowClass::CameBack => &mut counts.came_back,
                RowClass::NotOurs => &mut counts.not_ours,
                RowClass::Refused => &mut counts.refused,
            };
            *counter = counter.saturating_add(1);
            if row.unmatched {
                counts.unmatched = counts.unmatched.saturating_add(1);
            }
        }
        counts
    }

    /// The rows of one class.
    pub fn of(&self, class: RowClass) -> impl Iterator<Item = &PlanRow> {
        self.rows.iter().filter(move |row| row.class == class)
    }

    /// Whether the file is known not to hold everybody.
    pub fn is_partial(&self) -> bool {
        self.partial.is_some()
    }

    /// Whether the character set is a guess, so that a person has to look at the names before the plan is taken.
    pub fn needs_a_look(&self) -> bool {
        self.issues.iter().any(|issue| issue.code == "encoding_guessed")
    }

    /// Whether taking it changes nothing but the record that the list was seen.
    pub fn is_unchanged(&self) -> bool {
        self.drafts.iter().all(|draft| !self.is_taken(draft))
    }

    /// Takes or leaves one row of a system's list. Rows of sheets hang together and are taken as a whole: false.
    pub fn choose(&mut self, index: usize, take: bool) -> bool {
        match self.rows.get_mut(index).filter(|row| row.sheet.is_none()) {
            Some(row) => {
                row.take = take;
                true
            }
            None => false,
        }
    }

    fn is_taken(&self, draft: &Draft) -> bool {
        self.rows.get(draft.row).is_none_or(|row| row.take)
    }

    /// The record versions that take the plan: the batch first, then records in an order in which links point back.
    /// `ids` gives the next free number of a kind.
    pub fn edits(&self, ids: &mut dyn FnMut(RecordKind) -> u64) -> Vec<Edit> {
        let batch = self.batch(BatchId(ids(RecordKind::Batch)));
        let mut numbers = std::collections::HashMap::new();
        numbers.insert((RecordKind::Batch, Numbering::BATCH), batch.id.0);
        let mut drafts: Vec<&Draft> = self.drafts.iter().filter(|draft| self.is_taken(draft)).collect();
        drafts.sort_by_key(|draft| (draft.record.kind().number(), draft.record.id()));
        for draft in &drafts {
            let reference = draft.record.reference();
            if Numbering::is_temporary(reference.id) && reference.kind != RecordKind::Observation {
                numbers.insert((reference.kind, reference.id), ids(reference.kind));
            }
        }
        let mut edits = vec![Edit::from(batch)];
        edits.extend(drafts.into_iter().map(|draft| {
            let mut record = draft.record.clone();
            renumber(&mut record, &|kind, id| numbers.get(&(kind, id)).copied().unwrap_or(id));
            Edit::Put(record)
        }));
        edits
    }

    fn batch(&self, id: BatchId) -> Batch {
        let counts = self.counts();
        let rows = counts.new + counts.changed + counts.same + counts.came_back + counts.not_ours + counts.refused;
        Batch {
            id,
            format: self.format.stored().to_owned(),
            system: self.system,
            taken: self.taken,
            covers: self.covers,
            rows,
            not_ours: counts.not_ours,
            unmatched: counts.unmatched,
            sha256: self.sha256.clone(),
            file: self.file.clone(),
        }
    }
}

/// Compares a system's list with what the register knows. The same file and the same snapshot give the same plan.
pub fn plan_list(parsed: Parsed, snapshot: &Snapshot, taking: &Taking) -> Result<ImportPlan, ImportError> {
    let system = taking.system.ok_or(ImportError::NoSystem)?;
    Ok(list::plan(parsed, snapshot, taking, system))
}

/// Collects what a plan was made from, once per record.
#[derive(Debug, Default)]
pub(crate) struct Basis {
    seen: BTreeSet<RecordRef>,
    list: Vec<(RecordRef, Seq)>,
}

impl Basis {
    pub fn on<R: crate::domain::Record>(&mut self, known: &Known<R>) {
        let reference = RecordRef { kind: R::KIND, id: crate::domain::RecordId::number(known.record.id()) };
        if self.seen.insert(reference) {
            self.list.push((reference, known.seq));
        }
    }

    pub fn finish(self) -> Vec<(RecordRef, Seq)> {
        self.list
    }
}
