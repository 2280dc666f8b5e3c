//! What somebody typed into a filter: words that all have to occur in any order, `-word` for what must not occur,
//! `client:harbor` for one column, `-client:harbor` for what must not stand there, and `seen>90d`. What belongs
//! together stands in quotes: `client:"cedar & pike"`.
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
    /// `system:`
    System,
    /// `kind:`, of a system.
    Kind,
    /// `person:`
    Person,
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
    const ALL: [Self; 11] = [
        Self::Client,
        Self::System,
        Self::Kind,
        Self::Person,
        Self::Level,
        Self::State,
        Self::Role,
        Self::Status,
        Self::Mfa,
        Self::Risk,
        Self::Rule,
    ];

    /// Its name before the colon.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Client => "client",
            Self::System => "system",
            Self::Kind => "kind",
            Self::Person => "person",
            Self::Level => "level",
            Self::State => "state",
            Self::Role => "role",
            Self::Status => "status",
            Self::Mfa => "mfa",
            Self::Risk => "risk",
            Self::Rule => "rule",
        }
    }

    /// A filter for this value: one word as it is, several in quotes.
    pub fn written(self, value: &str) -> String {
        let words: Vec<&str> = value.split(|c: char| c.is_whitespace() || c == '"').filter(|w| !w.is_empty()).collect();
        match words.as_slice() {
            [one] => format!("{}:{one}", self.word()),
            more => format!("{}:\"{}\"", self.word(), more.join(" ")),
        }
    }
}

/// What is typed, with this asked of a column instead of what was asked of it before.
pub fn with(typed: &str, column: Column, value: &str) -> String {
    let before = format!("{}:", column.word());
    let kept = tokens(typed).into_iter().filter(|token| !text::folded(token).starts_with(&before));
    kept.chain([column.written(value)]).collect::<Vec<_>>().join(" ")
}

/// The words as typed; a quote keeps what follows together up to the next one, or to the end while it is typed.
fn tokens(typed: &str) -> Vec<String> {
    let (mut out, mut word, mut quoted) = (Vec::new(), String::new(), false);
    for c in typed.chars() {
        quoted ^= c == '"';
        if c.is_whitespace() && !quoted {
            out.push(std::mem::take(&mut word));
        } else {
            word.push(c);
        }
    }
    out.push(word);
    out.retain(|word| !word.is_empty());
    out
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
pub const CLIENTS: &[Column] = &[Column::Client, Column::System, Column::Kind, Column::Level];
/// Columns of the grid: of its rows, and `client:` of its columns.
pub const GRID: &[Column] = &[Column::Role, Column::Status, Column::Person, Column::Client];
/// Columns of the people of a day of the past.
pub const ROSTER: &[Column] = &[Column::Role, Column::Status, Column::Person];
/// Columns of who came and who left.
pub const TURNED: &[Column] = &[Column::Role, Column::Person];
/// Columns of what was wrong.
pub const WRONG: &[Column] = &[Column::Risk];
/// Columns of ways in of the past, with who held them.
pub const PAST: &[Column] =
    &[Column::Client, Column::System, Column::Person, Column::Level, Column::State, Column::Role, Column::Status];

/// What somebody typed into a filter.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Filter {
    words: Vec<String>,
    not: Vec<String>,
    columns: Vec<(Column, String)>,
    not_columns: Vec<(Column, String)>,
    seen_over: Option<i64>,
}

