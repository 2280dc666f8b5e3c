//! What it would take if somebody left today: one person, or everybody with the most work first.
//!
//! Must never know: where the facts were read, how work is counted.

use super::frame::Frame;
use crate::report::document::{Block, Cell, Column, ColumnKind, Document, Figure, Table, Tone, Verdict};
use crate::report::when::counted;

/// What it would take.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIfReport {
    /// Date, maker, sources, receipt.
    pub frame: Frame,
    /// Only this person, by name; everybody when absent.
    pub only: Option<String>,
    /// The people, most work first.
    pub people: Vec<WhatIfPerson>,
}

/// One person.
#[derive(Debug, Clone, PartialEq)]
pub struct WhatIfPerson {
    /// Name.
    pub name: String,
    /// Role.
    pub role: String,
    /// Open ways in.
    pub ways_in: u64,
    /// Clients with an open way in.
    pub clients: u64,
    /// Shared logins known.
    pub secrets: u64,
    /// Steps by hand.
    pub steps: u64,
    /// About how many minutes.
    pub minutes: u64,
    /// Kinds of work: what, how much, about how many minutes.
    pub work: Vec<(String, u64, u64)>,
    /// What only they can do: what, whose, why.
    pub sole: Vec<(String, String, String)>,
}

impl WhatIfReport {
    /// The report as a document.
    pub fn document(&self) -> Document {
        let title = match &self.only {
            Some(name) => format!("If {name} left today"),
            None => "If somebody left today".to_owned(),
        };
        let mut document = self.frame.document(
            "what_if",
            title,
            "How much work is it, and what stops because only one person can do it?".to_owned(),
        );
        let sole: usize = self.people.iter().map(|person| person.sole.len()).sum();
        document.verdict = Some(if sole == 0 {
            Verdict { tone: Tone::Good, text: "Nothing on record stops because one person is gone.".into() }
        } else {
            let things = counted(sole as u64, "thing rests", "things rest");
            let text = format!("{things} on one person alone. Name a second one for each before somebody leaves.");
            Verdict { tone: Tone::Bad, text: text.into() }
        });
        if let (Some(_), Some(person)) = (&self.only, self.people.first()) {
            document.blocks.push(Block::Figures(figures(person)));
            document.blocks.push(Block::Heading("The work".into()));
            document.blocks.push(Block::Table(work_table(person)));
        } else {
            document.blocks.push(Block::Heading("Who would be most work".into()));
            document.blocks.push(Block::Table(self.people_table()));
        }
        document.blocks.push(Block::Heading("What only one person can do".into()));
        document.blocks.push(Block::Table(self.sole_table()));
        document.blocks.push(Block::Paragraph(
            "Minutes are estimates: those of the rules about leavers, without the steps done by hand. Ways in that go \
             with a sign-on count once, with it."
                .into(),
        ));
        document
    }

    fn people_table(&self) -> Table {
        let rows = self.people.iter().map(|person| {
            vec![
                Cell::from(&person.name),
                Cell::from(&person.role),
                Cell::Count(person.minutes),
                Cell::Count(person.ways_in),
                Cell::Count(person.clients),
                Cell::Count(person.secrets),
                Cell::Count(person.sole.len() as u64),
            ]
        });
        Table {
            key: "people",
            caption: counted(self.people.len() as u64, "person", "people").into(),
            columns: vec![
                Column::new("technician", "Who", ColumnKind::Head),
                Column::new("role", "Role", ColumnKind::Text),
                Column::new("minutes", "Minutes", ColumnKind::Count),
                Column::new("ways_in", "Ways in", ColumnKind::Count),
                Column::new("clients", "Clients", ColumnKind::Count),
                Column::new("secrets", "Shared logins", ColumnKind::Count),
                Column::new("sole_holder", "Only they", ColumnKind::Count),
            ],
            rows: rows.collect(),
            empty: "Nobody can get in anywhere.",
            main: true,
        }
    }

    fn sole_table(&self) -> Table {
        let of = |person: &WhatIfPerson| {
            let name = person.name.clone();
            let row = move |(what, client, why): &(String, String, String)| {
                vec![Cell::from(&name), Cell::from(what), Cell::from(client), Cell::from(why)]
            };
            person.sole.iter().map(row).collect::<Vec<_>>()
        };
        let rows: Vec<Vec<Cell>> = self.people.iter().flat_map(of).collect();
        Table {
            key: "sole",
            caption: counted(rows.len() as u64, "thing", "things").into(),
            columns: vec![
                Column::new("technician", "Who", ColumnKind::Text),
                Column::new("what", "What", ColumnKind::Head),
                Column::new("client", "Client", ColumnKind::Text),
                Column::new("why", "Why", ColumnKind::State),
            ],
            rows,
            empty: "Nothing on record.",
            main: false,
        }
    }
}

fn figures(person: &WhatIfPerson) -> Vec<Figure> {
    let figure = |key, value: u64, label: &str, tone| Figure {
        key,
        value: value.to_string().into(),
        label: label.into(),
        note: "".into(),
        tone,
    };
    let sole = person.sole.len() as u64;
    vec![
        figure("ways_in", person.ways_in, "ways in", Tone::Plain),
        figure("clients", person.clients, "clients", Tone::Plain),
        figure("secrets", person.secrets, "shared logins known", Tone::Plain),
        figure("minutes", person.minutes, "minutes of work", Tone::Plain),
        figure("steps", person.steps, "steps by hand", Tone::Plain),
        figure("sole_holder", sole, "only they can do", if sole > 0 { Tone::Bad } else { Tone::Good }),
    ]
}

fn work_table(person: &WhatIfPerson) -> Table {
    let row = |(what, count, minutes): &(String, u64, u64)| {
        vec![Cell::from(what), Cell::Count(*count), Cell::Count(*minutes)]
    };
    Table {
        key: "work",
        caption: counted(person.work.len() as u64, "kind of work", "kinds of work").into(),
        columns: vec![
            Column::new("what", "Work", ColumnKind::Head),
            Column::new("count", "How many", ColumnKind::Count),
            Column::new("minutes", "Minutes", ColumnKind::Count),
        ],
        rows: person.work.iter().map(row).collect(),
        empty: "There is nothing to do.",
        main: true,
    }
}
