//! From an empty folder to answers: records by hand, ways in, what they reach, both clocks, undo, the proof.

use super::cli_home::{Done, Home, contents, finished};
use serde_json::{Value, json};
use std::process::Stdio;

/// A small firm: two people, one client with a tenant and a firewall whose login is shared.
pub fn firm() -> Home {
    let home = Home::with_register();
    home.ok(&["add", "technician", "name=M. Ortiz", "kind=office"]);
    home.ok(&["add", "technician", "name=Tom Becker", "role=Technician L2", "email=tom@acme.example"]);
    home.ok(&["add", "technician", "name=Aisha Khan"]);
    home.ok(&["add", "client", "name=Harbor Dental", "tags=hipaa"]);
    home.ok(&["add", "system", "client=Harbor", "name=365 tenant", "kind=m365"]);
    home.ok(&["add", "system", "client=Harbor", "name=Firewall", "kind=firewall"]);
    home.ok(&[
        "add",
        "account",
        "system=Harbor/365",
        "login=tom.admin@harbor.example",
        "owner=Tom",
        "admin=yes",
        "mfa=app",
        "enabled=yes",
        "last_used=20 nov",
    ]);
    home.ok(&["add", "account", "system=Harbor/Firewall", "login=admin", "kind=shared", "admin=top", "mfa=none"]);
    home.ok(&["grant", "Tom", "Harbor/365/tom.admin", "--since", "2026-03-01", "--level", "Global admin"]);
    home.ok(&["grant", "Tom", "Harbor/Firewall/admin", "--since", "2026-02-10"]);
    home
}

fn logins(answer: &Value) -> Vec<&str> {
    answer["rows"].as_array().unwrap().iter().map(|row| row["login"].as_str().unwrap()).collect()
}

#[test]
fn a_register_grows_from_nothing_and_answers() {
    let home = firm();
    let who = home.json(&["who", "harbor"]);
    assert_eq!((&who["kind"], &who["keyward"]), (&json!("who"), &json!(env!("CARGO_PKG_VERSION"))));
    assert_eq!(who["as_of"], "2026-11-23T13:41:00.000Z");
    let row = &who["rows"].as_array().unwrap().iter().find(|row| row["system"] == "365 tenant").unwrap().clone();
    for (key, value) in [
        ("technician", json!("Tom Becker")),
        ("client", json!("Harbor Dental")),
        ("login", json!("tom.admin@harbor.example")),
        ("account_kind", json!("personal")),
        ("level", json!("Global admin")),
        ("privileged", json!(true)),
        ("since", json!("2026-03-01T00:00:00.000Z")),
        ("until", Value::Null),
        ("state", json!("active")),
        ("path", json!([])),
    ] {
        assert_eq!(row[key], value, "{key}");
    }
    assert_eq!(logins(&home.json(&["who", "harbor/fire"])), ["admin"]);
    let reach = home.json(&["reach", "tom"]);
    let summary = &reach["summary"];
    assert_eq!((&summary["ways_in"], &summary["admin"], &summary["without_mfa"]), (&json!(2), &json!(2), &json!(1)));
    assert_eq!((&summary["clients"], &summary["secrets_known"]), (&json!(1), &json!(1)));
    let knows = home.json(&["knows", "tom"]);
    assert_eq!(knows["rows"][0]["known_from"], "2026-02-10T00:00:00.000Z");
    assert_eq!(home.json(&["knows", "aisha"])["rows"], json!([]));
}

#[test]
fn a_changed_shared_login_is_no_longer_known_once_the_way_in_is_gone() {
    let home = firm();
    let firewall = home.json(&["who", "harbor/fire"])["rows"][0]["id"].to_string();
    home.ok(&["revoke", &firewall, "--done", "--at", "12:00", "--by", "Aisha", "--reason", "moves on"]);
    assert_eq!(home.json(&["knows", "tom"])["rows"].as_array().unwrap().len(), 1);
    home.ok(&["rotate", "admin on Firewall", "--at", "13:00"]);
    assert_eq!(home.json(&["knows", "tom"])["rows"], json!([]), "changed after he last could read it");
    assert_eq!(home.json(&["reach", "tom", "--state", "open"])["summary"]["ways_in"], 1);
    // A date that lies before the last change would let somebody know it again.
    let (code, error) = home.refused(&["rotate", "admin on Firewall", "--at", "11:00"]);
    assert_eq!((code, &error["class"]), (1, &json!("refused")), "{error}");
    assert!(error["message"].as_str().unwrap().contains("changed later already"), "{error}");
    assert_eq!(home.json(&["knows", "tom"])["rows"], json!([]));
}

