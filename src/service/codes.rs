//! Three letters for each client, so that many columns fit side by side.
//!
//! A code is given over all clients in the order in which they came, never over those in sight: so no two clients ever
//! share one, and none changes while one pans, filters, or adds a client.
//!
//! Must never know: what the codes stand over.

use crate::domain::{Client, ClientId};
use crate::service::facts::Facts;
use crate::store::{Select, StoreError};
use std::collections::{HashMap, HashSet};

/// Letters of a code.
const LETTERS: usize = 3;
/// So many letters of a name may stand in its code.
const OF_NAME: usize = 8;
/// What fills a code where the letters of a name are taken.
const SIGNS: &[u8; 36] = b"123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0";

/// A client with its code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coded {
    /// Which.
    pub client: ClientId,
    /// Its name.
    pub name: String,
    /// Its code; before that the one people gave it.
    pub code: String,
}

/// Every client by name, with its code.
///
/// # Errors
/// When a table cannot be read.
pub fn clients(facts: &Facts<'_>) -> Result<Vec<Coded>, StoreError> {
    let mut clients = Vec::new();
    facts.each_row::<Client>(Select::all().order(&["name_folded"]), &["name", "code"], |client, row| {
        let own = row.get::<Option<String>>(1)?.unwrap_or_default();
        clients.push(Coded { client, name: row.get(0)?, code: cut(own.chars()) });
        Ok(())
    })?;
    give(&mut clients);
    Ok(clients)
}

/// Gives each client its code: the ones people gave first, then by age.
fn give(clients: &mut [Coded]) {
    let mut by_age: Vec<&mut Coded> = clients.iter_mut().collect();
    by_age.sort_by_key(|coded| coded.client);
    let mut taken = Taken::default();
    for coded in &mut by_age {
        if !taken.take(&coded.code) {
            coded.code.clear();
        }
    }
    for coded in by_age.into_iter().filter(|coded| coded.code.is_empty()) {
        coded.code = taken.next(coded);
    }
}

fn cut(letters: impl Iterator<Item = char>) -> String {
    letters.filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(LETTERS).collect()
}

/// The codes given so far. Where to look on is kept, so that thousands of names that begin alike cost no more than
/// thousands that do not.
#[derive(Default)]
struct Taken {
    codes: HashSet<String>,
    /// By first letter, how many codes with two signs were tried.
    with_signs: HashMap<char, usize>,
    /// How many of any three signs.
    any: usize,
}

impl Taken {
    fn take(&mut self, code: &str) -> bool {
        !code.is_empty() && self.codes.insert(code.to_owned())
    }

    /// The most telling code that is free: the start of the name, the starts of its words, its first letter with two
    /// later ones, with two signs, any three signs.
    fn next(&mut self, coded: &Coded) -> String {
        let words: Vec<&str> = coded.name.split_whitespace().filter(|w| w.chars().any(char::is_alphanumeric)).collect();
        let from_words: String = match words.as_slice() {
            [one] => one.chars().step_by(2).collect(),
            [one, two] => one.chars().take(1).chain(two.chars().take(2)).collect(),
            more => more.iter().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).collect(),
        };
        let letters = coded.name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase);
        let letters: Vec<char> = letters.take(OF_NAME).collect();
        let first = letters.first().copied().unwrap_or('X');
        let later = || letters.iter().copied().enumerate().skip(1);
        let pairs = later().flat_map(|(place, one)| {
            later().filter(move |(at, _)| *at > place).map(move |(_, two)| [first, one, two].iter().collect())
        });
        let named = [cut(coded.name.chars()), cut(from_words.chars())];
        if let Some(code) = named.into_iter().chain(pairs).find(|code| self.take(code)) {
            return code;
        }
        let sign = |n: usize| SIGNS.get(n % SIGNS.len()).copied().map_or('0', char::from);
        loop {
            let tried = self.with_signs.entry(first).or_default();
            let n = *tried;
            *tried += 1;
            if n >= SIGNS.len() * SIGNS.len() {
                break;
            }
            let code: String = [first, sign(n / SIGNS.len()), sign(n)].iter().collect();
            if self.take(&code) {
                return code;
            }
        }
        loop {
            let n = self.any;
            self.any += 1;
            if n >= SIGNS.len().pow(3) {
                // Three signs tell 46 656 clients apart; behind these stands the number, which nobody shares either.
                return coded.client.0.to_string();
            }
            let code: String = [n / SIGNS.len() / SIGNS.len(), n / SIGNS.len(), n].map(sign).iter().collect();
            if self.take(&code) {
                return code;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(clients: &[(u64, &str, Option<&str>)]) -> Vec<String> {
        let own = |code: &Option<&str>| cut(code.unwrap_or_default().chars());
        let coded = |(id, name, code): &(u64, &str, Option<&str>)| Coded {
            client: ClientId(*id),
            name: (*name).to_owned(),
            code: own(code),
        };
        let mut clients: Vec<Coded> = clients.iter().map(coded).collect();
        give(&mut clients);
        clients.into_iter().map(|coded| coded.code).collect()
    }

    #[test]
    fn a_client_has_three_letters_of_its_own_where_two_names_begin_alike() {
        let codes = coded(&[
            (1, "Harbor Dental", None),
            (2, "Harbor Marine", None),
            (3, "Harbor Mills", Some("hd")),
            (4, "Cedar & Pike Law", None),
            (5, "Cedar Pharmacy Links", None),
            (6, "Łukasz", None),
            (7, "365", None),
        ]);
        assert_eq!(codes, ["HAR", "HMA", "HD", "CED", "CPL", "ŁUK", "365"]);
    }

    #[test]
    fn a_code_is_nobody_elses_and_stays_when_clients_come_or_are_not_in_sight() {
        let names: Vec<String> = (0..3_000).map(|n| format!("Client {n:04}")).collect();
        let clients: Vec<(u64, &str, Option<&str>)> = (1..).zip(&names).map(|(id, name)| (id, &**name, None)).collect();
        let all = coded(&clients);
        assert_eq!(all.iter().collect::<HashSet<_>>().len(), 3_000);
        assert!(all.iter().all(|code| code.chars().count() == LETTERS));
        let (older, _) = clients.split_at(500);
        assert!(all.starts_with(&coded(older)), "a client that comes changes no code given before");
    }

    #[test]
    fn a_code_two_clients_were_given_stays_with_the_older_one() {
        assert_eq!(coded(&[(2, "Bright Auto", Some("bra")), (1, "Brandt", Some("bra"))]), ["BRI", "BRA"]);
    }
}
