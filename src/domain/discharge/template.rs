//! The built-in list of steps and questions for a leaver, and how such a list is read and checked.
//!
//! Must never know: any particular run, the clock, where an office keeps a list of its own.

use super::part::{Controls, Role};
use super::question::{Effect, Group, QuestionSpec};
use crate::domain::{AssetKind, CaseKind, Phase, Proof, SecretKind, SystemKind};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

/// Most letters in the title of a step: what a row of an 80-column screen holds.
pub const TITLE_LETTERS: usize = 40;

/// Why a list of steps and questions cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// The text is not of the form expected.
    #[error(
        "The list could not be read at line {line}, column {column}: {what}. The list in use stays. Correct it there."
    )]
    Form {
        /// Line, 1-based.
        line: usize,
        /// Column, 1-based.
        column: usize,
        /// What is wrong there.
        what: String,
    },
    /// An id is there twice.
    #[error("The list names {0} twice. The list in use stays. Give each step and question its own id.")]
    Twice(String),
    /// An id is used that the list does not have.
    #[error("{from} names {to}, which the list does not have. The list in use stays. Correct the id.")]
    Unknown {
        /// Where.
        from: String,
        /// The id.
        to: String,
    },
    /// A step waits for itself.
    #[error("{0} waits for itself by way of others. The list in use stays. Take one of the waits out.")]
    Circle(String),
    /// A title does not fit a row.
    #[error("The title of {0} has more than {TITLE_LETTERS} letters. The list in use stays. Shorten it.")]
    Long(String),
}

/// A list of steps and questions.
#[derive(Debug, Clone, PartialEq)]
pub struct Template {
    /// Its id, as `leaver`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The steps, in order.
    pub steps: Vec<StepSpec>,
    /// What comes first in some kinds of case, in the first quarter of an hour.
    pub short: BTreeMap<CaseKind, Vec<String>>,
    /// The groups of questions, in order.
    pub groups: Vec<Group>,
    /// The questions, in their usual order.
    pub questions: Vec<QuestionSpec>,
    /// Questions that come first in some kinds of case.
    pub first: BTreeMap<CaseKind, Vec<String>>,
}

/// Which policy value sets a step's time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DueBy {
    /// Switching off what opens other doors.
    Tier0,
    /// Switching off the rest.
    Other,
    /// Changing key-system secrets.
    RotateTier0,
    /// Changing other secrets.
    RotateOther,
    /// Property back.
    Property,
    /// Clients told.
    NotifyClient,
}

/// One step of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepSpec {
    /// Its id, as `D26`.
    pub id: String,
    /// When it belongs.
    pub phase: Phase,
    /// Its title, at most [`TITLE_LETTERS`] letters.
    pub title: String,
    /// Who usually does it.
    pub doer: Role,
    /// The proof it should end with.
    pub proof: Proof,
    /// Kinds of case it belongs to.
    pub kinds: BTreeSet<CaseKind>,
    /// It belongs when at least one of these is there; always when empty.
    #[serde(default)]
    pub needs: Vec<Need>,
    /// A second person has to look before it counts.
    #[serde(default)]
    pub second_person: bool,
    /// Which policy value sets its time; its phase when none.
    #[serde(default)]
    pub due: Option<DueBy>,
    /// It belongs after the closing: it keeps its date and does not hold the closing up.
    #[serde(default)]
    pub after_close: bool,
    /// How to do it, in order.
    #[serde(rename = "do")]
    pub how: Vec<String>,
    /// What to say to whoever does it. `{name}` stands for the leaver.
    pub say: String,
    /// What it looks like when it is done.
    pub done_when: String,
    /// What to write down.
    pub write_down: String,
    /// What has to be done first.
    #[serde(default)]
    pub after: Vec<After>,
    /// It lists what only the leaver can do, as far as that is on record.
    #[serde(default)]
    pub lists_sole: bool,
    /// What it covers: it completes itself when that is done.
    #[serde(default)]
    pub covers: Covered,
    /// Controls it is evidence for.
    pub controls: Controls,
}

/// Something that has to be done before a step.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct After {
    /// Which step.
    pub step: String,
    /// Why, in one sentence for the office.
    pub why: String,
    /// In these kinds of case only; in all when empty.
    #[serde(default)]
    pub kinds: BTreeSet<CaseKind>,
    /// Done in the wrong order it has no effect, and has to be done again.
    #[serde(default)]
    pub by_the_clock: bool,
}

impl After {
    /// Whether the order holds in this kind of case.
    pub fn holds_in(&self, kind: CaseKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }
}

