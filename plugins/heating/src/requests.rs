//! `requests`: questions and complaints, in the next `ZAHT` file.

use std::fs;

use komunala_adapter_sdk::{
    Error,
    requests::{RequestKind, Requests, ServiceRequest},
};

use crate::{
    Exchange, Heating,
    delivery::customer_field,
    file_name::Kind,
    outbox::{self, OpenFile},
    transliteration,
    verdict::unreadable,
};

/// For how many days a request is known by its key after it was written down.
const REMEMBERED: i32 = 14;

impl Exchange {
    /// Writes a request down for the next hand-over and tells its number, which is its key; the contract's
    /// `create-request`. A key that was used before is not written again.
    pub fn create_request(&self, request: &ServiceRequest, key: &str) -> Result<String, Error> {
        let is_key = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte));
        if !is_key {
            return Err(Error::rejected("key", "malformed", "not an idempotency key"));
        }
        let customer = customer_field(&request.account)?;
        let text = transliteration::field(&format!("{}: {}", request.subject, request.text));
        let row = [key.as_bytes(), &customer, kind(request.kind).as_bytes(), &text].join(&b';');
        let mut open = OpenFile::of_today(self, Kind::Requests)?;
        match self.request(key)? {
            Some(known) if known == row => {}
            Some(_) => return Err(Error::conflict("the key was used for another request")),
            None => open.add(&row)?,
        }
        Ok(key.to_owned())
    }

    /// The row of a key in the files of the last days.
    fn request(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        for name in outbox::files(self)?.into_keys().rev() {
            if name.kind != Kind::Requests || self.days_since(name.place.day) > REMEMBERED {
                continue;
            }
            let content = fs::read(self.folders.outgoing(&name)).map_err(unreadable(name.file()))?;
            if let Some(row) = outbox::rows(&content).find(|row| is_of(row, key)) {
                return Ok(Some(row.to_vec()));
            }
        }
        Ok(None)
    }
}

fn is_of(row: &[u8], key: &str) -> bool {
    row.strip_prefix(key.as_bytes()).is_some_and(|rest| rest.starts_with(b";"))
}

fn kind(kind: RequestKind) -> &'static str {
    match kind {
        RequestKind::Question => "PITANJE",
        RequestKind::Feedback => "PRIMEDBA",
        RequestKind::Complaint => "REKLAMACIJA",
        RequestKind::DataChange => "PROMENA",
    }
}

impl Requests for Heating {
    fn create_request(request: ServiceRequest, key: String) -> Result<String, Error> {
        Exchange::here()?.create_request(&request, &key)
    }
}
