//! The key slots of one register's folder: made, opened, changed.
//!
//! ```text
//! keys.age            the data key, sealed to every operator and to the recovery code
//! keys.previous.age   the writing before, in case the newest is damaged
//! operators/1.age     an operator's identity, under the passphrase
//! operators/1.pub     the operator's public half
//! ```
//!
//! Both sealed kinds are plain age files, so `age -d` opens them without Keyward.
//!
//! Must never know: the tables of the store, the screen.

use super::identity::{Identity, Signer};
use super::keyfile::{KeyFile, Recipients, Unreadable};
use super::keyring::Keyring;
use super::operators::{self, OperatorSlot};
use super::random::Random;
use super::recovery::RecoveryCode;
use super::seal::{self, Unsealable, WorkFactor};
use super::{VaultError, files};
use crate::secret::{DataKey, Passphrase};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use zeroize::Zeroizing;

/// How an operator's identity is kept.
#[derive(Debug, Clone, Copy)]
pub enum Protection<'a> {
    /// In the register's folder, under a passphrase.
    Passphrase {
        /// The passphrase.
        passphrase: &'a Passphrase,
        /// What a guess costs; [`WorkFactor::REAL`] in use.
        work: WorkFactor,
    },
    /// In a file of its own without a passphrase, readable by us alone. For servers, scheduled jobs and tests.
    IdentityFile(&'a Path),
}

