//! `technicians`, `clients`, `systems`, … : records as lists.
//!
//! Must never know: what any field means.

use super::who::ways_table;
use crate::cli::Exit;
use crate::cli::args::ListArgs;
use crate::cli::context::Context;
use crate::cli::output::{Answer, table};
use crate::domain::{Instant, RecordKind};
use crate::error::{AppError, ErrorClass};
use crate::service::records::{self, RowFilter, way_row};
use crate::service::words;
use serde_json::{Map, Value};

/// Which columns people see of each kind.
fn columns(kind: RecordKind) -> &'static [&'static str] {
    match kind {
        RecordKind::Person => {
            &["id", "name", "role", "kind", "status", "last_day", "ways_in", "admin", "secrets_known"]
        }
        RecordKind::Client => &["id", "name", "code", "status", "own", "tags", "owner"],
        RecordKind::System => &["id", "client", "name", "kind", "tier", "reach", "signs_in_through", "owner"],
        RecordKind::Account => {
            &["id", "client", "system", "login", "kind", "admin", "owner", "enabled", "mfa", "last_used_at"]
        }
        RecordKind::Secret => &["id", "client", "name", "kind", "systems", "kept_in", "changed", "retired"],
        RecordKind::Asset => &["id", "kind", "tag", "holder", "client", "issued", "returned"],
        RecordKind::Contact => &["id", "kind", "place", "technician", "client", "since", "ended"],
        RecordKind::DataLocation => &["id", "client", "what", "place", "kind", "encrypted", "holder", "confirmed"],
        RecordKind::Policy => &["id", "name", "version", "effective", "next_review", "audience"],
        RecordKind::Course => &["id", "name", "every_days", "audience"],
        RecordKind::RoleRight => &["id", "role", "system_kind", "admin", "scope", "level"],
        _ => &["id"],
    }
}

/// Runs it for one kind, named by its command.
pub fn run(context: &Context, word: &'static str, args: ListArgs) -> Result<Exit, AppError> {
    let kind = records::kind(word).ok_or_else(|| AppError::new(ErrorClass::Internal, "A list without a kind."))?;
    context.answer(|session, as_of| {
        let filter = RowFilter {
            client: args.client,
            system: args.system,
            technician: args.technician,
            state: args.state,
            naming: context.naming(),
            limit: args.limit,
        };
        let at = Context::about(session, as_of);
        let zone = session.scene().zone;
        let (rows, list) = if kind == RecordKind::Grant {
            let ways = records::grants(session, &filter, as_of)?;
            (ways.iter().map(way_row).collect(), ways_table(&ways, at, &zone))
        } else {
            let rows = records::rows(session, kind, &filter, as_of)?;
            let cells: Vec<Vec<String>> = rows.iter().map(|row| cells(row, columns(kind))).collect();
            let headings: Vec<String> = columns(kind).iter().map(|name| heading(name)).collect();
            let headings: Vec<&str> = headings.iter().map(String::as_str).collect();
            (rows, table(&headings, &cells))
        };
        let count = rows.len() as u64;
        let tail = match count {
            0 => format!("No {}.\n", word.replace('-', " ")),
            _ if rows.len() >= filter.limit => {
                format!("{list}\nThe first {}; --limit shows more.\n", words::count(count))
            }
            _ => format!("{list}\n{}\n", words::counted(count, "row", "rows")),
        };
        Ok((Answer::new(word, at).rows(rows).text(tail), 0))
    })
}

fn heading(name: &str) -> String {
    let words = name.replace('_', " ").replace(" at", "");
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn cells(row: &Map<String, Value>, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| row.get(*column).map_or_else(String::new, words_of)).collect()
}

/// A value as people read it: lists with commas, moments as days, nothing for unknown.
fn words_of(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "yes".to_owned(),
        Value::Bool(false) => "no".to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => match Instant::parse(text) {
            Some(_) => text.get(..10).unwrap_or(text).to_owned(),
            None => text.clone(),
        },
        Value::Array(items) => items.iter().map(words_of).collect::<Vec<_>>().join(", "),
        Value::Object(inner) => inner.get("at").map_or_else(String::new, words_of),
    }
}
