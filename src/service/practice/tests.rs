//! The made-up register told into memory and counted.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "tests stop at the first surprise")]

use super::million::Scale;
use super::*;
use crate::domain::*;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Folds the changes: the newest version of every record, and what was committed.
#[derive(Default)]
struct Memory {
    next: BTreeMap<RecordKind, u64>,
    newest: HashMap<RecordRef, AnyRecord>,
    entries: Vec<(Instant, String, &'static str)>,
    versions: usize,
    superseded: usize,
    largest: usize,
    in_batch: bool,
}

impl Sink for Memory {
    fn allocate(&mut self, kind: RecordKind) -> u64 {
        let next = self.next.entry(kind).or_insert(0);
        *next += 1;
        *next
    }

    fn commit(&mut self, at: Instant, operator: OperatorId, change: Change) {
        assert_eq!(operator, OPERATOR);
        assert!(!change.edits.is_empty() && !change.summary.is_empty(), "{}", change.summary);
        self.largest = self.largest.max(change.edits.len());
        let mut touched = BTreeSet::new();
        for edit in change.edits {
            let Edit::Put(record) = edit else { panic!("nothing is taken away") };
            self.versions += 1;
            assert!(touched.insert(record.reference()), "{} touches {:?} twice", change.summary, record.reference());
            if self.newest.insert(record.reference(), record).is_some() {
                self.superseded += 1;
            }
        }
        self.entries.push((at, change.summary, change.action));
    }

    fn batch_begins(&mut self) {
        assert!(!self.in_batch);
        self.in_batch = true;
    }

    fn batch_ends(&mut self) {
        assert!(self.in_batch);
        self.in_batch = false;
    }
}

impl Memory {
    fn all<R: Record>(&self) -> Vec<&R> {
        let mut list: Vec<&R> = self.newest.values().filter_map(R::from_any).collect();
        list.sort_by_key(|record| record.id());
        list
    }

    fn get<R: Record>(&self, id: R::Id) -> &R {
        let reference = RecordRef { kind: R::KIND, id: id.number() };
        R::from_any(&self.newest[&reference]).unwrap()
    }

    fn person(&self, name: &str) -> &Person {
        self.all::<Person>().into_iter().find(|p| p.name == name).unwrap_or_else(|| panic!("{name}"))
    }

    fn client(&self, code: &str) -> ClientId {
        self.all::<Client>().into_iter().find(|c| c.code.as_deref() == Some(code)).unwrap().id
    }

    fn system_of(&self, grant: &Grant) -> &System {
        self.get::<System>(self.get::<Account>(grant.account).system)
    }

    fn open(&self, name: &str, at: Instant) -> Vec<&Grant> {
        let person = self.person(name).id;
        self.all::<Grant>().into_iter().filter(|g| g.person == person && g.is_open(at)).collect()
    }

    fn open_at(&self, code: &str, at: Instant) -> Vec<&Grant> {
        let client = self.client(code);
        self.all::<Grant>().into_iter().filter(|g| g.is_open(at) && self.system_of(g).client == client).collect()
    }

    fn is_admin(&self, grant: &Grant) -> bool {
        grant.admin != Admin::None || self.get::<Account>(grant.account).admin != Admin::None
    }

    /// Ways in, admin rights, clients, systems.
    fn counts(&self, name: &str, at: Instant) -> [usize; 4] {
        let open = self.open(name, at);
        let clients: BTreeSet<ClientId> = open.iter().map(|g| self.system_of(g).client).collect();
        let systems: BTreeSet<SystemId> = open.iter().map(|g| self.system_of(g).id).collect();
        [open.len(), open.iter().filter(|g| self.is_admin(g)).count(), clients.len(), systems.len()]
    }