impl Filter {
    /// Reads the small syntax, for a list that knows these columns.
    pub fn parse(typed: &str, known: &[Column]) -> Self {
        let mut filter = Self::default();
        for token in tokens(&text::folded(typed)) {
            let word = token.replace('"', "");
            let days = word.strip_prefix("seen>").and_then(|rest| rest.trim_end_matches('d').parse().ok());
            let left_out = word.strip_prefix('-').filter(|rest| !rest.is_empty());
            let column = |word: &str| {
                let (name, rest) = word.split_once(':')?;
                let column = Column::ALL.into_iter().find(|column| column.word() == name && known.contains(column))?;
                (!rest.is_empty()).then(|| (column, rest.to_owned()))
            };
            match (left_out, days) {
                _ if word.is_empty() => {}
                (Some(rest), _) => match column(rest) {
                    Some(column) => filter.not_columns.push(column),
                    None => filter.not.push(rest.to_owned()),
                },
                (None, Some(days)) => filter.seen_over = Some(days),
                (None, None) => match column(&word) {
                    Some(column) => filter.columns.push(column),
                    None => filter.words.push(word),
                },
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

    /// What must not stand in this column.
    pub fn leaves_out(&self, column: Column) -> impl Iterator<Item = &str> {
        self.not_columns.iter().filter(move |(of, _)| *of == column).map(|(_, wanted)| wanted.as_str())
    }

    /// Whether this column is named.
    pub fn names(&self, column: Column) -> bool {
        self.asks(column).chain(self.leaves_out(column)).next().is_some()
    }

    /// What is asked beside this column.
    pub fn beside(&self, column: Column) -> Self {
        let mut other = self.clone();
        other.columns.retain(|(of, _)| *of != column);
        other.not_columns.retain(|(of, _)| *of != column);
        other
    }

    /// Whether this stands in a column as it is asked.
    pub fn takes_in(&self, column: Column, value: &str) -> bool {
        let value = text::folded(value);
        self.asks(column).all(|wanted| value.contains(wanted))
            && !self.leaves_out(column).any(|wanted| value.contains(wanted))
    }

    /// Whether a row with these words stays; `value` gives what stands in a column.
    pub fn takes(&self, row: &str, value: impl Fn(Column) -> String) -> bool {
        let row = text::folded(row);
        self.words.iter().all(|word| row.contains(word))
            && !self.not.iter().any(|word| row.contains(word))
            && self.columns.iter().all(|(column, wanted)| text::folded(&value(*column)).contains(wanted))
            && !self.not_columns.iter().any(|(column, wanted)| text::folded(&value(*column)).contains(wanted))
    }

    /// Whether a way in stays.
    pub fn takes_way(&self, way: &WayIn, now: Instant) -> bool {
        self.takes_held(way, ("", ""), now)
    }

    /// Whether a way in stays, of somebody with this role and status.
    pub fn takes_held(&self, way: &WayIn, (role, status): (&str, &str), now: Instant) -> bool {
        let client = match way.client_name == way.client_called {
            true => way.client_name.clone(),
            false => format!("{} {}", way.client_name, way.client_called),
        };
        let admin = if way.admin == Admin::None { way.level.clone() } else { format!("{} admin", way.level) };
        let state = way.state.shown();
        let row = [&*way.person_name, &client, &way.system_name, &way.login, &admin, state, role, status].join(" ");
        let seen = self.seen_over.is_none_or(|days| match way.last_used {
            LastUse::At(at) => now.days_since(at) > days,
            LastUse::Never => true,
            LastUse::Unknown => false,
        });
        let value = |column| match column {
            Column::Client => client.clone(),
            Column::System => way.system_name.clone(),
            Column::Person => way.person_name.clone(),
            Column::Role => role.to_owned(),
            Column::Status => status.to_owned(),
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
        assert!(Filter::parse("role:\"technician l2\"", PEOPLE).takes("Dana Ruiz Technician L2", role));
        assert!(!Filter::parse("role:\"l2 technician\"", PEOPLE).takes("Dana Ruiz Technician L2", role));
        assert!(!Filter::parse("-role:l2", PEOPLE).takes("Dana Ruiz Technician L2", role));
        assert!(Filter::parse("-role:l1", PEOPLE).takes("Dana Ruiz Technician L2", role));
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

    #[test]
    fn what_is_picked_takes_the_place_of_what_was_asked_of_its_column_and_leaves_the_rest() {
        let typed = with("dana client:\"cedar & pike\" -left", Column::Client, "Harbor Dental");
        assert_eq!(typed, "dana -left client:\"Harbor Dental\"");
        assert_eq!(with(&typed, Column::Role, "L2"), "dana -left client:\"Harbor Dental\" role:L2");
        assert_eq!(with("  ", Column::Role, "L2"), "role:L2");
    }

    #[test]
    fn a_quote_that_is_still_open_holds_the_rest() {
        let client = |_| "Cedar & Pike Law".to_owned();
        assert!(Filter::parse("client:\"cedar & p", WAYS).takes("Cedar & Pike Law", client));
        assert!(Filter::parse("client:\"", WAYS).takes("client: nothing yet", client));
        assert!(Filter::parse("\"", WAYS).is_empty());
    }
}
