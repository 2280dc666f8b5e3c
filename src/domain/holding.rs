//! A holding: one way in with everything around it that rules, lists and reports judge it by.
//!
//! Must never know: how the rows were read.

use super::{
    Account, AccountKind, Admin, Client, Factor, Grant, Instant, LastUse, Observation, Person, System, SystemReach,
};

/// An account with what was last seen of it and where it is.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountFacts {
    /// The account.
    pub account: Account,
    /// What was last seen of it.
    pub seen: Option<Observation>,
    /// Its system.
    pub system: System,
    /// The system's client.
    pub client: Client,
    /// When the newest list that names everybody in the system was taken.
    pub listed: Option<Instant>,
}

/// One way in, its person, and the facts of its account.
#[derive(Debug, Clone, PartialEq)]
pub struct Holding {
    /// The way in.
    pub grant: Grant,
    /// Who has it.
    pub person: Person,
    /// With what, where.
    pub at: AccountFacts,
}

impl AccountFacts {
    /// Whether it may administer something.
    pub fn is_admin(&self) -> bool {
        self.account.admin != Admin::None
    }

    /// Whether sign-in is allowed, as far as anybody knows.
    pub fn enabled(&self) -> Option<bool> {
        self.seen.as_ref().and_then(|seen| seen.enabled)
    }

    /// When it was last used, as far as anybody knows.
    pub fn last_used(&self) -> LastUse {
        self.seen.as_ref().map_or(LastUse::Unknown, |seen| seen.last_used)
    }

    /// When what is known of it was learned.
    pub fn known_at(&self) -> Option<Instant> {
        self.seen.as_ref().map(|seen| seen.at)
    }

    /// The day up to which facts about it hold: when it was seen, or when a newer list of the whole system was taken
    /// that still named it and changed nothing about it. Nothing when it was never seen.
    pub fn read_at(&self) -> Option<Instant> {
        let listed = self.listed.filter(|_| self.missing_since().is_none());
        self.seen.as_ref().map(|seen| listed.map_or(seen.at, |listed| listed.max(seen.at)))
    }

    /// When the first list of the whole system was taken that no longer named it.
    pub fn missing_since(&self) -> Option<Instant> {
        self.seen.as_ref().and_then(|seen| seen.missing_since)
    }

    /// The strongest second factor registered: what an import shows.
    pub fn strongest_factor(&self) -> Option<Factor> {
        let factors = &self.seen.as_ref()?.factors;
        factors.iter().copied().filter(|f| *f != Factor::Unknown).max().or_else(|| factors.first().copied())
    }

    /// The weakest second factor that can be used: what the rule judges.
    pub fn weakest_factor(&self) -> Option<Factor> {
        self.seen
            .as_ref()?
            .factors
            .iter()
            .copied()
            .find(|f| *f != Factor::None)
            .or_else(|| self.seen.as_ref()?.factors.first().copied())
    }

    /// Whether more than one person may use it by design.
    pub fn is_shared(&self) -> bool {
        matches!(self.account.kind, AccountKind::Shared | AccountKind::BreakGlass)
    }
}

impl Holding {
    /// What it may administer, by the right itself or by its account.
    pub fn admin(&self) -> Admin {
        self.grant.admin.max(self.at.account.admin)
    }

    /// Whether it may administer something.
    pub fn is_admin(&self) -> bool {
        self.admin() != Admin::None
    }

    /// Whether it reaches more than one client.
    pub fn is_several_clients(&self) -> bool {
        self.at.system.reach == SystemReach::Several
    }

    /// Whether it opens other doors.
    pub fn is_tier0(&self) -> bool {
        self.at.system.tier == 0
    }

    /// Whether it takes a second person's look, or the system's own word, to prove that it is gone: always for admin
    /// rights, for what opens other doors, and for what reaches several clients.
    pub fn needs_second_person(&self) -> bool {
        self.is_admin() || self.at.system.is_key()
    }
}
