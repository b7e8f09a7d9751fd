//! How a customer wants the bill.

use serde::{Deserialize, Serialize};

/// What a customer chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BillDelivery {
    /// By e-mail alone.
    Email,
    /// On paper.
    Paper,
    /// By e-mail and on paper.
    EmailAndPaper,
}

/// What a billing system is told: whether it prints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PostalChannel {
    /// It prints and posts the bill.
    Paper,
    /// It does not print: the bill goes out by e-mail.
    Email,
}

/// What a billing system must be told when these are the choices of an account's active links.
///
/// Paper stops only when every link says e-mail alone; without any link it goes on.
pub fn postal_channel(choices: impl IntoIterator<Item = BillDelivery>) -> PostalChannel {
    let mut choices = choices.into_iter().peekable();
    if choices.peek().is_some() && choices.all(|choice| choice == BillDelivery::Email) {
        PostalChannel::Email
    } else {
        PostalChannel::Paper
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use BillDelivery::{Email, EmailAndPaper, Paper};

    #[test]
    fn paper_stops_only_when_every_link_says_email_alone() {
        assert_eq!(postal_channel([]), PostalChannel::Paper);
        assert_eq!(postal_channel([Email]), PostalChannel::Email);
        assert_eq!(postal_channel([Email, Email]), PostalChannel::Email);
        assert_eq!(postal_channel([Email, Paper]), PostalChannel::Paper);
        assert_eq!(postal_channel([EmailAndPaper]), PostalChannel::Paper);
    }
}
