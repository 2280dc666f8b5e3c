//! What the Active Directory and LDAP lists share: one directory entry, and the account it describes.
//!
//! Must never know: whether the entry came from LDIF or from csvde.

use super::reading::Found;
use crate::domain::{AccountKind, Admin, Instant, LastUse, UseQuality};
use crate::import::guess;
use crate::import::issue::Issue;
use crate::import::row::AccountRow;
use crate::import::value::{self, FileTime};
use std::collections::BTreeMap;

/// The attributes that are read. Every other one is passed over unseen: secrets hide in attributes nobody expects.
pub(super) const ATTRIBUTES: &[&str] = &[
    "objectclass",
    "samaccountname",
    "samaccounttype",
    "userprincipalname",
    "displayname",
    "cn",
    "name",
    "mail",
    "useraccountcontrol",
    "pwdlastset",
    "lastlogon",
    "lastlogontimestamp",
    "accountexpires",
    "whencreated",
    "createtimestamp",
    "admincount",
    "memberof",
    "primarygroupid",
    "objectguid",
    "objectsid",
    "uid",
    "sn",
    "givenname",
    "entryuuid",
    "member",
    "uniquemember",
    "memberuid",
    "title",
    "description",
    "pwdaccountlockedtime",
    "shadowexpire",
    "pwdchangedtime",
    "authtimestamp",
];

/// One entry of a directory, reduced to the attributes that are read.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub line: u64,
    pub dn: String,
    values: BTreeMap<&'static str, Vec<String>>,
}

impl Entry {
    pub fn new(line: u64, dn: String) -> Self {
        Self { line, dn, values: BTreeMap::new() }
    }

    /// The attribute's fixed name if it is one of those read. The name may carry options such as `;lang-ja`.
    pub fn known(name: &str) -> Option<&'static str> {
        let base = name.split(';').next().unwrap_or(name).trim().to_ascii_lowercase();
        ATTRIBUTES.iter().copied().find(|known| *known == base)
    }

    pub fn add(&mut self, name: &'static str, value: String) {
        if !value.is_empty() {
            self.values.entry(name).or_default().push(value);
        }
    }

    pub fn all(&self, name: &str) -> &[String] {
        self.values.get(name).map_or(&[], Vec::as_slice)
    }

    pub fn first(&self, name: &str) -> Option<&str> {
        self.all(name).first().map(String::as_str)
    }

    fn is_class(&self, class: &str) -> bool {
        self.all("objectclass").iter().any(|value| value.eq_ignore_ascii_case(class))
    }

    /// A person's or service's account; not a computer, group, folder or contact.
    pub fn is_account(&self) -> bool {
        if self.is_class("computer") || self.is_group() {
            return false;
        }
        // sAMAccountType of ordinary users.
        if let Some(kind) = self.first("samaccounttype") {
            return kind == "805306368";
        }
        const CLASSES: [&str; 7] = [
            "user",
            "person",
            "organizationalPerson",
            "inetOrgPerson",
            "posixAccount",
            "account",
            "simpleSecurityObject",
        ];
        let is_contact = self.is_class("contact");
        !is_contact
            && (CLASSES.iter().any(|class| self.is_class(class))
                || (self.all("objectclass").is_empty()
                    && self.first("samaccountname").is_some_and(|n| !n.ends_with('$'))))
    }

    pub fn is_group(&self) -> bool {
        ["group", "groupOfNames", "groupOfUniqueNames", "posixGroup"].iter().any(|class| self.is_class(class))
    }

    pub fn is_active_directory(&self) -> bool {
        self.first("samaccountname").is_some() || self.first("objectsid").is_some()
    }
}

/// Which attributes the whole list carries: one that nobody has was not asked for, so its absence says nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Carries {
    pub last_logon: bool,
    pub groups: bool,
    pub openldap_use: bool,
}

