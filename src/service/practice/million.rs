//! A register as large as they come, streamed: nothing of it is held in memory but what ended rights need.
//!
//! Must never know: where the changes go.

use super::calendar::Calendar;
use super::rng::Rng;
use super::story::OPENED;
use super::{Cast, OPERATOR, Sink};
use crate::domain::*;
use std::collections::BTreeSet;

/// How much of everything.
#[derive(Debug, Clone, Copy)]
pub struct Scale {
    /// People.
    pub people: u64,
    /// Clients, the own company among them.
    pub clients: u64,
    /// Systems, the same number for every client.
    pub systems: u64,
    /// Accounts.
    pub accounts: u64,
    /// How many of them are shared logins, with [`Scale::SHARERS`] people each.
    pub shared: u64,
    /// Ways in of the one person who has most.
    pub most: u64,
    /// Ways in that have ended: a second person had each before.
    pub ended: u64,
    /// Accounts that a second list showed.
    pub seen_again: u64,
}

impl Scale {
    /// How many people use one shared login.
    pub const SHARERS: u64 = 4;
    /// The large register: 1 000 000 ways in over 700 000 accounts, 300 000 superseded versions.
    pub const FULL: Self = Self {
        people: 2_000,
        clients: 5_000,
        systems: 60_000,
        accounts: 700_000,
        shared: 20_000,
        most: 20_000,
        ended: 240_000,
        seen_again: 60_000,
    };
}

/// Most records one entry brings: an entry holds a thousand, and its own words are one of them.
const CHUNK: usize = 999;

/// A way in that ends later, kept until it does.
struct Ending {
    grant: u64,
    account: u64,
    person: u64,
}

/// What is being told: the entry under way and how far time has come.
struct Telling<'a> {
    calendar: &'a Calendar,
    sink: &'a mut dyn Sink,
    change: Change,
    /// Entries so far, for the time of the next one.
    entries: i64,
    rng: Rng,
}

impl Telling<'_> {
    fn put(&mut self, record: impl Into<AnyRecord>) {
        self.change.put(record);
        if self.change.edits.len() >= CHUNK {
            self.commit();
        }
    }

    fn commit(&mut self) {
        let summary = format!("Import part {}: {} records", self.entries + 1, self.change.edits.len());
        let change = std::mem::replace(&mut self.change, Change::new("import.applied", ""));
        if !change.edits.is_empty() {
            let at = self.at();
            self.sink.commit(at, OPERATOR, Change { summary, ..change });
            self.entries += 1;
        }
    }

    /// Half a minute between entries, from the opening on: about three days for the whole register.
    fn at(&self) -> Instant {
        let start = self.calendar.at(OPENED, 10, 0);
        Instant::from_millis(start.millis() + self.entries * 30_000).min(self.calendar.now)
    }

    fn id<R: Record>(&mut self) -> R::Id {
        R::Id::new(self.sink.allocate(R::KIND))
    }

    fn batch(&mut self, number: u64, taken: Instant, rows: u64) -> BatchId {
        let id = self.id::<Batch>();
        self.put(Batch {
            id,
            format: "sheets-csv".to_owned(),
            system: None,
            taken,
            covers: Covers::Part,
            rows,
            not_ours: 0,
            unmatched: 0,
            sha256: super::imports::made_up_hash(number),
            file: format!("part-{number}.csv"),
        });
        id
    }
}

/// Tells the large register.
pub fn script(calendar: &Calendar, scale: &Scale, sink: &mut dyn Sink) -> Cast {
    sink.batch_begins();
    let change = Change::new("import.applied", "");
    let mut telling = Telling { calendar, sink, change, entries: 0, rng: Rng::new(0x1_000_000) };
    let people = people(&mut telling, scale);
    let (accounts, endings) = estate(&mut telling, scale, &people);
    telling.commit();
    telling.sink.batch_ends();
    telling.sink.batch_begins();
    ends(&mut telling, &people, endings);
    seen_again(&mut telling, &accounts);
    telling.commit();
    telling.sink.batch_ends();
    let person = |at: usize| people.get(at).copied();
    Cast { office_manager: person(0), leaving: person(1), left: None, starting: None }
}

const GIVEN: [&str; 24] = [
    "Alba", "Bruno", "Carla", "Dario", "Edda", "Felix", "Gerda", "Hanno", "Ilse", "Jonas", "Klara", "Leif", "Mira",
    "Nico", "Olga", "Pavel", "Queenie", "Ruth", "Sven", "Tilda", "Umar", "Vera", "Wanda", "Yann",
];
const FAMILY: [&str; 20] = [
    "Abel", "Brandt", "Costa", "Dahl", "Ericson", "Fabre", "Goren", "Hauser", "Ibsen", "Jansen", "Keller", "Lorenz",
    "Moreau", "Nowak", "Olsen", "Pires", "Quist", "Rossi", "Sato", "Tanner",
];

