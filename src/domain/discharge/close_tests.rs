//! Tests of `close`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;
use proptest::prelude::*;

fn sentences(facts: &RunFacts, minutes: i64) -> Vec<String> {
    obstacles(&case(facts, minutes)).into_iter().map(|o| o.sentence).collect()
}

fn settled() -> RunFacts {
    let mut facts = dana(CaseKind::AtOnce);
    facts.contacts.push(contact(41, "Registrar One"));
    facts.data.push(data(51, "her phone"));
    let mut account = facts.ways_in[0].holding.at.account.clone();
    account.id = AccountId(61);
    account.kind = AccountKind::Service;
    account.login = "svc-report".into();
    facts.automation.push(account);
    let mut facts = with_plan(facts);
    settle(&mut facts);
    facts
}

/// One fault in a settled run, and what the closing says of it.
fn only(fault: impl FnOnce(&mut RunFacts)) -> Vec<String> {
    let mut facts = settled();
    fault(&mut facts);
    sentences(&facts, 70)
}

#[test]
fn a_run_with_everything_settled_closes_and_makes_four_looks_by_the_second_person() {
    let facts = settled();
    assert_eq!(sentences(&facts, 70), [""; 0]);
    let edits = closing_edits(&case(&facts, 70), by(OFFICE, 70), &zone(), &mut Counter::default()).unwrap();
    let steps: Vec<Step> = edits
        .iter()
        .filter_map(|e| match e {
            Edit::Put(AnyRecord::Step(step)) => Some(step.clone()),
            _ => None,
        })
        .collect();
    let due: Vec<String> = steps.iter().map(|s| s.due.unwrap().rfc3339()).collect();
    assert_eq!(
        due,
        [
            "2026-11-23T15:10:00.000Z",
            "2026-11-24T14:10:00.000Z",
            "2026-11-30T14:10:00.000Z",
            "2026-12-23T14:10:00.000Z"
        ]
    );
    assert!(steps.iter().all(|s| s.doer == Some(AISHA) && s.repeats == Some(facts.step("D42").unwrap().id)));
    let Edit::Put(AnyRecord::Run(run)) = &edits[0] else { panic!("the run comes first") };
    assert_eq!(run.closed, Some(by(OFFICE, 70)));
}

#[test]
fn a_closed_run_is_not_closed_again() {
    let mut facts = settled();
    facts.run.closed = Some(by(OFFICE, 65));
    let again = closing_edits(&case(&facts, 70), by(OFFICE, 70), &zone(), &mut Counter::default());
    assert_eq!(again.unwrap_err(), CloseRefusal::Closed);
}

#[test]
fn each_open_thing_keeps_the_run_open_and_is_named() {
    assert_eq!(only(|f| grant(f, VPN).removal = Removal::default())[0], "Cedar VPN at Cedar & Pike is still open.");
    assert_eq!(only(|f| grant(f, VPN).removal = came_back(after(65)))[0], "Cedar VPN at Cedar & Pike is open again.");
    let asked = only(|f| grant(f, VPN).removal = Removal { asked: Some(by(OFFICE, 1)), ..Removal::default() });
    assert_eq!(asked[0], "Cedar VPN at Cedar & Pike was asked for and is still open.");
    let unchecked = only(|f| (grant(f, VPN).removal.confirmed, grant(f, VPN).removal.proof) = (None, None));
    assert_eq!(unchecked, ["Cedar VPN at Cedar & Pike is removed, but not checked."]);
    assert_eq!(only(|f| rotation(f, 22).change = Removal::default())[0], "“Change Wi-Fi keys (1)” is not done.");
    assert_eq!(only(|f| rotation(f, 22).change = Removal::default())[1], "wifi-office is not changed.");
    assert_eq!(only(|f| rotation(f, 22).change.confirmed = None), ["Nobody has signed in with the new wifi-office."]);
    assert_eq!(only(|f| f.assets[0].returned = None)[1], "laptop KW-0231 is not back.");
    assert_eq!(only(|f| f.contacts[0].ended = None)[1], "Dana Ruiz is still the contact at Registrar One.");
    assert_eq!(only(|f| f.data[0].removed = None)[1], "photos lies in a private place: her phone.");
    assert_eq!(only(|f| f.automation[0].owner = Some(DANA))[1], "svc-report still belongs to Dana Ruiz.");
    assert_eq!(only(|f| step(f, "D40").outcome = None), ["“Tell staff: no requests from them” is not done."]);
    assert_eq!(only(|f| step(f, "D40").outcome = Some(StepOutcome::Started)).len(), 1);
    assert_eq!(
        only(|f| step(f, "D40").outcome = Some(StepOutcome::Blocked)),
        ["“Tell staff: no requests from them” is blocked."]
    );
    assert_eq!(only(|f| step(f, "D28").checked = None), ["Nobody has looked at “Change password, remove recovery”."]);
    let unanswered = only(|f| f.answers.retain(|a| a.question != "Q08"));
    assert!(unanswered.contains(&"1 question has no answer.".to_owned()), "{unanswered:?}");
    let noted = only(|f| f.answers[0].reply = None);
    assert!(noted.contains(&"1 question has no answer.".to_owned()), "a note is no answer");
}

