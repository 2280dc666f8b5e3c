//! Who has what: the rows of the recipe, and the clients' other rights spread over the other technicians.
//!
//! Must never know: how rights ended.

use super::estate::best_factor;
use super::recipe::{AccessSpec, Form, Recipe, SecretSpec, SeenSpec};
use super::rng::Rng;
use super::story::Story;
use super::world::{AccountPlan, At, Fate, Intro, OWN_DOMAIN, PersonPlan, WayPlan, World, folded_words};
use crate::domain::{Account, AccountId, AccountKind, Admin, Factor, Grant, Instant, PersonKind, RecordId, SystemKind};

/// The most rights one of the other technicians is given; fewer than any technician the recipe names in full.
const MOST: usize = 21;
/// The most a contractor is given.
const MOST_CONTRACTOR: usize = 5;
/// How many other rights a client has when the recipe does not say, in turn.
const USUAL: [usize; 5] = [2, 1, 2, 1, 1];

/// Plans every account and way in.
pub fn plan(world: &mut World, recipe: &Recipe, story: &mut Story<'_>) {
    for secret in &recipe.office.secrets {
        shared_account(world, secret, story);
    }
    for at in 0..world.people.len() {
        let (name, set) = {
            let spec = &world.person(at).spec;
            (spec.name.clone(), spec.set.clone())
        };
        let named = recipe.access.people.get(&name).into_iter().flatten();
        let own = set.and_then(|set| recipe.access.sets.get(&set)).into_iter().flatten();
        let others = recipe.access.others.get(&name).into_iter().flatten();
        for spec in named.chain(own).chain(others) {
            way(world, at, spec, false, story);
        }
        if world.person(at).spec.starts.is_some() {
            for spec in &recipe.access.starter {
                way(world, at, spec, true, story);
            }
        }
    }
    fill(world, recipe, story);
    nobodys(world, recipe, story);
}

/// The account of a shared secret, where it has one.
fn shared_account(world: &mut World, secret: &SecretSpec, story: &mut Story<'_>) {
    let (Some(login), Some(kind), Some(system)) =
        (secret.account.as_ref(), secret.account_kind, world.system_at(&secret.at))
    else {
        return;
    };
    let plan = AccountPlan {
        id: AccountId::new(0),
        system,
        kind,
        login: login.clone(),
        owner: secret.custodian.as_deref().and_then(|name| world.named(name)),
        admin: secret.admin,
        factor: secret.mfa,
        seen: None,
        since: 1_500,
        tested: secret.tested,
        held_by_client: false,
        waiting: false,
        intro: Intro::Opening,
    };
    world.add_account(story, plan);
}

/// One way in of the recipe.
fn way(world: &mut World, person: At, spec: &AccessSpec, planned: bool, story: &mut Story<'_>) {
    let Some(system) = world.system_at(&spec.at) else { return };
    let since = spec.since.unwrap_or_else(|| some_time(world, person, system));
    let shared = spec.shared.as_ref().and_then(|login| {
        world.accounts.iter().position(|a| a.system == system && a.login == *login && a.kind != AccountKind::Personal)
    });
    let account = match shared {
        Some(account) => account,
        None => {
            let plan = personal(world, person, system, spec, since, planned);
            world.add_account(story, plan)
        }
    };
    let plan = WayPlan {
        id: story.id::<Grant>(),
        person,
        account,
        level: spec.level.clone(),
        admin: spec.admin,
        since,
        until: spec.until,
        planned,
        approver: spec.approver.as_deref().and_then(|name| world.named(name)).or_else(|| world.named("M. Ortiz")),
        reason: spec.reason.clone(),
        // A row typed by hand stays one; for the rest the lists of the system decide.
        intro: if spec.how.is_some() || shared.is_some() { Intro::Hand } else { Intro::Take(0) },
        fate: Fate::default(),
    };
    world.ways.push(plan);
}

/// Some day between somebody's first weeks and today, not before the client came.
fn some_time(world: &mut World, person: At, system: At) -> i64 {
    let plan = world.person(person);
    let (started, left) = (plan.started.max(1), plan.spec.left.unwrap_or(0));
    let client = world.client_of(system).spec.clone();
    let earliest = started.min(client.since.unwrap_or(i64::MAX));
    if client.class == "own" {
        return earliest - world.rng.between(0, 3).min(earliest - 1);
    }
    let latest = left.max(client.ended.unwrap_or(0)) + 40;
    let reach = (earliest - 8).max(1);
    let ago = world.rng.between(latest.min(reach), reach);
    world.calendar.workday(ago)
}

