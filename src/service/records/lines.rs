//! Records of the kinds that have no screen of their own, as lines of a list, and one of them with all its fields.
//!
//! Must never know: keys, drawing, widths.

use super::due::{Due, MISSING, Owed, valid_until};
use super::form::{self, FormOf};
use crate::domain::{
    AnyRecord, Course, CourseId, Person, PersonId, Policy, PolicyId, RecordKind, RecordRef, Secret, SecretId,
};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::service::filter::Filter;
use crate::service::query::Slice;
use crate::service::session::Scene;
use crate::service::view::Page;
use crate::service::{clients, people, words};
use crate::store::{Row, Select};

/// A filter reads at most so many records; what is beyond is found by typing more.
const FILTER_READS: u64 = 5_000;

/// One record as a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordLine {
    /// Which.
    pub of: RecordRef,
    /// Its cells, under [`headings`].
    pub cells: [String; 4],
    /// Something about it is missing or over: the last cell says what.
    pub alarm: bool,
}

/// The headings over the lines of a kind.
pub const fn headings(kind: RecordKind) -> [&'static str; 4] {
    match kind {
        RecordKind::Secret => ["Shared login", "Client", "Kind", "Last changed"],
        RecordKind::Knowing => ["Shared login", "Who knows it", "Since", "Until"],
        RecordKind::Asset => ["Thing", "Who has it", "Since", "Back"],
        RecordKind::Contact => ["Where", "Who is named", "For", "Replaced"],
        RecordKind::DataLocation => ["What", "Where", "Client", "Who holds it"],
        RecordKind::Policy => ["Policy", "Version", "Since", "Signed"],
        RecordKind::Signature => ["Policy", "Who signed", "On", ""],
        RecordKind::Course => ["Course", "For whom", "Every", "Valid"],
        RecordKind::Completion => ["Course", "Who", "On", "Valid until"],
        RecordKind::RoleRight => ["Role", "On", "Admin", "Clients"],
        RecordKind::Assignment => ["Who", "Client", "", ""],
        RecordKind::Person => ["Name", "Role", "To sign", "To learn"],
        _ => ["", "", "", ""],
    }
}

/// One page of the records of a kind, by name, or the newest first where they have none.
///
/// # Errors
/// When a table cannot be read.
pub fn lines(facts: &Facts<'_>, scene: &Scene, kind: RecordKind, slice: &Slice) -> Result<Page<RecordLine>, AppError> {
    if kind == RecordKind::Person {
        return by_person(facts, scene, slice);
    }
    with_record_type!(kind, R => page::<R>(facts, scene, slice))
}

/// Those who work here now, those who still have something to sign or to learn first.
fn by_person(facts: &Facts<'_>, scene: &Scene, slice: &Slice) -> Result<Page<RecordLine>, AppError> {
    let filter = Filter::parse(&slice.filter, &[]);
    let due = Due::new(facts, scene);
    let mut rows = Vec::new();
    for person in due.people()? {
        rows.push(line(&due, &AnyRecord::from(person.clone()))?);
    }
    let unfiltered = rows.len() as u64;
    rows.retain(|line| filter.takes(&line.cells.join(" "), |_| String::new()));
    rows.sort_by_key(|line| line.cells.iter().skip(2).all(String::is_empty));
    Ok(people::page(rows, slice, unfiltered))
}

fn page<R: Row>(facts: &Facts<'_>, scene: &Scene, slice: &Slice) -> Result<Page<RecordLine>, AppError> {
    let count = facts.reader().count::<R>(&Select::all())?;
    let named = ["name_folded", "role_folded"].iter().find(|name| R::COLUMNS.iter().any(|c| c.name == **name));
    let ordered = match named {
        Some(column) => Select::all().order(&[column]),
        None => Select::all().order_desc(&["id"]),
    };
    let filter = Filter::parse(&slice.filter, &[]);
    let due = Due::new(facts, scene);
    if filter.is_empty() && !slice.reverse {
        let mut rows = Vec::new();
        for record in facts.list::<R>(ordered.page(slice.start as u64, slice.limit as u64))? {
            rows.push(line(&due, &record.into())?);
        }
        let total = usize::try_from(count).unwrap_or(usize::MAX);
        return Ok(Page { rows, start: slice.start, total, unfiltered: total });
    }
    let mut rows = Vec::new();
    for record in facts.list::<R>(ordered.page(0, FILTER_READS))? {
        let line = line(&due, &record.into())?;
        if filter.takes(&line.cells.join(" "), |_| String::new()) {
            rows.push(line);
        }
    }
    Ok(people::page(rows, slice, count))
}

