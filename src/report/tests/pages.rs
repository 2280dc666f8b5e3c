//! The PDF: its text, its tags, big tables.

use super::formats::every_report;
use super::sample;
use crate::report::document::{Block, Cell, Column, ColumnKind, Document, Table};
use crate::report::{Format, paper, render};
use std::io::Write;
use std::process::{Command, Stdio};

fn pdf(document: &Document) -> Vec<u8> {
    render(document, Format::Pdf).unwrap()
}

/// The text of a PDF as a reader of its own sees it, or nothing where none is installed.
fn extracted(bytes: &[u8]) -> Option<String> {
    let started = Command::new("pdftotext")
        .args(["-raw", "-enc", "UTF-8", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let Ok(mut child) = started else {
        std::io::stderr()
            .write_all(b"SKIPPED: pdftotext is not installed, the text of the PDF was not compared\n")
            .unwrap();
        return None;
    };
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    Some(String::from_utf8(output.stdout).unwrap())
}

/// Letters only: lines break differently on paper, and the reader drops a hyphen at the end of a line.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|c| {
            !c.is_whitespace() && *c != '-' && !matches!(c, '\u{2066}'..='\u{2069}' | '\u{202a}'..='\u{202e}' | '\u{c}')
        })
        .collect()
}

#[test]
fn every_cell_of_every_table_and_every_sentence_is_in_the_pdf() {
    for document in every_report() {
        let Some(text) = extracted(&pdf(&document)) else { return };
        let text = squeezed(&text);
        for table in document.tables().filter(|table| !table.rows.is_empty()) {
            let columns = paper::columns(table);
            for row in &table.rows {
                for line in columns.iter().flat_map(|column| paper::lines(row, column, &document.clock)) {
                    // Hebrew comes back in reading order from this reader, or from right to left from another.
                    let wanted = squeezed(&line.text).replace("שלום", "");
                    assert!(text.contains(&wanted), "{:?} of {} is not in the PDF", line.text, table.key);
                }
            }
        }
        for wanted in
            [document.title.as_str(), document.question.as_str(), document.seal.line.as_str(), document.seal.limits]
        {
            assert!(text.contains(&squeezed(wanted)), "{wanted:?} is not in the PDF of {}", document.kind);
        }
    }
}

#[test]
fn the_pdf_says_so_when_it_has_no_letters_for_a_name() {
    const SAID: &str = "no typeface";
    let mut report = sample::status();
    let Some(text) = extracted(&pdf(&report.document())) else { return };
    assert!(!squeezed(&text).contains(&squeezed(SAID)));
    for name in ["株式会社", "देवनागरी", "ไทย", "한국", "😀"] {
        report.lately[0].what = format!("Met {name}");
        let text = squeezed(&extracted(&pdf(&report.document())).unwrap());
        assert!(text.contains(&squeezed(SAID)), "{name}");
        assert!(text.contains(&squeezed(name)), "{name} cannot be copied out");
    }
    for name in ["שלום", "سلام", "Ελένη", "Олег", "Nguyễn", "a\u{1b}b"] {
        report.lately[0].what = format!("Met {name}");
        let text = squeezed(&extracted(&pdf(&report.document())).unwrap());
        assert!(!text.contains(&squeezed(SAID)), "{name}");
    }
}

#[test]
fn rows_of_the_pdf_stand_in_the_order_of_the_page() {
    let document = sample::discharge().document();
    let Some(text) = extracted(&pdf(&document)) else { return };
    let page = String::from_utf8(render(&document, Format::Html).unwrap()).unwrap();
    let (page, text) = (squeezed(&page), squeezed(&text));
    let (mut page, mut text) = (page.as_str(), text.as_str());
    for login in
        ["dana.ruiz@harbordental.example", "RMM console", "Cedar & Pike Law", "Azure subscription", "Backup portal"]
    {
        let in_page = squeezed(&login.replace('&', "&#38;"));
        page = page.split_once(&in_page).unwrap_or_else(|| panic!("{login} in the HTML")).1;
        text = text.split_once(&squeezed(login)).unwrap_or_else(|| panic!("{login} in the PDF")).1;
    }
}

#[test]
fn the_pdf_is_archived_tagged_dated_and_links_nowhere() {
    for document in every_report() {
        let bytes = pdf(&document);
        let has = |needle: &str| bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
        for wanted in [
            "/StructTreeRoot",
            "/MarkInfo",
            "<pdfaid:part>2</pdfaid:part>",
            "<pdfaid:conformance>A</pdfaid:conformance>",
            "<pdfuaid:part>1</pdfuaid:part>",
            "2026-11-23T17:10:00+01:00",
        ] {
            assert!(has(wanted), "{wanted} is missing in {}", document.kind);
        }
        for unwanted in ["/URI", "/JavaScript", "/JS", "/Launch", "/EmbeddedFile", "/AcroForm"] {
            assert!(!has(unwanted), "{unwanted} in {}", document.kind);
        }
    }
}

