//! Who can get into one client's systems, with that client's facts only: directly, and through what opens them.
//!
//! Must never know: how the page looks; what else of another client there is than that it leads here.

use super::frame::Basis;
use super::reach::state;
use super::{Made, naming, needed};
use crate::domain::{
    Account, Client, ClientId, GrantState, Holding, Instant, Knowing, PersonId, Secret, System, SystemId,
};
use crate::error::{AppError, ErrorClass};
use crate::report::WhoReport;
use crate::report::model::{Hop, Known, Way, WhoLine, WhoSecret};
use crate::service::discharge::facts as run_facts;
use crate::service::facts::Facts;
use crate::service::resolve::{self, Scope};
use crate::service::session::{Scene, Session};
use crate::service::{AsOf, access, derive, evidence, lines, words};
use crate::store::{Select, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// What stands for a system of another client that leads here: that it does is this client's business, its name not.
const ELSEWHERE: &str = "a system outside of yours";
/// So many systems behind one door are named.
const MOST_NAMES: usize = 6;

/// What the report is about.
struct About {
    client: Client,
    systems: BTreeMap<SystemId, System>,
    account: Option<Account>,
    focus: Option<String>,
}

impl Session {
    pub(super) fn who_report(&self, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        let subject = needed(subject, "a client", "keyward report who \"Harbor Dental\"")?;
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let about = about(facts, subject)?;
            let mut basis = Basis::default();
            let mut rows = direct(facts, &scene, &about, &mut basis)?;
            rows.extend(through(facts, &scene, &about, &mut basis)?);
            basis.filter.push("ways in that are shut, and rights still to be given".to_owned());
            let secrets = secrets(facts, &scene, &about)?;
            let frame = self.frame(facts, &scene, as_of, basis)?;
            let mut report = WhoReport::new(frame, about.client.id, about.client.name.clone(), about.focus.clone())?;
            for row in rows {
                report.add(row)?;
            }
            for secret in secrets {
                report.add_secret(secret)?;
            }
            let name = about.focus.map_or_else(String::new, |focus| format!(" {focus}"));
            Ok(Made { document: report.document(), about: format!("{}{name}", about.client.name) })
        })
    }
}

/// The shared logins of a client that were in use, or those of one of its systems or logins.
///
/// # Errors
/// When it is gone, or a table cannot be read.
pub(in crate::service) fn secrets_at(
    facts: &Facts<'_>,
    scene: &Scene,
    scope: Scope,
) -> Result<Vec<WhoSecret>, AppError> {
    secrets(facts, scene, &about_scope(facts, scope)?)
}

fn about(facts: &Facts<'_>, subject: &str) -> Result<About, AppError> {
    let (typed, naming) = naming(subject);
    about_scope(facts, resolve::scope(facts, typed, naming)?)
}

fn about_scope(facts: &Facts<'_>, scope: Scope) -> Result<About, AppError> {
    let gone = || AppError::new(ErrorClass::NotFound, "That client is no longer in the register.");
    let (id, system, account) = match scope {
        Scope::Client(client) => (client, None, None),
        Scope::System(system) => {
            let found = facts.get::<System>(system)?.ok_or_else(gone)?;
            (found.client, Some(found), None)
        }
        Scope::Account(account) => {
            let account = facts.get::<Account>(account)?.ok_or_else(gone)?;
            let found = facts.get::<System>(account.system)?.ok_or_else(gone)?;
            (found.client, Some(found), Some(account))
        }
    };
    let client = facts.get::<Client>(id)?.ok_or_else(gone)?;
    let focus = system.as_ref().map(|system| match &account {
        Some(account) => format!("{}, {}", system.name, account.login),
        None => system.name.clone(),
    });
    let systems = match system {
        Some(system) => vec![system],
        None => facts.list::<System>(Select::all().eq("client", id))?,
    };
    Ok(About { client, systems: systems.into_iter().map(|system| (system.id, system)).collect(), account, focus })
}

/// Open ways in to the client's own systems.
fn direct(facts: &Facts<'_>, scene: &Scene, about: &About, basis: &mut Basis) -> Result<Vec<WhoLine>, AppError> {
    let world = scene.world.get(&facts.reader())?;
    let systems: BTreeSet<SystemId> = about.systems.keys().copied().collect();
    let mut out = Vec::new();
    let held = match &about.account {
        Some(account) => facts.holdings_on(account.id)?,
        None => access::holdings_at(facts, &systems)?,
    };
    for holdings in access::with_sign_ons(facts, &world.graph, &systems, held)?.values() {
        for way in access::direct(facts, scene, holdings, scene.now)? {
            let here = about.systems.contains_key(&way.system);
            let holding = holdings.iter().find(|holding| holding.grant.id == way.grant);
            if let Some(holding) = holding.filter(|_| here && way.state.is_open()) {
                let known = basis.add(facts, holding, scene.now)?;
                out.push(line(about.client.id, holding, way.state, scene.now, known));
            }
        }
    }
    out.sort_by(|a, b| (&a.system, &a.person, &a.way.login).cmp(&(&b.system, &b.person, &b.way.login)));
    Ok(out)
}

