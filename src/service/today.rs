//! The Today screen, the register's own line, and what is due.
//!
//! Must never know: drawing.

use super::session::{Scene, Session};
use super::view::{Need, RegisterView, Stand, Target, TodayView};
use super::week::WeekAgo;
use super::{AsOf, findings, history, people, runs, words};
use crate::domain::discharge::{self, Case};
use crate::domain::person_status;
use crate::domain::{Batch, CaseKind, Client, Instant, Person, PersonStatus, Run, RunId, Severity};
use crate::error::AppError;
use crate::service::derive::keep::FINDINGS_OPEN;
use crate::service::discharge::apply::open_runs;
use crate::service::discharge::facts as run_facts;
use crate::service::discharge::{later, mover};
use crate::service::facts::Facts;
use crate::store::{ClientCount, FindingRow, PersonCount, Select, StoreError, WayRow};
use std::path::Path;

/// The register itself.
///
/// # Errors
/// When a table cannot be read.
pub fn register(facts: &Facts<'_>, scene: &Scene, folder: &Path) -> Result<RegisterView, AppError> {
    let read = facts.reader();
    let name = folder.file_stem().map_or_else(|| "register".to_owned(), |name| name.to_string_lossy().into_owned());
    let newest = open_runs(facts)?.into_iter().next();
    let running = match newest {
        Some(run) => {
            let open = open_ways(facts, &run)?;
            Some((run.id, u32::try_from(open).unwrap_or(u32::MAX)))
        }
        None => None,
    };
    Ok(RegisterView {
        name,
        operator: scene.operator.clone(),
        firm: scene.settings.firm.clone(),
        practice: scene.settings.practice,
        zone: scene.zone,
        day_first: scene.settings.day_first,
        type_number_above: scene.settings.type_number_above,
        entries: read.head()?.seq,
        counts: counts(facts)?,
        running,
    })
}

/// Ways in of a run that are open: of its person, or at its client.
///
/// # Errors
/// When a table cannot be read.
pub fn open_ways(facts: &Facts<'_>, run: &Run) -> Result<u64, StoreError> {
    if run.kind == CaseKind::Mover {
        return mover::open_of(facts, run);
    }
    let Some(of) = ways_of(run) else { return Ok(0) };
    facts.reader().derived_count::<WayRow>(&of.eq("open", true))
}

/// The ways in a run is about.
fn ways_of(run: &Run) -> Option<Select> {
    match (run.person, run.client) {
        (Some(person), _) => Some(Select::all().eq("person", person)),
        (None, client) => Some(Select::all().eq("client", client?)),
    }
}

fn counts(facts: &Facts<'_>) -> Result<(u32, u32, u32), AppError> {
    let read = facts.reader();
    let number = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let clients = read.count::<Client>(&Select::all().eq("own", false))?;
    let ways = read.derived_sum::<ClientCount>("ways")?;
    Ok((number(clients), number(read.count::<Person>(&Select::all())?), number(ways)))
}

/// The Today screen.
///
/// # Errors
/// When a table cannot be read.
pub fn today(facts: &Facts<'_>, scene: &Scene) -> Result<TodayView, AppError> {
    let read = facts.reader();
    Ok(TodayView {
        needs: needs(facts, scene)?,
        fixes: findings::first(facts, scene, 3)?,
        fixes_total: u32::try_from(read.total(FINDINGS_OPEN)?).unwrap_or(u32::MAX),
        stands: stands(facts, scene)?,
        lately: history::lately(facts, 12)?,
        counts: counts(facts)?,
    })
}

/// What needs somebody, with what it is ordered by.
type Ranked = (u8, Instant, Need);

