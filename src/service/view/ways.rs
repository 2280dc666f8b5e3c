//! Ways in as rows, and what is said about one of them.
//!
//! Must never know: how they were read, how they are drawn.

use crate::domain::{
    AccountId, AccountKind, Admin, ClientId, GrantId, GrantState, Instant, LastUse, PersonId, Severity, SystemId,
};
use crate::report::model::Known;

/// How a fact is known and how old that is.
#[derive(Debug, Clone, PartialEq)]
pub struct Source {
    /// By what.
    pub known: Known,
    /// In words: `import 20 Nov`, `entered by hand`, `review`.
    pub words: String,
    /// When it was true.
    pub as_of: Option<Instant>,
}

/// One way in, as a row.
#[derive(Debug, Clone, PartialEq)]
pub struct WayIn {
    /// Which one.
    pub grant: GrantId,
    /// The account.
    pub account: AccountId,
    /// Who.
    pub person: PersonId,
    /// Whose system.
    pub client: ClientId,
    /// Which system.
    pub system: SystemId,
    /// The person's name.
    pub person_name: String,
    /// The client's name; `own company` for the MSP itself, `all clients` for a tool that reaches them all.
    pub client_name: String,
    /// What the client is called itself, also where lists say that it is the own company: a filter knows both.
    pub client_called: String,
    /// The system's name.
    pub system_name: String,
    /// The login.
    pub login: String,
    /// What the account is for.
    pub account_kind: AccountKind,
    /// The level in words.
    pub level: String,
    /// What it may administer.
    pub admin: Admin,
    /// High for admin, several clients and tier 0; medium for the important; low else.
    pub risk: Severity,
    /// Since when.
    pub since: Option<Instant>,
    /// Meant to last until.
    pub until: Option<Instant>,
    /// Last use of the account.
    pub last_used: LastUse,
    /// Second factor in words; `none`, `not known`, `app`, ...
    pub mfa: String,
    /// How it stands.
    pub state: GrantState,
    /// Since when it stands so.
    pub state_at: Option<Instant>,
    /// The sign-in that shut it, when it is shut by one.
    pub shut_by: Option<String>,
    /// Ways in that shutting this one shuts, itself included.
    pub shuts: u32,
    /// Who is to remove it.
    pub doer: Option<String>,
    /// Nobody else administers this system, as far as recorded.
    pub last_admin: bool,
    /// Left open on purpose until then.
    pub waived_until: Option<Instant>,
    /// Systems on the way, for what is reached through others; empty for a direct right.
    pub path: Vec<String>,
    /// How we know.
    pub source: Source,
}

/// Why one way in is here: the detail pane.
#[derive(Debug, Clone, PartialEq)]
pub struct Why {
    /// Which way in.
    pub grant: GrantId,
    /// Heading, as `Microsoft 365 admin, Harbor Dental`.
    pub title: String,
    /// Sentences.
    pub lines: Vec<String>,
    /// Request text for a ticket, as Ctrl-C copies it.
    pub request: String,
}
