//! The flow of a copy down its pages: what has no room on one goes on to the next.

use komunala_domain::{Colour, Language};

use super::{
    figures::Figures,
    page::{FAINT, HAIR, HEIGHT, INK, Length, MARGIN, MEASURE, Mark, Page, RIGHT, WIDTH},
    typeface::Face,
    words::{Word, Words},
};
use crate::line::plain;

/// Where a page's text begins.
const TOP: Length = 5_600;
/// Where it ends; below stands the foot.
const BOTTOM: Length = HEIGHT - 5_600;
/// The base line of the foot.
const FOOT: Length = HEIGHT - 3_200;
/// The size of text.
pub(super) const TEXT: Length = 900;
/// The size of what names a text.
pub(super) const SMALL: Length = 750;
/// How far base lines of text are apart.
pub(super) const LEADING: Length = 1_250;

/// Pages as they fill up.
pub(super) struct Flow {
    /// The words.
    pub(super) words: Words,
    /// The figures.
    pub(super) figures: Figures,
    /// The provider's colour.
    pub(super) brand: Colour,
    pages: Vec<Page>,
    /// How far the last page is full.
    pub(super) y: Length,
}

/// How a text is set.
#[derive(Debug, Clone, Copy)]
pub(super) struct Style {
    pub(super) size: Length,
    pub(super) face: Face,
    pub(super) colour: Colour,
}

impl Style {
    /// Text.
    pub(super) const PLAIN: Self = Self { size: TEXT, face: Face::Regular, colour: INK };
    /// Text that stands out.
    pub(super) const STRONG: Self = Self { size: TEXT, face: Face::Bold, colour: INK };
    /// What names a text.
    pub(super) const LABEL: Self = Self { size: SMALL, face: Face::Regular, colour: FAINT };

    /// How wide a text is.
    pub(super) fn width(self, text: &str) -> Length {
        self.face.width(text, self.size)
    }

    /// A text as lines that are at most so wide.
    pub(super) fn wrapped(self, text: &str, width: Length) -> Vec<String> {
        self.face.wrapped(&plain(text), self.size, width)
    }
}

impl Flow {
    /// An empty first page.
    pub(super) fn new(language: Language, brand: Colour) -> Self {
        let words = Words::of(language);
        let mut flow = Self { words, figures: Figures(language), brand, pages: Vec::new(), y: TOP };
        flow.turn();
        flow
    }

    /// Begins another page.
    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.block(0, 0, WIDTH, 700, self.brand);
        self.y = TOP;
    }

    /// Sees to it that so much has room on the page, and answers whether another one was begun for it.
    pub(super) fn need(&mut self, height: Length) -> bool {
        let turned = self.y.saturating_add(height) > BOTTOM && self.y > TOP;
        if turned {
            self.turn();
        }
        turned
    }

    /// Leaves so much free.
    pub(super) fn skip(&mut self, height: Length) {
        self.y += height;
    }

    /// Says something.
    pub(super) fn say(&self, word: Word) -> String {
        self.words.say(word).into_owned()
    }

    /// Puts a mark on the page.
    pub(super) fn put(&mut self, mark: Mark) {
        self.pages.last_mut().expect("there is a page from the beginning").marks.push(mark);
    }

    /// Puts a text that begins at `x` on the base line `y`.
    pub(super) fn text(&mut self, x: Length, y: Length, style: Style, text: &str) {
        let Style { size, face, colour } = style;
        let text = plain_within(text);
        if !text.is_empty() {
            self.put(Mark::Text { x, y, size, face, colour, text });
        }
    }

    /// Puts a text that ends at `x` on the base line `y`.
    pub(super) fn text_to(&mut self, x: Length, y: Length, style: Style, text: &str) {
        self.text(x - style.width(&plain_within(text)), y, style, text);
    }

    /// Puts a text around `x` on the base line `y`.
    pub(super) fn text_around(&mut self, x: Length, y: Length, style: Style, text: &str) {
        self.text(x - style.width(&plain_within(text)) / 2, y, style, text);
    }

    /// Puts a rectangle full of a colour.
    pub(super) fn block(&mut self, x: Length, y: Length, width: Length, height: Length, colour: Colour) {
        if width > 0 && height > 0 {
            self.put(Mark::Block { x, y, width, height, colour });
        }
    }

    /// Draws a thin line across the page.
    pub(super) fn rule(&mut self) {
        self.block(MARGIN, self.y, MEASURE, 50, HAIR);
    }

    /// The title of a section that begins here, and needs so much room for what comes first in it.
    pub(super) fn section(&mut self, title: &str, first: Length) {
        self.skip(1_500);
        self.need(2_000 + first);
        let style = Style { size: 1_050, face: Face::Bold, colour: self.brand };
        self.skip(1_050);
        self.text(MARGIN, self.y, style, title);
        self.skip(550);
    }

    /// The pages, each with its foot.
    pub(super) fn finish(mut self, number: &str) -> Vec<Page> {
        let count = self.pages.len();
        let copy = format!("{} · {}", self.words.say(Word::InformativeCopy), plain(number));
        for at in 0..count {
            let page = format!("{} {} / {count}", self.words.say(Word::Page), at + 1);
            let style = Style::LABEL;
            let Style { size, face, colour } = style;
            let mut put = |x, text| self.pages[at].marks.push(Mark::Text { x, y: FOOT, size, face, colour, text });
            put(MARGIN, copy.clone());
            put(RIGHT - style.width(&page), page);
            self.pages[at].marks.push(Mark::Block {
                x: MARGIN,
                y: FOOT - 1_300,
                width: MEASURE,
                height: 50,
                colour: HAIR,
            });
        }
        self.pages
    }
}

/// A text without what is not seen; spaces that keep figures together stay.
fn plain_within(text: &str) -> String {
    text.split('\u{a0}').map(plain).collect::<Vec<_>>().join("\u{a0}")
}
