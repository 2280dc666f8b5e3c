//! Files that are not what they should be: each costs what is wrong with it and nothing else, and says so.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test may fail loudly")]

use super::issue::Issue;
use super::*;
use crate::error::AppError;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn try_read(name: &str, bytes: &[u8]) -> Result<ReadFile, ImportError> {
    read(name, bytes, None, &Reading::default())
}

fn list(bytes: &[u8]) -> Parsed {
    match try_read("list.csv", bytes).unwrap() {
        ReadFile::List(parsed) => parsed,
        ReadFile::Sheets(sheets) => panic!("{}", sheets.recognised),
    }
}

fn sheets(name: &str, bytes: &[u8]) -> ParsedSheets {
    match try_read(name, bytes).unwrap() {
        ReadFile::Sheets(parsed) => *parsed,
        ReadFile::List(list) => panic!("{}", list.recognised),
    }
}

fn logins(parsed: &Parsed) -> Vec<&str> {
    parsed.rows.iter().map(|row| row.login.as_str()).collect()
}

fn found<'a>(issues: &'a [Issue], code: &str) -> &'a Issue {
    issues.iter().find(|issue| issue.code == code).unwrap_or_else(|| panic!("no {code} in {issues:?}"))
}

/// A workbook with one sheet: texts row by row.
fn workbook(sheet: &str, rows: &[&[&str]]) -> Workbook {
    let mut book = Workbook::new();
    let page = book.add_worksheet();
    page.set_name(sheet).unwrap();
    for (row, cells) in rows.iter().enumerate() {
        for (column, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
            page.write_string(u32::try_from(row).unwrap(), u16::try_from(column).unwrap(), *text).unwrap();
        }
    }
    book
}

const HEAD: &str = "User principal name,Display name,Block credential\n";

#[test]
fn a_file_cut_within_a_letter_keeps_its_character_set() {
    let text = format!("{HEAD}jose@x.example,José Ibáñez,False\nana@x.example,Ana Ib\u{e1}");
    let bytes = &text.as_bytes()[..text.len() - 1];
    let parsed = list(bytes);
    assert_eq!(parsed.encoding, source::Encoding::Utf8);
    assert_eq!(parsed.rows[0].display_name.as_deref(), Some("José Ibáñez"));
    assert!(parsed.is_partial(), "its last line is damaged");
    assert_eq!(list(b"User principal name,Block credential\njos\xE9,False\nb\xE9").encoding.stored(), "windows-1252");
}

#[test]
fn a_row_of_a_sheet_with_more_cells_than_headings_is_not_read_one_cell_off() {
    let text =
        "Technician,Client,System,Login\nRuiz, Dana,Harbor Dental,365,dana\nMaria Ortiz,Harbor Dental,365,maria,,\n";
    let parsed = sheets("Access.csv", text.as_bytes());
    assert_eq!(parsed.rows.access.iter().map(|row| row.line).collect::<Vec<_>>(), [3]);
    let issue = found(&parsed.issues, "row_too_wide");
    assert_eq!((issue.line, issue.sheet.as_deref(), parsed.refused), (Some(2), Some("Access"), 1));
    assert!(issue.message.contains("5 cells") && issue.message.contains("left out"), "{}", issue.message);
}

