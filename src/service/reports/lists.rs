//! What is wrong, and how the firm stands today.
//!
//! Must never know: how the pages look, the rules.

use super::frame::Basis;
use super::{Made, none_needed};
use crate::domain::{Batch, Exception, Severity};
use crate::error::{AppError, ErrorClass};
use crate::report::document::Tone;
use crate::report::model::{FindingLine, FixLine, LatelyLine, NeedLine, SetAsideLine, StatusFigure};
use crate::report::{FindingsReport, StatusReport};
use crate::service::facts::Facts;
use crate::service::findings::FindingFilter;
use crate::service::session::Session;
use crate::service::view::{self, FindingState};
use crate::service::{AsOf, today, words};
use crate::store::{Select, StoreError};

impl Session {
    pub(super) fn findings_report(&self, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        none_needed(subject)?;
        let found = self.findings(&FindingFilter::default(), as_of)?;
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let mut basis = Basis::default();
            for line in &found {
                basis.systems.extend(line.system.as_ref().map(|(id, _)| *id));
            }
            let (mut open, mut set_aside) = (Vec::new(), Vec::new());
            for line in found {
                match line.state {
                    FindingState::SetAside(until) => set_aside.push(aside(facts, line, until)?),
                    FindingState::Open | FindingState::Asked => open.push(finding(line)),
                }
            }
            let report = FindingsReport { frame: self.frame(facts, &scene, as_of, basis)?, open, set_aside };
            Ok(Made { document: report.document(), about: String::new() })
        })
    }

    pub(super) fn status_report(&self, subject: Option<&str>, as_of: AsOf) -> Result<Made, AppError> {
        none_needed(subject)?;
        if as_of != AsOf::default() {
            let message = "How we stand is for now only. Nothing was made.";
            return Err(AppError::new(ErrorClass::Usage, message).hint("For another day: keyward findings --on DATE"));
        }
        self.look(as_of, |facts, at| {
            let scene = self.scene_of(facts, at, as_of)?;
            let shown = today::today(facts, &scene)?;
            let mut basis = Basis::default();
            for batch in facts.list::<Batch>(Select::all().order_desc(&["taken"]).page(0, 200))? {
                basis.systems.extend(batch.system);
            }
            let report = StatusReport {
                frame: self.frame(facts, &scene, as_of, basis)?,
                needs: shown
                    .needs
                    .into_iter()
                    .map(|need| NeedLine { severity: need.risk, when: need.when, what: need.what, detail: need.amount })
                    .collect(),
                fixes: shown
                    .fixes
                    .into_iter()
                    .map(|fix| FixLine { severity: fix.severity, minutes: fix.minutes.into(), what: fix.title })
                    .collect(),
                fixes_in_all: shown.fixes_total.into(),
                figures: shown.stands.into_iter().enumerate().map(figure).collect(),
                lately: shown
                    .lately
                    .into_iter()
                    .map(|line| LatelyLine { when: words::moment(line.at, at, &scene.zone), what: line.summary })
                    .collect(),
            };
            Ok(Made { document: report.document(), about: String::new() })
        })
    }
}

/// The names of the numbers in JSON, in the order in which Today gives them.
const KEYS: [&str; 4] = ["held_by_leavers", "admin_without_mfa", "logins_without_owner", "newest_import"];

fn figure((place, stand): (usize, view::Stand)) -> StatusFigure {
    StatusFigure {
        key: KEYS.get(place).copied().unwrap_or("other"),
        value: stand.value,
        label: stand.what,
        was: stand.before,
        tone: match stand.risk {
            Severity::Critical | Severity::High => Tone::Bad,
            Severity::Medium => Tone::Attention,
            Severity::Low | Severity::Advice => Tone::Plain,
        },
    }
}

fn finding(line: view::FindingLine) -> FindingLine {
    let names = [&line.person.map(|(_, name)| name), &line.login.map(|(_, name)| name)]
        .into_iter()
        .chain([&line.system.map(|(_, name)| name), &line.client.map(|(_, name)| name)])
        .flatten()
        .cloned()
        .collect::<Vec<_>>();
    FindingLine {
        rule: line.rule,
        severity: line.severity,
        title: line.title,
        subject: names.join(", "),
        lines: line.lines.len() as u64,
        reason: line.reason,
        fix: line.fix.join(" "),
        minutes: line.minutes.into(),
        reach: line.reach.1.into(),
        since: line.since,
        reopened: false,
        asked: line.state == FindingState::Asked,
        controls: line.controls,
    }
}

fn aside(
    facts: &Facts<'_>,
    line: view::FindingLine,
    until: crate::domain::Instant,
) -> Result<SetAsideLine, StoreError> {
    let rows = facts.list::<Exception>(Select::all().eq("rule", line.rule.as_str()))?;
    let newest = rows.into_iter().filter(|row| row.key == line.key).max_by_key(|row| (row.until, row.id));
    let (reason, approver) = newest.map_or((String::new(), None), |row| (row.reason, row.approver));
    Ok(SetAsideLine { title: line.title, reason, approver: facts.name(approver)?, until })
}
