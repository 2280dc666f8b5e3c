//! An open register at work: who is at the keyboard, the clock, the policy in force, and the one way to write.
//!
//! Must never know: keys pressed, arguments typed.

use crate::config::Marks;
use crate::domain::policy::Policy;
use crate::domain::{
    Change, Instant, OperatorId, Person, PersonId, RecordKind, RecordRef, Seq, Settings, SettingsId, Stamp, Zone,
};
use crate::error::{AppError, ErrorClass};
use crate::service::clock::Clock;
use crate::service::facts::Facts;
use crate::service::{AsOf, derive, discharge, week};
use crate::store::{Reader, Store, Tx};
use crate::vault::Signer;
use chrono::NaiveTime;
use std::path::{Path, PathBuf};

/// The one settings record.
pub const SETTINGS: SettingsId = SettingsId(1);

/// An open register.
pub struct Session {
    pub(super) store: Store,
    pub(super) folder: PathBuf,
    pub(super) signer: Option<Signer>,
    pub(super) operator: OperatorId,
    pub(super) clock: Clock,
    pub(super) scene: Scene,
    /// The last entry the scene was read after: another session may have written since.
    seen: Seq,
    pub(super) undo: Vec<Seq>,
    pub(super) redo: Vec<Seq>,
    pub(super) runs: discharge::Kept,
    /// How far registers had grown when this computer saw them last; nothing where nobody keeps that.
    pub(super) marks: Option<Marks>,
    /// Where reports go that are saved from the screen.
    pub(super) reports: Option<PathBuf>,
}

/// What every decision needs to know besides the records it is about.
#[derive(Debug, Clone)]
pub struct Scene {
    /// Now.
    pub now: Instant,
    /// The firm's zone.
    pub zone: Zone,
    /// The limits in force.
    pub policy: Policy,
    /// The register's settings.
    pub settings: Settings,
    /// Who recorded: the operator's own person, when one is named.
    pub me: Option<PersonId>,
    /// The operator's name.
    pub operator: String,
    /// Who decides, when it is not the operator.
    pub decided_by: Option<String>,
    /// The links between systems, kept until one changes.
    pub world: derive::Kept,
    /// What Today is compared with, counted once a day.
    pub week_ago: week::Kept,
}

impl Session {
    /// Begins work on an open file.
    ///
    /// # Errors
    /// When the register has no settings or they cannot be read.
    pub fn begin(
        store: Store,
        folder: &Path,
        operator: OperatorId,
        signer: Option<Signer>,
        clock: Clock,
    ) -> Result<Self, AppError> {
        // The head first: what another session writes in between is read again with the next question.
        let seen = store.read().head()?.seq;
        let scene = read_scene(&store.read(), operator, clock.now())?;
        let mut session = Self {
            store,
            folder: folder.to_owned(),
            signer,
            operator,
            clock,
            scene,
            seen,
            undo: Vec::new(),
            redo: Vec::new(),
            runs: discharge::Kept::default(),
            marks: None,
            reports: None,
        };
        session.advance()?;
        Ok(session)
    }

    /// Names who decides from now on, when it is not the operator.
    pub fn decided_by(&mut self, name: Option<String>) {
        self.scene.decided_by = name;
    }

    /// Compares with what this computer remembers of the register, when the history is verified or sealed.
    pub fn remembers(&mut self, marks: Marks) {
        self.marks = Some(marks);
    }

    /// Saves reports in this folder.
    pub fn saves_reports_in(&mut self, folder: PathBuf) {
        self.reports = Some(folder);
    }

    /// The register's folder.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The scene at this moment.
    pub fn scene(&mut self) -> &Scene {
        self.scene.now = self.clock.now();
        &self.scene
    }

    /// The sequence known at the moment a question asks for.
    pub(super) fn known(&self, as_of: AsOf) -> Result<Option<Seq>, AppError> {
        Ok(as_of.known_at.map(|at| self.store.read().seq_at(at)).transpose()?)
    }

