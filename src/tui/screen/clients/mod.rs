//! Clients, their systems, the accounts on these, and beside the tree always the answer to "who can get in here?".
//!
//! Must never know: how ways in are found, what opens what.

mod view;

use super::{Face, Paper, Past};
use crate::domain::{ClientId, RecordKind, RecordRef};
use crate::error::{AppError, ErrorClass};
use crate::service::clients::{Entrant, NodeLine, TreeSlice, TreeView, WhoSlice, WhoView};
use crate::service::past::PastOf;
use crate::service::records::form::FormOf;
use crate::service::resolve::Scope;
use crate::service::values::ValuesOf;
use crate::service::view::{Page, RegisterView, Target};
use crate::service::{Answer, Query, Slice};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{Add, AsOfDate, Editor, Start};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Purpose, Reply, Slot, Tone, Want};
use crate::tui::screen::narrow::Narrow;
use crate::tui::screen::parts::as_sheet;
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_edit::Typed;
use crate::tui::widget::list::{List, Moved, Row};
use ratatui::layout::Rect;
use std::collections::BTreeSet;

const TREE: Slot = 0;
const WHO: Slot = 1;
const VALUES: Slot = 2;

/// A node as a number that stays with it: its own id and its kind.
const fn key(node: Scope) -> u64 {
    match node {
        Scope::Client(id) => id.0 * 4,
        Scope::System(id) => id.0 * 4 + 1,
        Scope::Account(id) => id.0 * 4 + 2,
    }
}

/// The record a node stands for.
const fn record_of(node: Scope) -> RecordRef {
    match node {
        Scope::Client(id) => RecordRef { kind: RecordKind::Client, id: id.0 },
        Scope::System(id) => RecordRef { kind: RecordKind::System, id: id.0 },
        Scope::Account(id) => RecordRef { kind: RecordKind::Account, id: id.0 },
    }
}

impl Row for NodeLine {
    fn key(&self) -> u64 {
        key(self.node)
    }
}

impl Row for Entrant {
    fn key(&self) -> u64 {
        self.person.0
    }
}

/// Which pane has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Focus {
    #[default]
    Tree,
    People,
}

/// The tree of clients and who can get in at the node under its cursor.
#[derive(Default)]
pub struct Clients {
    tree: List<NodeLine>,
    /// Clients and systems whose children are shown.
    open: BTreeSet<Scope>,
    /// The node the cursor has to be on when the next rows come.
    seek: Option<Scope>,
    /// The next rows are those of another filter: the cursor goes to the best match.
    to_match: bool,
    narrow: Narrow,
    /// What was told besides the rows.
    told: TreeView,
    /// The answer for the node under the cursor; its people are in `people`.
    who: Option<WhoView>,
    people: List<Entrant>,
    /// When the people were asked for.
    asked: u64,
    focus: Focus,
    /// The people have more room than the tree.
    grown: bool,
}

impl Clients {
    /// Puts the cursor on a client, a system or an account, whatever is folded or filtered.
    pub fn go_to(&mut self, node: Scope, env: &Env) -> Vec<Want> {
        self.focus = Focus::Tree;
        self.tree.act(Action::Back, self.tree_height(env), env.mono);
        self.tree.set_filter("");
        self.seek = Some(node);
        vec![self.ask_tree(env)]
    }

    fn node(&self) -> Option<Scope> {
        self.tree.current().map(|line| line.node)
    }

    fn ask_tree(&mut self, env: &Env) -> Want {
        // The order is the tree's: rows that come anew do not go to the top of what is there.
        self.tree.left();
        let height = self.tree_height(env);
        let mut slice = self.tree.slice(height);
        if !self.tree.is_loaded() {
            // The first picture needs no more than this; the rest is asked for when one goes there.
            slice.limit = height.saturating_mul(3);
        }
        Want::Load(TREE, Query::Clients(TreeSlice { slice, open: self.open.clone(), seek: self.seek }))
    }

    /// Asks for the rows again, the cursor still on its record.
    fn ask_here(&mut self, env: &Env) -> Want {
        self.seek = self.seek.or_else(|| self.node());
        self.ask_tree(env)
    }

    fn ask_who(&mut self, node: Scope, env: &Env) -> Want {
        self.asked = env.mono;
        self.ask_people(node, false, env)
    }

