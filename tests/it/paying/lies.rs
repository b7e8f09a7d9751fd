//! What payment providers, or those who pretend to be one, say that is not so.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::PaymentState;
use komunala_simulators::checkout::{BillState, Says};
use komunala_tests::on_both_databases;

use super::payer::{Payer, order};

on_both_databases! {
    async fn a_call_back_with_another_amount_or_shop_or_a_forged_signature_is_refused_and_told(database) {
        let payer = Payer::start(database).await?;
        let (payment, bill) = payer.at_ipay().await?;
        // even of a bill that is paid: whoever lies is not listened to
        payer.ipay.till.change(|switches| switches.callbacks = 0);
        let address = payer.callbacks("ipay");
        for says in [Says::Forged, Says::OtherAmount, Says::OtherShop] {
            for _ in 0..5 {
                let answer = payer.browser.post(&address, payer.ipay.callback(&bill, says)).await?;
                ensure!(answer.status == 403 && answer.body.is_empty(), "{says:?}: {}", answer.status);
            }
        }
        let id = order(&payment.name);
        let doubted: Vec<_> = ["forged", "other_amount", "other_shop"].map(|why| format!("payment_doubted {id} {why}")).into();
        let audited = payer.audited().await?;
        ensure!(audited[1..] == doubted, "each is told once: {audited:?}");
        ensure!(payer.payment(&payment.name).await?.state() == PaymentState::Pending, "it was believed");

        // about nothing that is known here, or to nobody's address: the same answer
        let unknown = payer.browser.post(&address, "xml=%3Cpayment%2F%3E".to_owned()).await?;
        let elsewhere = payer.browser.post(&payer.callbacks("liqpay"), payer.ipay.callback(&bill, Says::Truth)).await?;
        let long = payer.browser.post(&address, format!("xml={}", "a".repeat(20_000))).await?;
        ensure!((unknown.status, elsewhere.status, long.status) == (403, 403, 413), "{unknown:?}, {elsewhere:?}, {long:?}");
        ensure!(payer.posted().is_empty(), "{:?}", payer.posted());
        payer.world.stop().await;
        Ok(())
    }

    async fn an_answer_about_another_amount_or_shop_makes_no_payment_paid(database) {
        let payer = Payer::start(database).await?;
        let (of_ipay, bill) = payer.at_ipay().await?;
        let (of_portmone, _) = payer.at_portmone().await?;
        payer.ipay.till.change(|switches| switches.answer = Says::OtherShop);
        payer.portmone.till.change(|switches| switches.answer = Says::OtherAmount);
        payer.ipay.decide(order(&of_ipay.name), BillState::Paid).context("no bill")?;
        payer.portmone.decide(order(&of_portmone.name), BillState::Paid).context("no bill")?;
        // the first look is taken at once; whoever comes second is told the same
        let taken = payer.browser.post(&payer.callbacks("ipay"), payer.ipay.callback(&bill, Says::Truth)).await?;
        ensure!(taken.status == 200, "the call-back itself tells the truth: {}", taken.status);
        let told = |why: &str, name: &str| format!("payment_doubted {} {why}", order(name));
        let wanted = [told("other_shop", &of_ipay.name), told("other_amount", &of_portmone.name)];
        let started = std::time::Instant::now();
        loop {
            let audited = payer.audited().await?;
            if wanted.iter().all(|told| audited.contains(told)) {
                break;
            }
            ensure!(started.elapsed().as_secs() < 30, "{audited:?}");
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        }
        for name in [&of_ipay.name, &of_portmone.name] {
            ensure!(payer.payment(name).await?.state() == PaymentState::Pending, "{name} was believed");
        }
        ensure!(payer.posted().is_empty(), "{:?}", payer.posted());
        payer.world.stop().await;
        Ok(())
    }
}
