//! The closing page of a discharge: everything the run holds, as it stands at a moment.
//!
//! Must never know: how the page looks.

use super::frame::Basis;
use super::{Made, hands, needed, removals, run};
use crate::domain::discharge::{self, Case, RunFacts, StepState, with_name};
use crate::domain::{
    Asset, ClientId, Contact, DataKind, DataLocation, Instant, Mark, RecordKind, RecordRef, StepOutcome, SystemReach,
};
use crate::error::{AppError, ErrorClass};
use crate::report::DischargeReport;
use crate::report::model::{
    AnswerLine, ContactLine, DataLine, Done, Ending, ExceptionLine, Handled, Leaver, RecheckLine, Signer, StepLine,
    Subject, ThingLine, WaiverLine,
};
use crate::service::discharge::{facts as run_facts, view};
use crate::service::facts::Facts;
use crate::service::session::{Scene, Session};
use crate::service::{AsOf, lines};
use crate::store::StoreError;

impl Session {
    pub(super) fn discharge_report(&self, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        let subject = needed(subject, "a run or the name of who left", "keyward report discharge \"Dana Ruiz\"")?;
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let found = run(facts, subject)?;
            let whole = run_facts::read(facts, &scene, found, at)?;
            let case = Case::new(&whole, at);
            let mut basis = Basis::default();
            for way in &whole.ways_in {
                basis.add(facts, &way.holding, scene.now)?;
            }
            let report = filled(facts, &scene, &case, self.frame(facts, &scene, as_of, basis)?)?;
            Ok(Made { about: report.subject.name().to_owned(), document: report.document() })
        })
    }
}

fn filled(
    facts: &Facts<'_>,
    scene: &Scene,
    case: &Case<'_>,
    frame: crate::report::Frame,
) -> Result<DischargeReport, AppError> {
    let whole = case.facts;
    let run = &whole.run;
    let ways = removals::ways(facts, scene, case)?;
    Ok(DischargeReport {
        frame,
        run: run.id.0,
        subject: subject(facts, whole)?,
        kind: run.kind,
        trigger: run.trigger,
        started: run.started,
        closed: done(facts, run.closed.filter(|mark| mark.at <= case.at))?,
        limit: ways.iter().filter_map(|way| way.due).max(),
        ways,
        secrets: removals::secrets(facts, scene, case)?,
        things: whole.assets.iter().map(|asset| thing(facts, asset, case.at)).collect::<Result<_, _>>()?,
        contacts: whole.contacts.iter().map(|contact| named(facts, contact, case.at)).collect::<Result<_, _>>()?,
        data: whole.data.iter().map(|place| data(facts, place, case.at)).collect::<Result<_, _>>()?,
        steps: steps(facts, case)?,
        answers: answers(facts, scene, case)?,
        waivers: waivers(facts, case)?,
        exceptions: exceptions(facts, case)?,
        rechecks: rechecks(facts, case)?,
        on_behalf: hands::on_behalf(facts, case)?,
        signers: signers(facts, whole)?,
    })
}

/// A mark with its name.
pub(super) fn done(facts: &Facts<'_>, mark: Option<Mark>) -> Result<Option<Done>, StoreError> {
    mark.map(|mark| Ok(Done { person: mark.by, by: facts.name(mark.by)?, at: mark.at })).transpose()
}

fn subject(facts: &Facts<'_>, whole: &RunFacts) -> Result<Subject, AppError> {
    match (&whole.leaver, &whole.client) {
        (Some(person), _) => Ok(Subject::Person(Leaver {
            name: person.name.clone(),
            email: person.email.clone(),
            role: person.role.clone(),
            kind: person.kind,
            manager: facts.name(person.manager)?,
        })),
        (None, Some(client)) => Ok(Subject::Client(client.name.clone())),
        (None, None) => Err(AppError::new(ErrorClass::Refused, "This run has nobody who leaves. No report was made.")),
    }
}

/// The name of a client as the firm says it; none for our own.
fn client(facts: &Facts<'_>, id: Option<ClientId>) -> Result<Option<String>, StoreError> {
    let found = id.map(|id| facts.client(id)).transpose()?.flatten();
    Ok(found.filter(|client| !client.own).map(|client| client.name.clone()))
}

fn ending(
    facts: &Facts<'_>,
    handled: Option<(Handled, Mark)>,
    waived: Option<Instant>,
    at: Instant,
) -> Result<Ending, StoreError> {
    Ok(match (handled.filter(|(_, mark)| mark.at <= at), waived.filter(|until| *until > at)) {
        (Some((how, mark)), _) => Ending::Handled(how, Done { person: mark.by, by: facts.name(mark.by)?, at: mark.at }),
        (None, Some(until)) => Ending::Waived(until),
        (None, None) => Ending::Open,
    })
}

