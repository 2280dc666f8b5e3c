//! Who can get in, what one person reaches, which shared logins they know: each on any date, as known at any time.
//!
//! Must never know: how answers are printed.

use super::resolve::Scope;
use super::session::{Scene, Session};
use super::view::{SecretLine, WayIn};
use super::{AsOf, derive, lines};
use crate::domain::knows::LastRead;
use crate::domain::reach::{Closure, SystemGraph};
use crate::domain::{
    Account, AnyRecord, GrantState, Holding, Instant, PersonId, Secret, Severity, System, SystemId, SystemReach,
};
use crate::error::AppError;
use crate::service::discharge::facts as run_facts;
use crate::service::facts::Facts;
use crate::store::{Select, StoreError};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What one person can reach, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ReachSummary {
    /// Direct ways in that are open.
    pub ways_in: u32,
    /// Clients reached, directly or through what a system opens.
    pub clients: u32,
    /// Clients one can get into directly.
    pub clients_direct: u32,
    /// Systems reached, directly or through others.
    pub systems: u32,
    /// Systems one can get into directly.
    pub systems_direct: u32,
    /// Open admin rights.
    pub admin: u32,
    /// Open ways in without a second factor.
    pub without_mfa: u32,
    /// Shared secrets known and not changed.
    pub secrets_known: u32,
}

/// Which rows are wanted of a list of ways in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Standing {
    /// Those that were or are given, whatever their state.
    #[default]
    All,
    /// Those still open.
    Open,
    /// Those in one state.
    State(GrantState),
}

impl Standing {
    const fn takes(self, state: GrantState) -> bool {
        match self {
            Self::All => true,
            Self::Open => state.is_open(),
            Self::State(wanted) => wanted as u8 == state as u8,
        }
    }
}

impl Session {
    /// Who can get in there, directly and through what opens it. Rows of people who left and still can come first.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn who(&self, scope: Scope, standing: Standing, as_of: AsOf) -> Result<Vec<WayIn>, AppError> {
        self.look(as_of, |facts, at| {
            let systems = systems_in(facts, scope)?;
            let mut rows = Vec::new();
            let world = self.world(facts, as_of)?;
            if !matches!(scope, Scope::Account(_)) {
                for opener in world.graph.leading_to(systems.iter().copied()) {
                    let closure = world.graph.opened_by(opener);
                    let Some(target) = systems.iter().find(|system| closure.get(**system).is_some()) else { continue };
                    let path = path_names(facts, &closure, *target)?;
                    for holding in facts.holdings_at(opener)?.into_iter().filter(|h| h.grant.is_open(at)) {
                        let state = holding.grant.state(at);
                        rows.extend(row(facts, &self.scene, &holding, state, (at, path.clone()))?);
                    }
                }
            }
            let held = match scope {
                Scope::Account(account) => facts.holdings_on(account)?,
                Scope::Client(_) | Scope::System(_) => holdings_at(facts, &systems)?,
            };
            for holdings in with_sign_ons(facts, &world.graph, &systems, held)?.values() {
                rows.extend(
                    direct(facts, &self.scene, holdings, at)?.into_iter().filter(|way| systems.contains(&way.system)),
                );
            }
            rows.retain(|way| standing.takes(way.state));
            rows.sort_by(|a, b| {
                (!a.path.is_empty(), !a.state.is_open(), &a.system_name, &a.person_name).cmp(&(
                    !b.path.is_empty(),
                    !b.state.is_open(),
                    &b.system_name,
                    &b.person_name,
                ))
            });
            Ok(rows)
        })
    }

    /// What one person can reach: direct ways in, then what these open.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn reach(
        &self,
        person: PersonId,
        standing: Standing,
        as_of: AsOf,
    ) -> Result<(Vec<WayIn>, ReachSummary), AppError> {
        self.look(as_of, |facts, at| {
            let holdings = facts.holdings_of(person)?;
            let mut rows = direct(facts, &self.scene, &holdings, at)?;
            rows.retain(|way| standing.takes(way.state));
            let open: Vec<&WayIn> = rows.iter().filter(|way| way.state.is_open()).collect();
            let direct_systems: BTreeSet<SystemId> = open.iter().map(|way| way.system).collect();
            let direct_clients: BTreeSet<_> = holdings
                .iter()
                .filter(|h| direct_systems.contains(&h.at.system.id) && h.at.system.reach == SystemReach::One)
                .map(|h| h.at.client.id)
                .collect();
            let weak: BTreeSet<_> =
                holdings.iter().filter(|h| lines::is_without_factor(h)).map(|h| h.grant.id).collect();
            let mut summary = ReachSummary {
                ways_in: number(open.len()),
                clients_direct: number(direct_clients.len()),
                systems_direct: number(direct_systems.len()),
                admin: number(open.iter().filter(|way| way.admin != crate::domain::Admin::None).count()),
                without_mfa: number(open.iter().filter(|way| weak.contains(&way.grant)).count()),
                ..ReachSummary::default()
            };
            let closure = self.world(facts, as_of)?.graph.opened_from(direct_systems.iter().copied());
            let mut clients = closure.clients();
            clients.extend(direct_clients);
            summary.clients = number(clients.len());
            summary.systems = number(closure.rows.len() + direct_systems.len());
            let (known, _) = derive::known(facts, &self.scene, person, at)?;
            summary.secrets_known = number(known.len());
            if matches!(standing, Standing::All | Standing::Open) {
                let through = reached(facts, &self.scene, &holdings, &rows, &closure, at)?;
                rows.extend(through);
            }
            Ok((rows, summary))
        })
    }

    /// The links between systems as the register knew them at the moment asked about.
    fn world(&self, facts: &Facts<'_>, as_of: AsOf) -> Result<Arc<derive::World>, AppError> {
        Ok(match self.known(as_of)? {
            None => self.scene.world.get(&facts.reader())?,
            Some(known) => Arc::new(derive::World::read_at(&facts.reader(), Some(known))?),
        })
    }

    /// Shared logins and codes a person knows and that were not changed since; with `all` also those that were.
    ///
    /// # Errors
    /// When the register cannot be read.
    pub fn knows(&self, person: PersonId, all: bool, as_of: AsOf) -> Result<Vec<SecretLine>, AppError> {
        self.look(as_of, |facts, at| known_lines(facts, &self.scene, person, all, at))
    }
}

