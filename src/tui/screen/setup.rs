//! First run in four steps: the look, dates and name, passphrase and recovery code, how to begin.
//!
//! Nothing is on disk before the last step. Must never know: how a register is made.

use super::{Face, Paper};
use crate::config::is_month_first;
use crate::error::AppError;
use crate::secret::Passphrase;
use crate::service::view::RegisterView;
use crate::service::{NewRegister, Place as DoorPlace, Strength, StrengthLevel};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::model::one_line;
use crate::tui::msg::DoorAnswer;
use crate::tui::pane::{DoorJob, Env, Flow, Pane, PlaceLine, Preference, Want};
use crate::tui::theme::{Look, Role, Theme};
use crate::tui::widget::canvas::Canvas;
use crate::tui::widget::line_edit::{FieldLook, LineEdit, Typed};
use crate::tui::widget::table;
use ratatui::layout::Rect;
use zeroize::Zeroizing;

/// The steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Look,
    You,
    Keys,
    Begin,
}

impl Step {
    const fn number(self) -> u8 {
        match self {
            Self::Look => 1,
            Self::You => 2,
            Self::Keys => 3,
            Self::Begin => 4,
        }
    }
}

/// How to begin.
const BEGIN: [(&str, &str); 3] = [
    ("Start with an empty file", "Then import people, clients and who has what."),
    ("Back, change something", "Nothing is written yet."),
    ("Leave", "Nothing is written. keyward demo opens a practice file."),
];

/// First run.
pub struct Setup {
    step: Step,
    place: DoorPlace,
    look: Look,
    ascii: Option<bool>,
    name: LineEdit,
    zone: LineEdit,
    /// Chosen by hand; else it follows the zone.
    day_first: Option<bool>,
    passphrase: LineEdit,
    again: LineEdit,
    proof: LineEdit,
    shown: bool,
    code: Option<Passphrase>,
    focus: usize,
    error: Option<String>,
    working: bool,
}

impl Setup {
    /// For a register that is not there yet. The look in use is shown as chosen.
    pub fn new(place: &DoorPlace, look: Look) -> Self {
        Self {
            step: Step::Look,
            place: place.clone(),
            look,
            ascii: None,
            name: LineEdit::default(),
            zone: LineEdit::with(&place.zone),
            day_first: None,
            passphrase: LineEdit::secret(),
            again: LineEdit::secret(),
            proof: LineEdit::default(),
            shown: false,
            code: None,
            focus: 0,
            error: None,
            working: false,
        }
    }

    fn is_day_first(&self) -> bool {
        self.day_first.unwrap_or_else(|| !is_month_first(self.zone.text().trim()))
    }

    fn choose(&mut self, look: Look) -> Flow {
        self.look = look;
        Flow::stay().want(Want::Prefer(Preference::Look(look)))
    }

    fn field(&mut self) -> Option<&mut LineEdit> {
        match (self.step, self.focus) {
            (Step::You, 0) => Some(&mut self.name),
            (Step::You, 1) => Some(&mut self.zone),
            (Step::Keys, 0) => Some(&mut self.passphrase),
            (Step::Keys, 1) => Some(&mut self.again),
            (Step::Keys, 2) => Some(&mut self.proof),
            _ => None,
        }
    }

    /// Goes to the next step when this one holds.
    fn next(&mut self) -> Flow {
        self.error = None;
        match self.step {
            Step::Look => self.step = Step::You,
            Step::You => {
                if self.name.text().trim().is_empty() {
                    return self.wrong(0, "Type your name. It stands beside everything you do.");
                }
                if self.zone.text().trim().parse::<chrono_tz::Tz>().is_err() {
                    return self.wrong(1, "That zone is not known. As an example: Europe/Berlin or America/Chicago.");
                }
                self.step = Step::Keys;
                self.focus = 0;
                if self.code.is_none() {
                    return Flow::stay().want(Want::Door(DoorJob::Code));
                }
            }
            Step::Keys => {
                if Strength::of(self.passphrase.text()).level == StrengthLevel::Weak {
                    return self.wrong(0, "That is too easy to guess. Five unrelated words are strong.");
                }
                if self.passphrase.text() != self.again.text() {
                    return self.wrong(1, "The two do not match yet.");
                }
                let typed = self.proof.text().trim().to_uppercase();
                if self.last_four().is_none_or(|last| last != typed) {
                    return self.wrong(2, "Type the last 4 characters of the recovery code, as printed.");
                }
                self.step = Step::Begin;
            }
            Step::Begin => {}
        }
        self.focus = 0;
        Flow::stay()
    }

