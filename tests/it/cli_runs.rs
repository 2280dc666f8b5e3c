//! A discharge on the command line, and the practice register.

use super::cli_home::{Home, contents, finished};
use super::cli_records::firm;
use serde_json::{Value, json};

#[test]
fn a_discharge_begins_shows_its_work_and_cannot_be_closed_while_something_is_open() {
    let home = firm();
    let started = home.json(&["discharge", "start", "Tom", "--kind", "at_once"]);
    assert_eq!((&started["run"]["technician"], &started["run"]["open"]), (&json!("Tom Becker"), &json!(2)));
    let shown = home.json(&["discharge", "show", "Tom"]);
    for key in ["technician", "kind", "started_at", "open", "shut", "confirmed", "total", "next"] {
        assert!(shown["run"].get(key).is_some(), "{key}");
    }
    let step = &shown["steps"][0];
    for key in ["id", "phase", "title", "state", "waits_for", "why", "due", "who"] {
        assert!(step.get(key).is_some(), "{key}");
    }
    assert!(!shown["questions"].as_array().unwrap().is_empty());
    assert_eq!(shown["secrets"].as_array().unwrap().len(), 1);
    let (code, error) = home.refused(&["discharge", "close", "Tom"]);
    assert_eq!((code, &error["class"]), (1, &json!("refused")), "{error}");
    assert_eq!(home.refused(&["discharge", "start", "Tom"]).0, 1, "one run at a time");
}

#[test]
fn an_answer_makes_a_record_and_undo_takes_it_back() {
    let home = firm();
    home.ok(&["discharge", "start", "Tom", "--kind", "notice", "--at", "+7d"]);
    let questions = home.json(&["discharge", "show", "Tom"])["questions"].clone();
    let about_things =
        questions.as_array().unwrap().iter().find(|q| q["text"].as_str().unwrap().to_lowercase().contains("laptop"));
    let question = about_things.unwrap_or(&questions[0])["id"].as_str().unwrap().to_owned();
    let before = home.json(&["assets"])["rows"].as_array().unwrap().len();
    home.ok(&["discharge", "answer", "Tom", &question, "yes", "--add", "asset", "kind=laptop", "tag=KW-0231"]);
    let things = home.json(&["discharge", "show", "Tom"])["assets"].clone();
    assert!(things.to_string().contains("KW-0231"), "{things}");
    let history = home.json(&["history", "--limit", "5"])["rows"].clone();
    let answered = history.as_array().unwrap().iter().find(|row| row["action"] == "run.answered").unwrap();
    home.ok(&["undo", &answered["seq"].to_string()]);
    assert_eq!(home.json(&["assets"])["rows"].as_array().unwrap().len(), before);
}

#[test]
fn a_change_by_somebody_elses_decision_names_both() {
    let home = firm();
    home.ok(&["--as", "R. Patel", "add", "client", "name=Cedar Law"]);
    let row = home.json(&["history", "--limit", "1"])["rows"][0].clone();
    assert_eq!((&row["operator"], &row["decided_by"]), (&json!("M. Ortiz"), &json!("R. Patel")));
}

#[test]
fn a_report_is_written_once_and_never_over_a_file() {
    let home = firm();
    let file = home.path("who.html");
    let file = file.to_str().unwrap();
    let made = home.json(&["report", "who", "Harbor", "-o", file]);
    assert_eq!(made["format"], "html");
    assert!(std::fs::read_to_string(file).unwrap().contains("Tom Becker"));
    assert_eq!(home.refused(&["report", "who", "Harbor", "-o", file]).1["class"], "refused");
    assert!(home.ok(&["report", "reach", "Tom", "--format", "md", "-o", "-"]).contains("Tom Becker"));
}

#[cfg(unix)]
#[test]
fn reports_go_into_a_folder_of_our_own_and_a_name_that_is_taken_gets_a_number() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = firm();
    let files: Vec<std::path::PathBuf> =
        (0..2).map(|_| home.json(&["report", "who", "Harbor"])["file"].as_str().unwrap().into()).collect();
    assert!(files[1].to_string_lossy().ends_with("-2.html"), "{files:?}");
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(files[0].parent().unwrap()), mode(&files[1])), (0o700, 0o600));
    assert!(home.ok(&["report", "who", "Harbor", "--on", "2020-01-01"]).contains("Wrote"));
}

#[test]
fn a_list_from_a_system_is_shown_first_and_taken_only_on_request() {
    let home = firm();
    let file = home.path("People.csv");
    std::fs::write(&file, "Name,Role,Email\r\nLee Wong,Technician L1,lee@acme.example\r\n").unwrap();
    let file = file.to_str().unwrap();
    let before = home.json(&["verify"])["entries"].clone();
    let planned = home.json(&["import", file]);
    assert_eq!((&planned["files"][0]["plan"]["new"], &planned["files"][0]["applied"]), (&json!(1), &json!(false)));
    assert_eq!(home.json(&["verify"])["entries"], before);
    let taken = home.json(&["import", file, "--apply"]);
    assert_eq!(taken["files"][0]["applied"], true);
    assert!(home.ok(&["technicians"]).contains("Lee Wong"));
    home.ok(&["undo"]);
    assert!(!home.ok(&["technicians"]).contains("Lee Wong"));
}

