//! Runs adapters: components that know one utility's billing system, in a sandbox that trusts them with nothing.
//!
//! **Knows** wasmtime, WASI and the adapter contract; this is the only crate that does.
//! **Must not know** the API, the database, how mail travels, or any provider by name.
//!
//! What holds here, whatever an adapter does:
//! - it can reach only the hosts, addresses, methods and folders that its manifest asks for *and* its operator allows;
//! - it never holds a secret: the hub puts credentials into its requests on their way out;
//! - each of its calls runs in a fresh instance, within [`Limits`], and ends at its caller's deadline;
//! - what it answers is checked value by value before anybody else sees it;
//! - how it ends is a [`komunala_app::ports::BillingError`] that names the limit, and the next call works.
//!
//! The way of a call: [`Adapter`] → maintenance → breaker → bulkhead → a turn where the billing system bears one call at
//! a time → a slot of the [`Engine`] → a store with a deadline → the guest, with its requests passing through [`Transport`] → the answer's check.

mod adapter;
mod answer;
mod breaker;
mod bulkhead;
mod call;
mod component;
mod contract;
mod credential;
mod engine;
mod exclusive;
mod grant;
mod http;
mod limits;
mod logs;
mod manifest;
mod memory;
mod refusal;
mod secret;
mod setting;
mod store;
mod trial;
mod turn;

pub use adapter::{Adapter, AdapterError, AdapterSettings};
pub use breaker::BreakerSettings;
pub use component::{CacheError, CodeCache, LoadError, pin};
pub use credential::{CredentialError, CredentialKind, CredentialSettings};
pub use engine::{Engine, EngineError, EngineSettings};
pub use exclusive::Exclusive;
pub use grant::{AddressPolicy, GrantError, HostRule, Method, NotAHost, Policy};
pub use http::{Network, ResponseBody, TlsError, Transport, TransportError};
pub use limits::{Limit, LimitSettings, Limits};
pub use manifest::{About, BuildAsk, FolderAccess, FolderAsk, HttpAsks, Manifest, ManifestError, SettingAsk};
pub use refusal::Refusal;
pub use secret::Secrets;
pub use setting::{SettingError, SettingFormat};
pub use store::Conditions;
pub use trial::{Answer, ArgumentError, Cost, Description, Operation, Parameter, Trial, TrialError, Tried};
