//! A system's list against the register: which accounts are ours, what changed, what is gone, what came back.
//!
//! What the file does not say never overwrites what is known. Must never know: the layout the list came in.

use super::{Basis, Draft, FieldChange, ImportPlan, Known, Numbering, PlanRow, RowClass, Snapshot, Taking};
use crate::domain::{
    Account, AccountId, AccountKind, Admin, BatchId, Covers, Grant, GrantId, HowKnown, Instant, LastUse, Mark,
    Observation, Person, PersonId, PersonStatus, Proof, RecordKind, Removal, SystemId,
};
use crate::import::issue::Issue;
use crate::import::matching::{Matcher, Verdict, fold_login};
use crate::import::row::{AccountRow, Parsed};
use std::collections::{HashMap, HashSet};

pub(super) fn plan(mut parsed: Parsed, snapshot: &Snapshot, taking: &Taking, system: SystemId) -> ImportPlan {
    let rows = std::mem::take(&mut parsed.rows);
    remark_on_totals(&mut parsed, rows.len(), snapshot, system);
    let covers = if parsed.is_partial() { Covers::Part } else { taking.covers };
    let mut planner = Planner::new(snapshot, taking, system);
    for row in rows {
        planner.take(row);
    }
    if covers == Covers::Everyone {
        planner.gone();
    }
    ImportPlan {
        format: parsed.format,
        recognised: parsed.recognised,
        file: parsed.file,
        sha256: parsed.sha256,
        system: Some(system),
        taken: taking.taken,
        covers,
        partial: parsed.partial,
        rows: planner.rows,
        issues: parsed.issues,
        unreadable: parsed.refused,
        based_on: planner.basis.finish(),
        drafts: planner.drafts,
    }
}

/// Fewer rows than the system or the file itself says there are, none at all, or a fifth fewer than last time: the list
/// is partial, and nothing counts as gone. Taken once more, a list that really shrank is no longer shorter than the last.
fn remark_on_totals(parsed: &mut Parsed, rows: usize, snapshot: &Snapshot, system: SystemId) {
    let rows = u64::try_from(rows).unwrap_or(u64::MAX);
    let known = snapshot.systems.iter().find(|known| known.record.id == system);
    let total = known.and_then(|known| known.record.stated_total).map(u64::from);
    if let Some(total) = parsed.stated_total.max(total).filter(|total| rows < *total) {
        let why = format!("The system says it has {total} accounts, and the file has {rows}.");
        parsed.issues.push(Issue::warning("fewer_than_stated", why.clone()));
        parsed.partial.get_or_insert(why);
    }
    if rows == 0 {
        parsed.partial.get_or_insert_with(|| "The file names no account.".to_owned());
    }
    let Some(last) = &snapshot.last_batch else { return };
    if last.sha256 == parsed.sha256 {
        parsed.issues.push(Issue::note("same_file", "This very file was taken before."));
    } else if rows.saturating_mul(5) < last.rows.saturating_mul(4) {
        let why = format!("The file has {rows} accounts; the last list had {}.", last.rows);
        let message = format!("{why} Nothing counts as gone. If it is complete, take it once more.");
        parsed.issues.push(Issue::warning("fewer_than_last", message));
        parsed.partial.get_or_insert(why);
    }
}

struct Planner<'s> {
    taking: &'s Taking,
    system: SystemId,
    matcher: Matcher,
    people: HashMap<PersonId, &'s Known<Person>>,
    accounts: HashMap<AccountId, &'s Known<Account>>,
    by_login: HashMap<String, AccountId>,
    by_external: HashMap<String, AccountId>,
    observations: HashMap<AccountId, &'s Known<Observation>>,
    grants: HashMap<AccountId, Vec<&'s Known<Grant>>>,
    seen: HashSet<AccountId>,
    numbering: Numbering,
    basis: Basis,
    rows: Vec<PlanRow>,
    drafts: Vec<Draft>,
}

const BATCH: BatchId = BatchId(Numbering::BATCH);

