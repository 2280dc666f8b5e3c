//! The neutral tree every report becomes before it is written in a format.
//!
//! Renderers know only this: headings, sentences, facts, figures, tables, signatures, the receipt. All text in it is
//! [`Shown`]; dates and numbers stay values, so that each format words them its own way.
//!
//! Must never know: what the report is about, which format it becomes.

use super::when::{Clock, grouped};
use crate::domain::{Day, Instant};
use crate::text::Shown;
use std::borrow::Cow;

/// One report, ready to be written.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The word for the kind of report in JSON and file names: `discharge`, `who`, ...
    pub kind: &'static str,
    /// What it is, in a few words.
    pub title: Shown,
    /// The question it answers.
    pub question: Shown,
    /// The firm, or another line that says whose paper this is.
    pub firm: Shown,
    /// The moment the answer is for.
    pub as_of: Instant,
    /// What the register knew at this moment, when that is not now.
    pub known_at: Option<Instant>,
    /// Who made it.
    pub made_by: Shown,
    /// When it was made: the date of the file.
    pub made_at: Instant,
    /// The clock in which moments are worded.
    pub clock: Clock,
    /// The answer in one sentence.
    pub verdict: Option<Verdict>,
    /// What it says, from top to bottom.
    pub blocks: Vec<Block>,
    /// The line that fixes the history.
    pub seal: Seal,
}

/// The answer in one sentence, with how it should be taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Verdict {
    /// How it should be taken.
    pub tone: Tone,
    /// The sentence.
    pub text: Shown,
}

/// How something should be taken. Never carried by colour alone: words or a sign always say it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    /// As it is.
    #[default]
    Plain,
    /// As it should be.
    Good,
    /// Look at it.
    Attention,
    /// Act on it.
    Bad,
    /// Of less weight.
    Quiet,
}

impl Tone {
    /// The class in HTML.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Plain => "plain",
            Self::Good => "good",
            Self::Attention => "attention",
            Self::Bad => "bad",
            Self::Quiet => "quiet",
        }
    }
}

/// One part of a document.
#[derive(Debug, Clone, PartialEq)]
pub enum Block {
    /// Starts a section.
    Heading(Shown),
    /// A sentence or a few.
    Paragraph(Shown),
    /// A remark that must not be overlooked.
    Note(Verdict),
    /// A few numbers that carry the report.
    Figures(Vec<Figure>),
    /// Labelled values.
    Facts(Facts),
    /// A counter that fell over time.
    Fall(Fall),
    /// Lines and columns.
    Table(Table),
    /// Places to sign.
    Signatures(Vec<Signature>),
}

/// One number that carries the report.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// Its name in JSON.
    pub key: &'static str,
    /// The number, or a few words.
    pub value: Shown,
    /// What it counts.
    pub label: Shown,
    /// What it compares with.
    pub note: Shown,
    /// How it should be taken.
    pub tone: Tone,
}

impl Figure {
    /// A number whose label is the first word for one, the second for any other number.
    pub fn count(key: &'static str, number: u64, [one, many]: [&'static str; 2], note: String, tone: Tone) -> Self {
        let label = if number == 1 { one } else { many };
        Self { key, value: grouped(number).into(), label: label.into(), note: note.into(), tone }
    }
}

/// Labelled values.
#[derive(Debug, Clone, PartialEq)]
pub struct Facts {
    /// Their name in JSON.
    pub key: &'static str,
    /// The values in order.
    pub facts: Vec<Fact>,
}

/// One labelled value.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name in JSON.
    pub key: &'static str,
    /// Its name for people.
    pub label: &'static str,
    /// The value.
    pub value: Cell,
}

impl Fact {
    /// A labelled value.
    pub fn new(key: &'static str, label: &'static str, value: impl Into<Cell>) -> Self {
        Self { key, label, value: value.into() }
    }
}

/// A counter that fell over time, as a stepped line.
#[derive(Debug, Clone, PartialEq)]
pub struct Fall {
    /// What is counted, as `Ways in still open`.
    pub label: &'static str,
    /// Where the line starts.
    pub from: Instant,
    /// Where it starts, at the height of everything.
    pub total: u64,
    /// Each moment at which it changed, with how much was left; in order of time.
    pub steps: Vec<(Instant, u64)>,
    /// The moment by which it should have been empty.
    pub limit: Option<Instant>,
    /// The same in words, for readers who cannot see the line.
    pub words: Shown,
}

/// Lines and columns.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name in JSON and in the names of CSV files.
    pub key: &'static str,
    /// What the lines are and how many, as `61 ways in, in the order they were shut`.
    pub caption: Shown,
    /// The columns.
    pub columns: Vec<Column>,
    /// The lines; each has one cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// What stands in place of the lines when there are none.
    pub empty: &'static str,
    /// This is what the report is about: `rows` in JSON.
    pub main: bool,
}

/// One column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name in JSON and CSV.
    pub key: &'static str,
    /// Its name for people.
    pub head: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
    /// On paper it stands in smaller type under the column before; a column of its own in CSV and JSON.
    pub under: bool,
}

impl Column {
    /// A column of its own.
    pub const fn new(key: &'static str, head: &'static str, kind: ColumnKind) -> Self {
        Self { key, head, kind, under: false }
    }

