//! What keeps a run open, the closing itself with its re-checks, and how long it took.
//!
//! Must never know: how the closing page looks, who signs it.

use super::addition::is_unnamed;
use super::case::Case;
use super::facts::{Ids, KnownSecret, Target, WayIn};
use super::order::{read_again, step_state, step_too_early, waits_for};
use super::removal::{Demands, came_back, secret_is_settled, weakness};
use super::standing::{StepState, needs_look, thing_words, title_of};
use crate::domain::{
    DataKind, Edit, Grant, GrantId, GrantState, Instant, Mark, PersonId, Phase, RecordKind, Removal, Run, Step, StepId,
    Zone, capital,
};
use chrono::Days;

crate::words! {
    /// Where in a run something is found.
    pub enum Tab {
        WaysIn = "ways_in", "Ways in";
        Steps = "steps", "Steps";
        Questions = "questions", "Questions";
        SharedLogins = "shared_logins", "Shared logins";
        Things = "things", "Things";
    }
}

/// Something that keeps a run open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// What it is about.
    pub what: Target,
    /// Where to find it.
    pub tab: Tab,
    /// What is open, in one sentence.
    pub sentence: String,
    /// How to clear it, in one sentence.
    pub clear: String,
}

/// Why a run was not closed. The text is for the office.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CloseRefusal {
    /// Something is open.
    #[error("{} things are still open. The run was not closed. The first: {}", .0.len(), first_sentence(.0))]
    Open(Vec<Obstacle>),
    /// It is closed already.
    #[error("This run is closed already. Nothing changed.")]
    Closed,
}

fn first_sentence(obstacles: &[Obstacle]) -> &str {
    obstacles.first().map_or("", |obstacle| obstacle.sentence.as_str())
}

/// Everything that keeps a run open at this moment, in the order of the tabs.
pub fn obstacles(case: &Case<'_>) -> Vec<Obstacle> {
    let mut found = Vec::new();
    found.extend(case.facts.ways_in.iter().filter_map(|way| way_obstacle(case, way)));
    whole_run(case, &mut found);
    steps(case, &mut found);
    questions(case, &mut found);
    found.extend(case.facts.secrets.iter().filter_map(|known| secret_obstacle(case, known)));
    things(case, &mut found);
    found
}

fn obstacle(what: Target, tab: Tab, sentence: impl Into<String>, clear: impl Into<String>) -> Obstacle {
    Obstacle { what, tab, sentence: sentence.into(), clear: clear.into() }
}

const NAME_IT: &str = "Name it, or take it off with a reason.";

fn way_obstacle(case: &Case<'_>, way: &WayIn) -> Option<Obstacle> {
    let (grant, label) = (&way.holding.grant, way.label());
    let place = if case.facts.is_own(way) { String::new() } else { format!(" at {}", way.holding.at.client.name) };
    let here = |sentence: String, clear: &str| Some(obstacle(Target::WayIn(grant.id), Tab::WaysIn, sentence, clear));
    let state = way.state(case.at)?;
    if grant.removal.is_waived(case.at) {
        return None;
    }
    if is_unnamed(&way.holding.at.account.login) {
        return here(format!("{label} has no name yet."), NAME_IT);
    }
    match state {
        GrantState::Planned if case.facts.run.kind.exit().is_some() => {
            here(format!("{label}{place} still waits to be given."), "Take it off the list of rights to give.")
        }
        GrantState::Planned => None,
        GrantState::In => here(format!("{label}{place} is still open."), "Have it removed, or leave it until a date."),
        GrantState::CameBack => here(format!("{label}{place} is open again."), "Have it removed once more."),
        GrantState::Asked => {
            here(format!("{label}{place} was asked for and is still open."), "Tick it when it is removed.")
        }
        GrantState::ShutByParent => {
            here(format!("{label}{place} is shut by its parent only."), "Have it removed too, then checked.")
        }
        GrantState::Removed => here(format!("{label}{place} is removed, but not checked."), "Have somebody look."),
        GrantState::Checked => {
            let weak = weak_check(case, &grant.removal, way.holding.needs_second_person())?;
            here(format!("{label}{place}: {weak}"), "Have a second person look again.")
        }
    }
}

