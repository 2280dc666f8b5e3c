//! Accounts, shared secrets, systems and clients: what is wrong with them, and their counters. Also the cases the
//! rules look at, put together from the rows.
//!
//! Must never know: how a rule judges.

use super::people::Whole;
use crate::domain::findings::{
    AccountCase, EmergencyLogin, Finding, Holder, Judge, PersonFacts, Rule, SecretCase, Sighting, Somebody, SystemCase,
};
use crate::domain::knows::VaultAccess;
use crate::domain::reach::Span;
use crate::domain::{
    Account, AccountFacts, AccountId, AccountKind, Batch, Exception, Factor, Grant, Instant, Knowing, PersonId,
    RecordKind, RecordRef, Rotation, Secret, SecretId, System, SystemId,
};
use crate::error::AppError;
use crate::service::discharge::facts::secret_systems;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::store::{Select, StoreError};
use std::collections::{BTreeMap, BTreeSet};

/// What was judged about one subject.
#[derive(Debug, Default)]
pub struct Judged {
    /// What is wrong.
    pub findings: Vec<Finding>,
    /// Moments at which that may change by itself.
    pub boundaries: Vec<Instant>,
}

fn judge(scene: &Scene) -> Judge<'_> {
    Judge::new(&scene.policy, &scene.zone, scene.now)
}

/// A person with their runs.
///
/// # Errors
/// When a table cannot be read.
pub fn somebody(facts: &Facts<'_>, person: PersonId) -> Result<Option<Somebody>, StoreError> {
    let Some(found) = facts.person(person)? else { return Ok(None) };
    let runs = facts.runs_of(person)?;
    Ok(Some(Somebody { person: (*found).clone(), runs: (*runs).clone() }))
}

/// What is wrong about one person.
///
/// # Errors
/// When a table cannot be read.
pub fn judge_person(facts: &Facts<'_>, scene: &Scene, whole: &Whole) -> Result<Judged, AppError> {
    let mut about = PersonFacts::new(Somebody { person: whole.person.clone(), runs: whole.runs.clone() });
    let world = scene.world.get(&facts.reader())?;
    for system in whole.holdings.iter().map(|holding| holding.at.system.id).collect::<BTreeSet<_>>() {
        about.spans.insert(system, world.span(system));
    }
    about.shut_by = whole.ways.all_shut().clone();
    for by in about.shut_by.values().map(|by| by.parent).collect::<BTreeSet<_>>() {
        if let Some(system) = facts.system(by)? {
            about.sign_ons.insert(by, system.name.clone());
        }
    }
    about.loose = loose(facts, whole)?;
    for secret in &whole.secrets {
        about.secrets.extend(secret_case(facts, scene, secret)?);
    }
    about.ways.clone_from(&whole.holdings);
    let judge = judge(scene);
    let boundaries = judge.person_boundaries(&about);
    Ok(Judged { findings: judge.person(&about), boundaries })
}

/// Personal and supplier logins of somebody without a way in on record.
fn loose(facts: &Facts<'_>, whole: &Whole) -> Result<Vec<AccountFacts>, StoreError> {
    let with_way: BTreeSet<AccountId> = whole.holdings.iter().map(|holding| holding.at.account.id).collect();
    let mut out = Vec::new();
    for account in facts.list::<Account>(Select::all().eq("owner", whole.person.id))? {
        let personal = matches!(account.kind, AccountKind::Personal | AccountKind::Vendor);
        if personal && !with_way.contains(&account.id) {
            out.extend(facts.around(account)?);
        }
    }
    Ok(out)
}

