//! The floor: build, sign, and hand the mail to lettre, over a session that stays open; nothing else.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use jiff::Timestamp;
use komunala_app::ports::outbox::Claimed;
use komunala_bench::mails;
use komunala_delivery::{
    SenderSettings,
    dkim::Signer,
    message::{Mail, build},
};
use komunala_domain::{Sha256, ids::VerificationId};
use lettre::{
    address::Envelope,
    transport::smtp::{client::AsyncSmtpConnection, extension::ClientId},
};
use tokio::net::TcpStream;

use crate::{Options, timed};

/// What every connection takes from.
struct Work {
    next: AtomicUsize,
    mails: usize,
    size: usize,
    documents: Vec<(Sha256, Bytes)>,
    sender: SenderSettings,
}

pub(crate) async fn send(options: &Options, sink: SocketAddr, signer: &Signer) -> anyhow::Result<Duration> {
    let work = Arc::new(Work {
        next: AtomicUsize::new(0),
        mails: options.mails,
        size: options.pdf,
        documents: mails::documents(options.pdf),
        sender: mails::sender(signer.clone())?,
    });
    timed(async {
        let connections = (0..options.connections).map(|_| tokio::spawn(connection(work.clone(), sink)));
        for connection in futures::future::join_all(connections).await {
            connection??;
        }
        Ok(())
    })
    .await
}

async fn connection(work: Arc<Work>, sink: SocketAddr) -> anyhow::Result<()> {
    let hello = ClientId::Domain("bench.example.rs".to_owned());
    let stream = TcpStream::connect(sink).await?;
    // lettre's own leaves it off, and each mail waits 40 ms for what the kernel keeps back
    stream.set_nodelay(true)?;
    let mut session = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &hello).await?;
    loop {
        let n = work.next.fetch_add(1, Ordering::Relaxed);
        if n >= work.mails {
            session.quit().await?;
            return Ok(());
        }
        let (digest, document) = &work.documents[n % work.documents.len()];
        let claimed = Claimed {
            tenant: "region".parse()?,
            message: mails::code(&"gas".parse()?, format!("customer-{n}@example.rs").parse()?, VerificationId::new()),
            attempt: 1,
            tries: 1,
            created: Timestamp::now(),
        };
        let bill = mails::bill(*digest, work.size);
        let Mail { from, to, bytes } =
            build(&claimed, &bill, std::slice::from_ref(document), &work.sender, Timestamp::now())?;
        session.send(&Envelope::new(Some(from), vec![to])?, &bytes).await?;
    }
}
