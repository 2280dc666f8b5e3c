//! The people who can get in at a node: by a way in of their own, by a secret they know, through what opens it.
//!
//! Everybody is named once, by the nearest of these. Names and counts come from indexes; only the rows of the page are
//! filled in.
//!
//! Must never know: keys, drawing.

use super::{Entrant, Located, Route, WhoSlice, WhoView, about, path};
use crate::domain::knows::{self, VaultAccess};
use crate::domain::{
    Account, AccountKind, Admin, Grant, GrantState, Instant, Knowing, Person, PersonId, Secret, System, SystemId,
    person_status,
};
use crate::error::{AppError, ErrorClass};
use crate::service::derive;
use crate::service::discharge::facts::secret_systems;
use crate::service::facts::Facts;
use crate::service::resolve::Scope;
use crate::service::session::Scene;
use crate::service::view::Page;
use crate::store::{EntrantRow, Select, StoreError, WayRow, searchable};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Who can get in at a node.
///
/// # Errors
/// When the node is gone or a table cannot be read.
pub fn who(facts: &Facts<'_>, scene: &Scene, wanted: &WhoSlice) -> Result<WhoView, AppError> {
    let (node, slice) = (wanted.node, &wanted.slice);
    let at = path(facts, node)?.ok_or_else(|| {
        AppError::new(ErrorClass::NotFound, "That part of the register is gone. Nothing was changed.")
    })?;
    let gone = gone(facts, scene)?;
    let (column, id) = column(node);
    let direct = facts.reader().entrants(column, &[id])?;
    let mut named: BTreeSet<PersonId> = direct.iter().map(|row| row.person).collect();
    let mut found: Vec<Found> = direct.into_iter().map(Found::own).collect();
    let direct = found.len();
    for (person, known) in knowers(facts, scene, node, &at)? {
        if named.insert(person)
            && let Some(record) = facts.person(person)?
        {
            found.push(Found { person, name: searchable(&record.name), admin: false, ways: 0, by: By::Knows(known) });
        }
    }
    let knowing = found.len() - direct;
    found.sort_by(|a, b| a.order(&gone).cmp(&b.order(&gone)));
    let world = match wanted.patient {
        true => Some(scene.world.get(&facts.reader())?),
        false => scene.world.known(),
    };
    let openers = match &world {
        Some(world) => openers(facts, world, node, &at)?,
        None => Vec::new(),
    };
    let opening: Vec<u64> = openers.iter().map(|system| system.0).collect();
    let mut through: Vec<Found> =
        facts.reader().entrants("system", &opening)?.into_iter().map(Found::through).collect();
    through.retain(|row| !named.contains(&row.person));
    through.sort_by(|a, b| a.order(&gone).cmp(&b.order(&gone)));
    let beyond = through.len();
    found.extend(through);
    let total = found.len();
    let mut rows = Vec::new();
    for row in found.iter().skip(slice.start).take(slice.limit) {
        rows.extend(entrant(facts, node, &openers, &gone, row)?);
    }
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Ok(WhoView {
        node,
        client: at.client,
        people: Page { rows, start: slice.start, total, unfiltered: total },
        direct: number(direct),
        knowing: number(knowing),
        through: number(beyond),
        whole: world.is_some() || matches!(node, Scope::Account(_)),
        facts: about::facts_of(facts, scene, node, &at)?,
        fix: about::fix(facts, node)?,
        path: at.names,
    })
}

const fn column(node: Scope) -> (&'static str, u64) {
    match node {
        Scope::Client(id) => ("client", id.0),
        Scope::System(id) => ("system", id.0),
        Scope::Account(id) => ("account", id.0),
    }
}

/// Somebody found, before their row is filled in.
struct Found {
    person: PersonId,
    name: String,
    ways: u64,
    admin: bool,
    by: By,
}

enum By {
    Own,
    Knows(Known),
    Through,
}

/// What somebody knows.
#[derive(Clone)]
struct Known {
    what: String,
    from: Option<Instant>,
}

impl Found {
    fn own(row: EntrantRow) -> Self {
        Self { person: row.person, name: row.name_folded, ways: row.ways, admin: row.admin, by: By::Own }
    }

    fn through(row: EntrantRow) -> Self {
        Self { by: By::Through, ..Self::own(row) }
    }

    /// Who left comes first, then admins, then by name.
    fn order(&self, gone: &HashMap<PersonId, Option<Instant>>) -> (bool, bool, &str, PersonId) {
        (!gone.contains_key(&self.person), !self.admin, &self.name, self.person)
    }
}

/// Who has left, with their last day.
fn gone(facts: &Facts<'_>, scene: &Scene) -> Result<HashMap<PersonId, Option<Instant>>, StoreError> {
    let mut out = HashMap::new();
    for person in facts.list::<Person>(Select::all().one_of("status", ["notice", "discharged"]))? {
        let runs = facts.runs_of(person.id)?;
        let standing = person_status::status(&person, &runs, &scene.zone, scene.now);
        if standing.has_left() {
            out.insert(person.id, standing.last_day);
        }
    }
    Ok(out)
}

/// The systems that lead to the node, nearest first. A single login is opened by nothing but itself.
fn openers(facts: &Facts<'_>, world: &derive::World, node: Scope, at: &Located) -> Result<Vec<SystemId>, StoreError> {
    let inside = match (node, at.system) {
        (Scope::Client(client), _) => facts.reader().ids::<System>(&Select::all().eq("client", client))?,
        (Scope::System(system), _) => vec![system],
        (Scope::Account(_), _) => return Ok(Vec::new()),
    };
    Ok(world.graph.leading_to(inside))
}

