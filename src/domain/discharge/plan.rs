//! Opening a run: its record, the steps that belong, the secrets to change, each with its time.
//!
//! Must never know: where ids come from, what time it is now, the policy's numbers.

use super::case::Case;
use super::facts::{Deadlines, Ids, KnownSecret, WayIn};
use super::part::Role;
use super::template::{DueBy, StepSpec, Template};
use crate::domain::{
    CaseKind, ClientId, Edit, Instant, Person, PersonId, PersonStatus, Phase, RecordKind, Removal, Rotation,
    RotationId, Run, RunId, Step, StepId, Zone,
};
use chrono::Days;

/// Why a run cannot be opened. The text is for the office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StartRefusal {
    /// Nobody is named.
    #[error("Nobody is named who leaves. Nothing was opened. Choose a person.")]
    Nobody,
    /// No client is named.
    #[error("No client is named. Nothing was opened. Choose the client that leaves.")]
    NoClient,
    /// The leaver would switch off their own logins.
    #[error("Nobody switches off their own logins. Nothing was opened. Name somebody else.")]
    LeaverDoes,
    /// The leaver would check.
    #[error("The leaver cannot check their own exit. Nothing was opened. Name somebody else.")]
    LeaverChecks,
    /// One person would do and check.
    #[error("One person cannot do and check. Nothing was opened. Name a second one, or record why there is none.")]
    DoerChecks,
}

/// What a run is opened with.
#[derive(Debug, Clone)]
pub struct Start<'a> {
    /// What for.
    pub kind: CaseKind,
    /// Who leaves or moves.
    pub person: Option<&'a Person>,
    /// Which client leaves.
    pub client: Option<ClientId>,
    /// Last minute of work.
    pub trigger: Instant,
    /// Now.
    pub now: Instant,
    /// Who switches off.
    pub doer: Option<PersonId>,
    /// Who looks.
    pub checker: Option<PersonId>,
    /// Why there is no second person.
    pub alone: Option<String>,
}

/// The record of a new run, and the person as one who leaves. The steps come from [`plan_run`].
///
/// # Errors
/// When nobody is named, or the wrong people would do and check.
pub fn open_run(start: &Start<'_>, ids: &mut dyn Ids) -> Result<(Run, Vec<Edit>), StartRefusal> {
    let person = match (start.kind, start.person, start.client) {
        (CaseKind::ClientExit, _, None) => return Err(StartRefusal::NoClient),
        (CaseKind::ClientExit, _, Some(_)) => None,
        (_, None, _) => return Err(StartRefusal::Nobody),
        (_, person, _) => person,
    };
    let leaver = person.map(|p| p.id);
    let alone = start.alone.as_deref().map(str::trim).filter(|reason| !reason.is_empty());
    if leaver.is_some() && start.doer == leaver {
        return Err(StartRefusal::LeaverDoes);
    }
    if leaver.is_some() && start.checker == leaver {
        return Err(StartRefusal::LeaverChecks);
    }
    if start.checker.is_some() && start.checker == start.doer && alone.is_none() {
        return Err(StartRefusal::DoerChecks);
    }
    let run = Run {
        id: RunId(ids.next(RecordKind::Run)),
        kind: start.kind,
        person: leaver,
        client: start.client.filter(|_| start.kind == CaseKind::ClientExit),
        trigger: start.trigger,
        started: start.now,
        status_before: person.map(|p| p.status),
        closed: None,
        template: Template::for_kind(start.kind).id.clone(),
        doer: start.doer,
        checker: start.checker,
        alone: alone.is_some(),
        alone_reason: alone.map(str::to_owned),
        note: None,
    };
    let mut edits = vec![run.clone().into()];
    if let (Some(person), Some(exit)) = (person, start.kind.exit()) {
        edits.push(
            Person {
                status: PersonStatus::Notice,
                last_day: Some(start.trigger),
                exit_kind: Some(exit),
                ..person.clone()
            }
            .into(),
        );
    }
    Ok((run, edits))
}

/// The steps that belong to a run and are not there yet, and the work of changing each known secret that has none.
///
/// Called when the run is opened, and again whenever something was added to it.
pub fn plan_run(case: &Case<'_>, deadlines: &Deadlines, zone: &Zone, ids: &mut dyn Ids) -> Vec<Edit> {
    let mut edits = Vec::new();
    for (place, spec) in case.template.steps.iter().enumerate() {
        if case.includes(spec) && case.facts.step(&spec.id).is_none() {
            edits.push(new_step(case, spec, place, deadlines, zone, ids).into());
        }
    }
    for known in case.facts.secrets.iter().filter(|known| known.rotation.is_none()) {
        edits.push(new_rotation(case, known, deadlines, ids).into());
    }
    edits
}

/// A step of the run made from a step of the list.
pub(super) fn new_step(
    case: &Case<'_>,
    spec: &StepSpec,
    place: usize,
    deadlines: &Deadlines,
    zone: &Zone,
    ids: &mut dyn Ids,
) -> Step {
    let run = &case.facts.run;
    Step {
        id: StepId(ids.next(RecordKind::Step)),
        run: run.id,
        code: Some(spec.id.clone()),
        phase: spec.phase,
        // Room between two steps of the list for steps made by answers.
        position: u32::try_from(place).unwrap_or(u32::MAX).saturating_add(1).saturating_mul(10),
        due: Some(step_due(spec, run, deadlines, zone)),
        doer: doer_of(case, spec.doer),
        outcome: None,
        ended: None,
        checked: None,
        proof: None,
        until: None,
        repeats: None,
        title: None,
        note: None,
        reason: None,
    }
}

