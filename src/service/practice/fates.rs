//! What became of the ways in: removals asked for, done, checked, and the ones that came back.
//!
//! Must never know: in which words it is told.

use super::access::plain_way;
use super::recipe::{AccessSpec, LateSpec, Recipe};
use super::story::{OPENED, Story};
use super::world::{At, Confirm, Fate, Intro, RunPlan, World};
use crate::domain::{AccountKind, CaseKind, Instant, Mark, Run, SystemKind};

/// How many rights of people who are still here were given back over the years.
const PAST: usize = 48;
/// How long after a day a system's next list may come for it to be the one that shows a new account.
const SOON_DAYS: i64 = 45;

/// Plans the ends of ways in, with the runs they happened in.
pub fn plan(world: &mut World, recipe: &Recipe, story: &mut Story<'_>) {
    leavers_pasts(world, story);
    pasts(world, story);
    single_rows(world, recipe);
    for person in 0..world.people.len() {
        let spec = world.person(person).spec.clone();
        let (Some(left), Some(kind)) = (spec.left, spec.case) else { continue };
        let Some(run) = leaver_run(world, person, kind, left, spec.closed, story) else { continue };
        if spec.closed.is_some() {
            closed_run(world, person, &run, spec.came_back);
        } else {
            let rows = recipe.access.people.get(&spec.name).map_or(&[] as &[AccessSpec], Vec::as_slice);
            open_run(world, person, &run, rows);
        }
        world.runs.push(run);
    }
    movers(world, story);
}

/// Somebody's run, planned and not yet told.
fn leaver_run(
    world: &World,
    person: At,
    kind: CaseKind,
    left: i64,
    closed: Option<i64>,
    story: &mut Story<'_>,
) -> Option<RunPlan> {
    let trigger = world.person(person).last_day?;
    let started = match kind {
        CaseKind::Notice | CaseKind::Subcontractor => world.calendar.at(left + 14, 10, 20),
        _ => Instant::from_millis(trigger.millis() - 3_600_000),
    };
    Some(RunPlan {
        id: story.id::<Run>(),
        person,
        kind,
        trigger,
        started,
        closed: closed.map(|ago| world.calendar.at(ago, 16, 30)),
        doer: world.named("Tom Becker")?,
        checker: world.named("Aisha Khan")?,
    })
}

/// A role change of two people, long closed.
fn movers(world: &mut World, story: &mut Story<'_>) {
    for person in 0..world.people.len() {
        let Some(since) = world.person(person).spec.role_since else { continue };
        let (Some(doer), Some(checker)) = (world.named("Tom Becker"), world.named("Aisha Khan")) else { continue };
        let run = RunPlan {
            id: story.id::<Run>(),
            person,
            kind: CaseKind::Mover,
            trigger: world.calendar.at(since, 9, 0),
            started: world.calendar.at(since, 9, 0),
            closed: Some(world.calendar.at(since - 4, 15, 45)),
            doer,
            checker,
        };
        world.runs.push(run);
    }
}

/// What people who left had at clients.
fn leavers_pasts(world: &mut World, story: &mut Story<'_>) {
    let systems = plain_systems(world);
    for person in 0..world.people.len() {
        let spec = world.person(person).spec.clone();
        let Some(left) = spec.left else { continue };
        for n in 0..spec.past {
            let place = person.wrapping_mul(13).wrapping_add(n.wrapping_mul(7)) % systems.len().max(1);
            let Some(system) = systems.get(place).copied() else { return };
            let started = world.person(person).started;
            let since = world.rng.between(left + 30, started - 5);
            let since = world.calendar.workday(since);
            plain_way(world, person, system, since, story);
        }
    }
}

/// Clients' tenants and applications that the recipe says nothing special about.
fn plain_systems(world: &World) -> Vec<At> {
    let plain = |at: &At| {
        let system = world.system(*at);
        let spec = &world.client(system.client).spec;
        let common = spec.class != spec.code.to_lowercase() && spec.class != "own";
        let steady = spec.since.is_none() && spec.stale.is_none() && spec.ended.is_none();
        common && steady && matches!(system.spec.kind, SystemKind::Tenant | SystemKind::Application)
    };
    (0..world.systems.len()).filter(plain).collect()
}

