//! Writes what was computed into the derived tables, in place of what stood there.
//!
//! Must never know: how it was computed.

use super::people::Computed;
use super::places::Judged;
use crate::domain::findings::{Finding, exceptions};
use crate::domain::{
    AccountId, ClientId, Exception, GrantId, Instant, PersonId, RecordKind, RecordRef, SecretId, SystemId,
};
use crate::error::AppError;
use crate::service::facts::Facts;
use crate::service::session::Scene;
use crate::store::{Boundary, ClientCount, FindingRow, PersonCount, Select, StoreError, SystemCount, Tx, WayRow};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeSet, HashMap};

/// What of a finding is not a column: the detail pane and the commands show it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Body {
    /// Why it is here.
    pub reason: String,
    /// What could happen.
    pub could: String,
    /// Facts with their limits.
    pub facts: Vec<String>,
    /// What to do.
    pub fix: Vec<String>,
    /// The single lines.
    pub lines: Vec<BodyLine>,
    /// Controls it gives evidence for.
    pub controls: Vec<String>,
    /// Ways in concerned.
    pub ways_in: u32,
    /// Of which admin.
    pub admin: u32,
    /// When it has to be put right.
    pub due: Option<Instant>,
    /// Set aside until then.
    pub set_aside: Option<Instant>,
    /// Policy version it was judged by.
    pub policy: u64,
}

/// One line of a finding.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BodyLine {
    /// What, where.
    pub what: String,
    /// The facts that make it a line.
    pub facts: Vec<String>,
    /// The way in it is about.
    pub grant: Option<GrantId>,
}

/// What the rows are written over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Over {
    /// What stood there before.
    Kept,
    /// Empty tables without indexes.
    Nothing,
}

/// What is written, and whose counters are no longer right after it: a way in shut by its sign-on stands in another
/// system than the one that changed.
#[derive(Debug)]
pub struct Stale {
    /// What the rows are written over.
    pub over: Over,
    /// Systems.
    pub systems: BTreeSet<SystemId>,
    /// Clients.
    pub clients: BTreeSet<ClientId>,
    /// Findings came or went.
    pub findings: bool,
}

/// The subjects a finding row can belong to. A finding of one subject is replaced when that subject is computed again.
#[derive(Debug, Clone, Copy)]
enum Subject {
    Person(PersonId),
    Account(AccountId),
    Secret(SecretId),
    System(SystemId),
}

impl Subject {
    fn column(self) -> (&'static str, u64) {
        match self {
            Self::Person(id) => ("person", id.0),
            Self::Account(id) => ("account", id.0),
            Self::Secret(id) => ("secret", id.0),
            Self::System(id) => ("system", id.0),
        }
    }

    /// Whether a key of this subject's column was made when this subject was judged. Keys name their subject after
    /// the rule: `no-mfa:account-7`; what is judged with a person and names something finer is the person's.
    fn owns(self, key: &str) -> bool {
        let about = key.split_once(':').map_or("", |(_, about)| about);
        let is = |word: &str| about.split_once('-').is_some_and(|(kind, _)| kind == word);
        match self {
            Self::Person(_) => !is("account") && !is("secret") && !is("system"),
            Self::Account(_) => is("account"),
            Self::Secret(_) => is("secret"),
            Self::System(_) => is("system"),
        }
    }
}

/// A person's ways in, counters and findings.
///
/// # Errors
/// When a table cannot be written.
pub fn person(
    tx: &mut Tx<'_>,
    scene: &Scene,
    person: PersonId,
    computed: Option<Computed>,
    stale: &mut Stale,
) -> Result<(), AppError> {
    let reference = RecordRef { kind: RecordKind::Person, id: person.0 };
    let new = computed.as_ref().map_or(&[][..], |computed| &computed.ways);
    ways(tx, person, new, stale)?;
    let Some(computed) = computed else {
        tx.unset::<PersonCount>("person", person)?;
        findings(tx, scene, Subject::Person(person), &[], stale)?;
        return boundaries(tx, scene, reference, Vec::new(), stale);
    };
    tx.set(&computed.count)?;
    findings(tx, scene, Subject::Person(person), &computed.judged.findings, stale)?;
    boundaries(tx, scene, reference, computed.boundaries, stale)
}