/// Who knows a secret of the node that was not changed since, each by the first of them.
fn knowers(facts: &Facts<'_>, scene: &Scene, node: Scope, at: &Located) -> Result<BTreeMap<PersonId, Known>, AppError> {
    let secrets = match node {
        Scope::Account(account) => facts.list::<Secret>(Select::all().eq("account", account))?,
        Scope::Client(_) | Scope::System(_) => facts.list::<Secret>(Select::all().eq("client", at.client))?,
    };
    let mut out = BTreeMap::new();
    for secret in secrets {
        if let Scope::System(system) = node
            && !secret_systems(facts, &secret)?.contains(&system)
        {
            continue;
        }
        for (person, known) in knowers_of(facts, scene, &secret)? {
            out.entry(person).or_insert(known);
        }
    }
    Ok(out)
}

/// Who knows a secret that was not changed since, by name.
///
/// # Errors
/// When a table cannot be read.
pub fn knower_names(facts: &Facts<'_>, scene: &Scene, secret: &Secret) -> Result<Vec<String>, AppError> {
    let mut names = Vec::new();
    for (person, _) in knowers_of(facts, scene, secret)? {
        names.extend(facts.name(Some(person))?);
    }
    names.sort();
    Ok(names)
}

fn knowers_of(facts: &Facts<'_>, scene: &Scene, secret: &Secret) -> Result<Vec<(PersonId, Known)>, AppError> {
    let periods = facts.list::<Knowing>(Select::all().eq("secret", secret.id))?;
    let (mut vaults, mut left) = (Vec::new(), HashMap::new());
    for person in periods.iter().map(|period| period.person).collect::<BTreeSet<_>>() {
        left.insert(person, derive::left_at(facts, scene, person, scene.now)?);
        if let Some(vault) = secret.kept_in {
            vaults.extend(vault_access(facts, vault, person)?);
        }
    }
    let ended = |person| left.get(&person).copied().flatten();
    let readers = knows::readers(secret, &periods, &vaults, ended, scene.now);
    let still = readers.into_iter().filter(|(_, read)| knows::knows(secret, *read, scene.now));
    let told = |person| Known {
        what: secret.kind.shown().to_owned(),
        from: periods.iter().filter(|period| period.person == person).filter_map(|period| period.from).min(),
    };
    Ok(still.map(|(person, _)| (person, told(person))).collect())
}

/// Somebody's ways into a vault, open and shut.
fn vault_access(facts: &Facts<'_>, vault: SystemId, person: PersonId) -> Result<Vec<VaultAccess>, StoreError> {
    let mut out = Vec::new();
    for open in [true, false] {
        let ways = Select::all().eq("system", vault).eq("open", open).eq("person", person);
        for way in facts.reader().derived::<WayRow>(&ways)? {
            out.extend(facts.get::<Grant>(way.grant_id)?.and_then(|grant| VaultAccess::of(&grant, vault)));
        }
    }
    Ok(out)
}

/// The row of somebody found; nothing when a part of it is gone.
fn entrant(
    facts: &Facts<'_>,
    node: Scope,
    openers: &[SystemId],
    gone: &HashMap<PersonId, Option<Instant>>,
    found: &Found,
) -> Result<Option<Entrant>, AppError> {
    let Some(person) = facts.person(found.person)? else { return Ok(None) };
    let empty = Entrant {
        person: found.person,
        name: person.name.clone(),
        left: gone.get(&found.person).copied(),
        how: Route::Own,
        system: None,
        level: String::new(),
        shared: false,
        admin: found.admin,
        more: u32::try_from(found.ways.saturating_sub(1)).unwrap_or(u32::MAX),
        since: None,
        state: GrantState::In,
    };
    match &found.by {
        By::Knows(known) => {
            Ok(Some(Entrant { how: Route::Knows(known.what.clone()), since: known.from, more: 0, ..empty }))
        }
        By::Own => {
            let (column, id) = column(node);
            let Some(way) = best_way(facts, column, id, found.person)? else { return Ok(None) };
            fill(facts, &way, empty)
        }
        By::Through => {
            for opener in openers {
                let Some(way) = best_way(facts, "system", opener.0, found.person)? else { continue };
                let Some(row) = fill(facts, &way, Entrant { more: 0, ..empty.clone() })? else { continue };
                let name = row.system.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
                return Ok(Some(Entrant { how: Route::Through(name), ..row }));
            }
            Ok(None)
        }
    }
}

/// The way in that tells most of somebody's there: with admin rights, and what is switched off first.
fn best_way(facts: &Facts<'_>, column: &'static str, id: u64, person: PersonId) -> Result<Option<WayRow>, StoreError> {
    let there = Select::all().eq(column, id).eq("open", true).eq("person", person);
    facts.reader().derived_one(&there.order_desc(&["admin"]).order(&["rank"]))
}

fn fill(facts: &Facts<'_>, way: &WayRow, empty: Entrant) -> Result<Option<Entrant>, AppError> {
    let Some(grant) = facts.get::<Grant>(way.grant_id)? else { return Ok(None) };
    let Some(account) = facts.get::<Account>(way.account)? else { return Ok(None) };
    let Some(system) = facts.system(way.system)? else { return Ok(None) };
    let level = match (grant.level.as_str(), grant.admin.max(account.admin)) {
        ("", Admin::None) => "not stated".to_owned(),
        ("", Admin::System | Admin::Top) => "Admin".to_owned(),
        (level, _) => level.to_owned(),
    };
    Ok(Some(Entrant {
        system: Some((system.id, system.name.clone())),
        level,
        shared: matches!(account.kind, AccountKind::Shared | AccountKind::BreakGlass),
        since: grant.since,
        state: way.state,
        ..empty
    }))
}
