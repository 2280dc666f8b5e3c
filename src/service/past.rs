//! The past: who could get in on a date, what one person could get into, who worked here, and what changed between two
//! dates.
//!
//! Both clocks are honoured: what was true then by all that is known today, or by what the register said then.
//!
//! Must never know: keys, drawing.

use super::access::{self, Standing};
use super::filter::{Column, Filter};
use super::findings::FindingFilter;
use super::query::{AsOf, Slice};
use super::resolve::Scope;
use super::session::{Scene, Session};
use super::values::{Tally, Value};
use super::view::{Page, WayIn};
use super::{clients, derive, evidence, filter, people, reports, words};
use crate::domain::{Client, ClientId, Grant, Instant, Person, PersonId, PersonStatus, Severity};
use crate::error::{AppError, ErrorClass};
use crate::report::Sureness;
use crate::service::facts::Facts;
use crate::store::{ClientCount, Select};
use std::collections::{BTreeMap, BTreeSet};

/// A register of more ways in is not judged again for a past day on the screen: the rules read all of them, and
/// nothing else could be asked meanwhile.
const MOST_JUDGED: u64 = 100_000;

/// What is looked at in the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PastOf {
    /// Who worked here.
    Everybody,
    /// What one person could get into.
    Person(PersonId),
    /// Who could get in at a client, a system or with a login.
    At(Scope),
    /// Who could get in where: the clients and people the filter leaves, as the grid counts them.
    Everywhere,
    /// What was wrong.
    Wrong,
}

/// A question about the past.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastSlice {
    /// About what.
    pub of: PastOf,
    /// As of when.
    pub when: AsOf,
    /// Compared with a later date.
    pub then: Option<AsOf>,
    /// Rows and filter.
    pub slice: Slice,
}

/// How it was.
#[derive(Debug, Clone, PartialEq)]
pub struct PastView {
    /// About what.
    pub of: PastOf,
    /// Names that lead there: `Cedar & Pike Law`, `VPN`.
    pub path: Vec<String>,
    /// The rows.
    pub rows: PastRows,
    /// People who could get in, directly or through others.
    pub people: u32,
    /// People with an open way in of their own.
    pub direct_people: u32,
    /// Open ways in.
    pub ways: u32,
    /// How sure this is, in sentences.
    pub sure: Vec<String>,
    /// Shared logins that were known that day.
    pub secrets: Vec<PastSecret>,
}

/// The rows of an answer about the past.
#[derive(Debug, Clone, PartialEq)]
pub enum PastRows {
    /// Ways in that were open.
    Ways(Page<PastWay>),
    /// People.
    People(Page<PastPerson>),
    /// What was wrong.
    Wrong(Page<PastFinding>),
    /// What came and what went between the two dates.
    Turns(Page<Turn>),
}

/// A way in that was open.
#[derive(Debug, Clone, PartialEq)]
pub struct PastWay {
    /// The way in as it stood.
    pub way: WayIn,
    /// Its holder had left.
    pub left: bool,
    /// When it was shut, as far as is known.
    pub ended: Option<Instant>,
}

/// Somebody as they stood.
#[derive(Debug, Clone, PartialEq)]
pub struct PastPerson {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Job.
    pub role: String,
    /// Where they stood.
    pub status: PersonStatus,
    /// Open ways in.
    pub ways: u32,
    /// With admin rights.
    pub admin: u32,
    /// Clients they could get into directly.
    pub clients: u32,
}

/// Something that was wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct PastFinding {
    /// Its place, from 1.
    pub number: u32,
    /// How bad.
    pub risk: Severity,
    /// In words.
    pub title: String,
    /// Whom it concerned.
    pub person: Option<PersonId>,
    /// Clients it reached.
    pub clients: u32,
    /// Since when.
    pub since: Option<Instant>,
}

