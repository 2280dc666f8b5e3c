//! Forms of records on the screen: adding, changing, choosing, drafts.

use crate::tui_support::Rig;
use keyward::domain::RecordKind;
use keyward::service::Command;
use keyward::service::records::Given;
use keyward::service::records::form::{Candidate, Chosen, FieldSays, FormField, FormOf, FormTakes, RecordForm, Said};

/// A form with a field of every sort, on two pages.
pub fn form(of: FormOf) -> RecordForm {
    let is_new = matches!(of, FormOf::New { .. });
    let field = |name, label, page, takes| FormField {
        name,
        label,
        help: "What it is, with an example.",
        page,
        needed: name == "name",
        fixed: !is_new && name == "client",
        takes,
        text: String::new(),
        chosen: Vec::new(),
    };
    let mut fields = vec![
        field("client", "Client", 0, FormTakes::Record(RecordKind::Client)),
        field("name", "Name", 0, FormTakes::Words),
        field("kind", "Works as", 0, FormTakes::Choice(vec!["", "employee", "contractor", "vendor", "vacant"])),
        field("start", "Starts", 0, FormTakes::Date),
        field("manager", "Reports to", 0, FormTakes::Record(RecordKind::Person)),
        field("systems", "Opens", 1, FormTakes::Records(RecordKind::System)),
        field("factors", "Factors", 1, FormTakes::Choices(vec!["app", "key"])),
        field("note", "Note", 1, FormTakes::Words),
    ];
    if !is_new {
        fields[1].text = "Dana Ruiz".to_owned();
        fields[7].text = " of several\nlines ".to_owned();
        fields[2].text = "employee".to_owned();
        fields[4].text = "Tom Becker".to_owned();
        fields[4].chosen = vec![Chosen { id: 2, name: "Tom Becker".to_owned() }];
    }
    let title = if is_new { "New person" } else { "Change person: Dana Ruiz" }.to_owned();
    let based_on = (!is_new).then_some(7);
    RecordForm { of, title, happens: "Adds somebody.", pages: vec!["Who", "More"], fields, based_on }
}

/// How the fields are read: a date is `30 nov`, a person one of [`candidates`].
pub fn check(given: &[(String, Given)]) -> Vec<FieldSays> {
    let says = |(name, given): &(String, Given)| {
        let said = match given {
            Given::Words(words) if name == "start" && words != "30 nov" => {
                Said::Wrong(format!("\"{words}\" is no date."))
            }
            Given::Words(_) if name == "start" => Said::Reads("Mon 30 Nov 2026, in 7 days".to_owned()),
            Given::Words(words) if name == "manager" => match candidates(words).as_slice() {
                [only] => Said::Reads(only.name.clone()),
                _ => Said::Wrong(format!("No person is called \"{words}\". F4 lists them.")),
            },
            _ => Said::Reads(String::new()),
        };
        let looks_secret = matches!(given, Given::Words(words) if name == "note" && words.contains('&'));
        let doubt = looks_secret.then_some("This looks like a password. Keyward keeps none.");
        FieldSays { name: name.clone(), said, doubt }
    };
    given.iter().map(says).collect()
}

/// What can be chosen.
pub fn candidates(typed: &str) -> Vec<Candidate> {
    let all = [(1, "Dana Ruiz", "Technician L2"), (2, "Tom Becker", "Technician L3"), (3, "Tom Becker #3", "Helpdesk")];
    let typed = typed.to_lowercase();
    let fits = all.iter().filter(|(_, name, _)| name.to_lowercase().contains(&typed));
    fits.map(|(id, name, more)| Candidate { id: *id, name: (*name).to_owned(), more: (*more).to_owned() }).collect()
}

fn saved(rig: &Rig) -> Option<Command> {
    let commands = rig.commands();
    commands.into_iter().rev().find(|command| matches!(command, Command::SaveRecord { .. }))
}

fn fields(rig: &Rig) -> Vec<(String, Given)> {
    match saved(rig) {
        Some(Command::SaveRecord { fields, .. }) => fields,
        other => panic!("{other:?}"),
    }
}

fn given(name: &str, words: &str) -> (String, Given) {
    (name.to_owned(), Given::from(words))
}

