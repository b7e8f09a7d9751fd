//! Where a test can end the process.
//!
//! Built with the feature `failpoints`, each point can be told what to do by the crate `fail`
//! (`FAILPOINTS="delivery::mid-body=pause"`): `pause` holds the mail there, so that the process can be killed;
//! `return` ends the process itself, there and then, without unwinding or destructors, as `kill -9` would.
//! Without the feature nothing of this is compiled.

/// A message is claimed, nothing else has happened.
pub const CLAIMED: &str = "delivery::claimed";
/// The relay waits for the body; `data_started` is not yet durable.
pub const BEFORE_DATA_STARTED: &str = "delivery::before-data-started";
/// `data_started` is durable; no byte of the body has left.
pub const DATA_STARTED: &str = "delivery::data-started";
/// The first half of the body has left.
pub const MID_BODY: &str = "delivery::mid-body";
/// The final dot has left; its answer is not yet read.
pub const FINAL_DOT: &str = "delivery::final-dot";
/// The relay's 250 is read; `accepted` is not yet durable.
pub const ANSWERED: &str = "delivery::answered";
/// `accepted` is durable.
pub const ACCEPTED: &str = "delivery::accepted";

/// Every point, in the order in which a mail meets them.
pub const ALL: [&str; 7] = [CLAIMED, BEFORE_DATA_STARTED, DATA_STARTED, MID_BODY, FINAL_DOT, ANSWERED, ACCEPTED];

/// The mail is at `point`.
pub(crate) fn reach(point: &'static str) {
    fail::fail_point!(point, |_| std::process::abort());
    let _ = point;
}
