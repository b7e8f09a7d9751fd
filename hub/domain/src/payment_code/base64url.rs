//! Content in an address: base64 in the alphabet of URLs, without padding.

use base64::{
    Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{CodeError, Rule, Unit};

/// Writes no padding, and reads it where others wrote it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_encode_padding(false).with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// The most characters of content.
const MAX_CONTENT: usize = 475;
/// The most characters of an address.
const MAX_ADDRESS: usize = 507;

/// An address with bytes in it.
pub(super) fn write(prefix: &str, bytes: &[u8]) -> Result<String, CodeError> {
    let content = ENGINE.encode(bytes);
    longest(&content, MAX_CONTENT)?;
    let address = format!("{prefix}{content}");
    longest(&address, MAX_ADDRESS)?;
    Ok(address)
}

/// The bytes in an address.
pub(super) fn read(prefix: &str, form: &'static str, address: &str) -> Result<Vec<u8>, CodeError> {
    longest(address, MAX_ADDRESS)?;
    let content = address.strip_prefix(prefix).ok_or_else(|| Rule::Form(form).at("payload"))?;
    longest(content, MAX_CONTENT)?;
    ENGINE.decode(content).map_err(|_| Rule::Form("an address that ends in base64url").at("payload"))
}

fn longest(text: &str, max: usize) -> Result<(), CodeError> {
    if text.len() > max { Err(Rule::TooLong { max, unit: Unit::Characters }.at("payload")) } else { Ok(()) }
}
