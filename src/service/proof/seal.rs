//! Sealing: a note over size and root of the history, signed by the operator who opened the register.
//!
//! Must never know: what was done before the seal.

use super::kept;
use crate::domain::{Operator, OperatorId, Seq};
use crate::error::{AppError, ErrorClass};
use crate::journal::{Checkpoint, Receipt};
use crate::service::session::Session;
use crate::store::{Head, Reader, StoreError};

/// So many entries are not left without a seal.
const MOST_UNSEALED: u64 = 1000;

impl Session {
    /// Seals everything up to the present end of the history and keeps the receipt in the register's folder. An end
    /// that is sealed already keeps its seal. Nothing comes back where nobody can seal: the history is empty, the
    /// recovery code opened the register, or this computer has seen a longer history.
    ///
    /// # Errors
    /// When the operator's key is not the one the register knows, the kept seal is over another history, or the
    /// register cannot be written.
    pub fn seal(&mut self) -> Result<Option<Receipt>, AppError> {
        let head = self.store.read().head()?;
        if head.seq == 0 {
            return Ok(None);
        }
        if let Some((sealed, _)) = self.store.read().checkpoint_at(head.seq)?
            && sealed.size == head.seq
        {
            return if sealed.root == head.root() {
                Ok(Some(Receipt::of(sealed.size, &sealed.root)))
            } else {
                Err(AppError::new(
                    ErrorClass::Integrity,
                    format!("The seal over {} entries is over another history. Nothing was sealed.", head.seq),
                )
                .hint("keyward verify says what is wrong"))
            };
        }
        let Some(signer) = &self.signer else { return Ok(None) };
        if self.is_behind(&head) {
            return Ok(None);
        }
        let known = self.store.read().get::<Operator>(self.operator)?;
        if known.is_none_or(|known| !known.active || known.verifier != signer.verifier()) {
            return Err(AppError::new(
                ErrorClass::Refused,
                "Your key is not the one this register knows you by. Nothing was sealed.",
            ));
        }
        let checkpoint = Checkpoint::new(&self.scene.settings.file, head.seq, head.root());
        let note = checkpoint.sign(self.operator, signer.key());
        self.store.checkpoint(&note)?;
        kept::keep(&self.folder, &checkpoint, &note, self.clock.now())?;
        Ok(Some(Receipt::of(head.seq, &head.root())))
    }

    /// Whether this computer has seen more of the register: an old copy must not be sealed as if it were the newest.
    fn is_behind(&self, head: &Head) -> bool {
        let Ok(Some(mark)) = self.mark() else { return false };
        mark.size > head.seq || (mark.size == head.seq && mark.root != head.root())
    }

    /// Seals when so much was added that it should not stand without a seal any longer. A failure is left to the seal
    /// at the end: what was saved is saved.
    pub(in crate::service) fn seal_when_due(&mut self) {
        let due = |session: &Self| -> Result<bool, StoreError> {
            let read = session.store.read();
            let end = read.head()?.seq;
            let sealed = read.checkpoint_at(end)?.map_or(0, |(checkpoint, _)| checkpoint.size);
            Ok(end - sealed >= MOST_UNSEALED)
        };
        if self.signer.is_some() && due(self).unwrap_or(false) {
            let _ = self.seal();
        }
    }
}

/// The newest seal over at most so many entries: its checkpoint and who signed it.
///
/// # Errors
/// When a kept seal cannot be read.
pub(in crate::service) fn sealed_by(
    read: &Reader<'_>,
    size: Seq,
) -> Result<Option<(Checkpoint, Option<OperatorId>)>, StoreError> {
    let Some((checkpoint, note)) = read.checkpoint_at(size)? else { return Ok(None) };
    let signatures = Checkpoint::parse(&note).map(|(_, signatures)| signatures)?;
    Ok(Some((checkpoint, signatures.first().map(|signature| signature.operator))))
}
