//! Payments that are made through the hub.

use komunala_app::{payment::PaymentOptions, ports::payments::PaymentRow};
use komunala_domain::payment::PaymentState;

use super::{
    date::{day, moment},
    money::money,
};
use crate::{
    names::{AccountName, InvoiceName, PaymentName},
    proto::v1,
};

pub(crate) fn payment(row: PaymentRow) -> v1::Payment {
    let account = AccountName { provider: row.provider, account: row.account };
    v1::Payment {
        name: PaymentName { account: account.clone(), payment: row.id }.to_string(),
        invoice: InvoiceName { account, invoice: row.invoice }.to_string(),
        invoice_number: row.order.number,
        installment: row.order.installment.and_then(|number| i32::try_from(number).ok()).unwrap_or_default(),
        channel: row.channel.into(),
        amount: Some(money(row.order.amount)),
        state: state(row.state).into(),
        start_time: Some(moment(row.started_at)),
        update_time: Some(moment(row.updated_at)),
        expire_time: Some(moment(row.order.expires_at)),
        paid_date: row.progress.paid_on.map(day),
        reference: row.progress.reference.unwrap_or_default(),
    }
}

fn state(state: PaymentState) -> v1::PaymentState {
    match state {
        PaymentState::Started => v1::PaymentState::Started,
        PaymentState::Pending => v1::PaymentState::Pending,
        PaymentState::Paid => v1::PaymentState::Paid,
        PaymentState::Posted => v1::PaymentState::Posted,
        PaymentState::Failed => v1::PaymentState::Failed,
        PaymentState::Reversed => v1::PaymentState::Reversed,
        PaymentState::Expired => v1::PaymentState::Expired,
    }
}

pub(crate) fn payment_options(options: PaymentOptions) -> v1::ListPaymentOptionsResponse {
    let option = |(channel, title)| v1::PaymentOption { channel: String::from(channel), title: str::to_owned(title) };
    v1::ListPaymentOptionsResponse {
        options: options.channels.into_iter().map(option).collect(),
        amount: Some(money(options.payable.amount)),
        amount_until_date: options.payable.until.map(day),
        page_uri: options.page_uri.unwrap_or_default(),
    }
}
