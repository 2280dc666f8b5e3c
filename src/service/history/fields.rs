//! The fields of a record in words, and which of them differ between two versions.
//!
//! A field is what stands in the record's parts; what it means is read from its name and shape, so that a new field
//! is shown without a line here.
//!
//! Must never know: which entry is looked at, how it is drawn.

use crate::domain::{
    AccountId, AnyRecord, ClientId, CourseId, Day, Instant, PersonId, PolicyId, RunId, SecretId, SystemId, Zone,
    capital,
};
use crate::service::facts::Facts;
use crate::service::view::FieldChange;
use crate::service::words;
use crate::store::StoreError;
use serde_json::{Map, Value};

/// What fields are read with.
pub(super) struct Reading<'a, 'r> {
    /// Names of what fields point to, as known today.
    pub facts: &'a Facts<'r>,
    /// The firm's zone.
    pub zone: Zone,
    /// When the entry was written: the state of a way in is told for this moment.
    pub at: Instant,
}

/// Fields that say nothing to a person.
const SILENT: &[&str] = &["position", "repeats", "made", "sha256", "recipient", "verifier", "file", "name_folded"];

/// Fields named after what they hold instead of what it is to the record.
const NAMES: &[(&str, &str)] = &[
    ("how", "how known"),
    ("admin", "may administer"),
    ("doer", "who does it"),
    ("checker", "second person"),
    ("trigger", "last minute of work"),
    ("at", "as of"),
    ("batch", "import"),
    ("factors", "second factors"),
    ("made_by", "made by"),
    ("planned", "still to give"),
    ("own", "own company"),
    ("asked", "removal asked"),
    ("done", "removed"),
    ("confirmed", "checked"),
    ("proof", "proof"),
    ("waived_until", "left open until"),
];

/// The fields of two versions that differ, in the order of the record; of a record made or taken away all that say
/// something.
pub(super) fn changes(
    reading: &Reading<'_, '_>,
    before: Option<&AnyRecord>,
    after: Option<&AnyRecord>,
) -> Result<Vec<FieldChange>, StoreError> {
    let (before, after) = (reading.fields(before)?, reading.fields(after)?);
    let mut names: Vec<&str> = after.iter().map(|(name, _)| name.as_str()).collect();
    names.extend(before.iter().map(|(name, _)| name.as_str()).filter(|name| !after.iter().any(|(n, _)| n == name)));
    let value = |fields: &[(String, String)], wanted: &str| {
        fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.clone())
    };
    Ok(names
        .into_iter()
        .map(|name| FieldChange { name: capital(name), before: value(&before, name), after: value(&after, name) })
        .filter(|change| change.before != change.after)
        .collect())
}

impl Reading<'_, '_> {
    /// Every field that says something, by name.
    fn fields(&self, record: Option<&AnyRecord>) -> Result<Vec<(String, String)>, StoreError> {
        let Some(record) = record else { return Ok(Vec::new()) };
        let mut out = Vec::new();
        if let AnyRecord::Grant(grant) = record {
            out.extend(grant.state(self.at).map(|state| ("state".to_owned(), state.shown().to_owned())));
        }
        let parts = with_record!(record, inner => parts(inner));
        for (key, value) in &parts {
            self.field(key, value, &mut out)?;
        }
        Ok(out)
    }

    fn field(&self, key: &str, value: &Value, out: &mut Vec<(String, String)>) -> Result<(), StoreError> {
        if SILENT.contains(&key) {
            return Ok(());
        }
        // A removal is three facts of its own.
        if let (Value::Object(inner), "removal" | "change") = (value, key) {
            for (key, value) in inner {
                self.field(key, value, out)?;
            }
            return Ok(());
        }
        if let Some(words) = self.value(key, value)? {
            out.push((label(key), words));
        }
        Ok(())
    }

    /// A value in words; nothing where it says nothing.
    fn value(&self, key: &str, value: &Value) -> Result<Option<String>, StoreError> {
        Ok(match value {
            Value::Null => None,
            Value::Bool(yes) => Some(if *yes { "yes" } else { "no" }.to_owned()),
            Value::Number(number) => Some(self.number(key, number)?),
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => Some(day_words(text).unwrap_or_else(|| plain_word(key, text))),
            Value::Array(items) => {
                let mut parts = Vec::new();
                for item in items {
                    parts.extend(self.value(key, item)?);
                }
                (!parts.is_empty()).then(|| parts.join(", "))
            }
            Value::Object(inner) => self.object(inner)?,
        })
    }

