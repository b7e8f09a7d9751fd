//! JPEG: walked marker by marker up to its end.
//!
//! By hand, because libraries that edit segments keep what lies behind the first scan as it is, and telephones put whole
//! pictures with their positions there (MPF, motion photos).

use bytes::{Bytes, BytesMut};
use komunala_domain::Objection;

use super::{orientation, within_bounds};

const END: u8 = 0xd9;
const SCAN: u8 = 0xda;
const APP0: u8 = 0xe0;
const APP1: u8 = 0xe1;
const COMMENT: u8 = 0xfe;

/// The picture itself, its colour profile and which side is up.
pub(crate) fn jpeg(bytes: &[u8]) -> Result<Bytes, Objection> {
    let mut reader = Reader { bytes, at: 2 };
    let mut kept = BytesMut::with_capacity(bytes.len());
    let (mut dimensions, mut upright, mut scans) = (None, None, 0);
    kept.extend_from_slice(&bytes[..2]);
    loop {
        let marker = reader.marker()?;
        if marker == END {
            break;
        }
        let content = reader.segment()?;
        match marker {
            // baseline to lossless, save for tables of Huffman codes, extensions and arithmetic conditions
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => dimensions = Some(size(content)?),
            APP1 if upright.is_none() => {
                upright = content.strip_prefix(b"Exif\0\0").and_then(orientation::told);
                if let Some(told) = upright {
                    put(&mut kept, APP1, &orientation::segment(told));
                }
                continue;
            }
            _ => {}
        }
        if !says_how_to_draw(marker, content) {
            continue;
        }
        put(&mut kept, marker, content);
        if marker == SCAN {
            scans += 1;
            kept.extend_from_slice(reader.entropy()?);
        }
    }
    if scans == 0 {
        return Err(Objection::Unreadable);
    }
    within_bounds(dimensions)?;
    kept.extend_from_slice(&[0xff, END]);
    Ok(kept.freeze())
}

/// Comments and the data of applications are not part of the picture, save for the format's own head, the colour profile
/// and what Adobe says of the colours.
fn says_how_to_draw(marker: u8, content: &[u8]) -> bool {
    match marker {
        APP0 => content.starts_with(b"JFIF\0"),
        0xe2 => content.starts_with(b"ICC_PROFILE\0"),
        0xee => content.starts_with(b"Adobe"),
        0xe1..=0xef | COMMENT => false,
        _ => true,
    }
}

fn size(frame: &[u8]) -> Result<(u32, u32), Objection> {
    let &[_, y1, y0, x1, x0, ..] = frame else { return Err(Objection::Unreadable) };
    Ok((u16::from_be_bytes([x1, x0]).into(), u16::from_be_bytes([y1, y0]).into()))
}

fn put(kept: &mut BytesMut, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).expect("it was read out of a segment, or is a short one of ours");
    kept.extend_from_slice(&[0xff, marker]);
    kept.extend_from_slice(&length.to_be_bytes());
    kept.extend_from_slice(content);
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    /// The next marker; fill bytes and markers that carry nothing are passed over.
    fn marker(&mut self) -> Result<u8, Objection> {
        loop {
            if self.byte()? != 0xff {
                return Err(Objection::Unreadable);
            }
            let mut marker = self.byte()?;
            while marker == 0xff {
                marker = self.byte()?;
            }
            if !matches!(marker, 0x01 | 0xd0..=0xd7) {
                return if marker < 0xc0 || marker == 0xd8 { Err(Objection::Unreadable) } else { Ok(marker) };
            }
        }
    }

    fn segment(&mut self) -> Result<&'a [u8], Objection> {
        let length = usize::from(u16::from_be_bytes([self.byte()?, self.byte()?]));
        let end = self.at + length.checked_sub(2).ok_or(Objection::Unreadable)?;
        let content = self.bytes.get(self.at..end).ok_or(Objection::Unreadable)?;
        self.at = end;
        Ok(content)
    }

    /// What a scan is drawn from, up to the next marker that does not belong to it.
    fn entropy(&mut self) -> Result<&'a [u8], Objection> {
        let start = self.at;
        loop {
            let found = memchr::memchr(0xff, &self.bytes[self.at..]).ok_or(Objection::Unreadable)?;
            self.at += found;
            match self.bytes.get(self.at + 1) {
                Some(0 | 0xd0..=0xd7) => self.at += 2,
                Some(0xff) => self.at += 1,
                Some(_) => return Ok(&self.bytes[start..self.at]),
                None => return Err(Objection::Unreadable),
            }
        }
    }

    fn byte(&mut self) -> Result<u8, Objection> {
        let byte = *self.bytes.get(self.at).ok_or(Objection::Unreadable)?;
        self.at += 1;
        Ok(byte)
    }
}
