//! One person: how each way in stands with what its sign-ons do, the counters, what they know, what is wrong.
//!
//! Must never know: who else there is, beyond who still needs a secret.

use super::places::{self, Judged};
use crate::domain::knows::{self, Known, VaultAccess};
use crate::domain::person_status::{self, Standing};
use crate::domain::reach::{SystemGraph, SystemNode, Way, WaysIn};
use crate::domain::{
    Admin, Grant, GrantState, Holding, Instant, Knowing, Person, PersonId, Run, Secret, Severity, SystemId, SystemReach,
};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::lines;
use crate::service::session::Scene;
use crate::store::{PersonCount, Select, StoreError, WayRow};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Everything computed about one person.
pub struct Computed {
    /// A row for each way in.
    pub ways: Vec<WayRow>,
    /// The counters.
    pub count: PersonCount,
    /// What is wrong.
    pub judged: Judged,
    /// Moments at which something of it changes by itself.
    pub boundaries: Vec<Instant>,
}

/// A person with everything rules and lists need to know about them.
pub struct Whole {
    /// Who.
    pub person: Person,
    /// Their runs.
    pub runs: Vec<Run>,
    /// Where they stand.
    pub standing: Standing,
    /// Every way in, whatever its state.
    pub holdings: Vec<Holding>,
    /// The ways in with what their sign-ons do.
    pub ways: WaysIn,
    /// What they know.
    pub known: Vec<Known>,
    /// The secrets of `known`, and of every period of theirs.
    pub secrets: Vec<Secret>,
}

/// Reads everything about one person as of a moment.
///
/// # Errors
/// When a table cannot be read. Nothing when the person is not in the register.
pub fn whole(facts: &Facts<'_>, scene: &Scene, person: PersonId, at: Instant) -> Result<Option<Whole>, AppError> {
    let Some(found) = facts.get::<Person>(person)? else { return Ok(None) };
    let runs = facts.runs_of(person)?;
    let standing = person_status::status(&found, &runs, &scene.zone, at);
    let holdings = facts.holdings_of(person)?;
    let ways = ways_of(facts, &holdings, at)?;
    let (known, secrets) = known(facts, scene, person, at)?;
    Ok(Some(Whole { person: found, runs: (*runs).clone(), standing, holdings, ways, known, secrets }))
}

/// The ways in of one person with what their sign-ons do. Only the systems they have a way into matter for that.
///
/// # Errors
/// When a table cannot be read.
pub fn ways_of(facts: &Facts<'_>, holdings: &[Holding], at: Instant) -> Result<WaysIn, StoreError> {
    let systems: BTreeSet<SystemId> = holdings.iter().map(|holding| holding.at.system.id).collect();
    let mut nodes = Vec::with_capacity(systems.len());
    for id in systems {
        if let Some(system) = facts.system(id)? {
            nodes.push(SystemNode { opens: Vec::new(), ..SystemNode::from(&*system) });
        }
    }
    let graph = SystemGraph::new(nodes);
    Ok(WaysIn::new(&graph, holdings.iter().filter_map(|holding| Way::of(holding, at))))
}

/// The secrets somebody has ever known, and which of them they know at a moment.
///
/// # Errors
/// When a table cannot be read.
pub fn known(
    facts: &Facts<'_>,
    scene: &Scene,
    person: PersonId,
    at: Instant,
) -> Result<(Vec<Known>, Vec<Secret>), AppError> {
    let own = facts.list::<Knowing>(Select::all().eq("person", person))?;
    let ids: BTreeSet<_> = own.iter().map(|period| period.secret).collect();
    let (mut secrets, mut periods) = (Vec::new(), Vec::new());
    for id in ids {
        secrets.extend(facts.get::<Secret>(id)?);
        periods.extend(facts.list::<Knowing>(Select::all().eq("secret", id))?);
    }
    let mut vaults = Vec::new();
    for vault in secrets.iter().filter_map(|secret| secret.kept_in).collect::<BTreeSet<_>>() {
        let ways = facts.grants_at(vault)?;
        let own = ways.get(&person).into_iter().flatten();
        vaults.extend(own.filter_map(|grant| VaultAccess::of(grant, vault)));
    }
    let mut left: HashMap<PersonId, Option<Instant>> = HashMap::new();
    for period in &periods {
        if let std::collections::hash_map::Entry::Vacant(entry) = left.entry(period.person) {
            entry.insert(left_at(facts, scene, period.person, at)?);
        }
    }
    let known = knows::known(person, &secrets, &periods, &vaults, |who| left.get(&who).copied().flatten(), at);
    Ok((known, secrets))
}

/// The last day of whoever has left by this moment.
///
/// # Errors
/// When a table cannot be read.
pub fn left_at(facts: &Facts<'_>, scene: &Scene, person: PersonId, at: Instant) -> Result<Option<Instant>, StoreError> {
    let Some(found) = facts.person(person)? else { return Ok(None) };
    let runs = facts.runs_of(person)?;
    let standing = person_status::status(&found, &runs, &scene.zone, at);
    Ok(if standing.has_left() { standing.last_day } else { None })
}