/// A shared login that was known.
#[derive(Debug, Clone, PartialEq)]
pub struct PastSecret {
    /// Its name.
    pub name: String,
    /// Who knew it; whose it was, for one person.
    pub who: String,
    /// Last changed before that day.
    pub changed: Option<Instant>,
    /// Somebody who had left knew it.
    pub by_leaver: bool,
}

/// Something that came or went between two dates.
#[derive(Debug, Clone, PartialEq)]
pub struct Turn {
    /// The way in's id, or the person's: what tells rows apart.
    pub id: u64,
    /// It came; else it went.
    pub came: bool,
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// What: the system, or the job.
    pub what: String,
    /// The level.
    pub level: String,
    /// When, as far as is known.
    pub at: Option<Instant>,
    /// How bad it would be in wrong hands.
    pub risk: Severity,
}

impl Session {
    /// How it was.
    ///
    /// # Errors
    /// When what is asked about is not in the register, or there was no register yet at that moment.
    pub fn past(&self, wanted: &PastSlice) -> Result<PastView, AppError> {
        match (wanted.of, wanted.then) {
            (PastOf::Wrong, None) => self.wrong_then(wanted),
            (PastOf::Wrong, Some(_)) => Err(AppError::new(
                ErrorClass::BadInput,
                "What was wrong is shown for one date. Type one, as 31 mar. Nothing was changed.",
            )),
            (PastOf::Everybody, None) => self.people_then(wanted),
            (PastOf::Everybody, Some(then)) => self.joiners_and_leavers(wanted, then),
            (_, None) => self.ways_then(wanted),
            (_, Some(then)) => self.turns(wanted, then),
        }
    }

    /// Every way in that was open: direct ones first, then what is reached through others.
    fn open_then(&self, of: PastOf, when: AsOf, filter: &str) -> Result<Vec<WayIn>, AppError> {
        Ok(match of {
            PastOf::At(scope) => self.who(scope, Standing::Open, when)?,
            PastOf::Person(person) => self.reach(person, Standing::Open, when)?.0,
            PastOf::Everywhere => {
                let mut ways = Vec::new();
                for client in self.clients_then(when, filter)? {
                    let there = self.who(Scope::Client(client), Standing::Open, when)?;
                    ways.extend(there.into_iter().filter(|way| way.path.is_empty()));
                }
                ways
            }
            PastOf::Everybody | PastOf::Wrong => Vec::new(),
        })
    }

    /// The clients a filter leaves, when what can get in there can be read while one waits.
    fn clients_then(&self, when: AsOf, filter: &str) -> Result<Vec<ClientId>, AppError> {
        let filter = Filter::parse(filter, filter::PAST);
        self.look(when, |facts, _| {
            let mut clients = Vec::new();
            facts.each_row::<Client>(Select::all().order(&["name_folded"]), &["name"], |client, row| {
                if filter.takes_in(Column::Client, &row.get::<String>(0)?) {
                    clients.push(client);
                }
                Ok(())
            })?;
            let mut ways = 0;
            for client in &clients {
                let count = facts.reader().derived_one::<ClientCount>(&Select::all().eq("client", *client))?;
                ways += count.map_or(0, |count| count.ways);
            }
            if ways > MOST_JUDGED {
                let words = "These are too many clients to look back at while you wait. Nothing was changed.";
                return Err(AppError::new(ErrorClass::Refused, words).hint("Narrow the grid first: / client:harbor"));
            }
            Ok(clients)
        })
    }

