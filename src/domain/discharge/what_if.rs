//! What it would take if somebody left this minute: what is there to shut, change, collect and hand over, how long that
//! takes, and what only they can do.
//!
//! Must never know: how the facts were read, whether anybody really leaves.

use super::case::Case;
use super::facts::{KnownSecret, WayIn};
use crate::domain::findings::catalogue;
use crate::domain::{ClientId, SecretId, SystemId, SystemReach};
use std::collections::BTreeSet;

crate::words! {
    /// Why nobody else can do something.
    pub enum SoleKind {
        Admin = "admin", "last admin on record";
        Secret = "secret", "nobody else knows it";
        Automation = "automation", "runs in their name";
        Contact = "contact", "named there";
    }
}

crate::words! {
    /// What kind of work a leaver brings.
    pub enum WorkKind {
        WaysIn = "ways_in", "ways in to shut";
        Secrets = "secrets", "shared logins to change";
        Automation = "automation", "scripts to hand over";
        Contacts = "contacts", "contacts to replace";
        Things = "things", "things to collect";
        Data = "data", "places with data to clear";
    }
}

/// Something that stops when one person is gone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sole {
    /// Why.
    pub kind: SoleKind,
    /// What: a system, a shared login, an account, a place where they are named.
    pub what: String,
    /// Whose; none where no client is meant, or only the system says it.
    pub client: Option<ClientId>,
    /// The system it is about, where it is about one.
    pub system: Option<SystemId>,
}

/// One kind of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Work {
    /// Which.
    pub kind: WorkKind,
    /// How much of it.
    pub count: u32,
    /// About how many minutes, by the estimates of the rules about leavers.
    pub minutes: u32,
}

/// What it would take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WhatIf {
    /// Open ways in.
    pub ways_in: u32,
    /// Of these with admin rights.
    pub admin: u32,
    /// Clients with an open way in to a system of their own, the firm among them.
    pub clients: u32,
    /// Shared logins they know and nobody has changed since.
    pub secrets: u32,
    /// The work, kind by kind; kinds without any are left out.
    pub work: Vec<Work>,
    /// What only they can do, gravest first.
    pub sole: Vec<Sole>,
}

impl WhatIf {
    /// Minutes of all the work together.
    pub fn minutes(&self) -> u32 {
        self.work.iter().map(|work| work.minutes).fold(0, u32::saturating_add)
    }
}

/// What it would take if the person of this case left now. `only_they` are the secrets nobody else knows.
pub fn what_if(case: &Case<'_>, only_they: &BTreeSet<SecretId>) -> WhatIf {
    let facts = case.facts;
    let open: Vec<&WayIn> = facts.ways_in.iter().filter(|way| way.is_open(case.at)).collect();
    let secrets: Vec<&KnownSecret> = facts.secrets.iter().filter(|known| known.done_at(case.at).is_none()).collect();
    let things = facts.assets.iter().filter(|asset| asset.returned.is_none() && asset.cancelled.is_none()).count();
    let contacts: Vec<_> = facts.contacts.iter().filter(|contact| contact.ended.is_none()).collect();
    let data = facts.data.iter().filter(|place| place.removed.is_none()).count();
    let one = |way: &&&WayIn| way.holding.at.system.reach == SystemReach::One;
    let clients: BTreeSet<ClientId> = open.iter().filter(one).map(|way| way.holding.at.client.id).collect();
    let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let work = [
        (WorkKind::WaysIn, acts(&open), "leaver-live-access"),
        (WorkKind::Secrets, secrets.len(), "leaver-secret-not-rotated"),
        (WorkKind::Automation, facts.automation.len(), "leaver-owns-automation"),
        (WorkKind::Contacts, contacts.len(), "leaver-vendor-contact"),
        (WorkKind::Things, things, "leaver-property-out"),
        (WorkKind::Data, data, "data-in-personal-storage"),
    ];
    let mut sole: Vec<Sole> = Vec::new();
    let mut add = |kind, what: String, client, system| {
        let item = Sole { kind, what, client, system };
        if !sole.contains(&item) {
            sole.push(item);
        }
    };
    for way in open.iter().filter(|way| way.sole_admin) {
        let at = &way.holding.at;
        add(SoleKind::Admin, at.system.name.clone(), Some(at.client.id), Some(at.system.id));
    }
    for known in secrets.iter().filter(|known| only_they.contains(&known.secret.id)) {
        add(SoleKind::Secret, known.secret.name.clone(), Some(known.secret.client), None);
    }
    for account in &facts.automation {
        add(SoleKind::Automation, account.login.clone(), None, Some(account.system));
    }
    for contact in &contacts {
        add(SoleKind::Contact, format!("{}: {}", contact.kind.shown(), contact.place), contact.client, None);
    }
    WhatIf {
        ways_in: count(open.len()),
        admin: count(open.iter().filter(|way| way.holding.is_admin()).count()),
        clients: count(clients.len()),
        secrets: count(secrets.len()),
        work: work
            .into_iter()
            .filter(|(_, many, _)| *many > 0)
            .map(|(kind, many, rule)| Work { kind, count: count(many), minutes: minutes(rule, many) })
            .collect(),
        sole,
    }
}

/// How many open ways in somebody has to shut with their own hands, when those are shut first that shut others: the
/// ones behind a sign-on go with it.
fn acts(open: &[&WayIn]) -> usize {
    let own: BTreeSet<_> = open.iter().map(|way| way.holding.at.system.id).collect();
    let falls = |way: &WayIn| {
        let parents = &way.holding.at.system.signs_in_through;
        let personal = !way.holding.at.is_shared();
        personal && !parents.is_empty() && parents.iter().all(|parent| own.contains(parent))
    };
    open.iter().filter(|way| !falls(way)).count()
}

/// The estimate of a rule for so many lines; the rules are shipped, a test says so.
fn minutes(rule: &str, lines: usize) -> u32 {
    catalogue::find(rule).map_or(0, |text| text.minutes_for(lines))
}

#[cfg(test)]
#[path = "what_if_tests.rs"]
mod tests;
