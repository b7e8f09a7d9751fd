//! komunala-adapter-sdk
