//! komunala-server
