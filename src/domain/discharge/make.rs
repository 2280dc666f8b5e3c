//! Making the records an answer calls for: placeholders to be named, or the things themselves.
//!
//! Must never know: which reply was given, how questions are ordered.

use super::addition::{Addition, is_unnamed, unnamed};
use super::case::Case;
use super::facts::{Deadlines, Ids, KnownSecret, RunFacts, WayIn};
use super::part::Role;
use super::plan::{doer_of, new_rotation, new_step, phase_due};
use super::question::{Effect, QuestionSpec, ScriptKind};
use crate::domain::{
    Account, AccountFacts, AccountId, AccountKind, Admin, Answer, Asset, AssetId, AssetKind, Client, ClientId, Contact,
    ContactId, ContactKind, DataKind, DataLocation, DataLocationId, Edit, Grant, GrantId, Holding, Knowing, KnowingId,
    PersonId, Phase, Record, RecordId, RecordKind, RecordRef, Secret, SecretId, SecretKind, Step, StepId, System,
    SystemId, SystemKind, Zone,
};

/// Collects what one answer makes.
pub(super) struct Maker<'a, 'i> {
    case: &'a Case<'a>,
    person: PersonId,
    deadlines: &'a Deadlines,
    zone: &'a Zone,
    ids: &'i mut dyn Ids,
    after: RunFacts,
    edits: Vec<Edit>,
    made: Vec<RecordRef>,
    work: Vec<String>,
    named: Vec<RecordRef>,
}

/// A shared secret about to be made.
struct NewSecret {
    name: String,
    kind: SecretKind,
    systems: Vec<System>,
    client: ClientId,
    watch: Option<String>,
}

/// An account about to be made.
struct NewAccount {
    login: String,
    kind: AccountKind,
    admin: Admin,
    note: Option<String>,
}

impl<'a, 'i> Maker<'a, 'i> {
    pub(super) fn new(
        case: &'a Case<'a>,
        person: PersonId,
        deadlines: &'a Deadlines,
        zone: &'a Zone,
        ids: &'i mut dyn Ids,
    ) -> Self {
        let after = case.facts.clone();
        let (edits, made, work, named) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Self { case, person, deadlines, zone, ids, after, edits, made, work, named }
    }

    /// The facts with what was made so far.
    pub(super) fn facts_after(&self) -> RunFacts {
        self.after.clone()
    }

    pub(super) fn ids(&mut self) -> &mut dyn Ids {
        &mut *self.ids
    }

    pub(super) fn finish(self) -> (Vec<RecordRef>, Vec<String>, Vec<Edit>) {
        (self.made, self.work, self.edits)
    }

    /// What the question makes when nobody gave details.
    pub(super) fn make(&mut self, question: &QuestionSpec, effect: &Effect) {
        let own = self.case.facts.own.id;
        match effect {
            Effect::Grant { what, admin } => {
                let system = self.new_system(what);
                let account = NewAccount {
                    login: unnamed(what),
                    kind: AccountKind::Personal,
                    admin: *admin,
                    note: Some(from(question)),
                };
                let client = self.case.facts.own.clone();
                self.new_way_in(account, system, client, String::new(), question);
            }
            Effect::Secret { kind, what } => {
                let secret =
                    NewSecret { name: unnamed(what), kind: *kind, systems: Vec::new(), client: own, watch: None };
                self.new_secret(secret);
            }
            Effect::Asset { kind, what } => self.new_asset(*kind, Some(unnamed(what)), None, Some(from(question))),
            Effect::Contact { kind, what } => self.new_contact(*kind, unnamed(what), None, Some(from(question))),
            Effect::Data { what } => {
                self.new_data(what.clone(), unnamed(what), own, DataKind::Personal, None);
            }
            Effect::Script { kind, what } => {
                let system = self.new_system(what);
                let account = NewAccount {
                    login: unnamed(what),
                    kind: script_kind(*kind),
                    admin: Admin::None,
                    note: Some(from(question)),
                };
                self.new_account(&account, system.id);
                self.work.push("1 script to hand over".to_owned());
            }
            Effect::Step { title, phase, doer } => self.own_step(title.clone(), *phase, *doer, question),
            // These look at the run as it is with everything made; see `look_ahead`.
            Effect::Need { .. } | Effect::Hurry | Effect::Raise { .. } => {}
        }
    }

