//! Details given with an answer, as `secret name="imaging root" system="Harbor imaging"`: read into typed additions.
//!
//! Must never know: how names are looked up, what an addition turns into.

use crate::domain::{
    AccountKind, Admin, AssetKind, Client, ClientId, ContactKind, DataKind, Phase, SecretKind, System,
};

/// What a record that an answer made is called until somebody names it.
pub const UNNAMED: &str = "To be named";

/// Whether a name is still the one a record was made with.
pub fn is_unnamed(name: &str) -> bool {
    name.starts_with(UNNAMED)
}

/// The name a record is made with, as `To be named: a Wi-Fi key`.
pub fn unnamed(what: &str) -> String {
    format!("{UNNAMED}: {what}")
}

/// Why details cannot be used. The text is for the office.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AdditionError {
    /// The kind is not one of those that can be added.
    #[error("“{0}” cannot be added here. Nothing changed. Use grant, secret, asset, contact, data, script or step.")]
    Kind(String),
    /// A field has no `=`.
    #[error("“{0}” is not of the form field=value. Nothing changed.")]
    Form(String),
    /// The kind has no such field.
    #[error("“{kind}” has no “{field}”. Nothing changed. It has: {known}.")]
    Field {
        /// Which kind.
        kind: &'static str,
        /// Which field.
        field: String,
        /// The fields it has.
        known: String,
    },
    /// The field is there twice.
    #[error("“{0}” is given twice. Nothing changed. Give it once.")]
    Twice(String),
    /// A field that has to be there is missing or empty.
    #[error("“{kind}” needs “{field}”. Nothing changed. Add {field}=…")]
    Missing {
        /// Which kind.
        kind: &'static str,
        /// Which field.
        field: &'static str,
    },
    /// The value is not one of those the field takes.
    #[error("“{value}” is not a {field}. Nothing changed. Use one of: {known}.")]
    Value {
        /// Which field.
        field: &'static str,
        /// What was given.
        value: String,
        /// What the field takes.
        known: String,
    },
    /// A name could not be found, or more than one fits.
    #[error("{0}")]
    Name(String),
    /// Somebody would write a password down.
    #[error("Keyward never stores a password or a code. Nothing changed. Give its name only.")]
    PasswordGiven,
}

/// Looks names up. An error is a sentence for the office that says what was not changed.
pub trait Names {
    /// The system meant, with its client.
    ///
    /// # Errors
    /// When none or several fit.
    fn system(&self, text: &str) -> Result<(System, Client), String>;
    /// The client meant.
    ///
    /// # Errors
    /// When none or several fit.
    fn client(&self, text: &str) -> Result<ClientId, String>;
}

/// Something to add with an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Addition {
    /// A way in.
    Grant {
        /// Where.
        system: Box<(System, Client)>,
        /// The name one signs in with.
        login: String,
        /// What the account is for.
        kind: AccountKind,
        /// What it may administer.
        admin: Admin,
        /// The level in words.
        level: Option<String>,
    },
    /// A shared secret.
    Secret {
        /// Its name.
        name: String,
        /// What kind; the question's when not given.
        kind: Option<SecretKind>,
        /// What it opens.
        system: Option<Box<(System, Client)>>,
        /// Whose.
        client: Option<ClientId>,
        /// What breaks when it is changed.
        watch: Option<String>,
    },
    /// A thing.
    Asset {
        /// What kind; the question's when not given.
        kind: Option<AssetKind>,
        /// Number on it.
        tag: Option<String>,
        /// Whose, when a client lent it.
        client: Option<ClientId>,
        /// Free text.
        note: Option<String>,
    },
    /// A contact.
    Contact {
        /// Supplier or system.
        place: String,
        /// What it can do; the question's when not given.
        kind: Option<ContactKind>,
        /// For which client.
        client: Option<ClientId>,
        /// Free text.
        note: Option<String>,
    },
    /// A place with data.
    Data {
        /// What it is.
        what: String,
        /// Where it is.
        place: String,
        /// Whose.
        client: Option<ClientId>,
        /// Whether the place is ours.
        kind: DataKind,
        /// Encrypted there.
        encrypted: Option<bool>,
    },
    /// A service login or key.
    Script {
        /// Its name.
        name: String,
        /// Where it runs.
        system: Option<Box<(System, Client)>>,
        /// Service login or key; the question's when not given.
        kind: Option<AccountKind>,
        /// Free text.
        note: Option<String>,
    },
    /// A step of its own.
    Step {
        /// Its title.
        title: String,
        /// When it belongs.
        phase: Phase,
    },
}