    /// Reads with both clocks: `f` gets the facts and the effective moment.
    pub(super) fn look<T>(
        &self,
        as_of: AsOf,
        f: impl FnOnce(&Facts<'_>, Instant) -> Result<T, AppError>,
    ) -> Result<T, AppError> {
        let known = self.known(as_of)?;
        let facts = Facts::new(self.store.read(), known);
        // A register seen as it was then is asked about that day, unless another one is named.
        f(&facts, as_of.on.or(as_of.known_at).unwrap_or_else(|| self.clock.now()))
    }

    /// Writes: `f` decides and appends inside one transaction; what follows from the records is computed again
    /// before it is committed. Returns the first entry written, if any.
    pub(super) fn commit<T>(
        &mut self,
        f: impl FnOnce(&mut Tx<'_>, &Scene) -> Result<T, AppError>,
    ) -> Result<(T, Option<Seq>), AppError> {
        let now = self.clock.now();
        self.scene.now = now;
        let stamp = Stamp { operator: self.operator, at: now, scripted: self.clock.is_scripted() };
        let (scene, seen, operator) = (&mut self.scene, &mut self.seen, self.operator);
        let out = self.store.write(&stamp, |tx| -> Result<(T, Option<Seq>, bool, Seq), AppError> {
            if tx.began_at() != *seen {
                scene.read_again(&tx.read(), operator)?;
                *seen = tx.began_at();
            }
            let first = tx.next_seq();
            let out = f(tx, scene)?;
            let new_scene = derive::refresh(tx, scene)?;
            let last = tx.next_seq() - 1;
            Ok((out, (last >= first).then_some(first), new_scene, last))
        });
        let (out, seq, new_scene, last) = match out {
            Ok(done) => done,
            Err(error) => {
                self.scene.world.forget();
                return Err(error);
            }
        };
        self.seen = last;
        if new_scene {
            self.scene.read_again(&self.store.read(), self.operator)?;
        }
        self.seal_when_due();
        Ok((out, seq))
    }

    /// Moves on what changes by itself with the clock: deadlines passed, waivers ended, facts grown old.
    ///
    /// # Errors
    /// When the register cannot be written.
    pub fn advance(&mut self) -> Result<(), AppError> {
        let now = self.clock.now();
        self.scene.now = now;
        let head = self.store.read().head()?.seq;
        if head != self.seen {
            self.scene.read_again(&self.store.read(), self.operator)?;
            self.seen = head;
        }
        if !derive::is_due(&self.store.read(), now)? {
            return Ok(());
        }
        let stamp = Stamp { operator: self.operator, at: now, scripted: self.clock.is_scripted() };
        let scene = &self.scene;
        match self.store.write(&stamp, |tx| derive::advance(tx, scene)) {
            // Looking goes on where the file cannot be written just now.
            Err(error) if matches!(error.class, ErrorClass::DiskFull | ErrorClass::Refused) => Ok(()),
            other => other,
        }
    }
}

/// Reads zone, policy and operator.
pub(super) fn read_scene(read: &Reader<'_>, operator: OperatorId, now: Instant) -> Result<Scene, AppError> {
    let settings = read
        .get::<Settings>(SETTINGS)?
        .ok_or_else(|| AppError::new(ErrorClass::Damaged, "The register has no settings. Nothing was changed."))?;
    let (name, me) = match read.get::<crate::domain::Operator>(operator)? {
        Some(operator) => (operator.name, operator.person),
        None => (String::new(), None),
    };
    let version = read.seq_of(RecordRef { kind: RecordKind::Settings, id: SETTINGS.0 })?;
    let policy = Policy::new(version.unwrap_or(0), &settings.policy)
        .map_err(|error| AppError::new(ErrorClass::Damaged, error.to_string()))?;
    Ok(Scene {
        now,
        zone: zone_of(&settings),
        policy,
        settings,
        me,
        operator: name,
        decided_by: None,
        world: derive::Kept::default(),
        week_ago: week::Kept::default(),
    })
}

/// The zone and working day of the settings.
pub fn zone_of(settings: &Settings) -> Zone {
    let tz = settings.zone.parse().unwrap_or(chrono_tz::UTC);
    let minutes = u32::from(settings.closing_minutes.min(1439));
    let closing = NaiveTime::from_hms_opt(minutes / 60, minutes % 60, 0).unwrap_or(NaiveTime::MIN);
    Zone { tz, closing }
}

impl Scene {
    /// Reads settings, operator and limits again, and forgets the world: somebody changed them, here or elsewhere. The
    /// moment and who decides stay.
    fn read_again(&mut self, read: &Reader<'_>, operator: OperatorId) -> Result<(), AppError> {
        let fresh = read_scene(read, operator, self.now)?;
        *self = Self { decided_by: self.decided_by.take(), ..fresh };
        Ok(())
    }

    /// A change with its action and sentence, decided by whoever decides now.
    pub fn change(&self, action: &'static str, summary: impl Into<String>) -> Change {
        Change { decided_by: self.decided_by.clone(), ..Change::new(action, summary) }
    }

    /// A person's first name for sentences, and the whole name where there is only one word.
    pub fn first_name(person: &Person) -> &str {
        person.name.split_whitespace().next().unwrap_or(&person.name)
    }
}
