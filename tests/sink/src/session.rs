//! One SMTP session: the state machine and the commands that carry no mail.

use std::io;
use std::sync::Arc;

use governor::DefaultDirectRateLimiter;
use thiserror::Error;
use tokio_rustls::TlsAcceptor;

use crate::counters::{Counters, OpenSession};
use crate::envelope::Sender;
use crate::faults::Faults;
use crate::mailbox::Mailbox;
use crate::reader::Reader;
use crate::settings::Settings;
use crate::stage::Stage;
use crate::strike::Go;
use crate::wire::{Line, Stream, Wire};

/// What all sessions of a sink share.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) settings: Arc<Settings>,
    pub(crate) faults: Faults,
    pub(crate) mailbox: Mailbox,
    pub(crate) counters: Counters,
    pub(crate) reader: Option<Reader>,
    pub(crate) tls: Option<TlsAcceptor>,
    pub(crate) pace: Option<Arc<DefaultDirectRateLimiter>>,
}

/// Why a session is over.
#[derive(Debug, Error)]
pub(crate) enum End {
    /// By QUIT, or because a fault wants it so.
    #[error("the session is over")]
    Over,
    /// The client has gone, or speaks no SMTP.
    #[error(transparent)]
    Connection(#[from] io::Error),
}

/// A session with one client.
pub(crate) struct Session {
    pub(crate) house: House,
    pub(crate) wire: Wire,
    pub(crate) open: OpenSession,
    pub(crate) greeted: bool,
    pub(crate) secure: bool,
    /// Who has authenticated.
    pub(crate) user: Option<String>,
    pub(crate) sender: Option<Sender>,
    pub(crate) recipients: Vec<String>,
}

impl Session {
    pub(crate) fn new(house: House, stream: Box<dyn Stream>) -> Self {
        let open = house.counters.open_session();
        Self {
            house,
            wire: Wire::new(stream),
            open,
            greeted: false,
            secure: false,
            user: None,
            sender: None,
            recipients: Vec::new(),
        }
    }

    /// Serves the client until one of both has had enough.
    pub(crate) async fn run(mut self) -> End {
        match self.converse().await {
            Ok(never) => match never {},
            Err(end) => end,
        }
    }

    async fn converse(&mut self) -> Result<std::convert::Infallible, End> {
        if self.house.counters.counts().open > self.house.settings.max_sessions {
            self.wire.reply(421, "4.3.2 too many sessions").await?;
            return Err(End::Over);
        }
        if self.fault(Stage::Connect).await? == Go::Refused {
            return Err(End::Over);
        }
        let greeting = format!("{} ESMTP sink", self.house.settings.name);
        self.wire.reply(220, &greeting).await?;
        loop {
            match self.line().await? {
                Line::TooLong => self.wire.reply(500, "5.5.6 the line is too long").await?,
                Line::Whole(line) => self.command(&line).await?,
            }
        }
    }

    /// The next line; a client that is silent for too long is sent away.
    pub(crate) async fn line(&mut self) -> Result<Line, End> {
        match tokio::time::timeout(self.house.settings.idle, self.wire.line()).await {
            Ok(line) => Ok(line?),
            Err(_) => {
                self.wire.reply(421, "4.4.2 waited too long").await?;
                Err(End::Over)
            }
        }
    }

