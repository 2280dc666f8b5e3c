//! What every command needs: how to print, where the register is, how to open it, what the dates mean.
//!
//! Must never know: what any command does.

use super::args::Global;
use super::output::{self, Answer, Style};
use super::{Exit, prompt};
use crate::config::{Environment, Overrides, Places, Settings};
use crate::domain::{Instant, PersonId, Zone};
use crate::error::{AppError, ErrorClass};
use crate::service::clock::Clock;
use crate::service::dates::{self, Reading, When};
use crate::service::door::{self, Access, Given, Visit};
use crate::service::resolve::{self, Naming};
use crate::service::session::Session;
use crate::service::{AsOf, Command, Desk, Outcome, WayBack};
use crate::text;
use crate::vault::Keyring;
use std::path::PathBuf;

/// One run of the program.
#[derive(Debug)]
pub struct Context {
    /// The options every command understands.
    pub global: Global,
    /// How to print.
    pub style: Style,
    /// The environment.
    pub environment: Environment,
    /// Where things are on this computer.
    pub places: Places,
    /// What the person prefers.
    pub settings: Settings,
    /// The clock.
    pub clock: Clock,
}

impl Context {
    /// Reads the environment and the settings.
    ///
    /// # Errors
    /// When the settings have faults, or `KEYWARD_NOW` is no time.
    pub fn new(global: Global, style: Style) -> Result<Self, AppError> {
        let environment = Environment::of_process();
        let clock = environment.now()?.map_or(Clock::System, |fixed| Clock::Fixed(fixed.0.into()));
        let places = match Places::find() {
            Ok(places) => places,
            // With the register named, nothing of the person's own folder is needed.
            Err(error) => match &global.register {
                Some(register) => {
                    let beside = register.parent().map_or_else(PathBuf::new, PathBuf::from);
                    Places::under(&beside, &beside, &beside, &beside)
                }
                None => return Err(error.into()),
            },
        };
        let overrides = Overrides { register: global.register.clone(), ascii: global.ascii.then_some(true) };
        let settings = Settings::load(&places, &environment, overrides)?;
        Ok(Self { global, style, environment, places, settings, clock })
    }

    /// The way to the register.
    pub fn access(&self) -> Access {
        self.access_to(self.settings.register.clone())
    }

    /// The way to a register in this folder.
    pub fn access_to(&self, folder: PathBuf) -> Access {
        let keyring = self.settings.remember_key.then(|| Keyring::desktop().expecting(self.settings.keyring.clone()));
        let reports = Some(self.settings.reports.clone());
        Access { given: self.given(), keyring, reports, ..Access::to(folder, self.clock, self.places.state.clone()) }
    }

    fn given(&self) -> Option<Given> {
        let identity = self.global.identity.clone().map(Given::Identity);
        identity.or_else(|| self.global.passphrase_file.clone().map(Given::PassphraseFile))
    }

    /// How names are meant.
    pub const fn naming(&self) -> Naming {
        if self.global.id { Naming::Id } else { Naming::Part }
    }

    /// Opens the register.
    ///
    /// # Errors
    /// As [`door::open_asking`].
    pub fn open(&self) -> Result<Visit, AppError> {
        self.open_at(&self.access())
    }

    /// Opens a register that is reached this way.
    ///
    /// # Errors
    /// As [`door::open_asking`].
    pub fn open_at(&self, access: &Access) -> Result<Visit, AppError> {
        let ask = || prompt::passphrase("Passphrase: ");
        let ask: Option<&dyn Fn() -> Result<_, AppError>> = if output::is_interactive() { Some(&ask) } else { None };
        let mut visit = door::open_asking(access, ask, &output::tell)?;
        for warning in visit.warnings() {
            output::tell(&format!("Warning: {}", text::shown(warning)));
        }
        visit.looking().decided_by(self.global.decided_by.clone());
        Ok(visit)
    }

    /// Opens the register for a question, prints the answer, leaves. The question gets the date it is about.
    ///
    /// # Errors
    /// As [`Self::open`] and what the question finds.
    pub fn answer(
        &self,
        question: impl FnOnce(&mut Session, AsOf) -> Result<(Answer, Exit), AppError>,
    ) -> Result<Exit, AppError> {
        let mut visit = self.open()?;
        let session = visit.looking();
        let as_of = self.as_of(session)?;
        let asked = question(session, as_of);
        self.leave(visit, asked)
    }