/// Why the check of a removal or a change does not count.
fn weak_check(case: &Case<'_>, removal: &Removal, needs_second_person: bool) -> Option<&'static str> {
    let run = &case.facts.run;
    weakness(removal, Demands { leaver: run.person, needs_second_person, alone: run.alone })
}

/// What only shows when the ways in are looked at together.
fn whole_run(case: &Case<'_>, found: &mut Vec<Obstacle>) {
    let counted: Vec<&WayIn> = case
        .facts
        .ways_in
        .iter()
        .filter(|way| way.state(case.at).is_some_and(|state| state != GrantState::Planned))
        .collect();
    if !counted.is_empty() && counted.iter().all(|way| way.holding.grant.removal.is_waived(case.at)) {
        found.push(obstacle(
            Target::Run,
            Tab::WaysIn,
            format!("All {} ways in are left open until a date. Nothing was shut.", counted.len()),
            "Shut at least what opens other doors.",
        ));
    }
    if !case.facts.run.alone && one_did_all(&counted).is_some() {
        found.push(obstacle(
            Target::Run,
            Tab::WaysIn,
            "One person removed and checked everything.",
            "Have somebody else look, or record why there is nobody.",
        ));
    }
    if !counted.is_empty() && !case.facts.run.alone && looks_again(case).is_none() {
        found.push(obstacle(
            Target::Run,
            Tab::Steps,
            "Nobody is named for looking again after the closing.",
            "Name a second person, or record why there is none.",
        ));
    }
}

/// The one person who did and checked every way in that a person checked.
fn one_did_all(ways: &[&WayIn]) -> Option<PersonId> {
    let people: Vec<(Option<PersonId>, PersonId)> = ways
        .iter()
        .map(|way| &way.holding.grant.removal)
        .filter_map(|removal| Some((removal.done.and_then(|mark| mark.by), removal.confirmed?.by?)))
        .collect();
    let (_, first) = *people.first()?;
    people.iter().all(|(doer, by)| *by == first && *doer == Some(first)).then_some(first)
}

/// Who looks again after the closing: the second person, never the doer unless the firm has nobody else.
fn looks_again(case: &Case<'_>) -> Option<PersonId> {
    let run = &case.facts.run;
    let other = |id: &PersonId| Some(*id) != run.person && (Some(*id) != run.doer || run.alone);
    run.checker.filter(other).or_else(|| run.doer.filter(|_| run.alone))
}

fn steps(case: &Case<'_>, found: &mut Vec<Obstacle>) {
    let zone = Zone::utc();
    for step in &case.facts.steps {
        let spec = case.spec(step);
        if step.repeats.is_some() || spec.is_some_and(|spec| spec.after_close) {
            continue;
        }
        let here = |sentence: String, clear: String| obstacle(Target::Step(step.id), Tab::Steps, sentence, clear);
        let title = title_of(case, step);
        let state = step_state(case, step);
        if !state.has_ended() {
            found.push(match state {
                StepState::Waiting => {
                    let wait = waits_for(case, step).into_iter().next().map(|wait| wait.sentence).unwrap_or_default();
                    here(format!("“{title}” waits for something else."), wait)
                }
                StepState::Blocked => here(
                    format!("“{title}” is blocked."),
                    "Finish it another way, or leave it until a date.".to_owned(),
                ),
                _ => here(format!("“{title}” is not done."), "Tick it, or say why it is not needed.".to_owned()),
            });
        } else if step_too_early(case, step, &zone).is_some() {
            found.push(here(format!("“{title}” was done too early to count."), "Do it again.".to_owned()));
        } else if needs_look(case, step) {
            found.push(here(format!("Nobody has looked at “{title}”."), "Have a second person look.".to_owned()));
        }
    }
    for account in case.facts.automation_to_hand_over() {
        let clear = match (is_unnamed(&account.login), &case.facts.client) {
            (true, _) => NAME_IT,
            (false, None) => "Name a new owner for it.",
            (false, Some(_)) => "Have the client take it over, then mark it as the client's own.",
        };
        let sentence = format!("{} still belongs to {}.", account.login, case.facts.one());
        found.push(obstacle(Target::Account(account.id), Tab::Steps, sentence, clear));
    }
}

fn questions(case: &Case<'_>, found: &mut Vec<Obstacle>) {
    let mut open =
        case.questions().filter(|question| case.facts.answer(&question.id).is_none_or(|answer| answer.reply.is_none()));
    let Some(first) = open.next() else { return };
    let count = open.count() + 1;
    let words = if count == 1 { "question has".to_owned() } else { "questions have".to_owned() };
    found.push(obstacle(
        Target::Question(first.id.clone()),
        Tab::Questions,
        format!("{count} {words} no answer."),
        "Ask them. Refused is an answer too.",
    ));
}

fn secret_obstacle(case: &Case<'_>, known: &KnownSecret) -> Option<Obstacle> {
    let (secret, rotation) = (&known.secret, known.rotation.as_ref());
    let what = rotation.map_or(Target::Run, |rotation| Target::Rotation(rotation.id));
    let here = |sentence: String, clear: &str| Some(obstacle(what.clone(), Tab::SharedLogins, sentence, clear));
    let waived = rotation.is_some_and(|r| r.change.is_waived(case.at));
    let dropped = secret_is_settled(known, case.at) && rotation.is_none_or(|r| r.change.done.is_none());
    if waived || dropped {
        return None;
    }
    if is_unnamed(&secret.name) {
        return here(format!("{} has no name yet.", secret.name), NAME_IT);
    }
    let Some(change) = rotation.map(|r| &r.change).filter(|change| change.done.is_some()) else {
        return here(format!("{} is not changed.", secret.name), "Change it, or say why that is not needed.");
    };
    if read_again(case, known).is_some() {
        return here(format!("{} was changed while the vault was still open.", secret.name), "Change it again.");
    }
    if !change.is_settled(case.at) {
        return if case.facts.client.is_some() {
            here(format!("Nobody has confirmed the change of {}.", secret.name), "Ask the client to confirm it.")
        } else {
            here(format!("Nobody has signed in with the new {}.", secret.name), "Have a second person try it.")
        };
    }
    let weak = weak_check(case, change, true)?;
    here(format!("{}: {weak}", secret.name), "Have a second person sign in with it.")
}

fn things(case: &Case<'_>, found: &mut Vec<Obstacle>) {
    let waived = |until: Option<Instant>| until.is_some_and(|end| case.at < end);
    let past = |mark: Option<Mark>| mark.is_some_and(|mark| mark.at <= case.at);
    for asset in &case.facts.assets {
        if past(asset.returned) || past(asset.cancelled) || waived(asset.waived_until) {
            continue;
        }
        let unnamed = asset.tag.as_deref().is_some_and(is_unnamed);
        let clear = if unnamed { NAME_IT } else { "Collect it, cancel it, or leave it until a date." };
        let sentence = format!("{} is not back.", thing_words(asset));
        found.push(obstacle(Target::Asset(asset.id), Tab::Things, sentence, clear));
    }
    for contact in &case.facts.contacts {
        if past(contact.ended) || waived(contact.waived_until) {
            continue;
        }
        let unnamed = is_unnamed(&contact.place);
        let clear = if unnamed { NAME_IT } else { "Have the supplier name somebody else." };
        let sentence = format!("{} is still the contact at {}.", capital(case.facts.one()), contact.place);
        found.push(obstacle(Target::Contact(contact.id), Tab::Things, sentence, clear));
    }
    for place in case.facts.data_to_clear() {
        if past(place.removed) || waived(place.waived_until) {
            continue;
        }
        let unnamed = is_unnamed(&place.place);
        let clear = if unnamed { NAME_IT } else { "Have it removed while somebody watches." };
        let where_ = if place.kind == DataKind::Approved { "lies with us" } else { "lies in a private place" };
        let sentence = format!("{} {where_}: {}.", place.what, place.place);
        found.push(obstacle(Target::Data(place.id), Tab::Things, sentence, clear));
    }
}

/// Closes a run and makes the re-checks: after 1 hour, 24 hours, 7 days and 30 days, by the second person.
///
/// Steps that belong after the closing keep their dates and stay due.
///
/// # Errors
/// When something is open, with everything that is; or when the run is closed already.
pub fn closing_edits(case: &Case<'_>, mark: Mark, zone: &Zone, ids: &mut dyn Ids) -> Result<Vec<Edit>, CloseRefusal> {
    if case.facts.run.closed.is_some() {
        return Err(CloseRefusal::Closed);
    }
    let open = obstacles(case);
    if !open.is_empty() {
        return Err(CloseRefusal::Open(open));
    }
    let mut edits = vec![Run { closed: Some(mark), ..case.facts.run.clone() }.into()];
    edits.extend(rechecks(case, mark.at, zone, ids).into_iter().map(Edit::from));
    Ok(edits)
}

fn rechecks(case: &Case<'_>, at: Instant, zone: &Zone, ids: &mut dyn Ids) -> Vec<Step> {
    let looked = case.facts.steps.iter().filter(|step| step.repeats.is_none());
    // The look from outside is what is repeated, or the check from end to end; without both, the first step of the run
    // stands for it.
    let look = case.facts.step("D42").or_else(|| case.facts.step("D70"));
    let Some(repeated) = look.or_else(|| looked.min_by_key(|step| step.position)) else {
        return Vec::new();
    };
    if case.facts.ways_in.is_empty() {
        return Vec::new();
    }
    let days = |days: u64| {
        zone.day(at).checked_add_days(Days::new(days)).map_or(at, |day| zone.at(day, zone.local(at).time()))
    };
    let last = case.facts.steps.iter().map(|step| step.position).max().unwrap_or(0);
    [
        ("Look again after 1 hour", Phase::Hour, at.plus_hours(1)),
        ("Look again after 24 hours", Phase::Day, at.plus_hours(24)),
        ("Look again after 7 days", Phase::Week, days(7)),
        ("Look again after 30 days", Phase::Month, days(30)),
    ]
    .into_iter()
    .zip(1..)
    .map(|((title, phase, due), place)| Step {
        id: StepId(ids.next(RecordKind::Step)),
        run: case.facts.run.id,
        code: None,
        phase,
        position: last.saturating_add(place),
        due: Some(due),
        doer: looks_again(case),
        outcome: None,
        ended: None,
        checked: None,
        proof: None,
        until: None,
        repeats: Some(repeated.id),
        title: Some(title.to_owned()),
        note: None,
        reason: None,
    })
    .collect()
}

/// A look after the closing found ways in open again: they count as back, and the run is open again.
pub fn recheck_failed(case: &Case<'_>, back: &[GrantId], at: Instant) -> Vec<Edit> {
    let mut edits: Vec<Edit> = case
        .facts
        .ways_in
        .iter()
        .filter(|way| back.contains(&way.holding.grant.id) && !way.is_open(at))
        .map(|way| Grant { removal: came_back(at), ..way.holding.grant.clone() }.into())
        .collect();
    if !edits.is_empty() && case.facts.run.closed.is_some() {
        edits.push(Run { closed: None, ..case.facts.run.clone() }.into());
    }
    edits
}

/// When half, nine tenths and all of the ways in were shut, and when all were checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClosingTimes {
    /// How many ways in.
    pub total: usize,
    /// Half of them shut.
    pub half: Option<Instant>,
    /// Nine tenths of them shut.
    pub ninety: Option<Instant>,
    /// All of them shut.
    pub all: Option<Instant>,
    /// All of them checked.
    pub checked: Option<Instant>,
}

