//! Every sample file, read, and files that are not what they should be.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test may fail loudly")]

use super::*;
use crate::domain::LastUse;
use crate::import::row::AccountRow;
use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Reads a list, which these tests are about.
fn read_list(name: &str, bytes: &[u8], hint: Option<FormatId>, how: &Reading) -> Result<Parsed, ImportError> {
    match crate::import::read(name, bytes, hint, how)? {
        crate::import::ReadFile::List(parsed) => Ok(parsed),
        crate::import::ReadFile::Sheets(sheets) => panic!("{}", sheets.recognised),
    }
}

fn fixture(path: &str) -> (String, Vec<u8>) {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures").join(path);
    (path.rsplit('/').next().unwrap().to_owned(), std::fs::read(full).unwrap())
}

fn read_fixture(path: &str) -> Parsed {
    let (name, bytes) = fixture(path);
    read_list(&name, &bytes, None, &Reading::default()).unwrap()
}

fn cell(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "?".to_owned(), |value| value.to_string())
}

/// One line per account, so that a snapshot can be read by eye.
fn dump(parsed: &Parsed) -> String {
    let mut text = format!("{}\n{}\n", parsed.format.stored(), parsed.recognised);
    writeln!(text, "partial: {}, stated: {:?}, refused: {}", parsed.is_partial(), parsed.stated_total, parsed.refused)
        .unwrap();
    for row in &parsed.rows {
        let day = |at: Option<crate::domain::Instant>| cell(at.map(|at| at.rfc3339()[..16].to_owned()));
        let used = match row.last_used {
            LastUse::Unknown => "?".to_owned(),
            LastUse::Never => "never".to_owned(),
            LastUse::At(at) => day(Some(at)),
        };
        writeln!(
            text,
            "{} {} | {} | {} | on {} | admin {} | {} | used {} | made {} | pw {} | {} | {}{}",
            row.line,
            row.login,
            cell(row.display_name.as_deref()),
            cell(row.email.as_deref()),
            cell(row.enabled),
            cell(row.admin.map(|a| a.stored())),
            row.roles.join("+"),
            used,
            day(row.created_at),
            day(row.password_changed_at),
            cell(row.external_id.as_deref()),
            row.kind_guess.stored(),
            if row.guest { " guest" } else { "" },
        )
        .unwrap();
    }
    for issue in &parsed.issues {
        writeln!(text, "{} {} {:?} {}", issue.severity.stored(), issue.code, issue.line, issue.message).unwrap();
    }
    text
}

#[test]
fn microsoft_365_export_is_read() {
    insta::assert_snapshot!(dump(&read_fixture("m365-admin-users-csv/users_3_2_2026 9_14_05 AM.csv")));
}

#[test]
fn older_microsoft_365_export_is_read() {
    insta::assert_snapshot!(dump(&read_fixture("m365-admin-users-csv/users_legacy_alphabetical_columns.csv")));
}

#[test]
fn entra_export_is_read() {
    insta::assert_snapshot!(dump(&read_fixture("entra-users-csv/exportUsers_2026-3-2.csv")));
}

#[test]
fn get_aduser_list_with_a_type_line_is_read() {
    insta::assert_snapshot!(dump(&read_fixture("ad-getaduser-csv/marvel_Get-ADUser_with_TYPE_line.csv")));
}

#[test]
fn get_aduser_list_is_read() {
    insta::assert_snapshot!(dump(&read_fixture("ad-getaduser-csv/marvel_Get-ADUser_en-US.csv")));
}

#[test]
fn csvde_list_is_read() {
    insta::assert_snapshot!(dump(&read_fixture("ad-csvde/marvel_csvde.csv")));
}

#[test]
fn ldifde_list_is_read() {
    insta::assert_snapshot!(dump(&read_fixture("ad-ldif/marvel_users_ldifde.ldf")));
}

#[test]
fn every_openldap_file_is_read() {
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/ldif-openldap"))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
    paths.sort();
    let text = paths.iter().fold(String::new(), |text, path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        text + "== "
            + &name
            + "\n"
            + &dump(&read_list(&name, &std::fs::read(path).unwrap(), None, &Reading::default()).unwrap())
    });
    insta::assert_snapshot!(text);
}

#[test]
fn the_same_directory_in_three_layouts_is_the_same() {
    let key = |parsed: &Parsed| {
        parsed.rows.iter().map(|r| (r.login.clone(), r.enabled, r.privileged(), r.kind_guess)).collect::<Vec<_>>()
    };
    let csvde = read_fixture("ad-csvde/marvel_csvde.csv");
    let ldif = read_fixture("ad-ldif/marvel_users_ldifde.ldf");
    assert_eq!(key(&csvde), key(&ldif));
    let ids = |parsed: &Parsed| parsed.rows.iter().map(|r| r.external_id.clone()).collect::<Vec<_>>();
    assert_eq!(ids(&csvde), ids(&ldif));
    let cooked = read_fixture("ad-getaduser-csv/marvel_Get-ADUser_en-US.csv");
    assert_eq!(
        cooked.rows.iter().map(|r| (r.login.clone(), r.enabled)).collect::<Vec<_>>(),
        csvde.rows.iter().map(|r| (r.login.clone(), r.enabled)).collect::<Vec<_>>()
    );
}

