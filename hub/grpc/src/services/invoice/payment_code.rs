//! GetPaymentCode.

use komunala_app::{Hub, invoice::WantedCode, ports::code_images::ImageFormat, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::AnyInvoice,
    proto::v1::{self, get_payment_code_request::Format},
    services::asked::Asked,
};

pub(super) async fn get(
    hub: &Hub,
    asked: Asked<UserScope, v1::GetPaymentCodeRequest>,
) -> Result<v1::PaymentCode, Failure> {
    let Asked { scope, call, message, .. } = asked;
    let wanted = WantedCode {
        format: match message.format() {
            Format::Svg => ImageFormat::Svg,
            Format::Png => ImageFormat::Png,
            Format::Unspecified => return Err(Failure::invalid_field("format", "must be set")),
        },
        scheme: convert::scheme_of(message.scheme()),
        // zero stands for the whole bill, and less was refused by its bounds
        installment: usize::try_from(message.installment).ok().filter(|number| *number > 0),
    };
    match AnyInvoice::parse("name", &message.name)? {
        AnyInvoice::Issued(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let drawn = hub.get_payment_code(&scope, call, provider, account, name.invoice, wanted).await?;
            Ok(convert::payment_code(drawn))
        }
        AnyInvoice::Upcoming(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let upcoming = hub.get_upcoming_invoice(&scope, call, provider, account, name.period).await?;
            Err(komunala_app::Failure::NotAvailableYet { until: Some(upcoming.open.until) }.into())
        }
    }
}
