//! Looking after the keys of an open register: who can open it and how, and changing that.
//!
//! What concerns the register is entered in its history, without anything secret. What concerns this computer alone,
//! the desktop's keyring, is not.
//!
//! Must never know: prompts, where settings are kept.

use super::door::{Access, Visit};
use super::facts::Facts;
use crate::domain::{Change, Operator, OperatorId, Seq};
use crate::error::{AppError, ErrorClass};
use crate::secret::Passphrase;
use crate::store::Select;
use crate::vault::{Keyring, KeyringStatus, OsRandom, Protection, RecoveryCode, VaultError};

/// One person who can open the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyHolder {
    /// The operator's number.
    pub number: u64,
    /// The name in the history; nothing when the register does not know the operator.
    pub name: Option<String>,
    /// A passphrase in the register's folder; otherwise an identity file elsewhere.
    pub has_passphrase: bool,
    /// Who is at the keyboard now.
    pub is_me: bool,
}

/// Who can open the register and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyStatus {
    /// The register's id.
    pub register: String,
    /// How often the key file was written.
    pub generation: u64,
    /// Everybody with a key.
    pub holders: Vec<KeyHolder>,
    /// "Do not ask on this computer" is switched on.
    pub remembers: bool,
    /// How the keyring stands, in words; nothing when it is not switched on.
    pub keyring: Option<String>,
}

/// Who can open the register and how.
///
/// # Errors
/// When the folder or the register cannot be read.
pub fn status(visit: &Visit, access: &Access) -> Result<KeyStatus, AppError> {
    let names = visit.session().find(|facts| Ok(facts.list::<Operator>(Select::all())?))?;
    let name_of =
        |number: u64| names.iter().find(|operator| operator.id.0 == number).map(|operator| operator.name.clone());
    let holders = access.vault().operators()?.into_iter().map(|slot| KeyHolder {
        number: slot.number,
        name: name_of(slot.number),
        has_passphrase: slot.has_passphrase,
        is_me: visit.operator() == Some(OperatorId(slot.number)),
    });
    let keyring = access.keyring.as_ref().map(|keyring| match keyring.status(visit.register()) {
        KeyringStatus::Remembered => "keeps the key of this register".to_owned(),
        KeyringStatus::NotRemembered => "holds nothing for this register".to_owned(),
        KeyringStatus::Unavailable(why) => why.to_string(),
    });
    Ok(KeyStatus {
        register: visit.register().to_owned(),
        generation: visit.generation(),
        holders: holders.collect(),
        remembers: access.keyring.is_some(),
        keyring,
    })
}

/// Sets a new passphrase for whoever opened the register. After the recovery code opened it, the first operator gets
/// a new identity under it: the old one lies under a passphrase that nobody knows. Takes about a second.
///
/// # Errors
/// When the passphrase is empty, or the folder or the register cannot be written.
pub fn change_passphrase(visit: &mut Visit, access: &Access, new: &Passphrase) -> Result<Seq, AppError> {
    if visit.operator().is_some() {
        visit.writing()?;
        access.vault().change_passphrase(visit.identity(), new, access.work)?;
        return enter(visit, "key.passphrase_changed", "Chose another passphrase", None);
    }
    let number = access.vault().operators()?.first().map_or(1, |slot| slot.number);
    let protection = Protection::Passphrase { passphrase: new, work: access.work };
    let identity = access.vault().replace_operator(visit.identity(), number, protection, &mut OsRandom)?;
    let id = OperatorId(number);
    let found = visit.session().find(|facts: &Facts<'_>| Ok(facts.get::<Operator>(id)?))?;
    let changed = found.map(|operator| Operator {
        recipient: identity.recipient(),
        verifier: identity.signer().verifier(),
        active: true,
        ..operator
    });
    visit.becomes(id, identity);
    enter(visit, "key.identity_replaced", "Opened with the recovery code and chose a new passphrase", changed)
}

/// Makes a new recovery code; the one before opens nothing from then on.
///
/// # Errors
/// When there are no random numbers, or the folder or the register cannot be written.
pub fn new_recovery_code(visit: &mut Visit, access: &Access) -> Result<RecoveryCode, AppError> {
    visit.writing()?;
    let code = RecoveryCode::generate(&mut OsRandom)?;
    access.vault().replace_recovery_code(visit.identity(), &code)?;
    enter(visit, "key.recovery_replaced", "Made a new recovery code", None)?;
    Ok(code)
}

/// Leaves the key to the desktop's keyring. Gives the keyring's name, to be remembered with the choice.
///
/// # Errors
/// When the keyring does not take it, or the recovery code opened the register.
pub fn remember(visit: &Visit, keyring: &Keyring) -> Result<&'static str, AppError> {
    if visit.operator().is_none() {
        return Err(VaultError::OpenedByRecovery.into());
    }
    keyring.store(visit.register(), visit.identity()).map_err(VaultError::from)?;
    Ok(keyring.name())
}

/// Takes the key out of the desktop's keyring again. Needs nothing to be open.
///
/// # Errors
/// When the keyring does not answer: then the key may still be there.
pub fn forget(access: &Access, keyring: &Keyring) -> Result<(), AppError> {
    let register =
        access.vault().register()?.ok_or_else(|| VaultError::MissingKeys { path: access.folder.join("keys.age") })?;
    keyring.delete(&register).map_err(|why| {
        AppError::new(ErrorClass::NoKey, format!("{why} The key may still be in it."))
            .hint("Unlock the desktop's keyring, then try again")
    })
}

/// The keys are changed by now; the history says so.
fn enter(visit: &mut Visit, action: &'static str, told: &str, operator: Option<Operator>) -> Result<Seq, AppError> {
    let session = visit.looking();
    let mut change = Change::new(action, told);
    if let Some(operator) = operator {
        change.put(operator);
    }
    let (seq, _) = session.commit(|tx, _| Ok(tx.append(change)?)).map_err(|error: AppError| AppError {
        message: format!("The keys were changed, but the history could not say so. {}", error.message),
        ..error
    })?;
    Ok(seq)
}
