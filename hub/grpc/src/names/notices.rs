//! Names of notifications, and of what they are about.

use std::fmt;

use komunala_app::ports::notifications::About;
use komunala_domain::ids::NotificationId;

use super::{AccountName, InvoiceName, MeterName, OutageName, PointName, Reader, ReadingName, RequestName};
use crate::failure::Failure;

/// `notifications/{n}`.
pub(crate) struct NotificationName(pub(crate) NotificationId);

impl fmt::Display for NotificationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "notifications/{}", self.0)
    }
}

/// The notification of `notifications/{n}`.
pub(crate) fn notification(field: &'static str, name: &str) -> Result<NotificationId, Failure> {
    let mut reader = Reader::new(field, name);
    let notification = reader.id("notifications")?;
    reader.end(notification)
}

/// The name of what a notification is about.
pub(crate) fn about(about: About) -> String {
    let account = |provider, account| AccountName { provider, account };
    match about {
        About::Account(provider, id) => account(provider, id).to_string(),
        About::Invoice(provider, id, invoice) => InvoiceName { account: account(provider, id), invoice }.to_string(),
        About::Request(provider, id, request) => RequestName { account: account(provider, id), request }.to_string(),
        About::Reading(provider, id, point, meter, reading) => {
            let meter = MeterName { point: PointName { account: account(provider, id), point }, meter };
            ReadingName { meter, reading }.to_string()
        }
        About::Outage(provider, outage) => OutageName { provider: &provider, outage }.to_string(),
    }
}