    fn wrong(&mut self, focus: usize, words: &str) -> Flow {
        self.focus = focus;
        self.error = Some(words.to_owned());
        Flow::stay()
    }

    fn last_four(&self) -> Option<String> {
        let code = self.code.as_ref()?.expose();
        let signs: Vec<char> = code.chars().filter(|c| c.is_alphanumeric()).collect();
        Some(signs.get(signs.len().checked_sub(4)?..)?.iter().collect())
    }

    fn back(&mut self) -> Flow {
        self.error = None;
        self.focus = 0;
        self.step = match self.step {
            Step::Look | Step::You => Step::Look,
            Step::Keys => Step::You,
            Step::Begin => Step::Keys,
        };
        Flow::stay()
    }

    fn begin(&mut self) -> Flow {
        if self.working {
            return Flow::stay();
        }
        match self.focus {
            0 => {
                let Some(code) = self.code.as_ref().map(|code| code.expose().to_owned()) else { return Flow::stay() };
                self.working = true;
                let secret = |words: &str| Passphrase::new(Zeroizing::new(words.to_owned()));
                Flow::stay().want(Want::Door(DoorJob::Create(NewRegister {
                    operator: self.name.text().trim().to_owned(),
                    zone: self.zone.text().trim().to_owned(),
                    day_first: self.is_day_first(),
                    passphrase: secret(self.passphrase.text()),
                    recovery_code: Passphrase::new(Zeroizing::new(code)),
                })))
            }
            1 => self.back(),
            _ => Flow::stay().want(Want::Quit),
        }
    }

    fn step_focus(&mut self, by: isize) -> Flow {
        let places = match self.step {
            Step::You | Step::Keys | Step::Begin => 3,
            Step::Look => 1,
        };
        self.focus = (self.focus + places).saturating_add_signed(by) % places;
        Flow::stay()
    }

    fn act_on_look(&mut self, action: Action) -> Flow {
        let at = Look::ALL.iter().position(|look| *look == self.look).unwrap_or(0);
        let nth = |place: usize| Look::ALL.get(place).copied();
        match action {
            Action::Choice(number) => {
                nth(usize::from(number).saturating_sub(1)).map_or_else(Flow::ignored, |l| self.choose(l))
            }
            Action::Up => nth(at.saturating_sub(1)).map_or_else(Flow::stay, |look| self.choose(look)),
            Action::Down => nth(at + 1).map_or_else(Flow::stay, |look| self.choose(look)),
            Action::Yes | Action::No => {
                let ascii = action == Action::No;
                self.ascii = Some(ascii);
                Flow::stay().want(Want::Prefer(Preference::Ascii(ascii)))
            }
            Action::Open => {
                // What is chosen by Enter alone is remembered too.
                let look = self.look;
                let flow = self.next();
                flow.want(Want::Prefer(Preference::Look(look)))
            }
            _ => Flow::ignored(),
        }
    }
}

/// `same, good`, or where the two part.
fn compared(first: &str, second: &str) -> String {
    if second.is_empty() {
        return String::new();
    }
    if first == second {
        return "same, good".to_owned();
    }
    let differs = first.chars().zip(second.chars()).position(|(a, b)| a != b);
    match differs {
        Some(place) => format!("differs at character {}", place + 1),
        None if second.chars().count() < first.chars().count() => "go on".to_owned(),
        None => "too long".to_owned(),
    }
}

impl Pane for Setup {
    fn contexts(&self) -> Vec<Context> {
        match self.step {
            Step::Look => vec![Context::Look, Context::Modal],
            Step::You if self.focus == 2 => vec![Context::Setup, Context::Begin, Context::Marks, Context::Modal],
            Step::You | Step::Keys => vec![Context::Setup, Context::Text],
            Step::Begin => vec![Context::Begin, Context::Modal],
        }
    }