/// A personal account for a row.
fn personal(world: &mut World, person: At, system: At, spec: &AccessSpec, since: i64, waiting: bool) -> AccountPlan {
    let kind = world.system(system).spec.kind;
    let login = spec.login.clone().unwrap_or_else(|| login(world, person, system, spec.form));
    let mut factor = spec.mfa;
    if factor.is_none() {
        let strong = kind.default_tier() == 0 || spec.admin != Admin::None;
        factor = best_factor(kind).map(|best| if strong { best } else { Factor::App });
        let plain = world.person(person).spec.fill && !strong;
        if plain && factor.is_some() && world.rng.once_in(20) {
            factor = Some(Factor::Sms);
        }
    }
    AccountPlan {
        id: AccountId::new(0),
        system,
        kind: AccountKind::Personal,
        login,
        owner: Some(person),
        admin: spec.admin,
        factor,
        seen: spec.seen,
        since,
        tested: None,
        held_by_client: false,
        waiting,
        intro: Intro::Take(0),
    }
}

/// The name somebody signs in with, in the manner of the kind of system.
fn login(world: &World, person: At, system: At, form: Option<Form>) -> String {
    let plan = world.person(person);
    let client = world.client_of(system);
    let kind = world.system(system).spec.kind;
    let handle = &plan.handle;
    let with_domain = matches!(
        kind,
        SystemKind::Tenant
            | SystemKind::IdentityProvider
            | SystemKind::Mail
            | SystemKind::Backup
            | SystemKind::Application
    ) || client.spec.class == "own" && kind != SystemKind::Door;
    match (form, kind) {
        (Some(Form::Guest), _) => {
            let tenant = folded_words(&client.spec.name).concat();
            format!("{handle}_{OWN_DOMAIN}#EXT#@{tenant}.onmicrosoft.example")
        }
        (Some(Form::Admin), _) => format!("adm-{handle}@{}", client.domain),
        (None, SystemKind::Door) => plan.spec.badge.clone().unwrap_or_else(|| badge(person)),
        (None, _) if with_domain => format!("{handle}@{}", client.domain),
        (None, _) => handle.clone(),
    }
}

/// The number on the badge of whoever has none in the recipe.
pub fn badge(person: At) -> String {
    (120 + person).to_string()
}

/// Spreads the clients' other rights over the other technicians, in turn.
fn fill(world: &mut World, recipe: &Recipe, story: &mut Story<'_>) {
    let people: Vec<At> = (0..world.people.len()).filter(|at| world.person(*at).spec.fill).collect();
    let mut turn = 0_usize;
    for client in 0..world.clients.len() {
        let spec = world.client(client).spec.clone();
        let given: usize = recipe
            .access
            .others
            .values()
            .flatten()
            .filter(|r| !r.over && r.at.starts_with(&format!("{}/", spec.code)))
            .count();
        let wanted = spec.others.unwrap_or_else(|| USUAL.get(client % 5).copied().unwrap_or(1));
        let systems: Vec<At> = (0..world.systems.len())
            .filter(|at| world.system(*at).client == client && best_factor(world.system(*at).spec.kind).is_some())
            .collect();
        for slot in given..wanted {
            let Some(system) = systems.get(slot % systems.len().max(1)).copied() else { break };
            let Some(person) = next_free(world, &people, system, &mut turn) else { break };
            let row = filled_row(world, person, system);
            way(world, person, &row, false, story);
        }
    }
}

/// The next technician in turn who has room and is not in this system yet.
fn next_free(world: &World, people: &[At], system: At, turn: &mut usize) -> Option<At> {
    for _ in 0..people.len() {
        let person = people.get(*turn % people.len()).copied()?;
        *turn += 1;
        let mine = || world.ways.iter().filter(|w| w.person == person);
        let inside = mine().any(|w| world.account(w.account).system == system);
        let contractor = world.person(person).spec.kind == PersonKind::Contractor;
        let most = if contractor { MOST_CONTRACTOR } else { MOST };
        if !inside && mine().count() < most && world.person(person).started > 60 {
            return Some(person);
        }
    }
    None
}

/// A right like any other; one in thirty has not been used for long.
fn filled_row(world: &mut World, person: At, system: At) -> AccessSpec {
    let kind = world.system(system).spec.kind;
    let level = match kind {
        SystemKind::Tenant => "User",
        SystemKind::Directory => "Domain user",
        SystemKind::Server => "Remote user",
        SystemKind::Firewall | SystemKind::Network => "Read only",
        SystemKind::Backup => "Viewer",
        _ => "Support",
    };
    let since = some_time(world, person, system);
    let unused = since > 90 && world.rng.once_in(30);
    let seen = unused.then(|| SeenSpec::Ago(world.rng.between(55, 150.min(since - 20))));
    AccessSpec {
        at: String::new(),
        level: level.to_owned(),
        admin: Admin::None,
        since: Some(since),
        seen,
        mfa: None,
        login: None,
        form: None,
        shared: None,
        how: None,
        approver: None,
        reason: None,
        asked: None,
        ended: None,
        removed: None,
        until: None,
        leaver: None,
        over: false,
    }
    .placed(world, system)
}

