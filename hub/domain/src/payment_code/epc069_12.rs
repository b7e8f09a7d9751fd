//! EPC069-12 of the European Payments Council: a SEPA credit transfer.
//!
//! Twelve fields with a line feed between, at most 331 bytes.

use super::{
    Charset, CodeError, Order, Rule, Unit,
    amount::{self, Bounds, Separator},
    field,
};
use crate::{
    Currency, Money,
    check_digits::{CreditorReference, Iban},
};

const FIELDS: usize = 12;
/// The most bytes.
const MAX: usize = 331;

const AMOUNT: Bounds =
    Bounds { currency: Currency::EUR, code: "EUR", most: 99_999_999_999, range: ("0.01", "999999999.99") };

/// What the payee finds the payment by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Remittance {
    /// A structured reference, at most 35 characters; one that begins with RF has check digits (ISO 11649).
    Reference(String),
    /// A text, at most 140 characters.
    Text(String),
}

/// A payment as EPC069-12 writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Epc06912 {
    /// The version: `false` is 001, which needs a BIC, `true` 002.
    pub bic_is_optional: bool,
    /// UTF-8 or ISO-8859-2.
    pub charset: Charset,
    /// The BIC of the payee's bank.
    pub bic: Option<String>,
    /// The payee's name, at most 70 characters.
    pub payee: String,
    /// The payee's account.
    pub account: Iban,
    /// The amount, 0.01 to 999999999.99 euro.
    pub amount: Money,
    /// The purpose code, at most 4 letters.
    pub purpose_code: Option<String>,
    /// What the payee finds the payment by.
    pub remittance: Option<Remittance>,
    /// What the payer is told, at most 70 characters.
    pub information: Option<String>,
}

impl Epc06912 {
    /// The code of a bill: its reference where it is one of ISO 11649, otherwise reference and purpose as a text. Where
    /// UTF-8 takes too many bytes it is ISO-8859-2, if that has the characters.
    pub fn of(order: &Order<'_>) -> Result<Self, CodeError> {
        let instruction = order.instruction;
        let reference = field::trimmed(instruction.reference.as_deref());
        let purpose = field::trimmed(instruction.purpose.as_deref());
        let structured = reference.as_deref().and_then(|reference| reference.parse::<CreditorReference>().ok());
        let remittance = match structured {
            Some(reference) => Some(Remittance::Reference(reference.to_string())),
            None => {
                let texts: Vec<_> = [reference, purpose].into_iter().flatten().collect();
                (!texts.is_empty()).then(|| Remittance::Text(texts.join(" ")))
            }
        };
        let code = Self {
            bic_is_optional: true,
            charset: Charset::Utf8,
            bic: None,
            payee: instruction.payee.trim().to_owned(),
            account: field::number("account", &instruction.account)?,
            amount: order.amount,
            purpose_code: field::trimmed(instruction.code.as_deref()),
            remittance,
            information: None,
        };
        let written = code.written();
        let charset =
            if written.len() > MAX && Charset::Latin2.holds(&written) { Charset::Latin2 } else { code.charset };
        Ok(Self { charset, ..code })
    }

    /// The code as text; the QR code holds it in [`Self::charset`].
    pub fn payload(&self) -> Result<String, CodeError> {
        self.check()?;
        let payload = self.written();
        if self.charset.encode("payload", &payload)?.len() > MAX {
            return Err(Rule::TooLong { max: MAX, unit: Unit::Bytes }.at("payload"));
        }
        Ok(payload)
    }

    /// Reads a code, decoded from its charset.
    pub fn parse(payload: &str) -> Result<Self, CodeError> {
        field::longest("payload", payload, MAX)?;
        let fields: Vec<&str> = payload.split('\n').collect();
        let Ok(fields) = <[&str; FIELDS]>::try_from(fields) else {
            return Err(Rule::Fields { wanted: FIELDS }.at("payload"));
        };
        let [header, version, charset, function, bic, payee, account, amount, purpose, reference, text, information] =
            fields;
        let constant = |name, found: &str, wanted: &'static str| match found == wanted {
            true => Ok(()),
            false => Err(Rule::Form(wanted).at(name)),
        };
        constant("header", header, "BCD")?;
        constant("function", function, "SCT")?;
        let remittance = match (field::said(reference), field::said(text)) {
            (Some(_), Some(_)) => return Err(Rule::Form("a reference or a text, not both").at("remittance")),
            (Some(reference), None) => Some(Remittance::Reference(reference)),
            (None, text) => text.map(Remittance::Text),
        };
        let code = Self {
            bic_is_optional: match version {
                "001" => false,
                "002" => true,
                _ => return Err(Rule::Form("001 or 002").at("version")),
            },
            charset: match charset {
                "1" => Charset::Utf8,
                "3" => Charset::Latin2,
                _ => return Err(Rule::Form("1 (UTF-8) or 3 (ISO-8859-2)").at("charset")),
            },
            bic: field::said(bic),
            payee: payee.to_owned(),
            account: field::number("account", account)?,
            amount: AMOUNT.read(amount, Separator::Point)?,
            purpose_code: field::said(purpose),
            remittance,
            information: field::said(information),
        };
        code.payload()?;
        Ok(code)
    }

    fn written(&self) -> String {
        let said = |value: &Option<String>| value.clone().unwrap_or_default();
        let (reference, text) = match &self.remittance {
            Some(Remittance::Reference(reference)) => (reference.as_str(), ""),
            Some(Remittance::Text(text)) => ("", text.as_str()),
            None => ("", ""),
        };
        [
            "BCD",
            if self.bic_is_optional { "002" } else { "001" },
            if self.charset == Charset::Latin2 { "3" } else { "1" },
            "SCT",
            &said(&self.bic),
            &self.payee,
            self.account.as_str(),
            &format!("EUR{}", amount::with_decimals(self.amount, '.')),
            &said(&self.purpose_code),
            reference,
            text,
            &said(&self.information),
        ]
        .join("\n")
    }

    fn check(&self) -> Result<(), CodeError> {
        if self.charset == Charset::Cyrillic {
            return Err(Rule::Form("UTF-8 or ISO-8859-2").at("charset"));
        }
        match &self.bic {
            None if !self.bic_is_optional => return Err(Rule::Missing.at("bic")),
            Some(bic) if !is_bic(bic) => return Err(Rule::Form("a BIC of 8 or 11 letters and digits").at("bic")),
            _ => {}
        }
        field::text("payee", &self.payee, 70)?;
        AMOUNT.check(self.amount)?;
        if let Some(code) = &self.purpose_code
            && (code.is_empty() || code.len() > 4 || !code.bytes().all(|byte| byte.is_ascii_uppercase()))
        {
            return Err(Rule::Form("at most four capital letters").at("purpose_code"));
        }
        match &self.remittance {
            Some(Remittance::Reference(reference)) => {
                field::text("reference", reference, 35)?;
                if reference.starts_with("RF") {
                    field::number::<CreditorReference>("reference", reference)?;
                }
            }
            Some(Remittance::Text(text)) => field::text("text", text, 140)?,
            None => {}
        }
        field::optional_text("information", self.information.as_deref(), 70)
    }
}

/// ISO 9362: four letters of the bank, two of the country, then two or five letters and digits.
fn is_bic(text: &str) -> bool {
    matches!(text.len(), 8 | 11)
        && text.bytes().take(6).all(|byte| byte.is_ascii_uppercase())
        && text.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
}

#[cfg(test)]
mod tests;
