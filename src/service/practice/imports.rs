//! What each system's own lists said: new accounts, last use, second factors, and what is gone or back.
//!
//! Must never know: formats beyond their names.

use super::access::{account_record, password_changed};
use super::lives::{Stage, factors, grant_record, removal_at};
use super::recipe::SeenSpec;
use super::rng::Rng;
use super::story::Story;
use super::world::{At, Confirm, Intro, Take, WayPlan, World};
use crate::domain::{
    AccountKind, Batch, Change, Covers, Instant, LastUse, Observation, Removal, SystemKind, UseQuality,
};

/// What the newest list of all is told to have brought; most of its rows are the client's own people.
const NEWEST: (&str, u64, &str) = ("HAR/365 tenant", 121, "Import Harbor 365 users: 3 new, 1 gone, 118 unchanged");

/// Accounts and ways in of every system, so that nothing is searched twice.
struct Index {
    accounts: Vec<Vec<At>>,
    ways: Vec<Vec<At>>,
}

/// Tells every import.
pub fn tell(world: &World, story: &mut Story<'_>) {
    let mut index =
        Index { accounts: vec![Vec::new(); world.systems.len()], ways: vec![Vec::new(); world.accounts.len()] };
    for (at, account) in world.accounts.iter().enumerate() {
        if let Some(list) = index.accounts.get_mut(account.system) {
            list.push(at);
        }
    }
    for (at, way) in world.ways.iter().enumerate() {
        if let Some(list) = index.ways.get_mut(way.account) {
            list.push(at);
        }
    }
    for (at, system) in world.systems.iter().enumerate() {
        for (number, take) in system.takes.iter().enumerate() {
            if let Some(change) = list(world, &index, at, number, take) {
                story.tell(take.applied, change);
            }
        }
    }
}

/// One list of one system; nothing when nobody at all would be on it.
fn list(world: &World, index: &Index, system: At, number: usize, take: &Take) -> Option<Change> {
    let plan = world.system(system);
    let last = number + 1 == plan.takes.len();
    let newest = last && world.system_at(NEWEST.0) == Some(system);
    let mut change = Change::new("import.applied", "");
    let (mut kept, mut new, mut gone, mut unmatched) = (0_u64, 0_u64, 0_u64, 0_u64);
    for account in index.accounts.get(system).into_iter().flatten().copied() {
        if !is_listed(world, account, number, take) {
            continue;
        }
        kept += 1;
        let known = world.account(account);
        if known.owner.is_none() && !known.held_by_client {
            unmatched += 1;
        }
        let ways: Vec<&WayPlan> =
            index.ways.get(account).into_iter().flatten().filter_map(|way| world.ways.get(*way)).collect();
        if known.intro == Intro::Take(number) {
            new += 1;
            change.put(account_record(world, account));
            for way in &ways {
                change.put(grant_record(world, way, Removal::default()));
            }
        }
        let off = ways.iter().find_map(|way| way.fate.done).filter(|_| known.kind == AccountKind::Personal);
        let off = off.map(|mark| mark.at).filter(|off| *off < take.taken);
        let before = number.checked_sub(1).and_then(|before| plan.takes.get(before));
        let back = last && ways.iter().any(|way| way.fate.came_back);
        let told_off = off.is_some_and(|off| before.is_some_and(|before| before.taken > off));
        if off.is_some() && !told_off {
            gone += 1;
        }
        // Of the lists between the first and the newest of an ordinary client only what they changed is told.
        let between = number > 0 && !last && is_ordinary(world, system) && known.intro != Intro::Take(number);
        let repeats = between && off.is_none();
        if back || !(told_off || repeats) {
            change.put(observation(world, account, number, take, off.filter(|_| !back)));
        }
        for way in ways {
            let confirmed = matches!(way.fate.confirm, Some(Confirm::Take(at)) if at == number);
            if confirmed {
                change.put(grant_record(world, way, removal_at(world, way, Stage::Confirmed)));
            }
            if last && way.fate.came_back {
                let removal = Removal { came_back: Some(take.taken), ..Removal::default() };
                change.put(grant_record(world, way, removal));
            }
        }
    }
    let rows = if newest { NEWEST.1.max(kept) } else { kept + clients_own(world, system) };
    change.summary = if newest {
        NEWEST.2.to_owned()
    } else {
        let unchanged = rows.saturating_sub(new);
        format!("Import {}: {new} new, {gone} gone, {unchanged} unchanged", world.place(system))
    };
    change.put(batch(world, system, take, rows, kept, unmatched));
    (rows > 0).then_some(change)
}