/// Something the register may show that makes a step belong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum Need {
    /// Something the step covers.
    Covered,
    /// A way in at a client.
    ClientAccess,
    /// An administrator right.
    Admin,
    /// A way in of any kind.
    AnyWayIn,
    /// A way in of this kind.
    WayIn(SystemKind),
    /// A secret known.
    Secrets,
    /// A thing of this kind held.
    Asset(AssetKind),
    /// A service login or key in their care.
    Automation,
}

impl TryFrom<String> for Need {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let unknown = || format!("`{text}` is not a condition");
        match text.as_str() {
            "covered" => Ok(Self::Covered),
            "client_access" => Ok(Self::ClientAccess),
            "admin" => Ok(Self::Admin),
            "way_in.any" => Ok(Self::AnyWayIn),
            "secrets" => Ok(Self::Secrets),
            "automation" => Ok(Self::Automation),
            other => match other.split_once('.') {
                Some(("way_in", kind)) => SystemKind::parse(kind).map(Self::WayIn).ok_or_else(unknown),
                Some(("asset", kind)) => AssetKind::parse(kind).map(Self::Asset).ok_or_else(unknown),
                _ => Err(unknown()),
            },
        }
    }
}

/// What a step covers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Covered {
    /// Ways in.
    #[serde(default)]
    pub ways_in: Option<CoveredWays>,
    /// Secrets to change.
    #[serde(default)]
    pub secrets: Option<CoveredSecrets>,
    /// Things to collect.
    #[serde(default)]
    pub things: bool,
    /// Contacts to replace.
    #[serde(default)]
    pub contacts: bool,
    /// Private places with data.
    #[serde(default)]
    pub data: bool,
    /// Service logins and keys to hand over.
    #[serde(default)]
    pub automation: bool,
    /// The questions.
    #[serde(default)]
    pub questions: bool,
}

/// Which ways in a step covers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoveredWays {
    /// Where the system is.
    #[serde(rename = "where")]
    pub place: Place,
    /// Which kinds; all that no other step covers when empty.
    pub kinds: BTreeSet<SystemKind>,
}

/// Whose system it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The firm's own.
    Own,
    /// A client's.
    Clients,
    /// Either.
    Any,
}

/// Which secrets a step covers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CoveredSecrets {
    /// Which kinds; all that no other step covers when empty.
    pub kinds: BTreeSet<SecretKind>,
    /// Only those of key systems.
    #[serde(default)]
    pub key_systems: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StepsFile {
    #[serde(rename = "format")]
    _format: StepsFormat,
    id: String,
    title: String,
    #[serde(default)]
    short: BTreeMap<CaseKind, Vec<String>>,
    steps: Vec<StepSpec>,
}

#[derive(Deserialize)]
enum StepsFormat {
    #[serde(rename = "keyward-steps/1")]
    One,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuestionsFile {
    #[serde(rename = "format")]
    _format: QuestionsFormat,
    #[serde(rename = "id")]
    _id: String,
    groups: Vec<Group>,
    first: BTreeMap<CaseKind, Vec<String>>,
    questions: Vec<QuestionSpec>,
}

/// The questions of a list that asks none.
const NO_QUESTIONS: &str =
    r#"{"format": "keyward-questions/1", "id": "none", "groups": [], "first": {}, "questions": []}"#;

#[derive(Deserialize)]
enum QuestionsFormat {
    #[serde(rename = "keyward-questions/1")]
    One,
}

impl Template {
    /// The built-in list for a leaver.
    pub fn leaver() -> &'static Arc<Self> {
        static LEAVER: LazyLock<Arc<Template>> = LazyLock::new(|| {
            let read = Template::read(
                include_str!("../../../assets/checklists/leaver.json"),
                include_str!("../../../assets/checklists/questions.json"),
            );
            Arc::new(read.expect("invariant: the built-in list is well-formed, which a test shows"))
        });
        &LEAVER
    }

