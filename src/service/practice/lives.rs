//! People and ways in through time: given, asked back, removed, looked at by a second person.
//!
//! Must never know: what a system's own list said (that is told with the imports).

use super::access::account_record;
use super::story::{OPENED, Story};
use super::world::{AccountPlan, At, Confirm, Intro, WayPlan, World};
use crate::domain::{
    Change, Factor, Grant, HowKnown, Instant, LastUse, Mark, Observation, Person, PersonStatus, Proof, Removal,
    UseQuality,
};
use std::collections::BTreeMap;

/// Tells every life but what belongs to the opening, to lists and to runs.
pub fn tell(world: &World, story: &mut Story<'_>) {
    people(world, story);
    given(world, story);
    asked(world, story);
    for way in &world.ways {
        done(world, way, story);
    }
    looked_through(world, story);
}

/// A person's record on a day, in a status.
pub fn person_record(world: &World, at: At, status: PersonStatus) -> Person {
    let plan = world.person(at);
    let spec = &plan.spec;
    let calendar = &world.calendar;
    let leaving = matches!(status, PersonStatus::Notice | PersonStatus::Discharged);
    Person {
        id: plan.id,
        kind: spec.kind,
        status,
        start: Some(calendar.day(plan.started)),
        last_day: plan.last_day.filter(|_| leaving),
        exit_kind: spec.exit.filter(|_| leaving),
        contract_end: spec.contract_end.map(|ago| calendar.day(ago)),
        manager: spec.manager.as_deref().and_then(|name| world.named(name)).map(|m| world.person(m).id),
        role_since: None,
        name: spec.name.clone(),
        email: Some(plan.email()),
        // Before a role change they did the job below.
        role: Some(if spec.role_since.is_some() { "Technician L1".to_owned() } else { spec.role.clone() }),
        aliases: vec![plan.handle.clone()],
        note: None,
    }
}

/// The same after a role change, where there was one.
pub fn person_after_move(world: &World, at: At, status: PersonStatus) -> Person {
    let record = person_record(world, at, status);
    let spec = &world.person(at).spec;
    match spec.role_since {
        Some(since) => Person { role: Some(spec.role.clone()), role_since: Some(world.calendar.day(since)), ..record },
        None => record,
    }
}

fn people(world: &World, story: &mut Story<'_>) {
    let calendar = &world.calendar;
    for at in 0..world.people.len() {
        let plan = world.person(at);
        let name = &plan.spec.name;
        let starter = plan.spec.starts.is_some();
        if plan.started < OPENED {
            let (when, status) = if starter {
                (calendar.at(calendar.workday(12), 10, 30), PersonStatus::Candidate)
            } else {
                (calendar.at(plan.started, 8, 50), PersonStatus::Active)
            };
            let mut change = Change::new("person.added", format!("{name} starts as {}", plan.spec.role));
            change.put(person_record(world, at, status));
            story.tell(when, change);
        }
        if let Some(since) = plan.spec.on_leave {
            let mut change = Change::new("person.changed", format!("{name} is on leave"));
            change.put(person_record(world, at, PersonStatus::OnLeave));
            story.tell(calendar.at(since, 9, 5), change);
        }
        if let (Some(_), Some(last)) = (&plan.spec.leaves, plan.last_day) {
            let day = calendar.zone.local(last).format("%-d %b, %H:%M");
            let mut change = Change::new("person.changed", format!("{name} leaves on {day}"));
            change.put(person_after_move(world, at, PersonStatus::Notice));
            story.tell(calendar.at(calendar.last_workday(), 16, 50), change);
        }
    }
}