    /// The rules judge the facts of that day again: in a very large register that is work for a shell.
    fn wrong_then(&self, wanted: &PastSlice) -> Result<PastView, AppError> {
        let ways = self.store.read().derived_sum::<ClientCount>("ways")?;
        if ways > MOST_JUDGED {
            let words = "This register is too large to judge a past day while you wait. Nothing was changed.";
            return Err(AppError::new(ErrorClass::Refused, words).hint("In a shell: keyward findings --on DATE"));
        }
        let found = self.findings(&FindingFilter::default(), wanted.when)?;
        let words = Filter::parse(&wanted.slice.filter, filter::WRONG);
        let unfiltered = found.len();
        let mut rows: Vec<PastFinding> = (1..)
            .zip(found)
            .map(|(number, line)| PastFinding {
                number,
                risk: line.severity,
                title: line.title,
                person: line.person.map(|(id, _)| id),
                clients: line.reach.1,
                since: line.since,
            })
            .collect();
        rows.retain(|row| words.takes(&row.title, |_| row.risk.shown().to_owned()));
        let page = people::page(rows, &wanted.slice, unfiltered as u64);
        let sure = vec![
            "The rules of today judge the facts of that day.".to_owned(),
            "What was set aside since stands in the list again.".to_owned(),
        ];
        Ok(PastView { sure, ..empty(wanted.of, PastRows::Wrong(page)) })
    }

    fn ways_then(&self, wanted: &PastSlice) -> Result<PastView, AppError> {
        let ways = self.open_then(wanted.of, wanted.when, &wanted.slice.filter)?;
        self.look(wanted.when, |facts, at| {
            let scene = self.scene_of(facts, at, wanted.when)?;
            let people: BTreeSet<PersonId> = ways.iter().map(|way| way.person).collect();
            let direct: Vec<&WayIn> = ways.iter().filter(|way| way.path.is_empty()).collect();
            let direct_people: BTreeSet<PersonId> = direct.iter().map(|way| way.person).collect();
            let counts = (number(people.len()), number(direct_people.len()), number(direct.len()));
            let sure = how_sure(&evidence::sureness(direct.iter().map(|way| &way.source.known), at));
            let holders = Holders::new(&wanted.slice.filter, facts, &scene)?;
            let kept: Vec<&WayIn> = ways.iter().filter(|way| holders.take(way, at)).collect();
            let total = kept.len();
            let mut rows = Vec::new();
            for way in kept.into_iter().skip(wanted.slice.start).take(wanted.slice.limit) {
                rows.push(row(facts, &scene, way)?);
            }
            let page = Page { rows, start: wanted.slice.start, total, unfiltered: ways.len() };
            Ok(PastView {
                of: wanted.of,
                path: path(facts, wanted.of)?,
                rows: PastRows::Ways(page),
                people: counts.0,
                direct_people: counts.1,
                ways: counts.2,
                sure,
                secrets: secrets(facts, &scene, wanted.of)?,
            })
        })
    }

    /// The people by name, each as they stood; only those of the page are counted.
    fn people_then(&self, wanted: &PastSlice) -> Result<PastView, AppError> {
        self.look(wanted.when, |facts, at| {
            let scene = self.scene_of(facts, at, wanted.when)?;
            let words = Filter::parse(&wanted.slice.filter, filter::ROSTER);
            let mut kept = people::roster(facts, &scene)?;
            let unfiltered = kept.len();
            kept.retain(|(person, status)| people::takes_person(&words, person, *status));
            let total = kept.len();
            let mut rows = Vec::new();
            for (person, status) in kept.into_iter().skip(wanted.slice.start).take(wanted.slice.limit) {
                let held = access::held(facts, person.id, at)?;
                rows.push(PastPerson {
                    id: person.id,
                    name: person.name,
                    role: person.role.unwrap_or_default(),
                    status,
                    ways: held.ways_in,
                    admin: held.admin,
                    clients: held.clients,
                });
            }
            let page = Page { rows, start: wanted.slice.start, total, unfiltered };
            let people = number(unfiltered);
            let sure = vec![
                "Where somebody stood follows from their dates and discharges.".to_owned(),
                "Ways in are counted for that day; Enter shows how each of them is known.".to_owned(),
            ];
            Ok(PastView { people, direct_people: people, sure, ..empty(wanted.of, PastRows::People(page)) })
        })
    }

