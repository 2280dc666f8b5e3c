//! The office's own sheets in and out: a workbook or CSV files, and the same register again from what was written.

use crate::import_office::{NOW, Office, head, only, sheets, state, take};
use keyward::domain::{Account, Client, Grant, Knowing, Person, Secret};
use keyward::service::exporting::Format;
use keyward::service::importing::ImportRequest;
use keyward::service::{Command, Desk, Session};
use keyward::store::Select;

/// What the office knows besides people, clients and systems.
const MORE: [(&str, &str); 12] = [
    (
        "Access.csv",
        "Technician,Client,System,Login,Account kind,Enabled,Level,Admin,MFA,Since,Expires,Approved by,Approved on,Last used,\
         Removal asked,Removed,Checked,Checked by,Proof,Owner,Standby,Waived until,Review by\n\
         Priya Nair,Oakfield Dental,365 tenant,priya@oakfield.example,personal,yes,User administrator,system,app; sms,2023-05-02,,\
         Olive Marsh,2023-05-01,2026-02-20,,,,,,,no,,2026-06-30\n\
         Marta Lindqvist,Oakfield Dental,365 tenant,harbour.admin@oakfield.example,shared,yes,Global admin,top,none,2022-01-10,,\
         ,,never,2025-11-14,2025-11-14 16:30,2025-11-17,Olive Marsh,observed,Priya Nair,no,,\n\
         Declan Ruiz,Oakfield Dental,365 tenant,harbour.admin@oakfield.example,,,Global admin,top,,2025-02-01,2027-01-31,,,,,,,,,,yes,2026-12-31,\n\
         ,Oakfield Dental,Domain,svc-backup,service,yes,,system,,,,,,,,,,,,Declan Ruiz,,,\n\
         Priya Nair,Harbour IT,Team vault,priya,personal,yes,Owner,top,push_number,2022-05-02,,,,,,,,,,,,,\n",
    ),
    (
        "Secrets.csv",
        "Secret,Kind,Client,Systems,Login,Kept in,Changed,Reason it is shared,Replacement,Retire by\n\
         Office Wi-Fi,wifi,Oakfield Dental,Office Wi-Fi,,Harbour IT/Team vault,2025-10-12,One key for all,Certificates,2026-12-31\n\
         Safe,safe,Oakfield Dental,,,Top drawer,,,,\n",
    ),
    (
        "Known by.csv",
        "Secret,Client,Technician,From,Until\nOffice Wi-Fi,Oakfield Dental,Priya Nair,2022-05-02,\n\
         Safe,Oakfield Dental,Marta Lindqvist,2021-02-01,2025-11-14\n",
    ),
    (
        "Things.csv",
        "Kind,Tag,Client,Holder,Issued,Returned,Encrypted\nlaptop,NB-1,,Priya Nair,2022-05-02,,yes\n\
         key,K-7,Oakfield Dental,Marta Lindqvist,2021-02-01,2025-11-14,\n",
    ),
    ("Contacts.csv", "Client,Supplier or system,Kind,Person\nOakfield Dental,Registrar,registrar,Priya Nair\n"),
    (
        "Data.csv",
        "Client,What,Where,Kind,Encrypted,Holder,Confirmed\nOakfield Dental,Diagrams,SharePoint,approved,yes,Priya Nair,2026-01-15\n",
    ),
    (
        "Policies.csv",
        "Policy,Version,Effective,Audience,Next review\nAcceptable use,3,2025-01-01,everybody,2026-12-31\n",
    ),
    ("Signed.csv", "Policy,Version,Person,Date\nAcceptable use,3,Priya Nair,2025-01-10\n"),
    ("Courses.csv", "Course,Every days,Audience\nAwareness,365,everybody\n"),
    ("Completed.csv", "Course,Person,Date\nAwareness,Declan Ruiz,2025-09-30\n"),
    ("Roles.csv", "Role,System kind,Level,Admin,Clients\nTechnician L2,remote_management,Technician,none,assigned\n"),
    ("Assigned.csv", "Person,Client\nPriya Nair,Oakfield Dental\n"),
];

fn everything() -> ImportRequest {
    let mut request = sheets();
    request.files.extend(MORE.iter().map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec())));
    request
}

