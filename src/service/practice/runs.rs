//! Discharges and role changes as they were walked: steps, answers, changed secrets, closing.
//!
//! Must never know: the wording of steps and questions; only their codes.

use super::lives::{person_after_move, person_record};
use super::office::knowers;
use super::story::Story;
use super::world::{RunPlan, World};
use crate::domain::discharge::Template;
use crate::domain::{
    Answer, CaseKind, Change, Instant, Mark, Person, PersonId, PersonStatus, Phase, Proof, Removal, Reply, Rotation,
    Run, Step, StepOutcome,
};

/// Who does a step.
#[derive(Clone, Copy, PartialEq, Eq)]
enum By {
    /// The office.
    Office,
    /// Whoever switches things off.
    Doer,
    /// The same, and a second person looks.
    Seen,
    /// The second person.
    Checker,
}

/// The steps of a discharge that apply to everybody, in the order of the list.
const STEPS: &[(&str, Phase, By)] = &[
    ("D00", Phase::Before, By::Office),
    ("D01", Phase::Before, By::Office),
    ("D02", Phase::Before, By::Office),
    ("D03", Phase::Before, By::Doer),
    ("D04", Phase::Before, By::Doer),
    ("D05", Phase::Before, By::Seen),
    ("D06", Phase::Before, By::Doer),
    ("D07", Phase::Before, By::Doer),
    ("D08", Phase::Before, By::Doer),
    ("D11", Phase::Before, By::Office),
    ("D12", Phase::Before, By::Office),
    ("D13", Phase::Before, By::Doer),
    ("D16", Phase::Before, By::Office),
    ("D17", Phase::Interview, By::Office),
    ("D18", Phase::Interview, By::Office),
    ("D22", Phase::Interview, By::Office),
    ("D24", Phase::Interview, By::Office),
    ("D25", Phase::Interview, By::Office),
    ("D26", Phase::Hour, By::Seen),
    ("D28", Phase::Hour, By::Seen),
    ("D29", Phase::Hour, By::Doer),
    ("D32", Phase::Hour, By::Seen),
    ("D33", Phase::Hour, By::Seen),
    ("D34", Phase::Hour, By::Seen),
    ("D36", Phase::Hour, By::Seen),
    ("D39", Phase::Hour, By::Office),
    ("D40", Phase::Hour, By::Office),
    ("D42", Phase::Hour, By::Checker),
    ("D43", Phase::Day, By::Seen),
    ("D45", Phase::Day, By::Office),
    ("D46", Phase::Day, By::Office),
    ("D47", Phase::Day, By::Seen),
    ("D53", Phase::Day, By::Seen),
    ("D57", Phase::Day, By::Doer),
    ("D58", Phase::Day, By::Office),
    ("D60", Phase::Day, By::Checker),
    ("D61", Phase::Week, By::Seen),
    ("D64", Phase::Week, By::Doer),
    ("D65", Phase::Week, By::Doer),
    ("D69", Phase::Week, By::Office),
    ("D70", Phase::Week, By::Checker),
    ("D71", Phase::Week, By::Office),
    ("D72", Phase::Month, By::Doer),
    ("D73", Phase::Month, By::Checker),
    ("D77", Phase::Month, By::Office),
    ("D78", Phase::Month, By::Office),
];
/// Steps of a role change.
const MOVER: &[&str] = &["D00", "D01", "D02", "D04", "D13", "D70", "D71", "D78"];
/// Steps the open discharge still waits for.
const OPEN: &[&str] = &["D43", "D45", "D60", "D61", "D70", "D71", "D73", "D78"];
/// Questions that were asked, with the usual answer.
const ANSWERS: &[(&str, Reply, Option<&str>)] = &[
    ("Q01", Reply::No, None),
    ("Q07", Reply::Yes, Some("Phone only. Signed out in front of me.")),
    ("Q08", Reply::Yes, Some("The ones on the list.")),
    ("Q18", Reply::NotSure, Some("Looked together; none found.")),
    ("Q20", Reply::No, None),
    ("Q26", Reply::No, None),
    ("Q31", Reply::Yes, Some("Laptop, badge and keys are on the table.")),
    ("Q42", Reply::Yes, None),
];

/// Tells every run.
pub fn tell(world: &World, story: &mut Story<'_>) {
    for run in &world.runs {
        let steps = start(world, run, story);
        walk(world, run, steps, story);
        if run.kind != CaseKind::Mover {
            answers(world, run, story);
            rotations(world, run, story);
            left(world, run, story);
        }
        close(world, run, story);
    }
}

fn record(world: &World, run: &RunPlan) -> Run {
    Run {
        id: run.id,
        kind: run.kind,
        person: Some(world.person(run.person).id),
        client: None,
        trigger: run.trigger,
        started: run.started,
        status_before: Some(PersonStatus::Active),
        closed: None,
        template: Template::for_kind(run.kind).id.clone(),
        doer: Some(world.person(run.doer).id),
        checker: Some(world.person(run.checker).id),
        alone: false,
        alone_reason: None,
        note: None,
    }
}

