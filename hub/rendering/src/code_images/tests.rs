use jiff::civil::{date, datetime};
use komunala_domain::{
    Currency, Money,
    account::Commodity,
    invoice::PaymentInstruction,
    payment_code::{Charset, Order, PayeeDetails, Scheme},
};
use quircs::{EccLevel, Quirc};

use super::*;

/// What a reader that is not ours finds in a picture.
fn read(width: usize, grey: &[u8]) -> quircs::Data {
    let mut reader = Quirc::default();
    let codes: Vec<_> = reader.identify(width, grey.len() / width, grey).collect();
    assert_eq!(codes.len(), 1, "one QR code");
    codes[0].as_ref().unwrap().decode().unwrap()
}

/// The pixels of a PNG of one bit a pixel, a byte each.
fn unpacked(png: &[u8]) -> (usize, Vec<u8>) {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n").unwrap();
    let (mut width, mut rows) = (0, Vec::new());
    while let Some((length, chunk)) = rest.split_first_chunk::<4>() {
        let (kind, content) = chunk.split_first_chunk::<4>().unwrap();
        let (content, behind) = content.split_at(u32::from_be_bytes(*length) as usize);
        match kind {
            b"IHDR" => {
                assert_eq!((&content[..4], &content[8..]), (&content[4..8], &[1, 0, 0, 0, 0][..]));
                width = u32::from_be_bytes(content[..4].try_into().unwrap()) as usize;
            }
            b"IDAT" => rows = miniz_oxide::inflate::decompress_to_vec_zlib(content).unwrap(),
            _ => assert_eq!((&kind[..], behind.len()), (&b"IEND"[..], 4)),
        }
        rest = &behind[4..];
    }
    let bits = |row: &[u8]| -> Vec<u8> {
        assert_eq!(row[0], 0, "no filter");
        row[1..].iter().flat_map(|byte| (0..8).rev().map(move |bit| 255 * (byte >> bit & 1))).take(width).collect()
    };
    let pixels: Vec<u8> = rows.chunks(width.div_ceil(8) + 1).flat_map(bits).collect();
    assert_eq!(pixels.len(), width * width);
    (width, pixels)
}

/// The pixels of an SVG, drawn by the one kind of path that it has.
fn drawn(svg: &str) -> (usize, Vec<u8>) {
    const PIXELS: usize = 4;
    let between = |from: &str, to: &str| svg.split_once(from).unwrap().1.split_once(to).unwrap().0;
    let side: usize = between("viewBox=\"0 0 ", " ").parse().unwrap();
    let width = side * PIXELS;
    let mut pixels = vec![255; width * width];
    for run in between("<path d=\"", "\"").split_terminator('z') {
        let (x, rest) = run.strip_prefix('M').unwrap().split_once(' ').unwrap();
        let (y, rest) = rest.split_once('h').unwrap();
        let length = rest.split_once('v').unwrap().0;
        let [x, y, length] = [x, y, length].map(|number| number.parse::<usize>().unwrap() * PIXELS);
        for row in y..y + PIXELS {
            pixels[row * width + x..row * width + x + length].fill(0);
        }
    }
    (width, pixels)
}

fn bill(scheme: Scheme) -> PaymentCode {
    let (account, payee, purpose, reference, currency) = match scheme {
        Scheme::NbsIps => ("160-123456789-56", "ЈП Топлана", "Račun za grejanje č ć š ž đ", "20-12345", Currency::RSD),
        Scheme::UpnQr => {
            ("SI56029220020148350", "Elektro Šentjur", "Račun št. 7, žičnica", "SI129990029934988", Currency::EUR)
        }
        Scheme::Nbu002 | Scheme::Nbu003 => {
            ("UA673005280000026500504354077", "ТОВ «Ґанок»", "за газ 07.2024", "0012345", Currency::UAH)
        }
        Scheme::Epc06912 => {
            ("SI56029220020148350", "Elektro Šentjur", "Račun št. 7", "RF18539007547034", Currency::EUR)
        }
    };
    let instruction = PaymentInstruction {
        account: account.to_owned(),
        payee: payee.to_owned(),
        model: (scheme == Scheme::NbsIps).then(|| "97".to_owned()),
        reference: Some(reference.to_owned()),
        code: None,
        purpose: Some(purpose.to_owned()),
    };
    let order = Order {
        instruction: &instruction,
        amount: Money { minor: 431_207, currency },
        due: Some(date(2024, 8, 20)),
        until: None,
        payee: &PayeeDetails::default(),
        issuer: None,
        commodity: Commodity::Electricity,
        made_at: datetime(2024, 8, 3, 9, 30, 0, 0),
    };
    PaymentCode::compose(scheme, &order).unwrap()
}

#[test]
fn another_reader_finds_the_same_bytes_in_the_symbol_that_the_scheme_prescribes() {
    for scheme in Scheme::ALL {
        let code = bill(scheme);
        let draw = |format| QrImages.draw(&code, "a code", format).unwrap();
        let svg = String::from_utf8(draw(ImageFormat::Svg)).unwrap();
        for (width, pixels) in [unpacked(&draw(ImageFormat::Png)), drawn(&svg)] {
            let found = read(width, &pixels);
            assert_eq!(found.payload, code.content, "{scheme:?}");
            assert_eq!(found.ecc_level, EccLevel::M, "{scheme:?}");
            let version = u8::try_from(found.version).unwrap();
            assert!(code.symbol.versions.contains(&version), "{scheme:?}: version {version}");
            assert_eq!(found.eci.map(|eci| eci as u32), code.symbol.assignment.map(u32::from), "{scheme:?}");
        }
    }
}

#[test]
fn what_is_read_in_the_prescribed_charset_is_the_text_again() {
    let code = bill(Scheme::UpnQr);
    let (width, pixels) = unpacked(&QrImages.draw(&code, "", ImageFormat::Png).unwrap());
    let found = read(width, &pixels);
    assert_eq!((found.version, found.eci.map(|eci| eci as u32)), (15, Some(4)));
    assert_eq!(Charset::Latin2.decode("payload", &found.payload).unwrap(), code.payload);
    assert_ne!(found.payload, code.payload.as_bytes(), "ISO-8859-2 is not UTF-8");
}

#[test]
fn a_code_that_is_too_large_for_its_scheme_is_not_drawn_smaller_or_larger() {
    let code = PaymentCode { content: vec![b'x'; 332], ..bill(Scheme::Epc06912) };
    let refused = QrImages.draw(&code, "", ImageFormat::Png).unwrap_err();
    assert!(matches!(refused, ImageError::TooLarge { version: 13 }), "{refused}");
    let fits = PaymentCode { content: vec![b'x'; 331], ..code };
    assert!(QrImages.draw(&fits, "", ImageFormat::Png).is_ok());
}

#[test]
fn an_svg_says_what_it_is_and_keeps_its_quiet_zone() {
    let svg = QrImages.draw(&bill(Scheme::UpnQr), "UPN <QR> & 4312.07 EUR\u{1}", ImageFormat::Svg).unwrap();
    let svg = String::from_utf8(svg).unwrap();
    assert!(svg.contains("role=\"img\" aria-labelledby=\"title\""), "{svg}");
    assert!(svg.contains("<title id=\"title\">UPN &lt;QR&gt; &amp; 4312.07 EUR </title>"), "{svg}");
    // version 15 has 77 modules a side, and four around it
    assert!(svg.contains("viewBox=\"0 0 85 85\""));
    assert!(svg.contains("M4 4h7v1h-7z"), "the finder pattern begins behind the quiet zone");
}
