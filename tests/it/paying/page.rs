//! The page of a bill: whoever has its link sees it, and nobody else sees anything.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::{PaymentState, UnlinkAccountRequest};
use komunala_simulators::checkout::Browser;
use komunala_tests::on_both_databases;

use super::payer::{Payer, order};

on_both_databases! {
    async fn a_bill_is_paid_from_its_page_without_a_script_and_without_signing_in(database) {
        let payer = Payer::start(database).await?;
        let link = payer.options().await?.page_uri;
        let uri = link.clone();
        let page = payer.browser.get(&uri).await?;
        let text = page.text();
        ensure!(page.status == 200 && text.contains("<html lang=\"uk\"") && text.contains("До сплати"), "{text}");
        let instruction = payer.bill.payment.as_ref().context("no instruction")?;
        for shown in [&payer.bill.number, &instruction.account, &"data:image/svg+xml;base64,".to_owned()] {
            ensure!(text.contains(shown.as_str()), "the page does not show {shown}");
        }
        let policy = page.headers["content-security-policy"].to_str()?;
        ensure!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
        ensure!(policy.contains("frame-ancestors 'none'"), "{policy}");
        for (header, value) in [("referrer-policy", "no-referrer"), ("cache-control", "no-store"), ("x-frame-options", "DENY")] {
            ensure!(page.headers[header] == value, "{header}: {:?}", page.headers[header]);
        }
        ensure!(!text.contains("<style") && !text.contains("onclick") && !text.contains("style=\""), "{text}");
        let slovenian = payer.browser.get_in(&link, "sl").await?.text();
        ensure!(slovenian.contains("<html lang=\"uk\""), "the link is not in its payer's language");
        let slovenian = payer.browser.get(&format!("{link}?lang=sl")).await?.text();
        ensure!(slovenian.contains("Za plačilo"), "{slovenian}");
        let style = payer.browser.get(&format!("http://{}/assets/pay.css", payer.world.pages)).await?;
        ensure!(style.status == 200 && style.headers["content-type"] == "text/css; charset=utf-8", "{style:?}");

        let mut pressed = page.hidden_fields();
        pressed.push(("channel".to_owned(), "portmone".to_owned()));
        // twice, as impatient people do
        let sent = payer.browser.submit(&uri, &pressed).await?;
        payer.browser.submit(&uri, &pressed).await?;
        ensure!(sent.status == 303, "{sent:?}");
        let on = payer.browser.get(sent.location().context("nowhere")?).await?;
        let policy = on.headers["content-security-policy"].to_str()?;
        let gateway = payer.portmone.endpoint();
        let origin = gateway.trim_end_matches("/gateway/");
        ensure!(policy.contains(&format!("form-action {origin};")), "{policy}");
        let checkout = payer.browser.submit(&gateway, &on.hidden_fields()).await?;
        ensure!(payer.portmone.till.bills().len() == 1, "{:?}", payer.portmone.till.bills());
        let pending = payer.browser.get(&uri).await?.text();
        ensure!(pending.contains("role=\"status\""), "nobody is warned that a payment was begun");
        let button = checkout.attribute_behind("<form", "action").context("no form")?;
        let done = payer.browser.submit(&format!("{origin}{button}"), &[("do".to_owned(), "pay".to_owned())]).await?;
        // Portmone sends the payer back with a form
        let back = done.attribute_behind("<form", "action").context("no form")?;
        let returned = payer.browser.submit(&back, &done.hidden_fields()).await?;
        ensure!(returned.status == 303, "{returned:?}");
        let token = returned.location().context("nowhere")?;
        let at = back.rsplit_once('/').context("odd")?.0;
        let outcome = payer.browser.wait_at(&format!("{at}/{token}")).await?.text();
        ensure!(outcome.contains("Сплачено"), "{outcome}");
        let payment = format!("{}/payments/{}", payer.account, payer.portmone.till.bills()[0].order);
        payer.comes_to(&payment, PaymentState::Posted).await?;
        ensure!(order(&payment).starts_with("pay_"), "{payment}");
        let paid = payer.browser.get(&uri).await?;
        ensure!(paid.status == 200 && paid.text().contains("Рахунок сплачено"), "{}", paid.text());
        ensure!(payer.posted().len() == 1, "posted: {:?}", payer.posted());
        payer.world.stop().await;
        Ok(())
    }

    async fn a_forged_link_and_one_to_what_is_gone_show_the_same(database) {
        let payer = Payer::start(database).await?;
        let uri = payer.options().await?.page_uri;
        ensure!(payer.browser.get(&uri).await?.status == 200, "the link is right");
        let (at, token) = uri.rsplit_once('/').context("no token")?;
        ensure!(token.len() < 200 && !uri.contains(&payer.bill.number), "{uri}");
        let forged = format!("{at}/{}{}", &token[..20], token[20..].chars().rev().collect::<String>());
        let shown = async |uri: &str| {
            let shown = Browser::new().get_in(uri, "uk,en;q=0.5").await?;
            anyhow::Ok((shown.status, shown.text(), shown.headers.len()))
        };
        let of_forged = shown(&forged).await?;
        ensure!(of_forged.0 == 404 && of_forged.1.contains("<html lang=\"uk\""), "{of_forged:?}");
        // a link of another kind, and none at all
        for other in [format!("{at}/{}", "A".repeat(5_000)), format!("http://{}/nowhere", payer.world.pages), uri.replace("/p/", "/r/")] {
            ensure!(shown(&other).await? == of_forged, "{other}");
        }
        // from the moment on at which its owner lets the account go, the link leads nowhere
        let request = UnlinkAccountRequest { name: payer.account.clone(), ..Default::default() };
        payer.customer.accounts().unlink_account(request).await?;
        ensure!(shown(&uri).await? == of_forged, "the link still leads somewhere");
        let pressed = [("channel".to_owned(), "ipay".to_owned()), ("request_id".to_owned(), uuid::Uuid::new_v4().to_string())];
        ensure!(payer.browser.submit(&uri, &pressed).await?.status == 404, "and can still be paid");
        ensure!(payer.ipay.till.bills().is_empty(), "Ipay heard of it");
        payer.world.stop().await;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_asks_too_often_is_asked_to_wait() -> anyhow::Result<()> {
    let payer = Payer::start(komunala_tests::Database::Sqlite).await?;
    let nowhere = format!("http://{}/p/{}", payer.world.pages, "A".repeat(100));
    let mut waits = 0;
    for _ in 0..100 {
        let answer = payer.browser.get(&nowhere).await?;
        ensure!(matches!(answer.status, 404 | 429), "{answer:?}");
        if answer.status == 429 {
            ensure!(answer.headers["retry-after"] == "5" && answer.headers["cache-control"] == "no-store");
            waits += 1;
        }
    }
    ensure!((20..=40).contains(&waits), "{waits} of 100 were asked to wait");
    payer.world.stop().await;
    Ok(())
}
