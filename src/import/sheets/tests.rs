//! The office's sheets: read, planned, written, read again.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use super::*;
use crate::domain::{
    Account, Asset, Assignment, Batch, Client, Completion, Contact, Covers, DataLocation, Grant, HowKnown, Instant,
    Knowing, LastUse, Observation, Opens, Person, Policy, RoleRight, Secret, Signature, System, UseQuality, Zone,
};
use crate::import::error::ImportError;
use crate::import::format::Reading;
use crate::import::matching::Ours;
use crate::import::plan::tests::Register;
use crate::import::plan::{ImportPlan, RowClass, Taking};
use crate::import::{ReadFile, plan, read};

fn zone() -> Zone {
    Zone::new(chrono_tz::Europe::Berlin)
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn taking(at_text: &str) -> Taking {
    Taking { system: None, covers: Covers::Part, taken: at(at_text), zone: zone(), ours: Ours::default() }
}

fn try_sheet(name: &str, text: &str) -> Result<ParsedSheets, ImportError> {
    match read(name, text.as_bytes(), None, &Reading::default())? {
        ReadFile::Sheets(parsed) => Ok(*parsed),
        ReadFile::List(list) => panic!("{}", list.recognised),
    }
}

fn sheet(name: &str, text: &str) -> ParsedSheets {
    try_sheet(name, text).unwrap()
}

fn joined(files: &[(&str, &str)]) -> ParsedSheets {
    ParsedSheets::join(files.iter().map(|(name, text)| sheet(name, text)).collect()).unwrap()
}

fn planned(register: &Register, parsed: ParsedSheets) -> ImportPlan {
    plan(ReadFile::Sheets(Box::new(parsed)), &register.snapshot(), &taking("2026-11-23T12:00:00Z")).unwrap()
}

/// A small office with something on every sheet.
const OFFICE: [(&str, &str); 15] = [
    (
        "People.csv",
        "Name,Email,Role,Kind,Status,Start,Last day,Manager,Also known as\n\
         Dana Ruiz,dana@harbourit.example,Technician L2,employee,notice,2023-05-02,2026-11-30,Maria Ortiz,druiz; =odd\n\
         Maria Ortiz,maria@harbourit.example,Office manager,office,active,2020-01-01,,,\n\
         \"Nair, Priya\",priya@harbourit.example,,contractor,,,,,\n",
    ),
    ("Clients.csv", "Client,Code,Own company,Tags,Notify\nHarbour IT,HIT,yes,,\nHarbor Dental,HARB,no,HIPAA;pci,yes\n"),
    (
        "Systems.csv",
        "Client,System,Kind,Tier,Opens,Signs in through,Listed total\n\
         Harbour IT,Sign-on,idp,,,,\nHarbour IT,RMM,rmm,0,kind:server; client:HARB; Team vault,Sign-on,38\n\
         Harbour IT,Team vault,vault,,,,\nHarbor Dental,365 tenant,Microsoft 365,,,Harbour IT/Sign-on,\n",
    ),
    (
        "Access.csv",
        "Technician,Client,System,Login,Account kind,Enabled,Level,Admin,MFA,Since,Expires,Approved by,Approved on,Last used,\
         Removal asked,Removed,Checked,Checked by,Proof\n\
         Dana Ruiz,Harbor Dental,365 tenant,d.ruiz@harbor.example,,yes,User admin,system,app;sms,2023-05-02,,Maria Ortiz,\
         2023-05-01,2026-11-20,,,,,\n\
         Dana Ruiz,Harbor Dental,365 tenant,admin@harbor.example,shared,yes,Global admin,top,none,2024-01-10,,,,never,,,,,\n\
         \"Nair, Priya\",Harbor Dental,365 tenant,admin@harbor.example,,,,top,,2024-02-01,,,,,2026-11-01,2026-11-02,\
         2026-11-03 10:00,Maria Ortiz,observed\n\
         ,Harbor Dental,365 tenant,svc-scan,,yes,,,,,,,,,,,,,\n\
         Dana Ruiz,Harbour IT,RMM,dana,,yes,Technician,,push_number,2023-05-02,2027-01-31,,,,,,,,\n",
    ),
    (
        "Secrets.csv",
        "Secret,Kind,Client,Systems,Kept in,Changed,Retire by\nWi-Fi key,wifi,Harbor Dental,Office Wi-Fi,Team vault,2025-10-12,\n\
         Safe,safe,Harbor Dental,,Top drawer,,2026-12-31\n",
    ),
    (
        "Known by.csv",
        "Secret,Client,Technician,From,Until\nWi-Fi key,Harbor Dental,Dana Ruiz,2023-05-02,\nSafe,Harbor Dental,Dana Ruiz,,2025-01-01\n",
    ),
    (
        "Things.csv",
        "Kind,Tag,Holder,Issued,Returned,Encrypted\nlaptop,NB-1,Dana Ruiz,2023-05-02,,yes\nkey,,Dana Ruiz,2023-05-02,,\n",
    ),
    ("Contacts.csv", "Client,Supplier or system,Kind,Person\nHarbor Dental,Registrar,registrar,Dana Ruiz\n"),
    (
        "Data.csv",
        "Client,What,Where,Kind,Holder,Confirmed\nHarbor Dental,Diagrams,SharePoint,approved,Dana Ruiz,2026-01-15\n",
    ),
    (
        "Policies.csv",
        "Policy,Version,Effective,Audience,Next review\nAcceptable use,3,2025-01-01,everybody,2026-12-31\n",
    ),
    ("Signed.csv", "Policy,Version,Person,Date\nAcceptable use,3,Dana Ruiz,2025-01-10\n"),
    ("Courses.csv", "Course,Every days,Audience\nAwareness,365,everybody\n"),
    ("Completed.csv", "Course,Person,Date\nAwareness,Dana Ruiz,2025-09-30\n"),
    ("Roles.csv", "Role,System kind,Level,Admin,Clients\nTechnician L2,remote_management,Technician,none,assigned\n"),
    ("Assigned.csv", "Person,Client\nDana Ruiz,Harbor Dental\n"),
];

fn office() -> Register {
    let mut register = Register::default();
    let plan = planned(&register, joined(&OFFICE));
    assert_eq!(plan.counts().refused, 0, "{:?}", plan.issues);
    register.apply(&plan);
    register
}

fn one<R: crate::domain::Record>(register: &Register, find: impl Fn(&R) -> bool) -> R {
    let mut found: Vec<R> = register.all::<R>().into_iter().map(|known| known.record).filter(|r| find(r)).collect();
    assert_eq!(found.len(), 1);
    found.remove(0)
}

#[test]
fn every_sheet_ends_up_in_the_register() {
    let register = office();
    let dana = one::<Person>(&register, |p| p.name == "Dana Ruiz");
    assert_eq!(dana.last_day, Some(at("2026-11-30T16:00:00Z")), "a last day ends with the working day");
    assert_eq!(dana.aliases, ["druiz", "=odd"]);
    let maria = one::<Person>(&register, |p| p.name == "Maria Ortiz");
    assert_eq!(dana.manager, Some(maria.id));
    let dental = one::<Client>(&register, |c| c.name == "Harbor Dental");
    assert_eq!((dental.tags.len(), dental.notify), (2, Some(true)));
    let rmm = one::<System>(&register, |s| s.name == "RMM");
    let vault = one::<System>(&register, |s| s.name == "Team vault");
    assert_eq!(rmm.opens, [Opens::Kind(SystemKind::Server), Opens::Client(dental.id), Opens::System(vault.id)]);
    let sign_on = one::<System>(&register, |s| s.name == "Sign-on");
    assert_eq!(one::<System>(&register, |s| s.name == "365 tenant").signs_in_through, [sign_on.id]);
    assert_eq!((rmm.tier, sign_on.tier, rmm.stated_total), (0, 0, Some(38)));
    assert_eq!(register.all::<Asset>().len(), 2);
    assert_eq!(one::<Contact>(&register, |_| true).person, dana.id);
    assert_eq!(one::<DataLocation>(&register, |_| true).holder, Some(dana.id));
    let policy = one::<Policy>(&register, |_| true);
    assert_eq!(one::<Signature>(&register, |_| true).policy, policy.id);
    assert_eq!(one::<Completion>(&register, |_| true).person, dana.id);
    assert_eq!(one::<RoleRight>(&register, |_| true).scope, RoleScope::Assigned);
    assert_eq!(one::<Assignment>(&register, |_| true).client, dental.id);
    let batch = one::<Batch>(&register, |_| true);
    assert_eq!((batch.system, batch.unmatched, batch.rows), (None, 1, 28));
}

#[test]
fn access_rows_make_accounts_sightings_and_ways_in() {
    let register = office();
    let account = one::<Account>(&register, |a| a.login == "d.ruiz@harbor.example");
    let grant = one::<Grant>(&register, |g| g.account == account.id);
    assert_eq!((grant.level.as_str(), grant.admin, grant.how), ("User admin", Admin::System, HowKnown::Hand));
    assert_eq!(grant.since, Some(at("2023-05-01T22:00:00Z")), "from the first minute of the day");
    assert_eq!(account.owner, Some(grant.person));
    let seen = one::<Observation>(&register, |o| o.id == account.id);
    assert_eq!((seen.enabled, seen.factors.len(), seen.quality), (Some(true), 2, Some(UseQuality::Hand)));
    assert_eq!(seen.last_used, LastUse::At(at("2026-11-20T23:00:00Z")));
    let rmm = one::<Grant>(&register, |g| g.level == "Technician");
    assert_eq!(rmm.until, Some(at("2027-01-31T23:00:00Z")), "until the end of the day");
    let service = one::<Account>(&register, |a| a.login == "svc-scan");
    assert_eq!((service.kind, service.owner), (AccountKind::Service, None));
    assert!(!register.all::<Grant>().iter().any(|g| g.record.account == service.id));
}

#[test]
fn a_shared_login_has_one_secret_and_everybody_who_may_use_it_knows_it() {
    let register = office();
    let account = one::<Account>(&register, |a| a.login == "admin@harbor.example");
    assert_eq!((account.kind, account.admin), (AccountKind::Shared, Admin::Top));
    let secret = one::<Secret>(&register, |s| s.account == Some(account.id));
    assert_eq!(secret.name, "admin@harbor.example (365 tenant)");
    let mut knowing: Vec<Knowing> =
        register.all::<Knowing>().into_iter().map(|k| k.record).filter(|k| k.secret == secret.id).collect();
    knowing.sort_by_key(|k| k.until);
    assert_eq!(knowing.len(), 2);
    assert_eq!(knowing[0].until, None);
    assert_eq!(knowing[1].until, Some(at("2026-11-02T23:00:00Z")), "when it was removed");
    let removed = one::<Grant>(&register, |g| g.account == account.id && g.removal.confirmed.is_some());
    assert_eq!(removed.removal.confirmed.unwrap().at, at("2026-11-03T09:00:00Z"), "a time of day on the firm's clock");
    assert_eq!(removed.removal.proof, Some(Proof::Observed));
}

#[test]
fn the_same_sheets_again_change_nothing() {
    let mut register = office();
    let again = planned(&register, joined(&OFFICE));
    let changed: Vec<_> = again.rows.iter().filter(|row| row.class != RowClass::Same).collect();
    assert!(changed.is_empty(), "{changed:#?}");
    assert!(again.is_unchanged(), "{:#?}", again.drafts);
    assert_eq!(register.apply(&again), 0);
}

fn contents(register: &Register) -> Vec<String> {
    let rows = rows_of(&register.snapshot(), &zone());
    Sheet::ALL.iter().map(|sheet| String::from_utf8(export::csv(*sheet, &rows, &zone())).unwrap()).collect()
}

#[test]
fn a_workbook_written_and_read_into_an_empty_register_gives_the_same() {
    let register = office();
    let bytes = export::workbook(&rows_of(&register.snapshot(), &zone()), &zone()).unwrap();
    let ReadFile::Sheets(parsed) = read("out.xlsx", &bytes, None, &Reading::default()).unwrap() else { panic!() };
    assert_eq!(
        (parsed.format, parsed.issues.len(), parsed.refused),
        (FormatId::SheetsXlsx, 0, 0),
        "{:?}",
        parsed.issues
    );
    let again = planned(&register, *parsed.clone());
    assert!(again.is_unchanged(), "{:#?}", again.drafts);
    let mut other = Register::default();
    other.apply(&planned(&Register::default(), *parsed));
    assert_eq!(contents(&other), contents(&register));
}

#[test]
fn csv_files_written_and_read_into_an_empty_register_give_the_same() {
    let register = office();
    let files = export::csv_folder(&rows_of(&register.snapshot(), &zone()), &zone());
    assert!(
        files
            .iter()
            .any(|(name, bytes)| name == "People.csv" && String::from_utf8_lossy(bytes).contains("druiz; =odd"))
    );
    let parsed = files.iter().map(|(name, bytes)| match read(name, bytes, None, &Reading::default()).unwrap() {
        ReadFile::Sheets(parsed) => *parsed,
        ReadFile::List(list) => panic!("{}", list.recognised),
    });
    let parsed = ParsedSheets::join(parsed.collect()).unwrap();
    assert!(parsed.issues.is_empty(), "{:?}", parsed.issues);
    let mut other = Register::default();
    other.apply(&planned(&Register::default(), parsed));
    assert_eq!(contents(&other), contents(&register));
}

#[test]
fn a_changed_cell_is_shown_before_and_after_and_an_empty_one_changes_nothing() {
    let mut register = office();
    let plan = planned(&register, sheet("People.csv", "Name,Role,Kind\nDana Ruiz,Technician L3,\n"));
    let row = &plan.rows[0];
    assert_eq!(row.class, RowClass::Changed);
    assert_eq!(
        row.fields.iter().map(|f| (f.field, f.old.as_str(), f.new.as_str())).collect::<Vec<_>>(),
        [("Role", "Technician L2", "Technician L3")]
    );
    assert_eq!(register.apply(&plan), 1);
}

#[test]
fn a_bare_day_that_a_known_moment_lies_in_is_no_change() {
    let mut register = office();
    let mut grant = one::<Grant>(&register, |g| g.level == "Technician");
    grant.removal.done = Some(crate::domain::Mark { at: at("2026-11-20T10:30:00Z"), by: None });
    register.put(grant);
    let text = "Technician,Client,System,Login,Removed\nDana Ruiz,Harbour IT,RMM,dana,2026-11-20\n";
    assert!(planned(&register, sheet("Access.csv", text)).is_unchanged());
    let later = text.replace("11-20", "11-21");
    assert!(!planned(&register, sheet("Access.csv", &later)).is_unchanged());
}

#[test]
fn something_that_happened_today_has_happened_by_now() {
    let mut register = office();
    let text = "Technician,Client,System,Login,Removed\nDana Ruiz,Harbour IT,RMM,dana,2026-11-23\n";
    register.apply(&planned(&register, sheet("Access.csv", text)));
    let grant = one::<Grant>(&register, |g| g.level == "Technician");
    assert_eq!(grant.removal.done.unwrap().at, at("2026-11-23T12:00:00Z"));
}

#[test]
fn names_that_appear_only_later_are_made_with_a_note() {
    let register = Register::default();
    let text = "Technician,Client,System,Login\nNew Person,New Client,New System,np\n";
    let plan = planned(&register, sheet("Access.csv", text));
    assert_eq!(plan.rows[0].notes.len(), 3);
    assert!(plan.issues.iter().all(|issue| issue.code == "made_here"));
    let mut register = Register::default();
    register.apply(&plan);
    assert_eq!(one::<System>(&register, |_| true).kind, SystemKind::Other);
    assert!(planned(&register, sheet("Access.csv", text)).is_unchanged());
}

#[test]
fn two_rows_that_contradict_each_other_about_one_account_are_refused_by_name() {
    let text =
        "Technician,Client,System,Login,Account kind,Enabled\nA A,C,S,x,shared,yes\nB B,C,S,x,,\nD D,C,S,X,personal,\n";
    let plan = planned(&Register::default(), sheet("Access.csv", text));
    assert_eq!(plan.counts().refused, 1);
    let issue = plan.issues.iter().find(|issue| issue.code == "account_conflict").unwrap();
    assert_eq!((issue.line, issue.sheet.as_deref()), (Some(4), Some("Access")));
    assert!(issue.message.contains("Account kind differs from row 2"), "{}", issue.message);
    let mut register = Register::default();
    register.apply(&plan);
    assert_eq!(one::<Account>(&register, |_| true).kind, AccountKind::Shared);
    assert_eq!(register.all::<Grant>().len(), 2, "a blank cell takes what the other row says");
}

#[test]
fn one_thing_on_two_rows_is_refused_naming_the_first() {
    for (name, text) in [
        ("People.csv", "Name\nDana\nDANA\n"),
        ("Clients.csv", "Client\nC\nC\n"),
        ("Systems.csv", "Client,System,Kind\nC,S,vpn\nC,S,vpn\n"),
        ("Access.csv", "Technician,Client,System,Login\nA,C,S,x\nA,C,S,x\n"),
        ("Secrets.csv", "Secret,Client\nW,C\nW,C\n"),
    ] {
        let plan = planned(&Register::default(), sheet(name, text));
        let issue = plan.issues.iter().find(|issue| issue.code == "row_repeated").unwrap();
        assert!(issue.message.contains("row 2"), "{}", issue.message);
        assert_eq!((plan.counts().refused, plan.counts().new), (1, 1), "{name}");
    }
}

#[test]
fn namesakes_are_told_apart_by_address_and_never_guessed() {
    let mut register = Register::default();
    register.put(crate::import::plan::tests::person(1, "Sam Lee", "sam1@x.example"));
    register.put(crate::import::plan::tests::person(2, "Sam Lee", "sam2@x.example"));
    let by_mail = planned(&register, sheet("People.csv", "Name,Email,Role\nSam Lee,sam2@x.example,L1\n"));
    assert_eq!(by_mail.counts().changed, 1);
    let unclear = planned(&register, sheet("Assigned.csv", "Person,Client\nSam Lee,C\nsam1@x.example,C\n"));
    assert_eq!((unclear.counts().refused, unclear.counts().new), (1, 1));
}

#[test]
fn a_sign_in_circle_is_left_out() {
    let text = "Client,System,Kind,Signs in through\nC,A,idp,B\nC,B,idp,A\nC,D,vpn,D\n";
    let plan = planned(&Register::default(), sheet("Systems.csv", text));
    assert_eq!(plan.issues.iter().filter(|issue| issue.code == "sign_in_circle").count(), 2);
    let mut register = Register::default();
    register.apply(&plan);
    assert_eq!(register.all::<System>().iter().map(|s| s.record.signs_in_through.len()).collect::<Vec<_>>(), [1, 0, 0]);
}

#[test]
fn a_secret_named_for_a_shared_login_is_its_only_one() {
    let files = [
        ("Access.csv", "Technician,Client,System,Login,Account kind\nA A,C,S,root,shared\n"),
        ("Secrets.csv", "Secret,Client,Systems,Login\nRoot password,C,S,root\n"),
        ("Known by.csv", "Secret,Client,Technician,From\nRoot password,C,A A,2020-01-01\n"),
    ];
    let mut register = Register::default();
    register.apply(&planned(&register, joined(&files)));
    assert_eq!(one::<Secret>(&register, |_| true).name, "Root password");
    assert!(one::<Knowing>(&register, |_| true).from.is_some());
    assert!(planned(&register, joined(&files)).is_unchanged());
}

fn issues_of(name: &str, text: &str) -> Vec<(&'static str, Option<u64>, Option<u64>, String)> {
    sheet(name, text).issues.into_iter().map(|issue| (issue.code, issue.line, issue.column, issue.message)).collect()
}

#[test]
fn a_bad_cell_is_named_with_sheet_row_and_column() {
    let issues = issues_of("People.csv", "Name,Kind\nDana,emploee\n,employee\n");
    assert_eq!(issues[0].0, "not_in_list");
    assert_eq!((issues[0].1, issues[0].2), (Some(2), Some(2)));
    assert!(issues[0].3.starts_with("People, row 2, Kind: \u{201c}emploee\u{201d} is not one of: employee"));
    assert_eq!((issues[1].0, issues[1].1, issues[1].2), ("cell_missing", Some(3), Some(1)));
}

#[test]
fn headers_are_read_in_any_order_and_case_and_unknown_ones_are_said() {
    let parsed = sheet("people.CSV", "ROLE,salary,name,Password\nL2,9999,Dana,Hunter2\n");
    assert_eq!(parsed.rows.people[0].role.as_deref(), Some("L2"));
    let codes: Vec<_> = parsed.issues.iter().map(|issue| (issue.code, issue.column)).collect();
    assert_eq!(codes, [("column_unknown", Some(2)), ("secret_dropped", Some(4))]);
    assert!(!format!("{parsed:?}").contains("Hunter2"));
}

#[test]
fn a_sheet_without_a_needed_column_is_one_clear_issue() {
    let parsed = sheet("Systems.csv", "Client,System\nC,S\nC,T\n");
    assert_eq!((parsed.issues.len(), parsed.refused, parsed.rows.len()), (1, 2, 0));
    assert!(parsed.issues[0].message.contains("no column \u{201c}Kind\u{201d}"), "{}", parsed.issues[0].message);
}

#[test]
fn a_sheet_is_known_by_its_columns_when_its_name_says_nothing() {
    for (name, text) in OFFICE {
        let by_name = sheet(name, text);
        assert_eq!(try_sheet("export.csv", text).map(|parsed| parsed.rows), Ok(by_name.rows), "{name}");
    }
    assert!(matches!(
        try_sheet("x.csv", "Name,Salary,Shoe size,Car\na,b,c,d\n"),
        Err(ImportError::NotRecognised { .. })
    ));
}

#[test]
fn dates_are_decided_by_the_whole_column() {
    let clear = sheet("People.csv", "Name,Start\nA,03/04/2024\nB,25/12/2024\n");
    assert_eq!(clear.rows.people[0].start, Some(When::Day("2024-04-03".parse().unwrap())));
    let open = issues_of("People.csv", "Name,Start\nA,03/04/2024\nB,05/06/2024\n");
    assert_eq!(open.iter().map(|issue| issue.0).collect::<Vec<_>>(), ["dates_unclear", "no_date", "no_date"]);
    assert!(open[0].3.contains("2 could be either"));
}

#[test]
fn a_workbook_gives_values_of_formulas_numbers_and_dates() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let people = book.add_worksheet();
    people.set_name("people").unwrap();
    for (place, name) in ["Name", "Role", "Start"].into_iter().enumerate() {
        people.write_string(2, u16::try_from(place).unwrap(), name).unwrap();
    }
    people.write_string(0, 0, "Our people").unwrap();
    people.write_formula(3, 0, rust_xlsxwriter::Formula::new("=A9&A10").set_result("Dana Ruiz")).unwrap();
    people.write_number(3, 1, 42).unwrap();
    let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2024, 4, 3).unwrap();
    people
        .write_datetime_with_format(3, 2, &day, &rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy"))
        .unwrap();
    let other = book.add_worksheet();
    other.set_name("Notes of ours").unwrap().write_string(0, 0, "x").unwrap();
    let ReadFile::Sheets(parsed) = read("x.xlsx", &book.save_to_buffer().unwrap(), None, &Reading::default()).unwrap()
    else {
        panic!()
    };
    let row = &parsed.rows.people[0];
    assert_eq!((row.name.as_deref(), row.role.as_deref(), row.line), (Some("Dana Ruiz"), Some("42"), 4));
    assert_eq!(row.start, Some(When::Day("2024-04-03".parse().unwrap())));
    assert_eq!(parsed.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), ["sheet_unknown"]);
}

