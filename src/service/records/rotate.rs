//! A shared login that was changed outside of any run.
//!
//! Must never know: where it was typed.

use super::rows::row;
use crate::domain::{Instant, Mark, PersonId, Proof, Rotation, RotationId, Secret, SecretId, StepOutcome};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::facts::Facts;
use crate::service::session::Session;
use crate::service::words;
use crate::store::Select;
use serde_json::{Map, Value};

/// What is said about a shared login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which.
    pub secret: SecretId,
    /// When; now when absent.
    pub at: Option<Instant>,
    /// By whom; the operator's own person when absent.
    pub by: Option<PersonId>,
    /// A second person signed in with the new one.
    pub confirm: Option<Proof>,
    /// It is no longer in use.
    pub retired: bool,
    /// Why.
    pub reason: Option<String>,
}

/// The changes of a shared login that runs wait for, with whether each is done already.
///
/// # Errors
/// When the register cannot be read.
pub fn open_rotations(session: &Session, secret: SecretId) -> Result<Vec<(RotationId, bool)>, AppError> {
    session.find(|facts| {
        let mut waiting =
            facts.list::<Rotation>(Select::all().eq("secret", secret).not_null("run").is_null("confirmed"))?;
        // One that was changed still waits for its check; one that needs no change waits for nothing.
        waiting.retain(|rotation| matches!(rotation.outcome, None | Some(StepOutcome::Done)));
        Ok(waiting.into_iter().map(|rotation| (rotation.id, rotation.change.done.is_some())).collect())
    })
}

/// Records that a shared login was changed, where no run waits for it.
///
/// # Errors
/// When it lies in the future or before the last change, or the register cannot be written.
pub fn secret_changed(session: &mut Session, said: &Changed) -> Result<(Outcome, Map<String, Value>), AppError> {
    let (secret, seq) = session.commit(|tx, scene| {
        let at = said.at.unwrap_or(scene.now);
        if at > scene.now {
            return Err(AppError::new(ErrorClass::BadInput, "That moment is still to come. Nothing was changed."));
        }
        let old = crate::service::resolve::secret_by_id(&Facts::new(tx.read(), None), said.secret)?;
        if let Some(later) = old.changed.filter(|changed| !said.retired && *changed > at) {
            let day = words::full_day(later, &scene.zone);
            let told = format!("{} was changed later already: on {day}. Nothing was changed.", old.name);
            return Err(AppError::new(ErrorClass::Refused, told)
                .hint("If that date is wrong, correct it: keyward edit secret NAME changed=DATE"));
        }
        let by = said.by.or(scene.me);
        let mark = Mark { at, by };
        let (new, action, told) = if said.retired {
            (Secret { retired: Some(at), ..old.clone() }, "secret.retired", format!("No longer in use: {}", old.name))
        } else {
            (
                Secret { changed: Some(at), ..old.clone() },
                "secret.rotated",
                format!("Changed the shared login {}", old.name),
            )
        };
        let mut change = scene.change(action, told).because(said.reason.clone());
        if !said.retired {
            let mut rotation = Rotation {
                id: tx.allocate::<Rotation>()?,
                secret: old.id,
                run: None,
                person: None,
                due: None,
                doer: by,
                change: crate::domain::Removal { asked: None, done: Some(mark), ..crate::domain::Removal::default() },
                outcome: None,
                note: None,
            };
            if let Some(proof) = said.confirm {
                rotation.change.confirmed = Some(Mark { at: scene.now, by });
                rotation.change.proof = Some(proof);
            }
            change.put(rotation);
        }
        change.put(new.clone());
        tx.append(change)?;
        Ok(new)
    })?;
    let message = if said.retired {
        format!("{} is no longer in use.", secret.name)
    } else {
        format!("{} was changed. Who knew it only until now is safe.", secret.name)
    };
    let outcome = Outcome::done(seq, message);
    let facts = Facts::new(session.store.read(), None);
    let row = row(&facts, &session.scene, secret.into(), session.scene.now)?;
    Ok((outcome, row))
}
