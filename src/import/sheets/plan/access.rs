//! The Access sheet: accounts, what is known of them, and who may use them.
//!
//! Several rows may be about one account. Its columns count once: an empty cell takes what another row says, and two
//! rows that say different things are refused, naming both. Must never know: secrets.

use super::diff::{Clock, Diff};
use super::{At, Book};
use crate::domain::{
    Account, AccountId, AccountKind, Admin, Factor, Grant, GrantId, Instant, LastUse, Mark, Observation, PersonId,
    PersonKind, Proof, RecordKind, SystemId, UseQuality,
};
use crate::import::date::When;
use crate::import::guess;
use crate::import::matching::fold_login;
use crate::import::sheets::cell::LastUsed;
use crate::import::sheets::{AccessRow, Sheet};
use std::collections::{BTreeSet, HashMap};

/// What the rows together say about an account.
#[derive(Debug, Clone, Default, PartialEq)]
struct Stated {
    kind: Option<AccountKind>,
    enabled: Option<bool>,
    factors: Option<BTreeSet<Factor>>,
    device: Option<String>,
    recovery: Option<String>,
    last_used: Option<LastUsed>,
    owner: Option<String>,
    tested: Option<When>,
    held: Option<bool>,
    created_by: Option<String>,
}

/// An account as the rows before this one described it.
struct Described {
    stated: Stated,
    first: At,
    /// Which row stated which column first.
    lines: HashMap<&'static str, u64>,
    level: Option<Admin>,
    people: BTreeSet<PersonId>,
    new: bool,
}

/// Ways in by person and account, and the rows that have claimed one.
struct Grants {
    by: HashMap<(PersonId, AccountId), Vec<GrantId>>,
    taken: HashMap<GrantId, u64>,
}

impl Grants {
    fn new(book: &Book) -> Self {
        let mut by: HashMap<(PersonId, AccountId), Vec<GrantId>> = HashMap::new();
        for grant in book.grants.all() {
            by.entry((grant.person, grant.account)).or_default().push(grant.id);
        }
        Self { by, taken: HashMap::new() }
    }

    fn of(&self, person: PersonId, account: AccountId) -> &[GrantId] {
        self.by.get(&(person, account)).map_or(&[], Vec::as_slice)
    }

    fn take(&mut self, grant: &Grant, line: u64) {
        self.taken.insert(grant.id, line);
        let list = self.by.entry((grant.person, grant.account)).or_default();
        if !list.contains(&grant.id) {
            list.push(grant.id);
        }
    }
}

/// The sheet on its way through.
struct Access {
    accounts: HashMap<(SystemId, String), AccountId>,
    described: HashMap<AccountId, Described>,
    order: Vec<AccountId>,
    grants: Grants,
    results: Vec<(At, AccountId, bool, Diff)>,
}

pub(super) fn access(book: &mut Book, rows: &[AccessRow]) {
    let mut access = Access {
        accounts: book.accounts.all().map(|a| ((a.system, fold_login(&a.login)), a.id)).collect(),
        described: HashMap::new(),
        order: Vec::new(),
        grants: Grants::new(book),
        results: Vec::new(),
    };
    for row in rows {
        let at = book.begin(Sheet::Access, row.line, RecordKind::Grant, row.login.clone().unwrap_or_default());
        if let Err((code, why)) = access.take(book, row, at) {
            book.refuse(at, code, why);
        }
    }
    access.finish(book);
}

