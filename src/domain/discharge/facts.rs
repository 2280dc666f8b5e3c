//! What a run is judged by: the leaver's ways in, secrets, things, contacts and data, and what was done so far.
//!
//! Must never know: how the facts were read, what policy a number comes from.

use super::question::{QuestionSpec, WorksOn};
use super::template::Template;
use crate::domain::{
    Account, AccountId, AccountKind, Answer, AnyRecord, Asset, AssetId, CaseKind, Client, Contact, ContactId, DataKind,
    DataLocation, DataLocationId, Edit, Exception, GrantId, GrantState, Holding, Instant, Knowing, Person, PersonId,
    RecordKind, RecordRef, Reply, Rotation, RotationId, Run, Secret, Step, StepId, StepOutcome, System,
};
use std::sync::Arc;

/// The numbers of the policy that a run needs. Hours and days are counted from the last minute of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deadlines {
    /// Hours to switch off what opens other doors, whatever the kind of exit (`exit_tier0_hours`).
    pub tier0_hours: i64,
    /// Hours for the rest after a hostile exit (`exit_hostile_hours`).
    pub hostile_hours: i64,
    /// Hours for the rest after a dismissal (`exit_involuntary_hours`).
    pub involuntary_hours: i64,
    /// Hours for the rest after a voluntary exit (`exit_voluntary_hours`).
    pub voluntary_hours: i64,
    /// Hours after a role change (`mover_hours`).
    pub mover_hours: i64,
    /// Days after the end of a client's contract (7).
    pub client_exit_days: i64,
    /// Hours to change a key-system secret after a hostile exit (`rotate_hostile_hours`).
    pub rotate_hostile_hours: i64,
    /// Hours to change a key-system secret (`rotate_tier0_hours`).
    pub rotate_tier0_hours: i64,
    /// Hours to change any other secret (`rotate_other_hours`).
    pub rotate_other_hours: i64,
    /// Days until property is back (`property_days`).
    pub property_days: i64,
    /// Hours until clients are told (`notify_client_hours`).
    pub notify_client_hours: i64,
    /// Hours to confirm an admin or several-client removal (`confirm_admin_hours`).
    pub confirm_admin_hours: i64,
    /// Hours to confirm any other removal (`confirm_user_hours`).
    pub confirm_user_hours: i64,
    /// Longest life of a waiver in days (`exception_max_days`).
    pub exception_max_days: i64,
}

impl Deadlines {
    /// Hours in which everything that opens no other door has to be shut, for a kind of case.
    pub const fn other_hours(&self, kind: CaseKind) -> i64 {
        match kind {
            CaseKind::Hostile => self.hostile_hours,
            CaseKind::AtOnce | CaseKind::Absent => self.involuntary_hours,
            CaseKind::Notice | CaseKind::Subcontractor => self.voluntary_hours,
            CaseKind::Mover => self.mover_hours,
            CaseKind::ClientExit => self.client_exit_days.saturating_mul(24),
        }
    }
}

/// Where ids of new records come from. The store allots them inside the writing transaction.
pub trait Ids {
    /// The next free id of a kind.
    fn next(&mut self, kind: RecordKind) -> u64;
}

/// One way in of the leaver, with what a run has to know besides the holding itself.
#[derive(Debug, Clone, PartialEq)]
pub struct WayIn {
    /// The way in.
    pub holding: Holding,
    /// How many ways in are shut by shutting this one, itself included.
    pub shuts: u32,
    /// Shut since then because everything it signs in through is shut.
    pub shut_since: Option<Instant>,
    /// Nobody else on record may administer that system.
    pub sole_admin: bool,
}

impl WayIn {
    /// How it stands, also by what its parents do. Nothing before it was given.
    pub fn state(&self, at: Instant) -> Option<GrantState> {
        let own = self.holding.grant.state(at)?;
        let by_parent = own.is_open() && self.shut_since.is_some_and(|since| since <= at);
        Some(if by_parent { GrantState::ShutByParent } else { own })
    }

    /// Whether it counts as open.
    pub fn is_open(&self, at: Instant) -> bool {
        self.state(at).is_some_and(GrantState::is_open)
    }

    /// Since when it is shut, by itself or by a parent; nothing while it is open.
    pub fn shut_at(&self, at: Instant) -> Option<Instant> {
        if self.is_open(at) {
            return None;
        }
        let parent = self.shut_since.filter(|since| *since <= at);
        [self.removed_at(at), parent].into_iter().flatten().min()
    }

    /// Since when it was itself removed; nothing while it was not.
    pub fn removed_at(&self, at: Instant) -> Option<Instant> {
        let state = self.holding.grant.state(at)?;
        matches!(state, GrantState::Removed | GrantState::Checked)
            .then(|| self.holding.grant.removal.done.or(self.holding.grant.removal.confirmed).map(|mark| mark.at))
            .flatten()
    }

    /// What it is called in sentences: the system, and the login where several people use it.
    pub fn label(&self) -> String {
        let (account, system) = (&self.holding.at.account, &self.holding.at.system);
        if self.holding.at.is_shared() && !account.login.is_empty() {
            format!("{} ({})", system.name, account.login)
        } else {
            system.name.clone()
        }
    }
}

