//! What the screen, the commands and the reports are shown: plain values, ready to draw, nothing to look up.
//!
//! Must never know: how they were read, how they are drawn.

use crate::domain::{
    AccountId, AssetId, AssetKind, CaseKind, ClientId, ContactId, DataLocationId, GrantId, GrantState, Instant,
    PersonId, PersonStatus, Phase, RecordRef, Reply, RotationId, RunId, SecretId, SecretKind, Seq, Severity, StepId,
    StepOutcome, SystemId,
};

mod journal;
mod runs;
mod ways;

pub use journal::*;
pub use runs::*;
pub use ways::*;

/// A visible slice of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Page<T> {
    /// The rows of the slice.
    pub rows: Vec<T>,
    /// Place of the first row in the whole list, from 0.
    pub start: usize,
    /// Length of the whole list under the filter.
    pub total: usize,
    /// Length without the filter.
    pub unfiltered: usize,
}

impl<T> Default for Page<T> {
    fn default() -> Self {
        Self { rows: Vec::new(), start: 0, total: 0, unfiltered: 0 }
    }
}

/// One person, as a row.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonLine {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Role; empty when not recorded.
    pub role: String,
    /// Where they stand.
    pub status: PersonStatus,
    /// Leaves or left at, starts on.
    pub status_at: Option<Instant>,
    /// Ways in still open.
    pub ways_in: u32,
    /// Of which admin.
    pub admin: u32,
    /// Clients they can get into directly.
    pub clients: u32,
    /// Systems they can get into directly.
    pub systems: u32,
    /// Ways in without a second factor.
    pub without_mfa: u32,
    /// Shared secrets known and not changed since.
    pub knows: u32,
    /// How it looks.
    pub risk: Severity,
}

/// One person, with the sentences under the list.
#[derive(Debug, Clone, PartialEq)]
pub struct PersonView {
    /// The row.
    pub line: PersonLine,
    /// Sentences for the detail pane, most important first.
    pub about: Vec<String>,
    /// Their open run.
    pub run: Option<RunId>,
    /// Removed but not checked.
    pub unchecked: u32,
}

/// A shared secret somebody knows.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretLine {
    /// Which one.
    pub secret: SecretId,
    /// Its rotation in a run.
    pub rotation: Option<RotationId>,
    /// Name.
    pub name: String,
    /// What kind.
    pub kind: SecretKind,
    /// Client's name.
    pub client_name: String,
    /// Names of the systems it opens.
    pub systems: Vec<String>,
    /// How bad it is that somebody knows it.
    pub risk: Severity,
    /// Known from.
    pub known_from: Option<Instant>,
    /// Known until; open without.
    pub known_until: Option<Instant>,
    /// Last changed.
    pub changed: Option<Instant>,
    /// Changed after they last could read it, or retired: nothing left to do for this person.
    pub safe: bool,
    /// Who still needs it.
    pub still_needed_by: Vec<String>,
    /// Asked, done, checked, in a run; `Not needed` stands in `outcome`.
    pub state: GrantState,
    /// Not needed, retired or blocked, in a run.
    pub outcome: Option<StepOutcome>,
    /// When it reached that state.
    pub state_at: Option<Instant>,
    /// Who changes it.
    pub doer: Option<String>,
    /// Due.
    pub due: Option<Instant>,
    /// What it waits for, when it must not be changed yet.
    pub waits_for: Option<String>,
    /// Do, Watch, Done when.
    pub how: Vec<(String, String)>,
}

/// What somebody holds, is named at, or keeps data in.
#[derive(Debug, Clone, PartialEq)]
pub struct ThingLine {
    /// Which record.
    pub id: ThingId,
    /// In words: `Laptop KW-0231`.
    pub name: String,
    /// Client's name, or `own company`.
    pub client_name: String,
    /// Since when.
    pub since: Option<Instant>,
    /// How it stands in words: `with her`, `returned 14:18`, `cancelled`, `waived until 3 Dec`.
    pub state: String,
    /// Nothing left to do.
    pub settled: bool,
    /// A stand-in made by an answer: still to be named.
    pub unnamed: bool,
    /// What to do.
    pub how: Vec<(String, String)>,
}

/// A thing, a named contact or a place for data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ThingId {
    /// Something held.
    Asset(AssetId, AssetKind),
    /// A named contact.
    Contact(ContactId),
    /// A place for data.
    Data(DataLocationId),
}

/// One step of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLine {
    /// It belongs after the closing: a look again, or a step of the last month.
    pub after_closing: bool,
    /// Which one.
    pub id: StepId,
    /// Of the template, as `D26`.
    pub code: Option<String>,
    /// When it belongs.
    pub phase: Phase,
    /// Words.
    pub title: String,
    /// How it stands; none is still to do.
    pub outcome: Option<StepOutcome>,
    /// When it came to stand so.
    pub ended: Option<Instant>,
    /// Checked by a second person.
    pub checked: bool,
    /// Due.
    pub due: Option<Instant>,
    /// Past due and not ended.
    pub late: bool,
    /// Who is to do it.
    pub doer: Option<String>,
    /// What it waits for.
    pub waits_for: Vec<String>,
    /// Done, but too early: why it counts as open again.
    pub too_early: Option<String>,
    /// Why, How, Say, Done when, Write down.
    pub how: Vec<(String, String)>,
    /// Note taken.
    pub note: String,
}

