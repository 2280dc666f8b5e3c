//! What a verification found, in plain sentences.
//!
//! Must never know: how anything was compared.

use super::{ProofWord, VerifyOptions, Vouching};
use crate::domain::{RecordRef, Seq};
use crate::journal::{Fault, HighWater, Receipt, StateDifference, Verification};
use crate::service::access;
use crate::service::facts::Facts;
use crate::service::words::{count, counted};
use crate::store::{EntryRow, StoreError};

/// The verdict.
pub(super) fn verdict(
    word: ProofWord,
    found: &Verification,
    vouching: &Vouching,
    problems: &[(Option<Seq>, String)],
) -> String {
    let first = problems.first().map(|(_, what)| what.as_str()).unwrap_or_default();
    match word {
        ProofWord::Diverged => {
            let seq = found.problems.first().map_or(0, |problem| problem.seq);
            let about_seal = found.problems.first().is_some_and(|problem| {
                matches!(
                    problem.what,
                    Fault::Receipt(_) | Fault::Seen(_) | Fault::Seal(_) | Fault::SealRoot(_) | Fault::SealOrder(_)
                )
            });
            let before = if seq > 1 && !about_seal { " Entries before it hold together." } else { "" };
            format!("Error: {first}{before} Do not delete anything.")
        }
        ProofWord::StateDiffers => format!("Error: {first} The history itself is in order. Do not delete anything."),
        ProofWord::Short => format!("Error: {first}"),
        ProofWord::Unsealed | ProofWord::NotAnchored | ProofWord::Sound => {
            format!("{}{}{}", in_order(found), seals(found), outside(found, vouching))
        }
    }
}

fn in_order(found: &Verification) -> String {
    let Some((first, last)) = found.span else { return "There are no entries yet.".to_owned() };
    let (first, last) = (first.utc().format("%-d %b %Y"), last.utc().format("%-d %b %Y"));
    match found.entries {
        1 => format!("The one entry, of {first}, is in order."),
        many => format!("All {} entries are in order, {first} to {last}.", count(many)),
    }
}

fn seals(found: &Verification) -> String {
    let tail = found.entries - found.sealed.unwrap_or(0).min(found.entries);
    match (found.sealed, tail) {
        (_, _) if found.entries == 0 => String::new(),
        (None, _) => " None of them is sealed yet.".to_owned(),
        (Some(size), 0) => format!(" Sealed to {}.", count(size)),
        (Some(size), 1) => format!(" Sealed to {}; the last one is not sealed yet.", count(size)),
        (Some(size), tail) => format!(" Sealed to {}; the last {} are not sealed yet.", count(size), count(tail)),
    }
}

/// What agrees from outside of the database. Never nothing: a check that was not made is said.
fn outside(found: &Verification, vouching: &Vouching) -> String {
    let mut said = String::new();
    if let Some(typed) = vouching.typed {
        said.push_str(&format!(
            " The receipt {typed} matches: nothing up to entry {} was changed since it was printed.",
            count(typed.size)
        ));
    }
    if let Some(mark) = &vouching.mark {
        said.push_str(&format!(
            " This computer last saw {} on {}, and that agrees.",
            counted(mark.size, "entry", "entries"),
            mark.at.utc().format("%-d %b %Y")
        ));
    }
    let kept = vouching.kept.len() as u64;
    if kept > 0 && found.entries > 0 {
        said.push_str(&format!(" {} in its folder {}.", counted(kept, "receipt", "receipts"), agrees(kept)));
    }
    if vouching.typed.is_none() && found.entries > 0 {
        said.push_str(" No receipt from paper was compared, so only you can vouch for it.");
    }
    said
}

const fn agrees(number: u64) -> &'static str {
    if number == 1 { "agrees" } else { "agree" }
}

