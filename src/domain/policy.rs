//! Every limit the rules measure by: the shipped defaults, the office's own values, and what a client's tag tightens.
//!
//! Must never know: where the office's values are stored, who changed them, what time it is.

use super::{Factor, Seq};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// Why a value was refused. Nothing was changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// No setting has this name.
    #[error("There is no setting called {0:?}. Nothing was changed.")]
    Unknown(String),
    /// The text is not a whole number or a word of the list.
    #[error("{title}: {given:?} is not understood. Give {wanted}. Nothing was changed.")]
    NotUnderstood {
        /// The setting in words.
        title: String,
        /// What was given.
        given: String,
        /// What would be understood.
        wanted: String,
    },
    /// The value lies outside what is allowed.
    #[error("{title}: {given} is outside what is allowed, {range}. {why} Nothing was changed.")]
    OutOfRange {
        /// The setting in words.
        title: String,
        /// What was given.
        given: String,
        /// The allowed range in words.
        range: String,
        /// Why the limit is where it is.
        why: String,
    },
    /// The setting is a rule of the program.
    #[error("{0} cannot be changed. It is a rule of the program. Nothing was changed.")]
    Fixed(String),
}

/// What a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Elapsed hours.
    Hours,
    /// Whole days.
    Days,
    /// Whole months.
    Months,
    /// Whole years.
    Years,
    /// A number of things.
    Count,
    /// Hundredths.
    Percent,
    /// A strength of second factors, 0 to 4.
    Level,
    /// One of a few words.
    Choice,
    /// Words that cannot be changed.
    Fixed,
}

/// One setting as shipped.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Setting {
    /// Its name in files and commands.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it counts.
    pub unit: Unit,
    /// The shipped number; none for words.
    #[serde(default)]
    pub default: Option<i64>,
    /// Smallest allowed number.
    #[serde(default)]
    pub min: Option<i64>,
    /// Largest allowed number.
    #[serde(default)]
    pub max: Option<i64>,
    /// The shipped words, for choices and fixed rules.
    #[serde(default)]
    pub text: Option<String>,
    /// The words to choose from.
    #[serde(default)]
    pub choices: Vec<String>,
    /// Why the default is what it is.
    pub why: String,
    /// Where the number comes from.
    pub sources: Vec<String>,
    /// How firmly public sources carry it: high, medium or low.
    pub sure: String,
}

/// What a client's tag tightens.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What the tag says about a client.
    pub title: String,
    /// The values that count for it when they are stricter.
    pub set: BTreeMap<String, i64>,
    /// What else the tag asks for, in words.
    pub notes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    #[allow(dead_code, reason = "the file says what it is")]
    format: String,
    #[allow(dead_code, reason = "the file explains itself")]
    note: String,
    values: Vec<Setting>,
    profiles: BTreeMap<String, Profile>,
}

fn shipped() -> &'static Shipped {
    static SHIPPED: OnceLock<Shipped> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        serde_json::from_str(include_str!("../../assets/policy-defaults.json"))
            .expect("invariant: the shipped policy is read by a test")
    })
}

/// Every setting, in the order of the shipped list.
pub fn settings() -> &'static [Setting] {
    &shipped().values
}

/// The setting with this name.
pub fn setting(id: &str) -> Option<&'static Setting> {
    settings().iter().find(|s| s.id == id)
}

/// What each client tag tightens, by tag.
pub fn profiles() -> &'static BTreeMap<String, Profile> {
    &shipped().profiles
}