/// A way in's record at a stage of its removal.
pub fn grant_record(world: &World, way: &WayPlan, removal: Removal) -> Grant {
    let calendar = &world.calendar;
    let since = calendar.at(way.since, 9, 0);
    let approver = way.approver.filter(|a| *a != way.person).or_else(|| world.named("Helen Shaw"));
    let how = match way.intro {
        Intro::Take(take) => world.system_of(way).takes.get(take).map_or(HowKnown::Hand, |t| HowKnown::Import(t.id)),
        Intro::Opening | Intro::Hand => HowKnown::Hand,
    };
    Grant {
        admin: way.admin,
        since: (!way.planned).then_some(since),
        until: way.until.map(|ago| calendar.zone.end_of(calendar.day(ago))),
        planned: way.planned,
        how,
        approved: approver.filter(|_| !way.planned).map(|a| Mark { at: since, by: Some(world.person(a).id) }),
        removal,
        level: way.level.clone(),
        reason: Some(way.reason.clone().unwrap_or_else(|| reason(world, way))),
        ..Grant::new(way.id, world.person(way.person).id, world.account(way.account).id)
    }
}

fn reason(world: &World, way: &WayPlan) -> String {
    let client = world.client(world.system_of(way).client);
    if client.spec.class == "own" {
        format!("access set of a {}", world.person(way.person).spec.role)
    } else {
        format!("ticket {}: work for {}", 40_000 + way.id.0 * 7, client.spec.name)
    }
}

/// How far a removal had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    Asked,
    Done,
    Confirmed,
}

/// The facts of a way in's removal at a stage.
pub fn removal_at(world: &World, way: &WayPlan, stage: Stage) -> Removal {
    let fate = &way.fate;
    let (confirmed, proof) = match fate.confirm.filter(|_| stage >= Stage::Confirmed) {
        None => (None, None),
        Some(Confirm::Second(mark)) => (Some(mark), Some(Proof::Observed)),
        Some(Confirm::Take(take)) => {
            let at = world.system_of(way).takes.get(take).map(|take| take.applied);
            (at.map(|at| Mark { at, by: None }), Some(Proof::Acknowledged))
        }
    };
    Removal {
        asked: fate.asked,
        done: fate.done.filter(|_| stage >= Stage::Done),
        confirmed,
        proof,
        ..Removal::default()
    }
}

/// Ways in typed in by hand on the day they were given, one entry for what somebody got on one day.
fn given(world: &World, story: &mut Story<'_>) {
    let mut by_day: BTreeMap<(i64, At, bool), Vec<&WayPlan>> = BTreeMap::new();
    for way in world.ways.iter().filter(|way| way.intro == Intro::Hand) {
        by_day.entry((way.since, way.person, way.planned)).or_default().push(way);
    }
    for ((since, person, planned), ways) in by_day {
        let name = &world.person(person).spec.name;
        let places: Vec<String> = ways.iter().map(|way| world.place(world.account(way.account).system)).collect();
        let many = places.len();
        let listed = places.iter().take(3).cloned().collect::<Vec<_>>().join(", ");
        let more = if many > 3 { format!(" and {} more", many - 3) } else { String::new() };
        let calendar = &world.calendar;
        let minute = u32::try_from(person % 50).unwrap_or(0);
        let (action, at, summary) = if planned {
            let at = calendar.at(calendar.workday(12), 10, 45);
            ("grant.planned", at, format!("Waiting for {name}'s first day: {many} ways in"))
        } else {
            ("grant.given", calendar.at(since, 9, 5 + minute), format!("Given to {name}: {listed}{more}"))
        };
        let mut change = Change::new(action, summary);
        for way in ways {
            if world.account(way.account).intro == Intro::Hand {
                change.put(account_record(world, way.account));
                change.put(hand_observation(world, way.account, at));
            }
            change.put(grant_record(world, way, Removal::default()));
        }
        story.tell(at, change);
    }
}

