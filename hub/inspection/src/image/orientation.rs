//! Which side of a photo is up: the one thing in its metadata without which it cannot be looked at.

use exif::Tag;

/// The orientation that EXIF data tells, 2 to 8; `None` where the picture stands upright or nothing sensible is told.
pub(super) fn told(tiff: &[u8]) -> Option<u8> {
    let (fields, _) = exif::parse_exif(tiff).ok()?;
    let orientation =
        fields.iter().find(|field| field.tag == Tag::Orientation && field.ifd_num == exif::In::PRIMARY)?;
    u8::try_from(orientation.value.get_uint(0)?).ok().filter(|told| (2..=8).contains(told))
}

/// EXIF data that tell nothing but the orientation, as they stand in a JPEG's segment.
pub(super) fn segment(orientation: u8) -> [u8; 32] {
    let mut segment = *b"Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\0\0\0\0\0\0\0";
    segment[25] = orientation;
    segment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_told() {
        for orientation in 2..=8 {
            assert_eq!(told(&segment(orientation)[6..]), Some(orientation));
        }
        assert_eq!(told(&segment(1)[6..]), None);
        assert_eq!(told(b"no tiff"), None);
    }
}
