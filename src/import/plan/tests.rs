//! Plans of lists against a register that is filled by earlier plans.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use super::*;
use crate::domain::{AccountKind, Admin, ClientId, HowKnown, Mark, Proof, SystemKind};
use crate::import::format::Reading;
use std::collections::BTreeMap;

/// Reads a list, which these tests are about.
fn read_list(name: &str, bytes: &[u8], hint: Option<FormatId>, how: &Reading) -> Result<Parsed, ImportError> {
    match crate::import::read(name, bytes, hint, how)? {
        crate::import::ReadFile::List(parsed) => Ok(parsed),
        crate::import::ReadFile::Sheets(sheets) => panic!("{}", sheets.recognised),
    }
}

/// A register in a test: what the edits of plans add up to.
#[derive(Default)]
pub(crate) struct Register {
    records: BTreeMap<RecordRef, (AnyRecord, Seq)>,
    next: BTreeMap<RecordKind, u64>,
    seq: Seq,
}

impl Register {
    pub(crate) fn put(&mut self, record: impl Into<AnyRecord>) {
        let record = record.into();
        self.seq += 1;
        let next = self.next.entry(record.kind()).or_insert(1);
        *next = (*next).max(record.id() + 1);
        self.records.insert(record.reference(), (record, self.seq));
    }

    /// Writes a plan; says how many record versions that were besides the batch.
    pub(crate) fn apply(&mut self, plan: &ImportPlan) -> usize {
        let mut next = self.next.clone();
        let edits = plan.edits(&mut |kind| {
            let number = next.entry(kind).or_insert(1);
            *number += 1;
            *number - 1
        });
        let count = edits.len() - 1;
        for (at, edit) in edits.into_iter().enumerate() {
            let Edit::Put(record) = edit else { panic!("a plan only puts") };
            assert_eq!(at == 0, record.kind() == RecordKind::Batch);
            assert!(
                !format!("{record:?}").contains(&(1_u64 << 62).to_string()[..6]),
                "a temporary number is left: {record:?}"
            );
            self.put(record);
        }
        count
    }

    pub(crate) fn all<R: crate::domain::Record>(&self) -> Vec<Known<R>> {
        let of_kind =
            |(record, seq): &(AnyRecord, Seq)| R::from_any(record).map(|r| Known { record: r.clone(), seq: *seq });
        self.records.values().filter_map(of_kind).collect()
    }

    pub(crate) fn snapshot(&self) -> Snapshot {
        Snapshot {
            people: self.all(),
            clients: self.all(),
            systems: self.all(),
            accounts: self.all(),
            observations: self.all(),
            grants: self.all(),
            secrets: self.all(),
            knowings: self.all(),
            assets: self.all(),
            contacts: self.all(),
            data_locations: self.all(),
            policies: self.all(),
            signatures: self.all(),
            courses: self.all(),
            completions: self.all(),
            role_rights: self.all(),
            assignments: self.all(),
            last_batch: self.all::<Batch>().into_iter().map(|known| known.record).next_back(),
        }
    }
}

pub(crate) fn person(id: u64, name: &str, email: &str) -> Person {
    Person { email: Some(email.to_owned()), ..Person::new(PersonId(id), name) }
}

fn office() -> Register {
    let mut register = Register::default();
    register.put(person(1, "Priya Nair", "priya.nair@harbourit.example"));
    register.put(person(2, "Marta Lindqvist", "marta.lindqvist@harbourit.example"));
    register.put(person(3, "Declan Ruiz", "declan.ruiz@harbourit.example"));
    register.put(System {
        tier: 0,
        internet: Some(true),
        ..System::new(SystemId(1), ClientId(1), SystemKind::Tenant, "365 tenant")
    });
    register
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn taking(day: &str) -> Taking {
    Taking {
        system: Some(SystemId(1)),
        covers: Covers::Everyone,
        taken: at(&format!("{day}T09:00:00Z")),
        zone: Zone::utc(),
        ours: Ours::default(),
    }
}

fn plan_text(register: &Register, text: &str, day: &str) -> ImportPlan {
    let parsed = read_list("list.csv", text.as_bytes(), None, &Reading::default()).unwrap();
    plan_list(parsed, &register.snapshot(), &taking(day)).unwrap()
}

fn entra() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/entra-users-csv/exportUsers_2026-3-2.csv");
    std::fs::read_to_string(path).unwrap()
}

const HEAD: &str = "User principal name,Display name,Block credential,Object Id\n";

