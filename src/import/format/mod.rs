//! The layouts Keyward knows, one file each, and which of them a file has.
//!
//! A layout is recognised by its columns or its shape, never by the file's name alone, and says why. Must never know:
//! the register, the screen.

mod ad;
mod ad_csv;
mod entra;
mod id;
mod ldif;
mod ldif_list;
mod m365_admin;
mod mapped;
mod reading;
mod table;

use super::error::ImportError;
use super::issue::Issue;
use super::records::Table;
use super::row::Parsed;
use super::source::Decoded;
use reading::Found;
use table::Layout;

pub use id::{FormatId, FormatInfo, formats};
pub use mapped::{Field, Mapping};
pub use reading::Reading;

/// The layouts with columns, in the order in which they are tried.
const LAYOUTS: [Layout; 4] = [m365_admin::LAYOUT, entra::LAYOUT, ad_csv::CSVDE, ad_csv::GET_ADUSER];

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
    let mut found = begin(file);
    let wants_ldif = matches!(hint, Some(FormatId::AdLdif | FormatId::LdifOpenldap));
    if wants_ldif || (hint.is_none() && ldif::looks_like(text)) {
        let (format, recognised) = ldif_list::read(text, file.decoded.damaged, hint, how, &mut found)?;
        return Ok(Some(finish(file, format, recognised, found)));
    }
    let table = Table::open(text, &how.limits, file.decoded.damaged)?;
    if table.header.first().is_some_and(|first| first.starts_with("version:")) {
        return Err(ImportError::UploadTemplate);
    }
    let Some((layout, recognised)) = table::recognise(&LAYOUTS, &table.header, hint)? else { return Ok(None) };
    let columns = table::Columns::new(&table.header);
    table::remark_on_header(&table, &columns, &mut found);
    (layout.take)(&table, &columns, how, &mut found);
    Ok(Some(finish(file, layout.format, recognised, found)))
}

/// Reads a system's list whose columns somebody named.
pub(super) fn read_mapped(file: &FileFacts<'_>, mapping: &Mapping, how: &Reading) -> Result<Parsed, ImportError> {
    let mut found = begin(file);
    let table = Table::open(file.decoded.text.as_ref(), &how.limits, file.decoded.damaged)?;
    let recognised = mapped::read(&table, mapping, how, &mut found)?;
    Ok(finish(file, FormatId::MappedCsv, recognised, found))
}

/// Nothing found yet, but that the character set may be a guess.
fn begin(file: &FileFacts<'_>) -> Found {
    let mut found = Found::default();
    if file.decoded.guessed {
        found.issues.push(Issue::warning(
            "encoding_guessed",
            "The file does not say its character set. Look at names with accents before you take it.",
        ));
    }
    found
}

fn finish(file: &FileFacts<'_>, format: FormatId, recognised: String, mut found: Found) -> Parsed {
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