impl<'s> Planner<'s> {
    fn new(snapshot: &'s Snapshot, taking: &'s Taking, system: SystemId) -> Self {
        let mut planner = Self {
            taking,
            system,
            matcher: Matcher::new(snapshot.people.iter().map(|known| &known.record), &taking.ours),
            people: snapshot.people.iter().map(|known| (known.record.id, known)).collect(),
            accounts: HashMap::new(),
            by_login: HashMap::new(),
            by_external: HashMap::new(),
            observations: snapshot.observations.iter().map(|known| (known.record.id, known)).collect(),
            grants: HashMap::new(),
            seen: HashSet::new(),
            numbering: Numbering::default(),
            basis: Basis::default(),
            rows: Vec::new(),
            drafts: Vec::new(),
        };
        for known in snapshot.accounts.iter().filter(|known| known.record.system == system) {
            let id = known.record.id;
            planner.accounts.insert(id, known);
            planner.by_login.entry(fold_login(&known.record.login)).or_insert(id);
            if let Some(external) = &known.record.external_id {
                planner.by_external.insert(external.clone(), id);
            }
        }
        for known in &snapshot.grants {
            planner.grants.entry(known.record.account).or_default().push(known);
        }
        if let Some(known) = snapshot.systems.iter().find(|known| known.record.id == system) {
            planner.basis.on(known);
        }
        planner
    }

