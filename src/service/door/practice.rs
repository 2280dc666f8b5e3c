//! The practice register: filled by telling its made-up history to the write door, in one transaction.
//!
//! It keeps no secrets. It opens with an identity of its own that lies in its folder, and is told anew when the day it
//! was told for has passed, so that "today" in it is today.
//!
//! Must never know: what the history tells.

use super::making::{Workshop, first_operator, system, take_back};
use super::{Access, Given, PRACTICE_IDENTITY, Setup, Visit, parent_of};
use crate::domain::{Change, Client, Instant, Operator, OperatorId, Person, RecordId, RecordKind, Seq, Stamp, Zone};
use crate::error::{AppError, ErrorClass};
use crate::service::practice::{self, Sink, Size};
use crate::service::session::{Session, read_scene};
use crate::service::{Unlock, derive};
use crate::store::{ClientCount, SeededSalts, Select, Store, StoreError, Tx};
use crate::vault::{NewKeys, OsRandom, Protection};
use std::fs;
use std::path::{Path, PathBuf};

/// The zone the made-up firm lives in.
const ZONE: chrono_tz::Tz = chrono_tz::Europe::London;
/// Salts of a practice register are the same for the same day.
const SEED: u64 = 0x4b65_7977_6172_6401;
/// Under which key the size a register was filled with is kept.
const SIZE_KEY: &str = "practice.size";

/// A practice register that is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filled {
    /// Its folder.
    pub folder: PathBuf,
    /// Its identity file.
    pub identity: PathBuf,
    /// People, clients, ways in.
    pub counts: (u64, u64, u64),
    /// Entries of its history.
    pub entries: Seq,
    /// It was filled just now, not found from earlier today.
    pub fresh: bool,
}

/// Makes the practice register ready: fills it when there is none, or when the one there was told for another day or
/// size; otherwise leaves it as it is. Its identity lies in its folder unless `access` names a file.
///
/// # Errors
/// When something else is in the folder, or it cannot be written.
pub fn fill_practice(access: &Access, size: Size) -> Result<Filled, AppError> {
    let identity = match &access.given {
        Some(Given::Identity(path)) => path.clone(),
        _ => access.folder.join(PRACTICE_IDENTITY),
    };
    let there = fs::read_dir(&access.folder).is_ok_and(|mut names| names.next().is_some());
    if there {
        if let Some(filled) = reuse(access, size, &identity)? {
            return Ok(filled);
        }
    } else if identity.exists() {
        return Err(crate::vault::VaultError::AlreadyThere { path: identity }.into());
    }
    fill(access, size, &identity, there)?;
    let visit = super::open(&with_identity(access, &identity), Unlock::Given)?;
    let filled = describe(access, &identity, visit.session(), true)?;
    visit.close()?;
    Ok(filled)
}

/// The way in with the practice identity.
fn with_identity(access: &Access, identity: &Path) -> Access {
    Access { given: Some(Given::Identity(identity.to_owned())), ..access.clone() }
}

/// Whether the register there can be used as it is. Refuses one that is no practice register.
fn reuse(access: &Access, size: Size, identity: &Path) -> Result<Option<Filled>, AppError> {
    if !access.is_register() || !identity.is_file() {
        return Err(not_practice(&access.folder));
    }
    let visit: Visit = match super::open(&with_identity(access, identity), Unlock::Given) {
        // It opens with the practice identity that lies in its folder, and is only too old: it is told anew.
        Err(error) if error.class == ErrorClass::Older && access.is_practice() => return Ok(None),
        opened => opened?,
    };
    let session = visit.session();
    if !session.scene.settings.practice {
        return Err(not_practice(&access.folder));
    }
    let zone = Zone::new(ZONE);
    let told = session.store.read().entry(1)?.map(|entry| entry.at);
    let same_size = session.store.read().view_state(SIZE_KEY)?.as_deref() == Some(word(size));
    if told != Some(practice::opened(access.clock.now(), &zone)) || !same_size {
        return Ok(None);
    }
    describe(access, identity, session, false).map(Some)
}

fn not_practice(folder: &Path) -> AppError {
    AppError::new(ErrorClass::Refused, format!("{} is not a practice register. Nothing was changed.", folder.display()))
        .hint("Name another folder with --register DIR")
}

fn describe(access: &Access, identity: &Path, session: &Session, fresh: bool) -> Result<Filled, AppError> {
    let read = session.store.read();
    Ok(Filled {
        folder: access.folder.clone(),
        identity: identity.to_owned(),
        counts: (
            read.count::<Person>(&Select::all())?,
            read.count::<Client>(&Select::all())?,
            read.derived_sum::<ClientCount>("ways")?,
        ),
        entries: read.head()?.seq,
        fresh,
    })
}