/// Rights that people who are still here gave back, mostly after a review.
fn pasts(world: &mut World, story: &mut Story<'_>) {
    let systems = plain_systems(world);
    let people: Vec<At> = (0..world.people.len()).filter(|at| world.person(*at).spec.fill).collect();
    if people.is_empty() {
        return;
    }
    for n in 0..PAST {
        let (Some(person), Some(system)) =
            (people.get(n % people.len()).copied(), systems.get((n * 11 + 5) % systems.len().max(1)).copied())
        else {
            return;
        };
        let started = world.person(person).started;
        if started < 200 || world.ways.iter().any(|w| w.person == person && world.account(w.account).system == system) {
            continue;
        }
        let oldest = started.min(OPENED - 60);
        let removed = world.rng.between(35, oldest - 100);
        let since = world.rng.between(removed + 60, started - 5);
        let since = world.calendar.workday(since);
        let way = plain_way(world, person, system, since, story);
        remove(world, way, removed, true);
    }
}

/// Ends one right on a day: asked for in the morning, done after lunch, checked if it is to be.
fn remove(world: &mut World, way: At, ago: i64, checked: bool) {
    let ago = world.calendar.workday(ago);
    let fate = Fate {
        asked: mark(world, world.calendar.at(ago, 9, 40), "M. Ortiz"),
        done: mark(world, world.calendar.at(ago, 14, 5), "Tom Becker"),
        ..Fate::default()
    };
    let done = fate.done.map(|mark| mark.at);
    let confirm = done.filter(|_| checked).and_then(|done| checked_after(world, way, done, done.plus_days(60)));
    set(world, way, Fate { confirm, ..fate });
}

/// What the recipe's rows say about single rights.
fn single_rows(world: &mut World, recipe: &Recipe) {
    for (name, rows) in &recipe.access.people {
        let Some(person) = world.named(name) else { continue };
        let mine = ways_of(world, person);
        // Ways in were planned in the order of the rows that this size has.
        let rows: Vec<AccessSpec> = rows.iter().filter(|row| world.system_at(&row.at).is_some()).cloned().collect();
        for (way, row) in mine.into_iter().zip(rows) {
            if let Some(asked) = row.asked {
                let at = if asked == 0 {
                    world.calendar.today_or_before(13, 20, 21)
                } else {
                    world.calendar.at(world.calendar.workday(asked), 16, 10)
                };
                set(world, way, Fate { asked: mark(world, at, "M. Ortiz"), ..Fate::default() });
            } else if let Some(ended) = row.ended {
                remove(world, way, ended, true);
            } else if let Some((asked, done)) = row.removed {
                let fate = Fate {
                    asked: mark(world, world.calendar.at(asked, 10, 15), "M. Ortiz"),
                    done: mark(world, world.calendar.at(done, 11, 30), "Tom Becker"),
                    ..Fate::default()
                };
                set(world, way, fate);
            }
        }
    }
}

/// A run that was walked to its end: everything shut in order and checked; some of it in the newest lists again.
fn closed_run(world: &mut World, person: At, run: &RunPlan, came_back: usize) {
    let Some(closed) = run.closed else { return };
    let ways = in_order(world, person);
    let doer = Some(world.person(run.doer).id);
    let mut back = 0;
    for (n, way) in ways.into_iter().enumerate() {
        let place = i64::try_from(n).unwrap_or(0);
        let done = Instant::from_millis(run.trigger.millis() + (9 + place * 7) * 60_000);
        let confirm = checked_after(world, way, done, closed);
        let own = is_own(world, way);
        let again = !own && back < came_back && confirm.is_some();
        if again {
            back += 1;
        }
        let fate = Fate {
            asked: Some(Mark { at: run.trigger, by: world.office_manager() }),
            done: Some(Mark { at: done, by: doer }),
            confirm,
            came_back: again,
            run: Some(run.id),
        };
        set(world, way, fate);
    }
}

/// The run that is still open, as its rows say.
fn open_run(world: &mut World, person: At, run: &RunPlan, rows: &[AccessSpec]) {
    let rows: Vec<AccessSpec> = rows.iter().filter(|row| world.system_at(&row.at).is_some()).cloned().collect();
    let ways = ways_of(world, person);
    let doer = Some(world.person(run.doer).id);
    for (n, (way, row)) in ways.into_iter().zip(rows).enumerate() {
        let asked = Some(Mark { at: run.trigger, by: world.office_manager() });
        let minutes = 12 + i64::try_from(n).unwrap_or(0) * 8;
        let same_day = Instant::from_millis(run.trigger.millis() + minutes * 60_000);
        let later = world.calendar.at(223, 11, 0);
        let at = if row.leaver == Some(LateSpec::Later) { later } else { same_day };
        let done = Some(Mark { at, by: doer });
        let base = Fate { asked, run: Some(run.id), ..Fate::default() };
        let fate = match row.leaver {
            None | Some(LateSpec::Asked) => base,
            Some(LateSpec::Done) => Fate { done, ..base },
            Some(LateSpec::Checked | LateSpec::Later) => {
                Fate { done, confirm: checked_after(world, way, at, at.plus_days(20)), ..base }
            }
            Some(LateSpec::Back) => Fate { done, came_back: true, ..base },
        };
        set(world, way, fate);
    }
}