    fn on_action(&mut self, action: Action, _env: &Env) -> Flow {
        match (self.step, action) {
            (Step::Look, _) => self.act_on_look(action),
            (_, Action::Back) => self.back(),
            (Step::Begin, Action::Up) => self.step_focus(-1),
            (Step::Begin, Action::Down) => self.step_focus(1),
            (Step::Begin, Action::Open) => self.begin(),
            (Step::You, Action::Mark) => {
                self.day_first = Some(!self.is_day_first());
                Flow::stay()
            }
            (Step::You | Step::Keys, Action::NextPane | Action::Down) => self.step_focus(1),
            (Step::You | Step::Keys, Action::PrevPane | Action::Up) => self.step_focus(-1),
            (Step::You | Step::Keys, Action::Open) if self.focus < 2 => self.step_focus(1),
            (Step::You | Step::Keys, Action::Open) => self.next(),
            (Step::Keys, Action::Values) => {
                self.shown = !self.shown;
                Flow::stay()
            }
            // What is typed here is never copied.
            (_, Action::Copy) => Flow::stay(),
            _ => {
                let acted = self.field().is_some_and(|field| field.act(action));
                if acted { Flow::stay() } else { Flow::ignored() }
            }
        }
    }

    fn on_text(&mut self, typed: &Typed, _env: &Env) -> Flow {
        self.error = None;
        if let Some(field) = self.field() {
            field.write(typed);
        }
        Flow::stay()
    }

    fn on_door(&mut self, answer: Result<DoorAnswer, AppError>, _env: &Env) -> Flow {
        self.working = false;
        match answer {
            Ok(DoorAnswer::Code(code)) => self.code = Some(code),
            Ok(_) => {}
            Err(error) => self.error = Some(one_line(&error)),
        }
        Flow::stay()
    }

    fn view(&self, canvas: &mut Canvas, area: Rect, env: &Env) {
        let room = Rect { x: area.x + 3, width: area.width.saturating_sub(6), ..area };
        let y = if env.size.1 < 24 { 0 } else { 2 };
        canvas.put(room.x, y, 20, "Keyward", Role::Title);
        canvas.put_right(room.x, y, room.width, &format!("Setting up, {} of 4", self.step.number()), Role::Text);
        let sign = canvas.theme.glyphs.h;
        canvas.fill(room.x, y + 1, room.width, sign, Role::Rule);
        let bottom = env.size.1.saturating_sub(3);
        let body = Rect { y: y + 3, height: bottom.saturating_sub(y + 3), ..room };
        match self.step {
            Step::Look => self.view_look(canvas, body),
            Step::You => self.view_you(canvas, body),
            Step::Keys => self.view_keys(canvas, body),
            Step::Begin => self.view_begin(canvas, body),
        }
        let words = match self.step {
            Step::Look => "You can change all of this later.",
            _ => "The file is written only after step 4.",
        };
        let last = env.size.1.saturating_sub(1);
        match &self.error {
            // Where there is room the error stands above the hints, else in place of the words below them.
            Some(error) if env.size.1 >= 24 => {
                let at = Rect { y: bottom.saturating_sub(1), height: 2, ..room };
                canvas.paragraph(at, &format!("! {error}"), Role::High);
            }
            Some(error) => {
                canvas.put(room.x, last, room.width, &format!("! {error}"), Role::High);
                return;
            }
            None => {}
        }
        canvas.put(room.x, last, room.width, words, Role::Muted);
    }
}

