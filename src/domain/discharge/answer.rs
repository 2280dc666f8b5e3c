//! What an answer makes: ways in, secrets, things, contacts, places, scripts and steps, named or to be named.
//!
//! *Not sure* and *refused* make the same work as the bad answer. An answer taken back removes nothing that was made.
//!
//! Must never know: who asks, how names are looked up, how the question is shown.

use super::addition::{Addition, is_unnamed};
use super::case::Case;
use super::facts::{Deadlines, Ids, RunFacts, makes_work};
use super::make::Maker;
use super::plan::{plan_run, rotation_due, step_due};
use super::question::{Effect, QuestionSpec};
use super::removal::Refusal;
use crate::domain::{
    Answer, AnswerId, CaseKind, Edit, Person, RecordKind, RecordRef, Reply, Rotation, Run, Step, Zone,
};

/// Why an answer was not taken. The text is for the office.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerError {
    /// The list has no such question, or it is not asked in this kind of case.
    #[error("There is no question {0} in this discharge. Nothing changed. Look at the list of questions.")]
    Question(String),
    /// Details came with an answer that makes nothing.
    #[error(
        "That answer makes no work, so nothing can be added to it. Nothing changed. Answer yes, or leave the details out."
    )]
    NothingToAdd,
    /// Nobody leaves in this run.
    #[error("Nobody leaves in this run, so nobody is asked. Nothing changed.")]
    Nobody,
    /// The run is closed.
    #[error("This discharge is closed. Nothing changed. Take the closing back first.")]
    Closed,
}

/// What somebody answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answering {
    /// Which question.
    pub question: String,
    /// What was answered; nothing while only a note is taken.
    pub reply: Option<Reply>,
    /// What was said.
    pub note: Option<String>,
    /// Details.
    pub additions: Vec<Addition>,
}

/// What an answer made.
#[derive(Debug, Clone, PartialEq)]
pub struct Answered {
    /// The new versions, the answer first.
    pub edits: Vec<Edit>,
    /// The records made by this answer now, without earlier ones.
    pub made: Vec<RecordRef>,
    /// The work made, in words, for the message line.
    pub work: Vec<String>,
}

/// Everything an answer changes.
///
/// # Errors
/// When the question is not asked here, nobody leaves, the run is closed, or details came with a good answer.
pub fn effects(
    case: &Case<'_>,
    answering: &Answering,
    deadlines: &Deadlines,
    zone: &Zone,
    ids: &mut dyn Ids,
) -> Result<Answered, AnswerError> {
    let facts = case.facts;
    if facts.run.closed.is_some() {
        return Err(AnswerError::Closed);
    }
    let question = case
        .questions()
        .find(|q| q.id == answering.question)
        .ok_or_else(|| AnswerError::Question(answering.question.clone()))?;
    let person = facts.run.person.ok_or(AnswerError::Nobody)?;
    let works = answering.reply.is_some_and(|reply| makes_work(question, reply));
    if !works && !answering.additions.is_empty() {
        return Err(AnswerError::NothingToAdd);
    }
    let previous = facts.answer(&question.id);
    let mut maker = Maker::new(case, person, deadlines, zone, ids);
    let mut looked_ahead = None;
    if works {
        let first_time = previous.is_none_or(|answer| answer.made.is_empty());
        make_records(&mut maker, question, previous, &answering.additions, first_time);
        looked_ahead = Some(look_ahead(&mut maker, case, question, deadlines, zone));
    }
    let (made, mut work, made_edits) = maker.finish();
    let (more_edits, more_made, more_work) = looked_ahead.unwrap_or_default();
    let made: Vec<RecordRef> = made.into_iter().chain(more_made).collect();
    work.extend(more_work);

    let id = previous.map_or_else(|| AnswerId(ids.next(RecordKind::Answer)), |answer| answer.id);
    let mut all_made = previous.map(|answer| answer.made.clone()).unwrap_or_default();
    all_made.extend(made.iter().map(|r| (r.kind.number(), r.id)));
    let answer = Answer {
        id,
        run: facts.run.id,
        question: question.id.clone(),
        reply: answering.reply.or_else(|| previous.and_then(|answer| answer.reply)),
        at: case.at,
        made: all_made,
        note: answering.note.clone().or_else(|| previous.and_then(|answer| answer.note.clone())),
    };
    let edits = std::iter::once(answer.into()).chain(made_edits).chain(more_edits).collect();
    Ok(Answered { edits: last_of_each(edits), made, work })
}

