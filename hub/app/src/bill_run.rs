//! Runs of bills: a provider's bills of a month on their way to its customers.
//!
//! A run walks over the accounts that somebody has linked, a page at a time: it makes sure that the hub knows their
//! bills, fetches the documents of those that go by mail, and takes the page up in one transaction. Memory holds one
//! page, however many there are; whoever dies leaves the run to another hub, which goes on behind the last page.
//!
//! What is not there yet (a bill that is not out, a document that is not made, an account that cannot be asked about) is
//! left, and looked for again in a walk of its own. What was taken up before stays as it is: only a bill that asks for
//! something else than it did is taken up as another revision.

mod calendar;
mod documents;
mod gist;
mod letter;
mod pages;
mod seats;
mod walk;

pub(crate) use seats::DocumentSeats;