impl Access {
    /// Takes one row: its account, and the way in when it names somebody. Why not, when it cannot be taken.
    fn take(&mut self, book: &mut Book, row: &AccessRow, at: At) -> Result<(), (&'static str, String)> {
        const UNCLEAR: &str = "name_unclear";
        if let Some(why) = book.unclear(row.technician.as_ref(), row.client.as_ref(), row.system.as_ref()) {
            return Err((UNCLEAR, why));
        }
        let client = book.client(row.client.as_ref(), at).ok_or((UNCLEAR, "the client is not clear.".to_owned()))?;
        let system = book
            .system(client, row.system.as_deref().unwrap_or_default(), at)
            .ok_or((UNCLEAR, "the system is not clear.".to_owned()))?;
        let key = (system, fold_login(row.login.as_deref().unwrap_or_default()));
        let id = *self.accounts.entry(key).or_insert_with(|| new_account(book, system, row, at));
        let entry = self.described.entry(id).or_insert_with(|| {
            self.order.push(id);
            let (stated, lines) = (Stated::default(), HashMap::new());
            let new = book.accounts.is_new(id.0);
            Described { stated, first: at, lines, level: None, people: BTreeSet::new(), new }
        });
        if let Some((column, line)) = merge(&mut entry.stated, &mut entry.lines, row) {
            let why = format!("{column} differs from row {line}, which is about the same account.");
            return Err(("account_conflict", why));
        }
        entry.level = entry.level.max(row.admin);
        let mut diff = Diff::default();
        let mut new = false;
        if row.technician.is_some() {
            let person = book
                .person(row.technician.as_ref(), PersonKind::Employee, at)
                .ok_or((UNCLEAR, "it is not clear who is meant.".to_owned()))?;
            entry.people.insert(person);
            new = grant(book, row, person, id, at, &mut self.grants, &mut diff)
                .map_err(|first| ("row_repeated", format!("row {first} is about the same person and account.")))?;
        } else {
            book.is_unmatched(at);
        }
        self.results.push((at, id, new, diff));
        Ok(())
    }

    /// Puts what the rows say about each account into it, and shows that with the account's first row.
    fn finish(mut self, book: &mut Book) {
        let mut shown: HashMap<AccountId, usize> = HashMap::new();
        for (index, (_, id, ..)) in self.results.iter().enumerate() {
            shown.entry(*id).or_insert(index);
        }
        for id in self.order {
            let Some(entry) = self.described.remove(&id) else { continue };
            let new = entry.new;
            let diff = put_account(book, id, entry);
            if let Some(result) = shown.get(&id).and_then(|index| self.results.get_mut(*index)) {
                result.2 |= new;
                for field in diff.fields {
                    if !result.3.fields.contains(&field) {
                        result.3.fields.push(field);
                    }
                }
            }
        }
        for (at, _, new, diff) in self.results {
            book.end(at, new, diff);
        }
    }
}

fn new_account(book: &mut Book, system: SystemId, row: &AccessRow, at: At) -> AccountId {
    let login = row.login.as_deref().unwrap_or_default().trim();
    let kind = match (row.account_kind, &row.technician) {
        (Some(kind), _) => kind,
        (None, Some(_)) => AccountKind::Personal,
        // Nobody uses it by name: the name itself may say what it is for.
        (None, None) => guess::kind(login, "", ""),
    };
    let account = Account::new(AccountId(book.numbering.next(RecordKind::Account)), system, kind, login);
    let id = account.id;
    book.accounts.add(account, at.row);
    id
}

/// Adds what a row says about its account. The column and the row it contradicts, if it does; then nothing is added.
fn merge(stated: &mut Stated, lines: &mut HashMap<&'static str, u64>, row: &AccessRow) -> Option<(&'static str, u64)> {
    let mut merged = stated.clone();
    let mut conflict = None;
    let mut new_lines: Vec<&'static str> = Vec::new();
    let mut column = |name: &'static str, differs: Option<bool>| match differs {
        Some(true) => conflict = conflict.or(lines.get(name).map(|line| (name, *line))),
        Some(false) => new_lines.push(name),
        None => {}
    };
    column("Account kind", take(&mut merged.kind, row.account_kind.as_ref()));
    column("Enabled", take(&mut merged.enabled, row.enabled.as_ref()));
    column("MFA", take(&mut merged.factors, row.mfa.as_ref().map(|factors| &factors.0)));
    column("MFA device", take(&mut merged.device, row.mfa_device.as_ref()));
    column("Recovery contact", take(&mut merged.recovery, row.recovery_contact.as_ref()));
    column("Last used", take(&mut merged.last_used, row.last_used.as_ref()));
    column("Owner", take(&mut merged.owner, row.owner.as_ref()));
    column("Last tested", take(&mut merged.tested, row.last_tested.as_ref()));
    column("Held by client", take(&mut merged.held, row.held_by_client.as_ref()));
    column("Created by", take(&mut merged.created_by, row.created_by.as_ref()));
    if conflict.is_none() {
        *stated = merged;
        for name in new_lines {
            lines.entry(name).or_insert(row.line);
        }
    }
    conflict
}

