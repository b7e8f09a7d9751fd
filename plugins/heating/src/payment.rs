//! A row of `UPL`: a payment.

use komunala_adapter_sdk::files::Payment;

use crate::{
    columns::{Field, Malformed},
    settings::Settings,
};

/// The first line of a file.
pub(crate) const HEADER: &str = "id;korisnik;datum;iznos;poziv;kanal";

/// Fields of a row.
pub(crate) const FIELDS: usize = 6;

/// The payment of a row; below zero, it was taken back.
pub(crate) fn read(fields: [&[u8]; FIELDS], settings: &Settings) -> Result<Payment, Malformed> {
    let [id, account, date, amount, reference, channel] = fields;
    let (date, amount) = (Field::new("datum", date), Field::new("iznos", amount));
    Ok(Payment {
        id: Field::new("id", id).word()?,
        account: Field::new("korisnik", account).word()?,
        date: date.date()?.ok_or(date.malformed("is blank"))?,
        amount: amount.amount()?.ok_or(amount.malformed("is blank"))?,
        currency: settings.currency.clone(),
        reference: Field::new("poziv", reference).text()?,
        channel: Field::new("kanal", channel).text()?,
    })
}
