//! What steps and questions of a list have in common: who takes part, and what they are evidence for.
//!
//! Must never know: any particular list or run.

use serde::Deserialize;

/// Who usually does a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Runs the case.
    OfficeManager,
    /// Decides and signs.
    Owner,
    /// Leads the service team.
    ServiceLead,
    /// Switches things off.
    Technician,
    /// Looks after the vault.
    VaultAdmin,
    /// Speaks for us at the client.
    AccountManager,
    /// Staff and payroll.
    Hr,
    /// Looks; never the doer, never the leaver.
    SecondPerson,
    /// The leaver, watched.
    Leaver,
}

impl Role {
    /// The word on screens.
    pub const fn shown(self) -> &'static str {
        match self {
            Self::OfficeManager => "office",
            Self::Owner => "owner",
            Self::ServiceLead => "service lead",
            Self::Technician => "technician",
            Self::VaultAdmin => "vault admin",
            Self::AccountManager => "account manager",
            Self::Hr => "HR",
            Self::SecondPerson => "second person",
            Self::Leaver => "leaver, watched",
        }
    }
}

/// The controls something is evidence for, by the catalogues' own numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Controls {
    /// NIST SP 800-53.
    pub nist: Vec<String>,
    /// NIST Cybersecurity Framework 2.0.
    pub csf: Vec<String>,
    /// CIS Controls 8.1.
    pub cis: Vec<String>,
}
