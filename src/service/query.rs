//! The questions the screen asks, and their answers.
//!
//! Must never know: SQL, drawing.

use super::clients::{TreeSlice, TreeView, WhoSlice, WhoView};
use super::view::{
    ClosingView, EntryView, FindingLine, FixesView, HistoryLine, Hit, Impact, JournalView, Page, PersonLine,
    PersonView, QuestionLine, RegisterView, RunLine, RunView, RunsView, SecretLine, StepLine, ThingLine, TodayView,
    WayIn, Why,
};
use crate::domain::{ClientId, GrantId, Instant, PersonId, RecordKind, RecordRef, RunId, Seq};
use crate::service::grid::{CellView, GridSlice, GridView};
use crate::service::past::{PastSlice, PastView};
use crate::service::proof::VerifyView;
use crate::service::records::form::{Candidate, FieldSays, FormOf, RecordForm};
use crate::service::records::{Given, RecordLine, TrainingLine};
use crate::service::reports::ReportKind;
use crate::service::settings::SettingLine;
use crate::service::values::{Value, ValuesOf};

/// Which part of a list is wanted, and narrowed how.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Slice {
    /// First row, from 0.
    pub start: usize,
    /// Rows at most.
    pub limit: usize,
    /// Words that must all occur, in any order; empty for no filter. Small syntax: `client:x`, `level:admin`,
    /// `-checked`, `seen>90d`.
    pub filter: String,
    /// How it is ordered.
    pub sort: Sort,
    /// Turned round.
    pub reverse: bool,
}

/// Orders of lists. Each list understands some and treats the others as its own default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    /// The list's own best order: risk, payoff, what shuts most.
    #[default]
    Best,
    /// By name.
    Name,
    /// By client.
    Client,
    /// By state.
    State,
    /// By number of ways in.
    WaysIn,
    /// By date.
    Date,
}

/// The two clocks of a question: on which date, and as the register knew it when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct AsOf {
    /// Effective moment; now when absent.
    pub on: Option<Instant>,
    /// As recorded at this moment; everything known today when absent.
    pub known_at: Option<Instant>,
}

/// Whom a report can be about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SubjectKind {
    /// One of us.
    Person,
    /// A client.
    Client,
    /// A discharge, open or closed.
    Run,
    /// A discharge and one client of it, or every client of it.
    Letter,
}

impl SubjectKind {
    /// The word in a sentence.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Person => "person",
            Self::Client => "client",
            Self::Run => "discharge",
            Self::Letter => "letter",
        }
    }

    /// The word in a list.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::Person => "a person",
            Self::Client => "a client",
            Self::Run => "a discharge",
            Self::Letter => "one client each",
        }
    }

    /// What is asked.
    pub const fn question(self) -> &'static str {
        match self {
            Self::Person => "About whom?",
            Self::Client => "About which client?",
            Self::Run => "Whose discharge?",
            Self::Letter => "To which client, about whom?",
        }
    }
}

