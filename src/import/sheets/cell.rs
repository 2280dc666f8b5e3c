//! One cell of the office's sheets: the value a column makes of it, and how a value is written.
//!
//! Must never know: which sheet a column is on.

use super::raw::RawCell;
use crate::domain::{
    AccountKind, Admin, AssetKind, ClientStatus, ContactKind, DataKind, ExitKind, Factor, Ipv6, PersonKind,
    PersonStatus, Proof, RoleScope, SecretKind, SystemKind, SystemReach, word::folded,
};
use crate::import::date::{self, Order, When};
use crate::import::value;
use chrono::NaiveTime;
use std::collections::BTreeSet;

/// What is written into a cell.
#[derive(Debug, Clone, PartialEq)]
pub enum OutCell {
    /// Text that came from somewhere.
    Text(String),
    /// A day or a moment on the firm's wall clock.
    Date(When),
    /// A whole number.
    Number(u32),
}

/// What kind of values a column holds; decides the drop-down list and the width.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellKind {
    /// Any text.
    Text,
    /// Several texts, separated by semicolons.
    List,
    /// A date, with or without a time.
    Date,
    /// A whole number.
    Number,
    /// One of the column's words.
    Word,
    /// Several of the column's words.
    Words,
}

/// Why a cell cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CellFault {
    pub code: &'static str,
    pub message: String,
}

/// A value a column can hold.
pub trait CellValue: Sized {
    /// What kind of column it makes.
    const KIND: CellKind;
    /// The words it may be, for closed lists.
    fn words() -> Vec<&'static str> {
        Vec::new()
    }
    /// The value as it is written.
    fn write(&self) -> OutCell;
    #[doc(hidden)]
    #[allow(private_interfaces, reason = "only the reader of sheets calls it")]
    fn read(cell: &RawCell, order: Option<Order>) -> Result<Self, CellFault>;
}

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for String {
    const KIND: CellKind = CellKind::Text;

    fn write(&self) -> OutCell {
        OutCell::Text(self.clone())
    }

    fn read(cell: &RawCell, _: Option<Order>) -> Result<Self, CellFault> {
        Ok(cell.plain())
    }
}

/// Several texts in one cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct List(pub Vec<String>);

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for List {
    const KIND: CellKind = CellKind::List;

    fn write(&self) -> OutCell {
        OutCell::Text(self.0.join("; "))
    }

    fn read(cell: &RawCell, _: Option<Order>) -> Result<Self, CellFault> {
        let text = cell.plain();
        Ok(Self(text.split(';').map(str::trim).filter(|part| !part.is_empty()).map(str::to_owned).collect()))
    }
}

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for bool {
    const KIND: CellKind = CellKind::Word;

    fn words() -> Vec<&'static str> {
        vec!["yes", "no"]
    }

    fn write(&self) -> OutCell {
        OutCell::Text(if *self { "yes" } else { "no" }.to_owned())
    }

    fn read(cell: &RawCell, _: Option<Order>) -> Result<Self, CellFault> {
        let text = cell.plain();
        value::yes_no(&text).ok_or_else(|| not_a_word(&text, &Self::words()))
    }
}

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for u32 {
    const KIND: CellKind = CellKind::Number;

    fn write(&self) -> OutCell {
        OutCell::Number(*self)
    }

    fn read(cell: &RawCell, _: Option<Order>) -> Result<Self, CellFault> {
        cell.plain()
            .replace([' ', '\u{a0}', '\''], "")
            .parse()
            .map_err(|_| CellFault { code: "no_number", message: "This cell should hold a whole number.".to_owned() })
    }
}

/// 0, 1 or 2: how many other doors a system opens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tier(pub u8);

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for Tier {
    const KIND: CellKind = CellKind::Word;

    fn words() -> Vec<&'static str> {
        vec!["0", "1", "2"]
    }

    fn write(&self) -> OutCell {
        OutCell::Number(u32::from(self.0))
    }

    fn read(cell: &RawCell, _: Option<Order>) -> Result<Self, CellFault> {
        let text = cell.plain();
        match text.as_str() {
            "0" => Ok(Self(0)),
            "1" => Ok(Self(1)),
            "2" => Ok(Self(2)),
            _ => Err(not_a_word(&text, &Self::words())),
        }
    }
}

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for When {
    const KIND: CellKind = CellKind::Date;

    fn write(&self) -> OutCell {
        OutCell::Date(*self)
    }

    fn read(cell: &RawCell, order: Option<Order>) -> Result<Self, CellFault> {
        match cell {
            RawCell::Date(at) if at.time() == NaiveTime::MIN => Ok(Self::Day(at.date())),
            RawCell::Date(at) => Ok(Self::Local(*at)),
            other => {
                let text = other.plain();
                date::read(&text, order)
                    .ok_or_else(|| CellFault { code: "no_date", message: date::complaint(&text, order) })
            }
        }
    }
}

