//! `key`: who can open the register and how, and changing that.
//!
//! Must never know: how keys are kept.

use crate::cli::args::KeyCommand;
use crate::cli::context::Context;
use crate::cli::output::{self, Answer, table};
use crate::cli::{Exit, prompt};
use crate::config::Choice;
use crate::error::{AppError, ErrorClass};
use crate::service::keys::{self, KeyStatus};
use crate::service::{Unlock, door};
use crate::vault::Keyring;
use serde_json::{Value, json};

/// Runs it.
pub fn run(context: &Context, command: &KeyCommand) -> Result<Exit, AppError> {
    match command {
        KeyCommand::Status => status(context),
        KeyCommand::ChangePassphrase { recovery, new_passphrase_file } => {
            change_passphrase(context, *recovery, new_passphrase_file.as_deref())
        }
        KeyCommand::Remember => remember(context),
        KeyCommand::Forget => forget(context),
        KeyCommand::NewRecoveryKey => new_recovery_code(context),
    }
}

fn status(context: &Context) -> Result<Exit, AppError> {
    let visit = context.open()?;
    let found = keys::status(&visit, &context.access())?;
    visit.close()?;
    let rows: Vec<Value> = found
        .holders
        .iter()
        .map(|holder| {
            json!({
                "operator": holder.number,
                "name": holder.name,
                "opens_with": opens_with(holder.has_passphrase),
                "me": holder.is_me,
            })
        })
        .collect();
    let rows = rows.into_iter().filter_map(|row| if let Value::Object(row) = row { Some(row) } else { None }).collect();
    let answer = Answer::new("key_status", context.clock.now())
        .field("register", found.register.as_str())
        .field("generation", found.generation)
        .field("remembers", found.remembers)
        .field("keyring", found.keyring.clone())
        .rows(rows)
        .text(text(&found));
    answer.print(context.style)?;
    Ok(0)
}

const fn opens_with(passphrase: bool) -> &'static str {
    if passphrase { "passphrase" } else { "identity file" }
}

fn text(found: &KeyStatus) -> String {
    let cells: Vec<Vec<String>> = found
        .holders
        .iter()
        .map(|holder| {
            vec![
                holder.number.to_string(),
                holder.name.clone().unwrap_or_default(),
                opens_with(holder.has_passphrase).to_owned(),
                if holder.is_me { "you".to_owned() } else { String::new() },
            ]
        })
        .collect();
    let keyring = match &found.keyring {
        None => "The passphrase is asked for on this computer each time.".to_owned(),
        Some(how) => format!("Do not ask on this computer: on. The keyring: {how}"),
    };
    format!("{}\nThe recovery code opens it too.\n{keyring}\n", table(&["Operator", "Name", "Opens with", ""], &cells))
}

fn change_passphrase(context: &Context, recovery: bool, file: Option<&std::path::Path>) -> Result<Exit, AppError> {
    let access = context.access();
    let mut visit = if recovery {
        if !output::is_interactive() {
            return Err(AppError::new(
                ErrorClass::NoKey,
                "The recovery code has to be typed, and there is no terminal.",
            ));
        }
        door::open(&access, Unlock::Recovery(prompt::passphrase("Recovery code: ")?))?
    } else {
        context.open()?
    };
    let new = match file {
        Some(path) => crate::vault::read_passphrase(path)?,
        None => prompt::new_passphrase()?,
    };
    let seq = keys::change_passphrase(&mut visit, &access, &new)?;
    visit.close()?;
    let text = "The passphrase was changed. Copies and backups from before still open with the old one.\n";
    Answer::new("key_change_passphrase", context.clock.now()).field("seq", seq).text(text).print(context.style)?;
    Ok(0)
}

fn new_recovery_code(context: &Context) -> Result<Exit, AppError> {
    let mut visit = context.open()?;
    let code = keys::new_recovery_code(&mut visit, &context.access())?;
    visit.close()?;
    let printed = code.printed();
    let text = format!(
        "New recovery code: {}\n\nThe old one opens nothing any more. Print this one, put it in the safe, and destroy the old sheet.\n",
        printed.as_str()
    );
    let answer = Answer::new("key_new_recovery_key", context.clock.now()).field("recovery_code", printed.as_str());
    answer.text(text).print(context.style)?;
    Ok(0)
}

fn remember(context: &Context) -> Result<Exit, AppError> {
    let visit = context.open()?;
    let name = keys::remember(&visit, &Keyring::desktop())?;
    visit.close()?;
    Choice::RememberKey(Some(name.to_owned())).save(&context.places.config_file)?;
    let text = format!(
        "Not asked on this computer any more: the key lies in {name}.\nWhoever is signed in to this computer as you can open the register.\n"
    );
    Answer::new("key_remember", context.clock.now()).field("keyring", name).text(text).print(context.style)?;
    Ok(0)
}

fn forget(context: &Context) -> Result<Exit, AppError> {
    keys::forget(&context.access(), &Keyring::desktop())?;
    Choice::RememberKey(None).save(&context.places.config_file)?;
    Answer::new("key_forget", context.clock.now())
        .text("The passphrase is asked for again on this computer.\n")
        .print(context.style)?;
    Ok(0)
}
