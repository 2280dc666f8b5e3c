//! The slots of a folder, made, opened, damaged and changed.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may stop where it fails")]

use super::*;
use crate::vault::random::SeededRandom;
use crate::vault::{read_identity, signed_by};
use std::fs;
use tempfile::TempDir;

const QUICK: WorkFactor = WorkFactor::new(2);

struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { dir: tempfile::tempdir().unwrap() }
    }
    fn folder(&self) -> PathBuf {
        self.dir.path().join("acme.keyward")
    }
    fn identity_file(&self) -> PathBuf {
        self.dir.path().join("id.txt")
    }
    fn vault(&self) -> Vault {
        Vault::at(self.folder())
    }
    fn file(&self, name: &str) -> PathBuf {
        self.folder().join(name)
    }
    fn with_identity_file() -> (Self, Created) {
        let place = Self::new();
        let created =
            Vault::create(&place.folder(), Protection::IdentityFile(&place.identity_file()), &mut random(1)).unwrap();
        (place, created)
    }
    fn with_passphrase() -> (Self, Created) {
        let place = Self::new();
        let passphrase = pass("copper lantern");
        let created = Vault::create(&place.folder(), under(&passphrase), &mut random(1)).unwrap();
        (place, created)
    }
    fn open_with(&self, passphrase: &str) -> Result<Opened, VaultError> {
        self.vault().open(Unlock::Passphrase { operator: None, passphrase: &pass(passphrase) })
    }
    fn open_file(&self) -> Result<Opened, VaultError> {
        self.vault().open(Unlock::Identity(read_identity(&self.identity_file()).unwrap()))
    }
}

fn random(seed: u8) -> SeededRandom {
    SeededRandom::new([seed; 32])
}

fn pass(text: &str) -> Passphrase {
    Passphrase::new(Zeroizing::new(text.to_owned()))
}

fn under(passphrase: &Passphrase) -> Protection<'_> {
    Protection::Passphrase { passphrase, work: QUICK }
}

fn flip(path: &Path, bit: usize) -> Vec<u8> {
    let sound = fs::read(path).unwrap();
    let mut damaged = sound.clone();
    damaged[bit / 8] ^= 1 << (bit % 8);
    fs::write(path, &damaged).unwrap();
    sound
}

#[test]
fn a_register_opens_by_its_passphrase_its_identity_and_its_recovery_code() {
    let (place, created) = Place::with_passphrase();
    let key = *created.opened.key.expose();
    let opened = place.open_with("copper lantern").unwrap();
    assert_eq!(*opened.key.expose(), key);
    assert_eq!((opened.operator, opened.generation, opened.from_previous), (Some(1), 1, false));
    assert_eq!(opened.register, created.opened.register);
    assert_eq!(opened.signer().unwrap().verifier(), created.opened.signer().unwrap().verifier());

    let by_identity = place.vault().open(Unlock::Identity(opened.identity)).unwrap();
    assert_eq!(*by_identity.key.expose(), key);

    let code = RecoveryCode::parse(&created.recovery_code.printed()).unwrap();
    let by_code = place.vault().open(Unlock::Recovery(&code)).unwrap();
    assert_eq!(*by_code.key.expose(), key);
    assert_eq!(by_code.operator, None);
    assert!(by_code.signer().is_none(), "the recovery code is nobody and signs nothing");
}

#[test]
fn an_identity_file_opens_the_register_and_is_never_written_over() {
    let (place, created) = Place::with_identity_file();
    assert_eq!(*place.open_file().unwrap().key.expose(), *created.opened.key.expose());
    assert!(matches!(place.open_with("anything"), Err(VaultError::NoPassphraseSet)));

    let before = fs::read(place.identity_file()).unwrap();
    let other = place.dir.path().join("other.keyward");
    let again = Vault::create(&other, Protection::IdentityFile(&place.identity_file()), &mut random(2));
    assert!(matches!(again, Err(VaultError::AlreadyThere { path }) if path == place.identity_file()));
    assert_eq!(fs::read(place.identity_file()).unwrap(), before);
    assert!(!other.exists(), "a refusal leaves nothing behind");
    let empty = Vault::create(&other, under(&pass(" ")), &mut random(2));
    assert!(matches!(empty, Err(VaultError::EmptyPassphrase)));
    assert!(!other.exists());
}

