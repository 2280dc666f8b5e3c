//! Which people, accounts, systems and clients a change concerns.
//!
//! Must never know: what is computed for them.

use crate::domain::{
    Account, AccountId, AnyRecord, Client, ClientId, Grant, Knowing, Person, PersonId, RecordKind, RecordRef, Secret,
    SecretId, System, SystemId,
};
use crate::store::{FindingRow, Reader, Select, StoreError, Touched, Tx};
use std::collections::BTreeSet;

/// What has to be computed again.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Concern {
    /// People: ways in, counters, findings about them.
    pub people: BTreeSet<PersonId>,
    /// Accounts: findings about them.
    pub accounts: BTreeSet<AccountId>,
    /// Shared secrets: findings about them.
    pub secrets: BTreeSet<SecretId>,
    /// Systems: counters, findings about them.
    pub systems: BTreeSet<SystemId>,
    /// Clients: counters.
    pub clients: BTreeSet<ClientId>,
}

impl Concern {
    /// What the touched records concern, as they were and as they are, and the systems that lead elsewhere by them.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub fn of(tx: &Tx<'_>, touched: &[Touched], widened: &BTreeSet<SystemId>) -> Result<Self, StoreError> {
        let mut concern = Self::default();
        for touch in touched {
            let now = tx.get_any(touch.of, None)?;
            let before = match touch.before {
                Some(seq) => tx.version_at(touch.of, seq)?.flatten(),
                None => None,
            };
            for record in [&now, &before].into_iter().flatten() {
                concern.add(tx, record)?;
            }
        }
        for system in widened {
            concern.system(tx, *system)?;
        }
        concern.clients_of_systems(tx)?;
        Ok(concern)
    }

    /// The people, accounts and systems named.
    pub fn of_refs(refs: &[RecordRef]) -> Self {
        let mut concern = Self::default();
        for reference in refs {
            match reference.kind {
                RecordKind::Person => {
                    concern.people.insert(PersonId(reference.id));
                }
                RecordKind::Account => {
                    concern.accounts.insert(AccountId(reference.id));
                }
                RecordKind::Secret => {
                    concern.secrets.insert(SecretId(reference.id));
                }
                RecordKind::System => {
                    concern.systems.insert(SystemId(reference.id));
                }
                _ => {}
            }
        }
        concern
    }

    /// Everything there is.
    ///
    /// # Errors
    /// When a table cannot be read.
    pub fn everything(read: &Reader<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            people: read.ids::<Person>(&Select::all())?.into_iter().collect(),
            accounts: read.ids::<Account>(&Select::all())?.into_iter().collect(),
            secrets: read.ids::<Secret>(&Select::all())?.into_iter().collect(),
            systems: read.ids::<System>(&Select::all())?.into_iter().collect(),
            clients: read.ids::<Client>(&Select::all())?.into_iter().collect(),
        })
    }

    fn add(&mut self, read: &Reader<'_>, record: &AnyRecord) -> Result<(), StoreError> {
        match record {
            AnyRecord::Person(person) => self.person(read, person.id)?,
            AnyRecord::Client(client) => {
                self.clients.insert(client.id);
                // Its tags and its end decide how grave something is in any of its systems.
                for system in read.ids::<System>(&Select::all().eq("client", client.id))? {
                    self.system(read, system)?;
                }
                for secret in read.ids::<Secret>(&Select::all().eq("client", client.id))? {
                    self.secret(read, secret)?;
                }
            }
            AnyRecord::System(system) => {
                self.clients.insert(system.client);
                self.system(read, system.id)?;
            }
            AnyRecord::Account(account) => {
                // As it was, too: it may be gone, or somebody else's now.
                self.systems.insert(account.system);
                self.people.extend(account.owner);
                self.account(read, account.id)?;
            }
            AnyRecord::Observation(seen) => self.account(read, seen.id)?,
            AnyRecord::Grant(grant) => {
                self.people.insert(grant.person);
                self.account(read, grant.account)?;
            }
            AnyRecord::Secret(secret) => {
                self.secret(read, secret.id)?;
                self.accounts.extend(secret.account);
            }
            AnyRecord::Knowing(knowing) => {
                self.people.insert(knowing.person);
                self.secret(read, knowing.secret)?;
            }
            AnyRecord::Run(run) => {
                if let Some(person) = run.person {
                    self.person(read, person)?;
                }
            }
            AnyRecord::Rotation(rotation) => {
                self.people.extend(rotation.person);
                self.secret(read, rotation.secret)?;
            }
            AnyRecord::Batch(batch) => {
                if let Some(system) = batch.system {
                    self.system(read, system)?;
                }
            }
            AnyRecord::Exception(exception) => {
                if let Some(found) = read.derived_one::<FindingRow>(&Select::all().eq("key", exception.key.as_str()))? {
                    self.people.extend(found.person);
                    self.accounts.extend(found.account);
                    self.secrets.extend(found.secret);
                    self.systems.extend(found.system);
                }
            }
            AnyRecord::Settings(_) => {
                let all = Self::everything(read)?;
                self.people.extend(all.people);
                self.accounts.extend(all.accounts);
                self.secrets.extend(all.secrets);
                self.systems.extend(all.systems);
            }
            _ => {}
        }
        Ok(())
    }

    /// A person's dates and runs decide about their logins, and about what they took along.
    fn person(&mut self, read: &Reader<'_>, person: PersonId) -> Result<(), StoreError> {
        self.people.insert(person);
        let mut accounts: BTreeSet<AccountId> =
            read.ids::<Account>(&Select::all().eq("owner", person))?.into_iter().collect();
        accounts.extend(read.list::<Grant>(&Select::all().eq("person", person))?.iter().map(|grant| grant.account));
        for account in accounts {
            // Who is left to administer a system, and whether it is known well enough, changes with them.
            self.systems.extend(read.get::<Account>(account)?.map(|found| found.system));
            self.accounts.insert(account);
        }
        for knowing in read.list::<Knowing>(&Select::all().eq("person", person))? {
            self.secret(read, knowing.secret)?;
        }
        Ok(())
    }

    fn secret(&mut self, read: &Reader<'_>, secret: SecretId) -> Result<(), StoreError> {
        if self.secrets.insert(secret) {
            self.people.extend(read.list::<Knowing>(&Select::all().eq("secret", secret))?.iter().map(|k| k.person));
        }
        Ok(())
    }

    fn account(&mut self, read: &Reader<'_>, account: AccountId) -> Result<(), StoreError> {
        if self.accounts.insert(account) {
            if let Some(found) = read.get::<Account>(account)? {
                self.systems.insert(found.system);
                self.people.extend(found.owner);
            }
            self.people.extend(read.list::<Grant>(&Select::all().eq("account", account))?.iter().map(|g| g.person));
            // What a secret opens decides how grave it is that somebody knows it.
            for secret in read.ids::<Secret>(&Select::all().eq("account", account))? {
                self.secret(read, secret)?;
            }
        }
        Ok(())
    }

    fn system(&mut self, read: &Reader<'_>, system: SystemId) -> Result<(), StoreError> {
        self.systems.insert(system);
        for account in read.ids::<Account>(&Select::all().eq("system", system))? {
            self.account(read, account)?;
        }
        // A vault that keeps a secret decides until when it could be read.
        for secret in read.ids::<Secret>(&Select::all().eq("kept_in", system))? {
            self.secret(read, secret)?;
        }
        if let Some(found) = read.get::<System>(system)? {
            for secret in read.list::<Secret>(&Select::all().eq("client", found.client))? {
                if secret.systems.contains(&system) {
                    self.secret(read, secret.id)?;
                }
            }
        }
        Ok(())
    }

    /// A system's client has counters.
    fn clients_of_systems(&mut self, read: &Reader<'_>) -> Result<(), StoreError> {
        for system in &self.systems {
            if let Some(found) = read.get::<System>(*system)? {
                self.clients.insert(found.client);
            }
        }
        Ok(())
    }
}
