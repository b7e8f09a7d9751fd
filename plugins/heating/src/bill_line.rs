//! A row of `STV`: a line of a bill.

use komunala_adapter_sdk::{Quantity, invoice_types::InvoiceLine};

use crate::{
    columns::{Field, Malformed},
    settings::Settings,
};

/// The first line of a file.
pub(crate) const HEADER: &str = "racun;davalac;sifra;naziv;kolicina;jm;cena;iznos";

/// Fields of a row.
pub(crate) const FIELDS: usize = 8;

/// The longest unit of the contract.
const MAX_UNIT: usize = 16;

/// The fields of a row by their names.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Line<'a> {
    bill: Field<'a>,
    supplier: Field<'a>,
    code: Field<'a>,
    text: Field<'a>,
    quantity: Field<'a>,
    unit: Field<'a>,
    price: Field<'a>,
    amount: Field<'a>,
}

impl<'a> Line<'a> {
    pub(crate) fn new(fields: [&'a [u8]; FIELDS]) -> Self {
        let [bill, supplier, code, text, quantity, unit, price, amount] = fields;
        Self {
            bill: Field::new("racun", bill),
            supplier: Field::new("davalac", supplier),
            code: Field::new("sifra", code),
            text: Field::new("naziv", text),
            quantity: Field::new("kolicina", quantity),
            unit: Field::new("jm", unit),
            price: Field::new("cena", price),
            amount: Field::new("iznos", amount),
        }
    }

    /// The number of the bill it is of.
    pub(crate) fn bill(&self) -> Field<'a> {
        self.bill
    }

    /// What it adds to the bill, in minor units, once everything about it can be understood.
    pub(crate) fn adds(&self) -> Result<i64, Malformed> {
        [self.bill, self.supplier, self.code, self.text].iter().try_for_each(Field::bounded)?;
        if self.unit.trimmed().len() > MAX_UNIT {
            return Err(self.unit.malformed("is longer than 16 characters"));
        }
        self.quantity.decimal()?;
        self.price.decimal()?;
        Ok(self.amount.amount()?.unwrap_or(0))
    }

    /// The line as it is printed: each utility behind the bill charges its own.
    pub(crate) fn read(&self, settings: &Settings) -> Result<InvoiceLine, Malformed> {
        let text = self.text.text()?.unwrap_or_default();
        let supplier = self.supplier.text()?;
        let name = supplier.as_deref().map(|code| settings.suppliers.get(code).map_or(code, String::as_str));
        let unit = self.unit.text()?;
        Ok(InvoiceLine {
            code: self.code.text()?,
            text: match name {
                Some(name) => format!("{name}: {text}"),
                None => text,
            },
            // a number of nothing says nothing
            quantity: self.quantity.decimal()?.zip(unit).map(|(value, unit)| Quantity { value, unit }),
            unit_price: self.price.decimal()?,
            net: None,
            vat_rate: None,
            vat: None,
            gross: self.amount.amount()?,
        })
    }
}