fn line(due: &Due<'_>, record: &AnyRecord) -> Result<RecordLine, AppError> {
    let (facts, scene) = (due.facts, due.scene);
    let name = |kind, id| form::name(facts, kind, id).map(Option::unwrap_or_default);
    let person = |id: Option<PersonId>| facts.name(id).map(Option::unwrap_or_default);
    let at =
        |at: Option<crate::domain::Instant>| at.map_or_else(String::new, |at| words::day(at, scene.now, &scene.zone));
    let cells = match record {
        AnyRecord::Secret(secret) => {
            let changed = secret.changed.map_or_else(|| "never".to_owned(), |_| at(secret.changed));
            let last = secret.retired.map_or(changed, |_| format!("gone {}", at(secret.retired)));
            [secret.name.clone(), name(RecordKind::Client, secret.client.0)?, secret.kind.shown().to_owned(), last]
        }
        AnyRecord::Knowing(k) => {
            let until = k.until.map_or_else(|| "still".to_owned(), |_| at(k.until));
            [name(RecordKind::Secret, k.secret.0)?, person(Some(k.person))?, at(k.from), until]
        }
        AnyRecord::Asset(asset) => {
            let back = asset.returned.or(asset.cancelled).map(|mark| mark.at);
            [form::title(facts, record)?, person(asset.holder)?, at(asset.issued), at(back)]
        }
        AnyRecord::Contact(c) => {
            let client = c.client.map(|id| name(RecordKind::Client, id.0)).transpose()?;
            let client = client.unwrap_or_else(|| "ourselves".to_owned());
            [c.place.clone(), person(Some(c.person))?, client, at(c.ended.map(|mark| mark.at))]
        }
        AnyRecord::DataLocation(d) => {
            let holder = match d.removed {
                Some(mark) => format!("removed {}", at(Some(mark.at))),
                None => person(d.holder)?,
            };
            [d.what.clone(), d.place.clone(), name(RecordKind::Client, d.client.0)?, holder]
        }
        AnyRecord::Policy(_)
        | AnyRecord::Signature(_)
        | AnyRecord::Course(_)
        | AnyRecord::Completion(_)
        | AnyRecord::Person(_) => return training_line(due, record),
        AnyRecord::RoleRight(right) => [
            right.role.clone(),
            right.system_kind.shown().to_owned(),
            right.admin.shown().to_owned(),
            right.scope.shown().to_owned(),
        ],
        AnyRecord::Assignment(a) => {
            [person(Some(a.person))?, name(RecordKind::Client, a.client.0)?, String::new(), String::new()]
        }
        other => [form::title(facts, other)?, String::new(), String::new(), String::new()],
    };
    Ok(RecordLine { of: record.reference(), cells, alarm: false })
}

