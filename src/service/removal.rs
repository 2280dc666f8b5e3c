//! The three facts of a removal, recorded: asked, removed, checked; and leaving one open on purpose.
//!
//! Must never know: keys pressed, the order of a discharge beyond asking it.

use crate::domain::discharge::{self, Case, Check, Checker, NextFact, Refusal};
use crate::domain::policy::Limit;
use crate::domain::{
    Account, AccountKind, ClientId, Edit, Grant, GrantId, GrantState, Holding, Instant, Knowing, Mark, PersonId, Proof,
    Run, RunId, Secret,
};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::discharge::facts as run_facts;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::service::{lines, words};
use crate::store::{Select, StoreError, Tx, WayRow};
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        Self::new(ErrorClass::Refused, refusal.to_string())
    }
}

/// What a removal command does to each way in.
#[derive(Debug, Clone)]
pub enum Act {
    /// Somebody is asked.
    Ask {
        /// Who.
        to: Option<PersonId>,
    },
    /// It was done.
    Done {
        /// When.
        at: Instant,
        /// By whom.
        by: Option<PersonId>,
    },
    /// Somebody looked.
    Confirm {
        /// Who.
        by: Option<PersonId>,
        /// How well that proves it.
        proof: Proof,
    },
    /// Left open on purpose.
    Waive {
        /// Until when.
        until: Instant,
        /// Why.
        reason: String,
    },
    /// The asking is taken back.
    CallOff,
}

impl Act {
    const fn action(&self) -> &'static str {
        match self {
            Self::Ask { .. } => "grant.asked",
            Self::Done { .. } => "grant.done",
            Self::Confirm { .. } => "grant.confirmed",
            Self::Waive { .. } => "grant.waived",
            Self::CallOff => "grant.called_off",
        }
    }
}

/// Reads the holdings named.
///
/// # Errors
/// When one of them is not in the register.
pub fn holdings(facts: &Facts<'_>, grants: &[GrantId]) -> Result<Vec<Holding>, AppError> {
    if grants.is_empty() {
        return Err(AppError::new(ErrorClass::BadInput, "No way in is chosen. Nothing was changed."));
    }
    let mut out = Vec::with_capacity(grants.len());
    for grant in grants {
        let found = facts.holding(*grant)?;
        out.push(found.ok_or_else(|| {
            AppError::new(ErrorClass::NotFound, format!("There is no way in with the id {grant}. Nothing was changed."))
        })?);
    }
    Ok(out)
}

/// Records one fact about several ways in as one change.
///
/// Bulk asking passes over those already asked for or shut; every other act is all or nothing.
///
/// # Errors
/// When a rule refuses one of them: nothing is changed then, and the sentence names which.
pub fn record(
    tx: &mut Tx<'_>,
    scene: &Scene,
    grants: &[GrantId],
    act: &Act,
    reason: Option<String>,
) -> Result<Outcome, AppError> {
    let decided = {
        let facts = Facts::new(**tx, None);
        let held = holdings(&facts, grants)?;
        decide(&facts, scene, held, act)?
    };
    let count = decided.changed.len();
    if count == 0 {
        return Ok(Outcome { message: nothing_to_do(act, decided.skipped), ..Outcome::nothing() });
    }
    let more = match (act, grants) {
        (Act::Done { .. }, [one]) => shut_with(tx, *one)?,
        _ => 0,
    };
    let (told, message, run) = (decided.told(), decided.message(act, more, scene), decided.run);
    let reason = match act {
        Act::Waive { reason, .. } => Some(reason.clone()),
        _ => reason,
    };
    let mut change = scene.change(act.action(), summary(act, &told, scene)).because(reason).in_run(run);
    for grant in decided.changed {
        if let Act::Done { at, .. } = act {
            for knowing in knowing_ended(tx, &grant, *at)? {
                change.put(knowing);
            }
        }
        change.put(grant);
    }
    let seq = tx.append(change)?;
    Ok(Outcome::done(seq, message).of_run(run).counting(count))
}

