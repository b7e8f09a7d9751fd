//! Short messages: what they say.

mod compose;
