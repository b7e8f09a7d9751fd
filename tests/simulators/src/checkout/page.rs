//! The page on which a payer pays or does not.

use axum::response::Html;

use super::till::Bill;

/// The page of a bill; its buttons send to `action`.
pub(super) fn page(brand: &str, bill: &Bill, action: &str) -> Html<String> {
    let amount = format!("{}.{:02}", bill.amount / 100, bill.amount % 100);
    Html(format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>{brand}</title>\
         <h1>{brand}, simulated</h1><p>Shop {} asks for {amount} UAH.</p>\
         <form method=\"post\" action=\"{action}\">\
         <button name=\"do\" value=\"pay\">Pay</button> <button name=\"do\" value=\"decline\">Decline</button></form>",
        bill.merchant
    ))
}
