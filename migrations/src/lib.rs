//! komunala-migrations
