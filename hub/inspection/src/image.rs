//! Pictures, without whatever is not picture.

mod jpeg;
mod orientation;

use bytes::Bytes;
use img_parts::{ImageEXIF, png::Png, riff::RiffContent, webp::WebP};
use komunala_domain::Objection;

pub(crate) use jpeg::jpeg;

/// The most pixels: twice what telephones take. Whoever looks at a picture holds four bytes of memory for each.
const MAX_PIXELS: u64 = 120_000_000;
/// The longest side in pixels: what JPEG decoders take.
const MAX_SIDE: u32 = 32_768;

/// What a PNG is drawn from; everything else is said about it.
const PNG_CHUNKS: [[u8; 4]; 11] =
    [*b"IHDR", *b"PLTE", *b"IDAT", *b"IEND", *b"tRNS", *b"gAMA", *b"cHRM", *b"sRGB", *b"iCCP", *b"sBIT", *b"pHYs"];
/// The same of a WebP.
const WEBP_CHUNKS: [[u8; 4]; 5] = [*b"VP8X", *b"VP8 ", *b"VP8L", *b"ALPH", *b"ICCP"];

pub(crate) fn png(bytes: Bytes) -> Result<Bytes, Objection> {
    let mut png = Png::from_bytes(bytes).map_err(|_| Objection::Unreadable)?;
    if png.chunk_by_type(*b"acTL").is_some() {
        return Err(Objection::Animated);
    }
    for needed in [*b"IHDR", *b"IDAT", *b"IEND"] {
        png.chunk_by_type(needed).ok_or(Objection::Unreadable)?;
    }
    within_bounds(png.dimensions())?;
    png.chunks_mut().retain(|chunk| PNG_CHUNKS.contains(&chunk.kind()));
    Ok(png.encoder().bytes())
}

/// The bit in the head of a WebP that says that XMP follows.
const WEBP_HAS_XMP: u8 = 0b0000_0100;

pub(crate) fn webp(bytes: Bytes) -> Result<Bytes, Objection> {
    let mut webp = WebP::from_bytes(bytes).map_err(|_| Objection::Unreadable)?;
    if webp.has_chunk(*b"ANIM") || webp.has_chunk(*b"ANMF") {
        return Err(Objection::Animated);
    }
    if !webp.has_chunk(*b"VP8 ") && !webp.has_chunk(*b"VP8L") {
        return Err(Objection::Unreadable);
    }
    within_bounds(webp.dimensions())?;
    webp.chunks_mut().retain(|chunk| WEBP_CHUNKS.contains(&chunk.id()));
    // makes the head say what is left, but for XMP
    webp.set_exif(None);
    if let Some(head) = webp.chunks_mut().iter_mut().find(|chunk| chunk.id() == *b"VP8X") {
        let mut content = head.content().data().map(|content| content.to_vec()).unwrap_or_default();
        content.iter_mut().take(1).for_each(|flags| *flags &= !WEBP_HAS_XMP);
        *head.content_mut() = RiffContent::Data(content.into());
    }
    Ok(webp.encoder().bytes())
}

fn within_bounds(dimensions: Option<(u32, u32)>) -> Result<(), Objection> {
    let (width, height) = dimensions.ok_or(Objection::Unreadable)?;
    if width == 0 || height == 0 {
        return Err(Objection::Unreadable);
    }
    let few = width <= MAX_SIDE && height <= MAX_SIDE && u64::from(width) * u64::from(height) <= MAX_PIXELS;
    if few { Ok(()) } else { Err(Objection::TooManyPixels) }
}