/// One question of the interview.
#[derive(Debug, Clone, PartialEq)]
pub struct QuestionLine {
    /// Of the template, as `Q08`.
    pub code: String,
    /// Its number in this run, from 1.
    pub number: u32,
    /// Heading of its group.
    pub group: String,
    /// What it is about, short enough for a row.
    pub short: String,
    /// To be read aloud.
    pub text: String,
    /// What is said or asked after a yes.
    pub then: String,
    /// What was answered.
    pub reply: Option<Reply>,
    /// What was said.
    pub note: String,
    /// Records the answer made, in words.
    pub made: Vec<String>,
}

impl QuestionLine {
    /// Whether a yes is asked on about: where, which, for whom.
    pub fn asks_on(&self) -> bool {
        self.then.contains('?')
    }
}

/// Something that keeps a run from being closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Obstacle {
    /// In words with a number: `9 ways in are still open`.
    pub what: String,
    /// Which tab shows it.
    pub tab: RunTab,
    /// How to clear it.
    pub remedy: String,
}

/// The tabs of the cockpit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RunTab {
    /// Ways in.
    WaysIn,
    /// Steps.
    Steps,
    /// Questions.
    Questions,
    /// Shared logins.
    Secrets,
    /// Things.
    Things,
}

/// A run: what stays on screen above its tabs.
#[derive(Debug, Clone, PartialEq)]
pub struct RunView {
    /// Which one.
    pub id: RunId,
    /// Who leaves or moves; none when a client does.
    pub person: Option<PersonId>,
    /// Which client leaves.
    pub client: Option<ClientId>,
    /// The person's or the client's name.
    pub name: String,
    /// What for.
    pub kind: CaseKind,
    /// Last minute of work.
    pub trigger: Instant,
    /// Opened.
    pub started: Instant,
    /// Closed.
    pub closed: Option<Instant>,
    /// Ways in still open.
    pub open: u32,
    /// Shut: removed, checked or shut by a parent.
    pub shut: u32,
    /// Checked.
    pub confirmed: u32,
    /// All of them.
    pub total: u32,
    /// Of a role change: open ways in that the new role needs and that stay.
    pub stays: u32,
    /// Admin rights still open.
    pub open_admin: u32,
    /// Ways in still open without a second factor.
    pub open_without_mfa: u32,
    /// Steps ended, and all.
    pub steps: (u32, u32),
    /// Questions answered, and all.
    pub questions: (u32, u32),
    /// Shared logins changed and checked, and all.
    pub secrets: (u32, u32),
    /// Things settled, and all.
    pub things: (u32, u32),
    /// The next best act, one sentence.
    pub next: Option<String>,
    /// Where the next best act is.
    pub next_tab: RunTab,
    /// Doer by default.
    pub doer: Option<String>,
    /// Second person.
    pub checker: Option<String>,
    /// Only one person works here; recorded.
    pub alone: bool,
    /// The newest message worth showing: dependants shut, a new way in found.
    pub since_then: Option<String>,
}

/// The closing page.
#[derive(Debug, Clone, PartialEq)]
pub struct ClosingView {
    /// The run.
    pub run: RunView,
    /// What is missing; empty when it can be closed.
    pub obstacles: Vec<Obstacle>,
    /// Minutes from start to 50, 90 and 100 per cent shut, where reached.
    pub minutes_to: [Option<i64>; 3],
    /// Who did and who checked, with counts.
    pub doers: Vec<(String, u32)>,
    /// Who checked, with counts.
    pub checkers: Vec<(String, u32)>,
    /// Looks again, with dates.
    pub rechecks: Vec<(String, Instant)>,
    /// Newest receipt, once there is one.
    pub receipt: Option<String>,
}

/// One finding, as a row and its detail.
#[derive(Debug, Clone, PartialEq)]
pub struct FindingLine {
    /// Rule and subjects.
    pub key: String,
    /// Which rule.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// In words.
    pub title: String,
    /// Whom it concerns.
    pub person: Option<(PersonId, String)>,
    /// Which client.
    pub client: Option<(ClientId, String)>,
    /// Which system.
    pub system: Option<(SystemId, String)>,
    /// Which login.
    pub login: Option<(AccountId, String)>,
    /// The single lines of it.
    pub lines: Vec<String>,
    /// Why it is here.
    pub reason: String,
    /// What could happen.
    pub could: String,
    /// Facts with their limits.
    pub facts: Vec<String>,
    /// What to do, in steps.
    pub fix: Vec<String>,
    /// Minutes of work.
    pub minutes: u32,
    /// Ways in and clients concerned.
    pub reach: (u32, u32),
    /// Since when.
    pub since: Option<Instant>,
    /// When it has to be put right.
    pub due: Option<Instant>,
    /// Open, asked or set aside.
    pub state: FindingState,
    /// Controls it gives evidence for.
    pub controls: Vec<String>,
    /// Why it ranks where it does.
    pub rank: String,
    /// The ways in the fix would ask to remove.
    pub grants: Vec<GrantId>,
}

