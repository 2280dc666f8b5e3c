//! Who still has to sign which policy and to take which course.
//!
//! Must never know: how that is shown.

use crate::domain::{
    Completion, Course, Day, Person, PersonId, PersonStatus, Policy, RecordKind, RecordRef, Signature, person_status,
};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::service::words;
use crate::store::{PersonCount, Select, StoreError};
use crate::text::folded;
use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// So many names of those missing are told.
pub(super) const MISSING: usize = 12;

/// The last day on which having taken a course counts; nothing where it counts for ever.
pub(super) fn valid_until(course: &Course, on: Day) -> Option<Day> {
    course.every_days.and_then(|days| on.checked_add_days(chrono::Days::new(u64::from(days))))
}

/// Who has to sign and to learn: read once for a page.
pub(super) struct Due<'a> {
    pub(super) facts: &'a Facts<'a>,
    pub(super) scene: &'a Scene,
    people: OnceCell<Vec<Person>>,
    /// What is missing of each person: texts to sign, courses to take.
    owed: OnceCell<HashMap<PersonId, Owed>>,
}

/// What somebody still has to do.
#[derive(Debug, Clone, Default)]
pub(super) struct Owed {
    /// Texts to sign.
    pub(super) sign: Vec<String>,
    /// Courses to take.
    pub(super) learn: Vec<String>,
}

impl<'a> Due<'a> {
    pub(super) const fn new(facts: &'a Facts<'a>, scene: &'a Scene) -> Self {
        Self { facts, scene, people: OnceCell::new(), owed: OnceCell::new() }
    }

    /// Those who work here now.
    pub(super) fn people(&self) -> Result<&[Person], StoreError> {
        if self.people.get().is_none() {
            let mut here = Vec::new();
            for person in self.facts.list::<Person>(Select::all().order(&["name_folded"]))? {
                let runs = self.facts.runs_of(person.id)?;
                let standing = person_status::status(&person, &runs, &self.scene.zone, self.scene.now);
                if !matches!(standing.status, PersonStatus::Candidate | PersonStatus::Discharged) {
                    here.push(person);
                }
            }
            let _ = self.people.set(here);
        }
        Ok(self.people.get().map_or(&[], Vec::as_slice))
    }

    /// Those of them a text or course is for: everybody, or whose role holds the words.
    fn audience(&self, words: Option<&str>) -> Result<Vec<&Person>, StoreError> {
        let wanted = words.map(folded).filter(|words| !words.is_empty() && words != "everybody" && words != "all");
        let fits = |person: &&Person| match &wanted {
            None => true,
            Some(words) => person.role.as_deref().is_some_and(|role| folded(role).contains(words.as_str())),
        };
        Ok(self.people()?.iter().filter(fits).collect())
    }

    /// Who did not sign a policy.
    pub(super) fn unsigned(&self, policy: &Policy) -> Result<(usize, Vec<&Person>), StoreError> {
        let signatures = self.facts.list::<Signature>(Select::all().eq("policy", policy.id.0))?;
        let signed: BTreeSet<PersonId> = signatures.into_iter().map(|signature| signature.person).collect();
        let all = self.audience(policy.audience.as_deref())?;
        Ok((all.len(), all.into_iter().filter(|person| !signed.contains(&person.id)).collect()))
    }

    /// Who did not take a course, or too long ago.
    pub(super) fn untaught(&self, course: &Course) -> Result<(usize, Vec<&Person>), StoreError> {
        let today = self.scene.zone.day(self.scene.now);
        let done = self.facts.list::<Completion>(Select::all().eq("course", course.id.0))?;
        let valid = |done: &Completion| valid_until(course, done.on).is_none_or(|until| until >= today);
        let taught: BTreeSet<PersonId> = done.iter().filter(|done| valid(done)).map(|done| done.person).collect();
        let all = self.audience(course.audience.as_deref())?;
        Ok((all.len(), all.into_iter().filter(|person| !taught.contains(&person.id)).collect()))
    }

    /// The newest version of every policy, by name.
    fn newest(&self) -> Result<BTreeMap<String, Policy>, StoreError> {
        let mut newest: BTreeMap<String, Policy> = BTreeMap::new();
        for policy in self.facts.list::<Policy>(Select::all())? {
            let known = newest.get(&policy.name).is_some_and(|known| known.effective >= policy.effective);
            if !known {
                newest.insert(policy.name.clone(), policy);
            }
        }
        Ok(newest)
    }