/// Writes the ways in that are new or otherwise than before, and notes their systems and clients; somebody may hold
/// twenty thousand, and a change touches a few.
fn ways(tx: &mut Tx<'_>, person: PersonId, new: &[WayRow], stale: &mut Stale) -> Result<(), StoreError> {
    if stale.over == Over::Nothing {
        return new.iter().try_for_each(|way| tx.set(way));
    }
    let old = tx.derived::<WayRow>(&Select::all().eq("person", person))?;
    let mut old: HashMap<GrantId, WayRow> = old.into_iter().map(|way| (way.grant_id, way)).collect();
    let mut moved = |way: &WayRow| {
        stale.systems.insert(way.system);
        stale.clients.insert(way.client);
    };
    for way in new {
        let before = old.remove(&way.grant_id);
        if before.as_ref() != Some(way) {
            before.iter().for_each(&mut moved);
            moved(way);
            tx.set(way)?;
        }
    }
    for gone in old.values() {
        moved(gone);
        tx.unset::<WayRow>("grant_id", gone.grant_id)?;
    }
    Ok(())
}

/// An account's findings.
///
/// # Errors
/// When a table cannot be written.
pub fn account(
    tx: &mut Tx<'_>,
    scene: &Scene,
    account: AccountId,
    judged: &Judged,
    stale: &mut Stale,
) -> Result<(), AppError> {
    findings(tx, scene, Subject::Account(account), &judged.findings, stale)?;
    boundaries(tx, scene, RecordRef { kind: RecordKind::Account, id: account.0 }, judged.boundaries.clone(), stale)
}

/// A secret's findings.
///
/// # Errors
/// When a table cannot be written.
pub fn secret(
    tx: &mut Tx<'_>,
    scene: &Scene,
    secret: SecretId,
    judged: &Judged,
    stale: &mut Stale,
) -> Result<(), AppError> {
    findings(tx, scene, Subject::Secret(secret), &judged.findings, stale)?;
    boundaries(tx, scene, RecordRef { kind: RecordKind::Secret, id: secret.0 }, judged.boundaries.clone(), stale)
}

/// A system's findings.
///
/// # Errors
/// When a table cannot be written.
pub fn system(
    tx: &mut Tx<'_>,
    scene: &Scene,
    system: SystemId,
    judged: &Judged,
    stale: &mut Stale,
) -> Result<(), AppError> {
    findings(tx, scene, Subject::System(system), &judged.findings, stale)?;
    boundaries(tx, scene, RecordRef { kind: RecordKind::System, id: system.0 }, judged.boundaries.clone(), stale)
}

/// A system's counters.
///
/// # Errors
/// When a table cannot be written.
pub fn system_count(tx: &mut Tx<'_>, system: SystemId, listed_at: Option<Instant>) -> Result<(), StoreError> {
    if !tx.exists(RecordRef { kind: RecordKind::System, id: system.0 })? {
        tx.unset::<SystemCount>("system", system)?;
        return Ok(());
    }
    let open = tx.derived::<WayRow>(&Select::all().eq("system", system).eq("open", true))?;
    let people: BTreeSet<PersonId> = open.iter().map(|way| way.person).collect();
    tx.set(&SystemCount {
        system,
        people: people.len() as u64,
        ways_in: open.len() as u64,
        admin: open.iter().filter(|way| way.admin).count() as u64,
        listed_at,
    })
}

/// A client's counters.
///
/// # Errors
/// When a table cannot be written.
pub fn client(tx: &mut Tx<'_>, client: ClientId) -> Result<(), StoreError> {
    if !tx.exists(RecordRef { kind: RecordKind::Client, id: client.0 })? {
        tx.unset::<ClientCount>("client", client)?;
        return Ok(());
    }
    let of_client = Select::all().eq("client", client);
    let ways = tx.derived_count::<WayRow>(&of_client)?;
    let open = tx.derived::<WayRow>(&of_client.clone().eq("open", true))?;
    let people: BTreeSet<PersonId> = open.iter().map(|way| way.person).collect();
    let findings = tx.derived_count::<FindingRow>(&of_client.ne("state", "set_aside"))?;
    tx.set(&ClientCount {
        client,
        ways,
        people: people.len() as u64,
        ways_in: open.len() as u64,
        admin: open.iter().filter(|way| way.admin).count() as u64,
        weak_admin: open.iter().filter(|way| way.admin && way.weak).count() as u64,
        findings,
    })
}

/// How many findings count, under this name among the sums.
pub const FINDINGS_OPEN: &str = "findings.open";
/// How many are set aside.
pub const FINDINGS_ASIDE: &str = "findings.set_aside";

