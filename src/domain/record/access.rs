//! Who can get in: accounts, what was last seen of them, ways in, shared secrets and who knows them.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use super::Mark;
use crate::domain::id::{AccountId, BatchId, ClientId, GrantId, KnowingId, PersonId, SecretId, SystemId};
use crate::domain::time::{Day, Instant};
use crate::domain::word::{AccountKind, Admin, Factor, Proof, SecretKind, UseQuality};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// When an account was last used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LastUse {
    /// Nobody knows. Never counts as unused.
    #[default]
    Unknown,
    /// The system says: never.
    Never,
    /// The system says: then.
    At(Instant),
}

/// How a fact got into the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HowKnown {
    /// Somebody typed it.
    Hand,
    /// A system's own list said so.
    Import(BatchId),
    /// A review confirmed it.
    Review,
}

/// The three facts of a removal (or of a change of a secret), each with time and doer, and how well it is proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Removal {
    /// Somebody was asked to do it.
    pub asked: Option<Mark>,
    /// It was done.
    pub done: Option<Mark>,
    /// It was checked.
    pub confirmed: Option<Mark>,
    /// How well the check proves it.
    pub proof: Option<Proof>,
    /// It is left undone on purpose until then.
    pub waived_until: Option<Instant>,
    /// A newer list showed it again after it was done.
    pub came_back: Option<Instant>,
}

record! {
    /// An identity on one system.
    Account(AccountId) {
        public {
            /// Where.
            system: SystemId,
            /// What for.
            kind: AccountKind,
            /// The technician of a personal account, the custodian of any other.
            owner: Option<PersonId>,
            /// What it may administer.
            admin: Admin,
            /// It belongs to the client's own staff; somebody said so.
            held_by_client: bool,
            /// When it was made.
            created: Option<Instant>,
            /// Who made it.
            created_by: Option<PersonId>,
            /// When it was last tested (emergency logins).
            tested: Option<Instant>,
        }
        private {
            /// The name one signs in with.
            login: String,
            /// The name shown for it.
            display_name: Option<String>,
            /// Its address.
            email: Option<String>,
            /// The system's own id for it.
            external_id: Option<String>,
            /// Roles and groups as the system words them.
            roles: Vec<String>,
            /// Whose device gives the second factor.
            mfa_device: Option<String>,
            /// Where a reset goes.
            recovery_contact: Option<String>,
            /// Free text.
            note: Option<String>,
        }
    }
}

impl Account {
    /// An account of which nothing but system, kind and login is known: nobody's, and without admin rights.
    pub fn new(id: AccountId, system: SystemId, kind: AccountKind, login: impl Into<String>) -> Self {
        Self {
            id,
            system,
            kind,
            owner: None,
            admin: Admin::None,
            held_by_client: false,
            created: None,
            created_by: None,
            tested: None,
            login: login.into(),
            display_name: None,
            email: None,
            external_id: None,
            roles: Vec::new(),
            mfa_device: None,
            recovery_contact: None,
            note: None,
        }
    }
}

record! {
    /// What was last seen of an account: its id is the account's, its versions are the history of sightings.
    Observation(AccountId) {
        public {
            /// The list it comes from; none when entered by hand.
            batch: Option<BatchId>,
            /// When the list was taken.
            at: Instant,
            /// Whether sign-in is allowed.
            enabled: Option<bool>,
            /// Second factors registered.
            factors: BTreeSet<Factor>,
            /// When the first list of the whole system was taken that no longer named it. The rest is as last seen.
            missing_since: Option<Instant>,
        }
        private {
            /// When it was last used.
            last_used: LastUse,
            /// How good that date is.
            quality: Option<UseQuality>,
            /// When its password was last changed.
            password_changed: Option<Instant>,
        }
    }
}

impl Observation {
    /// A look at an account that showed nothing, by hand.
    pub const fn new(id: AccountId, at: Instant) -> Self {
        Self {
            id,
            batch: None,
            at,
            enabled: None,
            factors: BTreeSet::new(),
            missing_since: None,
            last_used: LastUse::Unknown,
            quality: None,
            password_changed: None,
        }
    }
}

record! {
    /// One way in: one person may use one account at one level. The unit everything counts.
    Grant(GrantId) {
        public {
            /// Who.
            person: PersonId,
            /// With which account.
            account: AccountId,
            /// What it may administer.
            admin: Admin,
            /// Since when.
            since: Option<Instant>,
            /// Until when it was meant to last.
            until: Option<Instant>,
            /// Not given yet: waits in an onboarding.
            planned: bool,
            /// Kept ready, not for daily use.
            standby: bool,
            /// How we know.
            how: HowKnown,
            /// When it was approved.
            approved: Option<Mark>,
            /// Look at it again by then.
            review_by: Option<Day>,
            /// How its removal stands.
            removal: Removal,
        }
        private {
            /// The level in words.
            level: String,
            /// Why it was given.
            reason: Option<String>,
            /// What to tell whoever removes it, and what they answered.
            note: Option<String>,
        }
    }
}

impl Grant {
    /// A way in of which nothing but who and with what is known: typed by hand, in force, without admin rights.
    pub fn new(id: GrantId, person: PersonId, account: AccountId) -> Self {
        Self {
            id,
            person,
            account,
            admin: Admin::None,
            since: None,
            until: None,
            planned: false,
            standby: false,
            how: HowKnown::Hand,
            approved: None,
            review_by: None,
            removal: Removal::default(),
            level: String::new(),
            reason: None,
            note: None,
        }
    }
}

record! {
    /// The existence of a shared secret. Never its value.
    Secret(SecretId) {
        public {
            /// What kind.
            kind: SecretKind,
            /// Whose.
            client: ClientId,
            /// What it opens.
            systems: Vec<SystemId>,
            /// The account it belongs to.
            account: Option<AccountId>,
            /// The vault system that keeps it.
            kept_in: Option<SystemId>,
            /// When it was last changed.
            changed: Option<Instant>,
            /// To be gone by.
            retire_by: Option<Day>,
            /// No longer in use.
            retired: Option<Instant>,
        }
        private {
            /// Its name.
            name: String,
            /// Where it is kept, in words.
            kept_where: Option<String>,
            /// Why it is shared.
            reason: Option<String>,
            /// What takes its place.
            replacement: Option<String>,
            /// What breaks when it is changed.
            watch: Option<String>,
        }
    }
}

impl Secret {
    /// A secret of which nothing but kind, client and name is known.
    pub fn new(id: SecretId, kind: SecretKind, client: ClientId, name: impl Into<String>) -> Self {
        Self {
            id,
            kind,
            client,
            systems: Vec::new(),
            account: None,
            kept_in: None,
            changed: None,
            retire_by: None,
            retired: None,
            name: name.into(),
            kept_where: None,
            reason: None,
            replacement: None,
            watch: None,
        }
    }
}

record! {
    /// One period in which a person knew a secret.
    Knowing(KnowingId) {
        public {
            /// Which secret.
            secret: SecretId,
            /// Who.
            person: PersonId,
            /// Since when.
            from: Option<Instant>,
            /// Until when they could read it; open without an end.
            until: Option<Instant>,
        }
        private {}
    }
}
