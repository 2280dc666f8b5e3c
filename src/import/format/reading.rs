//! What a reader is told about a file, and what it fills on its way through.
//!
//! Must never know: which layout is read.

use crate::domain::Zone;
use crate::import::date::Order;
use crate::import::issue::{Issue, Issues};
use crate::import::row::AccountRow;
use crate::import::source::Limits;

/// What a reader is told about a file besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// How much is read at most.
    pub limits: Limits,
    /// The zone wall clocks in the file are read in: the firm's.
    pub zone: Zone,
    /// Whether the day comes first where a file itself does not show it.
    pub day_first: Option<bool>,
}

impl Default for Reading {
    fn default() -> Self {
        Self { limits: Limits::default(), zone: Zone::utc(), day_first: None }
    }
}

impl Reading {
    /// The order of day and month somebody told, if anybody did.
    pub fn order(&self) -> Option<Order> {
        self.day_first.map(|day| if day { Order::DayFirst } else { Order::MonthFirst })
    }
}

/// What readers fill while they go through a file.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub rows: Vec<AccountRow>,
    pub issues: Issues,
    pub refused: u64,
    pub stated_total: Option<u64>,
    pub partial: Option<String>,
}

impl Found {
    /// Notes that the file does not hold everybody; the first reason stays.
    pub fn is_partial_because(&mut self, why: impl Into<String>) {
        self.partial.get_or_insert_with(|| why.into());
    }

    /// A row that cannot be taken but is not missing either.
    pub fn refuse(&mut self, issue: Issue) {
        self.refused = self.refused.saturating_add(1);
        self.issues.push(issue);
    }

    /// A row that could not be read, so that nobody knows whom it named.
    pub fn set_aside(&mut self, issue: Issue) {
        self.refuse(issue);
        self.is_partial_because("Some lines could not be read.");
    }
}
