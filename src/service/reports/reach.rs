//! What one person can reach, directly and through what that opens, and the shared logins they know.
//!
//! Must never know: how the page looks.

use super::frame::Basis;
use super::{Made, needed, person};
use crate::domain::{GrantState, person_status};
use crate::error::AppError;
use crate::report::ReachReport;
use crate::report::document::Tone;
use crate::report::model::{Known, KnownSecret, ReachLine, Way};
use crate::service::access::Standing;
use crate::service::session::Session;
use crate::service::{AsOf, evidence, words};

impl Session {
    pub(super) fn reach_report(&self, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        let subject = needed(subject, "a person", "keyward report reach \"Dana Ruiz\"")?;
        let who = self.look(as_of, |facts, _| person(facts, subject))?;
        let (ways, _) = self.reach(who.id, Standing::Open, as_of)?;
        let secrets = self.knows(who.id, false, as_of)?;
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let mut basis = Basis::default();
            let mut rows = Vec::with_capacity(ways.len());
            for way in ways {
                let holding = facts.holding(way.grant)?;
                let known = match &holding {
                    Some(holding) if way.path.is_empty() => basis.add(facts, holding, at)?,
                    Some(holding) => evidence::known(facts, holding, at)?,
                    None => Known::Hand,
                };
                rows.push(ReachLine {
                    client: way.client_name,
                    system: way.system_name,
                    path: way.path,
                    way: Way {
                        login: way.login,
                        account: way.account_kind,
                        level: way.level,
                        admin: way.admin,
                        factor: holding.and_then(|holding| holding.at.weakest_factor()),
                        since: way.since,
                        until: way.until.filter(|until| *until > at),
                        state: state(way.state),
                        known,
                    },
                });
            }
            basis.filter.push("ways in that are shut, and rights still to be given".to_owned());
            let runs = facts.runs_of(who.id)?;
            let standing = person_status::status(&who, &runs, &scene.zone, at);
            let since = standing.last_day.map(|day| format!(", last day {}", words::full_day(day, &scene.zone)));
            let report = ReachReport {
                frame: self.frame(facts, &scene, as_of, basis)?,
                person: who.name.clone(),
                email: who.email.clone(),
                role: who.role.clone(),
                status: format!("{}{}", standing.status.shown(), since.unwrap_or_default()),
                lines: rows,
                secrets: secrets
                    .into_iter()
                    .map(|secret| KnownSecret {
                        client: secret.client_name,
                        name: secret.name,
                        kind: secret.kind,
                        from: secret.known_from,
                        until: secret.known_until,
                        changed: secret.changed,
                        needed_by: secret.still_needed_by,
                    })
                    .collect(),
            };
            Ok(Made { document: report.document(), about: who.name.clone() })
        })
    }
}

/// How a way in stands: word in JSON, word for people, how to take it.
pub(super) fn state(state: GrantState) -> (&'static str, String, Tone) {
    let tone = match state {
        GrantState::In | GrantState::Planned | GrantState::ShutByParent => Tone::Plain,
        GrantState::Asked | GrantState::Removed => Tone::Attention,
        GrantState::CameBack => Tone::Bad,
        GrantState::Checked => Tone::Good,
    };
    (state.stored(), state.shown().to_owned(), tone)
}
