//! What forms are for: which fields each has, its words, and what it does.
//!
//! Must never know: what is typed.

use super::{Field, FieldKind};
use crate::domain::{GrantId, RecordRef, RotationId, RunId, StepId, StepOutcome};
use crate::service::Assignable;
use crate::service::view::ThingId;

/// What a form is for. Which fields it has and which command it makes follow from this.
#[derive(Debug, Clone, PartialEq)]
pub enum FormKind {
    /// Who does it and until when.
    WhoWhen(Assignable),
    /// Doer and second person of a run.
    RunPeople(RunId),
    /// Ways in left open on purpose.
    WaiveGrants(Vec<GrantId>),
    /// Done before it is told.
    Earlier(Earlier),
    /// A step not needed, blocked or waived.
    LeaveStep(StepId, StepOutcome),
    /// A note on a step.
    NoteStep(StepId),
    /// A second person looked at a step.
    CheckStep(StepId),
    /// A way in was checked.
    CheckGrants(Vec<GrantId>),
    /// A second person signed in with the new one.
    CheckSecret(RotationId),
    /// A shared login not changed.
    LeaveSecret(RotationId, LeaveSecret),
    /// A thing left as it is.
    WaiveThing(ThingId),
    /// A finding set aside.
    SetAside(String),
    /// Somebody accepts that the last admin goes.
    SoleAdmin(RunId, GrantId),
    /// Nothing is behind what an answer made.
    TakeOff(RunId, RecordRef),
    /// Closes a run.
    CloseRun(RunId),
    /// Gives back what a run took.
    Reinstate(RunId),
}

/// What was done before it is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Earlier {
    /// Ways in were removed.
    Ways(Vec<GrantId>),
    /// A step was done.
    Step(StepId),
    /// A shared login was changed.
    Secret(RotationId),
}

/// How a shared login is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeaveSecret {
    /// Does not need a change.
    NotNeeded,
    /// No longer in use.
    Retired,
    /// Left until a date.
    Waived,
}

/// How well a check proves it, as the list offers it.
const PROOFS: &[&str] = &["seen by a second person", "confirmed by the system", "stated by the doer"];
/// Why something is set aside, as the list offers it.
const REASONS: &[&str] =
    &["needed for work under way", "the client asked for it", "replaced soon", "cannot be changed"];

/// The title, the button and what happens, by what the form is for.
pub(super) fn words_of(kind: &FormKind, about: &str) -> (String, &'static str, &'static str) {
    let (title, button, happens) = match kind {
        FormKind::WhoWhen(_) => ("Who and when", "Save", "Names who does it and until when. Removes nothing."),
        FormKind::Earlier(Earlier::Ways(_)) => {
            ("Removed earlier", "Save", "As 14:02, yesterday 17:30, 20 nov. Without a name it was you.")
        }
        FormKind::Earlier(Earlier::Step(_)) => {
            ("Done earlier", "Save", "As 14:02, yesterday 17:30, 20 nov. Without a name it was you.")
        }
        FormKind::Earlier(Earlier::Secret(_)) => {
            ("Changed earlier", "Save", "As 14:02, yesterday 17:30, 20 nov. Without a name it was you.")
        }
        FormKind::RunPeople(_) => (
            "Who works on it",
            "Save",
            "The second person checks what the first one did. With one person only, say why.",
        ),
        FormKind::WaiveGrants(_) => {
            ("Leave open", "Leave open", "It stays open on purpose until that date, and comes back then.")
        }
        FormKind::LeaveStep(_, outcome) => {
            let title = format!("Step {}: {about}", outcome.shown());
            return (title, "Save", "The reason stands in the closing page.");
        }
        FormKind::NoteStep(_) => ("Note", "Save", "Stands beside the step in the history."),
        FormKind::CheckStep(_) | FormKind::CheckGrants(_) => {
            ("Checked", "Save", "Somebody else than the doer looked, and it is gone.")
        }
        FormKind::CheckSecret(_) => {
            ("Checked", "Save", "Somebody else than the doer signed in with the new one, or the client confirmed it.")
        }
        FormKind::LeaveSecret(..) => ("Not changed", "Save", "The reason stands in the closing page."),
        FormKind::WaiveThing(_) => ("Leave as it is", "Leave it", "It comes back on that date."),
        FormKind::SetAside(_) => {
            ("Set aside", "Set aside", "It leaves the list until that date. The count line goes on showing it.")
        }
        FormKind::SoleAdmin(..) => {
            ("Last admin goes", "Accept", "Their name and the reason stand on the closing page. Removes nothing.")
        }
        FormKind::TakeOff(..) => ("Take off", "Take it off", "There turned out to be nothing. Ctrl-Z puts it back."),
        FormKind::CloseRun(_) => {
            ("Close the run", "Close run", "Closing signs the page with your name and cannot be undone.")
        }
        FormKind::Reinstate(_) => ("Reinstate", "Reinstate", "Lists everything to give back. Gives nothing by itself."),
    };
    (format!("{title}: {about}"), button, happens)
}

/// The fields, by what the form is for.
pub(super) fn fields_of(kind: &FormKind) -> Vec<Field> {
    use FieldKind::{OneOf, Past, Person, When, Words};
    let field = Field::new;
    let with_date = |needed: bool| {
        let mut fields = vec![field("Why", Words, true)];
        if needed {
            fields.push(field("Until", When, true));
        }
        fields
    };
    match kind {
        FormKind::WhoWhen(_) => vec![field("Who", Person, true), field("Until", When, false)],
        FormKind::RunPeople(_) => vec![
            field("Doer", Person, false),
            field("Second person", Person, false),
            field("Alone because", Words, false),
        ],
        FormKind::WaiveGrants(_) | FormKind::SetAside(_) => {
            vec![field("Why", OneOf(REASONS), true), field("Until", When, true)]
        }
        FormKind::Earlier(_) => vec![field("When", Past, true), field("Who did it", Person, false)],
        FormKind::LeaveStep(_, outcome) => with_date(*outcome == StepOutcome::Waived),
        FormKind::LeaveSecret(_, how) => with_date(*how == LeaveSecret::Waived),
        FormKind::WaiveThing(_) => with_date(true),
        FormKind::NoteStep(_) => vec![field("Note", Words, true)],
        FormKind::CheckStep(_) | FormKind::CheckGrants(_) | FormKind::CheckSecret(_) => {
            vec![field("Who looked", Person, true), field("Proof", OneOf(PROOFS), true).with("seen by a second person")]
        }
        FormKind::CloseRun(_) => vec![field("Your name", Words, true)],
        FormKind::SoleAdmin(..) => {
            vec![field("Why", Words, true), field("Until", When, true), field("Who accepts", Person, true)]
        }
        FormKind::TakeOff(..) | FormKind::Reinstate(_) => vec![field("Why", Words, true)],
    }
}
