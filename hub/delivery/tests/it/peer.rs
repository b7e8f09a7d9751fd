//! A peer that says exactly what it is told to, as no SMTP server would.

use std::time::Duration;

use komunala_delivery::{
    RelaySettings, StageTimeouts, TlsMode,
    smtp::{Relay, Session, SmtpError},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_util::sync::CancellationToken;

use crate::relay::{AMPLE, send};

/// What the peer does next.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Turn {
    /// Says something.
    Say(&'static [u8]),
    /// Waits for a line that starts like this.
    Hear(&'static str),
    /// Reads the body up to the final dot.
    HearBody,
    /// Reads so much of the body.
    HearSome(usize),
    /// Neither reads nor writes for so long, or until the hub has gone.
    Stall(Duration),
}

pub(crate) use Turn::{Hear, HearBody, HearSome, Say, Stall};

/// A peer that plays one session by a script and hangs up.
pub(crate) struct Peer {
    pub(crate) settings: RelaySettings,
    pub(crate) playing: JoinHandle<std::io::Result<()>>,
}

pub(crate) async fn peer(script: &[Turn]) -> Peer {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let mut settings = RelaySettings::new("127.0.0.1", listener.local_addr().unwrap().port(), TlsMode::Off);
    settings.timeouts = StageTimeouts::all(AMPLE);
    let script = script.to_vec();
    let playing = tokio::spawn(async move {
        let (stream, _) = listener.accept().await?;
        play(stream, script).await
    });
    Peer { settings, playing }
}

async fn play(stream: TcpStream, script: Vec<Turn>) -> std::io::Result<()> {
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    for turn in script {
        match turn {
            Say(words) => stream.get_mut().write_all(words).await?,
            Hear(start) => {
                line.clear();
                stream.read_line(&mut line).await?;
                assert!(line.starts_with(start), "{line:?} instead of {start}");
            }
            HearBody => {
                while line != ".\r\n" {
                    line.clear();
                    if stream.read_line(&mut line).await? == 0 {
                        return Ok(());
                    }
                }
            }
            HearSome(bytes) => {
                stream.read_exact(&mut vec![0; bytes]).await?;
            }
            Stall(pause) => tokio::time::sleep(pause).await,
        }
    }
    Ok(())
}

impl Peer {
    /// Opens a session and sends a mail.
    pub(crate) async fn send(&self, body: &[u8]) -> Result<(), SmtpError> {
        let relay = Relay::new(&self.settings).unwrap();
        let mut session = Session::open(&relay, CancellationToken::new()).await?;
        send(&mut session, body).await.map(drop)
    }
}
