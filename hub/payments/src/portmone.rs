//! Portmone: the payer's browser sends a form to its gateway; what became of it is asked for as JSON, with the shop's login.
//!
//! What the payer's browser brings back, and what comes as a notification, is signed by nobody: both name a payment to look
//! into, and no more.

use async_trait::async_trait;
use http::Uri;
use jiff::civil::Date;
use komunala_app::ports::{
    Gateway,
    gateways::{CallbackError, Checkout, Forward, GatewayError, Ready, Report, Verdict},
};
use komunala_domain::{Currency, Language, ids::PaymentId, payment::Channel};
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::json;
use url::form_urlencoded;

use crate::{Exchange, Shop, ShopError, amount, shop::Protocol};

/// The longest call-back that is read.
const LONGEST_CALLBACK: usize = 16 * 1024;

pub(crate) struct Portmone {
    channel: Channel,
    shop: Shop,
    login: String,
    endpoint: Uri,
    exchange: Exchange,
}

/// What Portmone knows of an order.
#[derive(Debug, Deserialize)]
struct Order {
    shop_order_number: String,
    bill_amount: String,
    status: String,
    #[serde(default)]
    shop_bill_id: Option<String>,
    #[serde(default)]
    pay_date: Option<String>,
}

impl Portmone {
    pub(crate) fn new(shop: Shop, exchange: Exchange) -> Result<Self, ShopError> {
        let login = shop.login.clone().filter(|login| !login.is_empty()).ok_or(ShopError::Missing("login"))?;
        Ok(Self { channel: Protocol::Portmone.channel(), login, endpoint: shop.endpoint()?, shop, exchange })
    }
}

#[async_trait]
impl Gateway for Portmone {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn title(&self) -> &'static str {
        "Portmone"
    }

    fn merchant(&self) -> &str {
        &self.shop.merchant
    }

    fn issuer(&self) -> Option<&str> {
        self.shop.issuer.as_deref()
    }

    async fn prepare(&self, checkout: &Checkout<'_>) -> Result<Ready, GatewayError> {
        let fields = [
            ("payee_id", self.shop.merchant.clone()),
            ("shop_order_number", checkout.payment.to_string()),
            ("bill_amount", amount::decimal(checkout.amount)),
            ("description", checkout.description.to_owned()),
            ("success_url", checkout.return_uri.to_owned()),
            ("failure_url", checkout.return_uri.to_owned()),
            ("lang", language(checkout.language).to_owned()),
        ];
        let fields = fields.map(|(name, value)| (name.to_owned(), value)).to_vec();
        Ok(Ready { forward: Forward::Form { action: self.endpoint.to_string(), fields }, reference: None })
    }

    async fn look_up(&self, payment: PaymentId, _: Option<&str>) -> Result<Report, GatewayError> {
        let request = json!({
            "method": "result",
            "params": { "data": {
                "login": self.login,
                "password": self.shop.secret.expose_secret(),
                "payeeId": self.shop.merchant,
                "shopOrderNumber": payment,
            } },
            "id": "1",
        });
        let answer = self.exchange.post(&self.endpoint, "application/json", request.to_string()).await?;
        read(&answer, payment)
    }

    fn named_in(&self, callback: &[u8]) -> Option<PaymentId> {
        field(callback, "SHOPORDERNUMBER")?.parse().ok()
    }

    fn read_callback(&self, callback: &[u8]) -> Result<Report, CallbackError> {
        let payment = self.named_in(callback).ok_or(CallbackError::Malformed)?;
        let amount = field(callback, "BILL_AMOUNT");
        let amount = amount.map(|text| amount::from_decimal(&text, Currency::UAH).ok_or(CallbackError::Malformed));
        Ok(Report {
            // it says more, which is worth nothing
            verdict: Verdict::Open,
            payment: Some(payment),
            merchant: field(callback, "PAYEE_ID"),
            amount: amount.transpose()?,
            reference: None,
            paid_on: None,
        })
    }
}

/// A field of a call-back, once: of two nobody could say which is meant.
fn field(callback: &[u8], name: &str) -> Option<String> {
    let callback = Some(callback).filter(|bytes| bytes.len() <= LONGEST_CALLBACK)?;
    let mut named = form_urlencoded::parse(callback).filter(|(key, _)| key.eq_ignore_ascii_case(name));
    let found = named.next().map(|(_, value)| value.into_owned());
    found.filter(|_| named.next().is_none())
}

/// What an answer says of a payment. Of several attempts at one order the one that was paid counts, then the latest.
fn read(answer: &[u8], payment: PaymentId) -> Result<Report, GatewayError> {
    let orders: Vec<Order> = serde_json::from_slice(answer)
        .map_err(|error| GatewayError::Answer(format!("no list of orders: {:?}", error.classify())))?;
    let own = payment.to_string();
    let mut reports = Vec::with_capacity(orders.len());
    for order in orders.into_iter().take(100) {
        if order.shop_order_number != own {
            return Err(GatewayError::Answer("another order than the one that was asked for".to_owned()));
        }
        reports.push(report(order, payment)?);
    }
    let paid = reports.iter().position(|report| report.verdict == Verdict::Paid);
    Ok(match paid.or(reports.len().checked_sub(1)) {
        Some(at) => reports.swap_remove(at),
        None => open(payment),
    })
}

fn report(order: Order, payment: PaymentId) -> Result<Report, GatewayError> {
    let verdict = match order.status.as_str() {
        "CREATED" | "PREAUTH" => Verdict::Open,
        "PAYED" => Verdict::Paid,
        "REJECTED" => Verdict::Failed,
        "RETURN" => Verdict::Reversed,
        _ => return Err(GatewayError::Answer("a status that nobody knows".to_owned())),
    };
    let amount = amount::from_decimal(&order.bill_amount, Currency::UAH);
    Ok(Report {
        verdict,
        amount: Some(amount.ok_or_else(|| GatewayError::Answer("an amount that is none".to_owned()))?),
        reference: order
            .shop_bill_id
            .filter(|id| (1..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_graphic())),
        paid_on: order.pay_date.as_deref().and_then(day),
        ..open(payment)
    })
}

fn open(payment: PaymentId) -> Report {
    let (merchant, amount, reference, paid_on) = (None, None, None, None);
    Report { verdict: Verdict::Open, payment: Some(payment), merchant, amount, reference, paid_on }
}

/// `06.02.2026`, or the same with a time behind it.
fn day(text: &str) -> Option<Date> {
    let mut parts = text.get(..10)?.split('.');
    let (day, month, year) = (parts.next()?, parts.next()?, parts.next()?);
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

fn language(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        _ => "uk",
    }
}

#[cfg(test)]
mod tests;