impl ClosingTimes {
    /// Minutes from a moment, as the start of the run, to another; nothing when it has not come. What was shut before
    /// counts as no time.
    pub const fn minutes(from: Instant, to: Option<Instant>) -> Option<i64> {
        match to {
            Some(to) => {
                let minutes = to.millis().saturating_sub(from.millis()).div_euclid(60_000);
                Some(if minutes < 0 { 0 } else { minutes })
            }
            None => None,
        }
    }
}

/// The times for the closing page. What is left open on purpose is not shut, so "all" may never come.
pub fn closing_times(case: &Case<'_>) -> ClosingTimes {
    let counted =
        || case.facts.ways_in.iter().filter(|way| way.state(case.at).is_some_and(|s| s != GrantState::Planned));
    let total = counted().count();
    let mut shut: Vec<Instant> = counted().filter_map(|way| way.shut_at(case.at)).collect();
    shut.sort_unstable();
    // The moment the n-th was shut, n being the share rounded up.
    let share = |percent: usize| {
        let wanted = total.saturating_mul(percent).div_ceil(100);
        wanted.checked_sub(1).and_then(|place| shut.get(place)).copied()
    };
    let checks: Option<Vec<Instant>> = counted()
        .map(|way| way.holding.grant.removal.confirmed.map(|mark| mark.at).filter(|at| *at <= case.at))
        .collect();
    ClosingTimes {
        total,
        half: share(50),
        ninety: share(90),
        all: share(100),
        checked: checks.and_then(|checks| checks.into_iter().max()),
    }
}

#[cfg(test)]
#[path = "close_tests.rs"]
mod tests;