#[test]
fn what_is_no_workbook_is_refused_in_words() {
    let error = |bytes: &[u8]| read("x.xlsx", bytes, None, &Reading::default()).unwrap_err();
    assert_eq!(error(b"\xD0\xCF\x11\xE0 old"), ImportError::OldWorkbook);
    assert!(matches!(error(b"PK\x03\x04 nothing"), ImportError::Packed { .. }));
    let mut book = rust_xlsxwriter::Workbook::new();
    book.add_worksheet().write_string(0, 0, "x").unwrap();
    assert!(matches!(error(&book.save_to_buffer().unwrap()), ImportError::NoSheet { .. }));
    let hinted = read("x.csv", b"a,b\n", Some(FormatId::SheetsXlsx), &Reading::default());
    assert_eq!(hinted.unwrap_err(), ImportError::NotWorkbook);
}

#[test]
fn hostile_names_are_kept_as_they_are() {
    let names =
        ["\u{1b}[31mred", "\u{202e}gnp.exe", "日本語の名前", &"x".repeat(300), "=cmd|' /C calc'!A0", "two\nlines"];
    let mut register = Register::default();
    for (index, name) in names.iter().enumerate() {
        register.put(crate::import::plan::tests::person(u64::try_from(index).unwrap() + 1, name, "a@x.example"));
    }
    let rows = rows_of(&register.snapshot(), &zone());
    let bytes = export::csv(Sheet::People, &rows, &zone());
    let ReadFile::Sheets(back) = read("People.csv", &bytes, None, &Reading::default()).unwrap() else { panic!() };
    assert_eq!(back.rows.people.iter().map(|p| p.name.clone().unwrap()).collect::<Vec<_>>(), names);
    let bytes = export::workbook(&rows, &zone()).unwrap();
    let ReadFile::Sheets(back) = read("x.xlsx", &bytes, None, &Reading::default()).unwrap() else { panic!() };
    assert_eq!(back.rows.people.len(), names.len());
}

