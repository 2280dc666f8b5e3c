//! Forms over a real register: what they show reads back to what is stored, and what they save is one entry.

use crate::clients::firm;
use crate::import_office::Office;
use keyward::domain::{
    Account, Asset, Client, Contact, Course, DataLocation, Grant, Knowing, Person, Policy, RecordKind, RecordRef,
    RoleRight, Secret, System,
};
use keyward::error::ErrorClass;
use keyward::service::records::form::{Candidate, FieldSays, FormOf, FormTakes, RecordForm, Said};
use keyward::service::records::{self, Given};
use keyward::service::resolve::Naming;
use keyward::service::{Answer, Command, Desk, Outcome, Query, Session, Unlock, WayBack, door};
use keyward::store::{Row, Select};

fn form(session: &mut Session, of: FormOf) -> RecordForm {
    match session.ask(Query::RecordForm(of)).unwrap() {
        Answer::RecordForm(form) => *form,
        other => panic!("{other:?}"),
    }
}

fn edit(kind: RecordKind, id: u64) -> FormOf {
    FormOf::Edit(RecordRef { kind, id })
}

fn new(kind: RecordKind) -> FormOf {
    FormOf::New { kind, given: Vec::new() }
}

fn check(session: &mut Session, of: FormOf, given: &[(&str, &str)]) -> Vec<FieldSays> {
    let given = given.iter().map(|(name, words)| ((*name).to_owned(), Given::from(*words))).collect();
    match session.ask(Query::FormCheck(of, given)).unwrap() {
        Answer::FormCheck(says) => says,
        other => panic!("{other:?}"),
    }
}

fn candidates(session: &mut Session, kind: RecordKind, typed: &str) -> Vec<Candidate> {
    match session.ask(Query::Candidates(kind, typed.to_owned())).unwrap() {
        Answer::Candidates(found) => found,
        other => panic!("{other:?}"),
    }
}

/// What a form would send if every field were sent as it stands.
fn as_given(form: &RecordForm) -> Vec<(String, Given)> {
    let given = |field: &keyward::service::records::form::FormField| match &field.takes {
        FormTakes::Record(_) | FormTakes::Records(_) => {
            let one = |piece: &str| match field.chosen.iter().find(|chosen| chosen.name == piece) {
                Some(chosen) => Given::Id(chosen.id),
                None => Given::from(piece),
            };
            let pieces = field.text.split(';').map(str::trim).filter(|piece| !piece.is_empty());
            match &field.takes {
                FormTakes::Record(_) => one(&field.text),
                _ => Given::Several(pieces.map(one).collect()),
            }
        }
        _ => Given::Words(field.text.clone()),
    };
    form.fields.iter().map(|field| (field.name.to_owned(), given(field))).collect()
}

fn head(session: &mut Session) -> u64 {
    match session.ask(Query::Head).unwrap() {
        Answer::Head(seq) => seq,
        other => panic!("{other:?}"),
    }
}

fn ids<R: Row>(session: &Session) -> Vec<u64> {
    use keyward::domain::RecordId;
    session
        .find(|facts| Ok(facts.list::<R>(Select::all())?.into_iter().map(|record| record.id().number()).collect()))
        .unwrap()
}

/// Records of a kind looked at in the practice register.
const SAMPLE: usize = 40;