    /// What somebody named: it takes the place of an unnamed record of the same answer, or is new.
    pub(super) fn add(
        &mut self,
        question: &QuestionSpec,
        previous: Option<&Answer>,
        addition: &Addition,
        like: Option<&Effect>,
    ) {
        match addition {
            Addition::Grant { system, login, kind, admin, level } => {
                let (system, client) = system.as_ref().clone();
                let new = NewAccount { login: login.clone(), kind: *kind, admin: *admin, note: Some(from(question)) };
                let level = level.clone().unwrap_or_default();
                if !self.name_grant(previous, &new, &system, &client, &level) {
                    self.new_way_in(new, system, client, level, question);
                }
            }
            Addition::Secret { name, kind, system, client, watch } => {
                let of_question = match like {
                    Some(Effect::Secret { kind, .. }) => *kind,
                    _ => SecretKind::Password,
                };
                let systems: Vec<System> = system.iter().map(|pair| pair.0.clone()).collect();
                let own = self.case.facts.own.id;
                let client = client.or_else(|| systems.first().map(|s| s.client)).unwrap_or(own);
                let (name, kind, watch) = (name.clone(), kind.unwrap_or(of_question), watch.clone());
                let new = NewSecret { name, kind, systems, client, watch };
                if !self.name_secret(previous, &new) {
                    self.new_secret(new);
                }
            }
            Addition::Asset { kind, tag, client, note } => {
                let of_question = match like {
                    Some(Effect::Asset { kind, .. }) => *kind,
                    _ => AssetKind::Other,
                };
                let kind = kind.unwrap_or(of_question);
                if !self.name_asset(previous, kind, tag.clone(), *client, note.clone()) {
                    self.new_asset(kind, tag.clone(), *client, note.clone());
                }
            }
            Addition::Contact { place, kind, client, note } => {
                let of_question = match like {
                    Some(Effect::Contact { kind, .. }) => *kind,
                    _ => ContactKind::Other,
                };
                let kind = kind.unwrap_or(of_question);
                if !self.name_contact(previous, kind, place, *client, note.clone()) {
                    self.new_contact(kind, place.clone(), *client, note.clone());
                }
            }
            Addition::Data { what, place, client, kind, encrypted } => {
                let client = client.unwrap_or(self.case.facts.own.id);
                if !self.name_data(previous, what, place, client, *kind, *encrypted) {
                    self.new_data(what.clone(), place.clone(), client, *kind, *encrypted);
                }
            }
            Addition::Script { name, system, kind, note } => {
                let of_question = match like {
                    Some(Effect::Script { kind, .. }) => script_kind(*kind),
                    _ => AccountKind::Service,
                };
                let note = note.clone().or_else(|| Some(from(question)));
                let new =
                    NewAccount { login: name.clone(), kind: kind.unwrap_or(of_question), admin: Admin::None, note };
                let system = system.as_ref().map(|pair| pair.0.clone());
                if !self.name_script(previous, &new, system.as_ref().map(|s| s.id)) {
                    let system = system.unwrap_or_else(|| self.new_system(name));
                    self.new_account(&new, system.id);
                    self.work.push("1 script to hand over".to_owned());
                }
            }
            Addition::Step { title, phase } => {
                self.own_step(title.clone(), *phase, Role::OfficeManager, question);
            }
        }
    }

    /// A step of the list that is not in the run yet, whatever its own conditions say.
    pub(super) fn needed_step(&mut self, after: &Case<'_>, code: &str) -> Option<Edit> {
        if after.facts.step(code).is_some() {
            return None;
        }
        let place = after.template.steps.iter().position(|step| step.id == code)?;
        let spec = after.template.steps.get(place)?;
        Some(new_step(after, spec, place, self.deadlines, self.zone, self.ids).into())
    }

    fn put<R: Record>(&mut self, record: R) {
        let edit = Edit::from(record);
        if !self.edits.iter().any(|old| old.reference() == edit.reference()) {
            self.made.push(edit.reference());
        }
        self.after.apply(&edit);
        self.edits.push(edit);
    }

    /// Puts a record that was there before; it is named now.
    fn rename<R: Record>(&mut self, record: R) {
        let edit = Edit::from(record);
        self.named.push(edit.reference());
        self.after.apply(&edit);
        self.edits.push(edit);
    }

    fn id<I: RecordId>(&mut self, kind: RecordKind) -> I {
        I::new(self.ids.next(kind))
    }

    fn new_system(&mut self, what: &str) -> System {
        let system = System::new(
            self.id::<SystemId>(RecordKind::System),
            self.case.facts.own.id,
            SystemKind::Other,
            unnamed(what),
        );
        self.put(system.clone());
        system
    }

