//! People and their ways in, as lists.
//!
//! Must never know: drawing.

use super::filter::{self, Column, Filter};
use super::lines::{self, Standing};
use super::query::{Slice, Sort};
use super::session::Scene;
use super::view::{Impact, Page, PersonLine, PersonView, WayIn, Why};
use super::{derive, removal, words};
use crate::domain::person_status;
use crate::domain::{Grant, GrantId, Holding, Person, PersonId, PersonStatus, Run, Severity};
use crate::error::{AppError, ErrorClass};
use crate::service::discharge::facts as run_facts;
use crate::service::facts::Facts;
use crate::store::{FindingRow, PersonCount, Select, StoreError, WayRow};
use crate::text;
use std::collections::{BTreeSet, HashMap};

/// A filter reads at most so many rows of a long list; what is beyond is found by typing more.
const FILTER_READS: u64 = 5_000;

fn not_found() -> AppError {
    AppError::new(ErrorClass::NotFound, "That person is not in the register any more.")
}

/// People in the order asked for.
///
/// # Errors
/// When a table cannot be read.
pub fn people(facts: &Facts<'_>, scene: &Scene, slice: &Slice) -> Result<Page<PersonLine>, AppError> {
    let read = facts.reader();
    let unfiltered = read.count::<Person>(&Select::all())?;
    let filter = Filter::parse(&slice.filter, filter::PEOPLE);
    let (start, limit) = (slice.start as u64, slice.limit as u64);
    let is_kept = !matches!(slice.sort, Sort::State | Sort::Date);
    if filter.is_empty() && !slice.reverse && is_kept {
        let ids = match slice.sort {
            Sort::Name => read.ids::<Person>(&Select::all().order(&["name_folded"]).page(start, limit))?,
            Sort::WaysIn => counts(facts, &["ways_in"], start, limit)?,
            _ => counts(facts, &["risk", "ways_in"], start, limit)?,
        };
        let rows = ids.into_iter().map(|id| line(facts, scene, id)).collect::<Result<Vec<_>, _>>()?;
        let rows: Vec<PersonLine> = rows.into_iter().flatten().collect();
        let total = usize::try_from(unfiltered).unwrap_or(usize::MAX);
        return Ok(Page { rows, start: slice.start, total, unfiltered: total });
    }
    let mut rows = Vec::new();
    for id in counts(facts, &["risk", "ways_in"], 0, FILTER_READS)? {
        rows.extend(line(facts, scene, id)?.filter(|line| takes(&filter, line)));
    }
    match slice.sort {
        Sort::Name => rows.sort_by_key(|line| text::folded(&line.name)),
        Sort::WaysIn => rows.sort_by_key(|line| std::cmp::Reverse(line.ways_in)),
        // Who left or leaves comes first.
        Sort::State => rows.sort_by_key(|line| std::cmp::Reverse((line.status, line.status_at))),
        Sort::Date => rows.sort_by_key(|line| (line.status_at.is_none(), std::cmp::Reverse(line.status_at))),
        _ => {}
    }
    Ok(page(rows, slice, unfiltered))
}

/// Whether a person's row stays under a filter.
fn takes(filter: &Filter, line: &PersonLine) -> bool {
    filter.takes(&format!("{} {} {}", line.name, line.role, line.status.shown()), |column| match column {
        Column::Role => line.role.clone(),
        Column::Mfa if line.without_mfa > 0 => "no".to_owned(),
        Column::Mfa => "yes".to_owned(),
        _ => line.status.shown().to_owned(),
    })
}

