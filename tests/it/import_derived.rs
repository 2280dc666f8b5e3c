//! What is computed step by step, as changes come in, is what is computed from scratch: ways in, counters, findings.

use crate::import_office::{ENTRA, Office, entra_without, list, sample, sheets, state, take};
use keyward::domain::{CaseKind, GrantId};
use keyward::service::findings::FindingFilter;
use keyward::service::importing::ImportRequest;
use keyward::service::records;
use keyward::service::resolve::{self, Naming};
use keyward::service::{AsOf, Command, Desk, Session};

/// Ways in behind a sign-on, a shared login, a vault, and somebody who answers for accounts.
pub const WEB: [(&str, &str); 4] = [
    (
        "Systems.csv",
        "Client,System,Kind,Opens,Signs in through\nHarbour IT,Sign-on,idp,,\nHarbour IT,RMM,rmm,all,Sign-on\n\
         Oakfield Dental,Portal,application,,Harbour IT/Sign-on\n",
    ),
    (
        "Access.csv",
        "Technician,Client,System,Login,Account kind,Enabled,Admin,MFA,Since,Last used,Owner\n\
         Priya Nair,Harbour IT,Sign-on,priya,,yes,top,push_number,2023-01-01,2026-02-27,\n\
         Priya Nair,Harbour IT,RMM,priya,,yes,system,,2023-01-01,2026-02-27,\n\
         Priya Nair,Oakfield Dental,Portal,priya,,yes,,,2023-01-01,2025-02-27,\n\
         Marta Lindqvist,Harbour IT,RMM,marta,,yes,system,none,2023-01-01,2025-10-01,\n\
         Marta Lindqvist,Oakfield Dental,365 tenant,office.admin,shared,yes,top,none,2023-01-01,,Declan Ruiz\n\
         Declan Ruiz,Oakfield Dental,365 tenant,office.admin,,,top,,2025-02-01,,\n\
         ,Oakfield Dental,Domain,svc-backup,service,yes,system,,,,Declan Ruiz\n",
    ),
    (
        "Secrets.csv",
        "Secret,Kind,Client,Kept in,Changed\nWi-Fi key,wifi,Oakfield Dental,Harbour IT/Team vault,2024-01-01\n",
    ),
    ("Known by.csv", "Secret,Client,Technician,From,Until\nWi-Fi key,Oakfield Dental,Marta Lindqvist,2023-01-01,\n"),
];

fn grants(session: &Session, name: &str, system: &str) -> Vec<GrantId> {
    session
        .find(|facts| {
            let person = resolve::person(facts, name, Naming::Part)?;
            let held = facts.holdings_of(person.id)?;
            Ok(held.into_iter().filter(|held| held.at.system.name == system).map(|held| held.grant.id).collect())
        })
        .unwrap()
}

/// Compares with a computation from scratch, which then stands in its place.
fn same(session: &mut Session, when: &str) {
    let kept = state(session);
    session.derive_again().unwrap();
    let anew = state(session);
    let lost: Vec<_> = kept.iter().filter(|row| !anew.contains(row)).collect();
    let found: Vec<_> = anew.iter().filter(|row| !kept.contains(row)).collect();
    assert!(lost.is_empty() && found.is_empty(), "after {when}:\nkept {lost:#?}\nfrom scratch {found:#?}");
}

fn done(session: &mut Session, grants: Vec<GrantId>) {
    assert!(!grants.is_empty());
    session.apply(Command::MarkDone { grants, at: None, by: None }).unwrap();
}

