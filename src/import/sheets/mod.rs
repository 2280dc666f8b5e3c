//! The office's own sheets: fifteen of them, in a workbook or as CSV files, in and out.
//!
//! One table below says which columns there are; reading, writing, the template and its drop-down lists all follow it.
//! Must never know: the store, the screen.

pub mod cell;
pub mod export;
pub(crate) mod plan;
mod raw;
mod read;
pub mod template;
mod unload;
mod xlsx;
mod zip_guard;

use super::date::When;
use super::format::FormatId;
use super::issue::Issue;
use super::source::Encoding;
use crate::domain::{
    AccountKind, Admin, AssetKind, ClientStatus, ContactKind, DataKind, ExitKind, Ipv6, PersonKind, PersonStatus,
    Proof, RoleScope, SecretKind, SystemKind, SystemReach,
};
use cell::{CellFault, CellKind, CellValue, Factors, LastUsed, List, OutCell, Tier};
use raw::RawCell;

pub(crate) use read::{open_csv, open_workbook};
pub use unload::rows_of;

/// One column of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub name: &'static str,
    /// A row without it is refused.
    pub needed: bool,
    /// What it holds.
    pub kind: CellKind,
    /// The words it takes, when the list is closed.
    pub words: Vec<&'static str>,
    /// What it means.
    pub help: &'static str,
    /// An example.
    pub example: &'static str,
}

/// A row of a sheet.
pub trait SheetRow: Sized {
    /// Which sheet.
    const SHEET: Sheet;
    /// Its columns, in order.
    fn columns() -> Vec<Column>;
    /// Its cells, in the order of the columns.
    fn cells(&self) -> Vec<Option<OutCell>>;
    #[doc(hidden)]
    #[allow(private_interfaces, reason = "only the reader of sheets calls it")]
    fn from_cells(line: u64, cells: &[RawCell], orders: &read::Orders, faults: &mut Vec<(usize, CellFault)>) -> Self;
}