fn full() -> (Office, Session) {
    let office = Office::empty();
    let mut session = office.at(NOW);
    let report = take(&mut session, everything());
    assert_eq!(report.plan.refused, 0, "{:?}", report.issues);
    (office, session)
}

fn count<R: keyward::store::Row>(session: &Session) -> usize {
    session.find(|facts| Ok(facts.list::<R>(Select::all())?.len())).unwrap()
}

#[test]
fn the_sheets_of_a_folder_are_one_import_and_bring_nothing_the_second_time() {
    let (_office, mut session) = full();
    assert_eq!(count::<Person>(&session), 4);
    assert_eq!((count::<Account>(&session), count::<Grant>(&session)), (4, 4));
    assert!(count::<Secret>(&session) >= 3, "a shared login has a secret of its own");
    assert!(count::<Knowing>(&session) >= 4, "whoever may use a shared login knows it");
    let entries = head(&mut session);
    let again = take(&mut session, everything());
    assert_eq!((again.plan.new, again.plan.changed, again.plan.refused), (0, 0, 0), "{:?}", again.changes);
    assert_eq!(head(&mut session), entries + 1);
    assert_eq!(session.find(|facts| Ok(facts.reader().records_of(entries + 1)?.len())).unwrap(), 1);
}

#[test]
fn what_is_exported_makes_the_same_register_again() {
    let (_office, session) = full();
    for format in [Format::Csv, Format::Workbook] {
        let written = session.export(format).unwrap();
        let copy = Office::empty();
        // Another day: nothing may depend on when it is read.
        let mut second = copy.at("2026-03-05T09:00:00Z");
        let report = take(&mut second, ImportRequest::of(written.clone()));
        assert_eq!((report.plan.refused, report.plan.changed), (0, 0), "{:?}", report.issues);
        assert_eq!(second.export(format).unwrap(), written, "{format}: the same bytes");
        assert_eq!(
            second.export(Format::Csv).unwrap(),
            session.export(Format::Csv).unwrap(),
            "{format}: the same facts"
        );
        assert_eq!(
            (count::<Grant>(&second), count::<Secret>(&second), count::<Knowing>(&second)),
            (count::<Grant>(&session), count::<Secret>(&session), count::<Knowing>(&session))
        );
    }
}

#[test]
fn an_export_taken_into_its_own_register_changes_nothing() {
    let (_office, mut session) = full();
    for format in [Format::Csv, Format::Workbook] {
        let report = only(session.import(&ImportRequest::of(session.export(format).unwrap())).unwrap());
        assert_eq!((report.plan.new, report.plan.changed, report.plan.refused), (0, 0, 0), "{:?}", report.changes);
    }
}

#[test]
fn the_template_workbook_as_it_ships_brings_nothing() {
    let office = Office::empty();
    let mut session = office.at(NOW);
    let template = include_bytes!("../../assets/register-template.xlsx").to_vec();
    let report =
        take(&mut session, ImportRequest::of(vec![("/home/olive/register-template.xlsx".to_owned(), template)]));
    assert_eq!((report.format, report.name.as_str()), ("sheets-xlsx", "register-template.xlsx"));
    assert_eq!((report.plan.new, report.plan.refused), (0, 0), "{:?}", report.issues);
    assert_eq!(count::<Client>(&session), 0);
}

#[test]
fn sheets_are_taken_back_in_one_step() {
    let office = Office::empty();
    let mut session = office.at(NOW);
    let before = state(&session);
    take(&mut session, everything());
    session.apply(Command::Undo { seq: None }).unwrap();
    assert_eq!(state(&session), before);
}

#[test]
fn a_client_given_for_sheets_is_left_out_and_told() {
    let office = Office::empty();
    let mut session = office.at(NOW);
    let request = ImportRequest { client: Some("Oakfield".to_owned()), everyone: true, ..sheets() };
    let report = only(session.import(&request).unwrap());
    let codes: Vec<&str> = report.issues.iter().map(|issue| issue.code).collect();
    assert!(codes.contains(&"target_left_out") && codes.contains(&"sheets_take_nothing_away"), "{codes:?}");
}
