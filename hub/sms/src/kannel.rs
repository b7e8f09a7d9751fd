//! Kannel: `sendsms` with GET, `dlr-url` for receipts, and a `get-url` for texts from phones.

use async_trait::async_trait;
use bytes::Bytes;
use http::{Request, StatusCode, Uri};
use http_body_util::Full;
use komunala_app::ports::{
    TextGateway,
    text_gateways::{
        About, Callback, CallbackError, IncomingText, OutgoingText, Receipt, ReceiptState, SubmitError, Taken,
    },
};
use secrecy::ExposeSecret as _;
use url::form_urlencoded::Serializer;

use crate::{
    Account, Exchange, GatewayProblem,
    callback::{self, Proof},
    exchange::refusal,
    likeness::in_gsm_letters,
    segments::{Coding, Segments},
};

/// Which receipts are asked for: delivered (1), not delivered (2), buffered (4), taken (8) and refused (16) by the network.
const ALL_RECEIPTS: &str = "31";

pub(crate) struct Kannel {
    account: Account,
    endpoint: Uri,
    proof: Proof,
    exchange: Exchange,
}

impl Kannel {
    pub(crate) fn new(account: Account, exchange: Exchange) -> Result<Self, GatewayProblem> {
        let proof = Proof::new(account.callback_secret.clone())?;
        Ok(Self { endpoint: account.endpoint()?, account, proof, exchange })
    }

    fn request(
        &self,
        outgoing: &OutgoingText<'_>,
        text: &str,
        coding: Coding,
    ) -> Result<Request<Full<Bytes>>, SubmitError> {
        let mut query = Serializer::new(String::new());
        query
            .append_pair("username", self.account.user.as_deref().unwrap_or_default())
            .append_pair("password", self.account.secret.expose_secret())
            .append_pair("to", outgoing.to.as_str())
            .append_pair("text", text)
            .append_pair("charset", "UTF-8")
            .append_pair(
                "coding",
                match coding {
                    Coding::Gsm7 => "0",
                    Coding::Ucs2 => "2",
                },
            );
        if let Some(sender) = &self.account.sender {
            query.append_pair("from", sender);
        }
        if let Some(at) = outgoing.receipts_at {
            let (message, token) = (outgoing.message, self.proof.token(outgoing.message));
            // Kannel puts the state in the place of `%d`
            query.append_pair("dlr-mask", ALL_RECEIPTS);
            query.append_pair("dlr-url", &format!("{at}?message={message}&token={token}&status=%d"));
        }
        let (uri, query) = (&self.endpoint, query.finish());
        let at = format!(
            "{}://{}{}?{query}",
            uri.scheme_str().unwrap_or("http"),
            uri.authority().map(http::uri::Authority::as_str).unwrap_or_default(),
            uri.path()
        );
        // the error would repeat the address, and the number in it
        let unwritable = |_| SubmitError::Refused("the text makes no address".to_owned());
        Request::get(at).body(Full::default()).map_err(unwritable)
    }
}

#[async_trait]
impl TextGateway for Kannel {
    async fn submit(&self, outgoing: &OutgoingText<'_>) -> Result<Taken, SubmitError> {
        let text = match self.account.transliterate {
            true => in_gsm_letters(outgoing.language, outgoing.text),
            false => outgoing.text.to_owned(),
        };
        let Segments { coding, count } = Segments::of(&text);
        match self.exchange.ask(self.request(outgoing, &text, coding)?).await? {
            // `0: Accepted for delivery` or `3: Queued for later delivery`
            (StatusCode::ACCEPTED | StatusCode::OK, _) => Ok(Taken { reference: None, segments: count }),
            (status, _) => Err(refusal(status)),
        }
    }

    fn receipt(&self, callback: &Callback<'_>) -> Result<Option<Receipt>, CallbackError> {
        let field = |name| callback::field(callback.query, name).ok_or(CallbackError::Malformed);
        let message = field("message")?.parse().map_err(|_| CallbackError::Malformed)?;
        self.proof.check_token(message, &field("token")?)?;
        let state = match field("status")?.as_str() {
            "1" => ReceiptState::Delivered,
            "2" | "16" => ReceiptState::Failed,
            "4" | "8" => ReceiptState::Buffered,
            _ => return Err(CallbackError::Malformed),
        };
        Ok(Some(Receipt { about: About::Message(message), state }))
    }

    fn incoming(&self, callback: &Callback<'_>) -> Result<IncomingText, CallbackError> {
        self.proof.check(callback)?;
        let field = |name| callback::field(callback.query, name).ok_or(CallbackError::Malformed);
        callback::incoming(&field("id")?, &field("from")?, &field("text")?)
    }
}
