//! UPN QR: the code on the Slovenian universal payment order.
//!
//! Nineteen fields, a control sum and a reserve, a line feed behind each. Written in ISO-8859-2, which the QR code says.

mod read;

use jiff::civil::Date;

use super::{Charset, CodeError, Order, Rule, amount::Bounds, field};
use crate::{
    Currency, Money,
    account::Commodity,
    check_digits::{CreditorReference, Iban, SiReference},
};

/// What the first field says.
const HEADER: &str = "UPNQR";
/// How many fields stand before the control sum.
const FIELDS: usize = 19;
/// The most characters, reserve included.
const MAX: usize = 411;
/// The most characters of a line of somebody's name or address.
const LINE: usize = 33;

const AMOUNT: Bounds =
    Bounds { currency: Currency::EUR, code: "EUR", most: 99_999_999_999, range: ("0.01", "999999999.99") };

/// Whoever pays or is paid; every line at most 33 characters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Party {
    /// The name.
    pub name: Option<String>,
    /// Street and number.
    pub street: Option<String>,
    /// Postal code and place.
    pub place: Option<String>,
}

/// The reference of the recipient: SI with a model, or RF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UpnReference {
    /// National.
    Si(SiReference),
    /// ISO 11649, of which at most 22 characters stand behind `RF` and its check digits.
    Rf(CreditorReference),
}

impl UpnReference {
    /// The reference without blanks.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Si(reference) => reference.as_str(),
            Self::Rf(reference) => reference.as_str(),
        }
    }

    fn read(name: &'static str, text: &str) -> Result<Self, CodeError> {
        if text.trim_start().to_ascii_uppercase().starts_with("RF") {
            field::number(name, text).map(Self::Rf)
        } else {
            field::number(name, text).map(Self::Si)
        }
    }
}

/// A payment as UPN QR writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UpnQr {
    /// 2: the payer's account, 19 characters.
    pub payer_account: Option<Iban>,
    /// 3: whether it is a deposit.
    pub deposit: bool,
    /// 4: whether it is a withdrawal.
    pub withdrawal: bool,
    /// 5: the payer's reference, at most 26 characters.
    pub payer_reference: Option<String>,
    /// 6 to 8: the payer.
    pub payer: Party,
    /// 9: the amount, at most 11 digits of cents.
    pub amount: Money,
    /// 10: the day of payment.
    pub payment_date: Option<Date>,
    /// 11: whether it is urgent.
    pub urgent: bool,
    /// 12: the purpose code, four capital letters.
    pub purpose_code: String,
    /// 13: the purpose, at most 42 characters.
    pub purpose: String,
    /// 14: the last day to pay.
    pub due: Option<Date>,
    /// 15: the recipient's account, 19 characters.
    pub account: Iban,
    /// 16: the recipient's reference.
    pub reference: UpnReference,
    /// 17 to 19: the recipient, whose name is needed.
    pub payee: Party,
    /// 21: whatever stands behind the control sum.
    pub reserve: Option<String>,
}

impl UpnQr {
    /// The code of a bill.
    pub fn of(order: &Order<'_>) -> Result<Self, CodeError> {
        let instruction = order.instruction;
        let reference = match (field::trimmed(instruction.model.as_deref()), instruction.reference.as_deref()) {
            // the model stands in front of the reference or on its own
            (Some(model), Some(reference)) => format!("{model}{reference}"),
            (Some(model), None) => model,
            (None, Some(reference)) if !reference.trim().is_empty() => reference.to_owned(),
            (None, _) => "SI99".to_owned(),
        };
        Ok(Self {
            payer_account: None,
            deposit: false,
            withdrawal: false,
            payer_reference: None,
            payer: Party::default(),
            amount: order.amount,
            payment_date: None,
            urgent: false,
            purpose_code: field::trimmed(instruction.code.as_deref())
                .unwrap_or_else(|| purpose_code(order.commodity).to_owned()),
            purpose: field::trimmed(instruction.purpose.as_deref()).ok_or_else(|| Rule::Missing.at("purpose"))?,
            due: order.due,
            account: field::number("account", &instruction.account)?,
            reference: UpnReference::read("reference", &reference)?,
            payee: Party {
                name: field::trimmed(Some(&instruction.payee)),
                street: field::trimmed(order.payee.street.as_deref()),
                place: field::trimmed(order.payee.place.as_deref()),
            },
            reserve: None,
        })
    }