/// Ways in that were removed are open again, as somebody saw: the removal did not last and has to be asked once more. The
/// closed run they were removed in opens again.
///
/// # Errors
/// When one of them was not removed.
pub fn back(tx: &mut Tx<'_>, scene: &Scene, grants: &[GrantId], reason: Option<String>) -> Result<Outcome, AppError> {
    let (edits, first, run, reopened) = {
        let facts = Facts::new(**tx, None);
        let held = holdings(&facts, grants)?;
        if let Some(open) = held.iter().find(|holding| holding.grant.removal.done.is_none()) {
            let words = format!("{} was never removed. Nothing was changed.", lines::title(open));
            return Err(AppError::new(ErrorClass::Refused, words));
        }
        let first = held.first().map(|holding| format!("{}, {}", lines::title(holding), holding.person.name));
        let run = held.first().map(|holding| removed_in(&facts, holding)).transpose()?.flatten();
        let (run, closed) = (run.as_ref().map(|run| run.id), run.filter(|run| run.closed.is_some()));
        let came_back = discharge::came_back(scene.now);
        let mut edits: Vec<Edit> =
            held.iter().map(|holding| Grant { removal: came_back, ..holding.grant.clone() }.into()).collect();
        let reopened = closed.is_some();
        edits.extend(closed.map(|run| Edit::from(Run { closed: None, ..run })));
        (edits, first.unwrap_or_default(), run, reopened)
    };
    let count = grants.len();
    let told = if count == 1 { first } else { words::counted(count as u64, "way in", "ways in") };
    let mut change = scene.change("grant.came_back", format!("Open again: {told}")).because(reason).in_run(run);
    change.edits = edits;
    let seq = tx.append(change)?;
    let more = if reopened { " The closed run is open again." } else { "" };
    let message = format!("Open again: {told}.{more}");
    Ok(Outcome::done(seq, message).of_run(run).counting(count))
}

/// The run in which a way in was removed: the open one that governs it, else the newest one of its person, or over the
/// end of its client's contract, that was under way when it was removed.
fn removed_in(facts: &Facts<'_>, holding: &Holding) -> Result<Option<Run>, StoreError> {
    let (person, client) = (holding.person.id, holding.at.client.id);
    if let Some(open) = run_facts::governing(facts, Some(person), Some(client))? {
        return Ok(Some(open));
    }
    let Some(done) = holding.grant.removal.done else { return Ok(None) };
    let mut runs = facts.runs_of(person)?.to_vec();
    runs.extend(facts.list::<Run>(Select::all().eq("client", client))?);
    Ok(runs.into_iter().filter(|run| run.started <= done.at).max_by_key(|run| run.started))
}

/// Whoever may no longer use a shared login is not told its next password: what they knew of it ends with the right.
fn knowing_ended(tx: &Tx<'_>, grant: &Grant, at: Instant) -> Result<Vec<Knowing>, AppError> {
    let shared = tx.get::<Account>(grant.account)?.is_some_and(|account| account.kind != AccountKind::Personal);
    let mut ended = Vec::new();
    if shared {
        for secret in tx.ids::<Secret>(&Select::all().eq("account", grant.account))? {
            let open = Select::all().eq("secret", secret).eq("person", grant.person).is_null("until_at");
            ended.extend(tx.list::<Knowing>(&open)?.into_iter().map(|known| Knowing { until: Some(at), ..known }));
        }
    }
    Ok(ended)
}

/// What an act changes, and of whom it is told.
#[derive(Default)]
struct Decided {
    changed: Vec<Grant>,
    /// The title of the first way in.
    way: String,
    /// Whose they are, each person once.
    people: Vec<(PersonId, String)>,
    run: Option<RunId>,
    /// Those passed over.
    skipped: usize,
}

impl Decided {
    fn count(&self) -> u64 {
        self.changed.len() as u64
    }

    fn whose(&self) -> String {
        match self.people.as_slice() {
            [(_, name)] => name.clone(),
            people => words::counted(people.len() as u64, "person", "people"),
        }
    }

    /// For the history: which way in of whom, or how many of whom.
    fn told(&self) -> String {
        match self.count() {
            1 => format!("{}, {}", self.way, self.whose()),
            n => format!("{} of {}", words::counted(n, "way in", "ways in"), self.whose()),
        }
    }