/// Computes what follows about one person.
///
/// # Errors
/// When a table cannot be read.
pub fn compute(facts: &Facts<'_>, scene: &Scene, person: PersonId) -> Result<Option<Computed>, AppError> {
    let now = scene.now;
    let Some(whole) = whole(facts, scene, person, now)? else { return Ok(None) };
    let states: HashMap<_, _> = whole.ways.states().collect();
    let shuts = whole.ways.shuts();
    let ways: Vec<WayRow> = whole
        .holdings
        .iter()
        .filter_map(|holding| {
            let state =
                if holding.grant.planned { GrantState::Planned } else { states.get(&holding.grant.id).copied()? };
            let shut_by = whole.ways.shut_by(holding.grant.id).map(|by| by.parent);
            let shuts = shuts.get(&holding.grant.id).copied().unwrap_or(0);
            Some(way_row(holding, state, shut_by, shuts as u64))
        })
        .collect();
    let judged = places::judge_person(facts, scene, &whole)?;
    let count = count(&whole, &ways, &judged, now);
    let mut boundaries = person_status::boundaries(&whole.person, &whole.runs, &scene.zone, now);
    boundaries
        .extend(whole.holdings.iter().filter_map(|holding| holding.grant.removal.waived_until).filter(|at| *at > now));
    boundaries.extend(whole.holdings.iter().filter_map(|holding| holding.grant.since).filter(|at| *at > now));
    boundaries.extend(judged.boundaries.iter().copied());
    Ok(Some(Computed { ways, count, judged, boundaries }))
}

fn way_row(holding: &Holding, state: GrantState, shut_by: Option<SystemId>, shuts: u64) -> WayRow {
    let open = state.is_open();
    WayRow {
        grant_id: holding.grant.id,
        person: holding.person.id,
        account: holding.at.account.id,
        system: holding.at.system.id,
        client: holding.at.client.id,
        open,
        admin: holding.grant.admin.max(holding.at.account.admin) != Admin::None,
        several: holding.at.system.reach == SystemReach::Several,
        tier: holding.at.system.tier,
        weak: lines::is_without_factor(holding),
        unchecked: state.is_unchecked() && !holding.grant.removal.is_settled(Instant::from_millis(i64::MIN)),
        state,
        shut_by,
        shuts,
        rank: rank(holding, open, shuts),
    }
}

/// The order of switching off: open ones first, by the policy's order of kinds of systems, then what shuts most,
/// then the riskier, then by client and system so that the order never jumps.
fn rank(holding: &Holding, open: bool, shuts: u64) -> i64 {
    let own_or_tool = holding.at.client.own || holding.at.system.reach == SystemReach::Several;
    let kind = if own_or_tool {
        i64::from(holding.at.system.kind.exit_rank())
    } else {
        7.max(i64::from(holding.at.system.kind.exit_rank()))
    };
    let risk = match lines::risk(holding) {
        Severity::Critical | Severity::High => 0,
        Severity::Medium => 1,
        Severity::Low | Severity::Advice => 2,
    };
    let shut = 9_999 - i64::try_from(shuts.min(9_999)).unwrap_or(0);
    i64::from(!open) * 1_000_000_000_000 + kind * 1_000_000_000 + shut * 10_000 + risk * 1_000
}

fn count(whole: &Whole, ways: &[WayRow], judged: &Judged, now: Instant) -> PersonCount {
    let open = || ways.iter().filter(|way| way.open);
    let number = |n: usize| n as u64;
    let clients: BTreeSet<_> = open().filter(|way| !way.several).map(|way| way.client).collect();
    let systems: BTreeSet<_> = open().map(|way| way.system).collect();
    let unchecked = whole
        .holdings
        .iter()
        .zip(ways_by_grant(whole, ways))
        .filter(|(holding, state)| {
            state.is_some_and(GrantState::is_unchecked) && !holding.grant.removal.is_settled(now)
        })
        .count();
    let admin = number(open().filter(|way| way.admin).count());
    let worst = judged.findings.iter().map(|finding| finding.severity).max();
    let leaving = whole.standing.has_left() || whole.standing.last_day.is_some();
    let risk = if leaving && open().next().is_some() { worst.max(Some(Severity::High)) } else { worst };
    PersonCount {
        person: whole.person.id,
        ways_in: number(open().count()),
        admin,
        clients: number(clients.len()),
        systems: number(systems.len()),
        without_mfa: number(open().filter(|way| way.weak).count()),
        knows: number(whole.known.len()),
        unchecked: number(unchecked),
        risk,
    }
}

fn ways_by_grant<'a>(whole: &'a Whole, ways: &'a [WayRow]) -> impl Iterator<Item = Option<GrantState>> + 'a {
    let states: BTreeMap<_, _> = ways.iter().map(|way| (way.grant_id, way.state)).collect();
    whole.holdings.iter().map(move |holding| states.get(&holding.grant.id).copied())
}

/// Grants of a person that are open, whatever their sign-ons do.
///
/// # Errors
/// When a table cannot be read.
pub fn open_grants(facts: &Facts<'_>, person: PersonId, at: Instant) -> Result<Vec<Grant>, StoreError> {
    Ok(facts.list::<Grant>(Select::all().eq("person", person))?.into_iter().filter(|grant| grant.is_open(at)).collect())
}
