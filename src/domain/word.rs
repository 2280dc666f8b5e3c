//! Closed lists of words: each enum with its stored form (lower snake case) and its screen word.
//!
//! Must never know: where the words are shown.

/// Declares an enum whose variants have a stored word and a screen word, with parsing, listing and serde.
#[macro_export]
macro_rules! words {
    ($(#[$doc:meta])* pub enum $name:ident { $($(#[$vdoc:meta])* $variant:ident = $stored:literal, $shown:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$vdoc])* #[doc = $shown] #[serde(rename = $stored)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The word as stored and as JSON carries it.
            pub const fn stored(self) -> &'static str {
                match self { $(Self::$variant => $stored,)+ }
            }

            /// The word on screens and in reports.
            pub const fn shown(self) -> &'static str {
                match self { $(Self::$variant => $shown,)+ }
            }

            /// Reads either form; case, spaces, hyphens and underscores do not matter.
            pub fn parse(text: &str) -> Option<Self> {
                let wanted = $crate::domain::word::folded(text);
                Self::ALL.iter().copied().find(|value| {
                    $crate::domain::word::folded(value.stored()) == wanted
                        || $crate::domain::word::folded(value.shown()) == wanted
                })
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.shown())
            }
        }
    };
}

/// Letters and digits in lower case: what two spellings of one word have in common.
pub fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// With a large letter in front, as a sentence begins.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// With a small letter in front, as a sentence goes on.
pub fn lower_first(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

crate::words! {
    /// How somebody works for the MSP.
    pub enum PersonKind {
        Employee = "employee", "employee";
        Contractor = "contractor", "contractor";
        Vendor = "vendor", "vendor";
        Temporary = "temporary", "temporary";
        Office = "office", "office";
    }
}

crate::words! {
    /// Where somebody stands. Computed from dates and runs where facts say it.
    pub enum PersonStatus {
        Candidate = "candidate", "Starts";
        Active = "active", "Active";
        OnLeave = "on_leave", "On leave";
        Notice = "notice", "Leaving";
        Discharged = "discharged", "Left";
    }
}

crate::words! {
    /// How somebody leaves; chooses the deadline.
    pub enum ExitKind {
        Voluntary = "voluntary", "voluntary";
        Involuntary = "involuntary", "involuntary";
        Hostile = "hostile", "hostile";
    }
}

crate::words! {
    /// Where a client stands.
    pub enum ClientStatus {
        Active = "active", "active";
        Leaving = "leaving", "leaving";
        Ended = "ended", "ended";
    }
}

crate::words! {
    /// How far a system reaches.
    pub enum SystemReach {
        One = "one", "one client";
        Several = "several", "several clients";
    }
}

crate::words! {
    /// Whether IPv6 is in use.
    pub enum Ipv6 {
        Unknown = "unknown", "not recorded";
        Off = "off", "off";
        On = "on", "on";
        Only = "only", "IPv6 only";
    }
}

crate::words! {
    /// What an account is for.
    pub enum AccountKind {
        Personal = "personal", "personal";
        Shared = "shared", "shared login";
        Service = "service", "service";
        ApiKey = "api_key", "API key";
        Vendor = "vendor", "vendor";
        BreakGlass = "break_glass", "emergency login";
    }
}

crate::words! {
    /// How much an account or right may administer.
    pub enum Admin {
        None = "none", "no";
        System = "system", "admin";
        Top = "top", "top admin";
    }
}

crate::words! {
    /// A kind of second factor, weakest first.
    pub enum Factor {
        None = "none", "none";
        Email = "email", "e-mail code";
        Sms = "sms", "text message";
        App = "app", "app";
        Push = "push", "push";
        PushNumber = "push_number", "push with number";
        PhishingResistant = "phishing_resistant", "security key";
        Unknown = "unknown", "kind not known";
    }
}

crate::words! {
    /// How well a removal or change is proved.
    pub enum Proof {
        Observed = "observed", "seen by a second person";
        Acknowledged = "acknowledged", "confirmed by the system";
        Stated = "stated", "stated by the doer";
        Waived = "waived", "waived until a date";
    }
}

crate::words! {
    /// What kind of secret it is.
    pub enum SecretKind {
        Password = "password", "password";
        Wifi = "wifi", "Wi-Fi key";
        Alarm = "alarm", "alarm code";
        Safe = "safe", "safe combination";
        ApiKey = "api_key", "API key";
        RecoveryKey = "recovery_key", "recovery key";
        Certificate = "certificate", "certificate";
        Pin = "pin", "PIN";
        Other = "other", "other code";
    }
}

crate::words! {
    /// What kind of thing it is.
    pub enum AssetKind {
        Laptop = "laptop", "laptop";
        Phone = "phone", "phone";
        Key = "key", "key";
        Badge = "badge", "badge";
        Token = "token", "security key";
        Card = "card", "card";
        Drive = "drive", "drive";
        Other = "other", "other thing";
    }
}

crate::words! {
    /// What a named contact can do.
    pub enum ContactKind {
        Registrar = "registrar", "domain registrar";
        Dns = "dns", "DNS";
        Hosting = "hosting", "hosting";
        Isp = "isp", "internet provider";
        Certificates = "certificates", "certificates";
        Supplier = "supplier", "supplier";
        PartnerPortal = "partner_portal", "partner portal";
        Licences = "licences", "licences";
        Alarm = "alarm", "alarm company";
        Insurer = "insurer", "insurer";
        Bank = "bank", "bank or cards";
        RecoveryEmail = "recovery_email", "recovery e-mail";
        RecoveryPhone = "recovery_phone", "recovery phone";
        CodesPhone = "codes_phone", "phone that gets the codes";
        Other = "other", "other contact";
    }
}

crate::words! {
    /// Whether a place for data is one of ours.
    pub enum DataKind {
        Approved = "approved", "approved";
        Personal = "personal", "private";
        Unknown = "unknown", "not known";
    }
}

crate::words! {
    /// What a run is for; chooses order, phases, deadlines and wording.
    pub enum CaseKind {
        Notice = "notice", "Leaver, notice period";
        AtOnce = "at_once", "Leaver, at once";
        Hostile = "hostile", "Leaver, hostile";
        Absent = "absent", "Absent or deceased";
        Mover = "mover", "Role change";
        Subcontractor = "subcontractor", "Subcontractor";
        ClientExit = "client_exit", "Client leaves us";
    }
}

crate::words! {
    /// When a step belongs.
    pub enum Phase {
        Before = "before", "Before the meeting";
        Interview = "interview", "In the meeting";
        Hour = "hour", "Within the hour";
        Day = "day", "Within 24 hours";
        Week = "week", "Within 7 days";
        Month = "month", "Within 30 days";
    }
}

crate::words! {
    /// How a step ended, or that it is under way.
    pub enum StepOutcome {
        Started = "started", "started";
        Done = "done", "done";
        NotNeeded = "not_needed", "not needed";
        Blocked = "blocked", "blocked";
        Waived = "waived", "waived";
    }
}

crate::words! {
    /// What somebody answered. *Not sure* and *refused* count as yes.
    pub enum Reply {
        Yes = "yes", "yes";
        No = "no", "no";
        NotSure = "not_sure", "not sure";
        Refused = "refused", "refused";
    }
}

crate::words! {
    /// Whether a list from a system names everybody.
    pub enum Covers {
        Part = "part", "part of the system";
        Everyone = "everyone", "everyone in the system";
    }
}

crate::words! {
    /// How good a last-use date is.
    pub enum UseQuality {
        Exact = "exact", "exact";
        Interactive = "interactive", "interactive sign-ins only";
        Coarse = "coarse", "up to 14 days late";
        Hand = "hand", "entered by hand";
    }
}

crate::words! {
    /// For which clients a role's right is meant.
    pub enum RoleScope {
        All = "all", "all clients";
        Assigned = "assigned", "assigned clients";
        Own = "own", "own company";
    }
}

crate::words! {
    /// How urgent a finding is, lowest first.
    pub enum Severity {
        Advice = "advice", "Advice";
        Low = "low", "Low";
        Medium = "medium", "Medium";
        High = "high", "High";
        Critical = "critical", "Critical";
    }
}

impl Severity {
    /// One step up, at most critical. Advice stays advice.
    pub const fn raised(self) -> Self {
        match self {
            Self::Advice => Self::Advice,
            Self::Low => Self::Medium,
            Self::Medium => Self::High,
            Self::High | Self::Critical => Self::Critical,
        }
    }

    /// The sign on screen: `!!` from high, `!` for medium, blank below.
    pub const fn mark(self) -> &'static str {
        match self {
            Self::Critical | Self::High => "!!",
            Self::Medium => "!",
            Self::Low | Self::Advice => "",
        }
    }
}

