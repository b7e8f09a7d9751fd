//! Short names for what the billing system has no name for.

use std::fmt;

const OFFSET: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
const PRIME: u128 = 0x0000_0000_0100_0000_0000_0000_0000_013b;

/// FNV-1a over 128 bits of a sequence of fields: the same fields give the same name in every instance and every version.
/// It keeps rows of one account apart, and need not withstand anybody.
///
/// Written as 32 digits of lower-case hex.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint(u128);

impl Fingerprint {
    /// Of a first field.
    #[must_use]
    pub fn of(field: &str) -> Self {
        Self(OFFSET).and(field)
    }

    /// And a further one.
    #[must_use]
    pub fn and(self, field: &str) -> Self {
        // A byte that no text contains keeps ("ab", "c") and ("a", "bc") apart.
        field.bytes().chain([0xff]).fold(self, Self::byte)
    }

    /// And one that may be missing, which is not the same as an empty one.
    #[must_use]
    pub fn and_some(self, field: Option<&str>) -> Self {
        match field {
            Some(field) => self.and(field),
            None => self.byte(0xfe),
        }
    }

    fn byte(self, byte: u8) -> Self {
        Self((self.0 ^ u128::from(byte)).wrapping_mul(PRIME))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_field_ends_makes_a_difference() {
        assert_ne!(Fingerprint::of("ab").and("c"), Fingerprint::of("a").and("bc"));
        assert_ne!(Fingerprint::of("a").and_some(None), Fingerprint::of("a").and(""));
    }

    #[test]
    fn a_name_never_changes() {
        // Names are kept by the hub, so this value is part of what adapters promise.
        assert_eq!(Fingerprint::of("a-7f31").and("2024-08-03").to_string(), "066490eb95a6e4afb9d91c81fc637d79");
    }
}
