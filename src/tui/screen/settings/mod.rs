//! The settings: looks and locking on this computer, and what the register keeps for everybody.
//!
//! Must never know: how a value is checked, where it is kept.

mod line;

use super::parts::{empty_words, list_body, list_rule, one_list};
use super::{Face, Paper};
use crate::service::settings::{SettingLine, SettingTakes};
use crate::service::view::{Page, RegisterView};
use crate::service::{Answer, Command, Query};
use crate::tui::keymap::{Action, Context, Place};
use crate::tui::overlay::{Choice, KeyCheck, Picker, Value};
use crate::tui::pane::{Env, Flow, Pane, PlaceLine, Preference, Purpose, Reply, Slot, Tone, Want};
use crate::tui::text;
use crate::tui::theme::{Look, Role};
use crate::tui::widget::canvas::{Canvas, below, top};
use crate::tui::widget::frame::{self, Split};
use crate::tui::widget::list::{List, Moved};
use crate::tui::widget::table::{self, Cell, Column, col};
use line::{Line, What, lines};
use ratatui::layout::Rect;

const SETTINGS: Slot = 0;

const COLUMNS: &[Column] = &[col("", 14, 2), col("Setting", 22, 0).grows(3), col("Set to", 16, 0).grows(2)];

/// The settings.
#[derive(Default)]
pub struct Settings {
    list: List<Line>,
    held: Vec<SettingLine>,
    loaded: bool,
    grown: bool,
}

impl Settings {
    fn split(&self, env: &Env) -> Split {
        frame::split(env.body(), env, 9, self.grown)
    }

    fn height(&self, env: &Env) -> usize {
        usize::from(self.split(env).list.height.saturating_sub(2))
    }

    fn ask(&self, _env: &Env) -> Want {
        Want::Load(SETTINGS, Query::Settings)
    }

    /// The lines under the filter; they are few, so nothing is asked for it.
    fn narrow(&mut self, env: &Env) {
        let all = lines(&self.held);
        let unfiltered = all.len();
        let wanted: Vec<String> =
            text::folded(self.list.filter().text()).split_whitespace().map(str::to_owned).collect();
        let fits = |line: &Line| {
            let words = text::folded(&format!("{} {} {}", line.group, line.title(), line.value(env)));
            wanted.iter().all(|word| words.contains(word.as_str()))
        };
        let rows: Vec<Line> = all.into_iter().filter(fits).collect();
        let total = rows.len();
        self.list.accept(Page { rows: line::first_of_groups(rows), start: 0, total, unfiltered }, env.mono);
    }

    fn moved(&mut self, moved: Moved, env: &Env) -> Flow {
        match moved {
            Moved::No => Flow::ignored(),
            Moved::Yes => Flow::stay(),
            Moved::Ask => {
                self.narrow(env);
                Flow::stay()
            }
        }
    }

    /// Two choices turn round at once; more are picked from a list; words and numbers are typed.
    fn change(&self, env: &Env) -> Flow {
        let Some(line) = self.list.current() else { return Flow::note("There is no setting here.") };
        match &line.what {
            What::Look => {
                let choices = Look::ALL.iter().map(|look| Choice::new(look.title(), "")).collect();
                let at = Look::ALL.iter().position(|look| *look == env.theme.look).unwrap_or(0);
                Flow::open(Picker::new("Which can you read most easily?", choices, at, Purpose::Setting))
            }
            What::Symbols => prefer(Preference::Ascii(!env.theme.can.ascii)),
            What::Mouse => prefer(Preference::Mouse(!env.here.mouse)),
            What::LockAfter => Flow::open(Value::lock_after(env.here.lock_minutes)),
            What::Keyboard => Flow::open(KeyCheck::default()),
            What::InShell(words) => Flow::note(format!("In a shell: {words}")),
            What::Register(setting) => match &setting.takes {
                SettingTakes::OneOf(all) if all.len() == 2 => {
                    let other = all.iter().find(|(typed, _)| *typed != setting.typed);
                    other.map_or_else(Flow::stay, |(typed, _)| set(&setting.name, typed))
                }
                SettingTakes::OneOf(all) => {
                    let choices = all.iter().map(|(_, words)| Choice::new(words.clone(), "")).collect();
                    let at = all.iter().position(|(typed, _)| *typed == setting.typed).unwrap_or(0);
                    Flow::open(Picker::new(setting.title.clone(), choices, at, Purpose::Setting))
                }
                SettingTakes::Typed(_) => Flow::open(Value::setting(setting)),
                SettingTakes::Nothing => Flow::note("This one cannot be changed: it is a rule of the program."),
            },
        }
    }

