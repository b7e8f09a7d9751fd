//! komunala-sink
