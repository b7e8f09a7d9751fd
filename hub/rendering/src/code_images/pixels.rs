//! PNG: one bit a pixel.
//!
//! A picture of one size, depth and colour is three chunks (PNG, third edition, sections 5 and 11), so they are written
//! here: a library for all of PNG would bring a decoder, filters and colours along.

use super::{Modules, QUIET};

/// Pixels a module is wide and high: enough for a printed page, and a phone's camera. Eight make a module a byte wide.
const SCALE: usize = 8;
/// How hard zlib tries: no picture of a code is smaller at its default of 6, which takes twice as long.
const EFFORT: u8 = 4;

const SIGNATURE: &[u8] = b"\x89PNG\r\n\x1a\n";
/// A bit a pixel, grey; the only compression, filtering and order of rows that there are, or are needed.
const ONE_BIT_GREY: [u8; 5] = [1, 0, 0, 0, 0];

pub(super) fn png(modules: &Modules) -> Vec<u8> {
    let side = modules.size() + 2 * QUIET;
    let pixels = u32::try_from(side * SCALE).expect("a QR code has at most 177 modules a side");
    let mut header = Vec::with_capacity(13);
    header.extend(pixels.to_be_bytes());
    header.extend(pixels.to_be_bytes());
    header.extend(ONE_BIT_GREY);

    // a row is its filter, of which there is none, and a byte per module: white is ones
    let mut rows = Vec::with_capacity((side + 1) * side * SCALE);
    for y in 0..side {
        let mut row = vec![0xFF; side + 1];
        row[0] = 0;
        if let Some(y) = y.checked_sub(QUIET).filter(|y| *y < modules.size()) {
            for (x, length) in modules.runs(y) {
                row[1 + QUIET + x..][..length].fill(0);
            }
        }
        for _ in 0..SCALE {
            rows.extend_from_slice(&row);
        }
    }

    let mut png = SIGNATURE.to_vec();
    chunk(&mut png, *b"IHDR", &header);
    chunk(&mut png, *b"IDAT", &miniz_oxide::deflate::compress_to_vec_zlib(&rows, EFFORT));
    chunk(&mut png, *b"IEND", &[]);
    png
}

/// Length, kind, content, and the CRC-32 of kind and content.
fn chunk(png: &mut Vec<u8>, kind: [u8; 4], content: &[u8]) {
    let length = u32::try_from(content.len()).expect("a picture of a QR code is far below 4 GiB");
    png.extend(length.to_be_bytes());
    png.extend(kind);
    png.extend_from_slice(content);
    png.extend(crc([&kind, content]).to_be_bytes());
}

/// CRC-32 of ISO 3309, bit by bit: a picture has a kilobyte.
fn crc(parts: [&[u8]; 2]) -> u32 {
    let bytes = parts.into_iter().flatten();
    !bytes.fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xEDB8_8320 & (crc & 1).wrapping_neg()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_chunk_is_the_one_that_every_png_ends_with() {
        let mut end = Vec::new();
        chunk(&mut end, *b"IEND", &[]);
        assert_eq!(end, b"\0\0\0\0IEND\xaeB`\x82");
        assert_eq!(crc([b"1234", b"56789"]), 0xCBF4_3926);
    }
}
