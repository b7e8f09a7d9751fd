//! Files: which are complete, and what stands in them.
//!
//! A row that breaks the contract is put aside and the file goes on, as in a page of changes. What refuses a whole
//! portion is what cannot be an accident of one row: more rows than were asked for, rows of another kind than the file
//! is of, a bill that two customers claim.

use std::collections::HashMap;

use komunala_app::ports::{
    billing::BadRecord,
    files::{
        AcknowledgedWrite, Acknowledgement, FileContent, FilePage, FileRow, HandOver, ListedBill, ListedCustomer,
        ListedFile, ListedPayment, PinVerifier, Portion, VerifierScheme,
    },
};
use komunala_domain::{ExternalId, PostalChannel};

use super::{
    At, Checked, Expected, Invalid, account, external_id,
    failure::shown,
    invalid, invoice, list,
    value::{TEXT, currency, cursor, date, money, optional_text, word},
};
use crate::contract::v0_1::{files::exports::komunala::adapter::files as wire, types};

/// The most problems of a list or a report.
const PROBLEMS: usize = 100;

/// The most problems of a portion.
const PROBLEMS_OF_PORTION: usize = 1000;

/// A page of the files that are complete.
pub(crate) fn page(page: wire::FilePage, size: usize) -> Checked<FilePage> {
    Ok(FilePage {
        files: list(page.items, size, file).at("items")?,
        problems: problems(page.problems, PROBLEMS).at("problems")?,
        next: cursor(page.next).at("next")?,
    })
}

fn file(file: wire::File) -> Checked<ListedFile> {
    if i64::try_from(file.sequence).is_err() {
        return invalid("is above 2^63 - 1").at("sequence");
    }
    Ok(ListedFile {
        id: external_id(file.id).at("id")?,
        content: match file.content {
            wire::Content::Customers => FileContent::Customers,
            wire::Content::Invoices => FileContent::Invoices,
            wire::Content::Payments => FileContent::Payments,
            wire::Content::Acknowledgements => FileContent::Acknowledgements,
        },
        sequence: file.sequence,
        fingerprint: word(file.fingerprint, 128).at("fingerprint")?,
        is_full: file.full,
        size: file.size,
    })
}

/// A portion of a file of `content`.
pub(crate) fn portion(
    portion: wire::Portion,
    content: FileContent,
    size: usize,
    expected: &Expected,
) -> Checked<Portion> {
    if portion.rows.len() > size {
        return invalid("is longer than was asked for").at("rows");
    }
    let mut problems = problems(portion.problems, PROBLEMS_OF_PORTION).at("problems")?;
    let mut rows = Vec::with_capacity(portion.rows.len());
    let mut owners: HashMap<ExternalId, ExternalId> = HashMap::new();
    for (index, row) in portion.rows.into_iter().enumerate() {
        if content_of(&row) != content {
            return invalid("is of another kind than its file").at_index(index).at("rows");
        }
        let id = shown_id(&row);
        match self::row(row, expected) {
            Ok(row) => {
                if let FileRow::Bill(bill) = &row {
                    let owner = owners.entry(bill.invoice.external_id.clone()).or_insert_with(|| bill.account.clone());
                    if *owner != bill.account {
                        let problem = "is claimed by two customers";
                        let wrong = Invalid { field: "account".to_owned(), problem, is_foreign: true };
                        return Err(Box::new(wrong)).at_index(index).at("rows");
                    }
                }
                rows.push(row);
            }
            Err(wrong) => {
                let field = if wrong.field.is_empty() { "row".to_owned() } else { wrong.field };
                problems.push(BadRecord { external_id: Some(id), field, problem: wrong.problem.to_owned() });
            }
        }
    }
    Ok(Portion { rows, problems, next: cursor(portion.next).at("next")? })
}

/// What was handed over.
pub(crate) fn hand_over(report: wire::HandOverReport) -> Checked<HandOver> {
    if report.files.len() > PROBLEMS {
        return invalid("has too many items").at("files");
    }
    Ok(HandOver {
        rows: report.files.iter().map(|file| u64::from(file.rows)).sum(),
        again: report.files.iter().filter(|file| file.again).count() as u64,
        problems: problems(report.problems, PROBLEMS).at("problems")?,
    })
}

fn problems(problems: Vec<wire::Problem>, most: usize) -> Checked<Vec<BadRecord>> {
    if problems.len() > most {
        return invalid("has too many items");
    }
    let record = |problem: wire::Problem| BadRecord {
        external_id: problem.id.as_deref().map(readable_id),
        field: "record".to_owned(),
        problem: shown(&problem.message),
    };
    Ok(problems.into_iter().map(record).collect())
}

fn content_of(row: &wire::Row) -> FileContent {
    match row {
        wire::Row::Customer(_) => FileContent::Customers,
        wire::Row::Bill(_) | wire::Row::Lines(_) => FileContent::Invoices,
        wire::Row::Payment(_) => FileContent::Payments,
        wire::Row::Acknowledgement(_) => FileContent::Acknowledgements,
    }
}

/// As much of a row's name as an operator can look for.
fn shown_id(row: &wire::Row) -> String {
    readable_id(match row {
        wire::Row::Customer(customer) => &customer.account.id,
        wire::Row::Bill(bill) => &bill.invoice.id,
        wire::Row::Lines(lines) => &lines.invoice,
        wire::Row::Payment(payment) => &payment.id,
        wire::Row::Acknowledgement(answer) => match &answer.write {
            wire::Written::Delivery(delivery) => &delivery.account,
            wire::Written::Request(key) => key,
        },
    })
}