fn read_text(text: &str) -> Parsed {
    read_list("list.csv", text.as_bytes(), None, &Reading::default()).unwrap()
}

fn codes(parsed: &Parsed) -> Vec<(&'static str, Option<u64>)> {
    parsed.issues.iter().map(|issue| (issue.code, issue.line)).collect()
}

const M365: &str = "User principal name,Display name,Block credential\n";

#[test]
fn passwords_in_a_file_are_nowhere_in_what_was_read() {
    let csv =
        "User principal name,Password,Block credential,notes\na@x.example,Hunter2-drop-me,False,Hunter2-drop-me\n";
    let ldif = "dn: cn=a,dc=x\nobjectClass: person\nuid: a\nuserPassword: Hunter2-drop-me\nunicodePwd:: SHVudGVyMi1kcm9wLW1l\n\
                info: Hunter2-drop-me\ncascadeLegacyPwd: Hunter2-drop-me\ndescription: Hunter2-drop-me\n";
    for text in [csv, ldif] {
        let parsed = read_text(text);
        assert_eq!(parsed.rows.len(), 1);
        assert!(!format!("{parsed:?}").contains("Hunter2"));
        assert!(codes(&parsed).iter().any(|(code, _)| *code == "secret_dropped"));
    }
}

#[test]
fn a_header_that_comes_twice_and_a_row_without_login_are_named() {
    let parsed = read_text(&format!("{M365}a@x.example,A,False\n{M365},Nobody,False\nb@x.example,B,True\n"));
    assert_eq!(parsed.rows.iter().map(|r| r.login.as_str()).collect::<Vec<_>>(), ["a@x.example", "b@x.example"]);
    assert_eq!(codes(&parsed), [("header_repeated", Some(3)), ("no_login", Some(4))]);
    assert!(!parsed.is_partial(), "a line without a name hides nobody");
}

#[test]
fn a_row_that_cannot_be_read_makes_the_list_partial() {
    let parsed = read_text(&format!("{M365}a@x.example,\"A,False\nb@x.example,B,True\n"));
    assert_eq!(parsed.rows.len(), 1);
    assert_eq!(codes(&parsed), [("open_quote", Some(2))]);
    assert!(parsed.is_partial());
    assert!(read_text(&format!("{M365}a@x.example,A,False,more\n")).is_partial());
    assert!(read_text(&format!("{M365}a@x.example,A")).is_partial(), "cut off");
}

#[test]
fn one_login_twice_is_taken_once() {
    let parsed = read_text(&format!("{M365}a@x.example,A,False\nA@X.example,A,False\n"));
    assert_eq!((parsed.rows.len(), parsed.refused), (1, 1));
    assert_eq!(codes(&parsed), [("login_repeated", Some(3))]);
}

#[test]
fn what_is_no_list_is_refused_in_words() {
    let error = |text: &str| read_list("x", text.as_bytes(), None, &Reading::default()).unwrap_err();
    assert!(matches!(error("a,b,c\n1,2,3\n"), ImportError::NotRecognised { .. }));
    assert!(matches!(error("\n\n\n"), ImportError::NotRecognised { .. }));
    assert_eq!(
        error("version:v1.0\nName [displayName] Required,User name [userPrincipalName] Required\n"),
        ImportError::UploadTemplate
    );
    let wrong = read_list("x", b"a,b\n", Some(FormatId::M365AdminUsersCsv), &Reading::default()).unwrap_err();
    assert_eq!(
        wrong.to_string(),
        "This is not a Microsoft 365 user export: it has no column \u{201c}user principal name\u{201d}. Nothing was changed."
    );
}

#[test]
fn blocked_means_off_and_a_deleted_user_is_off_too() {
    let parsed = read_text(
        "User principal name,Block credential,Soft deletion time stamp\na,True,\nb,False,\nc,False,2026-01-01 10:00:00Z\nd,,\n",
    );
    assert_eq!(parsed.rows.iter().map(|r| r.enabled).collect::<Vec<_>>(), [Some(false), Some(true), Some(false), None]);
}

#[test]
fn german_dates_and_semicolons_of_get_aduser_are_read() {
    let parsed = read_text(
        "\"SamAccountName\";\"Enabled\";\"LastLogonDate\";\"SID\"\r\n\"a\";\"True\";\"03.04.2022 14:12:21\";\"S-1-5-21-1-1104\"\r\n",
    );
    assert_eq!(parsed.rows[0].last_used, LastUse::At(crate::domain::Instant::parse("2022-04-03T14:12:21Z").unwrap()));
}

