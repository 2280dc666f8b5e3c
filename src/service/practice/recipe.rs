//! The recipe of the practice register as shipped in `assets/practice`: names, systems, who has what.
//!
//! Numbers of days count back from today; a negative one lies ahead.
//!
//! Must never know: the date, ids.

use crate::domain::{
    AccountKind, Admin, AssetKind, CaseKind, ContactKind, DataKind, ExitKind, Factor, Ipv6, PersonKind, RoleScope,
    SecretKind, SystemKind, SystemReach,
};
use serde::Deserialize;
use std::collections::BTreeMap;

/// A person.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PersonSpec {
    pub name: String,
    pub role: String,
    pub kind: PersonKind,
    pub start: Option<i64>,
    pub manager: Option<String>,
    pub role_since: Option<i64>,
    /// Which set of rights at the own company they have.
    pub set: Option<String>,
    /// One of the technicians among whom the clients' other rights are spread.
    #[serde(default)]
    pub fill: bool,
    /// `today`.
    pub leaves: Option<String>,
    /// `monday`.
    pub starts: Option<String>,
    pub exit: Option<ExitKind>,
    pub left: Option<i64>,
    pub hour: Option<u32>,
    pub case: Option<CaseKind>,
    /// When the discharge was closed; open without it.
    pub closed: Option<i64>,
    /// How many clients' systems a leaver had besides the set.
    #[serde(default)]
    pub past: usize,
    /// How many of a leaver's rights came back.
    #[serde(default)]
    pub came_back: usize,
    pub contract_end: Option<i64>,
    pub on_leave: Option<i64>,
    pub laptop: Option<String>,
    pub badge: Option<String>,
}

/// A client.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientSpec {
    pub code: String,
    pub name: String,
    pub class: String,
    /// How many rights the other technicians have here in all.
    pub others: Option<usize>,
    #[serde(default)]
    pub tags: Vec<String>,
    pub notify: Option<bool>,
    /// How many people of its own it has.
    pub staff: Option<u64>,
    /// Looked after since; from the beginning without it.
    pub since: Option<i64>,
    /// Its newest lists are this old.
    pub stale: Option<i64>,
    pub ended: Option<i64>,
    pub leaving: Option<i64>,
}

/// A system of a class of clients.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SystemSpec {
    pub name: String,
    pub kind: SystemKind,
    #[serde(default = "one")]
    pub reach: SystemReach,
    pub internet: Option<bool>,
    pub mfa: Option<Factor>,
    pub supplier: Option<String>,
    pub ipv6: Option<Ipv6>,
    pub filtered: Option<bool>,
    /// `all` or `kind:…`.
    #[serde(default)]
    pub opens: Vec<String>,
    /// Systems of the same client it signs in through.
    #[serde(default)]
    pub via: Vec<String>,
    /// Whether it gives lists of its accounts.
    #[serde(default = "yes")]
    pub listed: bool,
    pub format: Option<String>,
    /// Days between its lists.
    pub every: Option<i64>,
}

const fn one() -> SystemReach {
    SystemReach::One
}

const fn yes() -> bool {
    true
}

const fn no_admin() -> Admin {
    Admin::None
}

/// When something was last used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum SeenSpec {
    /// So many days ago.
    Ago(i64),
    /// Never.
    Never(Never),
}

/// The word `never`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Never {
    Never,
}

/// What sort of personal account it is, where it is not the ordinary one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Form {
    /// A separate one for administering.
    Admin,
    /// A guest in the client's tenant.
    Guest,
}

/// How a right of the person whose discharge is open stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum LateSpec {
    /// Asked for, nothing heard since.
    #[serde(rename = "asked")]
    Asked,
    /// Shut once, and in the newest list again.
    #[serde(rename = "back")]
    Back,
    /// Removed and never checked.
    #[serde(rename = "done")]
    Done,
    /// Removed and checked.
    #[serde(rename = "checked")]
    Checked,
    /// Removed a month late, then checked.
    #[serde(rename = "14apr")]
    Later,
}

/// One way in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccessSpec {
    /// Client's code, slash, system.
    pub at: String,
    pub level: String,
    #[serde(default = "no_admin")]
    pub admin: Admin,
    pub since: Option<i64>,
    pub seen: Option<SeenSpec>,
    pub mfa: Option<Factor>,
    pub login: Option<String>,
    pub form: Option<Form>,
    /// Through this shared login.
    pub shared: Option<String>,
    /// `hand` where somebody typed it.
    pub how: Option<String>,
    pub approver: Option<String>,
    pub reason: Option<String>,
    /// Its removal was asked for.
    pub asked: Option<i64>,
    /// It ended, checked.
    pub ended: Option<i64>,
    /// Asked for and removed, not checked.
    pub removed: Option<(i64, i64)>,
    /// It was meant to last until then.
    pub until: Option<i64>,
    pub leaver: Option<LateSpec>,
    /// On top of the client's number of others' rights.
    #[serde(default)]
    pub over: bool,
}