#[test]
fn files_a_computer_hides_in_a_folder_are_no_sheets() {
    let home = firm();
    let folder = home.path("sheets");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("People.csv"), "Name\r\nLee Wong\r\n").unwrap();
    std::fs::write(folder.join("._People.csv"), b"\x00\x05\x16\x07\x00\x02\x00\x00Mac OS X").unwrap();
    let shown = home.json(&["import", folder.to_str().unwrap()]);
    assert_eq!(shown["files"][0]["plan"]["new"], 1, "{shown}");
}

#[test]
fn a_list_in_an_unknown_layout_is_taken_once_its_columns_are_named() {
    let home = firm();
    let (list, columns) = (home.path("vpn.csv"), home.path("vpn.columns"));
    std::fs::write(&list, "Username;Status;Mail;Password\r\nt.becker;active;tom@acme.example;Hunter2\r\n").unwrap();
    std::fs::write(&columns, "# our VPN\nlogin = Username\nenabled = Status\n").unwrap();
    let (list, columns) = (list.to_str().unwrap(), columns.to_str().unwrap());
    let import = |more: &[&str]| {
        let mut words = vec!["import", list, "--client", "Harbor", "--system", "VPN"];
        words.extend_from_slice(more);
        home.json(&words)["files"][0].clone()
    };
    home.ok(&["add", "system", "client=Harbor Dental", "name=VPN", "kind=vpn"]);
    let unknown = home.refused(&["import", list]).1;
    assert!(unknown["hints"].to_string().contains("--map login=COLUMN"), "{unknown}");
    let shown = import(&["--map", "login=Username", "--map", "enabled=Status"]);
    let account = &shown["accounts"][0];
    assert_eq!((&account["login"], &account["enabled"]), (&json!("t.becker"), &json!(true)), "{shown}");
    assert_eq!(shown["format"], "mapped-csv");
    assert!(!shown.to_string().contains("Hunter2"));
    assert_eq!(import(&["--map", columns])["accounts"], shown["accounts"], "the same columns from a file");
    let wrong = home.refused(&["import", list, "--map", "login=Usr", "--client", "Harbor", "--system", "VPN"]).1;
    assert!(wrong["message"].as_str().unwrap().contains("no column \u{201c}Usr\u{201d}"), "{wrong}");
    let taken = import(&["--map", "login=Username", "--map", "email=Mail", "--apply"]);
    assert_eq!((&taken["applied"], &taken["plan"]["unmatched"]), (&json!(true), &json!(0)), "{taken}");
}

#[test]
fn the_practice_register_fills_itself_is_found_again_and_refuses_a_real_one() {
    let home = Home::new();
    let demo = |home: &Home, args: &[&str]| {
        let mut command = home.bare();
        command.args(["--json", "demo", "--size", "small", "--fill-only"]).args(args);
        finished(command)
    };
    let first = demo(&home, &[]);
    assert_eq!(first.code, 0, "{}", first.err);
    let filled: Value = serde_json::from_str(&first.out).unwrap();
    assert_eq!(filled["fresh"], true);
    assert_eq!(filled["counts"]["technicians"], 8);
    let again: Value = serde_json::from_str(&demo(&home, &[]).out).unwrap();
    assert_eq!((&again["fresh"], &again["counts"]), (&json!(false), &filled["counts"]));
    // It opens by itself, is sound, and a week later it is told anew.
    let mut command = home.bare();
    command.arg("--register").arg(filled["register"].as_str().unwrap()).args(["--json", "verify", "--replay"]);
    let proof: Value = serde_json::from_str(&finished(command).out).unwrap();
    assert_eq!((&proof["ok"], &proof["problems"]), (&json!(true), &json!([])));
    let mut later = home;
    later.now = "2026-11-30T09:00:00Z".to_owned();
    let told: Value = serde_json::from_str(&demo(&later, &[]).out).unwrap();
    assert_eq!(told["fresh"], true);
    let real = Home::with_register();
    let before = contents(&real.register());
    let register = real.register();
    let refused =
        demo(&real, &["--register", register.to_str().unwrap(), "--identity", real.path("identity").to_str().unwrap()]);
    assert_eq!(refused.code, 1);
    assert_eq!(contents(&register), before);
}

#[test]
fn a_register_that_names_no_own_company_gets_one_with_its_first_discharge() {
    let home = Home::new();
    home.ok(&["init", "--operator", "M. Ortiz", "--zone", "Europe/London"]);
    home.ok(&["add", "technician", "name=Tom Becker"]);
    home.ok(&["add", "client", "name=Harbor Dental"]);
    let started = home.json(&["discharge", "start", "Tom"]);
    assert_eq!(started["run"]["open"], 0);
    let clients = home.json(&["clients"])["rows"].clone();
    let own: Vec<_> = clients.as_array().unwrap().iter().filter(|row| row["own"] == true).collect();
    assert_eq!(own.len(), 1, "{clients}");
}
