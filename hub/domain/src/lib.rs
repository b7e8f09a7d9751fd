//! komunala-domain
