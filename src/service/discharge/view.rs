//! A run as the cockpit shows it: head, ways in, steps, questions, closing page.
//!
//! Must never know: drawing, which step waits for which.

use super::facts as run_facts;
use crate::domain::discharge::{self, Case, RunFacts, StepState, Tab, Target, with_name};
use crate::domain::{GrantState, RecordKind, RecordRef, RunId, Step, StepOutcome};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::filter::{self, Filter};
use crate::service::lines::{self, Standing};
use crate::service::people::{page, sort_ways};
use crate::service::query::{Slice, Sort};
use crate::service::session::Scene;
use crate::service::view::{ClosingView, Obstacle, Page, QuestionLine, RunTab, RunView, StepLine, WayIn};
use crate::service::{what_if, words};
use crate::store::StoreError;
use std::collections::BTreeMap;

/// Reads a run whole, open or closed.
///
/// # Errors
/// When there is no such run.
pub fn whole(facts: &Facts<'_>, scene: &Scene, id: RunId) -> Result<RunFacts, AppError> {
    let run = run_facts::run(facts, id)?;
    run_facts::read(facts, scene, run, scene.now)
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// The head above the tabs.
///
/// # Errors
/// When a table cannot be read.
pub fn head(facts: &Facts<'_>, scene: &Scene, whole: &RunFacts) -> Result<RunView, AppError> {
    let case = Case::new(whole, scene.now);
    head_of(facts, scene, &case)
}

fn head_of(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>) -> Result<RunView, AppError> {
    let whole = case.facts;
    let run = &whole.run;
    let count = discharge::countdown(case);
    let steps = ended_of(case);
    let answered = case.questions().filter(|q| whole.answer(&q.id).is_some_and(|a| a.reply.is_some())).count();
    let settled = whole.secrets.iter().filter(|known| discharge::secret_is_settled(known, scene.now)).count();
    let things = super::things::lines(facts, scene, whole)?;
    let next = discharge::next_best(case);
    Ok(RunView {
        id: run.id,
        person: run.person,
        client: run.client,
        name: whole.name().to_owned(),
        kind: run.kind,
        trigger: run.trigger,
        started: run.started,
        closed: run.closed.map(|mark| mark.at),
        open: number(count.open),
        shut: number(count.shut),
        confirmed: number(count.checked),
        total: number(count.total),
        stays: whole.stays,
        open_admin: number(count.open_admin),
        open_without_mfa: number(count.open_without_factor),
        steps,
        questions: (number(answered), number(case.questions().count())),
        secrets: (number(settled), number(whole.secrets.len())),
        things: (number(things.iter().filter(|thing| thing.settled).count()), number(things.len())),
        next: Some(next.sentence),
        next_tab: tab_of(&next.target),
        doer: facts.name(run.doer)?,
        checker: facts.name(run.checker)?,
        alone: run.alone,
        since_then: since_then(case),
    })
}

/// Steps ended, and all.
pub fn steps_ended(whole: &RunFacts, scene: &Scene) -> (u32, u32) {
    ended_of(&Case::new(whole, scene.now))
}

fn ended_of(case: &Case<'_>) -> (u32, u32) {
    let steps = &case.facts.steps;
    let ended = steps.iter().filter(|step| discharge::step_state(case, step).has_ended()).count();
    (number(ended), number(steps.len()))
}

const fn tab_of(target: &Target) -> RunTab {
    match target {
        Target::WayIn(_) | Target::Run => RunTab::WaysIn,
        Target::Step(_) | Target::Account(_) => RunTab::Steps,
        Target::Rotation(_) => RunTab::Secrets,
        Target::Question(_) => RunTab::Questions,
        Target::Asset(_) | Target::Contact(_) | Target::Data(_) => RunTab::Things,
    }
}

/// What happened by itself: dependants shut, ways in that came back.
fn since_then(case: &Case<'_>) -> Option<String> {
    let back = case.facts.ways_in.iter().filter(|way| way.state(case.at) == Some(GrantState::CameBack)).count();
    if back > 0 {
        return Some(format!("{} back after removal.", words::counted(back as u64, "way in came", "ways in came")));
    }
    let shut = case.facts.ways_in.iter().filter(|way| way.state(case.at) == Some(GrantState::ShutByParent)).count();
    (shut > 0).then(|| {
        format!(
            "{} shut with their sign-in. Check them later.",
            words::counted(shut as u64, "way in is", "ways in are")
        )
    })
}

/// The ways in of a run, in the order of switching off.
///
/// # Errors
/// When there is no such run.
pub fn ways_in(facts: &Facts<'_>, scene: &Scene, whole: &RunFacts, slice: &Slice) -> Result<Page<WayIn>, AppError> {
    let mut ways = whole.ways_in.clone();
    let case = Case::new(whole, scene.now);
    discharge::sort_ways_in(&case, &mut ways);
    let unfiltered = ways.len() as u64;
    let filter = Filter::parse(&slice.filter, filter::WAYS);
    let line = |way: &discharge::WayIn| way_line(facts, scene, way, whole);
    if filter.is_empty() && slice.sort == Sort::Best && !slice.reverse {
        let total = ways.len();
        let rows = ways.iter().skip(slice.start).take(slice.limit).map(line).collect::<Result<Vec<_>, _>>()?;
        return Ok(Page { rows, start: slice.start, total, unfiltered: total });
    }
    let mut rows = Vec::new();
    for way in &ways {
        let row = line(way)?;
        if filter.takes_way(&row, scene.now) {
            rows.push(row);
        }
    }
    sort_ways(&mut rows, slice.sort);
    Ok(page(rows, slice, unfiltered))
}

fn way_line(facts: &Facts<'_>, scene: &Scene, way: &discharge::WayIn, whole: &RunFacts) -> Result<WayIn, StoreError> {
    let state = way.state(scene.now).unwrap_or(GrantState::Planned);
    let shut_by =
        if state == GrantState::ShutByParent { way.holding.at.system.signs_in_through.first().copied() } else { None };
    let standing = Standing { state, shut_by, shuts: way.shuts };
    let mut line = lines::way_in(facts, &way.holding, standing, way.sole_admin, (scene.now, &scene.zone))?;
    if line.doer.is_none() {
        line.doer = facts.name(whole.run.doer)?;
    }
    Ok(line)
}

/// The steps of a run, by phase and place.
///
/// # Errors
/// When there is no such run.
pub fn steps(facts: &Facts<'_>, scene: &Scene, whole: &RunFacts) -> Result<Vec<StepLine>, AppError> {
    let case = Case::new(whole, scene.now);
    let mut lines =
        whole.steps.iter().map(|step| step_line(facts, scene, &case, step)).collect::<Result<Vec<_>, _>>()?;
    // Within a phase the template's place decides; a stable sort keeps it.
    lines.sort_by_key(|line| line.phase);
    Ok(lines)
}

fn step_line(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>, step: &Step) -> Result<StepLine, AppError> {
    let state = discharge::step_state(case, step);
    let waits: Vec<String> = discharge::waits_for(case, step).into_iter().map(|wait| wait.sentence).collect();
    let too_early = discharge::step_too_early(case, step, &scene.zone);
    let outcome = match state {
        StepState::ToDo | StepState::Waiting => None,
        StepState::Started => Some(StepOutcome::Started),
        StepState::Blocked => Some(StepOutcome::Blocked),
        StepState::Done | StepState::ByItself => Some(StepOutcome::Done),
        StepState::NotNeeded => Some(StepOutcome::NotNeeded),
        StepState::Waived => Some(StepOutcome::Waived),
    };
    let doer = match facts.name(step.doer)? {
        Some(name) => Some(name),
        None => case.spec(step).map(|spec| spec.doer.shown().to_owned()),
    };
    Ok(StepLine {
        after_closing: discharge::belongs_after_closing(case, step),
        id: step.id,
        code: step.code.clone(),
        phase: step.phase,
        title: discharge::title_of(case, step),
        outcome,
        ended: step.ended.map(|mark| mark.at).or_else(|| discharge::completed_at(case, step)),
        checked: step.checked.is_some(),
        due: step.due,
        late: !state.has_ended() && step.due.is_some_and(|due| due < scene.now),
        doer,
        waits_for: if state.has_ended() { Vec::new() } else { waits },
        too_early,
        how: how(facts, scene, case, step)?,
        note: step.note.clone().unwrap_or_default(),
    })
}

fn how(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>, step: &Step) -> Result<Vec<(String, String)>, AppError> {
    let Some(spec) = case.spec(step) else { return Ok(Vec::new()) };
    let name = case.facts.name();
    let mut out = Vec::new();
    let (left, all) = discharge::left_of(case, step);
    if all > 0 {
        out.push(("Left".to_owned(), format!("{left} of {all}. It ticks itself when all are done.")));
    }
    if let (true, Some(person)) = (spec.lists_sole, case.facts.run.person) {
        let (_, sole) = what_if::look(facts, scene, person, case)?;
        if sole.is_empty() {
            out.push(("On record".to_owned(), "Nothing that only they can do. Ask all the same.".to_owned()));
        }
        for (place, item) in sole.iter().enumerate() {
            let key = if place == 0 { format!("Only they {}", sole.len()) } else { String::new() };
            let at = if item.client.is_empty() { String::new() } else { format!(", {}", item.client) };
            out.push((key, format!("{}{at}: {}", item.what, item.kind.shown())));
        }
    }
    for (place, line) in spec.how.iter().enumerate() {
        let key = if place == 0 { "Do" } else { "" };
        out.push((key.to_owned(), with_name(line, name)));
    }
    for (key, text) in [("Say", &spec.say), ("Done when", &spec.done_when), ("Write", &spec.write_down)] {
        if !text.is_empty() {
            out.push((key.to_owned(), with_name(text, name)));
        }
    }
    if let Some(reason) = step.reason.as_ref().filter(|reason| !reason.is_empty()) {
        out.push(("Reason".to_owned(), reason.clone()));
    }
    Ok(out)
}

/// The questions of a run, in the order they are asked.
///
/// # Errors
/// When there is no such run.
pub fn questions(facts: &Facts<'_>, scene: &Scene, whole: &RunFacts) -> Result<Vec<QuestionLine>, AppError> {
    let case = Case::new(whole, scene.now);
    let groups: BTreeMap<&str, &str> =
        case.template.groups.iter().map(|group| (group.id.as_str(), group.title.as_str())).collect();
    let mut lines = Vec::new();
    for (place, question) in discharge::question_order(&case).into_iter().enumerate() {
        let answer = whole.answer(&question.id);
        let mut made = Vec::new();
        for (kind, id) in answer.map_or(&[][..], |answer| &answer.made) {
            made.extend(made_words(facts, *kind, *id)?);
        }
        lines.push(QuestionLine {
            code: question.id.clone(),
            number: number(place + 1),
            group: groups.get(question.group.as_str()).map_or_else(String::new, |title| (*title).to_owned()),
            short: question.short.clone(),
            text: question.text.clone(),
            then: question.follow_up.clone(),
            reply: answer.and_then(|answer| answer.reply),
            note: answer.and_then(|answer| answer.note.clone()).unwrap_or_default(),
            made,
        });
    }
    Ok(lines)
}

fn made_words(facts: &Facts<'_>, kind: u8, id: u64) -> Result<Option<String>, StoreError> {
    let Some(kind) = RecordKind::from_number(kind) else { return Ok(None) };
    if matches!(kind, RecordKind::Knowing | RecordKind::Rotation | RecordKind::Account) {
        return Ok(None);
    }
    let Some(record) = facts.reader().get_any(RecordRef { kind, id }, None)? else { return Ok(None) };
    Ok(Some(format!("{}: {}", kind.shown(), crate::service::access::label(facts, &record)?)))
}

/// What keeps a run open, as the screen and commands show it: one line for each tab and kind, with the number.
pub fn obstacles(case: &Case<'_>) -> Vec<Obstacle> {
    discharge::obstacles(case)
        .into_iter()
        .map(|found| Obstacle {
            what: found.sentence,
            tab: match found.tab {
                Tab::WaysIn => RunTab::WaysIn,
                Tab::Steps => RunTab::Steps,
                Tab::Questions => RunTab::Questions,
                Tab::SharedLogins => RunTab::Secrets,
                Tab::Things => RunTab::Things,
            },
            remedy: found.clear,
        })
        .collect()
}

/// The closing page.
///
/// # Errors
/// When there is no such run.
pub fn closing(facts: &Facts<'_>, scene: &Scene, whole: &RunFacts) -> Result<ClosingView, AppError> {
    let case = Case::new(whole, scene.now);
    let times = discharge::closing_times(&case);
    let minutes =
        |at: Option<crate::domain::Instant>| at.map(|at| (at.millis() - whole.run.started.millis()).max(0) / 60_000);
    let (mut doers, mut checkers) = (BTreeMap::new(), BTreeMap::new());
    for way in &whole.ways_in {
        let removal = &way.holding.grant.removal;
        if let Some(done) = removal.done {
            *doers.entry(facts.name(done.by)?.unwrap_or_else(|| "nobody named".to_owned())).or_insert(0_u32) += 1;
        }
        if let Some(confirmed) = removal.confirmed {
            *checkers
                .entry(facts.name(confirmed.by)?.unwrap_or_else(|| "the system's own list".to_owned()))
                .or_insert(0_u32) += 1;
        }
    }
    let rechecks = whole
        .steps
        .iter()
        .filter(|step| step.repeats.is_some())
        .filter_map(|step| Some((discharge::title_of(&case, step), step.due?)))
        .collect();
    let head = facts.reader().head()?.seq;
    let receipt = facts
        .reader()
        .checkpoint_at(head)?
        .map(|(checkpoint, _)| crate::journal::Receipt::of(checkpoint.size, &checkpoint.root).to_string());
    Ok(ClosingView {
        obstacles: if whole.run.closed.is_some() { Vec::new() } else { obstacles(&case) },
        run: head_of(facts, scene, &case)?,
        minutes_to: [minutes(times.half), minutes(times.ninety), minutes(times.all)],
        doers: doers.into_iter().collect(),
        checkers: checkers.into_iter().collect(),
        rechecks,
        receipt,
    })
}