    /// Opens the register for a change, prints what it did, leaves.
    ///
    /// # Errors
    /// As [`Self::open`] and what the change finds.
    pub fn change(&self, change: impl FnOnce(&mut Visit) -> Result<Answer, AppError>) -> Result<Exit, AppError> {
        if self.global.on.is_some() || self.global.known_at.is_some() {
            return Err(AppError::new(
                ErrorClass::Usage,
                "--on and --known-at are for questions. Nothing was changed.",
            ));
        }
        let mut visit = self.open()?;
        visit.writing()?;
        let changed = change(&mut visit).map(|answer| (answer, 0));
        self.leave(visit, changed)
    }

    /// Leaves in order whatever the outcome was; what was answered stays answered.
    fn leave(&self, visit: Visit, done: Result<(Answer, Exit), AppError>) -> Result<Exit, AppError> {
        let left = visit.close();
        let (answer, code) = done?;
        answer.print(self.style)?;
        if let Err(error) = left {
            output::tell(&format!("Warning: {}", text::shown(&error.message)));
        }
        Ok(code)
    }

    /// The two clocks of a question.
    ///
    /// # Errors
    /// When a date cannot be read, or a question is asked about what nobody can know yet.
    pub fn as_of(&self, session: &mut Session) -> Result<AsOf, AppError> {
        let with = reading(session, false);
        let read = |option: &str, typed: &Option<String>| {
            typed.as_deref().map(|typed| moment(option, typed, &with, |when| when.asked(&with))).transpose()
        };
        let as_of = AsOf { on: read("--on", &self.global.on)?, known_at: read("--known-at", &self.global.known_at)? };
        if as_of.known_at.is_some_and(|at| at > with.now) {
            return Err(AppError::new(
                ErrorClass::BadInput,
                "--known-at lies in the future: nothing is known of it yet.",
            ));
        }
        Ok(as_of)
    }

    /// The moment an answer is about, for its frame.
    pub fn about(session: &mut Session, as_of: AsOf) -> Instant {
        as_of.on.or(as_of.known_at).unwrap_or_else(|| session.scene().now)
    }
}

/// Reads dates as the register's firm writes them.
pub fn reading(session: &mut Session, forward: bool) -> Reading {
    let scene = session.scene();
    Reading { now: scene.now, zone: scene.zone, day_first: scene.settings.day_first, forward }
}

/// Reads a moment given for an option.
///
/// # Errors
/// When it cannot be read: says what would be right.
pub fn moment(
    option: &str,
    typed: &str,
    with: &Reading,
    of: impl FnOnce(When) -> Instant,
) -> Result<Instant, AppError> {
    dates::moment(typed, with, of)
        .map_err(|why| AppError::new(ErrorClass::BadInput, format!("{option}: {why} Nothing was changed.")))
}

/// When something was done, given for an option.
///
/// # Errors
/// As [`moment`].
pub fn done_at(session: &mut Session, option: &str, typed: Option<&str>) -> Result<Option<Instant>, AppError> {
    let with = reading(session, false);
    typed.map(|typed| moment(option, typed, &with, |when| when.done(&with))).transpose()
}

/// Until when something lasts, given for an option.
///
/// # Errors
/// As [`moment`].
pub fn until(session: &mut Session, option: &str, typed: Option<&str>) -> Result<Option<Instant>, AppError> {
    let with = reading(session, true);
    typed.map(|typed| moment(option, typed, &with, |when| when.until(&with.zone))).transpose()
}

/// A person named by an option.
///
/// # Errors
/// When none or more than one fits.
pub fn person(session: &Session, typed: Option<&str>, naming: Naming) -> Result<Option<PersonId>, AppError> {
    typed.map(|name| session.find(|facts| Ok(resolve::person(facts, name, naming)?.id))).transpose()
}

/// Makes a change and answers with its sentence and entry.
///
/// # Errors
/// When a rule refuses, or the register cannot be written.
pub fn apply(visit: &mut Visit, kind: &'static str, command: Command) -> Result<(Answer, Outcome), AppError> {
    let outcome = visit.apply(command)?;
    let now = visit.looking().scene().now;
    Ok((done(kind, now, &outcome), outcome))
}

/// The answer to a change: its sentence, its entry.
pub fn done(kind: &'static str, now: Instant, outcome: &Outcome) -> Answer {
    let mut message = outcome.message.clone();
    if outcome.way_back == WayBack::Undo {
        message.push_str(" keyward undo takes it back.");
    }
    let answer = Answer::new(kind, now).field("seq", outcome.seq).field("message", message.as_str());
    answer.text(format!("{}\n", text::shown(&message)))
}

/// A date in a column: short within this year, empty when unknown.
pub fn day(at: Option<Instant>, now: Instant, zone: &Zone) -> String {
    at.map_or_else(String::new, |at| crate::service::words::day(at, now, zone))
}