#[test]
fn the_three_facts_of_a_removal_need_a_second_person_for_admin_rights() {
    let home = firm();
    let id = home.json(&["who", "harbor/365"])["rows"][0]["id"].to_string();
    let asked = home.json(&["revoke", &id, "--reason", "leaves"]);
    assert_eq!(asked["rows"][0]["state"], "revoke_requested");
    let done = home.json(&["revoke", &id, "--done"]);
    assert_eq!(done["rows"][0]["state"], "done");
    let (code, error) = home.refused(&["revoke", &id, "--confirm", "--proof", "observed"]);
    assert_eq!((code, &error["class"]), (1, &json!("refused")), "{error}");
    let checked = home.json(&["revoke", &id, "--confirm", "--proof", "observed", "--by", "Aisha"]);
    assert_eq!(checked["rows"][0]["state"], "confirmed");
}

#[test]
fn what_was_known_then_and_what_was_true_then_are_two_questions() {
    let mut home = firm();
    home.now = "2026-11-24T09:00:00Z".to_owned();
    let id = home.json(&["who", "harbor/365"])["rows"][0]["id"].to_string();
    // Recorded on the 24th that it was gone since the 20th.
    home.ok(&["revoke", &id, "--done", "--at", "20 nov 18:00", "--by", "Aisha"]);
    let open = |args: &[&str]| {
        home.json(&[args, &["who", "harbor/365", "--state", "open"]].concat())["rows"].as_array().unwrap().len()
    };
    assert_eq!(open(&[]), 0);
    assert_eq!(open(&["--on", "2026-11-19"]), 1, "true on the 19th");
    assert_eq!(open(&["--on", "2026-11-21"]), 0, "no longer true on the 21st");
    assert_eq!(open(&["--known-at", "2026-11-23T23:00:00Z"]), 1, "the register did not know it on the 23rd");
    assert_eq!(open(&["--on", "2026-02-28"]), 0, "not given yet");
    assert_eq!(home.refused(&["--known-at", "2027-01-01", "who", "harbor"]).1["class"], "bad_input");
    let refused = home.refused(&["--on", "31/02/26", "who", "harbor"]).1;
    assert!(refused["message"].as_str().unwrap().contains("ends on the 28th"));
}

#[test]
fn records_are_edited_taken_back_and_told_in_the_history() {
    let home = firm();
    home.ok(&["edit", "technician", "Tom", "role=Technician L3", "--reason", "promoted"]);
    let role = || {
        home.json(&["technicians"])["rows"].as_array().unwrap().iter().find(|row| row["name"] == "Tom Becker").unwrap()
            ["role"]
            .clone()
    };
    assert_eq!(role(), "Technician L3");
    let newest = home.json(&["history", "technician", "Tom"])["rows"][0].clone();
    assert_eq!(
        (&newest["action"], &newest["reason"], &newest["operator"]),
        (&json!("technician.changed"), &json!("promoted"), &json!("M. Ortiz"))
    );
    home.ok(&["undo"]);
    assert_eq!(role(), "Technician L2");
    let undone = home.json(&["history", "--limit", "1"])["rows"][0].clone();
    assert_eq!(undone["action"], "undo");
    // Taking the first entry of all back is refused.
    assert_eq!(home.refused(&["undo", "1"]).0, 1);
    let proof = home.json(&["verify", "--replay"]);
    assert_eq!((&proof["ok"], &proof["problems"], &proof["replayed"]), (&json!(true), &json!([]), &json!(true)));
}

#[test]
fn an_edit_that_changes_nothing_writes_nothing() {
    let home = firm();
    let before = home.json(&["verify"])["entries"].clone();
    let same = home.json(&["edit", "technician", "Tom", "role=Technician L2"]);
    assert_eq!(same["seq"], Value::Null);
    assert_eq!(home.json(&["verify"])["entries"], before);
}

#[test]
fn bad_fields_are_refused_with_what_would_be_right() {
    let home = firm();
    for (args, class, words) in [
        (&["add", "technician", "nmae=Lee"][..], "bad_input", "name"),
        (&["add", "technician", "role=x"], "bad_input", "needs its name"),
        (&["add", "system", "client=Harbor", "name=X", "kind=firewal"], "bad_input", "firewall"),
        (&["add", "secret", "client=Harbor", "name=X", "password=hunter2"], "refused", "never keeps passwords"),
        (&["add", "asset", "kind=laptop", "holder=Nobody"], "not_found", "Nobody"),
        (&["add", "technician", "name=Tom Becker"], "refused", "already"),
        (&["add", "teapot", "name=X"], "bad_input", "teapot"),
        (&["add", "technician", "Lee"], "usage", "field=value"),
        (&["grant", "Tom", "Harbor"], "usage", "CLIENT/SYSTEM/LOGIN"),
        (&["edit", "technician", "Tom", "start=31/02/26"], "bad_input", "28th"),
    ] {
        let (code, error) = home.refused(args);
        let whole = error.to_string();
        assert_eq!(error["class"], class, "{args:?}: {whole}");
        assert!(whole.contains(words), "{args:?}: {whole}");
        assert!(!whole.contains("hunter2"), "{whole}");
        assert!(matches!(code, 1 | 2), "{args:?}");
    }
    assert_eq!(home.json(&["verify"])["entries"], 11, "nothing was entered");
}

