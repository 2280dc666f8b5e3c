//! `rotate`: a shared login was changed.
//!
//! Must never know: who knew it.

use super::revoke::proof;
use crate::cli::Exit;
use crate::cli::args::RotateArgs;
use crate::cli::context::{Context, apply, done, done_at, person};
use crate::cli::output::Answer;
use crate::domain::RecordKind;
use crate::error::AppError;
use crate::service::records::{self, Changed, RowFilter};
use crate::service::{AsOf, Command, RotateStage, resolve};

/// Runs it. Where runs wait for the change, it is recorded in each of them, by their rules.
pub fn run(context: &Context, args: &RotateArgs) -> Result<Exit, AppError> {
    let confirm = args.confirm.as_deref().map(proof).transpose()?;
    context.change(|visit| {
        let session = visit.writing()?;
        let secret = session.find(|facts| resolve::secret(facts, &args.secret, context.naming()))?;
        let changed = Changed {
            secret: secret.id,
            at: done_at(session, "--at", args.at.as_deref())?,
            by: person(session, args.by.as_deref(), context.naming())?,
            confirm,
            retired: args.retired,
            reason: args.reason.clone(),
        };
        let waiting = records::open_rotations(session, secret.id)?;
        if waiting.is_empty() {
            let (outcome, row) = records::secret_changed(session, &changed)?;
            let now = session.scene().now;
            return Ok(done("rotate", now, &outcome).rows(vec![row]));
        }
        let mut last = None;
        for (rotation, is_done) in waiting {
            for stage in stages(&changed, is_done) {
                let Changed { at, by, .. } = changed;
                let command = Command::Rotate { rotation, stage, at, by, reason: changed.reason.clone() };
                last = Some(apply(visit, "rotate", command)?.0);
            }
        }
        let now = visit.looking().scene().now;
        let filter = RowFilter { limit: usize::MAX, ..RowFilter::default() };
        let mut rows = records::rows(visit.session(), RecordKind::Secret, &filter, AsOf::default())?;
        rows.retain(|row| row.get("id").and_then(serde_json::Value::as_u64) == Some(secret.id.0));
        Ok(last.unwrap_or_else(|| Answer::new("rotate", now)).rows(rows))
    })
}

/// What is left to record of one change.
fn stages(changed: &Changed, is_done: bool) -> Vec<RotateStage> {
    if changed.retired {
        return vec![RotateStage::Retired];
    }
    let done = (!is_done || changed.confirm.is_none()).then_some(RotateStage::Done);
    done.into_iter().chain(changed.confirm.map(RotateStage::Confirmed)).collect()
}
