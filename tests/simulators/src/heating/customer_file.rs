//! `KOR`: the customers.

use std::{io, path::PathBuf};

use super::{
    customer::{Customer, Population},
    kind::Kind,
    night::{Customers, FileKind, Night, Renewal},
    record::Record,
    rows::{CUSTOMER, Rows},
    sealed::Sealed,
};

/// Writes the file; what its `.ok` has to say is returned.
pub(super) fn write(
    path: PathBuf,
    night: &Night,
    who: Customers,
    population: Population,
) -> io::Result<(PathBuf, String)> {
    let flaws = night.flaws.of(FileKind::Customers);
    let mut rows = Rows::begin(Sealed::create(path)?, night, CUSTOMER, who != Customers::Changed, flaws)?;
    let is_renewed = |customer| night.renewals.iter().any(|(renewed, _)| *renewed == customer);
    for customer in population.all().filter(|customer| tells_of(*customer, who) || is_renewed(*customer)) {
        rows.row(record(customer, night), 0)?;
    }
    rows.end()
}

fn tells_of(customer: Customer, who: Customers) -> bool {
    match who {
        Customers::All => true,
        Customers::AllWhoStay => customer.kind() != Kind::Leaving,
        Customers::Changed => customer.place % 100 == 7,
    }
}

fn record(customer: Customer, night: &Night) -> Record {
    let has = |renewal| night.renewals.contains(&(customer, renewal));
    let mut record = Record::new(CUSTOMER, b'1');
    record.text(2, 11, &customer.number());
    if customer.kind() != Kind::NoPin {
        let pin = if has(Renewal::Pin) { customer.next_pin() } else { customer.pin() };
        let (salt, hash) = customer.verifier(&pin);
        record.text(12, 19, &salt);
        record.text(20, 83, &hash);
    }
    record.text(84, 123, &if has(Renewal::Holder) { customer.next_holder() } else { customer.name() });
    record.text(124, 173, &customer.address());
    record.number(174, 176, Some(u64::from(customer.municipality())));
    record.text(
        177,
        177,
        match customer.kind() {
            Kind::Business => "P",
            Kind::Garage => "G",
            _ => "S",
        },
    );
    record.number(178, 184, Some(customer.area()));
    record.number(185, 186, (customer.kind() != Kind::Unsaid).then(|| customer.draw("occupants").below(6)));
    record.text(187, 187, if customer.wants_e_bill(night.revision) { "D" } else { "N" });
    record
}