/// The work of changing a secret.
pub(super) fn new_rotation(case: &Case<'_>, known: &KnownSecret, deadlines: &Deadlines, ids: &mut dyn Ids) -> Rotation {
    let run = &case.facts.run;
    Rotation {
        id: RotationId(ids.next(RecordKind::Rotation)),
        secret: known.secret.id,
        run: Some(run.id),
        person: run.person,
        due: Some(rotation_due(known, run.kind, run.trigger, deadlines)),
        doer: run.doer,
        change: Removal::default(),
        outcome: None,
        note: None,
    }
}

/// Who of the people of the run takes a role.
pub(super) fn doer_of(case: &Case<'_>, role: Role) -> Option<PersonId> {
    let run = &case.facts.run;
    match role {
        Role::SecondPerson => run.checker,
        // A technician sits beside the leaver and answers for the step.
        Role::Technician | Role::VaultAdmin | Role::ServiceLead | Role::Leaver => run.doer,
        Role::OfficeManager | Role::Owner | Role::AccountManager | Role::Hr => case.facts.office,
    }
}

/// When a step is due.
pub fn step_due(spec: &StepSpec, run: &Run, deadlines: &Deadlines, zone: &Zone) -> Instant {
    let hours = |hours: i64| run.trigger.plus_hours(hours);
    match spec.due {
        Some(DueBy::Tier0) => hours(deadlines.tier0_hours),
        Some(DueBy::Other) => hours(deadlines.other_hours(run.kind)),
        Some(DueBy::RotateTier0) if run.kind == CaseKind::Hostile => hours(deadlines.rotate_hostile_hours),
        Some(DueBy::RotateTier0) => hours(deadlines.rotate_tier0_hours),
        Some(DueBy::RotateOther) => hours(deadlines.rotate_other_hours),
        Some(DueBy::NotifyClient) => hours(deadlines.notify_client_hours),
        Some(DueBy::Property) => days_later(run.trigger, deadlines.property_days, zone),
        None => phase_due(spec.phase, run, deadlines, zone),
    }
}

/// When a phase of a run ends.
///
/// Hours are hours; weeks and months end at the same time of day in the firm's zone, also when the clocks change in
/// between. What comes before a meeting known in advance is due at the end of the working day before it.
pub fn phase_due(phase: Phase, run: &Run, deadlines: &Deadlines, zone: &Zone) -> Instant {
    match phase {
        Phase::Before => {
            let day_before = zone.day(run.trigger).checked_sub_days(Days::new(1)).map(|day| zone.closing_of(day));
            // Who leaves at once leaves no time before: then it is due within the first hour.
            let at_once = run.trigger.max(run.started.plus_hours(1));
            day_before.filter(|due| *due > run.started).unwrap_or(at_once)
        }
        Phase::Interview | Phase::Hour => run.trigger.plus_hours(deadlines.tier0_hours.max(1)),
        Phase::Day => run.trigger.plus_hours(24),
        Phase::Week => days_later(run.trigger, 7, zone),
        Phase::Month => days_later(run.trigger, 30, zone),
    }
}

fn days_later(from: Instant, days: i64, zone: &Zone) -> Instant {
    let later = u64::try_from(days).ok().and_then(|days| zone.day(from).checked_add_days(Days::new(days)));
    later.map_or(from, |day| zone.at(day, zone.local(from).time()))
}

/// When the change of a secret is due: key systems first, and at once after a hostile exit.
pub fn rotation_due(known: &KnownSecret, kind: CaseKind, trigger: Instant, deadlines: &Deadlines) -> Instant {
    trigger.plus_hours(match (known.is_key_system(), kind) {
        (true, CaseKind::Hostile) => deadlines.rotate_hostile_hours,
        (true, _) => deadlines.rotate_tier0_hours,
        (false, _) => deadlines.rotate_other_hours,
    })
}

/// When a way in has to be shut: what opens other doors or reaches several clients first.
pub fn removal_due(way: &WayIn, kind: CaseKind, trigger: Instant, deadlines: &Deadlines) -> Instant {
    let key = way.holding.at.system.is_key();
    // A role change and a client's end have one limit for everything.
    let by_tier = key && kind.exit().is_some();
    trigger.plus_hours(if by_tier { deadlines.tier0_hours } else { deadlines.other_hours(kind) })
}

/// When a removal that was asked for has to be checked.
pub fn confirm_due(way: &WayIn, deadlines: &Deadlines) -> Option<Instant> {
    let removal = &way.holding.grant.removal;
    let from = removal.asked.or(removal.done)?.at;
    Some(from.plus_hours(if way.holding.needs_second_person() {
        deadlines.confirm_admin_hours
    } else {
        deadlines.confirm_user_hours
    }))
}

#[cfg(test)]
#[path = "plan_tests.rs"]
mod tests;
