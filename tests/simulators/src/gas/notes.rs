//! What somebody wrote beneath bills so that the mail they go with looks like several to a careless server.

use super::invoice::Invoice;

/// What is printed: bytes that end a message for servers that take something else for its end than a dot between two CRLF.
const PRINTED: [&str; 4] = [
    "\r\n.\r\nMAIL FROM:<thief@example.org>\r\nRCPT TO:<victim@example.org>\r\nDATA\r\nSubject: pay here\r\n\r\n.\r\n",
    "\n.\nMAIL FROM:<thief@example.org>\n",
    "\r.\rMAIL FROM:<thief@example.org>\r",
    "\r\n\0.\r\nRSET\r\n",
];

/// What payment is said to be for: one line, as the interface has it, with what other systems take for more than one.
const PURPOSES: [&str; 2] = [
    ".\u{2028}.\u{2028}MAIL FROM:<thief@example.org>\u{2029}.\u{2029}",
    ". QUIT =0D=0A.=0D=0AMAIL FROM:<thief@example.org>",
];

/// Writes the `nth` of them onto a bill.
pub(super) fn write(invoice: &mut Invoice, nth: usize) {
    invoice.note = Some(PRINTED[nth % PRINTED.len()]);
    PURPOSES[nth % PURPOSES.len()].clone_into(&mut invoice.payment.purpose);
}