impl Setup {
    fn view_look(&self, canvas: &mut Canvas, body: Rect) {
        let question = "Which of these can you read most easily?  Press 1, 2, 3 or 4.";
        canvas.put(body.x, body.y, body.width, question, Role::Text);
        let low = body.height < 16 || body.width < 66;
        for (place, look) in Look::ALL.into_iter().enumerate() {
            let place = u16::try_from(place).unwrap_or(0);
            let at = if low {
                (body.x, body.y + 1 + place)
            } else {
                (body.x + (place % 2) * 34, body.y + 2 + (place / 2) * 4)
            };
            self.view_sample(canvas, at, (place + 1, look), low);
        }
        let glyphs = canvas.theme.glyphs;
        let signs = [glyphs.open, glyphs.removed, glyphs.asked, glyphs.checked, glyphs.cursor].join(" ");
        if low {
            let [corner, ..] = glyphs.corners;
            let words = format!("Y if this is straight, N if not: {corner}{}{corner} {signs}", glyphs.h.repeat(3));
            canvas.put(body.x, body.y + 5, body.width, &words, Role::Text);
            return;
        }
        let y = body.y + 10;
        let question = "Does this box look closed, with straight sides?   Y yes   N no";
        canvas.put(body.x, y, body.width, question, Role::Text);
        let box_ = Rect { x: body.x + 3, y: y + 2, width: 14, height: 3 };
        let inner = canvas.frame(box_, "");
        canvas.put(inner.x + 1, inner.y, inner.width, &signs, Role::Text);
        let words = match self.ascii {
            Some(true) => "Drawn with plain letters from now on.",
            Some(false) => "Good: lines and dots it is.",
            None => "No is fine: Keyward then draws with plain letters.",
        };
        canvas.put(box_.right() + 3, inner.y, body.width.saturating_sub(20), words, Role::Text);
    }

    /// One look, drawn in itself.
    fn view_sample(&self, canvas: &mut Canvas, (x, y): (u16, u16), (number, look): (u16, Look), low: bool) {
        let chosen = canvas.theme;
        let mark = if look == self.look { chosen.glyphs.cursor } else { " " };
        canvas.put(x.saturating_sub(2), y, 1, mark, Role::Accent);
        let name = if low { look.word() } else { look.title() };
        canvas.put(x, y, if low { 12 } else { 34 }, &format!("{number}  {name}"), Role::Text);
        canvas.theme = Theme::new(look, chosen.can);
        let (at, row) = if low { (x + 13, y) } else { (x + 3, y + 1) };
        let pieces = [("Dana Ruiz", Role::Text), ("  ", Role::Text), ("!! High", Role::High), ("  ", Role::Text)];
        let used = canvas.pieces(at, row, 24, &pieces);
        let open = format!("{} in", chosen.glyphs.open);
        canvas.put(at + used, row, 6, &open, Role::Ok);
        if !low {
            canvas.put(at, row + 1, 16, &format!("{} selected row", chosen.glyphs.cursor), Role::Focus);
        }
        canvas.theme = chosen;
        if look == self.look {
            canvas.cursor = Some((x.saturating_sub(2), y));
        }
    }

    fn view_field(canvas: &mut Canvas, at: Rect, label: &str, field: &LineEdit, look: FieldLook, beside: &str) {
        canvas.put(at.x, at.y, 13, label, Role::Text);
        let cells = at.width.saturating_sub(13).min(36);
        field.view(canvas, at.x + 13, at.y, cells, look);
        if look.focused {
            let sign = canvas.theme.glyphs.cursor;
            canvas.put(at.x.saturating_sub(2), at.y, 1, sign, Role::Accent);
        }
        let rest = at.x + 16 + cells;
        canvas.put(rest, at.y, at.right().saturating_sub(rest), beside, Role::Muted);
    }

    fn view_you(&self, canvas: &mut Canvas, body: Rect) {
        let low = body.height < 10;
        canvas.put(body.x, body.y, body.width, "Who are you, and how are dates written here?", Role::Text);
        let row = |offset: u16| Rect { y: body.y + if low { offset / 2 } else { offset }, height: 1, ..body };
        let look = |place: usize| FieldLook { focused: self.focus == place, ..FieldLook::default() };
        Self::view_field(canvas, row(2), "Your name", &self.name, look(0), "in the history");
        Self::view_field(canvas, row(4), "Time zone", &self.zone, look(1), "of the office");
        let dates = row(6);
        canvas.put(dates.x, dates.y, 13, "Dates", Role::Text);
        let (first, second) = if self.is_day_first() { ("(*)", "( )") } else { ("( )", "(*)") };
        let words = format!("{first} 31/3/26 day first   {second} 3/31/26 month first   Space turns");
        canvas.put(dates.x + 13, dates.y, dates.width.saturating_sub(13), &words, Role::Text);
        if self.focus == 2 {
            table::cursor(canvas, Rect { x: dates.x.saturating_sub(2), ..dates }, true);
        }
        if low {
            return;
        }
        let words = "Screens and reports always print the month as a word.";
        canvas.put(body.x, body.y + 8, body.width, words, Role::Muted);
        canvas.put(body.x, body.y + 9, body.width, &format!("File: {}", self.place.path), Role::Muted);
    }

