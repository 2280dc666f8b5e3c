//! HTML, CSV, JSON, Markdown and text.

use super::sample;
use crate::domain::ClientId;
use crate::report::document::{Document, Tone};
use crate::report::model::*;
use crate::report::{Format, ReportError, csv_tables, render};
use base64::Engine;
use sha2::{Digest, Sha256};

pub fn every_report() -> Vec<Document> {
    vec![
        sample::discharge().document(),
        sample::who().document(),
        sample::reach().document(),
        sample::findings().document(),
        sample::status().document(),
    ]
}

fn text(document: &Document, format: Format) -> String {
    String::from_utf8(render(document, format).unwrap()).unwrap()
}

/// Names of the elements of a page, in order, and every attribute with its value. Enough of a parser for a page
/// that escapes what it must: a `<` outside a tag would show here as an element nobody wrote.
fn elements(html: &str) -> Vec<(String, Vec<(String, String)>)> {
    let mut out = Vec::new();
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        rest = &rest[start + 1..];
        if rest.starts_with(['/', '!']) {
            continue;
        }
        let end = rest.find('>').unwrap();
        let (inside, after) = rest.split_at(end);
        let name = inside.split([' ', '/']).next().unwrap().to_owned();
        let mut attributes = Vec::new();
        let mut left = &inside[name.len()..];
        while let Some(equals) = left.find("=\"") {
            let key = left[..equals].trim().to_owned();
            let value = &left[equals + 2..];
            let close = value.find('"').unwrap();
            attributes.push((key, value[..close].to_owned()));
            left = &value[close + 1..];
        }
        rest = after;
        if name == "style" {
            rest = &rest[rest.find("</style>").unwrap()..];
        }
        out.push((name, attributes));
    }
    out
}

#[test]
fn html_has_no_element_attribute_or_link_from_data() {
    const KNOWN: &[&str] = &[
        "html",
        "head",
        "meta",
        "title",
        "style",
        "body",
        "main",
        "header",
        "p",
        "span",
        "h1",
        "h2",
        "dl",
        "div",
        "dt",
        "dd",
        "ul",
        "li",
        "strong",
        "small",
        "figure",
        "svg",
        "path",
        "figcaption",
        "table",
        "caption",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "footer",
        "section",
        "b",
    ];
    const ATTRIBUTES: &[&str] = &[
        "lang",
        "charset",
        "http-equiv",
        "content",
        "name",
        "class",
        "role",
        "scope",
        "viewBox",
        "aria-label",
        "d",
        "preserveAspectRatio",
        "fill",
        "stroke",
        "stroke-width",
        "stroke-dasharray",
        "vector-effect",
    ];
    for document in every_report() {
        for (name, attributes) in elements(&text(&document, Format::Html)) {
            assert!(KNOWN.contains(&name.as_str()), "<{name}> in {}", document.kind);
            for (key, value) in attributes {
                assert!(ATTRIBUTES.contains(&key.as_str()), "{key} in {}", document.kind);
                assert!(!value.contains("evil"), "{key}={value}");
            }
        }
    }
}

#[test]
fn html_starts_with_its_charset_and_allows_its_own_style_sheet_only() {
    let page = text(&sample::discharge().document(), Format::Html);
    assert!(
        page.starts_with("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=")
    );
    let style = page.split("<style>").nth(1).unwrap().split("</style>").next().unwrap();
    let hash = base64::engine::general_purpose::STANDARD.encode(Sha256::digest(style.as_bytes()));
    let policy =
        format!("default-src &#39;none&#39;; style-src &#39;sha256-{hash}&#39;; img-src data:").replace("&#39;", "'");
    assert!(page.contains(&policy), "{policy} not in the page");
    assert!(!style.contains("url(") && !style.contains("@import"));
}