    /// A column that stands under the one before on paper.
    pub const fn under(key: &'static str, head: &'static str, kind: ColumnKind) -> Self {
        Self { key, head, kind, under: true }
    }
}

/// What a column holds: decides alignment and which columns give way when room is short.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// The number of the line, so that an auditor can point at it.
    Number,
    /// What the line is about: the head of the row.
    Head,
    /// Words.
    Text,
    /// A moment or a day.
    When,
    /// How something stands.
    State,
    /// A count.
    Count,
}

/// One value.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Cell {
    /// There is nothing to say.
    #[default]
    None,
    /// There is something to say and nobody knows it.
    Unknown,
    /// The ordinary case of a closed list: nothing on paper, its word in data.
    Usual(&'static str),
    /// Words.
    Text(Shown),
    /// A word from a closed list, with its form in JSON.
    Word {
        /// The word in JSON.
        stored: &'static str,
        /// The word for people.
        shown: Shown,
        /// How it should be taken.
        tone: Tone,
    },
    /// A count.
    Count(u64),
    /// A moment.
    At(Instant),
    /// A day.
    Day(Day),
}

impl Cell {
    /// Words, or nothing.
    pub fn text(text: impl Into<Shown>) -> Self {
        let shown = text.into();
        if shown.is_empty() { Self::None } else { Self::Text(shown) }
    }

    /// A word from a closed list.
    pub fn word(stored: &'static str, shown: impl Into<Shown>, tone: Tone) -> Self {
        Self::Word { stored, shown: shown.into(), tone }
    }

    /// As people read it. Nothing is a dash, so that an empty place cannot be taken for a forgotten one.
    pub fn worded(&self, clock: &Clock) -> Cow<'_, str> {
        match self {
            Self::None | Self::Usual(_) => "–".into(),
            Self::Unknown => "not known".into(),
            Self::Text(text) | Self::Word { shown: text, .. } => text.as_str().into(),
            Self::Count(number) => grouped(*number).into(),
            Self::At(at) => clock.moment(*at).into(),
            Self::Day(day) => Clock::day(*day).into(),
        }
    }

    /// How it should be taken.
    pub const fn tone(&self) -> Tone {
        match self {
            Self::Word { tone, .. } => *tone,
            Self::None | Self::Usual(_) | Self::Unknown => Tone::Quiet,
            _ => Tone::Plain,
        }
    }

    /// Whether there is nothing to say on paper.
    pub const fn is_none(&self) -> bool {
        matches!(self, Self::None | Self::Usual(_))
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::text(text)
    }
}

impl From<&String> for Cell {
    fn from(text: &String) -> Self {
        Self::text(text)
    }
}

impl From<&Option<String>> for Cell {
    fn from(text: &Option<String>) -> Self {
        text.as_deref().map_or(Self::None, Self::text)
    }
}

impl From<u64> for Cell {
    fn from(number: u64) -> Self {
        Self::Count(number)
    }
}

impl From<Instant> for Cell {
    fn from(at: Instant) -> Self {
        Self::At(at)
    }
}

impl From<Option<Instant>> for Cell {
    fn from(at: Option<Instant>) -> Self {
        at.map_or(Self::None, Self::At)
    }
}

impl From<Option<Day>> for Cell {
    fn from(day: Option<Day>) -> Self {
        day.map_or(Self::None, Self::Day)
    }
}

/// Where somebody signs.
#[derive(Debug, Clone, PartialEq)]
pub struct Signature {
    /// As what, as `Checked by`.
    pub role: &'static str,
    /// Who, when that is known.
    pub name: Shown,
}

/// What fixes the history up to this report, and what nothing here can prove.
#[derive(Debug, Clone, PartialEq)]
pub struct Seal {
    /// The sentence of the receipt, or the one that says there is none.
    pub line: Shown,
    /// `18203-7C1E-90AA-51F0-22B8`, to be typed back.
    pub code: Option<Shown>,
    /// Entries, root in hex, operator and moment, for JSON.
    pub parts: Option<SealParts>,
    /// Where the facts come from.
    pub sources: Vec<Shown>,
    /// How sure the answer is, and what would make it surer.
    pub sure: Vec<Shown>,
    /// What Keyward cannot prove.
    pub limits: &'static str,
}

/// The receipt's parts for programs.
#[derive(Debug, Clone, PartialEq)]
pub struct SealParts {
    /// Entries of the history it covers.
    pub entries: u64,
    /// The root over them, hex.
    pub root: String,
    /// Who signed it.
    pub signed_by: Shown,
    /// When.
    pub at: Instant,
}

impl Document {
    /// The tables in order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.blocks.iter().filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
    }

    /// The labelled lines under the title: date, maker, zone.
    pub fn head(&self) -> Vec<Fact> {
        let mut facts = vec![Fact::new("as_of", "As of", self.clock.long(self.as_of))];
        if let Some(known) = self.known_at {
            facts.push(Fact::new("known_at", "As recorded at", self.clock.long(known)));
        }
        facts.push(Fact::new("made_by", "Made by", self.made_by.as_str()));
        facts.push(Fact::new("made_at", "Made at", self.clock.long(self.made_at)));
        facts.push(Fact::new("zone", "Times in", self.clock.zone(self.made_at)));
        facts
    }
}
