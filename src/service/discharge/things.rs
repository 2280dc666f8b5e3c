//! Shared logins to change and things to collect in a run: shown and settled.
//!
//! Must never know: drawing, which change waits for which.

use super::apply::open_facts;
use crate::domain::discharge::{self, Case, RunFacts, is_unnamed};
use crate::domain::policy::Limit;
use crate::domain::{
    Asset, ClientId, Contact, DataKind, DataLocation, GrantState, Instant, Knowing, Mark, PersonId, Proof, Removal,
    Rotation, RotationId, SecretId, StepOutcome, SystemReach, capital,
};
use crate::error::{AppError, ErrorClass};
use crate::service::access::secret_risk;
use crate::service::command::{Outcome, RotateStage, Settle};
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::service::view::{SecretLine, ThingId, ThingLine};
use crate::service::{derive, lines as rows, words};
use crate::store::{Select, StoreError, Tx};

/// The shared logins of a run.
///
/// # Errors
/// When there is no such run.
pub fn secrets(facts: &Facts<'_>, scene: &Scene, whole: &RunFacts) -> Result<Vec<SecretLine>, AppError> {
    let case = Case::new(whole, scene.now);
    let mut out = Vec::with_capacity(whole.secrets.len());
    for known in &whole.secrets {
        out.push(secret_line(facts, scene, &case, known)?);
    }
    out.sort_by(|a, b| {
        (a.safe, std::cmp::Reverse(a.risk), a.due, &a.name).cmp(&(b.safe, std::cmp::Reverse(b.risk), b.due, &b.name))
    });
    Ok(out)
}

/// Who of us still knows a secret and has to be told the new one. When a client leaves nobody has.
///
/// # Errors
/// When a table cannot be read.
pub fn still_needed_by(
    facts: &Facts<'_>,
    scene: &Scene,
    case: &Case<'_>,
    secret: SecretId,
) -> Result<Vec<String>, AppError> {
    let mut names = Vec::new();
    if case.facts.client.is_some() {
        return Ok(names);
    }
    for period in facts.list::<Knowing>(Select::all().eq("secret", secret))? {
        let other = Some(period.person) != case.facts.run.person && period.until.is_none_or(|until| until > case.at);
        if other && derive::left_at(facts, scene, period.person, case.at)?.is_none() {
            names.extend(facts.name(Some(period.person))?);
        }
    }
    names.sort();
    names.dedup();
    Ok(names)
}

fn secret_line(
    facts: &Facts<'_>,
    scene: &Scene,
    case: &Case<'_>,
    known: &discharge::KnownSecret,
) -> Result<SecretLine, AppError> {
    let secret = &known.secret;
    let rotation = known.rotation.as_ref();
    let change = rotation.map_or_else(Removal::default, |rotation| rotation.change);
    let client = facts.client(secret.client)?;
    let state = change.state(scene.now);
    let state_at = match state {
        GrantState::Checked => change.confirmed,
        GrantState::Removed => change.done,
        GrantState::Asked => change.asked,
        _ => None,
    };
    let waits = if change.done.is_some() { None } else { discharge::rotation_waits(case, known).into_iter().next() };
    Ok(SecretLine {
        secret: secret.id,
        rotation: rotation.map(|rotation| rotation.id),
        name: secret.name.clone(),
        kind: secret.kind,
        client_name: client
            .map_or_else(String::new, |client| rows::client_words(client.own, &client.name, SystemReach::One)),
        systems: known.systems.iter().map(|system| system.name.clone()).collect(),
        risk: secret_risk(&known.systems),
        known_from: known.knowing.iter().filter_map(|period| period.from).min(),
        known_until: known.knowing.iter().filter_map(|period| period.until).max(),
        changed: secret.changed,
        safe: discharge::secret_is_settled(known, scene.now),
        still_needed_by: still_needed_by(facts, scene, case, secret.id)?,
        state,
        outcome: rotation.and_then(|rotation| rotation.outcome).filter(|outcome| *outcome != StepOutcome::Done),
        state_at: state_at.map(|mark| mark.at),
        doer: facts.name(rotation.and_then(|rotation| rotation.doer))?,
        due: rotation.and_then(|rotation| rotation.due),
        waits_for: waits.map(|wait| wait.sentence),
        how: secret_how(known, case.facts.client.is_some()),
    })
}

