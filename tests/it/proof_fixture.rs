//! A small register on a real file for the tests of proof and reports: a firm, two clients, somebody who leaves.

use keyward::domain::*;
use keyward::secret::DataKey;
use keyward::service::view::ThingId;
use keyward::service::{Answer, Clock, Command, Desk, Outcome, Query, RotateStage, Session, Settle, Slice, StepSaid};
use keyward::store::{SeededSalts, Store, StoreError};
use keyward::vault::{Identity, NewKeys, Protection, SeededRandom, Unlock, Vault, read_identity};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use tempfile::TempDir;
use zeroize::Zeroizing;

pub const OFFICE: PersonId = PersonId(1);
pub const TOM: PersonId = PersonId(2);
pub const AISHA: PersonId = PersonId(3);
pub const DANA: PersonId = PersonId(4);

/// A register in a folder that goes with it.
pub struct Fixture {
    pub dir: TempDir,
    pub folder: PathBuf,
    pub file: String,
    key: [u8; 32],
}

/// So many minutes after a fixed moment.
pub fn at(minutes: i64) -> Instant {
    let start = Instant::parse("2026-11-23T09:00:00Z").unwrap();
    Instant::from_millis(start.millis() + minutes * 60_000)
}

fn mark(minutes: i64) -> Stamp {
    Stamp { operator: OperatorId(1), at: at(minutes), scripted: true }
}

impl Fixture {
    /// A register with its first entry and the firm in the second.
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join("acme.keyward");
        let keys = NewKeys::generate(&mut SeededRandom::new([7; 32])).unwrap();
        let made = keys.write(&folder, Protection::IdentityFile(&dir.path().join("id.txt"))).unwrap();
        let opened = made.opened;
        let mut store = Store::create(&folder, &opened.key).unwrap().with_salts(SeededSalts::new(1));
        let operator = Operator {
            id: OperatorId(1),
            person: Some(OFFICE),
            recipient: opened.identity.recipient(),
            verifier: opened.identity.signer().verifier(),
            active: true,
            name: "M. Ortiz".into(),
        };
        let change =
            put("register.created", "Made the register", vec![settings(&opened.register).into(), operator.into()]);
        store.write(&mark(-30), |tx| tx.append(change)).unwrap();
        store.write(&mark(-20), |tx| tx.append(put("records.added", "Entered the firm", firm()))).unwrap();
        store.close().unwrap();
        Self { folder, file: opened.register, key: *opened.key.expose(), dir }
    }

    pub fn key(&self) -> DataKey {
        DataKey::new(Zeroizing::new(self.key))
    }

    pub fn identity(&self) -> Identity {
        read_identity(&self.dir.path().join("id.txt")).unwrap()
    }

    pub fn unlock(&self) -> Unlock<'static> {
        Unlock::Identity(self.identity())
    }

    /// The register at work, so many minutes after the fixed moment.
    pub fn session(&self, minutes: i64) -> Session {
        self.session_in(&self.folder, minutes)
    }

    pub fn session_in(&self, folder: &Path, minutes: i64) -> Session {
        let opened = Vault::at(folder).open(self.unlock()).unwrap();
        let store = Store::open(folder, &opened.key)
            .unwrap()
            .with_salts(SeededSalts::new(minutes.unsigned_abs() * 2 + u64::from(minutes < 0) + 100));
        let signer = opened.signer();
        Session::begin(store, folder, OperatorId(1), signer, Clock::Fixed(at(minutes))).unwrap()
    }

    /// Writes a change as the operator did, without a session.
    pub fn write(&self, minutes: i64, action: &'static str, records: Vec<AnyRecord>) {
        let mut store = Store::open(&self.folder, &self.key()).unwrap();
        store.write(&mark(minutes), |tx| tx.append(put(action, "Test", records))).map(drop).unwrap_or_else(
            |error: StoreError| {
                panic!("{error}");
            },
        );
        store.close().unwrap();
    }

    /// Writes so many entries at once.
    pub fn write_many(&self, minutes: i64, number: usize) {
        let mut store = Store::open(&self.folder, &self.key()).unwrap();
        let done = store.write(&mark(minutes), |tx| -> Result<(), StoreError> {
            for round in 0..number {
                tx.append(put("client.edited", "Test", vec![client(3, &format!("Cedar {round}"), false).into()]))?;
            }
            Ok(())
        });
        done.unwrap();
        store.close().unwrap();
    }

    /// A connection past everything Keyward guards, with the right key.
    pub fn raw(&self) -> rusqlite::Connection {
        let conn = rusqlite::Connection::open(self.folder.join("register.db")).unwrap();
        let hex: String = self.key.iter().map(|byte| format!("{byte:02x}")).collect();
        conn.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"")).unwrap();
        conn.execute_batch("PRAGMA foreign_keys = OFF").unwrap();
        for trigger in
            ["entry_kept", "entry_stays", "version_stays", "version_kept", "checkpoint_kept", "checkpoint_stays"]
        {
            conn.execute_batch(&format!("DROP TRIGGER IF EXISTS {trigger}")).unwrap();
        }
        conn
    }

    /// Everything in the register's folder, by name, with its bytes.
    pub fn files(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        walk(&self.folder, &mut found);
        found
    }
}

fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, Vec<u8>>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found);
        } else {
            found.insert(path.clone(), std::fs::read(&path).unwrap());
        }
    }
}

/// A change that puts these records.
pub fn put(action: &'static str, summary: &str, records: Vec<AnyRecord>) -> Change {
    let mut change = Change::new(action, summary);
    change.edits = records.into_iter().map(Edit::Put).collect();
    change
}

fn settings(file: &str) -> Settings {
    Settings {
        id: SettingsId(1),
        zone: "Europe/Berlin".into(),
        closing_minutes: 17 * 60,
        day_first: true,
        file: file.to_owned(),
        practice: false,
        policy: BTreeMap::new(),
        type_number_above: 10,
        firm: Some("Meridian IT Services".into()),
    }
}

fn firm() -> Vec<AnyRecord> {
    let mut records: Vec<AnyRecord> = vec![
        person(OFFICE, "Maria Ortiz", PersonKind::Office).into(),
        person(TOM, "Tom Becker", PersonKind::Employee).into(),
        person(AISHA, "Aisha Khan", PersonKind::Employee).into(),
        person(DANA, "Dana Ruiz", PersonKind::Employee).into(),
        client(1, "Meridian IT Services", true).into(),
        client(2, "Harbor Dental", false).into(),
        client(3, "Cedar & Pike Law", false).into(),
        System {
            opens: vec![Opens::All],
            reach: SystemReach::Several,
            ..system(1, 1, SystemKind::RemoteManagement, "RMM console")
        }
        .into(),
        system(2, 2, SystemKind::Tenant, "Microsoft 365").into(),
        system(3, 3, SystemKind::RemoteAccess, "VPN").into(),
        system(4, 3, SystemKind::Application, "Case files").into(),
    ];
    for (id, system, person, login) in [
        (1, 1, DANA, "dana.ruiz"),
        (2, 2, DANA, "dana.ruiz@harbor.example"),
        (3, 3, DANA, "druiz"),
        (4, 4, DANA, "dana"),
        (5, 1, TOM, "tom.becker"),
        (6, 2, TOM, "tom.becker@harbor.example"),
        (7, 3, TOM, "tbecker"),
    ] {
        let admin = if system == 4 { Admin::None } else { Admin::System };
        records.push(account(id, system, person, login, admin).into());
        records.push(grant(id, id, person, admin).into());
    }
    records.push(
        Secret {
            systems: vec![SystemId(2)],
            kept_where: Some("Safe".into()),
            ..Secret::new(SecretId(1), SecretKind::Password, ClientId(2), "365 break-glass")
        }
        .into(),
    );
    for (id, person) in [(1, DANA), (2, TOM)] {
        let from = Some(at(-100_000));
        records.push(Knowing { id: KnowingId(id), secret: SecretId(1), person, from, until: None }.into());
    }
    records.push(
        Asset {
            id: AssetId(1),
            kind: AssetKind::Laptop,
            client: None,
            holder: Some(DANA),
            issued: None,
            returned: None,
            cancelled: None,
            encrypted: Some(true),
            waived_until: None,
            tag: Some("NB-0412".into()),
            note: None,
        }
        .into(),
    );
    records.push(
        Contact {
            id: ContactId(1),
            client: Some(ClientId(2)),
            kind: ContactKind::Registrar,
            person: DANA,
            since: None,
            ended: None,
            waived_until: None,
            place: "Northwind Domains".into(),
            note: None,
        }
        .into(),
    );
    records.push(
        DataLocation {
            id: DataLocationId(1),
            client: ClientId(3),
            kind: DataKind::Personal,
            encrypted: Some(false),
            holder: Some(DANA),
            confirmed: None,
            removed: None,
            waived_until: None,
            what: "Scans of contracts".into(),
            place: "private cloud drive".into(),
        }
        .into(),
    );
    records
}

fn person(id: PersonId, name: &str, kind: PersonKind) -> Person {
    Person {
        kind,
        email: Some(format!("{}@meridian.example", name.to_lowercase().replace(' ', "."))),
        role: Some("Technician L2".into()),
        ..Person::new(id, name)
    }
}

pub fn client(id: u64, name: &str, own: bool) -> Client {
    Client { own, ..Client::new(ClientId(id), name) }
}

fn system(id: u64, client: u64, kind: SystemKind, name: &str) -> System {
    System::new(SystemId(id), ClientId(client), kind, name)
}

fn account(id: u64, system: u64, owner: PersonId, login: &str, admin: Admin) -> Account {
    Account { owner: Some(owner), admin, ..Account::new(AccountId(id), SystemId(system), AccountKind::Personal, login) }
}

pub fn grant(id: u64, account: u64, person: PersonId, admin: Admin) -> Grant {
    Grant { admin, since: Some(at(-200_000)), ..Grant::new(GrantId(id), person, AccountId(account)) }
}

