//! Whose account is it: matching the accounts of a list to people, and telling ours from the client's own.
//!
//! A login, an address, the system's id or a spelling somebody taught makes a match. A name alone never does: it only
//! makes a suggestion, with its reason. Must never know: the store, the screen.

use super::row::AccountRow;
use crate::domain::{AccountKind, Person, PersonId};
use std::collections::{BTreeSet, HashMap};
use unicode_normalization::UnicodeNormalization;

/// A name as it is compared: composed, lower case, one blank between words.
pub fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.split_ascii_whitespace().collect::<Vec<_>>().join(" ").to_ascii_lowercase();
    }
    let lower: String = text.nfkc().flat_map(char::to_lowercase).collect();
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A login as it is compared: composed, lower case, no blanks around it.
pub fn fold_login(text: &str) -> String {
    if text.is_ascii() {
        return text.trim().to_ascii_lowercase();
    }
    text.trim().nfc().flat_map(char::to_lowercase).collect()
}

/// The own address of a guest: `priya.nair_firm.example#EXT#@client.example` is `priya.nair@firm.example`.
pub fn guest_address(login: &str) -> Option<String> {
    let at = login.to_ascii_uppercase().find("#EXT#")?;
    let (name, domain) = login.get(..at)?.rsplit_once('_')?;
    (!name.is_empty() && domain.contains('.')).then(|| format!("{name}@{domain}"))
}

/// What shows that an account is ours: taught once, then remembered.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ours {
    /// Domains of our own addresses.
    pub domains: Vec<String>,
    /// Words that stand in the logins we are given, as `harbourit`.
    pub habits: Vec<String>,
}

crate::words! {
    /// What made a match.
    pub enum MatchedBy {
        Before = "before", "matched before";
        Email = "email", "by e-mail address";
        Login = "login", "by account name";
        Alias = "alias", "by a name you taught";
    }
}

crate::words! {
    /// Why somebody is suggested and not matched.
    pub enum Likeness {
        SameName = "same_name", "has the same name";
        LoginHabit = "login_habit", "the account name is built from this name";
        Several = "several", "more than one person fits";
    }
}

crate::words! {
    /// Why an account of a client's list is kept.
    pub enum KeptBecause {
        Matched = "matched", "belongs to one of us";
        Known = "known", "is in the register";
        LooksLikeOurs = "looks_like_ours", "looks like one of ours";
        Privileged = "privileged", "may administer";
        NotPersonal = "not_personal", "is no personal account";
    }
}

/// Somebody who might be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Suggestion {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub why: Likeness,
}

/// What the matcher found for one account.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdict {
    /// The one person, and what made the match.
    pub person: Option<(PersonId, MatchedBy)>,
    /// Who might be meant, when nobody was matched.
    pub suggestions: Vec<Suggestion>,
    /// Why it is kept; none means it is the client's own and only counted.
    pub kept: Option<KeptBecause>,
}

/// Words in a login that mark a second, administrative account and are no part of the name.
const ADMIN_WORDS: &[&str] = &["adm", "admin", "a", "da", "ga", "priv", "ext", "x", "tech"];

/// The people of the register, ready to be looked up.
#[derive(Debug)]
pub struct Matcher {
    keys: HashMap<String, Vec<(PersonId, MatchedBy)>>,
    names: HashMap<String, Vec<PersonId>>,
    habits: HashMap<String, Vec<PersonId>>,
    surnames: HashMap<PersonId, (String, String)>,
    ours: Ours,
}

