//! The vocabulary of the screen: every action with its verb, its help and what it does to data.
//!
//! Must never know: which key starts an action, which screen is shown.

use crate::domain::RecordKind;

/// The ten main screens. Their digits never move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    /// What needs attention now.
    Today,
    /// The people.
    People,
    /// Clients, systems, accounts.
    Clients,
    /// People across clients.
    Grid,
    /// What to put right.
    Fixes,
    /// The quarterly review.
    Review,
    /// Discharges and onboardings.
    Runs,
    /// Files in.
    Import,
    /// Paper out.
    Reports,
    /// What has no digit of its own: see [`Section`].
    More,
}

impl Place {
    /// Every place in the order of the digits.
    pub const ALL: [Self; 10] = [
        Self::Today,
        Self::People,
        Self::Clients,
        Self::Grid,
        Self::Fixes,
        Self::Review,
        Self::Runs,
        Self::Import,
        Self::Reports,
        Self::More,
    ];

    /// Its digit, as printed.
    pub const fn digit(self) -> char {
        match self {
            Self::Today => '1',
            Self::People => '2',
            Self::Clients => '3',
            Self::Grid => '4',
            Self::Fixes => '5',
            Self::Review => '6',
            Self::Runs => '7',
            Self::Import => '8',
            Self::Reports => '9',
            Self::More => '0',
        }
    }

    /// Its name in the row of tabs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::People => "People",
            Self::Clients => "Clients",
            Self::Grid => "Grid",
            Self::Fixes => "Fixes",
            Self::Review => "Review",
            Self::Runs => "Runs",
            Self::Import => "Import",
            Self::Reports => "Reports",
            Self::More => "More",
        }
    }

    /// What to do instead while there is no screen for it; nothing when there is one.
    pub const fn instead(self) -> Option<&'static str> {
        match self {
            Self::Today | Self::People | Self::Clients | Self::Grid | Self::Fixes => None,
            Self::Runs | Self::Reports | Self::More => None,
            Self::Review => Some("No review screen yet. In a shell: keyward findings."),
            Self::Import => Some("No import screen yet. In a shell: keyward import FILE."),
        }
    }
}

/// The screens under More, in the order of its list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Section {
    /// Shared logins and who knows them.
    Logins,
    /// Things, contacts, places with data.
    Held,
    /// Policies, courses, and who signed and took them.
    Policies,
    /// What roles need, and who looks after which client.
    Roles,
    /// Every change that was ever recorded.
    History,
    /// Looks, limits, keys.
    Settings,
}

impl Section {
    /// Every section.
    pub const ALL: [Self; 6] = [Self::History, Self::Settings, Self::Logins, Self::Held, Self::Policies, Self::Roles];

    /// The kinds of records it lists; none where it is a screen of its own.
    pub const fn kinds(self) -> &'static [RecordKind] {
        match self {
            Self::Logins => &[RecordKind::Secret, RecordKind::Knowing],
            Self::Held => &[RecordKind::Asset, RecordKind::Contact, RecordKind::DataLocation],
            Self::Policies => &[
                RecordKind::Policy,
                RecordKind::Course,
                RecordKind::Person,
                RecordKind::Signature,
                RecordKind::Completion,
            ],
            Self::Roles => &[RecordKind::RoleRight, RecordKind::Assignment],
            Self::History | Self::Settings => &[],
        }
    }

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Logins => "Shared logins",
            Self::Held => "Things & data",
            Self::Policies => "Policies & training",
            Self::Roles => "Roles",
            Self::History => "History",
            Self::Settings => "Settings",
        }
    }

    /// What one finds there.
    pub const fn tells(self) -> &'static str {
        match self {
            Self::Logins => "passwords and codes, and who knows them",
            Self::Held => "laptops, keys, contacts, where data is kept",
            Self::Policies => "what is signed and learnt, and who is missing",
            Self::Roles => "what a role needs, who has which clients",
            Self::History => "every change, and proof that nobody altered it",
            Self::Settings => "looks, locking, limits, keyboard check",
        }
    }
}

