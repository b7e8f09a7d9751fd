//! What uploaded files are, and whether they may be kept.
//!
//! **Knows** the formats: it is the only crate that knows a PDF parser and how pictures are built.
//! **Must not know** who uploaded a file, where it is kept, or what it is for.
//!
//! A file's name and the type that its sender declares prove nothing: its first bytes say what it is, and a reader of that
//! kind must make sense of all of it. A PDF must do nothing by itself. A picture loses everything that is not picture: the
//! place where it was taken, the device, previews, and whatever lies behind its end.

mod image;
mod inspector;
mod kind;
mod pdf;

pub use inspector::Inspector;
