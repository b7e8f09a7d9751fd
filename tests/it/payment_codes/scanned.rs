//! A scanner that is not ours.

use anyhow::{Context, ensure};
use komunala_domain::payment_code::Charset;
use komunala_grpc::proto::v1::PaymentScheme;
use quircs::{EccLevel, Quirc};

/// What stands in a QR code.
pub(super) struct Scanned(quircs::Data);

impl Scanned {
    /// Finds the one QR code in a PNG of one bit a pixel.
    pub(super) fn of(png: &[u8]) -> anyhow::Result<Self> {
        let (width, pixels) = unpacked(png).context("no PNG of one bit a pixel")?;
        let mut scanner = Quirc::default();
        let codes: Vec<_> = scanner.identify(width, pixels.len() / width, &pixels).collect();
        let [Ok(code)] = &codes[..] else { anyhow::bail!("{} QR codes in the picture", codes.len()) };
        Ok(Self(code.decode()?))
    }

    /// Whether it is the payload in the charset, version and error correction that the scheme prescribes.
    pub(super) fn is_as_prescribed(&self, scheme: PaymentScheme, payload: &str) -> anyhow::Result<()> {
        let (charset, assignment, versions) = match scheme {
            PaymentScheme::UpnQr => (Charset::Latin2, Some(4), 15..=15),
            PaymentScheme::Nbu003 => (Charset::Utf8, None, 10..=17),
            _ => (Charset::Utf8, None, 1..=40),
        };
        let Self(found) = self;
        ensure!(charset.decode("payload", &found.payload)? == payload, "another text is in the picture");
        ensure!(versions.contains(&found.version), "version {}", found.version);
        ensure!(found.ecc_level == EccLevel::M, "error correction {:?}", found.ecc_level);
        ensure!(found.eci.map(|eci| eci as u32) == assignment, "charset {:?}", found.eci);
        Ok(())
    }
}

/// The width of a picture, and its pixels, a byte each.
fn unpacked(png: &[u8]) -> Option<(usize, Vec<u8>)> {
    let mut rest = png.strip_prefix(b"\x89PNG\r\n\x1a\n")?;
    let (mut width, mut rows) = (0, Vec::new());
    while let Some((length, chunk)) = rest.split_first_chunk::<4>() {
        let (kind, content) = chunk.split_first_chunk::<4>()?;
        let (content, behind) = content.split_at_checked(u32::from_be_bytes(*length) as usize)?;
        match kind {
            b"IHDR" if content.get(8..) == Some(&[1, 0, 0, 0, 0]) => {
                width = u32::from_be_bytes(*content.first_chunk()?) as usize;
            }
            b"IDAT" => rows = miniz_oxide::inflate::decompress_to_vec_zlib(content).ok()?,
            b"IEND" => break,
            _ => return None,
        }
        rest = behind.get(4..)?;
    }
    let bits = |row: &[u8]| -> Vec<u8> {
        row[1..].iter().flat_map(|byte| (0..8).rev().map(move |bit| 255 * (byte >> bit & 1))).take(width).collect()
    };
    (width > 0).then(|| (width, rows.chunks(width.div_ceil(8) + 1).flat_map(bits).collect()))
}
