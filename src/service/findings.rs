//! What is wrong, as lists: for Fixes, for Today, for the commands; and setting a finding aside.
//!
//! Must never know: the rules.

use super::command::Outcome;
use super::derive;
use super::derive::keep::{Body, FINDINGS_ASIDE, FINDINGS_OPEN};
use super::filter::{self, Column, Filter};
use super::query::Slice;
use super::session::{Scene, Session};
use super::view::{FindingLine, FindingState, FixesView, Page};
use super::{AsOf, words};
use crate::domain::findings::{Judge, catalogue, exceptions};
use crate::domain::{AccountId, ClientId, Exception, Instant, PersonId, RecordId, Severity};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::store::{FindingRow, Select, StoreError, Tx};

/// Which findings are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingFilter {
    /// Of this rule.
    pub rule: Option<String>,
    /// Concerning this client.
    pub client: Option<ClientId>,
    /// Concerning this person.
    pub person: Option<PersonId>,
    /// This severe or more.
    pub least: Option<Severity>,
}

/// A row as lists and the detail pane show it.
///
/// # Errors
/// When a table cannot be read or the row is not what this version wrote.
pub fn line(facts: &Facts<'_>, scene: &Scene, row: &FindingRow) -> Result<FindingLine, AppError> {
    let body: Body = serde_json::from_str(&row.body)
        .map_err(|_| AppError::new(ErrorClass::Internal, "A finding cannot be read. F5 computes it again."))?;
    let person = named(row.person, |id| facts.name(Some(id)))?;
    let client = named(row.client, |id| Ok(facts.client(id)?.map(|client| client.name.clone())))?;
    let system = named(row.system, |id| Ok(facts.system(id)?.map(|system| system.name.clone())))?;
    let login = named(row.account, |id: AccountId| Ok(facts.get::<crate::domain::Account>(id)?.map(|a| a.login)))?;
    let clients = u32::try_from(row.reach).unwrap_or(u32::MAX);
    let minutes = u32::try_from(row.minutes).unwrap_or(u32::MAX);
    Ok(FindingLine {
        key: row.key.clone(),
        rule: row.rule.clone(),
        severity: row.severity,
        title: row.title.clone(),
        person,
        client,
        system,
        login,
        lines: body.lines.iter().map(|line| line_words(&line.what, &line.facts)).collect(),
        reason: body.reason,
        could: body.could,
        facts: body.facts,
        fix: body.fix,
        minutes,
        reach: (body.ways_in, clients),
        since: row.since,
        due: body.due,
        state: match (body.set_aside.filter(|until| *until > scene.now), row.state.as_str()) {
            (Some(until), _) => FindingState::SetAside(until),
            (None, "asked") => FindingState::Asked,
            _ => FindingState::Open,
        },
        controls: body.controls,
        rank: rank(minutes, clients, body.admin, row.since, scene),
        grants: body.lines.iter().filter_map(|line| line.grant).collect(),
    })
}

fn line_words(what: &str, facts: &[String]) -> String {
    if facts.is_empty() { what.to_owned() } else { format!("{what}: {}", facts.join("; ")) }
}

fn named<K: RecordId>(
    id: Option<K>,
    name: impl Fn(K) -> Result<Option<String>, StoreError>,
) -> Result<Option<(K, String)>, StoreError> {
    Ok(match id {
        Some(id) => name(id)?.map(|name| (id, name)),
        None => None,
    })
}

fn rank(minutes: u32, clients: u32, admin: u32, since: Option<Instant>, scene: &Scene) -> String {
    let mut out = vec![
        format!("{} of work", words::counted(minutes.into(), "minute", "minutes")),
        words::counted(clients.into(), "client", "clients"),
    ];
    if admin > 0 {
        out.push(words::counted(admin.into(), "admin right", "admin rights"));
    }
    if let Some(since) = since {
        let days = u64::try_from(scene.now.days_since(since)).unwrap_or(0);
        out.push(words::counted(days, "day", "days"));
    }
    format!("{}.", out.join(", "))
}

/// Findings that count, best payoff first.
///
/// # Errors
/// When a table cannot be read.
pub fn first(facts: &Facts<'_>, scene: &Scene, most: u64) -> Result<Vec<FindingLine>, AppError> {
    let select = Select::all().ne("state", "set_aside").order_desc(&["payoff"]).page(0, most);
    facts.reader().derived::<FindingRow>(&select)?.iter().map(|row| line(facts, scene, row)).collect()
}