    /// The built-in list for the end of a client's contract. Nobody sits at a table, so it has no questions.
    pub fn client_exit() -> &'static Arc<Self> {
        static CLIENT_EXIT: LazyLock<Arc<Template>> = LazyLock::new(|| {
            let read = Template::read(include_str!("../../../assets/checklists/client_exit.json"), NO_QUESTIONS);
            Arc::new(read.expect("invariant: the built-in list is well-formed, which a test shows"))
        });
        &CLIENT_EXIT
    }

    /// The built-in lists.
    pub fn all_built_in() -> impl Iterator<Item = &'static Arc<Self>> {
        [Self::leaver(), Self::client_exit()].into_iter()
    }

    /// The built-in list for a kind of case.
    pub fn for_kind(kind: CaseKind) -> &'static Arc<Self> {
        match kind {
            CaseKind::ClientExit => Self::client_exit(),
            _ => Self::leaver(),
        }
    }

    /// The built-in list of this id.
    pub fn built_in(id: &str) -> Option<&'static Arc<Self>> {
        Self::all_built_in().find(|list| list.id == id)
    }

    /// Reads and checks a list: steps and questions as JSON.
    ///
    /// # Errors
    /// When the form is wrong, an id is double or unknown, steps wait in a circle, or a title is too long.
    pub fn read(steps: &str, questions: &str) -> Result<Self, TemplateError> {
        let steps: StepsFile = serde_json::from_str(steps).map_err(form)?;
        let questions: QuestionsFile = serde_json::from_str(questions).map_err(form)?;
        let template = Self {
            id: steps.id,
            title: steps.title,
            steps: steps.steps,
            short: steps.short,
            groups: questions.groups,
            questions: questions.questions,
            first: questions.first,
        };
        template.check()?;
        Ok(template)
    }

    /// The step with this id.
    pub fn step(&self, id: &str) -> Option<&StepSpec> {
        self.steps.iter().find(|step| step.id == id)
    }

    /// The question with this id.
    pub fn question(&self, id: &str) -> Option<&QuestionSpec> {
        self.questions.iter().find(|question| question.id == id)
    }

    fn check(&self) -> Result<(), TemplateError> {
        let mut seen = BTreeSet::new();
        for id in self.steps.iter().map(|s| &s.id).chain(self.questions.iter().map(|q| &q.id)) {
            if !seen.insert(id) {
                return Err(TemplateError::Twice(id.clone()));
            }
        }
        let known = |from: &str, to: &str, there: bool| {
            if there { Ok(()) } else { Err(TemplateError::Unknown { from: from.to_owned(), to: to.to_owned() }) }
        };
        for step in &self.steps {
            if step.title.chars().count() > TITLE_LETTERS {
                return Err(TemplateError::Long(step.id.clone()));
            }
            for after in &step.after {
                known(&step.id, &after.step, self.step(&after.step).is_some())?;
            }
        }
        for question in &self.questions {
            if question.short.chars().count() > TITLE_LETTERS {
                return Err(TemplateError::Long(question.id.clone()));
            }
            known(&question.id, &question.group, self.groups.iter().any(|g| g.id == question.group))?;
            for next in &question.next {
                known(&question.id, next, self.question(next).is_some())?;
            }
            for effect in &question.makes {
                match effect {
                    Effect::Need { step } => known(&question.id, step, self.step(step).is_some())?,
                    Effect::Step { title, .. } if title.chars().count() > TITLE_LETTERS => {
                        return Err(TemplateError::Long(question.id.clone()));
                    }
                    _ => {}
                }
            }
        }
        for id in self.short.values().flatten() {
            known("The short list", id, self.step(id).is_some())?;
        }
        for id in self.first.values().flatten() {
            known("The order of questions", id, self.question(id).is_some())?;
        }
        self.check_circles()
    }

    /// Takes away, again and again, the steps that wait for nothing left; what remains waits in a circle.
    fn check_circles(&self) -> Result<(), TemplateError> {
        let mut left: BTreeMap<&str, Vec<&str>> =
            self.steps.iter().map(|s| (s.id.as_str(), s.after.iter().map(|a| a.step.as_str()).collect())).collect();
        loop {
            let free: Vec<&str> = left
                .iter()
                .filter(|(_, after)| after.iter().all(|id| !left.contains_key(id)))
                .map(|(id, _)| *id)
                .collect();
            if free.is_empty() {
                return left.keys().next().map_or(Ok(()), |id| Err(TemplateError::Circle((*id).to_owned())));
            }
            for id in free {
                left.remove(id);
            }
        }
    }
}

/// The text with the leaver's name put in.
pub fn with_name(text: &str, name: &str) -> String {
    text.replace("{name}", name)
}

fn form(error: serde_json::Error) -> TemplateError {
    let text = error.to_string();
    // serde_json ends its sentence with the place, which stands in its own fields here.
    let what = text.split(" at line ").next().unwrap_or_default().to_owned();
    TemplateError::Form { line: error.line(), column: error.column(), what }
}

#[cfg(test)]
#[path = "template_tests.rs"]
mod tests;
