//! Reports of a whole discharge on a real register: every format says the same, and the receipt at the foot verifies.

use super::proof_fixture::{Fixture, OFFICE, at, client, closed, started};
use keyward::domain::GrantId;
use keyward::error::ErrorClass;
use keyward::service::proof::VerifyOptions;
use keyward::service::{AsOf, Command, Desk, ReportFormat, Session, WayBack};
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Command as Process, Stdio};

fn whole() -> (Fixture, String, i64) {
    let fixture = Fixture::new();
    let run = started(&fixture);
    let minute = closed(&fixture, run);
    (fixture, run.to_string(), minute)
}

fn made(session: &mut Session, kind: &str, subject: Option<&str>, format: ReportFormat) -> Vec<u8> {
    session.report(kind, subject, format, AsOf::default()).unwrap_or_else(|error| panic!("{kind}: {error}")).1
}

fn text(session: &mut Session, kind: &str, subject: Option<&str>, format: ReportFormat) -> String {
    String::from_utf8(made(session, kind, subject, format)).unwrap()
}

/// The words of a page, without blanks: a table breaks them over lines.
fn words(session: &mut Session, kind: &str, subject: Option<&str>) -> String {
    squeezed(&visible(&text(session, kind, subject, ReportFormat::Html)))
}

fn says(words: &str, wanted: &str) {
    assert!(words.contains(&squeezed(wanted)), "{wanted} is not on the page:\n{words}");
}

fn json(session: &mut Session, kind: &str, subject: Option<&str>) -> serde_json::Value {
    serde_json::from_slice(&made(session, kind, subject, ReportFormat::Json)).unwrap()
}

/// The receipt code on a page: a number and four groups of four.
fn receipt_on(page: &str) -> String {
    let is_code = |word: &&str| {
        let parts: Vec<&str> = word.split('-').collect();
        parts.len() == 5
            && parts[0].bytes().all(|b| b.is_ascii_digit())
            && parts[1..].iter().all(|part| part.len() == 4 && part.bytes().all(|b| b.is_ascii_hexdigit()))
    };
    let word = |c: char| !c.is_ascii_alphanumeric() && c != '-';
    page.split(word).find(is_code).unwrap_or_else(|| panic!("no receipt on the page")).to_owned()
}

/// One discharge for all of this: walking through it takes a hundred saves.
#[test]
fn the_closing_page_says_the_same_in_every_format_and_its_receipt_verifies() {
    let (fixture, run, minute) = whole();
    let mut session = fixture.session(minute + 1);
    every_format_says_the_same(&mut session, &run);
    let page = text(&mut session, "discharge", Some(&run), ReportFormat::Text);
    let page_words = words(&mut session, "discharge", Some(&run));
    for wanted in [
        "Dana Ruiz",
        "RMM console",
        "dana.ruiz@harbor.example",
        "druiz",
        "Tom Becker",
        "Aisha Khan",
        "365 break-glass",
        "NB-0412",
        "Northwind Domains",
        "private cloud drive",
        "Said so twice",
        "Look again after 30 days",
        "Half shut",
        "recorded on their behalf",
    ] {
        says(&page_words, wanted);
    }
    assert!(!page.contains("STILL OPEN") && !page.contains("not checked"), "{page}");

    // The seal covers everything on the page, the closing included.
    let receipt = receipt_on(&page);
    let found =
        session.verify(&VerifyOptions { replay: true, receipt: Some(receipt.clone()), at_least: None }).unwrap();
    assert_eq!((found.ok, found.receipt, found.sealed), (true, Some(true), Some(found.entries)), "{found:?}");
    assert!(receipt.starts_with(&format!("{}-", found.entries)));
    drop(session);
    // Later work does not take the receipt's worth away.
    fixture.write(minute + 5, "client.edited", vec![client(2, "Harbor Dental Group", false).into()]);
    let again = VerifyOptions { receipt: Some(receipt), ..VerifyOptions::default() };
    assert_eq!(fixture.session(minute + 6).verify(&again).unwrap().receipt, Some(true));
}

