//! Puts the facts around a way in together: the rows that rules, lists and reports judge by.
//!
//! Must never know: what anybody makes of them.

use crate::domain::{
    Account, AccountFacts, AccountId, Batch, BatchId, Client, ClientId, Covers, Grant, GrantId, Holding, Instant,
    Observation, Person, PersonId, Record, RecordKind, RecordRef, Run, Seq, System, SystemId,
};
use crate::store::{Cells, Reader, Select, StoreError};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

/// Grants by who holds them.
pub type ByPerson = HashMap<PersonId, Vec<Grant>>;

/// A list taken in for a system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct List {
    /// Which one.
    pub batch: BatchId,
    /// When it was taken.
    pub taken: Instant,
    /// It names everybody in the system.
    pub whole: bool,
}

/// A reader with both clocks that remembers what many rows share: people, clients, systems.
pub struct Facts<'r> {
    read: Reader<'r>,
    known: Option<Seq>,
    people: RefCell<HashMap<PersonId, Option<Rc<Person>>>>,
    clients: RefCell<HashMap<ClientId, Option<Rc<Client>>>>,
    systems: RefCell<HashMap<SystemId, Option<Rc<System>>>>,
    lists: RefCell<HashMap<SystemId, Rc<[List]>>>,
    grants: RefCell<HashMap<SystemId, Rc<ByPerson>>>,
    runs: RefCell<HashMap<PersonId, Rc<Vec<Run>>>>,
}

impl<'r> Facts<'r> {
    /// Facts as known today, or as the register knew them after entry `known`.
    pub fn new(read: Reader<'r>, known: Option<Seq>) -> Self {
        Self {
            read,
            known,
            people: RefCell::default(),
            clients: RefCell::default(),
            systems: RefCell::default(),
            lists: RefCell::default(),
            grants: RefCell::default(),
            runs: RefCell::default(),
        }
    }

