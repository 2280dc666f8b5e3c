//! A run at a moment, seen through its list: which step belongs, and what each step covers.
//!
//! Must never know: how a step ends, how anything is drawn.

use super::facts::{KnownSecret, RunFacts, WayIn};
use super::question::QuestionSpec;
use super::template::{Need, Place, StepSpec, Template};
use crate::domain::{
    Account, Asset, AssetKind, Contact, DataLocation, GrantId, Instant, Mark, SecretId, Step, SystemKind,
};
use std::collections::BTreeMap;

/// A run at a moment, with its list, and with what each step covers worked out once.
#[derive(Debug)]
pub struct Case<'a> {
    /// The facts.
    pub facts: &'a RunFacts,
    /// The list.
    pub template: &'a Template,
    /// The moment.
    pub at: Instant,
    ways: BTreeMap<&'a str, Vec<&'a WayIn>>,
    way_step: BTreeMap<GrantId, &'a StepSpec>,
    secrets: BTreeMap<&'a str, Vec<&'a KnownSecret>>,
    secret_step: BTreeMap<SecretId, &'a StepSpec>,
}

/// Something a step covers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Item<'a> {
    Way(&'a WayIn),
    Secret(&'a KnownSecret),
    Thing(&'a Asset),
    Contact(&'a Contact),
    Data(&'a DataLocation),
    Automation(&'a Account),
    Question(&'a QuestionSpec),
}

impl<'a> Case<'a> {
    /// Looks at a run through its list at a moment.
    pub fn new(facts: &'a RunFacts, at: Instant) -> Self {
        let mut case = Self {
            facts,
            template: &facts.list,
            at,
            ways: BTreeMap::new(),
            way_step: BTreeMap::new(),
            secrets: BTreeMap::new(),
            secret_step: BTreeMap::new(),
        };
        // A person may have twenty thousand ways in; the answer depends on the kind of system and whose it is only.
        let mut known: BTreeMap<(SystemKind, bool), Option<&StepSpec>> = BTreeMap::new();
        for way in &facts.ways_in {
            let key = (way.holding.at.system.kind, facts.is_own(way));
            if let Some(step) = *known.entry(key).or_insert_with(|| case.step_for_way(key.0, key.1)) {
                case.ways.entry(&step.id).or_default().push(way);
                case.way_step.insert(way.holding.grant.id, step);
            }
        }
        for known in &facts.secrets {
            if let Some(step) = case.step_for_secret(known) {
                case.secrets.entry(&step.id).or_default().push(known);
                case.secret_step.insert(known.secret.id, step);
            }
        }
        case
    }

    /// The step of the list that covers a way in.
    pub fn covers_way(&self, way: &WayIn) -> Option<&'a StepSpec> {
        self.way_step.get(&way.holding.grant.id).copied()
    }

    /// The step of the list that covers the change of a secret.
    pub fn covers_secret(&self, known: &KnownSecret) -> Option<&'a StepSpec> {
        self.secret_step.get(&known.secret.id).copied()
    }

    /// The step of the list that a step of the run was made from. Re-checks and own steps have none.
    pub fn spec(&self, step: &Step) -> Option<&'a StepSpec> {
        step.repeats.is_none().then_some(step.code.as_deref()).flatten().and_then(|code| self.template.step(code))
    }

    /// Whether a step of the list belongs to this run: by kind of case and by what is really there.
    pub fn includes(&self, spec: &StepSpec) -> bool {
        spec.kinds.contains(&self.facts.run.kind)
            && (spec.needs.is_empty() || spec.needs.iter().any(|need| self.meets(spec, *need)))
    }

    /// Whether an asset of this kind is held.
    fn holds(&self, kind: AssetKind) -> bool {
        self.facts.assets.iter().any(|asset| asset.kind == kind)
    }

    fn meets(&self, spec: &StepSpec, need: Need) -> bool {
        let facts = self.facts;
        match need {
            Need::Covered => !self.covered(spec).is_empty(),
            Need::ClientAccess => facts.ways_in.iter().any(|way| !facts.is_own(way)),
            Need::Admin => facts.ways_in.iter().any(|way| way.holding.is_admin()),
            Need::AnyWayIn => !facts.ways_in.is_empty(),
            Need::WayIn(kind) => facts.ways_in.iter().any(|way| way.holding.at.system.kind == kind),
            Need::Secrets => !facts.secrets.is_empty(),
            Need::Asset(kind) => self.holds(kind),
            Need::Automation => !facts.automation.is_empty(),
        }
    }

    /// What a step covers in this run. A way in or a secret is covered by at most one step.
    pub(super) fn covered(&self, spec: &StepSpec) -> Vec<Item<'a>> {
        let (facts, covers) = (self.facts, &spec.covers);
        let mut items = Vec::new();
        items.extend(self.ways.get(spec.id.as_str()).into_iter().flatten().map(|way| Item::Way(way)));
        items.extend(self.secrets.get(spec.id.as_str()).into_iter().flatten().map(|known| Item::Secret(known)));
        if covers.things {
            items.extend(facts.assets.iter().map(Item::Thing));
        }
        if covers.contacts {
            items.extend(facts.contacts.iter().map(Item::Contact));
        }
        if covers.data {
            items.extend(facts.data_to_clear().map(Item::Data));
        }
        if covers.automation {
            items.extend(facts.automation_to_hand_over().map(Item::Automation));
        }
        if covers.questions {
            items.extend(self.questions().map(Item::Question));
        }
        items
    }

    /// What a step of the run covers.
    pub(super) fn covered_by(&self, step: &Step) -> Vec<Item<'a>> {
        self.spec(step).map(|spec| self.covered(spec)).unwrap_or_default()
    }

    /// The questions that belong to this kind of case, in the list's order. None when nobody sits at the table.
    pub fn questions(&self) -> impl Iterator<Item = &'a QuestionSpec> + use<'a> {
        let (kind, asked) = (self.facts.run.kind, self.facts.has_interview());
        self.template.questions.iter().filter(move |question| asked && question.kinds.contains(&kind))
    }

    /// A step that names the kind comes before one that takes the rest.
    fn step_for_way(&self, kind: SystemKind, own: bool) -> Option<&'a StepSpec> {
        let fits = |named: bool| {
            self.template.steps.iter().filter(|s| s.kinds.contains(&self.facts.run.kind)).find(|step| {
                step.covers.ways_in.as_ref().is_some_and(|ways| {
                    let here = match ways.place {
                        Place::Own => own,
                        Place::Clients => !own,
                        Place::Any => true,
                    };
                    here && if named { ways.kinds.contains(&kind) } else { ways.kinds.is_empty() }
                })
            })
        };
        fits(true).or_else(|| fits(false))
    }

    /// A step that names the kind comes before one that takes the rest.
    fn step_for_secret(&self, known: &KnownSecret) -> Option<&'a StepSpec> {
        let (kind, key_system) = (known.secret.kind, known.is_key_system());
        let fits = |named: bool| {
            self.template.steps.iter().filter(|s| s.kinds.contains(&self.facts.run.kind)).find(|step| {
                step.covers.secrets.as_ref().is_some_and(|secrets| {
                    let deep = !secrets.key_systems || key_system;
                    deep && if named { secrets.kinds.contains(&kind) } else { secrets.kinds.is_empty() }
                })
            })
        };
        fits(true).or_else(|| fits(false))
    }
}

