//! The made-up world as a whole: everybody, everything and what became of it, before any of it is told.
//!
//! Must never know: how it is told, entry by entry.

use super::calendar::Calendar;
use super::recipe::{self, ClientSpec, Office, PersonSpec, SeenSpec, SystemSpec};
use super::rng::Rng;
use super::story::Story;
use super::{Cast, Size};
use crate::domain::{
    Account, AccountId, AccountKind, Admin, BatchId, CaseKind, Client, ClientId, Factor, GrantId, Instant, Mark,
    Person, PersonId, RunId, Secret, SecretId, System, SystemId,
};
use std::collections::BTreeMap;

/// The domain of the made-up firm. `.example` can never belong to anybody (RFC 2606).
pub const OWN_DOMAIN: &str = "kingswood-it.example";

/// A place in one of the world's lists.
pub type At = usize;

/// A person to be.
pub struct PersonPlan {
    pub id: PersonId,
    pub spec: PersonSpec,
    /// First day in days ago.
    pub started: i64,
    /// Last minute of work.
    pub last_day: Option<Instant>,
    /// `first.last`.
    pub handle: String,
}

/// A client to be.
pub struct ClientPlan {
    pub id: ClientId,
    pub spec: ClientSpec,
    /// Its domain.
    pub domain: String,
}

/// A system to be.
pub struct SystemPlan {
    pub id: SystemId,
    pub client: At,
    pub spec: SystemSpec,
    /// The lists it gave, oldest first.
    pub takes: Vec<Take>,
}

/// One list of a system.
pub struct Take {
    pub id: BatchId,
    /// When the list was taken.
    pub taken: Instant,
    /// When it was imported.
    pub applied: Instant,
}

/// How something came into the register.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Intro {
    /// With the office's own workbook on the first day.
    Opening,
    /// Typed in by hand on the day.
    Hand,
    /// With this list of its system.
    Take(usize),
}

/// An account to be.
pub struct AccountPlan {
    pub id: AccountId,
    pub system: At,
    pub kind: AccountKind,
    pub login: String,
    /// The technician or custodian.
    pub owner: Option<At>,
    pub admin: Admin,
    pub factor: Option<Factor>,
    /// Last used; something recent without it.
    pub seen: Option<SeenSpec>,
    /// Made so many days ago.
    pub since: i64,
    pub tested: Option<i64>,
    pub held_by_client: bool,
    /// Not made yet: waits for somebody's first day.
    pub waiting: bool,
    pub intro: Intro,
}

/// A way in to be.
pub struct WayPlan {
    pub id: GrantId,
    pub person: At,
    pub account: At,
    pub level: String,
    pub admin: Admin,
    pub since: i64,
    pub until: Option<i64>,
    pub planned: bool,
    pub approver: Option<At>,
    pub reason: Option<String>,
    pub intro: Intro,
    pub fate: Fate,
}

/// What became of a way in.
#[derive(Debug, Clone, Copy, Default)]
pub struct Fate {
    pub asked: Option<Mark>,
    pub done: Option<Mark>,
    pub confirm: Option<Confirm>,
    /// In the newest list again, after it had been done.
    pub came_back: bool,
    /// The run it was removed in.
    pub run: Option<RunId>,
}

/// How a removal was checked.
#[derive(Debug, Clone, Copy)]
pub enum Confirm {
    /// A second person looked.
    Second(Mark),
    /// This list of its system showed it shut.
    Take(usize),
}

/// A discharge or role change to be.
pub struct RunPlan {
    pub id: RunId,
    pub person: At,
    pub kind: CaseKind,
    pub trigger: Instant,
    pub started: Instant,
    pub closed: Option<Instant>,
    pub doer: At,
    pub checker: At,
}

/// Everything.
pub struct World {
    pub calendar: Calendar,
    pub people: Vec<PersonPlan>,
    pub clients: Vec<ClientPlan>,
    pub systems: Vec<SystemPlan>,
    pub accounts: Vec<AccountPlan>,
    pub ways: Vec<WayPlan>,
    pub runs: Vec<RunPlan>,
    /// One for each secret of the office, in its order.
    pub secrets: Vec<SecretId>,
    pub office: Office,
    pub rng: Rng,
    names: BTreeMap<String, At>,
    codes: BTreeMap<String, At>,
}

/// The people of the small size, in the order of the recipe.
const FEW_PEOPLE: [&str; 8] =
    ["M. Ortiz", "Dana Ruiz", "Tom Becker", "Aisha Khan", "Daniel Okoro", "Priya Nair", "Adaeze Obi", "Sam Okafor"];
/// The clients of the small size.
const FEW_CLIENTS: [&str; 5] = ["OWN", "CED", "HAR", "MIL", "OSP"];