fn number(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// What somebody can get into directly, in numbers: the same as of [`ReachSummary`], without a row for each way in and
/// without what their systems lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// Open ways in.
    pub ways_in: u32,
    /// Of these with admin rights.
    pub admin: u32,
    /// Clients with an open way in to a system of their own.
    pub clients: u32,
}

/// What somebody could get into directly at a moment.
///
/// # Errors
/// When a table cannot be read.
pub fn held(facts: &Facts<'_>, person: PersonId, at: Instant) -> Result<Held, StoreError> {
    let holdings = facts.holdings_of(person)?;
    let states: HashMap<_, _> = derive::ways_of(facts, &holdings, at)?.states().collect();
    let is_open = |holding: &&Holding| states.get(&holding.grant.id).is_some_and(|state| state.is_open());
    let open: Vec<&Holding> = holdings.iter().filter(is_open).collect();
    let clients: BTreeSet<_> =
        open.iter().filter(|h| h.at.system.reach == SystemReach::One).map(|h| h.at.client.id).collect();
    Ok(Held {
        ways_in: number(open.len()),
        admin: number(open.iter().filter(|holding| holding.is_admin()).count()),
        clients: number(clients.len()),
    })
}

/// Shared logins somebody knows, as rows.
///
/// # Errors
/// When a table cannot be read.
pub fn known_lines(
    facts: &Facts<'_>,
    scene: &Scene,
    person: PersonId,
    all: bool,
    at: Instant,
) -> Result<Vec<SecretLine>, AppError> {
    let (known, secrets) = derive::known(facts, scene, person, at)?;
    let mut lines = Vec::new();
    for secret in secrets {
        let still = known.iter().find(|known| known.secret == secret.id);
        if still.is_none() && !all {
            continue;
        }
        lines.push(secret_line(facts, &secret, still, at)?);
    }
    lines.sort_by(|a, b| {
        (a.safe, std::cmp::Reverse(a.risk), &a.client_name, &a.name).cmp(&(
            b.safe,
            std::cmp::Reverse(b.risk),
            &b.client_name,
            &b.name,
        ))
    });
    Ok(lines)
}

