//! Names to records: any unambiguous part is enough, an ambiguous one is refused with the candidates.
//!
//! Must never know: where the name was typed.

use crate::domain::{
    Account, AccountId, Client, ClientId, Person, PersonId, Record, RecordId, Run, RunId, Secret, SecretId, System,
    SystemId,
};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::store::{Row, Select, StoreError};
use crate::text;

/// A part of a client: all of it, one system, or one login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    /// Every system of a client.
    Client(ClientId),
    /// One system.
    System(SystemId),
    /// One account.
    Account(AccountId),
}

/// How a name is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Naming {
    /// Any unambiguous part.
    Part,
    /// The exact id.
    Id,
}

fn pick<R: Record>(
    what: &str,
    typed: &str,
    naming: Naming,
    rows: Vec<R>,
    name: impl Fn(&R) -> String,
) -> Result<R, AppError> {
    if naming == Naming::Id {
        let id: Option<u64> = typed.trim().parse().ok();
        return rows.into_iter().find(|row| Some(row.id().number()) == id).ok_or_else(|| {
            AppError::new(ErrorClass::NotFound, format!("There is no {what} with the id {}", text::shown(typed)))
        });
    }
    let wanted = text::folded(typed.trim());
    let mut exact = Vec::new();
    let mut starts = Vec::new();
    let mut within = Vec::new();
    for row in rows {
        let folded = text::folded(&name(&row));
        if folded == wanted {
            exact.push(row);
        } else if folded.starts_with(&wanted) {
            starts.push(row);
        } else if wanted.split_whitespace().all(|word| folded.contains(word)) {
            within.push(row);
        }
    }
    let best = [exact, starts, within].into_iter().find(|found| !found.is_empty()).unwrap_or_default();
    let mut candidates: Vec<String> =
        best.iter().take(8).map(|row| format!("{} ({what} {})", text::shown(&name(row)), row.id().number())).collect();
    let more = best.len().saturating_sub(candidates.len());
    let mut found = best.into_iter();
    match (found.next(), found.next()) {
        (Some(row), None) => Ok(row),
        (None, _) => {
            Err(AppError::new(ErrorClass::NotFound, format!("No {what} is called \"{}\"", text::shown(typed)))
                .hint(format!("keyward {} lists them", plural(what))))
        }
        (Some(_), Some(_)) => {
            if more > 0 {
                candidates.push(format!("and {more} more"));
            }
            Err(AppError::new(
                ErrorClass::NotFound,
                format!("\"{}\" fits more than one {what}: {}", text::shown(typed), candidates.join(", ")),
            )
            .hint("Type more of the name, or give the id with --id"))
        }
    }
}

fn plural(what: &str) -> &str {
    match what {
        "person" => "technicians",
        "client" => "clients",
        "system" => "systems",
        "account" => "accounts",
        "shared login" => "secrets",
        other => other,
    }
}

