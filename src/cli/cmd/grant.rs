//! `grant`: somebody may use an account.
//!
//! Must never know: what follows from it.

use crate::cli::Exit;
use crate::cli::args::GrantArgs;
use crate::cli::context::{Context, done, moment, reading, until};
use crate::domain::Admin;
use crate::error::{AppError, ErrorClass};
use crate::service::records::{self, NewWay, Terms, way_row};
use crate::text::shown;

/// Runs it.
pub fn run(context: &Context, args: GrantArgs) -> Result<Exit, AppError> {
    let admin = args.admin.as_deref().map(admin).transpose()?;
    context.change(|visit| {
        let session = visit.writing()?;
        let with = reading(session, false);
        let since = args.since.as_deref().map(|typed| moment("--since", typed, &with, |when| when.began(&with.zone)));
        let terms = Terms {
            level: args.level,
            admin,
            since: since.transpose()?,
            until: until(session, "--until", args.until.as_deref())?,
            reason: args.reason,
        };
        let new = NewWay { technician: args.technician, account: args.account, terms };
        let (outcome, grant) = records::grant(session, &new, context.naming())?;
        let rows = records::ways_by_id(session, &[grant.id])?.iter().map(way_row).collect();
        let now = session.scene().now;
        Ok(done("grant", now, &outcome).field("id", grant.id.0).rows(rows))
    })
}

fn admin(word: &str) -> Result<Admin, AppError> {
    match word {
        "yes" => Ok(Admin::System),
        "no" => Ok(Admin::None),
        _ => Admin::parse(word).ok_or_else(|| {
            AppError::new(ErrorClass::Usage, format!("--admin has no word \"{}\". Nothing was changed.", shown(word)))
                .hint("Possible are none, system, top")
        }),
    }
}
