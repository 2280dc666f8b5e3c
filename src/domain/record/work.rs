//! The work of a run: its steps, its answers, the secrets to be changed.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use super::{Mark, Removal};
use crate::domain::id::{AnswerId, ClientId, PersonId, RotationId, RunId, SecretId, StepId};
use crate::domain::time::Instant;
use crate::domain::word::{CaseKind, PersonStatus, Phase, Proof, Reply, StepOutcome};

record! {
    /// One discharge, onboarding, role change or client exit.
    Run(RunId) {
        public {
            /// What for.
            kind: CaseKind,
            /// Whom; none for a client's exit.
            person: Option<PersonId>,
            /// Which client, for a client's exit.
            client: Option<ClientId>,
            /// Last minute of work: deadlines count from here.
            trigger: Instant,
            /// When the run was opened.
            started: Instant,
            /// The person's status before, given back when the run is undone or reinstated.
            status_before: Option<PersonStatus>,
            /// Closed, by whom.
            closed: Option<Mark>,
            /// Which template, as `leaver`.
            template: String,
            /// Doer by default.
            doer: Option<PersonId>,
            /// Second person, never the doer, never the leaver.
            checker: Option<PersonId>,
            /// The firm has too few people for a second one; recorded as an exception.
            alone: bool,
        }
        private {
            /// Why doer and checker may be the same.
            alone_reason: Option<String>,
            /// Notes taken during the interview.
            note: Option<String>,
        }
    }
}

record! {
    /// One step of a run that somebody does by hand.
    Step(StepId) {
        public {
            /// Of which run.
            run: RunId,
            /// Which step of the template, as `D26`; own steps have none.
            code: Option<String>,
            /// When it belongs.
            phase: Phase,
            /// Place within the run.
            position: u32,
            /// Due.
            due: Option<Instant>,
            /// Who is to do it.
            doer: Option<PersonId>,
            /// How it ended, or that it started.
            outcome: Option<StepOutcome>,
            /// When and by whom.
            ended: Option<Mark>,
            /// Who looked, for steps that need a second person.
            checked: Option<Mark>,
            /// How well it is proved.
            proof: Option<Proof>,
            /// Waived or waiting until then.
            until: Option<Instant>,
            /// A re-check repeats this step.
            repeats: Option<StepId>,
        }
        private {
            /// The step in words, for own steps and steps made by answers.
            title: Option<String>,
            /// What was written down.
            note: Option<String>,
            /// Why it is not needed, blocked or waived.
            reason: Option<String>,
        }
    }
}

record! {
    /// The answer to one question of a run.
    Answer(AnswerId) {
        public {
            /// Of which run.
            run: RunId,
            /// Which question of the template, as `Q08`.
            question: String,
            /// What was answered; none while only a note was taken.
            reply: Option<Reply>,
            /// When.
            at: Instant,
            /// Records this answer made, as (kind number, id).
            made: Vec<(u8, u64)>,
        }
        private {
            /// What was said.
            note: Option<String>,
        }
    }
}

record! {
    /// The work of changing one secret.
    Rotation(RotationId) {
        public {
            /// Which secret.
            secret: SecretId,
            /// In which run.
            run: Option<RunId>,
            /// Because this person knew it.
            person: Option<PersonId>,
            /// Due.
            due: Option<Instant>,
            /// Who is to do it.
            doer: Option<PersonId>,
            /// How it stands.
            change: Removal,
            /// Not changed but no longer in use, or not needed.
            outcome: Option<StepOutcome>,
        }
        private {
            /// What was written down.
            note: Option<String>,
        }
    }
}