fn line(client: ClientId, holding: &Holding, standing: GrantState, at: Instant, known: Known) -> WhoLine {
    WhoLine {
        client,
        person: holding.person.name.clone(),
        system: holding.at.system.name.clone(),
        path: Vec::new(),
        way: Way {
            login: holding.at.account.login.clone(),
            account: holding.at.account.kind,
            level: lines::level_words(holding),
            admin: holding.grant.admin.max(holding.at.account.admin),
            factor: holding.at.weakest_factor(),
            since: holding.grant.since,
            until: holding.grant.until.filter(|until| *until > at),
            state: state(standing),
            known,
        },
    }
}

/// Ways in to systems elsewhere that open something here: one line for each, naming what it opens.
fn through(facts: &Facts<'_>, scene: &Scene, about: &About, basis: &mut Basis) -> Result<Vec<WhoLine>, AppError> {
    if about.account.is_some() {
        return Ok(Vec::new());
    }
    let world = scene.world.get(&facts.reader())?;
    let mut out = Vec::new();
    for opener in world.graph.leading_to(about.systems.keys().copied()) {
        let closure = world.graph.opened_by(opener);
        let targets: Vec<&System> = about.systems.values().filter(|system| closure.get(system.id).is_some()).collect();
        let Some(first) = targets.first() else { continue };
        let mut path = closure.path(first.id);
        path.pop();
        let hops = path.into_iter().map(|system| hop(facts, about, system)).collect::<Result<Vec<_>, _>>()?;
        for holding in facts.holdings_at(opener)?.into_iter().filter(|holding| holding.grant.is_open(scene.now)) {
            let ours = holding.at.client.own || holding.at.client.id == about.client.id;
            let standing = holding.grant.state(scene.now).unwrap_or(GrantState::In);
            let known = if ours {
                basis.add(facts, &holding, scene.now)?
            } else {
                let known = evidence::known(facts, &holding, scene.now)?;
                basis.known.push(known);
                known
            };
            let mut row = line(about.client.id, &holding, standing, scene.now, known);
            row.system = opened(about, &targets);
            row.path.clone_from(&hops);
            if !ours {
                row.way.login = "not shown".to_owned();
                row.way.level = "not shown".to_owned();
            }
            out.push(row);
        }
    }
    out.sort_by(|a, b| (&a.person, &a.system, &a.way.login).cmp(&(&b.person, &b.system, &b.way.login)));
    Ok(out)
}

fn hop(facts: &Facts<'_>, about: &About, id: SystemId) -> Result<Hop, StoreError> {
    let elsewhere = || Hop { client: None, system: ELSEWHERE.to_owned() };
    let Some(system) = facts.system(id)? else { return Ok(elsewhere()) };
    let own = facts.client(system.client)?.is_some_and(|client| client.own);
    Ok(if own || system.client == about.client.id {
        Hop { client: (!own).then_some(system.client), system: system.name.clone() }
    } else {
        elsewhere()
    })
}

fn opened(about: &About, targets: &[&System]) -> String {
    if targets.len() > MOST_NAMES && targets.len() == about.systems.len() {
        return format!("all {} systems", words::count(targets.len() as u64));
    }
    let mut names: Vec<String> = targets.iter().map(|system| system.name.clone()).collect();
    names.sort();
    let more = names.len().saturating_sub(MOST_NAMES);
    names.truncate(MOST_NAMES);
    match more {
        0 => names.join(", "),
        more => format!("{} and {}", names.join(", "), words::counted(more as u64, "other", "others")),
    }
}

/// Shared logins of the client that are in use, and who of us knows them.
fn secrets(facts: &Facts<'_>, scene: &Scene, about: &About) -> Result<Vec<WhoSecret>, AppError> {
    let mut known: BTreeMap<PersonId, BTreeSet<crate::domain::SecretId>> = BTreeMap::new();
    let mut out = Vec::new();
    for secret in facts.list::<Secret>(Select::all().eq("client", about.client.id))? {
        if secret.retired.is_some_and(|retired| retired <= scene.now) || !concerns(facts, about, &secret)? {
            continue;
        }
        let (mut names, mut by_leaver) = (Vec::new(), false);
        let periods = facts.list::<Knowing>(Select::all().eq("secret", secret.id))?;
        for person in periods.into_iter().map(|period| period.person).collect::<BTreeSet<_>>() {
            if let std::collections::btree_map::Entry::Vacant(place) = known.entry(person) {
                let (knows, _) = derive::known(facts, scene, person, scene.now)?;
                place.insert(knows.into_iter().map(|known| known.secret).collect());
            }
            if known.get(&person).is_some_and(|secrets| secrets.contains(&secret.id)) {
                names.extend(facts.name(Some(person))?);
                by_leaver |= derive::left_at(facts, scene, person, scene.now)?.is_some();
            }
        }
        names.sort();
        out.push(WhoSecret {
            client: secret.client,
            name: secret.name,
            kind: secret.kind,
            known_to: names,
            changed: secret.changed.filter(|changed| *changed <= scene.now),
            known_by_leaver: by_leaver,
        });
    }
    out.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(out)
}

/// Whether a shared login belongs to what the report is about.
fn concerns(facts: &Facts<'_>, about: &About, secret: &Secret) -> Result<bool, StoreError> {
    if about.focus.is_none() {
        return Ok(true);
    }
    if let Some(account) = &about.account {
        return Ok(secret.account == Some(account.id));
    }
    Ok(run_facts::secret_systems(facts, secret)?.iter().any(|system| about.systems.contains_key(system)))
}