/// What needs somebody: discharges with open ways in first, then late removals, then who leaves or starts soon.
fn needs(facts: &Facts<'_>, scene: &Scene) -> Result<Vec<Need>, AppError> {
    let mut needs: Vec<Ranked> = Vec::new();
    for run in open_runs(facts)?.into_iter().take(20) {
        needs.extend(run_need(facts, scene, &run)?);
    }
    looks_again(facts, scene, &mut needs)?;
    unchecked(facts, scene, &mut needs)?;
    leavers(facts, scene, &mut needs)?;
    starters(facts, scene, &mut needs)?;
    needs.sort_by_key(|(rank, at, _)| (*rank, *at));
    Ok(needs.into_iter().map(|(_, _, need)| need).collect())
}

/// The looks again of closed runs: who does not look finds out from an attacker that a right came back.
fn looks_again(facts: &Facts<'_>, scene: &Scene, needs: &mut Vec<Ranked>) -> Result<(), AppError> {
    for later in later::left(facts)? {
        let Some(due) = later.step.due.filter(|due| *due <= scene.now.plus_days(1)) else { continue };
        let need = Need {
            risk: if due < scene.now { Severity::High } else { Severity::Medium },
            when: when(due, scene),
            what: format!("{}, {}", later.title, later.name),
            amount: facts.name(later.step.doer)?.unwrap_or_else(|| "nobody named".to_owned()),
            target: Target::Run(later.run.id),
        };
        needs.push((2, due, need));
    }
    Ok(())
}

/// Removals nobody checked, of people without an open run.
fn unchecked(facts: &Facts<'_>, scene: &Scene, needs: &mut Vec<Ranked>) -> Result<(), AppError> {
    let most = Select::all().gt("unchecked", 0_u64).order_desc(&["unchecked"]).page(0, 5);
    for count in facts.reader().derived::<PersonCount>(&most)? {
        let Some(person) = facts.person(count.person)? else { continue };
        if run_facts::open_run_of(facts, count.person)?.is_some() {
            continue;
        }
        let removals = words::counted(count.unchecked, "removal was never checked", "removals were never checked");
        let need = Need {
            risk: Severity::High,
            when: "TO CHECK".to_owned(),
            what: format!("{removals}, {}", person.name),
            amount: String::new(),
            target: Target::Person(count.person),
        };
        needs.push((2, scene.now, need));
    }
    Ok(())
}

/// Who leaves and has no run yet.
fn leavers(facts: &Facts<'_>, scene: &Scene, needs: &mut Vec<Ranked>) -> Result<(), AppError> {
    let dated = Select::all().one_of("status", ["notice", "candidate", "active"]).not_null("last_day").page(0, 200);
    for person in facts.list::<Person>(dated)? {
        let runs = facts.runs_of(person.id)?;
        let standing = person_status::status(&person, &runs, &scene.zone, scene.now);
        let has_open_run = runs.iter().any(|run| run.closed.is_none());
        let (PersonStatus::Notice, Some(at), false) = (standing.status, standing.last_day, has_open_run) else {
            continue;
        };
        let ways = people::line(facts, scene, person.id)?.map_or(0, |line| line.ways_in);
        let soon = at <= scene.now.plus_days(1);
        let need = Need {
            risk: if soon { Severity::High } else { Severity::Medium },
            when: when(at, scene),
            what: format!("Discharge {}, exit interview", person.name),
            amount: format!("{} still open", words::counted(ways.into(), "way in", "ways in")),
            target: Target::StartDischarge(person.id),
        };
        needs.push((u8::from(!soon), at, need));
    }
    Ok(())
}

/// Who starts within two weeks.
fn starters(facts: &Facts<'_>, scene: &Scene, needs: &mut Vec<Ranked>) -> Result<(), AppError> {
    for person in facts.list::<Person>(Select::all().eq("status", "candidate").page(0, 50))? {
        let start = person.start.map(|day| scene.zone.start_of(day));
        let Some(start) = start.filter(|at| *at > scene.now && *at < scene.now.plus_days(14)) else { continue };
        let need = Need {
            risk: Severity::Low,
            when: when(start, scene),
            what: format!("{} starts", person.name),
            amount: person.role.clone().unwrap_or_default(),
            target: Target::Person(person.id),
        };
        needs.push((3, start, need));
    }
    Ok(())
}

