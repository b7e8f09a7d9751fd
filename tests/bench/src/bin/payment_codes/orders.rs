//! Bills as the utilities of each country write them.

use jiff::civil::{date, datetime};
use komunala_domain::{
    Currency, Money,
    account::Commodity,
    invoice::PaymentInstruction,
    payment_code::{Order, PayeeDetails, Scheme},
};

/// A bill that fits a scheme.
pub(crate) struct Bill {
    pub(crate) scheme: Scheme,
    instruction: PaymentInstruction,
    amount: Money,
    payee: PayeeDetails,
}

impl Bill {
    /// The bill of a scheme.
    pub(crate) fn of(scheme: Scheme) -> Self {
        let (currency, minor) = match scheme {
            Scheme::NbsIps => (Currency::RSD, 431_207),
            Scheme::UpnQr | Scheme::Epc06912 => (Currency::EUR, 4_270),
            Scheme::Nbu002 | Scheme::Nbu003 => (Currency::UAH, 159_613),
        };
        let text = |text: &str| Some(text.to_owned());
        let instruction = match scheme {
            Scheme::NbsIps => PaymentInstruction {
                account: "160-123456789-56".to_owned(),
                payee: "JP GASOVOD RAVNICA".to_owned(),
                model: text("97"),
                reference: text("28-0012345202407"),
                code: text("189"),
                purpose: text("PRIRODNI GAS 07/2024"),
            },
            Scheme::UpnQr | Scheme::Epc06912 => PaymentInstruction {
                account: "SI56029220020148350".to_owned(),
                payee: "Elektro Dolina d.d.".to_owned(),
                model: None,
                reference: text("SI129990029934988"),
                code: text("ELEC"),
                purpose: text("Električna energija 07/2024"),
            },
            Scheme::Nbu002 | Scheme::Nbu003 => PaymentInstruction {
                account: "UA673005280000026500504354077".to_owned(),
                payee: "ТОВ «Північ-Газ»".to_owned(),
                model: None,
                reference: text("0420017-2024-07"),
                code: None,
                purpose: text("За газ, липень 2024"),
            },
        };
        let payee = PayeeDetails {
            street: text("Mirka Vadnova 3a"),
            place: text("4000 Kranj"),
            code: text("12345678"),
            ..PayeeDetails::default()
        };
        Self { scheme, instruction, amount: Money { minor, currency }, payee }
    }

    /// What a code is made of.
    pub(crate) fn order(&self) -> Order<'_> {
        Order {
            instruction: &self.instruction,
            amount: self.amount,
            due: Some(date(2024, 8, 20)),
            until: None,
            payee: &self.payee,
            issuer: None,
            commodity: Commodity::Gas,
            made_at: datetime(2024, 8, 3, 9, 30, 0, 0),
        }
    }
}
