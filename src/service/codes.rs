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

/// A client with its code.
#[derive(Debug, Clone)]
pub struct Coded {
    /// The client.
    pub client: Client,
    /// Its code.
    pub code: String,
}

/// Every client by name, with its code.
///
/// # Errors
/// When a table cannot be read.
pub fn clients(facts: &Facts<'_>) -> Result<Vec<Coded>, StoreError> {
    let clients = facts.list::<Client>(Select::all().order(&["name_folded"]))?;
    let mut codes = codes(&clients);
    let coded = |client: Client| Coded { code: codes.remove(&client.id).unwrap_or_default(), client };
    Ok(clients.into_iter().map(coded).collect())
}

/// A code for each client: the ones people gave first, then by age.
fn codes(clients: &[Client]) -> HashMap<ClientId, String> {
    let mut by_age: Vec<&Client> = clients.iter().collect();
    by_age.sort_by_key(|client| client.id);
    let (mut taken, mut out) = (HashSet::new(), HashMap::new());
    for client in &by_age {
        let own = client.code.as_deref().map(|code| cut(code.chars())).unwrap_or_default();
        if !own.is_empty() && taken.insert(own.clone()) {
            out.insert(client.id, own);
        }
    }
    for client in by_age {
        if !out.contains_key(&client.id)
            && let Some(code) = candidates(client).find(|code| !code.is_empty() && taken.insert(code.clone()))
        {
            out.insert(client.id, code);
        }
    }
    out
}

fn cut(letters: impl Iterator<Item = char>) -> String {
    letters.filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(LETTERS).collect()
}

/// Codes for a client, the most telling first: the start of its name, the starts of its words, its first letter with two
/// later ones, its first letter with two digits or letters, any three.
fn candidates(client: &Client) -> impl Iterator<Item = String> {
    let name = &client.name;
    let words: Vec<&str> = name.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).collect();
    let from_words: String = match words.as_slice() {
        [one] => one.chars().step_by(2).collect(),
        [one, two] => one.chars().take(1).chain(two.chars().take(2)).collect(),
        more => more.iter().filter_map(|word| word.chars().find(|c| c.is_alphanumeric())).collect(),
    };
    let letters: Vec<char> =
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).take(16).collect();
    let first = letters.first().copied().unwrap_or('X');
    let later: Vec<char> = letters.iter().copied().skip(1).collect();
    let pairs: Vec<String> = (0..later.len())
        .flat_map(|one| (one + 1..later.len()).map(move |two| (one, two)))
        .filter_map(|(one, two)| Some([first, *later.get(one)?, *later.get(two)?].iter().collect()))
        .collect();
    let signs = || (1..=9).chain([0]).filter_map(|n| char::from_digit(n, 10)).chain('A'..='Z');
    let with_signs = signs().flat_map(move |one| signs().map(move |two| [first, one, two].iter().collect()));
    let any = signs()
        .flat_map(move |one| signs().flat_map(move |two| signs().map(move |three| [one, two, three].iter().collect())));
    // No register has more clients than there are codes of three; four digits would still tell them apart.
    let number = std::iter::once(format!("{}", client.id.0));
    [cut(name.chars()), cut(from_words.chars())].into_iter().chain(pairs).chain(with_signs).chain(any).chain(number)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn coded(clients: &[(u64, &str, Option<&str>)]) -> Vec<String> {
        let clients: Vec<Client> = clients
            .iter()
            .map(|(id, name, own)| Client { code: own.map(str::to_owned), ..Client::new(ClientId(*id), *name) })
            .collect();
        let codes = codes(&clients);
        clients.iter().filter_map(|client| codes.get(&client.id).cloned()).collect()
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
