//! The facts of one discharge: every way in, every shared login, what was held, asked, answered and waived.
//!
//! Must never know: where the facts were read, how the page looks.

use super::frame::{Done, Frame};
use super::standing::Standing;
use crate::domain::{Admin, AssetKind, CaseKind, ContactKind, DataKind, Instant, PersonKind, Phase, Proof, Reply};
use crate::domain::{SecretKind, StepOutcome};

/// The closing page of one discharge; the same page before closing says what is missing.
#[derive(Debug, Clone, PartialEq)]
pub struct DischargeReport {
    /// Date, maker, sources, receipt.
    pub frame: Frame,
    /// The run's number.
    pub run: u64,
    /// Who left.
    pub subject: Subject,
    /// How.
    pub kind: CaseKind,
    /// Last minute of work: deadlines count from here.
    pub trigger: Instant,
    /// When the run was opened.
    pub started: Instant,
    /// When and by whom it was closed.
    pub closed: Option<Done>,
    /// By when every way in was to be shut.
    pub limit: Option<Instant>,
    /// Every way in, in the order it is to be printed.
    pub ways: Vec<WayLine>,
    /// Every shared login or code the person knew.
    pub secrets: Vec<SecretLine>,
    /// What the person held.
    pub things: Vec<ThingLine>,
    /// Where the person was named.
    pub contacts: Vec<ContactLine>,
    /// Where the person kept data.
    pub data: Vec<DataLine>,
    /// The steps done by hand.
    pub steps: Vec<StepLine>,
    /// The questions of the interview.
    pub answers: Vec<AnswerLine>,
    /// What is left undone until a date.
    pub waivers: Vec<WaiverLine>,
    /// Rules set aside, a missing second person among them.
    pub exceptions: Vec<ExceptionLine>,
    /// Looks still to come.
    pub rechecks: Vec<RecheckLine>,
    /// Who recorded for whom, in sentences.
    pub on_behalf: Vec<String>,
    /// Who signs, besides the leaver.
    pub signers: Vec<Signer>,
}

/// Whom a run is about.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A person who leaves or moves.
    Person(Leaver),
    /// A client whose contract ends, by its name.
    Client(String),
}

impl Subject {
    /// The name.
    pub fn name(&self) -> &str {
        match self {
            Self::Person(leaver) => &leaver.name,
            Self::Client(name) => name,
        }
    }

    /// One of two wordings: of a person, or of a client.
    pub(super) const fn either(&self, person: &'static str, client: &'static str) -> &'static str {
        match self {
            Self::Person(_) => person,
            Self::Client(_) => client,
        }
    }
}

/// Who left.
#[derive(Debug, Clone, PartialEq)]
pub struct Leaver {
    /// Full name.
    pub name: String,
    /// Work address: names the person in Latin letters too.
    pub email: Option<String>,
    /// Job.
    pub role: Option<String>,
    /// How they worked for the firm.
    pub kind: PersonKind,
    /// Whom they reported to.
    pub manager: Option<String>,
}

/// One way in and its three facts.
#[derive(Debug, Clone, PartialEq)]
pub struct WayLine {
    /// Whose way in it is.
    pub person: String,
    /// Whose system.
    pub client: String,
    /// Which system.
    pub system: String,
    /// The name one signs in with.
    pub login: String,
    /// The level in words.
    pub level: String,
    /// What it may administer.
    pub admin: Admin,
    /// The system reaches several clients.
    pub several: bool,
    /// Held since.
    pub since: Option<Instant>,
    /// By when it was to be gone.
    pub due: Option<Instant>,
    /// Somebody was asked to remove it.
    pub asked: Option<Done>,
    /// It was removed.
    pub removed: Option<Done>,
    /// It was checked.
    pub checked: Option<Done>,
    /// How well the check proves it.
    pub proof: Option<Proof>,
    /// Left on purpose until then.
    pub waived_until: Option<Instant>,
    /// A newer list showed it again.
    pub came_back: Option<Instant>,
    /// Shut because this sign-in was shut.
    pub shut_through: Option<String>,
}

/// One shared login or code.
#[derive(Debug, Clone, PartialEq)]
pub struct SecretLine {
    /// Whose.
    pub client: String,
    /// Its name; never its value.
    pub name: String,
    /// What kind.
    pub kind: SecretKind,
    /// Known since.
    pub known_from: Option<Instant>,
    /// The person could read it until then; a change before that does not count.
    pub could_read_until: Option<Instant>,
    /// By when it was to be changed.
    pub due: Option<Instant>,
    /// It was changed.
    pub changed: Option<Done>,
    /// The change was checked.
    pub checked: Option<Done>,
    /// How well.
    pub proof: Option<Proof>,
    /// Left on purpose until then.
    pub waived_until: Option<Instant>,
    /// No longer in use instead.
    pub retired: Option<Instant>,
    /// Found to need no change then, for a reason that stands among the exceptions.
    pub not_needed: Option<Instant>,
    /// Who knows the new one.
    pub known_to: Vec<String>,
}

crate::words! {
    /// How a thing, a contact or a place for data was dealt with.
    pub enum Handled {
        Returned = "returned", "returned";
        Cancelled = "cancelled", "made useless";
        Replaced = "replaced", "replaced";
        Removed = "removed", "removed";
        HandedOver = "handed_over", "handed over";
    }
}

