//! A small leaver for the tests of a discharge: Dana, her office, two clients, a vault.
//!
//! Must never know: anything outside the tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "test code fails loudly")]

use super::*;
use crate::domain::*;

/// Monday 23 November 2026, 14:00 in Berlin: the last minute of work.
pub const TRIGGER: Instant = Instant::from_millis(1_795_438_800_000);

pub const DANA: PersonId = PersonId(1);
pub const TOM: PersonId = PersonId(2);
pub const AISHA: PersonId = PersonId(3);
pub const OFFICE: PersonId = PersonId(4);

/// Minutes after the last minute of work.
pub fn after(minutes: i64) -> Instant {
    Instant::from_millis(TRIGGER.millis() + minutes * 60_000)
}

pub fn by(person: PersonId, minutes: i64) -> Mark {
    Mark { at: after(minutes), by: Some(person) }
}

pub fn zone() -> Zone {
    Zone::new(chrono_tz::Europe::Berlin)
}

pub fn deadlines() -> Deadlines {
    Deadlines {
        tier0_hours: 1,
        hostile_hours: 4,
        involuntary_hours: 8,
        voluntary_hours: 24,
        mover_hours: 24,
        client_exit_days: 7,
        rotate_hostile_hours: 4,
        rotate_tier0_hours: 24,
        rotate_other_hours: 168,
        property_days: 3,
        notify_client_hours: 24,
        confirm_admin_hours: 24,
        confirm_user_hours: 72,
        exception_max_days: 180,
    }
}

/// Hands out numbers from a thousand on.
#[derive(Default)]
pub struct Counter(u64);

impl Ids for Counter {
    fn next(&mut self, _: RecordKind) -> u64 {
        self.0 += 1;
        self.0 + 1000
    }
}

pub fn person(id: PersonId, name: &str) -> Person {
    Person::new(id, name)
}

pub fn client(id: u64, name: &str) -> Client {
    Client { own: id == 1, ..Client::new(ClientId(id), name) }
}

pub fn system(id: u64, client: u64, kind: SystemKind, name: &str) -> System {
    let several = matches!(kind, SystemKind::RemoteManagement | SystemKind::PartnerPortal);
    System {
        reach: if several { SystemReach::Several } else { SystemReach::One },
        ..System::new(SystemId(id), ClientId(client), kind, name)
    }
}

/// A personal way in of Dana with the id of its system.
pub fn way(id: u64, owner: &Client, kind: SystemKind, name: &str, admin: Admin) -> WayIn {
    let system = system(id, owner.id.0, kind, name);
    let account = Account {
        owner: Some(DANA),
        admin,
        ..Account::new(AccountId(id), system.id, AccountKind::Personal, format!("dana-{id}"))
    };
    let grant = Grant { admin, ..Grant::new(GrantId(id), DANA, account.id) };
    let at = AccountFacts { account, seen: None, system, client: owner.clone(), listed: None };
    let holding = Holding { grant, person: person(DANA, "Dana Ruiz"), at };
    WayIn { holding, shuts: 1, shut_since: None, sole_admin: false }
}

pub fn secret(id: u64, kind: SecretKind, name: &str, systems: Vec<System>) -> KnownSecret {
    let secret = Secret {
        systems: systems.iter().map(|s| s.id).collect(),
        ..Secret::new(SecretId(id), kind, ClientId(1), name)
    };
    let knowing = vec![Knowing { id: KnowingId(id), secret: SecretId(id), person: DANA, from: None, until: None }];
    KnownSecret { secret, systems, knowing, rotation: None }
}

pub fn asset(id: u64, kind: AssetKind, tag: &str) -> Asset {
    Asset {
        id: AssetId(id),
        kind,
        client: None,
        holder: Some(DANA),
        issued: None,
        returned: None,
        cancelled: None,
        encrypted: None,
        waived_until: None,
        tag: Some(tag.to_owned()),
        note: None,
    }
}

