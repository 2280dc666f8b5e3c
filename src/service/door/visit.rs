//! One visit to a register: from unlocking to leaving it in order.
//!
//! On the way in, the history is compared with how far it had grown when this computer saw it last; an old copy put
//! back is sound in itself, and only such a mark can tell. On the way out, what was added is sealed with the
//! operator's signature, the mark moves on, and the first visit of a day that changed something leaves a backup.
//!
//! Must never know: what is done during the visit.

use super::Access;
use crate::config::{Mark, Marks};
use crate::domain::{Change, Instant, OperatorId, Seq, Severity, Stamp};
use crate::error::{AppError, ErrorClass};
use crate::journal::HighWater;
use crate::journal::leaf::{hex, unhex};
use crate::service::clock::Clock;
use crate::service::proof::GAP;
use crate::service::session::Session;
use crate::service::view::{Need, Target};
use crate::service::{Answer, Command, Desk, Outcome, Query, words};
use crate::store::{self, Compared, Store};
use crate::vault::{Identity, Opened, VaultError};

/// The first visit of a day that changed something leaves a backup: one is due when the newest is so many hours old,
/// a little less than from one evening to the next.
const DAY: u32 = 20;

/// An open register with what belongs to leaving it.
pub struct Visit {
    session: Option<Session>,
    identity: Identity,
    /// Who opened it; nobody when it was the recovery code.
    operator: Option<OperatorId>,
    register: String,
    generation: u64,
    marks: Marks,
    clock: Clock,
    /// Entries when the visit began.
    began_at: Seq,
    /// Why nothing may be written.
    barred: Option<AppError>,
    /// What a person should hear, whatever they came for.
    warnings: Vec<String>,
    host: String,
    /// Others see that somebody is at work here. A single command is over before anybody could look.
    entered: bool,
    practice: bool,
}

impl Visit {
    /// Begins a visit on an open file.
    pub(super) fn begin(access: &Access, store: Store, opened: Opened) -> Result<Self, AppError> {
        let head = store.read().head()?;
        let operator = opened.operator.map(OperatorId);
        let signer = opened.signer();
        let mut visit = Self {
            session: None,
            operator,
            register: opened.register,
            generation: opened.generation,
            marks: Marks::in_folder(&access.state),
            clock: access.clock,
            began_at: head.seq,
            barred: None,
            warnings: Vec::new(),
            host: host(),
            entered: access.stays,
            practice: access.is_practice(),
            identity: opened.identity,
        };
        if opened.from_previous {
            visit
                .warnings
                .push("The newest key file is damaged; the one before it was used. Make a backup now.".to_owned());
        }
        if operator.is_none() {
            visit.barred = Some(VaultError::OpenedByRecovery.into());
        }
        visit.compare(&store)?;
        let mut session =
            Session::begin(store, &access.folder, operator.unwrap_or(OperatorId(1)), signer, access.clock)?;
        visit.practice |= session.scene.settings.practice;
        if !visit.practice {
            session.remembers(visit.marks.clone());
        }
        if let Some(reports) = &access.reports {
            session.saves_reports_in(reports.clone());
        }
        if access.stays {
            visit.enter_name(&session);
        }
        visit.session = Some(session);
        Ok(visit)
    }

    /// The register, for questions.
    pub fn looking(&mut self) -> &mut Session {
        self.session.as_mut().expect("invariant: a visit has its session until it ends")
    }

    /// The register, for questions that need no clock.
    pub fn session(&self) -> &Session {
        self.session.as_ref().expect("invariant: a visit has its session until it ends")
    }

    /// The register, for changes.
    ///
    /// # Errors
    /// When an old copy was put back, or the recovery code opened it: then it may only be looked at.
    pub fn writing(&mut self) -> Result<&mut Session, AppError> {
        match &self.barred {
            Some(why) => Err(why.clone()),
            None => Ok(self.looking()),
        }
    }

    /// What a person should hear.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// The register's id.
    pub fn register(&self) -> &str {
        &self.register
    }

    /// How often the key file was written.
    pub const fn generation(&self) -> u64 {
        self.generation
    }

    /// The identity that opened the register.
    pub const fn identity(&self) -> &Identity {
        &self.identity
    }

    /// The operator who opened it; nobody when it was the recovery code.
    pub const fn operator(&self) -> Option<OperatorId> {
        self.operator
    }

    /// Another identity of the same operator takes over, after the lost one was replaced.
    pub(in crate::service) fn becomes(&mut self, operator: OperatorId, identity: Identity) {
        let signer = identity.signer();
        let session = self.looking();
        session.operator = operator;
        session.signer = Some(signer);
        self.operator = Some(operator);
        self.identity = identity;
        self.barred = None;
    }

    /// Goes on with a register that is shorter or other than this computer remembers, for a reason that is kept in
    /// the history together with both ends.
    ///
    /// # Errors
    /// When nothing is wrong with the history, or it cannot be written.
    pub fn accept_gap(&mut self, reason: &str) -> Result<Seq, AppError> {
        let register = self.register.clone();
        let mark = self.marks.get(&register)?;
        if self.barred.is_none() || self.operator.is_none() || mark.is_none() {
            return Err(AppError::new(
                ErrorClass::Refused,
                "The history is as long as this computer remembers. Nothing was changed.",
            ));
        }
        let told =
            mark.map_or_else(String::new, |mark| format!("entry {}, root {}", words::count(mark.size), mark.root));
        let marks = self.marks.clone();
        let session = self.looking();
        let head = session.store.read().head()?;
        let change = Change::new(
            GAP,
            format!(
                "Went on after entry {}, root {}, where this computer had seen {told}",
                words::count(head.seq),
                hex(&head.root())
            ),
        )
        .because(Some(reason.to_owned()));
        let ((), seq) = session.commit(|tx, _| Ok(tx.append(change).map(drop)?))?;
        let end = session.store.read().head()?;
        let mark = Mark { size: end.seq, root: hex(&end.root()), at: session.clock.now().utc() };
        marks.replace(&register, mark)?;
        self.barred = None;
        Ok(seq.unwrap_or(end.seq))
    }

