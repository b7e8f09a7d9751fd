//! `payments`: what was paid through the hub, told to the billing system.

use komunala_adapter_sdk::{
    Date, Error, exponent, format_minor_units,
    http::{Request, Transport},
    payments::{Payment, Payments},
};
use serde::{Deserialize, Serialize};

use crate::{Gas, billing::BillingSystem};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct WirePayment<'a> {
    account_id: &'a str,
    invoice_no: &'a str,
    amount: String,
    currency: &'a str,
    paid_on: Date,
    #[serde(rename = "ref")]
    reference: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    payment_id: String,
}

impl<T: Transport> BillingSystem<T> {
    /// Tells of a payment and answers with the billing system's id of it; the contract's `report-payment`.
    pub fn report_payment(&self, payment: &Payment, key: &str) -> Result<String, Error> {
        let places = exponent(&payment.currency).map_err(|error| Error::rejected("currency", "malformed", error))?;
        let body = WirePayment {
            account_id: &payment.account,
            invoice_no: &payment.invoice,
            amount: format_minor_units(payment.amount, places),
            currency: &payment.currency,
            paid_on: payment.paid_on,
            reference: &payment.reference,
        };
        let request =
            Request::post(&self.settings.endpoint, &["v1", "payments"], &body)?.header("idempotency-key", key);
        Ok(self.write_json::<Recorded>(&request)?.payment_id)
    }
}

impl Payments for Gas {
    fn report_payment(payment: Payment, key: String) -> Result<String, Error> {
        BillingSystem::here()?.report_payment(&payment, &key)
    }
}
