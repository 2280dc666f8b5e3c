//! Which entries a filter means.
//!
//! `person:` and `client:` are looked up by what entries wrote, through the whole history, and `before:` by the time
//! they were written. Other words are looked for in what the entries say; of a long history only in its newest part,
//! and how far is told.
//!
//! Must never know: how an entry is shown.

use crate::domain::{Act, ActId, Client, Person, RecordKind, RecordRef, Seq};
use crate::error::AppError;
use crate::journal::Receipt;
use crate::service::dates;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::store::{Link, Reader, Select};
use crate::text;
use std::collections::BTreeSet;

/// Words are looked for in so many entries.
pub(super) const WORDS_IN: u64 = 10_000;
/// A name in a filter means at most so many people or clients.
const MOST_NAMED: u64 = 20;
/// So many entries of one person or client are looked at.
const MOST_LINKED: u64 = 100_000;

/// A date is written in so many words at most: `23 november 2026`.
const MOST_WORDS: usize = 4;

/// What a filter asks for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Narrow {
    people: Vec<String>,
    clients: Vec<String>,
    /// Words that have to stand in what the entry says.
    words: Vec<String>,
    /// Words that must not.
    not: Vec<String>,
    /// Only entries below this one.
    pub(super) before: Option<Seq>,
    /// What could not be read.
    pub(super) misread: Option<String>,
    /// The filter is a receipt: only entries it vouches for.
    pub(super) receipt: Option<String>,
}

impl Narrow {
    /// Reads a filter.
    ///
    /// # Errors
    /// When the history cannot be read.
    pub(super) fn parse(typed: &str, read: Reader<'_>, scene: &Scene) -> Result<Self, AppError> {
        let mut narrow = Self::default();
        if let Some(receipt) = Receipt::parse(typed) {
            let (before, receipt) = (Some(receipt.size.saturating_add(1)), Some(receipt.to_string()));
            return Ok(Self { before, receipt, ..narrow });
        }
        let folded = text::folded(typed);
        let mut parts = folded.split_whitespace();
        while let Some(part) = parts.next() {
            match part.split_once(':') {
                Some(("person", name)) => narrow.people.extend(some(name)),
                Some(("client", name)) => narrow.clients.extend(some(name)),
                Some(("before", date)) => {
                    // A date may have blanks in it: the most of the next words that still make one belong to it.
                    let words: Vec<&str> = std::iter::once(date).chain(parts.clone()).take(MOST_WORDS).collect();
                    let joined = |words: &[&str]| words.join(" ").trim().to_owned();
                    let reads = |count: &usize| {
                        let so_far = joined(words.get(..*count).unwrap_or_default());
                        so_far.parse::<Seq>().is_ok() || date_of(&so_far, scene).is_some()
                    };
                    // `before: 4 march` has its first word after a blank.
                    let least = if date.is_empty() { words.len().min(2) } else { 1 };
                    let count = (1..=words.len()).rev().find(reads).unwrap_or(least);
                    parts.by_ref().take(count - 1).for_each(drop);
                    narrow.before(&joined(words.get(..count).unwrap_or_default()), read, scene)?;
                }
                _ => match part.strip_prefix('-') {
                    Some(word) if !word.is_empty() => narrow.not.push(word.to_owned()),
                    _ => narrow.words.push(part.to_owned()),
                },
            }
        }
        Ok(narrow)
    }

    fn before(&mut self, date: &str, read: Reader<'_>, scene: &Scene) -> Result<(), AppError> {
        let entry: Option<Seq> = date.parse().ok();
        match (entry, date_of(date, scene)) {
            (Some(entry), _) => self.before = Some(entry),
            (None, Some(when)) => {
                // Nothing of that day itself: the last entry known just before it began.
                let began = crate::domain::Instant::from_millis(when.began(&scene.zone).millis() - 1);
                self.before = Some(read.seq_at(began)? + 1);
            }
            (None, None) if date.is_empty() => {}
            (None, None) => {
                self.misread = Some(format!("\"{}\" is no date and no number of an entry.", text::shown(date)));
            }
        }
        Ok(())
    }

    /// Whether every entry is wanted, or every one below another.
    pub(super) fn is_plain(&self) -> bool {
        self.people.is_empty() && self.clients.is_empty() && !self.has_words()
    }

    /// Whether words have to be looked for.
    pub(super) fn has_words(&self) -> bool {
        !self.words.is_empty() || !self.not.is_empty()
    }

    /// Whether anything names people or clients.
    pub(super) fn has_links(&self) -> bool {
        !self.people.is_empty() || !self.clients.is_empty()
    }