    fn new_account(&mut self, new: &NewAccount, system: SystemId) -> Account {
        let account = Account {
            owner: Some(self.person),
            admin: new.admin,
            note: new.note.clone(),
            ..Account::new(self.id::<AccountId>(RecordKind::Account), system, new.kind, new.login.clone())
        };
        self.put(account.clone());
        account
    }

    fn new_way_in(&mut self, new: NewAccount, system: System, client: Client, level: String, question: &QuestionSpec) {
        let Some(person) = self.case.facts.leaver.clone() else { return };
        let account = self.new_account(&new, system.id);
        let grant = Grant {
            admin: new.admin,
            level,
            note: Some(from(question)),
            ..Grant::new(self.id::<GrantId>(RecordKind::Grant), person.id, account.id)
        };
        let at = AccountFacts { account, seen: None, system, client, listed: None };
        let holding = Holding { grant: grant.clone(), person, at };
        self.after.ways_in.push(WayIn { holding, shuts: 1, shut_since: None, sole_admin: false });
        self.put(grant);
        self.work.push("1 way in".to_owned());
    }

    fn new_secret(&mut self, new: NewSecret) {
        let secret = Secret {
            systems: new.systems.iter().map(|s| s.id).collect(),
            watch: new.watch,
            ..Secret::new(self.id::<SecretId>(RecordKind::Secret), new.kind, new.client, new.name)
        };
        let knowing = Knowing {
            id: self.id::<KnowingId>(RecordKind::Knowing),
            secret: secret.id,
            person: self.person,
            from: None,
            until: None,
        };
        let mut known = KnownSecret { secret, systems: new.systems, knowing: vec![knowing.clone()], rotation: None };
        let rotation = new_rotation(self.case, &known, self.deadlines, self.ids);
        known.rotation = Some(rotation.clone());
        self.after.secrets.push(known.clone());
        self.put(known.secret);
        self.put(knowing);
        self.put(rotation);
        self.work.push("1 shared login to change".to_owned());
    }

    fn new_asset(&mut self, kind: AssetKind, tag: Option<String>, client: Option<ClientId>, note: Option<String>) {
        let asset = Asset {
            id: self.id::<AssetId>(RecordKind::Asset),
            kind,
            client,
            holder: Some(self.person),
            issued: None,
            returned: None,
            cancelled: None,
            encrypted: None,
            waived_until: None,
            tag,
            note,
        };
        self.put(asset);
        self.work.push("1 thing to collect".to_owned());
    }

    fn new_contact(&mut self, kind: ContactKind, place: String, client: Option<ClientId>, note: Option<String>) {
        let contact = Contact {
            id: self.id::<ContactId>(RecordKind::Contact),
            client,
            kind,
            person: self.person,
            since: None,
            ended: None,
            waived_until: None,
            place,
            note,
        };
        self.put(contact);
        self.work.push("1 contact to replace".to_owned());
    }

    fn new_data(&mut self, what: String, place: String, client: ClientId, kind: DataKind, encrypted: Option<bool>) {
        let location = DataLocation {
            id: self.id::<DataLocationId>(RecordKind::DataLocation),
            client,
            kind,
            encrypted,
            holder: Some(self.person),
            confirmed: Some(self.case.at),
            removed: None,
            waived_until: None,
            what,
            place,
        };
        self.put(location);
        self.work.push("1 place with data to settle".to_owned());
    }

    fn own_step(&mut self, title: String, phase: Phase, doer: Role, question: &QuestionSpec) {
        let run = &self.case.facts.run;
        // Behind the last step of its phase that the list has.
        let last = self.after.steps.iter().filter(|s| s.phase <= phase).map(|s| s.position).max().unwrap_or(0);
        let step = Step {
            id: self.id::<StepId>(RecordKind::Step),
            run: run.id,
            code: None,
            phase,
            position: last.saturating_add(1),
            due: Some(phase_due(phase, run, self.deadlines, self.zone)),
            doer: doer_of(self.case, doer),
            outcome: None,
            ended: None,
            checked: None,
            proof: None,
            until: None,
            repeats: None,
            title: Some(title),
            note: Some(from(question)),
            reason: None,
        };
        self.work.extend(step.title.as_ref().map(|title| format!("step “{title}”")));
        self.put(step);
    }

    /// Whether a record was made by the earlier answer and not named by an addition of this one.
    fn is_free(&self, previous: Option<&Answer>, kind: RecordKind, id: u64) -> bool {
        previous.is_some_and(|answer| answer.made.contains(&(kind.number(), id)))
            && !self.named.contains(&RecordRef { kind, id })
    }

