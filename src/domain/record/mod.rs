//! The records of the register: everything the tables hold is a version of one of these.
//!
//! A record has a *public* part (ids, kinds, dates of rights, links) and a *private* part (names, logins, reasons,
//! free text). The journal hashes the two apart, so that a person's values can be erased without breaking the chain
//! and one client's line can be proved without showing another's.
//!
//! One file per subject; the closed list of kinds, with the numbers that are stored, is here.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use super::id::{PersonId, RecordId};
use super::time::Instant;
use super::word::folded;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

/// What the journal and the store need from every kind of record.
pub trait Record: Clone + PartialEq + std::fmt::Debug + Sized + Into<AnyRecord> {
    /// Which kind it is.
    const KIND: RecordKind;
    /// Its own id type.
    type Id: RecordId;
    /// The part that is hashed in the open, read back from storage.
    type Public: DeserializeOwned;
    /// The part that stands behind a salted commitment, read back from storage.
    type Private: DeserializeOwned + Default;

    /// Its id.
    fn id(&self) -> Self::Id;
    /// The public part, for encoding.
    fn public(&self) -> impl Serialize + '_;
    /// The private part, for encoding.
    fn private(&self) -> impl Serialize + '_;
    /// Puts a record together again. An erased private part is the default one: empty texts.
    fn from_parts(id: Self::Id, public: Self::Public, private: Self::Private) -> Self;
    /// The record inside, if it is of this kind.
    fn from_any(any: &AnyRecord) -> Option<&Self>;
}

