//! Lists of any kind of record as rows: every field, with names beside the ids they stand for.
//!
//! Must never know: how rows are printed.

use super::ways;
use crate::domain::{
    Account, AccountId, AnyRecord, ClientId, Course, CourseId, Instant, Observation, Person, PersonId, Policy,
    PolicyId, Record, RecordKind, Secret, SecretId, System, SystemId, person_status,
};
use crate::error::{AppError, ErrorClass};
use crate::service::AsOf;
use crate::service::facts::Facts;
use crate::service::resolve::{self, Naming, Scope};
use crate::service::session::{Scene, Session};
use crate::store::{PersonCount, Row, Select, StoreError};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// Which rows are wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowFilter {
    /// Only of this client.
    pub client: Option<String>,
    /// Only of this system; needs the client.
    pub system: Option<String>,
    /// Only of this person.
    pub technician: Option<String>,
    /// Only in this state.
    pub state: Option<String>,
    /// How names are meant.
    pub naming: Naming,
    /// At most so many.
    pub limit: usize,
}

impl Default for RowFilter {
    fn default() -> Self {
        Self { client: None, system: None, technician: None, state: None, naming: Naming::Part, limit: 1000 }
    }
}

/// The filter with its names found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Found {
    pub(super) client: Option<ClientId>,
    pub(super) system: Option<SystemId>,
    pub(super) person: Option<PersonId>,
}

/// Finds the names of a filter.
pub(super) fn found(facts: &Facts<'_>, filter: &RowFilter) -> Result<Found, AppError> {
    let mut found = Found::default();
    if let Some(name) = &filter.technician {
        found.person = Some(resolve::person(facts, name, filter.naming)?.id);
    }
    let Some(client) = &filter.client else {
        return match &filter.system {
            Some(_) => Err(AppError::new(ErrorClass::Usage, "--system needs --client beside it.")),
            None => Ok(found),
        };
    };
    if let Some(system) = &filter.system {
        let client = resolve::client(facts, client, filter.naming)?.id;
        found.system = Some(resolve::system(facts, client, system, filter.naming)?.id);
        found.client = Some(client);
    } else if let Scope::Client(id) = resolve::scope(facts, client, filter.naming)? {
        found.client = Some(id);
    } else {
        return Err(AppError::new(ErrorClass::Usage, "--client takes a client; name its system with --system."));
    }
    Ok(found)
}

/// Rows of one kind, each with its id and every field.
///
/// # Errors
/// When a name of the filter is not found or fits several, or the register cannot be read.
pub fn rows(
    session: &Session,
    kind: RecordKind,
    filter: &RowFilter,
    as_of: AsOf,
) -> Result<Vec<Map<String, Value>>, AppError> {
    if kind == RecordKind::Grant {
        let ways = ways::grants(session, filter, as_of)?;
        return Ok(ways.iter().map(ways::way_row).collect());
    }
    session.look(as_of, |facts, at| {
        let found = found(facts, filter)?;
        with_record_type!(kind, R => list::<R>(facts, &session.scene, filter, found, at))
    })
}

fn list<R: Row>(
    facts: &Facts<'_>,
    scene: &Scene,
    filter: &RowFilter,
    found: Found,
    at: Instant,
) -> Result<Vec<Map<String, Value>>, AppError> {
    let select = select_for::<R>(facts, found)?;
    let mut out = Vec::new();
    for record in facts.list::<R>(select)? {
        let row = row(facts, scene, record.into(), at)?;
        if is_wanted(&row, found, filter) {
            out.push(row);
            if out.len() >= filter.limit {
                break;
            }
        }
    }
    Ok(out)
}

/// What the tables can narrow down themselves.
fn select_for<R: Row>(facts: &Facts<'_>, found: Found) -> Result<Select, StoreError> {
    let has = |name: &str| R::COLUMNS.iter().any(|column| column.name == name);
    let mut select = Select::all();
    if let Some(system) = found.system
        && has("system")
    {
        select = select.eq("system", system);
    } else if let Some(client) = found.client {
        if has("client") {
            select = select.eq("client", client);
        } else if has("system") {
            let systems = facts.list::<System>(Select::all().eq("client", client))?;
            select = select.one_of("system", systems.iter().map(|system| system.id));
        }
    }
    if let Some(person) = found.person
        && let Some(column) = ["person", "owner", "holder"].into_iter().find(|name| has(name))
    {
        select = select.eq(column, person);
    }
    let order = ["name_folded", "login_folded"].into_iter().find(|name| has(name));
    Ok(order.map_or_else(|| select.clone(), |column| select.clone().order(&[column])))
}