fn secret_how(known: &discharge::KnownSecret, of_client: bool) -> Vec<(String, String)> {
    let secret = &known.secret;
    let places: Vec<String> = known.systems.iter().map(|system| system.name.clone()).collect();
    let place = if places.is_empty() { "where it is used".to_owned() } else { words::listed(&places, 3) };
    let (act, done) = if of_client {
        (format!("Ask the client to set a new one at {place}. Never take it along."), "The client has confirmed it.")
    } else {
        (
            format!("Set a new one at {place}. Keep it in the vault, never here."),
            "A second person signs in with the new one.",
        )
    };
    let mut how = vec![("Do".to_owned(), act)];
    if let Some(kept) = secret.kept_where.as_ref().filter(|kept| !kept.is_empty()) {
        how.push(("Kept in".to_owned(), kept.clone()));
    }
    if let Some(watch) = secret.watch.as_ref().filter(|watch| !watch.is_empty()) {
        how.push(("Watch".to_owned(), watch.clone()));
    }
    how.push(("Done when".to_owned(), done.to_owned()));
    if let Some(note) =
        known.rotation.as_ref().and_then(|rotation| rotation.note.clone()).filter(|note| !note.is_empty())
    {
        how.push(("Note".to_owned(), note));
    }
    how
}

/// The things, contacts and data places of a run.
///
/// # Errors
/// When a table cannot be read.
pub fn lines(facts: &Facts<'_>, scene: &Scene, whole: &RunFacts) -> Result<Vec<ThingLine>, StoreError> {
    let at = |mark: Option<Mark>| mark.map(|mark| words::moment(mark.at, scene.now, &scene.zone)).unwrap_or_default();
    let waived = |until: Option<Instant>| until.filter(|until| *until > scene.now);
    let client = |id: Option<crate::domain::ClientId>| -> Result<String, StoreError> {
        let Some(id) = id else { return Ok("own company".to_owned()) };
        Ok(facts.client(id)?.map_or_else(String::new, |c| rows::client_words(c.own, &c.name, SystemReach::One)))
    };
    let state = |done: Option<(&str, Option<Mark>)>, until: Option<Instant>, open: &str| match (done, until) {
        (Some((word, mark)), _) => format!("{word} {}", at(mark)),
        (None, Some(until)) => format!("waived until {}", words::day(until, scene.now, &scene.zone)),
        (None, None) => open.to_owned(),
    };
    let mut out = Vec::new();
    for asset in &whole.assets {
        let done = match (asset.returned, asset.cancelled) {
            (Some(mark), _) => Some(("returned", Some(mark))),
            (None, Some(mark)) => Some(("cancelled", Some(mark))),
            _ => None,
        };
        let tag = asset.tag.as_deref().unwrap_or_default();
        let until = waived(asset.waived_until);
        out.push(ThingLine {
            id: ThingId::Asset(asset.id, asset.kind),
            name: format!("{} {tag}", capital(asset.kind.shown())).trim().to_owned(),
            client_name: client(asset.client)?,
            since: asset.issued,
            settled: done.is_some() || until.is_some(),
            state: state(done, until, "to collect"),
            unnamed: is_unnamed(tag),
            how: vec![("Do".to_owned(), "Take it back, compare the number, write down its condition.".to_owned())],
        });
    }
    for contact in &whole.contacts {
        let done = contact.ended.map(|mark| ("replaced", Some(mark)));
        let until = waived(contact.waived_until);
        out.push(ThingLine {
            id: ThingId::Contact(contact.id),
            name: format!("{}: {}", capital(contact.kind.shown()), contact.place),
            client_name: client(contact.client)?,
            since: contact.since,
            settled: done.is_some() || until.is_some(),
            state: state(done, until, "to replace"),
            unnamed: is_unnamed(&contact.place),
            how: vec![("Do".to_owned(), "Have somebody else named there, and take this person off.".to_owned())],
        });
    }
    for place in &whole.data {
        let done = place.removed.map(|mark| ("removed", Some(mark)));
        let until = waived(place.waived_until);
        let approved = place.kind == DataKind::Approved && place.removed.is_none();
        out.push(ThingLine {
            id: ThingId::Data(place.id),
            name: format!("Data: {}, {}", place.what, place.place),
            client_name: client(Some(place.client))?,
            since: place.confirmed,
            settled: done.is_some() || until.is_some(),
            state: state(done, until, if approved { "to hand over" } else { "to delete, watched" }),
            unnamed: is_unnamed(&place.place) || is_unnamed(&place.what),
            how: vec![("Do".to_owned(), "Move what is ours, then have the rest deleted in front of you.".to_owned())],
        });
    }
    out.sort_by_key(|line| line.settled);
    Ok(out)
}

