//! Ways in: as rows with the keys every list of them has, and giving one by hand.
//!
//! Must never know: how rows are printed.

use super::rows::{Found, RowFilter, found};
use crate::domain::{
    Account, AccountId, AccountKind, Admin, Change, Grant, GrantId, GrantState, Instant, Knowing, LastUse, Person,
    PersonId, Secret, SecretKind, System,
};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::facts::Facts;
use crate::service::resolve::{self, Naming, Scope};
use crate::service::session::{Scene, Session};
use crate::service::view::WayIn;
use crate::service::{AsOf, access};
use crate::store::{Select, Tx};
use serde_json::{Map, Value, json};

/// A way in as a row: the keys of `who`, `reach` and `grants`.
pub fn way_row(way: &WayIn) -> Map<String, Value> {
    let at = |at: Option<Instant>| json!(at.map(Instant::rfc3339));
    let (last_used, never) = match way.last_used {
        LastUse::At(when) => (json!(when.rfc3339()), json!(false)),
        LastUse::Never => (Value::Null, json!(true)),
        LastUse::Unknown => (Value::Null, Value::Null),
    };
    let pairs = [
        ("id", json!(way.grant.0)),
        ("technician", json!(way.person_name)),
        ("client", json!(way.client_name)),
        ("system", json!(way.system_name)),
        ("login", json!(way.login)),
        ("account_kind", json!(way.account_kind.stored())),
        ("level", json!(way.level)),
        ("privileged", json!(way.admin != Admin::None)),
        ("admin", json!(way.admin.stored())),
        ("mfa", json!(way.mfa)),
        ("since", at(way.since)),
        ("until", at(way.until)),
        ("last_used_at", last_used),
        ("never_used", never),
        ("state", json!(way.state.stored())),
        ("state_at", at(way.state_at)),
        ("shut_by", json!(way.shut_by)),
        ("waived_until", at(way.waived_until)),
        ("path", json!(way.path)),
        ("how_known", json!(way.source.words)),
        ("known_as_of", at(way.source.as_of)),
        ("technician_id", json!(way.person.0)),
        ("client_id", json!(way.client.0)),
        ("system_id", json!(way.system.0)),
        ("account_id", json!(way.account.0)),
    ];
    pairs.into_iter().map(|(key, value)| (key.to_owned(), value)).collect()
}

/// Direct ways in, of everybody or narrowed.
///
/// # Errors
/// When a name of the filter is not found or fits several, or the register cannot be read.
pub fn grants(session: &Session, filter: &RowFilter, as_of: AsOf) -> Result<Vec<WayIn>, AppError> {
    let standing = standing(filter.state.as_deref())?;
    session.look(as_of, |facts, at| {
        let found = found(facts, filter)?;
        let mut out: Vec<WayIn> = Vec::new();
        for person in people(facts, found)? {
            let ways = access::direct(facts, &session.scene, &facts.holdings_of(person.id)?, at)?;
            out.extend(ways.into_iter().filter(|way| is_wanted(way, found) && takes(standing, way.state)));
            if out.len() >= filter.limit {
                out.truncate(filter.limit);
                break;
            }
        }
        Ok(out)
    })
}

/// Everybody the filter leaves; their ways in are judged together, since one may shut another.
fn people(facts: &Facts<'_>, found: Found) -> Result<Vec<Person>, AppError> {
    Ok(match found.person {
        Some(id) => facts.get::<Person>(id)?.into_iter().collect(),
        None => facts.list::<Person>(Select::all().order(&["name_folded"]))?,
    })
}

fn is_wanted(way: &WayIn, found: Found) -> bool {
    found.client.is_none_or(|client| way.client == client) && found.system.is_none_or(|system| way.system == system)
}

/// Which states are wanted: `open`, or the word of one.
///
/// # Errors
/// When there is no such state.
pub fn standing(state: Option<&str>) -> Result<access::Standing, AppError> {
    match state {
        None => Ok(access::Standing::All),
        Some("open") => Ok(access::Standing::Open),
        Some(word) => GrantState::parse(word).map(access::Standing::State).ok_or_else(|| {
            let known: Vec<&str> = GrantState::ALL.iter().map(|state| state.stored()).collect();
            AppError::new(ErrorClass::BadInput, format!("There is no state \"{}\".", crate::text::shown(word)))
                .hint(format!("Possible are open, {}", known.join(", ")))
        }),
    }
}

fn takes(standing: access::Standing, state: GrantState) -> bool {
    match standing {
        access::Standing::All => true,
        access::Standing::Open => state.is_open(),
        access::Standing::State(wanted) => wanted == state,
    }
}

/// A way in to be given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewWay {
    /// Who, as typed.
    pub technician: String,
    /// `CLIENT/SYSTEM/LOGIN`, as typed.
    pub account: String,
    /// What it lets them do, and until when.
    pub terms: Terms,
}

/// What a way in lets somebody do, since when and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Terms {
    /// The level in words.
    pub level: Option<String>,
    /// What it may administer; the account's own when absent.
    pub admin: Option<Admin>,
    /// Since when; now when absent.
    pub since: Option<Instant>,
    /// Until when.
    pub until: Option<Instant>,
    /// Why.
    pub reason: Option<String>,
}

/// Records that somebody may use an account. On a shared or emergency login they know its password from then on.
///
/// # Errors
/// When a name is not found, the account is somebody else's own, or the person has this way in already.
pub fn grant(session: &mut Session, new: &NewWay, naming: Naming) -> Result<(Outcome, Grant), AppError> {
    let ((grant, told), seq) = session.commit(|tx, scene| {
        let (person, account) = {
            let facts = Facts::new(tx.read(), None);
            (resolve::person(&facts, &new.technician, naming)?.id, account_named(&facts, &new.account, naming)?.id)
        };
        give(tx, scene, person, account, &new.terms)
    })?;
    Ok((Outcome::done(seq, format!("{told}.")), grant))
}