crate::words! {
    /// The limits that are numbers. The stored word is the setting's name.
    pub enum Limit {
        Dormant = "dormant_days", "unused account";
        DormantAdmin = "dormant_admin_days", "unused administrator";
        NeverUsed = "never_used_days", "never used access";
        ReviewAdmin = "review_admin_days", "review of administrators";
        ReviewUser = "review_user_days", "review of ordinary access";
        ReviewPhysical = "review_physical_days", "review of keys and doors";
        ReviewRoles = "review_roles_days", "review of roles and lists";
        ReviewWindow = "review_window_days", "open review";
        ReviewRemovalAdmin = "review_removal_admin_hours", "removal after a review, administrator";
        ReviewRemovalUser = "review_removal_user_hours", "removal after a review, ordinary";
        MfaUser = "mfa_user_level", "second factor for everybody";
        MfaAdmin = "mfa_admin_level", "second factor for administrators";
        ExitTier0 = "exit_tier0_hours", "switching off what opens other doors";
        ExitHostile = "exit_hostile_hours", "switching off after a hostile departure";
        ExitInvoluntary = "exit_involuntary_hours", "switching off after a dismissal";
        ExitVoluntary = "exit_voluntary_hours", "switching off after a voluntary departure";
        Mover = "mover_hours", "change after a new role";
        ConfirmAdmin = "confirm_admin_hours", "check of a removal, administrator";
        ConfirmUser = "confirm_user_hours", "check of a removal, ordinary";
        RotateHostile = "rotate_hostile_hours", "change of a key secret after a hostile departure";
        RotateTier0 = "rotate_tier0_hours", "change of a key secret";
        RotateOther = "rotate_other_hours", "change of any other secret";
        Property = "property_days", "return of things";
        NotifyClient = "notify_client_hours", "telling a client";
        SecretMaxAge = "secret_max_age_days", "age of a secret";
        ContractorMax = "contractor_max_days", "end date for outside people";
        Temporary = "temporary_hours", "temporary access";
        BreakGlassTest = "breakglass_test_days", "test of an emergency login";
        AdminsMin = "admins_min", "fewest administrators";
        AdminsMax = "admins_max", "most administrators";
        ReachPercent = "reach_percent", "share of clients";
        ReachMinClients = "reach_min_clients", "clients from which the share counts";
        PolicyAck = "policy_ack_days", "signing policies again";
        PolicyAckNewVersion = "policy_ack_new_version_days", "signing a new version";
        Training = "training_days", "training";
        ExceptionMax = "exception_max_days", "setting aside";
        EvidenceMaxAge = "evidence_max_age_days", "age of facts";
        ReviewSnapshot = "review_snapshot_days", "list of a review";
        Retention = "retention_years", "keeping evidence";
        ActivityRetention = "activity_retention_months", "keeping sign-in dates";
    }
}

impl Limit {
    /// The shipped setting behind it.
    pub fn setting(self) -> &'static Setting {
        static BY_LIMIT: OnceLock<BTreeMap<Limit, &'static Setting>> = OnceLock::new();
        let find = || Self::ALL.iter().filter_map(|limit| Some((*limit, setting(limit.stored())?))).collect();
        BY_LIMIT.get_or_init(find).get(&self).expect("invariant: every limit is shipped, a test says so")
    }

    /// Whether the larger of two values is the stricter one: strength, how long evidence is kept, how many have
    /// to know. For every other limit the smaller one is.
    const fn larger_is_stricter(self) -> bool {
        matches!(self, Self::MfaUser | Self::MfaAdmin | Self::Retention | Self::ActivityRetention | Self::AdminsMin)
    }
}

/// A value in force and the client tag that made it stricter, if one did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InForce {
    /// The value, in the limit's unit.
    pub value: i64,
    /// The tag it comes from; none when it is the office's own value or the default.
    pub tag: Option<&'static str>,
}

/// The limits in force: one version of the office's policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    version: Seq,
    own: BTreeMap<Limit, i64>,
    shared_logins_forbidden: bool,
}

impl Policy {
    /// The policy of a version: defaults, and the office's own values by name. The version is the sequence of the
    /// journal entry that wrote it; 0 is the shipped policy.
    pub fn new(version: Seq, own: &BTreeMap<String, String>) -> Result<Self, PolicyError> {
        let mut policy = Self { version, ..Self::default() };
        for (id, text) in own {
            match parse(id, text)? {
                Parsed::Number(limit, value) => _ = policy.own.insert(limit, value),
                Parsed::SharedLogins { forbidden } => policy.shared_logins_forbidden = forbidden,
            }
        }
        Ok(policy)
    }

    /// Which version it is; findings carry it.
    pub const fn version(&self) -> Seq {
        self.version
    }

