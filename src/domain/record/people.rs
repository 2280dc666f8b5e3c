//! People, and what their work calls for: roles and the clients they are assigned to.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use crate::domain::id::{AssignmentId, ClientId, PersonId, RoleRightId};
use crate::domain::system_kind::SystemKind;
use crate::domain::time::{Day, Instant};
use crate::domain::word::{Admin, ExitKind, PersonKind, PersonStatus, RoleScope};

record! {
    /// Someone who works for the MSP, office staff included.
    Person(PersonId) {
        public {
            /// How they work for us.
            kind: PersonKind,
            /// What was last recorded; `status` on a date is computed.
            status: PersonStatus,
            /// First day.
            start: Option<Day>,
            /// Last minute of work.
            last_day: Option<Instant>,
            /// How they leave.
            exit_kind: Option<ExitKind>,
            /// End of a contract.
            contract_end: Option<Day>,
            /// Whom they report to.
            manager: Option<PersonId>,
            /// In the present role since.
            role_since: Option<Day>,
        }
        private {
            /// Full name.
            name: String,
            /// Work address.
            email: Option<String>,
            /// Job, as `Technician L2`.
            role: Option<String>,
            /// Other logins, addresses and spellings that mean this person.
            aliases: Vec<String>,
            /// Free text.
            note: Option<String>,
        }
    }
}

impl Person {
    /// Somebody of whom nothing but the name is known: an active employee.
    pub fn new(id: PersonId, name: impl Into<String>) -> Self {
        Self {
            id,
            kind: PersonKind::Employee,
            status: PersonStatus::Active,
            start: None,
            last_day: None,
            exit_kind: None,
            contract_end: None,
            manager: None,
            role_since: None,
            name: name.into(),
            email: None,
            role: None,
            aliases: Vec::new(),
            note: None,
        }
    }
}

record! {
    /// One line of a role's access set.
    RoleRight(RoleRightId) {
        public {
            /// On which kind of system.
            system_kind: SystemKind,
            /// What it may administer.
            admin: Admin,
            /// For which clients.
            scope: RoleScope,
        }
        private {
            /// The role's name.
            role: String,
            /// The level in words.
            level: Option<String>,
        }
    }
}

record! {
    /// A person assigned to a client.
    Assignment(AssignmentId) {
        public {
            /// Who.
            person: PersonId,
            /// To which client.
            client: ClientId,
        }
        private {}
    }
}
