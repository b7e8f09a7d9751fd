//! Mail that comes back, and mail that must not go out: what operators see of it, and decide.

use std::{fs, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::v1::{Account, BillDelivery, BillDeliveryCause, ListAccountsRequest, SetBillDeliveryRequest};
use komunala_server::Configuration;
use komunala_tests::{Database, on_both_databases};

use super::{
    command_line::{komunala, said},
    office::{Office, reason},
};

const BOUNCES: &str = "[mail.bounces]\naddress = \"bounce@bounces.example\"\nmaildir = \"bounces\"\npoll = \"100ms\"\n";

/// A report as Postfix writes one.
fn report(to: &str) -> String {
    format!(
        "Return-Path: <>\nX-Original-To: {to}\nDelivered-To: {to}\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\n\
         Subject: Undelivered Mail Returned to Sender\nTo: {to}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"AB12.1721635200/mx.example\"\n\n\
         --AB12.1721635200/mx.example\nContent-Type: text/plain; charset=us-ascii\n\nIt could not be delivered.\n\n\
         --AB12.1721635200/mx.example\nContent-Description: Delivery report\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example\nX-Postfix-Queue-ID: 4F1B2C0D\n\n\
         Final-Recipient: rfc822; somebody@example\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 User unknown in virtual mailbox table\n\n--AB12.1721635200/mx.example--\n"
    )
}

async fn account(customer: &Customer) -> anyhow::Result<Account> {
    let accounts = customer.accounts().list_accounts(ListAccountsRequest::default()).await?.into_inner().accounts;
    accounts.into_iter().next().context("no account")
}

on_both_databases! {
    async fn a_mail_that_comes_back_returns_its_customer_to_paper_until_they_choose_mail_again(database) {
        let office = Office::open(database, BOUNCES).await?;
        for part in ["new", "cur", "tmp"] {
            fs::create_dir_all(office.path("bounces").join(part))?;
        }
        let hub = office.hub().await?;
        let newcomer = Newcomer::at(&office.region, 0)?;
        let (customer, _) = newcomer.settle(hub.api, &office.region).await?;
        let by_mail = |name: String| SetBillDeliveryRequest {
            name,
            bill_delivery: BillDelivery::Email.into(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        let name = account(&customer).await?.name;
        customer.accounts().set_bill_delivery(by_mail(name.clone())).await?;

        let mail = office.region.sink.mails().first().cloned().context("no mail")?;
        ensure!(mail.envelope_from.starts_with("bounce+"), "{}", mail.envelope_from);
        fs::write(office.path("bounces/new/1721635200.V1.mx"), report(&mail.envelope_from))?;
        let back = async {
            loop {
                let account = account(&customer).await?;
                if account.bill_delivery() == BillDelivery::Paper {
                    return anyhow::Ok(account);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        let back = tokio::time::timeout(Duration::from_secs(20), back).await.context("bills still come by mail")??;
        ensure!(back.bill_delivery_cause() == BillDeliveryCause::Bounced, "{back:?}");

        let mut operator = office.operator(&hub).await?;
        let found = operator.suppressions("tenants/region").await?;
        let [found] = &found[..] else { anyhow::bail!("{found:?}") };
        let domain = newcomer.email.rsplit('@').next().unwrap_or_default();
        ensure!(found.address.ends_with(domain) && !found.address.contains(&newcomer.email), "{found:?}");
        ensure!((found.status.as_str(), found.is_hard) == ("5.1.1", true), "{found:?}");
        ensure!(reason(operator.lift_suppression("tenants/elsewhere/suppressions/sup_0").await)? == "NOT_FOUND");
        let listed = komunala(&office, &hub, &["delivery", "suppressed", "region"]).await?;
        ensure!(said(&listed).contains(&found.name), "{}", said(&listed));

        // whoever says that mail arrives gets it again
        customer.accounts().set_bill_delivery(by_mail(name)).await?;
        let again = account(&customer).await?;
        ensure!(again.bill_delivery() == BillDelivery::Email, "{again:?}");
        ensure!(again.bill_delivery_cause() == BillDeliveryCause::Unspecified, "{again:?}");
        ensure!(operator.suppressions("tenants/region").await?.is_empty(), "it is suppressed still");
        hub.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_beside_todays_documents_sends_nothing_until_an_operator_says_go() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, "[mail.work]\npoll = \"200ms\"\n").await?;
    let url = Configuration::read(&office.configuration)?.database_url();
    let file = url.trim_start_matches("sqlite://").split('?').next().context("no file")?.to_owned();
    let hub = office.hub().await?;
    Newcomer::at(&office.region, 0)?.settle(hub.api, &office.region).await?;
    hub.stop().await;
    fs::copy(&file, format!("{file}.older"))?;
    office.hub().await?.stop().await;
    fs::copy(format!("{file}.older"), &file)?;

    let hub = office.hub().await?;
    let late = Newcomer::at(&office.region, 1)?;
    let visitor = Customer::open(hub.api, &office.region.portal_key).await?;
    visitor.accounts().register(late.registration()).await?;
    tokio::time::sleep(Duration::from_secs(1)).await;
    let came = office.region.sink.mails().iter().any(|mail| mail.recipients.contains(&late.email));
    ensure!(!came, "a mail left an older database");
    let status = komunala(&office, &hub, &["delivery", "status"]).await?;
    ensure!(said(&status).contains("mail is held") && said(&status).contains("pending"), "{}", said(&status));
    let released = komunala(&office, &hub, &["delivery", "release"]).await?;
    ensure!(released.status.success() && said(&released).starts_with("mail goes out"), "{}", said(&released));
    late.code(&office.region).await.context("the mail never left")?;
    hub.stop().await;
    Ok(())
}