/// Whether a cell contradicts what is stated; none when the cell is empty.
fn take<T: PartialEq + Clone>(slot: &mut Option<T>, cell: Option<&T>) -> Option<bool> {
    let cell = cell?;
    let differs = slot.as_ref().is_some_and(|known| known != cell);
    slot.get_or_insert_with(|| cell.clone());
    Some(differs)
}

fn put_account(book: &mut Book, id: AccountId, entry: Described) -> Diff {
    let at = entry.first;
    let owner = book.person(entry.stated.owner.as_ref(), PersonKind::Employee, at);
    let created_by = book.person(entry.stated.created_by.as_ref(), PersonKind::Employee, at);
    let Some(mut account) = book.accounts.get(id.0).cloned() else { return Diff::default() };
    let (clock, stated) = (book.clock, entry.stated);
    let mut diff = Diff::default();
    diff.set("Account kind", &mut account.kind, stated.kind);
    // A personal account belongs to its technician; any other has the custodian the sheet names.
    let owner = if account.kind == AccountKind::Personal {
        entry.people.first().copied().filter(|_| entry.people.len() == 1).or(owner)
    } else {
        owner
    };
    let names = (book.name_of(account.owner), book.name_of(owner));
    diff.person("Owner", &mut account.owner, owner, names);
    let names = (book.name_of(account.created_by), book.name_of(created_by));
    diff.person("Created by", &mut account.created_by, created_by, names);
    diff.set("Admin", &mut account.admin, entry.level);
    diff.maybe("MFA device", &mut account.mfa_device, stated.device);
    diff.maybe("Recovery contact", &mut account.recovery_contact, stated.recovery);
    diff.moment("Last tested", &mut account.tested, stated.tested, &clock, Clock::happened);
    diff.flag("Held by client", &mut account.held_by_client, stated.held);
    book.accounts.set(account, at.row);
    put_sighting(book, id, (stated.enabled, stated.factors, stated.last_used), at, &mut diff);
    diff
}

/// What a person wrote down about an account, when it says anything new.
fn put_sighting(
    book: &mut Book,
    id: AccountId,
    (enabled, factors, last_used): (Option<bool>, Option<BTreeSet<Factor>>, Option<LastUsed>),
    at: At,
    diff: &mut Diff,
) {
    if enabled.is_none() && factors.is_none() && last_used.is_none() {
        return;
    }
    let clock = book.clock;
    let known = book.observations.get(id.0).cloned();
    let mut sighting = known.clone().unwrap_or(Observation::new(id, clock.taken));
    diff.yes_no("Enabled", &mut sighting.enabled, enabled);
    let show = |set: &BTreeSet<Factor>| set.iter().map(|factor| factor.stored()).collect::<Vec<_>>().join("; ");
    diff.list("MFA", &mut sighting.factors, factors, show);
    let used = match (last_used, sighting.last_used) {
        (None, known) => known,
        (Some(LastUsed::Never), _) => LastUse::Never,
        (Some(LastUsed::At(when)), LastUse::At(known)) if when.agrees(known, &clock.zone) => LastUse::At(known),
        (Some(LastUsed::At(when)), _) => LastUse::At(clock.happened(when)),
    };
    if used != sighting.last_used {
        let shown = |used: LastUse| match used {
            LastUse::Unknown => String::new(),
            LastUse::Never => "never".to_owned(),
            LastUse::At(at) => at.utc().format("%Y-%m-%d").to_string(),
        };
        diff.note("Last used", shown(sighting.last_used), shown(used));
        sighting.last_used = used;
        sighting.quality = Some(UseQuality::Hand);
    }
    if known.as_ref() != Some(&sighting) {
        sighting.at = clock.taken;
        sighting.batch = None;
        book.observations.set(sighting, at.row);
    }
}

