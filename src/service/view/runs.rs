//! What the list of runs shows.
//!
//! Must never know: how a run is judged, how it is drawn.

use super::Page;
use crate::domain::{CaseKind, Instant, PersonId, RunId};

/// The runs, open ones first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct RunsView {
    /// The rows under the filter.
    pub page: Page<RunLine>,
    /// Open runs, whatever the filter.
    pub open: u32,
    /// Closed runs, whatever the filter.
    pub closed: u32,
}

/// A run, as a row.
#[derive(Debug, Clone, PartialEq)]
pub struct RunLine {
    /// Which one.
    pub id: RunId,
    /// Whom it is about.
    pub person: Option<PersonId>,
    /// Their name, or the client's.
    pub name: String,
    /// What for.
    pub kind: CaseKind,
    /// Last minute of work, in words: `14:00`, `LATE 3 d`, `FRI 27`.
    pub when: String,
    /// That minute has passed and the run is open.
    pub late: bool,
    /// Closed.
    pub closed: Option<Instant>,
    /// Steps ended, and all; nothing where that is not counted for a list.
    pub steps: Option<(u32, u32)>,
    /// Ways in the person still has.
    pub open: u32,
    /// A closed run of somebody who has left, and still can get in.
    pub still_in: bool,
    /// Who does it, as the list says it: `you`, a name, `nobody`.
    pub waits_on: String,
}
