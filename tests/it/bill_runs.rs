//! Runs of bills: whom each bill reaches, with which document, and what is left for paper.

mod killed;
mod sent;
mod shared;
mod steered;
mod town;