    /// Ways in that were open on one of the dates only.
    fn turns(&self, wanted: &PastSlice, then: AsOf) -> Result<PastView, AppError> {
        let direct = |ways: Vec<WayIn>| -> BTreeMap<_, WayIn> {
            ways.into_iter().filter(|way| way.path.is_empty()).map(|way| (way.grant, way)).collect()
        };
        let filter = &wanted.slice.filter;
        let before = direct(self.open_then(wanted.of, wanted.when, filter)?);
        let after = direct(self.open_then(wanted.of, then, filter)?);
        self.look(then, |facts, at| {
            let scene = self.scene_of(facts, at, then)?;
            let holders = Holders::new(filter, facts, &scene)?;
            let went = before.values().filter(|way| !after.contains_key(&way.grant)).map(|way| (way, false));
            let came = after.values().filter(|way| !before.contains_key(&way.grant)).map(|way| (way, true));
            let mut all: Vec<(&WayIn, bool)> = went.chain(came).collect();
            let unfiltered = all.len();
            all.retain(|(way, _)| holders.take(way, at));
            let mut turns = Vec::new();
            for (way, came) in all {
                turns.push(turn(way, came, if came { way.since } else { ended(facts, way)? }, wanted.of));
            }
            Ok(PastView { path: path(facts, wanted.of)?, ..compared(wanted, turns, unfiltered) })
        })
    }

    fn joiners_and_leavers(&self, wanted: &PastSlice, then: AsOf) -> Result<PastView, AppError> {
        let at = |when: AsOf| -> Result<BTreeMap<PersonId, (Person, Option<Instant>)>, AppError> {
            self.look(when, |facts, at| {
                let scene = self.scene_of(facts, at, when)?;
                let mut out = BTreeMap::new();
                for (person, status) in people::roster(facts, &scene)? {
                    if !matches!(status, PersonStatus::Candidate | PersonStatus::Discharged) {
                        let starts = person.start.map(|day| scene.zone.start_of(day));
                        out.insert(person.id, (person, starts));
                    }
                }
                Ok(out)
            })
        };
        let (before, after) = (at(wanted.when)?, at(then)?);
        let turns = self.look(then, |facts, at| {
            let scene = self.scene_of(facts, at, then)?;
            let mut turns = Vec::new();
            for (id, (person, starts)) in &after {
                if !before.contains_key(id) {
                    turns.push(person_turn(person, true, *starts));
                }
            }
            for (id, (person, _)) in &before {
                if !after.contains_key(id) {
                    turns.push(person_turn(person, false, derive::left_at(facts, &scene, *id, at)?));
                }
            }
            Ok(turns)
        })?;
        let unfiltered = turns.len();
        let words = Filter::parse(&wanted.slice.filter, filter::TURNED);
        let mut kept = turns;
        kept.retain(|turn| {
            words.takes(&format!("{} {}", turn.name, turn.what), |column| match column {
                Column::Role => turn.what.clone(),
                _ => turn.name.clone(),
            })
        });
        Ok(compared(wanted, kept, unfiltered))
    }