    fn ask_people(&self, node: Scope, patient: bool, env: &Env) -> Want {
        let around = self.people_height(env).max(12) * 2;
        let start = self.people.offset(self.people_height(env)).saturating_sub(around / 2);
        let slice = Slice { start, limit: around * 2, ..Slice::default() };
        Want::Load(WHO, Query::Who(WhoSlice { node, slice, patient }))
    }

    /// Asks who can get in when the cursor is on another node than before.
    fn follow(&mut self, env: &Env) -> Option<Want> {
        let node = self.node()?;
        if self.who.as_ref().is_some_and(|who| who.node == node) {
            return None;
        }
        // Nothing of the node before may be acted on, nor be taken for an answer when one goes back.
        self.who = None;
        self.people = List::default();
        Some(self.ask_who(node, env))
    }

    /// What is shown of the people belongs to the node under the cursor.
    fn who_here(&self) -> Option<&WhoView> {
        self.who.as_ref().filter(|who| Some(who.node) == self.node())
    }

    fn unfold(&mut self, env: &Env) -> Flow {
        let Some(line) = self.tree.current() else { return Flow::note("Nothing to unfold.") };
        if line.children == 0 {
            let what = match line.node {
                Scope::Client(_) => "No systems on record here",
                Scope::System(_) => "No accounts on record here",
                Scope::Account(_) => "Nothing is below an account",
            };
            return Flow::note(format!("{what}. Enter goes to the people."));
        }
        if self.open.insert(line.node) {
            return Flow::stay().want(self.ask_here(env));
        }
        self.tree_moved(Action::Down, env)
    }

    fn fold(&mut self, env: &Env) -> Flow {
        let Some(line) = self.tree.current() else { return Flow::note("Nothing to fold.") };
        let (node, parent, open) = (line.node, line.parent, line.open);
        if self.open.remove(&node) {
            return Flow::stay().want(self.ask_here(env));
        }
        match parent {
            Some(parent) if self.tree.go_to(key(parent)) => Flow::stay().wants(self.follow(env)),
            Some(parent) => {
                self.seek = Some(parent);
                Flow::stay().want(self.ask_tree(env))
            }
            None if open => Flow::note("The filter keeps this unfolded. Esc shows everything."),
            None => Flow::note("This is folded already."),
        }
    }

    fn tree_moved(&mut self, action: Action, env: &Env) -> Flow {
        let filtered = !self.tree.filter().is_empty();
        let before = self.node();
        // Enter right after the last letter asks before the letter's own time has come.
        self.to_match |= self.tree.is_filtering() && action == Action::Open && self.tree.deadline().is_some();
        match self.tree.act(action, self.tree_height(env), env.mono) {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay().wants(self.follow(env)),
            Moved::Ask if action == Action::Back && filtered => {
                self.seek = before;
                Flow::note("Filter cleared. Every client is shown.").want(self.ask_tree(env))
            }
            Moved::Ask => Flow::stay().want(self.ask_tree(env)).wants(self.follow(env)),
        }
    }

    fn people_moved(&mut self, action: Action, env: &Env) -> Flow {
        match self.people.act(action, self.people_height(env), env.mono) {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay(),
            Moved::Ask => Flow::stay().wants(self.node().map(|node| self.ask_who(node, env))),
        }
    }

    /// The client of the node under the cursor, as soon as it is known.
    fn client(&self) -> Option<ClientId> {
        match self.node() {
            Some(Scope::Client(client)) => Some(client),
            _ => self.who_here().map(|who| who.client),
        }
    }

    fn client_name(&self) -> Option<String> {
        let path = self.who_here().and_then(|who| who.path.first().cloned());
        path.or_else(|| self.tree.current().filter(|line| line.parent.is_none()).map(|line| line.name.clone()))
    }

    fn enter_people(&mut self) -> Flow {
        if self.node().is_none() {
            return Flow::note("Nothing to open here.");
        }
        self.focus = Focus::People;
        Flow::stay()
    }

    fn back_to_tree(&mut self) -> Flow {
        self.focus = Focus::Tree;
        Flow::note("Back in the tree.")
    }