    fn picked(&self, place: usize) -> Flow {
        match self.list.current().map(|line| &line.what) {
            Some(What::Look) => Look::ALL.get(place).map_or_else(Flow::stay, |look| prefer(Preference::Look(*look))),
            Some(What::Register(SettingLine { name, takes: SettingTakes::OneOf(all), .. })) => {
                all.get(place).map_or_else(Flow::stay, |(typed, _)| set(name, typed))
            }
            _ => Flow::stay(),
        }
    }
}

/// What is chosen for this computer holds at once and is kept for the next start.
fn prefer(preference: Preference) -> Flow {
    let words = match preference {
        Preference::Mouse(true) => "Mouse on. Hold Shift (Option on a Mac) to select text.",
        Preference::Mouse(false) => "Mouse off. Dragging selects text to copy.",
        _ => "Kept for this computer.",
    };
    Flow::stay().want(Want::Prefer(preference)).say(Tone::Done, words)
}

fn set(name: &str, value: &str) -> Flow {
    Flow::stay().apply(Command::Set { name: name.to_owned(), value: value.to_owned() })
}

impl Pane for Settings {
    fn contexts(&self) -> Vec<Context> {
        if self.list.is_filtering() {
            return vec![Context::Search, Context::Text];
        }
        vec![Context::Settings, Context::List, Context::Global]
    }

    fn disabled(&self, action: Action) -> Option<String> {
        match action {
            Action::Sort => Some("The settings have one order.".to_owned()),
            Action::FilterBy => Some("/ finds a setting by any word of it.".to_owned()),
            Action::Copy => Some("Nothing to copy here. In a shell: keyward settings --csv.".to_owned()),
            _ => None,
        }
    }

    fn on_action(&mut self, action: Action, env: &Env) -> Flow {
        match action {
            Action::Open if !self.list.is_filtering() => self.change(env),
            Action::Why => {
                self.grown = !self.grown;
                let words = if self.grown { "More room for the explanation." } else { "Less room for it." };
                Flow::note(words)
            }
            _ => {
                let moved = self.list.act(action, self.height(env), env.mono);
                self.moved(moved, env)
            }
        }
    }

    fn on_answer(&mut self, _slot: Slot, answer: Answer, env: &Env) -> Flow {
        if let Answer::Settings(held) = answer {
            self.held = held;
            self.loaded = true;
            self.narrow(env);
        }
        Flow::stay()
    }

    fn on_reply(&mut self, reply: &Reply, _env: &Env) -> Flow {
        match reply {
            Reply::Picked(Purpose::Setting, place) => self.picked(*place),
            _ => Flow::stay(),
        }
    }

    fn refresh(&mut self, env: &Env) -> Vec<Want> {
        vec![self.ask(env)]
    }

    one_list!();

    fn view(&self, canvas: &mut Canvas, _area: Rect, env: &Env) {
        let split = self.split(env);
        list_rule(canvas, top(split.list, 1), &[("Settings", Role::Title)], &self.list, &self.list.count_words());
        let empty = empty_words(&self.list, "setting", "settings", "No settings.");
        list_body(canvas, below(split.list, 1), &self.list, COLUMNS, (&empty, Role::Muted), |line| {
            let role = if line.is_own() { Role::Accent } else { Role::Text };
            let group = if line.first { line.group } else { "" };
            vec![Cell::of(group, Role::Muted), Cell::from(line.title()), Cell::of(line.value(env), role)]
        });
        let (Some(detail), Some(line)) = (split.detail, self.list.current()) else { return };
        canvas.rule(top(detail, 1), &[(&line.title(), Role::Text)], "");
        table::pairs(canvas, frame::detail_text(detail), 12, &line.explained(env));
    }
}

impl Face for Settings {
    fn tab(&self) -> Option<Place> {
        Some(Place::More)
    }

    fn title(&self) -> String {
        "Settings".to_owned()
    }

    fn topic(&self) -> &'static str {
        "settings"
    }

    fn row_title(&self) -> String {
        self.list.current().map_or_else(|| self.title(), Line::title)
    }

    fn paper(&self) -> Paper {
        Paper::Words("On paper, in a shell: keyward settings --csv.".to_owned())
    }

    fn place(&self, _env: &Env, _register: Option<&RegisterView>) -> PlaceLine {
        PlaceLine { left: "More > Settings".to_owned(), right: "changes apply at once".to_owned(), high: false }
    }
}
