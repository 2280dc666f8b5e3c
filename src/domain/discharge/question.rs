//! The questions of a list: what is read aloud, and what an answer makes.
//!
//! Must never know: any particular run, who asks.

use super::part::{Controls, Role};
use crate::domain::{Admin, AssetKind, CaseKind, ContactKind, Phase, SecretKind};
use serde::Deserialize;
use std::collections::BTreeSet;

/// A group of questions.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// The plain answer that makes work. *Not sure* and *refused* make work with either.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WorksOn {
    /// Yes makes work.
    #[default]
    Yes,
    /// No makes work, as for "Can you confirm that you kept nothing?".
    No,
}

/// One question of a list.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSpec {
    /// Its id, as `Q08`.
    pub id: String,
    /// Its group.
    pub group: String,
    /// A few words for lists.
    pub short: String,
    /// The question, to be read aloud.
    pub text: String,
    /// What to ask next when there is something.
    pub follow_up: String,
    /// Kinds of case it is asked in.
    pub kinds: BTreeSet<CaseKind>,
    /// Which plain answer makes work.
    #[serde(default)]
    pub works_on: WorksOn,
    /// Questions to ask right after when this one made work.
    #[serde(default)]
    pub next: Vec<String>,
    /// What it makes.
    pub makes: Vec<Effect>,
    /// Controls it is evidence for.
    pub controls: Controls,
}

/// What an answer makes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(tag = "make", rename_all = "snake_case", deny_unknown_fields)]
pub enum Effect {
    /// A way in.
    Grant {
        /// What was named, for the placeholder.
        what: String,
        /// What it may administer.
        #[serde(default = "no_admin")]
        admin: Admin,
    },
    /// A shared secret and the work of changing it.
    Secret {
        /// What kind.
        kind: SecretKind,
        /// What was named, for the placeholder.
        what: String,
    },
    /// A thing to collect.
    Asset {
        /// What kind.
        kind: AssetKind,
        /// What was named, for the placeholder.
        what: String,
    },
    /// A contact to replace.
    Contact {
        /// What it can do.
        kind: ContactKind,
        /// What was named, for the placeholder.
        what: String,
    },
    /// A private place with data.
    Data {
        /// What was named, for the placeholder.
        what: String,
    },
    /// A service login or key to hand over.
    Script {
        /// Which of the two.
        kind: ScriptKind,
        /// What was named, for the placeholder.
        what: String,
    },
    /// A step of its own.
    Step {
        /// Its title.
        title: String,
        /// When it belongs.
        phase: Phase,
        /// Who usually does it.
        doer: Role,
    },
    /// A step of the list, added when it is not there yet.
    Need {
        /// Which one.
        step: String,
    },
    /// Every change of a secret comes as soon as after a hostile exit.
    Hurry,
    /// The case becomes at least this sharp.
    Raise {
        /// How sharp.
        to: CaseKind,
    },
}

const fn no_admin() -> Admin {
    Admin::None
}

/// What a script is, as an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScriptKind {
    /// A service login.
    Service,
    /// A key or token.
    ApiKey,
}