fn thing(facts: &Facts<'_>, asset: &Asset, at: Instant) -> Result<ThingLine, StoreError> {
    let returned = asset.returned.map(|mark| (Handled::Returned, mark));
    let handled = returned.or(asset.cancelled.map(|mark| (Handled::Cancelled, mark)));
    Ok(ThingLine {
        kind: asset.kind,
        tag: asset.tag.clone(),
        client: client(facts, asset.client)?,
        ending: ending(facts, handled, asset.waived_until, at)?,
    })
}

fn named(facts: &Facts<'_>, contact: &Contact, at: Instant) -> Result<ContactLine, StoreError> {
    let handled = contact.ended.map(|mark| (Handled::Replaced, mark));
    Ok(ContactLine {
        kind: contact.kind,
        place: contact.place.clone(),
        client: client(facts, contact.client)?,
        ending: ending(facts, handled, contact.waived_until, at)?,
    })
}

fn data(facts: &Facts<'_>, place: &DataLocation, at: Instant) -> Result<DataLine, StoreError> {
    // What lies where it may lie is handed over; anything else is taken away from there.
    let how = if place.kind == DataKind::Approved { Handled::HandedOver } else { Handled::Removed };
    let whose = facts.client(place.client)?;
    Ok(DataLine {
        client: whose.map_or_else(String::new, |c| lines::client_words(c.own, &c.name, SystemReach::One)),
        what: place.what.clone(),
        place: place.place.clone(),
        kind: place.kind,
        encrypted: place.encrypted,
        ending: ending(facts, place.removed.map(|mark| (how, mark)), place.waived_until, at)?,
    })
}

fn steps(facts: &Facts<'_>, case: &Case<'_>) -> Result<Vec<StepLine>, AppError> {
    let mut out = Vec::new();
    for step in case.facts.steps.iter().filter(|step| step.repeats.is_none()) {
        let state = discharge::step_state(case, step);
        // A step that completes itself has nobody who ended it.
        let by_itself = || {
            discharge::completed_at(case, step).map(|at| Done {
                person: None,
                by: Some("by itself, with what it covers".to_owned()),
                at,
            })
        };
        out.push(StepLine {
            code: step.code.clone(),
            phase: step.phase,
            title: discharge::title_of(case, step),
            outcome: outcome(state),
            due: step.due,
            ended: done(facts, step.ended)?.or_else(by_itself),
            checked: done(facts, step.checked)?,
            proof: step.proof,
            note: step.note.clone(),
            reason: step.reason.clone(),
        });
    }
    // Within a phase the template's place decides; a stable sort keeps it.
    out.sort_by_key(|line| line.phase);
    Ok(out)
}

const fn outcome(state: StepState) -> Option<StepOutcome> {
    Some(match state {
        StepState::ToDo | StepState::Waiting => return None,
        StepState::Started => StepOutcome::Started,
        StepState::Blocked => StepOutcome::Blocked,
        StepState::Done | StepState::ByItself => StepOutcome::Done,
        StepState::NotNeeded => StepOutcome::NotNeeded,
        StepState::Waived => StepOutcome::Waived,
    })
}

fn answers(facts: &Facts<'_>, scene: &Scene, case: &Case<'_>) -> Result<Vec<AnswerLine>, AppError> {
    let mut made = std::collections::BTreeMap::new();
    for line in view::questions(facts, scene, case.facts)? {
        made.insert(line.code, line.made);
    }
    let order = discharge::question_order(case);
    Ok(order
        .into_iter()
        .map(|question| {
            let answer = case.facts.answer(&question.id);
            AnswerLine {
                code: question.id.clone(),
                question: with_name(&question.text, case.facts.name()),
                reply: answer.and_then(|answer| answer.reply),
                at: answer.map(|answer| answer.at),
                note: answer.and_then(|answer| answer.note.clone()).filter(|note| !note.is_empty()),
                made: made.remove(&question.id).unwrap_or_default(),
            }
        })
        .collect())
}

fn rechecks(facts: &Facts<'_>, case: &Case<'_>) -> Result<Vec<RecheckLine>, AppError> {
    let mut out = Vec::new();
    for step in case.facts.steps.iter().filter(|step| step.repeats.is_some()) {
        let Some(due) = step.due else { continue };
        out.push(RecheckLine {
            due,
            what: discharge::title_of(case, step),
            who: facts.name(step.doer)?,
            done: done(facts, step.ended)?,
        });
    }
    out.sort_by_key(|line| line.due);
    Ok(out)
}