#[test]
fn a_workbook_with_a_byte_turned_never_panics_or_hangs() {
    let bytes = export::workbook(&rows_of(&office().snapshot(), &zone()), &zone()).unwrap();
    for at in (0..bytes.len()).step_by(1_499) {
        let mut turned = bytes.clone();
        turned[at] ^= 0x55;
        let _ = read("x.xlsx", &turned, None, &Reading::default());
        let _ = read("x.xlsx", &bytes[..at], None, &Reading::default());
    }
}

proptest::proptest! {
    #[test]
    fn no_text_makes_a_sheet_panic(
        start in proptest::sample::select(OFFICE.map(|(_, text)| text.split('\n').next().unwrap().trim_end_matches('\\').to_owned()).to_vec()),
        rows in "[a-z;,\"=\n0-9/:'-]{0,120}",
    ) {
        if let Ok(parsed) = try_sheet("x.csv", &format!("{start}\n{rows}\n")) {
            let plan = planned(&Register::default(), parsed);
            let mut register = Register::default();
            register.apply(&plan);
        }
    }
}

fn workbook_fixture(name: &str) -> Result<ParsedSheets, ImportError> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sheets").join(name);
    match read(name, &std::fs::read(path).unwrap(), None, &Reading::default())? {
        ReadFile::Sheets(parsed) => Ok(*parsed),
        ReadFile::List(list) => panic!("{}", list.recognised),
    }
}

