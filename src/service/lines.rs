//! Holdings into rows: what a list shows of a way in, and the sentences that say why it is there.
//!
//! Must never know: SQL, widths, colours.

use super::view::{Source, WayIn, Why};
use super::{evidence, words};
use crate::domain::{
    AccountKind, Admin, Factor, GrantState, Holding, Instant, Severity, System, SystemKind, SystemReach, Zone,
};
use crate::report::model::Known;
use crate::service::facts::Facts;
use crate::store::StoreError;
use crate::text;

/// What the tables keep about a way in beyond its own record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// How it stands, with what its parents do.
    pub state: GrantState,
    /// The system whose sign-in shut it.
    pub shut_by: Option<crate::domain::SystemId>,
    /// Ways in that shutting it shuts, itself included.
    pub shuts: u32,
}

/// How risky one way in is to leave open: high for admin, several clients and what opens other doors.
pub fn risk(holding: &Holding) -> Severity {
    if holding.is_admin() || holding.is_several_clients() || (holding.is_tier0() && holding.at.client.own) {
        Severity::High
    } else if holding.at.system.tier <= 1 {
        Severity::Medium
    } else {
        Severity::Low
    }
}

/// A client's name as lists show it.
pub fn client_words(holding_client_own: bool, name: &str, reach: SystemReach) -> String {
    match (reach, holding_client_own) {
        (SystemReach::Several, true) => "all clients".to_owned(),
        (_, true) => "own company".to_owned(),
        _ => name.to_owned(),
    }
}

/// The second factor in words.
pub fn factor_words(holding: &Holding) -> String {
    match holding.at.strongest_factor() {
        None => "not known".to_owned(),
        Some(Factor::Unknown) => "yes, kind not known".to_owned(),
        Some(factor) => factor.shown().to_owned(),
    }
}

/// Whether nobody is asked for a second factor, as far as recorded.
pub fn is_without_factor(holding: &Holding) -> bool {
    holding.at.seen.as_ref().is_some_and(|seen| {
        !seen.factors.is_empty()
            && seen.factors.iter().all(|f| matches!(f, Factor::None | Factor::Email))
            && seen.factors.contains(&Factor::None)
    })
}

/// Words for how and when a way in is known.
pub fn source(facts: &Facts<'_>, holding: &Holding, now: Instant, zone: &Zone) -> Result<Source, StoreError> {
    let known = evidence::known(facts, holding, now)?;
    let (words, as_of) = match known {
        Known::Import(taken) => (format!("import {}", words::day(taken, now, zone)), Some(taken)),
        Known::Missing(taken) => (format!("not in import {}", words::day(taken, now, zone)), Some(taken)),
        Known::Review(at) => ("review".to_owned(), at),
        Known::Hand => ("entered by hand".to_owned(), holding.at.known_at()),
    };
    Ok(Source { known, words, as_of })
}

/// One row.
pub fn way_in(
    facts: &Facts<'_>,
    holding: &Holding,
    standing: Standing,
    last_admin: bool,
    (now, zone): (Instant, &Zone),
) -> Result<WayIn, StoreError> {
    let removal = &holding.grant.removal;
    let state_at = match standing.state {
        GrantState::Checked => removal.confirmed.map(|mark| mark.at),
        GrantState::Removed => removal.done.map(|mark| mark.at),
        GrantState::Asked => removal.asked.map(|mark| mark.at),
        GrantState::CameBack => removal.came_back,
        GrantState::Planned | GrantState::In | GrantState::ShutByParent => None,
    };
    let shut_by = match standing.shut_by {
        Some(system) => facts.system(system)?.map(|system| short_name(&system)),
        None => None,
    };
    Ok(WayIn {
        grant: holding.grant.id,
        account: holding.at.account.id,
        person: holding.person.id,
        client: holding.at.client.id,
        system: holding.at.system.id,
        person_name: holding.person.name.clone(),
        client_called: holding.at.client.name.clone(),
        client_name: client_words(holding.at.client.own, &holding.at.client.name, holding.at.system.reach),
        system_name: holding.at.system.name.clone(),
        login: holding.at.account.login.clone(),
        account_kind: holding.at.account.kind,
        level: level_words(holding),
        admin: holding.grant.admin.max(holding.at.account.admin),
        risk: risk(holding),
        since: holding.grant.since,
        until: holding.grant.until,
        last_used: holding.at.last_used(),
        mfa: factor_words(holding),
        state: standing.state,
        state_at,
        shut_by,
        shuts: standing.shuts,
        doer: facts.name(removal.asked.and_then(|mark| mark.by))?,
        last_admin,
        waived_until: removal.waived_until.filter(|until| *until > now),
        path: Vec::new(),
        source: source(facts, holding, now, zone)?,
    })
}