impl World {
    /// Makes the world up, down to the ids.
    pub fn build(size: Size, story: &mut Story<'_>) -> Self {
        let mut recipe = recipe::shipped();
        if size == Size::Small {
            recipe.people.retain(|p| FEW_PEOPLE.contains(&p.name.as_str()));
            recipe.clients.retain(|c| FEW_CLIENTS.contains(&c.code.as_str()));
        }
        let mut world = Self {
            calendar: story.calendar.clone(),
            people: Vec::new(),
            clients: Vec::new(),
            systems: Vec::new(),
            accounts: Vec::new(),
            ways: Vec::new(),
            runs: Vec::new(),
            secrets: recipe.office.secrets.iter().map(|_| story.id::<Secret>()).collect(),
            office: recipe.office.clone(),
            rng: Rng::new(0x4B57),
            names: BTreeMap::new(),
            codes: BTreeMap::new(),
        };
        for spec in &recipe.people {
            world.add_person(spec, story);
        }
        for spec in &recipe.clients {
            let at = world.clients.len();
            let domain = if spec.class == "own" { OWN_DOMAIN.to_owned() } else { domain_of(&spec.name) };
            world.clients.push(ClientPlan { id: story.id::<Client>(), spec: spec.clone(), domain });
            world.codes.insert(spec.code.clone(), at);
            for system in recipe.classes.get(&spec.class).into_iter().flatten() {
                let plan = SystemPlan { id: story.id::<System>(), client: at, spec: system.clone(), takes: Vec::new() };
                world.systems.push(plan);
            }
        }
        super::estate::schedule(&mut world, story);
        super::access::plan(&mut world, &recipe, story);
        super::fates::plan(&mut world, &recipe, story);
        super::fates::introduce(&mut world);
        world
    }

    fn add_person(&mut self, spec: &PersonSpec, story: &mut Story<'_>) {
        let calendar = &self.calendar;
        let started = match (spec.start, &spec.starts) {
            (Some(ago), _) => ago,
            (None, _) => -(calendar.next_monday() - calendar.day(0)).num_days(),
        };
        let last_day = match spec.left {
            Some(left) => Some(calendar.at(left, spec.hour.unwrap_or(17), 0)),
            None => spec.leaves.as_ref().map(|_| calendar.leaving()),
        };
        self.names.insert(spec.name.clone(), self.people.len());
        let handle = folded_words(&spec.name).join(".");
        self.people.push(PersonPlan { id: story.id::<Person>(), spec: spec.clone(), started, last_day, handle });
    }

    /// Adds an account.
    pub fn add_account(&mut self, story: &mut Story<'_>, mut plan: AccountPlan) -> At {
        plan.id = story.id::<Account>();
        self.accounts.push(plan);
        self.accounts.len() - 1
    }

    /// The person with this name, when the size has them.
    pub fn named(&self, name: &str) -> Option<At> {
        self.names.get(name).copied()
    }

    /// The client with this code, when the size has it.
    pub fn coded(&self, code: &str) -> Option<At> {
        self.codes.get(code).copied()
    }

    /// The system behind `CODE/name`, when the size has it.
    pub fn system_at(&self, place: &str) -> Option<At> {
        let (code, name) = place.split_once('/')?;
        let client = self.coded(code)?;
        self.systems.iter().position(|s| s.client == client && s.spec.name == name)
    }

    /// A person of the plan.
    pub fn person(&self, at: At) -> &PersonPlan {
        self.people.get(at).expect("invariant: places in the plan come from the plan")
    }

    /// A client of the plan.
    pub fn client(&self, at: At) -> &ClientPlan {
        self.clients.get(at).expect("invariant: places in the plan come from the plan")
    }

    /// A system of the plan.
    pub fn system(&self, at: At) -> &SystemPlan {
        self.systems.get(at).expect("invariant: places in the plan come from the plan")
    }

    /// An account of the plan.
    pub fn account(&self, at: At) -> &AccountPlan {
        self.accounts.get(at).expect("invariant: places in the plan come from the plan")
    }

    /// The client of a system.
    pub fn client_of(&self, system: At) -> &ClientPlan {
        self.client(self.system(system).client)
    }

    /// The system of a way in.
    pub fn system_of(&self, way: &WayPlan) -> &SystemPlan {
        self.system(self.account(way.account).system)
    }

    /// A way in as the history words it: `Cedar & Pike Law VPN`; at the own company without the company.
    pub fn place(&self, system: At) -> String {
        let plan = self.system(system);
        let client = self.client(plan.client);
        if client.spec.class == "own" {
            plan.spec.name.clone()
        } else {
            format!("{} {}", client.spec.name, plan.spec.name)
        }
    }

    /// The office manager's id, as doer of what nobody else is named for.
    pub fn office_manager(&self) -> Option<PersonId> {
        self.named("M. Ortiz").map(|at| self.person(at).id)
    }

    /// Who is who.
    pub fn cast(&self) -> Cast {
        let id = |name: &str| self.named(name).map(|at| self.person(at).id);
        Cast {
            office_manager: id("M. Ortiz"),
            leaving: id("Dana Ruiz"),
            left: id("Priya Nair"),
            starting: id("Sam Okafor"),
        }
    }
}

impl PersonPlan {
    /// Work address.
    pub fn email(&self) -> String {
        format!("{}@{OWN_DOMAIN}", self.handle)
    }

    /// Whether they did their work on that day.
    pub fn works_on(&self, ago: i64) -> bool {
        self.started >= ago && self.spec.left.is_none_or(|left| left < ago)
    }

    /// Whether they serve clients.
    pub fn is_technician(&self) -> bool {
        self.spec.role.starts_with("Technician") || self.spec.role == "Project engineer"
    }
}

/// The words of a name in lower case, letters and digits only.
pub fn folded_words(name: &str) -> Vec<String> {
    name.split_whitespace()
        .map(|word| word.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>())
        .filter(|word| !word.is_empty())
        .collect()
}

fn domain_of(name: &str) -> String {
    format!("{}.example", folded_words(name).concat())
}