/// A date or the word never.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LastUsed {
    /// Never used.
    Never,
    /// Used then.
    At(When),
}

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for LastUsed {
    const KIND: CellKind = CellKind::Date;

    fn write(&self) -> OutCell {
        match self {
            Self::Never => OutCell::Text("never".to_owned()),
            Self::At(when) => OutCell::Date(*when),
        }
    }

    fn read(cell: &RawCell, order: Option<Order>) -> Result<Self, CellFault> {
        if cell.plain().eq_ignore_ascii_case("never") {
            return Ok(Self::Never);
        }
        When::read(cell, order).map(Self::At)
    }
}

macro_rules! word_cells {
    ($($name:ident => $parse:path;)*) => {$(
        #[allow(private_interfaces, reason = "only the reader of sheets calls it")]
        impl CellValue for $name {
            const KIND: CellKind = CellKind::Word;

            fn words() -> Vec<&'static str> {
                $name::ALL.iter().map(|value| value.stored()).collect()
            }

            fn write(&self) -> OutCell {
                OutCell::Text(self.stored().to_owned())
            }

            fn read(cell: &RawCell, _: Option<Order>) -> Result<Self, CellFault> {
                let text = cell.plain();
                $parse(&text).ok_or_else(|| not_a_word(&text, &Self::words()))
            }
        }
    )*};
}

word_cells! {
    PersonKind => PersonKind::parse;
    PersonStatus => PersonStatus::parse;
    ExitKind => ExitKind::parse;
    ClientStatus => ClientStatus::parse;
    SystemReach => SystemReach::parse;
    Ipv6 => Ipv6::parse;
    AccountKind => AccountKind::parse;
    Admin => Admin::parse;
    Factor => Factor::parse;
    Proof => Proof::parse;
    SecretKind => SecretKind::parse;
    AssetKind => AssetKind::parse;
    ContactKind => ContactKind::parse;
    DataKind => DataKind::parse;
    RoleScope => RoleScope::parse;
    SystemKind => SystemKind::parse_loose;
}

/// Several second factors in one cell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Factors(pub BTreeSet<Factor>);

#[allow(private_interfaces, reason = "only the reader of sheets calls it")]
impl CellValue for Factors {
    const KIND: CellKind = CellKind::Words;

    fn words() -> Vec<&'static str> {
        <Factor as CellValue>::words()
    }

    fn write(&self) -> OutCell {
        OutCell::Text(self.0.iter().map(|factor| factor.stored()).collect::<Vec<_>>().join("; "))
    }

    fn read(cell: &RawCell, order: Option<Order>) -> Result<Self, CellFault> {
        List::read(cell, order)?
            .0
            .iter()
            .map(|word| Factor::read(&RawCell::text(word), order))
            .collect::<Result<_, _>>()
            .map(Self)
    }
}

/// Says which words a column takes, and which one was probably meant.
fn not_a_word(text: &str, words: &[&'static str]) -> CellFault {
    let cut: String = text.chars().take(40).collect();
    let list = words.join(", ");
    let hint = nearest(text, words).map_or_else(String::new, |word| format!(" Did you mean \u{201c}{word}\u{201d}?"));
    CellFault { code: "not_in_list", message: format!("\u{201c}{cut}\u{201d} is not one of: {list}.{hint}") }
}

/// The word at most two letters away.
fn nearest(text: &str, words: &[&'static str]) -> Option<&'static str> {
    let wanted = folded(text);
    if wanted.chars().count() > 40 {
        return None;
    }
    let distances = words.iter().map(|word| (distance(&wanted, &folded(word)), *word));
    distances.filter(|(far, word)| *far <= 2 && *far * 2 < word.len()).min().map(|(_, word)| word)
}

/// How many letters have to be changed, added or taken away.
pub(super) fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut left = i + 1;
        let mut diagonal = i;
        let mut next = vec![left];
        for (above, y) in row.iter().skip(1).zip(&b) {
            let value = (diagonal + usize::from(x != *y)).min(left + 1).min(above + 1);
            diagonal = *above;
            left = value;
            next.push(value);
        }
        row = next;
    }
    row.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault<T: CellValue>(text: &str) -> String {
        T::read(&RawCell::text(text), None).err().map_or_else(String::new, |fault| fault.message)
    }

    #[test]
    fn a_word_outside_the_list_names_the_list_and_the_nearest() {
        let message = fault::<PersonKind>("emploee");
        assert!(
            message.contains("employee, contractor") && message.ends_with("Did you mean \u{201c}employee\u{201d}?")
        );
        assert!(!fault::<PersonKind>("banana").contains("Did you mean"));
        assert!(!fault::<Tier>("3").contains("Did you mean"));
    }

    #[test]
    fn several_factors_and_lists_are_split_at_semicolons() {
        let factors = Factors::read(&RawCell::text("SMS; app;"), None);
        assert_eq!(factors.ok(), Some(Factors([Factor::Sms, Factor::App].into())));
        assert_eq!(List::read(&RawCell::text(" a ;b;; c"), None).ok().map(|list| list.0.len()), Some(3));
    }

    #[test]
    fn distance_counts_letters() {
        assert_eq!(
            [distance("abc", "abc"), distance("abc", "abd"), distance("", "ab"), distance("kitten", "sitting")],
            [0, 1, 2, 3]
        );
    }
}
