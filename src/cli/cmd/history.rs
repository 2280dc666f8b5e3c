//! `history`: the entries of the journal, of everything or of one record.
//!
//! Must never know: how entries are kept.

use crate::cli::Exit;
use crate::cli::args::HistoryArgs;
use crate::cli::context::Context;
use crate::cli::output::{Answer, table};
use crate::error::{AppError, ErrorClass};
use crate::service::records;
use crate::service::view::HistoryLine;
use crate::service::words;
use crate::text::shown;
use serde_json::{Map, Value, json};

/// Runs it.
pub fn run(context: &Context, args: &HistoryArgs) -> Result<Exit, AppError> {
    context.answer(|session, as_of| {
        let of = match (&args.kind, &args.which) {
            (Some(kind), Some(which)) => {
                let kind = records::kind(kind).ok_or_else(|| {
                    AppError::new(ErrorClass::BadInput, format!("There is no kind of record \"{}\".", shown(kind)))
                })?;
                Some(records::reference(session, kind, which, context.naming())?)
            }
            _ => None,
        };
        let lines = session.history(of, args.limit, as_of)?;
        let at = Context::about(session, as_of);
        let zone = session.scene().zone;
        let cells: Vec<Vec<String>> = lines
            .iter()
            .map(|line| {
                let taken_back = line.undone_by.map_or_else(String::new, |by| format!(" (taken back by {by})"));
                vec![
                    line.seq.to_string(),
                    words::full_moment(line.at, &zone),
                    line.who.clone(),
                    format!("{}{taken_back}", line.summary),
                    line.reason.clone().unwrap_or_default(),
                ]
            })
            .collect();
        let text = if cells.is_empty() {
            "No entries.\n".to_owned()
        } else {
            table(&["Entry", "When", "Who", "What", "Why"], &cells)
        };
        Ok((Answer::new("history", at).rows(lines.iter().map(row).collect()).text(text), 0))
    })
}

fn row(line: &HistoryLine) -> Map<String, Value> {
    let records: Vec<Value> = line.records.iter().map(|of| json!({"kind": of.kind.stored(), "id": of.id})).collect();
    let pairs = [
        ("seq", json!(line.seq)),
        ("at", json!(line.at.rfc3339())),
        ("operator", json!(line.who)),
        ("decided_by", json!(line.decided_by)),
        ("action", json!(line.action)),
        ("summary", json!(line.summary)),
        ("reason", json!(line.reason)),
        ("records", Value::Array(records)),
        ("hash", json!(line.hash)),
        ("undone_by", json!(line.undone_by)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}
