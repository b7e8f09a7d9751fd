//! komunala-adapter-gas