    /// The entries meant, newest first. Of words alone only those of the newest entries.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(super) fn entries(&self, facts: &Facts<'_>) -> Result<Vec<Seq>, AppError> {
        let read = facts.reader();
        if !self.has_links() {
            let acts = read.acts(self.before, WORDS_IN)?;
            return Ok(acts.iter().filter(|act| self.takes(act)).map(|act| act.id.0).collect());
        }
        self.among(facts, &self.linked(facts)?)
    }

    /// Those of these entries that are meant, newest first.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub(super) fn among(&self, facts: &Facts<'_>, all: &BTreeSet<Seq>) -> Result<Vec<Seq>, AppError> {
        let read = facts.reader();
        let newest = all.range(..self.before.unwrap_or(Seq::MAX)).rev().copied();
        if !self.has_words() {
            return Ok(newest.collect());
        }
        let mut out = Vec::new();
        for seq in newest.take(usize::try_from(WORDS_IN).unwrap_or(usize::MAX)) {
            if read.get::<Act>(ActId(seq))?.is_some_and(|act| self.takes(&act)) {
                out.push(seq);
            }
        }
        Ok(out)
    }

    /// The entries of every person and client named.
    fn linked(&self, facts: &Facts<'_>) -> Result<BTreeSet<Seq>, AppError> {
        let read = facts.reader();
        let mut wanted: Option<BTreeSet<Seq>> = None;
        for name in &self.people {
            let mut found = BTreeSet::new();
            for person in named::<Person>(facts, name)? {
                found.extend(of_person(read, person.0)?);
            }
            wanted = Some(both(wanted, found));
        }
        for name in &self.clients {
            let mut found = BTreeSet::new();
            for client in named::<Client>(facts, name)? {
                found.extend(of_client(read, client.0)?);
            }
            wanted = Some(both(wanted, found));
        }
        Ok(wanted.unwrap_or_default())
    }

    fn takes(&self, act: &Act) -> bool {
        let said = [Some(act.summary.as_str()), act.reason.as_deref(), act.decided_by.as_deref()];
        let said = text::folded(&said.into_iter().flatten().collect::<Vec<_>>().join(" "));
        self.words.iter().all(|word| said.contains(word)) && !self.not.iter().any(|word| said.contains(word))
    }
}

fn some(name: &str) -> Option<String> {
    (!name.is_empty()).then(|| name.to_owned())
}

fn both(one: Option<BTreeSet<Seq>>, other: BTreeSet<Seq>) -> BTreeSet<Seq> {
    match one {
        Some(one) => one.intersection(&other).copied().collect(),
        None => other,
    }
}

fn date_of(date: &str, scene: &Scene) -> Option<dates::When> {
    let reading =
        dates::Reading { now: scene.now, zone: scene.zone, day_first: scene.settings.day_first, forward: false };
    dates::read(date, &reading).ok()
}

fn named<R: crate::store::Row>(facts: &Facts<'_>, name: &str) -> Result<Vec<R::Id>, AppError> {
    Ok(facts.reader().ids::<R>(&Select::all().contains("name_folded", name).page(0, MOST_NAMED))?)
}

const fn link(kind: RecordKind, column: &'static str) -> Link {
    Link { kind, column }
}

/// What belongs to a person, by the columns that name them.
const PERSON: &[&[Link]] = &[
    &[link(RecordKind::Grant, "person")],
    &[link(RecordKind::Run, "person")],
    &[link(RecordKind::Run, "person"), link(RecordKind::Act, "run")],
    &[link(RecordKind::Account, "owner")],
    &[link(RecordKind::Rotation, "person")],
    &[link(RecordKind::Knowing, "person")],
    &[link(RecordKind::Asset, "holder")],
    &[link(RecordKind::Contact, "person")],
    &[link(RecordKind::DataLocation, "holder")],
    &[link(RecordKind::Signature, "person")],
    &[link(RecordKind::Completion, "person")],
    &[link(RecordKind::Assignment, "person")],
];

/// What belongs to a client.
const CLIENT: &[&[Link]] = &[
    &[link(RecordKind::System, "client")],
    &[link(RecordKind::System, "client"), link(RecordKind::Account, "system")],
    &[link(RecordKind::System, "client"), link(RecordKind::Account, "system"), link(RecordKind::Grant, "account")],
    &[link(RecordKind::Secret, "client")],
    &[link(RecordKind::Asset, "client")],
    &[link(RecordKind::Contact, "client")],
    &[link(RecordKind::DataLocation, "client")],
    &[link(RecordKind::Assignment, "client")],
];

/// The entries about a person: their record, ways in, runs, and what they hold and know.
///
/// # Errors
/// When a table cannot be read.
pub(super) fn of_person(read: Reader<'_>, person: u64) -> Result<BTreeSet<Seq>, AppError> {
    of(read, RecordRef { kind: RecordKind::Person, id: person }, PERSON)
}

/// The entries about a client: its record, systems, accounts, ways in, and what belongs to it.
fn of_client(read: Reader<'_>, client: u64) -> Result<BTreeSet<Seq>, AppError> {
    of(read, RecordRef { kind: RecordKind::Client, id: client }, CLIENT)
}

fn of(read: Reader<'_>, record: RecordRef, chains: &[&[Link]]) -> Result<BTreeSet<Seq>, AppError> {
    let mut found: BTreeSet<Seq> = read.versions_of(record)?.into_iter().map(|version| version.seq).collect();
    for links in chains {
        found.extend(read.entries_linked(links, record.id, MOST_LINKED)?);
    }
    Ok(found)
}
