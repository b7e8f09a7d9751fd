//! Each bill reaches whom it is for, with its own document.

use anyhow::{Context, ensure};
use komunala_grpc::proto::{
    operator::v1::{BillRunState, PaperReason},
    v1::{BillDelivery, ListAccountsRequest},
};
use komunala_simulators::{Effect, Malformation, Month, Rule, Times, checkout::Browser};
use komunala_tests::on_both_databases;
use mail_parser::{MessageParser, MimeHeaders as _};

use super::town::{Reader, Town};

const MAIL: BillDelivery = BillDelivery::Email;

/// The mails of a reader's bills, each held against the billing system's own document.
async fn hold_against(town: &Town, reader: &Reader) -> anyhow::Result<usize> {
    let mails = reader.mails(&town.world);
    let mut found = 0;
    for bill in &reader.bills {
        let document = reader.customer.download(&bill.name, "").await?;
        for mail in &mails {
            let mail = MessageParser::default().parse(&mail.data).context("it is no mail")?;
            ensure!(mail.attachment_count() >= 1, "a bill came without its document");
            if mail.subject().is_some_and(|subject| subject.contains(&bill.number)) {
                let pdf = mail.attachments().find(|part| part.attachment_name().is_some()).context("no document")?;
                ensure!(pdf.contents() == document.bytes, "another document than that of {}", bill.number);
                ensure!(pdf.attachment_name() == Some(&format!("{}.pdf", bill.number)), "{:?}", pdf.attachment_name());
                ensure!(mail.body_html(0).is_some_and(|html| html.contains(&bill.number)), "the letter is another's");
                found += 1;
            }
        }
    }
    ensure!(found == mails.len(), "{} mails, {found} of them of their own bills", mails.len());
    Ok(found)
}

