//! What belongs to the program and to no screen: find, menu, help, hiding, locking, leaving.
//!
//! Must never know: what a screen shows.

use super::Work;
use crate::tui::keymap::{self, Action, Context, Group};
use crate::tui::model::{CURTAIN_MS, QUIT_MS};
use crate::tui::msg::Effect;
use crate::tui::overlay::{Confirm, Entry, Find, Help, Menu, Overlay};
use crate::tui::pane::{DoorJob, Pane, Tone, Want};
use crate::tui::screen::{LockNote, Screen, UnlockScreen};

/// Three presses of Ctrl-C within this time ask whether to leave, in milliseconds.
const COPIES_MS: u64 = 2_000;

impl Work<'_> {
    /// What can be done on the screen in front, with keys and reasons.
    fn entries(&self, groups: &[Group]) -> Vec<Entry> {
        let contexts = self.model.screen_contexts();
        keymap::rows_in(&contexts)
            .into_iter()
            .filter(|row| groups.contains(&row.action.spec().group))
            .filter(|row| row.action != Action::Menu)
            .map(|row| Entry {
                action: row.action,
                verb: keymap::verb(row).to_owned(),
                help: row.action.spec().help.to_owned(),
                key: keymap::first_key(row),
                disabled: self.model.disabled(row.action),
            })
            .collect()
    }

    pub(super) fn open_menu(&mut self) {
        if self.model.register.is_none() {
            return self.say(Tone::Note, "There is no menu here.");
        }
        if !self.model.screen_contexts().contains(&Context::List) {
            return self.say(Tone::Note, "There is no menu here.");
        }
        let title = self.model.screen().map(Screen::row_title).unwrap_or_default();
        let entries = self.entries(&[Group::Do, Group::Choose, Group::Look]);
        self.open(Overlay::from(Menu::new(title, entries)));
    }

    pub(super) fn open_find(&mut self) {
        if self.model.register.is_none() {
            return self.say(Tone::Note, "Find works once the register is open.");
        }
        if matches!(self.model.overlay(), Some(Overlay::Find(_))) {
            return;
        }
        let here = self.model.screen().map(Screen::row_title).unwrap_or_default();
        let mut local = self.entries(&[Group::Do, Group::Look]);
        let anywhere = keymap::ACTIONS
            .iter()
            .filter(|spec| {
                matches!(
                    spec.action,
                    Action::Lock | Action::Messages | Action::Curtain | Action::QuitNow | Action::Undo | Action::Redo
                ) || matches!(spec.action, Action::Go(place) if place.instead().is_none())
                    || matches!(spec.action, Action::Section(_))
            })
            .map(|spec| Entry {
                action: spec.action,
                verb: spec.verb.to_owned(),
                help: spec.help.to_owned(),
                key: keymap::key_for(&[keymap::Context::Global], spec.action).unwrap_or_default(),
                disabled: None,
            })
            .collect();
        let anywhere: Vec<Entry> = anywhere;
        local.retain(|entry| !matches!(entry.action, Action::Help | Action::Find | Action::Print));
        local.retain(|entry| !anywhere.iter().any(|other| other.action == entry.action));
        self.open(Overlay::from(Find::new(here, local, anywhere)));
    }

    pub(super) fn open_help(&mut self) {
        let contexts = self.model.contexts();
        let screen = self.model.screen_contexts();
        let topic = self.model.screen().map_or("unlock", Screen::topic);
        let named = self.model.screen().map(Screen::title).unwrap_or_default();
        // On top of a dialog help explains the dialog's keys, and the screen's below them.
        let mut all = contexts;
        all.extend(screen);
        self.open(Overlay::from(Help::new(topic, named, &all)));
    }

    pub(super) fn curtain(&mut self) {
        match self.model.curtain {
            None => self.model.curtain = Some(self.at.mono),
            Some(since) => {
                self.model.curtain = None;
                if self.model.register.is_some() && self.at.mono.saturating_sub(since) >= CURTAIN_MS {
                    self.lock("after 2 minutes hidden");
                }
            }
        }
    }

    /// Closes the register and forgets everything that was on screen.
    pub(super) fn lock(&mut self, why: &str) {
        if self.model.register.is_none() {
            return self.say(Tone::Note, "It is locked already.");
        }
        self.flush_all();
        let running = self.model.register.as_ref().and_then(|register| register.running);
        let resume = self.model.screens.iter().rev().find_map(|layer| layer.pane.resume());
        let note = LockNote {
            at: self.at.wall,
            why: why.to_owned(),
            open: running.map(|(_, open)| open),
            zone: self.env().zone,
        };
        self.model.register = None;
        self.model.screens.clear();
        self.model.kept.clear();
        self.model.overlays.clear();
        self.model.jobs.clear();
        self.model.drafts.clear();
        self.model.messages = crate::tui::model::Messages::default();
        self.model.curtain = None;
        self.model.saved = None;
        self.model.resume = resume;
        self.model.dirty = true;
        self.door(DoorJob::Close, 0);
        if let Some(place) = self.model.door.clone() {
            self.push(Screen::from(UnlockScreen::new(place, Some(note))));
        }
        self.effects.push(Effect::Redraw);
    }

    /// Words typed and not yet stored are stored now.
    pub(super) fn flush_all(&mut self) {
        let mut all = Vec::new();
        for layer in &mut self.model.screens {
            all.push((layer.id, layer.pane.flush()));
        }
        for layer in &mut self.model.overlays {
            all.push((layer.id, layer.pane.flush()));
        }
        for (id, wants) in all {
            self.wants(id, wants);
        }
    }

    pub(super) fn quit_pressed(&mut self) {
        if self.model.register.is_none() || self.model.is_too_small() {
            if self.model.is_too_small() || self.model.overlays.is_empty() {
                return self.leave();
            }
            return;
        }
        if self.model.quit_until.is_some_and(|until| self.at.mono <= until) {
            self.model.quit_until = None;
            return match self.open_ways() {
                0 => self.leave(),
                open => self.ask(open),
            };
        }
        self.model.quit_until = Some(self.at.mono + QUIT_MS);
        self.say(Tone::Note, "Press Q again to leave. Everything is saved.");
    }

    pub(super) fn ask_to_leave(&mut self) {
        if self.model.register.is_none() || self.model.is_too_small() {
            return self.leave();
        }
        let open = self.open_ways();
        self.ask(open);
    }

    fn open_ways(&self) -> u32 {
        self.model.register.as_ref().and_then(|register| register.running).map_or(0, |(_, open)| open)
    }

    fn ask(&mut self, open: u32) {
        if matches!(self.model.overlay(), Some(Overlay::Confirm(_))) {
            return self.say(Tone::Note, "Answer the question first. Esc means no, then Ctrl-Q leaves.");
        }
        let mut body = vec!["Everything you did is saved.".to_owned()];
        let title = if open > 0 {
            body.push("Today keeps the discharge first in its list.".to_owned());
            let ways = crate::service::words::counted(u64::from(open), "way in", "ways in");
            format!("A discharge is running: {ways} still open. Leave anyway?")
        } else {
            "Leave Keyward?".to_owned()
        };
        self.open(Overlay::from(Confirm::plain(title, body, "Leave").yes(vec![Want::Quit])));
    }

    pub(super) fn leave(&mut self) {
        self.flush_all();
        self.effects.push(Effect::Quit);
    }

    /// Counts presses of Ctrl-C: three of them ask whether to leave. Answers whether that was the third.
    pub(super) fn third_copy(&mut self) -> bool {
        let now = self.at.mono;
        self.model.copies.push_back(now);
        self.model.copies.retain(|at| now.saturating_sub(*at) <= COPIES_MS);
        if self.model.copies.len() < 3 {
            return false;
        }
        self.model.copies.clear();
        self.ask_to_leave();
        true
    }
}
