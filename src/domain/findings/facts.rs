//! What the rules judge: plain facts about one person, one login, one shared secret or one system.
//!
//! Must never know: how the facts were read, which rules look at them.

use super::Judge;
use crate::domain::knows::VaultAccess;
use crate::domain::person_status::{self, Standing};
use crate::domain::reach::{ShutBy, Span};
use crate::domain::{
    AccountFacts, AccountKind, Batch, Client, Exception, Factor, Grant, GrantId, Holding, Instant, Knowing, LastUse,
    Person, PersonId, Run, Secret, System, SystemId, SystemKind,
};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// A person with the runs that may say where they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct Somebody {
    /// The person.
    pub person: Person,
    /// Their runs.
    pub runs: Vec<Run>,
}

/// One person's ways in and what they know.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonFacts {
    /// Who.
    pub who: Somebody,
    /// Every way in of theirs, open or not.
    pub ways: Vec<Holding>,
    /// Ways in shut by their sign-ons.
    pub shut_by: HashMap<GrantId, ShutBy>,
    /// Names of those sign-ons.
    pub sign_ons: HashMap<SystemId, String>,
    /// Personal and supplier logins of theirs without a way in on record.
    pub loose: Vec<AccountFacts>,
    /// Every secret they ever had a period of knowing for.
    pub secrets: Vec<SecretCase>,
    /// How wide the systems span; a system that is not there spans its own client.
    pub spans: HashMap<SystemId, Span>,
}

/// One shared secret and everybody who could ever read it.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretCase {
    /// The secret.
    pub secret: Secret,
    /// Its client.
    pub client: Client,
    /// The systems it opens.
    pub systems: Vec<System>,
    /// The login it belongs to.
    pub account: Option<AccountFacts>,
    /// Every period of knowing it, of everybody.
    pub periods: Vec<Knowing>,
    /// The ways of those people into the system that keeps it.
    pub vaults: Vec<VaultAccess>,
    /// Those people.
    pub people: Vec<Somebody>,
    /// When somebody was asked to change it, when nobody has changed it since.
    pub asked: Option<Instant>,
    /// It is of no use without a personal login, and those of the people who left are confirmed off.
    pub shielded: bool,
    /// How wide the systems it opens span together.
    pub span: Span,
}

/// Somebody with a way in with the login in question.
#[derive(Debug, Clone, PartialEq)]
pub struct Holder {
    /// The way in.
    pub grant: Grant,
    /// Who.
    pub who: Somebody,
}

/// One login and everybody around it.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountCase {
    /// The login, what was seen of it, its system and client.
    pub facts: AccountFacts,
    /// Its person or custodian; none when there is none, or when the one named is not among the people.
    pub owner: Option<Somebody>,
    /// Everybody with a way in with it.
    pub holders: Vec<Holder>,
    /// The secrets that belong to it.
    pub secrets: Vec<SecretCase>,
    /// The newest exception made for its being shared.
    pub exception: Option<Exception>,
    /// When its being shared was last reviewed.
    pub reviewed: Option<Instant>,
    /// For a personal login behind a single sign-on: the weakest second factor of its person there, one for each
    /// sign-on. Empty when there is no sign-on.
    pub sign_on: Vec<Option<Factor>>,
    /// Since when what was seen of it has been as it is now, from its record's versions.
    pub same_since: Option<Instant>,
    /// How wide its system spans.
    pub span: Span,
}

/// An emergency login of a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct EmergencyLogin {
    /// When it was last tested.
    pub tested: Option<Instant>,
    /// Somebody who could use it has left since.
    pub left_since: bool,
}

/// What matters of one login for whether enough is known about its system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sighting {
    /// What the login is for.
    pub kind: AccountKind,
    /// Whether sign-in is allowed.
    pub enabled: Option<bool>,
    /// Whether its second factor is known, kind included.
    pub factor_known: bool,
    /// Whether its last use is known; never is known.
    pub use_known: bool,
    /// The day up to which this holds.
    pub read_at: Option<Instant>,
}

/// One system and who may administer it.
#[derive(Debug, Clone, PartialEq)]
pub struct SystemCase {
    /// The system.
    pub system: System,
    /// Its client.
    pub client: Client,
    /// Everybody with an open way in that may administer it; more than once does no harm.
    pub admins: Vec<Somebody>,
    /// Since when there have been as few of them as now, when a fact tells.
    pub few_since: Option<Instant>,
    /// Its emergency logins.
    pub emergency: Vec<EmergencyLogin>,
    /// Its logins.
    pub logins: Vec<Sighting>,
    /// Its newest import.
    pub newest: Option<Batch>,
    /// When the newest list that names everybody was taken, if such a list exists.
    pub listed: Option<Instant>,
    /// How wide it spans.
    pub span: Span,
}

