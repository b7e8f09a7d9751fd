//! Payment codes as QR codes: the symbol that the scheme prescribes, as SVG and as PNG.
//!
//! One segment in byte mode, behind an Extended Channel Interpretation where the scheme knows one; the smallest version
//! that the scheme allows and that holds the content; its error correction, which is not raised even where a higher one
//! would fit. Around it the quiet zone of ISO/IEC 18004.

mod pixels;
mod vector;

use komunala_app::ports::code_images::{CodeImages, ImageError, ImageFormat};
use komunala_domain::{
    PaymentCode,
    payment_code::{Correction, Symbol},
};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

/// The quiet zone, in modules on each side.
pub(crate) const QUIET: usize = 4;

/// Draws QR codes.
#[derive(Debug, Clone, Copy, Default)]
pub struct QrImages;

impl CodeImages for QrImages {
    fn draw(&self, code: &PaymentCode, title: &str, format: ImageFormat) -> Result<Vec<u8>, ImageError> {
        let modules = Modules::encode(&code.content, &code.symbol)?;
        match format {
            ImageFormat::Svg => Ok(vector::svg(&modules, title).into_bytes()),
            ImageFormat::Png => Ok(pixels::png(&modules)),
        }
    }
}

/// The dark and light modules of a QR code.
pub(crate) struct Modules(QrCode);

impl Modules {
    pub(crate) fn encode(content: &[u8], symbol: &Symbol) -> Result<Self, ImageError> {
        let correction = match symbol.correction {
            Correction::Medium => QrCodeEcc::Medium,
            Correction::Quartile => QrCodeEcc::Quartile,
        };
        let (least, most) = (*symbol.versions.start(), *symbol.versions.end());
        if !(1..=40).contains(&least) || !(least..=40).contains(&most) {
            return Err(ImageError::Encoding(format!("there are no QR codes of the versions {least} to {most}")));
        }
        let interpretation = symbol.assignment.map(|assignment| QrSegment::make_eci(assignment.into()));
        let segments: Vec<_> = interpretation.into_iter().chain([QrSegment::make_bytes(content)]).collect();
        QrCode::encode_segments_advanced(&segments, correction, Version::new(least), Version::new(most), None, false)
            .map(Self)
            .map_err(|_| ImageError::TooLarge { version: most })
    }

    /// How many modules a side has, without the quiet zone.
    pub(crate) fn size(&self) -> usize {
        usize::try_from(self.0.size()).expect("a QR code has 21 to 177 modules a side")
    }

    /// Whether a module is dark, by column and row.
    fn is_dark(&self, x: usize, y: usize) -> bool {
        let place = |at: usize| i32::try_from(at).unwrap_or(i32::MAX);
        self.0.get_module(place(x), place(y))
    }

    /// The runs of dark modules of a row: where each begins and how long it is.
    pub(crate) fn runs(&self, y: usize) -> impl Iterator<Item = (usize, usize)> + '_ {
        let mut x = 0;
        std::iter::from_fn(move || {
            let begin = (x..self.size()).find(|x| self.is_dark(*x, y))?;
            x = (begin..self.size()).find(|x| !self.is_dark(*x, y)).unwrap_or(self.size());
            Some((begin, x - begin))
        })
    }
}

#[cfg(test)]
mod tests;
