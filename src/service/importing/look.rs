//! What deserves a look after a comparison: in sentences, most urgent first.
//!
//! Must never know: where the sentences are shown.

use super::PlannedImport;
use super::report::is_admin;
use crate::domain::{RecordKind, lower_first};
use crate::import::plan::{PlanRow, RowClass};

/// So many sentences are said; the rest is counted.
const MOST: usize = 20;

/// The sentences about a plan.
pub(super) fn at(planned: &PlannedImport) -> Vec<String> {
    let mut found: Vec<(u8, String)> = Vec::new();
    if planned.plan.needs_a_look() {
        found.push((0, "The file does not say its character set. Are names with accents right?".to_owned()));
    }
    if let Some(why) = &planned.plan.partial {
        found.push((4, format!("The file does not name everybody: {}", lower_first(why))));
    }
    found.extend(planned.remarks.iter().map(|remark| (4, remark.clone())));
    found.extend(planned.plan.rows.iter().filter_map(row));
    found.sort_by_key(|(urgency, _)| *urgency);
    let more = found.len().saturating_sub(MOST);
    let mut out: Vec<String> = found.into_iter().take(MOST).map(|(_, sentence)| sentence).collect();
    if more > 0 {
        out.push(format!("{more} more rows deserve a look."));
    }
    out
}

fn row(row: &PlanRow) -> Option<(u8, String)> {
    let whose = row.person.as_ref().map(|(_, name)| format!(", {name}")).unwrap_or_default();
    let what = format!("{}{whose}", row.title);
    let said = row.notes.join(" ");
    match row.class {
        RowClass::CameBack => Some((0, format!("{what}: {said}"))),
        _ if row.risky => Some((1, format!("{what}: {said}"))),
        // Rows of sheets say in their own issues what is not clear.
        _ if row.sheet.is_some() => None,
        RowClass::Gone if !said.is_empty() => Some((2, format!("{what}: no longer in the list. {said}"))),
        RowClass::New | RowClass::Changed if row.unmatched => unmatched(row, &what),
        _ => None,
    }
}

/// An account nobody claims: whose it may be, or that it has no owner.
fn unmatched(row: &PlanRow, what: &str) -> Option<(u8, String)> {
    if row.kind != RecordKind::Account {
        return None;
    }
    let urgency = if is_admin(row) { 1 } else { 3 };
    Some(match row.suggestions.as_slice() {
        [] => (urgency, format!("{what}: nobody is recorded for it.")),
        [one] => (urgency, format!("{what}: nobody is matched; one of us {}.", one.why)),
        several => (urgency, format!("{what}: nobody is matched; {} of us may be meant.", several.len())),
    })
}
