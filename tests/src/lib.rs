//! komunala-tests
