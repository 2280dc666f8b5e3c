//! The order of a discharge: what waits for what, in a sentence, and what was done too early to count.
//!
//! Must never know: who is told, how a wait is drawn.

use super::case::Case;
use super::facts::{KnownSecret, Target, WayIn};
use super::removal::{Refusal, checked_until};
use super::standing::{StepState, base_state, completed_at, title_of};
use crate::domain::{
    CaseKind, Edit, Exception, ExceptionId, Grant, GrantState, Instant, PersonId, RecordKind, Removal, Rotation, Step,
    StepOutcome, SystemKind, Zone,
};

/// The rule's name under which somebody accepts that the last admin goes.
pub const SOLE_ADMIN_RULE: &str = "discharge-sole-admin";

/// What something waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wait {
    /// Why it waits and what comes first, for the office.
    pub sentence: String,
    /// What comes first.
    pub what: Target,
}

/// What a step waits for: the steps that come before it and have not ended.
pub fn waits_for(case: &Case<'_>, step: &Step) -> Vec<Wait> {
    case.spec(step).map(|spec| step_waits(case, spec)).unwrap_or_default()
}

/// How a step stands at a moment. A step with covered items left is never done, whatever was ticked.
pub fn step_state(case: &Case<'_>, step: &Step) -> StepState {
    match base_state(case, step) {
        StepState::ToDo if !waits_for(case, step).is_empty() => StepState::Waiting,
        state => state,
    }
}

fn step_waits(case: &Case<'_>, spec: &super::template::StepSpec) -> Vec<Wait> {
    spec.after
        .iter()
        .filter(|after| after.holds_in(case.facts.run.kind))
        .filter_map(|after| {
            let first = case.facts.step(&after.step)?;
            (!base_state(case, first).has_ended()).then(|| Wait {
                sentence: format!("{} First: {}.", after.why, title_of(case, first)),
                what: Target::Step(first.id),
            })
        })
        .collect()
}

/// What the removal of a way in waits for: what its step waits for, and somebody else who can administer the system.
/// Asking for a removal never waits.
pub fn way_waits(case: &Case<'_>, way: &WayIn) -> Vec<Wait> {
    let mut waits = case.covers_way(way).map(|spec| step_waits(case, spec)).unwrap_or_default();
    if way.sole_admin && accepted_by(case, &way.holding.grant).is_none() {
        waits.push(Wait {
            sentence: format!(
                "{} is the last admin on record of {}. Name another one, or have somebody accept it by name.",
                case.facts.name(),
                way.holding.at.system.name
            ),
            what: Target::WayIn(way.holding.grant.id),
        });
    }
    waits
}

/// What the change of a secret waits for: what its step waits for, and the vault that keeps it shut to the leaver.
pub fn rotation_waits(case: &Case<'_>, known: &KnownSecret) -> Vec<Wait> {
    let mut waits = case.covers_secret(known).map(|spec| step_waits(case, spec)).unwrap_or_default();
    let vault_named = waits.iter().any(|wait| {
        matches!(wait.what, Target::Step(id) if case.facts.steps.iter().any(|s| s.id == id && covers_vault(case, s)))
    });
    for vault in vaults(case, known).into_iter().filter(|vault| vault.removed_at(case.at).is_none()) {
        if vault_named && case.facts.is_own(vault) {
            continue;
        }
        waits.push(Wait {
            sentence: format!(
                "Change a password only when {} is shut to {}, or they will read the new one.",
                vault.label(),
                case.facts.name()
            ),
            what: Target::WayIn(vault.holding.grant.id),
        });
    }
    waits
}

fn covers_vault(case: &Case<'_>, step: &Step) -> bool {
    case.spec(step)
        .and_then(|spec| spec.covers.ways_in.as_ref())
        .is_some_and(|ways| ways.kinds.contains(&SystemKind::Vault))
}

