//! Answers to the questions of a run, and the work they bring.
//!
//! Must never know: keys; which question brings what: the list says it, the domain carries it out.

use super::apply::{TxIds, append, open_facts, outcome};
use super::facts::deadlines;
use crate::domain::discharge::{self, Addition, AdditionError, Answering, Case, Names, parse_addition, split_field};
use crate::domain::{Client, ClientId, Reply, RunId, System};
use crate::error::{AppError, ErrorClass};
use crate::service::command::Outcome;
use crate::service::facts::Facts;
use crate::service::resolve::{self, Naming, Scope};
use crate::service::session::Scene;
use crate::service::words;
use crate::store::Tx;

struct RegisterNames<'a> {
    facts: &'a Facts<'a>,
    own: ClientId,
}

impl Names for RegisterNames<'_> {
    fn system(&self, text: &str) -> Result<(System, Client), String> {
        let whole = if text.contains('/') {
            resolve::scope(self.facts, text, Naming::Part)
        } else {
            resolve::system(self.facts, self.own, text, Naming::Part).map(|system| Scope::System(system.id))
        };
        let not = "Nothing changed. Give it as CLIENT/SYSTEM.";
        match whole {
            Ok(Scope::System(id)) => {
                let system = self.facts.get::<System>(id).map_err(|e| e.to_string())?;
                let system = system.ok_or_else(|| format!("There is no system {id}. {not}"))?;
                let client = self.facts.get::<Client>(system.client).map_err(|e| e.to_string())?;
                Ok((system, client.ok_or_else(|| format!("That system has no client. {not}"))?))
            }
            Ok(_) => Err(format!("“{text}” is no system. {not}")),
            Err(error) => Err(format!("{}. {not}", error.message)),
        }
    }

    fn client(&self, text: &str) -> Result<ClientId, String> {
        resolve::client(self.facts, text, Naming::Part)
            .map(|client| client.id)
            .map_err(|error| format!("{}. Nothing changed.", error.message))
    }
}

/// Reads `KIND field=value field=value` as typed additions. A new kind begins wherever a word has no `=`.
fn additions(facts: &Facts<'_>, own: ClientId, add: &[String]) -> Result<Vec<Addition>, AppError> {
    let bad = |error: AdditionError| AppError::new(ErrorClass::BadInput, error.to_string());
    let mut groups: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for word in add.iter().flat_map(|text| pieces(text)) {
        if word.contains('=') {
            let field = split_field(&word).map_err(bad)?;
            match groups.last_mut() {
                Some((_, fields)) => fields.push(field),
                None => {
                    return Err(AppError::new(
                        ErrorClass::BadInput,
                        "Say first what to add, as asset kind=laptop. Nothing was changed.",
                    ));
                }
            }
        } else {
            groups.push((word, Vec::new()));
        }
    }
    let names = RegisterNames { facts, own };
    groups.iter().map(|(kind, fields)| parse_addition(kind, fields, &names).map_err(bad)).collect()
}

/// Splits `asset kind=laptop tag=KW-0231` where it comes as one text; a value runs until the next `word=`.
fn pieces(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        let begins_field = word.find('=').is_some_and(|at| at > 0);
        match out.last_mut() {
            Some(last) if !begins_field && last.contains('=') => {
                last.push(' ');
                last.push_str(word);
            }
            _ => out.push(word.to_owned()),
        }
    }
    out
}

/// Records an answer and makes the work it brings.
///
/// # Errors
/// When the question is not asked here, or details cannot be used.
pub fn answer(
    tx: &mut Tx<'_>,
    scene: &Scene,
    id: RunId,
    question: &str,
    (reply, note): (Option<Reply>, Option<String>),
    add: &[String],
) -> Result<Outcome, AppError> {
    let whole = open_facts(tx, scene, id)?;
    let additions = { additions(&Facts::new(**tx, None), whole.own.id, add)? };
    let case = Case::new(&whole, scene.now);
    let answering = Answering { question: question.to_uppercase(), reply, note, additions };
    let mut ids = TxIds::new(tx);
    let answered = discharge::effects(&case, &answering, &deadlines(scene), &scene.zone, &mut ids)
        .map_err(|refused| AppError::new(ErrorClass::Refused, refused.to_string()))?;
    ids.done()?;
    let said = reply.map_or("note taken", Reply::shown);
    let asked = whole.list.question(&answering.question).map_or(answering.question.as_str(), |q| q.short.as_str());
    let summary = format!("{asked}, {}: {said}", whole.name());
    let change = scene.change("run.answered", summary).in_run(Some(id));
    append(tx, change, answered.edits)?;
    plan_more(tx, scene, id)?;
    let seq = tx.next_seq() - 1;
    let message = match answered.work.as_slice() {
        [] if reply.is_none() => format!("Note on {asked} saved."),
        [] => format!("{asked}: {said}. Nothing to do."),
        work => format!("{asked}: {said}. New work: {}.", words::listed(work, 3)),
    };
    Ok(outcome(seq, message, id))
}

/// Adds the steps and changes of secrets that what was just added asks for.
fn plan_more(tx: &mut Tx<'_>, scene: &Scene, id: RunId) -> Result<(), AppError> {
    let whole = open_facts(tx, scene, id)?;
    let case = Case::new(&whole, scene.now);
    let mut ids = TxIds::new(tx);
    let edits = discharge::plan_run(&case, &deadlines(scene), &scene.zone, &mut ids);
    ids.done()?;
    if !edits.is_empty() {
        let mut change = scene.change("run.planned", format!("More steps for {}", whole.name())).in_run(Some(id));
        change.edits = edits;
        tx.append(change)?;
    }
    Ok(())
}
