//! The letter to one client about somebody who leaves: only that client's facts. A line says whose it is when it is
//! made, and the letter refuses one of another client.
//!
//! Must never know: where the facts were read; any other client.

use super::frame::Frame;
use crate::domain::{CaseKind, ClientId, Instant};
use crate::report::ReportError;
use crate::report::document::{Block, Cell, Column, ColumnKind, Document, Table, Tone, Verdict};
use crate::report::when::counted;
use crate::text::Shown;

/// A letter to one client.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterReport {
    frame: Frame,
    client: ClientId,
    client_name: String,
    leaver: LetterLeaver,
    ways: Vec<LetterWay>,
    secrets: Vec<LetterSecret>,
    tools: Vec<LetterTool>,
}

/// Who leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterLeaver {
    /// Name.
    pub name: String,
    /// Role.
    pub role: Option<String>,
    /// What for.
    pub kind: CaseKind,
    /// Last minute of work.
    pub last: Instant,
    /// Whom to ask at our firm.
    pub contact: String,
}

/// How something stands, for somebody outside.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterState {
    /// The word in JSON.
    pub stored: &'static str,
    /// The word for people.
    pub shown: String,
    /// How it should be taken.
    pub tone: Tone,
    /// Since when, when it is over.
    pub at: Option<Instant>,
    /// Nobody can get in this way any more.
    pub over: bool,
}

/// A way into one of the client's systems.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterWay {
    /// Whose system it is.
    pub client: ClientId,
    /// Which system.
    pub system: String,
    /// With which login.
    pub login: String,
    /// At which level.
    pub level: String,
    /// How it stands.
    pub state: LetterState,
}

/// A shared login or code of the client that the leaver knew.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterSecret {
    /// Whose.
    pub client: ClientId,
    /// Its name; never its value.
    pub name: String,
    /// Changed since.
    pub changed: Option<Instant>,
}

/// A tool of ours that leads to the client's systems.
#[derive(Debug, Clone, PartialEq)]
pub struct LetterTool {
    /// Which.
    pub name: String,
    /// How the leaver's way into it stands.
    pub state: LetterState,
}

impl LetterReport {
    /// A letter without lines yet. Refuses a frame with a source that is another client's.
    pub fn new(frame: Frame, client: ClientId, name: String, leaver: LetterLeaver) -> Result<Self, ReportError> {
        if frame.sources.iter().any(|source| source.client.is_some_and(|of| of != client)) {
            return Err(ReportError::OtherClient);
        }
        Ok(Self { frame, client, client_name: name, leaver, ways: Vec::new(), secrets: Vec::new(), tools: Vec::new() })
    }

    /// Adds a way in. Refuses one into another client's system.
    pub fn add(&mut self, way: LetterWay) -> Result<(), ReportError> {
        self.own(way.client)?;
        self.ways.push(way);
        Ok(())
    }

    /// Adds a shared login. Refuses one of another client.
    pub fn add_secret(&mut self, secret: LetterSecret) -> Result<(), ReportError> {
        self.own(secret.client)?;
        self.secrets.push(secret);
        Ok(())
    }

    /// Adds a tool of our own.
    pub fn add_tool(&mut self, tool: LetterTool) {
        self.tools.push(tool);
    }

    fn own(&self, client: ClientId) -> Result<(), ReportError> {
        if client == self.client { Ok(()) } else { Err(ReportError::OtherClient) }
    }

    /// The letter as a document.
    pub fn document(&self) -> Document {
        let (clock, leaver) = (self.frame.clock(), &self.leaver);
        let name = leaver.name.as_str();
        let who = leaver.role.as_ref().map_or_else(|| name.to_owned(), |role| format!("{name}, {role},"));
        let (title, first) = match (leaver.kind, leaver.last > self.frame.as_of) {
            (CaseKind::Mover, _) => (
                format!("{name} no longer works on your systems"),
                format!("{who} has another task with us since {}.", clock.long(leaver.last)),
            ),
            (_, true) => (format!("{name} leaves us"), format!("{who} leaves us on {}.", clock.long(leaver.last))),
            (_, false) => (
                format!("{name} no longer works for us"),
                format!("{who} has not worked for us since {}.", clock.long(leaver.last)),
            ),
        };
        let question = format!("What could {name} open at {}, and how does it stand?", self.client_name);
        let mut document = self.frame.document("client_letter", title, question);
        document.verdict = Some(self.verdict());
        document.blocks.push(Block::Paragraph(format!("To {}: {first}", self.client_name).into()));
        document.blocks.push(Block::Heading("Ways into your systems".into()));
        document.blocks.push(Block::Table(self.ways_table()));
        if !self.secrets.is_empty() {
            document.blocks.push(Block::Heading("Shared logins and codes of yours".into()));
            document.blocks.push(Block::Table(self.secrets_table()));
        }
        if !self.tools.is_empty() {
            document.blocks.push(Block::Heading("Tools of ours that lead to you".into()));
            document.blocks.push(Block::Table(self.tools_table()));
        }
        document.blocks.push(Block::Heading("What we ask of you".into()));
        for words in self.requests() {
            document.blocks.push(Block::Paragraph(words));
        }
        document
    }

