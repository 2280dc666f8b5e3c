//! `reach`: what one person can reach.
//!
//! Must never know: how reach is computed.

use super::who::ways_table;
use crate::cli::Exit;
use crate::cli::args::SubjectArgs;
use crate::cli::context::Context;
use crate::cli::output::Answer;
use crate::error::AppError;
use crate::service::records::{standing, way_row};
use crate::service::{resolve, words};
use crate::text::shown;
use serde_json::json;

/// Runs it.
pub fn run(context: &Context, args: &SubjectArgs) -> Result<Exit, AppError> {
    context.answer(|session, as_of| {
        let wanted = standing(args.state.as_deref())?;
        let person = session.find(|facts| resolve::person(facts, &args.subject, context.naming()))?;
        let (ways, sum) = session.reach(person.id, wanted, as_of)?;
        let at = Context::about(session, as_of);
        let zone = session.scene().zone;
        let count = |n: u32, one: &str, many: &str| words::counted(n.into(), one, many);
        let head = format!(
            "{} has {} into {} and reaches {} at {}. {}, {} without a second factor. Knows {}.",
            shown(&person.name),
            count(sum.ways_in, "way", "ways"),
            count(sum.systems_direct, "system", "systems"),
            count(sum.systems, "system", "systems"),
            count(sum.clients, "client", "clients"),
            count(sum.admin, "admin right", "admin rights"),
            sum.without_mfa,
            count(sum.secrets_known, "shared login", "shared logins"),
        );
        let summary = json!({
            "ways_in": sum.ways_in,
            "clients": sum.clients,
            "clients_direct": sum.clients_direct,
            "systems": sum.systems,
            "systems_direct": sum.systems_direct,
            "admin": sum.admin,
            "without_mfa": sum.without_mfa,
            "secrets_known": sum.secrets_known,
        });
        let list = if ways.is_empty() { String::new() } else { format!("{}\n", ways_table(&ways, at, &zone)) };
        let rows = ways.iter().map(way_row).collect();
        let answer =
            Answer::new("reach", at).field("technician", person.name.clone()).field("summary", summary).rows(rows);
        Ok((answer.text(format!("{list}{head}\n")), 0))
    })
}
