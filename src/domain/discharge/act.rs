//! The three facts recorded inside a run, where something may have to come first.
//!
//! Must never know: what the policy's numbers are, how facts are stored.

use super::addition::is_unnamed;
use super::case::Case;
use super::order::{rotation_waits, way_waits};
use super::removal::{Check, Checker, Refusal, confirm, mark_done};
use crate::domain::{
    Edit, Grant, GrantId, Instant, Mark, PersonId, Proof, Removal, Rotation, RotationId, Secret, StepOutcome,
};

/// Records that a way in of a run was removed, when nothing has to come first.
///
/// # Errors
/// As [`mark_done`], and when something comes first or the way in has no name yet.
pub fn way_done(case: &Case<'_>, id: GrantId, mark: Mark) -> Result<Grant, Refusal> {
    let way = case.facts.way_in(id).ok_or(Refusal::NotHere)?;
    let grant = &way.holding.grant;
    refuse_leaver(case, mark)?;
    let removal = mark_done(&grant.removal, mark, case.at)?;
    if is_unnamed(&way.holding.at.account.login) {
        return Err(Refusal::Unnamed);
    }
    if let Some(wait) = way_waits(case, way).into_iter().next() {
        return Err(Refusal::Waits(wait.sentence));
    }
    Ok(Grant { removal, ..grant.clone() })
}

/// Records that a way in of a run was checked.
///
/// # Errors
/// As [`confirm`].
pub fn way_checked(case: &Case<'_>, id: GrantId, at: Instant, by: Checker, proof: Proof) -> Result<Grant, Refusal> {
    let way = case.facts.way_in(id).ok_or(Refusal::NotHere)?;
    let check = check_in(case, at, by, proof, way.holding.needs_second_person());
    let removal = confirm(&way.holding.grant.removal, &check, case.at)?;
    Ok(Grant { removal, ..way.holding.grant.clone() })
}

/// Records that a secret was changed: the work and the secret itself.
///
/// # Errors
/// As [`mark_done`], and when something comes first or the secret has no name yet.
pub fn secret_changed(case: &Case<'_>, id: RotationId, mark: Mark) -> Result<Vec<Edit>, Refusal> {
    let (known, rotation) = case.facts.rotation(id).ok_or(Refusal::NotHere)?;
    refuse_leaver(case, mark)?;
    let change = mark_done(&rotation.change, mark, case.at)?;
    if is_unnamed(&known.secret.name) {
        return Err(Refusal::Unnamed);
    }
    if let Some(wait) = rotation_waits(case, known).into_iter().next() {
        return Err(Refusal::Waits(wait.sentence));
    }
    Ok(vec![
        Rotation { change, outcome: Some(StepOutcome::Done), ..rotation.clone() }.into(),
        // A change recorded late does not hide a newer one.
        Secret { changed: known.secret.changed.max(Some(mark.at)), ..known.secret.clone() }.into(),
    ])
}

/// Records that a second person signed in with the new secret. Changes are always checked by somebody else.
///
/// # Errors
/// As [`confirm`].
pub fn secret_checked(
    case: &Case<'_>,
    id: RotationId,
    at: Instant,
    by: Option<PersonId>,
    proof: Proof,
) -> Result<Rotation, Refusal> {
    let (_, rotation) = case.facts.rotation(id).ok_or(Refusal::NotHere)?;
    let check = check_in(case, at, Checker::Person(by), proof, true);
    let change = confirm(&rotation.change, &check, case.at)?;
    Ok(Rotation { change, ..rotation.clone() })
}

/// Records that a secret need not be changed, because it is out of use or opens nothing.
///
/// # Errors
/// When it was changed already, or the reason is missing.
pub fn secret_not_needed(
    case: &Case<'_>,
    id: RotationId,
    mark: Mark,
    reason: &str,
    retired: bool,
) -> Result<Vec<Edit>, Refusal> {
    let (known, rotation) = case.facts.rotation(id).ok_or(Refusal::NotHere)?;
    if rotation.change.done.is_some() {
        return Err(Refusal::DoneBefore);
    }
    if reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    let mut edits = vec![
        Rotation {
            outcome: Some(StepOutcome::NotNeeded),
            change: Removal { asked: rotation.change.asked.or(Some(mark)), ..Removal::default() },
            note: Some(reason.trim().to_owned()),
            ..rotation.clone()
        }
        .into(),
    ];
    if retired {
        edits.push(Secret { retired: Some(mark.at), ..known.secret.clone() }.into());
    }
    Ok(edits)
}

/// Nobody switches off their own logins.
fn refuse_leaver(case: &Case<'_>, mark: Mark) -> Result<(), Refusal> {
    if mark.by.is_some() && mark.by == case.facts.run.person { Err(Refusal::LeaverDoes) } else { Ok(()) }
}

fn check_in(case: &Case<'_>, at: Instant, by: Checker, proof: Proof, needs_second_person: bool) -> Check {
    Check { at, by, proof, leaver: case.facts.run.person, needs_second_person, alone: case.facts.run.alone }
}

#[cfg(test)]
#[path = "act_tests.rs"]
mod tests;
