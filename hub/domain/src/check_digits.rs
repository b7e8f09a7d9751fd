//! Numbers that guard themselves against slips of the pen: accounts and payment references with check digits, a module
//! per standard.
//!
//! They are read as people write them, with blanks and dashes, and written as machines want them, without.

pub mod iso11649;
pub mod iso13616;
mod iso7064;
mod model97;
pub mod nbs;
pub mod si;

pub use iso11649::CreditorReference;
pub use iso13616::Iban;
pub use model97::{Model97Error, verify as verify_model97, with_control as with_model97_control};
pub use nbs::NbsAccount;
pub use si::SiReference;

/// Why a text is no such number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// It is not of the number's form.
    #[error("must be {0}")]
    Form(&'static str),
    /// Its check digits are not those of the rest: something in it is mistyped.
    #[error("its check digits are wrong by {0}")]
    CheckDigits(&'static str),
}

/// What people put between groups of digits, taken out.
fn without(text: &str, separators: &[char]) -> String {
    text.chars().filter(|character| !separators.contains(character)).collect()
}
