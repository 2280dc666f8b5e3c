//! What is wrong: rules as pure functions from facts, policy and a moment to findings.
//!
//! A finding is computed, never closed by hand: it goes when the facts change, and an exception sets it aside for a
//! time. The same facts at the same moment give the same findings, years later. Four entry points follow what a
//! change can touch: [`Judge::person`], [`Judge::account`], [`Judge::secret`], [`Judge::system`]; each has a sibling
//! that tells at which later moments its result may change by itself.
//!
//! | A change of | touches |
//! |---|---|
//! | a person's dates, runs or status | the person; logins they own or hold; secrets they ever knew, and the people who knew those; systems they administer |
//! | a way in | its person, its login, its system; secrets kept in that system |
//! | a login or what was seen of it | the login, its system, everybody with a way in with it |
//! | a secret, a period of knowing, a change of a secret | the secret, its login, everybody who ever knew it |
//! | a system, a client's tags, an import | the system, its logins, everybody with a way into it |
//! | the policy | everything |
//!
//! Must never know: SQL, files, the clock, where findings are kept.

pub mod catalogue;
pub mod exceptions;
pub mod facts;

mod boundaries;
mod leaving;
mod logins;
mod secrets;
mod sharing;
mod sign_in;
mod systems;
#[cfg(test)]
mod tests;
mod words;

pub use catalogue::{Rule, RuleText, Scope};
pub use exceptions::{ExceptionError, Sorted, apply_exceptions};
pub use facts::{AccountCase, EmergencyLogin, Holder, PersonFacts, SecretCase, Sighting, Somebody, SystemCase};

use crate::domain::policy::{InForce, Limit, Policy};
use crate::domain::{AccountId, Admin, ClientId, GrantId, Instant, PersonId, SecretId, Seq, Severity, SystemId, Zone};
use std::collections::BTreeSet;

/// What a finding or one of its lines is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Subjects {
    /// The person.
    pub person: Option<PersonId>,
    /// The client.
    pub client: Option<ClientId>,
    /// The system.
    pub system: Option<SystemId>,
    /// The login.
    pub account: Option<AccountId>,
    /// The shared secret.
    pub secret: Option<SecretId>,
    /// The way in.
    pub grant: Option<GrantId>,
}

/// One line of a finding: one way in, one secret, one fact that is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// What, where: `Harbor Dental firewall, admin`.
    pub what: String,
    /// What it is about.
    pub subjects: Subjects,
    /// The facts that make it a line: which fact, which limit, which policy.
    pub facts: Vec<String>,
    /// Since when it is wrong, when that is known.
    pub since: Option<Instant>,
    /// Somebody has been asked to put it right.
    pub asked: bool,
    /// How urgent this line alone is.
    pub severity: Severity,
    /// What it may administer.
    pub admin: Admin,
}

/// How far a finding reaches.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct FindingReach {
    /// Ways in concerned.
    pub ways_in: u32,
    /// Those of them with admin rights.
    pub admin: u32,
    /// Clients concerned.
    pub clients: u32,
    /// Ways in weighed by their level, as the rule weighs them.
    pub weight: u32,
}

/// Something that is wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Which rule says so.
    pub rule: Rule,
    /// Rule and subjects: the same problem has the same key for ever.
    pub key: String,
    /// How urgent it is.
    pub severity: Severity,
    /// What it is about.
    pub subjects: Subjects,
    /// What is wrong, in a line.
    pub title: String,
    /// Why it is here, in a sentence or two.
    pub reason: String,
    /// Everything that belongs to it.
    pub lines: Vec<Line>,
    /// The facts behind it.
    pub facts: Vec<String>,
    /// What to do, step by step.
    pub fix: Vec<String>,
    /// What could happen.
    pub could: String,
    /// Minutes of work, an estimate.
    pub minutes: u32,
    /// How far it reaches.
    pub reach: FindingReach,
    /// Since when it is wrong by its facts; none when no fact tells.
    pub since: Option<Instant>,
    /// When it has to be put right; none for advice or an unknown beginning.
    pub due: Option<Instant>,
    /// Controls it gives evidence towards.
    pub controls: Vec<String>,
    /// Somebody has been asked to put all of it right.
    pub asked: bool,
    /// What is missing before it may be set aside. Empty for all rules that ask nothing special.
    pub missing: Vec<&'static str>,
    /// The version of the policy it was judged by.
    pub policy: Seq,
}