/// How bad it is that somebody knows a secret: by what it opens.
pub fn secret_risk(systems: &[System]) -> Severity {
    if systems
        .iter()
        .any(|system| system.tier == 0 || system.reach == SystemReach::Several || system.internet == Some(true))
    {
        Severity::High
    } else if systems.iter().any(|system| system.tier == 1) {
        Severity::Medium
    } else {
        Severity::Low
    }
}

fn secret_line(
    facts: &Facts<'_>,
    secret: &Secret,
    known: Option<&crate::domain::knows::Known>,
    at: Instant,
) -> Result<SecretLine, AppError> {
    let mut systems = Vec::new();
    for id in run_facts::secret_systems(facts, secret)? {
        systems.extend(facts.system(id)?.map(|system| (*system).clone()));
    }
    let client = facts.client(secret.client)?;
    let mut needed = Vec::new();
    for person in known.map_or(&[][..], |known| &known.still_needed_by) {
        needed.extend(facts.name(Some(*person))?);
    }
    let until = known.and_then(|known| match known.last_read {
        LastRead::At(at) => Some(at),
        LastRead::Open => None,
    });
    Ok(SecretLine {
        secret: secret.id,
        rotation: None,
        name: secret.name.clone(),
        kind: secret.kind,
        client_name: client
            .map_or_else(String::new, |client| lines::client_words(client.own, &client.name, SystemReach::One)),
        systems: systems.iter().map(|system| system.name.clone()).collect(),
        risk: secret_risk(&systems),
        known_from: known.and_then(|known| known.from),
        known_until: until,
        changed: secret.changed.filter(|changed| *changed <= at),
        safe: known.is_none(),
        still_needed_by: needed,
        state: if known.is_none() { GrantState::Checked } else { GrantState::In },
        outcome: None,
        state_at: secret.changed.filter(|_| known.is_none()),
        doer: None,
        due: None,
        waits_for: None,
        how: Vec::new(),
    })
}

/// Direct ways in of one person as rows, with what their sign-ons do.
///
/// # Errors
/// When a table cannot be read.
pub fn direct(facts: &Facts<'_>, scene: &Scene, holdings: &[Holding], at: Instant) -> Result<Vec<WayIn>, AppError> {
    let ways = derive::ways_of(facts, holdings, at)?;
    let states: HashMap<_, _> = ways.states().collect();
    let shuts = ways.shuts();
    let mut rows = Vec::with_capacity(holdings.len());
    for holding in holdings {
        let grant = holding.grant.id;
        let Some(state) = states.get(&grant).copied() else { continue };
        let standing = lines::Standing {
            state,
            shut_by: ways.shut_by(grant).map(|by| by.parent),
            shuts: shuts.get(&grant).map_or(0, |n| number(*n)),
        };
        rows.push(lines::way_in(facts, holding, standing, false, (at, &scene.zone))?);
    }
    rows.sort_by(|a, b| {
        (!a.state.is_open(), std::cmp::Reverse(a.risk), &a.client_name, &a.system_name, &a.login).cmp(&(
            !b.state.is_open(),
            std::cmp::Reverse(b.risk),
            &b.client_name,
            &b.system_name,
            &b.login,
        ))
    });
    Ok(rows)
}

fn row(
    facts: &Facts<'_>,
    scene: &Scene,
    holding: &Holding,
    state: Option<GrantState>,
    (at, path): (Instant, Vec<String>),
) -> Result<Option<WayIn>, AppError> {
    let Some(state) = state else { return Ok(None) };
    let standing = lines::Standing { state, shut_by: None, shuts: 1 };
    let mut row = lines::way_in(facts, holding, standing, false, (at, &scene.zone))?;
    row.path = path;
    Ok(Some(row))
}