pub fn contact(id: u64, place: &str) -> Contact {
    Contact {
        id: ContactId(id),
        client: None,
        kind: ContactKind::Registrar,
        person: DANA,
        since: None,
        ended: None,
        waived_until: None,
        place: place.to_owned(),
        note: None,
    }
}

pub fn data(id: u64, place: &str) -> DataLocation {
    DataLocation {
        id: DataLocationId(id),
        client: ClientId(2),
        kind: DataKind::Personal,
        encrypted: None,
        holder: Some(DANA),
        confirmed: None,
        removed: None,
        waived_until: None,
        what: "photos".to_owned(),
        place: place.to_owned(),
    }
}

pub fn run(kind: CaseKind) -> Run {
    Run {
        id: RunId(7),
        kind,
        person: (kind != CaseKind::ClientExit).then_some(DANA),
        client: None,
        trigger: TRIGGER,
        started: TRIGGER,
        status_before: Some(PersonStatus::Active),
        closed: None,
        template: "leaver".to_owned(),
        doer: Some(TOM),
        checker: Some(AISHA),
        alone: false,
        alone_reason: None,
        note: None,
    }
}

/// Nobody has anything.
pub fn empty(kind: CaseKind) -> RunFacts {
    RunFacts {
        client: None,
        list: std::sync::Arc::clone(Template::for_kind(kind)),
        run: run(kind),
        leaver: Some(person(DANA, "Dana Ruiz")),
        own: client(1, "own company"),
        office: Some(OFFICE),
        stays: 0,
        ways_in: Vec::new(),
        secrets: Vec::new(),
        automation: Vec::new(),
        assets: Vec::new(),
        contacts: Vec::new(),
        data: Vec::new(),
        steps: Vec::new(),
        answers: Vec::new(),
        exceptions: Vec::new(),
    }
}

pub const M365: u64 = 11;
pub const VAULT: u64 = 12;
pub const RMM: u64 = 13;
pub const FIREWALL: u64 = 14;
pub const VPN: u64 = 15;

/// Dana: five ways in at three places, two secrets, a laptop.
pub fn dana(kind: CaseKind) -> RunFacts {
    let mut facts = empty(kind);
    let (own, harbor, cedar) = (facts.own.clone(), client(2, "Harbor Dental"), client(3, "Cedar & Pike"));
    let mut m365 = way(M365, &own, SystemKind::Tenant, "365 account", Admin::None);
    m365.shuts = 13;
    facts.ways_in = vec![
        m365,
        way(VAULT, &own, SystemKind::Vault, "Password vault", Admin::None),
        way(RMM, &own, SystemKind::RemoteManagement, "RMM console", Admin::System),
        way(FIREWALL, &harbor, SystemKind::Firewall, "Harbor firewall", Admin::System),
        way(VPN, &cedar, SystemKind::RemoteAccess, "Cedar VPN", Admin::None),
    ];
    let rmm = facts.ways_in[2].holding.at.system.clone();
    facts.secrets = vec![
        secret(21, SecretKind::Password, "root", vec![rmm]),
        secret(22, SecretKind::Wifi, "wifi-office", Vec::new()),
    ];
    facts.assets = vec![asset(31, AssetKind::Laptop, "KW-0231")];
    facts
}

/// The same with the steps and changes a run begins with.
pub fn planned(kind: CaseKind) -> RunFacts {
    with_plan(dana(kind))
}

pub fn with_plan(mut facts: RunFacts) -> RunFacts {
    let edits = plan_run(&case(&facts, 0), &deadlines(), &zone(), &mut Counter::default());
    edits.iter().for_each(|edit| facts.apply(edit));
    facts
}

/// The run so many minutes after the last minute of work.
pub fn case(facts: &RunFacts, minutes: i64) -> Case<'_> {
    Case::new(facts, after(minutes))
}

pub fn grant(facts: &mut RunFacts, id: u64) -> &mut Grant {
    &mut facts.ways_in.iter_mut().find(|w| w.holding.grant.id == GrantId(id)).unwrap().holding.grant
}