/// The same inside a transaction that is under way.
///
/// # Errors
/// When a record is gone, the account is somebody else's own, or the person has this way in already.
pub(super) fn give(
    tx: &mut Tx<'_>,
    scene: &Scene,
    person: PersonId,
    account: AccountId,
    terms: &Terms,
) -> Result<(Grant, String), AppError> {
    let gone = |what: &str| AppError::new(ErrorClass::NotFound, format!("That {what} is not in the register."));
    let (person, account, system, existing) = {
        let facts = Facts::new(tx.read(), None);
        let person = facts.get::<Person>(person)?.ok_or_else(|| gone("person"))?;
        let account = facts.get::<Account>(account)?.ok_or_else(|| gone("account"))?;
        let system = facts.system(account.system)?.map(|system| (*system).clone());
        let existing = facts.holdings_on(account.id)?;
        (person, account, system, existing)
    };
    let system =
        system.ok_or_else(|| AppError::new(ErrorClass::NotFound, "That account's system is not in the register."))?;
    let refuse = |words: String| Err(AppError::new(ErrorClass::Refused, words));
    if existing.iter().any(|held| held.person.id == person.id && held.grant.is_open(scene.now)) {
        return refuse(format!("{} has this way in already. Nothing was changed.", person.name));
    }
    if account.kind == AccountKind::Personal && account.owner.is_some_and(|owner| owner != person.id) {
        return refuse(format!("{} is somebody else's own login. Nothing was changed.", account.login));
    }
    let since = terms.since.unwrap_or(scene.now);
    let grant = Grant {
        admin: terms.admin.unwrap_or(account.admin),
        since: Some(since),
        until: terms.until,
        level: terms.level.clone().unwrap_or_default(),
        reason: terms.reason.clone(),
        ..Grant::new(tx.allocate::<Grant>()?, person.id, account.id)
    };
    let told = format!("{} can use {} on {}", person.name, account.login, system.name);
    let mut change = scene.change("grant.given", told.clone()).because(terms.reason.clone());
    change.put(grant.clone());
    if account.kind == AccountKind::Personal && account.owner.is_none() {
        change.put(Account { owner: Some(person.id), ..account.clone() });
    }
    if matches!(account.kind, AccountKind::Shared | AccountKind::BreakGlass) {
        know(tx, &mut change, (&account, &system), &person, since)?;
    }
    tx.append(change)?;
    Ok((grant, told))
}

/// A shared login has one secret, and whoever may use it knows it.
fn know(
    tx: &mut Tx<'_>,
    change: &mut Change,
    (account, system): (&Account, &System),
    person: &Person,
    from: Instant,
) -> Result<(), AppError> {
    let kept = tx.read().first::<Secret>(&Select::all().eq("account", account.id))?;
    let secret = match kept {
        Some(secret) => secret.id,
        None => {
            let secret = secret_of(tx, account, system)?;
            let id = secret.id;
            change.put(secret);
            id
        }
    };
    let open = Select::all().eq("secret", secret).eq("person", person.id).is_null("until_at");
    if tx.read().first::<Knowing>(&open)?.is_none() {
        let id = tx.allocate::<Knowing>()?;
        change.put(Knowing { id, secret, person: person.id, from: Some(from), until: None });
    }
    Ok(())
}

/// The secret that a shared login has from the start.
pub(super) fn secret_of(tx: &mut Tx<'_>, account: &Account, system: &System) -> Result<Secret, AppError> {
    Ok(Secret {
        systems: vec![system.id],
        account: Some(account.id),
        ..Secret::new(
            tx.allocate::<Secret>()?,
            SecretKind::Password,
            system.client,
            format!("{} on {}", account.login, system.name),
        )
    })
}

fn account_named(facts: &Facts<'_>, typed: &str, naming: Naming) -> Result<Account, AppError> {
    if naming == Naming::Id
        && let Ok(id) = typed.trim().parse::<u64>()
    {
        let found = facts.get::<Account>(crate::domain::AccountId(id))?;
        return found
            .ok_or_else(|| AppError::new(ErrorClass::NotFound, format!("There is no account with the id {id}")));
    }
    match resolve::scope(facts, typed, Naming::Part)? {
        Scope::Account(id) => facts
            .get::<Account>(id)?
            .ok_or_else(|| AppError::new(ErrorClass::NotFound, "That account is not in the register.")),
        _ => Err(AppError::new(ErrorClass::Usage, "Name the account as CLIENT/SYSTEM/LOGIN. Nothing was changed.")
            .hint("keyward add account system=CLIENT/SYSTEM login=LOGIN enters one")),
    }
}

/// Direct ways in by their ids, as they stand now.
///
/// # Errors
/// When the register cannot be read.
pub fn ways_by_id(session: &Session, ids: &[GrantId]) -> Result<Vec<WayIn>, AppError> {
    session.look(AsOf::default(), |facts, at| {
        let mut people = Vec::new();
        for id in ids {
            let person = facts.get::<Grant>(*id)?.map(|grant| grant.person);
            people.extend(person.filter(|person| !people.contains(person)));
        }
        let mut out = Vec::new();
        for person in people {
            let ways = access::direct(facts, &session.scene, &facts.holdings_of(person)?, at)?;
            out.extend(ways.into_iter().filter(|way| ids.contains(&way.grant)));
        }
        Ok(out)
    })
}