/// Rows whose folded name contains the typed words, so that a long table is narrowed by the store first.
fn narrowed<R: Row>(
    facts: &Facts<'_>,
    column: &'static str,
    typed: &str,
    naming: Naming,
    within: Option<(&'static str, u64)>,
) -> Result<Vec<R>, StoreError> {
    let mut select = Select::all();
    if let Some((column, id)) = within {
        select = select.eq(column, id);
    }
    match naming {
        Naming::Id => match typed.trim().parse::<u64>() {
            Ok(id) => Ok(facts.list::<R>(select.eq("id", id))?),
            Err(_) => Ok(Vec::new()),
        },
        Naming::Part => {
            for word in text::folded(typed.trim()).split_whitespace() {
                select = select.contains(column, word);
            }
            facts.list::<R>(select.order(&[column]).page(0, 500))
        }
    }
}

/// A person by name, address or alias.
///
/// # Errors
/// When none or more than one fits.
pub fn person(facts: &Facts<'_>, typed: &str, naming: Naming) -> Result<Person, AppError> {
    let rows = narrowed::<Person>(facts, "name_folded", typed, naming, None)?;
    match pick("person", typed, naming, rows, |person| person.name.clone()) {
        Err(error) if error.class == ErrorClass::NotFound && typed.contains('@') => {
            let wanted = typed.trim().to_lowercase();
            let all = facts.list::<Person>(Select::all().eq("email", wanted.as_str()))?;
            all.into_iter().next().ok_or(error)
        }
        other => other,
    }
}

/// A client by name or code.
///
/// # Errors
/// When none or more than one fits.
pub fn client(facts: &Facts<'_>, typed: &str, naming: Naming) -> Result<Client, AppError> {
    let rows = narrowed::<Client>(facts, "name_folded", typed, naming, None)?;
    match pick("client", typed, naming, rows, |client| client.name.clone()) {
        Err(error) if error.class == ErrorClass::NotFound => {
            let coded = facts.list::<Client>(Select::all().eq("code", typed.trim()))?;
            coded.into_iter().next().ok_or(error)
        }
        other => other,
    }
}

/// A system of a client.
///
/// # Errors
/// When none or more than one fits.
pub fn system(facts: &Facts<'_>, client: ClientId, typed: &str, naming: Naming) -> Result<System, AppError> {
    let rows = narrowed::<System>(facts, "name_folded", typed, naming, Some(("client", client.number())))?;
    pick("system", typed, naming, rows, |system| system.name.clone())
}

/// An account of a system by its login.
///
/// # Errors
/// When none or more than one fits.
pub fn account(facts: &Facts<'_>, system: SystemId, typed: &str, naming: Naming) -> Result<Account, AppError> {
    let rows = narrowed::<Account>(facts, "login_folded", typed, naming, Some(("system", system.number())))?;
    pick("account", typed, naming, rows, |account| account.login.clone())
}

/// A shared login by its name.
///
/// # Errors
/// When none or more than one fits.
pub fn secret(facts: &Facts<'_>, typed: &str, naming: Naming) -> Result<Secret, AppError> {
    let rows = narrowed::<Secret>(facts, "name_folded", typed, naming, None)?;
    pick("shared login", typed, naming, rows, |secret| secret.name.clone())
}

/// A run by its number, or a person's newest run by the person's name.
///
/// # Errors
/// When none fits.
pub fn run(facts: &Facts<'_>, typed: &str) -> Result<Run, AppError> {
    if let Ok(id) = typed.trim().parse::<u64>()
        && let Some(run) = facts.get::<Run>(RunId(id))?
    {
        return Ok(run);
    }
    let (name, runs) = match person(facts, typed, Naming::Part) {
        Ok(person) => (person.name, facts.list::<Run>(Select::all().eq("person", person.id.0))?),
        Err(error) => match client(facts, typed, Naming::Part) {
            Ok(client) => (client.name, facts.list::<Run>(Select::all().eq("client", client.id.0))?),
            Err(_) => return Err(error),
        },
    };
    runs.into_iter().max_by_key(|run| (run.closed.is_none(), run.started)).ok_or_else(|| {
        AppError::new(ErrorClass::NotFound, format!("There is no run for {}", text::shown(&name)))
            .hint("keyward discharge start NAME starts one")
    })
}

/// `CLIENT`, `CLIENT/SYSTEM` or `CLIENT/SYSTEM/LOGIN`.
///
/// # Errors
/// When a part is not found or fits more than one.
pub fn scope(facts: &Facts<'_>, typed: &str, naming: Naming) -> Result<Scope, AppError> {
    let mut parts = typed.splitn(3, '/');
    let first = parts.next().unwrap_or_default();
    let client = client(facts, first, naming)?;
    let Some(second) = parts.next() else { return Ok(Scope::Client(client.id)) };
    let system = system(facts, client.id, second, naming)?;
    let Some(third) = parts.next() else { return Ok(Scope::System(system.id)) };
    Ok(Scope::Account(account(facts, system.id, third, naming)?.id))
}

/// The ids a command names: person of the operator and the like.
pub fn by_name(facts: &Facts<'_>, typed: Option<&str>) -> Result<Option<PersonId>, AppError> {
    typed.map(|name| person(facts, name, Naming::Part).map(|person| person.id)).transpose()
}

/// The secret with this id.
///
/// # Errors
/// When there is none.
pub fn secret_by_id(facts: &Facts<'_>, id: SecretId) -> Result<Secret, AppError> {
    facts
        .get::<Secret>(id)?
        .ok_or_else(|| AppError::new(ErrorClass::NotFound, "That shared login is no longer in the register"))
}
