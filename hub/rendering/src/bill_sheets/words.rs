//! The words of a copy. Serbian is written in Cyrillic and made Latin letter by letter, as in the letters.

mod english;
mod serbian;
mod slovenian;
mod ukrainian;

use std::borrow::Cow;

use komunala_domain::{
    Language,
    invoice::{InvoiceKind, SubtotalKind},
};

use crate::letters::transliteration::to_latin;

/// Lists what a copy says, so that a language that has no word for something does not compile.
macro_rules! words {
    ($($word:ident),* $(,)?) => {
        /// Something that a copy says.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(in crate::bill_sheets) enum Word { $($word),* }

        impl Word {
            /// Everything that it says.
            #[cfg(test)]
            pub(in crate::bill_sheets) const ALL: &[Self] = &[$(Self::$word),*];
        }
    };
}

words! {
    InformativeCopy, InformativeNote, Page,
    Invoice, CreditNote, Advance, Reminder,
    Number, Period, Issued, Issuer, Customer, CustomerNumber, SupplyPoint, SupplyPoints,
    Item, Quantity, UnitPrice, Net, VatRate, Amount, Total,
    Charge, PreviousBalance, Recalculation, Privilege, Subsidy, Penalty, Paid, Vat,
    Meters, Meter, From, To, Used, Conversion, CalorificValue,
    Installments, Installment, Due, Discount,
    Debts, Current, Overdue, Sued, Reprogrammed, Credit,
    Usage,
    Payment, Account, Payee, Reference, PurposeCode, Purpose, WholeBill, EarlyPayment, ValidUntil, Scan,
}

impl Word {
    /// What a kind of bill is called.
    pub(super) fn of_kind(kind: InvoiceKind) -> Self {
        match kind {
            InvoiceKind::Invoice => Self::Invoice,
            InvoiceKind::CreditNote => Self::CreditNote,
            InvoiceKind::Advance => Self::Advance,
            InvoiceKind::Reminder => Self::Reminder,
        }
    }

    /// What a subtotal is called.
    pub(super) fn of_subtotal(kind: SubtotalKind) -> Self {
        match kind {
            SubtotalKind::Charge => Self::Charge,
            SubtotalKind::PreviousBalance => Self::PreviousBalance,
            SubtotalKind::Recalculation => Self::Recalculation,
            SubtotalKind::Privilege => Self::Privilege,
            SubtotalKind::Subsidy => Self::Subsidy,
            SubtotalKind::Penalty => Self::Penalty,
            SubtotalKind::Paid => Self::Paid,
            SubtotalKind::Vat => Self::Vat,
        }
    }
}

/// The words of a language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Words(Language);

impl Words {
    /// Those of this one.
    pub(super) fn of(language: Language) -> Self {
        Self(language)
    }

    /// How something is said.
    pub(super) fn say(self, word: Word) -> Cow<'static, str> {
        match self.0 {
            Language::SerbianCyrillic => serbian::say(word).into(),
            Language::SerbianLatin => to_latin(serbian::say(word)).into(),
            Language::Ukrainian => ukrainian::say(word).into(),
            Language::Slovenian => slovenian::say(word).into(),
            Language::English => english::say(word).into(),
        }
    }
}
