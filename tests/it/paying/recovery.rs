//! Payment providers and billing systems that are down, silent, or lose an answer.

use anyhow::{Context, ensure};
use komunala_grpc::proto::v1::PaymentState;
use komunala_simulators::{Effect, Rule, checkout::BillState};
use komunala_tests::on_both_databases;
use tonic::Code;

use super::payer::{Payer, order, reason};

on_both_databases! {
    async fn a_payment_that_nobody_calls_back_about_is_asked_for_and_posted_once(database) {
        let payer = Payer::start(database).await?;
        payer.ipay.till.change(|switches| switches.callbacks = 0);
        let (payment, _) = payer.at_ipay().await?;
        payer.ipay.decide(order(&payment.name), BillState::Paid).context("no bill")?;
        // the first question is lost, and the billing system's first answer
        payer.ipay.switches.add(Rule::new("/api302", Effect::status(503)).next(1));
        payer.billing.switches.add(Rule::new("/v1/payments", Effect::TimeoutAfterWrite { ms: 0 }).method("POST").next(1));
        payer.comes_to(&payment.name, PaymentState::Posted).await?;
        ensure!(payer.posted().len() == 1, "posted: {:?}", payer.posted());
        payer.world.stop().await;
        Ok(())
    }

    async fn a_payment_provider_that_is_down_or_slow_loses_no_payment_and_makes_no_second_one(database) {
        let payer = Payer::start(database).await?;
        let request = payer.request("ipay");
        payer.ipay.switches.add(Rule::new("/api302", Effect::status(503)).next(1));
        let refused = payer.begin(request.clone()).await.unwrap_err();
        ensure!(refused.code() == Code::Unavailable, "{refused}");
        ensure!(reason(&refused) == "PAYMENT_PROVIDER_UNAVAILABLE", "{refused}");
        // the answer is lost, the payment provider has it: nobody was sent there
        payer.ipay.switches.add(Rule::new("/api302", Effect::TimeoutAfterWrite { ms: 0 }).next(1));
        let lost = payer.begin(request.clone()).await.unwrap_err();
        ensure!(reason(&lost) == "PAYMENT_PROVIDER_UNAVAILABLE", "{lost}");
        payer.ipay.switches.add(Rule::new("/api302", Effect::Latency { ms: 700 }).next(1));
        let (one, other) = tokio::join!(payer.begin(request.clone()), payer.begin(request.clone()));
        let (one, other) = (one?, other?);
        ensure!(one == other, "{one:?}, {other:?}");
        let payment = one.payment.context("no payment")?;
        let bills = payer.ipay.till.bills();
        ensure!(bills.len() == 2 && bills.iter().all(|bill| bill.order == order(&payment.name)), "{bills:?}");
        ensure!(one.redirect_uri.ends_with(&bills[1].reference), "the payer is sent to another one than is asked about");
        payer.ipay.decide(order(&payment.name), BillState::Paid).context("no bill")?;
        payer.comes_to(&payment.name, PaymentState::Posted).await?;
        ensure!(payer.posted().len() == 1, "posted: {:?}", payer.posted());
        payer.world.stop().await;
        Ok(())
    }

    async fn a_payer_whose_bank_declines_may_try_again(database) {
        let payer = Payer::start(database).await?;
        let (payment, _) = payer.at_portmone().await?;
        payer.portmone.decide(order(&payment.name), BillState::Declined).context("no bill")?;
        payer.comes_to(&payment.name, PaymentState::Failed).await?;
        ensure!(payer.posted().is_empty(), "posted: {:?}", payer.posted());
        // the same order, at the payment provider
        payer.portmone.till.change(|switches| switches.callbacks = 2);
        payer.portmone.decide(order(&payment.name), BillState::Paid).context("no bill")?;
        payer.comes_to(&payment.name, PaymentState::Posted).await?;
        ensure!(payer.posted().len() == 1, "posted: {:?}", payer.posted());
        payer.world.stop().await;
        Ok(())
    }
}