fn readable_id(id: &str) -> String {
    shown(id).chars().take(128).collect()
}

fn row(row: wire::Row, expected: &Expected) -> Checked<FileRow> {
    match row {
        wire::Row::Customer(customer) => Ok(FileRow::Customer(Box::new(self::customer(customer)?))),
        wire::Row::Bill(mut bill) => {
            let account = external_id(std::mem::take(&mut bill.invoice.account)).at("account").at("invoice")?;
            let invoice = invoice::invoice(bill.invoice, expected).at("invoice")?;
            let document = optional_text(bill.document, TEXT).at("document")?;
            Ok(FileRow::Bill(Box::new(ListedBill { account, invoice, document })))
        }
        wire::Row::Lines(rows) => {
            let lines = list(rows.lines, 500, |line| invoice::line(line, expected.currency)).at("lines")?;
            Ok(FileRow::Lines(external_id(rows.invoice).at("invoice")?, lines))
        }
        wire::Row::Payment(payment) => Ok(FileRow::Payment(Box::new(self::payment(payment, expected)?))),
        wire::Row::Acknowledgement(answer) => Ok(FileRow::Acknowledgement(acknowledgement(answer)?)),
    }
}

fn customer(customer: wire::Customer) -> Checked<ListedCustomer> {
    Ok(ListedCustomer {
        account: account::account(customer.account).at("account")?,
        pin: customer.pin.map(verifier).transpose().at("pin")?,
        delivery: customer.delivery.map(channel),
    })
}

fn verifier(verifier: wire::PinVerifier) -> Checked<PinVerifier> {
    if verifier.salt.len() > 64 {
        return invalid("is longer than 64 bytes").at("salt");
    }
    let scheme = match verifier.scheme {
        wire::VerifierScheme::Sha256SaltPin if verifier.hash.len() != 32 => {
            return invalid("is no SHA-256 of 32 bytes").at("hash");
        }
        wire::VerifierScheme::Sha256SaltPin => VerifierScheme::Sha256SaltPin,
    };
    Ok(PinVerifier { scheme, salt: verifier.salt, hash: verifier.hash })
}

fn payment(payment: wire::Payment, expected: &Expected) -> Checked<ListedPayment> {
    let currency = currency(&payment.currency, expected).at("currency")?;
    Ok(ListedPayment {
        id: external_id(payment.id).at("id")?,
        account: external_id(payment.account).at("account")?,
        date: date(payment.date).at("date")?,
        amount: money(payment.amount, currency).at("amount")?,
        reference: optional_text(payment.reference, 64).at("reference")?,
        channel: optional_text(payment.channel, TEXT).at("channel")?,
    })
}

fn acknowledgement(answer: wire::Acknowledgement) -> Checked<Acknowledgement> {
    Ok(Acknowledgement {
        write: match answer.write {
            wire::Written::Delivery(delivery) => {
                AcknowledgedWrite::Delivery(external_id(delivery.account).at("account")?, channel(delivery.channel))
            }
            wire::Written::Request(key) => AcknowledgedWrite::Request(word(key, 64).at("request")?),
        },
        refused: optional_text(answer.refused, 64).at("refused")?,
        date: date(answer.date).at("date")?,
    })
}

fn channel(channel: types::DeliveryChannel) -> PostalChannel {
    match channel {
        types::DeliveryChannel::Paper => PostalChannel::Paper,
        types::DeliveryChannel::Email => PostalChannel::Email,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        super::invoice::tests::{expected, invoice},
        *,
    };

    fn bill(id: &str, account: &str) -> wire::Row {
        wire::Row::Bill(wire::Bill { invoice: invoice(id, account), document: None })
    }

    fn read(rows: Vec<wire::Row>, content: FileContent) -> Checked<Portion> {
        portion(wire::Portion { rows, problems: vec![], next: Some("2".into()) }, content, 10, &expected())
    }

    #[test]
    fn a_bad_row_is_put_aside_and_the_file_goes_on() {
        let mut bad = invoice("24-2", "a-1");
        bad.currency = "EUR".into();
        let rows = vec![
            bill("24-1", "a-1"),
            wire::Row::Bill(wire::Bill { invoice: bad, document: None }),
            wire::Row::Lines(wire::BillLines { invoice: "24-1".into(), lines: vec![] }),
        ];
        let portion = read(rows, FileContent::Invoices).unwrap();
        assert_eq!((portion.rows.len(), portion.next.as_deref()), (2, Some("2")));
        let problem = &portion.problems[0];
        assert_eq!((problem.external_id.as_deref(), problem.field.as_str()), (Some("24-2"), "invoice.currency"));
    }

    #[test]
    fn a_bill_that_two_customers_claim_refuses_the_portion() {
        let wrong = read(vec![bill("24-1", "a-1"), bill("24-1", "a-2")], FileContent::Invoices).unwrap_err();
        assert_eq!((wrong.field.as_str(), wrong.is_foreign), ("rows[1].account", true));
    }

    #[test]
    fn rows_of_another_kind_than_their_file_refuse_the_portion() {
        assert_eq!(read(vec![bill("24-1", "a-1")], FileContent::Payments).unwrap_err().field, "rows[0]");
    }

    #[test]
    fn a_verifier_has_the_length_of_its_hash() {
        let wire = |bytes| wire::PinVerifier {
            scheme: wire::VerifierScheme::Sha256SaltPin,
            salt: b"12345678".to_vec(),
            hash: vec![7; bytes],
        };
        assert!(verifier(wire(32)).is_ok());
        assert_eq!(verifier(wire(31)).unwrap_err().field, "hash");
    }
}
