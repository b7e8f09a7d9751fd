//! The bills that need paper, as a table for the printing house.

use csv::Writer;
use komunala_grpc::{client::OperatorClient, proto::operator::v1};

use crate::commands::{connection::told, print};

/// What spreadsheets take a cell for a formula by.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Writes the table to the standard output, page by page: memory does not grow with it.
pub(super) async fn list(client: &mut OperatorClient, name: &str) -> anyhow::Result<()> {
    print("number,customer_number,account,reason,invoice\n")?;
    let mut page_token = String::new();
    loop {
        let page = client.paper_bills(name, page_token).await.map_err(|error| told(name, error))?;
        print(&rows(&page.bills)?)?;
        page_token = page.next_page_token;
        if page_token.is_empty() {
            return Ok(());
        }
    }
}

fn rows(bills: &[v1::PaperBill]) -> anyhow::Result<String> {
    let mut table = Writer::from_writer(Vec::new());
    for bill in bills {
        let reason = bill.reason().as_str_name().trim_start_matches("PAPER_REASON_").to_lowercase();
        let cells = [&bill.number, &bill.customer_number, &bill.account_id].map(|cell| text(cell));
        let [number, customer_number, account] = &cells;
        table.write_record([number, customer_number, account, &reason, &bill.invoice])?;
    }
    Ok(String::from_utf8(table.into_inner()?)?)
}

/// What came from a billing system, so that no spreadsheet computes it.
fn text(cell: &str) -> String {
    if cell.starts_with(FORMULA) { format!("'{cell}") } else { cell.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula_and_none_breaks_out_of_its_row() {
        let bill = v1::PaperBill {
            invoice: "providers/gas/accounts/acc_1/invoices/inv_1".to_owned(),
            number: "=HYPERLINK(\"http://x\")".to_owned(),
            customer_number: "00,12\n\"3\"".to_owned(),
            account_id: "-1".to_owned(),
            reason: v1::PaperReason::MailFailed.into(),
        };
        let row = rows(&[bill]).unwrap();
        let mut read = csv::ReaderBuilder::new().has_headers(false).from_reader(row.as_bytes());
        let cells: Vec<Vec<String>> =
            read.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
        let invoice = "providers/gas/accounts/acc_1/invoices/inv_1";
        assert_eq!(cells, [["'=HYPERLINK(\"http://x\")", "00,12\n\"3\"", "'-1", "mail_failed", invoice]]);
    }
}