    fn seen(&self, grant: &Grant) -> &Observation {
        self.get::<Observation>(grant.account)
    }
}

fn at(text: &str) -> Instant {
    Instant::parse(text).unwrap()
}

fn told(now: &str, size: Size) -> (Memory, Instant, Cast) {
    let mut memory = Memory::default();
    let zone = Zone::new(chrono_tz::Europe::London);
    let now = at(now);
    let cast = script(now, &zone, size, &mut memory);
    (memory, now, cast)
}

const MOMENT: &str = "2026-11-23T13:41:00Z";

#[test]
fn the_named_people_have_exactly_what_the_story_says_on_any_date() {
    for now in [MOMENT, "2027-02-27T09:05:00Z", "2026-12-01T00:20:00Z", "2028-06-30T22:40:00Z"] {
        let (memory, now, _) = told(now, Size::Typical);
        assert_eq!(memory.all::<Person>().len(), 42);
        assert_eq!(memory.all::<Client>().len(), 118);
        assert_eq!(memory.counts("Dana Ruiz", now), [61, 7, 19, 43]);
        assert_eq!(memory.counts("Tom Becker", now)[..2], [58, 11]);
        assert_eq!(memory.open("Aisha Khan", now).len(), 40);
        assert_eq!(memory.open("Lee Wong", now).len(), 31);
        assert_eq!(memory.counts("Daniel Okoro", now)[..3], [22, 0, 8]);
        assert_eq!(memory.counts("Priya Nair", now), [14, 4, 6, 14]);
        assert_eq!(memory.open("Jo Lind", now).len(), 9);
        assert_eq!(memory.counts("Adaeze Obi", now)[..3], [4, 0, 1]);
        assert_eq!(memory.open("Sam Okafor", now).len(), 0);
        assert_eq!(memory.open("Cole Byrne", now).len(), 0);
        let all = memory.all::<Grant>().into_iter().filter(|g| g.is_open(now)).count();
        assert!((600..900).contains(&all), "{all} ways in");
    }
}

#[test]
fn every_client_of_the_grid_has_its_total() {
    let (memory, now, _) = told(MOMENT, Size::Typical);
    let mut codes: Vec<String> = memory.all::<Client>().into_iter().filter_map(|c| c.code.clone()).collect();
    codes.sort();
    let totals = "ACM 11 BLU 14 BRI 19 CED 16 COP 5 DEL 9 EDG 8 FIN 3 GRN 6 HAR 31 HIL 4 IRO 5 JAY 3 KEY 7 LAK 12";
    let words: Vec<&str> = totals.split(' ').collect();
    for (place, pair) in words.chunks(2).enumerate() {
        assert_eq!(codes[place], pair[0]);
        assert_eq!(memory.open_at(pair[0], now).len().to_string(), pair[1], "{}", pair[0]);
    }
    let none: Vec<&String> = codes.iter().filter(|code| memory.open_at(code, now).is_empty()).collect();
    assert!(none.is_empty(), "clients nobody can get into: {none:?}");
}

#[test]
fn nine_people_had_seventeen_ways_into_cedar_in_spring() {
    let (memory, now, _) = told(MOMENT, Size::Typical);
    let spring = now.plus_days(-237);
    let open = memory.open_at("CED", spring);
    let people: BTreeSet<PersonId> = open.iter().map(|g| g.person).collect();
    assert_eq!((people.len(), open.len()), (9, 17));
}

#[test]
fn one_person_leaves_today_and_knows_five_shared_logins() {
    let (memory, now, cast) = told(MOMENT, Size::Typical);
    let dana = memory.person("Dana Ruiz");
    assert_eq!(cast.leaving, Some(dana.id));
    assert_eq!(dana.last_day, Some(at("2026-11-23T14:00:00Z")));
    assert_eq!((dana.status, dana.role.as_deref()), (PersonStatus::Notice, Some("Technician L2")));
    assert_eq!(dana.start.unwrap().to_string(), "2023-03-04");
    assert_eq!(memory.get::<Person>(dana.manager.unwrap()).name, "M. Ortiz");
    let known: BTreeSet<&str> = memory
        .all::<Knowing>()
        .into_iter()
        .filter(|k| k.person == dana.id && k.until.is_none())
        .map(|k| memory.get::<Secret>(k.secret).name.as_str())
        .collect();
    assert_eq!(known, BTreeSet::from(["admin", "root", "wifi-office", "backup-svc", "old-ftp"]));
    let things: Vec<_> = memory.all::<Asset>().into_iter().filter(|a| a.holder == Some(dana.id)).collect();
    assert!(things.iter().all(|a| a.returned.is_none()) && things.len() == 3);
    assert!(things.iter().any(|a| a.tag.as_deref() == Some("KW-0231")));
    assert!(things.iter().any(|a| a.tag.as_deref() == Some("118") && a.kind == AssetKind::Badge));
    assert!(now < dana.last_day.unwrap());
}

#[test]
fn switching_off_her_own_sign_in_shuts_twelve_more() {
    let (memory, now, _) = told(MOMENT, Size::Typical);
    let behind = |code: &str, name: &str| {
        let client = memory.client(code);
        let parent = memory.all::<System>().into_iter().find(|s| s.client == client && s.name == name).unwrap().id;
        let open = memory.open("Dana Ruiz", now);
        open.into_iter()
            .filter(|g| memory.system_of(g).signs_in_through == [parent])
            .filter(|g| memory.get::<Account>(g.account).kind == AccountKind::Personal)
            .count()
    };
    assert_eq!(behind("OWN", "Microsoft 365"), 12);
    // With itself, six at Harbor.
    assert_eq!(behind("HAR", "365 tenant"), 5);
    let rmm = memory.all::<System>().into_iter().find(|s| s.name == "RMM console").unwrap();
    assert_eq!((rmm.opens.as_slice(), rmm.reach), ([Opens::All].as_slice(), SystemReach::Several));
}

#[test]
fn no_open_way_in_hangs_on_a_sign_in_that_is_already_shut() {
    let (memory, now, _) = told(MOMENT, Size::Typical);
    for grant in memory.all::<Grant>().into_iter().filter(|g| g.is_open(now)) {
        let theirs = memory.all::<Grant>().into_iter().filter(|g| g.person == grant.person && !g.planned);
        let theirs: Vec<&Grant> = theirs.collect();
        for parent in &memory.system_of(grant).signs_in_through {
            let mut there = theirs.iter().filter(|g| memory.system_of(g).id == *parent).peekable();
            let shut = there.peek().is_some() && there.all(|g| !g.is_open(now));
            let person = &memory.get::<Person>(grant.person).name;
            assert!(!shut, "{person}: {}", memory.system_of(grant).name);
        }
    }
}

#[test]
fn she_is_the_last_administrator_of_harbors_firewall() {
    let (memory, now, _) = told(MOMENT, Size::Typical);
    let here: Vec<&Grant> =
        memory.open_at("HAR", now).into_iter().filter(|g| memory.system_of(g).name == "Firewall").collect();
    let names: BTreeSet<&str> = here
        .iter()
        .filter(|g| memory.is_admin(g))
        .map(|g| memory.get::<Person>(g.person))
        .filter(|p| p.status != PersonStatus::Discharged)
        .map(|p| p.name.as_str())
        .collect();
    assert_eq!(names, BTreeSet::from(["Dana Ruiz"]));
    let secret = memory.all::<Secret>().into_iter().find(|s| s.name == "admin").unwrap();
    let zone = Zone::new(chrono_tz::Europe::London);
    assert_eq!(zone.day(secret.changed.unwrap()).to_string(), "2025-02-14");
    let leavers = memory
        .all::<Knowing>()
        .into_iter()
        .filter(|k| k.secret == secret.id)
        .map(|k| memory.get::<Person>(k.person))
        .filter(|p| p.last_day.is_some_and(|last| last < now && last > secret.changed.unwrap()))
        .count();
    assert_eq!(leavers, 3);
}

#[test]
fn leavers_hold_eighteen_ways_in_and_six_administrators_have_no_second_factor() {
    let (memory, now, cast) = told(MOMENT, Size::Typical);
    let open: Vec<&Grant> = memory.all::<Grant>().into_iter().filter(|g| g.is_open(now)).collect();
    let left = |g: &&&Grant| memory.get::<Person>(g.person).status == PersonStatus::Discharged;
    assert_eq!(open.iter().filter(left).count(), 18);
    let none = BTreeSet::from([Factor::None]);
    let bare = open.iter().filter(|g| memory.is_admin(g) && memory.seen(g).factors == none).count();
    assert_eq!(bare, 6);
    let okoro = memory.open("Daniel Okoro", now);
    assert_eq!(okoro.iter().filter(|g| memory.seen(g).factors == none).count(), 2);
    let priya = memory.all::<Run>().into_iter().find(|r| r.person == cast.left && r.closed.is_none()).unwrap();
    assert_eq!(now.days_since(priya.trigger), 255);
    let states: Vec<GrantState> = memory
        .all::<Grant>()
        .into_iter()
        .filter(|g| Some(g.person) == cast.left)
        .map(|g| g.state(now).unwrap())
        .collect();
    let of = |state| states.iter().filter(|s| **s == state).count();
    assert_eq!([of(GrantState::Asked), of(GrantState::CameBack), of(GrantState::Removed)], [9, 5, 4]);
    let open_runs = memory.all::<Run>().into_iter().filter(|r| r.closed.is_none()).count();
    assert_eq!(open_runs, 1);
    let aside = memory.all::<Exception>();
    assert_eq!(aside.len(), 4);
    assert!(aside.iter().all(|e| e.at < now && e.until > now && e.approver.is_some()));
    let orphans = memory.all::<Account>().into_iter().filter(|a| a.owner.is_none() && !a.held_by_client).count();
    assert_eq!(orphans, 9);
}

#[test]
fn closed_discharges_left_nothing_unchecked() {
    let (memory, now, _) = told(MOMENT, Size::Typical);
    for name in ["Cole Byrne", "Ines Falk", "Beth Carver", "Marek Dvorak", "Grace Holt"] {
        let person = memory.person(name);
        let run = memory.all::<Run>().into_iter().find(|r| r.person == Some(person.id)).unwrap();
        let closed = run.closed.unwrap().at;
        let ways: Vec<_> = memory.all::<Grant>().into_iter().filter(|g| g.person == person.id).collect();
        assert!(ways.len() > 3);
        assert!(ways.iter().all(|g| g.removal.state(closed) == GrantState::Checked), "{name}");
        assert!(ways.iter().all(|g| g.removal.proof.is_some() && g.removal.confirmed.unwrap().at < now));
        for step in memory.all::<Step>().into_iter().filter(|s| s.run == run.id) {
            assert!(step.ended.unwrap().at < closed, "{name} {:?}", step.code);
        }
    }
    assert_eq!(memory.open("Nils Vogt", now).len(), 4);
}

#[test]
fn the_papers_are_signed_but_for_a_few() {
    let (memory, _, _) = told(MOMENT, Size::Typical);
    let policies = memory.all::<Policy>();
    let names: BTreeSet<&str> = policies.iter().map(|p| p.name.as_str()).collect();
    assert_eq!((names.len(), memory.all::<Course>().len()), (5, 7));
    let remote = policies.iter().find(|p| p.name == "Remote access").unwrap();
    let signed: BTreeSet<&str> = memory
        .all::<Signature>()
        .into_iter()
        .filter(|s| s.policy == remote.id)
        .map(|s| memory.get::<Person>(s.person).name.as_str())
        .collect();
    let missing: BTreeSet<&str> = memory
        .all::<Person>()
        .into_iter()
        .filter(|p| p.status != PersonStatus::Discharged)
        .map(|p| p.name.as_str())
        .filter(|name| !signed.contains(name))
        .collect();
    assert_eq!(missing, BTreeSet::from(["Daniel Okoro", "Jo Lind", "Tom Becker", "Sam Okafor"]));
    let planned = memory.all::<Grant>().into_iter().filter(|g| g.planned).count();
    assert_eq!(planned, 12);
}

#[test]
fn the_history_runs_forward_from_the_opening_and_ends_before_now() {
    for now in [MOMENT, "2027-02-27T00:03:00Z"] {
        let (memory, now, _) = told(now, Size::Typical);
        let zone = Zone::new(chrono_tz::Europe::London);
        let opened = opened(now, &zone);
        assert!(memory.entries.windows(2).all(|pair| pair[0].0 <= pair[1].0));
        for (at, summary, _) in &memory.entries {
            assert!(*at > opened && *at < now, "{} {summary}", at.rfc3339());
        }
        assert!(!memory.in_batch);
        assert!((1_500..3_000).contains(&memory.entries.len()), "{} entries", memory.entries.len());
        assert!(memory.versions < 9_500, "{} versions", memory.versions);
        assert!(memory.largest < 1_000);
    }
    let (memory, _, _) = told(MOMENT, Size::Typical);
    let words: Vec<&str> = memory.entries.iter().rev().take(30).map(|e| e.1.as_str()).collect();
    assert!(words.contains(&"Asked for 2 removals at Cedar & Pike Law"), "{words:#?}");
    assert!(words.contains(&"Import Harbor 365 users: 3 new, 1 gone, 118 unchanged"), "{words:#?}");
    assert!(words.contains(&"Lee Wong signed the remote-access policy, version 4"), "{words:#?}");
}

#[test]
fn every_link_leads_to_a_record_and_every_date_fits_its_person() {
    for size in [Size::Typical, Size::Small] {
        let (memory, now, _) = told(MOMENT, size);
        for grant in memory.all::<Grant>() {
            let account = memory.get::<Account>(grant.account);
            let client = memory.get::<Client>(memory.get::<System>(account.system).client);
            let person = memory.get::<Person>(grant.person);
            let told = format!("{} {} {}", person.name, client.name, account.login);
            let since = grant.since.unwrap_or(now);
            let zone = Zone::new(chrono_tz::Europe::London);
            assert!(grant.planned || zone.start_of(person.start.unwrap()) <= since, "{told} before the first day");
            let marks = [grant.removal.asked, grant.removal.done, grant.removal.confirmed];
            let times: Vec<Instant> = marks.into_iter().flatten().map(|mark| mark.at).collect();
            assert!(times.windows(2).all(|pair| pair[0] <= pair[1]) && times.iter().all(|t| *t > since), "{told}");
            let seen = memory.seen(grant);
            assert!(seen.at < now && (seen.batch.is_some() || seen.quality == Some(UseQuality::Hand)), "{told}");
            if let HowKnown::Import(batch) = grant.how {
                assert!(memory.get::<Batch>(batch).taken >= since, "{told}");
            }
            if let LastUse::At(used) = seen.last_used {
                assert!(used <= seen.at && used >= since.plus_hours(-24), "{told} used {used:?} since {since:?}");
            }
        }
        for secret in memory.all::<Secret>() {
            assert!(memory.get::<Client>(secret.client).id == secret.client && secret.changed.unwrap() < now);
        }
        for person in memory.all::<Person>() {
            assert!(person.email.is_some() && person.manager.is_none_or(|m| memory.get::<Person>(m).id == m));
        }
    }
}

#[test]
fn what_is_known_is_fresh_except_where_a_client_was_forgotten() {
    let (memory, now, _) = told(MOMENT, Size::Typical);
    let mut old: BTreeSet<&str> = BTreeSet::new();
    for grant in memory.all::<Grant>().into_iter().filter(|g| g.is_open(now)) {
        if now.days_since(memory.seen(grant).at) > 30 {
            old.insert(memory.get::<Client>(memory.system_of(grant).client).code.as_deref().unwrap());
        }
    }
    assert_eq!(old, BTreeSet::from(["LOT", "MRD", "PIE", "SOU", "TAN", "UMB"]));
}

#[test]
fn the_same_moment_gives_the_same_register() {
    let (one, _, _) = told(MOMENT, Size::Typical);
    let (two, _, _) = told(MOMENT, Size::Typical);
    assert_eq!(one.entries, two.entries);
    assert!(one.newest == two.newest);
}

#[test]
fn a_small_register_has_eight_people_and_five_clients() {
    let (memory, now, cast) = told(MOMENT, Size::Small);
    assert_eq!((memory.all::<Person>().len(), memory.all::<Client>().len()), (8, 5));
    assert_eq!(cast.office_manager, Some(memory.person("M. Ortiz").id));
    assert!(memory.open("Dana Ruiz", now).len() >= 25);
    assert!(cast.left.is_some() && cast.starting.is_some());
}

#[test]
fn the_large_register_adds_up_and_streams_in_chunks() {
    let full = Scale::FULL;
    assert_eq!(full.accounts - full.shared + full.shared * Scale::SHARERS + full.ended, 1_000_000, "ways in");
    assert_eq!(full.ended + full.seen_again, 300_000, "versions that a newer one replaces");
    let scale = Scale {
        people: 40,
        clients: 25,
        systems: 300,
        accounts: 3_500,
        shared: 100,
        most: 200,
        ended: 1_200,
        seen_again: 300,
    };
    let mut memory = Memory::default();
    let now = at(MOMENT);
    let calendar = calendar::Calendar::new(now, &Zone::utc());
    million::script(&calendar, &scale, &mut memory);
    assert_eq!(memory.all::<Person>().len(), 40);
    assert_eq!(memory.all::<Client>().len(), 25);
    assert_eq!(memory.all::<System>().len(), 300);
    assert_eq!(memory.all::<Account>().len(), 3_500);
    assert_eq!(memory.all::<Observation>().len(), 3_500);
    let grants = memory.all::<Grant>();
    assert_eq!(grants.len(), 5_000);
    assert_eq!(memory.superseded, 1_500);
    let mut of: BTreeMap<PersonId, usize> = BTreeMap::new();
    for grant in grants.iter().filter(|g| g.is_open(now)) {
        *of.entry(grant.person).or_default() += 1;
    }
    let mut most: Vec<usize> = of.values().copied().collect();
    most.sort_unstable();
    assert_eq!(most.last(), Some(&200));
    assert!(memory.largest == 999 && !memory.in_batch);
    assert!(memory.entries.windows(2).all(|pair| pair[0].0 <= pair[1].0));
}

#[test]
fn the_sample_list_of_harbor_fits_the_register() {
    let files = sample_files(at(MOMENT), &Zone::new(chrono_tz::Europe::London));
    assert_eq!(files[0].0, "harbor_users_2026-11-23.csv");
    let text = String::from_utf8(files[0].1.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 119);
    let columns = lines[0].split(',').count();
    assert!(columns == 28 && lines.iter().all(|line| line.split(',').count() == columns));
    assert!(text.contains("d.ruiz-adm@harbordental.example") && text.contains("s.okafor@"));
    // Line 77 has no account name, Jo Lind's login is gone, everybody else who can get in is there.
    assert!(lines[76].split(',').nth(2) == Some(""));
    assert!(!text.contains("jo.lind@harbordental.example"));
    let (memory, now, _) = told(MOMENT, Size::Typical);
    for grant in memory.open_at("HAR", now) {
        if memory.system_of(grant).name == "365 tenant" {
            let login = &memory.get::<Account>(grant.account).login;
            assert!(text.contains(login.as_str()), "{login}");
        }
    }
    let logins: Vec<&str> = lines[1..].iter().filter_map(|l| l.split(',').nth(2)).collect();
    assert_eq!(logins.iter().collect::<BTreeSet<_>>().len(), logins.len());
}
