//! Runs of bills: whom each bill reaches, with which document, and what is left for paper.

mod followed;
mod killed;
mod sent;
mod shared;
mod steered;
mod town;
