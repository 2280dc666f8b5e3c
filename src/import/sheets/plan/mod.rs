//! The plan of the office's sheets: names link them, what is not there yet is made, what is there is compared.
//!
//! An empty cell leaves what is known; nothing is ever taken away by a sheet. The same sheets twice change nothing.
//! Must never know: how the sheets were read.

mod access;
mod basics;
mod diff;
mod rest;
mod secrets;
mod shelf;

use super::{ParsedSheets, Sheet};
use crate::domain::{
    Account, Asset, Assignment, Client, ClientId, Completion, Contact, Course, Covers, DataLocation, Grant, Knowing,
    Observation, Person, PersonId, PersonKind, Policy, RecordKind, RoleRight, Secret, SecretId, Signature, System,
    SystemId, SystemKind,
};
use crate::import::issue::Issue;
use crate::import::matching::{fold, fold_login};
use crate::import::plan::{Basis, ImportPlan, Numbering, PlanRow, RowClass, Snapshot, Taking};
use diff::{Clock, Diff};
use shelf::Shelf;
use std::collections::HashMap;

/// Compares the office's sheets with the register.
pub(crate) fn plan_sheets(parsed: ParsedSheets, snapshot: &Snapshot, taking: &Taking) -> ImportPlan {
    let mut book = Book::new(snapshot, taking);
    let rows = &parsed.rows;
    basics::people(&mut book, &rows.people);
    basics::clients(&mut book, &rows.clients);
    basics::systems(&mut book, &rows.systems);
    access::access(&mut book, &rows.access);
    secrets::secrets(&mut book, &rows.secrets);
    secrets::known_by(&mut book, &rows.known_by);
    secrets::shared_logins(&mut book);
    rest::things(&mut book, &rows.things);
    rest::contacts(&mut book, &rows.contacts);
    rest::data(&mut book, &rows.data);
    rest::policies(&mut book, &rows.policies);
    rest::signed(&mut book, &rows.signed);
    rest::courses(&mut book, &rows.courses);
    rest::completed(&mut book, &rows.completed);
    rest::roles(&mut book, &rows.roles);
    rest::assigned(&mut book, &rows.assigned);
    book.finish(parsed, taking)
}

/// Where a row stands: its sheet, its line, its place in the plan.
#[derive(Debug, Clone, Copy)]
pub(super) struct At {
    pub sheet: Sheet,
    pub line: u64,
    pub row: usize,
}

/// The whole register as far as sheets reach, with the changes so far.
pub(super) struct Book {
    pub clock: Clock,
    pub numbering: Numbering,
    pub people: Shelf<Person>,
    pub clients: Shelf<Client>,
    pub systems: Shelf<System>,
    pub accounts: Shelf<Account>,
    pub observations: Shelf<Observation>,
    pub grants: Shelf<Grant>,
    pub secrets: Shelf<Secret>,
    pub knowings: Shelf<Knowing>,
    pub assets: Shelf<Asset>,
    pub contacts: Shelf<Contact>,
    pub data: Shelf<DataLocation>,
    pub policies: Shelf<Policy>,
    pub signatures: Shelf<Signature>,
    pub courses: Shelf<Course>,
    pub completions: Shelf<Completion>,
    pub roles: Shelf<RoleRight>,
    pub assignments: Shelf<Assignment>,
    people_by: HashMap<String, Vec<PersonId>>,
    clients_by: HashMap<String, Vec<ClientId>>,
    systems_by: HashMap<(ClientId, String), Vec<SystemId>>,
    systems_anywhere: HashMap<String, Vec<SystemId>>,
    secrets_by: HashMap<(ClientId, String), SecretId>,
    pub rows: Vec<PlanRow>,
    issues: Vec<Issue>,
}

/// What looking a name up found.
pub(super) enum Lookup<T> {
    One(T),
    None,
    Several,
}

impl<T: Copy> Lookup<T> {
    fn of(list: Option<&Vec<T>>) -> Self {
        match list.map(Vec::as_slice) {
            Some([one]) => Self::One(*one),
            None | Some([]) => Self::None,
            Some(_) => Self::Several,
        }
    }
}

