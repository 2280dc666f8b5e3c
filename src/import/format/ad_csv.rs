//! Active Directory as tables: `Get-ADUser | Export-Csv`, and `csvde`.
//!
//! `Get-ADUser` writes dates in the local time and habit of the computer it ran on; `csvde` writes the directory's raw
//! values and every kind of object. Must never know: the register.

use super::ad::{self, Carries, Entry};
use super::id::FormatId;
use super::reading::{Found, Reading};
use super::table::{Columns, Dates, Layout, for_each_row, text};

use crate::domain::{Admin, Instant, LastUse, UseQuality};
use crate::import::date::When;
use crate::import::issue::Issue;
use crate::import::records::{Record, Table};
use crate::import::row::AccountRow;
use crate::import::value::{self, FileTime, yes_no};

pub(super) const GET_ADUSER: Layout = Layout {
    format: FormatId::AdGetAdUserCsv,
    needed: &["samaccountname"],
    one_of: &["enabled", "sid", "distinguishedname", "objectguid", "useraccountcontrol"],
    read: &[
        "samaccountname",
        "userprincipalname",
        "displayname|name",
        "emailaddress|mail",
        "enabled|useraccountcontrol",
        "lastlogondate|lastlogontimestamp",
        "passwordlastset|pwdlastset",
        "whencreated|created",
        "accountexpirationdate|accountexpires",
        "admincount|memberof",
        "objectguid|sid",
    ],
    take: read_get_aduser,
};

pub(super) const CSVDE: Layout = Layout {
    format: FormatId::AdCsvde,
    needed: &["dn", "objectclass"],
    one_of: &[],
    read: &[
        "dn",
        "objectclass",
        "samaccountname",
        "userprincipalname",
        "displayname|cn|name",
        "mail",
        "useraccountcontrol",
        "lastlogon|lastlogontimestamp",
        "pwdlastset",
        "whencreated",
        "accountexpires",
        "memberof|admincount|primarygroupid",
        "objectguid|objectsid",
    ],
    take: read_csvde,
};

/// Date columns of `Get-ADUser`, all written by one computer.
const DATE_COLUMNS: [&str; 4] = ["lastlogondate", "passwordlastset", "whencreated|created", "accountexpirationdate"];

fn read_get_aduser(table: &Table<'_>, columns: &Columns, how: &Reading, found: &mut Found) {
    let places = DATE_COLUMNS.map(|name| columns.any(name));
    let dates = Dates::decide(table, &places, how, found);
    if places.iter().any(Option::is_some) {
        let message = "Times are read in your firm's zone: the list holds the wall clock of the computer that made it.";
        found.issues.push(Issue::note("local_times", message));
    }
    for_each_row(table, how, found, |record, found| {
        let Some(login) = text(record, columns.any("samaccountname"), how, found) else {
            found.refuse(Issue::error("no_login", "This line has no account name. It was left out.").at(record.line));
            return;
        };
        let class = record.cell(columns.any("objectclass"));
        if class.eq_ignore_ascii_case("computer") || class.eq_ignore_ascii_case("group") {
            return;
        }
        let row = get_aduser_row(record, login, columns, &dates, how, found);
        found.rows.push(row);
    });
}

fn get_aduser_row(
    record: &Record<'_>,
    login: String,
    columns: &Columns,
    dates: &Dates,
    how: &Reading,
    found: &mut Found,
) -> AccountRow {
    let cell = |names: &str| record.cell(columns.any(names));
    let mut row = AccountRow::new(record.line, login);
    row.display_name =
        text(record, columns.any("displayname"), how, found).or_else(|| text(record, columns.any("name"), how, found));
    row.email =
        text(record, columns.any("emailaddress"), how, found).or_else(|| text(record, columns.any("mail"), how, found));
    row.other_names.extend(text(record, columns.any("userprincipalname"), how, found));
    row.external_id = Some(cell("objectguid").to_lowercase())
        .filter(|id| !id.is_empty())
        .or_else(|| text(record, columns.any("sid"), how, found));
    row.enabled = yes_no(cell("enabled")).or_else(|| value::uac_enabled(cell("useraccountcontrol")));
    let at = |when: Option<When>| when.map(|when| when.start(&how.zone));
    row.created_at = at(dates.read(record, columns.any("whencreated|created"), found));
    row.password_changed_at =
        at(dates.read(record, columns.any("passwordlastset"), found)).or_else(|| raw(cell("pwdlastset")));
    row.expires =
        at(dates.read(record, columns.any("accountexpirationdate"), found)).or_else(|| raw(cell("accountexpires")));
    (row.last_used, row.last_used_quality) = get_aduser_last_use(record, columns, dates, how, found);
    row.roles = groups(cell("memberof"));
    let relative = value::relative_id(cell("sid"));
    let knows_groups = columns.any("admincount").is_some() || !row.roles.is_empty();
    let level = ad::admin_level(&row.roles, cell("primarygroupid").parse().ok(), cell("admincount") == "1", relative);
    row.admin = (knows_groups || level != Admin::None).then_some(level);
    row.kind_guess = ad::kind(&row.login, row.display_name.as_deref(), cell("description"), relative);
    row
}