/// The Fixes screen.
///
/// # Errors
/// When a table cannot be read.
pub fn fixes(facts: &Facts<'_>, scene: &Scene, slice: &Slice) -> Result<FixesView, AppError> {
    let read = facts.reader();
    let open = Select::all().ne("state", "set_aside");
    let number = |name| read.total(name).map(|found| u64::try_from(found).unwrap_or(0));
    let unfiltered = number(FINDINGS_OPEN)?;
    let ordered = open.order_desc(&["payoff"]);
    let filter = Filter::parse(&slice.filter, filter::FINDINGS);
    let page = if filter.is_empty() && !slice.reverse {
        let rows = read.derived::<FindingRow>(&ordered.page(slice.start as u64, slice.limit as u64))?;
        let rows = rows.iter().map(|row| line(facts, scene, row)).collect::<Result<Vec<_>, _>>()?;
        let total = usize::try_from(unfiltered).unwrap_or(usize::MAX);
        Page { rows, start: slice.start, total, unfiltered: total }
    } else {
        let mut rows = Vec::new();
        for row in read.derived::<FindingRow>(&ordered.page(0, 5_000))? {
            let client = match row.client.filter(|_| filter.asks(Column::Client).next().is_some()) {
                Some(client) => facts.client(client)?.map_or_else(String::new, |client| client.name.clone()),
                None => String::new(),
            };
            let value = |column| match column {
                Column::Client => client.clone(),
                Column::Risk => row.severity.shown().to_owned(),
                _ => row.rule.clone(),
            };
            if filter.takes(&format!("{} {} {}", row.title, row.rule, row.severity.shown()), value) {
                rows.push(line(facts, scene, &row)?);
            }
        }
        super::people::page(rows, slice, unfiltered)
    };
    let top = first(facts, scene, 3)?;
    Ok(FixesView {
        set_aside: u32::try_from(number(FINDINGS_ASIDE)?).unwrap_or(u32::MAX),
        first_minutes: top.iter().map(|finding| finding.minutes).sum(),
        first_ways: top.iter().map(|finding| finding.reach.0).sum(),
        page,
    })
}

/// Sets a finding aside with a reason and a date.
///
/// # Errors
/// When it is gone, a reason is missing, or the date is not ahead or too far.
pub fn set_aside(tx: &mut Tx<'_>, scene: &Scene, key: &str, reason: &str, until: Instant) -> Result<Outcome, AppError> {
    let Some(found) = tx.derived_one::<FindingRow>(&Select::all().eq("key", key))? else {
        return Err(AppError::new(ErrorClass::NotFound, "That finding is gone. Nothing was changed.")
            .hint("keyward findings lists those that stand"));
    };
    let judge = Judge::new(&scene.policy, &scene.zone, scene.now);
    exceptions::check(&judge, (found.severity, found.person), reason, scene.me, until)
        .map_err(|error| AppError::new(ErrorClass::Refused, error.to_string()))?;
    let exception = Exception {
        id: tx.allocate::<Exception>()?,
        rule: found.rule.clone(),
        key: key.to_owned(),
        at: scene.now,
        until,
        approver: scene.me,
        ended: None,
        reason: reason.trim().to_owned(),
    };
    let back = words::day(until, scene.now, &scene.zone);
    let summary = format!("Set aside until {back}: {}", found.title);
    let mut change = scene.change("finding.set_aside", summary.clone()).because(Some(reason.to_owned()));
    change.put(exception);
    let seq = tx.append(change)?;
    Ok(Outcome::done(seq, format!("{summary}.")))
}

impl Session {
    /// Findings in payoff order, on any date and as known at any time.
    ///
    /// For today they stand in the tables; for another moment the rules judge the facts of that moment again.
    ///
    /// # Errors
    /// When the register cannot be read, or a rule has no such name.
    pub fn findings(&self, filter: &FindingFilter, as_of: AsOf) -> Result<Vec<FindingLine>, AppError> {
        if let Some(rule) = &filter.rule
            && catalogue::find(rule).is_none()
        {
            return Err(AppError::new(ErrorClass::NotFound, format!("There is no rule called \"{rule}\""))
                .hint("keyward findings --json lists each finding with its rule"));
        }
        let mut lines = if as_of == AsOf::default() {
            self.look(as_of, |facts, _| {
                let rows = facts.reader().derived::<FindingRow>(&Select::all().order_desc(&["payoff"]))?;
                let rows = rows.iter().filter(|row| row_fits(row, filter));
                rows.map(|row| line(facts, &self.scene, row)).collect()
            })?
        } else {
            self.judged_again(filter, as_of)?
        };
        lines.retain(|line| {
            let client = filter.client.is_none_or(|wanted| line.client.as_ref().is_some_and(|(id, _)| *id == wanted));
            let grants = filter.client.is_some() && !line.grants.is_empty();
            client || (grants && self.touches(line, filter.client).unwrap_or(false))
        });
        Ok(lines)
    }

    /// Whether one of a finding's ways in is at the client.
    fn touches(&self, line: &FindingLine, client: Option<ClientId>) -> Result<bool, AppError> {
        self.look(AsOf::default(), |facts, _| {
            for grant in &line.grants {
                let at = facts.holding(*grant)?.map(|holding| holding.at.client.id);
                if at.is_some() && at == client {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    }

    fn judged_again(&self, filter: &FindingFilter, as_of: AsOf) -> Result<Vec<FindingLine>, AppError> {
        self.look(as_of, |facts, at| {
            let scene = Scene { now: at, world: derive::Kept::default(), ..self.scene.clone() };
            let known = self.known(as_of)?;
            if let Some(known) = known {
                scene.world.fill(derive::World::read_at(&facts.reader(), Some(known))?);
            }
            let mut found = derive::everything_wrong(facts, &scene)?;
            found.sort_by(crate::domain::findings::Finding::order);
            let mut lines = Vec::with_capacity(found.len());
            for finding in &found {
                let row = derive::keep::row_with(facts, &scene, finding)?;
                if row_fits(&row, filter) {
                    lines.push(line(facts, &scene, &row)?);
                }
            }
            Ok(lines)
        })
    }
}

fn row_fits(row: &FindingRow, filter: &FindingFilter) -> bool {
    filter.rule.as_ref().is_none_or(|rule| *rule == row.rule)
        && filter.person.is_none_or(|person| row.person == Some(person))
        && filter.least.is_none_or(|least| row.severity >= least)
}