    /// Leaves in order: seals what was added, moves the mark on, makes the day's first backup, closes the file.
    ///
    /// # Errors
    /// The first thing that went wrong; everything that was saved stays saved.
    pub fn close(mut self) -> Result<(), AppError> {
        self.leave()
    }

    fn leave(&mut self) -> Result<(), AppError> {
        let Some(mut session) = self.session.take() else { return Ok(()) };
        let left = self.settle(&mut session);
        if self.entered {
            let _ = session.store.read().drop_session(&self.host, std::process::id());
        }
        let Session { store, .. } = session;
        store.close()?;
        left
    }

    fn settle(&self, session: &mut Session) -> Result<(), AppError> {
        let head = session.store.read().head()?;
        let grew = head.seq > self.began_at;
        if grew {
            session.seal()?;
        }
        if self.practice || self.is_behind() {
            return Ok(());
        }
        let mark = Mark { size: head.seq, root: hex(&head.root()), at: self.clock.now().utc() };
        self.marks.advance(&self.register, mark)?;
        if grew {
            session.backup_if_older(DAY).map_err(without_backup)?;
        }
        Ok(())
    }

    /// Whether an old copy was put back: its mark must not be moved.
    const fn is_behind(&self) -> bool {
        self.barred.is_some()
    }

    fn compare(&mut self, store: &Store) -> Result<(), AppError> {
        if self.practice {
            return Ok(());
        }
        let mark = match self.marks.get(&self.register) {
            Ok(Some(mark)) => mark,
            Ok(None) => return Ok(()),
            Err(error) => {
                self.warnings.push(error.to_string());
                return Ok(());
            }
        };
        let Some(root) = unhex(&mark.root) else { return Ok(()) };
        let seen = HighWater { file: self.register.clone(), size: mark.size, root, at: Instant::from(mark.at) };
        let day = mark.at.format("%-d %b %Y");
        let sentence = match store.compare(&seen)? {
            Compared::Same | Compared::Newer { .. } => return Ok(()),
            Compared::Older { here, seen } => format!(
                "An old copy was put back, or entries were lost: this register ends at entry {}, and on {day} this computer saw {}.",
                words::count(here),
                words::count(seen)
            ),
            Compared::Other => format!(
                "This register has another history than the one this computer saw on {day}, at entry {}.",
                words::count(mark.size)
            ),
        };
        self.warnings.push(format!("{sentence} It can be looked at; nothing can be changed."));
        self.barred.get_or_insert_with(|| {
            AppError::new(ErrorClass::Integrity, format!("{sentence} Nothing was changed.")).hint(
                "If you know why, run keyward verify --accept-gap REASON. Otherwise look for the newer copy first",
            )
        });
        Ok(())
    }

    fn enter_name(&self, session: &Session) {
        let now = self.clock.now();
        // A register that cannot be written just now can still be looked at.
        let _ = session.store.read().keep_session(&store::Session {
            pid: std::process::id(),
            host: self.host.clone(),
            operator: session.scene.operator.clone(),
            started: now,
            seen: now,
        });
    }
}

/// The day's backup comes after everything was saved: an error of it must not sound as if nothing was.
fn without_backup(error: AppError) -> AppError {
    let promises = [" Nothing was saved.", " The register was not changed."];
    let why = promises.iter().fold(error.message, |message, promise| message.replace(promise, ""));
    AppError { message: format!("What was done is saved, but the day's backup was not made: {why}"), ..error }
}

impl Drop for Visit {
    fn drop(&mut self) {
        // Nobody is left to hear of an error; what was saved is saved, and the next visit seals it.
        let _ = self.leave();
    }
}

impl Desk for Visit {
    fn ask(&mut self, query: Query) -> Result<Answer, AppError> {
        let mut answer = self.looking().ask(query)?;
        if let Answer::Today(today) = &mut answer {
            // What is wrong with the file itself comes before anything in it.
            today.needs.splice(0..0, self.warnings.iter().map(|warning| need(warning)));
        }
        Ok(answer)
    }

    fn apply(&mut self, command: Command) -> Result<Outcome, AppError> {
        if matches!(command, Command::KeepDraft { .. }) {
            return self.looking().apply(command);
        }
        self.writing()?.apply(command)
    }
}

/// A warning as the first thing that needs somebody.
fn need(warning: &str) -> Need {
    Need {
        risk: Severity::Critical,
        when: "WARNING".to_owned(),
        what: warning.to_owned(),
        amount: String::new(),
        target: Target::Command("keyward verify".to_owned()),
    }
}

fn host() -> String {
    #[cfg(unix)]
    let name = rustix::system::uname().nodename().to_string_lossy().into_owned();
    #[cfg(not(unix))]
    let name = std::env::var("COMPUTERNAME").unwrap_or_default();
    name
}

/// The stamp of an entry made now.
pub(super) fn stamp(operator: OperatorId, clock: Clock) -> Stamp {
    Stamp { operator, at: clock.now(), scripted: clock.is_scripted() }
}