/// Where a thing, a contact or a place for data stands.
#[derive(Debug, Clone, PartialEq)]
pub enum Ending {
    /// Still to do.
    Open,
    /// Dealt with.
    Handled(Handled, Done),
    /// Left on purpose until then.
    Waived(Instant),
}

/// A thing the person held.
#[derive(Debug, Clone, PartialEq)]
pub struct ThingLine {
    /// What kind.
    pub kind: AssetKind,
    /// Number on it.
    pub tag: Option<String>,
    /// The client who lent it.
    pub client: Option<String>,
    /// How it stands.
    pub ending: Ending,
}

/// A place where the person was named.
#[derive(Debug, Clone, PartialEq)]
pub struct ContactLine {
    /// What it can do.
    pub kind: ContactKind,
    /// Supplier or system.
    pub place: String,
    /// For which client.
    pub client: Option<String>,
    /// How it stands.
    pub ending: Ending,
}

/// A place where the person kept data.
#[derive(Debug, Clone, PartialEq)]
pub struct DataLine {
    /// Whose data.
    pub client: String,
    /// What it is.
    pub what: String,
    /// Where it was.
    pub place: String,
    /// Whether the place is ours.
    pub kind: DataKind,
    /// Encrypted there.
    pub encrypted: Option<bool>,
    /// How it stands.
    pub ending: Ending,
}

/// One step done by hand.
#[derive(Debug, Clone, PartialEq)]
pub struct StepLine {
    /// Its code, as `D26`; own steps have none.
    pub code: Option<String>,
    /// When it belonged.
    pub phase: Phase,
    /// What was to be done.
    pub title: String,
    /// How it ended.
    pub outcome: Option<StepOutcome>,
    /// Due.
    pub due: Option<Instant>,
    /// When and by whom it ended.
    pub ended: Option<Done>,
    /// Who looked.
    pub checked: Option<Done>,
    /// How well it is proved.
    pub proof: Option<Proof>,
    /// What was written down.
    pub note: Option<String>,
    /// Why it was not needed, blocked or waived.
    pub reason: Option<String>,
}

/// One question of the interview.
#[derive(Debug, Clone, PartialEq)]
pub struct AnswerLine {
    /// Its code, as `Q08`.
    pub code: String,
    /// The question.
    pub question: String,
    /// What was answered; none when it was not asked.
    pub reply: Option<Reply>,
    /// When.
    pub at: Option<Instant>,
    /// What was said.
    pub note: Option<String>,
    /// The work the answer made, in words.
    pub made: Vec<String>,
}

/// Something left undone on purpose.
#[derive(Debug, Clone, PartialEq)]
pub struct WaiverLine {
    /// What.
    pub what: String,
    /// Until when.
    pub until: Instant,
    /// Why.
    pub reason: Option<String>,
    /// Who allowed it.
    pub by: Option<String>,
}

/// A rule set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct ExceptionLine {
    /// Which rule, in words.
    pub what: String,
    /// Why.
    pub reason: String,
    /// Who approved.
    pub approver: Option<String>,
    /// Until when.
    pub until: Option<Instant>,
}

/// A look still to come.
#[derive(Debug, Clone, PartialEq)]
pub struct RecheckLine {
    /// Due.
    pub due: Instant,
    /// What is looked at again.
    pub what: String,
    /// Who is to look.
    pub who: Option<String>,
    /// It was done.
    pub done: Option<Done>,
}

/// Somebody who signs.
#[derive(Debug, Clone, PartialEq)]
pub struct Signer {
    /// As what, as `Checked by`.
    pub role: &'static str,
    /// Who, when that is known.
    pub name: Option<String>,
}

impl WayLine {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        if self.came_back.is_some() {
            return Standing::CameBack;
        }
        match (&self.removed, &self.checked) {
            _ if self.waived_until.is_some() && self.checked.is_none() => {
                self.waived_until.map_or(Standing::Open, Standing::Waived)
            }
            (None, _) => Standing::Open,
            (Some(_), None) => Standing::NotChecked,
            (Some(removed), Some(_)) if self.due.is_some_and(|due| removed.at > due) => {
                Standing::Late(self.due.unwrap_or(removed.at), removed.at)
            }
            (Some(removed), Some(checked)) if same_person(removed, checked) => Standing::SamePerson,
            _ => Standing::InTime,
        }
    }

    /// Whether somebody can still get in this way.
    pub const fn open(&self) -> bool {
        self.came_back.is_some() || self.removed.is_none()
    }
}

impl SecretLine {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        if self.retired.is_some() {
            return Standing::Retired;
        }
        if self.not_needed.is_some() {
            return Standing::NotNeeded;
        }
        match (&self.changed, &self.checked) {
            _ if self.waived_until.is_some() && self.checked.is_none() => {
                self.waived_until.map_or(Standing::Open, Standing::Waived)
            }
            (None, _) => Standing::Open,
            (Some(changed), _) if self.could_read_until.is_some_and(|until| changed.at <= until) => Standing::TooEarly,
            (Some(_), None) => Standing::NotChecked,
            (Some(changed), Some(_)) if self.due.is_some_and(|due| changed.at > due) => {
                Standing::Late(self.due.unwrap_or(changed.at), changed.at)
            }
            (Some(changed), Some(checked)) if same_person(changed, checked) => Standing::SamePerson,
            _ => Standing::InTime,
        }
    }
}

fn same_person(doer: &Done, checker: &Done) -> bool {
    match (doer.person, checker.person) {
        (Some(one), Some(other)) => one == other,
        _ => doer.by.is_some() && doer.by == checker.by,
    }
}
