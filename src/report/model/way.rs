//! One way in as every report tells it, whoever the report is about.
//!
//! Must never know: whose system it is, who gets in.

use super::frame::admin_cell;
use crate::domain::{AccountKind, Admin, Factor, Instant};
use crate::report::document::{Cell, Column, ColumnKind, Tone};
use crate::report::when::Clock;

/// One way in: how one signs in, what it may do, since when, how it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The name one signs in with.
    pub login: String,
    /// What the account is for.
    pub account: AccountKind,
    /// The level in words.
    pub level: String,
    /// What it may administer.
    pub admin: Admin,
    /// The weakest second factor; none when nobody knows.
    pub factor: Option<Factor>,
    /// Since when.
    pub since: Option<Instant>,
    /// Until when.
    pub until: Option<Instant>,
    /// How it stands: word in JSON, word for people as `in` or `asked to remove`, how to take it.
    pub state: (&'static str, String, Tone),
    /// How we know.
    pub known: Known,
}

/// How a line is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    /// A system's own list taken then.
    Import(Instant),
    /// The list of the whole system taken then no longer named it, and no removal was recorded.
    Missing(Instant),
    /// A review confirmed it; then, where that is on record.
    Review(Option<Instant>),
    /// Typed by hand.
    Hand,
}

/// The columns of [`Way::cells`].
pub(super) const COLUMNS: [Column; 9] = [
    Column::new("login", "Login", ColumnKind::Text),
    Column::under("account_kind", "Account", ColumnKind::State),
    Column::new("level", "Level", ColumnKind::Text),
    Column::under("admin", "Admin", ColumnKind::State),
    Column::new("mfa", "Second factor", ColumnKind::State),
    Column::new("since", "Since", ColumnKind::When),
    Column::under("until", "Until", ColumnKind::When),
    Column::new("state", "State", ColumnKind::State),
    Column::under("how_known", "How we know", ColumnKind::State),
];

impl Way {
    /// One cell for each of [`COLUMNS`].
    pub(super) fn cells(&self, clock: &Clock) -> [Cell; 9] {
        let (stored, shown, tone) = &self.state;
        let (known, worded) = self.known.worded(clock);
        [
            Cell::from(&self.login),
            account_cell(self.account),
            Cell::from(&self.level),
            admin_cell(self.admin),
            factor_cell(self.factor),
            Cell::from(self.since),
            Cell::from(self.until),
            Cell::word(stored, shown.as_str(), *tone),
            Cell::word(known, worded, Tone::Quiet),
        ]
    }
}

impl Known {
    fn worded(self, clock: &Clock) -> (&'static str, String) {
        match self {
            Self::Import(taken) => ("import", format!("list of {}", clock.day_of(taken))),
            Self::Missing(taken) => ("missing", format!("not in the list of {}", clock.day_of(taken))),
            Self::Review(Some(at)) => ("review", format!("review of {}", clock.day_of(at))),
            Self::Review(None) => ("review", "review".to_owned()),
            Self::Hand => ("hand", "entered by hand".to_owned()),
        }
    }
}

/// The systems a way in goes through; nothing when it is direct.
pub(super) fn path_cell<'a>(systems: impl Iterator<Item = &'a str>) -> Cell {
    let systems: Vec<&str> = systems.collect();
    if systems.is_empty() { Cell::None } else { Cell::text(format!("through {}", systems.join(", "))) }
}

/// What the account is for; nothing for a personal one.
fn account_cell(kind: AccountKind) -> Cell {
    if kind == AccountKind::Personal {
        Cell::Usual(kind.stored())
    } else {
        Cell::word(kind.stored(), kind.shown(), Tone::Plain)
    }
}

/// The second factor: none is bad, not known is its own word.
fn factor_cell(factor: Option<Factor>) -> Cell {
    match factor {
        None | Some(Factor::Unknown) => Cell::Unknown,
        Some(factor) => {
            let tone = match factor.level() {
                Some(0) => Tone::Bad,
                Some(1) => Tone::Attention,
                _ => Tone::Plain,
            };
            Cell::word(factor.stored(), factor.shown(), tone)
        }
    }
}