#[test]
fn keys_that_are_there_are_never_written_over_and_no_identity_file_is_left() {
    let (place, _) = Place::with_passphrase();
    let before = fs::read(place.file("keys.age")).unwrap();
    let again = Vault::create(&place.folder(), Protection::IdentityFile(&place.identity_file()), &mut random(2));
    assert!(matches!(again, Err(VaultError::AlreadyThere { .. })));
    assert_eq!(fs::read(place.file("keys.age")).unwrap(), before);
    assert!(!place.identity_file().exists());
    assert!(place.open_with("copper lantern").is_ok());
}

#[test]
fn nothing_is_on_disk_before_the_keys_are_written() {
    let place = Place::new();
    let keys = NewKeys::generate(&mut random(1)).unwrap();
    let last: String =
        keys.recovery_code().printed().chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    assert!(keys.recovery_code().ends_with(&last));
    assert!(!place.folder().exists());
    let register = keys.register().to_owned();
    keys.write(&place.folder(), under(&pass("copper lantern"))).unwrap();
    assert_eq!(place.vault().register().unwrap(), Some(register));
}

#[test]
fn the_folder_says_who_can_unlock_without_any_secret_or_name() {
    let (place, created) = Place::with_passphrase();
    let slots = place.vault().operators().unwrap();
    assert_eq!(slots.len(), 1);
    assert_eq!((slots[0].number, slots[0].has_passphrase), (1, true));
    assert_eq!(slots[0].recipient, created.opened.identity.recipient());
    assert_eq!(slots[0].register, created.opened.register);
    let (place, _) = Place::with_identity_file();
    assert!(!place.vault().operators().unwrap()[0].has_passphrase);
    assert!(Vault::at("/nonexistent/keyward").operators().unwrap().is_empty());
}

#[test]
fn wrong_keys_are_told_apart_from_each_other_and_from_damage() {
    let (place, _) = Place::with_passphrase();
    assert!(matches!(place.open_with("copper lanterm"), Err(VaultError::WrongPassphrase)));
    assert!(matches!(place.open_with(""), Err(VaultError::WrongPassphrase)));
    let stranger = Identity::generate(&mut random(9)).unwrap();
    assert!(matches!(place.vault().open(Unlock::Identity(stranger)), Err(VaultError::NoSlot)));
    let code = RecoveryCode::generate(&mut random(9)).unwrap();
    assert!(matches!(place.vault().open(Unlock::Recovery(&code)), Err(VaultError::WrongRecoveryCode)));
    let three = Unlock::Passphrase { operator: Some(3), passphrase: &pass("copper lantern") };
    assert!(matches!(place.vault().open(three), Err(VaultError::NoSuchOperator { number: 3 })));

    flip(&place.file("operators/1.age"), 8 * 100);
    assert!(matches!(place.open_with("copper lantern"), Err(VaultError::OperatorDamaged { .. })));
    fs::remove_file(place.file("operators/1.age")).unwrap();
    assert!(matches!(place.open_with("copper lantern"), Err(VaultError::NoPassphraseSet)));
}

#[test]
fn missing_keys_are_said_before_any_work_is_done() {
    let place = Place::new();
    assert!(matches!(place.open_with("copper lantern"), Err(VaultError::MissingKeys { .. })));
    let (place, _) = Place::with_passphrase();
    fs::remove_file(place.file("keys.age")).unwrap();
    assert!(matches!(place.open_with("copper lantern"), Err(VaultError::MissingKeys { .. })));
}

#[test]
fn every_flipped_bit_and_every_cut_of_the_key_file_is_refused_as_damage() {
    let (place, _) = Place::with_identity_file();
    let path = place.file("keys.age");
    let length = fs::read(&path).unwrap().len();
    let (mut refused, mut tried) = (0, 0);
    // Every bit of the header's text and of the file's end, and one bit of each byte between.
    for bit in (0..length * 8).filter(|bit| bit / 8 < 40 || bit / 8 + 40 > length || bit % 8 == bit / 8 % 8) {
        let sound = flip(&path, bit);
        match place.open_file() {
            Err(VaultError::KeysDamaged { .. }) => refused += 1,
            other => panic!("bit {bit}: {other:?}"),
        }
        tried += 1;
        fs::write(&path, sound).unwrap();
    }
    assert_eq!(refused, tried);
    assert!(tried > length);

    let sound = fs::read(&path).unwrap();
    for cut in (0..length).step_by(7).chain([length - 1]) {
        fs::write(&path, &sound[..cut]).unwrap();
        assert!(matches!(place.open_file(), Err(VaultError::KeysDamaged { .. })), "cut at {cut}");
    }
    fs::write(&path, [sound.as_slice(), b"x"].concat()).unwrap();
    assert!(matches!(place.open_file(), Err(VaultError::KeysDamaged { .. })));
    fs::write(&path, &sound).unwrap();
    assert!(place.open_file().is_ok());
}