/// A shared secret.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretSpec {
    pub name: String,
    pub at: String,
    #[serde(default = "password")]
    pub kind: SecretKind,
    pub account: Option<String>,
    pub account_kind: Option<AccountKind>,
    #[serde(default = "no_admin")]
    pub admin: Admin,
    pub mfa: Option<Factor>,
    pub custodian: Option<String>,
    pub changed: i64,
    pub tested: Option<i64>,
    pub retire: Option<i64>,
    pub kept: Option<String>,
    pub reason: Option<String>,
    pub replacement: Option<String>,
    pub watch: Option<String>,
    /// Everybody who works here knows it.
    #[serde(default)]
    pub everyone: bool,
    pub known: Vec<(String, i64)>,
}

const fn password() -> SecretKind {
    SecretKind::Password
}

/// A policy's current version.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicySpec {
    pub name: String,
    pub version: String,
    pub effective: i64,
    pub audience: String,
    pub missing: Vec<String>,
    /// Who signed on another day than the rest.
    #[serde(default)]
    pub late: BTreeMap<String, i64>,
}

/// A course.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CourseSpec {
    pub name: String,
    pub every: u32,
    pub audience: String,
    #[serde(default)]
    pub technicians: bool,
    #[serde(default)]
    pub office: bool,
    /// When it was held.
    pub held: Vec<i64>,
    /// Who was not there the last time.
    pub missing: Vec<String>,
}

/// A role's access set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RoleSpec {
    pub role: String,
    pub rights: Vec<(SystemKind, String, Admin, RoleScope)>,
}

/// A named contact.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContactSpec {
    pub client: String,
    pub kind: ContactKind,
    pub person: String,
    pub place: String,
    pub since: i64,
    pub ended: Option<i64>,
}

/// A place where data is kept.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DataSpec {
    pub client: String,
    pub what: String,
    pub place: String,
    pub kind: DataKind,
    pub encrypted: Option<bool>,
    pub holder: Option<String>,
    pub confirmed: Option<i64>,
}

/// A finding set aside.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AsideSpec {
    /// Which rule.
    pub rule: String,
    /// Of which system.
    pub at: String,
    /// Of which login; of the system itself without it.
    pub login: Option<String>,
    pub reason: String,
    pub since: i64,
    pub until: i64,
}

/// A thing handed out, besides everybody's laptop and badge.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ThingSpec {
    pub kind: AssetKind,
    pub tag: String,
    pub holder: String,
    pub client: Option<String>,
    pub issued: i64,
}

/// Everything that ships.
#[derive(Debug, Clone)]
pub struct Recipe {
    pub people: Vec<PersonSpec>,
    pub clients: Vec<ClientSpec>,
    /// Codes of the clients where an old agent's login belongs to nobody.
    pub orphans: Vec<String>,
    pub classes: BTreeMap<String, Vec<SystemSpec>>,
    pub access: Access,
    pub office: Office,
}

/// Who has what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Access {
    pub people: BTreeMap<String, Vec<AccessSpec>>,
    pub sets: BTreeMap<String, Vec<AccessSpec>>,
    pub others: BTreeMap<String, Vec<AccessSpec>>,
    /// What the person who starts next Monday is to get.
    pub starter: Vec<AccessSpec>,
}

/// Secrets, papers, contacts, data, things.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Office {
    pub secrets: Vec<SecretSpec>,
    pub policies: Vec<PolicySpec>,
    pub courses: Vec<CourseSpec>,
    pub roles: Vec<RoleSpec>,
    pub contacts: Vec<ContactSpec>,
    pub data: Vec<DataSpec>,
    pub things: Vec<ThingSpec>,
    pub set_aside: Vec<AsideSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleFile {
    people: Vec<PersonSpec>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientsFile {
    clients: Vec<ClientSpec>,
    orphans: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SystemsFile {
    classes: BTreeMap<String, Vec<SystemSpec>>,
}

macro_rules! shipped {
    ($file:literal) => {
        serde_json::from_str(include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/assets/practice/", $file)))
            .expect(concat!("invariant: the shipped recipe fits its types, a test reads ", $file))
    };
}

/// Reads the recipe that ships with the program.
pub fn shipped() -> Recipe {
    let people: PeopleFile = shipped!("people.json");
    let clients: ClientsFile = shipped!("clients.json");
    let systems: SystemsFile = shipped!("systems.json");
    Recipe {
        people: people.people,
        clients: clients.clients,
        orphans: clients.orphans,
        classes: systems.classes,
        access: shipped!("access.json"),
        office: shipped!("office.json"),
    }
}
