//! What it would take if somebody left today: for one person, or for everybody with the most work first.
//!
//! Must never know: how answers are printed, how work is counted.

use super::discharge::facts::{self as run_facts, deadlines};
use super::session::{Scene, Session};
use super::{AsOf, derive, lines};
use crate::domain::discharge::{self, Case, Ids, SoleKind, Start, Work};
use crate::domain::{
    AnyRecord, CaseKind, Edit, Instant, Person, PersonId, RecordKind, SecretId, SystemReach, person_status,
};
use crate::error::{AppError, ErrorClass};
use crate::service::facts::Facts;
use crate::store::Select;
use std::collections::BTreeSet;

/// What it would take if one person left today.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIf {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub name: String,
    /// Their role.
    pub role: Option<String>,
    /// Open ways in.
    pub ways_in: u32,
    /// Of these with admin rights.
    pub admin: u32,
    /// Clients with an open way in.
    pub clients: u32,
    /// Shared logins they know and nobody has changed since.
    pub secrets: u32,
    /// Steps by hand in the list for somebody who leaves at once.
    pub steps: u32,
    /// About how many minutes all the work takes, the steps apart.
    pub minutes: u32,
    /// The work, kind by kind.
    pub work: Vec<Work>,
    /// What only they can do, gravest first.
    pub sole: Vec<SoleLine>,
}

/// Something only one person can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoleLine {
    /// Why.
    pub kind: SoleKind,
    /// What.
    pub what: String,
    /// Whose, in words; empty where no client is meant.
    pub client: String,
}

/// Ids for records that are never written.
#[derive(Default)]
struct Unwritten(u64);

impl Ids for Unwritten {
    fn next(&mut self, _kind: RecordKind) -> u64 {
        self.0 += 1;
        u64::MAX / 2 + self.0
    }
}

impl Session {
    /// What it would take if this person left now.
    ///
    /// # Errors
    /// When another day is asked for, the person is not in the register, or a table cannot be read.
    pub fn what_if(&mut self, person: PersonId, as_of: AsOf) -> Result<WhatIf, AppError> {
        self.today_only(as_of)?;
        self.look(as_of, |facts, at| {
            let found = facts.get::<Person>(person)?;
            let found =
                found.ok_or_else(|| AppError::new(ErrorClass::NotFound, "That person is not in the register."))?;
            of(facts, &self.scene, &found, at)
        })
    }

    /// The same for everybody who has not left, most work first. Who can get in nowhere and knows nothing is left out.
    ///
    /// # Errors
    /// When another day is asked for, or a table cannot be read.
    pub fn what_if_everybody(&mut self, as_of: AsOf) -> Result<Vec<WhatIf>, AppError> {
        self.today_only(as_of)?;
        self.look(as_of, |facts, at| {
            let mut all = Vec::new();
            for person in facts.list::<Person>(Select::all())? {
                let runs = facts.runs_of(person.id)?;
                if person_status::status(&person, &runs, &self.scene.zone, at).has_left() {
                    continue;
                }
                let found = of(facts, &self.scene, &person, at)?;
                if !found.work.is_empty() {
                    all.push(found);
                }
            }
            all.sort_by(|a, b| (b.minutes, b.sole.len(), &a.name).cmp(&(a.minutes, a.sole.len(), &b.name)));
            Ok(all)
        })
    }

    /// Who else administers a system is kept for now only, and a drill about the past helps nobody.
    fn today_only(&mut self, as_of: AsOf) -> Result<(), AppError> {
        self.advance()?;
        if as_of == AsOf::default() {
            return Ok(());
        }
        Err(AppError::new(ErrorClass::Usage, "What it would take is told for today only.")
            .hint("keyward reach TECHNICIAN --on DATE says what somebody could reach on another day"))
    }
}

fn of(facts: &Facts<'_>, scene: &Scene, person: &Person, at: Instant) -> Result<WhatIf, AppError> {
    let start = Start {
        kind: CaseKind::AtOnce,
        person: Some(person),
        client: None,
        trigger: at,
        now: at,
        doer: None,
        checker: None,
        alone: None,
    };
    let mut ids = Unwritten::default();
    let (run, _) = discharge::open_run(&start, &mut ids)
        .map_err(|refused| AppError::new(ErrorClass::Internal, refused.to_string()))?;
    let whole = run_facts::read(facts, scene, run, at)?;
    let case = Case::new(&whole, at);
    let planned = discharge::plan_run(&case, &deadlines(scene), &scene.zone, &mut ids);
    let is_step = |edit: &&Edit| matches!(edit, Edit::Put(AnyRecord::Step(_)));
    let steps = planned.iter().filter(is_step).count();
    let (found, sole) = look(facts, scene, person.id, &case)?;
    Ok(WhatIf {
        person: person.id,
        name: person.name.clone(),
        role: person.role.clone(),
        ways_in: found.ways_in,
        admin: found.admin,
        clients: found.clients,
        secrets: found.secrets,
        steps: u32::try_from(steps).unwrap_or(u32::MAX),
        minutes: found.minutes(),
        work: found.work,
        sole,
    })
}

/// The same of a case that is open already, with what only they can do in words.
///
/// # Errors
/// When a table cannot be read.
pub fn look(
    facts: &Facts<'_>,
    scene: &Scene,
    person: PersonId,
    case: &Case<'_>,
) -> Result<(discharge::WhatIf, Vec<SoleLine>), AppError> {
    let (known, _) = derive::known(facts, scene, person, case.at)?;
    let only_they: BTreeSet<SecretId> =
        known.iter().filter(|known| known.still_needed_by.is_empty()).map(|known| known.secret).collect();
    let found = discharge::what_if(case, &only_they);
    let mut sole = Vec::with_capacity(found.sole.len());
    for item in &found.sole {
        let by_system = item.system.map(|system| facts.system(system)).transpose()?.flatten();
        let client = match item.client.or(by_system.map(|system| system.client)) {
            Some(client) => facts.client(client)?,
            None => None,
        };
        let words = client.map(|client| lines::client_words(client.own, &client.name, SystemReach::One));
        sole.push(SoleLine { kind: item.kind, what: item.what.clone(), client: words.unwrap_or_default() });
    }
    Ok((found, sole))
}
