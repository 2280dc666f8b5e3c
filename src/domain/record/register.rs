//! The register itself: who uses it, its settings, what each entry says.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use crate::domain::id::{ActId, OperatorId, PersonId, RunId, Seq, SettingsId};
use std::collections::BTreeMap;

record! {
    /// Someone who uses Keyward.
    Operator(OperatorId) {
        public {
            /// Who of the people it is.
            person: Option<PersonId>,
            /// Age recipient the data key is sealed to.
            recipient: String,
            /// Ed25519 key their checkpoints are verified with, base64.
            verifier: String,
            /// May open the register.
            active: bool,
        }
        private {
            /// The name in the history.
            name: String,
        }
    }
}

record! {
    /// The register's settings; there is one, and each version is a policy version.
    Settings(SettingsId) {
        public {
            /// IANA zone.
            zone: String,
            /// End of the working day in minutes after midnight.
            closing_minutes: u16,
            /// Day before month in typed dates.
            day_first: bool,
            /// Random id of the file, hex; part of the name in checkpoints.
            file: String,
            /// Made by the demo: the screen says so.
            practice: bool,
            /// Policy values that differ from the defaults.
            policy: BTreeMap<String, String>,
            /// Bulk from this many asks for the number; at most 10.
            type_number_above: u16,
        }
        private {
            /// The firm's name.
            firm: Option<String>,
        }
    }
}

record! {
    /// What one entry of the history says in words. Its id is the entry's sequence.
    Act(ActId) {
        public {
            /// The entry this one takes back.
            undoes: Option<Seq>,
            /// The run it belongs to.
            run: Option<RunId>,
        }
        private {
            /// The change in one sentence.
            summary: String,
            /// Why.
            reason: Option<String>,
            /// Who decided, when it was not the operator.
            decided_by: Option<String>,
        }
    }
}
