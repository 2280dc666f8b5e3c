//! The fields of every kind that are typed by hand: name, other names, what they take, what they are without.
//!
//! Must never know: how a value is read.

use super::field::Sense::{Began, Done, Until};
use super::field::{Field, Part, Takes, Takes as T, Without, Words};
use crate::domain::{
    AccountKind, Admin, AssetKind, ClientStatus, ContactKind, DataKind, ExitKind, Factor, Ipv6, PersonKind,
    PersonStatus, RecordKind, RoleScope, SecretKind, SystemKind, SystemReach,
};

macro_rules! word {
    ($name:ident) => {
        Takes::Word(Words {
            parse: |text| $name::parse(text).map($name::stored),
            shown: |text| $name::parse(text).map($name::shown),
            all: || $name::ALL.iter().map(|word| word.stored()).collect(),
        })
    };
}

const fn open(name: &'static str, takes: Takes) -> Field {
    Field { name, also: &[], part: Part::Public, takes, without: Without::Nothing }
}

const fn private(name: &'static str, takes: Takes) -> Field {
    Field { part: Part::Private, ..open(name, takes) }
}

const fn seen(name: &'static str, takes: Takes) -> Field {
    Field { part: Part::Seen, ..open(name, takes) }
}

impl Field {
    const fn needed(self) -> Self {
        Self { without: Without::Needed, ..self }
    }

    const fn or(self, default: &'static str) -> Self {
        Self { without: Without::Default(default), ..self }
    }

    const fn list(self) -> Self {
        Self { without: Without::Empty, ..self }
    }

    const fn also(self, also: &'static [&'static str]) -> Self {
        Self { also, ..self }
    }
}

const NOTE: Field = private("note", T::Text);

const PERSON: &[Field] = &[
    private("name", T::Text).needed(),
    private("email", T::Text).also(&["e_mail", "mail"]),
    private("role", T::Text).also(&["job", "title"]),
    private("aliases", T::Texts).list().also(&["alias", "other_logins", "logins"]),
    NOTE,
    open("kind", word!(PersonKind)).or("employee"),
    open("status", word!(PersonStatus)).or("active"),
    open("start", T::DayToCome).also(&["starts", "first_day"]),
    open("last_day", T::Moment(Done)).also(&["leaves", "end"]),
    open("exit_kind", word!(ExitKind)).also(&["exit"]),
    open("contract_end", T::DayToCome),
    open("manager", T::Person),
    open("role_since", T::Day),
];

const CLIENT: &[Field] = &[
    private("name", T::Text).needed(),
    private("code", T::Text),
    NOTE,
    open("status", word!(ClientStatus)).or("active"),
    open("own", T::YesNo).or("no").also(&["own_company"]),
    open("end", T::Moment(Until)),
    open("tags", T::Tags).list().also(&["tag"]),
    open("notify", T::YesNo),
    open("owner", T::Person),
];

const SYSTEM: &[Field] = &[
    open("client", T::Client).needed(),
    private("name", T::Text).needed(),
    open(
        "kind",
        Takes::Word(Words {
            parse: |text| SystemKind::parse_loose(text).map(SystemKind::stored),
            shown: |text| SystemKind::parse_loose(text).map(SystemKind::shown),
            all: || SystemKind::ALL.iter().map(|kind| kind.stored()).collect(),
        }),
    )
    .or("other"),
    private("supplier", T::Text),
    NOTE,
    open("tier", T::Number(2)),
    open("reach", word!(SystemReach)).or("one"),
    open("internet", T::YesNo).also(&["from_the_internet"]),
    open("mfa_best", word!(Factor)).also(&["best_second_factor"]),
    open("ipv6", word!(Ipv6)).or("unknown"),
    open("ipv6_filtered", T::YesNo),
    open("opens", T::Opens).list(),
    open("signs_in_through", T::Systems).list().also(&["sso", "sign_in_through"]),
    open("owner", T::Person),
    open("stated_total", T::Number(u32::MAX as u64)),
];

const ACCOUNT: &[Field] = &[
    open("system", T::System).needed(),
    private("login", T::Text).needed().also(&["user", "username"]),
    open("kind", word!(AccountKind)).or("personal"),
    open("owner", T::Person).also(&["technician", "person", "custodian"]),
    open("admin", word!(Admin)).or("none").also(&["privileged"]),
    open("held_by_client", T::YesNo).or("no"),
    open("created", T::Moment(Began)),
    open("created_by", T::Person),
    open("tested", T::Moment(Done)),
    private("display_name", T::Text),
    private("email", T::Text).also(&["e_mail"]),
    private("external_id", T::Text),
    private("roles", T::Texts).list(),
    private("mfa_device", T::Text),
    private("recovery_contact", T::Text),
    NOTE,
    seen("enabled", T::YesNo),
    seen("factors", T::Factors).also(&["mfa", "second_factor"]),
    seen("last_used", T::LastUse),
    seen("password_changed", T::Moment(Done)),
];

