//! Gateways that speak JSON: what a request looks like and where an answer says what, by settings.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header};
use http_body_util::Full;
use komunala_app::ports::{
    TextGateway,
    text_gateways::{
        About, Callback, CallbackError, IncomingText, OutgoingText, Receipt, ReceiptState, SubmitError, Taken,
    },
};
use secrecy::ExposeSecret as _;
use serde_json::Value;

use crate::{
    Account, Exchange, GatewayProblem,
    callback::{self, Proof},
    exchange::refusal,
    likeness::in_gsm_letters,
    segments::{Coding, Segments},
};

mod template;

pub(crate) use template::fill;

/// The longest call-back that is read, in bytes.
const LONGEST_CALLBACK: usize = 16 * 1024;
/// The longest name that a gateway gives a text, in bytes.
const LONGEST_REFERENCE: usize = 200;

/// How a gateway wants to be spoken to. Places in its answers are JSON pointers (RFC 6901), such as `/data/0/id`.
#[derive(Debug, Clone, PartialEq)]
pub struct JsonInterface {
    /// `POST` or `PUT`.
    pub method: String,
    /// Headers; `{secret}` in them is the account's.
    pub headers: Vec<(String, String)>,
    /// The body. In its texts `{to}`, `{digits}` (the number without `+`), `{text}`, `{from}`, `{user}`, `{message}` (the
    /// hub's id), `{receipts}` (where receipts come) and `{coding}` (`gsm` or `unicode`) are filled in.
    pub body: Value,
    /// Where the answer has the gateway's id of the text.
    pub reference: Option<String>,
    /// Where the answer has an error, if there was one.
    pub error: Option<String>,
    /// What the gateway sends.
    pub callbacks: JsonCallbacks,
}

/// Where what a gateway sends says what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct JsonCallbacks {
    /// Where a receipt has the hub's id, which it was given as `{message}`.
    pub message: Option<String>,
    /// Where a receipt has the gateway's id.
    pub reference: Option<String>,
    /// Where a receipt has the state.
    pub state: Option<String>,
    /// The states that say that the handset has it.
    pub delivered: Vec<String>,
    /// Those that say that it was given up.
    pub failed: Vec<String>,
    /// Those that say that it is on its way; all others say nothing.
    pub buffered: Vec<String>,
    /// Where a text from a phone has its id.
    pub incoming_id: Option<String>,
    /// Where it has the number.
    pub incoming_from: Option<String>,
    /// Where it has the text.
    pub incoming_text: Option<String>,
}

impl JsonInterface {
    pub(crate) fn check(&self) -> Result<(), GatewayProblem> {
        let problem = |problem: String| Err(GatewayProblem::Json(problem));
        if !matches!(self.method.as_str(), "POST" | "PUT") {
            return problem(format!("the method is POST or PUT, not `{}`", self.method));
        }
        for (name, value) in &self.headers {
            let value = value.replace("{secret}", "");
            if HeaderName::try_from(name).is_err() || HeaderValue::try_from(value).is_err() {
                return problem(format!("`{name}` is no header"));
            }
        }
        template::check(&self.body).map_err(GatewayProblem::Json)?;
        let JsonCallbacks { message, reference, state, incoming_id, incoming_from, incoming_text, .. } =
            &self.callbacks;
        let pointers =
            [&self.reference, &self.error, message, reference, state, incoming_id, incoming_from, incoming_text];
        for pointer in pointers.into_iter().flatten() {
            if !pointer.starts_with('/') || pointer.len() > 200 {
                return problem(format!("`{pointer}` is no JSON pointer: it begins with `/`"));
            }
        }
        Ok(())
    }
}

pub(crate) struct Json {
    interface: JsonInterface,
    account: Account,
    endpoint: Uri,
    proof: Proof,
    exchange: Exchange,
}

impl Json {
    pub(crate) fn new(interface: JsonInterface, account: Account, exchange: Exchange) -> Result<Self, GatewayProblem> {
        let proof = Proof::new(account.callback_secret.clone())?;
        Ok(Self { endpoint: account.endpoint()?, interface, account, proof, exchange })
    }

    fn request(
        &self,
        outgoing: &OutgoingText<'_>,
        text: &str,
        coding: Coding,
    ) -> Result<Request<Full<Bytes>>, SubmitError> {
        let message = outgoing.message.to_string();
        let number = outgoing.to.as_str();
        let values = [
            ("to", number),
            ("digits", number.trim_start_matches('+')),
            ("text", text),
            ("from", self.account.sender.as_deref().unwrap_or_default()),
            ("user", self.account.user.as_deref().unwrap_or_default()),
            ("message", message.as_str()),
            ("receipts", outgoing.receipts_at.unwrap_or_default()),
            (
                "coding",
                match coding {
                    Coding::Gsm7 => "gsm",
                    Coding::Ucs2 => "unicode",
                },
            ),
        ];
        let body = fill(&self.interface.body, &values).to_string();
        let unwritable = || SubmitError::Later("the settings make no request".to_owned());
        let method = Method::try_from(self.interface.method.as_str()).map_err(|_| unwritable())?;
        let mut request = Request::builder().method(method).uri(self.endpoint.clone());
        request = request.header(header::CONTENT_TYPE, "application/json");
        for (name, value) in &self.interface.headers {
            let mut value = HeaderValue::try_from(value.replace("{secret}", self.account.secret.expose_secret()))
                .map_err(|_| unwritable())?;
            value.set_sensitive(true);
            request = request.header(name, value);
        }
        request.body(Full::new(Bytes::from(body))).map_err(|_| unwritable())
    }

