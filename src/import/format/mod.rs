//! The layouts Keyward knows, one file each, and which of them a file has.
//!
//! A layout is recognised by its columns or its shape, never by the file's name alone, and says why. Must never know:
//! the register, the screen.

mod ad;
mod ad_csv;
mod entra;
mod ldif;
mod ldif_list;
mod m365_admin;
mod table;

use super::error::ImportError;
use super::issue::{Issue, Issues};
use super::records::Table;
use super::row::Parsed;
use super::source::{Decoded, Limits};
use crate::domain::Zone;
use crate::import::date::Order;

crate::words! {
    /// A layout.
    pub enum FormatId {
        M365AdminUsersCsv = "m365-admin-users-csv", "a Microsoft 365 user export";
        EntraUsersCsv = "entra-users-csv", "an Entra user export";
        AdGetAdUserCsv = "ad-getaduser-csv", "an Active Directory list by Get-ADUser";
        AdCsvde = "ad-csvde", "an Active Directory list by csvde";
        AdLdif = "ad-ldif", "an Active Directory list in LDIF";
        LdifOpenldap = "ldif-openldap", "a directory list in LDIF";
        SheetsXlsx = "sheets-xlsx", "a workbook of the office's own sheets";
        SheetsCsv = "sheets-csv", "one of the office's own sheets";
    }
}

/// A layout and how to make such a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatInfo {
    /// Its id.
    pub id: FormatId,
    /// Its name.
    pub name: &'static str,
    /// How to make one.
    pub how: &'static str,
}

/// Every layout that is recognised, with how to make each file.
pub const fn formats() -> &'static [FormatInfo] {
    &[
        FormatInfo {
            id: FormatId::M365AdminUsersCsv,
            name: "Microsoft 365 admin center, users (CSV)",
            how: "Microsoft 365 admin center > Users > Active users > Export users. Clear any filter first.",
        },
        FormatInfo {
            id: FormatId::EntraUsersCsv,
            name: "Microsoft Entra, users (CSV)",
            how: "Entra admin center > Users > Download users. Clear any filter first. It includes guests.",
        },
        FormatInfo {
            id: FormatId::AdGetAdUserCsv,
            name: "Active Directory, Get-ADUser (CSV)",
            how: "On a domain controller in PowerShell: Get-ADUser -Filter * -Properties DisplayName,EmailAddress,\
                  LastLogonDate,PasswordLastSet,whenCreated,AccountExpirationDate,AdminCount | Export-Csv users.csv \
                  -Encoding UTF8 -NoTypeInformation",
        },
        FormatInfo {
            id: FormatId::AdCsvde,
            name: "Active Directory, csvde (CSV)",
            how: "On a domain controller: csvde -u -f users.csv -r \"(&(objectCategory=person)(objectClass=user))\"",
        },
        FormatInfo {
            id: FormatId::AdLdif,
            name: "Active Directory (LDIF)",
            how: "On a domain controller: ldifde -u -f users.ldf -r \"(&(objectCategory=person)(objectClass=user))\"",
        },
        FormatInfo {
            id: FormatId::LdifOpenldap,
            name: "OpenLDAP and other directories (LDIF)",
            how: "ldapsearch -x -b dc=example,dc=com '(objectClass=person)' '*' '+' > people.ldif",
        },
        FormatInfo {
            id: FormatId::SheetsXlsx,
            name: "The office's own workbook (Excel)",
            how: "Fill in the template register-template.xlsx, or use `keyward export --format workbook`.",
        },
        FormatInfo {
            id: FormatId::SheetsCsv,
            name: "The office's own sheets (CSV)",
            how: "Save each sheet of the template as CSV under its name, as People.csv.",
        },
    ]
}

/// What a reader is told about a file besides its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    /// How much is read at most.
    pub limits: Limits,
    /// The zone wall clocks in the file are read in: the firm's.
    pub zone: Zone,
    /// Whether the day comes first where a file itself does not show it.
    pub day_first: Option<bool>,
}

impl Default for Reading {
    fn default() -> Self {
        Self { limits: Limits::default(), zone: Zone::utc(), day_first: None }
    }
}