/// A shared secret with everybody who could ever read it.
///
/// # Errors
/// When a table cannot be read.
pub fn secret_case(facts: &Facts<'_>, scene: &Scene, secret: &Secret) -> Result<Option<SecretCase>, AppError> {
    let Some(client) = facts.client(secret.client)? else { return Ok(None) };
    let world = scene.world.get(&facts.reader())?;
    let mut span = Span { tags: client.tags.clone(), clients: 1 };
    let mut systems: Vec<System> = Vec::new();
    for id in secret_systems(facts, secret)? {
        let wide = world.span(id);
        span.tags.extend(wide.tags);
        span.clients = span.clients.max(wide.clients);
        systems.extend(facts.system(id)?.map(|system| (*system).clone()));
    }
    let account = match secret.account {
        Some(account) => facts.account(account)?,
        None => None,
    };
    let periods = facts.list::<Knowing>(Select::all().eq("secret", secret.id))?;
    let mut people = Vec::new();
    let mut vaults = Vec::new();
    for person in periods.iter().map(|period| period.person).collect::<BTreeSet<_>>() {
        people.extend(somebody(facts, person)?);
        if let Some(vault) = secret.kept_in {
            let ways = facts.grants_at(vault)?;
            let own = ways.get(&person).into_iter().flatten();
            vaults.extend(own.filter_map(|grant| VaultAccess::of(grant, vault)));
        }
    }
    let rotations = facts.list::<Rotation>(Select::all().eq("secret", secret.id))?;
    let asked = rotations
        .iter()
        .filter(|rotation| rotation.change.done.is_none() && rotation.outcome.is_none())
        .filter_map(|rotation| rotation.change.asked.map(|mark| mark.at))
        .max();
    Ok(Some(SecretCase {
        secret: secret.clone(),
        client: (*client).clone(),
        systems,
        account,
        periods,
        vaults,
        people,
        asked,
        // Nobody can say from the register that a secret is of no use alone; that is never assumed.
        shielded: false,
        span,
    }))
}

/// What is wrong with one account, and with the secrets that belong to it.
///
/// # Errors
/// When a table cannot be read.
pub fn judge_account(facts: &Facts<'_>, scene: &Scene, account: AccountId) -> Result<Judged, AppError> {
    let Some(around) = facts.account(account)? else { return Ok(Judged::default()) };
    let world = scene.world.get(&facts.reader())?;
    let mut case = AccountCase::new(around);
    case.span = world.span(case.facts.system.id);
    if let Some(owner) = case.facts.account.owner {
        case.owner = somebody(facts, owner)?;
    }
    for grant in facts.list::<Grant>(Select::all().eq("account", account))? {
        if let Some(who) = somebody(facts, grant.person)? {
            case.holders.push(Holder { grant, who });
        }
    }
    for secret in facts.list::<Secret>(Select::all().eq("account", account))? {
        case.secrets.extend(secret_case(facts, scene, &secret)?);
    }
    let key = format!("{}:account-{account}", Rule::SharedLogin.stored());
    let set_aside = facts.list::<Exception>(Select::all().eq("key", key))?;
    case.exception = set_aside.into_iter().max_by_key(|exception| exception.at);
    case.sign_on = sign_on_factors(facts, &case)?;
    case.same_since = same_since(facts, account)?;
    let judge = judge(scene);
    let boundaries = judge.account_boundaries(&case);
    Ok(Judged { findings: judge.account(&case), boundaries })
}

/// The weakest second factor of the account's person at each of its system's sign-ons.
fn sign_on_factors(facts: &Facts<'_>, case: &AccountCase) -> Result<Vec<Option<Factor>>, StoreError> {
    let mut out = Vec::new();
    let Some(owner) = case.owner.as_ref().filter(|_| case.facts.account.kind == AccountKind::Personal) else {
        return Ok(out);
    };
    for parent in &case.facts.system.signs_in_through {
        let mut weakest = None;
        let own = facts.list::<Account>(Select::all().eq("owner", owner.person.id).eq("system", *parent))?;
        for account in own.into_iter().filter(|account| account.kind == AccountKind::Personal) {
            if let Some(around) = facts.around(account)? {
                let factor = around.weakest_factor();
                weakest = match (weakest, factor) {
                    (None, factor) => factor,
                    (Some(a), Some(b)) if b < a => Some(b),
                    (kept, _) => kept,
                };
            }
        }
        out.push(weakest);
    }
    Ok(out)
}

