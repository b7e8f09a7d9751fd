//! Ipay: XML in the field `data` of a form. A request is signed by a salt and its HMAC-SHA-512 under the shop's key.
//!
//! The signature is over the salt alone, so it says who speaks and nothing of what is said: a call-back with a right one may
//! still be an earlier one with other words in it. That is why its contents are never taken for true.

mod document;
mod sentence;

use async_trait::async_trait;
use aws_lc_rs::hmac;
use http::Uri;
use komunala_app::ports::{
    Gateway,
    gateways::{CallbackError, Checkout, Forward, GatewayError, Ready, Report, Verdict},
};
use komunala_domain::{Currency, Language, ids::PaymentId, payment::Channel};
use secrecy::ExposeSecret;
use url::form_urlencoded;

use self::{document::Document, sentence::Sentence};
use crate::{Exchange, Shop, ShopError, amount, shop::Protocol};

const FORM: &str = "application/x-www-form-urlencoded";
/// The longest call-back that is read.
const LONGEST_CALLBACK: usize = 16 * 1024;

pub(crate) struct Ipay {
    channel: Channel,
    shop: Shop,
    endpoint: Uri,
    key: hmac::Key,
    exchange: Exchange,
}

impl Ipay {
    pub(crate) fn new(shop: Shop, exchange: Exchange) -> Result<Self, ShopError> {
        let key = hmac::Key::new(hmac::HMAC_SHA512, shop.secret.expose_secret().as_bytes());
        Ok(Self { channel: Protocol::Ipay.channel(), endpoint: shop.endpoint()?, key, shop, exchange })
    }

    /// A request with the shop's signature, in which `more` is said.
    fn request(&self, more: impl FnOnce(&mut Sentence)) -> String {
        let salt = hex::encode(uuid::Uuid::new_v4().as_bytes());
        let sign = hex::encode(hmac::sign(&self.key, salt.as_bytes()));
        let mut sentence = Sentence::new();
        sentence.open("payment").open("auth");
        sentence.value("mch_id", &self.shop.merchant).value("salt", &salt).value("sign", &sign).close();
        more(&mut sentence);
        sentence.close();
        form_urlencoded::Serializer::new(String::new()).append_pair("data", &sentence.finish()).finish()
    }

    async fn ask(&self, request: String) -> Result<Document, GatewayError> {
        let answer = self.exchange.post(&self.endpoint, FORM, request).await?;
        let document = Document::read(&answer).map_err(|problem| GatewayError::Answer(problem.to_string()))?;
        match document.text("error").or_else(|| document.text("code").filter(|_| document.text("status").is_none())) {
            Some(error) => Err(GatewayError::Refused(error.chars().take(100).collect())),
            None => Ok(document),
        }
    }

    fn report(&self, document: &Document) -> Result<Report, GatewayError> {
        let wrong = |what: &str| GatewayError::Answer(format!("no {what} that could be read"));
        let verdict = match document.text("status") {
            Some("1" | "3") => Verdict::Open,
            Some("5") => Verdict::Paid,
            Some("4") => Verdict::Failed,
            Some("9") => Verdict::Reversed,
            _ => return Err(wrong("status")),
        };
        let in_transaction = |name: &str| document.text(&format!("transactions/transaction/{name}"));
        let currency = match in_transaction("currency").or_else(|| document.text("currency")) {
            None => Currency::UAH,
            Some(code) => code.parse().map_err(|_| wrong("currency"))?,
        };
        let amount = document.text("amount").or_else(|| in_transaction("amount"));
        let amount = amount.map(|text| amount::from_minor(text, currency).ok_or_else(|| wrong("amount")));
        let info = in_transaction("info").map(|info| named(info).ok_or_else(|| wrong("order")));
        Ok(Report {
            verdict,
            payment: info.transpose()?,
            merchant: in_transaction("mch_id").map(str::to_owned),
            amount: amount.transpose()?,
            reference: document.text("pid").map(str::to_owned),
            paid_on: None,
        })
    }
}

