//! ListPaymentOptions, StartPayment, GetPayment and ListPayments.

use komunala_app::{Hub, payment::StartPayment, ports::Call, scope::UserScope};

use crate::{
    convert,
    failure::Failure,
    names::{self, AnyInvoice, InvoiceName, PaymentName},
    proto::v1,
    services::asked::{Asked, page, write_id},
};

pub(super) async fn options(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListPaymentOptionsRequest>,
) -> Result<v1::ListPaymentOptionsResponse, Failure> {
    let Asked { scope, call, language, message } = asked;
    let InvoiceName { account, invoice } = issued(hub, &scope, call, &message.name).await?;
    let bill = (&account.provider, account.account, invoice);
    let options = hub.payment_options(&scope, call, bill, part(message.installment), language).await?;
    Ok(convert::payment_options(options))
}

pub(super) async fn start(
    hub: &Hub,
    asked: Asked<UserScope, v1::StartPaymentRequest>,
) -> Result<v1::StartPaymentResponse, Failure> {
    let Asked { scope, call, language, message } = asked;
    let InvoiceName { account, invoice } = issued(hub, &scope, call, &message.name).await?;
    let unknown = |_| Failure::invalid_field("channel", "is not the word of a payment channel");
    let request = StartPayment {
        provider: account.provider,
        account: account.account,
        invoice,
        installment: part(message.installment),
        channel: message.channel.parse().map_err(unknown)?,
        request_id: write_id(&message.request_id)?,
        language,
    };
    let started = hub.start_payment(&scope, call, request).await?;
    Ok(v1::StartPaymentResponse { redirect_uri: started.redirect_uri, payment: Some(convert::payment(started.row)) })
}

pub(super) async fn get(hub: &Hub, asked: Asked<UserScope, v1::GetPaymentRequest>) -> Result<v1::Payment, Failure> {
    let PaymentName { account, payment } = PaymentName::parse("name", &asked.message.name)?;
    Ok(convert::payment(hub.get_payment(&asked.scope, &account.provider, account.account, payment).await?))
}

pub(super) async fn list(
    hub: &Hub,
    asked: Asked<UserScope, v1::ListPaymentsRequest>,
) -> Result<v1::ListPaymentsResponse, Failure> {
    let filter = names::accounts("parent", &asked.message.parent)?;
    let request = page(asked.message.page_size, asked.message.page_token);
    let page = hub.list_payments(&asked.scope, filter, request).await?;
    Ok(v1::ListPaymentsResponse {
        payments: page.items.into_iter().map(convert::payment).collect(),
        next_page_token: page.next_token,
    })
}

/// The bill of a name; one that is not there yet says from when on it will be.
async fn issued(hub: &Hub, scope: &UserScope, call: Call, name: &str) -> Result<InvoiceName, Failure> {
    match AnyInvoice::parse("name", name)? {
        AnyInvoice::Issued(name) => Ok(name),
        AnyInvoice::Upcoming(name) => {
            let (provider, account) = (&name.account.provider, name.account.account);
            let upcoming = hub.get_upcoming_invoice(scope, call, provider, account, name.period).await?;
            Err(komunala_app::Failure::NotAvailableYet { until: Some(upcoming.open.until) }.into())
        }
    }
}

/// Zero stands for the whole bill, and less was refused by its bounds.
fn part(installment: i32) -> Option<usize> {
    usize::try_from(installment).ok().filter(|number| *number > 0)
}
