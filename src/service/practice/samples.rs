//! Files a newcomer can import into the practice register: what Harbor's tenant and Lakeside's directory say today.
//!
//! Must never know: how files are read.

use super::access::{external_id, made_up_id, titled};
use super::calendar::Calendar;
use super::rng::Rng;
use super::story::Story;
use super::world::{At, OWN_DOMAIN, World, folded_words};
use super::{Sink, Size};
use crate::domain::{AccountKind, Admin, Change, Instant, OperatorId, RecordKind, Zone};
use std::collections::BTreeMap;

/// Gives ids and keeps nothing.
#[derive(Default)]
struct Nowhere(BTreeMap<RecordKind, u64>);

impl Sink for Nowhere {
    fn allocate(&mut self, kind: RecordKind) -> u64 {
        let next = self.0.entry(kind).or_insert(0);
        *next += 1;
        *next
    }

    fn commit(&mut self, _: Instant, _: OperatorId, _: Change) {}
}

/// Small files that fit the typical practice register of this moment, each with its name:
/// Harbor Dental's Microsoft 365 users (with an administrator nobody asked for, a starter, a service login and one
/// broken row), Lakeside Vets' directory, and one of the office's own sheets.
pub fn sample_files(now: Instant, zone: &Zone) -> Vec<(String, Vec<u8>)> {
    let calendar = Calendar::new(now, zone);
    let mut sink = Nowhere::default();
    let mut story = Story::new(&calendar, &mut sink);
    let world = World::build(Size::Typical, &mut story);
    let day = calendar.day(0);
    vec![
        (format!("harbor_users_{day}.csv"), harbor(&world).into_bytes()),
        (format!("lakeside_ad_users_{day}.csv"), lakeside(&world).into_bytes()),
        ("People.csv".to_owned(), people(&world).into_bytes()),
    ]
}

/// The header of the admin centre's user export, as Microsoft writes it.
const M365: &str = "Display name,DirSyncEnabled,User principal name,Object Id,First name,Last name,When created,Soft \
deletion time stamp,Title,Department,Preferred data location,City,CountryOrRegion,Office,StateOrProvince,Usage \
location,Last dirsync time,Block credential,Licenses,Password never expires,Last password change time stamp,Mobile \
Phone,Phone number,Postal code,Preferred language,Street address,Fax,Proxy addresses";

/// One row of Microsoft's export.
struct User {
    display: String,
    login: String,
    id: String,
    created: i64,
    /// When the password was last changed, in days ago.
    changed: i64,
    blocked: bool,
    licence: &'static str,
    other: Option<String>,
}

/// The accounts of a system that are there today: on the register's list and not removed.
fn there(world: &World, place: &str) -> Vec<At> {
    let Some(system) = world.system_at(place) else { return Vec::new() };
    (0..world.accounts.len())
        .filter(|at| world.account(*at).system == system && !world.account(*at).waiting)
        .filter(|at| super::lives::off_at(world, *at).is_none())
        .collect()
}

fn harbor(world: &World) -> String {
    let ours = there(world, "HAR/365 tenant").into_iter().map(|at| {
        let plan = world.account(at);
        let owner = plan.owner.map(|owner| world.person(owner));
        let display = owner.map_or_else(|| titled(&plan.login), |person| person.spec.name.clone());
        let licence = if plan.admin == Admin::None { "Microsoft 365 Business Basic" } else { "Unlicensed" };
        let other = owner.filter(|_| plan.kind == AccountKind::Personal).map(super::world::PersonPlan::email);
        // One of us signed up anew since the last list, and one may not sign in any more.
        let (changed, blocked) = match display.as_str() {
            "Rosa Stein" => (1, false),
            "Omar Saleh" => (plan.since / 3, true),
            _ => (plan.since / 3, false),
        };
        let id = external_id(world, at).unwrap_or_default();
        User { display, login: plan.login.clone(), id, created: plan.since, changed, blocked, licence, other }
    });
    let new = |display: &str, login: &str, created: i64, licence: &'static str, other: Option<&str>| User {
        display: display.to_owned(),
        login: format!("{login}@harbordental.example"),
        id: made_up_id(folded_words(login).concat().bytes().fold(7, |sum, byte| sum * 31 + u64::from(byte))),
        created,
        changed: created,
        blocked: false,
        licence,
        other: other.map(|name| format!("{name}@{OWN_DOMAIN}")),
    };
    let mut users: Vec<User> = ours.collect();
    users.push(new("D Ruiz (adm)", "d.ruiz-adm", 3, "Unlicensed", None));
    users.push(new("Sam Okafor", "s.okafor", 0, "Microsoft 365 Business Basic", Some("sam.okafor")));
    users.push(new("Scanner", "svc-scan", 4, "Unlicensed", None));
    let mut rng = Rng::new(0x4841);
    for number in users.len()..118 {
        users.push(clients_own(number, &mut rng));
    }
    // One row without an account name, as exports now and then have.
    if let Some(user) = users.get_mut(75) {
        user.login.clear();
    }
    let mut text = format!("{M365}\r\n");
    for user in &users {
        text.push_str(&m365_row(world, user));
    }
    text
}