#[test]
fn hostile_names_stand_in_the_page_as_text() {
    let page = text(&sample::discharge().document(), Format::Html);
    assert!(page.contains("&#60;script&#62;alert(1)&#60;/script&#62;"));
    assert!(page.contains("a␛[31mb[RLO]c"));
    assert!(page.contains("株式会社テスト") && page.contains("שלום portal"));
    for format in [Format::Html, Format::Text, Format::Markdown, Format::Csv, Format::Json] {
        let text = text(&sample::discharge().document(), format);
        assert!(!text.contains(['\u{1b}', '\u{202e}']), "{format:?} passes control characters on");
    }
}

#[test]
fn html_tables_have_captions_scopes_and_as_many_rows_as_the_model() {
    let report = sample::discharge();
    let page = text(&report.document(), Format::Html);
    let filled = report.document().tables().filter(|table| !table.rows.is_empty()).count();
    assert_eq!(page.matches("<caption>").count(), filled);
    assert_eq!(page.matches("<table>").count(), filled);
    let rows: usize = report.document().tables().map(|table| table.rows.len()).sum();
    assert_eq!(page.matches("<th scope=\"row\"").count(), rows);
    assert!(page.contains("<h1>Discharge of Dana Ruiz</h1>"));
}

#[test]
fn every_report_carries_its_question_date_maker_sources_receipt_and_limits() {
    for document in every_report() {
        for format in [Format::Html, Format::Text, Format::Markdown] {
            let flat = text(&document, format).split_whitespace().collect::<Vec<_>>().join(" ").replace("&#39;", "'");
            for wanted in [
                document.title.as_str(),
                document.question.as_str(),
                "Mon 23 Nov 2026, 17:10",
                "M. Ortiz",
                "UTC+01:00",
                "Journal 18 203 entries, seal 7C1E 90AA 51F0 22B8, M. Ortiz, 23 Nov 2026. Keep this page",
                "18203-7C1E-90AA-51F0-22B8",
                "Keyward cannot prove",
                "4 of 7 lines are backed by a system",
                "list taken 20 Nov 2026, 09:02",
            ] {
                assert!(flat.contains(wanted), "{wanted:?} is missing in {} as {format:?}", document.kind);
            }
        }
    }
}

#[test]
fn csv_fields_are_quoted_and_no_name_is_a_formula() {
    let document = sample::discharge().document();
    let all = text(&document, Format::Csv);
    assert!(all.starts_with("\u{feff}\"ways_in\"\r\n\"no\",\"system\",\"client\","));
    assert!(all.contains("\"'=HYPERLINK(\"\"http://evil.example\"\")\""));
    for line in all.trim_start_matches('\u{feff}').split_terminator("\r\n").filter(|line| !line.is_empty()) {
        assert!(line.starts_with('"') && line.ends_with('"') && !line.contains('\n'), "{line}");
    }
    let files = csv_tables(&document);
    assert_eq!(files[0].name, "discharge-ways-in.csv");
    let mut reader = csv::Reader::from_reader(&files[0].bytes[3..]);
    let rows: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!(rows.len(), 7);
    assert_eq!(&rows[0][7], "2026-11-23 14:00");
    assert_eq!(&rows[2][5], "none");
}

#[test]
fn json_keeps_times_in_utc_words_stored_and_unknown_null() {
    let value: serde_json::Value =
        serde_json::from_slice(&render(&sample::discharge().document(), Format::Json).unwrap()).unwrap();
    assert_eq!(value["kind"], "report");
    assert_eq!(value["report"], "discharge");
    assert_eq!(value["as_of"], "2026-11-23T16:10:00.000Z");
    assert_eq!(value["rows"].as_array().unwrap().len(), 7);
    assert_eq!(value["rows"][0]["admin"], "top");
    assert_eq!(value["rows"][2]["admin"], "none");
    assert_eq!(value["rows"][0]["removed"], "2026-11-23T13:04:00.000Z");
    assert_eq!(value["rows"][5]["result"], "late");
    assert_eq!(value["rows"][6]["checked"], serde_json::Value::Null);
    assert_eq!(value["tables"]["secrets"][1]["result"], "too_early");
    assert_eq!(value["receipt"]["entries"], 18_203);
    assert_eq!(value["facts"]["kind"], "notice");
}

