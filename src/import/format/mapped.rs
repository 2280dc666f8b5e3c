//! A list of a system Keyward has no layout for, whose columns somebody named by hand.
//!
//! Only the columns named are read. Must never know: where the naming was typed, the register.

use super::id::FormatId;
use super::reading::{Found, Reading};
use super::table::{Columns, Dates, for_each_row, remark_on_header, text};
use crate::domain::{Admin, Factor, Instant, LastUse, UseQuality};
use crate::import::drop;
use crate::import::error::ImportError;
use crate::import::guess;
use crate::import::issue::Issue;
use crate::import::matching::guest_address;
use crate::import::records::{Record, Table};
use crate::import::row::AccountRow;
use crate::import::value::yes_no;
use std::collections::{BTreeMap, BTreeSet};

crate::words! {
    /// What a column can hold of an account.
    pub enum Field {
        Login = "login", "login";
        Name = "name", "name";
        Email = "email", "email";
        Enabled = "enabled", "enabled";
        Disabled = "disabled", "disabled";
        Admin = "admin", "admin";
        Roles = "roles", "roles";
        Mfa = "mfa", "mfa";
        LastUsed = "last_used", "last used";
        Created = "created", "created";
        PasswordChanged = "password_changed", "password changed";
        Expires = "expires", "expires";
        Id = "id", "id";
    }
}

const DATES: [Field; 4] = [Field::LastUsed, Field::Created, Field::PasswordChanged, Field::Expires];

/// Which column holds what. It always names the login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    columns: BTreeMap<Field, String>,
}

impl Mapping {
    /// Reads `field=Column`, one a line; blank lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// When a line has no such form, names no known field, one field twice or a column of secrets, or when no line
    /// names the login.
    pub fn parse<'a>(lines: impl IntoIterator<Item = &'a str>) -> Result<Self, ImportError> {
        let refuse = |why: String| Err(ImportError::Mapping { why });
        let cut = |text: &str| text.chars().take(40).collect::<String>();
        let mut columns = BTreeMap::new();
        for line in lines.into_iter().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            let Some((word, column)) = line.split_once('=').map(|(word, column)| (word.trim(), column.trim())) else {
                return refuse(format!("\u{201c}{}\u{201d} is not of the form field=Column.", cut(line)));
            };
            let Some(field) = Field::parse(word) else {
                return refuse(format!("\u{201c}{}\u{201d} is nothing a column can hold.", cut(word)));
            };
            if drop::is_secret(column) {
                return refuse(format!("Column \u{201c}{}\u{201d} holds secrets, which are never read.", cut(column)));
            }
            if columns.insert(field, column.to_owned()).is_some() {
                return refuse(format!("Two columns are named for \u{201c}{}\u{201d}.", field.stored()));
            }
        }
        if !columns.contains_key(&Field::Login) {
            return refuse("No column is named for \u{201c}login\u{201d}.".to_owned());
        }
        Ok(Self { columns })
    }

    /// Where each named column is.
    fn places(&self, table: &Table<'_>) -> Result<BTreeMap<Field, usize>, ImportError> {
        let place = |column: &String| table.header.iter().position(|name| name.to_lowercase() == column.to_lowercase());
        self.columns
            .iter()
            .map(|(field, column)| {
                let missing = || ImportError::WrongFormat {
                    format: FormatId::MappedCsv,
                    missing: format!("\u{201c}{column}\u{201d}"),
                };
                place(column).map(|place| (*field, place)).ok_or_else(missing)
            })
            .collect()
    }
}

/// Reads all rows. Why the list is one, in a sentence.
pub(super) fn read(
    table: &Table<'_>,
    mapping: &Mapping,
    how: &Reading,
    found: &mut Found,
) -> Result<String, ImportError> {
    let places = mapping.places(table)?;
    remark_on_header(table, &Columns::new(&table.header), found);
    let at = |field: Field| places.get(&field).copied();
    let dates = Dates::decide(table, &DATES.map(at), how, found);
    for_each_row(table, how, found, |record, found| {
        let Some(login) = text(record, at(Field::Login), how, found) else {
            found.refuse(Issue::error("no_login", "This line has no account name. It was left out.").at(record.line));
            return;
        };
        let mut row = AccountRow::new(record.line, login);
        row.display_name = text(record, at(Field::Name), how, found);
        row.email = text(record, at(Field::Email), how, found);
        row.external_id = text(record, at(Field::Id), how, found);
        row.other_names.extend(guest_address(&row.login));
        row.enabled = switch(record, at(Field::Enabled), found)
            .or_else(|| switch(record, at(Field::Disabled), found).map(|disabled| !disabled));
        row.admin = switch(record, at(Field::Admin), found).map(|yes| if yes { Admin::System } else { Admin::None });
        row.roles = list(record.cell(at(Field::Roles)));
        row.factors = factors(record, at(Field::Mfa), found);
        row.mfa_registered = (!row.factors.is_empty()).then(|| !row.factors.contains(&Factor::None));
        let moment = |field: Field, found: &mut Found| -> Option<Instant> {
            dates.read(record, at(field), found).map(|when| when.start(&how.zone))
        };
        if record.cell(at(Field::LastUsed)).eq_ignore_ascii_case("never") {
            (row.last_used, row.last_used_quality) = (LastUse::Never, Some(UseQuality::Coarse));
        } else if let Some(used) = moment(Field::LastUsed, found) {
            (row.last_used, row.last_used_quality) = (LastUse::At(used), Some(UseQuality::Coarse));
        }
        row.created_at = moment(Field::Created, found);
        row.password_changed_at = moment(Field::PasswordChanged, found);
        row.expires = dates.read(record, at(Field::Expires), found).map(|when| when.end(&how.zone));
        row.kind_guess = guess::kind(&row.login, row.display_name.as_deref().unwrap_or_default(), "");
        found.rows.push(row);
    });
    let (named, all) = (places.len(), table.header.len());
    Ok(format!("{}: {named} of {all} columns named", FormatId::MappedCsv.shown()))
}

/// Yes or no, also in the words lists use for how an account stands. What is neither is said and stays unknown.
fn switch(record: &Record<'_>, place: Option<usize>, found: &mut Found) -> Option<bool> {
    let cell = record.cell(place);
    let said = yes_no(cell).or_else(|| match cell.to_ascii_lowercase().as_str() {
        "active" | "enabled" => Some(true),
        "inactive" | "disabled" | "deactivated" | "suspended" | "blocked" => Some(false),
        _ => None,
    });
    if said.is_none() && !cell.is_empty() {
        let message = "This cell should say yes or no and does not. It was left out.";
        found.issues.push(Issue::warning("no_yes_no", message).at(record.line).in_column(place));
    }
    said
}

fn list(cell: &str) -> Vec<String> {
    cell.split([';', '\n']).map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// Second factors by their words; a bare yes is one nobody knows the kind of, a bare no is none.
fn factors(record: &Record<'_>, place: Option<usize>, found: &mut Found) -> BTreeSet<Factor> {
    let cell = record.cell(place);
    if let Some(has) = yes_no(cell) {
        return [if has { Factor::Unknown } else { Factor::None }].into();
    }
    let words = list(cell);
    let known: BTreeSet<Factor> = words.iter().filter_map(|word| Factor::parse(word)).collect();
    if known.is_empty() && !words.is_empty() {
        let message = "This cell should say which second factor there is and does not. It was left out.";
        found.issues.push(Issue::warning("no_factor", message).at(record.line).in_column(place));
    }
    known
}
