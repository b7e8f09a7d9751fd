//! Electricity: the adapter in its sandbox against the simulator with every switch and against another server, and the
//! whole hub as a customer meets it.

mod bills;
mod faults;
mod metering;
mod other_server;
mod outages;
mod place;
mod story;
