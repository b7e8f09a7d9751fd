//! komunala-demo
