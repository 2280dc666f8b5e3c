//! The records of the register: everything the tables hold is a version of one of these.
//!
//! A record has a *public* part (ids, kinds, dates of rights, links) and a *private* part (names, logins, reasons,
//! free text). The journal hashes the two apart, so that a person's values can be erased without breaking the chain
//! and one client's line can be proved without showing another's.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use super::id::*;
use super::system_kind::SystemKind;
use super::time::{Day, Instant};
use super::word::*;
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use std::collections::{BTreeMap, BTreeSet};

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

macro_rules! records {
    ($(
        $(#[$doc:meta])*
        $name:ident($id:ident) = $number:literal, $stored:literal, $shown:literal {
            public { $($(#[$pdoc:meta])* $pub_field:ident: $pub_type:ty,)* }
            private { $($(#[$vdoc:meta])* $priv_field:ident: $priv_type:ty,)* }
        }
    )*) => {
        /// The kinds of records. The numbers are stored and never change meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(u8)]
        pub enum RecordKind { $($(#[$doc])* $name = $number,)* }

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
        pub enum AnyRecord { $($(#[$doc])* $name($name),)* }

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

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq)]
            pub struct $name {
                /// Which one it is.
                pub id: $id,
                $($(#[$pdoc])* pub $pub_field: $pub_type,)*
                $($(#[$vdoc])* pub $priv_field: $priv_type,)*
            }

            impl From<$name> for AnyRecord {
                fn from(record: $name) -> Self { Self::$name(record) }
            }

            const _: () = {
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
        )*
    };
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

/// Which systems a system opens besides itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

records! {
    /// Someone who works for the MSP, office staff included.
    Person(PersonId) = 1, "technician", "person" {
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

    /// A company looked after, or the MSP itself.
    Client(ClientId) = 2, "client", "client" {
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

    /// Something of a client that one signs in to or walks into.
    System(SystemId) = 3, "system", "system" {
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

    /// An identity on one system.
    Account(AccountId) = 4, "account", "account" {
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

    /// What was last seen of an account: its id is the account's, its versions are the history of sightings.
    Observation(AccountId) = 5, "observation", "sighting" {
        public {
            /// The list it comes from; none when entered by hand.
            batch: Option<BatchId>,
            /// When the list was taken.
            at: Instant,
            /// Whether sign-in is allowed.
            enabled: Option<bool>,
            /// Second factors registered.
            factors: BTreeSet<Factor>,
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

    /// One way in: one person may use one account at one level. The unit everything counts.
    Grant(GrantId) = 6, "grant", "way in" {
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

    /// The existence of a shared secret. Never its value.
    Secret(SecretId) = 7, "secret", "shared login" {
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

    /// One period in which a person knew a secret.
    Knowing(KnowingId) = 8, "knowing", "knowing" {
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

    /// A thing somebody holds: laptop, badge, key.
    Asset(AssetId) = 9, "asset", "thing" {
        public {
            /// What kind.
            kind: AssetKind,
            /// Whose it is, when a client lent it.
            client: Option<ClientId>,
            /// Who has it.
            holder: Option<PersonId>,
            /// Handed out.
            issued: Option<Instant>,
            /// Came back.
            returned: Option<Mark>,
            /// Made useless instead.
            cancelled: Option<Mark>,
            /// Storage encrypted.
            encrypted: Option<bool>,
            /// Left out on purpose until then.
            waived_until: Option<Instant>,
        }
        private {
            /// Number on it.
            tag: Option<String>,
            /// Free text.
            note: Option<String>,
        }
    }

    /// A named contact, recovery address or phone at a supplier or system.
    Contact(ContactId) = 10, "contact", "contact" {
        public {
            /// For which client.
            client: Option<ClientId>,
            /// What it can do.
            kind: ContactKind,
            /// Who is named.
            person: PersonId,
            /// Since when.
            since: Option<Instant>,
            /// Replaced or removed.
            ended: Option<Mark>,
            /// Left as it is on purpose until then.
            waived_until: Option<Instant>,
        }
        private {
            /// Supplier or system.
            place: String,
            /// Free text.
            note: Option<String>,
        }
    }

    /// A place where a client's data is kept.
    DataLocation(DataLocationId) = 11, "data_location", "data" {
        public {
            /// Whose data.
            client: ClientId,
            /// Whether the place is ours.
            kind: DataKind,
            /// Encrypted there.
            encrypted: Option<bool>,
            /// Who holds it.
            holder: Option<PersonId>,
            /// Last confirmed.
            confirmed: Option<Instant>,
            /// Removed from there.
            removed: Option<Mark>,
            /// Left as it is on purpose until then.
            waived_until: Option<Instant>,
        }
        private {
            /// What it is.
            what: String,
            /// Where it is.
            place: String,
        }
    }

    /// One discharge, onboarding, role change or client exit.
    Run(RunId) = 12, "run", "run" {
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

    /// One step of a run that somebody does by hand.
    Step(StepId) = 13, "step", "step" {
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

    /// The answer to one question of a run.
    Answer(AnswerId) = 14, "answer", "answer" {
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

    /// The work of changing one secret.
    Rotation(RotationId) = 15, "rotation", "change of a shared login" {
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

    /// One file taken in.
    Batch(BatchId) = 16, "batch", "import" {
        public {
            /// Format's id, as `m365-users-csv`.
            format: String,
            /// Which system's list it is; none for the office's own sheets.
            system: Option<SystemId>,
            /// When the list was taken.
            taken: Instant,
            /// Whether it names everybody.
            covers: Covers,
            /// Rows read.
            rows: u64,
            /// Rows of the client's own people, counted and not kept.
            not_ours: u64,
            /// Kept rows that nobody is matched to.
            unmatched: u64,
            /// SHA-256 of the file, hex.
            sha256: String,
        }
        private {
            /// The file's name.
            file: String,
        }
    }

    /// A finding set aside: named, reasoned and dated.
    Exception(ExceptionId) = 17, "exception", "set aside" {
        public {
            /// Which rule.
            rule: String,
            /// The finding's key: rule and subjects.
            key: String,
            /// When.
            at: Instant,
            /// Back on that date.
            until: Instant,
            /// Who approved.
            approver: Option<PersonId>,
            /// Ended early.
            ended: Option<Instant>,
        }
        private {
            /// Why.
            reason: String,
        }
    }

    /// Someone who uses Keyward.
    Operator(OperatorId) = 18, "operator", "operator" {
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

    /// The register's settings; there is one, and each version is a policy version.
    Settings(SettingsId) = 19, "settings", "settings" {
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

    /// One version of a security policy.
    Policy(PolicyId) = 20, "policy", "policy" {
        public {
            /// From when it holds.
            effective: Day,
            /// Look at it again by then.
            next_review: Option<Day>,
        }
        private {
            /// Its name.
            name: String,
            /// Which version.
            version: String,
            /// Whom it is for, in words.
            audience: Option<String>,
        }
    }

    /// One signature under a policy version.
    Signature(SignatureId) = 21, "signature", "signature" {
        public {
            /// Which version.
            policy: PolicyId,
            /// Who.
            person: PersonId,
            /// When.
            on: Day,
        }
        private {}
    }

    /// A course.
    Course(CourseId) = 22, "course", "course" {
        public {
            /// To be repeated after so many days.
            every_days: Option<u32>,
        }
        private {
            /// Its name.
            name: String,
            /// Whom it is for, in words.
            audience: Option<String>,
        }
    }

    /// One completion of a course.
    Completion(CompletionId) = 23, "completion", "course done" {
        public {
            /// Which course.
            course: CourseId,
            /// Who.
            person: PersonId,
            /// When.
            on: Day,
        }
        private {}
    }

    /// One line of a role's access set.
    RoleRight(RoleRightId) = 24, "role", "role" {
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

    /// A person assigned to a client.
    Assignment(AssignmentId) = 25, "assignment", "assigned client" {
        public {
            /// Who.
            person: PersonId,
            /// To which client.
            client: ClientId,
        }
        private {}
    }

    /// What one entry of the history says in words. Its id is the entry's sequence.
    Act(ActId) = 26, "act", "change" {
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

#[cfg(test)]
mod tests {
    use super::*;

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
