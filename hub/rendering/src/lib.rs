//! Bytes out of domain values: the letters that go out by mail, and the images of payment codes.
//!
//! **Knows** how things look and read: templates, scripts, plural forms, QR codes.
//! **Must not know** when or to whom anything is sent, nor any protocol or database.

mod code_images;
mod letters;

pub use code_images::QrImages;
pub use letters::TemplateLetters;