    /// For whoever did it: what was done, and what it did besides.
    fn message(&self, act: &Act, more: u64, scene: &Scene) -> String {
        let what = match self.count() {
            1 => self.way.clone(),
            n => format!("{} of {}", words::counted(n, "way in", "ways in"), self.whose()),
        };
        let rest = match self.skipped {
            0 => String::new(),
            n => format!(" {n} were asked for or shut before."),
        };
        let with_it = match more {
            0 => String::new(),
            n => format!(", {} more shut with it", words::count(n)),
        };
        match act {
            Act::Ask { .. } if self.count() == 1 => format!("Asked for 1 removal: {what}.{rest}"),
            Act::Ask { .. } => {
                format!("Asked for {} removals from {}.{rest}", words::count(self.count()), self.whose())
            }
            Act::Done { at, .. } => format!("Removed {}{with_it}: {what}.", words::time(*at, &scene.zone)),
            Act::Confirm { .. } => format!("{what}: gone, checked."),
            Act::Waive { until, .. } => {
                format!("{what} left open until {}.", words::day(*until, scene.now, &scene.zone))
            }
            Act::CallOff => format!("Removal of {what} called off."),
        }
    }
}

/// How many other ways in go shut with one that is open now.
fn shut_with(tx: &Tx<'_>, grant: GrantId) -> Result<u64, AppError> {
    let row = tx.derived_one::<WayRow>(&Select::all().eq("grant_id", grant).eq("open", true))?;
    Ok(row.map_or(0, |row| row.shuts.saturating_sub(1)))
}

fn decide(facts: &Facts<'_>, scene: &Scene, held: Vec<Holding>, act: &Act) -> Result<Decided, AppError> {
    if let Act::Waive { .. } = act {
        discharge::may_waive_together(held.len())?;
    }
    let is_one = held.len() == 1;
    let mut cases = RunCases::default();
    let mut decided = Decided::default();
    for holding in held {
        let one = one(facts, scene, &holding, act, &mut cases);
        match one {
            Ok(grant) => {
                if decided.changed.is_empty() {
                    decided.way = lines::title(&holding);
                }
                if decided.people.iter().all(|(known, _)| *known != holding.person.id) {
                    decided.people.push((holding.person.id, holding.person.name.clone()));
                }
                decided.run = decided.run.or_else(|| cases.run(&holding));
                decided.changed.push(grant);
            }
            Err(Refused::Rule(Refusal::AskedBefore | Refusal::DoneBefore | Refusal::CheckedAlready))
                if matches!(act, Act::Ask { .. }) =>
            {
                decided.skipped += 1;
            }
            // Of one way in everybody knows which it is; the reason has the room.
            Err(Refused::Rule(refusal)) if is_one => return Err(refusal.into()),
            Err(Refused::Rule(refusal)) => {
                return Err(AppError::new(ErrorClass::Refused, format!("{}: {refusal}", lines::title(&holding))));
            }
            Err(Refused::Other(error)) => return Err(error),
        }
    }
    Ok(decided)
}

/// Runs read once: ways in of one person, or at one client, usually belong to one open run.
#[derive(Default)]
struct RunCases {
    governing: BTreeMap<(PersonId, ClientId), Option<RunId>>,
    open: BTreeMap<RunId, discharge::RunFacts>,
}

impl RunCases {
    fn of(
        &mut self,
        facts: &Facts<'_>,
        scene: &Scene,
        holding: &Holding,
    ) -> Result<Option<&discharge::RunFacts>, AppError> {
        let (person, client) = (holding.person.id, holding.at.client.id);
        if let Entry::Vacant(entry) = self.governing.entry((person, client)) {
            let run = run_facts::governing(facts, Some(person), Some(client))?;
            entry.insert(run.as_ref().map(|run| run.id));
            if let Some(run) = run.filter(|run| !self.open.contains_key(&run.id)) {
                self.open.insert(run.id, run_facts::read(facts, scene, run, scene.now)?);
            }
        }
        Ok(self.run(holding).and_then(|run| self.open.get(&run)))
    }

    /// The run that was found to govern a way in.
    fn run(&self, holding: &Holding) -> Option<RunId> {
        self.governing.get(&(holding.person.id, holding.at.client.id)).copied().flatten()
    }
}