/// Declares one record: its struct, and how it comes apart into its two parts and together again.
macro_rules! record {
    (
        $(#[$doc:meta])*
        $name:ident($id:ident) {
            public { $($(#[$pdoc:meta])* $pub_field:ident: $pub_type:ty,)* }
            private { $($(#[$vdoc:meta])* $priv_field:ident: $priv_type:ty,)* }
        }
    ) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            /// Which one it is.
            pub id: $id,
            $($(#[$pdoc])* pub $pub_field: $pub_type,)*
            $($(#[$vdoc])* pub $priv_field: $priv_type,)*
        }

        impl From<$name> for $crate::domain::record::AnyRecord {
            fn from(record: $name) -> Self { Self::$name(record) }
        }

        const _: () = {
            use $crate::domain::record::{AnyRecord, Record, RecordKind};
            use serde::{Deserialize, Serialize};

            #[derive(Serialize)]
            struct PublicRef<'a> { #[serde(skip)] _of: std::marker::PhantomData<&'a ()>, $($pub_field: &'a $pub_type,)* }
            #[derive(Serialize)]
            struct PrivateRef<'a> { #[serde(skip)] _of: std::marker::PhantomData<&'a ()>, $($priv_field: &'a $priv_type,)* }

            /// The public part as read back.
            #[derive(Deserialize)]
            #[serde(deny_unknown_fields)]
            pub struct Public { $($pub_field: $pub_type,)* }
            /// The private part as read back.
            #[derive(Deserialize, Default)]
            #[serde(deny_unknown_fields)]
            pub struct Private { $($priv_field: $priv_type,)* }

            impl Record for $name {
                const KIND: RecordKind = RecordKind::$name;
                type Id = $id;
                type Public = Public;
                type Private = Private;
                fn id(&self) -> $id { self.id }
                fn public(&self) -> impl Serialize + '_ {
                    PublicRef { _of: std::marker::PhantomData, $($pub_field: &self.$pub_field,)* }
                }
                fn private(&self) -> impl Serialize + '_ {
                    PrivateRef { _of: std::marker::PhantomData, $($priv_field: &self.$priv_field,)* }
                }
                #[allow(unused_variables)]
                fn from_parts(id: $id, public: Public, private: Private) -> Self {
                    Self { id, $($pub_field: public.$pub_field,)* $($priv_field: private.$priv_field,)* }
                }
                fn from_any(any: &AnyRecord) -> Option<&Self> {
                    match any { AnyRecord::$name(record) => Some(record), _ => None }
                }
            }
        };
    };
}

/// Declares the closed list of kinds, and what holds a record of any of them.
macro_rules! kinds {
    ($($name:ident = $number:literal, $stored:literal, $shown:literal;)*) => {
        /// The kinds of records. The numbers are stored and never change meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum RecordKind { $(#[doc = concat!("[`", stringify!($name), "`](struct@", stringify!($name), ")")] $name = $number,)* }

        impl RecordKind {
            /// Every kind, in the order of their numbers.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
            /// The number as stored and hashed.
            pub const fn number(self) -> u8 { self as u8 }
            /// The kind with this number.
            pub const fn from_number(number: u8) -> Option<Self> {
                match number { $($number => Some(Self::$name),)* _ => None }
            }
            /// The word in JSON and commands.
            pub const fn stored(self) -> &'static str { match self { $(Self::$name => $stored,)* } }
            /// The word on screens.
            pub const fn shown(self) -> &'static str { match self { $(Self::$name => $shown,)* } }
            /// Reads the stored or shown word, also with a plural s.
            pub fn parse(text: &str) -> Option<Self> {
                let wanted = folded(text);
                Self::ALL.iter().copied().find(|k| {
                    let (stored, shown) = (folded(k.stored()), folded(k.shown()));
                    wanted == stored || wanted == shown || wanted == format!("{stored}s") || wanted == format!("{shown}s")
                })
            }
        }

        /// Any record.
        #[derive(Debug, Clone, PartialEq)]
        pub enum AnyRecord { $(#[doc = concat!("[`", stringify!($name), "`](struct@", stringify!($name), ")")] $name($name),)* }

        impl AnyRecord {
            /// Which kind it is.
            pub const fn kind(&self) -> RecordKind { match self { $(Self::$name(_) => RecordKind::$name,)* } }
            /// Its id as a number.
            pub fn id(&self) -> u64 { match self { $(Self::$name(r) => r.id().number(),)* } }
            /// What it is and which one.
            pub fn reference(&self) -> RecordRef { RecordRef { kind: self.kind(), id: self.id() } }
        }

        /// Runs one generic piece of code with the record type of a kind: `with_record_type!(kind, R => expr)`.
        #[macro_export]
        macro_rules! with_record_type {
            ($kind:expr, $alias:ident => $body:expr) => {
                match $kind { $($crate::domain::RecordKind::$name => { type $alias = $crate::domain::$name; $body })* }
            };
        }

        /// Runs one generic piece of code on the record inside an `AnyRecord`: `with_record!(any, r => expr)`.
        #[macro_export]
        macro_rules! with_record {
            ($any:expr, $inner:ident => $body:expr) => {
                match $any { $($crate::domain::AnyRecord::$name($inner) => $body,)* }
            };
        }
    };
}

mod access;
mod estate;
mod evidence;
mod held;
mod people;
mod register;
mod work;

pub use access::*;
pub use estate::*;
pub use evidence::*;
pub use held::*;
pub use people::*;
pub use register::*;
pub use work::*;

kinds! {
    Person = 1, "technician", "person";
    Client = 2, "client", "client";
    System = 3, "system", "system";
    Account = 4, "account", "account";
    Observation = 5, "observation", "sighting";
    Grant = 6, "grant", "way in";
    Secret = 7, "secret", "shared login";
    Knowing = 8, "knowing", "knowing";
    Asset = 9, "asset", "thing";
    Contact = 10, "contact", "contact";
    DataLocation = 11, "data_location", "data";
    Run = 12, "run", "run";
    Step = 13, "step", "step";
    Answer = 14, "answer", "answer";
    Rotation = 15, "rotation", "change of a shared login";
    Batch = 16, "batch", "import";
    Exception = 17, "exception", "set aside";
    Operator = 18, "operator", "operator";
    Settings = 19, "settings", "settings";
    Policy = 20, "policy", "policy";
    Signature = 21, "signature", "signature";
    Course = 22, "course", "course";
    Completion = 23, "completion", "course done";
    RoleRight = 24, "role", "role";
    Assignment = 25, "assignment", "assigned client";
    Act = 26, "act", "change";
}

/// One record, named by kind and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordRef {
    /// Its kind.
    pub kind: RecordKind,
    /// Its id as a number.
    pub id: u64,
}

/// When something happened and who did it. Who recorded it stands in the journal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When it happened.
    pub at: Instant,
    /// Who did it, when that is known.
    pub by: Option<PersonId>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::id::*;

    #[test]
    fn kinds_are_found_by_number_and_by_word() {
        for kind in RecordKind::ALL {
            assert_eq!(RecordKind::from_number(kind.number()), Some(*kind));
            assert_eq!(RecordKind::parse(kind.stored()), Some(*kind));
        }
        assert_eq!(RecordKind::from_number(0), None);
    }

    #[test]
    fn both_parts_come_back_as_they_were() {
        let knowing = Knowing { id: KnowingId(3), secret: SecretId(1), person: PersonId(2), from: None, until: None };
        let public = serde_json::to_string(&knowing.public()).expect("encodes");
        let private = serde_json::to_string(&knowing.private()).expect("encodes");
        assert_eq!(private, "{}");
        let again = Knowing::from_parts(
            KnowingId(3),
            serde_json::from_str(&public).expect("decodes"),
            serde_json::from_str(&private).expect("decodes"),
        );
        assert_eq!(again, knowing);
    }
}
