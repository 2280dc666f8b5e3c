//! Giving back what a run took: one act that lists everything.
//!
//! Must never know: who gives it back, how the list is shown.

use super::case::Case;
use super::facts::{Ids, Target};
use super::removal::Refusal;
use super::standing::thing_words;
use crate::domain::person_status::was_taken_back;
use crate::domain::{
    Edit, Grant, GrantId, GrantState, HowKnown, Instant, Mark, Person, RecordKind, Removal, Rotation, Run, Step,
    StepOutcome,
};

/// One thing to give back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GiveBack {
    /// What the run took.
    pub what: Target,
    /// What to do, in one sentence.
    pub sentence: String,
}

/// What giving back changes, and what somebody still has to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Reinstated {
    /// The new versions.
    pub edits: Vec<Edit>,
    /// Everything to give back, in the order of the tabs.
    pub give_back: Vec<GiveBack>,
}

/// Ends a run by giving back: requests are withdrawn, what was removed waits to be given again, the person stands as
/// before. Nothing is given by this alone.
///
/// # Errors
/// When the reason is missing, nobody left in this run, or it was taken back before.
pub fn reinstate(case: &Case<'_>, mark: Mark, reason: &str, ids: &mut dyn Ids) -> Result<Reinstated, Refusal> {
    let facts = case.facts;
    let Some(leaver) = &facts.leaver else { return Err(Refusal::NotHere) };
    if was_taken_back(&facts.run, leaver, case.at) {
        return Err(Refusal::TakenBack);
    }
    let reason = reason.trim();
    if reason.is_empty() {
        return Err(Refusal::NoReason);
    }
    let mut back = Reinstated { edits: Vec::new(), give_back: Vec::new() };
    for way in &facts.ways_in {
        ways(case, &way.holding.grant, &way.label(), &way.holding.at.client.name, ids, &mut back);
    }
    for known in &facts.secrets {
        let Some(rotation) = &known.rotation else { continue };
        if rotation.change.done.is_some() {
            back.give_back.push(GiveBack {
                what: Target::Rotation(rotation.id),
                sentence: format!("Share the new {} again, if it is still needed.", known.secret.name),
            });
        } else if rotation.outcome.is_none() {
            let note = Some(format!("Not needed: {reason}"));
            back.edits.push(
                Rotation {
                    outcome: Some(StepOutcome::NotNeeded),
                    change: Removal { asked: rotation.change.asked.or(Some(mark)), ..Removal::default() },
                    note,
                    ..rotation.clone()
                }
                .into(),
            );
        }
    }
    things(case, &mut back);
    let open = facts.steps.iter().filter(|step| {
        matches!(step.outcome, None | Some(StepOutcome::Started | StepOutcome::Blocked | StepOutcome::Waived))
    });
    for step in open {
        back.edits.push(
            Step {
                outcome: Some(StepOutcome::NotNeeded),
                ended: Some(mark),
                until: None,
                reason: Some(reason.to_owned()),
                ..step.clone()
            }
            .into(),
        );
    }
    back.edits.push(
        Person {
            status: facts.run.status_before.unwrap_or(leaver.status),
            last_day: None,
            exit_kind: None,
            ..leaver.clone()
        }
        .into(),
    );
    let note = match facts.run.note.as_deref().filter(|note| !note.is_empty()) {
        Some(note) => format!("{note}\nGiven back: {reason}"),
        None => format!("Given back: {reason}"),
    };
    back.edits.push(Run { closed: facts.run.closed.or(Some(mark)), note: Some(note), ..facts.run.clone() }.into());
    Ok(back)
}

/// A request nobody acted on is withdrawn; what was removed since the run began waits to be given again.
fn ways(case: &Case<'_>, grant: &Grant, label: &str, client: &str, ids: &mut dyn Ids, back: &mut Reinstated) {
    let since = case.facts.run.started;
    match grant.state(case.at) {
        Some(GrantState::Asked) => {
            let removal = Removal { asked: None, waived_until: None, ..grant.removal };
            back.edits.push(Grant { removal, ..grant.clone() }.into());
        }
        Some(GrantState::In | GrantState::CameBack) if grant.removal.waived_until.is_some() => {
            let removal = Removal { waived_until: None, ..grant.removal };
            back.edits.push(Grant { removal, ..grant.clone() }.into());
        }
        Some(GrantState::Removed | GrantState::Checked) if removed_since(grant, since) => {
            // The removed right keeps its history; a new one waits.
            let again = Grant {
                id: GrantId(ids.next(RecordKind::Grant)),
                planned: true,
                since: None,
                how: HowKnown::Hand,
                approved: None,
                removal: Removal::default(),
                ..grant.clone()
            };
            back.give_back
                .push(GiveBack { what: Target::WayIn(again.id), sentence: format!("Give back: {label}, {client}.") });
            back.edits.push(again.into());
        }
        _ => {}
    }
}

fn removed_since(grant: &Grant, since: Instant) -> bool {
    grant.removal.done.is_some_and(|mark| mark.at >= since)
}

fn things(case: &Case<'_>, back: &mut Reinstated) {
    let since = case.facts.run.started;
    let in_run = |mark: Option<Mark>| mark.is_some_and(|mark| mark.at >= since);
    for asset in case.facts.assets.iter().filter(|a| in_run(a.returned) || in_run(a.cancelled)) {
        back.give_back.push(GiveBack {
            what: Target::Asset(asset.id),
            sentence: format!("Hand out again: {}.", thing_words(asset)),
        });
    }
    for contact in case.facts.contacts.iter().filter(|c| in_run(c.ended)) {
        back.give_back.push(GiveBack {
            what: Target::Contact(contact.id),
            sentence: format!("Name as contact again: {}.", contact.place),
        });
    }
    let by_parent = case.facts.ways_in.iter().filter(|way| way.state(case.at) == Some(GrantState::ShutByParent));
    for way in by_parent {
        back.give_back.push(GiveBack {
            what: Target::WayIn(way.holding.grant.id),
            sentence: format!("Opens again with its parent: {}.", way.label()),
        });
    }
}

#[cfg(test)]
#[path = "reinstate_tests.rs"]
mod tests;