    fn grants_of(&self, account: AccountId) -> Vec<&'s Known<Grant>> {
        self.grants.get(&account).cloned().unwrap_or_default()
    }

    /// The account a row is about: by the system's own id, else by login; each at most once in a list.
    fn find(&self, row: &AccountRow) -> Option<&'s Known<Account>> {
        let by_external = row.external_id.as_ref().and_then(|id| self.by_external.get(id));
        let by_login = self.by_login.get(&fold_login(&row.login));
        let id = by_external.into_iter().chain(by_login).find(|id| !self.seen.contains(id))?;
        self.accounts.get(id).copied()
    }

    /// Whom the account was matched to earlier.
    fn before(&self, account: &Account) -> Option<PersonId> {
        if account.kind != AccountKind::Personal {
            return None;
        }
        account.owner.or_else(|| {
            let people: HashSet<PersonId> =
                self.grants_of(account.id).iter().map(|known| known.record.person).collect();
            people.iter().next().copied().filter(|_| people.len() == 1)
        })
    }

    fn take(&mut self, mut row: AccountRow) {
        if row.expires.is_some_and(|expires| expires <= self.taking.taken) {
            row.enabled = Some(false);
        }
        let known = self.find(&row);
        let before = known.and_then(|known| self.before(&known.record));
        let verdict = self.matcher.judge(&row, before, known.is_some());
        let Some(kept) = verdict.kept else {
            let mut plan_row = PlanRow::new(RecordKind::Account, Some(row.line), row.login.clone(), RowClass::NotOurs);
            plan_row.account = Some(Box::new(row));
            self.rows.push(plan_row);
            return;
        };
        let index = self.rows.len();
        let mut plan_row = PlanRow::new(RecordKind::Account, Some(row.line), row.login.clone(), RowClass::New);
        plan_row.kept = Some(kept);
        plan_row.person =
            verdict.person.and_then(|(id, _)| self.people.get(&id)).map(|p| (p.record.id, p.record.name.clone()));
        plan_row.matched_by = verdict.person.map(|(_, by)| by);
        plan_row.suggestions.clone_from(&verdict.suggestions);
        plan_row.unmatched = verdict.person.is_none();
        match known {
            None => self.new_account(&row, &verdict, index, &mut plan_row),
            Some(known) => {
                self.seen.insert(known.record.id);
                self.known_account(&row, known, &verdict, index, &mut plan_row);
            }
        }
        plan_row.account = Some(Box::new(row));
        self.rows.push(plan_row);
    }

    fn new_account(&mut self, row: &AccountRow, verdict: &Verdict, index: usize, plan_row: &mut PlanRow) {
        let account = Account {
            owner: verdict.person.map(|(person, _)| person).filter(|_| row.kind_guess == AccountKind::Personal),
            admin: row.admin.unwrap_or(Admin::None),
            created: row.created_at,
            display_name: row.display_name.clone(),
            email: row.email.clone(),
            external_id: row.external_id.clone(),
            roles: row.roles.clone(),
            ..Account::new(
                AccountId(self.numbering.next(RecordKind::Account)),
                self.system,
                row.kind_guess,
                row.login.clone(),
            )
        };
        self.put(sighting(row, account.id, None, self.taking.taken), index);
        if let (Some((person, _)), AccountKind::Personal) = (verdict.person, account.kind) {
            self.new_grant(row, &account, person, index, plan_row);
        }
        if account.admin != Admin::None {
            plan_row.risky = true;
            plan_row.notes.push("This account may administer.".to_owned());
        }
        self.put(account, index);
    }

    fn new_grant(
        &mut self,
        row: &AccountRow,
        account: &Account,
        person: PersonId,
        index: usize,
        plan_row: &mut PlanRow,
    ) {
        let grant = Grant {
            admin: row.admin.unwrap_or(account.admin),
            since: row.created_at,
            until: row.expires,
            how: HowKnown::Import(BATCH),
            level: level(&row.roles),
            ..Grant::new(GrantId(self.numbering.next(RecordKind::Grant)), person, account.id)
        };
        self.put(grant, index);
        if let Some(known) = self.people.get(&person) {
            self.basis.on(known);
            if matches!(known.record.status, PersonStatus::Notice | PersonStatus::Discharged)
                || known.record.last_day.is_some()
            {
                plan_row.risky = true;
                plan_row.notes.push(format!("{} is leaving or has left.", known.record.name));
            }
        }
    }

    fn known_account(
        &mut self,
        row: &AccountRow,
        known: &'s Known<Account>,
        verdict: &Verdict,
        index: usize,
        plan_row: &mut PlanRow,
    ) {
        let old = &known.record;
        let mut account = old.clone();
        let mut fields = Fields::default();
        if self.is_outdated(old.id) {
            plan_row.notes.push("A newer list is known; this one takes nothing back.".to_owned());
        } else {
            merge_account(row, &mut account, &mut fields, &mut plan_row.notes);
        }
        let person = verdict.person.map(|(person, _)| person).filter(|_| old.kind == AccountKind::Personal);
        let grants = self.grants_of(old.id);
        if let Some(person) = person.filter(|person| !grants.iter().any(|known| known.record.person == *person)) {
            if account.owner != Some(person) {
                fields.note(
                    "Person",
                    String::new(),
                    plan_row.person.as_ref().map_or_else(String::new, |(_, n)| n.clone()),
                );
                account.owner = Some(person);
            }
            self.new_grant(row, &account, person, index, plan_row);
            fields.touched = true;
        }
        let sighted = self.merge_sighting(row, old.id, &mut fields, index);
        if account != *old {
            self.basis.on(known);
            if account.admin > old.admin {
                plan_row.risky = true;
                plan_row
                    .notes
                    .push(format!("Went from \u{201c}{}\u{201d} to \u{201c}{}\u{201d}.", old.admin, account.admin));
            }
            self.put(account.clone(), index);
        }
        let mut came_back = false;
        if sighted {
            for grant in grants {
                came_back |= self.known_grant(row, old, &account, grant, index, &mut fields, plan_row);
            }
        }
        plan_row.class = match (came_back, fields.touched || !fields.list.is_empty()) {
            (true, _) => RowClass::CameBack,
            (false, true) => RowClass::Changed,
            (false, false) => RowClass::Same,
        };
        plan_row.fields = fields.list;
    }

    /// Whether a newer list has shown this account.
    fn is_outdated(&self, account: AccountId) -> bool {
        let seen = self.observations.get(&account).map(|known| &known.record);
        seen.is_some_and(|seen| seen.batch.is_some() && seen.at > self.taking.taken)
    }

    /// Writes a new sighting when something is different. False when the register knows a newer one, which stays.
    fn merge_sighting(&mut self, row: &AccountRow, account: AccountId, fields: &mut Fields, index: usize) -> bool {
        let Some(known) = self.observations.get(&account).copied() else {
            self.put(sighting(row, account, None, self.taking.taken), index);
            fields.touched = true;
            return true;
        };
        let old = &known.record;
        if old.at > self.taking.taken {
            return false;
        }
        let new = sighting(row, account, Some(old), self.taking.taken);
        let same_facts = (old.enabled, &old.factors, old.last_used, old.password_changed)
            == (new.enabled, &new.factors, new.last_used, new.password_changed);
        if !same_facts || old.missing_since != new.missing_since {
            fields.compare("Sign-in", on_off(old.enabled), on_off(new.enabled));
            let factors = |o: &Observation| o.factors.iter().map(|f| f.shown()).collect::<Vec<_>>().join(", ");
            fields.compare("Second factor", factors(old), factors(&new));
            fields.compare("Last used", used(old.last_used), used(new.last_used));
            fields.compare("Password changed", date(old.password_changed), date(new.password_changed));
            fields.compare(IN_LIST, named(old), named(&new));
            fields.touched = true;
            self.basis.on(known);
            self.put(new, index);
        }
        true
    }

    /// What the list says about one way in: confirmed as removed, back again, or at another level. True when it is back.
    #[allow(clippy::too_many_arguments, reason = "one grant, its account before and after, and what is collected")]
    fn known_grant(
        &mut self,
        row: &AccountRow,
        old: &Account,
        account: &Account,
        known: &'s Known<Grant>,
        index: usize,
        fields: &mut Fields,
        plan_row: &mut PlanRow,
    ) -> bool {
        let mut grant = known.record.clone();
        let mut back = false;
        if row.enabled == Some(false) {
            if confirm(&mut grant.removal, self.taking.taken) {
                fields.note("Removal", "not checked".to_owned(), "confirmed: sign-in is off".to_owned());
            }
        } else if row.enabled == Some(true)
            && old.kind == AccountKind::Personal
            && grant.removal.done.is_some_and(|done| done.at < self.taking.taken)
        {
            // The asking led to a removal that did not last; it has to be asked again.
            grant.removal = Removal {
                came_back: Some(self.taking.taken),
                waived_until: grant.removal.waived_until,
                ..Removal::default()
            };
            back = true;
            plan_row.risky = true;
            fields.note("Removal", "done".to_owned(), "back again".to_owned());
            plan_row.notes.push("It was removed, and the list shows it switched on again.".to_owned());
        }
        if old.kind == AccountKind::Personal && grant.removal.done.is_none() {
            if grant.admin == old.admin {
                grant.admin = account.admin;
            }
            if matches!(grant.how, HowKnown::Import(_)) && grant.level == level(&old.roles) {
                grant.level = level(&account.roles);
            }
        }
        if grant != known.record {
            self.basis.on(known);
            fields.touched = true;
            self.put(grant, index);
        }
        back
    }

    /// Accounts the register knows and a complete list no longer names.
    fn gone(&mut self) {
        let mut missing: Vec<&'s Known<Account>> =
            self.accounts.values().copied().filter(|known| !self.seen.contains(&known.record.id)).collect();
        missing.sort_by_key(|known| known.record.id);
        for known in missing {
            let id = known.record.id;
            let known_sighting = self.observations.get(&id).copied();
            let sighting = known_sighting.map(|known| &known.record);
            if sighting.is_some_and(|seen| seen.at > self.taking.taken) {
                continue;
            }
            let grants = self.grants_of(id);
            let unsettled =
                grants.iter().any(|known| known.record.removal.confirmed.is_none() && !known.record.planned);
            let was_on = grants.is_empty() && sighting.is_none_or(|seen| seen.enabled != Some(false));
            if !unsettled && !was_on {
                continue;
            }
            let index = self.rows.len();
            let mut row = PlanRow::new(RecordKind::Account, None, known.record.login.clone(), RowClass::Gone);
            row.person = self
                .before(&known.record)
                .and_then(|p| self.people.get(&p))
                .map(|p| (p.record.id, p.record.name.clone()));
            for known in grants {
                let mut grant = known.record.clone();
                if confirm(&mut grant.removal, self.taking.taken) {
                    row.fields.push(FieldChange {
                        field: "Removal",
                        old: "not checked".to_owned(),
                        new: "confirmed: no longer in the list".to_owned(),
                    });
                    self.basis.on(known);
                    self.put(grant, index);
                }
            }
            if row.fields.is_empty() {
                row.notes.push("No removal was recorded for it. It stays, marked as missing from the list.".to_owned());
            }
            if let Some(absence) = absence(id, sighting, self.taking.taken) {
                let old = sighting.map(named).unwrap_or_default();
                row.fields.push(FieldChange { field: IN_LIST, old, new: named(&absence) });
                if let Some(known) = known_sighting {
                    self.basis.on(known);
                }
                self.put(absence, index);
            }
            self.rows.push(row);
        }
    }

    fn put(&mut self, record: impl Into<crate::domain::AnyRecord>, row: usize) {
        self.drafts.push(Draft { record: record.into(), row });
    }
}

