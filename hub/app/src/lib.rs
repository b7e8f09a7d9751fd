//! komunala-app