impl Book {
    fn new(snapshot: &Snapshot, taking: &Taking) -> Self {
        let mut book = Self {
            clock: Clock { zone: taking.zone, taken: taking.taken },
            numbering: Numbering::default(),
            people: Shelf::new(&snapshot.people),
            clients: Shelf::new(&snapshot.clients),
            systems: Shelf::new(&snapshot.systems),
            accounts: Shelf::new(&snapshot.accounts),
            observations: Shelf::new(&snapshot.observations),
            grants: Shelf::new(&snapshot.grants),
            secrets: Shelf::new(&snapshot.secrets),
            knowings: Shelf::new(&snapshot.knowings),
            assets: Shelf::new(&snapshot.assets),
            contacts: Shelf::new(&snapshot.contacts),
            data: Shelf::new(&snapshot.data_locations),
            policies: Shelf::new(&snapshot.policies),
            signatures: Shelf::new(&snapshot.signatures),
            courses: Shelf::new(&snapshot.courses),
            completions: Shelf::new(&snapshot.completions),
            roles: Shelf::new(&snapshot.role_rights),
            assignments: Shelf::new(&snapshot.assignments),
            people_by: HashMap::new(),
            clients_by: HashMap::new(),
            systems_by: HashMap::new(),
            systems_anywhere: HashMap::new(),
            secrets_by: HashMap::new(),
            rows: Vec::new(),
            issues: Vec::new(),
        };
        snapshot.people.iter().for_each(|known| book.index_person(&known.record));
        snapshot.clients.iter().for_each(|known| book.index_client(&known.record));
        snapshot.systems.iter().for_each(|known| book.index_system(&known.record));
        snapshot.secrets.iter().for_each(|known| book.index_secret(&known.record));
        book
    }

    // Rows.

    /// Opens the plan's row for a row of a sheet.
    pub fn begin(&mut self, sheet: Sheet, line: u64, kind: RecordKind, title: impl Into<String>) -> At {
        let mut row = PlanRow::new(kind, Some(line), title, RowClass::Same);
        row.sheet = Some(sheet.name());
        self.rows.push(row);
        At { sheet, line, row: self.rows.len() - 1 }
    }

    /// Closes it: new, changed or the same.
    pub fn end(&mut self, at: At, new: bool, diff: Diff) {
        if let Some(row) = self.rows.get_mut(at.row) {
            row.class = if new {
                RowClass::New
            } else if diff.fields.is_empty() {
                RowClass::Same
            } else {
                RowClass::Changed
            };
            row.fields = if new { Vec::new() } else { diff.fields };
        }
    }

    /// Does not take the row.
    pub fn refuse(&mut self, at: At, code: &'static str, why: impl std::fmt::Display) {
        let message = format!("{}, row {}: {why} The row was left out.", at.sheet.name(), at.line);
        self.issues.push(Issue::error(code, message.clone()).at(at.line).in_sheet(at.sheet.name()));
        if let Some(row) = self.rows.get_mut(at.row) {
            row.class = RowClass::Refused;
            row.notes.push(message);
        }
    }

    /// Takes the row, but something of it needs a look.
    pub fn warn(&mut self, at: At, code: &'static str, what: impl std::fmt::Display) {
        let message = format!("{}, row {}: {what}", at.sheet.name(), at.line);
        self.issues.push(Issue::warning(code, message.clone()).at(at.line).in_sheet(at.sheet.name()));
        self.note(at, message);
    }

    /// Says that what the row is about ended before, and that the row does not bring it back.
    pub fn ended_before(&mut self, at: At) {
        self.warn(at, "ended_before", "this ended before and stays ended; the row does not bring it back.");
    }

    /// Says that something named here is made here.
    fn made(&mut self, at: At, what: &str, name: &str, sheet: Sheet) {
        let message = format!("{what} \u{201c}{name}\u{201d} is not on {}; it is made here.", sheet.name());
        self.issues.push(Issue::note("made_here", message.clone()).at(at.line).in_sheet(at.sheet.name()));
        self.note(at, message);
    }

    /// Adds a sentence to the row.
    pub fn note(&mut self, at: At, note: String) {
        if let Some(row) = self.rows.get_mut(at.row) {
            row.notes.push(note);
        }
    }

    /// Counts an account nobody is matched to.
    pub fn is_unmatched(&mut self, at: At) {
        if let Some(row) = self.rows.get_mut(at.row) {
            row.unmatched = true;
        }
    }

