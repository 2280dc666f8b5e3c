//! How a record's form looks: labels left, what is read beside the fields, and below them what the field with the focus
//! is or could be.
//!
//! Must never know: what a key does.

use super::entry::Entry;
use super::{Editor, Stop};
use crate::service::records::form::FormTakes;
use crate::tui::pane::Env;
use crate::tui::theme::Role;
use crate::tui::widget::canvas::{Canvas, below, centred, inset};
use crate::tui::widget::line_edit::FieldLook;
use crate::tui::widget::spot::What;
use ratatui::layout::Rect;

/// Columns for a label and the sign of a needed field.
const LABEL: u16 = 18;
/// Columns of a field.
const FIELD: u16 = 34;
/// Columns of a field for a date: it is short, and its reading long.
const DATE: u16 = 20;
/// With fewer columns left beside a field its reading stands under it.
const BESIDE: u16 = 14;
/// Rows kept below the fields for what the one with the focus is.
const BELOW: u16 = 5;

/// One row of the form.
enum Line<'a> {
    Field(usize, &'a Entry),
    Under(String, Role),
    Blank,
    Buttons,
}

impl Editor {
    pub(super) fn draw(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let title = self.form.as_ref().map_or("", |form| form.title.as_str());
        let wide = 100.min(area.width);
        // As high as its longest page, so that turning pages moves nothing.
        let on_page = |page| self.entries.iter().filter(|entry| entry.field.page == page).count();
        let longest = (0..self.pages()).map(on_page).max().unwrap_or_default();
        let high = u16::try_from(longest).unwrap_or(u16::MAX).saturating_add(6 + BELOW + u16::from(self.pages() > 1));
        let inner = canvas.frame(centred(area, wide, high.min(area.height)), title);
        if self.form.is_none() {
            let words = self.failed.as_deref().unwrap_or("Loading ...");
            canvas.paragraph(inset(below(inner, 1), 2), words, Role::Muted);
            return;
        }
        let body = if self.pages() > 1 { self.draw_pages(canvas, inner) } else { below(inner, 1) };
        let beside = beside_cells(body.width);
        let lines = self.lines(beside);
        // Where there is little room, the fields come first and what they are can be asked for with F1.
        let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX);
        let zone = body.height.saturating_sub(wanted).min(BELOW);
        let zone = if zone < 3 { 0 } else { zone };
        let room = usize::from(body.height - zone);
        let focus = lines.iter().position(|line| self.is_focus(line)).unwrap_or_default();
        // The line under the focused field has to be seen too.
        let first = (focus + 2).saturating_sub(room);
        let mut at = None;
        for (y, line) in (body.y..body.bottom() - zone).zip(lines.iter().skip(first)) {
            self.draw_line(canvas, Rect { y, height: 1, ..body }, line);
            if self.is_focus(line) {
                at = canvas.cursor;
            }
        }
        if zone > 0 {
            let zone = Rect { y: body.bottom() - zone, height: zone, ..body };
            self.draw_below(canvas, inset(below(zone, 1), 2), env);
        }
        canvas.cursor = at;
    }

    /// The names of the pages, the one shown in brackets.
    fn draw_pages(&self, canvas: &mut Canvas, inner: Rect) -> Rect {
        let Some(form) = &self.form else { return inner };
        let mut x = inner.x + 2;
        for (place, name) in form.pages.iter().enumerate() {
            let here = place == self.page();
            let words = if here { format!("[{name}]") } else { format!(" {name} ") };
            let role = if here { Role::Title } else { Role::Muted };
            x += canvas.put(x, inner.y, inner.right().saturating_sub(x), &words, role) + 1;
        }
        let words = format!("page {} of {}, PgDn turns", self.page() + 1, form.pages.len());
        canvas.put_right(x, inner.y, inner.right().saturating_sub(x + 1), &words, Role::Muted);
        below(inner, 1)
    }

    fn lines(&self, beside: u16) -> Vec<Line<'_>> {
        let mut lines = Vec::new();
        let on_page = self.entries.iter().enumerate().filter(|(_, entry)| entry.field.page == self.page());
        for (place, entry) in on_page {
            lines.push(Line::Field(place, entry));
            if let Some(words) = entry.complaint() {
                lines.push(Line::Under(format!("! {words}"), Role::High));
            } else if let Some(words) = entry.doubt() {
                lines.push(Line::Under(format!("! {words}"), Role::Medium));
            } else if beside < BESIDE && self.stop == Stop::Field(place) && !entry.reads.is_empty() {
                lines.push(Line::Under(format!("= {}", entry.reads), Role::Muted));
            }
        }
        lines.push(Line::Blank);
        lines.push(Line::Buttons);
        lines
    }

    fn is_focus(&self, line: &Line<'_>) -> bool {
        match (line, self.stop) {
            (Line::Field(place, _), Stop::Field(focus)) => *place == focus,
            (Line::Buttons, Stop::Save(_) | Stop::Page(_)) => true,
            _ => false,
        }
    }

    fn draw_line(&self, canvas: &mut Canvas, row: Rect, line: &Line<'_>) {
        match line {
            Line::Field(place, entry) => self.draw_field(canvas, row, *place, entry),
            Line::Under(words, role) => {
                let at = row.x + labels(row.width);
                canvas.put(at, row.y, row.right().saturating_sub(at + 1), words, *role);
            }
            Line::Blank => {}
            Line::Buttons => self.draw_buttons(canvas, row),
        }
    }

    fn draw_field(&self, canvas: &mut Canvas, row: Rect, place: usize, entry: &Entry) {
        let focused = self.stop == Stop::Field(place);
        let label = labels(row.width);
        let star = if entry.field.needed { " *" } else { "" };
        let role = if entry.field.fixed { Role::Muted } else { Role::Text };
        canvas.put(row.x + 2, row.y, label.saturating_sub(3), &format!("{}{star}", entry.field.label), role);
        if focused {
            canvas.put(row.x, row.y, 1, canvas.theme.glyphs.cursor, Role::Accent);
        }
        let x = row.x + label;
        let mut cells = FIELD.min(row.width.saturating_sub(label + 2));
        if entry.field.takes == FormTakes::Date && beside_cells(row.width) >= BESIDE {
            cells = cells.min(DATE);
        }
        if !entry.field.fixed {
            canvas.spot(Rect { height: 1, ..row }, What::Stop { by: self.steps(Stop::Field(place)), button: false });
        }
        if entry.field.fixed {
            canvas.put(x, row.y, cells, entry.text(), Role::Muted);
        } else if entry.is_choice() {
            draw_choice(canvas, Rect { x, width: cells, ..row }, entry, focused);
        } else {
            entry.edit.view(canvas, x, row.y, cells, FieldLook { focused, ..FieldLook::default() });
        }
        let at = x + cells + 2;
        let room = row.right().saturating_sub(at + 1);
        if room >= BESIDE {
            canvas.put(at, row.y, room, &beside(entry, focused), Role::Muted);
        }
    }

    fn draw_buttons(&self, canvas: &mut Canvas, row: Rect) {
        let mut x = row.x + labels(row.width);
        let page = self.page();
        let more = self.form.as_ref().and_then(|form| form.pages.get(page + 1));
        let save = (Stop::Save(page), if self.is_new() { "Add".to_owned() } else { "Save".to_owned() });
        let more = more.map(|name| (Stop::Page(page + 1), format!("More: {name}")));
        for (stop, words) in [Some(save), more].into_iter().flatten() {
            let words = format!("[ {words} ]");
            let used = canvas.put(x, row.y, row.right().saturating_sub(x), &words, Role::Title);
            let button = Rect { x, y: row.y, width: used, height: 1 };
            canvas.spot(button, What::Stop { by: self.steps(stop), button: true });
            if self.stop == stop {
                canvas.restyle(Rect { x, y: row.y, width: used, height: 1 }, Role::Focus);
                canvas.put(row.x, row.y, 1, canvas.theme.glyphs.cursor, Role::Accent);
                canvas.cursor = Some((x, row.y));
            }
            x += used + 3;
        }
    }

    /// What the field with the focus is, or what fits the words in it; at a button, what saving does.
    fn draw_below(&self, canvas: &mut Canvas, area: Rect, _env: &Env) {
        let Some(entry) = self.focused() else {
            let happens = match self.is_new() {
                true => self.form.as_ref().map_or("", |form| form.happens),
                false => "Saves what was changed as one entry of the history. Ctrl-Z takes it back.",
            };
            canvas.paragraph(area, happens, Role::Muted);
            return;
        };
        let fits = entry.candidates();
        if entry.is_settled() || fits.is_empty() {
            let used = canvas.paragraph(area, entry.field.help, Role::Muted);
            let more = match entry.field.takes {
                FormTakes::Choice(_) => "Left and Right choose; a letter goes to its word; F4 lists them.",
                FormTakes::Record(_) => "Type a few letters, or F4 lists them.",
                FormTakes::Records(_) => "Several, separated by semicolons. F4 lists them.",
                FormTakes::Choices(_) => "Several, separated by commas. F4 lists them.",
                FormTakes::Date | FormTakes::Words => "",
            };
            canvas.paragraph(below(area, used), more, Role::Muted);
            return;
        }
        for (place, (y, fit)) in (area.y..area.bottom()).zip(fits).enumerate() {
            let sign = if place == 0 { canvas.theme.glyphs.cursor } else { " " };
            canvas.put(area.x, y, 1, sign, Role::Accent);
            let name = area.width / 2;
            canvas.put(area.x + 2, y, name, &fit.name, if place == 0 { Role::Text } else { Role::Muted });
            let at = area.x + 4 + name;
            let more = if place == 0 { format!("Enter takes it  {}", fit.more) } else { fit.more.clone() };
            canvas.put(at, y, area.right().saturating_sub(at), &more, Role::Muted);
        }
    }
}