#[async_trait]
impl Gateway for Ipay {
    fn channel(&self) -> &Channel {
        &self.channel
    }

    fn title(&self) -> &'static str {
        "iPay"
    }

    fn merchant(&self) -> &str {
        &self.shop.merchant
    }

    fn issuer(&self) -> Option<&str> {
        self.shop.issuer.as_deref()
    }

    async fn prepare(&self, checkout: &Checkout<'_>) -> Result<Ready, GatewayError> {
        let request = self.request(|sentence| {
            sentence.open("urls").value("good", checkout.return_uri).value("bad", checkout.return_uri).close();
            sentence.open("transactions").open("transaction");
            sentence
                .value("amount", &checkout.amount.minor.to_string())
                .value("currency", checkout.amount.currency.code())
                .value("desc", checkout.description)
                .value("info", &order(checkout.payment));
            sentence.close().close();
            sentence.value("lifetime", &checkout.hours.to_string()).value("lang", language(checkout.language));
        });
        let answer = self.ask(request).await?;
        let missing = |what: &str| GatewayError::Answer(format!("no {what}"));
        let link = answer.text("url").filter(|url| is_web_address(url)).ok_or_else(|| missing("url"))?;
        let reference = answer.text("pid").filter(|pid| is_reference(pid)).ok_or_else(|| missing("pid"))?;
        Ok(Ready { forward: Forward::Link(link.to_owned()), reference: Some(reference.to_owned()) })
    }

    async fn look_up(&self, _: PaymentId, reference: Option<&str>) -> Result<Report, GatewayError> {
        let reference = reference.ok_or_else(|| GatewayError::Refused("the payment has no pid".to_owned()))?;
        let request = self.request(|sentence| {
            sentence.value("action", "status").value("pid", reference);
        });
        let report = self.report(&self.ask(request).await?)?;
        match report.reference.as_deref() {
            Some(answered) if answered != reference => Err(GatewayError::Answer("another pid".to_owned())),
            _ => Ok(report),
        }
    }

    fn named_in(&self, callback: &[u8]) -> Option<PaymentId> {
        read(callback)?.text("transactions/transaction/info").and_then(named)
    }

    fn read_callback(&self, callback: &[u8]) -> Result<Report, CallbackError> {
        let document = read(callback).ok_or(CallbackError::Malformed)?;
        let (Some(salt), Some(sign)) = (document.text("salt"), document.text("sign")) else {
            return Err(CallbackError::Forged);
        };
        let sign = hex::decode(sign).map_err(|_| CallbackError::Forged)?;
        hmac::verify(&self.key, salt.as_bytes(), &sign).map_err(|_| CallbackError::Forged)?;
        self.report(&document).map_err(|_| CallbackError::Malformed)
    }
}

/// The document of a call-back: in the field `xml` of a form.
fn read(callback: &[u8]) -> Option<Document> {
    let callback = Some(callback).filter(|bytes| bytes.len() <= LONGEST_CALLBACK)?;
    let (_, xml) = form_urlencoded::parse(callback).find(|(name, _)| name == "xml")?;
    Document::read(xml.as_bytes()).ok()
}

/// What the shop calls a payment, in the JSON that Ipay keeps along with it.
fn order(payment: PaymentId) -> String {
    serde_json::json!({ "order": payment }).to_string()
}

fn named(info: &str) -> Option<PaymentId> {
    let info: serde_json::Value = serde_json::from_str(info).ok()?;
    info.get("order")?.as_str()?.parse().ok()
}

fn language(language: Language) -> &'static str {
    match language {
        Language::English => "en",
        _ => "ua",
    }
}

/// An address that a payer may be sent to.
fn is_web_address(url: &str) -> bool {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://127.0.0.1"));
    url.len() <= 2000 && rest.is_some_and(|rest| !rest.is_empty()) && url.bytes().all(|byte| byte.is_ascii_graphic())
}

fn is_reference(pid: &str) -> bool {
    (1..=64).contains(&pid.len()) && pid.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests;
