//! Shared secrets and who knows them; and the secret every shared login has.
//!
//! Must never know: any secret itself.

use super::diff::{Clock, Diff};
use super::{At, Book, Lookup};
use crate::domain::{
    AccountId, AccountKind, ClientId, Instant, Knowing, KnowingId, PersonId, PersonKind, RecordKind, Secret, SecretId,
    SecretKind, SystemId,
};
use crate::import::date::When;
use crate::import::matching::fold_login;
use crate::import::sheets::{KnownByRow, SecretRow, Sheet};
use std::collections::{BTreeSet, HashMap, HashSet};

fn new_secret(book: &mut Book, client: ClientId, name: &str, at: usize) -> SecretId {
    let secret =
        Secret::new(SecretId(book.numbering.next(RecordKind::Secret)), SecretKind::Password, client, name.trim());
    let id = secret.id;
    book.index_secret(&secret);
    book.secrets.add(secret, at);
    id
}

pub(super) fn secrets(book: &mut Book, rows: &[SecretRow]) {
    let mut lines: HashMap<SecretId, u64> = HashMap::new();
    let mut logins: HashMap<String, Vec<AccountId>> = HashMap::new();
    for account in book.accounts.all() {
        logins.entry(fold_login(&account.login)).or_default().push(account.id);
    }
    for row in rows {
        let name = row.secret.clone().unwrap_or_default();
        let at = book.begin(Sheet::Secrets, row.line, RecordKind::Secret, &name);
        let Some(client) = book.client(row.client.as_ref(), at) else {
            book.refuse(at, "name_unclear", "the client is not clear.");
            continue;
        };
        let found = book.look_for_secret(client, &name);
        let id = found.unwrap_or_else(|| new_secret(book, client, &name, at.row));
        if let Some(first) = lines.insert(id, row.line) {
            book.refuse(at, "row_repeated", format!("row {first} is about the same secret."));
            continue;
        }
        let systems = row.systems.as_ref().map(|list| systems(book, client, &list.0, at));
        let Some(mut secret) = book.secrets.get(id.0).cloned() else { continue };
        if secret.retired.is_some() {
            book.ended_before(at);
        }
        let mut diff = Diff::default();
        diff.list("Systems", &mut secret.systems, systems, |list| format!("{} systems", list.len()));
        if let Some(login) = &row.login {
            let called = logins.get(&fold_login(login)).map_or(&[][..], Vec::as_slice);
            match only_account(book, client, &secret.systems, called) {
                Some(account) if secret.account != Some(account) => {
                    diff.note("Login", "", login.clone());
                    secret.account = Some(account);
                }
                Some(_) => {}
                None => book.warn(at, "login_unknown", format!("no account \u{201c}{login}\u{201d} is known there.")),
            }
        }
        kept_in(book, row, &mut secret, &mut diff);
        let clock = book.clock;
        diff.set("Kind", &mut secret.kind, row.kind);
        diff.moment("Changed", &mut secret.changed, row.changed, &clock, Clock::happened);
        diff.maybe("Reason it is shared", &mut secret.reason, row.reason.clone());
        diff.maybe("Replacement", &mut secret.replacement, row.replacement.clone());
        diff.day("Retire by", &mut secret.retire_by, row.retire_by, &clock);
        book.secrets.set(secret, at.row);
        book.end(at, found.is_none(), diff);
    }
}

/// The vault by name when it is a system that is known, else the place in words.
fn kept_in(book: &Book, row: &SecretRow, secret: &mut Secret, diff: &mut Diff) {
    let Some(text) = &row.kept_in else { return };
    match book.look_for_system_anywhere(secret.client, text) {
        Lookup::One(vault) if secret.kept_in != Some(vault) => {
            diff.note("Kept in", "", text.clone());
            secret.kept_in = Some(vault);
        }
        Lookup::One(_) => {}
        Lookup::None | Lookup::Several => diff.maybe("Kept in", &mut secret.kept_where, Some(text.clone())),
    }
}

fn systems(book: &mut Book, client: ClientId, list: &[String], at: At) -> Vec<SystemId> {
    let mut found = BTreeSet::new();
    for name in list {
        match book.look_for_system_anywhere(client, name) {
            Lookup::One(id) => {
                found.insert(id);
            }
            Lookup::None => {
                found.extend(book.system(client, name, at));
            }
            Lookup::Several => {
                book.warn(at, "name_unclear", format!("more than one system is called \u{201c}{name}\u{201d}."));
            }
        }
    }
    found.into_iter().collect()
}

/// The one account of these on the secret's systems, or else on any of the client's. None when there are more.
fn only_account(book: &Book, client: ClientId, systems: &[SystemId], called: &[AccountId]) -> Option<AccountId> {
    let of_client = |system: SystemId| book.systems.get(system.0).is_some_and(|system| system.client == client);
    let mut fitting = called.iter().filter_map(|id| book.accounts.get(id.0)).filter(|account| {
        if systems.is_empty() { of_client(account.system) } else { systems.contains(&account.system) }
    });
    let first = fitting.next()?;
    fitting.next().is_none().then_some(first.id)
}