/// Counts the findings again, for the screens that show how many there are.
///
/// # Errors
/// When a table cannot be written.
pub fn finding_totals(tx: &mut Tx<'_>) -> Result<(), StoreError> {
    for (name, states) in [(FINDINGS_OPEN, &["open", "asked"][..]), (FINDINGS_ASIDE, &["set_aside"])] {
        let found = tx.derived_count::<FindingRow>(&Select::all().one_of("state", states.iter().copied()))?;
        tx.set_total(name, i64::try_from(found).unwrap_or(i64::MAX))?;
    }
    Ok(())
}

fn findings(
    tx: &mut Tx<'_>,
    scene: &Scene,
    subject: Subject,
    found: &[Finding],
    stale: &mut Stale,
) -> Result<(), AppError> {
    let mut old: HashMap<String, FindingRow> = HashMap::new();
    if stale.over == Over::Kept {
        let (column, id) = subject.column();
        let rows = tx.derived::<FindingRow>(&Select::all().eq(column, id))?;
        old.extend(rows.into_iter().filter(|row| subject.owns(&row.key)).map(|row| (row.key.clone(), row)));
    }
    let mut moved = |row: &FindingRow| {
        stale.findings = true;
        stale.clients.extend(row.client);
    };
    for finding in found {
        let row = row(tx, scene, finding)?;
        let before = old.remove(&row.key);
        if before.as_ref() != Some(&row) {
            before.iter().for_each(&mut moved);
            moved(&row);
            tx.set(&row)?;
        }
    }
    for gone in old.values() {
        moved(gone);
        tx.unset::<FindingRow>("key", gone.key.as_str())?;
    }
    Ok(())
}

/// A finding as a row, set aside where an exception in force says so.
///
/// # Errors
/// When the exceptions cannot be read.
pub fn row(tx: &Tx<'_>, scene: &Scene, finding: &Finding) -> Result<FindingRow, AppError> {
    row_with(&Facts::new(**tx, None), scene, finding)
}

/// The same with facts of any moment.
///
/// # Errors
/// When the exceptions cannot be read.
pub fn row_with(facts: &Facts<'_>, scene: &Scene, finding: &Finding) -> Result<FindingRow, AppError> {
    let exceptions = facts.list::<Exception>(Select::all().eq("key", finding.key.as_str()))?;
    let set_aside = exceptions::covering(finding, &exceptions, scene.now).map(|exception| exception.until);
    let state = match (set_aside, finding.asked) {
        (Some(_), _) => "set_aside",
        (None, true) => "asked",
        (None, false) => "open",
    };
    let body = Body {
        reason: finding.reason.clone(),
        could: finding.could.clone(),
        facts: finding.facts.clone(),
        fix: finding.fix.clone(),
        lines: finding
            .lines
            .iter()
            .map(|line| BodyLine { what: line.what.clone(), facts: line.facts.clone(), grant: line.subjects.grant })
            .collect(),
        controls: finding.controls.clone(),
        ways_in: finding.reach.ways_in,
        admin: finding.reach.admin,
        due: finding.due,
        set_aside,
        policy: finding.policy,
    };
    let body = serde_json::to_string(&body)
        .map_err(|error| AppError::new(crate::error::ErrorClass::Internal, error.to_string()))?;
    // The payoff fits a float exactly up to 2^53; beyond that the order of such giants does not matter.
    #[expect(clippy::cast_precision_loss, reason = "only the order counts")]
    let payoff = finding.payoff() as f64;
    Ok(FindingRow {
        key: finding.key.clone(),
        rule: finding.rule.stored().to_owned(),
        severity: finding.severity,
        person: finding.subjects.person,
        client: finding.subjects.client,
        system: finding.subjects.system,
        account: finding.subjects.account,
        secret: finding.subjects.secret,
        since: finding.since,
        lines: finding.lines.len() as u64,
        minutes: finding.minutes.into(),
        reach: finding.reach.clients.into(),
        payoff,
        title: finding.title.clone(),
        body,
        state: state.to_owned(),
    })
}

/// The next moments at which something about a record changes by itself. Only the nearest one counts: the rest is
/// found when that one has passed.
fn boundaries(
    tx: &mut Tx<'_>,
    scene: &Scene,
    of: RecordRef,
    moments: Vec<Instant>,
    stale: &Stale,
) -> Result<(), AppError> {
    if stale.over == Over::Kept {
        tx.unset_boundaries(of)?;
    }
    if let Some(next) = moments.into_iter().filter(|moment| *moment > scene.now).min() {
        tx.set(&Boundary { at: next, kind: of.kind, id: of.id })?;
    }
    Ok(())
}