/// What open ways in reach through what they open: one row per system, carrying the way in it begins with.
fn reached(
    facts: &Facts<'_>,
    scene: &Scene,
    holdings: &[Holding],
    direct: &[WayIn],
    closure: &Closure,
    at: Instant,
) -> Result<Vec<WayIn>, AppError> {
    let mut first: BTreeMap<SystemId, &Holding> = BTreeMap::new();
    for holding in holdings {
        let open = direct.iter().any(|way| way.grant == holding.grant.id && way.state.is_open());
        if open {
            first.entry(holding.at.system.id).or_insert(holding);
        }
    }
    let mut rows = Vec::with_capacity(closure.rows.len());
    for reached in &closure.rows {
        let Some(holding) = first.get(&reached.source) else { continue };
        let path = path_names(facts, closure, reached.system)?;
        let Some(mut way) = row(facts, scene, holding, Some(GrantState::In), (at, path))? else { continue };
        if let Some(system) = facts.system(reached.system)? {
            way.system = system.id;
            way.system_name.clone_from(&system.name);
            way.client = system.client;
            if let Some(client) = facts.client(system.client)? {
                way.client_name = lines::client_words(client.own, &client.name, system.reach);
            }
        }
        rows.push(way);
    }
    Ok(rows)
}

fn path_names(facts: &Facts<'_>, closure: &Closure, system: SystemId) -> Result<Vec<String>, StoreError> {
    let mut names = Vec::new();
    for id in closure.path(system) {
        names.extend(facts.system(id)?.map(|system| system.name.clone()));
    }
    Ok(names)
}

/// Every way in to these systems.
///
/// # Errors
/// When a table cannot be read.
pub fn holdings_at(facts: &Facts<'_>, systems: &BTreeSet<SystemId>) -> Result<Vec<Holding>, StoreError> {
    let mut held = Vec::new();
    for system in systems {
        held.extend(facts.holdings_at(*system)?);
    }
    Ok(held)
}

/// Ways in to these systems by person, with their holders' ways into the sign-ons above the systems, which decide how
/// they stand. What else somebody holds is not read; how many ways in one shuts is not told from these.
///
/// # Errors
/// When a table cannot be read.
pub fn with_sign_ons(
    facts: &Facts<'_>,
    graph: &SystemGraph,
    systems: &BTreeSet<SystemId>,
    ways: Vec<Holding>,
) -> Result<BTreeMap<PersonId, Vec<Holding>>, StoreError> {
    let mut held: BTreeMap<PersonId, Vec<Holding>> = BTreeMap::new();
    for holding in ways {
        held.entry(holding.person.id).or_default().push(holding);
    }
    for system in graph.with_sign_ons(systems.iter().copied()).difference(systems) {
        for holding in facts.holdings_at(*system)? {
            if let Some(of_them) = held.get_mut(&holding.person.id) {
                of_them.push(holding);
            }
        }
    }
    Ok(held)
}

fn systems_in(facts: &Facts<'_>, scope: Scope) -> Result<BTreeSet<SystemId>, StoreError> {
    Ok(match scope {
        Scope::Client(client) => {
            facts.list::<System>(Select::all().eq("client", client))?.into_iter().map(|system| system.id).collect()
        }
        Scope::System(system) => BTreeSet::from([system]),
        Scope::Account(account) => facts.get::<Account>(account)?.into_iter().map(|account| account.system).collect(),
    })
}

/// Names for rows of records: whose they are.
///
/// # Errors
/// When a table cannot be read.
pub fn label(facts: &Facts<'_>, record: &AnyRecord) -> Result<String, StoreError> {
    Ok(match record {
        AnyRecord::Person(person) => person.name.clone(),
        AnyRecord::Client(client) => client.name.clone(),
        AnyRecord::System(system) => system.name.clone(),
        AnyRecord::Account(account) => account.login.clone(),
        AnyRecord::Secret(secret) => secret.name.clone(),
        AnyRecord::Step(step) if step.title.is_some() => step.title.clone().unwrap_or_default(),
        AnyRecord::Grant(grant) => match facts.hold(grant.clone())? {
            Some(holding) => format!("{}, {}", lines::title(&holding), holding.person.name),
            None => format!("way in {}", grant.id),
        },
        other => format!("{} {}", other.kind().shown(), other.id()),
    })
}
