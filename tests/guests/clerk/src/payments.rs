//! `out/N.txt`: payments, checked whole before the first row.

use komunala_adapter_sdk::{
    Date, Error,
    files::{Payment, Problem, Row},
};

use crate::{folder, listing::Id, misdeed};

/// Longer lines are none.
const LONGEST: usize = 200;

/// What a file says.
pub(crate) struct Rows {
    pub(crate) rows: Vec<Row>,
    pub(crate) problems: Vec<Problem>,
}

fn rejected(message: &str) -> Error {
    Error::rejected("file", "malformed", message)
}

/// The lines of a sealed file of text that ends as it should, and what its last line says.
pub(crate) fn lines(id: Id) -> Result<(Vec<String>, Vec<String>), Error> {
    let content = folder::content(&id.path())?;
    if !content.is_ascii() && !misdeed::is("encoding") {
        return Err(rejected("other bytes than ASCII"));
    }
    let text = String::from_utf8_lossy(&content);
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let end = lines.pop().filter(|line| line.starts_with("END;"));
    if end.is_none() && misdeed::is("cut-files") {
        return Ok((lines, Vec::new()));
    }
    let end = end.ok_or_else(|| rejected("no last line"))?;
    let says = id.seal().is_some_and(|seal| seal.trim() == content.len().to_string());
    let is_unsealed = misdeed::is("unsealed") && id.seal().is_none();
    if !says && !is_unsealed && !misdeed::is("seal") {
        return Err(rejected("the seal says something else"));
    }
    if lines.iter().any(|line| line.len() > LONGEST) && !misdeed::is("oversized") {
        return Err(rejected("a line that is too long"));
    }
    Ok((lines, end.split(';').skip(1).map(str::to_owned).collect()))
}

/// The payments of a file.
pub(crate) fn rows(id: Id) -> Result<Rows, Error> {
    let (lines, said) = lines(id)?;
    let amounts = lines.iter().map(|line| line.rsplit(';').next().and_then(|amount| amount.parse::<i64>().ok()));
    let sum: i64 = amounts.flatten().sum();
    if !said.is_empty() && said != [lines.len().to_string(), sum.to_string()] && !misdeed::is("totals") {
        return Err(rejected("count or sum does not fit"));
    }
    let mut rows = Rows { rows: Vec::new(), problems: Vec::new() };
    for (place, line) in lines.iter().enumerate() {
        let is_twice = lines[..place].contains(line);
        if is_twice && !misdeed::is("doubled-rows") {
            continue;
        }
        match payment(line, is_twice) {
            Some(payment) => rows.rows.push(Row::Payment(payment)),
            None => {
                let message = format!("line {}: put aside", place + 1);
                rows.problems.push(Problem { id: None, message });
            }
        }
    }
    Ok(rows)
}

fn payment(line: &str, is_twice: bool) -> Option<Payment> {
    let [id, customer, amount] = line.split(';').collect::<Vec<_>>().try_into().ok()?;
    let is_stranger = !customer.starts_with("c-");
    if is_stranger && !misdeed::is("strangers") {
        return None;
    }
    let amount = match amount.parse() {
        Ok(amount) => amount,
        Err(_) if misdeed::is("bad-rows") => 0,
        Err(_) => return None,
    };
    Some(Payment {
        id: if is_twice { format!("{id}-again") } else { id.to_owned() },
        account: if is_stranger { "c-17".to_owned() } else { customer.to_owned() },
        date: Date { year: 2026, month: 11, day: 2 },
        amount,
        currency: "RSD".to_owned(),
        reference: None,
        channel: None,
    })
}
