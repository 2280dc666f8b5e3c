//! Tests of `what_if`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::super::testing::*;
use super::super::*;
use crate::domain::*;
use std::collections::BTreeSet;

fn counts(found: &WhatIf) -> Vec<(WorkKind, u32)> {
    found.work.iter().map(|work| (work.kind, work.count)).collect()
}

#[test]
fn a_way_in_behind_a_sign_on_they_have_goes_with_it_and_a_shared_one_does_not() {
    let mut facts = dana(CaseKind::AtOnce);
    let none = BTreeSet::new();
    let before = what_if(&case(&facts, 0), &none);
    assert_eq!(before.ways_in, u32::try_from(facts.ways_in.len()).unwrap());
    let sign_on = facts.ways_in[0].holding.at.system.id;
    let last = facts.ways_in.last_mut().unwrap();
    last.holding.at.system.signs_in_through = vec![sign_on];
    let behind = what_if(&case(&facts, 0), &none);
    assert_eq!((behind.ways_in, counts(&behind)[0].1), (before.ways_in, counts(&before)[0].1 - 1));
    // Of two sign-ons they have only one: it stays open through the other.
    facts.ways_in.last_mut().unwrap().holding.at.system.signs_in_through = vec![sign_on, SystemId(9_999)];
    assert_eq!(counts(&what_if(&case(&facts, 0), &none)), counts(&before));
    let last = facts.ways_in.last_mut().unwrap();
    last.holding.at.system.signs_in_through = vec![sign_on];
    last.holding.at.account.kind = AccountKind::Shared;
    assert_eq!(counts(&what_if(&case(&facts, 0), &none))[0].1, counts(&before)[0].1);
}

#[test]
fn what_rests_on_one_person_is_named_with_its_reason_and_once() {
    let mut facts = dana(CaseKind::AtOnce);
    facts.ways_in[0].sole_admin = true;
    facts.contacts.push(contact(41, "Registrar One"));
    let known = facts.secrets[0].secret.id;
    let found = what_if(&case(&facts, 0), &BTreeSet::from([known]));
    let kinds: Vec<SoleKind> = found.sole.iter().map(|item| item.kind).collect();
    assert_eq!(kinds, [SoleKind::Admin, SoleKind::Secret, SoleKind::Contact]);
    assert!(found.sole[2].what.ends_with(": Registrar One"), "{:?}", found.sole);
    // A second admin right on the same system is the same door.
    let again = facts.ways_in[0].clone();
    facts.ways_in.push(again);
    assert_eq!(what_if(&case(&facts, 0), &BTreeSet::from([known])).sole.len(), 3);
}

#[test]
fn what_is_shut_changed_or_settled_is_no_work_any_more() {
    let mut facts = with_plan(dana(CaseKind::AtOnce));
    settle(&mut facts);
    let found = what_if(&case(&facts, 70), &BTreeSet::new());
    assert_eq!((found.ways_in, found.minutes(), found.sole.len()), (0, 0, 0), "{found:?}");
}

#[test]
fn every_estimate_comes_from_a_rule_that_is_shipped() {
    let mut facts = dana(CaseKind::AtOnce);
    facts.contacts.push(contact(41, "Registrar One"));
    facts.data.push(data(51, "her phone"));
    let mut account = facts.ways_in[0].holding.at.account.clone();
    account.kind = AccountKind::Service;
    facts.automation.push(account);
    let found = what_if(&case(&facts, 0), &BTreeSet::new());
    assert_eq!(found.work.len(), WorkKind::ALL.len(), "{found:?}");
    assert!(found.work.iter().all(|work| work.minutes > 0), "{found:?}");
}