    /// The office's value or the default, without any client's tag.
    pub fn plain(&self, limit: Limit) -> i64 {
        self.own.get(&limit).copied().or(limit.setting().default).unwrap_or_default()
    }

    /// The value in force for something that touches clients with these tags, and the tag that made it stricter.
    pub fn in_force(&self, limit: Limit, tags: &BTreeSet<String>) -> InForce {
        let mut found = InForce { value: self.plain(limit), tag: None };
        if tags.is_empty() {
            return found;
        }
        for (tag, profile) in profiles() {
            let Some(&value) = profile.set.get(limit.stored()) else { continue };
            let stricter = if limit.larger_is_stricter() { value > found.value } else { value < found.value };
            if stricter && tags.contains(tag) {
                found = InForce { value, tag: Some(tag.as_str()) };
            }
        }
        found
    }

    /// The value in force in the limit's unit.
    pub fn value(&self, limit: Limit, tags: &BTreeSet<String>) -> i64 {
        self.in_force(limit, tags).value
    }

    /// The value in force in hours; limits in days count 24 hours a day.
    pub fn hours(&self, limit: Limit, tags: &BTreeSet<String>) -> i64 {
        let value = self.value(limit, tags);
        match limit.setting().unit {
            Unit::Days => value.saturating_mul(24),
            _ => value,
        }
    }

    /// The weakest kind of second factor that meets a limit for second factors.
    pub fn factor(&self, limit: Limit, tags: &BTreeSet<String>) -> Factor {
        factor_of(self.value(limit, tags))
    }

    /// Whether a complete exception is not accepted for shared logins either.
    pub const fn shared_logins_forbidden(&self) -> bool {
        self.shared_logins_forbidden
    }

    /// Every setting whose value differs from the shipped one, as text.
    pub fn changed(&self) -> BTreeMap<&'static str, String> {
        let mut changed: BTreeMap<_, _> = self
            .own
            .iter()
            .filter(|(limit, value)| limit.setting().default != Some(**value))
            .map(|(limit, value)| (limit.stored(), text_of(limit.setting(), *value)))
            .collect();
        if self.shared_logins_forbidden {
            changed.insert("shared_login", "forbidden".to_owned());
        }
        changed
    }

    /// The value of any setting in words, as settings and reports show it: `45 days`.
    pub fn shown(&self, setting: &Setting) -> String {
        match Limit::ALL.iter().find(|limit| limit.stored() == setting.id) {
            Some(limit) => with_unit(setting, self.plain(*limit)),
            None if setting.id == "shared_login" && self.shared_logins_forbidden => "forbidden".to_owned(),
            None => setting.text.clone().unwrap_or_default(),
        }
    }
}

/// Whether a setting may have this value.
pub fn check(id: &str, text: &str) -> Result<(), PolicyError> {
    parse(id, text).map(|_| ())
}

enum Parsed {
    Number(Limit, i64),
    SharedLogins { forbidden: bool },
}

fn parse(id: &str, text: &str) -> Result<Parsed, PolicyError> {
    let setting = setting(id.trim()).ok_or_else(|| PolicyError::Unknown(id.to_owned()))?;
    let refused =
        |wanted: String| PolicyError::NotUnderstood { title: setting.title.clone(), given: text.to_owned(), wanted };
    let text = text.trim();
    match setting.unit {
        Unit::Fixed => return Err(PolicyError::Fixed(setting.title.clone())),
        Unit::Choice => {
            let chosen = setting.choices.iter().find(|c| c.eq_ignore_ascii_case(text));
            let chosen = chosen.ok_or_else(|| refused(setting.choices.join(" or ")))?;
            return Ok(Parsed::SharedLogins { forbidden: chosen == "forbidden" });
        }
        _ => {}
    }
    let limit = Limit::ALL.iter().copied().find(|limit| limit.stored() == setting.id);
    let limit = limit.ok_or_else(|| PolicyError::Unknown(id.to_owned()))?;
    let value = number(setting, text).ok_or_else(|| refused(wanted(setting)))?;
    let (min, max) = (setting.min.unwrap_or(i64::MIN), setting.max.unwrap_or(i64::MAX));
    if value < min || value > max {
        return Err(PolicyError::OutOfRange {
            title: setting.title.clone(),
            given: with_unit(setting, value),
            range: range(setting),
            why: setting.why.clone(),
        });
    }
    Ok(Parsed::Number(limit, value))
}

