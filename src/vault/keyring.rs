//! "Do not ask on this computer": an operator's identity in the desktop's keyring.
//!
//! Opt-in, and never the only copy. A keyring may be locked, absent, or own its name and never answer, so every call
//! runs on a thread of its own and is waited for a short while only. The thread may go on; what it brings later can
//! still be taken. An empty keyring never leads to a new key.
//!
//! Must never know: what the identity opens.

use super::VaultError;
use super::identity::Identity;
use std::fmt;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError, sync_channel};
use std::time::Duration;
use zeroize::Zeroizing;

/// How long an answer is waited for. A good keyring takes 12 to 25 ms, a locked one without a display 0.2 s.
pub const KEYRING_LIMIT: Duration = Duration::from_secs(3);
/// Under which name all entries stand.
const SERVICE: &str = "keyward";

/// Why the keyring did not give what was asked. The passphrase still works in every case.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyringError {
    /// It answers, and holds nothing for this register.
    #[error("The keyring of this computer holds nothing for this register.")]
    NoEntry,
    /// It is locked, or access was refused.
    #[error("The keyring of this computer is locked.")]
    Locked,
    /// There is no keyring here.
    #[error("There is no keyring on this computer that Keyward can use.")]
    Absent,
    /// It did not answer in time.
    #[error("The keyring of this computer does not answer.")]
    TimedOut,
    /// What it holds is no identity.
    #[error("What the keyring of this computer holds for this register cannot be read.")]
    Unreadable,
    /// The identity was put into another keyring than the one that answers now.
    #[error("The key was put into {was}, but this computer now uses {now}.")]
    OtherBackend {
        /// The keyring that was used.
        was: String,
        /// The one that would be asked now.
        now: &'static str,
    },
    /// It answered with an error of its own.
    #[error("The keyring of this computer reported an error: {0}.")]
    Failed(String),
}

/// What a desktop's keyring does. Calls may block for ever; [`Keyring`] guards against that.
pub trait KeyringBackend: Send + Sync + 'static {
    /// Its name as a person may know it.
    fn name(&self) -> &'static str;
    /// Puts a text in, over one that is there.
    ///
    /// # Errors
    /// [`KeyringError`] but never [`KeyringError::TimedOut`].
    fn set(&self, user: &str, text: &str) -> Result<(), KeyringError>;
    /// Takes a text out.
    ///
    /// # Errors
    /// As [`Self::set`]; [`KeyringError::NoEntry`] when there is none.
    fn get(&self, user: &str) -> Result<Zeroizing<String>, KeyringError>;
    /// Removes a text.
    ///
    /// # Errors
    /// As [`Self::get`].
    fn delete(&self, user: &str) -> Result<(), KeyringError>;
}

/// The keyring of the desktop: Secret Service, Keychain or Credential Manager.
#[derive(Debug, Clone, Copy, Default)]
pub struct DesktopKeyring;

impl DesktopKeyring {
    fn entry(user: &str) -> Result<keyring::Entry, KeyringError> {
        if let Err(error) = keyring::Entry::store_status() {
            return Err(match translate(error) {
                KeyringError::Failed(_) => KeyringError::Absent,
                other => other,
            });
        }
        keyring::Entry::new(SERVICE, user).map_err(|e| translate(&e))
    }
}

impl KeyringBackend for DesktopKeyring {
    fn name(&self) -> &'static str {
        if cfg!(target_os = "macos") {
            "the macOS Keychain"
        } else if cfg!(windows) {
            "the Windows Credential Manager"
        } else {
            "the Secret Service of the desktop"
        }
    }

    fn set(&self, user: &str, text: &str) -> Result<(), KeyringError> {
        Self::entry(user)?.set_password(text).map_err(|e| translate(&e))
    }

    fn get(&self, user: &str) -> Result<Zeroizing<String>, KeyringError> {
        Self::entry(user)?.get_password().map(Zeroizing::new).map_err(|e| translate(&e))
    }

    fn delete(&self, user: &str) -> Result<(), KeyringError> {
        Self::entry(user)?.delete_credential().map_err(|e| translate(&e))
    }
}