fn name_of(number: u64) -> String {
    let pick = |list: &[&'static str], n: u64| {
        let place = usize::try_from(n).unwrap_or(0) % list.len().max(1);
        list.get(place).copied().unwrap_or("Kim")
    };
    let family = pick(&FAMILY, number / 24);
    format!("{} {family} {number}", pick(&GIVEN, number))
}

fn people(telling: &mut Telling<'_>, scale: &Scale) -> Vec<PersonId> {
    let mut ids: Vec<PersonId> = Vec::new();
    for number in 0..scale.people {
        let id = telling.id::<Person>();
        let name = if number == 0 { super::OPERATOR_NAME.to_owned() } else { name_of(number) };
        let started = 1_060 + i64::try_from(number % 900).unwrap_or(0);
        telling.put(Person {
            kind: if number == 0 { PersonKind::Office } else { PersonKind::Employee },
            start: Some(telling.calendar.day(started)),
            manager: ids.first().copied(),
            email: Some(format!("p{number}@{}", super::world::OWN_DOMAIN)),
            role: Some(if number == 0 { "Office manager" } else { "Technician L2" }.to_owned()),
            aliases: vec![format!("p{number}")],
            ..Person::new(id, name)
        });
        ids.push(id);
    }
    ids
}

/// Clients with their systems, accounts and ways in, client after client. Returns the accounts of a second list and
/// the ways in that end.
fn estate(telling: &mut Telling<'_>, scale: &Scale, people: &[PersonId]) -> (Vec<u64>, Vec<Ending>) {
    let taken = telling.calendar.at(OPENED, 8, 0);
    let batch = telling.batch(1, taken, scale.accounts);
    let mut again = Vec::new();
    let mut endings = Vec::new();
    let (mut system_number, mut account_number) = (0_u64, 0_u64);
    for number in 0..scale.clients {
        let client = telling.id::<Client>();
        telling.put(Client {
            own: number == 0,
            owner: people.first().copied(),
            code: Some(format!("C{number:04}")),
            ..Client::new(client, if number == 0 { super::FIRM.to_owned() } else { format!("Client {number:04}") })
        });
        // Spread evenly: after the n-th client there are n parts of all systems, after the n-th system of all accounts.
        let systems_due = scale.systems * (number + 1) / scale.clients.max(1);
        while system_number < systems_due {
            let system = system(telling, client, number, system_number, people);
            system_number += 1;
            let accounts_due = scale.accounts * system_number / scale.systems.max(1);
            while account_number < accounts_due {
                let shared_due = scale.shared * (account_number + 1) / scale.accounts.max(1);
                let shared = scale.shared * account_number / scale.accounts.max(1) < shared_due;
                let account = account(telling, system, client, account_number, batch, shared, people);
                if scale.seen_again * account_number / scale.accounts
                    < scale.seen_again * (account_number + 1) / scale.accounts
                {
                    again.push(account.0);
                }
                if shared {
                    secret(telling, client, system, account, account_number, people);
                } else {
                    let personal = account_number - scale.shared * account_number / scale.accounts;
                    let person = if personal < scale.most { 1 } else { other(people, account_number) };
                    ways(telling, scale, account, personal, person, people, &mut endings);
                }
                account_number += 1;
            }
        }
    }
    (again, endings)
}

/// Somebody other than the one who has most.
fn other(people: &[PersonId], number: u64) -> usize {
    let others = people.len().saturating_sub(2).max(1);
    2 + usize::try_from(number.wrapping_mul(0x9E37_79B9) >> 7).unwrap_or(0) % others
}

fn system(telling: &mut Telling<'_>, client: ClientId, of: u64, number: u64, people: &[PersonId]) -> SystemId {
    const KINDS: [(SystemKind, &str); 12] = [
        (SystemKind::Tenant, "365 tenant"),
        (SystemKind::Firewall, "Firewall"),
        (SystemKind::RemoteAccess, "VPN"),
        (SystemKind::Backup, "Backup portal"),
        (SystemKind::Server, "Server"),
        (SystemKind::Directory, "Directory"),
        (SystemKind::Mail, "Mailboxes"),
        (SystemKind::Application, "Line-of-business app"),
        (SystemKind::Network, "Router"),
        (SystemKind::Storage, "File share"),
        (SystemKind::Phone, "Phone system"),
        (SystemKind::Door, "Door"),
    ];
    let place = usize::try_from(number).unwrap_or(0) % KINDS.len();
    let (kind, name) = KINDS.get(place).copied().unwrap_or((SystemKind::Other, "Other"));
    let id = telling.id::<System>();
    telling.put(System {
        internet: Some(place < 4),
        mfa_best: super::estate::best_factor(kind),
        ipv6: Ipv6::Off,
        owner: people.get(usize::try_from(of).unwrap_or(0) % people.len().max(1)).copied(),
        ..System::new(id, client, kind, name)
    });
    id
}

