//! Why the hub said no to a guest.
//!
//! A guest that is denied something usually dies of it, or reports an error of its own making. So whoever denies writes
//! the reason down here, and the call's error names it instead of "wasm trap: unreachable".

use std::sync::OnceLock;

use crate::{Limit, Limits};

/// What a guest was denied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// A limit of [`Limits`].
    #[error("limit {} of {allowed} is used up", limit.name())]
    Limit {
        /// Which one.
        limit: Limit,
        /// Its value.
        allowed: u64,
    },
    /// The guest's stack, which is as deep for every adapter.
    #[error("the guest's stack is used up")]
    Stack,
    /// The memory that all guests of the hub have together.
    #[error("the memory of all guests together is used up")]
    TotalMemory,
    /// A host and port that are not granted.
    #[error("host {0} is not granted")]
    Host(String),
    /// A method that is not granted.
    #[error("method {0} is not granted")]
    Method(String),
    /// An address, looked up or literal, that no outgoing request may go to.
    #[error("host {0} leads to an address that is not granted")]
    Address(String),
    /// A placeholder for a secret that does not exist.
    #[error("secret {0} is not granted")]
    Secret(String),
    /// A placeholder in a place where the hub cannot escape a secret.
    #[error("no secret can be filled into a {0}")]
    Placeholder(String),
    /// The hub's own credential was refused: the operator's to mend, not the guest's fault.
    #[error("the hub's credential: {0}")]
    Credential(String),
}

impl Refusal {
    /// The refusal of one more than `limits` allow.
    pub(crate) fn limit(limits: &Limits, limit: Limit) -> Self {
        Self::Limit { limit, allowed: limits.of(limit) }
    }

    /// A short name for metrics: the limit's, or the kind of grant that is missing.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Limit { limit, .. } => limit.name(),
            Self::Stack => "stack",
            Self::TotalMemory => "total_memory",
            Self::Host(_) => "hosts",
            Self::Method(_) => "methods",
            Self::Address(_) => "addresses",
            Self::Secret(_) | Self::Placeholder(_) => "secrets",
            Self::Credential(_) => "credentials",
        }
    }
}

/// The first refusal of a call: what came after it is most likely its consequence.
#[derive(Debug, Default)]
pub(crate) struct Refusals(OnceLock<Refusal>);

impl Refusals {
    /// Writes a refusal down, unless there was one before.
    pub(crate) fn note(&self, refusal: Refusal) {
        tracing::debug!(%refusal, "denied to a guest");
        // a second one is dropped on purpose
        let _ = self.0.set(refusal);
    }

    /// The first one.
    pub(crate) fn first(&self) -> Option<&Refusal> {
        self.0.get()
    }
}