fn person(world: &World, run: &RunPlan, status: PersonStatus) -> Person {
    if run.kind == CaseKind::Mover {
        person_after_move(world, run.person, status)
    } else {
        person_record(world, run.person, status)
    }
}

/// Opens the run: its record, the person as one who leaves or moves, and its steps.
fn start(world: &World, run: &RunPlan, story: &mut Story<'_>) -> Vec<(Step, By)> {
    let name = &world.person(run.person).spec.name;
    let mover = run.kind == CaseKind::Mover;
    let words = if mover {
        format!("Started role change of {name}")
    } else {
        format!("Started discharge of {name}, {}", run.kind.shown())
    };
    let mut change = Change::new("run.started", words).in_run(Some(run.id));
    change.put(record(world, run));
    change.put(person(world, run, if mover { PersonStatus::Active } else { PersonStatus::Notice }));
    let mut steps = Vec::new();
    for (place, (code, phase, by)) in STEPS.iter().enumerate() {
        if mover && !MOVER.contains(code) {
            continue;
        }
        let step = Step {
            id: story.id::<Step>(),
            run: run.id,
            code: Some((*code).to_owned()),
            phase: *phase,
            position: u32::try_from(place).unwrap_or(0).saturating_add(1).saturating_mul(10),
            due: Some(due(run, *phase)),
            doer: doer(world, run, *by),
            outcome: None,
            ended: None,
            checked: None,
            proof: None,
            until: None,
            repeats: None,
            title: None,
            note: None,
            reason: None,
        };
        change.put(step.clone());
        steps.push((step, *by));
    }
    story.tell(run.started, change);
    steps
}

const fn due(run: &RunPlan, phase: Phase) -> Instant {
    match phase {
        Phase::Before => run.trigger,
        Phase::Interview | Phase::Hour => run.trigger.plus_hours(1),
        Phase::Day => run.trigger.plus_hours(24),
        Phase::Week => run.trigger.plus_days(7),
        Phase::Month => run.trigger.plus_days(30),
    }
}

fn doer(world: &World, run: &RunPlan, by: By) -> Option<PersonId> {
    match by {
        By::Office => world.office_manager(),
        By::Doer | By::Seen => Some(world.person(run.doer).id),
        By::Checker => Some(world.person(run.checker).id),
    }
}

/// The steps done, one entry each where somebody looked, together with their neighbours otherwise.
fn walk(world: &World, run: &RunPlan, steps: Vec<(Step, By)>, story: &mut Story<'_>) {
    let name = world.person(run.person).spec.name.clone();
    let checker = Some(world.person(run.checker).id);
    let mut together: Vec<(Instant, Phase, Vec<Step>)> = Vec::new();
    for (place, (step, by)) in steps.into_iter().enumerate() {
        if run.closed.is_none() && step.code.as_deref().is_some_and(|code| OPEN.contains(&code)) {
            continue;
        }
        let at = ended(world, run, step.phase, i64::try_from(place).unwrap_or(0));
        let seen = matches!(by, By::Seen | By::Checker);
        let done = Step {
            outcome: Some(StepOutcome::Done),
            ended: Some(Mark { at, by: step.doer }),
            checked: (by == By::Seen).then_some(Mark { at: at.plus_hours(1), by: checker }),
            proof: Some(if seen { Proof::Observed } else { Proof::Stated }),
            ..step
        };
        match together.last_mut() {
            Some((_, phase, list)) if *phase == done.phase && !seen && list.len() < 6 => list.push(done),
            _ => together.push((at.plus_hours(i64::from(by == By::Seen)), done.phase, vec![done])),
        }
    }
    for (at, phase, list) in together {
        let codes = list.iter().filter_map(|step| step.code.clone()).collect::<Vec<_>>().join(", ");
        let words = format!("{}: {codes} done, {name}", phase.shown());
        let mut change = Change::new("step.done", words).in_run(Some(run.id));
        let latest = list.iter().filter_map(|step| step.ended.map(|mark| mark.at)).max().unwrap_or(at);
        for step in list {
            change.put(step);
        }
        story.tell(at.max(latest), change);
    }
}

/// When a step was done: in the time of its phase, and before the run was closed.
fn ended(world: &World, run: &RunPlan, phase: Phase, place: i64) -> Instant {
    let minutes = |n: i64| Instant::from_millis(run.trigger.millis() + n * 60_000);
    let at = match phase {
        Phase::Before => Instant::from_millis(run.started.millis() + (6 + place) * 60_000),
        Phase::Interview => minutes(place - 8),
        Phase::Hour => minutes(10 + place),
        Phase::Day => minutes(180 + place * 4),
        Phase::Week => {
            world.calendar.at(world.calendar.ago(run.trigger) - 4, 10, u32::try_from(place % 60).unwrap_or(0))
        }
        Phase::Month => {
            world.calendar.at(world.calendar.ago(run.trigger) - 6, 11, u32::try_from(place % 60).unwrap_or(0))
        }
    };
    run.closed.map_or(at, |closed| at.min(Instant::from_millis(closed.millis() - (120 - place) * 60_000)))
}