#[test]
fn somebody_is_added_with_tab_and_one_key_and_what_was_chosen_goes_by_its_id() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N").shows("New person").shows("[Who]");
    rig.press("Tab").type_in("Sam Okafor").press("Tab").type_in("c").shows("< contractor >").press("Tab");
    rig.type_in("30 nov").shows("= Mon 30 Nov 2026, in 7 days").press("Tab").type_in("tom").shows("Enter takes it");
    rig.press("Enter").shows("Tom Becker").press("Ctrl-S").hides("New person");
    let chosen = ("manager".to_owned(), Given::Id(2));
    let wanted = [given("name", "Sam Okafor"), given("kind", "contractor"), given("start", "30 nov"), chosen].to_vec();
    assert_eq!(fields(&rig), wanted);
}

#[test]
fn a_letter_goes_to_its_word_letters_in_a_row_spell_one_and_the_blank_goes_on() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab Tab").shows("< not said >").type_in("v").shows("< vendor >").type_in("a").shows("< vacant >");
    rig.type_in("e")
        .shows("< employee >")
        .type_in(" ")
        .shows("< contractor >")
        .press("Left Left")
        .shows("< not said >");
    rig.press("F4").shows("not said").press("Down Down Enter").shows("contractor");
}

#[test]
fn what_is_wrong_is_said_when_a_field_is_left_and_nothing_is_saved() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab Tab Tab").type_in("31 feb").hides("is no date").press("Tab").shows("! \"31 feb\" is no date.");
    rig.press("Ctrl-S").shows("2 things to fix: Name, Starts. Nothing was saved.").shows("! is needed.");
    assert_eq!(saved(&rig), None);
    // The focus is on the first of them, and the words are all there.
    rig.type_in("Sam").press("Tab Tab Ctrl-U").type_in("30 nov").press("Ctrl-S").hides("New person");
    assert_eq!(fields(&rig), [given("name", "Sam"), given("start", "30 nov")]);
}

#[test]
fn enter_on_the_last_field_leads_to_the_button_and_letters_there_send_nothing() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N PgDn").shows("[More]").press("Tab Tab Enter").shows("[ Add ]").type_in("y").press("Space");
    assert_eq!(saved(&rig), None);
    rig.press("PgUp").shows("[Who]").press("Tab Tab Tab Tab Enter").type_in("x");
    assert_eq!(saved(&rig), None);
}

#[test]
fn only_what_was_changed_is_sent_and_what_makes_the_record_what_it_is_stays() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 E").shows("Change person: Dana Ruiz").shows("cannot be changed");
    rig.press("Ctrl-S").shows("Nothing was changed, so nothing is saved.");
    assert_eq!(saved(&rig), None);
    rig.press("E Ctrl-U").type_in("Dana Ruiz-Meyer").press("Ctrl-S").hides("Change person");
    let Some(Command::SaveRecord { fields, based_on, .. }) = saved(&rig) else { panic!() };
    assert_eq!((fields, based_on), (vec![given("name", "Dana Ruiz-Meyer")], Some(7)));
}

#[test]
fn a_draft_is_kept_by_the_second_and_comes_back_with_what_was_chosen() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab").type_in("Sam").press("Tab Tab Tab").type_in("tom").press("Enter").wait(1_100);
    let kept = rig.book.lock().unwrap().drafts.clone();
    assert_eq!(kept.len(), 1, "{kept:?}");
    rig.press("Esc").shows("Draft kept. The same key opens it again.");
    rig.press("N").shows("Your draft is back.").shows("Sam").press("Ctrl-S").hides("New person");
    assert_eq!(fields(&rig), [given("name", "Sam"), ("manager".to_owned(), Given::Id(2))]);
    assert!(rig.book.lock().unwrap().drafts.is_empty());
}

#[test]
fn a_draft_of_which_nothing_is_left_goes() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab").type_in("Sam").wait(1_100);
    rig.press("Ctrl-U Esc").shows("Nothing was changed.");
    assert!(rig.book.lock().unwrap().drafts.is_empty());
}

#[test]
fn a_refusal_keeps_the_form_and_its_words() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 E Ctrl-U").type_in("Dana");
    rig.book.lock().unwrap().refuses = true;
    rig.press("Ctrl-S").shows("Somebody else changed it first").shows("Dana");
    rig.book.lock().unwrap().refuses = false;
    rig.press("Ctrl-S").hides("Change person");
    assert_eq!(fields(&rig), [given("name", "Dana")]);
}