/// The leaver's ways into the vaults from which the secret could be read. Somebody who stays keeps the vault.
fn vaults<'a>(case: &Case<'a>, known: &KnownSecret) -> Vec<&'a WayIn> {
    if matches!(case.facts.run.kind, CaseKind::Mover | CaseKind::ClientExit) {
        return Vec::new();
    }
    let given = |way: &&WayIn| !matches!(way.holding.grant.state(case.at), None | Some(GrantState::Planned));
    case.facts
        .ways_in
        .iter()
        .filter(|way| way.holding.at.system.kind == SystemKind::Vault)
        .filter(|way| match known.secret.kept_in {
            Some(vault) => way.holding.at.system.id == vault,
            None => case.facts.is_own(way),
        })
        .filter(given)
        .collect()
}

/// Who accepted that the last admin goes, if somebody did and the date has not passed.
fn accepted_by(case: &Case<'_>, grant: &Grant) -> Option<PersonId> {
    let key = sole_admin_key(grant);
    case.facts
        .exceptions
        .iter()
        .filter(|e| e.rule == SOLE_ADMIN_RULE && e.key == key)
        .find(|e| e.at <= case.at && case.at < e.until && e.ended.is_none_or(|ended| case.at < ended))
        .and_then(|e| e.approver)
}

/// Records that somebody accepts by name that the last admin of a system goes.
///
/// # Errors
/// When nobody is named, the leaver is, the reason is missing, or the date is past or too far.
pub fn accept_sole_admin(
    case: &Case<'_>,
    way: &WayIn,
    by: Option<PersonId>,
    reason: &str,
    until: Instant,
    max_days: i64,
    ids: &mut dyn super::facts::Ids,
) -> Result<Exception, Refusal> {
    let Some(by) = by else { return Err(Refusal::NoChecker) };
    if Some(by) == case.facts.run.person {
        return Err(Refusal::LeaverChecks);
    }
    if reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    Ok(Exception {
        id: ExceptionId(ids.next(RecordKind::Exception)),
        rule: SOLE_ADMIN_RULE.to_owned(),
        key: sole_admin_key(&way.holding.grant),
        at: case.at,
        until: checked_until(case.at, until, max_days)?,
        approver: Some(by),
        ended: None,
        reason: reason.trim().to_owned(),
    })
}

fn sole_admin_key(grant: &Grant) -> String {
    format!("grant:{}", grant.id)
}

/// A secret that was changed while the leaver could still read it.
pub(super) struct Early<'a> {
    /// Through which vault.
    pub(super) vault: &'a WayIn,
    /// When it was changed.
    pub(super) changed: Instant,
    /// When the vault was shut; nothing while it is open.
    pub(super) shut: Option<Instant>,
}

/// The vault that was still open when a secret was changed. Changed in the same moment is not strictly after.
pub(super) fn read_again<'a>(case: &Case<'a>, known: &KnownSecret) -> Option<Early<'a>> {
    let changed = known.rotation.as_ref()?.change.done.map(|mark| mark.at).filter(|t| *t <= case.at)?;
    vaults(case, known)
        .into_iter()
        .map(|vault| Early { vault, changed, shut: vault.removed_at(case.at) })
        .find(|early| early.shut.is_none_or(|shut| shut >= changed))
}

/// Why the change of a secret does not count: the vault was still open to the leaver. Nothing when it counts or was
/// not done.
pub fn rotation_too_early(case: &Case<'_>, known: &KnownSecret, zone: &Zone) -> Option<String> {
    let early = read_again(case, known)?;
    let (name, vault) = (case.facts.name(), early.vault.label());
    let changed = clock(zone, early.changed, case.at);
    Some(match early.shut {
        None => {
            format!("Changed at {changed}, while {name} can still open {vault}. Change it again when that is shut.")
        }
        Some(shut) => {
            let shut = clock(zone, shut, case.at);
            format!("Changed at {changed}, but {vault} was shut to {name} only at {shut}. Change it again.")
        }
    })
}

