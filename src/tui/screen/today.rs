//! What needs attention now, what pays off, how we stand, what happened last.
//!
//! Must never know: how anything on it is computed.

use super::parts::{risk_role, short_moment};
use super::{Face, Paper};
use crate::domain::Severity;
use crate::service::view::{RegisterView, Stand, Target, TodayView};
use crate::service::{Answer, Query};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{Reader, Start};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Slot, Want};
use crate::tui::text;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{Breadth, breadth};
use crate::tui::widget::table;
use ratatui::layout::Rect;

/// Today.
#[derive(Default)]
pub struct Today {
    view: Option<TodayView>,
    cursor: usize,
}

/// How the rows of the body are shared out, each part with its rule, without the blank line between.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Shares {
    needs: u16,
    fixes: u16,
    stands: u16,
    lately: u16,
}

impl Today {
    fn rows(&self) -> usize {
        self.view.as_ref().map_or(0, |view| view.needs.len() + view.fixes.len())
    }

    fn target(&self) -> Option<Target> {
        let view = self.view.as_ref()?;
        match view.needs.get(self.cursor) {
            Some(need) => Some(need.target.clone()),
            None => view.fixes.get(self.cursor - view.needs.len()).map(|fix| Target::Fix(fix.key.clone())),
        }
    }

    fn explain(&self) -> Flow {
        let Some(view) = &self.view else { return Flow::ignored() };
        if let Some(need) = view.needs.get(self.cursor) {
            let mut lines = vec![need.what.clone(), need.amount.clone(), String::new()];
            lines.push(match need.target {
                Target::Command(_) => {
                    "It is about the register's file itself, so it comes first. Enter names the command.".to_owned()
                }
                _ => "It stands here because its date has come or passed. Enter goes there.".to_owned(),
            });
            return Flow::open(Reader::new("Why is this here?", lines, need.what.clone()));
        }
        match view.fixes.get(self.cursor - view.needs.len()) {
            Some(fix) => Flow::open(super::fixes::explain(fix)),
            None => Flow::note("Nothing to explain here."),
        }
    }

    fn shares(view: &TodayView, height: u16) -> Shares {
        let count = |rows: usize| u16::try_from(rows).unwrap_or(u16::MAX);
        let needs = count(view.needs.len()).max(1);
        let all_fixes = count(view.fixes.len()).max(1);
        let stands = count(view.stands.len().div_ceil(2)).max(if is_new(view) { 3 } else { 1 });
        let lately = count(view.lately.len()).max(1);
        // Every part has a rule; parts are parted by a blank line.
        let mut shares = Shares { needs: 1, fixes: 0, stands: 0, lately: 0 };
        let mut left = height.saturating_sub(1);
        let mut take = |wanted: u16, extra: u16| {
            let fits = left > extra;
            let rows = if fits { wanted.min(left - extra) } else { 0 };
            left -= if rows > 0 { rows + extra } else { 0 };
            rows
        };
        // The least of each part first, in the order in which they matter; then what is left over.
        let least = [needs.min(4), all_fixes.min(3), stands.min(4), lately.min(3)];
        shares.needs = take(least[0], 0).max(1);
        shares.fixes = take(least[1], 2);
        shares.stands = take(least[2], 2);
        shares.lately = take(least[3], 2);
        shares.needs += take(needs.saturating_sub(shares.needs), 0);
        if shares.fixes > 0 {
            shares.fixes += take(all_fixes.saturating_sub(shares.fixes), 0);
        }
        if shares.lately > 0 {
            shares.lately += take(lately.saturating_sub(shares.lately).min(9), 0);
        }
        shares
    }
}

fn is_new(view: &TodayView) -> bool {
    view.counts == (0, 0, 0)
}

