//! The bills of a month, sent by whoever bills.

use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use komunala_grpc::{
    client::OperatorClient,
    proto::{
        operator::v1::BillRunState,
        v1::{Account, ListInvoicesRequest},
    },
};
use mail_parser::MessageParser;

use super::registration::EMAIL;
use crate::{
    Customer, Inbox,
    story::{Teller, request_id},
};

/// How long the run of a handful of bills may take; following the feed of changes is part of it.
const SOON: Duration = Duration::from_secs(90);

pub(super) async fn tell(teller: &Teller<'_>, customer: &Customer, account: &Account) -> anyhow::Result<()> {
    let world = teller.world;
    let request = ListInvoicesRequest { parent: account.name.clone(), page_size: 1, ..Default::default() };
    let listed = customer.invoices().list_invoices(request).await?.into_inner();
    let bill = listed.invoices.into_iter().next().context("no bill")?;
    let mut operator = OperatorClient::connect(&world.operator.to_string(), &world.operator_token()?, None).await?;
    let run = operator.start_bill_run("gas-ruma", &bill.period, &request_id()).await?;
    let began = Instant::now();
    let totals = loop {
        let run = operator.bill_run(&run.name).await?;
        let totals = run.totals.context("a run without totals")?;
        if run.state() == BillRunState::Completed {
            break totals;
        }
        ensure!(began.elapsed() < SOON, "the run is still {:?}: {totals:?}", run.state());
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    ensure!(totals.accepted == totals.mails && totals.mails > 0, "not every mail left: {totals:?}");
    let mail = Inbox::of(&world.region, EMAIL).about(&bill.number).await?;
    let mail = MessageParser::default().parse(&mail.data).context("it is no mail")?;
    let document = customer.download(&bill.name, "").await?;
    let enclosed = mail.attachments().any(|part| part.contents() == document.bytes);
    ensure!(enclosed, "the mail does not hold the bill's own PDF");
    let (bills, paper) = (totals.invoices, totals.paper);
    let proof =
        format!("{bills} bills of {}, {paper} on paper; {} came by mail with its own PDF", bill.period, bill.number);
    teller.holds("StartBillRun", &proof);
    Ok(())
}
