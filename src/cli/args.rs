//! What may be typed: the global options and one variant per command. Only what was typed, nothing resolved.
//!
//! Must never know: what any command does.

mod discharge;

use clap::{Args, Parser, Subcommand, ValueEnum};
use std::path::PathBuf;

pub use discharge::DischargeCommand;

/// Knows who can get into which client's systems.
#[derive(Debug, Parser)]
#[command(name = "keyward", version, about, max_term_width = 100, disable_help_subcommand = true)]
pub struct Cli {
    /// Options every command understands.
    #[command(flatten)]
    pub global: Global,
    /// What to do; the screen without one.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// Options every command understands.
#[derive(Debug, Args, Clone, Default)]
pub struct Global {
    /// The register's folder
    #[arg(long, global = true, env = "KEYWARD_REGISTER", value_name = "DIR")]
    pub register: Option<PathBuf>,
    /// An operator's identity without passphrase; `-` reads it from standard input
    #[arg(long, global = true, value_name = "FILE")]
    pub identity: Option<PathBuf>,
    /// Read the passphrase from this file
    #[arg(long, global = true, value_name = "FILE", conflicts_with = "identity")]
    pub passphrase_file: Option<PathBuf>,
    /// Who decided, when it is not the operator
    #[arg(long = "as", global = true, value_name = "NAME")]
    pub decided_by: Option<String>,
    /// The date a question is about; today when left out
    #[arg(long, global = true, value_name = "DATE")]
    pub on: Option<String>,
    /// What the register said at this moment
    #[arg(long, global = true, value_name = "TIME")]
    pub known_at: Option<String>,
    /// Machine output: one JSON object
    #[arg(long, global = true, conflicts_with = "csv")]
    pub json: bool,
    /// Machine output: comma-separated rows
    #[arg(long, global = true)]
    pub csv: bool,
    /// Names are exact ids
    #[arg(long, global = true)]
    pub id: bool,
    /// Plain letters only on the screen
    #[arg(long, global = true)]
    pub ascii: bool,
    /// Ask and answer line by line instead of the screen, for screen readers
    #[arg(long, global = true)]
    pub plain: bool,
}

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Open the screen on a practice register
    Demo(DemoArgs),
    /// Make a register
    Init(InitArgs),
    /// Read files, show what would change, and with --apply take it in
    Import(ImportArgs),
    /// List the formats that are recognised and how to make each export
    Formats,
    /// List people
    Technicians(ListArgs),
    /// List clients
    Clients(ListArgs),
    /// List systems
    Systems(ListArgs),
    /// List accounts
    Accounts(ListArgs),
    /// List ways in
    Grants(ListArgs),
    /// List shared logins and codes
    Secrets(ListArgs),
    /// List things people hold
    Assets(ListArgs),
    /// List named contacts
    Contacts(ListArgs),
    /// List places where data is kept
    DataLocations(ListArgs),
    /// List policies
    Policies(ListArgs),
    /// List courses
    Courses(ListArgs),
    /// List access sets of roles
    Roles(ListArgs),
    /// Add one record by hand
    Add(AddArgs),
    /// Change one record by hand
    Edit(EditArgs),
    /// Show who can get in: a client, a system or a login
    Who(SubjectArgs),
    /// Show what one person can reach
    Reach(SubjectArgs),
    /// Show the shared logins one person knows
    Knows(SubjectArgs),
    /// Show what it would take if somebody left today; without a name everybody, most work first
    WhatIf(WhatIfArgs),
    /// Record that somebody may use an account
    Grant(GrantArgs),
    /// Ask for a removal, record that it is done, or that it was checked
    Revoke(RevokeArgs),
    /// Record that a shared login was changed
    Rotate(RotateArgs),
    /// Walk a discharge
    #[command(subcommand)]
    Discharge(DischargeCommand),
    /// Show what is wrong, quick and far-reaching first
    Findings(FindingsArgs),
    /// Set a finding aside with a reason and a date
    Accept(AcceptArgs),
    /// Show what is due or late; exit code 3 when something is late
    Due(DueArgs),
    /// Show the history, of everything or of one record
    History(HistoryArgs),
    /// Take a change back
    Undo(UndoArgs),
    /// Prove the history: chain, signatures, receipt, replay, file
    Verify(VerifyArgs),
    /// Write a report
    Report(ReportArgs),
    /// Write the register in the office's own columns
    Export(ExportArgs),
    /// Write a verified copy
    Backup(BackupArgs),
    /// Put a verified copy in the register's place, keeping the old one
    Restore(RestoreArgs),
    /// Look after the key
    #[command(subcommand)]
    Key(KeyCommand),
    /// List the register's settings and the limits the rules measure by
    Settings,
    /// Change a setting or a limit
    Set(SetArgs),
    /// Print completions for a shell
    Completions(CompletionsArgs),
    /// Print the manual page
    Man,
    /// Print the keys of the screen
    Keys,
}

