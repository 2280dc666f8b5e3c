//! Later moments at which findings may change although no fact does: a limit passes, facts grow old, a date comes.
//!
//! A stored result holds until the first of them. Each is the first moment at which the result may be another one.
//!
//! Must never know: where results are stored.

use super::Judge;
use super::facts::{AccountCase, PersonFacts, SecretCase, Somebody, SystemCase};
use super::leaving::{Item, off_by, waits};
use super::secrets::took;
use crate::domain::person_status;
use crate::domain::policy::Limit;
use crate::domain::{Instant, Knowing, Removal};
use chrono::Datelike;
use std::collections::BTreeSet;

/// The moment after this one: limits are passed only then.
const fn after(moment: Instant) -> Instant {
    Instant::from_millis(moment.millis().saturating_add(1))
}

impl Judge<'_> {
    /// When the result of [`Judge::person`] may change by itself, soonest first.
    pub fn person_boundaries(&self, facts: &PersonFacts) -> Vec<Instant> {
        let mut moments = self.of_somebody(&facts.who);
        let person = &facts.who.person;
        moments.extend(person.contract_end.map(|end| self.zone.end_of(end)));
        moments.extend(person.last_day.map(after));
        let standing = facts.who.standing(self);
        let ways = facts.ways.iter().map(|way| (&way.at, Some(&way.grant)));
        for (login, grant) in ways.chain(facts.loose.iter().map(|login| (login, None))) {
            let item = Item { facts: login, grant, span: facts.span(login) };
            moments.extend(off_by(self, &standing, &item).map(after));
            moments.extend(login.read_at().map(|read| after(self.too_old_after(read, &item.span.tags))));
            moments.extend(grant.and_then(|grant| grant.since));
            moments.extend(grant.into_iter().flat_map(|grant| of_removal(&grant.removal)));
        }
        for way in &facts.ways {
            moments.extend(waits(self, facts, way, standing.has_left()).map(|waiting| after(waiting.late_after)));
        }
        for case in &facts.secrets {
            moments.extend(self.of_secret(case));
        }
        self.sorted(moments)
    }

    /// When the result of [`Judge::account`] may change by itself, soonest first.
    pub fn account_boundaries(&self, case: &AccountCase) -> Vec<Instant> {
        let tags = case.tags();
        let mut moments: Vec<Instant> = case.owner.iter().flat_map(|owner| self.of_somebody(owner)).collect();
        moments.extend(case.facts.read_at().map(|read| after(self.too_old_after(read, &tags))));
        for holder in &case.holders {
            let item = Item { facts: &case.facts, grant: Some(&holder.grant), span: case.span.clone() };
            moments.extend(self.of_somebody(&holder.who));
            moments.extend(off_by(self, &holder.who.standing(self), &item).map(after));
            moments.extend(holder.grant.since);
            moments.extend(of_removal(&holder.grant.removal));
        }
        for secret in &case.secrets {
            moments.extend(self.of_secret(secret));
        }
        if let Some(exception) = &case.exception {
            let review = self.policy.hours(Limit::ReviewAdmin, &tags);
            let reviewed = case.reviewed.map_or(exception.at, |reviewed| reviewed.max(exception.at));
            moments.extend([exception.at, exception.until, after(reviewed.plus_hours(review))]);
            moments.extend(exception.ended);
        }
        self.sorted(moments)
    }

    /// When the result of [`Judge::secret`] may change by itself, soonest first.
    pub fn secret_boundaries(&self, case: &SecretCase) -> Vec<Instant> {
        self.sorted(self.of_secret(case))
    }

    /// When the result of [`Judge::system`] may change by itself, soonest first.
    pub fn system_boundaries(&self, case: &SystemCase) -> Vec<Instant> {
        let tags = case.tags();
        let mut moments: Vec<Instant> = case.admins.iter().flat_map(|who| self.of_somebody(who)).collect();
        let test_hours = self.policy.hours(Limit::BreakGlassTest, &tags);
        moments.extend(case.emergency.iter().filter_map(|login| Some(after(login.tested?.plus_hours(test_hours)))));
        let lists = [case.newest.as_ref().map(|batch| batch.taken), case.listed].into_iter().flatten();
        let read = lists.chain(case.logins.iter().filter_map(|login| login.read_at));
        let old: BTreeSet<Instant> = read.map(|read| after(self.too_old_after(read, &tags))).collect();
        moments.extend(old);
        self.sorted(moments)
    }

    fn of_somebody(&self, who: &Somebody) -> Vec<Instant> {
        let mut moments = person_status::boundaries(&who.person, &who.runs, self.zone, self.at);
        // Days are worded without their year within the same one.
        let next_year = self.zone.day(self.at).year().saturating_add(1);
        let new_year = chrono::NaiveDate::from_ymd_opt(next_year, 1, 1).map(|day| self.zone.start_of(day));
        let dated = who.person.last_day.or(who.standing(self).last_day).is_some() || who.person.contract_end.is_some();
        moments.extend(new_year.filter(|_| dated));
        moments
    }

    fn of_secret(&self, case: &SecretCase) -> Vec<Instant> {
        let mut moments: Vec<Instant> = case.people.iter().flat_map(|who| self.of_somebody(who)).collect();
        moments.extend(took(self, case).iter().filter_map(|took| took.change_by.map(after)));
        let periods = case.periods.iter().flat_map(|Knowing { from, until, .. }| [*from, *until]);
        let vaults = case.vaults.iter().flat_map(|access| [access.since, access.ended]);
        moments.extend(periods.chain(vaults).chain([case.secret.changed, case.secret.retired, case.asked]).flatten());
        moments
    }

    fn sorted(&self, mut moments: Vec<Instant>) -> Vec<Instant> {
        moments.retain(|moment| *moment > self.at);
        moments.sort_unstable();
        moments.dedup();
        moments
    }
}

fn of_removal(removal: &Removal) -> impl Iterator<Item = Instant> + use<> {
    let marks = [removal.asked, removal.done, removal.confirmed].map(|mark| mark.map(|mark| mark.at));
    marks.into_iter().chain([removal.waived_until, removal.came_back]).flatten()
}