    /// What an answer about the past can be narrowed by: the values of all its rows, as if nothing was filtered but the
    /// clients.
    ///
    /// # Errors
    /// When the answer itself cannot be given.
    pub fn past_values(&self, wanted: &PastSlice) -> Result<Vec<Value>, AppError> {
        let mut tally = Tally::default();
        let slice = Slice { start: 0, limit: usize::MAX, filter: String::new(), ..wanted.slice.clone() };
        let whole = PastSlice { slice, ..wanted.clone() };
        match (wanted.of, wanted.then) {
            (PastOf::Wrong, _) => {
                if let PastRows::Wrong(page) = self.past(&whole)?.rows {
                    page.rows.iter().for_each(|row| tally.add(Column::Risk, row.risk.shown()));
                }
            }
            (PastOf::Everybody, Some(_)) => {
                if let PastRows::Turns(page) = self.past(&whole)?.rows {
                    page.rows.iter().for_each(|turn| tally.add(Column::Role, &turn.what));
                }
            }
            (PastOf::Everybody, None) => self.look(wanted.when, |facts, at| {
                let scene = self.scene_of(facts, at, wanted.when)?;
                people::roster(facts, &scene)?.iter().for_each(|(person, status)| tally.person(person, *status));
                Ok(())
            })?,
            (of, then) => {
                let mut ways = self.open_then(of, wanted.when, &wanted.slice.filter)?;
                if let Some(then) = then {
                    ways.extend(self.open_then(of, then, &wanted.slice.filter)?);
                    let days = |way: &WayIn| (way.grant, way.system);
                    let mut seen: BTreeMap<_, u32> = BTreeMap::new();
                    ways.iter().for_each(|way| *seen.entry(days(way)).or_default() += 1);
                    // What stood on both days neither came nor went.
                    ways.retain(|way| way.path.is_empty() && seen.get(&days(way)) == Some(&1));
                }
                self.look(then.unwrap_or(wanted.when), |facts, _| {
                    let roles: BTreeMap<PersonId, Option<String>> =
                        facts.list::<Person>(Select::all())?.into_iter().map(|p| (p.id, p.role)).collect();
                    for way in &ways {
                        // Where the clients themselves are looked through, they are called as the grid calls them.
                        let called = if of == PastOf::Everywhere { &way.client_called } else { &way.client_name };
                        tally.add(Column::Client, called);
                        tally.add(Column::System, &way.system_name);
                        tally.add(Column::Person, &way.person_name);
                        tally.add(Column::Level, &way.level);
                        tally.add(Column::Role, roles.get(&way.person).and_then(|role| role.as_deref()).unwrap_or(""));
                    }
                    Ok(())
                })?;
            }
        }
        Ok(tally.values(("row", "rows")))
    }
}

/// A filter of ways in with what it asks of their holders, who are read only when it does.
struct Holders {
    filter: Filter,
    people: BTreeMap<PersonId, (String, PersonStatus)>,
}

impl Holders {
    fn new(typed: &str, facts: &Facts<'_>, scene: &Scene) -> Result<Self, AppError> {
        let filter = Filter::parse(typed, filter::PAST);
        let people = match filter.is_empty() {
            true => Vec::new(),
            false => people::roster(facts, scene)?,
        };
        let held = people.into_iter().map(|(person, status)| (person.id, (person.role.unwrap_or_default(), status)));
        Ok(Self { filter, people: held.collect() })
    }

