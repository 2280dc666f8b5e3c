//! A small firm to import into, opened at chosen moments, and what to compare its state by.

use keyward::domain::{Change, Grant, Instant, Operator, OperatorId, RecordKind, Seq, Settings, Stamp};
use keyward::secret::DataKey;
use keyward::service::importing::{FileReport, ImportReport, ImportRequest};
use keyward::service::resolve::{self, Naming};
use keyward::service::session::SETTINGS;
use keyward::service::{Answer, Clock, Desk, Query, Session};
use keyward::store::place::{self, Probe};
use keyward::store::{
    Boundary, Cache, ClientCount, FindingRow, PersonCount, SeededSalts, Select, Store, SystemCount, WayRow,
};
use keyward::vault::{NewKeys, Opened, Protection, SeededRandom, read_identity};
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use tempfile::TempDir;
use zeroize::Zeroizing;

/// The day most tests play on.
pub const NOW: &str = "2026-03-02T12:00:00Z";

/// People, clients and systems of the firm the sample lists belong to.
pub const SHEETS: [(&str, &str); 3] = [
    (
        "People.csv",
        "Name,Email,Role,Kind,Status,Start,Last day,Exit kind\n\
         Priya Nair,priya.nair@harbourit.example,Technician L2,employee,active,2022-05-02,,\n\
         Declan Ruiz,declan.ruiz@harbourit.example,Technician L1,employee,active,2025-01-15,,\n\
         Marta Lindqvist,marta.lindqvist@harbourit.example,Technician L2,employee,discharged,2021-02-01,2025-11-14,voluntary\n\
         Olive Marsh,olive.marsh@harbourit.example,Office manager,office,active,2020-01-01,,\n",
    ),
    ("Clients.csv", "Client,Code,Own company\nHarbour IT,HIT,yes\nOakfield Dental,OAK,no\n"),
    (
        "Systems.csv",
        "Client,System,Kind\nOakfield Dental,365 tenant,tenant\nOakfield Dental,Domain,directory\n\
         Harbour IT,Team vault,vault\n",
    ),
];

/// Any drive will do for a test.
struct AnyDrive;

impl Probe for AnyDrive {
    fn file_system(&self, _folder: &Path) -> Option<String> {
        None
    }
    fn user(&self) -> Option<u32> {
        place::System.user()
    }
}

pub fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

/// A register in a folder that goes with it.
pub struct Office {
    dir: TempDir,
}

/// A register as it is right after it was made, with its keys. It is made once and copied: the layout has nearly two
/// hundred parts.
struct Made {
    dir: TempDir,
    key: [u8; 32],
}

fn made() -> &'static Made {
    static MADE: OnceLock<Made> = OnceLock::new();
    MADE.get_or_init(|| {
        let dir = tempfile::tempdir().unwrap();
        let folder = dir.path().join(FOLDER);
        let keys = NewKeys::generate(&mut SeededRandom::new([7; 32])).unwrap();
        let opened = keys.write(&folder, Protection::IdentityFile(&dir.path().join(IDENTITY))).unwrap().opened;
        let mut store = Store::create_with(&folder, &opened.key, Cache::Served, &AnyDrive).unwrap();
        first_entry(&mut store, &opened);
        store.close().unwrap();
        Made { dir, key: *opened.key.expose() }
    })
}

const FOLDER: &str = "office.keyward";
const IDENTITY: &str = "identity.txt";

fn first_entry(store: &mut Store, opened: &Opened) {
    let stamp = Stamp { operator: OperatorId(1), at: at("2026-01-01T08:00:00Z"), scripted: true };
    let mut change = Change::new("register.created", "Made the register");
    change.put(Settings {
        id: SETTINGS,
        zone: "Europe/London".to_owned(),
        closing_minutes: 1020,
        day_first: true,
        file: opened.register.clone(),
        practice: false,
        policy: BTreeMap::new(),
        type_number_above: 10,
        firm: Some("Harbour IT".to_owned()),
    });
    change.put(Operator {
        id: OperatorId(1),
        person: None,
        recipient: opened.identity.recipient(),
        verifier: opened.identity.signer().verifier(),
        active: true,
        name: "O. Marsh".to_owned(),
    });
    store.write(&stamp, |tx| tx.append(change)).unwrap();
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    fs::set_permissions(to, fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

impl Office {
    /// An empty register.
    pub fn empty() -> Self {
        let office = Self { dir: tempfile::tempdir().unwrap() };
        copy(&made().dir.path().join(FOLDER), &office.folder());
        office
    }

    /// The firm with its people, clients and systems, imported from its sheets. It is made once and copied too.
    pub fn filled() -> Self {
        static FILLED: OnceLock<Office> = OnceLock::new();
        let filled = FILLED.get_or_init(|| {
            let office = Self::empty();
            let mut session = office.at(NOW);
            let report = take(&mut session, sheets());
            assert_eq!((report.plan.new, report.plan.refused), (9, 0), "{:?}", report.issues);
            office
        });
        let office = Self { dir: tempfile::tempdir().unwrap() };
        copy(&filled.folder(), &office.folder());
        office
    }

    pub fn folder(&self) -> PathBuf {
        self.dir.path().join(FOLDER)
    }

    /// Opens it at a moment.
    pub fn at(&self, now: &str) -> Session {
        let key = DataKey::new(Zeroizing::new(made().key));
        let store = Store::open_with(&self.folder(), &key, Cache::Served, &AnyDrive).unwrap();
        let store = store.with_salts(SeededSalts::new(1));
        let signer = read_identity(&made().dir.path().join(IDENTITY)).unwrap().signer();
        Session::begin(store, &self.folder(), OperatorId(1), Some(signer), Clock::Fixed(at(now))).unwrap()
    }
}

/// The firm's own sheets as a request.
pub fn sheets() -> ImportRequest {
    ImportRequest::of(SHEETS.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())).collect())
}