impl AccessSpec {
    fn placed(mut self, world: &World, system: At) -> Self {
        let client = world.client_of(system);
        self.at = format!("{}/{}", client.spec.code, world.system(system).spec.name);
        self
    }
}

/// A plain right of somebody in a client's system that existed for a while: leavers' and past ones.
pub fn plain_way(world: &mut World, person: At, system: At, since: i64, story: &mut Story<'_>) -> At {
    let mut row = filled_row(world, person, system);
    row.since = Some(since);
    row.seen = None;
    way(world, person, &row, false, story);
    world.ways.len() - 1
}

/// Old agents' logins that belong to nobody, and one login per larger client that its own people hold.
fn nobodys(world: &mut World, recipe: &Recipe, story: &mut Story<'_>) {
    let login = |system, kind, login: &str, admin, held| AccountPlan {
        id: AccountId::new(0),
        system,
        kind,
        login: login.to_owned(),
        owner: None,
        admin,
        factor: Some(Factor::App),
        seen: None,
        since: 1_300,
        tested: None,
        held_by_client: held,
        waiting: false,
        intro: Intro::Take(0),
    };
    for code in &recipe.orphans {
        if let Some(system) = world.system_at(&format!("{code}/Directory")) {
            world.add_account(story, login(system, AccountKind::Service, "svc-oldagent", Admin::None, false));
        }
    }
    for (place, name) in [
        ("HAR/365 tenant", "practice.owner@harbordental.example"),
        ("MIL/365 tenant", "head.office@milltownschools.example"),
        ("OSP/365 tenant", "it.lead@ospreylabs.example"),
        ("KEY/365 tenant", "operations@keystoneinsurance.example"),
    ] {
        if let Some(system) = world.system_at(place) {
            let mut plan = login(system, AccountKind::Personal, name, Admin::Top, true);
            plan.factor = Some(Factor::PhishingResistant);
            world.add_account(story, plan);
        }
    }
}

/// The address a system shows for somebody's account: its own where it gives addresses, the work address otherwise.
fn address(world: &World, at: At, person: &PersonPlan) -> String {
    let plan = world.account(at);
    let system = world.system(plan.system);
    match system.spec.kind {
        SystemKind::Tenant | SystemKind::IdentityProvider if !plan.login.contains('#') => plan.login.clone(),
        SystemKind::Directory => format!("{}@{}", plan.login, world.client(system.client).domain),
        _ => person.email(),
    }
}

/// The name in an address: `Practice Owner` for `practice.owner@…`.
pub fn titled(login: &str) -> String {
    let local = login.split('@').next().unwrap_or_default();
    let words = local.split(['.', '-', '_']).map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The id a tenant or directory itself has for an account.
pub fn external_id(world: &World, at: At) -> Option<String> {
    let plan = world.account(at);
    let kind = world.system(plan.system).spec.kind;
    let gives_ids = matches!(kind, SystemKind::Tenant | SystemKind::IdentityProvider | SystemKind::Directory);
    (gives_ids && !plan.waiting).then(|| made_up_id(plan.id.0))
}

/// An id that looks like a tenant's.
pub fn made_up_id(number: u64) -> String {
    let mut rng = Rng::new(number ^ 0x365);
    format!("{:08x}-4c1d-4f0e-9c11-{:012x}", rng.next() >> 32, rng.next() >> 16)
}

/// When the password of an account was last changed before a moment: when it was made, or once since.
pub fn password_changed(world: &World, at: At, before: Instant) -> Instant {
    let since = world.account(at).since;
    let changed = world.calendar.at(since / 3, 8, 12);
    if changed < before { changed } else { world.calendar.at(since, 9, 0) }
}

/// The record of an account.
pub fn account_record(world: &World, at: At) -> Account {
    let plan = world.account(at);
    let calendar = &world.calendar;
    let owner = plan.owner.map(|p| world.person(p));
    let personal = plan.kind == AccountKind::Personal;
    let display = match (owner, personal) {
        (Some(person), true) if plan.login.starts_with("adm-") => Some(format!("{} (adm)", person.spec.name)),
        (Some(person), true) => Some(person.spec.name.clone()),
        _ => plan.held_by_client.then(|| titled(&plan.login)),
    };
    let own_address = plan.held_by_client.then(|| plan.login.clone());
    Account {
        owner: owner.map(|p| p.id),
        admin: plan.admin,
        held_by_client: plan.held_by_client,
        created: (!plan.waiting).then(|| calendar.at(plan.since, 9, 0)),
        tested: plan.tested.map(|ago| calendar.at(ago, 15, 0)),
        display_name: display,
        email: owner.filter(|_| personal).map(|person| address(world, at, person)).or(own_address),
        external_id: external_id(world, at),
        ..Account::new(plan.id, world.system(plan.system).id, plan.kind, plan.login.clone())
    }
}
