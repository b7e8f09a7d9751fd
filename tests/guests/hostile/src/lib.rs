//! One guest that does everything an adapter must not: the sandbox's tests and benches run it beside honest ones.
//!
//! What it does is a verb: the setting `verb` (`VERB`), or without it the first argument of the call, so that one adapter
//! can misbehave in one call and be asked again in the next. `verb.rs` lists them with what they do. It exports
//! `customers` (`verify` and `get-account`) and `invoices` (`list-invoices`, `get-invoice`), which all obey.
//!
//! Requests go to `{base_url}/{verb}`: what comes back is the test's server's part. Those to other addresses are named at
//! their verbs. Whatever a verb survives ends in an ordinary answer, or in the error that the SDK makes of the failure.
//!
//! It knows the SDK and WASI. On other targets than `wasm32-wasip2` the crate is empty.
#![cfg_attr(target_arch = "wasm32", feature(asm_experimental_arch))]

#[cfg(target_arch = "wasm32")]
mod answers;
#[cfg(target_arch = "wasm32")]
mod exhaustion;
#[cfg(target_arch = "wasm32")]
mod folders;
#[cfg(target_arch = "wasm32")]
mod guest;
#[cfg(target_arch = "wasm32")]
mod network;
#[cfg(target_arch = "wasm32")]
mod start;
#[cfg(target_arch = "wasm32")]
mod verb;