impl Somebody {
    /// Where they stand.
    pub fn standing(&self, judge: &Judge<'_>) -> Standing {
        person_status::status(&self.person, &self.runs, judge.zone, judge.at)
    }

    /// Their last day, when they have left.
    pub fn left(&self, judge: &Judge<'_>) -> Option<Instant> {
        let standing = self.standing(judge);
        // Somebody recorded as gone without a date left at an unknown moment, at the latest by now.
        standing.has_left().then(|| standing.last_day.unwrap_or(judge.at))
    }
}

impl PersonFacts {
    /// Facts about somebody with nothing.
    pub fn new(who: Somebody) -> Self {
        Self {
            who,
            ways: Vec::new(),
            shut_by: HashMap::new(),
            sign_ons: HashMap::new(),
            loose: Vec::new(),
            secrets: Vec::new(),
            spans: HashMap::new(),
        }
    }

    /// How wide a way in's system spans.
    pub(super) fn span(&self, facts: &AccountFacts) -> Span {
        let mut span = self.spans.get(&facts.system.id).cloned().unwrap_or_default();
        span.tags.extend(facts.client.tags.iter().cloned());
        span.clients = span.clients.max(1);
        span
    }
}

impl SecretCase {
    /// The last day of everybody who has left, by person.
    pub(super) fn left(&self, judge: &Judge<'_>) -> BTreeMap<PersonId, Instant> {
        self.people.iter().filter_map(|who| Some((who.person.id, who.left(judge)?))).collect()
    }

    /// Whether one of the systems opens other doors.
    pub(super) fn is_tier0(&self) -> bool {
        self.systems.iter().any(|system| system.tier == 0)
    }

    /// The clients of the secret and of what it opens.
    pub(super) fn clients(&self) -> BTreeSet<crate::domain::ClientId> {
        self.systems.iter().map(|system| system.client).chain([self.client.id]).collect()
    }

    /// Whether it reaches more than one client.
    pub(super) fn is_several_clients(&self) -> bool {
        let several = |system: &System| system.reach == crate::domain::SystemReach::Several;
        self.systems.iter().any(several) || self.clients().len() > 1
    }

    /// The tags of every client it touches.
    pub(super) fn tags(&self) -> BTreeSet<String> {
        self.span.tags.union(&self.client.tags).cloned().collect()
    }
}

impl AccountCase {
    /// A login nobody has anything to do with.
    pub fn new(facts: AccountFacts) -> Self {
        Self {
            facts,
            owner: None,
            holders: Vec::new(),
            secrets: Vec::new(),
            exception: None,
            reviewed: None,
            sign_on: Vec::new(),
            same_since: None,
            span: Span::default(),
        }
    }

    /// The tags of every client the login's system touches.
    pub(super) fn tags(&self) -> BTreeSet<String> {
        self.span.tags.union(&self.facts.client.tags).cloned().collect()
    }
}

impl SystemCase {
    /// The tags of every client the system touches.
    pub(super) fn tags(&self) -> BTreeSet<String> {
        self.span.tags.union(&self.client.tags).cloned().collect()
    }
}

impl From<&AccountFacts> for Sighting {
    fn from(facts: &AccountFacts) -> Self {
        // Its second factor is asked for at the sign-on, and known or not known there.
        let behind_sign_on = facts.account.kind == AccountKind::Personal && !facts.system.signs_in_through.is_empty();
        let offers_none = facts.system.mfa_best == Some(Factor::None);
        Self {
            kind: facts.account.kind,
            enabled: facts.enabled(),
            factor_known: behind_sign_on
                || offers_none
                || facts
                    .seen
                    .as_ref()
                    .is_some_and(|seen| !seen.factors.is_empty() && !seen.factors.contains(&Factor::Unknown)),
            use_known: facts.last_used() != LastUse::Unknown,
            read_at: facts.read_at(),
        }
    }
}

/// Whether one signs in to this kind of system with a second factor at all: nobody does to a door, an alarm or Wi-Fi.
pub(super) const fn has_sign_in(kind: SystemKind) -> bool {
    !matches!(kind, SystemKind::Door | SystemKind::AlarmSystem | SystemKind::Wifi)
}
