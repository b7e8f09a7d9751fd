//! How much the listener takes.

use std::{num::NonZeroU32, time::Duration};

/// The listener's limits.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Connections at the same time; more wait in the kernel's queue.
    pub connections: usize,
    /// How long a head may take to arrive, and a connection may idle.
    pub head: Duration,
    /// How long a request may take, its body and what is asked of others included.
    pub request: Duration,
    /// The longest head, in bytes.
    pub head_bytes: usize,
    /// The longest body, in bytes.
    pub body_bytes: usize,
    /// How long requests under way may go on at the end.
    pub drain: Duration,
    /// Requests a second of one caller, and how many at once before that counts.
    pub caller_rate: NonZeroU32,
    /// See `caller_rate`.
    pub caller_burst: NonZeroU32,
    /// Call-backs a second of one caller: a payment provider has few addresses and much to say.
    pub callback_rate: NonZeroU32,
    /// Whether a proxy stands in front, which says in the last entry of `x-forwarded-for` who calls.
    pub behind_proxy: bool,
    /// Whether browsers are to ask over HTTPS alone from now on.
    pub is_secure: bool,
}

impl Default for Settings {
    fn default() -> Self {
        let number = |number| NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN);
        Self {
            connections: 1024,
            head: Duration::from_secs(10),
            request: Duration::from_secs(20),
            head_bytes: 16 * 1024,
            body_bytes: 16 * 1024,
            drain: Duration::from_secs(10),
            caller_rate: number(5),
            caller_burst: number(60),
            callback_rate: number(200),
            behind_proxy: false,
            is_secure: false,
        }
    }
}