#[test]
fn an_ambiguous_name_is_refused_with_its_candidates_and_an_id_is_exact() {
    let home = firm();
    home.ok(&["add", "technician", "name=Tom Baker"]);
    let (code, error) = home.refused(&["reach", "tom"]);
    assert_eq!((code, &error["class"]), (1, &json!("not_found")));
    let message = error["message"].as_str().unwrap();
    assert!(message.contains("Tom Baker") && message.contains("Tom Becker"), "{message}");
    assert_eq!(home.json(&["--id", "reach", "2"])["technician"], "Tom Becker");
}

#[test]
fn every_list_answers_in_text_json_and_comma_separated_rows() {
    let home = firm();
    home.ok(&["add", "asset", "kind=laptop", "tag==cmd|calc", "holder=Tom", "issued=2025-01-10"]);
    for list in [
        "technicians",
        "clients",
        "systems",
        "accounts",
        "grants",
        "secrets",
        "assets",
        "contacts",
        "data-locations",
        "policies",
        "courses",
        "roles",
    ] {
        assert!(!home.ok(&[list]).is_empty(), "{list}");
        assert!(home.json(&[list])["rows"].is_array(), "{list}");
        home.ok(&["--csv", list]);
    }
    let asset = home.json(&["assets", "--technician", "tom"])["rows"][0].clone();
    assert_eq!((&asset["holder"], &asset["issued"]), (&json!("Tom Becker"), &json!("2025-01-10T00:00:00.000Z")));
    assert!(home.ok(&["--csv", "assets"]).contains("'=cmd|calc"), "a formula stays text in a spreadsheet");
    assert_eq!(home.json(&["systems", "--client", "harbor"])["rows"].as_array().unwrap().len(), 2);
    assert_eq!(home.json(&["accounts", "--client", "harbor", "--system", "fire"])["rows"][0]["mfa"], json!(["none"]));
}

#[test]
fn a_hostile_name_cannot_move_the_cursor() {
    let home = Home::with_register();
    home.ok(&["add", "client", "name=Evil\u{1b}[31m\u{202e}Corp"]);
    for out in [home.ok(&["clients"]), home.ok(&["--json", "clients"]), home.ok(&["history"])] {
        assert!(!out.contains('\u{1b}') && !out.contains('\u{202e}'), "{out:?}");
    }
    assert_eq!(home.json(&["clients"])["rows"][1]["name"], "Evil\u{1b}[31m\u{202e}Corp", "kept as it came");
}

#[test]
fn due_and_findings_end_with_three_when_something_is_wrong() {
    let home = firm();
    let due: Done = home.run(&["--json", "due"]);
    let answer: Value = serde_json::from_str(&due.out).unwrap();
    let late = answer["late"].as_u64().unwrap();
    assert_eq!(due.code, if late > 0 { 3 } else { 0 });
    let found = home.json(&["findings"]);
    let first = &found["rows"].as_array().unwrap()[0];
    for key in [
        "rule", "key", "severity", "title", "subjects", "lines", "reason", "facts", "fix", "minutes", "reach", "since",
        "state", "controls",
    ] {
        assert!(first.get(key).is_some(), "{key}");
    }
    assert_eq!(home.run(&["findings", "--fail-on", "low"]).code, 3);
    let key = first["key"].as_str().unwrap();
    home.ok(&["accept", key, "--reason", "known", "--until", "+30d"]);
    let set_aside = home.json(&["findings"]);
    let again = set_aside["rows"].as_array().unwrap().iter().find(|row| row["key"] == key);
    assert!(again.is_none_or(|row| row["state"] == "set_aside"), "{again:?}");
}

