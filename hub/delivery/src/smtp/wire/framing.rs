//! Where a reply ends, and when it is too long to be one.

use super::Cause;

/// The longest line of a reply, in bytes with its line break; RFC 5321 allows 512.
pub const MAX_LINE: usize = 1000;
/// The longest reply, in bytes over all its lines.
pub const MAX_REPLY: usize = 16 * 1024;
/// The most lines of a reply: lettre reads a reply from its beginning again with each of its lines, so one of very short
/// lines would cost more than all mails that it could refuse. A relay that offers much has some 30 in its greeting.
pub const MAX_LINES: usize = 128;

/// What has been heard of one reply.
#[derive(Debug, Default)]
pub(super) struct Framing {
    total: usize,
    lines: usize,
    line: usize,
    /// Whether another line follows the one being heard: its fourth character is a dash.
    more: bool,
    /// Whether the text of the line being heard has anything but blanks.
    text: bool,
    complete: bool,
    out_of_turn: bool,
}

impl Framing {
    /// Something was asked: what is heard from here on is its answer.
    pub(super) fn begin(&mut self) {
        *self = Self { out_of_turn: self.out_of_turn, ..Self::default() };
    }

    /// Whether something was said behind the end of a reply.
    pub(super) fn is_out_of_turn(&self) -> bool {
        self.out_of_turn
    }

    /// Takes what was heard and answers the part that belongs to the reply.
    pub(super) fn take<'a>(&mut self, heard: &'a [u8]) -> Result<&'a [u8], Cause> {
        for (at, &byte) in heard.iter().enumerate() {
            if self.complete {
                self.out_of_turn = true;
                return Ok(&heard[..at]);
            }
            self.hear(byte)?;
        }
        Ok(heard)
    }

    fn hear(&mut self, byte: u8) -> Result<(), Cause> {
        self.line += 1;
        self.total += 1;
        if self.line > MAX_LINE {
            return Err(Cause::LineTooLong);
        }
        if self.total > MAX_REPLY {
            return Err(Cause::ReplyTooLong);
        }
        match (self.line, byte) {
            (_, b'\n') => self.end_line()?,
            (1..=3, _) => {}
            (4, _) => self.more = byte == b'-',
            _ => self.text |= !byte.is_ascii_whitespace(),
        }
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), Cause> {
        // lettre panics over a line of an EHLO reply that is nothing but blanks: `250-  \r\n`
        if self.line > "250-\r\n".len() && !self.text {
            return Err(Cause::Malformed);
        }
        self.lines += 1;
        if self.lines > MAX_LINES {
            return Err(Cause::ReplyTooLong);
        }
        self.complete = !self.more;
        (self.line, self.more, self.text) = (0, false, false);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(bytes: &[u8]) -> (Framing, Result<&[u8], Cause>) {
        let mut framing = Framing::default();
        let taken = framing.take(bytes);
        (framing, taken)
    }

    #[test]
    fn a_reply_ends_with_the_line_that_has_no_dash() {
        let (framing, taken) = heard(b"250-relay\r\n250-\r\n250 STARTTLS\r\n");
        assert_eq!(taken.unwrap().len(), 31);
        assert!(framing.complete && !framing.is_out_of_turn());
    }

    #[test]
    fn words_behind_the_end_of_a_reply_are_kept_back_and_remembered() {
        let (mut framing, taken) = heard(b"220 go ahead\r\n250 injected\r\n");
        assert_eq!(taken.unwrap(), b"220 go ahead\r\n");
        framing.begin();
        assert!(framing.is_out_of_turn());
    }

    #[test]
    fn endless_lines_and_endless_replies_are_cut() {
        assert_eq!(heard(&vec![b'2'; MAX_LINE + 1]).1, Err(Cause::LineTooLong));
        assert_eq!(heard(&b"250-more\r\n".repeat(MAX_LINES)).1.map(<[u8]>::len), Ok(10 * MAX_LINES));
        assert_eq!(heard(&b"250-more\r\n".repeat(MAX_LINES + 1)).1, Err(Cause::ReplyTooLong));
        let long = [b"250-".as_slice(), &[b'a'; 900], b"\r\n"].concat();
        assert_eq!(heard(&long.repeat(MAX_REPLY / long.len() + 1)).1, Err(Cause::ReplyTooLong));
    }

    #[test]
    fn a_blank_line_that_would_upset_the_parser_is_malformed() {
        assert_eq!(heard(b"250-relay\r\n250-   \r\n").1, Err(Cause::Malformed));
        assert!(heard(b"250-relay\r\n250-\r\n250 \r\n").1.is_ok());
    }
}
