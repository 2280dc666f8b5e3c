//! What was typed into a record's form and not saved, as it is kept.
//!
//! Must never know: where it is kept.

use super::entry::Entry;
use crate::domain::Seq;
use crate::service::records::form::{Chosen, FormOf};
use serde::{Deserialize, Serialize};

/// The fields that say something else than at first.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Draft {
    /// The entry that made the record what the form showed.
    pub(super) based_on: Option<Seq>,
    fields: Vec<Kept>,
}

/// One field of it.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    name: String,
    text: String,
    chosen: Vec<(u64, String)>,
}

/// The name a draft is kept under: one for each record, one for each place something new was begun at.
pub(super) fn key(of: &FormOf) -> String {
    match of {
        FormOf::Edit(one) => format!("change {} {}", one.kind.stored(), one.id),
        FormOf::New { kind, given } => {
            let given: String = given.iter().map(|(name, id)| format!(" {name} {id}")).collect();
            format!("new {}{given}", kind.stored())
        }
    }
}

/// The words of a form, or nothing where nothing was typed.
pub(super) fn write(entries: &[Entry], based_on: Option<Seq>) -> String {
    let touched = entries.iter().filter(|entry| entry.is_touched());
    let fields: Vec<Kept> = touched
        .map(|entry| Kept {
            name: entry.field.name.to_owned(),
            text: entry.text().to_owned(),
            chosen: entry.chosen.iter().map(|chosen| (chosen.id, chosen.name.clone())).collect(),
        })
        .collect();
    if fields.is_empty() {
        return String::new();
    }
    serde_json::to_string(&Draft { based_on, fields }).unwrap_or_default()
}

/// Puts a draft into the fields; whether there was one that could be read.
pub(super) fn read(text: &str, entries: &mut [Entry]) -> Option<Draft> {
    let draft: Draft = serde_json::from_str(text).ok()?;
    for kept in &draft.fields {
        let Some(entry) = entries.iter_mut().find(|entry| entry.field.name == kept.name && !entry.field.fixed) else {
            continue;
        };
        entry.set(&kept.text);
        entry.chosen = kept.chosen.iter().map(|(id, name)| Chosen { id: *id, name: name.clone() }).collect();
    }
    Some(draft)
}
