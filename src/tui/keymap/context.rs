//! Where a key is pressed: the contexts of the key table.
//!
//! Must never know: what is drawn there.

/// A context of the key table. A pane names its own, most specific first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Everywhere outside text.
    Global,
    /// Every list.
    List,
    /// Screens with tabs.
    Tabs,
    /// A list whose rows can be marked.
    Marks,
    /// A list in which rows are marked.
    Marked,
    /// Every overlay: what works above whatever is shown.
    Modal,
    /// A text field.
    Text,
    /// A screen's own field of several lines or a note.
    Note,
    /// Today.
    Today,
    /// The people.
    People,
    /// One person: what all tabs share.
    Person,
    /// One person's ways in.
    PersonAccess,
    /// The tree of clients.
    Clients,
    /// The people beside the tree of clients.
    ClientsWho,
    /// A run: what all tabs share.
    Run,
    /// A run's ways in.
    RunWays,
    /// A run's steps.
    RunSteps,
    /// A run's questions.
    RunQuestions,
    /// A run's shared logins.
    RunSecrets,
    /// A run's things.
    RunThings,
    /// The closing page.
    Closing,
    /// Fixes.
    Fixes,
    /// The reports.
    Reports,
    /// The list of runs.
    Runs,
    /// The list of what has no digit of its own.
    More,
    /// The settings.
    Settings,
    /// The history.
    History,
    /// One entry of the history.
    Entry,
    /// A question with yes and no.
    Dialog,
    /// A question with something to type.
    Typed,
    /// After the prefix key.
    Prefix,
    /// The menu of a row.
    Menu,
    /// One value, typed.
    Value,
    /// The keyboard check.
    KeyCheck,
    /// A list to pick from.
    Picker,
    /// A list to pick from with a field above it.
    Search,
    /// "Who is leaving?"
    Start,
    /// Find.
    Find,
    /// Help.
    Help,
    /// A text to read.
    Reader,
    /// A form.
    Form,
    /// A record as a form.
    Editor,
    /// A list to tick several of.
    Tick,
    /// The past.
    Past,
    /// The grid of people across clients.
    Grid,
    /// Records of the kinds that have no screen of their own.
    Records,
    /// "As of when?"
    Date,
    /// A month to pick a day from.
    Month,
    /// Set-up: choosing the look.
    Look,
    /// Set-up: fields.
    Setup,
    /// Set-up: how to begin.
    Begin,
    /// Unlocking.
    Unlock,
    /// Behind the curtain.
    Curtain,
    /// The window is too small.
    Small,
}

impl Context {
    /// Its name on the key sheet.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "everywhere",
            Self::List => "lists",
            Self::Tabs => "screens with tabs",
            Self::Marks => "lists with marks",
            Self::Marked => "rows marked",
            Self::Modal => "dialogs and lists on top",
            Self::Text => "text fields",
            Self::Note => "notes",
            Self::Today => "Today",
            Self::People => "People",
            Self::Person => "one person",
            Self::PersonAccess => "one person, Access",
            Self::Clients => "Clients",
            Self::ClientsWho => "Clients, people",
            Self::Run => "discharge",
            Self::RunWays => "discharge, Ways in",
            Self::RunSteps => "discharge, Steps",
            Self::RunQuestions => "discharge, Questions",
            Self::RunSecrets => "discharge, Shared logins",
            Self::RunThings => "discharge, Things",
            Self::Closing => "closing page",
            Self::Fixes => "Fixes",
            Self::Reports => "Reports",
            Self::Runs => "Runs",
            Self::More => "More",
            Self::Settings => "Settings",
            Self::History => "history",
            Self::Entry => "one entry of the history",
            Self::Dialog => "yes-or-no questions",
            Self::Typed => "questions with something to type",
            Self::Prefix => "after G",
            Self::Menu => "menu",
            Self::Value => "one value",
            Self::KeyCheck => "keyboard check",
            Self::Picker => "lists to pick from",
            Self::Search => "lists with a search field",
            Self::Start => "Who is leaving?",
            Self::Find => "Find",
            Self::Help => "help",
            Self::Reader => "texts",
            Self::Form => "forms",
            Self::Editor => "a record's form",
            Self::Tick => "lists to tick",
            Self::Past => "the past",
            Self::Grid => "Grid",
            Self::Records => "shared logins, things, policies, roles",
            Self::Month => "a month",
            Self::Date => "As of when?",
            Self::Look => "set-up, look",
            Self::Setup => "set-up",
            Self::Begin => "set-up, begin",
            Self::Unlock => "unlocking",
            Self::Curtain => "hidden screen",
            Self::Small => "window too small",
        }
    }
}
