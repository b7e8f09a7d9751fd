//! The running sink and the handle on it.

use std::io;
use std::net::SocketAddr;
use std::num::NonZeroU32;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use governor::{Quota, RateLimiter};
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream, ToSocketAddrs};
use tokio::task::{JoinHandle, JoinSet};

use crate::counters::Counters;
use crate::fault::Fault;
use crate::faults::Faults;
use crate::mail::ReceivedMail;
use crate::mailbox::{Mailbox, NoSuchMail};
use crate::reader::Reader;
use crate::session::{House, Session};
use crate::settings::{Credentials, Settings};
use crate::tls::{self, Identity};

/// An SMTP server on an address of its own; it ends when this handle is dropped.
#[derive(Debug)]
pub struct SmtpSink {
    /// Where it listens.
    pub addr: SocketAddr,
    /// What goes wrong, changed at any time.
    pub faults: Faults,
    /// The mails that came.
    pub mailbox: Mailbox,
    /// What it has seen.
    pub counters: Counters,
    authority_pem: Option<String>,
    accepting: JoinHandle<()>,
}

/// How a sink is set up before it starts.
#[derive(Debug, Clone, Default)]
pub struct SmtpSinkBuilder {
    settings: Settings,
    faults: Vec<Fault>,
    reader: Option<Reader>,
}

/// Why a sink did not start.
#[derive(Debug, Error)]
pub enum StartError {
    /// The address cannot be had, or the folder not be made.
    #[error("the operating system refused: {0}")]
    Io(#[from] io::Error),
    /// No certificate could be made.
    #[error("no certificate: {0}")]
    Certificate(#[from] rcgen::Error),
    /// TLS does not take the certificate.
    #[error("no TLS: {0}")]
    Tls(#[from] rustls::Error),
}

impl SmtpSinkBuilder {
    /// The folder for one file per mail; made if it is not there.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.settings.folder = Some(folder.into());
        self
    }

    /// How many mails are kept in memory; the oldest go first.
    #[must_use]
    pub fn kept(mut self, mails: usize) -> Self {
        self.settings.kept = mails;
        self
    }

    /// The largest message in bytes.
    #[must_use]
    pub fn max_size(mut self, bytes: usize) -> Self {
        self.settings.max_size = bytes;
        self
    }

    /// How long a client may be silent.
    #[must_use]
    pub fn idle(mut self, idle: Duration) -> Self {
        self.settings.idle = idle;
        self
    }

    /// Offers no STARTTLS; AUTH is then offered in the clear.
    #[must_use]
    pub fn without_tls(mut self) -> Self {
        self.settings.starttls = false;
        self
    }

    /// Takes mail only over TLS.
    #[must_use]
    pub fn require_tls(mut self) -> Self {
        self.settings.require_tls = true;
        self
    }

    /// Offers AUTH for one user.
    #[must_use]
    pub fn credentials(mut self, user: impl Into<String>, password: impl Into<String>) -> Self {
        self.settings.credentials = Some(Credentials { user: user.into(), password: password.into() });
        self
    }

    /// Takes mail only from clients that have authenticated.
    #[must_use]
    pub fn require_auth(mut self) -> Self {
        self.settings.require_auth = true;
        self
    }

    /// Offers SMTPUTF8.
    #[must_use]
    pub fn smtputf8(mut self) -> Self {
        self.settings.smtputf8 = true;
        self
    }

    /// Takes so many mails a second; whoever brings more waits.
    #[must_use]
    pub fn rate(mut self, rate: NonZeroU32) -> Self {
        self.settings.rate = Some(rate);
        self
    }

    /// Whoever reads each mail as it is recorded.
    #[must_use]
    pub fn reader(mut self, reader: Reader) -> Self {
        self.reader = Some(reader);
        self
    }

    /// Something that goes wrong from the start.
    #[must_use]
    pub fn fault(mut self, fault: Fault) -> Self {
        self.faults.push(fault);
        self
    }

    /// Listens and serves.
    pub async fn start(self, listen: impl ToSocketAddrs) -> Result<SmtpSink, StartError> {
        let listener = TcpListener::bind(listen).await?;
        let addr = listener.local_addr()?;
        if let Some(folder) = &self.settings.folder {
            tokio::fs::create_dir_all(folder).await?;
        }
        let names = vec!["localhost".to_owned(), self.settings.name.clone(), addr.ip().to_string()];
        let identity = self.settings.starttls.then(|| tls::identity(names)).transpose()?;
        let (acceptor, authority_pem) = match identity {
            Some(Identity { acceptor, authority_pem }) => (Some(acceptor), Some(authority_pem)),
            None => (None, None),
        };
        let faults = Faults::default();
        self.faults.into_iter().for_each(|fault| faults.add(fault));
        let mailbox = Mailbox::new(self.settings.folder.clone(), self.settings.kept);
        let counters = Counters::default();
        let pace = self.settings.rate.map(|rate| Arc::new(RateLimiter::direct(Quota::per_second(rate))));
        let house = House {
            pace,
            settings: Arc::new(self.settings),
            faults: faults.clone(),
            mailbox: mailbox.clone(),
            counters: counters.clone(),
            reader: self.reader,
            tls: acceptor,
        };
        let accepting = tokio::spawn(accept(listener, house));
        Ok(SmtpSink { addr, faults, mailbox, counters, authority_pem, accepting })
    }
}

impl SmtpSink {
    /// A sink with STARTTLS and without AUTH and files, to be changed before it starts.
    pub fn builder() -> SmtpSinkBuilder {
        SmtpSinkBuilder::default()
    }

    /// The certificate, as PEM, that a client must trust for STARTTLS; made when the sink started. `None` without TLS.
    pub fn authority_pem(&self) -> Option<&str> {
        self.authority_pem.as_deref()
    }

    /// Waits until there is a mail like that; mails that have arrived before count too.
    pub async fn wait_for(
        &self,
        wanted: impl Fn(&ReceivedMail) -> bool,
        timeout: Duration,
    ) -> Result<Arc<ReceivedMail>, NoSuchMail> {
        self.mailbox.wait_for(wanted, timeout).await
    }

    /// The mails that are kept, oldest first.
    pub fn mails(&self) -> Vec<Arc<ReceivedMail>> {
        self.mailbox.mails()
    }

    /// Stops listening and closes every connection.
    pub async fn stop(mut self) {
        self.accepting.abort();
        // Aborted on purpose, so how it ended says nothing.
        let _ = (&mut self.accepting).await;
    }
}

impl Drop for SmtpSink {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// The sessions live in the set, so that they end with the task.
async fn accept(listener: TcpListener, house: House) {
    let mut sessions = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    sessions.spawn(serve(stream, house.clone()));
                }
            }
            Some(_) = sessions.join_next() => {}
        }
    }
}

async fn serve(stream: TcpStream, house: House) {
    // Without it small answers wait for the client's acknowledgement; a socket that cannot is about to fail anyway.
    let _ = stream.set_nodelay(true);
    // Why a session ended shows in the counters; a client that goes without QUIT is nothing to report.
    let _ = Session::new(house, Box::new(stream)).run().await;
}