/// Whether the recipe has nothing special to say about the system's client.
fn is_ordinary(world: &World, system: At) -> bool {
    let spec = &world.client_of(system).spec;
    spec.class != "own" && spec.class != spec.code.to_lowercase()
}

fn batch(world: &World, system: At, take: &Take, rows: u64, kept: u64, unmatched: u64) -> Batch {
    let plan = world.system(system);
    let client = world.client(plan.client);
    let day = world.calendar.zone.day(take.taken);
    let words = super::world::folded_words(&plan.spec.name).join("_");
    Batch {
        id: take.id,
        format: plan.spec.format.clone().unwrap_or_else(|| "sheets-csv".to_owned()),
        system: Some(plan.id),
        taken: take.taken,
        covers: Covers::Everyone,
        rows,
        not_ours: rows.saturating_sub(kept),
        unmatched,
        sha256: made_up_hash(take.id.0),
        file: format!("{}_{words}_{day}.csv", client.spec.code.to_lowercase()),
    }
}

/// How many of a client's own people a list names.
fn clients_own(world: &World, system: At) -> u64 {
    let plan = world.system(system);
    let client = &world.client(plan.client).spec;
    match plan.spec.kind {
        _ if client.class == "own" => 0,
        SystemKind::Tenant | SystemKind::Directory => {
            client.staff.unwrap_or_else(|| 6 + u64::try_from(plan.client.wrapping_mul(17) % 61).unwrap_or(0))
        }
        _ => 0,
    }
}

/// Whether a list names the account: it existed, and it was known or is shown by this very list.
fn is_listed(world: &World, account: At, number: usize, take: &Take) -> bool {
    let plan = world.account(account);
    let there = match plan.intro {
        Intro::Opening => true,
        Intro::Hand => world.calendar.at(plan.since, 18, 0) < take.taken,
        Intro::Take(first) => first <= number,
    };
    there && !plan.waiting
}

fn observation(world: &World, account: At, number: usize, take: &Take, off: Option<Instant>) -> Observation {
    let plan = world.account(account);
    Observation {
        id: plan.id,
        batch: Some(take.id),
        at: take.taken,
        enabled: Some(off.is_none()),
        factors: factors(plan),
        last_used: last_use(world, account, number, take, off),
        quality: Some(UseQuality::Interactive),
        password_changed: Some(password_changed(world, account, take.taken)),
        missing_since: None,
    }
}

/// When an account was last used, as this list shows it: on the day the recipe says, some hours or days before the
/// list otherwise; never after it was switched off or its person left.
fn last_use(world: &World, account: At, number: usize, take: &Take, off: Option<Instant>) -> LastUse {
    let plan = world.account(account);
    let mut rng = Rng::new(plan.id.0.wrapping_mul(977).wrapping_add(u64::try_from(number).unwrap_or(0)));
    let said = match plan.seen {
        Some(SeenSpec::Never(_)) => return LastUse::Never,
        Some(SeenSpec::Ago(ago)) => Some(world.calendar.at(ago, 8, 20)),
        None => None,
    };
    let hours = rng.between(1, 7 * 24);
    let usual = take.taken.plus_hours(-hours);
    let mut at = match said {
        Some(said) if said <= take.taken => said,
        // The list is older than what the recipe says: used that day, a little before the list was taken.
        Some(_) => take.taken.plus_hours(-1 - hours % 6),
        None => usual,
    };
    let owner = plan.owner.map(|owner| world.person(owner));
    for end in [off, owner.and_then(|owner| owner.last_day).filter(|_| plan.kind == AccountKind::Personal)] {
        if let Some(end) = end.filter(|end| *end < at) {
            at = end.plus_hours(-1 - hours % 30);
        }
    }
    LastUse::At(at.max(world.calendar.at(plan.since, 9, 30).min(take.taken)))
}

/// A hash that looks like one; the files never existed.
pub fn made_up_hash(number: u64) -> String {
    let mut rng = Rng::new(number ^ 0xF11E);
    (0..4).map(|_| format!("{:016x}", rng.next())).collect()
}
