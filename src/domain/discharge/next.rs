//! The one next best act of a run, as a sentence, and the countdown above it.
//!
//! Must never know: how long a line is, who reads it.

use super::addition::is_unnamed;
use super::answer::next_question;
use super::case::Case;
use super::close::obstacles;
use super::facts::{KnownSecret, Target, WayIn};
use super::order::{rotation_waits, sort_key, step_state, waits_for, way_waits};
use super::removal::secret_is_settled;
use super::standing::{StepState, thing_words, title_of};
use crate::domain::{Asset, Factor, GrantState, Step};

/// What to do next.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Next {
    /// The act, in one sentence.
    pub sentence: String,
    /// What it is about.
    pub target: Target,
}

impl Next {
    fn new(sentence: impl Into<String>, target: Target) -> Self {
        Self { sentence: sentence.into(), target }
    }
}

/// How many ways in are still open, of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Countdown {
    /// All of the run.
    pub total: usize,
    /// Still open.
    pub open: usize,
    /// Shut, checked or not.
    pub shut: usize,
    /// Shut and checked.
    pub checked: usize,
    /// Open with admin rights.
    pub open_admin: usize,
    /// Open without a second factor.
    pub open_without_factor: usize,
}

/// The countdown at this moment. It falls only when something is really shut; a waiver does not move it.
pub fn countdown(case: &Case<'_>) -> Countdown {
    let mut count = Countdown::default();
    for way in &case.facts.ways_in {
        let Some(state) = way.state(case.at).filter(|state| *state != GrantState::Planned) else { continue };
        count.total += 1;
        if state.is_open() {
            count.open += 1;
            count.open_admin += usize::from(way.holding.is_admin());
            count.open_without_factor += usize::from(way.holding.at.strongest_factor() == Some(Factor::None));
        } else {
            count.shut += 1;
            count.checked += usize::from(state == GrantState::Checked);
        }
    }
    count
}

/// The next best act. In the order of what matters: what opens most, secrets, questions and things while somebody sits
/// there, then what was asked for, checks, contacts, data, steps; at the end the closing.
pub fn next_best(case: &Case<'_>) -> Next {
    if case.facts.run.closed.is_some() {
        return Next::new("This discharge is closed. Look again on the dates below.", Target::Run);
    }
    let mut waiting = None;
    // With notice given, access stays until the last minute; until then the steps before the meeting come first.
    let cut = !case.facts.is_friendly() || case.at >= case.facts.run.trigger;
    short_list(case, &mut waiting)
        .or_else(|| cut.then(|| open_way(case, &mut waiting)).flatten())
        .or_else(|| secret(case, &mut waiting))
        .or_else(|| at_the_table(case))
        .or_else(|| asked_way(case))
        .or_else(|| check(case))
        .or_else(|| contact_or_data(case))
        .or_else(|| step(case))
        .or(waiting)
        .unwrap_or_else(|| match obstacles(case).into_iter().next() {
            Some(left) => Next::new(format!("{} {}", left.sentence, left.clear), left.what),
            None => Next::new("Everything is settled. Close the run.", Target::Run),
        })
}

fn sorted<'a>(case: &Case<'a>, wanted: impl Fn(GrantState) -> bool) -> Vec<&'a WayIn> {
    let mut ways: Vec<&WayIn> = case
        .facts
        .ways_in
        .iter()
        .filter(|way| way.state(case.at).is_some_and(&wanted) && !way.holding.grant.removal.is_waived(case.at))
        .collect();
    ways.sort_by_cached_key(|way| sort_key(case, way));
    ways
}

/// The first minutes of a sudden exit go by a short list: the signal, then ways in, then what hangs on them.
fn short_list(case: &Case<'_>, waiting: &mut Option<Next>) -> Option<Next> {
    let codes = case.template.short.get(&case.facts.run.kind)?;
    let open = codes
        .iter()
        .filter_map(|code| case.facts.step(code))
        .find(|step| matches!(step_state(case, step), StepState::ToDo | StepState::Started))?;
    if case.covered_by(open).is_empty() {
        return Some(Next::new(format!("{}.", title_of(case, open)), Target::Step(open.id)));
    }
    open_way(case, waiting)
}

fn open_way(case: &Case<'_>, waiting: &mut Option<Next>) -> Option<Next> {
    for way in sorted(case, |state| matches!(state, GrantState::In | GrantState::CameBack)) {
        let id = Target::WayIn(way.holding.grant.id);
        let label = way.label();
        if is_unnamed(&way.holding.at.account.login) {
            return Some(Next::new(format!("Find out what this is: {label}."), id));
        }
        match way_waits(case, way).into_iter().next() {
            Some(wait) => *waiting = waiting.take().or_else(|| Some(Next::new(wait.sentence, wait.what))),
            None if way.state(case.at) == Some(GrantState::CameBack) => {
                return Some(Next::new(format!("{label} is back. Switch it off again."), id));
            }
            None if way.shuts > 1 => {
                return Some(Next::new(format!("Switch off {label}: shuts {} more at once.", way.shuts - 1), id));
            }
            None => {
                let place =
                    if case.facts.is_own(way) { String::new() } else { format!(", {}", way.holding.at.client.name) };
                return Some(Next::new(format!("Switch off {label}{place}."), id));
            }
        }
    }
    None
}

