//! One field of a record's form: what stands in it, what is said of that, and what it could be.
//!
//! Must never know: the other fields, the command the form makes.

use crate::domain::RecordKind;
use crate::service::records::Given;
use crate::service::records::form::{Candidate, Chosen, FieldSays, FormField, FormTakes, Said};
use crate::tui::keymap::Action;
use crate::tui::widget::line_edit::{LineEdit, Typed};

/// One field.
pub(super) struct Entry {
    pub(super) field: FormField,
    pub(super) edit: LineEdit,
    /// What stood in it at first, as a field of one line holds it: a text of several lines is not changed by being shown.
    initial: String,
    /// Records named in the text that were chosen, not typed.
    pub(super) chosen: Vec<Chosen>,
    /// How the text is read; nothing while that is not known.
    pub(super) reads: String,
    /// Why it cannot be read.
    wrong: Option<String>,
    /// Why it is worth a second look, though nothing forbids it.
    doubt: Option<&'static str>,
    /// It was left once: what is wrong with it may be said.
    left: bool,
    /// What fits the words being typed, and these words.
    pub(super) found: Vec<Candidate>,
    found_for: String,
    /// Letters typed in a row into a closed list.
    started: String,
}

impl Entry {
    pub(super) fn new(field: FormField) -> Self {
        let edit = LineEdit::with(&field.text);
        Self {
            initial: edit.text().trim().to_owned(),
            edit,
            chosen: field.chosen.clone(),
            field,
            reads: String::new(),
            wrong: None,
            doubt: None,
            left: false,
            found: Vec::new(),
            found_for: String::new(),
            started: String::new(),
        }
    }

    pub(super) fn text(&self) -> &str {
        self.edit.text().trim()
    }

    /// Whether it says something else than at first.
    pub(super) fn is_touched(&self) -> bool {
        self.text() != self.initial
    }

    pub(super) const fn is_choice(&self) -> bool {
        matches!(self.field.takes, FormTakes::Choice(_))
    }

    /// The kind of record it names, if it names one.
    pub(super) const fn picks(&self) -> Option<RecordKind> {
        match &self.field.takes {
            FormTakes::Record(kind) | FormTakes::Records(kind) => Some(*kind),
            _ => None,
        }
    }

    pub(super) const fn is_several(&self) -> bool {
        matches!(self.field.takes, FormTakes::Records(_))
    }

    /// What is sent: what was chosen by its id, the rest as typed.
    pub(super) fn given(&self) -> Given {
        let one = |words: &str| match self.chosen.iter().find(|chosen| chosen.name == words) {
            Some(chosen) => Given::Id(chosen.id),
            None => Given::Words(words.to_owned()),
        };
        match &self.field.takes {
            FormTakes::Record(_) => one(self.text()),
            FormTakes::Records(_) if self.text().contains(';') => {
                let pieces = self.text().split(';').map(str::trim).filter(|piece| !piece.is_empty());
                Given::Several(pieces.map(one).collect())
            }
            FormTakes::Records(_) => one(self.text()),
            _ => Given::Words(self.text().to_owned()),
        }
    }

    /// The words a list of candidates is narrowed by: of several, those being typed.
    pub(super) fn searched(&self) -> &str {
        match self.is_several() {
            true => self.edit.text().rsplit(';').next().unwrap_or_default().trim(),
            false => self.text(),
        }
    }

    /// Whether the words in it name a record that was chosen.
    pub(super) fn is_settled(&self) -> bool {
        let words = self.searched();
        words.is_empty() || self.chosen.iter().any(|chosen| chosen.name == words)
    }

    /// The candidates for the words in it now; none while the answer is for others.
    pub(super) fn candidates(&self) -> &[Candidate] {
        if self.found_for == self.searched() { &self.found } else { &[] }
    }

    pub(super) fn found(&mut self, found: Vec<Candidate>) {
        self.found_for = self.searched().to_owned();
        self.found = found;
    }

    /// Takes a record by its whole name; of several it takes the place of the words being typed.
    pub(super) fn choose(&mut self, id: u64, name: &str) {
        let text = match (self.is_several(), self.edit.text().rsplit_once(';')) {
            (true, Some((before, _))) => format!("{}; {name}", before.trim_end()),
            _ => name.to_owned(),
        };
        self.chosen.retain(|chosen| chosen.name != name);
        self.chosen.push(Chosen { id, name: name.to_owned() });
        self.edit.set(&text);
        self.changed();
    }

