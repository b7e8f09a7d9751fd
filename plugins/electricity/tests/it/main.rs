//! The adapter's mapping, run natively against recorded answers of the billing system.

mod accounts;
mod bills;
mod outages;
mod readings;
mod recorded;
mod series;
