//! Adding and changing one record by hand, from fields as they were typed.
//!
//! Must never know: where the fields were typed.

use super::field::{Around, Field, Fields, Given, Part, Without, field_named, read, typed};
use super::form::title;
use super::rows::{parts, row};
use super::table::fields_of;
use super::ways::secret_of;
use super::{BY_HAND, kind as kind_named};
use crate::domain::{
    Account, AccountId, AccountKind, AnyRecord, Change, ClientId, Course, CourseId, Observation, Operator, Person,
    Policy, PolicyId, Record, RecordId, RecordKind, RecordRef, System,
};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::facts::Facts;
use crate::service::resolve::{self, Naming};
use crate::service::session::{SETTINGS, Scene, Session};
use crate::store::{Row, Select, Tx};
use crate::text::{folded, shown};
use serde_json::{Map, Value, json};

/// Fields as typed: name and value.
pub type Typed = [(String, String)];

/// The kind a word names, if it can be added by hand.
///
/// # Errors
/// When there is no such kind, or it is made otherwise.
fn addable(typed: &str) -> Result<RecordKind, AppError> {
    let known = || BY_HAND.iter().map(|kind| kind.stored()).collect::<Vec<_>>().join(", ");
    match kind_named(typed) {
        Some(kind) if BY_HAND.contains(&kind) => Ok(kind),
        Some(RecordKind::Grant) => {
            Err(AppError::new(ErrorClass::Usage, "A way in is given with keyward grant. Nothing was changed."))
        }
        Some(RecordKind::Run) => {
            Err(AppError::new(ErrorClass::Usage, "A run begins with keyward discharge start. Nothing was changed."))
        }
        _ => Err(AppError::new(
            ErrorClass::BadInput,
            format!("There is no kind \"{}\". Nothing was changed.", shown(typed)),
        )
        .hint(format!("Possible are {}", known()))),
    }
}

/// Adds one record. Gives what was done and the record's row.
///
/// # Errors
/// When a field is unknown, cannot be read, is missing, or would hold a password; when it is there already.
pub fn add(
    session: &mut Session,
    kind: &str,
    fields: &Typed,
    reason: Option<String>,
    naming: Naming,
) -> Result<(Outcome, Map<String, Value>), AppError> {
    let kind = addable(kind)?;
    let fields = typed(fields);
    let ((record, told), seq) = session.commit(|tx, scene| add_in(tx, scene, kind, &fields, reason, naming))?;
    finish(session, record, &told, seq)
}

fn finish(
    session: &Session,
    record: AnyRecord,
    told: &str,
    seq: Option<u64>,
) -> Result<(Outcome, Map<String, Value>), AppError> {
    let facts = Facts::new(session.store.read(), None);
    let row = row(&facts, &session.scene, record, session.scene.now)?;
    Ok((Outcome::done(seq, format!("{told}.")), row))
}

/// The values of a record being put together.
#[derive(Default)]
struct Values {
    public: Map<String, Value>,
    private: Map<String, Value>,
    seen: Map<String, Value>,
}

impl Values {
    fn set(&mut self, field: &Field, value: Value) {
        let part = match field.part {
            Part::Public => &mut self.public,
            Part::Private => &mut self.private,
            Part::Seen => &mut self.seen,
        };
        part.insert(field.name.to_owned(), value);
    }
}

/// The same inside a transaction that is under way.
///
/// # Errors
/// As [`add`].
pub(super) fn add_in(
    tx: &mut Tx<'_>,
    scene: &Scene,
    kind: RecordKind,
    given: Fields<'_>,
    reason: Option<String>,
    naming: Naming,
) -> Result<(AnyRecord, String), AppError> {
    let values = {
        let facts = Facts::new(tx.read(), None);
        let mut values = read_all(&facts, scene, kind, given, naming, None)?;
        fill_in(&facts, scene, kind, &mut values, naming)?;
        values
    };
    let id = with_record_type!(kind, R => tx.allocate::<R>()?.number());
    let record = with_record_type!(kind, R => built::<R>(id, values.public, values.private)?.into());
    let name = {
        let facts = Facts::new(tx.read(), None);
        refuse_double(&facts, &record)?;
        refuse_circle(&facts, scene, &record)?;
        title(&facts, &record)?
    };
    let told = format!("Added {} {name}", kind.shown()).trim_end().to_owned();
    let mut change = scene.change(added(kind), told.clone()).because(reason);
    change.put(record.clone());
    beside(tx, scene, &record, values.seen, &mut change)?;
    tx.append(change)?;
    Ok((record, told))
}