fn raw(cell: &str) -> Option<Instant> {
    match value::file_time(cell) {
        Some((FileTime::At(at), _)) => Some(at),
        _ => None,
    }
}

/// The newest of `LastLogonDate` and its raw forms. A column that is there and empty means never.
fn get_aduser_last_use(
    record: &Record<'_>,
    columns: &Columns,
    dates: &Dates,
    how: &Reading,
    found: &mut Found,
) -> (LastUse, Option<UseQuality>) {
    let cooked = columns.any("lastlogondate");
    let raws = [columns.any("lastlogontimestamp"), columns.any("lastlogon")];
    let date = dates.read(record, cooked, found).map(|when| when.start(&how.zone));
    let newest = raws.iter().filter_map(|index| raw(record.cell(*index))).chain(date).max();
    let unread = date.is_none() && !record.cell(cooked).is_empty();
    match newest {
        Some(at) => (LastUse::At(at), Some(UseQuality::Coarse)),
        None if unread => (LastUse::Unknown, None),
        None if cooked.is_some() || raws.iter().any(Option::is_some) => (LastUse::Never, Some(UseQuality::Coarse)),
        None => (LastUse::Unknown, None),
    }
}

/// Groups of a cell, when somebody joined them by hand. What `Export-Csv` writes by itself is the name of a .NET type.
fn groups(cell: &str) -> Vec<String> {
    if cell.is_empty() || cell.starts_with("Microsoft.ActiveDirectory") {
        return Vec::new();
    }
    let separator = if cell.contains('|') { '|' } else { ';' };
    cell.split(separator).map(value::first_rdn).filter(|group| !group.is_empty()).collect()
}

fn read_csvde(table: &Table<'_>, columns: &Columns, how: &Reading, found: &mut Found) {
    let known: Vec<(usize, &'static str)> = table
        .header
        .iter()
        .enumerate()
        .filter_map(|(index, name)| Entry::known(name).map(|known| (index, known)))
        .collect();
    let mut entries = Vec::new();
    let mut rounded = false;
    for_each_row(table, how, found, |record, found| {
        let mut entry = Entry::new(record.line, record.cell(columns.any("dn")).to_owned());
        for (index, name) in &known {
            if let Some(cell) = text(record, Some(*index), how, found) {
                rounded |= matches!(value::file_time(&cell), Some((_, true))) && name.starts_with("last");
                add_values(&mut entry, name, &cell);
            }
        }
        entries.push(entry);
    });
    if rounded {
        let message = "A spreadsheet has rounded the dates in this file. They can be some hours off.";
        found.issues.push(Issue::warning("dates_rounded", message));
    }
    let mut carries = Carries::of(&entries);
    carries.last_logon |= columns.any("lastlogontimestamp|lastlogon").is_some();
    carries.groups |= columns.any("memberof|admincount").is_some();
    ad::take_entries(&entries, carries, found);
}

fn add_values(entry: &mut Entry, name: &'static str, cell: &str) {
    match name {
        "objectguid" => {
            if let Some(guid) = value::csvde_bytes(cell).and_then(|bytes| value::guid(&bytes)) {
                entry.add(name, guid);
            }
        }
        "objectsid" => {
            if let Some(sid) = value::csvde_bytes(cell).and_then(|bytes| value::sid(&bytes)) {
                entry.add(name, sid);
            }
        }
        "objectclass" | "memberof" | "member" => {
            for value in split_escaped(cell) {
                entry.add(name, value);
            }
        }
        _ => entry.add(name, cell.to_owned()),
    }
}

/// Splits at semicolons that have no backslash in front.
fn split_escaped(cell: &str) -> Vec<String> {
    let mut values = vec![String::new()];
    let mut escaped = false;
    for c in cell.chars() {
        if c == ';' && !escaped {
            values.push(String::new());
        } else if let Some(last) = values.last_mut() {
            last.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    values
}