#[test]
fn of_a_tenants_list_only_what_concerns_us_is_kept() {
    let mut register = office();
    let plan = plan_text(&register, &entra(), "2026-03-02");
    let counts = plan.counts();
    assert_eq!((counts.new, counts.not_ours, counts.unmatched, counts.refused), (6, 2, 3, 0));
    register.apply(&plan);
    let accounts: Vec<Known<Account>> = register.all();
    assert_eq!(accounts.len(), 6);
    assert!(accounts.iter().all(|known| !known.record.login.contains("hannah")));
    let batch = register.all::<Batch>().remove(0).record;
    assert_eq!((batch.rows, batch.not_ours, batch.unmatched), (8, 2, 3), "the rows agree with the system's total");
}

#[test]
fn matched_personal_accounts_get_one_way_in_and_shared_ones_none() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    let grants: Vec<Known<Grant>> = register.all();
    let mut people: Vec<u64> = grants.iter().map(|known| known.record.person.0).collect();
    people.sort_unstable();
    assert_eq!(people, [1, 2, 3]);
    let batch = register.all::<Batch>().remove(0).record.id;
    assert!(grants.iter().all(|g| g.record.how == HowKnown::Import(batch) && g.record.level == "not stated"));
    assert!(register.all::<Observation>().iter().all(|o| o.record.batch == Some(batch)));
}

#[test]
fn the_same_list_again_writes_only_that_it_was_seen() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    let again = plan_text(&register, &entra(), "2026-04-02");
    let counts = again.counts();
    assert_eq!((counts.new, counts.changed, counts.same, counts.gone, counts.not_ours), (0, 0, 6, 0, 2));
    assert!(again.is_unchanged());
    assert_eq!(register.apply(&again), 0);
    assert!(again.issues.iter().any(|issue| issue.code == "same_file"));
}

#[test]
fn a_field_that_changed_is_shown_before_and_after() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    let plan = plan_text(&register, &entra().replace("Priya Nair,Nair,", "Priya Nair-Shah,Nair,"), "2026-04-02");
    let changed: Vec<_> = plan.of(RowClass::Changed).collect();
    assert_eq!(changed.len(), 1);
    assert_eq!(
        changed[0].fields,
        [FieldChange { field: "Name shown", old: "Priya Nair".into(), new: "Priya Nair-Shah".into() }]
    );
    assert_eq!(register.apply(&plan), 1);
}

#[test]
fn what_a_list_does_not_say_is_not_forgotten() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    let guest = "priya.nair_harbourit.example#EXT#@oakfielddental.onmicrosoft.com";
    let plan = plan_text(&register, &format!("{HEAD}{guest},Priya Nair,,\n"), "2026-04-02");
    assert!(plan.rows.iter().any(|row| row.class == RowClass::Same && row.title == guest), "{:?}", plan.rows);
}

fn with_removal(register: &mut Register, person: u64, change: impl Fn(&mut Grant)) {
    let mut grant = register.all::<Grant>().into_iter().find(|g| g.record.person.0 == person).unwrap().record;
    change(&mut grant);
    register.put(grant);
}

fn mark(day: &str) -> Option<Mark> {
    Some(Mark { at: at(&format!("{day}T10:00:00Z")), by: Some(PersonId(1)) })
}

fn without(text: &str, name: &str) -> String {
    text.lines().filter(|line| !line.contains(name)).map(|line| format!("{line}\n")).collect()
}

#[test]
fn a_missing_account_confirms_a_removal_that_was_asked_for() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    with_removal(&mut register, 2, |grant| grant.removal.asked = mark("2026-03-10"));
    let plan = plan_text(&register, &without(&entra(), "marta"), "2026-04-02");
    assert_eq!(plan.counts().gone, 1);
    register.apply(&plan);
    let grant = register.all::<Grant>().into_iter().find(|g| g.record.person.0 == 2).unwrap().record;
    assert_eq!(grant.removal.proof, Some(Proof::Acknowledged));
    assert_eq!(grant.removal.confirmed.unwrap().at, at("2026-04-02T09:00:00Z"));
    let again = plan_text(&register, &without(&entra(), "marta"), "2026-05-02");
    assert_eq!((again.counts().gone, again.is_unchanged()), (0, true), "said once");
}

