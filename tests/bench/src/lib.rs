//! komunala-bench