/// How a finding stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FindingState {
    /// Open.
    Open,
    /// Open, and its removal was asked for.
    Asked,
    /// Set aside until then.
    SetAside(Instant),
}

/// The counts above the Fixes.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct FixesView {
    /// The rows in payoff order.
    pub page: Page<FindingLine>,
    /// Set aside.
    pub set_aside: u32,
    /// Minutes the first three take.
    pub first_minutes: u32,
    /// Ways in the first three concern.
    pub first_ways: u32,
}

/// One line that needs somebody today.
#[derive(Debug, Clone, PartialEq)]
pub struct Need {
    /// High or medium or blank.
    pub risk: Severity,
    /// When, in words: `14:00`, `LATE 3 d`, `FRI 27`.
    pub when: String,
    /// What: `Discharge Dana Ruiz, exit interview`.
    pub what: String,
    /// How much: `61 ways in still open`.
    pub amount: String,
    /// Where Enter goes.
    pub target: Target,
}

/// A place to go.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Main screen Today.
    Today,
    /// Main screen People.
    People,
    /// One person.
    Person(PersonId),
    /// One run.
    Run(RunId),
    /// The letter about who leaves to this client, or to every client.
    Letter(RunId, Option<ClientId>),
    /// Main screen Clients, on this client, system or account.
    Node(super::resolve::Scope),
    /// Main screen Fixes, on the finding with this key.
    Fix(String),
    /// Start a discharge of this person.
    StartDischarge(PersonId),
    /// Something this version has no screen for: the command that shows it.
    Command(String),
}

/// A number with its comparison.
#[derive(Debug, Clone, PartialEq)]
pub struct Stand {
    /// What is counted.
    pub what: String,
    /// The number in words.
    pub value: String,
    /// How bad it is.
    pub risk: Severity,
    /// The comparison: `was 24 Mon`, `same`.
    pub before: String,
}

/// One line of the history.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryLine {
    /// Entry.
    pub seq: Seq,
    /// When.
    pub at: Instant,
    /// Who recorded it.
    pub who: String,
    /// Who decided, when somebody else.
    pub decided_by: Option<String>,
    /// The act's word.
    pub action: String,
    /// In one sentence.
    pub summary: String,
    /// Why.
    pub reason: Option<String>,
    /// Records touched.
    pub records: Vec<RecordRef>,
    /// The entry's leaf, hex.
    pub hash: String,
    /// Taken back by that entry.
    pub undone_by: Option<Seq>,
}

/// The Today screen.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TodayView {
    /// Needs you today.
    pub needs: Vec<Need>,
    /// Quick and far-reaching.
    pub fixes: Vec<FindingLine>,
    /// Findings in all.
    pub fixes_total: u32,
    /// How we stand.
    pub stands: Vec<Stand>,
    /// Lately.
    pub lately: Vec<HistoryLine>,
    /// Clients, people, ways in: all zero shows the set-up path.
    pub counts: (u32, u32, u32),
}

/// A hit of Find.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Its words.
    pub name: String,
    /// What it is: `client`, `system`, `person`.
    pub kind: String,
    /// More: `who can get in`, client's name.
    pub more: String,
    /// Where Enter goes.
    pub target: Target,
}

/// What a bulk act would touch: for the question before it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Impact {
    /// Ways in still open among those named.
    pub ways: u32,
    /// Lines to list, flags first: the way in, and what to know about it.
    pub items: Vec<(Severity, String, String)>,
    /// Admin rights among them.
    pub admin: u32,
    /// Last admins on record among them.
    pub last_admin: u32,
    /// Shared logins among them.
    pub shared: u32,
    /// Clients concerned.
    pub clients: u32,
    /// People who would be asked.
    pub doers: u32,
}

/// The register itself: place line, lock screen, settings.
#[derive(Debug, Clone, PartialEq)]
pub struct RegisterView {
    /// Folder's name without its ending.
    pub name: String,
    /// Who recorded: the operator's name.
    pub operator: String,
    /// The firm.
    pub firm: Option<String>,
    /// Made by the demo.
    pub practice: bool,
    /// The firm's zone.
    pub zone: crate::domain::Zone,
    /// Day before month in typed dates.
    pub day_first: bool,
    /// Bulk above this many asks for the number.
    pub type_number_above: u16,
    /// Entries of the journal.
    pub entries: Seq,
    /// Clients, people, ways in.
    pub counts: (u32, u32, u32),
    /// The newest open discharge and its open ways in, for the lock screen: no names.
    pub running: Option<(RunId, u32)>,
}
