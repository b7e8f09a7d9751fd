//! The contract's versions, one frozen module each. Which one an adapter speaks is decided when it is loaded.

pub(crate) mod v0_1;
