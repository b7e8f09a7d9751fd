//! Short messages: what they say, where they go, what becomes of them, and what comes back from phones.

mod compose;
mod grammar;
mod incoming;
mod line;
mod permit;
mod reading;
mod receipts;

pub use grammar::{Action, Grammar, GrammarProblem, RuleText};
pub use line::{Caps, TextLine};
pub use receipts::Received;