/// Every way in of the person who leaves.
pub fn ways() -> Vec<GrantId> {
    (1..=4).map(GrantId).collect()
}

fn run_of(outcome: &Outcome) -> RunId {
    outcome.run.unwrap()
}

/// Starts the discharge of Dana, names doer and checker, asks for every removal. Minute 0.
pub fn started(fixture: &Fixture) -> RunId {
    let mut session = fixture.session(0);
    // Works out how Tom stands: he is the other admin everywhere.
    session.apply(Command::AskRemoval { grants: vec![GrantId(5)], to: None, reason: None }).unwrap();
    session.apply(Command::CallOffRemoval { grants: vec![GrantId(5)], reason: None }).unwrap();
    let start = Command::StartDischarge { person: DANA, kind: CaseKind::AtOnce, at: None, reason: None };
    let run = run_of(&session.apply(start).unwrap());
    session.apply(Command::SetPeople { run, doer: Some(TOM), checker: Some(AISHA), alone: None }).unwrap();
    session.apply(Command::AskRemoval { grants: ways(), to: Some(TOM), reason: None }).unwrap();
    run
}

/// Works through a started run until nothing is open, then closes it. Gives the minute it was closed.
pub fn closed(fixture: &Fixture, run: RunId) -> i64 {
    for round in 1..12 {
        let minute = round * 5;
        let mut session = fixture.session(minute);
        work(&mut session, run, round == 1);
        if obstacles(&mut session, run).is_empty() {
            let done = session.apply(Command::CloseRun { run, signed: "M. Ortiz".into() });
            done.unwrap_or_else(|error| panic!("{error}"));
            return minute;
        }
    }
    let mut session = fixture.session(60);
    panic!("still open: {:#?}", obstacles(&mut session, run));
}

pub fn obstacles(session: &mut Session, run: RunId) -> Vec<String> {
    match session.ask(Query::Closing(run)).unwrap() {
        Answer::Closing(view) => view.obstacles.into_iter().map(|obstacle| obstacle.what).collect(),
        other => panic!("{other:?}"),
    }
}

/// One pass over everything that is open. What a rule refuses now is tried again in the next pass.
fn work(session: &mut Session, run: RunId, first: bool) {
    for grant in ways() {
        let _ = session.apply(Command::MarkDone { grants: vec![grant], at: None, by: Some(TOM) });
        let _ = session.apply(Command::Confirm { grants: vec![grant], by: Some(AISHA), proof: Proof::Observed });
    }
    let all = Slice { limit: 500, ..Slice::default() };
    let Answer::WaysIn(_) = session.ask(Query::RunWaysIn(run, all)).unwrap() else { panic!("ways in") };
    let Answer::Secrets(secrets) = session.ask(Query::RunSecrets(run)).unwrap() else { panic!("secrets") };
    for rotation in secrets.into_iter().filter_map(|secret| secret.rotation) {
        for stage in [RotateStage::Done, RotateStage::Confirmed(Proof::Observed)] {
            let by = if stage == RotateStage::Done { TOM } else { AISHA };
            let _ = session.apply(Command::Rotate { rotation, stage, at: None, by: Some(by), reason: None });
        }
    }
    let Answer::Things(things) = session.ask(Query::RunThings(run)).unwrap() else { panic!("things") };
    for thing in things.into_iter().filter(|thing| !thing.settled) {
        let by = Some(OFFICE);
        if matches!(thing.id, ThingId::Asset(..) | ThingId::Contact(_) | ThingId::Data(_)) {
            let _ = session.apply(Command::SettleThing { thing: thing.id, how: Settle::Done, by, reason: None });
        }
    }
    if first {
        let Answer::Questions(questions) = session.ask(Query::RunQuestions(run)).unwrap() else { panic!("questions") };
        for question in questions {
            let reply = Some(Reply::No);
            let note = (question.number == 1).then(|| "Said so twice".to_owned());
            let answer = Command::Answer { run, question: question.code, reply, note, add: Vec::new() };
            session.apply(answer).unwrap_or_else(|error| panic!("{error}"));
        }
    }
    let Answer::Steps(steps) = session.ask(Query::RunSteps(run)).unwrap() else { panic!("steps") };
    for step in steps {
        if step.ended.is_none() {
            let end = |outcome, reason: Option<&str>| Command::EndStep {
                step: step.id,
                said: StepSaid {
                    outcome: Some(outcome),
                    by: Some(TOM),
                    note: Some("Done as written".into()),
                    reason: reason.map(str::to_owned),
                    ..StepSaid::default()
                },
            };
            if session.apply(end(StepOutcome::Done, None)).is_err() {
                let _ = session.apply(end(StepOutcome::NotNeeded, Some("Nothing of the kind here")));
            }
        }
        if !step.checked {
            let _ = session.apply(Command::CheckStep { step: step.id, by: Some(AISHA), proof: Proof::Observed });
        }
    }
}
