//! The end-to-end suite: the hub as its users meet it, with nothing real left out.

mod access;
mod another_server;
mod changes;
mod contract;
mod deadlines;
mod electricity;
mod files;
mod health;
mod house;
mod input;
mod issuers;
mod kit;
mod mail_crash;
mod nightly_files;
mod offers;
mod operator;
mod outage;
mod reading_window;
mod replicas;
mod several_providers;
mod story;
mod telemetry;
mod tls;
mod unknown_outcome;
mod upcoming;
mod water;
