//! The Microsoft 365 admin center's "Export users".
//!
//! Two sets of columns exist: the current one and an older, alphabetical one. Neither has roles, second factors or
//! sign-ins. "Block credential" is the other way round: TRUE means that sign-in is off. Must never know: the register.

use super::id::FormatId;
use super::reading::{Found, Reading};
use super::table::{Columns, Dates, Layout, for_each_row, text};

use crate::domain::AccountKind;
use crate::import::guess;
use crate::import::issue::Issue;
use crate::import::matching::guest_address;
use crate::import::records::{Record, Table};
use crate::import::row::AccountRow;
use crate::import::value::yes_no;

pub(super) const LAYOUT: Layout = Layout {
    format: FormatId::M365AdminUsersCsv,
    needed: &["user principal name", "block credential"],
    one_of: &[],
    read: &[
        "display name",
        "user principal name",
        "object id",
        "when created",
        "soft deletion time stamp",
        "block credential",
        "licenses",
        "last password change time stamp",
        "proxy addresses",
    ],
    take: read,
};

fn read(table: &Table<'_>, columns: &Columns, how: &Reading, found: &mut Found) {
    let created = columns.any("when created");
    let changed = columns.any("last password change time stamp");
    let deleted = columns.any("soft deletion time stamp");
    let dates = Dates::month_first(table, &[created, changed, deleted], how, found);
    for_each_row(table, how, found, |record, found| {
        let Some(login) = text(record, columns.any("user principal name"), how, found) else {
            found.refuse(Issue::error("no_login", "This line has no account name. It was left out.").at(record.line));
            return;
        };
        let mut row = AccountRow::new(record.line, login);
        row.display_name = text(record, columns.any("display name"), how, found);
        row.external_id = text(record, columns.any("object id"), how, found);
        let (primary, others) = addresses(record.cell(columns.any("proxy addresses")));
        row.guest = row.login.to_uppercase().contains("#EXT#");
        row.other_names.extend(guest_address(&row.login));
        row.other_names.extend(others);
        row.email = primary.or_else(|| guest_address(&row.login)).or_else(|| Some(row.login.clone()));
        row.enabled = yes_no(record.cell(columns.any("block credential"))).map(|blocked| !blocked);
        if !record.cell(deleted).is_empty() {
            row.enabled = Some(false);
        }
        row.created_at = dates.read(record, created, found).map(|when| when.start(&how.zone));
        row.password_changed_at = dates.read(record, changed, found).map(|when| when.start(&how.zone));
        row.kind_guess = kind(record, columns, &row);
        found.rows.push(row);
    });
}

/// The primary address of `smtp:a@x+SMTP:b@x` is the one in capitals; the others come second.
fn addresses(cell: &str) -> (Option<String>, Vec<String>) {
    let mut primary = None;
    let mut others = Vec::new();
    for part in cell.split(['+', ';']).map(str::trim) {
        if let Some(address) = part.strip_prefix("SMTP:") {
            primary = Some(address.to_owned());
        } else if let Some(address) = part.strip_prefix("smtp:") {
            others.push(address.to_owned());
        }
    }
    (primary, others)
}

/// A shared mailbox shows itself as blocked, without a licence and without a first and last name.
fn kind(record: &Record<'_>, columns: &Columns, row: &AccountRow) -> AccountKind {
    let guessed = guess::kind(&row.login, row.display_name.as_deref().unwrap_or(""), record.cell(columns.any("title")));
    let nameless = columns.any("first name").is_some()
        && record.cell(columns.any("first name")).is_empty()
        && record.cell(columns.any("last name")).is_empty();
    let unlicensed = record.cell(columns.any("licenses")).eq_ignore_ascii_case("unlicensed");
    if guessed == AccountKind::Personal && nameless && unlicensed && row.enabled == Some(false) {
        AccountKind::Shared
    } else {
        guessed
    }
}