    fn name_grant(
        &mut self,
        previous: Option<&Answer>,
        new: &NewAccount,
        system: &System,
        client: &Client,
        level: &str,
    ) -> bool {
        let found = self.after.ways_in.iter().position(|way| {
            is_unnamed(&way.holding.at.account.login)
                && self.is_free(previous, RecordKind::Grant, way.holding.grant.id.0)
        });
        let Some(way) = found.and_then(|place| self.after.ways_in.get_mut(place)) else { return false };
        let placeholder = way.holding.at.system.id;
        way.holding.at.system = system.clone();
        way.holding.at.client = client.clone();
        let account = Account {
            system: system.id,
            kind: new.kind,
            admin: new.admin,
            login: new.login.clone(),
            ..way.holding.at.account.clone()
        };
        let grant = Grant { admin: new.admin, level: level.to_owned(), ..way.holding.grant.clone() };
        self.rename(account);
        self.rename(grant);
        self.edits.push(Edit::Remove(RecordRef { kind: RecordKind::System, id: placeholder.0 }));
        true
    }

    fn name_secret(&mut self, previous: Option<&Answer>, new: &NewSecret) -> bool {
        let found = self.after.secrets.iter().position(|known| {
            is_unnamed(&known.secret.name) && self.is_free(previous, RecordKind::Secret, known.secret.id.0)
        });
        let Some(known) = found.and_then(|place| self.after.secrets.get_mut(place)) else { return false };
        known.systems.clone_from(&new.systems);
        let secret = Secret {
            name: new.name.clone(),
            kind: new.kind,
            client: new.client,
            systems: new.systems.iter().map(|s| s.id).collect(),
            watch: new.watch.clone(),
            ..known.secret.clone()
        };
        self.rename(secret);
        true
    }

    fn name_asset(
        &mut self,
        previous: Option<&Answer>,
        kind: AssetKind,
        tag: Option<String>,
        client: Option<ClientId>,
        note: Option<String>,
    ) -> bool {
        let free = |asset: &&Asset| {
            asset.tag.as_deref().is_some_and(is_unnamed) && self.is_free(previous, RecordKind::Asset, asset.id.0)
        };
        let Some(asset) = self.after.assets.iter().find(free).cloned() else { return false };
        self.rename(Asset { kind, tag, client, note, ..asset });
        true
    }

    fn name_contact(
        &mut self,
        previous: Option<&Answer>,
        kind: ContactKind,
        place: &str,
        client: Option<ClientId>,
        note: Option<String>,
    ) -> bool {
        let free = |contact: &&Contact| {
            is_unnamed(&contact.place) && self.is_free(previous, RecordKind::Contact, contact.id.0)
        };
        let Some(contact) = self.after.contacts.iter().find(free).cloned() else { return false };
        let note = note.or_else(|| contact.note.clone());
        self.rename(Contact { kind, place: place.to_owned(), client, note, ..contact });
        true
    }

    fn name_data(
        &mut self,
        previous: Option<&Answer>,
        what: &str,
        place: &str,
        client: ClientId,
        kind: DataKind,
        encrypted: Option<bool>,
    ) -> bool {
        let free = |location: &&DataLocation| {
            is_unnamed(&location.place) && self.is_free(previous, RecordKind::DataLocation, location.id.0)
        };
        let Some(location) = self.after.data.iter().find(free).cloned() else { return false };
        self.rename(DataLocation {
            what: what.to_owned(),
            place: place.to_owned(),
            client,
            kind,
            encrypted,
            ..location
        });
        true
    }

    fn name_script(&mut self, previous: Option<&Answer>, new: &NewAccount, system: Option<SystemId>) -> bool {
        let free = |account: &&Account| {
            is_unnamed(&account.login) && self.is_free(previous, RecordKind::Account, account.id.0)
        };
        let Some(account) = self.after.automation.iter().find(free).cloned() else { return false };
        let placeholder = account.system;
        let system = system.unwrap_or(placeholder);
        self.rename(Account { kind: new.kind, login: new.login.clone(), note: new.note.clone(), system, ..account });
        if system != placeholder {
            self.edits.push(Edit::Remove(RecordRef { kind: RecordKind::System, id: placeholder.0 }));
        }
        true
    }
}

/// Where a record comes from, for its note.
fn from(question: &QuestionSpec) -> String {
    format!("Named at question {}: {}.", question.id, question.short)
}

const fn script_kind(kind: ScriptKind) -> AccountKind {
    match kind {
        ScriptKind::Service => AccountKind::Service,
        ScriptKind::ApiKey => AccountKind::ApiKey,
    }
}