/// A secret the leaver knew, and the work of changing it.
#[derive(Debug, Clone, PartialEq)]
pub struct KnownSecret {
    /// The secret.
    pub secret: Secret,
    /// What it opens.
    pub systems: Vec<System>,
    /// When the leaver knew it.
    pub knowing: Vec<Knowing>,
    /// The change of it in this run.
    pub rotation: Option<Rotation>,
}

impl KnownSecret {
    /// Whether it opens what opens other doors, more than one client, or something reachable from outside.
    /// Such a secret is changed first.
    pub fn is_key_system(&self) -> bool {
        self.systems.iter().any(|s| s.is_key() || s.internet == Some(true))
    }

    /// When it stopped being known to the leaver: changed, retired, or the change found not needed.
    pub fn done_at(&self, at: Instant) -> Option<Instant> {
        let retired = self.secret.retired.filter(|t| *t <= at);
        let rotation = self.rotation.as_ref();
        let done = rotation.and_then(|r| r.change.done).map(|mark| mark.at).filter(|t| *t <= at);
        let dropped = rotation
            .filter(|r| matches!(r.outcome, Some(StepOutcome::NotNeeded)))
            .map(|r| r.change.confirmed.or(r.change.done).or(r.change.asked).map_or(at, |mark| mark.at));
        done.or(retired).or(dropped)
    }
}

/// Everything a run is judged by. The service fills it; nothing here is read lazily.
///
/// `ways_in` holds every grant of the leaver that is open or that was touched since the run began (of a whole team at
/// one client for a client's exit); `secrets` every secret still known plus every one with a change in this run; the
/// other lists what names the leaver now or did when the run began.
#[derive(Debug, Clone, PartialEq)]
pub struct RunFacts {
    /// The run.
    pub run: Run,
    /// The list of steps and questions it was opened with.
    pub list: Arc<Template>,
    /// Who leaves; nobody for a client's exit.
    pub leaver: Option<Person>,
    /// Which client leaves; none when a person does.
    pub client: Option<Client>,
    /// The firm itself.
    pub own: Client,
    /// Who runs the case.
    pub office: Option<PersonId>,
    /// Open ways in that the new role needs and that are no part of a role change; none in any other kind of case.
    pub stays: u32,
    /// Ways in.
    pub ways_in: Vec<WayIn>,
    /// Secrets.
    pub secrets: Vec<KnownSecret>,
    /// Service logins and keys in the leaver's care.
    pub automation: Vec<Account>,
    /// Things.
    pub assets: Vec<Asset>,
    /// Contacts.
    pub contacts: Vec<Contact>,
    /// Places with data that the leaver holds.
    pub data: Vec<DataLocation>,
    /// Steps of the run.
    pub steps: Vec<Step>,
    /// Answers of the run.
    pub answers: Vec<Answer>,
    /// What somebody accepted by name (see [`super::accept_sole_admin`]).
    pub exceptions: Vec<Exception>,
}

/// One thing that has to be settled before a run can close, or that a sentence points at.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// A way in.
    WayIn(GrantId),
    /// A step.
    Step(StepId),
    /// The change of a secret.
    Rotation(RotationId),
    /// A question of the list.
    Question(String),
    /// A thing.
    Asset(AssetId),
    /// A contact.
    Contact(ContactId),
    /// A place with data.
    Data(DataLocationId),
    /// A service login or key.
    Account(AccountId),
    /// The run itself.
    Run,
}

impl RunFacts {
    /// What whoever leaves is called in sentences: the person, or the client.
    pub fn name(&self) -> &str {
        let client = || self.client.as_ref().map(|client| client.name.as_str());
        let name = self.leaver.as_ref().map(|person| person.name.as_str()).or_else(client);
        name.filter(|name| !name.is_empty()).unwrap_or("the leaver")
    }

    /// Whoever of us is named or holds something, in sentences: the leaver, or one of us when a client leaves.
    pub fn one(&self) -> &str {
        if self.client.is_some() { "one of us" } else { self.name() }
    }

    /// Service logins and keys that need a new owner: those in the leaver's care; at a client that leaves, all that are
    /// not the client's own.
    pub fn automation_to_hand_over(&self) -> impl Iterator<Item = &Account> {
        let (leaver, client) = (self.run.person, self.client.is_some());
        self.automation.iter().filter(move |account| {
            if client { !account.held_by_client } else { leaver.is_some() && account.owner == leaver }
        })
    }

    /// Places with data to clear: private ones; of a client that leaves all of them.
    pub fn data_to_clear(&self) -> impl Iterator<Item = &DataLocation> {
        let client = self.client.is_some();
        self.data.iter().filter(move |place| client || place.kind != DataKind::Approved)
    }

    /// Whether there is time to hand over: access goes at the end, not before.
    pub const fn is_friendly(&self) -> bool {
        matches!(self.run.kind, CaseKind::Notice | CaseKind::Subcontractor)
    }

    /// Whether somebody sits at the table.
    pub const fn has_interview(&self) -> bool {
        !matches!(self.run.kind, CaseKind::Absent | CaseKind::Mover | CaseKind::ClientExit)
    }

