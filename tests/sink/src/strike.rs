//! What faults do to a session.

use std::time::Duration;

use crate::fault::{Action, Fault};
use crate::session::{End, Session};
use crate::stage::Stage;

/// How much of an endless reply is sent at most; a client that reads all of it has no bound.
const ENDLESS: usize = 64 * 1024 * 1024;

/// Whether the session goes on with a command after a fault had its chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Go {
    On,
    /// The fault has given the answer.
    Refused,
}

impl Session {
    /// Gives the faults of a stage their chance.
    pub(crate) async fn fault(&mut self, stage: Stage) -> Result<Go, End> {
        match self.house.faults.strike(stage, &self.recipients) {
            None => Ok(Go::On),
            Some(fault) => self.suffer(&fault).await,
        }
    }

    /// Lets a fault happen.
    pub(crate) async fn suffer(&mut self, fault: &Fault) -> Result<Go, End> {
        self.house.counters.fault(fault.stage);
        match fault.action {
            Action::Drop => Err(End::Over),
            Action::Reply(code) => {
                let class = code / 100;
                self.wire.reply(code, &format!("{class}.0.0 a fault at {}", fault.stage)).await?;
                if code == 421 { Err(End::Over) } else { Ok(Go::Refused) }
            }
            Action::Status(code, ref status) => {
                self.wire.reply(code, &format!("{status} a fault at {}", fault.stage)).await?;
                if code == 421 { Err(End::Over) } else { Ok(Go::Refused) }
            }
            Action::Hang(pause) => {
                match pause {
                    None => self.wire.closed().await,
                    // Whether the client went first makes no difference.
                    Some(pause) => drop(tokio::time::timeout(pause, self.wire.closed()).await),
                }
                Err(End::Over)
            }
            Action::Delay(pause) => {
                tokio::time::sleep(pause).await;
                Ok(Go::On)
            }
            Action::ByteByByte(pause) => {
                self.wire.slow = Some(pause);
                Ok(Go::On)
            }
            Action::EndlessReply => {
                let line = format!("{}-and another thing\r\n", fault.stage.code());
                self.send_without_end("", &line.repeat(500)).await
            }
            Action::EndlessLine => {
                let start = format!("{} a", fault.stage.code());
                self.send_without_end(&start, &"h".repeat(8 * 1024)).await
            }
            // Takes effect where EHLO is answered.
            Action::Strip => Ok(Go::On),
        }
    }

    async fn send_without_end(&mut self, start: &str, more: &str) -> Result<Go, End> {
        self.wire.send(start.as_bytes()).await?;
        let mut sent = 0;
        while sent < ENDLESS {
            self.wire.send(more.as_bytes()).await?;
            sent += more.len();
            // A client that has seen enough gets its turn to close.
            tokio::time::sleep(Duration::from_micros(100)).await;
        }
        Err(End::Over)
    }
}
