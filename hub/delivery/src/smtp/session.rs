//! A session: connected, encrypted as the operator wants it, authenticated; then one mail after the other.

use std::{net::IpAddr, time::Duration};

use lettre::transport::smtp::{
    authentication::Credentials,
    client::AsyncSmtpConnection,
    commands::{Ehlo, Quit, Rset, Starttls},
    extension::{ClientId, Extension, ServerInfo},
    response::Response,
};
use rustls::pki_types::ServerName;
use secrecy::ExposeSecret as _;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_util::sync::CancellationToken;

use super::{
    Cause, Reply, SetupError, SmtpError, Stage, tls,
    watch::{bounded, bounded_at},
    wire::Handle,
};
use crate::settings::{RelaySettings, StageTimeouts, TlsMode};

/// A relay whose settings are checked.
#[derive(Clone)]
pub struct Relay {
    host: String,
    port: u16,
    mode: TlsMode,
    name: ServerName<'static>,
    connector: TlsConnector,
    hello: Option<ClientId>,
    pub(super) credentials: Option<Credentials>,
    pub(super) plaintext_password: bool,
    pub(super) timeouts: StageTimeouts,
}

impl Relay {
    /// Checks the settings and reads the certificates.
    pub fn new(settings: &RelaySettings) -> Result<Self, SetupError> {
        let name = ServerName::try_from(settings.host.clone()).map_err(|_| SetupError::Host(settings.host.clone()))?;
        let credentials = match (&settings.user, &settings.password) {
            (Some(user), Some(password)) => Some(Credentials::new(user.clone(), password.expose_secret().to_owned())),
            (None, None) => None,
            _ => return Err(SetupError::HalfACredential),
        };
        Ok(Self {
            host: settings.host.clone(),
            port: settings.port,
            mode: settings.tls,
            name,
            connector: tls::connector(settings.roots.as_deref())?,
            hello: settings.hello_name.as_deref().map(hello_name).transpose()?,
            credentials,
            plaintext_password: settings.allow_plaintext_password,
            timeouts: settings.timeouts.clone(),
        })
    }
}

fn hello_name(name: &str) -> Result<ClientId, SetupError> {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.');
    if (1..=253).contains(&name.len()) && name.bytes().all(plain) {
        Ok(ClientId::Domain(name.to_owned()))
    } else {
        Err(SetupError::HelloName(name.chars().take(253).collect()))
    }
}

/// A session with the relay.
///
/// It counts as broken from the moment something is asked until it is answered in full: one that was left in the
/// middle is never used again.
pub struct Session {
    pub(super) connection: AsyncSmtpConnection,
    pub(super) wire: Handle,
    pub(super) offer: ServerInfo,
    pub(super) timeouts: StageTimeouts,
    pub(super) stop: CancellationToken,
    broken: bool,
    /// A sender was named for a mail that came to nothing.
    pub(super) unfinished: bool,
}

impl Session {
    /// Connects, encrypts and authenticates. `stop` cuts the session short at whatever stage it is.
    pub async fn open(relay: &Relay, stop: CancellationToken) -> Result<Self, SmtpError> {
        let failed = |error: std::io::Error| SmtpError::new(Stage::Connect, Cause::Io(error.kind()));
        let place = (relay.host.as_str(), relay.port);
        let connect = TcpStream::connect(place);
        let stream = bounded_at(Stage::Connect, relay.timeouts.connect, &stop, connect).await?.map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        let hello = match &relay.hello {
            Some(name) => name.clone(),
            None => address_literal(stream.local_addr().map_err(failed)?.ip()),
        };

        let wire = Handle::new(stream).map_err(failed)?;
        if relay.mode == TlsMode::Implicit {
            let handshake = wire.encrypt(&relay.connector, relay.name.clone());
            bounded_at(Stage::Handshake, relay.timeouts.handshake, &stop, handshake).await??;
        }
        wire.enter(Stage::Greeting);
        let connect = AsyncSmtpConnection::connect_with_transport(wire.stream(), &hello);
        let connected = bounded(&wire, &relay.timeouts, &stop, connect).await?;
        let connection = answered(&wire, connected)?;
        let offer = connection.server_info().clone();
        let mut session =
            Self { connection, wire, offer, timeouts: relay.timeouts.clone(), stop, broken: false, unfinished: false };
        session.start_tls(relay, hello).await?;
        session.authenticate(relay).await?;
        Ok(session)
    }

