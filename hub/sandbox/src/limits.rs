//! What one adapter may use, field by field.
//!
//! A manifest asks, the operator caps: the smaller of the two holds. Where the operator says nothing the default is the
//! cap, so an adapter can never have more than somebody agreed to. In TOML, in both places:
//!
//! ```toml
//! [limits]
//! memory_bytes = 134217728
//! requests = 16
//! exclusive = "writes"
//! ```
//!
//! ```
//! use komunala_sandbox::{LimitSettings, Limits};
//!
//! let asks: LimitSettings = toml::from_str("requests = 200\nrows = 50").unwrap();
//! let limits = Limits::granted(&asks, &LimitSettings::default());
//! assert_eq!(limits.requests, Limits::default().requests, "more than the default needs the operator");
//! assert_eq!(limits.rows, 50, "an adapter may ask for less");
//! ```

use serde::Deserialize;

use crate::Exclusive;

macro_rules! limits {
    ($( $(#[$doc:meta])* $field:ident: $limit:ident = $default:expr; )*) => {
        /// What one adapter may use. The unit stands in the name; a name without one is a count.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct Limits {
            $( $(#[$doc])* pub $field: u64, )*
            /// What the billing system bears only one of at a time.
            pub exclusive: Exclusive,
        }

        /// Limits as a manifest asks for them or an operator caps them; what is left out is not said.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        pub struct LimitSettings {
            $( $(#[$doc])* pub $field: Option<u64>, )*
            /// What the billing system bears only one of at a time; the stricter of manifest and operator holds.
            pub exclusive: Option<Exclusive>,
        }

        /// The name of a limit, as errors and metrics give it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Limit {
            $( $(#[$doc])* $limit, )*
        }

        impl Limit {
            /// The setting that moves it.
            pub fn name(self) -> &'static str {
                match self { $( Self::$limit => stringify!($field), )* }
            }
        }

        impl Default for Limits {
            fn default() -> Self {
                Self { $( $field: $default, )* exclusive: Exclusive::None }
            }
        }

        impl Limits {
            /// What the manifest asks, capped by the operator.
            pub fn granted(asks: &LimitSettings, caps: &LimitSettings) -> Self {
                let default = Self::default();
                Self { $( $field: {
                    let cap = caps.$field.unwrap_or(default.$field);
                    asks.$field.map_or(cap, |asked| asked.min(cap))
                }, )* exclusive: asks.exclusive.max(caps.exclusive).unwrap_or_default() }
            }

            /// The value of one of them.
            pub fn of(&self, limit: Limit) -> u64 {
                match limit { $( Limit::$limit => self.$field, )* }
            }
        }
    };
}

const KIB: u64 = 1024;
const MIB: u64 = 1024 * KIB;

limits! {
    /// Linear memory and tables of one call together. A Rust guest holds 2 MiB, a Python one 13 MiB; a document of
    /// 16 MiB passes through a guest about three times.
    memory_bytes: Memory = 64 * MIB;
    /// Elements of all tables of one call. A Rust guest has about 100, a Python one 5,800.
    table_elements: TableElements = 20_000;
    /// Core instances of one call: a component is made of several, a Python one of about twenty.
    instances: Instances = 64;
    /// The longest a call may take, whatever deadline its caller has.
    call_ms: Deadline = 30_000;
    /// The same for what nobody waits for: pages of changes, and files, whose first portion checks the whole file.
    bulk_call_ms: BulkDeadline = 600_000;
    /// What the guest hands to the host in one step, an answer of a call included, in bytes of host memory. A document
    /// has `document_bytes` instead.
    hostcall_fuel_bytes: HostcallFuel = 8 * MIB;
    /// Handles (requests, responses, streams, pollables) that a guest holds at one time. An HTTP exchange takes ten.
    resources: Resources = 256;
    /// Outgoing requests of one call.
    requests: Requests = 64;
    /// The body of one outgoing request. It is held in memory, so that it can be repeated after a refused token.
    request_body_bytes: RequestBody = MIB;
    /// Headers of one outgoing request.
    request_header_bytes: RequestHeaders = 16 * KIB;
    /// The body of one answer: 16 MiB of document in base64, and some.
    response_body_bytes: ResponseBody = 24 * MIB;
    /// Status line and headers of one answer. At least 8 KiB are read.
    response_header_bytes: ResponseHeaders = 64 * KIB;
    /// All bodies of one call, both ways.
    transfer_bytes: Transfer = 64 * MIB;
    /// How long one answer may stay away before its first byte.
    response_ms: ResponseWait = 20_000;
    /// Lines of stdout and stderr that are kept of one call; further ones are counted and dropped.
    log_lines: LogLines = 64;
    /// Bytes of stdout and stderr that are kept of one call.
    log_bytes: LogBytes = 16 * KIB;
    /// Lines per second that are kept of an adapter, over all its calls.
    log_lines_per_second: LogRate = 200;
    /// Rows of one answer, those inside of rows (lines of invoices) included.
    rows: Rows = 20_000;
    /// One document.
    document_bytes: Document = 16 * MIB;
    /// Calls at one time.
    concurrent_calls: ConcurrentCalls = 32;
    /// Calls that wait for their turn.
    queued_calls: QueuedCalls = 64;
    /// The longest wait for a turn.
    queue_wait_ms: QueueWait = 1_000;
    /// How long a call is tried again while the billing system says that it is busy and when to ask again. Longer pauses
    /// are the caller's.
    busy_wait_ms: BusyWait = 1_000;
    /// How long an exclusive request that nobody waits for any more is seen through, so that the next one does not meet
    /// a billing system that is still at it.
    exclusive_hold_ms: ExclusiveHold = 120_000;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_smaller_of_what_is_asked_and_what_is_allowed_holds() {
        let asks = LimitSettings { requests: Some(10), rows: Some(1_000_000), ..LimitSettings::default() };
        let caps = LimitSettings { requests: Some(5), rows: Some(500_000), ..LimitSettings::default() };
        let limits = Limits::granted(&asks, &caps);
        assert_eq!((limits.requests, limits.rows), (5, 500_000));
        assert_eq!(limits.memory_bytes, Limits::default().memory_bytes);
    }

    #[test]
    fn the_stricter_of_two_says_what_goes_one_at_a_time() {
        let granted = |asks: &str, caps: &str| {
            let read = |text: &str| toml::from_str::<LimitSettings>(text).unwrap();
            Limits::granted(&read(asks), &read(caps)).exclusive
        };
        assert_eq!(granted("", ""), Exclusive::None);
        assert_eq!(granted("exclusive = 'all'", "exclusive = 'writes'"), Exclusive::All);
        assert_eq!(granted("", "exclusive = 'writes'"), Exclusive::Writes);
    }

    #[test]
    fn a_limit_that_does_not_exist_is_refused_by_name() {
        let error = toml::from_str::<LimitSettings>("memory_megabytes = 3").unwrap_err();
        assert!(error.to_string().contains("memory_megabytes"), "{error}");
    }
}
