//! Pages as PDF/A-2u.
//!
//! The only module that has to do with coordinates as the library wants them, which is in points, as floats: no amount
//! comes here but as the text that it is printed as.

#![allow(clippy::float_arithmetic, reason = "a place on paper is no money")]

use jiff::civil::Date;
use komunala_app::ports::bill_sheets::{BillSheet, SheetError};
use komunala_domain::Colour;
use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Archival, Configuration, ConfigurationBuilder},
    geom::{PathBuilder, Point, Rect, Size, Transform},
    image::Image,
    metadata::{DateTime, Metadata},
    page::PageSettings,
    paint::Fill,
    surface::Surface,
    text::{Font, GlyphId, KrillaGlyph},
};

use super::{
    page::{HEIGHT, Length, Mark, Page, WIDTH},
    typeface::Face,
    words::{Word, Words},
};

/// Writes the pages of a copy.
pub(super) fn write(sheet: &BillSheet<'_>, pages: &[Page]) -> Result<Vec<u8>, SheetError> {
    document(pages, metadata(sheet))
}

/// Writes pages.
pub(super) fn document(pages: &[Page], metadata: Metadata) -> Result<Vec<u8>, SheetError> {
    let settings = SerializeSettings { configuration: archival()?, ..SerializeSettings::default() };
    let mut document = Document::new_with(settings);
    let fonts = Fonts { regular: font(Face::Regular)?, bold: font(Face::Bold)? };
    for page in pages {
        let size = PageSettings::from_wh(points(WIDTH), points(HEIGHT)).ok_or_else(|| wrong("a page has no size"))?;
        let mut written = document.start_page_with(size);
        let mut surface = written.surface();
        for mark in &page.marks {
            put(&mut surface, &fonts, mark)?;
        }
        surface.finish();
        written.finish();
    }
    document.set_metadata(metadata);
    document.finish().map_err(|error| SheetError(format!("{error:?}")))
}

/// What archives accept, every letter of it readable as text. The library refuses to write what breaks the standard.
fn archival() -> Result<Configuration, SheetError> {
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish();
    configuration.map_err(|error| SheetError(format!("{error:?}")))
}

/// What the document says of itself. Its day is the bill's: nothing in it depends on when it is written.
fn metadata(sheet: &BillSheet<'_>) -> Metadata {
    let words = Words::of(sheet.language);
    let title = format!("{} {}", words.say(Word::of_kind(sheet.invoice.kind)), sheet.invoice.number);
    Metadata::new()
        .title(title)
        .description(words.say(Word::InformativeCopy).into_owned())
        .authors(vec![sheet.provider.display_name.clone()])
        .producer("Komunala".to_owned())
        .language(sheet.language.tag().to_owned())
        .creation_date(midnight(sheet.dated))
}

/// What a document says of itself that nobody keeps. Archives want a title, a language and a day of every one.
pub(super) fn untitled() -> Metadata {
    Metadata::new().title("-".to_owned()).language("en".to_owned()).creation_date(midnight(Date::constant(2000, 1, 1)))
}

fn midnight(day: Date) -> DateTime {
    let number = |value: i8| u8::try_from(value).unwrap_or(1);
    let day = (u16::try_from(day.year()).unwrap_or_default(), number(day.month()), number(day.day()));
    DateTime::new(day.0).month(day.1).day(day.2).hour(0).minute(0).second(0).utc_offset_hour(0).utc_offset_minute(0)
}

struct Fonts {
    regular: Font,
    bold: Font,
}

fn font(face: Face) -> Result<Font, SheetError> {
    Font::new(face.typeface().file.into(), 0).ok_or_else(|| wrong("a font cannot be read"))
}

fn put(surface: &mut Surface<'_>, fonts: &Fonts, mark: &Mark) -> Result<(), SheetError> {
    match mark {
        Mark::Text { x, y, size, face, colour, text } => {
            surface.set_fill(Some(full_of(*colour)));
            let font = match face {
                Face::Regular => fonts.regular.clone(),
                Face::Bold => fonts.bold.clone(),
            };
            let start = Point::from_xy(points(*x), points(*y));
            surface.draw_glyphs(start, &glyphs(*face, text), font, text, points(*size), false);
        }
        Mark::Block { x, y, width, height, colour } => {
            surface.set_fill(Some(full_of(*colour)));
            let mut path = PathBuilder::new();
            path.push_rect(rectangle(*x, *y, *width, *height)?);
            surface.draw_path(&path.finish().ok_or_else(|| wrong("a block has no size"))?);
        }
        Mark::Picture { x, y, width, height, png } => {
            let picture = Image::from_png(png.to_vec().into(), false).map_err(SheetError)?;
            let size = Size::from_wh(points(*width), points(*height)).ok_or_else(|| wrong("a picture has no size"))?;
            surface.push_transform(&Transform::from_translate(points(*x), points(*y)));
            surface.draw_image(picture, size);
            surface.pop();
        }
        Mark::Modules { x, y, module, runs } => {
            surface.set_fill(Some(full_of(Colour { red: 0, green: 0, blue: 0 })));
            let place = |modules: usize| Length::try_from(modules).unwrap_or_default() * module;
            let mut path = PathBuilder::new();
            for (column, row, length) in runs {
                path.push_rect(rectangle(x + place(*column), y + place(*row), place(*length), *module)?);
            }
            surface.draw_path(&path.finish().ok_or_else(|| wrong("a code has no modules"))?);
        }
    }
    Ok(())
}

fn glyphs(face: Face, text: &str) -> Vec<KrillaGlyph> {
    let typeface = face.typeface();
    let units = f32::from(typeface.units);
    let letters = text.char_indices().map(|(at, character)| {
        let letter = typeface.letter(character);
        let advance = f32::from(letter.advance) / units;
        let bytes = at..at + character.len_utf8();
        KrillaGlyph::new(GlyphId::new(letter.glyph), advance, 0.0, 0.0, 0.0, bytes, None)
    });
    letters.collect()
}

fn full_of(colour: Colour) -> Fill {
    Fill { paint: rgb::Color::new(colour.red, colour.green, colour.blue).into(), ..Fill::default() }
}

fn rectangle(x: Length, y: Length, width: Length, height: Length) -> Result<Rect, SheetError> {
    let rectangle = Rect::from_xywh(points(x), points(y), points(width), points(height));
    rectangle.ok_or_else(|| wrong("a block has no size"))
}

fn points(length: Length) -> f32 {
    length as f32 / 100.0
}

fn wrong(what: &str) -> SheetError {
    SheetError(what.to_owned())
}