#[test]
fn what_every_form_shows_reads_back_to_what_is_stored() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("practice.keyward");
    crate::kill::practice(&folder);
    let mut visit = door::open(&crate::kill::access(&folder), Unlock::Given).unwrap();
    let session = visit.writing().unwrap();
    let mut all: Vec<(RecordKind, u64)> = Vec::new();
    macro_rules! every {
        ($($kind:ident)*) => {
            $({
                let ids = ids::<$kind>(session);
                let step = ids.len().div_ceil(SAMPLE).max(1);
                assert!(!ids.is_empty(), "{:?}", RecordKind::$kind);
                all.extend(ids.into_iter().step_by(step).map(|id| (RecordKind::$kind, id)));
            })*
        };
    }
    every!(Person Client System Account Secret Knowing Asset Contact DataLocation Policy Course RoleRight Grant);
    let before = head(session);
    for (kind, id) in all {
        let shown = form(session, edit(kind, id));
        let mut fields = as_given(&shown);
        // A sighting is a new fact whenever it is said again; its fields are read back on their own below.
        fields.retain(|(name, _)| !matches!(name.as_str(), "enabled" | "factors" | "last_used" | "password_changed"));
        let command = Command::SaveRecord { of: shown.of.clone(), fields, based_on: shown.based_on };
        let outcome = session.apply(command).unwrap_or_else(|error| panic!("{kind:?} {id}: {error}\n{shown:#?}"));
        assert_eq!(outcome.seq, None, "{kind:?} {id} was changed by saving it as it is: {}", outcome.message);
        let says = match session.ask(Query::FormCheck(shown.of.clone(), as_given(&shown))).unwrap() {
            Answer::FormCheck(says) => says,
            other => panic!("{other:?}"),
        };
        assert!(says.iter().all(|said| matches!(said.said, Said::Reads(_))), "{kind:?} {id}: {says:?}");
    }
    assert_eq!(head(session), before);
}

#[test]
fn a_new_record_of_every_kind_is_added_from_its_form_and_undone() {
    let office = Office::filled();
    let mut session = firm(&office);
    for kind in records::BY_HAND.iter().copied().chain([RecordKind::Grant]) {
        let shown = form(&mut session, new(kind));
        let mut fields: Vec<(String, Given)> = Vec::new();
        for field in &shown.fields {
            let given = match &field.takes {
                // The last account is one of nobody's, added a moment ago.
                FormTakes::Record(RecordKind::Account) if field.needed => {
                    Given::Id(*ids::<Account>(&session).iter().max().unwrap())
                }
                FormTakes::Record(kind) if field.needed => Given::Id(first(&mut session, *kind)),
                FormTakes::Choice(words) if field.needed => Given::from(words[0]),
                _ if field.needed => Given::from("Something new"),
                _ if !field.text.is_empty() => Given::from(field.text.as_str()),
                _ => continue,
            };
            fields.push((field.name.to_owned(), given));
        }
        let before = head(&mut session);
        let command = Command::SaveRecord { of: shown.of.clone(), fields, based_on: None };
        let outcome = session.apply(command).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        assert!(outcome.way_back == WayBack::Undo && !outcome.message.contains("Ctrl"), "{}", outcome.message);
        session.apply(Command::Undo { seq: None }).unwrap_or_else(|error| panic!("{kind:?}: {error}"));
        session.apply(Command::Redo).unwrap();
        assert!(head(&mut session) >= before + 3, "{kind:?}");
    }
}

fn first(session: &mut Session, kind: RecordKind) -> u64 {
    let found = candidates(session, kind, "");
    if let Some(one) = found.first() {
        return one.id;
    }
    match kind {
        RecordKind::Course | RecordKind::Policy => {
            session.apply(Command::add(kind, &[("name", "Phishing")])).unwrap();
            candidates(session, kind, "").first().unwrap().id
        }
        other => panic!("nothing of kind {other:?}"),
    }
}

#[test]
fn what_was_changed_by_somebody_else_meanwhile_is_not_overwritten() {
    let office = Office::filled();
    let mut session = firm(&office);
    let id = ids::<Client>(&session)[0];
    let shown = form(&mut session, edit(RecordKind::Client, id));
    let typed = [("note".to_owned(), "by somebody else".to_owned())];
    records::edit(&mut session, "client", &id.to_string(), &typed, None, Naming::Id).unwrap();
    let save = |based_on| Command::SaveRecord {
        of: edit(RecordKind::Client, id),
        fields: vec![("code".to_owned(), Given::from("XYZ"))],
        based_on,
    };
    let before = head(&mut session);
    let error = session.apply(save(shown.based_on)).unwrap_err();
    assert_eq!(error.class, ErrorClass::Stale);
    assert!(error.message.ends_with("Nothing was saved."), "{}", error.message);
    assert_eq!(head(&mut session), before);
    // Opened again it shows what the other one wrote, and saves.
    let again = form(&mut session, edit(RecordKind::Client, id));
    assert!(again.fields.iter().any(|field| field.name == "note" && field.text == "by somebody else"));
    let outcome: Outcome = session.apply(save(again.based_on)).unwrap();
    assert!(outcome.seq.is_some());
}

