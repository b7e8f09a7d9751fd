//! komunala-store
