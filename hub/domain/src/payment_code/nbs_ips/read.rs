//! Reading a code of NBS IPS QR.

use super::{AMOUNT, Kind, NbsIps, NbsReference, TAGS};
use crate::payment_code::{CodeError, Rule, amount::Separator, field};

/// More than any code that keeps to the rules has, in bytes.
const MAX_PAYLOAD: usize = 2048;

impl NbsIps {
    /// Reads a code.
    pub fn parse(payload: &str) -> Result<Self, CodeError> {
        let tags = Tags::split(payload)?;
        if tags.needed("V", "version")? != "01" {
            return Err(Rule::Form("01").at("version"));
        }
        if tags.needed("C", "charset")? != "1" {
            return Err(Rule::Form("1, which is UTF-8").at("charset"));
        }
        let kind = tags.needed("K", "kind")?;
        let kind = Kind::ALL.iter().find(|(code, _)| *code == kind).map(|(_, kind)| *kind);
        let optional = |tag| tags.get(tag).map(ToOwned::to_owned);
        let code = Self {
            kind: kind.ok_or_else(|| Rule::Form("PR, PT, PK or EK").at("kind"))?,
            // an account stands in a code without dashes
            account: field::digits("account", tags.needed("R", "account")?, 18, "18 digits")
                .and_then(|()| field::number("account", tags.needed("R", "account")?))?,
            payee: tags.needed("N", "payee")?.to_owned(),
            amount: AMOUNT.read(tags.needed("I", "amount")?, Separator::MandatoryComma)?,
            payer_account: tags.get("O").map(|account| field::number("payer_account", account)).transpose()?,
            payer: optional("P"),
            purpose_code: tags.needed("SF", "purpose_code")?.to_owned(),
            purpose: optional("S"),
            merchant_category: optional("M"),
            payer_code: optional("JS"),
            reference: tags.get("RO").map(NbsReference::read).transpose()?,
            payee_text: optional("RL"),
            payee_number: optional("RP"),
        };
        code.check()?;
        Ok(code)
    }
}

/// The values by their places in [`TAGS`].
struct Tags<'a>([Option<&'a str>; TAGS.len()]);

impl<'a> Tags<'a> {
    fn split(payload: &'a str) -> Result<Self, CodeError> {
        field::longest("payload", payload, MAX_PAYLOAD)?;
        let mut values = [None; TAGS.len()];
        let mut next = 0;
        for part in payload.split('|') {
            let (tag, value) = part
                .split_once(':')
                .ok_or_else(|| Rule::Form("TAG:value, joined by |, none at the end").at("payload"))?;
            // each tag is looked for behind the one before it
            let place = TAGS[next..].iter().position(|known| *known == tag).ok_or_else(|| Rule::Order.at("payload"))?;
            if value.is_empty() {
                return Err(Rule::Form("without tags that have no value").at("payload"));
            }
            next += place + 1;
            values[next - 1] = Some(value);
        }
        Ok(Self(values))
    }

    fn get(&self, tag: &str) -> Option<&'a str> {
        TAGS.iter().zip(self.0).find(|(known, _)| **known == tag).and_then(|(_, value)| value)
    }

    fn needed(&self, tag: &str, field: &'static str) -> Result<&'a str, CodeError> {
        self.get(tag).ok_or_else(|| Rule::Missing.at(field))
    }
}
