//! The facts a run is judged by, read together once.
//!
//! Must never know: the order of steps, what may close.

use crate::domain::discharge::{Deadlines, KnownSecret, RunFacts, Template, WayIn};
use crate::domain::policy::Limit;
use crate::domain::{
    Account, AccountKind, Answer, Asset, CaseKind, Client, ClientId, Contact, DataLocation, Exception, GrantState,
    Holding, Instant, Knowing, PersonId, PersonStatus, Rotation, Run, RunId, Secret, SecretId, Step, System, SystemId,
    person_status,
};
use crate::error::{AppError, ErrorClass};
use crate::service::derive;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::store::{Select, StoreError, WayRow};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The policy's numbers for runs. Tags of clients tighten the hours of their own systems elsewhere; a run's own
/// deadlines are the firm's.
pub fn deadlines(scene: &Scene) -> Deadlines {
    let policy = &scene.policy;
    Deadlines {
        tier0_hours: policy.plain(Limit::ExitTier0),
        hostile_hours: policy.plain(Limit::ExitHostile),
        involuntary_hours: policy.plain(Limit::ExitInvoluntary),
        voluntary_hours: policy.plain(Limit::ExitVoluntary),
        mover_hours: policy.plain(Limit::Mover),
        client_exit_days: 7,
        rotate_hostile_hours: policy.plain(Limit::RotateHostile),
        rotate_tier0_hours: policy.plain(Limit::RotateTier0),
        rotate_other_hours: policy.plain(Limit::RotateOther),
        property_days: policy.plain(Limit::Property),
        notify_client_hours: policy.plain(Limit::NotifyClient),
        confirm_admin_hours: policy.plain(Limit::ConfirmAdmin),
        confirm_user_hours: policy.plain(Limit::ConfirmUser),
        exception_max_days: policy.plain(Limit::ExceptionMax),
    }
}

/// The run with this id.
///
/// # Errors
/// When there is none.
pub fn run(facts: &Facts<'_>, id: RunId) -> Result<Run, AppError> {
    facts.get::<Run>(id)?.ok_or_else(|| AppError::new(ErrorClass::NotFound, format!("There is no run {id}")))
}

/// The record of the firm itself, when a client is marked as the own company.
///
/// # Errors
/// When a table cannot be read.
pub fn own_company(facts: &Facts<'_>) -> Result<Option<Client>, StoreError> {
    Ok(facts.list::<Client>(Select::all().eq("own", true).page(0, 1))?.into_iter().next())
}

/// The firm as a record to be: what belongs to nobody else belongs to it.
pub fn firm(id: ClientId, name: Option<&str>) -> Client {
    Client { own: true, ..Client::new(id, name.filter(|name| !name.is_empty()).unwrap_or("Own company")) }
}

/// Everything a run is judged by, as of a moment.
///
/// # Errors
/// When a table cannot be read.
pub fn read(facts: &Facts<'_>, scene: &Scene, run: Run, at: Instant) -> Result<RunFacts, AppError> {
    let person = run.person;
    let leaver = match person {
        Some(id) => facts.get(id)?,
        None => None,
    };
    // A run makes the record when it starts; before that a stand-in is enough to look.
    let own = own_company(facts)?.unwrap_or_else(|| firm(ClientId(0), scene.settings.firm.as_deref()));
    let steps = facts.list::<Step>(Select::all().eq("run", run.id).order(&["position"]))?;
    let answers = facts.list::<Answer>(Select::all().eq("run", run.id))?;
    let rotations = facts.list::<Rotation>(Select::all().eq("run", run.id))?;
    let list = Template::built_in(&run.template).ok_or_else(|| {
        AppError::new(ErrorClass::NotFound, format!("Run {} has a list of steps unknown to this program.", run.id))
            .hint("A newer version of Keyward may have opened it")
    })?;
    let mut out = RunFacts {
        list: Arc::clone(list),
        own,
        office: scene.me.or(run.doer),
        stays: 0,
        ways_in: Vec::new(),
        secrets: Vec::new(),
        automation: Vec::new(),
        assets: Vec::new(),
        contacts: Vec::new(),
        data: Vec::new(),
        steps,
        answers,
        exceptions: facts.list::<Exception>(Select::all().eq("rule", crate::domain::discharge::SOLE_ADMIN_RULE))?,
        leaver,
        client: match run.client {
            Some(client) => facts.get(client)?,
            None => None,
        },
        run,
    };
    let Some(person) = person else {
        of_client(facts, scene, rotations, at, &mut out)?;
        return Ok(out);
    };
    let holdings = facts.holdings_of(person)?;
    out.secrets = secrets(facts, scene, person, rotations, at)?;
    out.ways_in = ways_in(facts, scene, &out.run, holdings, at)?;
    let owned = facts.list::<Account>(Select::all().eq("owner", person))?;
    out.automation =
        owned.into_iter().filter(|a| matches!(a.kind, AccountKind::Service | AccountKind::ApiKey)).collect();
    held(facts, ("holder", person.0), ("person", person.0), &mut out)?;
    if out.run.kind == CaseKind::Mover {
        super::mover::leave_what_stays(facts, &mut out, at)?;
    }
    Ok(out)
}

