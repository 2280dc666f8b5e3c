//! `edit`: one record changed by hand.
//!
//! Must never know: which fields a kind has.

use super::add::fields;
use crate::cli::Exit;
use crate::cli::args::EditArgs;
use crate::cli::context::{Context, done};
use crate::error::AppError;
use crate::service::records;
use serde_json::Value;

/// Runs it.
pub fn run(context: &Context, args: &EditArgs) -> Result<Exit, AppError> {
    let fields = fields(&args.fields)?;
    context.change(|visit| {
        let session = visit.writing()?;
        let (outcome, row) =
            records::edit(session, &args.kind, &args.which, &fields, args.reason.clone(), context.naming())?;
        let id = row.get("id").cloned().unwrap_or(Value::Null);
        let now = session.scene().now;
        Ok(done("edit", now, &outcome).field("id", id).field("record", Value::Object(row)))
    })
}
