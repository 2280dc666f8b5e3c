//! Making a register: whole or not at all.
//!
//! Everything is written into a hidden folder beside the future one, and that is renamed at the end. A fault at any
//! moment, also the end of the program, leaves nothing that looks like a register.
//!
//! Must never know: who asked the questions, how the recovery code is shown.

use super::visit::stamp;
use super::{Access, Visit, parent_of};
use crate::domain::{Change, Client, Operator, OperatorId, Settings};
use crate::error::{AppError, ErrorClass};
use crate::service::derive;
use crate::service::discharge::facts::firm;
use crate::service::session::{SETTINGS, read_scene};
use crate::store::{Store, StoreError, place};
use crate::vault::{Created, NewKeys, Opened, Protection, RecoveryCode, VaultError};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// End of the working day in minutes after midnight: 17:00.
const CLOSING_MINUTES: u16 = 17 * 60;
/// Bulk above this many asks for the number to be typed.
const TYPE_NUMBER_ABOVE: u16 = 10;

/// What has to be known to make a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    /// The name that will stand in the history.
    pub operator: String,
    /// IANA zone.
    pub zone: String,
    /// Day before month in typed dates.
    pub day_first: bool,
    /// The firm's name; its own company is entered under it.
    pub firm: Option<String>,
}

impl Setup {
    /// Says what is wrong before anything is made.
    ///
    /// # Errors
    /// Without a name, or with a zone that does not exist.
    pub fn check(&self) -> Result<(), AppError> {
        if self.operator.trim().is_empty() {
            return Err(AppError::new(
                ErrorClass::BadInput,
                "A name is needed: it will stand in the history. Nothing was made.",
            )
            .hint("keyward init --operator \"M. Ortiz\""));
        }
        if self.zone.parse::<chrono_tz::Tz>().is_err() {
            let near = near_zone(&self.zone);
            let message = format!("There is no time zone \"{}\". Nothing was made.", crate::text::shown(&self.zone));
            return Err(AppError::new(ErrorClass::BadInput, message).hint(near.map_or_else(
                || "Give it as Europe/London or America/Chicago".to_owned(),
                |zone| format!("Did you mean {zone}?"),
            )));
        }
        Ok(())
    }

    pub(super) fn settings(&self, file: &str, practice: bool) -> Settings {
        Settings {
            id: SETTINGS,
            zone: self.zone.clone(),
            closing_minutes: CLOSING_MINUTES,
            day_first: self.day_first,
            file: file.to_owned(),
            practice,
            policy: BTreeMap::new(),
            type_number_above: TYPE_NUMBER_ABOVE,
            firm: self.firm.clone().filter(|firm| !firm.trim().is_empty()),
        }
    }
}

/// A zone whose last part is what was typed.
fn near_zone(typed: &str) -> Option<&'static str> {
    let wanted = crate::text::folded(typed.trim()).replace(' ', "_");
    let last = |name: &'static str| name.rsplit('/').next().unwrap_or(name).to_lowercase();
    let names = || chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name());
    names().find(|name| name.to_lowercase() == wanted || last(name) == wanted).or_else(|| {
        let end = wanted.rsplit('/').next().unwrap_or_default();
        names().find(|name| !end.is_empty() && last(name) == end)
    })
}

/// Makes a register and opens it. The recovery code is that of the keys and was shown and proved before, or has to be
/// shown after.
///
/// # Errors
/// When the place is not safe, something is there already, or it cannot be written. Nothing half-made is left.
pub fn create(
    access: &Access,
    setup: &Setup,
    keys: NewKeys,
    protection: Protection<'_>,
) -> Result<(Visit, RecoveryCode), AppError> {
    setup.check()?;
    let workshop = Workshop::beside(&access.folder)?;
    let Created { opened, recovery_code } = keys.write(workshop.path(), protection)?;
    let made = first_entry(access, setup, workshop.path(), &opened).and_then(|()| workshop.move_in());
    if let Err(error) = made {
        take_back(protection);
        return Err(error);
    }
    let visit = super::enter(access, opened)?;
    Ok((visit, recovery_code))
}

fn first_entry(access: &Access, setup: &Setup, folder: &Path, opened: &Opened) -> Result<(), AppError> {
    let mut store = Store::create(folder, &opened.key)?;
    let settings = setup.settings(&opened.register, false);
    let operator = first_operator(setup, opened);
    let called = settings.firm.clone();
    store.write(&stamp(operator.id, access.clock), |tx| -> Result<(), AppError> {
        let mut change = Change::new("register.created", "Made the register");
        if let Some(name) = called {
            change.put(firm(tx.allocate::<Client>()?, Some(&name)));
        }
        change.put(settings).put(operator);
        tx.append(change)?;
        let scene = read_scene(&tx.read(), OperatorId(1), access.clock.now())?;
        derive::rebuild(tx, &scene)
    })?;
    store.close()?;
    Ok(())
}

