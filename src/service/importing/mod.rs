//! Taking files in: read, compared with the register, shown, and taken exactly as shown. One file kind, one door, one
//! transaction, one undo.
//!
//! Must never know: paths of files, layouts beyond their names, how a plan is drawn.

mod apply;
mod files;
mod look;
mod report;
mod snapshot;
mod target;

pub use report::{AccountLine, FileReport, ImportReport, IssueLine, PlanCounts};
pub(super) use snapshot::of_register;
pub use target::Target;

use crate::domain::{Covers, Instant, Seq};
use crate::error::{AppError, ErrorClass};
use crate::import::format::{FormatId, Mapping, Reading};
use crate::import::issue::Issue;
use crate::import::plan::{ImportPlan, Taking};
use crate::import::{self, ReadFile};
use crate::service::facts::Facts;
use crate::service::resolve::Naming;
use crate::service::session::Session;
use crate::service::words;

/// What somebody wants taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRequest {
    /// Names and contents. Several files of one kind are one import: the office's sheets, or parts of one system's
    /// list.
    pub files: Vec<(String, Vec<u8>)>,
    /// The layout, when somebody knows better than the file shows.
    pub format: Option<FormatId>,
    /// Which column holds what, of a list in no layout Keyward knows.
    pub map: Option<Mapping>,
    /// Whose system it is; `Client/System` names both.
    pub client: Option<String>,
    /// Which system it is the list of. Sheets name theirs themselves.
    pub system: Option<String>,
    /// How client and system are named.
    pub naming: Naming,
    /// When the list was made; now when nobody says.
    pub taken_at: Option<Instant>,
    /// The list names everybody in the system: who is missing is gone.
    pub everyone: bool,
    /// Take it; else it is only compared.
    pub apply: bool,
}

impl ImportRequest {
    /// Files to be compared, with everything else left to the files themselves.
    pub const fn of(files: Vec<(String, Vec<u8>)>) -> Self {
        Self {
            files,
            format: None,
            map: None,
            client: None,
            system: None,
            naming: Naming::Part,
            taken_at: None,
            everyone: false,
            apply: false,
        }
    }
}

/// A file compared with the register and not taken yet: what the screen holds between showing and taking.
#[derive(Debug, Clone, PartialEq)]
pub struct PlannedImport {
    plan: ImportPlan,
    target: Option<Target>,
    /// Sentences that are not about a row.
    remarks: Vec<String>,
    /// The last entry of the journal the comparison knew.
    known: Seq,
}

impl PlannedImport {
    /// What taking it would do, row by row.
    pub const fn plan(&self) -> &ImportPlan {
        &self.plan
    }

    /// Whose list it is; none for the office's own sheets.
    pub const fn target(&self) -> Option<&Target> {
        self.target.as_ref()
    }

    /// Takes or leaves one row of a system's list; false for sheets, which hang together.
    pub fn choose(&mut self, row: usize, take: bool) -> bool {
        self.plan.choose(row, take)
    }

    /// What was compared, as the history and messages name it: `Harbor Dental 365 users`.
    pub fn title(&self) -> String {
        match &self.target {
            Some(target) => target.title(),
            None => self.plan.file.clone(),
        }
    }

    /// The import in one sentence for the history.
    pub fn summary(&self) -> String {
        let counts = self.plan.counts();
        let parts: Vec<String> = [
            (counts.new, "new"),
            (counts.changed, "changed"),
            (counts.came_back, "back"),
            (counts.gone, "gone"),
            (counts.same, "unchanged"),
            (counts.not_ours, "not ours"),
            (counts.refused, "left out"),
        ]
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, word)| format!("{} {word}", words::count(number)))
        .collect();
        let parts = if parts.is_empty() { "nothing in it".to_owned() } else { parts.join(", ") };
        format!("Import {}: {parts}", self.title())
    }

    /// The comparison as commands print it.
    pub fn report(&self) -> ImportReport {
        ImportReport { files: vec![report::of(self, None)] }
    }
}