#[test]
fn a_form_says_how_a_value_is_read_or_what_would_be_right() {
    let office = Office::filled();
    let mut session = firm(&office);
    let says = check(
        &mut session,
        new(RecordKind::Person),
        &[("start", "31.2."), ("contract_end", "31 mar 2027"), ("manager", "zzz"), ("name", "李小龍"), ("note", "a")],
    );
    let said = |name: &str| says.iter().find(|said| said.name == name).unwrap().said.clone();
    let Said::Wrong(words) = said("start") else { panic!("{says:?}") };
    assert!(words.contains("ends on the") && !words.contains("Nothing was changed"), "{words}");
    assert!(matches!(said("contract_end"), Said::Reads(words) if words.starts_with("Wed 31 Mar 2027")));
    let Said::Wrong(words) = said("manager") else { panic!("{says:?}") };
    assert_eq!(words, "No person is called \"zzz\". F4 lists them.");
    assert_eq!(said("name"), Said::Reads(String::new()));
    for (typed, wanted) in [("sam@", true), ("sam", true), ("sam@firm.example", false)] {
        let says = check(&mut session, new(RecordKind::Person), &[("email", typed)]);
        assert_eq!(says[0].doubt.is_some(), wanted, "{typed}: {says:?}");
    }
}

#[test]
fn dates_to_come_look_forward_and_dates_that_were_look_back() {
    let office = Office::filled();
    let mut session = firm(&office);
    let says = check(&mut session, new(RecordKind::Person), &[("start", "1 jan"), ("role_since", "1 jan")]);
    let year = |name: &str| match &says.iter().find(|said| said.name == name).unwrap().said {
        Said::Reads(words) => words
            .split_whitespace()
            .find_map(|word| word.trim_end_matches(',').parse::<u32>().ok().filter(|n| *n > 31))
            .unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(year("start"), year("role_since") + 1, "{says:?}");
}

#[test]
fn systems_and_accounts_are_found_by_what_they_belong_to() {
    let office = Office::filled();
    let mut session = firm(&office);
    let systems = candidates(&mut session, RecordKind::System, "");
    let whole = systems.first().unwrap().clone();
    let (client, own) = whole.name.split_once('/').unwrap();
    let part = |word: &str| word.chars().take(4).collect::<String>().to_lowercase();
    for typed in [whole.name.clone(), format!("{} {}", part(client), part(own)), part(own)] {
        let found = candidates(&mut session, RecordKind::System, &typed);
        assert!(found.iter().any(|one| one.id == whole.id), "{typed}: {found:?}");
    }
    let id = *ids::<Account>(&session).first().unwrap();
    let name = session
        .find(|facts| {
            let account = facts.get::<Account>(keyward::domain::AccountId(id))?.unwrap();
            let system = facts.system(account.system)?.unwrap();
            let client = facts.client(system.client)?.unwrap();
            Ok(format!("{}/{}/{}", client.name, system.name, account.login))
        })
        .unwrap();
    let found = candidates(&mut session, RecordKind::Account, &name);
    assert!(found.iter().any(|one| one.id == id && one.name == name), "{name}: {found:?}");
    assert!(candidates(&mut session, RecordKind::Account, "no such thing anywhere").is_empty());
}

#[test]
fn two_of_one_name_are_told_apart() {
    let office = Office::filled();
    let mut session = firm(&office);
    for address in ["one@firm.example", "two@firm.example"] {
        session.apply(Command::add(RecordKind::Person, &[("name", "Lee Twin"), ("email", address)])).unwrap();
    }
    let found = candidates(&mut session, RecordKind::Person, "lee twin");
    assert_eq!(found.len(), 2);
    assert_ne!(found[0].name, found[1].name, "{found:?}");
}

#[test]
fn a_form_of_what_is_gone_or_has_none_is_refused() {
    let office = Office::filled();
    let mut session = firm(&office);
    let gone = session.ask(Query::RecordForm(edit(RecordKind::Person, 999_999))).unwrap_err();
    assert_eq!(gone.class, ErrorClass::NotFound);
    let none = session.ask(Query::RecordForm(new(RecordKind::Act))).unwrap_err();
    assert_eq!(none.class, ErrorClass::BadInput);
}
