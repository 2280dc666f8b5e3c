//! The runs as a list: open ones first, the newest of each first.
//!
//! Must never know: drawing, the order of a run's steps.

use super::discharge::{self, apply::open_runs};
use super::filter::{self, Filter};
use super::query::Slice;
use super::session::Scene;
use super::view::{Page, RunLine, RunsView};
use super::{today, words};
use crate::domain::{PersonId, Run, Step, person_status};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::store::{Select, StoreError};

/// Whose run has more ways in is counted on its own page, not in the list.
const MOST_WAYS: u32 = 1_000;
/// So many open runs are counted in the list.
const MOST_COUNTED: usize = 24;

/// The runs under a filter.
///
/// # Errors
/// When a table cannot be read.
pub fn runs(facts: &Facts<'_>, scene: &Scene, slice: &Slice) -> Result<RunsView, AppError> {
    let open = open_runs(facts)?;
    let mut closed = facts.list::<Run>(Select::all().not_null("closed"))?;
    closed.sort_by_key(|run| std::cmp::Reverse((run.closed.map(|mark| mark.at), run.id)));
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let counts = (number(open.len()), number(closed.len()));
    let unfiltered = open.len() + closed.len();
    let filter = Filter::parse(&slice.filter, filter::RUNS);
    let mut wanted = Vec::new();
    for run in open.into_iter().chain(closed) {
        let name = called(facts, &run)?;
        if filter.is_empty()
            || filter.takes(&format!("{name} {} {}", run.kind.shown(), state(&run)), |_| state(&run).to_owned())
        {
            wanted.push((run, name));
        }
    }
    let total = wanted.len();
    let rows = wanted
        .into_iter()
        .enumerate()
        .skip(slice.start)
        .take(slice.limit)
        .map(|(place, (run, name))| line(facts, scene, run, name, place < MOST_COUNTED))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(RunsView { page: Page { rows, start: slice.start, total, unfiltered }, open: counts.0, closed: counts.1 })
}

/// One person's runs, the newest first.
///
/// # Errors
/// When a table cannot be read.
pub fn of_person(facts: &Facts<'_>, scene: &Scene, person: PersonId) -> Result<Vec<RunLine>, AppError> {
    let mut runs = facts.runs_of(person)?.to_vec();
    runs.sort_by_key(|run| std::cmp::Reverse((run.closed.is_none(), run.started, run.id)));
    let mut out = Vec::new();
    for run in runs {
        let name = called(facts, &run)?;
        out.push(line(facts, scene, run, name, true)?);
    }
    Ok(out)
}

fn state(run: &Run) -> &'static str {
    if run.closed.is_some() { "closed" } else { "open" }
}

/// Whose run it is: the person's name or the client's; nothing when neither is on record any more.
///
/// # Errors
/// When a table cannot be read.
pub fn name(facts: &Facts<'_>, run: &Run) -> Result<Option<String>, StoreError> {
    if let Some(name) = facts.name(run.person)? {
        return Ok(Some(name));
    }
    let client = run.client.map(|client| facts.client(client)).transpose()?.flatten();
    Ok(client.map(|client| client.name.clone()))
}

fn called(facts: &Facts<'_>, run: &Run) -> Result<String, StoreError> {
    Ok(name(facts, run)?.unwrap_or_else(|| format!("run {}", run.id)))
}

fn line(facts: &Facts<'_>, scene: &Scene, run: Run, name: String, counts: bool) -> Result<RunLine, AppError> {
    let person = run.person.map(|person| facts.person(person)).transpose()?.flatten();
    let open = u32::try_from(today::open_ways(facts, &run)?).unwrap_or(u32::MAX);
    let has_left = match &person {
        Some(person) => {
            let runs = facts.runs_of(person.id)?;
            person_status::status(person, &runs, &scene.zone, scene.now).has_left()
        }
        None => false,
    };
    let waits_on = match run.doer {
        Some(doer) if Some(doer) == scene.me => "you".to_owned(),
        doer => facts.name(doer)?.unwrap_or_else(|| "nobody".to_owned()),
    };
    let when = match run.closed {
        Some(_) => words::day(run.trigger, scene.now, &scene.zone),
        None => today::when(run.trigger, scene),
    };
    Ok(RunLine {
        id: run.id,
        person: run.person,
        name,
        kind: run.kind,
        late: run.closed.is_none() && when.starts_with("LATE"),
        when,
        closed: run.closed.map(|mark| mark.at),
        still_in: run.closed.is_some() && run.kind.exit().is_some() && has_left && open > 0,
        steps: steps(facts, scene, &run, counts && open <= MOST_WAYS)?,
        open,
        waits_on,
    })
}

/// Steps ended and all. A closed run has ended every one; of an open one it takes the whole run to know.
fn steps(facts: &Facts<'_>, scene: &Scene, run: &Run, counts: bool) -> Result<Option<(u32, u32)>, AppError> {
    if run.closed.is_some() {
        let all = facts.reader().count::<Step>(&Select::all().eq("run", run.id))?;
        let all = u32::try_from(all).unwrap_or(u32::MAX);
        return Ok(Some((all, all)));
    }
    if !counts {
        return Ok(None);
    }
    let whole = discharge::view::whole(facts, scene, run.id)?;
    Ok(Some(discharge::view::steps_ended(&whole, scene)))
}