/// Everybody with where they stand, by name. Read in two sweeps, so that a filter over many thousands of people
/// answers between two keys.
///
/// # Errors
/// When a table cannot be read.
pub fn roster(facts: &Facts<'_>, scene: &Scene) -> Result<Vec<(Person, PersonStatus)>, StoreError> {
    let mut runs: HashMap<PersonId, Vec<Run>> = HashMap::new();
    for run in facts.list::<Run>(Select::all())? {
        if let Some(person) = run.person {
            runs.entry(person).or_default().push(run);
        }
    }
    let people = facts.list::<Person>(Select::all().order(&["name_folded"]))?;
    let standing = people.into_iter().map(|person| {
        let runs = runs.get(&person.id).map_or(&[][..], Vec::as_slice);
        let status = person_status::status(&person, runs, &scene.zone, scene.now).status;
        (person, status)
    });
    Ok(standing.collect())
}

/// Whether somebody's row stays: by name, role and status.
pub fn takes_person(filter: &Filter, person: &Person, status: PersonStatus) -> bool {
    let role = person.role.clone().unwrap_or_default();
    filter.takes(&format!("{} {role} {}", person.name, status.shown()), |column| match column {
        Column::Role => role.clone(),
        Column::Person => person.name.clone(),
        _ => status.shown().to_owned(),
    })
}

/// One page of rows already read.
pub fn page<T>(mut rows: Vec<T>, slice: &Slice, unfiltered: u64) -> Page<T> {
    if slice.reverse {
        rows.reverse();
    }
    let total = rows.len();
    let rows = rows.into_iter().skip(slice.start).take(slice.limit).collect();
    Page { rows, start: slice.start, total, unfiltered: usize::try_from(unfiltered).unwrap_or(usize::MAX) }
}

fn counts(facts: &Facts<'_>, by: &[&'static str], start: u64, limit: u64) -> Result<Vec<PersonId>, StoreError> {
    let rows = facts.reader().derived::<PersonCount>(&Select::all().order_desc(by).page(start, limit))?;
    Ok(rows.into_iter().map(|row| row.person).collect())
}

/// A person's row.
///
/// # Errors
/// When a table cannot be read.
pub fn line(facts: &Facts<'_>, scene: &Scene, id: PersonId) -> Result<Option<PersonLine>, StoreError> {
    let Some(person) = facts.person(id)? else { return Ok(None) };
    let runs = facts.runs_of(id)?;
    let standing = person_status::status(&person, &runs, &scene.zone, scene.now);
    let count = facts.reader().derived_one::<PersonCount>(&Select::all().eq("person", id))?;
    let number = |f: fn(&PersonCount) -> u64| count.as_ref().map_or(0, |c| u32::try_from(f(c)).unwrap_or(u32::MAX));
    let status_at = match standing.status {
        PersonStatus::Candidate => standing.starts.map(|day| scene.zone.start_of(day)),
        _ => standing.last_day,
    };
    Ok(Some(PersonLine {
        id,
        name: person.name.clone(),
        role: person.role.clone().unwrap_or_default(),
        status: standing.status,
        status_at,
        ways_in: number(|c| c.ways_in),
        admin: number(|c| c.admin),
        clients: number(|c| c.clients),
        systems: number(|c| c.systems),
        without_mfa: number(|c| c.without_mfa),
        knows: number(|c| c.knows),
        risk: count.and_then(|c| c.risk).unwrap_or(Severity::Low),
    }))
}

