//! Pictures lose what is not picture.

use komunala_domain::{AttachmentKind, Objection};

use crate::inspect;

/// A place that nobody shall learn of.
const SECRET: &[u8] = b"44.9972 N 19.8289 E";

fn holds(bytes: &[u8], what: &[u8]) -> bool {
    bytes.windows(what.len()).any(|window| window == what)
}

fn segment(marker: u8, content: &[u8]) -> Vec<u8> {
    let length = u16::try_from(content.len() + 2).unwrap();
    [&[0xff, marker][..], &length.to_be_bytes(), content].concat()
}

/// EXIF data with an orientation and a place.
fn exif(orientation: u8) -> Vec<u8> {
    let head = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
    [&head[..], &[orientation, 0, 0, 0, 0, 0, 0, 0], SECRET].concat()
}

fn frame(width: u16, height: u16) -> Vec<u8> {
    [&[8][..], &height.to_be_bytes(), &width.to_be_bytes(), &[1, 1, 0x11, 0]].concat()
}

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let scan = [&segment(0xda, &[1, 1, 0, 0, 0x3f, 0])[..], &[0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56]].concat();
    [
        &[0xff, 0xd8][..],
        &segment(0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
        &segment(0xe1, &exif(6)),
        &segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", SECRET].concat()),
        &segment(0xe2, b"ICC_PROFILE\0\x01\x01profile"),
        &segment(0xe2, &[b"MPF\0", SECRET].concat()),
        &segment(0xfe, SECRET),
        &segment(0xdb, &[0; 65]),
        &segment(0xc0, &frame(width, height)),
        &scan,
        // between two scans
        &segment(0xe5, SECRET),
        &scan,
        &[0xff, 0xd9],
        // a second picture behind the first, as telephones write it
        &[0xff, 0xd8],
        &segment(0xe1, &exif(1)),
        &[0xff, 0xd9],
    ]
    .concat()
}

#[test]
fn a_jpeg_keeps_its_picture_its_colours_and_which_side_is_up() {
    let kept = inspect(jpeg(640, 480)).unwrap();
    assert_eq!(kept.kind, AttachmentKind::Jpeg);
    assert!(!holds(&kept.bytes, SECRET) && !holds(&kept.bytes, b"MPF\0") && !holds(&kept.bytes, b"adobe"));
    for needed in [&b"JFIF\0"[..], b"ICC_PROFILE\0", &[0x12, 0xff, 0, 0x34, 0xff, 0xd0, 0x56], b"Exif\0\0MM"] {
        assert!(holds(&kept.bytes, needed), "{needed:?}");
    }
    assert!(kept.bytes.ends_with(&[0x56, 0xff, 0xd9]));
    // what was tidied is tidy
    assert_eq!(inspect(kept.bytes.clone()).unwrap().bytes, kept.bytes);
}

#[test]
fn a_jpeg_that_is_cut_off_anywhere_is_refused() {
    let whole = jpeg(640, 480);
    let end = whole.windows(2).position(|marker| marker == [0xff, 0xd9]).unwrap();
    for length in 3..end + 2 {
        assert!(inspect(whole[..length].to_vec()).is_err(), "{length}");
    }
    assert!(inspect(whole[..end + 2].to_vec()).is_ok());
}

#[test]
fn a_picture_of_too_many_pixels_is_refused() {
    assert_eq!(inspect(jpeg(20_000, 20_000)), Err(Objection::TooManyPixels));
    assert_eq!(inspect(jpeg(40_000, 1)), Err(Objection::TooManyPixels));
    assert_eq!(inspect(jpeg(640, 0)), Err(Objection::Unreadable));
    assert_eq!(inspect(png(&[], (60_000, 60_000))), Err(Objection::TooManyPixels));
}

fn chunk(kind: &[u8; 4], content: &[u8]) -> Vec<u8> {
    img_parts::png::PngChunk::new(*kind, content.to_vec().into()).encoder().bytes().to_vec()
}

fn png(more: &[Vec<u8>], (width, height): (u32, u32)) -> Vec<u8> {
    let head = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
    let mut file = [b"\x89PNG\r\n\x1a\n", &chunk(b"IHDR", &head)[..]].concat();
    more.iter().for_each(|chunk| file.extend_from_slice(chunk));
    [file, chunk(b"IDAT", b"pixels"), chunk(b"IEND", b""), SECRET.to_vec()].concat()
}

#[test]
fn a_png_keeps_what_it_is_drawn_from() {
    let said =
        [chunk(b"gAMA", &[0, 0, 0xb1, 0x8f]), chunk(b"tEXt", SECRET), chunk(b"eXIf", SECRET), chunk(b"prVt", SECRET)];
    let kept = inspect(png(&said, (640, 480))).unwrap();
    assert_eq!(kept.kind, AttachmentKind::Png);
    assert!(!holds(&kept.bytes, SECRET) && holds(&kept.bytes, b"gAMA") && holds(&kept.bytes, b"pixels"));
    assert_eq!(inspect(png(&[chunk(b"acTL", &[0; 8])], (640, 480))), Err(Objection::Animated));
    let mut damaged = png(&[], (640, 480));
    damaged[20] ^= 1;
    assert_eq!(inspect(damaged), Err(Objection::Unreadable));
}

fn webp(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
    let mut body = b"WEBP".to_vec();
    for (id, content) in chunks {
        body.extend_from_slice(*id);
        body.extend_from_slice(&u32::try_from(content.len()).unwrap().to_le_bytes());
        body.extend_from_slice(content);
        body.extend(std::iter::repeat_n(0, content.len() % 2));
    }
    [b"RIFF", &u32::try_from(body.len()).unwrap().to_le_bytes()[..], &body].concat()
}

#[test]
fn a_webp_keeps_its_picture_and_says_that_nothing_else_is_there() {
    // flags: a colour profile, EXIF data and XMP; 640 by 480
    let head = [0b0010_1100, 0, 0, 0, 0x7f, 2, 0, 0xdf, 1, 0];
    let pixels = b"\x50\x5a\x00\x9d\x01\x2a\x80\x02\xe0\x01";
    let all: [(&[u8; 4], &[u8]); 5] =
        [(b"VP8X", &head), (b"ICCP", b"profile!"), (b"VP8 ", pixels), (b"EXIF", SECRET), (b"XMP ", SECRET)];
    let kept = inspect(webp(&all)).unwrap();
    assert_eq!(kept.kind, AttachmentKind::Webp);
    assert!(!holds(&kept.bytes, SECRET) && holds(&kept.bytes, pixels) && holds(&kept.bytes, b"profile!"));
    let flags = kept.bytes.windows(4).position(|id| id == b"VP8X").unwrap() + 8;
    assert_eq!(kept.bytes[flags], 0b0010_0000);
    assert_eq!(inspect(webp(&[(b"VP8X", &head), (b"ANIM", &[0; 6]), (b"VP8 ", pixels)])), Err(Objection::Animated));
}
