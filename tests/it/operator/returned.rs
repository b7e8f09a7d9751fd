//! Mail that comes back, whichever way a mail server hands it on: what its customer, operators and billing see of it.

use std::{fs, path::Path, time::Duration};

use anyhow::{Context, ensure};
use komunala_demo::{Customer, Newcomer};
use komunala_grpc::proto::v1::{Account, BillDelivery, BillDeliveryCause, ListAccountsRequest, SetBillDeliveryRequest};
use komunala_server::{Configuration, Running, StartError};
use komunala_simulators::checkout::Browser;
use komunala_tests::{Database, on_both_databases};

use super::{
    command_line::{komunala, said},
    office::{Office, reason},
};

const FOLDER: &str = "[mail.bounces]\naddress = \"bounce@bounces.example\"\nmaildir = \"bounces\"\npoll = \"100ms\"\n";
const BY_HAND: &str =
    "[mail.bounces]\naddress = \"bounce@bounces.example\"\nwebhook_secret = { file = \"bounces.secret\" }\n";
const SECRET: &str = "what the mail server shows";

/// How long anything may take that workers do.
const SOON: Duration = Duration::from_secs(20);

/// A report as Postfix writes one.
fn report(to: &str) -> String {
    format!(
        "Return-Path: <>\nX-Original-To: {to}\nDelivered-To: {to}\nFrom: MAILER-DAEMON@mx.example (Mail Delivery System)\n\
         Subject: Undelivered Mail Returned to Sender\nTo: {to}\nAuto-Submitted: auto-replied\nMIME-Version: 1.0\n\
         Content-Type: multipart/report; report-type=delivery-status;\n\tboundary=\"AB12.1721635200/mx.example\"\n\
         Message-Id: <20240722080000.AB12@mx.example>\n\n\
         --AB12.1721635200/mx.example\nContent-Type: text/plain; charset=us-ascii\n\nIt could not be delivered.\n\n\
         --AB12.1721635200/mx.example\nContent-Description: Delivery report\nContent-Type: message/delivery-status\n\n\
         Reporting-MTA: dns; mx.example\nX-Postfix-Queue-ID: 4F1B2C0D\n\n\
         Final-Recipient: rfc822; somebody@example\nAction: failed\nStatus: 5.1.1\n\
         Diagnostic-Code: smtp; 550 5.1.1 User unknown in virtual mailbox table\n\n--AB12.1721635200/mx.example--\n"
    )
}

/// Somebody whose bills come by mail, as their billing system knows.
struct Reader {
    newcomer: Newcomer,
    customer: Customer,
    /// The return path of a mail that they got.
    return_path: String,
}

impl Reader {
    async fn settle(office: &Office, hub: &Running) -> anyhow::Result<Self> {
        let newcomer = Newcomer::at(&office.region, 0)?;
        let (customer, _) = newcomer.settle(hub.api, &office.region).await?;
        let return_path = office.region.sink.mails().first().context("no mail")?.envelope_from.clone();
        ensure!(return_path.starts_with("bounce+"), "{return_path}");
        let reader = Self { newcomer, customer, return_path };
        reader.choose_mail().await?;
        reader.until_printed(office, false).await?;
        Ok(reader)
    }

    async fn account(&self) -> anyhow::Result<Account> {
        let list = ListAccountsRequest::default();
        let accounts = self.customer.accounts().list_accounts(list).await?.into_inner().accounts;
        accounts.into_iter().next().context("no account")
    }

    async fn choose_mail(&self) -> anyhow::Result<()> {
        let choice = SetBillDeliveryRequest {
            name: self.account().await?.name,
            bill_delivery: BillDelivery::Email.into(),
            request_id: uuid::Uuid::new_v4().to_string(),
        };
        self.customer.accounts().set_bill_delivery(choice).await?;
        Ok(())
    }