/// Removals asked for, one entry for what was asked together.
fn asked(world: &World, story: &mut Story<'_>) {
    let mut together: BTreeMap<Instant, Vec<&WayPlan>> = BTreeMap::new();
    for way in &world.ways {
        if let Some(asked) = way.fate.asked {
            together.entry(asked.at).or_default().push(way);
        }
    }
    for (at, ways) in together {
        let Some(first) = ways.first() else { continue };
        let name = &world.person(first.person).spec.name;
        let client = world.client(world.system_of(first).client);
        let same_client = ways.iter().all(|way| world.system_of(way).client == world.system_of(first).client);
        let summary = match ways.len() {
            1 => format!("Asked Tom Becker to remove: {}, {name}", world.place(world.account(first.account).system)),
            n if same_client => format!("Asked for {n} removals at {}", client.spec.name),
            n => format!("Asked for {n} removals: {name}"),
        };
        let mut change = Change::new("grant.asked", summary).in_run(first.fate.run);
        for way in ways {
            change.put(grant_record(world, way, removal_at(world, way, Stage::Asked)));
        }
        story.tell(at, change);
    }
}

/// A removal carried out, and looked at by a second person where no list did that.
fn done(world: &World, way: &WayPlan, story: &mut Story<'_>) {
    let name = &world.person(way.person).spec.name;
    let place = world.place(world.account(way.account).system);
    if let Some(done) = way.fate.done {
        let mut change = Change::new("grant.done", format!("Removed: {place}, {name}")).in_run(way.fate.run);
        change.put(grant_record(world, way, removal_at(world, way, Stage::Done)));
        story.tell(done.at, change);
    }
    if let Some(Confirm::Second(mark)) = way.fate.confirm {
        let mut change = Change::new("grant.confirmed", format!("Checked: {place}, {name}, gone")).in_run(way.fate.run);
        change.put(grant_record(world, way, removal_at(world, way, Stage::Confirmed)));
        story.tell(mark.at, change);
    }
}

/// What somebody wrote down of an account without a list.
pub fn hand_observation(world: &World, at: At, when: Instant) -> Observation {
    let plan = world.account(at);
    let used = if plan.waiting { LastUse::Never } else { last_use_by_hand(plan, when) };
    Observation {
        id: plan.id,
        batch: None,
        at: when,
        enabled: Some(!plan.waiting),
        factors: factors(plan),
        last_used: used,
        quality: Some(UseQuality::Hand),
        password_changed: None,
        missing_since: None,
    }
}

fn last_use_by_hand(plan: &AccountPlan, when: Instant) -> LastUse {
    let hours = i64::try_from(plan.id.0 % 90).unwrap_or(0);
    match plan.seen {
        Some(super::recipe::SeenSpec::Never(_)) => LastUse::Never,
        _ => LastUse::At(when.plus_hours(-hours - 3)),
    }
}

/// The second factors of an account.
pub fn factors(plan: &AccountPlan) -> std::collections::BTreeSet<Factor> {
    plan.factor.into_iter().filter(|_| !plan.waiting).collect()
}

/// Systems that give no list are looked through by hand about once a year, and lately.
fn looked_through(world: &World, story: &mut Story<'_>) {
    for system in 0..world.systems.len() {
        let plan = world.system(system);
        if !plan.takes.is_empty() {
            continue;
        }
        let stale = world.client(plan.client).spec.stale.unwrap_or(0);
        let offset = i64::try_from(system % 9).unwrap_or(0);
        for ago in [740 + offset, 372 + offset, (9 + offset).max(stale)] {
            let calendar = &world.calendar;
            let at = calendar.at(calendar.workday(ago), 13, 40);
            let mut change = Change::new("facts.checked", format!("Looked through by hand: {}", world.place(system)));
            for account in 0..world.accounts.len() {
                let known = world.account(account);
                let there = known.system == system && calendar.at(known.since, 12, 0) < at && !known.waiting;
                if there {
                    let off = off_at(world, account).is_some_and(|off| off < at);
                    change.put(Observation { enabled: Some(!off), ..hand_observation(world, account, at) });
                }
            }
            story.tell(at, change);
        }
    }
}

/// When a personal account was switched off for good.
pub fn off_at(world: &World, account: At) -> Option<Instant> {
    let way = world.ways.iter().find(|way| way.account == account)?;
    let personal = world.account(account).kind == crate::domain::AccountKind::Personal;
    way.fate.done.filter(|_| personal).map(|mark| mark.at)
}
