//! LDIF's own rules: folded lines, base64, comments, records. No attribute is decoded unless it is one that is read.
//!
//! Must never know: what an attribute means. Never opens a file or address named in a value.

use super::ad::Entry;
use super::reading::{Found, Reading};
use crate::import::drop;
use crate::import::issue::Issue;
use crate::import::value;
use base64::Engine as _;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Whether a text begins as LDIF does: comments, a version line, or an entry's name.
pub(super) fn looks_like(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#'));
    first.is_some_and(|line| {
        let lower = line.to_ascii_lowercase();
        lower.starts_with("dn:") || lower.strip_prefix("version:").is_some_and(|rest| rest.trim() == "1")
    })
}

/// A line put together from its folded parts.
#[derive(Debug)]
struct Line<'a> {
    number: u64,
    text: Cow<'a, str>,
    too_long: bool,
}

/// Goes through a text as logical lines. A line that is too long is read on and marked.
struct Lines<'a> {
    rest: std::iter::Peekable<std::iter::Enumerate<std::str::Split<'a, &'static [char]>>>,
    limit: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        let (index, first) = self.rest.next()?;
        let number = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
        let mut line = Line { number, text: Cow::Borrowed(first), too_long: first.len() > self.limit };
        while let Some((_, folded)) = self.rest.next_if(|(_, next)| next.starts_with(' ') && !first.is_empty()) {
            if line.text.len() + folded.len() > self.limit {
                line.too_long = true;
            } else {
                line.text.to_mut().push_str(folded.get(1..).unwrap_or_default());
            }
        }
        Some(line)
    }
}