/// Splits `field=value`.
///
/// # Errors
/// When there is no `=` or nothing before it.
pub fn split_field(text: &str) -> Result<(String, String), AdditionError> {
    match text.split_once('=') {
        Some((field, value)) if !field.trim().is_empty() => {
            Ok((field.trim().to_lowercase().replace('-', "_"), value.trim().to_owned()))
        }
        _ => Err(AdditionError::Form(text.to_owned())),
    }
}

/// Reads one addition: its kind and its fields.
///
/// # Errors
/// When kind, field or value is not one of those known, one is missing or double, or a name does not fit.
pub fn parse_addition(kind: &str, fields: &[(String, String)], names: &dyn Names) -> Result<Addition, AdditionError> {
    match kind.trim().to_lowercase().replace(['-', ' '], "_").as_str() {
        "grant" | "way_in" | "account" => {
            grant(&Fields::new("grant", &["system", "login", "kind", "admin", "level"], fields)?, names)
        }
        "secret" | "shared_login" => {
            secret(&Fields::new("secret", &["name", "kind", "system", "client", "watch"], fields)?, names)
        }
        "asset" | "thing" => asset(&Fields::new("asset", &["kind", "tag", "client", "note"], fields)?, names),
        "contact" => contact(&Fields::new("contact", &["place", "kind", "client", "note"], fields)?, names),
        "data" | "data_location" => {
            data(&Fields::new("data", &["what", "place", "client", "kind", "encrypted"], fields)?, names)
        }
        "script" => script(&Fields::new("script", &["name", "system", "kind", "note"], fields)?, names),
        "step" => step(&Fields::new("step", &["title", "phase"], fields)?),
        _ => Err(AdditionError::Kind(kind.to_owned())),
    }
}

fn grant(f: &Fields<'_>, names: &dyn Names) -> Result<Addition, AdditionError> {
    let admin = match f.get("admin") {
        None => Admin::None,
        Some(text) => match yes_or_no(text) {
            Some(true) => Admin::System,
            Some(false) => Admin::None,
            None => Admin::parse(text).ok_or_else(|| f.value("admin", text, &words(Admin::ALL, Admin::stored)))?,
        },
    };
    let kind = f.word("kind", AccountKind::parse, AccountKind::ALL, AccountKind::stored)?;
    Ok(Addition::Grant {
        system: Box::new(names.system(&f.need("system")?).map_err(AdditionError::Name)?),
        login: f.need("login")?,
        kind: kind.unwrap_or(AccountKind::Personal),
        admin,
        level: f.text("level"),
    })
}

fn secret(f: &Fields<'_>, names: &dyn Names) -> Result<Addition, AdditionError> {
    Ok(Addition::Secret {
        name: f.need("name")?,
        kind: f.word("kind", SecretKind::parse, SecretKind::ALL, SecretKind::stored)?,
        system: f.system(names)?,
        client: f.client(names)?,
        watch: f.text("watch"),
    })
}

fn asset(f: &Fields<'_>, names: &dyn Names) -> Result<Addition, AdditionError> {
    let kind = f.word("kind", AssetKind::parse, AssetKind::ALL, AssetKind::stored)?;
    let (tag, note) = (f.text("tag"), f.text("note"));
    if kind.is_none() && tag.is_none() && note.is_none() {
        return Err(AdditionError::Missing { kind: "asset", field: "kind" });
    }
    Ok(Addition::Asset { kind, tag, client: f.client(names)?, note })
}

fn contact(f: &Fields<'_>, names: &dyn Names) -> Result<Addition, AdditionError> {
    Ok(Addition::Contact {
        place: f.need("place")?,
        kind: f.word("kind", ContactKind::parse, ContactKind::ALL, ContactKind::stored)?,
        client: f.client(names)?,
        note: f.text("note"),
    })
}