/// Everything left undone until a date, with who said so and why.
fn waivers(facts: &Facts<'_>, case: &Case<'_>) -> Result<Vec<WaiverLine>, AppError> {
    let mut out = Vec::new();
    let mut add = |what: String, until: Option<Instant>, of, own: Option<String>| -> Result<(), AppError> {
        if let Some(until) = until.filter(|until| *until > case.at) {
            let (reason, by) = hands::why_waived(facts, of)?;
            out.push(WaiverLine { what, until, reason: own.or(reason), by });
        }
        Ok(())
    };
    let of = |kind, id| RecordRef { kind, id };
    for way in &case.facts.ways_in {
        let grant = &way.holding.grant;
        let until = grant.removal.waived_until.filter(|_| grant.removal.confirmed.is_none());
        add(lines::title(&way.holding), until, of(RecordKind::Grant, grant.id.0), None)?;
    }
    for known in &case.facts.secrets {
        let Some(rotation) = &known.rotation else { continue };
        let until = rotation.change.waived_until.filter(|_| rotation.change.confirmed.is_none());
        let what = format!("Shared login {}", known.secret.name);
        add(what, until, of(RecordKind::Rotation, rotation.id.0), None)?;
    }
    for asset in &case.facts.assets {
        let tag = asset.tag.as_deref().unwrap_or_default();
        let what = words_of(asset.kind.shown(), tag);
        let open = asset.returned.or(asset.cancelled).is_none();
        add(what, asset.waived_until.filter(|_| open), of(RecordKind::Asset, asset.id.0), None)?;
    }
    for contact in &case.facts.contacts {
        let until = contact.waived_until.filter(|_| contact.ended.is_none());
        add(words_of(contact.kind.shown(), &contact.place), until, of(RecordKind::Contact, contact.id.0), None)?;
    }
    for place in &case.facts.data {
        let what = format!("Data: {}, {}", place.what, place.place);
        let until = place.waived_until.filter(|_| place.removed.is_none());
        add(what, until, of(RecordKind::DataLocation, place.id.0), None)?;
    }
    for step in &case.facts.steps {
        let waived = step.outcome == Some(StepOutcome::Waived);
        let what = discharge::title_of(case, step);
        add(what, step.until.filter(|_| waived), of(RecordKind::Step, step.id.0), step.reason.clone())?;
    }
    Ok(out)
}

fn words_of(kind: &str, name: &str) -> String {
    let mut letters = kind.chars();
    let kind: String = letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect());
    format!("{kind} {name}").trim().to_owned()
}

/// Rules set aside for this run: no second person, the last admin gone, a shared login that needs no change.
fn exceptions(facts: &Facts<'_>, case: &Case<'_>) -> Result<Vec<ExceptionLine>, AppError> {
    let run = &case.facts.run;
    let mut out = Vec::new();
    if run.alone {
        out.push(ExceptionLine {
            what: "No second person: one person may do and check".to_owned(),
            reason: run.alone_reason.clone().unwrap_or_default(),
            approver: None,
            until: None,
        });
    }
    for exception in &case.facts.exceptions {
        let about = case.facts.ways_in.iter().find(|way| exception.key == format!("grant:{}", way.holding.grant.id));
        let Some(way) = about.filter(|_| exception.at <= case.at) else { continue };
        out.push(ExceptionLine {
            what: format!("The last admin on record goes: {}", lines::title(&way.holding)),
            reason: exception.reason.clone(),
            approver: facts.name(exception.approver)?,
            until: Some(exception.ended.unwrap_or(exception.until)),
        });
    }
    for known in &case.facts.secrets {
        let Some(rotation) = removals::not_needed(known) else { continue };
        out.push(ExceptionLine {
            what: format!("Shared login not changed: {}", known.secret.name),
            reason: rotation.note.clone().unwrap_or_default(),
            approver: facts.name(rotation.change.asked.and_then(|mark| mark.by))?,
            until: None,
        });
    }
    Ok(out)
}

fn signers(facts: &Facts<'_>, whole: &RunFacts) -> Result<Vec<Signer>, AppError> {
    let run = &whole.run;
    let mut signers = vec![
        Signer { role: "Done by", name: facts.name(run.doer)? },
        Signer { role: "Checked by", name: facts.name(run.checker)? },
    ];
    if let Some(closed) = run.closed {
        signers.push(Signer { role: "Closed by", name: facts.name(closed.by)? });
    }
    Ok(signers)
}
