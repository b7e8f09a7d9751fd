//! `delivery`: paper or e-mail, in the next `DOST` file.

use std::fs;

use komunala_adapter_sdk::{
    Error,
    delivery::{Acknowledgement, Delivery},
    types::DeliveryChannel,
};

use crate::{
    Exchange, Heating,
    acknowledgement::answers,
    file_name::Kind,
    outbox::{self, OpenFile},
    transliteration,
    verdict::unreadable,
};

/// Answered files that are looked at for what the billing system holds, the newest first.
const LOOKED_AT: usize = 60;

impl Exchange {
    /// Writes the choice down for the next hand-over; the contract's `set-channel`. The same choice as the last one that
    /// was written down is not written again.
    pub fn set_channel(&self, account: &str, channel: DeliveryChannel) -> Result<Acknowledgement, Error> {
        let customer = customer_field(account)?;
        let mut file = OpenFile::of_today(self, Kind::Deliveries)?;
        let choice = [customer.as_slice(), b";", code(channel), b";"].concat();
        let of_customer = [customer.as_slice(), b";"].concat();
        let last = file.rows().filter(|row| row.starts_with(&of_customer)).last();
        if !last.is_some_and(|row| row.starts_with(&choice)) {
            let row = [choice.as_slice(), format!("{:08}", self.today()).as_bytes()].concat();
            file.add(&row)?;
        }
        Ok(Acknowledgement::Queued)
    }

    /// What the billing system took over last; the contract's `get-channel`. Where it has answered nothing about the
    /// customer lately, what it holds comes with its next customer file.
    pub fn channel(&self, account: &str) -> Result<DeliveryChannel, Error> {
        let of_customer = [customer_field(account)?.as_slice(), b";"].concat();
        let files = outbox::files(self)?;
        let handed_over = files.iter().filter(|(name, handed_over)| name.kind == Kind::Deliveries && **handed_over);
        for (name, _) in handed_over.rev().take(LOOKED_AT) {
            let Some(answers) = answers(self, name)? else { continue };
            let content = fs::read(self.folders.outgoing(name)).map_err(unreadable(name.file()))?;
            let taken_over = outbox::rows(&content)
                .enumerate()
                .filter(|(index, row)| row.starts_with(&of_customer) && answers.is_taken_over(index + 1))
                .last();
            if let Some((_, row)) = taken_over {
                let email = [of_customer.as_slice(), code(DeliveryChannel::Email)].concat();
                let is_email = row.starts_with(&email);
                return Ok(if is_email { DeliveryChannel::Email } else { DeliveryChannel::Paper });
            }
        }
        Err(Error::NotAvailableYet(None))
    }
}

fn code(channel: DeliveryChannel) -> &'static [u8] {
    match channel {
        DeliveryChannel::Paper => b"P",
        DeliveryChannel::Email => b"E",
    }
}

/// A customer number as a field; one that does not come out as it went in is none of theirs.
pub(crate) fn customer_field(account: &str) -> Result<Vec<u8>, Error> {
    let is_plain = !account.is_empty() && account.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b';');
    if is_plain {
        Ok(transliteration::field(account))
    } else {
        Err(Error::rejected("account", "malformed", "not a customer number"))
    }
}

impl Delivery for Heating {
    fn set_channel(account: String, channel: DeliveryChannel, _key: String) -> Result<Acknowledgement, Error> {
        Exchange::here()?.set_channel(&account, channel)
    }

    fn get_channel(account: String) -> Result<DeliveryChannel, Error> {
        Exchange::here()?.channel(&account)
    }
}