#[test]
fn what_is_kept_step_by_step_is_what_is_computed_from_scratch() {
    let office = Office::filled();
    let mut session = office.at("2026-03-02T13:00:00Z");
    same(&mut session, "people, clients and systems");
    let mut web = ImportRequest::of(Vec::new());
    web.files.extend(WEB.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    let report = take(&mut session, web);
    assert_eq!(report.plan.refused, 0, "{:?}", report.issues);
    same(&mut session, "access and secrets");
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    same(&mut session, "a list");
    let parent = grants(&session, "Priya", "Sign-on");
    done(&mut session, parent);
    same(&mut session, "shutting a sign-on others depend on");
    session.apply(Command::Undo { seq: None }).unwrap();
    same(&mut session, "opening it again");
    let person = session.find(|facts| resolve::person(facts, "Declan", Naming::Part)).unwrap().id;
    session.apply(Command::StartDischarge { person, kind: CaseKind::AtOnce, at: None, reason: None }).unwrap();
    same(&mut session, "somebody leaving");
    let all: Vec<GrantId> = ["365 tenant"].iter().flat_map(|system| grants(&session, "Marta", system)).collect();
    done(&mut session, all);
    same(&mut session, "what a leaver had");
    drop(session);

    let mut session = office.at("2026-03-20T13:00:00Z");
    same(&mut session, "time going by");
    take(&mut session, list(vec![entra_without("marta")], "365 tenant", true));
    same(&mut session, "an account that is gone");
    take(&mut session, list(vec![sample(ENTRA)], "365 tenant", true));
    same(&mut session, "an account that came back");
    take(&mut session, list(vec![sample("ad-csvde/marvel_csvde.csv")], "Domain", true));
    same(&mut session, "another system's list");
    for _ in 0..3 {
        session.apply(Command::Undo { seq: None }).unwrap();
        same(&mut session, "an import taken back");
    }
    session.apply(Command::Redo).unwrap();
    same(&mut session, "an import done again");
    drop(session);
    let mut session = office.at("2027-06-20T13:00:00Z");
    same(&mut session, "facts growing old");
    let again = take(&mut session, sheets());
    assert_eq!(again.plan.new, 0, "nothing is new; who left meanwhile stands otherwise in the sheets");
    same(&mut session, "the same sheets");
}

fn edit(session: &mut Session, kind: &str, which: &str, field: &str, value: &str) {
    let typed = [(field.to_owned(), value.to_owned())];
    records::edit(session, kind, which, &typed, None, Naming::Part).unwrap();
    same(session, &format!("{field} of {which} set to {value}"));
}

/// Limits are as strict as the strictest client a system leads to, so what is wrong there moves with changes elsewhere.
#[test]
fn a_tool_is_judged_anew_when_what_it_leads_to_changes() {
    let office = Office::filled();
    let mut session = office.at("2026-03-02T13:00:00Z");
    let mut web = ImportRequest::of(Vec::new());
    web.files.extend(WEB.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    take(&mut session, web);
    edit(&mut session, "client", "Oakfield Dental", "tags", "pci");
    edit(&mut session, "system", "Harbour IT/RMM", "opens", "kind:application");
    edit(&mut session, "system", "Oakfield Dental/Portal", "kind", "server");
    edit(&mut session, "system", "Oakfield Dental/Portal", "signs-in-through", "");
    edit(&mut session, "client", "Oakfield Dental", "tags", "");
}

/// The links between systems and the limits are kept in memory; another session's change to them counts at once.
#[test]
fn what_another_session_changed_is_judged_by() {
    let office = Office::filled();
    let (mut here, mut there) = (office.at("2026-03-02T13:00:00Z"), office.at("2026-03-02T13:00:00Z"));
    let mut web = ImportRequest::of(Vec::new());
    web.files.extend(WEB.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    take(&mut here, web);
    // Both know the world now.
    let parent = grants(&here, "Priya", "Sign-on");
    done(&mut here, parent);
    let portal = grants(&there, "Priya", "Portal");
    done(&mut there, portal);
    edit(&mut there, "client", "Oakfield Dental", "tags", "pci");
    edit(&mut there, "system", "Harbour IT/RMM", "opens", "");
    let marta = grants(&here, "Marta", "RMM");
    done(&mut here, marta);
    same(&mut here, "a change after those of another session");
}

/// What somebody took along is as grave as what it opens, also when that changes at another client.
#[test]
fn a_secret_is_judged_anew_when_what_it_opens_leads_elsewhere() {
    let office = Office::filled();
    let mut session = office.at("2026-03-02T13:00:00Z");
    let mut web = ImportRequest::of(Vec::new());
    web.files.extend(WEB.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    take(&mut session, web);
    let typed = [("client", "Harbour IT"), ("name", "RMM key"), ("kind", "api_key"), ("systems", "Harbour IT/RMM")]
        .map(|(field, value)| (field.to_owned(), value.to_owned()));
    records::add(&mut session, "secret", &typed, None, Naming::Part).unwrap();
    let known = "Secret,Client,Technician,From,Until\nRMM key,Harbour IT,Declan Ruiz,2023-01-01,\n";
    let mut more = ImportRequest::of(Vec::new());
    more.files.push(("Known by.csv".to_owned(), known.as_bytes().to_vec()));
    take(&mut session, more);
    let person = session.find(|facts| resolve::person(facts, "Declan", Naming::Part)).unwrap().id;
    session.apply(Command::StartDischarge { person, kind: CaseKind::AtOnce, at: None, reason: None }).unwrap();
    drop(session);
    let mut session = office.at("2026-03-20T13:00:00Z");
    same(&mut session, "somebody gone with a key");
    let of_key = |session: &Session| {
        let found = session.findings(&FindingFilter::default(), AsOf::default()).unwrap();
        found.into_iter().find(|fix| fix.title.contains("RMM key")).map(|fix| fix.reach.1).unwrap()
    };
    let before = of_key(&session);
    edit(&mut session, "client", "Oakfield Dental", "tags", "pci");
    edit(&mut session, "system", "Harbour IT/RMM", "opens", "");
    assert_ne!(of_key(&session), before, "the key opens less now");
}
