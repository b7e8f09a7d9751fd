//! Payments that the billing system booked.

use jiff::civil::Date;

use super::{bill::Bill, customer::Customer, line::decimal, record::day_number};
use crate::{draw::Draw, month::Month};

/// What a customer paid on a day: about three in a hundred pay, and one in a thousand is given money back.
pub(super) fn row(customer: Customer, date: Date, period: Month) -> Option<String> {
    let mut draw = Draw::new(customer.seed, "payment", u64::from(customer.place) << 32 | day_number(date));
    let chance = draw.below(1000);
    let bill = (chance < 30).then(|| Bill::of(customer, period, 0).remove(0))?;
    let minor = bill.total.minor().max(100);
    // a reversal is below zero
    let amount = decimal(if chance == 0 { -minor } else { minor }, 2);
    let channel = draw.pick(&["BANKA", "POŠTA", "KARTICA", ""]);
    let day = day_number(date);
    let (id, number) = (format!("U{day}-{:09}", customer.place + 1), customer.number());
    Some(format!("{id};{number};{day};{amount};97 {};{channel}", bill.reference()))
}