/// One way in. True when it is new; the line of the row that was about the same one, if there was one.
fn grant(
    book: &mut Book,
    row: &AccessRow,
    person: PersonId,
    account: AccountId,
    at: At,
    grants: &mut Grants,
    diff: &mut Diff,
) -> Result<bool, u64> {
    let clock = book.clock;
    let known: Vec<Grant> = grants.of(person, account).iter().filter_map(|id| book.grants.get(id.0)).cloned().collect();
    let found = pick(&known, row.since, &clock, &grants.taken);
    if let Some(first) = found.as_ref().and_then(|grant| grants.taken.get(&grant.id)) {
        return Err(*first);
    }
    let new = found.is_none();
    let mut grant = found.unwrap_or_else(|| new_grant(book, person, account));
    grants.take(&grant, row.line);
    put_grant(book, row, &mut grant, at, diff);
    book.grants.set(grant, at.row);
    Ok(new)
}

/// The way in a row is about: the one that began then; else the only one; else the newest that is still open.
fn pick(known: &[Grant], since: Option<When>, clock: &Clock, taken: &HashMap<GrantId, u64>) -> Option<Grant> {
    if let Some(when) = since {
        let agrees = |grant: &&Grant| grant.since.is_some_and(|known| when.agrees(known, &clock.zone));
        if let Some(grant) = known.iter().find(agrees) {
            return Some(grant.clone());
        }
        // Another beginning is another period, unless the one known has none or no row has claimed it.
        return known.iter().find(|grant| !taken.contains_key(&grant.id) && grant.removal.done.is_none()).cloned();
    }
    let open = known.iter().rfind(|grant| grant.removal.done.is_none());
    open.or(known.last()).cloned()
}

fn new_grant(book: &mut Book, person: PersonId, account: AccountId) -> Grant {
    Grant {
        level: "not stated".to_owned(),
        ..Grant::new(GrantId(book.numbering.next(RecordKind::Grant)), person, account)
    }
}

fn put_grant(book: &mut Book, row: &AccessRow, grant: &mut Grant, at: At, diff: &mut Diff) {
    let clock = book.clock;
    if row.approver.is_some() && row.approved_by.is_some() && row.approver != row.approved_by {
        book.warn(at, "approver_twice", "Approver and Approved by differ; Approved by is taken.");
    }
    let approver = book.person(row.approved_by.as_ref().or(row.approver.as_ref()), PersonKind::Office, at);
    let asked_by = book.person(row.asked_by.as_ref(), PersonKind::Office, at);
    let removed_by = book.person(row.removed_by.as_ref(), PersonKind::Employee, at);
    let checked_by = book.person(row.checked_by.as_ref(), PersonKind::Office, at);
    diff.set("Level", &mut grant.level, row.level.clone());
    diff.set("Admin", &mut grant.admin, row.admin);
    diff.moment("Since", &mut grant.since, row.since, &clock, Clock::start);
    diff.moment("Expires", &mut grant.until, row.expires, &clock, Clock::end);
    diff.maybe("Reason", &mut grant.reason, row.reason.clone());
    diff.flag("Standby", &mut grant.standby, row.standby);
    diff.day("Review by", &mut grant.review_by, row.review_by, &clock);
    diff.mark("Approved on", &mut grant.approved, row.approved_on, approver, &clock);
    if let (None, Some(by)) = (grant.approved, approver) {
        // Approved by somebody, nobody wrote when: no later than the right began.
        let when: Instant = grant.since.unwrap_or(clock.taken);
        grant.approved = Some(Mark { at: when, by: Some(by) });
        diff.note("Approved by", "", book.name_of(approver));
    }
    let removal = &mut grant.removal;
    diff.mark("Removal asked", &mut removal.asked, row.removal_asked, asked_by, &clock);
    diff.mark("Removed", &mut removal.done, row.removed, removed_by, &clock);
    diff.mark("Checked", &mut removal.confirmed, row.checked, checked_by, &clock);
    diff.maybe("Proof", &mut removal.proof, row.proof);
    if removal.confirmed.is_some() && removal.proof.is_none() {
        removal.proof = Some(Proof::Stated);
    }
    diff.moment("Waived until", &mut removal.waived_until, row.waived_until, &clock, Clock::end);
    if grant.removal.confirmed.is_some() && grant.removal.done.is_none() {
        book.warn(
            at,
            "checked_not_removed",
            "it is checked, but no day of removal is given; the day of the check is taken.",
        );
        grant.removal.done = grant.removal.confirmed.map(|mark| Mark { at: mark.at, by: None });
    }
}
