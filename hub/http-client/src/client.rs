//! The client.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};

use crate::{AskError, Trust};

/// The longest head of an answer, in bytes, and the most lines of it.
const HEAD_BYTES: usize = 32 * 1024;
const HEAD_LINES: usize = 100;

/// What a question may cost.
#[derive(Debug, Clone, Copy)]
pub struct Bounds {
    /// How long an address is tried.
    pub connect: Duration,
    /// How long a whole question may take, the connection included.
    pub whole: Duration,
    /// Connections to one server that wait for the next question.
    pub idle: usize,
    /// How long they wait.
    pub idle_for: Duration,
    /// Whether nothing is ever asked without TLS. Where that is not so, whoever makes addresses decides.
    pub https_only: bool,
}

/// Asks. Follows no redirects. Cheap to clone: clones share the connections.
#[derive(Clone)]
pub struct HttpClient {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    whole: Duration,
}

impl HttpClient {
    /// Within these bounds, of servers whose certificates count.
    pub fn new(bounds: Bounds, trust: Trust) -> Self {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(bounds.connect));
        let https = HttpsConnectorBuilder::new().with_tls_config(trust.0);
        let https = if bounds.https_only { https.https_only() } else { https.https_or_http() };
        let client = Client::builder(TokioExecutor::new())
            .pool_max_idle_per_host(bounds.idle)
            .pool_idle_timeout(bounds.idle_for)
            .http1_max_buf_size(HEAD_BYTES)
            .http1_max_headers(HEAD_LINES)
            // what went out may have been taken
            .retry_canceled_requests(false)
            .build(https.enable_http1().wrap_connector(http));
        Self { client, whole: bounds.whole }
    }

    /// Sends a request; answers what came back, whatever its status, if its body has at most `longest` bytes.
    ///
    /// # Errors
    /// [`AskError::NotConnected`] where no byte of the request left; after the others it may have been taken.
    pub async fn ask(&self, request: Request<Full<Bytes>>, longest: usize) -> Result<Response<Bytes>, AskError> {
        let asked = tokio::time::timeout(self.whole, self.answer(request, longest)).await;
        asked.unwrap_or(Err(AskError::Late))
    }

    async fn answer(&self, request: Request<Full<Bytes>>, longest: usize) -> Result<Response<Bytes>, AskError> {
        let answer = self.client.request(request).await.map_err(|error| AskError::of(&error))?;
        let (head, body) = answer.into_parts();
        match Limited::new(body, longest).collect().await {
            Ok(body) => Ok(Response::from_parts(head, body.to_bytes())),
            Err(_) => Err(AskError::Cut { status: head.status, longest }),
        }
    }
}

impl std::fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("HttpClient(…)")
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::TcpListener,
    };

    use super::*;

    /// Asks a server that says this and then nothing more.
    async fn asked(said: &'static str, longest: usize) -> Result<Response<Bytes>, AskError> {
        let server = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = server.local_addr().unwrap();
        let held = tokio::spawn(async move {
            let (mut stream, _) = server.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1024]).await;
            stream.write_all(said.as_bytes()).await.unwrap();
            // it says no more, and does not go away either
            let _ = stream.read(&mut [0; 1024]).await;
        });
        let answer = client(false).ask(to(&format!("http://{address}/")), longest).await;
        held.abort();
        answer
    }

    fn client(https_only: bool) -> HttpClient {
        let (connect, whole) = (Duration::from_secs(2), Duration::from_millis(500));
        let bounds = Bounds { connect, whole, idle: 0, idle_for: Duration::from_secs(1), https_only };
        HttpClient::new(bounds, Trust::public())
    }

    fn to(uri: &str) -> Request<Full<Bytes>> {
        Request::get(uri).body(Full::default()).unwrap()
    }

    #[tokio::test]
    async fn an_answer_comes_with_its_status_and_is_followed_nowhere() {
        let found = "HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 2\r\n\r\nok";
        let answer = asked(found, 2).await.unwrap();
        assert_eq!((answer.status(), answer.body().as_ref()), (StatusCode::FOUND, b"ok".as_slice()));
    }

    #[tokio::test]
    async fn what_is_too_long_or_never_comes_is_no_answer() {
        let three = "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nyes";
        assert_eq!(asked(three, 2).await.unwrap_err(), AskError::Cut { status: StatusCode::OK, longest: 2 });
        assert_eq!(asked("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nno", 9).await.unwrap_err(), AskError::Late);
        assert!(matches!(asked("what?", 9).await.unwrap_err(), AskError::Broken(_)));
    }

    #[tokio::test]
    async fn where_nobody_is_reached_nothing_left() {
        let gone = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        let nobody = client(false).ask(to(&format!("http://{gone}/")), 9).await.unwrap_err();
        assert!(matches!(nobody, AskError::NotConnected(_)), "{nobody:?}");
        let plain = client(true).ask(to(&format!("http://{gone}/")), 9).await.unwrap_err();
        assert!(matches!(plain, AskError::NotConnected(_)), "{plain:?}");
    }

    #[test]
    fn no_authority_is_nobody_to_trust() {
        assert!(Trust::in_authorities(b"").is_err() && Trust::in_authorities(b"nonsense").is_err());
    }
}
