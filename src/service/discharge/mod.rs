//! A discharge from its first step to its closing page: read, shown, and moved on.
//!
//! Must never know: the order rules themselves; the domain decides.

use crate::domain::discharge::RunFacts;
use crate::domain::{RunId, Seq};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use std::sync::{Arc, Mutex, PoisonError};

pub mod answers;
pub mod apply;
pub mod facts;
pub mod later;
pub mod mover;
pub mod start;
pub mod steps;
pub mod things;
pub mod view;

/// The run looked at last, with everything it is judged by: the tabs of the cockpit ask for it one after the other,
/// and it stays the same until something is written or a minute passes.
#[derive(Debug, Default)]
pub struct Kept(Mutex<Option<KeptRun>>);

#[derive(Debug)]
struct KeptRun {
    run: RunId,
    head: Seq,
    minute: i64,
    facts: Arc<RunFacts>,
}

impl Kept {
    /// The run whole, open or closed.
    ///
    /// # Errors
    /// When there is no such run, or a table cannot be read.
    pub fn get(&self, read: &Facts<'_>, scene: &Scene, run: RunId) -> Result<Arc<RunFacts>, AppError> {
        let (head, minute) = (read.reader().head()?.seq, scene.now.millis() / 60_000);
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = kept.as_ref().filter(|k| k.run == run && k.head == head && k.minute == minute) {
            return Ok(Arc::clone(&found.facts));
        }
        let facts = Arc::new(view::whole(read, scene, run)?);
        *kept = Some(KeptRun { run, head, minute, facts: Arc::clone(&facts) });
        Ok(facts)
    }
}