    fn took_tree(&mut self, mut view: TreeView, env: &Env) -> Flow {
        let sought = self.seek.take();
        self.open.extend(view.unfolded.drain(..));
        self.tree.accept(std::mem::take(&mut view.page), env.mono);
        if std::mem::take(&mut self.to_match)
            && let Some(best) = view.best
        {
            self.tree.go_to(key(best));
        }
        self.told = view;
        let mut flow = Flow::stay();
        if let Some(node) = sought
            && !self.tree.go_to(key(node))
        {
            flow = Flow::note("What the cursor was to be on is not in the register any more.");
        }
        if self.tree.need(self.tree_height(env)) == Moved::Ask {
            flow = flow.want(self.ask_tree(env));
        }
        flow.wants(self.follow(env))
    }

    fn took_who(&mut self, mut who: WhoView, env: &Env) -> Flow {
        let (node, whole) = (who.node, who.whole);
        if self.node() != Some(node) {
            return Flow::stay();
        }
        self.people.left();
        self.people.accept(std::mem::take(&mut who.people), env.mono);
        self.who = Some(who);
        if whole { Flow::stay() } else { Flow::stay().want(self.ask_people(node, true, env)) }
    }

    fn copy(&self, env: &Env) -> Flow {
        let words = match (self.focus, self.tree.current(), self.people.current()) {
            (Focus::People, Some(line), Some(row)) => view::copied(line, row, env),
            (Focus::Tree, Some(line), _) => {
                as_sheet([["Where", "People"].map(str::to_owned), [line.path.join(" > "), line.people.to_string()]])
            }
            _ => return Flow::ignored(),
        };
        Flow::stay().want(Want::Copy(words)).say(Tone::Done, "Copied 1 row. Q Q leaves.")
    }
}