    async fn command(&mut self, line: &[u8]) -> Result<(), End> {
        let text = String::from_utf8_lossy(line);
        let ascii_needed = !self.house.settings.smtputf8;
        if line.iter().any(|byte| byte.is_ascii_control()) || ascii_needed && !line.is_ascii() {
            self.count("(unknown)");
            return Ok(self.wire.reply(500, "5.5.2 a line has only printable characters and ends in CRLF").await?);
        }
        let (verb, argument) = text.split_once(' ').unwrap_or((&text, ""));
        let verb = verb.to_ascii_uppercase();
        match verb.as_str() {
            "EHLO" | "HELO" | "STARTTLS" | "AUTH" | "MAIL" | "RCPT" | "DATA" | "RSET" | "NOOP" | "QUIT" | "VRFY" => {
                self.count(&verb);
            }
            _ => self.count("(unknown)"),
        }
        match verb.as_str() {
            "EHLO" | "HELO" => self.hello(&verb, argument).await,
            "STARTTLS" => self.starttls().await,
            "AUTH" => self.authenticate(argument).await,
            "MAIL" => self.mail(argument).await,
            "RCPT" => self.rcpt(argument).await,
            "DATA" => self.data().await,
            "RSET" => {
                if self.fault(Stage::Rset).await? == Go::On {
                    self.forget_mail();
                    self.wire.reply(250, "2.0.0 forgotten").await?;
                }
                Ok(())
            }
            "NOOP" => {
                if self.fault(Stage::Noop).await? == Go::On {
                    self.wire.reply(250, "2.0.0 still here").await?;
                }
                Ok(())
            }
            "VRFY" => Ok(self.wire.reply(252, "2.5.2 send some mail, and see").await?),
            "QUIT" => {
                if self.fault(Stage::Quit).await? == Go::On {
                    self.wire.reply(221, "2.0.0 goodbye").await?;
                }
                Err(End::Over)
            }
            _ => Ok(self.wire.reply(500, "5.5.1 no such command").await?),
        }
    }

    fn count(&self, verb: &str) {
        self.house.counters.command(verb, self.wire.has_more());
    }

    async fn hello(&mut self, verb: &str, argument: &str) -> Result<(), End> {
        if argument.trim().is_empty() {
            return Ok(self.wire.reply(501, "5.5.4 say who you are").await?);
        }
        if self.fault(Stage::Ehlo).await? == Go::Refused {
            return Ok(());
        }
        self.greeted = true;
        self.forget_mail();
        let settings = &self.house.settings;
        if verb == "HELO" {
            return Ok(self.wire.reply(250, &settings.name).await?);
        }
        let mut lines = vec![settings.name.clone(), format!("SIZE {}", settings.max_size)];
        lines.extend(["8BITMIME", "ENHANCEDSTATUSCODES"].map(str::to_owned));
        lines.extend(settings.smtputf8.then(|| "SMTPUTF8".to_owned()));
        if self.house.tls.is_some() && !self.secure {
            if self.house.faults.strips_tls() {
                self.house.counters.fault(Stage::StartTls);
            } else {
                lines.push("STARTTLS".to_owned());
            }
        }
        lines.extend(self.offers_auth().then(|| "AUTH PLAIN LOGIN".to_owned()));
        Ok(self.wire.reply_lines(250, &lines).await?)
    }

    async fn starttls(&mut self) -> Result<(), End> {
        let Some(acceptor) = self.house.tls.clone().filter(|_| !self.secure) else {
            return Ok(self.wire.reply(503, "5.5.1 TLS is not offered").await?);
        };
        if self.fault(Stage::StartTls).await? == Go::Refused {
            return Ok(());
        }
        self.wire.reply(220, "2.0.0 go ahead").await?;
        if self.fault(Stage::Handshake).await? == Go::Refused {
            return Err(End::Over);
        }
        let plain = std::mem::replace(&mut self.wire, Wire::new(Box::new(tokio::io::empty())));
        let handshake = acceptor.accept(plain.into_stream());
        let secured = tokio::time::timeout(self.house.settings.idle, handshake).await.map_err(io::Error::from)??;
        self.wire = Wire::new(Box::new(secured));
        self.secure = true;
        // Whatever was said before TLS could have been said by anybody.
        self.greeted = false;
        self.user = None;
        self.forget_mail();
        Ok(())
    }

    pub(crate) fn forget_mail(&mut self) {
        self.sender = None;
        self.recipients.clear();
    }
}