    /// What stands at a place of a call-back.
    fn said<'a>(&self, body: &'a Value, pointer: Option<&String>) -> Option<std::borrow::Cow<'a, str>> {
        word(body.pointer(pointer?)?)
    }
}

/// A text or a whole number, as a text.
fn word(value: &Value) -> Option<std::borrow::Cow<'_, str>> {
    match value {
        Value::String(text) => Some(text.as_str().into()),
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string().into()),
        _ => None,
    }
}

fn read(callback: &Callback<'_>) -> Result<Value, CallbackError> {
    let body = Some(callback.body).filter(|body| body.len() <= LONGEST_CALLBACK).ok_or(CallbackError::Malformed)?;
    serde_json::from_slice(body).map_err(|_| CallbackError::Malformed)
}

#[async_trait]
impl TextGateway for Json {
    async fn submit(&self, outgoing: &OutgoingText<'_>) -> Result<Taken, SubmitError> {
        let text = match self.account.transliterate {
            true => in_gsm_letters(outgoing.language, outgoing.text),
            false => outgoing.text.to_owned(),
        };
        let Segments { coding, count } = Segments::of(&text);
        let (status, body) = self.exchange.ask(self.request(outgoing, &text, coding)?).await?;
        if !status.is_success() {
            return Err(refusal(status));
        }
        let JsonInterface { reference, error, .. } = &self.interface;
        if reference.is_none() && error.is_none() {
            return Ok(Taken { reference: None, segments: count });
        }
        let answer: Value = serde_json::from_slice(&body)
            .map_err(|error| SubmitError::Unknown(format!("an answer that is no JSON: {:?}", error.classify())))?;
        let error = error.as_ref().and_then(|pointer| answer.pointer(pointer)).filter(|error| is_error(error));
        if let Some(error) = error {
            let code = word(error).filter(|code| is_code(code)).unwrap_or("in its own words".into());
            return Err(SubmitError::Refused(format!("error {code}")));
        }
        let reference = self.said(&answer, reference.as_ref()).filter(|name| name.len() <= LONGEST_REFERENCE);
        Ok(Taken { reference: reference.map(|name| name.into_owned()), segments: count })
    }

    fn receipt(&self, callback: &Callback<'_>) -> Result<Option<Receipt>, CallbackError> {
        self.proof.check(callback)?;
        let (body, places) = (read(callback)?, &self.interface.callbacks);
        let state = self.said(&body, places.state.as_ref()).ok_or(CallbackError::Malformed)?;
        let is_among = |states: &[String]| states.iter().any(|named| named.eq_ignore_ascii_case(&state));
        let state = match () {
            () if is_among(&places.delivered) => ReceiptState::Delivered,
            () if is_among(&places.failed) => ReceiptState::Failed,
            () if is_among(&places.buffered) => ReceiptState::Buffered,
            () => return Ok(None),
        };
        let message = self.said(&body, places.message.as_ref()).and_then(|id| id.parse().ok());
        let reference = || self.said(&body, places.reference.as_ref()).filter(|name| name.len() <= LONGEST_REFERENCE);
        let about = match message {
            Some(message) => About::Message(message),
            None => About::Reference(reference().ok_or(CallbackError::Malformed)?.into_owned()),
        };
        Ok(Some(Receipt { about, state }))
    }

    fn incoming(&self, callback: &Callback<'_>) -> Result<IncomingText, CallbackError> {
        self.proof.check(callback)?;
        let (body, places) = (read(callback)?, &self.interface.callbacks);
        let said = |pointer: &Option<String>| self.said(&body, pointer.as_ref()).ok_or(CallbackError::Malformed);
        let (id, from) = (said(&places.incoming_id)?, said(&places.incoming_from)?);
        callback::incoming(&id, &from, &said(&places.incoming_text)?)
    }
}

/// Whether what stands where an error would stand is one.
fn is_error(error: &Value) -> bool {
    match error {
        Value::Null | Value::Bool(false) => false,
        Value::String(text) => !text.is_empty() && text != "0",
        Value::Number(number) => number.as_i64() != Some(0),
        Value::Array(list) => !list.is_empty(),
        Value::Object(map) => !map.is_empty(),
        Value::Bool(true) => true,
    }
}

/// A code names an error; a sentence may repeat the number.
fn is_code(code: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'-' | b'_' | b'.');
    (1..=40).contains(&code.len()) && (code.bytes().all(is_plain) || code.len() <= 5)
}

#[cfg(test)]
mod tests;