impl Item<'_> {
    /// When it was done; nothing while it is not.
    pub(super) fn done_at(&self, case: &Case<'_>) -> Option<Instant> {
        let at = case.at;
        let passed = |mark: Option<Mark>| mark.map(|m| m.at).filter(|t| *t <= at);
        match self {
            // A vault that is cut off by its parent stays open on devices that are signed in.
            Self::Way(way) if way.holding.at.system.kind == SystemKind::Vault => way.removed_at(at),
            Self::Way(way) => way.shut_at(at),
            Self::Secret(known) => known.done_at(at),
            Self::Thing(asset) => passed(asset.returned).or_else(|| passed(asset.cancelled)),
            Self::Contact(contact) => passed(contact.ended),
            Self::Data(place) => passed(place.removed),
            Self::Automation(_) => None,
            Self::Question(question) => case.facts.answer(&question.id).filter(|a| a.reply.is_some()).map(|a| a.at),
        }
    }

    /// Whether nothing has to happen now: done, or left on purpose until a date.
    pub(super) fn is_settled(&self, case: &Case<'_>) -> bool {
        let at = case.at;
        let until = |until: Option<Instant>| until.is_some_and(|end| at < end);
        self.done_at(case).is_some()
            || match self {
                Self::Way(way) => way.holding.grant.removal.is_waived(at),
                Self::Secret(known) => known.rotation.as_ref().is_some_and(|r| r.change.is_waived(at)),
                Self::Thing(asset) => until(asset.waived_until),
                Self::Contact(contact) => until(contact.waived_until),
                Self::Data(place) => until(place.waived_until),
                Self::Automation(_) | Self::Question(_) => false,
            }
    }
}