/// The structure tree as the reader prints it, or nothing where it is not installed.
fn structure(bytes: &[u8], how: &str) -> Option<String> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    let output = Command::new("pdfinfo").arg(how).arg(file.path()).output();
    let Ok(output) = output else {
        std::io::stderr().write_all(b"SKIPPED: pdfinfo is not installed, the tags were not compared\n").unwrap();
        return None;
    };
    Some(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[test]
fn headings_lists_and_tables_are_tagged_in_reading_order() {
    // The reader takes seconds to print the text of a long tree, so the order is read on the shortest report.
    let Some(tree) = structure(&pdf(&sample::status().document()), "-struct-text") else { return };
    let mut rest = tree.as_str();
    for wanted in [
        "H1",
        "How we stand",
        "As of",
        "LBody",
        "\"18\"",
        "ways in held by leavers",
        "H2",
        "Needs us today",
        "Caption",
        "THead",
        "TH:",
        "/Scope /Column",
        "How urgent",
        "TBody",
        "TR",
        "TD",
        "Critical",
        "/Scope /Row",
        "Discharge Dana Ruiz",
        "How sure are we?",
        "Journal 18 203 entries",
        "Keyward cannot prove",
    ] {
        rest = rest.split_once(wanted).unwrap_or_else(|| panic!("{wanted} is missing or out of place in\n{tree}")).1;
    }
}

#[test]
fn every_row_of_every_table_is_tagged_once_however_many_pages_it_takes() {
    let document = sample::discharge().document();
    let Some(tree) = structure(&pdf(&document), "-struct") else { return };
    let tagged = |kind: &str| tree.lines().filter(|line| line.trim_start().starts_with(kind)).count();
    let filled: Vec<&Table> = document.tables().filter(|table| !table.rows.is_empty()).collect();
    assert_eq!(tagged("Table"), filled.len());
    assert_eq!(tagged("Caption"), filled.len());
    assert_eq!(tagged("THead"), filled.len());
    // A row each, and one for the heads of each table.
    assert_eq!(tagged("TR"), filled.iter().map(|table| table.rows.len() + 1).sum::<usize>());
    assert_eq!(tagged("Figure"), 1);
}

fn table_of(rows: Vec<Vec<Cell>>) -> Document {
    let mut document = sample::status().document();
    document.blocks = vec![Block::Table(Table {
        key: "lines",
        caption: "lines".into(),
        columns: vec![
            Column::new("no", "No.", ColumnKind::Number),
            Column::new("system", "System", ColumnKind::Head),
            Column::under("client", "Client", ColumnKind::Text),
            Column::new("login", "Login", ColumnKind::Text),
            Column::new("since", "Since", ColumnKind::When),
            Column::new("state", "State", ColumnKind::State),
        ],
        rows,
        empty: "None.",
        main: true,
    })];
    document
}

#[test]
fn a_row_taller_than_a_page_goes_on_over_the_next() {
    let long = "word ".repeat(9_000);
    let document = table_of(vec![vec![
        Cell::Count(1),
        Cell::text("x".repeat(300).as_str()),
        Cell::None,
        Cell::text(long.as_str()),
        Cell::At(sample::at("23T13:00")),
        Cell::None,
    ]]);
    let Some(text) = extracted(&pdf(&document)) else { return };
    assert_eq!(text.matches("word").count(), 9_000);
    assert!(text.contains("Page 2 of"));
}

fn lines(count: u64) -> Vec<Vec<Cell>> {
    (0..count)
        .map(|n| {
            vec![
                Cell::Count(n + 1),
                Cell::text(format!("System {n}")),
                Cell::text(format!("Client {}", n % 118)),
                Cell::text(format!("p{n}@client{}.example", n % 118)),
                Cell::At(sample::at("23T13:00").plus_hours(i64::try_from(n).unwrap())),
                Cell::word("active", "in", crate::report::document::Tone::Plain),
            ]
        })
        .collect()
}

#[test]
fn ten_thousand_lines_are_written_in_every_text_format() {
    let document = table_of(lines(10_000));
    for format in Format::ALL.iter().filter(|format| **format != Format::Pdf) {
        let bytes = render(&document, *format).unwrap();
        assert!(String::from_utf8(bytes).unwrap().contains("p9999@client87.example"), "{format:?}");
    }
}

#[test]
fn a_long_table_fills_pages_with_heads_and_numbers() {
    let Some(text) = extracted(&pdf(&table_of(lines(1_000)))) else { return };
    let pages = text.matches("Page ").count();
    assert!(pages > 30);
    assert!(text.matches("System\nclient").count() >= pages - 1, "every page repeats the heads");
    assert!(text.contains("p999@client55.example"));
    assert!(text.contains(&format!("Page {pages} of {pages}")));
}