#[test]
fn a_missing_account_nobody_asked_to_remove_is_only_reported() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    let before = register.all::<Grant>();
    let plan = plan_text(&register, &without(&entra(), "marta"), "2026-04-02");
    assert_eq!(plan.counts().gone, 1);
    register.apply(&plan);
    assert_eq!(register.all::<Grant>(), before, "nothing is removed by itself");
    let missing = |register: &Register| {
        let seen = register.all::<Observation>();
        seen.iter().map(|known| known.record.missing_since).filter(Option::is_some).collect::<Vec<_>>()
    };
    let since = |day: &str| vec![Some(taking(day).taken)];
    assert_eq!(missing(&register), since("2026-04-02"));

    let again = plan_text(&register, &without(&entra(), "marta"), "2026-05-02");
    assert_eq!((again.counts().gone, again.is_unchanged()), (1, true), "missing since the first list without it");
    // An older list without it says that it was missing earlier; one that names it, that it was there until then.
    register.apply(&plan_text(&register, &without(&entra(), "marta"), "2026-03-20"));
    assert_eq!(missing(&register), since("2026-03-20"));
    register.apply(&plan_text(&register, &entra(), "2026-03-15"));
    assert_eq!(missing(&register), since("2026-03-20"));
    register.apply(&plan_text(&register, &entra(), "2026-06-02"));
    assert_eq!(missing(&register), vec![]);
}

#[test]
fn a_partial_list_makes_nothing_gone() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    with_removal(&mut register, 2, |grant| grant.removal.asked = mark("2026-03-10"));
    let cut = format!("{}\"open quote,x\n", without(&entra(), "marta"));
    let plan = plan_text(&register, &cut, "2026-04-02");
    assert_eq!((plan.counts().gone, plan.covers, plan.is_partial()), (0, Covers::Part, true));
    let part = Taking { covers: Covers::Part, ..taking("2026-04-02") };
    let parsed = read_list("x", without(&entra(), "marta").as_bytes(), None, &Reading::default()).unwrap();
    assert_eq!(plan_list(parsed, &register.snapshot(), &part).unwrap().counts().gone, 0);
}

#[test]
fn fewer_accounts_than_the_system_states_are_a_partial_list() {
    let mut register = office();
    let mut system = register.all::<System>().remove(0).record;
    system.stated_total = Some(9);
    register.put(system);
    assert!(plan_text(&register, &entra(), "2026-03-02").is_partial());
}

#[test]
fn an_empty_list_and_one_that_shrank_by_a_fifth_make_nothing_gone() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    let empty = plan_text(&register, entra().lines().next().unwrap(), "2026-04-02");
    assert_eq!((empty.counts().gone, empty.is_partial()), (0, true));
    let shorter = without(&without(&entra(), "marta"), "priya");
    let first = plan_text(&register, &shorter, "2026-04-02");
    assert_eq!((first.counts().gone, first.is_partial()), (0, true));
    register.apply(&first);
    assert_eq!(plan_text(&register, &shorter, "2026-04-03").counts().gone, 2, "taken once more, it is believed");
}

#[test]
fn a_removed_account_that_is_on_again_came_back() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    with_removal(&mut register, 2, |grant| {
        grant.removal.asked = mark("2026-03-10");
        grant.removal.done = mark("2026-03-11");
        grant.removal.confirmed = mark("2026-03-12");
        grant.removal.proof = Some(Proof::Stated);
    });
    let plan = plan_text(&register, &entra(), "2026-04-02");
    assert_eq!(plan.counts().came_back, 1);
    register.apply(&plan);
    let removal = register.all::<Grant>().into_iter().find(|g| g.record.person.0 == 2).unwrap().record.removal;
    assert_eq!((removal.done, removal.confirmed, removal.came_back), (None, None, Some(at("2026-04-02T09:00:00Z"))));
    assert_eq!(removal.state(at("2026-04-03T00:00:00Z")), crate::domain::GrantState::CameBack);
    assert!(plan_text(&register, &entra(), "2026-05-02").is_unchanged());
}

#[test]
fn a_list_older_than_the_removal_brings_nothing_back() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    with_removal(&mut register, 2, |grant| grant.removal.done = mark("2026-04-10"));
    assert_eq!(plan_text(&register, &entra(), "2026-04-02").counts().came_back, 0);
}

#[test]
fn a_list_older_than_what_is_known_changes_nothing_seen() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    let older = entra().replace(",Guest,,,True,", ",Guest,,,False,");
    assert!(plan_text(&register, &older, "2026-01-02").is_unchanged());
    assert_eq!(plan_text(&register, &older, "2026-04-02").counts().changed, 3);
}

#[test]
fn a_list_older_than_what_is_known_takes_no_name_or_level_back() {
    let mut register = office();
    let text = |name: &str| format!("{HEAD}declan.ruiz@harbourit.example,{name},False,1\n");
    register.apply(&plan_text(&register, &text("Declan Ruiz-Lee"), "2026-03-02"));
    let plan = plan_text(&register, &text("Declan Ruiz"), "2026-01-02");
    assert!(plan.is_unchanged(), "{:?}", plan.rows);
    assert!(plan.rows[0].notes.iter().any(|note| note.contains("newer list")), "{:?}", plan.rows[0].notes);
}