/// What only the finished row shows.
fn is_wanted(row: &Map<String, Value>, found: Found, filter: &RowFilter) -> bool {
    let is = |keys: &[&str], id: u64| {
        let mut there = keys.iter().filter_map(|key| row.get(*key)).peekable();
        there.peek().is_none() || there.any(|value| value.as_u64() == Some(id))
    };
    let states = ["state", "status"].iter().filter_map(|key| row.get(*key)).filter_map(Value::as_str);
    let state = filter.state.as_deref().is_none_or(|wanted| {
        let wanted = crate::domain::word::folded(wanted);
        states.into_iter().any(|state| crate::domain::word::folded(state) == wanted)
    });
    state
        && found.client.is_none_or(|id| is(&["client_id"], id.0))
        && found.person.is_none_or(|id| is(&["technician_id", "owner_id", "holder_id"], id.0))
}

/// A record as a row.
///
/// # Errors
/// When a name cannot be read.
pub(super) fn row(
    facts: &Facts<'_>,
    scene: &Scene,
    record: AnyRecord,
    at: Instant,
) -> Result<Map<String, Value>, AppError> {
    let mut out = Map::new();
    out.insert("id".to_owned(), json!(record.id()));
    let fields = with_record!(&record, inner => parts(inner));
    for (key, value) in fields {
        match link(facts, &key, &value)? {
            Some((shown, name)) => {
                out.insert(format!("{shown}_id"), value);
                out.insert(shown.to_owned(), name.map_or(Value::Null, Value::String));
            }
            None => {
                out.insert(key.clone(), plain(&key, value));
            }
        }
    }
    more(facts, scene, &record, at, &mut out)?;
    Ok(out)
}

/// Both parts of a record as JSON; what was erased is empty.
pub(super) fn parts<R: Record>(record: &R) -> Map<String, Value> {
    let mut fields = Map::new();
    for part in [serde_json::to_value(record.private()), serde_json::to_value(record.public())] {
        if let Ok(Value::Object(part)) = part {
            fields.extend(part);
        }
    }
    fields
}

/// The name an id stands for and the key it stands under; nothing when the field is no link.
fn link(facts: &Facts<'_>, key: &str, value: &Value) -> Result<Option<(&'static str, Option<String>)>, StoreError> {
    let id = value.as_u64();
    let person = |shown: &'static str| -> Result<_, StoreError> { Ok(Some((shown, facts.name(id.map(PersonId))?))) };
    match key {
        "person" => person("technician"),
        "manager" => person("manager"),
        "owner" => person("owner"),
        "holder" => person("holder"),
        "doer" => person("doer"),
        "checker" => person("checker"),
        "created_by" => person("created_by"),
        "approver" => person("approver"),
        "client" => Ok(Some(("client", name_of(id, |id| Ok(facts.client(ClientId(id))?.map(|c| c.name.clone())))?))),
        "system" => Ok(Some(("system", system_name(facts, id)?))),
        "kept_in" => Ok(Some(("kept_in", system_name(facts, id)?))),
        "account" => Ok(Some(("login", name_of(id, |id| Ok(facts.get::<Account>(AccountId(id))?.map(|a| a.login)))?))),
        "secret" => Ok(Some(("secret", name_of(id, |id| Ok(facts.get::<Secret>(SecretId(id))?.map(|s| s.name)))?))),
        "policy" if value.is_u64() => {
            Ok(Some(("policy", name_of(id, |id| Ok(facts.get::<Policy>(PolicyId(id))?.map(|p| p.name)))?)))
        }
        "course" => Ok(Some(("course", name_of(id, |id| Ok(facts.get::<Course>(CourseId(id))?.map(|c| c.name)))?))),
        _ => Ok(None),
    }
}

fn name_of(
    id: Option<u64>,
    read: impl FnOnce(u64) -> Result<Option<String>, StoreError>,
) -> Result<Option<String>, StoreError> {
    id.map_or(Ok(None), read)
}

fn system_name(facts: &Facts<'_>, id: Option<u64>) -> Result<Option<String>, StoreError> {
    name_of(id, |id| Ok(facts.system(SystemId(id))?.map(|system| system.name.clone())))
}

/// Fields that are moments, whatever record they stand in.
const MOMENTS: &[&str] = &[
    "last_day",
    "end",
    "created",
    "tested",
    "since",
    "until",
    "waived_until",
    "came_back",
    "at",
    "changed",
    "retired",
    "from",
    "issued",
    "confirmed",
    "trigger",
    "started",
    "ended",
    "taken",
    "due",
    "password_changed",
];