/// Tells the history into a new folder and puts it in the place of the one there, if any.
fn fill(access: &Access, size: Size, identity: &Path, replaces: bool) -> Result<(), AppError> {
    let workshop = if replaces { Workshop::over(&access.folder)? } else { Workshop::beside(&access.folder)? };
    let inside = identity.parent() == Some(access.folder.as_path());
    let fresh_identity = if inside { workshop.path().join(PRACTICE_IDENTITY) } else { beside(identity) };
    let protection = Protection::IdentityFile(&fresh_identity);
    let created = NewKeys::generate(&mut OsRandom)?.write(workshop.path(), protection)?;
    let told = tell(access, size, workshop.path(), &created.opened);
    let placed = told.and_then(|()| {
        if replaces {
            make_room(&access.folder)?;
        }
        workshop.move_in()?;
        if inside { Ok(()) } else { fs::rename(&fresh_identity, identity).map_err(|e| system("write", identity, &e)) }
    });
    if placed.is_err() {
        take_back(protection);
    }
    placed
}

/// A name beside the identity file that will take its place.
fn beside(identity: &Path) -> PathBuf {
    let name = identity.file_name().unwrap_or_default().to_string_lossy().into_owned();
    parent_of(identity).join(format!(".{name}.new"))
}

/// Takes the practice register of an earlier day away. Only what Keyward put there is removed; a folder with anything
/// else in it stays, and the renaming after this says so.
fn make_room(folder: &Path) -> Result<(), AppError> {
    for name in ["operators", "receipts", "backups"] {
        let _ = fs::remove_dir_all(folder.join(name));
    }
    for entry in fs::read_dir(folder).map_err(|e| system("read", folder, &e))?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.starts_with("register.db") || name.starts_with("keys.") || name == PRACTICE_IDENTITY;
        if ours {
            fs::remove_file(entry.path()).map_err(|e| system("remove", &entry.path(), &e))?;
        }
    }
    Ok(())
}

fn tell(access: &Access, size: Size, folder: &Path, opened: &crate::vault::Opened) -> Result<(), AppError> {
    let (now, zone) = (access.clock.now(), Zone::new(ZONE));
    let setup = Setup {
        operator: practice::OPERATOR_NAME.to_owned(),
        zone: ZONE.name().to_owned(),
        day_first: true,
        firm: Some(practice::FIRM.to_owned()),
    };
    let settings = setup.settings(&opened.register, true);
    let operator = first_operator(&setup, opened);
    let stamp = Stamp { operator: operator.id, at: practice::opened(now, &zone), scripted: true };
    let mut store = Store::create_made_up(folder, &opened.key)?.with_salts(SeededSalts::new(SEED));
    store.write(&stamp, |tx| -> Result<(), AppError> {
        if size == Size::Million {
            tx.drop_indexes()?;
        }
        let mut change = Change::new("register.created", "Made the register");
        change.put(settings).put(operator.clone());
        tx.append(change)?;
        let mut telling = Telling { tx, failed: None, batch: None };
        let cast = practice::script(now, &zone, size, &mut telling);
        telling.failed.map_or(Ok(()), Err)?;
        tx.set_stamp(Stamp { at: now, ..stamp });
        if let Some(person) = cast.office_manager {
            let mut change =
                Change::new("operator.linked", format!("{} is one of the people", practice::OPERATOR_NAME));
            change.put(Operator { person: Some(person), ..operator.clone() });
            tx.append(change)?;
        }
        if size == Size::Million {
            tx.build_indexes()?;
        }
        let scene = read_scene(&tx.read(), OperatorId(1), now)?;
        derive::rebuild(tx, &scene)
    })?;
    store.read().keep_view_state(SIZE_KEY, word(size))?;
    seal(&mut store, opened, stamp.operator)?;
    store.close()?;
    Ok(())
}

fn seal(store: &mut Store, opened: &crate::vault::Opened, operator: OperatorId) -> Result<(), AppError> {
    let head = store.read().head()?;
    let note = crate::journal::Checkpoint::new(&opened.register, head.seq, head.root())
        .sign(operator, opened.identity.signer().key());
    store.checkpoint(&note)?;
    Ok(())
}

const fn word(size: Size) -> &'static str {
    match size {
        Size::Small => "small",
        Size::Typical => "typical",
        Size::Million => "million",
    }
}

/// The story's listener: every entry goes through the write door. A failure is kept and told at the end.
struct Telling<'a, 't> {
    tx: &'a mut Tx<'t>,
    failed: Option<StoreError>,
    /// Inside a batch: its first entry, once there is one.
    batch: Option<Option<Seq>>,
}

impl Sink for Telling<'_, '_> {
    fn allocate(&mut self, kind: RecordKind) -> u64 {
        match with_record_type!(kind, R => self.tx.allocate::<R>().map(RecordId::number)) {
            Ok(number) => number,
            Err(error) => {
                self.failed.get_or_insert(error);
                0
            }
        }
    }

    fn commit(&mut self, at: Instant, operator: OperatorId, mut change: Change) {
        if self.failed.is_some() {
            return;
        }
        self.tx.set_stamp(Stamp { operator, at, scripted: true });
        if let Some(first) = self.batch {
            change.batch = Some(first.unwrap_or_else(|| self.tx.next_seq()));
        }
        match self.tx.append(change) {
            Ok(seq) => {
                if let Some(first) = &mut self.batch {
                    first.get_or_insert(seq);
                }
            }
            Err(error) => self.failed = Some(error),
        }
        // Everything is computed at the end; what was touched on the way would only take room.
        drop(self.tx.take_touched());
    }

    fn batch_begins(&mut self) {
        self.batch = Some(None);
    }

    fn batch_ends(&mut self) {
        self.batch = None;
    }
}