/// One person with the sentences under the list.
///
/// # Errors
/// When the person is gone.
pub fn person(facts: &Facts<'_>, scene: &Scene, id: PersonId) -> Result<PersonView, AppError> {
    let line = line(facts, scene, id)?.ok_or_else(not_found)?;
    let found = facts.person(id)?.ok_or_else(not_found)?;
    let count = facts.reader().derived_one::<PersonCount>(&Select::all().eq("person", id))?;
    let unchecked = count.map_or(0, |c| u32::try_from(c.unchecked).unwrap_or(u32::MAX));
    let run = run_facts::open_run_of(facts, id)?.map(|run| run.id);
    let mut about = vec![format!(
        "Can get into {}, {}. {}. Knows {}.",
        words::counted(line.clients.into(), "client", "clients"),
        words::counted(line.systems.into(), "system", "systems"),
        words::counted(line.admin.into(), "admin right", "admin rights"),
        words::counted(line.knows.into(), "shared login", "shared logins"),
    )];
    let why = why_risky(facts, scene, &line)?;
    if !why.is_empty() {
        about.push(format!(
            "Why {}: {}.",
            if line.risk.mark().is_empty() { "here" } else { line.risk.mark() },
            why.join("; ")
        ));
    }
    let mut dates = Vec::new();
    if let Some(start) = found.start {
        dates.push(format!("Started {}", start.format("%-d %b %Y")));
    }
    if let Some(manager) = facts.name(found.manager)? {
        dates.push(format!("Manager {manager}"));
    }
    if unchecked > 0 {
        dates.push(format!("{} to check", words::counted(unchecked.into(), "removal", "removals")));
    }
    if !dates.is_empty() {
        about.push(format!("{}.", dates.join(". ")));
    }
    Ok(PersonView { line, about, run, unchecked })
}

fn why_risky(facts: &Facts<'_>, scene: &Scene, line: &PersonLine) -> Result<Vec<String>, AppError> {
    let mut why = Vec::new();
    match (line.status, line.status_at) {
        (PersonStatus::Notice, Some(at)) if scene.zone.day(at) == scene.zone.day(scene.now) => {
            why.push(format!("leaves today at {}", words::time(at, &scene.zone)));
        }
        (PersonStatus::Notice, Some(at)) => why.push(format!("leaves {}", words::day(at, scene.now, &scene.zone))),
        (PersonStatus::Discharged, Some(at)) => why.push(format!("left {}", words::day(at, scene.now, &scene.zone))),
        _ => {}
    }
    let about = Select::all().eq("person", line.id);
    let all = facts.reader().derived_count::<FindingRow>(&about)?;
    let found = facts.reader().derived::<FindingRow>(&about.order_desc(&["severity", "payoff"]).page(0, REASONS))?;
    for finding in &found {
        let reason = without_name(&finding.title, &line.name);
        // "left 12 Mar, still in 14 systems" says when, too.
        why.retain(|said| !reason.starts_with(said.as_str()));
        why.push(reason.to_owned());
    }
    if all > REASONS {
        why.push(format!("{} more", words::count(all - REASONS)));
    }
    Ok(why)
}

/// So many reasons fit beside a row; the rest is counted.
const REASONS: u64 = 2;

/// What a finding says of somebody whose name stands above it already.
fn without_name<'a>(title: &'a str, name: &str) -> &'a str {
    let Some(rest) = title.strip_prefix(name) else { return title };
    match rest.split_once(": ") {
        Some((before, what)) if before.is_empty() || before.starts_with(',') => what,
        _ => rest.trim_start_matches([' ', ',']),
    }
}

/// A person's ways in, riskiest first, also those no longer open.
///
/// # Errors
/// When a table cannot be read.
pub fn ways_in(facts: &Facts<'_>, scene: &Scene, person: PersonId, slice: &Slice) -> Result<Page<WayIn>, AppError> {
    let read = facts.reader();
    let all = Select::all().eq("person", person);
    let unfiltered = read.derived_count::<WayRow>(&all)?;
    let ordered = all.clone().order_desc(&["open", "admin", "several"]).order(&["tier", "rank"]);
    let filter = Filter::parse(&slice.filter, filter::WAYS);
    if filter.is_empty() && slice.sort == Sort::Best && !slice.reverse {
        let rows = read.derived_page::<WayRow>(ordered.page(slice.start as u64, slice.limit as u64), unfiltered)?;
        let rows = rows.iter().map(|row| way(facts, scene, row)).collect::<Result<Vec<_>, _>>()?;
        let total = usize::try_from(unfiltered).unwrap_or(usize::MAX);
        return Ok(Page { rows: rows.into_iter().flatten().collect(), start: slice.start, total, unfiltered: total });
    }
    let mut rows = Vec::new();
    for row in read.derived::<WayRow>(&ordered.page(0, FILTER_READS))? {
        rows.extend(way(facts, scene, &row)?.filter(|way| filter.takes_way(way, scene.now)));
    }
    sort_ways(&mut rows, slice.sort);
    Ok(page(rows, slice, unfiltered))
}