/// The operator a register begins with.
pub(super) fn first_operator(setup: &Setup, opened: &Opened) -> Operator {
    Operator {
        id: OperatorId(1),
        person: None,
        recipient: opened.identity.recipient(),
        verifier: opened.identity.signer().verifier(),
        active: true,
        name: setup.operator.trim().to_owned(),
    }
}

/// Takes back an identity file that was written for nothing. It did not exist before.
pub(super) fn take_back(protection: Protection<'_>) {
    if let Protection::IdentityFile(path) = protection {
        let _ = fs::remove_file(path);
    }
}

/// The hidden folder a register is made in, beside its place. It goes away by itself unless it is moved in.
pub(super) struct Workshop {
    made: tempfile::TempDir,
    target: PathBuf,
}

impl Workshop {
    /// Checks the place and makes the hidden folder. The place must be free: nothing there, or an empty folder.
    pub(super) fn beside(target: &Path) -> Result<Self, AppError> {
        match fs::read_dir(target) {
            Ok(mut names) => {
                place::check(target, &place::System)?;
                if names.next().is_some() {
                    return Err(taken(target));
                }
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(_) => return Err(taken(target)),
        }
        Self::over(target)
    }

    /// The same where something is in the place that will be replaced.
    pub(super) fn over(target: &Path) -> Result<Self, AppError> {
        let parent = parent_of(target);
        make_parents(&parent)?;
        let made = tempfile::Builder::new()
            .prefix(".keyward-making-")
            .permissions(private())
            .tempdir_in(&parent)
            .map_err(|error| system("make a folder in", &parent, &error))?;
        place::check(made.path(), &place::System).map_err(|error| named_for(error, target))?;
        Ok(Self { made, target: target.to_owned() })
    }

    pub(super) fn path(&self) -> &Path {
        self.made.path()
    }

    /// Puts the finished folder in its place, in one step.
    pub(super) fn move_in(self) -> Result<(), AppError> {
        fs::rename(self.made.path(), &self.target).map_err(|error| match error.kind() {
            std::io::ErrorKind::DirectoryNotEmpty | std::io::ErrorKind::AlreadyExists => taken(&self.target),
            _ => system("make", &self.target, &error),
        })?;
        // It is in its place now; what is left to forget is the name it had.
        let _ = self.made.keep();
        let _ = fs::File::open(parent_of(&self.target)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

/// The hidden folder means nothing to anybody: messages name the place that was asked for.
fn named_for(error: StoreError, target: &Path) -> StoreError {
    let path = target.to_owned();
    match error {
        StoreError::SyncedFolder { program, .. } => StoreError::SyncedFolder { path, program },
        StoreError::NetworkFolder { system, .. } => StoreError::NetworkFolder { path, system },
        StoreError::OpenFolder { why, .. } => StoreError::OpenFolder { path, why },
        other => other,
    }
}

fn make_parents(parent: &Path) -> Result<(), AppError> {
    if parent.is_dir() {
        return Ok(());
    }
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(parent).map_err(|error| system("make", parent, &error))
}

fn taken(target: &Path) -> AppError {
    if Access::to(target.to_owned(), crate::service::clock::Clock::System, PathBuf::new()).is_register() {
        return StoreError::Exists(target.to_owned()).into();
    }
    VaultError::AlreadyThere { path: target.to_owned() }.into()
}

pub(super) fn system(action: &str, path: &Path, error: &std::io::Error) -> AppError {
    let class = match error.kind() {
        std::io::ErrorKind::StorageFull | std::io::ErrorKind::FileTooLarge => ErrorClass::DiskFull,
        _ => ErrorClass::System,
    };
    AppError::new(class, format!("Could not {action} {}: {error}. Nothing was changed.", path.display()))
}

/// For us alone, whatever the process's own habit is.
fn private() -> std::fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::Permissions::from_mode(0o700)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn setup(zone: &str) -> Setup {
        Setup { operator: "M. Ortiz".into(), zone: zone.into(), day_first: true, firm: None }
    }

    #[test]
    fn a_zone_that_does_not_exist_is_refused_with_the_one_that_was_meant() {
        assert_eq!(setup("Europe/London").check(), Ok(()));
        for (typed, meant) in
            [("london", "Europe/London"), ("Europe/berlin", "Europe/Berlin"), ("US/New York", "America/New_York")]
        {
            let error = setup(typed).check().expect_err("no such zone");
            assert_eq!(
                error.hints.first().map(String::as_str),
                Some(format!("Did you mean {meant}?").as_str()),
                "{typed}"
            );
        }
        assert!(setup("Middle/Earth").check().is_err());
    }

    #[test]
    fn a_register_has_somebody_who_made_it() {
        let nobody = Setup { operator: "  ".into(), ..setup("UTC") };
        assert!(nobody.check().is_err());
    }
}
