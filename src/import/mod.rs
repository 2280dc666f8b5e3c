//! Files in: bytes to rows and issues, matching, the plan.
//!
//! Must never know: the store, the screen. Applies nothing.
