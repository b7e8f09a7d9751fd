//! komunala-rendering