/// The system itself shows that a removal asked for or done has happened. False when there is nothing to confirm.
fn confirm(removal: &mut Removal, taken: Instant) -> bool {
    let started = removal.done.or(removal.asked).is_some_and(|mark| mark.at <= taken);
    if !started || removal.confirmed.is_some() {
        return false;
    }
    removal.done.get_or_insert(Mark { at: taken, by: None });
    removal.confirmed = Some(Mark { at: taken, by: None });
    removal.proof = Some(Proof::Acknowledged);
    true
}

/// What the comparison calls it that a list of the whole system names an account.
const IN_LIST: &str = "In the list";

/// Fields that differ, collected on the way.
#[derive(Default)]
struct Fields {
    list: Vec<FieldChange>,
    touched: bool,
}

impl Fields {
    fn note(&mut self, field: &'static str, old: String, new: String) {
        self.list.push(FieldChange { field, old, new });
    }

    fn compare(&mut self, field: &'static str, old: String, new: String) {
        if old != new {
            self.note(field, old, new);
        }
    }

    /// Takes a text the file states over the one known.
    fn text(&mut self, field: &'static str, known: &mut Option<String>, stated: Option<&String>) {
        if let Some(stated) = stated.filter(|stated| known.as_ref() != Some(*stated)) {
            self.note(field, known.clone().unwrap_or_default(), stated.clone());
            *known = Some(stated.clone());
        }
    }
}

