//! What else somebody holds: things, named contacts, places where data is kept.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use super::Mark;
use crate::domain::id::{AssetId, ClientId, ContactId, DataLocationId, PersonId};
use crate::domain::time::Instant;
use crate::domain::word::{AssetKind, ContactKind, DataKind};

record! {
    /// A thing somebody holds: laptop, badge, key.
    Asset(AssetId) {
        public {
            /// What kind.
            kind: AssetKind,
            /// Whose it is, when a client lent it.
            client: Option<ClientId>,
            /// Who has it.
            holder: Option<PersonId>,
            /// Handed out.
            issued: Option<Instant>,
            /// Came back.
            returned: Option<Mark>,
            /// Made useless instead.
            cancelled: Option<Mark>,
            /// Storage encrypted.
            encrypted: Option<bool>,
            /// Left out on purpose until then.
            waived_until: Option<Instant>,
        }
        private {
            /// Number on it.
            tag: Option<String>,
            /// Free text.
            note: Option<String>,
        }
    }
}

record! {
    /// A named contact, recovery address or phone at a supplier or system.
    Contact(ContactId) {
        public {
            /// For which client.
            client: Option<ClientId>,
            /// What it can do.
            kind: ContactKind,
            /// Who is named.
            person: PersonId,
            /// Since when.
            since: Option<Instant>,
            /// Replaced or removed.
            ended: Option<Mark>,
            /// Left as it is on purpose until then.
            waived_until: Option<Instant>,
        }
        private {
            /// Supplier or system.
            place: String,
            /// Free text.
            note: Option<String>,
        }
    }
}

record! {
    /// A place where a client's data is kept.
    DataLocation(DataLocationId) {
        public {
            /// Whose data.
            client: ClientId,
            /// Whether the place is ours.
            kind: DataKind,
            /// Encrypted there.
            encrypted: Option<bool>,
            /// Who holds it.
            holder: Option<PersonId>,
            /// Last confirmed.
            confirmed: Option<Instant>,
            /// Removed from there.
            removed: Option<Mark>,
            /// Left as it is on purpose until then.
            waived_until: Option<Instant>,
        }
        private {
            /// What it is.
            what: String,
            /// Where it is.
            place: String,
        }
    }
}
