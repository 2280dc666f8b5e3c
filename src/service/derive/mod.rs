//! What follows from the records: how every way in stands, the counters, the findings. Computed again, in the same
//! transaction, for what a change touched, and when a date passes. Always from scratch for one person, account or
//! system: there are no plus and minus that could drift.
//!
//! Must never know: who asked, how anything is shown.

mod concern;
pub mod keep;
mod people;
mod places;
mod world;

pub use concern::Concern;
pub use people::{known, left_at, open_grants, ways_of};
pub use world::{Kept, World};

use crate::domain::findings::Finding;
use crate::domain::{Account, AnyRecord, Instant, Person, RecordKind, RecordRef, Secret, Stamp, System, SystemId};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::session::{Scene, Session};
use crate::store::{Boundary, Reader, Select, StoreError, Touched, Tx};
use keep::Over;
use std::collections::BTreeSet;

/// Computes again what the change in this transaction touched. Says whether the settings were among it.
///
/// # Errors
/// When a table cannot be read or written; the transaction is rolled back then.
pub fn refresh(tx: &mut Tx<'_>, scene: &Scene) -> Result<bool, AppError> {
    let touched = tx.touched();
    let is = |kinds: &[RecordKind]| touched.iter().any(|touch| kinds.contains(&touch.of.kind));
    let settings = is(&[RecordKind::Settings, RecordKind::Operator]);
    let widened = widened(tx, scene, &touched)?;
    let concern = Concern::of(tx, &touched, &widened)?;
    recompute(tx, scene, &concern, Over::Kept)?;
    for touch in &touched {
        index(tx, touch.of)?;
    }
    Ok(settings)
}

/// The systems that lead to something else than before, by a change to links or tags anywhere; the new world is the
/// one judged by from here on. Most edits of a system or client move neither.
fn widened(tx: &Tx<'_>, scene: &Scene, touched: &[Touched]) -> Result<BTreeSet<SystemId>, AppError> {
    let mut moved = false;
    for touch in touched.iter().filter(|touch| matches!(touch.of.kind, RecordKind::System | RecordKind::Client)) {
        let now = tx.get_any(touch.of, None)?;
        let before = touch.before.map(|seq| tx.version_at(touch.of, seq)).transpose()?.flatten().flatten();
        moved |= !world::is_same(now.as_ref(), before.as_ref());
    }
    if !moved {
        return Ok(BTreeSet::new());
    }
    let before = scene.world.take(&tx.read(), tx.began_at())?;
    Ok(scene.world.get(&tx.read())?.widened(&before))
}

/// Whether a date has passed at which something changes by itself.
///
/// # Errors
/// When the table of dates cannot be read.
pub fn is_due(read: &Reader<'_>, now: Instant) -> Result<bool, StoreError> {
    Ok(read.derived_one::<Boundary>(&Select::all().le("at", now))?.is_some())
}

/// Computes again whatever changes by itself up to now.
///
/// # Errors
/// When a table cannot be read or written.
pub fn advance(tx: &mut Tx<'_>, scene: &Scene) -> Result<(), AppError> {
    let passed = tx.derived::<Boundary>(&Select::all().le("at", scene.now))?;
    let refs: Vec<RecordRef> = passed.iter().map(|b| RecordRef { kind: b.kind, id: b.id }).collect();
    recompute(tx, scene, &Concern::of_refs(&refs), Over::Kept)
}

/// Computes everything again: after a restore, an initial fill, a new version of the rules.
///
/// # Errors
/// When a table cannot be read or written.
pub fn rebuild(tx: &mut Tx<'_>, scene: &Scene) -> Result<(), AppError> {
    tx.clear_derived()?;
    scene.world.forget();
    let concern = Concern::everything(tx)?;
    recompute(tx, scene, &concern, Over::Nothing)?;
    for kind in [RecordKind::Person, RecordKind::Client, RecordKind::System, RecordKind::Account, RecordKind::Secret] {
        for id in with_record_type!(kind, R => {
            let ids = tx.ids::<R>(&Select::all())?;
            ids.into_iter().map(crate::domain::RecordId::number).collect::<Vec<u64>>()
        }) {
            index(tx, RecordRef { kind, id })?;
        }
    }
    Ok(())
}

