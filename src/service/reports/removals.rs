//! Ways in and shared logins of a run with their three facts, as the closing page lists them.
//!
//! Must never know: how the page looks.

use super::discharge::done;
use crate::domain::discharge::{self, Case, KnownSecret, WayIn};
use crate::domain::{GrantState, Instant, Mark, Rotation, StepOutcome, SystemReach};
use crate::error::AppError;
use crate::report::model::{Done, SecretLine, WayLine};
use crate::service::discharge::facts as run_facts;
use crate::service::discharge::things::still_needed_by;
use crate::service::facts::Facts;
use crate::service::lines;
use crate::service::session::Scene;
use crate::store::StoreError;

/// Who looked where no person did.
const THE_LIST: &str = "the system's own list";

/// Every way in, in the order of switching off.
pub(super) fn ways(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>) -> Result<Vec<WayLine>, AppError> {
    let mut ways = case.facts.ways_in.clone();
    discharge::sort_ways_in(case, &mut ways);
    ways.iter().map(|way| Ok(line(facts, scene, case, way)?)).collect()
}

fn line(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>, way: &WayIn) -> Result<WayLine, StoreError> {
    let (run, holding) = (&case.facts.run, &way.holding);
    let removal = &holding.grant.removal;
    let by = |mark: Option<Mark>| mark.filter(|mark| mark.at <= case.at);
    let mut removed = done(facts, by(removal.done))?;
    let mut shut_through = None;
    // Shut by what it signs in through: off, but not by anybody's own act.
    if way.state(case.at) == Some(GrantState::ShutByParent)
        && let Some(since) = way.shut_since
    {
        removed = Some(Done { person: None, by: None, at: since });
        let parent = holding.at.system.signs_in_through.first().copied();
        let parent = parent.map(|parent| facts.system(parent)).transpose()?.flatten();
        shut_through = parent.map(|parent| parent.name.clone());
    }
    Ok(WayLine {
        person: holding.person.name.clone(),
        client: lines::client_words(holding.at.client.own, &holding.at.client.name, holding.at.system.reach),
        system: holding.at.system.name.clone(),
        login: holding.at.account.login.clone(),
        level: lines::level_words(holding),
        admin: holding.grant.admin.max(holding.at.account.admin),
        several: holding.is_several_clients(),
        since: holding.grant.since,
        due: Some(discharge::removal_due(way, run.kind, run.trigger, &run_facts::deadlines(scene))),
        asked: done(facts, by(removal.asked))?,
        removed,
        checked: checked(facts, by(removal.confirmed))?,
        proof: removal.proof,
        waived_until: removal.waived_until.filter(|until| *until > case.at),
        came_back: removal.came_back.filter(|_| way.state(case.at) == Some(GrantState::CameBack)),
        shut_through,
    })
}

/// A check; the system's own list needs no person.
fn checked(facts: &Facts<'_>, mark: Option<Mark>) -> Result<Option<Done>, StoreError> {
    let by_list = |checked: Done| match checked.person {
        None => Done { by: Some(THE_LIST.to_owned()), ..checked },
        Some(_) => checked,
    };
    Ok(done(facts, mark)?.map(by_list))
}

/// The change that was found not to be needed while the secret stays in use.
pub(super) fn not_needed(known: &KnownSecret) -> Option<&Rotation> {
    let dropped = |rotation: &&Rotation| {
        rotation.outcome == Some(StepOutcome::NotNeeded)
            && rotation.change.done.is_none()
            && known.secret.retired.is_none()
    };
    known.rotation.as_ref().filter(dropped)
}

/// Every shared login or code the leaver knew, what is still to do first.
pub(super) fn secrets(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>) -> Result<Vec<SecretLine>, AppError> {
    let mut out = Vec::new();
    for known in &case.facts.secrets {
        out.push(secret(facts, scene, case, known)?);
    }
    out.sort_by(|a, b| (a.due, &a.client, &a.name).cmp(&(b.due, &b.client, &b.name)));
    Ok(out)
}

fn secret(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>, known: &KnownSecret) -> Result<SecretLine, AppError> {
    let rotation = known.rotation.as_ref();
    let change = rotation.map(|rotation| rotation.change).unwrap_or_default();
    let by = |mark: Option<Mark>| mark.filter(|mark| mark.at <= case.at);
    let client = facts.client(known.secret.client)?;
    let limits = run_facts::deadlines(scene);
    let due = rotation
        .and_then(|rotation| rotation.due)
        .unwrap_or_else(|| discharge::rotation_due(known, case.facts.run.kind, case.facts.run.trigger, &limits));
    Ok(SecretLine {
        client: client.map_or_else(String::new, |c| lines::client_words(c.own, &c.name, SystemReach::One)),
        name: known.secret.name.clone(),
        kind: known.secret.kind,
        known_from: known.knowing.iter().filter_map(|period| period.from).min(),
        could_read_until: read_until(known),
        due: Some(due),
        changed: done(facts, by(change.done))?,
        checked: checked(facts, by(change.confirmed))?,
        proof: change.proof,
        waived_until: change.waived_until.filter(|until| *until > case.at),
        retired: known.secret.retired.filter(|retired| *retired <= case.at),
        not_needed: not_needed(known).map(|rotation| {
            let mark = rotation.change.confirmed.or(rotation.change.asked);
            mark.map_or(case.facts.run.started, |mark| mark.at)
        }),
        known_to: still_needed_by(facts, scene, case, known.secret.id)?,
    })
}

/// Until when the leaver could read it; nothing while a period is open.
fn read_until(known: &KnownSecret) -> Option<Instant> {
    if known.knowing.iter().any(|period| period.until.is_none()) {
        return None;
    }
    known.knowing.iter().filter_map(|period| period.until).max()
}