fn translate(error: &keyring::Error) -> KeyringError {
    match error {
        keyring::Error::NoEntry => KeyringError::NoEntry,
        keyring::Error::NoStorageAccess(_) => KeyringError::Locked,
        keyring::Error::NoDefaultStore | keyring::Error::NotSupportedByStore(_) => KeyringError::Absent,
        keyring::Error::BadEncoding(_) | keyring::Error::BadDataFormat(..) => KeyringError::Unreadable,
        // A bus without a keyring behind it arrives as a failure of the platform; only its text tells.
        keyring::Error::PlatformFailure(inner) if names_absence(&format!("{inner:?}")) => KeyringError::Absent,
        // The error's own text may carry what was stored; its kind does not.
        keyring::Error::PlatformFailure(_) => KeyringError::Failed("the system service failed".into()),
        keyring::Error::Ambiguous(_) => KeyringError::Failed("it holds several entries for this register".into()),
        _ => KeyringError::Failed("an answer Keyward does not know".into()),
    }
}

fn names_absence(text: &str) -> bool {
    ["ServiceUnknown", "NotFound", "NoReply", "Connection", "NameHasNoOwner"].iter().any(|word| text.contains(word))
}

/// A call under way.
pub struct Call<T>(Receiver<Result<T, KeyringError>>);

impl<T> Call<T> {
    /// Waits so long. [`KeyringError::TimedOut`] leaves the call under way: ask again with [`Self::arrived`].
    ///
    /// # Errors
    /// [`KeyringError`].
    pub fn within(&self, limit: Duration) -> Result<T, KeyringError> {
        match self.0.recv_timeout(limit) {
            Ok(answer) => answer,
            Err(RecvTimeoutError::Timeout) => Err(KeyringError::TimedOut),
            Err(RecvTimeoutError::Disconnected) => Err(KeyringError::Failed("its call ended early".into())),
        }
    }

    /// The answer if it is there by now.
    pub fn arrived(&self) -> Option<Result<T, KeyringError>> {
        match self.0.try_recv() {
            Ok(answer) => Some(answer),
            Err(TryRecvError::Empty) => None,
            Err(TryRecvError::Disconnected) => Some(Err(KeyringError::Failed("its call ended early".into()))),
        }
    }
}

impl<T> fmt::Debug for Call<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Call(..)")
    }
}

/// What the keyring holds for a register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringStatus {
    /// It holds an identity for it.
    Remembered,
    /// It answers and holds none.
    NotRemembered,
    /// It cannot be asked.
    Unavailable(KeyringError),
}

/// The keyring with a limit on every call.
#[derive(Clone)]
pub struct Keyring {
    backend: Arc<dyn KeyringBackend>,
    limit: Duration,
    expected: Option<String>,
}

impl Keyring {
    /// The desktop's keyring with the usual limit.
    pub fn desktop() -> Self {
        Self::with(DesktopKeyring, KEYRING_LIMIT)
    }

    /// Another keyring, or another limit.
    pub fn with(backend: impl KeyringBackend, limit: Duration) -> Self {
        Self { backend: Arc::new(backend), limit, expected: None }
    }

    /// Takes identities only from the keyring of this name, as it was remembered when one was put in. Desktops change
    /// their keyring; an identity that seems to be gone then is not.
    #[must_use]
    pub fn expecting(mut self, name: Option<String>) -> Self {
        self.expected = name;
        self
    }

