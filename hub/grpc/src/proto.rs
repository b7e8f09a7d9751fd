//! Types generated from `proto/`: messages, service traits, clients, and the checks of the bounds that the proto files state.

/// Descriptors of what portals call, imports included, without comments: what reflection serves.
pub const DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/komunala.v1.bin"));

/// Descriptors of what operators call.
pub const OPERATOR_DESCRIPTORS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/komunala.operator.v1.bin"));

#[allow(missing_docs, unreachable_pub, clippy::all, clippy::pedantic, reason = "generated")]
mod generated {
    pub mod google {
        pub mod r#type {
            include!(concat!(env!("OUT_DIR"), "/google.r#type.rs"));
        }
    }
    pub mod komunala {
        pub mod v1 {
            include!(concat!(env!("OUT_DIR"), "/komunala.v1.rs"));
        }
        pub mod operator {
            pub mod v1 {
                include!(concat!(env!("OUT_DIR"), "/komunala.operator.v1.rs"));
            }
        }
    }
    mod validators {
        include!(concat!(env!("OUT_DIR"), "/validators.rs"));
    }
}

/// `google.type`: money, decimals, days.
pub use generated::google;
/// `komunala.operator`: what operators call.
pub use generated::komunala::operator;
/// `komunala.v1`: what portals call.
pub use generated::komunala::v1;
