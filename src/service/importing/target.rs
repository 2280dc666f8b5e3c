//! Whose list it is: client and system by any unambiguous part of their names, or what to say when that is not clear.
//!
//! Must never know: what the list says.

use super::ImportRequest;
use crate::domain::{Client, ClientId, System, SystemId, SystemKind};
use crate::error::{AppError, ErrorClass};
use crate::import::error::ImportError;
use crate::import::format::FormatId;
use crate::import::issue::Issue;
use crate::service::facts::Facts;
use crate::service::resolve;
use crate::store::{Select, StoreError};
use crate::text;

/// So many candidates are named.
const MOST_CANDIDATES: usize = 8;

/// The system a list is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// Whose.
    pub client: ClientId,
    /// Which.
    pub system: SystemId,
    /// The client's name.
    pub client_name: String,
    /// The system's name.
    pub system_name: String,
    /// What kind of system it is.
    pub kind: SystemKind,
}

impl Target {
    fn new(client: Client, system: System) -> Self {
        Self {
            client: client.id,
            system: system.id,
            client_name: client.name,
            system_name: system.name,
            kind: system.kind,
        }
    }

    /// `Harbor Dental 365 tenant`.
    pub fn title(&self) -> String {
        format!("{} {}", self.client_name, self.system_name)
    }

    /// A remark when such a list does not usually come from such a system.
    pub(super) fn kind_remark(&self, format: FormatId) -> Option<Issue> {
        let usual = kinds(format);
        if usual.is_empty() || usual.contains(&self.kind) || self.kind == SystemKind::Other {
            return None;
        }
        let message = format!(
            "The file is {format}, and {} is recorded as: {}. Is it the right system?",
            self.system_name, self.kind
        );
        Some(Issue::warning("other_kind", message))
    }
}

/// The kinds of systems such a list comes from, the usual one first.
const fn kinds(format: FormatId) -> &'static [SystemKind] {
    match format {
        FormatId::M365AdminUsersCsv | FormatId::EntraUsersCsv => {
            &[SystemKind::Tenant, SystemKind::IdentityProvider, SystemKind::Mail]
        }
        FormatId::AdGetAdUserCsv | FormatId::AdCsvde | FormatId::AdLdif | FormatId::LdifOpenldap => {
            &[SystemKind::Directory, SystemKind::IdentityProvider, SystemKind::Server]
        }
        // Any system can give such a list.
        FormatId::MappedCsv | FormatId::SheetsXlsx | FormatId::SheetsCsv => &[],
    }
}

/// Finds the system the request names. With the client alone, its one system that fits the layout.
///
/// # Errors
/// When client or system is not named, not there, or fits more than one: then the candidates are named.
pub(super) fn find(facts: &Facts<'_>, request: &ImportRequest, format: FormatId) -> Result<Target, AppError> {
    let (client, system) = match (request.client.as_deref(), request.system.as_deref()) {
        (Some(both), None) => match both.split_once('/') {
            Some((client, system)) => (Some(client), Some(system)),
            None => (Some(both), None),
        },
        (None, Some(both)) => match both.split_once('/') {
            Some((client, system)) => (Some(client), Some(system)),
            None => (None, Some(both)),
        },
        named => named,
    };
    match (client, system) {
        (Some(client), Some(system)) => {
            let client = named_client(facts, client, request)?;
            match resolve::system(facts, client.id, system, request.naming) {
                Ok(system) => Ok(Target::new(client, system)),
                Err(error) if error.message.contains("more than one") => Err(unchanged(error)),
                Err(_) => Err(no_such_system(facts, &client, system, format)?),
            }
        }
        (Some(client), None) => {
            let client = named_client(facts, client, request)?;
            only_fitting(facts, client, format)
        }
        (None, Some(system)) => anywhere(facts, system),
        (None, None) => Err(nowhere(facts, format)?),
    }
}

fn named_client(facts: &Facts<'_>, typed: &str, request: &ImportRequest) -> Result<Client, AppError> {
    resolve::client(facts, typed, request.naming).map_err(|error| {
        let unknown = error.message.starts_with("No client");
        let error = unchanged(error);
        if unknown { error.hint(format!("keyward add client {}", field("name", typed))) } else { error }
    })
}

/// The resolver's sentence, and that nothing was done.
fn unchanged(error: AppError) -> AppError {
    let message = format!("{}. Nothing was changed.", error.message.trim_end_matches('.'));
    AppError { message, ..error }
}

/// A field as a shell takes it.
fn field(name: &str, value: &str) -> String {
    format!("\"{name}={}\"", text::shown(value).replace('"', "'"))
}