    /// The name to remember together with the choice.
    pub fn name(&self) -> &'static str {
        self.backend.name()
    }

    /// Asks for the identity of a register and returns at once.
    pub fn begin_get(&self, register: &str) -> Call<Identity> {
        let expected = self.expected.clone();
        self.begin(register, move |backend, user| {
            let now = backend.name();
            if let Some(was) = expected.filter(|was| was != now) {
                return Err(KeyringError::OtherBackend { was, now });
            }
            let text = backend.get(user)?;
            Identity::parse(&text, "The keyring").map_err(|_: VaultError| KeyringError::Unreadable)
        })
    }

    /// The identity of a register.
    ///
    /// # Errors
    /// [`KeyringError`]; [`KeyringError::TimedOut`] after the limit.
    pub fn get(&self, register: &str) -> Result<Identity, KeyringError> {
        self.begin_get(register).within(self.limit)
    }

    /// Puts the identity of a register in, and reads it back to be sure.
    ///
    /// # Errors
    /// [`KeyringError`]. After [`KeyringError::TimedOut`] it may or may not be there.
    pub fn store(&self, register: &str, identity: &Identity) -> Result<(), KeyringError> {
        let text = identity.text();
        self.begin(register, move |backend, user| {
            backend.set(user, &text)?;
            if *backend.get(user)? == *text { Ok(()) } else { Err(KeyringError::Unreadable) }
        })
        .within(self.limit)
    }

    /// Takes the identity of a register out. One that is not there is fine.
    ///
    /// # Errors
    /// [`KeyringError`]; then it may still be there, and the person must be told so.
    pub fn delete(&self, register: &str) -> Result<(), KeyringError> {
        let answer = self.begin(register, |backend, user| backend.delete(user)).within(self.limit);
        match answer {
            Err(KeyringError::NoEntry) => Ok(()),
            other => other,
        }
    }

    /// What it holds for a register.
    pub fn status(&self, register: &str) -> KeyringStatus {
        match self.get(register) {
            Ok(_) => KeyringStatus::Remembered,
            Err(KeyringError::NoEntry) => KeyringStatus::NotRemembered,
            Err(other) => KeyringStatus::Unavailable(other),
        }
    }

    fn begin<T: Send + 'static>(
        &self,
        register: &str,
        work: impl FnOnce(&dyn KeyringBackend, &str) -> Result<T, KeyringError> + Send + 'static,
    ) -> Call<T> {
        let (give, take) = sync_channel(1);
        let backend = Arc::clone(&self.backend);
        let user = register.to_owned();
        // A thread that cannot be started drops `give`, and the call answers that it ended early. A receiver that is
        // gone is one nobody waits for any more.
        let _ = std::thread::Builder::new().name("keyring".into()).spawn(move || {
            let _ = give.send(work(backend.as_ref(), &user));
        });
        Call(take)
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("name", &self.name()).field("limit", &self.limit).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test may stop where it fails")]

    use super::*;
    use crate::vault::random::SeededRandom;
    use std::collections::BTreeMap;
    use std::sync::Mutex;
    use std::sync::mpsc::{Sender, channel};

    /// A keyring in memory.
    #[derive(Default)]
    struct Memory(Mutex<BTreeMap<String, String>>, Option<KeyringError>);

    impl KeyringBackend for Memory {
        fn name(&self) -> &'static str {
            "a keyring in memory"
        }
        fn set(&self, user: &str, text: &str) -> Result<(), KeyringError> {
            self.1.clone().map_or(Ok(()), Err)?;
            self.0.lock().unwrap().insert(user.into(), text.into());
            Ok(())
        }
        fn get(&self, user: &str) -> Result<Zeroizing<String>, KeyringError> {
            self.1.clone().map_or(Ok(()), Err)?;
            self.0.lock().unwrap().get(user).cloned().map(Zeroizing::new).ok_or(KeyringError::NoEntry)
        }
        fn delete(&self, user: &str) -> Result<(), KeyringError> {
            self.1.clone().map_or(Ok(()), Err)?;
            self.0.lock().unwrap().remove(user).map(|_| ()).ok_or(KeyringError::NoEntry)
        }
    }

    /// A keyring that answers only when the test lets it.
    struct Silent(Mutex<Receiver<()>>);

    impl Silent {
        fn new() -> (Self, Sender<()>) {
            let (let_go, wait) = channel();
            (Self(Mutex::new(wait)), let_go)
        }
    }

    impl KeyringBackend for Silent {
        fn name(&self) -> &'static str {
            "a silent keyring"
        }
        fn set(&self, _: &str, _: &str) -> Result<(), KeyringError> {
            self.get("").map(|_| ())
        }
        fn get(&self, _: &str) -> Result<Zeroizing<String>, KeyringError> {
            let _ = self.0.lock().unwrap().recv();
            Ok(identity().text())
        }
        fn delete(&self, _: &str) -> Result<(), KeyringError> {
            self.get("").map(|_| ())
        }
    }

    fn identity() -> Identity {
        Identity::generate(&mut SeededRandom::new([1; 32])).unwrap()
    }

    const LONG: Duration = Duration::from_secs(60);
    const SHORT: Duration = Duration::from_millis(20);

    #[test]
    fn what_is_stored_comes_back_until_it_is_deleted_and_only_for_its_register() {
        let ring = Keyring::with(Memory::default(), LONG);
        assert_eq!(ring.status("one"), KeyringStatus::NotRemembered);
        ring.store("one", &identity()).unwrap();
        assert_eq!(ring.get("one").unwrap().recipient(), identity().recipient());
        assert_eq!(ring.status("one"), KeyringStatus::Remembered);
        assert_eq!(ring.status("two"), KeyringStatus::NotRemembered);
        ring.delete("one").unwrap();
        ring.delete("one").unwrap();
        assert_eq!(ring.get("one").unwrap_err(), KeyringError::NoEntry);
    }

    #[test]
    fn asking_an_empty_keyring_puts_nothing_in() {
        let memory = Arc::new(Memory::default());
        struct Shared(Arc<Memory>);
        impl KeyringBackend for Shared {
            fn name(&self) -> &'static str {
                self.0.name()
            }
            fn set(&self, user: &str, text: &str) -> Result<(), KeyringError> {
                self.0.set(user, text)
            }
            fn get(&self, user: &str) -> Result<Zeroizing<String>, KeyringError> {
                self.0.get(user)
            }
            fn delete(&self, user: &str) -> Result<(), KeyringError> {
                self.0.delete(user)
            }
        }
        let ring = Keyring::with(Shared(Arc::clone(&memory)), LONG);
        assert_eq!(ring.get("one").unwrap_err(), KeyringError::NoEntry);
        ring.delete("one").unwrap();
        assert!(memory.0.lock().unwrap().is_empty());
    }

    #[test]
    fn a_silent_keyring_is_given_up_and_its_late_answer_can_still_be_taken() {
        let (silent, let_go) = Silent::new();
        let ring = Keyring::with(silent, SHORT);
        let call = ring.begin_get("one");
        assert_eq!(call.within(SHORT).unwrap_err(), KeyringError::TimedOut);
        assert!(call.arrived().is_none());
        let_go.send(()).unwrap();
        assert_eq!(call.within(LONG).unwrap().recipient(), identity().recipient());
        assert_eq!(ring.get("one").unwrap_err(), KeyringError::TimedOut);
        assert_eq!(ring.store("one", &identity()).unwrap_err(), KeyringError::TimedOut);
        assert_eq!(ring.delete("one").unwrap_err(), KeyringError::TimedOut);
        assert_eq!(ring.status("one"), KeyringStatus::Unavailable(KeyringError::TimedOut));
    }

    #[test]
    fn a_locked_or_absent_keyring_says_so_also_when_deleting() {
        for fault in [KeyringError::Locked, KeyringError::Absent] {
            let ring = Keyring::with(Memory(Mutex::default(), Some(fault.clone())), LONG);
            assert_eq!(ring.get("one").unwrap_err(), fault);
            assert_eq!(ring.store("one", &identity()).unwrap_err(), fault);
            assert_eq!(ring.delete("one").unwrap_err(), fault);
        }
    }

    #[test]
    fn another_keyring_than_the_remembered_one_is_named_and_not_asked() {
        let memory = Memory::default();
        memory.set("one", &identity().text()).unwrap();
        let ring = Keyring::with(memory, LONG);
        assert!(ring.clone().expecting(Some("a keyring in memory".into())).get("one").is_ok());
        let error = ring.expecting(Some("KWallet".into())).get("one").unwrap_err();
        assert_eq!(error, KeyringError::OtherBackend { was: "KWallet".into(), now: "a keyring in memory" });
    }

    #[test]
    fn an_entry_that_is_no_identity_is_unreadable_and_its_text_is_not_shown() {
        for text in ["", "hunter2", "AGE-SECRET-KEY-1QQQQ", &"x".repeat(2560)] {
            let memory = Memory::default();
            memory.set("one", text).unwrap();
            let error = Keyring::with(memory, LONG).get("one").unwrap_err();
            assert_eq!(error, KeyringError::Unreadable);
            assert!(!error.to_string().contains("hunter2"));
        }
    }
}