/// What one value is, by the signs behind the attribute's name.
enum Value<'a> {
    Text(&'a str),
    Base64(&'a str),
    Address,
}

fn split(line: &str) -> Option<(&str, Value<'_>)> {
    let (name, rest) = line.split_once(':')?;
    let value = if let Some(base64) = rest.strip_prefix(':') {
        Value::Base64(base64.trim())
    } else if rest.starts_with('<') {
        Value::Address
    } else {
        Value::Text(rest.strip_prefix(' ').unwrap_or(rest))
    };
    Some((name.trim(), value))
}

/// The record being read.
#[derive(Default)]
struct Current {
    entry: Option<Entry>,
    change: Option<String>,
    bad: bool,
    started: bool,
}

/// Reads all entries. Change records other than additions are refused; values at addresses are left out.
pub(super) fn read(text: &str, damaged: bool, how: &Reading, found: &mut Found) -> Vec<Entry> {
    let text = if text.contains("\r\n") { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let separators: &'static [char] = &['\n', '\r'];
    let lines = Lines { rest: text.split(separators).enumerate().peekable(), limit: how.limits.row };
    let mut reader =
        Reader { how, damaged, found, entries: Vec::new(), secrets: BTreeSet::new(), names_only: true, values: 0 };
    let mut current = Current::default();
    for line in lines {
        if line.text.trim().is_empty() {
            reader.close(std::mem::take(&mut current));
            if reader.entries.len() >= how.limits.rows {
                reader.found.is_partial_because(format!("Only the first {} entries were read.", how.limits.rows));
                break;
            }
        } else if let Some(comment) = line.text.strip_prefix('#') {
            reader.comment(comment);
        } else {
            reader.line(&line, &mut current);
        }
    }
    reader.close(current);
    let names_only = reader.names_only && reader.values > 0;
    let secrets = std::mem::take(&mut reader.secrets);
    let entries = std::mem::take(&mut reader.entries);
    if names_only {
        let message = "The entries name their attributes without any value, as ldapsearch -A writes them. \
                       Make the list again without -A.";
        found.issues.push(Issue::warning("no_values", message));
    }
    for name in secrets {
        let message = format!("Attribute \u{201c}{name}\u{201d} was left out: Keyward never reads secrets.");
        found.issues.push(Issue::note("secret_dropped", message));
    }
    entries
}

struct Reader<'r> {
    how: &'r Reading,
    damaged: bool,
    found: &'r mut Found,
    entries: Vec<Entry>,
    secrets: BTreeSet<String>,
    /// No attribute so far had a value.
    names_only: bool,
    /// Attributes seen.
    values: u64,
}

impl Reader<'_> {
    /// `# numEntries: 3` is how ldapsearch states its total.
    fn comment(&mut self, comment: &str) {
        if let Some(total) = comment.trim().strip_prefix("numEntries:") {
            self.found.stated_total = total.trim().parse().ok();
        }
    }

    fn line(&mut self, line: &Line<'_>, current: &mut Current) {
        if line.too_long || line.text.contains('\0') || (self.damaged && line.text.contains('\u{FFFD}')) {
            if !current.bad {
                let message = "This entry cannot be read: a line is too long or damaged. It was left out.";
                self.found.set_aside(Issue::error("entry_unreadable", message).at(line.number));
            }
            current.bad = true;
            return;
        }
        // A lone minus closes one part of a change record.
        if line.text.trim() == "-" {
            return;
        }
        let Some((name, value)) = split(&line.text) else {
            let message = "This line is neither a name with a value nor a comment. It was left out.";
            self.found.issues.push(Issue::warning("line_unclear", message).at(line.number));
            return;
        };
        if !current.started {
            current.started = true;
            self.first_line(line.number, name, &value, current);
        } else if name.eq_ignore_ascii_case("dn") {
            // Behind a version line, or behind another entry, without a blank line between.
            self.close(std::mem::take(current));
            current.started = true;
            self.first_line(line.number, name, &value, current);
        } else if name.eq_ignore_ascii_case("changetype") {
            // A kind nobody can read is no addition.
            current.change = Some(decode(&value).unwrap_or_default().trim().to_ascii_lowercase());
        } else if current.entry.is_none() {
            self.trailer(name, &value);
        } else {
            self.attribute(line.number, name, &value, current);
        }
    }

    fn first_line(&mut self, number: u64, name: &str, value: &Value<'_>, current: &mut Current) {
        if !name.eq_ignore_ascii_case("dn") {
            self.trailer(name, value);
            if !["version", "search", "result", "ref"].iter().any(|known| name.eq_ignore_ascii_case(known)) {
                let message = "An entry begins here without its name (dn). It was left out.";
                self.found.set_aside(Issue::error("no_dn", message).at(number));
                current.bad = true;
            }
            return;
        }
        match decode(value) {
            Some(dn) => current.entry = Some(Entry::new(number, dn)),
            None => {
                let message = "This entry's name (dn) cannot be read. It was left out.";
                self.found.set_aside(Issue::error("no_dn", message).at(number));
                current.bad = true;
            }
        }
    }

    /// `result: 4 Size limit exceeded` means that the directory stopped early.
    fn trailer(&mut self, name: &str, value: &Value<'_>) {
        if let (true, Value::Text(text)) = (name.eq_ignore_ascii_case("result"), value)
            && text.split_whitespace().next().is_some_and(|code| code != "0")
        {
            self.found.is_partial_because("The directory did not send everything.");
        }
    }

    fn attribute(&mut self, number: u64, name: &str, value: &Value<'_>, current: &mut Current) {
        let Some(entry) = current.entry.as_mut() else { return };
        if drop::is_secret(name) {
            self.secrets.insert(name.split(';').next().unwrap_or(name).to_owned());
            return;
        }
        let Some(known) = Entry::known(name) else {
            if matches!(value, Value::Address) {
                self.address(number);
            }
            return;
        };
        self.values = self.values.saturating_add(1);
        self.names_only &= matches!(value, Value::Text(text) if text.trim().is_empty());
        // A name in another language stands beside the main one; bytes and parts of a long list are the value itself.
        let option = name.split_once(';').map(|(_, option)| option.to_ascii_lowercase());
        if option.is_some_and(|option| option != "binary" && !option.starts_with("range=")) {
            return;
        }
        match value {
            Value::Address => self.address(number),
            Value::Base64(text) if matches!(known, "objectguid" | "objectsid") => {
                let bytes = base64_bytes(text).unwrap_or_default();
                let id = if known == "objectguid" { value::guid(&bytes) } else { value::sid(&bytes) };
                entry.add(known, id.unwrap_or_default());
            }
            other => match decode(other) {
                Some(text) if text.len() <= self.how.limits.field => entry.add(known, text.trim().to_owned()),
                _ => {
                    let message = format!("The value of \u{201c}{known}\u{201d} cannot be read. It was left out.");
                    self.found.issues.push(Issue::warning("value_unreadable", message).at(number));
                }
            },
        }
    }

    fn address(&mut self, number: u64) {
        let message = "This value stands in another file or on the network. Keyward never follows that.";
        self.found.issues.push(Issue::warning("url_not_followed", message).at(number));
    }

    fn close(&mut self, current: Current) {
        let Some(entry) = current.entry.filter(|_| !current.bad) else { return };
        match current.change.as_deref() {
            None | Some("add") => self.entries.push(entry),
            Some(_) => {
                let message = "This is a change, not an account: only lists are read. It was left out.";
                self.found.refuse(Issue::error("change_record", message).at(entry.line));
            }
        }
    }
}

fn base64_bytes(text: &str) -> Option<Vec<u8>> {
    base64::engine::general_purpose::STANDARD.decode(text).ok()
}

fn decode(value: &Value<'_>) -> Option<String> {
    match value {
        Value::Text(text) => Some((*text).to_owned()),
        Value::Base64(text) => String::from_utf8(base64_bytes(text)?).ok(),
        Value::Address => None,
    }
}