/// A policy, a zone and a moment to judge by.
#[derive(Debug, Clone, Copy)]
pub struct Judge<'a> {
    /// The limits.
    pub policy: &'a Policy,
    /// The firm's zone: what a bare day means, and how days are worded.
    pub zone: &'a Zone,
    /// The moment judged.
    pub at: Instant,
}

impl<'a> Judge<'a> {
    /// Judges by a policy at a moment.
    pub const fn new(policy: &'a Policy, zone: &'a Zone, at: Instant) -> Self {
        Self { policy, zone, at }
    }

    /// What is wrong about one person: left and still in, secrets they alone took along, removals never confirmed,
    /// end dates passed, ways in never used.
    pub fn person(&self, facts: &PersonFacts) -> Vec<Finding> {
        let live = leaving::live_access(self, facts);
        let covered = live.is_some();
        live.into_iter()
            .chain(secrets::of_person(self, facts))
            .chain(leaving::unconfirmed(self, facts, covered))
            .chain(leaving::end_date(self, facts))
            .chain(logins::never_used(self, facts))
            .collect()
    }

    /// What is wrong about one login: its second factor, its being shared, unused or nobody's.
    pub fn account(&self, case: &AccountCase) -> Vec<Finding> {
        sign_in::judge(self, case)
            .into_iter()
            .chain(sharing::shared(self, case))
            .chain(logins::dormant(self, case))
            .chain(sharing::orphan(self, case))
            .collect()
    }

    /// What is wrong about one shared secret that several people who left took along.
    pub fn secret(&self, case: &SecretCase) -> Option<Finding> {
        secrets::of_secret(self, case)
    }

    /// What is wrong about one system: too few administrators, too little known.
    pub fn system(&self, case: &SystemCase) -> Vec<Finding> {
        systems::single_admin(self, case).into_iter().chain(systems::unknown(self, case)).collect()
    }

    /// Whether a moment has passed. At the moment itself it has not.
    pub(crate) fn is_past(&self, moment: Instant) -> bool {
        self.at > moment
    }

    /// Whether facts read then are still facts and not too old to count.
    pub(crate) fn is_fresh(&self, read_at: Option<Instant>, tags: &BTreeSet<String>) -> bool {
        read_at.is_some_and(|read| !self.is_past(self.too_old_after(read, tags)))
    }

    /// The moment after which facts read then count as unknown.
    pub(crate) fn too_old_after(&self, read_at: Instant, tags: &BTreeSet<String>) -> Instant {
        read_at.plus_hours(self.policy.hours(Limit::EvidenceMaxAge, tags))
    }

    /// `limit 45 days`, with the tag that tightened it and the policy version: what a line says about its limit.
    pub(crate) fn limit_words(&self, limit: Limit, in_force: InForce) -> String {
        let tag = in_force.tag.map(|tag| format!(", client tag {tag}")).unwrap_or_default();
        let version = match self.policy.version() {
            0 => "shipped policy".to_owned(),
            version => format!("policy {version}"),
        };
        format!("{}{tag}, {version}", words::amount(limit, in_force.value))
    }
}

impl Finding {
    /// A finding of a rule with the catalogue's texts; title, lines and the rest follow.
    pub(crate) fn new(judge: &Judge<'_>, rule: Rule, about: &str, subjects: Subjects) -> Self {
        let text = rule.text();
        Self {
            rule,
            key: format!("{}:{about}", rule.stored()),
            severity: text.severity,
            subjects,
            title: text.title.clone(),
            reason: text.why.clone(),
            lines: Vec::new(),
            facts: Vec::new(),
            fix: text.fix.clone(),
            could: text.could.clone(),
            minutes: text.minutes_for(1),
            reach: FindingReach::default(),
            since: None,
            due: None,
            controls: text.controls(),
            asked: false,
            missing: Vec::new(),
            policy: judge.policy.version(),
        }
    }

