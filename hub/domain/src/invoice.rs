//! Invoices as the billing system issued them. What was billed is shown, never recomputed.

mod payable;
mod state;
mod sums;

use arrayvec::ArrayVec;
use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{
    Money, Period,
    balance::{Buckets, Issuer},
    text::ExternalId,
};

pub use payable::{NotPayable, Payable};
pub use state::InvoiceState;
pub use sums::Contradiction;

/// A bill, credit note, advance or reminder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invoice {
    /// The billing system's key.
    pub external_id: ExternalId,
    /// The number printed on it.
    pub number: String,
    /// What it is.
    pub kind: InvoiceKind,
    /// The month it bills; `None` where it bills no month, or the billing system does not say.
    pub period: Option<Period>,
    /// The day it bears, where the billing system says.
    pub issued: Option<Date>,
    /// The first day on which its customer may see it, where the billing system says; seen at once otherwise.
    #[serde(default)]
    pub available_from: Option<Date>,
    /// The legal entity, where a provider bills for several.
    pub issuer: Option<Issuer>,
    /// The supply points it bills, by the billing system's keys.
    pub supply_points: Vec<ExternalId>,
    /// Its lines, in the printed order.
    pub lines: Vec<InvoiceLine>,
    /// The register states it was worked out from.
    pub meter_reads: Vec<MeterRead>,
    /// Sums by kind, where the billing system states them.
    pub subtotals: Vec<Subtotal>,
    /// What it comes to, before conditional discounts; negative on a credit.
    pub total: Money,
    /// When which part is due. One part, or several: a bill is not one amount with one date.
    pub installments: Vec<Installment>,
    /// What is taken off for paying early.
    pub discounts: Vec<Discount>,
    /// How the customer's debt is made up, where the bill says. Few bills do, so it takes no room in the others.
    pub buckets: Option<Box<Buckets>>,
    /// How to pay it.
    pub payment: Option<PaymentInstruction>,
    /// Whether the billing system has it as a document.
    pub document: DocumentHint,
    /// The media types in which the billing system has it, as far as it says.
    #[serde(default)]
    pub media_types: Vec<String>,
}

impl Invoice {
    /// The day by which invoices are in order. One that bears no day is as old as can be: it stands behind all others
    /// of a list that begins with the newest.
    pub fn listed_on(&self) -> Date {
        self.issued.unwrap_or(UNDATED)
    }

    /// The first day on which its customer may see it, as long as that has not come.
    pub fn awaited(&self, on: Date) -> Option<Date> {
        self.available_from.filter(|from| on < *from)
    }
}

/// A day before every bill's, which both databases can keep.
const UNDATED: Date = jiff::civil::date(1, 1, 1);

/// What an invoice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InvoiceKind {
    /// A bill.
    Invoice,
    /// A credit note.
    CreditNote,
    /// A payment in advance.
    Advance,
    /// A reminder of what is overdue; it adds nothing to the account card.
    Reminder,
}

/// A line of an invoice; amounts may be negative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvoiceLine {
    /// The provider's code of the charge.
    pub code: Option<String>,
    /// What is charged, in the provider's words.
    pub text: String,
    /// How much of it.
    pub quantity: Option<Decimal>,
    /// The unit of `quantity`.
    pub unit: Option<String>,
    /// The price of one unit in major units, as printed; may have more decimals than the currency.
    pub unit_price: Option<Decimal>,
    /// Without tax.
    pub net: Option<Money>,
    /// The rate of value added tax in per cent.
    pub tax_rate: Option<Decimal>,
    /// The tax.
    #[serde(default)]
    pub tax: Option<Money>,
    /// With tax.
    pub gross: Option<Money>,
}

/// Register states and what was worked out from them, as billed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MeterRead {
    /// The supply point, by the billing system's key.
    pub supply_point: ExternalId,
    /// The meter's serial number.
    pub serial_number: String,
    /// The code of its register; empty where an earlier release did not write it down.
    #[serde(default)]
    pub register: String,
    /// The state at the beginning.
    pub from: Decimal,
    /// The state at the end; below `from` after a rollover.
    pub to: Decimal,
    /// What was used, as the meter counts it and as energy: for gas both m³ and kWh. In place: a page of bills has many
    /// reads, and few of what is allocated are as small.
    pub consumption: ArrayVec<Consumption, 2>,
    /// Gas: the conversion number k (volume at metering to reference conditions).
    pub conversion_factor: Option<Decimal>,
    /// Gas: the gross calorific value in kWh/m³.
    pub calorific_value: Option<Decimal>,
}

/// A quantity that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Consumption {
    /// How much.
    pub quantity: Decimal,
    /// Its unit.
    pub unit: String,
}

/// A sum of an invoice by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subtotal {
    /// What it sums.
    pub kind: SubtotalKind,
    /// The sum; already part of the total.
    pub amount: Money,
}

/// What a subtotal sums.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubtotalKind {
    /// The charges of the period.
    Charge,
    /// What was owed before.
    PreviousBalance,
    /// Corrections of earlier periods.
    Recalculation,
    /// A privilege by law.
    Privilege,
    /// A subsidy.
    Subsidy,
    /// Default interest and penalties.
    Penalty,
    /// What was paid meanwhile.
    Paid,
    /// Value added tax, where the lines are without it.
    Vat,
}

/// A part of an invoice and the day it is due (that day included, in the provider's zone).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installment {
    /// The part.
    pub amount: Money,
    /// The last day to pay it on time.
    pub due: Date,
}

/// What is taken off if the invoice is paid by a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Discount {
    /// What is taken off; positive.
    pub amount: Money,
    /// The last day it holds (included).
    pub until: Date,
    /// What for, in the provider's words.
    #[serde(default)]
    pub text: Option<String>,
}

/// What a payment order for the invoice must say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentInstruction {
    /// The account number that is printed on the bill.
    pub account: String,
    /// Who is paid.
    pub payee: String,
    /// The model of the reference (Serbia: 97, 22, 11, 00).
    pub model: Option<String>,
    /// The reference.
    pub reference: Option<String>,
    /// The purpose code (Serbia: 189).
    pub code: Option<String>,
    /// What for.
    pub purpose: Option<String>,
}

/// What is known of an invoice's document without asking for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DocumentHint {
    /// The billing system has one.
    Available,
    /// The billing system has none and will have none.
    Absent,
    /// Only asking tells.
    Unknown,
}