#[test]
fn a_workbook_of_another_program_is_read() {
    let parsed = workbook_fixture("plain.xlsx").unwrap();
    assert_eq!(parsed.rows.people[0].email.as_deref(), Some("dana@x.example"));
    assert_eq!((parsed.rows.clients.len(), parsed.issues.len()), (1, 0));
}

#[test]
fn entities_are_never_followed() {
    let text = format!("{:?}", workbook_fixture("entity.xlsx"));
    assert!(!text.contains("lollol") && !text.contains("root:"), "{text}");
}

#[test]
fn a_cell_that_points_nowhere_or_shows_an_error_costs_its_row_only() {
    let broken = workbook_fixture("bad-error.xlsx").unwrap();
    assert_eq!(broken.rows.clients.len(), 1);
    assert_eq!(broken.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), ["cell_error", "cell_missing"]);
    if let Ok(parsed) = workbook_fixture("string-index.xlsx") {
        assert!(parsed.rows.people.iter().all(|person| person.name.as_deref() != Some("Dana Ruiz")));
    }
}

#[test]
fn a_cell_in_the_last_corner_takes_no_memory() {
    let parsed = workbook_fixture("far-cell.xlsx").unwrap();
    assert_eq!(parsed.rows.people.len(), 1);
    assert_eq!(parsed.issues.iter().map(|issue| issue.code).collect::<Vec<_>>(), ["too_many_cells"]);
}