/// What can be done. One vocabulary for every screen; a screen gives an action its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// A row up.
    Up,
    /// A row down.
    Down,
    /// The tab to the left.
    Left,
    /// The tab to the right.
    Right,
    /// Shows what is under a row of a tree, or goes down into it.
    Unfold,
    /// Hides what is under a row of a tree, or goes up.
    Fold,
    /// A page up.
    PageUp,
    /// A page down.
    PageDown,
    /// The first row.
    First,
    /// The last row.
    Last,
    /// Opens what the cursor is on, or presses the focused button.
    Open,
    /// One step back.
    Back,
    /// The next pane or field.
    NextPane,
    /// The pane or field before.
    PrevPane,
    /// A main screen.
    Go(Place),
    /// A screen under More.
    Section(Section),
    /// Waits for the letter of a screen.
    Prefix,
    /// Finds anything, does anything.
    Find,
    /// Narrows the list while typing.
    Filter,
    /// Narrows the list by a value.
    FilterBy,
    /// Chooses the column the list is sorted by.
    Sort,
    /// Looks at another date.
    AsOf,
    /// Grows or shrinks the detail.
    Why,
    /// Everything that can be done with this row.
    Menu,
    /// What this screen shows and which keys work.
    Help,
    /// Counts everything again.
    Recheck,
    /// Hides the screen.
    Curtain,
    /// Asks for the passphrase.
    Lock,
    /// Draws everything again.
    Redraw,
    /// The last messages.
    Messages,
    /// Marks the row.
    Mark,
    /// Starts or ends a range of marks.
    Range,
    /// Marks every row shown.
    MarkAll,
    /// Says that it is done: the next state of a removal, a tick for a step.
    Done,
    /// Something new.
    New,
    /// Writes a note or edits.
    Edit,
    /// Changes who, when, level.
    Change,
    /// Asks for removal, does the suggested fix, or takes an entry of the history back.
    Remove,
    /// Left out with a reason, or not needed.
    SetAside,
    /// Somebody is leaving.
    Discharge,
    /// Closes a run.
    CloseRun,
    /// Prints or saves this view.
    Print,
    /// Takes the last change back.
    Undo,
    /// Does again what was taken back.
    Redo,
    /// Finishes a form.
    Save,
    /// Copies.
    Copy,
    /// Leaves, after a second press.
    Quit,
    /// Leaves, with a question when work is open.
    QuitNow,
    /// Yes in a dialog; "yes" to a question.
    Yes,
    /// No in a dialog; "no" to a question.
    No,
    /// The person answered that they are not sure.
    NotSure,
    /// The person does not want to answer.
    Refused,
    /// The nth choice.
    Choice(u8),
    /// Opens the list of a field's values, or shows a hidden text.
    Values,
    /// Another file, or another list of steps.
    Other,
    /// The passphrase is lost.
    Lost,
    /// A character to the left.
    TextLeft,
    /// A character to the right.
    TextRight,
    /// A word to the left.
    WordLeft,
    /// A word to the right.
    WordRight,
    /// The start of the field.
    TextHome,
    /// The end of the field.
    TextEnd,
    /// Removes the character before.
    Erase,
    /// Removes the character after.
    EraseNext,
    /// Removes the word before.
    EraseWord,
    /// Empties the field.
    EraseAll,
    /// Selects the whole field.
    SelectAll,
}

/// Where an action stands in help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Moves, never changes data.
    Move,
    /// Looks at something, never changes data.
    Look,
    /// Chooses rows or answers.
    Choose,
    /// Changes data.
    Do,
    /// About the program.
    Program,
    /// Inside a text field.
    Text,
}

impl Group {
    /// The heading in help and on the key sheet.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Move => "Move",
            Self::Look => "Look",
            Self::Choose => "Choose",
            Self::Do => "Do",
            Self::Program => "Keyward",
            Self::Text => "In a text field",
        }
    }
}