pub(super) fn known_by(book: &mut Book, rows: &[KnownByRow]) {
    let mut taken: HashSet<KnowingId> = HashSet::new();
    let mut periods: HashMap<(SecretId, PersonId), Vec<KnowingId>> = HashMap::new();
    for knowing in book.knowings.all() {
        periods.entry((knowing.secret, knowing.person)).or_default().push(knowing.id);
    }
    for row in rows {
        let name = row.secret.clone().unwrap_or_default();
        let at = book.begin(Sheet::KnownBy, row.line, RecordKind::Knowing, &name);
        if let Some(why) = book.unclear(row.technician.as_ref(), row.client.as_ref(), None) {
            book.refuse(at, "name_unclear", why);
            continue;
        }
        let client = book.client(row.client.as_ref(), at);
        let person = book.person(row.technician.as_ref(), PersonKind::Employee, at);
        let (Some(client), Some(person)) = (client, person) else { continue };
        let secret = book.look_for_secret(client, &name).unwrap_or_else(|| {
            book.made(at, "Secret", &name, Sheet::Secrets);
            new_secret(book, client, &name, at.row)
        });
        let known = periods.entry((secret, person)).or_default();
        let found = pick(book, known, row.from, &taken);
        let new = found.is_none();
        let mut knowing = found.unwrap_or_else(|| new_knowing(book, secret, person));
        if new {
            known.push(knowing.id);
        }
        if !taken.insert(knowing.id) {
            book.refuse(at, "row_repeated", "another row is about the same person and secret.");
            continue;
        }
        let clock = book.clock;
        let mut diff = Diff::default();
        diff.moment("From", &mut knowing.from, row.from, &clock, Clock::start);
        diff.moment("Until", &mut knowing.until, row.until, &clock, Clock::happened);
        book.knowings.set(knowing, at.row);
        book.end(at, new, diff);
    }
}

/// The period a row is about: the one that began then; else the only one, unless another row has it already.
fn pick(book: &Book, known: &[KnowingId], from: Option<When>, taken: &HashSet<KnowingId>) -> Option<Knowing> {
    let known: Vec<&Knowing> = known.iter().filter_map(|id| book.knowings.get(id.0)).collect();
    if let Some(when) = from {
        let agrees = |knowing: &&&Knowing| knowing.from.is_some_and(|at| when.agrees(at, &book.clock.zone));
        if let Some(knowing) = known.iter().find(agrees) {
            return Some((*knowing).clone());
        }
        // A later beginning after an end is a new period.
        return known
            .iter()
            .find(|knowing| !taken.contains(&knowing.id) && knowing.until.is_none())
            .map(|k| (*k).clone());
    }
    known.last().map(|knowing| (*knowing).clone())
}

fn new_knowing(book: &mut Book, secret: SecretId, person: PersonId) -> Knowing {
    let id = KnowingId(book.numbering.next(RecordKind::Knowing));
    Knowing { id, secret, person, from: None, until: None }
}

/// Somebody who may use a shared login, since when and until when.
struct Use {
    person: PersonId,
    from: Option<Instant>,
    until: Option<Instant>,
}

/// Gives every shared or emergency login its secret, and everybody who may use it the time they know it.
pub(super) fn shared_logins(book: &mut Book) {
    let shared: Vec<(AccountId, SystemId, String)> = book
        .accounts
        .all()
        .filter(|account| matches!(account.kind, AccountKind::Shared | AccountKind::BreakGlass))
        .map(|account| (account.id, account.system, account.login.clone()))
        .collect();
    if shared.is_empty() {
        return;
    }
    let mut secrets: HashMap<AccountId, SecretId> =
        book.secrets.all().filter_map(|secret| Some((secret.account?, secret.id))).collect();
    let mut users: HashMap<AccountId, Vec<Use>> = HashMap::new();
    for grant in book.grants.all().filter(|grant| !grant.planned) {
        let until = grant.removal.done.map(|mark| mark.at);
        users.entry(grant.account).or_default().push(Use { person: grant.person, from: grant.since, until });
    }
    let mut known: HashMap<(SecretId, PersonId), KnowingId> =
        book.knowings.all().map(|knowing| ((knowing.secret, knowing.person), knowing.id)).collect();
    for (account, system, login) in shared {
        let row = usize::MAX;
        let Some(place) = book.systems.get(system.0).map(|system| (system.client, system.name.clone())) else {
            continue;
        };
        let secret = *secrets.entry(account).or_insert_with(|| {
            let id = new_secret(book, place.0, &format!("{login} ({})", place.1), row);
            if let Some(mut secret) = book.secrets.get(id.0).cloned() {
                secret.account = Some(account);
                secret.systems = vec![system];
                book.secrets.set(secret, row);
            }
            id
        });
        for Use { person, from, until } in users.remove(&account).unwrap_or_default() {
            known.entry((secret, person)).or_insert_with(|| {
                let knowing = Knowing { from, until, ..new_knowing(book, secret, person) };
                let id = knowing.id;
                book.knowings.add(knowing, row);
                id
            });
        }
    }
}
