//! What the letter of a bill is filled with.

use komunala_app::ports::letters::BillLetter;
use komunala_domain::{Language, Money};
use minijinja::{Value, context};

use super::{MAX_PROVIDER_NAME, value::web_address};
use crate::days::day;
use crate::{
    line::line,
    pay_pages::shown::{amount, month},
};

/// The longest value of a bill, in characters.
const LONGEST: usize = 140;
/// The longest line of a payment code, in characters; no scheme has as much in all.
const LONGEST_LINE: usize = 1_000;
/// The most lines of a payment code.
const MOST_LINES: usize = 40;

pub(super) fn values(language: Language, letter: &BillLetter<'_>) -> Result<Value, &'static str> {
    let money = |sum: Money| amount(language, sum);
    let of = |value: Option<&str>| value.map(|value| line(value, LONGEST)).filter(|value| !value.is_empty());
    let address = |uri: Option<&str>| {
        uri.map(|uri| web_address(uri).map(str::to_owned)).map(|uri| uri.ok_or("a link is no web address")).transpose()
    };
    let parts = letter.parts.iter().zip(1..).map(|(part, number)| {
        context! { number => number, amount => money(part.amount), due => day(language, part.due) }
    });
    let code = letter.code.map(|code| {
        let lines: Vec<_> = code.text.lines().take(MOST_LINES).map(|text| line(text, LONGEST_LINE)).collect();
        context! { name => code.content_id, lines => lines }
    });
    let instruction = letter.instruction;
    let reference = instruction.map(|instruction| {
        let model = instruction.model.as_deref().unwrap_or_default();
        format!("{model} {}", instruction.reference.as_deref().unwrap_or_default())
    });
    let payable = letter.payable;
    // where it is paid in parts, each has its day
    let due = payable.filter(|_| letter.parts.is_empty()).and_then(|payable| payable.due);
    Ok(context! {
        provider_name => line(letter.provider_name, MAX_PROVIDER_NAME),
        issuer_name => of(letter.issuer_name),
        number => line(letter.number, LONGEST),
        period => letter.period.map(month),
        total => money(letter.total),
        amount => payable.map(|payable| money(payable.amount)),
        until => payable.and_then(|payable| payable.until).map(|until| day(language, until)),
        due => due.map(|due| day(language, due)),
        parts => parts.collect::<Vec<_>>(),
        link => address(letter.pay_link)?,
        code => code,
        payee => of(instruction.map(|instruction| instruction.payee.as_str())),
        account => of(instruction.map(|instruction| instruction.account.as_str())),
        reference => of(reference.as_deref()),
        purpose => of(instruction.and_then(|instruction| instruction.purpose.as_deref())),
        is_informative => letter.is_informative,
        unsubscribe => address(letter.unsubscribe)?,
    })
}