impl Session {
    /// Computes again everything that follows from the records: after a restore, or when somebody doubts it. It gives
    /// the same as what was kept step by step.
    ///
    /// # Errors
    /// When a table cannot be read or written.
    pub fn derive_again(&mut self) -> Result<(), AppError> {
        let now = self.clock.now();
        self.scene.now = now;
        let stamp = Stamp { operator: self.operator, at: now, scripted: self.clock.is_scripted() };
        let scene = &self.scene;
        self.store.write(&stamp, |tx| rebuild(tx, scene))
    }
}

/// Everything that is wrong by the facts of a moment: for questions about the past, not for a frame.
///
/// # Errors
/// When a table cannot be read.
pub fn everything_wrong(facts: &Facts<'_>, scene: &Scene) -> Result<Vec<Finding>, AppError> {
    let mut found = Vec::new();
    for person in facts.list::<Person>(Select::all())? {
        if let Some(whole) = people::whole(facts, scene, person.id, scene.now)? {
            found.extend(places::judge_person(facts, scene, &whole)?.findings);
        }
    }
    for account in facts.list::<Account>(Select::all())? {
        found.extend(places::judge_account(facts, scene, account.id)?.findings);
    }
    for secret in facts.list::<Secret>(Select::all())? {
        found.extend(places::judge_secret(facts, scene, secret.id)?.findings);
    }
    for system in facts.list::<System>(Select::all())? {
        found.extend(places::judge_system(facts, scene, system.id)?.findings);
    }
    Ok(found)
}

fn recompute(tx: &mut Tx<'_>, scene: &Scene, concern: &Concern, over: Over) -> Result<(), AppError> {
    // Only derived tables are written here, so people, clients and systems are read once for all of it: the list of a
    // large system concerns a hundred thousand accounts at once.
    let facts = &Facts::new(tx.read(), None);
    let stale = &mut keep::Stale {
        over,
        systems: concern.systems.clone(),
        clients: concern.clients.clone(),
        findings: over == Over::Nothing,
    };
    for id in &concern.people {
        let computed = people::compute(facts, scene, *id)?;
        keep::person(tx, scene, *id, computed, stale)?;
    }
    for id in &concern.accounts {
        let judged = places::judge_account(facts, scene, *id)?;
        keep::account(tx, scene, *id, &judged, stale)?;
    }
    for id in &concern.secrets {
        let judged = places::judge_secret(facts, scene, *id)?;
        keep::secret(tx, scene, *id, &judged, stale)?;
    }
    for id in &concern.systems {
        let judged = places::judge_system(facts, scene, *id)?;
        keep::system(tx, scene, *id, &judged, stale)?;
    }
    if over == Over::Nothing {
        tx.index_derived()?;
    }
    for id in &stale.systems {
        keep::system_count(tx, *id, facts.listed(*id)?)?;
    }
    for id in &stale.clients {
        keep::client(tx, *id)?;
    }
    if stale.findings {
        keep::finding_totals(tx)?;
    }
    Ok(())
}

/// Makes a record findable by its words.
fn index(tx: &mut Tx<'_>, of: RecordRef) -> Result<(), AppError> {
    let words = match of.kind {
        RecordKind::Person | RecordKind::Client | RecordKind::System | RecordKind::Account | RecordKind::Secret => {
            match tx.get_any(of, None)? {
                Some(AnyRecord::Person(person)) => format!("{} {}", person.name, person.role.unwrap_or_default()),
                Some(AnyRecord::Client(client)) => client.name,
                Some(AnyRecord::System(system)) => system.name,
                Some(AnyRecord::Account(account)) => account.login,
                Some(AnyRecord::Secret(secret)) => secret.name,
                _ => String::new(),
            }
        }
        _ => return Ok(()),
    };
    tx.set_search(of, &words)?;
    Ok(())
}
