//! A value as one would type it: what it reads back to is the value.
//!
//! Must never know: where it is shown.

use super::Chosen;
use crate::domain::{
    AccountId, AnyRecord, ClientId, CourseId, Day, Factor, Instant, LastUse, Opens, PersonId, PolicyId, RecordKind,
    SecretId, SystemId,
};
use crate::error::AppError;
use crate::service::dates::{When, written as day};
use crate::service::facts::Facts;
use crate::service::records::field::{Around, Field, Sense, Takes, reading};
use crate::service::resolve::Naming;
use crate::service::session::Scene;
use crate::store::StoreError;
use serde_json::Value;

/// The text of a value, and the records it names.
///
/// # Errors
/// When a name cannot be read.
pub(super) fn value(
    facts: &Facts<'_>,
    scene: &Scene,
    field: &Field,
    value: &Value,
) -> Result<(String, Vec<Chosen>), AppError> {
    if value.is_null() {
        return Ok(Default::default());
    }
    if let Some(kind) = field.takes.picks() {
        return Ok(records(facts, field, kind, value)?);
    }
    let around = Around { facts, scene, naming: Naming::Part, client: None };
    Ok((words(field, value, &around), Vec::new()))
}

fn words(field: &Field, value: &Value, around: &Around<'_>) -> String {
    let texts = || value.as_array().into_iter().flatten().filter_map(Value::as_str);
    let text = || value.as_str().unwrap_or_default().to_owned();
    match field.takes {
        Takes::Texts => texts().collect::<Vec<_>>().join("; "),
        Takes::Tags => texts().collect::<Vec<_>>().join(", "),
        Takes::Factors => {
            let shown = texts().filter_map(Factor::parse).map(Factor::shown);
            shown.collect::<Vec<_>>().join(", ")
        }
        Takes::Day | Takes::DayToCome => serde_json::from_value::<Day>(value.clone()).map_or_else(|_| text(), day),
        Takes::Moment(sense) => {
            value.as_i64().map(Instant::from_millis).map_or_else(text, |at| moment(at, sense, around))
        }
        Takes::YesNo => match value.as_bool() {
            Some(true) => "yes".to_owned(),
            Some(false) => "no".to_owned(),
            None => String::new(),
        },
        Takes::Number(_) => value.as_u64().map_or_else(String::new, |number| number.to_string()),
        Takes::Word(words) => (words.shown)(&text()).map_or_else(text, str::to_owned),
        Takes::LastUse => match serde_json::from_value::<LastUse>(value.clone()) {
            Ok(LastUse::Never) => "never".to_owned(),
            Ok(LastUse::At(at)) => moment(at, Sense::Done, around),
            _ => String::new(),
        },
        Takes::Clock => {
            let minutes = value.as_u64().unwrap_or_default();
            format!("{:02}:{:02}", minutes / 60, minutes % 60)
        }
        _ => text(),
    }
}

/// The shortest words that mean exactly this moment.
pub(super) fn moment(at: Instant, sense: Sense, around: &Around<'_>) -> String {
    let with = reading(around);
    let local = with.zone.local(at);
    // What ends at midnight ended with the day before.
    for near in [local.date(), local.date().pred_opt().unwrap_or_default()] {
        if sense.of(When { day: near, time: None }, &with) == at {
            return day(near);
        }
    }
    for format in ["%-d %b %Y %H:%M", "%-d %b %Y %H:%M:%S"] {
        let words = local.format(format).to_string();
        if crate::service::dates::moment(&words, &with, |when| sense.of(when, &with)) == Ok(at) {
            return words;
        }
    }
    at.rfc3339()
}

/// One piece of a text: a record, or words.
enum Piece {
    Record(u64),
    Words(String),
}

fn records(
    facts: &Facts<'_>,
    field: &Field,
    kind: RecordKind,
    value: &Value,
) -> Result<(String, Vec<Chosen>), StoreError> {
    let several = value.as_array().into_iter().flatten();
    let mut pieces = Vec::new();
    for one in value.as_u64().map(Piece::Record).into_iter().map(Ok).chain(several.map(|one| piece(facts, field, one)))
    {
        pieces.push(one?);
    }
    let mut texts = Vec::new();
    let mut chosen: Vec<Chosen> = Vec::new();
    for piece in pieces {
        let id = match piece {
            Piece::Words(words) => {
                texts.push(words);
                continue;
            }
            Piece::Record(id) => id,
        };
        let Some(name) = name(facts, kind, id)? else { continue };
        // Two of one name are told apart, or the text would not say which.
        let twin = chosen.iter().any(|known| known.name == name && known.id != id);
        let name = if twin { format!("{name} #{id}") } else { name };
        texts.push(name.clone());
        chosen.push(Chosen { id, name });
    }
    Ok((texts.join("; "), chosen))
}

