//! The floor: build, sign, write, read the answers; nothing else.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use anyhow::ensure;
use bytes::Bytes;
use jiff::Timestamp;
use komunala_app::ports::outbox::Claimed;
use komunala_bench::mails;
use komunala_delivery::{SenderSettings, dkim::Signer, message::build};
use komunala_domain::{Sha256, ids::VerificationId};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader},
    net::TcpStream,
};

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
    let stream = TcpStream::connect(sink).await?;
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let mut line = String::new();
    answer(&mut stream, &mut line, "220").await?;
    ask(&mut stream, &mut line, "EHLO bench\r\n", "250").await?;
    loop {
        let n = work.next.fetch_add(1, Ordering::Relaxed);
        if n >= work.mails {
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
        let mail = build(&claimed, &bill, std::slice::from_ref(document), &work.sender, Timestamp::now())?;
        ask(&mut stream, &mut line, &format!("MAIL FROM:<{}>\r\n", mail.from), "250").await?;
        ask(&mut stream, &mut line, &format!("RCPT TO:<{}>\r\n", mail.to), "250").await?;
        ask(&mut stream, &mut line, "DATA\r\n", "354").await?;
        // base64 and headers: no line begins with a dot
        stream.get_mut().write_all(&mail.bytes).await?;
        ask(&mut stream, &mut line, ".\r\n", "250").await?;
    }
}

async fn ask(stream: &mut BufReader<TcpStream>, line: &mut String, said: &str, code: &str) -> anyhow::Result<()> {
    stream.get_mut().write_all(said.as_bytes()).await?;
    answer(stream, line, code).await
}

async fn answer(stream: &mut BufReader<TcpStream>, line: &mut String, code: &str) -> anyhow::Result<()> {
    loop {
        line.clear();
        stream.read_line(line).await?;
        ensure!(line.starts_with(code), "the server said {line}");
        if line.as_bytes().get(3) != Some(&b'-') {
            return Ok(());
        }
    }
}
