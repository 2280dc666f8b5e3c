//! The tables of the closing page.
//!
//! Must never know: where the facts were read.

use super::discharge_facts::{DischargeReport, Ending, Subject};
use super::frame::{admin_cell, done_cells, number, proof_cell};
use crate::domain::{PersonId, Proof, Reply, StepOutcome};
use crate::report::document::{Cell, Column, ColumnKind, Table, Tone};
use crate::report::when::{Clock, counted};
use std::collections::BTreeMap;

const NUMBER: Column = Column::new("no", "No.", ColumnKind::Number);

/// The tables of the closing page in their order, each with its title.
pub(super) fn tables(report: &DischargeReport, clock: &Clock) -> [(&'static str, Table); 11] {
    [
        ("Ways in", report.ways_table(clock)),
        ("Shared logins and codes", report.secrets_table(clock)),
        ("Things", report.things_table()),
        ("Contacts", report.contacts_table()),
        ("Places for data", report.data_table()),
        ("Steps", report.steps_table()),
        ("Questions and answers", report.answers_table()),
        ("Waived until a date", report.waivers_table()),
        ("Exceptions", report.exceptions_table()),
        ("Looks still to come", report.rechecks_table()),
        ("Who did and who checked", report.people_table()),
    ]
}

impl DischargeReport {
    fn ways_table(&self, clock: &Clock) -> Table {
        let rows = self
            .ways
            .iter()
            .enumerate()
            .map(|(line, way)| {
                let [asked, asked_by] = done_cells(way.asked.as_ref());
                let [removed, removed_by] = done_cells(way.removed.as_ref());
                let [checked, checked_by] = done_cells(way.checked.as_ref());
                let through = way.shut_through.as_ref().map(|parent| format!("shut with {parent}"));
                vec![
                    number(line),
                    Cell::from(&way.system),
                    Cell::from(match &self.subject {
                        Subject::Person(_) => &way.client,
                        Subject::Client(_) => &way.person,
                    }),
                    Cell::from(&way.login),
                    Cell::from(&way.level),
                    admin_cell(way.admin),
                    reach_cell(way.several),
                    asked,
                    asked_by,
                    removed,
                    removed_by,
                    Cell::from(&through),
                    checked,
                    checked_by,
                    way.standing().cell(clock),
                    proof_cell(way.proof.filter(|proof| *proof != Proof::Waived)),
                ]
            })
            .collect();
        Table {
            key: "ways_in",
            caption: counted(
                self.ways.len() as u64,
                "way in, with its three facts",
                "ways in, each with its three facts",
            )
            .into(),
            columns: vec![
                NUMBER,
                Column::new("system", "System", ColumnKind::Head),
                match self.subject {
                    Subject::Person(_) => Column::under("client", "Client", ColumnKind::Text),
                    Subject::Client(_) => Column::under("technician", "Whose", ColumnKind::Text),
                },
                Column::new("login", "Login", ColumnKind::Text),
                Column::under("level", "Level", ColumnKind::Text),
                Column::under("admin", "Admin", ColumnKind::State),
                Column::under("reach", "Reach", ColumnKind::State),
                Column::new("asked", "Asked", ColumnKind::When),
                Column::under("asked_by", "by", ColumnKind::Text),
                Column::new("removed", "Removed", ColumnKind::When),
                Column::under("removed_by", "by", ColumnKind::Text),
                Column::under("shut_through", "How", ColumnKind::Text),
                Column::new("checked", "Checked", ColumnKind::When),
                Column::under("checked_by", "by", ColumnKind::Text),
                Column::new("result", "Result", ColumnKind::State),
                Column::under("proof", "Proof", ColumnKind::State),
            ],
            rows,
            empty: "No way in was on record.",
            main: true,
        }
    }

    fn secrets_table(&self, clock: &Clock) -> Table {
        let rows = self
            .secrets
            .iter()
            .enumerate()
            .map(|(line, secret)| {
                let [changed, changed_by] = done_cells(secret.changed.as_ref());
                let [checked, checked_by] = done_cells(secret.checked.as_ref());
                vec![
                    number(line),
                    Cell::from(&secret.name),
                    Cell::from(&secret.client),
                    Cell::word(secret.kind.stored(), secret.kind.shown(), Tone::Plain),
                    Cell::from(secret.could_read_until),
                    changed,
                    changed_by,
                    checked,
                    checked_by,
                    secret.standing().cell(clock),
                    proof_cell(secret.proof.filter(|proof| *proof != Proof::Waived)),
                    Cell::text(secret.known_to.join(", ")),
                ]
            })
            .collect();
        Table {
            key: "secrets",
            caption: counted(
                self.secrets.len() as u64,
                self.subject.either("shared login or code the leaver knew", "shared login or code we knew"),
                self.subject.either("shared logins and codes the leaver knew", "shared logins and codes we knew"),
            )
            .into(),
            columns: vec![
                NUMBER,
                Column::new("secret", "Shared login", ColumnKind::Head),
                Column::under("client", "Client", ColumnKind::Text),
                Column::under("kind", "Kind", ColumnKind::State),
                Column::new("could_read_until", "Known until", ColumnKind::When),
                Column::new("changed", "Changed", ColumnKind::When),
                Column::under("changed_by", "by", ColumnKind::Text),
                Column::new("checked", "Checked", ColumnKind::When),
                Column::under("checked_by", "by", ColumnKind::Text),
                Column::new("result", "Result", ColumnKind::State),
                Column::under("proof", "Proof", ColumnKind::State),
                Column::new("known_to", "New one known to", ColumnKind::Text),
            ],
            rows,
            empty: self.subject.either(
                "The leaver knew no shared login or code on record.",
                "We knew no shared login or code on record.",
            ),
            main: false,
        }
    }

    fn things_table(&self) -> Table {
        let rows = self.things.iter().map(|thing| {
            let [state, at, by] = ending_cells(&thing.ending);
            let kind = Cell::word(thing.kind.stored(), thing.kind.shown(), Tone::Plain);
            vec![kind, Cell::from(&thing.tag), Cell::from(&thing.client), state, at, by]
        });
        Table {
            key: "things",
            caption: counted(self.things.len() as u64, "thing held", "things held").into(),
            columns: vec![
                Column::new("thing", "Thing", ColumnKind::Head),
                Column::new("tag", "Number on it", ColumnKind::Text),
                Column::new("client", "Lent by", ColumnKind::Text),
                Column::new("state", "How it stands", ColumnKind::State),
                Column::new("at", "When", ColumnKind::When),
                Column::new("by", "Received by", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: "Nothing was held.",
            main: false,
        }
    }

    fn contacts_table(&self) -> Table {
        let rows = self.contacts.iter().map(|contact| {
            let [state, at, by] = ending_cells(&contact.ending);
            let kind = Cell::word(contact.kind.stored(), contact.kind.shown(), Tone::Plain);
            vec![kind, Cell::from(&contact.place), Cell::from(&contact.client), state, at, by]
        });
        Table {
            key: "contacts",
            caption: counted(
                self.contacts.len() as u64,
                self.subject.either("place that named the leaver", "place that named one of us"),
                self.subject.either("places that named the leaver", "places that named one of us"),
            )
            .into(),
            columns: vec![
                Column::new("kind", "Named at", ColumnKind::Head),
                Column::new("place", "Supplier or system", ColumnKind::Text),
                Column::new("client", "Client", ColumnKind::Text),
                Column::new("state", "How it stands", ColumnKind::State),
                Column::new("at", "When", ColumnKind::When),
                Column::new("by", "By", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: self.subject.either("The leaver was named nowhere.", "None of us was named anywhere."),
            main: false,
        }
    }

    fn data_table(&self) -> Table {
        let rows = self.data.iter().map(|data| {
            let [state, at, by] = ending_cells(&data.ending);
            let encrypted = match data.encrypted {
                Some(true) => Cell::word("yes", "encrypted", Tone::Plain),
                Some(false) => Cell::word("no", "not encrypted", Tone::Attention),
                None => Cell::None,
            };
            let kind = Cell::word(data.kind.stored(), data.kind.shown(), Tone::Plain);
            vec![
                Cell::from(&data.what),
                Cell::from(&data.client),
                Cell::from(&data.place),
                kind,
                encrypted,
                state,
                at,
                by,
            ]
        });
        Table {
            key: "data",
            caption: counted(self.data.len() as u64, "place for clients' data", "places for clients' data").into(),
            columns: vec![
                Column::new("what", "Data", ColumnKind::Head),
                Column::under("client", "Client", ColumnKind::Text),
                Column::new("place", "Place", ColumnKind::Text),
                Column::under("kind", "Kind", ColumnKind::State),
                Column::under("encrypted", "Encrypted", ColumnKind::State),
                Column::new("state", "How it stands", ColumnKind::State),
                Column::new("at", "When", ColumnKind::When),
                Column::new("by", "By", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: self.subject.either("No data was kept anywhere by the leaver.", "No data of theirs was kept by us."),
            main: false,
        }
    }

    fn steps_table(&self) -> Table {
        let rows = self.steps.iter().map(|step| {
            let [ended, by] = done_cells(step.ended.as_ref());
            let [checked, checked_by] = done_cells(step.checked.as_ref());
            vec![
                Cell::from(&step.code),
                Cell::from(&step.title),
                Cell::word(step.phase.stored(), step.phase.shown(), Tone::Plain),
                Cell::from(&step.note),
                outcome_cell(step.outcome),
                Cell::from(&step.reason),
                ended,
                by,
                checked,
                checked_by,
                proof_cell(step.proof),
            ]
        });
        Table {
            key: "steps",
            caption: counted(self.steps.len() as u64, "step", "steps").into(),
            columns: vec![
                Column::new("code", "Code", ColumnKind::Number),
                Column::new("step", "Step", ColumnKind::Head),
                Column::under("phase", "When", ColumnKind::State),
                Column::under("note", "Note", ColumnKind::Text),
                Column::new("outcome", "Outcome", ColumnKind::State),
                Column::under("reason", "Reason", ColumnKind::Text),
                Column::new("ended", "Ended", ColumnKind::When),
                Column::under("by", "by", ColumnKind::Text),
                Column::new("checked", "Checked", ColumnKind::When),
                Column::under("checked_by", "by", ColumnKind::Text),
                Column::under("proof", "Proof", ColumnKind::State),
            ],
            rows: rows.collect(),
            empty: "There were no steps.",
            main: false,
        }
    }

    fn answers_table(&self) -> Table {
        let rows = self.answers.iter().map(|answer| {
            let reply = answer.reply.map_or(Cell::word("not_asked", "not asked", Tone::Attention), |reply| {
                let tone = match reply {
                    Reply::NotSure | Reply::Refused => Tone::Attention,
                    Reply::Yes | Reply::No => Tone::Plain,
                };
                Cell::word(reply.stored(), reply.shown(), tone)
            });
            vec![
                Cell::from(&answer.code),
                Cell::from(&answer.question),
                Cell::from(&answer.note),
                reply,
                Cell::from(answer.at),
                Cell::text(answer.made.join("; ")),
            ]
        });
        Table {
            key: "answers",
            caption: counted(self.answers.len() as u64, "question", "questions").into(),
            columns: vec![
                Column::new("code", "Code", ColumnKind::Number),
                Column::new("question", "Question", ColumnKind::Head),
                Column::under("note", "What was said", ColumnKind::Text),
                Column::new("answer", "Answer", ColumnKind::State),
                Column::under("at", "At", ColumnKind::When),
                Column::new("made", "Work it made", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: "No question was asked.",
            main: false,
        }
    }

    fn waivers_table(&self) -> Table {
        let rows = self.waivers.iter().map(|waiver| {
            vec![Cell::from(&waiver.what), Cell::At(waiver.until), Cell::from(&waiver.reason), Cell::from(&waiver.by)]
        });
        Table {
            key: "waivers",
            caption: counted(self.waivers.len() as u64, "item left until a date", "items left until a date").into(),
            columns: vec![
                Column::new("what", "What", ColumnKind::Head),
                Column::new("until", "Until", ColumnKind::When),
                Column::new("reason", "Reason", ColumnKind::Text),
                Column::new("by", "Allowed by", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: "Nothing was waived.",
            main: false,
        }
    }

    fn exceptions_table(&self) -> Table {
        let rows = self.exceptions.iter().map(|exception| {
            let approver = exception.approver.as_ref().map_or(Cell::Unknown, Cell::from);
            vec![Cell::from(&exception.what), Cell::from(&exception.reason), approver, Cell::from(exception.until)]
        });
        Table {
            key: "exceptions",
            caption: counted(self.exceptions.len() as u64, "rule set aside", "rules set aside").into(),
            columns: vec![
                Column::new("what", "Rule", ColumnKind::Head),
                Column::new("reason", "Reason", ColumnKind::Text),
                Column::new("approver", "Approved by", ColumnKind::Text),
                Column::new("until", "Until", ColumnKind::When),
            ],
            rows: rows.collect(),
            empty: "No rule was set aside.",
            main: false,
        }
    }

    fn rechecks_table(&self) -> Table {
        let rows = self.rechecks.iter().map(|recheck| {
            let [done, by] = done_cells(recheck.done.as_ref());
            vec![Cell::from(&recheck.what), Cell::At(recheck.due), Cell::from(&recheck.who), done, by]
        });
        Table {
            key: "rechecks",
            caption: counted(self.rechecks.len() as u64, "look by a second person", "looks by a second person").into(),
            columns: vec![
                Column::new("what", "What is looked at again", ColumnKind::Head),
                Column::new("due", "Due", ColumnKind::When),
                Column::new("who", "Who", ColumnKind::Text),
                Column::new("done", "Done", ColumnKind::When),
                Column::under("done_by", "by", ColumnKind::Text),
            ],
            rows: rows.collect(),
            empty: "None is planned.",
            main: false,
        }
    }

    /// Everybody named in the three facts, with how often.
    fn people_table(&self) -> Table {
        // By number too: two people may have one name.
        let mut people: BTreeMap<(&str, Option<PersonId>), [u64; 3]> = BTreeMap::new();
        let of_ways = self.ways.iter().flat_map(|way| [(&way.asked, 0), (&way.removed, 1), (&way.checked, 2)]);
        let of_secrets = self.secrets.iter().flat_map(|secret| [(&secret.changed, 1), (&secret.checked, 2)]);
        for (done, place) in of_ways.chain(of_secrets) {
            if let Some(done) = done
                && let Some(name) = done.by.as_deref()
                && let Some(number) = people.entry((name, done.person)).or_default().get_mut(place)
            {
                *number += 1;
            }
        }
        let rows: Vec<Vec<Cell>> = people
            .iter()
            .map(|((name, _), [asked, did, checked])| {
                vec![Cell::from(*name), Cell::Count(*asked), Cell::Count(*did), Cell::Count(*checked)]
            })
            .collect();
        Table {
            key: "people",
            caption: counted(rows.len() as u64, "person", "people").into(),
            columns: vec![
                Column::new("person", "Person", ColumnKind::Head),
                Column::new("asked", "Asked for", ColumnKind::Count),
                Column::new("did", "Removed or changed", ColumnKind::Count),
                Column::new("checked", "Checked", ColumnKind::Count),
            ],
            rows,
            empty: "Nobody has done anything yet.",
            main: false,
        }
    }
}

fn reach_cell(several: bool) -> Cell {
    if several { Cell::word("several", "several clients", Tone::Attention) } else { Cell::Usual("one") }
}

fn outcome_cell(outcome: Option<StepOutcome>) -> Cell {
    outcome.map_or(Cell::word("open", "open", Tone::Bad), |outcome| {
        let tone = match outcome {
            StepOutcome::Done => Tone::Good,
            StepOutcome::NotNeeded => Tone::Plain,
            StepOutcome::Started | StepOutcome::Waived => Tone::Attention,
            StepOutcome::Blocked => Tone::Bad,
        };
        Cell::word(outcome.stored(), outcome.shown(), tone)
    })
}

/// State, moment and name of how something was dealt with.
fn ending_cells(ending: &Ending) -> [Cell; 3] {
    match ending {
        Ending::Open => [Cell::word("open", "open", Tone::Bad), Cell::None, Cell::None],
        Ending::Handled(handled, done) => {
            let [at, by] = done_cells(Some(done));
            [Cell::word(handled.stored(), handled.shown(), Tone::Good), at, by]
        }
        Ending::Waived(until) => [Cell::word("waived", "waived until", Tone::Attention), Cell::At(*until), Cell::None],
    }
}