    /// Waits until the bills come by post again.
    async fn until_paper(&self) -> anyhow::Result<Account> {
        let back = async {
            loop {
                let account = self.account().await?;
                if account.bill_delivery() == BillDelivery::Paper {
                    return anyhow::Ok(account);
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(SOON, back).await.context("bills still come by mail")?
    }

    /// Waits until the billing system was told whether it is to print.
    async fn until_printed(&self, office: &Office, is_printed: bool) -> anyhow::Result<()> {
        let utility = office.region.named("gas-ruma")?;
        let told = async {
            while utility.prints_for(&self.newcomer.bill) != Some(is_printed) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(SOON, told).await.with_context(|| format!("billing does not know: printed {is_printed}"))
    }
}

fn maildir(folder: &Path) -> anyhow::Result<()> {
    for part in ["new", "cur", "tmp"] {
        fs::create_dir_all(folder.join(part))?;
    }
    Ok(())
}

on_both_databases! {
    async fn a_mail_that_comes_back_returns_its_customer_to_paper_until_they_choose_mail_again(database) {
        let office = Office::open(database, FOLDER).await?;
        maildir(&office.path("bounces"))?;
        let hub = office.hub().await?;
        let reader = Reader::settle(&office, &hub).await?;
        fs::write(office.path("bounces/new/1721635200.V1.mx"), report(&reader.return_path))?;
        let back = reader.until_paper().await?;
        ensure!(back.bill_delivery_cause() == BillDeliveryCause::Bounced, "{back:?}");

        let mut operator = office.operator(&hub).await?;
        let found = operator.suppressions("tenants/region").await?;
        let [found] = &found[..] else { anyhow::bail!("{found:?}") };
        let email = &reader.newcomer.email;
        let domain = email.rsplit('@').next().unwrap_or_default();
        ensure!(found.address.ends_with(domain) && !found.address.contains(email), "{found:?}");
        ensure!((found.status.as_str(), found.is_hard) == ("5.1.1", true), "{found:?}");
        ensure!(reason(operator.lift_suppression("tenants/elsewhere/suppressions/sup_0").await)? == "NOT_FOUND");
        let listed = komunala(&office, &hub, &["delivery", "suppressed", "region"]).await?;
        ensure!(said(&listed).contains(&found.name), "{}", said(&listed));

        // whoever says that mail arrives gets it again
        reader.choose_mail().await?;
        let again = reader.account().await?;
        ensure!(again.bill_delivery() == BillDelivery::Email, "{again:?}");
        ensure!(again.bill_delivery_cause() == BillDeliveryCause::Unspecified, "{again:?}");
        ensure!(operator.suppressions("tenants/region").await?.is_empty(), "it is suppressed still");
        hub.stop().await;
        Ok(())
    }

    async fn a_mail_that_a_mail_server_hands_in_does_the_same_once_and_nobody_else_can_hand_in_any(database) {
        let office = Office::open(database, BY_HAND).await?;
        fs::write(office.path("bounces.secret"), SECRET)?;
        let hub = office.hub().await?;
        let reader = Reader::settle(&office, &hub).await?;
        let address = format!("http://{}/bounces", hub.pages.context("no pages")?);
        let (browser, right) = (Browser::new(), format!("Bearer {SECRET}"));
        let hand_in = async |secret: &str, kind: &str, mail: String| {
            let headers = [("authorization", secret), ("content-type", kind)];
            anyhow::Ok(browser.send_body(&address, &headers, mail).await?.status)
        };
        let bounce = report(&reader.return_path);
        for (secret, kind, mail, status) in [
            ("Bearer what somebody guesses", "message/rfc822", bounce.clone(), 403),
            (right.as_str(), "application/x-www-form-urlencoded", bounce.clone(), 415),
            (right.as_str(), "message/rfc822", report("bounce@bounces.example"), 422),
            (right.as_str(), "message/rfc822", "Subject: Away\n\nBack on Monday.\n".to_owned(), 422),
        ] {
            let answered = hand_in(secret, kind, mail).await?;
            ensure!(answered == status, "{answered} instead of {status}");
        }
        ensure!(browser.get(&address).await?.status == 405, "there is something to see");
        ensure!(reader.account().await?.bill_delivery() == BillDelivery::Email, "bills come by post already");

        // with the whole mail behind it, its document too, and as a program gets it from Postfix
        let whole = format!("From MAILER-DAEMON  Mon Jul 22 10:00:00 2024\n{bounce}{}", "JVBERi0xLjcK\n".repeat(100_000));
        let twice = tokio::try_join!(
            hand_in(&right, "message/rfc822", whole.clone()),
            hand_in(&right, "message/rfc822", whole)
        )?;
        ensure!(twice == (200, 200), "{twice:?}");
        let back = reader.until_paper().await?;
        ensure!(back.bill_delivery_cause() == BillDeliveryCause::Bounced, "{back:?}");
        reader.until_printed(&office, true).await?;
        let mut operator = office.operator(&hub).await?;
        let found = operator.suppressions("tenants/region").await?;
        ensure!(found.len() == 1 && found[0].status == "5.1.1", "{found:?}");

        // a mail server that got no answer hands it in once more: that takes nothing back that was chosen since
        reader.choose_mail().await?;
        ensure!(hand_in(&right, "message/rfc822", bounce).await? == 200, "it is not known any more");
        ensure!(reader.account().await?.bill_delivery() == BillDelivery::Email, "one report counted twice");
        ensure!(operator.suppressions("tenants/region").await?.is_empty(), "one report counted twice");
        hub.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_secret_that_cannot_be_used_is_named_before_anything_is_served() -> anyhow::Result<()> {
    let office = Office::open(Database::Sqlite, BY_HAND).await?;
    fs::write(office.path("bounces.secret"), "short")?;
    let Err(StartError::Mail(error)) = komunala_server::start(Configuration::read(&office.configuration)?).await else {
        anyhow::bail!("it is served");
    };
    ensure!(error.to_string().starts_with("mail.bounces.webhook_secret: "), "{error}");
    Ok(())
}
