//! Lists of accounts in LDIF: Active Directory's `ldifde`, `ldapsearch`, OpenLDAP.
//!
//! Must never know: how LDIF folds lines.

use super::ad::{self, Carries, Entry};
use super::id::FormatId;
use super::ldif;
use super::reading::{Found, Reading};
use crate::import::error::ImportError;
use crate::import::value::first_rdn;
use std::collections::{BTreeMap, HashMap};

/// Reads a whole text. The layout is Active Directory's when an entry carries its ids.
pub(super) fn read(
    text: &str,
    damaged: bool,
    hint: Option<FormatId>,
    how: &Reading,
    found: &mut Found,
) -> Result<(FormatId, String), ImportError> {
    if let Some(format) = hint.filter(|_| !ldif::looks_like(text)) {
        return Err(ImportError::WrongFormat { format, missing: "\u{201c}dn\u{201d}".to_owned() });
    }
    let mut entries = ldif::read(text, damaged, how, found);
    let total = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    if let Some(stated) = found.stated_total.filter(|stated| *stated > total) {
        found.is_partial_because(format!("The list says it has {stated} entries, and {total} are here."));
    }
    let windows = entries.iter().any(Entry::is_active_directory);
    give_groups(&mut entries);
    let accounts = entries.iter().filter(|entry| entry.is_account()).count();
    // The directory's own total counts groups and folders too; it is the accounts' total only without those.
    if entries.len() != accounts {
        found.stated_total = None;
    }
    let carries = Carries::of(&entries);
    ad::take_entries(&entries, carries, found);
    let format = hint.unwrap_or(if windows { FormatId::AdLdif } else { FormatId::LdifOpenldap });
    Ok((format, format!("looks like {}: {accounts} accounts among {total} entries", format.shown())))
}

/// Groups that list their members instead of the members listing their groups.
fn give_groups(entries: &mut [Entry]) {
    let mut by_member: HashMap<String, Vec<String>> = HashMap::new();
    let mut by_uid: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for group in entries.iter().filter(|entry| entry.is_group()) {
        for member in group.all("member").iter().chain(group.all("uniquemember")) {
            by_member.entry(fold_dn(member)).or_default().push(group.dn.clone());
        }
        for uid in group.all("memberuid") {
            by_uid.entry(uid.to_lowercase()).or_default().push(group.dn.clone());
        }
    }
    for entry in entries.iter_mut().filter(|entry| entry.is_account()) {
        let mut groups = by_member.get(&fold_dn(&entry.dn)).cloned().unwrap_or_default();
        groups
            .extend(entry.first("uid").and_then(|uid| by_uid.get(&uid.to_lowercase())).into_iter().flatten().cloned());
        for group in groups {
            if !entry.all("memberof").iter().any(|known| first_rdn(known) == first_rdn(&group)) {
                entry.add("memberof", group);
            }
        }
    }
}

/// A name without the blanks some tools write behind commas.
fn fold_dn(dn: &str) -> String {
    dn.split(',').map(str::trim).collect::<Vec<_>>().join(",").to_lowercase()
}
