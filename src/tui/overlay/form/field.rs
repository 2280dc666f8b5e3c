//! One field of a form: what it takes, what stands in it, how that is read.
//!
//! Must never know: the form it stands in.

use crate::domain::{Instant, PersonId};
use crate::service::dates;
use crate::service::view::PersonLine;
use crate::tui::pane::Env;
use crate::tui::widget::line_edit::LineEdit;

/// What a field takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Words.
    Words,
    /// One of us.
    Person,
    /// A date to come.
    When,
    /// A time that has passed.
    Past,
    /// One of these words, or own ones.
    OneOf(&'static [&'static str]),
}

/// One field.
#[derive(Clone)]
pub struct Field {
    pub(super) label: &'static str,
    pub(super) kind: FieldKind,
    pub(super) needed: bool,
    pub(super) edit: LineEdit,
    pub(super) error: Option<String>,
    pub(super) person: Option<(PersonId, String)>,
    pub(super) found: Vec<PersonLine>,
    /// What the open list offers: an answer that comes later does not change what is picked.
    pub(super) offered: Vec<PersonLine>,
}

impl Field {
    /// A field.
    pub fn new(label: &'static str, kind: FieldKind, needed: bool) -> Self {
        Self {
            label,
            kind,
            needed,
            edit: LineEdit::default(),
            error: None,
            person: None,
            found: Vec::new(),
            offered: Vec::new(),
        }
    }

    /// With a value in it.
    pub fn with(mut self, text: &str) -> Self {
        self.edit = LineEdit::with(text);
        self
    }

    pub(super) fn words(&self) -> Option<String> {
        let text = self.edit.text().trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// What is wrong with it, checked when it is left.
    pub(super) fn check(&self, env: &Env) -> Option<String> {
        let text = self.edit.text().trim();
        if text.is_empty() {
            return self.needed.then(|| "is needed.".to_owned());
        }
        match self.kind {
            FieldKind::When => dates::read(text, &env.reading()).err(),
            FieldKind::Past => match dates::read(text, &looking_back(env)) {
                Ok(when) if when.done(&looking_back(env)) > env.now => Some("lies ahead.".to_owned()),
                read => read.err(),
            },
            FieldKind::Person if self.chosen().is_none() => {
                Some(format!("Nobody is called \"{text}\". F4 lists everybody."))
            }
            _ => None,
        }
    }

    /// The person meant: the one picked, or the only one the words fit.
    pub(super) fn chosen(&self) -> Option<PersonId> {
        let text = self.edit.text().trim();
        if let Some((id, name)) = &self.person
            && name == text
        {
            return Some(*id);
        }
        match self.found.as_slice() {
            _ if text.is_empty() => None,
            [only] => Some(only.id),
            several => several.iter().find(|line| line.name.eq_ignore_ascii_case(text)).map(|line| line.id),
        }
    }

    pub(super) fn when(&self, env: &Env) -> Option<Instant> {
        match self.kind {
            FieldKind::Past => {
                let with = looking_back(env);
                dates::read(self.edit.text(), &with).ok().map(|when| when.done(&with))
            }
            _ => dates::read(self.edit.text(), &env.reading()).ok().map(|when| when.instant(&env.zone)),
        }
    }
}

/// How a time that has passed is read.
const fn looking_back(env: &Env) -> dates::Reading {
    dates::Reading { forward: false, ..env.reading() }
}

/// What stands beside a field: how it was read, or that there is a list.
pub(super) fn beside(field: &Field, env: &Env) -> String {
    match field.kind {
        FieldKind::When => match dates::read(field.edit.text(), &env.reading()) {
            Ok(when) => format!("= {}", when.words(env.zone.day(env.now))),
            Err(_) if field.edit.is_empty() => "F4 month".to_owned(),
            Err(_) => String::new(),
        },
        FieldKind::Past => match dates::read(field.edit.text(), &looking_back(env)) {
            Ok(when) => format!("= {}", when.words(env.zone.day(env.now))),
            Err(_) if field.edit.is_empty() => "F4 month".to_owned(),
            Err(_) => String::new(),
        },
        FieldKind::Person => match (field.chosen(), field.found.as_slice()) {
            (Some(id), found) => {
                found.iter().find(|line| line.id == id).map_or_else(String::new, |line| format!("= {}", line.name))
            }
            (None, [first, ..]) if !field.edit.is_empty() => format!("{}? F4 list", first.name),
            _ => "F4 list".to_owned(),
        },
        FieldKind::OneOf(_) => "F4 list".to_owned(),
        FieldKind::Words => String::new(),
    }
}