#[test]
fn refused_is_an_answer() {
    let facts = only(|f| f.answers[3].reply = Some(Reply::Refused));
    assert_eq!(facts, [""; 0]);
}

#[test]
fn a_way_in_shut_by_its_parent_still_has_to_be_removed_and_checked() {
    let shut = only(|f| {
        f.ways_in[4].holding.grant.removal = Removal::default();
        f.ways_in[4].shut_since = Some(after(10));
    });
    assert_eq!(shut, ["Cedar VPN at Cedar & Pike is shut by its parent only."]);
}

#[test]
fn what_is_left_on_purpose_lets_the_run_close_until_its_date() {
    let mut facts = settled();
    grant(&mut facts, VPN).removal = Removal { waived_until: Some(after(500)), ..Removal::default() };
    rotation(&mut facts, 22).change = Removal { waived_until: Some(after(500)), ..Removal::default() };
    (facts.assets[0].returned, facts.assets[0].waived_until) = (None, Some(after(500)));
    (facts.contacts[0].ended, facts.contacts[0].waived_until) = (None, Some(after(500)));
    (facts.data[0].removed, facts.data[0].waived_until) = (None, Some(after(500)));
    assert_eq!(sentences(&facts, 499), [""; 0]);
    let after_date = sentences(&facts, 500);
    for part in ["Cedar VPN", "wifi-office", "laptop", "Registrar One", "her phone"] {
        assert!(after_date.iter().any(|s| s.contains(part)), "{part}: {after_date:?}");
    }
}

#[test]
fn leaving_everything_undone_on_purpose_does_not_close_a_run() {
    let mut facts = settled();
    for way in &mut facts.ways_in {
        way.holding.grant.removal = Removal { waived_until: Some(after(500)), ..Removal::default() };
    }
    assert!(sentences(&facts, 70).contains(&"All 5 ways in are left open until a date. Nothing was shut.".to_owned()));
    removed(&mut facts, M365, 5);
    grant(&mut facts, M365).removal.waived_until = None;
    checked(&mut facts, M365, 6);
    assert!(!sentences(&facts, 70).iter().any(|s| s.contains("Nothing was shut")));
}

#[test]
fn one_operator_ticking_everything_does_not_close_a_run() {
    let tick_all = |who: PersonId, proof: Proof| {
        move |facts: &mut RunFacts| {
            for way in &mut facts.ways_in {
                way.holding.grant.removal.done = Some(by(who, 10));
                way.holding.grant.removal.confirmed = Some(by(who, 20));
                way.holding.grant.removal.proof = Some(proof);
            }
        }
    };
    let all = only(tick_all(TOM, Proof::Observed));
    assert!(all.contains(&"RMM console: one person removed and checked it.".to_owned()), "{all:?}");
    assert!(all.contains(&"One person removed and checked everything.".to_owned()), "{all:?}");
    let stated = only(tick_all(TOM, Proof::Stated));
    assert!(stated.contains(&"RMM console: a word is not enough for this one.".to_owned()), "{stated:?}");
    let leaver = only(tick_all(DANA, Proof::Observed));
    assert!(leaver.contains(&"Password vault: the leaver checked it.".to_owned()), "{leaver:?}");
    let one_left = only(|f| {
        tick_all(TOM, Proof::Stated)(f);
        ordinary(f, VPN);
        [M365, VAULT, RMM, FIREWALL].iter().for_each(|id| checked(f, *id, 20));
    });
    assert_eq!(one_left, [""; 0], "a word is enough for the ordinary ones");
}