    /// Everything that could still be used, by number: ways in and tools not shut, shared logins not changed.
    fn left(&self) -> usize {
        let states = self.ways.iter().map(|way| &way.state).chain(self.tools.iter().map(|tool| &tool.state));
        states.filter(|state| !state.over).count()
            + self.secrets.iter().filter(|secret| secret.changed.is_none()).count()
    }

    fn verdict(&self) -> Verdict {
        let all = (self.ways.len() + self.tools.len() + self.secrets.len()) as u64;
        match self.left() as u64 {
            0 => Verdict { tone: Tone::Good, text: "Everything is shut, and what was known is changed.".into() },
            left => Verdict {
                tone: Tone::Attention,
                text: format!(
                    "{} of {} still to be shut or changed. We write again when it is done.",
                    left,
                    counted(all, "item is", "items are")
                )
                .into(),
            },
        }
    }

    fn requests(&self) -> [Shown; 3] {
        let name = &self.leaver.name;
        let firm = self.frame.firm.as_ref().map_or_else(String::new, |firm| format!(", {firm}"));
        [
            format!("Please act on no request from {name}. Call us back on a number you have used before.").into(),
            format!(
                "Please remove what only you can remove: logins you made for {name} yourselves, keys and badges, and \
                 the entry in your own list of contacts. Tell us when it is done."
            )
            .into(),
            format!("Questions go to {}{firm}.", self.leaver.contact).into(),
        ]
    }

    fn ways_table(&self) -> Table {
        let rows = self.ways.iter().map(|way| {
            let mut cells = vec![Cell::from(&way.system), Cell::from(&way.login), Cell::from(&way.level)];
            cells.extend(state_cells(&way.state));
            cells
        });
        Table {
            key: "ways_in",
            caption: counted(self.ways.len() as u64, "way in", "ways in").into(),
            columns: vec![
                Column::new("system", "System", ColumnKind::Head),
                Column::new("login", "Login", ColumnKind::Text),
                Column::new("level", "Level", ColumnKind::Text),
                Column::new("state", "How it stands", ColumnKind::State),
                Column::new("at", "Since", ColumnKind::When),
            ],
            rows: rows.collect(),
            empty: "None of your systems directly.",
            main: true,
        }
    }

    fn secrets_table(&self) -> Table {
        let rows = self.secrets.iter().map(|secret| {
            let state = match secret.changed {
                Some(_) => Cell::word("changed", "changed", Tone::Good),
                None => Cell::word("to_change", "still to be changed", Tone::Attention),
            };
            vec![Cell::from(&secret.name), state, secret.changed.map_or(Cell::None, Cell::At)]
        });
        Table {
            key: "secrets",
            caption: counted(self.secrets.len() as u64, "login or code", "logins and codes").into(),
            columns: vec![
                Column::new("name", "Name", ColumnKind::Head),
                Column::new("state", "How it stands", ColumnKind::State),
                Column::new("at", "Since", ColumnKind::When),
            ],
            rows: rows.collect(),
            empty: "None.",
            main: false,
        }
    }

    fn tools_table(&self) -> Table {
        let rows = self.tools.iter().map(|tool| {
            let mut cells = vec![Cell::from(&tool.name)];
            cells.extend(state_cells(&tool.state));
            cells
        });
        Table {
            key: "tools",
            caption: counted(self.tools.len() as u64, "tool", "tools").into(),
            columns: vec![
                Column::new("tool", "Tool", ColumnKind::Head),
                Column::new("state", "How it stands", ColumnKind::State),
                Column::new("at", "Since", ColumnKind::When),
            ],
            rows: rows.collect(),
            empty: "None.",
            main: false,
        }
    }
}

fn state_cells(state: &LetterState) -> [Cell; 2] {
    [Cell::word(state.stored, state.shown.as_str(), state.tone), state.at.map_or(Cell::None, Cell::At)]
}
