//! Bytes out of domain values: so far the letters that go out by mail.
//!
//! **Knows** how things look and read: templates, scripts, plural forms.
//! **Must not know** when or to whom anything is sent, nor any protocol or database.

mod letters;

pub use letters::TemplateLetters;