#[test]
fn a_firm_of_one_closes_with_its_recorded_exception() {
    let mut facts = settled();
    for way in &mut facts.ways_in {
        way.holding.grant.removal.confirmed = Some(by(TOM, 20));
    }
    facts.run.checker = None;
    assert!(!sentences(&facts, 70).is_empty());
    facts.run.alone = true;
    assert_eq!(sentences(&facts, 70), [""; 0]);
    let edits = closing_edits(&case(&facts, 70), by(OFFICE, 70), &zone(), &mut Counter::default()).unwrap();
    assert_eq!(edits.len(), 5);
}

#[test]
fn nobody_to_look_again_keeps_the_run_open() {
    assert_eq!(only(|f| f.run.checker = None), ["Nobody is named for looking again after the closing."]);
    assert_eq!(only(|f| f.run.checker = Some(TOM)), ["Nobody is named for looking again after the closing."]);
}

#[test]
fn an_import_that_no_longer_shows_it_is_a_check_without_a_person() {
    let listed = only(|f| {
        let removal = &mut grant(f, RMM).removal;
        removal.confirmed = Some(Mark { at: after(20), by: None });
        removal.proof = Some(Proof::Acknowledged);
    });
    assert_eq!(listed, [""; 0]);
    let nobody = only(|f| grant(f, RMM).removal.confirmed = Some(Mark { at: after(20), by: None }));
    assert_eq!(nobody, ["RMM console: nobody is named who checked it."]);
}

#[test]
fn what_was_done_too_early_keeps_the_run_open() {
    let early = only(|f| rotation(f, 21).change.done = Some(by(TOM, 9)));
    assert_eq!(early, ["root was changed while the vault was still open."]);
    let sessions = only(|f| step(f, "D29").ended = Some(by(TOM, 5)));
    assert_eq!(sessions, ["“End every open session” was done too early to count."]);
}

#[test]
fn steps_of_the_time_after_do_not_hold_the_closing_up_and_own_steps_do() {
    assert_eq!(only(|f| step(f, "D72").outcome = None), [""; 0]);
    let own = only(|f| {
        let mut own = step(f, "D40").clone();
        (own.id, own.code, own.title, own.outcome) = (StepId(9), None, Some("Change the lock".into()), None);
        f.steps.push(own);
    });
    assert_eq!(own, ["“Change the lock” is not done."]);
}

#[test]
fn a_failed_look_opens_the_way_in_and_the_run_again() {
    let mut facts = settled();
    facts.run.closed = Some(by(OFFICE, 70));
    let edits = recheck_failed(&case(&facts, 130), &[GrantId(VPN)], after(130));
    edits.iter().for_each(|edit| facts.apply(edit));
    assert_eq!(facts.run.closed, None);
    assert_eq!(facts.way_in(GrantId(VPN)).unwrap().state(after(130)), Some(GrantState::CameBack));
    assert_eq!(recheck_failed(&case(&facts, 131), &[GrantId(VPN)], after(131)), Vec::new(), "it is open already");
}

#[test]
fn the_times_are_those_of_the_last_of_half_nine_tenths_and_all() {
    let mut facts = dana(CaseKind::AtOnce);
    for (id, minutes) in [(M365, 6), (VAULT, 8), (RMM, 12), (FIREWALL, 60)] {
        removed(&mut facts, id, minutes);
    }
    let times = closing_times(&case(&facts, 90));
    assert_eq!((times.total, times.half, times.ninety, times.all), (5, Some(after(12)), None, None));
    facts.ways_in[4].shut_since = Some(after(6));
    let times = closing_times(&case(&facts, 90));
    assert_eq!((times.half, times.ninety, times.all), (Some(after(8)), Some(after(60)), Some(after(60))));
    assert_eq!(times.checked, None);
    assert_eq!(ClosingTimes::minutes(TRIGGER, times.half), Some(8));
    assert_eq!(ClosingTimes::minutes(after(9), times.half), Some(0), "shut before the start");
    assert_eq!(closing_times(&case(&empty(CaseKind::AtOnce), 5)), ClosingTimes::default());
}