/// The line of what is signed and learnt.
fn training_line(due: &Due<'_>, record: &AnyRecord) -> Result<RecordLine, AppError> {
    let facts = due.facts;
    let today = due.scene.zone.day(due.scene.now);
    let name = |kind, id| form::name(facts, kind, id).map(Option::unwrap_or_default);
    let person = |id: PersonId| facts.name(Some(id)).map(Option::unwrap_or_default);
    let mut alarm = false;
    let cells = match record {
        AnyRecord::Policy(policy) => {
            let (signed, all) = due.signed(policy)?;
            alarm = signed < all;
            let since = words::calendar_day(policy.effective, today);
            [policy.name.clone(), policy.version.clone(), since, format!("{signed} of {all}")]
        }
        AnyRecord::Signature(s) => {
            let on = words::calendar_day(s.on, today);
            [name(RecordKind::Policy, s.policy.0)?, person(s.person)?, on, String::new()]
        }
        AnyRecord::Course(course) => {
            let (valid, all) = due.taken(course)?;
            alarm = valid < all;
            let every = course.every_days.map_or_else(|| "once".to_owned(), |days| format!("{days} d"));
            let whom = course.audience.clone().unwrap_or_else(|| "everybody".to_owned());
            [course.name.clone(), whom, every, format!("{valid} of {all}")]
        }
        AnyRecord::Completion(done) => {
            let course = facts.get::<Course>(done.course)?;
            let until = course.as_ref().and_then(|course| valid_until(course, done.on));
            alarm = until.is_some_and(|until| until < today);
            let until = until.map_or_else(|| "always".to_owned(), |until| words::calendar_day(until, today));
            [
                course.map_or_else(String::new, |course| course.name),
                person(done.person)?,
                words::calendar_day(done.on, today),
                until,
            ]
        }
        AnyRecord::Person(person) => {
            let Owed { sign, learn } = due.owed(person)?;
            alarm = !learn.is_empty();
            let owed = |names: &[String]| match names {
                [] => String::new(),
                [one] => one.clone(),
                more => format!("{} of them", more.len()),
            };
            [person.name.clone(), person.role.clone().unwrap_or_default(), owed(&sign), owed(&learn)]
        }
        other => [form::title(facts, other)?, String::new(), String::new(), String::new()],
    };
    Ok(RecordLine { of: record.reference(), cells, alarm })
}

/// One record with its fields in words, those that say something; of a policy or course also who is missing, of a
/// shared login who knows it.
///
/// # Errors
/// When it is gone or a table cannot be read.
pub fn about(facts: &Facts<'_>, scene: &Scene, of: RecordRef) -> Result<Vec<(String, String)>, AppError> {
    if of.kind == RecordKind::Person {
        let gone = || AppError::new(ErrorClass::NotFound, "That person is not in the register any more.");
        let person = facts.get::<Person>(PersonId(of.id))?.ok_or_else(gone)?;
        let Owed { sign, learn } = Due::new(facts, scene).owed(&person)?;
        let said = |names: Vec<String>| if names.is_empty() { "nothing".to_owned() } else { names.join(", ") };
        return Ok(vec![("To sign".to_owned(), said(sign)), ("To learn".to_owned(), said(learn))]);
    }
    let form = form::form(facts, scene, FormOf::Edit(of))?;
    let mut out: Vec<(String, String)> = form
        .fields
        .into_iter()
        .filter(|field| !field.text.is_empty())
        .map(|field| (field.label.to_owned(), field.text))
        .collect();
    let due = Due::new(facts, scene);
    let gone = || AppError::new(ErrorClass::NotFound, "That is not in the register any more.");
    let missing = match of.kind {
        RecordKind::Policy => {
            let policy = facts.get::<Policy>(PolicyId(of.id))?.ok_or_else(gone)?;
            Some(("Not signed", due.named(&due.unsigned(&policy)?.1)?))
        }
        RecordKind::Course => {
            let course = facts.get::<Course>(CourseId(of.id))?.ok_or_else(gone)?;
            Some(("Missing", due.named(&due.untaught(&course)?.1)?))
        }
        RecordKind::Secret => {
            let secret = facts.get::<Secret>(SecretId(of.id))?.ok_or_else(gone)?;
            Some(("Known by", words::listed(&clients::knower_names(facts, scene, &secret)?, MISSING)))
        }
        _ => None,
    };
    if let Some((label, names)) = missing {
        let names = if names.is_empty() { "nobody".to_owned() } else { names };
        out.insert(0, (label.to_owned(), names));
    }
    Ok(out)
}