fn not_here(what: &str) -> AppError {
    AppError::new(ErrorClass::NotFound, format!("That {what} is not in the register any more. Nothing was changed."))
}

/// Space on a shared login: to do becomes changed, changed becomes checked where the operator may check.
///
/// # Errors
/// When a rule refuses.
pub fn rotate_next(tx: &mut Tx<'_>, scene: &Scene, id: RotationId) -> Result<Outcome, AppError> {
    let found = tx.get::<Rotation>(id)?.ok_or_else(|| not_here("shared login"))?;
    let stage = match discharge::next_state(&found.change, scene.now) {
        discharge::NextFact::Done => RotateStage::Done,
        discharge::NextFact::Check => RotateStage::Confirmed(Proof::Observed),
        discharge::NextFact::Nothing => {
            let message = "Changed and checked already. Nothing is left to do here.".to_owned();
            return Ok(Outcome { message, ..Outcome::nothing() });
        }
    };
    rotate(tx, scene, id, stage, (None, None, None))
}

/// A shared login was changed, checked, waived, or found not to need it.
///
/// # Errors
/// When a rule refuses.
pub fn rotate(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: RotationId,
    stage: RotateStage,
    (at, by, reason): (Option<Instant>, Option<PersonId>, Option<String>),
) -> Result<Outcome, AppError> {
    let found = tx.get::<Rotation>(id)?.ok_or_else(|| not_here("shared login"))?;
    let run = found.run.ok_or_else(|| not_here("run"))?;
    let whole = open_facts(tx, scene, run)?;
    let case = Case::new(&whole, scene.now);
    let (known, rotation) = whole.rotation(id).ok_or_else(|| not_here("shared login"))?;
    let name = known.secret.name.clone();
    let mark = Mark { at: at.unwrap_or(scene.now), by: by.or(scene.me) };
    let why = reason.clone().unwrap_or_default();
    let (edits, told) = match stage {
        RotateStage::Asked => {
            let change = discharge::ask(&rotation.change, mark, scene.now)?;
            (vec![Rotation { change, doer: by.or(rotation.doer), ..rotation.clone() }.into()], "asked to be changed")
        }
        RotateStage::Done => (discharge::secret_changed(&case, id, mark)?, "changed"),
        RotateStage::Confirmed(proof) => {
            (vec![discharge::secret_checked(&case, id, mark.at, mark.by, proof)?.into()], "checked with the new one")
        }
        RotateStage::Retired => {
            (discharge::secret_not_needed(&case, id, mark, or_retired(&why), true)?, "no longer in use")
        }
        RotateStage::NotNeeded => (discharge::secret_not_needed(&case, id, mark, &why, false)?, "needs no change"),
        RotateStage::Waived(until) => {
            let change =
                discharge::waive(&rotation.change, scene.now, until, &why, scene.policy.plain(Limit::ExceptionMax))?;
            (vec![Rotation { change, note: Some(why), ..rotation.clone() }.into()], "left as it is for now")
        }
        RotateStage::Reopened => {
            let change = Removal { asked: rotation.change.asked, ..Removal::default() };
            (vec![Rotation { change, outcome: None, ..rotation.clone() }.into()], "to be changed again")
        }
    };
    let mut change = scene
        .change("secret.rotated", format!("Shared login {told}: {name}, {}", whole.name()))
        .because(reason)
        .in_run(Some(run));
    change.edits = edits;
    let seq = tx.append(change)?;
    Ok(Outcome::done(seq, format!("{name}: {told}.")).of_run(run))
}