fn every_format_says_the_same(session: &mut Session, run: &str) {
    for format in ReportFormat::ALL {
        let (name, bytes) = session.report("discharge", Some(run), *format, AsOf::default()).unwrap();
        assert_eq!(name, format!("discharge-dana-ruiz-2026-11-23.{}", format.word()));
        let again = session.report("discharge", Some("dana"), *format, AsOf::default()).unwrap();
        assert!(again == (name, bytes), "{format:?} differs the second time");
    }
    let data = json(session, "discharge", Some(run));
    let rows = data["rows"].as_array().unwrap();
    assert_eq!(rows.len(), 4, "{data:#}");
    for row in rows {
        for (key, value) in [("asked_by", "Tom Becker"), ("removed_by", "Tom Becker"), ("checked_by", "Aisha Khan")] {
            assert_eq!(row[key], value, "{row:#}");
        }
        assert_eq!((row["result"].as_str(), row["proof"].as_str()), (Some("in_time"), Some("observed")), "{row:#}");
    }
    let page = text(session, "discharge", Some(run), ReportFormat::Html);
    let paper = made(session, "discharge", Some(run), ReportFormat::Pdf);
    let Some(paper) = extracted(&paper) else { return };
    let (paper, page) = (squeezed(&paper), squeezed(&visible(&page)));
    // Every cell and sentence of the page is on paper.
    let mut compared = 0;
    for cell in cells(&text(session, "discharge", Some(run), ReportFormat::Csv)) {
        let cell = squeezed(&cell);
        let worded = cell.len() > 3 && !cell.bytes().all(|b| b.is_ascii_digit() || b == b':');
        if worded && page.contains(&cell) {
            compared += 1;
            assert!(paper.contains(&cell), "{cell:?} is in the HTML and not in the PDF");
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn before_the_closing_the_page_says_what_is_open() {
    let fixture = Fixture::new();
    let run = started(&fixture).to_string();
    let page = text(&mut fixture.session(2), "discharge", Some(&run), ReportFormat::Text);
    assert!(page.contains("STILL OPEN"), "{page}");
    let data = json(&mut fixture.session(2), "discharge", Some(&run));
    assert!(data.to_string().contains("\"still_open\""), "{data:#}");
}

#[test]
fn a_clients_page_names_nobody_elses_systems_and_who_can_get_in_through_what() {
    let fixture = Fixture::new();
    started(&fixture);
    let mut session = fixture.session(2);
    let (name, bytes) = session.report("who", Some("Harbor"), ReportFormat::Text, AsOf::default()).unwrap();
    assert_eq!(name, "who-harbor-dental-2026-11-23.txt");
    assert!(bytes.len() > 200);
    let page = words(&mut session, "who", Some("Harbor"));
    for wanted in ["Dana Ruiz", "Tom Becker", "Microsoft 365", "RMM console", "365 break-glass"] {
        says(&page, wanted);
    }
    for format in ReportFormat::ALL.iter().filter(|format| **format != ReportFormat::Pdf) {
        let page = text(&mut session, "who", Some("Harbor"), *format);
        for other in ["Cedar", "Pike", "Case files", "druiz", "VPN"] {
            assert!(!page.contains(other), "{other} on the page of Harbor Dental as {format:?}");
        }
    }
    let one = text(&mut session, "who", Some("Cedar/Case"), ReportFormat::Text);
    assert!(one.contains("Case files") && !one.contains("druiz"), "{one}");
}

#[test]
fn the_other_kinds_are_made_in_every_format() {
    let fixture = Fixture::new();
    started(&fixture);
    let mut session = fixture.session(2);
    for (kind, subject, name) in [
        ("who", Some("Harbor/365"), "who-harbor-dental-microsoft-365-2026-11-23"),
        ("reach", Some("Dana"), "reach-dana-ruiz-2026-11-23"),
        ("reach", Some("#4"), "reach-dana-ruiz-2026-11-23"),
        ("findings", None, "findings-2026-11-23"),
        ("status", None, "status-2026-11-23"),
    ] {
        for format in ReportFormat::ALL {
            let (file, bytes) = session.report(kind, subject, *format, AsOf::default()).unwrap();
            assert_eq!(file, format!("{name}.{}", format.word()));
            assert!(bytes.len() > 200, "{kind} as {format:?}");
        }
    }
    let reach = text(&mut session, "reach", Some("Dana"), ReportFormat::Text);
    assert!(reach.contains("druiz") && reach.contains("365 break-glass"), "{reach}");
    // What the console opens is listed with the way to it.
    let reach = words(&mut session, "reach", Some("Tom"));
    says(&reach, "Case files");
    assert!(!reach.contains("druiz"), "{reach}");
}

#[test]
fn a_report_of_a_past_moment_prints_the_seal_from_before_it() {
    let fixture = Fixture::new();
    let early = fixture.session(-10).seal().unwrap().unwrap();
    started(&fixture);
    let mut session = fixture.session(30);
    let then = AsOf { on: None, known_at: Some(at(-5)) };
    let (_, bytes) = session.report("reach", Some("Dana"), ReportFormat::Text, then).unwrap();
    let page = String::from_utf8(bytes).unwrap();
    assert_eq!(receipt_on(&page), early.to_string());
    assert!(page.contains("Active"), "{page}");
    let now = text(&mut session, "reach", Some("Dana"), ReportFormat::Text);
    assert_ne!(receipt_on(&now), early.to_string());
}

#[test]
fn what_cannot_be_made_says_so_and_what_is_wrong() {
    let fixture = Fixture::new();
    let mut session = fixture.session(0);
    for (kind, subject, class) in [
        ("letter", None, ErrorClass::BadInput),
        ("discharge", None, ErrorClass::Usage),
        ("who", Some(" "), ErrorClass::Usage),
        ("who", Some("Nobody & Sons"), ErrorClass::NotFound),
        ("discharge", Some("Dana"), ErrorClass::NotFound),
        ("status", Some("Dana"), ErrorClass::Usage),
    ] {
        let error = session.report(kind, subject, ReportFormat::Text, AsOf::default()).unwrap_err();
        assert_eq!(error.class, class, "{kind}: {error}");
    }
    let then = AsOf { on: Some(at(-600)), known_at: None };
    assert_eq!(session.report("status", None, ReportFormat::Text, then).unwrap_err().class, ErrorClass::Usage);
}

#[test]
fn a_report_from_the_screen_lands_in_its_folder_and_over_nothing() {
    let fixture = Fixture::new();
    let folder = fixture.dir.path().join("Documents/Keyward");
    let mut session = fixture.session(0);
    session.saves_reports_in(folder.clone());
    let save = Command::SaveReport {
        kind: "status".into(),
        subject: None,
        format: ReportFormat::Html,
        as_of: AsOf::default(),
    };
    let outcome = session.apply(save.clone()).unwrap();
    assert_eq!(outcome.message, format!("Saved in {}: status-2026-11-23.html", folder.display()));
    assert!(outcome.way_back == WayBack::None && outcome.seq.is_none());
    let first = folder.join("status-2026-11-23.html");
    fs::write(&first, "mine now").unwrap();
    assert!(session.apply(save).unwrap().message.contains("status-2026-11-23-2.html"));
    assert_eq!(fs::read_to_string(&first).unwrap(), "mine now");
    let second = folder.join("status-2026-11-23-2.html");
    assert_eq!(fs::metadata(second).unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn one_person_alone_and_what_is_left_until_a_date_stand_on_the_page_with_their_reasons() {
    let fixture = Fixture::new();
    let run = started(&fixture);
    let mut session = fixture.session(3);
    let alone = Some("Two people work here, one of them leaves".to_owned());
    session.apply(Command::SetPeople { run, doer: Some(OFFICE), checker: None, alone }).unwrap();
    let waive = Command::WaiveRemoval {
        grants: vec![GrantId(4)],
        until: at(60 * 24 * 7),
        reason: "The supplier answers on Monday".into(),
    };
    session.apply(waive).unwrap_or_else(|error| panic!("{error}"));
    let page = words(&mut session, "discharge", Some(&run.to_string()));
    for wanted in
        ["Two people work here, one of them leaves", "No second person", "The supplier answers on Monday", "M. Ortiz"]
    {
        says(&page, wanted);
    }
}

/// The text of a PDF as a reader of its own sees it, or nothing where none is installed.
fn extracted(bytes: &[u8]) -> Option<String> {
    let started = Process::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        std::io::stderr()
            .write_all(b"SKIPPED: pdftotext is not installed, the PDF was not compared with the HTML\n")
            .unwrap();
        return None;
    };
    let mut input = child.stdin.take().unwrap();
    let bytes = bytes.to_vec();
    let feed = std::thread::spawn(move || input.write_all(&bytes));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}

/// What stands between the tags of a page, with the few entities it uses.
fn visible(page: &str) -> String {
    let body = page.split_once("<body").map_or(page, |(_, body)| body);
    let mut out = String::new();
    for part in body.split('<').skip(1) {
        out.push_str(part.split_once('>').map_or("", |(_, text)| text));
        out.push(' ');
    }
    for (entity, sign) in
        [("&#38;", "&"), ("&amp;", "&"), ("&#39;", "'"), ("&#34;", "\""), ("&#60;", "<"), ("&#62;", ">")]
    {
        out = out.replace(entity, sign);
    }
    out
}

/// Every field of a CSV file.
fn cells(csv: &str) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    reader.records().flat_map(|row| row.unwrap().iter().map(str::to_owned).collect::<Vec<_>>()).collect()
}

/// Letters only: lines break differently on paper, and the reader drops a hyphen at the end of a line.
fn squeezed(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect()
}
