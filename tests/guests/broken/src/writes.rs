//! Misdeeds with writes.

use komunala_adapter_sdk::{
    Error,
    delivery::{Acknowledgement, Delivery, DeliveryChannel},
    requests::{RequestKind, Requests, ServiceRequest},
};

use crate::{Adapter, Broken, misdeed};

impl Delivery for Broken {
    fn set_channel(account: String, channel: DeliveryChannel, key: String) -> Result<Acknowledgement, Error> {
        <Adapter as Delivery>::set_channel(account, channel, key)
    }

    fn get_channel(account: String) -> Result<DeliveryChannel, Error> {
        let held = <Adapter as Delivery>::get_channel(account)?;
        Ok(if misdeed::is("channel") { DeliveryChannel::Paper } else { held })
    }
}

impl Requests for Broken {
    fn create_request(request: ServiceRequest, mut key: String) -> Result<String, Error> {
        if misdeed::is("once") && request.kind == RequestKind::Complaint {
            key = format!("{key}-another");
        }
        match <Adapter as Requests>::create_request(request, key) {
            Err(Error::OutcomeUnknown(why)) => Err(mistaken(why)),
            // a busy system is up again at once
            Err(Error::Unavailable(_)) if misdeed::is("failed-write") && !is_up() => {
                Err(Error::rejected("request", "unknown", "no"))
            }
            Err(Error::Unavailable(_)) if misdeed::is("busy-write") && is_up() => {
                Err(Error::rejected("request", "unknown", "no"))
            }
            answer => answer,
        }
    }
}

/// Whether the line bears questions again.
fn is_up() -> bool {
    misdeed::line().is_ok_and(|response| response.is_success())
}

/// What is not known is made something that is.
fn mistaken(why: String) -> Error {
    let is_unread = why.contains("cannot be read");
    let is_late = why.contains("Timeout");
    if misdeed::is("garbled-write") && is_unread {
        return Error::upstream(why);
    }
    if (misdeed::is("lost-answer") && is_late && is_up()) || (misdeed::is("lost-line") && is_late && !is_up()) {
        return Error::Unavailable(None);
    }
    Error::OutcomeUnknown(why)
}
