//! A billing system that answers the hostile guest's requests by their path, over real connections.

use std::{
    convert::Infallible,
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, header};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody, combinators::UnsyncBoxBody};
use hyper::{body::Incoming, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

type Body = UnsyncBoxBody<Bytes, Infallible>;

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Arrived {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
    /// Which connection it came on.
    pub(crate) connection: usize,
}

/// The server; it lives as long as the test's runtime.
pub(crate) struct Server {
    address: SocketAddr,
    state: Arc<State>,
}

#[derive(Default)]
struct State {
    arrived: Mutex<Vec<Arrived>>,
    /// Tokens given out so far; the newest one holds.
    tokens: Mutex<usize>,
    redirect_to: Mutex<String>,
    /// How long an ordinary answer takes.
    delay: Mutex<Duration>,
    /// Ordinary requests under way, and the most there were at once.
    under_way: Mutex<(usize, usize)>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let state = Arc::new(State::default());
        tokio::spawn(serve(listener, Arc::clone(&state)));
        Self { address, state }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// Where `/redirect` leads.
    pub(crate) fn redirects_to(&self, url: &str) {
        *self.state.redirect_to.lock().unwrap() = url.to_owned();
    }

    /// Lets every token given out so far expire without telling anybody.
    pub(crate) fn forgets_tokens(&self) {
        *self.state.tokens.lock().unwrap() += 1;
    }

    /// Lets ordinary answers take this long.
    pub(crate) fn takes(&self, delay: Duration) {
        *self.state.delay.lock().unwrap() = delay;
    }

    /// The most ordinary requests that were under way at one time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.state.under_way.lock().unwrap().1
    }

    /// Ordinary requests under way now.
    pub(crate) fn under_way(&self) -> usize {
        self.state.under_way.lock().unwrap().0
    }

    /// What arrived at this path.
    pub(crate) fn arrived(&self, path: &str) -> Vec<Arrived> {
        self.state.arrived.lock().unwrap().iter().filter(|request| request.path == path).cloned().collect()
    }
}

async fn serve(listener: TcpListener, state: Arc<State>) {
    for connection in 0.. {
        let Ok((stream, _)) = listener.accept().await else { return };
        let state = Arc::clone(&state);
        tokio::spawn(async move {
            let service = service_fn(|request| answer(request, Arc::clone(&state), connection));
            // a guest that is stopped breaks its connections off
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

async fn answer(
    request: Request<Incoming>,
    state: Arc<State>,
    connection: usize,
) -> Result<Response<Body>, Infallible> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let path = head.uri.path().to_owned();
    state.arrived.lock().unwrap().push(Arrived { path: path.clone(), headers: head.headers.clone(), body, connection });
    Ok(match path.as_str() {
        "/silence" => std::future::pending().await,
        "/endless-body" => Response::new(endless()),
        "/huge-body" => Response::new(full(vec![b'x'; 100_000_000])),
        "/gzip-bomb" => Response::new(full(gzip_bomb())),
        "/redirect" => {
            let target = state.redirect_to.lock().unwrap().clone();
            let redirect = Response::builder().status(StatusCode::FOUND).header(header::LOCATION, &target);
            redirect.body(full(target)).unwrap()
        }
        "/oauth/token" => {
            // long enough for others to find the token missing, too
            tokio::time::sleep(Duration::from_millis(30)).await;
            let mut tokens = state.tokens.lock().unwrap();
            *tokens += 1;
            Response::new(full(format!(r#"{{"access_token":"t{tokens}","token_type":"Bearer","expires_in":900}}"#)))
        }
        _ if wrong_token(&head.headers, &state) => {
            Response::builder().status(StatusCode::UNAUTHORIZED).body(full("{}")).unwrap()
        }
        _ => {
            work(state).await;
            Response::new(full("{}"))
        }
    })
}

/// Takes its time, and takes it to the end: a billing system does not notice that its client gave up.
async fn work(state: Arc<State>) {
    let delay = *state.delay.lock().unwrap();
    let working = tokio::spawn(async move {
        {
            let mut under_way = state.under_way.lock().unwrap();
            under_way.0 += 1;
            under_way.1 = under_way.1.max(under_way.0);
        }
        tokio::time::sleep(delay).await;
        state.under_way.lock().unwrap().0 -= 1;
    });
    working.await.unwrap();
}

/// Only requests with a token of the tests' OAuth server are looked at.
fn wrong_token(headers: &HeaderMap, state: &State) -> bool {
    let sent = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.strip_prefix("Bearer t"));
    sent.is_some_and(|token| token != state.tokens.lock().unwrap().to_string())
}

fn full(body: impl Into<Bytes>) -> Body {
    Full::new(body.into()).boxed_unsync()
}

fn endless() -> Body {
    let chunk = Bytes::from(vec![b'x'; 64 * 1024]);
    let chunks = futures::stream::repeat_with(move || Ok(Frame::data(chunk.clone())));
    StreamBody::new(chunks).boxed_unsync()
}

/// 200 kB that unpack to 200 MB of zeros: blocks of deflate with a fixed code, each a run of 258 bytes.
fn gzip_bomb() -> Vec<u8> {
    let mut bits = BitWriter::default();
    bits.push(1, 1);
    bits.push(1, 2);
    bits.huffman(0b0011_0000, 8);
    for _ in 0..200_000_000 / 258 {
        // length 258 is code 285, eight bits; distance 1 is code 0, five bits
        bits.huffman(0b1100_0101, 8);
        bits.huffman(0, 5);
    }
    bits.huffman(0, 7);
    let mut packed = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    packed.extend(bits.finish());
    packed
}

#[derive(Default)]
struct BitWriter {
    bytes: Vec<u8>,
    used: u32,
    pending: u32,
}

impl BitWriter {
    /// Plain values begin with their lowest bit.
    fn push(&mut self, value: u32, bits: u32) {
        for bit in 0..bits {
            self.pending |= (value >> bit & 1) << self.used;
            self.used += 1;
            if self.used == 8 {
                self.bytes.push(u8::try_from(self.pending).unwrap());
                (self.used, self.pending) = (0, 0);
            }
        }
    }

    /// Huffman codes begin with their highest bit.
    fn huffman(&mut self, code: u32, bits: u32) {
        for bit in (0..bits).rev() {
            self.push(code >> bit & 1, 1);
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while self.used != 0 {
            self.push(0, 1);
        }
        self.bytes
    }
}
