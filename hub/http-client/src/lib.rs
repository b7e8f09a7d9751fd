//! Questions to servers of others, within bounds: so long to connect, so long for everything, so long an answer.
//!
//! **Knows** HTTP and TLS from the side of whoever asks.
//! **Must not know** what is asked: what an answer means, and whether to ask again, is for whoever asked. So it follows no
//! redirect and sends nothing twice by itself.

mod client;
mod error;
mod trust;

pub use client::{Bounds, HttpClient};
pub use error::AskError;
pub use trust::{RootsError, Trust};