#[test]
fn text_stays_within_72_cells_and_loses_no_name() {
    for document in every_report() {
        let page = text(&document, Format::Text);
        for line in page.lines() {
            assert!(crate::text::width(line) <= 72, "{line:?}");
        }
    }
    let mut report = sample::discharge();
    report.ways[0].login = "Q".repeat(300);
    report.leaver().name = "株式".repeat(60);
    let page = text(&report.document(), Format::Text);
    assert!(page.lines().all(|line| crate::text::width(line) <= 72));
    let before = text(&sample::discharge().document(), Format::Text);
    assert_eq!(page.matches('Q').count() - before.matches('Q').count(), 300);
}

#[test]
fn markdown_takes_signs_their_meaning() {
    let page = text(&sample::discharge().document(), Format::Markdown);
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
    assert!(page.contains("http&#58;//evil.example"));
    assert!(page.contains("\\[RLO\\]"));
    assert!(!page.contains("<script") && !page.contains("](") && !page.contains("://"));
}

#[test]
fn a_name_that_ends_like_a_heading_keeps_its_end_in_markdown() {
    let mut report = sample::discharge();
    report.leaver().name = "Team #".to_owned();
    assert!(text(&report.document(), Format::Markdown).starts_with("# Discharge of Team \\#\n"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    for format in Format::ALL {
        for (one, other) in every_report().iter().zip(every_report()) {
            assert_eq!(render(one, *format).unwrap(), render(&other, *format).unwrap(), "{} as {format:?}", one.kind);
        }
    }
}

#[test]
fn a_clients_report_refuses_lines_paths_secrets_and_sources_of_another() {
    let mut report = sample::who();
    let other = ClientId(13);
    let refused = |result: Result<(), ReportError>| matches!(result, Err(ReportError::OtherClient));
    assert!(refused(report.add(WhoLine { client: other, ..sample::who_line() })));
    let hop = Hop { client: Some(other), system: "Osprey portal".to_owned() };
    assert!(refused(report.add(WhoLine { path: vec![hop], ..sample::who_line() })));
    assert!(refused(report.add_secret(WhoSecret {
        client: other,
        name: "Osprey root".to_owned(),
        kind: crate::domain::SecretKind::Password,
        known_to: Vec::new(),
        changed: None,
        known_by_leaver: false,
    })));
    assert_eq!(report, sample::who());
    assert!(WhoReport::new(sample::frame(), other, "Osprey Labs", None).is_err());
}

#[test]
fn how_a_way_in_stands_follows_from_its_three_facts() {
    let way = sample::way("c", "s", "l", "23T13:30");
    let stands = |way: WayLine| way.standing();
    assert_eq!(stands(way.clone()), Standing::InTime);
    // On the minute of the limit is in time, a minute later is not.
    let at_limit = WayLine { due: Some(sample::at("23T13:30")), ..way.clone() };
    assert_eq!(stands(at_limit), Standing::InTime);
    let late = WayLine { due: Some(sample::at("23T13:29")), ..way.clone() };
    assert_eq!(stands(late), Standing::Late(sample::at("23T13:29"), sample::at("23T13:30")));
    assert_eq!(stands(WayLine { checked: None, ..way.clone() }), Standing::NotChecked);
    assert_eq!(stands(WayLine { removed: None, checked: None, ..way.clone() }), Standing::Open);
    assert_eq!(stands(WayLine { came_back: Some(sample::at("24T09:00")), ..way.clone() }), Standing::CameBack);
    let alone = WayLine { checked: sample::done("23T15:00", 2, "T. Becker"), ..way.clone() };
    assert_eq!(stands(alone), Standing::SamePerson);
    let namesake = WayLine { checked: sample::done("23T15:00", 9, "Tom Becker"), ..way.clone() };
    assert_eq!(stands(namesake), Standing::InTime);
    let until = sample::at("30T16:00");
    assert_eq!(stands(WayLine { checked: None, waived_until: Some(until), ..way }), Standing::Waived(until));
}

#[test]
fn the_times_to_half_ninety_and_all_are_those_of_the_way_in_that_reached_it() {
    let mut report = sample::discharge();
    report.ways = (0..10).map(|n| sample::way("c", "s", "l", &format!("23T13:{:02}", n + 10))).collect();
    assert_eq!(report.shut_at(50), Some(sample::at("23T13:14")));
    assert_eq!(report.shut_at(90), Some(sample::at("23T13:18")));
    assert_eq!(report.shut_at(100), Some(sample::at("23T13:19")));
    report.ways[9].removed = None;
    assert_eq!(report.shut_at(90), Some(sample::at("23T13:18")));
    assert_eq!(report.shut_at(100), None);
    report.ways.clear();
    assert_eq!(report.shut_at(50), None);
}

#[test]
fn the_answer_tells_closed_from_open_and_shut_from_proved() {
    let answer = |report: &DischargeReport| {
        let verdict = report.document().verdict.unwrap();
        (verdict.tone, verdict.text.to_string())
    };
    let mut report = sample::discharge();
    report.secrets.clear();
    assert_eq!(answer(&report).0, Tone::Attention);
    report.ways.pop();
    assert_eq!(
        answer(&report),
        (Tone::Good, "Closed 23 Nov 2026, 17:05 by M. Ortiz. All 6 ways in are shut and checked.".to_owned())
    );
    report.closed = None;
    report.ways[0].checked = None;
    assert_eq!(answer(&report), (Tone::Attention, "Not closed. All 6 ways in are shut; 1 not yet checked.".to_owned()));
    report.ways[0].removed = None;
    assert_eq!(answer(&report), (Tone::Bad, "Not closed. 1 of 6 ways in still open.".to_owned()));
    let mut report = sample::discharge();
    report.ways.truncate(1);
    report.ways[0].came_back = Some(sample::at("24T09:00"));
    assert_eq!(answer(&report).0, Tone::Bad);
}

#[test]
fn a_waiver_never_stands_in_for_a_way_in_that_is_open_or_not_checked() {
    let waived = |way: &mut WayLine| {
        way.removed = None;
        way.checked = None;
        way.waived_until = Some(sample::at("30T16:00"));
    };
    let answer = |report: &DischargeReport| report.document().verdict.unwrap();
    let mut report = sample::discharge();
    report.secrets.clear();
    report.ways = (0..4).map(|_| sample::way("c", "s", "l", "23T13:30")).collect();
    waived(&mut report.ways[0]);
    assert_eq!(answer(&report).tone, Tone::Attention);
    assert!(answer(&report).text.as_str().contains("1 of 4 ways in waived until a date, the others shut and checked."));
    report.ways[1].came_back = Some(sample::at("24T09:00"));
    report.ways[2].checked = None;
    assert_eq!(answer(&report).tone, Tone::Bad);
    assert!(
        answer(&report).text.as_str().contains("2 of 4 ways in open again or not proved."),
        "{:?}",
        answer(&report)
    );
    report.closed = None;
    report.ways.truncate(1);
    report.ways[0].removed = sample::done("23T13:30", 2, "T. Becker");
    assert!(!answer(&report).text.as_str().contains("shut and checked"), "{:?}", answer(&report));
}

#[test]
fn namesakes_who_did_the_work_are_counted_apart() {
    let mut report = sample::discharge();
    report.secrets.clear();
    report.ways = (0..2).map(|_| sample::way("c", "s", "l", "23T13:30")).collect();
    report.ways[0].removed = sample::done("23T13:30", 2, "Sam Lee");
    report.ways[1].removed = sample::done("23T13:30", 9, "Sam Lee");
    let document = report.document();
    let people = document.tables().find(|table| table.key == "people").unwrap();
    let lees = people.rows.iter().filter(|row| row[0] == crate::report::document::Cell::from("Sam Lee")).count();
    assert_eq!(lees, 2);
}

#[test]
fn a_report_without_a_checkpoint_says_so() {
    let mut report = sample::status();
    report.frame.receipt = None;
    report.frame.practice = true;
    let page = text(&report.document(), Format::Text);
    assert!(page.contains("carries no seal"));
    assert!(page.contains("Practice register"));
    render(&report.document(), Format::Pdf).unwrap();
}

#[test]
fn the_closing_page_as_text_reads_as_it_did() {
    insta::assert_snapshot!(text(&sample::discharge().document(), Format::Text));
}

#[test]
fn the_status_page_as_html_reads_as_it_did() {
    let page = text(&sample::status().document(), Format::Html);
    let body = &page[page.find("<body>").unwrap()..];
    insta::assert_snapshot!(body);
}

/// Texts meant to become markup, a script or a link somewhere.
const MARKUP: &[&str] = &[
    "<img src=x onerror=alert(1)>",
    "\"><script>alert(1)</script>",
    "'><svg onload=alert(1)>",
    "</title><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</table></main><h1>owned</h1>",
    "<!-- ",
    "-->",
    "<![CDATA[",
    "javascript:alert(1)",
    "<a href=\"javascript:alert(1)\">x</a>",
    "<iframe src=\"http://evil.example\">",
    "<meta http-equiv=refresh content=0>",
    "<base href=http://evil.example>",
    "<link rel=stylesheet href=http://evil.example>",
    "<form action=http://evil.example><input>",
    "&lt;script&gt;",
    "&#60;script&#62;",
    "\" onmouseover=\"alert(1)",
    "' style='background:url(http://evil.example)",
    "{{ 7*7 }}",
    "{% include \"x\" %}",
    "${7*7}",
    "\u{ff1c}script\u{ff1e}",
    "<scr\u{0}ipt>",
    "<\u{200b}script>",
    "<SCRIPT SRC=//evil.example>",
    "<style>@import 'http://evil.example'</style>",
    "<svg><a xlink:href=\"javascript:alert(1)\">",
    "<math><mtext></form><form>",
    "<details open ontoggle=alert(1)>",
    "<marquee>",
    "[click](http://evil.example)",
    "![x](http://evil.example/x.png)",
    "`code` *bold* _it_ ~gone~",
    "# heading",
    "| a | b |",
    "1. one",
    "> quote",
    "(x) Tj ET /URI (http://evil.example)",
    "endstream endobj",
];

#[test]
fn a_hundred_hostile_names_leave_every_report_in_one_piece() {
    let mut report = sample::discharge();
    let names: Vec<&str> = MARKUP.iter().chain(crate::text::tests::HOSTILE).copied().collect();
    assert!(names.len() >= 100);
    report.ways = names.iter().map(|name| sample::way(name, name, name, "23T13:30")).collect();
    let all = names.concat();
    report.leaver().name.clone_from(&all);
    report.frame.made_by = names.join(" ");
    report.frame.firm = Some(all);
    let document = report.document();
    let page = text(&document, Format::Html);
    let allowed = elements(&text(&sample::discharge().document(), Format::Html));
    for (name, attributes) in elements(&page) {
        assert!(allowed.iter().any(|(known, _)| *known == name), "<{name}>");
        assert!(
            attributes.iter().all(|(key, _)| !key.starts_with("on") && key != "href" && key != "src" && key != "style")
        );
    }
    for format in Format::ALL {
        let bytes = render(&document, *format).unwrap();
        let unsafe_byte = |b: &u8| *b < 0x20 && !matches!(*b, b'\n' | b'\r');
        assert!(*format == Format::Pdf || !bytes.iter().any(unsafe_byte), "{format:?}");
    }
    let pdf = render(&document, Format::Pdf).unwrap();
    for unwanted in ["/S/URI", "/S /URI", "/JavaScript", "/Annots", "/OpenAction"] {
        assert!(!pdf.windows(unwanted.len()).any(|window| window == unwanted.as_bytes()), "{unwanted}");
    }
}