impl Pane for Today {
    fn contexts(&self) -> Vec<Context> {
        vec![Context::Today, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Open | Action::Why if self.rows() == 0 => Some("The list is empty. Nothing needs you.".to_owned()),
            Action::Sort => Some("Today has its own order: dates first, then what pays off.".to_owned()),
            Action::Filter | Action::FilterBy => Some("Nothing to filter here. : finds anything.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        let last = self.rows().saturating_sub(1);
        let page = usize::from(env.body().height).max(1) / 2;
        self.cursor = match action {
            Action::Up => self.cursor.saturating_sub(1),
            Action::Down => (self.cursor + 1).min(last),
            Action::PageUp => self.cursor.saturating_sub(page),
            Action::PageDown => (self.cursor + page).min(last),
            Action::First => 0,
            Action::Last => last,
            Action::Open => return self.target().map_or_else(Flow::ignored, Flow::target),
            Action::Discharge => return Flow::open(Start::default()),
            Action::Why => return self.explain(),
            Action::NextPane => {
                let needs = self.view.as_ref().map_or(0, |view| view.needs.len());
                if self.cursor < needs && last >= needs { needs } else { 0 }
            }
            _ => return Flow::ignored(),
        };
        Flow::stay()
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, _env: &Env) -> Flow {
        if let Answer::Today(view) = answer {
            self.view = Some(view);
            self.cursor = self.cursor.min(self.rows().saturating_sub(1));
        }
        Flow::stay()
    }

    fn refresh(&mut self, _env: &Env) -> Vec<Want> {
        vec![Want::Load(0, Query::Today)]
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let Some(view) = &self.view else {
            canvas.rule(top(area, 1), &[("Needs you today", Role::Title)], "...");
            canvas.put(area.x + 3, area.y + 1, area.width, "Loading ...", Role::Muted);
            return;
        };
        if breadth(env.size.0) >= Breadth::Wide {
            let left = Rect { width: area.width * 3 / 5, ..area };
            let right = Rect { x: left.right() + 1, width: area.width - left.width - 1, ..area };
            let needs = u16::try_from(view.needs.len()).unwrap_or(4).max(1).min(left.height / 2);
            let used = self.view_needs(canvas, top(left, needs + 1), view);
            self.view_fixes(canvas, below(left, used + 1), view);
            let used = view_stands(canvas, right, view, 1);
            view_lately(canvas, below(right, used + 1), view, env);
            return;
        }
        let shares = Self::shares(view, area.height);
        let mut at = area;
        let used = self.view_needs(canvas, top(at, shares.needs + 1), view);
        at = below(at, used + 1);
        if shares.fixes > 0 {
            self.view_fixes(canvas, top(at, shares.fixes + 1), view);
            at = below(at, shares.fixes + 2);
        }
        if shares.stands > 0 {
            view_stands(canvas, top(at, shares.stands + 1), view, 2);
            at = below(at, shares.stands + 2);
        }
        if shares.lately > 0 {
            view_lately(canvas, top(at, shares.lately + 1), view, env);
        }
    }
}

impl Today {
    fn view_needs(&self, canvas: &mut Canvas, area: Rect, view: &TodayView) -> u16 {
        canvas.rule(top(area, 1), &[("Needs you today", Role::Title)], &view.needs.len().to_string());
        let body = below(area, 1);
        if view.needs.is_empty() {
            canvas.put(body.x + 3, body.y, body.width, "Nothing needs you today.", Role::Text);
            return area.height;
        }
        let first = (self.cursor + 1).saturating_sub(usize::from(body.height).max(1)).min(view.needs.len());
        let first = first.min(view.needs.len().saturating_sub(usize::from(body.height)));
        let longest = view.needs.iter().map(|need| text::width(&need.when)).max().unwrap_or(0);
        let when_cells = u16::try_from(longest + 1).unwrap_or(10).clamp(if body.width < 60 { 8 } else { 10 }, 14);
        for (y, (place, need)) in (body.y..body.bottom()).zip(view.needs.iter().enumerate().skip(first)) {
            let late = need.when.contains("LATE");
            canvas.put(body.x + 2, y, 2, need.risk.mark(), risk_role(need.risk));
            canvas.put(body.x + 5, y, when_cells, &need.when, if late { Role::High } else { Role::Text });
            let x = body.x + 5 + when_cells;
            let room = body.right().saturating_sub(x + 2);
            let amount = u16::try_from(text::width(&text::shown(&need.amount))).unwrap_or(0);
            if amount > 0 && amount + 20 < room {
                canvas.put_right(x, y, room, &need.amount, Role::Text);
                canvas.put(x, y, room - amount - 1, &need.what, Role::Text);
            } else {
                canvas.put(x, y, room, &need.what, Role::Text);
            }
            table::row(canvas, Rect { y, height: 1, ..body }, place, self.cursor, true);
        }
        area.height
    }

    fn view_fixes(&self, canvas: &mut Canvas, area: Rect, view: &TodayView) {
        let all = format!("5Fixes has all {}", view.fixes_total);
        let all = if view.fixes_total == 0 { String::new() } else { all };
        canvas.rule(top(area, 1), &[("Fix these first: quick and far-reaching", Role::Title)], &all);
        let body = below(area, 1);
        if view.fixes.is_empty() {
            canvas.put(body.x + 3, body.y, body.width, "Nothing to fix. F5 checks again.", Role::Ok);
            return;
        }
        let needs = view.needs.len();
        let here = self.cursor.saturating_sub(needs);
        let first = (here + 1).saturating_sub(usize::from(body.height).max(1));
        for (y, (place, fix)) in (body.y..body.bottom()).zip(view.fixes.iter().enumerate().skip(first)) {
            canvas.put(body.x + 2, y, 2, fix.severity.mark(), risk_role(fix.severity));
            canvas.put_right(body.x + 4, y, 7, &minutes_words(fix.minutes), Role::Text);
            canvas.put(body.x + 15, y, body.width.saturating_sub(16), &fix.title, Role::Text);
            table::row(canvas, Rect { y, height: 1, ..body }, place + needs, self.cursor, true);
        }
    }
}

/// `5 min`, `2 h`.
pub(super) fn minutes_words(minutes: u32) -> String {
    if minutes < 120 { format!("{minutes} min") } else { format!("{} h", minutes.div_ceil(60)) }
}

fn view_stands(canvas: &mut Canvas, area: Rect, view: &TodayView, columns: usize) -> u16 {
    if is_new(view) {
        canvas.rule(top(area, 1), &[("How to begin", Role::Title)], "");
        let steps = [
            "1  Clients: who we look after.    N adds one; keyward import clients.csv",
            "2  People: who works for us.      N adds one; keyward import people.csv",
            "3  Who has what.                  N adds one; keyward import access.csv",
        ];
        for (y, step) in (area.y + 1..area.bottom()).zip(steps) {
            canvas.put(area.x + 2, y, area.width.saturating_sub(3), step, Role::Text);
        }
        return 4.min(area.height);
    }
    canvas.rule(top(area, 1), &[("How we stand", Role::Title)], "");
    let body = below(area, 1);
    let rows = view.stands.len().div_ceil(columns.max(1));
    let narrow = area.width < 70;
    let columns = if narrow { 1 } else { columns };
    for (row, y) in (0..rows).zip(body.y..body.bottom()) {
        for column in 0..columns {
            let Some(stand) = view.stands.get(row + column * rows) else { continue };
            let (x, cells) = match (columns, column) {
                (1, _) => (body.x + 2, body.width.saturating_sub(4)),
                (_, 0) => (body.x + 2, body.width * 3 / 5 - 2),
                _ => (body.x + body.width * 3 / 5 + 2, body.width * 2 / 5 - 4),
            };
            let values = if columns == 1 { 11 } else { 5 };
            view_stand(canvas, Rect { x, y, width: cells, height: 1 }, stand, (column == 0).then_some(values));
        }
    }
    u16::try_from(rows + 1).unwrap_or(u16::MAX).min(area.height)
}

/// One number; with room for its comparison when the width of its value is given.
fn view_stand(canvas: &mut Canvas, at: Rect, stand: &Stand, values: Option<u16>) {
    let Some(values) = values else {
        let value = u16::try_from(text::width(&stand.value)).unwrap_or(0);
        canvas.put(at.x, at.y, at.width.saturating_sub(value + 1), &stand.what, Role::Text);
        canvas.put_right(at.x, at.y, at.width, &stand.value, risk_role(stand.risk));
        return;
    };
    let what = at.width.saturating_sub(values + 14).min(25);
    let role = if stand.risk >= Severity::High { Role::High } else { Role::Text };
    canvas.put(at.x, at.y, what, &stand.what, Role::Text);
    canvas.put_right(at.x + what, at.y, values, &stand.value, role);
    let x = at.x + what + values;
    canvas.put(x + 1, at.y, 2, stand.risk.mark(), risk_role(stand.risk));
    canvas.put(x + 5, at.y, at.right().saturating_sub(x + 5), &stand.before, Role::Muted);
}

fn view_lately(canvas: &mut Canvas, area: Rect, view: &TodayView, env: &Env) {
    canvas.rule(top(area, 1), &[("Lately", Role::Title)], "");
    let body = below(area, 1);
    if view.lately.is_empty() {
        canvas.put(body.x + 2, body.y, body.width, "Nothing yet.", Role::Muted);
    }
    for (y, line) in (body.y..body.bottom()).zip(view.lately.iter().take(12)) {
        canvas.put(body.x + 2, y, 6, &short_moment(line.at, env), Role::Muted);
        canvas.put(body.x + 9, y, body.width.saturating_sub(10), &line.summary, Role::Text);
    }
}

impl Face for Today {
    fn tab(&self) -> Option<Place> {
        Some(Place::Today)
    }

    fn title(&self) -> String {
        "Today".to_owned()
    }

    fn topic(&self) -> &'static str {
        "today"
    }

    fn paper(&self) -> Paper {
        Paper::Report("status", None)
    }

    fn place(&self, env: &Env, register: Option<&RegisterView>) -> PlaceLine {
        let left = env.zone.local(env.now).format("%a %-d %b %Y, %H:%M").to_string();
        let right = register.map_or_else(String::new, |register| {
            let name = if register.practice { format!("PRACTICE  {}", register.name) } else { register.name.clone() };
            format!("{name}  {}", register.operator)
        });
        PlaceLine { left, right, high: false }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::view::Need;

    fn view(needs: usize) -> TodayView {
        let need = Need {
            risk: Severity::High,
            when: "14:00".to_owned(),
            what: "Discharge".to_owned(),
            amount: String::new(),
            target: Target::Today,
        };
        let stand = Stand {
            what: "Ways in held by leavers".to_owned(),
            value: "18".to_owned(),
            risk: Severity::High,
            before: "same".to_owned(),
        };
        TodayView { needs: vec![need; needs], stands: vec![stand; 6], counts: (1, 1, 1), ..TodayView::default() }
    }

    #[test]
    fn the_least_important_parts_go_first_when_the_window_shrinks() {
        let tall = Today::shares(&view(4), 20);
        assert!(tall.needs == 4 && tall.stands == 3 && tall.lately == 1);
        let low = Today::shares(&view(4), 12);
        assert_eq!((low.needs, low.lately), (4, 0));
        let least = Today::shares(&view(9), 8);
        assert_eq!((least.stands, least.lately), (0, 0));
    }
}
