//! Asking for removals, by size of the blast: at once, after a yes, or with the number typed.
//!
//! Must never know: which screen asks.

use crate::domain::{GrantId, PersonId};
use crate::service::view::Impact;
use crate::service::{Command, words};
use crate::tui::overlay::{Confirm, Overlay};
use crate::tui::pane::{Env, Flow, Want};

/// A removal somebody wants to ask for, before its size is known.
#[derive(Debug, Clone, Default)]
pub struct Removal {
    /// Which ways in.
    pub grants: Vec<GrantId>,
    /// Whose, or what, as the question names it.
    pub of: String,
    /// It is everything one person has.
    pub everything: bool,
    /// Ask even about one: what is meant was marked as a block, and may be another place than the cursor.
    pub asks: bool,
    /// Who is asked.
    pub to: Option<PersonId>,
}

impl Removal {
    /// What happens once the size is known: done at once, or a question.
    pub fn with(self, impact: &Impact, env: &Env) -> Flow {
        let command = || Command::AskRemoval { grants: self.grants.clone(), to: self.to, reason: None };
        let n = impact.ways;
        if n == 0 {
            return Flow::note("Nothing to ask for: it is asked for or shut already.");
        }
        if n == 1 && impact.last_admin == 0 && !self.everything && !self.asks {
            return Flow::stay().apply(command());
        }
        let ways = words::counted(u64::from(n), "way in", "ways in");
        let large = n > u32::from(env.type_above) || (self.everything && n > 1);
        let confirm = if large {
            let clients = words::counted(u64::from(impact.clients), "client", "clients");
            let title = if self.everything {
                format!("Ask to remove everything {} has: {ways}, {clients}", self.of)
            } else {
                format!("Ask to remove {ways} from {}, {clients}", self.of)
            };
            let mut body = facts(impact);
            body.push(String::new());
            let people = words::counted(u64::from(impact.doers.max(1)), "person", "people");
            let requests = words::counted(u64::from(n), "request", "requests");
            let removals = words::counted(u64::from(n), "removal", "removals");
            body.push(format!("After this   {requests} to {people}. Open until done."));
            body.push("Way back     Ctrl-Z until the first one is done".to_owned());
            Confirm::plain(title, body, format!("Ask for {removals}"))
                .typed("To go on, type the number of ways in:", n.to_string())
        } else {
            let removals = words::counted(u64::from(n), "removal", "removals");
            let requests = if n == 1 { "1 request" } else { &format!("{n} requests") };
            let body = vec![
                format!("This writes {requests}. Someone still has to do them."),
                "You can undo it with Ctrl-Z.".to_owned(),
            ];
            Confirm::plain(format!("Ask to remove {ways} from {}?", self.of), body, format!("Ask for {removals}"))
                .items(impact.items.clone())
        };
        Flow::open(Overlay::from(confirm.yes(vec![Want::Apply(command())])))
    }
}

/// What a large removal touches, one line each; lines without a number are left out.
fn facts(impact: &Impact) -> Vec<String> {
    let mut out = Vec::new();
    let mut line = |name: &str, number: u32, more: &str| {
        if number > 0 {
            out.push(format!("{name:<22}{number:>4}   {more}").trim_end().to_owned());
        }
    };
    line("Admin rights", impact.admin, "");
    line("LAST admin on record", impact.last_admin, "!!");
    line("Shared logins", impact.shared, "will be put on the change list");
    out
}
