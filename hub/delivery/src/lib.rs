//! komunala-delivery