impl Reading {
    /// The order of day and month somebody told, if anybody did.
    pub fn order(&self) -> Option<Order> {
        self.day_first.map(|day| if day { Order::DayFirst } else { Order::MonthFirst })
    }
}

/// What readers fill while they go through a file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub rows: Vec<super::row::AccountRow>,
    pub issues: Issues,
    pub refused: u64,
    pub stated_total: Option<u64>,
    pub partial: Option<String>,
}

impl Found {
    /// Notes that the file does not hold everybody; the first reason stays.
    pub fn is_partial_because(&mut self, why: impl Into<String>) {
        self.partial.get_or_insert_with(|| why.into());
    }

    /// A row that cannot be taken but is not missing either.
    pub fn refuse(&mut self, issue: Issue) {
        self.refused = self.refused.saturating_add(1);
        self.issues.push(issue);
    }

    /// A row that could not be read, so that nobody knows whom it named.
    pub fn set_aside(&mut self, issue: Issue) {
        self.refuse(issue);
        self.is_partial_because("Some lines could not be read.");
    }
}

/// A file read in part: what both doors need to know about it.
pub(crate) struct FileFacts<'a> {
    pub name: &'a str,
    pub sha256: String,
    pub decoded: &'a Decoded<'a>,
}

/// Reads a system's list from text whose layout is LDIF or one of the four tables. None when it is none of them.
pub(super) fn read_list(
    file: &FileFacts<'_>,
    hint: Option<FormatId>,
    how: &Reading,
) -> Result<Option<Parsed>, ImportError> {
    let text = file.decoded.text.as_ref();
    let mut found = Found::default();
    if file.decoded.guessed {
        found.issues.push(Issue::warning(
            "encoding_guessed",
            "The file does not say its character set. Look at names with accents before you take it.",
        ));
    }
    let wants_ldif = matches!(hint, Some(FormatId::AdLdif | FormatId::LdifOpenldap));
    if wants_ldif || (hint.is_none() && ldif::looks_like(text)) {
        let (format, recognised) = ldif_list::read(text, file.decoded.damaged, hint, how, &mut found)?;
        return Ok(Some(finish(file, format, recognised, None, found)));
    }
    let table = Table::open(text, &how.limits, file.decoded.damaged)?;
    if table.header.first().is_some_and(|first| first.starts_with("version:")) {
        return Err(ImportError::UploadTemplate);
    }
    let Some((layout, recognised)) = table::recognise(&table.header, hint)? else { return Ok(None) };
    let columns = table::Columns::new(&table.header);
    table::remark_on_header(&table, &columns, &mut found);
    match layout.format {
        FormatId::M365AdminUsersCsv => m365_admin::read(&table, &columns, how, &mut found),
        FormatId::EntraUsersCsv => entra::read(&table, &columns, how, &mut found),
        FormatId::AdCsvde => ad_csv::read_csvde(&table, &columns, how, &mut found),
        _ => ad_csv::read_get_aduser(&table, &columns, how, &mut found),
    }
    Ok(Some(finish(file, layout.format, recognised, Some(table.separator), found)))
}

fn finish(
    file: &FileFacts<'_>,
    format: FormatId,
    recognised: String,
    separator: Option<super::records::Separator>,
    mut found: Found,
) -> Parsed {
    repeated_logins(&mut found);
    Parsed {
        format,
        recognised,
        file: file.name.to_owned(),
        rows: found.rows,
        refused: found.refused,
        stated_total: found.stated_total,
        partial: found.partial,
        issues: found.issues.finish(),
        sha256: file.sha256.clone(),
        encoding: file.decoded.encoding,
        separator,
    }
}

/// One account twice in a list: the first line is taken, the others are named.
fn repeated_logins(found: &mut Found) {
    let mut first: std::collections::HashMap<String, u64> = std::collections::HashMap::with_capacity(found.rows.len());
    let rows = std::mem::take(&mut found.rows);
    for row in rows {
        let key = super::matching::fold_login(&row.login);
        match first.get(&key) {
            Some(line) => {
                let message = format!("This account stands on line {line} already. This line was left out.");
                found.refuse(Issue::error("login_repeated", message).at(row.line));
            }
            None => {
                first.insert(key, row.line);
                found.rows.push(row);
            }
        }
    }
}

#[cfg(test)]
mod tests;
