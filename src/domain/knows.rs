//! Who knows which shared secret: until when somebody could read it, and whether it was changed after that.
//!
//! Must never know: any secret's value, how the rows were read, what time it is.

use super::{Grant, Instant, Knowing, PersonId, Secret, SecretId, SystemId};
use std::collections::BTreeMap;

/// One person's way into a system that keeps secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VaultAccess {
    /// The vault.
    pub vault: SystemId,
    /// Who.
    pub person: PersonId,
    /// Since when, when that is known.
    pub since: Option<Instant>,
    /// When the way in was done; none while it is open.
    pub ended: Option<Instant>,
}

impl VaultAccess {
    /// The access a way in gives to the vault its account belongs to. A way in not given yet gives none. Only its
    /// own removal ends it: a parent sign-in that is off does not prove that the vault cannot be opened.
    pub fn of(grant: &Grant, vault: SystemId) -> Option<Self> {
        let removal = &grant.removal;
        let ended = [removal.done, removal.confirmed].into_iter().flatten().map(|mark| mark.at).min();
        (!grant.planned).then_some(Self { vault, person: grant.person, since: grant.since, ended })
    }
}

/// The last moment somebody could read a secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum LastRead {
    /// Then.
    At(Instant),
    /// They still can.
    Open,
}

/// One secret a person knows: it has not been changed since they could last read it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// Which secret.
    pub secret: SecretId,
    /// Since when they know it; none when that is not known.
    pub from: Option<Instant>,
    /// Until when they could read it.
    pub last_read: LastRead,
    /// When it was last changed before the moment asked about.
    pub changed: Option<Instant>,
    /// Who else may read it today and needs the new one.
    pub still_needed_by: Vec<PersonId>,
}

impl LastRead {
    /// The end as seen from a moment: one that has not come yet is none.
    fn of(end: Option<Instant>, at: Instant) -> Self {
        end.filter(|end| *end <= at).map_or(Self::Open, Self::At)
    }
}

/// The last moment at which the vault that keeps the secret let somebody read it, for everybody with access to it.
fn through_vault(secret: &Secret, vaults: &[VaultAccess], at: Instant) -> BTreeMap<PersonId, LastRead> {
    let given = |access: &&VaultAccess| access.since.is_none_or(|since| since <= at);
    let mut latest: BTreeMap<PersonId, LastRead> = BTreeMap::new();
    for access in vaults.iter().filter(|access| Some(access.vault) == secret.kept_in).filter(given) {
        let read = LastRead::of(access.ended, at);
        latest.entry(access.person).and_modify(|known| *known = read.max(*known)).or_insert(read);
    }
    latest
}

/// Whether somebody who could read a secret until then knows it at this moment: it is in use and has not been
/// changed strictly after. A change whose date is not known is no change.
pub fn knows(secret: &Secret, last_read: LastRead, at: Instant) -> bool {
    let in_use = secret.retired.is_none_or(|retired| retired > at);
    let changed_after = match last_read {
        LastRead::Open => false,
        LastRead::At(read) => secret.changed.is_some_and(|changed| changed <= at && changed > read),
    };
    in_use && !changed_after
}

/// The latest moment anybody of these periods could read the secret, by person: everyone who ever could.
///
/// It is the end of the period, or the end of their access to the vault that keeps the secret, whichever is later.
/// An open period has no end, except for somebody who has left: nobody hands them anything after their last day, so
/// theirs ends there, or with the vault if that came later. `left` gives that last day. The time is that of the
/// periods plus the ways into vaults.
pub fn readers(
    secret: &Secret,
    periods: &[Knowing],
    vaults: &[VaultAccess],
    left: impl Fn(PersonId) -> Option<Instant>,
    at: Instant,
) -> BTreeMap<PersonId, LastRead> {
    let by_vault = through_vault(secret, vaults, at);
    let mut latest: BTreeMap<PersonId, LastRead> = BTreeMap::new();
    for period in periods.iter().filter(|p| p.secret == secret.id && p.from.is_none_or(|from| from <= at)) {
        let own = LastRead::of(period.until.or_else(|| left(period.person)), at);
        let read = by_vault.get(&period.person).map_or(own, |vault| own.max(*vault));
        latest.entry(period.person).and_modify(|known| *known = read.max(*known)).or_insert(read);
    }
    latest
}