impl Session {
    /// Reads files and compares them with the register; takes them too when that was asked for.
    ///
    /// # Errors
    /// When a file cannot be read as a list, its system is not clear, or the register cannot be read or written.
    /// Nothing is changed then.
    pub fn import(&mut self, request: &ImportRequest) -> Result<ImportReport, AppError> {
        let planned = self.plan_import(request)?;
        if request.apply { self.apply_import(planned) } else { Ok(planned.report()) }
    }

    /// Reads files and compares them with the register. Changes nothing.
    ///
    /// # Errors
    /// When a file cannot be read as a list, its system is not clear, or the register cannot be read.
    pub fn plan_import(&mut self, request: &ImportRequest) -> Result<PlannedImport, AppError> {
        let scene = self.scene().clone();
        let taken = taken_at(request, scene.now)?;
        let how = Reading { zone: scene.zone, day_first: Some(scene.settings.day_first), ..Reading::default() };
        let file = files::read(request, &how)?;
        self.store.read().snapshot(|read| {
            let facts = Facts::new(read, None);
            let known = read.head()?.seq;
            let (target, snapshot) = match &file {
                ReadFile::Sheets(_) => (None, snapshot::of_register(&read)?),
                ReadFile::List(list) => {
                    let target = target::find(&facts, request, list.format)?;
                    let snapshot = snapshot::of_system(&read, target.system)?;
                    (Some(target), snapshot)
                }
            };
            let taking = Taking {
                system: target.as_ref().map(|target| target.system),
                covers: if request.everyone { Covers::Everyone } else { Covers::Part },
                taken,
                zone: scene.zone,
                ours: snapshot::ours(&facts, &snapshot, &scene)?,
            };
            let remarks = remarks(&file, target.as_ref(), request, &snapshot, taken, &scene.zone);
            let mut plan = import::plan(file, &snapshot, &taking)?;
            let (issues, remarks) = (remarks.clone(), remarks.into_iter().map(|issue| issue.message).collect());
            plan.issues.extend(issues);
            Ok(PlannedImport { plan, target, remarks, known })
        })
    }
}

/// When the list was made. A list from the future would make every later one look older.
fn taken_at(request: &ImportRequest, now: Instant) -> Result<Instant, AppError> {
    match request.taken_at {
        Some(at) if at > now => Err(AppError::new(
            ErrorClass::BadInput,
            format!("A list cannot have been made in the future, at {}. Nothing was changed.", at.rfc3339()),
        )
        .hint("Give the moment the list was exported with --taken-at")),
        Some(at) => Ok(at),
        None => Ok(now),
    }
}

/// What deserves to be said about the file as a whole beyond what its reader and the comparison say.
fn remarks(
    file: &ReadFile,
    target: Option<&Target>,
    request: &ImportRequest,
    snapshot: &import::plan::Snapshot,
    taken: Instant,
    zone: &crate::domain::Zone,
) -> Vec<Issue> {
    let mut out = Vec::new();
    let (ReadFile::List(list), Some(target)) = (file, target) else {
        if request.client.is_some() || request.system.is_some() {
            out.push(Issue::note(
                "target_left_out",
                "The sheets name clients and systems; the ones given were left out.",
            ));
        }
        if request.everyone {
            out.push(Issue::note(
                "sheets_take_nothing_away",
                "Sheets never make anything gone, also when they are complete.",
            ));
        }
        return out;
    };
    out.extend(target.kind_remark(list.format));
    if let Some(last) = snapshot.last_batch.as_ref().filter(|last| last.taken > taken) {
        let message = format!(
            "A newer list was taken in already, of {}. What it said stays.",
            words::full_moment(last.taken, zone)
        );
        out.push(Issue::warning("older_than_last", message));
    }
    if request.everyone && list.is_partial() {
        out.push(Issue::warning("not_everyone", "The file does not name everybody, so nobody is counted as gone."));
    }
    out
}
