//! The arguments of MAIL and RCPT.

use thiserror::Error;

/// What MAIL FROM says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sender {
    /// Empty for `<>`.
    pub(crate) address: String,
    /// The announced size.
    pub(crate) size: Option<usize>,
    pub(crate) smtputf8: bool,
}

/// Why an argument is refused.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum BadArgument {
    #[error("5.5.4 expected {0}:<address>")]
    Syntax(&'static str),
    #[error("5.1.3 the address has no local part or no domain")]
    Address,
    #[error("5.5.4 a parameter is unknown")]
    Parameter,
}

impl BadArgument {
    /// The reply's code.
    pub(crate) fn code(&self) -> u16 {
        match self {
            Self::Syntax(_) => 501,
            Self::Address => 553,
            Self::Parameter => 555,
        }
    }
}

/// Reads `FROM:<address> parameters`.
pub(crate) fn sender(argument: &str) -> Result<Sender, BadArgument> {
    let (address, parameters) = path("FROM", argument)?;
    if !address.is_empty() && !is_mailbox(address) {
        return Err(BadArgument::Address);
    }
    let mut sender = Sender { address: address.to_owned(), ..Sender::default() };
    for parameter in parameters.split_ascii_whitespace() {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match (name.to_ascii_uppercase().as_str(), value) {
            ("SIZE", size) => sender.size = Some(size.parse().map_err(|_| BadArgument::Parameter)?),
            ("BODY", body) if ["7BIT", "8BITMIME"].contains(&body.to_ascii_uppercase().as_str()) => {}
            ("SMTPUTF8", "") => sender.smtputf8 = true,
            ("AUTH", _) => {}
            _ => return Err(BadArgument::Parameter),
        }
    }
    Ok(sender)
}

/// Reads `TO:<address>`.
pub(crate) fn recipient(argument: &str) -> Result<String, BadArgument> {
    let (address, parameters) = path("TO", argument)?;
    if !is_mailbox(address) {
        return Err(BadArgument::Address);
    }
    if !parameters.trim().is_empty() {
        return Err(BadArgument::Parameter);
    }
    Ok(address.to_owned())
}

/// Takes `KEYWORD:<address> rest` apart.
fn path<'a>(keyword: &'static str, argument: &'a str) -> Result<(&'a str, &'a str), BadArgument> {
    let syntax = BadArgument::Syntax(keyword);
    let (word, rest) = argument.split_once(':').ok_or(syntax.clone())?;
    if !word.eq_ignore_ascii_case(keyword) {
        return Err(syntax);
    }
    let (address, parameters) =
        rest.trim_start().strip_prefix('<').and_then(|rest| rest.split_once('>')).ok_or(syntax.clone())?;
    if !parameters.is_empty() && !parameters.starts_with(' ') {
        return Err(syntax);
    }
    Ok((address, parameters))
}

fn is_mailbox(address: &str) -> bool {
    let clean = !address.chars().any(|letter| letter.is_control() || letter == ' ' || letter == '<');
    clean && address.rsplit_once('@').is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_known_parameters() {
        let plain = |address: &str| Sender { address: address.to_owned(), ..Sender::default() };
        assert_eq!(sender("FROM:<a@b.c>"), Ok(plain("a@b.c")));
        assert_eq!(sender("from: <>"), Ok(plain("")));
        let sized = Sender { size: Some(12), smtputf8: true, ..plain("a@b.c") };
        assert_eq!(sender("FROM:<a@b.c> SIZE=12 BODY=8BITMIME SMTPUTF8"), Ok(sized));
        assert_eq!(sender("FROM:<a@b.c> RET=HDRS"), Err(BadArgument::Parameter));
        assert_eq!(sender("FROM:a@b.c"), Err(BadArgument::Syntax("FROM")));
        assert_eq!(sender("FROM:<a@b.c>SIZE=1"), Err(BadArgument::Syntax("FROM")));
    }

    #[test]
    fn a_recipient_needs_a_local_part_and_a_domain() {
        assert_eq!(recipient("TO:<ana@example.org>").as_deref(), Ok("ana@example.org"));
        for wrong in ["TO:<>", "TO:<ana>", "TO:<@example.org>", "TO:<ana@>", "TO:<a b@c>", "TO:<a\n@c>"] {
            assert_eq!(recipient(wrong), Err(BadArgument::Address), "{wrong:?}");
        }
        assert_eq!(recipient("TO:<ana@example.org> NOTIFY=NEVER"), Err(BadArgument::Parameter));
    }
}