/// How a register is unlocked.
#[derive(Debug)]
pub enum Unlock<'a> {
    /// By an operator's passphrase. Without a number the register must have exactly one operator with a passphrase.
    Passphrase {
        /// Who is unlocking.
        operator: Option<u64>,
        /// The passphrase.
        passphrase: &'a Passphrase,
    },
    /// By an identity at hand.
    Identity(Identity),
    /// By the recovery code.
    Recovery(&'a RecoveryCode),
    /// By the identity that the desktop's keyring keeps.
    Keyring(&'a Keyring),
}

/// The keys of a register that is not written yet. Nothing is on disk before [`NewKeys::write`], so the recovery code
/// can be shown and proved first.
#[derive(Debug)]
pub struct NewKeys {
    register: String,
    key: DataKey,
    identity: Identity,
    code: RecoveryCode,
}

/// An unlocked register.
#[derive(Debug)]
pub struct Opened {
    /// The key of the encrypted file.
    pub key: DataKey,
    /// The register's id: 16 hexadecimal digits, the same for as long as the register lives. Also its name in the
    /// desktop's keyring.
    pub register: String,
    /// How often the key file was written.
    pub generation: u64,
    /// The operator who unlocked; nobody when it was the recovery code.
    pub operator: Option<u64>,
    /// The identity that unlocked.
    pub identity: Identity,
    /// The newest key file was missing or damaged and the one before was used. Worth a warning and a backup.
    pub from_previous: bool,
}

impl Opened {
    /// The operator's signing key. The recovery code signs nothing.
    pub fn signer(&self) -> Option<Signer> {
        self.operator.map(|_| self.identity.signer())
    }
}

/// A register that was just made.
#[derive(Debug)]
pub struct Created {
    /// The register, unlocked by its first operator, whose number is 1.
    pub opened: Opened,
    /// The recovery code, to be printed once.
    pub recovery_code: RecoveryCode,
}

impl NewKeys {
    /// Draws a data key, the first operator's identity and a recovery code.
    ///
    /// # Errors
    /// [`VaultError::NoRandom`].
    pub fn generate(random: &mut dyn Random) -> Result<Self, VaultError> {
        let mut id = [0u8; 8];
        random.fill(&mut id)?;
        let register = id.iter().fold(String::with_capacity(16), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        let mut key = Zeroizing::new([0u8; 32]);
        random.fill(key.as_mut())?;
        let identity = Identity::generate(random)?;
        let code = RecoveryCode::generate(random)?;
        Ok(Self { register, key: DataKey::new(key), identity, code })
    }

    /// The code to print and to prove.
    pub const fn recovery_code(&self) -> &RecoveryCode {
        &self.code
    }

    /// The register's id.
    pub fn register(&self) -> &str {
        &self.register
    }

    /// Writes the keys into the register's folder, which is made when it is not there. The key file comes last: a
    /// folder without it is no register. Takes about a second with a passphrase.
    ///
    /// # Errors
    /// [`VaultError::AlreadyThere`] when the folder has keys or the identity file exists,
    /// [`VaultError::EmptyPassphrase`], [`VaultError::Io`]. An identity file is taken back when a later step fails.
    pub fn write(self, folder: &Path, protection: Protection<'_>) -> Result<Created, VaultError> {
        let vault = Vault::at(folder);
        if let Some(path) = [vault.keys(), vault.previous()].into_iter().find(|path| files::exists(path)) {
            return Err(VaultError::AlreadyThere { path });
        }
        let recipients =
            Recipients { operators: vec![(1, self.identity.recipient())], recovery: self.code.identity().recipient() };
        check(protection)?;
        files::make_folder(&operators::folder(folder))?;
        vault.write_operator(&self.register, 1, &self.identity, protection)?;
        let written = operators::write_recovery(folder, &self.register, &recipients.recovery)
            .and_then(|()| vault.seal(&self.register, 1, &self.key, &recipients))
            .and_then(|sealed| files::create(&vault.keys(), &sealed));
        if let Err(error) = written {
            take_back(protection);
            return Err(error);
        }
        let Self { register, key, identity, code } = self;
        let opened = Opened { key, register, generation: 1, operator: Some(1), identity, from_previous: false };
        Ok(Created { opened, recovery_code: code })
    }
}

/// The key slots in one register's folder.
#[derive(Debug, Clone)]
pub struct Vault {
    folder: PathBuf,
}

impl Vault {
    /// The slots in this folder. Reads nothing yet.
    pub fn at(folder: impl Into<PathBuf>) -> Self {
        Self { folder: folder.into() }
    }

    /// Makes the keys of a new register and writes them at once.
    ///
    /// # Errors
    /// As [`NewKeys::generate`] and [`NewKeys::write`].
    pub fn create(folder: &Path, protection: Protection<'_>, random: &mut dyn Random) -> Result<Created, VaultError> {
        NewKeys::generate(random)?.write(folder, protection)
    }

    /// Everybody who can unlock, by number, without any secret.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn operators(&self) -> Result<Vec<OperatorSlot>, VaultError> {
        operators::list(&self.folder)
    }

    /// The register's id, without any secret; nothing when no operator's public half can be read.
    ///
    /// # Errors
    /// [`VaultError::Io`].
    pub fn register(&self) -> Result<Option<String>, VaultError> {
        Ok(self.operators()?.into_iter().next().map(|slot| slot.register))
    }

    /// Unlocks. With a passphrase this takes about a second, with the keyring at most its limit.
    ///
    /// # Errors
    /// One variant for each state: wrong passphrase, wrong code, an identity without a slot, a damaged or missing
    /// file, too much work asked for, a newer version, a keyring that does not answer.
    pub fn open(&self, unlock: Unlock<'_>) -> Result<Opened, VaultError> {
        if !files::exists(&self.keys()) && !files::exists(&self.previous()) {
            return Err(VaultError::MissingKeys { path: self.keys() });
        }
        let by_code = matches!(unlock, Unlock::Recovery(_));
        let identity = self.identity(unlock)?;
        let (file, from_previous) = self.unseal(&identity).map_err(|error| match error {
            VaultError::NoSlot if by_code => VaultError::WrongRecoveryCode,
            other => other,
        })?;
        let operator = file.recipients.operator_of(&identity.recipient());
        if let Some(slot) = operator.map(|n| operators::read(&self.folder, n)).transpose()?.flatten()
            && slot.register != file.register
        {
            return Err(VaultError::OtherRegister { expected: slot.register, found: file.register });
        }
        let KeyFile { register, generation, key, .. } = file;
        Ok(Opened { key, register, generation, operator, identity, from_previous })
    }

    /// Sets a new passphrase for the operator with this identity. The old one opens nothing from then on; copies and
    /// backups made before still know it.
    ///
    /// # Errors
    /// [`VaultError::EmptyPassphrase`], [`VaultError::OpenedByRecovery`], [`VaultError::NoSlot`], [`VaultError::Io`].
    pub fn change_passphrase(&self, identity: &Identity, new: &Passphrase, work: WorkFactor) -> Result<(), VaultError> {
        let (file, _) = self.unseal(identity)?;
        let number = file.recipients.operator_of(&identity.recipient()).ok_or(VaultError::OpenedByRecovery)?;
        self.write_operator(&file.register, number, identity, Protection::Passphrase { passphrase: new, work })
    }

    /// Makes this the recovery code; the one before opens nothing from then on. Ask for its last four characters first.
    ///
    /// # Errors
    /// [`VaultError::NoSlot`], [`VaultError::Io`].
    pub fn replace_recovery_code(&self, identity: &Identity, code: &RecoveryCode) -> Result<(), VaultError> {
        let (file, _) = self.unseal(identity)?;
        let recipients = Recipients { recovery: code.identity().recipient(), ..file.recipients.clone() };
        self.reseal(&file, &recipients, identity, Keep::Nothing)?;
        operators::write_recovery(&self.folder, &file.register, &recipients.recovery)
    }

    /// Enrols another operator with a new identity.
    ///
    /// # Errors
    /// [`VaultError::OperatorExists`], and as [`NewKeys::write`].
    pub fn add_operator(
        &self,
        identity: &Identity,
        number: u64,
        protection: Protection<'_>,
        random: &mut dyn Random,
    ) -> Result<Identity, VaultError> {
        let (file, _) = self.unseal(identity)?;
        if file.recipients.operators.iter().any(|&(n, _)| n == number) {
            return Err(VaultError::OperatorExists { number });
        }
        self.enrol(&file, identity, number, protection, random)
    }

    /// Gives an operator a new identity in place of a lost one. This is what follows after the recovery code opened
    /// the register: the old identity lies under a passphrase that nobody knows.
    ///
    /// # Errors
    /// [`VaultError::NoSuchOperator`], and as [`NewKeys::write`].
    pub fn replace_operator(
        &self,
        identity: &Identity,
        number: u64,
        protection: Protection<'_>,
        random: &mut dyn Random,
    ) -> Result<Identity, VaultError> {
        let (file, _) = self.unseal(identity)?;
        if !file.recipients.operators.iter().any(|&(n, _)| n == number) {
            return Err(VaultError::NoSuchOperator { number });
        }
        self.enrol(&file, identity, number, protection, random)
    }

    /// Takes an operator's slot away. The data key stays the same, so a copy of the folder made before still opens.
    ///
    /// # Errors
    /// [`VaultError::NoSuchOperator`], [`VaultError::LastOperator`], [`VaultError::Io`].
    pub fn remove_operator(&self, identity: &Identity, number: u64) -> Result<(), VaultError> {
        let (file, _) = self.unseal(identity)?;
        let mut recipients = file.recipients.clone();
        recipients.operators.retain(|&(n, _)| n != number);
        if recipients.operators.len() == file.recipients.operators.len() {
            return Err(VaultError::NoSuchOperator { number });
        }
        if recipients.operators.is_empty() {
            return Err(VaultError::LastOperator);
        }
        self.reseal(&file, &recipients, identity, Keep::Nothing)?;
        operators::remove(&self.folder, number)
    }

    /// Reads the identity that the keyring, a passphrase or a code stands for.
    fn identity(&self, unlock: Unlock<'_>) -> Result<Identity, VaultError> {
        match unlock {
            Unlock::Identity(identity) => Ok(identity),
            Unlock::Recovery(code) => Ok(code.identity()),
            Unlock::Passphrase { operator, passphrase } => self.identity_under(operator, passphrase),
            Unlock::Keyring(keyring) => {
                let register = self.register()?.ok_or_else(|| VaultError::MissingKeys { path: self.keys() })?;
                Ok(keyring.get(&register)?)
            }
        }
    }

    fn identity_under(&self, operator: Option<u64>, passphrase: &Passphrase) -> Result<Identity, VaultError> {
        let number = match (operator, operators::with_passphrase(&self.folder).as_slice()) {
            (Some(number), _) | (None, &[number]) => number,
            (None, []) => return Err(VaultError::NoPassphraseSet),
            (None, several) => return Err(VaultError::WhichOperator { numbers: several.to_vec() }),
        };
        let path = operators::sealed_path(&self.folder, number);
        let sealed = files::read(&path)?.ok_or(VaultError::NoSuchOperator { number })?;
        let plain = seal::unseal_under(passphrase, &sealed).map_err(|why| match why {
            Unsealable::TooMuchWork(found) => {
                VaultError::TooMuchWork { path: path.clone(), found, most: WorkFactor::MOST.log_n() }
            }
            Unsealable::Damaged => VaultError::OperatorDamaged { path: path.clone() },
            // A changed byte in the sealed part looks like a wrong passphrase; only the digest beside it can tell.
            Unsealable::NotForThis => match operators::read(&self.folder, number) {
                Ok(Some(slot)) if !slot.wrote(&sealed) => VaultError::OperatorDamaged { path: path.clone() },
                _ => VaultError::WrongPassphrase,
            },
        })?;
        let place = path.display().to_string();
        let text = std::str::from_utf8(&plain).map_err(|_| VaultError::NotAnIdentity { place: place.clone() })?;
        Identity::parse(text, &place)
    }

    /// The newest key file that this identity opens, and whether it is the previous one.
    fn unseal(&self, identity: &Identity) -> Result<(KeyFile, bool), VaultError> {
        let newest = match files::read(&self.keys())? {
            Some(sealed) => self.unseal_one(identity, &sealed, self.keys()),
            None => Err(VaultError::MissingKeys { path: self.keys() }),
        };
        let error = match newest {
            Ok(file) => return Ok((file, false)),
            // An older key file cannot stand in for one that is only too new.
            Err(error @ VaultError::Newer { .. }) => return Err(error),
            Err(error) => error,
        };
        match files::read(&self.previous())?.map(|sealed| self.unseal_one(identity, &sealed, self.previous())) {
            Some(Ok(file)) => Ok((file, true)),
            _ => Err(error),
        }
    }

    fn unseal_one(&self, identity: &Identity, sealed: &[u8], path: PathBuf) -> Result<KeyFile, VaultError> {
        let plain = match seal::unseal_with(identity.age(), sealed) {
            Ok(plain) => plain,
            // The folder says that there is a slot for this identity, so what does not fit is the file.
            Err(Unsealable::NotForThis) if !self.lists(&identity.recipient())? => return Err(VaultError::NoSlot),
            Err(_) => return Err(VaultError::KeysDamaged { path }),
        };
        let file = KeyFile::parse(&plain).map_err(|why| match why {
            Unreadable::Newer => VaultError::Newer { path: path.clone() },
            Unreadable::Malformed => VaultError::KeysDamaged { path: path.clone() },
        })?;
        // The seal opens for the identity, so the list inside must name it; otherwise the next sealing would lock it out.
        if file.recipients.all().any(|r| r == identity.recipient()) {
            Ok(file)
        } else {
            Err(VaultError::KeysDamaged { path })
        }
    }

    /// Whether the public halves name this recipient.
    fn lists(&self, recipient: &str) -> Result<bool, VaultError> {
        Ok(operators::list(&self.folder)?.iter().any(|slot| slot.recipient == recipient)
            || operators::is_recovery(&self.folder, recipient)?)
    }

    fn enrol(
        &self,
        file: &KeyFile,
        by: &Identity,
        number: u64,
        protection: Protection<'_>,
        random: &mut dyn Random,
    ) -> Result<Identity, VaultError> {
        let new = Identity::generate(random)?;
        let without = file.recipients.operators.iter().filter(|&&(n, _)| n != number).cloned();
        let mut operators: Vec<_> = without.chain([(number, new.recipient())]).collect();
        operators.sort_unstable();
        let recipients = Recipients { operators, recovery: file.recipients.recovery.clone() };
        let replaces = file.recipients.operators.iter().any(|&(n, _)| n == number);
        if !replaces {
            // A failure in between leaves a slot without a key, which opens nothing and is written over next time.
            self.write_operator(&file.register, number, &new, protection)?;
            self.reseal(file, &recipients, by, Keep::Previous)?;
            return Ok(new);
        }
        // The old and the new identity both open the register until the operator's file is in place, so that a crash
        // at any moment leaves a way in.
        let mut both = file.recipients.clone();
        both.operators.push((number, new.recipient()));
        self.reseal(file, &both, by, Keep::Nothing)?;
        self.write_operator(&file.register, number, &new, protection)?;
        let (file, _) = self.unseal(by)?;
        self.reseal(&file, &recipients, by, Keep::Nothing)?;
        Ok(new)
    }

    /// Writes an operator's two halves. The public one first, naming the old and the new sealed file: whichever is in
    /// place after a crash is known to be whole.
    fn write_operator(
        &self,
        register: &str,
        number: u64,
        identity: &Identity,
        protection: Protection<'_>,
    ) -> Result<(), VaultError> {
        check(protection)?;
        let recipient = identity.recipient();
        match protection {
            Protection::Passphrase { passphrase, work } => {
                let path = operators::sealed_path(&self.folder, number);
                let new =
                    seal::seal_under(passphrase, work, identity.file_text().as_bytes()).ok_or(VaultError::Seal)?;
                let old = files::read(&path)?;
                let both: Vec<&[u8]> =
                    [Some(new.as_slice()), old.as_ref().map(|o| o.as_slice())].into_iter().flatten().collect();
                operators::write(&self.folder, register, number, &recipient, &both)?;
                files::replace(&path, &new)?;
                operators::write(&self.folder, register, number, &recipient, &[&new])
            }
            Protection::IdentityFile(path) => {
                files::create(path, identity.file_text().as_bytes())?;
                let sealed = operators::sealed_path(&self.folder, number);
                let written = operators::write(&self.folder, register, number, &recipient, &[])
                    .and_then(|()| files::remove(&sealed));
                if written.is_err() {
                    take_back(protection);
                }
                written
            }
        }
    }

    fn seal(&self, register: &str, generation: u64, key: &DataKey, to: &Recipients) -> Result<Vec<u8>, VaultError> {
        let text = KeyFile::text(register, generation, key, to);
        seal::seal_to(to.all(), text.as_bytes()).ok_or(VaultError::Seal)
    }

    /// Writes the next generation of the key file. When somebody lost the right to open it, the previous one goes
    /// first: it would let them in.
    fn reseal(&self, file: &KeyFile, to: &Recipients, by: &Identity, keep: Keep) -> Result<(), VaultError> {
        let sealed = self.seal(&file.register, file.generation.saturating_add(1), &file.key, to)?;
        match keep {
            Keep::Nothing => files::remove(&self.previous())?,
            Keep::Previous => {
                if let Some(current) = files::read(&self.keys())?
                    && self.unseal_one(by, &current, self.keys()).is_ok()
                {
                    files::replace(&self.previous(), &current)?;
                }
            }
        }
        files::replace(&self.keys(), &sealed)
    }

    fn keys(&self) -> PathBuf {
        self.folder.join("keys.age")
    }

    fn previous(&self) -> PathBuf {
        self.folder.join("keys.previous.age")
    }
}

/// What happens to the writing before when the key file is written anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Keep {
    /// It stays as the fallback.
    Previous,
    /// It goes, because somebody who could open it must not any more.
    Nothing,
}

/// Refuses what cannot protect an identity, before anything is written.
fn check(protection: Protection<'_>) -> Result<(), VaultError> {
    match protection {
        Protection::Passphrase { passphrase, .. } if passphrase.expose().trim().is_empty() => {
            Err(VaultError::EmptyPassphrase)
        }
        Protection::IdentityFile(path) if files::exists(path) => Err(VaultError::AlreadyThere { path: path.into() }),
        _ => Ok(()),
    }
}

/// Takes back an identity file that was made for nothing. It is ours: it did not exist before.
fn take_back(protection: Protection<'_>) {
    if let Protection::IdentityFile(path) = protection {
        let _ = files::remove(path);
    }
}

#[cfg(test)]
mod tests;
