//! What is known about a node of the tree, as label and words, and what to put right there first.
//!
//! Must never know: keys, drawing.

use super::Located;
use crate::domain::{Account, AccountKind, Secret, Severity, SystemId};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::resolve::Scope;
use crate::service::session::Scene;
use crate::service::words;
use crate::store::{ClientCount, FindingRow, Select, SystemCount};

type Pairs = Vec<(String, String)>;

/// What is known about a node, most telling first.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn facts_of(facts: &Facts<'_>, scene: &Scene, node: Scope, at: &Located) -> Result<Pairs, AppError> {
    match (node, at.system) {
        (Scope::Client(_), _) => of_client(facts, at),
        (Scope::System(_), Some(system)) => of_system(facts, scene, system),
        (Scope::Account(account), _) => of_account(facts, scene, account),
        (Scope::System(_), None) => Ok(Vec::new()),
    }
}

fn of_client(facts: &Facts<'_>, at: &Located) -> Result<Pairs, AppError> {
    let read = facts.reader();
    let count = read.derived_one::<ClientCount>(&Select::all().eq("client", at.client))?;
    let systems = read.count::<crate::domain::System>(&Select::all().eq("client", at.client))?;
    let Some(count) = count else { return Ok(Vec::new()) };
    let mut holds =
        vec![words::counted(systems, "system", "systems"), words::counted(count.ways_in, "way in", "ways in")];
    if count.admin > 0 {
        holds.push(words::counted(count.admin, "admin right", "admin rights"));
    }
    let mut out = vec![("Holds".to_owned(), holds.join(", "))];
    if count.weak_admin > 0 {
        let weak = words::counted(count.weak_admin, "admin right", "admin rights");
        out.push(("MFA".to_owned(), format!("{weak} without a second factor")));
    }
    if count.findings > 0 {
        out.push(("Wrong".to_owned(), words::counted(count.findings, "thing to fix", "things to fix")));
    }
    Ok(out)
}

fn of_system(facts: &Facts<'_>, scene: &Scene, id: SystemId) -> Result<Pairs, AppError> {
    let Some(system) = facts.system(id)? else { return Ok(Vec::new()) };
    let count = facts.reader().derived_one::<SystemCount>(&Select::all().eq("system", id))?;
    let weight = match system.tier {
        0 => ", opens other doors",
        1 => ", important",
        _ => "",
    };
    let mut out = vec![("What".to_owned(), format!("{}{weight}", system.kind.shown()))];
    let mut sign_ons = Vec::new();
    for parent in &system.signs_in_through {
        sign_ons.extend(facts.system(*parent)?.map(|parent| parent.name.clone()));
    }
    if !sign_ons.is_empty() {
        out.push(("Sign-in".to_owned(), format!("through {}", words::listed(&sign_ons, 3))));
    }
    let admin = count.as_ref().map_or(0, |count| count.admin);
    if admin > 0 {
        out.push(("Admin".to_owned(), words::counted(admin, "admin right", "admin rights")));
    }
    let listed = match count.and_then(|count| count.listed_at) {
        Some(at) => format!("its own list of {}{}", words::day(at, scene.now, &scene.zone), age(scene, at)),
        None => "no list of its own was ever imported".to_owned(),
    };
    out.push(("Facts".to_owned(), listed));
    Ok(out)
}

fn of_account(facts: &Facts<'_>, scene: &Scene, id: crate::domain::AccountId) -> Result<Pairs, AppError> {
    let Some(around) = facts.account(id)? else { return Ok(Vec::new()) };
    let account: &Account = &around.account;
    let mut out = Vec::new();
    for secret in facts.list::<Secret>(Select::all().eq("account", id))? {
        let changed = match secret.changed {
            Some(at) => format!("{}{}", words::full_day(at, &scene.zone), age(scene, at)),
            None => "never, as far as recorded".to_owned(),
        };
        out.push(("Changed".to_owned(), changed));
        let vault = match secret.kept_in {
            Some(vault) => facts.system(vault)?.map(|vault| vault.name.clone()),
            None => None,
        };
        let kept: Vec<String> = vault.into_iter().chain(secret.kept_where.clone()).collect();
        if !kept.is_empty() {
            out.push(("Kept in".to_owned(), kept.join(", ")));
        }
    }
    if account.kind == AccountKind::Personal || account.owner.is_some() {
        let owner = facts.name(account.owner)?.unwrap_or_else(|| "nobody on record".to_owned());
        out.push(("Owner".to_owned(), owner));
    }
    let mfa = match around.strongest_factor() {
        None => "not known".to_owned(),
        Some(factor) => factor.shown().to_owned(),
    };
    out.push(("MFA".to_owned(), mfa));
    let used = words::last_used(around.last_used(), scene.now, &scene.zone);
    let used = match used.as_str() {
        "" => "not known".to_owned(),
        "never" | "today" => used,
        ago => format!("{ago} ago"),
    };
    out.push(("Used".to_owned(), used));
    Ok(out)
}

/// `, 282 d ago`; nothing for today.
fn age(scene: &Scene, at: crate::domain::Instant) -> String {
    match scene.now.days_since(at) {
        days if days > 0 => format!(", {days} d ago"),
        _ => String::new(),
    }
}

/// The finding there that pays off most for the time it takes, among the gravest.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn fix(facts: &Facts<'_>, node: Scope) -> Result<Option<(Severity, String)>, AppError> {
    let (column, id) = match node {
        Scope::Client(id) => ("client", id.0),
        Scope::System(id) => ("system", id.0),
        Scope::Account(id) => ("account", id.0),
    };
    let select = Select::all().eq(column, id).ne("state", "set_aside").order_desc(&["severity"]).page(0, 20);
    let found = facts.reader().derived::<FindingRow>(&select)?;
    let worst = found.first().map(|finding| finding.severity);
    let best = found
        .into_iter()
        .filter(|finding| Some(finding.severity) == worst)
        .max_by(|a, b| a.payoff.total_cmp(&b.payoff).then_with(|| b.key.cmp(&a.key)));
    Ok(best.map(|finding| {
        let minutes = words::counted(finding.minutes, "minute", "minutes");
        (finding.severity, format!("{}. {minutes}.", finding.title.trim_end_matches('.')))
    }))
}
