//! `who`: who can get into a client, a system or with a login.
//!
//! Must never know: how ways in are found.

use crate::cli::Exit;
use crate::cli::args::SubjectArgs;
use crate::cli::context::{Context, day};
use crate::cli::output::{Answer, table};
use crate::domain::{Instant, Zone};
use crate::error::AppError;
use crate::service::records::{standing, way_row};
use crate::service::view::WayIn;
use crate::service::{resolve, words};
use std::collections::BTreeSet;

/// Runs it.
pub fn run(context: &Context, args: &SubjectArgs) -> Result<Exit, AppError> {
    context.answer(|session, as_of| {
        let wanted = standing(args.state.as_deref())?;
        let scope = session.find(|facts| resolve::scope(facts, &args.subject, context.naming()))?;
        let ways = session.who(scope, wanted, as_of)?;
        let at = Context::about(session, as_of);
        let zone = session.scene().zone;
        let open: BTreeSet<_> = ways.iter().filter(|way| way.state.is_open()).map(|way| way.person).collect();
        let count = ways.iter().filter(|way| way.state.is_open() && way.path.is_empty()).count();
        let head = format!(
            "{} can get in, by {}.",
            words::counted(open.len() as u64, "person", "people"),
            words::counted(count as u64, "direct way", "direct ways")
        );
        let text = if ways.is_empty() {
            "Nobody can get in.\n".to_owned()
        } else {
            format!("{}\n{head}\n", ways_table(&ways, at, &zone))
        };
        let rows = ways.iter().map(way_row).collect();
        Ok((Answer::new("who", at).rows(rows).text(text), 0))
    })
}

/// Ways in as people read them.
pub fn ways_table(ways: &[WayIn], at: Instant, zone: &Zone) -> String {
    let rows: Vec<Vec<String>> = ways
        .iter()
        .map(|way| {
            let state = match &way.shut_by {
                Some(by) => format!("{} by {by}", way.state.shown()),
                None => way.state.shown().to_owned(),
            };
            let place = if way.path.is_empty() { way.system_name.clone() } else { way.path.join(" > ") };
            vec![
                way.risk.mark().to_owned(),
                way.grant.0.to_string(),
                way.person_name.clone(),
                way.client_name.clone(),
                place,
                way.login.clone(),
                way.level.clone(),
                way.mfa.clone(),
                day(way.since, at, zone),
                state,
                way.source.words.clone(),
            ]
        })
        .collect();
    table(
        &["", "Id", "Person", "Client", "System", "Login", "Level", "2nd factor", "Since", "State", "How known"],
        &rows,
    )
}
