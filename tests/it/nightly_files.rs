//! The adapter of nightly files in the sandbox, against the folders that its billing system would have written.

mod another_folder;
mod documents;
mod exchange;
mod rows;
mod traps;
mod writes;