#[test]
fn sign_in_switched_off_confirms_a_removal_too() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    with_removal(&mut register, 2, |grant| grant.removal.done = mark("2026-03-11"));
    let off = entra().replace(",Guest,,,True,", ",Guest,,,False,");
    register.apply(&plan_text(&register, &off, "2026-04-02"));
    let removal = register.all::<Grant>().into_iter().find(|g| g.record.person.0 == 2).unwrap().record.removal;
    assert_eq!((removal.proof, removal.done), (Some(Proof::Acknowledged), mark("2026-03-11")));
    let other = register.all::<Grant>().into_iter().find(|g| g.record.person.0 == 1).unwrap().record.removal;
    assert_eq!(other.confirmed, None, "nobody asked for that one");
}

#[test]
fn an_administrator_nobody_claims_is_kept_and_marked() {
    let register = office();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/ad-ldif/marvel_users_ldifde.ldf");
    let parsed = read_list("m.ldf", &std::fs::read(path).unwrap(), None, &Reading::default()).unwrap();
    let total = parsed.rows.len();
    let plan = plan_list(parsed, &register.snapshot(), &taking("2026-03-02")).unwrap();
    let counts = plan.counts();
    assert_eq!(usize::try_from(counts.new + counts.not_ours).unwrap(), total);
    assert!(plan.of(RowClass::New).all(|row| row.unmatched && row.kept.is_some()));
    assert!(plan.rows.iter().any(|row| row.title == "thor" && row.kept == Some(KeptBecause::Privileged) && row.risky));
}

#[test]
fn a_rise_to_administrator_is_pointed_out() {
    let mut register = office();
    let list = |group: &str| {
        format!(
            "DN,objectClass,sAMAccountName,mail,memberOf,userAccountControl\nCN=p,user,pn,priya.nair@harbourit.example,\"CN={group},DC=x\",512\n"
        )
    };
    register.apply(&plan_text(&register, &list("Staff"), "2026-03-02"));
    let plan = plan_text(&register, &list("Domain Admins"), "2026-04-02");
    let row = plan.of(RowClass::Changed).next().unwrap();
    assert!(row.risky && row.notes[0].contains("top admin"), "{:?}", row.notes);
    register.apply(&plan);
    let grant = register.all::<Grant>().remove(0).record;
    assert_eq!((grant.admin, grant.level.as_str()), (Admin::Top, "Domain Admins"));
}

#[test]
fn a_row_left_out_is_not_written() {
    let mut register = office();
    let mut plan = plan_text(&register, &entra(), "2026-03-02");
    let index = plan.rows.iter().position(|row| row.title.contains("declan")).unwrap();
    assert!(plan.choose(index, false));
    register.apply(&plan);
    assert_eq!(register.all::<Account>().len(), 5);
    assert!(register.all::<Grant>().iter().all(|g| g.record.person.0 != 3));
}

#[test]
fn a_renamed_account_is_found_by_the_systems_id() {
    let mut register = office();
    let list = |login: &str| format!("{HEAD}{login},Priya Nair,False,11111111-2222\n");
    register.apply(&plan_text(&register, &list("priya.nair@harbourit.example"), "2026-03-02"));
    let plan = plan_text(&register, &list("pnair@harbourit.example"), "2026-04-02");
    assert_eq!((plan.counts().new, plan.counts().changed, plan.counts().gone), (0, 1, 0));
    register.apply(&plan);
    let account = register.all::<Account>().remove(0).record;
    assert_eq!((account.login.as_str(), account.kind), ("pnair@harbourit.example", AccountKind::Personal));
    assert_eq!(register.all::<Grant>().len(), 1);
}

#[test]
fn a_plan_names_every_version_it_was_made_from() {
    let mut register = office();
    register.apply(&plan_text(&register, &entra(), "2026-03-02"));
    with_removal(&mut register, 2, |grant| grant.removal.done = mark("2026-03-11"));
    let plan = plan_text(&register, &entra(), "2026-04-02");
    let written: Vec<RecordRef> = plan
        .edits(&mut |_| 9_999)
        .iter()
        .map(Edit::reference)
        .filter(|reference| reference.kind != RecordKind::Batch)
        .collect();
    assert!(!written.is_empty());
    let based: BTreeMap<RecordRef, Seq> = plan.based_on.iter().copied().collect();
    assert!(written.iter().all(|reference| based.get(reference) == register.records.get(reference).map(|(_, s)| s)));
}

#[test]
fn a_list_without_a_system_is_refused() {
    let parsed = read_list("x", entra().as_bytes(), None, &Reading::default()).unwrap();
    let nowhere = Taking { system: None, ..taking("2026-03-02") };
    assert_eq!(plan_list(parsed, &Snapshot::default(), &nowhere), Err(ImportError::NoSystem));
}
