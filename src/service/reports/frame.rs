//! What every report carries: who made it, when and for which moment, where its facts come from, how sure they are,
//! which limits held, and the receipt.
//!
//! Must never know: what the report is about.

use crate::domain::policy::Policy;
use crate::domain::{
    Batch, Covers, Holding, Instant, Operator, RecordKind, RecordRef, Seq, Settings, System, SystemId,
};
use crate::error::{AppError, ErrorClass};
use crate::report::model::Known;
use crate::report::{Frame, Receipt, Source};
use crate::service::facts::Facts;
use crate::service::proof::sealed_by;
use crate::service::session::{SETTINGS, Scene, Session};
use crate::service::{AsOf, derive, evidence, words};
use crate::store::{Select, StoreError};
use std::collections::BTreeSet;

/// A page names so many lists; more are counted.
const MOST_SOURCES: usize = 60;

/// The lines of a report and where they come from.
#[derive(Debug, Default)]
pub(super) struct Basis {
    /// How each line is known.
    pub known: Vec<Known>,
    /// Systems whose lists the lines come from.
    pub systems: BTreeSet<SystemId>,
    /// What was left out on purpose.
    pub filter: Vec<String>,
}

impl Basis {
    /// Counts a way in.
    pub fn add(&mut self, facts: &Facts<'_>, holding: &Holding, at: Instant) -> Result<Known, StoreError> {
        let known = evidence::known(facts, holding, at)?;
        self.known.push(known);
        self.systems.insert(holding.at.system.id);
        Ok(known)
    }
}

impl Session {
    /// The scene of a moment, with the settings and limits as they were known then.
    pub(in crate::service) fn scene_of(&self, facts: &Facts<'_>, at: Instant, as_of: AsOf) -> Result<Scene, AppError> {
        let Some(known) = self.known(as_of)? else { return Ok(Scene { now: at, ..self.scene.clone() }) };
        let scene = Scene { now: at, world: derive::Kept::default(), ..self.scene.clone() };
        scene.world.fill(derive::World::read_at(&facts.reader(), Some(known))?);
        let Some(settings) = facts.reader().get_versioned::<Settings>(SETTINGS, Some(known))? else {
            return Err(AppError::new(ErrorClass::NotFound, "There was no register yet at that moment."));
        };
        let policy = Policy::new(settings.seq, &settings.record.policy)
            .map_err(|error| AppError::new(ErrorClass::Damaged, error.to_string()))?;
        Ok(Scene { policy, settings: settings.record, ..scene })
    }

    /// What every report carries.
    pub(super) fn frame(
        &self,
        facts: &Facts<'_>,
        scene: &Scene,
        as_of: AsOf,
        mut basis: Basis,
    ) -> Result<Frame, AppError> {
        let (sources, more) = sources(facts, &basis, scene.now)?;
        if more > 0 {
            basis.filter.push(format!("the names of {} more lists", words::count(more)));
        }
        let known = self.known(as_of)?;
        let head = facts.reader().head()?.seq;
        Ok(Frame {
            firm: firm(facts, scene)?,
            practice: scene.settings.practice,
            as_of: scene.now,
            known_at: as_of.known_at,
            made_by: scene.operator.clone(),
            made_at: self.clock.now(),
            zone: scene.zone,
            filter: basis.filter,
            sources,
            sure: evidence::sureness(&basis.known, scene.now),
            policy: Some(limits(facts, scene)?),
            receipt: receipt(facts, known.unwrap_or(head))?,
        })
    }
}

fn firm(facts: &Facts<'_>, scene: &Scene) -> Result<Option<String>, StoreError> {
    if scene.settings.firm.is_some() {
        return Ok(scene.settings.firm.clone());
    }
    let own = facts.list::<crate::domain::Client>(Select::all().eq("own", true).page(0, 1))?;
    Ok(own.into_iter().next().map(|own| own.name).filter(|name| !name.is_empty()))
}

fn limits(facts: &Facts<'_>, scene: &Scene) -> Result<String, StoreError> {
    let own = scene.policy.changed().len() as u64;
    if own == 0 {
        return Ok("the ones Keyward comes with".to_owned());
    }
    let version = scene.policy.version();
    let day = facts.reader().entry(version)?.map(|entry| words::full_day(entry.at, &scene.zone));
    Ok(format!(
        "version of {}, entry {}, {}",
        day.unwrap_or_default(),
        words::count(version),
        words::counted(own, "limit of our own", "limits of our own")
    ))
}

/// The newest list of each system by then, and how many more there are.
fn sources(facts: &Facts<'_>, basis: &Basis, at: Instant) -> Result<(Vec<Source>, u64), AppError> {
    let mut found = Vec::new();
    for id in &basis.systems {
        let Some(system) = facts.system(*id)? else { continue };
        let batches = facts.list::<Batch>(Select::all().eq("system", *id))?;
        if let Some(batch) = batches.into_iter().filter(|b| b.taken <= at).max_by_key(|b| (b.taken, b.id)) {
            found.push(source(facts, &system, &batch)?);
        }
    }
    found.sort_by(|a, b| a.what.cmp(&b.what));
    let more = found.len().saturating_sub(MOST_SOURCES);
    found.truncate(MOST_SOURCES);
    let hand = basis.known.iter().filter(|known| **known == Known::Hand).count();
    if hand > 0 {
        found.push(Source {
            client: None,
            what: "Lines without a list".to_owned(),
            taken: None,
            by: None,
            rows: Some(hand as u64),
            part: false,
        });
    }
    Ok((found, more as u64))
}

fn source(facts: &Facts<'_>, system: &System, batch: &Batch) -> Result<Source, AppError> {
    let client = facts.client(system.client)?;
    let own = client.as_ref().is_some_and(|client| client.own);
    let whose = client.filter(|_| !own).map(|client| format!(", {}", client.name)).unwrap_or_default();
    // Whoever took the list in; who took it from the system is not recorded.
    let seq = facts.reader().seq_of(RecordRef { kind: RecordKind::Batch, id: batch.id.0 })?;
    let entry = seq.map(|seq| facts.reader().entry(seq)).transpose()?.flatten();
    let by = entry.map(|entry| facts.reader().get::<Operator>(entry.operator)).transpose()?.flatten();
    Ok(Source {
        client: (!own).then_some(system.client),
        what: format!("{}{whose}", system.name),
        taken: Some(batch.taken),
        by: by.map(|operator| operator.name).filter(|name| !name.is_empty()),
        rows: Some(batch.rows),
        part: batch.covers != Covers::Everyone,
    })
}

/// The newest seal over at most so many entries. Its date is that of the last entry under it, so that the same report
/// comes out the same.
fn receipt(facts: &Facts<'_>, size: Seq) -> Result<Option<Receipt>, AppError> {
    let Some((checkpoint, signer)) = sealed_by(&facts.reader(), size)? else { return Ok(None) };
    let operator = signer.map(|signer| facts.reader().get::<Operator>(signer)).transpose()?.flatten();
    let Some(entry) = facts.reader().entry(checkpoint.size)? else { return Ok(None) };
    Ok(Some(Receipt {
        entries: checkpoint.size,
        root: checkpoint.root,
        signed_by: operator.map_or_else(|| "an operator".to_owned(), |operator| operator.name),
        at: entry.at,
    }))
}
