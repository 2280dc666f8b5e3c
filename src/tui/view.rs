//! Draws the model. Pure: the same model and moment give the same picture.
//!
//! Must never know: how to change anything.

use super::keymap::Context;
use super::model::Model;
use super::msg::Moment;
use super::pane::{Env, Pane, Tone};
use super::screen::Screen;
use super::theme::{Depth, Role};
use super::widget::canvas::{Canvas, centred};
use super::widget::frame;
use super::widget::spot::Spot;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Color;

/// What was drawn besides the cells.
#[derive(Debug, Default)]
pub struct Picture {
    /// Where the terminal's cursor goes.
    pub cursor: Option<(u16, u16)>,
    /// What clicks mean.
    pub spots: Vec<Spot>,
}

/// Draws everything into the buffer.
pub fn view(model: &Model, at: Moment, buf: &mut Buffer) -> Picture {
    let mut env = model.env(at);
    // The buffer is what is there; a size that is on its way counts from its own message on.
    env.size = (buf.area.width, buf.area.height);
    let mut canvas = Canvas::new(buf, model.theme());
    let mut picture = Picture::default();
    if env.size.0 < frame::LEAST.0 || env.size.1 < frame::LEAST.1 {
        frame::too_small(&mut canvas);
    } else if model.curtain.is_some() {
        curtain(&mut canvas, model, &env);
    } else {
        draw(&mut canvas, model, &env);
        picture = Picture { cursor: canvas.cursor, spots: canvas.spots };
    }
    if model.can.depth == Depth::Mono {
        without_colours(buf);
    }
    picture.cursor = picture.cursor.filter(|(x, y)| *x < buf.area.width && *y < buf.area.height);
    picture
}

fn draw(canvas: &mut Canvas, model: &Model, env: &Env) {
    let Some(layer) = model.screens.last() else {
        canvas.put_centred(0, env.size.1 / 2, env.size.0, "K E Y W A R D", Role::Title);
        return;
    };
    let screen = &layer.pane;
    if screen.is_full() {
        screen.view(canvas, env.window(), env);
        if model.overlays.is_empty() {
            canvas.clear(Rect { x: 0, y: env.size.1.saturating_sub(2), width: env.size.0, height: 1 });
            frame::hints(canvas, screen, &hints_of(screen), false);
        }
        status(canvas, model, env);
    } else {
        frame::tabs(canvas, screen.tab());
        frame::place(canvas, &screen.place(env, model.register()));
        screen.view(canvas, env.body(), env);
        if model.overlays.is_empty() {
            frame::hints(canvas, screen, &screen.contexts(), true);
        }
        frame::status(canvas, model.message(), &model.stored_words(env));
    }
    let over =
        if screen.is_full() { Rect { height: env.size.1.saturating_sub(2), ..env.window() } } else { env.body() };
    for layer in &model.overlays {
        // What lies beneath cannot be clicked.
        canvas.spots.clear();
        layer.pane.view(canvas, over, env);
    }
    if let Some(layer) = model.overlays.last() {
        let y = env.size.1.saturating_sub(2);
        canvas.clear(Rect { x: 0, y, width: env.size.0, height: 1 });
        let pinned = layer.pane.pins_hints() && model.register().is_some();
        frame::hints(canvas, &layer.pane, &layer.pane.contexts(), pinned);
    }
}

/// Set-up and unlocking have no row of their own for text keys; only what is special there is shown.
fn hints_of(screen: &Screen) -> Vec<Context> {
    screen.contexts().into_iter().filter(|context| !matches!(context, Context::Text | Context::Marks)).collect()
}

/// On a screen without a status line its message stands above the hints.
fn status(canvas: &mut Canvas, model: &Model, env: &Env) {
    if let Some(message) = model.message() {
        let y = env.size.1.saturating_sub(3);
        let role = if message.tone == Tone::Error { Role::High } else { Role::Text };
        canvas.put(3, y, env.size.0.saturating_sub(4), &message.text, role);
    }
}

/// The hidden screen: no name, no system, no number but the interview's clock.
fn curtain(canvas: &mut Canvas, model: &Model, env: &Env) {
    let box_ = centred(env.window(), env.size.0, 8);
    let middle = |canvas: &mut Canvas, offset: u16, words: &str, role: Role| {
        canvas.put_centred(box_.x, box_.y + offset, box_.width, words, role);
    };
    middle(canvas, 0, "K E Y W A R D", Role::Title);
    middle(canvas, 2, "Screen hidden", Role::Text);
    if let Some(seconds) = model.screens.last().and_then(|layer| layer.pane.timer(env)) {
        middle(canvas, 4, &super::screen::clock(seconds), Role::Text);
    }
    middle(canvas, 7, "F8 (or \\) brings it back.", Role::Text);
    let words = "After 2 minutes hidden, Keyward also asks for the passphrase.";
    canvas.put(3, env.size.1.saturating_sub(1), env.size.0.saturating_sub(4), words, Role::Muted);
}

/// Whatever a part drew, a terminal without colours gets none.
fn without_colours(buf: &mut Buffer) {
    for cell in &mut buf.content {
        cell.fg = Color::Reset;
        cell.bg = Color::Reset;
    }
}
