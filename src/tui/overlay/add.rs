//! "What do you want to add?": the kinds that make sense here, each with what is known of it already.
//!
//! Must never know: which fields a kind has.

use super::Editor;
use crate::domain::{ClientId, PersonId, RecordKind};
use crate::service::resolve::Scope;
use crate::tui::keymap::{Action, Context};
use crate::tui::pane::{Env, Flow, Pane};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, centred};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// One thing to add.
struct Choice {
    kind: RecordKind,
    given: Vec<(&'static str, u64)>,
    label: &'static str,
    more: &'static str,
}

const fn choice(kind: RecordKind, label: &'static str, more: &'static str) -> Choice {
    Choice { kind, given: Vec::new(), label, more }
}

impl Choice {
    /// With a record it belongs to.
    fn of(mut self, field: &'static str, id: u64) -> Self {
        self.given.push((field, id));
        self
    }
}

/// What do you want to add?
pub struct Add {
    title: String,
    choices: Vec<Choice>,
    cursor: usize,
}

use RecordKind as K;

impl Add {
    /// Anything.
    pub fn anything() -> Self {
        let choices = vec![
            choice(K::Person, "Person", "somebody who works for us"),
            choice(K::Client, "Client", "a company we look after"),
            choice(K::System, "System", "something of a client one signs in to"),
            choice(K::Account, "Account", "a login on a system"),
            choice(K::Grant, "Way in", "somebody can use an account"),
            choice(K::Secret, "Shared login", "a password or code several know"),
            choice(K::Knowing, "Knower", "somebody knows a shared login"),
            choice(K::Asset, "Thing", "a laptop, key or badge somebody holds"),
            choice(K::Contact, "Contact", "one of us is named at a supplier"),
            choice(K::DataLocation, "Place with data", "where a client's data is kept"),
            choice(K::Assignment, "Assigned client", "who looks after which client"),
            choice(K::RoleRight, "Right of a role", "what a role needs"),
            choice(K::Policy, "Policy", "a text people sign, or its new version"),
            choice(K::Signature, "Signature", "somebody signed a policy"),
            choice(K::Course, "Course", "training people take"),
            choice(K::Completion, "Course taken", "somebody took it"),
        ];
        Self { title: "What do you want to add?".to_owned(), choices, cursor: 0 }
    }

    /// Something of one of us.
    pub fn to_person(person: PersonId, name: &str) -> Self {
        let id = person.0;
        let choices = vec![
            choice(K::Grant, "Way in", "an account they can use").of("person", id),
            choice(K::Knowing, "Shared login they know", "counts until it is changed").of("person", id),
            choice(K::Asset, "Thing they hold", "asked back when they leave").of("holder", id),
            choice(K::Contact, "Contact", "they are named at a supplier").of("person", id),
            choice(K::DataLocation, "Place with data", "where they keep a client's data").of("holder", id),
            choice(K::Assignment, "Assigned client", "a client they look after").of("person", id),
            choice(K::Signature, "Signature", "a policy they signed").of("person", id),
            choice(K::Completion, "Course taken", "a course they took").of("person", id),
        ];
        Self { title: format!("Add to {name}"), choices, cursor: 0 }
    }

    /// Something of a client, a system or an account: what comes under the row first, then what stands beside it.
    pub fn under(node: Scope, client: Option<ClientId>, name: &str) -> Self {
        let mut choices = match node {
            Scope::Client(_) => Vec::new(),
            Scope::System(system) => {
                vec![choice(K::Account, "Account", "a login on this system").of("system", system.0)]
            }
            Scope::Account(account) => {
                vec![choice(K::Grant, "Way in", "somebody can use this account").of("account", account.0)]
            }
        };
        if let Some(client) = client.map(|client| client.0) {
            choices.extend([
                choice(K::System, "System", "something of this client one signs in to").of("client", client),
                choice(K::Secret, "Shared login", "a password or code several know").of("client", client),
                choice(K::DataLocation, "Place with data", "where this client's data is kept").of("client", client),
                choice(K::Contact, "Contact", "one of us is named for this client").of("client", client),
                choice(K::Asset, "Thing", "lent by this client").of("client", client),
                choice(K::Assignment, "Assigned person", "who looks after this client").of("client", client),
            ]);
        }
        choices.push(choice(K::Client, "Client", "another company we look after"));
        Self { title: format!("Add at {name}"), choices, cursor: 0 }
    }
}

impl Pane for Add {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Picker, Context::Modal]
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        if let Some(cursor) = super::stepped(self.cursor, action, self.choices.len()) {
            self.cursor = cursor;
            return Flow::stay();
        }
        match (action, self.choices.get(self.cursor)) {
            (Action::Open, Some(choice)) => Flow::instead(Editor::add(choice.kind, choice.given.clone())),
            (Action::Open | Action::Back, _) => Flow::close(),
            _ => Flow::ignored(),
        }
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let label = self.choices.iter().map(|choice| text::width(choice.label)).max().unwrap_or_default();
        let label = u16::try_from(label).unwrap_or(u16::MAX);
        let height = u16::try_from(self.choices.len() + 2).unwrap_or(u16::MAX);
        let frame = centred(area, 70.min(area.width.saturating_sub(2)), height.min(area.height));
        let inner = canvas.frame(frame, &self.title);
        let first = (self.cursor + 1).saturating_sub(usize::from(inner.height));
        for (y, (place, choice)) in (inner.y..inner.bottom()).zip(self.choices.iter().enumerate().skip(first)) {
            canvas.put(inner.x + 3, y, label.min(inner.width.saturating_sub(4)), choice.label, Role::Text);
            let at = inner.x + 5 + label;
            canvas.put(at, y, inner.right().saturating_sub(at + 1), choice.more, Role::Muted);
            let row = Rect { x: inner.x + 1, y, width: inner.width.saturating_sub(2), height: 1 };
            table::row(canvas, row, place, self.cursor, true);
        }
    }
}
