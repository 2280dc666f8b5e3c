//! Clients and systems as records, and when each system gave a list of its accounts.
//!
//! Must never know: who has what.

use super::story::{OPENED, Story};
use super::world::{At, Take, World};
use crate::domain::{
    Admin, Batch, Client, ClientStatus, Factor, Instant, Ipv6, Opens, PersonId, System, SystemId, SystemKind,
};

/// The client whose tenant is the newest import of all.
const NEWEST: &str = "HAR/365 tenant";
/// The client whose lists were all taken on one day in spring, and how many days ago.
const SPRING: (&str, i64) = ("CED", 238);

/// Decides when each system gave lists: one in the first weeks, then now and then, and one within the last month,
/// except where the recipe says that a client's facts are old.
pub fn schedule(world: &mut World, story: &mut Story<'_>) {
    let newest = world.system_at(NEWEST);
    for at in 0..world.systems.len() {
        if !world.system(at).spec.listed {
            continue;
        }
        let days = days_of_lists(world, at, newest == Some(at));
        let last = days.last().copied();
        let mut takes = Vec::with_capacity(days.len());
        for ago in days {
            let minute = u32::try_from(at % 50).unwrap_or(0);
            let late = newest == Some(at) && Some(ago) == last;
            let (taken, applied) = if late {
                (world.calendar.at(ago, 17, 30), world.calendar.today_or_before(11, 5, 156))
            } else {
                let hour = 9 + u32::try_from(at % 7).unwrap_or(0);
                (world.calendar.at(ago, 7, minute), world.calendar.at(ago, hour, minute))
            };
            takes.push(Take { id: story.id::<Batch>(), taken, applied });
        }
        if let Some(system) = world.systems.get_mut(at) {
            system.takes = takes;
        }
    }
}

/// The days of a system's lists, oldest first, as days ago.
fn days_of_lists(world: &World, at: At, newest: bool) -> Vec<i64> {
    let system = world.system(at);
    let client = world.client(system.client);
    let calendar = &world.calendar;
    let place = i64::try_from(at).unwrap_or(0);
    let first = client.spec.since.unwrap_or(OPENED) - 4 - place % 10;
    let named = client.spec.class == client.spec.code.to_lowercase();
    let every = system.spec.every.unwrap_or(if named { 180 } else { 365 }).max(7);
    let last = match (client.spec.stale, client.spec.ended) {
        (Some(stale), _) => calendar.workday(stale),
        (None, Some(ended)) => calendar.workday(ended + 3),
        _ if newest => calendar.last_workday(),
        _ => calendar.workday(calendar.last_workday() + (place * 7) % 22),
    };
    let mut days = Vec::new();
    let mut ago = first;
    while ago >= last + 12 {
        days.push(calendar.workday(ago));
        ago -= every;
    }
    if client.spec.code == SPRING.0 {
        days.push(calendar.workday(SPRING.1));
    }
    days.push(last);
    days.sort_unstable_by(|a, b| b.cmp(a));
    days.dedup();
    days
}

/// A client's record.
pub fn client_record(world: &World, at: At, ended: bool) -> Client {
    let plan = world.client(at);
    let spec = &plan.spec;
    let calendar = &world.calendar;
    let until = spec.ended.or(spec.leaving).filter(|_| ended);
    let managers = ["Irene Castle", "Martin Fox", "Frank Doyle"];
    let owner = managers.get(at % 3).and_then(|name| world.named(name)).map(|p| world.person(p).id);
    Client {
        status: match (ended, spec.ended) {
            (false, _) => ClientStatus::Active,
            (true, Some(_)) => ClientStatus::Ended,
            (true, None) => ClientStatus::Leaving,
        },
        own: spec.class == "own",
        end: until.map(|ago| calendar.zone.end_of(calendar.day(ago))),
        tags: spec.tags.iter().cloned().collect(),
        notify: spec.notify,
        owner: owner.or_else(|| world.office_manager()),
        code: Some(spec.code.clone()),
        ..Client::new(plan.id, spec.name.clone())
    }
}

/// A system's record.
pub fn system_record(world: &World, at: At) -> System {
    let plan = world.system(at);
    let spec = &plan.spec;
    let siblings = |name: &String| -> Option<SystemId> {
        world.systems.iter().find(|s| s.client == plan.client && s.spec.name == *name).map(|s| s.id)
    };
    let opens = spec.opens.iter().filter_map(|text| match text.strip_prefix("kind:") {
        Some(kind) => SystemKind::parse(kind).map(Opens::Kind),
        None => (text == "all").then_some(Opens::All),
    });
    System {
        tier: tier_of(world, at),
        reach: spec.reach,
        internet: spec.internet.or(Some(false)),
        mfa_best: spec.mfa.or_else(|| best_factor(spec.kind)),
        ipv6: spec.ipv6.unwrap_or(Ipv6::Unknown),
        ipv6_filtered: spec.filtered,
        opens: opens.collect(),
        signs_in_through: spec.via.iter().filter_map(siblings).collect(),
        owner: owner_of(world, at),
        supplier: spec.supplier.clone(),
        ..System::new(plan.id, world.client(plan.client).id, spec.kind, spec.name.clone())
    }
}

/// What its kind says where somebody of ours administers it; the rest where we are users like others: it opens no
/// doors for us there.
fn tier_of(world: &World, at: At) -> u8 {
    let plan = world.system(at);
    let administered = world.ways.iter().any(|way| way.admin != Admin::None && world.account(way.account).system == at);
    if administered { plan.spec.kind.default_tier() } else { 2 }
}

/// The best factor a kind of system usually offers; nothing where there is nothing to sign in to.
pub const fn best_factor(kind: SystemKind) -> Option<Factor> {
    match kind {
        SystemKind::Door | SystemKind::Wifi | SystemKind::AlarmSystem => None,
        SystemKind::Code | SystemKind::Finance => Some(Factor::PhishingResistant),
        _ if kind.default_tier() == 0 => Some(Factor::PhishingResistant),
        _ => Some(Factor::App),
    }
}

fn owner_of(world: &World, at: At) -> Option<PersonId> {
    let names = ["Tom Becker", "Aisha Khan", "Rosa Stein", "Lee Wong"];
    names
        .get(at % 4)
        .and_then(|name| world.named(name))
        .or_else(|| world.named("Tom Becker"))
        .map(|p| world.person(p).id)
}

/// When a client came to the firm within the history; nothing when it was there at the opening.
pub fn joined(world: &World, at: At) -> Option<Instant> {
    let since = world.client(at).spec.since.filter(|since| *since < OPENED)?;
    Some(world.calendar.at(since, 10, 15))
}