fn or_retired(why: &str) -> &str {
    if why.trim().is_empty() { "No longer in use" } else { why }
}

/// A thing, contact or data place is settled, or open again.
///
/// # Errors
/// When it is gone, a reason or date is missing, or a contact would be cancelled.
pub fn settle(
    tx: &mut Tx<'_>,
    scene: &Scene,
    thing: ThingId,
    how: Settle,
    by: Option<PersonId>,
    reason: Option<String>,
) -> Result<Outcome, AppError> {
    let mark = Mark { at: scene.now, by: by.or(scene.me) };
    let until = match how {
        Settle::Waived(until) => {
            let most = scene.policy.plain(Limit::ExceptionMax);
            discharge::waive(&Removal::default(), scene.now, until, reason.as_deref().unwrap_or_default(), most)?;
            Some(until)
        }
        _ => None,
    };
    let done = (how == Settle::Done).then_some(mark);
    let (record, name, person, client): (crate::domain::AnyRecord, String, Option<PersonId>, Option<ClientId>) =
        match thing {
            ThingId::Asset(id, _) => {
                let asset = tx.get::<Asset>(id)?.ok_or_else(|| not_here("thing"))?;
                let name = format!("{} {}", capital(asset.kind.shown()), asset.tag.clone().unwrap_or_default());
                let cancelled = (how == Settle::Cancelled).then_some(mark);
                let (holder, client) = (asset.holder, asset.client);
                let asset = Asset { returned: done, cancelled, waived_until: until, ..asset };
                (asset.into(), name.trim().to_owned(), holder, client)
            }
            ThingId::Contact(id) => {
                let contact = tx.get::<Contact>(id)?.ok_or_else(|| not_here("contact"))?;
                let (name, person, client) = (contact.place.clone(), contact.person, contact.client);
                (
                    Contact {
                        ended: done.or_else(|| (how == Settle::Cancelled).then_some(mark)),
                        waived_until: until,
                        ..contact
                    }
                    .into(),
                    name,
                    Some(person),
                    client,
                )
            }
            ThingId::Data(id) => {
                let place = tx.get::<DataLocation>(id)?.ok_or_else(|| not_here("data place"))?;
                let (name, holder, client) = (format!("{}, {}", place.what, place.place), place.holder, place.client);
                (
                    DataLocation {
                        removed: done.or_else(|| (how == Settle::Cancelled).then_some(mark)),
                        waived_until: until,
                        ..place
                    }
                    .into(),
                    name,
                    holder,
                    Some(client),
                )
            }
        };
    let told = match how {
        Settle::Done => "settled",
        Settle::Cancelled => "cancelled",
        Settle::Waived(_) => "left as it is for now",
        Settle::Reopened => "open again",
    };
    let run = super::facts::governing(&Facts::new(**tx, None), person, client)?.map(|run| run.id);
    let mut change = scene.change("thing.settled", format!("{name}: {told}")).because(reason).in_run(run);
    change.put(record);
    let seq = tx.append(change)?;
    Ok(Outcome::done(seq, format!("{name}: {told}.")).of_run(run))
}
