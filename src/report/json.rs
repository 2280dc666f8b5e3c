//! The report for programs: keys are only ever added, enums are their stored words, times RFC 3339 in UTC.
//!
//! The table a report is about stands under `rows`, the others under their own names in `tables`.
//!
//! Must never know: what the report is about.

use super::ReportError;
use super::document::{Block, Cell, Document, Table};
use crate::domain::Instant;
use serde_json::{Map, Value, json};

/// Writes the object, with sorted keys and a line end.
pub(super) fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut bytes = serde_json::to_vec_pretty(&value(document)).map_err(ReportError::Json)?;
    bytes.push(b'\n');
    Ok(bytes)
}

fn value(document: &Document) -> Value {
    let mut out = Map::new();
    let mut put = |key: &str, value: Value| out.insert(key.to_owned(), value);
    put("keyward", env!("CARGO_PKG_VERSION").into());
    put("kind", "report".into());
    put("report", document.kind.into());
    put("title", document.title.as_str().into());
    put("question", document.question.as_str().into());
    put("firm", text_or_null(document.firm.as_str()));
    put("as_of", moment(document.as_of));
    put("known_at", document.known_at.map_or(Value::Null, moment));
    put("made_by", document.made_by.as_str().into());
    put("made_at", moment(document.made_at));
    put("zone", document.clock.0.tz.name().into());
    put("answer", document.verdict.as_ref().map_or(Value::Null, |verdict| verdict.text.as_str().into()));
    put("how_sure", document.seal.sure.iter().map(|line| Value::from(line.as_str())).collect());
    put("sources", document.seal.sources.iter().map(|line| Value::from(line.as_str())).collect());
    put("cannot_prove", document.seal.limits.into());
    put("receipt", receipt(document));

    let (mut facts, mut figures, mut tables, mut rows) = (Map::new(), Map::new(), Map::new(), Value::Null);
    let (mut notes, mut signatures, mut fall) = (Vec::new(), Vec::new(), Value::Null);
    for block in &document.blocks {
        match block {
            Block::Facts(list) => {
                facts.extend(list.facts.iter().map(|fact| (fact.key.to_owned(), cell(&fact.value))));
            }
            Block::Figures(list) => {
                figures.extend(list.iter().map(|figure| (figure.key.to_owned(), figure.value.as_str().into())));
            }
            Block::Table(table) if table.main => rows = table_rows(table),
            Block::Table(table) => {
                tables.insert(table.key.to_owned(), table_rows(table));
            }
            Block::Note(note) => notes.push(Value::from(note.text.as_str())),
            Block::Paragraph(text) => notes.push(Value::from(text.as_str())),
            Block::Signatures(list) => signatures
                .extend(list.iter().map(|one| json!({ "role": one.role, "name": text_or_null(one.name.as_str()) }))),
            Block::Fall(line) => {
                let steps: Vec<Value> =
                    line.steps.iter().map(|(at, left)| json!({ "at": moment(*at), "left": left })).collect();
                fall = json!({ "from": moment(line.from), "total": line.total, "steps": steps,
                    "limit": line.limit.map_or(Value::Null, moment) });
            }
            Block::Heading(_) => {}
        }
    }
    put("facts", facts.into());
    put("figures", figures.into());
    put("notes", notes.into());
    put("fall", fall);
    put("signatures", signatures.into());
    put("tables", tables.into());
    put("rows", rows);
    out.into()
}

fn receipt(document: &Document) -> Value {
    document.seal.parts.as_ref().map_or(Value::Null, |parts| {
        json!({
            "entries": parts.entries,
            "root": parts.root,
            "code": document.seal.code.as_ref().map(crate::text::Shown::as_str),
            "signed_by": parts.signed_by.as_str(),
            "at": moment(parts.at),
            "line": document.seal.line.as_str(),
        })
    })
}

fn table_rows(table: &Table) -> Value {
    table
        .rows
        .iter()
        .map(|row| {
            let fields = table.columns.iter().zip(row).map(|(column, value)| (column.key.to_owned(), cell(value)));
            Value::Object(fields.collect())
        })
        .collect()
}

fn cell(cell: &Cell) -> Value {
    match cell {
        Cell::None | Cell::Unknown => Value::Null,
        Cell::Text(text) => text.as_str().into(),
        Cell::Word { stored, .. } | Cell::Usual(stored) => (*stored).into(),
        Cell::Count(number) => (*number).into(),
        Cell::At(at) => moment(*at),
        Cell::Day(day) => day.to_string().into(),
    }
}

fn moment(at: Instant) -> Value {
    at.rfc3339().into()
}

fn text_or_null(text: &str) -> Value {
    if text.is_empty() { Value::Null } else { text.into() }
}