#[test]
fn nothing_of_the_register_lies_readable_on_the_drive() {
    let home = firm();
    let needles = ["Tom Becker", "Harbor Dental", "tom.admin@harbor.example", "SQLite format 3"];
    for (path, _, bytes) in contents(&home.register()) {
        for needle in needles {
            let hit = bytes.windows(needle.len()).any(|window| window == needle.as_bytes());
            assert!(!hit, "{needle} stands in {}", path.display());
        }
    }
    for out in [home.ok(&["history"]), home.ok(&["key", "status"]), home.ok(&["verify"])] {
        assert!(!out.contains("AGE-SECRET-KEY"));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let home = firm();
    let mut command = home.bare();
    command.args(["man"]).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_generated_is_not_empty_and_needs_no_register() {
    let home = Home::new();
    for args in
        [&["keys"][..], &["man"], &["completions", "bash"], &["completions", "zsh"], &["formats"], &["--json", "keys"]]
    {
        let mut command = home.bare();
        command.args(args);
        let done = finished(command);
        assert_eq!(done.code, 0, "{args:?}: {}", done.err);
        assert!(done.out.lines().count() >= 1 && done.out.len() > 200, "{args:?}");
    }
    let mut man = home.bare();
    man.arg("man");
    let man = finished(man).out;
    assert!(man.contains("KEYWARD DISCHARGE START"));
    for row in keyward::tui::keymap::TABLE {
        assert!(man.contains(&format!("{}: ", keyward::tui::keymap::verb(row))), "{row:?} is in the manual");
    }
}

#[test]
fn a_system_signed_in_to_through_itself_is_refused_with_the_circle() {
    let home = firm();
    home.ok(&["edit", "system", "Harbor/Firewall", "signs_in_through=Harbor/365 tenant"]);
    for through in ["Harbor/Firewall", "Harbor/365 tenant"] {
        let Done { code, err, .. } =
            home.run(&["edit", "system", "Harbor/365 tenant", &format!("signs_in_through={through}")]);
        assert_ne!(code, 0, "{through}");
        assert!(err.contains("365 tenant would be signed in to through itself. Nothing was changed."), "{err}");
    }
}

#[test]
fn a_limit_of_the_office_holds_for_the_rules_at_once_is_in_the_history_and_can_be_taken_back() {
    let home = firm();
    let value = |home: &Home, name: &str| {
        let all = home.json(&["settings"]);
        let rows = all["rows"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["name"] == name).map(|row| row["value"].clone()).unwrap()
    };
    assert_eq!(value(&home, "dormant_days"), "45");
    home.ok(&["set", "dormant_days", "60 days"]);
    assert_eq!(value(&home, "dormant_days"), "60");
    let history = home.json(&["history"]);
    assert_eq!(history["rows"][0]["action"], "settings.changed");
    for (name, typed, told) in [
        ("dormant_days", "400", "outside what is allowed, 14 to 90 days"),
        ("dormant_days", "soon", "is not understood"),
        ("password_expiry", "30", "It is a rule of the program"),
        ("teapot", "1", "There is no setting called"),
        ("zone", "Mars/Olympus", "Nothing was changed"),
    ] {
        let (_, refusal) = home.refused(&["set", name, typed]);
        assert!(refusal["message"].as_str().unwrap().contains(told), "{name} {typed}: {refusal}");
    }
    assert!(home.ok(&["set", "dormant_days", "60"]).contains("is so already"));
    home.ok(&["set", "zone", "Europe/Vienna"]);
    assert_eq!(value(&home, "zone"), "Europe/Vienna");
    home.ok(&["undo"]);
    home.ok(&["undo"]);
    assert_eq!(value(&home, "dormant_days"), "45");
    home.ok(&["verify", "--replay"]);
}

#[test]
fn what_it_would_take_is_told_for_one_and_for_everybody() {
    let home = firm();
    let one = home.json(&["what-if", "tom"]);
    assert_eq!(one["kind"], "what-if");
    let summary = &one["summary"];
    assert_eq!((&summary["ways_in"], &summary["secrets"], &summary["admin"]), (&json!(2), &json!(1), &json!(2)));
    let sole: Vec<&str> =
        one["sole_holder"].as_array().unwrap().iter().map(|item| item["what"].as_str().unwrap()).collect();
    assert_eq!(sole[..2], ["365 tenant", "Firewall"]);
    assert!(sole.len() == 3 && sole[2].contains("admin"), "the shared login is known to nobody else: {sole:?}");
    assert_eq!(one["rows"][0], json!({"what": "ways_in", "count": 2, "minutes": 2}));
    let all = home.json(&["what-if"]);
    assert_eq!(all["rows"].as_array().unwrap().len(), 1, "{all}");
    assert_eq!(all["rows"][0]["technician"], "Tom Becker");
    let text = home.ok(&["what-if", "tom"]);
    assert!(text.contains("last admin on record") && text.contains("If Tom Becker left today: 2 ways in"), "{text}");
}