    fn take(&self, way: &WayIn, at: Instant) -> bool {
        let held = self.people.get(&way.person).map_or(("", ""), |(role, status)| (role.as_str(), status.shown()));
        self.filter.takes_held(way, held, at)
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

fn empty(of: PastOf, rows: PastRows) -> PastView {
    let (path, sure, secrets) = (Vec::new(), Vec::new(), Vec::new());
    PastView { of, path, rows, people: 0, direct_people: 0, ways: 0, sure, secrets }
}

/// Turns as an answer: by name, what went before what came.
fn compared(wanted: &PastSlice, mut turns: Vec<Turn>, unfiltered: usize) -> PastView {
    turns.sort_by(|a, b| (a.came, &a.name, &a.what).cmp(&(b.came, &b.name, &b.what)));
    let (came, went) = (turns.iter().filter(|turn| turn.came).count(), turns.iter().filter(|turn| !turn.came).count());
    let page = people::page(turns, &wanted.slice, unfiltered as u64);
    let sure = match (went, came) {
        (0, 0) => vec!["Nothing came and nothing went between the two dates.".to_owned()],
        _ => vec![format!("{went} went, {came} came.")],
    };
    PastView { sure, ..empty(wanted.of, PastRows::Turns(page)) }
}

fn turn(way: &WayIn, came: bool, at: Option<Instant>, of: PastOf) -> Turn {
    let what = match of {
        PastOf::Person(_) | PastOf::Everywhere => format!("{}, {}", way.system_name, way.client_name),
        _ => way.system_name.clone(),
    };
    Turn {
        id: way.grant.0,
        came,
        person: way.person,
        name: way.person_name.clone(),
        what,
        level: way.level.clone(),
        at,
        risk: way.risk,
    }
}

fn person_turn(person: &Person, came: bool, at: Option<Instant>) -> Turn {
    Turn {
        id: person.id.0,
        came,
        person: person.id,
        name: person.name.clone(),
        what: person.role.clone().unwrap_or_default(),
        level: String::new(),
        at,
        risk: Severity::Low,
    }
}

/// When a way in was shut after it was open, as far as is known.
fn ended(facts: &Facts<'_>, way: &WayIn) -> Result<Option<Instant>, AppError> {
    let grant = facts.get::<Grant>(way.grant)?;
    Ok(grant.and_then(|grant| grant.removal.done.map(|mark| mark.at).or(grant.until)))
}

/// How sure the answer is, in sentences.
fn how_sure(sure: &Sureness) -> Vec<String> {
    let total = sure.lines();
    if total == 0 {
        return vec!["No way in is on record for that day.".to_owned()];
    }
    let near = words::counted(sure.fresh_days.into(), "day", "days");
    let mut out = vec![format!("{} of {total} are backed by an import made within {near} of the date.", sure.fresh)];
    let mut say = |number: u64, (one, many): (&str, &str), rest: &str| {
        if number > 0 {
            out.push(format!("{} {rest}", words::counted(number, one, many)));
        }
    };
    say(sure.old, ("is", "are"), "in a list made longer before or after.");
    say(sure.missing, ("was", "were"), "missing from the list of the system, with no removal recorded.");
    say(sure.review, ("was", "were"), "confirmed in a review.");
    say(sure.hand, ("was", "were"), "typed in by hand; they are marked \"entered by hand\". The report says so too.");
    out
}

fn row(facts: &Facts<'_>, scene: &Scene, way: &WayIn) -> Result<PastWay, AppError> {
    Ok(PastWay {
        left: derive::left_at(facts, scene, way.person, scene.now)?.is_some(),
        ended: ended(facts, way)?.filter(|at| *at > scene.now),
        way: way.clone(),
    })
}

fn path(facts: &Facts<'_>, of: PastOf) -> Result<Vec<String>, AppError> {
    let gone =
        || AppError::new(ErrorClass::NotFound, "That was not in the register at that moment. Nothing was changed.");
    match of {
        PastOf::Everybody | PastOf::Everywhere | PastOf::Wrong => Ok(Vec::new()),
        PastOf::Person(person) => Ok(vec![facts.name(Some(person))?.ok_or_else(gone)?]),
        PastOf::At(scope) => Ok(clients::names(facts, scope)?.ok_or_else(gone)?),
    }
}

fn secrets(facts: &Facts<'_>, scene: &Scene, of: PastOf) -> Result<Vec<PastSecret>, AppError> {
    Ok(match of {
        PastOf::Everybody | PastOf::Everywhere | PastOf::Wrong => Vec::new(),
        PastOf::Person(person) => super::access::known_lines(facts, scene, person, false, scene.now)?
            .into_iter()
            .map(|line| PastSecret { name: line.name, who: line.client_name, changed: line.changed, by_leaver: false })
            .collect(),
        PastOf::At(scope) => reports::secrets_at(facts, scene, scope)?
            .into_iter()
            .filter(|secret| !secret.known_to.is_empty())
            .map(|secret| PastSecret {
                name: secret.name,
                who: words::listed(&secret.known_to, 3),
                changed: secret.changed,
                by_leaver: secret.known_by_leaver,
            })
            .collect(),
    })
}