/// Reads the typed fields; each may be given once. The client comes first, since systems are named within it.
fn read_all(
    facts: &Facts<'_>,
    scene: &Scene,
    kind: RecordKind,
    given: Fields<'_>,
    naming: Naming,
    client: Option<ClientId>,
) -> Result<Values, AppError> {
    let mut meant: Vec<(&'static Field, &Given)> = Vec::new();
    for (name, value) in given {
        let field = field_named(kind, name)?;
        if meant.iter().any(|(other, _)| other.name == field.name) {
            return Err(AppError::new(
                ErrorClass::BadInput,
                format!("{} is given twice. Nothing was changed.", field.name),
            ));
        }
        meant.push((field, value));
    }
    meant.sort_by_key(|(field, _)| field.name != "client");
    let mut values = Values::default();
    let mut around = Around { facts, scene, naming, client };
    for (field, value) in meant {
        let value = read(kind, field, value, &around)?;
        if field.name == "client" {
            around.client = value.as_u64().map(ClientId);
        }
        values.set(field, value);
    }
    Ok(values)
}

/// What was left out: refused where it is needed, else the default.
fn fill_in(
    facts: &Facts<'_>,
    scene: &Scene,
    kind: RecordKind,
    values: &mut Values,
    naming: Naming,
) -> Result<(), AppError> {
    let around = Around { facts, scene, naming, client: None };
    let mut missing = Vec::new();
    for field in fields_of(kind) {
        let given = [&values.public, &values.private, &values.seen].iter().any(|part| part.contains_key(field.name));
        if given {
            continue;
        }
        match field.without {
            Without::Nothing => {}
            Without::Needed => missing.push(field.name),
            Without::Empty => values.set(field, json!([])),
            Without::Default(text) => values.set(field, read(kind, field, &text.into(), &around)?),
        }
    }
    if !missing.is_empty() {
        let example = missing.iter().map(|name| format!("{name}=...")).collect::<Vec<_>>().join(" ");
        return Err(AppError::new(
            ErrorClass::BadInput,
            format!("A {} needs its {}. Nothing was changed.", kind.shown(), missing.join(" and ").replace('_', " ")),
        )
        .hint(format!("keyward add {} {example}", kind.stored())));
    }
    if kind == RecordKind::System && !values.public.contains_key("tier") {
        let word = values.public.get("kind").and_then(Value::as_str).unwrap_or_default();
        let tier = crate::domain::SystemKind::parse(word).map_or(2, crate::domain::SystemKind::default_tier);
        values.public.insert("tier".to_owned(), json!(tier));
    }
    Ok(())
}

fn built<R: Record>(id: u64, public: Map<String, Value>, private: Map<String, Value>) -> Result<R, AppError> {
    let bad = |error: serde_json::Error| {
        AppError::new(ErrorClass::BadInput, format!("That cannot be entered: {error}. Nothing was changed."))
    };
    let public = serde_json::from_value::<R::Public>(Value::Object(public)).map_err(bad)?;
    let private = serde_json::from_value::<R::Private>(Value::Object(private)).map_err(bad)?;
    Ok(R::from_parts(R::Id::new(id), public, private))
}

/// Refuses a record that is there already under the same name in the same place.
fn refuse_double(facts: &Facts<'_>, record: &AnyRecord) -> Result<(), AppError> {
    let double = match record {
        AnyRecord::Person(new) => by_folded::<Person>(facts, "name_folded", &new.name, None)?
            .into_iter()
            .find(|old| old.email.is_none() || new.email.is_none() || same(old.email.as_deref(), new.email.as_deref()))
            .map(|old| old.id.0),
        AnyRecord::Client(new) => {
            by_folded::<crate::domain::Client>(facts, "name_folded", &new.name, None)?.first().map(|old| old.id.0)
        }
        AnyRecord::System(new) => by_folded::<System>(facts, "name_folded", &new.name, Some(("client", new.client.0)))?
            .first()
            .map(|old| old.id.0),
        AnyRecord::Account(new) => {
            by_folded::<Account>(facts, "login_folded", &new.login, Some(("system", new.system.0)))?
                .first()
                .map(|old| old.id.0)
        }
        AnyRecord::Secret(new) => {
            by_folded::<crate::domain::Secret>(facts, "name_folded", &new.name, Some(("client", new.client.0)))?
                .first()
                .map(|old| old.id.0)
        }
        _ => None,
    };
    match double {
        None => Ok(()),
        Some(id) => Err(AppError::new(
            ErrorClass::Refused,
            format!("There is such a {} already: {id}. Nothing was changed.", record.kind().shown()),
        )
        .hint(format!("keyward edit {} {id} --id field=value changes it", record.kind().stored()))),
    }
}

fn same(one: Option<&str>, other: Option<&str>) -> bool {
    one.map(str::to_lowercase) == other.map(str::to_lowercase)
}

fn by_folded<R: Row>(
    facts: &Facts<'_>,
    column: &'static str,
    name: &str,
    within: Option<(&'static str, u64)>,
) -> Result<Vec<R>, AppError> {
    let mut select = Select::all().eq(column, crate::store::searchable(name));
    if let Some((column, id)) = within {
        select = select.eq(column, id);
    }
    Ok(facts.list::<R>(select)?)
}

/// What comes with a record: the sighting of an account, the secret of a shared login, the operator's own person.
fn beside(
    tx: &mut Tx<'_>,
    scene: &Scene,
    record: &AnyRecord,
    seen: Map<String, Value>,
    change: &mut Change,
) -> Result<(), AppError> {
    match record {
        AnyRecord::Account(account) => {
            if !seen.is_empty() {
                change.put(sighting(tx, scene, account.id, seen)?);
            }
            let is_shared = matches!(account.kind, AccountKind::Shared | AccountKind::BreakGlass);
            let has_one = tx.read().first::<crate::domain::Secret>(&Select::all().eq("account", account.id))?.is_some();
            if is_shared
                && !has_one
                && let Some(system) = tx.read().get::<System>(account.system)?
            {
                let secret = secret_of(tx, account, &system)?;
                change.put(secret);
            }
        }
        AnyRecord::Person(person) => {
            let operators = tx.read().list::<Operator>(&Select::all())?;
            let own = operators.into_iter().find(|o| o.person.is_none() && folded(&o.name) == folded(&person.name));
            if let Some(operator) = own {
                change.put(Operator { person: Some(person.id), ..operator });
            }
        }
        _ => {}
    }
    Ok(())
}

/// What was seen of an account, by hand: over what was known before.
fn sighting(tx: &Tx<'_>, scene: &Scene, id: AccountId, seen: Map<String, Value>) -> Result<Observation, AppError> {
    let old = tx.read().get::<Observation>(id)?.unwrap_or(Observation::new(id, scene.now));
    let mut new = Observation { batch: None, at: scene.now, ..old };
    if seen.contains_key("last_used") {
        new.quality = Some(crate::domain::UseQuality::Hand);
    }
    let (mut public, mut private) = split(&new);
    for (key, value) in seen {
        let value = if key == "factors" && value.is_null() { json!([]) } else { value };
        if public.contains_key(&key) {
            public.insert(key, value)
        } else {
            private.insert(key, value)
        };
    }
    built::<Observation>(id.0, public, private)
}

/// Both parts of a record, apart.
fn split<R: Record>(record: &R) -> (Map<String, Value>, Map<String, Value>) {
    let part = |value: Result<Value, serde_json::Error>| match value {
        Ok(Value::Object(part)) => part,
        _ => Map::new(),
    };
    (part(serde_json::to_value(record.public())), part(serde_json::to_value(record.private())))
}

/// Changes one record. Gives what was done and the record's row.
///
/// # Errors
/// As [`add`]; when the record is not found, or nothing would change.
pub fn edit(
    session: &mut Session,
    kind: &str,
    which: &str,
    fields: &Typed,
    reason: Option<String>,
    naming: Naming,
) -> Result<(Outcome, Map<String, Value>), AppError> {
    let kind = match kind_named(kind) {
        Some(kind) if !fields_of(kind).is_empty() => kind,
        _ => addable(kind)?,
    };
    if fields.is_empty() {
        let names: Vec<&str> = fields_of(kind).iter().map(|field| field.name).collect();
        return Err(AppError::new(ErrorClass::Usage, "Say what changes, as role=Technician. Nothing was changed.")
            .hint(format!("A {} has {}", kind.shown(), names.join(", "))));
    }
    let fields = typed(fields);
    let ((record, told), seq) = session.commit(|tx, scene| {
        let id = find(&Facts::new(tx.read(), None), kind, which, naming)?;
        edit_in(tx, scene, RecordRef { kind, id }, &fields, reason, naming)
    })?;
    finish(session, record, &told, seq)
}

/// The same inside a transaction that is under way.
///
/// # Errors
/// As [`edit`].
pub(in crate::service) fn edit_in(
    tx: &mut Tx<'_>,
    scene: &Scene,
    of: RecordRef,
    given: Fields<'_>,
    reason: Option<String>,
    naming: Naming,
) -> Result<(AnyRecord, String), AppError> {
    let kind = of.kind;
    let (old, values) = {
        let facts = Facts::new(tx.read(), None);
        let old = tx.read().get_any(of, None)?.ok_or_else(|| not_there(kind, &of.id.to_string()))?;
        let fields = with_record!(&old, inner => parts(inner));
        let client = fields.get("client").and_then(Value::as_u64).map(ClientId);
        (old, read_all(&facts, scene, kind, given, naming, client)?)
    };
    let mut names: Vec<String> = Vec::new();
    let changed = [&values.public, &values.private, &values.seen];
    names.extend(changed.iter().flat_map(|part| part.keys()).map(|name| name.replace('_', " ")));
    let new = with_record!(&old, inner => patched(inner, &values)?.into());
    let name = {
        let facts = Facts::new(tx.read(), None);
        refuse_circle(&facts, scene, &new)?;
        title(&facts, &new)?
    };
    let told = format!("Changed {} {name}: {}", kind.shown(), names.join(", "));
    let mut change = scene.change(edited(kind), told.clone()).because(reason);
    if new != old {
        change.put(AnyRecord::clone(&new));
    }
    if let AnyRecord::Account(account) = &new
        && !values.seen.is_empty()
    {
        change.put(sighting(tx, scene, account.id, values.seen)?);
    }
    if change.edits.is_empty() {
        return Ok((old, format!("Nothing changed: {} {name} is like that already", kind.shown())));
    }
    tx.append(change)?;
    Ok((new, told))
}

/// A system signed in to through itself, by way of others, could never be shut by shutting its sign-on.
fn refuse_circle(facts: &Facts<'_>, scene: &Scene, record: &AnyRecord) -> Result<(), AppError> {
    let AnyRecord::System(system) = record else { return Ok(()) };
    if system.signs_in_through.is_empty() {
        return Ok(());
    }
    let world = scene.world.get(&facts.reader())?;
    let Err(circle) = world.graph.check_sign_ons(system.id, &system.signs_in_through) else { return Ok(()) };
    let mut names = Vec::new();
    for id in circle.path.iter().chain(circle.path.first()) {
        let name =
            if *id == system.id { Some(system.name.clone()) } else { facts.system(*id)?.map(|s| s.name.clone()) };
        names.push(shown(&name.unwrap_or_else(|| format!("system {id}"))).to_string());
    }
    let words = format!("{} would be signed in to through itself. Nothing was changed.", shown(&system.name));
    Err(AppError::new(ErrorClass::Refused, words).hint(format!("The circle is {}", names.join(", then "))))
}

fn patched<R: Record>(record: &R, values: &Values) -> Result<R, AppError> {
    let (mut public, mut private) = split(record);
    public.extend(values.public.clone());
    private.extend(values.private.clone());
    built::<R>(record.id().number(), public, private)
}

fn not_there(kind: RecordKind, which: &str) -> AppError {
    AppError::new(
        ErrorClass::NotFound,
        format!("There is no {} \"{}\". Nothing was changed.", kind.shown(), shown(which)),
    )
}

/// The record a person names, of any kind.
///
/// # Errors
/// When none or more than one fits.
pub fn reference(session: &Session, kind: RecordKind, which: &str, naming: Naming) -> Result<RecordRef, AppError> {
    session.find(|facts| {
        let naming = if which.trim().parse::<u64>().is_ok() { Naming::Id } else { naming };
        Ok(RecordRef { kind, id: find(facts, kind, which, naming)? })
    })
}

/// The id of the record a person names.
///
/// # Errors
/// When none or more than one fits.
pub(super) fn find(facts: &Facts<'_>, kind: RecordKind, which: &str, naming: Naming) -> Result<u64, AppError> {
    let by_number = || which.trim().parse::<u64>().map_err(|_| not_there(kind, which));
    Ok(match kind {
        _ if naming == Naming::Id => by_number()?,
        RecordKind::Settings => SETTINGS.0,
        RecordKind::Person => resolve::person(facts, which, naming)?.id.0,
        RecordKind::Client => resolve::client(facts, which, naming)?.id.0,
        RecordKind::Secret => resolve::secret(facts, which, naming)?.id.0,
        RecordKind::Policy => policy(facts, which)?.0,
        RecordKind::Course => course(facts, which)?.0,
        RecordKind::System | RecordKind::Account if which.contains('/') => {
            match resolve::scope(facts, which, naming)? {
                resolve::Scope::System(id) if kind == RecordKind::System => id.0,
                resolve::Scope::Account(id) if kind == RecordKind::Account => id.0,
                _ => return Err(not_there(kind, which)),
            }
        }
        _ => by_number()?,
    })
}

/// A policy by its name; its newest version.
///
/// # Errors
/// When there is none.
pub(super) fn policy(facts: &Facts<'_>, typed: &str) -> Result<PolicyId, AppError> {
    let found = facts.list::<Policy>(Select::all().contains("name_folded", crate::store::searchable(typed)))?;
    found
        .into_iter()
        .max_by_key(|policy| policy.effective)
        .map(|policy| policy.id)
        .ok_or_else(|| not_there(RecordKind::Policy, typed))
}

/// A course by its name.
///
/// # Errors
/// When there is none.
pub(super) fn course(facts: &Facts<'_>, typed: &str) -> Result<CourseId, AppError> {
    let found = facts.list::<Course>(Select::all().contains("name_folded", crate::store::searchable(typed)))?;
    found.first().map(|course| course.id).ok_or_else(|| not_there(RecordKind::Course, typed))
}

macro_rules! actions {
    ($($kind:ident $added:literal $edited:literal;)*) => {
        /// The act of adding a kind.
        const fn added(kind: RecordKind) -> &'static str {
            match kind { $(RecordKind::$kind => $added,)* _ => "record.added" }
        }

        /// The act of changing a kind.
        const fn edited(kind: RecordKind) -> &'static str {
            match kind { $(RecordKind::$kind => $edited,)* _ => "record.changed" }
        }
    };
}

actions! {
    Person "technician.added" "technician.changed";
    Client "client.added" "client.changed";
    System "system.added" "system.changed";
    Account "account.added" "account.changed";
    Secret "secret.added" "secret.changed";
    Knowing "knowing.added" "knowing.changed";
    Asset "asset.added" "asset.changed";
    Contact "contact.added" "contact.changed";
    DataLocation "data_location.added" "data_location.changed";
    Policy "policy.added" "policy.changed";
    Signature "signature.added" "signature.changed";
    Course "course.added" "course.changed";
    Completion "completion.added" "completion.changed";
    RoleRight "role.added" "role.changed";
    Assignment "assignment.added" "assignment.changed";
    Grant "grant.given" "grant.changed";
    Settings "settings.changed" "settings.changed";
    Operator "operator.added" "operator.renamed";
}