#[test]
fn every_flipped_byte_of_an_operators_file_is_damage_and_not_a_wrong_passphrase() {
    let (place, _) = Place::with_passphrase();
    let path = place.file("operators/1.age");
    let length = fs::read(&path).unwrap().len();
    for byte in 0..length {
        let sound = flip(&path, byte * 8 + byte % 8);
        match place.open_with("copper lantern") {
            Err(VaultError::OperatorDamaged { .. } | VaultError::TooMuchWork { .. }) => {}
            other => panic!("byte {byte}: {other:?}"),
        }
        fs::write(&path, sound).unwrap();
    }
    assert!(place.open_with("copper lantern").is_ok());
}

#[test]
fn the_key_file_of_another_register_is_refused() {
    let (place, _) = Place::with_identity_file();
    let (other, _) = Place::with_passphrase();
    let foreign = Place::new();
    Vault::create(&foreign.folder(), under(&pass("copper lantern")), &mut random(5)).unwrap();
    fs::copy(foreign.file("keys.age"), other.file("keys.age")).unwrap();
    assert!(other.open_with("copper lantern").is_err());

    // The same identity in two registers: only the id inside the seal tells them apart.
    let opened = place.open_file().unwrap();
    let recipients =
        Recipients { operators: vec![(1, opened.identity.recipient())], recovery: opened.identity.recipient() };
    let sealed = place.vault().seal("00000000000000ff", 1, &opened.key, &recipients).unwrap();
    fs::write(place.file("keys.age"), sealed).unwrap();
    assert!(matches!(place.open_file(), Err(VaultError::OtherRegister { .. })));
}

#[test]
fn a_key_file_made_by_a_newer_keyward_is_named_as_such() {
    let (place, created) = Place::with_identity_file();
    let recipient = created.opened.identity.recipient();
    let sealed = seal::seal_to([recipient.as_str()].into_iter(), b"keyward keys 2\nanything\n").unwrap();
    fs::write(place.file("keys.age"), sealed).unwrap();
    assert!(matches!(place.open_file(), Err(VaultError::Newer { .. })));
}

#[test]
fn a_new_passphrase_replaces_the_old_one_and_keeps_identity_and_signature() {
    let (place, created) = Place::with_passphrase();
    place.vault().change_passphrase(&created.opened.identity, &pass("ribbon ocean"), QUICK).unwrap();
    assert!(matches!(place.open_with("copper lantern"), Err(VaultError::WrongPassphrase)));
    let opened = place.open_with("ribbon ocean").unwrap();
    let signature = opened.signer().unwrap().sign(b"head");
    assert!(signed_by(&created.opened.signer().unwrap().verifier(), b"head", &signature));

    let empty = place.vault().change_passphrase(&opened.identity, &pass("  "), QUICK);
    assert!(matches!(empty, Err(VaultError::EmptyPassphrase)));
    assert!(place.open_with("ribbon ocean").is_ok());
}

#[test]
fn a_passphrase_can_be_set_where_there_was_only_an_identity_file() {
    let (place, created) = Place::with_identity_file();
    place.vault().change_passphrase(&created.opened.identity, &pass("ribbon ocean"), QUICK).unwrap();
    assert!(place.open_with("ribbon ocean").is_ok());
    assert!(place.open_file().is_ok());
}