/// What a client's exit is judged by: every way in of ours there, every secret of theirs we have on record, and what of
/// theirs our people hold.
fn of_client(
    facts: &Facts<'_>,
    scene: &Scene,
    rotations: Vec<Rotation>,
    at: Instant,
    out: &mut RunFacts,
) -> Result<(), AppError> {
    let Some(client) = out.run.client else { return Ok(()) };
    let mut holdings = Vec::new();
    for system in facts.list::<System>(Select::all().eq("client", client))? {
        holdings.extend(facts.holdings_at(system.id)?);
        out.automation.extend(facts.list::<Account>(Select::all().eq("system", system.id))?);
    }
    out.automation.retain(|account| matches!(account.kind, AccountKind::Service | AccountKind::ApiKey));
    out.ways_in = ways_in(facts, scene, &out.run, holdings, at)?;
    let mut by_secret: BTreeMap<SecretId, Option<Rotation>> = BTreeMap::new();
    for secret in facts.list::<Secret>(Select::all().eq("client", client).is_null("retired"))? {
        by_secret.insert(secret.id, None);
    }
    for rotation in rotations {
        by_secret.insert(rotation.secret, Some(rotation));
    }
    out.secrets = with_systems(facts, by_secret, None)?;
    held(facts, ("client", client.0), ("client", client.0), out)
}

