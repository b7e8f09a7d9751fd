//! The author's kit: every adapter passes its check, every broken one fails it, and a new project passes at once.

mod adapters;
mod broken;
mod clerk;
mod files;
mod live;
mod project;