#[test]
fn several_are_ticked_in_the_list_and_the_rest_is_typed() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab").type_in("Sam").press("PgDn F4").shows("[ ] Dana Ruiz").press("Space").shows("[x] Dana Ruiz");
    rig.press("Space Enter").shows("Dana Ruiz; Tom Becker").press("Shift-Tab");
    rig.type_in("; server").press("Tab F4 Down Enter").shows("key").press("Ctrl-S").hides("New person");
    let several = Given::Several(vec![Given::Id(1), Given::Id(2), Given::from("server")]);
    let wanted = [given("name", "Sam"), ("systems".to_owned(), several), given("factors", "key")];
    assert_eq!(fields(&rig), wanted);
}

#[test]
fn what_is_no_record_stays_when_records_are_ticked() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab").type_in("Sam").press("PgDn").type_in("kind:server; da").press("F4 Space Enter");
    rig.shows("kind:server; Dana Ruiz").hides("da;").press("Ctrl-S").hides("New person");
    let several = Given::Several(vec![Given::from("kind:server"), Given::Id(1)]);
    assert_eq!(fields(&rig), [given("name", "Sam"), ("systems".to_owned(), several)]);
}

#[test]
fn somebody_who_is_not_there_yet_is_added_from_the_list_and_then_named() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab Tab Tab Tab F4").shows("Reports to").type_in("Zora").shows("Add \"Zora\" as a new person");
    rig.press("Enter").shows("Zora").press("Ctrl-S").shows("New person").shows("Zora");
    let Some(Command::SaveRecord { of, fields, .. }) = saved(&rig) else { panic!() };
    assert_eq!(of, FormOf::New { kind: RecordKind::Person, given: Vec::new() });
    assert_eq!(fields, [given("name", "Zora")]);
}

#[test]
fn a_day_is_picked_from_a_month_and_stands_as_it_would_be_typed() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab").type_in("Sam").press("Tab Tab F4").shows("Starts: November 2026").shows("[23]");
    rig.press("Down").shows("[30]").press("Right").shows("Starts: December 2026").shows("[1]").press("PgDn");
    rig.shows("January 2027").press("Home").shows("[23]").press("Down Enter").shows("30 Nov 2026");
    // In a small form too.
    rig.press("Esc 5 X Tab F4").shows("Until: November 2026").press("PgDn Enter").shows("23 Dec 2026");
}

#[test]
fn what_looks_like_a_password_is_said_and_does_not_stop_anybody() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab").type_in("Sam").press("PgDn Tab Tab").type_in("Tr0ub4dor&3").press("Tab");
    rig.shows("! This looks like a password. Keyward keeps none.").press("Ctrl-S").hides("New person");
    assert_eq!(fields(&rig).len(), 2);
}

#[test]
fn a_field_explains_itself() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab F1")
        .shows("What it is, with an example.")
        .shows("It is needed.")
        .press("Esc")
        .shows("New person");
}

#[test]
fn n_asks_what_to_add_where_several_things_make_sense() {
    let mut rig = Rig::open((80, 24));
    rig.press("N").shows("What do you want to add?").press("Esc");
    rig.press("2 Enter N").shows("Add to ").shows("Thing they hold").press("Enter").shows("New person");
    let mut rig = Rig::open((80, 24));
    rig.press("3 N").shows("Add at ").press("Esc").press("E").shows("Change person");
}

#[test]
fn a_form_fits_every_window() {
    for size in [(40, 12), (60, 20), (80, 24), (140, 40), (200, 50)] {
        let mut rig = Rig::open(size);
        rig.press("2 N").shows("New person").press("Tab Tab Tab").type_in("31 feb").press("Tab");
        rig.shows("31 feb").press("PgDn").shows("[More]").press("F4 Esc Esc");
    }
}

#[test]
fn a_form_as_it_is_drawn() {
    let mut rig = Rig::open((80, 24));
    rig.press("2 N Tab").type_in("Sam Okafor").press("Tab Tab").type_in("31 feb").press("Tab").type_in("tom");
    insta::assert_snapshot!(rig.text());
}