/// Why a step does not count: what has to come first came later. Nothing when it counts or was not done.
pub fn step_too_early(case: &Case<'_>, step: &Step, zone: &Zone) -> Option<String> {
    let spec = case.spec(step)?;
    if step.outcome != Some(StepOutcome::Done) {
        return None;
    }
    let done = step.ended.map(|mark| mark.at).filter(|t| *t <= case.at)?;
    let edges = spec.after.iter().filter(|after| after.by_the_clock && after.holds_in(case.facts.run.kind));
    edges.into_iter().find_map(|after| {
        let first = case.facts.step(&after.step)?;
        let (title, clock_of) = (title_of(case, first), |t| clock(zone, t, case.at));
        match completed_at(case, first) {
            Some(t) if t > done => Some(format!(
                "{} This was done at {}, before “{title}” at {}. Do it again.",
                after.why,
                clock_of(done),
                clock_of(t)
            )),
            Some(_) => None,
            None if base_state(case, first).has_ended() => None,
            None => Some(format!(
                "{} This was done at {}, and “{title}” is still open. Do it again after that.",
                after.why,
                clock_of(done)
            )),
        }
    })
}

/// Something opened again because it was done too early.
#[derive(Debug, Clone, PartialEq)]
pub struct Reopened {
    /// What.
    pub what: Target,
    /// Why, for the office.
    pub reason: String,
    /// The record as it is now.
    pub edit: Edit,
}

/// Everything that was done too early to count, opened again with the reason.
pub fn reopen_too_early(case: &Case<'_>, zone: &Zone) -> Vec<Reopened> {
    let secrets = case.facts.secrets.iter().filter_map(|known| {
        let reason = rotation_too_early(case, known, zone)?;
        let rotation = known.rotation.as_ref()?;
        let change = Removal { asked: rotation.change.asked, ..Removal::default() };
        let again = Rotation { change, note: Some(reason.clone()), ..rotation.clone() };
        Some(Reopened { what: Target::Rotation(rotation.id), reason, edit: again.into() })
    });
    let steps = case.facts.steps.iter().filter_map(|step| {
        let reason = step_too_early(case, step, zone)?;
        let again = Step {
            outcome: None,
            ended: None,
            checked: None,
            proof: None,
            reason: Some(reason.clone()),
            ..step.clone()
        };
        Some(Reopened { what: Target::Step(step.id), reason, edit: again.into() })
    });
    secrets.chain(steps).collect()
}

/// The time of day, with the date when it is another day than now.
pub(super) fn clock(zone: &Zone, at: Instant, now: Instant) -> String {
    let local = zone.local(at);
    if zone.day(at) == zone.day(now) {
        local.format("%H:%M").to_string()
    } else {
        local.format("%-d %b %H:%M").to_string()
    }
}

/// The order in which ways in are listed and switched off: open ones first; then the policy's order of kinds of
/// systems; then what shuts most; then admin rights; then by client and system.
///
/// The firm's own tenant or directory counts as its identity provider: the policy's "client tenants" come later.
pub fn sort_ways_in(case: &Case<'_>, ways: &mut [WayIn]) {
    ways.sort_by_cached_key(|way| sort_key(case, way));
}

type SortKey = (bool, u8, std::cmp::Reverse<u32>, bool, String, String, String);

pub(super) fn sort_key(case: &Case<'_>, way: &WayIn) -> SortKey {
    let at = &way.holding.at;
    (
        !way.is_open(case.at),
        exit_rank(case, way),
        std::cmp::Reverse(way.shuts),
        !way.holding.is_admin(),
        at.client.name.to_lowercase(),
        at.system.name.to_lowercase(),
        at.account.login.to_lowercase(),
    )
}

/// The place of a way in in the order of switching off, first is 0.
pub fn exit_rank(case: &Case<'_>, way: &WayIn) -> u8 {
    match way.holding.at.system.kind {
        SystemKind::Tenant | SystemKind::Directory if case.facts.is_own(way) => {
            SystemKind::IdentityProvider.exit_rank()
        }
        kind => kind.exit_rank(),
    }
}

#[cfg(test)]
#[path = "order_tests.rs"]
mod tests;