const SECRET: &[Field] = &[
    private("name", T::Text).needed(),
    open("client", T::Client).needed(),
    open("kind", word!(SecretKind)).or("password"),
    open("systems", T::Systems).list().also(&["system"]),
    open("account", T::Account),
    open("kept_in", T::System).also(&["vault"]),
    open("changed", T::Moment(Done)),
    open("retire_by", T::DayToCome),
    open("retired", T::Moment(Done)),
    private("kept_where", T::Text).also(&["where"]),
    private("reason", T::Text),
    private("replacement", T::Text),
    private("watch", T::Text),
];

const KNOWING: &[Field] = &[
    open("secret", T::Secret).needed(),
    open("person", T::Person).needed().also(&["technician"]),
    open("from", T::Moment(Began)),
    open("until", T::Moment(Until)),
];

const ASSET: &[Field] = &[
    open("kind", word!(AssetKind)).needed(),
    private("tag", T::Text).also(&["number"]),
    open("holder", T::Person).also(&["technician", "person"]),
    open("client", T::Client),
    open("issued", T::Moment(Began)).also(&["since"]),
    open("encrypted", T::YesNo),
    NOTE,
];

const CONTACT: &[Field] = &[
    private("place", T::Text).needed(),
    open("person", T::Person).needed().also(&["technician", "name"]),
    open("kind", word!(ContactKind)).or("other"),
    open("client", T::Client),
    open("since", T::Moment(Began)),
    NOTE,
];

const DATA: &[Field] = &[
    open("client", T::Client).needed(),
    private("what", T::Text).needed(),
    private("place", T::Text).needed().also(&["where"]),
    open("kind", word!(DataKind)).or("unknown"),
    open("holder", T::Person).also(&["technician", "person"]),
    open("encrypted", T::YesNo),
    open("confirmed", T::Moment(Done)),
];

const POLICY: &[Field] = &[
    private("name", T::Text).needed(),
    private("version", T::Text).or("1"),
    private("audience", T::Text),
    open("effective", T::DayToCome).or("today").also(&["from"]),
    open("next_review", T::DayToCome),
];

const SIGNATURE: &[Field] = &[
    open("policy", T::Policy).needed(),
    open("person", T::Person).needed().also(&["technician"]),
    open("on", T::Day).or("today"),
];

const COURSE: &[Field] =
    &[private("name", T::Text).needed(), private("audience", T::Text), open("every_days", T::Number(36_500))];

const COMPLETION: &[Field] = &[
    open("course", T::Course).needed(),
    open("person", T::Person).needed().also(&["technician"]),
    open("on", T::Day).or("today"),
];

const ROLE: &[Field] = &[
    private("role", T::Text).needed().also(&["name"]),
    open("system_kind", word!(SystemKind)).needed().also(&["kind"]),
    open("admin", word!(Admin)).or("none"),
    open("scope", word!(RoleScope)).or("all").also(&["clients"]),
    private("level", T::Text),
];

const ASSIGNMENT: &[Field] =
    &[open("person", T::Person).needed().also(&["technician"]), open("client", T::Client).needed()];

const GRANT: &[Field] = &[
    private("level", T::Text),
    open("admin", word!(Admin)),
    open("since", T::Moment(Began)),
    open("until", T::Moment(Until)),
    open("standby", T::YesNo),
    open("review_by", T::DayToCome),
    private("reason", T::Text),
    NOTE,
];

/// What a new way in is put together from: who, with which account, and what the way in itself says.
pub(super) const NEW_WAY: &[Field] = &[
    open("person", T::Person).needed().also(&["technician"]),
    open("account", T::Account).needed(),
    private("level", T::Text),
    open("admin", word!(Admin)),
    open("since", T::Moment(Began)).or("now"),
    open("until", T::Moment(Until)),
    private("reason", T::Text),
];

const SETTINGS: &[Field] = &[
    private("firm", T::Text),
    open("zone", T::Zone),
    open("closing_minutes", T::Clock).also(&["closing"]),
    open("day_first", T::YesNo),
    open("type_number_above", T::Number(10)),
];

const OPERATOR: &[Field] = &[private("name", T::Text), open("person", T::Person).also(&["technician"])];

/// The fields of a kind that are typed by hand; none for kinds that are not.
pub fn fields_of(kind: RecordKind) -> &'static [Field] {
    match kind {
        RecordKind::Person => PERSON,
        RecordKind::Client => CLIENT,
        RecordKind::System => SYSTEM,
        RecordKind::Account => ACCOUNT,
        RecordKind::Secret => SECRET,
        RecordKind::Knowing => KNOWING,
        RecordKind::Asset => ASSET,
        RecordKind::Contact => CONTACT,
        RecordKind::DataLocation => DATA,
        RecordKind::Policy => POLICY,
        RecordKind::Signature => SIGNATURE,
        RecordKind::Course => COURSE,
        RecordKind::Completion => COMPLETION,
        RecordKind::RoleRight => ROLE,
        RecordKind::Assignment => ASSIGNMENT,
        RecordKind::Grant => GRANT,
        RecordKind::Settings => SETTINGS,
        RecordKind::Operator => OPERATOR,
        _ => &[],
    }
}