fn secret(case: &Case<'_>, waiting: &mut Option<Next>) -> Option<Next> {
    let mut open: Vec<&KnownSecret> = case
        .facts
        .secrets
        .iter()
        .filter(|known| !secret_is_settled(known, case.at))
        .filter(|known| known.rotation.as_ref().is_some_and(|r| r.change.done.is_none()))
        .collect();
    open.sort_by_key(|known| {
        (known.rotation.as_ref().and_then(|r| r.due), !known.is_key_system(), known.secret.name.to_lowercase())
    });
    for known in open {
        let Some(rotation) = &known.rotation else { continue };
        match rotation_waits(case, known).into_iter().next() {
            Some(wait) => *waiting = waiting.take().or_else(|| Some(Next::new(wait.sentence, wait.what))),
            None if is_unnamed(&known.secret.name) => {
                return Some(Next::new(
                    format!("Find out what this is: {}.", known.secret.name),
                    Target::Rotation(rotation.id),
                ));
            }
            None => {
                let place = known.systems.first().map(|s| format!(", {}", s.name)).unwrap_or_default();
                return Some(Next::new(format!("Change {}{place}.", known.secret.name), Target::Rotation(rotation.id)));
            }
        }
    }
    None
}

fn at_the_table(case: &Case<'_>) -> Option<Next> {
    let thing = case.facts.assets.iter().find(|asset| is_out(case, asset));
    let collect = thing.map(thing_words);
    // Nobody is asked before the meeting that notice has been given for.
    let talking = !case.facts.is_friendly() || case.at >= case.facts.run.trigger;
    match (talking.then(|| next_question(case)).flatten(), thing, collect) {
        (Some((question, place, total)), _, collect) => {
            let then = collect.map(|thing| format!(", then collect {thing}")).unwrap_or_default();
            let sentence = format!("Ask question {place} of {total}{then}.");
            Some(Next::new(sentence, Target::Question(question.id.clone())))
        }
        (None, Some(asset), Some(thing)) if talking => {
            Some(Next::new(format!("Collect {thing}."), Target::Asset(asset.id)))
        }
        _ => None,
    }
}

fn is_out(case: &Case<'_>, asset: &Asset) -> bool {
    asset.returned.is_none() && asset.cancelled.is_none() && asset.waived_until.is_none_or(|until| case.at >= until)
}

fn asked_way(case: &Case<'_>) -> Option<Next> {
    let way = sorted(case, |state| state == GrantState::Asked).into_iter().next()?;
    Some(Next::new(
        format!("Find out whether {} is off: it was asked for.", way.label()),
        Target::WayIn(way.holding.grant.id),
    ))
}

fn check(case: &Case<'_>) -> Option<Next> {
    if let Some(way) = sorted(case, GrantState::is_unchecked).into_iter().next() {
        let who = if way.holding.needs_second_person() { "a second person" } else { "somebody" };
        return Some(Next::new(
            format!("Have {who} check that {} is gone.", way.label()),
            Target::WayIn(way.holding.grant.id),
        ));
    }
    let known = case.facts.secrets.iter().find(|known| {
        !secret_is_settled(known, case.at) && known.rotation.as_ref().is_some_and(|r| r.change.done.is_some())
    })?;
    let rotation = known.rotation.as_ref()?;
    Some(Next::new(
        format!("Have a second person sign in with the new {}.", known.secret.name),
        Target::Rotation(rotation.id),
    ))
}

fn contact_or_data(case: &Case<'_>) -> Option<Next> {
    obstacles(case).into_iter().find_map(|left| match left.what {
        Target::Contact(_) | Target::Data(_) | Target::Account(_) => {
            Some(Next::new(format!("{} {}", left.sentence, left.clear), left.what))
        }
        _ => None,
    })
}

fn step(case: &Case<'_>) -> Option<Next> {
    let mut steps: Vec<&Step> = case
        .facts
        .steps
        .iter()
        .filter(|step| matches!(step_state(case, step), StepState::ToDo | StepState::Started))
        .filter(|step| case.spec(step).is_none_or(|spec| !spec.after_close) && waits_for(case, step).is_empty())
        .collect();
    steps.sort_by_key(|step| (step.phase, step.due, step.position));
    let step = steps.first()?;
    Some(Next::new(format!("{}.", title_of(case, step)), Target::Step(step.id)))
}

#[cfg(test)]
#[path = "next_tests.rs"]
mod tests;