impl Carries {
    pub fn of<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut carries = Self::default();
        for entry in entries {
            carries.last_logon |= entry.first("lastlogontimestamp").or(entry.first("lastlogon")).is_some();
            carries.groups |= entry.first("memberof").or(entry.first("admincount")).is_some();
            carries.openldap_use |= entry.first("authtimestamp").is_some();
        }
        carries
    }
}

/// Turns entries into rows; entries that are no accounts are passed over.
pub(super) fn take_entries(entries: &[Entry], carries: Carries, found: &mut Found) {
    for entry in entries.iter().filter(|entry| entry.is_account()) {
        match account(entry, carries) {
            Some(row) => found.rows.push(row),
            None => found
                .refuse(Issue::error("no_login", "This entry has no account name. It was left out.").at(entry.line)),
        }
    }
}

/// The account an entry describes, or nothing when it has no name to sign in with.
fn account(entry: &Entry, carries: Carries) -> Option<AccountRow> {
    if entry.is_active_directory() { windows(entry, carries) } else { plain_ldap(entry, carries) }
}

fn windows(entry: &Entry, carries: Carries) -> Option<AccountRow> {
    let mut row = AccountRow::new(entry.line, entry.first("samaccountname")?);
    row.display_name = display_name(entry);
    row.email = entry.first("mail").map(str::to_owned);
    row.other_names.extend(entry.first("userprincipalname").map(str::to_owned));
    row.enabled = entry.first("useraccountcontrol").and_then(value::uac_enabled);
    row.created_at = entry.first("whencreated").and_then(value::generalised_time);
    row.password_changed_at = entry.first("pwdlastset").and_then(moment);
    row.expires = entry.first("accountexpires").and_then(moment);
    (row.last_used, row.last_used_quality) = last_used(entry, carries);
    row.external_id = entry.first("objectguid").or(entry.first("objectsid")).map(str::to_owned);
    row.roles = entry.all("memberof").iter().map(|group| value::first_rdn(group)).collect();
    let primary = entry.first("primarygroupid").and_then(|id| id.parse().ok());
    let sticky = entry.first("admincount") == Some("1");
    let relative = entry.first("objectsid").and_then(value::relative_id);
    row.admin = carries.groups.then(|| admin_level(&row.roles, primary, sticky, relative));
    if let Some(group) = primary.and_then(primary_admin_group)
        && !row.roles.iter().any(|role| role == group)
    {
        row.roles.push(group.to_owned());
    }
    let hints = [entry.first("title"), entry.first("description")].map(Option::unwrap_or_default).join(" ");
    row.kind_guess = kind(&row.login, row.display_name.as_deref(), &hints, relative);
    Some(row)
}

/// The kind by name, except for the built-in accounts, which everybody could use.
pub(super) fn kind(login: &str, display_name: Option<&str>, hints: &str, relative_id: Option<u32>) -> AccountKind {
    match relative_id {
        Some(500 | 501) => AccountKind::Shared,
        Some(502) => AccountKind::Service,
        _ => guess::kind(login, display_name.unwrap_or_default(), hints),
    }
}

fn display_name(entry: &Entry) -> Option<String> {
    let name = entry.first("displayname").or(entry.first("cn")).or(entry.first("name"))?;
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}

fn moment(text: &str) -> Option<Instant> {
    match value::file_time(text) {
        Some((FileTime::At(at), _)) => Some(at),
        _ => None,
    }
}

/// The newest of the two dates a directory keeps. `lastLogonTimestamp` is up to 14 days late by design, and
/// `lastLogon` is known to one domain controller only, so neither is exact.
fn last_used(entry: &Entry, carries: Carries) -> (LastUse, Option<UseQuality>) {
    let newest =
        ["lastlogontimestamp", "lastlogon"].iter().filter_map(|name| entry.first(name)).filter_map(moment).max();
    match newest {
        Some(at) => (LastUse::At(at), Some(UseQuality::Coarse)),
        None if carries.last_logon => (LastUse::Never, Some(UseQuality::Coarse)),
        None => (LastUse::Unknown, None),
    }
}

