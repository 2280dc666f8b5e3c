//! The estate that is looked after: clients and their systems.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use crate::domain::id::{ClientId, PersonId, SystemId};
use crate::domain::system_kind::SystemKind;
use crate::domain::time::Instant;
use crate::domain::word::{ClientStatus, Factor, Ipv6, SystemReach};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Which systems a system opens besides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Opens {
    /// Every other system.
    All,
    /// Every system of a kind.
    Kind(SystemKind),
    /// Every system of a client.
    Client(ClientId),
    /// One named system.
    System(SystemId),
}

record! {
    /// A company looked after, or the MSP itself.
    Client(ClientId) {
        public {
            /// Where the client stands.
            status: ClientStatus,
            /// The MSP itself.
            own: bool,
            /// When the work for it ended or ends.
            end: Option<Instant>,
            /// Rules it lives under (`pci`, `hipaa`, ...), lower case.
            tags: BTreeSet<String>,
            /// Whether it wants to hear of leavers.
            notify: Option<bool>,
            /// Who of us answers for it.
            owner: Option<PersonId>,
        }
        private {
            /// Its name.
            name: String,
            /// Short code for narrow columns.
            code: Option<String>,
            /// Free text.
            note: Option<String>,
        }
    }
}

impl Client {
    /// A client of which nothing but the name is known: active, and not the MSP itself.
    pub fn new(id: ClientId, name: impl Into<String>) -> Self {
        Self {
            id,
            status: ClientStatus::Active,
            own: false,
            end: None,
            tags: BTreeSet::new(),
            notify: None,
            owner: None,
            name: name.into(),
            code: None,
            note: None,
        }
    }
}

record! {
    /// Something of a client that one signs in to or walks into.
    System(SystemId) {
        public {
            /// Whose it is.
            client: ClientId,
            /// What kind.
            kind: SystemKind,
            /// 0 opens other doors, 1 important, 2 the rest.
            tier: u8,
            /// One client or several.
            reach: SystemReach,
            /// Reachable from the internet.
            internet: Option<bool>,
            /// The best second factor it offers.
            mfa_best: Option<Factor>,
            /// IPv6 in use.
            ipv6: Ipv6,
            /// IPv6 filtered.
            ipv6_filtered: Option<bool>,
            /// What it opens besides itself.
            opens: Vec<Opens>,
            /// Sign-ins it depends on; shut when all of them are shut.
            signs_in_through: Vec<SystemId>,
            /// Who of us answers for it.
            owner: Option<PersonId>,
            /// How many accounts it says it has.
            stated_total: Option<u32>,
        }
        private {
            /// Its name within the client.
            name: String,
            /// Who supplies it.
            supplier: Option<String>,
            /// Free text.
            note: Option<String>,
        }
    }
}

impl System {
    /// A system of which nothing but client, kind and name is known: its tier is the usual one of its kind, and it
    /// reaches one client.
    pub fn new(id: SystemId, client: ClientId, kind: SystemKind, name: impl Into<String>) -> Self {
        Self {
            id,
            client,
            kind,
            tier: kind.default_tier(),
            reach: SystemReach::One,
            internet: None,
            mfa_best: None,
            ipv6: Ipv6::Unknown,
            ipv6_filtered: None,
            opens: Vec::new(),
            signs_in_through: Vec::new(),
            owner: None,
            stated_total: None,
            name: name.into(),
            supplier: None,
            note: None,
        }
    }

    /// Whether it opens other doors, or those of more than one client: what is shut first and proved best.
    pub fn is_key(&self) -> bool {
        self.tier == 0 || self.reach == SystemReach::Several
    }
}
