//! What other processes change while the screen is open: noticed within seconds, shown anew, and said.
//!
//! Must never know: what a screen shows.

use super::Work;
use crate::domain::Seq;
use crate::service::Query;
use crate::tui::model::{JobKind, WATCH_MS};
use crate::tui::msg::Effect;
use crate::tui::pane::Tone;

impl Work<'_> {
    /// Asks for the newest entry now and then; never while a change of our own is under way, which would look like
    /// somebody else's.
    pub(super) fn watch(&mut self) {
        if self.model.register.is_none() || self.at.mono < self.model.watch_at || !self.model.is_done() {
            return;
        }
        self.model.watch_at = self.at.mono + WATCH_MS;
        if self.model.jobs.values().any(|job| job.kind == JobKind::Watch) {
            return;
        }
        let ticket = self.ticket(0, JobKind::Watch);
        self.effects.push(Effect::Load(ticket, Query::Head));
    }

    /// The newest entry is this one. Another than the one known was written elsewhere.
    pub(super) fn watched(&mut self, head: Seq, asked_after: u64) {
        let ours = !self.model.is_done() || self.model.jobs.values().any(|job| job.kind == JobKind::Register);
        let known = self.model.register.as_ref().map(|register| register.entries);
        if ours || known.is_none_or(|known| known == head) {
            return;
        }
        self.model.dirty = true;
        self.model.revision += 1;
        self.refresh_screen();
        self.ask_register();
        if self.model.overlays.is_empty() && self.model.messages.takes_note(asked_after) {
            self.say(Tone::Note, "Changed in another window meanwhile. Shown anew.");
        }
    }
}