    fn view_keys(&self, canvas: &mut Canvas, body: Rect) {
        let low = body.height < 14;
        let row = |full: u16, small: u16| Rect { y: body.y + if low { small } else { full }, height: 1, ..body };
        if !low {
            let words = "Choose a passphrase. It locks the file. Nobody can reset it for you.";
            canvas.put(body.x, body.y, body.width, words, Role::Text);
        }
        let look =
            |place: usize| FieldLook { focused: self.focus == place, hidden: !self.shown && place < 2, bare: false };
        let show = if self.shown { "F4 hide" } else { "F4 show" };
        Self::view_field(canvas, row(2, 0), "Passphrase", &self.passphrase, look(0), show);
        let strength = Strength::of(self.passphrase.text());
        let role = if strength.level == StrengthLevel::Strong { Role::Ok } else { Role::Medium };
        let at = row(3, 1);
        canvas.put(at.x + 13, at.y, at.width.saturating_sub(13), &strength.to_string(), role);
        let same = compared(self.passphrase.text(), self.again.text());
        Self::view_field(canvas, row(5, 2), "Once more", &self.again, look(1), &same);
        let code = self.code.as_ref().map_or("making it ...", |code| code.expose());
        if low {
            canvas.put(body.x, body.y + 3, body.width, "Recovery code, for the safe:", Role::Text);
            canvas.put(body.x, body.y + 4, body.width, code, Role::Title);
            return Self::view_field(canvas, row(5, 5), "Last 4", &self.proof, look(2), "");
        }
        let explains = "Recovery code: opens the file if the passphrase is lost. Print it, put it in the safe, \
                        then type its last 4 characters here so we both know you have it:";
        let used = canvas.paragraph(Rect { y: body.y + 7, height: 3, ..body }, explains, Role::Text);
        let at = body.y + 8 + used;
        canvas.put(body.x + 3, at, body.width.saturating_sub(3), code, Role::Title);
        Self::view_field(canvas, Rect { y: at + 2, height: 1, ..body }, "Last 4", &self.proof, look(2), "");
    }

    fn view_begin(&self, canvas: &mut Canvas, body: Rect) {
        canvas.put(body.x, body.y, body.width, "How do you want to begin?", Role::Text);
        for (place, (label, more)) in BEGIN.iter().enumerate() {
            let y = body.y + 2 + u16::try_from(place).unwrap_or(0);
            if y >= body.bottom() {
                break;
            }
            canvas.put(body.x + 2, y, 30, label, Role::Text);
            canvas.put(body.x + 33, y, body.width.saturating_sub(34), more, Role::Muted);
            if place == self.focus {
                table::cursor(canvas, Rect { y, height: 1, ..body }, true);
            }
        }
        let y = body.y + 6;
        let words = if self.working { "Writing the file. This takes about a second." } else { "" };
        canvas.put(body.x, y, body.width, words, Role::Text);
    }
}

impl Face for Setup {
    fn tab(&self) -> Option<Place> {
        None
    }

    fn title(&self) -> String {
        "Setting up".to_owned()
    }

    fn topic(&self) -> &'static str {
        "setup"
    }

    fn paper(&self) -> Paper {
        Paper::Words("Nothing to print yet.".to_owned())
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        PlaceLine::default()
    }

    fn is_full(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_field_says_where_it_parts() {
        assert_eq!(compared("abcdef", "abcdeX"), "differs at character 6");
        assert_eq!(compared("abc", "abc"), "same, good");
        assert_eq!(compared("abc", "ab"), "go on");
    }
}