enum Refused {
    Rule(Refusal),
    Other(AppError),
}

impl From<Refusal> for Refused {
    fn from(refusal: Refusal) -> Self {
        Self::Rule(refusal)
    }
}

impl From<AppError> for Refused {
    fn from(error: AppError) -> Self {
        Self::Other(error)
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Other(error.into())
    }
}

fn one(facts: &Facts<'_>, scene: &Scene, holding: &Holding, act: &Act, cases: &mut RunCases) -> Result<Grant, Refused> {
    let (now, grant) = (scene.now, &holding.grant);
    let run = cases.of(facts, scene, holding)?;
    let removal = match act {
        Act::Ask { to } => {
            let by = to.or_else(|| run.and_then(|run| run.run.doer));
            discharge::ask(&grant.removal, Mark { at: now, by }, now)?
        }
        Act::Done { at, by } => {
            let mark = Mark { at: *at, by: by.or(scene.me) };
            if let Some(run) = run {
                let case = Case::new(run, now);
                return Ok(discharge::way_done(&case, grant.id, mark)?);
            }
            discharge::mark_done(&grant.removal, mark, now)?
        }
        Act::Confirm { by, proof } => {
            let by = Checker::Person(by.or(scene.me));
            if let Some(run) = run {
                let case = Case::new(run, now);
                return Ok(discharge::way_checked(&case, grant.id, now, by, *proof)?);
            }
            let check = Check {
                at: now,
                by,
                proof: *proof,
                leaver: Some(holding.person.id),
                needs_second_person: holding.needs_second_person(),
                alone: false,
            };
            discharge::confirm(&grant.removal, &check, now)?
        }
        Act::Waive { until, reason } => {
            let most = scene.policy.plain(Limit::ExceptionMax);
            discharge::waive(&grant.removal, now, *until, reason, most)?
        }
        Act::CallOff => match grant.removal.state(now) {
            GrantState::Asked => crate::domain::Removal { asked: None, ..grant.removal },
            GrantState::Checked => return Err(Refusal::CheckedAlready.into()),
            GrantState::Removed => return Err(Refusal::DoneBefore.into()),
            _ => return Err(Refusal::NotDoneYet.into()),
        },
    };
    Ok(Grant { removal, ..grant.clone() })
}

/// What Space does to a way in: asked or open becomes removed, removed becomes checked where the operator may check.
///
/// # Errors
/// When a rule refuses: the sentence says what is missing.
pub fn next(tx: &mut Tx<'_>, scene: &Scene, grant: GrantId) -> Result<Outcome, AppError> {
    let next = {
        let facts = Facts::new(**tx, None);
        let held = holdings(&facts, &[grant])?;
        held.first().map_or(NextFact::Nothing, |holding| discharge::next_state(&holding.grant.removal, scene.now))
    };
    let act = match next {
        NextFact::Done => Act::Done { at: scene.now, by: None },
        NextFact::Check => Act::Confirm { by: None, proof: Proof::Observed },
        NextFact::Nothing => {
            return Ok(Outcome {
                message: "Checked already. Nothing is left to do here.".to_owned(),
                ..Outcome::nothing()
            });
        }
    };
    record(tx, scene, &[grant], &act, None)
}

fn summary(act: &Act, told: &str, scene: &Scene) -> String {
    match act {
        Act::Ask { .. } => format!("Asked to remove {told}"),
        Act::Done { .. } => format!("Removed {told}"),
        Act::Confirm { proof, .. } => format!("Checked ({}): {told}", proof.shown()),
        Act::Waive { until, .. } => format!("Left open until {}: {told}", words::full_day(*until, &scene.zone)),
        Act::CallOff => format!("Called off the removal of {told}"),
    }
}

fn nothing_to_do(act: &Act, skipped: usize) -> String {
    match act {
        Act::Ask { .. } => match skipped {
            1 => "It was asked for or shut before. Nothing changed.".to_owned(),
            n => format!("All {n} were asked for or shut before. Nothing changed."),
        },
        _ => "Nothing changed.".to_owned(),
    }
}