impl Pane for Clients {
    fn contexts(&self) -> Vec<Context> {
        if self.tree.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        let own = if self.focus == Focus::People { Context::ClientsWho } else { Context::Clients };
        vec![own, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match (action, self.focus) {
            (Action::Sort, _) => Some("Clients stand by name. People: who left first, then admins.".to_owned()),
            (Action::AsOf, _) if self.node().is_none() => Some("There is no client to look at.".to_owned()),
            (Action::Edit, Focus::Tree) if self.node().is_none() => Some("There is nothing to edit.".to_owned()),
            (Action::Discharge, Focus::Tree) if self.node().is_none() => Some("There is no client here.".to_owned()),
            (Action::Open | Action::Discharge | Action::Edit, Focus::People) if self.people.current().is_none() => {
                Some("Nobody is in this list.".to_owned())
            }
            (Action::Print, _) if self.node().is_none() => {
                Some("There is no client to save a report about.".to_owned())
            }
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        if self.tree.is_filtering() {
            return self.tree_moved(action, env);
        }
        match (action, self.focus) {
            (Action::Why, _) => {
                self.grown = !self.grown;
                Flow::note(if self.grown { "More room for the people." } else { "Less room for the people." })
            }
            (Action::Copy, _) => self.copy(env),
            (Action::FilterBy, _) => Narrow::ask(VALUES, ValuesOf::Clients),
            (Action::Filter, _) => {
                self.focus = Focus::Tree;
                self.tree_moved(action, env)
            }
            (Action::Open | Action::NextPane, Focus::Tree) => self.enter_people(),
            (Action::AsOf, _) if self.node().is_some() => Flow::open(AsOfDate::new("", false)),
            (Action::New, _) => match (self.node(), self.tree.current()) {
                (Some(node), Some(line)) => Flow::open(Add::under(node, self.client(), &line.name)),
                _ => Flow::open(Editor::add(RecordKind::Client, Vec::new())),
            },
            (Action::Edit, Focus::Tree) => match self.node() {
                Some(node) => Flow::open(Editor::new(FormOf::Edit(record_of(node)))),
                None => Flow::ignored(),
            },
            (Action::Edit, Focus::People) => match self.people.current() {
                Some(row) => {
                    let person = RecordRef { kind: RecordKind::Person, id: row.person.0 };
                    Flow::open(Editor::new(FormOf::Edit(person)))
                }
                None => Flow::ignored(),
            },
            (Action::Unfold, Focus::Tree) => self.unfold(env),
            (Action::Fold, Focus::Tree) => self.fold(env),
            (Action::Open, Focus::People) => match self.people.current() {
                Some(row) => Flow::target(Target::Person(row.person)),
                None => Flow::ignored(),
            },
            (Action::Discharge, Focus::People) => match self.people.current() {
                Some(row) => Flow::open(Start::for_person(row.person)),
                None => Flow::ignored(),
            },
            (Action::Discharge, Focus::Tree) => match (self.client(), self.client_name()) {
                (Some(client), Some(name)) => Flow::open(Start::for_client(client, name)),
                _ => Flow::note("Still looking whose this is. Press it again."),
            },
            (Action::Back | Action::NextPane, Focus::People) => self.back_to_tree(),
            (_, Focus::Tree) => self.tree_moved(action, env),
            (_, Focus::People) => self.people_moved(action, env),
        }
    }

    fn on_reply(&mut self, reply: &Reply, env: &Env) -> Flow {
        if let Reply::Picked(Purpose::FilterBy, place) = reply {
            let Some(flow) = self.narrow.take(*place, &mut self.tree) else { return Flow::stay() };
            (self.focus, self.to_match) = (Focus::Tree, true);
            return flow.want(self.ask_tree(env));
        }
        match (reply, self.node(), self.tree.current()) {
            (Reply::Dates(when, then), Some(node), Some(line)) => {
                Flow::push(Past::new(PastOf::At(node), line.path.join(" > "), *when, *then))
            }
            _ => Flow::stay(),
        }
    }

    fn on_text(&mut self, typed: &Typed, env: &Env) -> Flow {
        self.tree.on_text(typed, env.mono);
        Flow::stay()
    }

    fn on_tick(&mut self, env: &Env) -> Flow {
        if self.tree.on_tick(env.mono) {
            self.to_match = true;
            return Flow::stay().want(self.ask_tree(env));
        }
        Flow::stay()
    }

    fn deadline(&self) -> Option<u64> {
        self.tree.deadline()
    }

    fn on_answer(&mut self, slot: Slot, answer: Answer, env: &Env) -> Flow {
        match (slot, answer) {
            (TREE, Answer::Clients(view)) => self.took_tree(view, env),
            (VALUES, Answer::Values(values)) => self.narrow.offer(values),
            (WHO, Answer::Who(who)) => self.took_who(who, env),
            _ => Flow::stay(),
        }
    }

    fn on_failed(&mut self, slot: Slot, error: &AppError, _env: &Env) -> Flow {
        if slot == WHO {
            self.people.accept(Page::default(), 0);
            // Somebody else took it away; the tree tells what is there now.
            if error.class == ErrorClass::NotFound {
                return Flow::note("The row you were on is gone.");
            }
        }
        Flow::stay().say(Tone::Error, crate::tui::model::one_line(error))
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        // The people stay in sight until the new ones are there.
        let node = self.node();
        let mut wants = vec![self.ask_here(env)];
        wants.extend(node.map(|node| self.ask_who(node, env)));
        wants
    }

    fn flush(&mut self) -> Vec<Want> {
        self.tree.left();
        Vec::new()
    }

    fn on_resize(&mut self, env: &Env) -> Vec<Want> {
        let mut wants = Vec::new();
        if self.tree.need(self.tree_height(env)) == Moved::Ask {
            wants.push(self.ask_tree(env));
        }
        if self.people.need(self.people_height(env)) == Moved::Ask
            && let Some(node) = self.node()
        {
            wants.push(self.ask_who(node, env));
        }
        wants
    }

    fn is_loading(&self) -> bool {
        !self.tree.is_loaded() || (self.focus == Focus::People && !self.people.is_loaded())
    }

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        self.draw(canvas, env);
    }
}

impl Face for Clients {
    fn tab(&self) -> Option<Place> {
        Some(Place::Clients)
    }

    fn title(&self) -> String {
        "Clients".to_owned()
    }

    fn topic(&self) -> &'static str {
        "clients"
    }

    fn row_title(&self) -> String {
        match (self.focus, self.people.current(), self.tree.current()) {
            (Focus::People, Some(row), _) => row.name.clone(),
            (_, _, Some(line)) => line.name.clone(),
            _ => self.title(),
        }
    }

    fn paper(&self) -> Paper {
        match self.client() {
            Some(client) => Paper::Report("who", Some(format!("#{client}"))),
            None => Paper::Words("Still loading. P again saves the report.".to_owned()),
        }
    }

    fn resume(&self) -> Option<Target> {
        self.node().map(Target::Node)
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        let mut left = "Clients".to_owned();
        if let Some(line) = self.tree.current() {
            left = format!("{left} > {}", line.path.join(" > "));
        }
        PlaceLine { left, right: "today".to_owned(), high: false }
    }
}