fn run_need(facts: &Facts<'_>, scene: &Scene, run: &Run) -> Result<Option<Ranked>, AppError> {
    let Some(name) = runs::name(facts, run)? else { return Ok(None) };
    let ways = open_ways(facts, run)?;
    let unchecked = ways_of(run).map(|of| facts.reader().derived_count::<WayRow>(&of.eq("unchecked", true)));
    let unchecked = unchecked.transpose()?.unwrap_or(0);
    let amount = if ways > 0 {
        format!("{} still open", words::counted(ways, "way in", "ways in"))
    } else if unchecked > 0 {
        format!("{} to check", words::counted(unchecked, "removal", "removals"))
    } else {
        "to close".to_owned()
    };
    let talks = run.person.is_some() && run.trigger > scene.now;
    let need = Need {
        risk: if ways > 0 { Severity::High } else { Severity::Medium },
        when: when(run.trigger, scene),
        what: format!("{} {name}{}", words::run_kind(run.kind), if talks { ", exit interview" } else { "" }),
        amount,
        target: Target::Run(run.id),
    };
    Ok(Some((0, run.trigger, need)))
}

/// `14:00` today, `LATE 3 d` in the past, `FRI 27` within a week, else the day.
pub fn when(at: Instant, scene: &Scene) -> String {
    let (then, today) = (scene.zone.day(at), scene.zone.day(scene.now));
    match (then - today).num_days() {
        0 => words::time(at, &scene.zone),
        days if days < 0 => format!("LATE {} d", -days),
        days if days < 7 => then.format("%a %-d").to_string().to_uppercase(),
        _ => words::day(at, scene.now, &scene.zone),
    }
}

/// How the firm stands, each number with what it was a week ago where that can be told.
fn stands(facts: &Facts<'_>, scene: &Scene) -> Result<Vec<Stand>, AppError> {
    let read = facts.reader();
    let mut held_by_leavers = 0;
    for person in facts.list::<Person>(Select::all().one_of("status", ["notice", "discharged"]))? {
        let runs = facts.runs_of(person.id)?;
        if person_status::status(&person, &runs, &scene.zone, scene.now).has_left() {
            let count = read.derived_one::<PersonCount>(&Select::all().eq("person", person.id))?;
            held_by_leavers += count.map_or(0, |count| count.ways_in);
        }
    }
    let weak = read.derived_sum::<ClientCount>("weak_admin")?;
    let orphans = read.derived_count::<FindingRow>(&Select::all().eq("rule", "orphan-account"))?;
    let newest = facts.list::<Batch>(Select::all().order_desc(&["taken"]).page(0, 1))?.first().map(|batch| batch.taken);
    let bad = |n: u64| if n > 0 { Severity::High } else { Severity::Low };
    let week = scene.week_ago.get(facts, scene)?;
    let was = |now: u64, then: fn(&WeekAgo) -> u64| week.map_or_else(String::new, |week| week.words(now, then, scene));
    let stand = |what: &str, value: String, risk| Stand { what: what.to_owned(), value, risk, before: String::new() };
    Ok(vec![
        Stand {
            before: was(held_by_leavers, |week| week.held_by_leavers),
            ..stand("Ways in held by leavers", words::count(held_by_leavers), bad(held_by_leavers))
        },
        Stand {
            before: was(weak, |week| week.weak_admin),
            ..stand("Admin rights without MFA", words::count(weak), bad(weak))
        },
        stand("Logins nobody owns", words::count(orphans), if orphans > 0 { Severity::Medium } else { Severity::Low }),
        stand(
            "Newest import",
            newest.map_or_else(|| "never".to_owned(), |at| words::moment(at, scene.now, &scene.zone)),
            if newest.is_some_and(|at| scene.now.days_since(at) <= 30) { Severity::Low } else { Severity::Medium },
        ),
    ])
}

