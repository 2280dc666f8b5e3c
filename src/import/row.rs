//! One account as a system's own list names it, and a whole list read.
//!
//! Must never know: the register.

use super::format::FormatId;
use super::issue::Issue;
use super::source::Encoding;
use crate::domain::{AccountKind, Admin, Factor, Instant, LastUse, UseQuality};
use std::collections::BTreeSet;

/// One account of a list. There is no field a password could stand in.
#[derive(Debug, Clone, PartialEq)]
pub struct AccountRow {
    /// Where it stands in the file, 1-based.
    pub line: u64,
    /// The name one signs in with.
    pub login: String,
    /// The name shown for it.
    pub display_name: Option<String>,
    /// Its address.
    pub email: Option<String>,
    /// Other names of the same identity: principal name, second addresses, a guest's own address.
    pub other_names: Vec<String>,
    /// Whether sign-in is allowed; none when the file does not say.
    pub enabled: Option<bool>,
    /// It stops working by itself at this moment.
    pub expires: Option<Instant>,
    /// What it may administer; none when the file does not say.
    pub admin: Option<Admin>,
    /// Roles and groups as the system words them.
    pub roles: Vec<String>,
    /// Second factors; empty when the file does not say.
    pub factors: BTreeSet<Factor>,
    /// Whether a second factor is set up at all.
    pub mfa_registered: Option<bool>,
    /// When it was last used.
    pub last_used: LastUse,
    /// How good that date is.
    pub last_used_quality: Option<UseQuality>,
    /// When it was made.
    pub created_at: Option<Instant>,
    /// When its password was last changed.
    pub password_changed_at: Option<Instant>,
    /// The system's own id for it.
    pub external_id: Option<String>,
    /// What it seems to be for.
    pub kind_guess: AccountKind,
    /// A guest of the directory.
    pub guest: bool,
}

impl AccountRow {
    /// A row with a login and nothing else known.
    pub fn new(line: u64, login: impl Into<String>) -> Self {
        Self {
            line,
            login: login.into(),
            display_name: None,
            email: None,
            other_names: Vec::new(),
            enabled: None,
            expires: None,
            admin: None,
            roles: Vec::new(),
            factors: BTreeSet::new(),
            mfa_registered: None,
            last_used: LastUse::Unknown,
            last_used_quality: None,
            created_at: None,
            password_changed_at: None,
            external_id: None,
            kind_guess: AccountKind::Personal,
            guest: false,
        }
    }

    /// Whether it may administer something; none when the file does not say.
    pub fn privileged(&self) -> Option<bool> {
        self.admin.map(|admin| admin != Admin::None)
    }

    /// The strongest second factor, as an import shows it.
    pub fn strongest_factor(&self) -> Option<Factor> {
        let known = self.factors.iter().copied().filter(|factor| *factor != Factor::Unknown).max();
        known.or_else(|| self.factors.first().copied())
    }
}

/// A system's list, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Parsed {
    /// Its layout.
    pub format: FormatId,
    /// Why it was taken for that, in a sentence.
    pub recognised: String,
    /// The file's name as given.
    pub file: String,
    /// The accounts.
    pub rows: Vec<AccountRow>,
    /// Rows that could not be taken.
    pub refused: u64,
    /// How many the file itself says there are.
    pub stated_total: Option<u64>,
    /// Why the file does not hold everybody; none when nothing speaks against it.
    pub partial: Option<String>,
    /// Remarks, in the order of the file.
    pub issues: Vec<Issue>,
    /// SHA-256 of the file, hex.
    pub sha256: String,
    /// Its character set.
    pub encoding: Encoding,
}

impl Parsed {
    /// Whether rows are known to be missing.
    pub fn is_partial(&self) -> bool {
        self.partial.is_some()
    }
}