    /// Why a row cannot be taken whose person, client or system fits several; asked before the row makes anything.
    pub fn unclear(&self, person: Option<&String>, client: Option<&String>, system: Option<&String>) -> Option<String> {
        let several = |what: &str, name: &str| Some(format!("more than one {what} is called \u{201c}{name}\u{201d}"));
        if let Some(name) = person.filter(|name| matches!(self.look_for_person(name), Lookup::Several)) {
            return several("person", name).map(|why| format!("{why}; use the address instead."));
        }
        let name = client?;
        match (self.look_for_client(name), system) {
            (Lookup::Several, _) => several("client", name).map(|why| why + "."),
            (Lookup::One(client), Some(system)) if matches!(self.look_for_system(client, system), Lookup::Several) => {
                several("system", system).map(|why| why + ".")
            }
            _ => None,
        }
    }

    // People.

    pub fn index_person(&mut self, person: &Person) {
        let keys = std::iter::once(fold(&person.name))
            .chain(person.email.as_deref().map(fold_login))
            .chain(person.aliases.iter().map(|alias| fold_login(alias)));
        for key in keys {
            let list = self.people_by.entry(key).or_default();
            if !list.contains(&person.id) {
                list.push(person.id);
            }
        }
    }

    /// Everybody with this folded name, address or alias.
    pub fn people_called(&self, key: &str) -> &[PersonId] {
        self.people_by.get(key).map_or(&[], Vec::as_slice)
    }

    /// Somebody by name, address or alias; a full name wins over an alias.
    pub fn look_for_person(&self, name: &str) -> Lookup<PersonId> {
        let key = fold(name);
        let Some(list) = self.people_by.get(&key).or_else(|| self.people_by.get(&fold_login(name))) else {
            return Lookup::None;
        };
        let named: Vec<PersonId> = list
            .iter()
            .copied()
            .filter(|id| self.people.get(id.0).is_some_and(|person| fold(&person.name) == key))
            .collect();
        Lookup::of(Some(if named.is_empty() { list } else { &named }))
    }

    pub fn new_person(&mut self, name: &str, kind: PersonKind, at: At) -> PersonId {
        let person = Person { kind, ..Person::new(PersonId(self.numbering.next(RecordKind::Person)), name.trim()) };
        let id = person.id;
        self.index_person(&person);
        self.people.add(person, at.row);
        id
    }

    /// A person a cell names; made when nobody is called that. None, with a remark, when several are.
    pub fn person(&mut self, name: Option<&String>, kind: PersonKind, at: At) -> Option<PersonId> {
        let name = name?;
        match self.look_for_person(name) {
            Lookup::One(id) => Some(id),
            Lookup::Several => {
                let what = format!("more than one person is called \u{201c}{name}\u{201d}; use the address instead.");
                self.warn(at, "name_unclear", what);
                None
            }
            Lookup::None => {
                self.made(at, "Person", name, Sheet::People);
                Some(self.new_person(name, kind, at))
            }
        }
    }

    // Clients and systems.

    pub fn index_client(&mut self, client: &Client) {
        for key in [Some(fold(&client.name)), client.code.as_deref().map(fold)].into_iter().flatten() {
            let list = self.clients_by.entry(key).or_default();
            if !list.contains(&client.id) {
                list.push(client.id);
            }
        }
    }

    /// A client by name or code; a name wins over a code.
    pub fn look_for_client(&self, name: &str) -> Lookup<ClientId> {
        let key = fold(name);
        let list = self.clients_by.get(&key);
        let named: Vec<ClientId> = list
            .into_iter()
            .flatten()
            .copied()
            .filter(|id| self.clients.get(id.0).is_some_and(|client| fold(&client.name) == key))
            .collect();
        if named.is_empty() { Lookup::of(list) } else { Lookup::of(Some(&named)) }
    }

    pub fn new_client(&mut self, name: &str, at: At) -> ClientId {
        let client = Client {
            tags: std::collections::BTreeSet::new(),
            ..Client::new(ClientId(self.numbering.next(RecordKind::Client)), name.trim())
        };
        let id = client.id;
        self.index_client(&client);
        self.clients.add(client, at.row);
        id
    }

    /// A client a cell names; made when there is none. None, with a remark, when several fit.
    pub fn client(&mut self, name: Option<&String>, at: At) -> Option<ClientId> {
        let name = name?;
        match self.look_for_client(name) {
            Lookup::One(id) => Some(id),
            Lookup::Several => {
                self.warn(at, "name_unclear", format!("more than one client is called \u{201c}{name}\u{201d}."));
                None
            }
            Lookup::None => {
                self.made(at, "Client", name, Sheet::Clients);
                Some(self.new_client(name, at))
            }
        }
    }

