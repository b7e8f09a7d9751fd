//! komunala-sandbox
