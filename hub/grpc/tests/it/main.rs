//! The server over a real connection: layers, limits, ends. The services behind it are a town made for these tests; the
//! real ones are tested with their database and billing systems in the end-to-end suite.

mod bytes_of_others;
mod calls;
mod deadlines;
mod drain;
mod health;
mod load;
mod reasons;
mod telemetry;
mod tls;
mod town;
mod web;