/// Puts ways in into another order than the list's own.
pub fn sort_ways(rows: &mut [WayIn], sort: Sort) {
    match sort {
        Sort::Name => rows.sort_by_key(|way| (text::folded(&way.system_name), way.grant)),
        Sort::Client => rows.sort_by_key(|way| (text::folded(&way.client_name), way.grant)),
        Sort::State => rows.sort_by_key(|way| (way.state, way.grant)),
        Sort::Date => rows.sort_by_key(|way| (way.since, way.grant)),
        Sort::Best | Sort::WaysIn => {}
    }
}

/// A row of the table of ways in as lists show it.
///
/// # Errors
/// When a table cannot be read.
pub fn way(facts: &Facts<'_>, scene: &Scene, row: &WayRow) -> Result<Option<WayIn>, AppError> {
    let Some(holding) = facts.holding(row.grant_id)? else { return Ok(None) };
    let standing = standing(row);
    let last = row.open && row.admin && run_facts::other_admins(facts, scene, row.system, row.person, 1)?.is_empty();
    Ok(Some(lines::way_in(facts, &holding, standing, last, (scene.now, &scene.zone))?))
}

/// How a row of the table stands.
pub fn standing(row: &WayRow) -> Standing {
    Standing { state: row.state, shut_by: row.shut_by, shuts: u32::try_from(row.shuts).unwrap_or(u32::MAX) }
}

/// Why one way in is here.
///
/// # Errors
/// When it is gone.
pub fn why(facts: &Facts<'_>, scene: &Scene, grant: GrantId) -> Result<Why, AppError> {
    let gone = || AppError::new(ErrorClass::NotFound, "That way in is not in the register any more.");
    let holding = facts.holding(grant)?.ok_or_else(gone)?;
    let row = facts.reader().derived_one::<WayRow>(&Select::all().eq("grant_id", grant))?.ok_or_else(gone)?;
    let mut others = Vec::new();
    for person in run_facts::other_admins(facts, scene, row.system, row.person, 8)?.into_iter().collect::<BTreeSet<_>>()
    {
        others.extend(facts.name(Some(person))?);
    }
    Ok(lines::why(facts, &holding, standing(&row), &others, (scene.now, &scene.zone))?)
}

/// People who could leave: the best match first, the riskiest without one.
///
/// # Errors
/// When a table cannot be read.
pub fn leavers(facts: &Facts<'_>, scene: &Scene, typed: &str) -> Result<Page<PersonLine>, AppError> {
    let unfiltered = facts.reader().count::<Person>(&Select::all())?;
    let wanted = text::folded(typed.trim());
    let mut rows = Vec::new();
    for id in counts(facts, &["risk", "ways_in"], 0, FILTER_READS)? {
        let Some(line) = line(facts, scene, id)? else { continue };
        let gone = line.status == PersonStatus::Discharged && line.ways_in == 0;
        let rank = match_rank(&line.name, &wanted);
        if let Some(rank) = rank.filter(|_| !gone) {
            let leaving = line.status != PersonStatus::Notice;
            rows.push(((rank, leaving, std::cmp::Reverse(line.ways_in)), line));
        }
    }
    rows.sort_by_key(|row| row.0);
    let rows: Vec<PersonLine> = rows.into_iter().map(|(_, line)| line).take(50).collect();
    let total = rows.len();
    Ok(Page { rows, start: 0, total, unfiltered: usize::try_from(unfiltered).unwrap_or(usize::MAX) })
}

