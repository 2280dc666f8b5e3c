//! The catalogue of rules as shipped: texts, base severity, effort and the controls a finding gives evidence towards.
//!
//! Must never know: any particular finding, how conditions are judged.

use super::Severity;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

crate::words! {
    /// The rules that are judged. The stored word is the rule's id and never changes meaning.
    pub enum Rule {
        LeaverLiveAccess = "leaver-live-access", "left, still in";
        LeaverSecretNotRotated = "leaver-secret-not-rotated", "secret not changed";
        RevocationUnconfirmed = "revocation-unconfirmed", "removal not confirmed";
        EndDatePassed = "end-date-passed", "end date passed";
        NoMfa = "no-mfa", "no second factor";
        MfaTooWeak = "mfa-too-weak", "weak second factor";
        SharedLogin = "shared-login", "login shared";
        DormantAccount = "dormant-account", "unused login";
        DormantAdmin = "dormant-admin", "unused admin login";
        NeverUsedGrant = "never-used-grant", "never used";
        OrphanAccount = "orphan-account", "nobody's login";
        SingleAdmin = "single-admin", "one administrator";
        FactsUnknown = "facts-unknown", "not known";
    }
}

/// About what one finding of a rule is: one person, one login, one system, or a group of things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// One person.
    Person,
    /// One login.
    Account,
    /// One system.
    System,
    /// A client, a review or another group.
    Group,
}

/// How much a way in weighs by its level when findings are put in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weights {
    /// Ordinary.
    pub user: u32,
    /// May administer something.
    pub admin: u32,
    /// May administer everything.
    pub top: u32,
}

/// One rule as shipped.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleText {
    /// Its id.
    pub id: String,
    /// Its title in general words.
    pub title: String,
    /// The heading it stands under.
    pub group: String,
    /// Why it matters, in a sentence or two.
    pub why: String,
    /// When it holds, in words. Empty while the rule is not judged.
    pub when: String,
    /// Severity before anything raises it.
    pub severity: Severity,
    /// What to do, step by step.
    pub fix: Vec<String>,
    /// What could happen, in one sentence.
    pub could: String,
    /// What to beware of.
    pub beware: String,
    /// About what one finding is.
    pub scope: Scope,
    /// Whether this version judges it.
    pub evaluated: bool,
    /// Minutes of work whatever the number of lines. Estimates.
    pub minutes: f64,
    /// Minutes of work for each line. Estimates.
    pub per_line: f64,
    /// Weight of one way in by its level.
    pub weights: Weights,
    /// The settings it measures by.
    pub limits: Vec<String>,
    /// NIST SP 800-53 controls.
    pub nist: Vec<String>,
    /// NIST CSF 2.0 outcomes.
    pub csf: Vec<String>,
    /// CIS Controls v8.1 safeguards.
    pub cis: Vec<String>,
    /// Places in other frameworks, by name.
    pub also: Vec<String>,
}

impl RuleText {
    /// Every control a finding gives evidence towards: `AC-2`, `PR.AA-05`, `CIS 5.3`.
    pub fn controls(&self) -> Vec<String> {
        let cis = self.cis.iter().map(|id| format!("CIS {id}"));
        self.nist.iter().chain(&self.csf).cloned().chain(cis).collect()
    }

    /// Minutes of work for so many lines, rounded up to whole ones, at least one.
    pub fn minutes_for(&self, lines: usize) -> u32 {
        let lines = u32::try_from(lines).unwrap_or(u32::MAX);
        let minutes = self.per_line.mul_add(f64::from(lines), self.minutes).ceil();
        // In range: the shipped numbers are small and a float beyond u32 becomes its largest value.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a saturating cast is wanted")]
        let whole = minutes as u32;
        whole.max(1)
    }
}

impl Rule {
    /// The rule's texts and numbers.
    pub fn text(self) -> &'static RuleText {
        find(self.stored()).expect("invariant: every judged rule is shipped, a test says so")
    }
}

/// One control or outcome as shipped.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Control {
    /// Its id, as `AC-2` or `PR.AA-05`.
    pub id: String,
    /// Which framework it belongs to.
    pub framework: String,
    /// Its official title.
    pub title: String,
    /// What it asks for, in our words, or as the outcome states it.
    pub plain: String,
    /// Whether the register is evidence for it: core, supporting or programme.
    pub evidence: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Shipped {
    #[allow(dead_code, reason = "the file says what it is")]
    format: String,
    #[allow(dead_code, reason = "the file explains itself")]
    note: String,
    rules: Vec<RuleText>,
}

/// Every rule in the order of the list, judged or not.
pub fn all() -> &'static [RuleText] {
    static SHIPPED: OnceLock<Vec<RuleText>> = OnceLock::new();
    SHIPPED.get_or_init(|| {
        serde_json::from_str::<Shipped>(include_str!("../../../assets/rules.json"))
            .expect("invariant: the shipped catalogue is read by a test")
            .rules
    })
}

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static RuleText> {
    static BY_ID: OnceLock<BTreeMap<&'static str, &'static RuleText>> = OnceLock::new();
    BY_ID.get_or_init(|| all().iter().map(|rule| (rule.id.as_str(), rule)).collect()).get(id).copied()
}

/// The control or outcome with this id.
pub fn control(id: &str) -> Option<&'static Control> {
    static SHIPPED: OnceLock<BTreeMap<String, Control>> = OnceLock::new();
    let read = || {
        let rows: Vec<Control> = serde_json::from_str(include_str!("../../../assets/nist.json"))
            .expect("invariant: the shipped controls are read by a test");
        rows.into_iter().map(|control| (control.id.clone(), control)).collect()
    };
    SHIPPED.get_or_init(read).get(id)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::policy;

    #[test]
    fn the_judged_rules_are_those_marked_so_and_each_is_fully_worded() {
        let marked: Vec<&str> = all().iter().filter(|rule| rule.evaluated).map(|rule| rule.id.as_str()).collect();
        let judged: Vec<&str> = Rule::ALL.iter().map(|rule| rule.stored()).collect();
        assert_eq!(marked.len(), judged.len());
        assert!(judged.iter().all(|id| marked.contains(id)));
        assert_eq!(all().len(), 43);
        for rule in all() {
            let worded = [&rule.title, &rule.why, &rule.could, &rule.group].iter().all(|text| !text.is_empty());
            assert!(worded && !rule.fix.is_empty() && !rule.csf.is_empty(), "{}", rule.id);
            assert_eq!(rule.when.is_empty(), !rule.evaluated, "{}", rule.id);
        }
    }

    #[test]
    fn every_control_and_every_limit_a_rule_names_exists() {
        for rule in all() {
            for id in rule.nist.iter().chain(&rule.csf) {
                assert!(control(id).is_some(), "{} names {id}", rule.id);
            }
            for id in &rule.limits {
                assert!(policy::setting(id).is_some(), "{} names {id}", rule.id);
            }
        }
    }

    #[test]
    fn minutes_grow_with_the_lines_and_are_never_nought() {
        assert_eq!(Rule::LeaverLiveAccess.text().minutes_for(14), 5);
        assert_eq!(Rule::LeaverLiveAccess.text().minutes_for(15), 6);
        assert_eq!(Rule::NeverUsedGrant.text().minutes_for(0), 1);
    }
}
