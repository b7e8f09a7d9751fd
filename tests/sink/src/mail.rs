//! Mails that were accepted.

use std::time::SystemTime;

/// A mail that the sink has recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReceivedMail {
    /// The queue id that the 250 names; it grows with the order of arrival.
    pub queue_id: String,
    /// The reverse path of MAIL FROM, empty for `<>`.
    pub envelope_from: String,
    /// The recipients of RCPT TO, in order.
    pub recipients: Vec<String>,
    /// The message, byte for byte, with the dots that the protocol adds taken out again.
    pub data: Vec<u8>,
    /// The number of the session that brought it, counted from 1.
    pub session: u64,
    /// Whether it came over TLS.
    pub tls: bool,
    /// The user name of AUTH, if there was one.
    pub authenticated_as: Option<String>,
    /// When it was recorded.
    pub arrived_at: SystemTime,
}

impl ReceivedMail {
    /// The first header field of a name, unfolded; the name's case does not matter.
    pub fn header(&self, name: &str) -> Option<String> {
        let text = String::from_utf8_lossy(self.head());
        let mut lines = text.split("\r\n");
        let first = lines.find_map(|line| {
            let (field, value) = line.split_once(':')?;
            field.trim_end().eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })?;
        Some(
            lines.take_while(|line| line.starts_with([' ', '\t'])).fold(first, |value, line| value + " " + line.trim()),
        )
    }

    /// The Message-ID, if it has one.
    pub fn message_id(&self) -> Option<String> {
        self.header("Message-ID")
    }

    /// The message as text, for looking into; bytes that are not UTF-8 are replaced.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.data).into_owned()
    }

    fn head(&self) -> &[u8] {
        let end = self.data.windows(4).position(|window| window == b"\r\n\r\n");
        &self.data[..end.unwrap_or(self.data.len())]
    }

    /// The name of the file it is written to: arrival order and first recipient, with nothing in it that a file system minds.
    pub(crate) fn file_name(&self) -> String {
        let safe = |letter: char| if letter.is_ascii_alphanumeric() || "@.+-_".contains(letter) { letter } else { '_' };
        let recipient: String =
            self.recipients.iter().take(1).flat_map(|first| first.chars()).take(100).map(safe).collect();
        format!("{}-{recipient}.eml", self.queue_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(data: &[u8], recipient: &str) -> ReceivedMail {
        ReceivedMail {
            queue_id: "00000007".to_owned(),
            envelope_from: String::new(),
            recipients: vec![recipient.to_owned()],
            data: data.to_vec(),
            session: 1,
            tls: false,
            authenticated_as: None,
            arrived_at: SystemTime::UNIX_EPOCH,
        }
    }

    #[test]
    fn a_folded_header_is_read_as_one_line_and_the_body_is_not_searched() {
        let mail = mail(b"Subject: one\r\n two\r\nTo: x\r\n\r\nMessage-ID: <body>\r\n", "x@example.org");
        assert_eq!(mail.header("subject").as_deref(), Some("one two"));
        assert_eq!(mail.message_id(), None);
    }

    #[test]
    fn a_recipient_cannot_lead_the_file_out_of_its_folder() {
        assert_eq!(mail(b"", "../../etc/x\0@example.org").file_name(), "00000007-.._.._etc_x_@example.org.eml");
    }
}