/// Whether a field of this name holds a moment.
pub fn is_moment(key: &str) -> bool {
    MOMENTS.contains(&key)
}

/// A value as machines read it: moments in RFC 3339, empty texts as unknown.
fn plain(key: &str, value: Value) -> Value {
    match value {
        Value::Number(number) if is_moment(key) => {
            number.as_i64().map_or(Value::Null, |millis| json!(Instant::from_millis(millis).rfc3339()))
        }
        Value::Object(inner) => {
            Value::Object(inner.into_iter().map(|(key, value)| (key.clone(), plain(&key, value))).collect())
        }
        other => other,
    }
}

/// What a row shows beside its own fields.
fn more(
    facts: &Facts<'_>,
    scene: &Scene,
    record: &AnyRecord,
    at: Instant,
    out: &mut Map<String, Value>,
) -> Result<(), AppError> {
    match record {
        AnyRecord::Person(person) => person_more(facts, scene, person, at, out)?,
        AnyRecord::Account(account) => account_more(facts, account, out)?,
        AnyRecord::Secret(secret) => {
            let mut names = Vec::new();
            for id in &secret.systems {
                names.extend(system_name(facts, Some(id.0))?);
            }
            rename(out, "systems", "system_ids");
            out.insert("systems".to_owned(), json!(names));
        }
        AnyRecord::System(system) => {
            let mut names = Vec::new();
            for id in &system.signs_in_through {
                names.extend(system_name(facts, Some(id.0))?);
            }
            rename(out, "signs_in_through", "signs_in_through_ids");
            out.insert("signs_in_through".to_owned(), json!(names));
        }
        AnyRecord::Run(run) => {
            out.insert("state".to_owned(), json!(if run.closed.is_some() { "closed" } else { "open" }));
        }
        _ => {}
    }
    Ok(())
}

fn rename(out: &mut Map<String, Value>, from: &str, to: &str) {
    if let Some(value) = out.remove(from) {
        out.insert(to.to_owned(), value);
    }
}

fn person_more(
    facts: &Facts<'_>,
    scene: &Scene,
    person: &Person,
    at: Instant,
    out: &mut Map<String, Value>,
) -> Result<(), StoreError> {
    let runs = facts.runs_of(person.id)?;
    let standing = person_status::status(person, &runs, &scene.zone, at);
    out.insert("status".to_owned(), json!(standing.status.stored()));
    out.insert("last_day".to_owned(), json!(standing.last_day.or(person.last_day).map(Instant::rfc3339)));
    let count = facts.reader().derived_one::<PersonCount>(&Select::all().eq("person", person.id))?;
    let counts: BTreeMap<&str, Option<u64>> = [
        ("ways_in", count.as_ref().map(|c| c.ways_in)),
        ("admin", count.as_ref().map(|c| c.admin)),
        ("without_mfa", count.as_ref().map(|c| c.without_mfa)),
        ("secrets_known", count.as_ref().map(|c| c.knows)),
    ]
    .into();
    out.extend(counts.into_iter().map(|(key, value)| (key.to_owned(), json!(value))));
    Ok(())
}

/// Where an account is and what was last seen of it.
fn account_more(facts: &Facts<'_>, account: &Account, out: &mut Map<String, Value>) -> Result<(), StoreError> {
    let system = facts.system(account.system)?;
    let client = system.as_ref().map(|system| facts.client(system.client)).transpose()?.flatten();
    out.insert("client".to_owned(), json!(client.as_ref().map(|client| client.name.clone())));
    out.insert("client_id".to_owned(), json!(client.map(|client| client.id.0)));
    let seen = facts.get::<Observation>(account.id)?;
    out.insert("enabled".to_owned(), json!(seen.as_ref().and_then(|seen| seen.enabled)));
    let factors = seen.as_ref().map(|seen| seen.factors.iter().map(|factor| factor.stored()).collect::<Vec<_>>());
    out.insert("mfa".to_owned(), json!(factors));
    let (last, known) = match seen.as_ref().map(|seen| seen.last_used) {
        Some(crate::domain::LastUse::At(at)) => (json!(at.rfc3339()), json!("at")),
        Some(crate::domain::LastUse::Never) => (Value::Null, json!("never")),
        _ => (Value::Null, json!("unknown")),
    };
    out.insert("last_used_at".to_owned(), last);
    out.insert("last_used".to_owned(), known);
    out.insert("seen_at".to_owned(), json!(seen.map(|seen| seen.at.rfc3339())));
    Ok(())
}