fn piece(facts: &Facts<'_>, field: &Field, value: &Value) -> Result<Piece, StoreError> {
    if let Some(id) = value.as_u64() {
        return Ok(Piece::Record(id));
    }
    let opens = match field.takes {
        Takes::Opens => serde_json::from_value::<Opens>(value.clone()).ok(),
        _ => None,
    };
    Ok(match opens {
        Some(Opens::System(id)) => Piece::Record(id.0),
        Some(Opens::All) => Piece::Words("all".to_owned()),
        Some(Opens::Kind(kind)) => Piece::Words(format!("kind:{}", kind.shown())),
        Some(Opens::Client(id)) => {
            let name = name(facts, RecordKind::Client, id.0)?.unwrap_or_default();
            Piece::Words(format!("client:{name}"))
        }
        None => Piece::Words(value.to_string()),
    })
}

/// The name of a record that a field can hold: whole, so that it says which one.
///
/// # Errors
/// When it cannot be read.
pub(in crate::service::records) fn name(
    facts: &Facts<'_>,
    kind: RecordKind,
    id: u64,
) -> Result<Option<String>, StoreError> {
    Ok(match kind {
        RecordKind::Person => facts.name(Some(PersonId(id)))?,
        RecordKind::Client => facts.client(ClientId(id))?.map(|client| client.name.clone()),
        RecordKind::System => match facts.system(SystemId(id))? {
            Some(system) => {
                let client = name(facts, RecordKind::Client, system.client.0)?.unwrap_or_default();
                Some(format!("{client}/{}", system.name))
            }
            None => None,
        },
        RecordKind::Account => match facts.get::<crate::domain::Account>(AccountId(id))? {
            Some(account) => {
                let system = name(facts, RecordKind::System, account.system.0)?.unwrap_or_default();
                Some(format!("{system}/{}", account.login))
            }
            None => None,
        },
        RecordKind::Secret => facts.get::<crate::domain::Secret>(SecretId(id))?.map(|secret| secret.name),
        RecordKind::Policy => facts
            .get::<crate::domain::Policy>(PolicyId(id))?
            .map(|policy| format!("{} {}", policy.name, policy.version).trim_end().to_owned()),
        RecordKind::Course => facts.get::<crate::domain::Course>(CourseId(id))?.map(|course| course.name),
        _ => None,
    })
}

/// What a record is called in the title of its form.
///
/// # Errors
/// When a name cannot be read.
pub(in crate::service::records) fn title(facts: &Facts<'_>, record: &AnyRecord) -> Result<String, StoreError> {
    let person = |id: Option<PersonId>| -> Result<String, StoreError> {
        Ok(facts.name(id)?.unwrap_or_else(|| "nobody".to_owned()))
    };
    let named = |kind, id| -> Result<String, StoreError> { Ok(name(facts, kind, id)?.unwrap_or_default()) };
    Ok(match record {
        AnyRecord::Knowing(knowing) => {
            format!("{}, known by {}", named(RecordKind::Secret, knowing.secret.0)?, person(Some(knowing.person))?)
        }
        AnyRecord::Asset(asset) => {
            let tag = asset.tag.as_deref().unwrap_or_default();
            format!("{} {tag}", asset.kind.shown()).trim_end().to_owned()
        }
        AnyRecord::Contact(contact) => format!("{}, {}", contact.place, person(Some(contact.person))?),
        AnyRecord::DataLocation(data) => format!("{}, {}", data.what, data.place),
        AnyRecord::Policy(policy) => named(RecordKind::Policy, policy.id.0)?,
        AnyRecord::Course(course) => course.name.clone(),
        AnyRecord::Signature(signature) => {
            format!("{}, {}", named(RecordKind::Policy, signature.policy.0)?, person(Some(signature.person))?)
        }
        AnyRecord::Completion(done) => {
            format!("{}, {}", named(RecordKind::Course, done.course.0)?, person(Some(done.person))?)
        }
        AnyRecord::RoleRight(right) => format!("{} on {}", right.role, right.system_kind.shown()),
        AnyRecord::Assignment(assigned) => {
            format!("{}, {}", person(Some(assigned.person))?, named(RecordKind::Client, assigned.client.0)?)
        }
        other => crate::service::access::label(facts, other)?,
    })
}
