//! The payment code of a bill: what it says, and its image.

use bytes::Bytes;
use jiff::tz::TimeZone;
use komunala_domain::{
    Invoice, PaymentCode, Provider, ProviderId,
    ids::{AccountId, InvoiceId},
    invoice::{NotPayable, Payable},
    payment_code::{CodeError, Order, Rule, Scheme},
};

use crate::{
    Hub,
    failure::Failure,
    ports::{
        Call,
        code_images::{ImageError, ImageFormat},
    },
    scope::UserScope,
};

/// Which code is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WantedCode {
    /// What the image is made as.
    pub format: ImageFormat,
    /// The scheme; the provider's by default.
    pub scheme: Option<Scheme>,
    /// The installment, counted from 1; the whole bill by default.
    pub installment: Option<usize>,
}

/// A payment code with its image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DrawnCode {
    /// What it says.
    pub code: PaymentCode,
    /// What is paid with it.
    pub payable: Payable,
    /// The image.
    pub image: Bytes,
    /// The image's media type.
    pub media_type: &'static str,
}

impl Hub {
    /// The payment code of a bill, or of one of its installments, for the amount that is to be paid today.
    ///
    /// Which bills were paid meanwhile no billing system says bill by bill, so a code is made of every bill that asks for
    /// money; what is owed in all, the balance says.
    pub async fn get_payment_code(
        &self,
        scope: &UserScope,
        call: Call,
        provider: &ProviderId,
        account: AccountId,
        invoice: InvoiceId,
        wanted: WantedCode,
    ) -> Result<DrawnCode, Failure> {
        let found = self.get_invoice(scope, call, provider, account, invoice).await?;
        self.require_shown(&found)?;
        let provider = self.provider(scope.portal(), provider)?;
        self.drawn_code(&provider, &found.invoice, wanted)
    }

    /// The payment code of a bill of a provider.
    pub(crate) fn drawn_code(
        &self,
        provider: &Provider,
        bill: &Invoice,
        wanted: WantedCode,
    ) -> Result<DrawnCode, Failure> {
        let wanted_scheme = wanted.scheme.or_else(|| provider.payment_scheme());
        let scheme = wanted_scheme.ok_or_else(|| Failure::InvalidField {
            field: "scheme",
            problem: "must be set: none is customary in the provider's country and currency".to_owned(),
        })?;
        let payable = bill.payable(self.today(provider), wanted.installment).map_err(not_payable)?;
        // codes of Ukraine say when they were made, in the time of its capital
        let zone = TimeZone::get("Europe/Kyiv").unwrap_or_else(|_| provider.time_zone.clone());
        let made_at = whole_second(self.clock.now().to_zoned(zone).datetime());
        let order = Order::of(provider, bill, &payable, made_at);
        let order = order.ok_or(Failure::NotPayable(NotPayable::NoInstruction))?;
        let impossible = |error| Failure::PaymentCodeImpossible { scheme, error };
        let code = PaymentCode::compose(scheme, &order).map_err(impossible)?;
        let title = format!("{}, {}", scheme.title(), payable.amount);
        let image = self.code_images.draw(&code, &title, wanted.format).map_err(|error| match error {
            ImageError::TooLarge { version } => {
                impossible(CodeError { field: "payload", rule: Rule::QrVersion(version) })
            }
            ImageError::Encoding(_) => Failure::Internal(error.to_string()),
        })?;
        Ok(DrawnCode { code, payable, image: image.into(), media_type: wanted.format.media_type() })
    }
}

pub(crate) fn not_payable(why: NotPayable) -> Failure {
    match why {
        NotPayable::NoSuchInstallment { count: 0 } => Failure::InvalidField {
            field: "installment",
            problem: "must be left out: the bill has no installments".to_owned(),
        },
        NotPayable::NoSuchInstallment { count } => Failure::InvalidField {
            field: "installment",
            problem: format!("must be 1 to {count}, as many as the bill has"),
        },
        why => Failure::NotPayable(why),
    }
}

fn whole_second(moment: jiff::civil::DateTime) -> jiff::civil::DateTime {
    let time = moment.time();
    moment.date().at(time.hour(), time.minute(), time.second(), 0)
}
