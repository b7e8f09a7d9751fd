//! Answers, honest and not.

use komunala_adapter_sdk::{
    Date, Period,
    account_types::{Account, Category, Premises},
    invoice_types::{Invoice, InvoiceKind, Subtotal, SubtotalKind},
};

use crate::{exhaustion, verb::Verb};

/// An account.
pub(crate) fn account(verb: Verb, id: String) -> Account {
    let honest = Account {
        customer_number: id.clone(),
        id,
        category: Some(Category::Household),
        name: "A customer".to_owned(),
        premises: Premises::at(None),
        language: None,
        supply_points: Vec::new(),
    };
    match verb {
        Verb::OtherCustomer => Account { id: "somebody-else".to_owned(), ..honest },
        Verb::ControlCharacters => Account { name: "A\u{0}customer\r\nBcc: all@example.com".to_owned(), ..honest },
        Verb::String => Account { name: exhaustion::string(), ..honest },
        _ => honest,
    }
}

/// An account's bills.
pub(crate) fn invoices(verb: Verb, account: &str, size: u16) -> Vec<Invoice> {
    match verb {
        Verb::TooManyItems => (0..2 * u32::from(size)).map(|index| invoice(verb, account, index)).collect(),
        _ => (1..=2).map(|index| invoice(verb, account, index)).collect(),
    }
}

/// One bill.
pub(crate) fn invoice(verb: Verb, account: &str, index: u32) -> Invoice {
    let number = format!("24-07-{index:07}");
    let honest = Invoice {
        id: number.clone(),
        account: account.to_owned(),
        number,
        kind: InvoiceKind::Invoice,
        period: Some(Period { year: 2024, month: 7 }),
        issued: Some(Date { year: 2024, month: 8, day: 3 }),
        available_from: None,
        issuer: None,
        supply_points: Vec::new(),
        lines: Vec::new(),
        subtotals: Vec::new(),
        total: 431_207,
        signed_total: false,
        currency: "RSD".to_owned(),
        installments: Vec::new(),
        discounts: Vec::new(),
        buckets: Vec::new(),
        payment: None,
        reads: Vec::new(),
        document_types: None,
    };
    match verb {
        Verb::OtherCustomer => Invoice { account: "somebody-else".to_owned(), ..honest },
        Verb::WrongCurrency => Invoice { currency: "XTS".to_owned(), ..honest },
        Verb::NegativeTotal => Invoice { total: -1, ..honest },
        Verb::Year9999 => Invoice { issued: Some(Date { year: 9999, month: 12, day: 31 }), ..honest },
        Verb::MillionRows => {
            Invoice { subtotals: vec![Subtotal { kind: SubtotalKind::Charge, amount: 1 }; 1_000_000], ..honest }
        }
        Verb::ControlCharacters => Invoice { number: "24\u{0}07\r\n".to_owned(), ..honest },
        Verb::String => Invoice { number: exhaustion::string(), ..honest },
        Verb::AliasedStrings => Invoice { supply_points: exhaustion::aliased_strings(), ..honest },
        _ => honest,
    }
}
