//! Gateways for short messages: how a text gets to a phone, and what a gateway says of it afterwards.
//!
//! **Knows** Kannel's HTTP interface, gateways that speak JSON (described by settings, none by code), the alphabets of
//! GSM and how many segments a text takes in each, and how little of an answer to read.
//! **Must not know** who is told what, or when: `komunala_app` says that. Nothing that comes unasked is believed here
//! without the gateway's secret.
//!
//! What is never logged, and stands in no error: numbers, texts, secrets, and what a gateway answers in words.

mod alphabet;
mod callback;
mod exchange;
mod gateway;
mod json;
mod kannel;
mod likeness;
mod segments;

pub use exchange::Exchange;
pub use gateway::{Account, GatewayProblem, Protocol, check, gateway};
pub use json::{JsonCallbacks, JsonInterface};
pub use likeness::in_gsm_letters;
pub use segments::{Coding, Segments};
