//! The numbers of the server, each with what it costs.

use std::{num::NonZeroU32, time::Duration};

use komunala_domain::Language;

use super::WebOrigins;

/// Limits and times of a listener.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Connections at a time; further ones wait in the kernel's queue. Each costs some 50 KiB.
    pub connections: usize,
    /// Calls at a time on one connection; a client queues further ones by itself.
    pub streams_per_connection: u32,
    /// Calls under way at a time in the whole server; further ones are refused with OVERLOADED.
    pub calls_under_way: usize,
    /// Calls per second of one tenant, in the long run; further ones are refused with RATE_LIMITED.
    pub calls_per_second: NonZeroU32,
    /// Calls that one tenant may make at once after a rest.
    pub burst: NonZeroU32,
    /// How long a call may take whose caller does not say.
    pub default_deadline: Duration,
    /// How long a call may take whatever its caller says.
    pub longest_deadline: Duration,
    /// How long a stream may stall between two messages.
    pub stream_idle: Duration,
    /// How often a silent connection is asked whether it still lives.
    pub keepalive: Duration,
    /// How long it may take to answer that, before it is closed.
    pub keepalive_timeout: Duration,
    /// How long a connection may take until its first call, TLS handshake included. One that only waits is closed: the
    /// client opens another when it has something to ask.
    pub first_call: Duration,
    /// The largest request in bytes. No request of the API comes near the default.
    pub largest_request: usize,
    /// How long calls under way may go on after the server was told to stop; then they are cut.
    pub drain: Duration,
    /// The language of error texts for callers who ask for none that the hub speaks.
    pub language: Language,
    /// Web origins whose pages may call the API with gRPC-Web; empty: none.
    pub web_origins: WebOrigins,
}

impl Default for Settings {
    fn default() -> Self {
        let number = |number| NonZeroU32::new(number).expect("not zero");
        Self {
            connections: 4096,
            streams_per_connection: 256,
            calls_under_way: 1024,
            calls_per_second: number(2_000),
            burst: number(4_000),
            default_deadline: Duration::from_secs(15),
            longest_deadline: Duration::from_secs(60),
            stream_idle: Duration::from_secs(20),
            keepalive: Duration::from_secs(30),
            keepalive_timeout: Duration::from_secs(10),
            first_call: Duration::from_secs(60),
            largest_request: 4 * 1024 * 1024,
            drain: Duration::from_secs(20),
            language: Language::English,
            web_origins: WebOrigins::default(),
        }
    }
}