/// A whole number, alone or followed by the setting's unit; for levels the kind of factor.
fn number(setting: &Setting, text: &str) -> Option<i64> {
    if setting.unit == Unit::Level {
        let level = match text {
            "none" => 0,
            "weak" => 1,
            _ => Factor::parse(text).and_then(Factor::level).or_else(|| text.parse().ok())?,
        };
        return Some(i64::from(level));
    }
    let digits = text.trim_end_matches(|c: char| c.is_alphabetic() || c == '%').trim_end();
    let unit = text.get(digits.len()..).unwrap_or_default().trim();
    let word = unit_word(setting.unit);
    let fits =
        unit.is_empty() || unit == word || unit == word.trim_end_matches('s') || unit == "%" && word == "percent";
    fits.then(|| digits.parse().ok()).flatten()
}

const fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Hours => "hours",
        Unit::Days => "days",
        Unit::Months => "months",
        Unit::Years => "years",
        Unit::Percent => "percent",
        Unit::Count | Unit::Level | Unit::Choice | Unit::Fixed => "",
    }
}

/// The weakest factor of a level: what a level is called by.
fn factor_of(level: i64) -> Factor {
    let fits = |factor: &&Factor| factor.level().is_some_and(|l| i64::from(l) >= level);
    Factor::ALL.iter().find(fits).copied().unwrap_or(Factor::PhishingResistant)
}

/// A value as the office would type it.
pub fn text_of(setting: &Setting, value: i64) -> String {
    match setting.unit {
        Unit::Level => factor_of(value).stored().to_owned(),
        _ => value.to_string(),
    }
}

fn with_unit(setting: &Setting, value: i64) -> String {
    match (setting.unit, unit_word(setting.unit)) {
        (Unit::Level, _) => factor_of(value).shown().to_owned(),
        (_, "") => value.to_string(),
        (Unit::Percent, word) => format!("{value} {word}"),
        (_, word) => format!("{value} {}", if value == 1 { word.trim_end_matches('s') } else { word }),
    }
}

/// What may be set, in words.
pub fn range(setting: &Setting) -> String {
    let (min, max) = (setting.min.unwrap_or_default(), setting.max.unwrap_or_default());
    match setting.unit {
        Unit::Level => format!("{} to {}", factor_of(min).shown(), factor_of(max).shown()),
        _ => format!("{min} to {}", with_unit(setting, max)),
    }
}