/// Something due or late.
#[derive(Debug, Clone, PartialEq)]
pub struct DueLine {
    /// When.
    pub due: Instant,
    /// Past due.
    pub late: bool,
    /// What kind: `step`, `removal`, `check`, `rotation`, `finding`, `leaver`, `exception`.
    pub kind: &'static str,
    /// In words.
    pub what: String,
    /// Who is to do it.
    pub who: Option<String>,
    /// The run it belongs to.
    pub run: Option<RunId>,
}

impl Session {
    /// Everything due within so many days, or late; the latest first.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn due(&self, within_days: u32, as_of: AsOf) -> Result<Vec<DueLine>, AppError> {
        self.look(as_of, |facts, at| {
            let scene = Scene { now: at, ..self.scene.clone() };
            let horizon = at.plus_days(within_days.into());
            let mut due = Vec::new();
            for run in open_runs(facts)? {
                due.extend(run_due(facts, &scene, run, horizon)?);
            }
            for later in later::left(facts)? {
                if let Some(when) = later.step.due.filter(|when| *when <= horizon) {
                    due.push(DueLine {
                        due: when,
                        late: when < at,
                        kind: "step",
                        what: format!("{}, {}", later.title, later.name),
                        who: facts.name(later.step.doer)?,
                        run: Some(later.run.id),
                    });
                }
            }
            for row in facts.reader().derived::<FindingRow>(&Select::all().eq("state", "open"))? {
                let line = findings::line(facts, &scene, &row)?;
                if let Some(when) = line.due.filter(|when| *when <= horizon) {
                    due.push(DueLine {
                        due: when,
                        late: when < at,
                        kind: "finding",
                        what: line.title,
                        who: None,
                        run: None,
                    });
                }
            }
            for exception in
                facts.list::<crate::domain::Exception>(Select::all().gt("until", at).le("until", horizon))?
            {
                let what = format!("Set aside ends: {}", exception.key);
                due.push(DueLine { due: exception.until, late: false, kind: "exception", what, who: None, run: None });
            }
            due.sort_by(|a, b| (a.due, &a.what).cmp(&(b.due, &b.what)));
            Ok(due)
        })
    }
}

fn run_due(facts: &Facts<'_>, scene: &Scene, run: Run, horizon: Instant) -> Result<Vec<DueLine>, AppError> {
    let id = run.id;
    let whole = run_facts::read(facts, scene, run, scene.now)?;
    let case = Case::new(&whole, scene.now);
    let limits = run_facts::deadlines(scene);
    let mut out = Vec::new();
    let mut add = |due: Instant, kind, what: String, who| {
        if due <= horizon {
            out.push(DueLine { due, late: due < scene.now, kind, what, who, run: Some(id) });
        }
    };
    for way in &whole.ways_in {
        let removal = &way.holding.grant.removal;
        if removal.is_waived(scene.now) || removal.confirmed.is_some() {
            continue;
        }
        let who = facts.name(removal.asked.and_then(|mark| mark.by))?;
        let what = format!("{}, {}", super::lines::title(&way.holding), whole.name());
        if way.is_open(scene.now) {
            let due = discharge::removal_due(way, whole.run.kind, whole.run.trigger, &limits);
            add(due, "removal", format!("Remove {what}"), who);
        } else if let Some(due) = discharge::confirm_due(way, &limits) {
            add(due, "check", format!("Check {what}"), who);
        }
    }
    for step in &whole.steps {
        if discharge::step_state(&case, step).has_ended() {
            continue;
        }
        if let Some(due) = step.due {
            add(due, "step", format!("{}, {}", discharge::title_of(&case, step), whole.name()), facts.name(step.doer)?);
        }
    }
    for known in &whole.secrets {
        if discharge::secret_is_settled(known, scene.now) {
            continue;
        }
        if let Some(rotation) = &known.rotation
            && let Some(due) = rotation.due
        {
            add(due, "rotation", format!("Change {}", known.secret.name), facts.name(rotation.doer)?);
        }
    }
    Ok(out)
}