/// Details first: each takes the place of one thing the question would make, or names one made before.
fn make_records(
    maker: &mut Maker<'_, '_>,
    question: &QuestionSpec,
    previous: Option<&Answer>,
    additions: &[Addition],
    first_time: bool,
) {
    let mut open: Vec<&Effect> = question.makes.iter().filter(|_| first_time).collect();
    for addition in additions {
        let place = open.iter().position(|effect| answers(effect, addition));
        let like = place.map(|place| open.remove(place));
        let like = like.or_else(|| question.makes.iter().find(|effect| answers(effect, addition)));
        maker.add(question, previous, addition, like);
    }
    for effect in open {
        maker.make(question, effect);
    }
}

/// Whether a detail names what an effect would make.
const fn answers(effect: &Effect, addition: &Addition) -> bool {
    matches!(
        (effect, addition),
        (Effect::Grant { .. }, Addition::Grant { .. })
            | (Effect::Secret { .. }, Addition::Secret { .. })
            | (Effect::Asset { .. }, Addition::Asset { .. })
            | (Effect::Contact { .. }, Addition::Contact { .. })
            | (Effect::Data { .. }, Addition::Data { .. })
            | (Effect::Script { .. }, Addition::Script { .. })
            | (Effect::Step { .. }, Addition::Step { .. })
    )
}

type Ahead = (Vec<Edit>, Vec<RecordRef>, Vec<String>);

/// With the new records in the run: the steps they call for, the steps the question calls for, a sharper kind, and
/// sooner changes of secrets.
fn look_ahead(
    maker: &mut Maker<'_, '_>,
    case: &Case<'_>,
    question: &QuestionSpec,
    deadlines: &Deadlines,
    zone: &Zone,
) -> Ahead {
    let mut facts = maker.facts_after();
    let (mut edits, mut made, mut work) = (Vec::new(), Vec::new(), Vec::new());
    for effect in &question.makes {
        let more = match effect {
            Effect::Raise { to } => raise(&Case::new(&facts, case.at), *to, deadlines, zone),
            Effect::Hurry => hurry(&facts, deadlines),
            Effect::Need { step } => {
                let after = Case::new(&facts, case.at);
                maker.needed_step(&after, step).into_iter().collect()
            }
            _ => Vec::new(),
        };
        match effect {
            Effect::Raise { to } if !more.is_empty() => work.push(format!("the case is now: {}", to.shown())),
            Effect::Hurry if !more.is_empty() => work.push("shared logins are due sooner".to_owned()),
            Effect::Need { .. } => made.extend(more.iter().map(Edit::reference)),
            _ => {}
        }
        more.iter().for_each(|edit| facts.apply(edit));
        edits.extend(more);
    }
    let planned = plan_run(&Case::new(&facts, case.at), deadlines, zone, maker.ids());
    made.extend(planned.iter().map(Edit::reference));
    edits.extend(planned);
    let steps = made.iter().filter(|r| r.kind == RecordKind::Step).count();
    if steps > 0 {
        work.push(format!("{steps} {}", if steps == 1 { "step" } else { "steps" }));
    }
    (edits, made, work)
}

/// One edit may follow another on the same record; only the last one stands.
fn last_of_each(edits: Vec<Edit>) -> Vec<Edit> {
    let mut kept: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match kept.iter_mut().find(|old| old.reference() == edit.reference()) {
            Some(old) => *old = edit,
            None => kept.push(edit),
        }
    }
    kept
}

