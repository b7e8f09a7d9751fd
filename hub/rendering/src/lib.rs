//! Bytes out of domain values: the letters that go out by mail, the
//! short texts that go out to phones, the pages where bills are paid, copies of bills for paper,
//! the images of payment codes, and files of what was used.
//!
//! **Knows** how things look and read: templates, scripts, plural forms, PDF and its fonts, QR codes.
//! **Must not know** when or to whom anything is sent, nor any protocol or database.

mod bill_sheets;
mod code_images;
mod days;
mod digits;
mod letters;
mod line;
mod pay_pages;
mod templates;
mod texts;
mod usage_files;

pub use bill_sheets::{PdfSheets, try_logo};
pub use code_images::QrImages;
pub use letters::{KnownLetter, TemplateLetters, TextFault, TextPart, TextProblem, in_latin};
pub use pay_pages::TemplatePages;
pub use texts::{KnownText, text_in_latin};
pub use usage_files::UsageWriter;