macro_rules! sheets {
    ($(
        $(#[$doc:meta])*
        $row:ident($vec:ident) = $sheet:ident, $name:literal, $about:literal {
            $($field:ident: $type:ty, $column:literal, $needed:ident, $help:literal, $example:literal;)*
        }
    )*) => {
        /// The sheets, in the order they are read.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Sheet { $($(#[$doc])* $sheet,)* }

        impl Sheet {
            /// Every sheet, in the order they are read.
            pub const ALL: &'static [Self] = &[$(Self::$sheet,)*];
            /// Its name, on the tab and as a file without its ending.
            pub const fn name(self) -> &'static str { match self { $(Self::$sheet => $name,)* } }
            /// What goes on it, in a sentence.
            pub const fn about(self) -> &'static str { match self { $(Self::$sheet => $about,)* } }
            /// Its columns, in order.
            pub fn columns(self) -> Vec<Column> { match self { $(Self::$sheet => <$row as SheetRow>::columns(),)* } }
        }

        $(
            $(#[$doc])*
            #[derive(Debug, Clone, PartialEq, Default)]
            pub struct $row {
                /// Where it stands on its sheet, 1-based.
                pub line: u64,
                $(#[doc = $help] pub $field: Option<$type>,)*
            }

            impl SheetRow for $row {
                const SHEET: Sheet = Sheet::$sheet;

                fn columns() -> Vec<Column> {
                    vec![$(Column {
                        name: $column,
                        needed: sheets!(@$needed),
                        kind: <$type as CellValue>::KIND,
                        words: <$type as CellValue>::words(),
                        help: $help,
                        example: $example,
                    },)*]
                }

                fn cells(&self) -> Vec<Option<OutCell>> {
                    vec![$(self.$field.as_ref().map(CellValue::write),)*]
                }

                #[allow(private_interfaces, reason = "only the reader of sheets calls it")]
                fn from_cells(line: u64, cells: &[RawCell], orders: &read::Orders, faults: &mut Vec<(usize, CellFault)>) -> Self {
                    let mut place = 0_usize;
                    Self { line, $($field: read::value::<$type>(cells, orders, &mut place, faults),)* }
                }
            }
        )*

        /// The rows of all sheets.
        #[derive(Debug, Clone, PartialEq, Default)]
        pub struct SheetRows { $($(#[$doc])* pub $vec: Vec<$row>,)* }

        impl SheetRows {
            /// How many rows there are in all.
            pub fn len(&self) -> usize { 0 $(+ self.$vec.len())* }
            /// Whether there is no row at all.
            pub fn is_empty(&self) -> bool { self.len() == 0 }
            /// Adds the rows of another file.
            pub fn append(&mut self, mut other: Self) { $(self.$vec.append(&mut other.$vec);)* }
            /// The cells of a sheet, row by row.
            pub fn cells(&self, sheet: Sheet) -> Vec<Vec<Option<OutCell>>> {
                match sheet { $(Sheet::$sheet => self.$vec.iter().map(SheetRow::cells).collect(),)* }
            }
            pub(crate) fn take(&mut self, sheet: Sheet, rows: &mut read::RowSource<'_>) {
                match sheet { $(Sheet::$sheet => rows.into(&mut self.$vec),)* }
            }
        }
    };
    (@needed) => { true };
    (@optional) => { false };
}

sheets! {
    /// People who work for the MSP.
    PersonRow(people) = People, "People", "Everybody who works for you, office staff and contractors included." {
        name: String, "Name", needed, "Full name. The other sheets use it.", "Erika Example";
        email: String, "Email", optional, "Work address. Lists of systems are matched by it.", "erika@example.com";
        role: String, "Role", optional, "Job title.", "Example technician";
        kind: PersonKind, "Kind", optional, "How they work for you. Empty means employee.", "employee";
        status: PersonStatus, "Status", optional, "Where they stand. Empty means active.", "active";
        start: When, "Start", optional, "First day.", "2023-05-02";
        last_day: When, "Last day", optional, "Last day of work, when they leave. A time may follow.", "";
        exit_kind: ExitKind, "Exit kind", optional, "How they leave.", "";
        contract_end: When, "Contract end", optional, "When the contract ends.", "";
        manager: String, "Manager", optional, "Whom they report to.", "Olaf Example";
        role_since: When, "Role since", optional, "In the present role since.", "2024-09-01";
        also_known_as: List, "Also known as", optional, "Other logins and addresses that mean this person, separated by ;", "eexample; e.example@old.example.com";
    }

    /// Companies looked after.
    ClientRow(clients) = Clients, "Clients", "The companies you look after, and your own company." {
        client: String, "Client", needed, "Name of the company.", "Example Dental";
        code: String, "Code", optional, "Short code for narrow columns.", "EXAM";
        status: ClientStatus, "Status", optional, "Where the work stands. Empty means active.", "active";
        own: bool, "Own company", optional, "Yes for your own company.", "no";
        end: When, "End date", optional, "When the work for it ends.", "";
        tags: List, "Tags", optional, "Rules it lives under, separated by ;", "hipaa";
        notify: bool, "Notify", optional, "Whether it wants to hear when somebody leaves.", "yes";
        owner: String, "Owner", optional, "Who of you answers for it.", "Olaf Example";
    }

    /// What one signs in to or walks into.
    SystemRow(systems) = Systems, "Systems", "What one signs in to or walks into, client by client." {
        client: String, "Client", needed, "Whose it is.", "Example Dental";
        system: String, "System", needed, "Its name.", "365 tenant";
        kind: SystemKind, "Kind", needed, "What kind it is.", "tenant";
        tier: Tier, "Tier", optional, "0 opens other doors, 1 is important, 2 is the rest. Empty follows the kind.", "0";
        reach: SystemReach, "Reach", optional, "Whether it reaches one client or several. Empty means one.", "one";
        internet: bool, "Internet", optional, "Whether it can be reached from the internet.", "yes";
        best_mfa: crate::domain::Factor, "Best MFA", optional, "The best second factor it offers.", "phishing_resistant";
        ipv6: Ipv6, "IPv6", optional, "Whether IPv6 is in use.", "unknown";
        ipv6_filtered: bool, "IPv6 filtered", optional, "Whether IPv6 is filtered.", "";
        opens: List, "Opens", optional, "Systems it opens, separated by ; or all, kind:..., client:...", "";
        signs_in_through: List, "Signs in through", optional, "Sign-ins it depends on, separated by ;", "";
        owner: String, "Owner", optional, "Who of you answers for it.", "Olaf Example";
        supplier: String, "Supplier", optional, "Who supplies it.", "Microsoft";
        listed_total: u32, "Listed total", optional, "How many accounts it says it has.", "38";
    }

    /// Ways in: who may use which account.
    AccessRow(access) = Access, "Access", "Who can get in where. A shared login has one row for each person who may use it." {
        technician: String, "Technician", optional, "Who. Empty when nobody is known.", "Erika Example";
        client: String, "Client", needed, "Whose system.", "Example Dental";
        system: String, "System", needed, "Which system.", "365 tenant";
        login: String, "Login", needed, "The name one signs in with. Never a password.", "e.example@dental.example.com";
        account_kind: AccountKind, "Account kind", optional, "What the account is for. Empty means personal.", "personal";
        enabled: bool, "Enabled", optional, "Whether sign-in is allowed.", "yes";
        level: String, "Level", optional, "What it may do, in words.", "User administrator";
        admin: Admin, "Admin", optional, "What it may administer.", "system";
        mfa: Factors, "MFA", optional, "Second factors, separated by ;", "push_number";
        mfa_device: String, "MFA device", optional, "Whose device gives the second factor.", "Erika's phone";
        recovery_contact: String, "Recovery contact", optional, "Where a reset goes.", "";
        since: When, "Since", optional, "Since when.", "2023-05-02";
        expires: When, "Expires", optional, "Until when it is meant to last.", "";
        approved_by: String, "Approved by", optional, "Who approved it.", "Olaf Example";
        approved_on: When, "Approved on", optional, "When it was approved.", "2023-05-01";
        reason: String, "Reason", optional, "Why it was given.", "Support contract";
        last_used: LastUsed, "Last used", optional, "A date, or never.", "2026-02-20";
        removal_asked: When, "Removal asked", optional, "When somebody was asked to remove it.", "";
        removed: When, "Removed", optional, "When it was removed.", "";
        checked: When, "Checked", optional, "When the removal was checked.", "";
        checked_by: String, "Checked by", optional, "Who checked it.", "";
        proof: Proof, "Proof", optional, "How well the check proves it.", "";
        owner: String, "Owner", optional, "Who answers for a shared or service account.", "";
        last_tested: When, "Last tested", optional, "When an emergency login was last tested.", "";
        held_by_client: bool, "Held by client", optional, "Yes when it belongs to the client's own staff.", "no";
        standby: bool, "Standby", optional, "Kept ready, not for daily use.", "no";
        waived_until: When, "Waived until", optional, "Left as it is on purpose until then.", "";
        asked_by: String, "Asked by", optional, "Who asked for the removal.", "";
        removed_by: String, "Removed by", optional, "Who removed it.", "";
        created_by: String, "Created by", optional, "Who made the account.", "";
        approver: String, "Approver", optional, "Another heading for Approved by.", "";
        review_by: When, "Review by", optional, "Look at it again by then.", "2026-06-30";
    }

    /// Shared secrets.
    SecretRow(secrets) = Secrets, "Secrets", "Passwords and codes that more than one person knows. Never the password itself." {
        secret: String, "Secret", needed, "Its name. Never the password itself.", "Example Wi-Fi key";
        kind: SecretKind, "Kind", optional, "What kind it is. Empty means password.", "wifi";
        client: String, "Client", needed, "Whose it is.", "Example Dental";
        systems: List, "Systems", optional, "What it opens, separated by ;", "Office Wi-Fi";
        login: String, "Login", optional, "The account it belongs to.", "";
        kept_in: String, "Kept in", optional, "The vault that keeps it, or the place in words.", "Team vault";
        changed: When, "Changed", optional, "When it was last changed.", "2025-10-12";
        reason: String, "Reason it is shared", optional, "Why there is no login for each person.", "One key for all devices";
        replacement: String, "Replacement", optional, "What takes its place.", "Wi-Fi with certificates";
        retire_by: When, "Retire by", optional, "To be gone by then.", "2026-12-31";
    }

    /// Who knows a secret.
    KnownByRow(known_by) = KnownBy, "Known by", "Who knows which shared secret, since when and until when." {
        secret: String, "Secret", needed, "Name of the secret.", "Example Wi-Fi key";
        client: String, "Client", needed, "Whose it is.", "Example Dental";
        technician: String, "Technician", needed, "Who knows it.", "Erika Example";
        from: When, "From", optional, "Since when.", "2023-05-02";
        until: When, "Until", optional, "Until when they could read it.", "";
    }

    /// Things somebody holds.
    ThingRow(things) = Things, "Things", "Laptops, keys, badges and other things somebody holds." {
        kind: AssetKind, "Kind", needed, "What kind of thing.", "laptop";
        tag: String, "Tag", optional, "Number on it.", "EXAMPLE-1";
        client: String, "Client", optional, "Whose it is, when a client lent it.", "";
        holder: String, "Holder", optional, "Who has it.", "Erika Example";
        issued: When, "Issued", optional, "Handed out.", "2023-05-02";
        returned: When, "Returned", optional, "Came back.", "";
        cancelled: When, "Cancelled", optional, "Made useless instead.", "";
        encrypted: bool, "Encrypted", optional, "Whether its storage is encrypted.", "yes";
    }

    /// Named contacts.
    ContactRow(contacts) = Contacts, "Contacts", "Who is named at suppliers, registrars and alarm companies." {
        client: String, "Client", optional, "For which client.", "Example Dental";
        place: String, "Supplier or system", needed, "Where they are named.", "Domain registrar";
        kind: ContactKind, "Kind", optional, "What the contact can do.", "registrar";
        person: String, "Person", needed, "Who is named.", "Erika Example";
    }

    /// Places of data.
    DataRow(data) = Data, "Data", "Where each client's data is kept." {
        client: String, "Client", needed, "Whose data.", "Example Dental";
        what: String, "What", needed, "What it is.", "Network diagrams";
        place: String, "Where", needed, "Where it is.", "SharePoint, Clients/Example";
        kind: DataKind, "Kind", optional, "Whether the place is one of yours.", "approved";
        encrypted: bool, "Encrypted", optional, "Whether it is encrypted there.", "yes";
        holder: String, "Holder", optional, "Who holds it.", "";
        confirmed: When, "Confirmed", optional, "When somebody last confirmed it.", "2026-01-15";
    }

    /// Versions of policies.
    PolicyRow(policies) = Policies, "Policies", "Your security policies, one row for each version." {
        policy: String, "Policy", needed, "Its name.", "Example policy";
        version: String, "Version", needed, "Which version.", "3";
        effective: When, "Effective", needed, "From when it holds.", "2025-01-01";
        audience: String, "Audience", optional, "Whom it is for.", "everybody";
        next_review: When, "Next review", optional, "Look at it again by then.", "2026-12-31";
    }

    /// Signatures under policies.
    SignedRow(signed) = Signed, "Signed", "Who signed which version of a policy." {
        policy: String, "Policy", needed, "Its name.", "Example policy";
        version: String, "Version", needed, "Which version.", "3";
        person: String, "Person", needed, "Who signed.", "Erika Example";
        date: When, "Date", needed, "When.", "2025-01-10";
    }

    /// Courses.
    CourseRow(courses) = Courses, "Courses", "Courses people have to take." {
        course: String, "Course", needed, "Its name.", "Example course";
        every_days: u32, "Every days", optional, "To be repeated after so many days.", "365";
        audience: String, "Audience", optional, "Whom it is for.", "everybody";
    }

    /// Completions of courses.
    CompletedRow(completed) = Completed, "Completed", "Who took which course when." {
        course: String, "Course", needed, "Its name.", "Example course";
        person: String, "Person", needed, "Who took it.", "Erika Example";
        date: When, "Date", needed, "When.", "2025-09-30";
    }

    /// Access sets of roles.
    RoleRow(roles) = Roles, "Roles", "What each role needs, one row for each kind of system." {
        role: String, "Role", needed, "The role.", "Example technician";
        system_kind: SystemKind, "System kind", needed, "On which kind of system.", "remote_management";
        level: String, "Level", optional, "What it may do, in words.", "Technician";
        admin: Admin, "Admin", optional, "What it may administer.", "none";
        clients: RoleScope, "Clients", optional, "For which clients.", "assigned";
    }

    /// People assigned to clients.
    AssignedRow(assigned) = Assigned, "Assigned", "Who looks after which client." {
        person: String, "Person", needed, "Who.", "Erika Example";
        client: String, "Client", needed, "Which client.", "Example Dental";
    }
}

/// The office's sheets, read.
#[derive(Debug, Clone, PartialEq)]
pub struct ParsedSheets {
    /// Workbook or CSV.
    pub format: FormatId,
    /// Why it was taken for that, in a sentence.
    pub recognised: String,
    /// The file's name; several are joined.
    pub file: String,
    /// The rows.
    pub rows: SheetRows,
    /// Rows that could not be taken.
    pub refused: u64,
    /// Remarks, in the order of the sheets.
    pub issues: Vec<Issue>,
    /// SHA-256 of the file, hex; of the files' hashes, when they are several.
    pub sha256: String,
    /// The character set.
    pub encoding: Encoding,
}

impl ParsedSheets {
    /// Several files of one folder as one import.
    pub fn join(files: Vec<Self>) -> Option<Self> {
        let mut files = files.into_iter();
        let mut all = files.next()?;
        let mut hashes = all.sha256.clone();
        let mut count = 1_usize;
        for file in files {
            count += 1;
            all.rows.append(file.rows);
            all.refused = all.refused.saturating_add(file.refused);
            all.issues.extend(file.issues);
            all.file = format!("{}; {}", all.file, file.file);
            hashes.push_str(&file.sha256);
        }
        if count > 1 {
            all.sha256 = super::source::fingerprint(hashes.as_bytes());
            all.recognised = format!("{count} of the office's own sheets");
        }
        Some(all)
    }
}

#[cfg(test)]
mod tests;
