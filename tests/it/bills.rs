//! Bills as they really are: what is listed of them, and their documents.

mod copies;
mod filters;