/// A random register of a leaver, as numbers.
fn register() -> impl Strategy<Value = RunFacts> {
    let kind = prop::sample::select(CaseKind::ALL.to_vec());
    let ways = prop::collection::vec((prop::sample::select(SystemKind::ALL.to_vec()), 1u64..4, any::<bool>()), 0..12);
    let secrets = prop::collection::vec((prop::sample::select(SecretKind::ALL.to_vec()), any::<bool>()), 0..6);
    (kind, ways, secrets, 0u64..3, 0u64..3, 0u64..3).prop_map(|(kind, ways, secrets, things, contacts, places)| {
        let mut facts = empty(kind);
        for ((system, owner, admin), id) in ways.into_iter().zip(100..) {
            let admin = if admin { Admin::System } else { Admin::None };
            facts.ways_in.push(way(id, &client(owner, "x"), system, "x", admin));
        }
        for ((secret_kind, deep), id) in secrets.into_iter().zip(200..) {
            let systems = if deep { vec![system(300, 1, SystemKind::Backup, "x")] } else { Vec::new() };
            facts.secrets.push(secret(id, secret_kind, "x", systems));
        }
        facts.assets.extend((0..things).map(|id| asset(400 + id, AssetKind::Key, "1")));
        facts.contacts.extend((0..contacts).map(|id| contact(500 + id, "x")));
        facts.data.extend((0..places).map(|id| data(600 + id, "x")));
        with_plan(facts)
    })
}

/// Whether anything is open that nobody left open on purpose.
fn open_and_unwaived(facts: &RunFacts, at: Instant) -> bool {
    let until = |t: Option<Instant>| t.is_some_and(|t| at < t);
    facts.ways_in.iter().any(|way| !way.holding.grant.removal.is_settled(at))
        || facts.secrets.iter().any(|known| !secret_is_settled(known, at))
        || facts.assets.iter().any(|a| a.returned.is_none() && a.cancelled.is_none() && !until(a.waived_until))
        || facts.contacts.iter().any(|c| c.ended.is_none() && !until(c.waived_until))
        || facts.data.iter().any(|d| d.removed.is_none() && !until(d.waived_until))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever is taken out of a settled run: when the closing sees nothing, nothing is open.
    #[test]
    fn a_run_that_closes_has_nothing_open_that_is_not_left_on_purpose(
        mut facts in register(),
        faults in prop::collection::vec((0usize..6, any::<prop::sample::Index>(), any::<bool>()), 0..4),
    ) {
        settle(&mut facts);
        for (what, index, waived) in faults {
            let until = waived.then(|| after(500));
            let fresh = Removal { waived_until: until, ..Removal::default() };
            match what {
                0 if !facts.ways_in.is_empty() => index.get_mut(&mut facts.ways_in).holding.grant.removal = fresh,
                1 if !facts.secrets.is_empty() => {
                    if let Some(r) = index.get_mut(&mut facts.secrets).rotation.as_mut() { r.change = fresh; }
                }
                2 if !facts.assets.is_empty() => {
                    let asset = index.get_mut(&mut facts.assets);
                    (asset.returned, asset.waived_until) = (None, until);
                }
                3 if !facts.contacts.is_empty() => {
                    let contact = index.get_mut(&mut facts.contacts);
                    (contact.ended, contact.waived_until) = (None, until);
                }
                4 if !facts.data.is_empty() => {
                    let place = index.get_mut(&mut facts.data);
                    (place.removed, place.waived_until) = (None, until);
                }
                5 if !facts.ways_in.is_empty() => {
                    let removal = &mut index.get_mut(&mut facts.ways_in).holding.grant.removal;
                    (removal.confirmed, removal.proof, removal.waived_until) = (None, None, until);
                }
                _ => {}
            }
        }
        let closed = closing_edits(&case(&facts, 70), by(OFFICE, 70), &zone(), &mut Counter::default());
        if closed.is_ok() {
            prop_assert!(!open_and_unwaived(&facts, after(70)));
        } else if !open_and_unwaived(&facts, after(70)) {
            // The only other thing taken out is everything at once.
            let left = sentences(&facts, 70);
            prop_assert!(left.iter().any(|s| s.contains("Nothing was shut") || s.contains("while the vault")), "{left:?}");
        }
    }

    /// A run with everything settled in the right order always closes.
    #[test]
    fn a_settled_run_of_any_register_closes(mut facts in register()) {
        settle(&mut facts);
        prop_assert_eq!(sentences(&facts, 70), Vec::<String>::new());
    }
}
