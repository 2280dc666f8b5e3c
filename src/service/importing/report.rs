//! The comparison as commands print it and programs read it.
//!
//! Must never know: columns, colours, which switch asked for it.

use super::{PlannedImport, look};
use crate::domain::{Admin, Instant, LastUse, Seq};
use crate::import::issue::Issue;
use crate::import::plan::{Counts, FieldChange, PlanRow};
use serde::{Serialize, Serializer};

/// What came of an import.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ImportReport {
    /// One line for each file; files that are one import are one line.
    pub files: Vec<FileReport>,
}

/// What came of one file.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FileReport {
    /// The file's name; several are joined.
    pub name: String,
    /// The layout's id.
    pub format: &'static str,
    /// Why it was taken for that.
    pub recognised: String,
    /// Whose list it is.
    pub client: Option<String>,
    /// Which system's list it is; none for the office's own sheets.
    pub system: Option<String>,
    /// When the list was made.
    #[serde(serialize_with = "time")]
    pub taken_at: Instant,
    /// Whether missing accounts count as gone.
    pub everyone: bool,
    /// The file is known not to hold everybody.
    pub partial: bool,
    /// Why it does not.
    pub partial_why: Option<String>,
    /// How many rows of each class.
    pub plan: PlanCounts,
    /// The accounts of a system's list.
    pub accounts: Vec<AccountLine>,
    /// Every row that would change something, or could not be taken, in words.
    pub changes: Vec<ChangeLine>,
    /// Remarks on the file.
    pub issues: Vec<IssueLine>,
    /// It was taken.
    pub applied: bool,
    /// The entry of the history that says so.
    pub seq: Option<Seq>,
    /// The backup that was made before.
    pub backup: Option<String>,
    /// The import in one sentence, as the history has it.
    pub summary: String,
    /// What deserves a look now, most urgent first.
    pub look_at: Vec<String>,
}

/// How many rows of each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PlanCounts {
    /// Not in the register yet.
    pub new: u64,
    /// In the register with something else.
    pub changed: u64,
    /// In the register just so.
    pub same: u64,
    /// In the register and not in the file.
    pub gone: u64,
    /// Removed earlier, and there again.
    pub came_back: u64,
    /// Kept, and nobody is matched; counted in another class too.
    pub unmatched: u64,
    /// The client's own people: counted, not kept.
    pub not_ours: u64,
    /// Could not be taken.
    pub refused: u64,
}

impl From<Counts> for PlanCounts {
    fn from(counts: Counts) -> Self {
        Self {
            new: counts.new,
            changed: counts.changed,
            same: counts.same,
            gone: counts.gone,
            came_back: counts.came_back,
            unmatched: counts.unmatched,
            not_ours: counts.not_ours,
            refused: counts.refused,
        }
    }
}

/// One account of a system's list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AccountLine {
    /// Its line in the file.
    pub line: u64,
    /// The name one signs in with.
    pub login: String,
    /// The name shown for it.
    pub display_name: Option<String>,
    /// Its address.
    pub email: Option<String>,
    /// Sign-in is allowed.
    pub enabled: Option<bool>,
    /// It may administer something.
    pub privileged: Option<bool>,
    /// Roles and groups.
    pub roles: Vec<String>,
    /// The strongest second factor.
    pub mfa: Option<&'static str>,
    /// A second factor is set up.
    pub mfa_registered: Option<bool>,
    /// When it was last used; `never` when the system says so.
    #[serde(serialize_with = "last_use")]
    pub last_used_at: LastUse,
    /// How good that date is.
    pub last_used_quality: Option<&'static str>,
    /// When it was made.
    #[serde(serialize_with = "maybe_time")]
    pub created_at: Option<Instant>,
    /// When its password was last changed.
    #[serde(serialize_with = "maybe_time")]
    pub password_changed_at: Option<Instant>,
    /// The system's own id for it.
    pub external_id: Option<String>,
    /// Whose it is.
    pub technician: Option<String>,
    /// What made the match.
    pub matched_by: Option<&'static str>,
    /// It is kept in the register; else only counted.
    pub kept: bool,
    /// Why it is kept.
    pub kept_because: Option<&'static str>,
    /// What the account seems to be for.
    pub account_kind: &'static str,
    /// What taking it would do.
    pub class: &'static str,
}

/// One row that changes something or could not be taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ChangeLine {
    /// The sheet; none for a system's list.
    pub sheet: Option<&'static str>,
    /// Its line; none for an account that is gone.
    pub line: Option<u64>,
    /// What it is about.
    pub what: String,
    /// What would happen.
    pub class: &'static str,
    /// Whose it is.
    pub technician: Option<String>,
    /// Fields before and after.
    pub fields: Vec<FieldLine>,
    /// Things to know.
    pub notes: Vec<String>,
    /// It is taken when the plan is.
    pub take: bool,
}