#[test]
fn a_new_recovery_code_replaces_the_old_one() {
    let (place, created) = Place::with_identity_file();
    let new = RecoveryCode::generate(&mut random(7)).unwrap();
    place.vault().replace_recovery_code(&created.opened.identity, &new).unwrap();
    let by = |code| place.vault().open(Unlock::Recovery(code));
    assert!(matches!(by(&created.recovery_code), Err(VaultError::WrongRecoveryCode)));
    assert_eq!(by(&new).unwrap().generation, 2);
    assert!(place.open_file().is_ok());
    assert!(!place.file("keys.previous.age").exists(), "the writing before would still open with the old code");
}

#[test]
fn operators_come_and_go_and_the_last_one_stays() {
    let (place, created) = Place::with_passphrase();
    let vault = place.vault();
    let first = &created.opened.identity;
    let second = vault.add_operator(first, 2, under(&pass("ribbon ocean")), &mut random(2)).unwrap();
    let exists = vault.add_operator(first, 2, under(&pass("x")), &mut random(3));
    assert!(matches!(exists, Err(VaultError::OperatorExists { number: 2 })));
    assert!(matches!(place.open_with("ribbon ocean"), Err(VaultError::WhichOperator { numbers }) if numbers == [1, 2]));
    let two = |text| vault.open(Unlock::Passphrase { operator: Some(2), passphrase: &pass(text) });
    assert_eq!(two("ribbon ocean").unwrap().operator, Some(2));
    assert!(matches!(two("copper lantern"), Err(VaultError::WrongPassphrase)));

    vault.remove_operator(&second, 1).unwrap();
    assert!(matches!(vault.remove_operator(&second, 1), Err(VaultError::NoSuchOperator { number: 1 })));
    assert!(matches!(vault.remove_operator(&second, 2), Err(VaultError::LastOperator)));
    let removed = Identity::parse(&created.opened.identity.text(), "test").unwrap();
    assert!(matches!(vault.open(Unlock::Identity(removed)), Err(VaultError::NoSlot)));
    assert!(!place.file("operators/1.age").exists());
    assert!(place.open_with("ribbon ocean").is_ok());
    assert!(vault.open(Unlock::Recovery(&created.recovery_code)).is_ok());
}

#[test]
fn a_lost_passphrase_is_replaced_by_way_of_the_recovery_code() {
    let (place, created) = Place::with_passphrase();
    let vault = place.vault();
    let by_code = vault.open(Unlock::Recovery(&created.recovery_code)).unwrap();
    let direct = vault.change_passphrase(&by_code.identity, &pass("ribbon ocean"), QUICK);
    assert!(matches!(direct, Err(VaultError::OpenedByRecovery)));
    let new = vault.replace_operator(&by_code.identity, 1, under(&pass("ribbon ocean")), &mut random(4)).unwrap();
    let opened = place.open_with("ribbon ocean").unwrap();
    assert_eq!((opened.operator, opened.identity.recipient()), (Some(1), new.recipient()));
    assert_eq!(*opened.key.expose(), *created.opened.key.expose());
    assert!(matches!(place.open_with("copper lantern"), Err(VaultError::WrongPassphrase)));
    assert!(matches!(vault.open(Unlock::Identity(created.opened.identity)), Err(VaultError::NoSlot)));
    assert!(vault.open(Unlock::Recovery(&created.recovery_code)).is_ok());
}

#[test]
fn an_operator_can_exchange_an_identity_that_may_have_been_seen() {
    let (place, created) = Place::with_identity_file();
    let vault = place.vault();
    let old = created.opened.identity;
    let new = vault.replace_operator(&old, 1, under(&pass("ribbon ocean")), &mut random(4)).unwrap();
    assert_ne!(new.signer().verifier(), old.signer().verifier());
    assert!(matches!(vault.open(Unlock::Identity(old)), Err(VaultError::NoSlot)));
    assert_eq!(place.open_with("ribbon ocean").unwrap().operator, Some(1));
    let nobody = vault.replace_operator(&new, 2, under(&pass("x")), &mut random(4));
    assert!(matches!(nobody, Err(VaultError::NoSuchOperator { number: 2 })));
}

