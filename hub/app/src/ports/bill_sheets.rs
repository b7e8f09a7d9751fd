//! Informative copies of bills, for paper: what stands on them beside the bill itself.

use jiff::civil::Date;
use komunala_domain::{
    CustomerAccount, Invoice, Language, PaymentCode, Period, Provider,
    invoice::{Payable, PaymentInstruction},
};
use rust_decimal::Decimal;

/// A bill and what its copy says beside it. Equal ones are written as equal bytes.
#[derive(Debug)]
pub struct BillSheet<'a> {
    /// The language of the words; texts of the bill stay as they are.
    pub language: Language,
    /// Who bills.
    pub provider: &'a Provider,
    /// The bill.
    pub invoice: &'a Invoice,
    /// Whose it is, where the hub knows.
    pub account: Option<&'a CustomerAccount>,
    /// The supply points that it bills, as they are printed.
    pub points: Vec<PrintedPoint>,
    /// How it is paid: one slip per amount that can be.
    pub slips: Vec<Slip<'a>>,
    /// What was used in the months up to the bill.
    pub charts: Vec<UsageChart>,
    /// The day that the document itself bears.
    pub dated: Date,
}

/// A supply point as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintedPoint {
    /// Its number on the paper bill.
    pub number: String,
    /// Where it is, in one line.
    pub address: Option<String>,
}

/// A payment that a bill asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip<'a> {
    /// What it pays.
    pub pays: Paid,
    /// How much, and until when.
    pub payable: Payable,
    /// To whom.
    pub instruction: &'a PaymentInstruction,
    /// Its payment code; none where the bill does not fit the scheme.
    pub code: Option<PaymentCode>,
}

/// What a slip pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paid {
    /// The whole bill.
    Whole,
    /// The whole bill, less what is taken off for paying early.
    Early,
    /// One of its installments, counted from 1.
    Installment(usize),
}

/// What was used at a supply point, month by month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageChart {
    /// The supply point's number.
    pub point_number: String,
    /// The unit of all quantities.
    pub unit: String,
    /// The codes of its registers.
    pub registers: Vec<String>,
    /// The months, the earliest first.
    pub months: Vec<MonthUsed>,
}

/// What was used in a month.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MonthUsed {
    /// The month.
    pub month: Period,
    /// By register, in their order; none where it is not known.
    pub quantities: Vec<Option<Decimal>>,
}

/// Why a copy could not be written.
#[derive(Debug, thiserror::Error)]
#[error("the copy of a bill could not be written: {0}")]
pub struct SheetError(pub String);

/// Writes informative copies of bills as PDF/A.
pub trait BillSheets: Send + Sync {
    /// Writes a copy. It says on every page that it is one.
    fn write(&self, sheet: &BillSheet<'_>) -> Result<Vec<u8>, SheetError>;
}
