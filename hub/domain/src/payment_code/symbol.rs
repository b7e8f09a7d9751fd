//! What a scheme prescribes for the QR code itself.

use std::ops::RangeInclusive;

/// How much of a QR code may be lost (ISO/IEC 18004).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Correction {
    /// M: 15 per cent.
    Medium,
    /// Q: 25 per cent.
    Quartile,
}

/// A QR code of one segment in byte mode. The smallest version of the range that holds the content is the right one, with
/// this error correction even where a higher one would fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Symbol {
    /// The versions it may have, within 1 to 40.
    pub versions: RangeInclusive<u8>,
    /// Its error correction.
    pub correction: Correction,
    /// The number of the Extended Channel Interpretation that is written before the content; none where the scheme knows
    /// none.
    pub assignment: Option<u8>,
}