/// What the tables know about an action.
#[derive(Debug, Clone, Copy)]
pub struct ActionSpec {
    /// The action.
    pub action: Action,
    /// Verb for the hints, at most 12 letters.
    pub verb: &'static str,
    /// What it does, for help, menu and key sheet.
    pub help: &'static str,
    /// Where it stands in help.
    pub group: Group,
    /// It changes the register.
    pub changes: bool,
}

const fn spec(action: Action, verb: &'static str, help: &'static str, group: Group) -> ActionSpec {
    ActionSpec { action, verb, help, group, changes: false }
}

const fn change(action: Action, verb: &'static str, help: &'static str) -> ActionSpec {
    ActionSpec { action, verb, help, group: Group::Do, changes: true }
}

/// Every action, in the order of help.
pub const ACTIONS: &[ActionSpec] = &[
    spec(Action::Up, "Up", "row up", Group::Move),
    spec(Action::Down, "Down", "row down", Group::Move),
    spec(Action::Left, "Left", "tab to the left", Group::Move),
    spec(Action::Right, "Right", "tab to the right", Group::Move),
    spec(Action::Unfold, "Unfold", "unfold; once more goes down into it", Group::Move),
    spec(Action::Fold, "Fold", "fold; once more goes up", Group::Move),
    spec(Action::PageUp, "Page up", "one page up", Group::Move),
    spec(Action::PageDown, "Page down", "one page down", Group::Move),
    spec(Action::First, "First", "first row", Group::Move),
    spec(Action::Last, "Last", "last row", Group::Move),
    spec(Action::Open, "Open", "open what the cursor is on", Group::Move),
    spec(Action::Back, "Back", "one step back", Group::Move),
    spec(Action::NextPane, "Next", "next pane or field", Group::Move),
    spec(Action::PrevPane, "Previous", "pane or field before", Group::Move),
    spec(Action::Go(Place::Today), "Today", "go to Today", Group::Move),
    spec(Action::Go(Place::People), "People", "go to People", Group::Move),
    spec(Action::Go(Place::Clients), "Clients", "go to Clients", Group::Move),
    spec(Action::Go(Place::Grid), "Grid", "go to Grid", Group::Move),
    spec(Action::Go(Place::Fixes), "Fixes", "go to Fixes", Group::Move),
    spec(Action::Go(Place::Review), "Review", "go to Review", Group::Move),
    spec(Action::Go(Place::Runs), "Runs", "go to Runs", Group::Move),
    spec(Action::Go(Place::Import), "Import", "go to Import", Group::Move),
    spec(Action::Go(Place::Reports), "Reports", "go to Reports", Group::Move),
    spec(Action::Go(Place::More), "More", "go to More", Group::Move),
    spec(Action::Section(Section::Logins), "Logins", "go to shared logins", Group::Move),
    spec(Action::Section(Section::Held), "Things", "go to things, contacts and data", Group::Move),
    spec(Action::Section(Section::Policies), "Policies", "go to policies and training", Group::Move),
    spec(Action::Section(Section::Roles), "Roles", "go to what roles need", Group::Move),
    spec(Action::Section(Section::History), "History", "go to the history", Group::Move),
    spec(Action::Section(Section::Settings), "Settings", "go to the settings", Group::Move),
    spec(Action::Prefix, "Go to", "go to a screen by its letter", Group::Move),
    spec(Action::Find, "Find", "find anything, do anything", Group::Look),
    spec(Action::Filter, "Filter", "filter this list as you type", Group::Look),
    spec(Action::FilterBy, "Filter by", "filter by a value of a column", Group::Look),
    spec(Action::Sort, "Sort", "sort by a column", Group::Look),
    spec(Action::AsOf, "As of", "look at another date; nothing can be changed there", Group::Look),
    spec(Action::Why, "Why", "grow or shrink the explanation", Group::Look),
    spec(Action::Menu, "Menu", "all that can be done with this row", Group::Look),
    spec(Action::Help, "Help", "help for this screen; again for all help", Group::Look),
    spec(Action::Recheck, "Recheck", "count and check again", Group::Look),
    spec(Action::Print, "Print", "print or save this view", Group::Look),
    spec(Action::Copy, "Copy", "copy the row or the marked rows", Group::Look),
    spec(Action::Messages, "Messages", "the last 200 messages", Group::Look),
    spec(Action::Mark, "Mark", "mark the row and move down", Group::Choose),
    spec(Action::Range, "Range", "start or stop marking a range", Group::Choose),
    spec(Action::MarkAll, "Mark all", "mark all rows now shown; again unmarks", Group::Choose),
    spec(Action::Yes, "Yes", "yes", Group::Choose),
    spec(Action::No, "No", "no", Group::Choose),
    spec(Action::Choice(1), "First", "take the first choice", Group::Choose),
    spec(Action::Choice(2), "Second", "take the second choice", Group::Choose),
    spec(Action::Choice(3), "Third", "take the third choice", Group::Choose),
    spec(Action::Choice(4), "Fourth", "take the fourth choice", Group::Choose),
    spec(Action::Values, "List", "open the list of values; show a hidden text", Group::Choose),
    spec(Action::Other, "Other", "choose another one", Group::Choose),
    spec(Action::Lost, "Lost", "the passphrase is lost", Group::Choose),
    change(Action::Remove, "Remove", "ask for removal, do the suggested fix, or take an entry back"),
    change(Action::Done, "Done", "say that it is done, then that it is checked"),
    change(Action::Change, "Change", "change who does it and until when"),
    change(Action::SetAside, "Set aside", "set aside or not needed: asks why"),
    change(Action::New, "New", "add a person, a client, a system, a way in and more"),
    change(Action::Edit, "Note", "edit, or write a note"),
    change(Action::Discharge, "Discharge", "start a discharge: someone is leaving"),
    change(Action::NotSure, "Not sure", "the person is not sure; counts as yes"),
    change(Action::Refused, "Refused", "the person does not answer; counts as yes"),
    change(Action::CloseRun, "Close run", "close the run when nothing is open"),
    change(Action::Undo, "Undo", "undo the last change"),
    change(Action::Redo, "Redo", "do again what was undone"),
    change(Action::Save, "Save", "save or finish a form"),
    spec(Action::Curtain, "Curtain", "hide the screen at once", Group::Program),
    spec(Action::Lock, "Lock", "lock the register now", Group::Program),
    spec(Action::Redraw, "Redraw", "draw the screen again", Group::Program),
    spec(Action::Quit, "Leave", "leave: press it twice", Group::Program),
    spec(Action::QuitNow, "Leave", "leave", Group::Program),
    spec(Action::TextLeft, "Left", "one character left", Group::Text),
    spec(Action::TextRight, "Right", "one character right", Group::Text),
    spec(Action::WordLeft, "Word left", "one word left", Group::Text),
    spec(Action::WordRight, "Word right", "one word right", Group::Text),
    spec(Action::TextHome, "Start", "start of the field", Group::Text),
    spec(Action::TextEnd, "End", "end of the field", Group::Text),
    spec(Action::Erase, "Erase", "remove the character before", Group::Text),
    spec(Action::EraseNext, "Erase next", "remove the character after", Group::Text),
    spec(Action::EraseWord, "Erase word", "remove the word before", Group::Text),
    spec(Action::EraseAll, "Clear", "empty the field", Group::Text),
    spec(Action::SelectAll, "Select all", "select the whole field", Group::Text),
];

impl Action {
    /// What the table knows about it.
    pub fn spec(self) -> &'static ActionSpec {
        const NOTHING: ActionSpec = spec(Action::Redraw, "", "", Group::Program);
        ACTIONS.iter().find(|spec| spec.action == self).unwrap_or(&NOTHING)
    }

    /// Whether it changes the register.
    pub fn changes(self) -> bool {
        self.spec().changes
    }
}