/// Who may read the secret at this moment and has not left: who has to be told the new one, in the order of the ids.
pub fn still_needed_by(
    secret: &Secret,
    periods: &[Knowing],
    left: impl Fn(PersonId) -> Option<Instant>,
    at: Instant,
) -> Vec<PersonId> {
    let mut needed: Vec<PersonId> = periods
        .iter()
        .filter(|p| p.secret == secret.id && p.from.is_none_or(|from| from <= at))
        .filter(|p| p.until.is_none_or(|until| until > at) && left(p.person).is_none_or(|left| left > at))
        .map(|p| p.person)
        .collect();
    needed.sort_unstable();
    needed.dedup();
    needed
}

/// Every secret a person knows at this moment, in the order the secrets came in.
///
/// `periods` may hold those of other people too: they tell who still needs a secret. `left` gives the last day of
/// whoever has left by this moment.
pub fn known(
    person: PersonId,
    secrets: &[Secret],
    periods: &[Knowing],
    vaults: &[VaultAccess],
    left: impl Fn(PersonId) -> Option<Instant>,
    at: Instant,
) -> Vec<Known> {
    let mut by_secret: BTreeMap<SecretId, Vec<Knowing>> = BTreeMap::new();
    for period in periods {
        by_secret.entry(period.secret).or_default().push(period.clone());
    }
    let of_secret = |secret: &Secret| {
        let periods = by_secret.get(&secret.id)?;
        let last_read = readers(secret, periods, vaults, &left, at).get(&person).copied()?;
        knows(secret, last_read, at).then(|| {
            let own = periods.iter().filter(|p| p.person == person && p.from.is_none_or(|from| from <= at));
            let mut needed = still_needed_by(secret, periods, &left, at);
            needed.retain(|other| *other != person);
            Known {
                secret: secret.id,
                // None sorts first: one period without a known start makes the start unknown.
                from: own.map(|p| p.from).min().flatten(),
                last_read,
                changed: secret.changed.filter(|changed| *changed <= at),
                still_needed_by: needed,
            }
        })
    };
    secrets.iter().filter_map(of_secret).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{ClientId, KnowingId, Mark, Removal, SecretKind};

    const DANA: PersonId = PersonId(1);
    const TOM: PersonId = PersonId(2);
    const VAULT: SystemId = SystemId(9);

    fn hour(hour: i64) -> Instant {
        Instant::from_millis(hour * 3_600_000)
    }

    fn secret(changed: Option<i64>) -> Secret {
        Secret {
            systems: vec![SystemId(1)],
            kept_in: Some(VAULT),
            changed: changed.map(hour),
            ..Secret::new(SecretId(1), SecretKind::Password, ClientId(1), "admin")
        }
    }

    fn period(id: u64, person: PersonId, from: Option<i64>, until: Option<i64>) -> Knowing {
        Knowing { id: KnowingId(id), secret: SecretId(1), person, from: from.map(hour), until: until.map(hour) }
    }

    fn vault(ended: Option<i64>) -> [VaultAccess; 1] {
        [VaultAccess { vault: VAULT, person: DANA, since: None, ended: ended.map(hour) }]
    }

    fn dana_knows(secret: &Secret, periods: &[Knowing], vaults: &[VaultAccess], left: Option<i64>, at: i64) -> bool {
        let left = |person| if person == DANA { left.map(hour) } else { None };
        !known(DANA, std::slice::from_ref(secret), periods, vaults, left, hour(at)).is_empty()
    }

    #[test]
    fn a_change_counts_only_strictly_after_the_last_reading() {
        let ended = [period(1, DANA, Some(0), Some(100))];
        assert!(dana_knows(&secret(Some(99)), &ended, &[], None, 500));
        assert!(dana_knows(&secret(Some(100)), &ended, &[], None, 500));
        assert!(!dana_knows(&secret(Some(101)), &ended, &[], None, 500));
        assert!(dana_knows(&secret(None), &ended, &[], None, 500), "an unknown change is no change");
    }

    #[test]
    fn a_change_made_one_hour_before_the_vault_was_lost_does_not_count() {
        let ended = [period(1, DANA, Some(0), Some(100))];
        assert!(dana_knows(&secret(Some(199)), &ended, &vault(Some(200)), None, 500));
        assert!(!dana_knows(&secret(Some(201)), &ended, &vault(Some(200)), None, 500));
        assert!(dana_knows(&secret(Some(201)), &ended, &vault(None), None, 500), "the vault is still open");
        let other = [VaultAccess { vault: SystemId(8), person: DANA, since: None, ended: None }];
        assert!(!dana_knows(&secret(Some(101)), &ended, &other, None, 500), "another vault keeps other secrets");
    }

    #[test]
    fn a_right_given_back_last_year_without_a_change_is_still_knowledge() {
        assert!(dana_knows(&secret(Some(-9000)), &[period(1, DANA, None, Some(-8000))], &[], None, 500));
    }

    #[test]
    fn an_open_period_of_somebody_who_left_ends_on_the_last_day_or_with_the_vault() {
        let open = [period(1, DANA, Some(0), None)];
        assert!(dana_knows(&secret(Some(301)), &open, &[], None, 500), "still here");
        assert!(!dana_knows(&secret(Some(301)), &open, &[], Some(300), 500));
        assert!(dana_knows(&secret(Some(301)), &open, &vault(None), Some(300), 500));
        assert!(dana_knows(&secret(Some(301)), &open, &vault(Some(302)), Some(300), 500));
    }

    #[test]
    fn the_past_is_answered_without_what_came_later() {
        let open = [period(1, DANA, Some(100), Some(200))];
        assert!(!dana_knows(&secret(Some(300)), &open, &[], None, 99), "not yet told");
        assert!(dana_knows(&secret(Some(300)), &open, &[], None, 299), "the change had not come");
        assert!(!dana_knows(&secret(Some(300)), &open, &[], None, 300));
        let retired = Secret { retired: Some(hour(250)), ..secret(None) };
        assert!(dana_knows(&retired, &open, &[], None, 249) && !dana_knows(&retired, &open, &[], None, 250));
    }

    #[test]
    fn the_latest_of_several_periods_decides_and_the_others_who_need_it_are_named() {
        let periods = [
            period(1, DANA, Some(0), Some(100)),
            period(2, DANA, Some(150), Some(200)),
            period(3, TOM, Some(0), None),
            period(4, PersonId(3), Some(0), None),
        ];
        let left = |person: PersonId| (person == PersonId(3)).then(|| hour(50));
        let known = known(DANA, &[secret(Some(120))], &periods, &[], left, hour(500));
        assert_eq!(known.len(), 1);
        assert_eq!(known.first().map(|k| (k.from, k.last_read)), Some((Some(hour(0)), LastRead::At(hour(200)))));
        assert_eq!(known.first().map(|k| k.still_needed_by.clone()), Some(vec![TOM]));
    }

    #[test]
    fn only_its_own_removal_ends_the_access_to_a_vault() {
        let mark = |h| Some(Mark { at: hour(h), by: None });
        let grant =
            |removal| Grant { removal, ..Grant::new(crate::domain::GrantId(1), DANA, crate::domain::AccountId(1)) };
        let ended = |removal| VaultAccess::of(&grant(removal), VAULT).and_then(|access| access.ended);
        assert_eq!(ended(Removal { asked: mark(1), ..Removal::default() }), None);
        assert_eq!(ended(Removal { done: mark(2), confirmed: mark(9), ..Removal::default() }), Some(hour(2)));
        assert_eq!(VaultAccess::of(&Grant { planned: true, ..grant(Removal::default()) }, VAULT), None);
    }
}