fn merge_account(row: &AccountRow, account: &mut Account, fields: &mut Fields, notes: &mut Vec<String>) {
    if fold_login(&account.login) != fold_login(&row.login) {
        fields.note("Account name", account.login.clone(), row.login.clone());
        account.login.clone_from(&row.login);
    }
    fields.text("Name shown", &mut account.display_name, row.display_name.as_ref());
    fields.text("E-mail", &mut account.email, row.email.as_ref());
    if let Some(stated) = row.external_id.as_ref().filter(|stated| same_style(account.external_id.as_deref(), stated)) {
        if account.external_id.as_ref().is_some_and(|known| known != stated) {
            notes.push("The system's own id is another one: the account was made again.".to_owned());
        }
        fields.text("Id", &mut account.external_id, Some(stated));
    }
    // A list that knows the level but no groups does not take the groups away; a level that fell away does.
    let lost_level = row.admin == Some(Admin::None) && account.admin != Admin::None;
    if !row.roles.is_empty() || lost_level {
        fields.compare("Roles", account.roles.join(", "), row.roles.join(", "));
        account.roles.clone_from(&row.roles);
    }
    if let Some(admin) = row.admin {
        fields.compare("Administers", account.admin.to_string(), admin.to_string());
        account.admin = admin;
    }
    if account.created.is_none() && row.created_at.is_some() {
        fields.compare("Made", String::new(), date(row.created_at));
        account.created = row.created_at;
    }
}

/// Two layouts name one account by different ids; an id of another style does not replace the one known.
fn same_style(known: Option<&str>, stated: &str) -> bool {
    known.is_none_or(|known| known.starts_with("S-1-") == stated.starts_with("S-1-"))
}

/// What the list says, over what was known where the list says nothing.
fn sighting(row: &AccountRow, account: AccountId, old: Option<&Observation>, taken: Instant) -> Observation {
    let (last_used, quality) = match (row.last_used, old) {
        (LastUse::Unknown, Some(old)) => (old.last_used, old.quality),
        // "Never" of a coarse source does not take back a use that was seen.
        (LastUse::Never, Some(old)) if matches!(old.last_used, LastUse::At(_)) => (old.last_used, old.quality),
        (stated, _) => (stated, row.last_used_quality),
    };
    Observation {
        id: account,
        batch: Some(BATCH),
        at: taken,
        enabled: row.enabled.or_else(|| old.and_then(|old| old.enabled)),
        factors: if row.factors.is_empty() {
            old.map(|o| o.factors.clone()).unwrap_or_default()
        } else {
            row.factors.clone()
        },
        last_used,
        quality,
        password_changed: row.password_changed_at.or_else(|| old.and_then(|old| old.password_changed)),
        // A list from before takes nothing back of what a newer one did not name.
        missing_since: old.and_then(|old| old.missing_since).filter(|since| *since > taken),
    }
}

/// The account is not in a list of the whole system. Nothing when that is known of this list or of an older one.
fn absence(account: AccountId, old: Option<&Observation>, taken: Instant) -> Option<Observation> {
    let seen = old.cloned().unwrap_or_else(|| Observation::new(account, taken));
    let since = seen.missing_since.map_or(taken, |since| since.min(taken));
    (seen.missing_since != Some(since)).then_some(Observation { missing_since: Some(since), ..seen })
}

fn named(seen: &Observation) -> String {
    seen.missing_since.map_or_else(|| "yes".to_owned(), |since| format!("not since {}", date(Some(since))))
}

fn level(roles: &[String]) -> String {
    if roles.is_empty() { "not stated".to_owned() } else { roles.join(", ") }
}

fn on_off(enabled: Option<bool>) -> String {
    enabled.map_or_else(String::new, |on| if on { "on".to_owned() } else { "off".to_owned() })
}

fn used(last: LastUse) -> String {
    match last {
        LastUse::Unknown => String::new(),
        LastUse::Never => "never".to_owned(),
        LastUse::At(at) => date(Some(at)),
    }
}

/// A moment by its day in UTC: enough to tell two apart in a preview.
fn date(at: Option<Instant>) -> String {
    at.map_or_else(String::new, |at| at.utc().format("%Y-%m-%d %H:%M").to_string())
}
