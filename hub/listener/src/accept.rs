//! The accept loop and its end.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use rustls::pki_types::CertificateDer;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    task::JoinSet,
    time::{sleep, timeout},
};

use crate::Tls;

/// Pauses after an accept that failed for want of something, such as file descriptors.
const BREATHER: Duration = Duration::from_millis(50);

/// How connections are taken.
#[derive(Debug, Clone)]
pub struct Listener {
    /// Connections at the same time; more wait in the kernel's queue.
    pub connections: usize,
    /// How long a TLS handshake may take.
    pub handshake: Duration,
    /// How long exchanges under way may go on at the end.
    pub drain: Duration,
    /// What it shows, where it speaks TLS.
    pub tls: Option<Tls>,
}

/// Who is at the other end of a connection.
#[derive(Debug, Clone)]
pub struct Peer {
    /// Where the connection comes from.
    pub address: IpAddr,
    /// The certificate it showed, which the handshake has verified.
    pub certificate: Option<CertificateDer<'static>>,
}

/// Says when a listener ends.
#[derive(Debug, Clone)]
pub struct Stopped(watch::Receiver<()>);

impl Stopped {
    /// Ends when the listener does: from then on nothing new is to begin on a connection.
    pub async fn wait(&mut self) {
        // nobody who could tell any more is an end too
        let _ = self.0.changed().await;
    }
}

/// What is spoken on a connection.
pub trait Exchange: Send + Sync + 'static {
    /// Speaks it, until either side is done; once `stopped`, no longer than what is under way takes.
    fn exchange<S>(&self, stream: S, peer: Peer, stopped: Stopped) -> impl Future<Output = ()> + Send
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static;
}

impl Listener {
    /// Takes connections until `stop` ends; then no new ones, lets exchanges under way end for as long as there is time
    /// to drain, and cuts what is left. Answers how many connections were cut.
    pub async fn serve<E: Exchange>(self, socket: TcpListener, exchange: E, stop: impl Future<Output = ()>) -> usize {
        let room = Arc::new(Semaphore::new(self.connections));
        let (stopping, stopped) = watch::channel(());
        let mut connections = JoinSet::new();
        let drain = self.drain;
        let served = Arc::new((self, exchange));
        tokio::pin!(stop);
        loop {
            // room first: who cannot be served waits in the kernel's queue, where it costs nothing
            let accepted = async {
                let permit = room.clone().acquire_owned().await.expect("never closed");
                (socket.accept().await, permit)
            };
            let (accepted, permit) = tokio::select! {
                () = &mut stop => break,
                accepted = accepted => accepted,
                // finished ones, so that the set does not grow
                Some(_) = connections.join_next() => continue,
            };
            match accepted {
                Ok((stream, peer)) => {
                    let (served, stopped) = (served.clone(), Stopped(stopped.clone()));
                    connections.spawn(async move {
                        let (listener, exchange) = &*served;
                        listener.connection(stream, peer.ip(), exchange, stopped).await;
                        drop(permit);
                    });
                }
                Err(error) => {
                    // a connection that was gone before it was taken, or no file descriptors: neither ends the server
                    tracing::warn!(%error, "a connection could not be accepted");
                    if error.kind() != io::ErrorKind::ConnectionAborted {
                        sleep(BREATHER).await;
                    }
                }
            }
        }
        drop(socket);
        stopping.send_replace(());
        let drained = timeout(drain, async { while connections.join_next().await.is_some() {} }).await;
        let cut = connections.len();
        if drained.is_err() {
            tracing::warn!(connections = cut, "what was under way was cut: the time to drain is over");
        }
        connections.shutdown().await;
        cut
    }

    async fn connection<E: Exchange>(&self, stream: TcpStream, address: IpAddr, exchange: &E, stopped: Stopped) {
        // answers are small and somebody waits for each
        let _ = stream.set_nodelay(true);
        let Some(tls) = &self.tls else {
            return exchange.exchange(stream, Peer { address, certificate: None }, stopped).await;
        };
        match timeout(self.handshake, tls.acceptor().accept(stream)).await {
            Ok(Ok(stream)) => {
                let shown = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
                let certificate = shown.map(|certificate| certificate.clone().into_owned());
                exchange.exchange(stream, Peer { address, certificate }, stopped).await;
            }
            Ok(Err(error)) => tracing::debug!(%error, "a TLS handshake failed"),
            Err(_) => tracing::debug!("a TLS handshake took too long"),
        }
    }
}