fn no_such_system(facts: &Facts<'_>, client: &Client, typed: &str, format: FormatId) -> Result<AppError, StoreError> {
    let kind = kinds(format).first().copied().unwrap_or(SystemKind::Other);
    let message =
        format!("{} has no system called \"{}\". Nothing was changed.", text::shown(&client.name), text::shown(typed));
    let error = AppError::new(ErrorClass::NotFound, message);
    let error = match names_of(facts, client)? {
        names if names.is_empty() => error,
        names => error.hint(format!("Its systems are: {}", names.join(", "))),
    };
    Ok(error.hint(add_system(&client.name, typed, kind)))
}

fn add_system(client: &str, system: &str, kind: SystemKind) -> String {
    format!(
        "To add it: keyward add system {} {} kind={}",
        field("client", client),
        field("name", system),
        kind.stored()
    )
}

fn names_of(facts: &Facts<'_>, client: &Client) -> Result<Vec<String>, StoreError> {
    let systems = facts.list::<System>(Select::all().eq("client", client.id).order(&["name_folded"]))?;
    Ok(shortened(systems.iter().map(|system| text::shown(&system.name).into_owned()).collect()))
}

fn shortened(mut names: Vec<String>) -> Vec<String> {
    let more = names.len().saturating_sub(MOST_CANDIDATES);
    names.truncate(MOST_CANDIDATES);
    if more > 0 {
        names.push(format!("and {more} more"));
    }
    names
}

fn only_fitting(facts: &Facts<'_>, client: Client, format: FormatId) -> Result<Target, AppError> {
    let systems = facts.list::<System>(Select::all().eq("client", client.id))?;
    let usual = kinds(format).first().copied().unwrap_or(SystemKind::Other);
    let mut fitting = systems.iter().filter(|system| kinds(format).is_empty() || system.kind == usual);
    if let (Some(system), None) = (fitting.next(), fitting.next()) {
        return Ok(Target::new(client, system.clone()));
    }
    let message = format!(
        "It is not said which system of {} this is the list of. Nothing was changed.",
        text::shown(&client.name)
    );
    let error = AppError::new(ErrorClass::BadInput, message);
    let names = names_of(facts, &client)?;
    Err(if names.is_empty() {
        error.hint(add_system(&client.name, usual.shown(), usual))
    } else {
        error.hint(format!("Its systems are: {}", names.join(", "))).hint("Name one with --system")
    })
}

/// A system named without its client: taken when only one fits.
fn anywhere(facts: &Facts<'_>, typed: &str) -> Result<Target, AppError> {
    let wanted = text::folded(typed.trim());
    let systems = facts.list::<System>(Select::all().contains("name_folded", wanted.as_str()).page(0, 500))?;
    let (exact, rest): (Vec<System>, Vec<System>) =
        systems.into_iter().partition(|system| text::folded(&system.name) == wanted);
    let found = if exact.is_empty() { rest } else { exact };
    let mut pairs = Vec::new();
    for system in found {
        if let Some(client) = facts.get::<Client>(system.client)? {
            pairs.push(Target::new(client, system));
        }
    }
    let candidates = shortened(pairs.iter().map(candidate).collect());
    let mut pairs = pairs.into_iter();
    match (pairs.next(), pairs.next()) {
        (Some(target), None) => Ok(target),
        (None, _) => {
            let message = format!("No system is called \"{}\". Nothing was changed.", text::shown(typed));
            Err(AppError::new(ErrorClass::NotFound, message).hint("keyward systems lists them"))
        }
        (Some(_), Some(_)) => {
            let message = format!(
                "\"{}\" fits more than one system: {}. Nothing was changed.",
                text::shown(typed),
                candidates.join(", ")
            );
            Err(AppError::new(ErrorClass::NotFound, message).hint("Name the client too, with --client"))
        }
    }
}

fn candidate(target: &Target) -> String {
    format!("{}/{}", text::shown(&target.client_name), text::shown(&target.system_name))
}

/// Nobody said which system: the ones such a list usually comes from.
fn nowhere(facts: &Facts<'_>, format: FormatId) -> Result<AppError, StoreError> {
    let error = AppError::from(ImportError::NoSystem);
    let Some(usual) = kinds(format).first() else { return Ok(error) };
    let mut fitting = Vec::new();
    for system in facts.list::<System>(Select::all().eq("kind", *usual))? {
        if let Some(client) = facts.client(system.client)? {
            fitting.push(candidate(&Target::new((*client).clone(), system)));
        }
    }
    fitting.sort();
    Ok(if fitting.is_empty() {
        error.hint(format!("There is no {} in the register yet; keyward add system adds one", usual.shown()))
    } else {
        error.hint(format!("It may be of: {}", shortened(fitting).join(", ")))
    })
}
