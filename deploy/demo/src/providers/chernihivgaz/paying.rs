//! A bill is paid in one tap: from the page that needs no sign-in, through a payment provider, into the billing system.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{
    Account, GetPaymentRequest, ListInvoicesRequest, ListPaymentOptionsRequest, Payment, PaymentState,
    StartPaymentRequest,
};
use komunala_simulators::checkout::{BillState, Browser};

use super::Chernihivgaz;
use crate::{
    Customer,
    story::{Teller, request_id},
};

/// How long a payment may take to reach the billing system.
const POSTED_IN: Duration = Duration::from_secs(30);

pub(super) async fn tell(
    teller: &Teller<'_>,
    customer: &Customer,
    account: &Account,
    utility: &Chernihivgaz,
) -> anyhow::Result<()> {
    let request = ListInvoicesRequest { parent: account.name.clone(), page_size: 50, ..Default::default() };
    let listed = customer.invoices().list_invoices(request).await?.into_inner().invoices;
    let payable = listed.iter().filter(|bill| bill.total.as_ref().is_some_and(|total| total.units > 0));
    let [first, second] = payable.take(2).collect::<Vec<_>>()[..] else { anyhow::bail!("too few bills to pay") };

    let request = ListPaymentOptionsRequest { name: first.name.clone(), ..Default::default() };
    let options = customer.invoices().list_payment_options(request).await?.into_inner();
    let titles: Vec<_> = options.options.iter().map(|option| option.title.as_str()).collect();
    ensure!(titles == ["iPay", "Portmone"], "it can be paid through {titles:?}");
    let browser = Browser::new();
    let uri = options.page_uri;
    let page = browser.get(&uri).await?;
    ensure!(page.status == 200 && page.text().contains(&first.number), "the page has status {}", page.status);
    teller.holds("the pay page", &format!("{}: the bill, its code, bank details; no sign-in", page_of(&uri)));

    // a button of the page, then the page that leads on, then the payment provider's button
    let mut pressed = page.hidden_fields();
    pressed.push(("channel".to_owned(), "ipay".to_owned()));
    let sent_on = browser.submit(&uri, &pressed).await?;
    let on = browser.get(sent_on.location().context("the button leads nowhere")?).await?;
    let checkout = on.attribute_behind("class=\"button\"", "href").context("the page leads nowhere")?;
    let paid = browser.submit(&checkout, &[("do".to_owned(), "pay".to_owned())]).await?;
    let back = browser.wait_at(paid.location().context("nobody comes back")?).await?;
    ensure!(back.text().contains("Сплачено"), "the page does not say that it is paid: {}", back.text());
    let bill = utility.ipay.till.bills().into_iter().next_back().context("nothing was paid")?;
    let name = format!("{}/payments/{}", account.name, bill.order);
    let payment = posted(customer, &name).await?;
    teller.holds(
        "StartPayment by one tap, through iPay",
        &format!("{} UAH: paid, asked back, {} in the billing system", amount(&payment), payment.invoice_number),
    );

    let request = StartPaymentRequest {
        name: second.name.clone(),
        channel: "portmone".into(),
        request_id: request_id(),
        ..Default::default()
    };
    let started = customer.invoices().start_payment(request.clone()).await?.into_inner();
    let again = customer.invoices().start_payment(request).await?.into_inner();
    ensure!(started.payment == again.payment, "one request id made two payments");
    let on = browser.get(&started.redirect_uri).await?;
    let gateway = on.attribute_behind("<form method=\"post\"", "action").context("the page has no form")?;
    ensure!(gateway == utility.portmone.endpoint(), "the form goes to {gateway}");
    browser.submit(&gateway, &on.hidden_fields()).await?;
    let payment = started.payment.context("no payment")?;
    let order = payment.name.rsplit('/').next().unwrap_or_default();
    utility.portmone.till.change(|switches| switches.callbacks = 5);
    utility.portmone.decide(order, BillState::Paid).context("Portmone knows nothing of it")?;
    let payment = posted(customer, &payment.name).await?;
    teller.holds(
        "StartPayment, through Portmone",
        &format!("{} UAH: called back five times, posted once", amount(&payment)),
    );
    Ok(())
}

async fn posted(customer: &Customer, name: &str) -> anyhow::Result<Payment> {
    let started = Instant::now();
    loop {
        let request = GetPaymentRequest { name: name.to_owned() };
        let payment = customer.invoices().get_payment(request).await?.into_inner();
        if payment.state() == PaymentState::Posted {
            return Ok(payment);
        }
        ensure!(started.elapsed() < POSTED_IN, "the payment is still {:?}", payment.state());
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn amount(payment: &Payment) -> String {
    let amount = payment.amount.clone().unwrap_or_default();
    format!("{}.{:02}", amount.units, amount.nanos / 10_000_000)
}

/// The address without its token.
fn page_of(uri: &str) -> String {
    uri.rsplit_once('/').map_or(uri, |(page, _)| page).to_owned()
}
