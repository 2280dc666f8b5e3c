//! Everything a person can make the register do, as values.
//!
//! Must never know: keys, arguments, tables.

use super::query::AsOf;
use super::records::Given;
use super::records::form::FormOf;
use super::view::ThingId;
use crate::domain::{
    CaseKind, ClientId, GrantId, Instant, PersonId, Proof, RecordKind, RecordRef, Reply, RotationId, RunId, Seq,
    StepId, StepOutcome,
};
use crate::report::Format;

/// A change somebody wants. One command is one transaction and one act for undo.
#[derive(Debug, Clone, PartialEq)]
pub enum Command {
    /// Somebody is asked to remove these ways in. Those already asked for or shut are left as they are.
    AskRemoval {
        /// Which.
        grants: Vec<GrantId>,
        /// Who is asked; the run's doer, or nobody named, when absent.
        to: Option<PersonId>,
        /// Why.
        reason: Option<String>,
    },
    /// These ways in were removed.
    MarkDone {
        /// Which.
        grants: Vec<GrantId>,
        /// When; now when absent.
        at: Option<Instant>,
        /// By whom; the operator's own person when absent.
        by: Option<PersonId>,
    },
    /// Somebody looked, and they are gone.
    Confirm {
        /// Which.
        grants: Vec<GrantId>,
        /// Who looked; the operator's own person when absent.
        by: Option<PersonId>,
        /// How well that proves it.
        proof: Proof,
    },
    /// Left open on purpose until a date.
    WaiveRemoval {
        /// Which.
        grants: Vec<GrantId>,
        /// Until when.
        until: Instant,
        /// Why; needed.
        reason: String,
    },
    /// Takes back the asking.
    CallOffRemoval {
        /// Which.
        grants: Vec<GrantId>,
        /// Why.
        reason: Option<String>,
    },
    /// Ways in that were removed are open again, as somebody saw.
    CameBack {
        /// Which.
        grants: Vec<GrantId>,
        /// What was seen.
        reason: Option<String>,
    },
    /// Space on a way in: asked becomes removed, removed becomes checked where one may.
    NextState {
        /// Which.
        grant: GrantId,
    },
    /// Someone is leaving.
    StartDischarge {
        /// Who.
        person: PersonId,
        /// How.
        kind: CaseKind,
        /// Last minute of work; now when absent.
        at: Option<Instant>,
        /// Why.
        reason: Option<String>,
    },
    /// A client's contract ends.
    StartClientExit {
        /// Which client.
        client: ClientId,
        /// Last minute of service; now when absent.
        at: Option<Instant>,
        /// Why.
        reason: Option<String>,
    },
    /// Names doer and second person of a run.
    SetPeople {
        /// Which run.
        run: RunId,
        /// Doer.
        doer: Option<PersonId>,
        /// Second person.
        checker: Option<PersonId>,
        /// Only one person works here: why that is accepted.
        alone: Option<String>,
    },
    /// An answer in the interview.
    Answer {
        /// Which run.
        run: RunId,
        /// Which question, as `Q08`.
        question: String,
        /// What was answered; none keeps the reply and stores the note alone.
        reply: Option<Reply>,
        /// What was said; none keeps what stands there.
        note: Option<String>,
        /// Records to make, as `asset kind=laptop tag=KW-0231`.
        add: Vec<String>,
    },
    /// A step ended, started, or is open again (`outcome` absent).
    EndStep {
        /// Which.
        step: StepId,
        /// How somebody says that it stands.
        said: StepSaid,
    },
    /// A second person looked at a step that is done.
    CheckStep {
        /// Which.
        step: StepId,
        /// Who looked.
        by: Option<PersonId>,
        /// How well that proves it.
        proof: Proof,
    },
    /// A step that is not in the template.
    AddStep {
        /// In which run.
        run: RunId,
        /// Its words.
        title: String,
        /// Due.
        due: Option<Instant>,
    },
    /// A note on a step.
    NoteStep {
        /// Which.
        step: StepId,
        /// The note.
        note: String,
    },
    /// Space on a shared login: asked, changed, checked.
    RotateNext {
        /// Which.
        rotation: RotationId,
    },
    /// A shared login was changed, checked, waived, or found not to need it.
    Rotate {
        /// Which.
        rotation: RotationId,
        /// How it stands now.
        stage: RotateStage,
        /// When; now when absent.
        at: Option<Instant>,
        /// Who did or checked it.
        by: Option<PersonId>,
        /// Why, for not needed and waived.
        reason: Option<String>,
    },
    /// A thing, contact or data place is settled, or open again.
    SettleThing {
        /// Which.
        thing: ThingId,
        /// How.
        how: Settle,
        /// Who did it.
        by: Option<PersonId>,
        /// Why, for waived.
        reason: Option<String>,
    },
    /// Somebody accepts by name that the last admin on record of a system goes.
    AcceptSoleAdmin {
        /// In which run.
        run: RunId,
        /// The last admin's way in.
        grant: GrantId,
        /// Who accepts; never the leaver.
        by: Option<PersonId>,
        /// Why; needed.
        reason: String,
        /// Until when it holds.
        until: Instant,
    },
    /// There turned out to be nothing behind a record that an answer made and nobody named.
    TakeOff {
        /// In which run.
        run: RunId,
        /// What.
        what: RecordRef,
        /// Why; needed.
        reason: String,
    },
    /// Who does it and when: for ways in, steps and shared logins.
    Assign {
        /// What.
        what: Assignable,
        /// Who.
        doer: Option<PersonId>,
        /// Due.
        due: Option<Instant>,
    },
    /// Closes a run. Refused while something is open.
    CloseRun {
        /// Which.
        run: RunId,
        /// Who signs; must be the operator's name.
        signed: String,
    },
    /// Gives back what a run took, and opens the person's record again.
    Reinstate {
        /// Which.
        run: RunId,
        /// Why; needed.
        reason: String,
    },
    /// Sets a finding aside.
    SetAside {
        /// Its key.
        key: String,
        /// Why; needed.
        reason: String,
        /// Until when.
        until: Instant,
    },
    /// Takes back an entry, or the last change of this session.
    Undo {
        /// Which entry; the session's last change when absent.
        seq: Option<Seq>,
    },
    /// Does again what undo took back last.
    Redo,
    /// Keeps typed words, outside the journal. An empty text drops the draft.
    KeepDraft {
        /// Under this key.
        key: String,
        /// The words.
        text: String,
    },
    /// Saves a report in a file where reports go on this computer. Changes nothing in the register but a new seal.
    SaveReport {
        /// `discharge`, `who`, `reach`, `findings`, `status`.
        kind: String,
        /// About what: a run's number, a client, a person; `#61` is an id.
        subject: Option<String>,
        /// Written as what.
        format: Format,
        /// As of when; now with the default.
        as_of: AsOf,
    },
    /// Sets one of the register's settings or limits.
    Set {
        /// Which.
        name: String,
        /// To what, as typed.
        value: String,
    },
    /// A form: a new record, or what was changed of one.
    SaveRecord {
        /// Which.
        of: FormOf,
        /// Fields and values, by name.
        fields: Vec<(String, Given)>,
        /// The entry that made the record what the form showed.
        based_on: Option<Seq>,
    },
}