/// Columns of the labels in a form of this width.
fn labels(width: u16) -> u16 {
    LABEL.min(width / 3).max(10) + 2
}

/// Columns left beside a field.
fn beside_cells(width: u16) -> u16 {
    width.saturating_sub(labels(width) + FIELD + 3)
}

/// One word of a closed list; with the focus between the signs of the keys that change it.
fn draw_choice(canvas: &mut Canvas, area: Rect, entry: &Entry, focused: bool) {
    let word = if entry.text().is_empty() { "not said" } else { entry.text() };
    if !focused {
        let role = if entry.text().is_empty() { Role::Muted } else { Role::Field };
        canvas.put(area.x, area.y, area.width, word, role);
        return;
    }
    let used = canvas.put(area.x, area.y, area.width, &format!("< {word} >"), Role::Field);
    canvas.restyle(Rect { width: used, ..area }, Role::Focus);
    canvas.cursor = Some((area.x + 2, area.y));
}

/// What stands beside a field: how it is read, or which keys help.
fn beside(entry: &Entry, focused: bool) -> String {
    if entry.field.fixed {
        return "cannot be changed".to_owned();
    }
    if !entry.reads.is_empty() {
        return format!("= {}", entry.reads);
    }
    match &entry.field.takes {
        FormTakes::Choice(_) if focused => "Left, Right, F4 list".to_owned(),
        FormTakes::Record(_) | FormTakes::Records(_) | FormTakes::Choices(_) if focused => "F4 list".to_owned(),
        FormTakes::Date if focused && entry.text().is_empty() => "as 31 mar, +90d; F4 month".to_owned(),
        _ => String::new(),
    }
}