/// One field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldLine {
    /// The field.
    pub field: &'static str,
    /// What the register says.
    pub old: String,
    /// What the file says.
    pub new: String,
}

/// One remark on the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IssueLine {
    /// The sheet, or the file where there are several.
    pub sheet: Option<String>,
    /// Where.
    pub line: Option<u64>,
    /// Where in the line.
    pub column: Option<u64>,
    /// How much it matters.
    pub severity: &'static str,
    /// A stable word.
    pub code: &'static str,
    /// What it is.
    pub message: String,
}

/// The report of a comparison, taken with an entry or not.
pub(super) fn of(planned: &PlannedImport, applied: Option<Seq>) -> FileReport {
    let plan = &planned.plan;
    FileReport {
        name: plan.file.clone(),
        format: plan.format.stored(),
        recognised: plan.recognised.clone(),
        client: planned.target.as_ref().map(|target| target.client_name.clone()),
        system: planned.target.as_ref().map(|target| target.system_name.clone()),
        taken_at: plan.taken,
        everyone: plan.covers == crate::domain::Covers::Everyone,
        partial: plan.is_partial(),
        partial_why: plan.partial.clone(),
        plan: plan.counts().into(),
        accounts: plan.rows.iter().filter_map(account).collect(),
        changes: plan.rows.iter().filter_map(change).collect(),
        issues: plan.issues.iter().map(issue).collect(),
        applied: applied.is_some(),
        seq: applied,
        backup: None,
        summary: planned.summary(),
        look_at: look::at(planned),
    }
}

fn account(row: &PlanRow) -> Option<AccountLine> {
    let read = row.account.as_deref()?;
    Some(AccountLine {
        line: read.line,
        login: read.login.clone(),
        display_name: read.display_name.clone(),
        email: read.email.clone(),
        enabled: read.enabled,
        privileged: read.privileged(),
        roles: read.roles.clone(),
        mfa: read.strongest_factor().map(crate::domain::Factor::stored),
        mfa_registered: read.mfa_registered,
        last_used_at: read.last_used,
        last_used_quality: read.last_used_quality.map(crate::domain::UseQuality::stored),
        created_at: read.created_at,
        password_changed_at: read.password_changed_at,
        external_id: read.external_id.clone(),
        technician: row.person.as_ref().map(|(_, name)| name.clone()),
        matched_by: row.matched_by.map(crate::import::matching::MatchedBy::stored),
        kept: row.kept.is_some(),
        kept_because: row.kept.map(crate::import::matching::KeptBecause::stored),
        account_kind: read.kind_guess.stored(),
        class: row.class.stored(),
    })
}

fn change(row: &PlanRow) -> Option<ChangeLine> {
    use crate::import::plan::RowClass;
    if matches!(row.class, RowClass::Same | RowClass::NotOurs) {
        return None;
    }
    let field = |field: &FieldChange| FieldLine { field: field.field, old: field.old.clone(), new: field.new.clone() };
    Some(ChangeLine {
        sheet: row.sheet,
        line: row.line,
        what: row.title.clone(),
        class: row.class.stored(),
        technician: row.person.as_ref().map(|(_, name)| name.clone()),
        fields: row.fields.iter().map(field).collect(),
        notes: row.notes.clone(),
        take: row.take,
    })
}

fn issue(issue: &Issue) -> IssueLine {
    IssueLine {
        sheet: issue.sheet.clone(),
        line: issue.line,
        column: issue.column,
        severity: issue.severity.stored(),
        code: issue.code,
        message: issue.message.clone(),
    }
}

fn time<S: Serializer>(at: &Instant, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&at.rfc3339())
}

#[allow(clippy::ref_option, reason = "the form serde calls it in")]
fn maybe_time<S: Serializer>(at: &Option<Instant>, to: S) -> Result<S::Ok, S::Error> {
    match at {
        Some(at) => time(at, to),
        None => to.serialize_none(),
    }
}

fn last_use<S: Serializer>(last: &LastUse, to: S) -> Result<S::Ok, S::Error> {
    match last {
        LastUse::Unknown => to.serialize_none(),
        LastUse::Never => to.serialize_str("never"),
        LastUse::At(at) => time(at, to),
    }
}

/// Whether a row gives somebody or something the right to administer.
pub(super) fn is_admin(row: &PlanRow) -> bool {
    row.account.as_deref().and_then(|read| read.admin).is_some_and(|admin| admin != Admin::None)
}