/// Since when the newest sighting has said the same about sign-in and second factor.
fn same_since(facts: &Facts<'_>, account: AccountId) -> Result<Option<Instant>, StoreError> {
    let reference = RecordRef { kind: RecordKind::Observation, id: account.0 };
    let mut since = None;
    let mut newest = None;
    for version in facts.reader().versions_of(reference)?.into_iter().rev() {
        let Some(crate::domain::AnyRecord::Observation(seen)) = version.record else { break };
        let facts = (seen.enabled, seen.factors.clone());
        match &newest {
            None => newest = Some(facts),
            Some(known) if *known == facts => {}
            Some(_) => break,
        }
        since = Some(seen.at);
    }
    Ok(since)
}

/// What is wrong with a secret that several leavers took along.
///
/// # Errors
/// When a table cannot be read.
pub fn judge_secret(facts: &Facts<'_>, scene: &Scene, secret: SecretId) -> Result<Judged, AppError> {
    let Some(found) = facts.get::<Secret>(secret)? else { return Ok(Judged::default()) };
    let Some(case) = secret_case(facts, scene, &found)? else { return Ok(Judged::default()) };
    let judge = judge(scene);
    let boundaries = judge.secret_boundaries(&case);
    Ok(Judged { findings: judge.secret(&case).into_iter().collect(), boundaries })
}

/// What is wrong with one system.
///
/// # Errors
/// When a table cannot be read.
pub fn judge_system(facts: &Facts<'_>, scene: &Scene, system: SystemId) -> Result<Judged, AppError> {
    let Some(found) = facts.get::<System>(system)? else { return Ok(Judged::default()) };
    let Some(client) = facts.client(found.client)? else { return Ok(Judged::default()) };
    let world = scene.world.get(&facts.reader())?;
    let span = world.span(system);
    let accounts = facts.accounts_of(system)?;
    let mut admins: BTreeMap<PersonId, Somebody> = BTreeMap::new();
    let mut emergency = Vec::new();
    let (mut lost, mut given) = (None, None);
    for around in &accounts {
        let grants = facts.list::<Grant>(Select::all().eq("account", around.account.id))?;
        for grant in &grants {
            let admin = around.is_admin() || grant.admin != crate::domain::Admin::None;
            if admin {
                lost = lost.max(grant.removal.done.map(|mark| mark.at).filter(|at| *at <= scene.now));
                given = given.max(grant.since.filter(|_| grant.is_open(scene.now)));
            }
            if admin
                && grant.is_open(scene.now)
                && !admins.contains_key(&grant.person)
                && let Some(who) = somebody(facts, grant.person)?
            {
                admins.insert(grant.person, who);
            }
        }
        if around.account.kind == AccountKind::BreakGlass {
            emergency.push(emergency_login(facts, scene, around, &grants)?);
        }
    }
    let newest = facts.list::<Batch>(Select::all().eq("system", system))?.into_iter().max_by_key(|batch| batch.taken);
    let case = SystemCase {
        logins: accounts.iter().map(Sighting::from).collect(),
        admins: admins.into_values().collect(),
        // There have been as few since the last one was lost; where nobody was, since the newest one came.
        few_since: lost.or(given),
        emergency,
        newest,
        listed: facts.listed(system)?,
        client: (*client).clone(),
        system: found,
        span,
    };
    let judge = judge(scene);
    let boundaries = judge.system_boundaries(&case);
    Ok(Judged { findings: judge.system(&case), boundaries })
}

fn emergency_login(
    facts: &Facts<'_>,
    scene: &Scene,
    around: &AccountFacts,
    grants: &[Grant],
) -> Result<EmergencyLogin, AppError> {
    let tested = around.account.tested;
    let mut left_since = false;
    for grant in grants {
        if let Some(left) = super::people::left_at(facts, scene, grant.person, scene.now)? {
            left_since |= tested.is_none_or(|tested| left > tested);
        }
    }
    Ok(EmergencyLogin { tested, left_since })
}