fn answers(world: &World, run: &RunPlan, story: &mut Story<'_>) {
    let name = &world.person(run.person).spec.name;
    let hostile = run.kind == CaseKind::Hostile;
    for (place, (question, reply, note)) in ANSWERS.iter().enumerate() {
        let minutes = 2 + i64::try_from(place).unwrap_or(0) * 3;
        let at = Instant::from_millis(run.trigger.millis() - 30 * 60_000 + minutes * 60_000);
        let reply = if hostile { Reply::Refused } else { *reply };
        let words = format!("{question} answered {}, {name}", reply.shown());
        let mut change = Change::new("answer.recorded", words).in_run(Some(run.id));
        change.put(Answer {
            id: story.id::<Answer>(),
            run: run.id,
            question: (*question).to_owned(),
            reply: Some(reply),
            at,
            made: Vec::new(),
            note: note.filter(|_| !hostile).map(str::to_owned),
        });
        story.tell(at, change);
    }
}

/// The shared logins the leaver knew: changed in the run, left as they are until a date, or still to be changed.
fn rotations(world: &World, run: &RunPlan, story: &mut Story<'_>) {
    let calendar = &world.calendar;
    let name = &world.person(run.person).spec.name;
    let asked = Mark { at: run.trigger, by: world.office_manager() };
    for (spec, secret) in world.office.secrets.iter().zip(&world.secrets) {
        let knew = knowers(world, spec).into_iter().any(|(person, since, _)| {
            person == run.person && world.system_at(&spec.at).is_some() && calendar.at(since, 9, 30) < run.trigger
        });
        let changed = calendar.at(spec.changed, 10, 40);
        // What was changed between the run's opening and its closing counts for it.
        let in_time = changed > run.trigger && run.closed.is_none_or(|closed| changed < closed);
        if !knew || changed > run.trigger && !in_time {
            continue;
        }
        let rotation = Rotation {
            id: story.id::<Rotation>(),
            secret: *secret,
            run: Some(run.id),
            person: Some(world.person(run.person).id),
            due: Some(run.trigger.plus_days(7)),
            doer: Some(world.person(run.doer).id),
            change: Removal { asked: Some(asked), ..Removal::default() },
            outcome: None,
            note: None,
        };
        let mut change = Change::new("rotation.asked", format!("Asked Tom Becker to change: {}, {name}", spec.name));
        change.put(rotation.clone());
        story.tell(Instant::from_millis(run.trigger.millis() + 60_000), change.in_run(Some(run.id)));
        let ended = if in_time { Some(changed.plus_hours(1)) } else { run.closed.map(|closed| closed.plus_hours(-1)) };
        let Some(at) = ended else { continue };
        let (words, rotation) = ended_rotation(world, run, rotation, changed, in_time);
        let mut change = Change::new("rotation.done", format!("{words}: {}, {name}", spec.name)).in_run(Some(run.id));
        change.put(rotation);
        story.tell(at, change);
    }
}

/// A rotation as it ended: changed and looked at by a second person, or left as it is for a month.
fn ended_rotation(
    world: &World,
    run: &RunPlan,
    rotation: Rotation,
    changed: Instant,
    in_time: bool,
) -> (&'static str, Rotation) {
    if in_time {
        let change = Removal {
            done: Some(Mark { at: changed, by: rotation.doer }),
            confirmed: Some(Mark { at: changed.plus_hours(1), by: Some(world.person(run.checker).id) }),
            proof: Some(Proof::Observed),
            ..rotation.change
        };
        return ("Changed and checked", Rotation { change, ..rotation });
    }
    // Nobody came back to it when the month was over: the oldest problem on the list.
    let until = run.closed.map(|closed| closed.plus_days(30));
    let change = Removal { waived_until: until, proof: Some(Proof::Waived), ..rotation.change };
    let note = Some("Left for the next maintenance window.".to_owned());
    ("Left as it is for 30 days", Rotation { change, outcome: Some(StepOutcome::Waived), note, ..rotation })
}

/// The person is gone from the last minute on.
fn left(world: &World, run: &RunPlan, story: &mut Story<'_>) {
    let name = &world.person(run.person).spec.name;
    let mut change = Change::new("person.left", format!("{name} has left")).in_run(Some(run.id));
    change.put(person(world, run, PersonStatus::Discharged));
    story.tell(run.trigger.plus_hours(1), change);
}

fn close(world: &World, run: &RunPlan, story: &mut Story<'_>) {
    let Some(closed) = run.closed else { return };
    let name = &world.person(run.person).spec.name;
    let words = match run.kind {
        CaseKind::Mover => format!("Closed role change of {name}"),
        _ => format!("Closed discharge of {name}: every way in shut and checked"),
    };
    let mut change = Change::new("run.closed", words).in_run(Some(run.id));
    let mark = Mark { at: closed, by: world.office_manager() };
    change.put(Run { closed: Some(mark), ..record(world, run) });
    story.tell(closed, change);
}