impl Matcher {
    /// Prepares the people and what shows that an account is ours. Our people's address domains count as ours too.
    pub fn new<'a>(people: impl IntoIterator<Item = &'a Person>, ours: &Ours) -> Self {
        let mut matcher = Self {
            keys: HashMap::new(),
            names: HashMap::new(),
            habits: HashMap::new(),
            surnames: HashMap::new(),
            ours: Ours {
                domains: ours.domains.iter().map(|domain| fold_login(domain.trim_start_matches('@'))).collect(),
                habits: ours.habits.iter().map(|habit| plain(habit)).filter(|habit| !habit.is_empty()).collect(),
            },
        };
        for person in people {
            matcher.add(person);
        }
        matcher
    }

    fn add(&mut self, person: &Person) {
        let mut key = |text: &str, by: MatchedBy| {
            let list = self.keys.entry(fold_login(text)).or_default();
            if !list.iter().any(|(known, _)| *known == person.id) {
                list.push((person.id, by));
            }
        };
        if let Some(email) = person.email.as_deref().filter(|email| !email.trim().is_empty()) {
            key(email, MatchedBy::Email);
        }
        for alias in person.aliases.iter().filter(|alias| !alias.trim().is_empty()) {
            key(alias, MatchedBy::Alias);
        }
        self.names.entry(fold(&person.name)).or_default().push(person.id);
        let words = words(&person.name);
        if let [first, .., last] = words.as_slice() {
            let (f, l) = (initial(first), initial(last));
            let forms: BTreeSet<String> = [
                format!("{first}{last}"),
                format!("{f}{last}"),
                format!("{first}{l}"),
                format!("{last}{first}"),
                format!("{last}{f}"),
            ]
            .into();
            for form in forms {
                self.habits.entry(form).or_default().push(person.id);
            }
            self.surnames.insert(person.id, (f, last.clone()));
        }
        for local in person.email.iter().chain(&person.aliases).filter_map(|text| text.split('@').next()) {
            let list = self.habits.entry(plain(local)).or_default();
            if !list.contains(&person.id) {
                list.push(person.id);
            }
        }
    }

    /// Looks one account up. `before` is the person it was matched to earlier, `known` says that it is in the register.
    pub fn judge(&self, row: &AccountRow, before: Option<PersonId>, known: bool) -> Verdict {
        let mut verdict = Verdict::default();
        let hits = self.hits(row);
        let people: BTreeSet<PersonId> = hits.iter().map(|(person, _)| *person).collect();
        verdict.person = match (before, people.len()) {
            (Some(person), _) => Some((person, MatchedBy::Before)),
            (None, 1) => hits.first().copied(),
            _ => None,
        };
        if verdict.person.is_none() {
            verdict.suggestions = if people.len() > 1 {
                people.into_iter().map(|person| Suggestion { person, why: Likeness::Several }).collect()
            } else {
                self.suggestions(row)
            };
        }
        verdict.kept = self.kept(row, &verdict, known);
        verdict
    }

    fn hits(&self, row: &AccountRow) -> Vec<(PersonId, MatchedBy)> {
        let login = row.login.rsplit('\\').next().unwrap_or(&row.login);
        let guest = guest_address(&row.login);
        let mut hits: Vec<(PersonId, MatchedBy)> = Vec::new();
        let texts = [Some(row.login.as_str()), Some(login), row.email.as_deref(), guest.as_deref()]
            .into_iter()
            .flatten()
            .chain(row.other_names.iter().map(String::as_str))
            .chain(row.external_id.as_deref());
        for text in texts {
            for hit in self.keys.get(&fold_login(text)).into_iter().flatten() {
                let by = match hit.1 {
                    MatchedBy::Email if fold_login(text) == fold_login(&row.login) => MatchedBy::Login,
                    by => by,
                };
                if !hits.iter().any(|(known, _)| *known == hit.0) {
                    hits.push((hit.0, by));
                }
            }
        }
        hits
    }

    fn suggestions(&self, row: &AccountRow) -> Vec<Suggestion> {
        if row.kind_guess != AccountKind::Personal {
            return Vec::new();
        }
        let mut list: Vec<Suggestion> = Vec::new();
        let display = row.display_name.as_deref().unwrap_or_default();
        let display_words: Vec<String> = words(display)
            .into_iter()
            .filter(|word| !ADMIN_WORDS.contains(&word.as_str()) || word.len() == 1)
            .collect();
        for person in self.names.get(&fold(display)).into_iter().flatten() {
            list.push(Suggestion { person: *person, why: Likeness::SameName });
        }
        for person in self.habits.get(&core(&row.login)).into_iter().flatten() {
            let fits = display_words.is_empty()
                || self.surnames.get(person).is_some_and(|(first, last)| {
                    display_words.contains(last) && display_words.iter().any(|word| word.starts_with(first.as_str()))
                });
            if fits && !list.iter().any(|known| known.person == *person) {
                list.push(Suggestion { person: *person, why: Likeness::LoginHabit });
            }
        }
        list
    }

    fn kept(&self, row: &AccountRow, verdict: &Verdict, known: bool) -> Option<KeptBecause> {
        if verdict.person.is_some() {
            Some(KeptBecause::Matched)
        } else if known {
            Some(KeptBecause::Known)
        } else if !verdict.suggestions.is_empty() || self.is_ours_by_habit(row) {
            Some(KeptBecause::LooksLikeOurs)
        } else if row.privileged() == Some(true) {
            Some(KeptBecause::Privileged)
        } else if row.kind_guess != AccountKind::Personal {
            Some(KeptBecause::NotPersonal)
        } else {
            None
        }
    }

    fn is_ours_by_habit(&self, row: &AccountRow) -> bool {
        let guest = guest_address(&row.login);
        let addresses = [Some(row.login.as_str()), row.email.as_deref(), guest.as_deref()]
            .into_iter()
            .flatten()
            .chain(row.other_names.iter().map(String::as_str));
        let by_domain = addresses
            .filter_map(|address| address.rsplit_once('@'))
            .any(|(_, domain)| self.ours.domains.contains(&fold_login(domain)));
        let local = row.login.rsplit('\\').next().unwrap_or_default().split('@').next().unwrap_or_default();
        by_domain || words(local).iter().any(|word| self.ours.habits.contains(word))
    }
}