/// Groups whose members rule the whole directory.
const TOP_GROUPS: &[&str] = &["domain admins", "enterprise admins", "schema admins", "administrators"];

/// Groups whose members administer a part of it.
const ADMIN_GROUPS: &[&str] = &[
    "account operators",
    "server operators",
    "backup operators",
    "print operators",
    "dnsadmins",
    "group policy creator owners",
    "key admins",
    "enterprise key admins",
    "hyper-v administrators",
    "exchange organization administrators",
    "organization management",
    "cert publishers",
    "dhcp administrators",
    "remote management users",
    "admin",
    "admins",
    "sudo",
    "wheel",
    "root",
];

const fn primary_admin_group(id: u32) -> Option<&'static str> {
    match id {
        512 => Some("Domain Admins"),
        518 => Some("Schema Admins"),
        519 => Some("Enterprise Admins"),
        544 => Some("Administrators"),
        _ => None,
    }
}

/// The level from group names, the primary group, and the mark the directory leaves on protected accounts. The mark
/// stays after the rights went, so alone it says "may administer something" and no more.
pub(super) fn admin_level(roles: &[String], primary: Option<u32>, sticky: bool, relative_id: Option<u32>) -> Admin {
    let in_list = |list: &[&str]| roles.iter().any(|role| list.contains(&role.to_lowercase().as_str()));
    if in_list(TOP_GROUPS) || primary.and_then(primary_admin_group).is_some() || relative_id == Some(500) {
        Admin::Top
    } else if in_list(ADMIN_GROUPS) || sticky || roles.iter().any(|role| names_admins(role)) {
        Admin::System
    } else {
        Admin::None
    }
}

/// A group of the office's own making whose name says that its members administer something: `Local Admins`.
fn names_admins(role: &str) -> bool {
    role.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .any(|word| word.ends_with("admins") || word == "administrators")
}

fn plain_ldap(entry: &Entry, carries: Carries) -> Option<AccountRow> {
    let login = entry.first("uid").or(entry.first("mail")).or(entry.first("cn"))?;
    let mut row = AccountRow::new(entry.line, login);
    row.display_name = display_name(entry);
    row.email = entry.first("mail").map(str::to_owned);
    row.other_names.extend(entry.all("mail").iter().skip(1).cloned());
    // A lock time in the password policy switches sign-in off; without one nothing is known.
    row.enabled = entry.first("pwdaccountlockedtime").map(|_| false);
    row.created_at = entry.first("createtimestamp").and_then(value::generalised_time);
    row.password_changed_at = entry.first("pwdchangedtime").and_then(value::generalised_time);
    row.expires = entry.first("shadowexpire").and_then(shadow_day);
    (row.last_used, row.last_used_quality) = match entry.first("authtimestamp").and_then(value::generalised_time) {
        Some(at) => (LastUse::At(at), Some(UseQuality::Exact)),
        None if carries.openldap_use => (LastUse::Never, Some(UseQuality::Exact)),
        None => (LastUse::Unknown, None),
    };
    row.external_id = Some(entry.first("entryuuid").map_or_else(|| entry.dn.clone(), str::to_owned));
    row.roles = entry.all("memberof").iter().map(|group| value::first_rdn(group)).collect();
    let hints = [entry.first("title"), entry.first("description")].map(Option::unwrap_or_default).join(" ");
    row.kind_guess = guess::kind(&row.login, row.display_name.as_deref().unwrap_or_default(), &hints);
    Some(row)
}

/// `shadowExpire` counts days since 1970; -1 means never.
fn shadow_day(text: &str) -> Option<Instant> {
    text.parse::<i64>()
        .ok()
        .filter(|days| (1..100_000).contains(days))
        .map(|days| Instant::from_millis(days * 86_400_000))
}
