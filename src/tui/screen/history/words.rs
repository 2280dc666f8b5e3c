//! An entry of the history in words and cells: the same in the list's detail, on its own page and on the clipboard.
//!
//! Must never know: what a key does.

use crate::domain::{Severity, lower_first};
use crate::service::view::{ChangeHow, EntryView, FieldChange, HistoryLine, RecordChange, Reversal};
use crate::service::{Command, words};
use crate::tui::overlay::{Confirm, Overlay};
use crate::tui::pane::{Env, Flow, Want};
use crate::tui::screen::parts::as_sheet;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below};
use crate::tui::widget::table::{self, Cell, Column, col};
use ratatui::layout::Rect;

/// Columns of the history: who goes first when there is no room.
pub(super) const COLUMNS: &[Column] = &[col("When", 12, 0), col("Who", 12, 2), col("What", 30, 0).grows(1)];

/// Cells of a line.
pub(super) fn cells(line: &HistoryLine, env: &Env) -> Vec<Cell> {
    let (role, lead) = if line.undone_by.is_some() { (Role::Muted, "(undone) ") } else { (Role::Text, "") };
    vec![
        Cell::of(when(line, env), role),
        Cell::of(line.who.clone(), role),
        Cell::of(format!("{lead}{}", line.summary), role),
    ]
}

/// `23 Nov 14:06`; of another year the day alone.
fn when(line: &HistoryLine, env: &Env) -> String {
    let day = words::day(line.at, env.now, &env.zone);
    if day.len() > 6 { day } else { format!("{day} {}", words::time(line.at, &env.zone)) }
}

/// What stands above the changes: when, who, why, whether it still holds.
pub(super) fn facts(entry: &EntryView, env: &Env) -> Vec<(String, String)> {
    let line = &entry.line;
    let mut when = format!("{}, {}", words::full_moment(line.at, &env.zone), line.who);
    if let Some(name) = &line.decided_by {
        when.push_str(&format!(", decided by {name}"));
    }
    if entry.clock_went_back {
        when.push_str(". The clock had gone backwards");
    }
    let mut out = vec![("When".to_owned(), when)];
    out.extend(line.reason.iter().map(|reason| ("Because".to_owned(), reason.clone())));
    out.extend(entry.undoes.map(|seq| ("Concerns".to_owned(), format!("entry {}", words::count(seq)))));
    out.push(("Undo".to_owned(), reversal(entry)));
    out
}

/// Draws these pairs, and the seal last, whatever else finds no room.
pub(super) fn draw(canvas: &mut Canvas, room: Rect, pairs: &[(String, String)], entry: &EntryView) {
    let above = room.height.saturating_sub(1);
    table::pairs(canvas, Rect { height: above, ..room }, 10, pairs);
    table::pairs(canvas, below(room, above), 10, &[("Seal".to_owned(), seal(entry))]);
}

/// How an entry is chained.
fn seal(entry: &EntryView) -> String {
    let hash: Vec<String> =
        entry.line.hash.as_bytes().chunks(4).take(4).map(|four| String::from_utf8_lossy(four).into_owned()).collect();
    let follows = match entry.line.seq {
        1 => "the first of all".to_owned(),
        seq => format!("follows entry {}", words::count(seq - 1)),
    };
    format!("{} ..., {follows}", hash.join(" "))
}

fn reversal(entry: &EntryView) -> String {
    match (&entry.reversal, entry.line.undone_by) {
        (_, Some(by)) => format!("taken back by entry {}", words::count(by)),
        (Reversal::Refused(why), None) => format!("not possible: {}", lower_first(why)),
        (Reversal::Possible { records, .. }, None) => {
            format!("R puts {} back as before", words::counted(*records, "record", "records"))
        }
    }
}

/// What happened to a record, as a heading.
pub(super) fn heading(change: &RecordChange) -> String {
    let how = match change.how {
        ChangeHow::Made => "  (new)",
        ChangeHow::Changed => "",
        ChangeHow::TakenAway => "  (taken away)",
    };
    let erased = if change.erased { "  (words erased)" } else { "" };
    let mut letters = change.name.chars();
    let name: String = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    format!("{name}{how}{erased}")
}

/// A field before and after in one line; of a new record what stands there.
pub(super) fn field(change: &FieldChange, how: ChangeHow, then: &str) -> String {
    let value = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
    match how {
        ChangeHow::Made => value(&change.after),
        ChangeHow::TakenAway => value(&change.before),
        ChangeHow::Changed => format!("{} {then} {}", value(&change.before), value(&change.after)),
    }
}

/// Everything about an entry, for the clipboard.
pub(super) fn copy(entry: &EntryView, env: &Env) -> String {
    let mut rows =
        vec![vec!["Entry".to_owned(), entry.line.seq.to_string()], vec!["What".to_owned(), entry.line.summary.clone()]];
    rows.extend(facts(entry, env).into_iter().map(|(label, text)| vec![label.to_string(), text]));
    rows.push(["Record", "Field", "Before", "After"].map(str::to_owned).to_vec());
    for change in &entry.changes {
        rows.extend(change.fields.iter().map(|field| {
            let value = |side: &Option<String>| side.clone().unwrap_or_default();
            vec![change.name.clone(), field.name.clone(), value(&field.before), value(&field.after)]
        }));
    }
    rows.push(vec!["Seal".to_owned(), entry.line.hash.clone()]);
    as_sheet(rows)
}

/// Asks whether an entry is to be taken back; says why when it cannot.
pub(super) fn take_back(entry: &EntryView, env: &Env) -> Flow {
    let (records, entries, checked) = match &entry.reversal {
        Reversal::Refused(why) => return Flow::note(format!("Not taken back: {}", lower_first(why))),
        Reversal::Possible { records, entries, checked } => (*records, *entries, *checked),
    };
    let all = words::counted(records, "record", "records");
    let mut body = vec![format!("This puts {all} back as before. The entry stays; a new one is added.")];
    if entries > 1 {
        body.push(format!(
            "It was one act with {}: they go back together.",
            words::counted(entries - 1, "more entry", "more entries")
        ));
    }
    if !checked {
        body.push("Nothing happens if anything of it was changed since.".to_owned());
    }
    body.push("You can undo it with Ctrl-Z.".to_owned());
    let items = entry.changes.iter().map(|change| (Severity::Low, heading(change), String::new())).collect();
    let title = format!("Take back \"{}\"?", entry.line.summary);
    let confirm = Confirm::plain(title, body, "Take it back")
        .items(items)
        .yes(vec![Want::Apply(Command::Undo { seq: Some(entry.line.seq) })]);
    Flow::open(Overlay::from(if records > u64::from(env.type_above) {
        confirm.typed("To go on, type the number of records:", records.to_string())
    } else {
        confirm
    }))
}