    /// Takes these records for those that stood there. What is no record at all, as `all` or `kind:server`, stays.
    pub(super) fn choose_all(&mut self, all: &[(u64, String)]) {
        let pieces = self.edit.text().split(';').map(str::trim);
        let words = pieces.filter(|piece| piece.eq_ignore_ascii_case("all") || piece.contains(':'));
        let words = words.filter(|piece| !self.chosen.iter().any(|chosen| chosen.name == *piece));
        let names = all.iter().map(|(_, name)| name.as_str());
        let text = words.chain(names).collect::<Vec<_>>().join("; ");
        self.chosen = all.iter().map(|(id, name)| Chosen { id: *id, name: name.clone() }).collect();
        self.edit.set(&text);
        self.changed();
    }

    /// Puts words in it, for what stood there.
    pub(super) fn set(&mut self, words: &str) {
        self.edit.set(words);
        self.changed();
    }

    /// Takes typed text. In a closed list a letter goes to the next word that starts with it, a blank to the next one.
    pub(super) fn write(&mut self, typed: &Typed) {
        let FormTakes::Choice(words) = &self.field.takes else {
            self.edit.write(typed);
            return self.changed();
        };
        let Typed::Char(sign) = typed else { return };
        let words = words.clone();
        let here = words.iter().position(|word| *word == self.edit.text()).unwrap_or_default();
        if *sign == ' ' {
            self.started.clear();
            return self.set(words.get((here + 1) % words.len().max(1)).copied().unwrap_or_default());
        }
        // Letters in a row spell a word; one that fits none begins anew, after the word that stands there.
        self.started.extend(sign.to_lowercase());
        let spelt = words.iter().find(|word| word.to_lowercase().starts_with(&self.started)).copied();
        let word = spelt.filter(|_| self.started.chars().count() > 1).or_else(|| {
            self.started = sign.to_lowercase().collect();
            let after = words.iter().cycle().skip(here + 1).take(words.len());
            after.into_iter().find(|word| word.to_lowercase().starts_with(&self.started)).copied()
        });
        if let Some(word) = word {
            self.set(word);
        }
    }

    /// An action of a text field; in a closed list left and right go through its words.
    pub(super) fn act(&mut self, action: Action) -> bool {
        let FormTakes::Choice(words) = &self.field.takes else {
            let acted = self.edit.act(action);
            if acted {
                self.changed();
            }
            return acted;
        };
        let here = words.iter().position(|word| *word == self.edit.text()).unwrap_or_default();
        let to = match action {
            Action::TextLeft => (here + words.len()).saturating_sub(1) % words.len().max(1),
            Action::TextRight => (here + 1) % words.len().max(1),
            Action::TextHome => 0,
            Action::TextEnd => words.len().saturating_sub(1),
            Action::Erase | Action::EraseNext | Action::EraseAll | Action::EraseWord if words.contains(&"") => {
                self.set("");
                return true;
            }
            _ => return false,
        };
        if let Some(word) = words.get(to).copied() {
            self.set(word);
        }
        true
    }

    fn changed(&mut self) {
        self.wrong = None;
        self.reads.clear();
        self.doubt = None;
    }

    /// It is left: from now on what is wrong with it is said.
    pub(super) fn leave(&mut self) {
        self.left = true;
        self.started.clear();
    }

    /// Takes what is said of its text.
    pub(super) fn hear(&mut self, says: &FieldSays) {
        self.doubt = says.doubt;
        match &says.said {
            Said::Reads(words) => {
                self.reads.clone_from(words);
                self.wrong = None;
            }
            Said::Wrong(words) => {
                self.reads.clear();
                self.wrong = Some(words.clone());
            }
        }
    }

    /// What is wrong with it, as far as that is known.
    pub(super) fn wrong(&self) -> Option<&str> {
        if self.field.needed && self.text().is_empty() {
            return Some("is needed.");
        }
        self.wrong.as_deref()
    }

    /// Why it is worth a second look, once it was left.
    pub(super) fn doubt(&self) -> Option<&'static str> {
        self.doubt.filter(|_| self.left)
    }

    /// What is wrong with it, once it was left.
    pub(super) fn complaint(&self) -> Option<&str> {
        self.wrong().filter(|_| self.left)
    }
}