/// How large a practice register is.
#[derive(Debug, Clone, Copy, ValueEnum, PartialEq, Eq)]
pub enum DemoSize {
    /// 8 people
    Small,
    /// 42 people, 118 clients
    Typical,
    /// A million ways in
    Million,
}

/// `demo`
#[derive(Debug, Args)]
pub struct DemoArgs {
    /// How large
    #[arg(long, value_enum, default_value = "typical")]
    pub size: DemoSize,
    /// Write it (and its identity file) and leave
    #[arg(long)]
    pub fill_only: bool,
}

/// `init`
#[derive(Debug, Args)]
pub struct InitArgs {
    /// The name that will stand in the history
    #[arg(long, value_name = "NAME")]
    pub operator: Option<String>,
    /// The firm's time zone, as Europe/London
    #[arg(long, value_name = "IANA")]
    pub zone: Option<String>,
    /// The firm's name; its own company is entered under it
    #[arg(long, value_name = "NAME")]
    pub firm: Option<String>,
}

/// `import`
#[derive(Debug, Args)]
pub struct ImportArgs {
    /// The files; a folder stands for the sheets in it
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// The format, when it is not recognised
    #[arg(long)]
    pub format: Option<String>,
    /// Which column holds what, as login="User name"; may be given several times, or name a file of such lines
    #[arg(long, value_name = "FIELD=COLUMN", conflicts_with = "format")]
    pub map: Vec<String>,
    /// Whose system the list comes from
    #[arg(long)]
    pub client: Option<String>,
    /// Which system the list comes from
    #[arg(long)]
    pub system: Option<String>,
    /// When the list was taken; the file's own time when left out
    #[arg(long, value_name = "TIME")]
    pub taken_at: Option<String>,
    /// The list names everybody in the system: who is missing is gone
    #[arg(long)]
    pub everyone: bool,
    /// Take the plan in
    #[arg(long)]
    pub apply: bool,
}

/// Filters of lists.
#[derive(Debug, Args, Default)]
pub struct ListArgs {
    /// Only of this client
    #[arg(long)]
    pub client: Option<String>,
    /// Only of this person
    #[arg(long)]
    pub technician: Option<String>,
    /// Only of this system (with --client)
    #[arg(long)]
    pub system: Option<String>,
    /// Only in this state
    #[arg(long)]
    pub state: Option<String>,
    /// At most so many rows
    #[arg(long, default_value_t = 1000)]
    pub limit: usize,
}

/// `add`
#[derive(Debug, Args)]
pub struct AddArgs {
    /// What kind: technician, client, system, account, secret, knowing, asset, contact, data_location, policy,
    /// signature, course, completion, role, assignment
    pub kind: String,
    /// Fields as `name=Tom Becker`
    #[arg(value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// Why
    #[arg(long)]
    pub reason: Option<String>,
}

/// `edit`
#[derive(Debug, Args)]
pub struct EditArgs {
    /// What kind
    pub kind: String,
    /// Which one: a name or, with --id, its id
    pub which: String,
    /// Fields as `role=Technician L2`; an empty value clears
    #[arg(value_name = "FIELD=VALUE")]
    pub fields: Vec<String>,
    /// Why
    #[arg(long)]
    pub reason: Option<String>,
}

/// A question about one person or place.
#[derive(Debug, Args)]
pub struct SubjectArgs {
    /// A name, or CLIENT[/SYSTEM[/LOGIN]]
    pub subject: String,
    /// Only rows in this state: open, or a state's word
    #[arg(long)]
    pub state: Option<String>,
}

/// `what-if`
#[derive(Debug, Args)]
pub struct WhatIfArgs {
    /// Who
    pub technician: Option<String>,
}

/// `grant`
#[derive(Debug, Args)]
pub struct GrantArgs {
    /// Who
    pub technician: String,
    /// With which account: CLIENT/SYSTEM/LOGIN
    pub account: String,
    /// The level in words
    #[arg(long)]
    pub level: Option<String>,
    /// none, system or top
    #[arg(long)]
    pub admin: Option<String>,
    /// Since when
    #[arg(long)]
    pub since: Option<String>,
    /// Until when
    #[arg(long)]
    pub until: Option<String>,
    /// Why
    #[arg(long)]
    pub reason: Option<String>,
}

/// `revoke`
#[derive(Debug, Args)]
pub struct RevokeArgs {
    /// Ids of ways in, as `keyward grants` and `keyward reach` list them
    #[arg(required = true, value_name = "GRANT")]
    pub grants: Vec<u64>,
    /// It was done
    #[arg(long)]
    pub done: bool,
    /// It was checked
    #[arg(long, requires = "proof")]
    pub confirm: bool,
    /// How well that proves it: observed, acknowledged, stated
    #[arg(long)]
    pub proof: Option<String>,
    /// Leave it open on purpose until this date
    #[arg(long, value_name = "DATE", conflicts_with_all = ["done", "confirm"])]
    pub waive_until: Option<String>,
    /// Take back the asking
    #[arg(long, conflicts_with_all = ["done", "confirm", "waive_until"])]
    pub call_off: bool,
    /// It was removed, and somebody saw it open again
    #[arg(long, conflicts_with_all = ["done", "confirm", "waive_until", "call_off"])]
    pub back: bool,
    /// Who did it, looked, or is asked
    #[arg(long)]
    pub by: Option<String>,
    /// When it was done
    #[arg(long)]
    pub at: Option<String>,
    /// Why
    #[arg(long)]
    pub reason: Option<String>,
}

