//! What somebody typed into a filter: words that all have to occur in any order, `-word` for what must not occur,
//! `client:harbor` for one column, and `seen>90d`.
//!
//! A list says which columns it knows; for any other the words are words like all others, so that nothing that was
//! typed is passed over in silence.
//!
//! Must never know: SQL, drawing, which screen filters.

use super::view::WayIn;
use crate::domain::{Admin, Instant, LastUse};
use crate::text;

/// A column a filter can name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// `client:`
    Client,
    /// `level:`
    Level,
    /// `state:`
    State,
    /// `role:`
    Role,
    /// `status:`
    Status,
    /// `mfa:`, as yes or no.
    Mfa,
    /// `risk:`
    Risk,
    /// `rule:`
    Rule,
}

impl Column {
    const ALL: [Self; 8] =
        [Self::Client, Self::Level, Self::State, Self::Role, Self::Status, Self::Mfa, Self::Risk, Self::Rule];

    /// Its name before the colon.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::Level => "level",
            Self::State => "state",
            Self::Role => "role",
            Self::Status => "status",
            Self::Mfa => "mfa",
            Self::Risk => "risk",
            Self::Rule => "rule",
        }
    }

    /// A filter for this value. After the colon stands one word; the rest of the value follows as words of its own.
    pub fn written(self, value: &str) -> String {
        let words: Vec<&str> = value.split(|c: char| c.is_whitespace() || c == '&').filter(|w| !w.is_empty()).collect();
        format!("{}:{}", self.word(), words.join(" "))
    }
}

/// Columns of people.
pub const PEOPLE: &[Column] = &[Column::Role, Column::Status, Column::Mfa];
/// Columns of ways in.
pub const WAYS: &[Column] = &[Column::Client, Column::Level, Column::State];
/// Columns of findings.
pub const FINDINGS: &[Column] = &[Column::Client, Column::Risk, Column::Rule];
/// Columns of runs.
pub const RUNS: &[Column] = &[Column::State];
/// Columns of clients, systems and accounts.
pub const CLIENTS: &[Column] = &[Column::Client];

/// What somebody typed into a filter.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Filter {
    words: Vec<String>,
    not: Vec<String>,
    columns: Vec<(Column, String)>,
    seen_over: Option<i64>,
}

impl Filter {
    /// Reads the small syntax, for a list that knows these columns.
    pub fn parse(typed: &str, known: &[Column]) -> Self {
        let mut filter = Self::default();
        for word in text::folded(typed).split_whitespace() {
            let days = word.strip_prefix("seen>").and_then(|rest| rest.trim_end_matches('d').parse().ok());
            let column = word.split_once(':').and_then(|(name, rest)| {
                let column = Column::ALL.into_iter().find(|column| column.word() == name && known.contains(column))?;
                (!rest.is_empty()).then(|| (column, rest.to_owned()))
            });
            match (column, days, word.strip_prefix('-')) {
                (Some(column), ..) => filter.columns.push(column),
                (None, Some(days), _) => filter.seen_over = Some(days),
                (None, None, Some(rest)) if !rest.is_empty() => filter.not.push(rest.to_owned()),
                _ => filter.words.push(word.to_owned()),
            }
        }
        filter
    }

    /// Whether nothing is filtered.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The words that all have to occur, folded.
    pub fn words(&self) -> &[String] {
        &self.words
    }

    /// What is asked of this column.
    pub fn asks(&self, column: Column) -> impl Iterator<Item = &str> {
        self.columns.iter().filter(move |(of, _)| *of == column).map(|(_, wanted)| wanted.as_str())
    }

    /// Whether anything else is asked than about this column.
    pub fn narrows_beside(&self, column: Column) -> bool {
        let other = self.columns.iter().any(|(of, _)| *of != column);
        other || !self.words.is_empty() || !self.not.is_empty() || self.seen_over.is_some()
    }

    /// Whether a row with these words stays; `value` gives what stands in a column.
    pub fn takes(&self, row: &str, value: impl Fn(Column) -> String) -> bool {
        let row = text::folded(row);
        self.words.iter().all(|word| row.contains(word))
            && !self.not.iter().any(|word| row.contains(word))
            && self.columns.iter().all(|(column, wanted)| text::folded(&value(*column)).contains(wanted))
    }

    /// Whether a way in stays.
    pub fn takes_way(&self, way: &WayIn, now: Instant) -> bool {
        let admin = if way.admin == Admin::None { way.level.clone() } else { format!("{} admin", way.level) };
        let state = way.state.shown();
        let row = [&*way.person_name, &way.client_name, &way.system_name, &way.login, &admin, state].join(" ");
        let seen = self.seen_over.is_none_or(|days| match way.last_used {
            LastUse::At(at) => now.days_since(at) > days,
            LastUse::Never => true,
            LastUse::Unknown => false,
        });
        let value = |column| match column {
            Column::Client => way.client_name.clone(),
            Column::Level => admin.clone(),
            _ => state.to_owned(),
        };
        seen && self.takes(&row, value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn none(_: Column) -> String {
        String::new()
    }

    #[test]
    fn words_come_in_any_order_and_a_minus_leaves_out() {
        let filter = Filter::parse("ruiz DANA -left", PEOPLE);
        assert!(filter.takes("Dana Ruiz Technician L2 Active", none));
        assert!(!filter.takes("Dana Ruiz Left", none));
        assert!(!filter.takes("Dana Lee", none));
        assert!(Filter::parse("  ", PEOPLE).is_empty());
    }

    #[test]
    fn a_column_the_list_has_narrows_it_and_any_other_is_a_word_that_must_occur() {
        let role = |column| if column == Column::Role { "Technician L2".to_owned() } else { String::new() };
        assert!(Filter::parse("role:technician l2", PEOPLE).takes("Dana Ruiz Technician L2", role));
        assert!(!Filter::parse("role:dispatcher", PEOPLE).takes("Dana Ruiz Technician L2", role));
        assert!(!Filter::parse("level:admin", PEOPLE).takes("Dana Ruiz Technician L2", role));
        assert!(Filter::parse("role: dana", PEOPLE).takes("role: Dana", role), "an unfinished column is a word");
    }

    #[test]
    fn what_is_written_for_a_value_finds_it_again() {
        let value = "Cedar & Pike Law";
        let filter = Filter::parse(&Column::Client.written(value), WAYS);
        assert!(filter.takes(value, |_| value.to_owned()));
        assert!(!filter.takes("Harbor Dental", |_| "Harbor Dental".to_owned()));
    }
}
