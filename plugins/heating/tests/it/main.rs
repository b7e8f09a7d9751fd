//! The adapter's mapping, run natively against folders that were written by hand from the description of the files.

mod bills;
mod customers;
mod folder;
mod hand_over;
mod listing;
mod payments;
mod refusals;
mod writes;