    async fn start_tls(&mut self, relay: &Relay, hello: ClientId) -> Result<(), SmtpError> {
        let offered = self.offer.supports_feature(Extension::StartTls);
        match relay.mode {
            TlsMode::Off | TlsMode::Implicit => return Ok(()),
            TlsMode::Opportunistic if !offered => return Ok(()),
            TlsMode::Required if !offered => return Err(SmtpError::new(Stage::StartTls, Cause::NoStartTls)),
            TlsMode::Opportunistic | TlsMode::Required => {}
        }
        self.expect(Stage::StartTls, Starttls, 220).await?;
        let handshake = self.wire.encrypt(&relay.connector, relay.name.clone());
        bounded_at(Stage::Handshake, self.timeouts.handshake, &self.stop, handshake).await??;
        // what was offered in the clear may have been anybody's offer
        let offer = self.expect(Stage::Hello, Ehlo::new(hello), 250).await?;
        self.offer = ServerInfo::from_response(&offer).map_err(|_| SmtpError::new(Stage::Hello, Cause::Malformed))?;
        Ok(())
    }

    /// Asks something and waits for any 2xx or 3xx.
    pub(super) async fn ask(&mut self, stage: Stage, command: impl std::fmt::Display) -> Result<Response, SmtpError> {
        self.wire.enter(stage);
        self.broken = true;
        let command = self.connection.command(command);
        let answer = bounded(&self.wire, &self.timeouts, &self.stop, command).await?;
        self.conclude(answer)
    }

    /// Asks something that has one good answer.
    pub(super) async fn expect(
        &mut self,
        stage: Stage,
        command: impl std::fmt::Display,
        code: u16,
    ) -> Result<Response, SmtpError> {
        let response = self.ask(stage, command).await?;
        if response.has_code(code) {
            Ok(response)
        } else {
            self.broken = true;
            Err(SmtpError::new(stage, Cause::OutOfPlace(Reply::of(&response))))
        }
    }

    /// Takes note of an exchange's end: after a whole answer the session is good for more, unless it said goodbye.
    pub(super) fn conclude(
        &mut self,
        answer: Result<Response, lettre::transport::smtp::Error>,
    ) -> Result<Response, SmtpError> {
        let concluded = answered(&self.wire, answer);
        self.broken = match &concluded {
            Ok(_) => false,
            Err(SmtpError { cause: Cause::Refused(reply), .. }) => reply.code == 421,
            Err(_) => true,
        };
        concluded
    }

    /// A mail is open: without its end the session is of no use.
    pub(super) fn mail_is_open(&mut self) {
        self.broken = true;
    }

    /// Whether it may be used again.
    pub fn is_usable(&self) -> bool {
        !self.broken
    }

    /// Whether it is encrypted.
    pub fn is_encrypted(&self) -> bool {
        self.wire.is_encrypted()
    }

    /// Clears what an earlier mail left, where it left something.
    pub(super) async fn clear(&mut self) -> Result<(), SmtpError> {
        if self.unfinished {
            self.expect(Stage::Reset, Rset, 250).await?;
            self.unfinished = false;
        }
        Ok(())
    }

    /// Says goodbye, where there is somebody to say it to.
    pub async fn quit(mut self) {
        if self.broken {
            return;
        }
        let _ =
            tokio::time::timeout(self.timeouts.quit.max(Duration::from_millis(1)), self.ask(Stage::Quit, Quit)).await;
    }
}

fn address_literal(address: IpAddr) -> ClientId {
    match address.to_canonical() {
        IpAddr::V4(address) => ClientId::Ipv4(address),
        IpAddr::V6(address) => ClientId::Ipv6(address),
    }
}

/// What lettre's error means: a refusal, a fault of the wire, or a reply that nobody can read.
fn answered<T>(wire: &Handle, answer: Result<T, lettre::transport::smtp::Error>) -> Result<T, SmtpError> {
    answer.map_err(|error| {
        let text = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
        let cause = match error.status() {
            Some(code) => Cause::Refused(Reply::new(code.into(), &text)),
            None => wire.fault().unwrap_or(Cause::Malformed),
        };
        SmtpError::new(wire.progress().stage, cause)
    })
}
