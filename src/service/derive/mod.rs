//! What follows from the records: how every way in stands, the counters, the findings. Computed again, in the same
//! transaction, for what a change touched, and when a date passes. Always from scratch for one person, account or
//! system: there are no plus and minus that could drift.
//!
//! Must never know: who asked, how anything is shown.

mod concern;
mod people;
mod places;

pub use concern::Concern;

use crate::domain::{Instant, RecordKind};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::store::{Reader, Tx};

/// Computes again what the change in this transaction touched. Says whether the settings were among it.
///
/// # Errors
/// When a table cannot be read or written; the transaction is rolled back then.
pub fn refresh(tx: &mut Tx<'_>, scene: &Scene) -> Result<bool, AppError> {
    let touched = tx.touched().to_vec();
    if touched.is_empty() {
        return Ok(false);
    }
    let settings = touched.iter().any(|touch| touch.kind == RecordKind::Settings || touch.kind == RecordKind::Operator);
    let concern = Concern::of(tx, &touched)?;
    recompute(tx, scene, &concern)?;
    Ok(settings)
}

/// Whether a date has passed at which something changes by itself.
///
/// # Errors
/// When the table of dates cannot be read.
pub fn is_due(read: &Reader<'_>, now: Instant) -> Result<bool, AppError> {
    Ok(read.next_boundary()?.is_some_and(|next| next <= now))
}

/// Computes again whatever changes by itself up to now.
///
/// # Errors
/// When a table cannot be read or written.
pub fn advance(tx: &mut Tx<'_>, scene: &Scene) -> Result<(), AppError> {
    let passed = tx.read().boundaries_until(scene.now)?;
    let concern = Concern::of_refs(&passed);
    recompute(tx, scene, &concern)?;
    Ok(())
}

/// Computes everything again: after a restore, an initial fill, a new version of the rules.
///
/// # Errors
/// When a table cannot be read or written.
pub fn rebuild(tx: &mut Tx<'_>, scene: &Scene) -> Result<(), AppError> {
    tx.clear_derived()?;
    let concern = Concern::everything(&tx.read())?;
    recompute(tx, scene, &concern)
}

fn recompute(tx: &mut Tx<'_>, scene: &Scene, concern: &Concern) -> Result<(), AppError> {
    for person in &concern.people {
        let row = people::compute(&Facts::new(&tx.read(), None), scene, *person)?;
        people::keep(tx, *person, row)?;
    }
    for account in &concern.accounts {
        let row = places::compute_account(&Facts::new(&tx.read(), None), scene, *account)?;
        places::keep_account(tx, *account, row)?;
    }
    for system in &concern.systems {
        let row = places::compute_system(&Facts::new(&tx.read(), None), scene, *system)?;
        places::keep_system(tx, *system, row)?;
    }
    for client in &concern.clients {
        places::recount_client(tx, *client)?;
    }
    Ok(())
}
