//! Windows-1250, both ways.
//!
//! A table of our own: the library that knows all encodings of the web brings all of them into the component, a megabyte
//! for these 128 characters. A test compares the two.

/// What stands for the bytes from 0x80 on; 0 for those that the code page does not have.
const UPPER: [u16; 128] = [
    0x20AC, 0, 0x201A, 0, 0x201E, 0x2026, 0x2020, 0x2021, 0, 0x2030, 0x0160, 0x2039, 0x015A, 0x0164, 0x017D, 0x0179, 0,
    0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014, 0, 0x2122, 0x0161, 0x203A, 0x015B, 0x0165, 0x017E, 0x017A,
    0x00A0, 0x02C7, 0x02D8, 0x0141, 0x00A4, 0x0104, 0x00A6, 0x00A7, 0x00A8, 0x00A9, 0x015E, 0x00AB, 0x00AC, 0x00AD,
    0x00AE, 0x017B, 0x00B0, 0x00B1, 0x02DB, 0x0142, 0x00B4, 0x00B5, 0x00B6, 0x00B7, 0x00B8, 0x0105, 0x015F, 0x00BB,
    0x013D, 0x02DD, 0x013E, 0x017C, 0x0154, 0x00C1, 0x00C2, 0x0102, 0x00C4, 0x0139, 0x0106, 0x00C7, 0x010C, 0x00C9,
    0x0118, 0x00CB, 0x011A, 0x00CD, 0x00CE, 0x010E, 0x0110, 0x0143, 0x0147, 0x00D3, 0x00D4, 0x0150, 0x00D6, 0x00D7,
    0x0158, 0x016E, 0x00DA, 0x0170, 0x00DC, 0x00DD, 0x0162, 0x00DF, 0x0155, 0x00E1, 0x00E2, 0x0103, 0x00E4, 0x013A,
    0x0107, 0x00E7, 0x010D, 0x00E9, 0x0119, 0x00EB, 0x011B, 0x00ED, 0x00EE, 0x010F, 0x0111, 0x0144, 0x0148, 0x00F3,
    0x00F4, 0x0151, 0x00F6, 0x00F7, 0x0159, 0x016F, 0x00FA, 0x0171, 0x00FC, 0x00FD, 0x0163, 0x02D9,
];

/// No byte of Windows-1250.
pub(crate) const FORBIDDEN: u8 = 1;
/// A control character.
pub(crate) const CONTROL: u8 = 2;

/// What each byte is beside a character.
const CLASSES: [u8; 256] = classes();

const fn classes() -> [u8; 256] {
    let mut classes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        if byte < 0x20 || byte == 0x7f {
            classes[byte] = CONTROL;
        } else if byte >= 0x80 && UPPER[byte - 0x80] == 0 {
            classes[byte] = FORBIDDEN;
        }
        byte += 1;
    }
    classes
}

/// What there is among some bytes: [`FORBIDDEN`], [`CONTROL`], both or none of them.
pub(crate) fn classes_in(bytes: &[u8]) -> u8 {
    bytes.iter().fold(0, |found, byte| found | CLASSES[usize::from(*byte)])
}

/// Text of one line; none where a byte is no character.
pub(crate) fn decode(bytes: &[u8]) -> Option<String> {
    if bytes.is_ascii() && classes_in(bytes) == 0 {
        return String::from_utf8(bytes.to_vec()).ok();
    }
    let mut text = String::with_capacity(bytes.len() + bytes.len() / 4);
    for byte in bytes {
        if CLASSES[usize::from(*byte)] != 0 {
            return None;
        }
        text.push(match byte {
            0..0x80 => char::from(*byte),
            upper => char::from_u32(u32::from(UPPER[usize::from(*upper) - 0x80]))?,
        });
    }
    Some(text)
}

/// The byte of a character, if it has one.
pub(crate) fn encode(character: char) -> Option<u8> {
    if character.is_ascii() {
        return u8::try_from(character).ok();
    }
    let code = u16::try_from(u32::from(character)).ok()?;
    let index = UPPER.iter().position(|upper| *upper == code)?;
    u8::try_from(index + 0x80).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_byte_is_what_the_encoding_standard_says_save_the_five_that_do_not_exist() {
        let missing = [0x81, 0x83, 0x88, 0x90, 0x98];
        for byte in (0x20..=0xff_u8).filter(|byte| *byte != 0x7f) {
            if missing.contains(&byte) {
                assert_eq!((decode(&[byte]), classes_in(&[byte])), (None, FORBIDDEN));
                continue;
            }
            let (expected, _, _) = encoding_rs::WINDOWS_1250.decode(std::slice::from_ref(&byte));
            let text = decode(&[byte]).unwrap();
            assert_eq!(text, expected, "{byte:#x}");
            assert_eq!(text.chars().next().and_then(encode), Some(byte));
        }
    }

    #[test]
    fn control_characters_are_no_text() {
        for bytes in [b"a\nb", b"a\0b", b"a\x7fb"] {
            assert_eq!((decode(bytes), classes_in(bytes)), (None, CONTROL));
        }
    }
}
