//! A gateway for short messages, as Kannel's `smsbox` is one: `sendsms`, receipts by `dlr-url`, and texts from phones.
//!
//! What arrives is kept, and written as a file each where a folder is named.

use std::{
    collections::VecDeque,
    fs, io,
    net::SocketAddr,
    num::NonZeroU32,
    path::PathBuf,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use axum::{
    Router,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use governor::{DefaultDirectRateLimiter, Quota, RateLimiter};
use serde::{Deserialize, Serialize};
use tokio::net::ToSocketAddrs;

use crate::{
    checkout::Browser,
    server::{Cut, Server},
};

/// A text that the gateway took.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SentText {
    /// The phone.
    pub to: String,
    /// Whom it comes from.
    pub from: String,
    /// What it says.
    pub text: String,
    /// `0` for the alphabet of GSM, `2` for UCS-2.
    pub coding: String,
    /// Where receipts are wanted.
    pub dlr_url: String,
}

/// What goes wrong with one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PhoneFault {
    /// It is refused with this status.
    Refuse(u16),
    /// The connection is cut, and nothing was taken.
    CutBefore,
    /// It is taken, and the connection is cut instead of an answer.
    CutAfter,
    /// It is taken, and answered only after this time.
    Late(Duration),
}

#[derive(Debug, Default)]
struct Kept {
    sent: Vec<SentText>,
    asked: usize,
    faults: VecDeque<PhoneFault>,
    receipts: Vec<u8>,
    pace: Option<Arc<DefaultDirectRateLimiter>>,
}

#[derive(Debug, Clone)]
struct Shared {
    kept: Arc<Mutex<Kept>>,
    folder: Option<PathBuf>,
    user: Arc<(String, String)>,
    browser: Browser,
}

/// The gateway; it ends when this handle is dropped.
#[derive(Debug)]
pub struct PhoneGateway {
    /// Where it listens.
    pub addr: SocketAddr,
    shared: Shared,
    _server: Server,
}

/// What `sendsms` is given.
#[derive(Debug, Deserialize)]
struct SendSms {
    username: String,
    password: String,
    to: String,
    text: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    coding: String,
    #[serde(default, rename = "dlr-url")]
    dlr_url: String,
}

impl Shared {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, sms: SendSms) -> io::Result<()> {
        let SendSms { to, text, from, coding, dlr_url, .. } = sms;
        let sent = SentText { to, from, text, coding, dlr_url };
        let (number, receipts) = {
            let mut kept = self.kept();
            kept.sent.push(sent.clone());
            (kept.sent.len(), kept.receipts.clone())
        };
        if let Some(folder) = &self.folder {
            let whole = serde_json::to_string_pretty(&sent).map_err(io::Error::other)?;
            // whoever looks for new files finds whole ones
            let (part, file) = (folder.join(format!(".{number:06}")), folder.join(format!("{number:06}.json")));
            fs::write(&part, whole)?;
            fs::rename(part, file)?;
        }
        if !sent.dlr_url.is_empty() {
            let browser = self.browser.clone();
            tokio::spawn(async move {
                for status in receipts {
                    if let Err(error) = browser.get(&sent.dlr_url.replace("%d", &status.to_string())).await {
                        tracing::warn!(%error, "a receipt did not get through");
                    }
                }
            });
        }
        Ok(())
    }
}

impl PhoneGateway {
    /// Starts it; `user` and `password` sign in, and what it takes is written to `folder`. Each text is reported as
    /// delivered at once.
    pub async fn start(
        listen: impl ToSocketAddrs,
        (user, password): (&str, &str),
        folder: Option<PathBuf>,
    ) -> io::Result<Self> {
        if let Some(folder) = &folder {
            fs::create_dir_all(folder)?;
        }
        let kept = Kept { receipts: vec![8, 1], ..Kept::default() };
        let user = Arc::new((user.to_owned(), password.to_owned()));
        let shared = Shared { kept: Arc::new(Mutex::new(kept)), folder, user, browser: Browser::new() };
        let router = Router::new().route("/cgi-bin/sendsms", get(send_sms)).with_state(shared.clone());
        let server = Server::start(listen, router).await?;
        Ok(Self { addr: server.addr, shared, _server: server })
    }

    /// Where texts are handed over.
    pub fn endpoint(&self) -> String {
        format!("http://{}/cgi-bin/sendsms", self.addr)
    }

    /// The texts that were taken, in their order.
    pub fn sent(&self) -> Vec<SentText> {
        self.shared.kept().sent.clone()
    }

    /// How often somebody asked, whatever came of it.
    pub fn asked(&self) -> usize {
        self.shared.kept().asked
    }

    /// What goes wrong with the next texts, one each.
    pub fn fail(&self, faults: impl IntoIterator<Item = PhoneFault>) {
        self.shared.kept().faults.extend(faults);
    }

    /// The states that each text is reported in from now on, in this order, however odd.
    pub fn report(&self, states: &[u8]) {
        self.shared.kept().receipts = states.to_vec();
    }

    /// Takes so many texts a second from now on; whoever brings more waits.
    pub fn take_at_most(&self, rate: NonZeroU32) {
        self.shared.kept().pace = Some(Arc::new(RateLimiter::direct(Quota::per_second(rate))));
    }

    /// Waits for a text that is wanted.
    pub async fn wait_for(&self, wanted: impl Fn(&SentText) -> bool, patience: Duration) -> io::Result<SentText> {
        let waiting = async {
            loop {
                if let Some(sent) = self.sent().into_iter().find(&wanted) {
                    return sent;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(patience, waiting).await.map_err(|_| io::Error::from(io::ErrorKind::TimedOut))
    }

    /// Hands on a text from a phone, to an address that has the gateway's secret in it already; answers the status.
    pub async fn hand_on(&self, address: &str, id: &str, from: &str, text: &str) -> io::Result<u16> {
        let fields = [("id", id), ("from", from), ("text", text)];
        let fields = fields.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let query = crate::checkout::encoded(&fields);
        Ok(self.shared.browser.get(&format!("{address}&{query}")).await?.status)
    }
}

async fn send_sms(State(shared): State<Shared>, Query(sms): Query<SendSms>) -> Response {
    let (fault, pace) = {
        let mut kept = shared.kept();
        kept.asked += 1;
        (kept.faults.pop_front(), kept.pace.clone())
    };
    if let Some(pace) = pace {
        pace.until_ready().await;
    }
    let cut = || {
        let mut answer = StatusCode::OK.into_response();
        answer.extensions_mut().insert(Cut);
        answer
    };
    if (sms.username.as_str(), sms.password.as_str()) != (shared.user.0.as_str(), shared.user.1.as_str()) {
        return (StatusCode::FORBIDDEN, "Authorization failed for sendsms").into_response();
    }
    match fault {
        Some(PhoneFault::Refuse(status)) => {
            return StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST).into_response();
        }
        Some(PhoneFault::CutBefore) => return cut(),
        _ => {}
    }
    if let Err(error) = shared.take(sms) {
        return (StatusCode::INTERNAL_SERVER_ERROR, error.to_string()).into_response();
    }
    match fault {
        Some(PhoneFault::CutAfter) => cut(),
        Some(PhoneFault::Late(pause)) => {
            tokio::time::sleep(pause).await;
            (StatusCode::ACCEPTED, "0: Accepted for delivery").into_response()
        }
        _ => (StatusCode::ACCEPTED, "0: Accepted for delivery").into_response(),
    }
}
