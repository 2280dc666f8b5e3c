//! The door as the screen knocks at it: set-up and unlocking before anything is drawn of a register.
//!
//! Must never know: panes, keys.

use super::{Access, Setup, create, open};
use crate::error::{AppError, ErrorClass};
use crate::service::{Desk, Door, NewRegister, Place, Unlock};
use crate::vault::{NewKeys, OsRandom, Protection, VaultError};

/// The door of one register.
#[derive(Debug)]
pub struct FrontDoor {
    access: Access,
    /// Keys whose recovery code was shown and whose register is not made yet.
    fresh: Option<NewKeys>,
}

impl FrontDoor {
    /// The door of the register this access leads to.
    pub const fn new(access: Access) -> Self {
        Self { access, fresh: None }
    }
}

impl Door for FrontDoor {
    fn place(&self) -> Place {
        let folder = &self.access.folder;
        let name =
            folder.file_name().map_or_else(|| folder.display().to_string(), |name| name.to_string_lossy().into_owned());
        let practice = self.access.given.is_none() && self.access.is_practice();
        Place {
            name: name.strip_suffix(".keyward").unwrap_or(&name).to_owned(),
            path: folder.display().to_string(),
            exists: self.access.is_register(),
            practice,
            operators: self.access.vault().operators().map_or(0, |slots| slots.len()),
            without_passphrase: practice || self.access.given.is_some() || self.access.keyring.is_some(),
            zone: crate::config::zone_here(),
        }
    }

    fn unlock(&mut self, with: Unlock) -> Result<Box<dyn Desk>, AppError> {
        Ok(Box::new(open(&self.access, with)?))
    }

    fn recovery_code(&mut self) -> String {
        // Without random numbers there is no code; making the register says so.
        self.fresh = NewKeys::generate(&mut OsRandom).ok();
        self.fresh.as_ref().map_or_else(String::new, |keys| keys.recovery_code().printed().to_string())
    }

    fn create(&mut self, new: NewRegister) -> Result<Box<dyn Desk>, AppError> {
        let keys = self.fresh.take().ok_or(VaultError::NoRandom)?;
        if *keys.recovery_code().printed() != *new.recovery_code.expose() {
            self.fresh = Some(keys);
            return Err(AppError::new(
                ErrorClass::Refused,
                "That is not the recovery code that was shown. Nothing was made.",
            ));
        }
        let setup = Setup { operator: new.operator, zone: new.zone, day_first: new.day_first, firm: None };
        if let Err(error) = setup.check() {
            // The code on the sheet stays good for the next try.
            self.fresh = Some(keys);
            return Err(error);
        }
        let protection = Protection::Passphrase { passphrase: &new.passphrase, work: self.access.work };
        let (visit, _code) = create(&self.access, &setup, keys, protection)?;
        Ok(Box::new(visit))
    }
}