/// A question.
#[derive(Debug, Clone, PartialEq)]
pub enum Query {
    /// The register itself.
    Register,
    /// The Today screen.
    Today,
    /// People.
    People(Slice),
    /// One person and the sentences about them.
    Person(PersonId),
    /// One person's ways in; also those no longer open.
    WaysIn(PersonId, Slice),
    /// Why one way in is here.
    Why(GrantId),
    /// Shared secrets one person knows or knew.
    Secrets(PersonId),
    /// What one person signed, learnt and has still to; and the runs about them.
    PersonMore(PersonId),
    /// Entries that touched a person, newest first.
    PersonHistory(PersonId, Slice),
    /// People who could leave, best match first; empty text gives the riskiest.
    Leavers(String),
    /// The runs, open ones first.
    Runs(Slice),
    /// A run's head.
    Run(RunId),
    /// A run's ways in, in the order of switching off.
    RunWaysIn(RunId, Slice),
    /// A run's steps.
    RunSteps(RunId),
    /// A run's questions.
    RunQuestions(RunId),
    /// A run's shared logins.
    RunSecrets(RunId),
    /// A run's things, contacts and data places.
    RunThings(RunId),
    /// A report as text, to be looked at: nothing is saved.
    ReportText {
        /// Which kind.
        kind: ReportKind,
        /// About whom or what, as a command names it.
        subject: Option<String>,
        /// As of when.
        as_of: AsOf,
    },
    /// When a report of each kind was last saved from this computer.
    ReportsMade,
    /// The closing page of a run, with what is missing.
    Closing(RunId),
    /// What is wrong.
    Fixes(Slice),
    /// What a bulk removal would touch.
    Impact(Vec<GrantId>),
    /// Every way in of a person that is still open and not yet asked for: for "all".
    OpenGrants(PersonId),
    /// A part of the tree of clients, systems and accounts.
    Clients(TreeSlice),
    /// Who can get in at a client, a system or an account.
    Who(WhoSlice),
    /// Those a report can be about, by a part of their name; empty text gives the first ones.
    Subjects(SubjectKind, String),
    /// Find anything.
    Find(String),
    /// The history, newest first: `person:x`, `client:x`, `before:date`, words.
    History(Slice),
    /// One entry of it, whole.
    Entry(Seq),
    /// Whether the history is in order: read from its stored bytes, and compared with a receipt where one is given.
    Verify(Option<String>),
    /// A part of the grid of people across clients.
    Grid(GridSlice),
    /// The ways in of one person at one client.
    GridCell(PersonId, ClientId, AsOf),
    /// The ways in of a block of the grid that nobody asked to remove yet.
    GridBlock(Vec<PersonId>, Vec<ClientId>),
    /// Records of a kind that has no screen of its own.
    Records(RecordKind, Slice),
    /// One record with all its fields.
    RecordAbout(RecordRef),
    /// How it was on a date.
    Past(PastSlice),
    /// What a list can be narrowed by.
    Values(ValuesOf),
    /// A record as a form, or the form of a new one.
    RecordForm(FormOf),
    /// How the values of a form are read so far, by field.
    FormCheck(FormOf, Vec<(String, Given)>),
    /// Records of a kind that fit what is typed.
    Candidates(RecordKind, String),
    /// A draft kept under this key.
    Draft(String),
    /// The register's settings and the limits in force.
    Settings,
    /// Whether another process changed the register: its sequence.
    Head,
}

/// An answer, one kind for each question.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// To `Register`.
    Register(RegisterView),
    /// To `Today`.
    Today(TodayView),
    /// To `People` and `Leavers`.
    People(Page<PersonLine>),
    /// To `Person`.
    Person(PersonView),
    /// To `WaysIn` and `RunWaysIn`.
    WaysIn(Page<WayIn>),
    /// To `Why`.
    Why(Why),
    /// To `Secrets` and `RunSecrets`.
    Secrets(Vec<SecretLine>),
    /// To `PersonMore`.
    PersonMore(Vec<TrainingLine>, Vec<RunLine>),
    /// To `PersonHistory`.
    History(Page<HistoryLine>),
    /// To `History`.
    Journal(JournalView),
    /// To `Entry`.
    Entry(EntryView),
    /// To `Verify`.
    Verified(VerifyView),
    /// To `Runs`.
    Runs(RunsView),
    /// To `Run`.
    Run(RunView),
    /// To `RunSteps`.
    Steps(Vec<StepLine>),
    /// To `RunQuestions`.
    Questions(Vec<QuestionLine>),
    /// To `RunThings`.
    Things(Vec<ThingLine>),
    /// To `ReportText`.
    ReportText(String),
    /// To `ReportsMade`.
    ReportsMade(Vec<(ReportKind, Instant)>),
    /// To `Closing`.
    Closing(ClosingView),
    /// To `Fixes`.
    Fixes(FixesView),
    /// One finding.
    Fix(FindingLine),
    /// To `Impact`.
    Impact(Impact),
    /// To `OpenGrants` and `GridBlock`.
    Grants(Vec<GrantId>),
    /// To `Clients`.
    Clients(TreeView),
    /// To `Who`.
    Who(WhoView),
    /// To `Find` and `Subjects`.
    Hits(Vec<Hit>),
    /// To `Grid`.
    Grid(GridView),
    /// To `GridCell`.
    GridCell(CellView),
    /// To `Records`.
    Records(Page<RecordLine>),
    /// To `RecordAbout`: which, labels and values.
    RecordAbout(RecordRef, Vec<(String, String)>),
    /// To `Past`.
    Past(PastView),
    /// To `Values`.
    Values(Vec<Value>),
    /// To `RecordForm`.
    RecordForm(Box<RecordForm>),
    /// To `FormCheck`.
    FormCheck(Vec<FieldSays>),
    /// To `Candidates`.
    Candidates(Vec<Candidate>),
    /// To `Draft`.
    Draft(Option<String>),
    /// To `Settings`.
    Settings(Vec<SettingLine>),
    /// To `Head`.
    Head(Seq),
}