    pub fn index_system(&mut self, system: &System) {
        let key = fold(&system.name);
        self.systems_by.entry((system.client, key.clone())).or_default().push(system.id);
        self.systems_anywhere.entry(key).or_default().push(system.id);
    }

    pub fn look_for_system(&self, client: ClientId, name: &str) -> Lookup<SystemId> {
        Lookup::of(self.systems_by.get(&(client, fold(name))))
    }

    /// A system by name: of this client, else the only one of that name, else as `Client/System`.
    pub fn look_for_system_anywhere(&self, client: ClientId, name: &str) -> Lookup<SystemId> {
        match self.look_for_system(client, name) {
            Lookup::None => {}
            found => return found,
        }
        match Lookup::of(self.systems_anywhere.get(&fold(name))) {
            Lookup::None => {}
            found => return found,
        }
        let Some((client, name)) = name.split_once('/') else { return Lookup::None };
        match self.look_for_client(client) {
            Lookup::One(client) => self.look_for_system(client, name),
            Lookup::Several => Lookup::Several,
            Lookup::None => Lookup::None,
        }
    }

    pub fn new_system(&mut self, client: ClientId, name: &str, kind: SystemKind, at: At) -> SystemId {
        let system = System::new(SystemId(self.numbering.next(RecordKind::System)), client, kind, name.trim());
        let id = system.id;
        self.index_system(&system);
        self.systems.add(system, at.row);
        id
    }

    /// A client's system a cell names; made when there is none. None, with a remark, when several fit.
    pub fn system(&mut self, client: ClientId, name: &str, at: At) -> Option<SystemId> {
        match self.look_for_system(client, name) {
            Lookup::One(id) => Some(id),
            Lookup::Several => {
                self.warn(at, "name_unclear", format!("more than one system is called \u{201c}{name}\u{201d}."));
                None
            }
            Lookup::None => {
                self.made(at, "System", name, Sheet::Systems);
                Some(self.new_system(client, name, SystemKind::Other, at))
            }
        }
    }

    // Secrets.

    /// Lets a secret be found by name; of two with one name the first stays.
    pub fn index_secret(&mut self, secret: &Secret) {
        self.secrets_by.entry((secret.client, fold(&secret.name))).or_insert(secret.id);
    }

    pub fn look_for_secret(&self, client: ClientId, name: &str) -> Option<SecretId> {
        self.secrets_by.get(&(client, fold(name))).copied()
    }

    /// A person's name, for showing.
    pub fn name_of(&self, person: Option<PersonId>) -> String {
        person.and_then(|id| self.people.get(id.0)).map_or_else(String::new, |person| person.name.clone())
    }

    fn finish(self, parsed: ParsedSheets, taking: &Taking) -> ImportPlan {
        let mut drafts = Vec::new();
        let mut basis = Basis::default();
        self.people.finish(&mut drafts, &mut basis);
        self.clients.finish(&mut drafts, &mut basis);
        self.systems.finish(&mut drafts, &mut basis);
        self.accounts.finish(&mut drafts, &mut basis);
        self.observations.finish(&mut drafts, &mut basis);
        self.grants.finish(&mut drafts, &mut basis);
        self.secrets.finish(&mut drafts, &mut basis);
        self.knowings.finish(&mut drafts, &mut basis);
        self.assets.finish(&mut drafts, &mut basis);
        self.contacts.finish(&mut drafts, &mut basis);
        self.data.finish(&mut drafts, &mut basis);
        self.policies.finish(&mut drafts, &mut basis);
        self.signatures.finish(&mut drafts, &mut basis);
        self.courses.finish(&mut drafts, &mut basis);
        self.completions.finish(&mut drafts, &mut basis);
        self.roles.finish(&mut drafts, &mut basis);
        self.assignments.finish(&mut drafts, &mut basis);
        let mut issues = parsed.issues;
        issues.extend(self.issues);
        ImportPlan {
            format: parsed.format,
            recognised: parsed.recognised,
            file: parsed.file,
            sha256: parsed.sha256,
            system: None,
            taken: taking.taken,
            covers: Covers::Part,
            partial: None,
            rows: self.rows,
            issues,
            unreadable: parsed.refused,
            based_on: basis.finish(),
            drafts,
        }
    }
}