#[test]
fn a_damaged_newest_key_file_falls_back_to_the_one_before_and_says_so() {
    let (place, created) = Place::with_passphrase();
    place.vault().add_operator(&created.opened.identity, 2, under(&pass("ribbon")), &mut random(2)).unwrap();
    let newest = place.open_with_first();
    assert_eq!((newest.generation, newest.from_previous), (2, false));
    let sound = flip(&place.file("keys.age"), 8 * 60);
    let opened = place.open_with_first();
    assert_eq!((opened.generation, opened.from_previous), (1, true));
    assert_eq!(*opened.key.expose(), *created.opened.key.expose());
    fs::remove_file(place.file("keys.age")).unwrap();
    assert!(place.open_with_first().from_previous);
    fs::write(place.file("keys.age"), sound).unwrap();
    assert!(!place.open_with_first().from_previous);
}

impl Place {
    fn open_with_first(&self) -> Opened {
        self.vault().open(Unlock::Passphrase { operator: Some(1), passphrase: &pass("copper lantern") }).unwrap()
    }
}

#[test]
fn a_public_half_that_is_gone_or_wrong_keeps_nobody_out() {
    let (place, _) = Place::with_passphrase();
    fs::write(place.file("operators/1.pub"), b"\xff\xfe").unwrap();
    assert!(place.open_with("copper lantern").is_ok());
    fs::remove_file(place.file("operators/1.pub")).unwrap();
    fs::remove_file(place.file("operators/recovery.pub")).unwrap();
    assert!(place.open_with("copper lantern").is_ok());
    assert!(matches!(place.open_with("copper"), Err(VaultError::WrongPassphrase)));
}

#[test]
fn a_stranger_listed_in_the_folder_gains_nothing_at_the_next_sealing() {
    let (place, created) = Place::with_identity_file();
    let stranger = Identity::generate(&mut random(9)).unwrap();
    let register = &created.opened.register;
    operators::write(&place.folder(), register, 2, &stranger.recipient(), &[]).unwrap();
    let code = RecoveryCode::generate(&mut random(7)).unwrap();
    place.vault().replace_recovery_code(&created.opened.identity, &code).unwrap();
    assert!(place.vault().open(Unlock::Identity(stranger)).is_err());
}

#[test]
fn no_secret_is_shown_by_debug_output_or_lies_in_the_folder() {
    let (place, created) = Place::with_passphrase();
    let hex = created.opened.key.expose().iter().fold(String::new(), |all, b| format!("{all}{b:02x}"));
    let secrets = [hex, created.opened.identity.text()[20..].to_owned(), created.recovery_code.printed().to_string()];
    let shown = format!("{created:?}");
    for secret in &secrets {
        assert!(!shown.contains(secret.as_str()), "{shown}");
    }
    for entry in fs::read_dir(place.folder()).unwrap().chain(fs::read_dir(place.file("operators")).unwrap()) {
        let path = entry.unwrap().path();
        let Ok(bytes) = fs::read(&path) else { continue };
        let text = String::from_utf8_lossy(&bytes);
        for secret in secrets.iter().map(String::as_str).chain(["copper"]) {
            assert!(!text.contains(secret), "{}", path.display());
        }
    }
}

#[test]
fn the_keyring_unlocks_for_the_register_of_the_folder() {
    use crate::vault::keyring::{KeyringBackend, KeyringError};
    struct One(String, Zeroizing<String>);
    impl KeyringBackend for One {
        fn name(&self) -> &'static str {
            "a keyring in memory"
        }
        fn set(&self, _: &str, _: &str) -> Result<(), KeyringError> {
            Err(KeyringError::Locked)
        }
        fn get(&self, user: &str) -> Result<Zeroizing<String>, KeyringError> {
            if user == self.0 { Ok(self.1.clone()) } else { Err(KeyringError::NoEntry) }
        }
        fn delete(&self, _: &str) -> Result<(), KeyringError> {
            Err(KeyringError::Locked)
        }
    }
    let (place, created) = Place::with_passphrase();
    let limit = std::time::Duration::from_secs(60);
    let ring = Keyring::with(One(created.opened.register.clone(), created.opened.identity.text()), limit);
    assert_eq!(place.vault().open(Unlock::Keyring(&ring)).unwrap().operator, Some(1));

    let (other, _) = Place::with_identity_file();
    fs::write(other.file("operators/1.pub"), "# keyward register 00000000000000ff\nage1x\n").unwrap();
    let error = other.vault().open(Unlock::Keyring(&ring)).unwrap_err();
    assert!(matches!(error, VaultError::Keyring(KeyringError::NoEntry)));
}
