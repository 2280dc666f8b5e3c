//! What shows that it was looked after: lists taken in, findings set aside, policies, courses.
//!
//! Must never know: how parts become bytes, where they are stored, what time it is.

use crate::domain::id::{BatchId, CompletionId, CourseId, ExceptionId, PersonId, PolicyId, SignatureId, SystemId};
use crate::domain::time::{Day, Instant};
use crate::domain::word::Covers;

record! {
    /// One file taken in.
    Batch(BatchId) {
        public {
            /// Format's id, as `m365-users-csv`.
            format: String,
            /// Which system's list it is; none for the office's own sheets.
            system: Option<SystemId>,
            /// When the list was taken.
            taken: Instant,
            /// Whether it names everybody.
            covers: Covers,
            /// Rows read.
            rows: u64,
            /// Rows of the client's own people, counted and not kept.
            not_ours: u64,
            /// Kept rows that nobody is matched to.
            unmatched: u64,
            /// SHA-256 of the file, hex.
            sha256: String,
        }
        private {
            /// The file's name.
            file: String,
        }
    }
}

record! {
    /// A finding set aside: named, reasoned and dated.
    Exception(ExceptionId) {
        public {
            /// Which rule.
            rule: String,
            /// The finding's key: rule and subjects.
            key: String,
            /// When.
            at: Instant,
            /// Back on that date.
            until: Instant,
            /// Who approved.
            approver: Option<PersonId>,
            /// Ended early.
            ended: Option<Instant>,
        }
        private {
            /// Why.
            reason: String,
        }
    }
}

record! {
    /// One version of a security policy.
    Policy(PolicyId) {
        public {
            /// From when it holds.
            effective: Day,
            /// Look at it again by then.
            next_review: Option<Day>,
        }
        private {
            /// Its name.
            name: String,
            /// Which version.
            version: String,
            /// Whom it is for, in words.
            audience: Option<String>,
        }
    }
}

record! {
    /// One signature under a policy version.
    Signature(SignatureId) {
        public {
            /// Which version.
            policy: PolicyId,
            /// Who.
            person: PersonId,
            /// When.
            on: Day,
        }
        private {}
    }
}

record! {
    /// A course.
    Course(CourseId) {
        public {
            /// To be repeated after so many days.
            every_days: Option<u32>,
        }
        private {
            /// Its name.
            name: String,
            /// Whom it is for, in words.
            audience: Option<String>,
        }
    }
}

record! {
    /// One completion of a course.
    Completion(CompletionId) {
        public {
            /// Which course.
            course: CourseId,
            /// Who.
            person: PersonId,
            /// When.
            on: Day,
        }
        private {}
    }
}
