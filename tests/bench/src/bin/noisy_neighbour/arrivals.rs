//! When each code arrived, among very many bills that nobody keeps.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use komunala_sink::{Reader, ReceivedMail};
use tokio::sync::Notify;

/// Where codes go to, and nothing else does.
pub(crate) const CODES: &str = "codes.example";

#[derive(Default)]
pub(crate) struct Arrivals {
    seen: Mutex<HashMap<String, SystemTime>>,
    came: Notify,
}

impl Arrivals {
    /// Looks at each mail, just before its 250.
    pub(crate) fn reader(self: &Arc<Self>) -> Reader {
        let arrivals = self.clone();
        Reader::new(move |mail| arrivals.read(mail))
    }

    fn read(&self, mail: &ReceivedMail) {
        let is_code = |to: &&String| to.rsplit_once('@').is_some_and(|(_, domain)| domain == CODES);
        if let Some(code) = mail.recipients.iter().find(is_code) {
            self.seen().entry(code.clone()).or_insert(mail.arrived_at);
            self.came.notify_waiters();
        }
    }

    /// When the first code for somebody was taken; waits until there is one.
    pub(crate) async fn of(&self, recipient: &str) -> SystemTime {
        loop {
            let came = self.came.notified();
            let seen = self.seen().get(recipient).copied();
            match seen {
                Some(at) => return at,
                None => came.await,
            }
        }
    }

    fn seen(&self) -> MutexGuard<'_, HashMap<String, SystemTime>> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