/// How sharp a kind of case is.
const fn sharpness(kind: CaseKind) -> u8 {
    match kind {
        CaseKind::Hostile => 2,
        CaseKind::AtOnce | CaseKind::Absent => 1,
        CaseKind::Notice | CaseKind::Subcontractor | CaseKind::Mover | CaseKind::ClientExit => 0,
    }
}

/// Makes a case sharper: its kind, the person's kind of exit, and every open time that comes sooner. Nothing when it
/// is that sharp already, or when nobody leaves. Steps that belong only now come from [`plan_run`].
pub fn raise(case: &Case<'_>, to: CaseKind, deadlines: &Deadlines, zone: &Zone) -> Vec<Edit> {
    let facts = case.facts;
    if sharpness(to) <= sharpness(facts.run.kind) || facts.run.kind.exit().is_none() {
        return Vec::new();
    }
    let run = Run { kind: to, ..facts.run.clone() };
    let mut edits: Vec<Edit> = vec![run.clone().into()];
    if let Some(person) = &facts.leaver {
        edits.push(Person { exit_kind: to.exit(), ..person.clone() }.into());
    }
    for step in facts.steps.iter().filter(|step| step.outcome.is_none()) {
        let Some(spec) = case.spec(step) else { continue };
        let due = step_due(spec, &run, deadlines, zone);
        if step.due.is_none_or(|old| due < old) {
            edits.push(Step { due: Some(due), ..step.clone() }.into());
        }
    }
    for known in &facts.secrets {
        let Some(rotation) = known.rotation.as_ref().filter(|r| r.change.done.is_none()) else { continue };
        let due = rotation_due(known, to, run.trigger, deadlines);
        if rotation.due.is_none_or(|old| due < old) {
            edits.push(Rotation { due: Some(due), ..rotation.clone() }.into());
        }
    }
    edits
}

/// Every change of a secret that is open comes as soon as after a hostile exit.
fn hurry(facts: &RunFacts, deadlines: &Deadlines) -> Vec<Edit> {
    let due = facts.run.trigger.plus_hours(deadlines.rotate_hostile_hours);
    facts
        .secrets
        .iter()
        .filter_map(|known| known.rotation.as_ref())
        .filter(|rotation| rotation.change.done.is_none() && rotation.outcome.is_none())
        .filter(|rotation| rotation.due.is_none_or(|old| due < old))
        .map(|rotation| Rotation { due: Some(due), ..rotation.clone() }.into())
        .collect()
}

/// The questions of a run in the order to ask them: what this kind of case asks first, then the list's order; and what
/// follows from the newest answer that made work comes before the rest of the unanswered ones.
pub fn question_order<'a>(case: &Case<'a>) -> Vec<&'a QuestionSpec> {
    let asked: Vec<&QuestionSpec> = case.questions().collect();
    let first = case.template.first.get(&case.facts.run.kind).map(Vec::as_slice).unwrap_or_default();
    let early = first.iter().filter_map(|id| asked.iter().copied().find(|q| q.id == *id));
    let late = asked.iter().copied().filter(|q| !first.contains(&q.id));
    let mut order: Vec<&QuestionSpec> = early.chain(late).collect();

    let newest = case
        .facts
        .answers
        .iter()
        .filter_map(|answer| {
            let question = asked.iter().copied().find(|q| q.id == answer.question)?;
            (!question.next.is_empty() && makes_work(question, answer.reply?)).then_some((answer.at, question))
        })
        .max_by_key(|(at, question)| (*at, question.id.clone()));
    if let Some((_, question)) = newest {
        let open = |id: &String| case.facts.answer(id).is_none_or(|answer| answer.reply.is_none());
        let follow: Vec<&QuestionSpec> = question
            .next
            .iter()
            .filter(|id| open(id))
            .filter_map(|id| asked.iter().copied().find(|q| q.id == **id))
            .collect();
        order.retain(|q| !follow.iter().any(|f| f.id == q.id));
        let place = order.iter().position(|q| open(&q.id)).unwrap_or(order.len());
        order.splice(place..place, follow);
    }
    order
}