/// 0 when the name starts with what was typed, 1 when a word of it does, 2 when it stands somewhere.
fn match_rank(name: &str, wanted: &str) -> Option<u8> {
    let folded = text::folded(name);
    if wanted.is_empty() || folded.starts_with(wanted) {
        Some(0)
    } else if folded.split_whitespace().any(|word| word.starts_with(wanted)) {
        Some(1)
    } else {
        folded.contains(wanted).then_some(2)
    }
}

/// What a bulk removal would touch: flags first.
///
/// # Errors
/// When a way in is gone.
pub fn impact(facts: &Facts<'_>, scene: &Scene, grants: &[GrantId]) -> Result<Impact, AppError> {
    let mut impact = Impact::default();
    let mut logins = Vec::new();
    let (mut clients, mut doers) = (BTreeSet::new(), BTreeSet::new());
    for holding in removal::holdings(facts, grants)? {
        if !holding.grant.is_open(scene.now) {
            continue;
        }
        impact.ways += 1;
        clients.insert(holding.at.client.id);
        let admin = holding.is_admin();
        let others = if admin {
            run_facts::other_admins(facts, scene, holding.at.system.id, holding.person.id, 5)?.len()
        } else {
            0
        };
        let shared = holding.at.is_shared();
        impact.admin += u32::from(admin);
        impact.last_admin += u32::from(admin && others == 0);
        impact.shared += u32::from(shared);
        let run = run_facts::governing(facts, Some(holding.person.id), Some(holding.at.client.id))?;
        doers.insert(run.and_then(|run| run.doer).or(scene.me));
        impact.items.push((lines::risk(&holding), lines::title(&holding), note(&holding, admin, others)));
        logins.push(holding.at.account.login.clone());
    }
    // Two logins on one system are told apart; one is named by its system alone.
    let mut titles: HashMap<String, u32> = HashMap::new();
    for (_, title, _) in &impact.items {
        *titles.entry(title.clone()).or_default() += 1;
    }
    for ((_, title, _), login) in impact.items.iter_mut().zip(logins) {
        if titles.get(title).is_some_and(|times| *times > 1) {
            *title = format!("{title}, {login}");
        }
    }
    impact.items.sort_by_key(|(risk, _, note)| (!note.starts_with("!!"), std::cmp::Reverse(*risk)));
    impact.clients = u32::try_from(clients.len()).unwrap_or(u32::MAX);
    impact.doers = u32::try_from(doers.len()).unwrap_or(u32::MAX);
    Ok(impact)
}

fn note(holding: &Holding, admin: bool, others: usize) -> String {
    match (admin, others) {
        (true, 0) => "!! LAST admin on record".to_owned(),
        (true, 1) => "1 other admin stays".to_owned(),
        (true, n) => format!("{n} other admins stay"),
        _ if holding.at.is_shared() => "shared login: change its password".to_owned(),
        _ if holding.is_several_clients() => "reaches several clients".to_owned(),
        _ => String::new(),
    }
}

/// Every way in of a person that is open and not asked for.
///
/// # Errors
/// When a table cannot be read.
pub fn unasked(facts: &Facts<'_>, scene: &Scene, person: PersonId) -> Result<Vec<GrantId>, AppError> {
    let open = derive::open_grants(facts, person, scene.now)?;
    let wanted = |grant: &Grant| grant.removal.state(scene.now) != crate::domain::GrantState::Asked;
    Ok(open.into_iter().filter(wanted).map(|grant| grant.id).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_starts_with_the_letters_comes_before_one_that_holds_them() {
        assert_eq!(match_rank("Dana Ruiz", "da"), Some(0));
        assert_eq!(match_rank("Lee Dale", "da"), Some(1));
        assert_eq!(match_rank("Adaeze Obi", "da"), Some(2));
        assert_eq!(match_rank("Tom Becker", "da"), None);
    }
}