fn wanted(setting: &Setting) -> String {
    match setting.unit {
        Unit::Level => "app, push_number or phishing_resistant".to_owned(),
        _ => format!("a whole number, {}", range(setting)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop")]
    use super::*;

    fn own(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(id, text)| ((*id).to_owned(), (*text).to_owned())).collect()
    }

    fn tags(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn every_shipped_number_has_a_limit_and_every_limit_a_number_within_its_own_range() {
        for limit in Limit::ALL {
            let setting = setting(limit.stored()).expect("every limit is shipped");
            let (default, min, max) = (setting.default.unwrap(), setting.min.unwrap(), setting.max.unwrap());
            assert!(min <= default && default <= max, "{}", setting.id);
        }
        for setting in settings() {
            let number = setting.default.is_some();
            assert_eq!(Limit::ALL.iter().any(|l| l.stored() == setting.id), number, "{}", setting.id);
            assert!(!setting.title.is_empty() && !setting.why.is_empty(), "{}", setting.id);
        }
        for (tag, profile) in profiles() {
            for id in profile.set.keys() {
                assert!(Limit::ALL.iter().any(|l| l.stored() == id), "{tag} sets {id}");
            }
        }
    }

    #[test]
    fn the_shipped_policy_is_version_nought_with_the_shipped_numbers() {
        let policy = Policy::default();
        assert_eq!(policy.version(), 0);
        assert_eq!(policy.plain(Limit::Dormant), 45);
        assert_eq!(policy.plain(Limit::ExitTier0), 1);
        assert_eq!(policy.hours(Limit::EvidenceMaxAge, &tags(&[])), 30 * 24);
        assert_eq!(policy.factor(Limit::MfaAdmin, &tags(&[])), Factor::PhishingResistant);
        assert_eq!(policy.factor(Limit::MfaUser, &tags(&[])), Factor::App);
        assert!(policy.changed().is_empty());
    }

    #[test]
    fn a_value_at_the_edge_is_taken_and_one_past_it_refused_with_the_reason() {
        assert_eq!(Policy::new(7, &own(&[("dormant_days", "90")])).unwrap().plain(Limit::Dormant), 90);
        assert_eq!(Policy::new(7, &own(&[("dormant_days", "14 days")])).unwrap().plain(Limit::Dormant), 14);
        for outside in ["91", "13", "-1"] {
            let error = check("dormant_days", outside).unwrap_err();
            assert!(matches!(error, PolicyError::OutOfRange { .. }), "{error:?}");
            assert!(error.to_string().contains("14 to 90 days"), "{error}");
            assert!(error.to_string().contains("outer wall"), "{error}");
        }
    }

    #[test]
    fn what_is_no_number_no_setting_or_no_choice_is_refused_each_in_its_own_words() {
        assert!(matches!(check("dormant_days", "often"), Err(PolicyError::NotUnderstood { .. })));
        assert!(matches!(check("dormant_days", "45 hours"), Err(PolicyError::NotUnderstood { .. })));
        assert!(matches!(check("dormant", "45"), Err(PolicyError::Unknown(_))));
        assert!(matches!(check("exit_order", "e-mail first"), Err(PolicyError::Fixed(_))));
        assert!(matches!(check("shared_login", "sometimes"), Err(PolicyError::NotUnderstood { .. })));
        assert!(matches!(check("mfa_user_level", "sms"), Err(PolicyError::OutOfRange { .. })));
        assert!(Policy::new(1, &own(&[("shared_login", "forbidden")])).unwrap().shared_logins_forbidden());
        let stronger = Policy::new(1, &own(&[("mfa_user_level", "security key")])).unwrap();
        assert_eq!(stronger.factor(Limit::MfaUser, &tags(&[])), Factor::PhishingResistant);
        assert_eq!(stronger.changed()["mfa_user_level"], "phishing_resistant");
    }

    #[test]
    fn a_client_tag_only_ever_makes_a_limit_stricter() {
        let policy = Policy::default();
        let pci = policy.in_force(Limit::ExitVoluntary, &tags(&["pci"]));
        assert_eq!(pci, InForce { value: 0, tag: Some("pci") });
        assert_eq!(policy.value(Limit::ExitVoluntary, &tags(&["cui"])), 4);
        assert_eq!(policy.value(Limit::ExitVoluntary, &tags(&["cui", "pci"])), 0);
        // The tag's 90 days are laxer than the office's 45 and count for nothing.
        assert_eq!(policy.in_force(Limit::Dormant, &tags(&["pci"])), InForce { value: 45, tag: None });
        let lax = Policy::new(3, &own(&[("dormant_admin_days", "45"), ("retention_years", "3")])).unwrap();
        assert_eq!(lax.value(Limit::DormantAdmin, &tags(&["essential8"])), 45);
        assert_eq!(lax.value(Limit::Retention, &tags(&["hipaa"])), 6);
        assert_eq!(lax.value(Limit::Retention, &tags(&["unheard-of"])), 3);
    }

    #[test]
    fn settings_are_shown_with_their_units() {
        let policy = Policy::default();
        let shown = |id: &str| policy.shown(setting(id).unwrap());
        assert_eq!(shown("exit_tier0_hours"), "1 hour");
        assert_eq!(shown("dormant_days"), "45 days");
        assert_eq!(shown("mfa_admin_level"), "security key");
        assert_eq!(shown("shared_login"), "exception");
    }
}