#[test]
fn dates_that_could_be_either_are_left_out_with_the_counts() {
    let text = "SamAccountName,Enabled,LastLogonDate\na,True,03/04/2022 14:12:21\nb,True,\n";
    let parsed = read_text(text);
    assert_eq!(parsed.rows.iter().map(|r| r.last_used).collect::<Vec<_>>(), [LastUse::Unknown, LastUse::Never]);
    let issue = parsed.issues.iter().find(|i| i.code == "dates_unclear").unwrap();
    assert!(issue.message.contains("1 could be either"), "{}", issue.message);
    let told = Reading { day_first: Some(true), ..Reading::default() };
    let parsed = read_list("x", text.as_bytes(), None, &told).unwrap();
    assert!(matches!(parsed.rows[0].last_used, LastUse::At(_)));
}

#[test]
fn a_partial_answer_of_a_directory_is_seen() {
    let entry = "dn: cn=a,dc=x\nobjectClass: person\nuid: a\n";
    assert!(read_text(&format!("{entry}\nsearch: 2\nresult: 4 Size limit exceeded\n")).is_partial());
    assert!(read_text(&format!("{entry}\n# numEntries: 9\n")).is_partial());
    let whole = read_text(&format!("# extended LDIF\n\n{entry}\nsearch: 2\nresult: 0 Success\n\n# numEntries: 1\n"));
    assert_eq!((whole.is_partial(), whole.stated_total), (false, Some(1)));
}

#[test]
fn changes_addresses_and_nameless_entries_are_refused() {
    let parsed = read_text(
        "dn: cn=a,dc=x\nchangetype: modify\nreplace: mail\nmail: b@x\n-\n\ndn: cn=b,dc=x\nobjectClass: person\nuid: b\n\
         cn:< file:///etc/passwd\njpegPhoto:< file:///etc/shadow\n\nobjectClass: person\nuid: c\n",
    );
    assert_eq!(
        parsed.rows.iter().map(|r| (r.login.as_str(), r.display_name.as_deref())).collect::<Vec<_>>(),
        [("b", None)]
    );
    assert_eq!(
        codes(&parsed),
        [
            ("change_record", Some(1)),
            ("url_not_followed", Some(10)),
            ("url_not_followed", Some(11)),
            ("no_dn", Some(13))
        ]
    );
}

#[test]
fn an_endless_folded_line_costs_its_entry_only() {
    let mut text = "dn: cn=a,dc=x\nobjectClass: person\nuid: a\ndescription: x\n".to_owned();
    for _ in 0..3_000 {
        text.push_str(&format!(" {}\n", "y".repeat(1_000)));
    }
    text.push_str("\ndn: cn=b,dc=x\nobjectClass: person\nuid: b\n");
    let parsed = read_text(&text);
    assert_eq!(parsed.rows.iter().map(|r| r.login.as_str()).collect::<Vec<_>>(), ["b"]);
    assert!(parsed.is_partial());
}

#[test]
fn computers_groups_and_contacts_are_no_accounts() {
    let parsed = read_text(
        "DN,objectClass,sAMAccountName\nCN=PC1,top;person;user;computer,PC1$\nCN=G,top;group,G\nCN=K,top;person;contact,\nCN=U,top;person;user,u\n",
    );
    assert_eq!(parsed.rows.iter().map(|r| r.login.as_str()).collect::<Vec<_>>(), ["u"]);
}

#[test]
fn every_layout_of_the_list_of_layouts_is_readable() {
    assert_eq!(formats().len(), FormatId::ALL.len());
    assert!(formats().iter().zip(FormatId::ALL).all(|(info, id)| info.id == *id && info.how.len() > 20));
}

proptest! {
    #[test]
    fn no_bytes_make_a_reader_panic(
        start in prop::sample::select(vec![
            "", M365, "dn: cn=a\n", "SamAccountName,SID,LastLogonDate\n", "DN,objectClass,objectGUID\n", "userPrincipalName,id,userType\n",
        ]),
        rest in prop::collection::vec(any::<u8>(), 0..200),
        text in "[a-z:;,<\"\n\r 0-9/#=+@-]{0,200}",
    ) {
        let mut bytes = start.as_bytes().to_vec();
        bytes.extend(text.as_bytes());
        bytes.extend(rest);
        let _ = read_list("x", &bytes, None, &Reading::default());
    }
}

#[test]
fn a_row_says_its_strongest_factor() {
    use crate::domain::Factor;
    let mut row = AccountRow::new(1, "a");
    assert_eq!(row.strongest_factor(), None);
    row.factors = [Factor::Unknown, Factor::Sms, Factor::App].into();
    assert_eq!(row.strongest_factor(), Some(Factor::App));
}