/// What a person should know besides.
pub(super) fn notes(vouching: &Vouching, found: &Verification, options: &VerifyOptions) -> Vec<String> {
    let mut notes = Vec::new();
    if vouching.void > 0 {
        notes.push(format!(
            "{} from before an accepted gap no longer {}.",
            counted(vouching.void as u64, "receipt", "receipts"),
            if vouching.void == 1 { "fits" } else { "fit" }
        ));
    }
    for gap in &vouching.gaps {
        notes.push(format!("A gap was accepted in entry {}: {}.", count(gap.seq), told(gap)));
    }
    if found.erased > 0 {
        notes.push(format!(
            "The words of {} were erased; the rest of them is proven.",
            counted(found.erased, "record version", "record versions")
        ));
    }
    if !options.replay {
        notes.push("Tables and pages were not compared. keyward verify --replay does that too.".to_owned());
    } else if !found.replayed {
        notes.push("Tables were not compared, because the history itself does not hold together.".to_owned());
    }
    notes
}

fn told(entry: &EntryRow) -> String {
    entry.act.as_ref().map(|act| act.summary.trim_end_matches('.').to_owned()).unwrap_or_default()
}

/// A receipt that is not of this history.
pub(super) fn other_receipt(receipt: Receipt, entries: u64, gaps: &[EntryRow]) -> String {
    let mut said = if receipt.size > entries {
        format!(
            "The receipt {receipt} speaks of {} entries; this register ends at {}. An old copy was put back, or entries were lost.",
            count(receipt.size),
            count(entries)
        )
    } else {
        format!(
            "The receipt {receipt} belongs to another history: the first {} are not those it was printed for.",
            counted(receipt.size, "entry", "entries")
        )
    };
    if let Some(gap) = gaps.iter().find(|gap| receipt.size >= gap.seq) {
        said.push_str(&format!(
            " A gap was accepted in entry {}; receipts given out before it for more than {} entries no longer fit.",
            count(gap.seq),
            count(gap.seq - 1)
        ));
    }
    said
}

/// A history that is not the one that was seen.
pub(super) fn other_history(size: u64, vouching: &Vouching) -> String {
    let by_mark = vouching.mark.as_ref().filter(|mark| mark.size == size);
    match by_mark {
        Some(mark) => format!(
            "The history up to entry {} is not the one this computer saw on {}.",
            count(size),
            mark.at.utc().format("%-d %b %Y")
        ),
        None => {
            format!("The history up to entry {} is not the one its receipt in the folder was made for.", count(size))
        }
    }
}

/// A file that ends too early.
pub(super) fn older(seen: &HighWater, entries: u64, mark: Option<&HighWater>) -> String {
    let day = seen.at.utc().format("%-d %b %Y");
    let who = if mark == Some(seen) { "this computer saw" } else { "a receipt in its folder was made for" };
    format!(
        "This register ends at entry {}. On {day} {who} {}. An old copy was put back, or entries were lost.",
        count(entries),
        count(seen.size)
    )
}

/// A file that does not reach what was asked for.
pub(super) fn too_short(wanted: u64, entries: u64) -> String {
    format!("This register ends at entry {}; entry {} was to be in it.", count(entries), count(wanted))
}

/// A cell that differs.
pub(super) fn cell(cell: &StateDifference, whose: &str) -> String {
    let entry = cell.seq.map(|seq| format!(", entry {}", count(seq))).unwrap_or_default();
    let when = if cell.table.ends_with("_past") { " in an earlier version" } else { "" };
    if cell.column == "row" {
        return format!("The list has {} for {whose}{when}; the history says {}{entry}.", cell.found, cell.expected);
    }
    format!(
        "The list says '{}' as {} of {whose}{when}; the history says '{}'{entry}.",
        crate::text::shown(&cell.found),
        cell.column.replace('_', " "),
        crate::text::shown(&cell.expected)
    )
}

/// A record by its kind and name.
pub(super) fn record(facts: &Facts<'_>, of: RecordRef) -> Result<String, StoreError> {
    let named = match facts.reader().get_any(of, None)? {
        Some(record) => access::label(facts, &record)?,
        None => String::new(),
    };
    let kind = of.kind.shown();
    let bare = format!("{kind} {}", of.id);
    Ok(if named.is_empty() || named == bare { bare } else { format!("{bare} ({named})") })
}

/// Files that are no receipts.
pub(super) fn unreadable_receipts(number: usize) -> String {
    format!(
        "{} in the folder of receipts cannot be read and vouched for nothing.",
        counted(number as u64, "file", "files")
    )
}
