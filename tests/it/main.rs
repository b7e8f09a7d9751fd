//! The end-to-end suite: the hub as its users meet it, with nothing real left out.

mod access;
mod another_server;
mod deadlines;
mod health;
mod house;
mod input;
mod kit;
mod mail_crash;
mod outage;
mod replicas;
mod story;
mod telemetry;
mod tls;
mod unknown_outcome;