    /// Takes the lines, and from them severity, beginning, deadline, reach and effort.
    pub(crate) fn with_lines(mut self, lines: Vec<Line>, clients: u32) -> Self {
        let text = self.rule.text();
        let weight = |line: &Line| match line.admin {
            Admin::None => text.weights.user,
            Admin::System => text.weights.admin,
            Admin::Top => text.weights.top,
        };
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        self.reach = FindingReach {
            ways_in: count(lines.len()),
            admin: count(lines.iter().filter(|line| line.admin != Admin::None).count()),
            clients: clients.max(1),
            weight: lines.iter().map(weight).fold(0, u32::saturating_add),
        };
        self.severity = lines.iter().map(|line| line.severity).max().unwrap_or(self.severity);
        self.minutes = text.minutes_for(lines.len());
        self.asked = !lines.is_empty() && lines.iter().all(|line| line.asked);
        self.lines = lines;
        let since = self.lines.iter().filter_map(|line| line.since).min();
        self.began(since)
    }

    /// Says since when it is wrong; the deadline follows from it and the severity.
    pub(crate) fn began(mut self, since: Option<Instant>) -> Self {
        self.since = since;
        self.due = since.zip(grace_hours(self.severity)).map(|(since, hours)| since.plus_hours(hours));
        self
    }

    /// What putting it right is worth for the time it takes: ways in weighed by level, times clients, for each
    /// minute, in thousandths.
    pub fn payoff(&self) -> u64 {
        let worth = u64::from(self.reach.weight.max(1)).saturating_mul(u64::from(self.reach.clients.max(1)));
        worth.saturating_mul(1000) / u64::from(self.minutes.max(1))
    }

    /// The payoff with its numbers: `22 (14 ways in by level) x 6 clients / 5 minutes = 26.4`.
    pub fn payoff_words(&self) -> String {
        let payoff = self.payoff();
        format!(
            "{} ({} by level) x {} / {} = {}.{}",
            self.reach.weight.max(1),
            words::count(self.reach.ways_in, "way in"),
            words::count(self.reach.clients.max(1), "client"),
            words::count(self.minutes.max(1), "minute"),
            payoff / 1000,
            payoff % 1000 / 100
        )
    }

    /// Where it stands in the list: highest payoff first, then the oldest, then by key so that the order is fixed.
    pub fn order(&self, other: &Self) -> std::cmp::Ordering {
        let age = |finding: &Self| finding.since.map_or(i64::MAX, Instant::millis);
        other.payoff().cmp(&self.payoff()).then(age(self).cmp(&age(other))).then_with(|| self.key.cmp(&other.key))
    }

    /// Why it stands where it stands: `5 minutes of work, 6 clients, 4 admin rights, 256 days.`
    pub fn rank_words(&self, zone: &Zone, at: Instant) -> String {
        let mut words = vec![format!("{} of work", words::count(self.minutes, "minute"))];
        words.push(words::count(self.reach.clients, "client"));
        if self.reach.admin > 0 {
            words.push(words::count(self.reach.admin, "admin right"));
        }
        if let Some(since) = self.since {
            let days = (zone.day(at) - zone.day(since)).num_days();
            words.push(words::count(u32::try_from(days).unwrap_or(0), "day"));
        }
        format!("{}.", words.join(", "))
    }

    /// Whether it or one of its lines concerns this person.
    pub fn concerns_person(&self, person: PersonId) -> bool {
        self.about().any(|subjects| subjects.person == Some(person))
    }

    /// Whether it or one of its lines concerns this client.
    pub fn concerns_client(&self, client: ClientId) -> bool {
        self.about().any(|subjects| subjects.client == Some(client))
    }

    fn about(&self) -> impl Iterator<Item = &Subjects> {
        std::iter::once(&self.subjects).chain(self.lines.iter().map(|line| &line.subjects))
    }
}

/// How long a finding may stand, by severity: critical 24 hours, high 7 days, medium 30, low 90; advice for ever.
pub const fn grace_hours(severity: Severity) -> Option<i64> {
    match severity {
        Severity::Critical => Some(24),
        Severity::High => Some(7 * 24),
        Severity::Medium => Some(30 * 24),
        Severity::Low => Some(90 * 24),
        Severity::Advice => None,
    }
}

/// The severity of one line. A case the rule names wins; otherwise reaching further than one client's ordinary system
/// raises the base by one step. A hostile departure raises either by one more, unless the rule has it among its cases.
pub(crate) fn severity(base: Severity, named: Option<Severity>, reaches_far: bool, hostile: bool) -> Severity {
    let by_reach = if reaches_far { base.raised() } else { base };
    let severity = named.unwrap_or(by_reach);
    if hostile { severity.raised() } else { severity }
}