/// Things, contacts and data: of a holder, or of a client.
fn held(
    facts: &Facts<'_>,
    (held, held_by): (&'static str, u64),
    (named, named_by): (&'static str, u64),
    out: &mut RunFacts,
) -> Result<(), AppError> {
    let since = out.run.started;
    let touched = |mark: Option<crate::domain::Mark>| mark.is_none_or(|mark| mark.at >= since);
    out.assets = facts.list::<Asset>(Select::all().eq(held, held_by))?;
    out.assets.retain(|asset| asset.holder.is_some() && touched(asset.returned.or(asset.cancelled)));
    out.contacts = facts.list::<Contact>(Select::all().eq(named, named_by))?;
    out.contacts.retain(|contact| touched(contact.ended));
    out.data = facts.list::<DataLocation>(Select::all().eq(held, held_by))?;
    out.data.retain(|place| touched(place.removed));
    Ok(())
}

/// Ways in that are open, or were touched since the run began.
fn ways_in(
    facts: &Facts<'_>,
    scene: &Scene,
    run: &Run,
    holdings: Vec<Holding>,
    at: Instant,
) -> Result<Vec<WayIn>, AppError> {
    let ways = derive::ways_of(facts, &holdings, at)?;
    let shuts = ways.shuts();
    let mut sole: BTreeMap<SystemId, bool> = BTreeMap::new();
    let exits = facts.list::<Run>(Select::all().not_null("client").is_null("closed"))?;
    let ending: BTreeSet<ClientId> = exits.iter().chain([run]).filter_map(|run| run.client).collect();
    let mut out = Vec::with_capacity(holdings.len());
    for holding in holdings {
        let removal = &holding.grant.removal;
        let off = [removal.done, removal.confirmed].into_iter().flatten().map(|mark| mark.at).min();
        let before = off.is_some_and(|off| off < run.started)
            && removal.confirmed.is_none_or(|mark| mark.at < run.started)
            && removal.is_settled(at);
        if holding.grant.planned || before || holding.grant.state(at).is_none() {
            continue;
        }
        let grant = holding.grant.id;
        // At a client that leaves, the last admin of ours goes too; their own comes before, as a step of that list.
        let sole_admin = holding.is_admin() && !ending.contains(&holding.at.client.id) && {
            let system = holding.at.system.id;
            match sole.get(&system) {
                Some(known) => *known,
                None => {
                    let others = other_admins(facts, scene, system, holding.person.id, 1)?;
                    *sole.entry(system).or_insert(others.is_empty())
                }
            }
        };
        let shut_since = ways.shut_by(grant).map(|by| by.at.unwrap_or(run.started));
        let shut = shuts.get(&grant).copied().unwrap_or(0);
        out.push(WayIn { holding, shuts: u32::try_from(shut).unwrap_or(u32::MAX), shut_since, sole_admin });
    }
    Ok(out)
}

/// Other people with an open admin right on a system who stay: whoever left or leaves, or whose right is asked to be
/// removed, keeps no door open for us.
///
/// # Errors
/// When a table cannot be read.
pub fn other_admins(
    facts: &Facts<'_>,
    scene: &Scene,
    system: SystemId,
    than: PersonId,
    most: usize,
) -> Result<Vec<PersonId>, StoreError> {
    let select = Select::all().eq("system", system).eq("admin", true).eq("open", true).ne("person", than);
    let mut out = Vec::new();
    for start in (0..).step_by(ADMINS_AT_ONCE) {
        let ways = facts.reader().derived::<WayRow>(&select.clone().page(start, ADMINS_AT_ONCE as u64))?;
        let last = ways.len() < ADMINS_AT_ONCE;
        for way in ways {
            if way.state != GrantState::Asked && !out.contains(&way.person) && stays(facts, scene, way.person)? {
                out.push(way.person);
            }
            if out.len() >= most {
                return Ok(out);
            }
        }
        if last {
            break;
        }
    }
    Ok(out)
}

/// So many admins are read at once: few systems have more.
const ADMINS_AT_ONCE: usize = 32;

fn stays(facts: &Facts<'_>, scene: &Scene, person: PersonId) -> Result<bool, StoreError> {
    let Some(found) = facts.person(person)? else { return Ok(false) };
    let standing = person_status::status(&found, &facts.runs_of(person)?, &scene.zone, scene.now);
    Ok(!matches!(standing.status, PersonStatus::Notice | PersonStatus::Discharged))
}

fn secrets(
    facts: &Facts<'_>,
    scene: &Scene,
    person: PersonId,
    rotations: Vec<Rotation>,
    at: Instant,
) -> Result<Vec<KnownSecret>, AppError> {
    let (known, _) = derive::known(facts, scene, person, at)?;
    let mut by_secret: BTreeMap<SecretId, Option<Rotation>> = known.iter().map(|known| (known.secret, None)).collect();
    for rotation in rotations {
        by_secret.insert(rotation.secret, Some(rotation));
    }
    Ok(with_systems(facts, by_secret, Some(person))?)
}

/// The secrets with what they open and who knew them when: one person, or everybody.
fn with_systems(
    facts: &Facts<'_>,
    by_secret: BTreeMap<SecretId, Option<Rotation>>,
    person: Option<PersonId>,
) -> Result<Vec<KnownSecret>, StoreError> {
    let mut out = Vec::with_capacity(by_secret.len());
    for (id, rotation) in by_secret {
        let Some(secret) = facts.get::<Secret>(id)? else { continue };
        let mut systems: Vec<System> = Vec::new();
        for system in secret_systems(facts, &secret)? {
            systems.extend(facts.system(system)?.map(|system| (*system).clone()));
        }
        let select = Select::all().eq("secret", id);
        let knowing = facts.list::<Knowing>(match person {
            Some(person) => select.eq("person", person),
            None => select,
        })?;
        out.push(KnownSecret { secret, systems, knowing, rotation });
    }
    Ok(out)
}

/// What a secret opens: the systems named, and the one of its account.
///
/// # Errors
/// When a table cannot be read.
pub fn secret_systems(facts: &Facts<'_>, secret: &Secret) -> Result<BTreeSet<SystemId>, StoreError> {
    let mut systems: BTreeSet<SystemId> = secret.systems.iter().copied().collect();
    if let Some(account) = secret.account {
        systems.extend(facts.get::<Account>(account)?.map(|account| account.system));
    }
    Ok(systems)
}

/// The open run of a person, if there is one.
///
/// # Errors
/// When a table cannot be read.
pub fn open_run_of(facts: &Facts<'_>, person: PersonId) -> Result<Option<Run>, StoreError> {
    let runs = facts.list::<Run>(Select::all().eq("person", person).is_null("closed"))?;
    Ok(runs.into_iter().max_by_key(|run| run.started))
}

/// The open run over the end of a client's contract, if there is one.
///
/// # Errors
/// When a table cannot be read.
pub fn open_exit_of(facts: &Facts<'_>, client: ClientId) -> Result<Option<Run>, StoreError> {
    let runs = facts.list::<Run>(Select::all().eq("client", client).is_null("closed"))?;
    Ok(runs.into_iter().max_by_key(|run| run.started))
}

/// The open run that something belongs to: that of its person, else that of its client.
///
/// # Errors
/// When a table cannot be read.
pub fn governing(
    facts: &Facts<'_>,
    person: Option<PersonId>,
    client: Option<ClientId>,
) -> Result<Option<Run>, StoreError> {
    let of_person = person.map(|person| open_run_of(facts, person)).transpose()?.flatten();
    match (of_person, client) {
        (Some(run), _) => Ok(Some(run)),
        (None, Some(client)) => open_exit_of(facts, client),
        (None, None) => Ok(None),
    }
}
