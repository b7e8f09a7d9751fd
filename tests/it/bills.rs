//! Bills as they really are: what is listed of them.

mod filters;
