//! The sink as a program of its own.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Context as _;
use clap::Parser;
use komunala_sink::{Fault, SmtpSink};

/// Takes mail over SMTP and writes each as one .eml file.
///
/// The first line of output is the address it listens on. A file's name has the order of arrival and the first
/// recipient; it appears when it is complete.
#[derive(Debug, Parser)]
#[command(version, after_long_help = FAULTS)]
struct Options {
    /// Where to listen; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0", value_name = "ADDRESS")]
    listen: SocketAddr,
    /// The folder for the mails; made if it is not there
    #[arg(long, default_value = "mails", value_name = "FOLDER")]
    dir: PathBuf,
    /// The largest message
    #[arg(long, default_value_t = 32 * 1024 * 1024, value_name = "BYTES")]
    max_size: usize,
    /// Offer no STARTTLS
    #[arg(long, conflicts_with_all = ["require_tls", "authority"])]
    without_tls: bool,
    /// Take mail only over TLS
    #[arg(long)]
    require_tls: bool,
    /// Write the certificate that clients must trust for STARTTLS to this file
    #[arg(long, value_name = "FILE")]
    authority: Option<PathBuf>,
    /// Offer AUTH for this user
    #[arg(long, requires = "password")]
    user: Option<String>,
    /// The user's password
    #[arg(long, requires = "user")]
    password: Option<String>,
    /// Take mail only from clients that have authenticated
    #[arg(long, requires = "user")]
    require_auth: bool,
    /// Offer SMTPUTF8
    #[arg(long)]
    smtputf8: bool,
    /// Something that goes wrong: STAGE:ACTION or STAGE:ACTION:TIMES; may be given several times
    #[arg(long = "fault", value_name = "FAULT")]
    faults: Vec<Fault>,
}

const FAULTS: &str = "Faults:
  Stages: connect, ehlo, starttls, handshake, auth, mail, rcpt, data, body@BYTES, received (before the mail is recorded),
    recorded (after it, before the 250), rset, noop, quit
  Actions: drop, CODE, CODE/STATUS, hang, hang=MS, delay=MS, slow=MS (per byte of the answer), endless-reply, endless-line,
    strip (at starttls: not offered)
  Times: always, next=N, every=N
  --fault rcpt:450:next=2 --fault recorded:drop:every=10 --fault connect:421:every=5

A recipient can bring its own fault: ana+rcpt-450@…, ana+recorded-drop-once@…, for the stages from rcpt to recorded.";

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    let mut builder = SmtpSink::builder().folder(&options.dir).max_size(options.max_size);
    if options.without_tls {
        builder = builder.without_tls();
    }
    if options.require_tls {
        builder = builder.require_tls();
    }
    if let (Some(user), Some(password)) = (options.user, options.password) {
        builder = builder.credentials(user, password);
    }
    if options.require_auth {
        builder = builder.require_auth();
    }
    if options.smtputf8 {
        builder = builder.smtputf8();
    }
    let sink =
        options.faults.into_iter().fold(builder, |builder, fault| builder.fault(fault)).start(options.listen).await?;
    if let (Some(file), Some(pem)) = (&options.authority, sink.authority_pem()) {
        std::fs::write(file, pem).with_context(|| format!("writing the certificate to {}", file.display()))?;
    }
    let mut out = std::io::stdout();
    writeln!(out, "{}", sink.addr)?;
    out.flush()?;
    tokio::signal::ctrl_c().await?;
    sink.stop().await;
    Ok(())
}