impl Command {
    /// A new record from fields as typed.
    pub fn add(kind: RecordKind, fields: &[(&str, &str)]) -> Self {
        let fields = fields.iter().map(|(name, words)| ((*name).to_owned(), Given::from(*words))).collect();
        Self::SaveRecord { of: FormOf::New { kind, given: Vec::new() }, fields, based_on: None }
    }
}

/// How the change of a shared login stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RotateStage {
    /// Somebody was asked.
    Asked,
    /// Changed.
    Done,
    /// A second person signed in with the new one.
    Confirmed(Proof),
    /// No longer in use.
    Retired,
    /// Does not need a change.
    NotNeeded,
    /// Left as it is until then.
    Waived(Instant),
    /// Open again.
    Reopened,
}

/// How a thing, contact or data place is settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// Returned, replaced, removed.
    Done,
    /// Made useless instead (things only).
    Cancelled,
    /// Left as it is until then.
    Waived(Instant),
    /// Open again.
    Reopened,
}

/// What can be given to somebody.
#[derive(Debug, Clone, PartialEq)]
pub enum Assignable {
    /// Removals.
    Grants(Vec<GrantId>),
    /// A step.
    Step(StepId),
    /// A change of a shared login.
    Rotation(RotationId),
}

/// How somebody says that a step stands.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct StepSaid {
    /// How; open again when absent.
    pub outcome: Option<StepOutcome>,
    /// When; now when absent. Never ahead.
    pub at: Option<Instant>,
    /// By whom.
    pub by: Option<PersonId>,
    /// What was written down.
    pub note: Option<String>,
    /// Why not needed, blocked, waived.
    pub reason: Option<String>,
    /// Waived or waiting until then.
    pub until: Option<Instant>,
}

/// How a change is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WayBack {
    /// Nothing was changed, or what was done stays.
    None,
    /// By undo.
    Undo,
    /// It was an undo itself: by doing the change again.
    Redo,
}

/// What a command did.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The entry written; none when nothing had to change.
    pub seq: Option<Seq>,
    /// What was done, in one or two sentences. How it is taken back is said by whoever knows the keys or commands.
    pub message: String,
    /// How it is taken back.
    pub way_back: WayBack,
    /// The run a discharge started.
    pub run: Option<RunId>,
    /// How many records it touched that were asked about.
    pub count: u32,
}

impl Outcome {
    /// Nothing had to change.
    pub const fn nothing() -> Self {
        Self { seq: None, message: String::new(), way_back: WayBack::None, run: None, count: 0 }
    }

    /// What stands after one record was changed, by an entry that undo can take back if one had to be written.
    pub(super) fn done(seq: impl Into<Option<Seq>>, message: String) -> Self {
        let seq = seq.into();
        let way_back = if seq.is_some() { WayBack::Undo } else { WayBack::None };
        Self { seq, message, way_back, run: None, count: 1 }
    }

    /// The same in a run.
    pub(super) fn of_run(self, run: impl Into<Option<RunId>>) -> Self {
        Self { run: run.into(), ..self }
    }

    /// The same for so many records.
    pub(super) fn counting(self, count: usize) -> Self {
        Self { count: u32::try_from(count).unwrap_or(u32::MAX), ..self }
    }
}