fn data(f: &Fields<'_>, names: &dyn Names) -> Result<Addition, AdditionError> {
    let encrypted = match f.get("encrypted") {
        None => None,
        Some(text) => Some(yes_or_no(text).ok_or_else(|| f.value("encrypted", text, "yes, no"))?),
    };
    Ok(Addition::Data {
        what: f.need("what")?,
        place: f.need("place")?,
        client: f.client(names)?,
        kind: f.word("kind", DataKind::parse, DataKind::ALL, DataKind::stored)?.unwrap_or(DataKind::Personal),
        encrypted,
    })
}

fn script(f: &Fields<'_>, names: &dyn Names) -> Result<Addition, AdditionError> {
    const KINDS: &[AccountKind] = &[AccountKind::Service, AccountKind::ApiKey];
    let parse = |text: &str| AccountKind::parse(text).filter(|kind| KINDS.contains(kind));
    Ok(Addition::Script {
        name: f.need("name")?,
        system: f.system(names)?,
        kind: f.word("kind", parse, KINDS, AccountKind::stored)?,
        note: f.text("note"),
    })
}

fn step(f: &Fields<'_>) -> Result<Addition, AdditionError> {
    Ok(Addition::Step {
        title: f.need("title")?,
        phase: f.word("phase", Phase::parse, Phase::ALL, Phase::stored)?.unwrap_or(Phase::Day),
    })
}

/// The fields given for a kind, known to be ones it has.
struct Fields<'a> {
    kind: &'static str,
    given: &'a [(String, String)],
}

impl<'a> Fields<'a> {
    fn new(kind: &'static str, known: &[&str], given: &'a [(String, String)]) -> Result<Self, AdditionError> {
        for (place, (field, _)) in given.iter().enumerate() {
            if matches!(field.as_str(), "password" | "value" | "secret" | "code" | "passphrase") {
                return Err(AdditionError::PasswordGiven);
            }
            if !known.contains(&field.as_str()) {
                return Err(AdditionError::Field { kind, field: field.clone(), known: known.join(", ") });
            }
            if given.iter().take(place).any(|(earlier, _)| earlier == field) {
                return Err(AdditionError::Twice(field.clone()));
            }
        }
        Ok(Self { kind, given })
    }

    fn get(&self, field: &str) -> Option<&str> {
        self.given.iter().find(|(name, _)| name == field).map(|(_, value)| value.trim()).filter(|v| !v.is_empty())
    }

    fn text(&self, field: &str) -> Option<String> {
        self.get(field).map(str::to_owned)
    }

    fn need(&self, field: &'static str) -> Result<String, AdditionError> {
        self.text(field).ok_or(AdditionError::Missing { kind: self.kind, field })
    }

    fn word<T: Copy>(
        &self,
        field: &'static str,
        parse: impl Fn(&str) -> Option<T>,
        all: &[T],
        stored: impl Fn(T) -> &'static str,
    ) -> Result<Option<T>, AdditionError> {
        let Some(text) = self.get(field) else { return Ok(None) };
        parse(text).map(Some).ok_or_else(|| self.value(field, text, &words(all, stored)))
    }

    fn value(&self, field: &'static str, value: &str, known: &str) -> AdditionError {
        AdditionError::Value { field, value: value.to_owned(), known: known.to_owned() }
    }

    fn system(&self, names: &dyn Names) -> Result<Option<Box<(System, Client)>>, AdditionError> {
        self.get("system").map(|text| names.system(text).map(Box::new).map_err(AdditionError::Name)).transpose()
    }

    fn client(&self, names: &dyn Names) -> Result<Option<ClientId>, AdditionError> {
        self.get("client").map(|text| names.client(text).map_err(AdditionError::Name)).transpose()
    }
}

fn words<T: Copy>(all: &[T], stored: impl Fn(T) -> &'static str) -> String {
    all.iter().map(|value| stored(*value)).collect::<Vec<_>>().join(", ")
}

fn yes_or_no(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "yes" | "y" | "true" => Some(true),
        "no" | "n" | "false" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
#[path = "addition_tests.rs"]
mod tests;
