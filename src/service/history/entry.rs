//! One entry whole: what it did to each record, and what taking it back would do.
//!
//! Must never know: drawing, the bytes it is proved by.

use super::fields::{self, Reading};
use crate::domain::discharge::Template;
use crate::domain::{Account, AnyRecord, RecordRef, Run, Secret, Seq, Step};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::service::view::{ChangeHow, EntryView, RecordChange, Reversal};
use crate::service::{access, undo, words};
use crate::store::{EntryRow, RecordRow, StoreError};

/// Records whose fields are shown. Nobody reads more of one entry field by field.
const MOST_SHOWN: usize = 100;
/// Up to so many records are compared with what stands now before somebody asks to take them back.
const MOST_CHECKED: u64 = 300;

/// One entry whole.
///
/// # Errors
/// When there is no such entry, or a table cannot be read.
pub fn entry(facts: &Facts<'_>, scene: &Scene, seq: Seq) -> Result<EntryView, AppError> {
    let read = facts.reader();
    let Some(row) = read.entry(seq)? else {
        return Err(AppError::new(ErrorClass::NotFound, format!("There is no entry {}.", words::count(seq))));
    };
    let rows = read.records_of(seq)?;
    let reading = Reading { facts, zone: scene.zone, at: row.at };
    let changes = rows.iter().take(MOST_SHOWN).map(|record| change(&reading, record)).collect::<Result<Vec<_>, _>>()?;
    let mut line = super::line(facts, &row)?;
    line.records = rows.iter().map(|record| record.of).collect();
    line.hash = super::seal_of(facts, seq)?;
    let reversal = reversal(facts, scene, &row, line.undone_by)?;
    Ok(EntryView {
        line,
        undoes: row.act.as_ref().and_then(|act| act.undoes),
        clock_went_back: row.back,
        records: rows.len() as u64,
        changes,
        reversal,
    })
}

fn change(reading: &Reading<'_, '_>, row: &RecordRow) -> Result<RecordChange, StoreError> {
    let read = reading.facts.reader();
    let before = match row.version.prev {
        Some(prev) => read.version_at(row.of, prev)?.flatten(),
        None => None,
    };
    let after = row.version.record.as_ref();
    let how = match (&before, after) {
        (_, None) => ChangeHow::TakenAway,
        (None, Some(_)) => ChangeHow::Made,
        (Some(_), Some(_)) => ChangeHow::Changed,
    };
    let known = after.or(before.as_ref());
    Ok(RecordChange {
        of: row.of,
        name: known.map(|record| name(reading.facts, record)).transpose()?.unwrap_or_else(|| bare(row.of)),
        how,
        fields: fields::changes(reading, before.as_ref(), after)?,
        erased: row.version.erased,
    })
}

/// What a record is called in a sentence: its kind, and its name where it has one.
fn name(facts: &Facts<'_>, record: &AnyRecord) -> Result<String, StoreError> {
    let joined = |parts: [Option<String>; 2]| Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", "));
    let client = |id| -> Result<_, StoreError> { Ok(facts.client(id)?.map(|client| client.name.clone())) };
    let named = match record {
        AnyRecord::Step(step) => match &step.title {
            Some(title) => Some(title.clone()),
            None => listed_title(facts, step)?,
        },
        AnyRecord::Run(run) => crate::service::runs::name(facts, run)?.map(|name| words::run_phrase(run.kind, &name)),
        AnyRecord::Rotation(rotation) => facts.get::<Secret>(rotation.secret)?.map(|secret| secret.name),
        AnyRecord::Knowing(knowing) => {
            let secret = facts.get::<Secret>(knowing.secret)?.map(|secret| secret.name);
            joined([secret, facts.name(Some(knowing.person))?])
        }
        AnyRecord::Observation(seen) => facts.get::<Account>(seen.id)?.map(|account| account.login),
        AnyRecord::Asset(asset) => joined([Some(asset.kind.shown().to_owned()), asset.tag.clone()]),
        AnyRecord::Contact(contact) => joined([Some(contact.place.clone()), facts.name(Some(contact.person))?]),
        AnyRecord::DataLocation(data) => joined([Some(data.what.clone()), client(data.client)?]),
        AnyRecord::Assignment(assigned) => joined([client(assigned.client)?, facts.name(Some(assigned.person))?]),
        AnyRecord::Answer(answer) => Some(format!("question {}", answer.question)),
        AnyRecord::Operator(operator) => Some(operator.name.clone()),
        AnyRecord::Policy(policy) => Some(policy.name.clone()),
        AnyRecord::Course(course) => Some(course.name.clone()),
        AnyRecord::Signature(signature) => facts.name(Some(signature.person))?,
        AnyRecord::Completion(completion) => facts.name(Some(completion.person))?,
        AnyRecord::RoleRight(right) => Some(right.role.clone()),
        other => Some(access::label(facts, other)?).filter(|label| *label != bare(record.reference())),
    };
    let kind = match record {
        AnyRecord::Observation(_) => "as the system lists it",
        AnyRecord::Settings(_) => return Ok("settings of the register".to_owned()),
        other => other.kind().shown(),
    };
    let named = named.filter(|named| !named.is_empty());
    Ok(named.map_or_else(|| bare(record.reference()), |named| format!("{kind}: {named}")))
}

/// The title a step has on the list its run was opened with.
fn listed_title(facts: &Facts<'_>, step: &Step) -> Result<Option<String>, StoreError> {
    let Some(code) = step.code.as_deref() else { return Ok(None) };
    let run = facts.get::<Run>(step.run)?;
    let list = run.and_then(|run| Template::built_in(&run.template));
    Ok(list.and_then(|list| list.step(code)).map(|spec| spec.title.clone()))
}

fn bare(of: RecordRef) -> String {
    format!("{} {}", of.kind.shown(), of.id)
}

/// Whether the act an entry belongs to can be taken back, and how much that puts back.
fn reversal(facts: &Facts<'_>, scene: &Scene, row: &EntryRow, undone_by: Option<Seq>) -> Result<Reversal, AppError> {
    let read = facts.reader();
    if let Some(why) = undo::is_final(&row.action) {
        return Ok(Reversal::Refused(format!("{why}.")));
    }
    let entries = match row.batch {
        Some(first) => read.batch(first)?,
        None => undo::act_entries(read, row.seq)?,
    };
    let mut records = 0;
    for entry in &entries {
        records += if *entry == row.seq { row.records } else { read.entry(*entry)?.map_or(0, |entry| entry.records) };
    }
    let checked = records <= MOST_CHECKED;
    // A batch is folded as one; the entries of another act are asked one by one.
    let act = if row.batch.is_some() { std::slice::from_ref(&row.seq) } else { &entries[..] };
    if checked && let Err(error) = undo::check(read, scene, act) {
        if !matches!(error.class, ErrorClass::Refused) {
            return Err(error);
        }
        return Ok(Reversal::Refused(match undone_by {
            Some(by) => format!("Entry {} has taken it back already.", words::count(by)),
            None => error.message.trim_end_matches("Nothing was taken back.").trim().to_owned(),
        }));
    }
    Ok(Reversal::Possible { records, entries: entries.len() as u64, checked })
}
