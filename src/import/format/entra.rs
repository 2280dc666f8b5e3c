//! The Entra portal's "Download users".
//!
//! It shows guests, which is how technicians often sit in a client's tenant, with logins such as
//! `name_firm.example#EXT#@client.onmicrosoft.com`. Dates are month/day. Must never know: the register.

use super::id::FormatId;
use super::reading::{Found, Reading};
use super::table::{Columns, Dates, Layout, for_each_row, text};

use crate::domain::{LastUse, UseQuality};
use crate::import::guess;
use crate::import::issue::Issue;
use crate::import::matching::guest_address;
use crate::import::records::Table;
use crate::import::row::AccountRow;
use crate::import::value::yes_no;

pub(super) const LAYOUT: Layout = Layout {
    format: FormatId::EntraUsersCsv,
    needed: &["userprincipalname", "id|objectid"],
    one_of: &["accountenabled", "usertype", "identityissuer"],
    read: &[
        "userprincipalname",
        "displayname",
        "mail",
        "id|objectid",
        "usertype",
        "accountenabled",
        "invitationstate",
        "createddatetime",
    ],
    take: read,
};

fn read(table: &Table<'_>, columns: &Columns, how: &Reading, found: &mut Found) {
    let created = columns.any("createddatetime");
    let dates = Dates::month_first(table, &[created], how, found);
    for_each_row(table, how, found, |record, found| {
        let Some(login) = text(record, columns.any("userprincipalname"), how, found) else {
            found.refuse(Issue::error("no_login", "This line has no account name. It was left out.").at(record.line));
            return;
        };
        let mut row = AccountRow::new(record.line, login);
        row.display_name = text(record, columns.any("displayname"), how, found);
        row.email = text(record, columns.any("mail"), how, found);
        row.external_id = text(record, columns.any("id|objectid"), how, found);
        row.guest = record.cell(columns.any("usertype")).eq_ignore_ascii_case("guest");
        row.other_names.extend(guest_address(&row.login));
        row.enabled = yes_no(record.cell(columns.any("accountenabled")));
        row.created_at = dates.read(record, created, found).map(|when| when.start(&how.zone));
        // An invitation nobody accepted was never used: the one thing this file says about use.
        if record.cell(columns.any("invitationstate")).eq_ignore_ascii_case("pendingacceptance") {
            row.last_used = LastUse::Never;
            row.last_used_quality = Some(UseQuality::Exact);
        }
        let title = record.cell(columns.any("jobtitle"));
        row.kind_guess = guess::kind(&row.login, row.display_name.as_deref().unwrap_or(""), title);
        found.rows.push(row);
    });
}