    /// What somebody still has to sign, of each policy the newest version, and which courses to take.
    pub(super) fn owed(&self, person: &Person) -> Result<Owed, StoreError> {
        if self.owed.get().is_none() {
            let mut owed: HashMap<PersonId, Owed> = HashMap::new();
            let newest = self.newest()?;
            for policy in newest.values() {
                for missing in self.unsigned(policy)?.1 {
                    owed.entry(missing.id).or_default().sign.push(policy.name.clone());
                }
            }
            for course in self.facts.list::<Course>(Select::all().order(&["name_folded"]))? {
                for missing in self.untaught(&course)?.1 {
                    owed.entry(missing.id).or_default().learn.push(course.name.clone());
                }
            }
            let _ = self.owed.set(owed);
        }
        Ok(self.owed.get().and_then(|owed| owed.get(&person.id)).cloned().unwrap_or_default())
    }

    pub(super) fn signed(&self, policy: &Policy) -> Result<(usize, usize), StoreError> {
        self.unsigned(policy).map(|(all, missing)| (all - missing.len(), all))
    }

    pub(super) fn taken(&self, course: &Course) -> Result<(usize, usize), StoreError> {
        self.untaught(course).map(|(all, missing)| (all - missing.len(), all))
    }

    /// Names of those missing, those with admin rights first and marked.
    pub(super) fn named(&self, missing: &[&Person]) -> Result<String, StoreError> {
        let mut with = Vec::new();
        for person in missing {
            let count = self.facts.reader().derived_one::<PersonCount>(&Select::all().eq("person", person.id))?;
            with.push((count.map_or(0, |count| count.admin), person));
        }
        with.sort_by(|a, b| (b.0, &a.1.name).cmp(&(a.0, &b.1.name)));
        let name = |(admin, person): &(u64, &&Person)| match admin {
            0 => person.name.clone(),
            admin => {
                format!("{} ({} !!)", person.name, words::counted(*admin, "admin right", "admin rights"))
            }
        };
        let more = with.len().saturating_sub(MISSING);
        let mut names: Vec<String> = with.iter().take(MISSING).map(name).collect();
        if more > 0 {
            names.push(format!("{more} more"));
        }
        Ok(names.join(", "))
    }
}

/// A text somebody signed or has to sign, or a course they took or have to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrainingLine {
    /// The signature or the course taken; the policy or course itself where it is missing.
    pub of: RecordRef,
    /// Its name, of a policy with the version.
    pub what: String,
    /// Signed or taken on.
    pub on: Option<Day>,
    /// Counts until.
    pub until: Option<Day>,
    /// It is missing, or does not count any more.
    pub missing: bool,
}

/// What one person signed and took, what is missing first.
///
/// # Errors
/// When a table cannot be read.
pub fn training(facts: &Facts<'_>, scene: &Scene, person: PersonId) -> Result<Vec<TrainingLine>, AppError> {
    let today = scene.zone.day(scene.now);
    let mut out = Vec::new();
    let due = Due::new(facts, scene);
    for policy in due.newest()?.into_values() {
        if due.unsigned(&policy)?.1.iter().any(|missing| missing.id == person) {
            let what = format!("{} {}", policy.name, policy.version).trim_end().to_owned();
            let of = RecordRef { kind: RecordKind::Policy, id: policy.id.0 };
            out.push(TrainingLine { of, what, on: None, until: None, missing: true });
        }
    }
    let done = facts.list::<Completion>(Select::all().eq("person", person))?;
    for course in facts.list::<Course>(Select::all().order(&["name_folded"]))? {
        let newest = done.iter().filter(|done| done.course == course.id).max_by_key(|done| done.on);
        let is_due = due.untaught(&course)?.1.iter().any(|missing| missing.id == person);
        let until = newest.and_then(|done| valid_until(&course, done.on));
        let of = match newest {
            Some(done) => RecordRef { kind: RecordKind::Completion, id: done.id.0 },
            None => RecordRef { kind: RecordKind::Course, id: course.id.0 },
        };
        if newest.is_some() || is_due {
            let missing = is_due || until.is_some_and(|until| until < today);
            out.push(TrainingLine { of, what: course.name, on: newest.map(|done| done.on), until, missing });
        }
    }
    for signature in facts.list::<Signature>(Select::all().eq("person", person))? {
        let what = super::form::name(facts, RecordKind::Policy, signature.policy.0)?.unwrap_or_default();
        let of = RecordRef { kind: RecordKind::Signature, id: signature.id.0 };
        out.push(TrainingLine { of, what, on: Some(signature.on), until: None, missing: false });
    }
    out.sort_by(|a, b| (!a.missing, &a.what, b.on).cmp(&(!b.missing, &b.what, a.on)));
    Ok(out)
}