/// The next question to ask, with its place among all of them, from 1, and how many there are.
pub fn next_question<'a>(case: &Case<'a>) -> Option<(&'a QuestionSpec, usize, usize)> {
    let order = question_order(case);
    let total = order.len();
    let open = |q: &&QuestionSpec| case.facts.answer(&q.id).is_none_or(|answer| answer.reply.is_none());
    order.into_iter().enumerate().find(|(_, q)| open(q)).map(|(place, q)| (q, place + 1, total))
}

/// Takes off a record that an answer made, because there turned out to be nothing. What hangs on it goes with it.
///
/// # Errors
/// When no answer of the run made it, it has been named, or the reason is missing.
pub fn take_off(case: &Case<'_>, record: RecordRef, reason: &str) -> Result<Vec<Edit>, Refusal> {
    if reason.trim().is_empty() {
        return Err(Refusal::NoReason);
    }
    let facts = case.facts;
    let made = |r: RecordRef| facts.answers.iter().any(|a| a.made.contains(&(r.kind.number(), r.id)));
    if !made(record) || !unnamed_record(facts, record) {
        return Err(Refusal::NotHere);
    }
    let mut gone = vec![record];
    match record.kind {
        RecordKind::Secret => {
            for known in facts.secrets.iter().filter(|k| k.secret.id.0 == record.id) {
                gone.extend(known.knowing.iter().map(|k| RecordRef { kind: RecordKind::Knowing, id: k.id.0 }));
                gone.extend(known.rotation.iter().map(|r| RecordRef { kind: RecordKind::Rotation, id: r.id.0 }));
            }
        }
        RecordKind::Grant => {
            for way in facts.ways_in.iter().filter(|way| way.holding.grant.id.0 == record.id) {
                gone.push(RecordRef { kind: RecordKind::Account, id: way.holding.at.account.id.0 });
                gone.push(RecordRef { kind: RecordKind::System, id: way.holding.at.system.id.0 });
            }
        }
        RecordKind::Account => {
            for account in facts.automation.iter().filter(|account| account.id.0 == record.id) {
                gone.push(RecordRef { kind: RecordKind::System, id: account.system.0 });
            }
        }
        _ => {}
    }
    // A system or account that was there before stays.
    gone.retain(|r| *r == record || made(*r) || matches!(r.kind, RecordKind::Knowing | RecordKind::Rotation));
    Ok(gone.into_iter().map(Edit::Remove).collect())
}

/// Whether a record that an answer made has no name yet.
pub(super) fn unnamed_record(facts: &RunFacts, record: RecordRef) -> bool {
    let id = record.id;
    match record.kind {
        RecordKind::Grant => {
            facts.ways_in.iter().any(|way| way.holding.grant.id.0 == id && is_unnamed(&way.holding.at.account.login))
        }
        RecordKind::Account => facts.automation.iter().any(|a| a.id.0 == id && is_unnamed(&a.login)),
        RecordKind::Secret => facts.secrets.iter().any(|k| k.secret.id.0 == id && is_unnamed(&k.secret.name)),
        RecordKind::Asset => facts.assets.iter().any(|a| a.id.0 == id && a.tag.as_deref().is_some_and(is_unnamed)),
        RecordKind::Contact => facts.contacts.iter().any(|c| c.id.0 == id && is_unnamed(&c.place)),
        RecordKind::DataLocation => facts.data.iter().any(|d| d.id.0 == id && is_unnamed(&d.place)),
        _ => false,
    }
}

#[cfg(test)]
#[path = "answer_tests.rs"]
mod tests;