/// Makes the system of a way in one of those that open no other doors.
pub fn ordinary(facts: &mut RunFacts, id: u64) {
    let way = facts.ways_in.iter_mut().find(|w| w.holding.grant.id == GrantId(id)).unwrap();
    way.holding.at.system.tier = 2;
}

pub fn removed(facts: &mut RunFacts, id: u64, minutes: i64) {
    grant(facts, id).removal.done = Some(by(TOM, minutes));
}

pub fn checked(facts: &mut RunFacts, id: u64, minutes: i64) {
    let removal = &mut grant(facts, id).removal;
    removal.confirmed = Some(by(AISHA, minutes));
    removal.proof = Some(Proof::Observed);
}

pub fn rotation(facts: &mut RunFacts, secret: u64) -> &mut Rotation {
    let known = facts.secrets.iter_mut().find(|k| k.secret.id == SecretId(secret)).unwrap();
    known.rotation.as_mut().unwrap()
}

pub fn step<'a>(facts: &'a mut RunFacts, code: &str) -> &'a mut Step {
    facts.steps.iter_mut().find(|s| s.code.as_deref() == Some(code)).unwrap()
}

pub fn tick(facts: &mut RunFacts, code: &str, minutes: i64) {
    let step = step(facts, code);
    step.outcome = Some(StepOutcome::Done);
    step.ended = Some(by(TOM, minutes));
    step.checked = Some(by(AISHA, minutes));
}

/// Settles everything in the right order: ways in from minute 10, secrets from minute 30, the rest at minute 50.
pub fn settle(facts: &mut RunFacts) {
    for way in &mut facts.ways_in {
        if way.holding.grant.removal.done.is_none() {
            way.holding.grant.removal.done = Some(by(TOM, 10));
        }
        way.holding.grant.removal.confirmed = Some(by(AISHA, 20));
        way.holding.grant.removal.proof = Some(Proof::Observed);
    }
    for known in &mut facts.secrets {
        let rotation = known.rotation.as_mut().unwrap();
        rotation.change = Removal {
            done: Some(by(TOM, 30)),
            confirmed: Some(by(AISHA, 40)),
            proof: Some(Proof::Observed),
            ..Removal::default()
        };
    }
    facts.automation.iter_mut().for_each(|account| account.owner = Some(TOM));
    facts.assets.iter_mut().for_each(|asset| asset.returned = Some(by(OFFICE, 50)));
    facts.contacts.iter_mut().for_each(|contact| contact.ended = Some(by(OFFICE, 50)));
    facts.data.iter_mut().for_each(|place| place.removed = Some(by(OFFICE, 50)));
    let questions: Vec<String> = case(facts, 50).questions().map(|q| q.id.clone()).collect();
    for (question, id) in questions.into_iter().zip(1..) {
        let reply = if Template::leaver().question(&question).unwrap().works_on == WorksOn::Yes {
            Reply::No
        } else {
            Reply::Yes
        };
        facts.answers.push(Answer {
            id: AnswerId(id),
            run: facts.run.id,
            question,
            reply: Some(reply),
            at: after(50),
            made: Vec::new(),
            note: None,
        });
    }
    for step in &mut facts.steps {
        step.outcome = Some(StepOutcome::Done);
        step.ended = Some(by(TOM, 60));
        step.checked = Some(by(AISHA, 60));
    }
}

/// Looks names up in a small world.
pub struct World;

impl Names for World {
    fn system(&self, text: &str) -> Result<(System, Client), String> {
        match text {
            "Harbor imaging" => Ok((system(90, 2, SystemKind::Server, "Harbor imaging"), client(2, "Harbor Dental"))),
            _ => Err(format!("No system is called “{text}”. Nothing changed.")),
        }
    }

    fn client(&self, text: &str) -> Result<ClientId, String> {
        if text == "Harbor" {
            Ok(ClientId(2))
        } else {
            Err(format!("No client is called “{text}”. Nothing changed."))
        }
    }
}

pub fn add(kind: &str, fields: &[&str]) -> Addition {
    let fields: Vec<_> = fields.iter().map(|f| split_field(f).unwrap()).collect();
    parse_addition(kind, &fields, &World).unwrap()
}
