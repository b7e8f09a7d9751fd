//! The commands that carry a mail: MAIL, RCPT and DATA.

use std::io;
use std::sync::Arc;
use std::time::SystemTime;

use crate::body::{Body, Message};
use crate::envelope;
use crate::mail::ReceivedMail;
use crate::session::{End, Session};
use crate::stage::Stage;
use crate::strike::Go;

/// How many bytes of a message have the time that a client may be silent.
const PIECE: usize = 256 * 1024;

impl Session {
    pub(crate) async fn mail(&mut self, argument: &str) -> Result<(), End> {
        if let Some((code, why)) = self.mail_is_premature() {
            return Ok(self.wire.reply(code, why).await?);
        }
        let sender = match envelope::sender(argument) {
            Ok(sender) => sender,
            Err(error) => return Ok(self.wire.reply(error.code(), &error.to_string()).await?),
        };
        if sender.size.is_some_and(|size| size > self.house.settings.max_size) {
            return Ok(self.wire.reply(552, "5.3.4 the message is too large").await?);
        }
        let extended = sender.smtputf8 || !sender.address.is_ascii();
        if extended && !self.house.settings.smtputf8 {
            return Ok(self.wire.reply(555, "5.6.7 SMTPUTF8 is not offered").await?);
        }
        if let Some(pace) = &self.house.pace {
            pace.until_ready().await;
        }
        if self.fault(Stage::Mail).await? == Go::On {
            self.sender = Some(sender);
            self.wire.reply(250, "2.1.0 sender accepted").await?;
        }
        Ok(())
    }

    fn mail_is_premature(&self) -> Option<(u16, &'static str)> {
        let settings = &self.house.settings;
        if !self.greeted {
            Some((503, "5.5.1 say EHLO first"))
        } else if settings.require_tls && !self.secure {
            Some((530, "5.7.0 say STARTTLS first"))
        } else if settings.require_auth && self.user.is_none() {
            Some((530, "5.7.0 authenticate first"))
        } else if self.sender.is_some() {
            Some((503, "5.5.1 a mail has begun already"))
        } else {
            None
        }
    }

    pub(crate) async fn rcpt(&mut self, argument: &str) -> Result<(), End> {
        if self.sender.is_none() {
            return Ok(self.wire.reply(503, "5.5.1 say MAIL first").await?);
        }
        if self.recipients.len() >= self.house.settings.max_recipients {
            return Ok(self.wire.reply(452, "4.5.3 too many recipients").await?);
        }
        let recipient = match envelope::recipient(argument) {
            Ok(recipient) => recipient,
            Err(error) => return Ok(self.wire.reply(error.code(), &error.to_string()).await?),
        };
        // Only this recipient's own fault is asked for; those before it have had their RCPT.
        let struck = self.house.faults.strike(Stage::Rcpt, std::slice::from_ref(&recipient));
        let go = match struck {
            None => Go::On,
            Some(fault) => self.suffer(&fault).await?,
        };
        if go == Go::On {
            self.recipients.push(recipient);
            self.wire.reply(250, "2.1.5 recipient accepted").await?;
        }
        Ok(())
    }

    pub(crate) async fn data(&mut self) -> Result<(), End> {
        if self.sender.is_none() {
            return Ok(self.wire.reply(503, "5.5.1 say MAIL first").await?);
        }
        if self.recipients.is_empty() {
            return Ok(self.wire.reply(554, "5.5.1 no recipient was accepted").await?);
        }
        if self.fault(Stage::Data).await? == Go::Refused {
            return Ok(());
        }
        self.wire.reply(354, "end with a dot on a line of its own").await?;
        let received = self.receive().await?;
        if self.fault(Stage::Received).await? == Go::Refused {
            self.forget_mail();
            return Ok(());
        }
        let Some(data) = received else {
            self.forget_mail();
            return Ok(self.wire.reply(552, "5.3.4 the message is too large").await?);
        };
        let queue_id = self.record(data).await?;
        let go = self.fault(Stage::Recorded).await?;
        self.forget_mail();
        if go == Go::On {
            self.wire.reply(250, &format!("2.0.0 Ok: queued as {queue_id}")).await?;
            self.house.counters.accepted();
        }
        Ok(())
    }

    /// Reads the message; `None` if it is too large.
    async fn receive(&mut self) -> Result<Option<Vec<u8>>, End> {
        let idle = self.house.settings.idle;
        let mut message = Message::new(self.house.settings.max_size);
        let midway = self.house.faults.strike(Stage::Body { after: 0 }, &self.recipients);
        if let Some(fault) = midway {
            let Stage::Body { after } = fault.stage else { unreachable!("asked for faults of the body only") };
            let read = message.read(&mut self.wire, after);
            if tokio::time::timeout(idle, read).await.map_err(io::Error::from)?? == Body::Reached
                && self.suffer(&fault).await? == Go::Refused
            {
                // The client is in the middle of its message and will not understand anything else.
                return Err(End::Over);
            }
        }
        let mut body = Body::Reached;
        while body == Body::Reached {
            // Each piece has the whole time, so a large message may take long but not stop.
            let stop = message.len() + PIECE;
            let read = message.read(&mut self.wire, stop);
            body = tokio::time::timeout(idle, read).await.map_err(io::Error::from)??;
        }
        Ok((body == Body::Whole).then(|| message.into_data()))
    }

    async fn record(&mut self, data: Vec<u8>) -> Result<String, End> {
        let queue_id = self.house.mailbox.next_id();
        let mail = Arc::new(ReceivedMail {
            queue_id: queue_id.clone(),
            envelope_from: self.sender.as_ref().map(|sender| sender.address.clone()).unwrap_or_default(),
            recipients: self.recipients.clone(),
            data,
            session: self.open.number,
            tls: self.secure,
            authenticated_as: self.user.clone(),
            arrived_at: SystemTime::now(),
        });
        let message_id = mail.message_id();
        if let Err(error) = self.house.mailbox.record(mail.clone()).await {
            self.wire.reply(451, &format!("4.3.0 the mail could not be written: {error}")).await?;
            return Err(error.into());
        }
        if let Some(reader) = &self.house.reader {
            reader.read(&mail);
        }
        self.house.counters.recorded(message_id);
        Ok(queue_id)
    }
}