    /// The reader itself.
    pub const fn reader(&self) -> Reader<'r> {
        self.read
    }

    /// A record, as known at the chosen time.
    pub fn get<R: crate::store::Row>(&self, id: R::Id) -> Result<Option<R>, StoreError> {
        self.read.get_at::<R>(id, self.known)
    }

    /// Records, as known at the chosen time.
    pub fn list<R: crate::store::Row>(&self, select: Select) -> Result<Vec<R>, StoreError> {
        self.read.list::<R>(&select.known_at(self.known))
    }

    /// These columns of records, as known at the chosen time, row after row: for what spans everything.
    pub fn each_row<R: crate::store::Row>(
        &self,
        select: Select,
        columns: &[&'static str],
        take: impl FnMut(R::Id, Cells<'_>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.read.each_row::<R>(&select.known_at(self.known), columns, take)
    }

    fn cached<K, R>(&self, cache: &RefCell<HashMap<K, Option<Rc<R>>>>, key: K) -> Result<Option<Rc<R>>, StoreError>
    where
        K: std::hash::Hash + Eq + Copy,
        R: crate::store::Row + Record<Id = K>,
    {
        if let Some(found) = cache.borrow().get(&key) {
            return Ok(found.clone());
        }
        let found = self.get::<R>(key)?.map(Rc::new);
        cache.borrow_mut().insert(key, found.clone());
        Ok(found)
    }

    /// A person.
    pub fn person(&self, id: PersonId) -> Result<Option<Rc<Person>>, StoreError> {
        self.cached(&self.people, id)
    }

    /// A client.
    pub fn client(&self, id: ClientId) -> Result<Option<Rc<Client>>, StoreError> {
        self.cached(&self.clients, id)
    }

    /// A system.
    pub fn system(&self, id: SystemId) -> Result<Option<Rc<System>>, StoreError> {
        self.cached(&self.systems, id)
    }

    /// The discharges and onboardings of a person.
    pub fn runs_of(&self, person: PersonId) -> Result<Rc<Vec<Run>>, StoreError> {
        if let Some(found) = self.runs.borrow().get(&person) {
            return Ok(Rc::clone(found));
        }
        let found = Rc::new(self.list::<Run>(Select::all().eq("person", person))?);
        self.runs.borrow_mut().insert(person, Rc::clone(&found));
        Ok(found)
    }

    /// A person's name; empty when not recorded or erased.
    pub fn name(&self, id: Option<PersonId>) -> Result<Option<String>, StoreError> {
        Ok(match id {
            Some(id) => self.person(id)?.map(|person| person.name.clone()),
            None => None,
        })
    }

    /// The lists taken in for a system, oldest first.
    pub fn lists(&self, system: SystemId) -> Result<Rc<[List]>, StoreError> {
        if let Some(found) = self.lists.borrow().get(&system) {
            return Ok(Rc::clone(found));
        }
        let batches = self.list::<Batch>(Select::all().eq("system", system))?;
        let list = |batch: Batch| List { batch: batch.id, taken: batch.taken, whole: batch.covers == Covers::Everyone };
        let mut lists: Vec<List> = batches.into_iter().map(list).collect();
        lists.sort_by_key(|list| list.taken);
        let lists: Rc<[List]> = lists.into();
        self.lists.borrow_mut().insert(system, Rc::clone(&lists));
        Ok(lists)
    }

    /// When the newest list that names everybody in the system was taken.
    pub fn listed(&self, system: SystemId) -> Result<Option<Instant>, StoreError> {
        Ok(self.lists(system)?.iter().rfind(|list| list.whole).map(|list| list.taken))
    }

    /// What was seen of an account, in the order in which that was recorded.
    pub fn sightings(&self, account: AccountId) -> Result<Vec<Observation>, StoreError> {
        let of = RecordRef { kind: RecordKind::Observation, id: account.0 };
        let versions = self.read.versions_of(of)?.into_iter();
        let then = versions.filter(|version| self.known.is_none_or(|known| version.seq <= known));
        let records = then.filter_map(|version| version.record);
        Ok(records.filter_map(|record| Observation::from_any(&record).cloned()).collect())
    }

    /// An account with its surroundings; nothing when a part of them is gone.
    pub fn account(&self, id: AccountId) -> Result<Option<AccountFacts>, StoreError> {
        let Some(account) = self.get::<Account>(id)? else { return Ok(None) };
        self.around(account)
    }

    /// The surroundings of an account already read.
    pub fn around(&self, account: Account) -> Result<Option<AccountFacts>, StoreError> {
        let Some(system) = self.system(account.system)? else { return Ok(None) };
        let Some(client) = self.client(system.client)? else { return Ok(None) };
        let seen = self.get::<Observation>(account.id)?;
        let listed = self.listed(system.id)?;
        Ok(Some(AccountFacts { account, seen, system: (*system).clone(), client: (*client).clone(), listed }))
    }

    /// One way in with everything around it.
    pub fn holding(&self, id: GrantId) -> Result<Option<Holding>, StoreError> {
        match self.get::<Grant>(id)? {
            Some(grant) => self.hold(grant),
            None => Ok(None),
        }
    }

    /// The surroundings of a grant already read.
    pub fn hold(&self, grant: Grant) -> Result<Option<Holding>, StoreError> {
        let Some(at) = self.account(grant.account)? else { return Ok(None) };
        let Some(person) = self.person(grant.person)? else { return Ok(None) };
        Ok(Some(Holding { grant, person: (*person).clone(), at }))
    }

    /// Every way in of a person, whatever its state.
    pub fn holdings_of(&self, person: PersonId) -> Result<Vec<Holding>, StoreError> {
        self.holdings(Select::all().eq("person", person))
    }

    /// Every way in through an account.
    pub fn holdings_on(&self, account: AccountId) -> Result<Vec<Holding>, StoreError> {
        self.holdings(Select::all().eq("account", account))
    }

    /// The ways in a selection of grants names.
    pub fn holdings(&self, select: Select) -> Result<Vec<Holding>, StoreError> {
        let mut out = Vec::new();
        for grant in self.list::<Grant>(select)? {
            out.extend(self.hold(grant)?);
        }
        Ok(out)
    }

    /// Accounts of a system.
    pub fn accounts_of(&self, system: SystemId) -> Result<Vec<AccountFacts>, StoreError> {
        let mut out = Vec::new();
        for account in self.list::<Account>(Select::all().eq("system", system))? {
            out.extend(self.around(account)?);
        }
        Ok(out)
    }

    /// The grants of a system by person, whatever their state. Kept: hundreds of secrets lie in one vault.
    pub fn grants_at(&self, system: SystemId) -> Result<Rc<ByPerson>, StoreError> {
        if let Some(found) = self.grants.borrow().get(&system) {
            return Ok(Rc::clone(found));
        }
        let mut by_person = ByPerson::new();
        for account in self.list::<Account>(Select::all().eq("system", system))? {
            for grant in self.list::<Grant>(Select::all().eq("account", account.id))? {
                by_person.entry(grant.person).or_default().push(grant);
            }
        }
        let found = Rc::new(by_person);
        self.grants.borrow_mut().insert(system, Rc::clone(&found));
        Ok(found)
    }

    /// Every way in to a system.
    pub fn holdings_at(&self, system: SystemId) -> Result<Vec<Holding>, StoreError> {
        let mut out = Vec::new();
        for account in self.list::<Account>(Select::all().eq("system", system))? {
            out.extend(self.holdings_on(account.id)?);
        }
        Ok(out)
    }
}
