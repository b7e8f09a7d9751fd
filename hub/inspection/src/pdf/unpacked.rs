//! What streams unpack to: measured before anybody unpacks them.

use komunala_domain::Objection;
use miniz_oxide::{
    DataFormat, MZFlush, MZStatus,
    inflate::{
        decompress_to_vec_zlib_with_limit,
        stream::{InflateState, inflate},
    },
};

/// What all streams of a file may unpack to together, in bytes. A parser may hold as much, where a file tells it to.
const MOST: u64 = 256 * 1024 * 1024;
/// What packed objects may unpack to, a stream.
const MOST_OBJECTS: usize = 32 * 1024 * 1024;

/// How many bytes one byte may become at most. Deflate is measured instead, where nothing lies over it.
const FLATE: u64 = 1032;
const LZW: u64 = 2560;
const RUN_LENGTH: u64 = 64;

/// What may still be unpacked.
pub(super) struct Budget(u64);

impl Default for Budget {
    fn default() -> Self {
        Self(MOST)
    }
}

impl Budget {
    /// Takes what a stream unpacks to at most, by the names in its dictionary.
    pub(super) fn take<'n>(&mut self, names: impl Iterator<Item = &'n [u8]>, raw: &[u8]) -> Result<(), Objection> {
        let (mut packed, mut wrapped) = (None, false);
        for name in names {
            let factor = match name {
                b"FlateDecode" | b"Fl" => FLATE,
                b"LZWDecode" | b"LZW" => LZW,
                b"RunLengthDecode" | b"RL" => RUN_LENGTH,
                b"ASCII85Decode" | b"A85" | b"ASCIIHexDecode" | b"AHx" => {
                    wrapped = true;
                    continue;
                }
                _ => continue,
            };
            // packed twice is a bomb or a whim
            if packed.replace(factor).is_some() {
                return Err(Objection::Bomb);
            }
        }
        let length = match packed {
            None => return Ok(()),
            Some(FLATE) if !wrapped => self.measured(raw)?,
            Some(factor) => raw.len() as u64 * factor,
        };
        self.0 = self.0.checked_sub(length).ok_or(Objection::Bomb)?;
        Ok(())
    }

    /// How long deflated bytes become, without keeping them. What is broken is as long as it goes.
    fn measured(&self, raw: &[u8]) -> Result<u64, Objection> {
        let format = if is_zlib(raw) { DataFormat::Zlib } else { DataFormat::Raw };
        let mut state = InflateState::new_boxed(format);
        let mut window = vec![0; 64 * 1024];
        let (mut rest, mut length) = (raw, 0);
        loop {
            let step = inflate(&mut state, rest, &mut window, MZFlush::None);
            rest = &rest[step.bytes_consumed..];
            length += step.bytes_written as u64;
            if length > self.0 {
                return Err(Objection::Bomb);
            }
            let stuck = step.bytes_consumed == 0 && step.bytes_written == 0;
            if stuck || !matches!(step.status, Ok(MZStatus::Ok)) {
                return Ok(length);
            }
        }
    }
}

fn is_zlib(raw: &[u8]) -> bool {
    matches!(raw, [method, flags, ..] if method & 0x0f == 8 && u16::from_be_bytes([*method, *flags]).is_multiple_of(31))
}

/// The objects of an object stream. Every program packs them plainly; in another form nobody needs to read them.
pub(super) fn objects<'n>(names: impl Iterator<Item = &'n [u8]>, raw: &[u8]) -> Result<Vec<u8>, Objection> {
    let mut deflated = false;
    for name in names {
        match name {
            b"FlateDecode" | b"Fl" => deflated = true,
            b"LZWDecode" | b"LZW" | b"RunLengthDecode" | b"RL" | b"ASCII85Decode" | b"A85" | b"ASCIIHexDecode"
            | b"AHx" | b"Crypt" | b"Predictor" | b"F" | b"FFilter" => return Err(Objection::HiddenObjects),
            _ => {}
        }
    }
    if !deflated {
        return Ok(raw.to_vec());
    }
    if !is_zlib(raw) {
        return Err(Objection::HiddenObjects);
    }
    // what is behind a broken end counts as far as it could be unpacked
    match decompress_to_vec_zlib_with_limit(raw, MOST_OBJECTS) {
        Ok(objects) => Ok(objects),
        Err(failed) if failed.output.len() >= MOST_OBJECTS => Err(Objection::Bomb),
        Err(failed) => Ok(failed.output),
    }
}
