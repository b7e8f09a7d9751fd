//! The water adapter in its sandbox: against the simulator with every switch, against another server that follows the same
//! text, and two hubs against a billing system that bears one request at a time.

mod another_server;
mod changes;
mod hub;
mod maintenance;
mod other;
mod readings;
mod served;
mod switches;
mod turns;
