//! Images of payment codes.

use komunala_domain::PaymentCode;

/// What an image is made as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImageFormat {
    /// Scalable, with a title for whoever does not see it.
    Svg,
    /// Pixels in black and white.
    Png,
}

impl ImageFormat {
    /// Its media type.
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
        }
    }
}

/// Why a code could not be drawn.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// The scheme's largest QR code is too small for it.
    #[error("the code takes more than a QR code of version {version} holds")]
    TooLarge {
        /// The largest version that the scheme allows.
        version: u8,
    },
    /// It could not be encoded.
    #[error("the image could not be encoded: {0}")]
    Encoding(String),
}

/// Draws payment codes.
pub trait CodeImages: Send + Sync {
    /// Draws the QR code that a payment code's scheme prescribes, with its quiet zone. `title` is what an image says to
    /// whoever does not see it; a format that has no place for it leaves it out.
    fn draw(&self, code: &PaymentCode, title: &str, format: ImageFormat) -> Result<Vec<u8>, ImageError>;
}
