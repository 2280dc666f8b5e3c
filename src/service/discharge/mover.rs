//! A role change: what the new role needs stays and is no part of the run; what it does not need goes, and with it the
//! shared logins, contacts and data of what goes.
//!
//! Must never know: the order of steps, how a set is compared with a way in.

use crate::domain::discharge::{RunFacts, WayIn};
use crate::domain::role::RoleSet;
use crate::domain::{Assignment, ClientId, Holding, Instant, Person, Removal, RoleRight, Run, SystemId};
use crate::service::facts::Facts;
use crate::store::{Select, StoreError, WayRow};
use std::collections::BTreeSet;

/// The set of somebody's role as it is recorded now.
///
/// # Errors
/// When a table cannot be read.
pub fn set_of(facts: &Facts<'_>, person: &Person) -> Result<RoleSet, StoreError> {
    let Some(role) = &person.role else { return Ok(RoleSet::default()) };
    let assigned = facts.list::<Assignment>(Select::all().eq("person", person.id))?;
    let rights = facts.list::<RoleRight>(Select::all())?;
    Ok(RoleSet::new(role, rights, assigned.into_iter().map(|assigned| assigned.client).collect()))
}

/// Whether a way in goes: the role does not need it, or its removal was begun.
fn goes(set: &RoleSet, holding: &Holding) -> bool {
    holding.grant.removal != Removal::default() || !set.covers(holding)
}

/// Open ways in that an open role change has to shut. A closed one has none: what is open then stays.
///
/// # Errors
/// When a table cannot be read.
pub fn open_of(facts: &Facts<'_>, run: &Run) -> Result<u64, StoreError> {
    let Some(person) = run.person.filter(|_| run.closed.is_none()) else { return Ok(0) };
    let Some(person) = facts.person(person)? else { return Ok(0) };
    let set = set_of(facts, &person)?;
    let open = facts.reader().derived::<WayRow>(&Select::all().eq("person", person.id).eq("open", true))?;
    let mut count = 0;
    for way in open {
        count += u64::from(facts.holding(way.grant_id)?.is_some_and(|holding| goes(&set, &holding)));
    }
    Ok(count)
}

/// Takes out of a role change what stays. What somebody has begun to remove goes on being part of it; of a closed one
/// only that is left, since the role may have changed again.
///
/// # Errors
/// When a table cannot be read.
pub fn leave_what_stays(facts: &Facts<'_>, out: &mut RunFacts, at: Instant) -> Result<(), StoreError> {
    let Some(person) = &out.leaver else { return Ok(()) };
    let set = set_of(facts, person)?;
    let closed = out.run.closed.is_some_and(|mark| mark.at <= at);
    let is_part = |way: &WayIn| match closed {
        true => way.holding.grant.removal != Removal::default(),
        false => goes(&set, &way.holding),
    };
    let all = std::mem::take(&mut out.ways_in);
    let (going, staying): (Vec<WayIn>, Vec<WayIn>) = all.into_iter().partition(is_part);
    out.stays = u32::try_from(staying.iter().filter(|way| way.is_open(at)).count()).unwrap_or(u32::MAX);
    let systems: BTreeSet<SystemId> = going.iter().map(|way| way.holding.at.system.id).collect();
    let kept: BTreeSet<ClientId> = staying.iter().map(|way| way.holding.at.client.id).collect();
    let lost: BTreeSet<ClientId> =
        going.iter().map(|way| way.holding.at.client.id).filter(|client| !kept.contains(client)).collect();
    out.ways_in = going;
    out.secrets.retain(|known| known.rotation.is_some() || known.systems.iter().any(|of| systems.contains(&of.id)));
    out.automation.retain(|account| systems.contains(&account.system));
    let is_lost = |client: Option<ClientId>| client.is_some_and(|client| lost.contains(&client));
    out.assets.retain(|asset| is_lost(asset.client));
    out.contacts.retain(|contact| is_lost(contact.client));
    out.data.retain(|place| is_lost(Some(place.client)));
    Ok(())
}