/// A sample list.
pub fn sample(path: &str) -> (String, Vec<u8>) {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path);
    (path.rsplit('/').next().unwrap().to_owned(), fs::read(full).unwrap())
}

/// The sample list of a tenant, in two layouts, and of a directory, in three.
pub const ENTRA: &str = "entra-users-csv/exportUsers_2026-3-2.csv";
pub const M365: &str = "m365-admin-users-csv/users_3_2_2026 9_14_05 AM.csv";

/// A list of a system of Oakfield Dental.
pub fn list(files: Vec<(String, Vec<u8>)>, system: &str, everyone: bool) -> ImportRequest {
    ImportRequest {
        client: Some("Oakfield".to_owned()),
        system: Some(system.to_owned()),
        everyone,
        ..ImportRequest::of(files)
    }
}

/// The Entra list without the lines in which a word stands.
pub fn entra_without(word: &str) -> (String, Vec<u8>) {
    let (name, bytes) = sample(ENTRA);
    let text = String::from_utf8(bytes).unwrap();
    let kept: Vec<&str> = text.lines().filter(|line| word.is_empty() || !line.contains(word)).collect();
    (name, kept.join("\r\n").into_bytes())
}

/// Takes a file and gives its one report.
pub fn take(session: &mut Session, request: ImportRequest) -> FileReport {
    only(session.import(&ImportRequest { apply: true, ..request }).unwrap())
}

pub fn only(mut report: ImportReport) -> FileReport {
    assert_eq!(report.files.len(), 1);
    report.files.remove(0)
}

/// The last entry.
pub fn head(session: &mut Session) -> Seq {
    match session.ask(Query::Head).unwrap() {
        Answer::Head(seq) => seq,
        other => panic!("{other:?}"),
    }
}

fn lines<T: Debug>(what: &str, rows: Vec<T>, out: &mut Vec<String>) {
    out.extend(rows.into_iter().map(|row| format!("{what}: {row:?}")));
}

/// Every record and every computed row, the words of entries apart.
pub fn state(session: &Session) -> Vec<String> {
    session
        .find(|facts| {
            let mut out = Vec::new();
            for kind in RecordKind::ALL.iter().filter(|kind| **kind != RecordKind::Act) {
                keyward::with_record_type!(*kind, R => {
                    lines(kind.stored(), facts.list::<R>(Select::all())?, &mut out);
                });
            }
            let (read, all) = (facts.reader(), Select::all());
            lines("way", read.derived::<WayRow>(&all)?, &mut out);
            lines("person", read.derived::<PersonCount>(&all)?, &mut out);
            lines("client", read.derived::<ClientCount>(&all)?, &mut out);
            lines("system", read.derived::<SystemCount>(&all)?, &mut out);
            lines("finding", read.derived::<FindingRow>(&all)?, &mut out);
            lines("boundary", read.derived::<Boundary>(&all)?, &mut out);
            Ok(out)
        })
        .unwrap()
}

/// The keys of what is wrong.
pub fn findings(session: &Session) -> Vec<String> {
    let rows = session.find(|facts| Ok(facts.reader().derived::<FindingRow>(&Select::all())?)).unwrap();
    rows.into_iter().map(|row| row.key).collect()
}

/// The one way in of a person.
pub fn grant_of(session: &Session, name: &str) -> Grant {
    let mut grants = session
        .find(|facts| {
            let person = resolve::person(facts, name, Naming::Part)?;
            Ok(facts.list::<Grant>(Select::all().eq("person", person.id))?)
        })
        .unwrap();
    assert_eq!(grants.len(), 1, "{name}");
    grants.remove(0)
}
