//! `verify`: proves the history.
//!
//! Must never know: how a proof is made.

use crate::cli::Exit;
use crate::cli::args::VerifyArgs;
use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::error::{AppError, ErrorClass};
use crate::service::proof::VerifyOptions;
use crate::text::shown;
use serde_json::{Value, json};

/// Runs it. Exit code 4 when something does not hold.
pub fn run(context: &Context, args: &VerifyArgs) -> Result<Exit, AppError> {
    if let Some(reason) = &args.accept_gap {
        return accept_gap(context, reason);
    }
    context.answer(|session, _| {
        let options = VerifyOptions { replay: args.replay, receipt: args.receipt.clone(), at_least: args.at_least };
        let found = session.verify(&options)?;
        let now = session.scene().now;
        let problems: Vec<Value> = found.problems.iter().map(|(seq, what)| json!({"seq": seq, "what": what})).collect();
        let mut text = format!("{}\n", shown(&found.sentence));
        for (seq, what) in &found.problems {
            let place = seq.map_or_else(String::new, |seq| format!("entry {seq}: "));
            text.push_str(&format!("  {place}{}\n", shown(what)));
        }
        for note in &found.notes {
            text.push_str(&format!("  {}\n", shown(note)));
        }
        let answer = Answer::new("verify", now)
            .field("verdict", found.word.word())
            .field("receipt", found.receipt)
            .field("sealed", found.sealed)
            .field("notes", found.notes)
            .field("ok", found.ok)
            .field("entries", found.entries)
            .field("head", found.head)
            .field("replayed", found.replayed)
            .field("sentence", found.sentence)
            .field("problems", problems)
            .text(text);
        Ok((answer, if found.ok { 0 } else { ErrorClass::Integrity.exit_code() }))
    })
}

/// Goes on with a register that is shorter than this computer remembers.
fn accept_gap(context: &Context, reason: &str) -> Result<Exit, AppError> {
    if reason.trim().is_empty() {
        return Err(AppError::new(ErrorClass::Usage, "--accept-gap needs the reason. Nothing was changed."));
    }
    let mut visit = context.open()?;
    let seq = visit.accept_gap(reason)?;
    let now = visit.looking().scene().now;
    visit.close()?;
    let answer = Answer::new("verify", now).field("seq", seq);
    answer
        .text(format!("Accepted and recorded as entry {seq}. The register can be changed again.\n"))
        .print(context.style)?;
    Ok(0)
}
