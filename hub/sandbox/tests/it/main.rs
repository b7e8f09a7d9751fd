//! The sandbox against a guest that does everything an adapter must not, and against real HTTP servers.

mod adapters;
mod answers;
mod cache;
mod credentials;
mod exhaustion;
mod folders;
mod grants;
mod loading;
mod network;
mod queue;
mod server;
mod start;
mod tls;
mod trace;
mod turns;