/// Somebody's ways in, in the order they were planned.
fn ways_of(world: &World, person: At) -> Vec<At> {
    (0..world.ways.len()).filter(|at| world.ways.get(*at).is_some_and(|way| way.person == person)).collect()
}

/// Somebody's ways in that are still open, in the order of switching off.
fn in_order(world: &World, person: At) -> Vec<At> {
    let mut ways = ways_of(world, person);
    ways.retain(|at| world.ways.get(*at).is_some_and(|way| way.fate.asked.is_none()));
    ways.sort_by_key(|at| {
        let way = world.ways.get(*at);
        let system = way.map(|way| world.system_of(way));
        (!is_own(world, *at), system.map(|s| s.spec.kind.exit_rank()))
    });
    ways
}

fn is_own(world: &World, way: At) -> bool {
    world.ways.get(way).is_some_and(|way| world.client(world.system_of(way).client).spec.class == "own")
}

/// By whom or by which list a removal was checked: every other time by the next list of the system, if one came in
/// time, otherwise by a second person the next morning.
fn checked_after(world: &World, way: At, done: Instant, by: Instant) -> Option<Confirm> {
    let plan = world.ways.get(way)?;
    let takes = &world.system_of(plan).takes;
    let take = takes.iter().position(|take| take.taken > done && take.applied < by);
    if let (Some(take), true) = (take, way.is_multiple_of(2)) {
        return Some(Confirm::Take(take));
    }
    let next_morning = world.calendar.at(world.calendar.ago(done) - 1, 9, 25);
    mark(world, next_morning.max(done.plus_hours(1)), "Aisha Khan").map(Confirm::Second)
}

fn mark(world: &World, at: Instant, by: &str) -> Option<Mark> {
    Some(Mark { at, by: world.named(by).map(|at| world.person(at).id) })
}

fn set(world: &mut World, way: At, fate: Fate) {
    if let Some(plan) = world.ways.get_mut(way) {
        plan.fate = fate;
    }
}

/// Decides how every account and way in came into the register: with the office's own workbook on the first day, by
/// hand, or with the first list of its system that shows it.
pub fn introduce(world: &mut World) {
    let mut of_accounts: Vec<Option<Intro>> = vec![None; world.accounts.len()];
    for at in 0..world.ways.len() {
        let Some(way) = world.ways.get(at) else { continue };
        let takes_part = world.account(way.account).kind == AccountKind::Personal && !way.planned;
        let by_hand = way.intro == Intro::Hand || !takes_part;
        let intro = intro_of(world, way.account, way.since, by_hand, way.fate.asked.map(|mark| mark.at));
        let intro = if way.planned { Intro::Hand } else { intro };
        if let (Some(slot), true) = (of_accounts.get_mut(way.account), takes_part || way.planned) {
            *slot = Some(intro);
        }
        if let Some(way) = world.ways.get_mut(at) {
            way.intro = intro;
        }
    }
    for (at, given) in of_accounts.into_iter().enumerate() {
        let plan = world.account(at);
        // Accounts with no way in of their own: those of secrets come with the workbook, nobody's with the first list.
        let nobodys = plan.intro == Intro::Take(0) && !world.system(plan.system).takes.is_empty();
        let intro = given.unwrap_or(if nobodys { Intro::Take(0) } else { Intro::Opening });
        if let Some(account) = world.accounts.get_mut(at) {
            account.intro = intro;
        }
    }
}

fn intro_of(world: &World, account: At, since: i64, by_hand: bool, asked: Option<Instant>) -> Intro {
    let system = world.system(world.account(account).system);
    let late = world.client(system.client).spec.since.is_some();
    let old = since > OPENED && !late;
    let given = world.calendar.at(since, 9, 0);
    let soon = given.plus_days(SOON_DAYS);
    let take = system.takes.iter().position(|take| {
        take.taken >= given && (old || take.taken <= soon) && asked.is_none_or(|asked| take.applied < asked)
    });
    match take {
        Some(take) if !by_hand => Intro::Take(take),
        _ if old => Intro::Opening,
        _ => Intro::Hand,
    }
}