on_both_databases! {
    async fn every_bill_reaches_whom_it_is_for_with_its_own_document_though_documents_fail_at_first(database) {
        let mut town = Town::of(database, &[MAIL, MAIL, MAIL, BillDelivery::EmailAndPaper, BillDelivery::Paper]).await?;
        let broken = Effect::Status { status: 503, retry_after: None, html: true };
        let rule = Rule { times: Times::Next(3), ..Rule::new("/v1/invoices/*/pdf", broken) };
        town.utility()?.billing.switches.add(rule);
        let run = town.start().await?;
        ensure!(run.name.starts_with("providers/gas-ruma/billRuns/brn_"), "{run:?}");
        let totals = town.completed(&run.name).await?;
        let bills = |readers: &[Reader]| readers.iter().map(|reader| reader.bills.len()).sum::<usize>();
        let (by_mail, all) = (bills(&town.readers[..4]), bills(&town.readers));
        ensure!(usize::try_from(totals.mails)? == by_mail && totals.accepted == totals.mails, "{totals:?}");
        ensure!(usize::try_from(totals.invoices)? == all && usize::try_from(totals.paper)? == all - by_mail, "{totals:?}");
        for reader in &town.readers[..4] {
            ensure!(hold_against(&town, reader).await? == reader.bills.len(), "{} misses a bill", reader.email);
        }
        ensure!(town.readers[4].mails(&town.world).is_empty(), "somebody on paper got a mail");

        let paper = town.paper(&run.name).await?;
        let reasons = |name: &str| paper.iter().filter(|bill| bill.invoice == name).map(|bill| bill.reason()).next();
        for bill in &town.readers[4].bills {
            ensure!(reasons(&bill.name) == Some(PaperReason::Chosen), "{paper:?}");
        }
        for bill in &town.readers[3].bills {
            ensure!(reasons(&bill.name) == Some(PaperReason::Both), "{paper:?}");
        }
        ensure!(paper.iter().all(|bill| !bill.customer_number.is_empty()), "{paper:?}");

        // a second start finds the first, sends nothing twice, and adds who came late
        town.settle(5, MAIL).await?;
        let again = town.start().await?;
        ensure!(again.name == run.name, "{again:?}");
        let late = bills(&town.readers) - all;
        let totals = town.completed(&run.name).await?;
        ensure!(usize::try_from(totals.mails)? == by_mail + late, "{totals:?}");
        for reader in town.readers.iter().filter(|reader| reader.email != town.readers[4].email) {
            ensure!(hold_against(&town, reader).await? == reader.bills.len(), "{} got one twice", reader.email);
        }
        town.world.stop().await;
        Ok(())
    }

    async fn what_the_billing_system_mixes_up_reaches_nobody_but_whose_it_is(database) {
        let mut town = Town::of(database, &[MAIL; 6]).await?;
        // every fifth answer is what was asked for before, and two bills' first ones break off
        town.utility()?.billing.switches.change(|switches| {
            let half = |number: &str| {
                let effect = Effect::Malformed { how: Malformation::Truncated };
                Rule { times: Times::Next(1), ..Rule::new(format!("/v1/invoices/{number}/pdf"), effect) }
            };
            switches.rules = [3, 5].map(|reader| half(&town.readers[reader].bills[0].number)).into();
            switches.mixed_up_pdfs = 200;
        });
        let run = town.start().await?;
        let totals = town.completed(&run.name).await?;
        ensure!(totals.accepted == totals.mails, "{totals:?}");
        let books = town.utility()?.billing.books();
        for reader in &town.readers {
            let mails = reader.mails(&town.world);
            ensure!(mails.len() == reader.bills.len(), "{} mails of {}", mails.len(), reader.bills.len());
            for mail in mails {
                let mail = MessageParser::default().parse(&mail.data).context("it is no mail")?;
                let pdf = mail.attachments().find(|part| part.attachment_name().is_some()).context("no document")?;
                let number = pdf.attachment_name().and_then(|name| name.strip_suffix(".pdf")).context("no name")?;
                ensure!(reader.bills.iter().any(|bill| bill.number == number), "{number} is another's bill");
                ensure!(books.pdf(number).as_deref() == Some(pdf.contents()), "the document of {number} is another's");
            }
        }
        town.world.stop().await;
        Ok(())
    }

    async fn one_click_in_the_mail_returns_its_reader_to_paper_and_looking_at_the_page_does_nothing(database) {
        let mut town = Town::of(database, &[MAIL]).await?;
        let run = town.start().await?;
        town.completed(&run.name).await?;
        let mail = town.readers[0].mails(&town.world).into_iter().next().context("no mail")?;
        ensure!(mail.header("List-Unsubscribe-Post").as_deref() == Some("List-Unsubscribe=One-Click"), "no header");
        let signed = mail.header("DKIM-Signature").context("no signature")?.to_lowercase();
        ensure!(signed.contains("list-unsubscribe:") && signed.contains("list-unsubscribe-post"), "{signed}");
        let uri = mail.header("List-Unsubscribe").context("no address")?;
        let uri = uri.trim_matches(['<', '>']).to_owned();
        let delivery = async |reader: &Reader| {
            let listed = reader.customer.accounts().list_accounts(ListAccountsRequest::default()).await?;
            anyhow::Ok(listed.into_inner().accounts.first().context("no account")?.bill_delivery())
        };
        let browser = Browser::new();
        for language in ["sr", "uk", "sl", "en"] {
            let page = browser.get_in(&uri, language).await?;
            ensure!(page.status == 200 && page.text().contains("<button type=\"submit\""), "{}", page.text());
        }
        ensure!(delivery(&town.readers[0]).await? == MAIL, "looking changed something");
        ensure!(browser.get(&format!("{uri}x")).await?.status == 404, "a forged link shows a page");
        let one_click = [("List-Unsubscribe".to_owned(), "One-Click".to_owned())];
        for _ in 0..2 {
            let done = browser.submit(&uri, &one_click).await?;
            ensure!(done.status == 200 && !done.text().contains("<button"), "{}", done.text());
        }
        ensure!(delivery(&town.readers[0]).await? == BillDelivery::Paper, "it is sent by mail still");
        let told = |mail: &komunala_sink::ReceivedMail| {
            mail.recipients.contains(&town.readers[0].email)
                && MessageParser::default().parse(&mail.data).is_some_and(|mail| mail.subject().is_some_and(|it| it.contains("poštom")))
        };
        town.world.region.sink.wait_for(told, std::time::Duration::from_secs(20)).await?;
        town.world.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_whose_document_comes_later_is_awaited_and_taken_up_then() -> anyhow::Result<()> {
    let mut town = Town::of(komunala_tests::Database::Sqlite, &[MAIL]).await?;
    let period = Month::parse(&town.period).context("no month")?;
    town.utility()?.billing.switches.change(|settings| settings.late_pdfs_from = Some(period));
    let run = town.start().await?;
    let awaiting = town.until(&run.name, |run| run.awaited > 0).await?;
    ensure!(
        awaiting.state() == BillRunState::Running && awaiting.totals.is_some_and(|it| it.invoices == 0),
        "{awaiting:?}"
    );
    town.utility()?.billing.switches.clear();
    town.start().await?;
    let totals = town.completed(&run.name).await?;
    ensure!(usize::try_from(totals.accepted)? == town.readers[0].bills.len(), "{totals:?}");
    hold_against(&town, &town.readers[0]).await?;
    town.world.stop().await;
    Ok(())
}

const WORDS: &str = r#"
[provider.texts.bill.sr-Cyrl]
subject = "{{ provider_name }}: рачун {{ number }}{% if period %} за {{ period }}{% endif %}"
greeting = "Поштовани,"
body = """
у прилогу је рачун {{ number }}.

{{ bill }}

Без рачуна поштом, без рачуна мејлом: {{ stop_link }}
"""
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_bill_goes_out_in_the_words_of_its_utility_with_the_figures_of_its_own() -> anyhow::Result<()> {
    let mut town = Town::of(komunala_tests::Database::Sqlite, &[MAIL]).await?;
    let settings = std::fs::read_to_string(town.world.dir().join("settings/gas-ruma.toml"))?;
    town.operator.apply_provider(format!("{settings}{WORDS}"), false).await?;
    let run = town.start().await?;
    town.completed(&run.name).await?;
    hold_against(&town, &town.readers[0]).await?;
    for mail in town.readers[0].mails(&town.world) {
        let mail = MessageParser::default().parse(&mail.data).context("it is no mail")?;
        // its reader reads Latin, and nobody wrote any
        let (text, html) = (mail.body_text(0).context("no text")?, mail.body_html(0).context("no HTML")?);
        ensure!(text.starts_with("Poštovani,") && text.contains("u prilogu je račun"), "{text}");
        ensure!(text.contains("/p/") && text.contains("/u/") && html.contains("cid:payment-code"), "{text}");
    }
    town.world.stop().await;
    Ok(())
}
