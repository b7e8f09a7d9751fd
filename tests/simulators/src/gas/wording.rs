//! What the utility's papers say, in its language.

use super::utility::Utility;

/// The words on bills and cards.
pub(super) struct Wording {
    pub(super) invoice: &'static str,
    pub(super) advance_invoice: &'static str,
    pub(super) credit_note: &'static str,
    pub(super) payment: &'static str,
    pub(super) withdrawal: &'static str,
    pub(super) recalculation: &'static str,
    pub(super) advance: &'static str,
    pub(super) piece: &'static str,
}

const SERBIAN: Wording = Wording {
    invoice: "Račun",
    advance_invoice: "Avansni račun",
    credit_note: "Knjižno odobrenje",
    payment: "Uplata",
    withdrawal: "Storno računa",
    recalculation: "Obračunska razlika",
    advance: "Avans za narednu sezonu",
    piece: "kom",
};

const UKRAINIAN: Wording = Wording {
    invoice: "Рахунок",
    advance_invoice: "Авансовий рахунок",
    credit_note: "Коригування",
    payment: "Оплата",
    withdrawal: "Сторно рахунку",
    recalculation: "Перерахунок",
    advance: "Аванс на наступний сезон",
    piece: "шт",
};

impl Utility {
    pub(super) fn wording(self) -> &'static Wording {
        match self {
            Self::Ruma => &SERBIAN,
            Self::Chernihiv => &UKRAINIAN,
        }
    }
}
