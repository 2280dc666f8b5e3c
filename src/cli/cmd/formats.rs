//! `formats`: what can be imported, and how to make each export.
//!
//! Must never know: how any format is read.

use crate::cli::Exit;
use crate::cli::output::{Answer, Style, table};
use crate::error::AppError;
use crate::import::format::formats;
use serde_json::{Map, Value, json};

/// Runs it.
pub fn run(style: Style) -> Result<Exit, AppError> {
    let known = formats();
    let cells: Vec<Vec<String>> = known
        .iter()
        .map(|format| vec![format.id.stored().to_owned(), format.name.to_owned(), format.how.to_owned()])
        .collect();
    let rows: Vec<Map<String, Value>> = known
        .iter()
        .map(|format| {
            let pairs = [("id", json!(format.id.stored())), ("name", json!(format.name)), ("how", json!(format.how))];
            pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
        })
        .collect();
    let answer = Answer { kind: "formats", ..Answer::default() };
    answer.rows(rows).text(table(&["Id", "Format", "How to make it"], &cells)).print(style)?;
    Ok(0)
}