    /// The code as text; the QR code holds it in ISO-8859-2.
    pub fn payload(&self) -> Result<String, CodeError> {
        self.check()?;
        let mut payload = String::with_capacity(MAX);
        let mut sum = FIELDS;
        for field in self.fields() {
            sum += field.chars().count();
            payload.push_str(&field);
            payload.push('\n');
        }
        payload.push_str(&format!("{sum:03}\n"));
        if let Some(reserve) = &self.reserve {
            payload.push_str(reserve);
            payload.push('\n');
        }
        field::longest("payload", &payload, MAX)?;
        Ok(payload)
    }

    fn fields(&self) -> [String; FIELDS] {
        let cross = |is: bool| if is { "X".to_owned() } else { String::new() };
        let said = |value: &Option<String>| value.clone().unwrap_or_default();
        let day = |day: Option<Date>| day.map(written_day).unwrap_or_default();
        [
            HEADER.to_owned(),
            self.payer_account.as_ref().map(ToString::to_string).unwrap_or_default(),
            cross(self.deposit),
            cross(self.withdrawal),
            said(&self.payer_reference),
            said(&self.payer.name),
            said(&self.payer.street),
            said(&self.payer.place),
            format!("{:011}", self.amount.minor),
            day(self.payment_date),
            cross(self.urgent),
            self.purpose_code.clone(),
            self.purpose.clone(),
            day(self.due),
            self.account.to_string(),
            self.reference.as_str().to_owned(),
            said(&self.payee.name),
            said(&self.payee.street),
            said(&self.payee.place),
        ]
    }

    fn check(&self) -> Result<(), CodeError> {
        let slovenian = |name, iban: &Iban| match iban.as_str().len() {
            19 => Ok(()),
            _ => Err(Rule::Form("an IBAN of 19 characters").at(name)),
        };
        self.payer_account.as_ref().map_or(Ok(()), |iban| slovenian("payer_account", iban))?;
        text("payer_reference", self.payer_reference.as_deref(), 26)?;
        text("payer.name", self.payer.name.as_deref(), LINE)?;
        text("payer.street", self.payer.street.as_deref(), LINE)?;
        text("payer.place", self.payer.place.as_deref(), LINE)?;
        AMOUNT.check(self.amount)?;
        for (name, day) in [("payment_date", self.payment_date), ("due", self.due)] {
            if day.is_some_and(|day| day.year() < 0) {
                return Err(Rule::Form("a day as DD.MM.YYYY").at(name));
            }
        }
        if !field::is_four_letters(&self.purpose_code) {
            return Err(Rule::Form("four capital letters").at("purpose_code"));
        }
        text("purpose", Some(&self.purpose), 42)?;
        slovenian("account", &self.account)?;
        field::longest("reference", self.reference.as_str(), 4 + SiReference::MAX)?;
        text("payee.name", Some(self.payee.name.as_deref().unwrap_or_default()), LINE)?;
        text("payee.street", self.payee.street.as_deref(), LINE)?;
        text("payee.place", self.payee.place.as_deref(), LINE)?;
        text("reserve", self.reserve.as_deref(), MAX)
    }
}

/// A text of one line in the scheme's charset.
fn text(name: &'static str, value: Option<&str>, max: usize) -> Result<(), CodeError> {
    field::optional_text(name, value, max)?;
    Charset::Latin2.encode(name, value.unwrap_or_default()).map(|_| ())
}

/// `DD.MM.YYYY`
fn written_day(day: Date) -> String {
    format!("{:02}.{:02}.{:04}", day.day(), day.month(), day.year())
}

/// The purpose code of a bill that says none.
fn purpose_code(commodity: Commodity) -> &'static str {
    match commodity {
        Commodity::Electricity => "ELEC",
        Commodity::Gas => "GASB",
        Commodity::Water => "WTER",
        Commodity::Heat => "ENRG",
        Commodity::Housing | Commodity::Waste | Commodity::Other => "OTHR",
    }
}

#[cfg(test)]
mod tests;