/// Somebody of the client's own staff.
fn clients_own(number: usize, rng: &mut Rng) -> User {
    const FIRST: [&str; 12] =
        ["Amy", "Brian", "Carol", "Derek", "Ellen", "Fiona", "Gavin", "Holly", "Ian", "Julia", "Keith", "Laura"];
    const LAST: [&str; 10] =
        ["Ashby", "Barlow", "Cotton", "Draper", "Emmett", "Fuller", "Garland", "Hobbs", "Irving", "Joyce"];
    let first = FIRST.get(number % 12).copied().unwrap_or("Amy");
    let last = LAST.get(number / 12 % 10).copied().unwrap_or("Ashby");
    let created = rng.between(60, 2_400);
    User {
        display: format!("{first} {last}"),
        id: made_up_id(1_000_000 + rng.next() % 1_000_000),
        created,
        changed: created / 3,
        login: format!("{}.{}@harbordental.example", first.to_lowercase(), last.to_lowercase()),
        blocked: rng.once_in(15),
        licence: "Microsoft 365 Business Premium",
        other: None,
    }
}

fn m365_row(world: &World, user: &User) -> String {
    let stamp = |ago: i64, hour: u32, minute: u32| {
        world.calendar.at(ago, hour, minute).utc().format("%Y-%m-%d %H:%M:%SZ").to_string()
    };
    let (first, last) = user.display.split_once(' ').unwrap_or((&user.display, ""));
    let mut addresses = format!("SMTP:{}", user.login);
    if let Some(other) = &user.other {
        addresses = format!("smtp:{other}+{addresses}");
    }
    let changed = stamp(user.changed, 8, 12);
    let columns = [
        user.display.as_str(),
        "False",
        &user.login,
        &user.id,
        first,
        last,
        &stamp(user.created, 9, 0),
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "",
        "GB",
        "",
        if user.blocked { "True" } else { "False" },
        user.licence,
        "False",
        &changed,
        "",
        "",
        "",
        "en-GB",
        "",
        "",
        if user.login.is_empty() { "" } else { &addresses },
    ];
    columns.join(",") + "\r\n"
}

fn lakeside(world: &World) -> String {
    let header = "\"DistinguishedName\",\"DisplayName\",\"EmailAddress\",\"Enabled\",\"LastLogonDate\",\"Name\",\
\"ObjectGUID\",\"PasswordLastSet\",\"SamAccountName\",\"UserPrincipalName\",\"whenCreated\",\"AdminCount\"";
    let mut rows: Vec<(String, String, Option<String>, i64, i64, bool)> = there(world, "LAK/Active Directory")
        .into_iter()
        .filter_map(|at| {
            let plan = world.account(at);
            let person = world.person(plan.owner?);
            let id = external_id(world, at);
            Some((person.spec.name.clone(), plan.login.clone(), id, plan.since, 3, plan.admin != Admin::None))
        })
        .collect();
    rows.push(("Backup Service".to_owned(), "svc-backup".to_owned(), None, 900, 1, true));
    for (number, name) in ["Ruth Lane", "Peter Moss", "Gwen Marsh", "Dan Heath", "Sue Field"].into_iter().enumerate() {
        let login = name.to_lowercase().replace(' ', ".");
        rows.push((name.to_owned(), login, None, 1_400, 1 + i64::try_from(number).unwrap_or(0) * 4, false));
    }
    let mut text = format!("{header}\r\n");
    for (number, (name, login, id, created, used, admin)) in rows.into_iter().enumerate() {
        // A directory writes the wall clock of where it stands.
        let stamp = |ago: i64, hour: u32, minute: u32| {
            let at = world.calendar.at(ago, hour, minute);
            world.calendar.zone.local(at).format("%Y-%m-%d %H:%M:%S").to_string()
        };
        let id = id.unwrap_or_else(|| made_up_id(2_000_000 + u64::try_from(number).unwrap_or(0)));
        let mail = if login.starts_with("svc-") { String::new() } else { format!("{login}@lakesidevets.example") };
        let fields = [
            format!("CN={name},OU=Users,DC=lakesidevets,DC=example"),
            name.clone(),
            mail,
            "True".to_owned(),
            stamp(used, 8, 21),
            name,
            id,
            stamp(created / 3, 8, 12),
            login.clone(),
            format!("{login}@lakesidevets.example"),
            stamp(created, 9, 0),
            if admin { "1".to_owned() } else { String::new() },
        ];
        text.push_str(&fields.map(|field| format!("\"{field}\"")).join(","));
        text.push_str("\r\n");
    }
    text
}

/// The office's own sheet with two people who start later.
fn people(world: &World) -> String {
    let day = |ago: i64| world.calendar.day(ago).to_string();
    format!(
        "Name,Email,Role,Kind,Status,Start,Manager\r\n\
Ella Novak,ella.novak@{OWN_DOMAIN},Technician L1,employee,candidate,{},Frank Doyle\r\n\
Tim Archer,tim.archer@{OWN_DOMAIN},Dispatcher,office,candidate,{},Helen Shaw\r\n",
        day(-21),
        day(-35)
    )
}
