//! `add`: one record by hand.
//!
//! Must never know: which fields a kind has.

use crate::cli::Exit;
use crate::cli::args::AddArgs;
use crate::cli::context::{Context, done};
use crate::error::{AppError, ErrorClass};
use crate::service::records;
use crate::text::shown;
use serde_json::Value;

/// Runs it.
pub fn run(context: &Context, args: &AddArgs) -> Result<Exit, AppError> {
    let fields = fields(&args.fields)?;
    context.change(|visit| {
        let session = visit.writing()?;
        let (outcome, row) = records::add(session, &args.kind, &fields, args.reason.clone(), context.naming())?;
        let id = row.get("id").cloned().unwrap_or(Value::Null);
        let now = session.scene().now;
        let text = format!("{} Its id is {id}.\n", shown(&outcome.message));
        Ok(done("add", now, &outcome).field("id", id).field("record", Value::Object(row)).text(text))
    })
}

/// Splits `field=value` texts.
///
/// # Errors
/// When one has no `=`.
pub fn fields(typed: &[String]) -> Result<Vec<(String, String)>, AppError> {
    typed
        .iter()
        .map(|text| match text.split_once('=') {
            Some((field, value)) if !field.trim().is_empty() => Ok((field.trim().to_owned(), value.to_owned())),
            _ => Err(AppError::new(
                ErrorClass::Usage,
                format!("\"{}\" is no field. Write it as field=value. Nothing was changed.", shown(text)),
            )
            .hint("Values with spaces need quotes: \"name=Tom Becker\"")),
        })
        .collect()
}