    /// The answer to a question, when there is one.
    pub fn answer(&self, question: &str) -> Option<&Answer> {
        self.answers.iter().find(|answer| answer.question == question)
    }

    /// The step of the run made from a step of the list.
    pub fn step(&self, code: &str) -> Option<&Step> {
        self.steps.iter().find(|step| step.code.as_deref() == Some(code) && step.repeats.is_none())
    }

    /// The change of a secret in this run, with the secret.
    pub fn rotation(&self, id: RotationId) -> Option<(&KnownSecret, &Rotation)> {
        self.secrets.iter().find_map(|known| known.rotation.as_ref().filter(|r| r.id == id).map(|r| (known, r)))
    }

    /// The way in of a grant.
    pub fn way_in(&self, id: GrantId) -> Option<&WayIn> {
        self.ways_in.iter().find(|way| way.holding.grant.id == id)
    }

    /// Takes in the new version of a record that belongs to the run, for looking ahead before anything is written.
    /// A way in that is new has to be added to `ways_in` with what surrounds it.
    pub fn apply(&mut self, edit: &Edit) {
        match edit {
            Edit::Put(record) => self.put(record),
            Edit::Remove(gone) => self.remove(*gone),
        }
    }

    fn put(&mut self, record: &AnyRecord) {
        let leaver = self.run.person;
        match record {
            AnyRecord::Run(run) if run.id == self.run.id => self.run = run.clone(),
            AnyRecord::Person(person) if Some(person.id) == leaver => self.leaver = Some(person.clone()),
            AnyRecord::Step(step) => upsert(&mut self.steps, step, |s| s.id),
            AnyRecord::Answer(answer) => upsert(&mut self.answers, answer, |a| a.id),
            AnyRecord::Asset(asset) => upsert(&mut self.assets, asset, |a| a.id),
            AnyRecord::Contact(contact) => upsert(&mut self.contacts, contact, |c| c.id),
            AnyRecord::DataLocation(place) => upsert(&mut self.data, place, |d| d.id),
            AnyRecord::Exception(exception) => upsert(&mut self.exceptions, exception, |e| e.id),
            AnyRecord::Account(account) => {
                if matches!(account.kind, AccountKind::Service | AccountKind::ApiKey) {
                    upsert(&mut self.automation, account, |a| a.id);
                }
                for way in self.ways_in.iter_mut().filter(|way| way.holding.at.account.id == account.id) {
                    way.holding.at.account = account.clone();
                }
            }
            AnyRecord::Grant(grant) => {
                for way in self.ways_in.iter_mut().filter(|way| way.holding.grant.id == grant.id) {
                    way.holding.grant = grant.clone();
                }
            }
            AnyRecord::Secret(secret) => match self.secrets.iter_mut().find(|k| k.secret.id == secret.id) {
                Some(known) => known.secret = secret.clone(),
                None => self.secrets.push(KnownSecret {
                    secret: secret.clone(),
                    systems: Vec::new(),
                    knowing: Vec::new(),
                    rotation: None,
                }),
            },
            AnyRecord::Knowing(knowing) => {
                for known in self.secrets.iter_mut().filter(|k| k.secret.id == knowing.secret) {
                    upsert(&mut known.knowing, knowing, |k| k.id);
                }
            }
            AnyRecord::Rotation(rotation) => {
                for known in self.secrets.iter_mut().filter(|k| k.secret.id == rotation.secret) {
                    known.rotation = Some(rotation.clone());
                }
            }
            _ => {}
        }
    }

    fn remove(&mut self, gone: RecordRef) {
        match gone.kind {
            RecordKind::Step => self.steps.retain(|s| s.id.0 != gone.id),
            RecordKind::Asset => self.assets.retain(|a| a.id.0 != gone.id),
            RecordKind::Contact => self.contacts.retain(|c| c.id.0 != gone.id),
            RecordKind::DataLocation => self.data.retain(|d| d.id.0 != gone.id),
            RecordKind::Account => self.automation.retain(|a| a.id.0 != gone.id),
            RecordKind::Grant => self.ways_in.retain(|way| way.holding.grant.id.0 != gone.id),
            RecordKind::Secret => self.secrets.retain(|known| known.secret.id.0 != gone.id),
            _ => {}
        }
    }

    pub(super) fn is_own(&self, way: &WayIn) -> bool {
        way.holding.at.system.client == self.own.id
    }
}

fn upsert<R: Clone, K: PartialEq>(list: &mut Vec<R>, record: &R, key: impl Fn(&R) -> K) {
    match list.iter_mut().find(|old| key(old) == key(record)) {
        Some(old) => *old = record.clone(),
        None => list.push(record.clone()),
    }
}

/// Whether an answer makes work: the reply that is bad news, *not sure* and *refused*.
pub fn makes_work(question: &QuestionSpec, reply: Reply) -> bool {
    match reply {
        Reply::NotSure | Reply::Refused => true,
        Reply::Yes => question.works_on == WorksOn::Yes,
        Reply::No => question.works_on == WorksOn::No,
    }
}
