//! The author's kit: what a person works with who writes an adapter.
//!
//! **Knows** how a project is laid out and built, how a billing system's answers are recorded and spoilt, and what an
//! adapter must do about it; the scenarios themselves are data, in `plugins/check`.
//! **Must not know** wasmtime (that is the sandbox), the settings files, the command line, or any provider by name.
//!
//! - [`project::write`] makes a project that builds and passes its check at once.
//! - [`build::build`] makes the component and says what it is.
//! - [`Workbench`] holds an adapter that can be called: against its billing system, or against a [`Recording`].
//! - [`check::check`] runs the scenarios and answers with a [`Report`].
//!
//! The way of a request here: guest → the sandbox's gate → [`mod@line`], which spoils what a scenario wants spoilt, writes
//! down what reached the billing system, and records → the network, or the recording in its place. Where files are
//! exchanged, [`mod@exchange`] lays copies of the folders out, spoils them, and lets days pass.

pub mod build;
pub mod check;
mod embedded;
pub mod exchange;
mod folder;
pub mod line;
pub mod project;
mod provision;
pub mod recording;
pub mod report;
pub mod scenario;
mod subjects;
mod workbench;

pub use folder::{AdapterFolder, FolderError};
pub use provision::{Provision, Source};
pub use recording::Recording;
pub use report::Report;
pub use subjects::{Subjects, SubjectsError};
pub use workbench::{Workbench, WorkbenchError};