/// The level of a right in words; the kind of admin where nobody wrote one.
pub fn level_words(holding: &Holding) -> String {
    if !holding.grant.level.is_empty() {
        return holding.grant.level.clone();
    }
    match holding.grant.admin.max(holding.at.account.admin) {
        Admin::None => "not stated".to_owned(),
        Admin::System | Admin::Top => "Admin".to_owned(),
    }
}

/// A system's name short enough for a state column: `365`, `VPN`, else its first word.
pub fn short_name(system: &System) -> String {
    if matches!(system.kind, SystemKind::IdentityProvider | SystemKind::Tenant) && system.name.contains("365") {
        return "365".to_owned();
    }
    system.name.split_whitespace().next().unwrap_or(&system.name).to_owned()
}

/// The name of a way in as sentences use it: `365 tenant, Harbor Dental`, with the login of a shared one.
pub fn title(holding: &Holding) -> String {
    let place = client_words(holding.at.client.own, &holding.at.client.name, holding.at.system.reach);
    match holding.at.account.kind {
        AccountKind::Personal => format!("{}, {place}", holding.at.system.name),
        _ => format!("{} ({}), {place}", holding.at.system.name, holding.at.account.login),
    }
}

/// Why a way in is here: who gave it, when, what is known of the account, what it shuts, who else administers.
pub fn why(
    facts: &Facts<'_>,
    holding: &Holding,
    standing: Standing,
    others: &[String],
    (now, zone): (Instant, &Zone),
) -> Result<Why, StoreError> {
    let mut lines = Vec::new();
    let grant = &holding.grant;
    let given = grant.since.map_or_else(
        || "Nobody wrote down when it was given".to_owned(),
        |at| format!("Given {}", words::full_day(at, zone)),
    );
    let by = facts.name(grant.approved.and_then(|mark| mark.by))?.map(|name| format!(" by {name}")).unwrap_or_default();
    let reason = grant.reason.as_ref().map(|reason| format!(": \"{reason}\"")).unwrap_or_default();
    lines.push(format!("{given}{by}{reason}."));
    let from = source(facts, holding, now, zone)?;
    let used = match words::last_used(holding.at.last_used(), now, zone).as_str() {
        "" => String::new(),
        "never" => " Never used.".to_owned(),
        "today" => " Used today.".to_owned(),
        ago => format!(" Last used {ago} ago."),
    };
    lines.push(format!("Account {}. MFA: {}, {}.{used}", holding.at.account.login, factor_words(holding), from.words));
    if let Known::Missing(taken) = from.known {
        lines.push(format!(
            "!! The list of {} no longer names it, and no removal was recorded. Ask who took it away, then record it.",
            words::full_day(taken, zone)
        ));
    }
    match standing.shuts {
        0 | 1 => {}
        n => lines.push(format!(
            "Switching it off also shuts {} that sign in through it.",
            words::counted(u64::from(n - 1), "other way in", "other ways in")
        )),
    }
    if holding.is_admin() {
        lines.push(if others.is_empty() {
            "!! No other admin here on record.".to_owned()
        } else {
            format!("Other admins here: {}.", words::listed(others, 4))
        });
    }
    if let Some(until) = grant.removal.waived_until.filter(|until| *until > now) {
        lines.push(format!("Left open on purpose until {}.", words::full_day(until, zone)));
    }
    for (mark, done) in
        [(grant.removal.asked, "Removal asked"), (grant.removal.done, "Removed"), (grant.removal.confirmed, "Checked")]
    {
        if let Some(mark) = mark {
            let by = facts.name(mark.by)?.map(|name| format!(", {name}")).unwrap_or_default();
            let proof = grant
                .removal
                .proof
                .filter(|_| done == "Checked")
                .map(|p| format!(", {}", p.shown()))
                .unwrap_or_default();
            lines.push(format!("{done} {}{by}{proof}.", words::full_moment(mark.at, zone)));
        }
    }
    if let Some(note) = &grant.note {
        lines.push(format!("Note: {note}"));
    }
    let request = format!(
        "Please remove this access and answer when it is done.\r\nPerson: {}\r\nClient: {}\r\nSystem: {}\r\nLogin: {}\r\nLevel: {}\r\nReference: way in {}",
        text::shown(&holding.person.name),
        text::shown(&holding.at.client.name),
        text::shown(&holding.at.system.name),
        text::shown(&holding.at.account.login),
        text::shown(&level_words(holding)),
        grant.id
    );
    Ok(Why { grant: grant.id, title: title(holding), lines, request })
}
