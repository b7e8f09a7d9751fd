//! komunala-guest-hostile
