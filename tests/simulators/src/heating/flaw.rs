//! What can be wrong with a file.

use super::night::FileKind;

/// One thing that is wrong with a file, or only strange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Flaw {
    /// Every third row stands there twice, and the first one again at the end. Nothing is wrong with that.
    Duplicates,
    /// The `.ok` is missing until [`super::HeatingExchange::seal`] writes it.
    LateOk,
    /// The `.ok` names another digest.
    WrongOk,
    /// The `.ok` names another size.
    WrongSize,
    /// No trailer.
    NoTrailer,
    /// The trailer counts one row too many.
    WrongCount,
    /// The trailer's sum is off by one para.
    WrongSum,
    /// The third row is a column short.
    WrongWidth,
    /// The third row holds a byte that Windows-1250 does not have.
    BadByte,
    /// The head names another day.
    WrongHead,
    /// Lines end with a line feed alone.
    BareLineFeeds,
    /// A CSV file without its header.
    NoHeader,
    /// The third row of a CSV file has a field too many.
    ExtraField,
    /// The third row says something that is no number or no day; the others are fine.
    MalformedRow,
    /// The third bill does not come to the sum of its lines.
    WrongTotal,
}

/// What is wrong with the files of a night.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Flaws(Vec<(FileKind, Flaw)>);

impl Flaws {
    pub(super) fn add(&mut self, kind: FileKind, flaw: Flaw) {
        self.0.push((kind, flaw));
    }

    pub(super) fn of(&self, kind: FileKind) -> Vec<Flaw> {
        self.0.iter().filter(|(of, _)| *of == kind).map(|(_, flaw)| *flaw).collect()
    }
}
