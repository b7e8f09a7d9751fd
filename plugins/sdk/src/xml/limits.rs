//! What a document may cost.

/// What a document may cost. The defaults fit an answer about one customer; `Limits { text: 24 << 20, ..Default::default() }`
/// takes a document in base64 as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the whole document.
    pub input: u64,
    /// Elements within elements.
    pub depth: usize,
    /// Elements in all.
    pub elements: u64,
    /// Attributes of one element, declarations of namespaces included.
    pub attributes: usize,
    /// Bytes of one name, with its prefix.
    pub name: usize,
    /// Bytes of one text or one attribute's value. A comment has to fit as well.
    pub text: usize,
}

impl Default for Limits {
    /// 4 MiB, 32 levels, 100,000 elements with 32 attributes each, names of 128 bytes, texts of 64 KiB.
    fn default() -> Self {
        Self { input: 4 << 20, depth: 32, elements: 100_000, attributes: 32, name: 128, text: 64 << 10 }
    }
}

impl Limits {
    /// The bytes that one piece of markup or text may take as it stands, which is what is held of it: a text, or the
    /// names of a start tag and their values.
    pub(super) fn piece(&self) -> usize {
        // A name, an equals sign, quotes and a blank per attribute; values count as texts do.
        self.text.saturating_add((self.attributes + 1).saturating_mul(self.name + 4))
    }
}