/// An account and what the first list said of it.
fn account(
    telling: &mut Telling<'_>,
    system: SystemId,
    client: ClientId,
    number: u64,
    batch: BatchId,
    shared: bool,
    people: &[PersonId],
) -> AccountId {
    let id = telling.id::<Account>();
    let created = telling.rng.between(OPENED + 5, OPENED + 700);
    telling.put(Account {
        owner: people.get(usize::try_from(number).unwrap_or(0) % people.len().max(1)).copied(),
        created: Some(telling.calendar.at(created, 9, 0)),
        ..Account::new(
            id,
            system,
            if shared { AccountKind::Shared } else { AccountKind::Personal },
            format!("u{number}@c{client}.example"),
        )
    });
    let taken = telling.calendar.at(OPENED, 8, 0);
    let used = telling.rng.between(1, 400);
    telling.put(observation(id, batch, taken, used));
    id
}

fn observation(id: AccountId, batch: BatchId, taken: Instant, used_hours_before: i64) -> Observation {
    Observation {
        id,
        batch: Some(batch),
        at: taken,
        enabled: Some(true),
        factors: BTreeSet::from([Factor::PhishingResistant]),
        last_used: LastUse::At(taken.plus_hours(-used_hours_before)),
        quality: Some(UseQuality::Interactive),
        password_changed: None,
        missing_since: None,
    }
}

fn grant(telling: &mut Telling<'_>, account: AccountId, person: PersonId) -> GrantId {
    let id = telling.id::<Grant>();
    let record = grant_record(telling.calendar, id, account, person, Removal::default());
    telling.put(record);
    id
}

fn grant_record(calendar: &Calendar, id: GrantId, account: AccountId, person: PersonId, removal: Removal) -> Grant {
    Grant {
        since: Some(calendar.at(OPENED + i64::try_from(id.0 % 600).unwrap_or(0), 9, 0)),
        removal,
        level: "User".to_owned(),
        ..Grant::new(id, person, account)
    }
}

/// A personal account's way in, and now and then the one of whoever had it before.
fn ways(
    telling: &mut Telling<'_>,
    scale: &Scale,
    account: AccountId,
    personal: u64,
    person: usize,
    people: &[PersonId],
    endings: &mut Vec<Ending>,
) {
    let Some(holder) = people.get(person).copied() else { return };
    grant(telling, account, holder);
    let all = (scale.accounts - scale.shared).max(1);
    if scale.ended * personal / all < scale.ended * (personal + 1) / all {
        let before = other(people, personal.wrapping_add(77));
        if let Some(before) = people.get(before).copied() {
            let grant = grant(telling, account, before).0;
            endings.push(Ending { grant, account: account.0, person: before.0 });
        }
    }
}

/// A shared login's secret, its users and what they know.
fn secret(
    telling: &mut Telling<'_>,
    client: ClientId,
    system: SystemId,
    account: AccountId,
    number: u64,
    people: &[PersonId],
) {
    let secret = telling.id::<Secret>();
    telling.put(Secret {
        systems: vec![system],
        account: Some(account),
        changed: Some(telling.calendar.at(OPENED + 30, 12, 0)),
        ..Secret::new(secret, SecretKind::Password, client, format!("shared {number}"))
    });
    let first = other(people, number);
    for sharer in 0..Scale::SHARERS {
        let place = 2 + (first + usize::try_from(sharer).unwrap_or(0)) % people.len().saturating_sub(2).max(1);
        let Some(person) = people.get(place).copied() else { continue };
        grant(telling, account, person);
        let id = telling.id::<Knowing>();
        let from = Some(telling.calendar.at(OPENED, 9, 0));
        telling.put(Knowing { id, secret, person, from, until: None });
    }
}

/// The ended ways in: asked for, done and checked, told as one step.
fn ends(telling: &mut Telling<'_>, people: &[PersonId], endings: Vec<Ending>) {
    let (doer, checker) = (people.get(1).copied(), people.get(2).copied());
    for ending in endings {
        let asked = telling.calendar.at(OPENED, 9, 0);
        let removal = Removal {
            asked: Some(Mark { at: asked, by: people.first().copied() }),
            done: Some(Mark { at: asked.plus_hours(1), by: doer }),
            confirmed: Some(Mark { at: asked.plus_hours(20), by: checker }),
            proof: Some(Proof::Observed),
            ..Removal::default()
        };
        let (id, account) = (GrantId(ending.grant), AccountId(ending.account));
        let record = grant_record(telling.calendar, id, account, PersonId(ending.person), removal);
        telling.put(record);
    }
}

/// A second, newer list of some accounts.
fn seen_again(telling: &mut Telling<'_>, accounts: &[u64]) {
    let taken = telling.calendar.at(telling.calendar.workday(4), 8, 0);
    let rows = u64::try_from(accounts.len()).unwrap_or(0);
    let batch = telling.batch(2, taken, rows);
    for account in accounts {
        let used = telling.rng.between(1, 300);
        telling.put(observation(AccountId(*account), batch, taken, used));
    }
}