impl Factor {
    /// The policy level this factor reaches: 0 none, 1 weak, 2 app, 3 push with number, 4 phishing resistant.
    /// Nothing for a factor whose kind is not known.
    pub const fn level(self) -> Option<u8> {
        match self {
            Self::None => Some(0),
            Self::Email | Self::Sms => Some(1),
            Self::App | Self::Push => Some(2),
            Self::PushNumber => Some(3),
            Self::PhishingResistant => Some(4),
            Self::Unknown => None,
        }
    }
}

impl CaseKind {
    /// The kind of exit whose deadline applies; none for a role change or a client's exit.
    pub const fn exit(self) -> Option<ExitKind> {
        match self {
            Self::Notice | Self::Subcontractor => Some(ExitKind::Voluntary),
            Self::AtOnce | Self::Absent => Some(ExitKind::Involuntary),
            Self::Hostile => Some(ExitKind::Hostile),
            Self::Mover | Self::ClientExit => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn either_form_is_read_whatever_its_case_and_signs() {
        assert_eq!(AccountKind::parse("API key"), Some(AccountKind::ApiKey));
        assert_eq!(AccountKind::parse("break-glass"), Some(AccountKind::BreakGlass));
        assert_eq!(Reply::parse("Not Sure"), Some(Reply::NotSure));
        assert_eq!(Reply::parse("perhaps"), None);
    }

    #[test]
    fn severity_stops_at_critical_and_advice_never_rises() {
        assert_eq!(Severity::High.raised().raised(), Severity::Critical);
        assert_eq!(Severity::Advice.raised(), Severity::Advice);
    }
}
