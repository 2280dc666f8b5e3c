//! Whose hands were at the keyboard in a run: who recorded, for whom, and why something was left undone.
//!
//! Must never know: how the page looks.

use crate::domain::discharge::Case;
use crate::domain::{Act, Operator, OperatorId, PersonId, RecordRef};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::words::{counted, listed};
use crate::store::{EntryRow, Select, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// Acts that leave something undone on purpose.
const LEAVING: &[&str] = &["grant.waived", "secret.rotated", "thing.settled", "run.step"];
/// So many entries of one record are looked through for a reason.
const FAR_ENOUGH: u64 = 50;

/// Who recorded for whom, in sentences.
pub(super) fn on_behalf(facts: &Facts<'_>, case: &Case<'_>) -> Result<Vec<String>, AppError> {
    let mut recorded: BTreeMap<OperatorId, u64> = BTreeMap::new();
    let mut decided: BTreeMap<(OperatorId, String), u64> = BTreeMap::new();
    for act in facts.list::<Act>(Select::all().eq("run", case.facts.run.id))? {
        let Some(entry) = facts.reader().entry(act.id.0)? else { continue };
        *recorded.entry(entry.operator).or_default() += 1;
        if let Some(name) = act.decided_by {
            *decided.entry((entry.operator, name)).or_default() += 1;
        }
    }
    let mut out = Vec::new();
    let mut at_the_keyboard = BTreeSet::new();
    for (operator, number) in &recorded {
        at_the_keyboard.extend(person_of(facts, *operator)?);
        let name = name_of(facts, *operator)?;
        out.push(format!("{name} recorded {} of this run.", counted(*number, "entry", "entries")));
    }
    for ((operator, decider), number) in &decided {
        let name = name_of(facts, *operator)?;
        out.push(format!("{decider} decided {} that {name} recorded.", counted(*number, "entry", "entries")));
    }
    let others = others(facts, case, &at_the_keyboard)?;
    if !others.is_empty() {
        let (what, verb) = if others.len() == 1 { ("act", "was") } else { ("acts", "were") };
        let names = listed(&others, usize::MAX);
        out.push(format!("The {what} of {names} {verb} recorded on their behalf, not entered by themselves."));
    }
    Ok(out)
}

/// People named as doer or checker who did not sit at the keyboard.
fn others(facts: &Facts<'_>, case: &Case<'_>, present: &BTreeSet<PersonId>) -> Result<Vec<String>, StoreError> {
    let mut people = BTreeSet::new();
    let ways = case.facts.ways_in.iter().map(|way| way.holding.grant.removal);
    let changes = case.facts.secrets.iter().filter_map(|known| known.rotation.as_ref()).map(|rotation| rotation.change);
    for removal in ways.chain(changes) {
        people.extend([removal.done, removal.confirmed].into_iter().flatten().filter_map(|mark| mark.by));
    }
    for step in &case.facts.steps {
        people.extend([step.ended, step.checked].into_iter().flatten().filter_map(|mark| mark.by));
    }
    let mut names = Vec::new();
    for person in people.difference(present) {
        names.extend(facts.name(Some(*person))?);
    }
    names.sort();
    Ok(names)
}

fn name_of(facts: &Facts<'_>, operator: OperatorId) -> Result<String, StoreError> {
    let found = facts.reader().get::<Operator>(operator)?;
    Ok(found.map(|found| found.name).filter(|name| !name.is_empty()).unwrap_or_else(|| format!("Operator {operator}")))
}

fn person_of(facts: &Facts<'_>, operator: OperatorId) -> Result<Option<PersonId>, StoreError> {
    Ok(facts.reader().get::<Operator>(operator)?.and_then(|found| found.person))
}

/// Why something was left undone, and who said so.
pub(super) fn why_waived(facts: &Facts<'_>, of: RecordRef) -> Result<(Option<String>, Option<String>), AppError> {
    let entries = facts.reader().entries_touching(&[of], None, FAR_ENOUGH)?;
    let reasoned = |entry: &&EntryRow| {
        LEAVING.contains(&entry.action.as_str()) && entry.act.as_ref().is_some_and(|act| act.reason.is_some())
    };
    let Some(entry) = entries.iter().find(reasoned) else { return Ok((None, None)) };
    let act = entry.act.as_ref();
    let by = match act.and_then(|act| act.decided_by.clone()) {
        Some(name) => name,
        None => name_of(facts, entry.operator)?,
    };
    Ok((act.and_then(|act| act.reason.clone()), Some(by)))
}
