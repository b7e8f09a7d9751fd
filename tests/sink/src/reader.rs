//! Somebody who reads each mail as it comes, so that a million of them need not be kept.

use std::{fmt, sync::Arc};

use crate::mail::ReceivedMail;

/// What is called with each mail once it is recorded, before its 250. Clones are the same one.
#[derive(Clone)]
pub struct Reader(Arc<dyn Fn(&ReceivedMail) + Send + Sync>);

impl Reader {
    /// Reads by a function; the session waits for it.
    pub fn new(read: impl Fn(&ReceivedMail) + Send + Sync + 'static) -> Self {
        Self(Arc::new(read))
    }

    pub(crate) fn read(&self, mail: &ReceivedMail) {
        (self.0)(mail);
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader(…)")
    }
}
