//! What it would take if somebody left today: one person, or everybody.
//!
//! Must never know: how the page looks, how work is counted.

use super::frame::Basis;
use super::{Made, person};
use crate::error::AppError;
use crate::report::WhatIfReport;
use crate::report::model::WhatIfPerson;
use crate::service::AsOf;
use crate::service::session::Session;
use crate::service::what_if::WhatIf;

impl Session {
    pub(super) fn what_if_report(&mut self, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        let subject = subject.map(str::trim).filter(|subject| !subject.is_empty());
        let (only, found) = match subject {
            Some(subject) => {
                let who = self.look(as_of, |facts, _| person(facts, subject))?;
                (Some(who.name), vec![self.what_if(who.id, as_of)?])
            }
            None => (None, self.what_if_everybody(as_of)?),
        };
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let mut basis = Basis::default();
            for one in &found {
                for holding in facts.holdings_of(one.person)? {
                    basis.systems.insert(holding.at.system.id);
                }
            }
            let report = WhatIfReport {
                frame: self.frame(facts, &scene, as_of, basis)?,
                only: only.clone(),
                people: found.into_iter().map(line).collect(),
            };
            Ok(Made { document: report.document(), about: only.unwrap_or_default() })
        })
    }
}

fn line(found: WhatIf) -> WhatIfPerson {
    WhatIfPerson {
        name: found.name,
        role: found.role.unwrap_or_default(),
        ways_in: found.ways_in.into(),
        clients: found.clients.into(),
        secrets: found.secrets.into(),
        steps: found.steps.into(),
        minutes: found.minutes.into(),
        work: found
            .work
            .iter()
            .map(|work| (work.kind.shown().to_owned(), work.count.into(), work.minutes.into()))
            .collect(),
        sole: found.sole.into_iter().map(|item| (item.what, item.client, item.kind.shown().to_owned())).collect(),
    }
}