/// Letters and digits without accents, lower case.
fn plain(text: &str) -> String {
    if text.is_ascii() {
        return text.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    }
    text.nfkd().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric()).map(plain).filter(|word| !word.is_empty()).collect()
}

fn initial(word: &str) -> String {
    word.chars().take(1).collect()
}

/// A login without domain and without the words that mark a second account.
fn core(login: &str) -> String {
    let local = login.rsplit('\\').next().unwrap_or(login).split('@').next().unwrap_or(login);
    let all = words(local);
    let kept: Vec<&String> = all
        .iter()
        .enumerate()
        // A single letter is an initial, except at the very end where it marks the account.
        .filter(|(at, word)| !ADMIN_WORDS.contains(&word.as_str()) || (word.len() == 1 && *at + 1 < all.len()))
        .map(|(_, word)| word)
        .collect();
    let joined = kept.into_iter().map(String::as_str).collect::<String>();
    let joined = joined.trim_end_matches(|c: char| c.is_ascii_digit());
    let joined = joined.strip_suffix("admin").or_else(|| joined.strip_suffix("adm")).unwrap_or(joined);
    joined.strip_prefix("adm").filter(|rest| rest.len() > 3).unwrap_or(joined).to_owned()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]
    use super::*;
    use crate::domain::Admin;

    fn person(id: u64, name: &str, email: &str, aliases: &[&str]) -> Person {
        Person {
            email: Some(email.to_owned()).filter(|e| !e.is_empty()),
            aliases: aliases.iter().map(|a| (*a).to_owned()).collect(),
            ..Person::new(PersonId(id), name)
        }
    }

    fn matcher() -> Matcher {
        let people = [
            person(1, "Dana Ruiz", "dana.ruiz@harbourit.example", &[]),
            person(2, "Priya Nair", "priya.nair@harbourit.example", &["CORP\\pn7", "S-1-5-21-1-2-3-1104"]),
            person(3, "Tom Becker", "", &["shared.alias"]),
            person(4, "Tim Becker", "", &["shared.alias"]),
        ];
        let ours = Ours { domains: vec!["harbourit.example".into()], habits: vec!["harbourit".into()] };
        Matcher::new(&people, &ours)
    }

    fn row(login: &str, display: &str) -> AccountRow {
        AccountRow { display_name: Some(display.to_owned()).filter(|d| !d.is_empty()), ..AccountRow::new(2, login) }
    }

    fn judged(row: &AccountRow) -> Verdict {
        matcher().judge(row, None, false)
    }

    #[test]
    fn address_login_alias_guest_name_and_id_make_a_match() {
        let by = |row: &AccountRow| judged(row).person.map(|(p, by)| (p.0, by));
        assert_eq!(by(&row("DANA.RUIZ@harbourit.example", "")), Some((1, MatchedBy::Login)));
        assert_eq!(by(&row("priya.nair_harbourit.example#EXT#@x.onmicrosoft.com", "")), Some((2, MatchedBy::Email)));
        assert_eq!(by(&row("corp\\PN7", "")), Some((2, MatchedBy::Alias)));
        let id = AccountRow { external_id: Some("S-1-5-21-1-2-3-1104".into()), ..row("x9", "") };
        assert_eq!(by(&id), Some((2, MatchedBy::Alias)));
    }

    #[test]
    fn a_name_alone_only_suggests() {
        let verdict = judged(&row("u1044", "Dana Ruiz"));
        assert_eq!(verdict.person, None);
        assert_eq!(verdict.suggestions, [Suggestion { person: PersonId(1), why: Likeness::SameName }]);
        assert_eq!(verdict.kept, Some(KeptBecause::LooksLikeOurs));
    }

    #[test]
    fn a_second_account_is_suggested_by_how_its_name_is_built() {
        for (login, display) in
            [("d.ruiz-adm", "D Ruiz (adm)"), ("admdruiz", ""), ("dana.ruiz.admin@x.example", ""), ("druiz2", "")]
        {
            let verdict = judged(&row(login, display));
            assert_eq!(verdict.person, None, "{login}");
            assert_eq!(verdict.suggestions.first().map(|s| s.person), Some(PersonId(1)), "{login}");
        }
    }

    #[test]
    fn somebody_else_with_such_a_login_is_not_ours() {
        let verdict = judged(&row("druiz@oakfield.example", "Diego Ramos"));
        assert_eq!((verdict.suggestions.len(), verdict.kept), (0, None));
        assert_eq!(judged(&row("hannah.oak@oakfield.example", "Hannah Oak")).kept, None);
    }

    #[test]
    fn two_people_who_fit_are_both_suggested_and_neither_matched() {
        let verdict = judged(&row("shared.alias", ""));
        assert_eq!(verdict.person, None);
        assert_eq!(verdict.suggestions.len(), 2);
    }

    #[test]
    fn privileged_shared_and_ours_by_habit_are_kept() {
        let admin = AccountRow { admin: Some(Admin::Top), ..row("boss", "The Boss") };
        assert_eq!(judged(&admin).kept, Some(KeptBecause::Privileged));
        let service = AccountRow { kind_guess: AccountKind::Service, ..row("svc-scan", "") };
        assert_eq!(judged(&service).kept, Some(KeptBecause::NotPersonal));
        assert_eq!(judged(&row("harbourit.tech4", "")).kept, Some(KeptBecause::LooksLikeOurs));
        assert_eq!(judged(&row("new.one@harbourit.example", "")).kept, Some(KeptBecause::LooksLikeOurs));
    }

    #[test]
    fn a_guest_name_is_turned_back_into_an_address() {
        assert_eq!(guest_address("a_b_firm.example#ext#@x.example").as_deref(), Some("a_b@firm.example"));
        assert_eq!(guest_address("plain@x.example"), None);
        assert_eq!(guest_address("#EXT#"), None);
    }
}
