//! The screens, one file each.
//!
//! Must never know: each other. A screen goes elsewhere by what it answers ([`Flow`]).

mod clients;
mod closing;
mod fixes;
mod grid;
mod history;
mod more;
mod narrow;
mod parts;
mod past;
mod people;
mod person;
mod records;
mod removal;
mod reports;
mod run;
mod runs;
mod settings;
mod setup;
mod today;
mod unlock;
mod ways;

pub use clients::Clients;
pub use closing::Closing;
pub use fixes::Fixes;
pub use grid::Grid;
pub use history::{Entry, History};
pub use more::More;
pub use past::Past;
pub use people::People;
pub use person::Person;
pub use records::Records;
pub use reports::Reports;
pub use run::RunScreen;
pub(super) use run::clock;
pub use runs::Runs;
pub use settings::Settings;
pub use setup::Setup;
pub use today::Today;
pub use unlock::{LockNote, UnlockScreen};

use super::keymap::{Action, Chord, Context, Place};
use super::pane::{Env, Flow, Pane, PlaceLine, Reply, Slot, Want, panes};
use super::widget::canvas::Canvas;
use super::widget::line_edit::Typed;
use crate::error::AppError;
use crate::service::view::{RegisterView, Target};
use crate::service::{Answer, AsOf, Outcome};
use ratatui::layout::Rect;

panes! {
    /// Every screen.
    pub enum Screen {
        /// First run.
        Setup(Setup),
        /// The passphrase.
        Unlock(UnlockScreen),
        /// What needs attention.
        Today(Today),
        /// The people.
        People(People),
        /// One person.
        Person(Person),
        /// A discharge.
        Run(RunScreen),
        /// The end of a discharge.
        Closing(Closing),
        /// Clients, systems, accounts, and who can get in.
        Clients(Clients),
        /// People across clients.
        Grid(Grid),
        /// The past.
        Past(Past),
        /// What is wrong.
        Fixes(Fixes),
        /// The reports.
        Reports(Reports),
        /// The list of runs.
        Runs(Runs),
        /// What has no digit of its own.
        More(More),
        /// Records of the kinds that have no screen of their own.
        Records(Records),
        /// The settings.
        Settings(Settings),
        /// The history.
        History(History),
        /// One entry of the history.
        Entry(Entry),
    }
}

/// What printing does on a screen.
pub enum Paper {
    /// It saves this kind of report, about this.
    Report(&'static str, Option<String>),
    /// It saves this kind of report, about this, as of then.
    Past(&'static str, Option<String>, AsOf),
    /// It has no report; these words say how else.
    Words(String),
}

/// What every screen tells about itself besides being a pane.
pub trait Face {
    /// Which tab stands in brackets; none where there is no row of tabs.
    fn tab(&self) -> Option<Place>;
    /// Its name in messages and help.
    fn title(&self) -> String;
    /// Its help text.
    fn topic(&self) -> &'static str;
    /// What the menu is about: the row under the cursor.
    fn row_title(&self) -> String {
        self.title()
    }
    /// What printing does here.
    fn paper(&self) -> Paper;
    /// Where to come back to after locking: ids only.
    fn resume(&self) -> Option<Target> {
        None
    }
    /// The place line.
    fn place(&self, env: &Env, register: Option<&RegisterView>) -> PlaceLine;
    /// It draws the whole window itself.
    fn is_full(&self) -> bool {
        false
    }
    /// It shows the past: nothing can be changed from there.
    fn is_past(&self) -> bool {
        false
    }
}

impl Screen {
    fn face(&self) -> &dyn Face {
        match self {
            Self::Setup(screen) => screen,
            Self::Unlock(screen) => screen,
            Self::Today(screen) => screen,
            Self::People(screen) => screen,
            Self::Person(screen) => screen,
            Self::Run(screen) => screen,
            Self::Closing(screen) => screen,
            Self::Clients(screen) => screen,
            Self::Grid(screen) => screen,
            Self::Past(screen) => screen,
            Self::Fixes(screen) => screen,
            Self::Reports(screen) => screen,
            Self::Runs(screen) => screen,
            Self::More(screen) => screen,
            Self::Records(screen) => screen,
            Self::Settings(screen) => screen,
            Self::History(screen) => screen,
            Self::Entry(screen) => screen,
        }
    }

    /// Which tab stands in brackets.
    pub fn tab(&self) -> Option<Place> {
        self.face().tab()
    }

    /// Its name in messages and help.
    pub fn title(&self) -> String {
        self.face().title()
    }

    /// Its help text.
    pub fn topic(&self) -> &'static str {
        self.face().topic()
    }

    /// What the menu is about.
    pub fn row_title(&self) -> String {
        self.face().row_title()
    }

    /// What printing does here.
    pub fn paper(&self) -> Paper {
        self.face().paper()
    }

    /// Where to come back to after locking.
    pub fn resume(&self) -> Option<Target> {
        self.face().resume()
    }

    /// The place line.
    pub fn place(&self, env: &Env, register: Option<&RegisterView>) -> PlaceLine {
        self.face().place(env, register)
    }

    /// It draws the whole window itself.
    pub fn is_full(&self) -> bool {
        self.face().is_full()
    }

    /// It shows the past.
    pub fn is_past(&self) -> bool {
        self.face().is_past()
    }
}