#[test]
fn a_cell_far_to_the_right_costs_itself_and_not_the_rows_below() {
    let mut book = workbook("Clients", &[&["Client"], &["Harbor Dental"], &["Cedar"]]);
    book.worksheet_from_index(0).unwrap().write_string(1, 1_500, "x").unwrap();
    let parsed = sheets("x.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(parsed.rows.clients.len(), 2);
    assert_eq!(
        parsed.issues.iter().map(|issue| (issue.code, issue.line)).collect::<Vec<_>>(),
        [("too_many_cells", Some(2))]
    );
}

#[test]
fn cells_under_no_heading_are_said_to_be_left_out() {
    let book =
        workbook("Clients", &[&["Client", "", "Code"], &["Harbor Dental", "important", "HARB"]]).save_to_buffer();
    let parsed = sheets("x.xlsx", &book.unwrap());
    assert_eq!(parsed.rows.clients[0].code.as_deref(), Some("HARB"));
    let issue = found(&parsed.issues, "column_nameless");
    assert_eq!((issue.line, issue.column), (Some(2), Some(2)));
}

#[test]
fn a_day_number_of_a_spreadsheet_is_told_from_a_bad_date() {
    let mut book = workbook("People", &[&["Name", "Start"], &["Dana"], &["Maria"]]);
    let page = book.worksheet_from_index(0).unwrap();
    page.write_number(1, 1, 45_385).unwrap();
    let day = ExcelDateTime::from_ymd(2024, 4, 3).unwrap();
    page.write_datetime_with_format(2, 1, &day, &Format::new().set_num_format("d.m.yyyy")).unwrap();
    let parsed = sheets("x.xlsx", &book.save_to_buffer().unwrap());
    assert_eq!(parsed.rows.people.iter().map(|row| row.line).collect::<Vec<_>>(), [3]);
    let issue = found(&parsed.issues, "no_date");
    assert!(issue.message.contains("day number") && issue.message.contains("2024-04-03"), "{}", issue.message);
    let listed = list(b"SamAccountName,SID,Enabled,LastLogonDate\na,S-1-5-21-9,True,45385\n");
    assert!(found(&listed.issues, "no_date").message.contains("2024-04-03"));
}

#[test]
fn a_date_that_does_not_exist_is_named_in_a_list_too() {
    let text = "SamAccountName,SID,Enabled,LastLogonDate\na,S-1-5-21-9,True,31/02/2024\nb,S-1-5-21-8,True,25/12/2023\n";
    let parsed = list(text.as_bytes());
    assert_eq!(found(&parsed.issues, "no_date").line, Some(2));
}

#[test]
fn ldif_entries_without_a_blank_line_between_are_all_read() {
    let text = "dn: uid=a,dc=x\nobjectClass: person\nuid: a\ndn: uid=b,dc=x\nobjectClass: person\nuid: b\n\n\
                dn: uid=c,dc=x\nchangetype:: ZGVsZXRl\n";
    let parsed = list(text.as_bytes());
    assert_eq!(logins(&parsed), ["a", "b"]);
    assert_eq!(found(&parsed.issues, "change_record").line, Some(8));
}

#[test]
fn ldif_made_with_names_of_attributes_only_is_said_to_be_that() {
    let text = "dn: uid=a,dc=x\nobjectClass:\nuid:\nmail:\n\ndn: uid=b,dc=x\nobjectClass:\nuid:\n";
    let parsed = list(text.as_bytes());
    assert!(parsed.rows.is_empty());
    assert!(found(&parsed.issues, "no_values").message.contains("-A"));
}

#[test]
fn a_first_line_that_cannot_be_read_is_not_replaced_by_the_next() {
    let error = try_read("x.csv", b"Login,\"Name,Mail\ndana@x.example,Dana,d\n").unwrap_err();
    assert_eq!(
        error.to_string(),
        "Line 1 should hold the headings. A quotation mark opens here and is never closed. Nothing was changed."
    );
    assert!(!format!("{:?}", AppError::from(error)).contains("dana@"));
}

#[test]
fn a_workbook_without_the_offices_sheets_is_not_said_to_have_strange_columns() {
    let book = workbook("users_3_2_2026", &[&["User principal name", "Block credential"], &["a@x.example", "False"]]);
    let bytes = { book }.save_to_buffer().unwrap();
    let error = try_read("users.xlsx", &bytes).unwrap_err();
    assert_eq!(
        error.to_string(),
        "This workbook has none of the office's sheets, only: users_3_2_2026. Nothing was changed."
    );
    let hints = AppError::from(error).hints.join(" ");
    assert!(hints.contains("save that sheet as CSV"), "{hints}");
    for hint in [FormatId::M365AdminUsersCsv, FormatId::AdLdif, FormatId::SheetsCsv] {
        let error = read("users.xlsx", &bytes, Some(hint), &Reading::default()).unwrap_err();
        assert!(error.to_string().starts_with("This is a workbook, not "), "{error}");
    }
}

#[test]
fn one_person_on_the_same_line_of_two_files_is_refused_once() {
    let files = ["Name,Role\nDana,L2\n", "Name,Role\nDana,L3\n"];
    let joined = ParsedSheets::join(files.map(|text| sheets("People.csv", text.as_bytes())).into()).unwrap();
    let plan = plan(ReadFile::Sheets(Box::new(joined)), &Snapshot::default(), &taking()).unwrap();
    assert_eq!((plan.counts().new, plan.counts().refused), (1, 1), "{:?}", plan.rows);
}

fn taking() -> Taking {
    Taking {
        system: None,
        covers: crate::domain::Covers::Part,
        taken: crate::domain::Instant::parse("2026-11-23T12:00:00Z").unwrap(),
        zone: crate::domain::Zone::utc(),
        ours: matching::Ours::default(),
    }
}

#[test]
fn a_row_that_is_left_out_makes_nothing() {
    let person = |id, email| plan::Known { record: plan::tests::person(id, "Sam Lee", email), seq: 1 };
    let snapshot =
        Snapshot { people: vec![person(1, "s1@x.example"), person(2, "s2@x.example")], ..Snapshot::default() };
    for (name, text) in [
        ("Access.csv", "Technician,Client,System,Login\nSam Lee,New,Door,sam\n"),
        ("Known by.csv", "Secret,Client,Technician\nWi-Fi,New,Sam Lee\n"),
        ("Assigned.csv", "Person,Client\nSam Lee,New\n"),
        ("Contacts.csv", "Client,Supplier or system,Person\nNew,Registrar,Sam Lee\n"),
    ] {
        let read = ReadFile::Sheets(Box::new(sheets(name, text.as_bytes())));
        let plan = plan(read, &snapshot, &taking()).unwrap();
        assert_eq!((plan.counts().refused, plan.drafts.len()), (1, 0), "{name}: {:?}", plan.drafts);
    }
}

#[test]
fn a_row_about_something_that_ended_before_says_that_it_changes_nothing() {
    let at = |text: &str| crate::domain::Instant::parse(text).unwrap();
    let mut register = plan::tests::Register::default();
    let sheet = |name: &str, text: &str| ReadFile::Sheets(Box::new(sheets(name, text.as_bytes())));
    let files = [
        ("Contacts.csv", "Client,Supplier or system,Kind,Person\nC,Registrar,registrar,Dana\n"),
        ("Data.csv", "Client,What,Where\nC,Diagrams,Laptop\n"),
        ("Secrets.csv", "Secret,Client\nWi-Fi,C\n"),
    ];
    for (name, text) in files {
        let planned = plan(sheet(name, text), &register.snapshot(), &taking()).unwrap();
        register.apply(&planned);
    }
    let ended = Some(crate::domain::Mark { at: at("2026-10-01T12:00:00Z"), by: None });
    let contact = register.all::<crate::domain::Contact>().remove(0).record;
    register.put(crate::domain::Contact { ended, ..contact });
    let data = register.all::<crate::domain::DataLocation>().remove(0).record;
    register.put(crate::domain::DataLocation { removed: ended, ..data });
    let secret = register.all::<crate::domain::Secret>().remove(0).record;
    register.put(crate::domain::Secret { retired: Some(at("2026-10-01T12:00:00Z")), ..secret });
    for (name, text) in files {
        let planned = plan(sheet(name, text), &register.snapshot(), &taking()).unwrap();
        assert!(planned.is_unchanged(), "{name}: {:?}", planned.drafts);
        assert!(found(&planned.issues, "ended_before").message.contains("row 2"), "{name}");
    }
}

#[test]
fn members_of_a_group_that_come_in_ranges_are_members() {
    let text = "dn: cn=a,dc=x\nobjectClass: user\nsAMAccountName: a\n\n\
                dn: cn=Domain Admins,dc=x\nobjectClass: group\nmember;range=0-0: cn=a,dc=x\n";
    assert_eq!(list(text.as_bytes()).rows[0].roles, ["Domain Admins"]);
}

#[test]
fn what_is_no_list_at_all_is_refused_in_a_sentence_that_shows_none_of_it() {
    let mut packed = b"\x1F\x8B\x08\x00".to_vec();
    packed.extend((0..400_u16).map(|n| u8::try_from(n * 37 % 251).unwrap()));
    let utf16: Vec<u8> = "\u{feff}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("a.pdf", b"%PDF-1.7\n\xE2\xE3\xCF\xD3\n1 0 obj\n".as_slice()),
        ("a.png", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
        ("a.gz", &packed),
        ("a.json", b"[{\"userPrincipalName\":\"a@x.example\"}]"),
        ("a.html", b"<!doctype html><html><body>Sign in</body></html>"),
        ("a.txt", &utf16),
        ("a.csv", b"\n\n\n"),
        ("nul.csv", &[0; 400]),
    ] {
        let error = try_read(name, bytes).unwrap_err();
        let text = error.to_string();
        assert!(text.ends_with("Nothing was changed.") && text.len() < 200, "{name}: {text}");
        let app = AppError::from(error);
        assert!(!app.hints.is_empty(), "{name} says not what to do");
        let all = app.hints.join(" ");
        assert!(!all.contains(|c: char| c.is_control() || c == '\u{fffd}'), "{name}: {all:?}");
    }
}

#[test]
fn every_usual_spelling_of_a_sheet_is_one_sheet() {
    let plain = "Name,Role,Also known as\r\nJosé \"Pepe\" Ibáñez,L2,\"one; two\r\nlines\"\r\n";
    let text = "Name,Role,Also known as\r\n\"José \"\"Pepe\"\" Ibáñez\",L2,\"one; two\r\nlines\"\r\n";
    let utf16 = |big: bool| {
        let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
        units.flat_map(move |unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect::<Vec<u8>>()
    };
    let semicolons =
        "\u{feff}sep=;\r\nROLE;name;Also known as\r\nL2;\"José \"\"Pepe\"\" Ibáñez\";\"one; two\r\nlines\"\r\n";
    let western: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    for bytes in [plain.as_bytes(), text.as_bytes(), &utf16(false), &utf16(true), semicolons.as_bytes(), &western] {
        let parsed = sheets("People.csv", bytes);
        let row = &parsed.rows.people[0];
        assert_eq!((row.name.as_deref(), row.role.as_deref()), (Some("José \"Pepe\" Ibáñez"), Some("L2")));
        assert_eq!(
            row.also_known_as.as_ref().map(|list| list.0.clone()),
            Some(vec!["one".into(), "two\r\nlines".into()])
        );
    }
}

#[test]
fn a_header_alone_is_an_empty_list_that_ends_nothing() {
    let parsed = list(HEAD.as_bytes());
    assert_eq!((parsed.rows.len(), parsed.refused), (0, 0));
    assert!(sheets("People.csv", b"Name,Role\n").rows.is_empty());
    assert_eq!(try_read("x", b""), Err(ImportError::Empty));
}

#[test]
fn a_cell_as_long_as_a_book_is_left_out_of_a_sheet_and_named() {
    let text = format!("Name,Role\nDana,{}\nMaria,L1\n", "x".repeat(100_000));
    let parsed = sheets("People.csv", text.as_bytes());
    assert_eq!(parsed.rows.people.iter().map(|row| row.role.as_deref()).collect::<Vec<_>>(), [None, Some("L1")]);
    let issue = found(&parsed.issues, "cell_too_long");
    assert_eq!((issue.line, issue.column), (Some(2), Some(2)));
}

#[test]
fn every_sign_that_can_begin_a_formula_is_guarded_in_the_offices_sheets_too() {
    for name in ["=1+1", "\u{2212}1", "\u{200b}=1", "\u{fe62}1", "''=1", " @x", "\u{ff1d}1"] {
        let row = sheets::PersonRow { name: Some(name.to_owned()), ..sheets::PersonRow::default() };
        let rows = sheets::SheetRows { people: vec![row], ..sheets::SheetRows::default() };
        let text = String::from_utf8(sheets::export::csv(sheets::Sheet::People, &rows, &crate::domain::Zone::utc()));
        let text = text.unwrap();
        assert!(text.contains(&format!("\r\n\"'{name}\"")), "{text:?}");
        assert_eq!(sheets("People.csv", text.as_bytes()).rows.people[0].name.as_deref(), Some(name.trim()));
    }
}

fn mapping(lines: &[&str]) -> Result<format::Mapping, ImportError> {
    format::Mapping::parse(lines.iter().copied())
}

fn mapped(text: &[u8], lines: &[&str]) -> Result<Parsed, ImportError> {
    match read_mapped("vpn.csv", text, &mapping(lines)?, &Reading::default())? {
        ReadFile::List(parsed) => Ok(parsed),
        ReadFile::Sheets(sheets) => panic!("{}", sheets.recognised),
    }
}

#[test]
fn a_list_whose_columns_are_named_is_read_by_them_and_nothing_else() {
    use crate::domain::{Admin, Factor, LastUse};
    let text = "Benutzername;Konto gesperrt;Rechte;2FA;Letzte Anmeldung;Kennwort;Bemerkung;Rolle\r\n\
                d.ruiz;nein;ja;app;03.04.2026;Hunter2;private;A; \r\n\
                d.ruiz;no;yes;app;03.04.2026;Hunter2;private;Ops\r\n\
                svc-scan;yes;no;yes;never;Hunter2;private;\r\n\
                m.ortiz;maybe;;sms;gestern;Hunter2;private;\r\n";
    let lines = [
        "# VPN",
        "login = Benutzername",
        "disabled=Konto gesperrt",
        "admin=Rechte",
        "mfa=2FA",
        "last used=LETZTE ANMELDUNG",
        "roles=Rolle",
        "",
    ];
    let parsed = mapped(text.as_bytes(), &lines).unwrap();
    assert_eq!(parsed.format, FormatId::MappedCsv);
    assert_eq!(logins(&parsed), ["d.ruiz", "svc-scan", "m.ortiz"]);
    let first = &parsed.rows[0];
    assert_eq!((first.enabled, first.admin, first.roles.len()), (None, None, 1), "German words are not guessed");
    assert_eq!(first.last_used, LastUse::At(crate::domain::Instant::parse("2026-04-03T00:00:00Z").unwrap()));
    let second = &parsed.rows[1];
    assert_eq!((second.enabled, second.admin, second.last_used), (Some(false), Some(Admin::None), LastUse::Never));
    assert_eq!(
        (second.kind_guess, second.factors.first()),
        (crate::domain::AccountKind::Service, Some(&Factor::Unknown))
    );
    let codes: Vec<_> = parsed.issues.iter().map(|issue| (issue.code, issue.line, issue.column)).collect();
    assert_eq!(
        codes,
        [
            ("secret_dropped", Some(1), Some(6)),
            ("no_yes_no", Some(2), Some(2)),
            ("no_yes_no", Some(2), Some(3)),
            ("no_yes_no", Some(5), Some(2)),
            ("no_date", Some(5), Some(5)),
            ("login_repeated", Some(3), None),
        ]
    );
    let all = format!("{parsed:?}");
    assert!(!all.contains("Hunter2") && !all.contains("private"));
}

#[test]
fn columns_that_are_named_wrongly_are_refused_before_anything_is_read() {
    let why = |lines: &[&str]| mapped(b"User,Mail\na,b\n", lines).unwrap_err().to_string();
    assert!(why(&["email=Mail"]).contains("No column is named for \u{201c}login\u{201d}"));
    assert!(why(&["login=User", "shoe=Mail"]).contains("\u{201c}shoe\u{201d} is nothing a column can hold"));
    assert!(why(&["login=User", "login=Mail"]).contains("Two columns"));
    assert!(why(&["login=User", "name=Password"]).contains("secrets"));
    assert!(why(&["login"]).contains("form field=Column"));
    assert!(why(&["login=Usr"]).contains("it has no column \u{201c}Usr\u{201d}"));
    let book = workbook("x", &[&["User"]]).save_to_buffer().unwrap();
    assert!(matches!(mapped(&book, &["login=User"]), Err(ImportError::IsWorkbook { .. })));
    let bare = read("x.csv", b"User\na\n", Some(FormatId::MappedCsv), &Reading::default());
    assert!(matches!(bare, Err(ImportError::Mapping { .. })));
}