/// `rotate`
#[derive(Debug, Args)]
pub struct RotateArgs {
    /// Which shared login
    pub secret: String,
    /// When it was changed; now when left out
    #[arg(long)]
    pub at: Option<String>,
    /// Who changed it
    #[arg(long)]
    pub by: Option<String>,
    /// A second person signed in with the new one: observed, acknowledged, stated
    #[arg(long, value_name = "PROOF")]
    pub confirm: Option<String>,
    /// It is no longer in use
    #[arg(long, conflicts_with = "confirm")]
    pub retired: bool,
    /// Why
    #[arg(long)]
    pub reason: Option<String>,
}

/// `findings`
#[derive(Debug, Args)]
pub struct FindingsArgs {
    /// Only of this rule
    #[arg(long)]
    pub rule: Option<String>,
    /// Only of this client
    #[arg(long)]
    pub client: Option<String>,
    /// Only of this person
    #[arg(long)]
    pub technician: Option<String>,
    /// Only this severe or more: low, medium, high, critical
    #[arg(long, value_name = "SEVERITY")]
    pub min_severity: Option<String>,
    /// Exit with 3 when there is one this severe or more
    #[arg(long, value_name = "SEVERITY")]
    pub fail_on: Option<String>,
}

/// `accept`
#[derive(Debug, Args)]
pub struct AcceptArgs {
    /// Its key, as `keyward findings` lists it
    pub finding: String,
    /// Why
    #[arg(long)]
    pub reason: String,
    /// Until when
    #[arg(long)]
    pub until: String,
}

/// `due`
#[derive(Debug, Args)]
pub struct DueArgs {
    /// Also what falls due within so many days
    #[arg(long, default_value_t = 7)]
    pub within: u32,
}

/// `history`
#[derive(Debug, Args)]
pub struct HistoryArgs {
    /// Of which kind of record
    #[arg(requires = "which")]
    pub kind: Option<String>,
    /// Of which record: a name or an id
    pub which: Option<String>,
    /// At most so many entries
    #[arg(long, default_value_t = 100)]
    pub limit: usize,
}

/// `undo`
#[derive(Debug, Args)]
pub struct UndoArgs {
    /// Which entry; the newest one when left out
    pub seq: Option<u64>,
}

/// `verify`
#[derive(Debug, Args)]
pub struct VerifyArgs {
    /// Also fold the whole journal again and compare every table
    #[arg(long)]
    pub replay: bool,
    /// A receipt printed on a report
    #[arg(long, value_name = "CODE")]
    pub receipt: Option<String>,
    /// The journal has to reach at least this entry
    #[arg(long, value_name = "SEQ")]
    pub at_least: Option<u64>,
    /// The register is shorter than this computer remembers, and you know why: go on with it
    #[arg(long, value_name = "REASON", conflicts_with_all = ["replay", "receipt", "at_least"])]
    pub accept_gap: Option<String>,
}

/// `report`
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// discharge, who, reach, findings or status
    pub kind: String,
    /// About which run, client or person
    pub subject: Option<String>,
    /// html, pdf, csv, json, md or text
    #[arg(long)]
    pub format: Option<String>,
    /// The file; standard output with `-`
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `export`
#[derive(Debug, Args)]
pub struct ExportArgs {
    /// workbook or csv
    #[arg(long, default_value = "workbook")]
    pub format: String,
    /// The workbook, or the folder for csv
    #[arg(short, long, value_name = "PATH")]
    pub output: PathBuf,
}

/// `backup`
#[derive(Debug, Args)]
pub struct BackupArgs {
    /// The file; in the register's own backups when left out
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// `restore`
#[derive(Debug, Args)]
pub struct RestoreArgs {
    /// The backup
    pub file: PathBuf,
}

/// `key …`
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    /// Say who can open the register and how
    Status,
    /// Choose another passphrase
    ChangePassphrase {
        /// The old one is lost: ask for the recovery code
        #[arg(long, conflicts_with_all = ["identity", "passphrase_file"])]
        recovery: bool,
        /// Read the new one from this file instead of asking
        #[arg(long, value_name = "FILE")]
        new_passphrase_file: Option<PathBuf>,
    },
    /// Do not ask on this computer: keep the identity in the desktop's keyring
    Remember,
    /// Take it out of the keyring again
    Forget,
    /// Make a new recovery code; the old one stops working
    NewRecoveryKey,
}

/// `set`
#[derive(Debug, Args)]
pub struct SetArgs {
    /// Its name, as `keyward settings` prints it
    pub name: String,
    /// What it is set to
    pub value: String,
}

/// `completions`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// For which shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}
