//! A page of A4, and what is put on it.

use std::sync::Arc;

use komunala_domain::Colour;

use super::typeface::Face;

/// A length in hundredths of a point. Whole numbers: the same bill is laid out to the same place, on every machine.
pub(super) type Length = i32;

/// A4 upright (ISO 216): 210 mm wide.
pub(super) const WIDTH: Length = 59_528;
/// A4 upright: 297 mm high.
pub(super) const HEIGHT: Length = 84_189;
/// What stays free on the left and on the right: 16 mm, more than any printer needs.
pub(super) const MARGIN: Length = 4_535;
/// Where the text ends on the right.
pub(super) const RIGHT: Length = WIDTH - MARGIN;
/// How wide the text is.
pub(super) const MEASURE: Length = RIGHT - MARGIN;

/// The colour of text.
pub(super) const INK: Colour = Colour { red: 33, green: 37, blue: 41 };
/// The colour of what names a text.
pub(super) const FAINT: Colour = Colour { red: 96, green: 104, blue: 112 };
/// The colour of thin lines.
pub(super) const HAIR: Colour = Colour { red: 206, green: 212, blue: 218 };

/// What is put on a page. Places are of the upper left corner, counted from that of the page; of texts, of the left end of
/// the base line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Mark {
    /// A line of text.
    Text { x: Length, y: Length, size: Length, face: Face, colour: Colour, text: String },
    /// A rectangle full of a colour.
    Block { x: Length, y: Length, width: Length, height: Length, colour: Colour },
    /// A picture, in PNG.
    Picture { x: Length, y: Length, width: Length, height: Length, png: Arc<[u8]> },
    /// The dark modules of a QR code: rows of runs, in modules, and how large one is.
    Modules { x: Length, y: Length, module: Length, runs: Vec<(usize, usize, usize)> },
}

/// A page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Page {
    /// In the order in which they are put on it, and read.
    pub(super) marks: Vec<Mark>,
}
