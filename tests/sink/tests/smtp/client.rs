//! An SMTP client that is driven by hand, line by line.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use komunala_sink::SmtpSink;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

/// Longer than anything here takes, shorter than anybody's patience.
const PATIENCE: Duration = Duration::from_secs(10);

pub(crate) trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

pub(crate) struct Client {
    stream: BufReader<Box<dyn Stream>>,
}

/// A reply: its code and the texts of its lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Reply {
    pub(crate) code: u16,
    pub(crate) lines: Vec<String>,
}

pub(crate) const MESSAGE: &str = "Message-ID: <1@test>\r\nSubject: one\r\n\r\nHello\r\n";

/// A sink that nobody told anything.
pub(crate) async fn sink() -> SmtpSink {
    SmtpSink::builder().start("127.0.0.1:0").await.unwrap()
}

impl Client {
    /// Connects, without reading the greeting.
    pub(crate) async fn connect(addr: SocketAddr) -> Self {
        Self::over(TcpStream::connect(addr).await.unwrap())
    }

    pub(crate) fn over(stream: impl Stream + 'static) -> Self {
        Self { stream: BufReader::new(Box::new(stream)) }
    }

    /// Connects, reads the greeting and says EHLO.
    pub(crate) async fn greeted(addr: SocketAddr) -> Self {
        let mut client = Self::connect(addr).await;
        assert_eq!(client.reply().await.unwrap().code, 220);
        assert_eq!(client.say("EHLO test").await, 250);
        client
    }

    /// Greeted, with a sender and a recipient, ready for DATA.
    pub(crate) async fn ready(addr: SocketAddr) -> Self {
        let mut client = Self::greeted(addr).await;
        assert_eq!(client.say("MAIL FROM:<hub@example.org>").await, 250);
        assert_eq!(client.say("RCPT TO:<ana@example.org>").await, 250);
        client
    }

    /// In the middle of DATA.
    pub(crate) async fn in_data(addr: SocketAddr) -> Self {
        let mut client = Self::ready(addr).await;
        assert_eq!(client.say("DATA").await, 354);
        client
    }

    /// The code of the reply to a line.
    pub(crate) async fn say(&mut self, line: &str) -> u16 {
        self.ask(line).await.unwrap().code
    }

    /// The reply to a line.
    pub(crate) async fn ask(&mut self, line: &str) -> io::Result<Reply> {
        self.send(format!("{line}\r\n").as_bytes()).await?;
        self.reply().await
    }

    pub(crate) async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await?;
        self.stream.flush().await
    }

    pub(crate) async fn reply(&mut self) -> io::Result<Reply> {
        let mut lines = Vec::new();
        loop {
            let mut line = String::new();
            let read =
                tokio::time::timeout(PATIENCE, self.stream.read_line(&mut line)).await.expect("an answer in time")?;
            if read == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            let line = line.strip_suffix("\r\n").expect("a reply line ends in CRLF");
            lines.push(line[4..].to_owned());
            if line.as_bytes()[3] == b' ' {
                return Ok(Reply { code: line[..3].parse().unwrap(), lines });
            }
        }
    }

    /// Sends one mail from EHLO to the last answer.
    pub(crate) async fn deliver(addr: SocketAddr, recipient: &str, message: &str) -> io::Result<Reply> {
        let mut client = Self::greeted(addr).await;
        assert_eq!(client.say("MAIL FROM:<hub@example.org>").await, 250);
        client.ask(&format!("RCPT TO:<{recipient}>")).await?;
        client.ask("DATA").await?;
        client.send(message.as_bytes()).await?;
        client.ask(".").await
    }

    /// Whether the server closes without another byte.
    pub(crate) async fn is_closed(&mut self) -> bool {
        let read = tokio::time::timeout(PATIENCE, self.stream.read(&mut [0; 1])).await;
        matches!(read, Ok(Ok(0) | Err(_)))
    }

    /// Whether the server stays silent for so long.
    pub(crate) async fn is_silent(&mut self, wait: Duration) -> bool {
        tokio::time::timeout(wait, self.stream.read(&mut [0; 1])).await.is_err()
    }

    /// At least so many bytes of whatever the server sends.
    pub(crate) async fn read_at_least(&mut self, bytes: usize) -> Vec<u8> {
        let mut read = vec![0; bytes];
        tokio::time::timeout(PATIENCE, self.stream.read_exact(&mut read))
            .await
            .expect("so many bytes in time")
            .unwrap();
        read
    }

    pub(crate) fn into_stream(self) -> Box<dyn Stream> {
        self.stream.into_inner()
    }
}
