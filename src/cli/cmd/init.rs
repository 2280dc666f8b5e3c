//! `init`: makes a register.
//!
//! Must never know: how keys are kept.

use crate::cli::args::InitArgs;
use crate::cli::context::Context;
use crate::cli::output::{self, Answer};
use crate::cli::{Exit, prompt};
use crate::config::{is_month_first, zone_here};
use crate::error::{AppError, ErrorClass};
use crate::service::door::{self, Setup};
use crate::vault::{NewKeys, OsRandom, Protection, VaultError};

/// Runs it. With `--identity` nothing is asked and nothing is typed.
pub fn run(context: &Context, args: &InitArgs) -> Result<Exit, AppError> {
    let access = context.access();
    if access.is_register() {
        let message = format!("There is a register in {} already. It was not changed.", access.folder.display());
        return Err(AppError::new(ErrorClass::Refused, message).hint("Name another folder with --register DIR"));
    }
    let setup = setup(args)?;
    setup.check()?;
    let keys = NewKeys::generate(&mut OsRandom)?;
    let (visit, code) = if let Some(identity) = &context.global.identity {
        if identity.as_os_str() == "-" {
            return Err(AppError::new(
                ErrorClass::Usage,
                "init writes a new identity file; - cannot hold one. Nothing was made.",
            ));
        }
        door::create(&access, &setup, keys, Protection::IdentityFile(identity))?
    } else {
        let passphrase = match &context.global.passphrase_file {
            Some(path) => crate::vault::read_passphrase(path)?,
            None => prompt::new_passphrase()?,
        };
        if passphrase.expose().trim().is_empty() {
            return Err(VaultError::EmptyPassphrase.into());
        }
        door::create(&access, &setup, keys, Protection::Passphrase { passphrase: &passphrase, work: access.work })?
    };
    visit.close()?;
    let register = access.folder.display().to_string();
    let printed = code.printed();
    let text = format!(
        "Made the register {register}.\n\nRecovery code: {}\n\nPrint it or write it down and put it in the safe. It opens the register when the\npassphrase is lost. It is shown this once and kept nowhere.\n",
        printed.as_str()
    );
    let answer =
        Answer::new("init", context.clock.now()).field("register", register).field("recovery_code", printed.as_str());
    answer.text(text).print(context.style)?;
    Ok(0)
}

/// What was given, and what has to be asked.
fn setup(args: &InitArgs) -> Result<Setup, AppError> {
    let ask = output::is_interactive();
    let here = zone_here();
    let operator = match &args.operator {
        Some(name) => name.clone(),
        None if ask => prompt::line("Your name, as it will stand in the history", None)?,
        None => return Err(AppError::new(ErrorClass::Usage, "--operator NAME is missing. Nothing was made.")),
    };
    let zone = match &args.zone {
        Some(zone) => zone.clone(),
        None if ask => prompt::line("The firm's time zone", Some(&here))?,
        None => here,
    };
    Ok(Setup { operator, day_first: !is_month_first(&zone), zone, firm: args.firm.clone() })
}