    /// A moment with who it was by, or a choice that carries a value: `import 12`.
    fn object(&self, inner: &Map<String, Value>) -> Result<Option<String>, StoreError> {
        let at =
            inner.get("at").and_then(Value::as_i64).map(|at| words::full_moment(Instant::from_millis(at), &self.zone));
        if let Some(at) = at {
            let by = inner.get("by").and_then(Value::as_u64);
            let by = self.facts.name(by.map(PersonId))?.map_or_else(String::new, |name| format!(", {name}"));
            return Ok(Some(format!("{at}{by}")));
        }
        let mut parts = Vec::new();
        for (key, value) in inner {
            let Some(words) = self.value(key, value)? else { continue };
            let key = key.replace('_', " ");
            parts.push(if words == "yes" { key } else { format!("{key} {words}") });
        }
        Ok((!parts.is_empty()).then(|| parts.join(", ")))
    }

    fn number(&self, key: &str, number: &serde_json::Number) -> Result<String, StoreError> {
        if let (true, Some(millis)) = (is_moment(key), number.as_i64()) {
            return Ok(words::full_moment(Instant::from_millis(millis), &self.zone));
        }
        let Some(id) = number.as_u64() else { return Ok(number.to_string()) };
        Ok(self.linked(key, id)?.unwrap_or_else(|| words::count(id)))
    }

    /// The name of what a number points to; nothing when the field is no link.
    fn linked(&self, key: &str, id: u64) -> Result<Option<String>, StoreError> {
        let facts = self.facts;
        let (kind, name) = match key {
            "person" | "manager" | "owner" | "holder" | "doer" | "checker" | "created_by" | "approver" | "by" => {
                ("person", facts.name(Some(PersonId(id)))?)
            }
            "client" => ("client", facts.client(ClientId(id))?.map(|client| client.name.clone())),
            "system" | "systems" | "kept_in" | "signs_in_through" => {
                ("system", facts.system(SystemId(id))?.map(|system| system.name.clone()))
            }
            "account" => ("account", facts.get::<crate::domain::Account>(AccountId(id))?.map(|found| found.login)),
            "secret" => ("shared login", facts.get::<crate::domain::Secret>(SecretId(id))?.map(|found| found.name)),
            "policy" => ("policy", facts.get::<crate::domain::Policy>(PolicyId(id))?.map(|found| found.name)),
            "course" => ("course", facts.get::<crate::domain::Course>(CourseId(id))?.map(|found| found.name)),
            "run" => {
                let run = facts.get::<crate::domain::Run>(RunId(id))?;
                let name = run.as_ref().map(|run| crate::service::runs::name(facts, run)).transpose()?.flatten();
                ("run", run.zip(name).map(|(run, name)| words::run_phrase(run.kind, &name)))
            }
            "batch" | "import" => return Ok(Some(format!("number {}", words::count(id)))),
            _ => return Ok(None),
        };
        Ok(Some(name.unwrap_or_else(|| format!("{kind} {id}"))))
    }
}

/// Both parts of a record as they are written, names and texts first.
fn parts<R: crate::domain::Record>(record: &R) -> Vec<(String, Value)> {
    let mut fields = Vec::new();
    for part in [serde_json::to_value(record.private()), serde_json::to_value(record.public())] {
        if let Ok(Value::Object(part)) = part {
            fields.extend(part);
        }
    }
    fields
}

fn is_moment(key: &str) -> bool {
    crate::service::records::is_moment(key)
}

/// A day as people write it.
fn day_words(text: &str) -> Option<String> {
    let day: Day = (text.len() == 10).then(|| text.parse().ok()).flatten()?;
    Some(day.format("%-d %b %Y").to_string())
}

/// Words of closed lists are written with underscores; what a person typed is shown as typed.
fn plain_word(key: &str, text: &str) -> String {
    const TYPED: &[&str] = &[
        "name",
        "email",
        "role",
        "note",
        "login",
        "display_name",
        "external_id",
        "roles",
        "level",
        "reason",
        "title",
        "tag",
        "place",
        "what",
        "zone",
        "code",
        "aliases",
        "firm",
        "question",
    ];
    let is_word = text.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_' || byte.is_ascii_digit());
    if is_word && !TYPED.contains(&key) { text.replace('_', " ") } else { text.to_owned() }
}

fn label(key: &str) -> String {
    NAMES.iter().find(|(known, _)| *known == key).map_or_else(|| key.replace('_', " "), |(_, name)| (*name).to_owned())
}
