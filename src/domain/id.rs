//! Identities of records: small integers, one newtype per kind so that they cannot be mixed up.
//!
//! Must never know: how ids are allotted (the store does that inside the writing transaction).

use serde::{Deserialize, Serialize};
use std::fmt;

/// What every id type offers.
pub trait RecordId: Copy + Eq + Ord + fmt::Debug + 'static {
    /// The id with this number.
    fn new(number: u64) -> Self;
    /// The number as stored.
    fn number(self) -> u64;
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub u64);

        impl RecordId for $name {
            fn new(number: u64) -> Self { Self(number) }
            fn number(self) -> u64 { self.0 }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
    )*};
}

ids! {
    /// A person who works for the MSP.
    PersonId;
    /// A company looked after, or the MSP itself.
    ClientId;
    /// Something of a client that one signs in to or walks into.
    SystemId;
    /// An identity on one system.
    AccountId;
    /// One way in: a person, an account, a level.
    GrantId;
    /// A shared secret's existence.
    SecretId;
    /// One period in which a person knew a secret.
    KnowingId;
    /// A thing somebody holds.
    AssetId;
    /// A named contact at a supplier or system.
    ContactId;
    /// A place where a client's data is kept.
    DataLocationId;
    /// One discharge, onboarding, role change or client exit.
    RunId;
    /// One step of a run.
    StepId;
    /// The answer to one question of a run.
    AnswerId;
    /// The work of changing one secret.
    RotationId;
    /// One file taken in.
    BatchId;
    /// A finding set aside.
    ExceptionId;
    /// Someone who uses Keyward.
    OperatorId;
    /// The register's settings.
    SettingsId;
    /// One version of a security policy.
    PolicyId;
    /// One signature under a policy version.
    SignatureId;
    /// A course.
    CourseId;
    /// One completion of a course.
    CompletionId;
    /// One line of a role's access set.
    RoleRightId;
    /// A person assigned to a client.
    AssignmentId;
    /// What an entry of the history says in words; its id is the entry's sequence.
    ActId;
}

/// The place of an entry in the journal, from 1 without gaps.
pub type Seq = u64;
