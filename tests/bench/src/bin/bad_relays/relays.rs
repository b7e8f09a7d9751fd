//! The two relays, and how a hub speaks to them.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use anyhow::{Context, ensure};
use komunala_bench::mails;
use komunala_delivery::{
    LimitSettings, MailSettings, RelaySettings, RetrySettings, StageTimeouts, TlsMode, WorkSettings,
};
use komunala_sink::{Fault, SmtpSink};

use crate::Options;

/// How long sessions in trouble may go on when it is over.
const CALM_WITHIN: Duration = Duration::from_secs(30);

pub(crate) struct Relays {
    troubled: SmtpSink,
    other: SmtpSink,
    /// What either does where nothing is wrong: it takes its time.
    usual: Fault,
    /// The troubled one's as the hub knows it: over TLS or not at all.
    settings: RelaySettings,
}

impl Relays {
    /// Starts both; `roots` is where the certificate of the one in trouble is written.
    pub(crate) async fn start(options: &Options, roots: &Path) -> anyhow::Result<Self> {
        let usual: Fault = format!("received:delay={}", options.relay).parse()?;
        let troubled = SmtpSink::builder().kept(0).fault(usual.clone()).start("127.0.0.1:0").await?;
        let other = SmtpSink::builder().kept(0).fault(usual.clone()).without_tls().start("127.0.0.1:0").await?;
        std::fs::write(roots, troubled.authority_pem().context("no TLS")?)?;
        let settings = RelaySettings {
            roots: Some(roots.to_owned()),
            timeouts: scaled(options.scale),
            ..RelaySettings::new("localhost", troubled.addr.port(), TlsMode::Required)
        };
        Ok(Self { troubled, other, usual, settings })
    }

    /// A hub's settings that lead to both. It tries again soon, so that trouble is met as often as can be.
    pub(crate) fn settings(&self, options: &Options) -> anyhow::Result<MailSettings> {
        let other = self.other.addr;
        Ok(MailSettings {
            relay: RelaySettings::new(other.ip().to_string(), other.port(), TlsMode::Off),
            relays: [("gas".parse()?, self.settings.clone())].into(),
            sender: mails::sender(mails::signer()?)?,
            work: WorkSettings { idle: Duration::from_millis(500), ..WorkSettings::default() },
            retry: RetrySettings {
                first: Duration::from_millis(200),
                longest: Duration::from_secs(1),
                unknown_hold: Duration::from_secs(30 * 60) / options.scale,
                attempts: 10_000,
                ..RetrySettings::default()
            },
            limits: LimitSettings { longest_rest: Duration::from_secs(5), ..LimitSettings::default() },
        })
    }

    /// How many mails a second the other relay takes.
    #[allow(clippy::float_arithmetic, reason = "a rate for people")]
    pub(crate) async fn rate_of_other(&self, time: Duration) -> f64 {
        let (began, before) = (Instant::now(), self.other.counters.counts().accepted);
        tokio::time::sleep(time).await;
        let mails = self.other.counters.counts().accepted - before;
        mails as f64 / began.elapsed().as_secs_f64()
    }

    /// Trouble begins; what is usual goes on where nothing else happens.
    pub(crate) fn trouble(&self, faults: &[Fault]) {
        self.troubled.faults.clear();
        faults.iter().chain([&self.usual]).for_each(|fault| self.troubled.faults.add(fault.clone()));
    }

    /// Trouble ends, and with it every session that was in it.
    pub(crate) async fn calm(&self) -> anyhow::Result<()> {
        let began = Instant::now();
        while self.troubled.counters.counts().open > 0 {
            ensure!(began.elapsed() < CALM_WITHIN, "sessions are open still");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        self.trouble(&[]);
        Ok(())
    }

    /// How often something happened so far where these faults do.
    pub(crate) fn struck(&self, faults: &[Fault]) -> u64 {
        let counts = self.troubled.counters.counts().faults;
        faults.iter().filter_map(|fault| counts.get(&fault.stage.to_string())).sum()
    }

    /// How many different mails the relay in trouble has, and how many copies beside them.
    pub(crate) fn arrived(&self) -> (u64, u64) {
        let different = self.troubled.counters.message_ids() as u64;
        (different, self.troubled.counters.counts().recorded - different)
    }
}

/// The times of RFC 5321, shorter by a factor.
fn scaled(scale: u32) -> StageTimeouts {
    let whole = StageTimeouts::default();
    StageTimeouts {
        connect: whole.connect,
        handshake: whole.handshake,
        greeting: whole.greeting / scale,
        command: whole.command / scale,
        mail: whole.mail / scale,
        rcpt: whole.rcpt / scale,
        data: whole.data / scale,
        block: whole.block / scale,
        body: whole.body / scale,
        final_dot: whole.final_dot / scale,
        quit: whole.quit,
    }
}
