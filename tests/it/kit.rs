//! The author's kit: every adapter passes its check, every broken one fails it, and a new project passes at once.

mod adapters;
mod broken;
mod live;
mod project;
